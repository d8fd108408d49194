//! What can be said of a text block in numbers: its words, its markup, its neighbours, and what two cheap extractors
//! think of it. The weights in `blocks.bin` are trained on exactly these, in exactly this order.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

use super::build::same_words;
use super::choose::{Shingles, Spread, hash, words};
use super::cues::{CUES, cues};
use super::dom::{Flat, Kind, Segment, Tag};
use super::family;
use super::meta::Head;
use super::places::{Holders, Line, echoes};
use super::safe::cut;
use super::votes::{Inside, Votes, inside};

/// Text blocks of a page that are looked at; real ones have some hundreds, rarely two thousand.
const BLOCK_CAP: usize = 20_000;

/// The features of a page's text blocks.
pub struct Features {
    /// Indexes of the text blocks among the segments.
    pub texts: Vec<usize>,
    /// `width` numbers a block.
    pub values: Vec<f32>,
    /// Numbers a block.
    pub width: usize,
    /// Words of each block.
    pub words: Vec<f32>,
    /// Hashes of them.
    pub tokens: Vec<Vec<u64>>,
}

/// What a block is by itself.
pub struct Own {
    pub words: f32,
    pub chars: f32,
    pub linked: f32,
    pub sentence: bool,
    pub tokens: Vec<u64>,
}

impl Features {
    /// Measures all text blocks.
    pub fn of(flat: &Flat, head: &Head, title: &str, summary: &str) -> Self {
        let texts: Vec<usize> = (0..flat.segments.len()).filter(|&i| flat.segments[i].kind == Kind::Text).take(BLOCK_CAP).collect();
        let own: Vec<Own> = texts.iter().map(|&i| Own::of(&flat.segments[i])).collect();
        let inside = inside(flat, &texts, &own);
        let votes = Votes::of(flat, &texts, &own, &inside);
        let holders = Holders::of(flat, &texts, &own, &inside);
        let page = PageWide::of(flat, &texts, &own, &votes, head, title, summary);
        let mut out = Self { texts, values: Vec::new(), width: 0, words: own.iter().map(|o| o.words).collect(), tokens: Vec::new() };
        for k in 0..out.texts.len() {
            let before = out.values.len();
            page.block(k, flat, &out.texts, &own, &inside, &votes, &mut out.values);
            holders.block(flat, flat.segments[out.texts[k]].frame, &mut out.values);
            out.width = out.values.len() - before;
            if k == 0 {
                out.values.reserve_exact(out.width * (out.texts.len() - 1));
            }
        }
        out.tokens = own.into_iter().map(|o| o.tokens).collect();
        out
    }
}

impl Own {
    fn of(segment: &Segment) -> Self {
        let text = &segment.text;
        let end = text.trim_end_matches(['"', '”', '“', '»', '«', '\'', '’', ')', ']', ' ']).chars().next_back();
        Self {
            words: text.split_whitespace().count() as f32 + cjk(text) / 2.0,
            chars: text.len() as f32,
            linked: (segment.linked as f32 / text.len().max(1) as f32).min(1.0),
            sentence: end.is_some_and(|c| matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '।' | '؟')),
            tokens: words(text).collect(),
        }
    }
}

fn under(flat: &Flat, texts: &[usize]) -> Vec<(f32, f32)> {
    let (automaton, which) = cues();
    let (mut last, mut cue) = (None, 0.0);
    let mut out = Vec::with_capacity(texts.len());
    for (k, &i) in texts.iter().enumerate() {
        let segment = &flat.segments[i];
        let heading = flat.chain(segment.frame).take(2).any(|(_, f)| f.tag.heading().is_some());
        if heading && segment.text.len() < 200 {
            let lower = segment.text.to_lowercase();
            last = Some(k);
            cue = f32::from(u8::from(automaton.find_iter(&lower).any(|m| [0, 1, 3, 7, 9].contains(&which[m.pattern().as_usize()]))));
        }
        out.push(last.map_or((40.0, 0.0), |l: usize| (((k - l) as f32).min(40.0), cue)));
    }
    out
}

/// Characters of scripts without spaces.
fn cjk(text: &str) -> f32 {
    if text.is_ascii() {
        return 0.0;
    }
    text.chars().filter(|c| matches!(*c as u32, 0x3040..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7af | 0xe00..=0xe7f)).count() as f32
}

/// What holds for the page as a whole.
struct PageWide {
    body: Option<Shingles>,
    summary: Shingles,
    title: HashSet<u64>,
    title_text: String,
    repeats: Vec<f32>,
    /// Of each block: its kind, by how it and what is around it are marked up.
    kinds: Vec<u32>,
    /// By look: blocks, words, words of long ones, linked words, votes by words.
    looks: Vec<[f32; 5]>,
    first: usize,
    last: usize,
    parent: u32,
    words: f32,
    voted: f32,
    before: Vec<f32>,
    h1: usize,
    /// The elements around the headline, and those around the container of most votes.
    h1_line: Line,
    parent_line: Line,
    /// Of each block: the share of its runs of words that stand above it too, and below it.
    echoes: Vec<[f32; 2]>,
    /// Of each block: how far above it a heading stands, and whether that heads links, comments or a call.
    under: Vec<(f32, f32)>,
}

impl PageWide {
    fn of(flat: &Flat, texts: &[usize], own: &[Own], votes: &Votes, head: &Head, title: &str, summary: &str) -> Self {
        let n = texts.len();
        let mut seen: HashMap<u64, u32, BuildHasherDefault<Spread>> = HashMap::default();
        let lines: Vec<u64> = own.iter().map(|o| hash(&o.tokens)).collect();
        for line in &lines {
            *seen.entry(*line).or_default() += 1;
        }
        let repeats = lines.iter().map(|line| seen[line] as f32).collect();
        let mut kinds = HashMap::new();
        let mut looks: Vec<[f32; 5]> = Vec::new();
        let mut kinds_of = Vec::with_capacity(n);
        for (k, &i) in texts.iter().enumerate() {
            let segment = &flat.segments[i];
            let frame = flat.frame(segment);
            let up = &flat.frames[frame.parent as usize];
            let len = kinds.len() as u32;
            let kind = *kinds.entry((frame.signature, up.signature)).or_insert(len);
            if kind == len {
                looks.push([0.0; 5]);
            }
            let look = &mut looks[kind as usize];
            let o = &own[k];
            look[0] += 1.0;
            look[1] += o.words;
            look[2] += if o.words >= 12.0 { o.words } else { 0.0 };
            look[3] += o.words * o.linked;
            look[4] += o.words * votes.share(k);
            kinds_of.push(kind);
        }
        let agreed = |k: &usize| votes.scored[*k] && votes.named[*k] && own[*k].words >= 6.0;
        let either = |k: &usize| (votes.scored[*k] || votes.named[*k]) && own[*k].words >= 6.0;
        let first = (0..n).find(agreed).or_else(|| (0..n).find(either)).unwrap_or(0);
        let last = (0..n).rev().find(agreed).or_else(|| (0..n).rev().find(either)).unwrap_or(n);
        let mut by_parent: HashMap<u32, f32> = HashMap::new();
        for k in (0..n).filter(|k| votes.share(*k) > 0.4) {
            *by_parent.entry(flat.frame(&flat.segments[texts[k]]).parent).or_default() += own[k].words;
        }
        let parent = by_parent.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map_or(0, |(p, _)| p);
        let mut sum = 0.0;
        let before = own
            .iter()
            .map(|o| {
                sum += o.words;
                sum - o.words
            })
            .collect();
        let h1 = (0..n)
            .find(|&k| same_words(&flat.segments[texts[k]].text, title))
            .or_else(|| (0..n).find(|&k| flat.frame(&flat.segments[texts[k]]).tag == Tag::H1))
            .unwrap_or(0);
        Self {
            body: head.article_body().map(|b| Shingles::of(&super::meta::strip_tags(&b))),
            summary: Shingles::of(summary),
            title: words(title).collect(),
            title_text: title.to_owned(),
            repeats,
            kinds: kinds_of,
            looks,
            first,
            last,
            parent,
            words: sum,
            voted: (0..n).map(|k| own[k].words * votes.share(k)).sum(),
            before,
            h1,
            under: under(flat, texts),
            h1_line: Line::of(flat, texts.get(h1).map_or(0, |&i| flat.segments[i].frame)),
            parent_line: Line::of(flat, parent),
            echoes: echoes(own),
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn block(&self, k: usize, flat: &Flat, texts: &[usize], own: &[Own], inside: &[Inside], votes: &Votes, out: &mut Vec<f32>) {
        let segment = &flat.segments[texts[k]];
        let frame = flat.frame(segment);
        let me = &own[k];
        let bit = |b: bool| f32::from(u8::from(b));
        let text = segment.text.as_str();
        // 1. The words themselves.
        let n = text.split_whitespace().count().max(1) as f32;
        let capital = text.split_whitespace().filter(|w| w.chars().next().is_some_and(char::is_uppercase)).count() as f32;
        let digits = text.bytes().filter(u8::is_ascii_digit).count() as f32;
        let count = |marks: &[char]| text.chars().filter(|c| marks.contains(c)).count() as f32;
        out.extend([
            me.words,
            me.chars / n,
            me.linked,
            bit(me.sentence),
            bit(text.ends_with(':')),
            capital / n,
            digits / me.chars.max(1.0),
            count(&[',', ';', '、', '，']),
            count(&['"', '“', '”', '„', '«', '»', '「']),
            count(&['|', '•', '·', '/', '>', '→', '»']),
            bit(text.starts_with(|c: char| c.is_lowercase())),
            bit(text.contains('@')),
            bit(text.contains('\n')),
            bit(segment.time.is_some()),
            bit(segment.figure.is_some()),
            bit(segment.styles.iter().all(|(_, s)| s.strong)),
            bit(segment.styles.iter().all(|(_, s)| s.emphasis)),
            bit(segment.styles.first().is_some_and(|(_, s)| s.link.is_some())),
            bit(text.ends_with('?')),
            cjk(text) / me.chars.max(1.0),
        ]);
        out.push((self.repeats[k] - 1.0).min(5.0));
        out.push(bit(same_words(text, &self.title_text)));
        out.push(me.tokens.iter().filter(|t| self.title.contains(*t)).count() as f32 / me.tokens.len().max(1) as f32);
        out.push(self.summary.share_of(&me.tokens));
        out.push(self.body.as_ref().map_or(-1.0, |b| b.share_of(&me.tokens)));
        let mut hits = [0.0_f32; CUES.len()];
        let lower = cut(text, 400).to_lowercase();
        let (automaton, which) = cues();
        for found in automaton.find_iter(&lower) {
            hits[which[found.pattern().as_usize()]] += 1.0;
        }
        out.extend(hits.iter().map(|h| h.min(3.0)));
        // 2. Its markup, and that around it.
        let level = flat.chain(segment.frame).take(3).find_map(|(_, f)| f.tag.heading()).unwrap_or(0);
        out.push(f32::from(level));
        for tag in [Tag::P, Tag::Li, Tag::Div, Tag::Blockquote, Tag::Td, Tag::Figcaption, Tag::Dd, Tag::Custom, Tag::Section, Tag::Pre] {
            out.push(bit(frame.tag == tag));
        }
        for tag in [
            Tag::Article,
            Tag::Main,
            Tag::Aside,
            Tag::Footer,
            Tag::Header,
            Tag::Nav,
            Tag::Form,
            Tag::Figure,
            Tag::Table,
            Tag::Ul,
            Tag::Ol,
            Tag::Section,
            Tag::Blockquote,
            Tag::Details,
            Tag::Li,
            Tag::Custom,
            Tag::Dl,
        ] {
            out.push(bit(frame.tags & (1 << tag as u64) != 0));
        }
        // The nearest element that names itself so: 0 is its own.
        let mut near = [7.0_f32; family::COUNT];
        for (distance, (_, frame)) in flat.chain(segment.frame).take(7).enumerate() {
            let mut bits = frame.families.0;
            while bits != 0 {
                let f = bits.trailing_zeros() as usize;
                if f < near.len() && near[f] > 6.5 {
                    near[f] = distance as f32;
                }
                bits &= bits - 1;
            }
        }
        out.extend(near);
        for family in [
            family::HIDDEN,
            family::COMMENT,
            family::RELATED,
            family::NEWSLETTER,
            family::FOOTER,
            family::SIDEBAR,
            family::BODY,
            family::AD,
            family::NAVIGATION,
            family::AUTHOR,
            family::GALLERY,
        ] {
            out.push(bit(frame.around.has(family)));
        }
        out.extend([self.under[k].0, self.under[k].1]);
        out.push(f32::from(frame.depth));
        out.push(frame.index as f32);
        // 3. What the containers around it hold.
        let mut chain: Vec<usize> = flat.chain(segment.frame).take(5).map(|(at, _)| at as usize).collect();
        while chain.len() < 5 {
            chain.push(0);
        }
        for &at in &chain[..4] {
            let it = inside[at];
            out.extend([it.words, it.linked / it.words.max(1.0), it.long / it.words.max(1.0), it.blocks, it.commas / it.words.max(1.0)]);
        }
        out.extend(chain[..4].iter().map(|&at| votes.scores.get(&(at as u32)).copied().unwrap_or(-1.0)));
        // 4. What the cheap extractors say of it and of its neighbours.
        out.extend([bit(votes.scored[k]), bit(votes.named[k])]);
        for d in [-3_isize, -2, -1, 1, 2, 3] {
            match k.checked_add_signed(d).filter(|j| *j < own.len()) {
                Some(j) => {
                    let o = &own[j];
                    let other = flat.frame(&flat.segments[texts[j]]);
                    let like = other.parent == frame.parent;
                    out.extend([votes.share(j), o.words, o.linked, bit(o.sentence), bit(like)]);
                    if d.abs() == 1 {
                        out.push(other.tag.heading().map_or(0.0, f32::from));
                        out.push(bit(other.signature == frame.signature));
                    }
                }
                None => {
                    out.extend([-1.0, -1.0, -1.0, -1.0, -1.0]);
                    if d.abs() == 1 {
                        out.extend([-1.0, -1.0]);
                    }
                }
            }
        }
        // 5. Its kind, as all of that kind look on this page.
        let look = self.looks[self.kinds[k] as usize];
        out.extend([
            look[0],
            look[1],
            look[1] / look[0],
            look[2] / look[1].max(1.0),
            look[3] / look[1].max(1.0),
            look[4] / look[1].max(1.0),
            look[1] / self.words.max(1.0),
        ]);
        // 6. Where it stands.
        let total = own.len() as f32;
        let at = k as f32;
        out.extend([
            at / total,
            at - self.first as f32,
            self.last as f32 - at,
            at - self.h1 as f32,
            (self.before[k] - self.before.get(self.first).copied().unwrap_or(0.0)),
            self.before.get(self.last).copied().unwrap_or(self.words) - self.before[k],
            bit(frame.parent == self.parent),
            self.up_to(flat, segment.frame, self.parent),
            self.up_to(flat, segment.frame, votes.top as u32),
            self.up_to(flat, segment.frame, votes.container as u32),
        ]);
        out.extend([total, self.words, self.voted, self.voted / self.words.max(1.0), bit(votes.container != 0), bit(self.body.is_some())]);
        // 7. More of its markup, its links, what it shares with the headline and with other blocks.
        for family in [
            family::CONSENT,
            family::SOCIAL,
            family::CAPTION,
            family::TAGS,
            family::PRODUCT,
            family::QUOTE,
            family::LEAD,
            family::BOX,
            family::EMBED,
            family::META,
        ] {
            out.push(bit(frame.around.has(family)));
        }
        for &at in &chain[1..4] {
            out.push(inside[at].pictures / inside[at].blocks.max(1.0));
        }
        let mut links = 0.0_f32;
        let mut last = None;
        for (_, style) in &segment.styles {
            if style.link.is_some() && style.link != last {
                links += 1.0;
            }
            last = style.link.or(last);
        }
        out.extend([links, me.words / (links + 1.0)]);
        let children = inside[frame.parent as usize].children;
        out.extend([children, frame.index as f32 / children.max(1.0)]);
        out.extend(self.h1_line.meet(flat, segment.frame));
        out.extend(self.parent_line.meet(flat, segment.frame));
        out.push(text.matches(". ").count() as f32);
        let upper = text.chars().filter(|c| c.is_uppercase()).count() as f32;
        out.push(upper / text.chars().filter(|c| c.is_alphabetic()).count().max(1) as f32);
        out.push(bit(text.starts_with(|c: char| c.is_ascii_digit())));
        out.push(bit(text.starts_with(|c: char| !c.is_alphanumeric())));
        out.extend(self.echoes[k]);
    }

    /// How many frames up `other` stands, -1 if it is not around.
    fn up_to(&self, flat: &Flat, frame: u32, other: u32) -> f32 {
        flat.chain(frame).take(20).position(|(at, _)| at == other).map_or(-1.0, |p| p as f32)
    }
}
