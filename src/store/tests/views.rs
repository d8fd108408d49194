//! The desk as its reader makes it: views kept, named, moved and removed, folders, and all of it taken back.

use super::*;

impl Cache {
    fn views(&self) -> Vec<(String, ViewId)> {
        let Answer::Desk(desk) = self.reader.answer(&Question::Desk, now()) else { panic!("no desk") };
        let own = |r: DeskRow| if let DeskKind::Own(id, _) = r.kind { Some((r.label.into_string(), id)) } else { None };
        desk.rows.into_iter().filter_map(own).collect()
    }

    fn names(&self) -> Vec<String> {
        self.views().into_iter().map(|(name, _)| name).collect()
    }

    fn folders(&self) -> Vec<Option<Clean>> {
        let mut feeds = self.reader.feeds().unwrap();
        feeds.sort_by_key(|f| f.id);
        feeds.into_iter().map(|f| f.settings.folder).collect()
    }
}

fn keep(name: &str, query: &str) -> Change {
    Change::EditView(ViewEdit::Keep { name: Clean::line(name), query: query.parse().unwrap() })
}

#[test]
fn views_are_kept_renamed_moved_and_removed_and_every_step_is_taken_back() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], vec![item("Night ferry", 1), item("Harbour", 2)]);
    for (name, query) in [("A", "ferry"), ("B", "is:unread"), ("C", "harbour sort:old")] {
        assert_eq!(cache.apply(keep(name, query)).label.as_str(), format!("kept the view “{name}”"));
    }
    assert_eq!((cache.unread("A").as_str(), cache.unread("B").as_str()), ("1", "2"));
    let id = |cache: &Cache, name: &str| cache.views().into_iter().find(|(n, _)| n == name).unwrap().1;
    let (a, c) = (id(&cache, "A"), id(&cache, "C"));
    cache.apply(Change::EditView(ViewEdit::Move(c, -9)));
    cache.apply(Change::EditView(ViewEdit::Rename(a, Clean::line("Boats"))));
    cache.apply(Change::EditView(ViewEdit::Remove(id(&cache, "B"))));
    assert_eq!(cache.names(), ["C", "Boats"]);
    let taken = cache.writer.apply(&[keep("Boats", "x"), Change::EditView(ViewEdit::Rename(c, Clean::line("Boats")))], now()).unwrap();
    assert!(taken.iter().all(|t| t.failure.as_ref().is_some_and(|f| f.contains("already"))), "{taken:?}");
    for expected in [&["C", "Boats", "B"][..], &["C", "A", "B"], &["A", "B", "C"], &["A", "B"]] {
        cache.apply(Change::Undo);
        assert_eq!(cache.names(), expected);
    }
    cache.apply(Change::Redo);
    cache.apply(Change::Redo);
    assert_eq!(cache.names(), ["C", "A", "B"]);
}

#[test]
fn folders_are_renamed_with_what_is_in_them_and_taken_back() {
    let mut cache = Cache::new();
    let folder = |name: &str| FeedSettings { folder: Some(Clean::line(name)), ..FeedSettings::default() };
    for (n, name) in ["World", "World/Asia", "Worldly"].into_iter().enumerate() {
        cache.subscribe(n + 1, folder(name));
    }
    let names = |cache: &Cache| cache.folders().into_iter().map(Option::unwrap_or_default).map(Clean::into_string).collect::<Vec<_>>();
    let shelve = |what, to: &str| Change::Shelve { what, to: Clean::line(to).non_empty() };
    let applied = cache.apply(shelve(Shelved::Folder(Clean::line("World")), "Globe / Far"));
    assert_eq!(applied.label.as_str(), "renamed the folder “World” to “Globe/Far”: 2 feeds");
    assert_eq!(names(&cache), ["Globe/Far", "Globe/Far/Asia", "Worldly"]);
    cache.apply(shelve(Shelved::Feed(FeedId(3)), "Globe"));
    cache.apply(shelve(Shelved::Folder(Clean::line("Globe/Far")), ""));
    assert_eq!(names(&cache), ["", "Asia", "Globe"]);
    for _ in 0..3 {
        cache.apply(Change::Undo);
    }
    assert_eq!(names(&cache), ["World", "World/Asia", "Worldly"]);
}

#[test]
fn feeds_and_folders_stand_where_the_reader_put_them() {
    let mut cache = Cache::new();
    let folder = |name: &str| FeedSettings { folder: Clean::line(name).non_empty(), ..FeedSettings::default() };
    for (n, name) in ["Africa", "Europe", "Europe/North", ""].into_iter().enumerate() {
        cache.subscribe(n + 1, folder(name));
    }
    let desk = |cache: &Cache| {
        let Answer::Desk(desk) = cache.reader.answer(&Question::Desk, now()) else { panic!("no desk") };
        let of = |folders: bool| {
            let wanted =
                desk.rows.iter().filter(|r| if folders { r.kind == DeskKind::Folder } else { matches!(r.kind, DeskKind::Feed(..)) });
            wanted.map(|r| r.label.to_string()).collect::<Vec<_>>().join(" ")
        };
        (of(true), of(false))
    };
    let before = desk(&cache);
    assert_eq!(before.0, "Africa Europe Europe/North");
    let arrange = |what, by| Change::Arrange { what, by };
    let applied = cache.apply(arrange(Shelved::Folder(Clean::line("Europe/North")), -9));
    assert_eq!(applied.label.as_str(), "moved “Europe/North”");
    cache.apply(arrange(Shelved::Feed(FeedId(4)), -3));
    let names: Vec<&str> = before.1.split(' ').collect();
    let moved = (String::from("Europe/North Africa Europe"), [names[3], names[0], names[1], names[2]].join(" "));
    assert_eq!(desk(&cache), moved);
    // A folder by another name stays where it was.
    cache.apply(Change::Shelve { what: Shelved::Folder(Clean::line("Africa")), to: Clean::line("Zambia").non_empty() });
    assert_eq!(desk(&cache).0, "Europe/North Zambia Europe");
    cache.apply(Change::Undo);
    cache.apply(Change::Undo);
    assert_eq!(desk(&cache).1, before.1);
    assert_eq!(cache.apply(arrange(Shelved::Feed(FeedId(1)), -1)).count, 0, "the first has none above it");
}

#[test]
fn a_folders_name_taken_back_gives_its_place_back_too() {
    let mut cache = Cache::new();
    let folder = |name: &str| FeedSettings { folder: Clean::line(name).non_empty(), ..FeedSettings::default() };
    for (n, name) in ["A", "B", "C"].into_iter().enumerate() {
        cache.subscribe(n + 1, folder(name));
    }
    let folders = |cache: &Cache| {
        let Answer::Desk(desk) = cache.reader.answer(&Question::Desk, now()) else { panic!("no desk") };
        desk.rows.iter().filter(|r| r.kind == DeskKind::Folder).map(|r| r.label.to_string()).collect::<Vec<_>>().join(" ")
    };
    cache.apply(Change::Arrange { what: Shelved::Folder(Clean::line("C")), by: -2 });
    cache.apply(Change::Shelve { what: Shelved::Folder(Clean::line("C")), to: Clean::line("Z").non_empty() });
    assert_eq!(folders(&cache), "Z A B");
    cache.apply(Change::Undo);
    assert_eq!(folders(&cache), "C A B");
    cache.apply(Change::Redo);
    assert_eq!(folders(&cache), "Z A B");
}
