//! Pages that the reader follows or keeps are asked again while they may change: another version, and a withdrawal.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use wiredesk::app::{Background, Setup};
use wiredesk::clock::Clock;
use wiredesk::config::Config;
use wiredesk::ingest::attribute::Agencies;
use wiredesk::ingest::extract::Sites;
use wiredesk::model::{ArticleId, Change, Status};
use wiredesk::poll::{Command, Event, Poller};
use wiredesk::store::Reader;

use crate::support::home::Home;
use crate::support::server::{Reply, Server};

fn page(people: &str) -> String {
    let sentences = [
        format!("The ferry ran aground off Skarvik on Friday morning with {people} people on board, the coastguard said."),
        "All passengers were taken ashore by fishing boats before noon, and nobody was hurt in the landing.".into(),
        "The sea was calm and the sight was good when the ship left its course for reasons that nobody could name yet.".into(),
        "The shipping line has opened an inquiry and will hear the crew of the bridge at the beginning of the week.".into(),
    ];
    let text: String = sentences.iter().map(|s| format!("<p>{s}</p>")).collect();
    format!("<html><head><title>Ferry aground</title></head><body><article><h1>Ferry aground</h1>{text}</article></body></html>")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_kept_is_asked_again_with_its_tag_until_it_is_gone() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let published = jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let server = Server::start(move |seen| {
        if !seen.path.starts_with("/ferry") {
            let item = format!(
                "<item><title>Ferry aground</title><guid>1</guid><link>/ferry</link><pubDate>{published}</pubDate>\
                 <description>The ferry ran aground.</description></item>"
            );
            return Reply::ok(format!("<rss version='2.0'><channel><title>Skarvik</title>{item}</channel></rss>"));
        }
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => Reply::ok(page("80")).header("ETag", "\"a\"").header("Content-Type", "text/html"),
            1 => Reply::ok(page("112")).header("ETag", "\"b\"").header("Content-Type", "text/html"),
            2 if seen.header("if-none-match") == Some("\"b\"") => Reply::new(304),
            2 => Reply::new(500),
            _ => Reply::new(410),
        }
    })
    .await;
    let home = Home::new();
    tokio::task::block_in_place(|| {
        let url = server.url("/feed");
        home.command(&["add", "--full-text", "always", &url]).env_remove("WIREDESK_NOW").status().unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 1, "its page was read");
        let mut setup = Setup::new(&home.cache(), &Config::default(), &Clock::system(), Agencies::default(), Sites::default());
        // A second stands for two minutes.
        setup.schedule.page = SignedDuration::from_millis(100);
        setup.host_gap = std::time::Duration::ZERO;
        let background = Background::start(&setup).unwrap();
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel::<Event>();
        let (order, orders) = tokio::sync::mpsc::channel(8);
        let mut poller = Poller::new(background.tools.clone(), tell);
        background.block_on(async {
            let id = ArticleId(1);
            background.tools.filing.file(Change::Save { ids: vec![id], saved: true }).await;
            order.send(Command::Look(true)).await.unwrap();
            let watch = poller.watch(orders);
            tokio::pin!(watch);
            let reader = Reader::open(&home.cache()).unwrap();
            loop {
                tokio::select! {
                    () = &mut watch => panic!("it ends with its orders only"),
                    _ = told.recv() => {}
                    () = tokio::time::sleep(std::time::Duration::from_millis(20)) => {}
                }
                let article = reader.article(id, None).unwrap().unwrap();
                if article.item.status == Status::Canceled {
                    assert_eq!(article.versions.len(), 3, "as first read, changed, withdrawn");
                    break;
                }
            }
        });
    });
    assert!(asked.load(Ordering::SeqCst) >= 4);
}
