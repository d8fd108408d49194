//! Any bytes of any content type: read as whatever they are, and twice the same.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use wiredesk::ingest::{self, attribute::Registry};

fuzz_target!(|data: &[u8]| {
    let (bytes, content_type) = shared::answer(data);
    let url = shared::address();
    let read = ingest::ingest(&shared::source(bytes, content_type, &url), Registry::builtin());
    read.items.iter().for_each(shared::check);
    read.warnings.iter().for_each(shared::clean);
});
