//! What is said below an article's text, or in its place: that it is not all there, or not to be read yet.

use super::super::super::draw::{Line, flow};
use super::super::super::theme::Role;
use super::super::super::when::{self, Local};
use crate::model::{Article, Item, Wall};

/// What stands in the text's place until an embargo is lifted.
pub(super) fn withheld(item: &Item, width: u16, zone: &Local) -> Vec<Line> {
    let words = match item.embargo {
        Some(until) => format!("Embargo until {}. The text is here and will be shown then.", when::full(until, zone)),
        None => "Withheld by its sender: not to be read before a version without that comes.".to_owned(),
    };
    flow(Line::of(words, Role::Withdrawn), width, 0)
}

/// What is said after the text, if it is not all there.
pub(super) fn tail(article: &Article, words: usize, width: u16) -> Vec<Line> {
    let mut out = Vec::new();
    let mut add = |line: Line| {
        if out.is_empty() && words > 0 {
            out.push(Line::default());
        }
        out.extend(flow(line, width, 0));
    };
    if let (Some(wall), false) = (article.item.wall, article.pending) {
        let asks = match wall {
            Wall::Subscription => "a subscription",
            Wall::Registration => "registration",
            Wall::Consent => "consent",
        };
        let words = if words > 0 { "only its beginning was readable" } else { "its text was not readable" };
        add(Line::of(format!("The page asks for {asks}; {words}."), Role::Notice));
        if article.item.url.is_some() {
            add(Line::of("o opens the page.", Role::Dim));
        }
    } else if article.pending {
        add(Line::of("The full text is still being fetched; it will stand here.", Role::Notice));
    } else if words == 0 {
        add(Line::of("The feed carries no text for this one.", Role::Dim));
        add(Line::of("o opens its page in the browser.", Role::Dim));
    } else if !article.item.complete && article.item.url.is_some() {
        add(Line::of("This is all that the feed and the page gave; o opens the page.", Role::Dim));
    }
    out
}
