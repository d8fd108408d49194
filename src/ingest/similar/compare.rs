//! Two articles side by side: how alike they are, and whether they carry the same dispatch.

use std::cell::OnceCell;

use super::counts::{Counts, length};
use super::likeness::{Likeness, name};
use crate::model::How;

/// Two articles further apart in time tell different stories (microseconds): 72 hours.
pub(super) const WINDOW: i64 = 72 * 3_600_000_000;
/// So much of the shorter text is shared by two articles of one dispatch,
const SHARED: f32 = 0.31;
/// and at least so many 3-grams.
const SHARED_GRAMS: u32 = 15;
/// Texts of fewer different words than this are taken for more alike than they look, up to one and a half times.
const SHORT: f32 = 80.0;
/// Texts that are less alike than this are not compared phrase by phrase.
const SOME_WORDS: f32 = 0.04;
/// Shared 3-grams from which shared text makes two articles more alike.
const SOME_GRAMS: u32 = 3;

/// The cosine of two weighed texts.
pub(super) fn dot(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        if x.0 == y.0 {
            sum += x.1 * y.1;
        }
        i += usize::from(x.0 <= y.0);
        j += usize::from(y.0 <= x.0);
    }
    sum
}

/// An article laid open, to be held against many others: their words and samples are looked up in it, which is several
/// times faster than walking both side by side.
pub(super) struct Probe {
    /// Its words by their names, one more than these, each at the first free place from its own; 0 is free.
    names: Vec<u32>,
    weights: Vec<f32>,
    /// A bit for each 3-gram of its sample.
    grams: Vec<u64>,
    /// How long all its words are together.
    norm: f32,
}

/// Places for words: several times as many as an article has.
const PLACES: usize = 1 << 11;

impl Default for Probe {
    fn default() -> Self {
        Self { names: vec![0; PLACES], weights: vec![0.0; PLACES], grams: vec![0; 1 << 10], norm: 0.0 }
    }
}

impl Probe {
    /// Lays another article open.
    pub fn open(&mut self, l: &Likeness, counts: &Counts) {
        self.names.fill(0);
        self.grams.fill(0);
        for term in l.terms().iter() {
            let mut at = name(term) as usize % PLACES;
            while self.names[at] != 0 {
                at = (at + 1) % PLACES;
            }
            (self.names[at], self.weights[at]) = (name(term) + 1, counts.weight(term));
        }
        l.sample().iter().for_each(|gram| self.grams[usize::from(*gram) / 64] |= 1 << (gram % 64));
        self.norm = counts.norm(l);
    }

    /// The cosine of both articles' weighed words.
    pub fn words(&self, other: &Likeness, counts: &Counts) -> f32 {
        let (mut sum, mut norm) = (0.0, 0.0);
        for term in other.terms().iter() {
            let weight = counts.weight(term);
            norm += weight * weight;
            let mut at = name(term) as usize % PLACES;
            while self.names[at] != 0 {
                if self.names[at] == name(term) + 1 {
                    sum += self.weights[at] * weight;
                    break;
                }
                at = (at + 1) % PLACES;
            }
        }
        sum / (self.norm * length(norm))
    }

    /// As [`Likeness::shared`], of the article that is laid open with another.
    pub fn shared(&self, own: &Likeness, other: &Likeness) -> (f32, u32) {
        own.shared_by(other, |_, theirs| theirs.iter().filter(|g| self.grams[usize::from(**g) / 64] >> (**g % 64) & 1 == 1).count())
    }
}

/// How alike two articles are whose words are this alike: shared phrases add to it, time between them takes away.
pub(super) fn likened(words: f32, least: usize, shared: &impl Fn() -> (f32, u32), apart: u64) -> f32 {
    // Short texts have fewer words to agree in.
    let short = ((SHORT - least as f32) / 50.0).clamp(0.0, 1.0);
    let mut alike = words * (1.0 + short / 2.0);
    if alike > SOME_WORDS {
        let (shared, grams) = shared();
        if grams >= SOME_GRAMS {
            alike += shared;
        }
    }
    let days = apart as f32 / WINDOW as f32;
    alike.min(1.0) * (-days * days / 2.0).exp()
}

/// Whether both have the same number or the same address.
pub(super) fn identified(a: &Likeness, b: &Likeness) -> bool {
    (a.number != 0 && a.number == b.number) || (a.address != 0 && a.address == b.address)
}

/// What two texts share, worked out when it is first asked for.
pub(super) fn sharing<'a>(a: &'a Likeness, b: &'a Likeness) -> impl Fn() -> (f32, u32) + 'a {
    once(|| a.shared(b))
}

/// What is worked out when it is first asked for.
pub(super) fn once(work: impl Fn() -> (f32, u32)) -> impl Fn() -> (f32, u32) {
    let known = OnceCell::new();
    move || *known.get_or_init(&work)
}

/// Whether two articles carry the same dispatch, by the surest evidence there is.
pub(super) fn same(a: &Likeness, b: &Likeness, shared: &impl Fn() -> (f32, u32)) -> Option<(How, f32)> {
    let equal = |x: u32, y: u32| x != 0 && x == y;
    if equal(a.number, b.number) {
        return Some((How::Number, 1.0));
    }
    if equal(a.address, b.address) {
        return Some((How::Address, 1.0));
    }
    if equal(a.text, b.text) {
        return Some((How::Text, 1.0));
    }
    if a.number != 0 && b.number != 0 {
        // Two numbers of one agency are two dispatches, however much of the first the second repeats.
        return None;
    }
    let (shared, grams) = shared();
    (shared >= SHARED && grams >= SHARED_GRAMS).then_some((How::Shared, shared))
}

/// The surest evidence first.
pub(super) fn strength((how, share): (How, f32)) -> f32 {
    match how {
        How::Number => 4.0,
        How::Address => 3.0,
        How::Text => 2.0,
        How::Shared | How::Alike => share,
    }
}
