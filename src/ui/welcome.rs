//! The first minute: somebody without feeds is offered some by one key each, and told what else there is. Nothing is
//! subscribed to and nothing asked of the network before that key.

use ratatui::layout::Rect;

use super::draw::Line;
use super::lang::{self, say};
use super::layout::Pane;
use super::prompt::{Asks, Prompt};
use super::theme::Role;
use super::{Awaited, Code, Effect, Key, Level, Model};
use crate::model::{Change, Clean};

/// Feeds that can be taken together.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Their name.
    pub name: Clean,
    /// What they are, in a line.
    pub about: Clean,
    /// What subscribes to them.
    pub changes: Vec<Change>,
}

impl Model {
    /// Whether there is nothing to read because there are no feeds.
    pub(super) fn welcomes(&self) -> bool {
        let list = &self.headlines;
        list.known() && list.rows.is_empty() && list.filter.is_empty() && list.base.is_all() && !self.desk.has_feeds()
    }

    /// Takes an offer by its key. Whether it was one.
    pub(super) fn take_offer(&mut self, key: Key) -> bool {
        if self.focus() != Pane::Headlines || self.overlay.is_some() || !self.welcomes() {
            return false;
        }
        if key == Key::plain(Code::Char('i')) {
            self.ask_import();
            return true;
        }
        let at = key.typed().and_then(|c| c.to_digit(10)).and_then(|n| usize::try_from(n).ok()?.checked_sub(1));
        let Some(offer) = at.and_then(|at| self.offers.get(at)).cloned() else { return false };
        let n = offer.changes.len();
        for (i, change) in offer.changes.into_iter().enumerate() {
            self.change(change, if i + 1 == n { Awaited::Offered } else { Awaited::Shown });
        }
        self.undoable = None;
        self.say(Level::Info, say!("welcome-taken", name = lang::put(&offer.name), n = n));
        true
    }
}

impl Model {
    /// Asks for the file that another reader wrote.
    pub(super) fn ask_import(&mut self) {
        self.prompt = Some(Prompt::new(Asks::Import, String::new()));
    }

    /// Has it imported.
    pub(super) fn import(&mut self, path: &str) {
        let path = Clean::line(path.trim());
        if path.is_empty() {
            return;
        }
        self.say(Level::Info, say!("import-begun", path = path.as_str()));
        self.out.push(Effect::Import(path.into_string()));
    }
}

/// What stands in the place of headlines.
pub(super) fn lines(model: &Model, area: Rect) -> Vec<Line> {
    // On a low screen what can be done stands without what it is.
    let roomy = area.height >= 20;
    let mut out = vec![Line::of(say!("welcome-title"), Role::Title), Line::default()];
    if !model.offers.is_empty() {
        out.push(Line::of(say!("welcome-key"), Role::Text));
        for (i, offer) in model.offers.iter().enumerate() {
            out.push(Line::of(format!("  {}  ", i + 1), Role::Key).and(lang::put(&offer.name), Role::Strong));
            if roomy {
                out.push(Line::of(format!("     {}", lang::put(&offer.about)), Role::Dim));
            }
        }
        out.push(Line::of("  i  ", Role::Key).and(say!("welcome-import"), Role::Strong));
        if roomy {
            out.push(Line::of(format!("     {}", say!("welcome-import-about")), Role::Dim));
        }
        out.push(Line::default());
    }
    let lead = if model.offers.is_empty() { say!("welcome-quit") } else { say!("welcome-or-quit") };
    let then = format!(" {}", say!("welcome-type"));
    out.push(Line::of(format!("{lead} "), Role::Text).and("q", Role::Key).and(then, Role::Text));
    for (command, what) in [("wiredesk add orf.at", say!("welcome-add")), ("wiredesk demo", say!("welcome-demo"))] {
        out.push(Line::of(format!("  {command}"), Role::Strong));
        if roomy {
            out.push(Line::of(format!("     {what}"), Role::Dim));
        }
    }
    out
}
