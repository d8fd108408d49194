//! HTML → blocks: the fragment that a feed carries, or that was chosen out of a page, as text with structure. What is
//! kept is text, never markup, so it is safe by construction. One pass, bounded in depth, nodes and size.

mod tags;

use super::elements::block_level;
use super::markup::{Attribute, Dialect, Scanner, Token, cut};
use super::plain::from_text;
use super::tree::{Id, Ns, Step, Tree};
use crate::model::{Address, Block, Clean, Span};

/// Links open within one another.
const MAX_LINKS: usize = 16;
/// Quotes, lists and tables within one another; deeper ones continue the one around them.
const MAX_NESTED: usize = 12;
/// Pieces of markup looked at.
const MAX_NODES: usize = 200_000;
/// Bytes of text kept of one body.
const MAX_TEXT: usize = 2 << 20;
/// Rows and columns that still are a table and no layout.
const MAX_ROWS: usize = 2000;
const MAX_COLUMNS: usize = 40;
/// Bytes of a code line; a longer one goes on in the next.
const MAX_LINE: usize = 4096;

/// Reads an HTML fragment; relative links lead on from `base`. What is cut is marked by a last paragraph `[…]`.
pub fn from_html(html: &str, base: Option<&Address>) -> Vec<Block> {
    if memchr::memchr(b'<', html.as_bytes()).is_none() {
        return from_text(&super::entities::unescape(html));
    }
    let mut b = Builder::new(base);
    let mut scanner = Scanner::new(html, Dialect::Html);
    let mut start = 0;
    while let Some(token) = scanner.next() {
        match token {
            Token::Text(t) => b.text(&t),
            Token::Open { name, .. } if name.contains('@') => b.text(&html[start..scanner.position()]),
            Token::Open { name, empty } => {
                let mut buf = [0u8; 16];
                let name = lower(name, &mut buf);
                b.open(name, scanner.attributes());
                if empty && !matches!(name, "p" | "div" | "span" | "a" | "b" | "i" | "strong" | "em") {
                    b.close(name);
                }
            }
            Token::Close { name } => {
                let mut buf = [0u8; 16];
                b.close(lower(name, &mut buf));
            }
        }
        start = scanner.position();
        if b.full() {
            break;
        }
    }
    b.finish()
}

/// Reads what stands below a node of a feed's own tree (XHTML, or markup that was not escaped).
pub fn from_tree(tree: &Tree<'_>, id: Id, base: Option<&Address>) -> Vec<Block> {
    let mut b = Builder::new(base);
    let mut bases: Vec<(usize, Option<Address>)> = Vec::new();
    let mut depth = 0usize;
    tree.walk(id, &mut |step| {
        if b.full() {
            return;
        }
        match step {
            Step::Open(at, ns, name) => {
                depth += 1;
                if tree.attribute(at, "xml:base").is_some() {
                    bases.push((depth, std::mem::replace(&mut b.base, tree.base(at, base))));
                }
                if ns != Ns::Other || name == "svg" {
                    b.open(name, tree.attributes(at));
                }
            }
            Step::Text(t) => b.text(t),
            Step::Close(ns, name) => {
                if ns != Ns::Other || name == "svg" {
                    b.close(name);
                }
                if bases.last().is_some_and(|(d, _)| *d == depth) {
                    b.base = bases.pop().and_then(|(_, before)| before);
                }
                depth -= 1;
            }
        }
    });
    b.finish()
}

fn lower<'b>(name: &str, buf: &'b mut [u8; 16]) -> &'b str {
    let n = name.len().min(16);
    buf[..n].copy_from_slice(&name.as_bytes()[..n]);
    buf[..n].make_ascii_lowercase();
    if n < name.len() {
        return "?";
    }
    std::str::from_utf8(&buf[..n]).unwrap_or("?")
}

#[derive(Clone, Default, PartialEq)]
struct Style {
    emphasis: u16,
    strong: u16,
    code: u16,
    struck: u16,
    link: Option<Address>,
}

struct Run {
    text: String,
    emphasis: bool,
    strong: bool,
    code: bool,
    struck: bool,
    link: Option<Address>,
}

/// Something that holds blocks.
enum Frame {
    Quote,
    List { ordered: bool, start: u32, items: Vec<Vec<Block>> },
    Entry,
    Table { head: bool, rows: Vec<Vec<Vec<Block>>> },
    Cell,
    Figure,
    Caption,
}

struct Open {
    frame: Frame,
    blocks: Vec<Block>,
}

struct Builder {
    base: Option<Address>,
    out: Vec<Block>,
    frames: Vec<Open>,
    style: Style,
    links: Vec<Option<Address>>,
    line: Vec<Run>,
    /// Heading level of the line that is being built; 0 is a paragraph.
    heading: u8,
    /// Text of a `pre` that is open.
    code: Option<String>,
    /// Pictures that stood within a paragraph: they follow it.
    pictures: Vec<Block>,
    /// Element whose content is not shown.
    hidden: Option<&'static str>,
    nodes: usize,
    size: usize,
}

impl Builder {
    fn new(base: Option<&Address>) -> Self {
        Self {
            base: base.cloned(),
            out: Vec::new(),
            frames: Vec::new(),
            style: Style::default(),
            links: Vec::new(),
            line: Vec::new(),
            heading: 0,
            code: None,
            pictures: Vec::new(),
            hidden: None,
            nodes: 0,
            size: 0,
        }
    }

    fn full(&self) -> bool {
        self.nodes >= MAX_NODES || self.size >= MAX_TEXT
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_some() || text.is_empty() {
            return;
        }
        self.nodes += 1;
        let text = cut(text, MAX_TEXT - self.size.min(MAX_TEXT));
        self.size += text.len();
        if let Some(code) = &mut self.code {
            code.push_str(text);
            return;
        }
        let style = &self.style;
        let fits = self.line.last().is_some_and(|r| {
            r.emphasis == (style.emphasis > 0)
                && r.strong == (style.strong > 0)
                && r.code == (style.code > 0)
                && r.struck == (style.struck > 0)
                && r.link == style.link
        });
        let spaced = self.line.last().is_none_or(|r| r.text.ends_with(' '));
        if !fits {
            if spaced && text.bytes().all(|b| b.is_ascii_whitespace()) {
                return;
            }
            self.line.push(Run {
                text: String::with_capacity(text.len()),
                emphasis: style.emphasis > 0,
                strong: style.strong > 0,
                code: style.code > 0,
                struck: style.struck > 0,
                link: style.link.clone(),
            });
        }
        if let Some(run) = self.line.last_mut() {
            fold_into(&mut run.text, text, spaced);
        }
    }

    /// Ends the paragraph, heading or cell text that is being built.
    fn flush(&mut self) {
        let spans = self.spans();
        if !spans.is_empty() {
            let block = match self.heading {
                0 => Block::Paragraph { spans },
                level => Block::Heading { level, spans },
            };
            self.push(block);
        }
        if !self.pictures.is_empty() {
            for picture in std::mem::take(&mut self.pictures) {
                self.push(picture);
            }
        }
    }

    fn spans(&mut self) -> Vec<Span> {
        if self.line.is_empty() {
            return Vec::new();
        }
        while let Some(run) = self.line.last_mut() {
            run.text.truncate(run.text.trim_end_matches(' ').len());
            if run.text.is_empty() {
                self.line.pop();
            } else {
                break;
            }
        }
        let mut spans = Vec::with_capacity(self.line.len());
        for r in self.line.drain(..) {
            let text = Clean::moved(r.text);
            if !text.is_empty() {
                spans.push(Span { text, emphasis: r.emphasis, strong: r.strong, code: r.code, struck: r.struck, link: r.link });
            }
        }
        spans
    }

    fn push(&mut self, block: Block) {
        self.nodes += 1;
        match self.frames.last_mut() {
            Some(open) => open.blocks.push(block),
            None => self.out.push(block),
        }
    }

    fn begin(&mut self, frame: Frame) {
        self.frames.push(Open { frame, blocks: Vec::new() });
    }

    /// Closes the innermost frame and hands its blocks to the one around it.
    fn end(&mut self) {
        self.flush();
        let Some(Open { frame, blocks }) = self.frames.pop() else { return };
        match frame {
            Frame::Quote if !blocks.is_empty() => self.push(Block::Quote { blocks }),
            Frame::Quote => {}
            Frame::List { ordered, start, mut items } => {
                if !blocks.is_empty() {
                    items.push(blocks);
                }
                if !items.is_empty() {
                    self.push(Block::List { ordered, start, items });
                }
            }
            Frame::Entry => match self.frames.last_mut() {
                Some(Open { frame: Frame::List { items, .. }, .. }) if !blocks.is_empty() => items.push(blocks),
                _ => self.all(blocks),
            },
            Frame::Cell => match self.frames.last_mut() {
                Some(Open { frame: Frame::Table { rows, .. }, .. }) => {
                    if rows.is_empty() {
                        rows.push(Vec::new());
                    }
                    rows.last_mut().expect("a row was pushed just now").push(blocks);
                }
                _ => self.all(blocks),
            },
            Frame::Table { head, rows } => self.table(head, rows, blocks),
            Frame::Figure => self.figure(blocks),
            Frame::Caption => match self.frames.last_mut() {
                // Kept as a quote until the figure ends, where it finds its picture.
                Some(Open { frame: Frame::Figure, blocks: outer }) => {
                    outer.push(Block::Footnote { mark: Clean::default(), spans: one_line(&blocks) })
                }
                _ => self.all(blocks),
            },
        }
    }

    fn all(&mut self, blocks: Vec<Block>) {
        for block in blocks {
            self.push(block);
        }
    }

    /// A table of data stays one; a table that only lays a page out is read cell by cell.
    fn table(&mut self, head: bool, mut rows: Vec<Vec<Vec<Block>>>, stray: Vec<Block>) {
        rows.retain(|r| r.iter().any(|c| !c.is_empty()));
        self.all(stray);
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let simple = |c: &Vec<Block>| c.len() <= 1 && c.iter().all(|b| matches!(b, Block::Paragraph { .. }));
        if columns > 1 && columns <= MAX_COLUMNS && rows.len() <= MAX_ROWS && rows.iter().flatten().all(simple) {
            let rows = rows.into_iter().map(|r| r.into_iter().map(|c| one_line(&c)).collect()).collect();
            self.push(Block::Table { head, rows });
        } else {
            for cell in rows.into_iter().flatten() {
                self.all(cell);
            }
        }
    }

    fn figure(&mut self, blocks: Vec<Block>) {
        let mut caption = Vec::new();
        let mut rest = Vec::new();
        for block in blocks {
            match block {
                Block::Footnote { mark, spans } if mark.is_empty() => caption = spans,
                other => rest.push(other),
            }
        }
        let picture = rest.iter_mut().rev().find_map(|b| if let Block::Picture { caption, .. } = b { Some(caption) } else { None });
        match picture {
            Some(slot) => *slot = caption,
            None if !caption.is_empty() => rest.push(Block::Paragraph { spans: caption }),
            None => {}
        }
        self.all(rest);
    }

    /// Closes frames down to and with the innermost one that `is` says, unless another one that `stops` stands before.
    fn end_until(&mut self, is: impl Fn(&Frame) -> bool, stops: impl Fn(&Frame) -> bool) {
        let Some(at) = self.frames.iter().rposition(|o| is(&o.frame) || stops(&o.frame)) else { return };
        if is(&self.frames[at].frame) {
            while self.frames.len() > at {
                self.end();
            }
        }
    }

    fn finish(mut self) -> Vec<Block> {
        let full = self.full();
        self.end_code();
        self.flush();
        while !self.frames.is_empty() {
            self.end();
        }
        if full {
            self.out.push(Block::paragraph("[…]"));
        }
        self.out
    }
}

/// Appends with white space folded to single spaces; stretches that need no folding are copied whole.
fn fold_into(out: &mut String, text: &str, spaced: bool) {
    let bytes = text.as_bytes();
    // Most text needs nothing; the test has no branch within so that it runs many bytes at a time.
    let uneven = bytes.iter().zip(bytes.iter().skip(1)).fold(false, |d, (a, b)| d | (*a < 0x20) | ((*a == b' ') & (*b == b' ')));
    if !uneven && bytes.last().is_some_and(|b| *b >= 0x20) {
        out.push_str(if spaced { text.strip_prefix(' ').unwrap_or(text) } else { text });
        return;
    }
    let (mut start, mut space) = (0, spaced);
    for (i, b) in bytes.iter().enumerate() {
        let blank = matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c');
        if blank && (space || *b != b' ') {
            out.push_str(&text[start..i]);
            if !space {
                out.push(' ');
            }
            start = i + 1;
        }
        space = blank;
    }
    out.push_str(&text[start..]);
}

/// The spans of several blocks as one line.
fn one_line(blocks: &[Block]) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for block in blocks {
        if !out.is_empty() {
            out.push(Span::plain(" "));
        }
        match block {
            Block::Paragraph { spans } | Block::Heading { spans, .. } | Block::Footnote { spans, .. } => out.extend(spans.iter().cloned()),
            other => out.push(Span { text: Clean::line(&other.text()), ..Span::default() }),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks in a short notation.
    fn show(blocks: &[Block]) -> String {
        let spans = |spans: &[Span]| {
            spans
                .iter()
                .map(|s| {
                    let mut t = s.text.to_string();
                    for (on, mark) in [(s.emphasis, "_"), (s.strong, "*"), (s.code, "`"), (s.struck, "~")] {
                        if on {
                            t = format!("{mark}{t}{mark}");
                        }
                    }
                    s.link.as_ref().map_or(t.clone(), |l| format!("[{t}]({l})"))
                })
                .collect::<String>()
        };
        blocks
            .iter()
            .map(|b| match b {
                Block::Paragraph { spans: s } => format!("p({})", spans(s)),
                Block::Heading { level, spans: s } => format!("h{level}({})", spans(s)),
                Block::Quote { blocks } => format!("quote({})", show(blocks)),
                Block::List { ordered, start, items } => {
                    format!(
                        "{}({})",
                        if *ordered { format!("ol{start}") } else { "ul".into() },
                        items.iter().map(|i| show(i)).collect::<Vec<_>>().join("; ")
                    )
                }
                Block::Table { head, rows } => {
                    format!(
                        "table{}({})",
                        if *head { "+" } else { "" },
                        rows.iter().map(|r| r.iter().map(|c| spans(c)).collect::<Vec<_>>().join("|")).collect::<Vec<_>>().join("; ")
                    )
                }
                Block::Code { lines } => format!("code({})", lines.iter().map(|l| l.as_str()).collect::<Vec<_>>().join("/")),
                Block::Picture { url, alt, caption, .. } => {
                    format!("img({} {alt} {})", url.as_ref().map_or("-", |u| u.as_str()), spans(caption))
                }
                Block::Embed { label, url } => format!("embed({label} {})", url.as_ref().map_or("-", |u| u.as_str())),
                Block::Footnote { spans: s, .. } => format!("note({})", spans(s)),
                Block::Rule => "rule".into(),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[track_caller]
    fn check(html: &str, want: &str) {
        let base = Address::parse("https://example.org/a/").unwrap();
        assert_eq!(show(&from_html(html, Some(&base))), want, "{html}");
    }

    #[test]
    fn paragraphs_and_styles() {
        check("<p>One <b>two</b> <i>three</i>.</p><p>Four", "p(One *two* _three_.) p(Four)");
        check("a<br><br>b<br>c", "p(a) p(b) p(c)");
        check("x <a href='../b'>link</a>, <a href='javascript:x'>no</a>", "p(x [link](https://example.org/b), no)");
        check("a &lt; b &amp; c", "p(a < b & c)");
    }

    #[test]
    fn structure_is_kept() {
        check("<h1>T</h1><h3>S</h3><blockquote><p>q</p></blockquote>", "h2(T) h3(S) quote(p(q))");
        check("<ul><li>a<li>b<ol start=3><li>c</ol></ul>", "ul(p(a); p(b) ol3(p(c)))");
        check("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "table+(a|b; 1|2)");
        check("<table><tr><td><p>a</p><p>b</p></td></tr></table>", "p(a) p(b)");
        check("<pre>a\n  <b>b</b></pre>", "code(a/  b)");
    }

    #[test]
    fn pictures_find_their_captions() {
        check("<figure><img src=i.png alt=A><figcaption>c <b>d</b></figcaption></figure>", "img(https://example.org/a/i.png A c *d*)");
        check("<img width=1 height=1 src=t.gif>ok", "p(ok)");
        check("text <img src=i.png> more", "p(text more) img(https://example.org/a/i.png  )");
        check("<iframe src='https://video.example/1'></iframe>", "embed(video.example https://video.example/1)");
    }

    #[test]
    fn scripts_go_and_broken_markup_keeps_its_text() {
        check("<script>alert(1)</script>ok<style>p{}</style>", "p(ok)");
        check("<iframe src=x>ok", "embed(example.org https://example.org/a/x) p(ok)");
        check("<b><i>x</b></i> y", "p(*_x_* y)");
        check("<!--[if IE]><script>x</script><![endif]-->ok", "p(ok)");
        check("a < b and c <3", "p(a < b and c <3)");
    }

    #[test]
    fn depth_and_size_are_bounded() {
        for piece in ["<div>", "<b>", "<a><b><i><p>", "<table><tr><td>", "<blockquote><ul><li>", "<ul>", "<figure>"] {
            let blocks = from_html(&format!("{}x", piece.repeat(20_000)), None);
            assert!(crate::model::plain_text(&blocks).contains('x'), "{piece}");
        }
        let wide = from_html(&"<p>word</p>".repeat(300_000), None);
        assert!(wide.len() <= MAX_NODES && show(&wide[wide.len() - 1..]) == "p([…])");
    }
}
