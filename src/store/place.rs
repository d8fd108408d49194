//! Where articles belong: dispatch and story as they were found out, and what the reader told apart. Filing an article
//! does not wait for this; it comes after, in changes of its own.

use rusqlite::{OptionalExtension, params};
use std::collections::BTreeSet;

use super::error::{Fault, Result, StoreError};
use super::journal::{Deed, record};
use super::read::Reader;
use super::rows::{Whys, micros, time, to_json, unpack};
use super::write::Tx;
use crate::model::{Applied, ArticleId, DispatchKey, How, Item, Placed, Placement, StoryId};

/// Nothing is told apart from more than this at once.
const MAX_APART: usize = 1_000;
/// What recent articles are known by is kept so long (microseconds): longer than any two are compared.
const KEPT: i64 = 96 * 3_600_000_000;

/// An article to be placed.
#[derive(Clone, Debug)]
pub struct Unplaced {
    /// Which.
    pub article: ArticleId,
    /// Its time.
    pub time: jiff::Timestamp,
    /// What it is compared by.
    pub item: Item,
}

/// An article that was placed before.
#[derive(Clone, Debug)]
pub struct Known {
    /// Which.
    pub article: ArticleId,
    /// Its time.
    pub time: jiff::Timestamp,
    /// Its dispatch.
    pub dispatch: Option<DispatchKey>,
    /// Its story.
    pub story: Option<StoryId>,
    /// What it is known by.
    pub likeness: Vec<u8>,
}

impl Reader {
    /// The last article that was ever placed; those after it never were.
    pub fn last_placed(&self) -> std::result::Result<ArticleId, StoreError> {
        self.named(|| Ok(ArticleId(self.conn.query_row("SELECT coalesce(max(article), 0) FROM likeness", [], |r| r.get(0))?)))
    }

    /// Hands what is known of the articles placed since to `each`, oldest first.
    pub fn placed(&self, since: jiff::Timestamp, each: &mut dyn FnMut(Known)) -> std::result::Result<(), StoreError> {
        self.named(|| {
            let sql = "SELECT l.article, l.time, a.dispatch, a.story, l.data FROM likeness l JOIN article a ON a.id = l.article
                WHERE l.time >= ?1 ORDER BY l.article";
            let mut s = self.conn.prepare(sql)?;
            let mut rows = s.query([micros(since)])?;
            while let Some(r) = rows.next()? {
                each(Known {
                    article: ArticleId(r.get(0)?),
                    time: time(r.get(1)?),
                    dispatch: r.get::<_, Option<i64>>(2)?.map(DispatchKey),
                    story: r.get::<_, Option<i64>>(3)?.map(StoryId),
                    likeness: r.get(4)?,
                });
            }
            Ok(())
        })
    }

    /// Articles that came after `last`, in the order of their coming.
    pub fn arrived(&self, last: ArticleId, limit: usize) -> std::result::Result<Vec<ArticleId>, StoreError> {
        self.named(|| {
            let mut s = self.conn.prepare_cached("SELECT id FROM article WHERE id > ?1 ORDER BY id LIMIT ?2")?;
            let rows = s.query_map((last.0, i64::try_from(limit).unwrap_or(i64::MAX)), |r| Ok(ArticleId(r.get(0)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// What an article is compared by: its newest version. `None` if there is none that can be read.
    pub fn unplaced(&self, article: ArticleId) -> std::result::Result<Option<Unplaced>, StoreError> {
        self.named(|| {
            let sql = "SELECT a.time, v.item, b.blocks FROM article a JOIN version v ON v.article = a.id AND v.number = a.versions
                LEFT JOIN body b ON b.id = v.body WHERE a.id = ?1";
            type Row = (i64, Vec<u8>, Option<Vec<u8>>);
            let mut s = self.conn.prepare_cached(sql)?;
            let found: Option<Row> = s.query_row([article.0], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).optional()?;
            let Some((at, item, blocks)) = found else { return Ok(None) };
            // What is damaged costs itself only.
            let Ok(mut item) = unpack::<Item>(&item) else { return Ok(None) };
            item.body = blocks.and_then(|b| unpack(&b).ok()).unwrap_or_default();
            Ok(Some(Unplaced { article, time: time(at), item }))
        })
    }

    /// Pairs of articles that the reader told apart.
    pub fn told_apart(&self) -> std::result::Result<Vec<(ArticleId, ArticleId)>, StoreError> {
        self.named(|| {
            let mut s = self.conn.prepare_cached("SELECT a, b FROM cannot_link")?;
            let rows = s.query_map([], |r| Ok((ArticleId(r.get(0)?), ArticleId(r.get(1)?))))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

pub(super) fn place(tx: &Tx<'_>, placed: &Placed) -> Result<Applied> {
    let mut touched = BTreeSet::new();
    let mut count = 0;
    for p in &placed.placements {
        let before: Option<Option<i64>> =
            tx.conn.prepare_cached("SELECT dispatch FROM article WHERE id = ?1")?.query_row([p.article.0], |r| r.get(0)).optional()?;
        // Gone meanwhile.
        let Some(before) = before else { continue };
        put(tx, p)?;
        if let Some(story) = p.story {
            super::live::grown(tx, p.article.0, story.0)?;
        }
        touched.extend(before);
        touched.extend(p.dispatch.map(|d| d.0));
        count += 1;
    }
    recount(tx, &touched)?;
    for (from, into) in &placed.merged {
        let exists = tx.conn.prepare_cached("SELECT 1 FROM story WHERE id = ?1")?.exists([into.0])?;
        if exists {
            tx.conn.prepare_cached("UPDATE story SET merged = ?2 WHERE id = ?1")?.execute((from.0, into.0))?;
            let follow = "INSERT OR IGNORE INTO follow(story, since) SELECT ?2, since FROM follow WHERE story = ?1";
            tx.conn.prepare_cached(follow)?.execute((from.0, into.0))?;
            tx.conn.prepare_cached("DELETE FROM follow WHERE story = ?1")?.execute([from.0])?;
        }
    }
    let sql = "INSERT OR REPLACE INTO likeness(article, time, data) SELECT id, time, ?2 FROM article WHERE id = ?1";
    let mut keep = tx.conn.prepare_cached(sql)?;
    for (article, data) in &placed.likenesses {
        keep.execute(params![article.0, data])?;
    }
    let sql = "DELETE FROM likeness WHERE time < ?1 AND article < (SELECT max(article) FROM likeness)";
    tx.conn.prepare_cached(sql)?.execute([micros(tx.now).saturating_sub(KEPT)])?;
    Ok(Applied { count, ..Applied::default() })
}

fn put(tx: &Tx<'_>, p: &Placement) -> Result<()> {
    if let Some(dispatch) = p.dispatch {
        tx.conn.prepare_cached("INSERT OR IGNORE INTO dispatch(id) VALUES (?1)")?.execute([dispatch.0])?;
    }
    if let Some(story) = p.story {
        let sql = "INSERT OR IGNORE INTO story(id, title) SELECT ?1, title FROM article WHERE id = ?2";
        tx.conn.prepare_cached(sql)?.execute((story.0, p.article.0))?;
    }
    let why = Whys { carries: p.carries.filter(|_| p.dispatch.is_some()), tells: p.tells.filter(|_| p.story.is_some()) };
    let shared = why.carries.map_or(1.0, |w| if w.how == How::Shared { f64::from(w.share) / 100.0 } else { 1.0 });
    let why = if why.carries.is_none() && why.tells.is_none() { None } else { Some(to_json(&why)?) };
    tx.conn.prepare_cached("UPDATE article SET dispatch = ?2, story = ?3, shared = ?4, why = ?5 WHERE id = ?1")?.execute(params![
        p.article.0,
        p.dispatch.map(|d| d.0),
        p.story.map(|s| s.0),
        shared,
        why
    ])?;
    if p.dispatch.is_none() {
        tx.conn.prepare_cached("UPDATE article SET outlets = 1 WHERE id = ?1 AND outlets <> 1")?.execute([p.article.0])?;
    }
    Ok(())
}

/// How many outlets carry each of these dispatches.
fn recount(tx: &Tx<'_>, dispatches: &BTreeSet<i64>) -> Result<()> {
    let sql = "UPDATE article SET outlets = n.n FROM (SELECT count(DISTINCT outlet) AS n FROM article WHERE dispatch = ?1) n
        WHERE article.dispatch = ?1 AND outlets <> n.n";
    let mut s = tx.conn.prepare_cached(sql)?;
    for dispatch in dispatches {
        s.execute([dispatch])?;
    }
    Ok(())
}

pub(super) fn apart(tx: &mut Tx<'_>, article: ArticleId, from: &[ArticleId]) -> Result<Applied> {
    if from.len() > MAX_APART {
        return Err(Fault::Refused(format!("An article can be told apart from at most {MAX_APART} others at once.")));
    }
    let from: Vec<ArticleId> = from.iter().copied().filter(|other| *other != article).collect();
    let fresh = part(tx, article, &from, true)?;
    if fresh.is_empty() {
        return Ok(Applied::default());
    }
    record(tx, "told an article apart", 1, &Deed::Apart { article, from: fresh })
}

/// Tells apart, or takes it back; those of `from` that it changed.
pub(super) fn part(tx: &Tx<'_>, article: ArticleId, from: &[ArticleId], apart: bool) -> Result<Vec<ArticleId>> {
    let mut s = tx.conn.prepare_cached(if apart {
        "INSERT OR IGNORE INTO cannot_link(a, b) VALUES (?1, ?2)"
    } else {
        "DELETE FROM cannot_link WHERE a = ?1 AND b = ?2"
    })?;
    let mut changed = Vec::new();
    for other in from {
        if s.execute((article.0.min(other.0), article.0.max(other.0)))? > 0 {
            changed.push(*other);
        }
    }
    Ok(changed)
}
