//! What can go wrong with the cache, in plain words: what happened, and what to do about it.

use rusqlite::ErrorCode;
use std::fmt;
use std::path::{Path, PathBuf};

/// Why the cache could not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    /// What kind of thing went wrong.
    pub kind: StoreErrorKind,
    /// What happened: one sentence.
    pub what: String,
    /// What to do: one sentence.
    pub advice: String,
    /// Which file or folder.
    pub path: PathBuf,
}

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoreErrorKind {
    /// There is no cache yet.
    Missing,
    /// The file is no database.
    NotADatabase,
    /// A database of another program.
    Foreign,
    /// Written by a newer wiredesk.
    Newer,
    /// Written by an older wiredesk, and nobody may bring it up to date here.
    Older,
    /// Damaged.
    Corrupt,
    /// The disk is full.
    Full,
    /// Nothing can be written.
    ReadOnly,
    /// Another process keeps it.
    Locked,
    /// No permission.
    Permission,
    /// The disk failed.
    Io,
    /// A question or change that makes no sense.
    Refused,
    /// Anything else.
    Other,
}

impl StoreError {
    /// The writer has ended, so that nothing can be filed any more.
    pub fn ended(path: &Path) -> Self {
        Self::new(
            StoreErrorKind::Other,
            path,
            "The part that writes the cache has ended.",
            "Start wiredesk again; if it happens again, run `wiredesk doctor`.",
        )
    }

    pub(super) fn new(kind: StoreErrorKind, path: &Path, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { kind, what: what.into(), advice: advice.into(), path: path.to_owned() }
    }

    pub(super) fn io(path: &Path, doing: &str, e: &std::io::Error) -> Self {
        use std::io::ErrorKind as K;
        let (kind, advice) = match e.kind() {
            K::NotFound => (StoreErrorKind::Missing, "Check the path."),
            K::PermissionDenied => (StoreErrorKind::Permission, "Give yourself access to it, or choose another folder with --cache."),
            K::ReadOnlyFilesystem => (StoreErrorKind::ReadOnly, "Choose a folder that can be written with --cache."),
            K::StorageFull | K::QuotaExceeded => (StoreErrorKind::Full, "Free some space; nothing that was stored is lost."),
            _ => (StoreErrorKind::Io, "Check the disk, or choose another folder with --cache."),
        };
        Self::new(kind, path, format!("Cannot {doing}: {e}."), advice)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.what, self.advice, self.path.display())
    }
}

impl std::error::Error for StoreError {}

/// What goes wrong inside, before anyone knows which cache it was.
#[derive(Debug)]
pub(super) enum Fault {
    Sql(rusqlite::Error),
    /// This one change or question makes no sense; in words.
    Refused(String),
    /// A row that cannot be read.
    Broken(String),
}

pub(super) type Result<T> = std::result::Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(e: rusqlite::Error) -> Self {
        Fault::Sql(e)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(e: serde_json::Error) -> Self {
        Fault::Broken(e.to_string())
    }
}

impl From<std::io::Error> for Fault {
    fn from(e: std::io::Error) -> Self {
        Fault::Broken(e.to_string())
    }
}

impl Fault {
    /// Whether it concerns the one change alone, so that its neighbours can go on.
    pub(super) fn is_own(&self) -> bool {
        match self {
            Fault::Refused(_) | Fault::Broken(_) => true,
            // A column that is not what it should be.
            Fault::Sql(
                rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..),
            ) => true,
            Fault::Sql(e) => matches!(
                e.sqlite_error_code(),
                Some(ErrorCode::ConstraintViolation | ErrorCode::TooBig | ErrorCode::TypeMismatch | ErrorCode::ParameterOutOfRange)
            ),
        }
    }

    /// It in words, as far as it concerns one change alone.
    pub(super) fn own_words(self) -> String {
        match self {
            Fault::Refused(what) => what,
            Fault::Broken(what) => format!("A row of the cache cannot be read: {what}."),
            Fault::Sql(e) => format!("The cache refused it: {e}."),
        }
    }

    pub(super) fn at(self, path: &Path) -> StoreError {
        use StoreErrorKind as K;
        let e = match self {
            Fault::Refused(what) => return StoreError::new(K::Refused, path, what, "Nothing was changed."),
            Fault::Broken(what) => {
                let advice = "The rest of the cache stays readable; `wiredesk doctor` checks it.";
                return StoreError::new(K::Corrupt, path, format!("A row of the cache cannot be read: {what}."), advice);
            }
            Fault::Sql(e) => e,
        };
        let (kind, what, advice) = match e.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => (K::Full, FULL.0, FULL.1),
            Some(ErrorCode::NotADatabase) => (
                K::NotADatabase,
                "The cache file is no database.",
                "`wiredesk restore` puts it aside and brings back feeds and marks from the last snapshot; it was not touched.",
            ),
            Some(ErrorCode::DatabaseCorrupt) => (
                K::Corrupt,
                "The cache is damaged.",
                "What is whole stays readable; `wiredesk restore` copies it into a new cache and keeps the old file.",
            ),
            Some(ErrorCode::ReadOnly) => {
                (K::ReadOnly, "The cache cannot be written.", "Give yourself write access, or choose another folder with --cache.")
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                (K::Locked, "Another process is writing to the cache.", "Try again in a moment.")
            }
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                (K::Permission, "The cache cannot be opened.", "Check that the folder exists and is yours, or choose another with --cache.")
            }
            Some(ErrorCode::SystemIoFailure) if no_room(&e, path) => (K::Full, FULL.0, FULL.1),
            Some(ErrorCode::SystemIoFailure) => {
                (K::Io, "The disk failed while the cache was used.", "Check the disk; nothing that was stored before is lost.")
            }
            _ => return StoreError::new(K::Other, path, format!("The cache failed: {e}."), "`wiredesk doctor` checks it."),
        };
        StoreError::new(kind, path, what, advice)
    }
}

const FULL: (&str, &str) = ("The disk is full.", "Free some space; nothing that was stored is lost.");

/// Whether what looks like a failing disk is one without room: SQLite does not say it of the files beside the cache.
fn no_room(e: &rusqlite::Error, path: &Path) -> bool {
    use rusqlite::ffi::{
        SQLITE_IOERR_FSYNC, SQLITE_IOERR_SHMMAP, SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE,
    };
    let writes =
        [SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMMAP, SQLITE_IOERR_WRITE, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_FSYNC];
    e.sqlite_error().is_some_and(|e| writes.contains(&e.extended_code)) && is_full(path)
}

/// Tries: whether a small file beside `path` finds no room.
fn is_full(path: &Path) -> bool {
    use std::io::{ErrorKind, Write};
    let probe = path.with_extension(format!("room-{}", std::process::id()));
    // As much as SQLite takes for its shared memory.
    let tried = std::fs::File::create_new(&probe).and_then(|mut f| f.write_all(&[0; 32 << 10]));
    if !matches!(&tried, Err(e) if e.kind() == ErrorKind::AlreadyExists) {
        let _ = std::fs::remove_file(&probe);
    }
    tried.is_err_and(|e| matches!(e.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge))
}
