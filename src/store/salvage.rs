//! A damaged cache: all that can still be read of it goes, row by row, into a new one, and the old file is kept aside.

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, params, types::Value};
use std::path::{Path, PathBuf};

use super::compound::Lexicon;
use super::error::{Fault, Result, StoreError};
use super::rows::{to_json, unpack};
use super::{index, open, snapshot};
use crate::model::{Block, Clean, FeedSettings, Item, plain_text};

/// What is copied as it is. Counters and the search index are made anew; `article` comes before what hangs on it.
const TABLES: &[&str] = &[
    "feed",
    "host",
    "outlet",
    "agency",
    "dispatch",
    "story",
    "cannot_link",
    "follow",
    "visit",
    "view",
    "standing",
    "pick",
    "note",
    "highlight",
    "mark",
    "tag",
    "article",
    "body",
    "version",
    "delivered",
    "likeness",
    "placing",
    "live_post",
    "credit",
    "journal",
    "ruled",
    "alert",
    "tidied",
];

/// Ids between what was read from both ends of a damaged table that are tried one by one.
const MOST_TRIED: i64 = 2_000_000;
/// Articles whose words go into the index at once.
const BATCH: usize = 500;

/// What became of a damaged cache.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Where the old file is now.
    pub aside: PathBuf,
    /// Articles that are whole.
    pub articles: u64,
    /// Articles that were there and whose text is lost.
    pub lost: u64,
}

/// Whether the cache in `dir` is whole, as far as reading every page tells; what is wrong with it otherwise.
pub fn damage(dir: &Path) -> Option<String> {
    let looked = super::Reader::open(dir).and_then(|reader| reader.integrity());
    match looked {
        Ok(found) => found.into_iter().next(),
        Err(e) => matches!(e.kind, super::StoreErrorKind::Corrupt | super::StoreErrorKind::NotADatabase).then_some(e.what),
    }
}

/// Puts a new cache in the place of a damaged one, with all that can be read of it.
pub fn salvage(dir: &Path, now: Timestamp) -> std::result::Result<Salvaged, StoreError> {
    let old = dir.join(open::FILE);
    let stamp = now.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%dT%H%M%S").to_string();
    let work = dir.join(format!("salvage-{}", std::process::id()));
    let fail = |doing: &'static str| move |e: std::io::Error| StoreError::io(&old, doing, &e);
    let _ = std::fs::remove_dir_all(&work);
    let (mut conn, new) = open::read_write(&work)?;
    let mut out = copy(&dir.join(open::FILE), &mut conn).map_err(|fault| fault.at(&new))?;
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(|e| Fault::Sql(e).at(&new))?;
    drop(conn);
    // Its log goes along under its new name, for whoever wants to look into it with other tools.
    out.aside = dir.join(format!("damaged-{stamp}.db"));
    for end in ["-wal", "-shm"] {
        let _ = std::fs::rename(dir.join(format!("{}{end}", open::FILE)), dir.join(format!("damaged-{stamp}.db{end}")));
    }
    std::fs::rename(dir.join(open::FILE), &out.aside).map_err(fail("put the damaged cache aside"))?;
    std::fs::rename(&new, dir.join(open::FILE)).map_err(|e| StoreError::io(&new, "put the new cache in its place", &e))?;
    let _ = std::fs::remove_dir_all(&work);
    Ok(out)
}

/// Opens a damaged file as far as it opens: one that was cut off only so.
fn source(path: &Path) -> Option<Connection> {
    // Only to read: the log beside it is read too, and neither is written back.
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX).ok()?;
    conn.execute_batch("PRAGMA writable_schema = ON; PRAGMA query_only = ON; PRAGMA cell_size_check = ON;").ok()?;
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0)).ok()?;
    Some(conn)
}

fn copy(from: &Path, conn: &mut Connection) -> Result<Salvaged> {
    let mut out = Salvaged::default();
    let Some(source) = source(from) else { return Ok(out) };
    conn.execute_batch("PRAGMA foreign_keys = OFF")?;
    let tx = conn.transaction()?;
    for table in TABLES {
        let columns: Vec<String> = tx
            .prepare("SELECT '\"' || name || '\"' FROM pragma_table_info(?1) ORDER BY cid")?
            .query_map([table], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let marks: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
        let mut insert = tx.prepare(&format!("INSERT OR IGNORE INTO {table}({}) VALUES ({})", columns.join(", "), marks.join(", ")))?;
        rows(&source, table, &columns, &mut |values| insert.execute(rusqlite::params_from_iter(values)).map(drop))?;
    }
    // Counted anew by the triggers when credits came in; what they counted twice is put right.
    tx.execute_batch("UPDATE agency SET unread = (SELECT count(*) FROM credit c WHERE c.agency = agency.id AND c.unread = 1)")?;
    find_feeds(&tx, from)?;
    let known: i64 = tx.query_row("SELECT count(*) FROM article", [], |r| r.get(0))?;
    whole(&tx)?;
    tx.execute_batch(
        "DELETE FROM article WHERE feed NOT IN (SELECT id FROM feed);
         INSERT OR IGNORE INTO outlet(id, name) SELECT DISTINCT outlet, 'outlet ' || outlet FROM article WHERE outlet NOT IN (SELECT id FROM outlet);
         UPDATE article SET dispatch = NULL WHERE dispatch NOT IN (SELECT id FROM dispatch);
         UPDATE article SET story = NULL WHERE story NOT IN (SELECT id FROM story);
         DELETE FROM version WHERE article NOT IN (SELECT id FROM article);
         DELETE FROM delivered WHERE article NOT IN (SELECT id FROM article) OR body NOT IN (SELECT id FROM body);
         DELETE FROM likeness WHERE article NOT IN (SELECT id FROM article);
         DELETE FROM placing WHERE article NOT IN (SELECT id FROM article);
         DELETE FROM ruled WHERE article NOT IN (SELECT id FROM article);
         DELETE FROM alert WHERE article NOT IN (SELECT id FROM article);
         DELETE FROM live_post WHERE article NOT IN (SELECT id FROM article);
         DELETE FROM credit WHERE article NOT IN (SELECT id FROM article) OR agency NOT IN (SELECT id FROM agency);
         DELETE FROM follow WHERE story NOT IN (SELECT id FROM story);
         DELETE FROM visit WHERE story NOT IN (SELECT id FROM story);
         INSERT OR IGNORE INTO mark(feed, key, read_at, saved_at, seen)
            SELECT feed, key, read_at, saved_at, seen FROM article WHERE read_at IS NOT NULL OR saved_at IS NOT NULL;",
    )?;
    let kept: i64 = tx.query_row("SELECT count(*) FROM article", [], |r| r.get(0))?;
    out.articles = kept.max(0).unsigned_abs();
    out.lost = (known - kept).max(0).unsigned_abs();
    tx.commit()?;
    conn.execute_batch("PRAGMA foreign_keys = ON")?;
    Ok(out)
}

/// Articles whose feed's row is lost keep a feed: as the newest snapshot knows it, or one that waits for its address.
fn find_feeds(tx: &Connection, from: &Path) -> Result<()> {
    let lost: Vec<i64> = tx
        .prepare("SELECT DISTINCT feed FROM article WHERE feed NOT IN (SELECT id FROM feed)")?
        .query_map([], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if lost.is_empty() {
        return Ok(());
    }
    let newest = from.parent().and_then(|dir| snapshot::list(dir).into_iter().next());
    let kept = newest.and_then(|s| snapshot::read(&s.path).ok()).map_or_else(Vec::new, |kept| kept.feeds);
    let mut insert = tx.prepare(
        "INSERT OR IGNORE INTO feed(id, address, subscribed, added, paused, settings, facts, health, validators, rhythm)
         VALUES (?1, ?2, ?3, 0, coalesce(json_extract(?4, '$.paused'), 0), ?4, ?5, '{}', '{}', '{}')",
    )?;
    for id in lost {
        let known = kept.iter().find(|feed| feed.id == id);
        let there = known.map_or(Ok(0), |f| insert.execute(params![id, f.address, f.subscribed, f.settings, f.facts]))?;
        if there == 0 {
            let title = format!("Lost feed {id}: `wiredesk set {id} --address …` gives it its address");
            let settings = FeedSettings { title: Some(Clean::line(&title)), paused: true, ..FeedSettings::default() };
            insert.execute(params![id, format!("https://lost.invalid/{id}"), true, to_json(&settings)?, "{}"])?;
        }
        tx.execute(
            "UPDATE tally SET (articles, listed, unread, saved, changed) = (SELECT count(*), coalesce(sum(listed), 0), coalesce(sum(listed AND read_at IS NULL), 0),
                coalesce(sum(saved_at IS NOT NULL), 0), coalesce(sum(listed AND versions > 1 AND (read_at IS NULL OR seen < versions)), 0)
                FROM article WHERE feed = ?1) WHERE feed = ?1",
            [id],
        )?;
    }
    Ok(())
}

/// Hands on all rows of a table that can be read: from its beginning, from its end, and what lies between one by one.
fn rows(source: &Connection, table: &str, columns: &[String], take: &mut dyn FnMut(Vec<Value>) -> rusqlite::Result<()>) -> Result<()> {
    let list = columns.join(", ");
    let keyed = source.prepare(&format!("SELECT rowid FROM {table} LIMIT 0")).is_ok();
    let key = if keyed { "rowid" } else { "0" };
    let mut pass = |sql: &str, bound: &[i64]| -> Result<(Option<i64>, bool)> {
        let Ok(mut s) = source.prepare(sql) else { return Ok((None, false)) };
        let Ok(mut rows) = s.query(rusqlite::params_from_iter(bound)) else { return Ok((None, false)) };
        let mut last = None;
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    let Ok(id) = row.get::<_, i64>(0) else { continue };
                    let values: rusqlite::Result<Vec<Value>> = (1..=columns.len()).map(|n| row.get(n)).collect();
                    last = Some(id);
                    if let Ok(values) = values {
                        // What breaks a rule of the schema is damaged too; a full disk is another matter.
                        if let Err(fault) = take(values).map_err(Fault::from)
                            && !fault.is_own()
                        {
                            return Err(fault);
                        }
                    }
                }
                Ok(None) => return Ok((last, true)),
                Err(_) => return Ok((last, false)),
            }
        }
    };
    let order = if keyed { "rowid".to_owned() } else { columns.first().cloned().unwrap_or_default() };
    let (low, done) = pass(&format!("SELECT {key}, {list} FROM {table} ORDER BY {order}"), &[])?;
    if done {
        return Ok(());
    }
    let (high, _) = pass(&format!("SELECT {key}, {list} FROM {table} ORDER BY {order} DESC"), &[])?;
    if let (true, Some(low), Some(high)) = (keyed, low, high) {
        let one = format!("SELECT rowid, {list} FROM {table} WHERE rowid = ?1");
        for id in (low + 1..high).take(usize::try_from(MOST_TRIED).unwrap_or(usize::MAX)) {
            pass(&one, &[id])?;
        }
    }
    Ok(())
}

/// Puts the words of whole articles into the index. An article whose newest state cannot be read falls back to an older
/// one; if none can be, it goes, and its marks stay for when it is fetched again.
fn whole(tx: &Connection) -> Result<()> {
    let ids: Vec<i64> = tx.prepare("SELECT id FROM article ORDER BY id")?.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    let (mut words, mut lexicon) = (Vec::new(), Lexicon::default());
    for id in ids {
        let mut found = None;
        let mut s = tx.prepare_cached(
            "SELECT v.number, v.item, v.body, b.blocks FROM version v LEFT JOIN body b ON b.id = v.body WHERE v.article = ?1 ORDER BY v.number DESC",
        )?;
        let mut versions = s.query([id])?;
        while let Some(row) = versions.next()? {
            // A cell of another kind than it should be is damaged too.
            let (Ok(number), Ok(item)) = (row.get::<_, u32>(0), row.get::<_, Vec<u8>>(1)) else { continue };
            let (Ok(body), Ok(blocks)) = (row.get::<_, Option<i64>>(2), row.get::<_, Option<Vec<u8>>>(3)) else { continue };
            let Ok(item) = unpack::<Item>(&item) else { continue };
            let blocks = match (body, blocks) {
                (None, _) => Some(Vec::new()),
                (Some(_), Some(blocks)) => unpack::<Vec<Block>>(&blocks).ok(),
                (Some(_), None) => None,
            };
            if let Some(blocks) = blocks {
                found = Some((number, item, blocks));
                break;
            }
        }
        drop(versions);
        match found {
            Some((number, item, blocks)) => {
                tx.prepare_cached("DELETE FROM version WHERE article = ?1 AND number > ?2")?.execute(params![id, number])?;
                tx.prepare_cached("UPDATE article SET versions = ?2 WHERE id = ?1 AND versions <> ?2")?.execute(params![id, number])?;
                words.push(index::words_of(id, &item, &plain_text(&blocks), &item.posts, false));
                if words.len() >= BATCH {
                    index::write(tx, &mut words, &mut lexicon)?;
                }
            }
            None => {
                let sql = "INSERT OR IGNORE INTO mark(feed, key, read_at, saved_at, seen)
                     SELECT feed, key, read_at, saved_at, 0 FROM article WHERE id = ?1 AND (read_at IS NOT NULL OR saved_at IS NOT NULL)";
                tx.prepare_cached(sql)?.execute([id])?;
                tx.prepare_cached("DELETE FROM credit WHERE article = ?1")?.execute([id])?;
                tx.prepare_cached("DELETE FROM article WHERE id = ?1")?.execute([id])?;
            }
        }
    }
    index::write(tx, &mut words, &mut lexicon)
}
