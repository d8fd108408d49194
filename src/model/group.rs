//! Lists by story or by dispatch: a row that stands for several articles ([`Group`]), and a story as it is told over its
//! outlets ([`Told`]).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::{ArticleId, Clean, DispatchId, DispatchKey, Headline, Signal, Stage, StoryId, Version, Why};

/// What a row of a list is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// One event, however many tell it.
    #[default]
    Story,
    /// One agency text, however many outlets republish it.
    Dispatch,
    /// One article.
    Article,
}

impl By {
    /// Their names, in their order.
    pub const ALL: &[(&str, By)] = &[("story", By::Story), ("dispatch", By::Dispatch), ("article", By::Article)];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, by)| *by == self).map_or("", |(name, _)| name)
    }

    /// The next of them, the first after the last.
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|(_, by)| *by == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()].1
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for By {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text);
        found.map(|(_, by)| *by).ok_or_else(|| format!("`{text}` is none of story, dispatch, article"))
    }
}

/// An article that a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Which.
    pub id: ArticleId,
    /// What it carries.
    pub dispatch: Option<DispatchKey>,
    /// Read.
    pub read: bool,
}

/// What a row stands for that is more than its article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The articles of the list that it stands for, the best first.
    pub members: Vec<Member>,
    /// Articles of the story or dispatch, also those that the list leaves out.
    pub articles: u32,
    /// Different texts among them: dispatches, and articles that carry none.
    pub texts: u32,
    /// Its articles stand below it.
    pub open: bool,
}

/// When the reader last looked at a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// When.
    pub at: Timestamp,
    /// The newest article then.
    pub last: ArticleId,
}

/// One article's part in a story.
#[derive(Clone, Debug, PartialEq)]
pub struct Teller {
    /// Its row.
    pub headline: Headline,
    /// How far the report has come.
    pub stage: Option<Stage>,
    /// What its sender says of it.
    pub signals: Vec<Signal>,
    /// The dispatch's printed number, with its take.
    pub number: Option<DispatchId>,
    /// Why it belongs to its dispatch.
    pub carries: Option<Why>,
    /// Why it belongs to its story.
    pub tells: Option<Why>,
    /// How many words its text has.
    pub words: u32,
    /// Its states, oldest first.
    pub versions: Vec<Version>,
}

/// A story as it is told: by whom, when, and why it is taken for one.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The article it was asked for by.
    pub about: ArticleId,
    /// Which, if it is one.
    pub story: Option<StoryId>,
    /// Its name: the title of its best article.
    pub title: Clean,
    /// When the reader last looked.
    pub seen: Option<Visit>,
    /// Its articles, oldest first.
    pub tellers: Vec<Teller>,
    /// There are more, which are older.
    pub more: bool,
}

/// How independent the reports of one event are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Articles.
    pub articles: u32,
    /// Outlets.
    pub outlets: u32,
    /// Dispatches that more than one outlet carries.
    pub dispatches: u32,
    /// Articles that share their text with none.
    pub own: u32,
}
