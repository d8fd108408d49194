//! Two cheap extractors over the frames of a page, whose votes are features of its blocks: one scores containers as
//! Readability does ([`readability`]), one goes by what containers call themselves, as trafilatura does.

use std::collections::HashMap;

use super::dom::{Flat, Kind, Tag};
use super::family;
use super::features::Own;
use super::readability::{self, Readable};

/// What a frame holds, all inside counted.
#[derive(Clone, Copy, Default)]
pub struct Inside {
    pub words: f32,
    pub linked: f32,
    pub long: f32,
    pub blocks: f32,
    pub commas: f32,
    /// Pictures.
    pub pictures: f32,
    /// Elements straight inside.
    pub children: f32,
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
    for segment in flat.segments.iter().filter(|s| matches!(s.kind, Kind::Picture(_))) {
        inside[segment.frame as usize].pictures += 1.0;
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
            it.pictures += child.pictures;
            it.children += 1.0;
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
    /// Each frame's score, as a share of the best.
    pub scores: HashMap<u32, f32>,
    /// The frame with the best score.
    pub top: usize,
    /// The frame that names itself the article.
    pub container: usize,
}

/// Names of what is not the text though it stands in it.
const BESIDE: family::Families = family::Families(
    family::COMMENT.0
        | family::NAVIGATION.0
        | family::FOOTER.0
        | family::SIDEBAR.0
        | family::AD.0
        | family::RELATED.0
        | family::SOCIAL.0
        | family::NEWSLETTER.0
        | family::CONSENT.0,
);

impl Votes {
    /// Counts them.
    pub fn of(flat: &Flat, texts: &[usize], own: &[Own], inside: &[Inside]) -> Self {
        let Readable { kept, top, scores } = readability::vote(flat, texts, own, inside);
        let container = container(flat, inside);
        let discard = BESIDE | family::TAGS | family::HIDDEN | family::CAPTION | family::AUTHOR;
        // What holds most of the text is the text, whatever it calls itself.
        let most = inside.get(container).map_or(0.0, |i| i.long) * 0.5;
        let named = texts
            .iter()
            .zip(own)
            .map(|(&i, own)| {
                for (at, frame) in flat.chain(flat.segments[i].frame) {
                    if at as usize == container {
                        return own.linked < 0.8;
                    }
                    let apart = matches!(frame.tag, Tag::Aside | Tag::Nav | Tag::Footer | Tag::Form | Tag::Figure | Tag::Figcaption);
                    if (frame.families.has(discard) || apart) && inside[at as usize].long <= most {
                        return false;
                    }
                }
                false
            })
            .collect();
        Self { scored: kept, named, scores, top, container }
    }

    /// The share of the two that would keep block `k`.
    pub fn share(&self, k: usize) -> f32 {
        (f32::from(u8::from(self.scored[k])) + f32::from(u8::from(self.named[k]))) / 2.0
    }
}

/// The container: by name first, by element next, each with enough running text inside; the innermost of equals.
fn container(flat: &Flat, inside: &[Inside]) -> usize {
    let total = inside.first().map_or(0.0, |i| i.long).max(1.0);
    let (mut container, mut best) = (0, 0.0);
    for (at, frame) in flat.frames.iter().enumerate() {
        let beside = frame.families.has(BESIDE);
        let rank = if matches!(frame.tag, Tag::Body | Tag::P | Tag::Li) {
            continue;
        } else if frame.families.has(family::BODY) && !beside {
            0.5
        } else if frame.tag == Tag::Article {
            0.4
        } else if frame.tag == Tag::Main || (frame.families.has(family::CONTENT) && !beside) {
            0.2
        } else {
            continue;
        };
        let share = inside[at].long / total;
        let value = rank + share + f32::from(frame.depth) * 0.005;
        if share >= 0.2 && value > best {
            best = value;
            container = at;
        }
    }
    container
}
