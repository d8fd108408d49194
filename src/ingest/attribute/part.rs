//! What a word of a credit line's unit is, if it names no agency: a part of a name, a place, a date, initials, or nothing.

use super::registry::{bare, caseless};
use super::words;

/// What a word of a unit is that names no agency.
pub(super) enum Part {
    /// It adds nothing: an article, a job title.
    Nothing,
    /// A place, to the end of the unit.
    Place,
    /// A number, a date, capital initials.
    Company,
    /// Small initials.
    Initials,
    /// A capitalised word: of a person, a place, an outlet.
    Name,
    /// Anything else.
    Unknown,
}

/// A word of a unit and what was read before it.
pub(super) struct Seen<'a> {
    /// The unit's words.
    pub list: &'a [&'a str],
    /// The same, bare and in lower case.
    pub low: &'a [String],
    /// Which of them.
    pub at: usize,
    /// A number or date word stands before it.
    pub dated: bool,
    /// An agency stands before it.
    pub agency: bool,
    /// A name's last word stands right before it.
    pub run: bool,
}

impl Seen<'_> {
    /// What the word is.
    pub fn part(&self) -> Part {
        let (word, low) = (bare(self.list[self.at]), self.low[self.at].as_str());
        let next = self.list.get(self.at + 1).copied();
        let behind = &self.low[self.at + 1..];
        let count = word.chars().count();
        let digit = word.starts_with(|c: char| c.is_ascii_digit());
        let number = digit && (count <= 10 || word.chars().all(|c| !c.is_alphabetic()));
        let day = words::time(low) && (self.dated || is_day(low) || behind.iter().any(|w| w.starts_with(|c: char| c.is_ascii_digit())));
        let title = words::title(low) && behind.iter().any(|w| words::after(w));
        if word.is_empty() || self.agency && !self.run && (words::after(low) || title) {
            Part::Nothing
        } else if number || day || words::end(low) {
            Part::Company
        } else if self.agency && matches!(low, "in" | "aus" | "from" | "à" | "en" | "a" | "i" | "w" | "v") && next.is_some_and(capital) {
            Part::Place // `Associated Press in Valencia`
        } else if !self.agency && words::article(low) && next.is_some() && !(capital(word) && self.run) {
            Part::Nothing
        } else if capital(word) || caseless(word) || self.run && words::particle(low) && next.is_some_and(capital) {
            Part::Name
        } else if count <= 5 && word.chars().all(char::is_lowercase) {
            Part::Initials
        } else {
            Part::Unknown
        }
    }
}

fn is_day(word: &str) -> bool {
    matches!(
        word,
        "montag"
            | "dienstag"
            | "mittwoch"
            | "donnerstag"
            | "freitag"
            | "samstag"
            | "sonnabend"
            | "sonntag"
            | "monday"
            | "tuesday"
            | "wednesday"
            | "thursday"
            | "friday"
            | "saturday"
            | "sunday"
    )
}

/// Whether a word begins with a capital letter.
pub(super) fn capital(word: &str) -> bool {
    word.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| c.is_uppercase())
}
