//! stub
use super::dom::Flat;
use crate::ingest::Source;
use crate::model::Item;
use scraper::Html;
/// stub
pub fn read(_html: &Html, _flat: &Flat, source: &Source<'_>) -> Item {
    Item { url: source.url.cloned(), ..Item::default() }
}
