//! Columns: how wide a text stands in a terminal, and texts cut, filled or folded to a number of columns. Every pane
//! measures with these, so that what is laid out is what is drawn: the figures are ratatui's own, grapheme by grapheme.

use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{bidi, inline, wrap as breaking};

/// Columns that `text` takes: the sum over its grapheme clusters, as `ratatui::buffer::Buffer::set_stringn` counts it
/// (an emoji sequence or a flag is one grapheme of two columns; control characters are not drawn and take none).
pub fn width(text: &str) -> usize {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return text.len();
    }
    graphemes(text).map(|(_, _, columns)| columns).sum()
}

/// Columns that one grapheme cluster takes.
pub(super) fn grapheme(g: &str) -> usize {
    if let [b] = g.as_bytes() {
        return usize::from((0x20..0x7f).contains(b));
    }
    if g.contains(char::is_control) {
        return 0;
    }
    // Terminals draw the halfwidth sound marks in a cell of their own, though Unicode calls them extending.
    g.width() + g.chars().filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}')).count()
}

/// The grapheme clusters of `text` with first byte and columns. As `grapheme_indices`, but most letters of most texts
/// are known to stand alone when the next character does too, which is told from their number and many times faster.
pub(super) fn graphemes(text: &str) -> impl Iterator<Item = (usize, &str, usize)> {
    let mut at = 0;
    let mut slow: Option<(usize, unicode_segmentation::GraphemeIndices<'_>)> = None;
    std::iter::from_fn(move || {
        if let Some((from, clusters)) = &mut slow {
            if let Some((i, g)) = clusters.next() {
                return Some((*from + i, g, grapheme(g)));
            }
            slow = None;
        }
        // Two printable ASCII characters in a row, or one at the end: most of most texts.
        if let [b' '..=b'~', rest @ ..] = &text.as_bytes()[at..]
            && matches!(rest, [] | [b' '..=b'~', ..])
        {
            at += 1;
            return Some((at - 1, &text[at - 1..at], 1));
        }
        let mut chars = text[at..].chars();
        let first = chars.next()?;
        let (from, end) = (at, at + first.len_utf8());
        if let Some(columns) = alone(first)
            && chars.next().is_none_or(|next| alone(next).is_some())
        {
            at = end;
            return Some((from, &text[from..end], columns));
        }
        // Up to and with the first of two that stand alone: between those there is a border for certain.
        let mut before = false;
        let stop = text[from..].char_indices().find(|(_, c)| std::mem::replace(&mut before, alone(*c).is_some()) && before);
        at = stop.map_or(text.len(), |(i, _)| from + i);
        let mut clusters = text[from..at].grapheme_indices(true);
        let (_, g) = clusters.next()?;
        slow = Some((from, clusters));
        Some((from, g, grapheme(g)))
    })
}

/// Bytes and columns of the longest grapheme cluster that any script or emoji makes, and then some. Longer ones are
/// made up, and would be one cell of the screen or wider than it.
const CLUSTER_MAX: (usize, usize) = (64, 12);

/// Whether a grapheme is of a size that real ones have.
pub(super) fn usual(g: &str, columns: usize) -> bool {
    g.len() <= CLUSTER_MAX.0 && columns <= CLUSTER_MAX.1
}

/// The parts in which to set a grapheme: itself, or groups of its characters if it is absurdly long.
pub(super) fn parts(g: &str, columns: usize) -> impl Iterator<Item = (&str, usize)> {
    let whole = usual(g, columns);
    let mut rest = g;
    std::iter::from_fn(move || {
        let end = if whole { rest.len() } else { rest.char_indices().nth(8).map_or(rest.len(), |(i, _)| i) };
        let (part, after) = rest.split_at(end);
        rest = after;
        (!part.is_empty()).then(|| (part, if whole { columns } else { grapheme(part) }))
    })
}

/// The columns of a character that makes a grapheme of its own between others of this kind: `Grapheme_Cluster_Break=Other`,
/// no pictograph. Only ranges that are plain throughout.
pub(super) fn alone(c: char) -> Option<usize> {
    match c as u32 {
        0x20..=0x7e
        | 0xa0..=0xa8
        | 0xaa..=0xac
        | 0xaf..=0x2ff
        | 0x400..=0x482
        | 0x48a..=0x52f
        | 0x5d0..=0x5ea
        | 0x620..=0x63f
        | 0x641..=0x64a
        | 0x2010..=0x2027
        | 0x202f => Some(1),
        0x3001..=0x3029 | 0x3041..=0x3096 | 0x30a0..=0x30ff | 0x4e00..=0x9fff | 0xff01..=0xff60 => Some(2),
        _ => None,
    }
}

/// The first graphemes of `text` that fit into `cols` columns.
pub(super) fn head(text: &str, cols: usize) -> &str {
    let mut used = 0;
    for (at, _, columns) in graphemes(text) {
        used += columns;
        if used > cols {
            return &text[..at];
        }
    }
    text
}

fn cut(text: &str, cols: usize) -> Cow<'_, str> {
    if width(text) <= cols {
        return Cow::Borrowed(text);
    }
    match cols {
        0 => Cow::Borrowed(""),
        _ => Cow::Owned(format!("{}…", head(text, cols - 1).trim_end_matches(' '))),
    }
}

/// `text` in at most `cols` columns: cut at a grapheme border with an ellipsis where it is longer. Right-to-left text
/// comes out in the order in which a terminal draws it.
pub fn fit(text: &str, cols: usize) -> String {
    let cut = cut(text, cols);
    bidi::visual(&cut).unwrap_or_else(|| cut.into_owned())
}

/// `text` in exactly `cols` columns: filled with spaces, or cut as by [`fit`] (but never reordered).
pub fn pad(text: &str, cols: usize) -> String {
    let mut out = cut(text, cols).into_owned();
    let have = width(&out);
    out.extend(std::iter::repeat_n(' ', cols.saturating_sub(have)));
    out
}

/// `text` folded into lines of at most `cols` columns, without hyphenation: for titles. Nothing gives no line. Only a
/// single grapheme that is wider than `cols` makes a line wider.
pub fn wrap(text: &str, cols: usize) -> Vec<String> {
    let set = inline::Text::plain(text);
    if set.is_empty() {
        return Vec::new();
    }
    let mut breaker = breaking::Breaker::new(None, false);
    let levels = bidi::Levels::of(&set, false);
    let lines = breaker.lines(&set, cols.max(1), false);
    lines.iter().map(|line| set.draw(line, levels.as_ref(), 0).into_iter().map(|s| s.text).collect()).collect()
}
