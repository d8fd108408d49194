//! Where an article goes on, and where else it stands: its next page, all of it on one page, its AMP and its print form.
//! Only links of the same site that look like this very article are followed, by whoever may fetch; here they are found,
//! and what comes back is joined.

use std::collections::HashSet;
use url::Url;

use super::meta::{Head, Turn};
use crate::model::{Address, Block, Item};

/// Pages of one article, the first included.
pub const PAGE_CAP: u32 = 10;
/// A page that adds fewer words than this adds nothing.
const NEW_WORDS: usize = 20;

/// What a link to the next page says, where it is not a number.
const NEXT: [&str; 22] = [
    "next",
    "next page",
    "weiter",
    "nächste seite",
    "auf seite",
    "zur nächsten seite",
    "weiterlesen auf seite",
    "page suivante",
    "suivant",
    "suivante",
    "siguiente",
    "página siguiente",
    "pagina successiva",
    "successiva",
    "avanti",
    "seguente",
    "próxima",
    "volgende",
    "nästa",
    "næste",
    "neste",
    "›",
];
/// What a link to all of it on one page says.
const WHOLE: [&str; 12] = [
    "auf einer seite",
    "alles auf einer seite",
    "artikel auf einer seite",
    "single page",
    "view as single page",
    "view all",
    "show all",
    "read on one page",
    "komplettansicht",
    "en una sola página",
    "su una pagina",
    "sur une seule page",
];
/// What a link to the print form says.
const PRINT: [&str; 8] = ["drucken", "druckansicht", "druckversion", "print", "print version", "imprimer", "imprimir", "stampa"];
/// Names that count pages in an address.
const COUNTERS: [&str; 11] = ["page", "p", "pg", "seite", "pagina", "paged", "pagenum", "pageno", "page_no", "artpage", "s"];

/// Further pages to ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Follow {
    /// The article goes on there.
    pub next: Option<Address>,
    /// All of it stands there.
    pub whole: Option<Address>,
    /// Its AMP form.
    pub amp: Option<Address>,
    /// Its print form.
    pub print: Option<Address>,
}

/// Whether the words of a link may lead to a page of the same article.
pub fn turns(words: &str) -> bool {
    let words = words.trim_matches([' ', '›', '»', '→', '>', '.']);
    let number = (1..=2).contains(&words.len()) && words.bytes().all(|b| b.is_ascii_digit());
    number || words.is_empty() || numbered(words) || [&NEXT[..], &WHOLE, &PRINT].iter().any(|all| all.contains(&words))
}

/// `seite 2`, `page 3`
fn numbered(words: &str) -> bool {
    let (word, number) = words.rsplit_once(' ').unwrap_or_default();
    number.parse::<u32>().is_ok_and(|n| n < 100)
        && (["seite", "page", "página", "pagina", "sida", "side"].contains(&word) || NEXT.contains(&word))
}

/// Finds them among the links of a page that was read at `here`. `ruled` is where a rule for the site says it goes on.
pub fn follow(head: &Head, here: Option<&Address>, ruled: Option<&str>) -> Follow {
    let Some(here) = here else { return Follow::default() };
    let at = here.url();
    let (key, number) = place(&at);
    let mut found = Follow::default();
    let join = |raw: &str| here.join(raw).ok().filter(|to| to != here);
    if let Some(raw) = ruled {
        found.next = join(raw).filter(|to| to.host() == here.host());
    }
    for Turn { href, rel, words } in &head.turns {
        let lower = href.to_ascii_lowercase();
        // Readers' comments have pages of their own.
        if ["comment", "kommentar", "mailto:", "javascript:"].iter().any(|w| lower.contains(w)) {
            continue;
        }
        let Some(to) = join(href) else { continue };
        let says = |all: &[&str]| all.contains(&words.as_str());
        if rel == "amphtml" {
            // Kept on the site itself, or below it; never at somebody else's cache.
            found.amp = found.amp.or_else(|| Some(to).filter(|to| super::meta::same_site(to, here)));
        } else if rel == "print" || says(&PRINT) {
            found.print = found.print.or_else(|| Some(to).filter(|to| to.host() == here.host()));
        } else if to.host() != here.host() {
        } else if says(&WHOLE) {
            let beside = to.url().path().starts_with(at.path().trim_end_matches('/').trim_end_matches(".html"));
            found.whole = found.whole.or_else(|| Some(to).filter(|_| beside));
        } else if found.next.is_none() {
            let (other, n) = place(&to.url());
            if other == key && n == number + 1 {
                found.next = Some(to);
            }
        }
    }
    found
}

/// An address without its page's number, and that number (1 where it has none).
pub fn place(url: &Url) -> (String, u32) {
    let mut number = None;
    let small = |s: &str| s.parse::<u32>().ok().filter(|n| (1..100).contains(n));
    let rest: Vec<(String, String)> = url
        .query_pairs()
        .take(40)
        .filter(|(name, value)| {
            let counts = COUNTERS.contains(&name.to_ascii_lowercase().as_str());
            number = number.or_else(|| counts.then(|| small(value)).flatten());
            !(counts && small(value).is_some())
        })
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    let mut path = url.path().trim_end_matches('/').to_owned();
    if number.is_none() {
        let (stem, end) = match path.rsplit_once('.') {
            Some((stem, end)) if end.len() <= 5 && !end.contains('/') => (stem.to_owned(), format!(".{end}")),
            _ => (path.clone(), String::new()),
        };
        // `/slug/2`, `/slug/page/2`, `/slug/seite-2`, `slug-2`, `slug_2`, `slug,2`, `slug-seite-2`
        let digits = stem.len() - stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (front, tail) = stem.split_at(stem.len() - digits);
        if let (Some(n), true) = (small(tail), front.ends_with(['/', '-', '_', ',', 'p', 'e'])) {
            let bare = front.trim_end_matches(['/', '-', '_', ',']);
            let counter = COUNTERS.iter().find_map(|c| bare.strip_suffix(c)).filter(|b| b.ends_with(['/', '-', '_', ',']));
            if bare.len() < front.len() || counter.is_some() {
                number = Some(n);
                path = format!("{}{end}", counter.unwrap_or(bare).trim_end_matches(['/', '-', '_', ',']));
            }
        }
    }
    (format!("{path}?{rest:?}"), number.unwrap_or(1))
}

/// Adds the blocks of an article's further page, but for what the pages before had; `false` if that is next to nothing:
/// then the pages go in circles, or it was no page of this article.
pub fn join(item: &mut Item, page: Vec<Block>) -> bool {
    let seen: HashSet<String> = item.body.iter().map(look).collect();
    let fresh: Vec<Block> = page.into_iter().filter(|b| matches!(b, Block::Rule) || !seen.contains(&look(b))).collect();
    let words: usize = fresh.iter().filter(|b| !matches!(b, Block::Picture { .. } | Block::Embed { .. })).map(|b| count(&b.text())).sum();
    if words < NEW_WORDS {
        return false;
    }
    item.body.extend(fresh);
    true
}

/// What tells two blocks apart.
fn look(block: &Block) -> String {
    match block {
        Block::Picture { url: Some(url), .. } | Block::Embed { url: Some(url), .. } => url.as_str().to_owned(),
        other => other.text(),
    }
}

fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(raw: &str) -> (String, u32) {
        place(&Url::parse(raw).unwrap())
    }

    #[test]
    fn pages_of_one_article_differ_in_their_number_only() {
        let base = at("https://a.example/politik/gipfel.html");
        assert_eq!(base.1, 1);
        for (raw, n) in [
            ("https://a.example/politik/gipfel-2.html", 2),
            ("https://a.example/politik/gipfel-seite-3.html", 3),
            ("https://a.example/politik/gipfel,4.html", 4),
            ("https://a.example/politik/gipfel.html?page=5", 5),
        ] {
            assert_eq!(at(raw), (base.0.clone(), n), "{raw}");
        }
        let base = at("https://a.example/politik/gipfel");
        for (raw, n) in [
            ("https://a.example/politik/gipfel/2", 2),
            ("https://a.example/politik/gipfel/2/", 2),
            ("https://a.example/politik/gipfel/page/3/", 3),
            ("https://a.example/politik/gipfel/seite-4", 4),
            ("https://a.example/politik/gipfel?p=5", 5),
        ] {
            assert_eq!(at(raw), (base.0.clone(), n), "{raw}");
        }
    }

    #[test]
    fn a_number_that_is_part_of_the_name_is_no_page() {
        assert_eq!(at("https://a.example/g20-gipfel2025").1, 1);
        assert_eq!(at("https://a.example/story12345").1, 1);
        assert_ne!(at("https://a.example/andere-geschichte").0, at("https://a.example/gipfel").0);
    }

    #[test]
    fn a_page_that_only_repeats_is_not_joined() {
        let words = |n: usize| Block::paragraph(&format!("{} {n}.", "Ein Wort nach dem anderen ".repeat(6)));
        let mut item = Item { body: vec![words(1), words(2)], ..Item::default() };
        assert!(!join(&mut item, vec![words(1), words(2)]));
        assert!(join(&mut item, vec![words(1), words(3)]));
        assert_eq!(item.body.len(), 3);
    }
}
