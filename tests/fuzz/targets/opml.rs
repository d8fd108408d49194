//! Any bytes as a list of subscriptions: what is taken is written as OPML, and taken again from there.
#![no_main]

mod shared;

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use wiredesk::ingest::{attribute::Registry, decode, takeover};
use wiredesk::model::CachedEntry;

fuzz_target!(|data: &[u8]| {
    if let Some(taken) = takeover::read(data) {
        let list = takeover::write(&taken.feeds);
        let again = takeover::read(list.as_bytes()).expect("what was written is a list");
        let once: HashSet<_> = taken.feeds.iter().map(|f| &f.address).collect();
        assert_eq!(again.feeds.len(), once.len(), "{list}");
        // Text that looks encoded twice is mended once more; all else is copied to the letter.
        if once.len() == taken.feeds.len() && decode::decode(list.as_bytes(), None) == list {
            assert_eq!(takeover::write(&again.feeds), list, "a second copy differs from the first");
        }
    }
    if let Some((held, _)) = takeover::entries(data) {
        assert!(held.iter().all(|h| h.feed.address.as_local().is_none()));
    }
    let text = String::from_utf8_lossy(data);
    let entry = CachedEntry { content: text.to_string(), title: text.chars().take(300).collect(), ..CachedEntry::default() };
    shared::check(&takeover::entry(&entry, None, shared::now(), Registry::builtin()).item);
});
