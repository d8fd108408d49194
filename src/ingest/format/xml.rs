//! RSS 0.9x to 2.x, RSS 1.0 and 1.1 (RDF), Atom 0.3 and 1.0, CDF: found in one tree by their entries, so that a wrong
//! version, a missing namespace or a stray wrapper costs nothing.

use jiff::Timestamp;

use super::entry::{self, Context, resolve};
use super::{Look, MAX_ENTRIES, Parsed, each, text};
use crate::ingest::normalise;
use crate::ingest::tree::{Id, Ns, Tree};
use crate::model::{Address, Clean, FeedFacts, Hints};

/// RSS by its root; items without one too.
pub fn is_rss(look: &Look<'_>) -> bool {
    look.root == "rss"
}

/// RSS 1.0.
pub fn is_rdf(look: &Look<'_>) -> bool {
    look.root == "rdf"
}

/// Atom, also a lone entry.
pub fn is_atom(look: &Look<'_>) -> bool {
    matches!(look.root.as_str(), "feed" | "entry")
}

/// Microsoft's channels, RSS 1.1's `Channel`, and RSS that forgot its root.
pub fn is_cdf(look: &Look<'_>) -> bool {
    matches!(look.root.as_str(), "channel" | "item")
}

/// Reads any of them.
pub fn parse(look: &Look<'_>) -> Parsed {
    let tree = Tree::parse(look.text);
    let mut warnings = Vec::new();
    if tree.cut {
        warnings.push(Clean::line("The feed is nested too deeply or too large; a part of it was left out."));
    }
    let (channel, entries) = find(&tree);
    let now = look.source.now;
    let base = look.source.url.cloned();
    let head = channel.unwrap_or(tree.root());
    let feed_base = tree.base(head, base.as_ref());
    let mut facts = facts(&tree, head, feed_base.as_ref(), now);
    let mut authors = Vec::new();
    if tree.name(head).0 == Ns::Atom {
        for id in tree.children(head).filter(|c| tree.name(*c) == (Ns::Atom, "author")) {
            authors.extend(entry::people(&tree, id));
        }
    }
    // RSS 1.0 keeps its picture beside the channel.
    if facts.image.is_none()
        && let Some(rdf) = tree.parent(head).filter(|p| tree.name(*p).1 == "rdf")
    {
        facts.image = tree.children(rdf).find(|c| tree.name(*c).1 == "image").and_then(|i| image(&tree, i, feed_base.as_ref()));
    }
    // Without the document's address its site is the best base for relative links.
    let site = facts.site.clone();
    let context = Context { base: base.as_ref().or(site.as_ref()), language: facts.language.as_ref(), authors: &authors, now };
    if entries.len() > MAX_ENTRIES {
        warnings.push(Clean::line(&format!("The feed has {} entries; the first {MAX_ENTRIES} were read.", entries.len())));
    }
    let mut items = Vec::with_capacity(entries.len().min(MAX_ENTRIES));
    for (i, id) in entries.iter().take(MAX_ENTRIES).enumerate() {
        items.extend(each(i, &mut warnings, || look.item(entry::read(&tree, *id, &context), Some(&facts))));
    }
    let format = name(&tree, channel);
    Parsed { format, feed: Some(facts), items, warnings, feeds: Vec::new(), broken_off: tree.broken_off }
}

/// The channel (or feed) and all entries, wherever they stand.
fn find(tree: &Tree<'_>) -> (Option<Id>, Vec<Id>) {
    let mut channel = None;
    let mut entries = Vec::new();
    let mut todo = vec![tree.root()];
    while let Some(id) = todo.pop() {
        let (ns, name) = tree.name(id);
        let ours = matches!(ns, Ns::Core | Ns::Atom | Ns::Rdf);
        match name {
            "item" | "entry" if ours => {
                entries.push(id);
                continue;
            }
            "channel" | "feed" if ours => channel = channel.or(Some(id)),
            "rss" if ours && tree.child(id, Ns::Core, "channel").is_none() => channel = channel.or(Some(id)),
            _ => {}
        }
        let from = todo.len();
        todo.extend(tree.children(id));
        todo[from..].reverse();
    }
    (channel, entries)
}

/// `rss2.0`, `rss0.91`, `rdf`, `atom1.0`, `atom0.3`, `cdf`.
fn name(tree: &Tree<'_>, channel: Option<Id>) -> String {
    let root = tree.children(tree.root()).find(|c| matches!(tree.name(*c).1, "rss" | "rdf" | "feed" | "channel" | "entry"));
    let Some(root) = root.or(channel) else { return "rss".into() };
    let version = tree.attribute(root, "version").filter(|v| v.len() < 8 && v.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    match tree.name(root) {
        (_, "rdf") => "rdf".into(),
        (_, "feed" | "entry") => match version {
            Some(v) if v.starts_with("0.") => format!("atom{v}"),
            _ if tree.attribute(root, "xmlns").is_some_and(|x| x.contains("purl.org/atom")) => "atom0.3".into(),
            _ => "atom1.0".into(),
        },
        (_, "channel") if tree.attribute(root, "href").is_some() => "cdf".into(),
        _ => format!("rss{}", version.unwrap_or("")),
    }
}

/// What the feed says of itself.
fn facts(tree: &Tree<'_>, head: Id, base: Option<&Address>, now: Timestamp) -> FeedFacts {
    let mut f = FeedFacts { language: tree.language(head).and_then(normalise::language), ..FeedFacts::default() };
    let mut hints = Hints::default();
    let mut period: Option<u64> = None;
    let mut frequency = 1u64;
    let (mut updated, mut published, mut second_title, mut second_text) = (None, None, None, None);
    let (mut alternate, mut logo, mut icon, mut podcast) = (None, None, None, None);
    f.site = tree.attribute(head, "href").and_then(|h| resolve(h, base));
    for id in tree.children(head) {
        let (ns, name) = tree.name(id);
        let own = tree.attribute(id, "xml:base").map(|_| tree.base(id, base));
        let base = own.as_ref().map_or(base, |b| b.as_ref());
        let date = || normalise::moment(&tree.text(id), now);
        let number = || tree.text(id).trim().parse::<u64>().ok();
        match (ns, name) {
            (Ns::Core | Ns::Atom, "title") if f.title.is_none() => f.title = text::line(tree, id).non_empty(),
            (Ns::Dc | Ns::Itunes | Ns::Media, "title") if second_title.is_none() => second_title = text::line(tree, id).non_empty(),
            (Ns::Core | Ns::Atom, "link" | "url") => match tree.attribute(id, "href") {
                None => f.site = f.site.take().or_else(|| resolve(&tree.text(id), base)),
                Some(href) => {
                    let rel = tree.attribute(id, "rel").unwrap_or("").to_ascii_lowercase();
                    if matches!(rel.rsplit('/').next(), Some("" | "alternate")) {
                        alternate = alternate.or_else(|| resolve(href, base));
                    }
                }
            },
            (Ns::Core | Ns::Atom, "description" | "subtitle" | "tagline" | "abstract") if f.description.is_none() => {
                f.description = text::line(tree, id).non_empty()
            }
            (Ns::Dc | Ns::DcTerms | Ns::Itunes | Ns::Core, "description" | "summary" | "subtitle") if second_text.is_none() => {
                second_text = text::line(tree, id).non_empty()
            }
            (Ns::Core | Ns::Dc | Ns::DcTerms, "language") => f.language = normalise::language(&tree.text(id)).or(f.language.take()),
            (Ns::Core | Ns::Atom, "id" | "guid") => f.guid = Clean::capped(&tree.text(id), 500).non_empty(),
            (Ns::Core | Ns::Atom | Ns::DcTerms, "updated" | "modified" | "lastbuilddate") | (Ns::Dc | Ns::DcTerms, "date") => {
                updated = date().or(updated)
            }
            (Ns::Core | Ns::Atom | Ns::DcTerms, "pubdate" | "published" | "issued" | "created") => published = date().or(published),
            (Ns::Core | Ns::Atom, "image") if f.image.is_none() => f.image = image(tree, id, base),
            (Ns::Core | Ns::Atom, "logo") => logo = resolve(&tree.text(id), base),
            (Ns::Core | Ns::Atom, "icon") => icon = resolve(&tree.text(id), base),
            (Ns::Itunes, "image" | "link") => {
                podcast =
                    podcast.or_else(|| tree.attribute(id, "href").or_else(|| tree.attribute(id, "url")).and_then(|h| resolve(h, base)));
            }
            (Ns::Core, "ttl") => hints.interval = number().map(|m| m.saturating_mul(60)),
            (Ns::Core, "skiphours") => {
                let hours = tree.children(id).take(24).filter_map(|h| tree.text(h).trim().parse::<u8>().ok());
                hints.skip_hours = hours.filter(|h| *h <= 24).map(|h| h % 24).collect();
            }
            (Ns::Core, "skipdays") => hints.skip_days = tree.children(id).take(7).filter_map(|d| weekday(&tree.text(d))).collect(),
            (Ns::Sy, "updateperiod") => period = seconds(&tree.text(id)),
            (Ns::Sy, "updatefrequency") => frequency = number().unwrap_or(1).max(1),
            _ => {}
        }
    }
    hints.interval = hints.interval.or(period.map(|p| p / frequency)).filter(|s| *s > 0).map(|s| s.min(7 * 86_400));
    f.hints = hints;
    f.title = f.title.or(second_title);
    f.description = f.description.or(second_text);
    f.updated = updated.or(published);
    f.site = f.site.or(alternate);
    f.image = f.image.or(logo).or(podcast).or(icon);
    if f.guid.is_none() {
        f.guid = tree.attribute(head, "rdf:about").map(|a| Clean::capped(a, 500)).and_then(Clean::non_empty);
    }
    f
}

/// The address of a feed's picture: RSS nests it, RSS 1.0 points to it, others write it as text.
fn image(tree: &Tree<'_>, id: Id, base: Option<&Address>) -> Option<Address> {
    if let Some(url) = tree.children(id).find(|c| tree.name(*c).1 == "url") {
        return resolve(&tree.text(url), base);
    }
    let said = tree.attribute(id, "rdf:resource").or_else(|| tree.attribute(id, "href")).or_else(|| tree.attribute(id, "url"));
    said.and_then(|s| resolve(s, base)).or_else(|| if tree.has_elements(id) { None } else { resolve(&tree.text(id), base) })
}

fn weekday(day: &str) -> Option<u8> {
    let day = day.trim().to_ascii_lowercase();
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().position(|d| day.starts_with(d)).map(|i| i as u8)
}

fn seconds(period: &str) -> Option<u64> {
    Some(match period.trim().to_ascii_lowercase().as_str() {
        "hourly" => 3600,
        "daily" => 86_400,
        "weekly" => 7 * 86_400,
        "monthly" => 30 * 86_400,
        "yearly" => 365 * 86_400,
        _ => return None,
    })
}
