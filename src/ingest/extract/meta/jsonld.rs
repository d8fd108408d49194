//! JSON-LD: what a page says of itself to machines. Real pages hold broken JSON, graphs, references and entities encoded
//! twice; all of it is read, nothing of it trusted further than a string.

use serde_json::{Map, Value};
use std::collections::HashMap;

/// Objects that are looked at in one page.
const OBJECT_CAP: usize = 2000;
/// Graphs in graphs: what is inside is kept once a level, so their depth is their cost.
const DEPTH_CAP: u8 = 6;
/// Values of one field; the longest live blogs have some hundred posts.
const LIST_CAP: usize = 500;
/// Bytes of one script that are read; the longest live blogs have a megabyte.
const SCRIPT_CAP: usize = 2 << 20;

/// The types that are an article, best first.
const ARTICLES: [&str; 17] = [
    "LiveBlogPosting",
    "NewsArticle",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "BackgroundNewsArticle",
    "OpinionNewsArticle",
    "ReviewNewsArticle",
    "AskPublicNewsArticle",
    "Article",
    "BlogPosting",
    "TechArticle",
    "ScholarlyArticle",
    "AdvertiserContentArticle",
    "SatiricalArticle",
    "SocialMediaPosting",
    "DiscussionForumPosting",
    "Report",
];

/// All objects of a page's JSON-LD, and those that have an `@id` by it.
#[derive(Debug, Default)]
pub struct Graph {
    objects: Vec<Map<String, Value>>,
    ids: HashMap<String, usize>,
}

impl Graph {
    /// Reads the contents of all `<script type=application/ld+json>`.
    pub fn read<'a>(scripts: impl Iterator<Item = &'a str>) -> Self {
        let mut graph = Self::default();
        for script in scripts {
            if let Some(value) = Some(script).filter(|s| s.len() <= SCRIPT_CAP).and_then(lenient) {
                graph.add(value);
            }
        }
        graph
    }

    fn add(&mut self, value: Value) {
        // In order, without recursion: what is met first is looked at first.
        let mut waiting = std::collections::VecDeque::from([(0, value)]);
        while let Some((depth, value)) = waiting.pop_front() {
            if self.objects.len() >= OBJECT_CAP {
                return;
            }
            match value {
                Value::Array(all) => waiting.extend(all.into_iter().take(OBJECT_CAP).map(|v| (depth, v))),
                Value::Object(object) => {
                    for key in ["@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item"] {
                        if let Some(inner @ (Value::Array(_) | Value::Object(_))) = object.get(key)
                            && depth < DEPTH_CAP
                        {
                            waiting.push_back((depth + 1, inner.clone()));
                        }
                    }
                    let id = object.get("@id").and_then(Value::as_str).map(str::to_owned);
                    // A bare reference is not the object.
                    if object.len() > 1 {
                        if let Some(id) = id {
                            self.ids.entry(id).or_insert(self.objects.len());
                        }
                        self.objects.push(object);
                    }
                }
                _ => {}
            }
        }
    }

    /// The object that is this page's article: one with its headline if any has it, else the first of the best type.
    pub fn article(&self, headlines: &[&str]) -> Option<usize> {
        let rank = |object: &Map<String, Value>| types(object).filter_map(|t| ARTICLES.iter().position(|a| *a == t)).min();
        let same = |object: &Map<String, Value>| {
            object
                .get("headline")
                .or_else(|| object.get("name"))
                .and_then(text)
                .is_some_and(|h| headlines.iter().any(|x| super::super::build::same_words(&h, x)))
        };
        self.objects
            .iter()
            .enumerate()
            .filter_map(|(i, o)| rank(o).map(|r| (!same(o), r, i)))
            .min_by_key(|(other, rank, i)| (*other, *rank, *i))
            .map(|(.., i)| i)
    }

    /// An object by its number.
    pub fn object(&self, at: usize) -> Option<&Map<String, Value>> {
        self.objects.get(at)
    }

    /// The first object of one of these types.
    pub fn of_type(&self, wanted: &[&str]) -> Option<&Map<String, Value>> {
        self.objects.iter().find(|o| types(o).any(|t| wanted.contains(&t)))
    }

    /// The value of `key`, references followed once; of several, all.
    pub fn all<'a>(&'a self, object: &'a Map<String, Value>, key: &str) -> Vec<&'a Value> {
        let values: Vec<&Value> = match object.get(key) {
            Some(Value::Array(all)) => all.iter().take(LIST_CAP).collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        values.into_iter().filter(|v| !v.is_null()).collect()
    }

    /// The object that a value is or refers to.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> Option<&'a Map<String, Value>> {
        let object = value.as_object()?;
        if object.len() == 1 {
            let id = object.get("@id")?.as_str()?;
            return self.ids.get(id).map(|&i| &self.objects[i]);
        }
        Some(object)
    }

    /// The names that a value gives: a string, an object with a name, a reference to one, a list of any.
    pub fn names(&self, object: &Map<String, Value>, key: &str) -> Vec<String> {
        self.all(object, key)
            .into_iter()
            .filter_map(|v| match v {
                Value::String(s) => Some(unescape(s)),
                other => self.resolve(other).and_then(|o| o.get("name").and_then(text)),
            })
            .filter(|n| !n.trim().is_empty())
            .collect()
    }

    /// The first text of `key`.
    pub fn text(&self, object: &Map<String, Value>, key: &str) -> Option<String> {
        self.all(object, key).into_iter().find_map(text).filter(|t| !t.trim().is_empty())
    }

    /// The first address of `key`: a string, or an object's `url`.
    pub fn address(&self, object: &Map<String, Value>, key: &str) -> Option<String> {
        self.all(object, key).into_iter().find_map(|v| match v {
            Value::String(s) => Some(unescape(s)),
            other => {
                let o = self.resolve(other)?;
                ["url", "contentUrl", "@id"].iter().find_map(|k| o.get(*k).and_then(text))
            }
        })
    }
}

/// The `@type`s of an object, without a schema's prefix.
pub fn types(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let (one, many) = match object.get("@type") {
        Some(Value::String(s)) => (Some(s.as_str()), [].as_slice()),
        Some(Value::Array(all)) => (None, all.as_slice()),
        _ => (None, [].as_slice()),
    };
    one.into_iter().chain(many.iter().filter_map(Value::as_str)).map(|t| t.rsplit(['/', ':']).next().unwrap_or(t))
}

/// A value's text: a string, a number, `@value`, or the first of a list.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(unescape(s)),
        Value::Number(n) => Some(n.to_string()),
        Value::Object(o) => o.get("@value").or_else(|| o.get("name")).and_then(Value::as_str).map(unescape),
        Value::Array(all) => all.first().and_then(Value::as_str).map(unescape),
        _ => None,
    }
}

/// Undoes entities, also those that were encoded twice.
pub fn unescape(raw: &str) -> String {
    let mut out = raw.to_owned();
    for _ in 0..2 {
        if !out.contains('&') {
            break;
        }
        let next = once(&out);
        if next == out {
            break;
        }
        out = next;
    }
    out
}

fn once(raw: &str) -> String {
    const NAMED: [(&str, &str); 34] = [
        ("amp", "&"),
        ("lt", "<"),
        ("gt", ">"),
        ("quot", "\""),
        ("apos", "'"),
        ("nbsp", " "),
        ("auml", "ä"),
        ("ouml", "ö"),
        ("uuml", "ü"),
        ("Auml", "Ä"),
        ("Ouml", "Ö"),
        ("Uuml", "Ü"),
        ("szlig", "ß"),
        ("eacute", "é"),
        ("egrave", "è"),
        ("agrave", "à"),
        ("ccedil", "ç"),
        ("ecirc", "ê"),
        ("ndash", "–"),
        ("mdash", "—"),
        ("lsquo", "‘"),
        ("rsquo", "’"),
        ("ldquo", "“"),
        ("rdquo", "”"),
        ("bdquo", "„"),
        ("sbquo", "‚"),
        ("laquo", "«"),
        ("raquo", "»"),
        ("hellip", "…"),
        ("euro", "€"),
        ("shy", ""),
        ("copy", "©"),
        ("middot", "·"),
        ("bull", "•"),
    ];
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|b| b == b';');
        let decoded = end.and_then(|end| {
            let name = &rest[1..end];
            match name.strip_prefix('#') {
                Some(number) => {
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16),
                        None => number.parse(),
                    };
                    code.ok().and_then(char::from_u32).map(String::from)
                }
                None => NAMED.iter().find(|(n, _)| *n == name).map(|(_, c)| (*c).to_owned()),
            }
        });
        match (decoded, end) {
            (Some(text), Some(end)) => {
                out.push_str(&text);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Parses JSON as it is found in pages: comments and CDATA marks around it, raw line breaks in strings, commas before a
/// closing bracket, something behind its end.
pub fn lenient(raw: &str) -> Option<Value> {
    let raw = raw.trim();
    let raw = raw.trim_start_matches("//").trim_start().trim_start_matches("<![CDATA[").trim_start_matches("<!--");
    let raw = &raw[raw.find(['{', '['])?..];
    if let Ok(value) = serde_json::from_str(raw) {
        return Some(value);
    }
    let mut fixed = String::with_capacity(raw.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in raw.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                // `\'` and other escapes that JSON does not know.
                if !matches!(c, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') {
                    fixed.pop();
                }
                fixed.push(c);
                continue;
            }
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '\n' | '\r' | '\t' if quoted => {
                fixed.push(' ');
                continue;
            }
            c if c.is_control() => continue,
            '}' | ']' if !quoted => {
                let end = fixed.trim_end().len();
                fixed.truncate(end);
                if fixed.ends_with(',') {
                    fixed.pop();
                }
            }
            _ => {}
        }
        fixed.push(c);
    }
    serde_json::Deserializer::from_str(&fixed).into_iter::<Value>().next().and_then(Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, want: &str) {
        assert_eq!(lenient(raw).map(|v| v.to_string()).as_deref(), Some(want));
    }

    #[test]
    fn broken_json_is_read() {
        check("//<![CDATA[\n{\"a\": 1}\n//]]>", r#"{"a":1}"#);
        check("{\"a\": \"one\ntwo\",}", r#"{"a":"one two"}"#);
        check(r#"{"a": "it\'s"};"#, r#"{"a":"it's"}"#);
        check("[{\"a\":[1,2,],}]", r#"[{"a":[1,2]}]"#);
    }

    #[test]
    fn entities_encoded_twice_are_undone() {
        assert_eq!(unescape("A &amp;quot;B&amp;quot; &auml; &#8211; &x; AT&T"), "A \"B\" ä – &x; AT&T");
    }

    #[test]
    fn references_are_followed() {
        let graph = Graph::read(
            [r##"{"@graph":[{"@type":"NewsArticle","headline":"H","author":{"@id":"#a"}},{"@id":"#a","@type":"Person","name":"Ada"}]}"##]
                .into_iter(),
        );
        let article = graph.object(graph.article(&["h"]).unwrap()).unwrap();
        assert_eq!(graph.names(article, "author"), ["Ada"]);
    }

    #[test]
    fn the_article_of_this_page_is_preferred_to_a_teaser() {
        let graph = Graph::read(
            [r#"[{"@type":"NewsArticle","headline":"Other"},{"@type":"http://schema.org/Article","headline":"Summit opens"}]"#].into_iter(),
        );
        let article = graph.object(graph.article(&["Summit opens!"]).unwrap()).unwrap();
        assert_eq!(graph.text(article, "headline").as_deref(), Some("Summit opens"));
    }
}
