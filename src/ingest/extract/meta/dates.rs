//! Dates as pages write them: for machines (ISO 8601 and its misspellings, RFC 2822) and for people (“15.08.2025, 11:58
//! Uhr”, “Aug 15, 2025 11:58 AM ET”, “vor 3 Stunden”). A date is never after the moment of reading.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::ingest::extract::safe::cut;

/// What is known beside the words: the moment of reading, and the zone that an outlet writes in.
#[derive(Clone, Debug)]
pub struct Around {
    /// The moment of reading.
    pub now: Timestamp,
    /// The zone of dates that name none.
    pub zone: TimeZone,
    /// `8/9/2025` is the eighth month's ninth day.
    pub month_first: bool,
    /// `hier` is yesterday, and not here.
    french: bool,
}

/// How a date told its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// `Z`, `+00:00`: often a local time that a template calls so.
    Utc,
    /// By an offset or a name.
    Named,
    /// Not at all: the outlet's own was taken.
    Assumed,
}

/// A date as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// When; never after the moment of reading.
    pub at: Timestamp,
    /// The same as written: on the clock of the zone that it told or that was assumed.
    pub civil: DateTime,
    /// How it told its zone.
    pub zone: Zone,
    /// Only the day was said.
    pub day_only: bool,
    /// It was after the moment of reading, by less than any zone explains, and was set to it.
    pub ahead: bool,
}

impl Around {
    /// From an address' host and a language: country domains say more than languages do.
    pub fn new(now: Timestamp, host: &str, language: &str) -> Self {
        let tld = host.rsplit('.').next().unwrap_or_default();
        let zone = match tld {
            "at" => "Europe/Vienna",
            "de" => "Europe/Berlin",
            "ch" => "Europe/Zurich",
            "fr" => "Europe/Paris",
            "it" => "Europe/Rome",
            "es" => "Europe/Madrid",
            "nl" | "be" | "lu" | "dk" | "no" | "se" | "pl" | "cz" | "hu" => "Europe/Brussels",
            "uk" => "Europe/London",
            "ie" => "Europe/Dublin",
            "pt" => "Europe/Lisbon",
            "fi" | "ee" | "lv" | "lt" => "Europe/Helsinki",
            "gr" => "Europe/Athens",
            "ua" => "Europe/Kyiv",
            "ru" => "Europe/Moscow",
            "tr" => "Europe/Istanbul",
            "in" => "Asia/Kolkata",
            "jp" => "Asia/Tokyo",
            "kr" => "Asia/Seoul",
            "cn" | "tw" | "hk" => "Asia/Shanghai",
            "au" => "Australia/Sydney",
            "nz" => "Pacific/Auckland",
            "za" => "Africa/Johannesburg",
            "ca" => "America/Toronto",
            "br" => "America/Sao_Paulo",
            "us" => "America/New_York",
            _ => match language.get(..2).unwrap_or_default() {
                "de" => "Europe/Berlin",
                "fr" => "Europe/Paris",
                "it" => "Europe/Rome",
                "nl" => "Europe/Amsterdam",
                "pl" => "Europe/Warsaw",
                "tr" => "Europe/Istanbul",
                "ja" => "Asia/Tokyo",
                _ => "UTC",
            },
        };
        let british = ["uk", "ie", "au", "nz", "in", "za", "ca"].contains(&tld) || language.starts_with("en-gb");
        Self {
            now,
            zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
            month_first: (language.starts_with("en") || language.is_empty()) && !british,
            french: language.starts_with("fr"),
        }
    }

    /// Reads a date and time; without a time of day it is noon, so that no zone makes it another day.
    pub fn parse(&self, raw: &str) -> Option<Timestamp> {
        self.moment(raw).map(|m| m.at)
    }

    /// Reads a date and time, and says how they were told.
    pub fn moment(&self, raw: &str) -> Option<Moment> {
        let raw = cut(raw.trim(), 160);
        let exact = |at: Timestamp, offset: Offset| {
            let civil = offset.to_datetime(at);
            // Midnight to the second is what templates make of a day.
            let day_only = civil.time() == Time::midnight();
            Moment { at, civil, zone: if offset == Offset::UTC { Zone::Utc } else { Zone::Named }, day_only, ahead: false }
        };
        let iso = || {
            let at = raw.parse::<Timestamp>().ok()?;
            let offset = Pieces::parse(raw).ok().and_then(|p| p.to_numeric_offset()).unwrap_or(Offset::UTC);
            Some(exact(at, offset))
        };
        let mail = || jiff::fmt::rfc2822::parse(raw).ok().map(|z| exact(z.timestamp(), z.offset()));
        let found = iso().or_else(mail).or_else(|| self.scan(raw))?;
        self.past(found)
    }

    /// A clock time read once more as the outlet's own, for a date that called itself UTC and was not.
    pub fn at_home(&self, civil: DateTime) -> Option<Timestamp> {
        self.zone.to_ambiguous_timestamp(civil).compatible().ok()
    }

    /// Dates of one sitting: within a day ahead it is a wrong zone, and was just now; further ahead it is no date of an
    /// article. Before 1990 there were no pages.
    fn past(&self, mut found: Moment) -> Option<Moment> {
        let ahead = found.at.duration_since(self.now);
        let earliest = Timestamp::from_second(631_152_000).expect("1990 is a moment");
        if ahead > SignedDuration::from_hours(26) || found.at < earliest {
            return None;
        }
        // A day is not ahead before it is over.
        found.ahead = !found.day_only && ahead > SignedDuration::from_mins(2);
        found.at = found.at.min(self.now);
        Some(found)
    }

    /// Finds the first date in words.
    fn scan(&self, raw: &str) -> Option<Moment> {
        let instant = |at: Timestamp| Moment { at, civil: Offset::UTC.to_datetime(at), zone: Zone::Named, day_only: false, ahead: false };
        if let Some(seconds) = raw.bytes().all(|b| b.is_ascii_digit()).then(|| raw.parse::<i64>().ok()).flatten() {
            // Seconds or milliseconds since 1970, and `20250815`.
            return match raw.len() {
                8 => self.at(Date::new((seconds / 10_000) as i16, (seconds / 100 % 100) as i8, (seconds % 100) as i8).ok()?, None, None),
                10 => Timestamp::from_second(seconds).ok().map(instant),
                13 => Timestamp::from_millisecond(seconds).ok().map(instant),
                _ => None,
            };
        }
        let tokens = tokens(raw);
        if let Some((at, day_only)) = self.relative(&tokens) {
            return Some(Moment { day_only, ..instant(at) });
        }
        let (date, next) = (0..tokens.len()).find_map(|i| self.date(&tokens, i))?;
        let (time, zone) = time(&tokens, next).or_else(|| time(&tokens, 0)).unwrap_or((None, None));
        self.at(date, time, zone)
    }

    fn at(&self, date: Date, time: Option<Time>, zone: Option<TimeZone>) -> Option<Moment> {
        let civil = DateTime::from_parts(date, time.unwrap_or(Time::constant(12, 0, 0, 0)));
        let told = match &zone {
            None => Zone::Assumed,
            Some(zone) if *zone == TimeZone::UTC || zone.to_fixed_offset().is_ok_and(|o| o == Offset::UTC) => Zone::Utc,
            Some(_) => Zone::Named,
        };
        let zone = zone.unwrap_or_else(|| self.zone.clone());
        let at = zone.to_ambiguous_timestamp(civil).compatible().ok()?;
        // Midnight in words is midnight; for machines it stands for a day.
        Some(Moment { at, civil, zone: told, day_only: time.is_none_or(|t| t == Time::midnight()), ahead: false })
    }

    /// “vor 3 Stunden”, “an hour ago”, “il y a 2 jours”: the moment, and whether only a day was meant.
    fn relative(&self, tokens: &[Token]) -> Option<(Timestamp, bool)> {
        const AFTER: [&str; 7] = ["ago", "fa", "geleden", "sedan", "siden", "önce", "atrás"];
        let word = |i: usize| match tokens.get(i) {
            Some(Token::Word(w)) => w.as_str(),
            _ => "",
        };
        if (word(0) == "just" && word(1) == "now") || ["soeben", "eben"].contains(&word(0)) {
            return Some((self.now, false));
        }
        for (i, token) in tokens.iter().enumerate() {
            let followed = || tokens[i..].iter().take(4).any(|t| AFTER.iter().any(|a| t.is(a)));
            let at = match token {
                Token::Word(w) if ["vor", "hace", "há"].contains(&w.as_str()) => i + 1,
                Token::Word(w) if w == "il" && word(i + 1) == "y" && word(i + 2) == "a" => i + 3,
                Token::Number(..) if followed() => i,
                Token::Word(w) if ["an", "a", "one", "un", "una", "een", "en", "bir"].contains(&w.as_str()) && followed() => i,
                _ => continue,
            };
            let n = match tokens.get(at) {
                Some(Token::Number(n, _)) => *n,
                Some(Token::Word(w))
                    if ["einer", "einem", "un", "una", "une", "an", "a", "um", "uma", "one", "een", "en", "bir"].contains(&w.as_str()) =>
                {
                    1
                }
                _ => continue,
            };
            // `un'ora`
            let unit = if matches!(tokens.get(at + 1), Some(Token::Mark('\'' | '’'))) { at + 2 } else { at + 1 };
            let Some(Token::Word(unit)) = tokens.get(unit) else { continue };
            let seconds: i64 = match unit.chars().take(3).collect::<String>().as_str() {
                "sek" | "sec" | "seg" => 1,
                "min" | "m" => 60,
                "stu" | "std" | "hou" | "hr" | "hrs" | "h" | "hor" | "heu" | "ore" | "ora" | "uur" | "tim" | "saa" => 3600,
                "tag" | "day" | "d" | "día" | "dia" | "jou" | "gio" | "dag" | "gün" => 86_400,
                "woc" | "wee" | "sem" | "set" | "vec" | "uge" | "uke" => 604_800,
                "mon" | "mes" | "moi" | "maa" => 30 * 86_400,
                _ => continue,
            };
            let at = self.now.checked_sub(SignedDuration::from_secs(i64::from(n).checked_mul(seconds)?)).ok()?;
            return Some((at, seconds >= 86_400));
        }
        None
    }

    fn date(&self, tokens: &[Token], i: usize) -> Option<(Date, usize)> {
        let year = |n: u32, digits: u8| match digits {
            4 if (1990..2100).contains(&n) => Some(n as i16),
            2 => Some(2000 + n as i16),
            _ => None,
        };
        let make = |y: i16, m: u32, d: u32, next| Date::new(y, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok().map(|d| (d, next));
        let today = || self.now.to_zoned(self.zone.clone()).date();
        use Token::{Mark, Number, Word};
        match &tokens[i..] {
            [Word(w), ..] if ["heute", "today", "hoy", "oggi", "hoje", "vandaag", "aujourd"].contains(&w.as_str()) => {
                Some((today(), i + 1))
            }
            [Word(w), ..]
                if ["gestern", "yesterday", "ayer", "ieri", "ontem", "gisteren"].contains(&w.as_str()) || (w == "hier" && self.french) =>
            {
                Some((today().checked_sub(1.day()).ok()?, i + 1))
            }
            [Number(y, 4), Mark('-' | '/' | '.' | '年'), Number(m, _), Mark('-' | '/' | '.' | '月'), Number(d, _), ..] => {
                make(year(*y, 4)?, *m, *d, i + 5)
            }
            [Number(a, 1..=2), Mark('/'), Number(b, 1..=2), Mark('/'), Number(y, digits @ (2 | 4)), ..] => {
                let (m, d) = if *a > 12 || (*b <= 12 && !self.month_first) { (*b, *a) } else { (*a, *b) };
                make(year(*y, *digits)?, m, d, i + 5)
            }
            [Number(d, 1..=2), Mark('.' | '-'), Number(m, 1..=2), Mark('.' | '-'), Number(y, digits @ (2 | 4)), ..] => {
                make(year(*y, *digits)?, *m, *d, i + 5)
            }
            [Number(d, 1..=2), rest @ ..] => {
                // `15. August 2025`, `15 de agosto de 2025`, `15th of August, 2025`
                let mut month_found = None;
                for (k, t) in rest.iter().take(8).enumerate() {
                    match (t, month_found) {
                        (Word(w), None) if month(w).is_some() => month_found = month(w),
                        (Number(y, 4), Some(m)) => return make(year(*y, 4)?, m, *d, i + 2 + k),
                        (Mark('.' | ',' | '-' | '/' | '\''), _) => {}
                        (Word(w), _) if ["de", "of", "st", "nd", "rd", "th", "del", "er"].contains(&w.as_str()) => {}
                        (_, Some(m)) => return self.without_year(m, *d, tokens, i + 1 + k),
                        _ => return None,
                    }
                }
                None
            }
            [Word(w), rest @ ..] => {
                // `August 15, 2025`, `Aug. 15th 2025`
                let m = month(w)?;
                let mut day = None;
                for (k, t) in rest.iter().take(6).enumerate() {
                    match (t, day) {
                        (Number(d, 1..=2), None) => day = Some(*d),
                        (Number(y, 4), Some(d)) => return make(year(*y, 4)?, m, d, i + 2 + k),
                        (Mark('.' | ','), _) => {}
                        (Word(w), Some(_)) if ["st", "nd", "rd", "th"].contains(&w.as_str()) => {}
                        (_, Some(d)) => return self.without_year(m, d, tokens, i + 1 + k),
                        _ => return None,
                    }
                }
                None
            }
            _ => None,
        }
    }

    /// A day whose year does not stand beside it: behind the time of day (`Apr 28 19:20:36 CEST 2023`), or nowhere (“15.
    /// August, 11:58 Uhr”): then it was the last such day.
    fn without_year(&self, month: u32, day: u32, tokens: &[Token], next: usize) -> Option<(Date, usize)> {
        time(tokens, next)?;
        let late = tokens[next.min(tokens.len())..].iter().take(9).find_map(|t| match t {
            Token::Number(y, 4) if (1990..2100).contains(y) => i16::try_from(*y).ok(),
            _ => None,
        });
        if let Some(year) = late {
            return Some((Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?, next));
        }
        let today = self.now.to_zoned(self.zone.clone()).date();
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        let this = Date::new(today.year(), month, day).ok()?;
        let date = if this > today { Date::new(today.year() - 1, month, day).ok()? } else { this };
        Some((date, next))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// Its value and how many digits it was written with.
    Number(u32, u8),
    Word(String),
    Mark(char),
}

impl Token {
    fn is(&self, word: &str) -> bool {
        matches!(self, Token::Word(w) if w == word)
    }
}

fn tokens(raw: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        if let Some(digit) = c.to_digit(10) {
            let (mut n, mut len) = (digit, 1_u8);
            while let Some(d) = chars.peek().and_then(|c| c.to_digit(10)) {
                n = n.saturating_mul(10).saturating_add(d);
                len = len.saturating_add(1);
                chars.next();
            }
            out.push(Token::Number(n, len));
        } else if ['年', '月', '日'].contains(&c) {
            out.push(Token::Mark(c));
        } else if c.is_alphabetic() {
            let mut word: String = c.to_lowercase().collect();
            // `p.m.` is one word.
            while let Some(c) = chars.peek().copied().filter(|c| c.is_alphabetic()) {
                word.extend(c.to_lowercase());
                chars.next();
            }
            out.push(Token::Word(word));
        } else if !c.is_whitespace() {
            out.push(Token::Mark(c));
        }
        if out.len() > 60 {
            break;
        }
    }
    out
}

/// The month that a word names, in the languages of the agencies' outlets.
fn month(word: &str) -> Option<u32> {
    const NAMES: [&[&str]; 12] = [
        &[
            "january", "januar", "jänner", "jän", "jan", "janvier", "janv", "enero", "ene", "gennaio", "genn", "gen", "januari", "janeiro",
            "ocak", "stycznia",
        ],
        &[
            "february",
            "februar",
            "feber",
            "feb",
            "février",
            "févr",
            "fév",
            "febrero",
            "febbraio",
            "febbr",
            "februari",
            "fevereiro",
            "fev",
            "şubat",
            "lutego",
        ],
        &["march", "märz", "mär", "mrz", "mar", "mars", "marzo", "maart", "mrt", "março", "mart", "marca"],
        &["april", "apr", "avril", "avr", "abril", "abr", "aprile", "nisan", "kwietnia"],
        &["may", "mai", "mayo", "maggio", "mag", "mei", "maio", "maj", "mayıs", "maja"],
        &["june", "juni", "jun", "juin", "junio", "giugno", "giu", "junho", "haziran", "czerwca"],
        &["july", "juli", "jul", "juillet", "juill", "juil", "julio", "luglio", "lug", "julho", "temmuz", "lipca"],
        &["august", "aug", "août", "aout", "agosto", "ago", "augustus", "augusti", "ağustos", "sierpnia"],
        &["september", "sept", "sep", "septembre", "septiembre", "setiembre", "settembre", "sett", "set", "setembro", "eylül", "września"],
        &["october", "oktober", "okt", "oct", "octobre", "octubre", "ottobre", "ott", "outubro", "out", "ekim", "października"],
        &["november", "nov", "novembre", "noviembre", "novembro", "kasım", "listopada"],
        &[
            "december",
            "dezember",
            "dez",
            "dec",
            "décembre",
            "déc",
            "diciembre",
            "dic",
            "dicembre",
            "desember",
            "dezembro",
            "aralık",
            "grudnia",
        ],
    ];
    NAMES.iter().position(|names| names.contains(&word)).map(|m| m as u32 + 1)
}

/// The time of day and zone from token `from` on.
fn time(tokens: &[Token], from: usize) -> Option<(Option<Time>, Option<TimeZone>)> {
    use Token::{Mark, Number, Word};
    for i in from..tokens.len().min(from + 12) {
        let (mut hour, minute, second, mut next) = match &tokens[i..] {
            [Number(h, 1..=2), Mark(':'), Number(m, 2), Mark(':'), Number(s, 2), ..] => (*h, *m, *s, i + 5),
            [Number(h, 1..=2), Mark(':'), Number(m, 2), ..] => (*h, *m, 0, i + 3),
            [Number(h, 1..=2), Mark('.'), Number(m, 2), Word(w), ..] if ["uhr", "am", "pm"].contains(&w.as_str()) => (*h, *m, 0, i + 3),
            // `ore 11.58`, `kl. 11.58`
            [Number(h, 1..=2), Mark('.'), Number(m, 2), ..]
                if i > 0
                    && ["ore", "alle", "kl", "klo", "klokken"].iter().any(|w| tokens[i.saturating_sub(2)..i].iter().any(|t| t.is(w))) =>
            {
                (*h, *m, 0, i + 3)
            }
            [Number(h, 1..=2), Word(w), Number(m, 2), ..] if w == "h" => (*h, *m, 0, i + 3),
            [Number(h, 1..=2), Word(w), ..] if ["uhr", "am", "pm"].contains(&w.as_str()) => (*h, 0, 0, i + 1),
            _ => continue,
        };
        // Fractions of a second.
        if let [Mark('.' | ','), Number(..), ..] = &tokens[next.min(tokens.len())..] {
            next += 2;
        }
        let mut zone = None;
        for (k, token) in tokens[next.min(tokens.len())..].iter().enumerate().take(6) {
            let sign = match token {
                Word(w) => {
                    match w.as_str() {
                        "pm" if hour < 12 => hour += 12,
                        "p" if hour < 12 => hour += 12,
                        "am" | "a" if hour == 12 => hour = 0,
                        other => zone = zone.or_else(|| named_zone(other)),
                    }
                    continue;
                }
                Mark('+') => 1,
                Mark('-' | '−') => -1,
                _ => continue,
            };
            let minutes = match &tokens[next + k + 1..] {
                [Number(h, 1..=2), Mark(':'), Number(m, 2), ..] => h * 60 + m,
                [Number(hm, 4), ..] => hm / 100 * 60 + hm % 100,
                [Number(h, 2), ..] => h * 60,
                _ => continue,
            };
            if minutes <= 14 * 60 {
                zone = Offset::from_seconds(sign * 60 * minutes as i32).ok().map(TimeZone::fixed);
            }
            break;
        }
        let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second.min(59)).ok()?, 0).ok()?;
        return Some((Some(time), zone));
    }
    None
}

fn named_zone(word: &str) -> Option<TimeZone> {
    let name = match word {
        "z" | "utc" | "gmt" => return Some(TimeZone::UTC),
        "mez" | "mesz" | "cet" | "cest" => "Europe/Berlin",
        "bst" => "Europe/London",
        "et" | "est" | "edt" => "America/New_York",
        "ct" | "cst" | "cdt" => "America/Chicago",
        "pt" | "pst" | "pdt" => "America/Los_Angeles",
        "ist" => "Asia/Kolkata",
        "jst" => "Asia/Tokyo",
        "kst" => "Asia/Seoul",
        "aest" | "aedt" => "Australia/Sydney",
        "sast" => "Africa/Johannesburg",
        _ => return None,
    };
    TimeZone::get(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, want: &str) {
        let around = Around::new("2025-08-16T12:00:00Z".parse().unwrap(), "orf.at", "de");
        assert_eq!(around.parse(raw).map(|t| t.to_string()).as_deref(), Some(want).filter(|w| !w.is_empty()), "{raw}");
    }

    #[test]
    fn for_machines() {
        check("2025-08-15T11:58:00+02:00", "2025-08-15T09:58:00Z");
        check("2025-08-15T11:58:00.000Z", "2025-08-15T11:58:00Z");
        check("2025-08-15T11:58:00+0200", "2025-08-15T09:58:00Z");
        check("2025-08-15T11:58", "2025-08-15T09:58:00Z");
        check("2025-08-15 11:58:00", "2025-08-15T09:58:00Z");
        check("Fri, 15 Aug 2025 11:58:00 GMT", "2025-08-15T11:58:00Z");
        check("1755251880", "2025-08-15T09:58:00Z");
        check("2025-08-15", "2025-08-15T10:00:00Z");
    }

    #[test]
    fn for_people() {
        check("15.08.2025, 11:58 Uhr", "2025-08-15T09:58:00Z");
        check("Stand: 15. August 2025, 11.58 Uhr", "2025-08-15T09:58:00Z");
        check("Aug 15, 2025 11:58 AM ET", "2025-08-15T15:58:00Z");
        check("August 15, 2025 at 1:05 p.m. EDT", "2025-08-15T17:05:00Z");
        check("Published 11:58 BST, 15 August 2025", "2025-08-15T10:58:00Z");
        check("2025年8月15日", "2025-08-15T10:00:00Z");
        check("15 de agosto de 2025", "2025-08-15T10:00:00Z");
        check("Fri Aug 15 11:58:00 CEST 2025", "2025-08-15T09:58:00Z");
        check("15. August, 11:58 Uhr", "2025-08-15T09:58:00Z");
        check("24. Dezember, 18 Uhr", "2024-12-24T17:00:00Z");
        check("15 agosto 2025, ore 11.58", "2025-08-15T09:58:00Z");
        check("le 15 août 2025 à 11h58", "2025-08-15T09:58:00Z");
        check("1er août 2025", "2025-08-01T10:00:00Z");
        check("Lesen Sie hier, 11:58 Uhr", "");
        check("nothing here", "");
    }

    #[test]
    fn relative_to_the_moment_of_reading() {
        check("vor 3 Stunden", "2025-08-16T09:00:00Z");
        check("3 hours ago", "2025-08-16T09:00:00Z");
        check("vor einer Stunde", "2025-08-16T11:00:00Z");
        check("an hour ago", "2025-08-16T11:00:00Z");
        check("hace 2 días", "2025-08-14T12:00:00Z");
        check("il y a 20 minutes", "2025-08-16T11:40:00Z");
        check("3 ore fa", "2025-08-16T09:00:00Z");
        check("un'ora fa", "2025-08-16T11:00:00Z");
        check("2 uur geleden", "2025-08-16T10:00:00Z");
        check("há 5 minutos", "2025-08-16T11:55:00Z");
        check("Heute, 11:58 Uhr", "2025-08-16T09:58:00Z");
        check("gestern, 23.10 Uhr", "2025-08-15T21:10:00Z");
    }

    #[test]
    fn never_in_the_future() {
        check("2025-08-16T13:58:00Z", "2025-08-16T12:00:00Z");
        check("2026-01-01", "");
    }
}
