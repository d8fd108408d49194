//! The thread that finds out which articles carry one dispatch and which tell one story. It is told what was filed, reads
//! it from the cache by itself and files where it belongs, so that no poll, no mark and no first frame waits for it. It
//! alone owns the index, which it fills from the cache when the first notice comes.

use jiff::SignedDuration;
use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use super::filing::Filing;
use crate::clock::Clock;
use crate::ingest::similar::{Before, Index, Likeness, Source};
use crate::model::{Applied, ArticleId, Block, Change, DispatchKey, Item, Placed, StoryId};
use crate::store::{Reader, StoreError};

/// Articles placed in one go: what one change files.
const BATCH: usize = 500;
/// After so long without news all is compared anew, if there is much more of it,
const QUIET: Duration = Duration::from_millis(300);
/// and after so long in any case: then the order of arrival no longer matters.
const CALM: Duration = Duration::from_secs(30);
/// After so long what the cache did not take is tried again.
const AGAIN: Duration = Duration::from_secs(60);
/// Older articles are no longer compared with new ones.
const WINDOW: SignedDuration = SignedDuration::from_hours(72);

/// Up to so many the old ones are no burden.
const MANY: usize = 20_000;

/// What the thread is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Articles came, and these have changed.
    Filed(Vec<ArticleId>),
    /// The reader told articles apart, or took it back.
    Apart,
}

impl Notice {
    /// What a change means for the stories, if anything.
    pub(super) fn of(change: &Change, applied: &Applied) -> Option<Self> {
        match change {
            Change::Polled(_) => (applied.count > 0).then(|| Self::Filed(applied.changed.clone())),
            Change::Page(page) => (applied.count > 0).then(|| Self::Filed(vec![page.id])),
            Change::Import { .. } => Some(Self::Filed(Vec::new())),
            Change::Apart { .. } | Change::Undo | Change::Redo => Some(Self::Apart),
            _ => None,
        }
    }
}

/// The thread, and the way to hurry it.
pub struct Stories {
    hurry: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Stories {
    /// Starts it. It ends when the last line that `filing` gives here is gone, and everything is placed.
    pub fn start(cache: PathBuf, filing: &Filing, clock: Clock) -> std::io::Result<(Self, Filing)> {
        let (tell, inbox) = mpsc::channel::<Notice>();
        let telling = filing.telling(tell as Sender<Notice>);
        let hurry = Arc::new(AtomicBool::new(false));
        let (own, stop) = (filing.clone(), hurry.clone());
        let thread = std::thread::Builder::new().name("stories".into()).spawn(move || {
            Desk { cache, filing: own, clock, hurry: stop, index: None, apart: HashSet::new(), last: ArticleId(0), owes: false }.run(&inbox)
        })?;
        Ok((Self { hurry, thread }, telling))
    }

    /// Waits for its end; with `hurry`, what it has not placed yet is placed the next time.
    pub fn end(self, hurry: bool) {
        self.hurry.store(hurry, Ordering::Relaxed);
        let _ = self.thread.join();
    }
}

/// Since when nothing came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    None,
    Quiet,
    Calm,
}

struct Desk {
    cache: PathBuf,
    filing: Filing,
    clock: Clock,
    hurry: Arc<AtomicBool>,
    index: Option<(Index, Reader)>,
    apart: HashSet<(i64, i64)>,
    /// The last article that was read.
    last: ArticleId,
    /// What was to be placed last is not.
    owes: bool,
}

impl Desk {
    fn run(mut self, inbox: &Receiver<Notice>) {
        let mut rest = Rest::Calm;
        let mut changed: BTreeSet<ArticleId> = BTreeSet::new();
        loop {
            let first = match (self.owes, rest) {
                (true, _) => inbox.recv_timeout(AGAIN),
                (false, Rest::None) => inbox.recv_timeout(QUIET),
                (false, Rest::Quiet) => inbox.recv_timeout(CALM),
                (false, Rest::Calm) => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let notices: Vec<Notice> = match first {
                Ok(first) => std::iter::once(first).chain(inbox.try_iter()).collect(),
                Err(RecvTimeoutError::Timeout) if self.owes => Vec::new(),
                // Nothing waits: the moment to weigh all words by what is known now.
                Err(end) => {
                    let ends = end == RecvTimeoutError::Disconnected;
                    let calm = ends || rest == Rest::Quiet;
                    if rest != Rest::Calm && !self.hurried() && self.settle_all(calm).is_err() {
                        self.index = None;
                    }
                    if ends {
                        return;
                    }
                    rest = if calm { Rest::Calm } else { Rest::Quiet };
                    continue;
                }
            };
            rest = Rest::None;
            changed.extend(notices.iter().flat_map(|n| if let Notice::Filed(ids) = n { ids.as_slice() } else { &[] }));
            // A cache that cannot be read or written now can be the next time; what was missed then comes after the last placed.
            self.owes = self.take(&changed, notices.contains(&Notice::Apart)).is_err();
            match self.owes {
                true => self.index = None,
                false => changed.clear(),
            }
        }
    }

    fn hurried(&self) -> bool {
        self.hurry.load(Ordering::Relaxed)
    }

    fn take(&mut self, changed: &BTreeSet<ArticleId>, apart: bool) -> Result<(), StoreError> {
        let fresh = self.index.is_none();
        if fresh {
            self.open()?;
        }
        if apart || fresh {
            self.told_apart()?;
        }
        let mut changed: Vec<ArticleId> = changed.iter().copied().filter(|id| *id <= self.last).collect();
        loop {
            let Some((index, reader)) = &mut self.index else { return Ok(()) };
            let mut ids = reader.arrived(self.last, BATCH)?;
            let more = !ids.is_empty();
            if let Some(last) = ids.last() {
                self.last = *last;
            }
            ids.append(&mut changed);
            if !ids.is_empty() || apart {
                for id in &ids {
                    if let Some(found) = reader.unplaced(*id)? {
                        index.add(id.0, found.time.as_microsecond(), likeness(&found.item), Before::default());
                    }
                }
                self.file(&ids)?;
            }
            if !more || self.hurried() {
                return Ok(());
            }
        }
    }

    /// Fills the index from what was placed before.
    fn open(&mut self) -> Result<(), StoreError> {
        let reader = Reader::open(&self.cache)?;
        let mut index = Index::default();
        self.last = reader.last_placed()?;
        self.apart.clear();
        let since = self.clock.now().checked_sub(WINDOW).unwrap_or_default();
        reader.placed(since, &mut |known| {
            if let Some(likeness) = Likeness::from_bytes(&known.likeness) {
                let before = Before { dispatch: known.dispatch.map(|d: DispatchKey| d.0), story: known.story.map(|s: StoryId| s.0) };
                index.recall(known.article.0, known.time.as_microsecond(), likeness, before);
            }
        })?;
        self.index = Some((index, reader));
        Ok(())
    }

    fn told_apart(&mut self) -> Result<(), StoreError> {
        let Some((index, reader)) = &mut self.index else { return Ok(()) };
        let now: HashSet<(i64, i64)> = reader.told_apart()?.into_iter().map(|(a, b)| (a.0, b.0)).collect();
        for (a, b) in now.difference(&self.apart) {
            index.keep_apart(*a, *b);
        }
        for (a, b) in self.apart.difference(&now) {
            index.allow_together(*a, *b);
        }
        self.apart = now;
        Ok(())
    }

    /// Files where articles belong now; `ids` were read anew.
    ///
    /// Waits until that is done: if anything later were placed while this was not, nobody would come back to it.
    fn file(&mut self, ids: &[ArticleId]) -> Result<(), StoreError> {
        let Some((index, _)) = &mut self.index else { return Ok(()) };
        let settled = index.settle();
        let likenesses = ids.iter().filter_map(|id| index.likeness(id.0).map(|l| (*id, l.bytes()))).collect();
        let placed = Placed { placements: settled.placed, merged: settled.merged, likenesses };
        if placed == Placed::default() {
            return Ok(());
        }
        let (tell, told) = mpsc::channel();
        self.filing.send(Change::Place(Box::new(placed)), move |filed| {
            let _ = tell.send(filed.map(drop));
        });
        told.recv().unwrap_or_else(|_| Err(StoreError::ended(&self.cache)))
    }

    fn settle_all(&mut self, calm: bool) -> Result<(), StoreError> {
        if let Some((index, _)) = &mut self.index {
            index.compare_all(calm);
        }
        self.file(&[])?;
        let since = self.clock.now().checked_sub(WINDOW).unwrap_or_default().as_microsecond();
        if let Some((index, _)) = self.index.as_mut().filter(|(index, _)| index.len() > MANY) {
            index.forget(since);
        }
        Ok(())
    }
}

/// What an item is compared by.
fn likeness(item: &Item) -> Likeness {
    let mut paragraphs: Vec<String> = Vec::new();
    // Live coverage has posts about many things: compared as one text it would glue together what is none of it. What it is
    // about as a whole, its headline and its lead say.
    let live = item.live || !item.posts.is_empty();
    for block in item.body.iter().filter(|_| !live) {
        // What stands under a picture is the agency's or the outlet's, and changes from outlet to outlet.
        if !matches!(block, Block::Picture { .. }) {
            paragraphs.push(block.text());
        }
    }
    if live && item.summary.is_none() {
        paragraphs.extend(item.body.first().map(Block::text));
    }
    if paragraphs.is_empty() {
        paragraphs.extend(item.summary.iter().map(ToString::to_string));
    }
    let number = item.attribution.dispatch.as_ref().map(|d| format!("{}:{}", d.agency, d.item));
    Likeness::of(&Source {
        title: &item.title,
        paragraphs: paragraphs.iter().map(String::as_str).collect(),
        number,
        address: item.url.as_ref().map(|u| u.as_str()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Address, Clean, FeedSettings, Imported, Marks};
    use crate::store;

    #[test]
    fn articles_that_could_not_be_placed_are_placed_the_next_time() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::fixed("2025-08-15T12:00:00Z".parse().unwrap(), jiff::tz::TimeZone::UTC);
        let mut writer = store::open(dir.path()).unwrap().impatient();
        let other = store::open(dir.path()).unwrap();
        let entry = |title: &str| {
            let item = Item { guid: Clean::line(title), title: Clean::line(title), published: Some(clock.now()), ..Item::default() };
            Imported { item, marks: Marks::default(), marks_only: false }
        };
        let import = |titles: &[&str]| Change::Import {
            address: Address::parse("https://outlet.example/feed").unwrap(),
            settings: FeedSettings::default(),
            facts: None,
            items: titles.iter().map(|title| entry(title)).collect(),
        };
        writer.apply(&[import(&["Ferry aground off the northern islands", "Council votes on the new library"])], clock.now()).unwrap();
        let (filing, thread) = Filing::start(writer, clock.clone()).unwrap();
        let mut desk = Desk {
            cache: dir.path().to_owned(),
            filing: filing.clone(),
            clock,
            hurry: Arc::new(AtomicBool::new(false)),
            index: None,
            apart: HashSet::new(),
            last: ArticleId(0),
            owes: false,
        };
        let placed = || Reader::open(dir.path()).unwrap().last_placed().unwrap();
        other.keep();
        assert!(desk.take(&BTreeSet::new(), false).is_err(), "it hears that nothing was placed");
        desk.index = None;
        other.let_go();
        assert_eq!(placed(), ArticleId(0));
        desk.take(&BTreeSet::new(), false).unwrap();
        assert_eq!(placed(), ArticleId(2));
        drop((desk, filing));
        thread.join().unwrap();
    }
}
