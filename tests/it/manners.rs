//! The manners that need time to pass, on the built program: each step is a process of its own at a later moment, so what
//! is kept to here is also kept to after a restart. The numbers are those of `fetch.rs`.
//!
//! The scripted server stands as the proxy, so that it can be any host on earth.

use crate::support::home::{Home, NOW};
use crate::support::server::{Reply, Seen, Server};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// A feed of one entry whose text is `what`.
fn feed(what: &str) -> Reply {
    Reply::ok(format!(
        "<rss version=\"2.0\"><channel><title>Harbour news</title><item><guid>{what}</guid><title>{what}</title>\
         <link>http://pages.example/{what}</link><description>A crane was moved.</description></item></channel></rss>"
    ))
}

/// A machine whose way into the world is the scripted server.
struct World {
    home: Home,
    server: Server,
    start: Timestamp,
}

impl World {
    async fn new(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let server = Server::start(script).await;
        let mut home = Home::new();
        home.set("http_proxy", &server.url(""));
        Self { home, server, start: NOW.parse().unwrap() }
    }

    fn add(&self, addresses: &[&str]) {
        for address in addresses {
            tokio::task::block_in_place(|| self.home.ok(&["add", "--full-text", "never", address]));
        }
    }

    /// The server's log of what one run of the program asked, this long after the first.
    fn at(&mut self, minutes: i64, args: &[&str]) -> Vec<Seen> {
        let before = self.server.log().len();
        self.home.at(&self.start.checked_add(SignedDuration::from_mins(minutes)).unwrap().to_string());
        tokio::task::block_in_place(|| self.home.run(args));
        self.server.log().split_off(before)
    }

    fn poll(&mut self, minutes: i64) -> Vec<Seen> {
        self.at(minutes, &["poll"])
    }

    /// How many requests a poll makes at that time.
    fn asks(&mut self, minutes: i64) -> usize {
        self.poll(minutes).len()
    }

    fn feeds(&self) -> Vec<Value> {
        tokio::task::block_in_place(|| self.home.json(&["feeds"]))
    }

    fn articles(&self) -> usize {
        tokio::task::block_in_place(|| self.home.json(&["list"])).len()
    }
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

#[tokio::test(flavor = "multi_thread")]
async fn manners_04_05_and_09_validators_follow_every_answer_and_the_same_bytes_are_no_news() {
    let mut world = World::new(|seen| match seen.nth {
        1 => feed("one").header("ETag", "W/\"a\""),
        2 | 3 => feed("one").header("ETag", "\"b\"").header("Last-Modified", "yesterday, about noon"),
        _ => feed("one"),
    })
    .await;
    world.add(&["http://news.example/feed"]);
    let tag = |seen: &[Seen]| seen[0].header("If-None-Match").map(str::to_owned);
    assert_eq!(tag(&world.poll(2 * DAY)), Some("W/\"a\"".into()));
    let third = world.poll(4 * DAY);
    assert_eq!((tag(&third), third[0].header("If-Modified-Since")), (Some("\"b\"".into()), Some("yesterday, about noon")));
    world.poll(6 * DAY);
    let fifth = world.poll(8 * DAY);
    assert_eq!((tag(&fifth), fifth[0].header("If-Modified-Since")), (None, None));
    assert_eq!(world.articles(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn manner_08_a_server_that_never_says_anything_but_304_is_asked_plainly_after_eight_days() {
    let mut world = World::new(|seen| match seen.header("If-None-Match") {
        Some(_) => Reply::new(304),
        None => feed("one").header("ETag", "\"a\""),
    })
    .await;
    world.add(&["http://news.example/feed"]);
    let plain: Vec<i64> =
        (1..=20).map(|n| n * DAY).filter(|at| world.poll(*at).iter().any(|s| s.header("If-None-Match").is_none())).collect();
    assert_eq!(plain.len(), 2, "about every eight days: {plain:?}");
    assert!(plain[0] >= 8 * DAY && plain[1] - plain[0] >= 8 * DAY, "{plain:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn manner_10_a_subscription_moves_when_that_is_proven_and_for_301_and_308_only() {
    let mut world = World::new(|seen| match seen.path.as_str() {
        "http://a.example/301" => Reply::to(301, "http://new.example/301"),
        "http://a.example/308" => Reply::to(308, "http://new.example/308"),
        "http://a.example/302" => Reply::to(302, "http://new.example/302"),
        "http://a.example/first-302" => Reply::to(302, "http://a.example/301"),
        "http://a.example/html" if seen.nth > 1 => Reply::to(301, "http://new.example/html"),
        "http://new.example/html" => {
            Reply::ok("<!doctype html><html><title>Sold</title><p>This name is for sale.").header("Content-Type", "text/html")
        }
        path => feed(path.rsplit('/').next().unwrap()),
    })
    .await;
    // What moved before it was ever followed is followed there at once.
    world.add(&["http://a.example/302", "http://a.example/first-302", "http://a.example/html"]);
    let mut later = World::new(|seen| match (seen.path.as_str(), seen.nth) {
        ("http://a.example/301", n) if n > 1 => Reply::to(301, "http://new.example/301"),
        ("http://a.example/308", n) if n > 1 => Reply::to(308, "http://new.example/308"),
        (path, _) => feed(path.rsplit('/').next().unwrap()),
    })
    .await;
    later.add(&["http://a.example/301", "http://a.example/308"]);
    let addresses = |world: &World| {
        let mut all: Vec<String> = world.feeds().iter().map(|f| f["url"].as_str().unwrap().to_owned()).collect();
        all.sort();
        all
    };
    later.poll(2 * DAY);
    assert_eq!(addresses(&later), ["http://a.example/301", "http://a.example/308"], "once proves nothing");
    later.poll(4 * DAY);
    assert_eq!(addresses(&later), ["http://new.example/301", "http://new.example/308"]);
    assert_eq!(later.articles(), 2, "and their articles with them");
    for n in 1..4 {
        world.poll(n * 2 * DAY);
    }
    assert_eq!(addresses(&world), ["http://a.example/302", "http://a.example/first-302", "http://a.example/html"]);
}

/// Both addresses answer with one feed: the same articles twice help nobody.
#[tokio::test(flavor = "multi_thread")]
async fn manner_11_a_feed_that_moves_onto_a_known_one_is_asked_no_more() {
    let mut world = World::new(|seen| match (seen.path.as_str(), seen.nth) {
        ("http://old.example/feed", n) if n > 1 => Reply::to(301, "http://new.example/feed"),
        _ => feed("one"),
    })
    .await;
    world.add(&["http://old.example/feed", "http://new.example/feed"]);
    let add = tokio::task::block_in_place(|| world.home.run(&["add", "http://old.example/feed"]));
    assert!(add.out.contains("already") || add.err.contains("already"), "{}{}", add.out, add.err);
    assert_eq!((world.asks(2 * DAY), world.asks(4 * DAY), world.asks(6 * DAY)), (3, 3, 1), "two with a redirect each, then one");
    let told =
        world.feeds().iter().filter_map(|f| f["error"].as_str()).any(|e| e.contains("http://new.example/feed, which you follow already"));
    assert!(told, "{:#?}", world.feeds());
}

#[tokio::test(flavor = "multi_thread")]
async fn manner_14_what_is_gone_is_asked_no_more_and_stays_readable() {
    let mut world = World::new(|seen| if seen.nth == 1 { feed("one") } else { Reply::new(410) }).await;
    world.add(&["http://news.example/feed"]);
    assert_eq!(world.asks(2 * DAY), 1);
    assert_eq!(world.asks(400 * DAY), 0);
    assert_eq!(world.at(401 * DAY, &["poll", "--all"]).len(), 0);
    assert_eq!(world.feeds()[0]["gone"], true);
    assert_eq!(world.articles(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn manner_15_a_broken_server_is_asked_less_and_less_often_and_forgiven_at_once() {
    let mut world = World::new(|seen| if (2..=4).contains(&seen.nth) { Reply::new(500) } else { feed("one") }).await;
    world.add(&["http://news.example/feed"]);
    let t = 2 * DAY;
    assert_eq!(world.asks(t), 1);
    assert_eq!((world.asks(t + 55), world.asks(t + 70)), (0, 1), "an hour after the first failure");
    assert_eq!((world.asks(t + 70 + 115), world.asks(t + 70 + 135)), (0, 1), "two after the second");
    assert_eq!((world.asks(t + 205 + 230), world.asks(t + 205 + 270)), (0, 1), "four after the third");
    let feeds = world.feeds();
    assert_eq!((&feeds[0]["failures"], &feeds[0]["error"]), (&Value::from(0), &Value::Null));
    assert_eq!(world.articles(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn manners_16_and_17_who_asks_for_peace_has_it_for_all_its_feeds_and_pages() {
    let mut world = World::new(|seen| match seen.path.as_str() {
        "http://busy.example/a" if seen.nth == 2 => Reply::new(429).header("Retry-After", "10800"),
        "http://dated.example/feed" if seen.nth == 2 => Reply::new(503).header("Date", "Mon, 18 Aug 2025 12:00:00 GMT").header("Retry-After", "Mon, 18 Aug 2025 17:00:00 GMT"),
        "http://busy.example/teaser" => Reply::ok(
            "<rss version=\"2.0\"><channel><title>Teasers</title><item><title>New crane</title><link>http://busy.example/page</link></item></channel></rss>",
        ),
        path => feed(path.rsplit('/').next().unwrap()),
    })
    .await;
    world.add(&["http://busy.example/a", "http://busy.example/b", "http://calm.example/feed", "http://dated.example/feed"]);
    let t = 2 * DAY;
    let asked = |seen: Vec<Seen>| {
        let mut paths: Vec<String> = seen.into_iter().map(|s| s.path.trim_start_matches("http://").to_owned()).collect();
        paths.sort();
        paths
    };
    let first = asked(world.at(t, &["poll", "1", "3", "4"]));
    assert_eq!(first, ["busy.example/a", "calm.example/feed", "dated.example/feed"]);
    assert_eq!(asked(world.poll(t + 1)), Vec::<String>::new(), "its neighbour waits as well, though it is due");
    assert_eq!(asked(world.at(t + 90, &["poll", "--all"])), ["calm.example/feed"], "also when all are asked for");
    let add = world.at(t + 95, &["add", "http://busy.example/teaser"]);
    assert_eq!(asked(add), Vec::<String>::new(), "nor is anything new asked there");
    assert!(asked(world.poll(t + 3 * HOUR + 30)).contains(&"busy.example/b".to_owned()));
    assert!(!asked(world.poll(t + 4 * HOUR + 50)).contains(&"dated.example/feed".to_owned()));
    assert!(asked(world.poll(t + 5 * HOUR + 40)).contains(&"dated.example/feed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn manner_18_restarting_asks_nothing_twice() {
    let mut world = World::new(|seen| feed(&format!("take-{}", seen.nth))).await;
    world.add(&["http://news.example/feed"]);
    assert_eq!((world.asks(0), world.asks(2), world.asks(5)), (0, 0, 0));
    assert_eq!(world.at(6, &["poll", "--all"]).len(), 1, "the reader may ask");
    assert_eq!(world.at(6, &["poll", "--all"]).len(), 0, "once a minute");
    assert_eq!(world.asks(14), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn manners_19_to_21_servers_and_feeds_may_ask_for_more_time_and_never_for_less() {
    let script = |seen: &Seen| match seen.path.as_str() {
        "http://aged.example/" => feed("one").header("Cache-Control", "public, max-age=7200"),
        "http://expires.example/" => {
            feed("one").header("Date", "Sat, 16 Aug 2025 12:00:00 GMT").header("Expires", "Sat, 16 Aug 2025 14:00:00 GMT")
        }
        "http://year.example/" => feed("one").header("Cache-Control", "max-age=31536000, immutable"),
        "http://nostore.example/" => feed("one").header("Cache-Control", "no-store, max-age=0"),
        "http://ttl.example/" => Reply::ok("<rss version=\"2.0\"><channel><title>T</title><ttl>120</ttl></channel></rss>"),
        "http://sy.example/" => Reply::ok(
            "<rss version=\"2.0\" xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\"><channel><title>T</title>\
             <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>12</sy:updateFrequency></channel></rss>",
        ),
        // Noon to six in the evening are of no use to it.
        "http://rests.example/" => Reply::ok(
            "<rss version=\"2.0\"><channel><title>T</title><skipHours><hour>12</hour><hour>13</hour><hour>14</hour><hour>15</hour>\
             <hour>16</hour><hour>17</hour></skipHours></channel></rss>",
        ),
        _ => Reply::new(404),
    };
    let asked_at = async |host: &str, times: &[i64]| {
        let mut world = World::new(script).await;
        world.add(&[&format!("http://{host}.example/")]);
        times.iter().copied().find(|minutes| world.asks(*minutes) > 0)
    };
    let times = [14, 55, 100, 115, 135, 350, 400, DAY - 5, DAY + 150];
    for (host, want) in [("aged", 135), ("expires", 135), ("ttl", 135), ("sy", 135), ("rests", 400), ("year", DAY + 150), ("nostore", 100)]
    {
        assert_eq!(asked_at(host, &times).await, Some(want), "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn manner_23_a_hundred_feeds_added_together_part_ways() {
    let mut world = World::new(|_| Reply::ok("<rss version=\"2.0\"><channel><title>Harbour news</title></channel></rss>")).await;
    let outlines: String = (0..100).map(|n| format!("<outline type=\"rss\" xmlUrl=\"http://site{n}.example/feed\"/>")).collect();
    let list = world.home.path().join("list.opml");
    std::fs::write(&list, format!("<opml version=\"2.0\"><body>{outlines}</body></opml>")).unwrap();
    tokio::task::block_in_place(|| world.home.ok(&["import", list.to_str().unwrap()]));
    world.poll(1);
    let seconds = |f: &Value| f["next"].as_str().and_then(|t| t.parse::<Timestamp>().ok()).map(Timestamp::as_second);
    let next: std::collections::BTreeSet<i64> = world.feeds().iter().filter_map(seconds).collect();
    assert!(next.len() > 60, "{} different seconds", next.len());
    assert!(next.last().unwrap() - next.first().unwrap() > 240, "over minutes: {next:?}");
    assert!(world.server.peak() <= 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn manner_24_no_cookie_no_referrer_and_nothing_added_to_the_address() {
    let mut world = World::new(|seen| match seen.path.as_str() {
        "http://news.example/feed?utm=1&x" => Reply::to(302, "http://news.example/real").header("Set-Cookie", "id=42; Path=/"),
        _ => feed("one").header("Set-Cookie", "id=43"),
    })
    .await;
    world.add(&["http://news.example/feed?utm=1&x"]);
    world.poll(2 * DAY);
    for seen in world.server.log() {
        assert!(["http://news.example/feed?utm=1&x", "http://news.example/real"].contains(&seen.path.as_str()), "{}", seen.path);
        assert_eq!((seen.header("Cookie"), seen.header("Referer")), (None, None));
        assert!(seen.header("User-Agent").unwrap().starts_with("wiredesk/"));
    }
}

/// A page that asks for peace speaks for its host, so for the feed beside it too.
#[tokio::test(flavor = "multi_thread")]
async fn manner_17_a_pages_wish_for_peace_counts_for_its_feed() {
    let mut world = World::new(|seen| match seen.path.as_str() {
        "http://busy.example/page" if seen.nth == 1 => Reply::new(429).header("Retry-After", "180000"),
        "http://busy.example/page" => Reply::ok("<html><title>Crane</title><p>A crane was moved.</html>"),
        _ => Reply::ok(
            "<rss version=\"2.0\"><channel><title>Teasers</title><item><title>New crane</title><link>http://busy.example/page</link></item></channel></rss>",
        ),
    })
    .await;
    let added = world.at(0, &["add", "http://busy.example/feed"]);
    assert_eq!(added.iter().map(|s| s.path.as_str()).collect::<Vec<_>>(), ["http://busy.example/feed", "http://busy.example/page"]);
    assert_eq!((world.asks(DAY - 10), world.asks(DAY + 10)), (0, 2), "fifty hours were asked for; a day is kept to");
}

/// The feed's own host was typed and is trusted; where its entries point to was not.
#[tokio::test(flavor = "multi_thread")]
async fn manner_13_a_feed_leads_to_no_other_door_of_this_machine() {
    let inside = Server::start(|_| Reply::ok("<html><title>Router</title><p>Password: none.</html>")).await;
    let page = inside.url("/admin");
    let outlet = Server::start(move |seen| match seen.path.as_str() {
        "/moves" if seen.nth > 1 => Reply::to(302, "http://169.254.169.254/latest"),
        _ => Reply::ok(format!(
            "<rss version=\"2.0\"><channel><title>Teasers</title><item><title>Look</title><link>{page}</link></item></channel></rss>"
        )),
    })
    .await;
    let mut home = Home::new();
    tokio::task::block_in_place(|| {
        home.ok(&["add", &outlet.url("/feed")]);
        home.ok(&["add", &outlet.url("/moves")]);
        home.at("2025-08-20T12:00:00Z");
        assert_eq!(home.run(&["poll"]).code, 1);
        let errors = home.ok(&["feeds"]).out;
        assert!(errors.contains("private network"), "{errors}");
    });
    assert_eq!(inside.log().len(), 0);
}
