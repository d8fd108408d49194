//! What can be said of a text block in numbers: its words, its markup, its neighbours, and what two cheap extractors
//! think of it. The weights in `blocks.bin` are trained on exactly these, in exactly this order.

use aho_corasick::AhoCorasick;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::build::same_words;
use super::choose::{Shingles, words};
use super::dom::{Flat, Kind, Segment, Tag};
use super::family;
use super::meta::Head;

/// The features of a page's text blocks.
pub struct Features {
    /// Indexes of the text blocks among the segments.
    pub texts: Vec<usize>,
    /// `width` numbers a block.
    pub values: Vec<f32>,
    /// Numbers a block.
    pub width: usize,
    /// For each block: which share a parent, which look alike, which share a grandparent. Numbered by first appearance.
    pub groups: Vec<[u32; 3]>,
    /// Words of each block.
    pub words: Vec<f32>,
}

/// Words in running text that give boilerplate away, by group.
const CUES: [(usize, &[&str]); 10] = [
    (
        0,
        &[
            "subscribe",
            "newsletter",
            "sign up",
            "abonn",
            "anmelden",
            "registrier",
            "log in",
            "register",
            "inscri",
            "suscr",
            "free trial",
            "abo ",
            "iscriviti",
            "donate",
            "spende",
            "support us",
            "unterstütz",
        ],
    ),
    (
        1,
        &[
            "read more",
            "read also",
            "also read",
            "see also",
            "more on",
            "lesen sie",
            "lesen sie auch",
            "mehr zum",
            "mehr dazu",
            "weiterlesen",
            "lesen sie mehr",
            "related",
            "lire aussi",
            "à lire",
            "leggi anche",
            "lee también",
            "continue reading",
            "up next",
            "recommended",
            "siehe auch",
            "das könnte",
            "you may",
            "most popular",
            "meistgelesen",
            "trending",
        ],
    ),
    (
        2,
        &[
            "foto:",
            "photo:",
            "bild:",
            "photograph",
            "getty",
            "image:",
            "image credit",
            "credit:",
            "photo by",
            "imago",
            "picture alliance",
            "shutterstock",
            "bildquelle",
            "foto ",
            "video:",
        ],
    ),
    (
        3,
        &[
            "share",
            "teilen",
            "facebook",
            "twitter",
            "whatsapp",
            "follow us",
            "folgen sie",
            "instagram",
            "e-mail",
            "partager",
            "tweet",
            "linkedin",
            "telegram",
        ],
    ),
    (
        4,
        &[
            "copyright",
            "all rights reserved",
            "alle rechte",
            "©",
            "tous droits",
            "terms of",
            "impressum",
            "disclaimer",
            "privacy",
            "datenschutz",
        ],
    ),
    (
        5,
        &[
            "published",
            "updated",
            "aktualisiert",
            "veröffentlicht",
            " uhr",
            "min read",
            "minuten lesezeit",
            "lesedauer",
            "stand:",
            " ago",
            "publié",
            "last modified",
            "posted on",
        ],
    ),
    (
        6,
        &[
            "is a reporter",
            "is a writer",
            "is a senior",
            "editor at",
            "correspondent",
            "ist redakteur",
            "is the author",
            "is a freelance",
            "jahrgang",
            "journalist",
            "schreibt für",
            "covers ",
            "follow him",
            "follow her",
            "about the author",
            "zum autor",
            "reach him",
            "reach her",
            "contact the",
        ],
    ),
    (7, &["comment", "kommentar", "leave a reply", "join the", "discuss", "mitreden", "reply", "diskut", "feedback", "posting"]),
    (
        8,
        &[
            "cookie",
            "consent",
            "javascript",
            "browser",
            "einwillig",
            "externer inhalt",
            "external content",
            "ad blocker",
            "zustimm",
            "tracking",
        ],
    ),
    (9, &["advertisement", "anzeige", "sponsored", "werbung", "affiliate", "publicité", "commission", "partner"]),
];

fn cues() -> &'static (AhoCorasick, Vec<usize>) {
    static FOUND: LazyLock<(AhoCorasick, Vec<usize>)> = LazyLock::new(|| {
        let all: Vec<(usize, &str)> = CUES.iter().flat_map(|(g, words)| words.iter().map(|w| (*g, *w))).collect();
        let automaton = AhoCorasick::new(all.iter().map(|(_, w)| w)).expect("some hundred short words make a small automaton");
        (automaton, all.into_iter().map(|(g, _)| g).collect())
    });
    &FOUND
}

/// What a block is by itself.
struct Own {
    words: f32,
    chars: f32,
    linked: f32,
    sentence: bool,
    tokens: Vec<u64>,
}

/// What a frame holds, all inside counted.
#[derive(Clone, Copy, Default)]
struct Inside {
    words: f32,
    linked: f32,
    long: f32,
    blocks: f32,
    commas: f32,
}

impl Features {
    /// Measures all text blocks.
    pub fn of(flat: &Flat, head: &Head, title: &str, summary: &str) -> Self {
        let texts: Vec<usize> = (0..flat.segments.len()).filter(|&i| flat.segments[i].kind == Kind::Text).collect();
        let own: Vec<Own> = texts.iter().map(|&i| Own::of(&flat.segments[i])).collect();
        let inside = inside(flat, &texts, &own);
        let votes = Votes::of(flat, &texts, &own, &inside);
        let page = PageWide::of(flat, &texts, &own, &votes, head, title, summary);
        let mut out =
            Self { texts, values: Vec::new(), width: 0, groups: page.groups.clone(), words: own.iter().map(|o| o.words).collect() };
        for k in 0..out.texts.len() {
            let before = out.values.len();
            page.block(k, flat, &out.texts, &own, &inside, &votes, &mut out.values);
            out.width = out.values.len() - before;
        }
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

fn inside(flat: &Flat, texts: &[usize], own: &[Own]) -> Vec<Inside> {
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
struct Votes {
    /// Like Readability: the container with the best score, its good siblings.
    scored: Vec<bool>,
    /// Like trafilatura: the container that names itself the article, without what names itself otherwise.
    named: Vec<bool>,
    /// The best score, and each frame's.
    scores: Vec<f32>,
    top: usize,
    container: usize,
}

impl Votes {
    fn of(flat: &Flat, texts: &[usize], own: &[Own], inside: &[Inside]) -> Self {
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

    fn share(&self, k: usize) -> f32 {
        (f32::from(u8::from(self.scored[k])) + f32::from(u8::from(self.named[k]))) / 2.0
    }
}

/// What holds for the page as a whole.
struct PageWide {
    body: Option<Shingles>,
    summary: Shingles,
    title: HashSet<u64>,
    title_text: String,
    repeats: Vec<f32>,
    groups: Vec<[u32; 3]>,
    /// By look: blocks, words, words of long ones, linked words, votes by words.
    looks: Vec<[f32; 5]>,
    first: usize,
    last: usize,
    parent: u32,
    words: f32,
    voted: f32,
    before: Vec<f32>,
    h1: usize,
    /// Of each block: how far above it a heading stands, and whether that heads links, comments or a call.
    under: Vec<(f32, f32)>,
}

impl PageWide {
    fn of(flat: &Flat, texts: &[usize], own: &[Own], votes: &Votes, head: &Head, title: &str, summary: &str) -> Self {
        let n = texts.len();
        let mut seen: HashMap<&[u64], u32> = HashMap::new();
        for own in own {
            *seen.entry(&own.tokens).or_default() += 1;
        }
        let repeats = own.iter().map(|o| seen[&o.tokens[..]] as f32).collect();
        let (mut parents, mut kinds, mut elders) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut looks: Vec<[f32; 5]> = Vec::new();
        let mut groups = Vec::with_capacity(n);
        for (k, &i) in texts.iter().enumerate() {
            let segment = &flat.segments[i];
            let frame = flat.frame(segment);
            let up = &flat.frames[frame.parent as usize];
            let len = parents.len() as u32;
            let parent = *parents.entry(frame.parent).or_insert(len);
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
            let len = elders.len() as u32;
            let elder = *elders.entry(up.parent).or_insert(len);
            groups.push([parent, kind, elder]);
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
            groups,
            looks,
            first,
            last,
            parent,
            words: sum,
            voted: (0..n).map(|k| own[k].words * votes.share(k)).sum(),
            before,
            h1,
            under: under(flat, texts),
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
            bit(text.chars().next_back() == Some('?')),
            cjk(text) / me.chars.max(1.0),
        ]);
        out.push((self.repeats[k] - 1.0).min(5.0));
        out.push(bit(same_words(text, &self.title_text)));
        out.push(me.tokens.iter().filter(|t| self.title.contains(*t)).count() as f32 / me.tokens.len().max(1) as f32);
        out.push(self.summary.share_of(&me.tokens));
        out.push(self.body.as_ref().map_or(-1.0, |b| b.share_of(&me.tokens)));
        let mut hits = [0.0_f32; CUES.len()];
        let lower = text[..text.floor_char_boundary(400)].to_lowercase();
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
            family::HIDDEN, family::COMMENT, family::RELATED, family::NEWSLETTER, family::FOOTER, family::SIDEBAR, family::BODY, family::AD, family::NAVIGATION,
            family::AUTHOR, family::GALLERY,
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
        let best = votes.scores.get(votes.top).copied().unwrap_or(1.0).max(1.0);
        out.extend(chain[..4].iter().map(|&at| votes.scores[at] / best));
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
        let look = self.looks[self.groups[k][1] as usize];
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
    }

    /// How many frames up `other` stands, -1 if it is not around.
    fn up_to(&self, flat: &Flat, frame: u32, other: u32) -> f32 {
        flat.chain(frame).take(20).position(|(at, _)| at == other).map_or(-1.0, |p| p as f32)
    }
}
