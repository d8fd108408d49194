//! The poller itself, in this process: what it asks while it watches, and what it leaves alone.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use tempfile::TempDir;
use tokio::sync::mpsc::{self, UnboundedReceiver};

use crate::support::server::{Reply, Seen, Server};
use wiredesk::clock::Clock;
use wiredesk::fetch::{self, Client, Proxying};
use wiredesk::ingest::extract::Sites;
use wiredesk::model::*;
use wiredesk::poll::filing::Filing;
use wiredesk::poll::page::Pages;
use wiredesk::poll::{Command, Event, Poller, Schedule, Scope, Tools};
use wiredesk::store::{self, PollLock, Reader};

fn now() -> Timestamp {
    "2025-08-16T12:00:00Z".parse().unwrap()
}

fn clock(minutes: i64) -> Clock {
    Clock::fixed(now() + SignedDuration::from_mins(minutes), TimeZone::UTC)
}

/// A cache whose one feed left so many teasers, at `/1` and so on of the server; nothing is due.
struct World {
    dir: TempDir,
    server: Server,
    tools: Tools,
    teasers: Vec<ArticleId>,
}

impl World {
    async fn new(teasers: usize, script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let server = Server::start(script).await;
        let client = Client::new(&fetch::Settings {
            host_gap: Duration::ZERO,
            proxy: Proxying::None,
            system_roots: false,
            names: Arc::new(vec![("slow.test".to_owned(), std::net::Ipv4Addr::LOCALHOST.into())]),
            clock: clock(0),
            ..fetch::Settings::default()
        })
        .unwrap();
        let writer = store::open(dir.path()).unwrap();
        let (filing, _) = Filing::start(writer, clock(0)).unwrap();
        let sites = Arc::new(Sites::new(&[]).unwrap());
        let pages = Pages { client, registry: Arc::default(), sites };
        let tools = Tools {
            cache: dir.path().to_owned(),
            filing,
            pages,
            clock: clock(0),
            schedule: Schedule::default(),
            full_text: FullText::Auto,
            keep: Keep::default(),
        };
        let mut world = Self { dir, server, tools, teasers: Vec::new() };
        if teasers > 0 {
            let feed = world.follow(&world.server.url("/feed"), FeedSettings::default()).await;
            let item = |n: usize| Item {
                guid: Clean::line(&format!("{n}")),
                url: Some(Address::parse(&world.server.url(&format!("/{n}"))).unwrap()),
                title: Clean::line(&format!("Teaser {n}")),
                body: vec![Block::paragraph("A few words.")],
                published: Some(now()),
                ..Item::default()
            };
            let items = (1..=teasers).map(item).collect();
            let polled = Polled {
                feed,
                at: now(),
                outcome: Outcome::Read { facts: FeedFacts::default(), items, validators: Validators::default(), warnings: vec![] },
                next: now() + SignedDuration::from_hours(24),
                why_next: Clean::line("tomorrow"),
                rhythm: Rhythm::default(),
                moved: None,
                asked: None,
                pages: None,
            };
            world.teasers = world.file(Change::Polled(Box::new(polled))).await.new;
            world.teasers.sort();
        }
        world
    }

    async fn file(&self, change: Change) -> Applied {
        self.tools.filing.file(change).await.unwrap().unwrap()
    }

    async fn follow(&self, address: &str, settings: FeedSettings) -> FeedId {
        let address = Address::parse(address).unwrap();
        self.file(Change::Subscribe { address, settings, facts: None }).await.feed.unwrap()
    }

    fn sql(&self, sql: &str) {
        rusqlite::Connection::open(self.dir.path().join(store::FILE)).unwrap().execute_batch(sql).unwrap();
    }

    fn reader(&self) -> Reader {
        Reader::open(self.dir.path()).unwrap()
    }

    fn waits(&self, id: ArticleId) -> bool {
        self.reader().article(id, None).unwrap().unwrap().pending
    }

    /// The paths that were asked for, sorted.
    fn asked(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.server.log().into_iter().map(|seen| seen.path).collect();
        paths.sort();
        paths
    }

    /// A poller at work; it ends when the sender is dropped.
    fn watch(&self) -> (mpsc::Sender<Command>, UnboundedReceiver<Event>) {
        let (tell, told) = mpsc::unbounded_channel();
        let (order, commands) = mpsc::channel(4);
        let mut poller = Poller::new(self.tools.clone(), tell);
        tokio::spawn(async move { poller.watch(commands).await });
        (order, told)
    }
}

/// How many pages are under way, if that is what the event says.
fn pages(event: &Event) -> usize {
    if let Event::Progress(p) = event { p.pages } else { 0 }
}

/// The greatest number of pages that were under way until the poller ended.
async fn rest(order: mpsc::Sender<Command>, mut told: UnboundedReceiver<Event>) -> usize {
    drop(order);
    let mut most = 0;
    while let Some(event) = told.recv().await {
        most = most.max(pages(&event));
    }
    most
}

fn page(seen: &Seen) -> Reply {
    let paragraph = format!(
        "<p>On page {} it says at length that the ferry to the northern islands sails again, who steers it, and what a passage costs.</p>",
        seen.path
    );
    Reply::ok(format!(
        "<html lang=en><head><title>The ferry</title></head><body><article><h1>The ferry</h1>{}</article></body></html>",
        paragraph.repeat(4)
    ))
    .header("Content-Type", "text/html; charset=utf-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_the_cache_refuses_are_not_asked_for_again_at_once() {
    let world = World::new(3, page).await;
    world.sql("CREATE TRIGGER refuse BEFORE UPDATE ON article BEGIN SELECT RAISE(ABORT, 'no'); END");
    let (order, mut told) = world.watch();
    while pages(&told.recv().await.unwrap()) == 0 {}
    while pages(&told.recv().await.unwrap()) > 0 {}
    order.send(Command::Refresh(Scope::Feeds(Vec::new()))).await.unwrap();
    assert_eq!(rest(order, told).await, 0);
    assert_eq!(world.asked(), ["/1", "/2", "/3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_have_no_page_waits_for_none() {
    let mut world = World::new(2, page).await;
    world.sql("UPDATE body SET blocks = x'00'");
    let poll = |tools: Tools| async move { Poller::new(tools, mpsc::unbounded_channel().0).pages(|_| true).await };
    poll(world.tools.clone()).await;
    assert!(world.reader().teasers(9).unwrap().is_empty(), "damaged rows");
    let other = World::new(2, page).await;
    world.tools = other.tools.clone();
    world.tools.full_text = FullText::Never;
    poll(world.tools.clone()).await;
    assert!(other.reader().teasers(9).unwrap().is_empty(), "pages are not fetched");
    assert!(world.asked().is_empty() && other.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_poll_asks_for_the_page_that_is_opened_and_no_other() {
    let world = World::new(3, page).await;
    let _elsewhere = PollLock::take(world.dir.path()).unwrap().unwrap();
    let (order, mut told) = world.watch();
    order.send(Command::Page(world.teasers[0])).await.unwrap();
    while world.waits(world.teasers[0]) {
        told.recv().await.unwrap();
    }
    assert_eq!(rest(order, told).await, 0);
    assert_eq!(world.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opened_page_does_not_wait_for_the_slowest_feed() {
    let world = World::new(1, |seen| if seen.path == "/slow" { Reply::hang() } else { page(seen) }).await;
    let private = FeedSettings { private: true, ..FeedSettings::default() };
    let slow = world.follow(&world.server.named("slow.test", "/slow"), private).await;
    let (order, mut told) = world.watch();
    order.send(Command::Page(world.teasers[0])).await.unwrap();
    while world.waits(world.teasers[0]) {
        if let Event::Polled { feed, .. } = told.recv().await.unwrap() {
            panic!("{slow} came first: {}", feed.id);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_whose_news_the_cache_refuses_waits_for_its_next_time() {
    let mut world = World::new(0, |_| {
        Reply::ok("<rss version=\"2.0\"><channel><title>Harbour news</title><item><guid>1</guid><title>The ferry sails</title></item></channel></rss>")
    })
    .await;
    world.follow(&world.server.url("/feed"), FeedSettings::default()).await;
    world.sql("CREATE TRIGGER refuse BEFORE INSERT ON article BEGIN SELECT RAISE(ABORT, 'no'); END");
    let round = |tools: Tools| async move { Poller::new(tools, mpsc::unbounded_channel().0).round(Scope::Due).await };
    assert_eq!(round(world.tools.clone()).await.failed, 1);
    assert_eq!(round(world.tools.clone()).await.total, 0, "it is not due");
    assert_eq!(world.asked().len(), 1);
    let health = world.reader().feeds().unwrap().remove(0).health;
    assert!(health.failure.unwrap().what.contains("refused"));
    // The same bytes are read anew when the cache takes them.
    world.sql("DROP TRIGGER refuse");
    world.tools.clock = clock(48 * 60);
    assert_eq!(round(world.tools.clone()).await.new, 1);
    assert_eq!(world.reader().feeds().unwrap().remove(0).health.failure, None);
}
