//! Slowness: a short input many times over, as a feed and as a page. What is not linear is a time-out here.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use wiredesk::ingest::{self, attribute::Registry};

/// How long the repeated input is.
const SIZE: usize = 64 * 1024;

fuzz_target!(|data: &[u8]| {
    // What stands before the first NUL is said once, what follows is said again and again, up to the next NUL.
    let mut parts = data.splitn(3, |b| *b == 0);
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    let (head, body) = second.map_or((&b""[..], first), |body| (first, body));
    if body.is_empty() {
        return;
    }
    let mut bytes = head.to_vec();
    while bytes.len() < SIZE {
        bytes.extend_from_slice(body);
    }
    bytes.extend_from_slice(parts.next().unwrap_or_default());
    let url = shared::address();
    let source = shared::source(&bytes, None, &url);
    let _ = ingest::feed(&source, Registry::builtin());
    let _ = ingest::page(&source, Registry::builtin());
});
