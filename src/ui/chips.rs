//! A report's status in short words before its headline: how far it has come, what its sender says of it, and whether it
//! is somebody's press release. All of them are words, so they need no colour.

use jiff::Timestamp;

use super::draw::Line;
use super::lang::say;
use super::theme::Role;
use crate::model::{Headline, Item, Printed, Role as CreditRole, Signal, Stage};

/// What chips are made of.
struct Said<'a> {
    title: &'a str,
    stage: Option<Stage>,
    nth: Option<u8>,
    signals: &'a [Signal],
    withdrawn: bool,
    /// It is under embargo, or says so without a date that could be read.
    embargoed: bool,
    press: bool,
}

/// A headline's chips, and its title without what they say already.
pub(super) fn of_row(row: &Headline, now: Timestamp) -> (Vec<(String, Role)>, &str) {
    let press = !row.agencies.is_empty() && row.agencies.iter().all(|a| a.press);
    of(&Said {
        title: &row.title,
        stage: row.stage,
        nth: row.nth,
        signals: &row.signals,
        withdrawn: row.withdrawn(),
        embargoed: row.locked(now) || (row.embargo.is_none() && row.signals.contains(&Signal::Embargo)),
        press,
    })
}

/// An article's chips, and its title without what they say already.
pub(super) fn of_item(item: &Item, now: Timestamp) -> (Vec<(String, Role)>, &str) {
    let agencies = item.attribution.agencies();
    let press = !agencies.is_empty() && agencies.iter().all(|c| c.role == CreditRole::Press);
    of(&Said {
        title: &item.title,
        stage: item.stage,
        nth: item.nth,
        signals: &item.signals,
        withdrawn: item.withdrawn(),
        embargoed: item.locked(now) || (item.embargo.is_none() && item.signals.contains(&Signal::Embargo)),
        press,
    })
}

fn of<'a>(said: &Said<'a>) -> (Vec<(String, Role)>, &'a str) {
    let printed = Printed::read(said.title);
    let mut out = Vec::new();
    if said.withdrawn {
        out.push((word(Signal::Withdrawn).to_owned(), Role::Withdrawn));
    }
    if said.embargoed {
        out.push((word(Signal::Embargo).to_owned(), Role::Withdrawn));
    }
    for signal in said.signals {
        match signal {
            // Said above; and an embargo that has passed is nobody's concern.
            Signal::Withdrawn | Signal::Embargo => {}
            signal => out.push((word(*signal).to_owned(), Role::Chip)),
        }
    }
    // What a wire says in its own word (EIL, LEAD 3) stays its own.
    let own = printed.word.filter(|own| printed.stage.is_none_or(|stage| stage.word(printed.nth) != *own));
    let word = own.or_else(|| printed.stage.map(|s| staged(s, printed.nth))).or_else(|| said.stage.map(|s| staged(s, said.nth)));
    if let Some((word, stage)) = word.zip(said.stage.or(printed.stage)) {
        let role = if matches!(stage, Stage::Alert | Stage::Urgent) { Role::Alert } else { Role::Chip };
        out.push((word, role));
    }
    if said.press {
        out.push((say!("chip-press").to_owned(), Role::Press));
    }
    (out, printed.rest)
}

/// What a sender says of it, in a word.
fn word(signal: Signal) -> &'static str {
    match signal {
        Signal::Correction => say!("chip-correction"),
        Signal::Refile => say!("chip-refile"),
        Signal::Repeat => say!("chip-repeat"),
        Signal::Withdrawn => say!("chip-withdrawn"),
        Signal::Embargo => say!("chip-embargo"),
    }
}

/// How far it has come, in a word with its number.
fn staged(stage: Stage, nth: Option<u8>) -> String {
    let word = match stage {
        Stage::Alert => say!("chip-alert"),
        Stage::Urgent => say!("chip-urgent"),
        Stage::Update => say!("chip-update"),
        Stage::Wrapup => say!("chip-wrapup"),
        Stage::Analysis => say!("chip-analysis"),
        Stage::Exclusive => say!("chip-exclusive"),
    };
    nth.map_or_else(|| word.to_owned(), |n| format!("{word} {n}"))
}

/// As many of them as fit in so many columns, each followed by a blank.
pub(super) fn line(chips: &[(String, Role)], room: u16) -> Line {
    let mut out = Line::default();
    for (word, role) in chips {
        if out.width() + super::draw::width(word) + 1 > room {
            break;
        }
        out.push(word.as_str(), *role);
        out.push(" ", Role::Text);
    }
    out
}

/// As a voice would say them.
pub(super) fn spoken(chips: &[(String, Role)]) -> impl Iterator<Item = (String, Role)> {
    chips.iter().map(|(word, role)| {
        let words = match word.as_str() {
            word if word == say!("chip-correction") => say!("signal-correction").to_owned(),
            word if word == say!("chip-embargo") => say!("chip-embargo-said").to_owned(),
            word if word == say!("chip-press") => say!("sources-press").to_owned(),
            word => word.to_lowercase(),
        };
        (words, *role)
    })
}
