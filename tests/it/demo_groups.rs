//! The demo's stories at the end of its day: the same, whenever its feeds and pages were asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use wiredesk::demo::{self, DUSK, Pace, Replay};

use crate::support::home::Home;

type Groups = BTreeSet<BTreeSet<String>>;

/// Polls the demo after so many seconds each, and at last when its day is over: its stories, by the paths of their articles.
async fn stories_after(seconds: &[u64]) -> Groups {
    let elapsed = Arc::new(AtomicU64::new(0));
    let now = elapsed.clone();
    let pace = Pace::default();
    let server = demo::serve(Replay::load(), pace, move || Duration::from_secs(now.load(Ordering::SeqCst))).await.unwrap();
    let mut home = Home::new();
    let base = server.base().to_owned();
    tokio::task::block_in_place(|| {
        home.at(&pace.start.to_string());
        let feeds: Vec<String> = server.feeds().iter().map(|f| f.0.as_str().to_owned()).collect();
        for feed in &feeds {
            home.ok(&["add", "--no-check", feed]);
        }
        for s in seconds.iter().copied().chain([7_200]) {
            elapsed.store(s, Ordering::SeqCst);
            home.at(&pace.moment(Duration::from_secs(s)).to_string());
            home.ok(&["poll", "--all"]);
        }
        assert_eq!(pace.moment(Duration::from_secs(7_200)), DUSK);
        let mut groups: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
        for article in home.json(&["list", "--limit", "1000"]) {
            let path = article["url"].as_str().unwrap_or_default().trim_start_matches(base.as_str()).to_owned();
            let story = article["story"].as_i64().unwrap_or(-article["id"].as_i64().unwrap());
            groups.entry(story).or_default().insert(path);
        }
        groups.into_values().collect()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demos_stories_are_the_same_whenever_it_was_polled() {
    let often = stories_after(&[0, 120, 300, 480, 700, 900]).await;
    let rarely = stories_after(&[0, 600]).await;
    assert!(often.len() > 20, "{}", often.len());
    let only = |a: &Groups, b: &Groups| a.difference(b).map(|g| format!("{g:#?}")).collect::<Vec<_>>().join("\n");
    assert!(often == rarely, "polled often:\n{}\nrarely:\n{}", only(&often, &rarely), only(&rarely, &often));
    let with = |path: &str| often.iter().find(|g| g.iter().any(|p| p.ends_with(path))).unwrap();
    let summit = with("/trump-putin-keine-einigung");
    for other in often.iter().flatten().filter(|p| p.contains("weather") || p.contains("wetter") || p.contains("schweinswale")) {
        assert!(!summit.contains(other), "{other} in {summit:#?}");
    }
    assert!(summit.len() >= 5, "{summit:#?}");
}
