//! The mouse: a click focuses a pane and selects what it hits, a click on what is selected opens it, the wheel scrolls
//! the pane under the pointer.

use super::command::Command;
use super::key::{Code, Key};
use super::layout::Pane;
use super::msg::Mouse;
use super::overlay::Overlay;
use super::panes::{Move, headlines};
use super::{Effect, Level, Model, shown};

/// Lines that a notch of the wheel moves a text.
const NOTCH: i64 = 3;

impl Model {
    pub(super) fn pointer(&mut self, kind: Mouse, x: u16, y: u16) {
        let step = match kind {
            Mouse::Press => None,
            Mouse::WheelUp => Some(-1),
            Mouse::WheelDown => Some(1),
        };
        if let Some(overlay) = &mut self.overlay {
            match step {
                Some(by) => overlay.go(Move::Rows(by * NOTCH), self.size, &self.keys),
                None if overlay.area(self.size).contains((x, y).into()) => {
                    if overlay.click(self.size, y) {
                        self.pick();
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
                if let Some(address) = layout.column().and_then(|column| self.article.link_at(column, x, y)) {
                    self.say(Level::Info, format!("opening {}", shown(&address)));
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
}
