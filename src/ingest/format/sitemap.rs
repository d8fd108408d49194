//! News sitemaps (`urlset` with `news:news`): headlines with dates and outlet, no text.

use super::entry::{self, Context};
use super::{Look, MAX_ENTRIES, Parsed, each};
use crate::ingest::normalise;
use crate::ingest::tree::{Ns, Tree};
use crate::model::{Clean, FeedFacts, Item};

/// A sitemap that holds news; one without is none of ours.
pub fn sniff(look: &Look<'_>) -> bool {
    look.root == "urlset" && (look.text.contains("sitemap-news") || look.text.contains("news:"))
}

/// Reads it.
pub fn parse(look: &Look<'_>) -> Parsed {
    let tree = Tree::parse(look.text);
    let mut warnings = Vec::new();
    let context = Context { base: look.source.url, language: None, authors: &[], now: look.source.now };
    let set = tree.children(tree.root()).find(|c| tree.name(*c).1 == "urlset").unwrap_or(tree.root());
    let mut items = Vec::new();
    for (i, url) in tree.children(set).filter(|c| tree.name(*c).1 == "url").take(MAX_ENTRIES).enumerate() {
        let Some(news) = tree.children(url).find(|c| tree.name(*c).0 == Ns::News) else { continue };
        let read = each(i, &mut warnings, || {
            let mut draft = entry::read(&tree, news, &context);
            let find = |name: &str| tree.children(url).find(|c| tree.name(*c).1 == name).map(|c| tree.text(c));
            draft.item.url = find("loc").and_then(|l| entry::resolve(&l, look.source.url));
            draft.item.updated = find("lastmod").and_then(|l| normalise::moment(&l, look.source.now)).or(draft.item.updated);
            for image in tree.children(url).filter(|c| tree.name(*c).1 == "image").take(1) {
                let at = tree.children(image).find(|c| tree.name(*c).1 == "loc").map(|l| tree.text(l));
                draft.item.picture = at.and_then(|l| entry::resolve(&l, look.source.url));
            }
            look.item(draft, None)
        });
        items.extend(read);
    }
    let outlet = items.iter().find_map(|i: &Item| i.outlet.clone());
    let feed = FeedFacts {
        title: outlet.or_else(|| look.source.url.map(|u| Clean::line(&u.site()))),
        site: look.source.url.and_then(|u| u.join("/").ok()),
        language: items.iter().find_map(|i| i.language.clone()),
        ..FeedFacts::default()
    };
    Parsed { format: "sitemap".into(), feed: Some(feed), items, warnings, feeds: Vec::new(), broken_off: tree.broken_off }
}
