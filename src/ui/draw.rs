//! The pen: harmless text into cells by roles, borders that panes share, and words flowed into lines of a width.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;

use super::theme::{Role, Theme};
use super::typeset;

/// Columns that a text takes.
pub fn width(text: &str) -> u16 {
    u16::try_from(typeset::width(text)).unwrap_or(u16::MAX)
}

/// The text, cut to `room` columns with an ellipsis where something was cut.
pub fn cut(text: &str, room: u16) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    if room == 0 {
        return Cow::Borrowed("");
    }
    let mut used = 0;
    let mut end = 0;
    for (at, g) in text.grapheme_indices(true) {
        used += width(g);
        if used > room - 1 {
            break;
        }
        end = at + g.len();
    }
    Cow::Owned(format!("{}…", text[..end].trim_end()))
}

/// Where to break `text` so that its first part fits in `room` columns: at a space if there is one, else anywhere. Byte offsets of the
/// end of the first part and the start of the second.
pub fn split(text: &str, room: u16) -> (usize, usize) {
    let mut used = 0u16;
    let mut chance = None;
    let mut wide = false;
    for (at, g) in text.grapheme_indices(true) {
        let w = width(g);
        // Scripts without spaces break between any two characters, but not before closing signs.
        if w == 2 && wide && !"、。，．」』）！？ー・".contains(g) {
            chance = Some((at, at));
        }
        if used.saturating_add(w) > room {
            return match chance {
                _ if g == " " => (at, at + 1),
                Some(chance) => chance,
                None => {
                    let first = text.graphemes(true).next().map_or(0, str::len);
                    (at.max(first), at.max(first))
                }
            };
        }
        if g == " " {
            chance = Some((at, at + 1));
        }
        wide = w == 2;
        used += w;
    }
    (text.len(), text.len())
}

/// A line of runs, each in a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line(pub Vec<(String, Role)>);

impl Line {
    /// One run.
    pub fn of(text: impl Into<String>, role: Role) -> Self {
        Line(vec![(text.into(), role)])
    }

    /// Adds a run.
    pub fn push(&mut self, text: impl Into<String>, role: Role) {
        self.0.push((text.into(), role));
    }

    /// With a run added.
    pub fn and(mut self, text: impl Into<String>, role: Role) -> Self {
        self.push(text, role);
        self
    }

    /// Columns it takes.
    pub fn width(&self) -> u16 {
        self.0.iter().fold(0u16, |n, (t, _)| n.saturating_add(width(t)))
    }
}

/// Breaks runs into lines of at most `room` columns, at spaces; lines after the first start `hang` columns in.
pub fn flow(line: Line, room: u16, hang: u16) -> Vec<Line> {
    let room = room.max(1);
    let hang = if hang + 8 > room { 0 } else { hang };
    let mut out = vec![Line::default()];
    let mut used = 0u16;
    let mut words: Vec<Vec<(String, Role)>> = vec![Vec::new()];
    for (text, role) in line.0 {
        for (i, word) in text.split(' ').enumerate() {
            if i > 0 {
                words.push(Vec::new());
            }
            if !word.is_empty() {
                words.last_mut().expect("it starts with one").push((word.to_owned(), role));
            }
        }
    }
    let mut gap = 0u16;
    for word in words {
        let wide = word.iter().fold(0u16, |n, (t, _)| n.saturating_add(width(t)));
        if wide == 0 {
            gap = gap.saturating_add(1);
            continue;
        }
        let fresh = used <= if out.len() > 1 { hang } else { 0 };
        if !fresh && used + gap + wide > room {
            out.push(indent(hang));
            used = hang;
            gap = 0;
        } else if fresh && out.len() > 1 {
            gap = 0;
        }
        let last = out.last_mut().expect("it starts with one");
        if gap > 0 {
            let blank = " ".repeat(usize::from(gap));
            match (last.0.last_mut(), word.first()) {
                // Words of one run stay one run: right-to-left words change places with their neighbours when drawn.
                (Some((text, before)), Some((_, role))) if before == role => text.push_str(&blank),
                _ => last.push(blank, Role::Text),
            }
            used += gap;
        }
        for (text, role) in word {
            // A word wider than the line is broken where the line ends.
            let mut rest = text.as_str();
            while !rest.is_empty() {
                let free = room.saturating_sub(used);
                let (end, _) = if width(rest) <= free { (rest.len(), 0) } else { split(rest, free.max(1)) };
                if width(&rest[..end]) > free && used > hang {
                    out.push(indent(hang));
                    used = hang;
                    continue;
                }
                let last = out.last_mut().expect("it starts with one");
                match last.0.last_mut() {
                    Some((text, before)) if *before == role && text.ends_with(' ') && used > hang => text.push_str(&rest[..end]),
                    _ => last.push(&rest[..end], role),
                }
                used = used.saturating_add(width(&rest[..end]));
                rest = &rest[end..];
                if !rest.is_empty() {
                    out.push(indent(hang));
                    used = hang;
                }
            }
        }
        gap = 1;
    }
    out
}

fn indent(hang: u16) -> Line {
    if hang == 0 { Line::default() } else { Line::of(" ".repeat(usize::from(hang)), Role::Text) }
}

/// Draws into a buffer with a theme.
pub struct Pen<'a> {
    /// The cells.
    pub cells: &'a mut Buffer,
    /// What roles look like.
    pub theme: &'a Theme,
    /// For the ear: right-to-left words stay in the order in which they are read.
    pub spoken: bool,
}

impl Pen<'_> {
    /// Writes a text, cut to `room` columns; the columns it took. Right-to-left words are put in the order to draw.
    pub fn put(&mut self, x: u16, y: u16, room: u16, text: &str, role: Role) -> u16 {
        if !self.spoken
            && text
                .chars()
                .any(|c| matches!(c as u32, 0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x10800..=0x10fff | 0x1e800..=0x1efff))
        {
            return self.put_visual(x, y, room, &typeset::fit(text, usize::from(room)), role);
        }
        self.put_visual(x, y, room, text, role)
    }

    /// Writes a text that is in the order to draw already.
    pub fn put_visual(&mut self, x: u16, y: u16, room: u16, text: &str, role: Role) -> u16 {
        let area = *self.cells.area();
        if y >= area.bottom() || x >= area.right() || room == 0 {
            return 0;
        }
        let text = cut(text, room.min(area.right() - x));
        let (end, _) = self.cells.set_stringn(x, y, &text, usize::from(room), self.theme.ink(role));
        end - x
    }

    /// Writes a text that ends before column `right`; the column it starts at.
    pub fn put_right(&mut self, right: u16, y: u16, room: u16, text: &str, role: Role) -> u16 {
        let text = cut(text, room);
        let x = right.saturating_sub(width(&text));
        self.put(x, y, right - x, &text, role);
        x
    }

    /// Writes a line of runs, cut to `room` columns; the columns it took.
    pub fn line(&mut self, x: u16, y: u16, room: u16, line: &Line) -> u16 {
        let mut used = 0;
        for (text, role) in &line.0 {
            if used >= room {
                break;
            }
            used += self.put(x + used, y, room - used, text, *role);
        }
        used
    }

    /// Lays a role's style over cells that are there.
    pub fn tint(&mut self, area: Rect, role: Role) {
        self.cells.set_style(area.intersection(*self.cells.area()), self.theme.style(role));
    }

    /// Lays the look of what was searched for over its places in a text that stands in `area`, which is one line.
    pub fn marks(&mut self, area: Rect, text: &str, hits: &[std::ops::Range<usize>]) {
        for hit in hits {
            let (Some(before), Some(words)) = (text.get(..hit.start), text.get(hit.clone())) else { continue };
            let from = width(before).min(area.width);
            let wide = width(words).min(area.width - from);
            self.tint(Rect::new(area.x + from, area.y, wide, 1), Role::Match);
        }
    }

    /// Empties an area. A wide character that reached into it from the left goes too.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(*self.cells.area());
        for y in area.top()..area.bottom() {
            if area.left() > self.cells.area().left()
                && let Some(cell) = self.cells.cell_mut((area.left() - 1, y))
                && width(cell.symbol()) > 1
            {
                cell.set_symbol(" ");
            }
            for x in area.left()..area.right() {
                self.cells[(x, y)].reset();
            }
        }
        self.tint(area, Role::Text);
    }

    /// A border of thin lines, joined to those it meets.
    pub fn frame(&mut self, r: Rect, role: Role) {
        if r.width < 2 || r.height < 2 {
            return;
        }
        let (l, t, b, e) = (r.left(), r.top(), r.bottom() - 1, r.right() - 1);
        for x in l..=e {
            let mask = if x > l { LEFT } else { 0 } | if x < e { RIGHT } else { 0 };
            self.join(x, t, mask, role);
            self.join(x, b, mask, role);
        }
        for y in t..=b {
            let mask = if y > t { UP } else { 0 } | if y < b { DOWN } else { 0 };
            self.join(l, y, mask, role);
            self.join(e, y, mask, role);
        }
    }

    fn join(&mut self, x: u16, y: u16, mask: u8, role: Role) {
        let style = self.theme.style(role);
        if let Some(cell) = self.cells.cell_mut((x, y)) {
            let was = JOINTS.iter().position(|s| *s == cell.symbol()).unwrap_or(0);
            cell.set_symbol(JOINTS[was | usize::from(mask)]).set_style(style);
        }
    }
}

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// Thin lines by the sides they reach to: up 1, down 2, left 4, right 8.
const JOINTS: [&str; 16] = [" ", "╵", "╷", "│", "╴", "┘", "┐", "┤", "╶", "└", "┌", "├", "─", "┴", "┬", "┼"];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cut_says_so() {
        assert_eq!(cut("Gipfel", 6), "Gipfel");
        assert_eq!(cut("Gipfel in", 7), "Gipfel…");
        assert_eq!(cut("首脳会談", 5), "首脳…");
        assert_eq!(cut("首脳会談", 4), "首…");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn words_flow_and_hang() {
        let lines = flow(Line::of("Also  ", Role::Label).and("tagesschau (dpa), SPIEGEL", Role::Text), 18, 6);
        let text: Vec<String> = lines.iter().map(|l| l.0.iter().map(|(t, _)| t.as_str()).collect()).collect();
        assert_eq!(text, ["Also  tagesschau", "      (dpa),", "      SPIEGEL"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_its_room_and_no_word_is_lost(words in prop::collection::vec("[a-zäöü首]{1,30}", 0..20), room in 2u16..40, hang in 0u16..10) {
            let lines = flow(Line::of(words.join(" "), Role::Text), room, hang);
            for line in &lines {
                prop_assert!(line.width() <= room, "{line:?} in {room}");
            }
            let back: String = lines.iter().flat_map(|l| l.0.iter()).flat_map(|(t, _)| t.chars()).filter(|c| *c != ' ').collect();
            prop_assert_eq!(back, words.concat());
        }
    }
}
