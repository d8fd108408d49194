//! Plain data that all parts share. No I/O, no async, nothing of ours imported: everything else hangs on this.

mod address;
mod alert;
mod attribution;
mod change;
mod feed;
mod group;
mod item;
mod keep;
mod known;
mod language;
mod query;
mod revision;
mod rule;
mod settings;
mod share;
mod site;
mod span;
mod stage;
mod story;
mod takeover;
mod text;
mod view;

pub use address::{Address, AddressError, Local, Login, login_in, without_login};
pub use alert::{Alert, Quiet};
pub use attribution::{AgencyId, Attribution, Credit, DispatchId, Evidence, Role, Slot, Usage};
pub use change::{Applied, Change, Outcome, PageRead, Polled, Rhythm};
pub use feed::{
    Asks, Failure, FailureKind, Feed, FeedFacts, FeedId, Fetched, Freshness, FullText, Health, Hints, Hop, Progress, Purpose, Request,
    Standing, Validators,
};
pub use group::{By, Company, Group, Member, Teller, Told, Visit};
pub use item::{Agency, Article, ArticleId, Carrier, Enclosure, Headline, Item, Marks, Origin, Position, Status, Version, Wall};
pub use keep::{Keep, Tidied};
pub use known::{Kept, Known};
pub use language::Language;
pub use query::{
    Answer, At, Compare, Count, Desk, DeskKind, DeskRow, Expr, Finder, Is, Name, Page, Query, QueryError, Question, Scope, Snapshot, Sort,
    Text, Ticket, When, Window,
};
pub use revision::{Compared, Comparison, Revised, Run};
pub use rule::{Rule, RuleError};
pub use settings::{Draft, FeedSettings, Limits, PasswordFrom, SETTINGS, Setting, SettingError, SettingRow, header_name};
pub use share::{Format, Highlight, highlighted};
pub use site::SiteRow;
pub use span::{parse_span, span_words};
pub use stage::{Printed, Signal, Stage};
pub(crate) use stage::{is_lead, number};
pub use story::{Covered, DispatchKey, Echo, How, LivePost, Placed, Placement, Posted, Quote, StoryId, Why};
pub use takeover::{CachedEntry, HeldFeed, Imported, Pack, Refused, TakenFeed, Takeover};
pub use text::{Block, Clean, Span, pictures, plain_text};
pub use view::{Shelved, ViewEdit, ViewId};
