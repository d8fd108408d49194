//! By which words an article is found: each key's articles hang in a chain, the newest first.

use std::collections::VecDeque;

/// Where chains begin; a power of two.
const HEADS: usize = 1 << 20;
/// Bits of a link that say which of an entry's keys it is.
const SLOT: u32 = 5;

/// The chains. Every entry has as many links as it may have keys; they lie side by side, in the order of the entries.
pub(super) struct Chains {
    /// The newest link of each chain: an entry's number, and which of its keys it is. 0 ends a chain.
    heads: Vec<u32>,
    links: VecDeque<u32>,
    width: usize,
}

impl Chains {
    /// `width` is below 32.
    pub fn new(width: usize) -> Self {
        Self { heads: vec![0; HEADS], links: VecDeque::new(), width }
    }

    /// Which chain belongs to a word or to what identifies an article.
    pub fn key(hash: u64) -> usize {
        hash as usize & (HEADS - 1)
    }

    /// Begins anew, with so many links for each entry.
    pub fn clear(&mut self, width: usize) {
        self.heads.fill(0);
        self.links.clear();
        self.width = width;
    }

    /// Puts the next entry at the head of the chains of its keys, as far as it has room for them.
    pub fn push(&mut self, n: u32, keys: &[usize]) {
        if self.links.len() == self.links.capacity() {
            self.links.reserve_exact(self.links.len() / 16 + self.width * 64);
        }
        for slot in 0..self.width {
            let Some(key) = keys.get(slot) else {
                self.links.push_back(0);
                continue;
            };
            self.links.push_back(self.heads[*key]);
            self.heads[*key] = n << SLOT | slot as u32;
        }
    }

    /// Lets go of the entry that came first.
    pub fn pop(&mut self) {
        self.links.drain(..self.width.min(self.links.len()));
    }

    /// The entries of a chain, the newest first; `base` is the number of the first that is still there.
    pub fn walk(&self, key: usize, base: u32) -> impl Iterator<Item = u32> {
        let there = move |link: &u32| *link >> SLOT >= base;
        let place = move |link: u32| ((link >> SLOT) - base) as usize * self.width + (link & ((1 << SLOT) - 1)) as usize;
        let next = move |link: &u32| self.links.get(place(*link)).copied().filter(there);
        std::iter::successors(Some(self.heads[key]).filter(there), next).map(move |link| link >> SLOT)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        (self.heads.len() + self.links.capacity()) * 4
    }
}
