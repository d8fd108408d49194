//! The stable JSON of `--json`: field names as documented in the man page, times RFC 3339, absent is null.

use serde::Serialize;
use serde_json::{Value, json};

use super::inspect::Seen;
use crate::ingest::quote;
use crate::model::{Article, By, Clean, Feed, Headline, Item};

/// Writes what `inspect` says of one path as one line of JSON, article by article: a document may hold 50,000.
///
/// # Errors
/// As the writer gives them (a closed pipe).
pub fn inspected(out: &mut impl std::io::Write, path: &str, seen: &Seen) -> std::io::Result<()> {
    #[derive(Serialize)]
    struct Inspected<'a> {
        path: &'a str,
        format: &'a str,
        feed: Option<Value>,
        #[serde(serialize_with = "articles")]
        articles: &'a [Item],
        page: Option<Value>,
        warnings: Value,
        error: Option<String>,
    }
    fn articles<S: serde::Serializer>(items: &[Item], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(items.iter().map(inspected_item))
    }
    let read = &seen.read;
    let feed = read.feed.as_ref().map(|f| {
        json!({
            "title": f.title, "site": f.site, "description": f.description, "language": f.language,
            "image": f.image, "updated": f.updated, "guid": f.guid,
        })
    });
    let page = seen.page.as_ref().map(|p| {
        json!({
            "from": p.origins.fields().map(|(field, from)| (field.to_owned(), json!(from))).collect::<serde_json::Map<_, _>>(),
            "notes": p.origins.notes(), "rule": p.rule, "next": p.follow.next, "whole": p.follow.whole, "amp": p.follow.amp,
            "print": p.follow.print,
            "why": seen.verdicts.iter().map(|v| json!({
                "text": v.text, "kept": v.kept, "score": (f64::from(v.score) * 1000.0).round() / 1000.0,
                "why": v.why.iter().map(|w| Clean::line(w)).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        })
    });
    let error = read.error.as_ref().map(ToString::to_string);
    let said = Inspected { path, format: &read.format, feed, articles: &read.items, page, warnings: json!(read.warnings), error };
    serde_json::to_writer(&mut *out, &said)?;
    writeln!(out)
}

fn inspected_item(item: &Item) -> Value {
    let mut v = crate::export::json::item_fields(item);
    let extra = json!({
        "guid": item.guid, "item_id": item.item_id, "version": item.source_version, "categories": item.categories,
        "enclosures": item.enclosures, "source": item.origin, "comments": item.comments, "take": item.take,
        "signal": item.signal, "copyright": item.copyright, "usage_terms": item.usage_terms, "kicker": item.kicker,
        "section": item.section, "picture": item.picture, "complete": item.complete, "wall": item.wall, "live": item.live,
        "posts": item.posts.iter().map(|p| json!({
            "id": p.id, "time": p.time, "updated": p.updated, "title": p.title, "text": crate::export::json::text(&p.body),
        })).collect::<Vec<_>>(),
    });
    if let (Value::Object(v), Value::Object(extra)) = (&mut v, extra) {
        v.extend(extra);
    }
    v
}

/// An article of the cache; its text, and what is quoted in it, only if `whole`.
pub fn article(a: &Article, whole: bool) -> Value {
    let mut v = crate::export::json::article(a, whole);
    if let (Value::Object(fields), true) = (&mut v, whole) {
        fields.insert("quotes".into(), json!(quote::quotes(&a.item.body)));
    }
    v
}

/// A row that stands for a story or a dispatch: its article without the text, and what it stands for.
pub fn row(row: &Headline, a: &Article, by: By) -> Value {
    let mut v = article(a, false);
    let group = match &row.group {
        Some(g) => json!({
            "by": by, "articles": g.members.iter().map(|m| m.id).collect::<Vec<_>>(), "all": g.articles, "texts": g.texts,
            "outlets": row.outlets, "unread": g.members.iter().filter(|m| !m.read).count(), "newest": row.time,
        }),
        None => json!({
            "by": by, "articles": [row.id], "all": 1, "texts": 1, "outlets": 1, "unread": u8::from(!row.read), "newest": row.time,
        }),
    };
    if let Value::Object(v) = &mut v {
        v.insert("group".into(), group);
    }
    v
}

/// A feed and how it fares.
pub fn feed(f: &Feed) -> Value {
    json!({
        "id": f.id, "title": f.title, "url": f.address, "site": f.site, "folder": f.settings.folder,
        "language": f.language, "articles": f.articles, "unread": f.unread, "paused": f.settings.paused,
        "gone": f.health.gone, "checked": f.health.checked, "succeeded": f.health.succeeded,
        "next": f.health.next.filter(|_| f.address.is_polled()),
        "why_next": f.health.why_next, "failures": f.health.failures,
        "standing": f.standing().word(), "warnings": f.health.warnings, "per_day": f.health.per_day.map(|n| (f64::from(n) * 10.0).round() / 10.0),
        "interval": f.settings.interval, "asks": asks(f),
        "error": f.health.failure.as_ref().map(|e| &e.what), "advice": f.health.failure.as_ref().map(|e| &e.advice),
    })
}

/// When a feed's server wants to be asked; seconds.
pub fn asks(f: &Feed) -> Value {
    let a = &f.asks;
    json!({
        "max_age": a.max_age, "retry_after": a.retry_after, "ttl": a.hints.interval,
        "skip_hours": a.hints.skip_hours, "skip_days": a.hints.skip_days,
    })
}

/// A plain enum's name as JSON has it.
pub fn word(v: &impl serde::Serialize) -> String {
    match serde_json::to_value(v) {
        Ok(Value::String(s)) => s,
        _ => String::new(),
    }
}
