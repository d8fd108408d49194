//! One paragraph before it is broken: its text with link numbers put in, cut into grapheme cells that know their width,
//! their style and where they stood in the source; and a broken line of it drawn as spans.

use std::borrow::Cow;

use super::bidi::{self, Levels};
use super::wrap::Line;
use super::{LaidSpan, Tone, width};

/// A run of text to set.
pub(super) struct Piece<'a> {
    pub text: Cow<'a, str>,
    pub tone: Tone,
    pub link: Option<u16>,
    /// It is part of the block's text, so that positions count it.
    pub counted: bool,
    /// It is a link's number: it clings to what stands before it.
    pub number: bool,
}

impl<'a> Piece<'a> {
    /// Text of the source.
    pub fn new(text: &'a str, tone: Tone) -> Self {
        Self { text: Cow::Borrowed(text), tone, link: None, counted: true, number: false }
    }

    /// Text that the typesetter adds.
    pub fn added(text: &'a str, tone: Tone) -> Self {
        Self { counted: false, ..Self::new(text, tone) }
    }

    /// The number of `link`.
    pub fn number(link: u16) -> Self {
        Self { text: Cow::Owned(format!("[{link}]")), tone: Tone::LinkNumber, link: Some(link), counted: false, number: true }
    }
}

/// One grapheme.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    /// First byte in [`Text::string`].
    pub at: u32,
    /// Graphemes of the source before it.
    pub source: u32,
    run: u32,
    pub columns: u16,
    pub space: bool,
    /// Belongs to a link's number.
    pub number: bool,
}

/// A paragraph as cells; runs of spaces are one space, the edges have none.
#[derive(Clone, Default)]
pub(super) struct Text {
    pub string: String,
    pub cells: Vec<Cell>,
    runs: Vec<(Tone, Option<u16>)>,
    /// Graphemes of the source in all.
    pub counted: u32,
}

impl Text {
    /// Text in one style.
    pub fn plain(text: &str) -> Self {
        Self::new(&[Piece::new(text, Tone::Body)])
    }

    /// Puts `pieces` together. Graphemes that reach over a border between pieces stay whole: they take the first one's
    /// style, and a link's number waits until they end.
    pub fn new(pieces: &[Piece<'_>]) -> Self {
        let mut joined = String::with_capacity(pieces.iter().map(|p| p.text.len()).sum());
        // Where each piece of running text ends in `joined`, and each number's place in it.
        let mut ends = Vec::with_capacity(pieces.len());
        let mut numbers = Vec::new();
        let mut out = Self { runs: pieces.iter().map(|p| (p.tone, p.link)).collect(), ..Self::default() };
        for (i, piece) in pieces.iter().enumerate() {
            if piece.number {
                numbers.push((joined.len(), i));
            } else {
                joined.push_str(&piece.text);
                ends.push((joined.len(), i));
            }
        }
        out.string.reserve(joined.len() + numbers.len() * 4);
        out.cells.reserve(joined.len());
        let (mut ends, mut numbers) = (ends.into_iter().peekable(), numbers.into_iter().peekable());
        // Where the next piece begins or a number stands; up to there nothing but text is to be looked at.
        let (mut change, mut run, mut counted) = (0, 0, 0);
        for (at, grapheme, columns) in width::graphemes(&joined) {
            if at >= change {
                while let Some((_, i)) = numbers.next_if(|(place, _)| *place <= at) {
                    out.push_number(&pieces[i].text, i);
                }
                while ends.next_if(|(end, _)| *end <= at).is_some() {}
                run = ends.peek().map_or(0, |(_, i)| *i);
                counted = u32::from(pieces[run].counted);
                let next = |e: Option<&(usize, usize)>| e.map_or(usize::MAX, |(at, _)| *at);
                change = next(numbers.peek()).min(next(ends.peek()));
            }
            if width::usual(grapheme, columns) {
                out.push(grapheme, columns, run);
                out.counted += counted;
                continue;
            }
            for (part, columns) in width::parts(grapheme, columns) {
                out.push(part, columns, run);
                out.counted += counted;
            }
        }
        for (_, i) in numbers {
            out.push_number(&pieces[i].text, i);
        }
        while out.cells.last().is_some_and(|c| c.space) {
            out.pop();
        }
        out
    }

    /// Code: as [`Text::plain`] but with every space kept.
    pub fn verbatim(text: &str) -> Self {
        let mut out = Self { runs: vec![(Tone::Code, None)], ..Self::default() };
        for (part, columns) in width::graphemes(text).flat_map(|(_, g, columns)| width::parts(g, columns)) {
            out.push_cell(part, columns, 0, false, false);
            out.counted += 1;
        }
        out
    }

    fn push(&mut self, grapheme: &str, columns: usize, run: usize) {
        let space = grapheme == " ";
        if !(space && self.cells.last().is_none_or(|c| c.space)) {
            self.push_cell(grapheme, columns, run, space, false);
        }
    }

    fn push_cell(&mut self, grapheme: &str, columns: usize, run: usize, space: bool, number: bool) {
        self.cells.push(Cell {
            at: self.string.len() as u32,
            source: self.counted,
            run: run as u32,
            columns: columns.min(usize::from(u16::MAX)) as u16,
            space,
            number,
        });
        self.string.push_str(grapheme);
    }

    fn pop(&mut self) -> Option<Cell> {
        let cell = self.cells.pop()?;
        self.string.truncate(cell.at as usize);
        Some(cell)
    }

    // A link often takes the space after it along; its number stands before that space.
    fn push_number(&mut self, text: &str, run: usize) {
        let space = self.cells.last().is_some_and(|c| c.space).then(|| self.pop()).flatten();
        for (_, grapheme, columns) in width::graphemes(text) {
            self.push_cell(grapheme, columns, run, false, true);
        }
        if let Some(cell) = space {
            self.cells.push(Cell { at: self.string.len() as u32, ..cell });
            self.string.push(' ');
        }
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Columns on one line.
    pub fn columns(&self) -> usize {
        self.cells.iter().map(|c| usize::from(c.columns)).sum()
    }

    /// The widest part between spaces.
    pub fn widest_word(&self) -> usize {
        let (mut widest, mut word) = (0, 0);
        for cell in &self.cells {
            word = if cell.space { 0 } else { word + usize::from(cell.columns) };
            widest = widest.max(word);
        }
        widest
    }

    /// `self: value` as one text.
    pub fn labelling(&self, value: &Self) -> Self {
        let mut out = self.clone();
        let colon = out.runs.len();
        out.runs.push((Tone::Strong, None));
        if !out.string.ends_with(':') {
            out.push_cell(":", 1, colon, false, true);
        }
        out.push_cell(" ", 1, colon, true, false);
        let (bytes, runs) = (out.string.len() as u32, out.runs.len() as u32);
        out.cells.extend(value.cells.iter().map(|c| Cell { at: c.at + bytes, run: c.run + runs, ..*c }));
        out.string.push_str(&value.string);
        out.runs.extend_from_slice(&value.runs);
        out
    }

    /// First byte of the cell `i`; the text's length after the last.
    pub fn byte(&self, i: usize) -> usize {
        self.cells.get(i).map_or(self.string.len(), |c| c.at as usize)
    }

    /// The text of the cells from `from` to `to`.
    pub fn slice(&self, from: usize, to: usize) -> &str {
        &self.string[self.byte(from)..self.byte(to)]
    }

    pub fn tone(&self, i: usize) -> Tone {
        self.cells.get(i).and_then(|c| self.runs.get(c.run as usize)).map_or(Tone::Body, |r| r.0)
    }

    /// A line as spans in visual order; `stretch` columns are shared out among its spaces.
    pub fn draw(&self, line: &Line, levels: Option<&Levels>, stretch: usize) -> Vec<LaidSpan> {
        let cells = &self.cells[line.from..line.to];
        let spaces = if stretch == 0 { 0 } else { cells.iter().filter(|c| c.space).count() };
        let mut out = Spans { spans: Vec::new(), spaces, stretch, seen: 0 };
        let Some(levels) = levels else {
            if spaces == 0 {
                let mut from = line.from;
                for group in cells.chunk_by(|a, b| a.run == b.run) {
                    let to = from + group.len();
                    out.push(self.slice(from, to), self.runs[group[0].run as usize]);
                    from = to;
                }
            } else {
                for (i, cell) in cells.iter().enumerate() {
                    out.push(self.slice(line.from + i, line.from + i + 1), self.runs[cell.run as usize]);
                    out.widen(cell.space);
                }
            }
            if let (true, Some(last)) = (line.hyphen, cells.last()) {
                out.push("-", self.runs[last.run as usize]);
            }
            return out.spans;
        };
        let mut by_cell: Vec<_> = cells.iter().map(|c| levels.at(c.at as usize)).collect();
        if line.hyphen {
            by_cell.extend(by_cell.last().copied());
        }
        let mut glyph = String::new();
        for i in bidi::order(&by_cell) {
            glyph.clear();
            match cells.get(i) {
                Some(cell) => {
                    bidi::push_mirrored(&mut glyph, self.slice(line.from + i, line.from + i + 1), by_cell[i]);
                    out.push(&glyph, self.runs[cell.run as usize]);
                    out.widen(cell.space);
                }
                None => out.push("-", self.runs[cells[cells.len() - 1].run as usize]),
            }
        }
        out.spans
    }
}

struct Spans {
    spans: Vec<LaidSpan>,
    spaces: usize,
    stretch: usize,
    seen: usize,
}

impl Spans {
    fn push(&mut self, text: &str, (tone, link): (Tone, Option<u16>)) {
        match self.spans.last_mut() {
            Some(last) if last.tone == tone && last.link == link => last.text.push_str(text),
            _ => self.spans.push(LaidSpan { text: text.to_owned(), tone, link }),
        }
    }

    fn widen(&mut self, space: bool) {
        if !space || self.spaces == 0 {
            return;
        }
        let extra = self.stretch * (self.seen + 1) / self.spaces - self.stretch * self.seen / self.spaces;
        self.seen += 1;
        if let Some(last) = self.spans.last_mut() {
            last.text.extend(std::iter::repeat_n(' ', extra));
        }
    }
}
