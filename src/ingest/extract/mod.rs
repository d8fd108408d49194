//! An article's page → its text and metadata: bytes are decoded and tamed ([`safe`]), parsed once, flattened into blocks
//! ([`dom`]); the article's blocks are chosen ([`choose`]) and put together ([`build`]); metadata comes from all that the
//! page says of itself ([`meta`]). Pure, total, and bounded whatever the bytes are.

mod build;
mod choose;
mod context;
mod credits;
mod cues;
mod dom;
mod embeds;
mod family;
mod features;
mod follow;
mod footnotes;
mod lexicon;
mod live;
mod mend;
mod meta;
mod places;
mod readability;
mod safe;
mod site;
mod ticker;
mod trees;
mod votes;
mod wall;
mod why;

use scraper::Html;

use super::Source;
use super::attribute::{self, Registry};
use crate::model::{Address, Clean, Item, Wall, plain_text};
pub use follow::{Follow, PAGE_CAP, join};
pub use meta::{Origins, same_site};
pub use site::{Site, SiteError, Sites};
pub use why::{Reason, Verdict};

/// Text shorter than this, in bytes, is no article of its own.
const TEASER: usize = 200;
/// The page's text is given up for JSON-LD's where it has less than this share of it.
const ENOUGH: f32 = 0.5;

/// A page, read and chosen from.
struct Reading<'a> {
    /// The dispatch that its source names.
    dispatch: Option<String>,
    flat: dom::Flat,
    head: meta::Head,
    item: Item,
    languages: Vec<meta::Found<Clean>>,
    origins: Origins,
    features: features::Features,
    probabilities: Vec<f32>,
    keep: Vec<bool>,
    /// The text is where a rule for the site says.
    ruled: bool,
    notes: Vec<footnotes::Note>,
    follow: Follow,
    /// Ids of what the page marks as key events.
    keys: std::collections::HashSet<String>,
    site: Option<&'a Site>,
}

impl<'a> Reading<'a> {
    fn of(source: &Source<'_>, sites: &'a Sites) -> Self {
        let text = safe::decode(source.bytes, source.content_type);
        let dispatch = credits::dispatch(&text);
        let mut html = Html::parse_document(&safe::tame(&text));
        let site = source.url.and_then(|url| sites.of(url));
        // Said before anything is taken out: a rule may remove the very line that it names.
        let said = site.map(|s| (s.ruled(&html), s.next(&html)));
        if let Some(site) = site {
            site.prune(&mut html);
        }
        embeds::unveil(&mut html);
        let flat = dom::Flat::new(&html);
        let mut head = meta::Head::read(&html, &flat);
        let (ruled, next) = said.unwrap_or_default();
        head.ruled = ruled;
        let mut origins = Origins::default();
        let (item, languages) = meta::read(&head, &flat, source, &mut origins);
        let features = features::Features::of(&flat, &head, &item.title, item.summary.as_deref().unwrap_or_default());
        let probabilities = choose::probabilities(&flat, &features);
        let body = site.and_then(|s| s.body(&html, &flat));
        let ruled = body.is_some();
        let keep = body.unwrap_or_else(|| choose::choose(&flat, &features, &probabilities));
        let follow = follow::follow(&head, source.url, next.as_deref());
        let notes = footnotes::find(&html);
        // Only posts are pinned.
        let keys = head.article().filter(|a| live::updates(&head.graph, a)).map(|_| live::key_events(&html)).unwrap_or_default();
        Self { keys, dispatch, flat, head, item, languages, origins, features, probabilities, keep, ruled, notes, follow, site }
    }

    /// Takes out what a wall says; of a page that is nothing but a request for consent, everything.
    fn behind(&mut self) {
        let Self { flat, head, item, keep, .. } = self;
        let kept = flat.segments.iter().zip(&*keep).filter(|(_, k)| **k).map(|(s, _)| s.text.len()).sum();
        item.wall = wall::find(flat, keep, head, kept);
        if item.wall.is_some() {
            for (segment, keep) in flat.segments.iter().zip(keep) {
                *keep = *keep && item.wall != Some(Wall::Consent) && !wall::speaks(&segment.text);
            }
        }
    }
}

/// A page, read, and all that a reader may ask about how.
#[derive(Clone, Debug, Default)]
pub struct Examined {
    /// What was read.
    pub item: Item,
    /// Where each field came from, and what was doubtful.
    pub origins: Origins,
    /// Further pages and other forms of it.
    pub follow: Follow,
    /// The host of the rule that was followed.
    pub rule: Option<String>,
}

/// Reads one page.
pub fn page(source: &Source<'_>, registry: &Registry) -> Item {
    examine(source, registry, &Sites::default()).item
}

/// Reads one page by the rules for its site, and tells how.
pub fn examine(source: &Source<'_>, registry: &Registry, sites: &Sites) -> Examined {
    let mut reading = Reading::of(source, sites);
    reading.behind();
    let Reading { dispatch, flat, head, mut item, languages, mut origins, keep, ruled, notes, follow, keys, site, .. } = reading;
    let base = source.url.or(item.url.as_ref()).cloned();
    item.body = build::blocks(&flat, &keep, base.as_ref(), &item.title);
    footnotes::place(&mut item.body, &notes);
    origins.note("text", if ruled { "the rule for this site" } else { "the page's blocks" });
    let article = head.article();
    let host = base.as_ref().map(Address::host).unwrap_or_default();
    if let Some(article) = article {
        let around = meta::Around::new(source.now, &host, item.language.as_deref().unwrap_or_default());
        live::read(&head.graph, article, &around, &keys, &mut item);
    }
    let text = plain_text(&item.body);
    // What the page shows to machines only: scripts build the rest of it.
    if let Some(said) = head.article_body().filter(|_| !ruled) {
        let blocks = live::paragraphs(&said);
        if (text.len() as f32) < said.len() as f32 * ENOUGH {
            item.body = blocks;
            origins.note("text", "json-ld articleBody");
        }
    }
    let text = plain_text(&item.body);
    item.language = meta::language(&languages, &text, &mut origins);
    item.complete = text.len() > TEASER && (item.wall.is_none() || text.len() > 2500);
    if item.summary.as_ref().is_some_and(|s| s.len() > text.len() && !text.is_empty()) {
        item.summary = None;
    }
    if item.posts.is_empty() {
        ticker::read(&meta::Around::new(source.now, &host, item.language.as_deref().unwrap_or_default()), &mut item);
    } else {
        live::intro(&mut item);
    }
    let slots = credits::slots(&head, &flat, &keep, dispatch, &mut item);
    match &head.ruled.byline {
        Some(byline) => {
            item.byline = Clean::capped(byline, 300).non_empty();
            origins.note("byline", "the rule for this site");
        }
        None if item.byline.is_some() => origins.note("byline", "the line above the text"),
        None => {}
    }
    if item.dateline.is_some() {
        origins.note("dateline", "the beginning of the text");
    }
    item.attribution = attribute::attribute(&slots, registry);
    Examined { item, origins, follow, rule: site.map(|s| s.row.host.clone()) }
}

/// Says of each text block of a page whether it was kept, with the numbers that decided.
pub fn reasons(source: &Source<'_>) -> Vec<Reason> {
    why::reasons(&Reading::of(source, &Sites::default()))
}

/// Says of each text block of a page whether it was kept, and what weighed most.
pub fn verdicts(source: &Source<'_>, sites: &Sites) -> Vec<Verdict> {
    let mut reading = Reading::of(source, sites);
    let chosen = reading.keep.clone();
    reading.behind();
    why::verdicts(&reading, &chosen)
}
