//! What comes back from the cache. An answer to a question that nobody waits for any more is dropped by its ticket.

use super::command::Command;
use super::lang::{self, say};
use super::layout::Pane;
use super::overlay::Overlay;
use super::{Awaited, Class, Level, Model};
use crate::model::{Answer, Applied, At, Clean, Page, Question, Ticket, Window};

const CLASSES: [Class; Class::COUNT] = [
    Class::List,
    Class::Waiting,
    Class::Article,
    Class::Newer,
    Class::Act,
    Class::Compare,
    Class::Unread,
    Class::Desk,
    Class::Feeds,
    Class::Known,
    Class::Told,
    Class::Beside,
];

impl Model {
    pub(super) fn answer(&mut self, ticket: Ticket, answer: Answer) {
        let Some(class) = CLASSES.into_iter().find(|c| self.asked[*c as usize] == Some(ticket)) else { return };
        self.asked[class as usize] = None;
        match (class, answer) {
            (Class::List, Answer::Headlines(page)) => self.listed(page),
            (Class::Waiting, Answer::Headlines(page)) if self.headlines.as_of.is_some_and(|held| held.last == page.as_of.last) => {
                self.headlines.waiting = page.waiting;
                self.headlines.regrouped = page.regrouped;
            }
            (Class::Article, Answer::Article(article)) => {
                self.article.fill(article);
                self.sources.forget();
                self.compare_shown();
                self.note_seen();
            }
            (Class::Compare, Answer::Compared(comparison)) => {
                if let Some(diff) = &mut self.article.diff {
                    diff.fill(comparison);
                }
            }
            (Class::Newer, Answer::Article(Some(newest))) => self.newest(*newest),
            (Class::Act, Answer::Article(article)) => {
                if let Some(((id, then), article)) = self.then.take().zip(article)
                    && article.id == id
                {
                    self.share(article, then);
                }
            }
            (Class::Unread, Answer::NextUnread(Some(id))) => {
                if self.headlines.select(id) {
                    self.arrive();
                } else {
                    self.jump(At::Article(id));
                }
            }
            (Class::Unread, Answer::NextUnread(None)) => self.say(Level::Info, say!("act-none-beyond")),
            (Class::Desk, Answer::Desk(desk)) => self.desk.fill(desk, &self.headlines.base),
            (Class::Feeds, Answer::Feeds(feeds)) => {
                if let Some(overlay) = &mut self.overlay {
                    overlay.fill(feeds);
                }
            }
            (Class::Known, Answer::Known(known)) => self.learn(*known),
            (Class::Told, Answer::Told(told)) => self.told(told),
            (Class::Beside, Answer::Article(article)) => self.beside(article),
            (class, Answer::Failed(words)) => self.failed(class, words),
            _ => {}
        }
    }

    fn listed(&mut self, page: Page) {
        if self.headlines.fill(page) {
            self.arrive();
        }
    }

    fn failed(&mut self, class: Class, words: Clean) {
        match class {
            Class::List => self.headlines.asking = None,
            Class::Article => self.article.fail(words.clone()),
            Class::Act => self.then = None,
            Class::Compare => self.article.diff = None,
            Class::Told if matches!(self.overlay, Some(Overlay::Story(_))) => self.overlay = None,
            Class::Beside if matches!(self.overlay, Some(Overlay::Compare(_))) => self.overlay = None,
            _ => {}
        }
        self.say(Level::Error, lang::put(&words));
    }

    /// The open article as it is now in the cache: its text, if that was awaited; else only the word that it changed.
    fn newest(&mut self, newest: crate::model::Article) {
        let Some(shown) = self.article.current() else { return };
        if shown.id != newest.id {
            return;
        }
        if shown.pending && !newest.pending {
            self.article.fill(Some(Box::new(newest)));
            self.sources.forget();
            return;
        }
        let (live, followed) = (shown.item.live != newest.item.live, shown.marks.followed != newest.marks.followed);
        let later = newest.version > shown.version && !shown.versions.iter().any(|v| v.number == newest.version);
        self.article.posts_came(&newest);
        if live || followed {
            self.article.head_now(&newest);
        }
        if later {
            self.article.newer = Some(newest.version);
        }
    }

    /// Asks how many wait for the list.
    pub(super) fn count_waiting(&mut self) {
        if let Some(as_of) = self.headlines.as_of {
            let window = Window { as_of: Some(as_of), at: At::Top, before: 0, after: 0 };
            let question = self.rows_of(self.headlines.query.clone(), window);
            self.ask(Class::Waiting, question);
        }
    }

    /// Somebody wrote to the cache: counts are read again; rows stay as they are.
    pub(super) fn cache_changed(&mut self) {
        self.ask(Class::Desk, Question::Desk);
        self.count_waiting();
        if let Some(id) = self.article.current().map(|a| a.id) {
            self.ask(Class::Newer, Question::Article { id, version: None });
        }
        if matches!(self.overlay, Some(Overlay::Feeds(_))) {
            self.ask(Class::Feeds, Question::Feeds);
        }
        // An empty list holds nothing that could move: what comes is shown.
        if self.headlines.known() && self.headlines.rows.is_empty() && self.headlines.asking.is_none() && self.prompt.is_none() {
            let (base, label, filter) = (self.headlines.base.clone(), self.headlines.label.clone(), self.headlines.filter.clone());
            self.open_filtered(base, label, filter, None);
        }
    }

    pub(super) fn applied(&mut self, result: Result<Applied, Clean>) {
        let awaited = self.changes.pop_front().unwrap_or(Awaited::Told);
        match result {
            Ok(applied) => {
                if awaited == Awaited::Offered {
                    self.out.push(super::Effect::Refresh(None));
                    return;
                }
                if awaited == Awaited::Shown {
                    return;
                }
                if awaited == Awaited::Undoable && applied.count > 0 && !applied.label.is_empty() {
                    let key = self.keys.keys(Command::Undo).into_iter().next().unwrap_or_default();
                    self.say(Level::Info, say!("undoes-by", done = lang::put(&applied.label), key = key));
                } else {
                    self.say(Level::Info, lang::put(&applied.label));
                }
                self.read_marks_again();
            }
            Err(words) => {
                self.say(Level::Error, lang::put(&words));
                self.read_marks_again();
                self.read_feeds_again();
            }
        }
    }

    /// Marks on the screen may differ from the cache's.
    fn read_marks_again(&mut self) {
        self.headlines.stale = true;
        self.read_story_again();
        let version = self.article.current().map(|a| (a.id, a.version));
        if let Some((id, version)) = version {
            self.ask(Class::Article, Question::Article { id, version: Some(version) });
        }
        if self.focus() == Pane::Desk {
            self.ask(Class::Desk, Question::Desk);
        }
    }
}
