//! Alerts in a real terminal: a bell and a notification for a dispatch, once, however many outlets carry it; and a view
//! made from what is listed.

use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::server::{Reply, Server};

const TEXT: &str = "The night ferry between the old harbour and the island stops running on Monday, the council said on Friday after a \
    long meeting. Nobody had asked for it, said a speaker of the passengers, and nobody will pay for the bus that is to take its place. \
    The mayor did not want to comment on the decision before the vote next week.";

fn feed(outlet: &str, title: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{outlet}</title><item><guid>{outlet}</guid><title>{title}</title>\
         <description><![CDATA[<p>{TEXT}</p>]]></description><pubDate>Sat, 16 Aug 2025 11:30:00 GMT</pubDate></item></channel></rss>"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispatch_rings_once_and_a_list_is_kept_as_a_view() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/a" => Reply::ok(feed("Bergblatt", "Night ferry stops")),
        _ => Reply::ok(feed("Nordblatt", "No ferry at night from Monday")),
    })
    .await;
    let mut home = Home::new();
    let config = home.path().join("wiredesk.toml");
    let told = home.path().join("told");
    let rule =
        format!("[alert]\ncommand = \"mkdir -p '{}/%b'\"\n[[rule]]\nquery = \"title:ferry\"\ndo = \"alert\"\n", told.to_string_lossy());
    std::fs::write(&config, rule).unwrap();
    home.set("WIREDESK_CONFIG", &config.to_string_lossy());
    tokio::task::block_in_place(|| {
        for path in ["/a", "/b"] {
            home.ok(&["add", "--no-check", "--full-text", "never", &server.url(path)]);
        }
        let mut pty = Pty::start(&home, &[], 160, 45);
        // The second may have come, or the story been found, after the list was opened: then it waits.
        let one = |s: &str| s.contains("ferry") && s.contains("2 ×");
        while !one(&pty.until("both articles as one story", |s| one(s) || s.contains("press ."))) {
            pty.send(".");
            pty.until("what waited", |s| !s.contains("press ."));
        }
        pty.until("the alert in words", |s| s.contains("title:ferry: "));
        assert_eq!((pty.sent("\x1b]9;"), pty.sent("\x07")), (1, 1));

        pty.send("/ferry\r");
        pty.see("/ ferry");
        pty.send("V\x15Boats\r");
        pty.until("the view in the desk", |s| s.lines().any(|l| l.contains("Boats") && l.contains('2')));
        pty.send("u");
        pty.see("took back: kept the view");
        pty.until("the desk without it", |s| !s.contains("   Boats"));
        assert_eq!((pty.sent("\x1b]9;"), pty.sent("\x07")), (1, 1), "still once");
        pty.send("qqqq");
        pty.end();
        assert_eq!(std::fs::read_dir(&told).unwrap().count(), 1, "the command ran once");
    });
}
