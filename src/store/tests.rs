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
    let page = |item: Item| Change::Page(Box::new(PageRead { id, at: now(), result: Ok(item), retry: false }));
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
    let as_of = cache.reader.newest(now()).unwrap();
    cache.poll(feeds[0], vec![item("later", 0)]);
    let applied = cache.apply(Change::ReadAll { query: Query::all(), as_of });
    assert_eq!((applied.label.as_str(), applied.count), ("marked 5 articles read", 5));
    assert_eq!(cache.titles("is:unread"), ["later"]);
    assert_eq!((cache.unread("Unread"), cache.unread("apa")), ("1".into(), "".into()));
    cache.writer = open(cache.dir.path()).unwrap();
    assert_eq!(cache.apply(Change::Undo).label.as_str(), "took back: marked 5 articles read");
    assert_eq!((cache.unread("Unread"), cache.unread("apa")), ("6".into(), "5".into()));
    assert_eq!(cache.apply(Change::Redo).label.as_str(), "did again: marked 5 articles read");
    assert_eq!(cache.unread("Unread"), "1");
    assert_eq!(cache.apply(Change::Redo).label.as_str(), "nothing to do again");
}

#[test]
fn what_is_read_stays_in_the_unread_list_that_is_open() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], (0..4).map(|i| item(&format!("A{i}"), i)).collect());
    let open = cache.page("is:unread", At::Top, 0, 10);
    cache.apply(Change::Read { ids: vec![open.rows[1].id], read: true });
    cache.poll(feeds[0], vec![item("new", 0)]);
    let window = Window { as_of: Some(open.as_of), at: At::Article(open.rows[1].id), before: 10, after: 10 };
    let still = cache.window("is:unread", window);
    assert_eq!(
        still.rows.iter().map(|h| (h.title.as_str(), h.read)).collect::<Vec<_>>(),
        [("A0", false), ("A1", true), ("A2", false), ("A3", false)]
    );
    assert_eq!((still.total.n, still.waiting.n), (4, 1));
    assert_eq!(cache.titles("is:unread"), ["new", "A0", "A2", "A3"]);
    assert_eq!(cache.titles("is:read"), ["A1"]);
}

#[test]
fn windows_stand_around_an_article_and_where_it_was() {
    let (mut cache, feeds) = Cache::with_feeds(2);
    cache.poll(feeds[0], (0..10).map(|i| item(&format!("A{i}"), i * 2)).collect());
    cache.poll(feeds[1], (0..10).map(|i| item(&format!("B{i}"), i * 2 + 1)).collect());
    let at = cache.id("A3");
    let titles = |p: &Page| p.rows.iter().map(|h| h.title.to_string()).collect::<Vec<_>>().join(" ");
    let page = cache.page("", At::Article(at), 2, 3);
    assert_eq!((titles(&page).as_str(), page.more_before, page.more_after), ("A2 B2 A3 B3 A4", true, true));
    let page = cache.page("feed:#2", At::Article(at), 2, 3);
    assert_eq!(titles(&page), "B1 B2 B3 B4 B5");
    let page = cache.page("sort:old", At::Article(at), 2, 3);
    assert_eq!(titles(&page), "A4 B3 A3 B2 A2");
    let page = cache.page("", At::Bottom, 2, 5);
    assert_eq!((titles(&page).as_str(), page.more_before, page.more_after), ("B8 A9 B9", true, false));
    let page = cache.page("text", At::Article(at), 2, 3);
    assert_eq!((titles(&page).as_str(), page.total.n), ("A2 B2 A3 B3 A4", 20));
    let next = |query: &str, from, backwards| {
        let as_of = cache.reader.newest(now()).unwrap();
        let q = Question::NextUnread { query: query.parse().unwrap(), as_of, from, backwards };
        match cache.reader.answer(&q, now()) {
            Answer::NextUnread(id) => id.map(|id| cache.article(id).item.title.to_string()),
            other => panic!("{other:?}"),
        }
    };
    for query in ["", "text"] {
        assert_eq!(next(query, None, false).as_deref(), Some("A0"));
        assert_eq!(next(query, Some(at), false).as_deref(), Some("B3"));
        assert_eq!(next(query, Some(at), true).as_deref(), Some("B2"));
        assert_eq!(next(query, None, true).as_deref(), Some("B9"));
    }
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
