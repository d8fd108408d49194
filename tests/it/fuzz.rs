//! Inputs that the fuzzer found, each named after what went wrong: add a file to `fixtures/fuzz`, get a test. Each is
//! read in every way there is, as a server's answer and as a list of subscriptions.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use wiredesk::ingest::attribute::Registry;
use wiredesk::ingest::{self, Source, takeover};
use wiredesk::model::Address;

#[test]
fn what_the_fuzzer_found_is_read() {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let url = Address::parse("https://news.example/world/feed?x=1").unwrap();
    let mut files: Vec<_> = fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzz")).unwrap().collect();
    files.sort_by_key(|f| f.as_ref().unwrap().path());
    assert!(!files.is_empty());
    for file in files {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        for content_type in [None, Some("text/html"), Some("application/rss+xml; charset=utf-8")] {
            let source = Source { bytes: &bytes, url: Some(&url), content_type, now };
            let read = ingest::ingest(&source, Registry::builtin());
            assert!(read.items.iter().all(|i| i.published.is_none_or(|t| t <= now)), "{}", path.display());
            let _ = ingest::page(&source, Registry::builtin());
        }
        if let Some(taken) = takeover::read(&bytes) {
            let again = takeover::read(takeover::write(&taken.feeds).as_bytes()).unwrap();
            let once: HashSet<_> = taken.feeds.iter().map(|f| &f.address).collect();
            assert_eq!(again.feeds.len(), once.len(), "{}", path.display());
        }
    }
}
