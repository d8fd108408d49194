//! Until when a text is under embargo, where it says so in words only: “EMBARGOED until 0600 GMT Aug 16”, “Sperrfrist:
//! 16. August, 06.00 Uhr”. Day and time must both stand there; nothing is guessed.

use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::date;
use crate::model::{Block, Item};

/// Words that an embargo begins with; what is said after them counts.
const BEGINS: [&str; 5] = ["embargo", "sperrfrist", "not for publication", "not to be published", "nicht zur veröffentlichung vor"];
/// Characters after them that are looked at.
const REACH: usize = 110;
/// Paragraphs that are.
const PARAGRAPHS: usize = 2;
/// An embargo ends no later than so many days after the text was sent; and one that ended before is history.
const LONGEST: i64 = 60;

/// Reads an item's embargo from its title, its note to editors and its first paragraphs. One that a field gave stays.
pub fn read(item: &mut Item) {
    let Some(sent) = item.published.or(item.updated).filter(|_| item.embargo.is_none()) else { return };
    let note = item.advisory.as_deref().map(str::to_owned);
    let paragraphs = item.body.iter().take(PARAGRAPHS).filter(|b| matches!(b, Block::Paragraph { .. })).map(Block::text);
    let texts = [item.title.as_str().to_owned()].into_iter().chain(note).chain(paragraphs);
    item.embargo = texts.filter_map(|text| until(&text, sent)).next();
}

/// Until when, as `text` says that was sent then.
fn until(text: &str, sent: Timestamp) -> Option<Timestamp> {
    // It begins so, or it is about an embargo of another kind.
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let low: String = text.chars().take(REACH).flat_map(char::to_lowercase).collect();
    if !BEGINS.iter().any(|b| low.starts_with(b)) {
        return None;
    }
    let words: Vec<&str> = low.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')')).filter(|w| !w.is_empty()).collect();
    let (time, zone) = clock(&words)?;
    let (month, day, year) = day(&words)?;
    let base = sent.to_zoned(TimeZone::UTC).year();
    let years = year.map_or_else(|| vec![base, base + 1], |year| vec![year]);
    years
        .into_iter()
        .filter_map(|year| {
            let moment = Date::new(year, month, day).ok()?.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp();
            let ahead = moment.duration_since(sent);
            (ahead > SignedDuration::ZERO && ahead < SignedDuration::from_hours(24 * LONGEST)).then_some(moment)
        })
        .next()
}

/// The time of day, and its zone.
fn clock(words: &[&str]) -> Option<(Time, TimeZone)> {
    words.iter().enumerate().find_map(|(i, word)| {
        let word = word.trim_end_matches([';', '.']);
        let after = |n: usize| words.get(i + n).map_or("", |w| w.trim_matches(|c: char| !c.is_alphabetic()));
        let (clock, half) = match word.strip_suffix("am").map(|w| (w, 0)).or_else(|| word.strip_suffix("pm").map(|w| (w, 12))) {
            Some((clock, half)) => (clock, Some(half)),
            None => (word, None),
        };
        let parts: Vec<&str> = clock.split([':', '.']).collect();
        let (hour, minute) = match parts.as_slice() {
            [four] if four.len() == 4 && four.is_ascii() => (&four[..2], &four[2..]),
            [hour, minute] if minute.len() == 2 && hour.len() <= 2 => (*hour, *minute),
            [hour] if after(1) == "uhr" || half.is_some() => (*hour, "00"),
            _ => return None,
        };
        let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
        let hour = if let Some(half) = half { hour % 12 + half } else { hour };
        // A time without a zone is one only where its language has one.
        let zone = zone(after(1)).map(|z| if after(1) == "uhr" { zone(after(2)).unwrap_or(z) } else { z })?;
        Some((Time::new(hour, minute, 0, 0).ok()?, zone))
    })
}

fn zone(word: &str) -> Option<TimeZone> {
    let hours = |n: i8| Some(TimeZone::fixed(Offset::constant(n)));
    match word {
        "gmt" | "utc" | "z" => Some(TimeZone::UTC),
        "uhr" => TimeZone::get("Europe/Berlin").ok(),
        "mesz" | "cest" => hours(2),
        "mez" | "cet" | "bst" => hours(1),
        "edt" => hours(-4),
        "est" | "cdt" => hours(-5),
        _ => None,
    }
}

/// Month, day and, where it is said, year.
fn day(words: &[&str]) -> Option<(i8, i8, Option<i16>)> {
    let number = |w: Option<&&str>| w.and_then(|w| w.trim_end_matches(['.', ';', ':']).parse::<i16>().ok());
    words.iter().enumerate().find_map(|(i, word)| {
        let parts: Vec<i16> = word.trim_end_matches(['.', ';', ':']).split('.').filter_map(|p| p.parse().ok()).collect();
        if let [day, month, year] = parts[..] {
            return Some((i8::try_from(month).ok()?, i8::try_from(day).ok()?, Some(year)));
        }
        let month = date::month(word.trim_end_matches(['.', ':'])).filter(|_| word.chars().all(|c| c.is_alphabetic() || c == '.'))?;
        let near = |n: Option<i16>| n.filter(|n| (1..=31).contains(n));
        let before = i.checked_sub(1).and_then(|b| near(number(words.get(b))));
        let (day, next) = match before {
            Some(day) => (day, i + 1),
            None => (near(number(words.get(i + 1)))?, i + 2),
        };
        let year = number(words.get(next)).filter(|y| (2000..=2200).contains(y));
        Some((month, i8::try_from(day).ok()?, year))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embargo_is_read_where_day_and_time_are_said() {
        let check = |text: &str, want: Option<&str>| {
            let found = until(text, "2025-08-15T16:20:00Z".parse().unwrap());
            assert_eq!(found.map(|t| t.to_string()).as_deref(), want, "{text}");
        };
        check("EMBARGOED until 0600 GMT Aug 16: Power grid", Some("2025-08-16T06:00:00Z"));
        check("EMBARGO: Not for publication or broadcast before 0600 GMT on Saturday, August 16.", Some("2025-08-16T06:00:00Z"));
        check("Sperrfrist: 16. August, 06.00 Uhr", Some("2025-08-16T04:00:00Z"));
        check("Sperrfrist 16.08.2025 6 Uhr", Some("2025-08-16T04:00:00Z"));
        check("(Embargoed until August 16, 9:30 EDT)", Some("2025-08-16T13:30:00Z"));
        check("Embargoed until the motorcade has left", None);
        check("Embargo on arms was lifted at 0600 GMT Aug 14", None);
        check("The council prolonged its arms embargo, which ends on 16 August at 0600 GMT, by a year", None);
        check("Ferry aground", None);
    }
}
