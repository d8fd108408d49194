//! The linear screen as a voice reads it: from the top to the bottom, and what the cursor stands on.

use super::Desk;
use super::cache::{Cache, summit};
use super::desk::options;
use crate::model::{Block, Clean, Progress, Span};
use crate::ui::Msg;

fn desk(cache: Cache, size: (u16, u16)) -> Desk {
    let mut options = options(size);
    options.linear = true;
    let mut desk = Desk::with(cache, options);
    desk.send(Msg::Progress(Progress { done: 3, total: 12, new: 2, ..Progress::default() }));
    desk
}

/// What is read at the cursor.
fn at_cursor(desk: &Desk) -> String {
    desk.screen().lines().nth(usize::from(desk.cursor().1)).unwrap_or_default().to_owned()
}

/// One session of reading, step by step. Read it aloud: it has to make sense.
#[test]
fn a_session_makes_sense_read_aloud() {
    let mut cache = summit();
    // Something of everything that a text can hold.
    let cell = |text: &str| vec![Span::plain(text)];
    let body = &mut cache.get(12).item.body;
    body.insert(
        5,
        Block::Table {
            head: true,
            rows: vec![vec![cell("Ort"), cell("Dauer")], vec![cell("Anchorage"), cell("3 Stunden")], vec![cell("Genf"), cell("5 Stunden")]],
        },
    );
    let caption = vec![Span::plain("Die Tische vor Beginn")];
    body.insert(6, Block::Picture { url: None, alt: Clean::default(), caption, credit: Some(Clean::line("Reuters/Ana Beispiel")) });
    let mut desk = desk(cache, (80, 24));
    let mut out = String::new();
    for (what, keys) in [
        ("wiredesk opens", ""),
        ("the next headline", "j"),
        ("it is saved", "s"),
        ("back up, and that one is opened", "k enter"),
        ("a page on", "space"),
        ("its sources", "l"),
        ("a line down in them", "j"),
        ("back to the text, back to the list", "h h"),
        ("a search is typed", "/ k y i v"),
        ("it holds", "enter"),
        ("it is cleared", "esc"),
        ("the desk", "h"),
        ("help", "esc ?"),
        ("searched for a word", "s a v e"),
        ("the feeds", "esc esc F"),
    ] {
        desk.press(keys);
        let screen = desk.screen();
        let typed = if keys.is_empty() { String::new() } else { format!(" ({keys})") };
        out.push_str(&format!("== {what}{typed}\n"));
        for line in screen.trim_end().lines() {
            out.push_str(&format!("{line}\n"));
        }
        out.push_str(&format!("-- the cursor: {}\n\n", at_cursor(&desk)));
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!("linear", out) });
}

/// A sign or a box says nothing to the ear, at any size; what is selected is said, and the cursor stands there.
#[test]
fn no_sign_is_drawn_and_the_cursor_stands_on_what_is_selected() {
    for size in [(160, 45), (80, 24), (40, 15), (20, 6)] {
        for keys in ["", "j j", "h j", "enter", "enter l j", "F", "?", "/", "z z", "t"] {
            let mut desk = desk(summit(), size);
            desk.press(keys);
            let screen = desk.screen();
            assert!(!screen.contains(|c| matches!(c, '\u{2500}'..='\u{25ff}' | '★')), "{keys}\n{screen}");
            if screen.contains("Selected: ") && !matches!(keys, "/" | "t") {
                assert!(at_cursor(&desk).starts_with("Selected: "), "{keys} at {size:?}\n{screen}");
            }
        }
    }
}

/// With all the rows there are, each step leads to the next sentence, and a page to one that was not there.
#[test]
fn sentences_scroll_as_far_as_needed() {
    let mut desk = desk(super::cache::many(300), (40, 15));
    for n in [300, 299, 298, 297, 296, 295, 294, 293, 292] {
        assert!(at_cursor(&desk).starts_with(&format!("Selected: Headline number {n}.")), "{}", desk.screen());
        desk.press("j");
    }
    desk.press("pgdn G");
    assert!(at_cursor(&desk).starts_with("Selected: Headline number 1."), "{}", desk.screen());
    desk.press("g");
    assert!(at_cursor(&desk).starts_with("Selected: Headline number 300."), "{}", desk.screen());
}

/// With motion off the footer says what is going on, and nothing runs.
#[test]
fn without_motion_nothing_counts() {
    let mut options = options((120, 36));
    options.motion = false;
    let mut desk = Desk::with(summit(), options);
    for done in [3, 7] {
        desk.send(Msg::Progress(Progress { done, total: 12, new: 2, ..Progress::default() }));
        let (_, foot) = desk.line_with("polling").unwrap();
        assert!(!foot.contains(&format!("{done}/12")), "{foot}");
    }
}
