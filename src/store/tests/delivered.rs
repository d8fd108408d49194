//! A teaser feed corrects its articles as any other feed does, whatever becomes of their pages.

use super::*;

const PAGE: &str = "A long text, as the page had it, with far more words than any teaser has.";

fn read(id: ArticleId, item: Item) -> Change {
    Change::Page(Box::new(PageRead { id, at: now(), over: None, result: Ok(item), retry: false }))
}

fn failed(id: ArticleId, retry: bool) -> Change {
    let failure = Failure::new(FailureKind::Status, "It is not there (404).", "Look at the site.");
    Change::Page(Box::new(PageRead { id, at: now(), over: None, result: Err(failure), retry }))
}

/// An article whose page was read.
fn filled() -> (Cache, FeedId, ArticleId) {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let id = cache.poll(feeds[0], vec![credited(teaser("A", 10), &["dpa"])]).new[0];
    let delivered = cache.reader.delivered(id).unwrap().unwrap();
    assert_eq!(plain_text(&delivered.body), "A few words.");
    let page = Item { body: vec![Block::paragraph(PAGE)], complete: true, byline: Some(Clean::line("By Page")), ..delivered };
    cache.apply(read(id, page));
    (cache, feeds[0], id)
}

fn corrected() -> Item {
    let mut item = credited(teaser("A", 10), &["apa"]);
    item.title = Clean::line("A, corrected");
    item.summary = Some(Clean::line("Not as it was."));
    item.body = vec![Block::paragraph("Other few words.")];
    item
}

fn bodies(cache: &Cache) -> i64 {
    cache.writer.conn.query_row("SELECT count(*) FROM body", [], |r| r.get(0)).unwrap()
}

#[test]
fn a_corrected_teaser_is_what_its_page_completes() {
    let (mut cache, feed, id) = filled();
    assert_eq!(plain_text(&cache.reader.delivered(id).unwrap().unwrap().body), "A few words.");
    assert_eq!(cache.poll(feed, vec![corrected()]).changed, []);
    assert_eq!(cache.reader.teasers(9).unwrap().len(), 1);
    let delivered = cache.reader.delivered(id).unwrap().unwrap();
    assert_eq!((delivered.title.as_str(), plain_text(&delivered.body).as_str()), ("A, corrected", "Other few words."));
    let page = Item { body: vec![Block::paragraph("The new page is short.")], complete: true, ..delivered };
    assert_eq!(cache.apply(read(id, page)).changed, [id]);
    let article = cache.article(id);
    assert_eq!((article.item.title.as_str(), plain_text(&article.item.body).as_str()), ("A, corrected", "The new page is short."));
    assert_eq!(cache.titles("agency:apa"), ["A, corrected"]);
    assert!(cache.titles("agency:dpa").is_empty());
    assert!(!article.pending);
    assert_eq!(cache.reader.delivered(ArticleId(99)).unwrap(), None);
}

#[test]
fn a_correction_stands_though_its_page_is_gone() {
    let (mut cache, feed, id) = filled();
    cache.poll(feed, vec![corrected()]);
    assert_eq!(cache.apply(failed(id, false)).changed, [id]);
    let article = cache.article(id);
    assert_eq!((article.item.title.as_str(), article.version, article.pending), ("A, corrected", 2, false));
    assert_eq!(article.item.summary.as_deref(), Some("Not as it was."));
    assert_eq!(article.item.byline.as_deref(), Some("By Page"));
    assert_eq!(plain_text(&article.item.body), PAGE);
    assert_eq!(cache.titles("agency:apa"), ["A, corrected"]);
    // The same again is nothing new; the next correction is.
    assert_eq!(cache.poll(feed, vec![corrected()]).count, 0);
    let again = Item { title: Clean::line("A, once more"), ..corrected() };
    cache.poll(feed, vec![again]);
    assert_eq!(cache.apply(failed(id, false)).changed, [id]);
    assert_eq!(cache.titles(""), ["A, once more"]);
}

#[test]
fn a_withdrawal_stands_after_the_last_try_for_its_page() {
    let (mut cache, feed, id) = filled();
    let withdrawn = Item { status: Status::Canceled, ..teaser("A", 10) };
    cache.poll(feed, vec![withdrawn.clone()]);
    for tries in 1..=5 {
        assert_eq!(cache.apply(failed(id, true)).changed.len(), usize::from(tries == 5));
        cache.poll(feed, vec![withdrawn.clone()]);
    }
    assert_eq!(cache.titles("is:withdrawn"), ["A"]);
    assert!(!cache.article(id).pending);
}

#[test]
fn a_feed_that_grew_complete_needs_no_page() {
    let (mut cache, feed, id) = filled();
    let whole = Item { complete: true, ..corrected() };
    assert_eq!(cache.poll(feed, vec![whole]).changed, [id]);
    let article = cache.article(id);
    assert_eq!((article.item.title.as_str(), plain_text(&article.item.body).as_str()), ("A, corrected", "Other few words."));
    assert!(!article.pending);
}

#[test]
fn texts_that_nothing_has_any_more_are_dropped() {
    let (mut cache, feed, id) = filled();
    assert_eq!(bodies(&cache), 2);
    cache.poll(feed, vec![corrected()]);
    assert_eq!(bodies(&cache), 2);
    // What the feed delivered is a version of its own now, and needs keeping no longer.
    cache.poll(feed, vec![Item { complete: true, ..corrected() }]);
    cache.apply(failed(id, false));
    let orphans = "SELECT count(*) FROM body WHERE id NOT IN (SELECT body FROM version WHERE body IS NOT NULL UNION SELECT body FROM delivered WHERE body IS NOT NULL)";
    assert_eq!(cache.writer.conn.query_row(orphans, [], |r| r.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn nothing_waits_for_ever_where_no_pages_are_fetched() {
    let (mut cache, feed, id) = filled();
    let always = FeedSettings { full_text: FullText::Always, ..FeedSettings::default() };
    let other = cache.subscribe(2, always);
    let poll = |feed, item: Item, pages| {
        let read = Outcome::Read { facts: FeedFacts::default(), items: vec![item], validators: Validators::default(), warnings: vec![] };
        let Change::Polled(mut p) = polled(feed, read) else { unreachable!() };
        p.pages = pages;
        Change::Polled(p)
    };
    cache.apply(poll(feed, teaser("B", 1), Some(true)));
    cache.apply(poll(other, teaser("C", 1), Some(false)));
    assert_eq!(cache.reader.teasers(9).unwrap().len(), 2);
    cache.apply(poll(feed, teaser("D", 1), Some(false)));
    assert_eq!(cache.reader.teasers(9).unwrap().iter().map(|t| t.1).collect::<Vec<_>>(), [other]);
    // Its change is filed at once, over the page's text.
    assert_eq!(cache.apply(poll(feed, corrected(), Some(false))).changed, [id]);
    assert_eq!(plain_text(&cache.article(id).item.body), PAGE);
    cache.apply(poll(feed, teaser("E", 1), None));
    assert_eq!(cache.reader.teasers(9).unwrap().len(), 2);
    let never = FeedSettings { full_text: FullText::Never, ..FeedSettings::default() };
    cache.apply(poll(feed, Item { title: Clean::line("A, late"), ..corrected() }, None));
    cache.apply(Change::EditFeed { feed, address: None, settings: Some(never) });
    assert_eq!(cache.article(id).item.title.as_str(), "A, late");
    assert_eq!(cache.reader.teasers(9).unwrap().len(), 1);
}

#[test]
fn posts_of_a_live_page_are_merged() {
    let (mut cache, _, id) = filled();
    let post = |n: i64| LivePost {
        id: Clean::line(&format!("post {n}")),
        time: Some(ago(60 - n)),
        updated: None,
        title: None,
        body: vec![Block::paragraph("It goes on.")],
        key_event: false,
    };
    for posts in [vec![post(1)], vec![post(3), post(2)]] {
        let item = Item { posts, live: true, ..cache.article(id).item };
        cache.apply(read(id, item));
    }
    assert_eq!(cache.article(id).posts.len(), 3);
}

#[test]
fn a_page_that_comes_late_does_not_undo_what_the_feed_said_meanwhile() {
    let late = |cache: &Cache, id, title: &str, over| {
        let item = Item { title: Clean::line(title), body: vec![Block::paragraph(PAGE)], complete: true, ..cache.article(id).item };
        Change::Page(Box::new(PageRead { id, at: now(), over, result: Ok(item), retry: false }))
    };
    let refused = |cache: &mut Cache, change: Change| cache.writer.apply(&[change], now()).unwrap().remove(0).failure.is_some();
    // The teaser of what has no page yet is withdrawn while its page is under way.
    let (mut cache, feeds) = Cache::with_feeds(1);
    let id = cache.poll(feeds[0], vec![teaser("A", 10)]).new[0];
    let page = late(&cache, id, "A", cache.reader.delivery(id).unwrap());
    cache.poll(feeds[0], vec![Item { status: Status::Canceled, ..teaser("A", 10) }]);
    assert!(refused(&mut cache, page));
    assert_eq!((cache.titles("is:withdrawn"), cache.reader.teasers(9).unwrap().len()), (vec!["A".to_owned()], 1));
    // The teaser of what was read before is corrected.
    let (mut cache, feed, id) = filled();
    let page = late(&cache, id, "A", cache.reader.delivery(id).unwrap());
    let gone = Failure { status: Some(410), ..Failure::new(FailureKind::Gone, "It is gone.", "") };
    let over = cache.reader.delivery(id).unwrap();
    let gone = Change::Page(Box::new(PageRead { id, at: now(), over, result: Err(gone), retry: false }));
    cache.poll(feed, vec![corrected()]);
    assert!(refused(&mut cache, page) && refused(&mut cache, gone));
    assert_eq!(cache.reader.teasers(9).unwrap().len(), 1);
    // What is read over the new delivery is filed.
    let page = late(&cache, id, "A, corrected", cache.reader.delivery(id).unwrap());
    assert_eq!(cache.apply(page).changed, [id]);
    assert_eq!((cache.titles(""), cache.reader.teasers(9).unwrap().len()), (vec!["A, corrected".to_owned()], 0));
}
