//! What the targets have in common: how an input is taken apart, and what must hold of whatever was read.

use jiff::Timestamp;
use wiredesk::ingest::Source;
use wiredesk::model::{Address, Clean, Item, plain_text};

/// The time of reading: 2026-01-01.
pub fn now() -> Timestamp {
    Timestamp::constant(1_767_225_600, 0)
}

/// An input as a server's answer. What stands after the last NUL is its content type, so that a file of the fixtures
/// is an answer without one.
pub fn answer(data: &[u8]) -> (&[u8], Option<&str>) {
    match data.iter().rposition(|b| *b == 0) {
        Some(nul) if data.len() - nul < 80 => (&data[..nul], std::str::from_utf8(&data[nul + 1..]).ok()),
        _ => (data, None),
    }
}

/// A source that came from `url`.
pub fn source<'a>(bytes: &'a [u8], content_type: Option<&'a str>, url: &'a Address) -> Source<'a> {
    Source { bytes, url: Some(url), content_type, now: now() }
}

/// An address that relative links can be joined to.
pub fn address() -> Address {
    Address::parse("https://news.example/world/feed?x=1").expect("it is an address")
}

/// No control character but the line break reaches the screen.
pub fn clean(text: &Clean) {
    assert!(!text.as_str().chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{text:?}");
}

/// What must hold of every item, however hostile its source.
pub fn check(item: &Item) {
    for text in [Some(&item.guid), Some(&item.title), item.byline.as_ref(), item.summary.as_ref(), item.language.as_ref()] {
        text.inspect(|t| clean(t));
    }
    item.authors.iter().chain(&item.categories).for_each(clean);
    for time in [item.published, item.updated].into_iter().flatten() {
        assert!(time <= now(), "dated after it was read: {time}");
    }
    let text = plain_text(&item.body);
    assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{text:?}");
    for credit in &item.attribution.credits {
        assert!((0.0..=1.0).contains(&credit.confidence), "{credit:?}");
    }
}
