//! What a page says of itself: JSON-LD, Open Graph, meta elements, microdata and what stands around the headline, each
//! field from the best place that gives it.

mod dates;
mod jsonld;

use scraper::{Html, Node};
use serde_json::{Map, Value};

use super::build::same_words;
use super::dom::{Flat, Kind, Segment};
use super::family;
use super::safe::cut;
use crate::ingest::Source;
use crate::ingest::attribute::Field;
use crate::model::{Address, Clean, Item};
pub use dates::Around;
pub use jsonld::{Graph, text, types, unescape};

/// Characters of a title, of a name, of a summary: more is no such thing.
const TITLE_CAP: usize = 400;
const NAME_CAP: usize = 200;
const SUMMARY_CAP: usize = 2000;
/// Authors, keywords.
const LIST_CAP: usize = 40;

/// A page's own words about itself, as they stand there.
#[derive(Debug, Default)]
pub struct Head {
    /// `meta` elements and microdata: lower-cased name or property, and content.
    metas: Vec<(String, String)>,
    canonical: Option<String>,
    title: String,
    lang: Option<String>,
    /// JSON-LD.
    pub graph: Graph,
    /// Headings of the first level.
    h1: Vec<String>,
}

impl Head {
    /// Gathers them in one walk.
    pub fn read(html: &Html, flat: &Flat) -> Self {
        let mut head = Self::default();
        let mut scripts: Vec<String> = Vec::new();
        for node in html.tree.nodes() {
            let Node::Element(element) = node.value() else { continue };
            let content = || node.children().filter_map(|c| c.value().as_text().map(|t| t.to_string())).collect::<String>();
            match element.name() {
                "html" if head.lang.is_none() => head.lang = element.attr("lang").or_else(|| element.attr("xml:lang")).map(str::to_owned),
                "title" if head.title.is_empty() => head.title = unescape(&content()),
                "meta" => {
                    let name = ["property", "name", "itemprop", "http-equiv"].iter().find_map(|a| element.attr(a));
                    if let (Some(name), Some(value)) = (name, element.attr("content"))
                        && !value.trim().is_empty()
                        && head.metas.len() < 500
                    {
                        head.metas.push((name.to_ascii_lowercase(), unescape(value)));
                    }
                }
                "link" if head.canonical.is_none() && element.attr("rel").is_some_and(|r| r.eq_ignore_ascii_case("canonical")) => {
                    head.canonical = element.attr("href").map(str::to_owned);
                }
                "script" => scripts.push(content()),
                _ => {
                    if let Some(prop) = element.attr("itemprop")
                        && ["author", "datepublished", "datemodified", "articlesection", "keywords", "publisher", "inlanguage"]
                            .contains(&prop.to_ascii_lowercase().as_str())
                        && head.metas.len() < 500
                    {
                        let value = element.attr("content").or_else(|| element.attr("datetime")).map(str::to_owned).unwrap_or_else(|| {
                            node.descendants().filter_map(|d| d.value().as_text().map(|t| t.to_string())).take(20).collect::<String>()
                        });
                        if !value.trim().is_empty() && value.len() < 500 {
                            head.metas.push((format!("itemprop:{}", prop.to_ascii_lowercase()), value));
                        }
                    }
                }
            }
        }
        head.graph = Graph::read(scripts.iter().map(String::as_str));
        head.h1 = flat
            .segments
            .iter()
            .filter(|s| s.kind == Kind::Text && flat.chain(s.frame).take(3).any(|(_, f)| f.tag.heading() == Some(1)))
            .map(|s| s.text.clone())
            .take(20)
            .collect();
        head
    }

    /// The first of these that the page gives.
    pub fn meta(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|n| self.metas.iter().find(|(name, _)| name == n)).map(|(_, v)| v.trim())
    }

    fn metas<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.metas.iter().filter(|(n, _)| names.contains(&n.as_str())).map(|(n, v)| (n.as_str(), v.trim()))
    }

    /// The JSON-LD object that is this page's article.
    pub fn article(&self) -> Option<&Map<String, Value>> {
        let og = self.meta(&["og:title", "twitter:title"]).unwrap_or_default();
        let mut headlines: Vec<&str> = self.h1.iter().map(String::as_str).collect();
        headlines.push(og);
        self.graph.article(&headlines)
    }

    /// The text of the article as JSON-LD gives it, as words (it may hold markup).
    pub fn article_body(&self) -> Option<String> {
        let article = self.article()?;
        self.graph.text(article, "articleBody").filter(|b| b.len() > 200)
    }

    /// Who wrote it and where it came from, as credits are read from it.
    pub fn credit_fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        let mut add = |name: &str, value: &str| {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            if !value.is_empty() && value.len() <= 500 && fields.len() < LIST_CAP {
                let field = Field { name: name.to_owned(), value };
                if !fields.contains(&field) {
                    fields.push(field);
                }
            }
        };
        if let Some(article) = self.article() {
            for key in ["author", "creator", "provider", "sourceOrganization", "contributor", "editor", "copyrightHolder", "creditText"] {
                for name in self.graph.names(article, key) {
                    add(&format!("json-ld {key}"), &name);
                }
            }
            for image in self.graph.all(article, "image").into_iter().filter_map(|i| self.graph.resolve(i)) {
                for key in ["author", "creator", "creditText", "copyrightHolder", "copyrightNotice"] {
                    for name in self.graph.names(image, key) {
                        add(&format!("json-ld image.{key}"), &name);
                    }
                }
            }
        }
        for (name, value) in self.metas(&[
            "author",
            "dc.creator",
            "dc:creator",
            "dcterms.creator",
            "dc.source",
            "dc.publisher",
            "parsely-author",
            "article:author",
            "byl",
            "sailthru.author",
            "itemprop:author",
            "source",
            "news_source",
            "agency",
            "copyright",
            "twitter:data1",
            "cxenseparse:author",
        ]) {
            if !value.starts_with("http") {
                add(&format!("meta {}", name.replace("itemprop:", "itemprop ")), value);
            }
        }
        fields
    }
}

/// Fills an item's metadata. The text, and what depends on it, comes later.
pub fn read(head: &Head, flat: &Flat, source: &Source<'_>) -> Item {
    let graph = &head.graph;
    let article = head.article();
    let ld = |key: &str| article.and_then(|a| graph.text(a, key));
    let url = canonical(head, source.url);
    let mut item = Item::default();
    let host = url.as_ref().map(Address::host).unwrap_or_default();
    item.outlet = outlet(head, article);
    item.title = title(head, ld("headline").as_deref(), item.outlet.as_deref());
    item.kicker =
        kicker(head, flat, &item.title).or_else(|| ld("alternativeHeadline").filter(|k| k.len() < 60).map(|k| Clean::capped(&k, NAME_CAP)));
    item.summary = ld("description")
        .filter(|d| d.len() > 20)
        .or_else(|| {
            head.meta(&["og:description", "description", "twitter:description", "dc.description", "itemprop:description"])
                .map(str::to_owned)
        })
        .map(|d| Clean::capped(&strip_tags(&d), SUMMARY_CAP))
        .filter(|d| !d.is_empty() && !same_words(d, &item.title));
    let declared = head
        .lang
        .clone()
        .or_else(|| ld("inLanguage"))
        .or_else(|| head.meta(&["og:locale", "content-language", "dc.language", "language", "itemprop:inlanguage"]).map(str::to_owned));
    item.language = declared.as_deref().and_then(language_tag);
    let around = Around::new(source.now, &host, item.language.as_deref().unwrap_or_default());
    item.published = ld("datePublished").or_else(|| ld("dateCreated")).and_then(|d| around.parse(&d)).or_else(|| {
        first_date(
            head,
            &around,
            &[
                "article:published_time",
                "article:published",
                "datepublished",
                "og:published_time",
                "date.published",
                "publish-date",
                "publishdate",
                "published_at",
                "dcterms.created",
                "dcterms.date",
                "dc.date.issued",
                "dc.date",
                "dc:date",
                "parsely-pub-date",
                "sailthru.date",
                "pubdate",
                "publication_date",
                "originalpublicationdate",
                "article.published",
                "cxenseparse:recs:publishtime",
                "itemprop:datepublished",
                "date",
            ],
        )
    });
    item.updated = ld("dateModified").and_then(|d| around.parse(&d)).or_else(|| {
        first_date(
            head,
            &around,
            &[
                "article:modified_time",
                "og:updated_time",
                "datemodified",
                "last-modified",
                "dcterms.modified",
                "lastmod",
                "article.updated",
                "itemprop:datemodified",
                "revision_date",
            ],
        )
    });
    visible_dates(flat, &around, &mut item);
    if item.updated < item.published {
        item.updated = None;
    }
    item.authors = authors(head, article);
    item.section = ld("articleSection")
        .or_else(|| {
            head.meta(&["article:section", "section", "parsely-section", "cxenseparse:recs:articlesection", "itemprop:articlesection"])
                .map(str::to_owned)
        })
        .and_then(|s| Clean::capped(&s, NAME_CAP).non_empty());
    item.categories = keywords(head, article);
    let base = url.as_ref();
    item.picture = head
        .meta(&["og:image", "og:image:url", "twitter:image", "twitter:image:src"])
        .map(str::to_owned)
        .or_else(|| article.and_then(|a| graph.address(a, "image").or_else(|| graph.address(a, "thumbnailUrl"))))
        .and_then(|p| resolve(base, &p));
    item.copyright = ld("copyrightNotice")
        .or_else(|| head.meta(&["copyright", "dc.rights"]).map(str::to_owned))
        .and_then(|c| Clean::capped(&c, NAME_CAP).non_empty());
    item.guid = Clean::line(url.as_ref().map(Address::as_str).unwrap_or_default());
    item.url = url;
    item
}

fn resolve(base: Option<&Address>, raw: &str) -> Option<Address> {
    match base {
        Some(base) => base.join(raw).ok(),
        None => Address::parse(raw).ok(),
    }
}

/// The address that the page gives itself, where it is one of the same site and not merely its front page.
fn canonical(head: &Head, from: Option<&Address>) -> Option<Address> {
    let said = head.canonical.as_deref().or_else(|| head.meta(&["og:url"])).and_then(|raw| resolve(from, raw));
    match (said, from) {
        (Some(said), Some(from)) => {
            let (a, b) = (said.site(), from.site());
            let same_site = a == b || a.ends_with(&format!(".{b}")) || b.ends_with(&format!(".{a}"));
            let front = said.url().path() == "/" && from.url().path() != "/";
            Some(if same_site && !front { said } else { from.clone() })
        }
        (said, from) => said.or_else(|| from.cloned()),
    }
}

fn outlet(head: &Head, article: Option<&Map<String, Value>>) -> Option<Clean> {
    let graph = &head.graph;
    article
        .and_then(|a| graph.names(a, "publisher").into_iter().next())
        .or_else(|| head.meta(&["og:site_name"]).map(str::to_owned))
        .or_else(|| {
            let site = graph.of_type(&["NewsMediaOrganization", "WebSite"])?;
            graph.text(site, "name")
        })
        .or_else(|| head.meta(&["application-name", "dc.publisher", "apple-mobile-web-app-title", "itemprop:publisher"]).map(str::to_owned))
        .map(|o| Clean::capped(&o, 80))
        .and_then(Clean::non_empty)
}

/// The headline: the page's own heading where a machine's field agrees with it, else that field without the site's name.
fn title(head: &Head, headline: Option<&str>, outlet: Option<&str>) -> Clean {
    let og = head.meta(&["og:title", "twitter:title", "dc.title", "parsely-title"]);
    let said: Vec<&str> = [headline, og, Some(head.title.as_str())].into_iter().flatten().filter(|s| !s.trim().is_empty()).collect();
    let fold = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let folded: Vec<String> = said.iter().map(|s| fold(s)).collect();
    let heading = head.h1.iter().find(|h| {
        let h = fold(h);
        h.len() > 8 && folded.iter().any(|f| f.contains(&h))
    });
    if let Some(heading) = heading {
        return Clean::capped(heading, TITLE_CAP);
    }
    // A heading that holds the kicker too ends with the headline.
    if let Some(headline) = headline.filter(|h| !h.trim().is_empty()) {
        return Clean::capped(headline, TITLE_CAP);
    }
    if let Some(og) = og {
        return Clean::capped(without_site(og, outlet), TITLE_CAP);
    }
    let [only] = head.h1.as_slice() else {
        let title = without_site(&head.title, outlet);
        return if title.is_empty() {
            Clean::capped(head.h1.first().map_or("", String::as_str), TITLE_CAP)
        } else {
            Clean::capped(title, TITLE_CAP)
        };
    };
    Clean::capped(only, TITLE_CAP)
}

/// “Headline | Site” → “Headline”.
fn without_site<'a>(title: &'a str, outlet: Option<&str>) -> &'a str {
    let title = title.trim();
    let fold = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    for sep in [" | ", " – ", " — ", " - ", " • ", " · ", " :: ", " » ", " / "] {
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
fn kicker(head: &Head, flat: &Flat, title: &str) -> Option<Clean> {
    let at = flat.segments.iter().position(|s| s.kind == Kind::Text && same_words(&s.text, title))?;
    let words = |s: &Segment| s.text.split_whitespace().count();
    let before = flat.segments[..at].iter().rev().take(3).find(|s| {
        let frame = flat.frame(s);
        s.kind == Kind::Text
            && words(s) <= 8
            && s.linked < s.text.len() as u32
            && frame.families.has(family::HEADLINE)
            && frame.tag.heading() != Some(1)
    });
    let _ = head;
    before.and_then(|s| Clean::capped(s.text.trim_end_matches(':'), NAME_CAP).non_empty())
}

fn first_date(head: &Head, around: &Around, names: &[&str]) -> Option<jiff::Timestamp> {
    names.iter().find_map(|n| head.meta(&[n]).and_then(|raw| around.parse(raw)))
}

/// Dates that stand near the headline, for pages that give none to machines.
fn visible_dates(flat: &Flat, around: &Around, item: &mut Item) {
    let at = flat
        .segments
        .iter()
        .position(|s| s.kind == Kind::Text && (same_words(&s.text, &item.title) || flat.frame(s).tag.heading() == Some(1)));
    let at = at.unwrap_or(0);
    // Under the headline first; above it stand other articles' dates more often than its own.
    let around_it = flat.segments[at..].iter().take(24).chain(flat.segments[at.saturating_sub(4)..at].iter().rev());
    for segment in around_it.filter(|s| s.kind == Kind::Text && s.text.len() < 200) {
        let lower = segment.text.to_lowercase();
        let changed = ["aktualisiert", "updated", "update", "geändert", "modified", "mis à jour", "actualizado", "aggiornato", "stand:"]
            .iter()
            .any(|w| lower.contains(w));
        let slot = if changed { &mut item.updated } else { &mut item.published };
        if slot.is_some() {
            continue;
        }
        let found = segment.time.as_deref().and_then(|t| around.parse(t));
        let meta = flat.chain(segment.frame).take(3).any(|(_, f)| f.families.has(family::META | family::AUTHOR));
        if found.is_some() {
            *slot = found;
        } else if meta || segment.text.len() < 80 {
            *slot = around.parse(&segment.text);
        }
    }
    if item.published.is_none() {
        item.published = item.updated;
    }
}

fn authors(head: &Head, article: Option<&Map<String, Value>>) -> Vec<Clean> {
    let mut found: Vec<String> = article.map(|a| head.graph.names(a, "author")).unwrap_or_default();
    if found.is_empty() {
        found = article.map(|a| head.graph.names(a, "creator")).unwrap_or_default();
    }
    if found.is_empty() {
        found = head
            .metas(&["author", "parsely-author", "dc.creator", "article:author", "itemprop:author", "sailthru.author", "byl"])
            .map(|(_, v)| v.to_owned())
            .collect();
        // The same name in several places.
        found.truncate(6);
    }
    let mut out: Vec<Clean> = Vec::new();
    for name in found {
        if name.starts_with("http") || name.starts_with('@') {
            continue;
        }
        let name = strip_by(&name);
        for part in split_names(name) {
            let part = Clean::capped(part, NAME_CAP);
            if !part.is_empty() && part.split_whitespace().count() <= 8 && !out.iter().any(|o| same_words(o, &part)) && out.len() < LIST_CAP
            {
                out.push(part);
            }
        }
    }
    out
}

/// “Von Ada Byron” → “Ada Byron”.
pub fn strip_by(name: &str) -> &str {
    let name = name.trim();
    for cue in [
        "By ",
        "by ",
        "BY ",
        "Von ",
        "von: ",
        "Von: ",
        "VON ",
        "Par ",
        "Por ",
        "Di ",
        "Door ",
        "Text: ",
        "Author: ",
        "Autor: ",
        "Written by ",
    ] {
        if let Some(rest) = name.strip_prefix(cue) {
            return rest.trim();
        }
    }
    name
}

/// “Ada Byron, Karl Baer und Li Na” → three names; “Byron, Ada” cannot be told and is two.
fn split_names(raw: &str) -> Vec<&str> {
    let mut parts = vec![raw];
    for sep in [", ", " und ", " and ", " & ", "; ", " y ", " et "] {
        parts = parts.into_iter().flat_map(|p| p.split(sep)).collect();
    }
    // Names have at least a letter; degrees and jobs after a comma stay with nobody.
    parts.into_iter().map(str::trim).filter(|p| p.chars().filter(|c| c.is_alphabetic()).count() >= 2).collect()
}

fn keywords(head: &Head, article: Option<&Map<String, Value>>) -> Vec<Clean> {
    let mut found: Vec<String> = article.map(|a| head.graph.all(a, "keywords").into_iter().filter_map(text).collect()).unwrap_or_default();
    if found.is_empty() {
        found = head.metas(&["article:tag"]).map(|(_, v)| v.to_owned()).collect();
    }
    if found.is_empty() {
        found.extend(head.meta(&["news_keywords", "keywords", "parsely-tags", "sailthru.tags"]).map(str::to_owned));
    }
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
    out
}

/// `de_AT`, `DE-at`, `de` → `de-at`, `de-at`, `de`.
fn language_tag(raw: &str) -> Option<Clean> {
    let tag = raw.trim().replace('_', "-").to_ascii_lowercase();
    let tag = tag.split([',', ';', ' ']).next().unwrap_or_default();
    let first = tag.split('-').next().unwrap_or_default();
    let fine = (2..=3).contains(&first.len()) && tag.len() <= 12 && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fine.then(|| Clean::line(tag))
}

/// Words of a field that holds markup against its definition.
pub fn strip_tags(raw: &str) -> String {
    if !raw.contains('<') {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut inside = false;
    for c in raw.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

/// Checks a declared language against the text: templates often declare the wrong one. Short texts are believed less
/// than their page.
pub fn language(declared: Option<Clean>, text: &str) -> Option<Clean> {
    let sample = cut(text, 6000);
    let found = whatlang::detect(sample).filter(|i| i.is_reliable() && sample.len() > 200).and_then(|i| two_letters(i.lang()));
    match (declared, found) {
        (Some(declared), Some(found)) => {
            let same = declared.split('-').next() == Some(found) || (found == "nb" && declared.starts_with("no"));
            Some(if same { declared } else { Clean::line(found) })
        }
        (declared, found) => declared.or_else(|| found.map(Clean::line)),
    }
}

fn two_letters(lang: whatlang::Lang) -> Option<&'static str> {
    const TABLE: [(&str, &str); 44] = [
        ("deu", "de"),
        ("eng", "en"),
        ("fra", "fr"),
        ("spa", "es"),
        ("ita", "it"),
        ("por", "pt"),
        ("nld", "nl"),
        ("dan", "da"),
        ("swe", "sv"),
        ("nob", "nb"),
        ("fin", "fi"),
        ("pol", "pl"),
        ("ces", "cs"),
        ("slk", "sk"),
        ("slv", "sl"),
        ("hrv", "hr"),
        ("srp", "sr"),
        ("hun", "hu"),
        ("ron", "ro"),
        ("bul", "bg"),
        ("ell", "el"),
        ("tur", "tr"),
        ("rus", "ru"),
        ("ukr", "uk"),
        ("ara", "ar"),
        ("heb", "he"),
        ("pes", "fa"),
        ("hin", "hi"),
        ("ben", "bn"),
        ("urd", "ur"),
        ("jpn", "ja"),
        ("kor", "ko"),
        ("cmn", "zh"),
        ("vie", "vi"),
        ("ind", "id"),
        ("tha", "th"),
        ("tam", "ta"),
        ("tel", "te"),
        ("mar", "mr"),
        ("lit", "lt"),
        ("lav", "lv"),
        ("est", "et"),
        ("cat", "ca"),
        ("afr", "af"),
    ];
    TABLE.iter().find(|(three, _)| *three == lang.code()).map(|(_, two)| *two)
}
