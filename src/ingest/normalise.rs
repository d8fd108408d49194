//! What makes two deliveries the same thing: identity of entries, addresses compared without their trackers, languages
//! and times brought into one form, and the places of an item where a credit may stand.

use jiff::Timestamp;
use std::collections::HashMap;

use super::attribute::{Field, Slots};
use crate::model::{Address, Block, Clean, Item};

/// Identities longer than this are shortened with a hash of the whole.
const MAX_GUID: usize = 500;
/// A block of up to this many characters beside the text may be a credit line.
const SHORT: usize = 240;
/// Short blocks looked at before and after the text.
const EDGE: usize = 6;

/// Query parameters that only tell who clicked where.
const TRACKERS: [&str; 22] = [
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "msclkid",
    "yclid",
    "twclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "ref_src",
    "ref_url",
    "wt_mc",
    "wt.mc_id",
    "cmpid",
    "at_medium",
    "at_campaign",
    "ns_mchannel",
    "ns_source",
    "ns_campaign",
    "_ga",
    "xtor",
];

/// An address as it is compared, never as it is fetched: without trackers, fragment, `www.` and a last slash.
pub fn address(address: &Address) -> String {
    let url = address.url();
    let mut out = address.site();
    if let Some(port) = url.port() {
        out.push_str(&format!(":{port}"));
    }
    out.push_str(url.path().trim_end_matches('/'));
    let mut pairs: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(k, _)| {
            let k = k.to_ascii_lowercase();
            !(k.starts_with("utm_") || k.starts_with("pk_") || k.starts_with("mtm_") || TRACKERS.contains(&k.as_str()))
        })
        .map(|(k, v)| (k.into_owned(), v.into_owned()))
        .collect();
    pairs.sort();
    for (i, (k, v)) in pairs.iter().enumerate() {
        out.push(if i == 0 { '?' } else { '&' });
        out.push_str(k);
        out.push('=');
        out.push_str(v);
    }
    out
}

/// FNV-1a: stable for ever, unlike the standard hasher; identities are stored.
pub fn hash(parts: &[&str]) -> String {
    let mut h: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for b in part.bytes().chain([0xff]) {
            h = (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{h:016x}")
}

/// Gives each item without a guid one: its address, else a hash of what it says.
pub fn identify(item: &mut Item) {
    if item.guid.is_empty() {
        item.guid = match &item.url {
            Some(url) => Clean::line(url.as_str()),
            None => {
                let date = item.published.or(item.updated).map(|t| t.to_string()).unwrap_or_default();
                // A title names an entry; only without one its words must.
                let words = if item.title.is_empty() { item.summary.as_ref().map_or("", |s| s.as_str()) } else { "" };
                Clean::line(&format!("wiredesk:{}", hash(&[&item.title, &date, words])))
            }
        };
    } else if item.guid.len() > MAX_GUID {
        let head = super::markup::cut(&item.guid, MAX_GUID - 20);
        item.guid = Clean::line(&format!("{head}#{}", hash(&[&item.guid])));
    }
}

/// One item an identity. The same entry twice (one address or one title under one guid) collapses to the newer; different
/// entries under one guid, a fault of the feed, all get an identity of their own that does not hang on their order.
pub fn distinct(items: Vec<Item>) -> Vec<Item> {
    let mut by_guid: HashMap<Clean, Vec<usize>> = HashMap::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        by_guid.entry(item.guid.clone()).or_default().push(i);
    }
    if by_guid.len() == items.len() {
        return items;
    }
    // Without a word, or without an identity that the feed gave, two entries cannot be told to be one.
    let unknown = |i: &usize| items[*i].guid.starts_with("wiredesk:") || (items[*i].title.is_empty() && items[*i].body.is_empty());
    let groups: Vec<Vec<usize>> = by_guid.into_values().filter(|g| g.len() > 1 && !g.iter().all(unknown)).collect();
    let mut items: Vec<Option<Item>> = items.into_iter().map(Some).collect();
    for group in groups {
        let same = |a: &Item, b: &Item| {
            (a.url.is_some() && a.url == b.url && a.guid.as_str() != a.url.as_ref().map_or("", |u| u.as_str())) || a.title == b.title
        };
        let first = items[group[0]].clone().unwrap_or_default();
        let one = group.iter().all(|i| items[*i].as_ref().is_some_and(|item| same(&first, item)));
        if one {
            let newest =
                group.iter().copied().max_by_key(|i| (items[*i].as_ref().and_then(|x| x.updated.or(x.published)), std::cmp::Reverse(*i)));
            for i in group {
                if Some(i) != newest {
                    items[i] = None;
                }
            }
            continue;
        }
        let mut kept: HashMap<Clean, ()> = HashMap::new();
        for i in group {
            if let Some(item) = &mut items[i] {
                let url = item.url.as_ref().map_or("", |u| u.as_str());
                let mark = if url.is_empty() || url == item.guid.as_str() { hash(&[&item.title]) } else { hash(&[url]) };
                let guid = Clean::line(&format!("{}#{mark}", item.guid));
                if kept.insert(guid.clone(), ()).is_some() {
                    items[i] = None;
                } else {
                    item.guid = guid;
                }
            }
        }
    }
    items.into_iter().flatten().collect()
}

/// A language tag in lower case with dashes; nothing if it is none.
pub fn language(raw: &str) -> Option<Clean> {
    let tag = raw.trim().replace('_', "-").to_ascii_lowercase();
    let fine = (2..=20).contains(&tag.len())
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && tag.as_bytes()[0].is_ascii_alphabetic();
    fine.then(|| Clean::line(&tag))
}

/// A moment, never after `now`.
pub fn moment(raw: &str, now: Timestamp) -> Option<Timestamp> {
    super::date::parse(raw).map(|t| t.min(now))
}

impl Slots {
    /// The places of an item where a credit may stand: its fields, the short blocks before and after its text, its
    /// paragraphs and captions. Feeds and pages share it.
    pub fn from_item(item: &Item, fields: Vec<Field>, mut captions: Vec<String>) -> Self {
        let mut paragraphs = Vec::new();
        gather(&item.body, &mut paragraphs, &mut captions);
        let short = |p: &&String| p.chars().count() <= SHORT;
        let head = paragraphs.iter().take(EDGE).take_while(short).cloned().collect();
        let mut tail: Vec<String> = paragraphs.iter().rev().take(EDGE).take_while(short).cloned().collect();
        tail.reverse();
        if paragraphs.is_empty()
            && let Some(summary) = &item.summary
        {
            paragraphs.push(summary.to_string());
        }
        Self {
            fields,
            head,
            paragraphs,
            tail,
            captions,
            title: item.title.to_string(),
            outlet: item.outlet.as_ref().map(ToString::to_string),
            url: item.url.clone(),
            language: item.language.as_ref().map(ToString::to_string),
        }
    }
}

fn gather(blocks: &[Block], paragraphs: &mut Vec<String>, captions: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Picture { caption, credit, .. } => {
                let text: String = caption.iter().map(|s| s.text.as_str()).collect();
                captions.extend([text].into_iter().filter(|t| !t.is_empty()));
                captions.extend(credit.iter().map(ToString::to_string));
            }
            Block::Quote { blocks } => gather(blocks, paragraphs, captions),
            Block::Paragraph { .. } | Block::Heading { .. } | Block::List { .. } | Block::Footnote { .. } => paragraphs.push(block.text()),
            Block::Table { .. } | Block::Code { .. } | Block::Embed { .. } | Block::Rule => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trackers_do_not_make_another_address() {
        let check = |a: &str, b: &str| assert_eq!(address(&Address::parse(a).unwrap()), address(&Address::parse(b).unwrap()));
        check("https://www.example.org/a/?utm_source=x&id=1&fbclid=y#top", "http://example.org/a?id=1");
        check("https://example.org/?b=2&a=1", "https://example.org/?a=1&b=2");
    }

    fn item(guid: &str, url: &str, title: &str) -> Item {
        Item { guid: guid.into(), url: Address::parse(url).ok(), title: title.into(), ..Item::default() }
    }

    #[test]
    fn one_entry_twice_is_one_and_two_entries_under_one_guid_are_two() {
        let twice = distinct(vec![item("x", "https://e.org/1", "a"), item("x", "https://e.org/1", "a, corrected")]);
        assert_eq!(twice.len(), 1);
        let two = distinct(vec![item("x", "https://e.org/1", "a"), item("x", "https://e.org/2", "b")]);
        let turned = distinct(vec![item("x", "https://e.org/2", "b"), item("x", "https://e.org/1", "a")]);
        assert_eq!(two.len(), 2);
        assert_eq!(two[0].guid, turned[1].guid);
    }

    #[test]
    fn every_item_has_an_identity() {
        let mut a = item("", "", "A");
        identify(&mut a);
        assert!(a.guid.starts_with("wiredesk:"));
        let mut long = item(&"g".repeat(200_000), "", "A");
        identify(&mut long);
        assert!(long.guid.len() < 600);
    }

    #[test]
    fn languages_have_one_form() {
        assert_eq!(language(" de_AT ").unwrap().as_str(), "de-at");
        assert!(language("x").is_none() && language("<b>").is_none());
    }
}
