//! A search as the reader meets it: what is typed, what is marked, and how its keys go from hit to hit.

use super::Desk;
use super::cache::summit;
use crate::model::Article;

fn open(desk: &Desk) -> Option<&Article> {
    desk.model.article.current()
}

#[test]
fn n_goes_from_hit_to_hit_and_on_to_the_next_article() {
    let mut desk = Desk::open(summit()).size(80, 20).keys("/");
    desk.types("repor");
    assert!(desk.model.headlines.rows.len() > 1, "a word that is being typed may go on: {}", desk.screen());
    desk.press("enter enter");
    let first = open(&desk).unwrap().id;
    assert!(desk.line_with("next hit").is_some(), "the footer says what n does: {}", desk.screen());
    desk.press("n");
    let (hits, at) = desk.model.article.hits();
    assert!(hits > 0 && at == Some(1), "{}", desk.screen());
    assert!(desk.line_with(&format!("hit 1 of {hits}")).is_some(), "{}", desk.screen());
    let (_, line) = desk.line_with("»").expect("the hit has a sign beside it");
    assert!(line.to_lowercase().contains("repor"), "{line}");
    for _ in 1..hits {
        desk.press("n");
    }
    assert_eq!((open(&desk).unwrap().id, desk.model.article.hits().1), (first, Some(hits)));
    desk.press("n");
    assert_ne!(open(&desk).unwrap().id, first, "after the last hit comes the next article");
    assert_eq!(desk.model.article.hits().1, Some(1));
    desk.press("N");
    assert_eq!(open(&desk).unwrap().id, first);
    assert_eq!(desk.model.article.hits().1, Some(hits), "and back to the last hit of the one before");
}

#[test]
fn without_a_search_n_is_the_next_unread_again() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("/");
    desk.types("repor");
    desk.press("enter enter esc esc enter");
    assert!(desk.line_with("next hit").is_none() && desk.line_with("next unread").is_some(), "{}", desk.screen());
    assert_eq!(desk.model.article.hits().0, 0, "nothing is marked any more");
}

#[test]
fn headlines_show_what_was_found_by_more_than_colour() {
    use ratatui::style::Modifier;
    let mut desk = Desk::theme(summit(), "none").size(120, 36).keys("/");
    desk.types("kyiv");
    desk.press("enter");
    let terminal = desk.terminal();
    let (row, line) = desk.line_with("Kyiv").unwrap();
    let column = line[..line.find("Kyiv").unwrap()].chars().count() as u16;
    for x in column..column + 4 {
        assert!(terminal.backend().buffer()[(x, row)].modifier.contains(Modifier::REVERSED), "{}", desk.screen());
    }
}
