//! What keys do: from a key to a command, from a command to what the panes and the world make of it.

use super::command::{self, Command, Scope};
use super::keymap::Step;
use super::lang::say;
use super::layout::{Pane, Zoom};
use super::overlay::Overlay;
use super::panes::{Move, headlines, sources};
use super::prompt::{Asks, Prompt};
use super::share::Then;
use super::story;
use super::{Awaited, Class, Effect, Key, Level, Model, UNDO_SECONDS, after, undoes};
use crate::model::{ArticleId, At, Change, Clean, Format, Headline, Is, Query, Question, Window};

/// Digits of one count follow each other within so many milliseconds.
const DIGITS: u64 = 700;

impl Model {
    /// Where keys go.
    pub(super) fn scope(&self) -> Scope {
        match &self.overlay {
            Some(overlay) => overlay.scope(),
            None => self.focus().into(),
        }
    }

    pub(super) fn key(&mut self, key: Key) {
        if self.prompt.is_some() {
            return self.prompt_key(key);
        }
        match self.overlay {
            Some(Overlay::Palette(_)) => return self.palette_key(key),
            Some(Overlay::Note(_)) => return self.note_key(key),
            _ => {}
        }
        if self.pending.is_empty() && self.marks_key(key) {
            return;
        }
        if let Some(overlay) = &mut self.overlay
            && overlay.typed(key)
        {
            return;
        }
        if self.pending.is_empty() && self.take_offer(key) {
            return;
        }
        let scope = self.scope();
        let digit = self.digit.take();
        let typed = key.typed().and_then(|c| c.to_digit(10));
        if key.code == super::Code::Esc && !self.pending.is_empty() {
            self.pending = Default::default();
            return;
        }
        let typed_before = self.pending.keys.clone();
        match (self.pending.take(key, &self.keys, scope), digit) {
            // `12j`, typed in one go: the digits moved the focus, and were a count after all.
            (Step::Run(command, _), Some((count, before))) if count > 9 && command::counts(command) => {
                self.arrangement = before;
                self.run(command, count);
            }
            (Step::Run(command, times), _) => {
                let before = digit.map_or(self.arrangement, |(_, before)| before);
                self.run(command, times);
                let pane = matches!(command, Command::Desk | Command::Headlines | Command::Article | Command::Sources);
                if let (true, Some(d)) = (pane, typed) {
                    self.digit = Some((digit.map_or(0, |(n, _)| n.min(999) * 10) + d, before));
                    self.out.push(Effect::Wake(DIGITS));
                }
            }
            // `10j`: no pane has this digit.
            (Step::Wait | Step::Nothing, Some((first, before))) if typed.is_some() => {
                self.arrangement = before;
                self.pending.count = typed.map(|d| first * 10 + d);
            }
            (Step::Nothing, _) => self.means_nothing(&typed_before, key),
            _ => {}
        }
    }

    /// Says that a key has no meaning where it was pressed.
    fn means_nothing(&mut self, before: &[Key], key: Key) {
        let mut keys: Vec<String> = before.iter().map(Key::to_string).collect();
        keys.push(key.to_string());
        let help = self.keys.keys(Command::Help).into_iter().next().unwrap_or_default();
        self.say(Level::Info, say!("act-means-nothing", keys = keys.join(" "), help = help));
    }

    /// Runs a command.
    pub(super) fn run(&mut self, command: Command, times: u32) {
        let n = i64::from(times.max(1));
        match command {
            Command::Down => self.go(Move::Rows(n)),
            Command::Up => self.go(Move::Rows(-n)),
            Command::PageDown => self.go(Move::Pages(n)),
            Command::PageUp => self.go(Move::Pages(-n)),
            Command::HalfDown => self.go(Move::Halves(n)),
            Command::HalfUp => self.go(Move::Halves(-n)),
            Command::Top => self.go(Move::Top),
            Command::Bottom => self.go(Move::Bottom),
            Command::Left => self.left(),
            Command::Right => self.right(),
            Command::NextPane => self.cycle(1),
            Command::PreviousPane => self.cycle(3),
            Command::Desk => self.focus_pane(Pane::Desk),
            Command::Headlines => self.focus_pane(Pane::Headlines),
            Command::Article => self.focus_pane(Pane::Article),
            Command::Sources => self.focus_pane(Pane::Sources),
            Command::Zoom => self.zoom(),
            Command::Open => self.enter(),
            Command::NextUnread | Command::PreviousUnread if self.comparing() => self.next_change(command == Command::PreviousUnread),
            Command::NextUnread | Command::PreviousUnread if self.searching() => self.next_hit(command == Command::PreviousUnread),
            Command::NextUnread => self.unread(false),
            Command::PreviousUnread => self.unread(true),
            Command::NextArticle => self.neighbour(n),
            Command::PreviousArticle => self.neighbour(-n),
            Command::Browser => self.with_article(Then::Open),
            Command::Reader => self.with_article(Then::Reader),
            Command::Yank => self.with_article(Then::Copy),
            Command::YankTitle => self.with_article(Then::Title),
            Command::YankMarkdown => self.with_article(Then::Markdown),
            Command::YankQuote => self.yank_quote(),
            Command::Pipe => self.ask_pipe(),
            Command::ExportMarkdown => self.with_article(Then::Export(Format::Markdown)),
            Command::ExportHtml => self.with_article(Then::Export(Format::Html)),
            Command::ExportEpub => self.with_article(Then::Export(Format::Epub)),
            Command::ExportJson => self.with_article(Then::Export(Format::Json)),
            Command::Link => self.link(),
            Command::Save => self.save(),
            Command::Read => self.toggle_read(),
            Command::Tag => {
                if let Some(id) = self.at_hand() {
                    self.ask(Class::Known, Question::Known);
                    self.prompt = Some(Prompt::new(Asks::Tag(id), String::new()));
                }
            }
            Command::ReadAll => self.read_all(),
            Command::OlderVersion => self.version(-1),
            Command::NewerVersion => self.version(1),
            Command::Diff => self.toggle_diff(),
            Command::PostOrder => {
                let words = match (self.article.turn_order(), self.article.live.oldest_first) {
                    (false, _) => say!("act-no-posts"),
                    (true, true) => say!("act-oldest-posts"),
                    (true, false) => say!("act-newest-posts"),
                };
                self.say(Level::Info, words);
            }
            Command::Follow => {
                if let Some(id) = self.at_hand() {
                    self.change(Change::Follow(id), Awaited::Undoable);
                }
            }
            Command::Pictures => {
                let words = match self.pictures.toggle() {
                    Some(true) => say!("act-pictures"),
                    Some(false) => say!("act-captions"),
                    None => say!("act-no-pictures"),
                };
                self.say(Level::Info, words);
            }
            Command::Justify => {
                self.article.justify = !self.article.justify;
                let words = if self.article.justify { say!("act-justified") } else { say!("act-ragged") };
                self.say(Level::Info, words);
            }
            Command::Filter => {
                let held = self.headlines.current().map(|row| row.id);
                let text = self.headlines.filter.clone();
                if matches!(self.focus(), Pane::Article | Pane::Sources) || self.arrangement.zoom == Zoom::Alone {
                    self.arrangement.zoom = Zoom::Off;
                    self.focus_pane(Pane::Headlines);
                }
                self.prompt = Some(Prompt::new(Asks::Filter { held }, text));
            }
            Command::ShowNew if self.focus() == Pane::Article && self.article.show_waiting() => {}
            Command::ShowNew => self.show_new(),
            Command::Order => self.reorder(),
            Command::Expand => self.expand(),
            Command::RowsBy => self.rows_by(),
            Command::Story => self.tell(story::Mode::Line),
            Command::Why => self.tell(story::Mode::Why),
            Command::Compare => self.beside_another(),
            Command::Apart => self.apart(),
            Command::ViewAll => self.view_list(Query::all(), say!("view-all")),
            Command::ViewUnread => self.view_list(Query::is(Is::Unread), say!("view-unread")),
            Command::ViewSaved => self.view_list(Query::is(Is::Saved), say!("view-saved")),
            Command::ViewChanged => self.view_list(Query::is(Is::Changed), say!("view-changed")),
            Command::KeepView => self.keep_view(),
            Command::Rename => self.rename(),
            Command::MoveDown => self.move_in_desk(n),
            Command::MoveUp => self.move_in_desk(-n),
            Command::RemoveView => self.remove_view(),
            Command::Shelve => self.shelve(),
            Command::AlertView => self.alert_on_view(),
            Command::Import => self.ask_import(),
            Command::Refresh => self.refresh(),
            Command::Feeds => self.toggle_feeds(),
            Command::Pause => self.pause_feed(),
            Command::EditAddress => self.edit_address(),
            Command::Settings => self.open_settings(),
            Command::EditSetting => self.edit_setting(),
            Command::UnsetSetting => self.unset_setting(),
            Command::Unsubscribe => self.unsubscribe(),
            Command::Undo => {
                if let Some(overlay) = &mut self.overlay {
                    overlay.undone();
                }
                self.change(Change::Undo, Awaited::Told);
            }
            Command::Redo => self.change(Change::Redo, Awaited::Told),
            Command::Note => self.with_article(Then::Note),
            Command::Choose => self.choose(),
            Command::Highlight => self.toggle_highlight(),
            Command::Highlights => self.open_marks(),
            Command::Palette => self.open_palette(),
            Command::Help => self.toggle_help(),
            Command::Back => {
                if !self.stop_pipe() {
                    self.back();
                }
            }
            Command::Close => {
                if !self.back() {
                    self.quit();
                }
            }
            Command::Quit => self.quit(),
            Command::Suspend => {
                self.file_position();
                self.out.push(Effect::Suspend);
            }
            Command::Redraw => self.out.push(Effect::Redraw),
        }
    }

    fn go(&mut self, to: Move) {
        if let Some(overlay) = &mut self.overlay {
            overlay.go(to, self.size, &self.keys);
            return;
        }
        let layout = self.layout();
        match self.focus() {
            Pane::Desk => self.desk.go(to, layout.inner(Pane::Desk)),
            Pane::Headlines => {
                if let Some(at) = self.headlines.go(to, layout.inner(Pane::Headlines)) {
                    self.jump(at);
                }
            }
            Pane::Article if self.article.choosing() => self.article.go_choosing(to),
            Pane::Article => {
                self.article.go(to);
            }
            Pane::Sources => self.sources.go(to, layout.inner(Pane::Sources)),
        }
    }

    /// Asks for another place in the list.
    pub(super) fn jump(&mut self, at: At) {
        if matches!(self.headlines.asking, Some(headlines::Purpose::Open { .. })) {
            return;
        }
        let (before, after) = match at {
            At::Top => (0, headlines::REACH),
            At::Bottom => (headlines::REACH, 1),
            At::Article(_) => (headlines::REACH, headlines::REACH),
        };
        let query = self.headlines.query.clone();
        let window = Window { as_of: self.headlines.as_of, at, before, after };
        self.headlines.asking = Some(headlines::Purpose::Jump(at));
        let question = self.rows_of(query, window);
        self.ask(Class::List, question);
    }

    pub(super) fn focus_pane(&mut self, pane: Pane) {
        let before = self.focus();
        if before == pane {
            return;
        }
        self.arrangement.focus = pane;
        if self.arrangement.zoom == Zoom::Alone {
            self.arrangement.zoom = Zoom::Pane;
        }
        let reading = matches!(pane, Pane::Article | Pane::Sources);
        if reading && matches!(before, Pane::Headlines | Pane::Desk) {
            self.preview();
        } else if !reading {
            self.file_position();
        }
    }

    fn cycle(&mut self, by: usize) {
        let at = self.focus() as usize;
        self.focus_pane(Pane::ALL[(at + by) % 4]);
    }

    fn left(&mut self) {
        match self.focus() {
            Pane::Desk => {}
            Pane::Headlines => self.focus_pane(Pane::Desk),
            Pane::Article => self.focus_pane(Pane::Headlines),
            Pane::Sources => self.focus_pane(Pane::Article),
        }
    }

    fn right(&mut self) {
        match self.focus() {
            Pane::Desk => self.enter(),
            Pane::Headlines => self.enter(),
            Pane::Article => self.focus_pane(Pane::Sources),
            Pane::Sources => {}
        }
    }

    fn zoom(&mut self) {
        self.arrangement.zoom = match self.arrangement.zoom {
            Zoom::Off => Zoom::Pane,
            Zoom::Pane if self.article.target.is_some() || self.headlines.current().is_some() => {
                self.focus_pane(Pane::Article);
                Zoom::Alone
            }
            Zoom::Pane | Zoom::Alone => Zoom::Off,
        };
    }

    /// One step back. Whether there was one.
    fn back(&mut self) -> bool {
        if self.overlay.as_mut().is_some_and(super::overlay::Overlay::back) || self.overlay.take().is_some() {
            return true;
        }
        if self.comparing() {
            self.article.diff = None;
            return true;
        }
        if self.article.leave_choice() {
            return true;
        }
        if self.arrangement.zoom != Zoom::Off {
            self.arrangement.zoom = Zoom::Off;
            return true;
        }
        match self.focus() {
            Pane::Headlines if !self.headlines.filter.is_empty() => self.clear_filter(),
            Pane::Headlines => return false,
            Pane::Desk | Pane::Article => self.focus_pane(Pane::Headlines),
            Pane::Sources => self.focus_pane(Pane::Article),
        }
        true
    }

    fn quit(&mut self) {
        self.file_position();
        self.out.push(Effect::Quit);
    }

    /// Files how far the open article was read.
    pub(super) fn file_position(&mut self) {
        if let Some((id, position)) = self.article.leave() {
            self.change(Change::Position { id, position }, Awaited::Shown);
        }
        self.file_posts();
    }

    fn file_posts(&mut self) {
        for (id, posts) in self.article.live.take_unfiled() {
            self.change(Change::PostsRead { id, posts }, Awaited::Shown);
        }
    }

    fn enter(&mut self) {
        if self.overlay.is_some() {
            self.open_told();
            return;
        }
        match self.focus() {
            Pane::Desk => {
                if let Some(crate::model::DeskKind::Blog(id)) = self.desk.current().map(|row| row.kind) {
                    self.open_by_id(id);
                } else if let Some(row) = self.desk.current() {
                    let (query, label) = (row.query.clone(), row.label.clone());
                    if query != self.headlines.base || !self.headlines.filter.is_empty() || !self.headlines.known() {
                        self.open_list(query, label);
                    }
                    self.focus_pane(Pane::Headlines);
                }
            }
            Pane::Headlines => {
                self.open_row();
                self.focus_pane(Pane::Article);
            }
            Pane::Article => {}
            Pane::Sources => match self.sources.target() {
                Some(sources::Target::Article(id)) => self.open_by_id(id),
                Some(sources::Target::Paragraph(block)) => {
                    self.focus_pane(Pane::Article);
                    self.article.show(block);
                }
                Some(sources::Target::Story) => self.tell(story::Mode::Line),
                Some(sources::Target::Versions) => self.run(Command::Diff, 1),
                Some(sources::Target::Page) => self.run(Command::Browser, 1),
                Some(sources::Target::Feed) => {
                    if let Some((feed, title)) = self.article.current().map(|a| (a.feed, a.feed_title.clone())) {
                        self.view_list(Query::feed(feed), title.as_str());
                    }
                }
                None => {}
            },
        }
    }

    /// The article to show beside the list: loaded, not marked read.
    pub(super) fn preview(&mut self) {
        let Some(row) = self.headlines.current() else { return };
        let shown = self.article.target.is_some_and(|id| row.id == id || (!row.inside && row.holds(id)));
        if !shown {
            let (id, row) = (row.target(), row.clone());
            self.load(id, Some(row));
        }
    }

    pub(super) fn load(&mut self, id: ArticleId, row: Option<Headline>) {
        self.file_posts();
        if let Some((left, position)) = self.article.aim(id, row) {
            self.change(Change::Position { id: left, position }, Awaited::Shown);
        }
        self.ask(Class::Article, Question::Article { id, version: None });
    }

    pub(super) fn open_article(&mut self, id: ArticleId, row: Option<Headline>) {
        let unread = row.as_ref().is_none_or(|row| !headlines::is_read(row, id));
        if self.article.target != Some(id) || self.article.failed.is_some() {
            self.load(id, row);
        }
        if unread {
            self.mark_read(id, true);
        } else {
            self.note_seen();
        }
    }

    /// Opens an article wherever it stands, selected in the list if it is there. A row that only stands for it has another's title.
    pub(super) fn open_by_id(&mut self, id: ArticleId) {
        let row = self.headlines.find(id).filter(|row| row.id == id).cloned();
        self.headlines.select(id);
        self.open_article(id, row);
        self.focus_pane(Pane::Article);
    }

    pub(super) fn mark_read(&mut self, id: ArticleId, read: bool) {
        self.mark(&[id], read);
    }

    /// The article that commands are about: the open one in the panes about it, else the selected.
    pub(super) fn at_hand(&self) -> Option<ArticleId> {
        match self.focus() {
            Pane::Article | Pane::Sources => self.article.target,
            Pane::Desk | Pane::Headlines => self.headlines.current().map(|row| row.id),
        }
    }

    fn save(&mut self) {
        let Some(id) = self.at_hand() else { return };
        // What the list says of a row's own article, or what is open; a row that only stands for it is asked last.
        let row = self.headlines.find(id);
        let open = self.article.article.as_ref().filter(|a| a.id == id).map(|a| a.marks.saved);
        let own = row.filter(|row| row.id == id).map(|row| row.saved);
        let Some(was) = own.or(open).or(row.map(|row| row.saved)) else { return };
        self.headlines.set_saved(id, !was);
        self.article.set_saved(id, !was);
        self.change(Change::Save { ids: vec![id], saved: !was }, Awaited::Shown);
        self.say(Level::Info, if was { undoes(say!("act-not-saved")) } else { undoes(&format!("★ {}", say!("head-saved"))) });
    }

    fn toggle_read(&mut self) {
        let Some((ids, was)) = self.meant() else { return };
        self.mark(&ids, !was);
        self.undoable = Some(after(self.now, UNDO_SECONDS));
        self.say(Level::Info, undoes(if was { say!("act-unread") } else { say!("act-read") }));
    }

    fn read_all(&mut self) {
        let Some(as_of) = self.headlines.as_of else { return };
        let query = if self.focus() == Pane::Desk {
            // In the desk the list that is meant is the selected one; only what was there when it was listed is marked.
            self.desk.current().map_or(self.headlines.query.clone(), |row| row.query.clone())
        } else {
            self.headlines.query.clone()
        };
        if query == self.headlines.query {
            let all: Vec<ArticleId> = self.headlines.rows.iter().flat_map(headlines::stands_for).collect();
            self.headlines.set_read(&all, true);
        }
        self.change(Change::ReadAll { query, as_of }, Awaited::Undoable);
    }

    /// Goes to the nearest unread one; in the article pane it is opened.
    fn unread(&mut self, backwards: bool) {
        match self.headlines.unread_near(backwards) {
            Some(at) => {
                self.headlines.selected = at;
                self.arrive();
            }
            None if self.headlines.more(backwards) => {
                if let Some(as_of) = self.headlines.as_of {
                    let from = self.headlines.current().map(|row| row.id);
                    self.ask(
                        Class::Unread,
                        Question::NextUnread { query: self.headlines.query.clone(), as_of, from, backwards, by: self.by },
                    );
                }
            }
            None => self.no_unread(backwards),
        }
    }

    pub(super) fn no_unread(&mut self, backwards: bool) {
        self.say(Level::Info, if backwards { say!("act-none-above") } else { say!("act-none-below") });
    }

    /// The selection was moved by a command: whoever reads goes on reading there.
    pub(super) fn arrive(&mut self) {
        if matches!(self.focus(), Pane::Article | Pane::Sources) {
            self.open_row();
        }
    }

    pub(super) fn neighbour(&mut self, by: i64) {
        self.headlines.go(Move::Rows(by), None);
        self.arrive();
    }

    fn link(&mut self) {
        match self.article.links().len() {
            0 => self.say(Level::Info, say!("prompt-no-links")),
            _ => self.prompt = Some(Prompt::new(Asks::Link, String::new())),
        }
    }

    pub(super) fn show_new(&mut self) {
        if self.headlines.waiting.n == 0 && !self.headlines.regrouped {
            // Nothing else may happen: the list would be evaluated anew, and what was read would leave it.
            self.say(Level::Info, say!("act-nothing-new"));
            return;
        }
        let held = self.headlines.current().map(|row| row.id);
        let (base, label, filter) = (self.headlines.base.clone(), self.headlines.label.clone(), self.headlines.filter.clone());
        self.open_filtered(base, label, filter, held);
    }

    pub(super) fn view_list(&mut self, query: Query, label: &str) {
        let label = self.desk.row_of(&query).map_or_else(|| Clean::line(label), |row| row.label.clone());
        self.open_list(query, label);
        self.arrangement.zoom = Zoom::Off;
        self.focus_pane(Pane::Headlines);
    }

    fn refresh(&mut self) {
        let feed = match (&self.overlay, self.focus()) {
            (Some(overlay), _) => overlay.feed(),
            (None, Pane::Desk) => self.desk.feed(),
            _ => None,
        };
        self.say(Level::Info, if feed.is_some() { say!("act-asking-one") } else { say!("act-asking") });
        self.out.push(Effect::Refresh(feed));
    }
}
