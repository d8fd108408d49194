//! The interface as data: no I/O, async, thread, channel or lock. [`Model`] is all that the screen knows, [`update`] lets
//! something happen to it, [`view`] draws it. Three names are the public face; the rest is in the files by its name:
//! `msg` (what can happen, what can be asked for), `command` (THE TABLE), `lang` (all words), `layout`, `theme`, `panes`.

mod act;
mod chips;
pub mod command;
mod compare;
mod draw;
mod feeds;
mod groups;
pub mod key;
pub mod keymap;
pub(crate) mod lang;
pub mod layout;
mod linear;
mod mouse;
mod msg;
mod note;
mod overlay;
mod palette;
mod panes;
pub mod picture;
mod prompt;
mod reply;
mod search;
mod share;
mod status;
mod story;
pub mod theme;
pub mod typeset;
mod versions;
mod views;
mod welcome;
mod when;
mod which;

#[cfg(test)]
mod tests;

use jiff::{Timestamp, tz::TimeZone};
use ratatui::Frame;

pub use key::{Code, Key};
pub use keymap::Keymap;
pub use lang::{Speaking, speak};
pub use msg::{Class, Effect, Level, Mouse, Msg};
pub use theme::{Depth, Ground, Theme};
pub use welcome::Offer;
pub use when::Manner;

use crate::model::{Address, ArticleId, At, By, Change, Clean, Known, Language, Limits, Progress, Query, Question, Ticket, Window};
use draw::Pen;
use lang::say;
use layout::{Arrangement, Layout, Pane, Zoom, layout};
use panes::{article, desk, headlines, sources};
use theme::Role;
use when::Local;

/// How long a notice stands, in seconds.
const NOTICE_SECONDS: i64 = 5;
/// How long after a change the footer names the key that takes it back, in seconds.
const UNDO_SECONDS: i64 = 60;

/// What the screen is told at its start.
#[derive(Clone, Debug)]
pub struct Options {
    /// Columns and rows.
    pub size: (u16, u16),
    /// The time now.
    pub now: Timestamp,
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// The language of all words.
    pub language: Language,
    /// How times and numbers are written.
    pub manner: Manner,
    /// One pane at a time, in sentences.
    pub linear: bool,
    /// Whether counters run while feeds are asked.
    pub motion: bool,
    /// What roles look like.
    pub theme: Theme,
    /// The keys.
    pub keys: Keymap,
    /// Between which lengths a feed's interval may lie.
    pub limits: Limits,
    /// The command that articles are handed to, until another is named.
    pub pipe: String,
    /// What a row of a list is.
    pub by: By,
    /// Whether both edges of a text are straight.
    pub justify: bool,
    /// Room for panes, where it is not as the screen sees fit.
    pub sizes: layout::Sizes,
    /// Whether the terminal reports the mouse.
    pub mouse: bool,
    /// Whether this is the demo, which the desk then says.
    pub demo: bool,
    /// Feeds that are offered to somebody who has none.
    pub offers: Vec<Offer>,
}

impl Options {
    /// As most want it: the default theme and keys, the mouse on.
    pub fn new(size: (u16, u16), now: Timestamp, zone: TimeZone) -> Self {
        Self {
            size,
            now,
            zone,
            language: Language::default(),
            manner: Manner::default(),
            linear: false,
            motion: true,
            theme: Theme::default(),
            keys: Keymap::default(),
            limits: Limits::default(),
            pipe: String::new(),
            by: By::default(),
            justify: false,
            sizes: layout::Sizes::default(),
            mouse: true,
            demo: false,
            offers: Vec::new(),
        }
    }
}

/// All that the screen knows.
#[derive(Debug)]
pub struct Model {
    size: (u16, u16),
    now: Timestamp,
    zone: Local,
    language: Language,
    motion: bool,
    theme: Theme,
    keys: Keymap,
    limits: Limits,
    by: By,
    mouse: bool,
    demo: bool,
    offers: Vec<Offer>,
    arrangement: Arrangement,
    /// The border that is being dragged, and whether it moved.
    dragging: Option<(layout::Border, bool)>,
    /// The desk's selected row was taken by the mouse.
    carrying: bool,
    desk: desk::State,
    headlines: headlines::State,
    /// The list as it was before the open prompt's first letter, and before the filter that stands.
    before_prompt: Option<Box<headlines::State>>,
    unfiltered: Option<Box<headlines::State>>,
    article: article::State,
    sources: sources::State,
    pictures: picture::State,
    overlay: Option<overlay::Overlay>,
    prompt: Option<prompt::Prompt>,
    pending: keymap::Pending,
    which: which::Which,
    /// What the cache knows by name, as of the last time it was asked.
    known: Known,
    /// Digits just typed that moved the focus, and where it was: if a command with a count follows at once, they were
    /// its count.
    digit: Option<(u32, Arrangement)>,
    notice: Option<Notice>,
    /// Until when the footer names the key that takes back the last change.
    undoable: Option<Timestamp>,
    progress: Progress,
    /// What waits for an article: to open it, to copy something of it, to hand it on.
    then: Option<(ArticleId, share::Then)>,
    /// The command that articles were handed to last, and whether it still runs.
    pipe: String,
    piping: bool,
    /// Changes asked for and not yet confirmed, in order: whether the reader is told of the outcome, and whether marks
    /// on the screen must be read again.
    changes: std::collections::VecDeque<Awaited>,
    asked: [Option<Ticket>; Class::COUNT],
    tickets: u64,
    out: Vec<Effect>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaited {
    /// The screen shows it already.
    Shown,
    /// The reader is told, and marks on the screen are read again.
    Told,
    /// The same, and that it can be taken back.
    Undoable,
    /// The last of the feeds that were offered: they are polled now.
    Offered,
}

#[derive(Clone, Debug)]
struct Notice {
    level: Level,
    text: Clean,
    until: Timestamp,
}

impl Model {
    /// The screen at its start, and the questions it opens with.
    #[allow(clippy::new_ret_no_self)] // the effects belong to it
    pub fn new(options: Options) -> (Model, Vec<Effect>) {
        let Options {
            size,
            now,
            zone,
            language,
            manner,
            linear,
            motion,
            theme,
            keys,
            limits,
            pipe,
            by,
            justify,
            sizes,
            mouse,
            demo,
            offers,
        } = options;
        let _speaking = speak(language);
        let mut model = Model {
            size,
            now,
            zone: Local { zone, manner: manner.said_in(language) },
            language,
            // What is read aloud must not change by itself.
            motion: motion && !linear,
            theme,
            keys,
            limits,
            by,
            mouse,
            demo,
            offers,
            arrangement: Arrangement { linear, sizes, ..Arrangement::default() },
            dragging: None,
            carrying: false,
            desk: desk::State::default(),
            headlines: headlines::State::default(),
            before_prompt: None,
            unfiltered: None,
            article: article::State::new(linear),
            sources: sources::State::new(linear),
            pictures: picture::State::default(),
            overlay: None,
            prompt: None,
            pending: keymap::Pending::default(),
            which: which::Which::default(),
            known: Known::default(),
            digit: None,
            notice: None,
            undoable: None,
            progress: Progress::default(),
            then: None,
            pipe,
            piping: false,
            changes: std::collections::VecDeque::new(),
            asked: [None; Class::COUNT],
            tickets: 0,
            out: Vec::new(),
        };
        model.article.justify = justify;
        model.open_list(Query::all(), Clean::line(say!("view-all")));
        model.ask(Class::Desk, Question::Desk);
        let effects = std::mem::take(&mut model.out);
        (model, effects)
    }

    /// Whether the cache still owes an answer.
    pub fn waiting(&self) -> bool {
        self.asked.iter().any(Option::is_some)
    }

    /// Whether mouse reports are wanted.
    pub fn wants_mouse(&self) -> bool {
        self.mouse
    }

    fn layout(&self) -> Layout {
        layout(self.size.0, self.size.1, self.arrangement)
    }

    fn focus(&self) -> Pane {
        self.arrangement.focus
    }

    fn ask(&mut self, class: Class, question: Question) {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.asked[class as usize] = Some(ticket);
        self.out.push(Effect::Ask { ticket, question, class });
    }

    fn change(&mut self, change: Change, awaited: Awaited) {
        match &change {
            // That opening an article marks it read is nothing to offer undo for; marking it by hand is.
            Change::Position { .. }
            | Change::Seen { .. }
            | Change::PostsRead { .. }
            | Change::Read { .. }
            | Change::Picked(_)
            | Change::Visit { .. } => {}
            Change::Undo => self.undoable = None,
            _ => self.undoable = Some(after(self.now, UNDO_SECONDS)),
        }
        self.changes.push_back(awaited);
        self.out.push(Effect::Change(change));
    }

    fn say(&mut self, level: Level, text: impl AsRef<str>) {
        let text = Clean::line(text.as_ref());
        if text.is_empty() {
            return;
        }
        let seconds = if level == Level::Error { 2 * NOTICE_SECONDS } else { NOTICE_SECONDS };
        let until = after(self.now, seconds);
        self.notice = Some(Notice { level, text, until });
        self.out.push(Effect::Wake(seconds.unsigned_abs() * 1000 + 50));
    }

    /// Wakes when the footer's word on the next poll is no longer true: when it is near, then by tens of seconds, then when
    /// it is due. The time comes once a minute anyway.
    fn wake_for_poll(&mut self) {
        let next = [self.progress.next, self.progress.live].into_iter().flatten().min();
        let Some(next) = next.filter(|_| self.motion && !self.progress.running()) else { return };
        let left = next.as_second().saturating_sub(self.now.as_second());
        let wait = match left {
            ..=0 => return,
            1..=status::SOON => (left - 1) % 10 + 1,
            _ => left - status::SOON,
        };
        if wait < 60 {
            self.out.push(Effect::Wake(wait.unsigned_abs() * 1000 + 50));
        }
    }

    /// Asks for the list's window if the selection nears its edge.
    fn extend(&mut self) {
        if self.headlines.asking.is_some() {
            return;
        }
        if let Some(window) = self.headlines.wanted() {
            let query = self.headlines.query.clone();
            self.headlines.asking = Some(headlines::Purpose::Window);
            let question = self.rows_of(query, window);
            self.ask(Class::List, question);
        }
    }

    /// Opens a list without a filter. The rows on the screen stay until the answer is there.
    fn open_list(&mut self, base: Query, label: Clean) {
        self.open_filtered(base, label, String::new(), None);
    }

    fn open_filtered(&mut self, base: Query, label: Clean, filter: String, select: Option<ArticleId>) {
        let query = headlines::both(&base, &filter);
        if base != self.headlines.base {
            self.headlines.open.clear();
        }
        let at = select.map_or(At::Top, At::Article);
        let before = if select.is_some() { headlines::REACH } else { 0 };
        let window = Window { as_of: None, at, before, after: headlines::REACH };
        self.headlines.asking = Some(headlines::Purpose::Open { query: query.clone(), base, label, filter, select });
        let question = self.rows_of(query, window);
        self.ask(Class::List, question);
    }

    /// What is true after every message: the selection is on the screen, the text is laid out for its column, what the
    /// panes still need is asked for.
    fn settle(&mut self) {
        let layout = self.layout();
        if let (Some(r), false) = (layout.inner(Pane::Headlines), self.arrangement.linear) {
            self.headlines.keep_visible(r);
        }
        if let Some(r) = layout.inner(Pane::Desk) {
            self.desk.keep_visible(r);
        }
        let reading = layout.inner(Pane::Article).is_some() || layout.inner(Pane::Sources).is_some();
        if reading && matches!(self.focus(), Pane::Headlines | Pane::Desk) {
            self.preview();
        }
        if let Some(column) = layout.column() {
            self.article.search(&self.headlines.query);
            self.article.lay(column, self.pictures.frames(column.height), &self.zone, self.now);
        }
        if self.focus() == Pane::Article && layout.column().is_some() {
            self.article.note_posts();
        }
        self.settle_pictures(&layout);
        if let Some(r) = layout.inner(Pane::Sources) {
            self.sources.build(self.article.article.as_deref(), r.width, &self.zone, self.now);
            self.sources.keep_visible(r);
        }
        if self.arrangement.linear && layout.fits() {
            linear::keep_visible(self, &layout);
        }
        if let Some(overlay) = &mut self.overlay {
            overlay.build(self.size, &self.zone, self.now);
            overlay.keep_visible(self.size, &self.keys);
        }
        self.extend();
    }
}

impl Model {
    /// Asks for the pictures near what is read, if that changed. An article that is only passed over asks for none.
    fn settle_pictures(&mut self, layout: &Layout) {
        let shown = layout.column().and_then(|_| self.article.current()).map(|a| a.id);
        let reading = shown.is_some() && matches!(self.focus(), Pane::Article | Pane::Sources);
        let near = if self.pictures.frames(1).is_some() { self.article.near_pictures() } else { Vec::new() };
        if let Some(wanted) = self.pictures.settle(shown, reading, near) {
            self.out.push(Effect::Pictures(wanted));
        }
    }
}

/// Lets something happen.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let _speaking = speak(model.language);
    match msg {
        Msg::Key(key) => {
            // What it said may no longer be true after this key, and it hides the keys' names.
            model.notice = None;
            model.key(key);
            model.settle_which();
        }
        Msg::Mouse { kind, x, y } => {
            if matches!(kind, Mouse::Press | Mouse::Double) {
                model.notice = None;
            }
            model.pointer(kind, x, y);
        }
        Msg::Reminded(number) => model.reminded(number),
        Msg::Paste(text) => model.paste(&text),
        Msg::Resize { cols, rows } => model.size = (cols, rows),
        Msg::Answer { ticket, answer } => model.answer(ticket, answer),
        Msg::Applied(result) => model.applied(result),
        Msg::CacheChanged => model.cache_changed(),
        Msg::Progress(progress) => {
            model.progress = progress;
            model.wake_for_poll();
        }
        Msg::Notice { level, text } => model.say(level, lang::put(&text)),
        Msg::Tick(now) => {
            model.now = now;
            model.digit = None;
            model.wake_for_poll();
            // Once a minute, so that little is lost to a kill.
            model.file_position();
            if model.notice.as_ref().is_some_and(|n| n.until <= now) {
                model.notice = None;
            }
        }
        Msg::Pictures(cell) => model.pictures.can(cell),
        Msg::Picture(wanted, result) => model.pictures.take(wanted, result),
        Msg::Piped(said) => model.piped(said),
        Msg::Focus(looks) => model.out.push(Effect::Look(looks)),
        Msg::Theme(theme) => model.theme = theme,
    }
    model.settle();
    std::mem::take(&mut model.out)
}

/// Draws the screen, and sets the terminal's cursor on what is selected: a screen reader follows it.
pub fn view(model: &Model, frame: &mut Frame) {
    let _speaking = speak(model.language);
    let area = frame.area();
    // The terminal may have changed under us; the next message brings the new size.
    let layout = layout(area.width.min(model.size.0), area.height.min(model.size.1), model.arrangement);
    let mut cursor = None;
    let mut pen = Pen { cells: frame.buffer_mut(), theme: &model.theme, spoken: model.arrangement.linear };
    pen.tint(area, Role::Text);
    if !layout.fits() {
        too_small(&mut pen, layout);
        return;
    }
    if model.arrangement.linear {
        if let Some(at) = linear::view(model, &mut pen, &layout) {
            frame.set_cursor_position(at);
        }
        return;
    }
    if layout.framed {
        for pane in Pane::ALL {
            if let (Some(r), true) = (layout.outer(pane), pane != model.focus()) {
                pen.frame(r, Role::Rule);
            }
        }
        if let Some(r) = layout.outer(model.focus()) {
            pen.frame(r, Role::RuleFocus);
        }
    }
    for pane in Pane::ALL {
        let Some(inner) = layout.inner(pane) else { continue };
        let at = match pane {
            Pane::Desk => desk::view(model, &mut pen, inner),
            Pane::Headlines => headlines::view(model, &mut pen, inner),
            Pane::Article => article::view(model, &mut pen, &layout),
            Pane::Sources => sources::view(model, &mut pen, inner),
        };
        if pane == model.focus() {
            cursor = at;
        }
        if let (Some(outer), true) = (layout.outer(pane), layout.framed) {
            let title = match pane {
                Pane::Desk => (desk::title(model), None),
                Pane::Headlines => (headlines::title(model), None),
                Pane::Article => article::title(model, inner.height),
                Pane::Sources => (sources::title(model), None),
            };
            status::pane_title(&mut pen, outer, pane.name(), pane == model.focus(), &title.0, title.1.as_deref());
        }
    }
    if let (Some(overlay), true) = (&model.overlay, model.prompt.is_some()) {
        overlay.view(model, &mut pen);
    }
    cursor = status::view(model, &mut pen, &layout).or(cursor);
    if model.overlay.is_none() && model.shows_which() {
        which::view(model, &mut pen, &layout);
    }
    if let (Some(overlay), true) = (&model.overlay, model.prompt.is_none()) {
        cursor = overlay.view(model, &mut pen).or(cursor);
        if model.shows_which() {
            which::view(model, &mut pen, &layout);
        }
    }
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

/// The links that [`view`] draws and nothing stands over, each with its place.
pub fn links(model: &Model) -> Vec<(ratatui::layout::Rect, Address)> {
    let layout = model.layout();
    if !layout.fits() || model.overlay.is_some() || model.shows_which() || (model.arrangement.linear && model.focus() != Pane::Article) {
        return Vec::new();
    }
    let mut links = layout.column().map_or_else(Vec::new, |column| model.article.links_in(column));
    if model.prompt.is_some() {
        // What is wrong with what is typed may stand in lines of its own above it.
        links.retain(|(r, _)| r.y + 6 < layout.area.height);
    }
    links
}

fn too_small(pen: &mut Pen<'_>, layout: Layout) {
    let (least_cols, least_rows) = layout::LEAST;
    let (wide, high) = (layout.area.width, layout.area.height);
    let words = say!("too-small", cols = least_cols, rows = least_rows, wide = wide, high = high);
    let lines = draw::flow(draw::Line::of(words, Role::Text), layout.area.width, 0);
    for (y, line) in (0..layout.area.height).zip(&lines) {
        pen.line(0, y, layout.area.width, line);
    }
}

fn after(time: Timestamp, seconds: i64) -> Timestamp {
    time.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(time)
}

/// What was done, and the key that takes it back.
fn undoes(done: &str) -> String {
    format!("{done} · {}", say!("undoes"))
}

/// An address as a text to copy or show.
fn shown(address: &Address) -> Clean {
    Clean::line(address.as_str())
}
