//! Which of a page's blocks are the article: boosted trees over each block's numbers, and a bar that they must reach.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use super::context;
use super::dom::Flat;
use super::features::Features;
use super::lexicon::{self, Lexicon};
use super::mend;
use super::trees::{Trees, logistic};

/// What was trained.
static WEIGHTS: LazyLock<Option<Weights>> = LazyLock::new(|| Weights::read(include_bytes!("blocks.bin")));

/// A table of words and names, trees for a first opinion on each block, and trees for a second that knows the first on all.
struct Weights {
    lexicon: Lexicon,
    first: Trees,
    second: Trees,
}

impl Weights {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (lexicon, rest) = Lexicon::read(bytes)?;
        let (first, rest) = Trees::read(rest)?;
        let (second, _) = Trees::read(rest)?;
        Some(Self { lexicon, first, second })
    }
}

/// Says of each segment whether it belongs to the article's text.
pub fn choose(flat: &Flat, features: &Features, probabilities: &[f32]) -> Vec<bool> {
    let mut keep = vec![false; flat.segments.len()];
    let bar = bar(flat, features, probabilities);
    for (&i, p) in features.texts.iter().zip(probabilities) {
        keep[i] = *p >= bar;
    }
    mend::mend(flat, &mut keep);
    keep
}

/// Opinions are surer of themselves than they are right: log-odds are worth this share of what they claim.
const TRUST: f32 = 0.8;

/// The bar: where what is kept is expected to be right, and what is right to be kept, most. A page of much sure text has a
/// high one; of a page on which nothing is sure the likeliest is kept, since little text is better than none.
pub fn bar(flat: &Flat, features: &Features, probabilities: &[f32]) -> f32 {
    let blocks = features.texts.iter().zip(&features.words).zip(probabilities);
    // A caption goes with its picture, whatever is thought of it.
    let mut order: Vec<(f32, f32)> =
        blocks.filter(|((i, _), _)| flat.segments[**i].figure.is_none()).map(|((_, words), p)| (*p, *words)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let sobered = |p: f32| {
        let p = p.clamp(1e-6, 1.0 - 1e-6);
        logistic((p / (1.0 - p)).ln() * TRUST)
    };
    let likely: f32 = order.iter().map(|(p, words)| sobered(*p) * words).sum();
    let (mut right, mut kept, mut best) = (0.0, 0.0, (0.0, 1.0));
    for (p, words) in order {
        right += sobered(p) * words;
        kept += words;
        let worth = right / f32::max(kept, 1e-6) + right / likely.max(1e-6);
        if worth > best.0 {
            best = (worth, p);
        }
    }
    best.1
}

/// How likely each text block belongs to the article: of two opinions, the second counts twice.
pub fn probabilities(flat: &Flat, features: &Features) -> Vec<f32> {
    let Some(weights) = &*WEIGHTS else { return vec![0.0; features.texts.len()] };
    let known = weights.lexicon.look(flat, &features.texts, &features.tokens);
    let width = features.width + lexicon::WIDTH;
    let mut rows = Vec::with_capacity(features.texts.len() * width);
    for (values, known) in features.values.chunks(features.width.max(1)).zip(known.chunks(lexicon::WIDTH)) {
        rows.extend_from_slice(values);
        rows.extend_from_slice(known);
    }
    let first = weights.first.sums(&rows, width);
    let opinions: Vec<f32> = first.iter().map(|s| logistic(*s)).collect();
    let wide = context::WIDTH + width;
    let mut wider = Vec::with_capacity(features.texts.len() * wide);
    for (context, row) in context::rows(flat, &features.texts, &features.words, &opinions).iter().zip(rows.chunks(width)) {
        wider.extend_from_slice(context);
        wider.extend_from_slice(row);
    }
    let second = weights.second.sums(&wider, wide);
    let sums: Vec<f32> = first.iter().zip(second).map(|(a, b)| (a + 2.0 * b) / 3.0).collect();
    continued(&sums, &features.words).into_iter().map(logistic).collect()
}

/// What the neighbours' mean opinion is worth in a block's own, how sure they count as at most, and how long.
const CONTINUITY: f32 = 0.1;
const SURE: f32 = 2.0;
const LONG: f32 = 60.0;

/// Text goes on, and so does what is none: each block's log-odds with a little of those above and below it.
fn continued(sums: &[f32], words: &[f32]) -> Vec<f32> {
    let weigh = |k: usize| (words[k] + 1.0).min(LONG);
    let near = |k: usize| [k.checked_sub(1), Some(k + 1).filter(|n| *n < sums.len())].into_iter().flatten();
    let around = |k: usize| {
        let (said, weight) = near(k).fold((0.0, 0.0), |(s, w), n| (s + weigh(n) * sums[n].clamp(-SURE, SURE), w + weigh(n)));
        said / f32::max(weight, 1.0)
    };
    sums.iter().enumerate().map(|(k, sum)| sum + CONTINUITY * around(k)).collect()
}

/// The runs of four words of a text; fewer for a line that is shorter.
pub struct Shingles {
    fours: Hashes,
    lines: Hashes,
}

/// A set of hashes: they are spread already, and the text that they come from gains nothing from clashes.
pub type Hashes = HashSet<u64, BuildHasherDefault<Spread>>;

/// Takes a hash as its own.
#[derive(Default)]
pub struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(n.into());
    }

    fn write_u64(&mut self, n: u64) {
        // A last turn: tables look at the highest and the lowest bits.
        self.0 = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
}

impl Shingles {
    /// Collects them.
    pub fn of(text: &str) -> Self {
        let mut fours = Hashes::default();
        let words: Vec<u64> = words(text).collect();
        fours.extend(words.windows(4).map(hash));
        let lines = text.lines().map(|l| hash(&self::words(l).collect::<Vec<_>>())).collect();
        Self { fours, lines }
    }

    /// The share of a text's runs that are among them, 0 to 1.
    pub fn share_of(&self, words: &[u64]) -> f32 {
        match words.len() {
            0 => 0.0,
            1..4 => f32::from(u8::from(self.lines.contains(&hash(words)))),
            n => words.windows(4).filter(|w| self.fours.contains(&hash(w))).count() as f32 / (n - 3) as f32,
        }
    }
}

/// Hashes of the words of a text, in order.
pub fn words(text: &str) -> impl Iterator<Item = u64> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|w| !w.is_empty())
        .map(|w| w.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)))
}

/// One hash of several words.
pub fn hash(words: &[u64]) -> u64 {
    words.iter().fold(0x9e37_79b9_7f4a_7c15, |h: u64, w| (h.rotate_left(23) ^ w).wrapping_mul(0x2545_f491_4f6c_dd1d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubtful_block_goes_with_what_is_above_and_below_it() {
        let at = |sums: &[f32]| continued(sums, &[40.0; 3])[1];
        assert!(at(&[6.0, -0.1, 6.0]) > 0.0);
        assert!(at(&[-6.0, 0.1, -6.0]) < 0.0);
        // No neighbour, however sure, outweighs an opinion; edges and short pages have fewer.
        assert!(at(&[60.0, -0.5, 60.0]) < 0.0);
        assert_eq!(continued(&[0.3], &[4.0]), [0.3]);
        assert!(continued(&[], &[]).is_empty());
    }
}
