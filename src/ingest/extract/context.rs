//! What the blocks around a block, and in the elements around it, look like after a first opinion on each: the second
//! opinion is formed from these, so that a run of paragraphs or a box of links is judged as one.

use super::dom::Flat;

/// Elements around a block that count, itself included.
pub const AROUND: usize = 6;
/// Of those, the ones that get numbers of their own.
const LEVELS: usize = 5;
/// Words of a block that weigh, at most.
const WEIGHT_CAP: f64 = 100.0;
/// Numbers of a block.
pub const WIDTH: usize = 36;

/// What the blocks under an element add up to.
#[derive(Clone, Copy, Default)]
struct Sum {
    weight: f64,
    likely: f64,
    best: f64,
}

/// How far away the next sure paragraph is, and over how many words.
#[derive(Clone, Copy)]
struct Near {
    blocks: f64,
    words: f64,
}

impl Near {
    const FAR: Self = Self { blocks: 60.0, words: 1000.0 };
}

/// The numbers of each text block, [`WIDTH`] each. `first` is the first opinion, `words` the words of each.
pub fn rows(flat: &Flat, texts: &[usize], words: &[f32], first: &[f32]) -> Vec<[f32; WIDTH]> {
    let n = texts.len();
    let q: Vec<f64> = first.iter().map(|p| f64::from(*p)).collect();
    // A block without words still counts as one, as in training.
    let words: Vec<f64> = words.iter().map(|w| f64::from(*w).max(1.0)).collect();
    let weight: Vec<f64> = words.iter().map(|w| w.min(WEIGHT_CAP)).collect();
    let (mut weights, mut likely, mut run) = (vec![0.0], vec![0.0], vec![0.0]);
    for i in 0..n {
        weights.push(weights[i] + weight[i]);
        likely.push(likely[i] + weight[i] * q[i]);
        run.push(run[i] + words[i]);
    }
    let total = likely[n];
    let around = |i: usize| flat.chain(flat.segments[texts[i]].frame).take(AROUND).map(|(at, _)| at);
    let mut sums = vec![Sum::default(); flat.frames.len()];
    for i in 0..n {
        for at in around(i) {
            let sum = &mut sums[at as usize];
            sum.weight += weight[i];
            sum.likely += weight[i] * q[i];
            if words[i] >= 8.0 {
                sum.best = sum.best.max(q[i]);
            }
        }
    }
    let sure: Vec<bool> = (0..n).map(|i| q[i] > 0.5 && words[i] >= 12.0).collect();
    let (before, after) = near(&sure, &run);
    let mut sorted = q.clone();
    sorted.sort_by(f64::total_cmp);
    let highest = sorted.last().copied().unwrap_or_default();
    let doubt = (0..n).map(|i| q[i] * (1.0 - q[i]) * weight[i]).sum::<f64>() / total.max(1.0);
    let mut out = Vec::with_capacity(n);
    for i in 0..n {
        let mut row = [0.0; WIDTH];
        let mut places = row.iter_mut();
        let mut put = |numbers: &[f64]| numbers.iter().zip(places.by_ref()).for_each(|(n, place)| *place = *n as f32);
        put(&[q[i]]);
        put(&[-4_isize, -3, -2, -1, 1, 2, 3, 4].map(|d| i.checked_add_signed(d).and_then(|j| q.get(j)).copied().unwrap_or(-1.0)));
        let own = weight[i] * q[i];
        put(&[3, 8, 20].map(|reach| {
            let (from, to) = (i.saturating_sub(reach), (i + reach + 1).min(n));
            let others = weights[to] - weights[from] - weight[i];
            if others > 1e-6 { (likely[to] - likely[from] - own) / others } else { -1.0 }
        }));
        let mut last = 0;
        let mut frames = around(i);
        for level in 0..LEVELS {
            last = frames.next().unwrap_or(last);
            let sum = sums.get(last as usize).copied().unwrap_or_default();
            let others = sum.weight - weight[i];
            put(&[if others > 1e-6 { (sum.likely - own) / others } else { -1.0 }, sum.likely / total.max(1.0)]);
            if level == 1 || level == 2 {
                put(&[sum.best]);
            }
        }
        let (above, below) = (likely[i], total - likely[i + 1]);
        put(&[above / total.max(1.0), below / total.max(1.0), above.min(5000.0), below.min(5000.0), total]);
        put(&[before[i].blocks, before[i].words, after[i].blocks, after[i].words]);
        let better = n - sorted.partition_point(|p| *p <= q[i]);
        put(&[highest, doubt, better as f64 / n as f64]);
        out.push(row);
    }
    out
}

fn near(sure: &[bool], run: &[f64]) -> (Vec<Near>, Vec<Near>) {
    let n = sure.len();
    let (mut before, mut after) = (vec![Near::FAR; n], vec![Near::FAR; n]);
    let mut last: Option<usize> = None;
    for i in 0..n {
        if let Some(l) = last {
            before[i] = Near { blocks: ((i - l) as f64).min(60.0), words: (run[i] - run[l + 1]).min(1000.0) };
        }
        last = if sure[i] { Some(i) } else { last };
    }
    last = None;
    for i in (0..n).rev() {
        if let Some(l) = last {
            after[i] = Near { blocks: ((l - i) as f64).min(60.0), words: (run[l] - run[i + 1]).min(1000.0) };
        }
        last = if sure[i] { Some(i) } else { last };
    }
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    #[test]
    fn a_doubtful_block_between_sure_ones_sees_them() {
        let flat = Flat::new(&Html::parse_document("<div><p>One here.</p><p>Two there.</p><p>Three more.</p></div>"));
        let rows = rows(&flat, &[0, 1, 2], &[20.0, 20.0, 20.0], &[0.9, 0.3, 0.9]);
        // Its neighbours' opinions, the distances to sure paragraphs on both sides.
        assert_eq!(rows[1][4..6], [0.9, 0.9]);
        assert_eq!(rows[1][WIDTH - 7..WIDTH - 3], [1.0, 0.0, 1.0, 0.0]);
    }
}
