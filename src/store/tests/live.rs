//! Live posts over polls, and what is followed.

use super::*;

fn post(id: &str, minutes: i64, words: &str) -> LivePost {
    LivePost {
        id: Clean::line(id),
        time: Some(ago(minutes)),
        updated: None,
        title: Some(Clean::line(&format!("Headline of {id}"))),
        body: vec![Block::paragraph(words)],
        key_event: false,
    }
}

fn blog(posts: Vec<LivePost>) -> Item {
    Item { live: true, posts, ..item("Ticker", 300) }
}

/// A cache with a live blog of three posts, which stand newest first.
fn ticker() -> (Cache, FeedId, ArticleId) {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![blog(vec![post("c", 10, "Third."), post("b", 20, "Second."), post("a", 30, "First.")])]);
    let id = cache.id("Ticker");
    (cache, feeds[0], id)
}

/// The posts as `id`, with `+` unread, `~` edited, `-` deleted.
fn shown(cache: &Cache, id: ArticleId) -> String {
    let sign = |on, sign| if on { sign } else { "" };
    let one = |p: &Posted| format!("{}{}{}{}", p.post.id, sign(!p.read, "+"), sign(p.edit.is_some(), "~"), sign(p.gone.is_some(), "-"));
    cache.article(id).posts.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn posts_are_merged_by_id_and_keep_their_own_read_state() {
    let (mut cache, feed, id) = ticker();
    cache.apply(Change::PostsRead { id, posts: ["a", "b"].map(Clean::line).to_vec() });
    // The page holds the newest only: what left it is not deleted.
    let applied = cache.poll(feed, vec![blog(vec![post("d", 5, "Fourth."), post("c", 10, "Third.")])]);
    assert_eq!((applied.posts, applied.changed.len()), (1, 0), "a post makes no version of the whole");
    assert_eq!(shown(&cache, id), "d+ c+ b a");
    // One in the middle is missed, one says something else.
    let applied = cache.poll(feed, vec![blog(vec![post("d", 5, "Fourth."), post("b", 20, "Second, and more."), post("a", 30, "First.")])]);
    assert_eq!(applied.posts, 0);
    assert_eq!(shown(&cache, id), "d+ c+- b~ a");
    assert_eq!(cache.titles("Third"), ["Ticker"], "posts are found by their words");
    cache.poll(feed, vec![blog(vec![post("d", 5, "Fourth."), post("c", 10, "Third."), post("b", 20, "Second, and more.")])]);
    assert_eq!(shown(&cache, id), "d+ c+ b~ a", "what comes back was not deleted");
}

#[test]
fn a_post_without_an_id_of_its_own_is_known_by_its_minute_and_words() {
    let (mut cache, feed, id) = ticker();
    let edited = LivePost { id: Clean::line("c with another beginning"), ..post("c", 10, "Third, corrected.") };
    let applied = cache.poll(feed, vec![blog(vec![edited, post("b", 20, "Second."), post("a", 30, "First.")])]);
    assert_eq!((applied.posts, shown(&cache, id).as_str()), (0, "c+~ b+ a+"));
    assert_eq!(cache.article(id).posts.len(), 3);
}

#[test]
fn what_is_followed_stands_on_the_desk_and_can_be_taken_back() {
    let (mut cache, _, id) = ticker();
    let live = |cache: &Cache| cache.reader.followed_live().unwrap();
    assert_eq!(cache.apply(Change::Follow(id)).label.as_str(), "following “Ticker”");
    assert_eq!((cache.unread("Ticker"), live(&cache), cache.article(id).marks.followed), ("3".into(), vec![id], true));
    assert_eq!(cache.titles("is:followed"), ["Ticker"]);
    cache.apply(Change::PostsRead { id, posts: vec![Clean::line("c")] });
    assert_eq!(cache.unread("Ticker"), "2");
    cache.apply(Change::Undo);
    assert!(live(&cache).is_empty() && !cache.article(id).marks.followed);
    cache.apply(Change::Redo);
    assert_eq!(live(&cache), [id]);
    cache.apply(Change::Follow(id));
    assert!(cache.titles("is:followed").is_empty());
}

#[test]
fn a_first_report_is_followed_for_itself_until_it_has_a_story() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("Ferry aground", 5), item("Ferry aground off Skarvik", 3)]);
    let id = cache.id("Ferry aground");
    cache.apply(Change::Follow(id));
    assert_eq!(cache.titles("is:followed"), ["Ferry aground"]);
    let placements = [id, cache.id("Ferry aground off Skarvik")];
    let placements =
        placements.map(|article| Placement { article, dispatch: None, story: Some(StoryId(1)), carries: None, tells: None }).to_vec();
    cache.apply(Change::Place(Box::new(Placed { placements, ..Placed::default() })));
    assert_eq!(cache.titles("is:followed").len(), 2, "all of the story is");
    assert_eq!(cache.unread("Ferry aground off Skarvik"), "2", "the desk lists the story: {:?}", cache.desk());
    assert!(cache.article(id).marks.followed);
    cache.apply(Change::Follow(cache.id("Ferry aground off Skarvik")));
    assert!(!cache.article(id).marks.followed, "its story is followed no more, whichever of its articles says so");
}

/// Both were taken for the one post that the page had at that time, and the first was lost.
#[test]
fn two_new_posts_of_a_minute_do_not_become_one() {
    let (mut cache, feed, id) = ticker();
    let like = |id: &str| LivePost { id: Clean::line(id), ..post("c", 10, "Third.") };
    let applied = cache.poll(feed, vec![blog(vec![like("x"), like("y"), post("b", 20, "Second."), post("a", 30, "First.")])]);
    assert_eq!((applied.posts, cache.article(id).posts.len()), (1, 4));
}

#[test]
fn following_is_taken_back_also_when_the_story_went_into_another() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("Ferry", 20), item("Boat", 10)]);
    let (ferry, boat) = (cache.id("Ferry"), cache.id("Boat"));
    let placed = |story: i64, merged| {
        let place = |article| Placement { article, dispatch: None, story: Some(StoryId(story)), carries: None, tells: None };
        Change::Place(Box::new(Placed { placements: vec![place(ferry), place(boat)], merged, ..Placed::default() }))
    };
    cache.apply(placed(1, Vec::new()));
    cache.apply(Change::Follow(ferry));
    cache.apply(placed(2, vec![(StoryId(1), StoryId(2))]));
    assert_eq!(cache.titles("is:followed").len(), 2);
    cache.apply(Change::Undo);
    assert!(cache.titles("is:followed").is_empty());
}
