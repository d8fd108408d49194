//! When a feed is asked again, and why then: pure, so that every rule is an example in the tests below.
//!
//! A feed is asked as often as it really changes, between [`Settings::floor`] and [`Settings::ceiling`], never more
//! often than its server wants, less and less often while it fails, and never in step with others (jitter goes upward
//! only: an interval that drifts down is what gets a reader barred).

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::model::{Address, Clean, Failure, FailureKind, Feed, FeedId, FeedSettings, Freshness, Health, Hints, Hop, Rhythm, Validators};

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
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            interval: SignedDuration::from_hours(1),
            floor: SignedDuration::from_mins(15),
            ceiling: SignedDuration::from_hours(24),
            backoff: SignedDuration::from_hours(1),
            offline: SignedDuration::from_mins(1),
            refresh: SignedDuration::from_mins(1),
            stuck: SignedDuration::from_hours(8 * 24),
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
    if let Ended::Failed { failure, retry_after, offline } = poll.ended {
        return failed(set, poll, rhythm, failure, retry_after, offline);
    }
    rhythm.failures = 0;
    let (mut wait, mut why) = wish(set, poll.settings, &rhythm, poll.now);
    if wait < set.floor {
        (wait, why) = (set.floor, format!("{}, but never sooner than {}", why, words(set.floor)));
    }
    if let Some(asked) = rhythm.asked.map(|s| SignedDuration::from_secs(s.min(LONGEST_ASKED) as i64)).filter(|a| *a > wait) {
        (wait, why) = (asked, format!("the server asks for {}", words(asked)));
    }
    if let Some(retry) = poll.freshness.retry_after.map(|r| r.min(set.ceiling)).filter(|r| *r > wait) {
        (wait, why) = (retry, format!("the server asks to wait {}", words(retry)));
    }
    let mut next = later(poll.now, wait);
    let open = skip(&rhythm.hints, next);
    if open > next && open <= later(poll.now, set.ceiling.max(wait)) {
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
        return (own, format!("you set {}", words(own)));
    }
    match median_gap(&rhythm.arrivals, now) {
        // Twice as often as something comes, so that half an interval is the usual delay.
        Some(gap) => ((gap / 2).min(set.ceiling), format!("something new comes every {}", words(gap))),
        None => (set.interval, format!("the usual {}", words(set.interval))),
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
    use FailureKind::{Connect, Gone, Name, Throttled, Timeout};
    let now = poll.now;
    if failure.kind == Gone {
        rhythm.failures = rhythm.failures.saturating_add(1);
        return Plan { next: later(now, NEVER), why: "it is gone for good: not asked until you decide".into(), rhythm };
    }
    if offline && matches!(failure.kind, Connect | Name | Timeout) {
        let wait = set.offline;
        let why = "there is no connection at all; it is tried as soon as there may be one".into();
        return Plan { next: later(later(now, wait), jitter(poll.feed, now, wait)), why, rhythm };
    }
    rhythm.failures = rhythm.failures.saturating_add(1);
    let doubled = set.backoff.saturating_mul(1 << (rhythm.failures - 1).min(16));
    let mut wait = doubled.min(set.ceiling).max(set.floor);
    let mut why = match rhythm.failures {
        1 => format!("it failed: the next try after {}", words(wait)),
        n => format!("it failed {n} times in a row: the next try after {}", words(wait)),
    };
    if let Some(asked) = retry_after.map(|r| r.min(set.ceiling)) {
        // A server that names a time means that time; doubling on top of it would only lose news.
        wait = if failure.kind == Throttled { asked.max(set.floor) } else { asked.max(wait) };
        why = format!("the server asks to wait {}", words(wait));
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
fn jitter(feed: FeedId, now: Timestamp, wait: SignedDuration) -> SignedDuration {
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

/// A span as a reader says it: its largest fitting unit.
fn words(span: SignedDuration) -> String {
    match span.as_secs() {
        s if s < 120 => format!("{s} s"),
        s if s < 120 * 60 => format!("{} min", (s + 30) / 60),
        s if s < 48 * 3600 => format!("{} h", (s + 1800) / 3600),
        s => format!("{} days", (s + 12 * 3600) / (24 * 3600)),
    }
}
