//! The mouse in a real terminal: rows, borders, double clicks, links; and the links that the terminal itself opens.

use crate::support::{home::Home, pty::Pty};
use std::fs;

/// Two articles, the newer with a link, and a browser that opens nothing.
fn with_a_link() -> Home {
    let home = Home::new();
    let text = "<p>The <a href=\"https://harbour.example/plan\">plan of the ferries</a> was changed.</p>";
    let item = |title: &str, hour: u8, text: &str| {
        format!(
            "<item><guid>{title}</guid><link>https://harbour.example/{hour}</link><title>{title}</title>\
             <description><![CDATA[{text}]]></description><pubDate>Sat, 16 Aug 2025 {hour:02}:00:00 GMT</pubDate></item>"
        )
    };
    let items = item("First ferry", 9, text) + &item("Second ferry", 8, "<p>It sails as well.</p>");
    let file = home.path().join("harbour.xml");
    fs::write(&file, format!("<rss version=\"2.0\"><channel><title>Harbour</title>{items}</channel></rss>")).unwrap();
    fs::create_dir_all(home.path().join("config/wiredesk")).unwrap();
    fs::write(
        home.path().join("config/wiredesk/config.toml"),
        "poll.full-text = \"never\"\nlist.rows = \"article\"\n[open]\nbrowser = \"true %u\"\n",
    )
    .unwrap();
    home.ok(&["add", file.to_str().unwrap()]);
    home.ok(&["poll"]);
    home
}

/// Where some words begin, counted from 1 as a terminal does.
#[track_caller]
fn place(screen: &str, words: &str) -> (usize, usize) {
    let (y, line) = screen.lines().enumerate().find(|(_, line)| line.contains(words)).unwrap();
    (line[..line.find(words).unwrap()].chars().count() + 1, y + 1)
}

fn press((x, y): (usize, usize)) -> String {
    format!("\x1b[<0;{x};{y}M")
}

fn release((x, y): (usize, usize)) -> String {
    format!("\x1b[<0;{x};{y}m")
}

#[test]
fn rows_borders_and_links_are_for_the_mouse() {
    let home = with_a_link();
    let mut pty = Pty::start(&home, &[], 120, 36);
    let screen = pty.frame("both articles", |s| s.contains("Second ferry") && s.contains("plan of the ferries"));
    assert!(pty.sent("\x1b]8;;https://harbour.example/plan\x1b\\") > 0 && pty.sent("\x1b]8;;\x1b\\") > 0);

    // The border between headlines and article.
    let (x, _) = place(&screen, "┬ Article");
    pty.send(&press((x, 12)));
    pty.send(&format!("\x1b[<32;{};12M", x + 9));
    pty.send(&release((x + 9, 12)));
    let screen = pty.frame("a wider list", |s| s.contains("┬ Article") && place(s, "┬ Article").0 == x + 9);

    // A link in the text, then a row, then the same row twice at once.
    let link = place(&screen, "plan of the");
    pty.send(&(press(link) + &release(link)));
    pty.until("the link's address", |s| s.contains("opened harbour.example"));
    let row = place(&screen, "Second ferry");
    pty.send(&(press(row) + &release(row)));
    let screen = pty.frame("the second article", |s| s.contains("It sails as well"));
    let row = place(&screen, "First ferry");
    pty.send(&(press(row) + &release(row) + &press(row) + &release(row)));
    pty.until("the first article's address", |s| s.contains("opened harbour.example"));

    // The list of feeds closes by a click beside it.
    pty.send("F");
    pty.until("the feeds", |s| s.contains("▸Feeds"));
    pty.send(&(press((1, 1)) + &release((1, 1))));
    pty.until("the panes", |s| !s.contains("▸Feeds"));
    pty.send("Q");
    assert!(pty.end().success());
    pty.restored();
}

#[test]
fn inside_tmux_links_are_not_marked_unless_that_is_wished() {
    let home = with_a_link();
    let around = [("TMUX", "/nowhere/default,1,0")];
    let mark = "\x1b]8;;https://harbour.example/plan";
    let mut pty = Pty::start_with(&home, &[], 120, 36, &around);
    pty.frame("the link", |s| s.contains("plan of the ferries"));
    pty.send("Q");
    pty.end();
    assert_eq!(pty.sent(mark), 0);
    let config = home.path().join("config/wiredesk/config.toml");
    fs::write(&config, fs::read_to_string(&config).unwrap() + "[screen]\nlinks = \"always\"\n").unwrap();
    let mut pty = Pty::start_with(&home, &[], 120, 36, &around);
    pty.frame("the link", |s| s.contains("plan of the ferries"));
    pty.send("Q");
    pty.end();
    assert!(pty.sent(mark) > 0);
}
