//! Long runs: days of polling within seconds, by a clock that is moved on by hand. Memory stays flat, and no task, thread or
//! file is left behind.
//!
//! `cargo test --release --test it a_week -- --ignored --nocapture` is a week of 500 feeds (`FEEDS` and `DAYS` for others).

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use tokio::sync::mpsc;
use wiredesk::app::{Background, Setup};
use wiredesk::clock::Clock;
use wiredesk::config::Config;
use wiredesk::ingest::attribute::Agencies;
use wiredesk::ingest::extract::Sites;
use wiredesk::model::{FeedSettings, FullText};
use wiredesk::poll::{Event, Poller, Scope};
use wiredesk::store::Reader;

/// Entries that a feed shows at a time, and minutes until the next.
const SHOWN: i64 = 25;
const EVERY: i64 = 40;
/// Minutes between two looks at what is due.
const STEP: i64 = 20;

/// Feeds that go on with the time; half of them know validators. It remembers nothing.
fn serve(minutes: Arc<AtomicI64>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let mut head = Vec::new();
            let mut buffer = [0; 2048];
            while !head.windows(4).any(|w| w == b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(n) if n > 0 => head.extend_from_slice(&buffer[..n]),
                    _ => break,
                }
            }
            let head = String::from_utf8_lossy(&head).to_lowercase();
            let feed: i64 = head.split(['/', ' ']).nth(2).and_then(|n| n.parse().ok()).unwrap_or_default();
            let last = (minutes.load(Ordering::SeqCst) + feed * 7) / EVERY;
            let tag = format!("\"e{last}\"");
            let answer = if feed % 2 == 0 && head.contains(&format!("if-none-match: {tag}")) {
                "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_owned()
            } else {
                let items: String = (last - SHOWN..last)
                    .map(|n| {
                        let words: String =
                            (0..40).map(|w| format!("{:x} ", (feed * 977 + n * 41 + w).wrapping_mul(0x9e37_79b9_7f4a) >> 24)).collect();
                        format!("<item><guid>{feed}-{n}</guid><title>Report {n} {words}</title><description>{words}</description></item>")
                    })
                    .collect();
                let body = format!("<rss version=\"2.0\"><channel><title>Feed {feed}</title>{items}</channel></rss>");
                let etag = if feed % 2 == 0 { format!("ETag: {tag}\r\n") } else { String::new() };
                format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{etag}Content-Length: {}\r\n\r\n{body}", body.len())
            };
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    addr
}

/// What a process holds.
#[derive(Clone, Copy, Debug, Default)]
struct Held {
    megabytes: u64,
    files: usize,
    threads: usize,
    tasks: usize,
    log: u64,
}

fn held(background: &Background, cache: &Path) -> Held {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|l| l.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse::<u64>().ok());
    let count = |dir: &str| std::fs::read_dir(dir).map_or(0, Iterator::count);
    Held {
        megabytes: kilobytes.unwrap_or_default() / 1024,
        files: count("/proc/self/fd"),
        threads: count("/proc/self/task"),
        tasks: background.runtime().metrics().num_alive_tasks(),
        log: std::fs::metadata(cache.join("cache.db-wal")).map_or(0, |m| m.len()),
    }
}

/// Polls so many feeds for so many days; what was held after each tenth of it.
fn run(feeds: i64, days: i64) -> (Vec<Held>, u64) {
    let start: Timestamp = "2025-08-16T00:00:00Z".parse().unwrap();
    let minutes = Arc::new(AtomicI64::new(100_000));
    let addr = serve(minutes.clone());
    let dir = tempfile::tempdir().unwrap();
    let (clock, hand) = Clock::driven(start, TimeZone::UTC);
    let mut setup = Setup::new(dir.path(), &Config::default(), &clock, Agencies::default(), Sites::default());
    setup.host_gap = Duration::ZERO;
    let background = Background::start(&setup).unwrap();
    let never = FeedSettings { full_text: FullText::Never, ..FeedSettings::default() };
    for n in 0..feeds {
        let address = format!("http://{addr}/{n}").parse().unwrap();
        background.block_on(background.tools.subscribe_unseen(&address, &never)).unwrap();
    }
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut poller = Poller::new(background.tools.clone(), tell);
    let steps = days * 24 * 60 / STEP;
    let (mut all, mut asked) = (Vec::new(), 0);
    for step in 0..steps {
        let past = step * STEP;
        minutes.store(100_000 + past, Ordering::SeqCst);
        hand.set(start + SignedDuration::from_mins(past));
        background.block_on(poller.round(Scope::Due));
        while let Ok(event) = told.try_recv() {
            match event {
                Event::Polled { result, feed } => {
                    asked += 1;
                    assert!(result.is_ok(), "{}: {result:?}", feed.address);
                }
                Event::Cache(e) => panic!("{e}"),
                Event::Progress(_) => {}
            }
        }
        if step % (steps / 10).max(1) == steps / 10 - 1 {
            all.push(held(&background, dir.path()));
            println!("hour {:>4}: {asked:>6} polls, {:?}", past / 60, all.last().unwrap());
        }
    }
    let articles = Reader::open(dir.path()).unwrap().stats().unwrap().articles;
    // Whoever may file something keeps the writer alive.
    drop((poller, background));
    assert_eq!(Reader::open(dir.path()).unwrap().integrity().unwrap(), Vec::<String>::new());
    (all, articles)
}

/// Nothing that counts grows with the time.
fn check(all: &[Held], megabytes: u64) {
    let (first, last) = (all[all.len() / 4], all[all.len() - 1]);
    assert!(last.megabytes <= first.megabytes + megabytes, "memory: {first:?} {last:?}");
    assert!(last.files <= first.files + 3 && last.threads <= first.threads + 2 && last.tasks <= first.tasks, "{first:?} {last:?}");
    assert!(last.log <= 80 << 20, "the log beside the cache: {last:?}");
}

/// Other tests of this process take memory and files meanwhile, so that only what is the run's own is looked at here.
#[test]
fn a_day_of_polling_leaves_no_task_behind() {
    let (all, articles) = run(6, 1);
    // One may be about to end when it is counted; what leaks is there every time.
    assert!(all.iter().rev().take(4).any(|h| h.tasks <= all[0].tasks), "{all:?}");
    assert!(articles as i64 >= 6 * (SHOWN + 20 * 60 / EVERY), "{articles}");
}

#[test]
#[ignore = "takes minutes, and needs the process for itself"]
fn a_week_of_polling_leaves_nothing_behind() {
    let number = |name: &str, usual: i64| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual);
    let (feeds, days) = (number("FEEDS", 500), number("DAYS", 7));
    let (all, articles) = run(feeds, days);
    println!("{articles} articles");
    check(&all, 30);
}
