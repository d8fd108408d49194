//! Wire status: what stands before a headline, in a slugline or in a note to editors, as [`Stage`] and [`Signal`].

use crate::model::{Item, Signal, Stage, Status};

/// Reads an item's stage and signals from what it says.
pub fn mark(item: &mut Item) {
    let mut stage = None;
    let mut signals = Vec::new();
    let mut rest: &str = &item.title;
    // Several may stand in a row: “CORRECTED-UPDATE 2-…”.
    for _ in 0..4 {
        let Some((what, after)) = prefix(rest) else { break };
        match what {
            Prefix::Stage(s) => stage = stage.or(Some(s)),
            Prefix::Signal(s) => signals.push(s),
        }
        rest = after;
    }
    for text in [&item.slugline, &item.take, &item.advisory, &item.kicker].into_iter().flatten() {
        let low = text.to_lowercase();
        let bare = low.trim_matches(|c: char| !c.is_alphanumeric());
        stage = stage.or_else(|| named(bare)).or_else(|| lead(&low).then_some(Stage::Update));
        signals.extend(noted(&low));
    }
    if let Some(signal) = &item.signal {
        signals.extend(noted(&signal.to_lowercase()));
        stage = stage.or_else(|| signal.to_lowercase().contains("sig:update").then_some(Stage::Update));
    }
    if item.status == Status::Canceled {
        signals.push(Signal::Withdrawn);
    }
    if item.embargo.is_some() || item.status == Status::Withheld {
        signals.push(Signal::Embargo);
    }
    signals.sort_unstable();
    signals.dedup();
    item.stage = stage.or_else(|| (item.urgency == Some(1)).then_some(Stage::Alert));
    item.signals = signals;
}

enum Prefix {
    Stage(Stage),
    Signal(Signal),
}

/// What stands before a headline, and the headline after it. It is set off: by capitals, a number, a mark.
fn prefix(title: &str) -> Option<(Prefix, &str)> {
    let title = title.trim_start_matches(['+', '*', ' ', '(', '[', '#']);
    let end = title.find([':', '-', '–', '—', ')', ']', '+', '*', '|', '/'])?;
    let head = title[..end].trim();
    let set_off = title[end..].starts_with([':', ')', ']', '+', '*', '|']);
    if head.is_empty() || head.chars().count() > 24 {
        return None;
    }
    let loud = !head.chars().any(char::is_lowercase);
    let low = head.to_lowercase();
    let words: Vec<&str> = low.split_whitespace().filter(|w| !w.chars().all(|c| c.is_ascii_digit())).collect();
    let word = words.join(" ");
    // In ordinary writing only words that mean nothing else, or those a colon sets off.
    let found = match noted_word(&word) {
        Some(signal) if loud || set_off => Prefix::Signal(signal),
        _ => Prefix::Stage(named(&word).or_else(|| lead(&low).then_some(Stage::Update)).filter(|_| loud || set_off)?),
    };
    let after = title[end..].trim_start_matches([':', '-', '–', '—', ')', ']', '+', '*', '|', '/', ' ']);
    Some((found, after))
}

fn named(word: &str) -> Option<Stage> {
    Some(match word {
        "alert" | "snap" | "newsalert" | "flash" | "blitz" | "breaking" | "breaking news" | "blitzmeldung" => Stage::Alert,
        "urgent" | "eil" | "eilmeldung" | "newsbreak" | "bulletin" | "extra" | "eilt" => Stage::Urgent,
        "update" | "recasts" | "lead" => Stage::Update,
        "wrapup" | "wrap" | "roundup" | "zusammenfassung" | "überblick" | "gesamtzusammenfassung" => Stage::Wrapup,
        "analysis" | "analyse" | "hintergrund" | "news analysis" => Stage::Analysis,
        "exclusive" | "exklusiv" => Stage::Exclusive,
        _ => return None,
    })
}

fn noted_word(word: &str) -> Option<Signal> {
    Some(match word {
        "corrected" | "correction" | "korrektur" | "berichtigung" | "official correction" | "rectificatif" | "rettifica" => {
            Signal::Correction
        }
        "refile" => Signal::Refile,
        "repeat" | "rpt" | "wiederholung" => Signal::Repeat,
        "withdrawn" | "story withdrawn" | "kill" | "mandatory kill" | "advisory withdrawn" | "zurückgezogen" | "annulliert" => {
            Signal::Withdrawn
        }
        "embargo" | "embargoed" | "sperrfrist" => Signal::Embargo,
        _ => return None,
    })
}

/// What a note to editors says.
fn noted(low: &str) -> Option<Signal> {
    const SAYS: &[(&str, Signal)] = &[
        ("sig:correction", Signal::Correction),
        ("corrects ", Signal::Correction),
        ("correction:", Signal::Correction),
        ("korrektur", Signal::Correction),
        ("berichtigt", Signal::Correction),
        ("mandatory kill", Signal::Withdrawn),
        ("story withdrawn", Signal::Withdrawn),
        ("refile", Signal::Refile),
        ("embargo", Signal::Embargo),
        ("sperrfrist", Signal::Embargo),
    ];
    SAYS.iter().find(|(says, _)| low.contains(says)).map(|(_, signal)| *signal)
}

/// `2nd Ld-Writethru`, `3. Lead`, `1ST LEAD`.
fn lead(low: &str) -> bool {
    let words: Vec<&str> = low.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let nth = |w: &str| w.trim_end_matches(char::is_alphabetic).parse::<u8>().is_ok() && w.len() <= 4;
    words.windows(2).any(|w| nth(w[0]) && matches!(w[1], "ld" | "lead"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Clean;

    #[test]
    fn what_agencies_print_before_a_headline_is_understood_and_ordinary_words_are_left() {
        use Signal::*;
        use Stage::*;
        let check = |title: &str, stage: Option<Stage>, signals: &[Signal]| {
            let mut item = Item { title: Clean::line(title), ..Item::default() };
            mark(&mut item);
            assert_eq!((item.stage, item.signals.as_slice()), (stage, signals), "{title}");
        };
        check("ALERT-Ferry aground off Skarvik", Some(Alert), &[]);
        check("+++ EIL +++ Fähre vor Skarvik gestrandet", Some(Urgent), &[]);
        check("Eilmeldung: Fähre vor Skarvik gestrandet", Some(Urgent), &[]);
        check("(Blitz) Fähre gestrandet", Some(Alert), &[]);
        check("UPDATE 2-Ferry aground, three hurt", Some(Update), &[]);
        check("3. Lead: Fähre gestrandet", Some(Update), &[]);
        check("2ND LEAD - Ferry aground", Some(Update), &[]);
        check("WRAPUP 4-Storm closes harbours", Some(Wrapup), &[]);
        check("CORRECTED-UPDATE 1-Ferry aground", Some(Update), &[Correction]);
        check("Korrektur: Fähre nicht gesunken", None, &[Correction]);
        check("REFILE-Ferry aground", None, &[Refile]);
        check("STORY WITHDRAWN: Ferry sunk", None, &[Withdrawn]);
        check("KILL: Ferry sunk", None, &[Withdrawn]);
        check("EMBARGO: Budget of the port", None, &[Embargo]);
        check("Exklusiv: Die Pläne der Reederei", Some(Exclusive), &[]);
        check("Update for the harbour: three cranes more", None, &[]);
        check("Kill the lights - and see the stars", None, &[]);
        check("Alert crew saves ferry", None, &[]);
        check("Lead-free fuel in all ports", None, &[]);
    }

    #[test]
    fn wire_fields_say_it_too() {
        let line = |text: &str| Some(Clean::line(text));
        let check = |mut item: Item, stage: Option<Stage>, signals: &[Signal]| {
            mark(&mut item);
            assert_eq!((item.stage, item.signals.as_slice()), (stage, signals));
        };
        check(Item { slugline: line("EU--Ferry, 4th Ld-Writethru"), ..Item::default() }, Some(Stage::Update), &[]);
        check(Item { advisory: line("(Corrects spelling of name in paragraph 3)"), ..Item::default() }, None, &[Signal::Correction]);
        check(Item { signal: line("sig:correction"), urgency: Some(1), ..Item::default() }, Some(Stage::Alert), &[Signal::Correction]);
        check(Item { status: Status::Canceled, ..Item::default() }, None, &[Signal::Withdrawn]);
        check(Item { status: Status::Withheld, ..Item::default() }, None, &[Signal::Embargo]);
    }
}
