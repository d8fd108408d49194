//! An item's metadata, each field from the best place that gives it: what is said to machines in JSON-LD first, then meta
//! elements, microdata and RDFa, then what a reader sees.

use serde_json::Value;

use super::origin::{Found, Origins};
use super::{Around, Head, LIST_CAP, NAME_CAP, SUMMARY_CAP, TITLE_CAP, people, strip_tags, text, when};
use crate::ingest::Source;
use crate::ingest::extract::build::same_words;
use crate::ingest::extract::dom::{Flat, Kind, Segment};
use crate::ingest::extract::family;
use crate::model::{Address, Clean, Item};

/// Fills an item's metadata. The text, and what depends on it, comes later; the languages that the page declares are
/// returned for then.
pub fn read(head: &Head, flat: &Flat, source: &Source<'_>, origins: &mut Origins) -> (Item, Vec<Found<Clean>>) {
    let url = origins.take("address", canonical(head, source.url));
    let host = url.as_ref().map(Address::host).unwrap_or_default();
    let mut item = Item { outlet: origins.take("outlet", outlet(head, &host)), ..Item::default() };
    let (title, from) = title(head, item.outlet.as_deref());
    item.title = title;
    if !item.title.is_empty() {
        origins.note("title", &from);
    }
    item.kicker = origins.take("kicker", kicker(head, flat, &item.title));
    item.summary = origins.take("summary", summary(head, &item.title));
    let declared = declared(head);
    item.language = declared.first().map(|(tag, _)| tag.clone());
    let around = Around::new(source.now, &host, item.language.as_deref().unwrap_or_default());
    when::dates(head, flat, &around, source.url, &mut item, origins);
    item.authors = origins.take("authors", people::authors(head)).unwrap_or_default();
    item.section = origins.take("section", section(head, &item.title));
    item.categories = origins.take("keywords", keywords(head)).unwrap_or_default();
    item.picture = origins.take("picture", picture(head, url.as_ref()));
    item.copyright = head
        .ld("copyrightNotice")
        .or_else(|| head.found(&["copyright", "dc.rights", "dcterms.rights"]))
        .and_then(|(c, _)| Clean::capped(&c, NAME_CAP).non_empty());
    item.guid = Clean::line(url.as_ref().map(Address::as_str).unwrap_or_default());
    item.url = url;
    (item, declared)
}

fn picture(head: &Head, base: Option<&Address>) -> Option<Found<Address>> {
    let structured = || {
        let article = head.article()?;
        ["image", "thumbnailUrl"].iter().find_map(|key| head.graph.address(article, key).map(|a| (a, head.label(key))))
    };
    let said = || head.found(&["og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"]);
    let marked = || head.found(&["itemprop:image", "rdfa:image", "parsely-image-url", "sailthru.image.full", "sailthru.image"]);
    [said(), structured(), marked()].into_iter().flatten().find_map(|(raw, from)| resolve(base, &raw).map(|a| (a, from)))
}

fn summary(head: &Head, title: &str) -> Option<Found<Clean>> {
    head.ld("description")
        .filter(|(d, _)| d.len() > 20)
        .or_else(|| {
            head.found(&[
                "og:description",
                "description",
                "twitter:description",
                "dc.description",
                "dcterms.description",
                "dcterms.abstract",
                "sailthru.description",
                "itemprop:description",
                "rdfa:description",
            ])
        })
        .map(|(d, from)| (Clean::capped(&strip_tags(&d), SUMMARY_CAP), from))
        .filter(|(d, _)| !d.is_empty() && !same_words(d, title))
}

/// The languages that the page declares, the surest first.
fn declared(head: &Head) -> Vec<Found<Clean>> {
    let html = head.lang.clone().map(|l| (l, "html lang".to_owned()));
    const META: [&str; 10] = [
        "itemprop:inlanguage",
        "rdfa:inlanguage",
        "og:locale",
        "content-language",
        "dc.language",
        "dcterms.language",
        "language",
        "parsely-language",
        "lang",
        "dc:language",
    ];
    let meta = META.into_iter().filter_map(|n| head.found(&[n]));
    let all = html.into_iter().chain(head.ld("inLanguage")).chain(meta);
    all.filter_map(|(raw, from)| super::language::language_tag(&raw).map(|tag| (tag, from))).collect()
}

fn section(head: &Head, title: &str) -> Option<Found<Clean>> {
    let said = head.ld("articleSection").or_else(|| {
        head.found(&[
            "article:section",
            "section",
            "parsely-section",
            "cxenseparse:recs:articlesection",
            "itemprop:articlesection",
            "rdfa:articlesection",
            "dc.subject.section",
            "sailthru.section",
        ])
    });
    said.or_else(|| breadcrumb(head, title)).and_then(|(s, from)| Some((Clean::capped(&s, NAME_CAP).non_empty()?, from)))
}

/// The step of the way from the front page to the article that is neither.
fn breadcrumb(head: &Head, title: &str) -> Option<Found<String>> {
    let trail = head.graph.of_type(&["BreadcrumbList"])?;
    let steps = head.graph.all(trail, "itemListElement");
    let names = steps.iter().take(12).filter_map(|step| {
        let step = head.graph.resolve(step)?;
        let item = step.get("item").and_then(|i| head.graph.resolve(i));
        head.graph.text(step, "name").or_else(|| head.graph.text(item?, "name"))
    });
    let names: Vec<String> = names.collect();
    // The first is the front page.
    let name = names.into_iter().skip(1).find(|n| !same_words(n, title) && n.chars().count() < 60)?;
    Some((name, "json-ld BreadcrumbList".to_owned()))
}

fn resolve(base: Option<&Address>, raw: &str) -> Option<Address> {
    match base {
        Some(base) => base.join(raw).ok(),
        None => Address::parse(raw).ok(),
    }
}

/// The address that the page gives itself, where it is one of the same site and not merely its front page.
fn canonical(head: &Head, from: Option<&Address>) -> Option<Found<Address>> {
    let link = head.canonical.as_deref().map(|raw| (raw, "link rel=canonical".to_owned()));
    let said = link.or_else(|| head.meta(&["og:url"]).map(|raw| (raw, "meta og:url".to_owned())));
    let said = said.and_then(|(raw, place)| resolve(from, raw).map(|a| (a, place)));
    let asked = |from: &Address| (from.clone(), "the address that was read".to_owned());
    match (said, from) {
        (Some((said, place)), Some(from)) => {
            let front = said.url().path() == "/" && from.url().path() != "/";
            Some(if same_site(&said, from) && !front { (said, place) } else { asked(from) })
        }
        (said, from) => said.or_else(|| from.map(asked)),
    }
}

/// Whether two addresses are of one site: the same host but for `www.`, or one below the other.
pub fn same_site(a: &Address, b: &Address) -> bool {
    let (a, b) = (a.site(), b.site());
    a == b || a.ends_with(&format!(".{b}")) || b.ends_with(&format!(".{a}"))
}

/// The publisher's name as readers know it: a company's full name gives way to the site's.
fn outlet(head: &Head, host: &str) -> Option<Found<Clean>> {
    let publisher = head.article().and_then(|a| head.graph.names(a, "publisher").into_iter().next()).map(|p| (p, head.label("publisher")));
    let site = head.found(&["og:site_name"]).filter(|(s, _)| s.chars().count() <= 60);
    let named = match (publisher, site) {
        (Some(publisher), Some(site)) => {
            let (p, s) = (fold(&publisher.0), fold(&site.0));
            // `Nordblatt Verlag GmbH` is `Nordblatt`; `nordblatt.example` is the `Nordblatt` too.
            let longer = p != s && p.contains(&s);
            let domain = publisher.0.contains('.') && !publisher.0.contains(' ');
            Some(if longer || domain || company(&publisher.0) { site } else { publisher })
        }
        (publisher, site) => publisher.or(site),
    };
    named
        .or_else(|| {
            let site = head.graph.of_type(&["NewsMediaOrganization", "WebSite"])?;
            head.graph.text(site, "name").map(|n| (n, "json-ld WebSite.name".to_owned()))
        })
        .or_else(|| {
            head.found(&[
                "application-name",
                "apple-mobile-web-app-title",
                "itemprop:publisher",
                "rdfa:publisher",
                "dc.publisher",
                "dcterms.publisher",
                "cxenseparse:recs:publisher",
                "twitter:app:name:iphone",
            ])
        })
        .or_else(|| titled(&head.title, host))
        .map(|(o, from)| (Clean::capped(&o, 80), from))
        .filter(|(o, _)| !o.is_empty())
}

/// Whether a name is that of a company, which readers know by its papers.
fn company(name: &str) -> bool {
    const FORMS: [&str; 20] = [
        "gmbh", "ag", "kg", "se", "verlag", "a/s", "as", "ab", "oy", "s.a.", "sa", "s.p.a.", "spa", "s.r.l.", "srl", "inc", "ltd", "llc",
        "plc", "bv",
    ];
    let last = name.split_whitespace().skip(1).last().unwrap_or_default().trim_matches([',', '(', ')']).to_lowercase();
    FORMS.contains(&last.as_str()) || FORMS.contains(&last.trim_end_matches('.'))
}

/// “Headline | Nordblatt” at nordblatt.example names the outlet.
fn titled(title: &str, host: &str) -> Option<Found<String>> {
    let label = fold(host.strip_prefix("www.").unwrap_or(host).split('.').rev().nth(1)?);
    let last = SEPARATORS.iter().filter_map(|sep| title.rsplit_once(sep)).map(|(_, right)| right.trim()).min_by_key(|r| r.len())?;
    let named = fold(last);
    (label.len() >= 3 && !named.is_empty() && (named.contains(&label) || label.contains(&named)))
        .then(|| (last.to_owned(), "the end of <title>".to_owned()))
}

/// What stands between a headline and its site's name.
const SEPARATORS: [&str; 9] = [" | ", " – ", " — ", " - ", " • ", " · ", " :: ", " » ", " / "];

fn fold(s: &str) -> String {
    s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The headline: the page's own heading where a machine's field agrees with it, else that field without the site's name.
fn title(head: &Head, outlet: Option<&str>) -> Found<Clean> {
    let capped = |raw: &str, from: &str| (Clean::capped(raw, TITLE_CAP), from.to_owned());
    if let Some(ruled) = &head.ruled.title {
        return capped(ruled, "the rule for this site");
    }
    let headline = head.ld("headline").filter(|(h, _)| !h.trim().is_empty());
    let og = head.found(&["og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "title"]);
    let marked = head.found(&["itemprop:headline", "rdfa:headline"]);
    let tag = Some((head.title.clone(), "<title>".to_owned())).filter(|(t, _)| !t.trim().is_empty());
    let said: Vec<&Found<String>> = [&headline, &og, &marked, &tag].into_iter().flatten().collect();
    let folded: Vec<String> = said.iter().map(|(s, _)| fold(s)).collect();
    let heading = head.h1.iter().find_map(|h| {
        let folded_h = fold(h);
        let by = folded.iter().position(|f| folded_h.len() > 8 && f.contains(&folded_h))?;
        Some((h, &said[by].1))
    });
    if let Some((heading, by)) = heading {
        return capped(heading, &format!("<h1>, as in {by}"));
    }
    // A heading that holds the kicker too ends with the headline.
    if let Some((headline, from)) = &headline {
        return capped(headline, from);
    }
    if let Some((marked, from)) = &marked {
        return capped(marked, from);
    }
    if let Some((og, from)) = &og {
        return capped(without_site(og, outlet), from);
    }
    if let [only] = head.h1.as_slice() {
        return capped(only, "<h1>");
    }
    let title = without_site(&head.title, outlet);
    if title.is_empty() { capped(head.h1.first().map_or("", String::as_str), "<h1>") } else { capped(title, "<title>") }
}

/// “Headline | Site” → “Headline”.
fn without_site<'a>(title: &'a str, outlet: Option<&str>) -> &'a str {
    let title = title.trim();
    for sep in SEPARATORS {
        let Some((left, right)) = title.rsplit_once(sep) else { continue };
        let site = outlet.is_some_and(|o| fold(right).contains(&fold(o)) || fold(o).contains(&fold(right)) && !fold(right).is_empty());
        let bar = sep == " | " && right.split_whitespace().count() <= 3;
        if (site || bar) && left.split_whitespace().count() >= 2 {
            return without_site(left, outlet);
        }
    }
    title
}

/// The short line above the headline, told by its class or by standing inside the heading.
fn kicker(head: &Head, flat: &Flat, title: &str) -> Option<Found<Clean>> {
    let spare = || {
        let found = head.ld("alternativeHeadline").or_else(|| head.found(&["itemprop:alternativeheadline"]));
        found.filter(|(k, _)| k.len() < 60 && !same_words(k, title)).map(|(k, from)| (Clean::capped(&k, NAME_CAP), from))
    };
    let Some(at) = flat.segments.iter().position(|s| s.kind == Kind::Text && same_words(&s.text, title)) else { return spare() };
    let words = |s: &Segment| s.text.split_whitespace().count();
    let before = flat.segments[..at].iter().rev().take(3).find(|s| {
        let frame = flat.frame(s);
        s.kind == Kind::Text
            && words(s) <= 8
            && s.linked < s.text.len() as u32
            && frame.families.has(family::HEADLINE)
            && frame.tag.heading() != Some(1)
    });
    let seen = before.and_then(|s| Clean::capped(s.text.trim_end_matches(':'), NAME_CAP).non_empty());
    seen.map(|k| (k, "the line above the headline".to_owned())).or_else(spare)
}

fn keywords(head: &Head) -> Option<Found<Vec<Clean>>> {
    let listed = |values: Vec<&Value>| values.into_iter().filter_map(text).collect::<Vec<String>>();
    let structured = head.article().map(|a| (listed(head.graph.all(a, "keywords")), head.label("keywords")));
    let tags = (head.metas(&["article:tag"]).map(|(_, v)| v.to_owned()).collect(), "meta article:tag".to_owned());
    let rest = head.found(&[
        "news_keywords",
        "keywords",
        "parsely-tags",
        "sailthru.tags",
        "itemprop:keywords",
        "rdfa:keywords",
        "dc.subject",
        "dcterms.subject",
        "cxenseparse:keywords",
    ]);
    let rest = rest.map(|(v, from)| (vec![v], from));
    let (found, from) = structured.into_iter().chain([tags]).chain(rest).find(|(all, _)| all.iter().any(|k| !k.trim().is_empty()))?;
    let single = found.len() == 1;
    let mut out: Vec<Clean> = Vec::new();
    for raw in &found {
        let parts: Vec<&str> = if single { raw.split([',', ';']).collect() } else { vec![raw] };
        for part in parts {
            let part = Clean::capped(part, NAME_CAP);
            if !part.is_empty() && out.len() < LIST_CAP && !out.iter().any(|o| same_words(o, &part)) {
                out.push(part);
            }
        }
    }
    Some((out, from))
}
