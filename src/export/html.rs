//! An article as a web page that needs nothing but itself: no script, no picture from elsewhere, everything escaped. The
//! same body, being XML, is a book's chapter.

use jiff::tz::TimeZone;

use super::{blocks, facts, marked, web};
use crate::model::{Article, Block, Clean, Span};

/// How it looks, on light and dark ground.
pub(super) const STYLE: &str = "body{max-width:38em;margin:2em auto;padding:0 1em;font:1.05em/1.55 Georgia,serif}\
h1{line-height:1.2}p.facts{color:#666;font-size:.9em;margin:.2em 0}blockquote{margin:1em 0;padding-left:1em;border-left:3px solid #bbb}\
mark{background:#ffe680;color:#222}figcaption,p.embed{color:#666;font-size:.9em}table{border-collapse:collapse}\
td,th{border:1px solid #bbb;padding:.2em .5em;text-align:left}pre{overflow-x:auto}\
aside{border-top:1px solid #bbb;margin-top:2em}article+article{margin-top:4em}";

/// Only in pages: books have the device's own ground.
const DARK: &str = "@media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#ddd}a{color:#8ab4f8}}";

pub(super) fn page(article: &Article, zone: &TimeZone) -> String {
    whole(&article.item.title, article.item.language.as_ref(), &body(article, zone))
}

pub(super) fn pages(articles: &[Article], title: &Clean, zone: &TimeZone) -> String {
    let bodies: Vec<String> = articles.iter().map(|a| body(a, zone)).collect();
    whole(title, None, &bodies.join("\n"))
}

fn whole(title: &str, language: Option<&Clean>, body: &str) -> String {
    let language = language.map_or(String::new(), |l| format!(" lang=\"{}\"", escaped(l)));
    format!(
        "<!DOCTYPE html>\n<html{language}>\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>{}</title>\n<style>{STYLE}{DARK}</style>\n\
         </head>\n<body>\n{body}\n</body>\n</html>\n",
        escaped(title)
    )
}

/// The article itself, as XML and as HTML.
pub(super) fn body(article: &Article, zone: &TimeZone) -> String {
    let mut out = format!("<article>\n<h1>{}</h1>\n", escaped(&article.item.title));
    for (label, words) in facts(article, zone) {
        let label = if label.is_empty() { String::new() } else { format!("{label}: ") };
        out.push_str(&format!("<p class=\"facts\">{label}{}</p>\n", escaped(&words)));
    }
    if let Some(address) = article.item.url.as_ref().and_then(web) {
        let address = escaped(address);
        out.push_str(&format!("<p class=\"facts\">Source: <a href=\"{address}\">{address}</a></p>\n"));
    }
    let blocks = blocks(article, zone);
    let (marks, lost) = marked(article, &blocks);
    for (at, block) in blocks.iter().enumerate() {
        write(block, marks.contains(&at), &mut out);
    }
    if !lost.is_empty() {
        out.push_str("<aside><h2>Highlights that are no longer in the text</h2>\n");
        for text in lost {
            out.push_str(&format!("<blockquote><p><mark>{}</mark></p></blockquote>\n", escaped(text)));
        }
        out.push_str("</aside>\n");
    }
    if !article.marks.note.is_empty() {
        let lines: Vec<String> = article.marks.note.iter().map(|line| escaped(line)).collect();
        out.push_str(&format!("<aside><h2>Note</h2>\n<p>{}</p></aside>\n", lines.join("<br/>\n")));
    }
    out.push_str("</article>");
    out
}

fn write(block: &Block, mark: bool, out: &mut String) {
    let inline = |spans: &[Span]| if mark { format!("<mark>{}</mark>", inline(spans)) } else { inline(spans) };
    match block {
        Block::Paragraph { spans } => out.push_str(&format!("<p>{}</p>\n", inline(spans))),
        Block::Heading { level, spans } => {
            let n = (*level).clamp(2, 6);
            out.push_str(&format!("<h{n}>{}</h{n}>\n", inline(spans)));
        }
        Block::Quote { blocks } => {
            out.push_str("<blockquote>\n");
            blocks.iter().for_each(|b| write(b, mark, out));
            out.push_str("</blockquote>\n");
        }
        Block::List { ordered, start, items } => {
            let (open, close) = if *ordered { (format!("<ol start=\"{start}\">"), "</ol>") } else { ("<ul>".into(), "</ul>") };
            out.push_str(&open);
            for item in items {
                out.push_str("<li>");
                item.iter().for_each(|b| write(b, mark, out));
                out.push_str("</li>\n");
            }
            out.push_str(close);
            out.push('\n');
        }
        Block::Table { head, rows } => {
            out.push_str("<table>\n");
            for (i, row) in rows.iter().enumerate() {
                let tag = if *head && i == 0 { "th" } else { "td" };
                out.push_str("<tr>");
                row.iter().for_each(|cell| out.push_str(&format!("<{tag}>{}</{tag}>", inline(cell))));
                out.push_str("</tr>\n");
            }
            out.push_str("</table>\n");
        }
        Block::Code { lines } => {
            let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
            out.push_str(&format!("<pre><code>{}</code></pre>\n", lines.join("\n")));
        }
        Block::Picture { url, alt, caption, credit } => {
            let words = if caption.is_empty() { escaped(alt) } else { self::inline(caption) };
            let words = if words.is_empty() { "Picture".into() } else { words };
            let credit = credit.as_ref().map_or(String::new(), |c| format!(" ({})", escaped(c)));
            // A picture from elsewhere would tell its server who reads; it is one step away.
            let link = url.as_ref().and_then(web).map_or(String::new(), |a| format!(" <a href=\"{}\">picture</a>", escaped(a)));
            out.push_str(&format!("<figure><figcaption>{words}{credit}{link}</figcaption></figure>\n"));
        }
        Block::Embed { label, url } => {
            let label = escaped(label);
            let label = match url.as_ref().and_then(web) {
                Some(address) => format!("<a href=\"{}\">{label}</a>", escaped(address)),
                None => label,
            };
            out.push_str(&format!("<p class=\"embed\">{label}</p>\n"));
        }
        Block::Footnote { mark, spans } => out.push_str(&format!("<p class=\"embed\">{} {}</p>\n", escaped(mark), inline(spans))),
        Block::Rule => out.push_str("<hr/>\n"),
    }
}

fn inline(spans: &[Span]) -> String {
    let mut out = String::new();
    for span in spans {
        let mut text = escaped(&span.text);
        for (on, tag) in [(span.code, "code"), (span.emphasis, "em"), (span.strong, "strong"), (span.struck, "s")] {
            if on {
                text = format!("<{tag}>{text}</{tag}>");
            }
        }
        if let Some(address) = span.link.as_ref().and_then(web) {
            text = format!("<a href=\"{}\">{text}</a>", escaped(address));
        }
        out.push_str(&text);
    }
    out
}

/// Text as it is, in XML's text and attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No character of XML.
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
