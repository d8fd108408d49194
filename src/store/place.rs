//! Where articles belong: dispatch and story as they were found out, and what the reader told apart. Filing an article
//! does not wait for this; it comes after, in changes of its own.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::error::{Fault, Result, StoreError};
use super::journal::{Deed, record};
use super::marks;
use super::read::Reader;
use super::rows::{Whys, micros, time, to_json, unpack};
use super::write::Tx;
use crate::model::{Applied, ArticleId, DispatchKey, How, Item, Placed, Placement, StoryId, Why};

/// Nothing is told apart from more than this at once.
const MAX_APART: usize = 1_000;
/// What recent articles are known by is kept so long (microseconds): longer than any two are compared.
const KEPT: i64 = 96 * 3_600_000_000;

/// No list stays open longer than this (microseconds); then it shows articles where they belong now.
const HELD: i64 = 48 * 3_600_000_000;

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
            let sql = "SELECT a.time, v.item, b.blocks, EXISTS (SELECT 1 FROM live_post p WHERE p.article = a.id) FROM article a JOIN version v ON v.article = a.id AND v.number = a.versions
                LEFT JOIN body b ON b.id = v.body WHERE a.id = ?1";
            type Row = (i64, Vec<u8>, Option<Vec<u8>>, bool);
            let mut s = self.conn.prepare_cached(sql)?;
            let found: Option<Row> = s.query_row([article.0], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))).optional()?;
            let Some((at, item, blocks, posts)) = found else { return Ok(None) };
            // What is damaged costs itself only.
            let Ok(mut item) = unpack::<Item>(&item) else { return Ok(None) };
            item.body = blocks.and_then(|b| unpack(&b).ok()).unwrap_or_default();
            // Coverage that ended has its posts still.
            item.live |= posts;
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
    let mut copies = Vec::new();
    let mut count = 0;
    let followed = super::live::any_followed(tx)?;
    let at = stamp(tx)?;
    for p in &placed.placements {
        let before: Option<Option<i64>> =
            tx.conn.prepare_cached("SELECT dispatch FROM article WHERE id = ?1")?.query_row([p.article.0], |r| r.get(0)).optional()?;
        // Gone meanwhile.
        let Some(before) = before else { continue };
        if let (None, Some(Why { how: How::Text, with, .. })) = (before, p.carries) {
            copies.push((p.article, with));
        }
        put(tx, p, at)?;
        if let Some(story) = p.story.filter(|_| followed) {
            super::live::grown(tx, p.article.0, story.0)?;
        }
        touched.extend(before);
        touched.extend(p.dispatch.map(|d| d.0));
        count += 1;
    }
    recount(tx, &touched)?;
    marks::follow(tx, &copies)?;
    for (from, into) in &placed.merged {
        let exists = tx.conn.prepare_cached("SELECT 1 FROM story WHERE id = ?1")?.exists([into.0])?;
        if exists {
            tx.conn.prepare_cached("UPDATE story SET merged = ?2 WHERE id = ?1")?.execute((from.0, into.0))?;
            let follow = "INSERT OR IGNORE INTO follow(story, since) SELECT ?2, since FROM follow WHERE story = ?1";
            tx.conn.prepare_cached(follow)?.execute((from.0, into.0))?;
            tx.conn.prepare_cached("DELETE FROM follow WHERE story = ?1")?.execute([from.0])?;
            let seen = "INSERT OR IGNORE INTO visit(story, at, last) SELECT ?2, at, last FROM visit WHERE story = ?1";
            tx.conn.prepare_cached(seen)?.execute((from.0, into.0))?;
            tx.conn.prepare_cached("DELETE FROM visit WHERE story = ?1")?.execute([from.0])?;
        }
    }
    // Of what is older than is kept only the last: it tells up to where all was placed.
    let since = micros(tx.now).saturating_sub(KEPT);
    let last = placed.likenesses.iter().map(|(article, _)| article.0).max();
    let sql =
        "INSERT OR REPLACE INTO likeness(article, time, data) SELECT id, time, ?2 FROM article WHERE id = ?1 AND (time >= ?3 OR id = ?4)";
    let mut keep = tx.conn.prepare_cached(sql)?;
    for (article, data) in &placed.likenesses {
        keep.execute(params![article.0, data, since, last])?;
    }
    let sql = "DELETE FROM likeness WHERE time < ?1 AND article < (SELECT max(article) FROM likeness)";
    tx.conn.prepare_cached(sql)?.execute([since])?;
    tx.conn.prepare_cached("DELETE FROM placing WHERE until < ?1")?.execute([micros(tx.now).saturating_sub(HELD)])?;
    Ok(Applied { count, ..Applied::default() })
}

/// The time of what is found out: now, but always after every list that is open, whatever the clock does, and after what
/// was found out before.
fn stamp(tx: &Tx<'_>) -> Result<i64> {
    Ok(micros(tx.now).max(marks::last_read(tx.conn)?.saturating_add(2)).max(last_until(tx.conn)?.saturating_add(1)))
}

/// When an article was last placed otherwise than before; 0 if none was.
pub(super) fn last_until(conn: &rusqlite::Connection) -> Result<i64> {
    Ok(conn.prepare_cached("SELECT coalesce(max(until), 0) FROM placing")?.query_row([], |r| r.get(0))?)
}

fn put(tx: &Tx<'_>, p: &Placement, at: i64) -> Result<()> {
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
    let (dispatch, story) = (p.dispatch.map(|d| d.0), p.story.map(|s| s.0));
    let sql = "INSERT OR IGNORE INTO placing(article, until, dispatch, story) SELECT id, ?4, dispatch, story FROM article
        WHERE id = ?1 AND (dispatch IS NOT ?2 OR story IS NOT ?3)";
    if tx.conn.prepare_cached(sql)?.execute(params![p.article.0, dispatch, story, at])? > 0 {
        tx.conn.prepare_cached("UPDATE article SET placed_at = ?2 WHERE id = ?1")?.execute((p.article.0, at))?;
    }
    let sql = "UPDATE article SET dispatch = ?2, story = ?3, shared = ?4, why = ?5 WHERE id = ?1";
    tx.conn.prepare_cached(sql)?.execute(params![p.article.0, dispatch, story, shared, why])?;
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

/// Where an article was, to be put back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Was {
    dispatch: Option<i64>,
    story: Option<i64>,
    shared: f64,
    why: Option<String>,
}

pub(super) fn apart(tx: &mut Tx<'_>, article: ArticleId, from: &[ArticleId]) -> Result<Applied> {
    let from = if from.is_empty() { company(tx, article)? } else { from.to_vec() };
    if from.len() > MAX_APART {
        return Err(Fault::Refused(format!("An article can be told apart from at most {MAX_APART} others at once.")));
    }
    let from: Vec<ArticleId> = from.iter().copied().filter(|other| *other != article).collect();
    let fresh = part(tx, article, &from, true)?;
    if fresh.is_empty() {
        return Ok(Applied::default());
    }
    let was = leave(tx, article, &from)?;
    record(tx, "told an article apart", 1, &Deed::Apart { article, from: fresh, was })
}

/// Everything that an article is with.
fn company(tx: &Tx<'_>, article: ArticleId) -> Result<Vec<ArticleId>> {
    let sql = "SELECT b.id FROM article a CROSS JOIN article b ON b.story = a.story WHERE a.id = ?1
        UNION SELECT b.id FROM article a CROSS JOIN article b ON b.dispatch = a.dispatch WHERE a.id = ?1";
    let mut s = tx.conn.prepare_cached(sql)?;
    Ok(s.query_map([article.0], |r| Ok(ArticleId(r.get(0)?)))?.collect::<rusqlite::Result<_>>()?)
}

/// Takes an article out of what it shares with `from`, at once and in every list: the reader asked for it. What it
/// belongs to instead is found out later.
fn leave(tx: &Tx<'_>, article: ArticleId, from: &[ArticleId]) -> Result<Option<Was>> {
    let sql = "SELECT dispatch, story, shared, why FROM article WHERE id = ?1";
    let read = |r: &rusqlite::Row<'_>| Ok(Was { dispatch: r.get(0)?, story: r.get(1)?, shared: r.get(2)?, why: r.get(3)? });
    let Some(was) = tx.conn.prepare_cached(sql)?.query_row([article.0], read).optional()? else { return Ok(None) };
    let mut s = tx.conn.prepare_cached("SELECT 1 FROM article WHERE id = ?1 AND (dispatch = ?2 OR story = ?3)")?;
    let mut with = false;
    for other in from {
        with |= s.exists(params![other.0, was.dispatch, was.story])?;
    }
    if !with {
        return Ok(None);
    }
    let sql = "UPDATE article SET dispatch = NULL, story = NULL, shared = 1, why = NULL, outlets = 1, placed_at = 0 WHERE id = ?1";
    tx.conn.prepare_cached(sql)?.execute([article.0])?;
    tx.conn.prepare_cached("DELETE FROM placing WHERE article = ?1")?.execute([article.0])?;
    recount(tx, &was.dispatch.into_iter().collect())?;
    Ok(Some(was))
}

/// Puts an article back where it was, or takes it out again.
pub(super) fn again(tx: &Tx<'_>, article: ArticleId, from: &[ArticleId], was: Option<&Was>, back: bool) -> Result<()> {
    part(tx, article, from, !back)?;
    let Some(was) = was else { return Ok(()) };
    if !back {
        return leave(tx, article, from).map(drop);
    }
    let sql = "UPDATE article SET dispatch = (SELECT id FROM dispatch WHERE id = ?2), story = (SELECT id FROM story WHERE id = ?3),
            shared = ?4, why = ?5, placed_at = 0 WHERE id = ?1";
    tx.conn.prepare_cached(sql)?.execute(params![article.0, was.dispatch, was.story, was.shared, was.why])?;
    tx.conn.prepare_cached("DELETE FROM placing WHERE article = ?1")?.execute([article.0])?;
    recount(tx, &was.dispatch.into_iter().collect())
}

/// Tells apart, or takes it back; those of `from` that it changed.
fn part(tx: &Tx<'_>, article: ArticleId, from: &[ArticleId], apart: bool) -> Result<Vec<ArticleId>> {
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
