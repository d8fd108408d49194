//! How long articles stay. A reader of the cache finds what has outlived the rule, the writer removes it in small
//! transactions and looks again at each whether the reader has kept it meanwhile. Marks outlive the article, with a word
//! that it was here: an old one that its feed still delivers is not new.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};

use super::error::{Result, StoreError};
use super::file;
use super::read::Reader;
use super::rows::{self, micros, time};
use super::write::{Tx, Writer};
use crate::model::{Applied, ArticleId, Item, Keep, Tidied};

/// Articles looked at in one statement, so that no reader holds the cache's log for long.
const STEP: i64 = 5_000;
/// Runs that are remembered.
const RUNS: i64 = 50;

/// What the reader did something with, and so never goes: saved, tagged, noted, highlighted, followed or of a story they follow.
const FREE: &str = "a.saved_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM tag t WHERE t.feed = a.feed AND t.key = a.key)
    AND NOT EXISTS (SELECT 1 FROM note n WHERE n.feed = a.feed AND n.key = a.key)
    AND NOT EXISTS (SELECT 1 FROM highlight h WHERE h.feed = a.feed AND h.key = a.key)
    AND NOT EXISTS (SELECT 1 FROM mark k WHERE k.feed = a.feed AND k.key = a.key AND k.followed_at IS NOT NULL)
    AND (a.story IS NULL OR NOT EXISTS (SELECT 1 FROM follow f WHERE f.story = a.story))";

impl Reader {
    /// Articles that have outlived the rule, those that came first first. `keep` holds for feeds that say nothing
    /// themselves. Looks at every article: not for the screen.
    pub fn outlived(&self, keep: Keep, now: Timestamp) -> std::result::Result<Vec<ArticleId>, StoreError> {
        self.named(|| {
            let rule: HashMap<i64, Option<(i64, i64)>> = rows::feeds(&self.conn, "")?
                .into_iter()
                .map(|f| (f.feed.id.0, f.feed.settings.keep.unwrap_or(keep)))
                .map(|(id, keep)| (id, keep.before(now).map(|(read, unread)| (micros(read), micros(unread)))))
                .collect();
            // What is left of feeds that were given up goes by the rule for all.
            let other = keep.before(now).map(|(read, unread)| (micros(read), micros(unread)));
            let latest = rule.values().copied().chain([other]).flatten().map(|(read, _)| read).max();
            let Some(latest) = latest else { return Ok(Vec::new()) };
            // The newest version says when the outlet last touched it.
            let sql = format!(
                "SELECT a.id, a.feed, a.read_at, v.fetched FROM article a JOIN version v ON v.article = a.id AND v.number = a.versions
                 WHERE a.id > ?1 AND a.id <= ?2 AND a.time < ?3 AND v.fetched < ?3 AND a.live = 0 AND {FREE} ORDER BY a.id"
            );
            let last: i64 = self.conn.query_row("SELECT coalesce(max(id), 0) FROM article", [], |r| r.get(0))?;
            let mut s = self.conn.prepare_cached(&sql)?;
            let mut out = Vec::new();
            let mut from = 0;
            while from < last {
                let mut found = s.query((from, from + STEP, latest))?;
                while let Some(row) = found.next()? {
                    let (feed, read, fetched): (i64, Option<i64>, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
                    let Some((read_before, unread_before)) = rule.get(&feed).copied().unwrap_or(other) else { continue };
                    if read.map_or(fetched < unread_before, |read| fetched.max(read) < read_before) {
                        out.push(ArticleId(row.get(0)?));
                    }
                }
                from += STEP;
            }
            Ok(out)
        })
    }

    /// When old articles were last removed, how many and when before, the newest first.
    pub fn tidied(&self) -> std::result::Result<Vec<Tidied>, StoreError> {
        self.named(|| {
            let mut s = self.conn.prepare_cached("SELECT at, articles FROM tidied ORDER BY at DESC")?;
            let rows = s.query_map([], |r| Ok(Tidied { at: time(r.get(0)?), articles: r.get::<_, i64>(1)?.max(0).unsigned_abs() }))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

/// Removes those of `ids` that the reader has not kept meanwhile, and writes down that the run of that moment did.
pub(super) fn tidy(tx: &mut Tx<'_>, run: Timestamp, ids: &[ArticleId]) -> Result<Applied> {
    let mut count: i64 = 0;
    let mut bodies = BTreeSet::new();
    let (mut stories, mut dispatches) = (BTreeSet::new(), BTreeSet::new());
    let free = format!("SELECT a.story, a.dispatch FROM article a WHERE a.id = ?1 AND {FREE}");
    for id in ids {
        let row: Option<(Option<i64>, Option<i64>)> =
            tx.conn.prepare_cached(&free)?.query_row([id.0], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
        let Some((story, dispatch)) = row else { continue };
        stories.extend(story);
        dispatches.extend(dispatch);
        let sql = "SELECT body FROM version WHERE article = ?1 AND body IS NOT NULL
            UNION SELECT body FROM delivered WHERE article = ?1 AND body IS NOT NULL";
        let mut s = tx.conn.prepare_cached(sql)?;
        for body in s.query_map([id.0], |r| r.get::<_, i64>(0))? {
            bodies.insert(body?);
        }
        let sql = "INSERT INTO mark(feed, key, gone) SELECT feed, key, ?2 FROM article WHERE id = ?1
            ON CONFLICT(feed, key) DO UPDATE SET gone = excluded.gone";
        tx.conn.prepare_cached(sql)?.execute((id.0, micros(tx.now)))?;
        tx.conn.prepare_cached("DELETE FROM fts WHERE rowid = ?1")?.execute([id.0])?;
        tx.conn.prepare_cached("DELETE FROM cannot_link WHERE a = ?1 OR b = ?1")?.execute([id.0])?;
        tx.conn.prepare_cached("DELETE FROM article WHERE id = ?1")?.execute([id.0])?;
        count += 1;
    }
    for body in bodies {
        file::unused(tx, Some(body))?;
    }
    for story in &stories {
        left(tx, "story", *story)?;
    }
    if !stories.is_empty() {
        // Stories that went into one that is no more.
        let sql = "DELETE FROM story WHERE merged IS NOT NULL AND NOT EXISTS (SELECT 1 FROM story s WHERE s.id = story.merged)";
        tx.conn.prepare_cached(sql)?.execute([])?;
    }
    for dispatch in dispatches {
        left(tx, "dispatch", dispatch)?;
    }
    let sql = "INSERT INTO tidied(at, articles) VALUES (?1, ?2) ON CONFLICT(at) DO UPDATE SET articles = articles + excluded.articles";
    tx.conn.prepare_cached(sql)?.execute((micros(run), count))?;
    tx.conn.prepare_cached("DELETE FROM tidied WHERE at NOT IN (SELECT at FROM tidied ORDER BY at DESC LIMIT ?1)")?.execute([RUNS])?;
    Ok(Applied { count: count.unsigned_abs(), ..Applied::default() })
}

/// Drops a story or dispatch of which no article is left, nor any that it was in before.
fn left(tx: &Tx<'_>, table: &str, id: i64) -> Result<()> {
    let any =
        |of: &str| -> Result<bool> { Ok(tx.conn.prepare_cached(&format!("SELECT 1 FROM {of} WHERE {table} = ?1 LIMIT 1"))?.exists([id])?) };
    if any("article")? || any("placing")? || (table == "story" && any("follow")?) {
        return Ok(());
    }
    if table == "story" {
        tx.conn.prepare_cached("DELETE FROM visit WHERE story = ?1")?.execute([id])?;
    }
    tx.conn.prepare_cached(&format!("DELETE FROM {table} WHERE id = ?1"))?.execute([id])?;
    Ok(())
}

/// Whether an entry was here, outlived the rule and went, and is still the same old one.
pub(super) fn went(tx: &Tx<'_>, feed: i64, key: i64, item: &Item) -> Result<bool> {
    let sql = "SELECT gone FROM mark WHERE feed = ?1 AND key = ?2 AND gone IS NOT NULL";
    let gone: Option<i64> = tx.conn.prepare_cached(sql)?.query_row(params![feed, key], |r| r.get(0)).optional()?;
    // One that was published or changed since is told again.
    Ok(gone.is_some_and(|gone| item.published.max(item.updated).is_none_or(|at| micros(at) <= gone)))
}

impl Writer {
    /// Writes the whole cache anew, without the room that removed articles left. Takes seconds and as much room again
    /// meanwhile; everybody else waits.
    pub fn compact(&mut self) -> std::result::Result<(), StoreError> {
        self.run("INSERT INTO fts(fts) VALUES ('optimize'); VACUUM; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize;")
    }
}
