//! What was searched for, in the text: found once for each layout, also where a word goes on in the next line, drawn by its
//! look and by a sign in the margin, and gone through from hit to hit.

use ratatui::layout::Rect;
use std::ops::Range;

use super::super::super::draw::{Line, Pen, width};
use super::super::super::lang::say;
use super::super::super::theme::Role;
use super::super::super::typeset::{LaidLine, Tone};
use super::State;
use crate::model::{Finder, Query, Scope};

/// What is searched for, and where it stands in the text as it is laid out.
#[derive(Debug, Default)]
pub(super) struct Found {
    query: Query,
    finder: Finder,
    hits: Vec<Hit>,
    /// The one that the reader went to.
    at: Option<usize>,
    /// To go to the first (or last) hit of the article that is being opened.
    wanted: Option<bool>,
}

/// One place: columns of one line, or of several.
#[derive(Debug, PartialEq)]
struct Hit(Vec<(usize, Range<u16>)>);

impl Hit {
    fn line(&self) -> usize {
        self.0.first().map_or(0, |(line, _)| *line)
    }
}

/// A run of lines as one text, with the place of each of its bytes.
#[derive(Default)]
struct Joined {
    text: String,
    /// A piece of a line: where it begins in the text, its line, its column, its length in bytes.
    pieces: Vec<(usize, usize, u16, usize)>,
}

impl Joined {
    fn line(&mut self, at: usize, line: &LaidLine) {
        // A word that was parted goes on; all else is another word.
        let parted = self.text.ends_with(['-', '\u{2010}']) && line.text().trim_start().starts_with(char::is_lowercase);
        if parted {
            self.text.pop();
            if let Some(last) = self.pieces.last_mut() {
                last.3 = self.text.len() - last.0;
            }
        } else {
            self.text.push(' ');
        }
        let mut x = 0;
        for span in &line.spans {
            let wide = width(&span.text);
            if !matches!(span.tone, Tone::Bullet | Tone::QuoteMark | Tone::TableRule | Tone::LinkNumber) {
                self.pieces.push((self.text.len(), at, x, span.text.len()));
                self.text.push_str(&span.text);
            }
            x = x.saturating_add(wide);
        }
    }

    fn hits(&self, finder: &Finder, out: &mut Vec<Hit>) {
        for hit in finder.find(Scope::Body, &self.text) {
            let mut places = Vec::new();
            for (from, line, x, len) in &self.pieces {
                let (a, b) = (hit.start.max(*from), hit.end.min(from + len));
                if a < b {
                    let start = x + width(&self.text[*from..a]);
                    places.push((*line, start..start + width(&self.text[a..b])));
                }
            }
            if !places.is_empty() {
                out.push(Hit(places));
            }
        }
    }
}

impl State {
    /// Searches the text for a query's words.
    pub fn search(&mut self, query: &Query) {
        if self.found.query != *query {
            self.found = Found { query: query.clone(), finder: query.finder(), ..Found::default() };
            self.find();
        }
    }

    /// Finds the hits in the text as it is laid out.
    pub(super) fn find(&mut self) {
        (self.found.hits, self.found.at) = (Vec::new(), None);
        let Some(doc) = self.doc.as_ref().filter(|_| !self.found.finder.is_empty()) else { return };
        let mut hits = Vec::new();
        let mut joined = Joined::default();
        let mut block = None;
        for (at, line) in doc.body.lines.iter().enumerate() {
            if line.spans.is_empty() || block.replace(line.block) != Some(line.block) {
                std::mem::take(&mut joined).hits(&self.found.finder, &mut hits);
            }
            joined.line(at, line);
        }
        joined.hits(&self.found.finder, &mut hits);
        self.found.hits = hits;
        let here = self.current().is_some();
        if let Some(backwards) = self.found.wanted.take_if(|_| here) {
            let last = self.found.hits.len().checked_sub(1);
            if let Some(at) = if backwards { last } else { last.map(|_| 0) } {
                self.show_hit(at);
            }
        }
    }

    /// How many hits there are, and which one the reader is at, from 1.
    pub fn hits(&self) -> (usize, Option<usize>) {
        (self.found.hits.len(), self.found.at.map(|at| at + 1))
    }

    /// Goes to the next hit: from the one on the screen that was gone to, else from what is on the screen. Whether there is one.
    pub fn next_hit(&mut self, backwards: bool) -> bool {
        let Some(head) = self.doc.as_ref().map(|doc| doc.head.len()) else { return false };
        let hits = &self.found.hits;
        let seen = self.top..self.top + self.height;
        let next = match self.found.at.filter(|at| hits.get(*at).is_some_and(|hit| seen.contains(&(head + hit.line())))) {
            Some(at) if backwards => at.checked_sub(1),
            Some(at) => Some(at + 1).filter(|at| *at < hits.len()),
            None if backwards => hits.iter().rposition(|hit| head + hit.line() < seen.start),
            None => hits.iter().position(|hit| head + hit.line() >= seen.start),
        };
        next.is_some_and(|at| {
            self.show_hit(at);
            true
        })
    }

    /// The article that is opened next begins at its first (or last) hit.
    pub fn want_hit(&mut self, backwards: bool) {
        self.found.wanted = Some(backwards);
    }

    /// There is none to open.
    pub fn forget_wanted(&mut self) {
        self.found.wanted = None;
    }

    fn show_hit(&mut self, at: usize) {
        let (Some(doc), Some(hit)) = (&self.doc, self.found.hits.get(at)) else { return };
        let line = doc.head.len() + hit.line();
        self.found.at = Some(at);
        if !(self.top..self.top + self.height).contains(&line) {
            self.top = line.saturating_sub(self.height / 3).min(self.last_top());
        }
        self.note_anchor();
    }

    /// What the pane's title says of it.
    pub(super) fn found_words(&self) -> Option<String> {
        match self.hits() {
            (0, _) => None,
            (n, None) => Some(say!("article-hits", n = n)),
            (n, Some(at)) => Some(say!("article-hit", n = at, of = n)),
        }
    }

    /// Draws the hits of a line of the body. Whether the one that the reader went to begins there.
    pub(super) fn draw_hits(&self, pen: &mut Pen<'_>, column: Rect, y: u16, line: usize) -> bool {
        let mut begins = false;
        let mut any = false;
        let from = self.found.hits.partition_point(|hit| hit.0.last().is_some_and(|(at, _)| *at < line));
        for (at, hit) in self.found.hits.iter().enumerate().skip(from).take_while(|(_, hit)| hit.line() <= line) {
            for (_, columns) in hit.0.iter().filter(|(at, _)| *at == line) {
                let end = columns.end.min(column.width);
                pen.tint(Rect::new(column.x + columns.start.min(end), y, end.saturating_sub(columns.start), 1), Role::Match);
                any = true;
            }
            begins |= self.found.at == Some(at) && hit.line() == line;
        }
        // By a sign too: colours are not all that tells it.
        if let Some(x) = column.x.checked_sub(1).filter(|x| any && pen.cells.cell((*x, y)).is_some_and(|cell| cell.symbol() == " ")) {
            pen.put(x, y, 1, if begins { "»" } else { "›" }, Role::Bar);
        }
        begins
    }

    /// Draws the hits of a line of the title.
    pub(super) fn draw_title_hits(&self, pen: &mut Pen<'_>, column: Rect, y: u16, line: &Line) {
        if self.found.finder.is_empty() || !line.0.iter().any(|(_, role)| matches!(role, Role::Title)) {
            return;
        }
        let text: String = line.0.iter().map(|(text, _)| text.as_str()).collect();
        pen.marks(Rect::new(column.x, y, column.width, 1), &text, &self.found.finder.find(Scope::Title, &text));
    }
}
