//! Who is told of what, and that nobody is told twice.

use super::*;

/// A cache whose rule alerts of ferries, with two feeds.
fn watched() -> (Cache, Vec<FeedId>) {
    let dir = tempfile::tempdir().unwrap();
    let writer = open(dir.path()).unwrap().ruling(vec![Rule::alerting("ferry".parse().unwrap(), Clean::line("Boats"))], true);
    let reader = Reader::open(dir.path()).unwrap();
    let mut cache = Cache { dir, writer, reader };
    let feeds = (1..=2).map(|n| cache.subscribe(n, FeedSettings::default())).collect();
    (cache, feeds)
}

impl Cache {
    /// It is found out where these belong.
    fn placed(&mut self, articles: &[ArticleId], dispatch: Option<i64>, story: Option<i64>) {
        let place = |id: &ArticleId| Placement {
            article: *id,
            dispatch: dispatch.map(DispatchKey),
            story: story.map(StoryId),
            carries: None,
            tells: None,
        };
        let likenesses = articles.iter().map(|id| (*id, vec![1])).collect();
        let placed = Placed { placements: articles.iter().map(place).collect(), likenesses, ..Placed::default() };
        self.apply(Change::Place(Box::new(placed)));
    }

    fn told_of(&self) -> Vec<(String, u32, String)> {
        let alerts = self.reader.alerts(now()).unwrap();
        alerts.into_iter().map(|a| (a.title.into_string(), a.version, a.why.into_string())).collect()
    }

    fn claimed(&mut self) -> u64 {
        let alerts = self.reader.alerts(now()).unwrap();
        alerts.iter().map(|a| self.apply(Change::Alerted { article: a.article, version: a.version }).count).sum()
    }
}

#[test]
fn a_dispatch_is_told_once_when_its_place_is_known() {
    let (mut cache, feeds) = watched();
    cache.poll(feeds[0], vec![item("Ferry stops", 5), item("Harbour", 6), item("Old ferry", 60 * 24)]);
    assert!(cache.told_of().is_empty(), "it might be a dispatch that was told");
    let (ferry, old) = (cache.id("Ferry stops"), cache.id("Old ferry"));
    cache.placed(&[ferry, cache.id("Harbour"), old], None, None);
    assert_eq!(cache.told_of(), [("Ferry stops".to_owned(), 1, "Boats".to_owned())]);
    assert_eq!((cache.claimed(), cache.claimed()), (1, 0));
    // Another outlet prints the same.
    cache.poll(feeds[1], vec![item("Ferry stops at noon", 1)]);
    let copy = cache.id("Ferry stops at noon");
    cache.placed(&[ferry, copy], Some(7), None);
    assert_eq!((cache.told_of().len(), cache.claimed(), cache.told_of().len()), (1, 0, 0));
}

#[test]
fn what_was_read_meanwhile_is_not_told_and_a_correction_of_what_was_told_is_known_as_one() {
    let (mut cache, feeds) = watched();
    cache.poll(feeds[0], vec![item("Ferry stops", 5), item("Ferry goes", 6)]);
    let (stops, goes) = (cache.id("Ferry stops"), cache.id("Ferry goes"));
    cache.placed(&[stops, goes], None, None);
    cache.apply(Change::Read { ids: vec![goes], read: true });
    assert_eq!(cache.told_of().len(), 1);
    cache.claimed();
    let corrected = Item { signals: vec![Signal::Correction], body: vec![Block::paragraph("Not so.")], ..item("Ferry stops", 5) };
    cache.poll(feeds[0], vec![corrected]);
    assert_eq!(cache.told_of(), [("Ferry stops".to_owned(), 2, "Boats".to_owned())]);
}

#[test]
fn what_comes_to_a_followed_story_is_told_and_what_was_there_is_not() {
    let (mut cache, feeds) = watched();
    cache.poll(feeds[0], vec![item("Harbour council", 5)]);
    let first = cache.id("Harbour council");
    cache.writer.run("INSERT INTO story(id, title) VALUES (7, 'The harbour')").unwrap();
    cache.placed(&[first], None, Some(7));
    let since = now().as_microsecond() + 1;
    cache.writer.run(&format!("INSERT INTO follow(story, since) VALUES (7, {since})")).unwrap();
    cache.placed(&[first], None, Some(7));
    assert!(cache.told_of().is_empty());
    cache.writer.run(&format!("UPDATE follow SET since = {}", since - 1)).unwrap();
    cache.poll(feeds[1], vec![item("Council votes", 1)]);
    let votes = cache.id("Council votes");
    cache.placed(&[votes], None, Some(7));
    assert_eq!(cache.told_of()[0], ("Council votes".to_owned(), 1, "The harbour".to_owned()));
}

#[test]
fn a_live_blog_that_is_followed_tells_its_newest_post_once() {
    let (mut cache, feeds) = watched();
    let post = |n: i64| LivePost {
        id: Clean::line(&format!("post {n}")),
        time: Some(ago(60 - n)),
        updated: None,
        title: Some(Clean::line(&format!("Headline {n}"))),
        body: vec![Block::paragraph(&format!("What happened at {n}."))],
        key_event: false,
    };
    let blog = |posts| Item { live: true, posts, ..item("Harbour live", 60) };
    cache.poll(feeds[0], vec![blog(vec![post(1)])]);
    let id = cache.id("Harbour live");
    cache.placed(&[id], None, None);
    let look = |cache: &mut Cache, minutes: i64, posts| {
        let at = now() + jiff::SignedDuration::from_mins(minutes);
        cache.apply(Change::Page(Box::new(PageRead { id, at, over: None, result: Ok(blog(posts)), retry: false })));
    };
    look(&mut cache, 1, vec![post(2), post(1)]);
    assert!(cache.told_of().is_empty(), "nobody follows it");
    cache.apply(Change::Follow(id));
    look(&mut cache, 2, vec![post(4), post(3), post(2), post(1)]);
    let told = cache.told_of();
    assert_eq!(told.iter().map(|t| (t.0.as_str(), t.2.as_str())).collect::<Vec<_>>(), [("Headline 4", "Harbour live")]);
    assert!(cache.reader.alerts(now()).unwrap().iter().all(|a| !a.corrects()));
    look(&mut cache, 3, vec![post(4), post(3), post(2), post(1)]);
    assert_eq!((cache.claimed(), cache.claimed()), (1, 0));
    // One who has read it needs no telling.
    look(&mut cache, 4, vec![post(5), post(4), post(3), post(2), post(1)]);
    assert_eq!(cache.told_of().len(), 1);
    cache.apply(Change::PostsRead { id, posts: vec![Clean::line("post 5")] });
    assert!(cache.told_of().is_empty());
}

#[test]
fn a_view_of_the_readers_own_alerts_until_it_no_longer_does() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let keep = ViewEdit::Keep { name: Clean::line("Harbours"), query: "harbour".parse().unwrap() };
    cache.apply(Change::EditView(keep));
    cache.poll(feeds[0], vec![item("Harbour closed", 9)]);
    let alert = Change::EditView(ViewEdit::Alert(ViewId(1)));
    assert_eq!(cache.apply(alert.clone()).label.as_str(), "“Harbours” alerts from now on");
    cache.poll(feeds[0], vec![item("Harbour open", 5), item("Ferry", 5)]);
    let all = ["Harbour closed", "Harbour open", "Ferry"].map(|title| cache.id(title));
    cache.placed(&all, None, None);
    assert_eq!(cache.told_of(), [("Harbour open".to_owned(), 1, "Harbours".to_owned())], "what was there before is known");
    cache.claimed();
    cache.apply(Change::Undo);
    cache.poll(feeds[0], vec![item("Harbour closed again", 1)]);
    let id = cache.id("Harbour closed again");
    cache.placed(&[id], None, None);
    assert!(cache.told_of().is_empty());
}

/// A correction was told again with every later edit of the same text, and never of an article older than four days.
#[test]
fn one_correction_is_told_once_however_often_it_is_edited() {
    let (mut cache, feeds) = watched();
    cache.poll(feeds[0], vec![item("Ferry stops", 5)]);
    let id = cache.id("Ferry stops");
    cache.placed(&[id], None, None);
    cache.claimed();
    let text = |text: &str| Item { signals: vec![Signal::Correction], body: vec![Block::paragraph(text)], ..item("Ferry stops", 5) };
    cache.poll(feeds[0], vec![text("Not so.")]);
    cache.writer.conn.execute("DELETE FROM likeness", []).unwrap();
    assert_eq!((cache.told_of().len(), cache.claimed()), (1, 1));
    cache.poll(feeds[0], vec![text("Not so, and more of it.")]);
    assert_eq!(cache.article(id).versions.len(), 3);
    assert!(cache.told_of().is_empty());
}
