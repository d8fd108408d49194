//! The filter of a list: typed live, wrong, kept and left.

use super::Desk;
use super::cache::{many, summit};
use super::steps::{arrive, selected};
use crate::ui::layout::Pane;

#[test]
fn a_filter_is_typed_live_cleared_by_esc_and_kept_by_enter() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("j");
    desk.press("/");
    desk.types("kyiv");
    assert_eq!(desk.model.headlines.rows.len(), 1, "{}", desk.screen());
    assert!(desk.line_with("/ kyiv").is_some());
    desk.press("esc");
    assert_eq!(desk.model.headlines.rows.len(), 12);
    assert_eq!(selected(&desk), 11, "the selection is where it was");
    desk.press("/");
    desk.types("kyiv");
    desk.press("enter");
    assert_eq!(desk.model.headlines.rows.len(), 1);
    assert!(desk.line_with("All / kyiv").is_some());
    desk.press("esc");
    assert_eq!(desk.model.headlines.rows.len(), 12);
    desk.press("/");
    desk.types("nosuchthing");
    assert!(desk.line_with("Nothing matches.").is_some());
}

#[test]
fn a_wrong_filter_is_pointed_at_and_stays_open() {
    let mut desk = Desk::open(summit()).size(120, 36).keys("/");
    desk.types("kyiv is:purple");
    assert!(desk.line_with("`purple` is no state").is_some(), "{}", desk.screen());
    desk.press("enter");
    assert!(desk.model.prompt.is_some());
    desk.press("ctrl-w enter");
    assert!(desk.model.prompt.is_none());
}

#[test]
fn a_filter_narrows_the_list_that_is_open() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("' u /");
    desk.types("agency:dpa");
    assert_eq!(desk.model.headlines.query.to_string(), "is:unread agency:dpa");
    assert!(desk.model.headlines.rows.iter().all(|row| !row.read));
}

#[test]
fn leaving_a_filter_scrolled_the_list_and_let_in_what_waits() {
    let mut desk = Desk::open(many(500)).size(80, 24);
    for _ in 0..40 {
        desk.press("j");
    }
    desk.press("k k k");
    let before = desk.pane(Pane::Headlines);
    let rows = before.len() - 1;
    arrive(&mut desk, 2);
    for leave in ["esc", "enter esc", "enter j j esc", "ctrl-u esc", "enter / 7 esc esc"] {
        desk.press("/");
        desk.types("number 3");
        assert_ne!(desk.pane(Pane::Headlines)[..rows], before[..rows]);
        desk.press(leave);
        assert_eq!(desk.pane(Pane::Headlines)[..rows], before[..rows], "{leave}");
        assert_eq!(selected(&desk), 463, "{leave}");
        assert!(desk.model.prompt.is_none() && desk.line_with("2 new · press .").is_some(), "{leave}: {}", desk.screen());
    }
}

#[test]
fn a_wrong_filter_listed_its_last_prefix_that_parsed_and_was_cut_on_small_screens() {
    for (cols, rows) in [(80, 24), (40, 15)] {
        let mut desk = Desk::open(summit()).size(cols, rows).keys("/");
        desk.types("kyiv is:purple");
        assert_eq!(desk.model.headlines.filter, "kyiv");
        let screen: String = desk.screen().lines().map(|l| format!("{} ", l.trim_matches(['│', ' ']))).collect();
        assert!(screen.contains("`purple` is no state") && screen.contains("not applied"), "{}", desk.screen());
    }
}
