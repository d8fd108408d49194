//! The table of forms (`fixtures/attribution.toml`), case by case and as precision and recall; and what holds for any
//! input whatever.

use super::*;
use crate::model::{Block, Clean, Role, Usage};
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::BTreeSet;

const FILLER: &str = "Der Hafen lag am Morgen still, und die Leute, die auf die Fähre gewartet hatten, gingen nach und nach wieder nach Hause, ohne dass jemand etwas gesagt hätte.";

#[derive(Deserialize)]
struct Table {
    /// Language, place, words, who is credited.
    forms: Vec<(String, String, String, String)>,
    case: Vec<Case>,
}

fn table() -> Table {
    toml::from_str(include_str!("../../../fixtures/attribution.toml")).unwrap()
}

/// How many credits for the text were found, wanted and both; and what went wrong, in words.
#[derive(Default)]
struct Score {
    found: usize,
    wanted: usize,
    right: usize,
    wrong: Vec<String>,
}

impl Score {
    #[track_caller]
    fn end(self, of: &str) {
        let (p, r) = (self.right as f64 / self.found as f64, self.right as f64 / self.wanted as f64);
        println!("{of}: precision {p:.3}, recall {r:.3}, {} wrong", self.wrong.len());
        assert!(self.wrong.is_empty(), "{} wrong\n{}", self.wrong.len(), self.wrong.join("\n"));
    }
}

/// `words` alone in one place of an otherwise silent article.
fn one_place(language: &str, place: &str, words: &str) -> Slots {
    let mut slots = Slots { language: Some(language.to_owned()), ..Slots::default() };
    slots.paragraphs = vec![FILLER.to_owned(); 8];
    let words = words.to_owned();
    match place {
        "head" => slots.head.push(words),
        "first" => slots.paragraphs[0] = words,
        "body" => slots.paragraphs[4] = words,
        "last" => slots.paragraphs.push(words),
        "tail" => slots.tail.push(words),
        "caption" => slots.captions.push(words),
        field => slots.fields.push(Field::new(field.strip_prefix("field ").unwrap(), words)),
    }
    slots
}

#[test]
fn the_forms_line_by_line() {
    let table = table();
    let mut score = Score::default();
    for (language, place, words, want) in &table.forms {
        let got = attribute(&one_place(language, place, words), Registry::builtin());
        let mut have: BTreeSet<String> = got
            .credits
            .iter()
            .map(|c| if c.role == Role::Text { c.agency.to_string() } else { format!("{}:{}", c.agency, erased::Word::word(&c.role)) })
            .collect();
        let text = |s: &&String| !s.ends_with(":photo") && !s.ends_with(":mention");
        let mut want: BTreeSet<String> = want.split_whitespace().map(str::to_owned).collect();
        let desk = want.remove("desk");
        score.found += have.iter().filter(text).count();
        score.wanted += want.iter().filter(text).count();
        score.right += have.intersection(&want).filter(text).count();
        if desk {
            want.insert("desk".to_owned());
        }
        if got.desk_edit {
            have.insert("desk".to_owned());
        }
        if have != want {
            score.wrong.push(format!("[{language} {place}] {words}: wanted {want:?}, found {have:?}"));
        }
    }
    score.end(&format!("{} forms", table.forms.len()));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    language: Option<String>,
    outlet: Option<String>,
    url: Option<String>,
    #[serde(default)]
    head: Vec<String>,
    first: Option<String>,
    #[serde(default)]
    body: Vec<String>,
    last: Option<String>,
    #[serde(default)]
    tail: Vec<String>,
    #[serde(default)]
    captions: Vec<String>,
    #[serde(default)]
    fields: Vec<(String, String)>,
    #[serde(default)]
    credits: Vec<String>,
    persons: Option<Vec<String>>,
    #[serde(default)]
    desk_edit: bool,
    collective: Option<String>,
    usage: Option<Usage>,
    dispatch: Option<String>,
}

impl Case {
    fn slots(&self) -> Slots {
        let filler = || std::iter::repeat_n(FILLER.to_owned(), 3);
        Slots {
            fields: self.fields.iter().map(|(n, v)| Field::new(n, v)).collect(),
            head: self.head.clone(),
            paragraphs: self
                .first
                .iter()
                .cloned()
                .chain(filler())
                .chain(self.body.iter().cloned())
                .chain(filler())
                .chain(self.last.iter().cloned())
                .collect(),
            tail: self.tail.clone(),
            captions: self.captions.clone(),
            outlet: self.outlet.clone(),
            url: self.url.as_ref().map(|u| u.parse().unwrap()),
            language: self.language.clone(),
            ..Slots::default()
        }
    }
}

#[test]
fn the_cases() {
    let table = table();
    let mut score = Score::default();
    for case in &table.case {
        let got = attribute(&case.slots(), Registry::builtin());
        let word = |v: &dyn erased::Word| v.word();
        let have: BTreeSet<String> = got.credits.iter().map(|c| format!("{} {} {}", c.agency, word(&c.role), word(&c.slot))).collect();
        let want: BTreeSet<String> = case.credits.iter().cloned().collect();
        let text = |s: &&String| s.contains(" text ") || s.contains(" press ");
        score.found += have.iter().filter(text).count();
        score.wanted += want.iter().filter(text).count();
        score.right += have.intersection(&want).filter(text).count();
        let persons: Vec<String> = got.persons.iter().map(ToString::to_string).collect();
        let fine = have == want
            && case.persons.as_ref().is_none_or(|p| *p == persons)
            && case.desk_edit == got.desk_edit
            && case.collective.as_deref() == got.collective.as_deref()
            && case.usage.is_none_or(|u| u == got.usage)
            && case.dispatch == got.dispatch.as_ref().map(ToString::to_string);
        if !fine {
            score.wrong.push(format!(
                "{}: wanted {want:?}, found {have:?} · {persons:?} · desk {} · {:?} · {:?} · {:?}",
                case.name, got.desk_edit, got.collective, got.usage, got.dispatch
            ));
        }
    }
    score.end(&format!("{} cases", table.case.len()));
}

/// The words that JSON says for a role or slot.
mod erased {
    pub trait Word {
        fn word(&self) -> String;
    }
    impl<T: serde::Serialize> Word for T {
        fn word(&self) -> String {
            serde_json::to_value(self).unwrap().as_str().unwrap().to_owned()
        }
    }
}

#[test]
fn the_registry_is_whole() {
    let all = Registry::builtin().agencies();
    assert_eq!(all.len(), 170);
    let ids: BTreeSet<&str> = all.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(ids.len(), all.len(), "an id is given twice");
    for row in all {
        let named = !row.codes.is_empty() || !row.aliases.is_empty();
        assert!(named && !row.short.is_empty(), "{} cannot be named", row.id);
        assert!(row.langs.iter().all(|l| l.len() <= 3 && *l == l.to_lowercase()), "{}: {:?}", row.id, row.langs);
        assert!(row.country.is_empty() || row.country.len() == 2, "{}", row.id);
    }
    let ots = Registry::builtin().agency(&crate::model::AgencyId::new("ots")).unwrap();
    assert!(ots.press_release() && ots.kind.role() == Role::Press);
}

/// All spellings of all agencies, at home, in the forms that every agency's lines take.
#[test]
fn every_spelling_is_read_in_every_form() {
    let mut score = Score::default();
    let mut forms = 0;
    for row in Registry::builtin().agencies() {
        if matches!(row.kind, Kind::Photo | Kind::Collective | Kind::Desk) {
            continue;
        }
        let other = if row.id.as_str() == "reuters" { "AFP" } else { "Reuters" };
        let language = format!("{}-{}", row.langs.first().unwrap(), row.country);
        for spelling in row.codes.iter().chain(&row.context).chain(&row.home).chain(&row.aliases) {
            for (place, words) in [
                ("first", format!("HUSUM ({spelling}) – Der Deich hält.")),
                ("first", format!("Husum, 16.8.2025 ({spelling}) - Der Deich hält.")),
                ("last", format!("Der Deich hält. ({spelling})")),
                ("tail", format!("({spelling})")),
                ("tail", format!("Source: {spelling}")),
                ("tail", format!("{other}/{spelling}")),
                ("tail", format!("© 2025 {spelling}")),
                ("head", format!("Von: mab/{spelling}")),
                ("head", format!("By Lena Ahrens, {spelling}")),
                ("field json-ld author", spelling.clone()),
            ] {
                // 共同 alone on a line is “together”; a name that holds a separator must stand alone.
                let together = registry::unspaced(spelling.chars().next().unwrap()) && row.home.contains(spelling);
                if together && words.contains('/') || spelling.contains('&') && words.contains(['/', ',']) && !words.contains('.') {
                    continue;
                }
                forms += 1;
                let got = attribute(&one_place(&language, place, &words), Registry::builtin());
                let have: Vec<&str> = got.agencies().iter().filter(|c| c.name.as_str() != other).map(|c| c.agency.as_str()).collect();
                score.wanted += 1;
                score.found += have.len();
                score.right += usize::from(have.contains(&row.id.as_str()));
                if have != [row.id.as_str()] {
                    score.wrong.push(format!("[{language} {place}] {words}: {have:?}, not {}", row.id));
                }
            }
        }
    }
    score.end(&format!("{forms} forms of all spellings"));
}

#[test]
fn the_readers_own_agency_is_found() {
    let own: AgencyRow = toml::from_str("id = 'hafen'\nname = 'Hafen-Nachrichtendienst'\ncodes = ['hnd']").unwrap();
    let registry = Registry::with(vec![own]);
    let slots = Slots { head: vec!["Von: hnd/dpa".into()], ..Slots::default() };
    let ids: Vec<String> = attribute(&slots, &registry).credits.iter().map(|c| c.agency.to_string()).collect();
    assert_eq!(ids, ["hafen", "dpa"]);
}

#[test]
fn the_same_code_is_judged_by_the_outlets_country() {
    let ids = |url: &str| -> Vec<String> {
        let slots = Slots { tail: vec!["(CNA)".into()], url: url.parse().ok(), ..Slots::default() };
        attribute(&slots, Registry::builtin()).credits.iter().map(|c| c.agency.to_string()).collect()
    };
    assert_eq!(ids("https://example.tw/a"), ["cna-tw"]);
    assert_eq!(ids("https://example.cy/a"), ["cna-cy"]);
    assert!(ids("https://example.de/a").is_empty());
}

#[test]
fn a_body_splits_into_head_text_and_tail() {
    let blocks = [
        Block::paragraph("Von: APA/dpa"),
        Block::paragraph(FILLER),
        Block::paragraph("„Nein“, sagte er."),
        Block::paragraph(FILLER),
        Block::Picture {
            url: None,
            alt: Clean::default(),
            caption: vec![crate::model::Span::plain("Der Hafen")],
            credit: Some("dpa/Lind".into()),
        },
        Block::paragraph("(red)"),
    ];
    let slots = Slots::from_body("Fähre bleibt im Hafen", &blocks);
    assert_eq!((slots.head.len(), slots.paragraphs.len(), slots.tail.len(), slots.captions.len()), (1, 3, 1, 2));
    let got = attribute(&slots, Registry::builtin());
    let text: Vec<&str> = got.agencies().iter().map(|c| c.agency.as_str()).collect();
    assert_eq!(text, ["apa", "dpa"]);
    assert!(got.desk_edit);
}

#[test]
fn a_teaser_is_read_from_both_ends() {
    let slots = Slots::from_body("Fähre bleibt", &[Block::paragraph("Husum (dpa) - Die Fähre bleibt im Hafen.")]);
    assert_eq!(attribute(&slots, Registry::builtin()).credits.len(), 1);
}

#[test]
fn long_input_takes_linear_time() {
    let line = "(dpa/AFP, ".repeat(50_000);
    let slots = Slots {
        head: vec![line.clone()],
        paragraphs: vec![line.clone(), "Reuters laut ".repeat(50_000)],
        tail: vec![line; 6],
        ..Slots::default()
    };
    let start = std::time::Instant::now();
    attribute(&slots, Registry::builtin());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// Strings that are made of the grammar's own parts, so that chance gets deep into it.
fn parts() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "dpa",
        "AFP",
        "APA",
        "(",
        ")",
        "/",
        " ",
        " ",
        ", ",
        " – ",
        "-",
        "Von: ",
        "Quelle: ",
        "© ",
        "red",
        "Agenturen",
        "Berlin",
        "KYIV",
        "Aug 15",
        "16. August",
        "mit ",
        "und ",
        "Mit Material von ",
        "Lena Ahrens",
        "dpa:250816-99-1/2",
        "urn:newsml:dpa.com:1:2:3",
        "tag:reuters.com,2025:newsml_X:1",
        "【",
        "】",
        "共同",
        "电",
        "8",
        ".",
        "\u{a0}",
        "\u{301}",
        "\u{200d}",
        "é",
        "Foto: ",
        "CNA",
        "laut ",
        "İ",
        "ß",
        "contributed to this",
        "\n",
    ]);
    prop_oneof![prop::collection::vec(part, 0..24).prop_map(|p| p.concat()), ".{0,60}"]
}

proptest! {
    #[test]
    fn any_strings_are_read_without_panic_and_quoted_as_printed(
        head in prop::collection::vec(parts(), 0..4), paragraphs in prop::collection::vec(parts(), 0..8),
        tail in prop::collection::vec(parts(), 0..4), captions in prop::collection::vec(parts(), 0..3), field in parts(),
    ) {
        let slots = Slots { head, paragraphs, tail, captions, fields: vec![Field::new("json-ld author", field)], ..Slots::default() };
        let got = attribute(&slots, Registry::builtin());
        prop_assert_eq!(&got, &attribute(&slots, Registry::builtin()));
        let plain = |s: &str| Clean::line(s).split(|c: char| c.is_whitespace()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
        let all: Vec<String> = [&slots.head, &slots.paragraphs, &slots.tail, &slots.captions].into_iter().flatten().chain([&slots.fields[0].value]).map(|s| plain(s)).collect();
        for credit in &got.credits {
            let words = plain(&credit.evidence.words);
            prop_assert!(!words.is_empty());
            prop_assert!(all.iter().any(|s| s.contains(&words)), "{:?} is not in {:?}", words, all);
            prop_assert!((0.0..=1.0).contains(&credit.confidence));
        }
    }
}
