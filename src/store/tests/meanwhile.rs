//! What happens while something else is under way, and rows that cannot be read: each costs itself only.

use super::*;

fn answer(feed: FeedId, items: Vec<Item>) -> Polled {
    let validators = Validators { etag: Some("\"old\"".into()), last_modified: None };
    let read = Outcome::Read { facts: FeedFacts::default(), items, validators, warnings: vec![] };
    match polled(feed, read) {
        Change::Polled(p) => *p,
        _ => unreachable!(),
    }
}

/// The first feed as it was asked.
fn draft(settings: FeedSettings) -> Option<Draft> {
    Some(Draft { address: address(1), settings })
}

fn feed_of(cache: &Cache, id: FeedId) -> Feed {
    cache.reader.feeds().unwrap().into_iter().find(|f| f.id == id).unwrap()
}

#[test]
fn an_answer_from_an_address_that_was_changed_meanwhile_is_not_filed() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let asked = |item: &str| Polled { asked: draft(FeedSettings::default()), ..answer(feeds[0], vec![item_of(item)]) };
    fn item_of(title: &str) -> Item {
        item(title, 1)
    }
    cache.apply(Change::Polled(Box::new(asked("A"))));
    cache.apply(Change::EditFeed { feed: feeds[0], address: Some(address(7)), settings: None });
    assert_eq!(cache.apply(Change::Polled(Box::new(asked("B")))).new, []);
    assert_eq!(cache.titles(""), ["A"]);
    let due = cache.reader.due(now(), false).unwrap();
    assert_eq!((due.len(), &due[0].validators, &due[0].feed.address), (1, &Validators::default(), &address(7)));
}

#[test]
fn a_pause_set_while_a_feed_is_asked_stays() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let paused = FeedSettings { paused: true, ..FeedSettings::default() };
    cache.apply(Change::EditFeed { feed: feeds[0], address: None, settings: Some(paused) });
    cache.apply(Change::Polled(Box::new(Polled { asked: draft(FeedSettings::default()), ..answer(feeds[0], vec![item("A", 1)]) })));
    assert_eq!(cache.titles(""), ["A"]);
    assert!(feed_of(&cache, feeds[0]).settings.paused);
    assert!(cache.reader.due(now(), true).unwrap().is_empty());
}

#[test]
fn the_next_feed_is_the_first_that_may_be_asked() {
    let (mut cache, feeds) = Cache::with_feeds(3);
    let next = |cache: &Cache| cache.reader.next_due(now()).unwrap();
    assert_eq!(next(&cache), Some(Timestamp::MIN), "never asked");
    for (minutes, feed) in [40, 10, 20].into_iter().zip(&feeds) {
        let at = Polled { next: ago(-minutes), ..answer(*feed, vec![]) };
        cache.apply(Change::Polled(Box::new(at)));
    }
    assert_eq!(next(&cache), Some(ago(-10)));
    cache.apply(Change::HostWait { host: address(2).host(), until: ago(-30) });
    assert_eq!(next(&cache), Some(ago(-20)), "the host of the first wants peace");
    cache.apply(Change::Unsubscribe(feeds[2]));
    assert_eq!(next(&cache), Some(ago(-30)));
    let paused = FeedSettings { paused: true, ..FeedSettings::default() };
    cache.apply(Change::EditFeed { feed: feeds[0], address: None, settings: Some(paused.clone()) });
    cache.apply(Change::EditFeed { feed: feeds[1], address: None, settings: Some(paused) });
    assert_eq!(next(&cache), None);
}

#[test]
fn a_feed_that_moved_onto_another_subscription_says_so_and_rests() {
    let (mut cache, feeds) = Cache::with_feeds(2);
    let moved = Polled { moved: Some(address(2)), ..answer(feeds[0], vec![item("A", 1)]) };
    cache.apply(Change::Polled(Box::new(moved)));
    let feed = feed_of(&cache, feeds[0]);
    assert_eq!(feed.address, address(1));
    assert_eq!(
        feed.health.failure.unwrap().to_string(),
        "It has moved to https://outlet2.example/feed, which you follow already, and is asked no more. Remove it: what is saved stays."
    );
    assert_eq!((feed.health.failures, feed.health.succeeded), (0, Some(now())));
    let due = cache.reader.due(now(), true).unwrap();
    assert_eq!(due.iter().map(|d| d.feed.id).collect::<Vec<_>>(), [feeds[1]]);
    // Another address, or the other one's end, and it is asked again.
    cache.apply(Change::EditFeed { feed: feeds[0], address: Some(address(3)), settings: None });
    assert_eq!(cache.reader.due(now(), true).unwrap().len(), 2);
}

#[test]
fn a_subscription_that_was_given_up_is_no_obstacle() {
    let (mut cache, feeds) = Cache::with_feeds(2);
    cache.poll(feeds[1], vec![item("kept", 5)]);
    cache.apply(Change::Save { ids: vec![cache.id("kept")], saved: true });
    cache.apply(Change::Unsubscribe(feeds[1]));
    let moved = Polled { moved: Some(address(2)), ..answer(feeds[0], vec![item("A", 1)]) };
    cache.apply(Change::Polled(Box::new(moved)));
    assert_eq!(feed_of(&cache, feeds[0]).address, address(2));
    assert_eq!(cache.titles("is:saved"), ["kept"]);
    cache.apply(Change::EditFeed { feed: feeds[0], address: Some(address(1)), settings: None });
    assert_eq!(feed_of(&cache, feeds[0]).address, address(1));
    cache.apply(Change::Undo);
    assert_eq!(feed_of(&cache, feeds[0]).address, address(2));
}

#[test]
fn the_longest_wait_that_a_host_asked_for_counts() {
    let mut cache = Cache::new();
    let wait = |minutes: i64| Change::HostWait { host: "outlet.example".into(), until: ago(-minutes) };
    for minutes in [60, 5, 30] {
        cache.apply(wait(minutes));
    }
    assert_eq!(cache.reader.host_waits(now()).unwrap(), [("outlet.example".to_owned(), ago(-60))]);
}

#[test]
fn a_deed_that_cannot_be_taken_back_does_not_block_those_before_it() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("A", 1)]);
    let id = cache.id("A");
    cache.apply(Change::Read { ids: vec![id], read: true });
    cache.apply(Change::Save { ids: vec![id], saved: true });
    cache.apply(Change::EditFeed { feed: feeds[0], address: Some(address(7)), settings: None });
    cache.apply(Change::Subscribe { address: address(1), settings: FeedSettings::default(), facts: None });
    cache.writer.conn.execute_batch("UPDATE journal SET deed = 'no JSON' WHERE label LIKE 'saved%'").unwrap();
    let mut undo = || cache.writer.apply(&[Change::Undo], now()).unwrap().pop().unwrap();
    let refused = undo().failure.unwrap();
    assert_eq!(
        refused.as_str(),
        "Cannot take back “changed address of outlet1.example”: outlet1.example already stands at https://outlet1.example/feed."
    );
    let broken = undo().failure.unwrap();
    assert!(broken.starts_with("Cannot take back “saved 1 article”: A row of the cache cannot be read"), "{broken}");
    assert_eq!(undo().label.as_str(), "took back: marked 1 article read");
    assert_eq!(undo().label.as_str(), "nothing to take back");
    assert_eq!(cache.titles("is:unread is:saved"), ["A"]);
    assert_eq!(cache.apply(Change::Redo).label.as_str(), "did again: marked 1 article read");
}

#[test]
fn a_feed_whose_row_cannot_be_read_does_not_hide_the_others() {
    let (mut cache, feeds) = Cache::with_feeds(3);
    let sql = "UPDATE feed SET settings = '{', rhythm = x'ff' WHERE id = 1; UPDATE feed SET address = 'nowhere at all' WHERE id = 3";
    cache.writer.conn.execute_batch(sql).unwrap();
    let all = cache.reader.feeds().unwrap();
    assert_eq!(all.iter().map(|f| f.id).collect::<Vec<_>>(), feeds[..2]);
    let failure = all[0].health.failure.clone().unwrap();
    assert_eq!(failure.what.as_str(), "What the cache kept of it cannot be read: settings, schedule.");
    assert!(all[1].health.failure.is_none());
    assert_eq!(cache.reader.due(now(), false).unwrap().len(), 2);
    assert_eq!(cache.poll(feeds[0], vec![item("A", 1)]).new.len(), 1);
}

#[test]
fn the_desk_does_not_move_while_it_is_read() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let items = vec![
        credited(item("A", 1), &["zpa"]),
        credited(item("B", 2), &["zpa", "Bpa"]),
        credited(item("C", 3), &["apa"]),
        credited(item("D", 60 * 24 * 40), &["old"]),
    ];
    let ids = cache.poll(feeds[0], items).new;
    let agencies =
        |cache: &Cache| cache.desk().into_iter().filter(|(l, _)| ["apa", "Bpa", "zpa", "old"].contains(&l.as_str())).collect::<Vec<_>>();
    let rows = |want: [(&str, &str); 4]| want.map(|(l, n)| (l.to_owned(), n.to_owned()));
    assert_eq!(agencies(&cache), rows([("apa", "1"), ("Bpa", "1"), ("old", "1"), ("zpa", "2")]));
    cache.apply(Change::Read { ids, read: true });
    // What brought nothing for a month may go.
    assert_eq!(agencies(&cache), rows([("apa", "0"), ("Bpa", "0"), ("zpa", "0"), ("", "")])[..3]);
}

#[test]
fn what_is_subscribed_already_keeps_its_settings_and_says_so() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let settings = FeedSettings { folder: Some(Clean::line("World")), ..FeedSettings::default() };
    let applied = cache.apply(Change::Subscribe { address: address(1), settings, facts: None });
    assert_eq!((applied.feed, applied.subscribed, applied.count), (Some(feeds[0]), false, 0));
    assert_eq!(applied.label.as_str(), "already subscribed to outlet1.example");
    assert_eq!(feed_of(&cache, feeds[0]).settings, FeedSettings::default());
}

#[test]
fn a_setting_counts_from_now_on_and_wakes_only_what_it_may_mend() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let set = |cache: &mut Cache, settings: &FeedSettings| {
        cache.apply(Change::EditFeed { feed: feeds[0], address: None, settings: Some(settings.clone()) });
        cache.reader.feeds().unwrap()[0].health.clone()
    };
    let due = |c: &Cache| c.reader.due(now(), false).unwrap().len();
    cache.poll(feeds[0], vec![]);
    // The interval counts from the last poll on.
    let half = FeedSettings { interval: Some(1800), ..FeedSettings::default() };
    let health = set(&mut cache, &half);
    assert_eq!((health.next, health.why_next.unwrap().as_str()), (Some(ago(-30)), "you set 30 min"));
    assert_eq!(due(&cache), 0);
    // A feed that was refused is asked at once when it gets a login, not when it gets a name.
    let failed = |kind| Outcome::Failed(Failure::new(kind, "It is refused.", "Set a login."));
    cache.apply(polled(feeds[0], failed(FailureKind::Auth)));
    let named = FeedSettings { title: Some(Clean::line("Mine")), ..half };
    set(&mut cache, &named);
    assert_eq!(due(&cache), 0);
    let opened = FeedSettings { user: Some("me".into()), password: Some(PasswordFrom::Keyring), ..named };
    set(&mut cache, &opened);
    assert_eq!(due(&cache), 1);
    // What is gone stays so until it gets another address.
    cache.apply(polled(feeds[0], failed(FailureKind::Gone)));
    assert!(set(&mut cache, &FeedSettings { title: None, ..opened }).gone);
}

#[test]
fn a_login_set_while_its_feed_is_asked_is_tried_at_once() {
    let refused = || Outcome::Failed(Failure::new(FailureKind::Auth, "It is refused.", "Set a login."));
    let (mut cache, feeds) = Cache::with_feeds(1);
    let poll = |cache: &mut Cache, settings: &FeedSettings| {
        let asked = Polled { asked: draft(settings.clone()), outcome: refused(), ..answer(feeds[0], vec![]) };
        cache.apply(Change::Polled(Box::new(asked)));
        cache.reader.due(now(), false).unwrap().len()
    };
    let none = FeedSettings::default();
    let login = FeedSettings { user: Some("me".into()), password: Some(PasswordFrom::Keyring), ..none.clone() };
    assert_eq!(poll(&mut cache, &none), 0);
    cache.apply(Change::EditFeed { feed: feeds[0], address: None, settings: Some(login.clone()) });
    assert_eq!(poll(&mut cache, &none), 1, "this answer was to the request without it");
    assert_eq!(poll(&mut cache, &login), 0);
    // What came all the same is news.
    let read = Polled { asked: draft(none), ..answer(feeds[0], vec![item("A", 1)]) };
    assert_eq!(cache.apply(Change::Polled(Box::new(read))).new.len(), 1);
}
