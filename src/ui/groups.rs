//! Rows that stand for more than one article: opened below themselves, marked with all that they stand for, listed by
//! story, dispatch or article. A dispatch is read and saved once, whoever printed it; the cache sees to the copies, and
//! what is on the screen follows at once.

use std::collections::HashSet;

use super::lang::say;
use super::layout::Pane;
use super::panes::headlines::{self, State};
use super::{Awaited, Level, Model};
use crate::model::{ArticleId, At, By, Change, DispatchKey, Query, Question, Window};

impl State {
    /// What these articles carry, as far as rows say it.
    fn dispatches(&self, ids: &[ArticleId]) -> HashSet<DispatchKey> {
        let rows = self.rows.iter().map(|row| (row.id, row.dispatch));
        let members = self.rows.iter().flat_map(|row| row.group.iter().flat_map(|g| g.members.iter().map(|m| (m.id, m.dispatch))));
        rows.chain(members).filter(|(id, _)| ids.contains(id)).filter_map(|(_, dispatch)| dispatch).collect()
    }

    /// Shows these articles and the copies of what they carry as read, or unread.
    pub fn set_read(&mut self, ids: &[ArticleId], read: bool) {
        let dispatches = self.dispatches(ids);
        let meant = |id: ArticleId, dispatch: Option<DispatchKey>| ids.contains(&id) || dispatch.is_some_and(|d| dispatches.contains(&d));
        for row in &mut self.rows {
            if read && meant(row.id, row.dispatch) {
                row.seen = row.versions;
            }
            match &mut row.group {
                Some(group) => {
                    for m in group.members.iter_mut().filter(|m| meant(m.id, m.dispatch)) {
                        m.read = read;
                    }
                    row.read = group.members.iter().all(|m| m.read);
                }
                None if meant(row.id, row.dispatch) => row.read = read,
                None => {}
            }
        }
    }

    /// Shows that the reader has this version of an article before them.
    pub fn set_seen(&mut self, id: ArticleId, version: u32) {
        for row in self.rows.iter_mut().filter(|row| row.id == id) {
            row.seen = row.seen.max(version);
        }
    }

    /// Shows an article and the copies of what it carries as saved, or no longer.
    pub fn set_saved(&mut self, id: ArticleId, saved: bool) {
        let dispatches = self.dispatches(&[id]);
        for row in &mut self.rows {
            if row.id == id || row.dispatch.is_some_and(|d| dispatches.contains(&d)) {
                row.saved = saved;
            }
        }
    }

    /// The row whose articles stand below it, the selected among them.
    fn parent(&self) -> Option<usize> {
        (0..=self.selected).rev().find(|i| self.rows.get(*i).is_some_and(|row| !row.inside))
    }

    /// Takes away what stands below a row.
    fn close(&mut self, at: usize) {
        let Some(ids) = self.rows.get(at).map(headlines::stands_for) else { return };
        let below: Vec<ArticleId> = self.rows[at + 1..].iter().take_while(|row| row.inside).map(|row| row.id).collect();
        self.open.retain(|id| !ids.contains(id) && !below.contains(id));
        self.rows.drain(at + 1..at + 1 + below.len());
        if let Some(group) = &mut self.rows[at].group {
            group.open = false;
        }
        self.selected = at;
    }
}

impl Model {
    /// Asks for rows of a list.
    pub(super) fn rows_of(&self, query: Query, window: Window) -> Question {
        Question::Rows { query, by: self.by, open: self.headlines.open.clone(), window }
    }

    /// Marks articles, and on the screen all that is marked with them.
    pub(super) fn mark(&mut self, ids: &[ArticleId], read: bool) {
        self.headlines.set_read(ids, read);
        let with = self.headlines.dispatches(ids);
        if let Some(article) = self.article.article.as_mut()
            && (ids.contains(&article.id) || article.dispatch.is_some_and(|d| with.contains(&d)))
        {
            article.marks.read = read;
            article.marks.seen = if read { article.versions.len() as u32 } else { article.marks.seen };
        }
        self.change(Change::Read { ids: ids.to_vec(), read }, Awaited::Shown);
    }

    /// The articles that a mark is for, and whether they are read: in the list what the row stands for, elsewhere the open one.
    pub(super) fn meant(&self) -> Option<(Vec<ArticleId>, bool)> {
        if matches!(self.focus(), Pane::Headlines | Pane::Desk) {
            let row = self.headlines.current()?;
            return Some((headlines::stands_for(row), row.read));
        }
        let id = self.article.target?;
        let open = self.article.article.as_ref().filter(|a| a.id == id).map(|a| a.marks.read);
        let was = open.or_else(|| self.headlines.find(id).map(|row| headlines::is_read(row, id)))?;
        Some((vec![id], was))
    }

    /// Opens what the selected row leads to.
    pub(super) fn open_row(&mut self) {
        let Some(row) = self.headlines.current() else { return };
        let (id, row) = (row.target(), row.clone());
        self.open_article(id, Some(row));
    }

    /// Shows the selected row's articles below it, or no longer.
    pub(super) fn expand(&mut self) {
        let Some(at) = self.headlines.parent() else { return };
        let row = &self.headlines.rows[at];
        match &row.group {
            Some(group) if group.open => {
                self.headlines.close(at);
                return;
            }
            Some(_) => {}
            None => {
                let words = if row.outlets > 1 { say!("groups-by-story") } else { say!("groups-alone") };
                self.say(Level::Info, words);
                return;
            }
        }
        let id = row.id;
        if !self.headlines.open.contains(&id) {
            self.headlines.open.push(id);
        }
        // As much as was there, and what stands below the row.
        self.headlines.stale = true;
    }

    /// Lists by story, dispatch or article, one after the other.
    pub(super) fn rows_by(&mut self) {
        self.by = self.by.next();
        let words = match self.by {
            By::Story => say!("groups-story"),
            By::Dispatch => say!("groups-dispatch"),
            By::Article => say!("groups-article"),
        };
        self.say(Level::Info, words);
        self.headlines.open.clear();
        // The same list still: what came meanwhile waits on.
        let held = self.headlines.current().map(|row| row.id);
        self.jump(held.map_or(At::Top, At::Article));
    }
}
