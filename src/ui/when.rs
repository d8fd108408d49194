//! Times as the screen shows them, in the reader's zone.

use jiff::{Timestamp, tz::TimeZone};

/// `11:58` today, `14 Aug` this year, `2024` before: never wider than six columns.
pub fn short(time: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (time, now) = (time.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    if time.date() == now.date() {
        time.strftime("%H:%M").to_string()
    } else if time.year() == now.year() || (now.timestamp().as_second() - time.timestamp().as_second()).abs() < 90 * 86_400 {
        time.strftime("%-d %b").to_string()
    } else {
        time.strftime("%Y").to_string()
    }
}

/// `11:58` today, else `14 Aug 11:58`.
pub fn stamp(time: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (time, now) = (time.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let form = if time.date() == now.date() {
        "%H:%M"
    } else if time.year() == now.year() {
        "%-d %b %H:%M"
    } else {
        "%-d %b %Y %H:%M"
    };
    time.strftime(form).to_string()
}

/// `16 Aug 2025 11:58`.
pub fn full(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned(zone.clone()).strftime("%-d %b %Y %H:%M").to_string()
}

/// `11:58`.
pub fn clock(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// How long ago, roughly and in words: `just now`, `4 min ago`, `3 h ago`, `2 days ago`.
pub fn ago(time: Timestamp, now: Timestamp) -> String {
    let minutes = (now.as_second() - time.as_second()) / 60;
    match minutes {
        ..1 => "just now".into(),
        1..60 => format!("{minutes} min ago"),
        60..2880 => format!("{} h ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_says_as_much_as_is_needed() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
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
}
