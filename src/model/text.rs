//! Text from outside, made harmless once: [`Clean`] holds no control character by construction, and [`Block`] and
//! [`Span`] are an article's structure without a width (a terminal's columns are the typesetter's business).

use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_segmentation::UnicodeSegmentation;

use super::Address;

/// How many combining marks one base character may carry; more is an attack on the row height (“zalgo”).
const COMBINING_CAP: usize = 4;

/// One line of text that is safe to print: no C0, DEL or C1 control, no bidirectional control, no invisible format
/// character (zero-width joiners and variation selectors stay where scripts and emoji need them), white space folded
/// to single spaces and trimmed. The only way to make one is through the filter, so a `Clean` in hand is proof.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Clean(String);

impl Clean {
    /// Filters `raw` into one line: line breaks and tabs become spaces, runs of white space one space.
    pub fn line(raw: &str) -> Self {
        let raw = raw.trim();
        // What was taken away may have hidden white space at an end.
        if folded(raw) { Self(raw.to_owned()) } else { Self(filter(raw, true).trim().to_owned()) }
    }

    /// Like [`Clean::line`], but keeps runs of spaces and turns a tab into four: for lines of code and for spans whose
    /// edge spaces matter.
    pub fn verbatim(raw: &str) -> Self {
        if harmless(raw) { Self(raw.to_owned()) } else { Self(filter(raw, false)) }
    }

    /// Whether [`Clean::line`] would give `raw` back as it is.
    pub fn is_line(raw: &str) -> bool {
        raw.trim().len() == raw.len() && folded(raw)
    }

    /// [`Clean::verbatim`] of a text that is at hand as a `String`: nearly always it is only moved.
    pub fn moved(raw: String) -> Self {
        if harmless(&raw) { Self(raw) } else { Self(filter(&raw, false)) }
    }

    /// Filters `raw` and cuts it after `max` characters, with an ellipsis where something was cut.
    pub fn capped(raw: &str, max: usize) -> Self {
        let line = Self::line(raw);
        if line.0.len() <= max {
            return line;
        }
        let mut chars = 0;
        for (at, grapheme) in line.0.grapheme_indices(true) {
            chars += grapheme.chars().count();
            if chars > max {
                return Self(format!("{}…", line.0[..at].trim_end()));
            }
        }
        line
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Some(self)` unless it is empty.
    pub fn non_empty(self) -> Option<Self> {
        (!self.0.is_empty()).then_some(self)
    }

    /// The text itself, still harmless but no longer marked so.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::ops::Deref for Clean {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Clean {
    fn from(raw: &str) -> Self {
        Self::line(raw)
    }
}

impl From<String> for Clean {
    fn from(raw: String) -> Self {
        Self::line(&raw)
    }
}

// What a cache holds is outside too: a changed or foreign file must not bring controls in.
impl<'de> Deserialize<'de> for Clean {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let raw = String::deserialize(d)?;
        Ok(Self::verbatim(&raw))
    }
}

/// Whether the filter (without folding) would change nothing: ASCII, Latin up to U+02FF and the usual punctuation of
/// U+2010–U+2027 and U+2030–U+203F, which is nearly all that European news is written in.
fn harmless(s: &str) -> bool {
    let b = s.as_bytes();
    let mut i = 0;
    while i < b.len() {
        // Sixteen bytes of ASCII at a time, without a branch within.
        if let Some(chunk) = b.get(i..i + 16)
            && chunk.iter().fold(true, |fine, c| fine & (c.wrapping_sub(0x20) < 0x5f))
        {
            i += 16;
            continue;
        }
        // Up to what stopped it, so that the chunks go on behind that and not one byte further on.
        while i < b.len() && matches!(b[i], 0x20..=0x7e) {
            i += 1;
        }
        if i == b.len() {
            break;
        }
        i += match b[i] {
            0xc2 if b[i + 1] >= 0xa0 && b[i + 1] != 0xad => 2,
            0xc3..=0xcb => 2,
            0xe2 if b[i + 1] == 0x80 && matches!(b[i + 2], 0x90..=0xa7 | 0xb0..=0xbf) => 3,
            _ => return false,
        };
    }
    true
}

/// [`harmless`], and no white space to fold within.
fn folded(s: &str) -> bool {
    memchr::memmem::find(s.as_bytes(), b"  ").is_none() && harmless(s)
}

fn filter(raw: &str, fold: bool) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut marks = 0;
    // A joiner is held back until what follows is kept too, so that filtering twice gives the same.
    let mut joiner = None;
    for c in raw.chars() {
        if combining(c) {
            marks += 1;
            if marks > COMBINING_CAP {
                continue;
            }
        } else {
            marks = 0;
        }
        match c {
            '\t' if !fold => {
                joiner = None;
                out.push_str("    ");
            }
            c if c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}' && c != '\u{3000}' && c != '\u{2007}' => {
                joiner = None;
                if !(fold && out.ends_with(' ')) {
                    out.push(' ');
                }
            }
            // A joiner lives between two visible characters, as in emoji sequences, Arabic and Indic scripts.
            '\u{200c}' | '\u{200d}' => joiner = out.chars().next_back().is_some_and(joinable).then_some(c),
            c if invisible(c) => {}
            c => {
                out.extend(joiner.take().filter(|_| joinable(c)));
                out.push(c);
            }
        }
    }
    if fold { out.trim_matches(' ').to_owned() } else { out }
}

/// Characters next to which a zero-width joiner has a meaning.
fn joinable(c: char) -> bool {
    c as u32 >= 0x300 && !c.is_whitespace() && !invisible(c) && !matches!(c, '\u{200c}' | '\u{200d}')
}

/// Controls, bidirectional controls and format characters that only serve to hide or to reorder.
/// Source: Unicode 16, `General_Category=Cc` and `Default_Ignorable_Code_Point`, less what emoji and scripts need.
fn invisible(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

fn combining(c: char) -> bool {
    matches!(c as u32,
        0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x610..=0x61a | 0x64b..=0x65f | 0x1ab0..=0x1aff
        | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xe31 | 0xe34..=0xe3a | 0xe47..=0xe4e | 0xfe20..=0xfe2f)
}

/// A run of text in one style. Edge spaces are kept: they part it from its neighbours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// What it says.
    pub text: Clean,
    /// Set in italics.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub emphasis: bool,
    /// Set in bold.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strong: bool,
    /// Set as code.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub code: bool,
    /// Struck through.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub struck: bool,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Address>,
}

impl Span {
    /// A run without any style.
    pub fn plain(text: &str) -> Self {
        Self { text: Clean::verbatim(text), ..Self::default() }
    }
}

/// One block of an article, in reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs)] // the fields say what they are
pub enum Block {
    Paragraph {
        spans: Vec<Span>,
    },
    /// A subhead; `level` 2 to 6 (1 is the article's own title and never a block).
    Heading {
        level: u8,
        spans: Vec<Span>,
    },
    Quote {
        blocks: Vec<Block>,
    },
    /// `start` is the first item's number when `ordered`.
    List {
        ordered: bool,
        start: u32,
        items: Vec<Vec<Block>>,
    },
    /// Rows of cells; the first row is a head if `head`.
    Table {
        head: bool,
        rows: Vec<Vec<Vec<Span>>>,
    },
    Code {
        lines: Vec<Clean>,
    },
    Picture {
        url: Option<Address>,
        alt: Clean,
        caption: Vec<Span>,
        credit: Option<Clean>,
    },
    /// Something that a terminal cannot show (video, post, map): a label and where it is.
    Embed {
        label: Clean,
        url: Option<Address>,
    },
    Footnote {
        mark: Clean,
        spans: Vec<Span>,
    },
    Rule,
}

impl Block {
    /// A paragraph of plain text.
    pub fn paragraph(text: &str) -> Self {
        Block::Paragraph { spans: vec![Span::plain(text.trim())] }
    }

    /// The words of this block: what search, comparison and counting see. Pictures give their caption.
    pub fn text(&self) -> String {
        let mut out = match self {
            Block::Paragraph { spans } => String::with_capacity(spans.iter().map(|s| s.text.len()).sum()),
            _ => String::new(),
        };
        self.write_text(&mut out);
        out
    }

    fn write_text(&self, out: &mut String) {
        match self {
            Block::Paragraph { spans } | Block::Heading { spans, .. } | Block::Footnote { spans, .. } => join(spans, out),
            Block::Quote { blocks } => lines(blocks.iter(), out),
            Block::List { items, .. } => lines(items.iter().flatten(), out),
            Block::Table { rows, .. } => {
                for (i, row) in rows.iter().enumerate() {
                    if i > 0 {
                        out.push('\n');
                    }
                    for (k, cell) in row.iter().enumerate() {
                        if k > 0 {
                            out.push(' ');
                        }
                        join(cell, out);
                    }
                }
            }
            Block::Code { lines } => {
                for (i, line) in lines.iter().enumerate() {
                    if i > 0 {
                        out.push('\n');
                    }
                    out.push_str(line);
                }
            }
            Block::Picture { caption, .. } => join(caption, out),
            Block::Embed { label, .. } => out.push_str(label),
            Block::Rule => {}
        }
    }
}

fn join(spans: &[Span], out: &mut String) {
    for span in spans {
        out.push_str(&span.text);
    }
}

fn lines<'a>(blocks: impl Iterator<Item = &'a Block>, out: &mut String) {
    for (i, block) in blocks.enumerate() {
        if i > 0 {
            out.push('\n');
        }
        block.write_text(out);
    }
}

/// The running text of an article: its blocks' words, a line each. Captions and embeds are not part of it.
pub fn plain_text(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        if matches!(block, Block::Picture { .. } | Block::Embed { .. } | Block::Rule) {
            continue;
        }
        let at = out.len();
        block.write_text(&mut out);
        if out.len() > at {
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Where the pictures of a text are, in reading order.
pub fn pictures(blocks: &[Block]) -> Vec<&Address> {
    let mut out = Vec::new();
    collect(blocks, &mut out);
    out
}

fn collect<'a>(blocks: &'a [Block], out: &mut Vec<&'a Address>) {
    for block in blocks {
        match block {
            Block::Picture { url, .. } => out.extend(url),
            Block::Quote { blocks } => collect(blocks, out),
            Block::List { items, .. } => items.iter().for_each(|item| collect(item, out)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, want: &str) {
        assert_eq!(Clean::line(raw).as_str(), want);
    }

    #[test]
    fn controls_never_pass() {
        check("a\u{1b}[31mb", "a[31mb");
        check("a\u{9b}31mb\u{7f}", "a31mb");
        check("\u{202e}evil\u{2066}", "evil");
        check("zero\u{200b}width\u{feff}", "zerowidth");
        check("tag\u{e0041}", "tag");
    }

    #[test]
    fn white_space_before_what_is_taken_away_is_at_an_end() {
        check("\u{1}\u{202f}end\u{202f}\u{1}", "end");
        assert!(Clean::is_line(Clean::line("end\u{a0}\0").as_str()));
    }

    #[test]
    fn the_short_way_gives_what_the_filter_gives() {
        for c in (0u32..0x2100).filter_map(char::from_u32) {
            let raw = format!("a{c}b");
            assert_eq!(Clean::verbatim(&raw).as_str(), filter(&raw, false), "U+{:04X}", c as u32);
            assert_eq!(Clean::line(&raw).as_str(), filter(&raw, true), "U+{:04X}", c as u32);
        }
    }

    #[test]
    fn white_space_is_folded() {
        check("  Gipfel\r\n\tin   Anchorage ", "Gipfel in Anchorage");
        assert_eq!(Clean::verbatim(" a\tb ").as_str(), " a    b ");
    }

    #[test]
    fn scripts_and_emoji_stay_whole() {
        check("👩‍👩‍👧 می‌خواهم 🇦🇹 ❤️", "👩‍👩‍👧 می‌خواهم 🇦🇹 ❤️");
        check("a\u{200d}b", "ab");
    }

    #[test]
    fn a_joiner_before_something_that_is_dropped_goes_too() {
        check("旵\0\u{200d}\u{200d}?>\t", "旵?>");
        for raw in ["旵\0\u{200d}\u{200d}?>", "👩\u{200d}\0👧", "ب\u{200c}\u{202e} x", "a\u{200d}\u{301}\u{200d}b"] {
            let once = Clean::line(raw);
            assert_eq!(Clean::line(&once), once, "{raw:?}");
        }
    }

    #[test]
    fn combining_marks_are_clamped() {
        let zalgo = format!("e{}", "\u{301}".repeat(200));
        assert_eq!(Clean::line(&zalgo).chars().count(), 1 + COMBINING_CAP);
    }

    #[test]
    fn a_cap_never_splits_a_grapheme() {
        assert_eq!(Clean::capped("abc", 3).as_str(), "abc");
        assert_eq!(Clean::capped("abcd", 3).as_str(), "abc…");
        assert_eq!(Clean::capped("ab👩‍👩‍👧cd", 3).as_str(), "ab…");
    }

    #[test]
    fn plain_text_is_a_line_a_block_without_captions() {
        let blocks = [
            Block::paragraph("One."),
            Block::Picture { url: None, alt: Clean::default(), caption: vec![Span::plain("caption")], credit: None },
            Block::Heading { level: 2, spans: vec![Span::plain("Two")] },
            Block::List { ordered: false, start: 1, items: vec![vec![Block::paragraph("a")], vec![Block::paragraph("b")]] },
        ];
        assert_eq!(plain_text(&blocks), "One.\nTwo\na\nb");
    }

    #[test]
    fn pictures_are_found_in_quotes_and_lists_too() {
        let picture = |n: u8| Block::Picture {
            url: format!("https://a.example/{n}.png").parse().ok(),
            alt: Clean::default(),
            caption: Vec::new(),
            credit: None,
        };
        let list = Block::List { ordered: false, start: 1, items: vec![vec![Block::paragraph("a"), picture(3)]] };
        let blocks = [picture(1), Block::Quote { blocks: vec![picture(2), list] }];
        assert_eq!(
            pictures(&blocks).iter().map(|a| a.as_str()).collect::<Vec<_>>(),
            ["https://a.example/1.png", "https://a.example/2.png", "https://a.example/3.png"]
        );
    }
}
