//! Which of a page's blocks are the article. Two ensembles of trees decide: the first on each block's own numbers, the
//! second again with what the first said of its neighbours, its container and its look-alikes.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::dom::Flat;
use super::features::Features;
use super::trees::Trees;

/// Blocks at or above this probability are kept; set where precision and recall meet on pages not trained on.
const KEEP: f32 = 0.5;
/// What the second ensemble takes for certain of the first, when it looks for the nearest text.
const SURE: f32 = 0.6;
/// Words of a block that counts as text there.
const TEXT: f32 = 8.0;

/// Both ensembles, as trained.
static WEIGHTS: LazyLock<Option<(Trees, Trees)>> = LazyLock::new(|| {
    let (first, rest) = Trees::read(include_bytes!("blocks.bin"))?;
    let (second, _) = Trees::read(rest)?;
    Some((first, second))
});

/// Says of each segment whether it belongs to the article's text.
pub fn choose(flat: &Flat, features: &Features, probabilities: &[f32]) -> Vec<bool> {
    let mut keep = vec![false; flat.segments.len()];
    let limit = limit(features, probabilities);
    for (&i, p) in features.texts.iter().zip(probabilities) {
        keep[i] = *p >= limit;
    }
    keep
}

/// The bar: lower on a page on which next to nothing reaches it, measured by its likeliest hundred words. Little sure text
/// is better than none.
fn limit(features: &Features, probabilities: &[f32]) -> f32 {
    let mut order: Vec<(f32, f32)> = probabilities.iter().copied().zip(features.words.iter().copied()).collect();
    if order.iter().filter(|(p, _)| *p >= KEEP).map(|(_, w)| w).sum::<f32>() >= 40.0 {
        return KEEP;
    }
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut words = 0.0;
    for (p, w) in order {
        words += w;
        if words >= 100.0 {
            return KEEP.min(p * 0.5);
        }
    }
    KEEP
}

/// How likely each text block belongs to the article.
pub fn probabilities(features: &Features) -> Vec<f32> {
    let Some((first, second)) = &*WEIGHTS else { return vec![0.0; features.texts.len()] };
    if features.texts.is_empty() {
        return Vec::new();
    }
    let q: Vec<f32> = features.values.chunks(features.width).map(|row| first.probability(row)).collect();
    let context = context(features, &q);
    features
        .values
        .chunks(features.width)
        .zip(&context)
        .map(|(row, context)| {
            let mut row = row.to_vec();
            row.extend(context);
            second.probability(&row)
        })
        .collect()
}

/// What the first opinions `q` say around each block; mirrored by `tools/train_blocks.py`.
fn context(features: &Features, q: &[f32]) -> Vec<[f32; 18]> {
    let n = q.len();
    let words: Vec<f32> = features.words.iter().map(|w| w.max(1.0)).collect();
    let mean = |group: &dyn Fn(usize) -> usize| {
        let groups = (0..n).map(group).max().map_or(0, |m| m + 1);
        let (mut sum, mut total) = (vec![0.0_f32; groups], vec![0.0_f32; groups]);
        for k in 0..n {
            sum[group(k)] += q[k] * words[k];
            total[group(k)] += words[k];
        }
        (0..n).map(|k| (sum[group(k)] / total[group(k)], total[group(k)])).collect::<Vec<_>>()
    };
    let parents = mean(&|k| features.groups[k][0] as usize);
    let looks = mean(&|k| features.groups[k][1] as usize);
    let elders = mean(&|k| features.groups[k][2] as usize);
    let kept: f32 = (0..n).map(|k| q[k] * words[k]).sum();
    let sure = |k: usize| q[k] > SURE && words[k] >= TEXT;
    let mut back = vec![20.0_f32; n];
    let mut last = None;
    for k in 0..n {
        back[k] = last.map_or(20.0, |l: usize| ((k - l) as f32).min(20.0));
        last = if sure(k) { Some(k) } else { last };
    }
    let mut ahead = vec![20.0_f32; n];
    let mut next = None;
    for k in (0..n).rev() {
        ahead[k] = next.map_or(20.0, |l: usize| ((l - k) as f32).min(20.0));
        next = if sure(k) { Some(k) } else { next };
    }
    let mut before = 0.0;
    (0..n)
        .map(|k| {
            let at = |d: isize| k.checked_add_signed(d).and_then(|j| q.get(j)).copied().unwrap_or(-1.0);
            let mine = q[k] * words[k];
            let row = [
                q[k], at(-3), at(-2), at(-1), at(1), at(2), at(3), parents[k].0, parents[k].1, looks[k].0, looks[k].1, elders[k].0, elders[k].1,
                before / kept.max(1.0), (kept - before - mine) / kept.max(1.0), kept, back[k], ahead[k],
            ];
            before += mine;
            row
        })
        .collect()
}

/// The runs of four words of a text; fewer for a line that is shorter.
pub struct Shingles {
    fours: HashSet<u64>,
    lines: HashSet<u64>,
}

impl Shingles {
    /// Collects them.
    pub fn of(text: &str) -> Self {
        let mut fours = HashSet::new();
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

fn hash(words: &[u64]) -> u64 {
    words.iter().fold(0x9e37_79b9_7f4a_7c15, |h: u64, w| (h.rotate_left(23) ^ w).wrapping_mul(0x2545_f491_4f6c_dd1d))
}
