//! Every screen at the sizes that people have, as text. A change is looked at, then taken with `INSTA_UPDATE=always`.

use super::Desk;
use super::cache::{Cache, summit};
use super::desk::options;
use super::scene::{coverage, day};
use crate::model::Progress;
use crate::ui::{Effect, Msg, Options};
use ratatui::style::Modifier;

const SIZES: [(u16, u16); 6] = [(160, 45), (120, 36), (80, 24), (60, 20), (40, 15), (19, 5)];

/// What is pictured: its name, the cache it stands on, the keys that lead there, and what is typed after them.
pub type Scene = (&'static str, fn() -> Cache, &'static str, &'static str);

#[rustfmt::skip] // a table is read by its columns
pub const SCENES: &[Scene] = &[
    // Panes.
    ("headlines",      summit,     "j", ""),
    ("desk",           summit,     "h j", ""),
    ("article",        summit,     "enter", ""),
    ("sources",        summit,     "enter l j j j j j", ""),
    ("alone",          summit,     "z z", ""),
    ("justified",      summit,     ", j enter", ""),
    ("justified-alone", day,       "j , j enter z z space", ""),
    ("pane-alone",     summit,     "z", ""),
    ("empty",          Cache::default, "", ""),
    ("nothing-here",   summit,     "' s A ' u A ' u", ""),
    ("stories",        day,        "j j x j", ""),
    ("scripts",        day,        "j enter", ""),
    ("scripts-end",    day,        "j enter space space space", ""),
    ("embargo",        day,        "enter", ""),
    ("live-blog",      day,        "G k k k k enter", ""),
    ("live-blog-edits", day,       "G k k k k enter S d", ""),
    ("coverage",       coverage,   "G k k k k enter", ""),
    ("coverage-oldest", coverage,  "G k k k k enter S d", ""),
    ("changes",        summit,     "enter d", ""),
    ("choosing",       summit,     "enter H v j j v j", ""),
    ("photo",          picture,    "enter", ""),
    // What lies over them.
    ("help",           summit,     "?", ""),
    ("help-searched",  summit,     "enter ?", "mark"),
    ("feeds",          summit,     "F", ""),
    ("settings",       summit,     "F j enter j j j", ""),
    ("palette",        summit,     "s : down", ""),
    ("palette-typed",  summit,     ":", "sav"),
    ("highlights",     summit,     "enter H v j j v j H m", ""),
    ("note",           summit,     "enter a", "Who paid for the planes? Mia knows someone at the airfield who saw the papers."),
    ("time-line",      day,        "j j T j", ""),
    ("why-together",   day,        "j j w", ""),
    ("compared",       day,        "j j =", ""),
    ("what-follows",   summit,     ",", ""),
    // What is typed, and what is said.
    ("filter",         summit,     "/", "kyiv"),
    ("filter-wrong",   summit,     "/", "kyiv since:soonish"),
    ("tag",            summit,     "t", "sum"),
    ("pipe",           summit,     "enter |", ""),
    ("link",           summit,     "enter #", "1"),
    ("setting",        summit,     "F j enter enter", ""),
    ("notice",         summit,     "E", ""),
    ("sequence",       summit,     "'", ""),
];

fn picture() -> Cache {
    let mut cache = summit();
    cache.get(12).item.body.insert(0, super::scene::photo());
    cache
}

pub fn play((_, cache, keys, typed): &Scene, options: Options) -> Desk {
    let mut desk = Desk::with(cache(), options);
    desk.send(Msg::Progress(Progress { done: 3, total: 12, new: 2, ..Progress::default() }));
    desk.press(keys);
    desk.types(typed);
    if let Some(number) = desk.effects.iter().rev().find_map(|e| if let Effect::Remind(number, _) = e { Some(*number) } else { None }) {
        desk.send(Msg::Reminded(number));
    }
    desk
}

#[test]
fn every_screen_at_every_size() {
    for scene in SCENES {
        let all: String = SIZES.iter().map(|size| format!("{}×{}\n{}\n", size.0, size.1, play(scene, options(*size)).screen())).collect();
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!(scene.0, all) });
    }
}

/// The same read aloud: one size is enough for sentences that wrap.
#[test]
fn every_screen_in_sentences() {
    let mut all = String::new();
    for scene in SCENES {
        all.push_str(&format!("{}\n{}\n", scene.0, play(scene, Options { linear: true, ..options((60, 20)) }).screen()));
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!("sentences", all) });
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
        for (cols, rows) in [(160, 45), (120, 36), (80, 24), (60, 20), (40, 15)] {
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
