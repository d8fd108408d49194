//! One query language for search, filter, views and the command line: [`Query`] parses and prints it, and carries what
//! a window onto its answer is ([`Window`], [`Page`]).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::{Article, ArticleId, Clean, Feed, FeedId, Headline};

/// A question to the cache in the reader's words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    text: String,
}

/// Why a text is no query, and at which of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// What is wrong, in words.
    pub message: String,
    /// The byte range of the word that is meant.
    pub at: std::ops::Range<usize>,
}

impl Query {
    /// Everything.
    pub fn all() -> Self {
        Self::default()
    }
}

impl FromStr for Query {
    type Err = QueryError;
    fn from_str(s: &str) -> Result<Self, QueryError> {
        Ok(Self { text: s.trim().to_owned() })
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What the reader has been shown: articles that arrived later wait, and what was unread when the list was opened stays
/// in an unread list although it has been read since. Nothing moves under the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The newest article then.
    pub last: ArticleId,
    /// When the list was opened.
    pub opened: Timestamp,
}

/// Where a window stands in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// At its first row.
    Top,
    /// At its last row.
    Bottom,
    /// Around this article's row, or where it would stand if it is gone from the list.
    Article(ArticleId),
}

/// The part of a list that is wanted. Its cost does not grow with the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// As of when; `None` means now, and the answer says which snapshot that is.
    pub as_of: Option<Snapshot>,
    /// Where.
    pub at: At,
    /// Rows before that place.
    pub before: usize,
    /// Rows from that place on.
    pub after: usize,
}

/// How many, as far as it was worth counting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Counted.
    pub n: u64,
    /// There are more.
    pub more: bool,
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.n, if self.more { "+" } else { "" })
    }
}

/// A window's rows, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Headline>,
    /// There are rows before the first.
    pub more_before: bool,
    /// There are rows after the last.
    pub more_after: bool,
    /// The snapshot these rows belong to.
    pub as_of: Snapshot,
    /// Rows in the whole list, as of the snapshot.
    pub total: Count,
    /// Rows that arrived since the snapshot and wait.
    pub waiting: Count,
}

/// A row of the desk.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskRow {
    /// Its name.
    pub label: Clean,
    /// What it shows when opened.
    pub query: Query,
    /// Its unread count.
    pub unread: Count,
    /// What it is.
    pub kind: DeskKind,
}

/// The desk's groups, in their order on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeskKind {
    /// A followed story.
    Live,
    /// A view.
    View,
    /// A folder of feeds.
    Folder,
    /// A feed; `true` if its last poll failed.
    Feed(FeedId, bool),
    /// An agency.
    Agency,
}

/// The desk: what can be opened, with counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desk {
    /// In order of the groups.
    pub rows: Vec<DeskRow>,
}

/// What the screen asks of the cache.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// A window onto a list.
    Headlines {
        /// Which list.
        query: Query,
        /// Which part of it.
        window: Window,
    },
    /// One article.
    Article {
        /// Which.
        id: ArticleId,
        /// Which version; `None` is the newest.
        version: Option<u32>,
    },
    /// The nearest unread article of a list after (or before) one of its rows.
    NextUnread {
        /// Which list.
        query: Query,
        /// As of when.
        as_of: Snapshot,
        /// From which row; `None` is the top.
        from: Option<ArticleId>,
        /// Upwards instead.
        backwards: bool,
    },
    /// The desk's rows and counts.
    Desk,
    /// All feeds with their health.
    Feeds,
}

/// What the cache answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To [`Question::Headlines`].
    Headlines(Page),
    /// To [`Question::Article`]; `None` if there is no such article.
    Article(Option<Box<Article>>),
    /// To [`Question::NextUnread`].
    NextUnread(Option<ArticleId>),
    /// To [`Question::Desk`].
    Desk(Desk),
    /// To [`Question::Feeds`].
    Feeds(Vec<Feed>),
    /// It could not be answered; in words.
    Failed(Clean),
}

/// Numbers questions, so that a stale answer can be dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ticket(pub u64);
