//! What is set for one feed, as a user sets it: by the command line, over real HTTP, and with eyes on what must stay secret.

use crate::support::home::Home;
use crate::support::server::{Reply, Server};
use serde_json::{Value, json};
use std::path::Path;

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Harbour news</title><ttl>20</ttl>\
    <item><guid>1</guid><title>Night ferry</title><pubDate>Sat, 16 Aug 2025 09:00:00 GMT</pubDate></item></channel></rss>";
/// What a command of the tests prints.
const SECRET: &str = "open-sesame-9";

/// Runs blocking work while the server goes on.
fn beside<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

/// A home with one feed that was never asked.
fn unseen() -> Home {
    let home = Home::new();
    home.ok(&["add", "--no-check", "--title", "Harbour News", "https://harbour.example/feed"]);
    home
}

/// All bytes that the program keeps.
fn bytes(dir: &Path) -> Vec<u8> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(bytes(&path)) } else { out.extend(std::fs::read(&path).unwrap()) }
    }
    out
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|w| w == words.as_bytes())
}

#[test]
fn settings_are_shown_set_and_taken_back() {
    let home = unseen();
    let shown = home.ok(&["set", "harbour news"]).out;
    assert!(shown.contains("interval") && shown.contains("as often as it changes"), "{shown}");
    let changed = home.ok(&["set", "1", "--interval", "30m", "--full-text", "never", "--proxy", "socks5h://127.0.0.1:9050", "--pause"]).out;
    assert!(changed.contains("every 30 min") && changed.contains("paused"), "{changed}");
    let set = &home.json(&["set", "1"])[0]["set"];
    assert_eq!((&set["interval"], &set["full_text"], &set["paused"]), (&json!(1800), &json!("never"), &json!(true)));
    assert_eq!(set["proxy"], "socks5h://127.0.0.1:9050");
    assert!(home.ok(&["feeds"]).out.contains("paused"));
    home.ok(&["set", "1", "--resume", "--unset", "interval", "--folder", "World/Asia"]);
    let set = home.json(&["set", "1"])[0]["set"].clone();
    assert_eq!((&set["interval"], &set["folder"], &set["paused"]), (&Value::Null, &json!("World/Asia"), &json!(false)));
    let undone = home.ok(&["undo"]).out;
    assert!(undone.contains("took back: changed folder, interval, paused of Harbour News"), "{undone}");
    assert_eq!(home.json(&["set", "1"])[0]["set"]["interval"], 1800);
    home.ok(&["undo"]);
    assert_eq!(home.json(&["set", "1"])[0]["set"]["full_text"], "auto");
    assert!(home.ok(&["set", "1", "--resume"]).out.contains("nothing to change"));
}

#[test]
fn what_cannot_be_set_is_said_in_plain_words() {
    let home = unseen();
    let check = |args: &[&str], code: i32, words: &str| {
        let ran = home.run(&[&["set"], args].concat());
        assert_eq!(ran.code, code, "{args:?} {}", ran.err);
        assert!(ran.err.contains(words), "{args:?} {}", ran.err);
    };
    check(&["harbor news", "--pause"], 1, "Perhaps:\n     1  Harbour News");
    check(&["1", "--interval", "1m"], 2, "too often");
    check(&["1", "--interval", "often"], 2, "no length of time");
    check(&["1", "--proxy", "ftp://x:1"], 2, "socks5h://host:port");
    check(&["1", "--header", "Host: x"], 2, "cannot be set");
    check(&["1", "--header", "Authorization: x"], 2, "looks like a secret");
    check(&["1", "--user", "me"], 2, "needs a password");
    check(&["1", "--user", "me", "--password-command", "no-such-program x"], 2, "no program no-such-program");
    check(&["1", "--unset", "nothing"], 2, "possible values");
    assert_eq!(home.json(&["set", "1"])[0]["set"]["user"], Value::Null);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_feed_gets_its_login_headers_and_agent_and_nobody_sees_them() {
    let other = Server::start(|_| Reply::ok(FEED)).await;
    let elsewhere = other.url("/caught"); // another port is another server
    let server = Server::start(move |seen| match (seen.path.as_str(), seen.header("Authorization"), seen.header("X-Api-Key")) {
        ("/away", ..) => Reply::to(302, &elsewhere),
        // “me:open-sesame-9”
        (_, Some("Basic bWU6b3Blbi1zZXNhbWUtOQ=="), Some(SECRET)) => Reply::ok(FEED).header("Cache-Control", "max-age=3600"),
        _ => Reply::new(401),
    })
    .await;
    let mut home = Home::new();
    let kept = tempfile::tempdir().unwrap();
    let file = kept.path().join("secret");
    std::fs::write(&file, format!("{SECRET}\nlogin: me\n")).unwrap();
    let command = format!("cat {}", file.display());
    let key = format!("X-Api-Key: {command}");
    beside(|| {
        let url = server.url("/feed");
        let refused = home.run(&["add", &url]);
        assert!(refused.code == 1 && refused.err.contains("wants a user name and password"), "{}", refused.err);
        home.ok(&[
            "add",
            &url,
            "--user",
            "me",
            "--password-command",
            &command,
            "--header-command",
            &key,
            "--header",
            "X-Client: desk",
            "--user-agent",
            "other/1",
        ]);
        let seen = server.last();
        assert_eq!((seen.header("X-Client"), seen.header("User-Agent")), (Some("desk"), Some("other/1")));

        // To another host goes none of it.
        home.at("2025-08-16T14:00:00Z");
        home.ok(&["set", "1", "--address", &server.url("/away")]);
        home.ok(&["poll", "--all"]);
        let caught = other.last();
        assert_eq!((caught.header("Authorization"), caught.header("X-Api-Key"), caught.header("X-Client")), (None, None, None));
        home.ok(&["undo"]);

        // A password that no longer fits is an error in words, without the password.
        std::fs::write(&file, "open-sesame-8\n").unwrap();
        home.at("2025-08-16T18:00:00Z");
        let ran = home.run(&["poll", "--all"]);
        assert!(ran.code == 1 && ran.err.contains("refuses the user name or password"), "{}", ran.err);
        let mut said = vec![ran.err, ran.out];
        for args in
            [&["feeds"][..], &["feeds", "--json"], &["set", "1"], &["set", "1", "--json"], &["export"], &["doctor"], &["list", "--json"]]
        {
            let ran = home.run(args);
            said.extend([ran.out, ran.err]);
        }
        let exported = home.ok(&["export"]);
        assert!(exported.err.contains("1 of the feeds have a login"), "{}", exported.err);
        for words in &said {
            assert!(!words.contains("open-sesame"), "{words}");
        }
        let cache = bytes(home.path());
        assert!(holds(&cache, "X-Api-Key") && !holds(&cache, "open-sesame"));
    });
}

#[test]
fn a_password_in_an_address_is_neither_kept_nor_shown() {
    let home = Home::new();
    let ran = home.run(&["add", "--no-check", "https://me:opensesame@harbour.example/feed"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--user me --password-command") && !ran.err.contains("opensesame"), "{}", ran.err);
    // In a list of another reader's the feed is taken, and the user's name.
    let list = home.path().join("theirs.opml");
    let opml = "<opml><body><outline text='https://me:opensesame@harbour.example/feed' xmlUrl='https://me:opensesame@harbour.example/feed'/>\
        <outline text='x' xmlUrl='ftp://me:opensesame@harbour.example/'/></body></opml>";
    std::fs::write(&list, opml).unwrap();
    let mut said = vec![home.ok(&["import", list.to_str().unwrap()]).out];
    assert!(said[0].contains("password stood in the list and was not taken over"), "{}", said[0]);
    std::fs::remove_file(list).unwrap();
    assert_eq!(home.json(&["set", "1"])[0]["set"]["user"], "me");
    home.ok(&["set", "1", "--user", "me", "--keyring"]);
    let ran = home.ok(&["set", "1", "--address", "https://you:opensesame@harbour.example/other"]);
    assert!(ran.err.contains("not kept"), "{}", ran.err);
    said.extend([ran.out, ran.err]);
    for args in [&["feeds"][..], &["set", "1"], &["set", "1", "--json"], &["export"]] {
        said.push(home.ok(args).out);
    }
    for words in &said {
        assert!(!words.contains("opensesame"), "{words}");
    }
    assert!(!holds(&bytes(home.path()), "opensesame"));
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_say_what_the_server_asks_and_why_then() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/cut" => Reply::ok(&FEED[..FEED.len() - 30]).header("ETag", "\"1\""),
        "/quick" => Reply::ok(FEED),
        _ => Reply::ok(FEED).header("Cache-Control", "max-age=7200"),
    })
    .await;
    let home = Home::new();
    beside(|| {
        home.ok(&["add", &server.url("/feed"), &server.url("/quick")]);
        home.ok(&["add", "--title", "Cut", &server.url("/cut")]);
        // The reader's interval counts at once, and never below what the server asks.
        let set = home.ok(&["set", "2", "--interval", "30m"]).out;
        assert!(set.contains("next poll       2025-08-16 12:30 (you set 30 min)"), "{set}");
        let set = home.ok(&["set", "1", "--interval", "30m"]).out;
        assert!(set.contains("14:00 (the server asks for 120 min)") || set.contains("14:00 (the server asks for 2 h)"), "{set}");
        let feeds = home.ok(&["feeds"]).out;
        assert!(feeds.starts_with("   3 flawed Cut"), "{feeds}");
        for words in ["breaks off before its end", "(you set 30 min)", "server asks: max-age 2 h, ttl 20 min", "1.0 entries a day"] {
            assert!(feeds.contains(words), "{words}\n{feeds}");
        }
        let all = home.json(&["feeds"]);
        assert_eq!((&all[0]["standing"], &all[0]["warnings"].as_array().unwrap().len()), (&json!("flawed"), &1));
        assert_eq!(home.json(&["set", "1"])[0]["asks"]["max_age"], 7200);
    });
    // What lacks its end is asked for whole, not for what has changed.
    let mut home = home;
    home.at("2025-08-16T20:00:00Z");
    beside(|| home.ok(&["poll"]));
    let last = server.log().into_iter().rfind(|s| s.path == "/cut").unwrap();
    assert_eq!((last.nth, last.header("If-None-Match")), (2, None));
}

#[test]
fn a_file_that_could_not_be_read_is_said_for_as_long_as_it_lies_there() {
    let mut home = Home::new();
    let inbox = home.path().join("in box");
    std::fs::create_dir(&inbox).unwrap();
    home.ok(&["add", "in box"]);
    std::fs::write(inbox.join("noise.bin"), "nothing of the kind").unwrap();
    home.ok(&["poll", "--all"]);
    for minute in 1..3 {
        home.at(&format!("2025-08-16T12:0{minute}:30Z"));
        home.ok(&["poll", "--all"]);
        let feeds = home.ok(&["feeds"]).out;
        assert!(feeds.contains("flawed in box") && feeds.contains("noise.bin: "), "{feeds}");
    }
    std::fs::remove_dir_all(inbox.join("error")).unwrap();
    home.at("2025-08-16T12:05:00Z");
    home.ok(&["poll", "--all"]);
    assert!(home.ok(&["feeds"]).out.contains("ok     in box"));
}
