//! The reader speaks the language of its surroundings, or the one that the configuration names; the command line English.

use crate::support::home::Home;
use crate::support::pty::Pty;
use std::fs;

#[track_caller]
fn check(env: &[(&str, &str)], config: &str, words: &str) {
    let home = Home::new();
    let folder = home.path().join("config/wiredesk");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), config).unwrap();
    let mut pty = Pty::start_with(&home, &[], 80, 24, env);
    pty.until(words, |screen| screen.contains(words));
    pty.send("Q");
    assert!(pty.end().success());
    pty.restored();
}

#[test]
fn the_locale_says_it_and_the_configuration_before_it() {
    check(&[], "", "Welcome to wiredesk.");
    check(&[("LANG", "de_AT.UTF-8")], "", "Willkommen bei wiredesk.");
    check(&[("LANG", "de_AT.UTF-8"), ("LC_MESSAGES", "en_GB.UTF-8")], "", "Welcome to wiredesk.");
    check(&[("LANG", "de_AT.UTF-8")], "[screen]\nlanguage = \"en\"\n", "Welcome to wiredesk.");
    check(&[], "[screen]\nlanguage = \"de\"\n", "Willkommen bei wiredesk.");
}

#[test]
fn the_command_line_speaks_english_everywhere() {
    let mut home = Home::new();
    let english = home.ok(&["feeds"]);
    home.set("LC_ALL", "de_DE.UTF-8");
    let german = home.ok(&["feeds"]);
    assert_eq!((english.out, english.err), (german.out, german.err));
}
