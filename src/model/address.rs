//! Where something is: an http(s) address, made harmless and absolute once. Sources on this machine have one too, of a
//! scheme that nothing outside can name and nothing fetches or opens.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use url::Url;

/// Addresses longer than this are refused (browsers stop near 2 MB; no news site needs a tenth of this).
const MAX_BYTES: usize = 8192;

/// An absolute `http` or `https` address in its serialised form (WHATWG URL): printable ASCII only and never with a user's
/// name or password in it, so that it can be shown, stored and handed to an opener as it is. No other scheme can be held, but for the [`Local`] sources, which only
/// [`Address::local`] makes: [`Address::parse`] refuses their spelling, so no feed, page or list can name one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Address(String);

/// A source on this machine that stands where a feed does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Local {
    /// What came in through standard input.
    Input,
    /// Files that were read once.
    Files,
    /// A folder that is watched, by its absolute path.
    Folder(PathBuf),
}

const INPUT: &str = "local:standard%20input";
const FILES: &str = "local:files";
/// Followed by the path.
const FOLDER: &str = "local:/";

/// Why a text is no [`Address`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is not a URL at all.
    #[error("not an address: {0}")]
    Malformed(String),
    /// Its scheme is not `http` or `https`.
    #[error("`{0}:` addresses are not opened or fetched, only http and https")]
    Scheme(String),
    /// It is longer than any address needs to be.
    #[error("the address is longer than {MAX_BYTES} bytes")]
    TooLong,
}

impl Address {
    /// Parses an absolute address.
    pub fn parse(raw: &str) -> Result<Self, AddressError> {
        let raw = raw.trim();
        if raw.len() > MAX_BYTES {
            return Err(AddressError::TooLong);
        }
        if canonical(raw) {
            return Ok(Self(raw.to_owned()));
        }
        Self::from_url(Url::parse(raw).map_err(|e| AddressError::Malformed(e.to_string()))?)
    }

    /// What a person typed: as [`Address::parse`], and a bare host (`orf.at/news`) is taken as https; `feed:` prefixes
    /// as browsers hand them over are dropped.
    pub fn typed(raw: &str) -> Result<Self, AddressError> {
        let raw = raw.trim();
        let raw = match raw.get(..5) {
            Some(head) if head.eq_ignore_ascii_case("feed:") => raw[5..].trim_start_matches("//"),
            _ => raw,
        };
        let scheme = raw.split_once("://").map(|(s, _)| s);
        match scheme {
            Some(_) => Self::parse(raw),
            None if raw.starts_with("localhost") || raw.starts_with("127.") || raw.starts_with("[::1]") => {
                Self::parse(&format!("http://{raw}"))
            }
            None if raw.split('/').next().is_some_and(|h| h.contains('.') && !h.starts_with('.')) => Self::parse(&format!("https://{raw}")),
            None => Self::parse(raw),
        }
    }

    /// Resolves `raw` as a link found at `self` (RFC 3986 §5).
    pub fn join(&self, raw: &str) -> Result<Self, AddressError> {
        let raw = raw.trim();
        if raw.len() > MAX_BYTES {
            return Err(AddressError::TooLong);
        }
        Self::from_url(self.url().join(raw).map_err(|e| AddressError::Malformed(e.to_string()))?)
    }

    fn from_url(mut url: Url) -> Result<Self, AddressError> {
        if !url.username().is_empty() || url.password().is_some() {
            // Neither can fail for a scheme that has hosts; for others nothing is kept anyway.
            let _ = url.set_username("");
            let _ = url.set_password(None);
        }
        match url.scheme() {
            "http" | "https" if url.host_str().is_some_and(|h| !h.is_empty()) => {
                let s = String::from(url);
                if s.len() > MAX_BYTES || !s.bytes().all(|b| (0x21..0x7f).contains(&b)) { Err(AddressError::TooLong) } else { Ok(Self(s)) }
            }
            "http" | "https" => Err(AddressError::Malformed("no host".into())),
            other => Err(AddressError::Scheme(other.chars().take(20).filter(char::is_ascii_graphic).collect())),
        }
    }

    /// The address of a source on this machine; `None` for a folder whose path is relative, no UTF-8, or too long.
    pub fn local(source: &Local) -> Option<Self> {
        let path = match source {
            Local::Input => return Some(Self(INPUT.into())),
            Local::Files => return Some(Self(FILES.into())),
            Local::Folder(path) => path.to_str().filter(|_| path.is_absolute())?,
        };
        let mut out = String::from("local:");
        for b in path.bytes() {
            match b {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => out.push(char::from(b)),
                b => out.push_str(&format!("%{b:02X}")),
            }
        }
        (out.len() <= MAX_BYTES).then_some(Self(out))
    }

    /// The source on this machine that this is the address of.
    pub fn as_local(&self) -> Option<Local> {
        match self.0.as_str() {
            INPUT => Some(Local::Input),
            FILES => Some(Local::Files),
            other if other.starts_with(FOLDER) => unescaped(&other["local:".len()..]).map(|p| Local::Folder(p.into())),
            _ => None,
        }
    }

    /// Whether it can be asked for news: a server, or a folder.
    pub fn is_polled(&self) -> bool {
        !matches!(self.as_local(), Some(Local::Input | Local::Files))
    }

    /// What this program itself wrote down: as [`Address::parse`], and the local ones. Never for text from outside.
    pub fn stored(raw: &str) -> Result<Self, AddressError> {
        let address = Self(raw.to_owned());
        let local = raw.len() <= MAX_BYTES && address.as_local().and_then(|l| Self::local(&l)).is_some_and(|a| a == address);
        if local { Ok(address) } else { Self::parse(raw) }
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as a parsed URL.
    pub fn url(&self) -> Url {
        Url::parse(&self.0).expect("an Address was serialised by Url and parses again")
    }

    /// The host, in lower case and in its ASCII form (`xn--…` where it is international).
    pub fn host(&self) -> String {
        // Asked for at every turn, and parsed already: what `Url` wrote needs only to be cut.
        let Some((_, rest)) = self.0.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https")) else {
            return String::new();
        };
        let door = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
        let place = door.rsplit_once('@').map_or(door, |(_, place)| place);
        let end = if place.starts_with('[') { place.find(']').map(|at| at + 1) } else { place.find(':') };
        place[..end.unwrap_or(place.len())].to_owned()
    }

    /// The host as a reader knows it: without `www.`. The name of a local source.
    pub fn site(&self) -> String {
        match self.as_local() {
            Some(Local::Input) => return "standard input".to_owned(),
            Some(Local::Files) => return "files".to_owned(),
            Some(Local::Folder(path)) => return path.file_name().map_or("/".into(), |n| n.to_string_lossy().into_owned()),
            None => {}
        }
        let host = self.host();
        host.strip_prefix("www.").map_or(host.clone(), str::to_owned)
    }

    /// Whether both are served by the very same door: scheme, host and port.
    pub fn same_door(&self, other: &Address) -> bool {
        self.url().origin() == other.url().origin()
    }

    /// Whether its host can only be inside this machine or its network: `localhost`, a name without a dot, `.local`.
    pub fn is_homely(&self) -> bool {
        let host = self.host();
        let ends = [".localhost", ".local", ".lan", ".internal", ".home.arpa"];
        let name = matches!(self.url().host(), Some(url::Host::Domain(_)));
        name && (!host.contains('.') || ends.iter().any(|end| host.ends_with(end)))
    }

    /// Whether its host is a number (`127.0.0.1`, `[::1]`) rather than a name.
    pub fn is_number(&self) -> bool {
        !matches!(self.url().host(), Some(url::Host::Domain(_)))
    }
}

/// A login that stood in an address, where it does not belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The user's name.
    pub user: String,
    /// Whether a password stood there too. It is not kept, not even here.
    pub password: bool,
}

/// The login in a text that is an address.
pub fn login_in(raw: &str) -> Option<Login> {
    let raw = raw.trim();
    let raw = match raw.get(..5) {
        Some(head) if head.eq_ignore_ascii_case("feed:") => raw[5..].trim_start_matches("//"),
        _ => raw,
    };
    let whole = if raw.contains("://") { Url::parse(raw) } else { Url::parse(&format!("https://{raw}")) };
    let url = whole.ok()?;
    let there = !url.username().is_empty() || url.password().is_some();
    let user = String::from_utf8_lossy(&unescape(url.username().bytes()).unwrap_or_default()).into_owned();
    there.then(|| Login { user, password: url.password().is_some_and(|p| !p.is_empty()) })
}

/// A text without the logins of the addresses in it, whatever else it is: for words about what could not be understood.
pub fn without_login(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("//") {
        let (head, tail) = rest.split_at(at + 2);
        out.push_str(head);
        let end = tail.find(|c: char| matches!(c, '/' | '?' | '#' | '"' | '<' | '>' | '\'') || c.is_whitespace()).unwrap_or(tail.len());
        let login = tail[..end].rfind('@').map_or(0, |i| i + 1);
        out.push_str(&tail[login..end]);
        rest = &tail[end..];
    }
    // Without a scheme only the first word can be one.
    if rest.len() == text.len() {
        let end = rest.find(|c: char| matches!(c, '/' | '?' | '#') || c.is_whitespace()).unwrap_or(rest.len());
        rest = &rest[rest[..end].rfind('@').map_or(0, |i| i + 1)..];
    }
    out.push_str(rest);
    out
}

/// Whether parsing would give back the very same text: a plain host name, then a path and a query of harmless signs
/// without dot segments. Most links are so, and a feed holds thousands.
fn canonical(raw: &str) -> bool {
    let Some(rest) = raw.strip_prefix("https://").or_else(|| raw.strip_prefix("http://")) else { return false };
    let Some((host, path)) = rest.split_once('/') else { return false };
    let labels = || host.split('.');
    let plain = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    // A last label that begins with a digit may be an IPv4 address; `xn--` labels are checked by the parser.
    let last_is_name = labels().next_back().is_some_and(|l| l.starts_with(|c: char| c.is_ascii_lowercase()));
    let fine = |b: u8| {
        b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'~' | b'/' | b'.' | b'=' | b'&' | b'+' | b',' | b';' | b'?' | b':' | b'@')
    };
    host.len() < 200
        && last_is_name
        && labels().all(|l| plain(l) && !l.starts_with("xn--"))
        && path.bytes().all(fine)
        && !path.starts_with('.')
        && memchr::memmem::find(path.as_bytes(), b"/.").is_none()
}

/// Percent-escapes undone; nothing if that is no path.
fn unescaped(s: &str) -> Option<String> {
    String::from_utf8(unescape(s.bytes())?).ok().filter(|s| !s.contains('\0'))
}

/// Percent-escapes undone; nothing where one is broken.
fn unescape(mut bytes: impl Iterator<Item = u8>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    while let Some(b) = bytes.next() {
        match b {
            b'%' => {
                let mut digit = || bytes.next().and_then(|b| char::from(b).to_digit(16));
                out.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
            }
            b => out.push(b),
        }
    }
    Some(out)
}

impl FromStr for Address {
    type Err = AddressError;
    fn from_str(s: &str) -> Result<Self, AddressError> {
        Self::parse(s)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        // Only what this program wrote is read this way: its cache and its journal.
        Self::stored(&String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_can_be_held() {
        for bad in ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//x", "", "http://", "exec:ls"] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Address::parse("HTTPS://Example.org/ä b").unwrap().as_str(), "https://example.org/%C3%A4%20b");
    }

    #[test]
    fn the_short_way_gives_what_the_parser_gives() {
        for raw in
            ["https://example.org/", "http://a-b.example.org/x/y.html?a=1&b=2,3;c:d@e", "https://e.org/a//b?x=/../y", "https://e.org/?a?b"]
        {
            if canonical(raw) {
                assert_eq!(Url::parse(raw).unwrap().as_str(), raw);
            }
        }
        for raw in [
            "https://example.org",
            "https://Example.org/",
            "https://1.2.3.4/",
            "https://e.org/a/../b",
            "https://e.org/%2e/",
            "https://e.org:443/",
            "https://u@e.org/",
            "https://0x7f.1/",
        ] {
            assert!(!canonical(raw), "{raw}");
        }
    }

    #[test]
    fn a_host_is_cut_out_as_the_parser_would() {
        for raw in [
            "https://www.Example.org/a@b:c?d@e#f://g",
            "http://user:p%40ss@example.org:8080/x",
            "http://u%2F:@[::1]:81/",
            "http://a@b@example.org",
            "http://0x7f.1:80?x",
            "https://b\u{fc}cher.example:444#:1",
            "https://example.org.:8443/",
        ] {
            let address = Address::parse(raw).unwrap();
            assert_eq!(Some(address.host().as_str()), address.url().host_str(), "{raw}");
        }
    }

    #[test]
    fn local_sources_have_addresses_that_nothing_outside_can_name() {
        for source in [Local::Input, Local::Files, Local::Folder("/home/me/in box/\u{e4}%2F..".into())] {
            let address = Address::local(&source).unwrap();
            assert_eq!(address.as_local(), Some(source));
            assert_eq!(Address::stored(address.as_str()), Ok(address.clone()));
            assert!(Address::parse(address.as_str()).is_err(), "{address}");
            assert!(Address::typed(address.as_str()).is_err(), "{address}");
            let page = Address::parse("https://example.org/").unwrap();
            assert!(page.join(address.as_str()).is_err());
            assert!(address.join("x").is_err() && address.join("/x").is_err());
            assert_eq!(address.host(), "");
        }
        assert_eq!(Address::local(&Local::Folder("not/absolute".into())), None);
        for bad in ["local:", "local:other", "local:/%00", "local:/%zz", "file:///x", "local:/a?b"] {
            assert!(Address::stored(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_typed_host_is_https() {
        assert_eq!(Address::typed("orf.at/news").unwrap().as_str(), "https://orf.at/news");
        assert_eq!(Address::typed("localhost:80/f").unwrap().as_str(), "http://localhost/f");
        assert_eq!(Address::typed("feed://example.org/f").unwrap().as_str(), "https://example.org/f");
        assert!(Address::typed("nonsense").is_err());
    }

    #[test]
    fn links_resolve_against_their_page() {
        let base = Address::parse("https://example.org/a/b").unwrap();
        assert_eq!(base.join("../c#d").unwrap().as_str(), "https://example.org/c#d");
        assert!(base.join("mailto:x@example.org").is_err());
    }

    #[test]
    fn no_address_holds_a_login() {
        let a = Address::parse("https://me:pw@example.org/f").unwrap();
        assert_eq!(a.as_str(), "https://example.org/f");
        assert_eq!(a.join("//you:pw@example.org/g").unwrap().as_str(), "https://example.org/g");
        assert_eq!(Address::typed("me:pw@example.org/f").unwrap(), a);
        assert_eq!(Address::stored("https://me:pw@example.org/f").unwrap(), a);
        assert_eq!(login_in("https://m%65:pw@example.org/f"), Some(Login { user: "me".into(), password: true }));
        assert_eq!(login_in("me@example.org/f"), Some(Login { user: "me".into(), password: false }));
        assert_eq!(login_in("https://example.org/@me"), None);
    }

    #[test]
    fn words_about_an_address_hold_no_login() {
        let check = |text: &str, want: &str| assert_eq!(without_login(text), want);
        check("ftp://me:pw@example.org/@f is no feed", "ftp://example.org/@f is no feed");
        check("exec:curl 'https://a:b@c@x.example'", "exec:curl 'https://x.example'");
        check("me:pw@example.org/f", "example.org/f");
        check("see https://example.org/ and //a@b", "see https://example.org/ and //b");
        check("mail a@b", "mail a@b");
    }
}
