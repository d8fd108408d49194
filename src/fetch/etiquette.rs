//! What servers say about when to come again, and which hosts asked to be left alone. Pure: time is an argument.

use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::time::SystemTime;
use url::Host;

use super::private::host_is_private;
use crate::model::{Address, Freshness};

/// Nobody means to wait longer than a year; larger figures are cut here so that sums never overflow.
const LONGEST: i64 = 366 * 24 * 3600;
/// A host that says “too many requests” and no time is left alone this long.
pub const DEFAULT_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// However long a host asks for, it is asked again after a day.
pub const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// The header fields that say when to come again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// `Cache-Control`, all of them joined by commas.
    pub cache_control: Option<&'a str>,
    /// `Expires`.
    pub expires: Option<&'a str>,
    /// `Date`.
    pub date: Option<&'a str>,
    /// `Age`.
    pub age: Option<&'a str>,
    /// `Retry-After`.
    pub retry_after: Option<&'a str>,
}

impl Said<'_> {
    /// How long the answer stays fresh (RFC 9111 §4.2) and how long to stay away (RFC 9110 §10.2.3), at `now`.
    /// Dates are measured against the server's own clock, where it tells it.
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        let theirs = self.date.and_then(http_date).unwrap_or(now);
        let lifetime = match self.cache_control.and_then(max_age) {
            Some(CacheControl::MaxAge(seconds)) => Some(seconds),
            Some(CacheControl::Refused) => None,
            None => self.expires.and_then(http_date).map(|at| at.duration_since(theirs).as_secs()).filter(|s| *s > 0),
        };
        let age = self.age.and_then(seconds).unwrap_or(0);
        Freshness {
            max_age: lifetime.map(|s| SignedDuration::from_secs((s - age).clamp(0, LONGEST))),
            retry_after: self.retry_after.and_then(|raw| retry_after(raw, theirs)),
        }
    }
}

/// `Retry-After`: seconds, or an HTTP date against `now`. A date gone by is no wait at all.
pub fn retry_after(raw: &str, now: Timestamp) -> Option<SignedDuration> {
    let wait = match seconds(raw) {
        Some(seconds) => seconds,
        None => http_date(raw)?.duration_since(now).as_secs(),
    };
    Some(SignedDuration::from_secs(wait.clamp(0, LONGEST)))
}

/// An HTTP date in any of its three forms (RFC 9110 §5.6.7).
pub fn http_date(raw: &str) -> Option<Timestamp> {
    let at: SystemTime = httpdate::parse_http_date(raw.trim()).ok()?;
    Timestamp::try_from(at).ok()
}

enum CacheControl {
    MaxAge(i64),
    /// `no-store` or `no-cache`: nothing is promised, and `Expires` does not count either.
    Refused,
}

fn max_age(raw: &str) -> Option<CacheControl> {
    let mut found = None;
    for part in raw.split(',') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return Some(CacheControl::Refused),
            "max-age" if found.is_none() => found = seconds(value.trim().trim_matches('"')).map(CacheControl::MaxAge),
            _ => {}
        }
    }
    found
}

/// Whole seconds (`delta-seconds`); a figure too large for a number is still “very long”.
fn seconds(raw: &str) -> Option<i64> {
    let raw = raw.trim();
    if raw.is_empty() || !raw.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(raw.parse().unwrap_or(LONGEST).min(LONGEST))
}

/// Hosts that asked to be left alone, and until when: all their feeds wait, not only the one that was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    until: BTreeMap<String, Timestamp>,
}

impl Hosts {
    /// As the cache remembers them.
    pub fn new(until: impl IntoIterator<Item = (String, Timestamp)>) -> Self {
        Self { until: until.into_iter().collect() }
    }

    /// More of what the cache remembers; a longer wait that stands already stays.
    pub fn extend(&mut self, until: impl IntoIterator<Item = (String, Timestamp)>) {
        for (host, at) in until {
            let entry = self.until.entry(host).or_insert(at);
            *entry = at.max(*entry);
        }
    }

    /// Whether one address's “wait” counts for its whole host. On a private host (a bridge on the own machine that
    /// serves many sites' feeds) it counts for that feed only.
    pub fn shared(address: &Address) -> bool {
        let url = address.url();
        match url.host() {
            Some(Host::Domain(name)) if !name.contains('.') => false,
            Some(Host::Domain(name)) if [".local", ".lan", ".internal", ".home.arpa"].iter().any(|end| name.ends_with(end)) => false,
            Some(host) => !host_is_private(&host),
            None => false,
        }
    }

    /// The host of `address` asked to be left alone for `asked` (or said nothing): from when its feeds may be asked
    /// again, or `None` where the wait is that feed's alone. A longer wait that stands already stays.
    pub fn throttled(&mut self, address: &Address, asked: Option<SignedDuration>, now: Timestamp) -> Option<Timestamp> {
        if !Self::shared(address) {
            return None;
        }
        let until = now.saturating_add(asked.unwrap_or(DEFAULT_WAIT).min(LONGEST_WAIT)).unwrap_or(now);
        let entry = self.until.entry(address.host()).or_insert(until);
        *entry = until.max(*entry);
        let until = *entry;
        self.until.retain(|_, at| *at > now);
        Some(until)
    }

    /// Until when the host of `address` is to be left alone, if it still is at `now`.
    pub fn wait(&self, address: &Address, now: Timestamp) -> Option<Timestamp> {
        self.until.get(&address.host()).copied().filter(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(raw: &str) -> Timestamp {
        raw.parse().unwrap()
    }

    fn now() -> Timestamp {
        at("2026-03-04T12:00:00Z")
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let check = |raw: &str, want: Option<i64>| assert_eq!(retry_after(raw, now()).map(|d| d.as_secs()), want, "{raw}");
        check("120", Some(120));
        check(" 0 ", Some(0));
        check("Wed, 04 Mar 2026 12:10:00 GMT", Some(600));
        check("Wednesday, 04-Mar-26 12:10:00 GMT", Some(600));
        check("Wed Mar  4 12:10:00 2026", Some(600));
        check("Wed, 04 Mar 2026 11:00:00 GMT", Some(0));
        check("99999999999999999999999", Some(LONGEST));
        check("soon", None);
        check("-5", None);
        check("", None);
    }

    #[test]
    fn freshness_of_an_answer() {
        let check = |said: Said, want: Option<i64>| assert_eq!(said.freshness(now()).max_age.map(|d| d.as_secs()), want, "{said:?}");
        let cc = |raw| Said { cache_control: Some(raw), ..Said::default() };
        check(cc("max-age=3600"), Some(3600));
        check(cc("public, Max-Age=\"60\", immutable"), Some(60));
        check(cc("max-age=31536000"), Some(31_536_000));
        check(cc("max-age=0"), Some(0));
        check(cc("no-store, max-age=600"), None);
        check(cc("s-maxage=9"), None);
        check(cc("max-age=x"), None);
        check(Said { age: Some("3000"), ..cc("max-age=3600") }, Some(600));
        let expires = Said { expires: Some("Wed, 04 Mar 2026 14:00:00 GMT"), ..Said::default() };
        check(expires, Some(7200));
        check(Said { date: Some("Wed, 04 Mar 2026 13:00:00 GMT"), ..expires }, Some(3600));
        check(Said { cache_control: Some("no-cache"), ..expires }, None);
        check(Said { expires: Some("0"), ..Said::default() }, None);
    }

    #[test]
    fn one_feed_told_to_wait_makes_its_host_wait() {
        let mut hosts = Hosts::default();
        let feed = |raw| Address::parse(raw).unwrap();
        let until = hosts.throttled(&feed("https://example.org/a"), Some(SignedDuration::from_mins(5)), now());
        assert_eq!(until, Some(at("2026-03-04T12:05:00Z")));
        assert_eq!(hosts.wait(&feed("https://example.org/b"), now()), until);
        assert_eq!(hosts.wait(&feed("https://example.com/b"), now()), None);
        assert_eq!(hosts.wait(&feed("https://example.org/b"), at("2026-03-04T12:05:00Z")), None);
        // No time said: an hour; a shorter wait does not undo a longer one; nobody gets more than a day.
        assert_eq!(hosts.throttled(&feed("https://example.org/b"), None, now()), Some(at("2026-03-04T13:00:00Z")));
        assert_eq!(hosts.throttled(&feed("https://example.org/a"), Some(SignedDuration::ZERO), now()), Some(at("2026-03-04T13:00:00Z")));
        assert_eq!(
            hosts.throttled(&feed("https://example.org/a"), Some(SignedDuration::from_hours(999)), now()),
            Some(at("2026-03-05T12:00:00Z"))
        );
    }

    #[test]
    fn a_bridge_on_the_own_machine_is_many_sites() {
        let mut hosts = Hosts::default();
        for raw in ["http://localhost:1200/a", "http://127.0.0.1/a", "http://192.168.0.9/a", "http://nas/a", "http://nas.local/a"] {
            assert_eq!(hosts.throttled(&Address::parse(raw).unwrap(), None, now()), None, "{raw}");
        }
    }
}
