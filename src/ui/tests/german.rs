//! The same screens in German: that nothing is cut badly, and that no English is left.

use super::Desk;
use super::desk::options;
use super::screens::{SCENES, Scene, play};
use crate::model::Language;
use crate::ui::Manner;

const SIZES: [(u16, u16); 2] = [(120, 36), (80, 24)];

fn german(scene: &Scene, size: (u16, u16), linear: bool) -> Desk {
    play(scene, crate::ui::Options { language: Language::De, manner: Manner::of("de_AT"), linear, ..options(size) })
}

#[test]
fn the_main_screens() {
    let scenes = [
        "headlines",
        "desk",
        "article",
        "sources",
        "empty",
        "nothing-here",
        "stories",
        "embargo",
        "live-blog",
        "coverage",
        "changes",
        "choosing",
        "help",
        "help-searched",
        "feeds",
        "settings",
        "palette",
        "highlights",
        "note",
        "time-line",
        "why-together",
        "compared",
        "what-follows",
        "filter-wrong",
        "pipe",
        "setting",
        "notice",
    ];
    for name in scenes {
        let scene = SCENES.iter().find(|scene| scene.0 == name).unwrap();
        let all: String = SIZES.iter().map(|size| format!("{}×{}\n{}\n", size.0, size.1, german(scene, *size, false).screen())).collect();
        let name = format!("german-{name}");
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!(name, all) });
    }
}

#[test]
fn every_screen_in_german_sentences() {
    let mut all = String::new();
    for scene in SCENES {
        all.push_str(&format!("{}\n{}\n", scene.0, german(scene, (60, 20), true).screen()));
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!("german-sentences", all) });
}

/// Both may run in one process, as in these tests: what is spoken is the model's affair.
#[test]
fn two_screens_speak_two_languages() {
    let english = play(&SCENES[0], options((120, 36)));
    let german = german(&SCENES[0], (120, 36), false);
    assert!(english.screen().contains("Headlines") && !english.screen().contains("Schlagzeilen"));
    assert!(german.screen().contains("Schlagzeilen") && !german.screen().contains("Headlines"));
}

/// In German a command is found by what it is called there and by its name in the manual.
#[test]
fn the_palette_finds_commands_by_both_names() {
    for typed in ["speichern", "save", "Schlagwort", "tag the article"] {
        let desk = german(&("", super::cache::summit, ":", typed), (120, 36), false);
        let found = if typed.to_lowercase().contains("tag") || typed == "Schlagwort" { "Schlagwort" } else { "speichern" };
        let row = desk.screen().lines().nth(4).unwrap_or_default().to_owned();
        assert!(
            desk.screen().lines().skip(3).take(4).any(|l| l.contains("Befehl") && l.contains(found)),
            "{typed}: {row}\n{}",
            desk.screen()
        );
    }
}

/// What is remembered of a pick holds in any language.
#[test]
fn what_was_picked_is_remembered_whatever_the_language() {
    let picked = |desk: Desk| desk.cache.picks.clone();
    let scene: Scene = ("", super::cache::summit, ":", "save");
    let mut english = play(&scene, options((120, 36)));
    english.press("enter");
    let mut german = german(&scene, (120, 36), false);
    german.press("enter");
    let names = picked(english);
    assert!(!names.is_empty() && names == picked(german));
}
