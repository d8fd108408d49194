//! The desk: what can be listed, in groups, each with its unread count.

use ratatui::layout::{Position, Rect};

use super::super::draw::{Line, Pen, width};
use super::super::lang::say;
use super::super::linear::{self, Said};
use super::super::theme::Role;
use super::super::{Model, Pane};
use super::{Move, follow};
use crate::model::{Clean, Desk, DeskKind, DeskRow, FeedId, Is, Query};

/// Columns that rows take at most.
const WIDEST: u16 = 44;

/// What the pane knows.
#[derive(Debug, Default)]
pub(in super::super) struct State {
    rows: Vec<DeskRow>,
    known: bool,
    /// Lines on the screen: a group's heading, or a row by its index.
    lines: Vec<Shown>,
    /// The selected row.
    selected: usize,
    top: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Heading(&'static str),
    Row(usize),
}

fn heading(kind: DeskKind) -> &'static str {
    match kind {
        DeskKind::Live | DeskKind::Blog(_) => say!("desk-live"),
        DeskKind::View | DeskKind::Own(..) => say!("desk-views"),
        DeskKind::Folder | DeskKind::Feed(..) => say!("desk-feeds"),
        DeskKind::Agency => say!("desk-agencies"),
    }
}

/// What a view is called that every desk has.
pub(in super::super) fn view_name(query: &Query) -> Option<&'static str> {
    Some(match query {
        all if all.is_all() => say!("view-all"),
        q if *q == Query::is(Is::Unread) => say!("view-unread"),
        q if *q == Query::is(Is::Saved) => say!("view-saved"),
        q if *q == Query::is(Is::Changed) => say!("view-changed"),
        _ => return None,
    })
}

/// Whether two rows are the same place of the desk, whatever their counts.
fn same(a: &DeskRow, b: &DeskRow) -> bool {
    match (a.kind, b.kind) {
        (DeskKind::Feed(a, _), DeskKind::Feed(b, _)) => a == b,
        (DeskKind::Blog(a), DeskKind::Blog(b)) => a == b,
        (DeskKind::Own(a, _), DeskKind::Own(b, _)) => a == b,
        (ka, kb) => ka == kb && a.query == b.query,
    }
}

impl State {
    /// Takes the desk as it is now; the selection stays on its row, at first that of the open list.
    pub fn fill(&mut self, desk: Desk, open: &Query) {
        let first = !self.known;
        let held = self.rows.get(self.selected).cloned();
        self.rows = desk.rows;
        for row in self.rows.iter_mut().filter(|row| row.kind == DeskKind::View) {
            if let Some(words) = view_name(&row.query) {
                row.label = Clean::line(words);
            }
        }
        self.known = true;
        self.lines.clear();
        let mut last = "";
        for (i, row) in self.rows.iter().enumerate() {
            let words = heading(row.kind);
            if words != last {
                self.lines.push(Shown::Heading(words));
                last = words;
            }
            self.lines.push(Shown::Row(i));
        }
        if let Some(at) = held.and_then(|held| self.rows.iter().position(|row| same(row, &held))) {
            self.selected = at;
        }
        if first {
            self.selected = self.rows.iter().position(|row| row.query == *open).unwrap_or(0);
        }
        self.selected = self.selected.min(self.rows.len().saturating_sub(1));
    }

    /// The selected row.
    pub fn current(&self) -> Option<&DeskRow> {
        self.rows.get(self.selected)
    }

    /// The feed of the selected row, if it is one.
    pub fn feed(&self) -> Option<FeedId> {
        match self.current()?.kind {
            DeskKind::Feed(id, _) => Some(id),
            _ => None,
        }
    }

    /// Whether there are subscriptions; unknown counts as yes.
    pub fn has_feeds(&self) -> bool {
        !self.known || self.rows.iter().any(|row| matches!(row.kind, DeskKind::Feed(..)))
    }

    /// Feeds whose last poll failed.
    pub fn failed(&self) -> usize {
        self.rows.iter().filter(|row| matches!(row.kind, DeskKind::Feed(_, true))).count()
    }

    /// All rows.
    pub fn rows(&self) -> &[DeskRow] {
        &self.rows
    }

    /// The row that lists this query.
    pub fn row_of(&self, query: &Query) -> Option<&DeskRow> {
        self.rows.iter().find(|row| row.query == *query && !matches!(row.kind, DeskKind::Blog(_)))
    }

    /// Moves the selection.
    pub fn go(&mut self, to: Move, area: Option<Rect>) {
        self.selected = to.of(self.selected, self.rows.len(), area.map_or(1, |r| usize::from(r.height)));
    }

    /// Turns the wheel.
    pub fn wheel(&mut self, rows: i64) {
        self.go(Move::Rows(rows), None);
    }

    /// The selected row is on the screen, with its heading if that is the line above.
    pub fn keep_visible(&mut self, area: Rect) {
        let at = self.lines.iter().position(|l| *l == Shown::Row(self.selected)).unwrap_or(0);
        self.top = follow(self.top, at, usize::from(area.height), self.lines.len());
        if self.selected == 0 || (at == self.top && at > 0 && matches!(self.lines.get(at - 1), Some(Shown::Heading(_)))) {
            self.top = self.top.min(at.saturating_sub(1));
        }
    }

    /// The row drawn at a line of the pane.
    fn row_at(&self, area: Rect, y: u16) -> Option<usize> {
        match self.lines.get(self.top + usize::from(y.checked_sub(area.y)?))? {
            Shown::Row(i) => Some(*i),
            Shown::Heading(_) => None,
        }
    }

    /// Selects the row drawn at a line of the pane.
    pub fn select_at(&mut self, area: Rect, y: u16) -> bool {
        let at = self.row_at(area, y);
        self.selected = at.unwrap_or(self.selected);
        at.is_some()
    }

    /// How far a line of the pane is from the selected row, among those that it can change places with.
    pub fn carried(&self, area: Rect, y: u16) -> Option<i64> {
        let kind = |at: usize| match self.rows.get(at)?.kind {
            DeskKind::Own(..) => Some(0),
            DeskKind::Folder => Some(1),
            DeskKind::Feed(..) => Some(2),
            DeskKind::Live | DeskKind::Blog(_) | DeskKind::View | DeskKind::Agency => None,
        };
        let to = self.row_at(area, y)?;
        let own = kind(self.selected)?;
        (kind(to) == Some(own)).then(|| to as i64 - self.selected as i64).filter(|by| *by != 0)
    }
}

/// What stands in the border after the pane's name.
pub(in super::super) fn title(model: &Model) -> Line {
    if model.demo { Line::of(say!("desk-demo"), Role::Notice) } else { Line::default() }
}

/// The pane in sentences.
pub(in super::super) fn said(model: &Model) -> Said {
    let state = &model.desk;
    let mut said = Said { heading: say!("pane-desk").into(), lines: Vec::new(), top: state.top, selected: None };
    if model.demo {
        said.heading.push_str(&format!(": {}", say!("desk-demo")));
    }
    for (at, shown) in state.lines.iter().enumerate() {
        let i = match shown {
            Shown::Heading(words) => {
                said.lines.push(Line::of(format!("{words}:"), Role::Group));
                continue;
            }
            Shown::Row(i) => *i,
        };
        let Some(row) = state.rows.get(i) else { continue };
        let chosen = i == state.selected;
        let mut line = linear::selected(chosen).and(row.label.as_str(), if row.unread.n > 0 { Role::Unread } else { Role::Read });
        if row.unread.n > 0 {
            line.push(format!(", {}", say!("desk-unread", n = model.zone.count(row.unread))), Role::Count);
        }
        if matches!(row.kind, DeskKind::Feed(_, true)) {
            line.push(format!(", {}", say!("desk-failed")), Role::Error);
        }
        if matches!(row.kind, DeskKind::Own(_, true)) {
            line.push(format!(", {}", say!("desk-alerts")), Role::Alert);
        }
        if row.query == model.headlines.base {
            line.push(format!(", {}", say!("desk-listed")), Role::Dim);
        }
        said.lines.push(line);
        if chosen {
            said.selected = Some(at);
        }
    }
    said
}

/// Draws the pane; where the cursor stands.
pub(in super::super) fn view(model: &Model, pen: &mut Pen<'_>, area: Rect) -> Option<Position> {
    let state = &model.desk;
    let focused = model.focus() == Pane::Desk;
    // A count far from its name cannot be read across.
    let area = Rect { width: area.width.min(WIDEST), ..area };
    let mut cursor = None;
    for (y, line) in (area.top()..area.bottom()).zip(state.lines.iter().skip(state.top)) {
        let i = match line {
            Shown::Heading(words) => {
                pen.put(area.x + 1, y, area.width.saturating_sub(2), words, Role::Group);
                continue;
            }
            Shown::Row(i) => *i,
        };
        let Some(row) = state.rows.get(i) else { continue };
        let chosen = i == state.selected;
        let open = match row.kind {
            DeskKind::Blog(id) => model.article.target == Some(id),
            _ => row.query == model.headlines.base,
        };
        if chosen {
            let place = Rect::new(area.x, y, area.width, 1);
            pen.tint(place, if focused { Role::Selected } else { Role::SelectedAway });
            pen.put(area.x, y, 1, "▌", if focused { Role::Bar } else { Role::BarAway });
            cursor = Some(Position::new(area.x, y));
        }
        if open {
            pen.put(area.x + 1, y, 1, "▸", Role::Bar);
        }
        let right = area.right().saturating_sub(1);
        let count = if row.unread.n > 0 { model.zone.count(row.unread) } else { String::new() };
        let sign = match row.kind {
            DeskKind::Feed(_, true) => Some(("!", Role::Error)),
            DeskKind::Own(_, true) => Some(("♪", Role::Alert)),
            _ => None,
        };
        let label_room =
            right.saturating_sub(area.x + 3 + width(&count) + if count.is_empty() { 0 } else { 1 } + if sign.is_some() { 2 } else { 0 });
        let role = match (chosen && focused, row.unread.n > 0) {
            (true, _) => Role::Selected,
            (_, true) => Role::Unread,
            _ => Role::Read,
        };
        let used = pen.put(area.x + 3, y, label_room, &row.label, role);
        if let Some((sign, role)) = sign {
            pen.put(area.x + 3 + used + 1, y, 1, sign, role);
        }
        pen.put_right(right, y, width(&count), &count, Role::Count);
    }
    if state.rows.is_empty() {
        pen.put(area.x + 1, area.y, area.width.saturating_sub(2), "…", Role::Dim);
    }
    cursor.or(Some(Position::new(area.x, area.y)))
}
