//! The cache as its users see it: real SQLite in folders of their own.

use jiff::Timestamp;
use std::path::Path;

use super::{FILE, PollLock, Reader, StoreErrorKind, Writer, open};
use crate::model::*;

fn now() -> Timestamp {
    "2025-08-15T12:00:00Z".parse().unwrap()
}

fn ago(minutes: i64) -> Timestamp {
    now() - jiff::SignedDuration::from_mins(minutes)
}

fn address(n: usize) -> Address {
    Address::parse(&format!("https://outlet{n}.example/feed")).unwrap()
}

/// A cache with a writer and a reader.
struct Cache {
    dir: tempfile::TempDir,
    writer: Writer,
    reader: Reader,
}

impl Cache {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let writer = open(dir.path()).unwrap();
        let reader = Reader::open(dir.path()).unwrap();
        Self { dir, writer, reader }
    }

    fn with_feeds(n: usize) -> (Self, Vec<FeedId>) {
        let mut cache = Self::new();
        let feeds = (1..=n).map(|i| cache.subscribe(i, FeedSettings::default())).collect();
        (cache, feeds)
    }

    fn subscribe(&mut self, n: usize, settings: FeedSettings) -> FeedId {
        self.apply(Change::Subscribe { address: address(n), settings, facts: None }).feed.unwrap()
    }

    #[track_caller]
    fn apply(&mut self, change: Change) -> Applied {
        let applied = self.writer.apply(&[change], now()).unwrap().pop().unwrap();
        assert_eq!(applied.failure, None);
        applied
    }

    fn poll(&mut self, feed: FeedId, items: Vec<Item>) -> Applied {
        self.apply(polled(feed, Outcome::Read { facts: FeedFacts::default(), items, validators: Validators::default(), warnings: vec![] }))
    }

    fn titles(&self, query: &str) -> Vec<String> {
        self.page(query, At::Top, 0, 100).rows.into_iter().map(|h| h.title.into_string()).collect()
    }

    fn page(&self, query: &str, at: At, before: usize, after: usize) -> Page {
        self.window(query, Window { as_of: None, at, before, after })
    }

    #[track_caller]
    fn window(&self, query: &str, window: Window) -> Page {
        match self.reader.answer(&Question::Headlines { query: query.parse().unwrap(), window }, now()) {
            Answer::Headlines(page) => page,
            other => panic!("{other:?}"),
        }
    }

    fn article(&self, id: ArticleId) -> Article {
        self.reader.article(id, None).unwrap().unwrap()
    }

    fn id(&self, title: &str) -> ArticleId {
        let page = self.page("", At::Top, 0, 1000);
        page.rows.iter().find(|h| h.title.as_str() == title).unwrap().id
    }

    fn desk(&self) -> Vec<(String, String)> {
        match self.reader.answer(&Question::Desk, now()) {
            Answer::Desk(desk) => desk.rows.iter().map(|r| (r.label.to_string(), r.unread.to_string())).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn unread(&self, label: &str) -> String {
        self.desk().into_iter().find(|(l, _)| l == label).map(|(_, n)| n).unwrap_or_default()
    }
}

/// For tests of those who write.
impl Writer {
    /// Waits for nobody who keeps the cache.
    pub(crate) fn impatient(self) -> Self {
        self.conn.busy_timeout(std::time::Duration::ZERO).unwrap();
        self
    }

    /// Keeps the cache from all others.
    pub(crate) fn keep(&self) {
        self.conn.execute_batch("BEGIN IMMEDIATE").unwrap();
    }

    /// Lets it go again.
    pub(crate) fn let_go(&self) {
        self.conn.execute_batch("ROLLBACK").unwrap();
    }
}

fn polled(feed: FeedId, outcome: Outcome) -> Change {
    let next = now() + jiff::SignedDuration::from_mins(30);
    Change::Polled(Box::new(Polled {
        feed,
        at: now(),
        outcome,
        next,
        why_next: Clean::line("every 30 minutes"),
        rhythm: Rhythm::default(),
        moved: None,
        asked: None,
        pages: None,
    }))
}

/// A whole article that was published so many minutes ago.
fn item(title: &str, minutes: i64) -> Item {
    Item {
        guid: Clean::line(&format!("guid of {title}")),
        url: Some(Address::parse(&format!("https://outlet.example/{}", title.len())).unwrap()),
        title: Clean::line(title),
        published: Some(ago(minutes)),
        body: vec![Block::paragraph(&format!("The text of {title}."))],
        complete: true,
        ..Item::default()
    }
}

fn teaser(title: &str, minutes: i64) -> Item {
    Item { body: vec![Block::paragraph("A few words.")], complete: false, ..item(title, minutes) }
}

fn credit(agency: &str) -> Credit {
    Credit {
        agency: AgencyId::new(agency),
        name: Clean::line(agency),
        role: Role::Text,
        slot: Slot::Byline,
        confidence: 0.9,
        evidence: Evidence { words: Clean::line(&format!("Von: {agency}")), place: Clean::line("byline") },
    }
}

fn credited(mut item: Item, agencies: &[&str]) -> Item {
    item.attribution.credits = agencies.iter().map(|a| credit(a)).collect();
    item
}

#[test]
fn a_poll_files_articles_newest_first() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let applied = cache.poll(feeds[0], vec![item("B", 5), item("A", 10)]);
    assert_eq!(applied.new.len(), 2);
    assert_eq!(cache.titles(""), ["B", "A"]);
    assert_eq!(cache.titles("sort:old"), ["A", "B"]);
    let b = cache.article(cache.id("B"));
    assert_eq!(plain_text(&b.item.body), "The text of B.");
    assert_eq!((b.outlet.as_str(), b.version, b.versions.len(), b.pending), ("outlet1.example", 1, 1, false));
}

#[test]
fn the_same_again_writes_nothing_and_a_change_is_a_version() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("A", 10)]);
    let id = cache.id("A");
    let again = cache.poll(feeds[0], vec![item("A", 3)]);
    assert_eq!((again.new.len(), again.changed.len()), (0, 0));
    let mut changed = item("A", 10);
    changed.title = Clean::line("A, corrected");
    assert_eq!(cache.poll(feeds[0], vec![changed]).changed, [id]);
    let article = cache.article(id);
    assert_eq!((article.item.title.as_str(), article.version), ("A, corrected", 2));
    assert_eq!(article.versions.iter().map(|v| v.title.as_str()).collect::<Vec<_>>(), ["A", "A, corrected"]);
    let first = cache.reader.article(id, Some(1)).unwrap().unwrap();
    assert_eq!((first.item.title.as_str(), first.version), ("A", 1));
    assert_eq!(cache.titles("is:changed"), ["A, corrected"]);
    assert_eq!(cache.titles("corrected"), ["A, corrected"]);
}

#[test]
fn a_page_completes_a_teaser_and_later_changes_are_versions() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![teaser("A", 10)]);
    let id = cache.id("A");
    let waiting = cache.reader.teasers(10).unwrap();
    assert_eq!(waiting.iter().map(|w| (w.0, w.1)).collect::<Vec<_>>(), [(id, feeds[0])]);
    assert!(cache.article(id).pending);
    let page = |item: Item| Change::Page(Box::new(PageRead { id, at: now(), over: None, result: Ok(item), retry: false }));
    cache.apply(page(credited(item("A", 10), &["apa", "dpa"])));
    let article = cache.article(id);
    assert_eq!((article.version, article.versions.len(), article.pending), (1, 1, false));
    assert_eq!(plain_text(&article.item.body), "The text of A.");
    assert_eq!(cache.titles("agency:dpa"), ["A"]);
    assert!(cache.reader.teasers(10).unwrap().is_empty());
    // The feed goes on carrying its teaser: nothing new.
    assert_eq!(cache.poll(feeds[0], vec![teaser("A", 10)]).changed, []);
    let mut later = item("A", 10);
    later.body.push(Block::paragraph("And then some."));
    assert_eq!(cache.apply(page(later)).changed, [id]);
    assert_eq!(cache.article(id).versions.len(), 2);
}

#[test]
fn marks_are_undone_and_done_again_across_restarts() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], (0..5).map(|i| credited(item(&format!("A{i}"), i), &["apa"])).collect());
    assert_eq!((cache.unread("Unread"), cache.unread("apa")), ("5".into(), "5".into()));
    let as_of = cache.reader.newest().unwrap();
    cache.poll(feeds[0], vec![item("later", 0)]);
    let applied = cache.apply(Change::ReadAll { query: Query::all(), as_of });
    assert_eq!((applied.label.as_str(), applied.count), ("marked 5 articles read", 5));
    assert_eq!(cache.titles("is:unread"), ["later"]);
    assert_eq!((cache.unread("Unread"), cache.unread("apa")), ("1".into(), "0".into()));
    cache.writer = open(cache.dir.path()).unwrap();
    assert_eq!(cache.apply(Change::Undo).label.as_str(), "took back: marked 5 articles read");
    assert_eq!((cache.unread("Unread"), cache.unread("apa")), ("6".into(), "5".into()));
    assert_eq!(cache.apply(Change::Redo).label.as_str(), "did again: marked 5 articles read");
    assert_eq!(cache.unread("Unread"), "1");
    assert_eq!(cache.apply(Change::Redo).label.as_str(), "nothing to do again");
}

#[test]
fn an_address_taken_up_again_has_its_marks() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("A", 1), item("B", 2), item("C", 3)]);
    cache.apply(Change::Read { ids: vec![cache.id("A")], read: true });
    cache.apply(Change::Save { ids: vec![cache.id("B")], saved: true });
    let left = cache.apply(Change::Unsubscribe(feeds[0]));
    assert_eq!(left.label.as_str(), "unsubscribed from outlet1.example");
    assert_eq!(cache.titles(""), ["B"]);
    assert!(cache.reader.feeds().unwrap().is_empty());
    assert_eq!(cache.unread("Unread"), "1");
    assert_eq!(cache.subscribe(1, FeedSettings::default()), feeds[0]);
    assert_eq!(cache.titles("is:unread"), ["B", "C"]);
    assert_eq!(cache.titles(""), ["A", "B", "C"]);
}

#[test]
fn a_newer_schema_and_foreign_files_are_refused_untouched() {
    let refused = |name: &str, make: &dyn Fn(&Path), kind| {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE);
        make(&file);
        let before = std::fs::read(&file).unwrap();
        assert_eq!(open(dir.path()).err().unwrap().kind, kind, "{name}");
        assert_eq!(Reader::open(dir.path()).err().unwrap().kind, kind, "{name}");
        assert_eq!(std::fs::read(&file).unwrap(), before, "{name}");
    };
    refused("garbage", &|f| std::fs::write(f, "no database at all ".repeat(999)).unwrap(), StoreErrorKind::NotADatabase);
    let sql = |f: &Path, sql: &str| rusqlite::Connection::open(f).unwrap().execute_batch(sql).unwrap();
    refused("foreign", &|f| sql(f, "CREATE TABLE t(x)"), StoreErrorKind::Foreign);
    refused(
        "newer",
        &|f| {
            drop(open(f.parent().unwrap()).unwrap());
            sql(f, "PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE");
        },
        StoreErrorKind::Newer,
    );
}

#[test]
fn one_process_polls_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let held = PollLock::take(dir.path()).unwrap();
    assert!(held.is_some());
    assert!(PollLock::take(dir.path()).unwrap().is_none());
    drop(held);
    assert!(PollLock::take(dir.path()).unwrap().is_some());
}

#[test]
fn a_bad_change_costs_itself_only() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let no_such = Change::Unsubscribe(FeedId(99));
    let bad_tag = Change::Tag { ids: vec![], tag: Clean::default(), on: true };
    let good = Change::Subscribe { address: address(5), settings: FeedSettings::default(), facts: None };
    let taken = Change::EditFeed { feed: feeds[0], address: Some(address(5)), settings: None };
    let applied = cache.writer.apply(&[no_such, bad_tag, good, taken], now()).unwrap();
    let said: Vec<_> = applied.iter().map(|a| a.failure.as_deref().unwrap_or("-")).collect();
    let want =
        ["There is no feed 99.", "A tag has 1 to 100 letters.", "-", "outlet5.example already stands at https://outlet5.example/feed."];
    assert_eq!(said, want);
    assert_eq!(cache.reader.feeds().unwrap().len(), 2);
}

/// One after the other, each with the search index brought up to date in between, or all in one transaction.
#[test]
fn a_batch_leaves_the_same_search_index_as_its_changes_one_by_one() {
    let read = |items| Outcome::Read { facts: FeedFacts::default(), items, validators: Validators::default(), warnings: vec![] };
    let text = |words: &str| Item { body: vec![Block::paragraph(words)], ..item("Summit", 5) };
    for together in [true, false] {
        let (mut cache, feeds) = Cache::with_feeds(2);
        let changes = [
            polled(feeds[0], read(vec![text("first harbour"), item("Ferry", 3)])),
            polled(FeedId(99), read(vec![item("Nowhere", 1)])),
            polled(feeds[0], read(vec![text("second lighthouse")])),
            polled(feeds[1], read(vec![item("Elsewhere", 1)])),
            Change::ReadAll { query: "lighthouse".parse().unwrap(), as_of: Snapshot { last: ArticleId(i64::MAX), opened: now() } },
        ];
        if together {
            cache.writer.apply(&changes, now()).unwrap();
        } else {
            changes.iter().for_each(|c| drop(cache.writer.apply(std::slice::from_ref(c), now()).unwrap()));
        }
        assert_eq!(cache.titles("harbour"), [""; 0], "the first version's words are gone");
        assert_eq!(cache.titles("lighthouse"), ["Summit"]);
        assert_eq!(cache.titles("ferry"), ["Ferry"]);
        assert_eq!(cache.titles("nowhere"), [""; 0]);
        assert_eq!(cache.titles("is:read"), ["Summit"], "a change that searches finds what came before it in the batch");
    }
}

#[test]
fn a_feed_touches_only_its_own_articles() {
    let (mut cache, feeds) = Cache::with_feeds(2);
    cache.poll(feeds[0], vec![item("A", 1)]);
    let mut other = item("A", 1);
    other.title = Clean::line("taken over");
    cache.poll(feeds[1], vec![other]);
    assert_eq!(cache.titles("feed:#1"), ["A"]);
    assert_eq!(cache.titles("feed:#2"), ["taken over"]);
}

#[test]
fn the_same_guid_twice_in_one_poll_is_one_article() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let mut twin = item("A", 1);
    twin.body = vec![Block::paragraph("Other words.")];
    assert_eq!(cache.poll(feeds[0], vec![item("A", 1), twin.clone()]).new.len(), 1);
    assert_eq!(cache.poll(feeds[0], vec![item("A", 1), twin]).changed, []);
}

#[test]
fn an_article_from_the_future_is_as_old_as_its_arrival() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("A", -600)]);
    assert_eq!(cache.page("", At::Top, 0, 1).rows[0].time, now());
}

#[test]
fn a_page_that_cannot_be_had_is_tried_again_after_the_next_poll() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![teaser("A", 1)]);
    let id = cache.id("A");
    let failed = |retry| {
        let failure = Failure::new(FailureKind::Timeout, "It took too long.", "Try again.");
        Change::Page(Box::new(PageRead { id, at: now(), over: None, result: Err(failure), retry }))
    };
    cache.apply(failed(true));
    assert!(cache.reader.teasers(9).unwrap().is_empty());
    cache.poll(feeds[0], vec![teaser("A", 1)]);
    assert_eq!(cache.reader.teasers(9).unwrap().len(), 1);
    cache.apply(failed(false));
    cache.poll(feeds[0], vec![teaser("A", 1)]);
    assert!(cache.reader.teasers(9).unwrap().is_empty());
    assert!(!cache.article(id).pending);
}

#[test]
fn live_posts_come_one_by_one_and_make_no_version() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let post = |n: i64, text: &str| LivePost {
        id: Clean::line(&format!("post {n}")),
        time: Some(ago(60 - n)),
        updated: None,
        title: None,
        body: vec![Block::paragraph(text)],
        key_event: false,
    };
    let blog = |posts| Item { live: true, posts, ..item("Live", 60) };
    cache.poll(feeds[0], vec![blog(vec![post(1, "It begins.")])]);
    cache.poll(feeds[0], vec![blog(vec![post(2, "They arrive."), post(1, "It has begun.")])]);
    let article = cache.article(cache.id("Live"));
    let said: Vec<String> = article.posts.iter().map(|p| plain_text(&p.post.body)).collect();
    assert_eq!((said, article.versions.len()), (vec!["They arrive.".to_owned(), "It has begun.".to_owned()], 1));
    assert_eq!(cache.titles("is:live"), ["Live"]);
    cache.poll(feeds[0], vec![Item { live: false, ..blog(vec![]) }]);
    assert!(cache.titles("is:live").is_empty());
    assert_eq!(cache.article(cache.id("Live")).posts.len(), 2);
}

#[test]
fn health_follows_the_polls() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let due = |c: &Cache, minutes: i64, all: bool| c.reader.due(ago(-minutes), all).unwrap().len();
    assert_eq!(due(&cache, 0, false), 1);
    cache.poll(feeds[0], vec![]);
    assert_eq!((due(&cache, 0, false), due(&cache, 0, true), due(&cache, 30, false)), (0, 1, 1));
    let failed = |kind| Outcome::Failed(Failure::new(kind, "It is not there.", "Look for its new address."));
    cache.apply(polled(feeds[0], failed(FailureKind::Status)));
    let health = cache.reader.feeds().unwrap().pop().unwrap().health;
    assert_eq!((health.failures, health.succeeded, health.gone), (1, Some(now()), false));
    cache.apply(polled(feeds[0], failed(FailureKind::Gone)));
    assert_eq!(due(&cache, 999, true), 0);
    assert!(cache.reader.feeds().unwrap()[0].health.gone);
    let elsewhere = Change::EditFeed { feed: feeds[0], address: Some(address(9)), settings: None };
    cache.apply(elsewhere);
    assert_eq!(due(&cache, 0, false), 1);
    assert_eq!(cache.apply(Change::Undo).label.as_str(), "took back: changed address of outlet1.example");
    assert_eq!(cache.reader.feeds().unwrap()[0].address, address(1));
}

mod alerts;
mod annotate;
mod delivered;
mod grouped;
mod imported;
mod listed;
mod live;
mod meanwhile;
mod never_lost;
mod outlived;
mod placed;
mod plans;
mod restored;
mod ruled;
mod undo;
mod versions;
mod views;

/// Words that hardly pack, other ones for each number.
fn noise(n: usize) -> String {
    let mut state = n as u64 + 1;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:x} ", state >> 20)
    };
    (0..400).map(|_| word()).collect()
}
