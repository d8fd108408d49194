//! The list of feeds and how they fare, and the form with one feed's settings that stands in its place. What can be set,
//! and what each setting must not be, is the model's table.

use std::collections::HashMap;

use ratatui::layout::{Position, Rect};

use super::draw::{Line, Pen, flow};
use super::lang::{self, say};
use super::linear::{self, Said};
use super::overlay::Overlay;
use super::panes::{Move, follow};
use super::prompt::{Asks, Prompt};
use super::theme::Role;
use super::{Awaited, Class, Level, Model, undoes, when};
use crate::model::{Change, Clean, Draft, FailureKind, Feed, FeedId, Question, SETTINGS, Setting, SettingRow, Standing};

/// Lines for the selected row's words in full.
const DETAIL: u16 = 5;
/// Columns of a setting's name.
const NAMES: u16 = 16;

/// The feeds, the broken ones on top.
#[derive(Debug, Default)]
pub(super) struct Feeds {
    feeds: Option<Vec<Feed>>,
    selected: usize,
    top: usize,
    /// A change was taken back: a feed that comes with the next answer is the one that the reader wants to see.
    undone: bool,
    /// The selected feed's settings stand in the list's place.
    form: Option<Form>,
}

/// One feed's settings.
#[derive(Debug, Default)]
struct Form {
    selected: usize,
    top: usize,
}

/// The order of feeds: the broken first.
fn rank(feed: &Feed) -> (Standing, String) {
    (feed.standing(), feed.title.to_lowercase())
}

/// Lines of the list; below it the selected row's words stand in full.
fn list_part(area: Rect) -> u16 {
    if area.height >= 12 { area.height - DETAIL - 1 } else { area.height }
}

impl Feeds {
    fn selected_feed(&self) -> Option<&Feed> {
        self.feeds.as_ref()?.get(self.selected)
    }

    /// The selected feed.
    pub fn feed(&self) -> Option<FeedId> {
        self.selected_feed().map(|f| f.id)
    }

    fn find(&mut self, id: FeedId) -> Option<&mut Feed> {
        self.feeds.as_mut()?.iter_mut().find(|f| f.id == id)
    }

    /// Lines that it needs at most.
    pub fn height(&self) -> u16 {
        match self.form {
            Some(_) => u16::try_from(SETTINGS.len()).unwrap_or(u16::MAX).saturating_add(DETAIL + 1),
            None => u16::MAX,
        }
    }

    /// Whether a feed's settings are shown.
    pub fn in_form(&self) -> bool {
        self.form.is_some()
    }

    /// From the settings back to the list. Whether they were shown.
    pub fn close_form(&mut self) -> bool {
        self.form.take().is_some()
    }

    fn setting(&self) -> Option<Setting> {
        Some(SETTINGS.get(self.form.as_ref()?.selected)?.setting)
    }

    /// Moves in it.
    pub fn go(&mut self, to: Move, area: Rect) {
        let page = usize::from(list_part(area));
        match &mut self.form {
            Some(form) => form.selected = to.of(form.selected, SETTINGS.len(), page),
            None => self.selected = to.of(self.selected, self.feeds.as_ref().map_or(0, Vec::len), page / 2),
        }
    }

    /// The row at a line of the screen. Whether it was selected already.
    pub fn click(&mut self, area: Rect, y: u16) -> bool {
        let Some(dy) = y.checked_sub(area.y).filter(|dy| *dy < list_part(area)) else { return false };
        let (top, len, selected, tall) = match &mut self.form {
            Some(form) => (form.top, SETTINGS.len(), &mut form.selected, 1),
            None => (self.top, self.feeds.as_ref().map_or(0, Vec::len), &mut self.selected, 2),
        };
        let at = top + usize::from(dy / tall);
        at < len && std::mem::replace(selected, at) == at
    }

    /// What is selected is on the screen.
    pub fn keep_visible(&mut self, area: Rect) {
        let len = self.feeds.as_ref().map_or(0, Vec::len);
        self.selected = self.selected.min(len.saturating_sub(1));
        self.top = follow(self.top, self.selected, usize::from((list_part(area) / 2).max(1)), len);
        if let Some(form) = &mut self.form {
            form.top = follow(form.top, form.selected, usize::from(list_part(area).max(1)), SETTINGS.len());
        }
    }

    /// Takes the feeds. Those that are shown keep their order until the list is opened again: a row that fares otherwise
    /// now does not move away from under the cursor.
    pub fn fill(&mut self, mut feeds: Vec<Feed>) {
        let held = self.feed();
        feeds.sort_by_cached_key(rank);
        let mut fresh = None;
        if let Some(shown) = &self.feeds {
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
        let wanted = fresh.filter(|_| std::mem::take(&mut self.undone)).or(held);
        let at = wanted.and_then(|id| feeds.iter().position(|f| f.id == id));
        self.selected = at.unwrap_or(self.selected);
        self.feeds = Some(feeds);
        if at.is_none() {
            // Whose settings they were is gone.
            self.form = None;
        }
    }

    /// A change is being taken back.
    pub fn undone(&mut self) {
        self.undone = true;
    }

    /// The feeds, each with how it fares, or the settings of one, as sentences.
    pub fn said(&self, model: &Model) -> Said {
        if let (Some(form), Some(feed)) = (&self.form, self.selected_feed()) {
            return form.said(feed);
        }
        let feeds = self.feeds.as_deref().unwrap_or_default();
        let lines = feeds.iter().enumerate().map(|(i, feed)| {
            let line = linear::selected(i == self.selected).and(feed.title.as_str(), Role::Strong);
            let counts = say!("feeds-counts", articles = model.zone.number(feed.articles), unread = model.zone.number(feed.unread));
            let counts = format!(". {counts}. ");
            let mut line = line.and(counts, Role::Dim);
            for part in [trouble(feed), Some(polled(feed, model))].into_iter().flatten() {
                line.0.extend(linear::line(&part).0);
                let ended =
                    line.0.iter().rev().find(|(text, _)| !text.trim().is_empty()).is_some_and(|(text, _)| text.trim_end().ends_with('.'));
                line.push(if ended { " " } else { ". " }, Role::Dim);
            }
            line
        });
        Said {
            heading: format!("{}: {}", say!("desk-feeds"), feeds.len()),
            lines: lines.collect(),
            top: self.top,
            selected: Some(self.selected),
        }
    }

    /// Draws it; where the cursor stands.
    pub fn view(&self, model: &Model, pen: &mut Pen<'_>, outer: Rect, area: Rect) -> Option<Position> {
        match (&self.form, self.selected_feed()) {
            (Some(form), Some(feed)) => Some(form.view(feed, model, pen, outer, area)),
            _ => self.list(model, pen, outer, area),
        }
    }

    fn list(&self, model: &Model, pen: &mut Pen<'_>, outer: Rect, area: Rect) -> Option<Position> {
        let count = |which: &dyn Fn(Standing) -> bool| self.feeds.iter().flatten().filter(|f| which(f.standing())).count();
        let mut title = Line::of(format!("{}", count(&|_| true)), Role::Dim);
        let (bad, flawed) = (count(&Standing::is_bad), count(&|s| s == Standing::Flawed));
        if bad > 0 {
            title.push(format!(", {}", say!("status-failed", n = bad)), Role::Error);
        }
        if flawed > 0 {
            title.push(format!(", {}", say!("feeds-flawed", n = flawed)), Role::Error);
        }
        super::status::pane_title(pen, outer, say!("desk-feeds"), true, &title, None);
        let Some(feeds) = &self.feeds else { return Some(Position::new(area.x, area.y)) };
        if feeds.is_empty() {
            pen.put(area.x + 1, area.y, area.width, say!("feeds-none"), Role::Dim);
        }
        let mut cursor = Position::new(area.x, area.y);
        for (i, feed) in feeds.iter().enumerate().skip(self.top).take(usize::from((list_part(area) / 2).max(1))) {
            let y = area.y + u16::try_from(i - self.top).unwrap_or(0) * 2;
            let chosen = i == self.selected;
            if chosen {
                select(pen, Rect::new(area.x, y, area.width, 2));
                cursor = Position::new(area.x, y);
            }
            let right = area.right().saturating_sub(1);
            let sign = match feed.standing() {
                Standing::Gone | Standing::Broken | Standing::Flawed => "!",
                Standing::Paused => "–",
                _ => " ",
            };
            pen.put(area.x + 1, y, 1, sign, Role::Error);
            let counts = match area.width {
                ..48 => say!("feeds-unread-of", unread = feed.unread, articles = feed.articles),
                _ => say!("feeds-counts", articles = feed.articles, unread = feed.unread),
            };
            let start = pen.put_right(right, y, area.width / 2, &counts, Role::Dim);
            pen.put(area.x + 3, y, start.saturating_sub(area.x + 4), &feed.title, if chosen { Role::Selected } else { Role::Strong });
            let room = right.saturating_sub(area.x + 3);
            let words = trouble(feed).unwrap_or_else(|| polled(feed, model));
            pen.line(area.x + 3, y + 1, room, &words);
        }
        if let (Some(feed), true) = (self.selected_feed(), list_part(area) < area.height) {
            let mut lines = vec![Line::of(feed.address.as_str(), Role::Dim)];
            lines.extend(fares(feed, model, area.width.saturating_sub(2)));
            detail(pen, area, &lines);
        }
        Some(cursor)
    }
}

impl Form {
    fn said(&self, feed: &Feed) -> Said {
        let draft = Draft::of(feed);
        let lines = SETTINGS.iter().enumerate().map(|(i, row)| {
            let line = linear::selected(i == self.selected).and(named(row.setting), Role::Label).and(": ", Role::Dim);
            match draft.shown(row.setting) {
                Some(value) => line.and(lang::put(&value), Role::Strong),
                None => line.and(unset(row), Role::Dim),
            }
        });
        let heading = say!("feeds-settings-of", feed = feed.title.as_str());
        Said { heading, lines: lines.collect(), top: self.top, selected: Some(self.selected) }
    }

    fn view(&self, feed: &Feed, model: &Model, pen: &mut Pen<'_>, outer: Rect, area: Rect) -> Position {
        super::status::pane_title(pen, outer, say!("feeds-settings"), true, &Line::of(feed.title.as_str(), Role::Dim), None);
        let draft = Draft::of(feed);
        let mut cursor = Position::new(area.x, area.y);
        let names = NAMES.min(area.width / 2);
        for (i, row) in SETTINGS.iter().enumerate().skip(self.top).take(usize::from(list_part(area))) {
            let y = area.y + u16::try_from(i - self.top).unwrap_or(0);
            let chosen = i == self.selected;
            if chosen {
                select(pen, Rect::new(area.x, y, area.width, 1));
                cursor = Position::new(area.x, y);
            }
            pen.put(area.x + 3, y, names, &named(row.setting), if chosen { Role::Selected } else { Role::Label });
            let x = area.x + 3 + names;
            let room = area.right().saturating_sub(x + 1);
            match draft.shown(row.setting) {
                Some(value) => pen.put(x, y, room, &lang::put(&value), Role::Strong),
                None if row.setting == Setting::Password && draft.settings.user.is_some() => {
                    pen.put(x, y, room, say!("feeds-password-needed"), Role::Notice)
                }
                None => pen.put(x, y, room, unset(row), Role::Dim),
            };
        }
        if let (Some(row), true) = (SETTINGS.get(self.selected), list_part(area) < area.height) {
            let room = area.width.saturating_sub(2);
            let mut lines = flow(Line::of(explained(row), Role::Text), room, 0);
            lines.extend(fares(feed, model, room));
            detail(pen, area, &lines);
        }
        cursor
    }
}

/// A setting's name as a label.
pub(super) fn named(setting: Setting) -> String {
    called(setting.row().name)
}

fn called(name: &str) -> String {
    lang::instead(&format!("setting-{name}"), Some("name")).map_or_else(|| name.replace('-', " "), str::to_owned)
}

/// What it does and how it is written.
fn explained(row: &SettingRow) -> &'static str {
    lang::instead(&format!("setting-{}", row.name), None).unwrap_or(row.help)
}

/// What holds where nothing is set.
fn unset(row: &SettingRow) -> &'static str {
    lang::instead(&format!("setting-{}", row.name), Some("unset")).unwrap_or(row.unset)
}

/// What went wrong, in a language other than that of the failure's own words.
fn failed(kind: FailureKind) -> Option<&'static str> {
    let id = match kind {
        FailureKind::Name => "failure-name",
        FailureKind::Connect => "failure-connect",
        FailureKind::Tls => "failure-tls",
        FailureKind::Timeout => "failure-timeout",
        FailureKind::TooLarge => "failure-too-large",
        FailureKind::Status => "failure-status",
        FailureKind::Throttled => "failure-throttled",
        FailureKind::Gone => "failure-gone",
        FailureKind::Auth => "failure-auth",
        FailureKind::Redirect => "failure-redirect",
        FailureKind::Private => "failure-private",
        FailureKind::Garbled => "failure-garbled",
        FailureKind::NotAFeed => "failure-not-a-feed",
        FailureKind::Html => "failure-html",
        FailureKind::Address => "failure-address",
        FailureKind::Local => "failure-local",
    };
    lang::instead(id, None)
}

fn select(pen: &mut Pen<'_>, area: Rect) {
    pen.tint(area, Role::SelectedAway);
    for y in area.top()..area.bottom() {
        pen.put(area.x, y, 1, "▌", Role::Bar);
    }
}

/// Words in full, below a rule.
fn detail(pen: &mut Pen<'_>, area: Rect, lines: &[Line]) {
    let mut y = area.y + list_part(area);
    pen.put(area.x, y, area.width, &"─".repeat(usize::from(area.width)), Role::Rule);
    for line in lines.iter().take(usize::from(DETAIL)) {
        y += 1;
        pen.line(area.x + 1, y, area.width.saturating_sub(2), line);
    }
}

/// What is wrong with a feed, if anything is.
fn trouble(feed: &Feed) -> Option<Line> {
    let health = &feed.health;
    let mut line = Line::default();
    if health.gone && health.failure.as_ref().is_none_or(|f| f.kind == FailureKind::Gone) {
        line.push(say!("feeds-gone"), Role::Error);
    } else if let Some(failure) = &health.failure {
        // Where its own words are English only, what kind of failure it is stands before them.
        let what = lang::put(&failure.what);
        let kind = failed(failure.kind).filter(|_| what == failure.what.as_str()).map_or(String::new(), |kind| format!("{kind}. "));
        line.push(format!("{kind}{what} {}", lang::put(&failure.advice)), Role::Error);
        if health.failures > 1 {
            line.push(format!(" ({})", say!("feeds-in-a-row", n = health.failures)), Role::Dim);
        }
    } else {
        let warnings: Vec<_> = health.warnings.iter().map(|words| lang::put(words)).collect();
        line.push(warnings.join(" "), Role::Error);
    }
    line.0.retain(|(text, _)| !text.is_empty());
    (!line.0.is_empty()).then_some(line)
}

/// When it answered last, and when it is asked next and why then.
fn polled(feed: &Feed, model: &Model) -> Line {
    let health = &feed.health;
    let mut line = Line::default();
    if feed.settings.paused {
        line.push(format!("{} · ", say!("feeds-paused")), Role::Notice);
    }
    match health.succeeded {
        Some(at) => line.push(say!("feeds-answered", ago = when::ago(at, model.now)), Role::Dim),
        None => line.push(say!("feeds-never"), Role::Dim),
    }
    if let (Some(next), false, false) = (health.next.filter(|_| feed.address.is_polled()), feed.settings.paused, health.gone) {
        line.push(format!(" · {}", say!("feeds-next", when = when::stamp(next, model.now, &model.zone))), Role::Dim);
        if let Some(why) = &health.why_next {
            line.push(format!(" ({})", lang::put(why)), Role::Dim);
        }
    }
    line
}

/// How often something comes, and what the server asks for.
fn habits(feed: &Feed) -> Option<Line> {
    let asks = feed.asks.words().map(|words| {
        let words: Vec<_> = words.split(", ").map(lang::put).collect();
        say!("feeds-asks", what = words.join(", "))
    });
    let pace = feed.health.pace().map(|pace| lang::put(&pace).into_owned());
    let words: Vec<String> = pace.into_iter().chain(asks).collect();
    (!words.is_empty()).then(|| Line::of(words.join(" · "), Role::Dim))
}

/// All of it, in lines.
fn fares(feed: &Feed, model: &Model, room: u16) -> Vec<Line> {
    let parts = [trouble(feed), Some(polled(feed, model)), habits(feed)];
    parts.into_iter().flatten().flat_map(|line| flow(line, room, 0)).collect()
}

impl Model {
    fn feeds(&mut self) -> Option<&mut Feeds> {
        match &mut self.overlay {
            Some(Overlay::Feeds(list)) => Some(list),
            _ => None,
        }
    }

    pub(super) fn toggle_feeds(&mut self) {
        if self.feeds().is_some() {
            self.overlay = None;
            return;
        }
        self.overlay = Some(Overlay::Feeds(Feeds::default()));
        self.ask(Class::Feeds, Question::Feeds);
    }

    /// From the list to the selected feed's settings.
    pub(super) fn open_settings(&mut self) {
        if let Some(list) = self.feeds()
            && list.selected_feed().is_some()
        {
            list.form = Some(Form::default());
        }
    }

    /// Lets the reader type what a setting is to be; one that has a few values takes the next.
    pub(super) fn edit_setting(&mut self) {
        let Some(list) = self.feeds() else { return };
        let (Some(feed), Some(setting)) = (list.selected_feed(), list.setting()) else { return };
        let mut draft = Draft::of(feed);
        let id = feed.id;
        if draft.cycle(setting) {
            self.put_settings(id, &draft, None);
        } else {
            self.prompt = Some(Prompt::new(Asks::Setting(id, setting), draft.typed(setting)));
        }
    }

    pub(super) fn edit_address(&mut self) {
        let Some(feed) = self.feeds().and_then(|list| list.selected_feed()) else { return };
        let (id, text) = (feed.id, Draft::of(feed).typed(Setting::Address));
        self.prompt = Some(Prompt::new(Asks::Setting(id, Setting::Address), text));
    }

    pub(super) fn unset_setting(&mut self) {
        let Some(list) = self.feeds() else { return };
        let (Some(feed), Some(setting)) = (list.selected_feed(), list.setting()) else { return };
        let mut draft = Draft::of(feed);
        let id = feed.id;
        draft.unset(setting);
        if draft == Draft::of(feed) {
            let words = if setting == Setting::Address { say!("feeds-needs-address") } else { say!("feeds-nothing-set") };
            return self.say(Level::Info, words);
        }
        self.put_settings(id, &draft, None);
    }

    /// Takes what was typed for a setting; what is wrong with it.
    pub(super) fn set(&mut self, feed: FeedId, setting: Setting, text: &str) -> Result<(), String> {
        let limits = self.limits;
        let Some(known) = self.feeds().and_then(|list| list.find(feed)) else { return Ok(()) };
        let mut draft = Draft::of(known);
        let note = draft.set(setting, text, &limits).map_err(|e| lang::put(&e.to_string()).into_owned())?;
        self.put_settings(feed, &draft, note);
        Ok(())
    }

    /// Shows a feed's new settings at once and asks for them to be kept.
    fn put_settings(&mut self, feed: FeedId, draft: &Draft, note: Option<String>) {
        let Some(known) = self.feeds().and_then(|list| list.find(feed)) else { return };
        let changed: Vec<String> = Draft::of(known).differences(draft).into_iter().map(called).collect();
        let Some(change) = draft.change(known) else { return };
        (known.address, known.settings) = (draft.address.clone(), draft.settings.clone());
        if let Some(title) = &known.settings.title {
            known.title = title.clone();
        }
        let words = match note {
            Some(note) => undoes(&format!("{}: {}", known.title, lang::put(&note))),
            None => undoes(&say!("feeds-changed", feed = known.title.as_str(), what = changed.join(", "))),
        };
        self.change(change, Awaited::Shown);
        self.say(Level::Info, words);
    }

    pub(super) fn unsubscribe(&mut self) {
        let Some(list) = self.feeds() else { return };
        let selected = list.selected;
        let Some(feeds) = list.feeds.as_mut().filter(|feeds| selected < feeds.len()) else { return };
        let feed = feeds.remove(selected);
        self.change(Change::Unsubscribe(feed.id), Awaited::Shown);
        self.say(Level::Info, undoes(&say!("feeds-unsubscribed", feed = feed.title.as_str())));
    }

    pub(super) fn pause_feed(&mut self) {
        let Some(feed) = self.feeds().and_then(|list| list.feeds.as_mut()?.get_mut(list.selected)) else { return };
        feed.settings.paused = !feed.settings.paused;
        let words = if feed.settings.paused { say!("feeds-paused") } else { say!("feeds-polled-again") };
        let words = undoes(&format!("{}: {words}", feed.title));
        let change = Change::EditFeed { feed: feed.id, address: None, settings: Some(feed.settings.clone()) };
        self.change(change, Awaited::Shown);
        self.say(Level::Info, words);
    }

    /// A change was not done: what the list shows of it already is read again.
    pub(super) fn read_feeds_again(&mut self) {
        if self.feeds().is_some() {
            self.ask(Class::Feeds, Question::Feeds);
        }
    }
}

/// What a prompt for a setting says beside it.
pub(super) fn prompt_words(setting: Setting) -> Clean {
    Clean::line(match setting {
        Setting::Address => say!("feeds-enter-changes"),
        Setting::Password => say!("feeds-password"),
        Setting::Headers => say!("feeds-header"),
        Setting::SecretHeaders => say!("feeds-secret-header"),
        Setting::Interval => say!("feeds-interval"),
        _ => say!("feeds-enter-sets"),
    })
}
