//! From a feed on a server to a text on standard output: the main job, whole, over real HTTP into a real cache.

use crate::support::home::Home;
use crate::support::server::{Reply, Seen, Server};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const TEASERS: &str = include_str!("../../fixtures/site/teasers.xml");
const PAGE: &str = include_str!("../../fixtures/site/page.html");
const FRONT: &str = r#"<!doctype html><html><head><title>Bergblatt</title><link rel="alternate" type="application/rss+xml" title="Bergblatt" href="/feed"></head><body><p>Willkommen.</p></body></html>"#;

/// A small outlet: a front page, a feed with teasers, and the article's page. It knows validators.
fn outlet(seen: &Seen) -> Reply {
    match seen.path.as_str() {
        "/" => Reply::ok(FRONT).header("Content-Type", "text/html"),
        "/feed" if seen.header("If-None-Match") == Some("\"v1\"") => Reply::new(304).header("ETag", "\"v1\""),
        "/feed" => {
            let host = seen.header("Host").unwrap_or_default();
            Reply::ok(TEASERS.replace("HOST", host)).header("Content-Type", "application/rss+xml").header("ETag", "\"v1\"")
        }
        "/gipfel" => Reply::ok(PAGE).header("Content-Type", "text/html; charset=utf-8"),
        _ => Reply::new(404),
    }
}

/// Runs blocking work while the server goes on.
fn beside<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

fn text(v: &Value, key: &str) -> String {
    v[key].as_str().unwrap_or_default().to_owned()
}

fn statuses(server: &Server, path: &str) -> usize {
    server.log().iter().filter(|s| s.path == path).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_added_polled_listed_shown_and_read_offline() {
    let server = Server::start(outlet).await;
    let mut home = Home::new();
    beside(|| {
        let added = home.ok(&["add", &server.url("/")]);
        assert!(added.out.contains("Bergblatt"), "{}", added.out);
        home.ok(&["poll"]);

        let list = home.json(&["list"]);
        assert_eq!(list.len(), 2, "{list:?}");
        let gipfel = list.iter().find(|a| text(a, "title").contains("Anchorage")).unwrap();
        let agencies: Vec<_> =
            gipfel["credits"].as_array().unwrap().iter().filter(|c| c["role"] == "text").map(|c| text(c, "agency")).collect();
        assert_eq!(agencies, ["apa", "afp", "reuters", "dpa"]);
        assert!(gipfel.get("text").is_none() && gipfel.get("blocks").is_none(), "lists carry no text");

        let shown = home.json(&["show", &gipfel["id"].to_string()]).remove(0);
        assert!(text(&shown, "text").contains("Die Gespräche dauerten knapp drei Stunden"), "{shown:#}");
        assert!(!text(&shown, "text").contains("Newsletter"), "boilerplate is left out: {shown:#}");
        let headings: Vec<_> = shown["blocks"].as_array().unwrap().iter().filter(|b| b["type"] == "heading").collect();
        assert_eq!(headings.len(), 2, "{shown:#}");
        assert!(shown["credits"].as_array().unwrap().iter().any(|c| text(c, "evidence").contains("APA/AFP/Reuters/dpa")));

        let plain = home.ok(&["show", &gipfel["id"].to_string()]).out;
        assert!(plain.contains("Kein Durchbruch") && plain.contains("Reuters"), "{plain}");
        assert!(!plain.contains('\u{1b}'), "no escape sequence in a pipe");

        // Later it is due again, and the server has nothing new.
        home.at("2025-08-18T12:00:00Z");
        let polled = home.json(&["poll"]);
        assert_eq!((polled.len(), &polled[0]["unchanged"]), (1, &Value::Bool(true)), "{polled:?}");
        assert_eq!(server.last().header("If-None-Match"), Some("\"v1\""));
        assert_eq!(statuses(&server, "/gipfel"), 1, "the page is not fetched again");
    });
    drop(server);
    beside(|| {
        assert_eq!(home.json(&["list"]).len(), 2, "the server is gone, everything is still there");
        home.at("2025-08-20T12:00:00Z");
        let ran = home.run(&["poll"]);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains("Bergblatt"), "the feed is named: {}", ran.err);
        assert_eq!(home.json(&["list"]).len(), 2);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_due_twice_but_all_can_be_asked() {
    let server = Server::start(outlet).await;
    let mut home = Home::new();
    beside(|| {
        home.ok(&["add", &server.url("/feed")]);
        let ran = home.ok(&["poll"]);
        assert!(ran.err.contains("No feed is due"), "{}", ran.err);
        home.at("2025-08-16T12:02:00Z");
        home.ok(&["poll", "--all"]);
    });
    assert_eq!(statuses(&server, "/feed"), 2);
    assert_eq!(server.last().header("If-None-Match"), Some("\"v1\""), "a refresh is conditional too");
}

/// What went wrong is said with the feed's name and what to do, and the others are polled all the same.
#[tokio::test(flavor = "multi_thread")]
async fn each_failure_is_told_in_words() {
    let broken = Arc::new(AtomicBool::new(false));
    let switch = broken.clone();
    let server = Server::start(move |seen| {
        if !switch.load(Ordering::SeqCst) {
            return Reply::ok(TEASERS.replace("Bergblatt", &format!("Feed {}", &seen.path[1..])));
        }
        match seen.path.as_str() {
            "/html" => Reply::ok(FRONT).header("Content-Type", "text/html"),
            "/garbage" => Reply::ok([0u8, 159, 146, 150].repeat(50)),
            "/endless" => Reply::ok("<rss><channel><title>x</title>".repeat(1000)).endless(),
            "/404" => Reply::new(404),
            "/410" => Reply::new(410),
            "/500" => Reply::new(500),
            path => Reply::ok(TEASERS.replace("Bergblatt", &format!("Feed {}", &path[1..]))),
        }
    })
    .await;
    let mut home = Home::new();
    let feeds = ["html", "garbage", "endless", "404", "410", "500", "fine"];
    beside(|| {
        for feed in feeds {
            home.ok(&["add", "--full-text", "never", &server.url(&format!("/{feed}"))]);
        }
        let before = home.json(&["list"]).len();
        broken.store(true, Ordering::SeqCst);
        home.at("2025-08-18T12:00:00Z");
        let ran = home.run(&["poll"]);
        assert_eq!(ran.code, 1);
        for (feed, words) in
            [("html", "web page"), ("garbage", "feed"), ("endless", "larger"), ("404", "404"), ("410", "gone"), ("500", "500")]
        {
            let line = ran
                .err
                .lines()
                .find(|l| l.contains(&format!("Feed {feed} (")))
                .unwrap_or_else(|| panic!("{feed} is not named in {}", ran.err));
            assert!(line.to_lowercase().contains(words), "{feed}: {line}");
        }
        assert!(ran.out.contains("Feed fine"), "the others go on: {}", ran.out);
        assert_eq!(home.json(&["list"]).len(), before, "what was there stays");
        let health = home.ok(&["feeds"]).out;
        assert!(
            health.lines().next().unwrap().contains("broken") || health.lines().next().unwrap().contains("gone"),
            "broken ones on top:\n{health}"
        );
    });
}

#[test]
fn what_cannot_be_added_says_why() {
    let home = Home::new();
    let ran = home.run(&["add", "http://127.0.0.1:9/feed"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("http://127.0.0.1:9/feed: not added"), "{}", ran.err);
    let ran = home.run(&["add", "javascript:alert(1)"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert_eq!(home.run(&["list", "(summit"]).code, 2);
    assert_eq!(home.run(&["nonsense"]).code, 2);
}

#[test]
fn a_cache_that_is_no_database_is_refused_and_left_alone() {
    let home = Home::new();
    std::fs::create_dir_all(home.cache()).unwrap();
    let file = home.cache().join(wiredesk::store::FILE);
    std::fs::write(&file, "not a database, but somebody's notes".repeat(300)).unwrap();
    let ran = home.run(&["list"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("no database") && ran.err.contains("wiredesk restore"), "{}", ran.err);
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("not a database"));
}

/// Hostile text goes through poll, list, show and feeds without a control character.
#[tokio::test(flavor = "multi_thread")]
async fn no_control_character_reaches_the_terminal() {
    let evil = "\u{9b}31mred\u{9d}0;owned\u{7}\u{202e}evil\u{200b}&#27;]52;c;aGk=&#7;";
    let feed = format!(
        "<rss version='2.0'><channel><title>T{evil}</title><link>http://x.example/</link><item><title>A{evil}</title><guid>1{evil}</guid>\
         <author>b{evil}</author><category>c{evil}</category><description>&lt;p&gt;D{evil}&lt;/p&gt;</description></item></channel></rss>"
    );
    let server = Server::start(move |_| Reply::ok(&feed)).await;
    let home = Home::new();
    beside(|| {
        let mut all = home.ok(&["add", "--full-text", "never", &server.url("/f")]).out;
        for args in [&["list"][..], &["list", "--json"], &["show", "1"], &["show", "1", "--json"], &["feeds"], &["feeds", "--json"]] {
            all.push_str(&home.ok(args).out);
        }
        let bad: Vec<char> = all.chars().filter(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202e}' | '\u{200b}')).collect();
        assert!(bad.is_empty(), "{bad:?} in {all}");
    });
}

/// A teaser that is corrected, with a page that is shorter now: the reader gets the correction, as a new version.
#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_teaser_brings_its_correction() {
    let corrected = Arc::new(AtomicBool::new(false));
    let now = corrected.clone();
    let server = Server::start(move |seen| {
        let late = now.load(Ordering::SeqCst);
        let host = seen.header("Host").unwrap_or_default();
        match seen.path.as_str() {
            "/feed" if late => Reply::ok(TEASERS.replace("HOST", host).replace("endet ohne Einigung", "endet ohne Abkommen (Korrektur)")),
            "/feed" => Reply::ok(TEASERS.replace("HOST", host)),
            "/gipfel" if late => {
                let (head, rest) = PAGE.split_once("<h2>Europäer").unwrap();
                Reply::ok(format!("{head}{}", rest.split_once("</p>").unwrap().1))
            }
            "/gipfel" => Reply::ok(PAGE),
            _ => Reply::new(404),
        }
    })
    .await;
    let mut home = Home::new();
    beside(|| {
        home.ok(&["add", &server.url("/feed")]);
        corrected.store(true, Ordering::SeqCst);
        home.at("2025-08-18T12:00:00Z");
        home.ok(&["poll"]);
        let list = home.json(&["list"]);
        let gipfel = list.iter().find(|a| text(a, "title").contains("Korrektur")).unwrap_or_else(|| panic!("{list:#?}"));
        let shown = home.json(&["show", &gipfel["id"].to_string()]).remove(0);
        assert_eq!(shown["versions"], 2, "{shown:#}");
        assert!(!text(&shown, "text").contains("Europäer"), "the longer old text is not kept as the new one: {shown:#}");
        let first = home.json(&["show", &gipfel["id"].to_string(), "--version", "1"]).remove(0);
        assert!(text(&first, "title").contains("ohne Einigung") && text(&first, "text").contains("Europäer"), "{first:#}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_texts_and_shows_the_place() {
    let server = Server::start(outlet).await;
    let home = Home::new();
    beside(|| {
        home.ok(&["add", &server.url("/")]);
        home.ok(&["poll"]);
        let found = home.ok(&["search", "gespräche dauer*"]).out;
        let lines: Vec<&str> = found.lines().collect();
        assert_eq!(lines.len(), 2, "{found}");
        assert!(lines[0].contains("Anchorage") && lines[1].contains("*Gespräche* *dauerten* knapp drei Stunden"), "{found}");
        let found = home.json(&["search", "GESPRACHE"]).remove(0);
        let snippet: Vec<char> = found["snippet"]["text"].as_str().unwrap().chars().collect();
        let hit = &found["snippet"]["hits"][0];
        let place = hit[0].as_u64().unwrap() as usize..hit[1].as_u64().unwrap() as usize;
        assert_eq!(snippet[place].iter().collect::<String>(), "Gespräche");
        let wrong = home.run(&["search", "gipfel", "titel:x"]);
        assert_eq!(wrong.code, 2);
        assert!(wrong.err.contains("There is no field `titel`") && wrong.err.contains("\n         ^^^^^\n"), "{}", wrong.err);
        let none = home.run(&["search", "nowhere"]);
        assert_eq!((none.code, none.out.as_str(), none.err.as_str()), (0, "", "Nothing matches.\n"));
    });
}
