//! What a page says of itself: JSON-LD, Open Graph, meta elements, microdata, RDFa and what stands around the headline.
//! [`Head`] gathers it; [`read`] takes each field from the best place that gives it, and notes which that was.

mod dates;
mod fields;
mod jsonld;
mod language;
mod origin;
mod people;
mod when;

use scraper::node::Element;
use scraper::{Html, Node};
use serde_json::{Map, Value};

use super::dom::{Flat, Kind, attr_of};
use crate::ingest::attribute::Field;
pub use dates::Around;
pub use fields::{read, same_site};
pub use jsonld::{Graph, text, types, unescape};
pub use language::language;
pub use origin::{Found, Origins};
pub use people::strip_by;

/// Characters of a title, of a name, of a summary: more is no such thing.
const TITLE_CAP: usize = 400;
const NAME_CAP: usize = 200;
const SUMMARY_CAP: usize = 2000;
/// Authors, keywords.
const LIST_CAP: usize = 40;
/// Meta elements, and elements with microdata or RDFa that are looked at.
const META_CAP: usize = 500;
const MARKED_CAP: usize = 2000;
/// Links to the next page that are looked at, and characters of what such a link says.
const TURN_CAP: usize = 200;
const TURN_WORDS: usize = 40;

/// A link that may lead to the article's next page or to another form of it.
#[derive(Debug)]
pub struct Turn {
    /// As written.
    pub href: String,
    /// Its `rel`, lower case.
    pub rel: String,
    /// What it says, lower case.
    pub words: String,
}

/// A page's own words about itself, as they stand there.
#[derive(Debug, Default)]
pub struct Head {
    /// `meta` elements, microdata (`itemprop:…`), RDFa (`rdfa:…`): lower-cased name or property, and content.
    metas: Vec<(String, String)>,
    canonical: Option<String>,
    title: String,
    lang: Option<String>,
    /// JSON-LD.
    pub graph: Graph,
    /// Which of its objects is this page's article.
    article: Option<usize>,
    /// Headings of the first level.
    h1: Vec<String>,
    /// Ways to further pages and other forms.
    pub turns: Vec<Turn>,
    /// What a rule for this site says its dates, title and byline are.
    pub ruled: Ruled,
}

/// Fields that a rule for a site names by a selector: the words found there.
#[derive(Clone, Debug, Default)]
pub struct Ruled {
    /// The headline.
    pub title: Option<String>,
    /// The author line.
    pub byline: Option<String>,
    /// When it was published.
    pub date: Option<String>,
}

/// What an element of the page's body says about the article by microdata.
const PROPS: [&str; 12] = [
    "author",
    "datepublished",
    "datecreated",
    "datemodified",
    "articlesection",
    "keywords",
    "publisher",
    "inlanguage",
    "headline",
    "alternativeheadline",
    "description",
    "image",
];

impl Head {
    /// Gathers them in one walk.
    pub fn read(html: &Html, flat: &Flat) -> Self {
        let mut head = Self::default();
        let mut scripts: Vec<String> = Vec::new();
        let mut marked = 0;
        for node in html.tree.nodes() {
            let Node::Element(element) = node.value() else { continue };
            let content = || node.children().filter_map(|c| c.value().as_text().map(|t| t.to_string())).collect::<String>();
            let rel = || attr_of(element, "rel").unwrap_or_default().to_ascii_lowercase();
            match element.name() {
                "html" if head.lang.is_none() => {
                    head.lang = attr_of(element, "lang").or_else(|| attr_of(element, "xml:lang")).map(str::to_owned)
                }
                "title" if head.title.is_empty() => head.title = unescape(&content()),
                "meta" if attr_of(element, "itemprop").is_none() => {
                    let name = ["property", "name", "http-equiv"].iter().find_map(|a| attr_of(element, a));
                    if let (Some(name), Some(value)) = (name, attr_of(element, "content")) {
                        head.push(name.to_ascii_lowercase(), unescape(value));
                    }
                }
                "link" if attr_of(element, "itemprop").is_none() => {
                    let rel = rel();
                    let Some(href) = attr_of(element, "href") else { continue };
                    if rel == "canonical" && head.canonical.is_none() {
                        head.canonical = Some(href.to_owned());
                    }
                    let print = rel == "alternate" && attr_of(element, "media").is_some_and(|m| m.eq_ignore_ascii_case("print"));
                    if rel == "next" || rel == "amphtml" || print {
                        head.turn(href, if print { "print" } else { &rel }, String::new());
                    }
                }
                "script" => scripts.push(content()),
                name => {
                    if name == "a"
                        && let Some(href) = attr_of(element, "href")
                    {
                        head.anchor(node, element, href);
                    }
                    if marked < MARKED_CAP && (attr_of(element, "itemprop").is_some() || attr_of(element, "property").is_some()) {
                        marked += 1;
                        head.marked(node, element);
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
        let og = head.meta(&["og:title", "twitter:title"]).unwrap_or_default();
        let mut headlines: Vec<&str> = head.h1.iter().map(String::as_str).collect();
        headlines.push(og);
        head.article = head.graph.article(&headlines);
        head
    }

    fn push(&mut self, name: String, value: String) {
        if !value.trim().is_empty() && self.metas.len() < META_CAP {
            self.metas.push((name, value));
        }
    }

    fn turn(&mut self, href: &str, rel: &str, words: String) {
        if self.turns.len() < TURN_CAP && href.len() < 2000 {
            self.turns.push(Turn { href: href.trim().to_owned(), rel: rel.to_owned(), words });
        }
    }

    /// A link whose words are a number, or that says by `rel` what it leads to.
    fn anchor(&mut self, node: ego_tree::NodeRef<'_, Node>, element: &Element, href: &str) {
        let rel = attr_of(element, "rel").unwrap_or_default().to_ascii_lowercase();
        if rel.split_whitespace().any(|r| r == "author") {
            let name = words_of(node, 100);
            self.push("rel:author".to_owned(), name);
            return;
        }
        if href.starts_with('#') || self.turns.len() >= TURN_CAP {
            return;
        }
        let next = rel.split_whitespace().any(|r| r == "next");
        let mut words = words_of(node, TURN_WORDS).to_lowercase();
        if words.is_empty() {
            words = attr_of(element, "aria-label").or_else(|| attr_of(element, "title")).unwrap_or_default().trim().to_lowercase();
        }
        if next || super::follow::turns(&words) {
            self.turn(href, if next { "next" } else { "" }, words);
        }
    }

    /// Microdata and RDFa, where they speak of the article and not of a comment, a picture or a person within it.
    fn marked(&mut self, node: ego_tree::NodeRef<'_, Node>, element: &Element) {
        let (kind, prop) = match (attr_of(element, "itemprop"), attr_of(element, "property")) {
            (Some(prop), _) => ("itemprop", prop.to_ascii_lowercase()),
            (None, Some(prop)) => ("rdfa", prop.rsplit(':').next().unwrap_or_default().to_ascii_lowercase()),
            _ => return,
        };
        let prop = match prop.as_str() {
            "creator" => "author",
            "issued" | "published_time" | "created" => "datepublished",
            "modified" | "modified_time" => "datemodified",
            "title" if kind == "rdfa" => "headline",
            other => other,
        };
        if !PROPS.contains(&prop) || !of_article(node) {
            return;
        }
        let named = || {
            let name = node.descendants().skip(1).take(200).find_map(|d| {
                let e = d.value().as_element().filter(|e| ["itemprop", "property"].iter().any(|a| attr_of(e, a).is_some_and(is_name)))?;
                Some(attr_of(e, "content").map_or_else(|| words_of(d, 200), str::to_owned))
            });
            name.unwrap_or_else(|| words_of(node, 500))
        };
        let value = ["content", "datetime"].iter().find_map(|a| attr_of(element, a)).map(str::to_owned).unwrap_or_else(|| match prop {
            "image" => ["src", "href"].iter().find_map(|a| attr_of(element, a)).unwrap_or_default().to_owned(),
            _ => named(),
        });
        if value.len() < 2000 {
            self.push(format!("{kind}:{prop}"), unescape(&value));
        }
    }

    /// The first of these that the page gives.
    pub fn meta(&self, names: &[&str]) -> Option<&str> {
        self.said(names).map(|(v, _)| v)
    }

    /// The same, and which it is.
    fn said(&self, names: &[&str]) -> Option<(&str, &str)> {
        names.iter().find_map(|n| self.metas.iter().find(|(name, _)| name == n)).map(|(n, v)| (v.trim(), n.as_str()))
    }

    /// The same as a value and its place.
    fn found(&self, names: &[&str]) -> Option<Found<String>> {
        self.said(names).map(|(v, n)| (v.to_owned(), place(n)))
    }

    fn metas<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.metas.iter().filter(|(n, _)| names.contains(&n.as_str())).map(|(n, v)| (n.as_str(), v.trim()))
    }

    /// The JSON-LD object that is this page's article.
    pub fn article(&self) -> Option<&Map<String, Value>> {
        self.article.and_then(|at| self.graph.object(at))
    }

    /// A text field of that object, and what to call it.
    fn ld(&self, key: &str) -> Option<Found<String>> {
        self.graph.text(self.article()?, key).map(|v| (v, self.label(key)))
    }

    /// `json-ld NewsArticle.datePublished`
    fn label(&self, key: &str) -> String {
        let kind = self.article().and_then(|a| types(a).next()).unwrap_or("object");
        format!("json-ld {kind}.{key}")
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

/// What a field's place is called.
fn place(name: &str) -> String {
    match name.split_once(':') {
        Some(("itemprop", prop)) => format!("microdata {prop}"),
        Some(("rdfa", prop)) => format!("RDFa {prop}"),
        Some(("rel", _)) => "a link with rel=author".to_owned(),
        _ => format!("meta {name}"),
    }
}

fn is_name(prop: &str) -> bool {
    prop.rsplit(':').next().is_some_and(|p| p.eq_ignore_ascii_case("name"))
}

/// Whether the nearest thing that an element belongs to is the article, or nothing in particular.
fn of_article(node: ego_tree::NodeRef<'_, Node>) -> bool {
    let around = node.ancestors().take(60).filter_map(|a| a.value().as_element()).find_map(|e| {
        let scope = attr_of(e, "itemscope").is_some() || attr_of(e, "typeof").is_some();
        scope.then(|| attr_of(e, "itemtype").or_else(|| attr_of(e, "typeof")).unwrap_or_default())
    });
    around
        .is_none_or(|kind| kind.is_empty() || ["Article", "Posting", "WebPage", "Report", "CreativeWork"].iter().any(|k| kind.contains(k)))
}

/// The words inside an element, white space folded, at most so many bytes and not more nodes than that.
fn words_of(node: ego_tree::NodeRef<'_, Node>, cap: usize) -> String {
    let mut out = String::new();
    for text in node.descendants().take(cap).filter_map(|d| d.value().as_text()) {
        for word in text.split_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
            if out.len() > cap {
                return String::new();
            }
        }
    }
    out
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
