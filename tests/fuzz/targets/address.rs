//! Any text as an address, and as a link on a page: what was taken is what the URL standard makes of it, and stays so.
#![no_main]

mod shared;

use libfuzzer_sys::fuzz_target;
use wiredesk::ingest::normalise;
use wiredesk::model::Address;

fuzz_target!(|text: &str| {
    let read = [Address::parse(text).ok(), Address::typed(text).ok(), shared::address().join(text).ok()];
    for address in read.into_iter().flatten() {
        assert_eq!(url::Url::parse(address.as_str()).expect("it was one").as_str(), address.as_str(), "{text:?}");
        assert_eq!(Address::parse(address.as_str()).as_ref(), Ok(&address), "{text:?}");
        let _ = (normalise::address(&address), address.host(), address.site(), address.is_number());
        assert!(address.url().username().is_empty() && address.url().password().is_none());
    }
});
