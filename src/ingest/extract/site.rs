//! Rules for single sites, where no heuristic gets it right: the `[[site]]` tables of the configuration, their selectors
//! compiled once. What they may cost on a hostile page is bounded.

use scraper::{ElementRef, Html, Selector};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::dom::{Flat, Kind};
use super::meta::Ruled;
use crate::model::{Address, FullText, SiteRow};

/// Sites, characters of a selector, and things to remove of one site.
const SITE_CAP: usize = 500;
const SELECTOR_CAP: usize = 500;
const REMOVE_CAP: usize = 50;
/// Bytes of markup in the elements that hold the text.
const BODY_CAP: usize = 4 << 20;
/// Elements of a page that selectors are tried on: a few of them look at all neighbours of each.
const ELEMENT_CAP: usize = 12_000;

/// A rule for one site.
#[derive(Clone, Debug)]
pub struct Site {
    /// As written.
    pub row: SiteRow,
    body: Option<Selector>,
    remove: Vec<Selector>,
    title: Option<Selector>,
    byline: Option<Selector>,
    date: Option<Selector>,
    next: Option<Selector>,
}

/// All rules.
#[derive(Clone, Debug, Default)]
pub struct Sites(Vec<Site>);

/// Why a rule cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("[[site]] {host}: {key} {what}")]
pub struct SiteError {
    /// Which table, counted from 0.
    pub row: usize,
    /// Its host.
    pub host: String,
    /// Which of its keys.
    pub key: &'static str,
    /// What is wrong with it, and how to write it.
    pub what: String,
}

impl Sites {
    /// Compiles the rules.
    ///
    /// # Errors
    /// The first that cannot be used, with the key that is wrong.
    pub fn new(rows: &[SiteRow]) -> Result<Self, SiteError> {
        if let Some(row) = rows.get(SITE_CAP) {
            let what = format!("is one of more than {SITE_CAP} sites, which is as many as are taken.");
            return Err(SiteError { row: SITE_CAP, host: row.host.clone(), key: "host", what });
        }
        rows.iter().enumerate().map(|(at, row)| Site::new(at, row)).collect::<Result<_, _>>().map(Self)
    }

    /// The rule for an address: of its host, else of the nearest host above it.
    pub fn of(&self, address: &Address) -> Option<&Site> {
        let host = address.host();
        let fits = |site: &&Site| {
            let named = &site.row.host;
            host.strip_suffix(named.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        self.0.iter().filter(fits).max_by_key(|site| site.row.host.len())
    }
}

impl Site {
    fn new(at: usize, row: &SiteRow) -> Result<Self, SiteError> {
        let wrong = |key, what: String| SiteError { row: at, host: row.host.clone(), key, what };
        let host = row.host.trim().trim_start_matches("www.").to_ascii_lowercase();
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        if host.is_empty() || !host.chars().all(plain) {
            return Err(wrong("host", "is no host; write for example \"nordblatt.example\", without https:// and path.".into()));
        }
        // As addresses have it: names in other scripts in their ASCII form.
        let host = Address::parse(&format!("https://{host}/")).map(|a| a.host()).map_err(|e| wrong("host", format!("is no host: {e}.")))?;
        let compile = |key, raw: &str| {
            if raw.len() > SELECTOR_CAP {
                return Err(wrong(key, format!("is longer than {SELECTOR_CAP} characters.")));
            }
            let advice = "write it as in a style sheet, for example \"div.story > p\".";
            Selector::parse(raw).map_err(|e| wrong(key, format!("“{raw}” is no CSS selector ({e}); {advice}")))
        };
        let one = |key, raw: &Option<String>| raw.as_deref().map(|r| compile(key, r)).transpose();
        if row.remove.len() > REMOVE_CAP {
            return Err(wrong("remove", format!("has more than {REMOVE_CAP} selectors; join some with commas.")));
        }
        if row.full_text == FullText::Never && (row.amp || row.print) {
            return Err(wrong("full-text", "is \"feed\": then no page is read, and amp and print mean nothing.".into()));
        }
        Ok(Self {
            body: one("body", &row.body)?,
            remove: row.remove.iter().map(|r| compile("remove", r)).collect::<Result<_, _>>()?,
            title: one("title", &row.title)?,
            byline: one("byline", &row.byline)?,
            date: one("date", &row.date)?,
            next: one("next", &row.next)?,
            row: SiteRow { host, ..row.clone() },
        })
    }

    /// Takes out of a page what the rule removes.
    pub fn prune(&self, html: &mut Html) {
        for selector in &self.remove {
            let found: Vec<_> = select(html, selector).map(|e| e.id()).collect();
            for id in found {
                if let Some(mut node) = html.tree.get_mut(id) {
                    node.detach();
                }
            }
        }
    }

    /// What the rule's selectors say the headline, author line and date are.
    pub fn ruled(&self, html: &Html) -> Ruled {
        let first = |selector: &Option<Selector>| select(html, selector.as_ref()?).find_map(|e| words(e, &["content", "datetime"]));
        Ruled { title: first(&self.title), byline: first(&self.byline), date: first(&self.date) }
    }

    /// Where the rule says that the article goes on.
    pub fn next(&self, html: &Html) -> Option<String> {
        select(html, self.next.as_ref()?).find_map(|e| e.attr("href").map(str::to_owned))
    }

    /// The segments inside the elements that the rule names the text; `None` if it names none, or none is there.
    pub fn body(&self, html: &Html, flat: &Flat) -> Option<Vec<bool>> {
        let selector = self.body.as_ref()?;
        let mut keep = vec![false; flat.segments.len()];
        let texts: Vec<usize> = (0..flat.segments.len()).filter(|&i| flat.segments[i].kind == Kind::Text).collect();
        let mut starts: HashMap<&str, Vec<usize>> = HashMap::new();
        for (k, &i) in texts.iter().enumerate() {
            starts.entry(&flat.segments[i].text).or_default().push(k);
        }
        let mut inside = HashSet::new();
        let mut budget = BODY_CAP;
        for element in select(html, selector) {
            // What stands inside another match is kept with it.
            if element.ancestors().any(|a| inside.contains(&a.id())) {
                continue;
            }
            inside.insert(element.id());
            let part = element.html();
            if part.len() > budget {
                break;
            }
            budget -= part.len();
            // The part by itself, then found again in the whole: the longest run that says the same.
            let part = Flat::new(&Html::parse_fragment(&part));
            let wanted: Vec<&str> = part.segments.iter().filter(|s| s.kind == Kind::Text).map(|s| s.text.as_str()).collect();
            let Some(first) = wanted.first() else { continue };
            let run = |start: usize| texts[start..].iter().zip(&wanted).take_while(|(i, w)| flat.segments[**i].text == **w).count();
            let best = starts.get(first).into_iter().flatten().take(20).map(|&k| (k, run(k))).max_by_key(|(k, run)| (*run, Reverse(*k)));
            if let Some((k, run)) = best {
                texts[k..k + run].iter().for_each(|&i| keep[i] = true);
            }
        }
        keep.contains(&true).then_some(keep)
    }
}

fn select<'a>(html: &'a Html, selector: &'a Selector) -> impl Iterator<Item = ElementRef<'a>> {
    html.tree.root().descendants().filter_map(ElementRef::wrap).take(ELEMENT_CAP).filter(|e| selector.matches(e))
}

fn words(element: ElementRef<'_>, attributes: &[&str]) -> Option<String> {
    let said = attributes.iter().find_map(|a| element.attr(a)).map(str::to_owned);
    let text = said.unwrap_or_else(|| element.text().take(200).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" "));
    Some(text.trim().chars().take(1000).collect()).filter(|t: &String| !t.is_empty())
}
