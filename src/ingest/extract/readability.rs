//! A third vote on a page's blocks: scored containers in full, after the rules that Readability made known: what names
//! itself unlikely goes first, paragraphs score their ancestors, the best container may be a common ancestor, good siblings
//! join it, and lists and boxes of links inside go last.

use std::collections::HashMap;

use super::dom::{Flat, Tag};
use super::family::{self, Families};
use super::features::Own;
use super::votes::Inside;

/// Ancestors that a paragraph scores.
const LEVELS: usize = 5;
/// Containers that are compared for a common ancestor.
const BEST: usize = 5;

/// What it would keep.
pub struct Readable {
    /// By text block.
    pub kept: Vec<bool>,
    /// The container chosen.
    pub top: usize,
    /// The share of the best score that each frame has, of those that have any.
    pub scores: HashMap<u32, f32>,
}

/// What the names of an element are worth.
fn weight(families: Families) -> f32 {
    let mut weight = 0.0;
    if families.has(family::NEGATIVE) {
        weight -= 25.0;
    }
    if families.has(family::POSITIVE) {
        weight += 25.0;
    }
    weight
}

fn base(tag: Tag) -> f32 {
    match tag {
        Tag::Div => 5.0,
        Tag::Pre | Tag::Td | Tag::Blockquote => 3.0,
        Tag::Ol | Tag::Ul | Tag::Dl | Tag::Dd | Tag::Dt | Tag::Li | Tag::Form => -3.0,
        Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6 | Tag::Th => -5.0,
        _ => 0.0,
    }
}

/// Elements that go before anything is scored.
fn removed(flat: &Flat, inside: &[Inside]) -> Vec<bool> {
    let half = inside.first().map_or(0.0, |i| i.long) * 0.5;
    let mut out = vec![false; flat.frames.len()];
    for (at, frame) in flat.frames.iter().enumerate() {
        let parent = frame.parent as usize;
        let inherits = parent != at && out[parent];
        let unlikely = frame.families.has(family::UNLIKELY) && !frame.families.has(family::MAYBE);
        let most = inside[at].long > half;
        let plain = most || matches!(frame.tag, Tag::Body | Tag::Article | Tag::Main | Tag::Table | Tag::Tr | Tag::Td | Tag::Pre);
        let hidden = !most && frame.families.has(family::UNSEEN);
        let aside = !most && matches!(frame.tag, Tag::Nav | Tag::Aside | Tag::Footer);
        out[at] = inherits || hidden || aside || (unlikely && !plain && frame.tags & (1 << Tag::Table as u64) == 0);
    }
    out
}

/// Text that is enough, in bytes; with less the rules are loosened one after the other.
const ENOUGH: f32 = 500.0;

/// Casts the vote.
pub fn vote(flat: &Flat, texts: &[usize], own: &[Own], inside: &[Inside]) -> Readable {
    let mut best: Option<(f32, Readable)> = None;
    for rules in [
        Rules { strip: true, weigh: true, clean: true },
        Rules { strip: false, weigh: true, clean: true },
        Rules { strip: false, weigh: false, clean: false },
    ] {
        let found = rules.vote(flat, texts, own, inside);
        let chars = found.kept.iter().zip(own).map(|(k, o)| if *k { o.chars } else { 0.0 }).sum::<f32>();
        let enough = chars >= ENOUGH;
        if best.as_ref().is_none_or(|(most, _)| chars > *most) {
            best = Some((chars, found));
        }
        if enough {
            break;
        }
    }
    best.map(|(_, found)| found).expect("there is a first try")
}

/// Which of the rules hold.
struct Rules {
    /// What names itself unlikely goes.
    strip: bool,
    /// Names count.
    weigh: bool,
    /// Boxes of links go.
    clean: bool,
}

impl Rules {
    fn vote(&self, flat: &Flat, texts: &[usize], own: &[Own], inside: &[Inside]) -> Readable {
        let removed = if self.strip { removed(flat, inside) } else { vec![false; flat.frames.len()] };
        let weight = |families| if self.weigh { weight(families) } else { 0.0 };
        let mut scores: HashMap<u32, f32> = HashMap::new();
        for (&i, own) in texts.iter().zip(own) {
            let segment = &flat.segments[i];
            let frame = flat.frame(segment);
            if own.chars < 25.0 || removed[segment.frame as usize] {
                continue;
            }
            let block = matches!(frame.tag, Tag::P | Tag::Td | Tag::Pre | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6 | Tag::Section);
            let scored = block || matches!(frame.tag, Tag::Div | Tag::Custom | Tag::Article | Tag::Main | Tag::Blockquote | Tag::Body);
            if !scored {
                continue;
            }
            let commas = segment.text.bytes().filter(|b| *b == b',').count() as f32;
            let score = 1.0 + commas + (own.chars / 100.0).floor().min(3.0);
            for (level, (at, frame)) in flat.chain(segment.frame).skip(usize::from(block)).take(LEVELS).enumerate() {
                let share = match level {
                    0 => 1.0,
                    1 => 0.5,
                    n => 1.0 / (n as f32 * 3.0),
                };
                *scores.entry(at).or_insert_with(|| base(frame.tag) + weight(frame.families)) += score * share;
            }
        }
        for (&at, score) in &mut scores {
            *score *= 1.0 - inside[at as usize].linked / inside[at as usize].words.max(1.0);
        }
        let top = climb(flat, &scores, best(flat, &scores));
        let joined = join(flat, own, texts, inside, &scores, top);
        let unfit = if self.clean { unfit(flat, inside, texts, own) } else { vec![false; flat.frames.len()] };
        let kept = texts
            .iter()
            .map(|&i| {
                if removed[flat.segments[i].frame as usize] {
                    return false;
                }
                for (at, _) in flat.chain(flat.segments[i].frame) {
                    if at as usize == top || joined.contains_key(&at) {
                        return true;
                    }
                    if unfit[at as usize] {
                        return false;
                    }
                }
                false
            })
            .collect();
        let highest = scores.get(&(top as u32)).copied().unwrap_or_default().max(1.0);
        scores.values_mut().for_each(|s| *s /= highest);
        Readable { kept, top, scores }
    }
}

/// The best container, or what three nearly as good ones have in common.
fn best(flat: &Flat, scores: &HashMap<u32, f32>) -> usize {
    let mut order: Vec<(u32, f32)> = scores.iter().map(|(at, s)| (*at, *s)).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    order.truncate(BEST);
    let Some(&(top, high)) = order.first() else { return 0 };
    let lines: Vec<Vec<u32>> =
        order[1..].iter().filter(|(_, s)| *s / high >= 0.75).map(|(at, _)| flat.chain(*at).skip(1).map(|(at, _)| at).collect()).collect();
    if lines.len() < 3 {
        return top as usize;
    }
    let common = flat.chain(top).skip(1).find(|(at, f)| f.tag != Tag::Body && lines.iter().filter(|l| l.contains(at)).count() >= 3);
    common.map_or(top, |(at, _)| at) as usize
}

/// Upwards while the container around has more to it than this one alone.
fn climb(flat: &Flat, scores: &HashMap<u32, f32>, mut top: usize) -> usize {
    let Some(&from) = scores.get(&(top as u32)) else { return top };
    let (limit, mut last) = (from / 3.0, from);
    for (at, frame) in flat.chain(top as u32).skip(1) {
        if frame.tag == Tag::Body {
            break;
        }
        let Some(&score) = scores.get(&at) else { continue };
        if score < limit {
            break;
        }
        if score > last {
            top = at as usize;
            break;
        }
        last = score;
    }
    top
}

/// Siblings of the best container that belong to it.
fn join(flat: &Flat, own: &[Own], texts: &[usize], inside: &[Inside], scores: &HashMap<u32, f32>, top: usize) -> HashMap<u32, ()> {
    let mut joined = HashMap::new();
    let Some(best) = flat.frames.get(top) else { return joined };
    let high = scores.get(&(top as u32)).copied().unwrap_or_default();
    let limit = (high * 0.2).max(10.0);
    for (at, frame) in flat.frames.iter().enumerate() {
        if frame.parent != best.parent || at == top || at as u32 == best.parent {
            continue;
        }
        let bonus = if frame.signature == best.signature { high * 0.2 } else { 0.0 };
        if scores.get(&(at as u32)).is_some_and(|s| s + bonus >= limit) {
            joined.insert(at as u32, ());
        }
    }
    for (&i, own) in texts.iter().zip(own) {
        let segment = &flat.segments[i];
        let frame = flat.frame(segment);
        if frame.tag == Tag::P && frame.parent == best.parent && inside[segment.frame as usize].words > 0.0 {
            let text = own.chars > 80.0 && own.linked < 0.25;
            if text || (own.chars < 80.0 && own.linked == 0.0 && own.sentence) {
                joined.insert(segment.frame, ());
            }
        }
    }
    joined
}

/// Lists, tables, forms and boxes that hold links, pictures or headings more than text.
fn unfit(flat: &Flat, inside: &[Inside], texts: &[usize], own: &[Own]) -> Vec<bool> {
    let frames = &flat.frames;
    let mut paragraphs = vec![0.0_f32; frames.len()];
    let mut items = vec![0.0_f32; frames.len()];
    let mut headed = vec![0.0_f32; frames.len()];
    let mut listed = vec![0.0_f32; frames.len()];
    for at in (1..frames.len()).rev() {
        match frames[at].tag {
            Tag::P => paragraphs[at] += 1.0,
            Tag::Li => items[at] += 1.0,
            Tag::Ul | Tag::Ol => listed[at] = inside[at].words,
            Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6 => headed[at] = inside[at].words,
            _ => {}
        }
        let parent = frames[at].parent as usize;
        if parent != at {
            for counts in [&mut paragraphs, &mut items, &mut headed, &mut listed] {
                let own = counts[at];
                counts[parent] += own;
            }
        }
    }
    let mut out = vec![false; frames.len()];
    let half = inside.first().map_or(0.0, |i| i.long) * 0.5;
    for (at, frame) in frames.iter().enumerate() {
        if inside[at].long > half {
            continue;
        }
        if frame.tag.heading().is_some_and(|level| level <= 2) {
            out[at] = weight(frame.families) < 0.0;
            continue;
        }
        if !matches!(frame.tag, Tag::Div | Tag::Ul | Tag::Ol | Tag::Form | Tag::Section | Tag::Table | Tag::Custom | Tag::Dl) {
            continue;
        }
        let weight = weight(frame.families);
        if weight < 0.0 {
            out[at] = true;
            continue;
        }
        let it = &inside[at];
        if it.commas >= 10.0 || frame.tag == Tag::Table {
            continue;
        }
        let list = matches!(frame.tag, Tag::Ul | Tag::Ol) || (it.words > 0.0 && listed[at] / it.words > 0.9);
        let density = it.linked / it.words.max(1.0);
        out[at] = (it.pictures > 1.0 && paragraphs[at] / it.pictures < 0.5)
            || (!list && items[at] - 100.0 > paragraphs[at])
            || (!list
                && headed[at] / it.words.max(1.0) < 0.9
                && it.words < 4.0
                && (it.pictures == 0.0 || it.pictures > 2.0)
                && density > 0.0)
            || (!list && weight < 25.0 && density > 0.2)
            || (weight >= 25.0 && density > 0.5)
            || (list && density > 0.6);
    }
    // Text straight in a box of its own is a paragraph in all but name.
    for (&i, own) in texts.iter().zip(own) {
        if own.sentence && own.words > 12.0 && own.linked < 0.2 {
            out[flat.segments[i].frame as usize] = false;
        }
    }
    out
}
