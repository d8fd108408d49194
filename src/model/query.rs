//! One query language for search, filter, views and the command line: [`Query`] parses and prints it, and carries what
//! a window onto its answer is ([`Window`], [`Page`]).

mod find;
mod parse;
mod show;
mod when;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

pub use find::Finder;
pub use parse::QueryError;
pub use when::When;

use super::{AgencyId, Article, ArticleId, By, Clean, Comparison, Feed, FeedId, Headline, Known, Signal, Stage, StoryId, Told, ViewId};

/// A question to the cache in the reader's words: `summit agency:ap -sport since:2d sort:old`. It prints as it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Query {
    expr: Option<Expr>,
    sort: Option<Sort>,
}

/// What a [`Query`] says, as a tree. `And` and `Or` hold two or more, never one of their own kind; `Not` never a `Not`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names say it
pub enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Text(Text),
    Feed(Name),
    /// A folder of feeds, and those within it.
    Folder(String),
    Outlet(String),
    /// An agency by its id or its name.
    Agency(String),
    Tag(String),
    /// A language with its regions (`de` is also `de-at`).
    Lang(String),
    Story(Name),
    Is(Is),
    /// From the start of that time on.
    Since(When),
    /// Before the start of that time.
    Before(When),
    /// From the end of that time on.
    After(When),
    /// IPTC urgency, 1 (most) to 9.
    Urgency(Compare, u8),
    /// How far a wire's report has come.
    Stage(Stage),
    /// What its sender says of it.
    Signal(Signal),
}

/// Words to find, one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    /// Where.
    pub scope: Scope,
    /// The words, clean.
    pub words: String,
    /// The last word may go on (`cease*`).
    pub prefix: bool,
}

/// Where words are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Title, text and authors.
    #[default]
    Any,
    /// The headline.
    Title,
    /// The text.
    Body,
    /// Byline and author names.
    Author,
}

/// Something by its number (`#12`) or by a part of its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// Its number.
    Id(i64),
    /// A part of its name.
    Part(String),
}

/// A state of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names say it
pub enum Is {
    Unread,
    Read,
    Saved,
    /// It has more than one version.
    Changed,
    Withdrawn,
    Live,
    /// An agency's text.
    Dispatch,
    /// Followed for itself: a live blog.
    Followed,
    /// A rule keeps it out of all other lists.
    Hidden,
}

/// How a figure is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names say it
pub enum Compare {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Newest first.
    #[default]
    New,
    /// Oldest first.
    Old,
    /// Where the words weigh most.
    Relevance,
    /// What most outlets carry.
    Outlets,
    /// By the publisher's name.
    Outlet,
    /// By the first of its tags, those without any last.
    Tag,
}

pub(crate) const FIELDS: &[&str] = &[
    "title", "body", "author", "feed", "folder", "outlet", "agency", "tag", "lang", "story", "is", "since", "before", "after", "urgency",
    "stage", "signal", "sort",
];

impl Is {
    pub(crate) const ALL: &[(&str, Is)] = &[
        ("unread", Is::Unread),
        ("read", Is::Read),
        ("saved", Is::Saved),
        ("changed", Is::Changed),
        ("withdrawn", Is::Withdrawn),
        ("live", Is::Live),
        ("dispatch", Is::Dispatch),
        ("followed", Is::Followed),
        ("hidden", Is::Hidden),
    ];
}

impl Sort {
    pub(crate) const ALL: &[(&str, Sort)] = &[
        ("new", Sort::New),
        ("old", Sort::Old),
        ("relevance", Sort::Relevance),
        ("outlets", Sort::Outlets),
        ("outlet", Sort::Outlet),
        ("tag", Sort::Tag),
    ];
}

impl Compare {
    pub(crate) const ALL: &[(&str, Compare)] = &[
        ("<=", Compare::AtMost),
        (">=", Compare::AtLeast),
        ("<", Compare::Less),
        (">", Compare::More),
        ("=", Compare::Equal),
        ("", Compare::Equal),
    ];
}

fn name_of<T: PartialEq>(table: &'static [(&'static str, T)], value: &T) -> &'static str {
    table.iter().find(|(_, v)| v == value).map_or("", |(n, _)| n)
}

impl Expr {
    /// All of them.
    pub fn all_of(parts: impl IntoIterator<Item = Expr>) -> Option<Expr> {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Expr::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() > 1 { Some(Expr::And(flat)) } else { flat.pop() }
    }

    /// At least one of them.
    pub fn any_of(parts: impl IntoIterator<Item = Expr>) -> Option<Expr> {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Expr::Or(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() > 1 { Some(Expr::Or(flat)) } else { flat.pop() }
    }

    /// The opposite.
    #[allow(clippy::should_implement_trait)] // reads as the language does
    pub fn not(self) -> Expr {
        match self {
            Expr::Not(inner) => *inner,
            other => Expr::Not(Box::new(other)),
        }
    }
}

impl From<Expr> for Query {
    fn from(expr: Expr) -> Self {
        Self { expr: Some(expr), sort: None }
    }
}

impl Query {
    /// Everything, newest first.
    pub fn all() -> Self {
        Self::default()
    }

    /// Everything in this state.
    pub fn is(state: Is) -> Self {
        Expr::Is(state).into()
    }

    /// Everything from one feed.
    pub fn feed(id: FeedId) -> Self {
        Expr::Feed(Name::Id(id.0)).into()
    }

    /// Everything from the feeds of a folder.
    pub fn folder(name: &str) -> Self {
        Expr::Folder(Clean::line(name).into_string()).into()
    }

    /// Everything credited to an agency.
    pub fn agency(id: &AgencyId) -> Self {
        Expr::Agency(id.as_str().to_owned()).into()
    }

    /// Everything about one event.
    pub fn story(id: StoryId) -> Self {
        Expr::Story(Name::Id(id.0)).into()
    }

    /// Everything since then.
    pub fn since(when: When) -> Self {
        Expr::Since(when).into()
    }

    /// What both say; the order is `other`'s where it names one.
    pub fn and(&self, other: &Query) -> Self {
        let parts = self.expr.iter().chain(&other.expr).cloned();
        Self { expr: Expr::all_of(parts), sort: other.sort.or(self.sort) }
    }

    /// The same in another order; the newest first is what holds without any.
    pub fn sorted(&self, sort: Sort) -> Self {
        Self { expr: self.expr.clone(), sort: Some(sort).filter(|sort| *sort != Sort::default()) }
    }

    /// The same, in this order if none is named.
    pub fn sorted_else(&self, sort: Sort) -> Self {
        Self { expr: self.expr.clone(), sort: self.sort.or(Some(sort)) }
    }

    /// What is asked; `None` is everything.
    pub fn expr(&self) -> Option<&Expr> {
        self.expr.as_ref()
    }

    /// What all must be so.
    pub fn parts(&self) -> &[Expr] {
        match &self.expr {
            None => &[],
            Some(Expr::And(parts)) => parts,
            Some(one) => std::slice::from_ref(one),
        }
    }

    /// The order.
    pub fn sort(&self) -> Sort {
        self.sort.unwrap_or_default()
    }

    /// Whether it asks for everything.
    pub fn is_all(&self) -> bool {
        self.expr.is_none()
    }

    /// The words it looks for (those after a `-` left out), for highlighting.
    pub fn words(&self) -> Vec<&Text> {
        fn walk<'a>(e: &'a Expr, out: &mut Vec<&'a Text>) {
            match e {
                Expr::Text(t) => out.push(t),
                Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|p| walk(p, out)),
                _ => {}
            }
        }
        let mut out = Vec::new();
        self.expr.iter().for_each(|e| walk(e, &mut out));
        out
    }
}

/// What the reader has been shown: articles that arrived later wait, and what was unread when the list was opened stays
/// in an unread list although it has been read since. Nothing moves under the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The newest article then.
    pub last: ArticleId,
    /// When the list was opened: after all that was marked and found out then, before all that was later.
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
    /// Articles of the list were found to belong together since the snapshot: it would be made of other rows now.
    pub regrouped: bool,
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
    /// A live blog, or another article that is followed for itself.
    Blog(ArticleId),
    /// A view.
    View,
    /// One of the reader's own; `true` if it alerts.
    Own(ViewId, bool),
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
    /// The same, a row a story or dispatch.
    Rows {
        /// Which list.
        query: Query,
        /// What a row is.
        by: By,
        /// Rows with one of these articles have their articles below them.
        open: Vec<ArticleId>,
        /// Which part of it; its articles stand for their rows.
        window: Window,
    },
    /// The story that an article tells, or what else carries its dispatch.
    Told(ArticleId),
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
        /// What a row is: an article of the row is answered.
        by: By,
    },
    /// How one version of an article differs from another.
    Compare {
        /// Which article.
        id: ArticleId,
        /// The older version.
        old: u32,
        /// The newer.
        new: u32,
    },
    /// The desk's rows and counts.
    Desk,
    /// All feeds with their health.
    Feeds,
    /// All that can be found by its name.
    Known,
}

/// What the cache answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To [`Question::Headlines`] and [`Question::Rows`].
    Headlines(Page),
    /// To [`Question::Article`]; `None` if there is no such article.
    Article(Option<Box<Article>>),
    /// To [`Question::Told`]; `None` if there is no such article.
    Told(Option<Box<Told>>),
    /// To [`Question::NextUnread`].
    NextUnread(Option<ArticleId>),
    /// To [`Question::Compare`]; `None` if one of the versions is not there.
    Compared(Option<Box<Comparison>>),
    /// To [`Question::Desk`].
    Desk(Desk),
    /// To [`Question::Feeds`].
    Feeds(Vec<Feed>),
    /// To [`Question::Known`].
    Known(Box<Known>),
    /// It could not be answered; in words.
    Failed(Clean),
}

/// Numbers questions, so that a stale answer can be dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ticket(pub u64);
