//! The linear screen: one pane at a time, a line that says where one is, sentences below it, a line that says what can be
//! done. No boxes, no signs, no columns; marks, selection and state are words. A screen reader or a braille line follows
//! the hardware cursor, which stands where the selected sentence begins.

use ratatui::layout::{Position, Rect};

use super::draw::{Line, Pen, cut, flow, width};
use super::lang::say;
use super::layout::{Layout, Pane};
use super::overlay::Overlay;
use super::panes::{article, desk, headlines, sources};
use super::theme::Role;
use super::{Model, chips, status, when};
use crate::model::Headline;

/// What stands on a page: a heading, and sentences of which one may be selected.
pub(super) struct Said {
    pub heading: String,
    pub lines: Vec<Line>,
    /// The first of them that is on the screen.
    pub top: usize,
    pub selected: Option<usize>,
}

/// Draws the screen; where the cursor stands.
pub(super) fn view(model: &Model, pen: &mut Pen<'_>, layout: &Layout) -> Option<Position> {
    let area = layout.area;
    let body = Rect::new(0, 1, area.width, area.height.saturating_sub(2));
    let cursor = match (&model.overlay, model.focus()) {
        _ if model.shows_which() => page(pen, body, &model.said_which()),
        (Some(overlay), _) => page(pen, body, &overlay.said(model)),
        (None, Pane::Desk) => page(pen, body, &desk::said(model)),
        (None, Pane::Headlines) if model.headlines.rows.is_empty() => {
            heading(pen, area.width, &list_heading(model));
            headlines::view(model, pen, body)
        }
        (None, Pane::Headlines) => page(pen, body, &rows(model, usize::from(body.height))),
        (None, Pane::Article) => {
            let (more, corner) = article::title(model, body.height);
            let more: String = more.0.iter().map(|(text, _)| text.as_str()).collect();
            let parts = [say!("pane-article").to_owned(), more, corner.unwrap_or_default()];
            heading(pen, area.width, &parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(". "));
            let at = article::view(model, pen, layout);
            // On the first words there are: a blank line would be silence.
            let blank = |y: u16| (0..area.width).all(|x| pen.cells[(x, y)].symbol() == " ");
            at.map(|at| Position::new(at.x, (at.y..body.bottom()).find(|y| !blank(*y)).unwrap_or(at.y)))
        }
        (None, Pane::Sources) => page(pen, body, &sources::said(model)),
    };
    let typing = foot(model, pen, layout);
    // Whatever sign is left is drawn for the eye.
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            let cell = &mut pen.cells[(x, y)];
            if cell.symbol().chars().next().is_some_and(|c| matches!(c, '\u{2500}'..='\u{25ff}' | '★')) {
                cell.set_symbol(" ");
            }
        }
    }
    typing.or(cursor)
}

/// The selected sentence is on the screen, in the panes whose sentences take as many lines as they need.
pub(super) fn keep_visible(model: &mut Model, layout: &Layout) {
    let (columns, room) = (layout.area.width, usize::from(layout.area.height.saturating_sub(2)));
    match model.focus() {
        Pane::Headlines => {
            let at = model.headlines.selected.min(model.headlines.rows.len().saturating_sub(1));
            let tall = |i: usize| model.headlines.rows.get(i).map_or(1, |row| tall(&sentence(model, i, row), columns));
            let (top, shown) = reach(model.headlines.top(), at, room, tall);
            model.headlines.stand(top, shown);
        }
        Pane::Sources => {
            let said = sources::said(model);
            let (top, _) = reach(said.top, said.selected.unwrap_or(0), room, |i| said.lines.get(i).map_or(1, |l| tall(l, columns)));
            model.sources.stand(top);
        }
        Pane::Desk | Pane::Article => {}
    }
}

/// The first sentence to show, moved as little as needed for `selected` to be seen whole, and how many have room then.
fn reach(top: usize, selected: usize, room: usize, tall: impl Fn(usize) -> usize) -> (usize, usize) {
    let (mut first, mut used) = (selected, tall(selected));
    while first > 0 && used + tall(first - 1) <= room {
        first -= 1;
        used += tall(first);
    }
    // `first` is as high as it can be without `selected` leaving at the bottom.
    let top = top.clamp(first, selected);
    let (mut shown, mut used) = (0, 0);
    while shown < room && used + tall(top + shown) <= room {
        used += tall(top + shown);
        shown += 1;
    }
    (top, shown.max(1))
}

/// Lines a sentence takes.
fn tall(line: &Line, columns: u16) -> usize {
    flow(line.clone(), columns, 0).len()
}

fn heading(pen: &mut Pen<'_>, columns: u16, words: &str) {
    pen.put(0, 0, columns, &spoken(words), Role::PaneFocus);
}

fn page(pen: &mut Pen<'_>, area: Rect, said: &Said) -> Option<Position> {
    heading(pen, area.width, &said.heading);
    let mut cursor = Position::new(area.x, area.y);
    let mut y = area.y;
    for (i, line) in said.lines.iter().enumerate().skip(said.top) {
        let chosen = said.selected == Some(i);
        if chosen {
            cursor = Position::new(area.x, y.min(area.bottom().saturating_sub(1)));
        }
        for line in flow(line.clone(), area.width, 0) {
            if y >= area.bottom() {
                return Some(cursor);
            }
            if chosen {
                pen.tint(Rect::new(area.x, y, area.width, 1), Role::Selected);
            }
            pen.line(area.x, y, area.width, &line);
            y += 1;
        }
    }
    Some(cursor)
}

/// `Headlines: All, 12 articles, row 3, 2 new wait, press . to show them`
fn list_heading(model: &Model) -> String {
    let list = &model.headlines;
    if !list.known() {
        return say!("pane-headlines").into();
    }
    let mut words = format!("{}: {}", say!("pane-headlines"), list.label);
    if !list.filter.is_empty() {
        words.push_str(&format!(", {}", say!("linear-filter", filter = list.filter.as_str())));
    }
    words.push_str(&format!(", {}", say!("linear-articles", n = list.total.n, shown = model.zone.count(list.total))));
    if let Some(row) = list.place() {
        words.push_str(&format!(", {}", say!("linear-row", n = model.zone.number(row as u64))));
    }
    if list.waiting.n > 0 {
        words.push_str(&format!(", {}", say!("linear-waiting", n = model.zone.count(list.waiting))));
    }
    if list.waiting.n == 0 && list.regrouped {
        words.push_str(&format!(", {}", say!("linear-regrouped")));
    }
    words
}

fn rows(model: &Model, room: usize) -> Said {
    let list = &model.headlines;
    let top = list.top();
    let lines = list.rows.iter().enumerate().skip(top).take(room).map(|(i, row)| sentence(model, i, row)).collect();
    Said { heading: list_heading(model), lines, top: 0, selected: list.selected.checked_sub(top) }
}

/// A headline: what it is about, what the reader made of it, who says so.
fn sentence(model: &Model, at: usize, row: &Headline) -> Line {
    let chosen = at == model.headlines.selected;
    let mut line = selected(chosen);
    if row.inside {
        line.push(format!("{} ", say!("linear-part")), Role::Dim);
    }
    let (chips, title) = chips::of_row(row, model.now);
    let title = if row.title.is_empty() { headlines::untitled() } else { title };
    let role = match (row.withdrawn(), row.fresh()) {
        (true, _) => Role::Struck,
        (_, true) => Role::Unread,
        (_, false) => Role::Read,
    };
    line.push(title, role);
    if !title.ends_with(['.', '!', '?', '…', '"', '“', '”', '»']) {
        line.push(".", role);
    }
    let mut marks: Vec<(String, Role)> =
        vec![if !row.fresh() { (say!("linear-read").into(), Role::Read) } else { (say!("linear-unread").into(), Role::UnreadMark) }];
    if row.saved {
        marks.push((say!("head-saved").into(), Role::Saved));
    }
    marks.extend(chips::spoken(&chips));
    if let Some(until) = row.embargo.filter(|_| row.locked(model.now)) {
        marks.push((say!("list-until", when = when::stamp(until, model.now, &model.zone)), Role::Withdrawn));
    }
    if row.live {
        marks.push((say!("head-live").into(), Role::Live));
    }
    if row.versions > 1 {
        let since = if row.changed_since() { format!(", {}", say!("linear-changed")) } else { String::new() };
        marks.push((format!("{}{since}", say!("linear-versions", n = row.versions)), Role::Changed));
    }
    marks.push((format!("{}, {}", row.outlet, when::stamp(row.time, model.now, &model.zone)), Role::Outlet));
    for press in [false, true] {
        let names: Vec<&str> = row.agencies.iter().filter(|a| a.press == press).map(|a| a.name.as_str()).collect();
        if !names.is_empty() {
            let (n, names) = (names.len(), names.join(", "));
            let words = if press { say!("linear-press", n = n, names = names) } else { say!("linear-agencies", n = n, names = names) };
            marks.push((words, if press { Role::Press } else { Role::Agency }));
        }
    }
    if row.outlets > 1 {
        marks.push((say!("linear-outlets", n = row.outlets), Role::Dim));
    }
    if let Some(group) = &row.group {
        let unread = group.members.iter().filter(|m| !m.read).count();
        if !row.read && !row.fresh() {
            marks.push((say!("linear-unread-of", n = unread), Role::UnreadMark));
        }
        let words = if group.open { say!("linear-listed") } else { say!("linear-lists") };
        marks.push((format!("{}, {words}", say!("list-articles", n = group.articles)), Role::Dim));
    }
    for (i, (text, role)) in marks.into_iter().enumerate() {
        line.push(if i == 0 { " " } else { "; " }, Role::Dim);
        line.push(text, role);
    }
    line.push(".", Role::Dim);
    line
}

/// The word that a selected sentence begins with.
pub(super) fn selected(chosen: bool) -> Line {
    if chosen { Line::of(format!("{} ", say!("linear-selected")), Role::PaneFocus) } else { Line::default() }
}

/// The lowest line: what is typed, what happened, or what can be done and what polling does.
fn foot(model: &Model, pen: &mut Pen<'_>, layout: &Layout) -> Option<Position> {
    if model.prompt.is_some() || !model.pending.is_empty() {
        return status::view(model, pen, layout);
    }
    let area = layout.area;
    let (y, room) = (area.bottom().saturating_sub(1), area.width);
    if let Some((words, role)) = status::said(model) {
        pen.put(0, y, room, &cut(&spoken(&words), room), role);
        return None;
    }
    let polling = spoken(&status::polling(model, 0).0.iter().map(|(text, _)| text.as_str()).collect::<String>());
    let scope = match &model.overlay {
        // What it can do stands above.
        Some(Overlay::Help(_) | Overlay::Palette(_) | Overlay::Note(_) | Overlay::Marks(_)) => return None,
        Some(overlay) => overlay.scope(),
        None => model.focus().into(),
    };
    let left = room.saturating_sub(width(&polling) + 2);
    let label = say!("linear-keys");
    let keys: String = status::hints(model, scope, left.saturating_sub(width(label) + 1)).0.iter().map(|(text, _)| text.as_str()).collect();
    let keys = keys.trim().split("  ").collect::<Vec<_>>().join(", ");
    let mut x = pen.put(0, y, left, &format!("{label} {keys}."), Role::Hint);
    if !polling.is_empty() {
        x += pen.put(x, y, room.saturating_sub(x), " ", Role::Hint);
        pen.put(x, y, room.saturating_sub(x), &format!("{polling}."), Role::Hint);
    }
    None
}

/// Signs as a voice would say them.
pub(super) fn spoken(text: &str) -> String {
    // A sign, and what is said for it between two parts of the sentence.
    let said = [
        ("\u{a0}·\u{a0}", ", ", "", ""),
        (" ·\u{a0}", ", ", "", ""),
        (" · ", ", ", "", ""),
        ("★ ", "", "", ""),
        (" ×", " ", say!("said-outlets"), ""),
        (" → ", ", ", say!("said-then"), " "),
        ("\u{a0}%", " ", say!("said-percent"), ""),
        (" %", " ", say!("said-percent"), ""),
        (" −", " ", say!("said-minus"), " "),
        (" +", " ", say!("said-plus"), " "),
        ("\u{a0}", " ", "", ""),
    ];
    said.iter().fold(
        text.to_owned(),
        |text, (sign, before, word, after)| {
            if text.contains(sign) { text.replace(sign, &format!("{before}{word}{after}")) } else { text }
        },
    )
}

/// A line as a voice would say it: names that stand side by side get a comma, whatever stands further apart too.
pub(super) fn line(line: &Line) -> Line {
    let mut out = Line::default();
    let name = |at: Option<&(String, Role)>| at.is_some_and(|(_, role)| matches!(role, Role::Agency | Role::Press));
    for (i, (text, role)) in line.0.iter().enumerate() {
        let apart = match text.as_str() {
            " " => name(line.0.get(i + 1)),
            "  " => i > 0,
            _ => false,
        };
        out.push(if apart { ", ".to_owned() } else { spoken(text).replace("  ", ", ") }, *role);
    }
    out
}

/// The sentences of an overlay, which tells them itself.
impl Overlay {
    pub(super) fn said(&self, model: &Model) -> Said {
        let mut said = self.sentences(model);
        let (columns, room) = (model.size.0, usize::from(model.size.1.saturating_sub(2)));
        if let Some(at) = said.selected {
            said.top = reach(said.top, at, room, |i| said.lines.get(i).map_or(1, |l| tall(l, columns))).0;
        }
        said
    }
}
