//! Two cheap extractors over the frames of a page, whose votes are features of its blocks: one scores containers as
//! Readability does, one goes by what containers call themselves, as trafilatura does.

use super::dom::{Flat, Tag};
use super::family;
use super::features::Own;

/// What a frame holds, all inside counted.
#[derive(Clone, Copy, Default)]
pub struct Inside {
    pub words: f32,
    pub linked: f32,
    pub long: f32,
    pub blocks: f32,
    pub commas: f32,
}

/// Sums each frame's blocks.
pub fn inside(flat: &Flat, texts: &[usize], own: &[Own]) -> Vec<Inside> {
    let mut inside = vec![Inside::default(); flat.frames.len()];
    for (&i, own) in texts.iter().zip(own) {
        let segment = &flat.segments[i];
        let it = &mut inside[segment.frame as usize];
        it.words += own.words;
        it.linked += own.words * own.linked;
        it.blocks += 1.0;
        if own.words >= 12.0 && own.linked < 0.5 {
            it.long += own.words;
        }
        it.commas += segment.text.bytes().filter(|b| *b == b',').count() as f32;
    }
    // Frames are numbered in document order: children after parents.
    for at in (1..inside.len()).rev() {
        let parent = flat.frames[at].parent as usize;
        if parent != at {
            let child = inside[at];
            let it = &mut inside[parent];
            it.words += child.words;
            it.linked += child.linked;
            it.long += child.long;
            it.blocks += child.blocks;
            it.commas += child.commas;
        }
    }
    inside
}

/// What two cheap extractors would keep.
pub struct Votes {
    /// Like Readability: the container with the best score, its good siblings.
    pub scored: Vec<bool>,
    /// Like trafilatura: the container that names itself the article, without what names itself otherwise.
    pub named: Vec<bool>,
    /// Each frame's score.
    pub scores: Vec<f32>,
    /// The frame with the best score.
    pub top: usize,
    /// The frame that names itself the article.
    pub container: usize,
}

impl Votes {
    /// Counts them.
    pub fn of(flat: &Flat, texts: &[usize], own: &[Own], inside: &[Inside]) -> Self {
        let frames = &flat.frames;
        let mut scores = vec![0.0_f32; frames.len()];
        let bad = family::COMMENT
            | family::NAVIGATION
            | family::FOOTER
            | family::SIDEBAR
            | family::AD
            | family::RELATED
            | family::SOCIAL
            | family::NEWSLETTER
            | family::CONSENT;
        for (&i, own) in texts.iter().zip(own) {
            if own.chars < 25.0 || own.linked > 0.6 {
                continue;
            }
            let segment = &flat.segments[i];
            let frame = &frames[segment.frame as usize];
            if frame.tags & (1 << Tag::Nav as u64 | 1 << Tag::Footer as u64 | 1 << Tag::Aside as u64) != 0 {
                continue;
            }
            let commas = segment.text.bytes().filter(|b| *b == b',').count() as f32;
            let score = 1.0 + commas.min(10.0) + (own.chars / 100.0).min(3.0);
            // The paragraph's own frame is the paragraph; text straight in a `div` counts for that `div` too.
            for (level, (at, _)) in flat.chain(segment.frame).take(6).enumerate() {
                let share = match level {
                    0 => 0.5,
                    1 => 1.0,
                    2 => 0.6,
                    n => 1.0 / (n as f32 * 2.0),
                };
                scores[at as usize] += score * share;
            }
        }
        for (at, frame) in frames.iter().enumerate() {
            let density = inside[at].linked / inside[at].words.max(1.0);
            let name = if frame.families.has(family::BODY) {
                1.4
            } else if frame.families.has(bad) {
                0.4
            } else {
                1.0
            };
            let tag = match frame.tag {
                Tag::Article | Tag::Main => 1.1,
                Tag::P | Tag::Li | Tag::Blockquote | Tag::H1 | Tag::H2 | Tag::H3 | Tag::Body => 0.6,
                Tag::Form | Tag::Aside | Tag::Nav | Tag::Footer => 0.3,
                _ => 1.0,
            };
            scores[at] *= (1.0 - density).max(0.0) * name * tag;
        }
        let best = |range: &mut dyn Iterator<Item = usize>| range.max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0);
        let top = best(&mut (0..frames.len()));
        let parent = frames.get(top).map_or(0, |f| f.parent as usize);
        let limit = (scores.get(top).copied().unwrap_or_default() * 0.2).max(8.0);
        let scored = texts
            .iter()
            .zip(own)
            .map(|(&i, own)| {
                let mut below = None;
                for (at, frame) in flat.chain(flat.segments[i].frame) {
                    let at = at as usize;
                    if at == top {
                        return own.linked < 0.6 || own.sentence;
                    }
                    if frame.families.has(bad) && inside[at].linked > inside[at].words * 0.3 {
                        return false;
                    }
                    if at == parent {
                        // A sibling of the best, as good as it or of its kind.
                        return below.is_some_and(|b: usize| scores[b] > limit || frames[b].signature == frames[top].signature)
                            || (own.words > 15.0 && own.linked < 0.25 && own.sentence);
                    }
                    below = Some(at);
                }
                false
            })
            .collect();
        // The container: by name first, by element next, each with enough running text inside.
        let total = inside.first().map_or(0.0, |i| i.long).max(1.0);
        let mut container = 0;
        let mut best = 0.0;
        for (at, frame) in frames.iter().enumerate() {
            let rank = if frame.families.has(family::BODY) && !frame.families.has(bad) {
                3.0
            } else if frame.tag == Tag::Article {
                2.0
            } else if frame.tag == Tag::Main || (frame.families.has(family::CONTENT) && !frame.families.has(bad)) {
                1.0
            } else {
                continue;
            };
            let share = inside[at].long / total;
            if share < 0.25 {
                continue;
            }
            let value = rank * 0.2 + share + frame.depth as f32 * 0.01;
            if value > best {
                best = value;
                container = at;
            }
        }
        let discard = bad | family::TAGS | family::HIDDEN | family::CAPTION | family::AUTHOR;
        let named = texts
            .iter()
            .zip(own)
            .map(|(&i, own)| {
                for (at, frame) in flat.chain(flat.segments[i].frame) {
                    if at as usize == container {
                        return own.linked < 0.8;
                    }
                    if frame.families.has(discard)
                        || matches!(frame.tag, Tag::Aside | Tag::Nav | Tag::Footer | Tag::Form | Tag::Figure | Tag::Figcaption)
                    {
                        return false;
                    }
                }
                false
            })
            .collect();
        Self { scored, named, scores, top, container }
    }

    /// The share of the two that would keep block `k`.
    pub fn share(&self, k: usize) -> f32 {
        (f32::from(u8::from(self.scored[k])) + f32::from(u8::from(self.named[k]))) / 2.0
    }
}
