//! An article's page → its text and metadata: bytes are decoded and tamed ([`safe`]), parsed once, flattened into blocks
//! ([`dom`]); the article's blocks are chosen ([`choose`]) and put together ([`build`]); metadata comes from all that the
//! page says of itself ([`meta`]). Pure, total, and bounded whatever the bytes are.

mod build;
mod choose;
mod credits;
mod dom;
mod family;
mod features;
mod meta;
mod safe;

use scraper::Html;

use super::Source;
use super::attribute::{self, Registry};
use crate::model::Item;

/// Reads one page.
pub fn page(source: &Source<'_>, registry: &Registry) -> Item {
    let text = safe::decode(source.bytes, source.content_type);
    let tamed = safe::tame(&text);
    let html = Html::parse_document(&tamed);
    let flat = dom::Flat::new(&html);
    let head = meta::Head::read(&html, &flat);
    let mut item = meta::read(&head, &flat, source);
    let keep = choose::choose(&tamed, &flat);
    let base = item.url.clone();
    item.body = build::blocks(&flat, &keep, base.as_ref(), &item.title);
    item.complete = !item.body.is_empty();
    let text = crate::model::plain_text(&item.body);
    item.language = meta::language(item.language.take(), &text);
    let slots = credits::slots(&head, &flat, &keep, &mut item);
    item.attribution = attribute::attribute(&slots, registry);
    item
}

/// What was made of one block of a page, and why.
#[derive(Clone, Debug)]
pub struct Reason {
    /// Its words.
    pub text: crate::model::Clean,
    /// Whether it is in the text.
    pub kept: bool,
    /// The numbers that decided.
    pub features: Vec<f32>,
    /// Which blocks share its parent, and which look like it.
    pub groups: (u32, u32),
}

/// Says of each text block of a page whether it was kept.
pub fn reasons(source: &Source<'_>) -> Vec<Reason> {
    let text = safe::decode(source.bytes, source.content_type);
    let tamed = safe::tame(&text);
    let html = Html::parse_document(&tamed);
    let flat = dom::Flat::new(&html);
    let head = meta::Head::read(&html, &flat);
    let item = meta::read(&head, &flat, source);
    let features = features::Features::of(&flat, &head, &item.title, item.summary.as_deref().unwrap_or_default());
    let keep = choose::choose(&tamed, &flat);
    let rows = features.values.chunks(features.width.max(1));
    features
        .texts
        .iter()
        .zip(rows)
        .zip(&features.groups)
        .map(|((&i, row), groups)| Reason {
            text: crate::model::Clean::line(&flat.segments[i].text),
            kept: keep[i],
            features: row.to_vec(),
            groups: *groups,
        })
        .collect()
}
