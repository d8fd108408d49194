//! Pictures kept for when there is no network: a folder beside the cache, a file a picture, as it came. Bounded in size;
//! the oldest go first, those of saved articles never.

use std::collections::HashSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use crate::model::Address;

/// The folder's name in the cache's.
const FOLDER: &str = "pictures";
/// Bytes on the shelf at most.
const ROOM: u64 = 200 << 20;
/// A file larger than any picture that is fetched was not written here.
const FILE_MAX: u64 = 32 << 20;

/// The folder.
#[derive(Debug)]
pub struct Shelf {
    dir: PathBuf,
    room: u64,
    /// Bytes put since it was last looked how many there are.
    since: AtomicU64,
}

/// The file of a picture. Its first line is the address: another with the same name is not taken for it.
fn name(address: &Address) -> String {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, address.as_str()).hash(&mut hasher);
        hasher.finish()
    };
    format!("{:016x}{:016x}", half(1), half(2))
}

fn is_ours(name: &str) -> bool {
    let stem = name.strip_suffix(".part").unwrap_or(name);
    stem.len() == 32 && stem.bytes().all(|b| b.is_ascii_hexdigit())
}

impl Shelf {
    /// The shelf of a cache. Nothing is read or made yet.
    pub fn of(cache: &Path) -> Self {
        // What an earlier session left is counted with the first picture that is put.
        Self { dir: cache.join(FOLDER), room: ROOM, since: AtomicU64::new(u64::MAX / 2) }
    }

    /// Whether a picture is there.
    pub fn has(&self, address: &Address) -> bool {
        self.dir.join(name(address)).exists()
    }

    /// A picture, if it is there.
    pub fn get(&self, address: &Address) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        fs::File::open(self.dir.join(name(address))).ok()?.take(FILE_MAX).read_to_end(&mut bytes).ok()?;
        let head = address.as_str().len();
        let fits = bytes.get(..head) == Some(address.as_str().as_bytes()) && bytes.get(head) == Some(&b'\n');
        fits.then(|| bytes.split_off(head + 1))
    }

    /// Puts a picture there; `kept` says which addresses must stay, and is asked only when the shelf is full.
    pub fn put(&self, address: &Address, bytes: &[u8], kept: impl FnOnce() -> Option<Vec<Address>>) -> io::Result<()> {
        if !self.dir.exists() {
            make(&self.dir)?;
        }
        let path = self.dir.join(name(address));
        let part = path.with_extension("part");
        let mut file = fs::File::create(&part)?;
        file.write_all(address.as_str().as_bytes())?;
        file.write_all(b"\n")?;
        file.write_all(bytes)?;
        drop(file);
        fs::rename(part, path)?;
        let since = self.since.fetch_add(bytes.len() as u64, Ordering::Relaxed).saturating_add(bytes.len() as u64);
        // Looked through only now and then: a tenth of the room is the most that it can be overdrawn.
        if since > self.room / 10 {
            self.since.store(0, Ordering::Relaxed);
            self.make_room(kept)?;
        }
        Ok(())
    }

    fn make_room(&self, kept: impl FnOnce() -> Option<Vec<Address>>) -> io::Result<()> {
        let mut files: Vec<(SystemTime, u64, String)> = Vec::new();
        for entry in fs::read_dir(&self.dir)?.flatten() {
            let (Ok(meta), Ok(name)) = (entry.metadata(), entry.file_name().into_string()) else { continue };
            if meta.is_file() && is_ours(&name) {
                files.push((meta.modified().unwrap_or(SystemTime::UNIX_EPOCH), meta.len(), name));
            }
        }
        let mut held: u64 = files.iter().map(|f| f.1).sum();
        if held <= self.room {
            return Ok(());
        }
        // If it cannot be said what must stay, all of it does.
        let Some(kept) = kept() else { return Ok(()) };
        let kept: HashSet<String> = kept.iter().map(name).collect();
        files.sort();
        for (_, size, name) in files {
            if held <= self.room / 10 * 9 {
                break;
            }
            if !kept.contains(&name) && fs::remove_file(self.dir.join(&name)).is_ok() {
                held -= size;
            }
        }
        Ok(())
    }

    /// Removes the folder, and only what this program put into it.
    pub fn clear(&self) {
        for entry in fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_some_and(is_ours) {
                let _ = fs::remove_file(entry.path());
            }
        }
        let _ = fs::remove_dir(&self.dir);
    }
}

/// A folder that only its owner may look into, as the cache's own.
fn make(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: usize) -> Address {
        format!("https://pictures.example/{n}.png").parse().unwrap()
    }

    #[test]
    fn what_was_put_is_found_again_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::of(dir.path());
        assert_eq!(shelf.get(&address(1)), None);
        shelf.put(&address(1), b"one", || None).unwrap();
        assert_eq!(shelf.get(&address(1)).as_deref(), Some(b"one".as_slice()));
        assert!(shelf.has(&address(1)) && !shelf.has(&address(2)));
        // A file of that name with another address in it is another picture.
        fs::rename(shelf.dir.join(name(&address(1))), shelf.dir.join(name(&address(2)))).unwrap();
        assert_eq!(shelf.get(&address(2)), None);
    }

    #[test]
    fn the_oldest_go_first_and_what_is_saved_stays() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf { room: 1000, ..Shelf::of(dir.path()) };
        for n in 0..20 {
            shelf.put(&address(n), &[0; 100], || Some(vec![address(0), address(3)])).unwrap();
            // Files within one tick of the file system's clock have no order: give them one.
            let file = fs::File::options().write(true).open(shelf.dir.join(name(&address(n)))).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(n as u64)).unwrap();
        }
        assert!(shelf.has(&address(0)) && shelf.has(&address(3)) && shelf.has(&address(19)));
        assert!(!shelf.has(&address(1)) && !shelf.has(&address(10)));
    }

    #[test]
    fn clearing_leaves_what_is_not_ours() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::of(dir.path());
        shelf.put(&address(1), b"one", || None).unwrap();
        fs::write(shelf.dir.join("letter.txt"), "dear").unwrap();
        shelf.clear();
        assert_eq!(fs::read_dir(&shelf.dir).unwrap().count(), 1);
        fs::remove_file(shelf.dir.join("letter.txt")).unwrap();
        shelf.clear();
        assert!(!shelf.dir.exists());
    }
}
