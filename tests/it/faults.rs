//! The built program where things go wrong: killed at any moment, stopped and continued, with a clock that jumps, on a full
//! disk. Afterwards the cache is whole, and nothing that was acknowledged is lost.

use crate::support::home::Home;
use crate::support::pty::Pty;
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

/// What a full disk refused of what the reader did is done when there is room.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_mark_that_found_no_room_is_made_when_there_is_some() {
    let server = Server::start(news).await;
    let home = Home::new();
    let Some(disk) = Disk::mount(&home.cache(), "size=6m,mode=700") else {
        eprintln!("skipped: no disk can be mounted here");
        return;
    };
    beside(|| {
        for n in 0..FEEDS {
            home.ok(&["add", "--full-text", "never", &server.url(&format!("/{n}"))]);
        }
        let mut pty = Pty::start(&home, &[], 120, 36);
        pty.until("headlines", |s| s.contains("reported") || s.contains("Feed 1"));
        let room = std::fs::File::create(disk.0.join("filler")).and_then(|mut f| std::io::copy(&mut std::io::repeat(b'x'), &mut f));
        assert!(room.is_err(), "the disk is full now");
        pty.send("A");
        pty.see("The disk is full.");
        assert_eq!(home.json(&["list", "is:read"]).len(), 0);
        std::fs::remove_file(disk.0.join("filler")).unwrap();
        // Whatever is done next, what is owed comes first.
        pty.send("s");
        let end = std::time::Instant::now() + Duration::from_secs(60);
        while home.json(&["list", "is:read"]).len() < FEEDS * ENTRIES as usize {
            assert!(std::time::Instant::now() < end, "the marks were forgotten");
        }
        pty.send("Q");
        assert!(pty.end().success());
        whole(&home);
    });
}

/// No process may write a file longer than this: as a full disk, where none can be mounted.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_to_files_is_a_full_disk() {
    let (_server, mut home) = world().await;
    beside(|| {
        let before = whole(&home);
        later(&mut home, 5);
        let limited = |args: &[&str]| {
            let program = home.command(args);
            let mut shell = Command::new("sh");
            shell.args(["-c", "trap '' XFSZ; ulimit -f 40; exec \"$0\" \"$@\""]).arg(program.get_program()).args(args);
            let ran = shell.env_clear().envs(home.env()).current_dir(home.path()).output().unwrap();
            (ran.status.code(), String::from_utf8_lossy(&ran.stderr).into_owned())
        };
        let (code, said) = limited(&["poll", "--all"]);
        assert!(code == Some(1) && said.contains("The disk is full."), "{said}");
        assert_eq!(whole(&home), before);
        later(&mut home, 10);
        home.ok(&["poll", "--all"]);
        assert!(whole(&home) > before);
    });
}

/// A cache on a disk that takes nothing any more: mounted so, or without the permission.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_read_and_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start(news).await;
    let mut home = Home::new();
    let disk = Disk::mount(&home.cache(), "size=20m,mode=700");
    beside(|| {
        home.ok(&["add", "--full-text", "never", &server.url("/9")]);
        let cache = home.cache();
        let allow = |folder: u32, file: u32| {
            for entry in std::fs::read_dir(&cache).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    std::fs::set_permissions(path, std::fs::Permissions::from_mode(file)).unwrap();
                }
            }
            std::fs::set_permissions(&cache, std::fs::Permissions::from_mode(folder)).unwrap();
        };
        match &disk {
            Some(disk) => assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(&disk.0).status().unwrap().success()),
            None => allow(0o500, 0o400),
        }
        home.at("2025-08-17T12:00:00Z");
        assert_eq!(home.json(&["list"]).len(), ENTRIES as usize);
        let ran = home.run(&["poll"]);
        assert!(ran.code == 1 && ran.err.contains("written"), "{}", ran.err);
        let mut pty = Pty::start(&home, &[], 120, 36);
        pty.see("Only reading:");
        // Before the marks, whose failures come one by one and say more.
        pty.send("R");
        pty.see("Nothing is polled: the cache cannot be written.");
        pty.send("\r");
        pty.see("reported.");
        pty.send("s");
        pty.until("that nothing can be kept", |s| s.contains("cannot be written") || s.contains("Read-only"));
        pty.send("Q");
        assert!(pty.end().success());
        pty.restored();
        if disk.is_none() {
            allow(0o700, 0o600);
        }
    });
}

/// Two readers of one cache, and a poller beside them: each shows what comes, and the marks of all are kept.
#[tokio::test(flavor = "multi_thread")]
async fn two_readers_and_a_poller_share_a_cache() {
    let (_server, mut home) = world().await;
    beside(|| {
        let before = whole(&home);
        later(&mut home, 5);
        let mut readers: Vec<Pty> = (0..2).map(|_| Pty::start(&home, &[], 120, 36)).collect();
        for pty in &readers {
            pty.until("headlines", |s| s.contains("Feed "));
        }
        let mut child = home.command(&["poll", "--watch", "--all", "--json"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        for (n, pty) in readers.iter_mut().enumerate() {
            pty.send(["s", "jjjs"][n]);
            // It waits, or came before the list was first read.
            pty.until("news", |s| s.contains("new · press . to show") || s.contains("All · 80"));
            pty.send(".");
            pty.until("it shown", |s| !s.contains("All · 40"));
        }
        for pty in &mut readers {
            pty.send("Q");
            assert!(pty.end().success());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(whole(&home) > before);
        assert_eq!(home.json(&["list", "is:saved"]).len(), 2);
    });
}

/// A page in the middle of the file is lost: whatever is asked, there are words and no panic, and what is whole comes back.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_lost_in_the_middle_costs_what_stood_on_it() {
    let (_server, mut home) = world().await;
    beside(|| {
        for hours in 1..6 {
            later(&mut home, hours * 3);
            home.ok(&["poll", "--all"]);
        }
        let there = whole(&home);
        let file = home.cache().join("cache.db");
        let good = std::fs::read(&file).unwrap();
        let pages = good.len() / 8192;
        let mut saved = Vec::new();
        for page in [pages / 3, pages / 2, pages * 2 / 3] {
            let mut bad = good.clone();
            bad[page * 8192..(page + 1) * 8192].fill(0xa5);
            for beside in ["cache.db-wal", "cache.db-shm"] {
                let _ = std::fs::remove_file(home.cache().join(beside));
            }
            std::fs::write(&file, &bad).unwrap();
            for args in [&["list"][..], &["show", "3"], &["search", "reported"], &["stories"], &["doctor", "--thorough"], &["feeds"]] {
                let ran = home.run(args);
                assert!((0..=1).contains(&ran.code) && !ran.err.contains("panicked"), "{args:?}: {}", ran.err);
                assert!(
                    ran.code == 0 || (ran.out + &ran.err).contains("damaged") || args[0] == "doctor" || args[0] == "show",
                    "{args:?}: {}",
                    ran.err
                );
            }
            let mut pty = Pty::start(&home, &[], 120, 36);
            pty.until("a screen", |s| s.contains("Headlines"));
            pty.send("\rJJJ");
            pty.send("Q");
            assert!(pty.end().success());
            home.ok(&["restore"]);
            let now = whole(&home);
            assert!(now <= there, "{now} of {there}");
            saved.push(now);
        }
        // But for the page from which all of a table's hang.
        assert!(saved.iter().filter(|n| **n * 2 > there).count() >= 2, "{saved:?} of {there}");
    });
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
