//! An answer → what it says: the step between fetching and filing. Parsing runs on the blocking pool, for a large feed
//! takes longer than a task may hold its thread.

use jiff::{SignedDuration, Timestamp};

use super::Tools;
use super::schedule::{self, Ended};
use crate::fetch::FetchError;
use crate::ingest::{self, FeedLink, Source};
use crate::model::{Address, Failure, FailureKind, Fetched, Freshness, Hop, Outcome, Rhythm, Validators};

/// What one answer came to.
pub(super) struct Read {
    /// For the cache.
    pub outcome: Outcome,
    /// Feeds that the page at this address points to.
    pub links: Vec<FeedLink>,
    /// The redirects on the way.
    pub hops: Vec<Hop>,
    /// When the server wants to be asked again.
    pub freshness: Freshness,
    /// Hash of the body.
    pub body_hash: Option<u64>,
    /// Where it was found in the end, if every redirect on the way was permanent.
    pub settled: Option<Address>,
    /// 304, as opposed to the same body once more.
    not_modified: bool,
    /// `Retry-After` of a refusal.
    retry_after: Option<SignedDuration>,
    /// Which host asked to be left alone until when.
    pub host_wait: Option<(String, Timestamp)>,
}

impl Read {
    /// No answer.
    pub fn failed(e: FetchError) -> Self {
        let host_wait = e.host_until.map(|until| (e.at.host(), until));
        Self {
            outcome: Outcome::Failed(e.failure),
            links: Vec::new(),
            hops: e.hops,
            freshness: Freshness::default(),
            body_hash: None,
            settled: None,
            not_modified: false,
            retry_after: e.retry_after,
            host_wait,
        }
    }

    /// What came from no server.
    pub fn local(outcome: Outcome) -> Self {
        Self {
            outcome,
            links: Vec::new(),
            hops: Vec::new(),
            freshness: Freshness::default(),
            body_hash: None,
            settled: None,
            not_modified: false,
            retry_after: None,
            host_wait: None,
        }
    }

    /// Why there is nothing, if so.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// Whether a live blog runs in it.
    pub fn live(&self) -> bool {
        matches!(&self.outcome, Outcome::Read { items, .. } if items.iter().any(|item| item.live))
    }

    /// When its entries were published.
    pub fn dates(&self) -> impl Iterator<Item = Timestamp> {
        let items = match &self.outcome {
            Outcome::Read { items, .. } => items.as_slice(),
            _ => &[],
        };
        items.iter().filter_map(|item| item.published.or(item.updated))
    }

    /// What the schedule goes by. `dates` are [`Read::dates`].
    pub fn ended<'a>(&'a self, known: &Rhythm, dates: &'a [Timestamp], offline: bool) -> Ended<'a> {
        match &self.outcome {
            Outcome::Read { facts, items, .. } => {
                // Entries without a date tell nothing, so a changed body with such counts as news.
                let news = known.last_full.is_none_or(|last| dates.len() < items.len() || dates.iter().any(|d| *d > last));
                Ended::Read { hash: self.body_hash.unwrap_or_default(), hints: &facts.hints, news, dates }
            }
            Outcome::Unchanged { .. } if self.not_modified => Ended::NotModified,
            Outcome::Unchanged { .. } => Ended::Same,
            Outcome::Failed(failure) => Ended::Failed { failure, retry_after: self.retry_after, offline },
        }
    }
}

impl Tools {
    /// Reads an answer to a request for a feed. `known` is the hash of the body that was read last.
    pub(super) async fn read(&self, fetched: Fetched, known: Option<u64>) -> Read {
        let Fetched { address, hops, status, body, content_type, content_location, validators, freshness, at } = fetched;
        let settled = (!hops.is_empty() && hops.iter().all(|h| matches!(h.status, 301 | 308))).then(|| address.clone());
        let base = content_location.unwrap_or(address);
        let mut read = Read {
            outcome: Outcome::Unchanged { validators: None },
            links: Vec::new(),
            hops,
            freshness,
            body_hash: known,
            settled,
            not_modified: status == 304,
            retry_after: None,
            host_wait: None,
        };
        if status == 304 {
            let sent = validators != Validators::default();
            read.outcome = Outcome::Unchanged { validators: sent.then_some(validators) };
            return read;
        }
        let hash = schedule::body_hash(&body);
        if known == Some(hash) {
            read.outcome = Outcome::Unchanged { validators: Some(validators) };
            return read;
        }
        let (registry, sites) = (self.pages.registry.clone(), self.pages.sites.clone());
        let parsed = tokio::task::spawn_blocking(move || {
            let source = Source { bytes: &body, url: Some(&base), content_type: content_type.as_deref(), now: at };
            let mut read = ingest::feed(&source, &registry);
            read.items.iter_mut().for_each(|item| super::page::whose_text(item, &sites));
            read
        });
        let Ok(parsed) = parsed.await else {
            let words = "wiredesk failed to read this feed, which is a fault of its own.";
            read.outcome = Outcome::Failed(Failure::new(FailureKind::Local, words, "Please report the feed's address."));
            return read;
        };
        read.links = parsed.feeds;
        read.outcome = match (parsed.feed, parsed.error) {
            (_, Some(error)) => Outcome::Failed(error),
            (Some(facts), None) => {
                read.body_hash = Some(hash);
                // What lacks its end is asked for whole next time: “unchanged” would leave it so. Where the same comes again, that
                // is all there is, and its validators are believed.
                let validators = if parsed.broken_off { Validators::default() } else { validators };
                Outcome::Read { facts, items: parsed.items, validators, warnings: parsed.warnings }
            }
            (None, None) => Outcome::Failed(page_instead(&read.links)),
        };
        read
    }
}

/// Whether a request to `address` may go inside the private network: the reader named that host, and meant it.
pub(super) fn typed(address: &Address, settings: &crate::model::FeedSettings) -> bool {
    settings.private || address.is_number() || address.is_homely()
}

/// A web page stands where a feed is expected.
fn page_instead(links: &[FeedLink]) -> Failure {
    let advice = match links.first() {
        Some(link) => format!("Its feed seems to be {}: add that instead.", link.address),
        None => "Look on the site for its feed's new address.".to_owned(),
    };
    Failure::new(FailureKind::Html, "A web page is at this address, not a feed.", advice)
}
