//! A page as a flat list of text blocks in reading order ([`Segment`]), each knowing the elements around it ([`Frame`]).
//! Everything after this works on the list: choosing, building the article's structure, gathering credits. One iterative
//! walk over the tree; no recursion.

use ego_tree::iter::Edge;
use scraper::{Html, Node, node::Element};

use super::family::{self, Families};

/// Elements that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs)] // HTML's own names
pub enum Tag {
    Other,
    Div,
    P,
    Li,
    H1,
    H2,
    H3,
    H4,
    H5,
    H6,
    Figcaption,
    Figure,
    Td,
    Th,
    Tr,
    Table,
    Blockquote,
    Ul,
    Ol,
    Dl,
    Dt,
    Dd,
    Pre,
    Article,
    Main,
    Aside,
    Footer,
    Header,
    Nav,
    Form,
    Section,
    Details,
    Caption,
    Body,
    Custom,
}

impl Tag {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "div" | "center" | "fieldset" | "dialog" | "hgroup" => Self::Div,
            "p" => Self::P,
            "li" => Self::Li,
            "h1" => Self::H1,
            "h2" => Self::H2,
            "h3" => Self::H3,
            "h4" => Self::H4,
            "h5" => Self::H5,
            "h6" => Self::H6,
            "figcaption" => Self::Figcaption,
            "figure" => Self::Figure,
            "td" => Self::Td,
            "th" => Self::Th,
            "tr" => Self::Tr,
            "table" => Self::Table,
            "blockquote" => Self::Blockquote,
            "ul" | "menu" | "dir" => Self::Ul,
            "ol" => Self::Ol,
            "dl" => Self::Dl,
            "dt" => Self::Dt,
            "dd" => Self::Dd,
            "pre" => Self::Pre,
            "article" => Self::Article,
            "main" => Self::Main,
            "aside" => Self::Aside,
            "footer" => Self::Footer,
            "header" => Self::Header,
            "nav" => Self::Nav,
            "form" => Self::Form,
            "section" => Self::Section,
            "details" => Self::Details,
            "caption" => Self::Caption,
            "body" => Self::Body,
            "thead" | "tbody" | "tfoot" | "address" | "summary" | "html" | "legend" | "search" => Self::Other,
            _ => return None,
        })
    }

    /// The level of a heading.
    pub fn heading(self) -> Option<u8> {
        match self {
            Self::H1 => Some(1),
            Self::H2 => Some(2),
            Self::H3 => Some(3),
            Self::H4 => Some(4),
            Self::H5 => Some(5),
            Self::H6 => Some(6),
            _ => None,
        }
    }
}

/// An element that sets its content off from what is around it.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The frame around it; the first is its own.
    pub parent: u32,
    /// Which element.
    pub tag: Tag,
    /// How many frames are around it.
    pub depth: u16,
    /// What its class, id, role and itemprop say of it.
    pub families: Families,
    /// Families and tags of it and all around it.
    pub around: Families,
    /// Bits of the tags of it and all around it.
    pub tags: u64,
    /// Which child of its parent, counted in frames.
    pub index: u32,
    /// A picture inside a figure: index into the pictures.
    pub picture: Option<u32>,
    /// The first number of an ordered list.
    pub start: u32,
    /// Hash of its name and class: elements of one kind look alike.
    pub signature: u64,
    /// What its class, id and the like are made of: a range of [`Flat::names`].
    pub names: (u32, u32),
}

/// Style of a run of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Italics.
    pub emphasis: bool,
    /// Bold.
    pub strong: bool,
    /// Code.
    pub code: bool,
    /// Struck through.
    pub struck: bool,
    /// Index into the links.
    pub link: Option<u32>,
}

/// What a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Running text of any sort; its frame says which.
    Text,
    /// A picture outside a figure, or the one of a figure: index into the pictures.
    Picture(u32),
    /// Something that a terminal cannot show: index into the embeds.
    Embed(u32),
    /// A thematic break.
    Rule,
}

/// A picture as the page gives it.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// Its address, as written.
    pub src: String,
    /// Its description.
    pub alt: String,
    /// Its credit, where an attribute gives it.
    pub credit: String,
    /// The figure around it.
    pub figure: Option<u32>,
}

/// One block of text (or a picture, embed, rule) in reading order.
#[derive(Clone, Debug)]
pub struct Segment {
    /// What it is.
    pub kind: Kind,
    /// The innermost frame around it.
    pub frame: u32,
    /// Its text, white space folded; lines kept in `pre`.
    pub text: String,
    /// Styles: each holds from the byte given to the next.
    pub styles: Vec<(u32, Style)>,
    /// Bytes of `text` that are linked.
    pub linked: u32,
    /// The figure with a picture around it: this is its caption.
    pub figure: Option<u32>,
    /// A time that its markup gives (`<time datetime>`).
    pub time: Option<String>,
}

/// A page, flattened.
#[derive(Debug, Default)]
pub struct Flat {
    /// The blocks.
    pub segments: Vec<Segment>,
    /// The elements around them.
    pub frames: Vec<Frame>,
    /// Hashes of the parts of elements' names, frame by frame.
    pub names: Vec<u32>,
    /// Addresses of links, as written.
    pub links: Vec<String>,
    /// Pictures.
    pub pictures: Vec<Picture>,
    /// Embeds: their address as written, and what they are.
    pub embeds: Vec<(String, &'static str)>,
}

impl Flat {
    /// The frame of a segment.
    pub fn frame(&self, segment: &Segment) -> &Frame {
        &self.frames[segment.frame as usize]
    }

    /// `frame` and all around it, innermost first.
    pub fn chain(&self, frame: u32) -> impl Iterator<Item = (u32, &Frame)> {
        let mut next = Some(frame);
        std::iter::from_fn(move || {
            let at = next?;
            let frame = &self.frames[at as usize];
            next = (frame.parent != at).then_some(frame.parent);
            Some((at, frame))
        })
    }

    /// Flattens a parsed page.
    pub fn new(html: &Html) -> Self {
        let mut walk = Walk { flat: Flat::default(), open: Vec::new(), style: Style::default(), ..Walk::default() };
        walk.run(html);
        walk.flat
    }
}

/// The value of an element's attribute. The parser's own way makes an atom of the name first, which costs more than to go
/// through the few that an element has.
pub fn attr_of<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attrs().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Words inside a line that only a screen reader says, or that wait for the pointer.
fn unseen(element: &Element) -> bool {
    attr_of(element, "hidden").is_some()
        || attr_of(element, "style").is_some_and(|s| s.replace(' ', "").contains("display:none"))
        || attr_of(element, "class")
            .is_some_and(|c| ["sr-only", "visually-hidden", "visuallyhidden", "screen-reader", "tooltip"].iter().any(|w| c.contains(w)))
}

/// Digits are left out: they number things of one kind.
fn signature(tag: Tag, element: &Element) -> u64 {
    let class = attr_of(element, "class").unwrap_or_default();
    class
        .bytes()
        .take(400)
        .filter(|b| !b.is_ascii_digit())
        .fold(0xcbf2_9ce4_8422_2325 ^ tag as u64, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

/// What an open element needs undone at its end.
struct Open {
    frame: Option<u32>,
    style: Style,
    pre: bool,
}

#[derive(Default)]
struct Walk {
    flat: Flat,
    open: Vec<Open>,
    frames: Vec<u32>,
    children: Vec<u32>,
    style: Style,
    pre: bool,
    figures: Vec<u32>,
    text: String,
    styles: Vec<(u32, Style)>,
    linked: u32,
    time: Option<String>,
}

impl Walk {
    fn run(&mut self, html: &Html) {
        let mut skip = None;
        for edge in html.tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    if skip.is_some() {
                        continue;
                    }
                    match node.value() {
                        Node::Text(text) => self.text(text),
                        Node::Element(element) => skip = (!self.enter(element)).then(|| node.id()),
                        _ => {}
                    }
                }
                Edge::Close(node) => match skip {
                    Some(id) if id == node.id() => skip = None,
                    Some(_) => {}
                    None => {
                        if node.value().is_element() {
                            self.leave();
                        }
                    }
                },
            }
        }
        self.flush();
    }

    /// Whether to look inside.
    fn enter(&mut self, element: &Element) -> bool {
        let name = element.name();
        match name {
            "head" | "script" | "style" | "noscript" | "template" | "textarea" | "select" | "object" | "svg" | "map" => return false,
            "button" | "input" => return false,
            "br" => {
                if self.pre {
                    self.text.push('\n');
                } else if self.text.ends_with('\n') {
                    self.flush();
                } else if !self.text.is_empty() {
                    while self.text.ends_with(' ') {
                        self.text.pop();
                    }
                    self.text.push('\n');
                }
            }
            "img" | "amp-img" => self.picture(element),
            "iframe" | "video" | "audio" | "amp-iframe" | "amp-youtube" => {
                self.embed(element, name);
                return false;
            }
            "hr" => {
                self.flush();
                self.push(Kind::Rule, String::new());
            }
            _ => {}
        }
        let undo = Open { frame: None, style: self.style, pre: self.pre };
        match name {
            "em" | "i" | "cite" | "dfn" => self.style.emphasis = true,
            "strong" | "b" => self.style.strong = true,
            "code" | "kbd" | "samp" | "tt" => self.style.code = true,
            "del" | "s" | "strike" => self.style.struck = true,
            "a" => {
                if let Some(href) = attr_of(element, "href") {
                    self.style.link = Some(self.flat.links.len() as u32);
                    self.flat.links.push(href.trim().to_owned());
                }
            }
            "time" => self.time = attr_of(element, "datetime").map(str::to_owned),
            "pre" => self.pre = true,
            _ => {}
        }
        let tag = Tag::of(name).or_else(|| {
            let inner = self.frames.last().map(|&f| self.flat.frames[f as usize].tag);
            let in_text = matches!(inner, Some(Tag::P | Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6));
            (!in_text && name.contains('-') && name != "amp-img").then_some(Tag::Custom)
        });
        // Inside a figure a credit of its own stands in a `span`; it is told from the caption by its class.
        if tag.is_none() && unseen(element) {
            return false;
        }
        let families = if tag.is_some() || !self.figures.is_empty() { family::of(element) } else { Families::default() };
        let tag = tag.or_else(|| (!self.figures.is_empty() && families.has(family::CREDIT)).then_some(Tag::Other));
        if let Some(tag) = tag {
            self.flush();
            let at = self.flat.frames.len() as u32;
            let parent = self.frames.last().copied().unwrap_or(at);
            let (depth, around, tags) =
                self.flat.frames.get(parent as usize).map_or((0, families, 0), |p| (p.depth + 1, p.around | families, p.tags));
            let index = self.children.last_mut().map_or(0, |c| {
                *c += 1;
                *c - 1
            });
            let start = attr_of(element, "start").and_then(|s| s.trim().parse::<u32>().ok()).filter(|&n| n < 1_000_000).unwrap_or(1);
            let tags = tags | 1 << tag as u64;
            let from = self.flat.names.len() as u32;
            family::parts(element, &mut self.flat.names);
            self.flat.frames.push(Frame {
                parent,
                tag,
                depth,
                families,
                around,
                tags,
                index,
                picture: None,
                start,
                signature: signature(tag, element),
                names: (from, self.flat.names.len() as u32),
            });
            self.frames.push(at);
            self.children.push(0);
            if tag == Tag::Figure {
                self.figures.push(at);
            }
            self.open.push(Open { frame: Some(at), ..undo });
        } else {
            self.open.push(undo);
        }
        true
    }

    fn leave(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if let Some(frame) = open.frame {
            self.flush();
            self.frames.pop();
            self.children.pop();
            if self.figures.last() == Some(&frame) {
                self.figures.pop();
                if let Some(picture) = self.flat.frames[frame as usize].picture {
                    let from = self.flat.segments.iter().rposition(|s| s.kind == Kind::Picture(picture));
                    for segment in &mut self.flat.segments[from.map_or(0, |f| f + 1)..] {
                        segment.figure = Some(frame);
                    }
                    // A caption may stand before its picture.
                    let before = self.flat.segments[..from.unwrap_or(0)].iter_mut().rev().take_while(|s| s.frame >= frame).take(8);
                    before.for_each(|s| s.figure = Some(frame));
                }
            }
        }
        self.style = open.style;
        self.pre = open.pre;
    }

    fn text(&mut self, text: &str) {
        let from = self.text.len();
        if self.pre {
            self.text.push_str(text);
        } else {
            for c in text.chars() {
                // Line breaks of the page are kept apart from those of its source, which are white space.
                if c.is_whitespace() && c != '\u{a0}' {
                    if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
                        self.text.push(' ');
                    }
                } else {
                    self.text.push(c);
                }
            }
        }
        if self.text.len() > from {
            if self.styles.last().is_none_or(|(_, s)| *s != self.style) {
                self.styles.push((from as u32, self.style));
            }
            if self.style.link.is_some() {
                self.linked += (self.text.len() - from) as u32;
            }
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let trimmed = text.trim_end();
        let (styles, linked, time) = (std::mem::take(&mut self.styles), std::mem::take(&mut self.linked), self.time.take());
        if !trimmed.trim().is_empty() {
            let mut text = text;
            text.truncate(text.trim_end().len());
            let frame = self.frames.last().copied().unwrap_or_default();
            if !self.flat.frames.is_empty() {
                self.flat.segments.push(Segment { kind: Kind::Text, frame, text, styles, linked, figure: None, time });
            }
        }
    }

    fn push(&mut self, kind: Kind, text: String) {
        if let Some(&frame) = self.frames.last() {
            self.flat.segments.push(Segment { kind, frame, text, styles: Vec::new(), linked: 0, figure: None, time: None });
        }
    }

    fn picture(&mut self, element: &Element) {
        let size = |name| attr_of(element, name).and_then(|v| v.trim_end_matches("px").parse::<u32>().ok());
        if size("width").is_some_and(|w| w < 100) || size("height").is_some_and(|h| h < 60) {
            return;
        }
        let src = ["data-src", "data-original", "data-lazy-src", "src"]
            .iter()
            .filter_map(|a| attr_of(element, a))
            .chain(
                ["data-srcset", "srcset"]
                    .iter()
                    .filter_map(|a| attr_of(element, a))
                    .filter_map(|set| set.split(',').next()?.split_whitespace().next()),
            )
            .map(str::trim)
            .find(|s| !s.is_empty() && !s.starts_with("data:") && !s.starts_with("blob:"));
        let Some(src) = src else { return };
        let figure = self.figures.last().copied();
        if let Some(f) = figure {
            let frame = &mut self.flat.frames[f as usize];
            if frame.picture.is_some() {
                return;
            }
            frame.picture = Some(self.flat.pictures.len() as u32);
        }
        // A picture inside a paragraph stands before it, not across it.
        let at = self.flat.pictures.len() as u32;
        let attr = |name| attr_of(element, name).unwrap_or_default().trim().to_owned();
        self.flat.pictures.push(Picture { src: src.to_owned(), alt: attr("alt"), credit: attr("data-credit"), figure });
        self.push(Kind::Picture(at), String::new());
    }

    fn embed(&mut self, element: &Element, name: &str) {
        let src = ["src", "data-src"].iter().filter_map(|a| attr_of(element, a)).find(|s| !s.starts_with("about:") && !s.is_empty());
        let Some(src) = src else { return };
        let label = match name {
            "video" => "Video",
            "audio" => "Audio",
            _ => match src {
                s if s.contains("youtu") || s.contains("vimeo") || s.contains("dailymotion") => "Video",
                s if s.contains("soundcloud") || s.contains("spotify") || s.contains("podcast") => "Audio",
                s if s.contains("datawrapper") || s.contains("infogram") || s.contains("flourish") => "Chart",
                s if s.contains("twitter") || s.contains("instagram") || s.contains("facebook") || s.contains("bsky") => "Post",
                s if s.contains("maps") => "Map",
                _ => return,
            },
        };
        self.flat.embeds.push((src.to_owned(), label));
        let at = self.flat.embeds.len() as u32 - 1;
        self.push(Kind::Embed(at), String::new());
    }
}
