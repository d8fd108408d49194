//! The lists of the desk walk an index and nothing else: no scan, no sorting, however large the cache; and what a
//! reader types is never SQL or FTS syntax.

use super::*;
use crate::store::marks::{Column, update};
use crate::store::plan::Side;
use crate::store::sql::{Asked, plan};
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn explained(cache: &Cache, query: &str, side: Option<Side>) -> String {
    let conn = &cache.writer.conn;
    let as_of = Some(cache.reader.newest().unwrap());
    let plan = plan(&Asked { conn, now: now(), zone: &TimeZone::UTC, as_of, unread: false }, &query.parse().unwrap()).unwrap();
    let mut s = conn.prepare(&format!("EXPLAIN QUERY PLAN {}", plan.window(", a.title", side))).unwrap();
    let params = vec![rusqlite::types::Value::Null; s.parameter_count()];
    let rows = s.query_map(rusqlite::params_from_iter(params), |r| r.get::<_, String>(3)).unwrap();
    rows.map(Result::unwrap).collect::<Vec<_>>().join("\n")
}

#[test]
fn lists_of_the_desk_walk_their_index() {
    let mut cache = Cache::new();
    let settings = FeedSettings { folder: Some(Clean::line("f")), ..FeedSettings::default() };
    for n in 1..=3 {
        let feed = cache.subscribe(n, settings.clone());
        cache.poll(feed, (0..5).map(|i| credited(item(&format!("{n} {i}"), i), &["apa"])).collect());
    }
    let lists = [
        ("", "article_all"),
        ("sort:old", "article_all"),
        ("is:unread", "article_unread"),
        ("is:saved", "article_saved"),
        ("is:changed", "article_changed"),
        ("is:live", "article_live"),
        ("is:hidden", "article_hidden"),
        ("since:today", "article_all"),
        ("since:today is:unread", "article_unread"),
        ("feed:#1", "article_feed"),
        ("feed:#1 is:unread", "article_feed_unread"),
        ("folder:f", "article_feed"),
        ("folder:f is:unread", "article_feed_unread"),
        ("agency:apa", "PRIMARY KEY"),
        ("agency:apa is:unread", "credit_unread"),
        ("story:#1", "article_story"),
    ];
    for (query, index) in lists {
        for side in [None, Some(Side::From), Some(Side::Before), Some(Side::After)] {
            let how = explained(&cache, query, side);
            assert!(how.contains(index), "{query} {side:?}\n{how}");
            assert!(!how.contains("TEMP B-TREE"), "{query} {side:?}\n{how}");
            if side.is_some() {
                assert!(!how.contains("SCAN"), "{query} {side:?}\n{how}");
            }
        }
    }
}

#[test]
fn a_mark_looks_at_no_other_article() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], (0..200).map(|i| item(&i.to_string(), i)).collect());
    // As after a rest, when SQLite knows how many articles there are.
    cache.writer.conn.execute_batch("ANALYZE").unwrap();
    for column in [Column::Read, Column::Saved] {
        for (value, on) in [("?1", true), ("?1", false), ("p.was", false)] {
            let sql = update(column, value, on);
            let mut s = cache.writer.conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let bound = vec![rusqlite::types::Value::Null; s.parameter_count()];
            let rows = s.query_map(rusqlite::params_from_iter(bound), |r| r.get::<_, String>(3)).unwrap();
            let how = rows.map(Result::unwrap).collect::<Vec<_>>().join("\n");
            assert!(how.contains("SEARCH article USING INTEGER PRIMARY KEY") && !how.contains("SCAN"), "{sql}\n{how}");
        }
    }
}

#[test]
fn what_waits_for_its_page_is_found_without_looking_at_the_rest() {
    let (cache, _) = Cache::with_feeds(1);
    let mut s = cache.writer.conn.prepare(&format!("EXPLAIN QUERY PLAN {}", crate::store::due::TEASERS)).unwrap();
    let rows = s.query_map([], |r| r.get::<_, String>(3)).unwrap();
    let how = rows.map(Result::unwrap).collect::<Vec<_>>().join("\n");
    assert!(how.contains("SEARCH a USING INDEX article_pending") && !how.contains("SCAN"), "{how}");
}

#[test]
fn a_list_is_as_long_as_it_says() {
    let mut cache = Cache::new();
    let folder = FeedSettings { folder: Some(Clean::line("f")), ..FeedSettings::default() };
    for n in 1..=3 {
        let feed = cache.subscribe(n, if n < 3 { folder.clone() } else { FeedSettings::default() });
        let credits: &[&str] = if n == 2 { &["apa", "dpa"] } else { &["apa"] };
        cache.poll(feed, (0..4).map(|i| credited(item(&format!("{n} {i}"), i), credits)).collect());
    }
    let check = |cache: &Cache, when: &str| {
        for list in ["", "feed:#1", "folder:f", "agency:apa", "agency:dpa"] {
            for query in [list.to_owned(), format!("{list} is:unread"), format!("is:unread {list}")] {
                let page = cache.page(&query, At::Top, 0, 100);
                assert_eq!((page.total.n, page.total.more), (page.rows.len() as u64, false), "{query}, {when}");
            }
        }
    };
    check(&cache, "new");
    let opened = cache.reader.newest().unwrap();
    let id = cache.id("2 1");
    cache.apply(Change::Read { ids: vec![id], read: true });
    check(&cache, "one read");
    for query in ["agency:dpa is:unread", "folder:f is:unread"] {
        let window = Window { as_of: Some(opened), at: At::Top, before: 0, after: 100 };
        let page = cache.window(query, window);
        assert_eq!(page.total.n, page.rows.len() as u64, "{query}, as it was opened");
    }
    cache.apply(Change::Save { ids: vec![cache.id("3 2")], saved: true });
    cache.apply(Change::Unsubscribe(FeedId(3)));
    check(&cache, "a feed given up");
}

#[test]
fn words_are_never_syntax() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("A", 1)]);
    for query in [
        "\"a\\\" OR \\\"b\"",
        "near(a b)",
        "\"NEAR(a\"",
        "a+b",
        "^a",
        "{title}a",
        "\"title : a\"",
        "a'; DROP TABLE article; --",
        "tag:\"x' OR 1=1\"",
        "feed:\"%\"",
        "outlet:\"') OR 1=1 --\"",
        "agency:\"x') OR 1 --\"",
        "lang:\"'\"",
        "story:\"'\"",
        "\"AND\" \"OR\" \"NOT\"",
        "a\\* ",
        "-\"*\"x",
    ] {
        if let Ok(query) = query.parse::<Query>() {
            let window = Window { as_of: None, at: At::Top, before: 0, after: 9 };
            let answer = cache.reader.answer(&Question::Headlines { query: query.clone(), window }, now());
            assert!(matches!(answer, Answer::Headlines(_)), "{query}: {answer:?}");
        }
    }
    assert_eq!(cache.titles(""), ["A"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn whatever_parses_is_answered(queries in prop::collection::vec(r#"((-|\(|\)| OR )|(title:|tag:|outlet:|is:unread |is:read |since:2h |sort:relevance |\PC{1,6}\*? |[a-zA-Zäß^{}+:*'-]{3,6}\*? |NEAR\(|fts |"\PC{1,6}" )){1,8}"#, 1..9)) {
        thread_local! {
            static CACHE: Cache = {
                let (mut cache, feeds) = Cache::with_feeds(1);
                cache.poll(feeds[0], vec![item("a b", 1), item("b c", 2)]);
                cache
            };
        }
        CACHE.with(|cache| {
            for query in queries.iter().filter_map(|q| q.parse::<Query>().ok()) {
                let window = Window { as_of: None, at: At::Top, before: 0, after: 9 };
                let answer = cache.reader.answer(&Question::Headlines { query: query.clone(), window }, now());
                assert!(matches!(answer, Answer::Headlines(_)), "{query}: {answer:?}");
            }
        });
    }
}
