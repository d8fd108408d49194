//! The cache: one SQLite file that keeps what polling brings and what the reader does. This file is the whole public
//! face; no other folder names rusqlite.
//!
//! [`open`] gives the one [`Writer`], which turns [`Change`](crate::model::Change)s into transactions; [`Reader::open`]
//! gives any number of read-only views beside it, in this process or another, which answer
//! [`Question`](crate::model::Question)s. Facts and marks are different tables, versions are immutable, counters are kept
//! by triggers, and every list of the desk is a range of an index: a window costs its own size, however large the cache.

mod alert;
mod annotate;
mod compound;
mod delivered;
mod due;
mod error;
mod file;
mod group;
mod import;
mod index;
mod journal;
mod keep;
mod known;
mod live;
mod marks;
mod newsboat;
mod open;
mod place;
mod plan;
mod read;
mod restore;
mod rows;
mod rule;
mod salvage;
pub mod snapshot;
mod sql;
mod standing;
mod subscribe;
mod told;
mod views;
mod window;
mod withdrawn;
mod write;

#[cfg(test)]
mod tests;

pub use due::Due;
pub use error::{StoreError, StoreErrorKind};
pub use newsboat::{CachedFeed, Newsboat};
pub use open::{FILE, PollLock, network_folder};
pub use place::{Known, Unplaced};
pub use read::{Comparer, Reader, Stats};
pub use rule::Acted;
pub use salvage::{Salvaged, damage, salvage};
pub use write::{Judge, Writer};

use std::path::Path;

/// Opens the cache in `dir` for writing, making or upgrading it as needed (folder 0700, file 0600).
pub fn open(dir: &Path) -> Result<Writer, StoreError> {
    Writer::open(dir)
}
