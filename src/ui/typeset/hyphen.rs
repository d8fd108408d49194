//! Where words may be parted, by the language of the article. Taste: no short words, no words in capitals, nothing that
//! is an address or holds a digit; two letters stay before the hyphen and three come after.

use hypher::Lang;
use std::collections::HashMap;

/// Letters a word has at least before it is parted.
const WORD_MIN: usize = 6;
/// Letters of the longest word that is looked at; longer ones are no words.
const WORD_MAX: usize = 100;
const BEFORE: usize = 2;
const AFTER: usize = 3;

/// Hyphenates in one language and remembers: an article repeats most of its words.
pub(super) struct Hyphens {
    language: Lang,
    known: HashMap<Box<str>, Box<[u8]>>,
}

impl Hyphens {
    /// For a BCP 47 language tag; `None` where there are no patterns for it.
    pub fn new(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.as_bytes();
        let code: [u8; 2] = primary.try_into().ok()?;
        let language = Lang::from_iso(code.map(|b| b.to_ascii_lowercase()))?;
        Some(Self { language, known: HashMap::new() })
    }

    /// Calls `part` with each byte of `chunk` (letters and punctuation without a space) before which a hyphen may stand.
    pub fn points(&mut self, chunk: &str, mut part: impl FnMut(usize)) {
        if chunk.len() < WORD_MIN {
            return;
        }
        let mut rest = 0;
        while let Some(start) = chunk[rest..].find(char::is_alphabetic).map(|i| rest + i) {
            let end = chunk[start..].find(|c: char| !c.is_alphabetic()).map_or(chunk.len(), |i| start + i);
            for &at in self.word(&chunk[start..end]) {
                part(start + usize::from(at));
            }
            rest = end;
        }
    }

    fn word(&mut self, word: &str) -> &[u8] {
        if !(WORD_MIN..=WORD_MAX).contains(&word.len()) || word.chars().skip(1).any(char::is_uppercase) || word.chars().count() < WORD_MIN {
            return &[];
        }
        let language = self.language;
        self.known.entry(word.into()).or_insert_with(|| {
            let mut at = 0;
            let mut points: Vec<u8> = hypher::hyphenate_bounded(word, language, BEFORE, AFTER)
                .map(|syllable| {
                    at += syllable.len();
                    at as u8 // a word has at most WORD_MAX bytes
                })
                .collect();
            points.pop();
            points.into()
        })
    }
}

/// Whether `chunk` (what stands between two spaces) is no prose: an address, a number, a name of a machine.
pub(super) fn no_prose(chunk: &str) -> bool {
    let bytes = chunk.as_bytes();
    bytes.iter().any(|b| b.is_ascii_digit() || matches!(b, b'@' | b'_' | b'\\' | b'#'))
        || chunk.contains("://")
        || bytes.windows(2).any(|w| w[0] == b'.' && w[1].is_ascii_alphabetic())
}
