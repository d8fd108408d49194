//! Asking servers for feeds, pages and pictures, politely and without trust: the only folder that names reqwest.
//!
//! One [`Client`] for all. A request waits at the gate (one at a time a host, so many in all), goes out with the exact
//! validators of last time, and comes back as [`Fetched`] or as a failure in words. Redirects are followed here and not
//! by reqwest, because each one decides anew: may this host be reached, may it see the password, is it for good?
//! [`etiquette`] is the pure part: what servers say about when to come again.

mod decode;
pub mod etiquette;
mod failure;
mod gate;
mod private;
mod roots;
mod route;
mod secret;
mod trip;

pub use failure::FetchError;

use etiquette::Hosts;
use jiff::Timestamp;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::clock::Clock;
use crate::model::{Failure, FailureKind, Fetched, Purpose, Request};
use gate::Gate;
use secret::Secrets;
use trip::Trip;

/// Bytes of response header at most.
const HEADER_CAP: usize = 64 * 1024;

/// How requests are made; every figure can be set, tests make them short.
#[derive(Clone)]
pub struct Settings {
    /// Until a connection stands, names and TLS included.
    pub connect: Duration,
    /// From asking until the answer's header is there, a new connection included.
    pub first_byte: Duration,
    /// For the whole exchange, redirects and body included; waiting at the gate is not counted.
    pub total: Duration,
    /// Bytes of a feed, decoded.
    pub feed_cap: usize,
    /// Bytes of a page, decoded.
    pub page_cap: usize,
    /// Bytes of a picture.
    pub picture_cap: usize,
    /// Requests at a time.
    pub parallel: usize,
    /// Requests at a time to one host.
    pub per_host: usize,
    /// Between the beginnings of two requests to one host. This machine itself needs no such care.
    pub host_gap: Duration,
    /// How long a password command may take.
    pub password: Duration,
    /// Through which proxy.
    pub proxy: Proxying,
    /// `User-Agent`.
    pub user_agent: String,
    /// Names answered before the system is asked, as in a hosts file. What is private stays so.
    pub names: Arc<Vec<(String, IpAddr)>>,
    /// Whether the system's root certificates are trusted.
    pub system_roots: bool,
    /// Further root certificates (DER).
    pub roots: Vec<Vec<u8>>,
    /// Stamps the answers.
    pub clock: Clock,
}

/// Through which proxy requests go.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Proxying {
    /// As the environment (`HTTPS_PROXY`, `NO_PROXY` …) or the system says.
    #[default]
    System,
    /// Never.
    None,
    /// Always this one, but for this very machine: `http://…`, `socks5h://…`, with user and password if needed.
    Through(String),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(20),
            total: Duration::from_secs(60),
            feed_cap: 20 << 20,
            page_cap: 4 << 20,
            picture_cap: 10 << 20,
            parallel: 16,
            per_host: 1,
            host_gap: Duration::from_secs(1),
            password: Duration::from_secs(30),
            proxy: Proxying::System,
            user_agent: default_user_agent(),
            names: Arc::default(),
            system_roots: true,
            roots: Vec::new(),
            clock: Clock::system(),
        }
    }
}

impl Settings {
    /// The cap on the decoded body.
    fn cap(&self, purpose: Purpose) -> usize {
        match purpose {
            Purpose::Feed => self.feed_cap,
            Purpose::Page => self.page_cap,
            Purpose::Picture => self.picture_cap,
        }
    }
}

// Proxies carry passwords; what else there is to see is the figures.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("connect", &self.connect)
            .field("first_byte", &self.first_byte)
            .field("total", &self.total)
            .field("parallel", &self.parallel)
            .field("per_host", &self.per_host)
            .field("host_gap", &self.host_gap)
            .field("proxy", &self.proxy)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Proxying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Proxying::System => "System",
            Proxying::None => "None",
            Proxying::Through(_) => "Through(…)",
        })
    }
}

/// `name/version (+where to complain)`, as servers' owners ask for.
fn default_user_agent() -> String {
    let about = match env!("CARGO_PKG_REPOSITORY") {
        "" => "terminal news reader".to_owned(),
        url => format!("+{url}"),
    };
    concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned() + &format!(" ({about})")
}

/// The HTTP client: cheap to clone, one for the whole program. Dropping a future of [`Client::get`] ends its request.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    settings: Arc<Settings>,
    routes: route::Routes,
    gate: Gate,
    secrets: Secrets,
    hosts: Mutex<Hosts>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.0.settings).finish()
    }
}

impl Client {
    /// Reads the system's certificates and proxies (some milliseconds: not for the thread that draws).
    ///
    /// # Errors
    /// A proxy in the settings that is not understood. Missing certificates are no error here but of each https request.
    pub fn new(settings: &Settings) -> Result<Self, Failure> {
        let settings = Arc::new(settings.clone());
        let routes = route::Routes::new(&settings)?;
        let gate = Gate::new(settings.parallel, settings.per_host);
        Ok(Self(Arc::new(Inner { settings, routes, gate, secrets: Secrets::default(), hosts: Mutex::default() })))
    }

    /// Hosts that asked to be left alone, as the cache remembers them from before.
    pub fn leave_alone(&self, until: impl IntoIterator<Item = (String, Timestamp)>) {
        if let Ok(mut hosts) = self.0.hosts.lock() {
            hosts.extend(until);
        }
    }

    /// Fetches one thing: 200 with a body, or 304 to a conditional request. Anything else is an error in words.
    ///
    /// # Errors
    /// See [`FailureKind`]; `retry_after` and the redirects until then are told as well.
    pub async fn get(&self, request: &Request) -> Result<Fetched, FetchError> {
        self.fetch(request, None).await.map(|(fetched, _)| fetched)
    }

    /// The same, asking only once there is `room` for the answer; the permit stands for the room that it takes up until it
    /// is dropped. Who waits for a host's turn takes up none, so that many feeds of one slow host hold up no others.
    ///
    /// # Errors
    /// As [`Client::get`]; a failure takes up no room.
    pub async fn get_into(&self, room: &Arc<Semaphore>, request: &Request) -> Result<(Fetched, Option<OwnedSemaphorePermit>), FetchError> {
        self.fetch(request, Some(room)).await
    }

    async fn fetch(&self, request: &Request, room: Option<&Arc<Semaphore>>) -> Result<(Fetched, Option<OwnedSemaphorePermit>), FetchError> {
        if request.address.as_local().is_some() {
            let failure =
                Failure::new(FailureKind::Address, "This is a source on this machine, not on the network.", "Nothing is fetched for it.");
            return Err(FetchError { failure, host_until: None, retry_after: None, hops: Vec::new(), at: request.address.clone() });
        }
        let mut trip = Trip::new(&self.0, request, room);
        // Boxed, since it is large: whoever asks for a thousand feeds at once moves only what leads to it.
        match Box::pin(trip.run()).await {
            Ok(done) => Ok(done),
            Err(failure) => Err(trip.failed(failure)),
        }
    }
}
