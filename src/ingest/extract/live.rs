//! Live blogs: `LiveBlogPosting` gives each post with its time; the page's own text then is their sum.

use serde_json::{Map, Value};

use super::meta::{Around, Graph, strip_tags};
use crate::model::{Block, Clean, Item, LivePost};

/// Posts of one page; the longest live blogs page theirs.
const POST_CAP: usize = 500;

/// Fills an item's posts; true if there are any.
pub fn read(graph: &Graph, article: &Map<String, Value>, around: &Around, item: &mut Item) -> bool {
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
            key_event: false,
        });
    }
    // Newest first; without times the page's order, which is that.
    item.posts.sort_by_key(|p| std::cmp::Reverse(p.time));
    !item.posts.is_empty()
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
