//! The writer thread: owner of the cache's only read-write connection. Whoever wants a change sends it here and may
//! wait for what it did; what has queued up meanwhile is filed in one transaction.

use jiff::{SignedDuration, Timestamp};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

use super::stories::Notice;
use crate::clock::Clock;
use crate::model::{Applied, Change};
use crate::store::{StoreError, StoreErrorKind, Writer};

/// More than this is not put into one transaction, so that a reader's mark never waits behind a whole round of polling.
const BATCH: usize = 32;

/// What the reader did and the cache could not take is tried again so often, and with whatever comes next.
const AGAIN: Duration = Duration::from_secs(5);

/// After so long a snapshot that failed is tried again, with whatever comes next.
const SNAPSHOT_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// So much of it is remembered at most.
const OWED: usize = 10_000;

/// What a change did, or why it could not be done.
pub type Filed = Result<Applied, StoreError>;

#[allow(clippy::large_enum_variant)] // few are alive at a time
enum Order {
    Job(Job),
    /// Tidy up when nothing else waits.
    Rest,
}

struct Job {
    /// Whom to tell what came of it.
    stories: Option<Sender<Notice>>,
    change: Change,
    done: Box<dyn FnOnce(Filed) + Send>,
}

/// A line to the writer thread. Cloning it is cheap; the thread ends when the last line is gone.
#[derive(Clone)]
pub struct Filing {
    jobs: Sender<Order>,
    stories: Option<Sender<Notice>>,
}

impl Filing {
    /// Starts the thread around an open cache.
    pub fn start(writer: Writer, clock: Clock) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (jobs, inbox) = mpsc::channel();
        let thread = std::thread::Builder::new().name("writer".into()).spawn(move || run(writer, &clock, &inbox))?;
        Ok((Self { jobs, stories: None }, thread))
    }

    /// A thread that files nothing: each change is refused with why the cache cannot be written.
    pub fn refusing(why: StoreError) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (jobs, inbox) = mpsc::channel();
        let thread = std::thread::Builder::new().name("writer".into()).spawn(move || {
            for order in inbox {
                if let Order::Job(job) = order {
                    (job.done)(Err(why.clone()));
                }
            }
        })?;
        Ok((Self { jobs, stories: None }, thread))
    }

    /// The same line, telling `stories` of every article that it files.
    pub fn telling(&self, stories: Sender<Notice>) -> Self {
        Self { jobs: self.jobs.clone(), stories: Some(stories) }
    }

    /// A line to nobody, to let go of a real one.
    pub fn disconnected() -> Self {
        Self { jobs: mpsc::channel().0, stories: None }
    }

    /// Files `change` and hands what it did to `done`, on the writer thread. Never waits.
    pub fn send(&self, change: Change, done: impl FnOnce(Filed) + Send + 'static) {
        // If the thread is gone the program is ending, and `done` with it.
        let _ = self.jobs.send(Order::Job(Job { stories: self.stories.clone(), change, done: Box::new(done) }));
    }

    /// Has the cache tidied up: room that removed articles left is given back, bit by bit.
    pub fn rest(&self) {
        let _ = self.jobs.send(Order::Rest);
    }

    /// Files `change` and waits for what it did. `None` if the writer is gone.
    pub async fn file(&self, change: Change) -> Option<Filed> {
        let (tx, rx) = oneshot::channel();
        self.send(change, move |filed| {
            let _ = tx.send(filed);
        });
        rx.await.ok()
    }
}

/// Whether the reader did this: nothing else would bring it again, as the next poll brings what feeds said.
fn is_the_readers(change: &Change) -> bool {
    !matches!(
        change,
        Change::Polled(_) | Change::Page(_) | Change::HostWait { .. } | Change::Place(_) | Change::Import { .. } | Change::Tidy { .. }
    )
}

/// Whether this is worth a snapshot of its own at the end: what the reader made by hand, and would have to make again.
fn is_precious(change: &Change) -> bool {
    use Change::{Apart, Arrange, EditFeed, EditView, Follow, Highlight, Import, Note, Save, Shelve, Subscribe, Tag, Unsubscribe, View};
    matches!(
        change,
        Subscribe { .. }
            | Import { .. }
            | Unsubscribe(_)
            | EditFeed { .. }
            | View { .. }
            | EditView(_)
            | Shelve { .. }
            | Save { .. }
            | Tag { .. }
            | Note { .. }
            | Highlight { .. }
            | Follow(_)
            | Apart { .. }
            | Arrange { .. }
    )
}

/// Whether it is the cache's state and not the change that is in the way, so that the same may go well later.
fn passes(error: &StoreError) -> bool {
    matches!(error.kind, StoreErrorKind::Full | StoreErrorKind::Locked | StoreErrorKind::Io)
}

/// Files what could not be filed before, in its order; what still cannot be stays, and why.
fn settle(writer: &mut Writer, clock: &Clock, owed: &mut Vec<Change>) -> Option<StoreError> {
    let mut done = 0;
    let mut wrong = None;
    while let Some(change) = owed.get(done) {
        match writer.apply(std::slice::from_ref(change), clock.now()) {
            Err(e) if passes(&e) => {
                wrong = Some(e);
                break;
            }
            _ => done += 1,
        }
    }
    owed.drain(..done);
    wrong
}

fn run(mut writer: Writer, clock: &Clock, inbox: &Receiver<Order>) {
    let mut owed: Vec<Change> = Vec::new();
    // The day for which it was seen to that there is a snapshot; and when it is tried again, if that failed.
    let mut looked: Option<(jiff::civil::Date, Option<Timestamp>)> = None;
    // What that snapshot has not.
    let mut newer = false;
    let mut resting = false;
    loop {
        let next = match (resting, owed.is_empty()) {
            // Between two bits of tidying, whatever is wanted comes first.
            (true, _) => inbox.recv_timeout(Duration::ZERO),
            (false, false) => inbox.recv_timeout(AGAIN),
            (false, true) => inbox.recv().map_err(RecvTimeoutError::from),
        };
        let first = match next {
            Ok(first) => first,
            Err(RecvTimeoutError::Disconnected) => {
                drop(settle(&mut writer, clock, &mut owed));
                if newer {
                    let _ = writer.snapshot_anew(clock.now());
                }
                // Readers of this process may still have it open, so that closing it would not do this.
                let _ = writer.settle();
                return;
            }
            Err(RecvTimeoutError::Timeout) => {
                // What cannot be tidied is not tried again.
                match resting {
                    true => resting = writer.rest().unwrap_or(false),
                    false => drop(settle(&mut writer, clock, &mut owed)),
                }
                continue;
            }
        };
        let wrong = settle(&mut writer, clock, &mut owed);
        let mut jobs: Vec<Job> = Vec::new();
        for order in std::iter::once(first).chain(inbox.try_iter().take(BATCH - 1)) {
            match order {
                Order::Job(job) => jobs.push(job),
                Order::Rest => resting = true,
            }
        }
        if jobs.is_empty() {
            continue;
        }
        let stories: Vec<_> = jobs.iter().map(|j| j.stories.clone()).collect();
        let (changes, done): (Vec<_>, Vec<_>) = jobs.into_iter().map(|j| (j.change, j.done)).unzip();
        let tell = |at: usize, applied: &Applied| {
            if let Some((stories, notice)) = stories[at].as_ref().zip(Notice::of(&changes[at], applied)) {
                // Nobody listens any more when the program ends.
                let _ = stories.send(notice);
            }
        };
        // What the reader did stays in its order: while some of it is owed, the rest is too.
        match wrong.map_or_else(|| writer.apply(&changes, clock.now()), Err) {
            Ok(applied) => {
                for (at, (done, applied)) in done.into_iter().zip(applied).enumerate() {
                    tell(at, &applied);
                    done(Ok(applied));
                }
            }
            // While another process keeps the cache, or the disk fails, each change would only wait as long again.
            Err(error) if changes.len() == 1 || (passes(&error) && (!owed.is_empty() || error.kind != StoreErrorKind::Full)) => {
                changes.iter().for_each(|change| owe(&mut owed, &error, change));
                done.into_iter().for_each(|d| d(Err(error.clone())));
            }
            // A batch that fails is tried change by change, so that one that cannot be filed costs itself only.
            Err(_) => {
                for (at, (done, change)) in done.into_iter().zip(&changes).enumerate() {
                    let one = writer.apply(std::slice::from_ref(change), clock.now()).map(|mut a| a.pop().unwrap_or_default());
                    match &one {
                        Ok(applied) => tell(at, applied),
                        Err(error) => owe(&mut owed, error, change),
                    }
                    done(one);
                }
            }
        }
        newer |= changes.iter().any(is_precious);
        let now = clock.now();
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        if looked.is_none_or(|(day, again)| day != today || again.is_some_and(|again| now >= again)) {
            // Nobody waits for it any more. That it failed is seen by `doctor`, which says how old the newest snapshot is.
            let failed = writer.snapshot(now).is_err();
            looked = Some((today, failed.then(|| now.saturating_add(SNAPSHOT_AGAIN).unwrap_or(Timestamp::MAX))));
        }
    }
}

/// Remembers what of the reader's doing a full disk refused, or a cache that another process kept.
fn owe(owed: &mut Vec<Change>, error: &StoreError, change: &Change) {
    if passes(error) && is_the_readers(change) && owed.len() < OWED {
        owed.push(change.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::*;
    use crate::store::{self, Reader};

    #[test]
    fn marks_made_while_another_process_keeps_the_cache_are_filed_afterwards() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::fixed("2025-08-15T12:00:00Z".parse().unwrap(), jiff::tz::TimeZone::UTC);
        let mut writer = store::open(dir.path()).unwrap().impatient();
        let other = store::open(dir.path()).unwrap();
        let item = Item { guid: Clean::line("1"), title: Clean::line("The ferry sails"), ..Item::default() };
        let import = Change::Import {
            address: Address::parse("https://outlet.example/feed").unwrap(),
            settings: FeedSettings::default(),
            facts: None,
            items: vec![Imported { item, marks: Marks::default(), marks_only: false }],
        };
        writer.apply(&[import], clock.now()).unwrap();
        let (filing, thread) = Filing::start(writer, clock).unwrap();
        other.keep();
        let ids = vec![ArticleId(1)];
        let (tell, told) = mpsc::channel();
        let read = |read| Change::Read { ids: ids.clone(), read };
        let marks = [read(true), Change::Save { ids: ids.clone(), saved: true }, read(false)];
        for mark in marks {
            let tell = tell.clone();
            filing.send(mark, move |filed| tell.send(filed.map(drop)).unwrap());
        }
        for _ in 0..3 {
            assert_eq!(told.recv().unwrap().unwrap_err().kind, StoreErrorKind::Locked);
        }
        other.let_go();
        drop(filing);
        thread.join().unwrap();
        let article = Reader::open(dir.path()).unwrap().article(ArticleId(1), None).unwrap().unwrap();
        assert_eq!((article.marks.saved, article.marks.read), (true, false), "in the order in which they were made");
    }
}
