//! What can be found by its name: stories, tags and saved articles, for the palette and for completing what is typed.

use jiff::Timestamp;

use super::{ArticleId, Clean, StoryId};

/// All that has a name, beside what stands on the desk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Stories that more than one article tells, the latest first: which, its title, how many articles.
    pub stories: Vec<(StoryId, Clean, u64)>,
    /// Tags with how many articles have them, by name.
    pub tags: Vec<(Clean, u64)>,
    /// Saved articles, newest first.
    pub saved: Vec<Kept>,
    /// What was picked lately, the last first.
    pub picks: Vec<Clean>,
}

/// A saved article by its title.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Which.
    pub id: ArticleId,
    /// Its title.
    pub title: Clean,
    /// Who published it.
    pub outlet: Clean,
    /// See [`Headline::time`](super::Headline::time).
    pub time: Timestamp,
}
