//! The program in a real terminal: few tests, each a session that a user has.

use crate::support::{home::Home, pty::Pty};

#[test]
fn a_new_user_is_told_what_to_do_and_can_leave() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &[], 120, 36);
    pty.see("wiredesk add");
    assert!(pty.alternate());
    pty.send("q");
    assert!(pty.end().success());
    pty.restored();
}

#[test]
fn the_demo_is_read_by_keyboard() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["demo"], 160, 45);
    pty.until("headlines of the summit", |s| s.contains("Anchorage") && s.contains("APA"));
    pty.send("?");
    pty.see("type to search");
    pty.send("\u{1b}");
    // Only then, for escape with a letter right behind it is another key.
    pty.until("the help gone", |s| !s.contains("type to search"));
    pty.send("j\r");
    pty.until("an article", |s| s.contains("words") || s.contains("min"));
    pty.resize(80, 24);
    pty.until("a folded layout", |s| s.lines().count() <= 24 && s.contains("Article"));
    pty.send("q");
    pty.send("q");
    pty.send("q");
    assert!(pty.end().success());
    pty.restored();
}

#[test]
fn the_demo_tells_a_story_in_one_row() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["demo", "--from", "0.9"], 120, 36);
    pty.until("headlines", |s| s.contains("Headlines ── All"));
    // What is found out waits to be shown, and here the clock stands still: each time the list is opened anew.
    for _ in 0..1_000 {
        pty.send("'u");
        pty.until("the unread", |s| s.contains("Headlines ── Unread"));
        pty.send("'a");
        if pty.until("all", |s| s.contains("Headlines ── All")).contains(" ×") {
            break;
        }
    }
    pty.see(" ×");
    pty.send("Q");
    assert!(pty.end().success());
}

#[test]
fn signals_end_it_with_the_terminal_restored() {
    for signal in ["TERM", "HUP"] {
        let home = Home::new();
        let mut pty = Pty::start(&home, &[], 80, 24);
        pty.see("wiredesk add");
        pty.signal(signal);
        pty.end();
        pty.restored();
    }
}

#[test]
fn a_panic_restores_the_terminal_before_its_words() {
    let home = Home::new();
    let mut pty = Pty::start_with(&home, &[], 80, 24, &[("WIREDESK_TEST_PANIC", "1")]);
    assert!(!pty.end().success());
    pty.restored();
    assert!(pty.screen().contains("panicked"), "{}", pty.screen());
}

#[test]
fn suspended_and_resumed_it_draws_itself_again() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &[], 80, 24);
    pty.see("wiredesk add");
    pty.send("\u{1a}");
    pty.until("the shell's screen", |s| !s.contains("wiredesk add"));
    pty.stopped();
    pty.signal("CONT");
    pty.see("wiredesk add");
    pty.send("q");
    assert!(pty.end().success());
    pty.restored();
}

#[test]
fn a_pipe_gets_told_that_the_reader_needs_a_terminal() {
    let ran = Home::new().run(&[]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("needs a terminal"), "{}", ran.err);
}

/// The terminal answers when it likes, between two keys: none is lost, and the theme follows.
#[test]
fn the_theme_follows_the_terminals_background() {
    let home = Home::new();
    let mut pty = Pty::start_with(&home, &["demo", "--theme", "auto"], 80, 24, &[("COLORTERM", "truecolor")]);
    pty.until("headlines", |s| s.contains("Anchorage"));
    let ground = |screen: &vt100::Screen| screen.cell(5, 5).map(|cell| cell.bgcolor());
    assert_eq!(pty.with(ground), Some(vt100::Color::Default), "nothing is known yet: the terminal's own colours");
    pty.send("\u{1b}]11;rgb:ffff/ffff/f0f0\u{1b}\\?");
    pty.see("type to search");
    pty.until_cells("a light ground", |screen| matches!(ground(screen), Some(vt100::Color::Rgb(200.., ..))));
    pty.send("\u{1b}]11;rgb:0000/0000/0000\u{7}sav");
    pty.see("search sav");
    pty.until_cells("a dark ground", |screen| matches!(ground(screen), Some(vt100::Color::Rgb(..100, ..))));
    pty.send("\u{3}");
    assert!(pty.end().success());
    pty.restored();
}

#[test]
fn the_linear_screen_has_no_boxes_and_says_what_is_selected() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["demo", "--linear"], 80, 24);
    let screen = pty.until("a sentence", |s| s.contains("Headlines: All") && s.contains("Selected: "));
    assert!(!screen.contains(|c| matches!(c, '\u{2500}'..='\u{25ff}')), "{screen}");
    pty.send("Q");
    assert!(pty.end().success());
}

#[test]
fn a_fault_in_a_theme_is_named_and_the_rest_of_it_holds() {
    let home = Home::new();
    let theme = home.path().join("mine.toml");
    std::fs::write(&theme, "base = \"dark\"\nlink = \"blurple\"\n").unwrap();
    let mut pty = Pty::start(&home, &["--theme", &theme.to_string_lossy()], 160, 45);
    pty.see("line 2: link: `blurple`");
    pty.send("q");
    assert!(pty.end().success());
}

/// Every size between nothing and a wall, quicker than anybody drags, with keys in between: what stands in the end is whole.
#[test]
fn a_storm_of_resizes_ends_in_a_whole_screen() {
    let home = Home::new();
    let file = home.path().join("harbour.xml");
    let text = "The ferry sails at six. ".repeat(60);
    let items: String =
        (0..40).map(|n| format!("<item><guid>{n}</guid><title>Ferry number {n}</title><description>{text}</description></item>")).collect();
    std::fs::write(&file, format!("<rss version=\"2.0\"><channel><title>Harbour</title>{items}</channel></rss>")).unwrap();
    home.ok(&["add", file.to_str().unwrap()]);
    home.ok(&["poll"]);
    let mut pty = Pty::start(&home, &[], 80, 24);
    pty.until("headlines", |s| s.contains("Ferry number 0"));
    pty.send("\r");
    let calm = pty.until("the article", |s| s.contains("▸Article") && s.contains("sails at six"));
    for n in 0..200_u16 {
        pty.resize(1 + n * 37 % 240, 1 + n * 23 % 90);
        if n % 8 == 0 {
            pty.send(["j", "k", " ", "b"][usize::from(n / 8 % 4)]);
        }
    }
    pty.send("g");
    pty.resize(80, 24);
    let whole = |s: &str| s.lines().map(str::trim_end).take(20).eq(calm.lines().map(str::trim_end).take(20));
    pty.until("the same as before", whole);
    pty.send("Q");
    assert!(pty.end().success());
}
