//! An article's page → its text and metadata.

use super::{Source, attribute::Registry};
use crate::model::Item;

/// Reads one page.
pub fn page(_source: &Source<'_>, _registry: &Registry) -> Item {
    Item::default()
}
