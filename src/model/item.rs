//! What a feed or page delivers ([`Item`]), what the cache keeps of it ([`Article`], [`Version`], [`Headline`]) and the
//! reader's own marks on it ([`Marks`]), which outlive it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

use super::{Address, AgencyId, Attribution, Block, Clean, FeedId};

/// An article's number in the cache. Given in the order of arrival and never used again, so “newer than the last one
/// the reader was shown” is a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(pub i64);

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// IPTC's publishing status (`stat:usable`, `stat:withheld`, `stat:canceled`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// To be read.
    #[default]
    Usable,
    /// Not yet to be published.
    Withheld,
    /// Withdrawn by its sender.
    Canceled,
}

/// What stands between the reader and the full text of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wall {
    /// Subscribers read on.
    Subscription,
    /// Registered readers read on.
    Registration,
    /// The page asks for consent first.
    Consent,
}

/// A file that an entry points to (RSS `enclosure`, Atom `link rel=enclosure`, `media:content`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// Where it is.
    pub url: Address,
    /// Its media type, as said.
    #[serde(rename = "type")]
    pub media_type: Option<Clean>,
    /// Its size in bytes, as said.
    pub length: Option<u64>,
}

/// The feed that an entry came from first (RSS and Atom `source`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Its title.
    pub title: Option<Clean>,
    /// Its address.
    pub url: Option<Address>,
}

/// One entry as a feed delivered it, or one page as it was read: everything already clean.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Item {
    /// Its identity within its feed: what the source gave (guid, atom:id), else derived from address or title.
    pub guid: Clean,
    /// Where the article stands.
    pub url: Option<Address>,
    /// The headline.
    pub title: Clean,
    /// A line above the headline.
    pub kicker: Option<Clean>,
    /// BCP 47, lower case (`de`, `de-at`).
    pub language: Option<Clean>,
    /// First published.
    pub published: Option<Timestamp>,
    /// Last changed, as the source says.
    pub updated: Option<Timestamp>,
    /// The author line as printed.
    pub byline: Option<Clean>,
    /// Author names as metadata gives them.
    pub authors: Vec<Clean>,
    /// Place and date before the text.
    pub dateline: Option<Clean>,
    /// IPTC slugline.
    pub slugline: Option<Clean>,
    /// IPTC urgency, 1 (most) to 9.
    pub urgency: Option<u8>,
    /// A note to editors (“(Adds quotes)”).
    pub advisory: Option<Clean>,
    /// Not to be read before.
    pub embargo: Option<Timestamp>,
    /// Publishing status.
    pub status: Status,
    /// The sender's own id where it differs from `guid` (wire formats).
    pub item_id: Option<Clean>,
    /// The sender's own version number.
    pub source_version: Option<Clean>,
    /// Take key.
    pub take: Option<Clean>,
    /// IPTC signal.
    pub signal: Option<Clean>,
    /// How far the report has come, as the wire says.
    pub stage: Option<super::Stage>,
    /// The number of an update or lead.
    pub nth: Option<u8>,
    /// What the wire says of it, sorted.
    pub signals: Vec<super::Signal>,
    /// Copyright line.
    pub copyright: Option<Clean>,
    /// Terms of use.
    pub usage_terms: Option<Clean>,
    /// Subjects as given.
    pub categories: Vec<Clean>,
    /// Section of the outlet.
    pub section: Option<Clean>,
    /// Files it points to.
    pub enclosures: Vec<Enclosure>,
    /// The lead picture.
    pub picture: Option<Address>,
    /// Where it came from first.
    pub origin: Option<Origin>,
    /// Where readers comment.
    pub comments: Option<Address>,
    /// The publisher, where the item itself names it.
    pub outlet: Option<Clean>,
    /// Who reported it.
    pub attribution: Attribution,
    /// A short text; never longer than the body.
    pub summary: Option<Clean>,
    /// The text.
    pub body: Vec<Block>,
    /// Whether `body` is the full text, as far as one can tell, rather than a teaser.
    pub complete: bool,
    /// A wall that the page stands behind, as far as one can tell.
    pub wall: Option<Wall>,
    /// A live blog that still runs.
    pub live: bool,
    /// Posts of a live blog, newest first.
    pub posts: Vec<super::LivePost>,
}

impl Item {
    /// Whether it must not be read yet: its embargo has not passed, or it is withheld without a date.
    pub fn locked(&self, now: Timestamp) -> bool {
        locked(self.embargo, self.status, now)
    }

    /// Whether its sender took it back.
    pub fn withdrawn(&self) -> bool {
        withdrawn(self.status, &self.signals)
    }

    /// Takes over from `other` what this one leaves out: title, people, dates and the like. The text, the credits and
    /// the state of things (status, live) are not filled: which of two counts is for the caller to say.
    pub fn fill_from(&mut self, other: Self) {
        fn fill<T>(slot: &mut Option<T>, with: Option<T>) {
            if slot.is_none() {
                *slot = with;
            }
        }
        if self.title.is_empty() {
            self.title = other.title;
        }
        if self.authors.is_empty() {
            self.authors = other.authors;
        }
        if self.categories.is_empty() {
            self.categories = other.categories;
        }
        fill(&mut self.byline, other.byline);
        fill(&mut self.dateline, other.dateline);
        fill(&mut self.kicker, other.kicker);
        fill(&mut self.language, other.language);
        fill(&mut self.published, other.published);
        fill(&mut self.section, other.section);
        fill(&mut self.picture, other.picture);
        fill(&mut self.summary, other.summary);
        fill(&mut self.copyright, other.copyright);
        fill(&mut self.outlet, other.outlet);
    }
}

fn locked(embargo: Option<Timestamp>, status: Status, now: Timestamp) -> bool {
    embargo.map_or(status == Status::Withheld, |until| until > now)
}

fn withdrawn(status: Status, signals: &[super::Signal]) -> bool {
    status == Status::Canceled || signals.contains(&super::Signal::Withdrawn)
}

impl Headline {
    /// As [`Item::locked`].
    pub fn locked(&self, now: Timestamp) -> bool {
        locked(self.embargo, self.status, now)
    }

    /// Whether its sender took it back.
    pub fn withdrawn(&self) -> bool {
        withdrawn(self.status, &self.signals)
    }

    /// Whether it has changed since the reader read it.
    pub fn changed_since(&self) -> bool {
        let own = self.group.iter().flat_map(|g| &g.members).find(|m| m.id == self.id);
        own.map_or(self.read, |m| m.read) && self.seen > 0 && self.versions > self.seen
    }
}

/// What the reader did with an article. Rows of their own that outlive it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Read.
    pub read: bool,
    /// Saved.
    pub saved: bool,
    /// Tags, sorted.
    pub tags: Vec<Clean>,
    /// How far it was read.
    pub position: Position,
    /// The reader's own note, line by line.
    #[serde(default)]
    pub note: Vec<Clean>,
    /// Paragraphs that the reader marked, in the order of the text.
    #[serde(default)]
    pub highlights: Vec<super::Highlight>,
    /// The version that stood when it was last read; 0 if it never was.
    pub seen: u32,
    /// It or its story is followed.
    pub followed: bool,
}

/// A place in an article that survives another width: a block, and how many graphemes of it stand above the top line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Index into the body.
    pub block: u32,
    /// Graphemes into that block.
    pub offset: u32,
}

/// One row of the headlines pane: nothing here needs a body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Headline {
    /// Which article.
    pub id: ArticleId,
    /// Which feed.
    pub feed: FeedId,
    /// The publisher's name.
    pub outlet: Clean,
    /// Its title now.
    pub title: Clean,
    /// What the list is sorted by: published, or fetched where nothing is said; never in the future.
    pub time: Timestamp,
    /// Agencies credited for the text, in printed order.
    pub agencies: Vec<Agency>,
    /// Read.
    pub read: bool,
    /// Saved.
    pub saved: bool,
    /// How many versions are kept.
    pub versions: u32,
    /// How many outlets carry or tell it (1 until that is known).
    pub outlets: u32,
    /// The version that stood when it was last read; 0 if it never was.
    pub seen: u32,
    /// Publishing status.
    pub status: Status,
    /// How far the report has come.
    pub stage: Option<super::Stage>,
    /// The number of an update or lead.
    pub nth: Option<u8>,
    /// What its sender says of it.
    pub signals: Vec<super::Signal>,
    /// Not to be read before.
    pub embargo: Option<Timestamp>,
    /// A running live blog.
    pub live: bool,
    /// Its language.
    pub language: Option<Clean>,
    /// The dispatch it carries, once known.
    pub dispatch: Option<super::DispatchKey>,
    /// What it stands for, where a row is a story or a dispatch of several articles.
    pub group: Option<Box<super::Group>>,
    /// It stands below the row of its group.
    pub inside: bool,
}

impl Headline {
    /// Whether the row is this article, or stands for it.
    pub fn holds(&self, id: ArticleId) -> bool {
        self.id == id || self.group.as_ref().is_some_and(|g| g.members.iter().any(|m| m.id == id))
    }

    /// What opens when the row is: the best article, or of what is unread the best once that was read and has not changed since.
    pub fn target(&self) -> ArticleId {
        let Some(group) = &self.group else { return self.id };
        let read = group.members.iter().any(|m| m.id == self.id && m.read);
        let next = group.members.iter().find(|m| !m.read).filter(|_| read && !self.changed_since());
        next.map_or(self.id, |m| m.id)
    }

    /// The article of the row itself is unread, rather than another that it stands for.
    pub fn fresh(&self) -> bool {
        match &self.group {
            Some(group) => group.members.iter().any(|m| m.id == self.id && !m.read),
            None => !self.read,
        }
    }

    /// The newest article that the row stands for.
    pub fn newest(&self) -> ArticleId {
        self.group.iter().flat_map(|g| g.members.iter().map(|m| m.id)).max().unwrap_or(self.id).max(self.id)
    }
}

/// An agency as a chip shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Which.
    pub id: AgencyId,
    /// Its short name.
    pub name: Clean,
    /// A wire for press releases.
    pub press: bool,
}

/// One state of an article. Immutable once filed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// 1 is the first.
    pub number: u32,
    /// When it was fetched.
    pub fetched: Timestamp,
    /// What the source says of its last change.
    pub updated: Option<Timestamp>,
    /// The title then.
    pub title: Clean,
    /// How many words the body had.
    pub words: u32,
    /// How it differs from the one before.
    pub changes: Vec<super::Revised>,
}

/// Another article that carries the same dispatch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Carrier {
    /// Which article.
    pub id: ArticleId,
    /// Who published it.
    pub outlet: Clean,
    /// Its title.
    pub title: Clean,
    /// Agencies it credits.
    pub agencies: Vec<Agency>,
    /// Shared text, 0 to 1.
    pub shared: f32,
    /// The printed number of what it carries, with its take.
    pub number: Option<super::DispatchId>,
    /// How many words its text has.
    pub words: u32,
}

/// An article as the article pane and `show` need it: its newest version (or the one asked for), and all around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Its number.
    pub id: ArticleId,
    /// The feed that brought it.
    pub feed: FeedId,
    /// That feed's title and address.
    pub feed_title: Clean,
    /// See `feed_title`.
    pub feed_address: Clean,
    /// The publisher.
    pub outlet: Clean,
    /// The state shown.
    pub item: Item,
    /// When this state was fetched.
    pub fetched: Timestamp,
    /// See [`Headline::time`].
    pub time: Timestamp,
    /// Which version `item` is.
    pub version: u32,
    /// All versions, oldest first.
    pub versions: Vec<Version>,
    /// Its live posts, newest first; those of `item` are here.
    pub posts: Vec<super::Posted>,
    /// Where other outlets tell its story live too, the posts of all of them in one line, newest first; else nothing. Only
    /// for who shows it.
    pub coverage: Vec<super::Covered>,
    /// The reader's marks.
    pub marks: Marks,
    /// Who else carries it.
    pub carriers: Vec<Carrier>,
    /// Dispatch and story it belongs to, once known.
    pub dispatch: Option<super::DispatchKey>,
    /// See `dispatch`.
    pub story: Option<super::StoryId>,
    /// Why it belongs to its dispatch.
    pub carries: Option<super::Why>,
    /// Why it belongs to its story.
    pub tells: Option<super::Why>,
    /// How many tell the story, and how many of them independently.
    pub company: Option<super::Company>,
    /// Who is quoted saying what; found by whoever shows it.
    pub quotes: Vec<super::Quote>,
    /// The page's text is still to be fetched (a teaser feed's article that was not yet completed).
    pub pending: bool,
}

impl Article {
    /// How many outlets carry its dispatch, its own among them.
    pub fn outlets(&self) -> usize {
        let mut names: Vec<&str> = self.carriers.iter().map(|c| c.outlet.as_str()).chain([self.outlet.as_str()]).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    }

    /// Its live posts as they are shown: with those of the other outlets, if there are any.
    pub fn covered(&self) -> Vec<super::Covered> {
        if !self.coverage.is_empty() {
            return self.coverage.clone();
        }
        self.posts.iter().map(|p| super::Covered::alone(self.id, self.outlet.clone(), p.clone())).collect()
    }

    /// Takes out what an embargo withholds, for whoever shows or hands on the text.
    pub fn seal(&mut self, now: Timestamp) {
        if self.item.locked(now) {
            (self.item.body, self.item.posts, self.posts, self.coverage, self.item.summary) = Default::default();
        }
    }

    /// How many words the text has; reading time follows from it.
    pub fn words(&self) -> usize {
        self.item.body.iter().map(|b| b.text().split_whitespace().count()).sum()
    }
}
