//! Everything that can happen to the cache, as data: what polling files and what the reader marks.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Address, ArticleId, Clean, Draft, Failure, FeedFacts, FeedId, FeedSettings, Highlight, Hints, Imported, Item, Placed, Position, Query,
    Shelved, Snapshot, StoryId, Validators, ViewEdit,
};

/// One change. Each is one transaction: it happens wholly or not at all.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // few are alive at a time
pub enum Change {
    /// A new subscription (or the old one again, with its marks, if the address was known).
    Subscribe {
        /// What to poll.
        address: Address,
        /// What the reader set.
        settings: FeedSettings,
        /// What the feed says of itself, if it was already read.
        facts: Option<FeedFacts>,
    },
    /// What was held of a feed elsewhere (another reader's cache, a file): filed as a poll would, with its marks. Subscribes
    /// to the feed if need be. Done twice it does nothing: what is known stays as it is here.
    Import {
        /// Of which feed.
        address: Address,
        /// For a feed that is new.
        settings: FeedSettings,
        /// What the feed says of itself.
        facts: Option<FeedFacts>,
        /// Its entries, newest first.
        items: Vec<Imported>,
    },
    /// Keeps a query under a name. Not undoable; a name that is taken stays as it is.
    View {
        /// Its name.
        name: Clean,
        /// What it finds.
        query: Query,
    },
    /// The reader's own views change.
    EditView(ViewEdit),
    /// A feed or folder gets into another folder, or out of all.
    Shelve {
        /// Which.
        what: Shelved,
        /// The folder, its parts joined by `/`.
        to: Option<Clean>,
    },
    /// A feed or folder changes places with its neighbours in the desk.
    Arrange {
        /// Which.
        what: Shelved,
        /// So many down, or up.
        by: i64,
    },
    /// No longer polled and out of all lists; what was saved stays.
    Unsubscribe(FeedId),
    /// Another address or other settings.
    EditFeed {
        /// Which.
        feed: FeedId,
        /// The new address.
        address: Option<Address>,
        /// The new settings.
        settings: Option<FeedSettings>,
    },
    /// What one poll of one feed brought.
    Polled(Box<Polled>),
    /// An article's page was fetched and read (or could not be).
    Page(Box<PageRead>),
    /// A public host asked to be left alone until then.
    HostWait {
        /// Which host.
        host: String,
        /// Until when.
        until: Timestamp,
    },
    /// Marked read or unread.
    Read {
        /// Which.
        ids: Vec<ArticleId>,
        /// Read.
        read: bool,
    },
    /// A whole list marked read: what the reader was shown of it, nothing that came since.
    ReadAll {
        /// Which list.
        query: Query,
        /// As of when.
        as_of: Snapshot,
    },
    /// Saved or no longer.
    Save {
        /// Which.
        ids: Vec<ArticleId>,
        /// Saved.
        saved: bool,
    },
    /// Tagged or no longer.
    Tag {
        /// Which.
        ids: Vec<ArticleId>,
        /// The tag.
        tag: Clean,
        /// Tagged.
        on: bool,
    },
    /// The reader's own note on an article, line by line; none deletes it.
    Note {
        /// Which.
        id: ArticleId,
        /// The lines.
        note: Vec<Clean>,
    },
    /// Paragraphs highlighted or no longer.
    Highlight {
        /// In which article.
        id: ArticleId,
        /// Which paragraphs.
        marks: Vec<Highlight>,
        /// Highlighted.
        on: bool,
    },
    /// Where articles belong, as was found out. Not undoable.
    Place(Box<Placed>),
    /// An article does not belong with these, whatever it looks like: remembered for good.
    Apart {
        /// Which.
        article: ArticleId,
        /// With whom it was: its dispatch's articles, or its story's. None is with all of them.
        from: Vec<ArticleId>,
    },
    /// The reader looked at a story. Not undoable.
    Visit {
        /// Which.
        story: StoryId,
        /// The newest article that was there.
        last: ArticleId,
    },
    /// How far an article was read. Not undoable.
    Position {
        /// Which.
        id: ArticleId,
        /// How far.
        position: Position,
    },
    /// Something was picked by its name, which comes first the next time. Not undoable.
    Picked(Clean),
    /// The reader has this version before them, of an article that was read in an older one. Not undoable.
    Seen {
        /// Which.
        id: ArticleId,
        /// Which version.
        version: u32,
    },
    /// Follows an article, or no longer: a live blog itself, of any other article its story.
    Follow(ArticleId),
    /// The reader had these posts of a live blog before them. Not undoable.
    PostsRead {
        /// Of which article.
        id: ArticleId,
        /// Their ids.
        posts: Vec<Clean>,
    },
    /// Claims an alert: it is told by whoever this counts 1 for. Not undoable.
    Alerted {
        /// Of which article.
        article: ArticleId,
        /// Of which version.
        version: u32,
    },
    /// Articles that have outlived the rule are removed, except what the reader keeps by a mark. Not undoable.
    Tidy {
        /// The run that this is part of, by its moment.
        run: Timestamp,
        /// Which; none is to write down that there were none.
        ids: Vec<ArticleId>,
    },
    /// Takes back the last undoable change, across restarts.
    Undo,
    /// Does it again.
    Redo,
}

/// What one poll of one feed brought.
#[derive(Clone, Debug)]
pub struct Polled {
    /// Which feed.
    pub feed: FeedId,
    /// When.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// Not before.
    pub next: Timestamp,
    /// Why then, in words.
    pub why_next: Clean,
    /// What the schedule remembers.
    pub rhythm: Rhythm,
    /// The feed has proven to have moved for good.
    pub moved: Option<Address>,
    /// The address that was asked, and how: if the feed has another address by now, or another login where it was refused,
    /// nothing of this answer is filed and it is asked again.
    pub asked: Option<Draft>,
    /// Whether pages are fetched at all; `Some(false)` leaves no article waiting, except where the feed's own setting is
    /// [`FullText::Always`](super::FullText::Always).
    pub pages: Option<bool>,
}

/// How a poll ended.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // few are alive at a time
pub enum Outcome {
    /// New content, read.
    Read {
        /// What the feed says of itself.
        facts: FeedFacts,
        /// Its entries, in the feed's order.
        items: Vec<Item>,
        /// To ask with next time.
        validators: Validators,
        /// What was wrong with it, in words; it was read all the same.
        warnings: Vec<Clean>,
    },
    /// 304, or the same bytes again.
    Unchanged {
        /// Validators to replace the old, if new ones were sent.
        validators: Option<Validators>,
    },
    /// It could not be had. Old entries and validators stay.
    Failed(Failure),
}

/// What the schedule remembers of a feed between polls, stored as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rhythm {
    /// Hash of the last body that was read.
    pub body_hash: Option<u64>,
    /// The last answer with a body.
    pub last_full: Option<Timestamp>,
    /// When new entries were found, newest first, at most 16.
    pub arrivals: Vec<Timestamp>,
    /// A permanent redirect seen: its target and how many times in a row.
    pub moving: Option<(Address, u32)>,
    /// What the feed itself last asked for.
    pub hints: Hints,
    /// The `max-age` of the last answer that had one, in seconds.
    pub max_age: Option<u64>,
    /// `Retry-After` of the last answer, in seconds.
    pub retry_after: Option<u64>,
    /// What follows from both: seconds between polls at least.
    pub asked: Option<u64>,
    /// Failures in a row.
    pub failures: u32,
}

/// An article's page, read.
#[derive(Clone, Debug)]
pub struct PageRead {
    /// Which article.
    pub id: ArticleId,
    /// When.
    pub at: Timestamp,
    /// What the feed had delivered when the page was asked for, as `Reader::delivery` names it: if it has delivered
    /// something else by now, nothing of this is filed and the page still waits.
    pub over: Option<i64>,
    /// The item merged of feed entry and page; `Err` why there is none.
    pub result: Result<Item, Failure>,
    /// Whether to try again at the next poll.
    pub retry: bool,
}

/// What a change did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// One line for the reader (“marked 142 articles read”); empty if there is nothing to say.
    pub label: Clean,
    /// Why it was not done, in words; its neighbours in the batch were.
    pub failure: Option<Clean>,
    /// Rows it touched.
    pub count: u64,
    /// The feed it made or found, for [`Change::Subscribe`].
    pub feed: Option<FeedId>,
    /// Whether that feed was not subscribed to before.
    pub subscribed: bool,
    /// Whether a known feed got a name, folder or tags that it had not, for [`Change::Import`].
    pub settled: bool,
    /// Articles that are new, for [`Change::Polled`].
    pub new: Vec<ArticleId>,
    /// Which of its items each of those is.
    pub came: Vec<usize>,
    /// Articles with a new version.
    pub changed: Vec<ArticleId>,
    /// Live posts that are new.
    pub posts: u64,
}
