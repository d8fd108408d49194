//! Two articles side by side: how alike they are, and whether they carry the same dispatch.

use std::cell::OnceCell;
use std::cmp::Ordering;

use super::likeness::{Likeness, Terms, name};
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

/// Walks the words that both have.
pub(super) fn both(a: Terms<'_>, b: Terms<'_>, mut each: impl FnMut(u32, u32)) {
    let (mut a, mut b) = (a.iter(), b.iter());
    let (mut x, mut y) = (a.next(), b.next());
    while let (Some(s), Some(t)) = (x, y) {
        match name(s).cmp(&name(t)) {
            Ordering::Less => x = a.next(),
            Ordering::Greater => y = b.next(),
            Ordering::Equal => {
                each(s, t);
                (x, y) = (a.next(), b.next());
            }
        }
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
    let known = OnceCell::new();
    move || *known.get_or_init(|| a.shared(b))
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
