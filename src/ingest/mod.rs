//! Bytes → items: pure and total. No network, clock or disk, and no error: a bad entry costs itself only, and what was
//! wrong is said in warnings. The whole pipeline is [`ingest`] for feeds and [`page`] for articles' pages.

pub mod attribute;
pub mod blocks;
pub mod date;
pub mod decode;
pub mod discover;
mod elements;
mod embargo;
pub mod entities;
pub mod extract;
pub mod format;
pub mod markup;
pub mod normalise;
pub mod plain;
pub mod quote;
pub mod revise;
pub mod similar;
pub mod status;
pub mod takeover;
pub mod tree;

use jiff::Timestamp;
use std::mem::take;

use crate::model::{Address, Attribution, Block, Clean, Failure, FeedFacts, Item, Usage};
use attribute::Registry;
use extract::{Examined, Sites};

/// What is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The bytes as they came (decompressed).
    pub bytes: &'a [u8],
    /// Where they came from, for relative links and for telling the outlet.
    pub url: Option<&'a Address>,
    /// `Content-Type`: a hint only.
    pub content_type: Option<&'a str>,
    /// The time of reading: nothing is ever dated after it.
    pub now: Timestamp,
}

/// A feed that a page points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    /// Its address.
    pub address: Address,
    /// Its title.
    pub title: Clean,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Ingested {
    /// The format's name (`rss2.0`, `atom1.0`, `rdf`, `json`, `html` …).
    pub format: String,
    /// What the feed says of itself; `None` for a page and for what is no feed.
    pub feed: Option<FeedFacts>,
    /// The entries, in order. A page is one.
    pub items: Vec<Item>,
    /// What was wrong, in words.
    pub warnings: Vec<Clean>,
    /// Feeds that a page points to.
    pub feeds: Vec<FeedLink>,
    /// The document ends before its end: there is more than was read.
    pub broken_off: bool,
    /// Why nothing could be read.
    pub error: Option<Failure>,
}

/// Reads whatever `source` is: a feed in any format, or a page.
pub fn ingest(source: &Source<'_>, registry: &Registry) -> Ingested {
    let mut read = feed(source, registry);
    if read.format == "html" && read.error.is_none() {
        let item = page(source, registry);
        read.items.push(item);
    }
    read
}

/// Reads an article's page: text, metadata and credits.
pub fn page(source: &Source<'_>, registry: &Registry) -> Item {
    let mut item = extract::page(source, registry);
    status::mark(&mut item);
    item
}

/// Reads an article's page by the rules for its site, and tells where each field came from and where the article goes on.
pub fn examine(source: &Source<'_>, registry: &Registry, sites: &Sites) -> Examined {
    extract::examine(source, registry, sites)
}

/// Reads a feed, and only a feed: a page gives its `feeds`, and no items.
pub fn feed(source: &Source<'_>, registry: &Registry) -> Ingested {
    let mut read = format::read(source, registry);
    read.items.iter_mut().for_each(status::mark);
    read
}

/// A feed's entry completed by its article's page: the fuller text, the credits of both, and whatever the feed left out.
/// What the feed says itself stays: an outlet's page often carries a longer or a changing title.
pub fn complete(mut item: Item, mut page: Item) -> Item {
    // All of the feed's text is better than what a wall lets through, however it is counted.
    let whole = item.complete && !page.complete;
    if !page.posts.is_empty() || (words(&page.body) >= words(&item.body) && !whole) {
        item.body = take(&mut page.body);
        item.wall = page.wall;
    } else if !item.complete {
        // The page stands behind it, and this is all there is.
        item.wall = page.wall;
    }
    item.complete = page.complete || item.complete;
    item.attribution = combine(item.attribution, take(&mut page.attribution));
    if page.updated > item.updated {
        item.updated = page.updated;
    }
    item.live |= page.live;
    if item.posts.is_empty() {
        item.posts = take(&mut page.posts);
    }
    item.fill_from(page);
    status::mark(&mut item);
    item
}

fn words(body: &[Block]) -> usize {
    body.iter().map(|b| b.text().split_whitespace().count()).sum()
}

/// An article's page, read in another form of it (AMP, print, all on one page): its text takes the place of the page's,
/// if it has more of it (by a share `more`) and no wall before it. What the page says of itself stays.
pub fn in_another_form(page: &mut Item, mut other: Item, more: f32) -> bool {
    let (here, there) = (words(&page.body), words(&other.body));
    if other.wall.is_some() || there == 0 || (there as f32) < here as f32 * more {
        return false;
    }
    page.body = take(&mut other.body);
    page.complete = other.complete;
    page.wall = None;
    page.attribution = combine(take(&mut page.attribution), take(&mut other.attribution));
    page.fill_from(other);
    true
}

/// An article's page continued by its next one; `false` if that one has nothing new.
pub fn continued(page: &mut Item, mut next: Item) -> bool {
    if !extract::join(page, take(&mut next.body)) {
        return false;
    }
    page.attribution = combine(take(&mut next.attribution), take(&mut page.attribution));
    page.complete |= page.wall.is_none();
    true
}

/// Credits of feed and page: for each agency and role the surer evidence, in the page's printed order.
fn combine(feed: Attribution, page: Attribution) -> Attribution {
    let mut credits = page.credits;
    for credit in feed.credits {
        match credits.iter_mut().find(|c| c.agency == credit.agency && c.role == credit.role) {
            Some(known) if known.confidence >= credit.confidence => {}
            Some(known) => *known = credit,
            None => credits.push(credit),
        }
    }
    Attribution {
        credits,
        persons: if page.persons.is_empty() { feed.persons } else { page.persons },
        desk_edit: page.desk_edit || feed.desk_edit,
        collective: page.collective.or(feed.collective),
        usage: if page.usage == Usage::Unknown { feed.usage } else { page.usage },
        dispatch: page.dispatch.or(feed.dispatch),
    }
}
