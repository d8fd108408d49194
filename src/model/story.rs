//! Dispatches, stories, live posts and quotes: the seams that de-duplication and live coverage fill.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ArticleId, Block, Clean};

/// One agency text, however many outlets republish it. Stable once given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DispatchKey(pub i64);

/// All articles about one event. Stable once given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoryId(pub i64);

/// What says that two articles belong together, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Both print the same number of a dispatch.
    Number,
    /// Both stand at the same address.
    Address,
    /// Their texts are equal.
    Text,
    /// The shorter text stands in the longer, for the most part.
    Shared,
    /// They are about the same, by their words.
    Alike,
}

/// Why an article is where it is: the best evidence there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// What says so.
    pub how: How,
    /// How much is shared, or how alike they are, in per cent.
    pub share: u8,
    /// With which article.
    pub with: ArticleId,
}

/// Where an article belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Which article.
    pub article: ArticleId,
    /// Its dispatch, if another article carries it too.
    pub dispatch: Option<DispatchKey>,
    /// Its story, if another article tells it too.
    pub story: Option<StoryId>,
    /// Why it belongs to its dispatch.
    pub carries: Option<Why>,
    /// Why it belongs to its story.
    pub tells: Option<Why>,
}

/// What was found out about articles: where they belong, and what they are known by the next time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// Articles whose place changed.
    pub placements: Vec<Placement>,
    /// Stories that proved to be one: the first has gone into the second.
    pub merged: Vec<(StoryId, StoryId)>,
    /// What articles are known by when they are compared, to be kept as it is.
    pub likenesses: Vec<(ArticleId, Vec<u8>)>,
}

/// One timestamped entry of a live blog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LivePost {
    /// Its id within the live blog: what the source gave, else derived from time and first words.
    pub id: Clean,
    /// When it was posted.
    pub time: Option<Timestamp>,
    /// When it was changed.
    pub updated: Option<Timestamp>,
    /// Its headline.
    pub title: Option<Clean>,
    /// Its text.
    pub body: Vec<Block>,
    /// Pinned by its source.
    pub key_event: bool,
}

/// A live post as the cache keeps it, with what became of it and what the reader did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The post as it stands.
    pub post: LivePost,
    /// When it was first seen here.
    pub seen: Timestamp,
    /// The reader had it before them.
    pub read: bool,
    /// Its sender deleted it: since when it is missed.
    pub gone: Option<Timestamp>,
    /// What was last edited in it.
    pub edit: Option<Box<super::Comparison>>,
}

/// A post of a story's live coverage: whose it is, and who else brings the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The live blog.
    pub article: ArticleId,
    /// Whose it is.
    pub outlet: Clean,
    /// Others whose post says the same, each once.
    pub also: Vec<Clean>,
    /// Their posts, which stand behind this one: who has had one of them has had it.
    pub echoes: Vec<Echo>,
    /// The post: of equal ones the first.
    pub posted: Posted,
}

/// A post that says what another said before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Echo {
    /// Its live blog.
    pub article: ArticleId,
    /// Its id there.
    pub post: Clean,
    /// The reader had it before them.
    pub read: bool,
}

impl Covered {
    /// A post that nobody else brings.
    pub fn alone(article: ArticleId, outlet: Clean, posted: Posted) -> Self {
        Self { article, outlet, also: Vec::new(), echoes: Vec::new(), posted }
    }

    /// The live blogs and ids of all posts that stand here, and whether the reader had each.
    pub fn all(&self) -> impl Iterator<Item = (ArticleId, &Clean, bool)> {
        let echoes = self.echoes.iter().map(|e| (e.article, &e.post, e.read));
        std::iter::once((self.article, &self.posted.post.id, self.posted.read)).chain(echoes)
    }

    /// Whether the reader had what it says before them.
    pub fn read(&self) -> bool {
        self.all().any(|(_, _, read)| read)
    }
}

/// Who is quoted saying what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// Who.
    pub speaker: Clean,
    /// What.
    pub words: Clean,
    /// How sure that it was this speaker, 0 to 1.
    pub confidence: f32,
    /// The paragraph it stands in.
    pub block: u32,
}
