//! When a feed is asked again, and why then: pure, so that every rule is an example in the tests below.
//!
//! A feed is asked as often as it really changes, between [`Settings::floor`] and [`Settings::ceiling`], never more
//! often than its server wants, less and less often while it fails, and never in step with others (jitter goes upward
//! only: an interval that drifts down is what gets a reader barred).

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use std::collections::BTreeSet;

use crate::model::{
    Address, Clean, Failure, FailureKind, Feed, FeedId, FeedSettings, Freshness, Health, Hints, Hop, Rhythm, Validators, span_words,
};

/// Arrivals that are remembered, as [`Rhythm::arrivals`] says.
const ARRIVALS: usize = 16;
/// Arrivals from which a rhythm is believed.
const ENOUGH: usize = 3;
/// No server may keep a feed away for longer, in seconds.
const LONGEST_ASKED: u64 = 24 * 3600;
/// Permanent redirects in a row until one is believed.
const PROOF: u32 = 2;
/// A feed that is gone is due again when nobody will remember it.
const NEVER: SignedDuration = SignedDuration::from_hours(24 * 3650);

/// The figures; tests and the demo make them short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Between polls of a feed that nothing is known of yet.
    pub interval: SignedDuration,
    /// Never sooner than this, whatever the feed, its server or the reader say.
    pub floor: SignedDuration,
    /// The floor of a feed that carries a story the reader follows live; its server's wish still counts.
    pub live: SignedDuration,
    /// A quiet feed is asked at least this often; nobody's wish goes beyond.
    pub ceiling: SignedDuration,
    /// After the first failure; each further one doubles it.
    pub backoff: SignedDuration,
    /// While nothing can be reached at all.
    pub offline: SignedDuration,
    /// Between two refreshes that the reader asks for.
    pub refresh: SignedDuration,
    /// Without a full answer for so long, the validators are doubted.
    pub stuck: SignedDuration,
    /// Between two looks at a page that has just changed, where its story is followed.
    pub page: SignedDuration,
    /// Of live blogs that are followed.
    pub pace: super::live::Pace,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            interval: SignedDuration::from_hours(1),
            floor: SignedDuration::from_mins(15),
            live: SignedDuration::from_mins(5),
            ceiling: SignedDuration::from_hours(24),
            backoff: SignedDuration::from_hours(1),
            offline: SignedDuration::from_mins(1),
            refresh: SignedDuration::from_mins(1),
            stuck: SignedDuration::from_hours(8 * 24),
            page: SignedDuration::from_mins(2),
            pace: super::live::Pace::default(),
        }
    }
}

/// How a poll ended, as far as its schedule cares.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'a> {
    /// A body was read and is another than last time.
    Read {
        /// Its [`body_hash`].
        hash: u64,
        /// What the feed says in it.
        hints: &'a Hints,
        /// Whether entries were in it that are new.
        news: bool,
        /// When its entries were published: the rhythm of a feed that was never seen before.
        dates: &'a [Timestamp],
    },
    /// A body came, but the same as last time.
    Same,
    /// 304.
    NotModified,
    /// It could not be had.
    Failed {
        /// Why.
        failure: &'a Failure,
        /// `Retry-After`.
        retry_after: Option<SignedDuration>,
        /// Nothing else could be reached either: it is the line and not the feed.
        offline: bool,
    },
}

/// One poll of one feed, for [`plan`].
#[derive(Clone, Copy, Debug)]
pub struct Poll<'a> {
    /// Which feed: jitter is its own.
    pub feed: FeedId,
    /// What the reader set for it.
    pub settings: &'a FeedSettings,
    /// What was remembered before.
    pub rhythm: &'a Rhythm,
    /// What the server said (default for a failure).
    pub freshness: &'a Freshness,
    /// Until when its host wants to be left alone, if it does.
    pub host_wait: Option<Timestamp>,
    /// It carries a story that the reader follows live.
    pub live: bool,
    /// How it ended.
    pub ended: Ended<'a>,
    /// When.
    pub now: Timestamp,
}

/// What follows from a poll.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Not before.
    pub next: Timestamp,
    /// Why then, for the reader.
    pub why: Clean,
    /// What to remember.
    pub rhythm: Rhythm,
}

/// When to ask again, why then, and what to remember.
pub fn plan(set: &Settings, poll: &Poll) -> Plan {
    let mut rhythm = remember(poll);
    let told = match poll.ended {
        Ended::Failed { retry_after, .. } => retry_after,
        _ => poll.freshness.retry_after,
    };
    rhythm.retry_after = told.map(|wait| wait.as_secs().max(0).unsigned_abs());
    if let Ended::Failed { failure, retry_after, offline } = poll.ended {
        return failed(set, poll, rhythm, failure, retry_after, offline);
    }
    rhythm.failures = 0;
    let (mut wait, mut why) = wish(set, poll.settings, &rhythm, poll.now);
    if poll.live && wait > set.live {
        (wait, why) = (set.live, format!("it carries a story that you follow live: every {}", span_words(set.live)));
    }
    let floor = if poll.live { set.live.min(set.floor) } else { set.floor };
    if wait < floor {
        (wait, why) = (floor, format!("{why}, but never sooner than {}", span_words(floor)));
    }
    if let Some(asked) = rhythm.asked.map(|s| SignedDuration::from_secs(s.min(LONGEST_ASKED) as i64)).filter(|a| *a > wait) {
        (wait, why) = (asked, format!("the server asks for {}", span_words(asked)));
    }
    if let Some(retry) = poll.freshness.retry_after.map(|r| r.min(set.ceiling)).filter(|r| *r > wait) {
        (wait, why) = (retry, format!("the server asks to wait {}", span_words(retry)));
    }
    let mut next = later(poll.now, wait);
    let open = skip(&rhythm.hints, next).min(later(poll.now, set.ceiling.max(wait)));
    if open > next {
        (next, why) = (open, "the feed says that it rests until then".to_owned());
    }
    if let Some(until) = poll.host_wait.filter(|until| *until > next) {
        (next, why) = (until, "its host asked to be left alone until then".to_owned());
    }
    Plan { next: later(next, jitter(poll.feed, poll.now, wait)), why: Clean::line(&why), rhythm }
}

/// The interval that the feed or its reader would have, before floor and server.
fn wish(set: &Settings, own: &FeedSettings, rhythm: &Rhythm, now: Timestamp) -> (SignedDuration, String) {
    if let Some(seconds) = own.interval {
        let own = SignedDuration::from_secs(seconds.min(set.ceiling.as_secs().max(0) as u64) as i64);
        return (own, format!("you set {}", span_words(own)));
    }
    match median_gap(&rhythm.arrivals, now) {
        // Twice as often as something comes, so that half an interval is the usual delay.
        Some(gap) => ((gap / 2).min(set.ceiling), format!("something new comes every {}", span_words(gap))),
        None => (set.interval, format!("the usual {}", span_words(set.interval))),
    }
}

/// The usual time between arrivals; the silence since the last one counts once it is the longest.
fn median_gap(arrivals: &[Timestamp], now: Timestamp) -> Option<SignedDuration> {
    if arrivals.len() < ENOUGH {
        return None;
    }
    let mut gaps: Vec<SignedDuration> = arrivals.windows(2).map(|w| w[0].duration_since(w[1]).abs()).collect();
    let silence = now.duration_since(arrivals[0]);
    if gaps.iter().all(|gap| silence > *gap) {
        gaps.push(silence);
    }
    gaps.sort();
    Some(gaps[gaps.len() / 2])
}

fn failed(set: &Settings, poll: &Poll, mut rhythm: Rhythm, failure: &Failure, retry_after: Option<SignedDuration>, offline: bool) -> Plan {
    use FailureKind::{Gone, Throttled};
    let now = poll.now;
    if failure.kind == Gone {
        rhythm.failures = rhythm.failures.saturating_add(1);
        return Plan { next: later(now, NEVER), why: "it is gone for good: not asked until you decide".into(), rhythm };
    }
    if offline && unreachable(failure) {
        let wait = set.offline;
        let why = "there is no connection at all; it is tried as soon as there may be one".into();
        return Plan { next: later(later(now, wait), jitter(poll.feed, now, wait)), why, rhythm };
    }
    rhythm.failures = rhythm.failures.saturating_add(1);
    // Nobody there passes sooner than a refusal: a line that comes back, a server that restarts.
    let backoff = if matches!(failure.kind, FailureKind::Connect | FailureKind::Name) { set.backoff / 12 } else { set.backoff };
    let doubled = backoff.saturating_mul(1 << (rhythm.failures - 1).min(16));
    let mut wait = doubled.min(set.ceiling).max(set.floor);
    let mut why = match rhythm.failures {
        1 => format!("it failed: the next try after {}", span_words(wait)),
        n => format!("it failed {n} times in a row: the next try after {}", span_words(wait)),
    };
    if let Some(asked) = retry_after.map(|r| r.min(set.ceiling)) {
        // A server that names a time means that time; doubling on top of it would only lose news.
        wait = if failure.kind == Throttled { asked.max(set.floor) } else { asked.max(wait) };
        why = format!("the server asks to wait {}", span_words(wait));
    }
    let mut next = later(now, wait);
    if let Some(until) = poll.host_wait.filter(|until| *until > next) {
        (next, why) = (until, "its host asked to be left alone until then".to_owned());
    }
    Plan { next: later(next, jitter(poll.feed, now, wait)), why: Clean::line(&why), rhythm }
}

/// What a poll adds to what is remembered; failures change nothing but their own count.
fn remember(poll: &Poll) -> Rhythm {
    let mut rhythm = poll.rhythm.clone();
    match poll.ended {
        Ended::Read { hash, hints, news, dates } => {
            rhythm.body_hash = Some(hash);
            rhythm.last_full = Some(poll.now);
            rhythm.hints = hints.clone();
            rhythm.max_age = None;
            if rhythm.arrivals.is_empty() {
                rhythm.arrivals = dates.iter().copied().filter(|at| *at <= poll.now).collect();
                rhythm.arrivals.sort_by(|a, b| b.cmp(a));
                rhythm.arrivals.dedup();
            } else if news {
                rhythm.arrivals.insert(0, poll.now);
            }
            rhythm.arrivals.truncate(ARRIVALS);
        }
        Ended::Same => {
            rhythm.last_full = Some(poll.now);
            rhythm.max_age = None;
        }
        Ended::NotModified => {}
        Ended::Failed { .. } => return rhythm,
    }
    // A 304 without a word leaves standing what the last full answer said (RFC 9111 §4.3.4).
    if let Some(age) = poll.freshness.max_age {
        rhythm.max_age = Some(age.as_secs().max(0) as u64);
    }
    let clamp = |seconds: Option<u64>| seconds.filter(|s| *s > 0).map(|s| s.min(LONGEST_ASKED));
    rhythm.asked = clamp(rhythm.hints.interval).max(clamp(rhythm.max_age));
    rhythm
}

/// The first moment from `at` on that lies in no hour and no day that the feed wants skipped; `at` where it would skip
/// everything.
fn skip(hints: &Hints, at: Timestamp) -> Timestamp {
    if hints.skip_hours.is_empty() && hints.skip_days.is_empty() {
        return at;
    }
    let mut moment = at;
    for _ in 0..=24 * 7 {
        let civil = moment.to_zoned(TimeZone::UTC);
        let hour = civil.hour() as u8;
        let day = civil.weekday().to_monday_zero_offset() as u8;
        // Some feeds count hours from 1 to 24.
        if !hints.skip_hours.iter().any(|h| h % 24 == hour) && !hints.skip_days.contains(&day) {
            return moment;
        }
        let past = SignedDuration::from_secs(moment.as_second().rem_euclid(3600));
        moment = later(moment, SignedDuration::from_hours(1) - past);
    }
    at
}

/// 0–10 % of `wait`, upward, by the feed and the moment: feeds added together part ways, and a test can repeat it.
pub(super) fn jitter(feed: FeedId, now: Timestamp, wait: SignedDuration) -> SignedDuration {
    let mut seed = [0; 16];
    seed[..8].copy_from_slice(&feed.0.to_le_bytes());
    seed[8..].copy_from_slice(&now.as_millisecond().to_le_bytes());
    let share = (mix(fnv(&seed)) % 1000) as f64 / 10_000.0;
    SignedDuration::try_from_secs_f64(wait.as_secs_f64() * share).unwrap_or_default()
}

/// The hash of a body, for [`Rhythm::body_hash`]: the same in every version of the program, since caches keep it.
pub fn body_hash(body: &[u8]) -> u64 {
    fnv(body)
}

/// FNV-1a: it has to be stable and small, not strong; whoever forges a collision hides their own feed.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

/// Spreads the last bits over all (the finaliser of SplitMix64).
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The validators to send. None where no full answer came for [`Settings::stuck`]: a server that answers 304 for ever is
/// asked plainly once (and, since that sets [`Rhythm::last_full`], not again for as long).
pub fn validators(set: &Settings, rhythm: &Rhythm, known: &Validators, now: Timestamp) -> Validators {
    match rhythm.last_full {
        Some(full) if now.duration_since(full) >= set.stuck => Validators::default(),
        _ => known.clone(),
    }
}

/// Counts permanent redirects from `asked` and says where the feed has moved once that is proven: every hop up to there
/// permanent (301, 308), a feed at the end (`reads`, which a 304 is too), the same target twice in a row, and not from https
/// to http. To be called after every poll that was answered well.
pub fn moved(rhythm: &mut Rhythm, asked: &Address, hops: &[Hop], reads: bool) -> Option<Address> {
    let target = hops.iter().take_while(|hop| matches!(hop.status, 301 | 308)).last().map(|hop| &hop.to);
    let fit = |to: &&Address| reads && *to != asked && !(asked.as_str().starts_with("https:") && to.as_str().starts_with("http:"));
    let Some(target) = target.filter(fit) else {
        rhythm.moving = None;
        return None;
    };
    let seen = match rhythm.moving.take() {
        Some((to, seen)) if to == *target => seen.saturating_add(1),
        _ => 1,
    };
    if seen >= PROOF {
        return Some(target.clone());
    }
    rhythm.moving = Some((target.clone(), seen));
    None
}

/// Whether the line itself is down: hosts that could not be reached since anything last was. One dead host is its own
/// affair; several in a row, and nothing else, are not.
#[derive(Clone, Debug, Default)]
pub struct Line {
    silent: BTreeSet<String>,
}

impl Line {
    /// Hosts in a row that make it the line's fault.
    const DOWN: usize = 3;

    /// Takes note of how asking `host` ended; `failure` is `None` for any answer at all.
    pub fn note(&mut self, host: &str, failure: Option<&Failure>) {
        match failure {
            Some(failure) if unreachable(failure) => {
                if self.silent.len() < Self::DOWN {
                    self.silent.insert(host.to_owned());
                }
            }
            // Something on this side says nothing about the line.
            Some(failure) if matches!(failure.kind, FailureKind::Local | FailureKind::Private | FailureKind::Address) => {}
            _ => self.silent.clear(),
        }
    }

    /// Whether nothing can be reached: then [`Ended::Failed`] is `offline`.
    pub fn is_down(&self) -> bool {
        self.silent.len() >= Self::DOWN
    }
}

/// Whether nobody answered at all.
pub fn unreachable(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Connect | FailureKind::Name | FailureKind::Timeout)
}

/// Whether a feed is to be asked at `now`. A clock that was put back does not keep it away for longer than the ceiling.
pub fn is_due(set: &Settings, feed: &Feed, now: Timestamp) -> bool {
    if feed.settings.paused || feed.health.gone {
        return false;
    }
    match feed.health.next {
        Some(next) => next <= now || feed.health.checked.is_some_and(|checked| checked > later(now, set.refresh)),
        None => true,
    }
}

/// Whether the reader may have a feed asked now: a minute after the last time, and not while its server wants peace.
pub fn may_refresh(set: &Settings, health: &Health, now: Timestamp) -> bool {
    refresh_from(set, health).is_none_or(|from| now >= from) || health.checked.is_some_and(|checked| checked > now)
}

/// From when the reader may have a feed asked again; `None` where it was never asked.
pub fn refresh_from(set: &Settings, health: &Health) -> Option<Timestamp> {
    let throttled = health.failure.as_ref().is_some_and(|f| f.kind == FailureKind::Throttled);
    let checked = later(health.checked?, set.refresh);
    if throttled { health.next.map(|next| next.max(checked)) } else { Some(checked) }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    //! The numbers are those of the thirty manners, listed in `tests/it/fetch.rs`.

    use super::*;

    const HOUR: i64 = 3600;

    fn at(raw: &str) -> Timestamp {
        raw.parse().unwrap()
    }

    /// A Wednesday.
    fn now() -> Timestamp {
        at("2026-03-04T12:00:00Z")
    }

    fn ago(seconds: i64) -> Timestamp {
        later(now(), SignedDuration::from_secs(-seconds))
    }

    fn address(raw: &str) -> Address {
        Address::parse(raw).unwrap()
    }

    /// One poll with everything at its default, to be bent by each example.
    struct Case {
        own: FeedSettings,
        rhythm: Rhythm,
        freshness: Freshness,
        host_wait: Option<Timestamp>,
        live: bool,
        feed: i64,
    }

    fn case() -> Case {
        Case {
            own: FeedSettings::default(),
            rhythm: Rhythm::default(),
            freshness: Freshness::default(),
            host_wait: None,
            live: false,
            feed: 1,
        }
    }

    impl Case {
        fn plan(&self, ended: Ended) -> Plan {
            let poll = Poll {
                feed: FeedId(self.feed),
                settings: &self.own,
                rhythm: &self.rhythm,
                freshness: &self.freshness,
                host_wait: self.host_wait,
                live: self.live,
                ended,
                now: now(),
            };
            plan(&Settings::default(), &poll)
        }

        fn fails(&self, kind: FailureKind, retry_after: Option<i64>) -> Plan {
            let failure = Failure::new(kind, "x.", "y.");
            self.plan(Ended::Failed { failure: &failure, retry_after: retry_after.map(SignedDuration::from_secs), offline: false })
        }

        /// Arrivals every `gap` seconds, the last one just now.
        fn arriving(mut self, gap: i64) -> Self {
            self.rhythm.arrivals = (0..8).map(|n| ago(n * gap)).collect();
            self
        }

        fn aged(mut self, seconds: i64) -> Self {
            self.freshness.max_age = Some(SignedDuration::from_secs(seconds));
            self
        }
    }

    /// The wait is `seconds` and up to a tenth more.
    #[track_caller]
    fn check(plan: &Plan, seconds: i64, why: &str) {
        let wait = plan.next.duration_since(now()).as_secs_f64();
        let want = seconds as f64;
        assert!(wait >= want && wait <= want * 1.1, "{wait} s, wanted {want} s: {}", plan.why);
        assert!(plan.why.contains(why), "{}", plan.why);
    }

    #[test]
    fn manner_06_a_304_is_a_success_that_resets_failures() {
        let mut case = case();
        case.rhythm.failures = 5;
        let plan = case.plan(Ended::NotModified);
        assert_eq!(plan.rhythm.failures, 0);
        check(&plan, HOUR, "the usual 60 min");
    }

    #[test]
    fn manner_08_validators_are_doubted_after_eight_days_without_a_full_answer() {
        let known = Validators { etag: Some("\"a\"".into()), last_modified: None };
        let full = |days: i64| Rhythm { last_full: Some(ago(days * 24 * HOUR)), ..Rhythm::default() };
        let send = |rhythm: &Rhythm| validators(&Settings::default(), rhythm, &known, now());
        assert_eq!(send(&full(7)), known);
        assert_eq!(send(&full(8)), Validators::default());
        assert_eq!(send(&Rhythm::default()), known);
        // The plain answer that follows, even with the old body, ends the doubt.
        let mut case = case();
        case.rhythm = full(9);
        assert_eq!(send(&case.plan(Ended::Same).rhythm), known);
        assert_eq!(send(&case.plan(Ended::NotModified).rhythm), Validators::default());
    }

    #[test]
    fn manner_09_the_same_bytes_have_the_same_hash_for_ever() {
        assert_eq!(body_hash(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(body_hash(b"foobar"), 0x8594_4171_f739_67e8);
        assert_ne!(body_hash(b"<rss/>"), body_hash(b"<rss />"));
    }

    #[test]
    fn manner_10_a_move_sticks_when_it_is_proven() {
        let asked = address("http://example.org/a");
        let hop = |status: u16, to: &str| Hop { status, to: address(to) };
        let (b, c) = ("https://example.org/b", "https://example.org/c");
        let twice = |hops: &[Hop], reads: bool| {
            let mut rhythm = Rhythm::default();
            assert_eq!(moved(&mut rhythm, &asked, hops, reads), None, "once is no proof");
            moved(&mut rhythm, &asked, hops, reads).map(|to| to.to_string())
        };
        assert_eq!(twice(&[hop(301, b)], true).as_deref(), Some(b));
        assert_eq!(twice(&[hop(308, b), hop(301, c)], true).as_deref(), Some(c));
        assert_eq!(twice(&[hop(301, b), hop(302, c)], true).as_deref(), Some(b));
        assert_eq!(twice(&[hop(302, b), hop(301, c)], true), None);
        for temporary in [302, 303, 307] {
            assert_eq!(twice(&[hop(temporary, b)], true), None);
        }
        assert_eq!(twice(&[hop(301, b)], false), None, "what it leads to is no feed");
        assert_eq!(twice(&[], true), None);
    }

    #[test]
    fn manner_10_a_move_that_wavers_is_none() {
        let asked = address("https://example.org/a");
        let to = |to: &str| [Hop { status: 301, to: address(to) }];
        let mut rhythm = Rhythm::default();
        assert_eq!(moved(&mut rhythm, &asked, &to("https://example.org/b"), true), None);
        assert_eq!(moved(&mut rhythm, &asked, &to("https://example.org/c"), true), None);
        assert_eq!(moved(&mut rhythm, &asked, &[], true), None);
        assert_eq!(moved(&mut rhythm, &asked, &to("https://example.org/c"), true), None);
        assert!(moved(&mut rhythm, &asked, &to("https://example.org/c"), true).is_some());
        for _ in 0..3 {
            assert_eq!(moved(&mut rhythm, &asked, &to("http://example.org/b"), true), None, "never from https to http");
        }
    }

    #[test]
    fn manner_14_what_is_gone_is_not_asked_again() {
        let plan = case().fails(FailureKind::Gone, None);
        assert!(plan.next > at("2035-01-01T00:00:00Z"));
        let mut feed = feed();
        feed.health.gone = true;
        feed.health.next = None;
        assert!(!is_due(&Settings::default(), &feed, now()));
    }

    #[test]
    fn manner_15_failures_wait_twice_as_long_each_time_up_to_a_day() {
        for kind in [FailureKind::Status, FailureKind::Timeout, FailureKind::Tls, FailureKind::Garbled, FailureKind::Html] {
            for (before, hours) in [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 24), (6, 24), (u32::MAX, 24)] {
                let mut case = case().arriving(600);
                case.rhythm.failures = before;
                let plan = case.fails(kind, None);
                check(&plan, hours * HOUR, "it failed");
                assert_eq!(plan.rhythm, Rhythm { failures: before.saturating_add(1), ..case.rhythm.clone() });
            }
        }
    }

    #[test]
    fn manner_15_being_offline_is_not_the_feeds_fault() {
        let failure = Failure::new(FailureKind::Name, "x.", "y.");
        let plan = case().plan(Ended::Failed { failure: &failure, retry_after: None, offline: true });
        check(&plan, 60, "no connection at all");
        assert_eq!(plan.rhythm.failures, 0);
    }

    #[test]
    fn manner_15_the_line_is_down_when_nothing_answers() {
        let dead = Failure::new(FailureKind::Connect, "x.", "y.");
        let error = Failure::new(FailureKind::Status, "x.", "y.");
        let mut line = Line::default();
        for host in ["a", "b", "b", "b"] {
            line.note(host, Some(&dead));
        }
        assert!(!line.is_down(), "two hosts may be dead");
        line.note("c", Some(&dead));
        assert!(line.is_down());
        line.note("d", Some(&error));
        assert!(!line.is_down(), "even an error is an answer");
    }

    #[test]
    fn manner_16_retry_after_is_kept_to() {
        check(&case().fails(FailureKind::Throttled, Some(7200)), 2 * HOUR, "the server asks to wait 2 h");
        check(&case().fails(FailureKind::Throttled, Some(5)), 15 * 60, "");
        check(&case().fails(FailureKind::Throttled, None), HOUR, "");
        check(&case().fails(FailureKind::Throttled, Some(99 * 24 * HOUR)), 24 * HOUR, "");
        check(&case().fails(FailureKind::Status, Some(3 * HOUR)), 3 * HOUR, "");
    }

    #[test]
    fn manner_17_all_feeds_of_a_host_wait_with_it() {
        let mut case = case();
        case.host_wait = Some(ago(-5 * HOUR));
        let plan = case.plan(Ended::NotModified);
        assert!(plan.next >= ago(-5 * HOUR) && plan.next < ago(-6 * HOUR));
        assert!(plan.why.contains("its host asked"));
    }

    #[test]
    fn manner_18_nothing_goes_below_the_floor() {
        check(&case().plan(Ended::NotModified), HOUR, "the usual");
        check(&case().arriving(60).plan(Ended::NotModified), 15 * 60, "never sooner than 15 min");
        let mut case = case();
        case.own.interval = Some(60);
        check(&case.plan(Ended::NotModified), 15 * 60, "you set 60 s, but never sooner");
    }

    #[test]
    fn manner_18_a_live_story_has_a_floor_of_its_own_and_the_server_the_last_word() {
        let live = |case: Case| Case { live: true, ..case };
        check(&live(case()).plan(Ended::NotModified), 5 * 60, "a story that you follow live");
        check(&live(case().arriving(60)).plan(Ended::NotModified), 5 * 60, "never sooner than 5 min");
        check(&live(case().aged(1800)).plan(Ended::NotModified), 1800, "the server asks for 30 min");
    }

    #[test]
    fn manner_18_the_reader_may_refresh_once_a_minute() {
        let set = Settings::default();
        let mut health = Health::default();
        assert!(may_refresh(&set, &health, now()));
        health.checked = Some(ago(59));
        assert!(!may_refresh(&set, &health, now()));
        health.checked = Some(ago(60));
        health.next = Some(ago(-HOUR));
        assert!(may_refresh(&set, &health, now()));
        health.failure = Some(Failure::new(FailureKind::Throttled, "x.", "y."));
        assert!(!may_refresh(&set, &health, now()), "not while its server wants peace");
        assert!(may_refresh(&set, &health, ago(-HOUR)));
    }

    #[test]
    fn manner_18_the_time_of_the_next_poll_outlives_a_restart() {
        let set = Settings::default();
        let mut feed = feed();
        assert!(is_due(&set, &feed, now()), "never asked");
        feed.health.checked = Some(ago(300));
        feed.health.next = Some(ago(-3300));
        assert!(!is_due(&set, &feed, now()));
        assert!(is_due(&set, &feed, ago(-3300)));
        feed.settings.paused = true;
        assert!(!is_due(&set, &feed, ago(-3300)));
        feed.settings.paused = false;
        assert!(is_due(&set, &feed, ago(30 * 24 * HOUR)), "the clock was put back by a month");
    }

    #[test]
    fn manner_19_max_age_raises_the_interval_up_to_a_day() {
        check(&case().aged(2 * HOUR).plan(Ended::NotModified), 2 * HOUR, "the server asks for 2 h");
        check(&case().aged(31_536_000).plan(Ended::Same), 24 * HOUR, "");
        // A 304 without a word leaves standing what was said before; a new answer without a word does not.
        let mut case = case();
        case.rhythm = self::case().aged(2 * HOUR).plan(Ended::Same).rhythm;
        check(&case.plan(Ended::NotModified), 2 * HOUR, "");
        check(&case.plan(Ended::Same), HOUR, "");
    }

    #[test]
    fn manner_20_a_short_max_age_lowers_nothing() {
        check(&case().aged(0).plan(Ended::NotModified), HOUR, "");
        check(&case().aged(60).arriving(60).plan(Ended::NotModified), 15 * 60, "");
    }

    fn read<'a>(hints: &'a Hints, dates: &'a [Timestamp]) -> Ended<'a> {
        Ended::Read { hash: 1, hints, news: true, dates }
    }

    #[test]
    fn manner_21_the_feeds_own_hints_count() {
        let hint = |seconds| Hints { interval: Some(seconds), ..Hints::default() };
        check(&case().plan(read(&hint(10_800), &[])), 3 * HOUR, "");
        check(&case().plan(read(&hint(u64::MAX), &[])), 24 * HOUR, "");
        check(&case().plan(read(&hint(60), &[])), HOUR, "");
        // And stay in mind when the next answer is a 304.
        let mut case = case();
        case.rhythm = self::case().plan(read(&hint(10_800), &[])).rhythm;
        check(&case.plan(Ended::NotModified), 3 * HOUR, "");
    }

    #[test]
    fn manner_21_hours_and_days_to_skip() {
        let next = |hints: Hints| case().plan(read(&hints, &[])).next;
        let hours = |skip: &[u8]| next(Hints { skip_hours: skip.to_vec(), ..Hints::default() });
        assert!(hours(&[13, 14]) >= at("2026-03-04T15:00:00Z") && hours(&[13, 14]) < at("2026-03-04T15:10:00Z"));
        assert!(hours(&(0..24).collect::<Vec<_>>()) < at("2026-03-04T13:10:00Z"), "all of them is none of them");
        let days = |skip: &[u8]| next(Hints { skip_days: skip.to_vec(), ..Hints::default() });
        assert!(days(&[2]) >= at("2026-03-05T00:00:00Z") && days(&[2]) < at("2026-03-05T00:10:00Z"));
        assert!(days(&[2, 3, 4]) < at("2026-03-05T12:10:00Z"), "no hint goes beyond a day");
    }

    #[test]
    fn manner_23_feeds_added_together_part_ways() {
        let nexts: std::collections::BTreeSet<i64> =
            (0..100).map(|feed| Case { feed, ..case() }.plan(Ended::NotModified).next.as_second()).collect();
        assert!(nexts.len() > 70, "{} different seconds", nexts.len());
        assert!(nexts.last().unwrap() - nexts.first().unwrap() > 300);
        assert!(*nexts.first().unwrap() >= ago(-HOUR).as_second(), "upward only");
        assert_eq!(case().plan(Ended::NotModified), case().plan(Ended::NotModified), "and yet the same each time");
    }

    #[test]
    fn the_interval_follows_how_often_the_feed_changes() {
        check(&case().arriving(HOUR).plan(Ended::NotModified), HOUR / 2, "something new comes every 60 min");
        check(&case().arriving(6 * HOUR).plan(Ended::NotModified), 3 * HOUR, "every 6 h");
        check(&case().arriving(30 * 24 * HOUR).plan(Ended::NotModified), 24 * HOUR, "");
        // Its own entries' dates give the rhythm of a feed never seen before.
        let dates: Vec<Timestamp> = (1..9).map(|n| ago(n * 4 * HOUR)).collect();
        let plan = case().plan(read(&Hints::default(), &dates));
        check(&plan, 2 * HOUR, "every 4 h");
        assert_eq!(plan.rhythm.arrivals, dates);
        // What comes later is counted by when it was found, and only the last sixteen.
        let mut case = case().arriving(HOUR);
        for _ in 0..20 {
            case.rhythm = case.plan(read(&Hints::default(), &[])).rhythm;
        }
        assert_eq!((case.rhythm.arrivals.len(), case.rhythm.arrivals[0]), (ARRIVALS, now()));
    }

    #[test]
    fn what_the_reader_sets_counts_unless_the_server_wants_more() {
        let mut case = case().arriving(HOUR);
        case.own.interval = Some(10 * 3600);
        check(&case.plan(Ended::NotModified), 10 * HOUR, "you set 10 h");
        check(&case.aged(20 * HOUR).plan(Ended::NotModified), 20 * HOUR, "the server asks for 20 h");
    }

    #[test]
    fn times_at_the_end_of_the_calendar_do_not_overflow() {
        assert_eq!(later(Timestamp::MAX, NEVER), Timestamp::MAX);
        let mut case = case();
        case.own.interval = Some(u64::MAX);
        case.rhythm.failures = u32::MAX;
        check(&case.plan(Ended::NotModified), 24 * HOUR, "");
    }

    fn feed() -> Feed {
        Feed {
            id: FeedId(1),
            address: address("https://example.org/f"),
            title: "Harbour news".into(),
            site: None,
            language: None,
            settings: FeedSettings::default(),
            health: Health::default(),
            asks: crate::model::Asks::default(),
            articles: 0,
            unread: 0,
        }
    }
}
