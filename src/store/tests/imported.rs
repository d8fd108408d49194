//! What comes from elsewhere is there once, with its marks, however often it is brought, and its feed finds it again.

use super::*;

fn imported(guid: &str, title: &str, read: bool, saved: bool) -> Imported {
    let item = Item {
        guid: Clean::line(guid),
        title: Clean::line(title),
        published: Some(ago(60)),
        body: vec![Block::paragraph("As the other reader kept it.")],
        ..Item::default()
    };
    Imported { item, marks: Marks { read, saved, tags: vec![Clean::line("flag-q")], ..Marks::default() }, marks_only: false }
}

fn import(cache: &mut Cache, items: Vec<Imported>) -> Applied {
    cache.apply(Change::Import { address: address(1), settings: FeedSettings::default(), facts: None, items })
}

fn again() -> Vec<Imported> {
    vec![
        imported("c", "Third", false, false),
        imported("b", "Second", true, true),
        Imported { marks_only: true, ..imported("a", "First", true, false) },
    ]
}

#[test]
fn an_import_brings_entries_and_marks_and_a_second_one_nothing() {
    let mut cache = Cache::new();
    let first = import(&mut cache, again());
    assert!(first.subscribed);
    assert_eq!(first.new.len(), 2);
    assert_eq!(cache.titles("is:unread"), ["Third"]);
    assert_eq!(cache.titles("is:saved"), ["Second"]);
    assert_eq!(cache.titles("tag:flag-q").len(), 2);
    let second = import(&mut cache, again());
    assert_eq!((second.subscribed, second.count, second.new.len()), (false, 0, 0));
}

#[test]
fn what_the_reader_did_here_stands() {
    let mut cache = Cache::new();
    let ids = import(&mut cache, again()).new;
    cache.apply(Change::Read { ids, read: false });
    import(&mut cache, again());
    assert_eq!(cache.titles("is:unread"), ["Third", "Second"]);
}

#[test]
fn the_next_poll_finds_what_was_imported() {
    let mut cache = Cache::new();
    let feed = import(&mut cache, again()).feed.unwrap();
    let item = |guid: &str, title: &str, text: &str| Item {
        guid: Clean::line(guid),
        title: Clean::line(title),
        body: vec![Block::paragraph(text)],
        complete: true,
        ..Item::default()
    };
    let delivered = || vec![item("c", "Third", "As the feed has it."), item("b", "Second, updated", "New."), item("a", "First", "Old.")];
    let polled = cache.poll(feed, delivered());
    // The one that was thrown away is there, and read; the same title is no change, another one is.
    assert_eq!((polled.new.len(), polled.changed.len()), (1, 1));
    assert_eq!(cache.titles("is:unread"), ["Third"]);
    assert_eq!(cache.titles("is:changed"), ["Second, updated"]);
    assert_eq!(cache.poll(feed, delivered()).count, 0);
}

/// Some readers give out entries without the feed's own guid: then the link is all there is.
#[test]
fn an_entry_that_came_under_its_link_is_known_by_its_guid_afterwards() {
    let mut cache = Cache::new();
    let link = "https://outlet1.example/crane";
    let feed = import(&mut cache, vec![imported(link, "Crane moved", true, true)]).feed.unwrap();
    let marked = cache.id("Crane moved");
    let text = cache.article(marked).item.body;
    cache.apply(Change::Highlight { id: marked, marks: vec![Highlight::of(0, &text[0]).unwrap()], on: true });
    let delivered = || Item {
        guid: Clean::line("outlet-77"),
        title: Clean::line("Crane moved"),
        url: Some(link.parse().unwrap()),
        body: vec![Block::paragraph("As the feed has it.")],
        complete: true,
        ..Item::default()
    };
    assert_eq!(cache.poll(feed, vec![delivered()]).count, 0);
    assert_eq!(
        (cache.titles("is:saved"), cache.titles("tag:flag-q"), cache.titles("is:unread")),
        (vec!["Crane moved".into()], vec!["Crane moved".into()], vec![])
    );
    assert_eq!(cache.article(marked).marks.highlights.len(), 1, "what was highlighted comes along");
    // Another entry that merely links there is another entry.
    let other = Item { guid: Clean::line("outlet-78"), title: Clean::line("More on the crane"), ..delivered() };
    assert_eq!(cache.poll(feed, vec![other, delivered()]).new.len(), 1);
}

#[test]
fn a_view_is_kept_under_its_name_once() {
    let mut cache = Cache::new();
    let view = |query: &str| Change::View { name: Clean::line("World"), query: query.parse().unwrap() };
    assert_eq!(cache.apply(view("folder:world")).count, 1);
    assert_eq!(cache.apply(view("is:saved")).count, 0);
    let Answer::Desk(desk) = cache.reader.answer(&Question::Desk, now()) else { panic!() };
    let row = desk.rows.iter().find(|r| r.label.as_str() == "World").unwrap();
    assert_eq!(row.query.to_string(), "folder:world");
}

#[test]
fn a_list_names_a_feed_whose_entries_came_first_and_nothing_that_was_set_here() {
    let mut cache = Cache::new();
    import(&mut cache, again());
    let list = |folder: &str| {
        let settings = FeedSettings { folder: Clean::line(folder).non_empty(), ..FeedSettings::default() };
        Change::Import { address: address(1), settings, facts: None, items: Vec::new() }
    };
    assert_eq!(cache.apply(list("World")).count, 1);
    assert_eq!(cache.apply(list("Elsewhere")).count, 0);
    assert_eq!(cache.reader.feeds().unwrap()[0].settings.folder.as_deref(), Some("World"));
}
