//! How far a wire's report has come, and what its sender says of it: one vocabulary for what agencies print in many.

use serde::{Deserialize, Serialize};

/// How far a report has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names say it
pub enum Stage {
    /// One line, at once (ALERT, Blitz, Eilmeldung).
    Alert,
    /// A few lines (URGENT, Eil, NEWSBREAK).
    Urgent,
    /// The report goes on (UPDATE 2, 3rd Lead).
    Update,
    /// All of the day in one (WRAPUP, Zusammenfassung).
    Wrapup,
    Analysis,
    Exclusive,
}

/// What the sender says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names say it
pub enum Signal {
    /// Something was wrong.
    Correction,
    /// Sent once more with small amends.
    Refile,
    /// Sent once more as it was.
    Repeat,
    Withdrawn,
    /// Not to be published before.
    Embargo,
}

impl Stage {
    pub(crate) const ALL: &[(&str, Stage)] = &[
        ("alert", Stage::Alert),
        ("urgent", Stage::Urgent),
        ("eil", Stage::Urgent),
        ("update", Stage::Update),
        ("lead", Stage::Update),
        ("wrapup", Stage::Wrapup),
        ("analysis", Stage::Analysis),
        ("exclusive", Stage::Exclusive),
    ];
}

impl Signal {
    pub(crate) const ALL: &[(&str, Signal)] = &[
        ("correction", Signal::Correction),
        ("refile", Signal::Refile),
        ("repeat", Signal::Repeat),
        ("withdrawn", Signal::Withdrawn),
        ("kill", Signal::Withdrawn),
        ("embargo", Signal::Embargo),
    ];
}

/// What a headline prints before itself, and the headline without it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed<'a> {
    /// How far the report has come.
    pub stage: Option<Stage>,
    /// The stage in a word, as its wire would say it (`EIL`, `LEAD 3`).
    pub word: Option<String>,
    /// The number of an update or lead.
    pub nth: Option<u8>,
    /// What the sender says.
    pub signals: Vec<Signal>,
    /// The headline itself.
    pub rest: &'a str,
}

impl<'a> Printed<'a> {
    /// Reads a headline. Ordinary words are left alone: a status is set off by capitals, a number or a mark.
    pub fn read(title: &'a str) -> Self {
        let mut out = Printed { rest: title, ..Printed::default() };
        // Several may stand in a row: “CORRECTED-UPDATE 2-…”.
        for _ in 0..4 {
            let Some((low, what, after)) = prefix(out.rest) else { break };
            match what {
                What::Stage(stage) if out.stage.is_none() => {
                    out.nth = number(&low);
                    out.word = Some(stage.word_for(&low, out.nth));
                    out.stage = Some(stage);
                }
                What::Stage(_) => {}
                What::Signal(signal) => out.signals.push(signal),
            }
            if after.is_empty() {
                break;
            }
            out.rest = after;
        }
        out
    }
}

impl Stage {
    /// In a word, with its number.
    pub fn word(self, nth: Option<u8>) -> String {
        let word = match self {
            Stage::Alert => "ALERT",
            Stage::Urgent => "URGENT",
            Stage::Update => "UPDATE",
            Stage::Wrapup => "WRAPUP",
            Stage::Analysis => "ANALYSIS",
            Stage::Exclusive => "EXCLUSIVE",
        };
        nth.map_or_else(|| word.to_owned(), |n| format!("{word} {n}"))
    }

    fn word_for(self, low: &str, nth: Option<u8>) -> String {
        let own = match self {
            Stage::Urgent if low.starts_with("eil") => "EIL",
            Stage::Alert if low.starts_with("blitz") => "BLITZ",
            Stage::Update if is_lead(low) || low.starts_with("lead") => "LEAD",
            _ => return self.word(nth),
        };
        nth.map_or_else(|| own.to_owned(), |n| format!("{own} {n}"))
    }

    /// The stage that a word names.
    pub fn named(word: &str) -> Option<Stage> {
        Some(match word {
            "alert" | "snap" | "newsalert" | "flash" | "blitz" | "breaking" | "breaking news" | "blitzmeldung" => Stage::Alert,
            "urgent" | "eil" | "eilmeldung" | "newsbreak" | "bulletin" | "extra" | "eilt" => Stage::Urgent,
            "update" | "recasts" | "lead" => Stage::Update,
            "wrapup" | "wrap" | "roundup" | "zusammenfassung" | "überblick" | "gesamtzusammenfassung" => Stage::Wrapup,
            "analysis" | "analyse" | "hintergrund" | "news analysis" => Stage::Analysis,
            "exclusive" | "exklusiv" => Stage::Exclusive,
            _ => return None,
        })
    }
}

impl Signal {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Signal::Correction => "CORR",
            Signal::Refile => "REFILE",
            Signal::Repeat => "REPEAT",
            Signal::Withdrawn => "WITHDRAWN",
            Signal::Embargo => "EMBARGO",
        }
    }

    fn named(word: &str) -> Option<Signal> {
        Some(match word {
            "corrected" | "correction" | "korrektur" | "berichtigung" | "official correction" | "rectificatif" | "rettifica" => {
                Signal::Correction
            }
            "refile" => Signal::Refile,
            "repeat" | "rpt" | "wiederholung" => Signal::Repeat,
            "withdrawn" | "story withdrawn" | "kill" | "mandatory kill" | "advisory withdrawn" | "zurückgezogen" | "annulliert" => {
                Signal::Withdrawn
            }
            "embargo" | "embargoed" | "sperrfrist" => Signal::Embargo,
            _ => return None,
        })
    }
}

enum What {
    Stage(Stage),
    Signal(Signal),
}

/// Marks that set a status off from its headline.
const MARKS: [char; 10] = [':', '-', '–', '—', ')', ']', '+', '*', '|', '/'];
/// A status is no longer than this, in letters.
const LONGEST: usize = 24;
/// Except for one that says until when.
const LONGEST_EMBARGO: usize = 60;

/// What stands before a headline, in small letters, and the headline after it.
fn prefix(title: &str) -> Option<(String, What, &str)> {
    let title = title.trim_start_matches(['+', '*', ' ', '(', '[', '#']);
    let end = title.find(MARKS)?;
    let head = title[..end].trim();
    let set_off = title[end..].starts_with([':', ')', ']', '+', '*', '|']);
    let low = head.to_lowercase();
    let letters = head.chars().count();
    let embargo = set_off && letters <= LONGEST_EMBARGO && ["embargo", "sperrfrist"].iter().any(|w| low.starts_with(w));
    if head.is_empty() || (letters > LONGEST && !embargo) {
        return None;
    }
    let loud = !head.chars().any(char::is_lowercase);
    let words: Vec<&str> = low.split_whitespace().filter(|w| !w.chars().all(|c| c.is_ascii_digit())).collect();
    let word = words.join(" ");
    // In ordinary writing only words that mean nothing else, or those a colon sets off.
    let found = match Signal::named(&word).or(embargo.then_some(Signal::Embargo)) {
        Some(signal) if loud || set_off => What::Signal(signal),
        _ => {
            let stage = Stage::named(&word).or_else(|| is_lead(&low).then_some(Stage::Update));
            // Nothing else is called “2nd Ld”.
            What::Stage(stage.filter(|_| loud || set_off || is_lead(&low) && words.last() == Some(&"ld"))?)
        }
    };
    let marks = |text: &'_ str| text.len() - text.trim_start_matches(|c: char| c == ' ' || MARKS.contains(&c)).len();
    let mut at = end + marks(&title[end..]);
    if let Some(rest) = title.get(at..at + "writethru".len())
        && rest.eq_ignore_ascii_case("writethru")
    {
        at += rest.len();
        at += marks(&title[at..]);
    }
    Some((low, found, &title[at..]))
}

/// `2nd Ld-Writethru`, `3. Lead`, `1ST LEAD`.
pub(crate) fn is_lead(low: &str) -> bool {
    words(low).windows(2).any(|w| ordinal(w[0]).is_some() && matches!(w[1], "ld" | "lead"))
}

/// The number of a take: `update 2`, `3. lead`, `4th ld-writethru`.
pub(crate) fn number(low: &str) -> Option<u8> {
    let words = words(low);
    words.windows(2).find_map(|w| match (w[0], w[1]) {
        (n, "ld" | "lead") => ordinal(n),
        ("update" | "wrapup" | "lead" | "take", n) => n.parse().ok(),
        _ => None,
    })
}

fn words(low: &str) -> Vec<&str> {
    low.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect()
}

fn ordinal(word: &str) -> Option<u8> {
    if word.len() > 4 { None } else { word.trim_end_matches(char::is_alphabetic).parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_is_told_from_what_is_printed_before_it() {
        let check = |title: &str, word: Option<&str>, signals: &[Signal], rest: &str| {
            let printed = Printed::read(title);
            assert_eq!((printed.word.as_deref(), printed.signals.as_slice(), printed.rest), (word, signals, rest), "{title}");
        };
        check("ALERT-Ferry aground", Some("ALERT"), &[], "Ferry aground");
        check("+++ EIL +++ Fähre gestrandet", Some("EIL"), &[], "Fähre gestrandet");
        check("(Blitz) Fähre gestrandet", Some("BLITZ"), &[], "Fähre gestrandet");
        check("UPDATE 2-Ferry aground", Some("UPDATE 2"), &[], "Ferry aground");
        check("3. Lead: Fähre gestrandet", Some("LEAD 3"), &[], "Fähre gestrandet");
        check("2nd Ld-Writethru: Ferry aground", Some("LEAD 2"), &[], "Ferry aground");
        check("CORRECTED-UPDATE 1-Ferry aground", Some("UPDATE 1"), &[Signal::Correction], "Ferry aground");
        check("EMBARGOED until 0600 GMT Aug 16: Grid", None, &[Signal::Embargo], "Grid");
        check("Ferry aground - three hurt", None, &[], "Ferry aground - three hurt");
        check("+++ Der Tag +++", None, &[], "+++ Der Tag +++");
        check("KILL: ", None, &[Signal::Withdrawn], "KILL: ");
    }
}
