//! Feeds and how they fare: subscription, validators, what a fetch brought, how a poll ended, health and progress.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

use super::{Address, Clean, FeedSettings, span_words};

/// A feed's number in the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FeedId(pub i64);

impl fmt::Display for FeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a server gave to ask “changed since?” with (RFC 9110 §8.8), byte for byte as received.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`, quotes and `W/` included.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// Whether a feed's articles get their page's full text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FullText {
    /// Where the feed carries teasers only.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feed {
    /// Its number.
    pub id: FeedId,
    /// What is polled.
    pub address: Address,
    /// Its title: the reader's own, else the feed's, else its host.
    pub title: Clean,
    /// The site it belongs to.
    pub site: Option<Address>,
    /// The feed's language.
    pub language: Option<Clean>,
    /// What the reader set.
    pub settings: FeedSettings,
    /// How it fares.
    pub health: Health,
    /// When its server wants to be asked.
    pub asks: Asks,
    /// Articles kept.
    pub articles: u64,
    /// Of those, unread.
    pub unread: u64,
}

/// How a feed stands, the worst first: what is broken is what the reader has to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It is gone for good, says its server.
    Gone,
    /// The last poll failed.
    Broken,
    /// It was read, but something was wrong with it.
    Flawed,
    /// Not asked yet.
    New,
    /// All is well.
    Well,
    /// A source on this machine that was read once.
    Local,
    /// The reader wants it left alone.
    Paused,
}

impl Standing {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Gone => "gone",
            Standing::Broken => "broken",
            Standing::Flawed => "flawed",
            Standing::New => "new",
            Standing::Well => "ok",
            Standing::Local => "local",
            Standing::Paused => "paused",
        }
    }

    /// Whether the reader has to do something.
    pub fn is_bad(self) -> bool {
        matches!(self, Standing::Gone | Standing::Broken)
    }
}

impl Feed {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        match &self.health {
            _ if self.settings.paused => Standing::Paused,
            h if h.gone => Standing::Gone,
            h if h.failure.is_some() => Standing::Broken,
            h if !h.warnings.is_empty() => Standing::Flawed,
            _ if !self.address.is_polled() => Standing::Local,
            h if h.succeeded.is_none() => Standing::New,
            _ => Standing::Well,
        }
    }
}

/// What a feed says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedFacts {
    /// Its title.
    pub title: Option<Clean>,
    /// Its site.
    pub site: Option<Address>,
    /// One line about it.
    pub description: Option<Clean>,
    /// Its language.
    pub language: Option<Clean>,
    /// Its picture.
    pub image: Option<Address>,
    /// When it last changed, as it says.
    pub updated: Option<Timestamp>,
    /// Its own id.
    pub guid: Option<Clean>,
    /// How often it wants to be asked.
    pub hints: Hints,
}

/// How often a feed wants to be asked (RSS `ttl`, `skipHours`, `skipDays`; RSS 1.0 syndication module). Hints only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hints {
    /// Seconds between polls at least.
    pub interval: Option<u64>,
    /// Hours of the day, UTC, without updates.
    pub skip_hours: Vec<u8>,
    /// Days without updates, 0 is Monday, UTC.
    pub skip_days: Vec<u8>,
}

/// When a feed's server wants to be asked, as it said last: by HTTP, and in the feed itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asks {
    /// `max-age` or `Expires`, in seconds.
    pub max_age: Option<u64>,
    /// `Retry-After` of the last answer, in seconds.
    pub retry_after: Option<u64>,
    /// RSS `ttl` and its kin, and what it wants skipped.
    pub hints: Hints,
}

impl Asks {
    /// In words; nothing where it asks for nothing.
    pub fn words(&self) -> Option<String> {
        let span = |s: u64| span_words(SignedDuration::from_secs(i64::try_from(s).unwrap_or(i64::MAX)));
        let mut parts = Vec::new();
        for (what, seconds) in [("Retry-After", self.retry_after), ("max-age", self.max_age), ("ttl", self.hints.interval)] {
            if let Some(seconds) = seconds.filter(|s| *s > 0) {
                parts.push(format!("{what} {}", span(seconds)));
            }
        }
        if !self.hints.skip_hours.is_empty() {
            parts.push(format!("rest at {} of 24 hours", self.hints.skip_hours.len().min(24)));
        }
        if !self.hints.skip_days.is_empty() {
            parts.push(format!("rest on {} of 7 days", self.hints.skip_days.len().min(7)));
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// How a feed fares, for `feeds` and the reader.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Health {
    /// Last asked.
    pub checked: Option<Timestamp>,
    /// Last answered well (200 or 304).
    pub succeeded: Option<Timestamp>,
    /// Not asked before.
    pub next: Option<Timestamp>,
    /// Why then.
    pub why_next: Option<Clean>,
    /// Failures in a row.
    pub failures: u32,
    /// The last failure, if the last poll failed.
    pub failure: Option<Failure>,
    /// The feed is gone (410): asked no more until the reader decides.
    pub gone: bool,
    /// What was wrong with what was read last, all the same read; the first few words of it.
    pub warnings: Vec<Clean>,
    /// Entries a day, of the last week.
    pub per_day: Option<f32>,
}

impl Health {
    /// Warnings kept, and characters of each.
    const WARNINGS: usize = 5;
    const WARNING: usize = 300;

    /// How often something new comes, in words; nothing where it is not known yet.
    pub fn pace(&self) -> Option<String> {
        Some(match self.per_day? {
            n if n >= 9.5 => format!("{n:.0} entries a day"),
            n if n >= 0.95 => format!("{n:.1} entries a day"),
            n if n > 0.0 => format!("an entry every {:.0} days", 1.0 / n.max(0.01)),
            _ => "nothing new for a week".to_owned(),
        })
    }

    /// Takes note of what was wrong with what was read.
    pub fn warn(&mut self, warnings: &[Clean]) {
        self.warnings = warnings.iter().take(Self::WARNINGS).map(|w| Clean::capped(w, Self::WARNING)).collect();
    }
}

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The name was not found.
    Name,
    /// Nobody answered.
    Connect,
    /// The TLS handshake failed.
    Tls,
    /// It took too long.
    Timeout,
    /// Larger than allowed.
    TooLarge,
    /// An HTTP status that is no success.
    Status,
    /// Asked to wait (429, 503).
    Throttled,
    /// Gone for good (410).
    Gone,
    /// Wants a user name and password.
    Auth,
    /// Too many or forbidden redirects.
    Redirect,
    /// An address inside the private network that the reader did not type.
    Private,
    /// The answer was broken (encoding, length).
    Garbled,
    /// An answer, but not a feed.
    NotAFeed,
    /// A web page at the feed's address.
    Html,
    /// The address cannot be fetched.
    Address,
    /// On this side: a file, the cache, the settings.
    Local,
}

/// One failure in words for a reader: what happened, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind.
    pub kind: FailureKind,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// What happened, one sentence without the feed's name.
    pub what: Clean,
    /// What to do, one sentence.
    pub advice: Clean,
}

impl Failure {
    /// A failure in two sentences.
    pub fn new(kind: FailureKind, what: impl AsRef<str>, advice: impl AsRef<str>) -> Self {
        Self { kind, status: None, what: Clean::line(what.as_ref()), advice: Clean::line(advice.as_ref()) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what, self.advice)
    }
}

/// What is fetched, which decides accept headers, caps and whether private hosts may be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Purpose {
    /// A feed (or a site whose feeds are looked for).
    Feed,
    /// An article's page.
    Page,
    /// A picture.
    Picture,
}

/// One request to make.
#[derive(Clone, Debug)]
pub struct Request {
    /// What to fetch.
    pub address: Address,
    /// What for.
    pub purpose: Purpose,
    /// Validators of the last answer, sent back exactly.
    pub validators: Validators,
    /// The reader typed this very address, so a private host is meant.
    pub typed: bool,
    /// The feed's own settings (headers, user agent, proxy, authentication).
    pub settings: FeedSettings,
}

/// One hop of a redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The status (301, 302, 303, 307, 308).
    pub status: u16,
    /// Where it led.
    pub to: Address,
}

/// What a server says about when to ask again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    /// `Cache-Control: max-age` or `Expires` less `Date`.
    pub max_age: Option<SignedDuration>,
    /// `Retry-After`.
    pub retry_after: Option<SignedDuration>,
}

/// An answer that arrived.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The address after redirects.
    pub address: Address,
    /// The redirects, in order.
    pub hops: Vec<Hop>,
    /// 200 or 304 (226 counts as 200).
    pub status: u16,
    /// The decoded body; empty for 304.
    pub body: Vec<u8>,
    /// `Content-Type` as sent.
    pub content_type: Option<String>,
    /// `Content-Location`, which bases relative links.
    pub content_location: Option<Address>,
    /// The new validators, to replace the old.
    pub validators: Validators,
    /// When to ask again.
    pub freshness: Freshness,
    /// When it arrived.
    pub at: Timestamp,
}

/// How far a poll has come, for the status line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Feeds done.
    pub done: usize,
    /// Feeds in this round.
    pub total: usize,
    /// Articles that are new.
    pub new: usize,
    /// Feeds that failed.
    pub failed: usize,
    /// Pages of teaser feeds still to fetch.
    pub pages: usize,
    /// When the next feed is due, if this round is over.
    pub next: Option<Timestamp>,
    /// When the next live blog that is followed is asked; `None` while none is.
    pub live: Option<Timestamp>,
    /// Another process polls this cache; this one only reads.
    pub elsewhere: bool,
}

impl Progress {
    /// Whether a round is under way.
    pub fn running(&self) -> bool {
        self.done < self.total || self.pages > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feeds_pace_is_said_in_words() {
        let pace = |n: f32| Health { per_day: Some(n), ..Health::default() }.pace().unwrap();
        assert_eq!(
            [pace(41.6), pace(2.0), pace(0.2), pace(0.0)],
            ["42 entries a day", "2.0 entries a day", "an entry every 5 days", "nothing new for a week"]
        );
        assert_eq!(Health::default().pace(), None);
    }

    #[test]
    fn what_a_server_asks_for_is_said_in_words() {
        assert_eq!(Asks::default().words(), None);
        let hints = Hints { interval: Some(3600), skip_hours: vec![1, 2], skip_days: vec![] };
        let asks = Asks { max_age: Some(600), retry_after: None, hints };
        assert_eq!(asks.words().unwrap(), "max-age 10 min, ttl 60 min, rest at 2 of 24 hours");
    }
}
