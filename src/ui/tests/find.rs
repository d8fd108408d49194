//! The palette, what can follow a key, and the help of a place.

use super::Desk;
use super::cache::summit;
use super::desk::options;
use crate::model::Clean;
use crate::ui::{Effect, Keymap, Msg, keymap};

/// So many milliseconds pass: what wanted to be reminded by then is.
fn wait(desk: &mut Desk, ms: u64) {
    let due: Vec<u64> =
        desk.effects.iter().filter_map(|e| if let Effect::Remind(n, after) = e { (*after <= ms).then_some(*n) } else { None }).collect();
    due.into_iter().for_each(|number| desk.send(Msg::Reminded(number)));
}

#[test]
fn the_palette_finds_commands_by_their_letters_with_the_keys_as_bound() {
    let (keys, wrong) = Keymap::configured(None, &[keymap::Own { line: 1, keys: "ctrl-s".into(), command: "save".into(), place: None }]);
    assert_eq!(wrong, Vec::<String>::new());
    let mut desk = Desk::with(summit(), crate::ui::Options { keys, ..options((100, 30)) });
    desk.press(":");
    desk.types("mkrd");
    let first = desk.line_with("mark all read").unwrap();
    assert!(first.1.contains("command") && first.1.contains('A'), "{}", desk.screen());
    desk.press("ctrl-u");
    desk.types("save");
    assert!(desk.line_with("save the article").unwrap().1.contains("ctrl-s"), "{}", desk.screen());
}

#[test]
fn what_is_picked_runs_opens_or_asks() {
    let mut desk = Desk::open(summit()).size(100, 30).keys(":");
    desk.types("reuters");
    desk.press("enter");
    assert!(desk.line_with("Headlines ── Reuters").is_some(), "{}", desk.screen());
    desk.press(":");
    desk.types("tag the");
    desk.press("enter");
    desk.types("summit");
    desk.press("enter :");
    desk.types("summit");
    assert!(desk.line_with("1 article").unwrap().1.contains("tag"), "{}", desk.screen());
    desk.press("esc s :");
    desk.types("pressekonf");
    assert!(desk.line_with("saved").is_some(), "{}", desk.screen());
    desk.press("enter");
    assert_eq!(desk.model.focus(), crate::ui::Pane::Article);
}

#[test]
fn what_was_picked_last_comes_first() {
    let mut desk = Desk::open(summit()).size(100, 30).keys(":");
    desk.types("pictures");
    desk.press("enter :");
    let lines: Vec<String> = desk.screen().lines().map(str::to_owned).collect();
    let at = lines.iter().position(|l| l.contains(": a command")).or(lines.iter().position(|l| l.contains(" : "))).unwrap();
    assert!(lines[at + 1].contains("pictures"), "{}", desk.screen());
    assert_eq!(desk.cache.picks, [Clean::line("command pictures")], "and the cache remembers it");
}

#[test]
fn letters_are_taken_while_the_cache_looks() {
    let mut desk = Desk::open(summit()).size(100, 30).keys("s");
    desk.slow = true;
    desk.press(":");
    desk.types("presse");
    assert!(desk.line_with("looking in the cache").is_some(), "{}", desk.screen());
    desk.deliver();
    assert!(desk.line_with("Gipfel in Anchorage: Pressekonferenz").is_some(), "{}", desk.screen());
    assert!(desk.line_with("looking in the cache").is_none());
}

#[test]
fn what_can_follow_is_shown_after_a_moment_and_gone_with_the_next_key() {
    let mut desk = Desk::open(summit()).size(100, 30).keys(",");
    wait(&mut desk, 399);
    assert!(desk.line_with("what can follow").is_none(), "{}", desk.screen());
    wait(&mut desk, 400);
    let screen = desk.screen();
    assert!(screen.contains("what can follow") && screen.contains("Sharing") && screen.contains("e h"), "{screen}");
    desk.press("e");
    assert!(desk.line_with("what can follow").is_some(), "whoever is shown the way is shown it to the end");
    desk.press("esc");
    assert!(desk.line_with("what can follow").is_none(), "{}", desk.screen());
}

#[test]
fn a_sequence_typed_in_one_go_shows_nothing() {
    let mut desk = Desk::open(summit()).size(100, 30).keys(", f");
    wait(&mut desk, 400);
    assert!(desk.line_with("what can follow").is_none(), "{}", desk.screen());
}

#[test]
fn the_help_begins_with_what_works_here() {
    let mut desk = Desk::open(summit()).size(100, 60).keys("enter ?");
    desk.types("mark all");
    let screen = desk.screen();
    assert!(screen.contains("Elsewhere") && screen.contains("in the desk, headlines"), "{screen}");
    desk.press("ctrl-u");
    desk.types("page down");
    let screen = desk.screen();
    assert!(screen.contains("Moving") && !screen.contains("Elsewhere"), "{screen}");
}

#[test]
fn palette_and_what_can_follow_are_read_aloud() {
    let mut options = options((60, 20));
    options.linear = true;
    let mut desk = Desk::with(summit(), options);
    desk.press(":");
    desk.types("save");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!("palette-linear", desk.screen()) });
    desk.press("esc ,");
    wait(&mut desk, 400);
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!("which-linear", desk.screen()) });
}

#[test]
fn a_line_of_the_sources_leads_where_it_says() {
    let mut desk = Desk::open(summit()).size(120, 36).keys("enter l G");
    desk.press("enter");
    assert!(desk.effects.iter().any(|e| matches!(e, Effect::Open(_))), "the last line is the page");
    desk.press("k enter");
    assert!(desk.screen().contains("Headlines ── ORF.at"), "{}", desk.screen());
}

/// A saved article that was picked comes first the next time, and may not be there any more when the cache answers.
#[test]
fn the_palette_may_have_fewer_rows_than_a_moment_before() {
    for linear in [false, true] {
        let options = crate::ui::Options { linear, ..options((27, 35)) };
        let mut desk = Desk::with(summit(), options);
        desk.press("enter esc pgdn s : : : esc : : G enter s :");
        assert!(desk.screen().contains("Find"), "{}", desk.screen());
    }
}
