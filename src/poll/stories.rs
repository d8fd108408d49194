//! The thread that finds out which articles carry one dispatch and which tell one story. It is told what was filed, reads
//! it from the cache by itself and files where it belongs, so that no poll, no mark and no first frame waits for it. It
//! alone owns the index, which it fills from the cache when the first notice comes.

use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::filing::Filing;
use crate::clock::Clock;
use crate::ingest::similar::{Before, Index, Likeness, Source};
use crate::model::{Applied, ArticleId, Block, Change, DispatchKey, Item, Outcome, Placed, StoryId};
use crate::store::{Reader, StoreError};

/// Articles placed in one go: what one change files.
const BATCH: usize = 500;
/// Articles whose text was taken as it came, at most: the others are read from the cache when it is their turn.
const MOST: usize = 4 * BATCH;
/// So long it waits for more of them: what is filed can be read at once, where it belongs matters a moment later.
const MORE: Duration = Duration::from_millis(50);
/// And so long in all.
const PATIENCE: Duration = Duration::from_secs(10);
/// After so many articles, and after so long a wait, it hears what was said meanwhile.
const OFTEN: usize = 64;
const WHILE: Duration = Duration::from_millis(5);
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
#[derive(Debug)]
pub enum Notice {
    /// Articles came, and some have changed.
    Filed {
        /// Those that came, as far as they are at hand: the others are read from the cache.
        new: Vec<Arrival>,
        /// Those that have changed.
        changed: Vec<ArticleId>,
    },
    /// The reader told articles apart, or took it back.
    Apart,
}

impl Notice {
    /// What a change means for the stories, if anything.
    pub(super) fn of(change: Change, applied: &Applied) -> Option<Self> {
        match change {
            Change::Polled(polled) => (applied.count > 0).then(|| {
                let Outcome::Read { mut items, .. } = polled.outcome else { return Self::Filed { new: Vec::new(), changed: Vec::new() } };
                let came = applied.new.iter().zip(&applied.came);
                let mut item = |nth: &usize| items.get_mut(*nth).map(std::mem::take);
                let new = came.filter_map(|(id, nth)| item(nth).map(|item| Arrival { article: *id, at: polled.at, item }));
                Self::Filed { new: new.collect(), changed: applied.changed.clone() }
            }),
            Change::Page(page) => (applied.count > 0).then(|| Self::Filed { new: Vec::new(), changed: vec![page.id] }),
            Change::Import { .. } => Some(Self::Filed { new: Vec::new(), changed: Vec::new() }),
            Change::Apart { .. } | Change::Undo | Change::Redo => Some(Self::Apart),
            _ => None,
        }
    }
}

/// An article that was filed just now.
#[derive(Debug)]
pub struct Arrival {
    article: ArticleId,
    at: Timestamp,
    item: Item,
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
            Desk::new(cache, own, clock, stop).run(&inbox);
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
    /// What is known of those after it.
    waiting: HashMap<ArticleId, (Timestamp, Likeness)>,
    /// Those up to it that have changed since.
    changed: BTreeSet<ArticleId>,
    /// What is told apart is another since.
    parted: bool,
    /// What was to be placed last is not.
    owes: bool,
    /// Something was heard that nobody has looked for in the cache yet.
    heard: bool,
}

impl Desk {
    fn new(cache: PathBuf, filing: Filing, clock: Clock, hurry: Arc<AtomicBool>) -> Self {
        let (waiting, changed, apart) = (HashMap::new(), BTreeSet::new(), HashSet::new());
        let last = ArticleId(0);
        Self { cache, filing, clock, hurry, index: None, apart, last, waiting, changed, parted: false, owes: false, heard: false }
    }

    fn run(mut self, inbox: &Receiver<Notice>) {
        let mut rest = Rest::Calm;
        loop {
            let first = match (self.owes, rest) {
                (true, _) => inbox.recv_timeout(AGAIN),
                (false, Rest::None) => inbox.recv_timeout(QUIET),
                (false, Rest::Quiet) => inbox.recv_timeout(CALM),
                (false, Rest::Calm) => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match first {
                Ok(first) => self.hear(first),
                Err(RecvTimeoutError::Timeout) if self.owes => {}
                // Nothing waits: the moment to weigh all words by what is known now.
                Err(end) => {
                    let ends = end == RecvTimeoutError::Disconnected;
                    let calm = ends || rest == Rest::Quiet;
                    if rest != Rest::Calm && !self.hurried() && self.settle_all(calm, inbox).is_err() {
                        self.index = None;
                    }
                    // What was heard meanwhile has its turn first: nobody would come back to it.
                    if !self.heard {
                        if ends {
                            return;
                        }
                        rest = if calm { Rest::Calm } else { Rest::Quiet };
                        continue;
                    }
                }
            }
            rest = Rest::None;
            // A cache that cannot be read or written now can be the next time; what was missed then comes after the last placed.
            self.owes = self.take(inbox).is_err();
            if self.owes {
                self.index = None;
            }
        }
    }

    fn hurried(&self) -> bool {
        self.hurry.load(Ordering::Relaxed)
    }

    fn hear(&mut self, notice: Notice) {
        self.heard = true;
        match notice {
            Notice::Apart => self.parted = true,
            Notice::Filed { new, changed } => {
                for Arrival { article, at, item } in new {
                    if self.waiting.len() < MOST && article > self.last {
                        self.waiting.insert(article, (item.stands_at(at), likeness(&item)));
                    }
                }
                for article in changed {
                    self.waiting.remove(&article);
                    self.changed.insert(article);
                }
            }
        }
    }

    /// Hears all that was said meanwhile: a text that waits to be heard takes ten times the room of what is kept of it.
    fn listen(&mut self, inbox: &Receiver<Notice>) {
        inbox.try_iter().for_each(|notice| self.hear(notice));
    }

    /// Places all that came or changed.
    fn take(&mut self, inbox: &Receiver<Notice>) -> Result<(), StoreError> {
        if self.index.is_none() {
            self.open()?;
            self.parted = true;
        }
        let patience = Instant::now();
        loop {
            self.listen(inbox);
            // More is at hand in a moment, where much comes; until the last of it is filed, placing would only be in its way.
            while patience.elapsed() < PATIENCE
                && let Ok(notice) = inbox.recv_timeout(MORE)
            {
                self.hear(notice);
            }
            self.heard = false;
            let parted = std::mem::take(&mut self.parted);
            if parted {
                self.told_apart()?;
            }
            let Some((_, reader)) = &self.index else { return Ok(()) };
            let arrived = reader.arrived(self.last, BATCH)?;
            let changed: Vec<ArticleId> = self.changed.iter().copied().filter(|id| *id <= self.last).collect();
            if arrived.is_empty() && changed.is_empty() && !parted {
                self.waiting.clear();
                return Ok(());
            }
            self.last = arrived.last().copied().unwrap_or(self.last);
            let ids = [changed.as_slice(), arrived.as_slice()].concat();
            self.changed.retain(|id| ids.binary_search(id).is_err());
            if let Err(e) = self.place(&ids, inbox) {
                self.changed.extend(changed);
                return Err(e);
            }
            // What came after the last can be found again; that an earlier one has changed is known here only.
            if self.hurried() && self.changed.iter().all(|id| *id > self.last) {
                return Ok(());
            }
        }
    }

    /// Finds out where these belong, and files it.
    fn place(&mut self, ids: &[ArticleId], inbox: &Receiver<Notice>) -> Result<(), StoreError> {
        let Some((mut index, reader)) = self.index.take() else { return Ok(()) };
        for (n, id) in ids.iter().enumerate() {
            if n % OFTEN == 0 {
                self.listen(inbox);
            }
            let known = match self.waiting.remove(id) {
                Some(known) => Some(known),
                None => reader.unplaced(*id)?.map(|found| (found.time, likeness(&found.item))),
            };
            if let Some((time, likeness)) = known {
                index.add(id.0, time.as_microsecond(), likeness, Before::default());
            }
        }
        self.index = Some((index, reader));
        self.file(ids, inbox)
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
    fn file(&mut self, ids: &[ArticleId], inbox: &Receiver<Notice>) -> Result<(), StoreError> {
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
        loop {
            match told.recv_timeout(WHILE) {
                Ok(filed) => return filed,
                Err(RecvTimeoutError::Timeout) => self.listen(inbox),
                Err(RecvTimeoutError::Disconnected) => return Err(StoreError::ended(&self.cache)),
            }
        }
    }

    fn settle_all(&mut self, calm: bool, inbox: &Receiver<Notice>) -> Result<(), StoreError> {
        if let Some((index, _)) = &mut self.index {
            index.compare_all(calm);
        }
        self.file(&[], inbox)?;
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
    use crate::model::{Address, Clean, FeedFacts, FeedId, FeedSettings, Imported, Marks, Polled, Rhythm, Validators};
    use crate::store;

    /// A cache with one feed, and what files there.
    fn filing(dir: &std::path::Path, clock: &Clock) -> (Filing, JoinHandle<()>) {
        let mut writer = store::open(dir).unwrap();
        let address = Address::parse("https://outlet.example/feed").unwrap();
        writer.apply(&[Change::Subscribe { address, settings: FeedSettings::default(), facts: None }], clock.now()).unwrap();
        Filing::start(writer, clock.clone()).unwrap()
    }

    /// What a poll of that feed brings.
    fn poll(clock: &Clock, items: &[Item]) -> Change {
        let (facts, validators) = (FeedFacts::default(), Validators::default());
        let outcome = Outcome::Read { facts, items: items.to_vec(), validators, warnings: Vec::new() };
        let (at, next, why_next) = (clock.now(), clock.now(), Clean::default());
        let feed = FeedId(1);
        let rhythm = Rhythm::default();
        Change::Polled(Box::new(Polled { feed, at, outcome, next, why_next, rhythm, moved: None, asked: None, pages: None }))
    }

    fn report(title: &str, text: &str, clock: &Clock) -> Item {
        let body = vec![Block::paragraph(text)];
        let (guid, published) = (Clean::line(title), Some(clock.now()));
        Item { guid, title: Clean::line(title), published, body, complete: true, ..Item::default() }
    }

    #[test]
    fn what_is_heard_of_an_article_is_what_the_cache_says_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::fixed("2025-08-15T12:00:00Z".parse().unwrap(), jiff::tz::TimeZone::UTC);
        let (filing, thread) = filing(dir.path(), &clock);
        let (tell, inbox) = mpsc::channel();
        let mut desk = Desk::new(dir.path().to_owned(), filing.clone(), clock.clone(), Arc::new(AtomicBool::new(false)));
        let mut items = vec![
            report("Ferry aground", "The ferry ran aground north of the islands; nobody was hurt.", &clock),
            Item { published: None, ..report("Library to be built", "The council voted for it by a narrow majority.", &clock) },
            // The same once more: one of them counts.
            report("Ferry aground", "Another text under the same name.", &clock),
            Item { published: Some("2025-08-16T12:00:00Z".parse().unwrap()), ..report("Of tomorrow", "It is not yet.", &clock) },
        ];
        let file = |items: &[Item]| {
            let (done, told) = mpsc::channel();
            filing.telling(tell.clone()).send(poll(&clock, items), move |filed| drop(done.send(filed.unwrap())));
            told.recv().unwrap()
        };
        let applied = file(&items);
        desk.listen(&inbox);
        let reader = Reader::open(dir.path()).unwrap();
        assert_eq!((applied.new.len(), desk.waiting.len()), (3, 3));
        for id in applied.new {
            let found = reader.unplaced(id).unwrap().unwrap();
            assert_eq!(desk.waiting[&id], (found.time, likeness(&found.item)), "{}", found.item.title);
        }
        // One that changes before it was placed is read anew.
        items.truncate(1);
        items[0].body = vec![Block::paragraph("The ferry is afloat again, and on its way home.")];
        let changed = file(&items).changed;
        desk.listen(&inbox);
        assert_eq!((changed.len(), desk.waiting.len()), (1, 2));
        drop(tell);
        desk.take(&inbox).unwrap();
        assert_eq!(reader.last_placed().unwrap(), ArticleId(3));
        assert!(desk.waiting.is_empty() && desk.changed.is_empty());
        drop((desk, filing));
        thread.join().unwrap();
    }

    #[test]
    fn what_was_heard_in_between_is_placed_before_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::fixed("2025-08-15T12:00:00Z".parse().unwrap(), jiff::tz::TimeZone::UTC);
        let (filing, thread) = filing(dir.path(), &clock);
        let (tell, inbox) = mpsc::channel();
        let mut desk = Desk::new(dir.path().to_owned(), filing.clone(), clock.clone(), Arc::new(AtomicBool::new(false)));
        let (done, told) = mpsc::channel();
        let item = report("Ferry aground", "The ferry ran aground north of the islands; nobody was hurt.", &clock);
        filing.telling(tell).send(poll(&clock, &[item]), move |filed| drop(done.send(filed.unwrap())));
        told.recv().unwrap();
        // As it listens while it waits for the writer.
        desk.listen(&inbox);
        drop(filing);
        desk.run(&inbox);
        assert_eq!(Reader::open(dir.path()).unwrap().last_placed().unwrap(), ArticleId(1));
        thread.join().unwrap();
    }

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
        let mut desk = Desk::new(dir.path().to_owned(), filing.clone(), clock, Arc::new(AtomicBool::new(false)));
        let (_nobody, inbox) = mpsc::channel();
        let placed = || Reader::open(dir.path()).unwrap().last_placed().unwrap();
        other.keep();
        assert!(desk.take(&inbox).is_err(), "it hears that nothing was placed");
        desk.index = None;
        other.let_go();
        assert_eq!(placed(), ArticleId(0));
        desk.take(&inbox).unwrap();
        assert_eq!(placed(), ArticleId(2));
        drop((desk, filing));
        thread.join().unwrap();
    }
}
