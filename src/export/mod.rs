//! An article, or several, as bytes for elsewhere: plain text, Markdown, a web page, a book, JSON. Pure: who writes the bytes
//! where is not known here. Each form says who reported it, where it stood, and what the reader made of it.

mod epub;
mod html;
pub mod json;
mod markdown;

#[cfg(test)]
mod tests;

use jiff::{Timestamp, tz::TimeZone};

use crate::model::{Address, Article, Block, Clean, Format, highlighted, plain_text};

/// The longest name of a file, in bytes, its ending not counted: every file system takes 255, some less once encoded.
const LONGEST: usize = 120;

/// One article as bytes.
pub fn one(article: &Article, format: Format, zone: &TimeZone, now: Timestamp) -> Vec<u8> {
    match format {
        Format::Text => text(article, zone).into_bytes(),
        Format::Markdown => markdown::document(article, zone).into_bytes(),
        Format::Html => html::page(article, zone).into_bytes(),
        Format::Epub => epub::book(std::slice::from_ref(article), &article.item.title, zone, now),
        Format::Json => json::article(article, true).to_string().into_bytes(),
    }
}

/// Several articles as one file: chapters of a book, or one after the other.
pub fn all(articles: &[Article], title: &Clean, format: Format, zone: &TimeZone, now: Timestamp) -> Vec<u8> {
    match format {
        Format::Epub => epub::book(articles, title, zone, now),
        Format::Html => html::pages(articles, title, zone).into_bytes(),
        Format::Json => {
            let all: Vec<_> = articles.iter().map(|a| json::article(a, true)).collect();
            (serde_json::Value::Array(all).to_string() + "\n").into_bytes()
        }
        Format::Text | Format::Markdown => {
            let each = articles.iter().map(|a| one(a, format, zone, now));
            each.collect::<Vec<_>>().join(if format == Format::Markdown { &b"\n---\n\n"[..] } else { &b"\n\n"[..] })
        }
    }
}

/// A file's name for an article, the ending left out: its day and its title, safe on any file system.
pub fn file_name(article: &Article, zone: &TimeZone) -> String {
    let day = article.time.to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string();
    named(&format!("{day} {}", article.item.title))
}

/// A text as a file's name: no sign that any file system keeps for itself, no dot or space at its ends, no name of a device,
/// not too long.
pub fn named(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let c = match c {
            '/' | '\\' | ':' | '|' => '-',
            '"' | '<' | '>' | '*' | '?' | '\u{fffe}' | '\u{ffff}' => continue,
            c if c.is_whitespace() => ' ',
            c if c.is_control() => continue,
            c => c,
        };
        if c == ' ' && (out.is_empty() || out.ends_with(' ')) {
            continue;
        }
        if out.len() + c.len_utf8() > LONGEST {
            break;
        }
        out.push(c);
    }
    let name = out.trim_matches(|c: char| c == '.' || c == ' ' || c == '-').to_owned();
    let stem = name.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let number = |prefix: &str| stem.strip_prefix(prefix).is_some_and(|n| n.chars().count() == 1 && n != "0");
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || number("COM") || number("LPT");
    match name.is_empty() {
        true => "article".into(),
        false if device => format!("_{name}"),
        false => name,
    }
}

/// What stands above the text, each line by its label.
fn facts(article: &Article, zone: &TimeZone) -> Vec<(&'static str, String)> {
    let item = &article.item;
    let stamp = |t: Timestamp| t.to_zoned(zone.clone()).strftime("%-d %b %Y %H:%M").to_string();
    let mut out = vec![("", format!("{} · {}", article.outlet, stamp(article.time)))];
    let mut add = |label, text: Option<&Clean>| {
        if let Some(text) = text.filter(|t| !t.is_empty()) {
            out.push((label, text.as_str().to_owned()));
        }
    };
    add("By", item.byline.as_ref());
    add("Dateline", item.dateline.as_ref());
    add("Advisory", item.advisory.as_ref());
    let credits: Vec<String> = item
        .attribution
        .agencies()
        .iter()
        .map(|c| if c.evidence.words.is_empty() { c.name.to_string() } else { format!("{} (“{}”)", c.name, c.evidence.words) })
        .collect();
    if !credits.is_empty() {
        out.push(("Reported by", credits.join(", ")));
    }
    if article.versions.len() > 1 {
        out.push(("Version", format!("{} of {}, fetched {}", article.version, article.versions.len(), stamp(article.fetched))));
    }
    if !article.marks.tags.is_empty() {
        out.push(("Tags", article.marks.tags.iter().map(|tag| format!("#{tag}")).collect::<Vec<_>>().join(" ")));
    }
    out
}

/// The text's blocks: the article's own, or its summary where there are none; then a live blog's posts.
fn blocks(article: &Article, zone: &TimeZone) -> Vec<Block> {
    let item = &article.item;
    let mut out = item.body.clone();
    if let (Some(summary), true) = (&item.summary, out.is_empty()) {
        out.push(Block::paragraph(summary));
    }
    for posted in &article.posts {
        let post = &posted.post;
        if !out.is_empty() {
            out.push(Block::Rule);
        }
        let time = post.time.map(|t| t.to_zoned(zone.clone()).strftime("%-d %b %Y %H:%M").to_string());
        let gone = posted.gone.map(|_| "deleted by its sender".to_owned());
        let words: Vec<String> = time.into_iter().chain(post.title.as_ref().map(ToString::to_string)).chain(gone).collect();
        if !words.is_empty() {
            out.push(Block::Heading { level: 3, spans: vec![crate::model::Span::plain(&words.join("  "))] });
        }
        out.extend(post.body.iter().cloned());
    }
    out
}

/// Which blocks the reader marked, and the marks whose words are no longer there.
fn marked<'a>(article: &'a Article, blocks: &[Block]) -> (Vec<usize>, Vec<&'a Clean>) {
    let found = highlighted(blocks, &article.marks.highlights);
    let lost = article.marks.highlights.iter().zip(&found).filter(|(_, at)| at.is_none()).map(|(mark, _)| &mark.text).collect();
    (found.into_iter().flatten().collect(), lost)
}

/// An address that a page may lead to.
fn web(address: &Address) -> Option<&str> {
    Some(address.as_str()).filter(|a| a.starts_with("https://") || a.starts_with("http://"))
}

fn text(article: &Article, zone: &TimeZone) -> String {
    let mut out = format!("{}\n", article.item.title);
    for (label, words) in facts(article, zone) {
        out.push_str(&if label.is_empty() { format!("{words}\n") } else { format!("{label}: {words}\n") });
    }
    if let Some(address) = &article.item.url {
        out.push_str(&format!("{address}\n"));
    }
    out.push('\n');
    out.push_str(&plain_text(&blocks(article, zone)).replace('\n', "\n\n"));
    out.push('\n');
    if !article.marks.note.is_empty() {
        out.push_str("\nNote:\n");
        article.marks.note.iter().for_each(|line| out.push_str(&format!("{line}\n")));
    }
    out
}
