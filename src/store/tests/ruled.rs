//! Rules at work on what arrives: each act, once for an article, and on the same query language as everything else.

use super::*;

/// A cache with these rules and one feed.
fn ruled(rules: &[(&str, &[&str], Option<&str>)]) -> (Cache, FeedId) {
    let rule = |(query, acts, tag): &(&str, &[&str], Option<&str>)| {
        Rule::new(query, &acts.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>(), *tag).unwrap()
    };
    let dir = tempfile::tempdir().unwrap();
    let writer = open(dir.path()).unwrap().ruling(rules.iter().map(rule).collect(), true);
    let reader = Reader::open(dir.path()).unwrap();
    let mut cache = Cache { dir, writer, reader };
    let feed = cache.subscribe(1, FeedSettings::default());
    (cache, feed)
}

#[test]
fn what_arrives_is_read_saved_tagged_or_hidden_by_its_words_and_its_fields() {
    let (mut cache, feed) = ruled(&[
        ("horoscope", &["hide", "read"], None),
        ("agency:apa", &["save"], Some("wire")),
        ("title:ferry OR title:boat", &["read"], None),
    ]);
    let items = vec![item("Horoscope of the day", 1), credited(item("Summit ends", 2), &["apa"]), item("Night ferry", 3), item("Plain", 4)];
    let applied = cache.poll(feed, items);
    assert_eq!((applied.new.len(), applied.label.as_str()), (4, ""));
    assert_eq!(cache.titles(""), ["Summit ends", "Night ferry", "Plain"]);
    assert_eq!(cache.titles("is:hidden"), ["Horoscope of the day"]);
    assert_eq!(cache.titles("is:hidden horoscope"), ["Horoscope of the day"]);
    assert_eq!(cache.titles("is:saved tag:wire"), ["Summit ends"]);
    assert_eq!(cache.titles("is:unread"), ["Summit ends", "Plain"]);
    assert_eq!((cache.unread("Unread").as_str(), cache.unread("Saved").as_str()), ("2", "1"));
    assert!(cache.apply(Change::Undo).label.contains("nothing to take back"), "it is nothing that the reader did");
}

#[test]
fn a_rule_acts_once_and_what_the_reader_makes_of_it_stands() {
    let (mut cache, feed) = ruled(&[("ferry", &["read"], None)]);
    cache.poll(feed, vec![teaser("Night ferry", 3), teaser("Harbour", 4)]);
    let (ferry, harbour) = (cache.id("Night ferry"), cache.id("Harbour"));
    cache.apply(Change::Read { ids: vec![ferry], read: false });
    let page = |id, text: &str, title: &str| {
        let item = Item { body: vec![Block::paragraph(text)], ..item(title, 3) };
        Change::Page(Box::new(PageRead { id, at: now(), over: None, result: Ok(item), retry: false }))
    };
    cache.apply(page(ferry, "The whole text of the ferry.", "Night ferry"));
    assert_eq!(cache.titles("is:unread"), ["Night ferry", "Harbour"]);
    // Its teaser did not speak of it; its page does.
    cache.apply(page(harbour, "All about the new ferry.", "Harbour"));
    assert_eq!(cache.titles("is:unread"), ["Night ferry"]);
    let rule = Rule::new("ferry", &["read".into()], None).unwrap();
    assert_eq!(cache.reader.acted(&rule).unwrap().articles, 2);
    assert_eq!(cache.reader.matches(&rule.query, now()).unwrap(), 2);
}

#[test]
fn what_is_hidden_stays_so_until_it_is_saved() {
    let (mut cache, feed) = ruled(&[("lotto", &["hide"], None)]);
    cache.poll(feed, vec![item("Lotto", 1), item("News", 2)]);
    cache.apply(Change::Unsubscribe(feed));
    cache.apply(Change::Undo);
    assert_eq!(cache.titles(""), ["News"]);
    let id = cache.page("is:hidden", At::Top, 0, 9).rows[0].id;
    cache.apply(Change::Save { ids: vec![id], saved: true });
    assert_eq!(cache.titles(""), ["Lotto", "News"]);
    cache.apply(Change::Save { ids: vec![id], saved: false });
    assert_eq!((cache.titles(""), cache.titles("is:hidden")), (vec!["News".to_owned()], vec!["Lotto".to_owned()]));
    assert_eq!(cache.unread("Unread"), "1");
}

#[test]
fn a_list_does_not_count_what_a_rule_hides() {
    let (mut cache, feed) = ruled(&[("ferry", &["hide"], None)]);
    cache.poll(feed, vec![item("Ferry", 5), item("Harbour", 6)]);
    assert_eq!(cache.page("", At::Top, 0, 10).total, Count { n: 1, more: false });
}
