//! Which of a page's blocks are the article: boosted trees over each block's numbers, and a bar that they must reach.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use super::dom::{Flat, Kind, Tag};
use super::family;
use super::features::{Features, calls};
use super::trees::Trees;

/// Blocks at or above this probability are kept; set where precision and recall meet on pages not trained on.
const KEEP: f32 = 0.45;
/// The trees, as trained.
static WEIGHTS: LazyLock<Option<Trees>> = LazyLock::new(|| Trees::read(include_bytes!("blocks.bin")).map(|(trees, _)| trees));

/// Says of each segment whether it belongs to the article's text.
pub fn choose(flat: &Flat, features: &Features, probabilities: &[f32]) -> Vec<bool> {
    let mut keep = vec![false; flat.segments.len()];
    let limit = limit(features, probabilities);
    for (&i, p) in features.texts.iter().zip(probabilities) {
        keep[i] = *p >= limit;
    }
    mend(flat, &mut keep);
    keep
}

/// What a sum of numbers gets wrong and a reader would not: a table or listing among or under the paragraphs is whole or not
/// there; a subhead between two kept paragraphs heads the second; a call to subscribe is none of the text wherever it stands;
/// a line of nothing but a date above the text is no paragraph.
fn mend(flat: &Flat, keep: &mut [bool]) {
    let text = |i: usize| flat.segments[i].kind == Kind::Text;
    let running = |i: usize| text(i) && flat.segments[i].text.len() > 60 && matches!(flat.frame(&flat.segments[i]).tag, Tag::P | Tag::Div);
    // Containers that hold kept paragraphs, with the first and the last of each.
    let mut holders: HashMap<u32, (usize, usize)> = HashMap::new();
    for i in (0..keep.len()).filter(|&i| keep[i] && running(i)) {
        let parent = flat.frame(&flat.segments[i]).parent;
        let range = holders.entry(parent).or_insert((i, i));
        range.1 = i;
    }
    wholes(flat, keep, &holders);
    subheads(flat, keep, &holders);
    let first = (0..keep.len()).find(|&i| keep[i] && running(i)).unwrap_or(0);
    for i in (0..keep.len()).filter(|&i| text(i)) {
        let segment = &flat.segments[i];
        if !keep[i] || segment.text.len() > 400 {
            continue;
        }
        let near = flat.chain(segment.frame).take(2).any(|(_, f)| f.families.has(family::NEWSLETTER));
        // A box that calls itself so and stands aside needs no cue in its words.
        let boxed = flat
            .chain(segment.frame)
            .take(3)
            .any(|(_, f)| matches!(f.tag, Tag::Aside | Tag::Form) && f.families.has(family::NEWSLETTER) && !f.families.has(family::BODY));
        let bare = i < first && segment.text.len() < 80 && segment.text.bytes().any(|b| b.is_ascii_digit());
        let dated = bare
            && flat.chain(segment.frame).take(2).any(|(_, f)| f.families.has(family::META) && !f.families.has(family::BODY | family::LEAD));
        if (near && calls(&segment.text)) || boxed || dated {
            keep[i] = false;
        }
    }
}

/// What sets a table or a heading apart from the article around it.
const ELSEWHERE: family::Families = family::Families(
    family::RELATED.0
        | family::NAVIGATION.0
        | family::AD.0
        | family::COMMENT.0
        | family::FOOTER.0
        | family::SIDEBAR.0
        | family::NEWSLETTER.0
        | family::SOCIAL.0
        | family::HIDDEN.0
        | family::TAGS.0
        | family::CONSENT.0
        | family::AUTHOR.0,
);

/// What is known of a table or a listing. Bytes, of segments.
#[derive(Default)]
struct Whole {
    bytes: usize,
    linked: usize,
    kept: usize,
    /// It holds headings or long paragraphs: it lays the page out.
    layout: bool,
}

/// Tables and listings beside kept paragraphs, among them or under the last, and whatever is kept for the most part: whole.
fn wholes(flat: &Flat, keep: &mut [bool], holders: &HashMap<u32, (usize, usize)>) {
    let around = |i: usize| flat.chain(flat.segments[i].frame).find(|(_, f)| matches!(f.tag, Tag::Table | Tag::Pre | Tag::Ul | Tag::Ol));
    let texts = |i: &usize| flat.segments[*i].kind == Kind::Text;
    let mut found: HashMap<u32, Whole> = HashMap::new();
    for i in (0..keep.len()).filter(texts) {
        if let Some((at, _)) = around(i) {
            let (whole, segment) = (found.entry(at).or_default(), &flat.segments[i]);
            whole.bytes += segment.text.len();
            whole.linked += segment.linked as usize;
            whole.kept += if keep[i] { segment.text.len() } else { 0 };
            let frame = flat.frame(segment);
            whole.layout |= frame.tag.heading().is_some() || (frame.tag != Tag::Pre && segment.text.len() > 300);
        }
    }
    for i in (0..keep.len()).filter(texts) {
        let Some((at, frame)) = around(i) else { continue };
        let whole = &found[&at];
        // Straight in the container, or wrapped for the sake of its looks.
        let parent = &flat.frames[frame.parent as usize];
        let wrapped = matches!(parent.tag, Tag::Div | Tag::Figure).then_some(parent.parent);
        let among = [Some(frame.parent), wrapped].into_iter().flatten().find_map(|p| holders.get(&p));
        let apart = whole.layout || frame.families.has(ELSEWHERE) || parent.families.has(ELSEWHERE) || whole.linked * 2 > whole.bytes;
        let begun = whole.kept * 2 > whole.bytes && !apart;
        // A list among paragraphs may be of anything; one that is kept for the most part is the article's.
        let among = among.filter(|_| matches!(frame.tag, Tag::Table | Tag::Pre));
        if begun || among.is_some_and(|(from, to)| (*from..=*to).contains(&i) || (i > *to && !apart)) {
            keep[i] = true;
        }
    }
}

/// A heading in a container of kept paragraphs, right above one of them.
fn subheads(flat: &Flat, keep: &mut [bool], holders: &HashMap<u32, (usize, usize)>) {
    for i in 0..keep.len().saturating_sub(1) {
        let (segment, next) = (&flat.segments[i], &flat.segments[i + 1]);
        let frame = flat.frame(segment);
        let heads = !keep[i]
            && segment.kind == Kind::Text
            && matches!(frame.tag, Tag::H2 | Tag::H3 | Tag::H4)
            && segment.linked == 0
            && segment.text.len() < 160
            && keep[i + 1]
            && next.kind == Kind::Text
            && flat.frame(next).tag == Tag::P
            && flat.frame(next).parent == frame.parent
            && !frame.families.has(ELSEWHERE);
        if heads && holders.get(&frame.parent).is_some_and(|(from, to)| (*from..*to).contains(&i)) {
            keep[i] = true;
        }
    }
}

/// The bar: lower on a page on which next to nothing reaches it, measured by its likeliest hundred words. Little sure text
/// is better than none; but where a paragraph is sure, the page is merely short, and what is far less likely stays out.
fn limit(features: &Features, probabilities: &[f32]) -> f32 {
    let mut order: Vec<(f32, f32)> = probabilities.iter().copied().zip(features.words.iter().copied()).collect();
    if order.iter().filter(|(p, _)| *p >= KEEP).map(|(_, w)| w).sum::<f32>() >= 40.0 {
        return KEEP;
    }
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let sure = order.iter().find(|(_, w)| *w >= 8.0).map_or(0.0, |(p, _)| *p);
    let mut words = 0.0;
    for (p, w) in order {
        words += w;
        if words >= 100.0 {
            return KEEP.min((p * 0.5).max(sure * 0.3));
        }
    }
    KEEP.min(sure * 0.3)
}

/// How likely each text block belongs to the article.
pub fn probabilities(features: &Features) -> Vec<f32> {
    match &*WEIGHTS {
        Some(trees) if features.width > 0 => features.values.chunks(features.width).map(|row| trees.probability(row)).collect(),
        _ => vec![0.0; features.texts.len()],
    }
}

/// The runs of four words of a text; fewer for a line that is shorter.
pub struct Shingles {
    fours: Hashes,
    lines: Hashes,
}

/// A set of hashes: they are spread already, and the text that they come from gains nothing from clashes.
pub type Hashes = HashSet<u64, BuildHasherDefault<Spread>>;

/// Takes a hash as its own.
#[derive(Default)]
pub struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u64(&mut self, n: u64) {
        // A last turn: tables look at the highest and the lowest bits.
        self.0 = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
}

impl Shingles {
    /// Collects them.
    pub fn of(text: &str) -> Self {
        let mut fours = Hashes::default();
        let words: Vec<u64> = words(text).collect();
        fours.extend(words.windows(4).map(hash));
        let lines = text.lines().map(|l| hash(&self::words(l).collect::<Vec<_>>())).collect();
        Self { fours, lines }
    }

    /// The share of a text's runs that are among them, 0 to 1.
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
