//! What stands above an article's text, and what is said after it where it is not all there.

use jiff::Timestamp;

use super::super::draw::{Line, flow};
use super::super::theme::Role;
use super::super::when::Local;
use super::super::{chips, linear, when};
use super::headlines::UNTITLED;
use crate::model::{Article, Item, Wall};

/// Words read in a minute.
pub(super) const PACE: usize = 220;

pub(super) fn title_of(title: &str) -> &str {
    if title.is_empty() { UNTITLED } else { title }
}

/// Title, outlet, time, version, byline, dateline: everything above the text. `since` is the version that the reader read.
pub(super) fn head(
    article: &Article,
    words: usize,
    width: u16,
    zone: &Local,
    now: Timestamp,
    plain: bool,
    since: Option<u32>,
) -> Vec<Line> {
    let item = &article.item;
    let (chips, title) = chips::of_item(item, now);
    let struck = item.withdrawn();
    let mut out = Vec::new();
    let mut add = |line: Line| out.extend(flow(if plain { linear::line(&line) } else { line }, width, 0));
    if let Some(kicker) = item.kicker.as_ref().filter(|k| !k.is_empty()) {
        add(Line::of(kicker.as_str(), Role::Label));
    }
    let mut line = Line::default();
    if plain {
        chips::spoken(&chips).for_each(|(word, role)| line.push(format!("{word}: "), role));
    } else {
        line = chips::line(&chips, width);
    }
    line.push(title_of(title), if struck { Role::Struck } else { Role::Title });
    add(line);
    let mut facts = Line::of(article.outlet.as_str(), Role::Outlet);
    facts.push(format!(" · {}", when::full(article.time, zone)), Role::Dim);
    if article.versions.len() > 1 {
        facts.push(" · ", Role::Dim);
        facts.push(format!("version {} of {}", article.version, article.versions.len()), Role::Changed);
    }
    if words > 0 {
        facts.push(format!(" · {}\u{a0}words,\u{a0}{}\u{a0}min", zone.number(words as u64), words.div_ceil(PACE).max(1)), Role::Dim);
    }
    if item.live {
        facts.push(" · ", Role::Dim);
        facts.push("live", Role::Live);
    }
    if !article.posts.is_empty() {
        facts.push(format!(" · {}\u{a0}posts", zone.number(article.posts.len() as u64)), Role::Dim);
    }
    if article.marks.followed {
        facts.push(" · ", Role::Dim);
        facts.push("followed", Role::Live);
    }
    if article.marks.saved {
        facts.push(" · ", Role::Dim);
        facts.push("★ saved", Role::Saved);
    }
    for tag in &article.marks.tags {
        facts.push(" ", Role::Dim);
        facts.push(format!("#{tag}"), Role::Saved);
    }
    if !article.marks.highlights.is_empty() {
        let n = article.marks.highlights.len();
        facts.push(" · ", Role::Dim);
        facts.push(format!("{n}\u{a0}{}", if n == 1 { "highlight" } else { "highlights" }), Role::Highlight);
    }
    add(facts);
    if let Some(read) = since {
        let words = match article.versions.iter().find(|v| v.number == read) {
            Some(version) => format!("Changed since you read it ({}): d shows what.", when::stamp(version.fetched, now, zone)),
            None => "Changed since you read it: d shows what.".to_owned(),
        };
        add(Line::of(words, Role::Changed));
    }
    if struck {
        add(Line::of("Withdrawn by its sender. What stood here is kept.", Role::Withdrawn));
    }
    if let Some(advisory) = item.advisory.as_ref().filter(|a| !a.is_empty()) {
        add(Line::of(advisory.as_str(), Role::Changed));
    }
    let mut by = Line::default();
    if let Some(byline) = item.byline.as_ref().filter(|b| !b.is_empty()) {
        by.push(byline.as_str(), Role::Label);
    }
    let agencies = article.item.attribution.agencies();
    // A byline that names them all is enough.
    let named = item.byline.as_ref().is_some_and(|b| agencies.iter().all(|c| b.contains(c.name.as_str())));
    if !agencies.is_empty() && !named {
        if !by.0.is_empty() {
            by.push(" · ", Role::Dim);
        }
        for (i, credit) in agencies.iter().enumerate() {
            if i > 0 {
                by.push(" ", Role::Dim);
            }
            let press = credit.role == crate::model::Role::Press;
            by.push(credit.name.as_str(), if press { Role::Press } else { Role::Agency });
            if press {
                by.push(" (PR)", Role::Press);
            }
        }
    }
    if let Some(dateline) = item.dateline.as_ref().filter(|d| !d.is_empty()) {
        if !by.0.is_empty() {
            by.push(" · ", Role::Dim);
        }
        by.push(dateline.as_str(), Role::Label);
    }
    if !by.0.is_empty() {
        add(by);
    }
    for (i, line) in article.marks.note.iter().enumerate() {
        let lead = if i == 0 { "Note: " } else { "" };
        add(Line::of(lead, Role::Label).and(line.as_str(), Role::Saved));
    }
    out.push(Line::default());
    out
}

/// What stands in the text's place until an embargo is lifted.
pub(super) fn withheld(item: &Item, width: u16, zone: &Local) -> Vec<Line> {
    let words = match item.embargo {
        Some(until) => format!("Embargo until {}. The text is here and will be shown then.", when::full(until, zone)),
        None => "Withheld by its sender: not to be read before a version without that comes.".to_owned(),
    };
    flow(Line::of(words, Role::Withdrawn), width, 0)
}

/// What is said after the text, if it is not all there.
pub(super) fn tail(article: &Article, words: usize, width: u16) -> Vec<Line> {
    let mut out = Vec::new();
    let mut add = |line: Line| {
        if out.is_empty() && words > 0 {
            out.push(Line::default());
        }
        out.extend(flow(line, width, 0));
    };
    if let (Some(wall), false) = (article.item.wall, article.pending) {
        let asks = match wall {
            Wall::Subscription => "a subscription",
            Wall::Registration => "registration",
            Wall::Consent => "consent",
        };
        let words = if words > 0 { "only its beginning was readable" } else { "its text was not readable" };
        add(Line::of(format!("The page asks for {asks}; {words}."), Role::Notice));
        if article.item.url.is_some() {
            add(Line::of("o opens the page.", Role::Dim));
        }
    } else if article.pending {
        add(Line::of("The full text is still being fetched; it will stand here.", Role::Notice));
    } else if words == 0 {
        add(Line::of("The feed carries no text for this one.", Role::Dim));
        add(Line::of("o opens its page in the browser.", Role::Dim));
    } else if !article.item.complete && article.item.url.is_some() && article.posts.is_empty() {
        add(Line::of("This is all that the feed and the page gave; o opens the page.", Role::Dim));
    }
    out
}
