//! One vocabulary for all XML feeds: elements mean the same wherever they stand (Dublin Core in Atom, Atom in RSS), so
//! an entry is read by what it holds and not by what its feed calls itself.

use jiff::Timestamp;

use super::text;
use crate::ingest::attribute::Field;
use crate::ingest::markup::cut;
use crate::ingest::normalise;
use crate::ingest::tree::{Id, Ns, Tree};
use crate::model::{Address, Block, Clean, Enclosure, Item, Origin, Span, plain_text};

/// Names, subjects and files kept of one entry.
const MAX_NAMES: usize = 50;
const MAX_CATEGORIES: usize = 100;
const MAX_ENCLOSURES: usize = 50;
/// A name or subject is not longer, in characters.
const NAME: usize = 300;
/// A summary is not longer, in characters.
const SUMMARY: usize = 2000;
/// Words from which on a text that a feed marks as content is taken for the whole article.
const WHOLE: usize = 120;

/// An entry that still lacks its identity and its credits.
#[derive(Default)]
pub struct Draft {
    /// The entry.
    pub item: Item,
    /// Fields that may name who reported it.
    pub fields: Vec<Field>,
    /// Captions and picture credits beside the text.
    pub captions: Vec<String>,
}

impl Draft {
    /// Notes a field that may name who reported it.
    pub fn field(&mut self, name: &str, value: &str) {
        let value = Clean::capped(value, NAME);
        if !value.is_empty() && self.fields.len() < MAX_NAMES {
            self.fields.push(Field { name: name.into(), value: value.into_string() });
        }
    }

    /// Adds an author by name, once.
    pub fn author(&mut self, name: &str) {
        let name = Clean::capped(name, NAME);
        if !name.is_empty() && self.item.authors.len() < MAX_NAMES && !self.item.authors.contains(&name) {
            self.item.authors.push(name);
        }
    }

    /// Adds a subject, once.
    pub fn category(&mut self, term: &str) {
        let term = Clean::capped(term, NAME);
        if !term.is_empty() && self.item.categories.len() < MAX_CATEGORIES && !self.item.categories.contains(&term) {
            self.item.categories.push(term);
        }
    }

    /// Adds a file, once.
    pub fn enclosure(&mut self, url: Option<Address>, media_type: Option<&str>, length: Option<&str>) {
        let Some(url) = url else { return };
        let all = &mut self.item.enclosures;
        if all.len() < MAX_ENCLOSURES && !all.iter().any(|e| e.url == url) {
            let media_type = media_type.map(|t| Clean::capped(t, NAME)).and_then(Clean::non_empty);
            all.push(Enclosure { url, media_type, length: length.and_then(|l| l.trim().parse().ok()) });
        }
    }

    /// Sets text and summary from what the feed marks as content and what as summary; says whether the text is whole.
    pub fn text(&mut self, content: Vec<Block>, summary: Vec<Block>) {
        let (content_size, content_words) = measure(&content);
        let (summary_size, summary_words) = measure(&summary);
        let shown = if summary_size == 0 { &content } else { &summary };
        // Only as many blocks as can show are joined.
        let enough = shown.iter().scan(0, |sum, b| (*sum < SUMMARY * 4).then(|| *sum += measure(std::slice::from_ref(b)).0)).count();
        self.item.summary = Clean::capped(cut(&plain_text(&shown[..enough]), SUMMARY * 8), SUMMARY).non_empty();
        // A short note beside a long description is no text of its own.
        let aside = content_size * 2 < summary_size && summary_size > 200;
        let marked = !content.is_empty() && !aside;
        let (body, words) = if marked { (content, content_words) } else { (summary, summary_words) };
        let body_end = body.iter().rev().map(Block::text).find(|t| !t.is_empty()).unwrap_or_default();
        // A description alone is a teaser by habit; only a long one in several paragraphs is the article.
        let enough = if marked { WHOLE } else { WHOLE * 2 };
        let paragraphs = body.iter().filter(|b| matches!(b, Block::Paragraph { .. })).count();
        self.item.complete = words >= enough && (marked || paragraphs > 2) && !trails_off(&body_end);
        self.item.body = body;
    }
}

/// Bytes and words of running text, without putting it together.
fn measure(blocks: &[Block]) -> (usize, usize) {
    let spans = |spans: &[Span]| {
        let bytes: usize = spans.iter().map(|s| s.text.len()).sum();
        let words = spans.iter().map(|s| memchr::memchr_iter(b' ', s.text.as_bytes()).count()).sum::<usize>() + usize::from(bytes > 0);
        (bytes, words)
    };
    blocks.iter().fold((0, 0), |(bytes, words), block| {
        let (b, w) = match block {
            Block::Paragraph { spans: s } | Block::Heading { spans: s, .. } | Block::Footnote { spans: s, .. } => spans(s),
            Block::Quote { blocks } => measure(blocks),
            Block::List { items, .. } => items.iter().fold((0, 0), |(b, w), i| {
                let (ib, iw) = measure(i);
                (b + ib, w + iw)
            }),
            Block::Table { rows, .. } => rows.iter().flatten().fold((0, 0), |(b, w), c| {
                let (cb, cw) = spans(c);
                (b + cb, w + cw)
            }),
            Block::Code { lines } => (lines.iter().map(|l| l.len()).sum(), lines.len()),
            Block::Picture { .. } | Block::Embed { .. } | Block::Rule => (0, 0),
        };
        (bytes + b, words + w)
    })
}

/// Whether a text ends as teasers do.
fn trails_off(text: &str) -> bool {
    let end = text.trim_end().trim_end_matches([']', ')', '»', '>', '→', ' ', '.', '…', '[', '(']);
    if end.len() + 2 < text.trim_end().len()
        && (text.trim_end().ends_with('…') || text.trim_end().ends_with("...") || text.contains("[…]") || text.contains("[...]"))
    {
        return true;
    }
    let tail: String = end.chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect::<String>().to_lowercase();
    [
        "weiterlesen",
        "mehr lesen",
        "weiter lesen",
        "read more",
        "continue reading",
        "read the full",
        "lire la suite",
        "leer más",
        "leggi tutto",
        "lees verder",
        "zum artikel",
        "full story",
        "read on",
    ]
    .iter()
    .any(|m| tail.ends_with(m))
}

/// What an entry takes over from its feed.
pub struct Context<'c> {
    /// The base of relative links.
    pub base: Option<&'c Address>,
    /// The feed's language.
    pub language: Option<&'c Clean>,
    /// Authors of the feed, which Atom hands down to entries without any (RFC 4287 §4.2.1).
    pub authors: &'c [Clean],
    /// The time of reading.
    pub now: Timestamp,
}

/// What was found and is not decided yet.
#[derive(Default)]
struct Found<'t> {
    title: Option<Id>,
    other_title: Option<Id>,
    content: Option<Id>,
    summaries: [Option<Id>; 6],
    links: Links,
    guid_link: Option<&'t str>,
    about: Option<&'t str>,
    published: Option<Timestamp>,
    issued: Option<Timestamp>,
    created: Option<Timestamp>,
    dated: Option<Timestamp>,
    contributors: Vec<Clean>,
    media_people: Vec<Clean>,
}

/// Links by what they are for, best first.
#[derive(Default)]
struct Links {
    alternate: Option<Address>,
    alternate_html: bool,
    plain: Option<Address>,
    original: Option<Address>,
    elsewhere: Option<Address>,
}

/// An address that stands in a feed: relative to `base` where it must be.
pub fn resolve(raw: &str, base: Option<&Address>) -> Option<Address> {
    let raw = raw.trim();
    if raw.is_empty() {
        return None;
    }
    match base {
        Some(base) if !(raw.starts_with("https://") || raw.starts_with("http://")) => base.join(raw).ok(),
        _ => Address::parse(raw).ok(),
    }
}

/// Reads one entry.
pub fn read(tree: &Tree<'_>, id: Id, context: &Context<'_>) -> Draft {
    let mut draft = Draft::default();
    let mut found = Found::default();
    let base = tree.base(id, context.base);
    found.about = tree.attribute(id, "rdf:about").or_else(|| tree.attribute(id, "about"));
    if let Some(href) = tree.attribute(id, "href") {
        found.links.plain = resolve(href, base.as_ref()); // CDF
    }
    if let Some(time) = tree.attribute(id, "lastmod") {
        draft.item.updated = normalise::moment(time, context.now);
    }
    for child in tree.children(id) {
        element(tree, child, &mut draft, &mut found, base.as_ref(), context.now);
    }
    settle(tree, id, draft, found, base.as_ref(), context)
}

fn element<'t>(tree: &'t Tree<'_>, id: Id, draft: &mut Draft, found: &mut Found<'t>, base: Option<&Address>, now: Timestamp) {
    let (ns, name) = tree.name(id);
    let own = tree.attribute(id, "xml:base").map(|_| tree.base(id, base));
    let base = own.as_ref().map_or(base, |b| b.as_ref());
    let date = || normalise::moment(&tree.text(id), now);
    match (ns, name) {
        (Ns::Core | Ns::Atom, "title") => found.title = found.title.or(Some(id)),
        (Ns::Dc | Ns::DcTerms | Ns::Media | Ns::News | Ns::Itunes, "title") => found.other_title = found.other_title.or(Some(id)),
        (Ns::Core | Ns::Atom, "link") => link(tree, id, draft, found, base),
        (Ns::Core | Ns::Atom, "url") => found.links.plain = resolve(&tree.text(id), base).or(found.links.plain.take()),
        (Ns::Other, "origlink") => found.links.original = resolve(&tree.text(id), base),
        (Ns::Core | Ns::Atom, "guid" | "id") => {
            draft.item.guid = Clean::line(cut(&tree.text(id), 1 << 20));
            if name == "guid" && !tree.attribute(id, "ispermalink").is_some_and(|p| p.eq_ignore_ascii_case("false")) {
                found.guid_link = Some("");
            }
        }
        (Ns::Content, "encoded") | (Ns::Core, "fullitem" | "content") | (Ns::Xhtml, "body" | "div") | (Ns::Core, "body") => {
            found.content = found.content.or(Some(id));
        }
        (Ns::Atom, "content") => {
            found.content = Some(id);
            // The content stands elsewhere (RFC 4287 §4.1.3.2): a page to read or a file.
            if let Some(src) = tree.attribute(id, "src") {
                let kind = tree.attribute(id, "type").unwrap_or_default();
                let url = resolve(src, base);
                if !kind.contains("html") {
                    draft.enclosure(url.clone(), Some(kind), None);
                }
                found.links.elsewhere = url;
            }
        }
        (Ns::Core, "description" | "abstract") => found.summaries[0] = found.summaries[0].or(Some(id)),
        (Ns::Atom, "summary" | "tagline" | "subtitle") => found.summaries[1] = found.summaries[1].or(Some(id)),
        (Ns::Core, "summary") => found.summaries[2] = found.summaries[2].or(Some(id)),
        (Ns::Dc | Ns::DcTerms, "description" | "abstract") => found.summaries[3] = found.summaries[3].or(Some(id)),
        (Ns::Itunes, "summary") => found.summaries[4] = found.summaries[4].or(Some(id)),
        (Ns::Itunes, "subtitle") => found.summaries[5] = found.summaries[5].or(Some(id)),
        (Ns::Core | Ns::Atom, "pubdate" | "published") => found.published = date().or(found.published),
        (Ns::News, "publication_date") => found.published = date().or(found.published),
        (Ns::Core | Ns::Atom | Ns::DcTerms, "issued") => found.issued = date().or(found.issued),
        (Ns::Core | Ns::Atom | Ns::DcTerms, "created") => found.created = date().or(found.created),
        (Ns::Core | Ns::Atom | Ns::DcTerms, "updated" | "modified") => draft.item.updated = date().or(draft.item.updated),
        (Ns::Core, "lastbuilddate" | "lastmod") => draft.item.updated = date().or(draft.item.updated),
        (Ns::Dc | Ns::DcTerms | Ns::Core, "date") => found.dated = date().or(found.dated),
        (Ns::Core | Ns::Atom, "author") | (Ns::Itunes, "author") | (Ns::Dc, "creator" | "author") => {
            let field = match ns {
                Ns::Dc => "dc:creator",
                Ns::Itunes => "itunes:author",
                _ => "author",
            };
            for name in people(tree, id) {
                draft.field(field, &name);
                draft.author(&name);
            }
        }
        (Ns::Core | Ns::Atom | Ns::Dc, "contributor") => found.contributors.extend(people(tree, id)),
        (Ns::Core | Ns::Atom | Ns::Dc, "publisher") => draft.field("dc:publisher", &tree.text(id)),
        (Ns::Dc, "source") => draft.field("dc:source", &tree.text(id)),
        (Ns::Core | Ns::Atom, "source") => source(tree, id, draft, found, base, now),
        (Ns::Core | Ns::Atom, "category") => {
            match tree.attribute(id, "term").filter(|t| !t.is_empty()).or_else(|| tree.attribute(id, "label")) {
                Some(term) => draft.category(term),
                None => draft.category(&text::line(tree, id)),
            }
        }
        (Ns::Dc | Ns::DcTerms, "subject") => draft.category(&text::line(tree, id)),
        (Ns::Media, "category") => draft.category(&text::line(tree, id)),
        (Ns::Itunes, "category") => {
            for (at, _) in std::iter::once(id).chain(tree.children(id)).zip(0..MAX_CATEGORIES) {
                draft.category(tree.attribute(at, "text").unwrap_or_default());
            }
        }
        (Ns::Core, "tags" | "keywords") | (Ns::Itunes | Ns::Media | Ns::News, "keywords") => {
            for term in tree.text(id).split(',').take(MAX_CATEGORIES) {
                draft.category(term);
            }
        }
        (Ns::Core, "enclosure") => {
            let url = tree.attribute(id, "url").or_else(|| tree.attribute(id, "href")).and_then(|u| resolve(u, base));
            enclosure(tree, id, draft, url, tree.attribute(id, "length"));
        }
        (Ns::Media, "group" | "content" | "thumbnail" | "credit" | "text" | "description" | "copyright") => {
            media(tree, id, draft, found, base)
        }
        (Ns::Itunes, "image") => {
            draft.item.picture = draft.item.picture.take().or_else(|| resolve(tree.attribute(id, "href").unwrap_or_default(), base));
        }
        (Ns::Core, "image") => {
            let url = tree
                .attribute(id, "href")
                .map(str::to_owned)
                .or_else(|| tree.child(id, Ns::Core, "url").map(|u| tree.text(u).into_owned()));
            draft.item.picture = draft.item.picture.take().or_else(|| {
                resolve(&url.unwrap_or_else(|| if tree.has_elements(id) { String::new() } else { tree.text(id).into_owned() }), base)
            });
        }
        (Ns::Core | Ns::Atom, "comments") => draft.item.comments = resolve(&tree.text(id), base).or(draft.item.comments.take()),
        (Ns::Core | Ns::Atom | Ns::Dc | Ns::DcTerms, "copyright" | "rights") => draft.item.copyright = text::line(tree, id).non_empty(),
        (Ns::Core | Ns::Dc | Ns::DcTerms, "language") => draft.item.language = normalise::language(&tree.text(id)),
        (Ns::News, "news") => {
            for child in tree.children(id) {
                element(tree, child, draft, found, base, now);
            }
        }
        (Ns::News, "publication") => {
            for child in tree.children(id) {
                match tree.name(child).1 {
                    "name" => draft.item.outlet = text::line(tree, child).non_empty(),
                    "language" => draft.item.language = normalise::language(&tree.text(child)),
                    _ => {}
                }
            }
        }
        (Ns::News, "genres") => draft.category(&tree.text(id)),
        _ => {}
    }
}

/// A `link` of any kind: Atom's attributes, RSS's text.
fn link(tree: &Tree<'_>, id: Id, draft: &mut Draft, found: &mut Found<'_>, base: Option<&Address>) {
    let rel = tree.attribute(id, "rel").unwrap_or("").to_ascii_lowercase();
    let text;
    let href = match tree.attribute(id, "href") {
        Some(href) => href,
        None => {
            text = tree.text(id);
            if rel.is_empty() {
                found.links.plain = found.links.plain.take().or_else(|| resolve(&text, base));
                return;
            }
            &text
        }
    };
    let rel = rel.rsplit('/').next().unwrap_or("");
    let url = resolve(href, base);
    match rel {
        "" | "alternate" => {
            let kind = tree.attribute(id, "type").unwrap_or("").to_ascii_lowercase();
            let html = kind.is_empty() || kind.contains("html");
            if url.is_some() && (found.links.alternate.is_none() || html && !found.links.alternate_html) {
                found.links.alternate = url;
                found.links.alternate_html = html;
            }
        }
        "enclosure" => enclosure(tree, id, draft, url, tree.attribute(id, "length")),
        "replies" => draft.item.comments = draft.item.comments.take().or(url),
        _ => {}
    }
}

fn enclosure(tree: &Tree<'_>, id: Id, draft: &mut Draft, url: Option<Address>, length: Option<&str>) {
    let kind = tree.attribute(id, "type");
    if kind.is_some_and(|k| k.starts_with("image/")) && draft.item.picture.is_none() {
        draft.item.picture = url.clone();
    }
    draft.enclosure(url, kind, length);
}

/// Media RSS, its groups and contents nested as they like; the tree has bounded the depth.
fn media(tree: &Tree<'_>, id: Id, draft: &mut Draft, found: &mut Found<'_>, base: Option<&Address>) {
    let mut todo = vec![id];
    while let Some(id) = todo.pop() {
        if draft.item.enclosures.len() >= MAX_ENCLOSURES && todo.len() > MAX_ENCLOSURES {
            return;
        }
        let (ns, name) = tree.name(id);
        if ns != Ns::Media {
            continue;
        }
        let url = || tree.attribute(id, "url").and_then(|u| resolve(u, base));
        match name {
            "group" => {}
            "content" => {
                let image =
                    tree.attribute(id, "medium") == Some("image") || tree.attribute(id, "type").is_some_and(|t| t.starts_with("image/"));
                if image && draft.item.picture.is_none() {
                    draft.item.picture = url();
                }
                draft.enclosure(url(), tree.attribute(id, "type"), tree.attribute(id, "filesize"));
            }
            "thumbnail" => draft.item.picture = draft.item.picture.take().or_else(url),
            "credit" => {
                let credit = text::line(tree, id);
                match tree.attribute(id, "role") {
                    Some("author") => found.media_people.push(credit),
                    _ if !credit.is_empty() && draft.captions.len() < MAX_NAMES => draft.captions.push(credit.into_string()),
                    _ => {}
                }
            }
            "text" | "description" => {
                if found.summaries.iter().all(Option::is_none) && name == "description" {
                    found.summaries[5] = Some(id);
                }
                let caption = text::line(tree, id);
                if !caption.is_empty() && draft.captions.len() < MAX_NAMES {
                    draft.captions.push(caption.into_string());
                }
            }
            "copyright" => draft.item.copyright = draft.item.copyright.take().or_else(|| text::line(tree, id).non_empty()),
            "title" => found.other_title = found.other_title.or(Some(id)),
            "category" => draft.category(&text::line(tree, id)),
            _ => {}
        }
        let mut below: Vec<Id> = tree.children(id).take(1000).collect();
        below.reverse();
        todo.extend(below);
    }
}

/// Where an entry came from first: RSS's `<source url>`, Atom's little feed head, whose authors and rights count for it.
fn source(tree: &Tree<'_>, id: Id, draft: &mut Draft, found: &mut Found<'_>, base: Option<&Address>, now: Timestamp) {
    let mut origin = Origin::default();
    if tree.has_elements(id) {
        let mut inner = Draft::default();
        let mut inside = Found::default();
        for child in tree.children(id) {
            if !matches!(tree.name(child).1, "source" | "entry" | "content") {
                element(tree, child, &mut inner, &mut inside, base, now);
            }
        }
        origin.title = inside.title.or(inside.other_title).map(|t| text::line(tree, t)).and_then(Clean::non_empty);
        origin.url = inside.links.alternate.or(inside.links.plain);
        found.contributors.splice(0..0, inner.item.authors);
        if draft.item.copyright.is_none() {
            draft.item.copyright = inner.item.copyright;
        }
    } else {
        origin.title = text::line(tree, id).non_empty();
        origin.url = tree.attribute(id, "url").or_else(|| tree.attribute(id, "href")).and_then(|u| resolve(u, base));
    }
    if let Some(title) = &origin.title {
        draft.field(if tree.name(id).0 == Ns::Atom { "atom source" } else { "rss source" }, title);
    }
    if origin != Origin::default() {
        draft.item.origin = Some(origin);
    }
}

/// The persons that an element names: Atom's `name`, `email`, `uri`, or RSS's one line.
pub fn people(tree: &Tree<'_>, id: Id) -> Vec<Clean> {
    let part = |wanted: &[&str]| {
        tree.children(id).find(|c| wanted.contains(&tree.name(*c).1)).map(|c| Clean::capped(&tree.text(c), NAME)).and_then(Clean::non_empty)
    };
    if tree.has_elements(id)
        && let Some(name) = part(&["name"]).or_else(|| part(&["email"])).or_else(|| part(&["uri", "url", "homepage"]))
    {
        return vec![person(&name)];
    }
    let line = text::line(tree, id);
    let name = person(&line);
    if name.is_empty() { Vec::new() } else { vec![name] }
}

/// `mail (Name)`, `Name <mail>`, `Name (mail)`, also with full-width brackets → the name; a mail alone stays.
pub fn person(line: &str) -> Clean {
    let line = line.trim();
    let Some(at) = line.find('@') else {
        return Clean::capped(line, NAME);
    };
    let edge =
        |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '（' | '）' | '[' | ']' | ',' | ';' | ':' | '"' | '—' | '–');
    let start = line[..at].rfind(edge).map_or(0, |i| i + line[i..].chars().next().map_or(1, char::len_utf8));
    let end = line[at..].find(edge).map_or(line.len(), |i| at + i);
    let rest = format!("{} {}", &line[..start], &line[end..]);
    let name = rest.trim_matches(|c: char| edge(c) || c == '\'').trim_end_matches("mailto").trim_matches(edge);
    let name = Clean::capped(name, NAME);
    if name.is_empty() { Clean::capped(&line[start..end], NAME) } else { name }
}

/// Decides between what was found.
fn settle(tree: &Tree<'_>, id: Id, mut draft: Draft, found: Found<'_>, base: Option<&Address>, context: &Context<'_>) -> Draft {
    if let Some(title) = found.title.or(found.other_title) {
        draft.item.title = text::line(tree, title);
        if draft.item.title.is_empty()
            && let Some(other) = found.other_title
        {
            draft.item.title = text::line(tree, other);
        }
    }
    let item = &mut draft.item;
    let permalink = found.guid_link.and_then(|_| Address::parse(&item.guid).ok());
    let about = found.about.and_then(|a| resolve(a, base));
    if item.guid.is_empty()
        && let Some(about) = found.about
    {
        item.guid = Clean::line(about);
    }
    let links = found.links;
    item.url = links.plain.or(links.alternate).or(permalink).or(about).or_else(|| Address::parse(&item.guid).ok()).or(links.elsewhere);
    if let Some(original) = links.original
        && item.url.as_ref().is_none_or(|u| u.host().contains("feed"))
    {
        item.url = Some(original); // the article itself instead of the counter before it
    }
    item.published = found.published.or(found.issued).or(found.created).or(found.dated);
    if item.published.is_none() && item.updated.is_none() {
        item.updated = found.dated;
    }
    if item.language.is_none() {
        item.language = tree.language(id).and_then(normalise::language).or_else(|| context.language.cloned());
    }
    if item.authors.is_empty() {
        let names =
            [found.media_people, found.contributors, context.authors.to_vec()].into_iter().find(|n| !n.is_empty()).unwrap_or_default();
        for name in names {
            draft.field("author", &name);
            draft.author(&name);
        }
    }
    let mut summaries = found.summaries.iter().flatten();
    let summary = summaries.next().copied();
    // A second, longer one is the text (RSS with both `description` and `summary`).
    let content = found.content.or_else(|| found.summaries[2].filter(|s| Some(*s) != summary));
    // Where the feed sets no base, relative links of an article are meant from the article's own page.
    let page = draft.item.url.clone();
    let read = |at: Option<Id>| {
        let base =
            |at| tree.base(at, None).and_then(|_| tree.base(at, context.base)).or_else(|| page.clone()).or_else(|| context.base.cloned());
        at.map(|at| text::body(tree, at, base(at).as_ref())).unwrap_or_default()
    };
    draft.text(read(content), read(summary));
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_beside_mail_addresses() {
        for (line, want) in [
            ("me@example.org (Jane Roe)", "Jane Roe"),
            ("Jane Roe <me@example.org>", "Jane Roe"),
            ("Jane Roe (me@example.org)", "Jane Roe"),
            ("张三（ann@news.example）", "张三"),
            ("ann@news.example（张三）", "张三"),
            ("Ann —ann@news.example—", "Ann"),
            ("me@example.org", "me@example.org"),
            ("Jane Roe", "Jane Roe"),
            ("@", "@"),
        ] {
            assert_eq!(person(line).as_str(), want, "{line}");
        }
    }

    #[test]
    fn teasers_are_told_by_their_end() {
        assert!(trails_off("Something happened. Weiterlesen"));
        assert!(trails_off("Something happened [...]"));
        assert!(trails_off("Something happened, and then …"));
        assert!(!trails_off("Something happened."));
    }
}
