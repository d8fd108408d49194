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
    text.graphemes(true).map(grapheme).sum()
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

/// The first graphemes of `text` that fit into `cols` columns.
pub(super) fn head(text: &str, cols: usize) -> &str {
    let mut used = 0;
    for (at, g) in text.grapheme_indices(true) {
        used += grapheme(g);
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
