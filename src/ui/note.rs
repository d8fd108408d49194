//! The reader's own words beside an article: the note, in an editor of a few lines, and the list of what is highlighted.

use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation;

use super::draw::{Line, Pen, cut, flow, width};
use super::key::{Code, Key};
use super::lang::say;
use super::linear::{self, Said};
use super::overlay::Overlay;
use super::panes::{Move, follow};
use super::theme::Role;
use super::{Awaited, Level, Model, Pane};
use crate::model::{Article, ArticleId, Change, Clean, Highlight};

/// A note's lines, and the letters of one, at most: nobody types more, only pastes do.
const LINES: usize = 1_000;
const LETTERS: usize = 2_000;
/// Lines for the selected highlight in full.
const DETAIL: u16 = 6;

/// The note being written.
#[derive(Debug)]
pub(super) struct Note {
    id: ArticleId,
    title: Clean,
    lines: Vec<String>,
    row: usize,
    /// Byte offset in that line, on a grapheme's edge.
    at: usize,
    top: usize,
}

/// What is highlighted in an article.
#[derive(Debug)]
pub(super) struct Marks {
    id: ArticleId,
    marks: Vec<(Highlight, Option<usize>)>,
    selected: usize,
    top: usize,
}

impl Note {
    fn clean(&self) -> Vec<Clean> {
        self.lines.iter().map(|line| Clean::verbatim(line)).collect()
    }

    fn insert(&mut self, text: &str) {
        let text = Clean::verbatim(text);
        let line = &mut self.lines[self.row];
        if line.len() + text.len() <= LETTERS {
            line.insert_str(self.at, &text);
            self.at += text.len();
            // What is typed may join what stands there to one grapheme.
            self.at = line.grapheme_indices(true).map(|(i, g)| i + g.len()).find(|i| *i >= self.at).unwrap_or(line.len());
        }
    }

    fn split(&mut self) {
        if self.lines.len() < LINES {
            let rest = self.lines[self.row].split_off(self.at);
            self.row += 1;
            self.lines.insert(self.row, rest);
            self.at = 0;
        }
    }

    pub fn paste(&mut self, text: &str) {
        for (i, line) in text.lines().take(LINES).enumerate() {
            if i > 0 {
                self.split();
            }
            let end = line.char_indices().take(LETTERS).last().map_or(0, |(i, c)| i + c.len_utf8());
            self.insert(&line[..end]);
        }
    }

    fn before(&self) -> usize {
        self.lines[self.row][..self.at].grapheme_indices(true).next_back().map_or(0, |(i, _)| i)
    }

    fn after(&self) -> usize {
        let line = &self.lines[self.row];
        line[self.at..].graphemes(true).next().map_or(line.len(), |g| self.at + g.len())
    }

    /// To another line, as near to the column as it has letters.
    fn move_to(&mut self, row: usize) {
        let column = width(&self.lines[self.row][..self.at]);
        self.row = row.min(self.lines.len() - 1);
        let line = &self.lines[self.row];
        let ends = std::iter::once(0).chain(line.grapheme_indices(true).map(|(i, g)| i + g.len()));
        self.at = ends.take_while(|end| width(&line[..*end]) <= column).last().unwrap_or(0);
    }

    /// Edits.
    fn key(&mut self, key: Key) {
        let len = self.lines[self.row].len();
        match (key.code, key.ctrl) {
            (Code::Enter, _) => self.split(),
            (Code::Left, _) if self.at > 0 => self.at = self.before(),
            (Code::Left, _) if self.row > 0 => (self.row, self.at) = (self.row - 1, self.lines[self.row - 1].len()),
            (Code::Right, _) if self.at < len => self.at = self.after(),
            (Code::Right, _) if self.row + 1 < self.lines.len() => (self.row, self.at) = (self.row + 1, 0),
            (Code::Up, _) | (Code::Char('p'), true) => self.move_to(self.row.saturating_sub(1)),
            (Code::Down, _) | (Code::Char('n'), true) => self.move_to(self.row + 1),
            (Code::PageUp, _) => self.move_to(self.row.saturating_sub(10)),
            (Code::PageDown, _) => self.move_to(self.row + 10),
            (Code::Home, _) | (Code::Char('a'), true) => self.at = 0,
            (Code::End, _) | (Code::Char('e'), true) => self.at = len,
            (Code::Backspace, false) | (Code::Char('h'), true) if self.at > 0 => {
                let from = self.before();
                self.lines[self.row].replace_range(from..self.at, "");
                self.at = from;
            }
            (Code::Backspace, false) | (Code::Char('h'), true) if self.row > 0 => {
                let rest = self.lines.remove(self.row);
                self.row -= 1;
                self.at = self.lines[self.row].len();
                self.lines[self.row].push_str(&rest);
            }
            (Code::Delete, _) | (Code::Char('d'), true) if self.at < len => {
                let to = self.after();
                self.lines[self.row].replace_range(self.at..to, "");
            }
            (Code::Delete, _) | (Code::Char('d'), true) if self.row + 1 < self.lines.len() => {
                let rest = self.lines.remove(self.row + 1);
                self.lines[self.row].push_str(&rest);
            }
            (Code::Char('u'), true) => {
                self.lines[self.row].replace_range(..self.at, "");
                self.at = 0;
            }
            (Code::Char('w'), true) | (Code::Backspace, true) => {
                let head = self.lines[self.row][..self.at].trim_end_matches(' ');
                let from = head.rfind(' ').map_or(0, |i| i + 1);
                self.lines[self.row].replace_range(from..self.at, "");
                self.at = from;
            }
            _ => {
                if let Some(c) = key.typed() {
                    self.insert(c.encode_utf8(&mut [0; 4]));
                }
            }
        }
    }

    /// The lines as they are drawn in so many columns, and where the cursor stands among them.
    fn wrapped(&self, room: u16) -> (Vec<String>, (u16, usize)) {
        let room = room.max(2);
        let mut out = Vec::new();
        let mut cursor = (0, 0);
        for (i, line) in self.lines.iter().enumerate() {
            let mut from = 0;
            loop {
                // One column stays free for the cursor.
                let rest = &line[from..];
                let (end, next) = if width(rest) < room { (rest.len(), rest.len()) } else { super::draw::split(rest, room - 1) };
                let last = from + next >= line.len();
                if i == self.row && self.at >= from && (self.at < from + next || last) {
                    cursor = (width(&line[from..self.at.min(from + end).max(from)]), out.len());
                }
                out.push(rest[..end].to_owned());
                if last {
                    break;
                }
                from += next.max(1);
            }
        }
        (out, cursor)
    }

    pub fn keep_visible(&mut self, area: Rect) {
        let (lines, (_, at)) = self.wrapped(area.width.saturating_sub(2));
        self.top = follow(self.top, at, usize::from(area.height), lines.len());
    }

    pub fn said(&self) -> Said {
        let lines = self.lines.iter().map(|line| Line::of(line.as_str(), Role::Input)).collect();
        let heading = say!("note-heading", title = self.title.as_str(), line = self.row + 1);
        Said { heading, lines, top: 0, selected: Some(self.row) }
    }

    pub fn view(&self, pen: &mut Pen<'_>, outer: Rect, area: Rect) -> Position {
        super::status::pane_title(pen, outer, say!("note-title"), true, &Line::of(self.title.as_str(), Role::Dim), None);
        let (lines, (x, y)) = self.wrapped(area.width.saturating_sub(2));
        for (line, y) in lines.iter().skip(self.top).zip(area.top()..area.bottom()) {
            pen.put(area.x + 1, y, area.width.saturating_sub(2), line, Role::Input);
        }
        let words = hints(&[("esc", say!("note-keeps")), ("ctrl-c", say!("note-leaves"))]);
        pen.line(outer.x + 2, outer.bottom() - 1, outer.width.saturating_sub(4), &words);
        let y = area.y + u16::try_from(y.saturating_sub(self.top)).unwrap_or(0);
        Position::new((area.x + 1 + x).min(area.right().saturating_sub(1)), y.min(area.bottom().saturating_sub(1)))
    }
}

/// Keys and what they do, for the lower border.
fn hints(words: &[(&str, &str)]) -> Line {
    let mut line = Line::of(" ", Role::Hint);
    for (i, (key, word)) in words.iter().enumerate() {
        let end = if i + 1 < words.len() { "  " } else { " " };
        line.push(*key, Role::Key);
        line.push(format!(" {word}{end}"), Role::Hint);
    }
    line
}

impl Marks {
    fn rows(area: Rect) -> u16 {
        if area.height > DETAIL + 4 { area.height - DETAIL - 1 } else { area.height }
    }

    pub fn go(&mut self, to: Move, area: Rect) {
        self.selected = to.of(self.selected, self.marks.len(), usize::from(Self::rows(area)));
    }

    /// The highlight at a line of the screen. Whether it was selected already.
    pub fn click(&mut self, area: Rect, y: u16) -> bool {
        let Some(dy) = y.checked_sub(area.y).filter(|dy| *dy < Self::rows(area)) else { return false };
        let at = self.top + usize::from(dy);
        at < self.marks.len() && std::mem::replace(&mut self.selected, at) == at
    }

    pub fn keep_visible(&mut self, area: Rect) {
        self.selected = self.selected.min(self.marks.len().saturating_sub(1));
        self.top = follow(self.top, self.selected, usize::from(Self::rows(area)), self.marks.len());
    }

    pub fn said(&self) -> Said {
        let lines = self.marks.iter().enumerate().map(|(i, (mark, at))| {
            let line = linear::selected(i == self.selected).and(mark.text.as_str(), Role::Text);
            if at.is_some() { line } else { line.and(format!(" {}", say!("marks-gone-said")), Role::Dim) }
        });
        let heading = say!("marks-heading", n = self.marks.len());
        Said { heading, lines: lines.collect(), top: self.top, selected: Some(self.selected) }
    }

    pub fn view(&self, pen: &mut Pen<'_>, outer: Rect, area: Rect) -> Position {
        super::status::pane_title(pen, outer, say!("marks-title"), true, &Line::of(format!("{}", self.marks.len()), Role::Dim), None);
        let rows = Self::rows(area);
        let mut cursor = Position::new(area.x, area.y);
        for (i, ((mark, at), y)) in self.marks.iter().skip(self.top).zip(area.y..area.y + rows).enumerate() {
            let chosen = self.top + i == self.selected;
            if chosen {
                pen.tint(Rect::new(area.x, y, area.width, 1), Role::SelectedAway);
                pen.put(area.x, y, 1, "▌", Role::Bar);
                cursor = Position::new(area.x, y);
            }
            let room = area.width.saturating_sub(4);
            pen.put(area.x + 2, y, 1, if at.is_some() { "┃" } else { "–" }, Role::Highlight);
            pen.put(
                area.x + 4,
                y,
                room.saturating_sub(1),
                &cut(&mark.text, room.saturating_sub(1)),
                if chosen { Role::Selected } else { Role::Text },
            );
        }
        if let (Some((mark, at)), true) = (self.marks.get(self.selected), rows < area.height) {
            let mut y = area.y + rows;
            pen.put(area.x, y, area.width, &"─".repeat(usize::from(area.width)), Role::Rule);
            let mut line = Line::of(mark.text.as_str(), Role::Text);
            if at.is_none() {
                line.push(format!(" ({})", say!("marks-gone")), Role::Dim);
            }
            for line in flow(line, area.width.saturating_sub(2), 0).iter().take(usize::from(DETAIL)) {
                y += 1;
                pen.line(area.x + 1, y, area.width.saturating_sub(2), line);
            }
        }
        let words = hints(&[("enter", say!("marks-goes")), ("x", say!("marks-takes-off")), ("esc", say!("marks-closes"))]);
        pen.line(outer.x + 2, outer.bottom() - 1, outer.width.saturating_sub(4), &words);
        cursor
    }
}

impl Model {
    /// Opens the note of an article.
    pub(super) fn open_note(&mut self, article: &Article) {
        let mut lines: Vec<String> = article.marks.note.iter().map(|line| line.as_str().to_owned()).collect();
        if lines.is_empty() {
            lines.push(String::new());
        }
        let (row, at) = (lines.len() - 1, lines.last().map_or(0, String::len));
        self.overlay = Some(Overlay::Note(Note { id: article.id, title: article.item.title.clone(), lines, row, at, top: 0 }));
    }

    /// A key while the note is written.
    pub(super) fn note_key(&mut self, key: Key) {
        let Some(Overlay::Note(note)) = &mut self.overlay else { return };
        match (key.code, key.ctrl) {
            (Code::Char('c'), true) => self.overlay = None,
            (Code::Esc, _) | (Code::Char('s'), true) => {
                let (id, lines) = (note.id, note.clean());
                self.overlay = None;
                let shown = self.article.article.as_mut().filter(|a| a.id == id);
                let empty = lines.iter().all(|line| line.trim().is_empty());
                if let Some(article) = shown {
                    if article.marks.note == lines || (empty && article.marks.note.is_empty()) {
                        return;
                    }
                    article.marks.note = if empty { Vec::new() } else { lines.clone() };
                    self.article.marks_changed();
                }
                self.change(Change::Note { id, note: lines }, Awaited::Undoable);
            }
            _ => note.key(key),
        }
    }

    /// Chooses paragraphs, stretches what is chosen, leaves it.
    pub(super) fn choose(&mut self) {
        self.focus_pane(Pane::Article);
        let was = self.article.choosing();
        if !self.article.choose() && !was {
            self.say(Level::Info, say!("share-no-paragraph"));
        }
    }

    /// Highlights what is chosen, or the paragraph on top; or no longer.
    pub(super) fn toggle_highlight(&mut self) {
        match self.article.toggle_highlights() {
            Some((id, marks, on)) => self.change(Change::Highlight { id, marks, on }, Awaited::Undoable),
            None => self.say(Level::Info, say!("share-no-paragraph")),
        }
    }

    /// Lists what is highlighted in the open article.
    pub(super) fn open_marks(&mut self) {
        let Some(article) = self.article.current() else { return };
        if article.marks.highlights.is_empty() {
            let (choose, mark) = (self.first_key(super::command::Command::Choose), self.first_key(super::command::Command::Highlight));
            return self.say(Level::Info, say!("marks-none", choose = choose, mark = mark));
        }
        let id = article.id;
        let marks = self.article.found_highlights();
        self.overlay = Some(Overlay::Marks(Marks { id, marks, selected: 0, top: 0 }));
    }

    fn first_key(&self, command: super::command::Command) -> String {
        self.keys.keys(command).into_iter().next().unwrap_or_default()
    }

    /// A key in that list. Whether it was one of its own.
    pub(super) fn marks_key(&mut self, key: Key) -> bool {
        let Some(Overlay::Marks(list)) = &mut self.overlay else { return false };
        match key.code {
            Code::Enter | Code::Right | Code::Char('l') if !key.ctrl => {
                let at = list.marks.get(list.selected).and_then(|(_, at)| *at);
                match at {
                    Some(at) => {
                        self.overlay = None;
                        self.focus_pane(Pane::Article);
                        self.article.show_on_top(at);
                    }
                    None => self.say(Level::Info, say!("marks-words-gone")),
                }
            }
            Code::Char('x' | 'H') | Code::Delete if !key.ctrl => {
                if list.selected >= list.marks.len() {
                    return true;
                }
                let (mark, _) = list.marks.remove(list.selected);
                let (id, empty) = (list.id, list.marks.is_empty());
                if let Some(article) = self.article.article.as_mut().filter(|a| a.id == id) {
                    article.marks.highlights.retain(|kept| *kept != mark);
                }
                self.article.marks_changed();
                if empty {
                    self.overlay = None;
                }
                self.change(Change::Highlight { id, marks: vec![mark], on: false }, Awaited::Undoable);
            }
            _ => return false,
        }
        true
    }
}
