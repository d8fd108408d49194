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

/// A page with a live blog at a moment of its coverage: posts as (minute, headline, text).
fn blog(posts: &[(u32, &str, &str)], ended: bool) -> String {
    let updates: Vec<String> = posts
        .iter()
        .map(|(minute, title, text)| {
            format!(
                r#"{{"@type":"BlogPosting","@id":"https://skarvik.example/live#p{minute}","headline":"{title}","articleBody":"{text}","datePublished":"2025-08-15T10:{minute:02}:00Z"}}"#
            )
        })
        .collect();
    let end = if ended { r#","coverageEndTime":"2025-08-15T10:40:30Z""# } else { "" };
    let text: String = posts.iter().map(|(_, title, text)| format!("<h3>{title}</h3><p>{text}</p>")).collect();
    format!(
        r#"<!doctype html><html lang="en"><head><title>Ferry live</title><script type="application/ld+json">
        {{"@context":"https://schema.org","@type":"LiveBlogPosting","headline":"Ferry live","datePublished":"2025-08-15T10:00:00Z"{end},"liveBlogUpdate":[{}]}}
        </script></head><body><article><h1>Ferry live</h1><p>We report from the harbour of Skarvik, where the ferry ran aground this morning.</p>{text}</article></body></html>"#,
        updates.join(",")
    )
}

const POSTS: [(u32, &str, &str); 4] = [
    (40, "Afloat again", "Two tugs have pulled the ferry free at high water."),
    (30, "All ashore", "The last of the passengers stand on the quay."),
    (20, "Boats on their way", "Five fishing boats take passengers ashore."),
    (10, "Aground", "The ferry sits on a bank off Skarvik."),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_live_blog_goes_on_from_poll_to_poll() {
    let state = Arc::new(AtomicUsize::new(0));
    let now = state.clone();
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/feed" => Reply::ok(format!(
            "<rss version='2.0'><channel><title>Skarvik Post</title><item><title>Ferry live</title><guid>1</guid><link>http://{}/live</link>\
             <pubDate>Fri, 15 Aug 2025 10:00:00 GMT</pubDate><description>Our live blog.</description></item></channel></rss>",
            seen.header("Host").unwrap_or_default()
        )),
        _ => {
            let edited = (30, "All ashore", "The last of the 112 passengers stand on the quay.");
            let page = match now.load(Ordering::SeqCst) {
                0 => blog(&POSTS[2..], false),
                1 => blog(&POSTS[1..], false),
                // One is edited, one has gone.
                _ => blog(&[POSTS[0], edited, POSTS[3]], true),
            };
            Reply::ok(page).header("Content-Type", "text/html")
        }
    })
    .await;
    let mut home = Home::new();
    tokio::task::block_in_place(|| {
        home.at("2025-08-15T10:25:00Z");
        home.ok(&["add", &server.url("/feed")]);
        home.ok(&["poll", "--all"]);
        let id = home.json(&["list", "is:live"])[0]["id"].to_string();
        let dir = home.cache();
        let mut screen = Screen::open(&dir, "2025-08-15T10:26:00Z", (80, 15));
        let text = screen.keys("enter f").text();
        assert!(text.contains("followed") && text.contains("We report from"), "{text}");
        screen.keys("j");
        state.store(1, Ordering::SeqCst);
        home.at("2025-08-15T10:31:00Z");
        let posts = home.json(&["live", &id]);
        let titles: Vec<&str> = posts.iter().map(|p| p["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["Aground", "Boats on their way", "All ashore"], "oldest first");
        screen.at("2025-08-15T10:31:30Z").send(wiredesk::ui::Msg::CacheChanged);
        let text = screen.text();
        assert!(text.contains("▲ 1 new · 10:30 · . shows") && !text.contains("All ashore"), "it waits for who reads: {text}");
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("live-new", screen.keys(".").text());
        });
        state.store(2, Ordering::SeqCst);
        home.at("2025-08-15T10:41:00Z");
        home.ok(&["live", &id]);
        screen.at("2025-08-15T10:41:30Z").send(wiredesk::ui::Msg::CacheChanged);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("live-edits", screen.keys("d").text());
            insta::assert_snapshot!("live-oldest-first", screen.keys("S").text());
            insta::assert_snapshot!("live-desk", screen.keys("esc 1 k k k k k k k").text());
        });
        let posts = home.json(&["live", &id, "--offline"]);
        let deleted: Vec<&str> = posts.iter().filter(|p| !p["deleted"].is_null()).map(|p| p["title"].as_str().unwrap()).collect();
        assert_eq!((posts.len(), deleted), (4, vec!["Boats on their way"]));
        assert_eq!(home.json(&["list", "is:live"]).len(), 0, "the coverage has ended");
    });
}
