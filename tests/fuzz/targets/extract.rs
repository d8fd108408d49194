//! Any bytes as an article's page, and the entry that a feed had of it completed by that page.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use wiredesk::ingest::{self, attribute::Registry, extract};

fuzz_target!(|data: &[u8]| {
    let (bytes, content_type) = shared::answer(data);
    let url = shared::address();
    let source = shared::source(bytes, content_type, &url);
    let page = ingest::page(&source, Registry::builtin());
    shared::check(&page);
    let _ = extract::reasons(&source);
    shared::check(&ingest::complete(page.clone(), page.clone()));
    let mut first = page.clone();
    assert!(!ingest::continued(&mut first, page), "an article is not continued by itself");
    shared::check(&first);
});
