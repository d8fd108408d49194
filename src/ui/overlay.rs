//! What stands over the panes for a while: the help, and how the feeds fare.

use std::collections::HashMap;

use ratatui::layout::{Position, Rect};

use super::command::{self, Scope};
use super::draw::{Line, Pen, flow, width};
use super::key::{Code, Key};
use super::keymap::Keymap;
use super::linear::{self, Said};
use super::panes::{Move, follow};
use super::prompt::{Asks, Prompt};
use super::theme::Role;
use super::{Awaited, Class, Level, Model, when};
use crate::model::{Change, Clean, FailureKind, Feed, FeedId, Question};

/// Lines for the selected feed's words in full.
const DETAIL: u16 = 4;

/// What stands there.
#[derive(Debug)]
pub(super) enum Overlay {
    Help(Help),
    Feeds(Feeds),
}

/// The help and what is searched in it.
#[derive(Debug, Default)]
pub(super) struct Help {
    search: String,
    top: usize,
    /// Sentences.
    plain: bool,
}

/// The feeds, the broken ones on top.
#[derive(Debug, Default)]
pub(super) struct Feeds {
    feeds: Option<Vec<Feed>>,
    selected: usize,
    top: usize,
    /// A change was taken back: a feed that comes with the next answer is the one that the reader wants to see.
    undone: bool,
}

/// The order of feeds: the broken first.
fn rank(feed: &Feed) -> (bool, bool, String) {
    (feed.health.failure.is_none() && !feed.health.gone, feed.settings.paused, feed.title.to_lowercase())
}

impl Overlay {
    /// The help's keys, each with what it does, and the feeds, each with how it fares.
    pub(super) fn sentences(&self, model: &Model) -> Option<Said> {
        match self {
            Overlay::Help(help) => {
                let search = if help.search.is_empty() { "type to search".into() } else { format!("search {}", help.search) };
                let lines = help.lines(&model.keys, model.size.0);
                Some(Said { heading: format!("Help: {search}, esc closes"), lines, top: help.top, selected: None })
            }
            Overlay::Feeds(list) => {
                let feeds = list.feeds.as_deref().unwrap_or_default();
                let lines = feeds.iter().enumerate().map(|(i, feed)| {
                    let line = linear::selected(i == list.selected).and(feed.title.as_str(), Role::Strong);
                    let counts = format!(". {} articles, {} unread. ", model.zone.number(feed.articles), model.zone.number(feed.unread));
                    let mut line = line.and(counts, Role::Dim);
                    line.0.extend(linear::line(&fares(feed, model)).0);
                    line.and(".", Role::Dim)
                });
                Some(Said {
                    heading: format!("Feeds: {}", feeds.len()),
                    lines: lines.collect(),
                    top: list.top,
                    selected: Some(list.selected),
                })
            }
        }
    }
}

/// The room of an overlay.
fn room(size: (u16, u16)) -> Rect {
    let (cols, rows) = size;
    let w = cols.saturating_sub(if cols > 60 { 6 } else { 0 }).min(96);
    let h = rows.saturating_sub(if rows > 20 { 4 } else { 0 }).min(40);
    Rect::new((cols - w) / 2, (rows - h) / 2, w, h)
}

fn inside(size: (u16, u16)) -> Rect {
    let r = room(size);
    Rect::new(r.x + 1, r.y + 1, r.width.saturating_sub(2), r.height.saturating_sub(2))
}

/// Lines of the list of feeds; below it the selected feed's words stand in full.
fn list_part(area: Rect) -> u16 {
    if area.height >= 12 { area.height - DETAIL - 1 } else { area.height }
}

impl Overlay {
    /// Where it stands.
    pub fn area(&self, size: (u16, u16)) -> Rect {
        room(size)
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
        if let Overlay::Help(help) = self {
            help.search = Clean::capped(text, 40).into_string();
            help.top = 0;
        }
    }

    /// Moves in it.
    pub fn go(&mut self, to: Move, size: (u16, u16), keys: &Keymap) {
        let page = usize::from(inside(size).height.saturating_sub(1));
        match self {
            Overlay::Help(help) => {
                let len = help.lines(keys, inside(size).width).len();
                let last = len.saturating_sub(page);
                help.top = if to == Move::Bottom { last } else { to.of(help.top, last + 1, page) };
            }
            Overlay::Feeds(list) => {
                let len = list.feeds.as_ref().map_or(0, Vec::len);
                list.selected = to.of(list.selected, len, page / 2);
            }
        }
    }

    /// What is selected is on the screen.
    pub fn keep_visible(&mut self, size: (u16, u16), keys: &Keymap) {
        let area = inside(size);
        match self {
            Overlay::Help(help) => {
                let len = help.lines(keys, area.width).len();
                help.top = help.top.min(len.saturating_sub(usize::from(area.height.saturating_sub(1))));
            }
            Overlay::Feeds(list) => {
                let len = list.feeds.as_ref().map_or(0, Vec::len);
                list.selected = list.selected.min(len.saturating_sub(1));
                list.top = follow(list.top, list.selected, usize::from((list_part(area) / 2).max(1)), len);
            }
        }
    }

    /// Takes the feeds. Those that are shown keep their order until the list is opened again: a row that fares otherwise
    /// now does not move away from under the cursor.
    pub fn fill(&mut self, mut feeds: Vec<Feed>) {
        let Overlay::Feeds(list) = self else { return };
        let held = list.selected_feed().map(|f| f.id);
        feeds.sort_by_key(rank);
        let mut fresh = None;
        if let Some(shown) = &list.feeds {
            let places: HashMap<FeedId, usize> = shown.iter().enumerate().map(|(i, f)| (f.id, i)).collect();
            let (mut known, new): (Vec<Feed>, Vec<Feed>) = feeds.into_iter().partition(|f| places.contains_key(&f.id));
            known.sort_by_key(|f| places.get(&f.id).copied());
            for feed in new {
                fresh = Some(feed.id);
                let at = known.iter().position(|f| rank(f) > rank(&feed)).unwrap_or(known.len());
                known.insert(at, feed);
            }
            feeds = known;
        }
        let wanted = fresh.filter(|_| std::mem::take(&mut list.undone)).or(held);
        list.selected = wanted.and_then(|id| feeds.iter().position(|f| f.id == id)).unwrap_or(list.selected);
        list.feeds = Some(feeds);
    }

    /// A change is being taken back.
    pub fn undone(&mut self) {
        if let Overlay::Feeds(list) = self {
            list.undone = true;
        }
    }

    /// The selected feed.
    pub fn feed(&self) -> Option<FeedId> {
        match self {
            Overlay::Feeds(list) => list.selected_feed().map(|f| f.id),
            Overlay::Help(_) => None,
        }
    }

    /// Draws it; where the cursor stands.
    pub fn view(&self, model: &Model, pen: &mut Pen<'_>) -> Option<Position> {
        let outer = room(model.size);
        pen.clear(outer);
        pen.frame(outer, Role::RuleFocus);
        let area = inside(model.size);
        let cursor = match self {
            Overlay::Help(help) => help.view(model, pen, outer, area),
            Overlay::Feeds(list) => list.view(model, pen, outer, area),
        };
        // On a small screen the overlay stands on the footer: what is said is said in its own.
        let room = outer.width.saturating_sub(4);
        let footer = super::status::notice(model, room);
        let footer = footer.or_else(|| matches!(self, Overlay::Feeds(_)).then(|| super::status::hints(model, Scope::FEEDS, room)));
        if let Some(line) = footer {
            pen.line(outer.x + 2, outer.bottom() - 1, room, &line);
        }
        cursor
    }
}

impl Help {
    fn lines(&self, keys: &Keymap, room: u16) -> Vec<Line> {
        let wanted = self.search.trim().to_lowercase();
        let mut out = Vec::new();
        let mut group = None;
        for row in command::table() {
            let keys_of = keys.keys(row.command);
            let bound = keys_of.join("  ");
            let text = format!("{} {} {bound} {}", row.name.replace('-', " "), row.help, row.group.words()).to_lowercase();
            if !wanted.split_whitespace().all(|word| text.contains(word)) {
                continue;
            }
            if group != Some(row.group) {
                if group.is_some() && !self.plain {
                    out.push(Line::default());
                }
                group = Some(row.group);
                out.push(Line::of(
                    if self.plain { format!("{}:", row.group.words()) } else { format!(" {}", row.group.words()) },
                    Role::Heading,
                ));
            }
            let column = if room >= 60 { 22 } else { 12 };
            let mut words = Line::of(row.help, Role::Text);
            if matches!(row.scope, Scope::DESK | Scope::HEADLINES | Scope::FEEDS) {
                words.push(format!(" (in the {})", row.scope.words()), Role::Dim);
            }
            if self.plain {
                let mut line = Line::of(keys_of.join(" or "), Role::Key).and(": ", Role::Text);
                line.0.extend(words.0);
                out.extend(flow(line.and(".", Role::Text), room, 0));
                continue;
            }
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
        if out.is_empty() {
            out.push(Line::of("No command fits. Backspace or esc widens the search.", Role::Dim));
        }
        out
    }

    fn view(&self, model: &Model, pen: &mut Pen<'_>, outer: Rect, area: Rect) -> Option<Position> {
        super::status::pane_title(pen, outer, "Help", true, &Line::of("type to search, esc closes", Role::Dim), None);
        let lines = self.lines(&model.keys, area.width);
        let mut x = area.x + 1 + pen.put(area.x + 1, area.y, area.width, "search ", Role::Label);
        x += pen.put(x, area.y, area.right().saturating_sub(x + 1), &self.search, Role::Input);
        for (line, y) in lines.iter().skip(self.top).zip(area.top() + 1..area.bottom()) {
            pen.line(area.x, y, area.width, line);
        }
        let shown = usize::from(area.height.saturating_sub(1));
        if lines.len() > self.top + shown {
            pen.put_right(outer.right().saturating_sub(2), outer.bottom() - 1, outer.width, " more below ", Role::Dim);
        }
        Some(Position::new(x.min(area.right().saturating_sub(1)), area.y))
    }
}

impl Feeds {
    fn selected_feed(&self) -> Option<&Feed> {
        self.feeds.as_ref()?.get(self.selected)
    }

    fn view(&self, model: &Model, pen: &mut Pen<'_>, outer: Rect, area: Rect) -> Option<Position> {
        let failed = self.feeds.iter().flatten().filter(|f| f.health.failure.is_some() || f.health.gone).count();
        let count = self.feeds.as_ref().map_or(0, Vec::len);
        let mut title = Line::of(format!("{count}"), Role::Dim);
        if failed > 0 {
            title.push(format!(", {failed} failed"), Role::Error);
        }
        super::status::pane_title(pen, outer, "Feeds", true, &title, None);
        let Some(feeds) = &self.feeds else { return Some(Position::new(area.x, area.y)) };
        if feeds.is_empty() {
            pen.put(area.x + 1, area.y, area.width, "No feeds yet: wiredesk add ADDRESS", Role::Dim);
        }
        let mut cursor = Position::new(area.x, area.y);
        for (i, feed) in feeds.iter().enumerate().skip(self.top).take(usize::from((list_part(area) / 2).max(1))) {
            let y = area.y + u16::try_from(i - self.top).unwrap_or(0) * 2;
            let chosen = i == self.selected;
            if chosen {
                pen.tint(Rect::new(area.x, y, area.width, 2), Role::SelectedAway);
                pen.put(area.x, y, 1, "▌", Role::Bar);
                pen.put(area.x, y + 1, 1, "▌", Role::Bar);
                cursor = Position::new(area.x, y);
            }
            let right = area.right().saturating_sub(1);
            let bad = feed.health.failure.is_some() || feed.health.gone;
            let sign = if bad {
                "!"
            } else if feed.settings.paused {
                "–"
            } else {
                " "
            };
            pen.put(area.x + 1, y, 1, sign, Role::Error);
            let counts = format!("{} articles, {} unread", feed.articles, feed.unread);
            let start = pen.put_right(right, y, area.width / 2, &counts, Role::Dim);
            pen.put(area.x + 3, y, start.saturating_sub(area.x + 4), &feed.title, if chosen { Role::Selected } else { Role::Strong });
            let room = right.saturating_sub(area.x + 3);
            pen.line(area.x + 3, y + 1, room, &fares(feed, model));
        }
        if let (Some(feed), true) = (self.selected_feed(), list_part(area) < area.height) {
            let mut y = area.y + list_part(area);
            pen.put(area.x, y, area.width, &"─".repeat(usize::from(area.width)), Role::Rule);
            let room = area.width.saturating_sub(2);
            let mut lines = vec![Line::of(feed.address.public().as_str(), Role::Dim)];
            lines.extend(flow(fares(feed, model), room, 0));
            for line in lines.iter().take(usize::from(DETAIL)) {
                y += 1;
                pen.line(area.x + 1, y, room, line);
            }
        }
        Some(cursor)
    }
}

/// How a feed fares, in one line.
fn fares(feed: &Feed, model: &Model) -> Line {
    let health = &feed.health;
    let mut line = Line::default();
    if health.gone && health.failure.as_ref().is_none_or(|f| f.kind == FailureKind::Gone) {
        line.push("gone for good (410): asked no more. ", Role::Error);
    } else if let Some(failure) = &health.failure {
        line.push(format!("{failure} "), Role::Error);
        if health.failures > 1 {
            line.push(format!("({} times in a row) ", health.failures), Role::Dim);
        }
    }
    if feed.settings.paused {
        line.push("paused · ", Role::Notice);
    }
    match health.succeeded {
        Some(at) => line.push(format!("answered {}", when::ago(at, model.now)), Role::Dim),
        None => line.push("never answered yet", Role::Dim),
    }
    if let (Some(next), false, false) = (health.next.filter(|_| feed.address.is_polled()), feed.settings.paused, health.gone) {
        line.push(format!(" · next {}", when::stamp(next, model.now, &model.zone)), Role::Dim);
        if let Some(why) = &health.why_next {
            line.push(format!(" ({why})"), Role::Dim);
        }
    }
    line
}

impl Model {
    pub(super) fn toggle_help(&mut self) {
        self.overlay = match self.overlay {
            Some(Overlay::Help(_)) => None,
            _ => Some(Overlay::Help(Help { plain: self.arrangement.linear, ..Help::default() })),
        };
    }

    pub(super) fn toggle_feeds(&mut self) {
        if matches!(self.overlay, Some(Overlay::Feeds(_))) {
            self.overlay = None;
            return;
        }
        self.overlay = Some(Overlay::Feeds(Feeds::default()));
        self.ask(Class::Feeds, Question::Feeds);
    }

    pub(super) fn edit_address(&mut self) {
        let Some(Overlay::Feeds(list)) = &self.overlay else { return };
        let Some(feed) = list.selected_feed() else { return };
        self.prompt = Some(Prompt::new(Asks::Address(feed.id), feed.address.as_str().to_owned()));
    }

    pub(super) fn unsubscribe(&mut self) {
        let Some(Overlay::Feeds(list)) = &mut self.overlay else { return };
        let Some(feeds) = list.feeds.as_mut().filter(|feeds| list.selected < feeds.len()) else { return };
        let feed = feeds.remove(list.selected);
        self.change(Change::Unsubscribe(feed.id), Awaited::Shown);
        self.say(Level::Info, format!("{}: unsubscribed · u undoes", feed.title));
    }

    pub(super) fn pause_feed(&mut self) {
        let Some(Overlay::Feeds(list)) = &mut self.overlay else { return };
        let Some(feed) = list.feeds.as_mut().and_then(|feeds| feeds.get_mut(list.selected)) else { return };
        feed.settings.paused = !feed.settings.paused;
        let words = if feed.settings.paused { "paused" } else { "polled again" };
        let words = format!("{}: {words} · u undoes", feed.title);
        let change = Change::EditFeed { feed: feed.id, address: None, settings: Some(feed.settings.clone()) };
        self.change(change, Awaited::Shown);
        self.say(Level::Info, words);
    }
}
