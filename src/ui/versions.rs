//! From version to version of the open article, and what changed between them.

use super::lang::say;
use super::layout::Pane;
use super::panes::diff;
use super::{Awaited, Class, Level, Model};
use crate::model::{Change, Question};

impl Model {
    pub(super) fn version(&mut self, by: i64) {
        let Some(article) = self.article.current() else { return };
        let numbers: Vec<u32> = article.versions.iter().map(|v| v.number).chain(self.article.newer).collect();
        let at = numbers.iter().position(|n| *n == article.version).unwrap_or(0);
        let to = usize::try_from(by).map_or_else(|_| at.checked_sub(1), |by| Some(at + by));
        match to.and_then(|to| numbers.get(to)) {
            Some(n) => self.show_version(*n),
            None => self.say(Level::Info, if by < 0 { say!("versions-first") } else { say!("versions-newest") }),
        }
    }

    fn show_version(&mut self, version: u32) {
        if let Some(id) = self.article.target {
            self.ask(Class::Article, Question::Article { id, version: Some(version) });
        }
    }

    /// Whether two versions stand side by side where keys go.
    pub(super) fn comparing(&self) -> bool {
        self.article.diff.is_some() && self.focus() == Pane::Article && self.overlay.is_none()
    }

    pub(super) fn next_change(&mut self, backwards: bool) {
        if self.article.diff.as_mut().is_some_and(|diff| !diff.step(backwards)) {
            self.say(Level::Info, if backwards { say!("versions-none-above") } else { say!("versions-none-below") });
        }
    }

    /// What changed since it was read; once more, since the version before; once more, the text again.
    pub(super) fn toggle_diff(&mut self) {
        let Some(article) = self.article.current() else { return };
        if article.item.locked(self.now) {
            return self.say(Level::Info, say!("versions-embargo"));
        }
        if self.article.diff.is_none() && self.article.turn_edits() {
            return;
        }
        let Some(article) = self.article.current() else { return };
        let new = article.version;
        let before = article.versions.iter().map(|v| v.number).filter(|n| *n < new).max();
        let Some(before) = before else {
            let words = if article.versions.len() > 1 { say!("versions-next") } else { say!("versions-unchanged") };
            return self.say(Level::Info, words);
        };
        let base = self.article.base.filter(|base| *base < new);
        match (self.article.diff.take(), base) {
            (None, Some(base)) => self.compare(base, new, true),
            (None, None) => self.compare(before, new, false),
            (Some(shown), Some(base)) if shown.since && base != before => self.compare(before, new, false),
            (Some(_), _) => {}
        }
        if self.focus() == Pane::Sources && self.article.diff.is_some() {
            self.focus_pane(Pane::Article);
        }
    }

    fn compare(&mut self, old: u32, new: u32, since: bool) {
        let Some(id) = self.article.target else { return };
        self.article.diff = Some(diff::State::new(old, new, since));
        self.ask(Class::Compare, Question::Compare { id, old, new });
    }

    /// Another version came on the screen while two were compared: that one is compared with the one before it.
    pub(super) fn compare_shown(&mut self) {
        let (Some(diff), Some(article)) = (&self.article.diff, self.article.current()) else { return };
        let new = article.version;
        if diff.new == new {
            return;
        }
        match article.versions.iter().map(|v| v.number).filter(|n| *n < new).max() {
            Some(before) => self.compare(before, new, false),
            None => self.article.diff = None,
        }
    }

    /// What is read is seen as it stands: what comes later is new.
    pub(super) fn note_seen(&mut self) {
        if !matches!(self.focus(), Pane::Article | Pane::Sources) {
            return;
        }
        let Some(target) = self.article.target else { return };
        let Some(article) = self.article.article.as_mut().filter(|a| a.id == target) else { return };
        let version = article.version;
        if !article.marks.read || article.marks.seen >= version {
            return;
        }
        article.marks.seen = version;
        self.headlines.set_seen(target, version);
        self.change(Change::Seen { id: target, version }, Awaited::Shown);
    }
}
