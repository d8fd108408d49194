//! A feed's own headers: which may be set, and to what.

use super::{SettingError, wrong};

/// Bytes of a header's name.
const LONGEST_NAME: usize = 100;
/// Headers of one feed.
const MOST_HEADERS: usize = 20;

/// Takes `Name: value` into `headers`, or out of them where it has no value.
pub(super) fn header(
    headers: &mut Vec<(String, String)>,
    text: &str,
    value: impl Fn(&str, &str) -> Result<String, SettingError>,
) -> Result<(), SettingError> {
    // Nothing of the text is repeated: whoever gets the form wrong may have typed a secret.
    let Some((name, given)) = text.split_once(':') else {
        return wrong("A header is written as Name: value, as in X-Client: desk.");
    };
    let (name, given) = (name.trim(), given.trim());
    header_name(name)?;
    let at = headers.iter().position(|(n, _)| n.eq_ignore_ascii_case(name));
    match (at, given.is_empty()) {
        (Some(at), true) => drop(headers.remove(at)),
        (None, true) => return wrong(format!("There is no header {name} to take out, and it has no value.")),
        (Some(at), false) => headers[at] = (name.to_owned(), value(name, given)?),
        (None, false) if headers.len() >= MOST_HEADERS => return wrong(format!("A feed has {MOST_HEADERS} headers at most.")),
        (None, false) => headers.push((name.to_owned(), value(name, given)?)),
    }
    Ok(())
}

/// Whether a header may be sent along: its name can be one, and it is nobody else's business.
pub fn header_name(name: &str) -> Result<(), SettingError> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(token) {
        return wrong("A header's name has letters, digits and hyphens only, as in X-Client.");
    }
    let lower = name.to_ascii_lowercase();
    let why = match lower.as_str() {
        // The connection's own business (RFC 9110 §7.6.1), and how much of what is sent.
        "host"
        | "content-length"
        | "transfer-encoding"
        | "connection"
        | "keep-alive"
        | "upgrade"
        | "te"
        | "trailer"
        | "expect"
        | "proxy-connection"
        | "proxy-authorization"
        | "proxy-authenticate"
        | "accept-encoding"
        | "content-encoding" => "it belongs to the connection",
        "if-none-match" | "if-modified-since" | "if-match" | "if-unmodified-since" | "if-range" | "range" | "cache-control" | "pragma" => {
            "it belongs to the polite way of asking for changes only"
        }
        "cookie" | "cookie2" | "set-cookie" => "no cookies are sent",
        "user-agent" => "the setting user-agent is for that",
        _ => return Ok(()),
    };
    wrong(format!("The header {name} cannot be set: {why}."))
}

pub(super) fn plain_value(name: &str, value: &str) -> Result<String, SettingError> {
    let lower = name.to_ascii_lowercase();
    if ["auth", "key", "token", "secret", "passw", "credential", "session", "signature"].iter().any(|word| lower.contains(word)) {
        return wrong(format!(
            "{name} looks like a secret, and what is given here is kept readable in the cache. Name a command that prints it instead \
             (secret headers), as in {name}: pass show news/key."
        ));
    }
    header_value(&format!("value of {name}"), value)
}

pub(super) fn header_value(what: &str, value: &str) -> Result<String, SettingError> {
    if value.is_empty() || !value.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return wrong(format!("The {what} can have letters, digits and signs of ASCII only."));
    }
    Ok(value.to_owned())
}
