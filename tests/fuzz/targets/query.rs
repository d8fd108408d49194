//! A query prints as it is read; a refusal points into the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wiredesk::model::Query;

fuzz_target!(|text: &str| {
    match text.parse::<Query>() {
        Ok(query) => {
            let printed = query.to_string();
            // What is printed may be longer than what may be typed.
            if printed.len() <= 2048 {
                assert_eq!(printed.parse::<Query>().as_ref(), Ok(&query), "{text:?} prints as {printed:?}");
            }
            let _ = query.words();
        }
        Err(e) => assert!(text.get(e.at.clone()).is_some(), "{e:?} in {text:?}"),
    }
});
