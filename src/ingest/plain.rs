//! Text without structure: plain paragraphs, and one line out of HTML for titles and names.

use std::borrow::Cow;

use super::elements::{block_level, known};
use super::markup::{Dialect, Scanner, Token, cut};
use crate::model::{Block, Clean, Span};

/// Bytes and paragraphs kept of one text.
const MAX_BYTES: usize = 2 << 20;
const MAX_PARAGRAPHS: usize = 200_000;

/// Plain text: a blank line parts paragraphs.
pub fn from_text(text: &str) -> Vec<Block> {
    let text = cut(text, MAX_BYTES);
    let mut out = Vec::new();
    let mut paragraph = String::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            end_paragraph(&mut paragraph, &mut out);
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
        }
    }
    end_paragraph(&mut paragraph, &mut out);
    out
}

fn end_paragraph(paragraph: &mut String, out: &mut Vec<Block>) {
    let line = Clean::line(paragraph);
    if !line.is_empty() && out.len() < MAX_PARAGRAPHS {
        out.push(Block::Paragraph { spans: vec![Span { text: line, ..Span::default() }] });
    }
    paragraph.clear();
}

/// One line of text out of HTML, for titles and names: known tags go, other angle brackets stay.
pub fn line_of(html: &str) -> Cow<'_, str> {
    if memchr::memchr(b'<', html.as_bytes()).is_none() {
        return super::entities::unescape(html);
    }
    let mut out = String::with_capacity(html.len().min(4096));
    let mut scanner = Scanner::new(html, Dialect::Html);
    let mut start = 0;
    let mut hidden = false;
    while let Some(token) = scanner.next() {
        match token {
            Token::Text(t) => {
                if !hidden {
                    out.push_str(&t);
                }
            }
            Token::Open { name, .. } | Token::Close { name } if !known(&name.to_ascii_lowercase()) => {
                out.push_str(&html[start..scanner.position()])
            }
            Token::Open { name, empty } => {
                hidden = !empty && (name.eq_ignore_ascii_case("script") || name.eq_ignore_ascii_case("style"));
                if block_level(&name.to_ascii_lowercase()) {
                    out.push(' ');
                }
            }
            Token::Close { name } => {
                hidden = false;
                if block_level(&name.to_ascii_lowercase()) {
                    out.push(' ');
                }
            }
        }
        start = scanner.position();
    }
    Cow::Owned(out)
}

/// Whether a text that says nothing of its type is HTML after all.
pub fn looks_like_html(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'<', bytes).take(50).any(|i| {
        let rest = &text[i + 1..];
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        end > 0
            && end < 12
            && name[end..].starts_with([' ', '>', '/', '\n'])
            && known(&name[..end].to_ascii_lowercase())
            && rest.contains('>')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_line_parts_paragraphs() {
        assert_eq!(crate::model::plain_text(&from_text("a\nb\n\nc")), "a b\nc");
    }

    #[test]
    fn one_line_keeps_what_is_no_tag() {
        assert_eq!(line_of("a <b>b</b> &amp; <3 <unknown> x"), "a b & <3 <unknown> x");
        assert_eq!(line_of("It&rsquo;s R&D"), "It’s R&D");
    }
}
