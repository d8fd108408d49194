//! Where a block stands: against the headline, against the containers that simple rules would choose, and against other
//! blocks with the same words.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::choose::Spread;
use super::dom::{Flat, Tag};
use super::features::Own;
use super::votes::Inside;

/// A number of each of some frames.
type ByFrame = HashMap<u32, f32, BuildHasherDefault<Spread>>;

/// An element and all around it, to tell where another meets it.
pub struct Line(ByFrame);

impl Line {
    /// Measures.
    pub fn of(flat: &Flat, frame: u32) -> Self {
        if flat.frames.is_empty() {
            return Self(ByFrame::default());
        }
        Self(flat.chain(frame).enumerate().map(|(up, (at, _))| (at, up as f32)).collect())
    }

    /// How far up from `frame` the first common element is, and how far up from this line's own.
    pub fn meet(&self, flat: &Flat, frame: u32) -> [f32; 2] {
        let met = flat.chain(frame).enumerate().find_map(|(up, (at, _))| self.0.get(&at).map(|&own| [up as f32, own]));
        met.unwrap_or([-1.0, -1.0])
    }
}

/// Of each block, the share of its runs of four words that stand above it too, and below it.
pub fn echoes(own: &[Own]) -> Vec<[f32; 2]> {
    let run = |w: &[u64]| w.iter().fold(0, |h: u64, w| (h.rotate_left(23) ^ w).wrapping_mul(0x2545_f491_4f6c_dd1d));
    let mut ends: HashMap<u64, (u32, u32), BuildHasherDefault<Spread>> = HashMap::default();
    for (k, own) in own.iter().enumerate() {
        for run in own.tokens.windows(4).map(run) {
            ends.entry(run).or_insert((k as u32, k as u32)).1 = k as u32;
        }
    }
    let share = |k: usize, o: &Own| {
        let (mut above, mut below) = (0.0, 0.0);
        for run in o.tokens.windows(4).map(run) {
            let (first, last) = ends[&run];
            above += f32::from(u8::from((first as usize) < k));
            below += f32::from(u8::from((last as usize) > k));
        }
        let n = o.tokens.len().saturating_sub(3).max(1) as f32;
        [above / n, below / n]
    };
    own.iter().enumerate().map(|(k, o)| share(k, o)).collect()
}

/// Containers that other simple rules would choose.
pub struct Holders {
    /// The innermost that holds half, and that holds four fifths, of all long lines without links.
    half: u32,
    most: u32,
    /// The one with most running text straight in it.
    direct: u32,
    /// By frame, the share of running text straight in it.
    straight: ByFrame,
}

impl Holders {
    /// Measures.
    pub fn of(flat: &Flat, texts: &[usize], own: &[Own], inside: &[Inside]) -> Self {
        let total = inside.first().map_or(0.0, |i| i.long);
        let innermost = |share: f32| {
            let fits = inside.iter().enumerate().filter(|(_, i)| total > 0.0 && i.long >= total * share);
            fits.max_by_key(|(at, _)| (flat.frames[*at].depth, *at)).map_or(0, |(at, _)| at as u32)
        };
        let mut straight = ByFrame::default();
        for (&i, own) in texts.iter().zip(own).filter(|(_, o)| o.words >= 8.0 && o.linked < 0.4) {
            let frame = flat.frame(&flat.segments[i]);
            let at = if frame.tag == Tag::P { frame.parent } else { flat.segments[i].frame };
            *straight.entry(at).or_default() += own.words;
        }
        let direct = straight.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0))).map_or(0, |(at, _)| *at);
        straight.values_mut().for_each(|w| *w /= total.max(1.0));
        Self { half: innermost(0.5), most: innermost(0.8), direct, straight }
    }

    /// Their numbers for a block in `frame`.
    pub fn block(&self, flat: &Flat, frame: u32, out: &mut Vec<f32>) {
        let up_to = |other: u32| flat.chain(frame).take(24).position(|(at, _)| at == other).map_or(-1.0, |p| p as f32);
        out.extend([self.half, self.most, self.direct].map(up_to));
        let parent = flat.frames[frame as usize].parent;
        out.extend([frame, parent].map(|at| self.straight.get(&at).copied().unwrap_or(0.0)));
    }
}
