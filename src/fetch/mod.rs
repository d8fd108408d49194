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
mod route;
mod secret;

pub use failure::FetchError;

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use url::Url;

use crate::clock::Clock;
use crate::model::{Address, Failure, FailureKind, Fetched, Hop, Purpose, Request, Validators};
use decode::Body;
use gate::{Gate, Pass};
use secret::{Secret, Secrets};

/// Redirects followed at most.
const HOPS: usize = 10;
/// Bytes of response header at most.
const HEADER_CAP: usize = 64 * 1024;
/// Longer validators are not worth sending back.
const VALIDATOR_CAP: usize = 4096;

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
    /// Root certificates (DER) trusted beside the system's.
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
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.0.settings).finish()
    }
}

/// What one hop brought: the end, or where to go on.
enum Step {
    Answer(reqwest::Response),
    Onward(Hop),
}

/// What only the host that the reader named may see.
struct Private {
    headers: HeaderMap,
    login: Option<(String, Secret)>,
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
        Ok(Self(Arc::new(Inner { settings, routes, gate, secrets: Secrets::default() })))
    }

    /// Fetches one thing: 200 with a body, or 304 to a conditional request. Anything else is an error in words.
    ///
    /// # Errors
    /// See [`FailureKind`]; `retry_after` and the redirects until then are told as well.
    pub async fn get(&self, request: &Request) -> Result<Fetched, FetchError> {
        let mut trip = Trip { inner: &self.0, request, at: stripped(&request.address), hops: Vec::new(), retry_after: None };
        match trip.run().await {
            Ok(fetched) => Ok(fetched),
            Err(failure) => Err(FetchError { failure: Box::new(failure), retry_after: trip.retry_after, hops: trip.hops, at: trip.at }),
        }
    }
}

/// One request on its way through its redirects.
struct Trip<'a> {
    inner: &'a Inner,
    request: &'a Request,
    at: Address,
    hops: Vec<Hop>,
    retry_after: Option<jiff::SignedDuration>,
}

impl Trip<'_> {
    async fn run(&mut self) -> Result<Fetched, Failure> {
        let settings = &self.inner.settings;
        let private = self.private().await?;
        let mut seen = vec![self.at.clone()];
        let mut left = settings.total;
        let mut pass: Option<(String, Pass)> = None;
        loop {
            let host = place(&self.at);
            if pass.as_ref().is_none_or(|(held, _)| *held != host) {
                drop(pass.take()); // never hold one host while waiting for another
                let gap = if loopback(&self.at) { Duration::ZERO } else { settings.host_gap };
                pass = Some((host.clone(), self.inner.gate.enter(&host, gap).await));
            }
            let began = Instant::now();
            let whole = || failure::timeout("The answer", settings.total);
            match timeout(left, self.step(&private)).await.map_err(|_| whole())?? {
                Step::Onward(hop) => {
                    self.at = hop.to.clone();
                    self.hops.push(hop);
                    if seen.contains(&self.at) {
                        return Err(failure::redirect("The server redirects in a circle."));
                    }
                    if self.hops.len() > HOPS {
                        return Err(failure::redirect(format!("The server redirects more than {HOPS} times.")));
                    }
                    seen.push(self.at.clone());
                    left = left.saturating_sub(began.elapsed());
                }
                Step::Answer(response) => {
                    left = left.saturating_sub(began.elapsed());
                    return timeout(left, self.take(response)).await.map_err(|_| whole())?;
                }
            }
        }
    }

    /// Asks once.
    async fn step(&mut self, private: &Private) -> Result<Step, Failure> {
        let settings = &self.inner.settings;
        let wanted = &self.request.settings;
        let meant = self.request.typed && self.at.host() == self.request.address.host();
        let way = self.inner.routes.way(&self.at, meant, wanted.proxy.as_deref())?;
        let mut ask = way.client.get(self.at.url());
        let agent = wanted.user_agent.as_deref().unwrap_or(&settings.user_agent);
        ask = ask.header(header::USER_AGENT, HeaderValue::from_str(agent).map_err(|_| bad_setting("user agent"))?);
        ask = ask.header(header::ACCEPT, accept(self.request.purpose)).header(header::ACCEPT_ENCODING, decode::ACCEPT);
        for (name, value) in
            [(header::IF_NONE_MATCH, &self.request.validators.etag), (header::IF_MODIFIED_SINCE, &self.request.validators.last_modified)]
        {
            if let Some(value) = value.as_deref().and_then(to_wire) {
                ask = ask.header(name, value);
            }
        }
        let trusted = same_door(&self.request.address.url(), &self.at.url());
        if trusted {
            ask = ask.headers(private.headers.clone());
            if let Some((user, password)) = &private.login {
                ask = ask.basic_auth(user, Some(&password.0));
            }
        }
        let host = self.at.host();
        let response = timeout(settings.first_byte, ask.send())
            .await
            .map_err(|_| failure::timeout("The server's first word", settings.first_byte))?
            .map_err(|e| failure::transport(&e, &host, way.proxied, settings.connect))?;
        let size: usize = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if size > HEADER_CAP {
            return Err(failure::garbled("The header of the answer is larger than any should be."));
        }
        let status = response.status().as_u16();
        match status {
            301 | 302 | 303 | 307 | 308 => self.onward(&response).map(Step::Onward),
            200 | 203 | 226 | 304 => Ok(Step::Answer(response)),
            201 | 202 | 204..=299 => Err(match status {
                206 => failure::garbled("The server gave only a part."),
                _ => failure::garbled("The answer is empty."),
            }),
            _ => {
                self.retry_after = self.freshness(response.headers()).retry_after;
                let with_password = trusted && private.login.is_some();
                if let (401, Some(command)) = (status, &wanted.password_command) {
                    self.inner.secrets.forget(command);
                }
                Err(failure::status(status, self.retry_after, with_password))
            }
        }
    }

    /// Where a redirect leads, if it may lead there.
    fn onward(&self, response: &reqwest::Response) -> Result<Hop, Failure> {
        let status = response.status().as_u16();
        let raw = response.headers().get(header::LOCATION).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
        let raw = raw.ok_or_else(|| failure::redirect("The server redirects without saying where to."))?;
        let mut to = self.at.join(&raw).map_err(|e| failure::redirect(format!("The server redirects to what cannot be fetched: {e}.")))?;
        if self.at.url().scheme() == "https" && to.url().scheme() == "http" {
            // No silent downgrade: the same place over https, or nothing.
            let mut safe = to.url();
            if safe.port().is_some() || safe.set_scheme("https").is_err() {
                return Err(failure::downgrade());
            }
            to = Address::parse(safe.as_str()).map_err(|_| failure::downgrade())?;
            if self.hops.iter().any(|hop| hop.to == stripped(&to)) || stripped(&to) == self.at {
                return Err(failure::downgrade());
            }
        }
        Ok(Hop { status, to: stripped(&to) })
    }

    /// Takes the answer in.
    async fn take(&mut self, mut response: reqwest::Response) -> Result<Fetched, Failure> {
        let settings = &self.inner.settings;
        let purpose = self.request.purpose;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let sent = &self.request.validators;
        let text = |name: HeaderName| headers.get(name).map(from_wire).filter(|v| !v.is_empty() && v.len() <= VALIDATOR_CAP);
        let mut validators = Validators { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) };
        let body = if status == 304 {
            if sent.etag.is_none() && sent.last_modified.is_none() {
                return Err(failure::garbled("The server says “unchanged” without having been asked."));
            }
            // What a 304 brings is new, what it leaves out still holds (RFC 9110 §15.4.5, RFC 9111 §3.2).
            validators.etag = validators.etag.or_else(|| sent.etag.clone());
            validators.last_modified = validators.last_modified.or_else(|| sent.last_modified.clone());
            Vec::new()
        } else {
            let cap = settings.cap(purpose);
            if response.content_length().is_some_and(|n| n > cap as u64) {
                return Err(failure::too_large(purpose, cap));
            }
            let mut body = Body::new(&joined(&headers, header::CONTENT_ENCODING).unwrap_or_default(), cap);
            let cut = |_| failure::garbled("The answer broke off before its end.");
            while let Some(chunk) = response.chunk().await.map_err(cut)? {
                body.push(&chunk).map_err(|why| failure::broken(why, purpose, cap))?;
            }
            body.finish().map_err(|why| failure::broken(why, purpose, cap))?
        };
        if status != 304 && body.is_empty() {
            return Err(failure::garbled("The answer is empty."));
        }
        Ok(Fetched {
            address: self.at.clone(),
            hops: std::mem::take(&mut self.hops),
            status: if status == 304 { 304 } else { 200 },
            body,
            content_type: text(header::CONTENT_TYPE),
            content_location: text(header::CONTENT_LOCATION).and_then(|raw| self.at.join(&raw).ok()),
            validators,
            freshness: self.freshness(&headers),
            at: settings.clock.now(),
        })
    }

    fn freshness(&self, headers: &HeaderMap) -> crate::model::Freshness {
        let cache_control = joined(headers, header::CACHE_CONTROL);
        let one = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
        etiquette::Said {
            cache_control: cache_control.as_deref(),
            expires: one(header::EXPIRES),
            date: one(header::DATE),
            age: one(header::AGE),
            retry_after: one(header::RETRY_AFTER),
        }
        .freshness(self.inner.settings.clock.now())
    }

    /// The feed's own headers and its login, from its settings or from its address.
    async fn private(&self) -> Result<Private, Failure> {
        let wanted = &self.request.settings;
        let mut headers = HeaderMap::new();
        for (name, value) in &wanted.headers {
            let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| bad_setting("headers"))?;
            let mut value = HeaderValue::from_str(value.trim()).map_err(|_| bad_setting("headers"))?;
            value.set_sensitive(true);
            // The connection's own business (RFC 9110 §7.6.1) is not the reader's.
            let fixed = [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::UPGRADE, header::TE];
            if fixed.contains(&name) || name == header::ACCEPT_ENCODING {
                return Err(bad_setting("headers"));
            }
            headers.append(name, value);
        }
        let url = self.request.address.url();
        let login = match (&wanted.user, &wanted.password_command) {
            (user, Some(command)) => {
                let password = self.inner.secrets.get(command, self.inner.settings.password).await?;
                Some((user.clone().unwrap_or_default(), password))
            }
            (Some(user), None) => Some((user.clone(), Secret(url.password().map(unescape).unwrap_or_default()))),
            (None, None) if !url.username().is_empty() || url.password().is_some() => {
                Some((unescape(url.username()), Secret(url.password().map(unescape).unwrap_or_default())))
            }
            (None, None) => None,
        };
        Ok(Private { headers, login })
    }
}

/// What is asked for, most wanted first.
fn accept(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Feed => {
            "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.9, \
             text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
        }
        Purpose::Page => "text/html, application/xhtml+xml;q=0.9, application/xml;q=0.5, */*;q=0.1",
        Purpose::Picture => "image/png, image/jpeg, image/webp;q=0.9, image/gif;q=0.8, image/*;q=0.5, */*;q=0.1",
    }
}

fn bad_setting(what: &str) -> Failure {
    Failure::new(FailureKind::Local, format!("The feed's {what} setting cannot be sent."), "Change it in the feed's settings.")
}

/// An address without login and fragment: what is asked for, compared and shown.
fn stripped(address: &Address) -> Address {
    let public = address.public();
    let mut url = public.url();
    if url.fragment().is_none() {
        return public;
    }
    url.set_fragment(None);
    Address::parse(url.as_str()).unwrap_or(public)
}

/// Who takes turns with whom: a host. On this machine every port is a server of its own.
fn place(address: &Address) -> String {
    let url = address.url();
    if loopback(address) { format!("{}:{}", address.host(), url.port_or_known_default().unwrap_or(0)) } else { address.host() }
}

fn loopback(address: &Address) -> bool {
    address.url().host().is_some_and(|host| private::host_is_loopback(&host))
}

/// Whether `to` may see what is meant for `from`: the same origin, or the same host's https door.
fn same_door(from: &Url, to: &Url) -> bool {
    from.origin() == to.origin()
        || from.host() == to.host() && from.scheme() == "http" && from.port().is_none() && to.scheme() == "https" && to.port().is_none()
}

/// Header bytes as text, one character a byte, so that they go back exactly as they came.
fn from_wire(value: &HeaderValue) -> String {
    value.as_bytes().iter().map(|b| char::from(*b)).collect()
}

fn to_wire(text: &str) -> Option<HeaderValue> {
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<_>>()?;
    HeaderValue::from_bytes(&bytes).ok()
}

fn joined(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let all: Vec<&str> = headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).collect();
    (!all.is_empty()).then(|| all.join(","))
}

/// Undoes the percent-encoding of an address's user name or password.
fn unescape(raw: &str) -> String {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((&b, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (b, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(b);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
