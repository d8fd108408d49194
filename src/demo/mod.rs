//! The demo: a server inside the program, on loopback, replays a day of summit coverage at an adjustable pace, so that
//! the real poller, fetcher, store and screens show all they can without a network.
//!
//! The day is the Anchorage summit of 15 August 2025 as ten made-up outlets report it, in German and English: one
//! dispatch in several of them, takes that some carry late, corrections, a withdrawal, live blogs that run, teaser feeds
//! whose text stands on the page. Everything is written in `fixtures/demo` and embedded. [`Replay`] is pure: it answers
//! for any moment of the day; [`serve`] puts it behind a socket and lets the day run.

mod feeds;
mod files;
mod markup;
mod pages;
mod replay;
mod script;
mod server;

pub use replay::{Page, Replay, Scene};
pub use server::{Server, serve};

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// When the replayed day begins: nothing is published before.
pub const DAWN: Timestamp = Timestamp::constant(1_755_237_600, 0); // 2025-08-15T06:00Z
/// When it ends: nothing changes after.
pub const DUSK: Timestamp = Timestamp::constant(1_755_345_600, 0); // 2025-08-16T12:00Z

/// How the day runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Replayed minutes in a real second.
    pub speed: f64,
    /// How far the day already is at launch.
    pub start: Timestamp,
    /// The real time of launch, if the coverage shall be dated as if it happened now: what lies before `start` keeps its
    /// distance to the launch, what comes later is dated when it comes. `None` dates everything as it happened.
    pub launched: Option<Timestamp>,
}

impl Default for Pace {
    /// Half a minute in a second, from shortly before the two presidents face the press: half of the coverage stands,
    /// and something new comes every few seconds.
    fn default() -> Self {
        Self { speed: 0.5, start: Timestamp::constant(1_755_298_320, 0), launched: None } // 2025-08-15T22:52Z
    }
}

impl Pace {
    /// The replayed moment, so long after launch; never past [`DUSK`].
    pub fn moment(&self, elapsed: Duration) -> Timestamp {
        let seconds = (elapsed.as_secs_f64() * self.rate()).min(1e7);
        (self.start + SignedDuration::from_secs_f64(seconds)).min(DUSK)
    }

    /// How a moment of the day is dated in what the server sends.
    pub fn stamp(&self, moment: Timestamp) -> Timestamp {
        let Some(launched) = self.launched else { return moment };
        let since = moment.duration_since(self.start);
        if since.is_positive() && self.rate() > 0.0 {
            launched + SignedDuration::from_secs((since.as_secs_f64() / self.rate()) as i64)
        } else {
            launched + since
        }
    }

    /// Replayed seconds in a real second, whatever was asked for.
    fn rate(&self) -> f64 {
        if self.speed.is_finite() { self.speed.clamp(0.0, 1440.0) * 60.0 } else { 30.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_runs_at_its_pace_and_ends() {
        let pace = Pace { speed: 2.0, ..Pace::default() };
        assert_eq!(pace.moment(Duration::ZERO), pace.start);
        assert_eq!(pace.moment(Duration::from_secs(10)).duration_since(pace.start), SignedDuration::from_mins(20));
        assert_eq!(pace.moment(Duration::from_secs(u32::MAX.into())), DUSK);
        assert_eq!(
            Pace { speed: f64::NAN, ..pace }.moment(Duration::from_secs(1)).duration_since(pace.start),
            SignedDuration::from_secs(30)
        );
    }

    #[test]
    fn a_day_dated_now_is_never_ahead_of_the_reader() {
        let launched: Timestamp = "2030-01-01T12:00Z".parse().unwrap();
        let pace = Pace { speed: 3.0, launched: Some(launched), ..Pace::default() };
        assert_eq!(pace.stamp(pace.start - SignedDuration::from_hours(2)), launched - SignedDuration::from_hours(2));
        for seconds in [0, 1, 7, 100] {
            let elapsed = Duration::from_secs(seconds);
            assert!(pace.stamp(pace.moment(elapsed)) <= launched + elapsed.try_into().unwrap_or(SignedDuration::ZERO));
        }
    }
}
