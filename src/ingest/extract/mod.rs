//! An article's page → its text and metadata: bytes are decoded and tamed ([`safe`]), parsed once, flattened into blocks
//! ([`dom`]); the article's blocks are chosen ([`choose`]) and put together ([`build`]); metadata comes from all that the
//! page says of itself ([`meta`]). Pure, total, and bounded whatever the bytes are.

mod build;
mod choose;
mod dom;
mod family;
mod meta;
mod safe;

use scraper::Html;

use super::attribute::{self, Registry};
use super::{Source, attribute::Slots};
use crate::model::Item;

/// Reads one page.
pub fn page(source: &Source<'_>, registry: &Registry) -> Item {
    let text = safe::decode(source.bytes, source.content_type);
    let tamed = safe::tame(&text);
    let html = Html::parse_document(&tamed);
    let flat = dom::Flat::new(&html);
    let mut item = meta::read(&html, &flat, source);
    let keep = choose::choose(&tamed, &flat);
    let base = item.url.clone();
    item.body = build::blocks(&flat, &keep, base.as_ref(), &item.title);
    item.complete = !item.body.is_empty();
    let slots = Slots::default();
    item.attribution = attribute::attribute(&slots, registry);
    item
}
