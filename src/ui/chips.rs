//! A report's status in short words before its headline: how far it has come, what its sender says of it, and whether it
//! is somebody's press release. All of them are words, so they need no colour.

use jiff::Timestamp;

use super::draw::Line;
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
        out.push((Signal::Withdrawn.word().to_owned(), Role::Withdrawn));
    }
    if said.embargoed {
        out.push((Signal::Embargo.word().to_owned(), Role::Withdrawn));
    }
    for signal in said.signals {
        match signal {
            // Said above; and an embargo that has passed is nobody's concern.
            Signal::Withdrawn | Signal::Embargo => {}
            signal => out.push((signal.word().to_owned(), Role::Chip)),
        }
    }
    let word = printed.word.or_else(|| said.stage.map(|stage| stage.word(said.nth)));
    if let Some((word, stage)) = word.zip(said.stage.or(printed.stage)) {
        let role = if matches!(stage, Stage::Alert | Stage::Urgent) { Role::Alert } else { Role::Chip };
        out.push((word, role));
    }
    if said.press {
        out.push(("PRESS".to_owned(), Role::Press));
    }
    (out, printed.rest)
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
            "CORR" => "correction".to_owned(),
            "EMBARGO" => "under embargo".to_owned(),
            "PRESS" => "press release".to_owned(),
            word => word.to_lowercase(),
        };
        (words, *role)
    })
}
