//! What can be found by its name, and what of it the reader picked lately.

use super::error::Result;
use super::read::Reader;
use super::rows::{clean, micros, time};
use super::write::Tx;
use crate::model::{Applied, ArticleId, Clean, Kept, Known, StoryId};

/// Stories, tags and articles at most: more than anyone looks through, and little enough to look through at every letter.
const STORIES: i64 = 300;
/// Articles that stories are looked for in: the latest.
const LATELY: i64 = 5_000;
const TAGS: i64 = 2_000;
const SAVED: i64 = 3_000;
/// Picks that are remembered.
const PICKS: i64 = 40;

impl Reader {
    pub(super) fn known(&self) -> Result<Known> {
        let mut known = Known::default();
        let sql = "SELECT s.id, s.title, count(*) FROM (SELECT story, time FROM article WHERE listed = 1 ORDER BY time DESC LIMIT ?2) a
             JOIN story s ON s.id = a.story WHERE s.merged IS NULL GROUP BY s.id HAVING count(*) > 1 ORDER BY max(a.time) DESC LIMIT ?1";
        let mut s = self.conn.prepare_cached(sql)?;
        let stories =
            s.query_map([STORIES, LATELY], |r| Ok((StoryId(r.get(0)?), clean(r, 1)?, r.get::<_, i64>(2)?.max(0).unsigned_abs())))?;
        known.stories = stories.collect::<rusqlite::Result<_>>()?;
        let mut s = self.conn.prepare_cached("SELECT tag, count(*) FROM tag GROUP BY tag ORDER BY tag COLLATE NOCASE LIMIT ?1")?;
        let tags = s.query_map([TAGS], |r| Ok((clean(r, 0)?, r.get::<_, i64>(1)?.max(0).unsigned_abs())))?;
        known.tags = tags.collect::<rusqlite::Result<_>>()?;
        let sql = "SELECT id, title, outlet, time FROM article WHERE saved_at IS NOT NULL ORDER BY time DESC LIMIT ?1";
        let mut s = self.conn.prepare_cached(sql)?;
        let mut rows = s.query([SAVED])?;
        while let Some(row) = rows.next()? {
            let outlet = self.outlet(row.get(2)?)?;
            known.saved.push(Kept { id: ArticleId(row.get(0)?), title: clean(row, 1)?, outlet, time: time(row.get(3)?) });
        }
        let mut s = self.conn.prepare_cached("SELECT what FROM pick ORDER BY at DESC LIMIT ?1")?;
        known.picks = s.query_map([PICKS], |r| clean(r, 0))?.collect::<rusqlite::Result<_>>()?;
        Ok(known)
    }
}

/// Remembers what was picked, and forgets what was picked long ago.
pub(super) fn picked(tx: &Tx<'_>, what: &Clean) -> Result<Applied> {
    // After the last one whatever the clock does: their order is all that counts.
    let sql = "INSERT OR REPLACE INTO pick(what, at) SELECT ?1, max(?2, coalesce((SELECT max(at) + 1 FROM pick), 0))";
    tx.conn.prepare_cached(sql)?.execute((what.as_str(), micros(tx.now)))?;
    tx.conn.prepare_cached("DELETE FROM pick WHERE at <= (SELECT at FROM pick ORDER BY at DESC LIMIT 1 OFFSET ?1)")?.execute([PICKS])?;
    Ok(Applied { count: 1, ..Applied::default() })
}
