//! The thirty manners of a feed reader, as far as they show on the wire. Those that are about time alone (marked *) are
//! shown beside the schedule, in `src/poll/schedule.rs`; both use these numbers.
//!
//!  1. The `ETag` goes back byte for byte, quotes, `W/` and oddities kept.
//!  2. So does `Last-Modified`, never re-formatted.
//!  3. Both are sent together.
//!  4. Every 200 replaces them, also when the body is the same.
//!  5. They are dropped when the server stops sending them.
//!  6. 304 is a success without a body; what it brings of validators is kept. *
//!  7. 304 to a plain request is an error and not an empty feed.
//!  8. Validators are doubted after eight days of 304. *
//!  9. The same body is neither read nor filed again. *
//! 10. 301 and 308 move a subscription once proven; 302, 303 and 307 never. *
//! 11. Ten redirects at most; a circle is a clear error.
//! 12. Redirects lead to http and https only.
//! 13. Private addresses are refused at the connection, unless the reader typed that host.
//! 14. 410 ends the polling. *
//! 15. Failures are asked again less and less often. *
//! 16. `Retry-After` is kept to, in seconds or as a date. *
//! 17. It counts for the whole host. *
//! 18. Nothing is asked more often than its interval, also after a restart or by hand. *
//! 19. `max-age` and `Expires` raise the interval, up to a day. *
//! 20. `no-store`, `max-age=0` and the like never lower it. *
//! 21. The feed's own hints count. *
//! 22. One request at a time a host, with a pause between; so many in all.
//! 23. Feeds added together part ways. *
//! 24. A user agent that says who asks; no cookies, no referrer, nothing added to the address.
//! 25. gzip, br, zstd and both kinds of deflate; lies are seen through, what is broken is an error.
//! 26. A cap on the decoded body holds for bombs, endless bodies and false lengths.
//! 27. Time-outs for connecting, for the first byte and for the whole; a cap on the header.
//! 28. The content type is a hint and handed on as it came.
//! 29. Passwords, headers and proxies per feed; none is shown, none goes to another host.
//! 30. TLS errors are errors, https never becomes http, HTTP/2 where offered.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use crate::support::server::{Reply, Server};
use crate::support::tls::TlsServer;
use wiredesk::clock::Clock;
use wiredesk::fetch::{Client, FetchError, Proxying, Settings};
use wiredesk::model::{Address, FailureKind, FeedSettings, Fetched, PasswordFrom, Purpose, Request, Validators};

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Harbour news</title></channel></rss>";
const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// No pauses, nothing of the system's, and names that lead to this machine.
fn settings() -> Settings {
    let names = ["feeds.test", "other.test", "tls.test"].map(|name| (name.to_owned(), LOCAL)).to_vec();
    Settings {
        host_gap: Duration::ZERO,
        proxy: Proxying::None,
        system_roots: false,
        names: Arc::new(names),
        clock: Clock::fixed("2026-03-04T12:00:00Z".parse().unwrap(), jiff::tz::TimeZone::UTC),
        ..Settings::default()
    }
}

fn client() -> Client {
    Client::new(&settings()).unwrap()
}

fn client_with(change: impl FnOnce(&mut Settings)) -> Client {
    let mut settings = settings();
    change(&mut settings);
    Client::new(&settings).unwrap()
}

/// A request as for a feed that the reader typed.
fn typed(url: &str) -> Request {
    Request {
        address: Address::parse(url).unwrap(),
        purpose: Purpose::Feed,
        validators: Validators::default(),
        typed: true,
        settings: FeedSettings::default(),
    }
}

/// A request for an address that came from elsewhere.
fn found(url: &str) -> Request {
    Request { typed: false, ..typed(url) }
}

async fn get(url: &str) -> Result<Fetched, FetchError> {
    client().get(&typed(url)).await
}

/// The request fails so, and says what.
#[track_caller]
fn check(result: Result<Fetched, FetchError>, kind: FailureKind, what: &str) {
    let error = result.map(|f| f.address).expect_err("an error was wanted");
    assert_eq!(error.failure.kind, kind, "{error}");
    assert!(error.failure.what.contains(what), "{error}");
    assert!(error.failure.what.ends_with('.') && error.failure.advice.ends_with('.'), "{error}");
}

/// Asks twice, the second time with what the first answer gave: that answer, and what the server saw of the second.
async fn twice(server: &Server, path: &str) -> (Fetched, Fetched, crate::support::server::Seen) {
    let client = client();
    let mut request = typed(&server.url(path));
    let first = client.get(&request).await.unwrap();
    request.validators = first.validators.clone();
    let second = client.get(&request).await.unwrap();
    (first, second, server.last())
}

#[tokio::test]
async fn manners_01_to_03_validators_go_back_byte_for_byte() {
    let server = Server::start(|seen| {
        let reply = match seen.path.as_str() {
            "/strong" => Reply::ok(FEED).header("ETag", "\"v1\""),
            "/weak" => Reply::ok(FEED).header("ETag", "W/\"v1\""),
            "/bare" => Reply::ok(FEED).header("ETag", "abc"),
            "/bytes" => Reply::ok(FEED).header("ETag", b"\"caf\xe9\""),
            "/date" => Reply::ok(FEED).header("Last-Modified", "Tue, 03 Mar 2026 10:00:00 GMT"),
            "/odd-date" => Reply::ok(FEED).header("Last-Modified", "2026-03-03 10:00"),
            _ => Reply::ok(FEED).header("ETag", "\"v1\"").header("Last-Modified", "Tue, 03 Mar 2026 10:00:00 GMT"),
        };
        if seen.nth > 1 { Reply::new(304) } else { reply }
    })
    .await;
    for (path, etag, date) in [
        ("/strong", Some("\"v1\""), None),
        ("/weak", Some("W/\"v1\""), None),
        ("/bare", Some("abc"), None),
        ("/bytes", Some("\"caf\u{e9}\""), None),
        ("/date", None, Some("Tue, 03 Mar 2026 10:00:00 GMT")),
        ("/odd-date", None, Some("2026-03-03 10:00")),
        ("/both", Some("\"v1\""), Some("Tue, 03 Mar 2026 10:00:00 GMT")),
    ] {
        let (first, second, seen) = twice(&server, path).await;
        assert_eq!((first.status, first.body.as_slice()), (200, FEED.as_bytes()), "{path}");
        assert_eq!((second.status, second.body.len()), (304, 0), "{path}");
        assert_eq!((seen.header("If-None-Match"), seen.header("If-Modified-Since")), (etag, date), "{path}");
    }
}

#[tokio::test]
async fn manners_04_and_05_every_200_replaces_the_validators_or_drops_them() {
    let server = Server::start(|seen| match (seen.path.as_str(), seen.nth) {
        ("/touch", n) => Reply::ok(FEED).header("ETag", format!("\"t{n}\"")),
        ("/drop", 1) => Reply::ok(FEED).header("ETag", "\"x\""),
        _ => Reply::ok(FEED),
    })
    .await;
    let (_, second, seen) = twice(&server, "/touch").await;
    assert_eq!(seen.header("If-None-Match"), Some("\"t1\""));
    assert_eq!(second.validators.etag.as_deref(), Some("\"t2\""));
    let (_, second, _) = twice(&server, "/drop").await;
    assert_eq!(second.validators, Validators::default());
}

#[tokio::test]
async fn manner_06_a_304_may_bring_new_validators_and_keeps_the_rest() {
    let server = Server::start(|seen| match seen.nth {
        1 => Reply::ok(FEED).header("ETag", "\"v1\"").header("Last-Modified", "one"),
        _ => Reply::new(304).header("Last-Modified", "two").header("Cache-Control", "max-age=60"),
    })
    .await;
    let (_, second, _) = twice(&server, "/").await;
    assert_eq!(second.validators, Validators { etag: Some("\"v1\"".into()), last_modified: Some("two".into()) });
    assert_eq!(second.freshness.max_age.map(|d| d.as_secs()), Some(60));
    assert_eq!(server.log().len(), 2, "and is not asked again");
}

#[tokio::test]
async fn manner_07_unchanged_without_having_been_asked_is_an_error() {
    let server = Server::start(|_| Reply::new(304)).await;
    check(get(&server.url("/")).await, FailureKind::Garbled, "without having been asked");
}

#[tokio::test]
async fn parts_and_nothing_are_errors_and_a_delta_is_a_whole() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/206" => Reply::new(206).body(&FEED[..50]),
        "/204" => Reply::raw("HTTP/1.1 204 No Content\r\n\r\n"),
        "/empty" => Reply::ok(""),
        _ => Reply::new(226).body(FEED).header("IM", "feed").header("ETag", "\"d\""),
    })
    .await;
    check(get(&server.url("/206")).await, FailureKind::Garbled, "only a part");
    check(get(&server.url("/204")).await, FailureKind::Garbled, "empty");
    check(get(&server.url("/empty")).await, FailureKind::Garbled, "empty");
    assert_eq!(get(&server.url("/226")).await.unwrap().status, 200);
}

#[tokio::test]
async fn manner_10_every_redirect_is_told_with_its_status() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/a" => Reply::to(301, "/b#part"),
        "/b" => Reply::to(308, "../c?x=1"),
        "/c?x=1" => Reply::to(302, "d"),
        "/d" => Reply::to(303, "/e"),
        "/e" => Reply::to(307, "/f"),
        _ => Reply::ok(FEED),
    })
    .await;
    let fetched = get(&server.url("/a#top")).await.unwrap();
    let told: Vec<(u16, String)> = fetched.hops.iter().map(|h| (h.status, h.to.to_string())).collect();
    let want = [(301, "/b"), (308, "/c?x=1"), (302, "/d"), (303, "/e"), (307, "/f")].map(|(s, p)| (s, server.url(p)));
    assert_eq!(told, want);
    assert_eq!(fetched.address.to_string(), server.url("/f"));
}

#[tokio::test]
async fn manner_11_circles_and_endless_redirects_end() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/loop" => Reply::to(302, "/loop"),
        "/ping" => Reply::to(302, "/pong"),
        "/pong" => Reply::to(301, "/ping"),
        "/nowhere" => Reply::new(302),
        path => match path.trim_start_matches("/chain/").parse::<u32>() {
            Ok(0) => Reply::ok(FEED),
            Ok(n) => Reply::to(302, format!("/chain/{}", n - 1)),
            Err(_) => Reply::new(404),
        },
    })
    .await;
    check(get(&server.url("/loop")).await, FailureKind::Redirect, "in a circle");
    check(get(&server.url("/ping")).await, FailureKind::Redirect, "in a circle");
    check(get(&server.url("/nowhere")).await, FailureKind::Redirect, "without saying where");
    check(get(&server.url("/chain/11")).await, FailureKind::Redirect, "more than 10 times");
    assert_eq!(get(&server.url("/chain/10")).await.unwrap().hops.len(), 10);
}

#[tokio::test]
async fn manner_12_redirects_lead_to_http_only() {
    for to in ["file:///etc/passwd", "javascript:alert(1)", "data:text/xml,<rss/>", "ftp://example.org/f", "http://"] {
        let server = Server::start(move |_| Reply::to(301, to)).await;
        check(get(&server.url("/")).await, FailureKind::Redirect, "what cannot be fetched");
    }
    let server =
        Server::start(|seen| if seen.nth == 1 && seen.path == "/" { Reply::to(302, "/x%0d%0aEvil:%201") } else { Reply::ok(FEED) }).await;
    assert!(get(&server.url("/")).await.is_ok());
    assert_eq!(server.last().path, "/x%0d%0aEvil:%201");
    assert_eq!(server.last().header("Evil"), None);
}

#[tokio::test]
async fn manner_13_private_addresses_are_refused_at_the_connection() {
    let server = Server::start(|_| Reply::ok(FEED)).await;
    let port = server.addr.port();
    let client = client();
    for url in [
        server.url("/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://localhost:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[fd00:ec2::254]/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        // A public name that answers with a private number, now or after a while, is seen where it is dialled.
        server.named("feeds.test", "/"),
    ] {
        for purpose in [Purpose::Feed, Purpose::Page, Purpose::Picture] {
            check(client.get(&Request { purpose, ..found(&url) }).await, FailureKind::Private, "private network");
        }
    }
    assert!(server.log().is_empty(), "nothing was even asked");
}

#[tokio::test]
async fn manner_13_what_the_reader_typed_may_be_private_and_nothing_else() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/self" => Reply::to(302, "/feed"),
        "/other" => Reply::to(302, format!("http://other.test:{}/feed", seen.header("Host").unwrap().rsplit_once(':').unwrap().1)),
        "/meta" => Reply::to(302, "http://169.254.169.254/latest/meta-data/"),
        _ => Reply::ok(FEED),
    })
    .await;
    for url in [
        server.url("/self"),
        server.url("/self").replace("127.0.0.1", "localhost"),
        server.url("/self").replace("127.0.0.1", "[::ffff:127.0.0.1]"),
    ] {
        assert!(get(&url).await.is_ok(), "{url}");
    }
    assert!(get(&server.named("feeds.test", "/self")).await.is_ok());
    check(get(&server.url("/meta")).await, FailureKind::Private, "private network");
    check(get(&server.named("feeds.test", "/other")).await, FailureKind::Private, "private network (other.test)");
}

#[tokio::test]
async fn manners_14_and_15_statuses_in_words() {
    let server = Server::start(|seen| Reply::new(seen.path[1..].parse().unwrap()).body("no")).await;
    for (status, kind, what) in [
        (400, FailureKind::Status, "no success (HTTP 400)"),
        (401, FailureKind::Auth, "wants a user name"),
        (403, FailureKind::Status, "refuses"),
        (404, FailureKind::Status, "nothing at this address"),
        (410, FailureKind::Gone, "gone for good"),
        (429, FailureKind::Throttled, "too often"),
        (451, FailureKind::Status, "refuses"),
        (500, FailureKind::Status, "fault of its own"),
        (503, FailureKind::Status, "fault of its own"),
        (999, FailureKind::Status, "no success"),
    ] {
        let result = get(&server.url(&format!("/{status}"))).await;
        assert_eq!(result.as_ref().unwrap_err().failure.status, Some(status));
        check(result, kind, what);
    }
}

#[tokio::test]
async fn manner_16_retry_after_in_seconds_and_as_a_date() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/seconds" => Reply::new(429).header("Retry-After", "3600"),
        "/date" => Reply::new(429).header("Retry-After", "Wed, 04 Mar 2026 12:30:00 GMT"),
        // By the server's own clock, which is an hour fast.
        "/skewed" => Reply::new(503).header("Retry-After", "Wed, 04 Mar 2026 13:30:00 GMT").header("Date", "Wed, 04 Mar 2026 13:00:00 GMT"),
        "/moved" => Reply::to(302, "/seconds"),
        _ => Reply::new(429),
    })
    .await;
    for (path, seconds) in
        [("/seconds", Some(3600)), ("/date", Some(1800)), ("/skewed", Some(1800)), ("/bare", None), ("/moved", Some(3600))]
    {
        let error = get(&server.url(path)).await.unwrap_err();
        assert_eq!((error.failure.kind, error.retry_after.map(|d| d.as_secs())), (FailureKind::Throttled, seconds), "{path}");
        assert_eq!(error.hops.len(), usize::from(path == "/moved"));
        assert_eq!(error.at.host(), "127.0.0.1");
    }
}

#[tokio::test]
async fn manners_19_and_20_freshness_as_the_server_says() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/age" => Reply::ok(FEED).header("Cache-Control", "public").header("Cache-Control", "max-age=3600"),
        "/expires" => Reply::ok(FEED).header("Expires", "Wed, 04 Mar 2026 14:00:00 GMT"),
        "/no-store" => Reply::ok(FEED).header("Cache-Control", "no-store, max-age=9"),
        _ => Reply::ok(FEED).header("Cache-Control", "max-age=0, immutable"),
    })
    .await;
    for (path, seconds) in [("/age", Some(3600)), ("/expires", Some(7200)), ("/no-store", None), ("/zero", Some(0))] {
        assert_eq!(get(&server.url(path)).await.unwrap().freshness.max_age.map(|d| d.as_secs()), seconds, "{path}");
    }
}

/// Ten requests at once, and the order in which their answers are waited for does not matter.
async fn ten(client: &Client, urls: Vec<String>) {
    let tasks: Vec<_> = urls
        .into_iter()
        .map(|url| {
            let client = client.clone();
            tokio::spawn(async move { client.get(&typed(&url)).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn manner_22_one_request_at_a_time_a_host_with_a_pause_between() {
    let server = Server::start(|_| Reply::ok(FEED).after(Duration::from_millis(5))).await;
    let gap = Duration::from_millis(20);
    let client = client_with(|s| s.host_gap = gap);
    let began = Instant::now();
    ten(&client, (0..10).map(|n| server.named("feeds.test", &format!("/{n}"))).collect()).await;
    assert_eq!(server.peak(), 1);
    let took = server.last().at - began;
    assert!(took >= gap * 9, "{took:?} for nine pauses");
    // This machine itself needs no pause, but its turn all the same.
    let client = client_with(|s| s.host_gap = Duration::from_secs(3600));
    ten(&client, (0..10).map(|n| server.url(&format!("/{n}"))).collect()).await;
    assert_eq!(server.peak(), 1);
}

#[tokio::test]
async fn manner_22_so_many_in_all() {
    let server = Server::start(|_| Reply::ok(FEED).after(Duration::from_millis(30))).await;
    let names: Vec<(String, IpAddr)> = (0..10).map(|n| (format!("h{n}.test"), LOCAL)).collect();
    let client = client_with(|s| {
        s.names = Arc::new(names);
        s.parallel = 3;
    });
    ten(&client, (0..10).map(|n| server.named(&format!("h{n}.test"), "/")).collect()).await;
    assert!((2..=3).contains(&server.peak()), "{}", server.peak());
}

#[tokio::test]
async fn manner_22_a_request_given_up_leaves_the_gate_open() {
    let server = Server::start(|seen| if seen.path == "/hang" { Reply::hang() } else { Reply::ok(FEED) }).await;
    let client = client_with(|s| s.parallel = 1);
    let given_up = tokio::time::timeout(Duration::from_millis(50), client.get(&typed(&server.url("/hang")))).await;
    assert!(given_up.is_err());
    assert!(client.get(&typed(&server.url("/"))).await.is_ok());
}

#[tokio::test]
async fn nothing_is_asked_before_there_is_room_for_the_answer() {
    let server = Server::start(|seen| if seen.path == "/gone" { Reply::new(410) } else { Reply::ok(FEED) }).await;
    let (client, room) = (client(), Arc::new(Semaphore::new(1)));
    client.get_into(&room, &typed(&server.url("/gone"))).await.expect_err("it is gone");
    let (_, held) = client.get_into(&room, &typed(&server.url("/1"))).await.expect("a failure takes up no room");
    let soon = tokio::time::timeout(Duration::from_millis(50), client.get_into(&room, &typed(&server.url("/2")))).await;
    assert!(soon.is_err() && server.last().path == "/1");
    drop(held);
    client.get_into(&room, &typed(&server.url("/2"))).await.unwrap();
}

#[tokio::test]
async fn who_waits_for_a_host_takes_up_no_room() {
    let server = Server::start(|seen| if seen.path == "/hang" { Reply::hang() } else { Reply::ok(FEED) }).await;
    let (client, room) = (client(), Arc::new(Semaphore::new(2)));
    let slow = server.named("feeds.test", "/hang");
    let (slow, other) = (typed(&slow), typed(&server.named("other.test", "/")));
    tokio::select! {
        biased;
        _ = client.get_into(&room, &slow) => unreachable!("it never answers"),
        _ = client.get_into(&room, &slow) => unreachable!("it waits for that"),
        got = client.get_into(&room, &other) => assert!(got.is_ok()),
    }
}

#[tokio::test]
async fn manner_24_says_who_asks_and_nothing_else() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/" => Reply::to(302, "/feed").header("Set-Cookie", "a=1; Path=/"),
        _ => Reply::ok(FEED).header("Set-Cookie", format!("b={}", "x".repeat(5000))),
    })
    .await;
    let client = client();
    for _ in 0..2 {
        client.get(&typed(&server.url("/"))).await.unwrap();
    }
    for seen in server.log() {
        let agent = seen.header("User-Agent").unwrap();
        assert!(agent.starts_with(concat!("wiredesk/", env!("CARGO_PKG_VERSION"), " (")), "{agent}");
        let mut names: Vec<String> = seen.headers.iter().map(|(n, _)| n.to_lowercase()).collect();
        names.sort();
        assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
        assert!(seen.method == "GET" && (seen.path == "/" || seen.path == "/feed"), "{seen:?}");
    }
}

#[tokio::test]
async fn manner_24_what_is_accepted_depends_on_what_is_wanted() {
    let server = Server::start(|_| Reply::ok(FEED)).await;
    for (purpose, first) in [(Purpose::Feed, "application/atom+xml"), (Purpose::Page, "text/html"), (Purpose::Picture, "image/png")] {
        client().get(&Request { purpose, ..typed(&server.url("/")) }).await.unwrap();
        let accept = server.last().header("Accept").unwrap().to_owned();
        assert!(accept.starts_with(first) && accept.ends_with("*/*;q=0.1"), "{accept}");
    }
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut e = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    e.write_all(data).unwrap();
    e.finish().unwrap()
}

#[tokio::test]
async fn manner_25_encodings_and_lies_about_them() {
    // Every coding by itself is shown beside the decoder; here is that what servers say reaches it.
    let server = Server::start(|seen| match seen.path.as_str() {
        "/gzip" => Reply::ok(gzip(FEED.as_bytes())).header("Content-Encoding", "gzip"),
        "/zstd" => Reply::ok(zstd::stream::encode_all(FEED.as_bytes(), 3).unwrap()).header("Content-Encoding", "zstd"),
        "/lie" => Reply::ok(FEED).header("Content-Encoding", "br"),
        "/twice" => Reply::ok(gzip(&gzip(FEED.as_bytes()))).header("Content-Encoding", "gzip, gzip"),
        "/cut" => {
            let packed = gzip(FEED.as_bytes());
            Reply::ok(&packed[..packed.len() - 20]).header("Content-Encoding", "gzip")
        }
        _ => Reply::new(404),
    })
    .await;
    for path in ["/gzip", "/zstd", "/lie"] {
        assert_eq!(get(&server.url(path)).await.unwrap().body, FEED.as_bytes(), "{path}");
        assert_eq!(server.last().header("Accept-Encoding"), Some("gzip, br, zstd, deflate"));
    }
    check(get(&server.url("/twice")).await, FailureKind::Garbled, "more than once");
    check(get(&server.url("/cut")).await, FailureKind::Garbled, "damaged or cut off");
}

#[tokio::test]
async fn manner_26_caps_hold_whatever_the_server_says() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/bomb" => Reply::ok(gzip(&vec![b' '; 3 << 20])).header("Content-Encoding", "gzip"),
        "/endless" => Reply::ok("<item><title>x</title></item>".repeat(1000)).endless(),
        "/huge" => Reply::ok(FEED).header("Content-Length", (1_u64 << 40).to_string()).cut(),
        "/short" => Reply::ok(FEED).header("Content-Length", (FEED.len() + 500).to_string()).cut(),
        _ => Reply::ok(vec![b'x'; 1 << 20]),
    })
    .await;
    let client = client_with(|s| (s.feed_cap, s.page_cap, s.picture_cap) = (2 << 20, 512 << 10, 1 << 20));
    let ask = async |path: &str, purpose| client.get(&Request { purpose, ..typed(&server.url(path)) }).await;
    check(ask("/bomb", Purpose::Feed).await, FailureKind::TooLarge, "feed is larger than 2 MB");
    check(ask("/endless", Purpose::Feed).await, FailureKind::TooLarge, "feed");
    check(ask("/huge", Purpose::Feed).await, FailureKind::TooLarge, "feed");
    check(ask("/short", Purpose::Feed).await, FailureKind::Garbled, "broke off");
    check(ask("/mega", Purpose::Page).await, FailureKind::TooLarge, "page is larger than 512 kB");
    assert_eq!(ask("/mega", Purpose::Picture).await.unwrap().body.len(), 1 << 20);
}

#[tokio::test]
async fn manner_27_nothing_takes_longer_than_it_may() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/hang" => Reply::hang(),
        "/drip" => Reply::ok(FEED).drip(Duration::from_millis(10)),
        path => Reply::to(302, format!("{path}x")).after(Duration::from_millis(40)),
    })
    .await;
    let began = Instant::now();
    let short = Duration::from_millis(100);
    check(client_with(|s| s.first_byte = short).get(&typed(&server.url("/hang"))).await, FailureKind::Timeout, "first word");
    check(client_with(|s| s.total = short).get(&typed(&server.url("/drip"))).await, FailureKind::Timeout, "The answer took longer");
    check(client_with(|s| s.total = short).get(&typed(&server.url("/slow"))).await, FailureKind::Timeout, "The answer took longer");
    // A door that opens and never speaks: TLS is part of connecting.
    let url = server.named("feeds.test", "/hang").replace("http:", "https:");
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = url.replace(&server.addr.port().to_string(), &silent.local_addr().unwrap().port().to_string());
    let certificate = TlsServer::start("feeds.test", 2100, FEED).await.certificate.clone();
    let hasty = client_with(|s| (s.connect, s.roots) = (short, vec![certificate]));
    check(hasty.get(&typed(&url)).await, FailureKind::Timeout, "Connecting took longer");
    assert!(began.elapsed() < Duration::from_secs(9), "the usual limits are 10 s and more");
}

#[tokio::test]
async fn manner_27_headers_have_an_end() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/long" => Reply::ok(FEED).header("X-A", "a".repeat(200_000)),
        "/long-redirect" => Reply::to(302, "/").header("X-A", "a".repeat(200_000)),
        "/many" => (0..10_000).fold(Reply::ok(FEED), |reply, n| reply.header(&format!("X-{n}"), "1")),
        "/no-http" => Reply::raw("SSH-2.0-OpenSSH_9.9\r\n"),
        "/nothing" => Reply::raw(""),
        _ => Reply::ok(FEED),
    })
    .await;
    check(get(&server.url("/long")).await, FailureKind::Garbled, "header");
    check(get(&server.url("/long-redirect")).await, FailureKind::Garbled, "header");
    for path in ["/many", "/no-http", "/nothing"] {
        check(get(&server.url(path)).await, FailureKind::Garbled, "no proper HTTP");
    }
}

#[tokio::test]
async fn manner_28_the_content_type_is_handed_on_as_it_came() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/none" => Reply::ok(FEED),
        "/empty" => Reply::ok(FEED).header("Content-Type", ""),
        "/charset" => Reply::ok(FEED).header("Content-Type", "application/rss+xml; charset=iso-8859-1"),
        _ => Reply::ok(FEED).header("Content-Type", "text/html").header("Content-Location", "/base/x"),
    })
    .await;
    for (path, want) in
        [("/none", None), ("/empty", None), ("/charset", Some("application/rss+xml; charset=iso-8859-1")), ("/", Some("text/html"))]
    {
        let fetched = get(&server.url(path)).await.unwrap();
        assert_eq!((fetched.content_type.as_deref(), fetched.body.as_slice()), (want, FEED.as_bytes()), "{path}");
    }
    assert_eq!(get(&server.url("/")).await.unwrap().content_location.unwrap().to_string(), server.url("/base/x"));
}

#[cfg(unix)]
#[tokio::test]
async fn manner_29_passwords_and_headers_stay_with_their_host() {
    let other = Server::start(|_| Reply::ok(FEED)).await;
    let elsewhere = other.named("feeds.test", "/caught");
    let server = Server::start(move |seen| match (seen.path.as_str(), seen.header("Authorization")) {
        ("/away", _) => Reply::to(302, &elsewhere),
        ("/home", _) => Reply::to(302, "/feed"),
        // “me:open sesame”
        (_, Some("Basic bWU6b3BlbiBzZXNhbWU=")) => Reply::ok(FEED),
        _ => Reply::new(401).header("WWW-Authenticate", b"Basic realm=\"\x1b]0;x\x07\""),
    })
    .await;
    let mut request = typed(&server.named("feeds.test", "/home"));
    request.settings.user = Some("me".into());
    request.settings.password = Some(PasswordFrom::Command("printf 'open sesame\\n'".into()));
    request.settings.headers = vec![("X-Key".into(), "tell nobody".into())];
    request.settings.user_agent = Some("other/1".into());
    assert!(client().get(&request).await.is_ok());
    for seen in server.log() {
        assert_eq!(seen.header("Authorization"), Some("Basic bWU6b3BlbiBzZXNhbWU="));
        assert_eq!(seen.header("X-Key"), Some("tell nobody"));
        assert_eq!(seen.header("User-Agent"), Some("other/1"));
    }
    // The same host's other port is another server.
    request.address = Address::parse(&server.named("feeds.test", "/away")).unwrap();
    assert!(client().get(&request).await.is_ok());
    assert_eq!(other.last().path, "/caught");
    assert_eq!((other.last().header("Authorization"), other.last().header("X-Key")), (None, None));
    // A login in a redirect is the server's and not the reader's.
    let liar =
        Server::start(|seen| if seen.nth == 1 && seen.path == "/" { Reply::to(302, "http://a:b@feeds.test/") } else { Reply::ok(FEED) })
            .await;
    let error = get(&liar.url("/")).await.unwrap_err();
    assert_eq!(error.hops[0].to.as_str(), "http://feeds.test/");
    // Wrong, missing, or a command that fails.
    request.settings.password = Some(PasswordFrom::Command("echo wrong".into()));
    request.address = Address::parse(&server.named("feeds.test", "/feed")).unwrap();
    check(client().get(&request).await, FailureKind::Auth, "refuses the user name or password");
    check(get(&server.named("feeds.test", "/feed")).await, FailureKind::Auth, "wants a user name");
    request.settings.password = Some(PasswordFrom::Command("false".into()));
    check(client().get(&request).await, FailureKind::Local, "password command false failed");
}

#[tokio::test]
async fn manner_29_no_secret_is_shown() {
    let client = client_with(|s| s.proxy = Proxying::Through("http://me:opensesame@127.0.0.1:1".into()));
    let mut request = found("http://me:opensesame@feeds.test/");
    request.settings.headers = vec![("X-Key".into(), "opensesame".into())];
    request.settings.proxy = Some("socks5h://me:opensesame@127.0.0.1:1".into());
    request.settings.password = Some(PasswordFrom::Command("echo opensesame".into()));
    let error = client.get(&request).await.unwrap_err();
    for shown in [format!("{client:?}"), format!("{request:?}"), format!("{error:?} {error}")] {
        assert!(!shown.contains("opensesame"), "{shown}");
    }
}

#[tokio::test]
async fn manner_29_a_password_command_is_asked_once() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("asked");
    let server = Server::start(|_| Reply::ok(FEED)).await;
    let mut request = typed(&server.url("/"));
    request.settings.user = Some("me".into());
    request.settings.password = Some(PasswordFrom::Command(format!("sh -c 'echo x >> {}; echo pw'", file.display())));
    let client = client();
    for _ in 0..3 {
        client.get(&request).await.unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), "x\n");
}

#[tokio::test]
async fn manner_29_an_http_proxy_gets_names_and_not_numbers() {
    let proxy = Server::start(|_| Reply::ok(FEED)).await;
    let through = format!("http://me:pw@{}", proxy.addr);
    let common = client_with(|s| s.proxy = Proxying::Through(through.clone()));
    // A name that this machine could not find: only the proxy is asked.
    common.get(&found("http://nowhere.invalid/feed?x=1")).await.unwrap();
    let seen = proxy.last();
    assert_eq!(seen.path, "http://nowhere.invalid/feed?x=1");
    assert_eq!(seen.header("Proxy-Authorization"), Some("Basic bWU6cHc="));
    // The feed's own proxy.
    let mut request = found("http://nowhere.invalid/own");
    request.settings.proxy = Some(through);
    client().get(&request).await.unwrap();
    assert_eq!(proxy.last().path, "http://nowhere.invalid/own");
    // Private numbers do not pass it, and this machine is not reached through it.
    check(common.get(&found("http://10.0.0.1/")).await, FailureKind::Private, "private network");
    let own = Server::start(|_| Reply::ok(FEED)).await;
    common.get(&typed(&own.url("/"))).await.unwrap();
    assert_eq!(proxy.log().len(), 2);
    assert_eq!(own.log().len(), 1);
    // No proxy there, or no proxy at all.
    let mut request = found("http://nowhere.invalid/");
    request.settings.proxy = Some("http://127.0.0.1:1".into());
    check(client().get(&request).await, FailureKind::Connect, "proxy");
    request.settings.proxy = Some("gopher://127.0.0.1:1".into());
    check(client().get(&request).await, FailureKind::Local, "proxy's address is not understood");
}

#[tokio::test]
async fn manner_29_a_socks_proxy_gets_names_and_not_numbers() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    for scheme in ["socks5h", "socks5"] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let asked = tokio::spawn(async move {
            let (mut s, _) = listener.accept().await.unwrap();
            let mut greeting = [0; 2];
            s.read_exact(&mut greeting).await.unwrap();
            let mut methods = vec![0; greeting[1].into()];
            s.read_exact(&mut methods).await.unwrap();
            s.write_all(&[5, 0]).await.unwrap();
            // VER CMD RSV ATYP=3 LEN NAME PORT (RFC 1928 §4)
            let mut head = [0; 5];
            s.read_exact(&mut head).await.unwrap();
            assert_eq!(head[..4], [5, 1, 0, 3], "a name is asked for");
            let mut name = vec![0; usize::from(head[4]) + 2];
            s.read_exact(&mut name).await.unwrap();
            s.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
            let mut request = [0; 4096];
            let n = s.read(&mut request).await.unwrap();
            assert!(request[..n].starts_with(b"GET /feed HTTP/1.1\r\n"));
            s.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>").await.unwrap();
            String::from_utf8_lossy(&name[..name.len() - 2]).into_owned()
        });
        let client = client_with(|s| s.proxy = Proxying::Through(format!("{scheme}://{addr}")));
        assert_eq!(client.get(&found("http://nowhere.invalid/feed")).await.unwrap().body, b"<rss/>");
        assert_eq!(asked.await.unwrap(), "nowhere.invalid");
    }
}

#[tokio::test]
async fn manner_30_http_2_by_agreement_and_tls_errors_are_errors() {
    let server = TlsServer::start("tls.test", 2100, FEED).await;
    let url = server.url("tls.test", "/feed");
    let trusting = client_with(|s| s.roots = vec![server.certificate.clone()]);
    assert_eq!(trusting.get(&typed(&url)).await.unwrap().body, FEED.as_bytes());
    assert_eq!(server.log(), [format!("HTTP/2.0 {url}")]);
    let old = TlsServer::start("tls.test", 2002, FEED).await;
    let trusting_old = client_with(|s| s.roots = vec![old.certificate.clone()]);
    check(trusting_old.get(&typed(&url)).await, FailureKind::Tls, "not trust");
    check(trusting.get(&typed(&server.url("other.test", "/feed"))).await, FailureKind::Tls, "another site's certificate");
    check(trusting_old.get(&typed(&old.url("tls.test", "/feed"))).await, FailureKind::Tls, "run out");
    assert_eq!(server.log().len() + old.log().len(), 1, "nothing was asked");
    // A plain HTTP server behind https, as it answers to a handshake.
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://feeds.test:{}/", plain.local_addr().unwrap().port());
    tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await
    });
    check(trusting.get(&typed(&url)).await, FailureKind::Tls, "does not speak proper TLS");
    // A system without certificates is told apart from a bad server, and http works on.
    check(get(&server.url("tls.test", "/")).await, FailureKind::Tls, "No root certificates were found");
}

/// A name with several addresses of which the first leads nowhere (RFC 8305).
#[tokio::test]
async fn manner_30_the_other_address_of_a_name_is_tried() {
    let server = Server::start(|_| Reply::ok(FEED)).await;
    let nobody = IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);
    let client = client_with(|s| s.names = Arc::new(vec![("two.test".into(), nobody), ("two.test".into(), LOCAL)]));
    assert_eq!(client.get(&typed(&server.named("two.test", "/feed"))).await.unwrap().status, 200);
}

#[tokio::test]
async fn manner_30_https_never_becomes_http() {
    let server = TlsServer::start("tls.test", 2100, FEED).await;
    let plain = Server::start(|_| Reply::ok(FEED)).await;
    let trusting = client_with(|s| s.roots = vec![server.certificate.clone()]);
    let away = format!("/to/http:||tls.test:{}|", plain.addr.port());
    check(trusting.get(&typed(&server.url("tls.test", &away))).await, FailureKind::Redirect, "from https to http");
    assert!(plain.log().is_empty());
    // From http to https, all is well.
    let to = server.url("tls.test", "/feed");
    let door = Server::start(move |_| Reply::to(301, &to)).await;
    assert!(trusting.get(&typed(&door.named("tls.test", "/feed"))).await.is_ok());
}

#[tokio::test]
async fn nobody_there() {
    check(get("http://nowhere.invalid/").await, FailureKind::Name, "nowhere.invalid was not found");
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    check(get(&format!("http://{gone}/")).await, FailureKind::Connect, "127.0.0.1 refuses connections");
}
