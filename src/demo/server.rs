//! The replay behind a socket on loopback: answers as a good outlet does (validators, 304, right types, 404 and 410).

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use hyper::{Method, Request, Response, StatusCode, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;
use tokio::{net::TcpListener, task::JoinHandle, task::JoinSet};

use super::{Pace, Page, Replay, Scene};
use crate::model::{Address, Clean, FeedSettings};

/// Seconds between polls that the demo's feeds want: the day runs fast.
const INTERVAL: u64 = 5;

/// A running server. Dropping it stops it.
#[derive(Debug)]
pub struct Server {
    base: String,
    feeds: Vec<(Address, FeedSettings)>,
    task: JoinHandle<()>,
}

struct Site {
    replay: Replay,
    pace: Pace,
    base: String,
    elapsed: Box<dyn Fn() -> Duration + Send + Sync>,
}

/// Serves the replay on a free port of 127.0.0.1, on the caller's tokio runtime. `elapsed` says how long ago the launch
/// was, each time it is asked: a clock's difference, or whatever a test wants.
///
/// # Errors
/// If no port of the loopback interface can be had.
pub async fn serve(replay: Replay, pace: Pace, elapsed: impl Fn() -> Duration + Send + Sync + 'static) -> std::io::Result<Server> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let feed = |outlet: &super::script::Outlet| {
        let address = Address::parse(&format!("{base}{}", outlet.feed_path())).expect("a loopback address with an ASCII path");
        let settings = FeedSettings { folder: Some(Clean::line(&outlet.folder)), interval: Some(INTERVAL), ..FeedSettings::default() };
        (address, settings)
    };
    let feeds = replay.outlets.iter().map(feed).collect();
    let site = Arc::new(Site { replay, pace, base: base.clone(), elapsed: Box::new(elapsed) });
    let task = tokio::spawn(accept(listener, site));
    Ok(Server { base, feeds, task })
}

impl Server {
    /// `http://127.0.0.1:PORT`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What to subscribe to, each in its folder.
    pub fn feeds(&self) -> Vec<(Address, FeedSettings)> {
        self.feeds.clone()
    }

    /// Stops listening and closes all connections.
    pub async fn shutdown(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await; // an error only says that it was stopped
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Takes connections until it is aborted; the connections live in its set and end with it.
async fn accept(listener: TcpListener, site: Arc<Site>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                let site = site.clone();
                connections.spawn(async move {
                    let service = service_fn(move |request| {
                        let answer = site.answer(&request);
                        async move { Ok::<_, Infallible>(answer) }
                    });
                    // A client that goes away in the middle is no fault of ours.
                    let _ = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
                });
            }
            Some(_) = connections.join_next() => {}
            else => tokio::time::sleep(Duration::from_millis(50)).await, // out of file handles: wait for some to close
        }
    }
}

impl Site {
    fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return plain(StatusCode::METHOD_NOT_ALLOWED, |h| _ = h.insert(ALLOW, "GET, HEAD".parse().expect("a header value")));
        }
        let scene = Scene { at: self.pace.moment((self.elapsed)()), base: self.base.clone(), pace: self.pace };
        match self.replay.page(request.uri().path(), &scene) {
            Some(page) => answer(page, request.headers()),
            None => plain(StatusCode::NOT_FOUND, |_| ()),
        }
    }
}

fn answer(page: Page, asked: &HeaderMap) -> Response<Full<Bytes>> {
    let header = |name| asked.get(name).and_then(|v| v.to_str().ok());
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::OK);
    // An outlet that does not say when its pages changed has no validators at all.
    let modified = page.modified.map(|t| t.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    let mut hasher = DefaultHasher::new();
    page.body.hash(&mut hasher);
    let tag = modified.as_ref().map(|_| format!("\"{:016x}\"", hasher.finish()));
    let mut response = Response::builder().status(status).header(CONTENT_TYPE, page.content_type).header(CACHE_CONTROL, "max-age=5");
    if let (Some(tag), Some(modified)) = (&tag, &modified) {
        response = response.header(ETAG, tag).header(LAST_MODIFIED, modified);
    }
    // RFC 9110 §13.2.2: If-None-Match decides where both are sent.
    let same = match header(IF_NONE_MATCH) {
        Some(tags) => tag.as_ref().is_some_and(|tag| tags.split(',').any(|t| t.trim().trim_start_matches("W/") == tag)),
        None => modified.is_some() && header(IF_MODIFIED_SINCE) == modified.as_deref(),
    };
    let (status, body) = if same && status == StatusCode::OK { (StatusCode::NOT_MODIFIED, vec![]) } else { (status, page.body) };
    response.status(status).body(Full::new(body.into())).expect("header values are ASCII made here")
}

fn plain(status: StatusCode, headers: impl FnOnce(&mut HeaderMap)) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(status.to_string())));
    *response.status_mut() = status;
    headers(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// One request as it goes over the wire; the answer's head and body.
    async fn get(server: &Server, path: &str, headers: &str) -> (String, String) {
        let mut socket = tokio::net::TcpStream::connect(server.base().trim_start_matches("http://")).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n{headers}\r\n");
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn header(head: &str, name: &str) -> String {
        head.lines().find_map(|l| l.strip_prefix(&format!("{name}: "))).unwrap_or_default().to_owned()
    }

    #[tokio::test]
    async fn a_feed_is_sent_once_until_it_changes() {
        let seconds = Arc::new(AtomicU64::new(0));
        let elapsed = {
            let s = seconds.clone();
            move || Duration::from_secs(s.load(Ordering::Relaxed))
        };
        let server = serve(Replay::load(), Pace::default(), elapsed).await.unwrap();
        for (address, settings) in server.feeds() {
            let path = address.url().path().to_owned();
            let (head, body) = get(&server, &path, "").await;
            assert!(head.starts_with("HTTP/1.1 200"), "{head}");
            assert!(body.contains(server.base()) && settings.folder.is_some());
            let etag = header(&head, "etag");
            let (again, body) = get(&server, &path, &format!("If-None-Match: {etag}\r\n")).await;
            assert!(again.starts_with("HTTP/1.1 304") && body.is_empty(), "{again}");
            assert_eq!(header(&again, "etag"), etag);
            let (again, _) = get(&server, &path, &format!("If-Modified-Since: {}\r\n", header(&head, "last-modified"))).await;
            assert!(again.starts_with("HTTP/1.1 304"), "{again}");
            seconds.store(600, Ordering::Relaxed);
            let (later, _) = get(&server, &path, &format!("If-None-Match: {etag}\r\n")).await;
            assert!(later.starts_with("HTTP/1.1 200"), "{path}: {later}");
            seconds.store(0, Ordering::Relaxed);
        }
        server.shutdown().await;
    }

    #[tokio::test]
    async fn what_is_not_there_is_404_and_other_methods_405() {
        let server = serve(Replay::load(), Pace::default(), || Duration::ZERO).await.unwrap();
        for path in ["/", "/nobody/rss.xml", "/alpenbote/nothing", "/alpenbote/media/../outlets.toml", "/alpenbote/media/outlets.toml"] {
            assert!(get(&server, path, "").await.0.starts_with("HTTP/1.1 404"), "{path}");
        }
        let (head, _) = get(&server, "/alpenbote/media/runway.png", "").await;
        assert_eq!(header(&head, "content-type"), "image/png");
    }

    #[tokio::test]
    async fn a_server_that_was_shut_down_listens_no_more() {
        let server = serve(Replay::load(), Pace::default(), || Duration::ZERO).await.unwrap();
        let at = server.base().trim_start_matches("http://").to_owned();
        server.shutdown().await;
        assert!(tokio::net::TcpStream::connect(at).await.is_err());
    }
}
