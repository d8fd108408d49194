//! Times and numbers as the screen shows them: in the reader's zone, in the manner of the reader's country.

use jiff::{Timestamp, Zoned, tz::TimeZone};

use super::lang::say;
use crate::model::{Count, Language};

/// Where the reader is, and how times and numbers are written there.
#[derive(Clone, Debug)]
pub struct Local {
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// How they are written.
    pub manner: Manner,
}

/// How times and numbers are written. A small table of our own: the words of the screen are few and not the locale's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// `9:58 PM`, not `21:58`.
    twelve: bool,
    order: Order,
    /// What parts thousands.
    group: &'static str,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Order {
    /// `16 Aug 2025`.
    #[default]
    DayMonth,
    /// `Aug 16, 2025`.
    MonthDay,
    /// `16.8.2025`.
    Dots,
}

impl Manner {
    /// By a locale's name (`de_AT.UTF-8`, `en-US`); what is not known, and `C`, is written as in `16 Aug 2025 21:58`.
    pub fn of(locale: &str) -> Self {
        let name = locale.split(['.', '@']).next().unwrap_or_default();
        let mut parts = name.split(['_', '-']);
        let language = parts.next().unwrap_or_default().to_ascii_lowercase();
        let region = parts.next().unwrap_or_default().to_ascii_uppercase();
        // Where the clock has twelve hours (CLDR), as far as one reads the news in English there.
        let twelve = language == "en" && matches!(region.as_str(), "US" | "CA" | "AU" | "NZ" | "PH" | "IN" | "PK");
        let order = match (language.as_str(), region.as_str()) {
            ("en", "US" | "PH") => Order::MonthDay,
            ("de" | "cs" | "da" | "fi" | "nb" | "nn" | "no" | "pl" | "ru" | "sk" | "sl" | "uk", _) => Order::Dots,
            _ => Order::DayMonth,
        };
        let group = match (language.as_str(), region.as_str()) {
            ("de", "CH" | "LI") => "’",
            ("de" | "da" | "es" | "id" | "it" | "nl" | "pt" | "tr", _) => ".",
            ("en" | "ja" | "ko" | "zh" | "he", _) => ",",
            ("" | "c" | "posix", _) => "",
            _ => "\u{202f}",
        };
        Self { twelve, order, group }
    }

    /// The same among words of a language: an English month has no place among German ones.
    pub(super) fn said_in(self, language: Language) -> Self {
        match language {
            Language::En => self,
            Language::De => Self { order: Order::Dots, ..self },
        }
    }

    fn time(self, at: &Zoned) -> String {
        at.strftime(if self.twelve { "%-I:%M %p" } else { "%H:%M" }).to_string()
    }

    fn day(self, at: &Zoned) -> String {
        let form = match self.order {
            Order::DayMonth => "%-d %b",
            Order::MonthDay => "%b %-d",
            Order::Dots => "%-d.%-m.",
        };
        at.strftime(form).to_string()
    }

    fn date(self, at: &Zoned) -> String {
        let form = match self.order {
            Order::DayMonth => "%-d %b %Y",
            Order::MonthDay => "%b %-d, %Y",
            Order::Dots => "%-d.%-m.%Y",
        };
        at.strftime(form).to_string()
    }
}

impl Local {
    /// A number with its thousands apart; four digits stand together.
    pub fn number(&self, n: u64) -> String {
        let digits = n.to_string();
        if digits.len() < 5 || self.manner.group.is_empty() {
            return digits;
        }
        let mut out = String::with_capacity(digits.len() * 2);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push_str(self.manner.group);
            }
            out.push(digit);
        }
        out
    }

    /// A count, which may be a lower bound.
    pub fn count(&self, count: Count) -> String {
        self.number(count.n) + if count.more { "+" } else { "" }
    }

    fn at(&self, time: Timestamp) -> Zoned {
        time.to_zoned(self.zone.clone())
    }
}

/// `11:58` today (`9:58p`), `14 Aug` this year, `2024` before: never wider than six columns.
pub fn short(time: Timestamp, now: Timestamp, local: &Local) -> String {
    let (time, now) = (local.at(time), local.at(now));
    if time.date() == now.date() {
        if local.manner.twelve {
            let half = if time.hour() < 12 { "a" } else { "p" };
            return time.strftime("%-I:%M").to_string() + half;
        }
        local.manner.time(&time)
    } else if time.year() == now.year() || (now.timestamp().as_second() - time.timestamp().as_second()).abs() < 90 * 86_400 {
        local.manner.day(&time)
    } else {
        time.strftime("%Y").to_string()
    }
}

/// `11:58` today, else `14 Aug 11:58`.
pub fn stamp(time: Timestamp, now: Timestamp, local: &Local) -> String {
    let (time, now) = (local.at(time), local.at(now));
    let clock = local.manner.time(&time);
    if time.date() == now.date() {
        clock
    } else if time.year() == now.year() {
        format!("{} {clock}", local.manner.day(&time))
    } else {
        format!("{} {clock}", local.manner.date(&time))
    }
}

/// `16 Aug 2025 11:58`.
pub fn full(time: Timestamp, local: &Local) -> String {
    let time = local.at(time);
    format!("{} {}", local.manner.date(&time), local.manner.time(&time))
}

/// `11:58`.
pub fn clock(time: Timestamp, local: &Local) -> String {
    local.manner.time(&local.at(time))
}

/// How long ago, roughly and in words: `just now`, `4 min ago`, `3 h ago`, `2 days ago`.
pub fn ago(time: Timestamp, now: Timestamp) -> String {
    let minutes = (now.as_second() - time.as_second()) / 60;
    match minutes {
        ..1 => say!("ago-now").into(),
        1..60 => say!("ago-minutes", n = minutes),
        60..2880 => say!("ago-hours", n = minutes / 60),
        _ => say!("ago-days", n = minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(locale: &str) -> Local {
        Local { zone: TimeZone::fixed(jiff::tz::offset(2)), manner: Manner::of(locale) }
    }

    #[test]
    fn a_time_says_as_much_as_is_needed() {
        let zone = local("C");
        let now: Timestamp = "2025-08-16T12:00:00Z".parse().unwrap();
        let at = |s: &str| s.parse::<Timestamp>().unwrap();
        assert_eq!(short(at("2025-08-16T09:58:00Z"), now, &zone), "11:58");
        assert_eq!(short(at("2025-08-15T21:58:00Z"), now, &zone), "15 Aug");
        assert_eq!(short(at("2025-08-15T22:01:00Z"), now, &zone), "00:01");
        assert_eq!(short(at("2023-08-15T22:01:00Z"), now, &zone), "2023");
        assert_eq!(stamp(at("2025-08-15T11:58:00Z"), now, &zone), "15 Aug 13:58");
        assert_eq!(full(at("2025-08-15T11:58:00Z"), &zone), "15 Aug 2025 13:58");
        assert_eq!(ago(at("2025-08-16T09:58:00Z"), now), "2 h ago");
    }

    #[test]
    fn times_and_numbers_are_written_as_in_the_readers_country() {
        let now: Timestamp = "2025-08-16T20:00:00Z".parse().unwrap();
        let (today, before) = ("2025-08-16T19:58:00Z".parse().unwrap(), "2024-12-30T09:05:00Z".parse().unwrap());
        let check = |locale: &str, want: [&str; 5]| {
            let local = local(locale);
            let count = Count { n: 1_234_567, more: true };
            let is = [short(today, now, &local), stamp(today, now, &local), full(before, &local), local.count(count), local.number(1234)];
            assert_eq!(is, want, "{locale}");
            assert!(is[0].len() <= 6 && short("2025-06-30T12:00:00Z".parse().unwrap(), now, &local).len() <= 6);
        };
        check("C.UTF-8", ["21:58", "21:58", "30 Dec 2024 11:05", "1234567+", "1234"]);
        check("en_GB.UTF-8", ["21:58", "21:58", "30 Dec 2024 11:05", "1,234,567+", "1234"]);
        check("en_US.UTF-8", ["9:58p", "9:58 PM", "Dec 30, 2024 11:05 AM", "1,234,567+", "1234"]);
        check("de_AT@euro", ["21:58", "21:58", "30.12.2024 11:05", "1.234.567+", "1234"]);
        check("fr_FR", ["21:58", "21:58", "30 Dec 2024 11:05", "1\u{202f}234\u{202f}567+", "1234"]);
    }
}
