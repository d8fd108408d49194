//! Dispatches, stories, live posts and quotes: the seams that de-duplication and live coverage fill.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Block, Clean};

/// One agency text, however many outlets republish it. Stable once given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DispatchKey(pub i64);

/// All articles about one event. Stable once given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoryId(pub i64);

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
