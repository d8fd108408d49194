//! An article as JSON: field names as documented in the man page, times RFC 3339, absent is null.

use serde_json::{Value, json};

use crate::model::{Article, Block, Clean, Item, Posted, plain_text};

/// The reader's note as one text.
fn note(lines: &[Clean]) -> String {
    lines.iter().map(Clean::as_str).collect::<Vec<_>>().join("\n")
}

/// The fields that an article has wherever it is shown.
pub fn item_fields(item: &Item) -> Value {
    let a = &item.attribution;
    json!({
        "outlet": item.outlet, "url": item.url, "title": item.title, "language": item.language,
        "published": item.published, "updated": item.updated, "byline": item.byline, "authors": item.authors,
        "dateline": item.dateline, "slugline": item.slugline, "urgency": item.urgency, "stage": item.stage, "signals": item.signals, "advisory": item.advisory,
        "embargo": item.embargo, "status": item.status,
        "credits": a.credits.iter().map(|c| json!({
            "agency": c.agency, "name": c.name, "role": c.role, "slot": c.slot, "evidence": c.evidence.words,
            "place": c.evidence.place, "confidence": (f64::from(c.confidence) * 100.0).round() / 100.0,
        })).collect::<Vec<_>>(),
        "persons": a.persons, "desk_edit": a.desk_edit, "collective": a.collective, "usage": a.usage,
        "dispatch_id": a.dispatch.as_ref().map(ToString::to_string),
        "summary": item.summary, "text": text(&item.body), "blocks": item.body,
    })
}

/// The running text, if there is any.
pub fn text(body: &[Block]) -> Option<String> {
    Some(plain_text(body)).filter(|t| !t.is_empty())
}

/// A live blog's post as the cache keeps it.
pub fn posted(posted: &Posted) -> Value {
    let post = &posted.post;
    json!({
        "id": post.id, "time": post.time, "updated": post.updated, "title": post.title, "text": text(&post.body),
        "key_event": post.key_event, "seen": posted.seen, "read": posted.read, "deleted": posted.gone, "edited": posted.edit.is_some(),
    })
}

/// An article of the cache; `text` and `blocks` only if `whole`.
pub fn article(a: &Article, whole: bool) -> Value {
    let Value::Object(mut fields) = item_fields(&a.item) else { return Value::Null };
    if !whole {
        fields.shift_remove("text");
        fields.shift_remove("blocks");
    }
    let mut v = serde_json::Map::new();
    v.insert("id".into(), json!(a.id));
    v.insert("feed".into(), json!({ "id": a.feed, "title": a.feed_title, "url": a.feed_address }));
    v.insert("outlet".into(), json!(a.outlet));
    fields.shift_remove("outlet");
    for (key, value) in fields {
        if key == "credits" {
            v.insert(key, value);
            v.insert("dispatch".into(), json!(a.dispatch));
            v.insert("story".into(), json!(a.story));
            v.insert("why".into(), json!({ "dispatch": a.carries, "story": a.tells }));
            v.insert("outlets".into(), json!(a.outlets()));
            v.insert("versions".into(), json!(a.versions.len()));
            v.insert("live".into(), json!(a.item.live));
            if whole && !a.posts.is_empty() {
                v.insert("posts".into(), json!(a.posts.iter().map(posted).collect::<Vec<_>>()));
            }
            v.insert("read".into(), json!(a.marks.read));
            v.insert("saved".into(), json!(a.marks.saved));
            v.insert("tags".into(), json!(a.marks.tags));
            v.insert("note".into(), json!((!a.marks.note.is_empty()).then(|| note(&a.marks.note))));
            v.insert("highlights".into(), json!(a.marks.highlights.iter().map(|mark| &mark.text).collect::<Vec<_>>()));
        } else if key == "updated" {
            v.insert(key, value);
            v.insert("fetched".into(), json!(a.fetched));
        } else {
            v.insert(key, value);
        }
    }
    Value::Object(v)
}
