//! What stands over the panes for a while: the help, and how the feeds fare.

use ratatui::layout::{Position, Rect};

use super::Model;
use super::command::{self, Scope};
use super::compare::Compare;
use super::draw::{Line, Pen, flow, width};
use super::feeds::Feeds;
use super::key::{Code, Key};
use super::keymap::Keymap;
use super::lang::say;
use super::linear::Said;
use super::note::{Marks, Note};
use super::palette::Palette;
use super::panes::Move;
use super::story::Story;
use super::theme::Role;
use super::when::Local;
use crate::model::{Clean, Feed, FeedId};

/// What stands there.
#[derive(Debug)]
pub(super) enum Overlay {
    Help(Help),
    Feeds(Feeds),
    Palette(Palette),
    Note(Note),
    Marks(Marks),
    Story(Box<Story>),
    Compare(Box<Compare>),
}

/// The help and what is searched in it.
#[derive(Debug)]
pub(super) struct Help {
    search: String,
    top: usize,
    /// Sentences.
    plain: bool,
    /// Where it was asked for.
    scope: Scope,
}

impl Overlay {
    /// The help's keys, each with what it does, and the feeds, each with how it fares.
    pub(super) fn sentences(&self, model: &Model) -> Said {
        match self {
            Overlay::Help(help) => {
                let search = if help.search.is_empty() {
                    say!("help-heading").to_owned()
                } else {
                    say!("help-heading-searched", words = help.search.as_str())
                };
                let lines = help.lines(&model.keys, model.size.0);
                Said { heading: search, lines, top: help.top, selected: None }
            }
            Overlay::Feeds(list) => list.said(model),
            Overlay::Palette(palette) => palette.said(),
            Overlay::Note(note) => note.said(),
            Overlay::Marks(marks) => marks.said(),
            Overlay::Story(story) => story.said(),
            Overlay::Compare(compare) => compare.said(),
        }
    }
}

/// The room of an overlay that needs so many lines at most.
fn room(size: (u16, u16), lines: u16) -> Rect {
    let (cols, rows) = size;
    let w = cols.saturating_sub(if cols > 60 { 6 } else { 0 }).min(96);
    let h = rows.saturating_sub(if rows > 20 { 4 } else { 0 }).min(40).min(lines.saturating_add(2));
    Rect::new((cols - w) / 2, (rows - h) / 2, w, h)
}

/// The room of one that is as wide as can be.
fn wide(size: (u16, u16), lines: u16) -> Rect {
    let (r, width) = (room(size, lines), size.0.min(160));
    Rect { x: (size.0 - width) / 2, width, ..r }
}

fn inner(r: Rect) -> Rect {
    Rect::new(r.x + 1, r.y + 1, r.width.saturating_sub(2), r.height.saturating_sub(2))
}

impl Overlay {
    /// Where it stands.
    pub fn area(&self, size: (u16, u16)) -> Rect {
        match self {
            Overlay::Help(_) | Overlay::Palette(_) => room(size, u16::MAX),
            Overlay::Note(_) | Overlay::Marks(_) => room(size, 18),
            Overlay::Feeds(list) => room(size, list.height()),
            Overlay::Story(story) => room(size, story.height()),
            Overlay::Compare(compare) => wide(size, compare.height()),
        }
    }

    /// Writes what depends on the width.
    pub fn build(&mut self, size: (u16, u16), zone: &Local, now: jiff::Timestamp) {
        // The width first: how high it is follows from it.
        let width = inner(self.area(size)).width;
        match self {
            Overlay::Story(story) => story.build(width, zone, now),
            Overlay::Compare(compare) => compare.build(width, zone, now),
            _ => {}
        }
    }

    /// The article that is selected, or stands on the right.
    pub fn article(&self) -> Option<crate::model::ArticleId> {
        match self {
            Overlay::Story(story) => story.article(),
            Overlay::Compare(compare) => compare.article(),
            _ => None,
        }
    }

    /// Takes a key that types into it. Whether it did.
    pub fn typed(&mut self, key: Key) -> bool {
        let Overlay::Help(help) = self else { return false };
        match (key.code, key.typed()) {
            (Code::Backspace, _) => {
                help.search.pop();
            }
            (Code::Esc, _) if !help.search.is_empty() => help.search.clear(),
            (Code::Char('u'), _) if key.ctrl && !help.search.is_empty() => help.search.clear(),
            (Code::Char('?'), _) if help.search.is_empty() => return false,
            // With nothing searched for, the keys that scroll and close do that; any letter starts the search.
            (Code::Char('q' | ' '), _) if help.search.is_empty() => return false,
            (_, Some(c)) => help.search.push_str(Clean::verbatim(c.encode_utf8(&mut [0; 4])).as_str()),
            _ => return false,
        }
        help.search.truncate(help.search.char_indices().nth(40).map_or(help.search.len(), |(i, _)| i));
        help.top = 0;
        true
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str) {
        match self {
            Overlay::Help(help) => {
                help.search = Clean::capped(text, 40).into_string();
                help.top = 0;
            }
            Overlay::Palette(palette) => palette.paste(text),
            Overlay::Note(note) => note.paste(text),
            _ => {}
        }
    }

    /// Moves in it.
    pub fn go(&mut self, to: Move, size: (u16, u16), keys: &Keymap) {
        let area = inner(self.area(size));
        let page = usize::from(area.height.saturating_sub(1));
        match self {
            Overlay::Help(help) => {
                let len = help.lines(keys, area.width).len();
                let last = len.saturating_sub(page);
                help.top = to.of(help.top, last + 1, page);
            }
            Overlay::Feeds(list) => list.go(to, area),
            Overlay::Story(story) => story.go(to, area),
            Overlay::Compare(compare) => compare.go(to, area),
            Overlay::Palette(palette) => palette.go(to, area),
            Overlay::Note(_) => {}
            Overlay::Marks(marks) => marks.go(to, area),
        }
    }

    /// A click on one of its lines. Whether that picks what stands there: in the palette at once, elsewhere if it was selected.
    pub fn click(&mut self, size: (u16, u16), y: u16) -> bool {
        let area = inner(self.area(size));
        match self {
            Overlay::Palette(palette) => palette.click(area, y),
            Overlay::Feeds(list) => list.click(area, y),
            Overlay::Story(story) => story.click(area, y),
            Overlay::Marks(marks) => marks.click(area, y),
            Overlay::Help(_) | Overlay::Note(_) | Overlay::Compare(_) => false,
        }
    }

    /// What is selected is on the screen.
    pub fn keep_visible(&mut self, size: (u16, u16), keys: &Keymap) {
        let area = inner(self.area(size));
        match self {
            Overlay::Help(help) => {
                let len = help.lines(keys, area.width).len();
                help.top = help.top.min(len.saturating_sub(usize::from(area.height.saturating_sub(1))));
            }
            Overlay::Feeds(list) => list.keep_visible(area),
            Overlay::Palette(palette) => palette.keep_visible(area),
            Overlay::Note(note) => note.keep_visible(area),
            Overlay::Marks(marks) => marks.keep_visible(area),
            Overlay::Story(story) => story.keep_visible(area),
            Overlay::Compare(compare) => compare.keep_visible(area),
        }
    }

    /// Takes the feeds.
    pub fn fill(&mut self, feeds: Vec<Feed>) {
        if let Overlay::Feeds(list) = self {
            list.fill(feeds);
        }
    }

    /// A change is being taken back.
    pub fn undone(&mut self) {
        if let Overlay::Feeds(list) = self {
            list.undone();
        }
    }

    /// The selected feed.
    pub fn feed(&self) -> Option<FeedId> {
        match self {
            Overlay::Feeds(list) => list.feed(),
            _ => None,
        }
    }

    /// Where keys go.
    pub fn scope(&self) -> Scope {
        match self {
            Overlay::Feeds(list) if list.in_form() => Scope::SETTINGS,
            Overlay::Story(_) | Overlay::Compare(_) => Scope::STORY,
            Overlay::Feeds(_) => Scope::FEEDS,
            _ => Scope::LISTS,
        }
    }

    /// One step back within it. Whether there was one.
    pub fn back(&mut self) -> bool {
        match self {
            Overlay::Feeds(list) => list.close_form(),
            _ => false,
        }
    }

    /// Draws it; where the cursor stands.
    pub fn view(&self, model: &Model, pen: &mut Pen<'_>) -> Option<Position> {
        let outer = self.area(model.size);
        pen.clear(outer);
        pen.frame(outer, Role::RuleFocus);
        let area = inner(outer);
        let cursor = match self {
            Overlay::Help(help) => help.view(model, pen, outer, area),
            Overlay::Feeds(list) => list.view(model, pen, outer, area),
            Overlay::Palette(palette) => Some(palette.view(pen, outer, area)),
            Overlay::Note(note) => Some(note.view(pen, outer, area)),
            Overlay::Marks(marks) => Some(marks.view(pen, outer, area)),
            Overlay::Story(story) => story.view(pen, outer, area),
            Overlay::Compare(compare) => compare.view(pen, outer, area),
        };
        // On a small screen the overlay stands on the footer: what is said is said in its own.
        let room = outer.width.saturating_sub(4);
        let footer = super::status::notice(model, room);
        let hinted = matches!(self, Overlay::Feeds(_) | Overlay::Story(_) | Overlay::Compare(_));
        let footer = footer.or_else(|| hinted.then(|| super::status::hints(model, self.scope(), room)));
        if let Some(line) = footer {
            pen.line(outer.x + 2, outer.bottom() - 1, room, &line);
        }
        cursor
    }
}

impl Help {
    /// What works where the help was asked for, by groups; below it what works elsewhere.
    fn lines(&self, keys: &Keymap, room: u16) -> Vec<Line> {
        let wanted = self.search.trim().to_lowercase();
        let mut out = Vec::new();
        for here in [true, false] {
            let mut group = None;
            for row in command::table().filter(|row| row.scope.has(self.scope) == here) {
                let keys_of = if here { keys.keys_in(row.command, self.scope) } else { keys.keys(row.command) };
                // By its English words too: the manual and the configuration have those.
                let text = [&row.called(), row.explained(), &keys_of.join("  "), row.group.said(), &row.name.replace('-', " "), row.help];
                let text = text.join(" ").to_lowercase();
                if !wanted.split_whitespace().all(|word| text.contains(word)) {
                    continue;
                }
                let heading = if here { row.group.said() } else { say!("help-elsewhere") };
                if group != Some(heading) {
                    if !out.is_empty() && !self.plain {
                        out.push(Line::default());
                    }
                    group = Some(heading);
                    out.push(Line::of(if self.plain { format!("{heading}:") } else { format!(" {heading}") }, Role::Heading));
                }
                let mut words = Line::of(row.explained(), Role::Text);
                if !here {
                    words.push(format!(" ({})", say!("help-in", place = row.scope.said())), Role::Dim);
                }
                self.row(&keys_of, words, room, &mut out);
            }
        }
        if out.is_empty() {
            out.push(Line::of(say!("help-none"), Role::Dim));
        }
        out
    }

    fn row(&self, keys_of: &[String], words: Line, room: u16, out: &mut Vec<Line>) {
        if self.plain {
            let bound = if keys_of.is_empty() { say!("help-no-key").to_owned() } else { keys_of.join(&format!(" {} ", say!("help-or"))) };
            let mut line = Line::of(bound, Role::Key).and(": ", Role::Text);
            line.0.extend(words.0);
            out.extend(flow(line.and(".", Role::Text), room, 0));
            return;
        }
        let column = if room >= 60 { 22 } else { 12 };
        // As many whole keys as fit: the first is the one to learn.
        let mut keys = String::new();
        for key in keys_of.iter().take_while(|k| !k.is_empty()) {
            if keys.is_empty() || width(&keys) + width(key) + 3 <= column {
                keys.push_str(if keys.is_empty() { "" } else { "  " });
                keys.push_str(key);
            }
        }
        for (i, mut line) in flow(words, room.saturating_sub(column + 2), 0).into_iter().enumerate() {
            let lead = if i == 0 { keys.clone() } else { String::new() };
            let pad = usize::from(column.saturating_sub(width(&lead)));
            line.0.insert(0, (format!(" {lead}{}", " ".repeat(pad)), Role::Key));
            out.push(line);
        }
    }

    fn view(&self, model: &Model, pen: &mut Pen<'_>, outer: Rect, area: Rect) -> Option<Position> {
        super::status::pane_title(
            pen,
            outer,
            say!("help-title"),
            true,
            &Line::of(say!("help-about", place = self.scope.said()), Role::Dim),
            None,
        );
        let lines = self.lines(&model.keys, area.width);
        let mut x = area.x + 1 + pen.put(area.x + 1, area.y, area.width, &format!("{} ", say!("help-search")), Role::Label);
        x += pen.put(x, area.y, area.right().saturating_sub(x + 1), &self.search, Role::Input);
        for (line, y) in lines.iter().skip(self.top).zip(area.top() + 1..area.bottom()) {
            pen.line(area.x, y, area.width, line);
        }
        let shown = usize::from(area.height.saturating_sub(1));
        if lines.len() > self.top + shown {
            pen.put_right(outer.right().saturating_sub(2), outer.bottom() - 1, outer.width, &format!(" {} ", say!("help-more")), Role::Dim);
        }
        Some(Position::new(x.min(area.right().saturating_sub(1)), area.y))
    }
}

impl Model {
    pub(super) fn toggle_help(&mut self) {
        self.overlay = match self.overlay {
            Some(Overlay::Help(_)) => None,
            _ => Some(Overlay::Help(Help { search: String::new(), top: 0, plain: self.arrangement.linear, scope: self.scope() })),
        };
    }
}
