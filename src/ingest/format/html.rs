//! A page at a feed's address: its feeds are named; its text is the page extractor's business.

use super::{Look, Parsed};
use crate::ingest::discover;
use crate::ingest::markup::cut;

/// Whether it is a page.
pub fn sniff(look: &Look<'_>) -> bool {
    if look.json.is_some() || look.text.starts_with(['{', '[']) {
        return false;
    }
    let head = cut(look.text, 2048).to_ascii_lowercase();
    matches!(look.root.as_str(), "html" | "head" | "body")
        || head.contains("<!doctype html")
        || matches!(
            look.root.as_str(),
            "p" | "div"
                | "h1"
                | "h2"
                | "h3"
                | "title"
                | "meta"
                | "link"
                | "center"
                | "table"
                | "article"
                | "section"
                | "br"
                | "b"
                | "pre"
                | "script"
                | "style"
                | "main"
        )
}

/// The feeds that it points to.
pub fn parse(look: &Look<'_>) -> Parsed {
    Parsed { format: "html".into(), feeds: discover::feeds(look.text, look.source.url), ..Parsed::default() }
}
