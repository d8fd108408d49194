//! What can follow: after the first keys of a sequence, if no other key comes for a moment, the keys that can come are
//! shown with what each does. The next key takes it away.

use ratatui::layout::Rect;

use super::command::{Group, Row};
use super::draw::{Line, Pen, cut, width};
use super::lang::say;
use super::layout::Layout;
use super::linear::Said;
use super::theme::Role;
use super::{Effect, Model};

/// How long a hand may rest before it is helped, in milliseconds.
const PATIENCE: u64 = 400;
/// Columns that an explanation wants.
const COLUMN: u16 = 46;

/// Whether it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Which {
    /// No sequence has begun.
    #[default]
    Off,
    /// One has: it is shown with this reminder.
    Soon(u64),
    /// It is shown.
    Shown,
}

impl Model {
    /// After each key: a sequence has begun, goes on, or is over.
    pub(super) fn settle_which(&mut self) {
        if self.pending.keys.is_empty() {
            self.which = Which::Off;
        } else if self.which != Which::Shown {
            // Who is shown what can follow once is shown it to the end.
            self.tickets += 1;
            self.which = Which::Soon(self.tickets);
            self.out.push(Effect::Remind(self.tickets, PATIENCE));
        }
    }

    /// A moment has passed; whatever it was for may be over.
    pub(super) fn reminded(&mut self, number: u64) {
        if self.which == Which::Soon(number) {
            self.which = Which::Shown;
        }
    }

    /// Whether it is shown.
    pub(super) fn shows_which(&self) -> bool {
        self.which == Which::Shown && !self.pending.keys.is_empty()
    }

    /// What can follow, by groups: keys and rows.
    fn can_follow(&self) -> Vec<(Group, Vec<(String, &'static Row)>)> {
        let mut out: Vec<(Group, Vec<(String, &'static Row)>)> = Vec::new();
        for (keys, row) in self.keys.following(&self.pending.keys, self.scope()) {
            match out.iter_mut().find(|(group, _)| *group == row.group) {
                Some((_, rows)) => rows.push((keys, row)),
                None => out.push((row.group, vec![(keys, row)])),
            }
        }
        out.sort_by_key(|(group, _)| *group);
        out
    }

    /// The same as sentences.
    pub(super) fn said_which(&self) -> Said {
        let mut lines = Vec::new();
        for (group, rows) in self.can_follow() {
            lines.push(Line::of(format!("{}:", group.said()), Role::Heading));
            for (keys, row) in rows {
                lines.push(Line::of(keys, Role::Key).and(format!(": {}.", row.explained()), Role::Text));
            }
        }
        let typed: Vec<String> = self.pending.keys.iter().map(ToString::to_string).collect();
        Said { heading: say!("which-after", keys = typed.join(" ")), lines, top: 0, selected: None }
    }
}

/// Draws it above the lowest line.
pub(super) fn view(model: &Model, pen: &mut Pen<'_>, layout: &Layout) {
    let area = layout.area;
    let groups = model.can_follow();
    let rows: usize = groups.iter().map(|(_, rows)| rows.len() + 1).sum();
    if rows == 0 || area.height < 5 {
        return;
    }
    let room = area.width.saturating_sub(2);
    let columns = usize::from((room / COLUMN).clamp(1, 3)).min(groups.len().max(1));
    let wide = room / u16::try_from(columns).unwrap_or(1);
    let keys = groups.iter().flat_map(|(_, rows)| rows).map(|(keys, _)| width(keys)).max().unwrap_or(1).min(12);
    // Whole groups stand under each other; as many lines as the longest column takes.
    let mut lines: Vec<Vec<Line>> = vec![Vec::new(); columns];
    let share = rows.div_ceil(columns);
    let mut at = 0;
    for (group, rows) in &groups {
        if !lines[at].is_empty() && lines[at].len() + rows.len() + 1 > share && at + 1 < columns {
            at += 1;
        }
        lines[at].push(Line::of(group.said(), Role::Heading));
        for (typed, row) in rows {
            let pad = usize::from(keys.saturating_sub(width(typed)) + 1);
            let words = cut(row.explained(), wide.saturating_sub(keys + 4)).into_owned();
            lines[at].push(Line::of(format!("  {typed}"), Role::Key).and(" ".repeat(pad), Role::Text).and(words, Role::Text));
        }
    }
    let tall = lines.iter().map(Vec::len).max().unwrap_or(0).min(usize::from(area.height.saturating_sub(3)));
    let height = u16::try_from(tall).unwrap_or(1) + 2;
    let outer = Rect::new(area.x, area.bottom().saturating_sub(height), area.width, height);
    pen.clear(outer);
    pen.frame(outer, Role::RuleFocus);
    let typed: Vec<String> = model.pending.keys.iter().map(ToString::to_string).collect();
    super::status::pane_title(pen, outer, &typed.join(" "), true, &Line::of(say!("which-title"), Role::Dim), None);
    for (i, column) in lines.iter().enumerate() {
        let x = outer.x + 1 + u16::try_from(i).unwrap_or(0) * wide;
        for (line, y) in column.iter().zip(outer.y + 1..outer.bottom() - 1) {
            pen.line(x, y, wide, line);
        }
    }
    let hidden = lines.iter().map(Vec::len).max().unwrap_or(0).saturating_sub(tall);
    if hidden > 0 {
        pen.put_right(
            outer.right().saturating_sub(2),
            outer.bottom() - 1,
            outer.width,
            &format!(" {} ", say!("which-more", n = hidden)),
            Role::Dim,
        );
    }
}
