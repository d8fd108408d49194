//! Plain data that all parts share. No I/O, no async, nothing of ours imported: everything else hangs on this.

mod address;
mod attribution;
mod change;
mod feed;
mod item;
mod query;
mod story;
mod takeover;
mod text;

pub use address::{Address, AddressError, Local};
pub use attribution::{AgencyId, Attribution, Credit, DispatchId, Evidence, Role, Slot, Usage};
pub use change::{Applied, Change, Outcome, PageRead, Polled, Rhythm};
pub use feed::{
    Failure, FailureKind, Feed, FeedFacts, FeedId, FeedSettings, Fetched, Freshness, FullText, Health, Hints, Hop, Progress, Purpose,
    Request, Validators,
};
pub use item::{Agency, Article, ArticleId, Carrier, Enclosure, Headline, Item, Marks, Origin, Position, Status, Version, Wall};
pub use query::{
    Answer, At, Compare, Count, Desk, DeskKind, DeskRow, Expr, Is, Name, Page, Query, QueryError, Question, Scope, Snapshot, Sort, Text,
    Ticket, When, Window,
};
pub use story::{DispatchKey, LivePost, Quote, StoryId};
pub use takeover::{CachedEntry, HeldFeed, Imported, Refused, TakenFeed, Takeover};
pub use text::{Block, Clean, Span, pictures, plain_text};
