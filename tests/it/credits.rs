//! Who reported a page: every page of `fixtures/pages/credits` through the whole reading of pages, against what its maker
//! meant. A page more there, and a row in `expect.toml`, is a test more.

use std::collections::BTreeSet;

use serde::Deserialize;
use wiredesk::ingest::attribute::{AgencyRow, Registry};
use wiredesk::ingest::{Source, page};
use wiredesk::model::{Address, Attribution, Role, Usage};

const DIR: &str = "fixtures/pages/credits";

#[derive(Deserialize)]
struct Expect {
    page: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    file: String,
    /// What the page shows, where its name does not tell.
    #[serde(default, rename = "what")]
    _what: String,
    #[serde(default = "inselblatt")]
    url: String,
    /// "agency role slot", all of them.
    credits: BTreeSet<String>,
    persons: Option<Vec<String>>,
    #[serde(default)]
    desk_edit: bool,
    collective: Option<String>,
    usage: Option<Usage>,
    dispatch: Option<String>,
}

fn inselblatt() -> String {
    "https://inselblatt.example/region/faehre".into()
}

fn read(html: &[u8], url: &str, registry: &Registry) -> Attribution {
    let url = Address::parse(url).unwrap();
    let now = "2025-08-16T12:00:00Z".parse().unwrap();
    page(&Source { bytes: html, url: Some(&url), content_type: Some("text/html; charset=utf-8"), now }, registry).attribution
}

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn every_page_names_who_reported_it() {
    let rows = toml::from_str::<Expect>(&std::fs::read_to_string(format!("{DIR}/expect.toml")).unwrap()).unwrap().page;
    let (mut found, mut wanted, mut right, mut wrong) = (0, 0, 0, Vec::new());
    for row in &rows {
        let got = read(&std::fs::read(format!("{DIR}/{}.html", row.file)).unwrap(), &row.url, Registry::builtin());
        let have: BTreeSet<String> = got.credits.iter().map(|c| format!("{} {} {}", c.agency, word(c.role), word(c.slot))).collect();
        let text = |s: &&String| s.contains(" text ") || s.contains(" press ");
        found += have.iter().filter(text).count();
        wanted += row.credits.iter().filter(text).count();
        right += have.intersection(&row.credits).filter(text).count();
        let persons: Vec<&str> = got.persons.iter().map(|p| p.as_str()).collect();
        let fine = have == row.credits
            && row.persons.as_ref().is_none_or(|p| *p == persons)
            && row.desk_edit == got.desk_edit
            && row.collective.as_deref() == got.collective.as_deref()
            && row.usage.is_none_or(|u| u == got.usage)
            && row.dispatch == got.dispatch.as_ref().map(ToString::to_string);
        if !fine {
            wrong.push(format!(
                "{}: wanted {:?}, found {have:?} · {persons:?} · desk {} · {:?} · {:?} · {:?}",
                row.file,
                row.credits,
                got.desk_edit,
                got.collective.as_deref(),
                got.usage,
                got.dispatch.map(|d| d.to_string())
            ));
        }
        for credit in &got.credits {
            assert!(!credit.evidence.words.is_empty() && !credit.evidence.place.is_empty(), "{}: {credit:?}", row.file);
        }
    }
    let share = |of: usize| f64::from(u32::try_from(right).unwrap()) / f64::from(u32::try_from(of).unwrap());
    println!("{} pages: precision {:.3}, recall {:.3}", rows.len(), share(found), share(wanted));
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    let negative = rows.iter().filter(|r| r.file.starts_with("negative-")).count();
    assert!(negative >= 20 && rows.len() - negative >= 40, "{negative} of {}", rows.len());
    let pages = std::fs::read_dir(DIR).unwrap().filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|e| e == "html")).count();
    assert_eq!(pages, rows.len(), "a page has no row, or a row no page");
    // Every role and every slot but NewsML's own, which no page has.
    let all: BTreeSet<&str> = rows.iter().flat_map(|r| &r.credits).flat_map(|c| c.split(' ').skip(1)).collect();
    for part in
        ["text", "photo", "mention", "press", "dispatch_id", "dateline", "tail", "structured", "byline", "copyright", "caption", "prose"]
    {
        assert!(all.contains(part), "no page shows {part}");
    }
}

/// An agency of the reader's own, as an `[[agency]]` block of the config gives it.
#[test]
fn a_readers_own_agency_is_credited_on_a_page() {
    let own: AgencyRow = toml::from_str("id = 'hnd'\nname = 'Hafen-Nachrichtendienst'\ncodes = ['hnd']\nkind = 'regional'").unwrap();
    let html = std::fs::read_to_string(format!("{DIR}/tail-chain-and-desk.html")).unwrap().replace("(APA/sid/red)", "(hnd/APA)");
    let ids = |registry: &Registry| -> Vec<String> {
        let got = read(html.as_bytes(), &inselblatt(), registry);
        got.credits.iter().filter(|c| c.role == Role::Text).map(|c| c.agency.to_string()).collect()
    };
    assert_eq!(ids(Registry::builtin()), ["apa"]);
    assert_eq!(ids(&Registry::with(vec![own])), ["hnd", "apa"]);
}
