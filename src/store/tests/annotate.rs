//! Notes and highlights are kept, taken back and done again, also after a restart; names that were picked are remembered.

use super::*;

fn lines(text: &str) -> Vec<Clean> {
    text.lines().map(Clean::verbatim).collect()
}

fn story() -> (Cache, FeedId, ArticleId) {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let body = ["One.", "Two.", "Three."].map(Block::paragraph).to_vec();
    cache.poll(feeds[0], vec![Item { body, ..item("Summit", 10) }]);
    let id = cache.id("Summit");
    (cache, feeds[0], id)
}

fn marks(cache: &Cache, id: ArticleId, blocks: &[usize]) -> Vec<Highlight> {
    let body = cache.article(id).item.body;
    blocks.iter().filter_map(|at| Highlight::of(*at, &body[*at])).collect()
}

#[test]
fn a_note_is_kept_and_can_be_taken_back_after_a_restart() {
    let (mut cache, _, id) = story();
    assert_eq!(cache.apply(Change::Note { id, note: lines("Ask Mia.\n\n  twice\n\n") }).label.as_str(), "wrote a note");
    assert_eq!(cache.article(id).marks.note, lines("Ask Mia.\n\n  twice"), "blank lines at its end are nothing");
    cache.apply(Change::Note { id, note: lines("Asked.") });
    cache.writer = open(cache.dir.path()).unwrap();
    assert_eq!(cache.apply(Change::Undo).label.as_str(), "took back: changed a note");
    assert_eq!(cache.article(id).marks.note, lines("Ask Mia.\n\n  twice"));
    cache.apply(Change::Undo);
    assert!(cache.article(id).marks.note.is_empty());
    cache.apply(Change::Redo);
    assert_eq!(cache.article(id).marks.note.len(), 3);
    assert_eq!(cache.apply(Change::Note { id, note: lines(" ") }).label.as_str(), "deleted a note");
    assert_eq!(cache.apply(Change::Note { id, note: Vec::new() }), Applied::default(), "nothing to delete");
}

#[test]
fn highlights_outlive_another_text_and_can_be_taken_back() {
    let (mut cache, feed, id) = story();
    let two = marks(&cache, id, &[0, 2]);
    assert_eq!(cache.apply(Change::Highlight { id, marks: two.clone(), on: true }).label.as_str(), "highlighted 2 paragraphs");
    assert_eq!(cache.apply(Change::Highlight { id, marks: two.clone(), on: true }), Applied::default(), "a second time does nothing");
    let body = ["New.", "One.", "Two."].map(Block::paragraph).to_vec();
    cache.poll(feed, vec![Item { body, ..item("Summit", 10) }]);
    cache.writer = open(cache.dir.path()).unwrap();
    let article = cache.article(id);
    assert_eq!(article.marks.highlights, two);
    assert_eq!(
        highlighted(&article.item.body, &article.marks.highlights),
        [Some(1), None],
        "the one moved along, the other's words are gone"
    );
    cache.apply(Change::Undo);
    assert!(cache.article(id).marks.highlights.is_empty());
    cache.apply(Change::Redo);
    assert_eq!(cache.article(id).marks.highlights, two);
    cache.apply(Change::Highlight { id, marks: vec![two[0].clone()], on: false });
    assert_eq!(cache.article(id).marks.highlights, two[1..]);
    cache.apply(Change::Undo);
    assert_eq!(cache.article(id).marks.highlights, two);
}

#[test]
fn what_has_a_name_is_known() {
    let (mut cache, _, id) = story();
    cache.apply(Change::Save { ids: vec![id], saved: true });
    cache.apply(Change::Tag { ids: vec![id], tag: "summit".into(), on: true });
    for name in ["command save", "view Unread", "command save"] {
        cache.apply(Change::Picked(name.into()));
    }
    let Answer::Known(known) = cache.reader.answer(&Question::Known, now()) else { panic!("no answer") };
    assert_eq!(known.tags, [("summit".into(), 1)]);
    assert_eq!(known.saved.iter().map(|kept| kept.title.as_str()).collect::<Vec<_>>(), ["Summit"]);
    assert_eq!(known.picks, ["command save".into(), Clean::line("view Unread")], "the last first, each once");
}

#[test]
fn saved_ones_are_listed_by_outlet_and_by_tag() {
    let (mut cache, feeds) = Cache::with_feeds(1);
    let from = |title: &str, outlet: &str, minutes| Item { outlet: Some(outlet.into()), ..item(title, minutes) };
    cache.poll(feeds[0], vec![from("A", "zeit", 1), from("B", "Abend", 2), from("C", "zeit", 3), from("D", "Mittag", 4)]);
    let ids: Vec<ArticleId> = ["A", "B", "C"].into_iter().map(|title| cache.id(title)).collect();
    cache.apply(Change::Save { ids: ids.clone(), saved: true });
    for (id, tag) in [(ids[0], "summit"), (ids[2], "Harbour"), (ids[2], "zoo")] {
        cache.apply(Change::Tag { ids: vec![id], tag: tag.into(), on: true });
    }
    assert_eq!(cache.titles("is:saved sort:outlet"), ["B", "A", "C"], "the newest first within one");
    assert_eq!(cache.titles("is:saved sort:tag"), ["C", "A", "B"], "by the first tag, those without last");
    let mut listed = Vec::new();
    let query = "is:saved sort:tag".parse().unwrap();
    cache
        .reader
        .list(&query, None, false, now(), &mut |a| {
            listed.push(a.item.title.into_string());
            true
        })
        .unwrap();
    assert_eq!(listed, ["C", "A", "B"], "the command line has the same order");
}
