//! The places of an article where a credit may stand, as pages and feeds fill them.

use crate::model::{Address, Block, Span};

/// A value of a metadata field that may name who reported it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which field: `json-ld author`, `dc:creator`, `rss source`, `meta author`, `json-ld image.author` …
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Field {
    /// A field by name and value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// All places of an article where a credit may stand, gathered before boilerplate is removed.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// Metadata about the text.
    pub fields: Vec<Field>,
    /// Short blocks between the headline and the first paragraph, in order.
    pub head: Vec<String>,
    /// The paragraphs of the text, in order.
    pub paragraphs: Vec<String>,
    /// Up to six short blocks after the last paragraph, in order.
    pub tail: Vec<String>,
    /// Captions and picture credits.
    pub captions: Vec<String>,
    /// The headline.
    pub title: String,
    /// The publisher's name.
    pub outlet: Option<String>,
    /// Where the article stands.
    pub url: Option<Address>,
    /// Its language (BCP 47).
    pub language: Option<String>,
}

/// A paragraph at least this long, in characters, is running text; a shorter one may be a line about the text.
const RUNNING: usize = 120;

impl Slots {
    /// The slots of a text that is already in blocks, as feeds deliver it and pages after extraction: short blocks before
    /// the first running paragraph are the head, those after the last one the tail, pictures give captions. What else
    /// is known (fields, outlet, address, language) is the caller's to add.
    pub fn from_body(title: &str, blocks: &[Block]) -> Slots {
        let mut out = Slots { title: title.to_owned(), ..Slots::default() };
        let mut texts = Vec::new();
        out.gather(blocks, 0, &mut texts);
        let running = |t: &String| t.chars().nth(RUNNING).is_some();
        let Some(first) = texts.iter().position(running) else {
            // Nothing runs: a teaser. Its one or two lines are read from both ends.
            out.paragraphs = texts;
            return out;
        };
        let last = texts.iter().rposition(running).unwrap_or(first);
        let tail = texts.split_off(last + 1);
        out.paragraphs = texts.split_off(first);
        out.head = texts;
        // Sign-offs are the last lines; short paragraphs of dialogue before them are text.
        let cut = tail.len().saturating_sub(6);
        out.paragraphs.extend(tail[..cut].iter().cloned());
        out.tail = tail[cut..].to_vec();
        out
    }

    fn gather(&mut self, blocks: &[Block], depth: u8, texts: &mut Vec<String>) {
        for block in blocks {
            match block {
                Block::Paragraph { spans } | Block::Footnote { spans, .. } => {
                    let text = words(spans);
                    if !text.trim().is_empty() {
                        texts.push(text);
                    }
                }
                Block::Quote { blocks } if depth < 8 => self.gather(blocks, depth + 1, texts),
                Block::List { items, .. } if depth < 8 => {
                    for item in items {
                        self.gather(item, depth + 1, texts);
                    }
                }
                Block::Picture { caption, credit, .. } => {
                    let text = words(caption);
                    if !text.trim().is_empty() {
                        self.captions.push(text);
                    }
                    if let Some(credit) = credit {
                        self.captions.push(credit.to_string());
                    }
                }
                _ => {}
            }
        }
    }
}

fn words(spans: &[Span]) -> String {
    spans.iter().map(|s| s.text.as_str()).collect()
}
