//! The lists of the desk walk an index and nothing else: no scan, no sorting, however large the cache; and what a
//! reader types is never SQL or FTS syntax.

use super::*;
use crate::store::plan::Side;
use crate::store::sql::{Asked, plan};
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn explained(cache: &Cache, query: &str, side: Option<Side>) -> String {
    let conn = &cache.writer.conn;
    let as_of = Some(cache.reader.newest(now()).unwrap());
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
