//! Coming from another reader, and bringing in what lies on this machine, as a user does both: by the command line.

use crate::support::{home::Home, pty::Pty};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

fn fixture(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/import").join(name).to_string_lossy().into_owned()
}

/// The last line of `import --json`: the sums.
#[track_caller]
fn sums(home: &Home, file: &str) -> (u64, u64, u64, u64) {
    let last = home.json(&["import", file]).pop().unwrap();
    let n = |name: &str| last[name].as_u64().unwrap();
    (n("added"), n("known"), n("refused"), n("articles"))
}

#[test]
fn newsboats_reader_finds_feeds_marks_and_searches() {
    let home = Home::new();
    let cache = home.path().join("cache.db");
    let conn = rusqlite::Connection::open(&cache).unwrap();
    conn.execute_batch(&fs::read_to_string(fixture("newsboat-cache.sql")).unwrap()).unwrap();
    let cache = cache.to_str().unwrap();
    assert_eq!(sums(&home, cache), (1, 0, 1, 2));
    assert_eq!(sums(&home, &fixture("urls")), (2, 1, 3, 0));
    // Again: nothing.
    assert_eq!(sums(&home, cache), (0, 1, 1, 0));
    assert_eq!(sums(&home, &fixture("urls")), (0, 3, 3, 0));
    let titles = |query: &str| -> Vec<String> {
        let lines = home.ok(&["list", "--json", query]).out;
        lines.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles("is:unread"), ["Harbour council meets"]);
    assert_eq!(titles("is:saved"), ["Ferry to run at night"]);
    assert_eq!(titles("folder:world").len(), 2);
}

/// NewsFlash and eilmeldung nest categories; Miniflux adds attributes of its own, and says what rests.
#[test]
fn lists_of_newsflash_and_miniflux_keep_their_folders() {
    let home = Home::new();
    assert_eq!(sums(&home, &fixture("newsflash.opml")).0, 2);
    assert_eq!(sums(&home, &fixture("miniflux.opml")).0, 2);
    let folders: Vec<(String, String)> = home
        .json(&["feeds"])
        .iter()
        .map(|f| (f["title"].as_str().unwrap().to_owned(), f["folder"].as_str().unwrap_or_default().to_owned()))
        .collect();
    for (title, folder) in [("Lantern Daily", "World/Wires"), ("Pier Post", ""), ("Quay News", "World"), ("Resting", "World")] {
        assert!(folders.contains(&(title.into(), folder.into())), "{folders:?}");
    }
    let paused: Vec<_> = home.json(&["feeds"]).iter().filter(|f| f["paused"] == true).map(|f| f["title"].clone()).collect();
    assert_eq!(paused, ["Resting"]);
    assert_eq!(sums(&home, &fixture("miniflux.opml")).0, 0, "a second time adds nothing");
}

/// Read, starred and labels come along with the articles themselves.
#[test]
fn entries_of_freshrss_and_miniflux_bring_articles_and_marks() {
    let home = Home::new();
    let (added, known, refused, articles) = sums(&home, &fixture("freshrss-starred.json"));
    assert_eq!((added, known, refused, articles), (2, 0, 1, 3));
    assert_eq!(sums(&home, &fixture("freshrss-starred.json")), (0, 2, 1, 0), "a second time changes nothing");
    let (added, _, _, articles) = sums(&home, &fixture("miniflux-entries.json"));
    assert_eq!((added, articles), (1, 2), "what was removed there is only known as seen");
    let titles = |query: &str| {
        let mut all: Vec<String> = home.json(&["list", query]).iter().map(|a| a["title"].as_str().unwrap().to_owned()).collect();
        all.sort();
        all
    };
    assert_eq!(titles("is:saved"), ["A second crane", "Crane moved", "Lights out on the pier", "The ferry is back"]);
    assert_eq!(titles("is:unread"), ["A second crane", "Lights out on the pier", "Night ferry"]);
    assert_eq!(titles("tag:harbour"), ["Crane moved", "The ferry is back"]);
}

#[test]
fn a_pack_brings_a_dozen_feeds_without_asking_anyone() {
    let home = Home::new();
    assert_eq!(home.run(&["add", "--pack", "tlh"]).code, 2, "no such pack");
    assert_eq!(home.json(&["add", "--pack", "de", "--pack", "agencies"]).len(), 18);
    let feeds = home.json(&["feeds"]);
    assert!(feeds.iter().any(|f| f["title"] == "tagesschau" && f["folder"] == "Deutsch"), "{feeds:#?}");
    assert!(home.json(&["add", "--pack", "de"]).iter().all(|f| f["known"] == true), "a second time adds nothing");
}

#[test]
fn what_is_exported_is_imported_the_same() {
    let (home, other) = (Home::new(), Home::new());
    home.ok(&["import", &fixture("freshrss.opml")]);
    let list = home.path().join("lists/subscriptions.opml");
    home.ok(&["export", "--to", list.parent().unwrap().to_str().unwrap()]);
    other.ok(&["import", list.to_str().unwrap()]);
    assert_eq!(home.ok(&["export"]).out, other.ok(&["export"]).out);
    assert_eq!(home.ok(&["export"]).out, fs::read_to_string(&list).unwrap());
    assert_eq!(home.run(&["import", &fixture("newsboat-cache.sql")]).code, 1);
}

const PAGE: &str = "<html><head><title>Night ferry</title></head><body><article><h1>Night ferry</h1><p>From Monday on the ferry runs until two in \
    the morning, the harbour council said on Friday, and nobody at the quay had asked for it.</p></article></body></html>";
const SITEMAP: &str = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>\
    <url><loc>https://lantern.example/1</loc><news:news><news:publication><news:name>Lantern</news:name></news:publication>\
    <news:publication_date>2025-08-01</news:publication_date><news:title>From a sitemap</news:title></news:news></url></urlset>";

#[test]
fn a_page_a_sitemap_and_standard_input_are_read_once() {
    let home = Home::new();
    fs::write(home.path().join("page.html"), PAGE).unwrap();
    home.ok(&["add", "page.html"]);
    home.ok(&["add", "page.html"]);
    let mut piped = home.command(&["add", "--full-text", "never", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    piped.stdin.take().unwrap().write_all(SITEMAP.as_bytes()).unwrap();
    assert!(piped.wait().unwrap().success());
    let titles: Vec<Value> = home.json(&["list"]).into_iter().map(|a| a["title"].clone()).collect();
    assert_eq!(titles, ["Night ferry", "From a sitemap"]);
    let missing = home.run(&["add", "missing.html"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("no such file"), "{}", missing.err);
    // Neither is ever asked for news.
    assert!(home.ok(&["poll", "--all"]).err.contains("Nothing was asked"));
}

#[test]
fn a_folder_is_watched() {
    let home = Home::new();
    let inbox = home.path().join("in box");
    fs::create_dir(&inbox).unwrap();
    home.ok(&["add", "in box"]);
    fs::write(inbox.join("page.html"), PAGE).unwrap();
    fs::write(inbox.join("noise.bin"), "nothing of the kind").unwrap();
    home.ok(&["poll", "--all"]);
    assert!(inbox.join("done/page.html").exists() && inbox.join("error/noise.bin").exists());
    assert_eq!(home.json(&["list"]).len(), 1);
    assert_eq!(home.json(&["feeds"])[0]["title"], "in box");
    fs::remove_dir_all(&inbox).unwrap();
    assert_eq!(home.run(&["poll", "--all"]).code, 1);
    home.ok(&["remove", "in box"]);
}

#[test]
fn the_reader_imports_a_file_by_its_path() {
    let home = Home::new();
    let feeds = home.path().join("feeds.opml");
    let outline = |name: &str| format!("<outline text=\"{name}\" xmlUrl=\"http://127.0.0.1:9/{name}.xml\"/>");
    fs::write(&feeds, format!("<opml version=\"2.0\"><body>{}{}</body></opml>", outline("Harbour"), outline("Ferry"))).unwrap();
    let mut pty = Pty::start(&home, &[], 80, 24);
    pty.until("what can be done without feeds", |s| s.contains("what another reader has"));
    pty.send("i/nowhere.opml\r");
    pty.until("why that was nothing", |s| s.contains("/nowhere.opml: No such file"));
    pty.send("ifeeds.opml\r");
    pty.until("what came of it", |s| s.contains("2 added · 0 known already"));
    pty.send("q");
    assert!(pty.end().success());
    assert_eq!(home.json(&["feeds"]).len(), 2);
}
