//! How long articles stay: what goes, what never goes, and what is remembered of what went.

use super::*;
use jiff::SignedDuration;

const KEEP: Keep = Keep::Days(30);

fn days(n: i64) -> Timestamp {
    now() + SignedDuration::from_hours(24 * n)
}

impl Cache {
    fn on(&mut self, at: Timestamp, change: Change) -> Applied {
        self.writer.apply(&[change], at).unwrap().pop().unwrap()
    }

    /// Titles that have outlived the rule at that moment.
    fn old(&self, at: Timestamp) -> Vec<String> {
        self.reader.outlived(KEEP, at).unwrap().into_iter().map(|id| self.article(id).item.title.into_string()).collect()
    }

    fn tidy(&mut self, at: Timestamp) -> u64 {
        let ids = self.reader.outlived(KEEP, at).unwrap();
        self.on(at, Change::Tidy { run: at, ids }).count
    }

    fn figure(&self, sql: &str) -> i64 {
        self.reader.conn.query_row(sql, [], |r| r.get(0)).unwrap()
    }
}

#[test]
fn what_was_read_goes_after_its_time_and_what_was_not_after_twice_that() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("Unread", 5), item("Read", 6), item("Read late", 7)]);
    let (read, late) = (cache.id("Read"), cache.id("Read late"));
    cache.on(now(), Change::Read { ids: vec![read], read: true });
    cache.on(days(20), Change::Read { ids: vec![late], read: true });
    assert!(cache.old(days(30)).is_empty());
    assert_eq!(cache.old(days(31)), ["Read"]);
    assert_eq!(cache.old(days(51)), ["Read late", "Read"]);
    assert_eq!(cache.old(days(61)), ["Read late", "Read", "Unread"]);
    assert_eq!(cache.tidy(days(31)), 1);
    assert_eq!(cache.titles(""), ["Unread", "Read late"]);
    assert!(cache.titles("\"text of Read\"").iter().all(|t| t != "Read"), "the index forgets it too");
    assert_eq!((cache.figure("SELECT count(*) FROM body"), cache.figure("SELECT count(*) FROM version")), (2, 2));
    assert_eq!(cache.reader.tidied().unwrap(), [Tidied { at: days(31), articles: 1 }]);
}

#[test]
fn what_the_reader_did_something_with_never_goes() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], ["Saved", "Tagged", "Noted", "Marked", "Followed", "Plain"].map(|t| item(t, 5)).to_vec());
    let all: Vec<ArticleId> = ["Saved", "Tagged", "Noted", "Marked", "Followed", "Plain"].map(|t| cache.id(t)).to_vec();
    cache.apply(Change::Read { ids: all.clone(), read: true });
    // What was found meanwhile is looked at again when it is removed.
    let found = cache.reader.outlived(KEEP, days(40)).unwrap();
    assert_eq!(found.len(), 6);
    cache.apply(Change::Save { ids: vec![all[0]], saved: true });
    cache.apply(Change::Tag { ids: vec![all[1]], tag: Clean::line("file"), on: true });
    cache.apply(Change::Note { id: all[2], note: vec![Clean::line("to ask about")] });
    let mark = Highlight { block: 0, hash: 1, text: Clean::line("The text") };
    cache.apply(Change::Highlight { id: all[3], marks: vec![mark], on: true });
    cache
        .writer
        .run(&format!(
            "INSERT INTO story(id, title) VALUES (7, 'x'); UPDATE article SET story = 7 WHERE id = {}; INSERT INTO follow VALUES (7, 1);",
            all[4].0
        ))
        .unwrap();
    assert_eq!(cache.old(days(40)), ["Plain"]);
    assert_eq!(cache.on(days(40), Change::Tidy { run: days(40), ids: found }).count, 1);
    assert_eq!(cache.titles("").len(), 5);
    assert_eq!(cache.unread("Saved"), "1");
}

#[test]
fn an_old_one_that_its_feed_still_delivers_is_not_new_and_one_told_again_is() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("Old", 5)]);
    cache.tidy(days(90));
    let deliver = |cache: &mut Cache, item: Item| {
        let outcome = Outcome::Read { facts: FeedFacts::default(), items: vec![item], validators: Validators::default(), warnings: vec![] };
        cache.on(days(91), polled(feeds[0], outcome)).new.len()
    };
    assert_eq!(deliver(&mut cache, item("Old", 5)), 0);
    assert_eq!(deliver(&mut cache, Item { published: None, ..item("Old", 5) }), 0);
    assert_eq!(cache.titles(""), [""; 0]);
    assert_eq!(deliver(&mut cache, Item { updated: Some(days(91)), ..item("Old", 5) }), 1);
    assert_eq!(cache.titles(""), ["Old"]);
}

#[test]
fn a_feed_may_have_a_rule_of_its_own() {
    let mut cache = Cache::new();
    let ever = cache.subscribe(1, FeedSettings { keep: Some(Keep::Ever), ..FeedSettings::default() });
    let short = cache.subscribe(2, FeedSettings { keep: Some(Keep::Days(7)), ..FeedSettings::default() });
    cache.poll(ever, vec![item("Kept", 5)]);
    cache.poll(short, vec![item("Short", 5)]);
    assert_eq!(cache.old(days(15)), ["Short"]);
    assert_eq!(cache.old(days(900)), ["Short"]);
}

#[test]
fn compaction_gives_back_the_room() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let long =
        |n: usize| Item { body: vec![Block::paragraph(&format!("{n} {}", crate::store::tests::noise(n)))], ..item(&format!("N{n}"), 5) };
    cache.poll(feeds[0], (0..150).map(long).collect());
    cache.writer.rest().unwrap();
    let before = cache.reader.stats().unwrap();
    assert_eq!(cache.tidy(days(90)), 150);
    cache.writer.compact().unwrap();
    let after = Reader::open(cache.dir.path()).unwrap().stats().unwrap();
    assert!(after.bytes < before.bytes / 2, "{} of {}", after.bytes, before.bytes);
    assert_eq!((after.articles, after.unread, after.free), (0, 0, 0));
}
