//! What changed: versions of an article from the feed to the screen and to standard output.

use crate::support::home::Home;
use crate::support::screen::Screen;
use crate::support::server::{Reply, Server};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const SENTENCES: [&str; 5] = [
    "The ferry ran aground off Skarvik on Friday morning.",
    "All passengers were taken ashore by fishing boats.",
    "The sea was calm and the sight was good.",
    "The shipping line has opened an inquiry.",
    "The harbour stays open for smaller boats.",
];

/// A feed with one article, in one state after the other.
fn feed(state: usize) -> String {
    let (title, first) = match state {
        0 => ("ALERT-Ferry aground off Skarvik", "The ferry ran aground with 80 people on board."),
        1 => ("UPDATE 1-Ferry aground off Skarvik", "The ferry ran aground with 112 people on board."),
        _ => ("STORY WITHDRAWN: Ferry aground off Skarvik", "Please disregard this story."),
    };
    let note = if state == 1 { "<p>(Adds number of passengers in first paragraph)</p>" } else { "" };
    let rest: String = SENTENCES.iter().map(|s| format!("<p>{s}</p>")).collect();
    let text = format!("{note}<p>{first}</p>{rest}").replace('<', "&lt;");
    format!(
        "<rss version='2.0'><channel><title>Skarvik Wire</title><item><title>{title}</title><guid>1</guid>\
         <pubDate>Fri, 15 Aug 2025 09:00:00 GMT</pubDate><description>{text}</description></item>\
         <item><title>EMBARGO: Harbour budget</title><guid>2</guid><pubDate>Fri, 15 Aug 2025 08:00:00 GMT</pubDate>\
         <description>&lt;p&gt;Embargoed until 0600 GMT Aug 16. The harbour will spend twice as much.&lt;/p&gt;</description></item></channel></rss>"
    )
}

/// The cache after the first state was read and the next `states` came.
async fn home(states: usize) -> Home {
    let state = Arc::new(AtomicUsize::new(0));
    let now = state.clone();
    let server = Server::start(move |_| Reply::ok(feed(now.load(Ordering::SeqCst)))).await;
    let mut home = Home::new();
    tokio::task::block_in_place(|| {
        home.at("2025-08-15T10:00:00Z");
        home.ok(&["add", "--full-text", "never", &server.url("/feed")]);
        let dir = home.cache();
        Screen::open(&dir, "2025-08-15T10:05:00Z", (100, 30)).keys("enter");
        for (n, time) in (1..=states).zip(["2025-08-15T12:00:00Z", "2025-08-15T15:00:00Z"]) {
            state.store(n, Ordering::SeqCst);
            home.at(time);
            home.ok(&["poll", "--all"]);
        }
    });
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_it_was_read_stands_side_by_side() {
    let home = home(2).await;
    let mut screen = Screen::open(&home.cache(), "2025-08-15T16:00:00Z", (80, 24));
    assert!(screen.text().contains("Δ3●"), "changed since it was read: {}", screen.text());
    screen.keys("enter");
    assert!(screen.text().contains("Changed since you read it"), "{}", screen.text());
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("since-read", screen.keys("d").text());
        insta::assert_snapshot!("against-the-one-before", screen.keys("d").text());
        insta::assert_snapshot!("version-two", screen.keys("[").text());
    });
    assert!(screen.keys("n").text().contains("change 1 of 2"), "{}", screen.text());
    assert!(screen.keys("n").text().contains("change 2 of 2"), "{}", screen.text());
    assert!(screen.keys("n").text().contains("no change below"), "{}", screen.text());
    assert!(screen.keys("esc").text().contains("112 people on board"), "the text again: {}", screen.text());
    screen.keys("esc");
    assert!(!screen.text().contains("Δ3●"), "now it was seen: {}", screen.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn diff_tells_two_versions_apart_on_standard_output() {
    let home = home(2).await;
    tokio::task::block_in_place(|| {
        let id = home.json(&["list", "is:changed"])[0]["id"].to_string();
        let out = home.ok(&["diff", &id, "1", "2"]).out;
        assert!(out.contains("[-ALERT-Ferry-] {+UPDATE 1-Ferry+} aground off Skarvik"), "{out}");
        assert!(out.contains("(Adds number of passengers in first paragraph)"), "{out}");
        assert!(out.contains("with [-80-] {+112+} people on board."), "{out}");
        assert!(out.contains("… 4 sentences unchanged …"), "{out}");
        let doc = home.json(&["diff", &id]).remove(0);
        assert_eq!((&doc["old"]["version"], &doc["new"]["version"]), (&2.into(), &3.into()), "{doc:#}");
        assert!(doc["new"]["changes"].as_array().unwrap().contains(&"withdrawn".into()), "{doc:#}");
        assert_eq!(home.run(&["diff", "999"]).code, 1);
        assert_eq!(home.json(&["list", "signal:withdrawn"]).len(), 1);
        assert_eq!(home.json(&["list", "is:withdrawn"]).len(), 1, "a kill text is a withdrawal whatever its status says");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_embargo_withholds_the_text_until_it_passes() {
    let home = home(0).await;
    let mut screen = Screen::open(&home.cache(), "2025-08-16T05:59:00Z", (80, 24));
    let text = screen.keys("j enter").text();
    assert!(
        text.contains("Harbour budget") && text.contains("Embargo until 16 Aug 2025 06:00") && !text.contains("twice as much"),
        "{text}"
    );
    // Nothing is asked of anybody: the time alone lifts it.
    let text = screen.at("2025-08-16T06:00:00Z").text();
    assert!(text.contains("twice as much") && !text.contains("EMBARGO"), "{text}");
}
