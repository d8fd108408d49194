//! What the reader makes of the desk: the list at hand kept as a view; views renamed, moved and removed; feeds put into
//! folders. All of it can be taken back.

use super::lang::say;
use super::prompt::{Asks, Prompt};
use super::{Awaited, Level, Model};
use crate::model::{Change, Clean, DeskKind, Query, Shelved, ViewEdit, ViewId};

/// What a name is typed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// A new view of this.
    Keep(Query),
    /// A view.
    View(ViewId),
    /// A folder, or the folder of a feed.
    Folder(Shelved),
}

impl Naming {
    /// The words before what is typed.
    pub fn label(&self) -> &'static str {
        match self {
            Naming::Keep(_) | Naming::View(_) => say!("views-name"),
            Naming::Folder(Shelved::Folder(_)) => say!("views-folder-name"),
            Naming::Folder(Shelved::Feed(_)) => say!("views-folder"),
        }
    }

    /// What it says beside it.
    pub fn hint(&self) -> &'static str {
        match self {
            Naming::Keep(_) => say!("views-keeps"),
            Naming::View(_) => say!("views-renames"),
            Naming::Folder(_) => say!("views-within"),
        }
    }
}

impl Model {
    /// Asks for the name under which the list at hand is kept.
    pub(super) fn keep_view(&mut self) {
        let query = self.headlines.query.clone();
        if let Some(row) = self.desk.row_of(&query) {
            let words = say!("views-there", label = row.label.as_str());
            return self.say(Level::Info, words);
        }
        let name = if self.headlines.filter.is_empty() { self.headlines.label.to_string() } else { self.headlines.filter.clone() };
        self.prompt = Some(Prompt::new(Asks::Name(Naming::Keep(query)), name));
    }

    /// Asks for another name of the desk's selected view or folder.
    pub(super) fn rename(&mut self) {
        let Some(row) = self.desk.current() else { return };
        let naming = match row.kind {
            DeskKind::Own(id, _) => Naming::View(id),
            DeskKind::Folder => Naming::Folder(Shelved::Folder(row.label.clone())),
            DeskKind::Feed(..) => return self.say(Level::Info, say!("views-feed-title")),
            _ => return self.say(Level::Info, say!("views-only-own-names")),
        };
        let text = row.label.to_string();
        self.prompt = Some(Prompt::new(Asks::Name(naming), text));
    }

    /// Asks for the folder of the desk's selected feed.
    pub(super) fn shelve(&mut self) {
        let Some(id) = self.desk.feed() else { return self.say(Level::Info, say!("views-only-feeds")) };
        self.prompt = Some(Prompt::new(Asks::Name(Naming::Folder(Shelved::Feed(id))), String::new()));
    }

    pub(super) fn move_in_desk(&mut self, by: i64) {
        let Some(row) = self.desk.current() else { return };
        let change = match row.kind {
            DeskKind::Own(id, _) => Change::EditView(ViewEdit::Move(id, by)),
            DeskKind::Feed(id, _) => Change::Arrange { what: Shelved::Feed(id), by },
            DeskKind::Folder => Change::Arrange { what: Shelved::Folder(row.label.clone()), by },
            _ => return self.say(Level::Info, say!("views-only-movable")),
        };
        self.change(change, Awaited::Undoable);
    }

    pub(super) fn remove_view(&mut self) {
        match self.own_view() {
            Some(id) => self.change(Change::EditView(ViewEdit::Remove(id)), Awaited::Undoable),
            None => self.say(Level::Info, say!("views-only-own-removed")),
        }
    }

    pub(super) fn alert_on_view(&mut self) {
        match self.own_view() {
            Some(id) => self.change(Change::EditView(ViewEdit::Alert(id)), Awaited::Undoable),
            None => self.say(Level::Info, say!("views-only-own-alert")),
        }
    }

    fn own_view(&self) -> Option<ViewId> {
        match self.desk.current()?.kind {
            DeskKind::Own(id, _) => Some(id),
            _ => None,
        }
    }

    /// Takes a typed name.
    pub(super) fn name(&mut self, naming: Naming, text: &str) {
        let name = Clean::line(text);
        let change = match naming {
            Naming::Folder(what) => Change::Shelve { what, to: name.non_empty() },
            _ if name.is_empty() => return,
            Naming::Keep(query) => Change::EditView(ViewEdit::Keep { name, query }),
            Naming::View(id) => Change::EditView(ViewEdit::Rename(id, name)),
        };
        self.change(change, Awaited::Undoable);
    }
}
