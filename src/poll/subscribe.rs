//! A typed address → a subscription. A feed is taken as it is; a site is searched for its feeds, first by what its page
//! says (`<link rel=alternate>`), then where feeds usually stand. What was fetched on the way is filed at once, so that a
//! new feed has headlines without being asked twice.

use super::{FeedResult, Read, Tools};
use crate::ingest::FeedLink;
use crate::model::{
    Address, Change, Clean, Failure, FailureKind, FeedFacts, FeedId, FeedSettings, Outcome, Purpose, Request, Rhythm, Validators,
};
use crate::store::{Reader, StoreError};

/// Where sites that say nothing keep their feeds, most common first.
const WELL_KNOWN: [&str; 8] = ["feed", "rss.xml", "feed.xml", "rss", "atom.xml", "index.xml", "feed.json", "feeds/posts/default"];

/// How many of a page's own links are tried.
const TRIED_LINKS: usize = 5;

/// What a subscription brought.
#[derive(Debug)]
pub struct Subscribed {
    /// The feed.
    pub feed: FeedId,
    /// What is polled.
    pub address: Address,
    /// Its title.
    pub title: Clean,
    /// What is there already.
    pub result: FeedResult,
    /// Other feeds of the same site.
    pub others: Vec<FeedLink>,
    /// It was followed already; only its settings may have changed.
    pub known: bool,
    /// It was not at the address itself but found on its site.
    pub found: bool,
    /// What was wrong with it; it was read all the same.
    pub warnings: Vec<Clean>,
}

impl Tools {
    /// Subscribes to what `address` means. The outer error is the cache's, the inner the address's.
    pub async fn subscribe(&self, address: &Address, settings: &FeedSettings) -> Result<Result<Subscribed, Failure>, StoreError> {
        if let Some(known) = self.known(address, settings).await? {
            return Ok(Ok(known));
        }
        // Who asked to be left alone is left alone by newcomers too.
        self.pages.client.leave_alone(Reader::open(&self.cache)?.host_waits(self.clock.now())?);
        let mut settings = settings.clone();
        let mut read = self.try_feed(address, &settings).await;
        // The reader typed this very host: if it is inside the private network, that is meant.
        if read.failure().is_some_and(|f| f.kind == FailureKind::Private) && read.hops.is_empty() {
            settings.private = true;
            read = self.try_feed(address, &settings).await;
        }
        let settings = &settings;
        let (links, failure) = match read.outcome {
            Outcome::Read { .. } => return self.take(address.clone(), read, settings, Vec::new(), false).await,
            Outcome::Failed(failure) => (read.links, failure),
            // A request without validators that is answered 304 is an error of the client's already.
            Outcome::Unchanged { .. } => {
                return Ok(Err(Failure::new(
                    FailureKind::Garbled,
                    "The server says “not changed” although nothing was known yet.",
                    "Try again later.",
                )));
            }
        };
        // Only a page that is there can have feeds; a host that does not answer is not asked eight times more.
        if failure.kind != FailureKind::Html && failure.kind != FailureKind::NotAFeed {
            return Ok(Err(failure));
        }
        let said = links.iter().take(TRIED_LINKS).map(|l| l.address.clone());
        let usual = WELL_KNOWN.iter().filter_map(|path| address.join(&format!("/{path}")).ok());
        for candidate in said.chain(usual).filter(|c| c != address) {
            // What a page names is trusted no further than its own host.
            let own = candidate.host() == address.host();
            let foreign = settings.for_another_host();
            let settings = if own { settings } else { &foreign };
            if !own && (candidate.is_number() || candidate.is_homely()) {
                continue;
            }
            if let Some(known) = self.known(&candidate, settings).await? {
                return Ok(Ok(known));
            }
            let read = self.try_feed(&candidate, settings).await;
            if matches!(read.outcome, Outcome::Read { .. }) {
                let others = links.into_iter().filter(|l| l.address != candidate).collect();
                return self.take(candidate, read, settings, others, true).await;
            }
        }
        Ok(Err(Failure::new(
            FailureKind::NotAFeed,
            "There is a page, but it names no feed, and none stands where feeds usually stand.",
            "Look on the site for a link named RSS, Atom or Feed and add that address.",
        )))
    }

    /// Subscribes without asking the network: for work offline. The first poll shows what it is.
    pub async fn subscribe_unseen(&self, address: &Address, settings: &FeedSettings) -> Result<FeedId, StoreError> {
        let change = Change::Subscribe { address: address.clone(), settings: settings.clone(), facts: None };
        Ok(self.file(change).await?.feed.unwrap_or(FeedId(0)))
    }

    async fn try_feed(&self, address: &Address, settings: &FeedSettings) -> Read {
        let request = Request {
            address: address.clone(),
            purpose: Purpose::Feed,
            validators: Validators::default(),
            typed: super::read::typed(address, settings),
            settings: settings.clone(),
        };
        match self.pages.client.get(&request).await {
            Ok(fetched) => self.read(fetched, None).await,
            Err(e) => Read::failed(e),
        }
    }

    async fn take(
        &self,
        address: Address,
        read: Read,
        settings: &FeedSettings,
        others: Vec<FeedLink>,
        found: bool,
    ) -> Result<Result<Subscribed, Failure>, StoreError> {
        let (facts, warnings) = match &read.outcome {
            Outcome::Read { facts, warnings, .. } => (facts.clone(), warnings.clone()),
            _ => (FeedFacts::default(), Vec::new()),
        };
        // A site that moved for good is subscribed to where it is now.
        let address = read.settled.clone().filter(|to| settings.may_move(&address, to)).unwrap_or(address);
        if let Some(known) = self.known(&address, settings).await? {
            return Ok(Ok(known));
        }
        let title = settings.title.clone().or_else(|| facts.title.clone()).unwrap_or_else(|| Clean::line(&address.site()));
        let subscribe = Change::Subscribe { address: address.clone(), settings: settings.clone(), facts: Some(facts) };
        let Some(feed) = self.file(subscribe).await?.feed else {
            return Ok(Err(Failure::new(FailureKind::Local, "The cache did not take the feed.", "Try again.")));
        };
        let applied = self.file_poll(feed, &address, settings, Rhythm::default(), read, false).await?;
        let result = FeedResult { new: applied.new.len(), changed: applied.changed.len(), unchanged: false };
        Ok(Ok(Subscribed { feed, address, title, result, others, known: false, found, warnings }))
    }

    /// The subscription that `address` already is, with what of `settings` the reader gave now.
    async fn known(&self, address: &Address, settings: &FeedSettings) -> Result<Option<Subscribed>, StoreError> {
        let feeds = Reader::open(&self.cache)?.feeds()?;
        let Some(feed) = feeds.into_iter().find(|f| f.address == *address) else { return Ok(None) };
        let wanted = feed.settings.with(settings);
        if wanted != feed.settings {
            self.file(Change::EditFeed { feed: feed.id, address: None, settings: Some(wanted) }).await?;
        }
        let title = settings.title.clone().unwrap_or(feed.title);
        let result = FeedResult { new: usize::try_from(feed.articles).unwrap_or(usize::MAX), ..FeedResult::default() };
        Ok(Some(Subscribed {
            feed: feed.id,
            address: feed.address,
            title,
            result,
            others: Vec::new(),
            known: true,
            found: false,
            warnings: Vec::new(),
        }))
    }
}
