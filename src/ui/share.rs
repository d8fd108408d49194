//! What is done with an article as a whole: opened elsewhere, copied, handed to a command, exported. What is not loaded is
//! asked for first.

use super::lang::{self, say};
use super::panes::headlines;
use super::prompt::{Asks, Prompt};
use super::{Class, Effect, Level, Model, shown};
use crate::model::{Article, Clean, Format, Question, Sort};

/// What is done with an article once it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Open,
    Reader,
    Copy,
    Title,
    Markdown,
    Pipe(String),
    Export(Format),
    Note,
}

impl Model {
    pub(super) fn with_article(&mut self, then: Then) {
        let Some(id) = self.at_hand() else { return };
        match self.article.article.as_ref().filter(|a| a.id == id).cloned() {
            Some(article) => self.share(article, then),
            None => {
                self.then = Some((id, then));
                self.ask(Class::Act, Question::Article { id, version: None });
            }
        }
    }

    /// Does it.
    pub(super) fn share(&mut self, mut article: Box<Article>, then: Then) {
        // What is withheld here is not handed on either.
        article.seal(self.now);
        let title = article.item.title.clone();
        match then {
            Then::Note => return self.open_note(&article),
            Then::Title => return self.copy(vec![title], say!("share-title")),
            Then::Export(format) => {
                self.say(Level::Info, say!("share-exporting"));
                self.out.push(Effect::Export { article, format });
                return;
            }
            Then::Pipe(command) => {
                self.say(Level::Info, say!("share-handed", command = command.as_str()));
                self.piping = true;
                self.out.push(Effect::Pipe { article, command });
                return;
            }
            _ => {}
        }
        let Some(address) = article.item.url.clone() else {
            self.say(Level::Error, say!("share-no-address"));
            return;
        };
        let words = shown(&address);
        match then {
            Then::Open => {
                self.say(Level::Info, say!("share-opening", what = words.as_str()));
                self.out.push(Effect::Open(address));
                let id = article.id;
                if self.headlines.find(id).is_some_and(|row| !headlines::is_read(row, id)) {
                    self.mark_read(id, true);
                }
            }
            Then::Reader => {
                self.say(Level::Info, say!("share-opening", what = words.as_str()));
                self.out.push(Effect::OpenReader(address));
            }
            Then::Markdown => {
                let link = format!("[{}](<{words}>)", bracketed(&title));
                self.copy(vec![Clean::line(&link)], say!("share-markdown"));
            }
            _ => {
                let what = words.to_string();
                self.copy(vec![words], &what);
            }
        }
    }

    fn copy(&mut self, lines: Vec<Clean>, what: &str) {
        self.say(Level::Info, say!("share-copied", what = what));
        self.out.push(Effect::Copy(lines));
    }

    /// Copies the paragraphs selected, or the one on top, with a line that says where they stand.
    pub(super) fn yank_quote(&mut self) {
        let Some(article) = self.article.current() else { return };
        let source = match self.article.quoted_from() {
            Some(post) => {
                post.posted.post.title.as_ref().map_or(format!("— {}", post.outlet), |title| format!("— {}: {title}", post.outlet))
            }
            None => {
                let address = article.item.url.as_ref().map_or(String::new(), |address| format!(", {}", shown(address)));
                format!("— {}: {}{address}", article.outlet, article.item.title)
            }
        };
        let mut lines = self.article.quoted();
        if lines.is_empty() {
            return self.say(Level::Info, say!("share-no-paragraph"));
        }
        let what = say!("share-paragraphs", n = lines.len());
        // A blank line between paragraphs, as text has it.
        lines = lines.into_iter().flat_map(|line| [line, Clean::default()]).collect();
        lines.push(Clean::line(&source));
        self.copy(lines, &what);
    }

    /// Asks for the command, offering the last one.
    pub(super) fn ask_pipe(&mut self) {
        if self.at_hand().is_some() {
            self.prompt = Some(Prompt::new(Asks::Pipe, String::new()));
        }
    }

    pub(super) fn pipe_to(&mut self, command: &str) {
        // Nothing typed is the last one once more.
        let command = Clean::line(if command.trim().is_empty() { &self.pipe } else { command });
        if command.is_empty() {
            return;
        }
        if self.piping {
            return self.say(Level::Error, say!("share-still-runs"));
        }
        self.pipe = command.as_str().to_owned();
        self.with_article(Then::Pipe(command.into_string()));
    }

    /// What the command said last, or why it failed.
    pub(super) fn piped(&mut self, said: Result<Clean, Clean>) {
        self.piping = false;
        match said {
            // What the command itself wrote is its own.
            Ok(words) if words.ends_with(": done") => self.say(Level::Info, lang::put(&words)),
            Ok(words) => self.say(Level::Info, words.as_str()),
            Err(words) => self.say(Level::Error, lang::put(&words)),
        }
    }

    /// Stops a command under way. Whether there was one.
    pub(super) fn stop_pipe(&mut self) -> bool {
        if self.piping {
            self.say(Level::Info, say!("share-stopping"));
            self.out.push(Effect::StopPipe);
        }
        // It is over when the command says so: until then none is begun.
        self.piping
    }
}

/// The orders that a key goes through.
const ORDERS: [Sort; 4] = [Sort::New, Sort::Outlet, Sort::Tag, Sort::Old];

/// The words that a list's name ends in where it is not in the usual order.
fn ordered(sort: Sort) -> String {
    match sort {
        Sort::Outlet => format!(" {}", say!("order-outlet")),
        Sort::Tag => format!(" {}", say!("order-tag")),
        Sort::Old => format!(", {}", say!("order-old")),
        _ => String::new(),
    }
}

impl Model {
    /// Lists the same in the next order; what is selected stays so.
    pub(super) fn reorder(&mut self) {
        let base = self.headlines.base.clone();
        let now = ORDERS.iter().position(|sort| *sort == base.sort());
        let sort = ORDERS[now.map_or(0, |at| (at + 1) % ORDERS.len())];
        let label = self.headlines.label.as_str();
        let name = label.strip_suffix(ordered(base.sort()).as_str()).unwrap_or(label);
        let label = Clean::line(&format!("{name}{}", ordered(sort)));
        let held = self.headlines.current().map(|row| row.id);
        let filter = self.headlines.filter.clone();
        self.open_filtered(base.sorted(sort), label, filter, held);
    }
}

/// A title between the brackets of a link.
fn bracketed(title: &str) -> String {
    title.chars().flat_map(|c| matches!(c, '[' | ']' | '\\' | '*' | '_' | '`' | '<').then_some('\\').into_iter().chain([c])).collect()
}
