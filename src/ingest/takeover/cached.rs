//! An entry of another reader's cache → an item with the identity that our own reading of the feed would give it, so
//! that the feed's next poll finds it there.

use jiff::Timestamp;

use crate::ingest::attribute::{Registry, Slots, attribute};
use crate::ingest::{blocks, date, entities, normalise, plain};
use crate::model::{Address, CachedEntry, Clean, Imported, Item, Marks, Position, plain_text};

/// Characters of a title, of names, and of a summary.
const MAX_TITLE: usize = 1000;
const MAX_NAME: usize = 200;
const MAX_SUMMARY: usize = 600;

/// Reads one entry. Flags `s` and `S` mean saved; every other letter becomes a tag (`flag-x`). `feed` is the feed's title,
/// which may name an agency.
pub fn entry(entry: &CachedEntry, feed: Option<&Clean>, now: Timestamp, registry: &Registry) -> Imported {
    let base = Address::parse(&entry.base).ok();
    let url = match &base {
        Some(base) if !entry.url.is_empty() => base.join(&entry.url).ok(),
        _ => Address::parse(&entry.url).ok(),
    };
    let body = match (entry.content.trim(), entry.plain) {
        ("", _) => Vec::new(),
        (text, true) => plain::from_text(text),
        (html, false) => blocks::from_html(html, base.as_ref().or(url.as_ref())),
    };
    let text = plain_text(&body);
    let published = Timestamp::from_second(entry.published).ok().filter(|t| entry.published > 0 && *t <= now);
    let author = Clean::capped(&entities::unescape(&entry.author), MAX_NAME).non_empty();
    let mut item = Item {
        guid: guid(entry),
        title: Clean::capped(&plain::line_of(&entry.title), MAX_TITLE),
        published,
        authors: author.into_iter().collect(),
        summary: Clean::capped(&text.chars().take(MAX_SUMMARY * 2).collect::<String>(), MAX_SUMMARY).non_empty(),
        body,
        url,
        ..Item::default()
    };
    normalise::identify(&mut item);
    let mut slots = Slots::from_item(&item, Vec::new(), Vec::new());
    slots.outlet = slots.outlet.or_else(|| feed.map(ToString::to_string));
    item.attribution = attribute(&slots, registry);
    let mut tags: Vec<Clean> = entry
        .flags
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() && !matches!(c, 's' | 'S'))
        .map(|c| Clean::line(&format!("flag-{c}")))
        .collect();
    tags.extend(entry.tags.iter().cloned());
    tags.sort();
    tags.dedup();
    let saved = entry.saved || entry.flags.contains(['s', 'S']);
    Imported {
        item,
        marks: Marks { read: !entry.unread || entry.deleted, saved, tags, position: Position::default(), ..Marks::default() },
        marks_only: entry.deleted,
    }
}

/// The guid that the feed itself gave. Where it gave none, newsboat makes one of link and date, or takes link or title.
fn guid(entry: &CachedEntry) -> Clean {
    let guid = entry.guid.trim();
    // A guid that is the link was most likely given so (and is kept as it is spelled).
    let made = guid.strip_prefix(entry.url.trim()).is_some_and(|rest| guid.len() > rest.len() && date::parse(rest).is_some());
    // Our own reading takes the link where there is no guid, so both ways lead to it.
    if made || guid == entry.title.trim() { Clean::default() } else { Clean::line(guid) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Source, feed};

    fn now() -> Timestamp {
        "2026-02-01T00:00:00Z".parse().unwrap()
    }

    fn cached(guid: &str, url: &str) -> CachedEntry {
        CachedEntry { guid: guid.into(), url: url.into(), title: "Bridge &amp; tunnel".into(), ..CachedEntry::default() }
    }

    /// What the feed's own reading gives the first item of this RSS.
    fn ours(item: &str) -> Clean {
        let rss = format!("<rss version='2.0'><channel><title>x</title><item>{item}</item></channel></rss>");
        let source = Source { bytes: rss.as_bytes(), url: None, content_type: None, now: now() };
        feed(&source, Registry::builtin()).items.remove(0).guid
    }

    #[test]
    fn an_entry_is_known_again_when_its_feed_is_polled() {
        let take = |e: CachedEntry| entry(&e, None, now(), Registry::builtin()).item.guid;
        let link = "https://lantern.example/1";
        assert_eq!(
            take(cached("tag:lantern.example,2026:1", link)),
            ours(&format!("<guid>tag:lantern.example,2026:1</guid><link>{link}</link>"))
        );
        let dated = format!("{link}Sat, 31 Jan 2026 10:00:00 +0000");
        assert_eq!(take(cached(&dated, link)), ours(&format!("<link>{link}</link><pubDate>Sat, 31 Jan 2026 10:00:00 +0000</pubDate>")));
        assert_eq!(take(cached(link, link)), ours(&format!("<link>{link}</link><title>t</title>")));
        let odd = "https://lantern.example";
        assert_eq!(take(cached(odd, odd)), ours(&format!("<guid>{odd}</guid><link>{odd}</link>")));
    }

    #[test]
    fn marks_flags_and_text_come_along() {
        let e = CachedEntry {
            content: "<p>The ferry runs again.</p><script>x</script>".into(),
            published: 1_769_000_000,
            flags: "sq".into(),
            ..cached("1", "https://lantern.example/1")
        };
        let got = entry(&e, None, now(), Registry::builtin());
        assert_eq!(got.item.title.as_str(), "Bridge & tunnel");
        assert_eq!(plain_text(&got.item.body), "The ferry runs again.");
        assert!(got.marks.read && got.marks.saved && !got.marks_only);
        assert_eq!(got.marks.tags, [Clean::line("flag-q")]);
        assert_eq!(got.item.published.unwrap().as_second(), 1_769_000_000);
    }
}
