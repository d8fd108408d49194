//! Where articles belong, what the reader told apart, and versions that are none.

use super::*;
use std::collections::BTreeSet;

fn why(how: How, share: u8, with: ArticleId) -> Option<Why> {
    Some(Why { how, share, with })
}

fn placed(placements: Vec<Placement>) -> Change {
    Change::Place(Box::new(Placed { placements, ..Placed::default() }))
}

#[test]
fn a_dispatch_is_known_in_every_outlet_that_carries_it_and_says_why() {
    let (mut cache, feeds) = Cache::with_feeds(2);
    cache.poll(feeds[0], vec![item("A", 5), item("C", 3)]);
    cache.poll(feeds[1], vec![item("B", 4)]);
    let (a, b, c) = (cache.id("A"), cache.id("B"), cache.id("C"));
    let at = |article, with| Placement {
        article,
        dispatch: Some(DispatchKey(a.0)),
        story: Some(StoryId(a.0)),
        carries: why(How::Shared, 62, with),
        tells: why(How::Alike, 80, with),
    };
    let likenesses = vec![(a, vec![1, 2]), (b, vec![3])];
    cache.apply(Change::Place(Box::new(Placed { placements: vec![at(a, b), at(b, a)], merged: vec![], likenesses })));
    let article = cache.article(b);
    assert_eq!((article.dispatch, article.story, article.outlets()), (Some(DispatchKey(a.0)), Some(StoryId(a.0)), 2));
    assert_eq!((article.carries, article.tells), (why(How::Shared, 62, a), why(How::Alike, 80, a)));
    assert_eq!(article.carriers.iter().map(|c| (c.id, c.shared)).collect::<Vec<_>>(), [(a, 0.62)]);
    assert_eq!(cache.titles(&format!("story:#{a}")), ["B", "A"]);
    assert_eq!(cache.page("is:dispatch", At::Top, 0, 9).rows.iter().map(|h| h.outlets).collect::<Vec<_>>(), [2, 2]);
    // For the next start.
    let mut known = Vec::new();
    cache.reader.placed(ago(60), &mut |k| known.push((k.article, k.story, k.likeness))).unwrap();
    assert_eq!(known, [(a, Some(StoryId(a.0)), vec![1, 2]), (b, Some(StoryId(a.0)), vec![3])]);
    assert_eq!(cache.reader.last_placed().unwrap(), b.max(a));
    assert_eq!(cache.reader.arrived(a, 9).unwrap().len(), [b, c].iter().filter(|x| **x > a).count());
    // It proves to be none.
    let none = Placement { article: b, dispatch: None, story: None, carries: None, tells: None };
    cache.apply(placed(vec![none]));
    assert_eq!((cache.article(b).dispatch, cache.article(b).carries), (None, None));
    assert_eq!(cache.page("", At::Top, 0, 9).rows.iter().map(|h| h.outlets).collect::<Vec<_>>(), [1, 1, 1]);
}

#[test]
fn a_story_that_went_into_another_is_found_by_its_old_number() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("A", 5), item("B", 4)]);
    let (a, b) = (cache.id("A"), cache.id("B"));
    let at = |article, story: ArticleId| Placement { article, dispatch: None, story: Some(StoryId(story.0)), carries: None, tells: None };
    cache.apply(placed(vec![at(a, a), at(b, b)]));
    let merged = vec![(StoryId(b.0), StoryId(a.0))];
    cache.apply(Change::Place(Box::new(Placed { placements: vec![at(b, a)], merged, likenesses: vec![] })));
    assert_eq!(cache.titles(&format!("story:#{b}")), ["B", "A"]);
}

#[test]
fn what_is_told_apart_is_remembered_and_can_be_taken_back() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("A", 5), item("B", 4), item("C", 3)]);
    let (a, b, c) = (cache.id("A"), cache.id("B"), cache.id("C"));
    let applied = cache.apply(Change::Apart { article: c, from: vec![a, b, c] });
    assert_eq!((applied.count, applied.label.as_str()), (1, "told an article apart"));
    let pairs = |cache: &Cache| cache.reader.told_apart().unwrap().into_iter().collect::<BTreeSet<_>>();
    let expected = BTreeSet::from([(a.min(c), a.max(c)), (b.min(c), b.max(c))]);
    assert_eq!(pairs(&cache), expected);
    assert_eq!(cache.apply(Change::Apart { article: a, from: vec![c] }).count, 0, "known already");
    cache.apply(Change::Undo);
    assert_eq!(pairs(&cache), BTreeSet::new());
    cache.apply(Change::Redo);
    assert_eq!(pairs(&cache), expected);
}

#[test]
fn a_version_that_differs_by_noise_or_was_there_before_is_none() {
    // As ingest judges, in short: lower-case words are noise.
    fn judge(a: &Item, b: &Item) -> BTreeSet<Revised> {
        let told = |i: &Item| i.title.split(' ').filter(|w| w.starts_with(char::is_uppercase)).map(str::to_owned).collect::<Vec<_>>();
        if told(a) == told(b) { BTreeSet::new() } else { BTreeSet::from([Revised::Headline]) }
    }
    let (cache, feeds) = Cache::with_feeds(1);
    let Cache { dir, writer, reader } = cache;
    let mut cache = Cache { dir, writer: writer.judging(judge), reader };
    let mut poll = |title: &str| {
        let mut entry = item(title, 5);
        entry.guid = Clean::line("one");
        let applied = cache.poll(feeds[0], vec![entry]);
        (applied.changed.len(), cache.article(cache.reader.newest().unwrap().last).versions.len())
    };
    assert_eq!(poll("First headline"), (0, 1));
    assert_eq!(poll("First headline again"), (0, 1), "noise");
    assert_eq!(poll("Second headline"), (1, 2));
    assert_eq!(poll("First headline"), (0, 2), "it flips");
    assert_eq!(poll("Third headline"), (1, 3));
    let versions = cache.article(cache.reader.newest().unwrap().last).versions;
    assert_eq!(versions.iter().map(|v| v.changes.clone()).collect::<Vec<_>>(), [vec![], vec![Revised::Headline], vec![Revised::Headline]]);
}

#[test]
fn wire_status_is_found_by_query() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let with = |title: &str, stage, signals: &[Signal]| Item { stage, signals: signals.to_vec(), ..item(title, 5) };
    cache.poll(
        feeds[0],
        vec![
            with("A", Some(Stage::Urgent), &[]),
            with("B", Some(Stage::Update), &[Signal::Correction, Signal::Refile]),
            with("C", None, &[]),
        ],
    );
    assert_eq!(cache.titles("stage:eil"), ["A"]);
    assert_eq!(cache.titles("stage:update"), ["B"]);
    assert_eq!(cache.titles("signal:correction"), ["B"]);
    assert_eq!(cache.titles("signal:kill"), Vec::<String>::new());
    assert_eq!(cache.titles("-signal:refile -stage:urgent"), ["C"]);
}
