//! Any text as a date: a moment or none, and what was understood is understood again as it prints.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use wiredesk::ingest::{date, normalise};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if let Some(time) = date::parse(&text) {
        let printed = time.to_string();
        let again = date::parse(&printed).expect("a printed moment is a moment");
        // Parts of a second are not kept of a date in words.
        assert!((time.as_millisecond() - again.as_millisecond()).abs() < 1000, "{text:?} is {printed} is {again}");
    }
    assert!(normalise::moment(&text, shared::now()).is_none_or(|t| t <= shared::now()));
});
