//! What changed between two versions of an article, and whether it matters. Clocks, counters, related boxes and another
//! order never count; digits, names, negations and quotations always do.

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};
use std::collections::{BTreeSet, HashMap};

use super::quote::DAYS;
use crate::model::{Block, Compared, Comparison, Item, Revised, Run, Status};

/// Sentences of a text that are compared; what comes after counts as one.
const MAX_SENTENCES: usize = 2_000;
/// Sentences aligned with each other at most, a side; more are taken for replaced.
const MAX_ALIGNED: usize = 40;
/// Words of one sentence that are compared word by word.
const MAX_WORDS: usize = 400;
/// Two sentences of which so much is the same are one sentence that was changed.
const PAIRED: f32 = 0.5;
/// So many unchanged sentences are shown around a change.
const CONTEXT: usize = 1;

/// How `new` differs from `old`; nothing if only noise does.
pub fn revised(old: &Item, new: &Item) -> BTreeSet<Revised> {
    let mut out = BTreeSet::new();
    match (withdrawn(old), withdrawn(new)) {
        (false, true) => drop(out.insert(Revised::Withdrawn)),
        (true, false) => drop(out.insert(Revised::Restored)),
        _ => {}
    }
    let (was, is) = (tidy(&old.title), tidy(&new.title));
    if was != is {
        let changes = weigh(&was, &is);
        out.insert(if changes.iter().all(|c| *c == Revised::Cosmetic) { Revised::Cosmetic } else { Revised::Headline });
        out.extend(changes.into_iter().filter(|c| *c == Revised::NumberOrName));
    }
    let credits = |item: &Item| item.attribution.agencies().iter().map(|c| c.agency.clone()).collect::<BTreeSet<_>>();
    if credits(old) != credits(new) {
        out.insert(Revised::CreditChanged);
    }
    let (was, is) = (sentences(&old.body), sentences(&new.body));
    let noted = |item: &Item, text: &[String]| {
        let told = item.advisory.as_deref().filter(|note| corrects(note)).map(tidy);
        text.iter().filter(|s| corrects(s)).cloned().chain(told).collect::<BTreeSet<_>>()
    };
    if noted(new, &is).difference(&noted(old, &was)).next().is_some() {
        out.insert(Revised::CorrectionNote);
    }
    let (gone, come) = difference(&was, &is);
    if new.live && (!gone.is_empty() || !come.is_empty() || old.posts != new.posts) {
        out.insert(Revised::LiveUpdate);
        return out;
    }
    for step in steps(&gone, &come) {
        match step {
            Step::Same(_) => {}
            Step::Changed(old, new) => out.extend(weigh(old, new)),
            Step::Removed(lone) | Step::Added(lone) => {
                out.insert(Revised::Substance);
                out.extend(lone.contains('"').then_some(Revised::Quote));
            }
        }
    }
    if out.is_empty() && was != is {
        out.insert(Revised::Cosmetic);
    }
    out
}

/// Two versions side by side: sentences first, then the words of those that were changed.
pub fn compare(old: &Item, new: &Item) -> Comparison {
    let mut out =
        Comparison { title: runs(&tidy(&old.title), &tidy(&new.title)), note: new.advisory.as_deref().map(tidy), ..Comparison::default() };
    let (was, is) = (sentences(&old.body), sentences(&new.body));
    let mut lines: Vec<Vec<Run>> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &was, &is) {
        let (a, b) = (&was[op.old_range()], &is[op.new_range()]);
        let all = if op.tag() == DiffTag::Equal { a.iter().map(|s| Step::Same(s)).collect() } else { steps(a, b) };
        lines.extend(all.into_iter().map(Step::runs));
    }
    for run in lines.iter().flatten() {
        match run {
            Run::Same(_) => {}
            Run::Added(s) => out.added += s.split_whitespace().count(),
            Run::Removed(s) => out.removed += s.split_whitespace().count(),
        }
    }
    out.text = folded(lines);
    out
}

/// Folds what is the same and not beside a change.
fn folded(lines: Vec<Vec<Run>>) -> Vec<Compared> {
    let same: Vec<bool> = lines.iter().map(|l| l.iter().all(|r| matches!(r, Run::Same(_)))).collect();
    let mut out = Vec::new();
    for (i, line) in lines.into_iter().enumerate() {
        let near = same[i.saturating_sub(CONTEXT)..(i + CONTEXT + 1).min(same.len())].iter().any(|s| !s);
        match out.last_mut() {
            _ if near => out.push(Compared::Runs(line)),
            Some(Compared::Folded(n)) => *n += 1,
            _ => out.push(Compared::Folded(1)),
        }
    }
    out
}

/// The words of two sentences, run by run.
fn runs(old: &str, new: &str) -> Vec<Run> {
    let (a, b, ops) = words(old, new);
    let mut out = Vec::new();
    for op in ops {
        let (was, is) = (a[op.old_range()].join(" "), b[op.new_range()].join(" "));
        if op.tag() == DiffTag::Equal {
            out.push(Run::Same(is));
            continue;
        }
        out.extend(Some(was).filter(|was| !was.is_empty()).map(Run::Removed));
        out.extend(Some(is).filter(|is| !is.is_empty()).map(Run::Added));
    }
    out
}

/// The words of two sentences, and how the first become the second.
fn words<'a>(old: &'a str, new: &'a str) -> (Vec<&'a str>, Vec<&'a str>, Vec<DiffOp>) {
    let (a, b): (Vec<&str>, Vec<&str>) = (old.split(' ').collect(), new.split(' ').collect());
    let ops = if a.len() > MAX_WORDS || b.len() > MAX_WORDS {
        vec![DiffOp::Replace { old_index: 0, old_len: a.len(), new_index: 0, new_len: b.len() }]
    } else {
        capture_diff_slices(Algorithm::Myers, &a, &b)
    };
    (a, b, ops)
}

/// Sentences that only one of two texts has, wherever they stand, in their order.
fn difference(old: &[String], new: &[String]) -> (Vec<String>, Vec<String>) {
    let only = |of: &[String], other: &[String]| {
        let mut left: HashMap<&str, usize> = HashMap::new();
        other.iter().for_each(|s| *left.entry(s).or_default() += 1);
        let lone = |s: &&String| match left.get_mut(s.as_str()).filter(|n| **n > 0) {
            Some(n) => {
                *n -= 1;
                false
            }
            None => true,
        };
        of.iter().filter(lone).cloned().collect()
    };
    (only(old, new), only(new, old))
}

/// What became of a sentence.
enum Step<'a> {
    Same(&'a str),
    Changed(&'a str, &'a str),
    Removed(&'a str),
    Added(&'a str),
}

impl Step<'_> {
    fn runs(self) -> Vec<Run> {
        match self {
            Step::Same(s) => vec![Run::Same(s.to_owned())],
            Step::Changed(old, new) => runs(old, new),
            Step::Removed(s) => vec![Run::Removed(s.to_owned())],
            Step::Added(s) => vec![Run::Added(s.to_owned())],
        }
    }
}

/// How some sentences became others, in the order of the new ones: the most alike are one that was changed, the rest came
/// or went. What went stands before that which stood after it.
fn steps<'a>(old: &'a [String], new: &'a [String]) -> Vec<Step<'a>> {
    let (mut became, mut from) = (vec![None; old.len()], vec![None; new.len()]);
    if old.len() <= MAX_ALIGNED && new.len() <= MAX_ALIGNED {
        let pairs = (0..old.len()).flat_map(|i| (0..new.len()).map(move |j| (i, j)));
        let mut all: Vec<(f32, usize, usize)> = pairs.map(|(i, j)| (alike(&old[i], &new[j]), i, j)).filter(|p| p.0 >= PAIRED).collect();
        all.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
        for (_, i, j) in all {
            if became[i].is_none() && from[j].is_none() {
                (became[i], from[j]) = (Some(j), Some(i));
            }
        }
    }
    let mut gone = (0..old.len()).filter(|i| became[*i].is_none()).peekable();
    let mut out = Vec::with_capacity(old.len() + new.len());
    if from.iter().all(Option::is_none) {
        // One text in another's place: first what stood there.
        out.extend(gone.by_ref().map(|i| Step::Removed(&old[i])));
    }
    for (sentence, from) in new.iter().zip(from) {
        let Some(from) = from else {
            out.push(Step::Added(sentence));
            continue;
        };
        while let Some(before) = gone.next_if(|i| *i < from) {
            out.push(Step::Removed(&old[before]));
        }
        out.push(Step::Changed(&old[from], sentence));
    }
    out.extend(gone.map(|i| Step::Removed(&old[i])));
    out
}

/// The share of words that two sentences have in common.
fn alike(a: &str, b: &str) -> f32 {
    let (x, y): (Vec<&str>, Vec<&str>) = (a.split(' ').take(MAX_WORDS).collect(), b.split(' ').take(MAX_WORDS).collect());
    let mut left: HashMap<&str, i32> = HashMap::new();
    x.iter().for_each(|w| *left.entry(w).or_default() += 1);
    let both = y
        .iter()
        .filter(|w| {
            left.get_mut(**w).is_some_and(|n| {
                *n -= 1;
                *n >= 0
            })
        })
        .count();
    2.0 * both as f32 / (x.len() + y.len()).max(1) as f32
}

/// What the change of one sentence into another comes to.
fn weigh(old: &str, new: &str) -> BTreeSet<Revised> {
    let (a, b, ops) = words(old, new);
    let quoted = |words: &[&str], at: usize| {
        words[..at].iter().map(|w| w.matches('"').count()).sum::<usize>() % 2 == 1 || words.get(at).is_some_and(|w| w.starts_with('"'))
    };
    let mut out = BTreeSet::new();
    for op in ops.into_iter().filter(|op| op.tag() != DiffTag::Equal) {
        let (was, is) = (&a[op.old_range()], &b[op.new_range()]);
        let bare = |words: &[&str]| words.iter().map(|w| letters(w)).filter(|w| !w.is_empty()).collect::<Vec<_>>();
        let (x, y) = (bare(was), bare(is));
        if x.concat() == y.concat() || (x.len() == y.len() && x.iter().zip(&y).all(|(x, y)| x == y || misspelt(x, y))) {
            out.insert(Revised::Cosmetic);
            continue;
        }
        if quoted(&a, op.old_range().start) || quoted(&b, op.new_range().start) {
            out.insert(Revised::Quote);
        }
        let changed = |w: &&str| !(was.contains(w) && is.contains(w));
        // A sentence's first word is written large in any case.
        let tells = |words: &[&str], from: usize| {
            words.iter().enumerate().filter(|(_, w)| changed(w)).any(|(at, w)| {
                numeral(w)
                    || w.contains(|c: char| c.is_numeric())
                    || (from + at > 0 && w.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(char::is_uppercase))
            })
        };
        let telling = tells(was, op.old_range().start) || tells(is, op.new_range().start);
        out.insert(if telling { Revised::NumberOrName } else { Revised::Substance });
        if x.iter().chain(&y).any(|w| negates(w)) {
            out.insert(Revised::Substance);
        }
    }
    out
}

fn letters(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// One letter more, less, other or in another place: a spelling that was mended. Never digits, never a negation.
fn misspelt(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.iter().chain(&b).any(|c| c.is_numeric()) || a.len().min(b.len()) < 6 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let text = |w: &[char]| w.iter().collect::<String>();
    if negates(&text(&a)) != negates(&text(&b)) {
        return false;
    }
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (x, y) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    // A changed beginning or ending is another word as often as not.
    head > 1 && tail > 1 && (x.len().max(y.len()) <= 1 || (x.len() == 2 && y.len() == 2 && x[0] == y[1] && x[1] == y[0]))
}

/// A number in letters.
fn numeral(word: &str) -> bool {
    const WORDS: [&str; 34] = [
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "dozen",
        "dozens",
        "hundred",
        "hundreds",
        "thousand",
        "thousands",
        "million",
        "millions",
        "zwei",
        "drei",
        "vier",
        "fünf",
        "sechs",
        "sieben",
        "acht",
        "neun",
        "zehn",
        "elf",
        "zwölf",
        "hundert",
        "tausend",
        "millionen",
        "milliarden",
    ];
    WORDS.contains(&letters(word).as_str())
}

fn negates(word: &str) -> bool {
    const NO: [&str; 24] = [
        "not", "no", "never", "none", "nobody", "nothing", "without", "neither", "nor", "cannot", "nicht", "nie", "niemals", "niemand",
        "nichts", "ohne", "weder", "pas", "jamais", "aucun", "sans", "nunca", "sin", "non",
    ];
    NO.contains(&word)
        || word.starts_with("kein")
        || word.ends_with("nt")
            && word.len() < 9
            && ["isnt", "wont", "dont", "didnt", "doesnt", "cant", "wasnt", "arent", "hasnt", "havent", "wouldnt", "couldnt"]
                .contains(&word)
}

fn withdrawn(item: &Item) -> bool {
    let title = item.title.to_lowercase();
    item.status == Status::Canceled
        || ["withdrawn:", "story withdrawn", "kill:", "zurückgezogen:", "mandatory kill"].iter().any(|w| title.starts_with(w))
}

/// Words by which a text says that it was wrong before.
fn corrects(text: &str) -> bool {
    const SAYS: [&str; 16] = [
        "korrektur",
        "berichtigung",
        "in einer früheren version",
        "in einer ersten version",
        "correction",
        "corrects",
        "clarification",
        "this story corrects",
        "an earlier version",
        "this article was amended",
        "rectificatif",
        "une version précédente",
        "fe de errores",
        "rectificación",
        "rettifica",
        "refile",
    ];
    let low = text.trim_start_matches(['(', '*', '[', ' ']).to_lowercase();
    SAYS.iter().any(|s| low.starts_with(s))
        || (low.starts_with("editor's note") && low.contains("correct"))
        || (low.starts_with("anmerkung der redaktion") && low.contains("version"))
}

/// Quotes, dashes, spaces and the like in one spelling.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '“' | '”' | '„' | '«' | '»' | '‟' | '″' => out.push('"'),
            '‘' | '’' | '‚' | '‹' | '›' | '´' | '`' => out.push('\''),
            '–' | '—' | '‑' | '‐' | '−' => out.push('-'),
            '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => {}
            'ﬁ' => out.push_str("fi"),
            'ﬂ' => out.push_str("fl"),
            'ﬀ' => out.push_str("ff"),
            '…' => out.push_str("..."),
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

/// A text's sentences without the noise around it.
fn sentences(body: &[Block]) -> Vec<String> {
    let mut out = Vec::new();
    for block in body {
        // Captions and embedded things change with the page, not with the report.
        if matches!(block, Block::Picture { .. } | Block::Embed { .. }) {
            continue;
        }
        for line in block.text().lines() {
            let line = tidy(line);
            if !line.is_empty() && !noise(&line) {
                split(&line, &mut out);
            }
        }
    }
    if out.len() > MAX_SENTENCES {
        let rest = out.split_off(MAX_SENTENCES).join(" ");
        out.push(rest);
    }
    out
}

fn split(line: &str, out: &mut Vec<String>) {
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        if c == ' ' && matches!(before, '.' | '!' | '?' | '"') {
            let head = line[start..at].trim();
            let ends = head.ends_with(['.', '!', '?']) || head.ends_with(".\"") || head.ends_with("!\"") || head.ends_with("?\"");
            // “U.S. ”, “3. ”, “Dr. ”: no sentence ends with so short a word, and the next one begins with a capital.
            let last = head.rsplit(' ').next().unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric());
            let next = line[at + 1..].chars().next().is_some_and(|c| c.is_uppercase() || c == '"' || c.is_numeric());
            if ends && next && last.chars().count() > 2 {
                out.push(head.to_owned());
                start = at + 1;
            }
        }
        before = c;
    }
    let rest = line[start..].trim();
    if !rest.is_empty() {
        out.push(rest.to_owned());
    }
}

/// Lines that change with the clock or the page, never with the report.
fn noise(line: &str) -> bool {
    const BEGINS: [&str; 34] = [
        "aktualisiert",
        "zuletzt aktualisiert",
        "updated",
        "last updated",
        "stand:",
        "publiziert",
        "veröffentlicht",
        "published",
        "posted",
        "mis à jour",
        "actualizado",
        "mehr zum thema",
        "lesen sie auch",
        "lesen sie mehr",
        "lesen sie hier",
        "auch interessant",
        "related",
        "read more",
        "read also",
        "see also",
        "newsletter",
        "anzeige",
        "advertisement",
        "sign up",
        "lire aussi",
        "à lire aussi",
        "lea también",
        "leggi anche",
        "share this",
        "teilen",
        "jetzt abonnieren",
        "umfrage:",
        "poll:",
        "video:",
    ];
    let low = line.to_lowercase();
    let words: Vec<&str> = low.split(' ').collect();
    if words.len() <= 12 && BEGINS.iter().any(|b| low.strip_prefix(b).is_some_and(|rest| !rest.starts_with(char::is_alphabetic))) {
        return true;
    }
    if words.len() > 8 {
        return false;
    }
    const UNITS: [&str; 40] = [
        "vor",
        "ago",
        "minute",
        "minutes",
        "minuten",
        "min",
        "min.",
        "mins",
        "stunde",
        "stunden",
        "hour",
        "hours",
        "std.",
        "sekunden",
        "seconds",
        "tag",
        "tagen",
        "tage",
        "day",
        "days",
        "il",
        "y",
        "a",
        "hace",
        "uhr",
        "read",
        "lesezeit",
        "lesedauer",
        "lesezeit:",
        "reading",
        "time",
        "kommentare",
        "kommentar",
        "comments",
        "comment",
        "views",
        "shares",
        "aufrufe",
        "am",
        "pm",
    ];
    const MONTHS: [&str; 24] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "jän", "mär", "mai", "okt", "dez", "gmt",
        "utc", "cet", "cest", "est", "edt", "um",
    ];
    // Nothing but figures, units of time and counters.
    let has_digit = low.contains(|c: char| c.is_ascii_digit());
    has_digit
        && words.iter().all(|w| {
            let bare = w.trim_matches(|c: char| !c.is_alphanumeric());
            bare.is_empty()
                || !bare.contains(char::is_alphabetic)
                || UNITS.contains(w)
                || UNITS.contains(&bare)
                || MONTHS.iter().chain(&DAYS).any(|m| bare.starts_with(m) && bare.len() <= m.len() + 6)
        })
        && (words.len() > 1 || low.contains([':', '.']))
}

#[cfg(test)]
mod tests;
