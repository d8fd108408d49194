//! How many articles have a word, and so how much it says.

use super::likeness::{Likeness, count, name};

/// A word that more than one in so many articles have tells nothing,
const COMMON: u32 = 10;
/// where it is more than a large story may have.
const LARGE: u32 = 30;
/// A new word is looked for as if so many articles had it.
const SOON: u32 = 4;
/// Counters; a power of two.
const COUNTERS: usize = 1 << 21;

/// Counters of how many articles have a word. Of an article of which only some words are kept it is not known later which
/// ones were counted: it stays counted until all counters are scaled down to what is there, which is right on average.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Counts {
    counters: Vec<u16>,
    /// Articles that were counted.
    all: u32,
    /// So many of all articles may have a word that still tells something.
    common: u32,
    /// How much rarer a word is among so many than were there one article,
    among: f32,
    /// and how rare one is that so many have then: for the first of them, who are asked for most.
    rare: Box<[f32]>,
}

impl Default for Counts {
    fn default() -> Self {
        Self { counters: vec![0; COUNTERS], all: 0, common: LARGE, among: 0.0, rare: (0..4096).map(alone).collect() }
    }
}

impl Counts {
    /// One article more.
    pub fn add(&mut self, l: &Likeness) {
        self.count(self.all + 1);
        for term in l.terms().iter() {
            let c = &mut self.counters[slot(term)];
            *c = c.saturating_add(1);
        }
    }

    /// One article less, of which all words are known.
    pub fn take(&mut self, l: &Likeness) {
        self.count(self.all.saturating_sub(1));
        for term in l.terms().iter() {
            let c = &mut self.counters[slot(term)];
            *c = c.saturating_sub(1);
        }
    }

    /// Begins anew.
    pub fn clear(&mut self) {
        self.counters.fill(0);
        self.count(0);
    }

    fn count(&mut self, all: u32) {
        (self.all, self.common, self.among) = (all, (all / COMMON).max(LARGE), (all as f32 + 1.0).ln());
    }

    /// Scales down to what is there, if twice as many are counted.
    pub fn age(&mut self, alive: usize) {
        let alive = u32::try_from(alive).unwrap_or(u32::MAX).max(1);
        if self.all / 2 > alive {
            let (all, half) = (u64::from(self.all), u64::from(self.all) / 2);
            self.counters.iter_mut().for_each(|c| *c = ((u64::from(*c) * u64::from(alive) + half) / all) as u16);
            self.count(alive);
        }
    }

    /// How much a word says of an article: how often it stands there, by how few others have it.
    pub fn weight(&self, term: u32) -> f32 {
        count(term) * self.rarity(term)
    }

    /// How few others have a word.
    pub fn rarity(&self, term: u32) -> f32 {
        let have = u32::from(self.counters[slot(term)]);
        // A word that nobody else has makes nobody alike.
        if have <= 1 || have > self.common { 0.0 } else { self.rare(have).max(0.0) }
    }

    /// How much a word may come to say: one that is new is as good as one that few have, for others may follow.
    pub fn promise(&self, term: u32) -> f32 {
        let have = u32::from(self.counters[slot(term)]).max(SOON);
        if have > self.common { 0.0 } else { count(term) * self.rare(have).max(0.01) }
    }

    /// How long all words are together.
    pub fn norm(&self, l: &Likeness) -> f32 {
        length(l.terms().iter().map(|t| self.weight(t).powi(2)).sum())
    }

    #[cfg(test)]
    pub fn articles(&self) -> u32 {
        self.all
    }

    #[cfg(test)]
    pub fn have(&self, term: u32) -> u16 {
        self.counters[slot(term)]
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        self.counters.len() * 2
    }

    fn rare(&self, have: u32) -> f32 {
        self.among + self.rare.get(have as usize).copied().unwrap_or_else(|| alone(have))
    }
}

/// How long words are together whose squares sum up to this.
pub(super) fn length(squares: f32) -> f32 {
    squares.sqrt().max(1e-9)
}

/// How rare a word is that so many have, were there one article.
fn alone(have: u32) -> f32 {
    -(have as f32 + 0.5).ln()
}

fn slot(term: u32) -> usize {
    name(term) as usize & (COUNTERS - 1)
}
