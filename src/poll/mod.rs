//! The background: due → fetch → ingest → file. A [`Poller`] runs rounds over the feeds that are due; every feed is one
//! task, every feed's result one change. It says how far it is, and can be stopped at any time by dropping it: what was
//! filed stays, what was not is asked for again.

pub mod filing;
pub mod local;
mod read;
pub mod schedule;
mod subscribe;

use jiff::Timestamp;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::fetch::Client;
use crate::ingest::attribute::Registry;
use crate::model::{
    Address, Applied, ArticleId, Change, Failure, Feed, FeedId, FeedSettings, FullText, Local, Outcome, Polled, Progress, Purpose, Request,
    Rhythm,
};
use crate::store::{Due, PollLock, Reader, StoreError};
use filing::Filing;
use local::Dropped;
use read::Read;
use schedule::Line;
pub use schedule::Settings as Schedule;
pub use subscribe::Subscribed;

/// Pages fetched for teaser feeds in one round; the rest waits for the next.
const PAGES_A_ROUND: usize = 400;

/// What the poller works with.
#[derive(Clone)]
pub struct Tools {
    /// The cache's directory.
    pub cache: PathBuf,
    /// The line to the writer.
    pub filing: Filing,
    /// The network.
    pub client: Client,
    /// The agencies.
    pub registry: Arc<Registry>,
    /// The time.
    pub clock: Clock,
    /// Interval, floor and ceiling.
    pub schedule: Schedule,
    /// Full text of teaser feeds that say nothing themselves.
    pub full_text: FullText,
}

/// Which feeds a round asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those that are due.
    Due,
    /// All that may be asked: not within a minute of the last time, none that is paused, gone or told to wait.
    All,
    /// These, as [`Scope::All`].
    Feeds(Vec<FeedId>),
}

/// What the poller tells.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // few are alive at a time
pub enum Event {
    /// How far it is.
    Progress(Progress),
    /// A feed was polled.
    Polled {
        /// Which.
        feed: Feed,
        /// How it went.
        result: Result<FeedResult, Failure>,
    },
    /// The cache would not take it, which stops the round.
    Cache(StoreError),
}

/// What one poll brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedResult {
    /// New articles.
    pub new: usize,
    /// New versions of known ones.
    pub changed: usize,
    /// 304, or the same bytes again.
    pub unchanged: bool,
}

/// What the poller is told.
#[derive(Clone, Debug)]
pub enum Command {
    /// Poll these now.
    Refresh(Scope),
    /// Fetch this article's page now.
    Page(ArticleId),
}

/// Polls in the background.
pub struct Poller {
    tools: Tools,
    tell: mpsc::UnboundedSender<Event>,
}

impl Poller {
    /// A poller that tells what it does through `tell`.
    pub fn new(tools: Tools, tell: mpsc::UnboundedSender<Event>) -> Self {
        Self { tools, tell }
    }

    /// Polls what is due, for ever, and obeys `commands`. While another process polls the same cache this one waits its
    /// turn. Ends when `commands` is closed.
    pub async fn watch(&self, mut commands: mpsc::Receiver<Command>) {
        let mut lock: Option<PollLock> = None;
        let mut scope = Some(Scope::Due);
        loop {
            if lock.is_none() {
                lock = PollLock::take(&self.tools.cache).ok().flatten();
            }
            if lock.is_none() {
                self.say(Progress { elsewhere: true, ..Progress::default() });
            } else if let Some(scope) = scope.take() {
                self.round(scope).await;
            }
            // The clock may step and another process may add feeds, so the wait is never long.
            match tokio::time::timeout(self.until_next(), commands.recv()).await {
                Ok(None) => return,
                Ok(Some(Command::Refresh(wanted))) => scope = Some(wanted),
                Ok(Some(Command::Page(id))) => self.tools.page(id).await,
                Err(_) => scope = Some(Scope::Due),
            }
        }
    }

    fn until_next(&self) -> Duration {
        let now = self.tools.clock.now();
        let wait = self.next_due().map_or(30, |t| t.duration_since(now).as_secs());
        Duration::from_secs(wait.clamp(1, 30).unsigned_abs())
    }

    /// One round: asks every feed in `scope`, then the pages that teaser feeds left open.
    pub async fn round(&self, scope: Scope) -> Progress {
        let now = self.tools.clock.now();
        let due = match self.due(&scope, now) {
            Ok(due) => due,
            Err(e) => {
                let _ = self.tell.send(Event::Cache(e));
                return Progress::default();
            }
        };
        let mut progress = Progress { total: due.len(), ..Progress::default() };
        self.say(progress.clone());
        let mut tasks = JoinSet::new();
        for due in due {
            let tools = self.tools.clone();
            tasks.spawn(async move { Stage::Answered(Box::new(tools.ask(due).await)) });
        }
        let mut line = Line::default();
        while let Some(done) = tasks.join_next().await {
            match done {
                Ok(Stage::Answered(answered)) => {
                    if answered.dropped.is_none() {
                        line.note(&answered.due.feed.address.host(), answered.read.failure());
                    }
                    let (tools, offline) = (self.tools.clone(), line.is_down());
                    tasks.spawn(async move { tools.file_answer(*answered, offline).await });
                    continue;
                }
                Ok(Stage::Filed(filed)) => match *filed {
                    (feed, Ok(result)) => {
                        match &result {
                            Ok(r) => progress.new += r.new,
                            Err(_) => progress.failed += 1,
                        }
                        let _ = self.tell.send(Event::Polled { feed, result });
                    }
                    // The cache would not take it: nothing more can be filed, so nothing more is asked.
                    (_, Err(e)) => {
                        let _ = self.tell.send(Event::Cache(e));
                        return progress;
                    }
                },
                Err(_) => progress.failed += 1,
            }
            progress.done += 1;
            self.say(progress.clone());
        }
        self.pages(&mut progress).await;
        progress.next = self.next_due();
        self.say(progress.clone());
        progress
    }

    /// When the next feed is due.
    fn next_due(&self) -> Option<Timestamp> {
        let feeds = Reader::open(&self.tools.cache).and_then(|r| r.feeds()).ok()?;
        feeds
            .iter()
            .filter(|f| f.address.is_polled() && !f.settings.paused && !f.health.gone)
            .map(|f| f.health.next.unwrap_or(Timestamp::MIN))
            .min()
    }

    fn say(&self, progress: Progress) {
        let _ = self.tell.send(Event::Progress(progress));
    }

    fn due(&self, scope: &Scope, now: Timestamp) -> Result<Vec<Due>, StoreError> {
        let reader = Reader::open(&self.tools.cache)?;
        let waits: HashMap<String, Timestamp> = reader.host_waits(now)?.into_iter().collect();
        let mut due = reader.due(now, *scope != Scope::Due)?;
        due.retain(|d| !waits.contains_key(&d.feed.address.host()));
        if *scope != Scope::Due {
            due.retain(|d| d.feed.address.as_local().is_some() || schedule::may_refresh(&self.tools.schedule, &d.feed.health, now));
        }
        if let Scope::Feeds(ids) = scope {
            due.retain(|d| ids.contains(&d.feed.id));
        }
        Ok(due)
    }

    /// Fetches the pages of articles that carry a teaser only.
    async fn pages(&self, progress: &mut Progress) {
        if self.tools.full_text == FullText::Never {
            return;
        }
        let Ok(teasers) = Reader::open(&self.tools.cache).and_then(|r| r.teasers(PAGES_A_ROUND)) else { return };
        progress.pages = teasers.len();
        if teasers.is_empty() {
            return;
        }
        self.say(progress.clone());
        let mut tasks = JoinSet::new();
        for (id, ..) in teasers {
            let tools = self.tools.clone();
            tasks.spawn(async move { tools.page(id).await });
        }
        while tasks.join_next().await.is_some() {
            progress.pages = progress.pages.saturating_sub(1);
            self.say(progress.clone());
        }
    }

    /// Fetches the pages that teaser feeds left open, and waits for them.
    pub async fn open_pages(&self) {
        self.pages(&mut Progress::default()).await;
    }
}

impl Tools {
    /// Asks one feed and reads its answer.
    async fn ask(&self, due: Due) -> Answered {
        if let Some(Local::Folder(dir)) = due.feed.address.as_local() {
            let (read, dropped) = self.visit(dir, &due.feed.address).await.into_parts();
            return Answered { due, read, dropped: Some(dropped) };
        }
        let request = Request {
            address: due.feed.address.clone(),
            purpose: Purpose::Feed,
            validators: schedule::validators(&self.schedule, &due.rhythm, &due.validators, self.clock.now()),
            typed: true,
            settings: due.feed.settings.clone(),
        };
        let read = match self.client.get(&request).await {
            Ok(fetched) => self.read(fetched, due.rhythm.body_hash).await,
            Err(e) => Read::failed(e),
        };
        Answered { due, read, dropped: None }
    }

    /// Files what an answer brought.
    async fn file_answer(&self, answered: Answered, offline: bool) -> Stage {
        let Answered { due: Due { feed, rhythm, .. }, read, dropped } = answered;
        let unchanged = matches!(read.outcome, Outcome::Unchanged { .. });
        let failure = read.failure().cloned();
        let filed = self.file_poll(feed.id, &feed.address, &feed.settings, rhythm, read, offline).await;
        // Only what is safe in the cache is moved away.
        if let (Some(dropped), Ok(Applied { failure: None, .. })) = (dropped, &filed) {
            self.put_away(feed.id, dropped.dir, dropped.taken).await;
        }
        let result = filed.map(|applied| match failure {
            Some(f) => Err(f),
            None => Ok(FeedResult { new: applied.new.len(), changed: applied.changed.len(), unchanged }),
        });
        Stage::Filed(Box::new((feed, result)))
    }

    /// Plans the next poll and files what this one brought.
    async fn file_poll(
        &self,
        feed: FeedId,
        address: &Address,
        settings: &FeedSettings,
        rhythm: Rhythm,
        read: Read,
        offline: bool,
    ) -> Result<Applied, StoreError> {
        let now = self.clock.now();
        if address.as_local().is_some() {
            let (next, why_next) = local::plan(read.failure().is_some(), now);
            let polled = Polled { feed, at: now, outcome: read.outcome, next, why_next, rhythm, moved: None, asked: None, pages: None };
            return self.file(Change::Polled(Box::new(polled))).await;
        }
        let host_wait = read.host_wait(now);
        if let Some((host, until)) = &host_wait {
            self.file(Change::HostWait { host: host.clone(), until: *until }).await?;
        }
        let dates: Vec<Timestamp> = read.dates().collect();
        let poll = schedule::Poll {
            live: false,
            feed,
            settings,
            rhythm: &rhythm,
            freshness: &read.freshness,
            host_wait: None,
            ended: read.ended(&rhythm, &dates, offline),
            now,
        };
        let schedule::Plan { next, why, mut rhythm } = schedule::plan(&self.schedule, &poll);
        let moved = match &read.outcome {
            Outcome::Failed(_) => None,
            _ => schedule::moved(&mut rhythm, address, &read.hops, true),
        };
        let polled = Polled { feed, at: now, outcome: read.outcome, next, why_next: why, rhythm, moved, asked: None, pages: None };
        self.file(Change::Polled(Box::new(polled))).await
    }

    /// Files a change and waits for it. A writer that is gone files nothing: the program is ending.
    async fn file(&self, change: Change) -> Result<Applied, StoreError> {
        Ok(self.filing.file(change).await.transpose()?.unwrap_or_default())
    }
}

/// A feed's answer, read and not yet filed.
struct Answered {
    due: Due,
    read: Read,
    dropped: Option<Dropped>,
}

/// What came of asking a feed: the failure is the feed's.
type Asked = Result<FeedResult, Failure>;

/// How far a task of a round has come.
enum Stage {
    Answered(Box<Answered>),
    Filed(Box<(Feed, Result<Asked, StoreError>)>),
}
