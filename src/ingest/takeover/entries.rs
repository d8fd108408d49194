//! Entries that a reader on a server gave out as JSON: FreshRSS's export and everything else that speaks as Google Reader
//! did (`items`, marks as `user/…/state/…` among the categories), and Miniflux's `/v1/entries`. Sorted by feed, with the marks
//! that their reader had made.

use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

use super::{List, MAX_FEEDS, MAX_NAME, MAX_TITLE, tag};
use crate::ingest::date;
use crate::model::{Address, CachedEntry, Clean, HeldFeed, TakenFeed, Takeover};

/// Entries taken of one file; its bytes are bounded by who reads it.
const MAX_ENTRIES: usize = 200_000;
/// Where entries without a feed came from is not known, and nothing could ever be polled there.
const HOMELESS: &str = "It names no feed that could be followed.";

#[derive(Deserialize)]
struct File {
    items: Option<Vec<Item>>,
    entries: Option<Vec<Entry>>,
}

/// As Google Reader's API has it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Item {
    id: Value,
    categories: Vec<Value>,
    title: Value,
    author: Value,
    published: Value,
    alternate: Vec<Link>,
    canonical: Vec<Link>,
    content: Content,
    summary: Content,
    origin: Origin,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Link {
    href: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    content: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Origin {
    stream_id: Value,
    title: Value,
    html_url: Value,
    feed_url: Value,
}

/// As Miniflux's API has it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    status: String,
    starred: bool,
    title: String,
    url: String,
    author: String,
    published_at: Value,
    content: String,
    tags: Option<Vec<String>>,
    feed: Feed,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Feed {
    feed_url: String,
    site_url: String,
    title: String,
    category: Category,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Category {
    title: String,
}

/// What one entry says of its feed.
struct Home<'a> {
    address: &'a str,
    site: &'a str,
    title: &'a str,
    folder: &'a str,
}

/// Reads entries with their marks; `None` if it is no such file. The second is what was refused.
pub fn entries(bytes: &[u8]) -> Option<(Vec<HeldFeed>, Takeover)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    let file: File = serde_json::from_slice(bytes).ok()?;
    let mut held = Held::default();
    match (file.items, file.entries) {
        (Some(items), _) => items.iter().take(MAX_ENTRIES).for_each(|item| held.item(item)),
        (None, Some(entries)) => entries.into_iter().take(MAX_ENTRIES).for_each(|entry| held.entry(entry)),
        (None, None) => return None,
    }
    Some((held.feeds, held.list.finish()))
}

#[derive(Default)]
struct Held {
    feeds: Vec<HeldFeed>,
    /// By the address as it is written there; `None` is refused.
    at: HashMap<String, Option<usize>>,
    list: List,
}

impl Held {
    fn item(&mut self, item: &Item) {
        let (mut unread, mut saved, mut tags) = (true, false, Vec::new());
        for category in item.categories.iter().filter_map(Value::as_str) {
            let Some(mark) = category.strip_prefix("user/") else { continue };
            if let Some((_, label)) = mark.split_once("/label/") {
                tags.push(Clean::capped(label, MAX_NAME));
            } else if mark.ends_with("/state/com.google/read") {
                unread = false;
            } else if mark.ends_with("/state/com.google/starred") {
                saved = true;
            }
        }
        let link = item.canonical.iter().chain(&item.alternate).map(|l| l.href.as_str()).find(|href| !href.is_empty());
        let id = word(&item.id);
        let entry = CachedEntry {
            // Google's own numbers are the server's, not the feed's.
            guid: if id.starts_with("tag:google.com,2005:reader/") { String::new() } else { id.to_owned() },
            title: word(&item.title).to_owned(),
            author: word(&item.author).to_owned(),
            url: link.unwrap_or_default().to_owned(),
            content: Some(&item.content.content).filter(|c| !c.is_empty()).unwrap_or(&item.summary.content).clone(),
            published: seconds(&item.published),
            unread,
            saved,
            tags,
            ..CachedEntry::default()
        };
        let origin = &item.origin;
        let stream = word(&origin.stream_id);
        let address = Some(word(&origin.feed_url)).filter(|a| !a.is_empty()).unwrap_or(stream.strip_prefix("feed/").unwrap_or(stream));
        self.put(&Home { address, site: word(&origin.html_url), title: word(&origin.title), folder: "" }, entry);
    }

    fn entry(&mut self, entry: Entry) {
        let Entry { status, starred, title, url, author, published_at, content, tags, feed } = entry;
        let cached = CachedEntry {
            title,
            author,
            url,
            content,
            published: seconds(&published_at),
            unread: status == "unread",
            deleted: status == "removed",
            saved: starred,
            tags: tags.unwrap_or_default().iter().map(|t| Clean::capped(t, MAX_NAME)).collect(),
            ..CachedEntry::default()
        };
        self.put(&Home { address: &feed.feed_url, site: &feed.site_url, title: &feed.title, folder: &feed.category.title }, cached);
    }

    fn put(&mut self, home: &Home, mut entry: CachedEntry) {
        let mut tags = Vec::new();
        for t in &entry.tags {
            tag(&mut tags, t);
        }
        entry.tags = tags;
        let at = match self.at.get(home.address) {
            Some(at) => *at,
            None => {
                let at = self.feed(home);
                self.at.insert(home.address.to_owned(), at);
                at
            }
        };
        if let Some(at) = at {
            self.feeds[at].entries.push(entry);
        }
    }

    /// A feed seen for the first time.
    fn feed(&mut self, home: &Home) -> Option<usize> {
        if !home.address.contains("://") {
            let what = if home.title.is_empty() { home.address } else { home.title };
            self.list.refuse(what, HOMELESS);
            return None;
        }
        let at = self.list.at(home.address).filter(|_| self.feeds.len() < MAX_FEEDS)?;
        let feed = TakenFeed {
            title: Some(home.title).filter(|t| *t != home.address).map(|t| Clean::capped(t, MAX_TITLE)).and_then(Clean::non_empty),
            site: Address::parse(home.site).ok(),
            folder: Clean::capped(home.folder, MAX_NAME).non_empty(),
            ..at
        };
        self.feeds.push(HeldFeed { feed, entries: Vec::new() });
        Some(self.feeds.len() - 1)
    }
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Seconds since 1970, from a number of seconds, milliseconds or microseconds, or a date in words; 0 is unknown.
fn seconds(value: &Value) -> i64 {
    match value {
        Value::Number(n) => match n.as_i64().or_else(|| n.as_f64().map(|f| f as i64)).unwrap_or(0) {
            n if n.abs() < 100_000_000_000 => n,
            n if n.abs() < 100_000_000_000_000 => n / 1000,
            n => n / 1_000_000,
        },
        Value::String(s) => date::parse(s).map_or(0, |t| t.as_second()),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freshrss_gives_marks_and_labels_among_the_categories() {
        let (feeds, refused) = entries(include_bytes!("../../../fixtures/import/freshrss-starred.json")).unwrap();
        assert_eq!(feeds.len(), 2);
        assert_eq!(feeds[0].feed.address.as_str(), "https://lantern.example/feed");
        assert_eq!(feeds[0].feed.title.as_deref(), Some("Lantern Daily"));
        let got: Vec<_> = feeds[0].entries.iter().map(|e| (e.guid.as_str(), e.unread, e.saved, e.published)).collect();
        assert_eq!(got, [("lantern-9", false, true, 1_769_000_000), ("lantern-10", true, true, 1_769_086_400)]);
        assert_eq!(feeds[0].entries[0].tags, [Clean::line("harbour"), Clean::line("to read")]);
        assert_eq!(feeds[0].entries[0].content, "<p>The ferry runs again.</p>");
        assert_eq!(refused.refused.len(), 1, "an entry of no feed: {:?}", refused.refused);
    }

    #[test]
    fn miniflux_gives_feed_and_category_with_every_entry() {
        let (feeds, _) = entries(include_bytes!("../../../fixtures/import/miniflux-entries.json")).unwrap();
        assert_eq!((feeds.len(), feeds[0].feed.folder.as_deref()), (1, Some("World")));
        let got: Vec<_> = feeds[0].entries.iter().map(|e| (e.title.as_str(), e.unread, e.saved, e.deleted)).collect();
        assert_eq!(got, [("Crane moved", false, true, false), ("Night ferry", true, false, false), ("Old notice", false, false, true)]);
        assert_eq!(feeds[0].entries[0].published, 1_769_000_000);
    }

    #[test]
    fn other_files_are_none_and_odd_ones_are_borne() {
        for none in ["", "{}", "[]", "<opml/>", "{\"items\": 7}", "{\"items\": [", "{\"version\": \"https://jsonfeed.org/version/1.1\"}"] {
            assert!(entries(none.as_bytes()).is_none(), "{none}");
        }
        let odd = br#"{"items":[{"id":7,"title":null,"published":"no","origin":{"feedUrl":"exec:rm -rf /"}},{"origin":{"feedUrl":"file:///etc/passwd"}}]}"#;
        let (feeds, refused) = entries(odd).unwrap();
        assert_eq!((feeds.len(), refused.refused.len()), (0, 2));
    }

    #[test]
    fn times_in_all_units() {
        for (raw, want) in [
            ("1769000000", 1_769_000_000),
            ("1769000000123", 1_769_000_000),
            ("1769000000123456", 1_769_000_000),
            ("\"2026-01-21T12:53:20Z\"", 1_769_000_000),
        ] {
            assert_eq!(seconds(&serde_json::from_str(raw).unwrap()), want, "{raw}");
        }
    }
}
