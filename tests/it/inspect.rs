//! `wiredesk inspect`: what a reader is told of a page, from a file, from standard input and from an address.

use crate::support::home::Home;
use crate::support::server::{Reply, Server};
use std::io::Write;
use std::process::Stdio;

const PAGE: &str = include_str!("../../fixtures/pages/meta/jsonld-news.html");
const URL: &str = "https://www.nordblatt.example/politik/faehre";

fn with_page() -> Home {
    let home = Home::new();
    std::fs::write(home.path().join("page.html"), PAGE).unwrap();
    home
}

#[test]
fn each_field_is_told_with_its_place() {
    let told = with_page().ok(&["inspect", "--url", URL, "page.html"]).out;
    for line in [
        "published   2025-08-15T09:58:00Z — json-ld NewsArticle.datePublished",
        "updated     2025-08-15T12:10:00Z — json-ld NewsArticle.dateModified",
        "authors     Ada Byron — json-ld NewsArticle.author",
        "outlet      Nordblatt — json-ld NewsArticle.publisher",
        "language    de — html lang",
        "— <h1>, as in json-ld NewsArticle.headline",
        "4 paragraphs — the page's blocks",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    assert!(!told.contains('\u{1b}'), "no escape sequence in a pipe");
}

#[test]
fn lines_fit_the_columns() {
    let home = with_page();
    for columns in [40, 60, 100] {
        for why in [&["--why"][..], &[]] {
            let args = [&["inspect", "--url", URL], why, &["page.html"]].concat();
            let out = home.command(&args).env("COLUMNS", columns.to_string()).output().unwrap();
            let told = String::from_utf8(out.stdout).unwrap();
            // An address is one word and stays whole.
            let long = told.lines().filter(|l| !l.contains("://")).find(|l| l.chars().count() > columns);
            assert_eq!(long, None, "at {columns} columns");
        }
    }
}

#[test]
fn why_says_of_each_block_what_became_of_it() {
    let home = with_page();
    let told = home.ok(&["inspect", "--why", "--url", URL, "page.html"]).out;
    assert!(told.contains("kept (+)"), "{told}");
    assert!(told.lines().any(|l| l.starts_with("  + ") && l.contains("Die beiden Delegationen")), "{told}");
    assert!(told.lines().any(|l| l.starts_with("  - ") && l.contains("Impressum")), "{told}");
    assert!(told.contains("of it is links") && told.contains("it is the headline"), "{told}");

    let doc = home.json(&["inspect", "--why", "--url", URL, "page.html"]).remove(0);
    let why = doc["page"]["why"].as_array().unwrap();
    assert!(why.iter().all(|b| !b["why"].as_array().unwrap().is_empty()), "{doc:#}");
    assert_eq!(doc["page"]["from"]["published"], "json-ld NewsArticle.datePublished");
}

#[test]
fn standard_input_is_read() {
    let home = Home::new();
    let mut child = home.command(&["inspect", "--json", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PAGE.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    let doc: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(doc["articles"][0]["title"], "Fähre nach Nordhafen: Gespräche haben begonnen");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_asked_and_nothing_is_stored() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/faehre" => Reply::ok(PAGE).header("Content-Type", "text/html; charset=utf-8"),
        _ => Reply::new(404),
    })
    .await;
    tokio::task::block_in_place(|| {
        let home = Home::new();
        let told = home.ok(&["inspect", &server.url("/faehre")]).out;
        assert!(told.contains("Gespräche haben begonnen") && told.contains("Ada Byron"), "{told}");
        assert!(!home.cache().exists(), "no cache is made");
        let ran = home.run(&["inspect", &server.url("/nowhere")]);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains("404"), "{}", ran.err);
    });
}

#[test]
fn a_rule_is_followed_and_named() {
    let home = with_page();
    std::fs::write(home.path().join("rules.toml"), "[[site]]\nhost = \"nordblatt.example\"\nbody = \"article p:first-of-type\"\n").unwrap();
    let told = home.ok(&["--config", "rules.toml", "inspect", "--url", URL, "page.html"]).out;
    assert!(told.contains("the [[site]] nordblatt.example of the configuration was followed"), "{told}");
    assert!(told.contains("1 paragraph — the rule for this site"), "{told}");
    let why = home.ok(&["--config", "rules.toml", "inspect", "--why", "--url", URL, "page.html"]).out;
    assert!(why.contains("outside what the rule for nordblatt.example calls the text"), "{why}");
}

#[test]
fn a_rule_that_cannot_be_is_named_with_its_line_and_key() {
    let home = with_page();
    #[track_caller]
    fn check(home: &Home, rule: &str, want: &[&str]) {
        std::fs::write(home.path().join("rules.toml"), format!("[poll]\nparallel = 4\n\n[[site]]\n{rule}\n")).unwrap();
        for command in [&["inspect", "page.html"][..], &["doctor"]] {
            let ran = home.run(&[&["--config", "rules.toml"], command].concat());
            assert_eq!(ran.code, 1);
            for words in want {
                assert!(ran.err.contains(words) || ran.out.contains(words), "{words}: {}{}", ran.out, ran.err);
            }
        }
    }
    check(&home, "host = \"a.example\"\nbody = \"p[\"", &["line 6", "body", "CSS selector"]);
    check(&home, "host = \"a.example\"\nremove = [\".x\", \"..\"]", &["line 6", "remove"]);
    check(&home, "host = \"https://a.example/x\"", &["line 5", "host"]);
    check(&home, "host = \"a.example\"\nbdy = \"p\"", &["line 6", "bdy"]);
    check(&home, "host = \"a.example\"\nfull-text = \"both\"", &["line 6", "feed", "page"]);
    check(&home, "host = \"a.example\"\nfull-text = \"feed\"\namp = true", &["full-text"]);
}
