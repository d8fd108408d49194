//! newsboat's `cache.db`, read only and without trust: which feeds it holds, and their entries with what their reader did
//! to them. The file is never written, and whatever it claims, no more than the bounds here is read of it.

use rusqlite::{Connection, OpenFlags, Row};
use std::path::{Path, PathBuf};

use super::error::{Fault, Result, StoreError, StoreErrorKind};
use super::open::uri;
use crate::model::CachedEntry;

/// Feeds read, entries of one feed, and bytes of one entry's text and of its other fields.
const MAX_FEEDS: i64 = 20_000;
const MAX_ENTRIES: i64 = 20_000;
const MAX_TEXT: usize = 1 << 20;
const MAX_FIELD: usize = 8192;
/// Bytes of all texts of one feed.
const MAX_TEXTS: usize = 128 << 20;

/// Such a cache, opened.
pub struct Newsboat {
    conn: Connection,
    path: PathBuf,
    /// Columns of `rss_item`; older versions have fewer.
    columns: Vec<String>,
}

/// A feed of such a cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedFeed {
    /// What is polled, as newsboat keeps it; may be a command.
    pub address: String,
    /// Its site.
    pub site: String,
    /// Its title.
    pub title: String,
}

impl Newsboat {
    /// Whether these are the first bytes of a database.
    pub fn sniff(bytes: &[u8]) -> bool {
        bytes.starts_with(b"SQLite format 3\0")
    }

    /// Opens the cache at `path`, beside a newsboat that may be running.
    pub fn open(path: &Path) -> std::result::Result<Self, StoreError> {
        let at_rest = |_| -> Result<Self> { Self::open_with(path, true) };
        Self::open_with(path, false).or_else(at_rest).map_err(|fault| match fault {
            Fault::Refused(what) => {
                StoreError::new(StoreErrorKind::Foreign, path, what, "`wiredesk import` reads newsboat's cache.db, its urls, and OPML.")
            }
            fault => foreign(fault, path),
        })
    }

    fn open_with(path: &Path, at_rest: bool) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = match at_rest {
            true => Connection::open_with_flags(uri(path), flags | OpenFlags::SQLITE_OPEN_URI)?,
            false => Connection::open_with_flags(path, flags)?,
        };
        conn.busy_timeout(std::time::Duration::from_secs(2))?;
        conn.execute_batch("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;")?;
        // Tables only: a view or a virtual table of that name would compute what it likes.
        let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('rss_feed', 'rss_item') AND sql NOT LIKE 'CREATE VIRTUAL%'";
        if conn.query_row(sql, [], |r| r.get::<_, i64>(0))? != 2 {
            return Err(Fault::Refused("It is a database, but not newsboat's.".into()));
        }
        let mut s = conn.prepare("SELECT name FROM pragma_table_info('rss_item')")?;
        let columns: Vec<String> = s.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        drop(s);
        Ok(Self { conn, path: path.to_owned(), columns })
    }

    /// The feeds, in the order in which they came.
    pub fn feeds(&self) -> std::result::Result<Vec<CachedFeed>, StoreError> {
        let read = || -> Result<Vec<CachedFeed>> {
            let mut s = self.conn.prepare("SELECT rssurl, url, title FROM rss_feed ORDER BY rowid LIMIT ?1")?;
            let rows = s.query_map([MAX_FEEDS], |r| {
                Ok(CachedFeed { address: text(r, 0, MAX_FIELD)?, site: text(r, 1, MAX_FIELD)?, title: text(r, 2, MAX_FIELD)? })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        read().map_err(|fault| foreign(fault, &self.path))
    }

    /// The entries of a feed, newest first.
    pub fn entries(&self, feed: &CachedFeed) -> std::result::Result<Vec<CachedEntry>, StoreError> {
        let or =
            |name: &str, without: &'static str| if self.columns.iter().any(|c| c == name) { name.to_owned() } else { without.to_owned() };
        let read = || -> Result<Vec<CachedEntry>> {
            let sql = format!(
                "SELECT guid, title, author, url, content, {}, {}, pubDate, unread, {}, {} FROM rss_item WHERE feedurl = ?1
                 ORDER BY pubDate DESC, id DESC LIMIT ?2",
                or("content_mime_type", "''"),
                or("base", "''"),
                or("flags", "''"),
                or("deleted", "0"),
            );
            let mut s = self.conn.prepare(&sql)?;
            let mut rows = s.query((feed.address.as_str(), MAX_ENTRIES))?;
            let (mut out, mut bytes) = (Vec::new(), 0);
            while let Some(r) = rows.next()? {
                let entry = CachedEntry {
                    guid: text(r, 0, MAX_FIELD)?,
                    title: text(r, 1, MAX_FIELD)?,
                    author: text(r, 2, MAX_FIELD)?,
                    url: text(r, 3, MAX_FIELD)?,
                    content: text(r, 4, MAX_TEXT)?,
                    plain: text(r, 5, 64)? == "text/plain",
                    base: text(r, 6, MAX_FIELD)?,
                    published: number(r, 7)?,
                    unread: number(r, 8)? != 0,
                    flags: text(r, 9, 64)?,
                    deleted: number(r, 10)? != 0,
                    ..CachedEntry::default()
                };
                bytes += entry.content.len();
                if bytes > MAX_TEXTS {
                    break;
                }
                out.push(entry);
            }
            Ok(out)
        };
        read().map_err(|fault| foreign(fault, &self.path))
    }
}

/// A text whatever its type and encoding, up to `max` bytes.
fn text(row: &Row<'_>, at: usize, max: usize) -> rusqlite::Result<String> {
    use rusqlite::types::ValueRef as V;
    Ok(match row.get_ref(at)? {
        V::Text(bytes) | V::Blob(bytes) => String::from_utf8_lossy(&bytes[..bytes.len().min(max)]).into_owned(),
        V::Integer(n) => n.to_string(),
        V::Real(n) => n.to_string(),
        V::Null => String::new(),
    })
}

fn number(row: &Row<'_>, at: usize) -> rusqlite::Result<i64> {
    use rusqlite::types::ValueRef as V;
    Ok(match row.get_ref(at)? {
        V::Integer(n) => n,
        V::Text(bytes) => std::str::from_utf8(bytes).ok().and_then(|t| t.trim().parse().ok()).unwrap_or(0),
        _ => 0,
    })
}

/// The words of [`Fault::at`] are of our own cache; this is another's file.
fn foreign(fault: Fault, path: &Path) -> StoreError {
    let e = fault.at(path);
    StoreError::new(
        e.kind,
        path,
        "newsboat's cache cannot be read.",
        format!("Close newsboat and try a copy of the file ({}).", e.what.trim_end_matches('.')),
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A cache as newsboat 2.3x makes one.
    pub fn cache(dir: &Path, more: &str) -> PathBuf {
        let path = dir.join("newsboat.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch(include_str!("../../fixtures/import/newsboat-cache.sql")).unwrap();
        conn.execute_batch(more).unwrap();
        path
    }

    #[test]
    fn feeds_and_entries_are_read_with_their_marks() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Newsboat::open(&cache(dir.path(), "")).unwrap();
        let feeds = cache.feeds().unwrap();
        let titles: Vec<&str> = feeds.iter().map(|f| f.title.as_str()).collect();
        assert_eq!(titles, ["Lantern Daily", "Made by a script"]);
        let entries = cache.entries(&feeds[0]).unwrap();
        let got: Vec<_> = entries.iter().map(|e| (e.guid.as_str(), e.unread, e.flags.as_str(), e.deleted)).collect();
        assert_eq!(got, [("lantern-3", true, "", false), ("lantern-2", false, "s", false), ("lantern-1", false, "", true)]);
    }

    #[test]
    fn other_databases_and_no_databases_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("other.db");
        Connection::open(&path)
            .unwrap()
            .execute_batch("CREATE TABLE t(x); CREATE VIEW rss_feed AS SELECT 1; CREATE VIEW rss_item AS SELECT 1;")
            .unwrap();
        assert!(Newsboat::open(&path).err().unwrap().what.contains("not newsboat's"));
        std::fs::write(&path, b"SQLite format 3\0 and then nothing of the kind").unwrap();
        assert!(Newsboat::open(&path).is_err());
        assert!(Newsboat::open(&dir.path().join("missing.db")).is_err());
    }

    #[test]
    fn wrong_types_and_huge_fields_are_borne() {
        let dir = tempfile::tempdir().unwrap();
        let more = "UPDATE rss_item SET content = zeroblob(5000000), title = NULL, pubDate = 'x' WHERE guid = 'lantern-3'";
        let more = more.replace("title = NULL", "title = 7");
        let cache = Newsboat::open(&cache(dir.path(), &more)).unwrap();
        let entries = cache.entries(&cache.feeds().unwrap()[0]).unwrap();
        let odd = entries.iter().find(|e| e.guid == "lantern-3").unwrap();
        assert_eq!((odd.content.len(), odd.title.as_str(), odd.published), (MAX_TEXT, "7", 0));
    }
}
