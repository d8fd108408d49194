//! Wire status: what stands before a headline, in a slugline or in a note to editors, as [`Stage`] and [`Signal`].

use super::embargo;
use crate::model::{Block, Clean, Item, Printed, Signal, Stage, Status, is_lead, number};

/// A note to editors has no more bytes than this.
const LONGEST_NOTE: usize = 300;

/// Reads an item's stage and signals from what it says, and until when it is under embargo.
pub fn mark(item: &mut Item) {
    note(item);
    embargo::read(item);
    let printed = Printed::read(&item.title);
    let (mut stage, mut nth, mut signals) = (printed.stage, printed.nth, printed.signals);
    for text in [&item.slugline, &item.take, &item.advisory, &item.kicker].into_iter().flatten() {
        let low = text.to_lowercase();
        let bare = low.trim_matches(|c: char| !c.is_alphanumeric());
        if let Some(said) = Stage::named(bare).or_else(|| is_lead(&low).then_some(Stage::Update)) {
            stage = stage.or(Some(said));
            nth = nth.or_else(|| number(&low).filter(|_| said == Stage::Update));
        }
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
    item.nth = nth;
    item.signals = signals;
}

/// A first paragraph that only says what is new (“(Adds quotes in paragraph 3)”) is a note to editors.
fn note(item: &mut Item) {
    let Some(Block::Paragraph { .. }) = item.body.first().filter(|_| item.advisory.is_none() && item.body.len() > 1) else { return };
    let text = item.body[0].text();
    let text = text.trim();
    let Some(inside) = text.strip_prefix('(').and_then(|t| t.trim_end_matches('.').strip_suffix(')')) else { return };
    let first = inside.split([' ', ':', ',']).next().unwrap_or_default();
    let says = [
        "Adds",
        "Updates",
        "Corrects",
        "Recasts",
        "Writes",
        "Restores",
        "Refiles",
        "Removes",
        "Deletes",
        "Fixes",
        "Clarifies",
        "Repeats",
        "Changes",
        "Releads",
        "Neu",
        "Ergänzt",
        "Korrigiert",
        "Aktualisiert",
        "Berichtigt",
        "Durchgehend",
        "Wiederholung",
    ];
    if inside.len() <= LONGEST_NOTE && !inside.contains('(') && says.contains(&first) {
        item.advisory = Some(Clean::line(text));
        item.body.remove(0);
    }
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

    #[test]
    fn a_first_paragraph_that_tells_what_is_new_is_a_note_to_editors() {
        let check = |first: &str, note: bool| {
            let mut item = Item { body: [first, "The ferry is afloat."].map(Block::paragraph).to_vec(), ..Item::default() };
            mark(&mut item);
            assert_eq!((item.advisory.is_some(), item.body.len()), (note, if note { 1 } else { 2 }), "{first}");
        };
        check("(Adds quotes in paragraph 3)", true);
        check("(Corrects name of the ferry in first paragraph.)", true);
        check("(Neu: Zitate)", true);
        check("(AP) The ferry ran aground.", false);
        check("(Adds a word) and goes on", false);
        check("Adds quotes", false);
    }
}
