//! Live blogs: `LiveBlogPosting` gives each post with its time; the page's own text then is their sum.

use scraper::{Html, Node};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

use super::dom::attr_of;
use super::meta::{Around, Graph, strip_tags};
use crate::model::{Block, Clean, Item, LivePost};

/// Posts of one page; the longest live blogs page theirs.
const POST_CAP: usize = 500;

/// Fills an item's posts; true if there are any.
pub fn read(graph: &Graph, article: &Map<String, Value>, around: &Around, keys: &HashSet<String>, item: &mut Item) -> bool {
    let updates = graph.all(article, "liveBlogUpdate");
    let end = graph.text(article, "coverageEndTime").and_then(|t| t.parse::<jiff::Timestamp>().ok());
    let live = super::meta::types(article).any(|t| t == "LiveBlogPosting");
    if !live && updates.is_empty() {
        return false;
    }
    item.live = live && end.is_none_or(|e| e > around.now);
    for (n, update) in updates.into_iter().filter_map(|u| graph.resolve(u)).take(POST_CAP).enumerate() {
        let field = |key: &str| graph.text(update, key);
        let title = field("headline").map(|h| Clean::capped(&h, 400)).and_then(Clean::non_empty);
        let body =
            field("articleBody").or_else(|| field("text")).or_else(|| field("description")).map(|b| paragraphs(&b)).unwrap_or_default();
        if title.is_none() && body.is_empty() {
            continue;
        }
        let time = field("datePublished").and_then(|d| around.parse(&d));
        let id = ["@id", "url", "identifier"].iter().find_map(|k| field(k)).unwrap_or_else(|| {
            let words = title.as_deref().map_or_else(|| body.first().map(Block::text).unwrap_or_default(), str::to_owned);
            format!("{} {}", time.map_or_else(|| n.to_string(), |t| t.to_string()), words.chars().take(60).collect::<String>())
        });
        item.posts.push(LivePost {
            id: Clean::capped(&id, 300),
            time,
            updated: field("dateModified").and_then(|d| around.parse(&d)),
            title,
            body,
            key_event: id.rsplit_once('#').is_some_and(|(_, fragment)| keys.contains(fragment)),
        });
    }
    // Newest first; without times the page's order, which is that.
    item.posts.sort_by_key(|p| std::cmp::Reverse(p.time));
    !item.posts.is_empty()
}

/// Whether an article's data has posts.
pub fn updates(graph: &Graph, article: &Map<String, Value>) -> bool {
    !graph.all(article, "liveBlogUpdate").is_empty()
}

/// Words in the class of a post that its page pins.
const PINNED: [&str; 6] = ["key-event", "keyevent", "key_event", "sticky", "pinned", "highlight"];

/// Ids of the elements that a page marks as key events.
pub fn key_events(html: &Html) -> HashSet<String> {
    let marked = html.tree.nodes().filter_map(|node| match node.value() {
        Node::Element(e) => {
            let class = attr_of(e, "class")?;
            let pinned = class
                .split_whitespace()
                .any(|word| PINNED.iter().any(|p| word.strip_suffix(p).is_some_and(|before| before.is_empty() || before.ends_with('-'))));
            attr_of(e, "id").filter(|_| pinned).map(str::to_owned)
        }
        _ => None,
    });
    marked.take(POST_CAP).collect()
}

/// The page's text is the sum of the posts: only what stands before the first of them is its own, and what stands after a
/// post's headline is that post's, if it says more than the page's data does.
pub fn intro(item: &mut Item) {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let mut names: HashMap<String, usize> = HashMap::new();
    for (n, post) in item.posts.iter().enumerate() {
        let name = post.title.as_deref().map_or_else(|| post.body.first().map(Block::text).unwrap_or_default(), str::to_owned);
        names.entry(bare(&name)).or_insert(n);
    }
    names.remove("");
    let begins: Vec<(usize, usize)> =
        item.body.iter().enumerate().filter_map(|(at, block)| Some((at, *names.get(&bare(&block.text()))?))).collect();
    let Some((first, _)) = begins.first().copied() else { return };
    for (n, (at, post)) in begins.iter().enumerate() {
        let end = begins.get(n + 1).map_or(item.body.len(), |next| next.0);
        let titled = item.posts[*post].title.is_some();
        let said = trimmed(&item.body[at + usize::from(titled)..end]);
        if super::super::words(said) >= super::super::words(&item.posts[*post].body) {
            item.posts[*post].body = said.to_vec();
        }
    }
    let own = trimmed(&item.body[..first]).len();
    item.body.truncate(own);
}

/// Without rules and times of day at the end: what stands above the next post.
fn trimmed(mut blocks: &[Block]) -> &[Block] {
    let clock = |block: &Block| {
        let text = block.text();
        text.len() <= 24 && text.contains(|c: char| c.is_ascii_digit()) && text.contains([':', '.']) && !text.contains(", ")
    };
    while let Some((last, rest)) = blocks.split_last()
        && (matches!(last, Block::Rule) || clock(last))
    {
        blocks = rest;
    }
    blocks
}

/// Text with line breaks or markup → paragraphs.
pub fn paragraphs(text: &str) -> Vec<Block> {
    let text = if text.contains("</") || text.contains("<br") {
        let parted = text
            .replace("</p>", "\n")
            .replace("<br>", "\n")
            .replace("<br/>", "\n")
            .replace("<br />", "\n")
            .replace("</div>", "\n")
            .replace("</li>", "\n");
        strip_tags(&parted)
    } else {
        text.to_owned()
    };
    text.lines().map(str::trim).filter(|l| !l.is_empty()).take(5000).map(Block::paragraph).collect()
}
