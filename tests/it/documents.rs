//! What can be derived is derived: README's tables come from the program itself. Each test fails on a difference and
//! rewrites with `UPDATE=1`.

use crate::support::{home::Home, pty::Pty, svg};
use std::fs;
use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Compares (or rewrites) what stands between `<!-- name: … -->` and `<!-- /name -->` in the README.
fn section(name: &str, want: &str) {
    let path = root().join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let start = text.find(&format!("<!-- {name}:")).unwrap();
    let start = start + text[start..].find("-->\n").unwrap() + 4;
    let end = start + text[start..].find(&format!("<!-- /{name} -->")).unwrap();
    if update() {
        fs::write(&path, format!("{}{want}{}", &text[..start], &text[end..])).unwrap();
    } else {
        assert_eq!(&text[start..end], want, "README's {name} are not those of the program; run UPDATE=1 cargo test --test it documents");
    }
}

#[test]
fn readme_has_the_keys_of_the_command_table() {
    let mut table = String::from("| key | does | where |\n|---|---|---|\n");
    for row in wiredesk::ui::command::table() {
        table.push_str(&format!("| `{}` | {} | {} |\n", row.keys.join("` `").replace('|', "\\|"), row.help, row.scope.words()));
    }
    section("keys", &table);
}

#[test]
fn readme_has_the_commands_of_the_command_line() {
    let mut table = String::from("| command | does |\n|---|---|\n| `wiredesk` | Open the reader |\n");
    for sub in wiredesk::cli::command().get_subcommands() {
        let usage = sub.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ").trim_start_matches("wiredesk ").replace('|', "\\|");
        table.push_str(&format!("| `wiredesk {usage}` | {} |\n", sub.get_about().map(ToString::to_string).unwrap_or_default()));
    }
    section("commands", &table);
}

#[test]
fn the_man_page_names_every_command_and_key() {
    let man = Home::new().ok(&["man"]).out;
    for sub in wiredesk::cli::command().get_subcommands() {
        assert!(man.contains(&format!("wiredesk {}", sub.get_name())), "{}", sub.get_name());
    }
    for row in wiredesk::ui::command::table() {
        assert!(man.contains(&row.help.replace('-', "\\-")), "{}", row.help);
    }
}

/// README's pictures of the screen: the demo, held still, as a terminal shows it.
#[test]
fn screenshots_show_the_demo() {
    for (cols, rows, keys, file) in [(160, 45, "\r", "screen-160.svg"), (120, 36, "\r", "screen-120.svg"), (80, 24, "", "screen-80.svg")] {
        let mut home = Home::new();
        home.at("2025-08-15T22:30:00Z");
        let mut pty = Pty::start_with(&home, &["demo", "--pace", "0"], cols, rows, &[("COLORTERM", "truecolor")]);
        pty.until("the demo's headlines", |s| s.contains("Anchorage"));
        pty.send(".");
        pty.until("the newest ones", |s| !s.contains("press . to show") && s.contains("Anchorage"));
        // An article that several agencies reported, once all pages are there.
        pty.until("all pages", |s| !s.contains("to fetch"));
        pty.send("/agency:apa -liverpool -hitze\r");
        pty.until("the list of them", |s| s.contains("agency:apa"));
        pty.send(keys);
        // The last line that changes, so that no frame is caught half drawn.
        pty.until("the whole frame", |s| (cols < 100 || s.contains("Reported") && s.contains("Also")) && !s.contains("on its way"));
        if update() {
            fs::create_dir_all(root().join("docs")).unwrap();
            fs::write(root().join("docs").join(file), pty.with(svg::draw)).unwrap();
        } else {
            assert!(root().join("docs").join(file).exists(), "docs/{file} is missing; run UPDATE=1 cargo test --test it documents");
        }
        pty.send("qqq");
    }
}
