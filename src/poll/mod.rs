//! The background: due → fetch → ingest → file. A [`Poller`] runs rounds over the feeds that are due; every feed is one
//! task, every feed's result one change. It says how far it is, and can be stopped at any time by dropping it: what was
//! filed stays, what was not is asked for again.

mod again;
pub mod filing;
mod keep;
pub mod live;
pub mod local;
pub mod page;
mod picture;
mod read;
pub mod schedule;
pub mod stories;
mod subscribe;

use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::model::{
    Address, Applied, ArticleId, Change, Failure, Feed, FeedId, FeedSettings, FullText, Keep, Local, Outcome, Polled, Progress, Purpose,
    Request, Rhythm, Validators,
};
use crate::store::{Due, PollLock, Reader, StoreError};
use filing::Filing;
use local::Dropped;
use page::Pages;
use read::Read;
use schedule::Line;
pub use schedule::Settings as Schedule;
pub use subscribe::Subscribed;

/// Pages fetched for teaser feeds in one round; the rest waits for the next.
const PAGES_A_ROUND: usize = 400;

/// Answers, of feeds and of pages, that may be on their way from the network into the cache at once: enough for all of the
/// network's requests and for the writer to find a batch, few enough that a thousand feeds take no more memory than fifty.
const ROOM: usize = 32;

/// Pages of followed stories that are asked again from time to time, at most.
const PAGES_WATCHED: usize = 60;

/// What is followed is looked up again at least this often.
const LOOK: Duration = Duration::from_secs(30);

/// After the cache refused something, nothing is asked for this long; doubled each time, up to an hour or so.
const TROUBLE: Duration = Duration::from_secs(30);

/// What the poller works with.
#[derive(Clone)]
pub struct Tools {
    /// The cache's directory.
    pub cache: PathBuf,
    /// The line to the writer.
    pub filing: Filing,
    /// What reads pages: the network, the agencies, the rules for single sites.
    pub pages: Pages,
    /// The time.
    pub clock: Clock,
    /// Interval, floor and ceiling.
    pub schedule: Schedule,
    /// Full text of teaser feeds that say nothing themselves.
    pub full_text: FullText,
    /// How long articles stay, of feeds that say nothing themselves.
    pub keep: Keep,
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
    /// Somebody looks at the screen, or no longer: live blogs are asked only while somebody does.
    Look(bool),
    /// What is followed has changed.
    Followed,
}

/// Polls in the background.
pub struct Poller {
    tools: Tools,
    tell: mpsc::UnboundedSender<Event>,
    progress: Progress,
    /// Which hosts were silent, over all rounds: whether it is the line and not the feeds.
    line: Line,
    /// For what came and is not filed yet.
    room: Arc<Semaphore>,
    /// When it was last looked up what is followed.
    looked: Option<tokio::time::Instant>,
    /// And which pages may change.
    looked_again: Option<tokio::time::Instant>,
}

impl Poller {
    /// A poller that tells what it does through `tell`.
    pub fn new(tools: Tools, tell: mpsc::UnboundedSender<Event>) -> Self {
        Self {
            tools,
            tell,
            progress: Progress::default(),
            line: Line::default(),
            room: Arc::new(Semaphore::new(ROOM)),
            looked: None,
            looked_again: None,
        }
    }

    /// Polls what is due, for ever, and obeys `commands`. Pages of teaser feeds are fetched beside the rounds, so that they
    /// never keep a feed waiting. While another process polls the same cache this one waits its turn; while the cache
    /// takes nothing, nothing is asked. Ends when `commands` is closed.
    pub async fn watch(&mut self, mut commands: mpsc::Receiver<Command>) {
        let mut lock: Option<PollLock> = None;
        let mut scope = Some(Scope::Due);
        let mut trouble = 0u32;
        let mut pages = JoinSet::new();
        let mut watch = live::Watch::new(self.tools.schedule.pace.clone());
        let mut lives = JoinSet::new();
        let mut again = again::Again::default();
        let mut looks = JoinSet::new();
        loop {
            if lock.is_none() {
                lock = PollLock::take(&self.tools.cache).ok().flatten();
            }
            self.progress.elsewhere = lock.is_none();
            if lock.is_none() {
                self.say();
            } else if let Some(scope) = scope.take() {
                trouble = if self.feeds(scope).await { 0 } else { trouble.saturating_add(1) };
                if trouble == 0 && pages.is_empty() {
                    self.start_pages(&mut pages);
                }
                if trouble == 0 {
                    self.tidy().await;
                }
                self.end_round();
            }
            let wait = if trouble > 0 { TROUBLE.saturating_mul(1 << trouble.min(6)) } else { self.until_next() };
            let next = tokio::time::sleep(wait);
            tokio::pin!(next);
            loop {
                let beat = self.start_live(&mut watch, &mut lives, lock.is_some());
                let look = self.look_again(&mut again, &mut looks, lock.is_some() && !watch.rests(self.tools.clock.now()));
                let beat = beat.min(look);
                tokio::select! {
                    Some(Ok(done)) = looks.join_next() => {
                        let page::Asked { id, wish, validators, .. } = done;
                        again.done(&self.tools.schedule, id, self.tools.clock.now(), wish, validators);
                    }
                    () = tokio::time::sleep(beat) => {}
                    Some(Ok(done)) = lives.join_next() => {
                        let now = self.tools.clock.now();
                        let page::Asked { id, new, wish, validators } = done;
                        watch.done(id, now, new, wish, validators);
                    }
                    command = commands.recv() => match command {
                        None => return,
                        Some(Command::Refresh(wanted)) => { scope = Some(wanted); break; }
                        Some(Command::Page(id)) => {
                            let (tools, room) = (self.tools.clone(), self.room.clone());
                            pages.spawn(async move { tools.page(id, &room, Validators::default()).await });
                        }
                        Some(Command::Look(looks)) => watch.look(looks, self.tools.clock.now()),
                        Some(Command::Followed) => (self.looked, self.looked_again) = (None, None),
                    },
                    Some(_) = pages.join_next() => {
                        self.progress.pages = pages.len();
                        self.say();
                        if pages.is_empty() {
                            self.start_pages(&mut pages);
                        }
                    }
                    () = &mut next => { scope = Some(Scope::Due); break; }
                }
            }
        }
    }

    /// Asks the live blogs that are due; how long until the next is.
    fn start_live(&mut self, watch: &mut live::Watch, lives: &mut JoinSet<page::Asked>, may: bool) -> Duration {
        let now = self.tools.clock.now();
        if !may || watch.rests(now) {
            self.tell_live(None);
            return LOOK;
        }
        // Not with every page that comes.
        if self.looked.is_none_or(|at| at.elapsed() > Duration::from_secs(2))
            && let Ok(followed) = Reader::open(&self.tools.cache).and_then(|reader| reader.followed_live())
        {
            watch.follow(&followed, now);
            self.looked = Some(tokio::time::Instant::now());
        }
        for (id, validators) in watch.due(now) {
            let (tools, room) = (self.tools.clone(), self.room.clone());
            lives.spawn(async move { tools.page(id, &room, validators).await });
        }
        let next = watch.next(now);
        self.tell_live(next);
        next.map_or(LOOK, |next| Duration::from_millis(next.duration_since(now).as_millis().clamp(100, 30_000).unsigned_abs() as u64))
    }

    /// Asks the pages that are due again; how long until the next is. Nobody looks: then nothing is asked.
    fn look_again(&mut self, again: &mut again::Again, looks: &mut JoinSet<page::Asked>, may: bool) -> Duration {
        if !may {
            return LOOK;
        }
        let now = self.tools.clock.now();
        if self.looked_again.is_none_or(|at| at.elapsed() > Duration::from_secs(10))
            && let Ok(pages) = Reader::open(&self.tools.cache).and_then(|reader| reader.pages_to_watch(again::since(now), PAGES_WATCHED))
        {
            let pages: Vec<again::Page> =
                pages.into_iter().map(|(article, feed, changed)| again::Page { article, feed, changed }).collect();
            again.watch(&self.tools.schedule, &pages, now);
            self.looked_again = Some(tokio::time::Instant::now());
        }
        for (id, validators) in again.due(now) {
            let (tools, room) = (self.tools.clone(), self.room.clone());
            looks.spawn(async move { tools.page_again(id, &room, validators).await });
        }
        again
            .next()
            .map_or(LOOK, |next| Duration::from_millis(next.duration_since(now).as_millis().clamp(500, 30_000).unsigned_abs() as u64))
    }

    fn tell_live(&mut self, next: Option<Timestamp>) {
        if self.progress.live != next {
            self.progress.live = next;
            self.say();
        }
    }

    fn until_next(&self) -> Duration {
        let now = self.tools.clock.now();
        let wait = self.next_due().map_or(30, |t| t.duration_since(now).as_secs());
        Duration::from_secs(wait.clamp(1, 30).unsigned_abs())
    }

    /// One round: asks every feed in `scope`, then the pages that teaser feeds left open.
    pub async fn round(&mut self, scope: Scope) -> Progress {
        if self.feeds(scope).await {
            self.pages(|_| true).await;
            self.tidy().await;
        }
        self.end_round();
        self.progress.clone()
    }

    async fn tidy(&self) {
        if let Err(e) = self.tools.tidy().await {
            let _ = self.tell.send(Event::Cache(e));
        }
    }

    fn end_round(&mut self) {
        self.progress.next = self.next_due();
        self.say();
    }

    /// Asks every feed in `scope`; `false` if the cache would not take what came.
    async fn feeds(&mut self, scope: Scope) -> bool {
        let due = match self.due(&scope, self.tools.clock.now()) {
            Ok(due) => due,
            Err(e) => {
                let _ = self.tell.send(Event::Cache(e));
                return false;
            }
        };
        self.progress = Progress { total: due.len(), pages: self.progress.pages, live: self.progress.live, ..Progress::default() };
        self.say();
        let hosts: HashSet<String> = due.iter().filter(|d| d.feed.address.is_polled()).map(|d| d.feed.address.host()).collect();
        let mut tasks = JoinSet::new();
        for due in due {
            let (tools, room) = (self.tools.clone(), self.room.clone());
            tasks.spawn(async move { Stage::Answered(Box::new(tools.ask(due, &room).await)) });
        }
        // Who could not be reached is judged when somebody answered, or at the end: then it may be the line.
        let mut silent: Vec<Answered> = Vec::new();
        let mut answered_by: HashSet<String> = HashSet::new();
        loop {
            let Some(done) = tasks.join_next().await else {
                if silent.is_empty() {
                    return true;
                }
                let offline = self.line.is_down() || (answered_by.is_empty() && hosts.len() > 1);
                for answered in silent.drain(..) {
                    self.file(&mut tasks, answered, offline);
                }
                continue;
            };
            match done {
                Ok(Stage::Answered(answered)) => {
                    if answered.dropped.is_none() {
                        let host = answered.due.feed.address.host();
                        self.line.note(&host, answered.read.failure());
                        if answered.read.failure().is_some_and(schedule::unreachable) {
                            silent.push(*answered);
                            continue;
                        }
                        answered_by.insert(host);
                    }
                    self.file(&mut tasks, *answered, false);
                    continue;
                }
                Ok(Stage::Filed(filed)) => match *filed {
                    (feed, Ok(result)) => {
                        match &result {
                            Ok(r) => self.progress.new += r.new,
                            Err(_) => self.progress.failed += 1,
                        }
                        let _ = self.tell.send(Event::Polled { feed, result });
                    }
                    // The cache would not take it: nothing more can be filed, so nothing more is asked.
                    (_, Err(e)) => {
                        let _ = self.tell.send(Event::Cache(e));
                        return false;
                    }
                },
                Err(_) => self.progress.failed += 1,
            }
            self.progress.done += 1;
            self.say();
        }
    }

    fn file(&self, tasks: &mut JoinSet<Stage>, answered: Answered, offline: bool) {
        let tools = self.tools.clone();
        tasks.spawn(async move { tools.file_answer(answered, offline).await });
    }

    /// When the next feed is due.
    fn next_due(&self) -> Option<Timestamp> {
        Reader::open(&self.tools.cache).and_then(|reader| reader.next_due(self.tools.clock.now())).ok()?
    }

    fn say(&self) {
        let _ = self.tell.send(Event::Progress(self.progress.clone()));
    }

    fn due(&self, scope: &Scope, now: Timestamp) -> Result<Vec<Due>, StoreError> {
        let reader = Reader::open(&self.tools.cache)?;
        let waits: HashMap<String, Timestamp> = reader.host_waits(now)?.into_iter().collect();
        self.tools.pages.client.leave_alone(waits.clone());
        let mut due = reader.due(now, true)?;
        due.retain(|d| !waits.contains_key(&d.feed.address.host()));
        match scope {
            Scope::Due => due.retain(|d| d.woken || schedule::is_due(&self.tools.schedule, &d.feed, now)),
            _ => due.retain(|d| d.feed.address.as_local().is_some() || schedule::may_refresh(&self.tools.schedule, &d.feed.health, now)),
        }
        if let Scope::Feeds(ids) = scope {
            due.retain(|d| ids.contains(&d.feed.id));
        }
        Ok(due)
    }

    /// Fetches the pages that teaser feeds left open, of the feeds that are `wanted`, and waits for them.
    pub async fn pages(&mut self, wanted: impl Fn(FeedId) -> bool) {
        let mut tasks = JoinSet::new();
        self.spawn_pages(&mut tasks, wanted);
        while tasks.join_next().await.is_some() {
            self.progress.pages = tasks.len();
            self.say();
        }
    }

    fn start_pages(&mut self, tasks: &mut JoinSet<page::Asked>) {
        self.spawn_pages(tasks, |_| true);
    }

    fn spawn_pages(&mut self, tasks: &mut JoinSet<page::Asked>, wanted: impl Fn(FeedId) -> bool) {
        let Ok(teasers) = Reader::open(&self.tools.cache).and_then(|r| r.teasers(PAGES_A_ROUND)) else { return };
        for (id, feed, _) in teasers {
            if wanted(feed) {
                let (tools, room) = (self.tools.clone(), self.room.clone());
                tasks.spawn(async move { tools.page(id, &room, Validators::default()).await });
            }
        }
        self.progress.pages = tasks.len();
        if !tasks.is_empty() {
            self.say();
        }
    }
}

impl Tools {
    /// Asks one feed and reads its answer.
    async fn ask(&self, due: Due, room: &Arc<Semaphore>) -> Answered {
        if let Some(Local::Folder(dir)) = due.feed.address.as_local() {
            let (read, dropped) = self.visit(dir, &due.feed.address).await.into_parts();
            return Answered { due, read, dropped: Some(dropped), _taken: None };
        }
        let request = Request {
            address: due.feed.address.clone(),
            purpose: Purpose::Feed,
            validators: schedule::validators(&self.schedule, &due.rhythm, &due.validators, self.clock.now()),
            typed: read::typed(&due.feed.address, &due.feed.settings),
            settings: due.feed.settings.clone(),
        };
        let (read, taken) = match self.pages.client.get_into(room, &request).await {
            Ok((fetched, taken)) => (self.read(fetched, due.rhythm.body_hash).await, taken),
            // Without anything to hold: some of these wait for the others.
            Err(e) => (Read::failed(e), None),
        };
        Answered { due, read, dropped: None, _taken: taken }
    }

    /// Files what an answer brought.
    async fn file_answer(&self, answered: Answered, offline: bool) -> Stage {
        let Answered { due: Due { feed, rhythm, .. }, read, dropped, _taken } = answered;
        let unchanged = match &read.outcome {
            Outcome::Unchanged { .. } => true,
            Outcome::Read { .. } => dropped.as_ref().is_some_and(|d| d.taken.is_empty()),
            Outcome::Failed(_) => false,
        };
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
        if let Some((host, until)) = &read.host_wait {
            self.file(Change::HostWait { host: host.clone(), until: *until }).await?;
        }
        let dates: Vec<Timestamp> = read.dates().collect();
        let poll = schedule::Poll {
            live: read.live(),
            feed,
            settings,
            rhythm: &rhythm,
            freshness: &read.freshness,
            host_wait: read.host_wait.as_ref().map(|(_, until)| *until),
            ended: read.ended(&rhythm, &dates, offline),
            now,
        };
        let schedule::Plan { next, why, mut rhythm } = schedule::plan(&self.schedule, &poll);
        let moved = match &read.outcome {
            Outcome::Failed(_) => None,
            _ => schedule::moved(&mut rhythm, address, &read.hops, true),
        };
        // A login, a header or the leave to be private belongs to the host that the reader named: such a feed does not move away.
        let bound = settings.private || settings.has_secrets();
        let moved = moved.filter(|to| !bound || to.same_door(address));
        let pages = Some(self.full_text != FullText::Never);
        let polled =
            Polled { feed, at: now, outcome: read.outcome, next, why_next: why, rhythm, moved, asked: Some(address.clone()), pages };
        self.file(Change::Polled(Box::new(polled))).await
    }

    /// Files a change and waits for it.
    async fn file(&self, change: Change) -> Result<Applied, StoreError> {
        self.filing.file(change).await.unwrap_or_else(|| Err(StoreError::ended(&self.cache)))
    }
}

/// A feed's answer, read and not yet filed.
struct Answered {
    due: Due,
    read: Read,
    dropped: Option<Dropped>,
    /// The room it takes up, given back once it is filed.
    _taken: Option<OwnedSemaphorePermit>,
}

/// What came of asking a feed: the failure is the feed's.
type Asked = Result<FeedResult, Failure>;

/// How far a task of a round has come.
enum Stage {
    Answered(Box<Answered>),
    Filed(Box<(Feed, Result<Asked, StoreError>)>),
}
