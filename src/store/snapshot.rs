//! What cannot be fetched again, kept a second time: subscriptions, marks, tags, notes, highlights and views, once a day in
//! a small file beside the cache, written whole or not at all; and brought back from there into any cache.

use jiff::{Timestamp, civil::Date};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::error::{Fault, Result, StoreError, StoreErrorKind};
use super::open;
use super::rows::{micros, unpack};
use super::write::Writer;

/// The folder beside the cache.
const FOLDER: &str = "snapshots";
/// The newest days that are kept, and of the weeks before them the newest day each.
const DAYS: usize = 7;
const WEEKS: usize = 4;
/// No snapshot of ours unpacks to more.
const MAX: u64 = 512 << 20;

/// What a snapshot holds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    format: u32,
    at: Timestamp,
    feeds: Vec<KeptFeed>,
    views: Vec<(String, String)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptFeed {
    address: String,
    subscribed: bool,
    settings: String,
    facts: String,
    marks: Vec<Mark>,
    tags: Vec<(i64, String)>,
    notes: Vec<(i64, i64, String)>,
    highlights: Vec<(i64, i64, i64, i64, String)>,
}

/// Article, read at, saved at, paragraph and letter that the reader had come to.
type Mark = (i64, Option<i64>, Option<i64>, i64, i64);

/// A snapshot as it lies on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Its day.
    pub day: Date,
    /// Its file.
    pub path: PathBuf,
}

/// What came back, or what there is to bring back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Subscriptions.
    pub feeds: u64,
    /// Articles read, saved or left in the middle.
    pub marks: u64,
    /// Tags on articles.
    pub tags: u64,
    /// Notes and highlights.
    pub notes: u64,
    /// Views.
    pub views: u64,
}

impl Kept {
    fn contents(&self) -> Contents {
        let n = |f: fn(&KeptFeed) -> usize| self.feeds.iter().map(f).sum::<usize>() as u64;
        Contents {
            feeds: n(|f| usize::from(f.subscribed)),
            marks: n(|f| f.marks.len()),
            tags: n(|f| f.tags.len()),
            notes: n(|f| f.notes.len() + f.highlights.len()),
            views: self.views.len() as u64,
        }
    }
}

/// Reads all that is to be kept; of a damaged cache what can be read.
fn gather(conn: &Connection, at: Timestamp) -> Result<Kept> {
    let mut kept = Kept { format: 1, at, feeds: Vec::new(), views: Vec::new() };
    let mut s = conn.prepare("SELECT id, address, subscribed, settings, facts FROM feed ORDER BY id")?;
    let mut rows = s.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        kept.feeds.push(KeptFeed {
            address: row.get(1)?,
            subscribed: row.get(2)?,
            settings: row.get(3)?,
            facts: row.get(4)?,
            marks: conn
                .prepare_cached("SELECT key, read_at, saved_at, block, offset FROM mark WHERE feed = ?1")?
                .query_map([id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)))?
                .collect::<rusqlite::Result<_>>()?,
            tags: conn
                .prepare_cached("SELECT key, tag FROM tag WHERE feed = ?1")?
                .query_map([id], |r| Ok((r.get(0)?, r.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?,
            notes: conn
                .prepare_cached("SELECT key, at, text FROM note WHERE feed = ?1")?
                .query_map([id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
                .collect::<rusqlite::Result<_>>()?,
            highlights: conn
                .prepare_cached("SELECT key, hash, block, at, text FROM highlight WHERE feed = ?1")?
                .query_map([id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)))?
                .collect::<rusqlite::Result<_>>()?,
        });
    }
    let mut s = conn.prepare("SELECT name, query FROM view ORDER BY place, id")?;
    kept.views = s.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    Ok(kept)
}

impl Writer {
    /// Takes today's snapshot, unless there is one or nothing to keep. The snapshot that was written.
    pub fn snapshot(&mut self, now: Timestamp) -> std::result::Result<Option<Snapshot>, StoreError> {
        let dir = self.dir().join(FOLDER);
        let day = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let path = dir.join(format!("{day}.json.zst"));
        if path.exists() {
            return Ok(None);
        }
        let kept = {
            let tx = self.conn.transaction().map_err(|e| Fault::Sql(e).at(&path))?;
            gather(&tx, now).map_err(|fault| fault.at(&path))?
        };
        if kept.feeds.is_empty() {
            return Ok(None);
        }
        open::make_dir(&dir)?;
        let packed = serde_json::to_vec(&kept)
            .map_err(std::io::Error::from)
            .and_then(|json| zstd::bulk::compress(&json, 6))
            .map_err(|e| StoreError::io(&path, "pack the snapshot", &e))?;
        write(&path, &packed).map_err(|e| StoreError::io(&path, "write the snapshot", &e))?;
        let all: Vec<Date> = list(&self.dir()).iter().map(|s| s.day).collect();
        for old in superfluous(&all).into_iter().filter(|old| *old != day) {
            let _ = std::fs::remove_file(dir.join(format!("{old}.json.zst")));
        }
        Ok(Some(Snapshot { day, path }))
    }

    /// Brings back what a snapshot holds: what is not here is added, what is here stays as it is.
    pub fn restore(&mut self, snapshot: &Path, now: Timestamp) -> std::result::Result<Contents, StoreError> {
        let kept = read(snapshot)?;
        let path = self.dir().join(open::FILE);
        put(&mut self.conn, &kept, now).map_err(|fault| fault.at(&path))
    }
}

/// Writes a file of its own and puts it in place once it is on the disk.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let new = path.with_extension(format!("new-{}", std::process::id()));
    let written = open::private().create(true).truncate(true).open(&new).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let done = written.and_then(|()| std::fs::rename(&new, path));
    if done.is_err() {
        let _ = std::fs::remove_file(&new);
    }
    done
}

/// The snapshots of the cache in `dir`, the newest first.
pub fn list(dir: &Path) -> Vec<Snapshot> {
    let Ok(entries) = std::fs::read_dir(dir.join(FOLDER)) else { return Vec::new() };
    let mut all: Vec<Snapshot> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let day = path.file_name()?.to_str()?.strip_suffix(".json.zst")?.parse().ok()?;
            Some(Snapshot { day, path })
        })
        .collect();
    all.sort_by_key(|s| std::cmp::Reverse(s.day));
    all
}

/// Removes all snapshots of the cache in `dir`, for a cache that is made anew each time.
pub fn clear(dir: &Path) {
    list(dir).iter().for_each(|s| drop(std::fs::remove_file(&s.path)));
    let _ = std::fs::remove_dir(dir.join(FOLDER));
}

/// The days that go: all but the newest seven, and the newest of each of the four weeks before those.
fn superfluous(newest_first: &[Date]) -> Vec<Date> {
    let older = newest_first.get(DAYS..).unwrap_or_default();
    let mut weeks = Vec::new();
    older
        .iter()
        .filter(|day| {
            let week = (day.iso_week_date().year(), day.iso_week_date().week());
            let kept = weeks.len() < WEEKS && !weeks.contains(&week);
            if kept {
                weeks.push(week);
            }
            !kept
        })
        .copied()
        .collect()
}

/// What a snapshot holds.
pub fn contents(snapshot: &Path) -> std::result::Result<Contents, StoreError> {
    Ok(read(snapshot)?.contents())
}

fn read(path: &Path) -> std::result::Result<Kept, StoreError> {
    let mut packed = Vec::new();
    let file = std::fs::File::open(path).and_then(|file| file.take(MAX).read_to_end(&mut packed));
    file.map_err(|e| StoreError::io(path, "read the snapshot", &e))?;
    let broken = |what: &str| {
        let advice = "`wiredesk restore --list` shows the others.";
        StoreError::new(StoreErrorKind::Corrupt, path, what, advice)
    };
    let kept: Kept = unpack(&packed).map_err(|_| broken("This is no whole snapshot."))?;
    if kept.format != 1 {
        return Err(broken("This snapshot was written by another version of wiredesk."));
    }
    Ok(kept)
}

fn put(conn: &mut Connection, kept: &Kept, now: Timestamp) -> Result<Contents> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut back = Contents::default();
    for feed in &kept.feeds {
        let known: Option<(i64, bool)> = tx
            .prepare_cached("SELECT id, subscribed FROM feed WHERE address = ?1")?
            .query_row([&feed.address], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let id = match known {
            Some((id, subscribed)) => {
                if feed.subscribed && !subscribed {
                    tx.prepare_cached("UPDATE feed SET subscribed = 1, next = NULL WHERE id = ?1")?.execute([id])?;
                    tx.prepare_cached("UPDATE article SET listed = 1 WHERE feed = ?1")?.execute([id])?;
                    back.feeds += 1;
                }
                id
            }
            None => {
                tx.prepare_cached(
                    "INSERT INTO feed(address, subscribed, added, paused, settings, facts, health, validators, rhythm)
                     VALUES (?1, ?2, ?3, coalesce(json_extract(?4, '$.paused'), 0), ?4, ?5, '{}', '{}', '{}')",
                )?
                .execute(params![feed.address, feed.subscribed, micros(now), feed.settings, feed.facts])?;
                back.feeds += u64::from(feed.subscribed);
                tx.last_insert_rowid()
            }
        };
        for (key, read_at, saved_at, block, offset) in &feed.marks {
            let n = tx
                .prepare_cached(
                    "INSERT INTO mark(feed, key, read_at, saved_at, block, offset) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT(feed, key) DO UPDATE SET read_at = coalesce(read_at, excluded.read_at),
                        saved_at = coalesce(saved_at, excluded.saved_at), block = max(block, excluded.block),
                        offset = CASE WHEN block >= excluded.block THEN offset ELSE excluded.offset END
                     WHERE (read_at IS NULL AND excluded.read_at IS NOT NULL) OR (saved_at IS NULL AND excluded.saved_at IS NOT NULL)
                        OR block < excluded.block",
                )?
                .execute(params![id, key, read_at, saved_at, block, offset])?;
            if n > 0 {
                tx.prepare_cached(
                    "UPDATE article SET read_at = coalesce(read_at, ?3), saved_at = coalesce(saved_at, ?4),
                        seen = CASE WHEN seen = 0 AND ?3 IS NOT NULL THEN versions ELSE seen END,
                        listed = max(listed, ?4 IS NOT NULL) WHERE feed = ?1 AND key = ?2",
                )?
                .execute(params![id, key, read_at, saved_at])?;
            }
            back.marks += n as u64;
        }
        for (key, tag) in &feed.tags {
            let sql = "INSERT OR IGNORE INTO tag(tag, feed, key) VALUES (?1, ?2, ?3)";
            back.tags += tx.prepare_cached(sql)?.execute(params![tag, id, key])? as u64;
        }
        for (key, at, text) in &feed.notes {
            let sql = "INSERT OR IGNORE INTO note(feed, key, at, text) VALUES (?1, ?2, ?3, ?4)";
            back.notes += tx.prepare_cached(sql)?.execute(params![id, key, at, text])? as u64;
        }
        for (key, hash, block, at, text) in &feed.highlights {
            let sql = "INSERT OR IGNORE INTO highlight(feed, key, hash, block, at, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            back.notes += tx.prepare_cached(sql)?.execute(params![id, key, hash, block, at, text])? as u64;
        }
    }
    for (name, query) in &kept.views {
        let sql = "INSERT OR IGNORE INTO view(name, query, place) SELECT ?1, ?2, coalesce(max(place), 0) + 1 FROM view";
        back.views += tx.prepare_cached(sql)?.execute((name, query))? as u64;
    }
    tx.commit()?;
    Ok(back)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_days_and_four_weeks_are_kept() {
        let today: Date = "2025-08-16".parse().unwrap();
        let days: Vec<Date> = (0..60).map(|n| today - jiff::Span::new().days(n)).collect();
        let gone = superfluous(&days);
        let kept: Vec<String> = days.iter().filter(|d| !gone.contains(d)).map(Date::to_string).collect();
        assert_eq!(
            kept.join(" "),
            "2025-08-16 2025-08-15 2025-08-14 2025-08-13 2025-08-12 2025-08-11 2025-08-10 2025-08-09 2025-08-03 2025-07-27 2025-07-20"
        );
        assert_eq!(superfluous(&days[..7]), []);
    }
}
