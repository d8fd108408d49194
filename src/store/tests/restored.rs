//! What the reader did comes back: from snapshots, and out of damaged files.

use super::*;
use crate::store::{damage, salvage, snapshot};

/// Three feeds of forty articles with every kind of mark on some of them.
fn kept() -> (Cache, ArticleId) {
    let (mut cache, feeds) = Cache::with_feeds(3);
    for (n, feed) in feeds.iter().enumerate() {
        cache.poll(*feed, (0..40).map(|i| credited(item(&format!("F{n} A{i} {}", "words ".repeat(90)), i), &["apa"])).collect());
    }
    let ids: Vec<ArticleId> = (1..=40).map(ArticleId).collect();
    cache.apply(Change::Read { ids: ids[..20].to_vec(), read: true });
    cache.apply(Change::Save { ids: ids[..5].to_vec(), saved: true });
    cache.apply(Change::Tag { ids: ids[..3].to_vec(), tag: Clean::line("summit"), on: true });
    cache.apply(Change::Note { id: ids[1], note: vec![Clean::line("mine")] });
    cache.apply(Change::Position { id: ids[2], position: Position { block: 1, offset: 7 } });
    cache.apply(Change::View { name: Clean::line("Summit"), query: "summit".parse().unwrap() });
    (cache, ids[1])
}

fn counts(cache: &Cache) -> (u64, u64, u64) {
    let s = cache.reader.stats().unwrap();
    (s.articles, s.unread, s.saved)
}

#[test]
fn a_snapshot_brings_all_marks_back_into_a_new_cache() {
    let (mut cache, noted) = kept();
    let taken = cache.writer.snapshot(now()).unwrap().unwrap();
    assert_eq!(cache.writer.snapshot(now()).unwrap(), None, "once a day");
    assert!(std::fs::metadata(&taken.path).unwrap().len() < 8_000);
    let mut new = Cache::new();
    let back = new.writer.restore(&taken.path, now()).unwrap();
    assert_eq!((back.feeds, back.marks, back.tags, back.notes, back.views), (3, 20, 3, 1, 1));
    let again = new.writer.restore(&taken.path, now()).unwrap();
    assert_eq!(again, snapshot::Contents::default(), "what is there stays as it is");
    // The feed brings its articles again, and they are as the reader left them.
    let feed = new.reader.feeds().unwrap()[0].id;
    new.poll(feed, (0..40).map(|i| item(&format!("F0 A{i} {}", "words ".repeat(90)), i)).collect());
    assert_eq!(counts(&new), (40, 20, 5));
    let was = cache.article(noted);
    let is = new.article(new.id(was.item.title.as_str()));
    assert_eq!((is.marks.note, is.marks.tags, is.marks.saved), (was.marks.note, was.marks.tags, true));
    assert!(new.desk().iter().any(|(label, _)| label == "Summit"));
}

/// All that a snapshot can bring, as rows; what a list shows of it is in `article`.
fn rows(cache: &Cache) -> Vec<String> {
    let tables = [
        "SELECT 'feed', id, subscribed FROM feed",
        "SELECT 'mark', feed, key, read_at, saved_at, block, offset, seen, followed_at FROM mark",
        "SELECT 'tag', feed, key, tag FROM tag",
        "SELECT 'note', feed, key, text FROM note",
        "SELECT 'highlight', feed, key, hash FROM highlight",
        "SELECT 'view', name, query FROM view",
        "SELECT 'follow', story, since FROM follow",
        "SELECT 'apart', a, b FROM cannot_link",
        "SELECT 'visit', story, at, last FROM visit",
        "SELECT 'article', id, listed, read_at, saved_at, seen FROM article",
        "SELECT 'tally', feed, articles, unread, saved FROM tally WHERE articles > 0",
    ];
    let mut out = Vec::new();
    for sql in tables {
        let mut s = cache.writer.conn.prepare(sql).unwrap();
        let n = s.column_count();
        let mut rows = s.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            out.push((0..n).map(|i| row.get::<_, rusqlite::types::Value>(i).map(|v| format!("{v:?} ")).unwrap()).collect());
        }
    }
    out
}

#[test]
fn a_restore_brings_what_was_told_apart_followed_and_seen_and_can_be_undone() {
    let (mut cache, _) = kept();
    let ids: Vec<ArticleId> = (1..=9).map(ArticleId).collect();
    let placements =
        ids[..4].iter().map(|id| Placement { article: *id, dispatch: None, story: Some(StoryId(7)), carries: None, tells: None });
    let placed = Placed { placements: placements.collect(), merged: Vec::new(), likenesses: Vec::new() };
    cache.apply(Change::Place(Box::new(placed)));
    cache.apply(Change::Follow(ids[0]));
    cache.apply(Change::Follow(ids[8]));
    cache.apply(Change::Visit { story: StoryId(7), last: ids[3] });
    cache.apply(Change::Apart { article: ids[5], from: vec![ids[6]] });
    let taken = cache.writer.snapshot(now()).unwrap().unwrap().path;
    let whole = rows(&cache);
    // All of it is lost but the articles.
    let lose = "DELETE FROM mark; DELETE FROM tag; DELETE FROM note; DELETE FROM view; DELETE FROM follow; DELETE FROM cannot_link; DELETE FROM visit;
        UPDATE article SET read_at = NULL, saved_at = NULL, seen = 0; UPDATE feed SET subscribed = 0 WHERE id = 3; UPDATE article SET listed = 0 WHERE feed = 3";
    cache.writer.conn.execute_batch(lose).unwrap();
    let bare = rows(&cache);
    let back = cache.writer.restore(&taken, now()).unwrap();
    assert_eq!((back.feeds, back.marks, back.tags, back.notes, back.views, back.follows, back.apart), (1, 20, 3, 1, 1, 2, 1));
    // The version seen is the reader's mark as far as the list shows it.
    let told = ["\"mark\"", "\"article\"", "\"tally\""];
    let gist =
        |rows: &[String]| -> Vec<String> { rows.iter().filter(|row| !told.iter().any(|word| row.contains(word))).cloned().collect() };
    assert_eq!(gist(&rows(&cache)), gist(&whole));
    let restored = rows(&cache);
    assert!(cache.apply(Change::Undo).label.contains("restored a snapshot"));
    assert_eq!(rows(&cache), bare, "taken back to the letter");
    cache.apply(Change::Redo);
    assert_eq!(rows(&cache), restored, "and done again");
}

/// In a new cache the articles come later, and with them what is followed.
#[test]
fn what_is_followed_is_so_in_a_new_cache_too() {
    let (mut cache, _) = kept();
    cache.apply(Change::Follow(ArticleId(9)));
    let taken = cache.writer.snapshot(now()).unwrap().unwrap().path;
    let mut new = Cache::new();
    assert_eq!(new.writer.restore(&taken, now()).unwrap().follows, 1);
    let feed = new.reader.feeds().unwrap()[0].id;
    new.poll(feed, (0..40).map(|i| item(&format!("F0 A{i} {}", "words ".repeat(90)), i)).collect());
    assert_eq!(new.page("is:followed", At::Top, 0, 9).total.n, 1);
}

#[cfg(unix)]
#[test]
fn a_snapshot_is_private_and_leaves_nothing_half_written() {
    use std::os::unix::fs::PermissionsExt;
    let (mut cache, _) = kept();
    let taken = cache.writer.snapshot(now()).unwrap().unwrap();
    assert_eq!(std::fs::metadata(&taken.path).unwrap().permissions().mode() & 0o777, 0o600);
    let dir = taken.path.parent().unwrap();
    assert_eq!(std::fs::metadata(dir).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(std::fs::read_dir(dir).unwrap().count(), 1);
    // One that is cut off is refused in words, and changes nothing.
    let whole = std::fs::read(&taken.path).unwrap();
    std::fs::write(&taken.path, &whole[..whole.len() / 2]).unwrap();
    let e = Cache::new().writer.restore(&taken.path, now()).unwrap_err();
    assert_eq!((e.kind, e.what.as_str()), (StoreErrorKind::Corrupt, "This is no whole snapshot."));
}

#[test]
fn days_go_on_whatever_the_clock_does() {
    let (mut cache, _) = kept();
    let days = ["2025-08-15", "2031-01-01", "2025-08-14", "1999-12-31", "2025-08-16"];
    for day in days {
        let at: Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
        assert!(cache.writer.snapshot(at).unwrap().is_some(), "{day}");
    }
    let kept: Vec<String> = snapshot::list(cache.dir.path()).iter().map(|s| s.day.to_string()).collect();
    assert_eq!(kept, ["2031-01-01", "2025-08-16", "2025-08-15", "2025-08-14", "1999-12-31"]);
}

/// The page with the feeds' rows is lost: their articles are not, and have their feed again from the newest snapshot; where
/// there is none, one that waits for its address.
#[test]
fn articles_outlive_the_row_of_their_feed() {
    for with in [true, false] {
        let (mut cache, _) = kept();
        cache.writer.snapshot(now()).unwrap().unwrap();
        if !with {
            snapshot::clear(cache.dir.path());
        }
        let page: i64 = cache.writer.conn.query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'feed'", [], |r| r.get(0)).unwrap();
        cache.writer.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        let feeds: Vec<Address> = cache.reader.feeds().unwrap().into_iter().map(|f| f.address).collect();
        let before = counts(&cache);
        let dir = cache.dir;
        drop((cache.writer, cache.reader));
        let file = dir.path().join(FILE);
        let mut bytes = std::fs::read(&file).unwrap();
        let at = (page as usize - 1) * 8192;
        bytes[at..at + 8192].fill(0xa5);
        std::fs::write(&file, &bytes).unwrap();
        let saved = salvage(dir.path(), now()).unwrap();
        assert_eq!((saved.articles, saved.lost), (120, 0));
        let cache = Cache { writer: open(dir.path()).unwrap(), reader: Reader::open(dir.path()).unwrap(), dir };
        assert_eq!(counts(&cache), before);
        let found: Vec<Address> = cache.reader.feeds().unwrap().into_iter().map(|f| f.address).collect();
        match with {
            true => assert_eq!(found, feeds),
            false => assert!(found.iter().all(|a| a.as_str().starts_with("https://lost.invalid/")) && found.len() == 3, "{found:?}"),
        }
    }
}

/// What harms a cache's file, and how much of its 120 articles must come through at least.
#[test]
fn a_damaged_cache_is_salvaged_and_says_what_was_lost() {
    type Harm = fn(&mut Vec<u8>);
    let harms: [(&str, Harm, u64); 4] = [
        (
            "a page in the middle",
            |b| {
                let at = b.len() / 2 / 8192 * 8192;
                b[at..at + 8192].fill(0xa5)
            },
            60,
        ),
        ("cut off", |b| b.truncate(b.len() * 3 / 4 / 8192 * 8192), 1),
        ("no database", |b| b.fill(b'x'), 0),
        (
            "empty pages at its end",
            |b| {
                let n = b.len();
                b[n - 5 * 8192..].fill(0)
            },
            60,
        ),
    ];
    for (name, harm, least) in harms {
        let (mut cache, noted) = kept();
        let title = cache.article(noted).item.title;
        let taken = cache.writer.snapshot(now()).unwrap().unwrap().path;
        cache.writer.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        let dir = cache.dir;
        drop((cache.writer, cache.reader));
        let file = dir.path().join(FILE);
        let mut bytes = std::fs::read(&file).unwrap();
        harm(&mut bytes);
        std::fs::write(&file, &bytes).unwrap();
        assert!(damage(dir.path()).is_some(), "{name}");
        let saved = salvage(dir.path(), now()).unwrap();
        assert_eq!(std::fs::read(&saved.aside).unwrap(), bytes, "{name}: the old file is kept as it is");
        assert!(saved.articles >= least && saved.articles <= 120, "{name}: {saved:?}");
        let mut cache = Cache { writer: open(dir.path()).unwrap(), reader: Reader::open(dir.path()).unwrap(), dir };
        assert_eq!(cache.reader.integrity().unwrap(), Vec::<String>::new(), "{name}");
        cache.writer.restore(&taken, now()).unwrap();
        assert_eq!(cache.reader.feeds().unwrap().len(), 3, "{name}");
        assert_eq!(cache.reader.stats().unwrap().articles, saved.articles);
        for row in cache.page("", At::Top, 0, 200).rows {
            cache.article(row.id);
        }
        let found = cache.page("words", At::Top, 0, 200).total.n;
        assert_eq!(found, saved.articles, "{name}: all that came through is found");
        let marks: i64 = cache.writer.conn.query_row("SELECT count(*) FROM mark WHERE saved_at IS NOT NULL", [], |r| r.get(0)).unwrap();
        assert_eq!(marks, 5, "{name}");
        // What was lost comes again with its marks.
        let feed = cache.reader.feeds().unwrap()[0].id;
        cache.poll(feed, (0..40).map(|i| item(&format!("F0 A{i} {}", "words ".repeat(90)), i)).collect());
        assert_eq!(cache.article(cache.id(title.as_str())).marks.note, [Clean::line("mine")], "{name}");
    }
}

#[test]
fn the_desk_comes_back_in_its_order_and_with_what_alerts() {
    let (mut cache, _) = kept();
    let id = |cache: &Cache| match cache.reader.answer(&Question::Desk, now()) {
        Answer::Desk(desk) => desk.rows.into_iter().find_map(|r| if let DeskKind::Own(id, _) = r.kind { Some(id) } else { None }).unwrap(),
        _ => panic!("no desk"),
    };
    let view = id(&cache);
    cache.apply(Change::EditView(ViewEdit::Alert(view)));
    let feeds = |cache: &Cache| cache.reader.feeds().unwrap().into_iter().map(|f| f.address.to_string()).collect::<Vec<_>>();
    let last = cache.reader.feeds().unwrap()[2].id;
    cache.apply(Change::Arrange { what: Shelved::Feed(last), by: -2 });
    let taken = cache.writer.snapshot(now()).unwrap().unwrap();
    // Ids are others there.
    let mut new = Cache::new();
    new.subscribe(9, FeedSettings::default());
    new.apply(Change::Unsubscribe(FeedId(1)));
    new.writer.restore(&taken.path, now()).unwrap();
    assert_eq!(feeds(&new), feeds(&cache));
    let alerts = |cache: &Cache| match cache.reader.answer(&Question::Desk, now()) {
        Answer::Desk(desk) => desk.rows.iter().any(|r| matches!(r.kind, DeskKind::Own(_, true))),
        _ => panic!("no desk"),
    };
    assert!(alerts(&new));
}
