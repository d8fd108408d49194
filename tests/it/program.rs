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
