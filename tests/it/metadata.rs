//! What pages say of themselves: every page of `fixtures/pages/meta` against what its maker meant, field by field. A page
//! more there, and a row in `expect.toml`, is a test more.

use std::collections::BTreeMap;

use serde::Deserialize;
use wiredesk::ingest::attribute::Registry;
use wiredesk::ingest::extract::{Examined, Sites};
use wiredesk::ingest::{Source, examine};
use wiredesk::model::{Address, Clean};

const DIR: &str = "fixtures/pages/meta";
/// Below this share of right pages a field fails.
const RIGHT: f64 = 0.95;

#[derive(Deserialize)]
struct Expect {
    page: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    file: String,
    url: String,
    title: String,
    language: String,
    site: String,
    published: String,
    updated: Option<String>,
    #[serde(default)]
    authors: Vec<String>,
    byline: Option<String>,
    kicker: Option<String>,
    section: Option<String>,
}

fn read(row: &Row) -> Examined {
    let url = Address::parse(&row.url).unwrap();
    let bytes = std::fs::read(format!("{DIR}/{}", row.file)).unwrap();
    let now = "2025-08-16T12:00:00Z".parse().unwrap();
    let source = Source { bytes: &bytes, url: Some(&url), content_type: Some("text/html; charset=utf-8"), now };
    examine(&source, Registry::builtin(), &Sites::default())
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(format!("{DIR}/expect.toml")).unwrap();
    toml::from_str::<Expect>(&text).unwrap().page
}

#[test]
fn nearly_every_field_of_every_page_is_right() {
    let rows = rows();
    assert!(rows.len() >= 40);
    let mut shares: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in &rows {
        let Examined { item, origins, .. } = read(row);
        let text = |c: &Option<Clean>| c.as_deref().unwrap_or_default().to_owned();
        let time = |t: Option<jiff::Timestamp>| t.map(|t| t.to_string()).unwrap_or_default();
        let mut check = |field: &'static str, want: &str, got: String| {
            let share = shares.entry(field).or_default();
            share.1 += 1;
            if got == want {
                share.0 += 1;
            } else {
                wrong.push(format!("{}: {field} is “{got}”, not “{want}” (from {:?})", row.file, origins.of(field)));
            }
        };
        check("title", &row.title, item.title.to_string());
        check("site", &row.site, text(&item.outlet));
        check("language", &row.language, text(&item.language));
        check("published", &row.published, time(item.published));
        check("updated", row.updated.as_deref().unwrap_or_default(), time(item.updated));
        match &row.byline {
            Some(byline) => check("byline", byline, text(&item.byline)),
            None => {
                let got = item.authors.iter().map(Clean::as_str).collect::<Vec<_>>().join(", ");
                check("byline", &row.authors.join(", "), got);
            }
        }
        for (field, want, got) in [("kicker", &row.kicker, &item.kicker), ("section", &row.section, &item.section)] {
            if let Some(want) = want {
                check(field, want, text(got));
            }
        }
    }
    for (field, (right, all)) in &shares {
        println!("{field:<10} {right:>3} of {all:>3} right, {:.3}", *right as f64 / *all as f64);
    }
    let list = wrong.join("\n  ");
    for (field, (right, all)) in shares {
        assert!(right as f64 >= all as f64 * RIGHT, "{field}: {right} of {all} pages\n  {list}");
    }
    println!("wrong:\n  {list}");
}

#[test]
fn every_page_of_the_folder_has_a_row() {
    let rows = rows();
    let mut files: Vec<String> = std::fs::read_dir(DIR).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    files.retain(|f| f.ends_with(".html"));
    let without: Vec<_> = files.iter().filter(|f| !rows.iter().any(|r| r.file == **f)).collect();
    assert!(without.is_empty(), "{without:?}");
}

/// Whatever is found has a place that gave it, so that a reader can check it.
#[test]
fn every_field_says_where_it_is_from() {
    for row in rows() {
        let Examined { item, origins, .. } = read(&row);
        for (field, there) in [
            ("title", !item.title.is_empty()),
            ("published", item.published.is_some()),
            ("updated", item.updated.is_some()),
            ("language", item.language.is_some()),
            ("authors", !item.authors.is_empty()),
            ("byline", item.byline.is_some()),
            ("outlet", item.outlet.is_some()),
            ("text", true),
        ] {
            assert!(!there || origins.of(field).is_some_and(|from| !from.is_empty()), "{}: {field}", row.file);
        }
    }
}
