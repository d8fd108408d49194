//! A document as a bounded tree: one arena, built without recursion from the lenient tokenizer, names resolved to the
//! namespaces that feeds use. Whatever the input, it costs at most [`MAX_NODES`] nodes and [`MAX_DEPTH`] levels.

use std::borrow::Cow;
use std::collections::HashMap;

use super::markup::{Attribute, Dialect, Scanner, Token};
use crate::model::Address;

/// Elements nested deeper are read through as if their tags were not there.
pub const MAX_DEPTH: usize = 512;
/// Nodes kept of one document; what follows is not read.
pub const MAX_NODES: usize = 1_000_000;
/// Different element names told apart; further ones are all `?`.
const MAX_NAMES: usize = 4096;
/// Namespace bindings in scope at once.
const MAX_BINDINGS: usize = 128;

/// The vocabularies that mean something to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // their names are their usual prefixes
pub enum Ns {
    /// RSS of any kind, no namespace, or a default namespace that nobody knows.
    Core,
    Atom,
    Rdf,
    Content,
    Dc,
    DcTerms,
    Itunes,
    Media,
    Sy,
    Wfw,
    Slash,
    Xhtml,
    Xml,
    News,
    Sitemap,
    Cc,
    Admin,
    /// Anything else.
    Other,
}

/// A node's place in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id(u32);

const NONE: u32 = u32::MAX;

struct Node<'a> {
    parent: u32,
    next: u32,
    first: u32,
    last: u32,
    what: What<'a>,
}

enum What<'a> {
    Element { name: u16, ns: Ns, attributes: (u32, u16) },
    Text(Cow<'a, str>),
}

/// What stands at a node.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'t> {
    /// An element: namespace, local name in lower case.
    Element(Ns, &'t str),
    /// Text.
    Text(&'t str),
}

/// The tree. Node 0 is the document itself.
pub struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    attributes: Vec<Attribute<'a>>,
    names: Vec<Box<str>>,
    has_base: bool,
    /// Whether something was left out because of a bound.
    pub cut: bool,
    /// Whether the document ends before its root does.
    pub broken_off: bool,
}

struct Builder<'a> {
    tree: Tree<'a>,
    known: HashMap<&'a str, (u16, Option<&'a str>)>,
    /// Open elements with their names as written.
    open: Vec<(u32, &'a str)>,
    bindings: Vec<(&'a str, Ns, usize)>,
    /// Tags open beyond the depth limit.
    beyond: usize,
}

impl<'a> Tree<'a> {
    /// Reads `src` as XML, as leniently as can be.
    pub fn parse(src: &'a str) -> Self {
        let mut scanner = Scanner::new(src, Dialect::Xml);
        let mut b = Builder {
            tree: Tree {
                nodes: Vec::with_capacity((src.len() / 48).min(MAX_NODES)),
                attributes: Vec::new(),
                names: vec!["?".into()],
                has_base: false,
                cut: false,
                broken_off: false,
            },
            known: HashMap::new(),
            open: vec![(0, "")],
            bindings: Vec::new(),
            beyond: 0,
        };
        b.tree.push_root();
        while let Some(token) = scanner.next() {
            if b.tree.nodes.len() >= MAX_NODES {
                b.tree.cut = true;
                break;
            }
            match token {
                Token::Text(text) => b.text(text),
                Token::Open { name, empty } => b.element(name, empty, &mut scanner),
                Token::Close { name } => b.close(name),
            }
        }
        // What is open at the end besides a feed's root is somebody's stray tag; and an RSS that forgot its very last tag after
        // a whole channel lacks nothing.
        let root = b.open.get(1).map_or("", |(_, name)| name.rsplit(':').next().unwrap_or(name)).to_ascii_lowercase();
        b.tree.broken_off = !b.tree.cut
            && match root.as_str() {
                "rss" => b.open.len() > 2,
                "rdf" | "feed" | "channel" | "entry" | "urlset" => true,
                _ => false,
            };
        b.tree
    }

    fn push_root(&mut self) {
        self.nodes.push(Node {
            parent: NONE,
            next: NONE,
            first: NONE,
            last: NONE,
            what: What::Element { name: 0, ns: Ns::Other, attributes: (0, 0) },
        });
    }

    /// The document node.
    pub fn root(&self) -> Id {
        Id(0)
    }

    fn node(&self, id: Id) -> &Node<'a> {
        &self.nodes[id.0 as usize]
    }

    /// What stands there.
    pub fn seen(&self, id: Id) -> Seen<'_> {
        match &self.node(id).what {
            What::Element { name, ns, .. } => Seen::Element(*ns, &self.names[usize::from(*name)]),
            What::Text(t) => Seen::Text(t),
        }
    }

    /// An element's namespace and local name; `(Other, "")` for text.
    pub fn name(&self, id: Id) -> (Ns, &str) {
        match self.seen(id) {
            Seen::Element(ns, name) => (ns, name),
            Seen::Text(_) => (Ns::Other, ""),
        }
    }

    /// All children in order.
    pub fn nodes(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let mut at = self.node(id).first;
        std::iter::from_fn(move || {
            (at != NONE).then(|| {
                let id = Id(at);
                at = self.node(id).next;
                id
            })
        })
    }

    /// The children that are elements.
    pub fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.nodes(id).filter(|c| matches!(self.node(*c).what, What::Element { .. }))
    }

    /// The first child element of that name.
    pub fn child(&self, id: Id, ns: Ns, name: &str) -> Option<Id> {
        self.children(id).find(|c| self.name(*c) == (ns, name))
    }

    /// The parent, `None` at the document.
    pub fn parent(&self, id: Id) -> Option<Id> {
        let p = self.node(id).parent;
        (p != NONE).then_some(Id(p))
    }

    /// An attribute by its name in lower case, as written (with its prefix); values are as long as they came.
    pub fn attribute(&self, id: Id, name: &str) -> Option<&str> {
        self.attributes(id).iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.trim())
    }

    /// All attributes of an element.
    pub fn attributes(&self, id: Id) -> &[Attribute<'a>] {
        match self.node(id).what {
            What::Element { attributes: (from, len), .. } => &self.attributes[from as usize..from as usize + usize::from(len)],
            What::Text(_) => &[],
        }
    }

    /// Whether an element holds elements.
    pub fn has_elements(&self, id: Id) -> bool {
        self.children(id).next().is_some()
    }

    /// All text below, joined. Borrowed where it is one piece.
    pub fn text(&self, id: Id) -> Cow<'_, str> {
        let first = self.node(id).first;
        if first == NONE {
            return Cow::Borrowed("");
        }
        let only = self.node(Id(first));
        if only.next == NONE
            && let What::Text(t) = &only.what
        {
            return Cow::Borrowed(t);
        }
        let mut out = String::new();
        self.walk(id, &mut |step| {
            if let Step::Text(t) = step {
                out.push_str(t);
            }
        });
        Cow::Owned(out)
    }

    /// Goes through all below `id` in document order, without recursion.
    pub fn walk<'t>(&'t self, id: Id, visit: &mut dyn FnMut(Step<'t>)) {
        let mut at = self.node(id).first;
        while at != NONE {
            let node = &self.nodes[at as usize];
            match &node.what {
                What::Text(t) => visit(Step::Text(t)),
                What::Element { ns, name, .. } => visit(Step::Open(Id(at), *ns, &self.names[usize::from(*name)])),
            }
            if node.first != NONE {
                at = node.first;
                continue;
            }
            // Up until there is a next one; a leaf element closes on the way.
            let mut here = at;
            loop {
                let node = &self.nodes[here as usize];
                if let What::Element { ns, name, .. } = &node.what {
                    visit(Step::Close(*ns, &self.names[usize::from(*name)]));
                }
                if node.next != NONE {
                    at = node.next;
                    break;
                }
                if node.parent == id.0 || node.parent == NONE {
                    return;
                }
                here = node.parent;
            }
        }
    }

    /// The base for relative links at `id`: `xml:base` of the elements around it, on top of the document's own.
    pub fn base(&self, id: Id, document: Option<&Address>) -> Option<Address> {
        if !self.has_base {
            return document.cloned();
        }
        let mut chain = Vec::new();
        let mut at = Some(id);
        while let Some(here) = at {
            chain.extend(self.attribute(here, "xml:base").filter(|b| !b.is_empty() && b.len() < 2048));
            at = self.parent(here);
        }
        let mut base = document.cloned();
        for step in chain.into_iter().rev() {
            let next = match &base {
                Some(base) => base.join(step).ok(),
                None => Address::parse(step).ok(),
            };
            base = next.or(base);
        }
        base
    }

    /// The language in force at `id` (`xml:lang`, `lang`).
    pub fn language(&self, id: Id) -> Option<&str> {
        let mut at = Some(id);
        while let Some(here) = at {
            if let Some(lang) = self.attribute(here, "xml:lang") {
                return Some(lang);
            }
            at = self.parent(here);
        }
        None
    }
}

/// One step of [`Tree::walk`].
#[derive(Clone, Copy, Debug)]
pub enum Step<'t> {
    /// An element begins.
    Open(Id, Ns, &'t str),
    /// Text.
    Text(&'t str),
    /// An element ends.
    Close(Ns, &'t str),
}

impl<'a> Builder<'a> {
    fn append(&mut self, what: What<'a>) -> u32 {
        let parent = self.open.last().map_or(0, |o| o.0);
        let at = self.tree.nodes.len() as u32;
        self.tree.nodes.push(Node { parent, next: NONE, first: NONE, last: NONE, what });
        let p = &mut self.tree.nodes[parent as usize];
        let before = std::mem::replace(&mut p.last, at);
        match before {
            NONE => p.first = at,
            before => self.tree.nodes[before as usize].next = at,
        }
        at
    }

    fn text(&mut self, text: Cow<'a, str>) {
        if !text.is_empty() && (self.open.len() > 1 && !blank(&text) || self.open.len() > 3) {
            self.append(What::Text(text));
        }
    }

    fn element(&mut self, written: &'a str, empty: bool, scanner: &mut Scanner<'a>) {
        if self.open.len() >= MAX_DEPTH {
            self.beyond += usize::from(!empty);
            self.tree.cut = true;
            return;
        }
        self.end_forgotten(written);
        let depth = self.open.len();
        for (name, value) in scanner.attributes() {
            let prefix = match name.strip_prefix("xmlns") {
                Some("") => "",
                Some(rest) if rest.starts_with(':') => &rest[1..],
                _ => {
                    self.tree.has_base |= name.eq_ignore_ascii_case("xml:base");
                    continue;
                }
            };
            if self.bindings.len() < MAX_BINDINGS {
                self.bindings.push((prefix, namespace(value, prefix), depth));
            }
        }
        let (name, prefix) = self.intern(written);
        let ns = self.resolve(prefix);
        let from = self.tree.attributes.len();
        self.tree.attributes.extend(scanner.drain_attributes());
        let attributes = (from as u32, (self.tree.attributes.len() - from) as u16);
        let at = self.append(What::Element { name, ns, attributes });
        if empty {
            self.unbind(depth);
        } else {
            self.open.push((at, written));
        }
    }

    fn intern(&mut self, written: &'a str) -> (u16, Option<&'a str>) {
        if let Some(found) = self.known.get(written) {
            return *found;
        }
        let (prefix, local) = match written.split_once(':') {
            Some((p, l)) if !l.is_empty() => (Some(p), l),
            _ => (None, written),
        };
        if self.tree.names.len() >= MAX_NAMES || local.len() > 64 {
            return (0, prefix);
        }
        let name = self.tree.names.len() as u16;
        self.tree.names.push(local.to_lowercase().into());
        self.known.insert(written, (name, prefix));
        (name, prefix)
    }

    fn resolve(&self, prefix: Option<&str>) -> Ns {
        let wanted = prefix.unwrap_or("");
        match self.bindings.iter().rev().find(|(p, ..)| *p == wanted) {
            Some((_, ns, _)) => *ns,
            None if prefix.is_none() => Ns::Core,
            None => conventional(wanted),
        }
    }

    fn unbind(&mut self, depth: usize) {
        while self.bindings.last().is_some_and(|b| b.2 >= depth) {
            self.bindings.pop();
        }
    }

    fn pop_to(&mut self, len: usize) {
        self.open.truncate(len);
        self.unbind(len);
    }

    fn close(&mut self, written: &str) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        if let Some(at) = self.open.iter().rposition(|(_, n)| n.eq_ignore_ascii_case(written))
            && at > 0
        {
            self.pop_to(at);
        }
    }

    /// A new entry ends one whose end tag was forgotten, unless it stands in a text that shows entries.
    fn end_forgotten(&mut self, written: &str) {
        let local = written.rsplit(':').next().unwrap_or(written);
        if !(local.eq_ignore_ascii_case("item") || local.eq_ignore_ascii_case("entry")) {
            return;
        }
        if let Some(at) = self.open.iter().rposition(|(_, n)| n.eq_ignore_ascii_case(written))
            && !self.open[at..].iter().any(|(_, n)| n.ends_with("content") || n.ends_with("encoded"))
        {
            self.pop_to(at);
        }
    }
}

fn blank(s: &str) -> bool {
    s.bytes().all(|b| b.is_ascii_whitespace())
}

/// A namespace by its address, however it is spelled; unknown ones by their prefix.
fn namespace(uri: &str, prefix: &str) -> Ns {
    let lower = uri.trim().to_ascii_lowercase();
    let key = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).unwrap_or(&lower);
    let key = key.trim_start_matches("www.").trim_end_matches(['/', '#']);
    match key {
        "w3.org/2005/atom" | "purl.org/atom/ns" | "example.com/necho" | "purl.org/echo" | "uri/of/echo/namespace#" => Ns::Atom,
        "w3.org/1999/02/22-rdf-syntax-ns" => Ns::Rdf,
        "purl.org/rss/1.0/modules/content" => Ns::Content,
        "purl.org/dc/elements/1.1" | "purl.org/dc/elements/1.0" => Ns::Dc,
        "purl.org/dc/terms" => Ns::DcTerms,
        "itunes.com/dtds/podcast-1.0.dtd" | "example.com/dtds/podcast-1.0.dtd" => Ns::Itunes,
        "search.yahoo.com/mrss" | "search.yahoo.com/mrss/mrss" | "tools.search.yahoo.com/mrss" | "video.search.yahoo.com/mrss" => Ns::Media,
        "purl.org/rss/1.0/modules/syndication" => Ns::Sy,
        "wellformedweb.org/commentapi" => Ns::Wfw,
        "purl.org/rss/1.0/modules/slash" => Ns::Slash,
        "w3.org/1999/xhtml" => Ns::Xhtml,
        "w3.org/xml/1998/namespace" => Ns::Xml,
        "google.com/schemas/sitemap-news/0.9" => Ns::News,
        "sitemaps.org/schemas/sitemap/0.9" | "google.com/schemas/sitemap/0.84" | "google.com/schemas/sitemap/0.9" => Ns::Sitemap,
        "backend.userland.com/creativecommonsrssmodule" | "creativecommons.org/ns" | "web.resource.org/cc" => Ns::Cc,
        "webns.net/mvcb" => Ns::Admin,
        _ if key.starts_with("purl.org/atom/ns") || key.starts_with("w3.org/2005/atom") => Ns::Atom,
        _ if key.starts_with("purl.org/rss/1.")
            || key.starts_with("purl.org/net/rss1")
            || key.contains("netscape.com/rdf/simple")
            || key.contains("userland.com/rss")
            || key.contains("netscape.com/publish") =>
        {
            Ns::Core
        }
        "" => Ns::Core,
        _ if key.starts_with("w3.org/") => Ns::Other,
        _ if prefix.is_empty() => Ns::Core,
        _ => conventional(prefix),
    }
}

/// A namespace by the prefix that everybody gives it, for feeds that forget to declare it.
fn conventional(prefix: &str) -> Ns {
    match prefix.to_ascii_lowercase().as_str() {
        "atom" | "atom10" | "atom03" | "a10" => Ns::Atom,
        "rdf" => Ns::Rdf,
        "content" => Ns::Content,
        "dc" => Ns::Dc,
        "dcterms" => Ns::DcTerms,
        "itunes" => Ns::Itunes,
        "media" => Ns::Media,
        "sy" | "syn" => Ns::Sy,
        "wfw" => Ns::Wfw,
        "slash" => Ns::Slash,
        "xhtml" => Ns::Xhtml,
        "xml" => Ns::Xml,
        "news" => Ns::News,
        "rss" => Ns::Core,
        _ => Ns::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(src: &str, want: &str) {
        let tree = Tree::parse(src);
        let mut out = String::new();
        tree.walk(tree.root(), &mut |step| match step {
            Step::Open(_, ns, name) => out.push_str(&format!("({ns:?}.{name} ")),
            Step::Text(t) => out.push_str(t),
            Step::Close(..) => out.push(')'),
        });
        assert_eq!(out, want);
    }

    #[test]
    fn crossed_stray_and_forgotten_ends_keep_the_rest() {
        check("<r><a><b>x</a>y</r>", "(Core.r (Core.a (Core.b x))y)");
        check("<r></q><a>x", "(Core.r (Core.a x))");
        check("<r><item><t>1<item><t>2</item></r>", "(Core.r (Core.item (Core.t 1))(Core.item (Core.t 2)))");
    }

    #[test]
    fn namespaces_are_told_by_address_else_by_prefix() {
        check(
            "<r xmlns:x='http://purl.org/dc/elements/1.1/'><x:date/><dc:date/><foo:date/></r>",
            "(Core.r (Dc.date )(Dc.date )(Other.date ))",
        );
        check("<FEED xmlns='http://purl.org/atom/ns#'><Title>t</TITLE></FEED>", "(Atom.feed (Atom.title t))");
        check(
            "<r><svg xmlns='http://www.w3.org/2000/svg'><title>t</title></svg><title>u</title></r>",
            "(Core.r (Other.svg (Other.title t))(Core.title u))",
        );
    }

    #[test]
    fn bases_stack_up() {
        let tree = Tree::parse("<a xml:base='http://example.org/x/'><b xml:base='y/'><c/></b></a>");
        let mut at = tree.root();
        while let Some(child) = tree.children(at).next() {
            at = child;
        }
        assert_eq!(tree.base(at, None).unwrap().as_str(), "http://example.org/x/y/");
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("<r>{}{}<b>x</b></r>", "<a>".repeat(100_000), "</a>".repeat(100_000));
        let tree = Tree::parse(&deep);
        assert!(tree.cut);
        let r = tree.children(tree.root()).next().unwrap();
        assert_eq!(tree.text(tree.child(r, Ns::Core, "b").unwrap()), "x");
    }
}
