//! Which way a request goes: straight out with private addresses barred, straight to a host that the reader typed, or
//! through a proxy. Each way is one connection pool; all share one TLS set-up.

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::HeaderValue;
use rustls::pki_types::CertificateDer;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

use super::failure::{local, no_roots, private};
use super::private::{Resolver, host_is_loopback, host_is_private};
use super::roots::Roots;
use super::{HEADER_CAP, Proxying, Settings};
use crate::model::{Address, Failure};

/// Response header fields at most; beyond that a server is broken or hostile.
const HEADER_FIELDS: usize = 256;
/// Proxies with a pool of their own at a time.
const MANY_PROXIES: usize = 16;

/// The ways out.
pub(super) struct Routes {
    public: reqwest::Client,
    typed: reqwest::Client,
    proxied: Mutex<HashMap<String, reqwest::Client>>,
    system: Option<Matcher>,
    proxy: Option<String>,
    tls: Tls,
    settings: Arc<Settings>,
}

/// A way out and whether it leads through a proxy.
pub(super) struct Way {
    pub(super) client: reqwest::Client,
    pub(super) proxied: bool,
}

/// A proxy's address, and what the system's settings say about getting in.
struct Proxy {
    address: String,
    basic: Option<HeaderValue>,
}

struct Tls {
    config: rustls::ClientConfig,
    roots: Arc<Roots>,
}

impl Routes {
    pub(super) fn new(settings: &Arc<Settings>) -> Result<Self, Failure> {
        let tls = tls(settings)?;
        let (system, proxy) = match &settings.proxy {
            Proxying::None => (None, None),
            Proxying::System => (Some(Matcher::from_system()), None),
            Proxying::Through(proxy) => (None, Some(proxy.clone())),
        };
        let public = build(settings, &tls, false, None)?;
        let typed = build(settings, &tls, true, None)?;
        if let Some(proxy) = &proxy {
            build(settings, &tls, true, Some(&Proxy { address: proxy.clone(), basic: None }))?; // a wrong setting is said at once
        }
        Ok(Self { public, typed, proxied: Mutex::default(), system, proxy, tls, settings: settings.clone() })
    }

    /// The way to `at`; `meant` says that the reader typed this very host, `own` is the feed's own proxy.
    pub(super) fn way(&self, at: &Address, meant: bool, own: Option<&str>) -> Result<Way, Failure> {
        let url = at.url();
        if url.scheme() == "https" && !self.tls.roots.any() {
            return Err(no_roots());
        }
        let host = url.host().ok_or_else(|| local("The address has no host.", "Check the address."))?;
        if !meant && host_is_private(&host) {
            return Err(private(&host.to_string()));
        }
        match own
            .map(|own| Proxy { address: own.to_owned(), basic: None })
            .or_else(|| if host_is_loopback(&host) { None } else { self.common(&url) })
        {
            Some(proxy) => Ok(Way { client: self.through(&proxy)?, proxied: true }),
            None => Ok(Way { client: if meant { self.typed.clone() } else { self.public.clone() }, proxied: false }),
        }
    }

    fn common(&self, url: &Url) -> Option<Proxy> {
        if let Some(address) = &self.proxy {
            return Some(Proxy { address: address.clone(), basic: None });
        }
        let found = self.system.as_ref()?.intercept(&url.as_str().parse().ok()?)?;
        let mut address = Url::parse(&found.uri().to_string()).ok()?;
        if let Some((user, password)) = found.raw_auth() {
            let _ = address.set_username(user);
            let _ = address.set_password(Some(password));
        }
        Some(Proxy { address: address.into(), basic: found.basic_auth().cloned() })
    }

    fn through(&self, proxy: &Proxy) -> Result<reqwest::Client, Failure> {
        let mut proxied = self.proxied.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = proxied.get(&proxy.address) {
            return Ok(client.clone());
        }
        if proxied.len() >= MANY_PROXIES {
            proxied.clear();
        }
        let client = build(&self.settings, &self.tls, true, Some(proxy))?;
        proxied.insert(proxy.address.clone(), client.clone());
        Ok(client)
    }
}

fn build(settings: &Settings, tls: &Tls, private: bool, proxy: Option<&Proxy>) -> Result<reqwest::Client, Failure> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.config.clone())
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(settings.connect)
        .pool_max_idle_per_host(2)
        .http1_max_headers(HEADER_FIELDS)
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http2_max_header_list_size(HEADER_CAP as u32)
        .dns_resolver(Resolver { private, names: settings.names.clone() });
    if let Some(proxy) = proxy {
        let wrong = || local("The proxy's address is not understood.", "It looks like http://host:port or socks5h://host:port.");
        // With a proxy names are its business: asking the own resolver would tell the network what is read.
        let address = match proxy.address.split_once("://") {
            Some(("socks5", rest)) => format!("socks5h://{rest}"),
            Some(("socks4", rest)) => format!("socks4a://{rest}"),
            Some(("http" | "https" | "socks5h" | "socks4a", _)) => proxy.address.clone(),
            Some(_) => return Err(wrong()),
            None => format!("http://{}", proxy.address),
        };
        let mut through = reqwest::Proxy::all(address).map_err(|_| wrong())?;
        if let Some(basic) = &proxy.basic {
            through = through.custom_http_auth(basic.clone());
        }
        builder = builder.proxy(through);
    }
    builder.build().map_err(|_| local("The HTTP client could not be set up.", "This is a fault of the program; please report it."))
}

fn tls(settings: &Settings) -> Result<Tls, Failure> {
    let fault = |_| local("TLS could not be set up.", "This is a fault of the program; please report it.");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().map_err(fault)?;
    let own = settings.roots.iter().map(|der| CertificateDer::from(der.clone())).collect();
    let roots = Arc::new(Roots::new(settings.system_roots, own, provider));
    let mut config = builder.dangerous().with_custom_certificate_verifier(roots.clone()).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Tls { config, roots })
}
