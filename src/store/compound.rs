//! German compounds by their later part: “Gipfel” finds the Ukrainegipfel. Which words are parts is learnt from what passes:
//! a noun that stood by itself in some article may end another. Only the longest such end of a word goes into the index, once
//! an article, and only where the article does not have that word anyway: two or three hundredths of the index.

use rusqlite::Connection;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::error::Result;

/// Letters of a part that is found, and of what stands before it.
const LEAST: usize = 5;
const BEFORE: usize = 4;
/// Longer nouns are hardly parts of others.
const LONGEST: usize = 16;
/// So many nouns are remembered (as hashes: some megabytes); then what comes is not learnt.
const MOST: usize = 200_000;
/// So many of the newest titles are learnt from at the start, since a poll may last only a moment.
const TITLES: i64 = 5_000;

/// Nouns that stood by themselves, as hashes.
#[derive(Default)]
pub(super) struct Lexicon {
    nouns: HashSet<u64>,
    begun: bool,
}

/// The words of a text, as far as they are of letters.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty())
}

/// A noun, as German writes it: a capital and small letters.
fn is_noun(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase)
}

fn hash(lower: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    lower.hash(&mut hasher);
    hasher.finish()
}

impl Lexicon {
    /// Remembers a text's nouns.
    pub fn learn(&mut self, text: &str) {
        for word in words(text).filter(|w| is_noun(w)) {
            if self.nouns.len() < MOST && (LEAST..=LONGEST).contains(&word.chars().count()) {
                self.nouns.insert(hash(&word.to_lowercase()));
            }
        }
    }

    /// Learns from the newest titles, the first time.
    pub fn begin(&mut self, conn: &Connection) -> Result<()> {
        if !std::mem::replace(&mut self.begun, true) {
            let mut s = conn.prepare("SELECT title FROM article ORDER BY id DESC LIMIT ?1")?;
            let mut rows = s.query([TITLES])?;
            while let Some(row) = rows.next()? {
                self.learn(row.get_ref(0)?.as_str().unwrap_or_default());
            }
        }
        Ok(())
    }

    /// The later parts of a text's compounds, apart by blanks.
    pub fn parts(&self, text: &str) -> String {
        let mut out = String::new();
        let mut seen: HashSet<u64> = words(text).map(|w| hash(&w.to_lowercase())).collect();
        for word in words(text).filter(|w| is_noun(w) && w.len() >= LEAST + BEFORE) {
            let lower = word.to_lowercase();
            let letters = lower.chars().count();
            let ends =
                lower.char_indices().enumerate().filter(|(n, _)| *n >= BEFORE && letters - n >= LEAST).map(|(_, (at, _))| &lower[at..]);
            if let Some(end) = ends.into_iter().find(|end| self.nouns.contains(&hash(end)))
                && seen.insert(hash(end))
            {
                out.push(' ');
                out.push_str(end);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_end_that_is_a_noun_counts_once() {
        let mut lexicon = Lexicon::default();
        lexicon.learn("Der Gipfel in Anchorage. Die Minister und das Ministerium; Steuer, Konferenz und ministerkonferenz, eine Änderung");
        let check = |text: &str, parts: &str| assert_eq!(lexicon.parts(text).trim(), parts, "{text}");
        check("Vor dem Ukrainegipfel, dem Ukrainegipfel und dem Klimagipfel", "gipfel");
        check("Der Ukrainegipfel ist ein Gipfel", "");
        check("Das Außenministerium und die Innenministerkonferenz", "ministerium konferenz");
        check("Erbschaftssteuer und Satzungsänderung", "steuer änderung");
        // Too little before it, no noun, or no word at all.
        check("Der Abgipfel, ein ukrainegipfel, UKRAINEGIPFEL, Ministern", "");
    }
}
