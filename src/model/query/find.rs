//! What a query's words are in a text: the places to mark, found as the search index finds them (whole words, letters
//! without case and accents), so that what is marked is what was found.

use nucleo_matcher::chars::{normalize, to_lower_case};
use std::ops::Range;

use super::{Expr, Query, QueryError, Scope};
use crate::model::Clean;

/// Letters that a prefix has at least: shorter ones stand for too much of the index to be looked up while somebody types.
const LEAST_PREFIX: usize = 3;

/// Letters of a compound's later part that is found by itself, and of what stands before it: as the search index has them.
const LEAST_PART: usize = 5;
const BEFORE_PART: usize = 4;

/// Finds a query's words in texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finder {
    phrases: Vec<Phrase>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Phrase {
    scope: Scope,
    /// Folded; never empty.
    words: Vec<String>,
    /// The last word may go on.
    prefix: bool,
}

/// Whether a character is part of a word, as the index's tokenizer has it: letters, figures, and marks upon them.
fn of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c as u32, 0x300..=0x36f | 0x610..=0x61a | 0x64b..=0x65f | 0x900..=0x903 | 0x93a..=0x94f)
}

/// A word without case and accents.
fn folded(word: &str) -> String {
    word.chars().filter(|c| !matches!(*c as u32, 0x300..=0x36f)).map(|c| to_lower_case(normalize(to_lower_case(c)))).collect()
}

/// The words of a text with where they stand.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(of_word)?;
        let end = text[start..].find(|c| !of_word(c)).map_or(text.len(), |n| start + n);
        at = end;
        Some((start..end, &text[start..end]))
    })
}

/// Whether so short a word may stand for all that begin with it. Scripts that write a sentence as one word need fewer letters.
pub(super) fn long_enough(text: &str) -> bool {
    let last = words(text).last().map_or("", |(_, word)| word);
    last.chars().count() >= LEAST_PREFIX || last.chars().any(|c| c as u32 >= 0xe00)
}

/// Where a compound's later part begins that is this word, or begins with it: “Gipfel” in “Ukrainegipfel”. `word` as it
/// stands in the text, `lower` folded.
fn later_part(word: &str, lower: &str, phrase: &Phrase) -> Option<usize> {
    let [wanted] = phrase.words.as_slice() else { return None };
    let mut chars = word.chars();
    let noun = chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase);
    if !noun || phrase.scope == Scope::Title {
        return None;
    }
    let at = if phrase.prefix {
        lower.rfind(wanted.as_str())?
    } else {
        lower.len() - lower.strip_suffix(wanted.as_str()).map(|_| wanted.len())?
    };
    let (before, part) = (lower[..at].chars().count(), lower[at..].chars().count());
    if before < BEFORE_PART || part < LEAST_PART || lower.chars().count() != word.chars().count() {
        return None;
    }
    word.char_indices().nth(before).map(|(at, _)| at)
}

impl Finder {
    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Where the words stand in a text of this kind, in bytes: in order, none in another. `Any` is a text of every kind.
    pub fn find(&self, kind: Scope, text: &str) -> Vec<Range<usize>> {
        let sought: Vec<&Phrase> = self.phrases.iter().filter(|p| kind == Scope::Any || p.scope == Scope::Any || p.scope == kind).collect();
        if sought.is_empty() {
            return Vec::new();
        }
        let whole = text;
        let text: Vec<(Range<usize>, String)> = words(text).map(|(at, word)| (at, folded(word))).collect();
        let mut out: Vec<Range<usize>> = Vec::new();
        for start in 0..text.len() {
            let hit = |p: &&&Phrase| {
                text.get(start..start + p.words.len()).is_some_and(|there| {
                    there.iter().zip(&p.words).enumerate().all(|(i, ((_, word), wanted))| {
                        word == wanted || (p.prefix && i + 1 == p.words.len() && word.starts_with(wanted.as_str()))
                    })
                })
            };
            let range = match sought.iter().filter(hit).map(|p| p.words.len()).max() {
                Some(longest) => text[start].0.start..text[start + longest - 1].0.end,
                None => {
                    let (at, lower) = &text[start];
                    let Some(part) = sought.iter().filter_map(|p| later_part(&whole[at.clone()], lower, p)).min() else { continue };
                    at.start + part..at.end
                }
            };
            match out.last_mut() {
                Some(last) if last.end > range.start => last.end = last.end.max(range.end),
                _ => out.push(range),
            }
        }
        out
    }

    /// A piece of `text` (one line) around its first hits, at most about `room` characters, with the places of the hits in
    /// it; its beginning where there is none. What was cut off is an ellipsis.
    pub fn snippet(&self, text: &str, room: usize) -> (Clean, Vec<Range<usize>>) {
        let text = Clean::line(text).into_string();
        let hits = self.find(Scope::Body, &text);
        // As many hits as possible close together, the first of such places.
        let near = |at: &Range<usize>| hits.iter().filter(|h| h.start >= at.start && h.end <= at.start + room).count();
        let best = hits.iter().take(200).rev().max_by_key(|at| near(at)).map_or(0, |at| at.start);
        let back = text[..best].char_indices().rev().nth(room / 4).map_or(0, |(i, _)| i);
        let from = if back == 0 { 0 } else { text[back..best].find(' ').map_or(back, |i| back + i + 1) };
        let far = text[from..].char_indices().nth(room).map_or(text.len(), |(i, _)| from + i);
        let to = if far == text.len() { far } else { text[from..far].rfind(' ').map_or(far, |i| from + i) };
        let lead = if from > 0 { "… " } else { "" };
        let tail = if to < text.len() { " …" } else { "" };
        let inside = hits.into_iter().filter(|h| h.start >= from && h.end <= to);
        let hits = inside.map(|h| h.start - from + lead.len()..h.end - from + lead.len()).collect();
        (Clean::verbatim(&format!("{lead}{}{tail}", &text[from..to])), hits)
    }
}

impl Query {
    /// What marks its words in texts. What is left out of a search is not marked.
    pub fn finder(&self) -> Finder {
        let phrases = self.words().into_iter().filter_map(|t| {
            let words: Vec<String> = words(&t.words).map(|(_, word)| folded(word)).collect();
            (!words.is_empty()).then_some(Phrase { scope: t.scope, words, prefix: t.prefix })
        });
        Finder { phrases: phrases.collect() }
    }

    /// Reads what is being typed: the word at its end may go on (`summ` finds the summit), a blank after it ends it.
    ///
    /// # Errors
    /// As for reading a whole query.
    pub fn typed(text: &str) -> Result<Query, QueryError> {
        let word = text.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
        if text.ends_with(of_word) && !matches!(word, "AND" | "OR" | "NOT") && long_enough(word) {
            // Not where the word is a field's value, which takes no `*`.
            if let Ok(query) = format!("{text}*").parse() {
                return Ok(query);
            }
        }
        text.parse()
    }

    /// Whether it looks for words.
    pub fn seeks(&self) -> bool {
        fn any(e: &Expr) -> bool {
            match e {
                Expr::Text(_) => true,
                Expr::And(parts) | Expr::Or(parts) => parts.iter().any(any),
                _ => false,
            }
        }
        self.expr().is_some_and(any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(query: &str, text: &str, marked: &str) {
        let mut out = String::new();
        let mut at = 0;
        for hit in query.parse::<Query>().unwrap().finder().find(Scope::Any, text) {
            out.push_str(&format!("{}[{}]", &text[at..hit.start], &text[hit.clone()]));
            at = hit.end;
        }
        assert_eq!(out + &text[at..], marked, "{query}");
    }

    #[test]
    fn whole_words_without_case_and_accents() {
        check("gipfel", "Der Gipfel, nicht das Gipfelkreuz", "Der [Gipfel], nicht das Gipfelkreuz");
        check("gipf*", "Der Gipfel und das Gipfelkreuz", "Der [Gipfel] und das [Gipfelkreuz]");
        check("gipfel", "Der Ukrainegipfel, ein Klimagipfels", "Der Ukraine[gipfel], ein Klimagipfels");
        check("gipf*", "Der Ukrainegipfel", "Der Ukraine[gipfel]");
        check("änderung", "Die Satzungsänderung", "Die Satzungs[änderung]");
        check("title:gipfel ende", "Der Ukrainegipfel am Wochenende, Abgipfel", "Der Ukrainegipfel am Wochenende, Abgipfel");
        check("cafe MUNCHEN", "Ein Café in München", "Ein [Café] in [München]");
        check("\"no deal\" -sport", "No deal on sport: no, deal!", "[No deal] on sport: [no, deal]!");
        check("deal \"no deal yet\"", "no deal yet, a deal", "[no deal yet], a [deal]");
        check("is:unread", "unread", "unread");
        check("首脳*", "首脳会談は終了", "[首脳会談は終了]");
    }

    #[test]
    fn a_field_is_marked_where_it_is_looked_for() {
        let finder = "title:summit talks".parse::<Query>().unwrap().finder();
        assert_eq!(finder.find(Scope::Title, "Summit talks"), [0..6, 7..12]);
        assert_eq!(finder.find(Scope::Body, "Summit talks"), [Range { start: 7, end: 12 }]);
    }

    #[test]
    fn what_is_typed_may_go_on() {
        let typed = |text: &str| Query::typed(text).map(|q| q.to_string()).unwrap_or_else(|e| e.message);
        assert_eq!(typed("summ"), "summ*");
        assert_eq!(typed("summit "), "summit");
        assert_eq!(typed("su"), "su");
        assert_eq!(typed("title:summ"), "title:summ*");
        assert_eq!(typed("agency:apa"), "agency:apa");
        assert_eq!(typed("summit is:unread"), "summit is:unread");
        assert_eq!(typed("a NOT"), "Nothing follows that could be left out.");
        assert_eq!(typed("\"no deal\""), "\"no deal\"");
    }

    #[test]
    fn a_snippet_shows_where_the_hits_are_dense() {
        let text = format!("Talks. {} the summit of the summit ended. {}", "filler ".repeat(60), "more ".repeat(60));
        let (words, hits) = "summit".parse::<Query>().unwrap().finder().snippet(&text, 60);
        assert_eq!(words.as_str(), "… filler the summit of the summit ended. more more more more …");
        assert_eq!(hits.iter().map(|h| &words.as_str()[h.clone()]).collect::<Vec<_>>(), ["summit", "summit"]);
    }

    proptest! {
        #[test]
        fn hits_are_in_order_and_whole_characters(query in "\\PC{0,12}", text in "\\PC{0,80}", room in 1usize..60) {
            if let Ok(query) = Query::typed(&query) {
                let finder = query.finder();
                let mut last = 0;
                for hit in finder.find(Scope::Any, &text) {
                    prop_assert!(hit.start >= last && hit.start < hit.end && text.get(hit.clone()).is_some());
                    last = hit.end;
                }
                let (words, hits) = finder.snippet(&text, room);
                prop_assert!(hits.into_iter().all(|h| words.get(h).is_some()));
            }
        }
    }
}
