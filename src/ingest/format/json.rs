//! JSON Feed 1.0 and 1.1, read by what is there: ids may be numbers, authors may be strings, anything may be missing.

use serde_json::{Map, Value};
use std::borrow::Cow;

use super::entry::{Draft, person, resolve};
use super::{Look, MAX_ENTRIES, Parsed, each, text};
use crate::ingest::{blocks, normalise, plain};
use crate::model::{Address, Clean, FeedFacts};

/// A JSON object that has a list of items, and something that says feed.
pub fn sniff(look: &Look<'_>) -> bool {
    let Some(Value::Object(o)) = &look.json else { return false };
    let said = o.get("version").and_then(Value::as_str).is_some_and(|v| v.contains("jsonfeed"));
    said || o.get("items").is_some_and(|i| match i {
        Value::Array(items) => items
            .iter()
            .take(5)
            .any(|i| i.as_object().is_some_and(|o| ["url", "content_html", "content_text", "title"].iter().any(|k| o.contains_key(*k)))),
        _ => false,
    })
}

/// The first JSON value of a text; raw line ends within strings, the commonest fault of hand-made JSON, become spaces,
/// and a document that was cut off is closed after its last whole part, which is told.
pub fn lenient(text: &str) -> Option<(Value, bool)> {
    let first = |s: &str| serde_json::Deserializer::from_str(s).into_iter::<Value>().next();
    let spaced;
    let mut text = text;
    let mut fault = match first(text)? {
        Ok(value) => return Some((value, false)),
        Err(e) => e,
    };
    if !fault.is_eof() {
        spaced = text.replace(['\n', '\r', '\t'], " ");
        text = &spaced;
        fault = match first(text)? {
            Ok(value) => return Some((value, false)),
            Err(e) => e,
        };
    }
    if !fault.is_eof() {
        return None;
    }
    let (end, closers) = last_whole(text)?;
    first(&format!("{}{closers}", &text[..end]))?.ok().map(|value| (value, true))
}

/// Where the last whole value below the top ends, and the brackets that are open there.
fn last_whole(text: &str) -> Option<(usize, String)> {
    let mut open: Vec<u8> = Vec::new();
    let mut best = None;
    let (mut quoted, mut escaped) = (false, false);
    for (i, b) in text.bytes().enumerate() {
        if quoted {
            match b {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match b {
            b'"' => quoted = true,
            b'{' | b'[' if open.len() < 120 => open.push(if b == b'{' { b'}' } else { b']' }),
            b'{' | b'[' => return None,
            b'}' | b']' => {
                open.pop();
                // Below the second level only: a cut item is worth less than the whole ones before it.
                if open.len() <= 2 && !open.is_empty() {
                    best = Some((i + 1, open.iter().rev().map(|b| char::from(*b)).collect()));
                }
            }
            _ => {}
        }
    }
    best
}

type Object = Map<String, Value>;

/// A string, or a number as one.
fn string<'o>(o: &'o Object, key: &str) -> Option<Cow<'o, str>> {
    match o.get(key)? {
        Value::String(s) => Some(Cow::Borrowed(s.as_str())),
        Value::Number(n) => Some(Cow::Owned(n.to_string())),
        _ => None,
    }
    .filter(|s| !s.trim().is_empty())
}

fn address(o: &Object, key: &str, base: Option<&Address>) -> Option<Address> {
    string(o, key).and_then(|u| resolve(&u, base))
}

/// `authors`, the older `author`, objects or plain names.
fn authors(o: &Object) -> Vec<Clean> {
    let one = |v: &Value| match v {
        Value::String(s) => person(s),
        Value::Object(a) => string(a, "name").or_else(|| string(a, "url")).map(|n| person(&n)).unwrap_or_default(),
        _ => Clean::default(),
    };
    let mut out: Vec<Clean> = Vec::new();
    for key in ["authors", "author"] {
        match o.get(key) {
            Some(Value::Array(all)) => out.extend(all.iter().take(50).map(one)),
            Some(v) => out.push(one(v)),
            None => {}
        }
        out.retain(|n| !n.is_empty());
        if !out.is_empty() {
            break;
        }
    }
    out
}

/// Reads it.
pub fn parse(look: &Look<'_>) -> Parsed {
    let Some(Value::Object(feed)) = &look.json else { return Parsed::default() };
    let home = address(feed, "home_page_url", look.source.url);
    let base = look.source.url.or(home.as_ref());
    let facts = FeedFacts {
        title: string(feed, "title").map(|t| text::plain_line(&t)).and_then(Clean::non_empty),
        description: string(feed, "description").map(|t| text::plain_line(&t)).and_then(Clean::non_empty),
        language: string(feed, "language").and_then(|l| normalise::language(&l)),
        image: address(feed, "icon", base).or_else(|| address(feed, "favicon", base)),
        guid: string(feed, "feed_url").map(|u| Clean::capped(&u, 500)),
        site: home.clone(),
        ..FeedFacts::default()
    };
    let above = authors(feed);
    let mut warnings = Vec::new();
    let none = Vec::new();
    let items = feed.get("items").and_then(Value::as_array).unwrap_or(&none);
    if items.len() > MAX_ENTRIES {
        warnings.push(Clean::line(&format!("The feed has {} entries; the first {MAX_ENTRIES} were read.", items.len())));
    }
    let mut read = Vec::with_capacity(items.len().min(MAX_ENTRIES));
    for (i, o) in items.iter().take(MAX_ENTRIES).enumerate().filter_map(|(i, v)| v.as_object().map(|o| (i, o))) {
        read.extend(each(i, &mut warnings, || look.item(entry(o, base, &above, &facts, look), Some(&facts))));
    }
    Parsed { format: "json".into(), feed: Some(facts), items: read, warnings, feeds: Vec::new(), broken_off: false }
}

fn entry(o: &Object, base: Option<&Address>, above: &[Clean], facts: &FeedFacts, look: &Look<'_>) -> Draft {
    let mut draft = Draft::default();
    let now = look.source.now;
    let own = authors(o);
    for name in if own.is_empty() { above } else { &own } {
        draft.field("author", name);
        draft.author(name);
    }
    match o.get("tags") {
        Some(Value::Array(tags)) => tags.iter().filter_map(Value::as_str).take(100).for_each(|t| draft.category(t)),
        Some(Value::String(tags)) => tags.split(',').take(100).for_each(|t| draft.category(t)),
        _ => {}
    }
    if let Some(Value::Array(files)) = o.get("attachments") {
        for file in files.iter().filter_map(Value::as_object).take(50) {
            let length = file.get("size_in_bytes").and_then(|n| n.as_u64().or_else(|| n.as_f64().map(|f| f as u64))).map(|n| n.to_string());
            draft.enclosure(address(file, "url", base), string(file, "mime_type").as_deref(), length.as_deref());
        }
    }
    let item = &mut draft.item;
    item.guid = string(o, "id").map(|g| Clean::line(&g)).unwrap_or_default();
    item.url = address(o, "url", base).or_else(|| address(o, "external_url", base)).or_else(|| Address::parse(&item.guid).ok());
    item.title = string(o, "title").map(|t| text::plain_line(&t)).unwrap_or_default();
    item.published = string(o, "date_published").and_then(|d| normalise::moment(&d, now));
    item.updated = string(o, "date_modified").and_then(|d| normalise::moment(&d, now));
    item.language = string(o, "language").and_then(|l| normalise::language(&l)).or_else(|| facts.language.clone());
    item.picture = address(o, "image", base).or_else(|| address(o, "banner_image", base));
    let content = match (string(o, "content_html"), string(o, "content_text")) {
        (Some(html), _) => blocks::from_html(&html, item.url.as_ref().or(base)),
        (None, Some(text)) => plain::from_text(&text),
        (None, None) => Vec::new(),
    };
    let summary = string(o, "summary").map(|s| plain::from_text(&s)).unwrap_or_default();
    draft.text(content, summary);
    draft
}
