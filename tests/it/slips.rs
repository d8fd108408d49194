//! Slips of the pen on the command line: each is told in words, and ends as what it is.

use crate::support::home::Home;
use crate::support::pty::Pty;

#[test]
fn export_to_a_dash_is_standard_output() {
    let home = Home::new();
    home.ok(&["add", "--no-check", "https://news.example/feed"]);
    let said = home.ok(&["export", "--to", "-"]).out;
    assert_eq!(said, home.ok(&["export"]).out);
    assert!(said.contains("https://news.example/feed") && !home.path().join("-").exists(), "{said}");
}

#[test]
fn a_configuration_that_is_named_has_to_be_there() {
    let home = Home::new();
    let ran = home.run(&["list", "--config", "/nowhere/wiredesk.toml"]);
    assert!(ran.code == 1 && ran.err.contains("/nowhere/wiredesk.toml"), "{}", ran.err);
    // But for what makes one, and what needs none.
    home.ok(&["config", "--init", "--config", home.path().join("new.toml").to_str().unwrap()]);
    home.ok(&["completions", "bash", "--config", "/nowhere/wiredesk.toml"]);
}

#[test]
fn a_cache_that_is_named_has_to_be_there() {
    let home = Home::new();
    for command in ["list", "feeds", "stories", "export"] {
        let ran = home.run(&[command, "--cache", "/proc/nowhere"]);
        assert!(ran.code == 1 && ran.err.contains("There is no cache yet") && ran.err.contains("/proc/nowhere"), "{}{}", ran.out, ran.err);
    }
    let ran = home.run(&["add", "--no-check", "https://news.example/feed", "--cache", "/proc/nowhere"]);
    assert!(ran.code == 1 && ran.err.contains("Cannot make the cache's folder"), "{}", ran.err);
    // A new user names none.
    home.ok(&["list"]);
}

#[test]
fn what_is_no_number_is_told_so() {
    let home = Home::new();
    for args in [&["show", "abc"][..], &["diff", "1", "x"], &["live", "-"], &["list", "--limit", "many"], &["show", "1", "--width", "wide"]]
    {
        let ran = home.run(args);
        assert!(ran.code == 2 && ran.err.contains("it is no ") && !ran.err.contains("digit"), "{args:?}: {}", ran.err);
    }
}

#[test]
fn a_look_is_said_before_the_command_or_after_it() {
    let home = Home::new();
    for args in [["--linear", "demo"], ["demo", "--linear"]] {
        let mut pty = Pty::start(&home, &args, 80, 24);
        pty.until("a sentence", |s| s.contains("Headlines: All") && s.contains("Selected: "));
        pty.send("Q");
        assert!(pty.end().success());
    }
}

#[test]
fn an_import_says_which_known_feeds_it_named_and_filed() {
    let home = Home::new();
    home.ok(&["add", "--no-check", "https://news.example/feed"]);
    let list = home.path().join("list.opml");
    let outline = "<outline text=\"World\"><outline text=\"Lantern\" xmlUrl=\"https://news.example/feed\"/></outline>";
    std::fs::write(&list, format!("<opml version=\"2.0\"><body>{outline}</body></opml>")).unwrap();
    let said = home.ok(&["import", list.to_str().unwrap()]).out;
    assert!(said.contains("named   Lantern  World") && said.contains("1 known already") && said.contains("1 of them named"), "{said}");
    let said = home.ok(&["import", list.to_str().unwrap()]).out;
    assert!(said.contains("known   Lantern") && !said.contains("named"), "{said}");
}
