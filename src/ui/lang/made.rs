//! English that is made outside `ui` and comes as words: what the journal says was done, why a feed is asked when it is,
//! what became of a command. It is put into the reader's language by its pattern; what has none stays as it is.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::{instead, spoken};
use crate::model::Language;

/// A line a pattern: `English = German`. In both `%1` is something as it stands, `@1` is put into the language too, and `#1`
/// is a figure, whose point becomes a comma.
const GERMAN: &str = include_str!("de/made.txt");

/// How deep one stands in another.
const DEPTH: u8 = 6;

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| patterns(GERMAN).collect());

struct Pattern {
    english: Vec<Part>,
    german: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Words(&'static str),
    /// What kind of hole, and which.
    Hole(u8, u8),
}

fn patterns(file: &'static str) -> impl Iterator<Item = Pattern> {
    let lines = file.lines().filter(|line| !line.starts_with("# ") && !line.is_empty());
    lines.filter_map(|line| line.split_once(" = ")).map(|(english, german)| Pattern { english: parts(english), german: parts(german) })
}

fn parts(mut text: &'static str) -> Vec<Part> {
    let mut out = Vec::new();
    let bytes = |text: &str, at: usize| text.as_bytes().get(at).copied().unwrap_or_default();
    while !text.is_empty() {
        let hole = |at: usize| matches!(bytes(text, at), b'%' | b'@' | b'#') && bytes(text, at + 1).is_ascii_digit();
        match (0..text.len()).find(|at| hole(*at)) {
            Some(0) => {
                out.push(Part::Hole(bytes(text, 0), bytes(text, 1)));
                text = &text[2..];
            }
            at => {
                let (words, rest) = text.split_at(at.unwrap_or(text.len()));
                out.push(Part::Words(words));
                text = rest;
            }
        }
    }
    out
}

/// What stands in the holes, if the text is of this pattern.
fn holes<'a>(parts: &[Part], text: &'a str) -> Option<Vec<(u8, &'a str)>> {
    let Some((first, rest)) = parts.split_first() else { return text.is_empty().then(Vec::new) };
    match (first, rest.first()) {
        (Part::Words(words), _) => holes(rest, text.strip_prefix(words)?),
        (Part::Hole(_, n), None) => (!text.is_empty()).then(|| vec![(*n, text)]),
        (Part::Hole(_, n), Some(Part::Words(words))) => {
            // The first place where what follows goes on to fit.
            text.match_indices(words).filter(|(at, _)| *at > 0).find_map(|(at, _)| {
                let mut found = holes(rest, &text[at..])?;
                found.insert(0, (*n, &text[..at]));
                Some(found)
            })
        }
        (Part::Hole(..), Some(Part::Hole(..))) => None,
    }
}

/// The same in the reader's language.
pub(crate) fn put(text: &str) -> Cow<'_, str> {
    if spoken() == Language::En { Cow::Borrowed(text) } else { deep(text, DEPTH) }
}

fn deep(text: &str, depth: u8) -> Cow<'_, str> {
    let Some(less) = depth.checked_sub(1) else { return Cow::Borrowed(text) };
    let found = PATTERNS.iter().find_map(|p| Some((p, holes(&p.english, text)?)));
    let Some((pattern, holes)) = found else { return settings(text).map_or(Cow::Borrowed(text), Cow::Owned) };
    let mut out = String::new();
    for part in &pattern.german {
        match part {
            Part::Words(words) => out.push_str(words),
            Part::Hole(kind, n) => {
                let text = holes.iter().find(|(m, _)| m == n).map_or("", |(_, text)| *text);
                match kind {
                    b'@' => out.push_str(&deep(text, less)),
                    b'#' => out.push_str(&text.replace('.', ",")),
                    _ => out.push_str(text),
                }
            }
        }
    }
    Cow::Owned(out)
}

/// Settings by their names, one after the other.
fn settings(text: &str) -> Option<String> {
    let names: Option<Vec<&str>> = text.split(", ").map(|name| instead(&format!("setting-{name}"), Some("name"))).collect();
    names.map(|names| names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::lang::speak;
    use std::collections::HashSet;

    #[test]
    fn what_is_made_elsewhere_is_said_in_german() {
        let _speaking = speak(Language::De);
        for (english, german) in [
            ("marked 5 articles read", "5 Artikel gelesen"),
            ("took back: marked 1 article unread", "zurückgenommen: 1 Artikel ungelesen"),
            ("did again: no longer saved: 2 articles", "wiederholt: 2 Artikel nicht mehr gespeichert"),
            ("untagged 3 articles “summit to come”", "Schlagwort „summit to come“ von 3 Artikeln entfernt"),
            ("following the story of “A to B”", "das Thema von „A to B“ verfolgt"),
            ("changed interval, full-text of The Ledger of Harbour", "The Ledger of Harbour: Abstand, Volltext geändert"),
            ("something new comes every 7 days, but never sooner than 15 min", "Neues kommt alle 7 Tage, aber frühestens nach 15 min"),
            ("The name nowhere.example was not found.", "Der Name nowhere.example wurde nicht gefunden."),
            ("2.5 entries a day", "2,5 Einträge am Tag"),
            ("3 added · 1 known already · 2 refused · 1 view", "3 dazugekommen · 1 schon bekannt · 2 abgelehnt · 1 Ansicht"),
            ("cat: stopped after 30 s", "cat: nach 30 s abgebrochen"),
            ("Nobody has a word for this", "Nobody has a word for this"),
            ("", ""),
        ] {
            assert_eq!(put(english), german);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_put_or_left(head in "(took back: |changed |%1|@1: )?", text in "\\PC{0,60}", tail in "(, but never sooner than |articles “)?") {
            let _speaking = speak(Language::De);
            let text = format!("{head}{text}{tail}{text}");
            proptest::prop_assert!(text.is_empty() || !put(&text).is_empty());
        }
    }

    #[test]
    fn every_pattern_fills_what_it_takes_and_stands_once() {
        let mut seen = HashSet::new();
        for line in GERMAN.lines().filter(|l| !l.starts_with("# ") && !l.is_empty()) {
            let (english, _) = line.split_once(" = ").unwrap_or_else(|| panic!("no pattern: {line}"));
            assert!(seen.insert(english), "{english} twice");
        }
        for pattern in PATTERNS.iter() {
            let holes = |parts: &[Part]| {
                parts.iter().filter_map(|p| if let Part::Hole(_, n) = p { Some(*n) } else { None }).collect::<HashSet<_>>()
            };
            assert_eq!(holes(&pattern.english), holes(&pattern.german), "{:?}", pattern.english);
        }
    }

    /// A pattern whose words nobody says any more would never be used.
    #[test]
    fn every_pattern_is_still_said_somewhere() {
        let code: String = super::super::tests::source().into_iter().map(|(_, text)| text.replace(r#"\""#, "\"")).collect();
        let source = code + include_str!("../../packs.toml");
        for pattern in PATTERNS.iter() {
            let words = |part: &Part| if let Part::Words(words) = part { Some(*words) } else { None };
            let said = pattern.english.iter().filter_map(words).flat_map(|w| w.split([',', ':', '“', '”', ';'])).map(str::trim);
            let longest = said.flat_map(runs).max_by_key(|w| w.len()).unwrap_or_default();
            // It may be put together of two.
            let parted = longest.match_indices(' ').any(|(at, _)| source.contains(&longest[..at]) && source.contains(&longest[at + 1..]));
            assert!(source.contains(&longest) || parted, "nobody says `{longest}`: {:?}", pattern.english);
        }
    }

    /// The words without those that a number may change.
    fn runs(words: &str) -> Vec<String> {
        let parts = words.split_whitespace().collect::<Vec<_>>();
        let runs = parts
            .split(|w| matches!(*w, "article" | "articles" | "paragraph" | "paragraphs" | "feed" | "feeds" | "page" | "server" | "proxy"));
        runs.map(|run| run.join(" ")).collect()
    }
}
