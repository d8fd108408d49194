//! From blocks to lines: what stands between blocks, before them (bars, bullets, numbers) and around them.

use std::collections::HashMap;

use super::super::lang::say;
use super::bidi::Levels;
use super::hyphen::Hyphens;
use super::inline::{Piece, Text};
use super::wrap::Breaker;
use super::{Laid, LaidLine, LaidPicture, LaidSpan, Options, Tone, bidi, width};
use crate::model::{Address, Block, Clean, Span};

/// Blocks nested deeper than this are set as one paragraph: hostile input, and the stack is finite.
const DEPTH_MAX: usize = 48;
/// Quote bars and list indents deeper than these are not drawn.
const BARS_MAX: usize = 4;
const INDENTS_MAX: usize = 6;
/// Text is never squeezed below this many columns by what stands before it.
const ROOM_MIN: usize = 6;

/// What stands at a line's start edge: a quote's bar, a list's bullet and the indent below it.
struct Prefix {
    first: String,
    rest: String,
    tone: Tone,
    columns: usize,
    used: bool,
}

/// Where in the tree the flow stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The tone of plain text.
    tone: Tone,
    depth: usize,
    bars: usize,
    lists: usize,
}

/// A blank line that is owed, drawn when something follows.
struct Blank {
    block: u32,
    offset: u32,
    prefixes: usize,
}

pub(super) struct Flow<'a> {
    pub o: &'a Options<'a>,
    pub breaker: Breaker,
    pub prefer_rtl: bool,
    out: Laid,
    numbers: HashMap<&'a Address, u16>,
    prefixes: Vec<Prefix>,
    blank: Option<Blank>,
    block: u32,
    /// Graphemes of the outermost block's text set so far.
    pub offset: u32,
}

impl<'a> Flow<'a> {
    pub fn new(o: &'a Options<'a>) -> Self {
        let hyphens = o.language.filter(|_| o.hyphenate).and_then(Hyphens::new);
        Self {
            o,
            breaker: Breaker::new(hyphens, o.justify),
            prefer_rtl: o.language.is_some_and(right_to_left),
            out: Laid::default(),
            numbers: HashMap::new(),
            prefixes: Vec::new(),
            blank: None,
            block: 0,
            offset: 0,
        }
    }

    pub fn run(mut self, blocks: &'a [Block]) -> Laid {
        let mut before: Option<&Block> = None;
        for (i, block) in blocks.iter().enumerate() {
            self.part(before, block, false);
            (self.block, self.offset) = (i as u32, 0);
            let lines = self.out.lines.len();
            self.block(block, Place { tone: Tone::Body, depth: 0, bars: 0, lists: 0 });
            if self.out.lines.len() > lines {
                before = Some(block);
            }
        }
        self.out
    }

    /// Owes a blank line between `before` and `next` where one belongs.
    fn part(&mut self, before: Option<&Block>, next: &Block, in_item: bool) {
        let together = match (before, next) {
            (None, _) | (Some(Block::Heading { .. }), _) | (Some(Block::Footnote { .. }), Block::Footnote { .. }) => true,
            (Some(_), Block::List { .. }) => in_item,
            _ => false,
        };
        if !together {
            self.owe_blank();
        }
    }

    pub fn owe_blank(&mut self) {
        let prefixes = self.blank.as_ref().map_or(usize::MAX, |b| b.prefixes).min(self.prefixes.len());
        let (block, offset) = self.blank.as_ref().map_or((self.block, self.offset), |b| (b.block, b.offset));
        self.blank = Some(Blank { block, offset, prefixes });
    }

    fn blocks(&mut self, blocks: &'a [Block], place: Place, in_item: bool) {
        let mut before: Option<&Block> = None;
        for (i, block) in blocks.iter().enumerate() {
            self.part(before, block, in_item);
            self.offset += u32::from(i > 0);
            let lines = self.out.lines.len();
            self.block(block, place);
            if self.out.lines.len() > lines {
                before = Some(block);
            }
        }
    }

    fn block(&mut self, block: &'a Block, place: Place) {
        if place.depth > DEPTH_MAX {
            let text = Text::plain(&Clean::line(&block.text()));
            self.text(&text, true, false);
            return;
        }
        let inner = Place { depth: place.depth + 1, ..place };
        match block {
            Block::Paragraph { spans } => {
                let text = self.inline(spans, place.tone);
                self.text(&text, true, false);
            }
            Block::Heading { spans, .. } => {
                let drawn = self.o.plain && self.open(&format!("{} ", say!("text-heading")), "", Tone::Dim);
                let text = self.inline(spans, Tone::Heading);
                self.text(&text, false, true);
                self.close(drawn);
            }
            Block::Quote { blocks } => {
                let (first, rest) = match (self.o.plain, self.o.ascii) {
                    (true, _) => (&*format!("{} ", say!("text-quote")), ""),
                    (_, true) => ("> ", "> "),
                    _ => ("▎ ", "▎ "),
                };
                let drawn = place.bars < BARS_MAX && self.open(first, rest, Tone::QuoteMark);
                self.blocks(blocks, Place { tone: Tone::Quote, bars: place.bars + 1, ..inner }, false);
                self.close(drawn);
            }
            Block::List { ordered, start, items } => self.list(*ordered, *start, items, Place { lists: place.lists + 1, ..inner }),
            Block::Table { head, rows } => self.table(*head, rows),
            Block::Code { lines } => self.code(lines),
            Block::Picture { url, alt, caption, credit } => self.picture(url.as_ref(), alt, caption, credit.as_ref()),
            Block::Embed { label, url } => self.embed(label, url.as_ref()),
            Block::Footnote { mark, spans } => {
                let mark = format!("{} ", width::head(mark, 12));
                let drawn = self.open(&mark, &" ".repeat(width::width(&mark)), Tone::LinkNumber);
                let text = self.inline(spans, place.tone);
                self.text(&text, true, false);
                self.close(drawn);
            }
            Block::Rule if self.o.plain => {}
            Block::Rule => {
                let stars = width::head("* * *", self.room()).trim_end();
                let pad = (self.room() - stars.len()) / 2;
                let line = format!("{}{stars}", " ".repeat(pad));
                self.push(vec![span(line, Tone::Dim)], self.offset, false, None);
            }
        }
    }

    fn list(&mut self, ordered: bool, start: u32, items: &'a [Vec<Block>], place: Place) {
        let last = u64::from(start) + items.len().saturating_sub(1) as u64;
        let digits = last.to_string().len();
        let deep = place.lists.is_multiple_of(2);
        for (i, item) in items.iter().enumerate() {
            self.offset += u32::from(i > 0);
            let first = match (ordered, self.o.ascii) {
                (true, _) => format!("{:>digits$}. ", u64::from(start) + i as u64),
                (false, _) if self.o.plain => "- ".to_owned(),
                (false, false) => if deep { "– " } else { "• " }.to_owned(),
                (false, true) => if deep { "- " } else { "* " }.to_owned(),
            };
            let rest = " ".repeat(width::width(&first));
            let drawn = place.lists <= INDENTS_MAX && self.open(&first, &rest, Tone::Bullet);
            self.blocks(item, place, true);
            self.close(drawn);
        }
    }

    fn code(&mut self, lines: &'a [Clean]) {
        let drawn = self.open("  ", "  ", Tone::Code);
        let mark = if self.o.plain {
            "  "
        } else if self.o.ascii {
            "\\ "
        } else {
            "↪ "
        };
        for (i, line) in lines.iter().enumerate() {
            self.offset += u32::from(i > 0);
            let text = Text::verbatim(line);
            let base = self.offset;
            let room = self.room();
            let marked = room >= ROOM_MIN;
            let mut from = 0;
            loop {
                let inner = if from > 0 && marked { room - 2 } else { room };
                let (mut to, mut used) = (from, 0);
                while to < text.cells.len() && (to == from || used + usize::from(text.cells[to].columns) <= inner) {
                    used += usize::from(text.cells[to].columns);
                    to += 1;
                }
                // After a space near the end if there is one, so that names stay whole.
                if to < text.cells.len()
                    && let Some(at) = (from + inner / 2..to).rev().find(|&i| text.slice(i, i + 1) == " ")
                {
                    to = at + 1;
                }
                let mut spans = Vec::with_capacity(2);
                if from > 0 && marked {
                    spans.push(span(mark.to_owned(), Tone::Dim));
                }
                if to > from {
                    spans.push(span(text.slice(from, to).to_owned(), Tone::Code));
                }
                self.push(spans, base + text.cells.get(from).map_or(0, |c| c.source), to < text.cells.len(), None);
                from = to;
                if from >= text.cells.len() {
                    break;
                }
            }
            self.offset = base + text.counted;
        }
        self.close(drawn);
    }

    fn picture(&mut self, url: Option<&'a Address>, alt: &'a Clean, caption: &'a [Span], credit: Option<&'a Clean>) {
        if !self.o.pictures {
            self.offset += Text::new(&caption.iter().map(|s| Piece::new(&s.text, Tone::Caption)).collect::<Vec<_>>()).counted;
            return;
        }
        let link = url.and_then(|u| self.number(u));
        let framed = url.is_some_and(|u| self.frame(u));
        let said = !alt.is_empty() || !caption.is_empty();
        let word = if self.o.plain { say!("text-picture-said") } else { say!("text-picture") };
        let mut pieces = Vec::new();
        if !framed || !said {
            pieces.extend([Piece { link, ..Piece::added(word, Tone::Dim) }, Piece::added(" ", Tone::Dim)]);
        }
        if caption.iter().all(|s| s.text.trim().is_empty()) {
            pieces.push(Piece::added(alt, Tone::Caption));
        }
        pieces.extend(self.pieces(caption, Tone::Caption));
        if let Some(credit) = credit.filter(|c| !c.is_empty()) {
            let bare = credit.starts_with('(');
            pieces.push(Piece::added(if bare { " " } else { " (" }, Tone::Credit));
            pieces.push(Piece::added(credit, Tone::Credit));
            pieces.push(Piece::added(if bare { "" } else { ")" }, Tone::Credit));
        }
        pieces.extend(link.filter(|_| self.o.links).map(|link| self.mark(link)));
        let text = Text::new(&pieces);
        self.text(&text, true, false);
    }

    /// Keeps rows free for a picture, if it gets any.
    fn frame(&mut self, address: &Address) -> bool {
        let room = self.room();
        let Some((cols, rows)) = self.o.frames.filter(|_| address.is_polled()).and_then(|f| f.frame(address, room)) else { return false };
        // All lines of the picture stand where its caption begins: a place in the middle of it is its top.
        for _ in 0..rows {
            self.push(Vec::new(), self.offset, true, None);
        }
        let line = self.out.lines.len() - usize::from(rows);
        let column = usize::from(self.o.width.max(1)).saturating_sub(room);
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        self.out.pictures.push(LaidPicture { line, column, cols, rows, address: address.clone() });
        true
    }

    fn embed(&mut self, label: &'a Clean, url: Option<&'a Address>) {
        let link = url.and_then(|u| self.number(u));
        let (sign, rest) = match (self.o.plain, self.o.ascii) {
            (true, _) => (&*format!("{} ", say!("text-embedded")), ""),
            (_, true) => ("> ", "  "),
            _ => ("▶ ", "  "),
        };
        let drawn = self.open(sign, rest, Tone::Bullet);
        let tone = if link.is_some() { Tone::Link } else { Tone::Caption };
        let mut pieces = vec![Piece { link, ..Piece::new(label, tone) }];
        if label.is_empty() {
            pieces.push(Piece { link, ..Piece::added(url.map_or("…", |u| u.as_str()), tone) });
        }
        if let Some(link) = link.filter(|_| self.o.links) {
            if !self.o.plain {
                pieces.push(Piece::added(" ", Tone::Dim));
            }
            pieces.push(Piece { number: false, ..self.mark(link) });
        }
        let text = Text::new(&pieces);
        self.text(&text, false, false);
        self.close(drawn);
    }

    /// What stands after a link: its number.
    fn mark(&self, link: u16) -> Piece<'a> {
        let number = Piece::number(link);
        if self.o.plain { Piece { text: format!("\u{a0}({})", say!("text-link", n = link)).into(), ..number } } else { number }
    }

    /// The number of an address: the same again if it was met before.
    fn number(&mut self, address: &'a Address) -> Option<u16> {
        if let Some(&n) = self.numbers.get(address) {
            return Some(n);
        }
        let n = u16::try_from(self.out.links.len() + 1).ok()?;
        self.out.links.push(address.clone());
        self.numbers.insert(address, n);
        Some(n)
    }

    fn pieces(&mut self, spans: &'a [Span], base: Tone) -> Vec<Piece<'a>> {
        let mut out = Vec::with_capacity(spans.len());
        for (i, s) in spans.iter().enumerate() {
            let link = s.link.as_ref().and_then(|l| self.number(l));
            let tone = match s {
                _ if base == Tone::Heading && !s.code => Tone::Heading,
                Span { code: true, .. } => Tone::Code,
                Span { struck: true, .. } => Tone::Struck,
                Span { emphasis: true, strong: true, .. } => Tone::EmphasisStrong,
                Span { strong: true, .. } => Tone::Strong,
                Span { emphasis: true, .. } => Tone::Emphasis,
                _ if link.is_some() => Tone::Link,
                _ => base,
            };
            out.push(Piece { link, ..Piece::new(&s.text, tone) });
            // A link is often several spans (a part of it is set in italics): one number at its end.
            let goes_on = spans.get(i + 1).is_some_and(|next| next.link == s.link);
            if let (Some(link), false, true) = (link, goes_on, self.o.links) {
                out.push(self.mark(link));
            }
        }
        out
    }

    /// Spans as inline text with numbered links.
    pub fn inline(&mut self, spans: &'a [Span], base: Tone) -> Text {
        Text::new(&self.pieces(spans, base))
    }

    /// Puts something at the start edge of the lines that follow, if there is room for it and for text beside it.
    fn open(&mut self, first: &str, rest: &str, tone: Tone) -> bool {
        let columns = width::width(first);
        let fits = self.room() >= columns + ROOM_MIN;
        if fits {
            self.prefixes.push(Prefix { first: first.to_owned(), rest: rest.to_owned(), tone, columns, used: false });
        }
        fits
    }

    fn close(&mut self, drawn: bool) {
        if drawn {
            self.prefixes.pop();
        }
    }

    /// Columns that are left for text.
    pub fn room(&self) -> usize {
        let taken: usize = self.prefixes.iter().map(|p| p.columns).sum();
        usize::from(self.o.width.max(1)).saturating_sub(taken).max(1)
    }

    /// The direction of a text, if any of it runs from right to left.
    pub fn levels(&self, text: &Text) -> Option<Levels> {
        // A voice reads in the order of the text.
        if self.o.plain { None } else { Levels::of(text, self.prefer_rtl) }
    }

    /// Sets one paragraph.
    fn text(&mut self, text: &Text, hyphenate: bool, heading: bool) {
        let base = self.offset;
        self.offset += text.counted;
        if text.is_empty() {
            return;
        }
        let room = self.room();
        let levels = self.levels(text);
        let rtl = levels.as_ref().is_some_and(|l| l.rtl);
        let lines = self.breaker.lines(text, room, hyphenate);
        let count = lines.len();
        for (i, line) in lines.iter().enumerate() {
            let last = i + 1 == count;
            let stretch =
                if self.o.justify && !last && !heading { stretch(text, line.from, line.to, room - line.columns.min(room)) } else { 0 };
            let spans = text.draw(line, levels.as_ref(), stretch);
            let keep = heading || (count > 1 && (i == 0 || i + 2 == count));
            let offset = base + if i == 0 { 0 } else { text.cells[line.from].source };
            self.push(spans, offset, keep, rtl.then_some(line.columns + stretch));
        }
    }

    /// Adds a line at `offset`; `rtl` is its width if it begins at the right edge.
    pub fn push(&mut self, spans: Vec<LaidSpan>, offset: u32, keep_with_next: bool, rtl: Option<usize>) {
        if let Some(blank) = self.blank.take()
            && !self.out.lines.is_empty()
        {
            let mut bars: Vec<LaidSpan> = self.prefixes[..blank.prefixes.min(self.prefixes.len())]
                .iter()
                .map(|p| span(if p.used || p.tone == Tone::QuoteMark { p.rest.clone() } else { " ".repeat(p.columns) }, p.tone))
                .collect();
            trim(&mut bars);
            self.out.lines.push(LaidLine { spans: bars, block: blank.block, offset: blank.offset, keep_with_next: false });
        }
        let room = self.room();
        let mut line = Vec::with_capacity(spans.len() + self.prefixes.len());
        let marks = self.prefixes.iter_mut().map(|p| {
            let text = if p.used { &p.rest } else { &p.first };
            p.used = true;
            (text, p.tone)
        });
        match rtl {
            None => {
                line.extend(marks.map(|(text, tone)| span(text.clone(), tone)));
                if spans.is_empty() {
                    trim(&mut line);
                }
                line.extend(spans);
            }
            Some(columns) => {
                if columns < room {
                    line.push(span(" ".repeat(room - columns), Tone::Body));
                }
                line.extend(spans);
                let marks: Vec<LaidSpan> = marks.map(|(text, tone)| span(bidi::turned(text), tone)).collect();
                line.extend(marks.into_iter().rev());
            }
        }
        self.out.lines.push(LaidLine { spans: line, block: self.block, offset, keep_with_next });
    }
}

/// Drops the spaces at the end of a line that has nothing but marks.
fn trim(line: &mut Vec<LaidSpan>) {
    while let Some(last) = line.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        if !last.text.is_empty() {
            break;
        }
        line.pop();
    }
}

/// How many columns to share out among a line's spaces; none where that would tear holes: no space grows by more than one
/// column, so that holes never stand above each other as rivers.
fn stretch(text: &Text, from: usize, to: usize, slack: usize) -> usize {
    let spaces = text.cells[from..to].iter().filter(|c| c.space).count();
    if slack <= spaces { slack } else { 0 }
}

pub(super) fn span(text: String, tone: Tone) -> LaidSpan {
    LaidSpan { text, tone, link: None }
}

/// Languages written from right to left (BCP 47 primary subtags).
fn right_to_left(tag: &str) -> bool {
    let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    matches!(primary.as_str(), "ar" | "arc" | "ckb" | "dv" | "fa" | "he" | "iw" | "ks" | "ps" | "sd" | "ug" | "ur" | "yi")
}
