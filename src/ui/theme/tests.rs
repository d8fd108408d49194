//! Themes are whole, legible at every depth, and forgiving to those who write one.

use super::colour::contrast;
use super::read::{Sheet, style};
use super::*;

/// Roles that are lines, not words.
const LINES: [Role; 2] = [Role::Rule, Role::BarAway];

#[test]
fn the_themes_inside_are_whole_and_right() {
    for (name, text) in BUILT_IN {
        assert_eq!(Sheet::new(name, text).apply(&mut Theme::bare(name)), Vec::<String>::new());
        let table = text.parse::<toml::Table>().unwrap();
        for role in Role::ALL {
            assert!(table.contains_key(role.name()), "{name} says nothing of {}", role.name());
        }
    }
}

#[test]
fn the_theme_without_colours_has_none() {
    for theme in [Theme::named("none").unwrap(), Theme::named("dark").unwrap().fitted(Depth::None)] {
        for role in Role::ALL {
            let style = theme.style(*role);
            assert!(style.fg.is_none() && style.bg.is_none(), "{role:?}");
        }
    }
}

/// WCAG 2.2: words at 4.5:1 or more (AA), at 7:1 in high contrast (AAA), on the page and on a selected row.
#[test]
fn words_can_be_read_on_their_ground() {
    for name in ["dark", "light", "sepia", "contrast"] {
        for depth in [Depth::Full, Depth::Many, Depth::Sixteen] {
            let theme = Theme::named(name).unwrap().fitted(depth);
            let mut grounds = vec![theme.style(Role::Text).bg.unwrap()];
            // Of sixteen colours few differ little from the page's: there only the page is promised.
            if depth != Depth::Sixteen {
                grounds.extend([Role::Selected, Role::SelectedAway].map(|role| theme.style(role).bg.unwrap()));
            }
            for role in Role::ALL.iter().filter(|role| !LINES.contains(role)) {
                let own = theme.style(*role);
                for ground in own.bg.map_or(grounds.clone(), |own| vec![own]) {
                    let is = contrast(own.fg.unwrap(), ground).unwrap();
                    let least = if name == "contrast" { 7.0 } else { 4.5 };
                    assert!(is >= least, "{name} at {depth:?}: {role:?} has {is:.2} on {ground:?}");
                }
            }
        }
    }
}

/// The default is the terminal's own: no colour of it is fixed, and it names no ground, so it fits any.
#[test]
fn the_default_uses_the_terminals_own_colours() {
    for role in Role::ALL {
        let style = Theme::default().style(*role);
        assert!(!matches!(style.fg, Some(Color::Rgb(..) | Color::Indexed(_))) && style.bg.is_none(), "{role:?}");
    }
}

#[test]
fn a_terminal_is_known_by_its_environment() {
    let check = |vars: &[(&str, &str)], want| {
        let found = Depth::of(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()));
        assert_eq!(found, want, "{vars:?}");
    };
    check(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], Depth::Full);
    check(&[("TERM", "xterm-kitty")], Depth::Full);
    check(&[("TERM", "tmux-256color")], Depth::Many);
    check(&[("TERM", "linux")], Depth::Sixteen);
    check(&[("TERM", "xterm"), ("NO_COLOR", "")], Depth::Sixteen);
    check(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")], Depth::None);
    check(&[("TERM", "vt220")], Depth::None);
}

#[test]
fn a_ground_is_dark_or_light() {
    assert_eq!(Ground::of(0x14, 0x17, 0x1c), Ground::Dark);
    assert_eq!(Ground::of(0xfb, 0xfa, 0xf7), Ground::Light);
    assert_eq!(Ground::of(0x00, 0x2b, 0x36), Ground::Dark);
    assert_eq!(Ground::of(0xfd, 0xf6, 0xe3), Ground::Light);
    assert_eq!((Ground::hinted("15;0"), Ground::hinted("0;default;15")), (Some(Ground::Dark), Some(Ground::Light)));
    assert_eq!((Ground::hinted(""), Ground::hinted("0;default")), (None, None));
}

/// Files in a folder that is not there.
fn load(name: &str, files: &[(&str, &str)]) -> Result<(Theme, Vec<String>), String> {
    Theme::load(name, &mut |wanted| {
        let (file, text) = files.iter().find(|(file, _)| *file == wanted)?;
        Some(Ok(Source { file: format!("{file}.toml"), text: (*text).to_owned() }))
    })
}

#[test]
fn a_readers_theme_falls_back_role_by_role() {
    let files = [("mine", "base = \"paper\"\ntitle = \"bold #aabbcc on black\"\n"), ("paper", "base = \"sepia\"\nlink = \"red\"\n")];
    let (theme, wrong) = load("mine", &files).unwrap();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(theme.name(), "mine");
    assert_eq!(theme.style(Role::Title), style("bold #aabbcc on black").unwrap());
    assert_eq!(theme.style(Role::Link), style("red").unwrap());
    assert_eq!(theme.style(Role::Unread), Theme::named("sepia").unwrap().style(Role::Unread));
}

#[test]
fn what_is_wrong_in_a_theme_is_named_and_the_rest_holds() {
    let text = "# mine\nbase = \"none\"\nnonsense = \"red\"\nlink = \"blurple\"\nkey = 7\ntime = \"red on\"\ntitle = \"green\"\nhint \nunread = \"red\"\nlabel = \"blue\"\n";
    let (theme, wrong) = load("mine", &[("mine", text)]).unwrap();
    assert_eq!(theme.style(Role::Title), style("green").unwrap());
    assert_eq!(theme.style(Role::Label), style("blue").unwrap());
    assert_eq!(theme.style(Role::Link), Theme::named("none").unwrap().style(Role::Link));
    assert_eq!(
        wrong,
        [
            "mine.toml, line 3: nonsense: there is no such role",
            "mine.toml, line 4: link: `blurple` is neither a colour nor bold, dim, italic, underline, reverse, strike",
            "mine.toml, line 5: key: a text in quotes is wanted here",
            "mine.toml, line 6: time: `on` wants a colour after it",
            "mine.toml, line 8: key with no value, expected `=`",
        ]
    );
}

#[test]
fn a_theme_that_is_not_there_or_stands_on_itself_is_said() {
    assert!(load("gone", &[]).unwrap_err().contains("there is no theme `gone`; there are default, dark"));
    let (theme, wrong) = load("mine", &[("mine", "base = \"gone\"\nkey = \"red\"")]).unwrap();
    assert_eq!(theme.style(Role::Key), style("red").unwrap());
    assert!(wrong[0].starts_with("mine.toml, line 1: base: there is no theme `gone`"), "{wrong:?}");
    let (_, wrong) = load("mine", &[("mine", "base = \"mine\"")]).unwrap();
    assert!(wrong[0].contains("stands on itself"), "{wrong:?}");
}
