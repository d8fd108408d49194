//! Byline, dateline, sign-off and metadata → [`Attribution`]: who really reported it, with the words that say so.
//!
//! The public face is [`Slots`] (what a page or feed entry offers), [`Registry`] (who can be credited) and
//! [`attribute`]. Below it, one file a question: `registry` finds an agency's spelling in words, `chain` reads
//! `unit/unit, unit` whole or not at all, `part` says what a unit's other words are, `dateline` and `line` know the forms
//! in which a chain stands, `ids` knows dispatch numbers, `prose` finds mentions, `words` is the vocabulary. Every step
//! is linear in its input, and a credit line longer than [`LINE`] is none.

mod chain;
mod dateline;
mod ids;
mod line;
mod part;
mod prose;
mod registry;
mod slots;
#[cfg(test)]
mod tests;
mod verdict;
mod words;

pub use registry::{Agencies, AgencyRow, Kind, Registry, Rule};
pub use slots::{Field, Slots};

use crate::model::{Address, Attribution, Clean};
use std::borrow::Cow;
use verdict::Verdict;

/// A credit line is never longer, in bytes.
const LINE: usize = 300;
/// How many paragraphs from the start may open with a dateline, and from the end may close with a sign-off.
const EDGE: usize = 3;
/// How many paragraphs, lines and fields are looked at: far above any article, far below what would hurt.
const MANY: usize = 5000;

/// Finds who reported it. Pure and total; linear in the size of `slots`.
pub fn attribute(slots: &Slots, registry: &Registry) -> Attribution {
    if registry.agencies().is_empty() {
        return Attribution::default(); // nobody could be credited
    }
    let page = Page::new(slots);
    let mut out = Verdict::new(&page, registry);
    for (i, raw) in slots.head.iter().take(MANY).enumerate() {
        line::head(&prepare(raw), &format!("head {}", i + 1), &mut out);
    }
    let paragraphs: Vec<Cow<'_, str>> = slots.paragraphs.iter().take(MANY).map(|p| prepare(p)).collect();
    let n = paragraphs.len();
    for (i, text) in paragraphs.iter().enumerate() {
        let place = format!("paragraph {}", i + 1);
        let mut credited = false;
        if i < EDGE {
            credited |= line::opening(text, &place, &mut out);
        }
        if i + EDGE >= n && !(credited && text.len() <= LINE) {
            credited |= line::closing(text, &place, true, &mut out);
        }
        if !credited && i >= EDGE && i + EDGE < n {
            credited |= line::material(text, &place, &mut out);
        }
        if !(credited && text.len() <= LINE) {
            prose::mentions(text, &place, &mut out);
        }
    }
    let mut beyond = false;
    for (i, raw) in slots.tail.iter().take(MANY).enumerate() {
        let (text, place) = (prepare(raw), format!("tail {}", i + 1));
        if beyond {
            line::beyond(&text, &place, &mut out);
        } else if !line::closing(&text, &place, false, &mut out) {
            beyond = line::foreign(&text);
        }
    }
    for (i, raw) in slots.captions.iter().take(MANY).enumerate() {
        line::caption(&prepare(raw), &format!("caption {}", i + 1), &mut out);
    }
    for field in slots.fields.iter().take(MANY) {
        line::field(&field.name, &prepare(&field.value), &mut out);
    }
    out.own_site();
    out.finish()
}

/// One line, harmless, with plain spaces: what all the readers below work on.
fn prepare(raw: &str) -> Cow<'_, str> {
    let clean = if Clean::is_line(raw) { Cow::Borrowed(raw) } else { Cow::Owned(Clean::line(raw).into_string()) };
    // Those spaces begin with one of these bytes, which most lines do not have at all.
    let may = clean.bytes().fold(false, |may, b| may | matches!(b, 0xc2 | 0xe2 | 0xe3));
    if may && clean.contains(['\u{a0}', '\u{202f}', '\u{2007}', '\u{2009}', '\u{3000}']) {
        let plain: Vec<&str> = clean.split(|c: char| c.is_whitespace()).filter(|w| !w.is_empty()).collect();
        return Cow::Owned(plain.join(" "));
    }
    clean
}

/// What is known of the page as a whole: whose it is, in which country and language.
#[derive(Debug)]
struct Page<'a> {
    url: Option<&'a Address>,
    host: String,
    /// ISO 3166 alpha-2, from the address or the language's region.
    country: Option<String>,
    /// Primary language tag.
    language: Option<String>,
    /// The outlet's names, in lower case.
    outlet: Vec<String>,
}

/// Country codes that everybody takes for something else.
const VANITY: &[&str] = &["tv", "co", "io", "ai", "me", "fm", "cc", "to", "ly", "ws", "eu", "gg", "sh", "la"];
/// Languages of many countries: to write one says little about where.
const WORLD: &[&str] = &["en", "es", "fr", "pt", "ar"];

impl<'a> Page<'a> {
    fn new(slots: &'a Slots) -> Self {
        let host = slots.url.as_ref().map(Address::site).unwrap_or_default();
        let tag = slots.language.as_deref().unwrap_or_default().trim();
        let mut parts = tag.split(['-', '_']);
        let language = parts.next().map(str::to_lowercase).filter(|l| (2..=3).contains(&l.len()));
        let region = parts.find(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_alphabetic())).map(str::to_uppercase);
        let top = host.rsplit('.').next().filter(|t| t.len() == 2 && !VANITY.contains(t));
        let country = top.map(|t| if t == "uk" { "GB".to_owned() } else { t.to_uppercase() }).or(region);
        let mut outlet = Vec::new();
        if let Some(name) = slots.outlet.as_deref().map(|o| o.trim().to_lowercase()).filter(|o| o.len() >= 2 && o.len() < 80) {
            outlet.push(name);
        }
        // `www.berliner-zeitung.de` is printed as its second level, too.
        if let Some(name) = host.rsplit('.').nth(1).filter(|n| n.len() >= 3) {
            outlet.push(name.replace('-', " "));
        }
        if !host.is_empty() {
            outlet.push(host.clone());
        }
        Self { url: slots.url.as_ref(), host, country, language, outlet }
    }

    fn url(&self) -> Option<&Address> {
        self.url
    }

    fn speaks(&self, language: &str) -> bool {
        self.language.as_deref() == Some(language)
    }

    /// Whether everybody here takes the agency's code for something else.
    fn misleads(&self, row: &AgencyRow) -> bool {
        self.country.as_ref().is_some_and(|c| row.not_bare.contains(c))
    }

    fn host(&self) -> &str {
        &self.host
    }

    /// Whether `unit` names the outlet itself.
    fn own(&self, unit: &str) -> bool {
        let unit = unit.trim().to_lowercase();
        self.outlet.iter().any(|o| *o == unit || o.replace(' ', "") == unit.replace([' ', '-'], ""))
    }

    /// Whether this page is at home where the agency is: yes, no, or not known.
    fn home(&self, row: &AgencyRow) -> Option<bool> {
        let speaks = self.language.as_ref().map(|l| row.langs.contains(l));
        let own = self.language.as_ref().is_some_and(|l| row.langs.first() == Some(l));
        match self.country.as_deref() {
            Some(country) if country == row.country => Some(true),
            Some(_) if own && !WORLD.contains(&self.language.as_deref().unwrap_or_default()) => Some(true),
            Some(_) => {
                if speaks == Some(true) {
                    None
                } else {
                    Some(false)
                }
            }
            None if own && !WORLD.contains(&self.language.as_deref().unwrap_or_default()) => Some(true),
            None => {
                if speaks == Some(false) {
                    Some(false)
                } else {
                    None
                }
            }
        }
    }
}
