//! What became of an article from one version to the next, as data.

use serde::{Deserialize, Serialize};

/// One way in which a version differs from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revised {
    /// The headline says something else.
    Headline,
    /// Sentences came, went or say something else.
    Substance,
    /// A number or a name in a sentence that is otherwise the same.
    NumberOrName,
    /// The words of a quotation.
    Quote,
    /// It says itself that something was wrong.
    CorrectionNote,
    /// Others are credited.
    CreditChanged,
    /// A live blog went on.
    LiveUpdate,
    /// Spelling, punctuation, order.
    Cosmetic,
    /// Withdrawn by its sender.
    Withdrawn,
    /// No longer withdrawn.
    Restored,
}

impl Revised {
    /// Whether who has read the article may want to look again.
    pub fn matters(self) -> bool {
        matches!(self, Self::Headline | Self::Substance | Self::NumberOrName | Self::Quote | Self::CorrectionNote | Self::Withdrawn)
    }
}

/// A run of words that both versions have, or only one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    /// In both.
    Same(String),
    /// Only in the newer.
    Added(String),
    /// Only in the older.
    Removed(String),
}

/// A paragraph of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compared {
    /// So many sentences are the same.
    Folded(usize),
    /// These differ, or stand beside what does.
    Runs(Vec<Run>),
}

/// Two versions side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The headline.
    pub title: Vec<Run>,
    /// What the sender says of the change (“(Adds …)”).
    pub note: Option<String>,
    /// The text.
    pub text: Vec<Compared>,
    /// Words that came.
    pub added: usize,
    /// Words that went.
    pub removed: usize,
}
