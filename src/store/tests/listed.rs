//! What lists answer: windows, counts, and the whole query language.

use super::*;

#[test]
fn what_is_read_stays_in_the_unread_list_that_is_open() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    cache.poll(feeds[0], (0..4).map(|i| item(&format!("A{i}"), i)).collect());
    let open = cache.page("is:unread", At::Top, 0, 10);
    cache.apply(Change::Read { ids: vec![open.rows[1].id], read: true });
    cache.poll(feeds[0], vec![item("new", 0)]);
    let window = Window { as_of: Some(open.as_of), at: At::Article(open.rows[1].id), before: 10, after: 10 };
    let still = cache.window("is:unread", window);
    assert_eq!(
        still.rows.iter().map(|h| (h.title.as_str(), h.read)).collect::<Vec<_>>(),
        [("A0", false), ("A1", true), ("A2", false), ("A3", false)]
    );
    assert_eq!((still.total.n, still.waiting.n), (4, 1));
    assert_eq!(cache.titles("is:unread"), ["new", "A0", "A2", "A3"]);
    assert_eq!(cache.titles("is:read"), ["A1"]);
}

#[test]
fn windows_stand_around_an_article_and_where_it_was() {
    let (mut cache, feeds) = Cache::with_feeds(2);
    cache.poll(feeds[0], (0..10).map(|i| item(&format!("A{i}"), i * 2)).collect());
    cache.poll(feeds[1], (0..10).map(|i| item(&format!("B{i}"), i * 2 + 1)).collect());
    let at = cache.id("A3");
    let titles = |p: &Page| p.rows.iter().map(|h| h.title.to_string()).collect::<Vec<_>>().join(" ");
    let page = cache.page("", At::Article(at), 2, 3);
    assert_eq!((titles(&page).as_str(), page.more_before, page.more_after), ("A2 B2 A3 B3 A4", true, true));
    let page = cache.page("feed:#2", At::Article(at), 2, 3);
    assert_eq!(titles(&page), "B1 B2 B3 B4 B5");
    let page = cache.page("sort:old", At::Article(at), 2, 3);
    assert_eq!(titles(&page), "A4 B3 A3 B2 A2");
    let page = cache.page("", At::Bottom, 2, 5);
    assert_eq!((titles(&page).as_str(), page.more_before, page.more_after), ("B8 A9 B9", true, false));
    let page = cache.page("text", At::Article(at), 2, 3);
    assert_eq!((titles(&page).as_str(), page.total.n), ("A2 B2 A3 B3 A4", 20));
    let next = |query: &str, from, backwards| {
        let as_of = cache.reader.newest().unwrap();
        let q = Question::NextUnread { query: query.parse().unwrap(), as_of, from, backwards, by: By::Article };
        match cache.reader.answer(&q, now()) {
            Answer::NextUnread(id) => id.map(|id| cache.article(id).item.title.to_string()),
            other => panic!("{other:?}"),
        }
    };
    for query in ["", "text"] {
        assert_eq!(next(query, None, false).as_deref(), Some("A0"));
        assert_eq!(next(query, Some(at), false).as_deref(), Some("B3"));
        assert_eq!(next(query, Some(at), true).as_deref(), Some("B2"));
        assert_eq!(next(query, None, true).as_deref(), Some("B9"));
    }
}

/// In a batch with the word itself or after it, and when its text is another.
#[test]
fn german_compounds_are_found_by_their_later_part() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let german = |title: &str, n: i64, text: &str| Item {
        language: Some(Clean::line("de-at")),
        guid: Clean::line(&format!("{n}")),
        body: vec![Block::paragraph(text)],
        ..item(title, n)
    };
    cache.poll(feeds[0], vec![german("Lange Nacht", 1, "Der Gipfel endete spät."), german("Vor dem Ukrainegipfel", 2, "Noch nichts.")]);
    cache.poll(feeds[0], vec![german("Später", 3, "Nach dem Klimagipfel ist vor dem Klimagipfel.")]);
    cache.poll(feeds[0], vec![Item { language: Some(Clean::line("en")), ..german("Elsewhere", 4, "The Bergisgipfel hotel.") }]);
    assert_eq!(cache.titles("gipfel"), ["Lange Nacht", "Vor dem Ukrainegipfel", "Später"]);
    assert_eq!(cache.titles("gipf*").len(), 3);
    assert_eq!(cache.titles("title:gipfel"), [""; 0]);
    cache.poll(feeds[0], vec![german("Später", 3, "Nach der Konferenz.")]);
    assert_eq!(cache.titles("gipfel"), ["Lange Nacht", "Vor dem Ukrainegipfel"], "what went is found no more");
    // A poll that lasts a moment learns from the titles that are there.
    let mut other = open(cache.dir.path()).unwrap();
    cache.poll(feeds[0], vec![german("Konferenz und Steuer", 5, "Nichts.")]);
    let read = Outcome::Read {
        facts: FeedFacts::default(),
        items: vec![german("Erbschaftssteuer", 6, "Eine Ministerkonferenz.")],
        validators: Validators::default(),
        warnings: vec![],
    };
    other.apply(&[polled(feeds[0], read)], now()).unwrap();
    assert_eq!(cache.titles("steuer").len(), 2);
    assert_eq!(cache.titles("konferenz").len(), 3);
}

#[test]
fn the_desk_counts_by_view_folder_feed_and_agency() {
    let mut cache = Cache::new();
    let folder = |f: &str| FeedSettings { folder: Some(Clean::line(f)), ..FeedSettings::default() };
    let a = cache.subscribe(1, folder("news/world"));
    let b = cache.subscribe(2, folder("news"));
    cache.poll(a, vec![credited(item("A", 1), &["apa", "dpa"]), item("B", 60 * 24 * 3)]);
    cache.poll(b, vec![credited(item("C", 1), &["apa"])]);
    cache.apply(Change::Save { ids: vec![cache.id("C")], saved: true });
    let rows: Vec<String> = cache.desk().into_iter().map(|(l, n)| format!("{l} {n}")).collect();
    let want = [
        "Unread 3",
        "Saved 1",
        "Changed 0",
        "Today 2",
        "All 3",
        "news 3",
        "news/world 2",
        "outlet1.example 2",
        "outlet2.example 1",
        "apa 2",
        "dpa 1",
    ];
    assert_eq!(rows, want);
    assert_eq!(cache.titles("folder:news"), ["C", "A", "B"]);
    assert_eq!(cache.titles("folder:news/world"), ["A", "B"]);
}

#[test]
fn the_whole_query_language_is_answered() {
    let (mut cache, feeds) = Cache::with_feeds(2);
    let mut a = credited(item("Gipfel in Anchorage", 60), &["apa", "reuters"]);
    a.urgency = Some(2);
    a.language = Some(Clean::line("de-at"));
    a.byline = Some(Clean::line("Von Maria Muster"));
    let mut b = item("Summit: no deal", 60 * 30);
    b.language = Some(Clean::line("en"));
    b.status = Status::Canceled;
    let mut c = item("Café eröffnet", 60 * 50);
    c.live = true;
    c.outlet = Some(Clean::line("Blatt"));
    cache.poll(feeds[0], vec![a, b]);
    cache.poll(feeds[1], vec![c]);
    let (a, b, c) = ("Gipfel in Anchorage", "Summit: no deal", "Café eröffnet");
    cache.apply(Change::Tag { ids: vec![cache.id(c)], tag: Clean::line("later"), on: true });
    let check = |query: &str, want: &[&str]| {
        assert_eq!(cache.titles(query), want, "{query}");
        let mut listed = Vec::new();
        cache
            .reader
            .list(&query.parse().unwrap(), None, false, now(), &mut |a| {
                listed.push(a.item.title.to_string());
                true
            })
            .unwrap();
        assert_eq!(listed, want, "list {query}");
    };
    check("gipfel", &[a]);
    check("GIPF*", &[a]);
    check("gipf", &[]);
    check("cafe", &[c]);
    check("\"no deal\"", &[b]);
    check("\"deal no\"", &[]);
    check("gipfel OR cafe", &[a, c]);
    check("(gipfel OR deal) -summit", &[a]);
    check("-gipfel", &[b, c]);
    check("-gipfel is:live OR lang:en", &[b, c]);
    check("title:text", &[]);
    check("body:text", &[a, b, c]);
    check("author:muster", &[a]);
    check("feed:outlet2 -is:saved", &[c]);
    check("outlet:BLATT", &[c]);
    check("agency:APA", &[a]);
    check("agency:ap", &[]);
    check("-agency:apa", &[b, c]);
    check("tag:later", &[c]);
    check("-tag:later", &[a, b]);
    check("lang:de", &[a]);
    check("-lang:de", &[b, c]);
    check("is:withdrawn", &[b]);
    check("is:live", &[c]);
    check("is:dispatch", &[a]);
    check("is:read", &[]);
    check("is:unread sort:old", &[c, b, a]);
    check("since:2h", &[a]);
    check("since:yesterday", &[a, b]);
    check("after:yesterday", &[a]);
    check("before:today", &[b, c]);
    check("before:2025-08-14", &[c]);
    check("urgency:<=3", &[a]);
    check("urgency:>2", &[]);
    check("-urgency:2", &[b, c]);
    check("story:#1", &[]);
    check("story:x", &[]);
    check("text sort:relevance feed:#2", &[c]);
    check("sort:outlets feed:#1", &[a, b]);
    check("sort:old text", &[c, b, a]);
}
