//! The mouse: a click focuses a pane and selects what it hits, a click on what is selected opens it, a double click opens it
//! in the browser, the wheel scrolls the pane under the pointer, and borders between panes are dragged.

use super::command::Command;
use super::key::{Code, Key};
use super::lang::say;
use super::layout::{Border, Pane};
use super::msg::Mouse;
use super::overlay::Overlay;
use super::panes::{Move, headlines};
use super::{Effect, Level, Model, shown};

/// Lines that a notch of the wheel moves a text.
const NOTCH: i64 = 3;

impl Model {
    pub(super) fn pointer(&mut self, kind: Mouse, x: u16, y: u16) {
        let step = match kind {
            Mouse::Press | Mouse::Double => None,
            Mouse::WheelUp => Some(-1),
            Mouse::WheelDown => Some(1),
            Mouse::Drag | Mouse::Release => return self.drag(kind, x, y),
        };
        (self.dragging, self.carrying) = (None, false);
        if let Some(overlay) = &mut self.overlay {
            match step {
                Some(by) => overlay.go(Move::Rows(by * NOTCH), self.size, &self.keys),
                // What is typed belongs to the row that it was begun at.
                None if self.prompt.is_some() => {}
                None if self.arrangement.linear || overlay.area(self.size).contains((x, y).into()) => {
                    if !self.arrangement.linear && overlay.click(self.size, y) {
                        self.pick_clicked();
                    }
                }
                // What was written is kept, as by leaving it.
                None if matches!(overlay, Overlay::Note(_)) => self.note_key(Key::plain(Code::Esc)),
                None => self.overlay = None,
            }
            return;
        }
        let layout = self.layout();
        let Some(pane) = layout.at(x, y) else { return };
        let Some(area) = layout.inner(pane) else { return };
        if let Some(by) = step {
            match pane {
                Pane::Desk => self.desk.wheel(by),
                Pane::Headlines => self.headlines.wheel(by * 2, area),
                Pane::Article => {
                    self.article.go(Move::Rows(by * NOTCH));
                }
                Pane::Sources => self.sources.wheel(by),
            }
            return;
        }
        if self.arrangement.linear {
            // Sentences take as many lines as they need; who has them read aloud does not point.
            return;
        }
        self.pending = Default::default();
        if let (Some(border), None) = (layout.border_at(x, y), &self.prompt) {
            self.dragging = Some((border, false));
            return;
        }
        let linked = layout.column().and_then(|column| self.article.link_at(column, x, y));
        if kind == Mouse::Double && self.prompt.is_none() && area.contains((x, y).into()) && linked.is_none() {
            match pane {
                // The first of the two clicks may have opened the article over its row.
                Pane::Headlines | Pane::Article => return self.run(Command::Browser, 1),
                Pane::Desk | Pane::Sources => {}
            }
        }
        let focused = self.focus() == pane;
        if self.prompt.is_none() {
            self.focus_pane(pane);
        }
        if !area.contains((x, y).into()) {
            return;
        }
        match pane {
            Pane::Desk => {
                if self.desk.select_at(area, y) {
                    self.carrying = self.prompt.is_none();
                    self.run(Command::Open, 1);
                }
            }
            Pane::Headlines => {
                if y == headlines::waiting_line(area) && (self.headlines.waiting.n > 0 || self.headlines.regrouped) {
                    self.show_new();
                } else if let Some(at) = self.headlines.row_at(area, y) {
                    let again = focused && self.headlines.selected == at;
                    self.headlines.selected = at;
                    if again {
                        self.run(Command::Open, 1);
                    }
                }
            }
            Pane::Article => {
                if let Some(address) = linked.filter(|_| kind == Mouse::Press) {
                    self.say(Level::Info, say!("share-opening", what = shown(&address).into_string()));
                    self.out.push(Effect::Open(address));
                }
            }
            Pane::Sources => {
                if self.sources.select_at(area, y) && focused {
                    self.run(Command::Open, 1);
                }
            }
        }
    }

    /// A border follows the pointer; a click on it that moves nothing is one on its pane. A row of the desk stands where it is
    /// let go.
    fn drag(&mut self, kind: Mouse, x: u16, y: u16) {
        if self.carrying && kind == Mouse::Release {
            self.carrying = false;
            let desk = self.layout().inner(Pane::Desk).filter(|area| area.contains((x, y).into()));
            if let Some(by) = desk.and_then(|area| self.desk.carried(area, y)) {
                self.move_in_desk(by);
            }
            return;
        }
        let Some((border, moved)) = self.dragging else { return };
        let layout = self.layout();
        if kind == Mouse::Drag {
            self.dragging = Some((border, true));
            self.arrangement.sizes = layout.dragged(border, x, y, self.arrangement.sizes);
            return;
        }
        self.dragging = None;
        let pane = match border {
            // Its name stands there.
            Border::Sources => Some(Pane::Sources),
            Border::Desk | Border::Headlines => layout.at(x, y),
        };
        if let (false, Some(pane)) = (moved, pane) {
            self.focus_pane(pane);
        }
    }

    /// Does what enter does on the row of an overlay that was clicked.
    fn pick_clicked(&mut self) {
        match &self.overlay {
            Some(Overlay::Palette(_)) => self.pick(),
            Some(Overlay::Feeds(list)) if list.in_form() => self.run(Command::EditSetting, 1),
            Some(Overlay::Feeds(_)) => self.run(Command::Settings, 1),
            Some(Overlay::Story(_)) => self.run(Command::Open, 1),
            Some(Overlay::Marks(_)) => {
                self.marks_key(Key::plain(Code::Enter));
            }
            _ => {}
        }
    }
}
