//! Mentions: running text that gives an agency as the source of what it says (“laut AFP”, “told Reuters”). Never a credit.

use super::registry::{Kind, Rule, bare};
use super::verdict::{Found, Verdict};
use super::words;
use crate::model::{Role, Slot};

/// How many words around an agency's name are looked at for a verb or preposition of reporting.
const WINDOW: usize = 4;
/// Beginnings of the second part of a compound that reports: `Reuters-Bericht`, `AFP-Korrespondent`.
const COMPOUND: &[&str] =
    &["bericht", "journalist", "korrespondent", "reporter", "meldung", "angaben", "information", "interview", "umfrage", "gespräch"];

/// Finds the agencies that `text` gives as its source.
pub(super) fn mentions(text: &str, place: &str, out: &mut Verdict<'_>) {
    let list = split(text);
    let mut at = 0;
    while at < list.len() {
        let hyphen = list[at].as_bytes().iter().fold(false, |any, b| any | (*b == b'-'));
        if !hyphen && !out.registry.may_begin(&list[at..]) {
            at += 1;
            continue;
        }
        let word = bare(list[at]);
        let mut compound = false;
        let mut hits = out.registry.longest(&list[at..]);
        if hits.is_empty()
            && let Some((agency, rest)) = word.split_once('-')
        {
            let rest = rest.to_lowercase();
            compound = COMPOUND.iter().any(|c| rest.starts_with(c));
            // `az MTI-nek`: Hungarian puts its case endings so.
            let ending = rest.chars().count() <= 4 && out.page.speaks("hu");
            if compound || ending {
                hits = out.registry.longest(&[agency]);
            }
        }
        let step = hits.first().map_or(1, |h| h.words.max(1));
        let wanted = hits
            .iter()
            .filter(|h| !matches!(out.registry.row(h.row).kind, Kind::Collective | Kind::Desk | Kind::Photo | Kind::PressRelease));
        let hits: Vec<_> = wanted.collect();
        if let [hit] = hits[..]
            && !out.mentioned(hit.row)
        {
            let (from, to) = (at.saturating_sub(WINDOW), (at + step + WINDOW).min(list.len()));
            let row = out.registry.row(hit.row);
            let near = |from: usize, to: usize| list[from..to].iter().any(|w| words::reporting(&bare(w).to_lowercase()));
            let home = out.page.home(row);
            let said = compound
                || match hit.rule {
                    _ if hit.full => near(from, to),
                    Rule::Any | Rule::Exact => near(from, to) && (home != Some(false) || row.everywhere),
                    // A code that is spelled like other things needs the word beside it.
                    Rule::Context => near(at.saturating_sub(2), (at + step + 1).min(list.len())) && (home != Some(false) || row.everywhere),
                    Rule::Home => near(at.saturating_sub(1), at) && home == Some(true),
                };
            if said {
                let start = list[from].as_ptr() as usize - text.as_ptr() as usize;
                let end = list[to - 1].as_ptr() as usize - text.as_ptr() as usize + list[to - 1].len();
                out.push(hit.row, Role::Mention, Found { slot: Slot::Prose, confidence: 0.5, words: &text[start..end], place });
            }
        }
        at += step;
    }
}

/// The words between spaces and apostrophes (`L’AFP`). Every text goes through here, so it looks at bytes.
fn split(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len() / 6);
    let mut start = 0;
    for (at, &b) in bytes.iter().enumerate() {
        let gap = match b {
            b' ' | b'\'' => 1,
            0xe2 if bytes[at..].starts_with("’".as_bytes()) => 3,
            _ => continue,
        };
        if start < at {
            out.push(&text[start..at]);
        }
        start = at + gap;
    }
    if start < bytes.len() {
        out.push(&text[start..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_spaces_and_apostrophes() {
        assert_eq!(split(" selon l’AFP, d'après  „Le Monde“ – 12 ’"), ["selon", "l", "AFP,", "d", "après", "„Le", "Monde“", "–", "12"]);
    }
}
