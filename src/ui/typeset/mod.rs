//! The typesetter: an article's blocks, which know no width, become lines of spans for a number of columns. Pure functions
//! without a terminal type in sight; panes give each [`Tone`] its look. A line remembers where in its block it stands,
//! so that a reader's place survives another width.
//!
//! ```text
//! Block --flow--> prefixes (bars, bullets) + inline text --inline--> cells --wrap--> lines --bidi--> spans
//!          '----> table: the same for each cell, side by side
//! ```
//!
//! All of it is linear in the length of the text, and total: any width from 1, any script, any nesting.

mod bidi;
mod flow;
mod frame;
mod hyphen;
mod inline;
mod table;
mod width;
mod wrap;

#[cfg(test)]
mod tests;

pub use frame::{Frames, pixels};
pub use width::{fit, pad, width, wrap};

use crate::model::{Address, Block, Position};

/// How to set an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// Columns for the text; 0 counts as 1.
    pub width: u16,
    /// The article's language (BCP 47): chooses the hyphenation and, for right-to-left languages, the side.
    pub language: Option<&'a str>,
    /// Part words at line ends, where the language has patterns.
    pub hyphenate: bool,
    /// Stretch spaces so that both edges are straight.
    pub justify: bool,
    /// Show each link's number after its text.
    pub links: bool,
    /// Signs that are letters only: no bars, bullets or arrows.
    pub ascii: bool,
    /// For the ear: words for what signs say, no columns.
    pub plain: bool,
    /// Give pictures their line; without it they are left out.
    pub pictures: bool,
    /// Keep rows free above that line for the picture itself.
    pub frames: Option<Frames<'a>>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            width: 66,
            language: None,
            hyphenate: true,
            justify: false,
            links: true,
            ascii: false,
            plain: false,
            pictures: true,
            frames: None,
        }
    }
}

/// What a run of text is; the theme says how that looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names say what they are
pub enum Tone {
    Body,
    Emphasis,
    Strong,
    EmphasisStrong,
    Code,
    Struck,
    Heading,
    Quote,
    QuoteMark,
    Bullet,
    Caption,
    Credit,
    Link,
    /// The quiet number after a link.
    LinkNumber,
    TableRule,
    Dim,
}

/// Text in one tone, ready to draw from left to right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaidSpan {
    /// What to draw; may hold any grapheme but no control character (its sources are `Clean`).
    pub text: String,
    /// What it is.
    pub tone: Tone,
    /// The link it belongs to: number n is `Laid::links[n - 1]`.
    pub link: Option<u16>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaidLine {
    /// From left to right; empty for a blank line.
    pub spans: Vec<LaidSpan>,
    /// Index of the outermost block that this line belongs to; a blank line belongs to the block before it.
    pub block: u32,
    /// Graphemes of that block's [`Block::text`] before this line. In tables: before this row.
    pub offset: u32,
    /// A page should not end here: a heading, the first line of a paragraph, the last but one.
    pub keep_with_next: bool,
}

impl LaidLine {
    /// The line's text as drawn.
    pub fn text(&self) -> String {
        self.spans.iter().map(|s| s.text.as_str()).collect()
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.spans.iter().map(|s| width(&s.text)).sum()
    }

    fn place(&self) -> (u32, u32) {
        (self.block, self.offset)
    }
}

/// An article set for a width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Laid {
    /// From top to bottom.
    pub lines: Vec<LaidLine>,
    /// Where the numbered links lead: number n is `links[n - 1]`; each address has one number.
    pub links: Vec<Address>,
    /// Rows kept free for pictures, from top to bottom.
    pub pictures: Vec<LaidPicture>,
}

/// Rows kept free for a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaidPicture {
    /// The first of its lines.
    pub line: usize,
    /// Columns before it.
    pub column: u16,
    /// Columns for it.
    pub cols: u16,
    /// Rows for it.
    pub rows: u16,
    /// Where it is.
    pub address: Address,
}

impl Laid {
    /// The line on which the grapheme `offset` of `block` stands; the nearest one before it where there is none
    /// (the first line if nothing stands before). An index into `lines`, 0 if there are none.
    pub fn line_of(&self, block: u32, offset: u32) -> usize {
        let after = self.lines.partition_point(|l| l.place() <= (block, offset));
        match after.checked_sub(1) {
            None => 0,
            Some(last) => {
                let place = self.lines[last].place();
                self.lines.partition_point(|l| l.place() < place)
            }
        }
    }

    /// Where `line` stands, to find it again at another width with [`Laid::line_of`]. Keep this place as long as the
    /// reader does not move, rather than asking anew after each change of width: then no rounding adds up.
    pub fn position(&self, line: usize) -> Position {
        self.lines.get(line).or(self.lines.last()).map_or_else(Position::default, |l| Position { block: l.block, offset: l.offset })
    }
}

/// Sets `blocks`.
pub fn lay(blocks: &[Block], o: &Options<'_>) -> Laid {
    flow::Flow::new(o).run(blocks)
}
