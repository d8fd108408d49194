//! What the reader did, so that it can be taken back and done again, also after a restart.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::error::Result;
use super::rows::{self, clean, micros, unpack};
use super::write::Tx;
use super::{annotate, live, marks, place, restore, standing, subscribe, views};
use crate::model::{Address, Applied, ArticleId, Clean, FeedId, FeedSettings, Highlight};

/// How many deeds are kept.
const KEPT: i64 = 500;

/// One undoable deed: enough to take it back exactly and to do it again.
#[derive(Serialize, Deserialize)]
#[allow(clippy::large_enum_variant)] // one is alive at a time
pub(super) enum Deed {
    /// Marked read (`true`) or unread; rows with the time they were read at before.
    Read(bool, Vec<(i64, Option<i64>)>),
    /// Saved or no longer; likewise.
    Save(bool, Vec<(i64, Option<i64>)>),
    Tag {
        tag: Clean,
        on: bool,
        ids: Vec<ArticleId>,
    },
    /// An article and those it was told apart from.
    Apart {
        article: ArticleId,
        from: Vec<ArticleId>,
        /// Where it was until then, if it was with one of them.
        #[serde(default)]
        was: Option<place::Was>,
    },
    Note {
        id: ArticleId,
        before: Vec<Clean>,
        after: Vec<Clean>,
    },
    /// Highlighted (`on`) or no longer.
    Highlight {
        id: ArticleId,
        on: bool,
        marks: Vec<Highlight>,
    },
    /// Followed or no longer: a story, or the article itself.
    Follow {
        article: ArticleId,
        story: Option<i64>,
        on: bool,
    },
    /// Views that differ.
    Views {
        before: Vec<views::Row>,
        after: Vec<views::Row>,
    },
    /// Feeds in other folders.
    Folders {
        moved: Vec<views::Moved>,
        before: Vec<standing::Row>,
        after: Vec<standing::Row>,
    },
    /// Feeds or folders in another order.
    Standing {
        before: Vec<standing::Row>,
        after: Vec<standing::Row>,
    },
    Unsubscribe(FeedId),
    Edit {
        feed: FeedId,
        before: (Address, FeedSettings),
        after: (Address, FeedSettings),
    },
    /// What came back from a snapshot.
    Restore(restore::Brought),
}

/// Writes down what was done; what had been taken back before can then no longer be done again.
pub(super) fn record(tx: &mut Tx<'_>, label: &str, count: u64, deed: &Deed) -> Result<Applied> {
    let blob = tx.packer.pack(deed)?;
    let label = Clean::capped(label, 200);
    tx.conn.prepare_cached("DELETE FROM journal WHERE undone = 1")?.execute([])?;
    tx.conn.prepare_cached("INSERT INTO journal(at, label, count, deed) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        micros(tx.now),
        label.as_str(),
        count.cast_signed(),
        blob
    ])?;
    tx.conn.prepare_cached("DELETE FROM journal WHERE id <= (SELECT max(id) FROM journal) - ?1")?.execute([KEPT])?;
    Ok(Applied { label, count, ..Applied::default() })
}

pub(super) fn undo(tx: &mut Tx<'_>) -> Result<Applied> {
    step(tx, "SELECT id, label, count, deed FROM journal WHERE undone = 0 ORDER BY id DESC LIMIT 1", true)
}

pub(super) fn redo(tx: &mut Tx<'_>) -> Result<Applied> {
    step(tx, "SELECT id, label, count, deed FROM journal WHERE undone = 1 ORDER BY id LIMIT 1", false)
}

fn step(tx: &mut Tx<'_>, which: &str, back: bool) -> Result<Applied> {
    let row = tx
        .conn
        .prepare_cached(which)?
        .query_row([], |r| Ok((r.get::<_, i64>(0)?, clean(r, 1)?, r.get(2).unwrap_or(0_i64), blob(r, 3))))
        .optional()?;
    let Some((id, label, count, blob)) = row else {
        let label = if back { "nothing to take back" } else { "nothing to do again" };
        return Ok(Applied { label: Clean::line(label), ..Applied::default() });
    };
    tx.conn.prepare_cached("SAVEPOINT deed")?.execute([])?;
    let done = replay(tx, &blob, back);
    match done {
        Ok(()) => {
            tx.conn.prepare_cached("UPDATE journal SET undone = ?2 WHERE id = ?1")?.execute((id, back))?;
            tx.conn.prepare_cached("RELEASE deed")?.execute([])?;
            let label = format!("{}: {label}", if back { "took back" } else { "did again" });
            Ok(Applied { label: Clean::line(&label), count: count.max(0).unsigned_abs(), ..Applied::default() })
        }
        Err(fault) if fault.is_own() => {
            // Spent: it would stand in the way of those before it for ever.
            tx.conn.prepare_cached("ROLLBACK TO deed")?.execute([])?;
            tx.conn.prepare_cached("RELEASE deed")?.execute([])?;
            tx.conn.prepare_cached("DELETE FROM journal WHERE id = ?1")?.execute([id])?;
            let failure = format!("Cannot {} “{label}”: {}", if back { "take back" } else { "do again" }, fault.own_words());
            Ok(Applied { failure: Some(Clean::line(&failure)), ..Applied::default() })
        }
        Err(fault) => Err(fault),
    }
}

/// The bytes of a column, whatever it is; a damaged one is found out when it is unpacked.
fn blob(row: &rusqlite::Row<'_>, at: usize) -> Vec<u8> {
    row.get_ref(at).ok().and_then(|v| v.as_bytes_or_null().ok().flatten().map(<[u8]>::to_vec)).unwrap_or_default()
}

fn replay(tx: &mut Tx<'_>, blob: &[u8], back: bool) -> Result<()> {
    match unpack(blob)? {
        Deed::Read(read, rows) => marks::again(tx, marks::Column::Read, read, &rows, back),
        Deed::Save(saved, rows) => marks::again(tx, marks::Column::Saved, saved, &rows, back),
        Deed::Tag { tag, on, ids } => marks::put_tag(tx, &ids, &tag, on != back).map(drop),
        Deed::Note { id, before, after } => annotate::put_note(tx, id, if back { &before } else { &after }),
        Deed::Highlight { id, on, marks } => annotate::put_highlights(tx, id, &marks, on != back).map(drop),
        Deed::Apart { article, from, was } => place::again(tx, article, &from, was.as_ref(), back),
        Deed::Follow { article, story, on } => live::again(tx, article.0, story, on != back),
        Deed::Views { before, after } if back => views::put(tx, &after, &before),
        Deed::Views { before, after } => views::put(tx, &before, &after),
        Deed::Folders { moved, before, after } => {
            views::put_folders(tx, &moved, back)?;
            standing::put(tx, if back { &before } else { &after })
        }
        Deed::Standing { before, after } => standing::put(tx, if back { &before } else { &after }),
        Deed::Restore(brought) => restore::again(tx, &brought, back),
        Deed::Unsubscribe(feed) => subscribe::list(tx, feed, back),
        Deed::Edit { feed, before, after } => {
            let Some(now) = rows::feed(tx.conn, feed)?.map(|row| row.feed) else { return Ok(()) };
            // What it did not change stays as it is by now: the feed may have moved since.
            let (moved, set) = (before.0 != after.0, before.1 != after.1);
            let (address, settings) = if back { before } else { after };
            let (address, settings) = (if moved { address } else { now.address }, if set { settings } else { now.settings });
            subscribe::put(tx, feed, &address, &settings)
        }
    }
}
