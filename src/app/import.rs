//! What another reader left behind, as changes to the cache: lists of feeds, saved entries, newsboat's cache. The command
//! line and the reader import the same way; nothing is asked of the network.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc;

use crate::ingest::attribute::Registry;
use crate::ingest::takeover;
use crate::model::{
    Address, Applied, CachedEntry, Change, Clean, FeedFacts, FeedSettings, HeldFeed, Imported, Query, Refused, TakenFeed, Takeover,
};
use crate::poll::filing::Filing;
use crate::store::{Newsboat, StoreError};
use jiff::Timestamp;

/// More of a file than this is not read: larger than any list of feeds.
const MAX_FILE: u64 = 64 << 20;

/// Why nothing can be imported from a file.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is newsboat's, and damaged.
    #[error("{0}")]
    Cache(#[from] StoreError),
    /// It is something else.
    #[error(
        "no list of feeds. OPML, newsboat's urls and cache.db, FreshRSS's articles (JSON) and Miniflux's entries (JSON) can be imported; a feed is added with `wiredesk add`."
    )]
    Unknown,
    /// It is such a list, without a feed.
    #[error("there is no feed in it. Is the list whole? Export it from the other reader once more.")]
    Empty,
}

/// A file that can be imported.
pub enum Source {
    /// A list of feeds.
    List(Takeover),
    /// Entries by feed, and what was refused.
    Entries(Vec<HeldFeed>, Takeover),
    /// newsboat's cache.
    Cache(Box<Newsboat>),
}

/// One step of an import, in the file's order.
pub enum Step {
    /// A feed, and the change that subscribes to it, with its entries.
    Feed(TakenFeed, Box<Change>),
    /// A saved query under its name.
    View(Clean, Query),
    /// What was left out, and why.
    Refused(Refused),
    /// What is to be known of it.
    Note(Refused),
}

impl Source {
    /// Reads a file.
    pub fn open(path: &Path) -> Result<Self, ImportError> {
        let mut file = File::open(path)?;
        let mut head = [0; 16];
        let n = file.read(&mut head)?;
        if Newsboat::sniff(&head[..n]) {
            return Ok(Source::Cache(Box::new(Newsboat::open(path)?)));
        }
        Self::read(head[..n].chain(file))
    }

    /// Reads what is no database.
    pub fn read(from: impl Read) -> Result<Self, ImportError> {
        let mut bytes = Vec::new();
        from.take(MAX_FILE).read_to_end(&mut bytes)?;
        if let Some((held, rest)) = takeover::entries(&bytes) {
            return Ok(Source::Entries(held, rest));
        }
        let taken = takeover::read(&bytes).ok_or(ImportError::Unknown)?;
        if taken.feeds.is_empty() && taken.views.is_empty() && taken.refused.is_empty() {
            return Err(ImportError::Empty);
        }
        Ok(Source::List(taken))
    }

    /// How many feeds there are to take.
    pub fn feeds(&self) -> Result<usize, ImportError> {
        Ok(match self {
            Source::List(taken) => taken.feeds.len(),
            Source::Entries(held, _) => held.len(),
            Source::Cache(cache) => cache.feeds()?.len(),
        })
    }

    /// Hands over step by step, as long as `each` has no error. A feed's entries are read when it is its turn.
    pub fn steps<E: From<ImportError>>(
        self,
        registry: &Registry,
        now: Timestamp,
        mut each: impl FnMut(Step) -> Result<(), E>,
    ) -> Result<(), E> {
        let rest = match self {
            Source::List(mut taken) => {
                for feed in std::mem::take(&mut taken.feeds) {
                    let change = filed(&feed, settings(&feed), &[], registry, now);
                    each(Step::Feed(feed, Box::new(change)))?;
                }
                taken
            }
            Source::Entries(held, rest) => {
                for HeldFeed { feed, entries } in held {
                    let settings = FeedSettings { folder: feed.folder.clone(), user: feed.user.clone(), ..FeedSettings::default() };
                    let change = filed(&feed, settings, &entries, registry, now);
                    each(Step::Feed(feed, Box::new(change)))?;
                }
                rest
            }
            Source::Cache(cache) => {
                for cached in cache.feeds().map_err(ImportError::from)? {
                    let mut one = takeover::feed(&cached.address);
                    one.refused.into_iter().try_for_each(|r| each(Step::Refused(r)))?;
                    let Some(mut feed) = one.feeds.pop() else { continue };
                    one.notes.into_iter().try_for_each(|n| each(Step::Note(n)))?;
                    // Its title there is the feed's own, so it is no name of the reader's.
                    feed.title = Clean::capped(&cached.title, 200).non_empty();
                    feed.site = Address::parse(&cached.site).ok();
                    let settings = FeedSettings { user: feed.user.clone(), ..FeedSettings::default() };
                    let change = filed(&feed, settings, &cache.entries(&cached).map_err(ImportError::from)?, registry, now);
                    each(Step::Feed(feed, Box::new(change)))?;
                }
                return Ok(());
            }
        };
        rest.views.into_iter().try_for_each(|(name, query)| each(Step::View(name, query)))?;
        rest.notes.into_iter().try_for_each(|n| each(Step::Note(n)))?;
        rest.refused.into_iter().try_for_each(|r| each(Step::Refused(r)))
    }
}

fn settings(feed: &TakenFeed) -> FeedSettings {
    FeedSettings {
        title: feed.title.clone(),
        folder: feed.folder.clone(),
        tags: feed.tags.clone(),
        paused: feed.paused,
        user: feed.user.clone(),
        ..FeedSettings::default()
    }
}

fn filed(feed: &TakenFeed, settings: FeedSettings, held: &[CachedEntry], registry: &Registry, now: Timestamp) -> Change {
    let items: Vec<Imported> = held.iter().map(|e| takeover::entry(e, feed.title.as_ref(), now, registry)).collect();
    let facts = FeedFacts { title: feed.title.clone(), site: feed.site.clone(), ..FeedFacts::default() };
    Change::Import { address: feed.address.clone(), settings, facts: Some(facts), items }
}

/// What came of an import.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sums {
    /// Feeds that are new.
    pub added: u64,
    /// Feeds that were there.
    pub known: u64,
    /// Of these, those that got the list's name or folder.
    pub settled: u64,
    /// What was left out.
    pub refused: u64,
    /// Views that are new.
    pub views: u64,
    /// Articles that are new.
    pub articles: u64,
}

impl Sums {
    /// Counts what filing a feed did.
    pub fn feed(&mut self, applied: &Applied) {
        if applied.failure.is_some() {
            self.refused += 1;
            return;
        }
        self.added += u64::from(applied.subscribed);
        self.known += u64::from(!applied.subscribed);
        self.settled += u64::from(applied.settled);
        self.articles += applied.new.len() as u64;
    }

    /// In words: “3 added · 1 known already”.
    pub fn words(&self) -> String {
        let mut parts = vec![format!("{} added", self.added), format!("{} known already", self.known)];
        let counted = |n: u64, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
        if self.settled > 0 {
            parts.push(format!("{} of them named or filed as in the list", self.settled));
        }
        if self.refused > 0 {
            parts.push(format!("{} refused", self.refused));
        }
        for (n, what) in [(self.views, "view"), (self.articles, "article")] {
            if n > 0 {
                parts.push(counted(n, what));
            }
        }
        parts.join(" · ")
    }
}

/// Imports a file through the writer, waiting for it; for a thread of its own.
pub fn import(path: &Path, filing: &Filing, registry: &Registry, now: Timestamp) -> Result<Sums, ImportError> {
    let mut sums = Sums::default();
    let (tell, told) = mpsc::channel();
    Source::open(path)?.steps(registry, now, |step| {
        let (view, change) = match step {
            Step::Feed(_, change) => (false, *change),
            Step::View(name, query) => (true, Change::View { name, query }),
            Step::Refused(_) => {
                sums.refused += 1;
                return Ok(());
            }
            Step::Note(_) => return Ok(()),
        };
        let tell = tell.clone();
        filing.send(change, move |filed| drop(tell.send((view, filed))));
        Ok::<(), ImportError>(())
    })?;
    drop(tell);
    for (view, filed) in told {
        let applied = filed?;
        if view {
            sums.views += applied.count;
        } else {
            sums.feed(&applied);
        }
    }
    Ok(sums)
}
