//! What another reader's lists and caches hold, before any of it is ours: feeds, views, entries, and what was refused.

use serde::Serialize;

use super::{Address, Clean, Item, Marks, Query, without_login};

/// A list of subscriptions as another reader (or this one) wrote it down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Takeover {
    /// The feeds, each address once, in the list's order.
    pub feeds: Vec<TakenFeed>,
    /// Saved searches, in this program's own query language.
    pub views: Vec<(Clean, Query)>,
    /// What was not taken, and why.
    pub refused: Vec<Refused>,
    /// What was taken, and yet is not as it was there.
    pub notes: Vec<Refused>,
}

/// One feed of such a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenFeed {
    /// Where it is.
    pub address: Address,
    /// What it is called there.
    pub title: Option<Clean>,
    /// The site it belongs to.
    pub site: Option<Address>,
    /// Folders, joined by `/`.
    pub folder: Option<Clean>,
    /// Tags.
    pub tags: Vec<Clean>,
    /// It was not polled there.
    pub paused: bool,
    /// The user's name that stood in its address there.
    pub user: Option<String>,
}

impl TakenFeed {
    /// A feed of which only the address is known.
    pub fn at(address: Address) -> Self {
        Self { address, title: None, site: None, folder: None, tags: Vec::new(), paused: false, user: None }
    }
}

/// Feeds that are offered together to somebody who has none yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Its name on the command line.
    pub id: String,
    /// Its name on the screen, and the folder that it becomes.
    pub name: Clean,
    /// What is in it, in a line.
    pub about: Clean,
    /// Names and addresses.
    pub feeds: Vec<(Clean, Address)>,
}

/// Something that was not taken over, or not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// What, in the list's own words.
    pub what: Clean,
    /// Why, one sentence.
    pub why: Clean,
}

impl Refused {
    /// Says why `what` was not taken; both are cut to what fits a line, and no login is repeated.
    pub fn new(what: &str, why: &str) -> Self {
        Self { what: Clean::capped(&without_login(what), 120), why: Clean::line(why) }
    }
}

/// A feed and the entries that another reader holds of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldFeed {
    /// The feed.
    pub feed: TakenFeed,
    /// Its entries, in the other reader's order.
    pub entries: Vec<CachedEntry>,
}

/// One entry of another reader's cache, as it lies there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CachedEntry {
    /// Its identity there.
    pub guid: String,
    /// Its title, which may hold markup.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// Where it stands.
    pub url: String,
    /// Its text: HTML, unless `plain`.
    pub content: String,
    /// The text is no HTML.
    pub plain: bool,
    /// Base of its relative links, if one was kept.
    pub base: String,
    /// When it was published, in seconds since 1970; 0 is unknown.
    pub published: i64,
    /// Not read yet.
    pub unread: bool,
    /// The letters that it was flagged with.
    pub flags: String,
    /// It was kept there.
    pub saved: bool,
    /// Its tags there.
    pub tags: Vec<Clean>,
    /// The reader threw it away there: only that it was seen is taken over.
    pub deleted: bool,
}

/// An entry to be filed with what its reader had done to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The entry.
    pub item: Item,
    /// Read, saved, tags.
    pub marks: Marks,
    /// Only the marks are wanted: the entry itself was thrown away before.
    pub marks_only: bool,
}
