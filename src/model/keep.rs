//! How long articles stay: the rule ([`Keep`]), and what came of it ([`Tidied`]).

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, Unit};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Days that an article stays at least: longer than any two are compared, and than a feed is likely to repeat it.
const LEAST: u32 = 7;
/// Days after which nothing is told from for ever: a hundred years.
const MOST: u32 = 36_500;
/// What nobody has read yet stays so much longer.
const UNREAD: i64 = 2;

/// How long articles stay that the reader did nothing with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// For ever.
    Ever,
    /// So many days after they came or were read, whichever was later; unread ones twice as long.
    Days(u32),
}

impl Default for Keep {
    fn default() -> Self {
        Self::Days(365)
    }
}

impl Keep {
    /// What came (and was read) before then goes, and what came before the second and was never read.
    pub fn before(self, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let Self::Days(days) = self else { return None };
        let back = |times: i64| now.saturating_sub(SignedDuration::from_hours(24 * times * i64::from(days))).unwrap_or(Timestamp::MIN);
        Some((back(1), back(UNREAD)))
    }
}

impl FromStr for Keep {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().to_lowercase();
        if ["for ever", "forever", "ever", "always"].contains(&text.as_str()) {
            return Ok(Self::Ever);
        }
        // A month has 30 days here and a year 365: nobody counts on one day more or less.
        let spans = |span: Span| {
            let whole = i64::from(span.get_years()) * 365 + i64::from(span.get_months()) * 30;
            let rest = Span::new().weeks(span.get_weeks()).days(span.get_days()).hours(span.get_hours());
            Some(whole as f64 + rest.total((Unit::Day, SpanRelativeTo::days_are_24_hours())).ok()?)
        };
        let days = text.parse::<Span>().ok().filter(|span| !span.is_negative()).and_then(spans);
        match days {
            None => Err(format!("`{text}` is no length of time; write for example \"90 days\", \"1 year\" or \"for ever\"")),
            Some(days) if days < f64::from(LEAST) => Err(format!("`{text}` is too short: articles stay for {LEAST} days at least")),
            Some(days) if days > f64::from(MOST) => Ok(Self::Ever),
            Some(days) => Ok(Self::Days(days as u32)),
        }
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ever => f.pad("for ever"),
            Self::Days(days) if days % 365 == 0 => f.pad(&(if *days == 365 { "1 year".into() } else { format!("{} years", days / 365) })),
            Self::Days(days) => f.pad(&format!("{days} days")),
        }
    }
}

impl Serialize for Keep {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Keep {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// One time that old articles were removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tidied {
    /// When.
    pub at: Timestamp,
    /// How many went.
    pub articles: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them_and_shown_so_that_they_are_read_back() {
        let days = |text: &str| match text.parse::<Keep>().unwrap() {
            Keep::Days(days) => days,
            Keep::Ever => 0,
        };
        let table = [("90 days", 90), ("90d", 90), ("12 weeks", 84), ("6 months", 180), ("1 year", 365), ("2 years", 730), ("240 h", 10)];
        for (text, expected) in table.into_iter().chain([("for ever", 0), ("Forever", 0), ("400 years", 0)]) {
            assert_eq!(days(text), expected, "{text}");
            let keep: Keep = text.parse().unwrap();
            assert_eq!(keep.to_string().parse(), Ok(keep));
        }
        for wrong in ["", "90", "soon", "6 days", "-90 days", "1 h"] {
            assert!(wrong.parse::<Keep>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_unread_stays_twice_as_long() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let (read, unread) = Keep::Days(10).before(now).unwrap();
        assert_eq!((read, unread), ("2026-02-19T12:00:00Z".parse().unwrap(), "2026-02-09T12:00:00Z".parse().unwrap()));
        assert_eq!(Keep::Ever.before(now), None);
    }
}
