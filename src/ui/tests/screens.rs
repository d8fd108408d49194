//! Every screen at the sizes that people have, as text. A change is looked at, then taken with `INSTA_UPDATE=always`.

use super::Desk;
use super::cache::{Cache, summit};
use crate::model::Progress;
use crate::ui::Msg;
use ratatui::style::Modifier;

const SIZES: [(u16, u16); 6] = [(160, 45), (120, 36), (80, 24), (60, 20), (40, 15), (19, 5)];

fn desk(cache: Cache, (cols, rows): (u16, u16)) -> Desk {
    let mut desk = Desk::open(cache).size(cols, rows);
    desk.send(Msg::Progress(Progress { done: 3, total: 12, new: 2, ..Progress::default() }));
    desk
}

/// One snapshot for each size.
#[track_caller]
fn check(name: &str, keys: &str) {
    let mut all = String::new();
    for size in SIZES {
        all.push_str(&format!("{}×{}\n{}\n", size.0, size.1, desk(summit(), size).keys(keys).screen()));
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!(name, all) });
}

#[test]
fn headlines() {
    check("headlines", "j");
}

#[test]
fn article() {
    check("article", "enter");
}

#[test]
fn sources() {
    check("sources", "enter l j j j j");
}

#[test]
fn the_desk() {
    check("desk", "h j");
}

#[test]
fn help() {
    check("help", "?");
}

#[test]
fn feeds() {
    check("feeds", "F");
}

#[test]
fn a_feeds_settings() {
    check("settings", "F j enter j j j");
}

#[test]
fn a_filter_being_typed() {
    check("filter", "/ k y i v");
}

#[test]
fn an_article_alone() {
    check("alone", "z z");
}

#[test]
fn an_empty_cache() {
    let mut all = String::new();
    for size in SIZES {
        all.push_str(&Desk::open(Cache::default()).size(size.0, size.1).screen());
        all.push('\n');
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!("empty", all) });
}

/// Without colours the focus, the selection and what is unread are still told apart.
#[test]
fn the_theme_without_colours_says_it_all() {
    let desk = Desk::theme(summit(), "none").size(80, 24).keys("j");
    let terminal = desk.terminal();
    let buffer = terminal.backend().buffer();
    assert!(buffer[(1, 3)].symbol() == "▌" && buffer[(12, 3)].modifier.contains(Modifier::REVERSED));
    assert!(buffer[(8, 1)].symbol() == "●" || buffer[(9, 1)].symbol() == "●", "{}", desk.screen());
    assert!(buffer.content().iter().all(|c| c.fg == ratatui::style::Color::Reset && c.bg == ratatui::style::Color::Reset));
}

/// Every theme at the sizes that most have: what each style is called, and which cells wear it. Lines that repeat the one
/// above are counted.
#[test]
fn themes() {
    use std::fmt::Write;
    for name in crate::ui::Theme::names() {
        let mut out = String::new();
        for (cols, rows) in [(120, 36), (80, 24)] {
            let mut cache = summit();
            cache.get(9).item.attribution.credits[0].role = crate::model::Role::Press;
            let mut desk = Desk::theme(cache, name).size(cols, rows);
            desk.send(Msg::Progress(Progress { done: 3, total: 12, new: 2, failed: 1, ..Progress::default() }));
            let desk = desk.keys(if cols > 100 { "j" } else { "enter" });
            let terminal = desk.terminal();
            let buffer = terminal.backend().buffer();
            let mut looks: Vec<String> = Vec::new();
            let mut lines: Vec<String> = Vec::new();
            for y in 0..rows {
                let mut line = String::new();
                for x in 0..cols {
                    let cell = &buffer[(x, y)];
                    // A blank shows nothing but its ground: it goes with what stands before it.
                    let hidden = x > 0 && crate::ui::draw::width(buffer[(x - 1, y)].symbol()) > 1;
                    let blank = cell.symbol() == " " && !cell.modifier.contains(Modifier::REVERSED);
                    if hidden || (blank && x > 0 && buffer[(x - 1, y)].bg == cell.bg) {
                        line.extend(line.chars().last());
                        continue;
                    }
                    let look =
                        if blank { format!("blank on {}", cell.bg) } else { format!("{:?} {} on {}", cell.modifier, cell.fg, cell.bg) };
                    let at = looks.iter().position(|l| *l == look).unwrap_or_else(|| {
                        looks.push(look);
                        looks.len() - 1
                    });
                    line.push(char::from(if at < 26 { b'a' + at as u8 } else { b'A' + (at - 26) as u8 }));
                }
                lines.push(line);
            }
            writeln!(out, "{cols}×{rows}").unwrap();
            for (at, look) in looks.iter().enumerate() {
                let letter = char::from(if at < 26 { b'a' + at as u8 } else { b'A' + (at - 26) as u8 });
                writeln!(out, "{letter} {look}").unwrap();
            }
            for same in lines.chunk_by(|a, b| a == b) {
                let times = if same.len() > 1 { format!(" × {}", same.len()) } else { String::new() };
                writeln!(out, "{}{times}", runs(&same[0])).unwrap();
            }
            out.push('\n');
        }
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!(format!("theme-{name}"), out) });
    }
}

/// `aaab` → `a3 b`.
fn runs(line: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    let run = |run: &[char]| if run.len() > 1 { format!("{}{}", run[0], run.len()) } else { run[0].to_string() };
    letters.chunk_by(|a, b| a == b).map(run).collect::<Vec<_>>().join(" ")
}

/// Prints screens, to look at them: `LOOK="j enter" SIZE=100x30 cargo test --lib screens::look -- --nocapture`.
#[test]
fn look() {
    let Ok(keys) = std::env::var("LOOK") else { return };
    let sizes = std::env::var("SIZE").unwrap_or_else(|_| "160x45 120x36 80x24 60x20 40x15".into());
    for size in sizes.split(' ') {
        let (cols, rows) = size.split_once('x').unwrap();
        let mut desk = Desk::theme(summit(), &std::env::var("THEME").unwrap_or_else(|_| "default".into()));
        desk = desk.size(cols.parse().unwrap(), rows.parse().unwrap());
        desk.send(Msg::Progress(Progress { done: 3, total: 12, new: 2, ..Progress::default() }));
        let desk = desk.keys(&keys);
        println!("{}", desk.screen());
        if let Ok(file) = std::env::var("CELLS") {
            let terminal = desk.terminal();
            let cells = terminal.backend().buffer().content();
            let lines: Vec<String> = cells.iter().map(|c| format!("{}\t{}\t{}\t{:?}", c.symbol(), c.fg, c.bg, c.modifier)).collect();
            std::fs::write(file, format!("{cols}\n{}", lines.join("\n"))).unwrap();
        }
    }
}
