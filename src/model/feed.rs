//! Feeds and how they fare: subscription, validators, what a fetch brought, how a poll ended, health and progress.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

use super::{Address, Clean};

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

/// What the reader set for one feed; absent means “as for all”.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedSettings {
    /// The reader's own name for it.
    pub title: Option<Clean>,
    /// Folders, joined by `/`.
    pub folder: Option<Clean>,
    /// Tags that newsboat and others give to feeds.
    pub tags: Vec<Clean>,
    /// Seconds between polls.
    pub interval: Option<u64>,
    /// Full text of its articles' pages.
    pub full_text: FullText,
    /// Not polled.
    pub paused: bool,
    /// Another User-Agent.
    pub user_agent: Option<String>,
    /// Further request headers.
    pub headers: Vec<(String, String)>,
    /// A proxy of its own (`http://…`, `socks5h://…`).
    pub proxy: Option<String>,
    /// Its host is inside the private network, and the reader meant it so.
    pub private: bool,
    /// User name for HTTP authentication.
    pub user: Option<String>,
    /// A command whose first line of output is the password.
    pub password_command: Option<String>,
}

// Debug output ends up in logs, where what opens doors must not: headers, proxy and password command are only counted.
impl fmt::Debug for FeedSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |there: bool| if there { "…" } else { "none" };
        f.debug_struct("FeedSettings")
            .field("title", &self.title)
            .field("folder", &self.folder)
            .field("tags", &self.tags)
            .field("interval", &self.interval)
            .field("full_text", &self.full_text)
            .field("paused", &self.paused)
            .field("headers", &self.headers.len())
            .field("proxy", &hidden(self.proxy.is_some()))
            .field("user", &hidden(self.user.is_some()))
            .field("password_command", &hidden(self.password_command.is_some()))
            .finish_non_exhaustive()
    }
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
    /// Articles kept.
    pub articles: u64,
    /// Of those, unread.
    pub unread: u64,
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
    /// Another process polls this cache; this one only reads.
    pub elsewhere: bool,
}

impl Progress {
    /// Whether a round is under way.
    pub fn running(&self) -> bool {
        self.done < self.total || self.pages > 0
    }
}
