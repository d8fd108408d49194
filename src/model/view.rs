//! The reader's own views and folders, as they are changed.

use serde::{Deserialize, Serialize};

use super::{Clean, FeedId, Query};

/// A view that the reader keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ViewId(pub i64);

/// What can be done with views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewEdit {
    /// A query is kept under a name.
    Keep {
        /// Its name.
        name: Clean,
        /// What it finds.
        query: Query,
    },
    /// It gets another name.
    Rename(ViewId, Clean),
    /// It changes places with its neighbours: so many down, or up.
    Move(ViewId, i64),
    /// From now on what is new in it is told at once, or no longer.
    Alert(ViewId),
    /// It goes.
    Remove(ViewId),
}

/// What stands in a folder, or is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shelved {
    /// A feed.
    Feed(FeedId),
    /// A folder, with all that is in it.
    Folder(Clean),
}
