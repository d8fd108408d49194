//! Any bytes under any label become text, no larger than what they stand for, and without the controls no text needs.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use wiredesk::ingest::decode;

fuzz_target!(|data: &[u8]| {
    let (bytes, content_type) = shared::answer(data);
    let text = decode::decode(bytes, content_type);
    assert!(text.len() <= bytes.len() * 4 + 16, "{} bytes became {}", bytes.len(), text.len());
    assert!(!text.contains('\0'));
});
