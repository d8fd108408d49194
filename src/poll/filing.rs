//! The writer thread: owner of the cache's only read-write connection. Whoever wants a change sends it here and may
//! wait for what it did; what has queued up meanwhile is filed in one transaction.

use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

use super::stories::Notice;
use crate::clock::Clock;
use crate::model::{Applied, Change};
use crate::store::{StoreError, Writer};

/// More than this is not put into one transaction, so that a reader's mark never waits behind a whole round of polling.
const BATCH: usize = 32;

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

fn run(mut writer: Writer, clock: &Clock, inbox: &Receiver<Order>) {
    let mut resting = false;
    loop {
        let first = match inbox.try_recv() {
            Ok(first) => first,
            Err(TryRecvError::Disconnected) => return,
            // Between two bits of tidying, whatever is wanted comes first. What cannot be tidied is not tried again.
            Err(TryRecvError::Empty) if resting => {
                resting = writer.rest().unwrap_or(false);
                continue;
            }
            Err(TryRecvError::Empty) => match inbox.recv() {
                Ok(first) => first,
                Err(_) => return,
            },
        };
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
        match writer.apply(&changes, clock.now()) {
            Ok(applied) => {
                for (at, (done, applied)) in done.into_iter().zip(applied).enumerate() {
                    tell(at, &applied);
                    done(Ok(applied));
                }
            }
            // A batch that fails is tried change by change, so that one that cannot be filed costs itself only.
            Err(error) if changes.len() == 1 => done.into_iter().for_each(|d| d(Err(error.clone()))),
            Err(_) => {
                for (at, (done, change)) in done.into_iter().zip(&changes).enumerate() {
                    let one = writer.apply(std::slice::from_ref(change), clock.now()).map(|mut a| a.pop().unwrap_or_default());
                    if let Ok(applied) = &one {
                        tell(at, applied);
                    }
                    done(one);
                }
            }
        }
    }
}
