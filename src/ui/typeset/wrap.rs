//! Where the lines of a paragraph end: break opportunities as Unicode gives them (UAX #14; dictionaries for scripts without
//! spaces), hyphens, and of all ways to break the one with the least ragged edge. Time is linear in the text: a line
//! can only begin within one line's width of its end.

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};

use super::Tone;
use super::hyphen::{self, Hyphens};
use super::inline::Text;

/// Cells of a [`Text`] that make one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub from: usize,
    pub to: usize,
    /// A hyphen is added after the last cell.
    pub hyphen: bool,
    /// Columns, the hyphen included.
    pub columns: usize,
}

/// A place where a line may end.
#[derive(Clone, Copy)]
struct Break {
    /// The line's content ends before this cell …
    end: u32,
    end_col: u32,
    /// … and the next line begins with this one (spaces between are dropped).
    next: u32,
    next_col: u32,
    cost: u32,
    hyphen: bool,
}

/// A break in the middle of a word that is wider than a line: always the last resort.
const EMERGENCY: u32 = 20_000;
/// A grapheme that is wider than the line stands alone.
const OVERFULL: u64 = 1 << 32;
const UNREACHED: u64 = u64::MAX;

/// Breaks paragraphs; keeps its tables and buffers from one to the next.
pub(super) struct Breaker {
    segmenter: LineSegmenterBorrowed<'static>,
    hyphens: Option<Hyphens>,
    justify: bool,
    breaks: Vec<Break>,
    columns: Vec<u32>,
    best: Vec<(u64, u32)>,
}

impl Breaker {
    pub fn new(hyphens: Option<Hyphens>, justify: bool) -> Self {
        Self {
            segmenter: LineSegmenter::new_dictionary(LineBreakOptions::default()),
            hyphens,
            justify,
            breaks: Vec::new(),
            columns: Vec::new(),
            best: Vec::new(),
        }
    }

    /// The lines of `text` in `room` columns.
    pub fn lines(&mut self, text: &Text, room: usize, hyphenate: bool) -> Vec<Line> {
        self.columns.clear();
        let mut column = 0;
        self.columns.push(0);
        self.columns.extend(text.cells.iter().map(|cell| {
            column += u32::from(cell.columns);
            column
        }));
        if column as usize <= room {
            return vec![Line { from: 0, to: text.cells.len(), hyphen: false, columns: column as usize }];
        }
        self.find(text, room as u32, hyphenate);
        self.choose(room as u32);
        self.trace()
    }

    /// Fills `breaks`.
    fn find(&mut self, text: &Text, room: u32, hyphenate: bool) {
        self.breaks.clear();
        let mut hyphens = self.hyphens.take();
        let mut from = 0;
        let mut prose_until = (0, false); // the chunk between spaces ends at this cell, and is prose
        for at in self.segmenter.segment_str(&text.string) {
            if at == 0 {
                continue;
            }
            // Both run upwards, so this walk is linear in all.
            let mut to = from;
            while text.byte(to) < at && to < text.cells.len() {
                to += 1;
            }
            if text.byte(to) != at || text.cells.get(to).is_some_and(|c| c.number) {
                continue; // inside a grapheme, or between a link and its number
            }
            let mut end = to;
            while end > from && text.cells[end - 1].space {
                end -= 1;
            }
            if let (true, Some(hyphens)) = (hyphenate, hyphens.as_mut()) {
                if from >= prose_until.0 {
                    let stop = (from..text.cells.len()).find(|&i| text.cells[i].space).unwrap_or(text.cells.len());
                    prose_until = (stop.max(from + 1), !hyphen::no_prose(text.slice(from, stop)));
                }
                if prose_until.1 && end - from > 5 && text.tone(from) != Tone::Code {
                    self.hyphenate(text, from, end, hyphens);
                }
            }
            self.emergency(from, end, room);
            let dash = text.cells.get(to).is_some_and(|_| matches!(text.slice(to, (to + 2).min(text.cells.len())), "– " | "— "));
            self.push(end, to, if dash { room / 2 } else { 0 }, false);
            from = to;
        }
        self.hyphens = hyphens;
    }

    fn push(&mut self, end: usize, next: usize, cost: u32, hyphen: bool) {
        self.breaks.push(Break {
            end: end as u32,
            end_col: self.columns[end] + u32::from(hyphen),
            next: next as u32,
            next_col: self.columns[next],
            cost,
            hyphen,
        });
    }

    fn hyphenate(&mut self, text: &Text, from: usize, end: usize, hyphens: &mut Hyphens) {
        let start = text.byte(from);
        let mut cell = from;
        hyphens.points(text.slice(from, end), |at| {
            while cell < end && text.byte(cell) < start + at {
                cell += 1;
            }
            if cell < end && text.byte(cell) == start + at {
                self.push(cell, cell, 0, true);
            }
        });
    }

    /// A word wider than the line is cut into pieces of its width, counted from the word's start; such cuts are merged
    /// into the hyphens already found in it.
    fn emergency(&mut self, from: usize, end: usize, room: u32) {
        if self.columns[end] - self.columns[from] <= room {
            return;
        }
        let first_hyphen = self.breaks.iter().rposition(|b| !b.hyphen || (b.end as usize) < from).map_or(0, |i| i + 1);
        let mut begin = self.columns[from];
        for i in from + 1..end {
            if self.columns[i + 1] - begin > room {
                self.push(i, i, EMERGENCY, false);
                begin = self.columns[i];
            }
        }
        self.breaks[first_hyphen..].sort_by_key(|b| (b.end, b.hyphen));
    }

    /// For each break the cheapest way to get there.
    fn choose(&mut self, room: u32) {
        let hyphen_cost = u64::from(if self.justify { room / 4 } else { room }.max(8));
        self.best.clear();
        self.best.push((0, 0));
        let last = self.breaks.len();
        for (j, b) in self.breaks.iter().enumerate() {
            let mut best = (UNREACHED, j as u32);
            for i in (0..=j).rev() {
                let (begin, hyphen_before, firm) = match i.checked_sub(1).map(|i| &self.breaks[i]) {
                    None => (0, false, true),
                    Some(a) => (a.next_col, a.hyphen, !a.hyphen),
                };
                let columns = b.end_col.saturating_sub(begin);
                let so_far = self.best[i].0;
                if columns > room {
                    // Reached only if one grapheme alone is wider than the line: nothing before has fitted.
                    if firm && !b.hyphen && best.0 == UNREACHED && so_far != UNREACHED {
                        best = (so_far.saturating_add(OVERFULL), i as u32);
                    }
                    if firm || columns > room * 2 {
                        break;
                    }
                    continue;
                }
                if so_far == UNREACHED {
                    continue;
                }
                let slack = u64::from(room - columns);
                let mut cost = u64::from(b.cost) + 1;
                if j + 1 == last {
                    // The last line may be short, but a lone scrap of a word looks lost.
                    cost += if hyphen_before { hyphen_cost * 4 } else { 0 } + if columns * 8 < room { u64::from(room) } else { 0 };
                } else {
                    cost += slack * slack;
                }
                if b.hyphen {
                    cost += hyphen_cost + if hyphen_before { hyphen_cost * 2 } else { 0 };
                }
                let total = so_far.saturating_add(cost);
                if total < best.0 {
                    best = (total, i as u32);
                }
                // Breaks without any width between them (which only made-up text has) must not make this quadratic.
                if j - i > room as usize * 2 + 8 {
                    break;
                }
            }
            self.best.push(best);
        }
    }

    fn trace(&self) -> Vec<Line> {
        let mut out = Vec::new();
        let mut j = self.breaks.len();
        while j > 0 {
            let b = &self.breaks[j - 1];
            let i = (self.best[j].1 as usize).min(j - 1);
            let (from, begin) = i.checked_sub(1).map_or((0, 0), |i| (self.breaks[i].next, self.breaks[i].next_col));
            out.push(Line {
                from: from as usize,
                to: (b.end as usize).max(from as usize),
                hyphen: b.hyphen,
                columns: b.end_col.saturating_sub(begin) as usize,
            });
            j = i;
        }
        out.reverse();
        out
    }
}
