//! Opens the cache: the folder and file as private as they should be, the schema brought up to date, and every refusal
//! decided before a byte is written.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::{Fault, StoreError, StoreErrorKind};

/// The cache's file within its folder.
pub const FILE: &str = "cache.db";

/// `WDsk`: marks the file as ours (SQLite's application id).
const APPLICATION: i32 = 0x5744_736b;

/// Migrations; their number is the schema's version. Only ever appended to.
const MIGRATIONS: &[&str] = &[include_str!("schema/0001.sql")];

/// The schema's version that this program writes.
pub(super) const SCHEMA: i64 = MIGRATIONS.len() as i64;

const BUSY: Duration = Duration::from_secs(5);

/// Opens (and makes, if there is none) the cache in `dir` for writing.
pub(super) fn read_write(dir: &Path) -> Result<(Connection, PathBuf), StoreError> {
    make_dir(dir)?;
    let path = dir.join(FILE);
    make_file(&path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(&path, flags).map_err(|e| Fault::Sql(e).at(&path))?;
    conn.busy_timeout(BUSY).map_err(|e| Fault::Sql(e).at(&path))?;
    let only_read = || {
        let advice = "Give yourself write access, or choose another folder with --cache; what is in it can be read.";
        StoreError::new(StoreErrorKind::ReadOnly, &path, "The cache cannot be written.", advice)
    };
    let version = check(&conn, &path).map_err(|e| match e.kind {
        // With a log beside it that cannot be written, it does not even open for writing.
        StoreErrorKind::Permission if read_only(dir).is_ok() => only_read(),
        _ => e,
    })?;
    if conn.is_readonly("main").unwrap_or(false) {
        return Err(only_read());
    }
    prepare(&mut conn, version, network_folder(dir).is_some()).map_err(|e| Fault::Sql(e).at(&path))?;
    Ok((conn, path))
}

fn prepare(conn: &mut Connection, version: i64, away: bool) -> rusqlite::Result<()> {
    if version == 0 {
        // Before the first table: both are fixed by it.
        conn.execute_batch("PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL;")?;
    }
    // Safe with a log beside the file; without one only when each change has reached the disk.
    let log = keep_log(conn, away)?;
    conn.execute_batch(if log { "PRAGMA synchronous = NORMAL" } else { "PRAGMA synchronous = FULL" })?;
    conn.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;
         PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF;",
    )?;
    steady(conn)?;
    conn.set_prepared_statement_cache_capacity(96);
    migrate(conn, MIGRATIONS)
}

/// Has changes go into a log beside the file, so that readers and the writer never wait for each other. That needs memory
/// which all of them share, and a folder of another machine has none: there the file itself is written, and they take turns.
fn keep_log(conn: &Connection, away: bool) -> rusqlite::Result<bool> {
    let mode = |mode: &str| conn.query_row(&format!("PRAGMA journal_mode = {mode}"), [], |r| r.get::<_, String>(0)).map(|now| now == "wal");
    if away {
        // As long as another process has it open with a log, that holds.
        return mode("DELETE").or_else(|_| mode("WAL"));
    }
    let refused = |e: &rusqlite::Error| matches!(e.sqlite_error_code(), Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen));
    match mode("WAL") {
        Err(e) if refused(&e) => mode("DELETE").map_err(|_| e),
        tried => tried,
    }
}

/// File systems that lie on another machine, or look as if they did.
const NETWORKS: &[&str] =
    &["nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "lustre", "beegfs", "9p", "davfs", "vboxsf", "drvfs"];

/// What kind of network folder `dir` is, where the system says so.
pub fn network_folder(dir: &Path) -> Option<String> {
    network(&std::fs::read_to_string("/proc/self/mounts").ok()?, &dir.canonicalize().ok()?)
}

/// The kind of the file system that `dir` lies on, if that is one of a network; `mounts` as the kernel lists them.
fn network(mounts: &str, dir: &Path) -> Option<String> {
    let mut at: (usize, &str) = (0, "");
    for line in mounts.lines() {
        let mut parts = line.split(' ').skip(1);
        let (Some(point), Some(kind)) = (parts.next(), parts.next()) else { continue };
        let point = point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
        // The innermost, and of those mounted over each other the last.
        if dir.starts_with(&point) && point.len() >= at.0 {
            at = (point.len(), kind);
        }
    }
    let kind = at.1;
    let of_a_network =
        NETWORKS.contains(&kind) || (kind.starts_with("fuse.") && ["sshfs", "rclone", "s3fs", "davfs"].iter().any(|n| kind.contains(n)));
    of_a_network.then(|| kind.to_owned())
}

/// Brings the schema up to date, each step in a transaction of its own.
fn migrate(conn: &mut Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let version = |c: &Connection| c.query_row("PRAGMA user_version", [], |r| r.get::<_, i64>(0));
    while usize::try_from(version(conn)?).is_ok_and(|v| v < steps.len()) {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have done it while this one waited for the lock.
        let now = version(&tx)?;
        if let Some(step) = usize::try_from(now).ok().and_then(|v| steps.get(v)) {
            tx.execute_batch(step)?;
            tx.execute_batch(&format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {};", now + 1))?;
        }
        tx.commit()?;
    }
    Ok(())
}

/// Opens the cache in `dir` for reading only; beside a writer, and on a disk that cannot be written.
pub(super) fn read_only(dir: &Path) -> Result<(Connection, PathBuf), StoreError> {
    let path = dir.join(FILE);
    match std::fs::metadata(&path) {
        Ok(_) => {}
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let advice = "Add a feed first: `wiredesk add ADDRESS`.";
            return Err(StoreError::new(StoreErrorKind::Missing, &path, "There is no cache yet.", advice));
        }
        Err(e) => return Err(StoreError::io(&path, "open the cache", &e)),
    }
    let conn = read_only_at(&path, false).or_else(|e| match e.kind {
        // Without write access there can be no shared memory beside the file: read it as what it is, a file at rest.
        // So on a full disk, or one that takes nothing any more.
        StoreErrorKind::Permission | StoreErrorKind::ReadOnly | StoreErrorKind::Full | StoreErrorKind::Io => {
            read_only_at(&path, true).map_err(|_| e)
        }
        _ => Err(e),
    })?;
    Ok((conn, path))
}

pub(super) fn read_only_at(path: &Path, at_rest: bool) -> Result<Connection, StoreError> {
    let fail = |e: rusqlite::Error| Fault::Sql(e).at(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = if at_rest {
        Connection::open_with_flags(uri(path), flags | OpenFlags::SQLITE_OPEN_URI).map_err(fail)?
    } else {
        Connection::open_with_flags(path, flags).map_err(fail)?
    };
    conn.busy_timeout(BUSY).map_err(fail)?;
    let version = check(&conn, path)?;
    if version < SCHEMA {
        let (kind, what) = match version {
            0 => (StoreErrorKind::Missing, "The cache is empty.".to_owned()),
            _ => {
                (StoreErrorKind::Older, format!("The cache was written by an older wiredesk (schema {version}, this one reads {SCHEMA})."))
            }
        };
        return Err(StoreError::new(kind, path, what, "Start wiredesk once where it may write to it."));
    }
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; PRAGMA trusted_schema = OFF;")
        .and_then(|()| steady(&conn))
        .map_err(fail)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// A statement's plan is made once: SQLite would make that of every range anew whenever other numbers are bound to it, which
/// is a tenth of filing a poll.
fn steady(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// `file:` URI of a path, everything that is not plain escaped.
pub(super) fn uri(path: &Path) -> String {
    use std::fmt::Write;
    let mut out = String::from("file:");
    for b in path.as_os_str().as_encoded_bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => out.push(char::from(*b)),
            b => write!(out, "%{b:02X}").expect("writing to a String cannot fail"),
        }
    }
    out.push_str("?immutable=1");
    out
}

/// The schema's version (0 for an empty file), or why this file is not ours to use.
fn check(conn: &Connection, path: &Path) -> Result<i64, StoreError> {
    let read = |sql: &str| conn.query_row(sql, [], |r| r.get::<_, i64>(0)).map_err(|e| Fault::Sql(e).at(path));
    let tables = read("SELECT count(*) FROM sqlite_schema")?;
    let application = read("PRAGMA application_id")?;
    let version = read("PRAGMA user_version")?;
    if tables == 0 && application == 0 && version == 0 {
        return Ok(0);
    }
    if application != i64::from(APPLICATION) {
        let advice = "Move it away, or choose another folder with --cache; it was not touched.";
        return Err(StoreError::new(StoreErrorKind::Foreign, path, "The cache file is a database of another program.", advice));
    }
    if version > SCHEMA {
        let what = format!("The cache was written by a newer wiredesk (schema {version}, this one knows {SCHEMA}).");
        let advice = "Update wiredesk, or choose another folder with --cache; it was not touched.";
        return Err(StoreError::new(StoreErrorKind::Newer, path, what, advice));
    }
    Ok(version)
}

pub(super) fn make_dir(dir: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|e| StoreError::io(dir, "make the cache's folder", &e))
}

/// To make files that nobody else reads.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// SQLite would make the file as the umask has it; what somebody reads is nobody's business.
fn make_file(path: &Path) -> Result<(), StoreError> {
    match private().create_new(true).open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(StoreError::io(path, "make the cache", &e)),
    }
}

/// One process polls a cache at a time: whoever holds this. Given back when dropped, or when the process ends.
#[derive(Debug)]
pub struct PollLock {
    _file: File,
}

impl PollLock {
    /// Takes the lock of the cache in `dir`; `None` if another process polls it.
    pub fn take(dir: &Path) -> Result<Option<Self>, StoreError> {
        make_dir(dir)?;
        let path = dir.join("poll.lock");
        let file = private().create(true).truncate(false).open(&path).map_err(|e| StoreError::io(&path, "open the lock file", &e))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(StoreError::io(&path, "lock the cache for polling", &e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(conn: &Connection) -> i64 {
        conn.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap()
    }

    #[test]
    fn a_network_folder_is_known_by_what_is_mounted_there() {
        let mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/home /home nfs4 rw 0 0\n/dev/sdb1 /home/me/disk ext4 rw 0 0\n\
            //nas/share /mnt/my\\040share cifs rw 0 0\nme@host: /home/me/far fuse.sshfs rw 0 0\ntmpfs /run tmpfs rw 0 0\nodd\n";
        let check = |dir: &str, kind: Option<&str>| assert_eq!(network(mounts, Path::new(dir)).as_deref(), kind, "{dir}");
        check("/home/me/.local/share/wiredesk", Some("nfs4"));
        check("/home/me/disk/cache", None);
        check("/home/me/far", Some("fuse.sshfs"));
        check("/mnt/my share/cache", Some("cifs"));
        check("/var/cache", None);
        check("/homestead", None);
    }

    /// A cache that was at home before, and is carried to a folder of another machine.
    #[test]
    fn on_a_network_folder_the_file_itself_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        let mode = |conn: &Connection| conn.query_row("PRAGMA journal_mode", [], |r| r.get::<_, String>(0)).unwrap();
        drop(read_write(dir.path()).unwrap());
        let mut conn = Connection::open(&path).unwrap();
        prepare(&mut conn, SCHEMA, true).unwrap();
        assert_eq!(mode(&conn), "delete");
        conn.execute("INSERT INTO outlet(name) VALUES ('Harbour')", []).unwrap();
        let (reader, _) = read_only(dir.path()).unwrap();
        assert_eq!(reader.query_row("SELECT name FROM outlet", [], |r| r.get::<_, String>(0)).unwrap(), "Harbour");
        assert!(!dir.path().join(format!("{FILE}-wal")).exists() && !dir.path().join(format!("{FILE}-shm")).exists());
        drop((reader, conn));
        let (back, _) = read_write(dir.path()).unwrap();
        assert_eq!(mode(&back), "wal", "and at home again it has its log");
    }

    #[test]
    fn migrations_are_taken_from_where_the_file_stands() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, &["CREATE TABLE a(x)"]).unwrap();
        migrate(&mut conn, &["CREATE TABLE a(x)", "ALTER TABLE a ADD COLUMN y", "INSERT INTO a VALUES (1, 2)"]).unwrap();
        assert_eq!(version(&conn), 3);
        assert_eq!(conn.query_row("SELECT y FROM a", [], |r| r.get::<_, i64>(0)).unwrap(), 2);
    }

    #[test]
    fn a_migration_that_fails_leaves_all_as_it_was() {
        let mut conn = Connection::open_in_memory().unwrap();
        assert!(migrate(&mut conn, &["CREATE TABLE a(x)", "CREATE TABLE b(x); CREATE TABLE a(x)"]).is_err());
        assert_eq!(version(&conn), 1);
        assert!(conn.prepare("SELECT * FROM b").is_err());
    }

    #[test]
    fn every_version_leads_to_the_newest() {
        for from in 0..=MIGRATIONS.len() {
            let mut conn = Connection::open_in_memory().unwrap();
            migrate(&mut conn, &MIGRATIONS[..from]).unwrap();
            migrate(&mut conn, MIGRATIONS).unwrap();
            assert_eq!(version(&conn), SCHEMA);
        }
    }
}
