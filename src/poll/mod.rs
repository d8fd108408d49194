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
mod round;
pub mod schedule;
pub mod stories;
mod subscribe;

use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{JoinError, JoinSet};

use crate::clock::Clock;
use crate::model::{
    Address, Applied, ArticleId, Change, Clean, Draft, Failure, FailureKind, Feed, FeedId, FeedSettings, FullText, Keep, Local, Outcome,
    Polled, Progress, Purpose, Request, Rhythm, Validators,
};
use crate::store::{Due, PollLock, Reader, StoreError};
use filing::Filing;
use local::Dropped;
use page::Pages;
use read::Read;
use round::Round;
use schedule::Line;
pub use schedule::Settings as Schedule;
pub use subscribe::Subscribed;

/// Pages fetched for teaser feeds in one round; the rest waits for the next.
const PAGES_A_ROUND: usize = 400;

/// A page that came to nothing the cache would take is not asked for again so soon.
const HELD: Duration = Duration::from_secs(5 * 60);

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
    /// Pages that came to nothing, and when.
    barren: HashMap<ArticleId, tokio::time::Instant>,
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
            barren: HashMap::new(),
            looked_again: None,
        }
    }

    /// Polls what is due, for ever, and obeys `commands`, also while a round is under way. Pages of teaser feeds are fetched
    /// beside the rounds, so that they never keep a feed waiting. While another process polls the same cache this one waits
    /// its turn; while the cache takes nothing, nothing is asked. Ends when `commands` is closed.
    pub async fn watch(&mut self, mut commands: mpsc::Receiver<Command>) {
        let mut lock: Option<PollLock> = None;
        let mut wanted = VecDeque::from([Scope::Due]);
        let mut round: Option<Round> = None;
        let mut trouble = 0u32;
        let mut pages = JoinSet::new();
        // Whether anything came of the pages that were asked for last.
        let mut filed = false;
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
            } else if round.is_none()
                && let Some(scope) = wanted.pop_front()
            {
                round = self.begin(&scope);
                if round.is_none() {
                    trouble = trouble.saturating_add(1);
                    self.end_round();
                }
            }
            if round.as_ref().is_some_and(Round::is_over) {
                round = None;
                trouble = 0;
                if pages.is_empty() {
                    self.spawn_pages(&mut pages, |_| true);
                }
                self.tidy().await;
                self.end_round();
            }
            if round.is_none() && lock.is_some() && !wanted.is_empty() {
                continue;
            }
            let wait = match &round {
                Some(_) => TROUBLE,
                None if trouble > 0 => TROUBLE.saturating_mul(1 << trouble.min(6)),
                None => self.until_next(),
            };
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
                    Some(done) = Round::next(&mut round) => {
                        let Some(under_way) = &mut round else { continue };
                        if !self.step(under_way, done) {
                            round = None;
                            trouble = trouble.saturating_add(1);
                            self.end_round();
                            break;
                        }
                        if under_way.is_over() {
                            break;
                        }
                    }
                    Some(Ok(done)) = lives.join_next() => {
                        let now = self.tools.clock.now();
                        let page::Asked { id, new, wish, validators, .. } = done;
                        watch.done(id, now, new, wish, validators);
                    }
                    command = commands.recv() => match command {
                        None => return,
                        Some(Command::Refresh(scope)) => {
                            if !wanted.contains(&scope) {
                                wanted.push_back(scope);
                            }
                            if round.is_none() {
                                break;
                            }
                        }
                        Some(Command::Page(id)) => {
                            let (tools, room) = (self.tools.clone(), self.room.clone());
                            pages.spawn(async move { tools.page(id, &room, Validators::default()).await });
                        }
                        Some(Command::Look(looks)) => watch.look(looks, self.tools.clock.now()),
                        Some(Command::Followed) => (self.looked, self.looked_again) = (None, None),
                    },
                    Some(done) = pages.join_next() => {
                        self.progress.pages = pages.len();
                        self.say();
                        filed |= self.note(done);
                        // The next lot, unless this one came to nothing: then it would be the same again.
                        if pages.is_empty() && std::mem::take(&mut filed) && lock.is_some() {
                            self.spawn_pages(&mut pages, |_| true);
                        }
                    }
                    () = &mut next, if round.is_none() => {
                        if wanted.is_empty() {
                            wanted.push_back(Scope::Due);
                        }
                        break;
                    }
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

    /// When the next feed is due.
    fn next_due(&self) -> Option<Timestamp> {
        Reader::open(&self.tools.cache).and_then(|reader| reader.next_due(self.tools.clock.now())).ok()?
    }

    fn say(&self) {
        let _ = self.tell.send(Event::Progress(self.progress.clone()));
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

    /// Whether the cache took what came of a page; else it is held back for a while.
    fn note(&mut self, done: Result<page::Asked, JoinError>) -> bool {
        let Ok(asked) = done else { return false };
        if !asked.filed {
            self.barren.insert(asked.id, tokio::time::Instant::now());
        }
        asked.filed
    }

    fn spawn_pages(&mut self, tasks: &mut JoinSet<page::Asked>, wanted: impl Fn(FeedId) -> bool) {
        let most = PAGES_A_ROUND + self.barren.len();
        let Ok(teasers) = Reader::open(&self.tools.cache).and_then(|r| r.teasers(most)) else { return };
        self.barren.retain(|_, since| since.elapsed() < HELD);
        for (id, feed, _) in teasers {
            if wanted(feed) && !self.barren.contains_key(&id) {
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
        let result = filed.map(|applied| match failure.or_else(|| applied.failure.as_ref().map(refused)) {
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
            let before = rhythm.clone();
            let polled = Polled { feed, at: now, outcome: read.outcome, next, why_next, rhythm, moved: None, asked: None, pages: None };
            return self.file_polled(polled, before).await;
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
        let before = rhythm.clone();
        let schedule::Plan { next, why, mut rhythm } = schedule::plan(&self.schedule, &poll);
        let moved = match &read.outcome {
            Outcome::Failed(_) => None,
            _ => schedule::moved(&mut rhythm, address, &read.hops, true),
        };
        let moved = moved.filter(|to| settings.may_move(address, to));
        let pages = Some(self.full_text != FullText::Never);
        let asked = Draft { address: address.clone(), settings: settings.clone() };
        let polled = Polled { feed, at: now, outcome: read.outcome, next, why_next: why, rhythm, moved, asked: Some(asked), pages };
        self.file_polled(polled, before).await
    }

    /// Files what a poll brought. If the cache will have nothing of it, that is filed instead, with what the schedule knew
    /// `before`: so the feed waits for its next time all the same, and is then read anew.
    async fn file_polled(&self, polled: Polled, before: Rhythm) -> Result<Applied, StoreError> {
        let Polled { feed, at, next, pages, .. } = polled;
        let (why_next, asked) = (polled.why_next.clone(), polled.asked.clone());
        let applied = self.file(Change::Polled(Box::new(polled))).await?;
        if let Some(why) = &applied.failure {
            let outcome = Outcome::Failed(refused(why));
            let instead = Polled { feed, at, outcome, next, why_next, rhythm: before, moved: None, asked, pages };
            self.file(Change::Polled(Box::new(instead))).await?;
        }
        Ok(applied)
    }

    /// Files a change and waits for it.
    async fn file(&self, change: Change) -> Result<Applied, StoreError> {
        self.filing.file(change).await.unwrap_or_else(|| Err(StoreError::ended(&self.cache)))
    }
}

/// Why nothing of an answer is in the cache, as the feed's failure.
fn refused(why: &Clean) -> Failure {
    Failure::new(FailureKind::Local, why.as_str(), "It is asked again at its next time; `wiredesk doctor` checks the cache.")
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
