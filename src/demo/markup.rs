//! The light markup that the demo's texts are written in, and its HTML: paragraphs, subheads, quotes, lists, tables,
//! pictures and links, each block with the takes and outlets it stands in.

use std::fmt::Write;

/// One block of a text, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marked {
    /// From which take (or, in a live blog's post, from which time) on.
    pub from: Option<String>,
    /// Up to which, that one included (a time is not).
    pub until: Option<String>,
    /// Only in these outlets, if any are named.
    pub only: Vec<String>,
    /// Not in these.
    pub not: Vec<String>,
    /// What it is.
    pub block: Markup,
}

/// A block without its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    Paragraph(String),
    Heading(String),
    Quote(Vec<String>),
    List { ordered: bool, items: Vec<String> },
    Table(Vec<Vec<String>>),
    Picture { file: String, alt: String, caption: String, credit: String },
}

impl Markup {
    /// All running text of the block, to be changed in place.
    pub fn each_text(&mut self, mut change: impl FnMut(&mut String)) {
        match self {
            Markup::Paragraph(text) | Markup::Heading(text) | Markup::Picture { caption: text, .. } => change(text),
            Markup::Quote(texts) | Markup::List { items: texts, .. } => texts.iter_mut().for_each(change),
            Markup::Table(rows) => rows.iter_mut().flatten().for_each(change),
        }
    }
}

/// Reads a text: blocks parted by blank lines. A block may open with marks in braces: `{2-}` from take 2 on, `{1-2}`,
/// `{-1}`, `{3}`, `{15T23:10-}` (a time, in posts), `{@outlet,outlet}` only there, `{!outlet}` not there.
pub(super) fn parse(text: &str) -> Vec<Marked> {
    let mut blocks = Vec::new();
    for raw in text.split("\n\n").map(str::trim).filter(|b| !b.is_empty()) {
        let mut marked = Marked { from: None, until: None, only: vec![], not: vec![], block: Markup::Paragraph(String::new()) };
        let body = match raw.strip_prefix('{').and_then(|r| r.split_once('}')) {
            Some((marks, rest)) => {
                marks.split_whitespace().for_each(|m| mark(m, &mut marked));
                rest.trim_start()
            }
            None => raw,
        };
        marked.block = block(body);
        blocks.push(marked);
    }
    blocks
}

fn mark(mark: &str, to: &mut Marked) {
    let names = |list: &str| list.split(',').map(str::to_owned).collect();
    if let Some(list) = mark.strip_prefix('@') {
        to.only = names(list);
    } else if let Some(list) = mark.strip_prefix('!') {
        to.not = names(list);
    } else if let Some((from, until)) = mark.split_once('-') {
        to.from = (!from.is_empty()).then(|| from.to_owned());
        to.until = (!until.is_empty()).then(|| until.to_owned());
    } else {
        to.from = Some(mark.to_owned());
        to.until = to.from.clone();
    }
}

fn block(text: &str) -> Markup {
    let lines = || text.lines().map(str::trim);
    let one_line = || lines().collect::<Vec<_>>().join(" ");
    let numbered = |l: &str| l.split_once(". ").filter(|(n, _)| n.bytes().all(|b| b.is_ascii_digit())).map(|(_, t)| t.to_owned());
    if let Some(head) = text.strip_prefix("## ") {
        return Markup::Heading(head.trim().to_owned());
    }
    if let Some(inner) = text.strip_prefix("![").and_then(|t| t.strip_suffix(')'))
        && let Some((words, file)) = inner.rsplit_once("](")
    {
        let mut parts = words.split('|').map(|p| p.trim().to_owned());
        let mut next = || parts.next().unwrap_or_default();
        return Markup::Picture { alt: next(), caption: next(), credit: next(), file: file.to_owned() };
    }
    if lines().all(|l| l.starts_with("> ")) {
        return Markup::Quote(lines().map(|l| l[2..].to_owned()).collect());
    }
    if lines().all(|l| l.starts_with("- ")) {
        return Markup::List { ordered: false, items: lines().map(|l| l[2..].to_owned()).collect() };
    }
    if lines().all(|l| numbered(l).is_some()) {
        return Markup::List { ordered: true, items: lines().filter_map(numbered).collect() };
    }
    if lines().all(|l| l.starts_with('|')) {
        let row = |l: &str| l.trim_matches('|').split('|').map(|c| c.trim().to_owned()).collect();
        return Markup::Table(lines().map(row).collect());
    }
    Markup::Paragraph(one_line())
}

/// One block as HTML. Pictures stand under `media`, links without a scheme under `base`.
pub(super) fn html(block: &Markup, base: &str, media: &str, out: &mut String) {
    let each = |tag: &str, texts: &[String], out: &mut String| {
        for text in texts {
            let _ = write!(out, "<{tag}>{}</{tag}>", inline(text, base));
        }
    };
    match block {
        Markup::Paragraph(text) => {
            let _ = write!(out, "<p>{}</p>", inline(text, base));
        }
        Markup::Heading(text) => {
            let _ = write!(out, "<h2>{}</h2>", inline(text, base));
        }
        Markup::Quote(lines) => {
            out.push_str("<blockquote>");
            each("p", lines, out);
            out.push_str("</blockquote>");
        }
        Markup::List { ordered, items } => {
            let tag = if *ordered { "ol" } else { "ul" };
            let _ = write!(out, "<{tag}>");
            each("li", items, out);
            let _ = write!(out, "</{tag}>");
        }
        Markup::Table(rows) => {
            out.push_str("<table>");
            for (i, row) in rows.iter().enumerate() {
                out.push_str(if i == 0 { "<thead><tr>" } else { "<tr>" });
                each(if i == 0 { "th" } else { "td" }, row, out);
                out.push_str(if i == 0 { "</tr></thead><tbody>" } else { "</tr>" });
            }
            out.push_str("</tbody></table>");
        }
        Markup::Picture { file, alt, caption, credit } => {
            let _ = write!(out, "<figure><img src=\"{media}{file}\" alt=\"{}\" width=\"320\" height=\"180\">", escape(alt));
            let _ = write!(out, "<figcaption>{} <span class=\"credit\">{}</span></figcaption></figure>", escape(caption), escape(credit));
        }
    }
    out.push('\n');
}

/// `**strong**`, `*emphasis*` and `[text](address)`; all else is text.
pub(super) fn inline(text: &str, base: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(['*', '[']) {
        out.push_str(&escape(&rest[..at]));
        rest = &rest[at..];
        if let Some((inner, after)) = rest.strip_prefix("**").and_then(|r| r.split_once("**")) {
            let _ = write!(out, "<strong>{}</strong>", escape(inner));
            rest = after;
        } else if let Some((inner, after)) = rest.strip_prefix('*').and_then(|r| r.split_once('*')) {
            let _ = write!(out, "<em>{}</em>", escape(inner));
            rest = after;
        } else if let Some((words, after)) = rest.strip_prefix('[').and_then(|r| r.split_once("]("))
            && let Some((link, after)) = after.split_once(')')
        {
            let root = if link.starts_with("http") { "" } else { base };
            let _ = write!(out, "<a href=\"{root}{}\">{}</a>", escape(link), escape(words));
            rest = after;
        } else {
            out.push_str(&escape(&rest[..1]));
            rest = &rest[1..];
        }
    }
    out.push_str(&escape(rest));
    out
}

/// The words of a text without its markup: for summaries.
pub(super) fn plain(text: &str) -> String {
    let html = inline(text, "");
    let mut out = String::with_capacity(html.len());
    for part in html.split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// For HTML and XML, text and attributes alike.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        let mut out = String::new();
        for marked in parse(text) {
            html(&marked.block, "http://h", "http://h/m/", &mut out);
        }
        assert_eq!(out.replace('\n', ""), want);
    }

    #[test]
    fn blocks_become_html() {
        check("One\nline.\n\n## Sub\n\n> Quote", "<p>One line.</p><h2>Sub</h2><blockquote><p>Quote</p></blockquote>");
        check("- a\n- b\n\n1. x\n2. y", "<ul><li>a</li><li>b</li></ul><ol><li>x</li><li>y</li></ol>");
        check(
            "| A | B |\n| 1 | 2 |",
            "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        );
    }

    #[test]
    fn inline_marks_and_nothing_else() {
        check(
            "A & **b** *c* [d](/e) 2 * 3 <x>",
            "<p>A &amp; <strong>b</strong> <em>c</em> <a href=\"http://h/e\">d</a> 2 * 3 &lt;x&gt;</p>",
        );
        assert_eq!(plain("A & **b** [d](/e) <x>"), "A & b d <x>");
    }

    #[test]
    fn marks_say_where_a_block_stands() {
        let blocks = parse("{2- !kurier} Later.\n\n{@bote} Here.\n\n{-1} Early.");
        assert_eq!((blocks[0].from.as_deref(), blocks[0].until.as_deref()), (Some("2"), None));
        assert_eq!(blocks[0].not, ["kurier"]);
        assert_eq!(blocks[1].only, ["bote"]);
        assert_eq!((blocks[2].from.as_deref(), blocks[2].until.as_deref()), (None, Some("1")));
    }
}
