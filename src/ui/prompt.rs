//! The line in the footer that the reader types into: a filter, a tag, a link's number.

use unicode_segmentation::UnicodeSegmentation;

use super::key::{Code, Key};
use super::lang::say;
use super::panes::headlines::{self, Purpose};
use super::views::Naming;
use super::{Awaited, Class, Level, Model};
use crate::model::{ArticleId, Change, Clean, FeedId, Query, QueryError, Setting};

/// What is typed is capped here (bytes): nobody types more, only pastes do.
const CAP: usize = 500;

/// What it is typed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// A filter; the article that was selected before it.
    Filter { held: Option<ArticleId> },
    /// A tag for an article.
    Tag(ArticleId),
    /// A link's number.
    Link,
    /// A command for the article.
    Pipe,
    /// A name for a view or a folder.
    Name(Naming),
    /// The path of a file with feeds.
    Import,
    /// One of a feed's settings.
    Setting(FeedId, Setting),
}

/// An open prompt.
#[derive(Clone, Debug)]
pub(super) struct Prompt {
    pub asks: Asks,
    pub text: String,
    /// Byte offset, on a grapheme's edge.
    pub at: usize,
    /// What is wrong with it.
    pub error: Option<QueryError>,
    /// What was typed before it was completed.
    begun: Option<String>,
}

impl Prompt {
    pub fn new(asks: Asks, text: String) -> Self {
        Self { at: text.len(), asks, text, error: None, begun: None }
    }

    /// The words before what is typed.
    pub fn label(&self) -> String {
        match &self.asks {
            Asks::Filter { .. } => "/".into(),
            Asks::Tag(_) => say!("prompt-tag").into(),
            Asks::Link => say!("prompt-link").into(),
            Asks::Pipe => say!("prompt-pipe").into(),
            Asks::Name(naming) => naming.label().into(),
            Asks::Import => say!("prompt-import").into(),
            Asks::Setting(_, setting) => super::feeds::named(*setting),
        }
    }

    /// The same for the ear.
    pub fn spoken(&self) -> String {
        match self.asks {
            Asks::Filter { .. } => say!("prompt-filter").into(),
            _ => self.label(),
        }
    }

    fn insert(&mut self, text: &str) {
        let text = Clean::verbatim(text).into_string();
        if self.text.len() + text.len() <= CAP {
            self.text.insert_str(self.at, &text);
            self.at += text.len();
            // What is typed may join what stands there to one grapheme.
            self.at = self.text.grapheme_indices(true).map(|(i, g)| i + g.len()).find(|i| *i >= self.at).unwrap_or(self.text.len());
        }
    }

    fn before(&self) -> usize {
        self.text[..self.at].grapheme_indices(true).next_back().map_or(0, |(i, _)| i)
    }

    fn after(&self) -> usize {
        self.text[self.at..].graphemes(true).next().map_or(self.text.len(), |g| self.at + g.len())
    }

    fn word_start(&self) -> usize {
        let head = self.text[..self.at].trim_end_matches(' ');
        head.rfind(' ').map_or(0, |i| i + 1)
    }

    /// Edits; whether the text changed, or `None` if the key edits nothing.
    fn edit(&mut self, key: Key) -> Option<bool> {
        let cut = |p: &mut Self, from: usize, to: usize| {
            p.text.replace_range(from..to, "");
            p.at = from;
            Some(from < to)
        };
        match (key.code, key.ctrl) {
            (Code::Left, _) => self.at = self.before(),
            (Code::Right, _) => self.at = self.after(),
            (Code::Home, _) | (Code::Char('a'), true) => self.at = 0,
            (Code::End, _) | (Code::Char('e'), true) => self.at = self.text.len(),
            (Code::Backspace, false) | (Code::Char('h'), true) => return cut(self, self.before(), self.at),
            (Code::Delete, _) | (Code::Char('d'), true) => {
                let (at, to) = (self.at, self.after());
                return cut(self, at, to);
            }
            (Code::Char('u'), true) => return cut(self, 0, self.at),
            (Code::Char('w'), true) | (Code::Backspace, true) => return cut(self, self.word_start(), self.at),
            _ => {
                let c = key.typed()?;
                self.insert(c.encode_utf8(&mut [0; 4]));
                return Some(true);
            }
        }
        Some(false)
    }
}

impl Model {
    /// A key while the prompt is open.
    pub(super) fn prompt_key(&mut self, key: Key) {
        let Some(prompt) = &mut self.prompt else { return };
        match key {
            Key { code: Code::Esc, .. } | Key { code: Code::Char('c'), ctrl: true, .. } => self.prompt_cancel(),
            Key { code: Code::Enter, .. } => self.prompt_done(),
            Key { code: Code::Backspace, .. } if prompt.text.is_empty() => self.prompt_cancel(),
            Key { code: Code::Tab, shift, .. } if matches!(prompt.asks, Asks::Tag(_)) => self.complete(shift),
            _ => {
                if prompt.edit(key) == Some(true) {
                    prompt.begun = None;
                    self.prompt_changed();
                }
            }
        }
    }

    /// What is typed becomes the next tag that begins so.
    fn complete(&mut self, back: bool) {
        let Some(prompt) = &mut self.prompt else { return };
        let begun = prompt.begun.get_or_insert_with(|| prompt.text.clone()).clone();
        let next = self.prompt.as_ref().and_then(|prompt| self.complete_tag(prompt, &begun, back));
        if let (Some(prompt), Some(tag)) = (&mut self.prompt, next) {
            prompt.text = tag.into_string();
            prompt.at = prompt.text.len();
        }
    }

    /// A paste goes where a person types, and nowhere else.
    pub(super) fn paste(&mut self, text: &str) {
        if let Some(prompt) = &mut self.prompt {
            let end = text.char_indices().take(CAP).last().map_or(0, |(i, c)| i + c.len_utf8());
            prompt.insert(Clean::line(&text[..end]).as_str());
            self.prompt_changed();
        } else if let Some(overlay) = &mut self.overlay {
            overlay.paste(text);
        }
    }

    fn prompt_changed(&mut self) {
        let Some(prompt) = &mut self.prompt else { return };
        prompt.error = None;
        if !matches!(prompt.asks, Asks::Filter { .. }) {
            return;
        }
        let text = prompt.text.clone();
        match Query::typed(&text) {
            Ok(_) => self.filter(&text),
            Err(e) => {
                // What stands before the wrong word holds; what parsed while the word was being typed was not meant.
                let head = text.get(..e.at.start).unwrap_or_default().trim_end().to_owned();
                prompt.error = Some(e);
                let shown = match &self.headlines.asking {
                    Some(Purpose::Open { filter, .. }) => filter,
                    _ => &self.headlines.filter,
                };
                if *shown != head && head.parse::<Query>().is_ok() {
                    self.filter(&head);
                }
            }
        }
    }

    /// Lists what the filter finds; the list without it is kept to come back to.
    fn filter(&mut self, filter: &str) {
        let opening = matches!(self.headlines.asking, Some(Purpose::Open { .. }));
        if self.before_prompt.is_none() && self.prompt.is_some() && !opening {
            let list = Box::new(self.headlines.clone());
            if list.filter.is_empty() {
                self.unfiltered = Some(list.clone());
            }
            self.before_prompt = Some(list);
        }
        if filter.trim().is_empty() && self.restore_unfiltered() {
            return;
        }
        self.refilter(filter, None);
    }

    fn refilter(&mut self, filter: &str, select: Option<ArticleId>) {
        let (base, label) = match &self.headlines.asking {
            Some(Purpose::Open { base, label, .. }) => (base.clone(), label.clone()),
            _ => (self.headlines.base.clone(), self.headlines.label.clone()),
        };
        self.open_filtered(base, label, filter.to_owned(), select);
    }

    /// The list as it was, of the same snapshot; only its marks and the count of what waits are read again.
    fn restore(&mut self, list: headlines::State) {
        self.asked[Class::List as usize] = None;
        self.headlines = list;
        self.headlines.asking = None;
        self.headlines.stale = true;
        self.count_waiting();
    }

    fn restore_unfiltered(&mut self) -> bool {
        let list = self.unfiltered.as_ref().filter(|list| list.base == self.headlines.base && list.label == self.headlines.label);
        let Some(list) = list.map(|list| (**list).clone()) else { return false };
        self.restore(list);
        true
    }

    fn prompt_cancel(&mut self) {
        let Some(Prompt { asks: Asks::Filter { held }, .. }) = self.prompt.take() else { return };
        if let Some(list) = self.before_prompt.take() {
            self.restore(*list);
        } else if matches!(&self.headlines.asking, Some(Purpose::Open { filter, .. }) if !filter.is_empty()) {
            self.refilter("", held);
        }
    }

    /// Clears the filter: the list is as it was before.
    pub(super) fn clear_filter(&mut self) {
        let held = self.headlines.current().map(|row| row.id);
        if !self.restore_unfiltered() {
            self.refilter("", held);
        }
    }

    fn prompt_done(&mut self) {
        let Some(prompt) = self.prompt.take() else { return };
        match prompt.asks {
            // A filter that is wrong stays open: its fault is pointed at.
            Asks::Filter { .. } if prompt.error.is_some() => self.prompt = Some(prompt),
            Asks::Filter { .. } => self.before_prompt = None,
            Asks::Tag(id) => {
                let tag = Clean::line(prompt.text.trim().trim_start_matches('#'));
                if tag.is_empty() {
                    return;
                }
                let tags = self.article.article.as_ref().filter(|a| a.id == id).map(|a| &a.marks.tags);
                let on = !tags.is_some_and(|tags| tags.contains(&tag));
                self.change(Change::Tag { ids: vec![id], tag, on }, Awaited::Undoable);
            }
            Asks::Name(naming) => self.name(naming, &prompt.text),
            Asks::Link => self.open_link(&prompt.text),
            Asks::Pipe => self.pipe_to(&prompt.text),
            Asks::Import => self.import(&prompt.text),
            Asks::Setting(feed, setting) => {
                if let Err(message) = self.set(feed, setting, &prompt.text) {
                    // Whoever typed the password itself has it off the screen at once.
                    let secret = setting == Setting::Password && !prompt.text.trim().contains(' ');
                    let text = if secret { String::new() } else { prompt.text };
                    let error = Some(QueryError { message, at: 0..text.len() });
                    self.prompt = Some(Prompt { error, ..Prompt::new(prompt.asks, text) });
                }
            }
        }
    }

    fn open_link(&mut self, number: &str) {
        let links = self.article.links();
        match number.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1)).and_then(|i| links.get(i)) {
            Some(address) => {
                let address = address.clone();
                self.say(Level::Info, say!("share-opening", what = super::shown(&address).into_string()));
                self.out.push(super::Effect::Open(address));
            }
            None => {
                let words = match links.len() {
                    0 => say!("prompt-no-links").to_owned(),
                    n => say!("prompt-links", n = n),
                };
                self.say(Level::Error, words);
            }
        }
    }
}
