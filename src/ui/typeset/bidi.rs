//! Right-to-left text in the order a terminal needs: terminals draw cells from the left, so each line is put into visual
//! order after it was broken (UAX #9, rules L1, L2 and L4).

use unicode_bidi::{BidiInfo, Level};
use unicode_segmentation::UnicodeSegmentation;

use super::inline::Text;

/// The embedding level of each byte of a text.
pub(super) struct Levels {
    levels: Vec<Level>,
    /// The paragraph runs from right to left.
    pub rtl: bool,
}

impl Levels {
    /// Of a text that holds anything right-to-left; `None` for all others. `prefer_rtl` is said by the language: then one
    /// such letter makes the paragraph right-to-left, else its first letter with a direction decides.
    pub fn of(text: &Text, prefer_rtl: bool) -> Option<Self> {
        Self::of_str(&text.string, prefer_rtl)
    }

    fn of_str(text: &str, prefer_rtl: bool) -> Option<Self> {
        // Few first bytes of UTF-8 can begin such a letter, and looking at bytes is quick.
        let perhaps = text.bytes().any(|b| matches!(b, 0xd6..=0xe0 | 0xef | 0xf0));
        if !perhaps || !text.chars().any(right_to_left) {
            return None;
        }
        let info = BidiInfo::new(text, prefer_rtl.then(Level::rtl));
        let rtl = info.paragraphs.first().is_some_and(|p| p.level.is_rtl());
        Some(Self { levels: info.levels, rtl })
    }

    /// The level of the byte `at`.
    pub fn at(&self, at: usize) -> Level {
        self.levels.get(at).copied().unwrap_or_else(Level::ltr)
    }
}

/// The indices of a line's cells from left to right (L2).
pub(super) fn order(levels: &[Level]) -> Vec<usize> {
    BidiInfo::reorder_visual(levels)
}

/// `text` in visual order, or `None` where it is already.
pub(super) fn visual(text: &str) -> Option<String> {
    let levels = Levels::of_str(text, false)?;
    let cells: Vec<(usize, &str)> = text.grapheme_indices(true).collect();
    let by_cell: Vec<Level> = cells.iter().map(|(at, _)| levels.at(*at)).collect();
    let mut out = String::with_capacity(text.len());
    for i in order(&by_cell) {
        push_mirrored(&mut out, cells[i].1, by_cell[i]);
    }
    Some(out)
}

/// Adds `grapheme` as it looks at `level`: brackets turn round in right-to-left text (L4).
pub(super) fn push_mirrored(out: &mut String, grapheme: &str, level: Level) {
    let mut chars = grapheme.chars();
    match chars.next().filter(|_| level.is_rtl()).and_then(mirror) {
        Some(c) => {
            out.push(c);
            out.push_str(chars.as_str());
        }
        None => out.push_str(grapheme),
    }
}

/// What stands at a line's left edge (`12. `) as it stands at the right one (` .12`).
pub(super) fn turned(mark: &str) -> String {
    let digits = mark
        .bytes()
        .position(|b| b.is_ascii_digit())
        .map_or(0..0, |from| from..mark[from..].find(|c: char| !c.is_ascii_digit()).map_or(mark.len(), |n| from + n));
    let (before, number, after) = (&mark[..digits.start], &mark[digits.clone()], &mark[digits.end..]);
    let mut out: String = after.graphemes(true).rev().collect();
    out.push_str(number);
    out.extend(before.graphemes(true).rev());
    out
}

/// Letters of right-to-left scripts: their blocks, in which unassigned characters count as such too (UAX #9, table 5).
pub(super) fn right_to_left(c: char) -> bool {
    matches!(c as u32, 0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x10800..=0x10fff | 0x1e800..=0x1efff)
}

/// `Bidi_Mirroring_Glyph` (BidiMirroring.txt) of the characters that prose has.
pub(super) fn mirror(c: char) -> Option<char> {
    const PAIRS: [(char, char); 14] = [
        ('(', ')'),
        ('[', ']'),
        ('{', '}'),
        ('<', '>'),
        ('«', '»'),
        ('‹', '›'),
        ('≤', '≥'),
        ('⟨', '⟩'),
        ('〈', '〉'),
        ('《', '》'),
        ('「', '」'),
        ('『', '』'),
        ('【', '】'),
        ('〔', '〕'),
    ];
    PAIRS.iter().find_map(|&(a, b)| if c == a { Some(b) } else { (c == b).then_some(a) })
}
