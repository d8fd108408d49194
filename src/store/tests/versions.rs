//! What the cache keeps of an article that changes: the version that was read, and what was taken back.

use super::*;

fn page_of(id: ArticleId, result: Result<Item, Failure>) -> Change {
    Change::Page(Box::new(PageRead { id, at: now(), over: None, result, retry: false }))
}

fn gone() -> Failure {
    Failure { status: Some(410), ..Failure::new(FailureKind::Gone, "It is gone.", "") }
}

#[test]
fn what_changed_since_it_was_read_counts_as_changed_until_it_is_seen() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("Ferry aground", 5)]);
    let id = cache.id("Ferry aground");
    cache.apply(Change::Read { ids: vec![id], read: true });
    assert_eq!((cache.article(id).marks.seen, cache.unread("Changed")), (1, "0".into()));
    let guid = cache.article(id).item.guid;
    cache.poll(feeds[0], vec![Item { guid, ..item("Ferry afloat", 5) }]);
    let row = cache.page("is:changed", At::Top, 0, 9).rows.remove(0);
    assert!(row.changed_since() && row.read, "{row:?}");
    assert_eq!(cache.unread("Changed"), "1");
    cache.apply(Change::Seen { id, version: 2 });
    assert_eq!((cache.article(id).marks.seen, cache.unread("Changed")), (2, "0".into()));
    cache.apply(Change::Seen { id, version: 1 });
    assert_eq!(cache.article(id).marks.seen, 2, "what was seen stays seen");
}

#[test]
fn what_leaves_its_feed_early_is_looked_at_once_and_kept_when_its_page_is_gone() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let all = ["Oldest", "Taken back", "Newest"];
    let items = |titles: &[&str]| -> Vec<Item> {
        all.iter().zip([50, 40, 30]).filter(|(t, _)| titles.contains(t)).map(|(t, m)| item(t, m)).collect()
    };
    cache.poll(feeds[0], items(&all));
    let waiting = |cache: &Cache| cache.reader.teasers(9).unwrap().iter().map(|(id, ..)| *id).collect::<Vec<_>>();
    cache.poll(feeds[0], items(&["Newest"]));
    assert!(waiting(&cache).is_empty(), "what is older than all that stands has only moved out of the window");
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], items(&all));
    let id = cache.id("Taken back");
    cache.poll(feeds[0], items(&["Oldest", "Newest"]));
    assert_eq!(waiting(&cache), [id]);
    let before = cache.article(id);
    assert!(!before.pending, "nothing of its text is awaited");
    assert_eq!(cache.apply(page_of(id, Err(gone()))).changed, [id]);
    let after = cache.article(id);
    assert!(after.item.withdrawn() && after.item.body == before.item.body, "its text is kept");
    assert_eq!(after.versions.len(), 2);
    assert_eq!(cache.titles("is:withdrawn"), ["Taken back"]);
    cache.poll(feeds[0], items(&["Oldest", "Newest"]));
    assert!(waiting(&cache).is_empty(), "it is asked once");
}

#[test]
fn a_page_that_never_was_there_is_no_withdrawal() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![Item { complete: false, ..item("Teaser", 5) }]);
    let id = cache.id("Teaser");
    cache.apply(page_of(id, Err(Failure { status: Some(404), ..Failure::new(FailureKind::Status, "Nothing is there.", "") })));
    assert!(!cache.article(id).item.withdrawn());
}

fn moved_out(cache: &mut Cache, feed: FeedId, item: fn(&str, i64) -> Item) -> Vec<ArticleId> {
    let all = |titles: &[&str]| {
        [("Oldest", 50), ("Left", 40), ("Newest", 30)].into_iter().filter(|(t, _)| titles.contains(t)).map(|(t, m)| item(t, m)).collect()
    };
    cache.poll(feed, all(&["Oldest", "Left", "Newest"]));
    cache.poll(feed, all(&["Oldest", "Newest"]));
    cache.reader.teasers(9).unwrap().into_iter().map(|(id, ..)| id).collect()
}

#[test]
fn nothing_leaves_a_folder_or_a_file() {
    let mut cache = Cache::new();
    for local in [Local::Input, Local::Files, Local::Folder("/news/in".into())] {
        let address = Address::local(&local).unwrap();
        let feed = cache.apply(Change::Subscribe { address, settings: FeedSettings::default(), facts: None }).feed.unwrap();
        assert_eq!(moved_out(&mut cache, feed, item), [], "{local:?}");
    }
}

#[test]
fn an_article_without_an_address_is_not_asked_whether_it_still_stands() {
    fn bare(title: &str, minutes: i64) -> Item {
        Item { url: None, ..item(title, minutes) }
    }
    let (mut cache, feeds) = Cache::with_feeds(2);
    let asked = moved_out(&mut cache, feeds[0], item);
    assert_eq!(asked.len(), 1);
    assert_eq!(moved_out(&mut cache, feeds[1], bare), asked);
    // Nor do those that once were to be asked stand in the way of others.
    cache.writer.conn.execute("UPDATE article SET pending = 3 WHERE feed = ?1", [feeds[1].0]).unwrap();
    assert_eq!(cache.reader.teasers(1).unwrap().into_iter().map(|(id, ..)| id).collect::<Vec<_>>(), asked);
}

#[test]
fn a_passing_failure_leaves_the_question_whether_it_still_stands() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let id = moved_out(&mut cache, feeds[0], item)[0];
    let text = cache.article(id).item.body;
    let busy = Failure::new(FailureKind::Timeout, "It takes too long.", "");
    let late = Change::Page(Box::new(PageRead { id, at: now(), over: None, result: Err(busy), retry: true }));
    let again = |cache: &mut Cache| {
        cache.apply(late.clone());
        assert!(cache.reader.teasers(9).unwrap().is_empty() && !cache.article(id).pending, "not before the next poll");
        cache.poll(feeds[0], vec![item("Oldest", 50), item("Newest", 30)]);
        assert_eq!(cache.reader.teasers(9).unwrap().len(), 1);
    };
    again(&mut cache);
    // It stands: the feed's text stays.
    let other = Item { body: vec![Block::paragraph("A cookie banner.")], ..cache.article(id).item };
    cache.apply(page_of(id, Ok(other)));
    assert_eq!(cache.article(id).item.body, text);
    // It is gone: that says the same as at the first try.
    let (mut cache, _) = Cache::with_feeds(1);
    assert_eq!(moved_out(&mut cache, feeds[0], item), [id]);
    again(&mut cache);
    cache.apply(page_of(id, Err(Failure { status: Some(404), ..Failure::new(FailureKind::Status, "Nothing is there.", "") })));
    assert!(cache.article(id).item.withdrawn());
    // Back in its feed it is asked for nothing.
    let (mut cache, _) = Cache::with_feeds(1);
    assert_eq!(moved_out(&mut cache, feeds[0], item), [id]);
    cache.apply(late.clone());
    cache.poll(feeds[0], vec![item("Oldest", 50), item("Left", 40), item("Newest", 30)]);
    assert!(cache.reader.teasers(9).unwrap().is_empty());
}

#[test]
fn what_comes_back_as_it_was_is_no_longer_withdrawn() {
    fn teased(title: &str, minutes: i64) -> Item {
        teaser(title, minutes)
    }
    for (make, filled) in [(item as fn(&str, i64) -> Item, false), (teased, false), (teased, true)] {
        let (mut cache, feeds) = Cache::with_feeds(1);
        cache.writer = cache.writer.judging(|_, _| Default::default());
        let all = |titles: &[&str]| -> Vec<Item> {
            [("Oldest", 50), ("Left", 40), ("Newest", 30)]
                .into_iter()
                .filter(|(t, _)| titles.contains(t))
                .map(|(t, m)| make(t, m))
                .collect()
        };
        cache.poll(feeds[0], all(&["Oldest", "Left", "Newest"]));
        let id = cache.id("Left");
        let page = |cache: &Cache| {
            let delivered = cache.reader.delivered(id).unwrap().unwrap();
            Item { body: vec![Block::paragraph("The whole text, as its page has it.")], complete: true, ..delivered }
        };
        // Its page was read, or could not be had.
        if !make("", 0).complete {
            let read = if filled { Ok(page(&cache)) } else { Err(Failure::new(FailureKind::Status, "No.", "")) };
            cache.apply(page_of(id, read));
        }
        let text = cache.article(id).item.body;
        cache.poll(feeds[0], all(&["Oldest", "Newest"]));
        cache.apply(page_of(id, Err(gone())));
        assert_eq!(cache.titles("is:withdrawn"), ["Left"]);
        cache.poll(feeds[0], all(&["Oldest", "Left", "Newest"]));
        if cache.article(id).pending {
            let page = page(&cache);
            assert!(!page.withdrawn(), "what its page completes is the feed's word");
            cache.apply(page_of(id, Ok(page)));
        }
        let after = cache.article(id);
        assert!(!after.item.withdrawn() && cache.titles("is:withdrawn").is_empty(), "{filled}: {:?}", after.item);
        assert!(after.versions.len() >= 3, "that it was taken back is kept");
        assert!(after.item.body == text || after.item.complete);
    }
}
