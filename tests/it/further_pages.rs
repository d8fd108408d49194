//! Articles that go on over several pages, or that have more to give in another form: through the poller, over real HTTP.

use crate::support::home::Home;
use crate::support::server::{Reply, Seen, Server};
use serde_json::Value;

fn beside<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

/// A feed of one teaser that leads to `/serie`.
fn feed(seen: &Seen) -> Reply {
    let host = seen.header("Host").unwrap_or_default();
    Reply::ok(format!(
        "<rss version=\"2.0\"><channel><title>Nordblatt</title><item><title>Die Fähre, eine Serie</title>\
         <link>http://{host}/serie</link><guid>serie</guid><description>Teil um Teil.</description></item></channel></rss>"
    ))
    .header("Content-Type", "application/rss+xml")
}

/// A page with paragraphs of their own, numbered `n`, and `links` under them.
fn page(n: u32, links: &str) -> Reply {
    let paragraph = |k: u32| {
        format!(
            "<p>Absatz {n}-{k}: Die Fähre nach Nordhafen liegt seit dem Winter still, und auf Seite {n} wird in Absatz {k} erzählt, \
             wer sie einst steuerte, was eine Überfahrt kostete und weshalb im Hafen {k} noch immer alle auf sie warten.</p>"
        )
    };
    let body: String = (1..=4).map(paragraph).collect();
    Reply::ok(format!(
        "<!doctype html><html lang=de><head><title>Die Fähre, eine Serie</title></head><body><article><h1>Die Fähre, eine \
         Serie</h1>{body}</article><div class=pagination>{links}</div></body></html>"
    ))
    .header("Content-Type", "text/html; charset=utf-8")
}

/// Polls and gives the one article as `show` has it.
fn read(server: &Server, config: &str) -> Value {
    let home = Home::new();
    std::fs::write(home.path().join("config.toml"), config).unwrap();
    home.ok(&["--config", "config.toml", "add", &server.url("/feed")]);
    home.json(&["show", "1"]).remove(0)
}

fn text(v: &Value) -> &str {
    v["text"].as_str().unwrap_or_default()
}

fn asked(server: &Server) -> Vec<String> {
    server.log().into_iter().map(|s| s.path).filter(|p| p != "/feed").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_joined_in_their_order() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/feed" => feed(seen),
        "/serie" => page(1, "<b>1</b> <a href=/serie/2>2</a> <a href=/serie/3>3</a> <a href=/andere/2>2</a>"),
        "/serie/2" => page(2, "<a href=/serie>1</a> <b>2</b> <a href=/serie/3>3</a> <a rel=next href=/serie/3>weiter</a>"),
        "/serie/3" => page(3, "<a href=/serie>1</a> <a href=/serie/2>2</a> <b>3</b>"),
        _ => Reply::new(404),
    })
    .await;
    beside(|| {
        let article = read(&server, "");
        let at = |what: &str| text(&article).find(what).unwrap_or_else(|| panic!("{what}: {article:#}"));
        assert!(at("Absatz 1-4") < at("Absatz 2-1") && at("Absatz 2-4") < at("Absatz 3-1"), "{article:#}");
    });
    assert_eq!(asked(&server), ["/serie", "/serie/2", "/serie/3"], "each page once, nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn circles_end() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/feed" => feed(seen),
        // Every further page is the first again, and leads on for ever.
        path => {
            let n: u32 = path.rsplit('=').next().and_then(|n| n.parse().ok()).unwrap_or(1);
            page(1, &format!("<a rel=next href=\"/serie?page={}\">weiter</a>", n + 1))
        }
    })
    .await;
    beside(|| assert_eq!(text(&read(&server, "")).matches("Absatz 1-1").count(), 1));
    assert_eq!(asked(&server), ["/serie", "/serie?page=2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_article_is_read_for_ten_pages() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/feed" => feed(seen),
        path => {
            let n: u32 = path.rsplit('=').next().and_then(|n| n.parse().ok()).unwrap_or(1);
            page(n, &format!("<a rel=next href=\"/serie?page={}\">weiter</a>", n + 1))
        }
    })
    .await;
    beside(|| assert!(text(&read(&server, "")).contains("Absatz 10-4")));
    assert_eq!(asked(&server).len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_fails_leaves_what_was_read() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/feed" => feed(seen),
        "/serie" => page(1, "<a href=/serie-2>2</a>"),
        _ => Reply::new(500),
    })
    .await;
    beside(|| assert!(text(&read(&server, "")).contains("Absatz 1-4")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_built_by_scripts_is_read_in_its_amp_form() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/feed" => feed(seen),
        "/serie" => Reply::ok(
            "<html lang=de><head><title>Die Fähre, eine Serie</title><link rel=amphtml href=/serie/amp></head><body><div id=app></div></body></html>",
        )
        .header("Content-Type", "text/html"),
        "/serie/amp" => page(7, ""),
        _ => Reply::new(404),
    })
    .await;
    beside(|| assert!(text(&read(&server, "")).contains("Absatz 7-1")));
    assert_eq!(asked(&server), ["/serie", "/serie/amp"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_page_is_not_asked_for_twice() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/feed" => feed(seen),
        "/serie" => page(1, "<a href=/serie/druck>Drucken</a>"),
        _ => Reply::new(404),
    })
    .await;
    beside(|| assert!(text(&read(&server, "")).contains("Absatz 1-1")));
    assert_eq!(asked(&server), ["/serie"]);
}

/// Somebody else's host gets no request because a page says that the article goes on there.
#[tokio::test(flavor = "multi_thread")]
async fn other_hosts_are_not_asked() {
    let other = Server::start(|_| page(2, "")).await;
    let elsewhere = other.url("/serie/2").replace("127.0.0.1", "localhost");
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/feed" => feed(seen),
        "/serie" => page(1, &format!("<a rel=next href=\"{elsewhere}\">weiter</a>")),
        _ => Reply::new(404),
    })
    .await;
    beside(|| assert!(text(&read(&server, "")).contains("Absatz 1-1")));
    assert!(other.log().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_names_the_text_and_the_next_page() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/feed" => feed(seen),
        "/serie" => Reply::ok(
            "<html lang=de><title>Die Fähre</title><h1>Die Fähre</h1><p>Von allem etwas, doch gehört dieser lange Absatz, der wie einer des \
             Artikels aussieht, in Wahrheit nicht zu ihm, und nur eine Regel weiß das.</p><div class=geschichte><p>Kurz und gut: \
             die Fähre fährt.</p><p class=box>Nicht dies.</p></div><a class=fort href=/ganz-anders>mehr</a>",
        )
        .header("Content-Type", "text/html; charset=utf-8"),
        "/ganz-anders" => Reply::ok(
            "<html lang=de><title>Die Fähre</title><div class=geschichte><p>Auf der zweiten Seite steht, dass sie am Abend \
             zurückkehrt und dass dann alle am Hafen stehen und winken, wie es hier seit jeher der Brauch ist.</p></div>",
        )
        .header("Content-Type", "text/html; charset=utf-8"),
        _ => Reply::new(404),
    })
    .await;
    let rule = "[[site]]\nhost = \"127.0.0.1\"\nbody = \".geschichte\"\nremove = [\".box\"]\nnext = \"a.fort\"\n";
    beside(|| {
        let article = read(&server, rule);
        assert!(text(&article).starts_with("Kurz und gut: die Fähre fährt.\nAuf der zweiten Seite"), "{article:#}");
        assert!(!text(&article).contains("Nicht dies"), "{article:#}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_may_take_the_feeds_text() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/feed" => feed(seen),
        _ => page(1, ""),
    })
    .await;
    beside(|| assert_eq!(text(&read(&server, "[[site]]\nhost = \"127.0.0.1\"\nfull-text = \"feed\"\n")), "Teil um Teil."));
    assert!(asked(&server).is_empty(), "{:?}", asked(&server));
}
