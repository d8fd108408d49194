//! The built program where things go wrong: killed at any moment, stopped and continued, with a clock that jumps, on a full
//! disk. Afterwards the cache is whole, and nothing that was acknowledged is lost.

use crate::support::home::Home;
use crate::support::server::{Reply, Seen, Server};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const FEEDS: usize = 4;

/// A feed that is in no hurry.
const SLOW: u64 = 7;

/// Entries of a feed.
const ENTRIES: u64 = 10;

/// New entries each time it is asked, no two of them alike.
fn news(seen: &Seen) -> Reply {
    let feed: u64 = seen.path.trim_start_matches('/').parse().unwrap_or_default();
    let items: String = (0..ENTRIES)
        .map(|i| {
            let id = (feed * 1_000 + seen.nth as u64) * ENTRIES + i;
            let words: String = (0..12).map(|n| format!("{:x} ", (id * 12 + n).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20)).collect();
            format!("<item><guid>{id}</guid><title>{id} {words}</title><description>{words} reported.</description></item>")
        })
        .collect();
    let reply = Reply::ok(format!("<rss version=\"2.0\"><channel><title>Feed {feed}</title>{items}</channel></rss>"));
    if feed == SLOW { reply.after(Duration::from_millis(500)) } else { reply }
}

fn beside<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

/// How many articles there are, once every page of the cache was read and found whole.
#[track_caller]
fn whole(home: &Home) -> u64 {
    let checks = home.json(&["doctor", "--thorough"]).remove(0);
    let what = |name: &str| {
        let check = checks["checks"].as_array().unwrap().iter().find(|c| c["name"] == name).unwrap_or_else(|| panic!("{name}: {checks:#}"));
        check["what"].as_str().unwrap().to_owned()
    };
    assert_eq!(what("integrity"), "every page is whole");
    what("articles").split(' ').next().unwrap().parse().unwrap()
}

fn later(home: &mut Home, hours: usize) {
    home.at(&format!("2025-{:02}-{:02}T{:02}:00:00Z", 8 + hours / 600, 1 + hours % 600 / 24, hours % 24));
}

/// Kills the poller at a seeded moment of each of so many rounds: after some of its lines, and a little later still.
fn kill(home: &mut Home, rounds: usize) {
    let mut seed: u64 = 0x2545_f491_4f6c_dd1d;
    let mut random = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    let mut filed = whole(home);
    let mut known = Vec::new();
    for round in 1..=rounds {
        later(home, round * 2);
        let mut child = home
            .command(&["poll", "--all", "--watch", "--json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (to, lines) = mpsc::channel();
        let read = std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| to.send(line).map_err(drop)));
        let wanted = random(FEEDS as u64 + 1) as usize;
        let mut said: Vec<String> = lines.iter().take(wanted).collect();
        // Not more lines are waited for, but a moment in which what is being filed is in the middle of it.
        while let Ok(line) = lines.recv_timeout(Duration::from_micros(random(30_000))) {
            said.push(line);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let _ = read.join();
        said.extend(lines.try_iter());
        let new = |line: &String| serde_json::from_str::<serde_json::Value>(line).map_or(0, |v| v["new"].as_u64().unwrap_or_default());
        filed += said.iter().map(new).sum::<u64>();
        let there = whole(home);
        assert!(there >= filed, "round {round}: {filed} were acknowledged, {there} are there");
        filed = there;
        let listed: Vec<i64> = home.json(&["list"]).iter().filter_map(|a| a["id"].as_i64()).collect();
        assert!(known.iter().all(|id| listed.contains(id)), "round {round} lost something");
        known = listed;
    }
}

async fn world() -> (Server, Home) {
    let server = Server::start(news).await;
    let home = Home::new();
    beside(|| {
        for n in 0..FEEDS {
            home.ok(&["add", "--full-text", "never", &server.url(&format!("/{n}"))]);
        }
    });
    (server, home)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_the_cache_is_whole_and_nothing_acknowledged_is_lost() {
    let (_server, mut home) = world().await;
    beside(|| kill(&mut home, 12));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a minute: the same two hundred times"]
/// `cargo test --test it killed_two -- --ignored`
async fn killed_two_hundred_times() {
    let (_server, mut home) = world().await;
    beside(|| kill(&mut home, 200));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_poller_blocks_no_reader_and_goes_on() {
    let (server, mut home) = world().await;
    beside(|| {
        home.ok(&["add", "--full-text", "never", &server.url(&format!("/{SLOW}"))]);
        later(&mut home, 5);
        let before = whole(&home);
        let mut child = home.command(&["poll", "--all", "--watch", "--json"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        lines.next().unwrap().unwrap();
        let signal = |name: &str| assert!(Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap().success());
        signal("STOP");
        assert_eq!(home.json(&["list", "--limit", "3"]).len(), 3, "it is read meanwhile");
        let second = home.run(&["poll", "--all"]);
        assert!(second.code == 1 && second.err.contains("another wiredesk polls"), "{}", second.err);
        signal("CONT");
        let rest = lines.map_while(Result::ok).take(FEEDS).count();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!((rest + 1, whole(&home)), (FEEDS + 1, before + ENTRIES * (FEEDS as u64 + 1)));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_costs_nothing() {
    let (_server, mut home) = world().await;
    beside(|| {
        let mut there = whole(&home);
        for now in ["2031-01-01T00:00:00Z", "2025-08-20T12:00:00Z", "1999-12-31T23:59:59Z", "2025-08-21T12:00:00Z"] {
            home.at(now);
            home.run(&["poll", "--all"]);
            let now_there = whole(&home);
            assert!(now_there >= there, "{now}");
            there = now_there;
            assert_eq!(home.ok(&["list", "--limit", "2"]).out.lines().count(), 2, "{now}");
        }
        assert!(there > ENTRIES * FEEDS as u64, "feeds are asked again after a clock came back: {there}");
    });
}

/// A small disk of its own, where this user may make one.
#[cfg(target_os = "linux")]
struct Disk(std::path::PathBuf);

#[cfg(target_os = "linux")]
impl Disk {
    fn mount(at: &std::path::Path, options: &str) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at).stderr(Stdio::null()).status();
        mounted.is_ok_and(|s| s.success()).then(|| Self(at.to_owned()))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_forgotten_when_there_is_room() {
    let server = Server::start(news).await;
    let mut home = Home::new();
    let Some(disk) = Disk::mount(&home.cache(), "size=3m,mode=700") else {
        eprintln!("skipped: no disk can be mounted here");
        return;
    };
    beside(|| {
        home.ok(&["add", "--full-text", "never", &server.url("/9")]);
        let room = std::fs::File::create(disk.0.join("filler")).and_then(|mut f| std::io::copy(&mut std::io::repeat(b'x'), &mut f));
        assert!(room.is_err(), "the disk is full now");
        later(&mut home, 30);
        let ran = home.run(&["poll", "--all"]);
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        assert!(ran.err.contains("The disk is full. Free some space; nothing that was stored is lost."), "{}", ran.err);
        assert_eq!(home.ok(&["list", "--limit", "3"]).out.lines().count(), 3, "what is there is read");
        std::fs::remove_file(disk.0.join("filler")).unwrap();
        later(&mut home, 60);
        home.ok(&["poll", "--all"]);
        assert!(whole(&home) >= 2 * ENTRIES);
    });
}
