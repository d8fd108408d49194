//! The background as one value: the writer thread, the network's runtime and what the poller works with. The reader
//! and the headless commands start the same one.

use jiff::SignedDuration;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use crate::clock::Clock;
use crate::config::Config;
use crate::fetch;
use crate::ingest::extract::Sites;
use crate::ingest::{self, attribute::Agencies};
use crate::model::{Failure, FeedId};
use crate::poll::page::Pages;
use crate::poll::{Poller, Schedule, Tools, filing::Filing, stories::Stories};
use crate::store::{self, PollLock, Reader, StoreError, StoreErrorKind, Writer};

/// What the program is started with.
#[derive(Clone)]
pub struct Setup {
    /// The cache's directory.
    pub cache: PathBuf,
    /// The configuration.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// The agencies.
    pub registry: Arc<Agencies>,
    /// The rules for single sites.
    pub sites: Arc<Sites>,
    /// How feeds are scheduled; the demo's are asked every few seconds.
    pub schedule: Schedule,
    /// Seconds between two requests to one host.
    pub host_gap: std::time::Duration,
    /// Where the reader's own themes are looked for: the configuration's folder.
    pub folder: PathBuf,
}

impl Setup {
    /// As the configuration says.
    pub fn new(cache: &Path, config: &Config, clock: &Clock, registry: Agencies, sites: Sites) -> Self {
        let span = |d: std::time::Duration| SignedDuration::try_from(d).unwrap_or(SignedDuration::MAX);
        let schedule = Schedule {
            interval: span(config.poll.interval.0),
            floor: span(config.poll.floor.0),
            ceiling: span(config.poll.ceiling.0),
            ..Schedule::default()
        };
        Self {
            cache: cache.to_owned(),
            config: config.clone(),
            clock: clock.clone(),
            registry: Arc::new(registry),
            sites: Arc::new(sites),
            schedule,
            host_gap: fetch::Settings::default().host_gap,
            folder: PathBuf::new(),
        }
    }
}

impl Setup {
    /// How the network is asked.
    pub fn network(&self) -> fetch::Settings {
        let poll = &self.config.poll;
        fetch::Settings {
            connect: poll.connect_timeout.0,
            first_byte: poll.first_byte_timeout.0,
            total: poll.total_timeout.0,
            parallel: poll.parallel.max(1),
            proxy: poll.proxy.clone().map_or(fetch::Proxying::System, fetch::Proxying::Through),
            clock: self.clock.clone(),
            host_gap: self.host_gap,
            ..fetch::Settings::default()
        }
    }
}

/// Why the background could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The cache.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The network client.
    #[error("{0}")]
    Client(Failure),
    /// The operating system gave no thread or runtime.
    #[error("{0}")]
    System(#[from] std::io::Error),
}

/// Everything that runs beside the screen.
pub struct Background {
    /// The network's runtime. In an `Option` so that dropping can order the ends.
    runtime: Option<Runtime>,
    /// What the poller works with.
    pub tools: Tools,
    writer: Option<JoinHandle<()>>,
    stories: Option<Stories>,
    /// What is not placed yet when it ends is placed the next time.
    pub hurry: bool,
    /// Why nothing can be written to the cache, where it is only read.
    pub only_read: Option<StoreError>,
}

impl Background {
    /// Opens (or makes) the cache and starts the writer and the runtime. Asks nothing of the network yet.
    pub fn start(setup: &Setup) -> Result<Self, StartError> {
        Self::around(setup, Ok(store::open(&setup.cache)?))
    }

    /// The same for who only wants to read: a cache that cannot be written is good enough, but nothing is filed there.
    pub fn start_to_read(setup: &Setup) -> Result<Self, StartError> {
        use StoreErrorKind::{Full, Io, Permission, ReadOnly};
        match store::open(&setup.cache) {
            Err(e) if !matches!(e.kind, ReadOnly | Permission | Full | Io) || Reader::open(&setup.cache).is_err() => Err(e.into()),
            opened => Self::around(setup, opened),
        }
    }

    fn around(setup: &Setup, opened: Result<Writer, StoreError>) -> Result<Self, StartError> {
        let only_read = opened.as_ref().err().cloned();
        let (filing, writer) = match opened {
            Ok(writer) => {
                let writer = writer
                    .with_zone(setup.clock.zone().clone())
                    .judging(ingest::revise::revised)
                    .ruling(setup.config.acting(), setup.config.alert.followed);
                Filing::start(writer, setup.clock.clone())?
            }
            Err(why) => Filing::refusing(why)?,
        };
        let (stories, filing) = Stories::start(setup.cache.clone(), &filing, setup.clock.clone())?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(4)
            .thread_name("net")
            .enable_all()
            .build()?;
        let poll = &setup.config.poll;
        let client = fetch::Client::new(&setup.network()).map_err(StartError::Client)?;
        let tools = Tools {
            cache: setup.cache.clone(),
            filing,
            pages: Pages { client, registry: setup.registry.clone(), sites: setup.sites.clone() },
            clock: setup.clock.clone(),
            schedule: setup.schedule.clone(),
            full_text: poll.full_text,
            keep: setup.config.cache.keep,
        };
        Ok(Self { runtime: Some(runtime), tools, writer: Some(writer), stories: Some(stories), hurry: false, only_read })
    }

    /// Waits for `future` on the runtime.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime().block_on(future)
    }

    /// The runtime, to spawn on.
    pub fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("the runtime is there until the value is dropped")
    }

    /// Fetches the pages that these feeds' teasers left open, and waits for it.
    pub fn finish_pages(&self, feeds: &[FeedId]) {
        // While another process polls, the pages are its business.
        let Ok(Some(_lock)) = PollLock::take(&self.tools.cache) else { return };
        let (tell, _told) = mpsc::unbounded_channel();
        let mut poller = Poller::new(self.tools.clone(), tell);
        self.block_on(poller.pages(|feed| feeds.contains(&feed)));
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Requests under way are cut off: what they would have brought is asked for again. The writer ends when the
        // last line to it is gone, after it has filed what was sent.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(std::time::Duration::from_millis(200));
        }
        self.tools.filing = Filing::disconnected();
        if let Some(stories) = self.stories.take() {
            stories.end(self.hurry);
        }
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}
