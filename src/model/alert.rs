//! Alerts: what the reader is to be told of at once, and when they are not to be told.

use jiff::{civil::Time, tz::TimeZone};
use serde::{Deserialize, Deserializer};

use super::{ArticleId, Clean};

/// One alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Of which article.
    pub article: ArticleId,
    /// Its first version, or the one that corrects it; of a live blog's posts [`Alert::POSTS`] and how many there are.
    pub version: u32,
    /// Because of what: a rule's query, a view's name, a story's title.
    pub why: Clean,
    /// Its headline.
    pub title: Clean,
    /// Its publisher.
    pub outlet: Clean,
}

impl Alert {
    /// Versions from here on are a live blog's posts, for which the article has no number.
    pub const POSTS: u32 = 1 << 20;

    /// Whether it is of a correction, or of what was withdrawn.
    pub fn corrects(&self) -> bool {
        (2..Self::POSTS).contains(&self.version)
    }

    /// Its headline, with a word before it where the article is no news.
    pub fn words(&self) -> Clean {
        Clean::line(&if self.corrects() { format!("Corrected: {}", self.title) } else { self.title.to_string() })
    }
}

/// A time of day in which nobody is alerted, as `22:00-07:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    from: Time,
    to: Time,
}

impl Quiet {
    /// Whether it is that time of day.
    pub fn holds(&self, now: jiff::Timestamp, zone: &TimeZone) -> bool {
        let time = now.to_zoned(zone.clone()).time();
        if self.from <= self.to { self.from <= time && time < self.to } else { self.from <= time || time < self.to }
    }
}

impl std::str::FromStr for Quiet {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let time = |t: &str| Time::strptime("%H:%M", t.trim()).ok();
        let both = text.split_once(['-', '–']).and_then(|(from, to)| Some(Self { from: time(from)?, to: time(to)? }));
        both.ok_or_else(|| format!("`{text}` is no time of day; write for example \"22:00-07:00\""))
    }
}

impl<'de> Deserialize<'de> for Quiet {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_go_over_midnight() {
        let holds = |hours: &str, now: &str| hours.parse::<Quiet>().unwrap().holds(now.parse().unwrap(), &TimeZone::UTC);
        assert!(holds("22:00-07:00", "2026-03-01T23:00:00Z") && holds("22:00 – 07:00", "2026-03-01T06:59:00Z"));
        assert!(!holds("22:00-07:00", "2026-03-01T07:00:00Z") && !holds("22:00-07:00", "2026-03-01T12:00:00Z"));
        assert!(holds("12:00-13:30", "2026-03-01T13:29:00Z") && !holds("12:00-13:30", "2026-03-01T13:30:00Z"));
        assert!("night".parse::<Quiet>().is_err() && "25:00-07:00".parse::<Quiet>().is_err());
    }
}
