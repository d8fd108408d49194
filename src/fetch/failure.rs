//! What went wrong, in words for a reader: what happened and what to do. Nothing here quotes a header, a password or an
//! address with one in it.

use jiff::{SignedDuration, Timestamp};
use std::error::Error;
use std::io;
use std::time::Duration;

use super::decode::Broken;
use super::private::PrivateAddress;
use crate::model::{Address, Failure, FailureKind, Hop, Purpose};

/// A fetch that failed: why, and what is known all the same.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{failure}")]
pub struct FetchError {
    /// Why, in words.
    pub failure: Failure,
    /// Its host asked to be left alone until then, all its feeds and pages included.
    pub host_until: Option<Timestamp>,
    /// `Retry-After` of a refusal.
    pub retry_after: Option<SignedDuration>,
    /// The redirects until then.
    pub hops: Vec<Hop>,
    /// What was asked last: its host is the one a `Retry-After` counts for.
    pub at: Address,
}

pub(super) fn local(what: impl AsRef<str>, advice: &str) -> Failure {
    Failure::new(FailureKind::Local, what, advice)
}

pub(super) fn private(host: &str) -> Failure {
    Failure::new(
        FailureKind::Private,
        format!("The address leads into the private network ({host})."),
        "Feeds may not do that; if it is meant, add that very address yourself.",
    )
}

pub(super) fn no_roots() -> Failure {
    Failure::new(
        FailureKind::Tls,
        "No root certificates were found on this system, so that no server can prove who it is.",
        "Install the system's certificates (on Debian and others the package ca-certificates), or set SSL_CERT_FILE.",
    )
}

pub(super) fn timeout(what: &str, limit: Duration) -> Failure {
    let limit = if limit.subsec_millis() == 0 { format!("{} s", limit.as_secs()) } else { format!("{} ms", limit.as_millis()) };
    Failure::new(FailureKind::Timeout, format!("{what} took longer than {limit}."), "It is tried again later.")
}

pub(super) fn too_large(purpose: Purpose, cap: usize) -> Failure {
    let what = match purpose {
        Purpose::Feed => "feed",
        Purpose::Page => "page",
        Purpose::Picture => "picture",
    };
    let cap = if cap >= 1 << 20 { format!("{} MB", cap >> 20) } else { format!("{} kB", cap >> 10) };
    Failure::new(
        FailureKind::TooLarge,
        format!("The {what} is larger than {cap}."),
        "Larger ones are not taken; look for a shorter address.",
    )
}

pub(super) fn broken(why: Broken, purpose: Purpose, cap: usize) -> Failure {
    match why {
        Broken::TooLarge => too_large(purpose, cap),
        Broken::Damaged => garbled("The compressed answer is damaged or cut off."),
        Broken::Twice => garbled("The answer is compressed more than once."),
    }
}

pub(super) fn garbled(what: &str) -> Failure {
    Failure::new(FailureKind::Garbled, what, "It is tried again later; if it stays so, tell whoever runs the site.")
}

pub(super) fn redirect(what: impl AsRef<str>) -> Failure {
    Failure::new(FailureKind::Redirect, what, "Open the site in a browser and look for the feed's present address.")
}

pub(super) fn downgrade() -> Failure {
    Failure::new(
        FailureKind::Redirect,
        "The server leads from https to http, which anyone on the way can read and change.",
        "If that is acceptable, subscribe to the http address itself.",
    )
}

/// A status that is no success (RFC 9110 §15), in words.
pub(super) fn status(code: u16, retry_after: Option<SignedDuration>, with_password: bool) -> Failure {
    use FailureKind::{Auth, Gone, Status, Throttled};
    let later = "It is tried again later, less and less often.";
    let (kind, what, advice) = match code {
        401 | 407 if with_password => (
            Auth,
            "The server refuses the user name or password.",
            "Check the feed's user and where its password is kept: `wiredesk set`, or enter in the list of feeds.",
        ),
        401 => (
            Auth,
            "The server wants a user name and password.",
            "Set the feed's user and say where the password is kept: `wiredesk set`, or enter in the list of feeds.",
        ),
        407 => (Auth, "The proxy wants a user name and password.", "Put them into the proxy's address in the settings."),
        402 | 403 | 451 => {
            (Status, "The server refuses to give it.", "Open it in a browser; it may be for subscribers, or barred where you are.")
        }
        404 => (Status, "There is nothing at this address.", "Look on the site for the feed's new address, or remove it."),
        410 => (Gone, "The server says that it is gone for good.", "Remove it, or give it a new address; it is not asked again."),
        429 => (Throttled, "The server says that it was asked too often.", "It is left alone for as long as it wants."),
        503 if retry_after.is_some() => (Throttled, "The server is busy or under repair.", "It is left alone for as long as it wants."),
        500..=599 => (Status, "The server has a fault of its own.", later),
        _ => (Status, "The server gave an answer that is no success.", later),
    };
    let mut failure = Failure::new(kind, format!("{} (HTTP {code})", what.trim_end_matches('.')) + ".", advice);
    failure.status = Some(code);
    failure
}

/// Why no answer came at all, from reqwest's chain of causes.
pub(super) fn transport(error: &reqwest::Error, host: &str, proxied: bool, limit: Duration) -> Failure {
    let chain = Causes(Some(error));
    for cause in chain {
        if cause.is::<PrivateAddress>() {
            return private(host);
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return tls_failure(tls, host);
        }
    }
    let io = Causes(Some(error)).find_map(|c| c.downcast_ref::<io::Error>().map(io::Error::kind));
    let whom = if proxied { "The proxy" } else { "The server" };
    if error.is_dns() {
        return Failure::new(
            FailureKind::Name,
            format!("The name {host} was not found."),
            "Check the address and your connection; names also vanish for good.",
        );
    }
    if error.is_timeout() || io == Some(io::ErrorKind::TimedOut) {
        return timeout("Connecting", limit);
    }
    if error.is_connect() {
        let what = match io {
            Some(io::ErrorKind::ConnectionRefused) => format!("{whom} {} refuses connections.", if proxied { "" } else { host }),
            Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => format!("There is no way to {host} from here."),
            Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => format!("{whom} hangs up while connecting."),
            _ if proxied => "The proxy gives no connection.".to_owned(),
            _ => format!("No connection to {host}."),
        };
        return Failure::new(FailureKind::Connect, what.replace("  ", " "), "Check your connection; it is tried again later.");
    }
    if error.is_builder() {
        return Failure::new(FailureKind::Address, "The address cannot be asked for.", "Check the address.");
    }
    garbled("The answer is no proper HTTP, or broke off.")
}

fn tls_failure(error: &rustls::Error, host: &str) -> Failure {
    use rustls::CertificateError as C;
    let what = match error {
        rustls::Error::InvalidCertificate(C::Expired | C::ExpiredContext { .. }) => "has a certificate that has run out".to_owned(),
        rustls::Error::InvalidCertificate(C::NotValidYet | C::NotValidYetContext { .. }) => {
            "has a certificate that is not valid yet (or this machine's clock is wrong)".to_owned()
        }
        rustls::Error::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => {
            "shows another site's certificate".to_owned()
        }
        rustls::Error::InvalidCertificate(C::UnknownIssuer) => {
            "has a certificate from an issuer that this system does not trust".to_owned()
        }
        rustls::Error::InvalidCertificate(C::Revoked) => "has a certificate that was taken back".to_owned(),
        rustls::Error::InvalidCertificate(_) => "has a certificate that does not hold".to_owned(),
        rustls::Error::AlertReceived(_) | rustls::Error::PeerIncompatible(_) => "finds no common way to encrypt".to_owned(),
        _ => "does not speak proper TLS".to_owned(),
    };
    Failure::new(
        FailureKind::Tls,
        format!("{host} {what}, so that the connection is not safe."),
        "Nothing was read. The site must mend this; on a network with a login page, log in first.",
    )
}

/// An error and all that caused it, those inside an `io::Error` included, which `source` steps over.
struct Causes<'a>(Option<&'a (dyn Error + 'static)>);

impl<'a> Iterator for Causes<'a> {
    type Item = &'a (dyn Error + 'static);

    fn next(&mut self) -> Option<Self::Item> {
        let now = self.0?;
        self.0 = match now.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => now.source(),
        };
        Some(now)
    }
}
