//! Packs of feeds for a first minute (`packs.toml`, built in): somebody who has none yet takes one by a key or by
//! `wiredesk add --pack`. Nothing of them is asked before they are taken.

use serde::Deserialize;

use crate::model::{Address, Change, Clean, FeedFacts, FeedSettings, Pack};

#[derive(Deserialize)]
struct File {
    pack: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    name: String,
    about: String,
    feeds: Vec<(String, String)>,
}

/// The packs, in the order in which they are offered.
pub fn packs() -> Vec<Pack> {
    let file: File = toml::from_str(include_str!("packs.toml")).expect("it is built in, and a test reads it");
    file.pack
        .into_iter()
        .map(|entry| Pack {
            name: Clean::line(&entry.name),
            about: Clean::line(&entry.about),
            feeds: entry.feeds.iter().filter_map(|(title, raw)| Some((Clean::line(title), Address::parse(raw).ok()?))).collect(),
            id: entry.id,
        })
        .collect()
}

/// The subscriptions that a pack is: each feed by the name that readers know, in a folder of the pack's name. A feed that is
/// there already stays as it is.
pub fn subscriptions(pack: &Pack) -> Vec<Change> {
    let subscription = |(title, address): &(Clean, Address)| Change::Import {
        address: address.clone(),
        settings: FeedSettings { folder: Some(pack.name.clone()), ..FeedSettings::default() },
        facts: Some(FeedFacts { title: Some(title.clone()), ..FeedFacts::default() }),
        items: Vec::new(),
    };
    pack.feeds.iter().map(subscription).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_pack_is_whole_and_secure() {
        let mut addresses = HashSet::new();
        for pack in packs() {
            assert!(pack.feeds.len() >= 6, "{}", pack.id);
            assert!(!pack.name.is_empty() && !pack.about.is_empty(), "{}", pack.id);
            for (title, address) in &pack.feeds {
                assert!(address.as_str().starts_with("https://"), "{title}");
                assert!(addresses.insert(address.clone()), "{title} twice");
            }
        }
        let file: File = toml::from_str(include_str!("packs.toml")).unwrap();
        assert_eq!(addresses.len(), file.pack.iter().map(|p| p.feeds.len()).sum::<usize>(), "all are addresses");
    }
}
