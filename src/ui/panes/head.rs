//! What stands above an article's text, and what is said after it where it is not all there.

use jiff::Timestamp;

use super::super::draw::{Line, flow};
use super::super::lang::say;
use super::super::theme::Role;
use super::super::when::Local;
use super::super::{chips, linear, when};
use super::headlines::untitled;
use crate::model::{Article, Item, Wall};

/// Words read in a minute.
pub(super) const PACE: usize = 220;

pub(super) fn title_of(title: &str) -> &str {
    if title.is_empty() { untitled() } else { title }
}

/// Title, outlet, time, version, byline, dateline: everything above the text; with how many words, and how many live posts of
/// how many outlets it has. `since` is the version that the reader read.
pub(super) fn head(
    article: &Article,
    (words, (posts, outlets)): (usize, (usize, usize)),
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
        facts.push(say!("head-version", n = article.version, of = article.versions.len()), Role::Changed);
    }
    if words > 0 {
        let length = say!("head-length", words = zone.number(words as u64), minutes = words.div_ceil(PACE).max(1));
        facts.push(format!(" · {length}"), Role::Dim);
    }
    if item.live {
        facts.push(" · ", Role::Dim);
        facts.push(say!("head-live"), Role::Live);
    }
    if posts > 0 {
        let words = say!("head-posts", n = posts, shown = zone.number(posts as u64));
        facts.push(format!(" · {words}"), Role::Dim);
    }
    if outlets > 1 {
        facts.push(format!(" · {}", say!("count-outlets", n = outlets).replace(' ', "\u{a0}")), Role::Dim);
    }
    if article.marks.followed {
        facts.push(" · ", Role::Dim);
        facts.push(say!("head-followed"), Role::Live);
    }
    if article.marks.saved {
        facts.push(" · ", Role::Dim);
        facts.push(format!("★ {}", say!("head-saved")), Role::Saved);
    }
    for tag in &article.marks.tags {
        facts.push(" ", Role::Dim);
        facts.push(format!("#{tag}"), Role::Saved);
    }
    if !article.marks.highlights.is_empty() {
        let n = article.marks.highlights.len();
        facts.push(" · ", Role::Dim);
        facts.push(say!("head-highlights", n = n), Role::Highlight);
    }
    add(facts);
    if let Some(read) = since {
        let words = match article.versions.iter().find(|v| v.number == read) {
            Some(version) => say!("head-changed-at", when = when::stamp(version.fetched, now, zone)),
            None => say!("head-changed").to_owned(),
        };
        add(Line::of(words, Role::Changed));
    }
    if struck {
        add(Line::of(say!("head-withdrawn"), Role::Withdrawn));
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
        let lead = if i == 0 { format!("{} ", say!("head-note")) } else { String::new() };
        add(Line::of(lead, Role::Label).and(line.as_str(), Role::Saved));
    }
    out.push(Line::default());
    out
}

/// What stands in the text's place until an embargo is lifted.
pub(super) fn withheld(item: &Item, width: u16, zone: &Local) -> Vec<Line> {
    let words = match item.embargo {
        Some(until) => say!("head-embargo", when = when::full(until, zone)),
        None => say!("head-withheld").to_owned(),
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
            Wall::Subscription => say!("tail-subscription"),
            Wall::Registration => say!("tail-registration"),
            Wall::Consent => say!("tail-consent"),
        };
        let gave = if words > 0 { say!("tail-beginning", asks = asks) } else { say!("tail-nothing", asks = asks) };
        add(Line::of(gave, Role::Notice));
        if article.item.url.is_some() {
            add(Line::of(say!("tail-opens"), Role::Dim));
        }
    } else if article.pending {
        add(Line::of(say!("tail-pending"), Role::Notice));
    } else if words == 0 {
        add(Line::of(say!("tail-no-text"), Role::Dim));
        add(Line::of(say!("tail-opens-browser"), Role::Dim));
    } else if !article.item.complete && article.item.url.is_some() && article.posts.is_empty() {
        add(Line::of(say!("tail-all"), Role::Dim));
    }
    out
}
