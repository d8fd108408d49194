//! Text constructs: what an element's text is (plain, HTML, XHTML, base64), by what it says, by its format's habit, and
//! by a guess where neither helps.

use std::borrow::Cow;

use crate::ingest::tree::{Id, Ns, Tree};
use crate::ingest::{blocks, decode, plain};
use crate::model::{Address, Block, Clean, plain_text};

/// The longest headline or name kept, in characters.
pub const TITLE: usize = 1000;

/// What an element's text is.
pub enum Rich<'t> {
    /// Text without markup.
    Plain(Cow<'t, str>),
    /// Text without markup that a program encoded: nothing in it is escaped by mistake.
    Exact(String),
    /// HTML.
    Html(Cow<'t, str>),
    /// Markup that stands in the feed's own tree.
    Nodes,
}

/// The text of the element `id`.
pub fn rich<'t>(tree: &'t Tree<'_>, id: Id) -> Rich<'t> {
    let (ns, _) = tree.name(id);
    let kind = tree.attribute(id, "type").unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let mode = tree.attribute(id, "mode").unwrap_or("").to_ascii_lowercase();
    if tree.has_elements(id) && mode != "escaped" {
        return Rich::Nodes;
    }
    let text = tree.text(id);
    // `&#226;&#128;&#166;`: encoded twice, but hidden behind references.
    let text = decode::undo_double_encoding(&text).map_or(text, Cow::Owned);
    if mode == "base64" || (ns == Ns::Atom && binary(&kind)) {
        return match base64(&text) {
            Some(decoded) if kind.contains("html") => Rich::Html(Cow::Owned(decoded)),
            Some(decoded) => Rich::Exact(decoded),
            None => Rich::Plain(text),
        };
    }
    match ns {
        Ns::Atom => match kind.as_str() {
            "html" | "xhtml" | "text/html" | "application/xhtml+xml" => Rich::Html(text),
            // Many say nothing and mean HTML.
            "" if plain::looks_like_html(&text) => Rich::Html(text),
            _ => Rich::Plain(text),
        },
        _ if kind == "plain" || kind == "text/plain" => Rich::Plain(text),
        _ => Rich::Html(text),
    }
}

/// Media types whose content Atom carries as base64 (RFC 4287 §4.1.3.3).
fn binary(kind: &str) -> bool {
    kind.contains('/') && !kind.starts_with("text/") && !kind.ends_with("+xml") && !kind.ends_with("/xml") && !kind.contains("html")
}

/// Base64, lenient about white space and padding; `None` if it is something else or no text.
fn base64(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut n) = (0u32, 0);
    for b in text.bytes() {
        let v = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => continue,
            b if b.is_ascii_whitespace() => continue,
            _ => return None,
        };
        bits = bits << 6 | u32::from(v);
        n += 6;
        if n >= 8 {
            n -= 8;
            out.push((bits >> n) as u8);
        }
    }
    String::from_utf8(out).ok().filter(|s| !s.contains('\0'))
}

/// A headline or name: one line.
pub fn line(tree: &Tree<'_>, id: Id) -> Clean {
    match rich(tree, id) {
        Rich::Plain(text) => plain_line(&text),
        Rich::Exact(text) => Clean::capped(head(&text), TITLE),
        Rich::Html(text) => html_line(&text),
        Rich::Nodes => Clean::capped(&plain_text(&blocks::from_tree(tree, id, None)), TITLE),
    }
}

/// One line of plain text; references that were escaped twice are resolved all the same.
pub fn plain_line(text: &str) -> Clean {
    let text = head(text);
    Clean::capped(&crate::ingest::entities::unescape(text), TITLE)
}

/// One line of HTML.
pub fn html_line(text: &str) -> Clean {
    Clean::capped(&plain::line_of(head(text)), TITLE)
}

/// No headline needs more bytes than this to be cut right.
fn head(text: &str) -> &str {
    crate::ingest::markup::cut(text, TITLE * 16)
}

/// A text of several paragraphs.
pub fn body(tree: &Tree<'_>, id: Id, base: Option<&Address>) -> Vec<Block> {
    match rich(tree, id) {
        Rich::Plain(text) => plain::from_text(&text),
        Rich::Exact(text) => plain::from_text(&text),
        Rich::Html(text) => blocks::from_html(&text, base),
        Rich::Nodes => blocks::from_tree(tree, id, base),
    }
}
