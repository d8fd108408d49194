//! The seam to the world: all that can happen to the screen ([`Msg`]) and all that the screen may ask for ([`Effect`]).

use jiff::Timestamp;

use super::key::Key;
use super::picture::{Ready, Wanted};
use super::theme::Theme;
use crate::model::{Address, Answer, Applied, Article, Change, Clean, FeedId, Format, Progress, Question, Ticket};

/// What happened.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // few are alive at a time
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// The mouse did something at a cell.
    Mouse {
        /// What.
        kind: Mouse,
        /// Column, 0 is the first.
        x: u16,
        /// Row, 0 is the first.
        y: u16,
    },
    /// A text was pasted.
    Paste(String),
    /// An [`Effect::Remind`] is due.
    Reminded(u64),
    /// The terminal has another size.
    Resize {
        /// Columns.
        cols: u16,
        /// Rows.
        rows: u16,
    },
    /// The cache answers a question.
    Answer {
        /// Which question.
        ticket: Ticket,
        /// The answer.
        answer: Answer,
    },
    /// What an [`Effect::Change`] came to: one for each, in their order. The error is in words for the reader.
    Applied(Result<Applied, Clean>),
    /// Somebody (this process or another) wrote to the cache.
    CacheChanged,
    /// How far polling has come.
    Progress(Progress),
    /// Something the reader should know.
    Notice {
        /// How bad.
        level: Level,
        /// In one line.
        text: Clean,
    },
    /// The time now: once a minute, and when an [`Effect::Wake`] is due.
    Tick(Timestamp),
    /// The terminal shows pictures, and this many pixels wide and high is a cell of it; or it shows none. What came
    /// before no longer holds.
    Pictures(Option<(u16, u16)>),
    /// A picture that [`Effect::Pictures`] wanted, or in words why it does not come.
    Picture(Wanted, Result<Ready, Clean>),
    /// What an [`Effect::Pipe`] came to: the first line that the command wrote, or why it failed.
    Piped(Result<Clean, Clean>),
    /// The terminal's window came to the front (or left it).
    Focus(bool),
    /// Everything looks like this from now on.
    Theme(Theme),
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    /// The left button went down.
    Press,
    /// It went down again at the same cell at once.
    Double,
    /// The pointer moved while it was down.
    Drag,
    /// It went up.
    Release,
    /// The wheel turned up.
    WheelUp,
    /// The wheel turned down.
    WheelDown,
}

/// How bad a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Good to know.
    Info,
    /// Something went wrong.
    Error,
}

/// What a question is for: a new one replaces one of the same class that was not yet answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The rows of the headlines pane.
    List,
    /// How many wait.
    Waiting,
    /// The article in the article pane.
    Article,
    /// Whether a newer version of it has come.
    Newer,
    /// An article's address, to open or copy it.
    Act,
    /// How two versions of it differ.
    Compare,
    /// The nearest unread one.
    Unread,
    /// The desk.
    Desk,
    /// The feeds' health.
    Feeds,
    /// What can be found by its name.
    Known,
    /// A story.
    Told,
    /// Another outlet's article, to stand beside one.
    Beside,
}

impl Class {
    pub(super) const COUNT: usize = 12;
}

/// What the screen asks for.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // few are alive at a time
pub enum Effect {
    /// Ask the cache; answered by [`Msg::Answer`] with the same ticket.
    Ask {
        /// The question's number.
        ticket: Ticket,
        /// The question.
        question: Question,
        /// An unanswered question of the same class is no longer wanted.
        class: Class,
    },
    /// Change the cache; answered by [`Msg::Applied`], in order.
    Change(Change),
    /// Open in the browser.
    Open(Address),
    /// Poll now: one feed, or all that may be asked.
    Refresh(Option<FeedId>),
    /// Open in the reader of choice.
    OpenReader(Address),
    /// To the clipboard, line by line.
    Copy(Vec<Clean>),
    /// Hand an article to a command; answered by [`Msg::Piped`].
    Pipe {
        /// The article.
        article: Box<Article>,
        /// The command line.
        command: String,
    },
    /// Stop that command.
    StopPipe,
    /// Write an article to a file.
    Export {
        /// The article.
        article: Box<Article>,
        /// As what.
        format: Format,
    },
    /// Take over feeds from another reader's file, by its path.
    Import(String),
    /// These are the pictures that are wanted now, and no others; each is answered by [`Msg::Picture`].
    Pictures(Vec<Wanted>),
    /// Somebody looks at the screen, or no longer.
    Look(bool),
    /// Send [`Msg::Tick`] after so many milliseconds.
    Wake(u64),
    /// Send [`Msg::Reminded`] with this number after so many milliseconds, whatever the clock says.
    Remind(u64, u64),
    /// End the program. Changes asked for before must still be filed.
    Quit,
    /// To the shell, until it brings us back.
    Suspend,
    /// Draw all cells again.
    Redraw,
}
