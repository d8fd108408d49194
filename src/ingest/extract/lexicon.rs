//! How the words of a block, and the names of the elements around it, speak for or against it: a table of what was learned
//! from many sites, by hash. A word or name counts by the share of text under it, each site once, so that no site's own
//! habits decide.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::choose::Spread;
use super::dom::Flat;

/// Numbers that it gives of each block.
pub const WIDTH: usize = 16;
/// Words of a block that are looked at.
pub const WORD_CAP: usize = 60;
/// Elements around a block whose names are looked at; the nearest three each by itself.
pub const LEVELS: usize = 8;
/// Stands for “nothing is known”; no score comes near.
const UNKNOWN: f32 = -9.0;
/// Steps of a score to 1.
const SCALE: f32 = 16.0;

/// Scores by hash. Most that is asked for is in no table: a set of bits that stays in the innermost cache says so first.
#[derive(Debug)]
struct Table {
    scores: HashMap<u32, f32, BuildHasherDefault<Spread>>,
    bits: Vec<u64>,
}

/// Bits of a table's set, as a power of two.
const BITS: u32 = 18;

impl Table {
    fn new() -> Self {
        Self { scores: HashMap::default(), bits: vec![0; 1 << (BITS - 6)] }
    }

    /// The word and the bit of it that stand for a hash.
    fn bit(hash: u32) -> (usize, u32) {
        let spread = hash.wrapping_mul(0x9e37_79b1) >> (32 - BITS);
        ((spread >> 6) as usize, spread & 63)
    }

    fn insert(&mut self, hash: u32, score: f32) {
        let (word, bit) = Self::bit(hash);
        self.bits[word] |= 1 << bit;
        self.scores.insert(hash, score);
    }

    fn get(&self, hash: u32) -> Option<f32> {
        let (word, bit) = Self::bit(hash);
        if self.bits[word] >> bit & 1 == 0 { None } else { self.scores.get(&hash).copied() }
    }
}

/// Which hashes of a block have been seen: emptied for the next in one step.
struct Seen {
    slots: [(u32, u32); Self::SLOTS],
    round: u32,
}

impl Seen {
    /// More than twice the words and pairs of a block.
    const SLOTS: usize = 256;

    /// Whether it is seen for the first time in this round.
    fn first(&mut self, hash: u32) -> bool {
        let mut at = (hash.wrapping_mul(0x9e37_79b1) >> 24) as usize;
        loop {
            let slot = &mut self.slots[at % Self::SLOTS];
            if slot.0 != self.round {
                *slot = (self.round, hash);
                return true;
            }
            if slot.1 == hash {
                return false;
            }
            at += 1;
        }
    }
}

/// The tables.
#[derive(Debug)]
pub struct Lexicon {
    words: Table,
    names: Table,
}

/// Least, greatest and mean score of some.
#[derive(Clone, Copy)]
struct Scores {
    sum: f32,
    count: f32,
    min: f32,
    max: f32,
}

impl Scores {
    const NONE: Self = Self { sum: 0.0, count: 0.0, min: f32::INFINITY, max: f32::NEG_INFINITY };

    fn add(&mut self, score: f32) {
        self.sum += score;
        self.count += 1.0;
        self.min = self.min.min(score);
        self.max = self.max.max(score);
    }

    fn join(&mut self, other: Self) {
        self.sum += other.sum;
        self.count += other.count;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// Mean, least, greatest.
    fn three(self) -> [f32; 3] {
        if self.count > 0.0 { [self.sum / self.count, self.min, self.max] } else { [UNKNOWN; 3] }
    }
}

/// One word as the tables know it.
pub fn word(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

/// Two words in a row.
fn pair(a: u32, b: u32) -> u32 {
    a.wrapping_mul(0x9e37_79b1) ^ b.wrapping_mul(0x85eb_ca6b)
}

impl Lexicon {
    /// Reads the tables and returns what follows them; `None` if they are none. Each is `u32` entries, then of each its hash
    /// (`u32`, little-endian) and its score (`i8`).
    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (words, rest) = table(bytes)?;
        let (names, rest) = table(rest)?;
        Some((Self { words, names }, rest))
    }

    /// The numbers of each text block, [`WIDTH`] each.
    pub fn look(&self, flat: &Flat, texts: &[usize], tokens: &[Vec<u64>]) -> Vec<f32> {
        let of_frame: Vec<Scores> = flat
            .frames
            .iter()
            .map(|frame| {
                let mut scores = Scores::NONE;
                let names = &flat.names[frame.names.0 as usize..frame.names.1 as usize];
                names.iter().filter_map(|n| self.names.get(*n)).for_each(|s| scores.add(s));
                scores
            })
            .collect();
        let mut out = Vec::with_capacity(texts.len() * WIDTH);
        let mut seen = Seen { slots: [(0, 0); Seen::SLOTS], round: 0 };
        for (&i, tokens) in texts.iter().zip(tokens) {
            seen.round += 1;
            let (mut scores, mut all) = (Scores::NONE, 0_usize);
            let mut look = |hash: u32| {
                if seen.first(hash) {
                    all += 1;
                    self.words.get(hash).into_iter().for_each(|s| scores.add(s));
                }
            };
            let mut before = None;
            for word in tokens.iter().take(WORD_CAP).map(|t| word(*t)) {
                look(word);
                before.into_iter().for_each(|b| look(pair(b, word)));
                before = Some(word);
            }
            let [mean, min, max] = scores.three();
            out.extend([mean, min, max, scores.count / all.max(1) as f32]);
            let mut levels = [Scores::NONE; 4];
            for (level, (at, _)) in flat.chain(flat.segments[i].frame).take(LEVELS).enumerate() {
                levels[level.min(3)].join(of_frame[at as usize]);
            }
            for number in 0..3 {
                out.extend(levels.map(|l| l.three()[number]));
            }
        }
        out
    }
}

fn table(bytes: &[u8]) -> Option<(Table, &[u8])> {
    let (count, mut rest) = bytes.split_first_chunk::<4>()?;
    let mut table = Table::new();
    for _ in 0..u32::from_le_bytes(*count) {
        let (entry, after) = rest.split_first_chunk::<5>()?;
        rest = after;
        let [a, b, c, d, score] = *entry;
        table.insert(u32::from_le_bytes([a, b, c, d]), f32::from(score.cast_signed()) / SCALE);
    }
    Some((table, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::extract::choose::words;
    use scraper::Html;

    /// A lexicon of one word and no names.
    fn one(entry: u32, score: i8) -> Vec<u8> {
        let mut bytes = 1_u32.to_le_bytes().to_vec();
        bytes.extend(entry.to_le_bytes());
        bytes.push(score.cast_unsigned());
        bytes.extend(0_u32.to_le_bytes());
        bytes
    }

    #[test]
    fn a_known_word_speaks_for_its_block() {
        let known = word(words("harvest").next().unwrap());
        let bytes = one(known, 32);
        let (lexicon, rest) = Lexicon::read(&bytes).unwrap();
        assert!(rest.is_empty());
        let flat = Flat::new(&Html::parse_document("<p>Harvest begins</p><p>Nothing known</p>"));
        let tokens: Vec<Vec<u64>> = flat.segments.iter().map(|s| words(&s.text).collect()).collect();
        let numbers = lexicon.look(&flat, &[0, 1], &tokens);
        assert_eq!(numbers.len(), 2 * WIDTH);
        assert_eq!(numbers[..4], [2.0, 2.0, 2.0, 1.0 / 3.0]);
        assert_eq!(numbers[WIDTH..WIDTH + 3], [UNKNOWN; 3]);
    }

    #[test]
    fn a_broken_table_is_refused() {
        let bytes = one(1, 1);
        assert!(Lexicon::read(&bytes[..7]).is_none());
    }
}
