//! One request on its way: through the gate, through its redirects, into a body. Each redirect decides anew whether
//! the host may be reached, whether it may see what is private, and whether the way is still encrypted.

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};
use url::Url;

use super::decode::{self, Body};
use super::gate::Pass;
use super::secret::{Secret, Source};
use super::{FetchError, HEADER_CAP, Inner, etiquette, failure, private};
use crate::model::{Address, Failure, FailureKind, Fetched, Freshness, Hop, PasswordFrom, Purpose, Request, Validators, header_name};

/// Redirects followed at most.
const HOPS: usize = 10;
/// Longer validators are not worth sending back.
const VALIDATOR_CAP: usize = 4096;

/// What one hop brought: the end, or where to go on.
enum Step {
    Answer(reqwest::Response),
    Onward(Hop),
}

/// What only the host that the reader named may see.
struct Private {
    headers: HeaderMap,
    login: Option<(String, Secret)>,
    /// Where its secrets came from.
    sources: Vec<Source>,
}

/// One request on its way through its redirects.
pub(super) struct Trip<'a> {
    inner: &'a Inner,
    request: &'a Request,
    room: Option<&'a Arc<Semaphore>>,
    at: Address,
    hops: Vec<Hop>,
    retry_after: Option<SignedDuration>,
    host_until: Option<Timestamp>,
}

impl<'a> Trip<'a> {
    pub(super) fn new(inner: &'a Inner, request: &'a Request, room: Option<&'a Arc<Semaphore>>) -> Self {
        Self { inner, request, room, at: stripped(&request.address), hops: Vec::new(), retry_after: None, host_until: None }
    }

    /// What is known of a trip that failed.
    pub(super) fn failed(self, failure: Failure) -> FetchError {
        FetchError { failure, host_until: self.host_until, retry_after: self.retry_after, hops: self.hops, at: self.at }
    }

    /// To the end of the way: what is there, and the room it takes up if there is a room.
    pub(super) async fn run(&mut self) -> Result<(Fetched, Option<OwnedSemaphorePermit>), Failure> {
        let settings = &self.inner.settings;
        let private = self.private().await?;
        let mut seen = vec![self.at.clone()];
        let mut left = settings.total;
        let mut pass: Option<(String, Pass)> = None;
        let mut taken: Option<OwnedSemaphorePermit> = None;
        loop {
            let host = place(&self.at);
            if pass.as_ref().is_none_or(|(held, _)| *held != host) {
                // Never hold one host, or room, while waiting for another.
                drop(pass.take());
                drop(taken.take());
                let gap = if loopback(&self.at) { Duration::ZERO } else { settings.host_gap };
                pass = Some((host.clone(), self.inner.gate.enter(&host, gap).await));
                if let Some(room) = self.room {
                    taken = Some(room.clone().acquire_owned().await.expect("the semaphore is never closed"));
                }
            }
            let now = settings.clock.now();
            if let Some(until) = self.inner.hosts.lock().ok().and_then(|hosts| hosts.wait(&self.at, now)) {
                self.retry_after = Some(until.duration_since(now));
                self.host_until = Some(until);
                return Err(failure::status(429, self.retry_after, false));
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
                    let fetched = timeout(left, self.take(response)).await.map_err(|_| whole())??;
                    return Ok((fetched, taken));
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
                if status == 429 || (status == 503 && self.retry_after.is_some()) {
                    let now = settings.clock.now();
                    self.host_until = self.inner.hosts.lock().ok().and_then(|mut hosts| hosts.throttled(&self.at, self.retry_after, now));
                }
                let with_password = trusted && private.login.is_some();
                if status == 401 || status == 403 {
                    private.sources.iter().for_each(|source| self.inner.secrets.forget(source));
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

    fn freshness(&self, headers: &HeaderMap) -> Freshness {
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

    /// The feed's own headers and its login.
    async fn private(&self) -> Result<Private, Failure> {
        let wanted = &self.request.settings;
        let mut sources = Vec::new();
        let mut all = wanted.headers.clone();
        for (name, command) in &wanted.header_commands {
            let source = Source::Command(command.clone());
            all.push((name.clone(), self.secret(&source).await?.0));
            sources.push(source);
        }
        let mut headers = HeaderMap::new();
        for (name, value) in &all {
            header_name(name).map_err(|_| bad_setting("headers"))?;
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad_setting("headers"))?;
            let mut value = HeaderValue::from_str(value.trim()).map_err(|_| bad_setting("headers"))?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        let source = wanted.password.as_ref().map(|from| match from {
            PasswordFrom::Command(command) => Source::Command(command.clone()),
            PasswordFrom::Keyring => Source::Keyring { host: self.request.address.host(), user: wanted.user.clone().unwrap_or_default() },
        });
        // A name alone opens nothing, so it is not told either.
        let login = match source {
            Some(source) => {
                let password = self.secret(&source).await?;
                sources.push(source);
                Some((wanted.user.clone().unwrap_or_default(), password))
            }
            None => None,
        };
        Ok(Private { headers, login, sources })
    }

    async fn secret(&self, source: &Source) -> Result<Secret, Failure> {
        self.inner.secrets.get(source, self.inner.settings.password).await
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

/// An address without its fragment: what is asked for, compared and shown.
fn stripped(address: &Address) -> Address {
    let mut url = address.url();
    if url.fragment().is_none() {
        return address.clone();
    }
    url.set_fragment(None);
    Address::parse(url.as_str()).unwrap_or_else(|_| address.clone())
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
