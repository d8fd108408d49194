//! How good the metadata of real pages is: `cargo run --release --example metadata -- [--wrong] DIR…` reads `DIR/truth.jsonl`
//! (`{id, url}`) and `DIR/<id>.html.gz` (or `.html`). Such corpora say what the text is and not what the metadata is, so each
//! field is held against a witness of its own: the title against `<title>`, the day against the one in the address or in
//! the id, the language against the text, the site against the host. Authors have no witness. Of each field it prints how
//! often it was found, and how often its witness bears it out; `--wrong` lists the others.

use std::collections::BTreeMap;
use std::io::Read;

use jiff::civil::Date;
use serde_json::Value;
use wiredesk::ingest::attribute::Registry;
use wiredesk::ingest::entities::unescape;
use wiredesk::ingest::extract::Sites;
use wiredesk::ingest::{Source, examine};
use wiredesk::model::{Address, plain_text};

#[derive(Default)]
struct Share {
    found: usize,
    witnessed: usize,
    borne_out: usize,
}

fn main() {
    let wrong = std::env::args().any(|a| a == "--wrong");
    for dir in std::env::args().skip(1).filter(|a| !a.starts_with("--")) {
        let Ok(truth) = std::fs::read_to_string(format!("{dir}/truth.jsonl")) else {
            println!("{dir}: no truth.jsonl there: the corpus is absent");
            continue;
        };
        let rows: Vec<Value> = truth.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
        let mut shares: BTreeMap<&str, Share> = BTreeMap::new();
        let mut pages = 0;
        for row in &rows {
            let id = row["id"].as_str().unwrap_or_default();
            let Some(bytes) = read(&format!("{dir}/{id}.html")) else { continue };
            pages += 1;
            for (field, got, borne_out) in look(row, id, &bytes) {
                let share = shares.entry(field).or_default();
                share.found += usize::from(!got.is_empty());
                share.witnessed += usize::from(borne_out.is_some() && !got.is_empty());
                share.borne_out += usize::from(borne_out == Some(true) && !got.is_empty());
                if wrong && (borne_out == Some(false) || got.is_empty()) {
                    println!("  {id}: {field} “{got}”");
                }
            }
        }
        println!("{dir}: {pages} pages");
        for (field, s) in shares {
            let share = |n: usize, of: usize| n as f64 / of.max(1) as f64;
            println!(
                "  {field:<10} found {:.3}; borne out {:.3} of {} with a witness",
                share(s.found, pages),
                share(s.borne_out, s.witnessed),
                s.witnessed
            );
        }
    }
}

fn read(path: &str) -> Option<Vec<u8>> {
    if let Ok(bytes) = std::fs::read(path) {
        return Some(bytes);
    }
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(format!("{path}.gz")).ok()?).take(64 << 20).read_to_end(&mut out).ok()?;
    Some(out)
}

/// Each field: its name, what was found, and whether its witness bears it out.
fn look(row: &Value, id: &str, bytes: &[u8]) -> Vec<(&'static str, String, Option<bool>)> {
    let url = row["url"].as_str().and_then(|u| Address::parse(u).ok());
    let now = jiff::Timestamp::from_second(1_790_000_000).expect("a moment of this century");
    let source = Source { bytes, url: url.as_ref(), content_type: Some("text/html"), now };
    let item = examine(&source, Registry::builtin(), &Sites::default()).item;

    let title = item.title.to_string();
    let tag =
        between(&String::from_utf8_lossy(bytes), "<title", "</title>").map(|t| fold(&unescape(t.split_once('>').map_or("", |(_, t)| t))));
    let titled = tag.filter(|t| t.len() > 12).map(|t| t.contains(&fold(&title)) || alike(&t, &fold(&title)));

    let day = item.published.map(|t| t.to_zoned(jiff::tz::TimeZone::UTC).date());
    let days_after = |witness: Date| day.and_then(|d| d.since(witness).ok()).map_or(i32::MAX, |s| s.get_days());
    // An address names the day on which a page was made; an id the day on which it was taken, which is the same or later.
    let address = url.as_ref().and_then(|u| dated(u.url().path()));
    let dated_so = address.map(|w| days_after(w).abs() <= 1).or_else(|| dated(id).map(|w| days_after(w) <= 1));

    let language = item.language.as_deref().unwrap_or_default().to_owned();
    let text = row["text"].as_str().map_or_else(|| plain_text(&item.body), str::to_owned);
    let spoken = whatlang::detect(&text).filter(|i| i.is_reliable() && text.len() > 400).map(|i| i.lang().code());
    let spoken = spoken.and_then(|code| TWO.iter().find(|(three, _)| *three == code)).map(|(_, two)| language.starts_with(two));

    let site = item.outlet.as_deref().unwrap_or_default().to_owned();
    let host = url.as_ref().map(|u| fold(u.site().split('.').rev().nth(1).unwrap_or_default()));
    let hosted = host.filter(|h| h.len() > 3).map(|h| fold(&site).contains(&h) || h.contains(&fold(&site)));

    let authors = item.authors.iter().map(|a| a.as_str()).chain(item.byline.as_deref()).collect::<Vec<_>>().join(", ");
    vec![
        ("title", title, titled),
        ("published", item.published.map(|t| t.to_string()).unwrap_or_default(), dated_so),
        ("language", language, spoken),
        ("site", site, hosted),
        ("byline", authors, None),
    ]
}

const TWO: [(&str, &str); 14] = [
    ("deu", "de"),
    ("eng", "en"),
    ("fra", "fr"),
    ("spa", "es"),
    ("ita", "it"),
    ("por", "pt"),
    ("nld", "nl"),
    ("pol", "pl"),
    ("tur", "tr"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("cmn", "zh"),
    ("rus", "ru"),
    ("hin", "hi"),
];

/// Letters and digits in lower case, without their accents: addresses have none.
fn fold(s: &str) -> String {
    const PLAIN: [(&str, &str); 8] =
        [("áàâäãå", "a"), ("éèêë", "e"), ("íìîï", "i"), ("óòôöõø", "o"), ("úùûü", "u"), ("ñ", "n"), ("ç", "c"), ("ý", "y")];
    let plain = |c: char| PLAIN.iter().find(|(from, _)| from.contains(c)).map_or(c, |(_, to)| to.chars().next().unwrap_or(c));
    s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).map(plain).collect()
}

/// The first line of one in the other: a site cuts its headline short in `<title>`, or spells entities.
fn alike(a: &str, b: &str) -> bool {
    let head = |s: &str| s.chars().take(20).collect::<String>();
    !b.is_empty() && (a.contains(&head(b)) || b.contains(&head(a)))
}

fn between<'a>(s: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let at = s.find(from)? + from.len();
    Some(&s[at..at + s[at..].find(to)?])
}

/// The first day that is written out in a path or an id.
fn dated(s: &str) -> Option<Date> {
    let numbers: Vec<&str> = s.split(|c: char| !c.is_ascii_digit()).collect();
    numbers.windows(3).find_map(|w| {
        let fits = w[0].len() == 4 && w[0].starts_with("20") && w[1].len() == 2 && w[2].len() == 2;
        fits.then(|| Date::new(w[0].parse().ok()?, w[1].parse().ok()?, w[2].parse().ok()?).ok()).flatten()
    })
}
