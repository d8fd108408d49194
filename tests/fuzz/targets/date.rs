//! Any text as a date: a moment or none, and what was understood is understood again as it prints.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use wiredesk::ingest::{date, normalise};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if let Some(time) = date::parse(&text) {
        let printed = time.to_string();
        assert_eq!(date::parse(&printed), Some(time), "{text:?} is {printed}");
    }
    assert!(normalise::moment(&text, shared::now()).is_none_or(|t| t <= shared::now()));
});
