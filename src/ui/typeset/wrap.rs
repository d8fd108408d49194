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

impl Break {
    /// Before the first cell.
    const START: Self = Self { end: 0, end_col: 0, next: 0, next_col: 0, cost: 0, hyphen: false };
}

/// A break in the middle of a word that is wider than a line: always the last resort.
const EMERGENCY: u32 = 20_000;
/// A grapheme that is wider than the line stands alone.
const OVERFULL: u64 = 1 << 32;
const UNREACHED: u64 = u64::MAX / 2;

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
        let room = room as u32;
        self.find(text, room);
        self.choose(room);
        let lines = self.trace();
        if !hyphenate {
            return lines;
        }
        let Some(mut hyphens) = self.hyphens.take() else { return lines };
        let parted = self.part(text, &lines, room, &mut hyphens);
        self.hyphens = Some(hyphens);
        if parted {
            self.choose(room);
            return self.trace();
        }
        lines
    }

    /// Fills `breaks` with all but hyphens.
    fn find(&mut self, text: &Text, room: u32) {
        self.breaks.clear();
        self.breaks.push(Break::START);
        let (mut from, mut to) = (0, 0);
        for at in self.segmenter.segment_str(&text.string).filter(|&at| at > 0) {
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
            // A word wider than the line is cut into pieces of its width, counted from the word's start.
            if self.columns[end] - self.columns[from] > room {
                let mut begin = self.columns[from];
                for i in from + 1..end {
                    if self.columns[i + 1] - begin > room {
                        self.push(i, i, EMERGENCY, false);
                        begin = self.columns[i];
                    }
                }
            }
            let dash = to < text.cells.len() && matches!(text.slice(to, (to + 2).min(text.cells.len())), "– " | "— ");
            self.push(end, to, if dash { room / 2 } else { 0 }, false);
            from = to;
        }
    }

    /// Adds hyphens to `breaks` where `lines`, made without them, are too ragged: in such a line and its neighbours.
    /// Whether there were any.
    fn part(&mut self, text: &Text, lines: &[Line], room: u32, hyphens: &mut Hyphens) -> bool {
        let fair = (room / if self.justify { 24 } else { 8 }) as usize;
        let ragged = |l: &Line| l.columns + fair < room as usize || l.columns > room as usize;
        let count = lines.len();
        let mut wanted = (0..count).filter(|&i| i + 1 < count && ragged(&lines[i]) || i > 0 && self.cut_before(&lines[i])).peekable();
        if wanted.peek().is_none() {
            return false;
        }
        let mut near =
            wanted.map(|i| lines[i.saturating_sub(1)].from..lines[(i + 1).min(count - 1)].to).collect::<Vec<_>>().into_iter().peekable();
        let found = std::mem::take(&mut self.breaks);
        let (mut from, mut chunk) = (0, Chunk::default());
        self.breaks.push(Break::START);
        for word in found[1..].chunk_by(|a, _| a.cost == EMERGENCY) {
            let Some(b) = word.last() else { continue };
            let (end, start) = (b.end as usize, self.breaks.len());
            while near.next_if(|n| n.end <= from).is_some() {}
            if near.peek().is_some_and(|n| n.start < end) && end > from + 5 && text.tone(from) != Tone::Code && chunk.is_prose(text, from) {
                self.hyphenate(text, from, end, hyphens);
            }
            self.breaks.extend_from_slice(word);
            if word.len() > 1 {
                self.breaks[start..].sort_by_key(|b| (b.end, b.hyphen));
            }
            from = b.next as usize;
        }
        true
    }

    /// Whether a word had to be cut before `line`.
    fn cut_before(&self, line: &Line) -> bool {
        let from = line.from as u32;
        self.breaks.binary_search_by_key(&from, |b| b.next).is_ok_and(|i| self.breaks[i].cost == EMERGENCY)
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

    /// For each break the cheapest way to get there: `best` holds the cost so far and the break before.
    fn choose(&mut self, room: u32) {
        let hyphen_cost = u64::from(if self.justify { room / 4 } else { room }.max(8));
        // Breaks without any width between them (which only made-up text has) must not make this quadratic.
        let window = room as usize * 2 + 8;
        let (breaks, best) = (&self.breaks, &mut self.best);
        best.clear();
        best.push((0, 0));
        let mut low = 0;
        for (j, b) in breaks.iter().enumerate().skip(1) {
            let content = b.end_col - u32::from(b.hyphen);
            while low + 1 < j && content.saturating_sub(breaks[low].next_col) > room {
                low += 1;
            }
            let last = j + 1 == breaks.len();
            let mut cheapest = (UNREACHED, 0);
            let first = low.max(j.saturating_sub(window));
            for (i, (a, &(so_far, _))) in breaks[first..j].iter().zip(&best[first..j]).enumerate() {
                let columns = b.end_col.saturating_sub(a.next_col);
                if columns > room || so_far == UNREACHED {
                    continue;
                }
                if !last && columns * 2 < room && cheapest.0 != UNREACHED {
                    break;
                }
                let slack = u64::from(room - columns);
                let mut cost = so_far + u64::from(b.cost) + 1;
                if !last {
                    cost += slack * slack;
                } else {
                    // The last line may be short, but a lone scrap of a word looks lost.
                    cost += if a.hyphen { hyphen_cost * 4 } else { 0 };
                    cost += if columns * 8 < room { u64::from(room) } else { 0 };
                }
                if b.hyphen {
                    cost += if a.hyphen { hyphen_cost * 3 } else { hyphen_cost };
                }
                if cost < cheapest.0 {
                    cheapest = (cost, (first + i) as u32);
                }
            }
            if cheapest.0 == UNREACHED && !b.hyphen {
                // One grapheme is wider than the line: it stands alone, after the last break that is no hyphen.
                let i = (0..j).rev().find(|&i| !breaks[i].hyphen).unwrap_or(0);
                cheapest = (best[i].0.saturating_add(OVERFULL).min(UNREACHED - 1), i as u32);
            }
            best.push(cheapest);
        }
    }

    fn trace(&self) -> Vec<Line> {
        let mut out = Vec::new();
        let mut j = self.breaks.len().saturating_sub(1);
        while j > 0 {
            let b = &self.breaks[j];
            let i = (self.best[j].1 as usize).min(j - 1);
            let a = &self.breaks[i];
            out.push(Line {
                from: a.next as usize,
                to: b.end.max(a.next) as usize,
                hyphen: b.hyphen,
                columns: b.end_col.saturating_sub(a.next_col) as usize,
            });
            j = i;
        }
        out.reverse();
        out
    }
}

/// What stands between two spaces: looked at once, however many breaks are in it.
#[derive(Default)]
struct Chunk {
    end: usize,
    prose: bool,
}

impl Chunk {
    /// Whether the chunk around the cell `at` is prose. To be asked with rising `at`.
    fn is_prose(&mut self, text: &Text, at: usize) -> bool {
        if at >= self.end {
            let start = (self.end..at).rev().find(|&i| text.cells[i].space).map_or(self.end, |i| i + 1);
            let end = (at..text.cells.len()).find(|&i| text.cells[i].space).unwrap_or(text.cells.len());
            *self = Self { end: end.max(at + 1), prose: !hyphen::no_prose(text.slice(start, end)) };
        }
        self.prose
    }
}
