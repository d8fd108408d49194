//! Every file in `fixtures/feeds/` read and shown as a snapshot: add a file, get a test. Then what must hold for any bytes.

use jiff::Timestamp;
use proptest::prelude::*;
use std::fmt::Write as _;

use super::*;
use crate::ingest::FeedLink;
use crate::model::{Address, Item, plain_text};

fn now() -> Timestamp {
    "2026-11-01T00:00:00Z".parse().unwrap()
}

fn read_bytes(bytes: &[u8]) -> Ingested {
    let url = Address::parse("https://feed.example/dir/feed.xml").unwrap();
    read(&Source { bytes, url: Some(&url), content_type: None, now: now() }, &Registry::default())
}

/// What was read, in lines that are easy to compare: absent fields are left out.
fn show(read: &Ingested) -> String {
    let mut out = format!("format: {}\n", read.format);
    if let Some(feed) = &read.feed {
        let _ = writeln!(out, "feed: {}", serde_json::to_string(feed).unwrap());
    }
    for FeedLink { address, title } in &read.feeds {
        let _ = writeln!(out, "points to: {address} {title}");
    }
    for item in &read.items {
        let _ = writeln!(out, "item: {}", item.title);
        let Ok(serde_json::Value::Object(all)) = serde_json::to_value(item) else { continue };
        let usual = serde_json::to_value(Item::default()).unwrap();
        for (key, value) in all.iter().filter(|(k, v)| usual[k.as_str()] != **v && !matches!(k.as_str(), "title" | "body" | "attribution"))
        {
            let _ = writeln!(out, "  {key}: {value}");
        }
        for block in &item.body {
            let _ = writeln!(out, "  | {}", serde_json::to_string(block).unwrap());
        }
    }
    for warning in &read.warnings {
        let _ = writeln!(out, "warning: {warning}");
    }
    if let Some(error) = &read.error {
        let _ = writeln!(out, "error: {error}");
    }
    out
}

#[test]
fn every_fixture_reads_as_it_did() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/feeds");
    let mut seen = 0;
    for folder in std::fs::read_dir(&root).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('/', "__");
            insta::assert_snapshot!(name, show(&read_bytes(&std::fs::read(&path).unwrap())));
            seen += 1;
        }
    }
    assert!(seen >= 10);
}

/// Titles, addresses and times of well-formed modern feeds are what feed-rs, an independent reader, says they are.
#[test]
fn well_formed_modern_feeds_read_as_another_reader_does() {
    let feeds = [
        r#"<rss version="2.0"><channel><title>T</title><link>https://e.org/</link><item><title>A &amp; B</title><link>https://e.org/1</link><guid>https://e.org/1</guid><pubDate>Tue, 01 Sep 2026 10:00:00 GMT</pubDate></item><item><title>C</title><link>https://e.org/2</link><guid isPermaLink="false">g2</guid></item></channel></rss>"#,
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>f</id><updated>2026-09-01T10:00:00Z</updated><entry><id>1</id><title>A</title><updated>2026-09-01T10:00:00Z</updated><published>2026-08-01T10:00:00Z</published><link href="https://e.org/1"/></entry></feed>"#,
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","url":"https://e.org/1","title":"A","content_html":"<p>x</p>","date_published":"2026-09-01T10:00:00Z"}]}"#,
    ];
    for feed in feeds {
        let ours = read_bytes(feed.as_bytes());
        let theirs = feed_rs::parser::parse(feed.as_bytes()).unwrap();
        assert_eq!(ours.items.len(), theirs.entries.len());
        for (a, b) in ours.items.iter().zip(&theirs.entries) {
            assert_eq!(a.title.as_str(), b.title.as_ref().unwrap().content);
            assert_eq!(a.guid.as_str(), b.id);
            assert_eq!(a.url.as_ref().map(|u| u.as_str()), b.links.first().map(|l| l.href.as_str()));
            assert_eq!(a.published.map(|t| t.as_second()), b.published.map(|t| t.timestamp()));
        }
    }
}

#[test]
fn what_is_no_feed_says_what_it_is() {
    for (bytes, word) in [
        (&b""[..], "empty"),
        (b"Not found", "not a feed"),
        (b"{\"error\":1}", "JSON"),
        (b"\x89PNG\r\n\x1a\n\0\0", "picture"),
        (b"<opml version='2.0'/>", "OPML"),
        (b"<urlset><url><loc>https://e.org/</loc></url></urlset>", "sitemap"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "XML"),
    ] {
        let read = read_bytes(bytes);
        let error = read.error.expect("an error");
        assert!(error.what.contains(word), "{}", error.what);
        assert!(read.feed.is_none() && !error.advice.is_empty());
    }
}

#[test]
fn nothing_is_dated_in_the_future() {
    let read = read_bytes(b"<rss><item><title>x</title><pubDate>Fri, 01 Jan 2100 00:00:00 GMT</pubDate></item></rss>");
    assert_eq!(read.items[0].published, Some(now()));
}

/// Pieces that readers stumble over, to be strung together at random.
const PIECES: [&str; 34] = [
    "<rss>",
    "<channel>",
    "<item>",
    "</item>",
    "<title>",
    "</title>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<entry>",
    "<content type='html'>",
    "&lt;p&gt;",
    "&amp;",
    "&#x1F600;",
    "&nbsp",
    "<link href='a b'/>",
    "<author>x@y（張）</author>",
    "<pubDate>31 Feb 99</pubDate>",
    "ä",
    "日本",
    "<p a=\"",
    "'>",
    "<?xml encoding='utf-16'?>",
    "<!DOCTYPE r [<!ENTITY a 'b'>",
    "]>",
    "&a;",
    "<media:group>",
    "{\"items\":[",
    "\"",
    "\u{1}",
    "<guid>",
    "<table><td>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_a_fault(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        read_bytes(&bytes);
    }

    #[test]
    fn any_markup_is_read_within_bounds(picks in proptest::collection::vec(0..PIECES.len(), 0..120)) {
        let text: String = picks.iter().map(|i| PIECES[*i]).collect();
        let read = read_bytes(text.as_bytes());
        for item in &read.items {
            prop_assert!(plain_text(&item.body).len() <= text.len() * 4 + 100);
            prop_assert!(item.published.is_none_or(|t| t <= now()));
            prop_assert!(!item.guid.is_empty());
        }
        prop_assert!(!read.warnings.iter().any(|w| w.contains("could not be read")));
    }

    #[test]
    fn any_date_is_read_without_a_fault(raw in "[0-9a-zäÄé年月日 :+\\-/.,TZW]{0,40}") {
        let _ = crate::ingest::date::parse(&raw);
    }
}
