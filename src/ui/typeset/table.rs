//! Tables: columns share the room fairly and cells are wrapped; where that would give slivers, each row becomes lines of
//! `label: value`.

use super::flow::{Flow, span};
use super::inline::Text;
use super::wrap::Line;
use super::{LaidSpan, Tone, bidi};
use crate::model::Span;

/// Columns between two cells.
const GAP: usize = 2;
/// A column is not made narrower than its widest word, as long as that has no more columns than this.
const WORD_MAX: usize = 12;

impl<'a> Flow<'a> {
    pub(super) fn table(&mut self, head: bool, rows: &'a [Vec<Vec<Span>>]) {
        let set: Vec<Vec<Text>> = rows
            .iter()
            .enumerate()
            .map(|(i, row)| row.iter().map(|cell| self.inline(cell, if head && i == 0 { Tone::Strong } else { Tone::Body })).collect())
            .collect();
        match self.shares(&set).filter(|_| !self.o.plain) {
            Some(columns) => self.grid(head, &set, &columns),
            None => self.labelled(head, &set),
        }
    }

    /// The width of each column; `None` if they do not fit side by side.
    fn shares(&self, rows: &[Vec<Text>]) -> Option<Vec<usize>> {
        let room = self.room();
        let count = rows.iter().map(Vec::len).max()?;
        let free = room.checked_sub(GAP * count.saturating_sub(1)).filter(|free| *free >= count)?;
        let (mut natural, mut least) = (vec![1; count], vec![1; count]);
        for row in rows {
            for (k, cell) in row.iter().enumerate() {
                natural[k] = cell.columns().max(natural[k]);
                least[k] = cell.widest_word().min(WORD_MAX).max(least[k]);
            }
        }
        if natural.iter().sum::<usize>() <= free {
            return Some(natural);
        }
        let needed: usize = least.iter().sum();
        let mut spare = free.checked_sub(needed)?;
        // Columns that need little get it; what is left is shared by those that need more, narrowest first.
        let mut widths = least;
        let mut wanting: Vec<usize> = (0..count).filter(|&k| natural[k] > widths[k]).collect();
        wanting.sort_by_key(|&k| natural[k] - widths[k]);
        for (n, &k) in wanting.iter().enumerate() {
            let share = (spare / (wanting.len() - n)).min(natural[k] - widths[k]);
            widths[k] += share;
            spare -= share;
        }
        Some(widths)
    }

    fn grid(&mut self, head: bool, rows: &[Vec<Text>], columns: &[usize]) {
        let right: Vec<bool> = (0..columns.len())
            .map(|k| {
                let mut body = rows.iter().skip(usize::from(head)).filter_map(|row| row.get(k)).filter(|c| !c.is_empty()).peekable();
                body.peek().is_some() && body.all(|c| numeric(&c.string))
            })
            .collect();
        let total = columns.iter().sum::<usize>() + GAP * (columns.len() - 1);
        // In a right-to-left article the first column stands at the right.
        let turned = self.prefer_rtl;
        let room = self.room();
        let starts: Vec<usize> = columns
            .iter()
            .scan(0, |at, columns| {
                let start = if turned { room - *at - columns } else { *at };
                *at += columns + GAP;
                Some(start)
            })
            .collect();
        for (i, row) in rows.iter().enumerate() {
            self.offset += u32::from(i > 0);
            let start = self.offset;
            let cells: Vec<Vec<(Vec<LaidSpan>, usize, bool)>> = row
                .iter()
                .zip(columns)
                .map(|(cell, room)| {
                    let levels = self.levels(cell);
                    let rtl = levels.as_ref().is_some_and(|l| l.rtl);
                    let lines: Vec<Line> = if cell.is_empty() { Vec::new() } else { self.breaker.lines(cell, *room, true) };
                    lines.iter().map(|line| (cell.draw(line, levels.as_ref(), 0), line.columns, rtl)).collect()
                })
                .collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            let mut cells: Vec<_> = cells.into_iter().map(Vec::into_iter).collect();
            for _ in 0..height {
                let mut line = Vec::with_capacity(cells.len() * 2);
                let mut column = 0;
                let mut put = |k: usize| {
                    let Some((spans, used, rtl)) = cells.get_mut(k).and_then(Iterator::next) else { return };
                    let left = starts[k] + if right[k] || rtl { columns[k].saturating_sub(used) } else { 0 };
                    if left > column {
                        line.push(span(" ".repeat(left - column), Tone::Body));
                    }
                    line.extend(spans);
                    column = left.max(column) + used;
                };
                if turned {
                    (0..columns.len()).rev().for_each(&mut put);
                } else {
                    (0..columns.len()).for_each(&mut put);
                }
                self.push(line, start, head && i == 0, None);
            }
            if head && i == 0 && height > 0 {
                let rule = if self.o.ascii { "-" } else { "─" }.repeat(total);
                let before = " ".repeat(if turned { room - total } else { 0 });
                self.push(vec![span(before + &rule, Tone::TableRule)], start, true, None);
            }
            self.offset = start + counted(row);
        }
    }

    fn labelled(&mut self, head: bool, rows: &[Vec<Text>]) {
        let (labels, body) = match rows.split_first() {
            Some((labels, body)) if head && !body.is_empty() => (Some(labels), body),
            _ => (None, rows),
        };
        if let Some(labels) = labels {
            self.offset += counted(labels);
        }
        for (i, row) in body.iter().enumerate() {
            if i > 0 {
                self.owe_blank();
            }
            self.offset += u32::from(i > 0 || labels.is_some());
            let start = self.offset;
            for (k, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let text = match labels.and_then(|l| l.get(k)).filter(|l| !l.is_empty()) {
                    Some(label) => label.labelling(cell),
                    None => cell.clone(),
                };
                let (room, levels) = (self.room(), self.levels(&text));
                let rtl = levels.as_ref().is_some_and(|l| l.rtl);
                for line in self.breaker.lines(&text, room, true) {
                    let spans = text.draw(&line, levels.as_ref(), 0);
                    self.push(spans, start, false, rtl.then_some(line.columns));
                }
            }
            self.offset = start + counted(row);
        }
    }
}

/// Graphemes of a row in the block's text: its cells with a space between.
fn counted(row: &[Text]) -> u32 {
    row.iter().map(|c| c.counted).sum::<u32>() + row.len().saturating_sub(1) as u32
}

/// A figure, perhaps with a sign, a unit or a link's number.
fn numeric(cell: &str) -> bool {
    cell.contains(|c: char| c.is_ascii_digit()) && cell.chars().all(|c| !c.is_alphabetic() && !bidi::right_to_left(c))
}
