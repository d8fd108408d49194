//! The palette: everything that has a name, found by some of its letters. What the desk shows is at hand; stories, tags and
//! saved articles are asked for when it opens and join the list when they come, while the reader types on.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::layout::{Position, Rect};

use super::command::{self, Argument, Command, Group, Scope};
use super::draw::{Line, Pen, cut, flow, width};
use super::key::{Code, Key};
use super::lang::{self, say};
use super::linear::{self, Said};
use super::overlay::Overlay;
use super::panes::{Move, follow};
use super::prompt::Prompt;
use super::theme::Role;
use super::{Awaited, Class, Model, when};
use crate::model::{ArticleId, Change, Clean, DeskKind, Expr, Known, Language, Query, Question};

/// Letters typed at most.
const CAP: usize = 80;
/// From this width on, a row explains itself beside its name; below it, in a second line.
const BESIDE: u16 = 64;
/// How much higher the last pick ranks; those before it less.
const RECENT: u32 = 24;

/// How much higher letters that stand together rank.
const WHOLE: u32 = 40;
/// What a letter must weigh on average where they stand apart in a title: that of those that begin words.
const BEGINNINGS: u32 = 20;
/// A name longer than this (bytes) is a title.
const LONG: usize = 32;

/// What a row does.
#[derive(Clone, Debug, PartialEq)]
enum Pick {
    Command(Command),
    List(Query, Clean),
    Article(ArticleId),
}

/// One row.
#[derive(Clone, Debug)]
struct Entry {
    /// What is remembered of it once picked.
    name: Clean,
    /// What kind of thing it is, in a word.
    kind: &'static str,
    label: String,
    /// What it is called in the manual, where that is another language.
    also: String,
    explains: String,
    keys: String,
    pick: Pick,
}

/// The open palette.
#[derive(Debug, Default)]
pub(super) struct Palette {
    typed: String,
    entries: Vec<Entry>,
    /// Indices into `entries`, the best first.
    found: Vec<usize>,
    selected: usize,
    top: usize,
    /// What was picked lately, the last first.
    recent: Vec<Clean>,
    /// The cache still owes what it knows.
    pub waiting: bool,
    /// What stood here before, and does again when this closes.
    pub under: Option<Box<Overlay>>,
    /// Where keys went before it opened.
    scope: Option<Scope>,
    /// Lines a row takes, as drawn last.
    tall: u16,
}

impl Palette {
    /// Ranks what there is by what is typed.
    fn find(&mut self) {
        let held = self.held();
        self.rank(held);
    }

    /// The row that the reader had gone to.
    fn held(&self) -> Option<Clean> {
        self.current().filter(|_| self.selected > 0).map(|entry| entry.name.clone())
    }

    fn rank(&mut self, held: Option<Clean>) {
        let recent = |entry: &Entry| self.recent.iter().position(|name| *name == entry.name);
        let mut ranked: Vec<(u32, usize)> = Vec::new();
        if self.typed.trim().is_empty() {
            let mut all: Vec<usize> = (0..self.entries.len()).collect();
            all.sort_by_key(|i| (recent(&self.entries[*i]).unwrap_or(usize::MAX), *i));
            self.found = all;
        } else {
            let pattern = |kind| Pattern::new(&self.typed, CaseMatching::Ignore, Normalization::Smart, kind);
            let (near, within) = (pattern(AtomKind::Fuzzy), pattern(AtomKind::Substring));
            let letters = self.typed.chars().filter(|c| !c.is_whitespace()).count() as u32;
            let mut matcher = Matcher::new(Config::DEFAULT);
            let mut buffer = Vec::new();
            for (i, entry) in self.entries.iter().enumerate() {
                let mut best = |pattern: &Pattern| {
                    let names = [&entry.label, &entry.also].into_iter().filter(|name| !name.is_empty());
                    names.filter_map(|name| pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher)).max()
                };
                let (whole, loose) = (best(&within).map(|n| n * 2 + WHOLE), best(&near));
                // What is said of a row counts too, but only whole words of it, or any letters would find anything.
                let words = format!("{} {} {} {}", entry.label, entry.kind, entry.explains, entry.also);
                let words = whole.is_none().then(|| within.score(Utf32Str::new(&words, &mut buffer), &mut matcher)).flatten();
                // Scattered letters are found in any long title.
                let least = if entry.label.len() > LONG { letters * BEGINNINGS } else { 0 };
                let loose = loose.filter(|n| *n >= least).map(|n| if least > 0 { n } else { n * 2 });
                let Some(score) = whole.max(words).max(loose) else { continue };
                let bonus = recent(entry).map_or(0, |at| RECENT.saturating_sub(at as u32 * 2));
                ranked.push((score + bonus, i));
            }
            ranked.sort_by_key(|(score, i)| (std::cmp::Reverse(*score), *i));
            self.found = ranked.into_iter().map(|(_, i)| i).collect();
        }
        // A row that the reader had gone to stays selected when more comes.
        let at = held.and_then(|name| self.found.iter().position(|i| self.entries[*i].name == name));
        self.selected = at.unwrap_or(0);
        self.top = 0;
    }

    fn current(&self) -> Option<&Entry> {
        self.found.get(self.selected).map(|i| &self.entries[*i])
    }

    pub fn paste(&mut self, text: &str) {
        self.typed = Clean::capped(&format!("{}{text}", self.typed), CAP).into_string();
        self.selected = 0;
        self.find();
    }

    fn rows(&self, area: Rect) -> usize {
        usize::from((area.height.saturating_sub(1) / self.tall_in(area)).max(1))
    }

    fn tall_in(&self, area: Rect) -> u16 {
        if area.width >= BESIDE { 1 } else { 2 }
    }

    pub fn go(&mut self, to: Move, area: Rect) {
        self.selected = to.of(self.selected, self.found.len(), self.rows(area));
    }

    pub fn keep_visible(&mut self, area: Rect) {
        self.selected = self.selected.min(self.found.len().saturating_sub(1));
        self.tall = self.tall_in(area);
        self.top = follow(self.top, self.selected, self.rows(area), self.found.len());
    }

    /// The row at a line of the screen.
    pub fn click(&mut self, area: Rect, y: u16) -> bool {
        let Some(dy) = y.checked_sub(area.y + 1) else { return false };
        let at = self.top + usize::from(dy / self.tall.max(1));
        if at < self.found.len() {
            self.selected = at;
        }
        at < self.found.len()
    }

    pub fn said(&self) -> Said {
        let typed =
            if self.typed.is_empty() { say!("palette-type").to_owned() } else { say!("palette-found-for", typed = self.typed.as_str()) };
        let n = self.found.len();
        let lines = self.found.iter().enumerate().map(|(at, i)| {
            let e = &self.entries[*i];
            let mut line = linear::selected(at == self.selected).and(e.label.as_str(), Role::Strong);
            line.push(format!(", {}", e.kind), Role::Dim);
            if !e.explains.is_empty() {
                line.push(format!(": {}", linear::spoken(&e.explains.replace(" …", &format!(", {}", say!("palette-asked"))))), Role::Dim);
            }
            if !e.keys.is_empty() {
                line.push(format!(". {} ", say!("palette-key")), Role::Dim);
                line.push(e.keys.as_str(), Role::Key);
            }
            line.and(".", Role::Dim)
        });
        let heading = say!("palette-heading", typed = typed, n = n);
        Said { heading, lines: lines.collect(), top: self.top, selected: Some(self.selected) }
    }

    pub fn view(&self, pen: &mut Pen<'_>, outer: Rect, area: Rect) -> Position {
        let title = if self.waiting { say!("palette-looking").to_owned() } else { format!("{}", self.found.len()) };
        super::status::pane_title(pen, outer, say!("palette-title"), true, &Line::of(title, Role::Dim), None);
        let mut x = area.x + 1 + pen.put(area.x + 1, area.y, area.width, ": ", Role::Key);
        x += pen.put(x, area.y, area.right().saturating_sub(x + 1), &self.typed, Role::Input);
        if self.typed.is_empty() {
            pen.put(x + 1, area.y, area.right().saturating_sub(x + 2), say!("palette-what"), Role::Dim);
        }
        let tall = self.tall_in(area);
        for (at, i) in self.found.iter().enumerate().skip(self.top).take(self.rows(area)) {
            let y = area.y + 1 + u16::try_from(at - self.top).unwrap_or(0) * tall;
            if y + tall > area.bottom() {
                break;
            }
            self.row(pen, Rect::new(area.x, y, area.width, tall), &self.entries[*i], at == self.selected);
        }
        if self.found.is_empty() && area.height > 1 {
            let words = if self.waiting { say!("palette-wait") } else { say!("palette-none") };
            for (line, y) in flow(Line::of(words, Role::Dim), area.width.saturating_sub(2), 0).iter().zip(area.y + 1..area.bottom()) {
                pen.line(area.x + 1, y, area.width.saturating_sub(2), line);
            }
        }
        Position::new(x.min(area.right().saturating_sub(1)), area.y)
    }

    fn row(&self, pen: &mut Pen<'_>, area: Rect, e: &Entry, chosen: bool) {
        if chosen {
            pen.tint(area, Role::SelectedAway);
            for y in area.top()..area.bottom() {
                pen.put(area.x, y, 1, "▌", Role::Bar);
            }
        }
        let (left, right) = (area.x + 2, area.right().saturating_sub(1));
        let keys = cut(&e.keys, 12);
        let start = if keys.is_empty() { right } else { pen.put_right(right, area.y, 12, &keys, Role::Key).saturating_sub(1) };
        let role = if chosen { Role::Selected } else { Role::Strong };
        if area.height > 1 {
            pen.put(left, area.y, start.saturating_sub(left), &e.label, role);
            let mut line = Line::of(e.kind, Role::Label);
            if !e.explains.is_empty() {
                line.push(format!("  {}", e.explains), Role::Dim);
            }
            pen.line(left + 2, area.y + 1, right.saturating_sub(left + 2), &cut_line(line, right.saturating_sub(left + 2)));
            return;
        }
        // Titles need the room; what commands do is longer than their names.
        let command = matches!(e.pick, Pick::Command(_));
        let names = if command { 22 } else { (area.width * 3 / 5).max(22) };
        let kinds = width(say!("kind-tag")).max(7) + 1;
        pen.put(left, area.y, kinds, e.kind, Role::Label);
        let x = left + kinds;
        let used = pen.put(x, area.y, names.min(start.saturating_sub(x)), &e.label, role);
        let x = x + if command { names } else { used } + 1;
        if x + 8 < start {
            pen.line(x, area.y, start - x, &cut_line(Line::of(e.explains.as_str(), Role::Dim), start - x));
        }
    }
}

/// The last run is cut where it does not fit, and says so.
fn cut_line(mut line: Line, room: u16) -> Line {
    let Some((text, role)) = line.0.pop() else { return line };
    let free = room.saturating_sub(line.width());
    if width(&text) > 0 {
        line.push(cut(&text, free).into_owned(), role);
    }
    line
}

impl Model {
    /// Opens the palette over whatever is open.
    pub(super) fn open_palette(&mut self) {
        if let Some(Overlay::Palette(palette)) = &mut self.overlay {
            self.overlay = palette.under.take().map(|o| *o);
            return;
        }
        let scope = self.scope();
        let entries = self.entries(scope, self.overlay.is_none());
        let under = self.overlay.take().map(Box::new);
        let recent = self.known.picks.clone();
        let mut palette = Palette { entries, under, scope: Some(scope), recent, waiting: true, ..Palette::default() };
        palette.find();
        self.overlay = Some(Overlay::Palette(palette));
        self.ask(Class::Known, Question::Known);
    }

    /// What the cache knows by name: for the palette, and for completing tags.
    pub(super) fn learn(&mut self, known: Known) {
        self.known = known;
        // The rows are those of the place that the palette was opened in.
        let Some(Overlay::Palette(Palette { scope: Some(scope), under, .. })) = &self.overlay else { return };
        let entries = self.entries(*scope, under.is_none());
        if let Some(Overlay::Palette(palette)) = &mut self.overlay {
            palette.recent = self.known.picks.clone();
            palette.waiting = false;
            // Named before the rows are others, of which there may be fewer.
            let held = palette.held();
            palette.entries = entries;
            let before = (palette.selected, palette.top);
            palette.rank(held);
            if before.0 == 0 {
                palette.top = before.1.min(palette.selected);
            }
        }
    }

    /// All rows, those that most want first where nothing is typed.
    fn entries(&self, scope: Scope, panes: bool) -> Vec<Entry> {
        let mut out = Vec::new();
        let mut elsewhere = Vec::new();
        // Where nothing is typed, what one has no other way to find comes before what the arrows do.
        let mut rows: Vec<&command::Row> = command::table().filter(|row| row.command != Command::Palette).collect();
        rows.sort_by_key(|row| matches!(row.group, Group::Moving | Group::Panes));
        for row in rows {
            let here = row.scope.has(scope);
            // What is for a pane is done there; what is for a list needs that list, and its selected row.
            let pane = if panes { row.scope.pane() } else { None };
            if !here && pane.is_none() {
                continue;
            }
            let mut explains = row.explained().to_owned();
            if row.argument == Argument::Text {
                explains.push_str(" …");
            }
            let place = pane.filter(|_| !here);
            if let Some(pane) = place {
                explains.push_str(&format!(" ({})", say!("help-in", place = Scope::from(pane).said())));
            }
            let entry = Entry {
                name: Clean::line(&format!("command {}", row.name)),
                kind: say!("kind-command"),
                also: if lang::spoken() == Language::En { String::new() } else { format!("{} {}", row.name.replace('-', " "), row.help) },
                label: row.called(),
                explains,
                keys: self.keys.keys_in(row.command, place.map_or(scope, Scope::from)).into_iter().next().unwrap_or_default(),
                pick: Pick::Command(row.command),
            };
            if here { &mut out } else { &mut elsewhere }.push(entry);
        }
        out.extend(elsewhere);
        self.lists(&mut out);
        out
    }

    fn lists(&self, out: &mut Vec<Entry>) {
        let mut list = |(key, kind): (&str, &'static str), label: &Clean, query: &Query, explains: String| {
            let name = Clean::line(&format!("{key} {query}"));
            let pick = Pick::List(query.clone(), label.clone());
            let (label, also, keys) = (label.as_str().to_owned(), String::new(), String::new());
            out.push(Entry { name, kind, label, also, explains, keys, pick });
        };
        // A kind's first word is remembered with what was picked, whatever the language.
        let (story, view) = (("story", say!("kind-story")), ("view", say!("kind-view")));
        for row in self.desk.rows() {
            let n = self.zone.count(row.unread);
            let (kind, words) = match row.kind {
                DeskKind::Live => (story, say!("palette-followed", n = n)),
                DeskKind::Blog(_) => (("live blog", say!("kind-blog")), say!("palette-followed", n = n)),
                DeskKind::View if row.query == Query::is(crate::model::Is::Saved) => (view, say!("palette-saved", n = n)),
                DeskKind::View | DeskKind::Own(..) => (view, say!("desk-unread", n = n)),
                DeskKind::Folder => (("folder", say!("kind-folder")), say!("desk-unread", n = n)),
                DeskKind::Feed(_, failed) => {
                    let failed = if failed { format!(", {}", say!("desk-failed")) } else { String::new() };
                    (("feed", say!("kind-feed")), format!("{}{failed}", say!("desk-unread", n = n)))
                }
                DeskKind::Agency => (("agency", say!("kind-agency")), say!("desk-unread", n = n)),
            };
            list(kind, &row.label, &row.query, words);
        }
        for (tag, n) in &self.known.tags {
            let query = Expr::Tag(tag.as_str().to_owned()).into();
            list(("tag", say!("kind-tag")), tag, &query, say!("linear-articles", n = *n, shown = self.zone.number(*n)));
        }
        for (id, title, n) in &self.known.stories {
            let query = Query::story(*id);
            if self.desk.row_of(&query).is_none() {
                list(story, title, &query, say!("list-articles", n = self.zone.number(*n)));
            }
        }
        for kept in &self.known.saved {
            out.push(Entry {
                name: Clean::line(&format!("saved {}", kept.id)),
                kind: say!("kind-saved"),
                also: String::new(),
                label: kept.title.as_str().to_owned(),
                explains: format!("{} · {}", kept.outlet, when::stamp(kept.time, self.now, &self.zone)),
                keys: String::new(),
                pick: Pick::Article(kept.id),
            });
        }
    }

    /// A key while the palette is open.
    pub(super) fn palette_key(&mut self, key: Key) {
        let (size, keys) = (self.size, self.keys.clone());
        let Some(overlay) = &mut self.overlay else { return };
        let mut go = |to| overlay.go(to, size, &keys);
        match (key.code, key.ctrl) {
            (Code::Down, _) | (Code::Tab, _) | (Code::Char('n' | 'j'), true) if !key.shift => return go(Move::Rows(1)),
            (Code::Up, _) | (Code::Tab, _) | (Code::Char('p' | 'k'), true) => return go(Move::Rows(-1)),
            (Code::PageDown, _) | (Code::Char('d' | 'f'), true) => return go(Move::Pages(1)),
            (Code::PageUp, _) | (Code::Char('b'), true) => return go(Move::Pages(-1)),
            (Code::Home, _) => return go(Move::Top),
            (Code::End, _) => return go(Move::Bottom),
            _ => {}
        }
        let Some(Overlay::Palette(palette)) = &mut self.overlay else { return };
        match (key.code, key.ctrl) {
            (Code::Enter, _) => return self.pick(),
            (Code::Esc, _) | (Code::Char('c' | 'g'), true) => {
                self.overlay = palette.under.take().map(|o| *o);
                return;
            }
            (Code::Backspace, false) if palette.typed.is_empty() => {
                self.overlay = palette.under.take().map(|o| *o);
                return;
            }
            (Code::Backspace, false) | (Code::Char('h'), true) => {
                palette.typed.pop();
            }
            (Code::Char('u'), true) => palette.typed.clear(),
            (Code::Char('w'), true) | (Code::Backspace, true) => {
                let head = palette.typed.trim_end().rfind(' ').map_or(0, |i| i + 1);
                palette.typed.truncate(head);
            }
            _ => match key.typed() {
                Some(c) if palette.typed.chars().count() < CAP => {
                    palette.typed.push_str(Clean::verbatim(c.encode_utf8(&mut [0; 4])).as_str());
                }
                _ => return,
            },
        }
        palette.selected = 0;
        palette.find();
    }

    /// Does what the selected row is.
    pub(super) fn pick(&mut self) {
        let Some(Overlay::Palette(palette)) = &mut self.overlay else { return };
        let Some(entry) = palette.current().cloned() else { return };
        let under = palette.under.take();
        self.overlay = under.map(|o| *o);
        self.known.picks.retain(|name| *name != entry.name);
        self.known.picks.insert(0, entry.name.clone());
        self.change(Change::Picked(entry.name), Awaited::Shown);
        match entry.pick {
            Pick::Command(command) => {
                let scope = command::find(command).map_or(Scope::EVERYWHERE, |row| row.scope);
                if let (false, Some(pane)) = (scope.has(self.scope()), scope.pane()) {
                    self.focus_pane(pane);
                }
                self.run(command, 1);
            }
            Pick::List(query, label) => {
                self.overlay = None;
                self.view_list(query, label.as_str());
            }
            Pick::Article(id) => {
                self.overlay = None;
                self.open_by_id(id);
            }
        }
    }

    /// The tag that what is typed may go on to be, after the one that stands there.
    pub(super) fn complete_tag(&self, prompt: &Prompt, begun: &str, back: bool) -> Option<Clean> {
        let wanted = begun.trim_start_matches('#').to_lowercase();
        let fits: Vec<&Clean> = self.known.tags.iter().map(|(tag, _)| tag).filter(|tag| tag.to_lowercase().starts_with(&wanted)).collect();
        let now = prompt.text.trim_start_matches('#');
        let at = fits.iter().position(|tag| tag.as_str() == now);
        let next = match at {
            None if back => fits.len().checked_sub(1)?,
            None => 0,
            Some(at) if back => (at + fits.len() - 1) % fits.len(),
            Some(at) => (at + 1) % fits.len(),
        };
        fits.get(next).map(|tag| (*tag).clone())
    }

    /// What can be said beside a tag that is typed: those that it may go on to be.
    pub(super) fn tags_hint(&self, typed: &str) -> String {
        let wanted = typed.trim_start_matches('#').to_lowercase();
        let tags = self.known.tags.iter().map(|(tag, _)| tag).filter(|tag| tag.to_lowercase().starts_with(&wanted));
        let near: Vec<String> = tags.filter(|tag| tag.as_str() != typed).take(3).map(|tag| format!("#{tag}")).collect();
        if near.is_empty() { say!("palette-enter-tags").into() } else { format!("tab: {}", near.join(" ")) }
    }
}
