//! Dispatch ids as agencies number their texts: the strongest evidence there is, and the same in every outlet.

use super::{Page, Registry};
use crate::model::{Clean, DispatchId};

/// The first dispatch id in `text`: `dpa:230428-99-483045/5`, `urn:newsml:HOST:DATE:ID[:V]`, `tag:reuters.com,…:newsml_ID`.
/// With the words as printed, and the row of its agency.
pub(super) fn find<'a>(text: &'a str, registry: &Registry) -> Option<(usize, DispatchId, &'a str)> {
    memchr::memchr(b':', text.as_bytes())?; // all of them have one, few texts do
    dpa(text, registry).or_else(|| newsml(text, registry)).or_else(|| tag(text, registry))
}

/// The dispatch id in the address of an agency's own site (AP: 32 hexadecimal digits at the end).
pub(super) fn in_address(page: &Page<'_>, registry: &Registry) -> Option<(usize, DispatchId)> {
    let url = page.url()?;
    let row = registry.owner(page.host()).filter(|&r| registry.row(r).id.as_str() == "ap")?;
    let id = url.as_str().split(['?', '#']).next()?.trim_end_matches('/').rsplit(['/', '-']).next()?;
    (id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()))
        .then(|| (row, DispatchId { agency: registry.row(row).id.clone(), item: Clean::line(id), version: None }))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// `YYMMDD-1*4DIGIT-1*DIGIT` at the start of `text`: its length.
fn dpa_number(text: &str) -> Option<usize> {
    let day = digits(text);
    let desk = text.get(day + 1..).map(digits)?;
    let number = text.get(day + desk + 2..).map(digits)?;
    let bytes = text.as_bytes();
    let fits = day == 6 && bytes[day] == b'-' && (1..=4).contains(&desk) && bytes[day + 1 + desk] == b'-' && (1..=12).contains(&number);
    fits.then_some(day + desk + number + 2)
}

fn dpa<'a>(text: &'a str, registry: &Registry) -> Option<(usize, DispatchId, &'a str)> {
    for (at, _) in text.match_indices("dpa:").take(8) {
        let rest = &text[at + 4..];
        let Some(len) = dpa_number(rest) else { continue };
        let take = rest[len..].strip_prefix('/').map_or(0, digits).min(6);
        let version = rest.get(len + 1..len + 1 + take).and_then(|v| v.parse().ok());
        let end = at + 4 + len + if take > 0 { 1 + take } else { 0 };
        let (row, agency) = named("dpa", registry)?;
        return Some((row, DispatchId { agency, item: Clean::line(&rest[..len]), version }, &text[at..end]));
    }
    None
}

fn named(id: &str, registry: &Registry) -> Option<(usize, crate::model::AgencyId)> {
    let row = registry.agencies().iter().position(|r| r.id.as_str() == id)?;
    Some((row, registry.row(row).id.clone()))
}

fn id_end(text: &str) -> usize {
    text.char_indices().take(200).find(|(_, c)| !(c.is_ascii_alphanumeric() || "-_.:+~".contains(*c))).map_or(text.len().min(200), |c| c.0)
}

fn newsml<'a>(text: &'a str, registry: &Registry) -> Option<(usize, DispatchId, &'a str)> {
    for (at, prefix) in text.match_indices("urn:newsml:").take(8) {
        let rest = &text[at + prefix.len()..];
        let rest = rest[..id_end(rest)].trim_end_matches(['.', ':', '-']);
        let mut parts = rest.splitn(3, ':');
        let (Some(host), Some(date), Some(id)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let Some(row) = registry.owner(host) else { continue };
        let (id, version) = match id.rsplit_once(':') {
            Some((id, v)) => (id, v.trim_end_matches(['U', 'N', 'A']).parse().ok()),
            None => (id, None),
        };
        // dpa stamps a constant date there and repeats the number that it prints as `dpa:…`.
        let item = if dpa_number(id) == Some(id.len()) { id.to_owned() } else { format!("{date}:{id}") };
        let words = &text[at..at + prefix.len() + rest.len()];
        return Some((row, DispatchId { agency: registry.row(row).id.clone(), item: Clean::line(&item), version }, words));
    }
    None
}

fn tag<'a>(text: &'a str, registry: &Registry) -> Option<(usize, DispatchId, &'a str)> {
    for (at, prefix) in text.match_indices("tag:").take(8) {
        let rest = &text[at + prefix.len()..];
        let Some((host, rest_id)) = rest.split_once(',') else { continue };
        let Some(row) = (host.len() < 60).then(|| registry.owner(host)).flatten() else { continue };
        let Some((_, id)) = rest_id[..id_end(rest_id)].split_once(':') else { continue };
        let id = id.trim_end_matches(['.', ':', '-']);
        let id = id.strip_prefix("newsml_").unwrap_or(id);
        let (id, version) = match id.rsplit_once(':') {
            Some((id, v)) if v.bytes().all(|b| b.is_ascii_digit()) => (id, v.parse().ok()),
            _ => (id, None),
        };
        if id.is_empty() {
            continue;
        }
        let end = at + prefix.len() + host.len() + 1 + id_end(rest_id);
        return Some((row, DispatchId { agency: registry.row(row).id.clone(), item: Clean::line(id), version }, &text[at..end]));
    }
    None
}
