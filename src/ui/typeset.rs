//! Blocks to lines of a width. A stand-in that wraps paragraphs plainly.

use crate::model::{Address, Block, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How to set a text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Columns.
    pub width: u16,
    /// BCP 47.
    pub language: Option<&'a str>,
}

/// What a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Tone {
    Body,
    Emphasis,
    Strong,
    Heading,
    Quote,
    Code,
    Link,
    Caption,
    Rule,
}

/// A run in one tone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaidSpan {
    /// Its text, harmless.
    pub text: String,
    /// What it is.
    pub role: Tone,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaidLine {
    /// Its runs.
    pub spans: Vec<LaidSpan>,
    /// The block it belongs to.
    pub block: u32,
    /// Graphemes of that block before it.
    pub offset: u32,
}

/// A text, laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Laid {
    /// Its lines.
    pub lines: Vec<LaidLine>,
    /// Its links; number 1 is the first.
    pub links: Vec<Address>,
}

/// Lays out blocks.
pub fn lay(blocks: &[Block], options: &Options<'_>) -> Laid {
    let mut out = Laid::default();
    for (i, block) in blocks.iter().enumerate() {
        let block_no = i as u32;
        if i > 0 {
            out.lines.push(LaidLine { spans: Vec::new(), block: block_no, offset: 0 });
        }
        let tone = match block {
            Block::Heading { .. } => Tone::Heading,
            Block::Quote { .. } => Tone::Quote,
            Block::Picture { .. } | Block::Footnote { .. } => Tone::Caption,
            Block::Code { .. } => Tone::Code,
            _ => Tone::Body,
        };
        let mut text = block.text();
        if let Block::Paragraph { spans } | Block::Heading { spans, .. } = block {
            text = linked(spans, &mut out.links);
        }
        let mut offset = 0;
        for line in text.split('\n') {
            for piece in wrap(line, usize::from(options.width.max(1))) {
                let n = piece.graphemes(true).count() as u32;
                out.lines.push(LaidLine { spans: vec![LaidSpan { text: piece, role: tone }], block: block_no, offset });
                offset += n;
            }
        }
    }
    out
}

fn linked(spans: &[Span], links: &mut Vec<Address>) -> String {
    let mut text = String::new();
    for span in spans {
        text.push_str(&span.text);
        if let Some(link) = &span.link {
            links.push(link.clone());
            text.push_str(&format!("[{}]", links.len()));
        }
    }
    text
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("it starts with one");
        if !last.is_empty() && last.width() + 1 + word.width() <= width {
            last.push(' ');
            last.push_str(word);
        } else if last.is_empty() && word.width() <= width {
            last.push_str(word);
        } else {
            let mut line = String::new();
            for g in word.graphemes(true) {
                if !line.is_empty() && line.width() + g.width() > width {
                    lines.push(std::mem::take(&mut line));
                }
                line.push_str(g);
            }
            lines.push(line);
        }
    }
    lines.retain(|l| !l.is_empty());
    lines
}
