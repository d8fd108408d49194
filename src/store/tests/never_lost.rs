//! What was acknowledged stays: killed processes, full disks, disks that cannot be written, other processes, damaged files.

use super::*;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

const CHILD: &str = "WIREDESK_TEST_CHILD_CACHE";

/// Not a test of its own: the process that [`killed_while_filing_nothing_acknowledged_is_lost`] kills.
#[test]
#[ignore = "run by another test"]
fn child_that_files_for_ever() {
    let Ok(dir) = std::env::var(CHILD) else { return };
    let mut writer = open(Path::new(&dir)).unwrap();
    let feed =
        writer.apply(&[Change::Subscribe { address: address(1), settings: FeedSettings::default(), facts: None }], now()).unwrap()[0].feed;
    let start = Reader::open(Path::new(&dir)).unwrap().newest().unwrap().last.0;
    for round in start.. {
        let items = (0..20).map(|i| credited(item(&format!("{round} {i}"), i), &["apa"])).collect();
        let read = Outcome::Read { facts: FeedFacts::default(), items, validators: Validators::default(), warnings: vec![] };
        let applied = writer.apply(&[polled(feed.unwrap(), read)], now()).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "filed {}", applied[0].new.last().unwrap()).unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn killed_while_filing_nothing_acknowledged_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..20 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["store::tests::never_lost::child_that_files_for_ever", "--exact", "--ignored", "--nocapture"])
            .env(CHILD, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let filed: i64 = (0..=round % 7)
            .map(|_| lines.by_ref().map(Result::unwrap).find_map(|l| l.rsplit_once("filed ")?.1.parse().ok()).unwrap())
            .last()
            .unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let reader = Reader::open(dir.path()).unwrap();
        assert!(reader.newest().unwrap().last.0 >= filed);
        assert_eq!(reader.integrity().unwrap(), Vec::<String>::new());
        assert!(reader.article(ArticleId(filed), None).unwrap().is_some());
    }
    let mut cache = Cache { writer: open(dir.path()).unwrap(), reader: Reader::open(dir.path()).unwrap(), dir };
    assert!(cache.reader.stats().unwrap().articles >= 20);
    let integrity: i64 = cache.writer.conn.query_row("SELECT count(*) FROM fts WHERE fts MATCH 'text'", [], |r| r.get(0)).unwrap();
    assert_eq!(integrity.unsigned_abs(), cache.reader.stats().unwrap().articles);
    cache.apply(Change::Undo);
}

#[test]
fn a_full_disk_costs_the_batch_and_nothing_else() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("A", 1)]);
    let pages: i64 = cache.writer.conn.query_row("PRAGMA page_count", [], |r| r.get(0)).unwrap();
    cache.writer.conn.execute_batch(&format!("PRAGMA max_page_count = {}", pages + 2)).unwrap();
    let items = (0..500).map(|i| item(&format!("B{i}"), i)).collect();
    let read = Outcome::Read { facts: FeedFacts::default(), items, validators: Validators::default(), warnings: vec![] };
    let e = cache.writer.apply(&[polled(feeds[0], read.clone())], now()).unwrap_err();
    assert_eq!(e.kind, StoreErrorKind::Full);
    assert!(e.to_string().starts_with("The disk is full. Free some space; nothing that was stored is lost."));
    assert_eq!(cache.titles(""), ["A"]);
    cache.writer.conn.execute_batch("PRAGMA max_page_count = 1000000").unwrap();
    assert_eq!(cache.apply(polled(feeds[0], read)).new.len(), 500);
    assert_eq!(cache.reader.integrity().unwrap(), Vec::<String>::new());
}

#[test]
fn a_copy_taken_in_the_middle_of_a_transaction_opens() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("A", 1)]);
    cache.writer.conn.execute_batch("PRAGMA cache_size = 1; BEGIN; UPDATE article SET title = 'half'; INSERT INTO outlet(name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'x' || i FROM n").unwrap();
    let copy = tempfile::tempdir().unwrap();
    for name in [FILE.to_owned(), format!("{FILE}-wal")] {
        std::fs::copy(cache.dir.path().join(&name), copy.path().join(&name)).unwrap();
    }
    drop(open(copy.path()).unwrap());
    let reader = Reader::open(copy.path()).unwrap();
    assert_eq!(reader.integrity().unwrap(), Vec::<String>::new());
    assert_eq!(reader.article(ArticleId(1), None).unwrap().unwrap().item.title.as_str(), "A");
}

#[test]
fn two_writers_take_turns_and_readers_see_both() {
    let (mut cache, feeds) = Cache::with_feeds(2);
    let mut other = open(cache.dir.path()).unwrap();
    let before = cache.reader.data_version().unwrap();
    let read = |title: &str| Outcome::Read {
        facts: FeedFacts::default(),
        items: vec![item(title, 1)],
        validators: Validators::default(),
        warnings: vec![],
    };
    std::thread::scope(|s| {
        s.spawn(|| {
            for i in 0..30 {
                other.apply(&[polled(feeds[1], read(&format!("B{i}")))], now()).unwrap();
            }
        });
        for i in 0..30 {
            cache.writer.apply(&[polled(feeds[0], read(&format!("A{i}")))], now()).unwrap();
        }
    });
    assert_ne!(cache.reader.data_version().unwrap(), before);
    assert_eq!(cache.page("", At::Top, 0, 100).total.n, 60);
}

#[test]
fn a_cache_that_is_locked_says_so() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let other = rusqlite::Connection::open(cache.dir.path().join(FILE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    cache.writer.conn.busy_timeout(std::time::Duration::from_millis(10)).unwrap();
    let e = cache.writer.apply(&[Change::Unsubscribe(feeds[0])], now()).unwrap_err();
    assert_eq!(e.kind, StoreErrorKind::Locked);
    assert_eq!(cache.reader.feeds().unwrap().len(), 1);
}

#[test]
fn there_is_no_cache_yet() {
    let dir = tempfile::tempdir().unwrap();
    let e = Reader::open(dir.path()).err().unwrap();
    assert_eq!((e.kind, e.what.as_str()), (StoreErrorKind::Missing, "There is no cache yet."));
    let e = open(Path::new("/dev/null/cache")).err().unwrap();
    assert!(e.to_string().starts_with("Cannot make the cache's folder"), "{e}");
}

#[test]
fn a_damaged_page_costs_what_stood_on_it() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], (0..300).map(|i| item(&format!("A{i} {}", "words ".repeat(40)), i)).collect());
    cache.writer.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    // The bodies' own page: lists do not need it.
    let page: i64 = cache.writer.conn.query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'body'", [], |r| r.get(0)).unwrap();
    let file = cache.dir.path().join(FILE);
    let dir = cache.dir;
    drop((cache.writer, cache.reader));
    let mut bytes = std::fs::read(&file).unwrap();
    let at = (page as usize - 1) * 8192;
    bytes[at..at + 8192].fill(0xa5);
    std::fs::write(&file, bytes).unwrap();
    let reader = Reader::open(dir.path()).unwrap();
    let window = Window { as_of: None, at: At::Top, before: 0, after: 9 };
    assert!(
        matches!(reader.answer(&Question::Headlines { query: Query::all(), window }, now()), Answer::Headlines(p) if p.rows.len() == 9)
    );
    match reader.answer(&Question::Article { id: ArticleId(1), version: None }, now()) {
        Answer::Failed(what) => assert!(what.starts_with("The cache is damaged."), "{what}"),
        other => panic!("{other:?}"),
    }
    assert!(!reader.integrity().map_or(true, |found| found.is_empty()) || reader.integrity().is_err());
    let mut writer = open(dir.path()).unwrap();
    assert_eq!(writer.apply(&[Change::Read { ids: vec![ArticleId(1)], read: true }], now()).unwrap()[0].count, 1);
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_what_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let outer = tempfile::tempdir().unwrap();
    let dir = outer.path().join("deep/cache");
    let mut writer = open(&dir).unwrap();
    writer.apply(&[Change::Subscribe { address: address(1), settings: FeedSettings::default(), facts: None }], now()).unwrap();
    let mode = |p: &Path| std::fs::metadata(p).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for file in std::fs::read_dir(&dir).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
}

#[test]
fn a_file_at_rest_is_read_without_a_trace() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("A", 1)]);
    cache.writer.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let alone = tempfile::Builder::new().prefix("with %3f odd? name#").tempdir().unwrap();
    std::fs::copy(cache.dir.path().join(FILE), alone.path().join(FILE)).unwrap();
    let conn = crate::store::open::read_only_at(&alone.path().join(FILE), true).unwrap();
    let n: i64 = conn.query_row("SELECT count(*) FROM article", [], |r| r.get(0)).unwrap();
    assert_eq!((n, std::fs::read_dir(alone.path()).unwrap().count()), (1, 1));
}

/// Not a test of its own: the process that [`a_cache_on_a_full_disk_is_read`] lets write nothing.
#[test]
#[ignore = "run by another test"]
fn child_that_reads_where_nothing_can_be_written() {
    let Ok(dir) = std::env::var(CHILD) else { return };
    let reader = Reader::open(Path::new(&dir)).unwrap();
    println!("read {}", reader.article(ArticleId(1), None).unwrap().unwrap().item.title);
}

#[cfg(unix)]
#[test]
fn a_cache_on_a_full_disk_is_read() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("A", 1)]);
    let dir = cache.dir;
    // The last to go takes the shared memory along, which must then be made anew.
    drop((cache.reader, cache.writer));
    assert!(!dir.path().join(format!("{FILE}-shm")).exists());
    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["store::tests::never_lost::child_that_reads_where_nothing_can_be_written", "--exact", "--ignored", "--nocapture"])
        .env(CHILD, dir.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(said.contains("read A"), "{said}");
}
