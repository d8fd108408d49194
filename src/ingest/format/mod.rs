//! Feeds in every format. [`FORMATS`] is the table: a format is one row here and one file beside this one. A document is
//! decoded once, looked at once ([`Look`]), and handed to the first row that knows it.

mod entry;
mod html;
mod json;
mod sitemap;
mod text;
mod xml;

use serde_json::Value;

use super::attribute::{Registry, Slots, attribute};
use super::markup::{Dialect, Scanner, Token, cut};
use super::{Ingested, Source, decode, normalise};
use crate::model::{Clean, Failure, FailureKind, FeedFacts, Item};

pub use entry::Draft;

#[cfg(test)]
mod tests;

/// Entries read of one document.
pub const MAX_ENTRIES: usize = 50_000;
/// How far a document's root is looked for, in bytes and in tags (error messages of servers stand before some).
const ROOT_WITHIN: usize = 64 * 1024;
const ROOT_TAGS: usize = 200;

/// A format that is read.
pub struct Format {
    /// Its name in messages.
    pub name: &'static str,
    /// Whether the document is one.
    pub sniff: fn(&Look<'_>) -> bool,
    /// Reads it.
    pub parse: fn(&Look<'_>) -> Parsed,
}

/// The formats, most telling first.
pub const FORMATS: &[Format] = &[
    Format { name: "RSS", sniff: xml::is_rss, parse: xml::parse },
    Format { name: "RSS 1.0 (RDF)", sniff: xml::is_rdf, parse: xml::parse },
    Format { name: "Atom", sniff: xml::is_atom, parse: xml::parse },
    Format { name: "CDF", sniff: xml::is_cdf, parse: xml::parse },
    Format { name: "JSON Feed", sniff: json::sniff, parse: json::parse },
    Format { name: "news sitemap", sniff: sitemap::sniff, parse: sitemap::parse },
    Format { name: "HTML", sniff: html::sniff, parse: html::parse },
];

/// A document as all rows see it.
pub struct Look<'a> {
    /// Its text.
    pub text: &'a str,
    /// The first element that may be a root, its prefix dropped, in lower case; empty if there is none.
    pub root: String,
    /// The document as JSON, if it is.
    pub json: Option<Value>,
    /// Where it came from and when.
    pub source: &'a Source<'a>,
    /// The agencies that credits are looked up in.
    pub registry: &'a Registry,
}

impl Look<'_> {
    /// An entry with its identity and its credits: the same for every format.
    fn item(&self, draft: Draft, feed: Option<&FeedFacts>) -> Item {
        let Draft { mut item, fields, captions } = draft;
        normalise::identify(&mut item);
        let mut slots = Slots::from_item(&item, fields, captions);
        if slots.outlet.is_none() {
            slots.outlet = feed.and_then(|f| f.title.as_ref()).map(ToString::to_string);
        }
        item.attribution = attribute(&slots, self.registry);
        item
    }
}

/// What a row gives.
#[derive(Default)]
pub struct Parsed {
    /// See [`Ingested::format`].
    pub format: String,
    /// See [`Ingested::feed`].
    pub feed: Option<FeedFacts>,
    /// The entries, each through [`Look::item`].
    pub items: Vec<Item>,
    /// See [`Ingested::warnings`].
    pub warnings: Vec<Clean>,
    /// See [`Ingested::feeds`].
    pub feeds: Vec<super::FeedLink>,
    /// See [`Ingested::broken_off`].
    pub broken_off: bool,
}

/// Tells the format and reads it. Total: what is nothing known comes back with an error in words.
pub fn read(source: &Source<'_>, registry: &Registry) -> Ingested {
    let text = decode::decode(source.bytes, source.content_type);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let json = text.starts_with(['{', '[']).then(|| json::lenient(text)).flatten();
    let (json, json_broken_off) = json.map_or((None, false), |(value, cut)| (Some(value), cut));
    let root = if json.is_some() { String::new() } else { root(text) };
    let look = Look { text, root, json, source, registry };
    let Some(format) = FORMATS.iter().find(|f| (f.sniff)(&look)) else {
        return Ingested { format: "unknown".into(), error: Some(not_a_feed(source.bytes, &look)), ..Ingested::default() };
    };
    let Parsed { format, feed, items, mut warnings, feeds, mut broken_off } = (format.parse)(&look);
    broken_off |= json_broken_off;
    if broken_off {
        warnings.insert(0, Clean::line(BROKEN_OFF));
    }
    drop(look); // the document is large, and done with
    Ingested { format, feed, items: normalise::distinct(items), warnings, feeds, broken_off, error: None }
}

/// Said of a document that lacks its end.
const BROKEN_OFF: &str = "The document breaks off before its end: what came before that was read, the rest is missing.";

/// Runs what reads one entry so that a fault in it costs that entry only.
fn each<T>(index: usize, warnings: &mut Vec<Clean>, read: impl FnOnce() -> T) -> Option<T> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)) {
        Ok(done) => Some(done),
        Err(_) => {
            warnings.push(Clean::line(&format!("Entry {} could not be read and was left out.", index + 1)));
            None
        }
    }
}

/// The first element that may be the root of something we read or refuse by name.
fn root(text: &str) -> String {
    let head = cut(text, ROOT_WITHIN);
    let scanner = Scanner::new(head, Dialect::Xml);
    let mut first = String::new();
    let mut tags = 0;
    for token in scanner {
        let Token::Open { name, .. } = token else { continue };
        let local = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
        if matches!(
            local.as_str(),
            "rss"
                | "rdf"
                | "feed"
                | "entry"
                | "channel"
                | "urlset"
                | "sitemapindex"
                | "html"
                | "head"
                | "body"
                | "opml"
                | "svg"
                | "newsml"
                | "newsitem"
                | "newsmessage"
                | "nitf"
        ) {
            return local;
        }
        if first.is_empty() {
            first = local;
        }
        tags += 1;
        if tags > ROOT_TAGS {
            break;
        }
    }
    first
}

/// Says what it is instead, as far as that can be told.
fn not_a_feed(bytes: &[u8], look: &Look<'_>) -> Failure {
    let advice = "Check the address; a site's own address also works, its feeds are then looked for.";
    let (what, advice) = match bytes {
        [] => ("The answer is empty.", "It will be asked again later."),
        b if b.starts_with(b"\x89PNG") || b.starts_with(b"\xff\xd8\xff") || b.starts_with(b"GIF8") => {
            ("This is a picture, not a feed.", advice)
        }
        b if b.starts_with(b"%PDF") => ("This is a PDF, not a feed.", advice),
        b if b.starts_with(b"\x1f\x8b") => {
            ("This is compressed data without a word about it, not a feed.", "The server is set up wrongly; tell its owner.")
        }
        _ if look.text.trim().is_empty() => ("The answer is empty.", "It will be asked again later."),
        _ if look.text.starts_with(['{', '[']) => ("This is JSON, but not a feed.", advice),
        _ => match look.root.as_str() {
            "" => ("This is not a feed.", advice),
            "opml" => ("This is a list of feeds (OPML), not a feed.", "Read it with `wiredesk import`."),
            "urlset" | "sitemapindex" => ("This is a sitemap without news, not a feed.", "Sites with news offer a news sitemap or a feed."),
            _ => ("This is XML, but not a feed that is known.", advice),
        },
    };
    Failure::new(FailureKind::NotAFeed, what, advice)
}
