//! An article's page, and what belongs to it: its further pages, and its other forms where the page itself gives little.
//! All of it is asked for with the same manners as feeds, one after the other, and never more than a few.

use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Tools;
use super::read::typed;
use crate::fetch::{Client, FetchError};
use crate::ingest::attribute::Agencies;
use crate::ingest::extract::{Examined, PAGE_CAP, Sites};
use crate::ingest::{self, Source};
use crate::model::{
    Address, ArticleId, Change, Failure, FailureKind, Feed, FeedSettings, Fetched, Freshness, FullText, Item, PageRead, Purpose, Request,
    Validators, Wall,
};
use crate::store::{Reader, StoreErrorKind};

/// What reads pages: the network, the agencies, and the rules for single sites.
#[derive(Clone)]
pub struct Pages {
    /// The network.
    pub client: Client,
    /// The agencies.
    pub registry: Arc<Agencies>,
    /// The rules for single sites.
    pub sites: Arc<Sites>,
}

/// A page as it was read, with all that was asked for on its behalf.
#[derive(Debug)]
pub struct Looked {
    /// What was read.
    pub examined: Examined,
    /// The page itself.
    pub fetched: Arc<Fetched>,
    /// A host that asked to be left alone meanwhile.
    pub host_wait: Option<(String, Timestamp)>,
    /// The room that it takes up until it is dropped.
    pub taken: Option<OwnedSemaphorePermit>,
}

impl Pages {
    /// Reads the page that `request` names, once there is `room`. `ask` says how another address may be asked.
    ///
    /// # Errors
    /// As the first request gives them; what goes wrong with a further one is only remarked.
    pub async fn look(
        &self,
        request: &Request,
        room: &Arc<Semaphore>,
        ask: impl Fn(&Address) -> (FeedSettings, bool),
    ) -> Result<Looked, FetchError> {
        let (fetched, taken) = self.client.get_into(room, request).await?;
        let fetched = Arc::new(fetched);
        if fetched.status == 304 {
            return Ok(Looked { examined: Examined::default(), fetched, host_wait: None, taken });
        }
        let examined = match self.examine(fetched.clone()).await {
            Ok(examined) => examined,
            Err(failure) => {
                return Err(FetchError { failure, host_until: None, retry_after: None, hops: Vec::new(), at: request.address.clone() });
            }
        };
        let mut trip =
            Trip { pages: self, ask: &ask, seen: HashSet::from([request.address.clone(), fetched.address.clone()]), host_wait: None };
        let examined = trip.follow(examined, &fetched.address).await;
        let host_wait = trip.host_wait;
        Ok(Looked { examined, fetched, host_wait, taken })
    }

    async fn examine(&self, fetched: Arc<Fetched>) -> Result<Examined, Failure> {
        let (registry, sites) = (self.registry.clone(), self.sites.clone());
        let read = tokio::task::spawn_blocking(move || {
            let source = Source {
                bytes: &fetched.body,
                url: Some(&fetched.address),
                content_type: fetched.content_type.as_deref(),
                now: fetched.at,
            };
            ingest::examine(&source, &registry, &sites)
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

/// The requests that one page leads to.
struct Trip<'a, F> {
    pages: &'a Pages,
    ask: &'a F,
    seen: HashSet<Address>,
    host_wait: Option<(String, Timestamp)>,
}

impl<F: Fn(&Address) -> (FeedSettings, bool)> Trip<'_, F> {
    async fn follow(&mut self, mut first: Examined, here: &Address) -> Examined {
        let follow = first.follow.clone();
        let rule = self.pages.sites.of(here).map(|site| (site.row.amp, site.row.print)).unwrap_or_default();
        let item = &first.item;
        // A wall is respected, not gone around; for the rest another form may have what scripts build here.
        let paid = matches!(item.wall, Some(Wall::Subscription | Wall::Registration));
        let little = !item.complete && !paid && item.posts.is_empty();
        for (form, name, ruled) in [(follow.amp, "AMP form", rule.0), (follow.print, "print form", rule.1)] {
            let Some(form) = form.filter(|_| ruled || (little && !first.item.complete)) else { continue };
            if let Some(other) = self.get(&form, here, &mut first).await
                && ingest::in_another_form(&mut first.item, other.item, if ruled { 0.0 } else { 1.2 })
            {
                first.origins.note("text", &format!("the {name}, {form}"));
            }
        }
        if let Some(whole) = follow.whole.filter(|_| !paid)
            && let Some(other) = self.get(&whole, here, &mut first).await
            && ingest::in_another_form(&mut first.item, other.item, 1.1)
        {
            first.origins.note("text", &format!("all on one page, {whole}"));
            return first;
        }
        // The further pages of a live blog are its older posts.
        if !paid && first.item.posts.is_empty() {
            self.pages(&mut first, follow.next, here).await;
        }
        first
    }

    /// The further pages, until there are no more, nothing new, or too many.
    async fn pages(&mut self, first: &mut Examined, mut next: Option<Address>, here: &Address) {
        let mut read = 1;
        while let Some(address) = next.take() {
            if read >= PAGE_CAP {
                first.origins.remark(&format!("the article goes on after page {PAGE_CAP}, which is as far as it is read"));
                first.item.complete = false;
                break;
            }
            let Some(page) = self.get(&address, here, first).await else {
                first.item.complete = false;
                break;
            };
            next = page.follow.next;
            if !ingest::continued(&mut first.item, page.item) {
                break;
            }
            read += 1;
        }
        if read > 1 {
            first.origins.note("text", &format!("{read} pages, joined"));
        }
    }

    /// One more address of the same site, not asked before; what goes wrong is remarked.
    async fn get(&mut self, address: &Address, here: &Address, first: &mut Examined) -> Option<Examined> {
        if !self.seen.insert(address.clone()) {
            return None;
        }
        let (settings, typed) = (self.ask)(address);
        let request = Request { address: address.clone(), purpose: Purpose::Page, validators: Validators::default(), typed, settings };
        match self.pages.client.get(&request).await {
            Ok(fetched) => {
                // Led elsewhere, or back to where we were: it is not what was asked for.
                let moved = fetched.address != *address && !self.seen.insert(fetched.address.clone());
                if moved || !ingest::extract::same_site(&fetched.address, here) {
                    return None;
                }
                self.pages.examine(Arc::new(fetched)).await.ok()
            }
            Err(e) => {
                first.origins.remark(&format!("{address} could not be read: {}", e.failure.what));
                self.host_wait = e.host_until.map(|until| (e.at.host(), until)).or(self.host_wait.take());
                None
            }
        }
    }
}

/// What came of asking for an article's page.
#[derive(Debug)]
pub struct Asked {
    /// Whose.
    pub id: ArticleId,
    /// Whether the cache took what came of it, so that the article waits no longer.
    pub filed: bool,
    /// Live posts that are new.
    pub new: u64,
    /// How long its server wants to be left alone.
    pub wish: Option<SignedDuration>,
    /// To ask with the next time; `None` leaves what there was.
    pub validators: Option<Validators>,
}

fn wish(freshness: &Freshness) -> Option<SignedDuration> {
    freshness.retry_after.max(freshness.max_age)
}

impl Tools {
    /// Fetches an article's page (if it has changed since the `validators`), reads it and files the article with its full
    /// text.
    pub async fn page(&self, id: ArticleId, room: &Arc<Semaphore>, validators: Validators) -> Asked {
        let nothing = Asked { id, filed: false, new: 0, wish: None, validators: None };
        self.page_of(id, room, validators, false).await.unwrap_or(nothing)
    }

    /// The same of a page that was read before. That it is gone is filed; any other failure passes, and the text stays.
    pub(super) async fn page_again(&self, id: ArticleId, room: &Arc<Semaphore>, validators: Validators) -> Asked {
        let nothing = Asked { id, filed: false, new: 0, wish: None, validators: None };
        self.page_of(id, room, validators, true).await.unwrap_or(nothing)
    }

    async fn page_of(&self, id: ArticleId, room: &Arc<Semaphore>, validators: Validators, again: bool) -> Option<Asked> {
        let reader = Reader::open(&self.cache).ok()?;
        let article = match reader.article(id, None) {
            Ok(article) => article?,
            // What cannot be read can be completed by no page.
            Err(e) if e.kind == StoreErrorKind::Corrupt => return self.forgo(id, "What the cache kept of it cannot be read.").await,
            Err(_) => return None,
        };
        let address = article.item.url.clone()?;
        let feed = reader.feed(article.feed).ok().flatten();
        let (settings, typed) = settings_of(feed.as_ref(), &address);
        let never = settings.full_text == FullText::Never || (settings.full_text == FullText::Auto && self.full_text == FullText::Never);
        if never || !address.is_polled() {
            if again {
                return None;
            }
            return self.forgo(id, "Pages are not fetched for this feed.").await;
        }
        let mut asked = Asked { id, filed: false, new: 0, wish: None, validators: None };
        let over = reader.delivery(id).ok().flatten();
        // The page completes what the feed said last, not what an older page made of it.
        let mut delivered = reader.delivered(id).ok().flatten().unwrap_or(article.item);
        drop(reader);
        let whose = self.pages.sites.of(&address).map(|site| site.row.full_text).unwrap_or_default();
        let now = self.clock.now();
        // Held until it is filed; its further pages take turns with nobody, for then all could wait for all.
        let mut _held = None;
        let (result, retry) = if whose == FullText::Never && !delivered.body.is_empty() {
            let words = "The rule for this site takes the feed's text.";
            (Err(Failure::new(FailureKind::Local, words, "Nothing is asked of it.")), false)
        } else {
            let request = Request { address, purpose: Purpose::Page, validators, typed, settings };
            match self.pages.look(&request, room, |other| settings_of(feed.as_ref(), other)).await {
                Ok(Looked { fetched, .. }) if fetched.status == 304 => {
                    asked.wish = wish(&fetched.freshness);
                    return Some(asked);
                }
                Ok(Looked { examined: Examined { item: page, .. }, fetched, host_wait, taken }) => {
                    _held = taken;
                    asked.wish = wish(&fetched.freshness);
                    asked.validators = Some(fetched.validators.clone());
                    self.wait(host_wait).await;
                    // A wall that went up since, or a page that says nothing, is no change of its text.
                    if again && (page.wall.is_some() || page.body.is_empty()) {
                        return Some(asked);
                    }
                    if whose == FullText::Always && !page.body.is_empty() {
                        (delivered.body, delivered.complete) = (Vec::new(), false);
                    }
                    (Ok(ingest::complete(delivered, page)), false)
                }
                Err(e) => {
                    asked.wish = e.retry_after;
                    self.wait(e.host_until.map(|until| (e.at.host(), until))).await;
                    if again && e.failure.kind != FailureKind::Gone && e.failure.status != Some(404) {
                        return Some(asked);
                    }
                    let passing = matches!(
                        e.failure.kind,
                        FailureKind::Name | FailureKind::Connect | FailureKind::Timeout | FailureKind::Throttled | FailureKind::Garbled
                    );
                    (Err(e.failure), passing)
                }
            }
        };
        let filed = self.filing.file(Change::Page(Box::new(PageRead { id, at: now, over, result, retry }))).await;
        match filed {
            Some(Ok(applied)) if applied.failure.is_none() => (asked.filed, asked.new) = (true, applied.posts),
            // What was not filed is asked for again, whether it changes or not.
            _ => asked.validators = None,
        }
        Some(asked)
    }

    /// No page is asked for, nor waited for any longer.
    async fn forgo(&self, id: ArticleId, why: &str) -> Option<Asked> {
        let result = Err(Failure::new(FailureKind::Local, why, "Nothing is asked of it."));
        let read = PageRead { id, at: self.clock.now(), over: None, result, retry: false };
        let applied = self.filing.file(Change::Page(Box::new(read))).await?.ok()?;
        Some(Asked { id, filed: applied.failure.is_none(), new: 0, wish: None, validators: None })
    }

    pub(super) async fn wait(&self, host: Option<(String, Timestamp)>) {
        if let Some((host, until)) = host {
            self.filing.file(Change::HostWait { host, until }).await;
        }
    }
}

/// Marks an entry as complete or not by the rule for its site: whether its page is asked for follows from that.
pub(super) fn whose_text(item: &mut Item, sites: &Sites) {
    let Some(site) = item.url.as_ref().and_then(|url| sites.of(url)) else { return };
    match site.row.full_text {
        FullText::Always => item.complete = false,
        FullText::Never if !item.body.is_empty() => item.complete = true,
        _ => {}
    }
}

/// A page behind the feed's own door is asked with the feed's settings, and may be private if the feed is; any other
/// gets neither its headers nor that trust.
pub(super) fn settings_of(feed: Option<&Feed>, page: &Address) -> (FeedSettings, bool) {
    match feed {
        Some(f) if f.address.same_door(page) => (f.settings.clone(), typed(&f.address, &f.settings)),
        Some(f) => (FeedSettings { full_text: f.settings.full_text, proxy: f.settings.proxy.clone(), ..Default::default() }, false),
        None => Default::default(),
    }
}
