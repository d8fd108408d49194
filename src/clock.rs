//! The only reader of the system time. Everything else is handed the time, so that a test can hold it still.

use jiff::{Timestamp, tz::TimeZone};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the time comes from: the system, one fixed moment (`WIREDESK_NOW`, RFC 3339, for tests and screenshots), or a hand
/// that moves it on.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    zone: TimeZone,
}

#[derive(Clone, Debug)]
enum Source {
    System,
    Fixed(Timestamp),
    /// Microseconds since 1970.
    Driven(Arc<AtomicI64>),
}

/// Moves a driven clock, for runs of days within minutes.
#[derive(Clone, Debug)]
pub struct Hand(Arc<AtomicI64>);

impl Hand {
    /// From now on it is so late.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_microsecond(), Ordering::SeqCst);
    }
}

impl Clock {
    /// The system's clock and zone; `WIREDESK_NOW` holds it still.
    pub fn system() -> Self {
        let fixed = std::env::var("WIREDESK_NOW").ok().and_then(|s| s.parse().ok());
        Self { source: fixed.map_or(Source::System, Source::Fixed), zone: TimeZone::system() }
    }

    /// One moment, for ever.
    pub fn fixed(now: Timestamp, zone: TimeZone) -> Self {
        Self { source: Source::Fixed(now), zone }
    }

    /// A clock that stands still until its hand is moved.
    pub fn driven(now: Timestamp, zone: TimeZone) -> (Self, Hand) {
        let at = Arc::new(AtomicI64::new(now.as_microsecond()));
        (Self { source: Source::Driven(at.clone()), zone }, Hand(at))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        match &self.source {
            Source::System => Timestamp::now(),
            Source::Fixed(now) => *now,
            Source::Driven(at) => Timestamp::from_microsecond(at.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX),
        }
    }

    /// The zone that times are shown in.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }
}
