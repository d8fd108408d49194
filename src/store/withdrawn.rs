//! Articles that their outlet took back without a word: they leave the feed while older ones stay, and their page is gone.
//! What stood there is kept, as a version before the last.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use std::collections::HashSet;

use super::delivered;
use super::error::{Fault, Result};
use super::file::{self, Entry, Known};
use super::rows::{micros, unpack};
use super::write::Tx;
use crate::model::{Applied, ArticleId, Clean, Failure, FailureKind, FeedId, Item, Signal, Status, plain_text};

/// `article.pending` of one that left its feed: its page is asked whether it still stands.
pub(super) const LEFT: i64 = 3;
/// So many of one poll are asked for at most, and only what is younger than this (microseconds): a feed of the day's best
/// drops much that nobody took back.
const MOST: usize = 2;
const YOUNG: i64 = 48 * 3_600_000_000;

/// Marks what left a feed before its time, so that its page is looked at once. `seen` are the keys that the feed holds.
pub(super) fn left(tx: &Tx<'_>, feed: FeedId, items: &[Item], seen: &HashSet<i64>, at: Timestamp) -> Result<()> {
    // What has no date may have stood anywhere.
    let Some(oldest) = items.iter().map(|i| i.published).collect::<Option<Vec<_>>>().and_then(|times| times.into_iter().min()) else {
        return Ok(());
    };
    let since = micros(oldest).max(micros(at).saturating_sub(YOUNG));
    let gone: Vec<(i64, Option<i64>)> = {
        let mut s = tx.conn.prepare_cached(
            "SELECT id, key FROM article INDEXED BY article_feed
             WHERE feed = ?1 AND listed = 1 AND time > ?2 AND \"left\" = 0 AND status <> 2 AND pending = 0 ORDER BY time DESC",
        )?;
        let rows = s.query_map((feed.0, since), |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?)))?;
        let all: Vec<(i64, i64)> = rows.collect::<rusqlite::Result<_>>()?;
        let (mut gone, mut asked) = (Vec::new(), 0);
        for (id, _) in all.into_iter().filter(|(_, key)| !seen.contains(key)) {
            // What has no page has none that could be asked.
            let pending = has_page(tx, id)?.then_some(LEFT);
            asked += usize::from(pending.is_some());
            gone.push((id, pending));
            if asked == MOST {
                break;
            }
        }
        gone
    };
    for (id, pending) in gone {
        let sql = "UPDATE article SET pending = coalesce(?2, pending), \"left\" = 1 WHERE id = ?1";
        tx.conn.prepare_cached(sql)?.execute((id, pending))?;
    }
    Ok(())
}

fn has_page(tx: &Tx<'_>, id: i64) -> Result<bool> {
    let sql = "SELECT v.item FROM article a JOIN version v ON v.article = a.id AND v.number = a.versions WHERE a.id = ?1";
    let facts: Option<Vec<u8>> = tx.conn.prepare_cached(sql)?.query_row([id], |r| r.get(0)).optional()?;
    Ok(facts.is_some_and(|facts| unpack::<Item>(&facts).is_ok_and(|item| item.url.is_some())))
}

/// Whether an answer of an article's page says that it was taken back, rather than that its address was never right.
pub(super) fn told_by(failure: &Failure, old: &Known) -> bool {
    failure.kind == FailureKind::Gone || (failure.status == Some(404) && (old.filled || old.pending == LEFT))
}

/// The article is withdrawn: another version of it says so, with the text that stood last.
pub(super) fn withdraw(tx: &mut Tx<'_>, old: &Known, at: Timestamp) -> Result<Applied> {
    tx.conn.prepare_cached("UPDATE article SET pending = 0, tries = 0 WHERE id = ?1")?.execute(params![old.id])?;
    let newest = "SELECT v.item, v.body FROM version v JOIN article a ON a.id = v.article AND a.versions = v.number WHERE a.id = ?1";
    let mut item = match delivered::stored(tx.conn, newest, old.id) {
        Ok(Some(item)) if item.status != Status::Canceled => item,
        Ok(_) | Err(Fault::Broken(_)) => return Ok(Applied::default()),
        Err(e) => return Err(e),
    };
    item.status = Status::Canceled;
    item.signals.push(Signal::Withdrawn);
    item.signals.sort_unstable();
    item.signals.dedup();
    let text = plain_text(&item.body);
    let none = Clean::default();
    let entry = Entry::new(&item, &text, &none); // it had an outlet when it was kept
    file::version(tx, old, entry, micros(at))?;
    Ok(Applied { count: 1, changed: vec![ArticleId(old.id)], ..Applied::default() })
}
