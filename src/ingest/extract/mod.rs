//! An article's page → its text and metadata: bytes are decoded and tamed ([`safe`]), parsed once, flattened into blocks
//! ([`dom`]); the article's blocks are chosen ([`choose`]) and put together ([`build`]); metadata comes from all that the
//! page says of itself ([`meta`]). Pure, total, and bounded whatever the bytes are.

mod build;
mod choose;
mod credits;
mod dom;
mod family;
mod features;
mod live;
mod meta;
mod safe;
mod trees;
mod votes;
mod wall;

use scraper::Html;

use super::Source;
use super::attribute::{self, Registry};
use crate::model::{Address, Clean, Item, Wall, plain_text};

/// Text shorter than this, in bytes, is no article of its own.
const TEASER: usize = 200;
/// The page's text is given up for JSON-LD's where it has less than this share of it.
const ENOUGH: f32 = 0.5;

/// A page, read and chosen from.
struct Reading {
    /// The dispatch that its source names.
    dispatch: Option<String>,
    flat: dom::Flat,
    head: meta::Head,
    item: Item,
    features: features::Features,
    probabilities: Vec<f32>,
    keep: Vec<bool>,
}

impl Reading {
    fn of(source: &Source<'_>) -> Self {
        let text = safe::decode(source.bytes, source.content_type);
        let dispatch = credits::dispatch(&text);
        let html = Html::parse_document(&safe::tame(&text));
        let flat = dom::Flat::new(&html);
        let head = meta::Head::read(&html, &flat);
        let item = meta::read(&head, &flat, source);
        let features = features::Features::of(&flat, &head, &item.title, item.summary.as_deref().unwrap_or_default());
        let probabilities = choose::probabilities(&features);
        let keep = choose::choose(&flat, &features, &probabilities);
        Self { dispatch, flat, head, item, features, probabilities, keep }
    }
}

/// Reads one page.
pub fn page(source: &Source<'_>, registry: &Registry) -> Item {
    let Reading { dispatch, flat, head, mut item, mut keep, .. } = Reading::of(source);
    let kept = flat.segments.iter().zip(&keep).filter(|(_, k)| **k).map(|(s, _)| s.text.len()).sum();
    item.wall = wall::find(&flat, &keep, &head, kept);
    if item.wall.is_some() {
        for (segment, keep) in flat.segments.iter().zip(&mut keep) {
            *keep = *keep && item.wall != Some(Wall::Consent) && !wall::speaks(&segment.text);
        }
    }
    let base = item.url.clone().or_else(|| source.url.cloned());
    item.body = build::blocks(&flat, &keep, base.as_ref(), &item.title);
    let article = head.article();
    let host = base.as_ref().map(Address::host).unwrap_or_default();
    if let Some(article) = article {
        let around = meta::Around::new(source.now, &host, item.language.as_deref().unwrap_or_default());
        live::read(&head.graph, article, &around, &mut item);
    }
    let text = plain_text(&item.body);
    // What the page shows to machines only: scripts build the rest of it.
    if let Some(said) = head.article_body() {
        let blocks = live::paragraphs(&said);
        if (text.len() as f32) < said.len() as f32 * ENOUGH {
            item.body = blocks;
        }
    }
    let text = plain_text(&item.body);
    item.language = meta::language(item.language.take(), &text);
    item.complete = text.len() > TEASER && (item.wall.is_none() || text.len() > 2500);
    if item.summary.as_ref().is_some_and(|s| s.len() > text.len() && !text.is_empty()) {
        item.summary = None;
    }
    let slots = credits::slots(&head, &flat, &keep, dispatch, &mut item);
    item.attribution = attribute::attribute(&slots, registry);
    item
}

/// What was made of one block of a page, and why.
#[derive(Clone, Debug)]
pub struct Reason {
    /// Its words.
    pub text: Clean,
    /// Whether it is in the text.
    pub kept: bool,
    /// How likely it belongs to the text, 0 to 1.
    pub probability: f32,
    /// The numbers that decided.
    pub features: Vec<f32>,
}

/// Says of each text block of a page whether it was kept.
pub fn reasons(source: &Source<'_>) -> Vec<Reason> {
    let Reading { flat, features, probabilities, keep, .. } = Reading::of(source);
    let rows = features.values.chunks(features.width.max(1));
    let blocks = features.texts.iter().zip(rows).zip(probabilities);
    blocks
        .map(|((&i, row), probability)| Reason {
            text: Clean::line(&flat.segments[i].text),
            kept: keep[i],
            probability,
            features: row.to_vec(),
        })
        .collect()
}
