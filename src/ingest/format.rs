//! Feeds in every format.

use super::{Ingested, Source, attribute::Registry};

/// Tells the format and reads it.
pub fn read(source: &Source<'_>, _registry: &Registry) -> Ingested {
    let head = String::from_utf8_lossy(&source.bytes[..source.bytes.len().min(65536)]).to_lowercase();
    let html = head.contains("<html") || head.contains("<!doctype");
    Ingested { format: if html { "html".into() } else { String::new() }, ..Ingested::default() }
}
