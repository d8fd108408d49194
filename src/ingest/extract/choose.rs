//! Which of a page's blocks are the article: everything that knows how is behind [`choose`].

use std::collections::HashSet;

use super::dom::{Flat, Kind};

/// Says of each segment whether it belongs to the article's text.
pub fn choose(html: &str, flat: &Flat) -> Vec<bool> {
    let options = trafilatura::Options::default().with_fallback(true).with_focus(trafilatura::ExtractionFocus::FavorPrecision);
    let text = trafilatura::extract(html, &options).map(|r| r.content_text).unwrap_or_default();
    let shingles = Shingles::of(&text);
    flat.segments.iter().map(|s| s.kind == Kind::Text && shingles.share(&s.text) > 0.6).collect()
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

    /// The share of `text`'s runs that are among them, 0 to 1.
    pub fn share(&self, text: &str) -> f32 {
        self.share_of(&words(text).collect::<Vec<_>>())
    }

    /// As [`Shingles::share`], of words already told apart.
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
