//! What is done by itself: rules on what arrives, and old articles that go, on the built program.

use crate::support::home::Home;
use crate::support::server::{Reply, Server};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A feed with these entries, each with its text and day of August.
fn feed(entries: &[(&str, u32)]) -> String {
    let items: String = entries
        .iter()
        .map(|(title, day)| {
            format!(
                "<item><guid>{title}</guid><title>{title}</title><description>All there is to say of it.</description>\
                 <pubDate>{day:02} Aug 2025 09:00:00 GMT</pubDate></item>"
            )
        })
        .collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Harbour news</title>{items}</channel></rss>")
}

fn beside<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

fn configured(text: &str) -> Home {
    let mut home = Home::new();
    let path = home.path().join("wiredesk.toml");
    std::fs::write(&path, text).unwrap();
    home.set("WIREDESK_CONFIG", &path.to_string_lossy());
    home
}

fn titles(home: &Home, query: &str) -> Vec<String> {
    home.json(&["list", query]).iter().map(|a| a["title"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_act_on_what_arrives_and_a_wrong_one_is_named_while_the_rest_holds() {
    let server = Server::start(|_| Reply::ok(feed(&[("Horoscope", 14), ("Night ferry", 13), ("Council", 12)]))).await;
    let home = configured(
        "[[rule]]\nquery = \"title:horoscope\"\ndo = \"hide\"\n\n[[rule]]\nquery = \"ferry is:fast\"\ndo = \"read\"\n\n\
         [[rule]]\nquery = \"ferry\"\ndo = [\"save\", \"read\"]\ntag = \"boats\"\n",
    );
    beside(|| {
        home.ok(&["add", "--full-text", "never", &server.url("/feed")]);
        assert_eq!(titles(&home, ""), ["Night ferry", "Council"]);
        assert_eq!(titles(&home, "is:hidden"), ["Horoscope"]);
        assert_eq!(titles(&home, "is:saved is:read tag:boats"), ["Night ferry"]);

        let rules = home.run(&["rules", "--try"]);
        assert_eq!(rules.code, 1, "a wrong rule is an error");
        assert!(rules.err.contains("line 6: query") && rules.err.contains("fast"), "{}", rules.err);
        assert!(rules.out.contains("finds 1 article now\n        Night ferry"), "{}", rules.out);
        let json = home.json(&["rules", "--try"]);
        assert_eq!((&json[0]["acted"], &json[0]["finds"], &json[1]["acted"]), (&Value::from(1), &Value::from(0), &Value::from(1)));
        assert!(home.run(&["doctor"]).out.contains("[[rule]] line 6"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn old_articles_go_with_the_years_and_do_not_come_back_as_new() {
    let later = Arc::new(AtomicBool::new(false));
    let switch = later.clone();
    let server = Server::start(move |_| {
        let all = [("New", 15), ("Plain", 14), ("Saved", 13), ("Read", 12)];
        Reply::ok(feed(&all[usize::from(!switch.load(Ordering::SeqCst))..]))
    })
    .await;
    let mut home = configured("[cache]\nkeep = \"30 days\"\n");
    beside(|| {
        home.ok(&["add", "--full-text", "never", &server.url("/feed")]);
        let id = |title: &str| home.json(&["list"]).iter().find(|a| a["title"] == title).unwrap()["id"].to_string();
        let (read, saved) = (id("Read"), id("Saved"));
        let mut writer = wiredesk::store::open(&home.cache()).unwrap();
        let article = |id: &str| vec![wiredesk::model::ArticleId(id.parse().unwrap())];
        let marks = [
            wiredesk::model::Change::Read { ids: article(&read), read: true },
            wiredesk::model::Change::Save { ids: article(&saved), saved: true },
        ];
        writer.apply(&marks, crate::support::home::NOW.parse().unwrap()).unwrap();
        drop(writer);
        assert!(home.ok(&["doctor"]).out.contains("30 days; nothing was removed yet"));

        // A month and more later what was read goes, though the feed still has it; what nobody read stays.
        home.at("2025-09-20T12:00:00Z");
        assert!(home.ok(&["doctor"]).out.contains("1 article would go now"));
        home.ok(&["poll"]);
        assert_eq!(titles(&home, ""), ["Plain", "Saved"]);
        later.store(true, Ordering::SeqCst);
        home.at("2025-11-20T12:00:00Z");
        home.ok(&["poll"]);
        assert_eq!(titles(&home, ""), ["New", "Saved"]);
        let doctor = home.ok(&["doctor", "--compact"]).out;
        assert!(doctor.contains("1 article removed on 2025-11-20 12:00") && doctor.contains("MB before"), "{doctor}");
        // For this feed nothing goes any more.
        home.ok(&["set", "1", "--keep", "for ever"]);
        home.at("2027-11-20T12:00:00Z");
        home.run(&["poll"]);
        assert_eq!(titles(&home, ""), ["New", "Saved"]);
    });
}
