//! Articles leave the program: as files by the command line, through a command by the reader.

use crate::support::{home::Home, pty::Pty};
use std::fs;
use std::path::PathBuf;

/// Two articles in an RSS file, subscribed to and read.
fn with_articles() -> Home {
    let home = Home::new();
    let items = [("First ferry", "The ferry <b>sails</b> at six."), ("Night: ferry / bus?", "The night ferry does not.")]
        .map(|(title, text)| format!("<item><guid>{title}</guid><title>{title}</title><description><![CDATA[<p>{text}</p>]]></description><pubDate>Sat, 16 Aug 2025 09:00:00 GMT</pubDate></item>"))
        .join("");
    let file = home.path().join("harbour.xml");
    fs::write(&file, format!("<rss version=\"2.0\"><channel><title>Harbour</title>{items}</channel></rss>")).unwrap();
    home.ok(&["add", file.to_str().unwrap()]);
    home.ok(&["poll"]);
    home
}

fn names(folder: &PathBuf) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn articles_are_exported_and_nothing_is_written_over() {
    let home = with_articles();
    let folder = home.path().join("out/deep");
    let to = folder.to_str().unwrap();
    home.ok(&["export", "ferry", "--format", "md", "--to", to]);
    home.ok(&["export", "title:night", "--format", "md", "--to", to]);
    home.ok(&["export", "--format", "epub", "--to", to]);
    let wanted = [
        "2025-08-16 All articles.epub",
        "2025-08-16 First ferry.md",
        "2025-08-16 Night- ferry - bus (2).md",
        "2025-08-16 Night- ferry - bus.md",
    ];
    assert_eq!(names(&folder), wanted);
    let page = home.ok(&["export", "title:first", "--format", "html"]).out;
    assert!(page.contains("<h1>First ferry</h1>") && page.contains("The ferry") && page.contains("Harbour"), "{page}");
    assert!(home.ok(&["export", "sails", "--format", "text"]).out.starts_with("First ferry\nHarbour · 16 Aug 2025 09:00\n"));
    assert_eq!(home.ok(&["export", "--format", "json"]).out.lines().filter(|l| l.starts_with('{')).count(), 2, "a document a line");
    assert_eq!(home.run(&["export", "ferry"]).code, 2, "a list of subscriptions holds no articles");
    assert!(home.ok(&["export", "title:bicycle", "--format", "md"]).err.contains("Nothing matches"));
}

#[test]
fn an_article_goes_through_a_command_and_into_a_file() {
    let home = with_articles();
    let folder = home.path().join("kept");
    fs::create_dir_all(home.path().join("config/wiredesk")).unwrap();
    let config = format!(
        "list.rows = \"article\"\n[export]\nfolder = {:?}\n[keys]\nleader = \"space\"\n\"leader w\" = \"export-markdown\"\nx = \"dance\"\n",
        folder
    );
    fs::write(home.path().join("config/wiredesk/config.toml"), config).unwrap();
    let mut pty = Pty::start(&home, &[], 80, 24);
    pty.until("what is wrong in the configuration", |s| s.contains("line 7: there is no command `dance`"));
    pty.until("the headlines", |s| s.contains("First ferry"));
    pty.send("|head -n 1\r");
    pty.until("the first line that came back", |s| s.lines().last().is_some_and(|l| l.contains("ferry")));
    pty.send("|sleep 600\r");
    pty.until("what stops it", |s| s.contains("esc stops it"));
    pty.send("\x1b");
    pty.until("that it was stopped", |s| s.contains("sleep: stopped"));
    pty.send(" ");
    pty.until("what can follow", |s| s.contains("what can follow") && s.contains("export the article as Markdown"));
    pty.send("w");
    pty.until("where it went", |s| s.contains("exported to"));
    assert_eq!(names(&folder).len(), 1);
    pty.send("qq");
}
