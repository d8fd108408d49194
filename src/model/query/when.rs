//! Times as a reader says them (`2h`, `yesterday`, `2026-01`), resolved against a moment and a zone only when they are
//! asked for, so that a view called “today” is never yesterday's.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use std::fmt;

/// A time in a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// So many seconds ago; kept in the unit it was said in (`m`, `h`, `d`, `w`).
    Ago(u32, char),
    /// The day that is.
    Today,
    /// The day before.
    Yesterday,
    /// A year, or a month, or a day of it.
    Day(i16, Option<i8>, Option<i8>),
    /// A minute on the reader's clock.
    Local(DateTime),
    /// An instant.
    Instant(Timestamp),
}

const UNITS: &[(char, i64)] = &[('m', 60), ('h', 3600), ('d', 86_400), ('w', 604_800)];

impl When {
    /// Reads `2h`, `3d`, `today`, `yesterday`, `2026`, `2026-01`, `2026-01-31`, `2026-01-31T12:00` and instants with a zone.
    pub fn parse(s: &str) -> Option<Self> {
        match s {
            "today" => return Some(When::Today),
            "yesterday" => return Some(When::Yesterday),
            _ => {}
        }
        if let Some((at, unit)) = s.char_indices().next_back()
            && UNITS.iter().any(|(u, _)| *u == unit)
        {
            let n: u32 = s[..at].parse().ok()?;
            return (s.starts_with(|c: char| c.is_ascii_digit()) && n <= 100_000).then_some(When::Ago(n, unit));
        }
        if let Some((_, clock)) = s.split_once('T') {
            if clock.ends_with('Z') || clock.contains(['+', '-']) {
                return s.parse().ok().map(When::Instant);
            }
            return s.parse().ok().map(When::Local);
        }
        let mut parts = s.split('-');
        let year: i16 = number(parts.next()?, 4)?.parse().ok()?;
        let month = parts.next().map(|p| number(p, 2)?.parse::<i8>().ok());
        let day = parts.next().map(|p| number(p, 2)?.parse::<i8>().ok());
        if parts.next().is_some() || month == Some(None) || day == Some(None) {
            return None;
        }
        let (month, day) = (month.flatten(), day.flatten());
        Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
        Some(When::Day(year, month, day))
    }

    /// Where it starts and ends (the same for what has no length). Times that no calendar holds are its nearest ends.
    pub fn resolve(&self, now: Timestamp, zone: &TimeZone) -> (Timestamp, Timestamp) {
        let start =
            |d: Date| d.to_zoned(zone.clone()).map_or(if d.year() < 1970 { Timestamp::MIN } else { Timestamp::MAX }, |z| z.timestamp());
        let days = |from: Date, to: Option<Date>| (start(from), to.map_or(Timestamp::MAX, start));
        let today = now.to_zoned(zone.clone()).date();
        match self {
            When::Ago(n, unit) => {
                let seconds = UNITS.iter().find(|(u, _)| u == unit).map_or(0, |(_, s)| *s) * i64::from(*n);
                let at = now.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MIN);
                (at, at)
            }
            When::Today => days(today, today.tomorrow().ok()),
            When::Yesterday => days(today.yesterday().unwrap_or(today), Some(today)),
            When::Day(year, month, day) => {
                let from = Date::new(*year, month.unwrap_or(1), day.unwrap_or(1)).unwrap_or(Date::MIN);
                let span = match (month, day) {
                    (None, _) => 1.year(),
                    (_, None) => 1.month(),
                    _ => 1.day(),
                };
                days(from, from.checked_add(span).ok())
            }
            When::Local(at) => {
                let at = at.to_zoned(zone.clone()).map_or(Timestamp::MAX, |z| z.timestamp());
                (at, at)
            }
            When::Instant(at) => (*at, *at),
        }
    }
}

fn number(part: &str, len: usize) -> Option<&str> {
    (part.len() == len && part.bytes().all(|b| b.is_ascii_digit())).then_some(part)
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Ago(n, unit) => write!(f, "{n}{unit}"),
            When::Today => f.write_str("today"),
            When::Yesterday => f.write_str("yesterday"),
            When::Day(y, None, _) => write!(f, "{y:04}"),
            When::Day(y, Some(m), None) => write!(f, "{y:04}-{m:02}"),
            When::Day(y, Some(m), Some(d)) => write!(f, "{y:04}-{m:02}-{d:02}"),
            When::Local(at) => write!(f, "{at}"),
            When::Instant(at) => write!(f, "{at}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, start: &str, end: &str) {
        let now: Timestamp = "2026-03-01T00:30:00Z".parse().unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let (a, b) = When::parse(input).unwrap().resolve(now, &zone);
        assert_eq!((a.to_string().as_str(), b.to_string().as_str()), (start, end));
    }

    #[test]
    fn times_are_resolved_in_the_readers_zone() {
        check("2h", "2026-02-28T22:30:00Z", "2026-02-28T22:30:00Z");
        check("today", "2026-02-28T23:00:00Z", "2026-03-01T23:00:00Z");
        check("yesterday", "2026-02-27T23:00:00Z", "2026-02-28T23:00:00Z");
        check("2026", "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z");
        check("2026-02", "2026-01-31T23:00:00Z", "2026-02-28T23:00:00Z");
        check("2026-02-03T12:00", "2026-02-03T11:00:00Z", "2026-02-03T11:00:00Z");
        check("2026-02-03T12:00:00Z", "2026-02-03T12:00:00Z", "2026-02-03T12:00:00Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in ["", "h", "-2h", "2x", "2026-13", "2026-02-30", "26-01-01", "soon", "99999999999d", "2026-1-1", "+2h", "é"] {
            assert_eq!(When::parse(bad), None, "{bad}");
        }
    }
}
