//! A scripted HTTP/1.1 server on loopback: one closure answers all requests, every request is recorded with its time,
//! and an answer can be whole, late, cut off, dripped, endless or no HTTP at all.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    /// Path and query; for a proxy the whole address.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub at: Instant,
    /// How many requests for this path came until now, this one included.
    pub nth: usize,
}

impl Seen {
    /// The value of a header by its name in any case; bytes above ASCII one character each.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

/// How an answer goes out.
#[derive(Clone, Debug)]
enum Manner {
    Whole,
    /// Closed after the body, whatever `Content-Length` said.
    Cut,
    /// Nothing ever.
    Hang,
    /// One byte of the body at a time.
    Drip(Duration),
    /// The body again and again.
    Endless,
    /// These very bytes.
    Raw(Vec<u8>),
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    manner: Manner,
    after: Duration,
}

impl Reply {
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), manner: Manner::Whole, after: Duration::ZERO }
    }

    /// 200 with a body.
    pub fn ok(body: impl AsRef<[u8]>) -> Self {
        Self::new(200).body(body)
    }

    /// A redirect.
    pub fn to(status: u16, location: impl AsRef<str>) -> Self {
        Self::new(status).header("Location", location.as_ref())
    }

    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.into(), value.as_ref().into()));
        self
    }

    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().into();
        self
    }

    /// Waits before it answers, so that requests can be seen to overlap or not.
    pub fn after(mut self, time: Duration) -> Self {
        self.after = time;
        self
    }

    pub fn cut(mut self) -> Self {
        self.manner = Manner::Cut;
        self
    }

    pub fn drip(mut self, every: Duration) -> Self {
        self.manner = Manner::Drip(every);
        self
    }

    pub fn endless(mut self) -> Self {
        self.manner = Manner::Endless;
        self
    }

    pub fn hang() -> Self {
        Self { manner: Manner::Hang, ..Self::new(200) }
    }

    pub fn raw(bytes: impl AsRef<[u8]>) -> Self {
        Self { manner: Manner::Raw(bytes.as_ref().into()), ..Self::new(200) }
    }

    fn head(&self) -> Vec<u8> {
        let mut out = format!("HTTP/1.1 {} Scripted\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(value);
            out.extend_from_slice(b"\r\n");
        }
        let said = self.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case("content-length"));
        if !said && self.status != 304 && !matches!(self.manner, Manner::Endless) {
            out.extend_from_slice(format!("Content-Length: {}\r\n", self.body.len()).as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        out
    }
}

type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

struct State {
    log: Mutex<Vec<Seen>>,
    now: AtomicUsize,
    peak: AtomicUsize,
    script: Box<Script>,
}

/// The server; it ends when dropped.
pub struct Server {
    pub addr: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let state =
            Arc::new(State { log: Mutex::default(), now: AtomicUsize::new(0), peak: AtomicUsize::new(0), script: Box::new(script) });
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Self { addr, state, task }
    }

    /// The address of a path on this server, by number.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// The address of a path on this server under a name.
    pub fn named(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.addr.port())
    }

    /// All requests until now.
    pub fn log(&self) -> Vec<Seen> {
        self.state.log.lock().unwrap().clone()
    }

    /// The last request.
    pub fn last(&self) -> Seen {
        self.log().pop().expect("there was a request")
    }

    /// How many requests were under way at once, at most.
    pub fn peak(&self) -> usize {
        self.state.peak.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, state: Arc<State>) {
    let mut buffer = Vec::new();
    while let Some(mut seen) = read(&mut stream, &mut buffer).await {
        {
            let mut log = state.log.lock().unwrap();
            seen.nth = 1 + log.iter().filter(|s| s.path == seen.path).count();
            log.push(seen.clone());
        }
        let now = 1 + state.now.fetch_add(1, Ordering::SeqCst);
        state.peak.fetch_max(now, Ordering::SeqCst);
        let reply = (state.script)(&seen);
        tokio::time::sleep(reply.after).await;
        // Counted out before the last byte is: the client may ask again as soon as it has that.
        state.now.fetch_sub(1, Ordering::SeqCst);
        if write(&mut stream, &reply).await.is_none() {
            break;
        }
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Option<Seen> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(n) if n > 0 => buffer.extend_from_slice(&chunk[..n]),
            _ => return None,
        }
    };
    let head: String = buffer.drain(..end + 4).map(char::from).collect();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers = lines.filter_map(|l| l.split_once(':')).map(|(n, v)| (n.to_owned(), v.trim().to_owned())).collect();
    Some(Seen { method, path, headers, at: Instant::now(), nth: 0 })
}

/// `None` once the connection is to be closed.
async fn write(stream: &mut (impl AsyncWrite + Unpin), reply: &Reply) -> Option<()> {
    match &reply.manner {
        Manner::Hang => std::future::pending().await,
        Manner::Raw(bytes) => {
            stream.write_all(bytes).await.ok()?;
            stream.shutdown().await.ok()?;
            None
        }
        Manner::Whole => stream.write_all(&[reply.head(), reply.body.clone()].concat()).await.ok(),
        Manner::Cut => {
            stream.write_all(&[reply.head(), reply.body.clone()].concat()).await.ok()?;
            stream.shutdown().await.ok()?;
            None
        }
        Manner::Drip(every) => {
            stream.write_all(&reply.head()).await.ok()?;
            for byte in &reply.body {
                stream.write_all(&[*byte]).await.ok()?;
                tokio::time::sleep(*every).await;
            }
            Some(())
        }
        Manner::Endless => {
            stream.write_all(&reply.head()).await.ok()?;
            loop {
                stream.write_all(&reply.body).await.ok()?;
            }
        }
    }
}
