//! Rows that are stories or dispatches: what they stand for, where they stand, what marks do to them.

use super::*;
use proptest::prelude::*;

/// An article belongs to this dispatch and this story.
fn at(article: ArticleId, dispatch: Option<i64>, story: Option<i64>) -> Placement {
    Placement { article, dispatch: dispatch.map(DispatchKey), story: story.map(StoryId), carries: None, tells: None }
}

fn place(placements: Vec<Placement>) -> Change {
    Change::Place(Box::new(Placed { placements, ..Placed::default() }))
}

impl Cache {
    fn rows(&self, query: &str, by: By, window: Window, open: &[ArticleId]) -> Page {
        let question = Question::Rows { query: query.parse().unwrap(), by, open: open.to_vec(), window };
        match self.reader.answer(&question, now()) {
            Answer::Headlines(page) => page,
            other => panic!("{other:?}"),
        }
    }

    fn stories(&self, query: &str) -> Vec<Headline> {
        self.rows(query, By::Story, Window { as_of: None, at: At::Top, before: 0, after: 100 }, &[]).rows
    }

    fn next(&self, query: &str, from: ArticleId, backwards: bool) -> Option<ArticleId> {
        let as_of = self.reader.newest().unwrap();
        let q = Question::NextUnread { query: query.parse().unwrap(), as_of, from: Some(from), backwards, by: By::Story };
        match self.reader.answer(&q, now()) {
            Answer::NextUnread(found) => found,
            other => panic!("{other:?}"),
        }
    }
}

fn long(title: &str, minutes: i64, words: usize) -> Item {
    Item { body: vec![Block::paragraph(&"word ".repeat(words))], ..item(title, minutes) }
}

/// `A` and `B` carry one dispatch, `C` tells the same story in its own words; `D` and `E` stand alone, one newer than all
/// of them and one between.
fn summit() -> (Cache, [ArticleId; 5]) {
    let (mut cache, feeds) = Cache::with_feeds(3);
    cache.poll(feeds[0], vec![long("A", 30, 50), item("D", 1)]);
    cache.poll(feeds[1], vec![long("B", 10, 90)]);
    cache.poll(feeds[2], vec![long("C", 20, 40), item("E", 15)]);
    let ids = ["A", "B", "C", "D", "E"].map(|t| cache.id(t));
    let [a, b, c, ..] = ids;
    cache.apply(place(vec![at(a, Some(a.0), Some(a.0)), at(b, Some(a.0), Some(a.0)), at(c, None, Some(a.0))]));
    (cache, ids)
}

#[test]
fn a_story_is_one_row_under_the_fullest_copy_of_its_newest_report() {
    let (cache, [a, b, c, d, e]) = summit();
    let rows = cache.stories("");
    assert_eq!(rows.iter().map(|r| r.id).collect::<Vec<_>>(), [d, b, e]);
    let story = &rows[1];
    let group = story.group.as_ref().unwrap();
    assert_eq!((story.outlets, group.articles, group.texts, story.time), (3, 3, 2, ago(10)));
    assert_eq!(group.members.iter().map(|m| m.id).collect::<Vec<_>>(), [b, a, c], "the fullest first");
    // By dispatch, what stands alone is a row of its own; by age it stands where its oldest does.
    let window = Window { as_of: None, at: At::Top, before: 0, after: 9 };
    let ids = |page: Page| page.rows.into_iter().map(|r| r.id).collect::<Vec<_>>();
    assert_eq!(ids(cache.rows("", By::Dispatch, window, &[])), [d, b, e, c]);
    assert_eq!(ids(cache.rows("sort:old", By::Story, window, &[])), [b, e, d]);
    assert_eq!(ids(cache.rows("sort:outlets", By::Story, window, &[])), [b, d, e]);
    // A list of one story is told by its texts.
    assert_eq!(ids(cache.rows(&format!("story:{a}"), By::Story, window, &[])), [b, c]);
    // Found by words, too.
    assert_eq!(ids(cache.rows("word", By::Story, window, &[])), [b]);
    // A feed's list stands for what is the feed's, and still says how many tell it.
    let own = cache.stories("feed:outlet3");
    assert_eq!((own[1].id, own[1].outlets, own[1].group.as_ref().unwrap().members.len()), (c, 3, 1));
}

#[test]
fn the_preferred_outlets_article_stands_for_its_story() {
    let (cache, [a, ..]) = summit();
    let Cache { dir, writer, reader } = cache;
    let cache = Cache { dir, writer, reader: reader.preferring(&["Outlet1".into()]) };
    assert_eq!(cache.stories("")[1].id, a);
}

#[test]
fn an_open_row_has_its_articles_below_it_copies_together() {
    let (cache, [a, b, c, d, e]) = summit();
    let window = Window { as_of: None, at: At::Article(c), before: 5, after: 5 };
    let page = cache.rows("", By::Story, window, &[c]);
    let rows: Vec<(ArticleId, bool)> = page.rows.iter().map(|r| (r.id, r.inside)).collect();
    assert_eq!(rows, [(d, false), (b, false), (b, true), (a, true), (c, true), (e, false)]);
}

#[test]
fn what_is_found_out_later_and_what_comes_later_moves_no_row_of_an_open_list() {
    let (mut cache, feeds) = Cache::with_feeds(2);
    cache.poll(feeds[0], vec![item("A", 30), item("B", 20), item("C", 10)]);
    let as_of = cache.page("", At::Top, 0, 9).as_of;
    let [a, b, c] = ["A", "B", "C"].map(|t| cache.id(t));
    let later = |cache: &mut Cache, change: Change, minutes: i64| {
        let applied = cache.writer.apply(&[change], now() + jiff::SignedDuration::from_mins(minutes)).unwrap();
        assert_eq!(applied[0].failure, None);
    };
    later(&mut cache, place(vec![at(a, None, Some(a.0)), at(b, None, Some(a.0))]), 5);
    let shown = |cache: &Cache, as_of| {
        let page = cache.rows("", By::Story, Window { as_of, at: At::Top, before: 0, after: 9 }, &[]);
        page.rows.iter().map(|r| r.id).collect::<Vec<_>>()
    };
    assert_eq!(shown(&cache, Some(as_of)), [c, b, a]);
    let at_six = Snapshot { opened: now() + jiff::SignedDuration::from_mins(6), ..as_of };
    assert_eq!(shown(&cache, Some(at_six)).len(), 2);
    // A story goes into another: as it was, until the list is opened again.
    later(&mut cache, place(vec![at(a, None, Some(c.0)), at(b, None, Some(c.0)), at(c, None, Some(c.0))]), 7);
    assert_eq!(shown(&cache, Some(at_six)).len(), 2);
    assert_eq!(shown(&cache, Some(as_of)), [c, b, a], "however often they were placed since");
    let at_eight = Snapshot { opened: now() + jiff::SignedDuration::from_mins(8), ..as_of };
    assert_eq!(shown(&cache, Some(at_eight)).len(), 1);
    // What arrives in it is counted, and stays out.
    cache.poll(feeds[1], vec![item("N", 1)]);
    let n = cache.id("N");
    later(&mut cache, place(vec![at(n, None, Some(c.0))]), 7);
    let page = cache.rows("", By::Story, Window { as_of: Some(at_eight), at: At::Top, before: 0, after: 9 }, &[]);
    assert_eq!((page.rows.len(), page.rows[0].group.as_ref().unwrap().articles, page.waiting.n), (1, 3, 1));
}

#[test]
fn a_story_is_a_row_when_it_is_long_forgotten_where_its_articles_were_before() {
    let (mut cache, [.., d, _]) = summit();
    let before = cache.stories("");
    cache.writer.apply(&[place(vec![at(d, None, None)])], now() + jiff::SignedDuration::from_hours(49)).unwrap();
    assert_eq!(cache.stories(""), before);
}

#[test]
fn a_dispatch_is_read_and_saved_once_and_other_texts_of_its_story_are_not() {
    let (mut cache, [a, b, c, ..]) = summit();
    let read = |cache: &Cache| [a, b, c].map(|id| cache.article(id).marks.read);
    assert_eq!(cache.apply(Change::Read { ids: vec![a], read: true }).count, 2);
    assert_eq!(read(&cache), [true, true, false]);
    assert_eq!(cache.unread("Unread"), "3", "five, and two copies are read");
    let row = &cache.stories("")[1];
    assert_eq!((row.read, row.fresh(), row.target()), (false, false, c), "what is left of it opens next");
    assert_eq!(cache.next("", row.id, false), Some(cache.id("E")));
    assert_eq!(cache.next("", cache.id("E"), true), Some(c), "the story stands above, by a copy that is read");
    assert_eq!(cache.next("", row.id, true), Some(cache.id("D")));
    cache.apply(Change::Undo);
    assert_eq!((read(&cache), cache.unread("Unread")), ([false; 3], "5".into()), "one step");
    cache.apply(Change::Save { ids: vec![b], saved: true });
    assert_eq!([a, b, c].map(|id| cache.article(id).marks.saved), [true, true, false]);
    cache.apply(Change::Undo);
    assert_eq!([a, b].map(|id| cache.article(id).marks.saved), [false; 2]);
    // An unread list's row stands for what is unread of it.
    cache.apply(Change::Read { ids: vec![b], read: true });
    let row = &cache.stories("is:unread")[2];
    assert_eq!((row.id, row.group.as_ref().unwrap().members.len()), (c, 1));
}

#[test]
fn a_copy_that_comes_after_its_text_was_read_is_read_and_one_that_differs_is_not() {
    let (mut cache, feeds) = Cache::with_feeds(3);
    cache.poll(feeds[0], vec![item("A", 30)]);
    let a = cache.id("A");
    cache.apply(Change::Read { ids: vec![a], read: true });
    cache.poll(feeds[1], vec![item("same", 2), item("further", 1)]);
    let (same, further) = (cache.id("same"), cache.id("further"));
    let carries = |article, how| Placement { carries: Some(Why { how, share: 100, with: a }), ..at(article, Some(a.0), Some(a.0)) };
    cache.apply(place(vec![carries(a, How::Text), carries(same, How::Text), carries(further, How::Shared)]));
    assert_eq!([a, same, further].map(|id| cache.article(id).marks.read), [true, true, false]);
    assert_eq!(cache.unread("Unread"), "1");
    // Placed again it stays as the reader left it.
    cache.apply(Change::Read { ids: vec![same], read: false });
    cache.apply(Change::Read { ids: vec![a], read: true });
    cache.apply(Change::Read { ids: vec![same], read: false });
    cache.apply(place(vec![carries(same, How::Text)]));
    assert!(!cache.article(same).marks.read);
}

#[test]
fn what_does_not_belong_leaves_the_row_at_once_and_comes_back_by_undo() {
    let (mut cache, [a, b, c, ..]) = summit();
    let as_of = cache.page("", At::Top, 0, 9).as_of;
    let window = Window { as_of: Some(as_of), at: At::Top, before: 0, after: 9 };
    let ids = |cache: &Cache| cache.rows("", By::Story, window, &[]).rows.iter().map(|r| r.id).collect::<Vec<_>>();
    let (before, article) = (ids(&cache), cache.article(b));
    let applied = cache.apply(Change::Apart { article: b, from: Vec::new() });
    assert_eq!(applied.label.as_str(), "told an article apart");
    assert_eq!(cache.reader.told_apart().unwrap().len(), 2);
    assert_eq!((cache.article(b).story, cache.article(a).outlets()), (None, 1));
    assert!(ids(&cache).len() == before.len() + 1 && ids(&cache).contains(&c), "{:?}", ids(&cache));
    cache.apply(Change::Undo);
    assert_eq!((ids(&cache), cache.article(b)), (before, article));
    cache.apply(Change::Redo);
    assert_eq!((cache.article(b).story, cache.article(c).story), (None, Some(StoryId(a.0))));
}

#[test]
fn a_story_is_told_oldest_first_and_knows_when_the_reader_was_there() {
    let (mut cache, [a, b, c, ..]) = summit();
    let told = |cache: &Cache| match cache.reader.answer(&Question::Told(b), now()) {
        Answer::Told(Some(told)) => told,
        other => panic!("{other:?}"),
    };
    let before = told(&cache);
    assert_eq!(before.tellers.iter().map(|t| t.headline.id).collect::<Vec<_>>(), [a, c, b]);
    assert_eq!((before.title.as_str(), before.seen), ("B", None));
    cache.apply(Change::Visit { story: StoryId(a.0), last: b });
    assert_eq!(told(&cache).seen, Some(Visit { at: now(), last: b }));
    assert_eq!(cache.article(c).company, Some(Company { articles: 3, outlets: 3, dispatches: 1, own: 1 }));
    assert_eq!(cache.article(cache.id("D")).company, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// However stories lie in a list and however it is walked, each row comes once, none is left out, and the articles of
    /// all rows are the articles of the list.
    #[test]
    fn windows_lose_and_repeat_no_row(
        stories in prop::collection::vec((0i64..6, 0i64..40, any::<bool>()), 1..30),
        list in prop::sample::select(vec!["", "is:unread", "sort:old", "feed:outlet1", "text", "sort:outlets", "is:unread sort:old"]),
        by in prop::sample::select(vec![By::Story, By::Dispatch]),
        step in 1usize..5,
    ) {
        let (mut cache, feeds) = Cache::with_feeds(2);
        for (i, (_, minutes, _)) in stories.iter().enumerate() {
            cache.poll(feeds[i % 2], vec![item(&format!("article {i}"), *minutes)]);
        }
        let ids: Vec<ArticleId> = (0..stories.len()).map(|i| cache.id(&format!("article {i}"))).collect();
        // Story 0 is none. Which carry one dispatch follows from the story.
        let places = stories.iter().zip(&ids).filter(|((story, ..), _)| *story > 0);
        cache.apply(place(places.map(|((story, minutes, _), id)| at(*id, Some(story * 10 + minutes % 2), Some(*story))).collect()));
        for ((.., read), id) in stories.iter().zip(&ids) {
            if *read {
                cache.apply(Change::Read { ids: vec![*id], read: true });
            }
        }
        let whole = cache.rows(list, by, Window { as_of: None, at: At::Top, before: 0, after: 100 }, &[]);
        let members: Vec<ArticleId> = whole.rows.iter().flat_map(|r| match &r.group {
            Some(g) => g.members.iter().map(|m| m.id).collect(),
            None => vec![r.id],
        }).collect();
        let mut sorted = members.clone();
        sorted.sort_unstable();
        let mut articles: Vec<ArticleId> = cache.page(list, At::Top, 0, 100).rows.iter().map(|r| r.id).collect();
        articles.sort_unstable();
        prop_assert_eq!(&sorted, &articles);
        // Downwards by small windows, each from the last row of the one before, and upwards again.
        let rows: Vec<ArticleId> = whole.rows.iter().map(|r| r.id).collect();
        let window = |at, before, after| cache.rows(list, by, Window { as_of: Some(whole.as_of), at, before, after }, &[]);
        let mut down = window(At::Top, 0, step + 1);
        let mut seen: Vec<ArticleId> = down.rows.iter().map(|r| r.id).collect();
        while down.more_after {
            down = window(At::Article(*seen.last().unwrap()), 0, step + 1);
            prop_assert_eq!(down.rows.first().map(|r| r.id), seen.last().copied());
            seen.extend(down.rows.iter().skip(1).map(|r| r.id));
        }
        prop_assert_eq!(&seen, &rows);
        let mut up = window(At::Bottom, step, 0);
        let mut seen: Vec<ArticleId> = up.rows.iter().rev().map(|r| r.id).collect();
        while up.more_before {
            up = window(At::Article(*seen.last().unwrap()), step, 0);
            seen.extend(up.rows.iter().rev().map(|r| r.id));
        }
        seen.reverse();
        prop_assert_eq!(&seen, &rows);
        // Whichever of its articles is asked for, its row is found.
        for id in members {
            prop_assert!(window(At::Article(id), 0, 1).rows[0].holds(id));
        }
    }
}

/// `n` used to take the row of the first unread article it met, and so passed over a nearer row under a read head.
#[test]
fn next_unread_passes_over_no_row_whose_head_is_read() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let names = ["top", "X head", "Y", "X old"];
    cache.poll(feeds[0], names.iter().zip([1, 10, 20, 30]).map(|(name, minutes)| item(name, minutes)).collect());
    let [top, head, y, old] = names.map(|t| cache.id(t));
    cache.apply(place(vec![at(head, None, Some(head.0)), at(old, None, Some(head.0))]));
    cache.apply(Change::Read { ids: vec![head, top], read: true });
    assert_eq!(cache.next("", top, false), Some(old), "the story's row is nearer than Y");
    assert_eq!(cache.next("", y, true), Some(old), "and above it");
    cache.apply(Change::Read { ids: vec![old], read: true });
    assert_eq!(cache.next("", top, false), Some(y));
}
