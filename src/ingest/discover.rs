//! Autodiscovery: the feeds that a page points to with `<link rel="alternate">`.

use super::FeedLink;
use super::markup::{Dialect, Scanner, Token, cut};
use crate::model::{Address, Clean};

/// Feeds listed of one page.
const MAX_FEEDS: usize = 50;
/// How far into a page is looked, in bytes.
const MAX_PAGE: usize = 4 << 20;

/// The feeds that a page names, in its order, each address once. Without the page's own address only absolute links count.
pub fn feeds(html: &str, url: Option<&Address>) -> Vec<FeedLink> {
    let html = cut(html, MAX_PAGE);
    let mut base = url.cloned();
    let mut out: Vec<FeedLink> = Vec::new();
    let mut scanner = Scanner::new(html, Dialect::Html);
    while let Some(token) = scanner.next() {
        let Token::Open { name, .. } = token else { continue };
        let get = |wanted: &str| scanner.attributes().iter().find(|(n, _)| n.eq_ignore_ascii_case(wanted)).map(|(_, v)| v.trim());
        let resolve = |href: &str| match &base {
            Some(base) => base.join(href).ok(),
            None => Address::parse(href).ok(),
        };
        if name.eq_ignore_ascii_case("base") {
            base = get("href").and_then(resolve).or(base);
        } else if name.eq_ignore_ascii_case("link") && out.len() < MAX_FEEDS {
            let Some(href) = get("href") else { continue };
            let rel = get("rel").unwrap_or_default().to_ascii_lowercase();
            let kind = get("type").unwrap_or_default().to_ascii_lowercase();
            let rels: Vec<&str> = rel.split_ascii_whitespace().collect();
            let alternate = rels.contains(&"alternate") || rels.contains(&"alternative");
            if !(alternate && is_feed(&kind) || rels.contains(&"feed") && (kind.is_empty() || is_feed(&kind))) {
                continue;
            }
            if let Some(address) = resolve(href)
                && !out.iter().any(|f| f.address == address)
            {
                out.push(FeedLink { address, title: Clean::capped(get("title").unwrap_or_default(), 200) });
            }
        }
    }
    out
}

fn is_feed(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or(kind).trim();
    matches!(
        kind,
        "application/rss+xml"
            | "application/atom+xml"
            | "application/rdf+xml"
            | "application/feed+json"
            | "application/json"
            | "text/xml"
            | "application/xml"
            | "application/rss"
            | "application/atom"
            | "text/rss"
            | "application/x-rss+xml"
            | "application/x.atom+xml"
            | "application/x-atom+xml"
            | "text/rss+xml"
            | "text/atom+xml"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, want: &[&str]) {
        let url = Address::parse("https://news.example/x/").unwrap();
        let got: Vec<String> = feeds(html, Some(&url)).iter().map(|f| f.address.to_string()).collect();
        assert_eq!(got, want, "{html}");
    }

    #[test]
    fn links_of_a_page_are_found_however_they_are_spelled() {
        check("<LINK REL=ALTERNATE TYPE=application/rss+xml HREF=/f>", &["https://news.example/f"]);
        check("<link rel='home alternate feed' type='application/atom+xml' href='a'>", &["https://news.example/x/a"]);
        check("<base href='https://cdn.example/y/'><link rel=alternate type=application/feed+json href=f>", &["https://cdn.example/y/f"]);
    }

    #[test]
    fn what_is_no_feed_is_not_offered() {
        check("<link rel=alternate hreflang=de href=/de><link rel=stylesheet type=text/css href=/s>", &[]);
        check("<link rel=alternate type=application/rss+xml href='javascript:x'>", &[]);
        check("<!-- <link rel=alternate type=application/rss+xml href=/no> -->", &[]);
    }
}
