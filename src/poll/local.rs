//! Sources on this machine: a file or standard input, read once, and a folder that is watched. What is dropped into such a
//! folder is read once, in order of time, and moved to `done` or `error` beside it once it is filed; links are not
//! followed, and what is hidden or still being written is left alone.

use jiff::{SignedDuration, Timestamp};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::read::Read;
use super::{FeedResult, Tools};
use crate::ingest::attribute::Registry;
use crate::ingest::{self, Source, normalise};
use crate::model::{
    Address, Change, Clean, Failure, FailureKind, FeedFacts, FeedId, FeedSettings, Item, Local, Outcome, Polled, Rhythm, Validators,
};
use crate::store::{Reader, StoreError};

/// Bytes of one file; a larger one is an error.
pub const MAX_FILE: u64 = 20 << 20;
/// Files read in one visit, bytes of all of them, and entries of a folder that are looked at.
const MAX_FILES: usize = 200;
const MAX_BYTES: usize = 60 << 20;
const MAX_ENTRIES: usize = 20_000;
/// A file that was changed less than this ago may still be written.
const QUIET: SignedDuration = SignedDuration::from_secs(2);
/// Between two visits, and after one that failed.
const AGAIN: SignedDuration = SignedDuration::from_secs(30);
const LATER: SignedDuration = SignedDuration::from_mins(5);
/// Where files go.
const DONE: &str = "done";
const ERROR: &str = "error";
/// Beside a file there stands why it could not be read.
const WHY: &str = ".why";

/// What was found in a folder.
pub(super) struct Visit {
    /// For the cache.
    pub read: Read,
    /// Files to be moved once that is filed.
    pub taken: Vec<Taken>,
    dir: PathBuf,
}

/// A file that was read.
pub(super) struct Taken {
    name: OsString,
    /// Why nothing could be read from it.
    wrong: Option<Failure>,
}

/// What a folder's files hold.
struct Found {
    items: Vec<Item>,
    warnings: Vec<Clean>,
    taken: Vec<Taken>,
}

/// Reads one document of whatever kind: a feed's entries, or a page as one article. `name` stands in for a title.
fn read_once(bytes: &[u8], name: &str, now: Timestamp, registry: &Registry) -> Result<Vec<Item>, Failure> {
    let mut read = ingest::ingest(&Source { bytes, url: None, content_type: None, now }, registry);
    if let Some(failure) = read.error {
        return Err(failure);
    }
    let page = read.format == "html";
    let facts = read.feed.unwrap_or_default();
    let outlet = facts.title.clone().or_else(|| facts.site.as_ref().map(|s| Clean::line(&s.site())));
    let scope = facts.guid.clone().or_else(|| facts.site.as_ref().map(|s| Clean::line(s.as_str()))).or_else(|| facts.title.clone());
    read.items.retain(|item| !page || !item.body.is_empty() || !item.title.is_empty());
    for item in &mut read.items {
        if item.title.is_empty() && page {
            item.title = Clean::line(name);
        }
        normalise::identify(item);
        // Feeds number their entries as they like; what is unique in one of them is not in all that are read here.
        if let Some(scope) = scope.as_ref().filter(|_| !item.guid.contains(':')) {
            item.guid = Clean::line(&format!("{scope}#{}", item.guid));
        }
        item.outlet = item.outlet.take().or_else(|| item.url.as_ref().map(|u| Clean::line(&u.site()))).or_else(|| outlet.clone());
        item.complete |= page;
    }
    if read.items.is_empty() && page {
        return Err(Failure::new(FailureKind::NotAFeed, "There is nothing to read in it.", "Save the page as HTML, with its text."));
    }
    Ok(read.items)
}

fn local(what: String, advice: &str) -> Failure {
    Failure::new(FailureKind::Local, what, advice)
}

/// Looks into a folder and reads what is ready.
fn visit(dir: &Path, now: Timestamp, registry: &Registry) -> Result<Found, Failure> {
    let cannot = |what: &str, e: &io::Error| local(format!("Cannot {what}: {e}."), "Check the folder; files in it stay where they are.");
    let mut ready = ready(dir, now).map_err(|e| cannot("look into the folder", &e))?;
    ready.truncate(MAX_FILES);
    let (mut items, mut warnings, mut taken, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
    if !ready.is_empty() {
        for sub in [DONE, ERROR] {
            make(&dir.join(sub)).map_err(|e| cannot(&format!("make `{sub}` in it"), &e))?;
        }
    }
    for name in ready {
        if bytes > MAX_BYTES {
            break;
        }
        let shown = name.to_string_lossy().into_owned();
        let stem = Path::new(&name).file_stem().unwrap_or(&name).to_string_lossy().into_owned();
        let read = match whole(&dir.join(&name)) {
            Ok(Some(content)) => {
                bytes += content.len();
                read_once(&content, &stem, now, registry)
            }
            // It changed under our eyes: left alone until it has settled.
            Ok(None) => continue,
            Err(e) => Err(local(format!("It cannot be read: {e}."), "")),
        };
        match read {
            Ok(more) => {
                items.extend(more);
                taken.push(Taken { name, wrong: None });
            }
            Err(failure) => {
                warnings.push(Clean::line(&format!("{shown}: {}", failure.what)));
                taken.push(Taken { name, wrong: Some(failure) });
            }
        }
    }
    warnings.extend(set_aside(dir));
    // The latest file's entries are the newest, as a feed has them.
    items.reverse();
    Ok(Found { items, warnings, taken })
}

/// What lies among the files that could not be read: it is said for as long as it lies there.
fn set_aside(dir: &Path) -> Option<Clean> {
    let (mut count, mut last) = (0, None);
    for entry in fs::read_dir(dir.join(ERROR)).ok()?.take(MAX_ENTRIES).flatten() {
        let name = entry.file_name();
        if name.as_encoded_bytes().ends_with(WHY.as_bytes()) {
            count += 1;
            last = last.max(entry.metadata().ok().and_then(|m| m.modified().ok()).map(|at| (at, name)));
        }
    }
    let (_, name) = last?;
    let mut why = Vec::new();
    File::open(dir.join(ERROR).join(&name)).ok()?.take(300).read_to_end(&mut why).ok()?;
    let why = String::from_utf8_lossy(&why);
    let name = name.to_string_lossy();
    let (name, why) = (name.trim_end_matches(WHY), why.lines().next().unwrap_or_default());
    let what = match count {
        1 => format!("One file could not be read and lies in `{ERROR}`: {name}: {why}"),
        n => format!("{n} files could not be read and lie in `{ERROR}`, the last of them {name}: {why}"),
    };
    Some(Clean::line(&what))
}

/// Files that may be read, oldest first.
fn ready(dir: &Path, now: Timestamp) -> io::Result<Vec<OsString>> {
    let mut out = Vec::new();
    for entry in fs::read_dir(dir)?.take(MAX_ENTRIES) {
        let entry = entry?;
        let name = entry.file_name();
        // Hidden, and what browsers and editors call a file that is under way.
        let bytes = name.as_encoded_bytes();
        let unfinished = [".part", ".crdownload", ".download", ".tmp", ".swp", "~"];
        if bytes.starts_with(b".") || unfinished.iter().any(|end| bytes.ends_with(end.as_bytes())) {
            continue;
        }
        // Of the entry itself, not of what it may point to.
        let Ok(meta) = entry.metadata() else { continue };
        if !meta.file_type().is_file() {
            continue;
        }
        let changed = meta.modified().ok().and_then(|t| Timestamp::try_from(t).ok()).unwrap_or(Timestamp::MIN);
        if now.duration_since(changed).abs() < QUIET {
            continue;
        }
        out.push((changed, name));
    }
    out.sort();
    Ok(out.into_iter().map(|(_, name)| name).collect())
}

/// A file's bytes; `None` if it changes meanwhile. A link that took its place since is not followed.
fn whole(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let seen = fs::symlink_metadata(path)?;
    if seen.len() > MAX_FILE {
        return Err(io::Error::other(format!("it is larger than {} MB", MAX_FILE >> 20)));
    }
    let mut file = File::open(path)?;
    let opened = file.metadata()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if (seen.dev(), seen.ino()) != (opened.dev(), opened.ino()) {
            return Ok(None);
        }
    }
    let mut bytes = Vec::new();
    (&mut file).take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    let after = file.metadata()?;
    let still = bytes.len() as u64 == seen.len() && after.len() == opened.len() && after.modified().ok() == opened.modified().ok();
    Ok(still.then_some(bytes))
}

/// Makes a folder beside the files; a link of that name would lead them elsewhere.
fn make(dir: &Path) -> io::Result<()> {
    match fs::create_dir(dir) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            if fs::symlink_metadata(dir)?.file_type().is_dir() {
                Ok(())
            } else {
                Err(io::Error::other("something else has this name"))
            }
        }
        other => other,
    }
}

/// Moves a file out of the way, never over another; beside one with an error stands what is wrong with it.
fn put_away(dir: &Path, taken: &Taken) -> io::Result<()> {
    let to = dir.join(if taken.wrong.is_none() { DONE } else { ERROR });
    let mut name = taken.name.clone();
    for n in 2.. {
        if fs::symlink_metadata(to.join(&name)).is_err() || n > 10_000 {
            break;
        }
        name = taken.name.clone();
        name.push(format!(".{n}"));
    }
    fs::rename(dir.join(&taken.name), to.join(&name))?;
    if let Some(failure) = &taken.wrong {
        name.push(WHY);
        File::create_new(to.join(name))?.write_all(format!("{failure}\n").as_bytes())?;
    }
    Ok(())
}

/// When a folder is looked into again, and why then.
pub(super) fn plan(failed: bool, now: Timestamp) -> (Timestamp, Clean) {
    let (wait, why) = if failed { (LATER, "the folder could not be read") } else { (AGAIN, "a folder is looked into twice a minute") };
    (now.saturating_add(wait).unwrap_or(Timestamp::MAX), Clean::line(why))
}

fn facts(address: &Address) -> FeedFacts {
    FeedFacts { title: Some(Clean::line(&address.site())), ..FeedFacts::default() }
}

impl Tools {
    /// Looks into the folder at `address`.
    pub(super) async fn visit(&self, dir: PathBuf, address: &Address) -> Visit {
        let (registry, now, facts) = (self.pages.registry.clone(), self.clock.now(), facts(address));
        let folder = dir.clone();
        let visited = tokio::task::spawn_blocking(move || visit(&folder, now, &registry)).await;
        let (outcome, taken) = match visited {
            Ok(Ok(Found { items, warnings, taken })) => {
                (Outcome::Read { facts, items, validators: Validators::default(), warnings }, taken)
            }
            Ok(Err(failure)) => (Outcome::Failed(failure), Vec::new()),
            Err(_) => {
                let what = "wiredesk failed to read a file of it, which is a fault of its own.".to_owned();
                (Outcome::Failed(local(what, "Move the newest file away and report it.")), Vec::new())
            }
        };
        Visit { read: Read::local(outcome), taken, dir }
    }

    /// Moves the files of a visit that was filed.
    pub(super) async fn put_away(&self, feed: FeedId, dir: PathBuf, taken: Vec<Taken>) {
        // Given up meanwhile: nothing was filed, so nothing is moved.
        let subscribed = Reader::open(&self.cache).and_then(|r| r.feeds()).is_ok_and(|all| all.iter().any(|f| f.id == feed));
        if subscribed && !taken.is_empty() {
            // What cannot be moved is read again, and nothing new is found in it.
            let _ = tokio::task::spawn_blocking(move || taken.iter().for_each(|t| drop(put_away(&dir, t)))).await;
        }
    }

    /// Watches a folder from now on, and looks into it once. The outer error is the cache's, the inner the folder's.
    pub async fn watch_folder(
        &self,
        dir: &Path,
        settings: &FeedSettings,
    ) -> Result<Result<(FeedId, Clean, FeedResult), Failure>, StoreError> {
        let address = fs::canonicalize(dir).ok().and_then(|dir| Address::local(&Local::Folder(dir)));
        let Some(address) = address else {
            return Ok(Err(local("The folder cannot be watched.".into(), "Its path must lead to it and be valid UTF-8.")));
        };
        let Some(Local::Folder(dir)) = address.as_local() else { return Ok(Err(local("The folder cannot be watched.".into(), ""))) };
        let visit = self.visit(dir, &address).await;
        if let Some(failure) = visit.read.failure() {
            return Ok(Err(failure.clone()));
        }
        let subscribe = Change::Subscribe { address: address.clone(), settings: settings.clone(), facts: Some(facts(&address)) };
        let Some(feed) = self.file(subscribe).await?.feed else { return Ok(Err(local("The cache did not take it.".into(), "Try again."))) };
        let Visit { read, taken, dir } = visit;
        let applied = self.file_poll(feed, &address, settings, Rhythm::default(), read, false).await?;
        if applied.failure.is_none() {
            self.put_away(feed, dir, taken).await;
        }
        let title = settings.title.clone().unwrap_or_else(|| Clean::line(&address.site()));
        Ok(Ok((feed, title, FeedResult { new: applied.new.len(), changed: applied.changed.len(), unchanged: false })))
    }

    /// Reads a document once and files what is in it under a local feed. `name` is the file's, if it has one.
    pub async fn take_in(
        &self,
        source: &Local,
        name: &str,
        bytes: &[u8],
        settings: &FeedSettings,
    ) -> Result<Result<(FeedId, Clean, FeedResult), Failure>, StoreError> {
        let now = self.clock.now();
        let items = match read_once(bytes, name, now, &self.pages.registry) {
            Ok(items) => items,
            Err(failure) => return Ok(Err(failure)),
        };
        let Some(address) = Address::local(source) else { return Ok(Err(local("It has no address.".into(), ""))) };
        let facts = facts(&address);
        let subscribe = Change::Subscribe { address: address.clone(), settings: settings.clone(), facts: Some(facts.clone()) };
        let Some(feed) = self.file(subscribe).await?.feed else { return Ok(Err(local("The cache did not take it.".into(), "Try again."))) };
        let polled = Polled {
            feed,
            at: now,
            outcome: Outcome::Read { facts, items, validators: Validators::default(), warnings: Vec::new() },
            next: Timestamp::MAX,
            why_next: Clean::line("read once"),
            rhythm: Rhythm::default(),
            moved: None,
            asked: None,
            pages: None,
        };
        let applied = self.file(Change::Polled(Box::new(polled))).await?;
        let title = settings.title.clone().unwrap_or_else(|| Clean::line(&address.site()));
        Ok(Ok((feed, title, FeedResult { new: applied.new.len(), changed: applied.changed.len(), unchanged: false })))
    }
}

impl Visit {
    /// Its parts: what to file, and what to move where afterwards.
    pub(super) fn into_parts(self) -> (Read, Dropped) {
        (self.read, Dropped { dir: self.dir, taken: self.taken })
    }
}

/// Files to be moved within their folder.
pub(super) struct Dropped {
    pub dir: PathBuf,
    pub taken: Vec<Taken>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    const PAGE: &str = "<html><head><title>Night ferry</title></head><body><article><h1>Night ferry</h1><p>From Monday on the ferry runs until two \
        in the morning, the harbour council said on Friday, and nobody at the quay had asked for it.</p><p>The fare stays the same, and bicycles \
        travel free of charge as they always did on this short line across the bay.</p></article></body></html>";
    const FEED: &str = "<rss version='2.0'><channel><title>Lantern</title><item><guid>1</guid><title>Lamp found</title></item>\
        <item><guid>2</guid><title>Lamp lost</title></item></channel></rss>";

    fn now() -> Timestamp {
        "2026-02-01T00:00:00Z".parse().unwrap()
    }

    /// Drops a file that was last written `ago` seconds before now.
    fn drop_in(dir: &Path, name: &str, content: &str, ago: u64) {
        fs::write(dir.join(name), content).unwrap();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(now().as_second().unsigned_abs() - ago);
        File::options().write(true).open(dir.join(name)).unwrap().set_modified(at).unwrap();
    }

    fn look(dir: &Path) -> (Vec<String>, Vec<(String, bool)>) {
        let Found { items, taken, .. } = visit(dir, now(), Registry::builtin()).unwrap();
        let files = taken.iter().map(|t| (t.name.to_string_lossy().into_owned(), t.wrong.is_none())).collect();
        taken.iter().for_each(|t| put_away(dir, t).unwrap());
        (items.iter().map(|i| i.title.to_string()).collect(), files)
    }

    #[test]
    fn files_are_read_once_in_order_of_time_and_put_away() {
        let dir = tempfile::tempdir().unwrap();
        drop_in(dir.path(), "b.html", PAGE, 500);
        drop_in(dir.path(), "a.xml", FEED, 60);
        drop_in(dir.path(), "noise.bin", "nothing of the kind", 100);
        let (titles, files) = look(dir.path());
        assert_eq!(files, [("b.html".to_owned(), true), ("noise.bin".to_owned(), false), ("a.xml".to_owned(), true)]);
        assert_eq!(titles, ["Lamp lost", "Lamp found", "Night ferry"]);
        assert!(dir.path().join("done/b.html").exists() && dir.path().join("error/noise.bin").exists());
        assert!(fs::read_to_string(dir.path().join("error/noise.bin.why")).unwrap().contains("not a feed"));
        assert_eq!(look(dir.path()), (vec![], vec![]));
        drop_in(dir.path(), "b.html", PAGE, 500);
        look(dir.path());
        assert!(dir.path().join("done/b.html.2").exists());
    }

    #[test]
    fn what_is_hidden_unfinished_too_new_or_a_link_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        drop_in(outside.path(), "secret.html", PAGE, 60);
        for name in [".hidden.html", "x.html.part", "x.html~"] {
            drop_in(dir.path(), name, PAGE, 60);
        }
        drop_in(dir.path(), "young.html", PAGE, 1);
        fs::create_dir(dir.path().join("folder")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(outside.path().join("secret.html"), dir.path().join("link.html")).unwrap();
        assert_eq!(look(dir.path()), (vec![], vec![]));
        assert!(dir.path().join("young.html").exists());
    }

    #[test]
    #[cfg(unix)]
    fn files_are_never_moved_out_through_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), dir.path().join("done")).unwrap();
        drop_in(dir.path(), "a.html", PAGE, 60);
        assert!(visit(dir.path(), now(), Registry::builtin()).is_err());
        assert!(dir.path().join("a.html").exists());
    }

    #[test]
    fn a_large_file_is_an_error_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        drop_in(dir.path(), "a.xml", FEED, 60);
        let big = File::create(dir.path().join("big.xml")).unwrap();
        big.set_len(MAX_FILE + 1).unwrap();
        big.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        let (titles, files) = look(dir.path());
        assert_eq!((titles.len(), files), (2, vec![("big.xml".to_owned(), false), ("a.xml".to_owned(), true)]));
    }

    #[test]
    fn numbers_of_different_feeds_do_not_meet() {
        let other = FEED.replace("Lantern", "Harbour");
        let guid = |feed: &str| read_once(feed.as_bytes(), "x", now(), Registry::builtin()).unwrap()[0].guid.clone();
        assert_ne!(guid(FEED), guid(&other));
        assert_eq!(guid(FEED), guid(FEED));
    }
}
