//! An answer → what it says: the step between fetching and filing. Parsing runs on the blocking pool, for a large feed
//! takes longer than a task may hold its thread.

use jiff::{SignedDuration, Timestamp};

use super::Tools;
use super::schedule::{self, Ended};
use crate::fetch::FetchError;
use crate::ingest::{self, FeedLink, Source};
use crate::model::{
    Address, Article, ArticleId, Change, Failure, FailureKind, Fetched, Freshness, FullText, Hop, Outcome, PageRead, Purpose, Request,
    Rhythm, Validators,
};
use crate::store::Reader;

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
        let registry = self.registry.clone();
        let parsed = tokio::task::spawn_blocking(move || {
            let source = Source { bytes: &body, url: Some(&base), content_type: content_type.as_deref(), now: at };
            ingest::feed(&source, &registry)
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
                Outcome::Read { facts, items: parsed.items, validators, warnings: parsed.warnings }
            }
            (None, None) => Outcome::Failed(page_instead(&read.links)),
        };
        read
    }

    /// Fetches an article's page, reads it and files the article with its full text.
    pub(super) async fn page(&self, id: ArticleId) {
        let Ok(reader) = Reader::open(&self.cache) else { return };
        let Ok(Some(article)) = reader.article(id, None) else { return };
        let Some(address) = article.item.url.clone() else { return };
        let (settings, typed) = settings_of(&reader, &article, &address);
        let never = settings.full_text == FullText::Never || (settings.full_text == FullText::Auto && self.full_text == FullText::Never);
        if never || !address.is_polled() {
            return;
        }
        let request = Request { address, purpose: Purpose::Page, validators: Validators::default(), typed, settings };
        let now = self.clock.now();
        let (result, retry) = match self.client.get(&request).await {
            Ok(fetched) => {
                // The page completes what the feed said last, not what an older page made of it.
                let delivered = reader.delivered(id).ok().flatten().unwrap_or(article.item);
                (self.read_page(delivered, fetched).await, false)
            }
            Err(e) => {
                if let Some(until) = e.host_until {
                    self.filing.file(Change::HostWait { host: e.at.host(), until }).await;
                }
                let passing = matches!(
                    e.failure.kind,
                    FailureKind::Name | FailureKind::Connect | FailureKind::Timeout | FailureKind::Throttled | FailureKind::Garbled
                );
                (Err(e.failure), passing)
            }
        };
        self.filing.file(Change::Page(Box::new(PageRead { id, at: now, result, retry }))).await;
    }

    async fn read_page(&self, delivered: crate::model::Item, fetched: Fetched) -> Result<crate::model::Item, Failure> {
        let registry = self.registry.clone();
        let read = tokio::task::spawn_blocking(move || {
            let source = Source {
                bytes: &fetched.body,
                url: Some(&fetched.address),
                content_type: fetched.content_type.as_deref(),
                now: fetched.at,
            };
            ingest::complete(delivered, ingest::page(&source, &registry))
        });
        read.await.map_err(|_| {
            Failure::new(
                FailureKind::Local,
                "wiredesk failed to read this page, which is a fault of its own.",
                "Please report its address.",
            )
        })
    }
}

/// A page behind the feed's own door is asked with the feed's settings, and may be private if the feed is; any other
/// gets neither its headers nor that trust.
pub(super) fn settings_of(reader: &Reader, article: &Article, page: &Address) -> (crate::model::FeedSettings, bool) {
    let feeds = reader.feeds().unwrap_or_default();
    match feeds.into_iter().find(|f| f.id == article.feed) {
        Some(f) if f.address.same_door(page) => {
            let typed = typed(&f.address, &f.settings);
            (f.settings, typed)
        }
        Some(f) => (crate::model::FeedSettings { full_text: f.settings.full_text, proxy: f.settings.proxy, ..Default::default() }, false),
        None => Default::default(),
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
