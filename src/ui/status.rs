//! What stands in the borders: the panes' titles above; below, hints on the left and on the right what polling does. A
//! notice takes the hints' place for some seconds: nothing ever covers what is read.

use ratatui::layout::{Position, Rect};

use super::command::{self, Command, Scope};
use super::draw::{Line, Pen, cut, flow, width};
use super::lang::{self, say};
use super::layout::Layout;
use super::prompt::{Asks, Prompt};
use super::theme::Role;
use super::{Level, Model, when};

/// Seconds before a poll from which on they are counted.
pub(super) const SOON: i64 = 90;

/// Writes a pane's title into its upper border: name, a rule, what it shows; on the right a corner.
pub(super) fn pane_title(pen: &mut Pen<'_>, outer: Rect, name: &str, focused: bool, more: &Line, corner: Option<&str>) {
    if outer.width < 6 {
        return;
    }
    let right = outer.right() - 2;
    let mut end = right;
    if let Some(corner) = corner {
        let text = format!(" {corner} ");
        let free = outer.width.saturating_sub(width(name) + 10);
        // What is going on is worth more than how far one is.
        let crowds = !more.0.is_empty() && more.width() <= free && more.width() + width(&text) > free;
        if width(&text) + width(name) + 8 <= outer.width && !crowds {
            end = pen.put_right(right, outer.y, outer.width - 4, &text, Role::Dim).saturating_sub(1);
        }
    }
    let mut x = outer.x + 1;
    x += pen.put(x, outer.y, end - x, if focused { "▸" } else { " " }, Role::PaneFocus);
    x += pen.put(x, outer.y, end.saturating_sub(x), name, if focused { Role::PaneFocus } else { Role::Pane });
    x += pen.put(x, outer.y, end.saturating_sub(x), " ", Role::Text);
    if more.0.is_empty() || x + 8 > end {
        return;
    }
    x += pen.put(x, outer.y, 3, "── ", Role::Rule);
    let room = end - x - 1;
    if more.width() <= room {
        x += pen.line(x, outer.y, room, more);
    } else {
        // The end says how many and what is new; the name before it gives way.
        let (first, rest) = (&more.0[0], Line(more.0[1..].to_vec()));
        let keep = rest.width().min(room);
        x += pen.put(x, outer.y, room - keep, &first.0, first.1);
        x += pen.line(x, outer.y, (end - 1).saturating_sub(x), &rest);
    }
    pen.put(x, outer.y, 1, " ", Role::Text);
}

/// What is worth a place in a footer first, where there is not room for all; what is not named comes after, in the
/// table's order.
fn first(scope: Scope) -> &'static [Command] {
    use Command as C;
    if scope == Scope::FEEDS {
        &[C::Unsubscribe, C::Undo, C::Settings, C::Help, C::EditAddress, C::Pause, C::Back, C::Down]
    } else if scope == Scope::SETTINGS {
        &[C::EditSetting, C::UnsetSetting, C::Undo, C::Back, C::Help, C::Down]
    } else if scope == Scope::STORY {
        &[C::Help, C::Open, C::Apart, C::Back, C::Down, C::Undo]
    } else if Scope::READING.has(scope) {
        &[C::Help, C::Left, C::Undo, C::PageDown, C::Down, C::NextUnread, C::Open]
    } else {
        &[C::Help, C::Down, C::Open, C::Undo, C::Expand, C::Close, C::Filter, C::Save]
    }
}

/// Whether a command's hint says something that can be done now.
fn worth(model: &Model, command: Command, scope: Scope) -> bool {
    let bare = scope == Scope::HEADLINES && model.headlines.known() && model.headlines.rows.is_empty();
    match command {
        Command::Undo => matches!(scope, Scope::FEEDS | Scope::SETTINGS) || model.undoable.is_some_and(|until| model.now < until),
        Command::Diff => model.article.current().is_some_and(|a| a.version > 1),
        Command::Refresh | Command::Feeds => scope == Scope::FEEDS || bare,
        Command::Down | Command::Open | Command::Save | Command::ReadAll => !bare,
        Command::Expand => model.headlines.current().is_some_and(|row| row.group.is_some() || row.inside),
        Command::Compare => scope != Scope::SOURCES || model.article.current().is_some_and(|a| !a.carriers.is_empty()),
        Command::Filter => !bare || !model.headlines.filter.is_empty(),
        _ => true,
    }
}

/// Hints for a place, as many as there is room for, in the table's order; the help last.
pub(super) fn hints(model: &Model, scope: Scope, room: u16) -> Line {
    let hint = |row: &command::Row| {
        let (word, place) = row.hinted()?;
        if !place.has(scope) || !worth(model, row.command, scope) {
            return None;
        }
        let mut keys = model.keys.keys(row.command).into_iter().next().unwrap_or_default();
        if row.command == Command::Down
            && let Some(up) = model.keys.keys(Command::Up).first()
        {
            keys = format!("{keys} {up}");
        }
        let word = match row.command {
            Command::NextUnread if model.comparing() => say!("status-next-change"),
            Command::NextUnread if model.searching() => say!("status-next-hit"),
            _ => word,
        };
        Some(Line::of(keys, Role::Key).and(format!(" {word}"), Role::Hint))
    };
    let first = first(scope);
    let mut all: Vec<(usize, usize, Line)> = command::table()
        .enumerate()
        .filter_map(|(at, row)| {
            let rank = first.iter().position(|c| *c == row.command).unwrap_or(first.len());
            Some((rank, at, hint(row)?))
        })
        .collect();
    all.sort_by_key(|(rank, at, _)| (*rank, *at));
    // A blank before, two between, one after.
    let mut used = 0;
    all.retain(|(.., line)| {
        let fits = used + line.width() + 2 <= room;
        used += if fits { line.width() + 2 } else { 0 };
        fits
    });
    // The help stands last, where the eye looks for it.
    all.sort_by_key(|(rank, at, _)| (first.get(*rank) == Some(&Command::Help), *at));
    let mut out = Line::default();
    for (.., line) in all {
        out.push(if out.0.is_empty() { " " } else { "  " }, Role::Hint);
        out.0.extend(line.0);
    }
    if !out.0.is_empty() {
        out.push(" ", Role::Hint);
    }
    out
}

/// A notice in so many columns. The name before its colon gives way first: what happened stands after it.
pub(super) fn notice(model: &Model, room: u16) -> Option<Line> {
    let notice = model.notice.as_ref()?;
    let role = if notice.level == Level::Error { Role::Error } else { Role::Notice };
    // That it is an error is not told by its colour alone.
    let sign = if notice.level == Level::Error { "! " } else { "" };
    let room = room.saturating_sub(2 + width(sign));
    let text = match notice.text.split_once(": ") {
        Some((name, rest)) if width(&notice.text) > room && width(rest) + 6 <= room => {
            format!("{}: {rest}", cut(name, room - width(rest) - 2))
        }
        _ => cut(&notice.text, room).into_owned(),
    };
    Some(Line::of(format!(" {sign}{text} "), role))
}

/// A notice in words that need no colour.
pub(super) fn said(model: &Model) -> Option<(String, Role)> {
    let notice = model.notice.as_ref()?;
    Some(match notice.level {
        Level::Error => (say!("status-error", what = notice.text.as_str()), Role::Error),
        Level::Info => (notice.text.as_str().to_owned(), Role::Notice),
    })
}

/// What polling does, and what failed.
pub(super) fn polling(model: &Model, room: u16) -> Line {
    let p = &model.progress;
    let mut line = Line::default();
    let failed = p.failed.max(model.desk.failed());
    if p.running() {
        let short = room < 90;
        let words = match (p.done < p.total, short) {
            _ if !model.motion => say!("status-polling").to_owned(),
            (true, _) => say!("status-polling-of", done = p.done, total = p.total),
            (false, false) => say!("status-pages-to-fetch", n = p.pages),
            (false, true) => say!("status-pages", n = p.pages),
        };
        line.push(words, Role::Hint);
        if p.new > 0 && !short && model.motion {
            line.push(format!(" · {}", say!("status-new", n = p.new)), Role::Waiting);
        }
    } else if p.elsewhere {
        line.push(say!("status-elsewhere"), Role::Hint);
    } else if let Some(next) = p.next {
        let words = match until(next, model) {
            Some(when) => say!("status-next", when = when),
            None => say!("status-soon").to_owned(),
        };
        line.push(words, Role::Hint);
    }
    if let Some(live) = p.live.filter(|_| !p.running()) {
        let before = if line.0.is_empty() { "" } else { " · " };
        line.push(format!("{before}{} ", say!("status-live")), Role::Live);
        line.push(until(live, model).unwrap_or_else(|| say!("status-now").to_owned()), Role::Hint);
    }
    if failed > 0 {
        let key = model.keys.keys(Command::Feeds).into_iter().next().unwrap_or_default();
        if !line.0.is_empty() {
            line.push(" · ", Role::Hint);
        }
        line.push(say!("status-failed", n = failed), Role::Error);
        if room >= 90 || !p.running() {
            line.push(format!(" · {key}"), Role::Hint);
        }
    }
    line
}

/// When the next poll is: by the clock, and in seconds when it is near; `None` if it is due.
fn until(next: jiff::Timestamp, model: &Model) -> Option<String> {
    match next.as_second() - model.now.as_second() {
        ..=0 => None,
        // By tens: it is drawn when something happens, not every second.
        left @ 1..=SOON if model.motion => Some(say!("status-seconds", n = (left + 9) / 10 * 10)),
        _ => Some(when::clock(next, &model.zone)),
    }
}

/// Draws the lowest line; where the cursor stands if the reader types there.
pub(super) fn view(model: &Model, pen: &mut Pen<'_>, layout: &Layout) -> Option<Position> {
    let area = layout.area;
    let y = area.bottom().saturating_sub(1);
    let (mut x, mut end) = (area.x + 2, area.right().saturating_sub(2));
    if !layout.framed {
        if model.prompt.is_none() && model.notice.is_none() && model.pending.is_empty() {
            return None;
        }
        pen.clear(Rect::new(area.x, y, area.width, 1));
        (x, end) = (area.x, area.right());
    }
    let room = end.saturating_sub(x);
    if let Some(prompt) = &model.prompt {
        return Some(typing(model, pen, prompt, x, y, room));
    }
    if !model.pending.is_empty() {
        let line = awaited(model);
        pen.line(x, y, room, &line);
        return None;
    }
    let mut left = room;
    let right = polling(model, room);
    let wide = right.width();
    // What happened is read before what goes on: it is not cut for it.
    let cramped = model.notice.as_ref().is_some_and(|n| width(&n.text) + 4 + wide + 3 > room);
    if wide > 0 && wide + 14 <= room && layout.framed && !cramped {
        let start = end - wide - 2;
        pen.put(start, y, 1, " ", Role::Hint);
        pen.line(start + 1, y, wide, &right);
        pen.put(start + 1 + wide, y, 1, " ", Role::Hint);
        left = start.saturating_sub(x + 1);
    }
    if let Some(notice) = notice(model, left) {
        pen.line(x, y, left, &notice);
    } else if layout.framed {
        let line = hints(model, model.focus().into(), left);
        pen.line(x, y, left, &line);
    }
    None
}

/// Keys typed so far, and what can follow them.
fn awaited(model: &Model) -> Line {
    let mut line = Line::of(" ", Role::Hint);
    if let Some(n) = model.pending.count {
        line.push(n.to_string(), Role::Key);
    }
    for key in &model.pending.keys {
        line.push(format!("{key} "), Role::Key);
    }
    if !model.pending.keys.is_empty() {
        line.push("…", Role::Hint);
    }
    line.push(" ", Role::Hint);
    line
}

/// The line that is typed into.
fn typing(model: &Model, pen: &mut Pen<'_>, prompt: &Prompt, x: u16, y: u16, room: u16) -> Position {
    pen.clear(Rect::new(x, y, room, 1));
    let (left, end) = (x, x + room);
    let mut x = x + 1;
    let label = if model.arrangement.linear { prompt.spoken() } else { prompt.label() };
    x += pen.put(x, y, end.saturating_sub(x), &label, Role::Key);
    x += 1;
    let message = match (&prompt.error, &prompt.asks) {
        (Some(e), asks) => {
            let line = Line::of(lang::put(&crate::model::Clean::line(&e.message)), Role::Error);
            if matches!(asks, Asks::Filter { .. }) { line.and(format!(" · {}", say!("status-not-applied")), Role::Dim) } else { line }
        }
        (None, Asks::Filter { .. }) => Line::of(say!("status-found", n = model.headlines.total.to_string()), Role::Dim),
        (None, Asks::Pipe) if prompt.text.is_empty() && !model.pipe.is_empty() => {
            Line::of(say!("status-enter-runs", command = model.pipe.as_str()), Role::Dim)
        }
        (None, Asks::Pipe) => Line::of(say!("status-enter-runs-it"), Role::Dim),
        (None, Asks::Tag(_)) => Line::of(model.tags_hint(&prompt.text), Role::Dim),
        (None, Asks::Import) => Line::of(say!("import-hint"), Role::Dim),
        (None, Asks::Name(naming)) => Line::of(naming.hint(), Role::Dim),
        (None, Asks::Setting(_, setting)) => Line::of(super::feeds::prompt_words(*setting).into_string(), Role::Dim),
        (None, Asks::Link) => match prompt.text.trim().parse::<usize>().ok().and_then(|n| model.article.links().get(n.checked_sub(1)?)) {
            Some(address) => Line::of(super::shown(address).into_string(), Role::Link),
            None => Line::of(say!("status-links", n = model.article.links().len()), Role::Dim),
        },
    };
    // Of a long text the part around the cursor is shown.
    let all = end.saturating_sub(x + 1);
    let beside = (width(&prompt.text) + 2).max(12) + message.width() + 2 <= all;
    let message = if prompt.error.is_some() && !beside {
        // What is wrong is said in full, in lines of its own above what is typed.
        let lines = flow(message, room.saturating_sub(2), 0);
        for (line, y) in lines.iter().rev().take(4).zip((0..y).rev()) {
            pen.clear(Rect::new(left, y, room, 1));
            pen.line(left + 1, y, room.saturating_sub(1), line);
        }
        Line::default()
    } else {
        message
    };
    let typed = (width(&prompt.text) + 2).clamp(12, (all / 2).max(12));
    let input_room = if room > 40 || beside { all.saturating_sub(message.width() + 2).max(typed) } else { all }.max(4);
    let mut from = 0;
    while width(&prompt.text[from..prompt.at]) + 1 > input_room {
        from += prompt.text[from..].chars().next().map_or(1, char::len_utf8);
    }
    let visible = &prompt.text[from..];
    pen.put(x, y, input_room, visible, Role::Input);
    if let Some(e) = &prompt.error {
        let (a, b) = (e.at.start.max(from).min(prompt.text.len()), e.at.end.min(prompt.text.len()));
        if a < b && prompt.text.is_char_boundary(a) && prompt.text.is_char_boundary(b) {
            let dx = width(&prompt.text[from..a]);
            if dx < input_room {
                pen.put(x + dx, y, input_room - dx, &prompt.text[a..b], Role::InputWrong);
            }
        }
    }
    let cursor = Position::new((x + width(&prompt.text[from..prompt.at])).min(end.saturating_sub(1)), y);
    if room > 40 || beside {
        let free = end.saturating_sub(x + input_room + 1);
        let wide = message.width().min(free);
        pen.line(end.saturating_sub(wide + 1), y, wide, &message);
    }
    cursor
}
