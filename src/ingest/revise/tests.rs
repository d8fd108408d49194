//! Pairs of versions: changed or not, and what kind of change it is; and two of them word by word.

use super::*;
use crate::model::{AgencyId, Clean, Credit, Evidence, Role, Slot, Span};

fn item(title: &str, text: &str) -> Item {
    let paragraph = |p: &str| Block::Paragraph { spans: vec![Span::plain(p)] };
    Item { title: Clean::line(title), body: text.lines().map(paragraph).collect(), ..Item::default() }
}

const TITLE: &str = "Ferry Aurelia runs aground off Skarvik";
const TEXT: &str = "The ferry ran aground on Monday. Three people were hurt, the coastguard said.\n\"We heard a loud noise\", Captain Ellingsund told reporters.";

/// The table of what counts: a change of [`TEXT`] (or of the headline) and what it comes to.
#[test]
fn noise_never_counts_and_facts_always_do() {
    use Revised::*;
    let check = |from: &str, to: &str, expected: &[Revised]| {
        assert!(from.is_empty() || TEXT.contains(from) || TITLE.contains(from), "{from}");
        let swap = |s: &str| if from.is_empty() { s.to_owned() } else { s.replace(from, to) };
        let text = if from.is_empty() { format!("{TEXT}\n{to}") } else { swap(TEXT) };
        let found = revised(&item(TITLE, TEXT), &item(&swap(TITLE), &text));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected, "{from:?} -> {to:?}");
    };
    // Noise.
    for noise in [
        "Updated 14:32",
        "Updated: 12 March 2026, 14:32 CET",
        "Aktualisiert am 3. März um 14:32 Uhr",
        "Stand: 14.32 Uhr",
        "vor 5 Minuten",
        "5 minutes ago",
        "hace 5 min",
        "14:32",
        "12.03.2026",
        "3 min read",
        "Lesezeit: 4 min",
        "127 Kommentare",
        "1,204 views",
        "Mehr zum Thema: Die Fähre und ihr Kapitän",
        "Lesen Sie auch: Was bisher geschah",
        "Related: Ferries of the north",
        "Newsletter: every morning",
        "Anzeige",
        "Advertisement",
    ] {
        check("", noise, &[]);
    }
    check("\"We heard a loud noise\"", "“We heard a loud noise”", &[]);
    check("ran aground", "ran\u{a0}aground", &[]);
    check("coastguard", "coast\u{ad}guard", &[]);
    // Looks only.
    check("reporters.", "reporters!", &[Cosmetic]);
    check("coastguard", "coasguard", &[Cosmetic]);
    // Facts.
    check("Three", "Eight", &[NumberOrName]);
    check("on Monday", "on Tuesday", &[NumberOrName]);
    check("Captain Ellingsund", "Captain Marquart", &[NumberOrName]);
    check("were hurt", "were not hurt", &[Substance]);
    check("were hurt", "were killed", &[Substance]);
    check("loud noise", "dull noise", &[Substance, Quote]);
    check("", "A tug is on its way.", &[Substance]);
    check("", "Correction: The ferry ran aground on Sunday.", &[Substance, CorrectionNote]);
    check("runs aground", "sinks", &[Headline]);
    check("Ferry", "FERRY", &[Cosmetic]);
    let counted = |n: &str| item(TITLE, &format!("At least {n} people are missing after the storm."));
    assert_eq!(revised(&counted("3"), &counted("8")), BTreeSet::from([NumberOrName]), "one digit is a fact");
}

#[test]
fn another_order_is_cosmetic_and_the_same_is_nothing() {
    let (a, b) = TEXT.split_once('\n').expect("two paragraphs");
    assert_eq!(revised(&item(TITLE, TEXT), &item(TITLE, &format!("{b}\n{a}"))), BTreeSet::from([Revised::Cosmetic]));
    assert!(revised(&item(TITLE, TEXT), &item(TITLE, TEXT)).is_empty());
}

#[test]
fn credits_withdrawals_and_live_updates_have_their_own_names() {
    let old = item(TITLE, TEXT);
    let mut new = old.clone();
    new.attribution.credits.push(Credit {
        agency: AgencyId::new("dpa"),
        name: Clean::line("dpa"),
        role: Role::Text,
        slot: Slot::Tail,
        confidence: 1.0,
        evidence: Evidence { words: Clean::line("(dpa)"), place: Clean::line("paragraph 2") },
    });
    assert_eq!(revised(&old, &new), BTreeSet::from([Revised::CreditChanged]));
    let canceled = Item { status: Status::Canceled, ..old.clone() };
    assert_eq!(revised(&old, &canceled), BTreeSet::from([Revised::Withdrawn]));
    assert_eq!(revised(&canceled, &old), BTreeSet::from([Revised::Restored]));
    let live = |text: &str| Item { live: true, ..item(TITLE, text) };
    assert_eq!(revised(&live(TEXT), &live(&format!("{TEXT}\nA tug has arrived."))), BTreeSet::from([Revised::LiveUpdate]));
    assert!(!Revised::LiveUpdate.matters() && Revised::NumberOrName.matters());
}

#[test]
fn a_comparison_shows_the_words_and_folds_the_rest() {
    let long: String = (0..9).map(|n| format!("Sentence number {n} of the long report stays.\n")).collect();
    let old = item(TITLE, &format!("{long}Three people were hurt on Monday."));
    let mut new = item("Ferry Aurelia sinks off Skarvik", &format!("{long}Eight people were hurt on Monday.\nA tug is there."));
    new.advisory = Some(Clean::line("(Adds tug in last paragraph)"));
    let seen = compare(&old, &new);
    let (same, added, removed) = (|s: &str| Run::Same(s.into()), |s: &str| Run::Added(s.into()), |s: &str| Run::Removed(s.into()));
    assert_eq!(seen.title, [same("Ferry Aurelia"), removed("runs aground"), added("sinks"), same("off Skarvik")]);
    assert_eq!(
        seen.text,
        [
            Compared::Folded(8),
            Compared::Runs(vec![same("Sentence number 8 of the long report stays.")]),
            Compared::Runs(vec![removed("Three"), added("Eight"), same("people were hurt on Monday.")]),
            Compared::Runs(vec![added("A tug is there.")]),
        ]
    );
    assert_eq!((seen.added, seen.removed), (5, 1));
    assert_eq!(seen.note.as_deref(), Some("(Adds tug in last paragraph)"));
}
