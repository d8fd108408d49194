//! What cannot be fetched again, kept a second time: subscriptions, marks, tags, notes, highlights, views, what is followed
//! and what was told apart, once a day in a small file beside the cache, written whole or not at all.

use jiff::{Timestamp, civil::Date};
use rusqlite::{Connection, TransactionBehavior};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::error::{Fault, Result, StoreError, StoreErrorKind};
use super::open;
use super::restore;
use super::rows::unpack_within;
use super::write::{Tx, Writer};

/// The folder beside the cache.
const FOLDER: &str = "snapshots";
/// The newest days that are kept, and of the weeks before them the newest day each.
const DAYS: usize = 7;
const WEEKS: usize = 4;
/// No snapshot of ours unpacks to more.
const MAX: u64 = 512 << 20;

/// What a snapshot holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    format: u32,
    at: Timestamp,
    pub feeds: Vec<KeptFeed>,
    pub views: Vec<(String, String)>,
    /// Views, by name, that alert.
    #[serde(default)]
    pub alerting: Vec<String>,
    /// Where feeds (by address) and folders (by name) stand in the desk.
    #[serde(default)]
    pub standing: Vec<(bool, String, i64)>,
    /// Articles and since when they are followed; of a story its newest.
    #[serde(default)]
    pub follows: Vec<(Place, i64)>,
    /// Articles that the reader told apart.
    #[serde(default)]
    pub apart: Vec<(Place, Place)>,
    /// Stories by one of their articles, when the reader last looked at them, and the newest article then.
    #[serde(default)]
    pub visits: Vec<(Place, i64, Place)>,
}

/// An article by its feed's address and its key there: the same in every cache.
pub(super) type Place = (String, i64);

/// Of a story that is followed so many articles are kept, since not all of them come again.
const NEWEST: i64 = 3;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeptFeed {
    /// Its number here, by which articles find it again whose feed's own row is damaged.
    #[serde(default)]
    pub id: i64,
    pub address: String,
    pub subscribed: bool,
    pub settings: String,
    pub facts: String,
    pub marks: Vec<Mark>,
    pub tags: Vec<(i64, String)>,
    pub notes: Vec<(i64, i64, String)>,
    pub highlights: Vec<(i64, i64, i64, i64, String)>,
}

/// Article, read at, saved at, paragraph and letter that the reader had come to.
pub(super) type Mark = (i64, Option<i64>, Option<i64>, i64, i64);

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
    /// Articles and stories that are followed.
    pub follows: u64,
    /// Pairs that were told apart.
    pub apart: u64,
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
            follows: self.follows.len() as u64,
            apart: self.apart.len() as u64,
        }
    }
}

/// Reads all that is to be kept; of a damaged cache what can be read.
fn gather(conn: &Connection, at: Timestamp) -> Result<Kept> {
    let mut kept = Kept { format: 1, at, feeds: Vec::new(), ..Kept::default() };
    let mut s = conn.prepare("SELECT id, address, subscribed, settings, facts FROM feed ORDER BY id")?;
    let mut rows = s.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        kept.feeds.push(KeptFeed {
            id,
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
    let mut s = conn.prepare("SELECT name FROM view WHERE alert = 1 ORDER BY place, id")?;
    kept.alerting = s.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT s.folder, CASE WHEN s.folder THEN s.what ELSE f.address END, s.place FROM standing s
        LEFT JOIN feed f ON s.folder = 0 AND f.id = s.what WHERE s.folder OR f.id IS NOT NULL ORDER BY s.folder, s.place";
    let mut s = conn.prepare(sql)?;
    kept.standing = s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.collect::<rusqlite::Result<_>>()?;
    let place = |r: &rusqlite::Row<'_>, at: usize| -> rusqlite::Result<Place> { Ok((r.get(at)?, r.get(at + 1)?)) };
    let sql = "SELECT f.address, m.key, m.followed_at FROM mark m JOIN feed f ON f.id = m.feed WHERE m.followed_at IS NOT NULL
        UNION ALL SELECT f.address, a.key, w.since FROM follow w JOIN article a ON a.story = w.story JOIN feed f ON f.id = a.feed
            WHERE a.id IN (SELECT b.id FROM article b WHERE b.story = w.story ORDER BY b.time DESC LIMIT ?1)";
    let mut s = conn.prepare(sql)?;
    kept.follows = s.query_map([NEWEST], |r| Ok((place(r, 0)?, r.get(2)?)))?.collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT f.address, a.key, g.address, b.key FROM cannot_link c JOIN article a ON a.id = c.a JOIN feed f ON f.id = a.feed
        JOIN article b ON b.id = c.b JOIN feed g ON g.id = b.feed";
    let mut s = conn.prepare(sql)?;
    kept.apart = s.query_map([], |r| Ok((place(r, 0)?, place(r, 2)?)))?.collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT f.address, a.key, v.at, g.address, b.key FROM visit v JOIN article b ON b.id = v.last JOIN feed g ON g.id = b.feed
        JOIN article a ON a.id = (SELECT n.id FROM article n WHERE n.story = v.story ORDER BY n.time DESC LIMIT 1)
        JOIN feed f ON f.id = a.feed";
    let mut s = conn.prepare(sql)?;
    kept.visits = s.query_map([], |r| Ok((place(r, 0)?, r.get(2)?, place(r, 3)?)))?.collect::<rusqlite::Result<_>>()?;
    Ok(kept)
}

impl Writer {
    /// Takes today's snapshot, unless there is one or nothing to keep. The snapshot that was written.
    pub fn snapshot(&mut self, now: Timestamp) -> std::result::Result<Option<Snapshot>, StoreError> {
        let day = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        if list(&self.dir()).iter().any(|s| s.day == day) { Ok(None) } else { self.snapshot_anew(now) }
    }

    /// Takes today's snapshot again, with what was done since.
    pub fn snapshot_anew(&mut self, now: Timestamp) -> std::result::Result<Option<Snapshot>, StoreError> {
        let dir = self.dir().join(FOLDER);
        let day = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let path = dir.join(format!("{day}.json.zst"));
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

    /// Brings back what a snapshot holds: what is not here is added, what is here stays as it is. It can be taken back.
    pub fn restore(&mut self, snapshot: &Path, now: Timestamp) -> std::result::Result<Contents, StoreError> {
        let kept = read(snapshot)?;
        let path = self.dir().join(open::FILE);
        let Self { conn, packer, zone, .. } = self;
        let mut put = |conn: &mut Connection| -> Result<Contents> {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let back = restore::put(&mut Tx { conn: &tx, packer, now, zone, judge: None, words: &mut Vec::new() }, &kept)?;
            tx.commit()?;
            Ok(back)
        };
        put(conn).map_err(|fault| fault.at(&path))
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

pub(super) fn read(path: &Path) -> std::result::Result<Kept, StoreError> {
    let mut packed = Vec::new();
    let file = std::fs::File::open(path).and_then(|file| file.take(MAX).read_to_end(&mut packed));
    file.map_err(|e| StoreError::io(path, "read the snapshot", &e))?;
    let broken = |what: &str| {
        let advice = "`wiredesk restore --list` shows the others.";
        StoreError::new(StoreErrorKind::Corrupt, path, what, advice)
    };
    let kept: Kept = unpack_within(&packed, MAX as usize).map_err(|_| broken("This is no whole snapshot."))?;
    if kept.format != 1 {
        return Err(broken("This snapshot was written by another version of wiredesk."));
    }
    Ok(kept)
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
