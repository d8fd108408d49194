//! The reader's marks: read, saved, tags, position. Each lies in a table of its own, keyed by feed and guid, and is
//! mirrored in the article's row while there is one.

use rusqlite::{OptionalExtension, params, params_from_iter, types::Value};

use super::error::{Fault, Result};
use super::journal::{Deed, record};
use super::rows::micros;
use super::sql::{Asked, plan};
use super::write::Tx;
use crate::model::{Applied, ArticleId, Clean, Position, Query, Snapshot};

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Column {
    Read,
    Saved,
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Column::Read => "read_at",
            Column::Saved => "saved_at",
        }
    }
}

fn articles(n: u64) -> String {
    format!("{n} {}", if n == 1 { "article" } else { "articles" })
}

pub(super) fn read(tx: &mut Tx<'_>, ids: &[ArticleId], read: bool) -> Result<Applied> {
    pick(tx, Column::Read, ids, read)?;
    finish(tx, Column::Read, read, |n| format!("marked {} {}", articles(n), if read { "read" } else { "unread" }))
}

pub(super) fn save(tx: &mut Tx<'_>, ids: &[ArticleId], saved: bool) -> Result<Applied> {
    pick(tx, Column::Saved, ids, saved)?;
    finish(tx, Column::Saved, saved, |n| format!("{} {}", if saved { "saved" } else { "no longer saved:" }, articles(n)))
}

pub(super) fn read_all(tx: &mut Tx<'_>, query: &Query, as_of: Snapshot) -> Result<Applied> {
    tx.conn.prepare_cached("DELETE FROM temp.picked")?.execute([])?;
    let asked = Asked { conn: tx.conn, now: tx.now, zone: tx.zone, as_of: Some(as_of), unread: true };
    let plan = plan(&asked, query)?;
    if !plan.is_empty() {
        let sql = format!(
            "INSERT OR IGNORE INTO temp.picked(id, was) SELECT i, NULL FROM (SELECT 0 AS i, 0 AS t WHERE 0 UNION ALL {})",
            plan.rows("")
        );
        tx.conn.prepare(&sql)?.execute(params_from_iter(&plan.params))?;
    }
    finish(tx, Column::Read, true, |n| format!("marked {} read", articles(n)))
}

/// Picks those of `ids` that `on` would change, and the copies of what they carry: a dispatch is read (or saved) once,
/// whoever printed it. Other texts of the same story are not touched.
fn pick(tx: &mut Tx<'_>, column: Column, ids: &[ArticleId], on: bool) -> Result<()> {
    tx.conn.prepare_cached("DELETE FROM temp.picked")?.execute([])?;
    let name = column.name();
    let sql = format!("INSERT OR IGNORE INTO temp.picked(id, was) SELECT id, {name} FROM article WHERE id = ?1 AND ({name} IS NULL) = ?2");
    let mut insert = tx.conn.prepare_cached(&sql)?;
    let sql = format!(
        "INSERT OR IGNORE INTO temp.picked(id, was) SELECT c.id, c.{name} FROM article a
         CROSS JOIN article c INDEXED BY article_dispatch ON c.dispatch = a.dispatch WHERE a.id = ?1 AND (c.{name} IS NULL) = ?2"
    );
    let mut copies = tx.conn.prepare_cached(&sql)?;
    for id in ids {
        insert.execute((id.0, on))?;
        copies.execute((id.0, on))?;
    }
    Ok(())
}

/// A copy that came after its dispatch was read, word for word the same as one that was, is read: there is nothing new in
/// it. Pairs of the copy and what it equals; that is nothing the reader did, so there is nothing to take back.
pub(super) fn follow(tx: &Tx<'_>, copies: &[(ArticleId, ArticleId)]) -> Result<()> {
    if copies.is_empty() {
        return Ok(());
    }
    tx.conn.prepare_cached("DELETE FROM temp.picked")?.execute([])?;
    let sql = "INSERT OR IGNORE INTO temp.picked(id, was) SELECT a.id, NULL FROM article a JOIN article c ON c.id = ?2
        WHERE a.id = ?1 AND a.read_at IS NULL AND c.read_at IS NOT NULL AND c.dispatch = a.dispatch";
    let mut insert = tx.conn.prepare_cached(sql)?;
    let mut any = 0;
    for (copy, of) in copies {
        any += insert.execute((copy.0, of.0))?;
    }
    if any == 0 {
        return Ok(());
    }
    put(tx, Column::Read, "?1", Some(stamp(tx)?))
}

/// Marks what a rule fits. It is nothing that the reader did, so there is nothing to take back.
pub(super) fn by_rule(tx: &Tx<'_>, column: Column, ids: &[ArticleId]) -> Result<()> {
    tx.conn.prepare_cached("DELETE FROM temp.picked")?.execute([])?;
    let sql = format!("INSERT INTO temp.picked(id, was) SELECT id, NULL FROM article WHERE id = ?1 AND {} IS NULL", column.name());
    let mut insert = tx.conn.prepare_cached(&sql)?;
    for id in ids {
        insert.execute([id.0])?;
    }
    put(tx, column, "?1", Some(stamp(tx)?))
}

/// Marks what is picked, and writes it down.
fn finish(tx: &mut Tx<'_>, column: Column, on: bool, label: impl Fn(u64) -> String) -> Result<Applied> {
    let rows: Vec<(i64, Option<i64>)> = {
        let mut s = tx.conn.prepare_cached("SELECT id, was FROM temp.picked")?;
        s.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?
    };
    if rows.is_empty() {
        return Ok(Applied::default());
    }
    let at = if on { Some(stamp(tx)?) } else { None };
    put(tx, column, "?1", at)?;
    let count = rows.len() as u64;
    let deed = match column {
        Column::Read => Deed::Read(on, rows),
        Column::Saved => Deed::Save(on, rows),
    };
    record(tx, &label(count), count, &deed)
}

/// Takes a mark back, or makes it again.
pub(super) fn again(tx: &mut Tx<'_>, column: Column, on: bool, rows: &[(i64, Option<i64>)], back: bool) -> Result<()> {
    tx.conn.prepare_cached("DELETE FROM temp.picked")?.execute([])?;
    {
        let mut insert = tx.conn.prepare_cached("INSERT OR IGNORE INTO temp.picked(id, was) VALUES (?1, ?2)")?;
        for row in rows {
            insert.execute(*row)?;
        }
    }
    let at = if on { Some(stamp(tx)?) } else { None };
    put(tx, column, if back { "p.was" } else { "?1" }, if back { None } else { at })
}

/// Sets the column of what is picked to `value`, an expression of `?1` (`at`) or of `p`, in article and mark.
fn put(tx: &Tx<'_>, column: Column, value: &str, at: Option<i64>) -> Result<()> {
    let name = column.name();
    // A statement binds exactly the parameters it names.
    let bound: Vec<Value> = if value == "?1" { vec![at.map_or(Value::Null, Value::Integer)] } else { Vec::new() };
    let sql = update(column, value, at.is_some());
    tx.conn.prepare_cached(&sql)?.execute(params_from_iter(&bound))?;
    let sql = format!(
        "INSERT INTO mark(feed, key, {name}, seen) SELECT a.feed, a.key, {value}, a.seen FROM temp.picked p CROSS JOIN article a ON a.id = p.id WHERE true
         ON CONFLICT(feed, key) DO UPDATE SET {name} = excluded.{name}, seen = excluded.seen"
    );
    tx.conn.prepare_cached(&sql)?.execute(params_from_iter(&bound))?;
    Ok(())
}

/// Sets the column in the rows of what is picked. These are not joined with it: SQLite knows no size of a temporary table and
/// would rather look at every article.
pub(super) fn update(column: Column, value: &str, on: bool) -> String {
    let name = column.name();
    let own = if value == "?1" { "?1".to_owned() } else { format!("(SELECT {value} FROM temp.picked p WHERE p.id = article.id)") };
    let also = match column {
        // What is read is read as it stands. What is taken back leaves what was seen: that it was seen stays true.
        Column::Read if on => ", seen = versions".to_owned(),
        Column::Read => String::new(),
        // Of a feed that was left, only what is saved stays in the lists.
        Column::Saved => {
            format!(", listed = max((SELECT subscribed FROM feed f WHERE f.id = article.feed) AND hidden = 0, {own} IS NOT NULL)")
        }
    };
    format!("UPDATE article SET {name} = {own}{also} WHERE id IN (SELECT id FROM temp.picked)")
}

/// The time for new marks: now, but always after the last one and after what was found out last, whatever the clock does;
/// “read since the list was opened” relies on it.
pub(super) fn stamp(tx: &Tx<'_>) -> Result<i64> {
    Ok(micros(tx.now).max(last_read(tx.conn)?.saturating_add(1)).max(super::place::last_until(tx.conn)?))
}

/// When an article was last marked read; 0 if none was.
pub(super) fn last_read(conn: &rusqlite::Connection) -> Result<i64> {
    let sql = "SELECT read_at FROM article INDEXED BY article_read WHERE read_at IS NOT NULL ORDER BY read_at DESC LIMIT 1";
    Ok(conn.prepare_cached(sql)?.query_row([], |r| r.get(0)).optional()?.unwrap_or(0))
}

pub(super) fn tag(tx: &mut Tx<'_>, ids: &[ArticleId], tag: &Clean, on: bool) -> Result<Applied> {
    let tag = Clean::line(tag);
    if tag.is_empty() || tag.len() > 100 {
        return Err(Fault::Refused("A tag has 1 to 100 letters.".into()));
    }
    let ids = put_tag(tx, ids, &tag, on)?;
    if ids.is_empty() {
        return Ok(Applied::default());
    }
    let count = ids.len() as u64;
    let label = format!("{} {} “{tag}”", if on { "tagged" } else { "untagged" }, articles(count));
    record(tx, &label, count, &Deed::Tag { tag, on, ids })
}

/// Those of `ids` that it changed.
pub(super) fn put_tag(tx: &Tx<'_>, ids: &[ArticleId], tag: &Clean, on: bool) -> Result<Vec<ArticleId>> {
    let mut s = tx.conn.prepare_cached(if on {
        "INSERT OR IGNORE INTO tag(tag, feed, key) SELECT ?2, feed, key FROM article WHERE id = ?1"
    } else {
        "DELETE FROM tag WHERE tag = ?2 AND (feed, key) = (SELECT feed, key FROM article WHERE id = ?1)"
    })?;
    let mut out = Vec::new();
    for id in ids {
        if s.execute((id.0, tag.as_str()))? > 0 {
            out.push(*id);
        }
    }
    Ok(out)
}

/// The version that the reader has seen; never an older one than before.
pub(super) fn seen(tx: &Tx<'_>, id: ArticleId, version: u32) -> Result<Applied> {
    let sql = "UPDATE article SET seen = min(?2, versions) WHERE id = ?1 AND seen < min(?2, versions)";
    let n = tx.conn.prepare_cached(sql)?.execute((id.0, version))?;
    let sql = "INSERT INTO mark(feed, key, seen) SELECT feed, key, seen FROM article WHERE id = ?1
        ON CONFLICT(feed, key) DO UPDATE SET seen = excluded.seen";
    tx.conn.prepare_cached(sql)?.execute([id.0])?;
    Ok(Applied { count: n as u64, ..Applied::default() })
}

pub(super) fn position(tx: &Tx<'_>, id: ArticleId, position: Position) -> Result<Applied> {
    let sql = "INSERT INTO mark(feed, key, block, offset) SELECT feed, key, ?2, ?3 FROM article WHERE id = ?1
        ON CONFLICT(feed, key) DO UPDATE SET block = excluded.block, offset = excluded.offset";
    let n = tx.conn.prepare_cached(sql)?.execute(params![id.0, position.block, position.offset])?;
    Ok(Applied { count: n as u64, ..Applied::default() })
}
