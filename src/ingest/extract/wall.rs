//! Paywalls, registration walls and consent walls: recognised so that the reader is told, never shown as text.

use serde_json::Value;

use super::dom::{Flat, Kind};
use super::family;
use super::meta::Head;
use super::safe::cut;
use crate::model::Wall;

/// Less text than this under a wall is a teaser. Bytes.
const TEASER: usize = 2500;

const PAY: [&str; 34] = [
    "subscribe to continue",
    "subscribe to read",
    "to continue reading",
    "continue reading your article",
    "already a subscriber",
    "subscribers only",
    "for subscribers",
    "subscriber-only",
    "subscriber exclusive",
    "unlock this article",
    "become a subscriber",
    "start your free trial",
    "this article is for",
    "jetzt weiterlesen",
    "weiterlesen mit",
    "jetzt abonnieren",
    "nur für abonnenten",
    "exklusiv für abonnenten",
    "sie haben bereits ein abo",
    "bereits abonnent",
    "diesen artikel lesen",
    "mit plus weiterlesen",
    "artikel freischalten",
    "premium-artikel",
    "abo testen",
    "jetzt testen",
    "réservé aux abonnés",
    "article réservé",
    "déjà abonné",
    "contenido exclusivo para suscriptores",
    "suscríbete para seguir",
    "contenuto riservato agli abbonati",
    "alleen voor abonnees",
    "probemonat",
];
const LOGIN: [&str; 8] = [
    "log in to continue",
    "sign in to continue",
    "register to continue",
    "create a free account",
    "kostenlos registrieren und weiterlesen",
    "bitte melden sie sich an",
    "registrieren, um weiterzulesen",
    "connectez-vous pour lire",
];
const CONSENT: [&str; 12] = [
    "we value your privacy",
    "we and our partners",
    "accept all cookies",
    "alle akzeptieren",
    "wir und unsere partner",
    "mit werbung",
    "ihre zustimmung",
    "cookies und tracking",
    "cookie-einstellungen",
    "nous et nos partenaires",
    "before you continue",
    "purposes and partners",
];

/// What a page says that counts articles: its words on subscribing ask, and take nothing away yet.
const METER: [&str; 10] = [
    "free article",
    "free stories",
    "free story",
    "articles left",
    "articles remaining",
    "kostenlose artikel",
    "freie artikel",
    "articles gratuits",
    "artículos gratis",
    "articoli gratuiti",
];

/// The wall of a page, told from what it says to machines and from the words around its text. `kept` is the text chosen.
pub fn find(flat: &Flat, keep: &[bool], head: &Head, kept: usize) -> Option<Wall> {
    // The article itself, or a part of it that a script takes away.
    let parts = head.article().map(|a| head.graph.all(a, "hasPart")).unwrap_or_default();
    let parts = parts.into_iter().filter_map(|p| head.graph.resolve(p)).chain(head.article());
    let tier =
        |word: &str| head.meta(&["article:content_tier", "og:content_tier", "content-tier"]).is_some_and(|t| t.eq_ignore_ascii_case(word));
    let locked = parts.filter_map(|o| o.get("isAccessibleForFree")).any(|v| match v {
        Value::Bool(free) => !free,
        Value::String(s) => ["false", "no", "0"].contains(&s.to_lowercase().rsplit('/').next().unwrap_or_default()),
        _ => false,
    }) || tier("locked");
    if kept >= TEASER && !locked {
        return None;
    }
    let (mut pay, mut login, mut consent, mut legal, mut all) = (0, 0, 0, 0, 0);
    // Of the text, what stands above the block looked at; and whether the last of it ends as a sentence does.
    let (mut above, mut ends, mut stop) = (0, 0, false);
    for (segment, keep) in flat.segments.iter().zip(keep).filter(|(s, _)| s.kind == Kind::Text) {
        all += segment.text.len();
        let families = flat.frame(segment).around;
        if families.has(family::CONSENT) {
            legal += segment.text.len();
        }
        if *keep && !speaks(&segment.text) {
            above += segment.text.len();
            stop = segment.text.trim_end_matches(['"', '”', '“', '»', ')', '’', ']']).ends_with(['.', '!', '?', '。', '।']);
        }
        if *keep && segment.text.len() > 400 {
            continue;
        }
        let lower = cut(&segment.text, 600).to_lowercase();
        let hit = |cues: &[&str]| usize::from(cues.iter().any(|c| lower.contains(c)));
        let asks = hit(&PAY) > 0 && hit(&METER) == 0;
        pay += usize::from(asks);
        // A wall stands where the text breaks off: what goes on behind a call is not behind a wall.
        ends += usize::from(asks && above * 5 >= kept * 4);
        login += hit(&LOGIN);
        consent += hit(&CONSENT);
    }
    // All of a metered article may stand in the page: then nothing on it asks for money where the text would go on.
    let whole = (pay == 0 && (tier("metered") || tier("free"))) || (ends == 0 && stop && kept >= TEASER) || counted(head, flat, keep);
    if (locked && !whole) || (pay > 0 && kept < TEASER && !whole) {
        return Some(Wall::Subscription);
    }
    if login > 0 && kept < TEASER {
        return Some(Wall::Registration);
    }
    (kept < 600 && (consent >= 2 || legal * 2 > all) && all < 20_000).then_some(Wall::Consent)
}

/// Whether the text has about as many words as the page says to machines.
fn counted(head: &Head, flat: &Flat, keep: &[bool]) -> bool {
    let said = head.article().and_then(|a| a.get("wordCount")).and_then(|n| n.as_u64().or_else(|| n.as_str()?.trim().parse().ok()));
    let kept = flat.segments.iter().zip(keep).filter(|(s, keep)| **keep && s.kind == Kind::Text && !speaks(&s.text));
    said.filter(|n| *n >= 100).is_some_and(|n| kept.map(|(s, _)| s.text.split_whitespace().count() as u64).sum::<u64>() * 10 >= n * 9)
}

/// Whether a block is a wall's own words, which are no part of an article.
pub fn speaks(text: &str) -> bool {
    if text.len() > 400 {
        return false;
    }
    let lower = text.to_lowercase();
    PAY.iter().chain(&LOGIN).chain(&CONSENT).any(|cue| lower.contains(cue))
}
