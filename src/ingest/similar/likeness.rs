//! What an article is known by when it is compared: the words that say what it is about, a sample of its text, and the
//! numbers and addresses that identify it. Made once from the text; small enough to keep for every article of some days.

use super::words::says_nothing;

/// How many words of a text count for what it is about; the lead says it.
const LEAD_WORDS: usize = 400;
/// So many words of the beginning count twice.
const LEAD: usize = 80;
/// Words are cut to so many letters, which does for stemming in every language.
const STEM: usize = 6;
/// Different words of a text at most; [`Likeness::trim`] then keeps those that tell most.
const MAX_TERMS: usize = 512;
/// Sampled 3-grams at most; [`Likeness::trim`] takes fewer.
const MAX_SAMPLE: usize = 512;
/// How much a pair of neighbouring words in a headline counts beside a word.
const PAIR: f32 = 0.4;
/// In a text of fewer words than this, as in a headline, every word was chosen.
const TERSE: usize = 25;
/// Steps of a weight: a word that stands once has this.
const STEP: f32 = 32.0;
/// A text shorter than this is not compared as a whole.
const MIN_TEXT: usize = 20;

/// What an article is known by. Equal articles have equal ones, on every machine and in every version: it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Likeness {
    /// All in one piece, for many are kept: of each word the upper half, of each the lower half, the sample.
    kept: Box<[u16]>,
    /// How many words there are.
    words: u16,
    /// All 3-grams of at least this level are in the sample.
    pub(super) level: u8,
    /// The whole text, normalised; 0 if it is too short to tell.
    pub(super) text: u32,
    /// The dispatch's own number without its take; 0 if none is printed.
    pub(super) number: u32,
    /// The article's address without what only counts clicks; 0 if there is none.
    pub(super) address: u32,
}

/// What a likeness is made from.
#[derive(Clone, Debug, Default)]
pub struct Source<'a> {
    /// The headline.
    pub title: &'a str,
    /// The text, a paragraph each; credits and datelines may be in it.
    pub paragraphs: Vec<&'a str>,
    /// The dispatch's own number, without its take.
    pub number: Option<String>,
    /// Where the article stands, or where it says that it stands first.
    pub address: Option<&'a str>,
}

impl Likeness {
    /// Makes it.
    pub fn of(source: &Source<'_>) -> Self {
        let text = words_of(&core(&source.paragraphs));
        let title = words_of(source.title);
        let (sample, level) = sample(&text);
        Self {
            level,
            text: if text.len() < MIN_TEXT { 0 } else { whole(&text) as u32 },
            number: source.number.as_deref().map_or(0, |n| hash(n.as_bytes()) as u32 | 1),
            address: source.address.and_then(place).map_or(0, |a| hash(a.as_bytes()) as u32 | 1),
            ..Self::packed(&terms(&title, &text), &sample)
        }
    }

    fn packed(terms: &[u32], sample: &[u16]) -> Self {
        let halves = terms.iter().map(|t| (t >> 16) as u16).chain(terms.iter().map(|t| *t as u16));
        let kept = halves.chain(sample.iter().copied()).collect();
        Self { kept, words: u16::try_from(terms.len()).unwrap_or(u16::MAX), ..Self::default() }
    }

    /// Its words: the upper 24 bits name one, the lower 8 say how much it counts. Ascending.
    pub(super) fn terms(&self) -> Terms<'_> {
        let (upper, rest) = self.kept.split_at(self.words.into());
        Terms { upper, lower: &rest[..upper.len()] }
    }

    /// Sampled word 3-grams: the upper 4 bits are the sample's level, the lower 12 name one. Ascending.
    pub(super) fn sample(&self) -> &[u16] {
        &self.kept[usize::from(self.words) * 2..]
    }

    /// The sample from a level on.
    fn sample_from(&self, level: u8) -> &[u16] {
        let sample = self.sample();
        &sample[sample.partition_point(|v| (v >> 12) < u16::from(level))..]
    }

    /// Nothing to go by.
    pub fn is_empty(&self) -> bool {
        self.words == 0 && self.number == 0 && self.address == 0
    }

    /// How much of the shorter text stands in the other too, 0 to 1, and how many 3-grams that stands for.
    pub(super) fn shared(&self, other: &Self) -> (f32, u32) {
        self.shared_by(other, common)
    }

    /// The same, counting what is in both samples by `common`.
    pub(super) fn shared_by(&self, other: &Self, common: impl Fn(&[u16], &[u16]) -> usize) -> (f32, u32) {
        let level = self.level.max(other.level);
        let (a, b) = (self.sample_from(level), other.sample_from(level));
        let least = a.len().min(b.len());
        if least == 0 {
            return (0.0, 0);
        }
        let both = common(a, b);
        (both as f32 / least as f32, u32::try_from(both).unwrap_or(u32::MAX) << level)
    }

    /// Keeps the words that count most, by `weight`, and a coarser sample: where there are many articles. Whether anything
    /// was left out.
    pub(super) fn trim(&mut self, terms: usize, sample: usize, weight: impl Fn(u32) -> f32) -> bool {
        let mut level = self.level;
        while self.sample_from(level).len() > sample && level < 15 {
            level += 1;
        }
        if level == self.level && self.terms().len() <= terms {
            return false;
        }
        let mut kept: Vec<u32> = self.terms().iter().collect();
        if kept.len() > terms {
            kept.sort_by_cached_key(|t| (std::cmp::Reverse(weight(*t).to_bits()), *t));
            kept.truncate(terms);
            kept.sort_unstable();
        }
        let packed = Self::packed(&kept, self.sample_from(level));
        (self.kept, self.words, self.level) = (packed.kept, packed.words, level);
        true
    }

    /// As bytes, to be kept.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = vec![VERSION, self.level];
        for n in [self.text, self.number, self.address] {
            out.extend(u64::from(n).to_le_bytes());
        }
        out.extend(self.words.to_le_bytes());
        self.terms().iter().for_each(|t| out.extend(t.to_le_bytes()));
        self.sample().iter().for_each(|s| out.extend(s.to_le_bytes()));
        out
    }

    /// From kept bytes; `None` if they are not, or another version's.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(28)?;
        let number = |at: usize| head.get(at..at + 8).and_then(|b| b.try_into().ok()).map(|b| u64::from_le_bytes(b) as u32);
        let (terms, sample) = rest.split_at_checked(usize::from(u16::from_le_bytes([head[26], head[27]])) * 4)?;
        if head[0] != VERSION || head[1] > 15 || sample.len() % 2 != 0 || sample.len() > 2 * MAX_SAMPLE {
            return None;
        }
        let terms: Vec<u32> = terms.chunks_exact(4).filter_map(|b| b.try_into().ok()).map(u32::from_le_bytes).collect();
        let sample: Vec<u16> = sample.chunks_exact(2).filter_map(|b| b.try_into().ok()).map(u16::from_le_bytes).collect();
        let sorted = terms.is_sorted() && sample.is_sorted();
        let ids = Self { level: head[1], text: number(2)?, number: number(10)?, address: number(18)?, ..Self::packed(&terms, &sample) };
        sorted.then_some(ids)
    }

    /// Bytes in memory.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + block(self.kept.len() * 2)
    }
}

/// The words of a likeness.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    upper: &'a [u16],
    lower: &'a [u16],
}

impl<'a> Terms<'a> {
    pub fn len(self) -> usize {
        self.upper.len()
    }

    pub fn iter(self) -> impl Iterator<Item = u32> + 'a {
        self.upper.iter().zip(self.lower).map(|(u, l)| u32::from(*u) << 16 | u32::from(*l))
    }
}

/// What so many bytes take up in memory, with what their owner's keeper notes of them.
pub(super) fn block(bytes: usize) -> usize {
    if bytes == 0 { 0 } else { (bytes + 8).next_multiple_of(16).max(32) }
}

/// Of the kept form.
const VERSION: u8 = 2;

/// The name of a word in a packed term.
pub(super) fn name(term: u32) -> u32 {
    term >> 8
}

/// How much a packed term counts.
pub(super) fn count(term: u32) -> f32 {
    (term & 0xff) as f32 / STEP
}

fn common(a: &[u16], b: &[u16]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        both += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    both
}

/// FNV-1a with a mixing end: small, and the same everywhere and always.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    mix(bytes.iter().copied().fold(FNV, fnv))
}

const FNV: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(h: u64, byte: u8) -> u64 {
    (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

fn mix(mut h: u64) -> u64 {
    h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    h ^ (h >> 31)
}

/// A word as it is compared: hashes of the whole and of its stem.
#[derive(Clone, Copy)]
struct Word {
    whole: u64,
    stem: u64,
}

/// Scripts without spaces between words: every two neighbouring letters are taken for one.
fn spaceless(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{20000}'..='\u{3ffff}')
}

/// A word under way, in small letters: how many there were, and the hashes of all and of the first of them.
struct Letters {
    count: usize,
    all: u64,
    first: u64,
}

impl Letters {
    const NONE: Self = Self { count: 0, all: FNV, first: FNV };

    fn push(&mut self, c: char) {
        self.all = match c.is_ascii() {
            true => fnv(self.all, c as u8),
            false => c.encode_utf8(&mut [0; 4]).bytes().fold(self.all, fnv),
        };
        self.count += 1;
        if self.count <= STEM {
            self.first = self.all;
        }
    }

    fn end(&mut self, out: &mut Vec<Word>) {
        if self.count > 0 {
            out.push(Word { whole: mix(self.all), stem: mix(self.first) });
            *self = Self::NONE;
        }
    }
}

fn words_of(text: &str) -> Vec<Word> {
    let mut out = Vec::with_capacity(text.len() / 6);
    let mut word = Letters::NONE;
    let mut before: Option<char> = None;
    for c in text.chars() {
        if c.is_ascii() {
            before = None;
            if c.is_ascii_alphanumeric() {
                word.push(c.to_ascii_lowercase())
            } else {
                word.end(&mut out)
            }
            continue;
        }
        if spaceless(c) && c.is_alphanumeric() {
            word.end(&mut out);
            if let Some(before) = before {
                let pair: String = [before, c].iter().collect();
                let h = hash(pair.as_bytes());
                out.push(Word { whole: h, stem: h });
            }
            before = Some(c);
            continue;
        }
        before = None;
        if c.is_alphanumeric() {
            c.to_lowercase().for_each(|c| word.push(c));
        } else if c != '\u{ad}' {
            word.end(&mut out);
        }
    }
    word.end(&mut out);
    out
}

/// The text without what each outlet writes around the same dispatch: the dateline before it, credits after it.
fn core(paragraphs: &[&str]) -> String {
    let mut rest = paragraphs;
    while let [before @ .., last] = rest {
        let short = last.split_whitespace().take(9).count() < 9;
        if before.is_empty() || !(short && (last.contains('©') || last.trim_end().ends_with([')', '/', ']']) || last.contains(": "))) {
            break;
        }
        rest = before;
    }
    let mut out = String::new();
    for (at, paragraph) in rest.iter().enumerate() {
        let mut text = *paragraph;
        if at == 0 {
            text = after_dateline(text);
        }
        if at + 1 == rest.len() {
            text = before_credit(text);
        }
        out.push_str(text);
        out.push('\n');
    }
    out
}

/// `Anchorage (dpa) – The talks`: the talks.
fn after_dateline(text: &str) -> &str {
    let reach = text.char_indices().nth(70).map_or(text.len(), |(at, _)| at);
    let head = &text[..reach];
    for mark in [") –", ") -", ") —", ") --", ")–", ")—", ") _", "/ -", "/ –"] {
        if let Some(at) = head.find(mark) {
            return text[at + mark.len()..].trim_start_matches(['-', ' ']);
        }
    }
    text
}

/// `… said. (APA/dpa)`: up to the sentence's end.
fn before_credit(text: &str) -> &str {
    let trimmed = text.trim_end();
    match trimmed.rfind('(') {
        Some(at) if trimmed.ends_with(')') && trimmed.len() - at < 60 => &trimmed[..at],
        _ => trimmed.rfind('©').filter(|at| trimmed.len() - at < 60).map_or(trimmed, |at| &trimmed[..at]),
    }
}

fn whole(text: &[Word]) -> u64 {
    let mut h = 0x9e37_79b9_7f4a_7c15_u64;
    for word in text {
        h = mix(h ^ word.whole);
    }
    h | 1
}

/// An address as it names the article: no protocol, no `www.`, no query, no fragment, no slash at the end. `None` for a
/// bare host: that is a site's front page.
fn place(address: &str) -> Option<&str> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or(rest).trim_end_matches('/');
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (_, path) = rest.split_once('/')?;
    // Where the article is named in the query only (`index.php?id=5`), the path says nothing.
    (path.len() >= 8 && !address.contains('?')).then_some(rest)
}

/// The 24 bits that stand for a stem.
fn name_bits(h: u64) -> u32 {
    (h >> 40) as u32
}

/// The name of a word in lower case.
pub(super) fn name_of(word: &str) -> u32 {
    let stem = word.char_indices().nth(STEM).map_or(word.len(), |(at, _)| at);
    name_bits(hash(&word.as_bytes()[..stem]))
}

fn terms(title: &[Word], text: &[Word]) -> Vec<u32> {
    let mut all: Vec<(u32, f32)> = Vec::with_capacity(title.len() * 2 + text.len().min(LEAD_WORDS));
    for word in title {
        all.push((name_bits(word.stem), 1.0));
    }
    for pair in title.windows(2) {
        // Marked as a pair by its sign.
        all.push((name_bits(mix(pair[0].stem.rotate_left(21) ^ pair[1].stem)), -1.0));
    }
    for (at, word) in text.iter().take(LEAD_WORDS).enumerate() {
        let name = name_bits(word.stem);
        if text.len() < TERSE || !says_nothing(name) {
            all.push((name, if at < LEAD { 2.0 } else { 1.0 }));
        }
    }
    all.sort_unstable_by_key(|t| t.0);
    let mut terms: Vec<u32> = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let name = all[at].0;
        let same = all[at..].iter().take_while(|t| t.0 == name).count();
        let (pairs, words) =
            all[at..at + same].iter().fold((0.0_f32, 0.0_f32), |(p, w), t| if t.1 < 0.0 { (p - t.1, w) } else { (p, w + t.1) });
        at += same;
        let weight = if words > 0.0 { 1.0 + words.ln() } else { PAIR * (1.0 + pairs.ln()) };
        terms.push(name << 8 | (weight * STEP).round().clamp(1.0, 255.0) as u32);
    }
    if terms.len() > MAX_TERMS {
        // What stands most often; of the rest, any: which words are common is not known here.
        terms.sort_unstable_by_key(|t| (std::cmp::Reverse(t & 0xff), mix(u64::from(*t))));
        terms.truncate(MAX_TERMS);
        terms.sort_unstable();
    }
    terms
}

fn sample(text: &[Word]) -> (Vec<u16>, u8) {
    let mut all: Vec<u16> = text
        .windows(3)
        .map(|w| {
            let h = mix(w[0].whole ^ w[1].whole.rotate_left(17) ^ w[2].whole.rotate_left(34));
            let level = (h >> 40).trailing_zeros().min(15) as u16;
            level << 12 | (h & 0xfff) as u16
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    let mut level = 0_u8;
    while all.len() > MAX_SAMPLE && level < 15 {
        level += 1;
        let from = all.partition_point(|v| (v >> 12) < u16::from(level));
        all.drain(..from);
    }
    (all, level)
}
