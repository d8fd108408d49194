//! Marks and undo against a model of a few lines: whatever the order of deeds, the cache and the model agree, and the
//! counters are what a recount says.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

const TITLES: [&str; 6] = ["A0", "A1", "A2", "B0", "B1", "B2"];

#[derive(Clone, Debug)]
enum Op {
    Read(u8, bool),
    ReadAll(u8),
    Save(u8, bool),
    Tag(u8, bool),
    Leave(usize),
    Join(usize),
    Poll(usize, u8),
    Undo,
    Redo,
    Restart,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        3 => (0..64u8, any::<bool>()).prop_map(|(a, b)| Op::Read(a, b)),
        1 => (0..3u8).prop_map(Op::ReadAll),
        2 => (0..64u8, any::<bool>()).prop_map(|(a, b)| Op::Save(a, b)),
        1 => (0..64u8, any::<bool>()).prop_map(|(a, b)| Op::Tag(a, b)),
        1 => (0..2usize).prop_map(Op::Leave),
        1 => (0..2usize).prop_map(Op::Join),
        1 => (0..2usize, 0..3u8).prop_map(|(a, b)| Op::Poll(a, b)),
        4 => Just(Op::Undo),
        3 => Just(Op::Redo),
        1 => Just(Op::Restart),
    ]
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Marks {
    read: BTreeSet<usize>,
    saved: BTreeSet<usize>,
    tagged: BTreeSet<usize>,
}

enum Deed {
    Marks(Marks, Marks),
    Leave(usize),
}

#[derive(Default)]
struct Model {
    marks: Marks,
    left: BTreeSet<usize>,
    done: Vec<Deed>,
    undone: Vec<Deed>,
}

impl Model {
    fn mark(&mut self, change: impl FnOnce(&mut Marks)) {
        let before = self.marks.clone();
        change(&mut self.marks);
        if before != self.marks {
            self.done.push(Deed::Marks(before, self.marks.clone()));
            self.undone.clear();
        }
    }

    fn listed(&self, n: usize) -> bool {
        !self.left.contains(&(n / 3)) || self.marks.saved.contains(&n)
    }

    fn titles(&self, of: impl Fn(usize) -> bool) -> Vec<String> {
        (0..6).filter(|n| self.listed(*n) && of(*n)).map(|n| TITLES[n].to_owned()).collect()
    }
}

fn put(set: &mut BTreeSet<usize>, mask: u8, on: bool) {
    for n in (0..6).filter(|n| mask & (1 << n) != 0) {
        if on {
            set.insert(n)
        } else {
            set.remove(&n)
        };
    }
}

fn run(ops: Vec<Op>) {
    let (mut cache, feeds) = Cache::with_feeds(2);
    for (f, feed) in feeds.iter().enumerate() {
        let items = (0..3).map(|i| credited(item(TITLES[f * 3 + i], (f * 3 + i) as i64), &["apa", "dpa"][..i.min(2)])).collect();
        cache.poll(*feed, items);
    }
    let all: Vec<ArticleId> = TITLES.iter().map(|t| cache.id(t)).collect();
    let ids = |mask: u8| (0..6).filter(|n| mask & (1 << n) != 0).map(|n| all[n]).collect::<Vec<_>>();
    let mut model = Model::default();
    for op in ops {
        match op.clone() {
            Op::Read(mask, read) => {
                cache.apply(Change::Read { ids: ids(mask), read });
                model.mark(|m| put(&mut m.read, mask, read));
            }
            Op::ReadAll(which) => {
                let query: Query = ["", "feed:#1", "agency:apa"][usize::from(which)].parse().unwrap();
                let as_of = cache.reader.newest().unwrap();
                cache.apply(Change::ReadAll { query, as_of });
                let hit: Vec<usize> = (0..6).filter(|n| model.listed(*n) && [true, *n < 3, n % 3 > 0][usize::from(which)]).collect();
                model.mark(|m| m.read.extend(hit));
            }
            Op::Save(mask, saved) => {
                cache.apply(Change::Save { ids: ids(mask), saved });
                model.mark(|m| put(&mut m.saved, mask, saved));
            }
            Op::Tag(mask, on) => {
                cache.apply(Change::Tag { ids: ids(mask), tag: Clean::line("t"), on });
                model.mark(|m| put(&mut m.tagged, mask, on));
            }
            Op::Leave(f) => {
                cache.apply(Change::Unsubscribe(feeds[f]));
                if model.left.insert(f) {
                    model.done.push(Deed::Leave(f));
                    model.undone.clear();
                }
            }
            Op::Join(f) => {
                cache.subscribe(f + 1, FeedSettings::default());
                model.left.remove(&f);
            }
            // The same articles again, and one in another version: marks do not care.
            Op::Poll(f, n) => {
                let mut items: Vec<Item> = (0..3).map(|i| credited(item(TITLES[f * 3 + i], 0), &["apa", "dpa"][..i.min(2)])).collect();
                items[usize::from(n)].byline = Some(Clean::line("other"));
                cache.poll(feeds[f], items);
            }
            Op::Undo => {
                cache.apply(Change::Undo);
                if let Some(deed) = model.done.pop() {
                    match &deed {
                        Deed::Marks(before, _) => model.marks = before.clone(),
                        Deed::Leave(f) => drop(model.left.remove(f)),
                    }
                    model.undone.push(deed);
                }
            }
            Op::Redo => {
                cache.apply(Change::Redo);
                if let Some(deed) = model.undone.pop() {
                    match &deed {
                        Deed::Marks(_, after) => model.marks = after.clone(),
                        Deed::Leave(f) => drop(model.left.insert(*f)),
                    }
                    model.done.push(deed);
                }
            }
            Op::Restart => {
                cache.writer = open(cache.dir.path()).unwrap();
                cache.reader = Reader::open(cache.dir.path()).unwrap();
            }
        }
        assert_eq!(cache.titles("is:unread"), model.titles(|n| !model.marks.read.contains(&n)), "{op:?}");
        assert_eq!(cache.titles("is:saved"), model.titles(|n| model.marks.saved.contains(&n)), "{op:?}");
        assert_eq!(cache.titles("tag:t"), model.titles(|n| model.marks.tagged.contains(&n)), "{op:?}");
        assert_eq!(cache.titles("agency:apa is:unread"), model.titles(|n| n % 3 > 0 && !model.marks.read.contains(&n)), "{op:?}");
        recount(&cache);
    }
}

/// Counters and mirrors are what their sources say.
fn recount(cache: &Cache) {
    let wrong = |sql: &str| -> i64 { cache.writer.conn.query_row(sql, [], |r| r.get(0)).unwrap() };
    assert_eq!(
        wrong(
            "SELECT count(*) FROM tally t WHERE (articles, unread, saved, changed) <> (SELECT count(*),
                coalesce(sum(listed AND read_at IS NULL), 0), count(saved_at), coalesce(sum(listed AND versions > 1 AND (read_at IS NULL OR seen < versions)), 0)
             FROM article a WHERE a.feed = t.feed)"
        ),
        0
    );
    assert_eq!(
        wrong("SELECT count(*) FROM agency g WHERE unread <> (SELECT coalesce(sum(unread), 0) FROM credit c WHERE c.agency = g.id)"),
        0
    );
    assert_eq!(
        wrong(
            "SELECT count(*) FROM credit c JOIN article a ON a.id = c.article WHERE c.unread <> (listed AND read_at IS NULL) OR c.time <> a.time"
        ),
        0
    );
    assert_eq!(
        wrong(
            "SELECT count(*) FROM article a LEFT JOIN mark m USING (feed, key)
             WHERE a.read_at IS NOT m.read_at OR a.saved_at IS NOT m.saved_at"
        ),
        0
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn marks_and_undo_agree_with_a_model(ops in prop::collection::vec(op(), 1..30)) {
        run(ops);
    }
}

/// Taking a new name back brought the old address back as well, though the feed had moved meanwhile.
#[test]
fn a_setting_taken_back_leaves_what_came_since() {
    let mut cache = Cache::new();
    let feed = cache.subscribe(1, FeedSettings::default());
    let named = FeedSettings { title: Some(Clean::line("Mine")), ..FeedSettings::default() };
    cache.apply(Change::EditFeed { feed, address: None, settings: Some(named) });
    cache.writer.conn.execute("UPDATE feed SET address = 'https://moved.example/feed'", []).unwrap();
    cache.apply(Change::Undo);
    let now = cache.reader.feeds().unwrap().remove(0);
    assert_eq!((now.address.as_str(), now.settings.title), ("https://moved.example/feed", None));
}
