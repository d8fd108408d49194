//! German compounds by their later part: “Gipfel” finds the Ukrainegipfel. Which words are parts is learnt from what passes:
//! a noun that stood by itself in some article may end another. Only the longest such end of a word goes into the index, once
//! an article, and only where the article does not have that word anyway: two or three hundredths of the index.

use rusqlite::Connection;
use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::sync::LazyLock;

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

/// Words by their hashes.
type Hashes = HashSet<u64, BuildHasherDefault<Hashed>>;

/// Nouns that stood by themselves.
#[derive(Default)]
pub(super) struct Lexicon {
    nouns: Hashes,
    begun: bool,
}

/// What is a hash already is not hashed again.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |h, b| step(h, u32::from(*b)));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
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

/// Another for each run: nobody knows beforehand which words would crowd one place of the table.
static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());

/// Hashes of a word's ends in small letters, from its last letter to all of it: how many letters it has, where it begins.
fn ends(word: &str) -> impl Iterator<Item = (usize, usize, u64)> {
    let letters = word.char_indices().rev().enumerate();
    letters.scan(*SEED, |hash, (n, (at, c))| {
        *hash =
            if c.is_ascii() { step(*hash, c.to_ascii_lowercase().into()) } else { c.to_lowercase().fold(*hash, |h, c| step(h, c.into())) };
        Some((n + 1, at, *hash))
    })
}

fn step(hash: u64, letter: u32) -> u64 {
    let h = (hash ^ u64::from(letter)).wrapping_mul(0x0100_0000_01b3);
    h ^ (h >> 32)
}

/// A word's hash in small letters.
fn hash(word: &str) -> u64 {
    ends(word).last().map_or(0, |(_, _, hash)| hash)
}

impl Lexicon {
    /// Remembers a text's nouns.
    pub fn learn(&mut self, text: &str) {
        for word in words(text).filter(|w| w.len() >= LEAST && is_noun(w)) {
            if let Some((letters, _, hash)) = ends(word).take(LONGEST + 1).last()
                && (LEAST..=LONGEST).contains(&letters)
                && self.nouns.len() < MOST
            {
                self.nouns.insert(hash);
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

    /// The later parts of the compounds of an article's texts, each after a blank.
    pub fn parts(&self, texts: &[&str]) -> String {
        let all = || texts.iter().flat_map(|text| words(text));
        let mut found: Vec<(u64, &str)> = Vec::new();
        for word in all().filter(|w| w.len() >= LEAST + BEFORE && is_noun(w)) {
            let most = word.chars().count().saturating_sub(BEFORE).min(LONGEST);
            let nouns = ends(word).take(most).filter(|(letters, _, hash)| *letters >= LEAST && self.nouns.contains(hash));
            found.extend(nouns.last().map(|(_, at, hash)| (hash, &word[at..])));
        }
        if found.is_empty() {
            return String::new();
        }
        // What stands there by itself; only words as long as one of them can be one.
        let lengths = found.iter().fold(0_u64, |lengths, (_, end)| lengths | 1 << (end.len() % 64));
        let mut there: Hashes = all().filter(|w| lengths >> (w.len() % 64) & 1 == 1).map(hash).collect();
        found.retain(|(hash, _)| there.insert(*hash));
        found.iter().flat_map(|(_, end)| [" ".to_owned(), end.to_lowercase()]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_end_that_is_a_noun_counts_once() {
        let mut lexicon = Lexicon::default();
        lexicon.learn("Der Gipfel in Anchorage. Die Minister und das Ministerium; Steuer, Konferenz und ministerkonferenz, eine Änderung");
        let check = |text: &str, parts: &str| assert_eq!(lexicon.parts(&[text]).trim(), parts, "{text}");
        check("Vor dem Ukrainegipfel, dem Ukrainegipfel und dem Klimagipfel", "gipfel");
        check("Der Ukrainegipfel ist ein Gipfel", "");
        check("Das Außenministerium und die Innenministerkonferenz", "ministerium konferenz");
        check("Erbschaftssteuer und Satzungsänderung", "steuer änderung");
        // Too little before it, no noun, or no word at all.
        check("Der Abgipfel, ein ukrainegipfel, UKRAINEGIPFEL, Ministern", "");
    }
}
