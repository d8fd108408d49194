//! Who is quoted saying what: direct speech whose speaker the sentence around it names. German and English first; French
//! and Spanish where the verb follows the quotation. What the order of words does not settle is given as less sure.

use std::collections::HashMap;

use crate::model::{Block, Clean, Quote};

/// The verb and then the speaker follow (“…”, said Ellingsund).
const VERB_FIRST: f32 = 0.95;
/// The speaker and then the verb follow (“…”, Ellingsund said).
const SPEAKER_FIRST: f32 = 0.93;
/// The same quotation goes on after them.
const SPLIT: f32 = 0.9;
/// The speaker stands before a colon, or the paragraph is a quotation and the last one spoke.
const PROBABLE: f32 = 0.6;
/// A quotation has at least so many words; fewer are a title, or in scare quotes.
const MIN_WORDS: usize = 4;
/// No quotation is longer, in bytes: a mark was left open.
const MAX_LENGTH: usize = 2_000;
/// Quotations of one article at most.
const MAX_QUOTES: usize = 200;

const VERBS: &[&str] = &[
    // English
    "said",
    "says",
    "told",
    "added",
    "explained",
    "warned",
    "stated",
    "wrote",
    "argued",
    "insisted",
    "noted",
    "replied",
    "announced",
    "declared",
    "recalled",
    "claimed",
    "continued",
    "asked",
    "admitted",
    "stressed",
    "tweeted",
    "adds",
    "explains",
    "warns",
    "writes",
    "according",
    // German
    "sagte",
    "sagt",
    "sagten",
    "erklärte",
    "erklärten",
    "meinte",
    "betonte",
    "so",
    "teilte",
    "warnte",
    "ergänzte",
    "kritisierte",
    "schrieb",
    "forderte",
    "berichtete",
    "kündigte",
    "erläuterte",
    "unterstrich",
    "bekräftigte",
    "erzählte",
    "fragte",
    "hieß",
    "heißt",
    "fügte",
    "antwortete",
    "räumte",
    "urteilte",
    "lobte",
    "klagte",
    "mahnte",
    // French, Spanish
    "dit",
    "déclaré",
    "déclare",
    "affirme",
    "affirmé",
    "explique",
    "expliqué",
    "assure",
    "assuré",
    "estime",
    "estimé",
    "ajouté",
    "dijo",
    "afirmó",
    "explicó",
    "declaró",
    "aseguró",
    "señaló",
    "añadió",
    "advirtió",
];
/// Words with which a speaker who is no name begins, and words within names.
const ARTICLES: &[&str] = &[
    "the", "a", "an", "one", "another", "der", "die", "das", "ein", "eine", "le", "la", "el", "un", "une", "his", "her", "its", "sein",
    "seine", "ihr", "ihre",
];
const WITHIN: &[&str] = &["von", "van", "de", "der", "den", "zu", "of", "the", "bin", "al", "du", "la", "del", "des", "for", "für"];
const PRONOUNS: &[&str] = &["he", "she", "they", "er", "sie", "il", "elle", "él", "ella"];
/// Days of the week: they end a speaker also in capitals.
pub(super) const DAYS: [&str; 14] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
];
/// Where a speaker ends.
const STOPS: &[&str] = &[
    "am",
    "nach",
    "vor",
    "gegenüber",
    "auf",
    "im",
    "bei",
    "beim",
    "in",
    "on",
    "to",
    "at",
    "by",
    "during",
    "after",
    "before",
    "dem",
    "laut",
    "and",
    "und",
    "who",
    "when",
    "while",
    "as",
    "with",
    "mit",
    "zur",
    "zum",
    "hinzu",
    "weiter",
    "später",
    "reporters",
    "ein",
    "an",
    "ce",
    "en",
    "ante",
    "durante",
    "a",
    "that",
    "from",
    "vom",
    "aus",
    "sur",
    "dans",
    "yesterday",
    "today",
    "heute",
    "gestern",
    "es",
    "also",
    "auch",
    "zudem",
    "dazu",
    "dabei",
    "ferner",
    "noch",
    "mit.",
];

/// The quotations of a text whose speaker can be told, in its order.
pub fn quotes(body: &[Block]) -> Vec<Quote> {
    let paragraphs: Vec<String> =
        body.iter().filter(|b| !matches!(b, Block::Picture { .. } | Block::Embed { .. })).map(Block::text).collect();
    let full = full_names(&paragraphs);
    let mut out: Vec<Quote> = Vec::new();
    for (at, paragraph) in paragraphs.iter().enumerate() {
        let spans = spans(paragraph);
        let mut last: Option<(Clean, f32)> = None;
        for (i, span) in spans.iter().enumerate() {
            if out.len() >= MAX_QUOTES {
                return out;
            }
            let next = spans.get(i + 1).map_or(paragraph.len(), |s| s.open);
            let after = &paragraph[span.end..next];
            let before = &paragraph[i.checked_sub(1).map_or(0, |i| spans[i].end)..span.open];
            let words = paragraph[span.start..span.stop].trim().trim_end_matches(',');
            let long = words.split_whitespace().count() >= MIN_WORDS;
            let said = follows(after);
            let told = |(speaker, sure): (String, f32)| (resolve(&speaker, paragraph, span.open, &full, last.as_ref()), sure);
            let named = said.map(told);
            // “Q1”, said S. “Q2”: the second is S's too, if nothing but the verb and S stands between.
            let goes_on = last
                .clone()
                .filter(|_| before.split_whitespace().count() <= 14 && !before.trim_end().ends_with(':') && i > 0)
                .map(|(who, _)| (who, SPLIT));
            let Some((speaker, sure)) = named.or(goes_on).or_else(|| precedes(before).map(told)) else {
                last = None;
                continue;
            };
            last = Some((speaker.clone(), sure));
            if long {
                out.push(Quote { speaker, words: Clean::line(words), confidence: sure, block: u32::try_from(at).unwrap_or(u32::MAX) });
            }
        }
    }
    out
}

struct Span {
    /// The opening mark.
    open: usize,
    /// The words.
    start: usize,
    stop: usize,
    /// After the closing mark.
    end: usize,
}

/// What stands between quotation marks. An odd mark costs itself only.
fn spans(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some((at, mark)) = text[from..].char_indices().find(|(_, c)| matches!(c, '„' | '“' | '«' | '»' | '"' | '”')) {
        let (open, start) = (from + at, from + at + mark.len_utf8());
        from = start;
        let closing: &[char] = match mark {
            '„' => &['“', '”'],
            '“' | '”' => &['”'],
            '«' => &['»'],
            '»' => &['«'],
            _ => &['"'],
        };
        let Some(len) = text[start..].find(closing).filter(|len| *len <= MAX_LENGTH) else { continue };
        let stop = start + len;
        let end = stop + text[stop..].chars().next().map_or(1, char::len_utf8);
        // A straight mark after a letter closes something that was never opened.
        let opens = mark != '"' || !text[..open].ends_with(char::is_alphanumeric);
        if opens {
            out.push(Span { open, start, stop, end });
            from = end;
        }
    }
    out
}

/// The verb and speaker right after a quotation.
fn follows(after: &str) -> Option<(String, f32)> {
    let after = after.trim_start_matches([',', ' ', '\u{a0}', '–', '-', '.']);
    let end = after.find(['.', ';', '!', '?', '(']).unwrap_or(after.len());
    let words: Vec<&str> = after[..end].split_whitespace().take(14).collect();
    let bare = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    // “a dit S”, “hat S gesagt”: the auxiliary does not count.
    let skip = usize::from(
        words.first().is_some_and(|w| ["a", "ha", "l'a"].contains(&bare(w).as_str()))
            && words.get(1).is_some_and(|w| VERBS.contains(&bare(w).as_str())),
    );
    let first = words.get(skip)?;
    if VERBS.contains(&bare(first).as_str()) && !first.ends_with(',') {
        let rest = if bare(first) == "according" { words.get(skip + 2..)? } else { words.get(skip + 1..)? };
        return speaker(rest).map(|s| (s, VERB_FIRST));
    }
    let verb = words
        .iter()
        .position(|w| VERBS.contains(&bare(w).as_str()) && !matches!(bare(w).as_str(), "so" | "according"))
        .filter(|at| (1..=8).contains(at))?;
    // Only a name or a noun with its article may stand before the verb, else it is another sentence.
    let head = &words[..verb];
    let named = speaker(head)?;
    (named.split_whitespace().count() + 2 >= head.len()).then_some((named, SPEAKER_FIRST))
}

/// `S said: “…”`: less sure.
fn precedes(before: &str) -> Option<(String, f32)> {
    let before = before.trim_end();
    let sentence = before.strip_suffix([':', ','])?;
    let start = sentence.rfind(['.', '!', '?', '\n']).map_or(0, |at| at + 1);
    let words: Vec<&str> = sentence[start..].split_whitespace().collect();
    let bare = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let verb = words.iter().position(|w| VERBS.contains(&bare(w).as_str()) && bare(w) != "so").filter(|at| *at <= 10)?;
    if verb == 0 { speaker(&words[1..]) } else { speaker(&words[..verb]) }.map(|s| (s, PROBABLE))
}

/// The words at the beginning that name somebody.
fn speaker(words: &[&str]) -> Option<String> {
    let mut out: Vec<&str> = Vec::new();
    let mut noun = false;
    for (at, word) in words.iter().enumerate().take(9) {
        let ends = word.ends_with([',', ':']);
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let low = bare.to_lowercase();
        if at == 0 && PRONOUNS.contains(&low.as_str()) {
            return Some(bare.to_owned());
        }
        let capital = bare.starts_with(char::is_uppercase);
        let article = at == 0 && ARTICLES.contains(&low.as_str());
        if bare.is_empty()
            || (!capital && !article && STOPS.contains(&low.as_str()))
            || ((!article || capital) && (!capital || at > 0) && DAYS.contains(&low.as_str()))
        {
            break;
        }
        // “the harbour office”: lower-case nouns follow an English article.
        let common = !capital && !article && out.first().is_some_and(|w| ARTICLES.contains(&w.to_lowercase().as_str())) && out.len() < 5;
        let within = !capital && at > 0 && WITHIN.contains(&low.as_str()) && words.len() > at + 1;
        if !(capital || article || common || within) {
            break;
        }
        noun |= (capital && !article) || common;
        out.push(bare);
        if ends {
            break;
        }
    }
    while out.last().is_some_and(|w| WITHIN.contains(&w.to_lowercase().as_str()) || ARTICLES.contains(&w.to_lowercase().as_str())) {
        out.pop();
    }
    (noun && !out.is_empty()).then(|| out.join(" "))
}

/// A surname by the full name that it was first mentioned with.
fn full_names(paragraphs: &[String]) -> HashMap<String, String> {
    let mut out: HashMap<String, String> = HashMap::new();
    for paragraph in paragraphs {
        let words: Vec<&str> = paragraph.split_whitespace().collect();
        for pair in words.windows(2) {
            let [first, last] = [pair[0], pair[1].trim_matches(|c: char| !c.is_alphanumeric())];
            let name = |w: &str| {
                w.chars().count() > 2 && w.starts_with(char::is_uppercase) && w.chars().skip(1).all(|c| c.is_lowercase() || c == '-')
            };
            if !name(first) || !name(last) {
                continue;
            }
            let low = first.to_lowercase();
            if ![ARTICLES, STOPS, VERBS, &DAYS].iter().any(|words| words.contains(&low.as_str())) {
                out.entry(last.to_owned()).or_insert_with(|| format!("{first} {last}"));
            }
        }
    }
    out
}

/// A pronoun is who was named last in the paragraph, a surname is its full name.
fn resolve(speaker: &str, paragraph: &str, until: usize, full: &HashMap<String, String>, last: Option<&(Clean, f32)>) -> Clean {
    if PRONOUNS.contains(&speaker.to_lowercase().as_str()) {
        if let Some((who, _)) = last {
            return who.clone();
        }
        let named = paragraph[..until].split_whitespace().rev().find_map(|w| full.get(w.trim_matches(|c: char| !c.is_alphanumeric())));
        return Clean::line(named.map_or(speaker, String::as_str));
    }
    Clean::line(full.get(speaker).map_or(speaker, String::as_str))
}

#[cfg(test)]
mod tests;
