//! The headlines: a window onto a list that may be of any length. Rows never move under the reader: the list is as of
//! its snapshot, the selection is held by article, and what arrives waits behind a counted line.

use ratatui::layout::{Position, Rect};

use super::super::draw::{Line, Pen, cut, split, width};
use super::super::lang::say;
use super::super::theme::Role;
use super::super::{Model, Pane, chips, when};
use super::{Move, follow};
use crate::model::{Agency, ArticleId, At, Clean, Count, Finder, Headline, Is, Page, Query, Scope, Snapshot, Window};

/// Rows asked for on each side of the selection.
pub(in super::super) const REACH: usize = 200;
/// Nearer than this to the window's edge, the next window is asked for.
const EDGE: usize = 80;
/// From this width on a headline takes one line.
const ONE_LINE: u16 = 104;
/// Columns that an outlet's name is cut to where there is little room, and next to none.
const SHORT_OUTLET: u16 = 14;
const LEAST_OUTLET: u16 = 8;
/// Columns of a title below which nothing stands beside it.
const LEAST_TITLE: u16 = 12;
/// What stands for a title that is not there.
pub(in super::super) fn untitled() -> &'static str {
    say!("list-untitled")
}

/// What the rows asked for are for.
#[derive(Clone, Debug)]
pub(in super::super) enum Purpose {
    /// Another list, or the same anew.
    Open { query: Query, base: Query, label: Clean, filter: String, select: Option<ArticleId> },
    /// More of this one, or its marks again.
    Window,
    /// Another place in this one.
    Jump(At),
}

/// What the pane knows.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct State {
    /// What was asked: the list and the filter together.
    pub query: Query,
    /// What marks its words.
    finder: Finder,
    /// The list.
    pub base: Query,
    /// Its name.
    pub label: Clean,
    /// What the reader typed after `/`.
    pub filter: String,
    pub rows: Vec<Headline>,
    more_before: bool,
    more_after: bool,
    pub as_of: Option<Snapshot>,
    pub total: Count,
    pub waiting: Count,
    /// It would be made of other rows now.
    pub regrouped: bool,
    pub selected: usize,
    top: usize,
    /// Rows that had room when it was last settled.
    page: usize,
    /// Articles whose rows have theirs below them.
    pub open: Vec<ArticleId>,
    pub asking: Option<Purpose>,
    /// Marks changed while rows were on their way: read them again.
    pub stale: bool,
}

/// The list and the filter as one query. A filter that does not parse is left to its prompt to point at.
pub(in super::super) fn both(base: &Query, filter: &str) -> Query {
    Query::typed(filter).map_or_else(|_| base.clone(), |filter| base.and(&filter))
}

impl State {
    /// Whether the reader searches the list for words.
    pub fn searched(&self) -> bool {
        !self.filter.is_empty() && !self.finder.is_empty()
    }

    /// The selected row.
    pub fn current(&self) -> Option<&Headline> {
        self.rows.get(self.selected)
    }

    /// Whether any rows were ever here.
    pub fn known(&self) -> bool {
        self.as_of.is_some()
    }

    /// An article's row, or the one that stands for it, if that is in the window.
    pub fn find(&self, id: ArticleId) -> Option<&Headline> {
        Some(&self.rows[self.at(id, false)?])
    }

    /// Where an article stands: below its group if it is there and that is wanted, else by itself, else in its group.
    fn at(&self, id: ArticleId, inside: bool) -> Option<usize> {
        let own = |inside: bool| self.rows.iter().position(|row| row.id == id && row.inside == inside);
        own(inside).or_else(|| own(!inside)).or_else(|| self.rows.iter().position(|row| row.holds(id)))
    }

    /// Selects an article if it is in the window.
    pub fn select(&mut self, id: ArticleId) -> bool {
        self.select_row(id, false)
    }

    /// The same, below its group if it is there.
    pub fn select_row(&mut self, id: ArticleId, inside: bool) -> bool {
        let at = self.at(id, inside);
        self.selected = at.unwrap_or(self.selected);
        at.is_some()
    }

    /// The window that is needed now, if the present one will not do.
    pub fn wanted(&self) -> Option<Window> {
        let as_of = self.as_of?;
        let row = self.current()?;
        let short = (self.more_before && self.selected < EDGE) || (self.more_after && self.selected + EDGE >= self.rows.len());
        (short || self.stale).then_some(Window { as_of: Some(as_of), at: At::Article(row.id), before: REACH, after: REACH })
    }

    /// Takes an answer. Whether an article that was looked for is now selected.
    pub fn fill(&mut self, page: Page) -> bool {
        let purpose = self.asking.take().unwrap_or(Purpose::Window);
        let held = self.current().map(|row| (row.id, row.inside));
        let on_screen = self.selected.saturating_sub(self.top);
        let Page { rows, more_before, more_after, as_of, total, waiting, regrouped } = page;
        let before = self.as_of.map(|was| was.last);
        let old = std::mem::replace(&mut self.rows, rows);
        self.more_before = more_before;
        self.more_after = more_after;
        self.as_of = Some(as_of);
        self.total = total;
        self.waiting = waiting;
        self.regrouped = regrouped;
        match purpose {
            Purpose::Open { query, base, label, filter, select } => {
                let same = self.query == query;
                self.finder = query.finder();
                self.query = query;
                self.base = base;
                self.label = label;
                self.filter = filter;
                self.stale = false;
                let was = self.selected;
                self.selected = 0;
                self.top = 0;
                // What was selected may no longer be in the list: then the nearest below it, or above it, is.
                let near = || old.iter().skip(was).chain(old.iter().take(was).rev()).map(|row| row.id);
                let held = |state: &mut Self, id| old.get(was).is_some_and(|row| row.id == id) && near().any(|id| state.select(id));
                if select.is_some_and(|id| self.select(id) || held(self, id)) {
                    // As many of the new rows above it as there is room for are shown; if none would be, it stays where it was.
                    let least = (self.selected + 1).saturating_sub(self.page.max(1));
                    let news = before.is_some_and(|last| self.rows[least..self.selected].iter().any(|row| row.newest() > last));
                    self.top = if news && same { least } else { self.selected.saturating_sub(on_screen) };
                }
            }
            Purpose::Window => {
                self.stale = false;
                let found = held.is_some_and(|(id, inside)| self.select_row(id, inside));
                if !found {
                    self.selected = self.selected.min(self.rows.len().saturating_sub(1));
                }
                self.top = self.selected.saturating_sub(on_screen);
            }
            Purpose::Jump(At::Top) => self.selected = 0,
            Purpose::Jump(At::Bottom) => self.selected = self.rows.len().saturating_sub(1),
            Purpose::Jump(At::Article(id)) => {
                let found = self.select(id);
                self.selected = self.selected.min(self.rows.len().saturating_sub(1));
                self.top = self.selected.saturating_sub(on_screen);
                return found;
            }
        }
        false
    }

    /// Moves the selection. The other place in the list that must be asked for, if it is not in the window.
    pub fn go(&mut self, to: Move, area: Option<Rect>) -> Option<At> {
        match to {
            Move::Top if self.more_before => return Some(At::Top),
            Move::Bottom if self.more_after => return Some(At::Bottom),
            _ => {}
        }
        self.selected = to.of(self.selected, self.rows.len(), if area.is_some() { self.page.max(1) } else { 1 });
        None
    }

    /// Turns the wheel: the rows move, and the selection only as far as it must to stay visible.
    pub fn wheel(&mut self, rows: i64, area: Rect) {
        let visible = visible(area);
        let last_top = self.rows.len().saturating_sub(visible);
        self.top = self.top.saturating_add_signed(isize::try_from(rows).unwrap_or(0)).min(last_top);
        self.selected =
            self.selected.clamp(self.top, (self.top + visible).saturating_sub(1).max(self.top)).min(self.rows.len().saturating_sub(1));
    }

    /// The selected row is on the screen.
    pub fn keep_visible(&mut self, area: Rect) {
        self.selected = self.selected.min(self.rows.len().saturating_sub(1));
        self.page = visible(area);
        self.top = follow(self.top, self.selected, self.page, self.rows.len());
    }

    /// Which row of the list is selected, counted from 1, if that is known.
    pub fn place(&self) -> Option<usize> {
        (!self.more_before && !self.rows.is_empty()).then_some(self.selected + 1)
    }

    /// The first row on the screen.
    pub fn top(&self) -> usize {
        self.top
    }

    /// The row that is to be the first, and how many have room: where rows take as many lines as they need.
    pub fn stand(&mut self, top: usize, shown: usize) {
        (self.top, self.page) = (top, shown);
    }

    /// The row drawn at a line of the pane.
    pub fn row_at(&self, area: Rect, y: u16) -> Option<usize> {
        let line = y.checked_sub(area.y)?;
        let at = usize::from(line / height(area));
        (at < visible(area) && self.top + at < self.rows.len()).then_some(self.top + at)
    }

    /// The nearest unread row within the window after (or before) the selection.
    pub fn unread_near(&self, backwards: bool) -> Option<usize> {
        if backwards {
            (0..self.selected).rev().find(|i| !self.rows[*i].read)
        } else {
            (self.selected + 1..self.rows.len()).find(|i| !self.rows[*i].read)
        }
    }

    /// Whether there are rows beyond the window in that direction.
    pub fn more(&self, backwards: bool) -> bool {
        if backwards { self.more_before } else { self.more_after }
    }
}

/// Lines a row takes.
fn height(area: Rect) -> u16 {
    if area.width >= ONE_LINE || area.height < 9 { 1 } else { 2 }
}

/// Rows that have room; the last line is kept for the count of what waits, so that it never pushes a row away.
fn visible(area: Rect) -> usize {
    usize::from((area.height.saturating_sub(1) / height(area)).max(1))
}

/// The line that says what waits.
pub(in super::super) fn waiting_line(area: Rect) -> u16 {
    area.bottom().saturating_sub(1)
}

/// What stands in the border after the pane's name.
pub(in super::super) fn title(model: &Model) -> Line {
    let state = &model.headlines;
    let mut line = Line::default();
    if !state.known() {
        return line;
    }
    line.push(state.label.as_str(), Role::Text);
    if !state.filter.is_empty() {
        line.push(" / ", Role::Dim);
        line.push(Clean::line(&state.filter).into_string(), Role::Key);
    }
    line.push(format!(" · {}", model.zone.count(state.total)), Role::Dim);
    if state.waiting.n > 0 {
        line.push(format!(", {}", say!("list-new", n = model.zone.count(state.waiting))), Role::Waiting);
    }
    line
}

/// Draws the pane; where the cursor stands.
pub(in super::super) fn view(model: &Model, pen: &mut Pen<'_>, area: Rect) -> Option<Position> {
    let state = &model.headlines;
    let focused = model.focus() == Pane::Headlines;
    if state.rows.is_empty() {
        empty(model, pen, area);
        return Some(Position::new(area.x, area.y));
    }
    let (rows, tall) = (visible(area), height(area));
    let mut cursor = None;
    for (i, row) in state.rows.iter().enumerate().skip(state.top).take(rows) {
        let line = u16::try_from(i - state.top).unwrap_or(0) * tall;
        let place = Rect::new(area.x, area.y + line, area.width, tall);
        let chosen = i == state.selected;
        headline(model, pen, place, row, chosen, focused);
        if chosen {
            cursor = Some(Position::new(area.x, place.y));
        }
    }
    if (state.waiting.n > 0 || state.regrouped) && area.height > 1 {
        let words = match state.waiting.n {
            0 => say!("list-regrouped").to_owned(),
            _ => say!("list-waiting", n = state.waiting.to_string()),
        };
        let y = waiting_line(area);
        let inside = cut(&words, area.width.saturating_sub(6)).into_owned();
        let text = format!("── {inside} ──");
        let x = area.x + area.width.saturating_sub(width(&text)) / 2;
        pen.put(x, y, area.right() - x, &text, Role::Waiting);
    }
    cursor
}

/// Unread; read, but others that it stands for are not; read.
fn mark(row: &Headline) -> &'static str {
    match (row.read, row.fresh()) {
        (true, _) => " ",
        (false, true) => "●",
        (false, false) => "○",
    }
}

/// The articles that a row stands for.
pub(in super::super) fn stands_for(row: &Headline) -> Vec<ArticleId> {
    match &row.group {
        Some(group) => group.members.iter().map(|m| m.id).collect(),
        None => vec![row.id],
    }
}

/// Whether an article is read that a row is, or stands for.
pub(in super::super) fn is_read(row: &Headline, id: ArticleId) -> bool {
    row.group.iter().flat_map(|g| &g.members).find(|m| m.id == id).map_or(row.read, |m| m.read)
}

/// One headline in one or two lines.
fn headline(model: &Model, pen: &mut Pen<'_>, r: Rect, row: &Headline, chosen: bool, focused: bool) {
    let title_role = match (row.withdrawn(), row.fresh()) {
        (true, _) => Role::Struck,
        (_, true) => Role::Unread,
        (_, false) => Role::Read,
    };
    if chosen {
        pen.tint(r, if focused { Role::Selected } else { Role::SelectedAway });
        for y in r.top()..r.bottom() {
            pen.put(r.x, y, 1, "▌", if focused { Role::Bar } else { Role::BarAway });
        }
    }
    let roomy = r.width >= 34;
    let time = when::short(row.time, model.now, &model.zone);
    let mut x = r.x + 1;
    if roomy {
        pen.put(x, r.y, 6, &format!("{time:>6}"), Role::Time);
        x += 7;
    }
    pen.put(x, r.y, 1, mark(row), Role::UnreadMark);
    x += 2;
    if row.inside {
        pen.put(x, r.y, 1, "└", Role::Rule);
        x += 2;
    }
    let right = r.right().saturating_sub(1);
    let room = right.saturating_sub(x);
    let flags = flags(row, model);
    let title_role = if chosen && focused && title_role != Role::Struck { Role::Selected } else { title_role };
    let (chips, title) = chips::of_row(row, model.now);
    let (title, title_role) = if row.title.is_empty() { (untitled(), Role::Dim) } else { (title, title_role) };
    let hits = |title: &str| if row.title.is_empty() { Vec::new() } else { model.headlines.finder.find(Scope::Title, title) };
    let chips = chips::line(&chips, room.saturating_sub(LEAST_TITLE) / 2);
    if r.height == 1 {
        let flagged = flags.width() + if flags.width() > 0 { 2 } else { 0 };
        let mut forms = metas(row);
        // With next to no room the outlet alone: what it is about is worth more than who is credited.
        if row.outlets < 2 || row.group.is_none() {
            forms.push(meta(row, LEAST_OUTLET, 0));
        }
        let fits = |least: u16| forms.iter().find(|m| m.width() + flagged + 2 + least <= room);
        let meta = fits(room * 3 / 5).or_else(|| fits(room / 2)).or_else(|| fits(LEAST_TITLE.min(room / 2))).cloned().unwrap_or_default();
        let start = right.saturating_sub(meta.width() + flagged);
        x += pen.line(x, r.y, chips.width(), &chips);
        let wide = pen.put(x, r.y, start.saturating_sub(x + if meta.width() > 0 { 2 } else { 1 }), title, title_role);
        pen.marks(Rect::new(x, r.y, wide, 1), title, &hits(title));
        pen.line(start, r.y, right - start, &meta);
        pen.line(right.saturating_sub(flags.width()), r.y, flags.width(), &flags);
        return;
    }
    let (end, next) = split(title, room - chips.width());
    let rest = &title[next..];
    let after = pen.line(x, r.y, chips.width(), &chips);
    let wide = pen.put(x + after, r.y, room - after, &title[..end], title_role);
    pen.marks(Rect::new(x + after, r.y, wide, 1), &title[..end], &hits(&title[..end]));
    let gap = if flags.width() > 0 { 2 } else { 0 };
    let free = room.saturating_sub(flags.width() + gap);
    let y = r.y + 1;
    let mut forms = metas(row);
    if !roomy {
        for form in &mut forms {
            form.0.insert(0, (format!("{time} "), Role::Time));
        }
    }
    // The title is read first: the fullest word on who reported it that fits beside its end stands there. If none does the
    // title is cut, and then for a word that is worth it.
    let beside = if rest.is_empty() { free } else { free.saturating_sub(width(rest) + 2) };
    let meta = forms
        .iter()
        .find(|m| m.width() <= beside)
        .or_else(|| forms.iter().find(|m| m.width() + 2 + free * 2 / 5 <= free))
        .or(forms.last())
        .cloned()
        .unwrap_or_default();
    let mut at = x;
    if !rest.is_empty() {
        let keep = meta.width() + 2;
        let wide = pen.put(at, y, free.saturating_sub(keep), rest, title_role);
        pen.marks(Rect::new(at, y, wide, 1), rest, &hits(rest));
        at += wide + 2;
    }
    pen.line(at, y, (x + free).saturating_sub(at), &meta);
    pen.line(right.saturating_sub(flags.width()), y, flags.width(), &flags);
}

/// Who reported it, from the fullest form to the shortest. The outlet is in all of them: an agency's name alone does not
/// say who published it.
fn metas(row: &Headline) -> Vec<Line> {
    let mut out = vec![meta(row, u16::MAX, 5)];
    if row.outlets > 1 && row.group.is_some() {
        // Many published it: how many says more than the name of one.
        out.push(meta(row, SHORT_OUTLET, 2));
        out.extend([2, 1, 0].map(|named| carried(row, named)));
        return out;
    }
    match row.agencies.len() {
        0 => {}
        1 => out.push(meta(row, SHORT_OUTLET, 1)),
        n => {
            if n > 2 {
                out.push(meta(row, u16::MAX, 2));
            }
            out.push(meta(row, u16::MAX, 1));
            out.push(meta(row, SHORT_OUTLET, 1));
        }
    }
    out.push(meta(row, LEAST_OUTLET, 1));
    if let Some(agency) = row.agencies.first().filter(|_| row.agencies.len() > 1 || row.outlets > 1) {
        let mut line = meta(row, LEAST_OUTLET, 0).and(" · ", Role::Dim);
        named_agency(&mut line, agency);
        out.push(line);
    }
    out
}

/// An agency's name; that it only passes on press releases is said, not only coloured.
pub(in super::super) fn named_agency(line: &mut Line, agency: &Agency) {
    line.push(agency.name.as_str(), if agency.press { Role::Press } else { Role::Agency });
    if agency.press {
        line.push(" (PR)", Role::Press);
    }
}

/// So many agencies by name, and how many carry it: `APA AFP +2 · 6 ×`.
fn carried(row: &Headline, named: usize) -> Line {
    let mut line = Line::default();
    for (i, agency) in row.agencies.iter().take(named).enumerate() {
        if i > 0 {
            line.push(" ", Role::Dim);
        }
        named_agency(&mut line, agency);
    }
    if named > 0 && row.agencies.len() > named {
        line.push(format!(" +{}", row.agencies.len() - named), Role::Agency);
    }
    line.push(format!("{}{} ×", if line.0.is_empty() { "" } else { " · " }, row.outlets), Role::Dim);
    line
}

/// The outlet in so many columns, agencies (so many by name), how many carry it.
fn meta(row: &Headline, outlet: u16, named: usize) -> Line {
    let mut line = Line::of(cut(&row.outlet, outlet), Role::Outlet);
    if named == 0 {
        return line;
    }
    for (i, agency) in row.agencies.iter().take(named).enumerate() {
        line.push(if i > 0 { " " } else { " · " }, Role::Dim);
        named_agency(&mut line, agency);
    }
    if row.agencies.len() > named {
        line.push(format!(" +{}", row.agencies.len() - named), Role::Agency);
    }
    if row.outlets > 1 {
        line.push(format!(" · {} ×", row.outlets), Role::Dim);
    } else if let Some(group) = &row.group {
        line.push(format!(" · {}", say!("list-articles", n = group.articles)), Role::Dim);
    }
    line
}

/// What is special about it, right-aligned.
fn flags(row: &Headline, model: &Model) -> Line {
    let mut line = Line::default();
    let mut add = |text: String, role| {
        if !line.0.is_empty() {
            line.push(" ", Role::Dim);
        }
        line.push(text, role);
    };
    if let Some(until) = row.embargo.filter(|_| row.locked(model.now)) {
        add(say!("list-until", when = when::stamp(until, model.now, &model.zone)), Role::Withdrawn);
    }
    if row.live {
        add(say!("head-live").into(), Role::Live);
    }
    if row.versions > 1 {
        // The sign of what is unread says that it has changed since it was read.
        let sign = if row.changed_since() { "●" } else { "" };
        let seen = row.read && !row.changed_since();
        add(format!("Δ{}{sign}", row.versions), if seen { Role::Dim } else { Role::Changed });
    }
    if row.saved {
        add("★".into(), Role::Saved);
    }
    line
}

/// What an empty list says.
fn empty(model: &Model, pen: &mut Pen<'_>, area: Rect) {
    let state = &model.headlines;
    let mut lines: Vec<Line> = Vec::new();
    if !state.known() {
        return;
    }
    if !state.filter.is_empty() {
        lines.push(Line::of(say!("list-no-match"), Role::Strong));
        lines.push(Line::of(say!("list-no-match-help"), Role::Dim));
    } else if model.welcomes() {
        lines = super::super::welcome::lines(model, area);
    } else if state.base == Query::is(Is::Unread) {
        lines.push(Line::of(say!("list-all-read"), Role::Strong));
        lines.push(Line::of("' a", Role::Key).and(format!(" {}", say!("list-lists-all")), Role::Dim));
    } else if state.base.is_all() {
        lines.push(Line::of(say!("list-none-yet"), Role::Strong));
        let words = if model.progress.running() { say!("list-being-asked") } else { say!("list-ask") };
        lines.push(Line::of(words, Role::Dim));
    } else {
        lines.push(Line::of(say!("list-nothing"), Role::Strong));
        lines.push(Line::of("' a", Role::Key).and(format!(" {}", say!("list-lists-all")), Role::Dim));
    }
    let room = area.width.saturating_sub(4);
    let mut y = area.y + if area.height > 14 { 2 } else { 0 };
    for line in lines {
        let hang = line.0.first().map_or(0, |(t, _)| u16::try_from(t.len() - t.trim_start().len()).unwrap_or(0));
        for line in super::super::draw::flow(line, room, hang) {
            if y < area.bottom() {
                pen.line(area.x + 2, y, room, &line);
            }
            y += 1;
        }
    }
    if state.waiting.n > 0 {
        let words = format!("── {} ──", say!("list-waiting", n = state.waiting.to_string()));
        pen.put(area.x + area.width.saturating_sub(width(&words)) / 2, waiting_line(area), area.width, &words, Role::Waiting);
    }
}
