//! How the screen looks here: the theme that the configuration names, read and fitted to what the terminal can show, and
//! the one that follows its background.

use std::path::{Path, PathBuf};

use crate::config::Screen;
use crate::ui::theme::{Depth, Ground, Source, Theme};

/// A theme's file is a page of text; more is something else.
const FILE_MAX: u64 = 64 * 1024;

/// The themes that may be needed.
pub struct Look {
    /// The one that holds, or until the background is known.
    theme: Theme,
    /// The pair of which the background chooses, dark and light.
    pair: Option<(Theme, Theme)>,
    /// What is wrong in their files.
    wrong: Vec<String>,
    /// The terminal told its background's colour, which is surer than its word that it is dark or light.
    sure: bool,
    shown: Option<Ground>,
}

/// What the terminal said of its background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Its colour, which is one or the other.
    Colour(Ground),
    /// That it is now to be one or the other (DEC mode 2031).
    Scheme(Ground),
}

/// What follows from it.
#[derive(Clone, Debug, PartialEq)]
pub enum Follow {
    /// Nothing.
    Stay,
    /// Another theme.
    Show(Theme),
    /// The colour must be asked for again.
    Ask,
}

impl Look {
    /// As `screen` says; files are looked for in `folder`. Fails if a theme is not there at all.
    pub fn load(screen: &Screen, folder: &Path) -> Result<Self, String> {
        let var = |name: &str| std::env::var(name).ok();
        let depth = Depth::of(var);
        let mut wrong = Vec::new();
        let mut one = |key: &str, name: &str| {
            let (theme, mut faults) = Theme::load(name, &mut |name| file(folder, name)).map_err(|e| format!("[screen] {key}: {e}."))?;
            wrong.append(&mut faults);
            Ok::<_, String>(theme.fitted(depth))
        };
        let look = |theme, pair| Self { theme, pair, wrong: Vec::new(), sure: false, shown: None };
        let mut look = match screen.theme.as_str() {
            "auto" => {
                let pair = (one("dark", &screen.dark)?, one("light", &screen.light)?);
                let hint = var("COLORFGBG").and_then(|v| Ground::hinted(&v));
                // The terminal's own colours can be read on any ground.
                let theme = hint.map_or_else(|| Theme::default().fitted(depth), |ground| of(&pair, ground).clone());
                look(theme, (depth != Depth::None).then_some(pair))
            }
            name => look(one("theme", name)?, None),
        };
        look.wrong = wrong;
        Ok(look)
    }

    /// The theme to begin with.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Whether it depends on the terminal's background.
    pub fn follows(&self) -> bool {
        self.pair.is_some()
    }

    /// Takes the terminal's word.
    pub fn heard(&mut self, heard: Heard) -> Follow {
        let Some(pair) = &self.pair else { return Follow::Stay };
        let ground = match heard {
            Heard::Scheme(_) if self.sure => return Follow::Ask,
            Heard::Scheme(ground) | Heard::Colour(ground) => ground,
        };
        self.sure |= matches!(heard, Heard::Colour(_));
        if self.shown.replace(ground) == Some(ground) { Follow::Stay } else { Follow::Show(of(pair, ground).clone()) }
    }

    /// What is wrong in the files, a line a fault.
    pub fn wrong(&self) -> &[String] {
        &self.wrong
    }
}

fn of((dark, light): &(Theme, Theme), ground: Ground) -> &Theme {
    match ground {
        Ground::Dark => dark,
        Ground::Light => light,
    }
}

/// A theme's file: `themes/NAME.toml` beside the configuration, or where a path says.
fn file(folder: &Path, name: &str) -> Option<Result<Source, String>> {
    let path = if let Some(rest) = name.strip_prefix("~/") {
        PathBuf::from(std::env::var_os("HOME")?).join(rest)
    } else if name.contains('/') {
        folder.join(name)
    } else {
        folder.join("themes").join(format!("{name}.toml"))
    };
    let said = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    match std::fs::metadata(&path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && !name.contains('/') => None,
        Err(e) => Some(Err(said(&e))),
        Ok(meta) if !meta.is_file() || meta.len() > FILE_MAX => Some(Err(said(&"this is no theme: a text file of 64 KiB at most"))),
        Ok(_) => Some(std::fs::read_to_string(&path).map_err(|e| said(&e)).map(|text| Source { file: path.display().to_string(), text })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(theme: &str, folder: &Path) -> Result<Look, String> {
        Look::load(&Screen { theme: theme.into(), ..Screen::default() }, folder)
    }

    #[test]
    fn auto_follows_the_terminal_and_trusts_a_colour_more_than_a_word() {
        let mut look = look("auto", Path::new("")).unwrap();
        // Whatever the environment of this test is.
        look.pair = Some((Theme::named("dark").unwrap(), Theme::named("light").unwrap()));
        let name = |follow| if let Follow::Show(theme) = follow { theme.name().to_owned() } else { format!("{follow:?}") };
        assert_eq!(name(look.heard(Heard::Scheme(Ground::Light))), "light");
        assert_eq!(name(look.heard(Heard::Colour(Ground::Dark))), "dark");
        assert_eq!(name(look.heard(Heard::Colour(Ground::Dark))), "Stay");
        assert_eq!(name(look.heard(Heard::Scheme(Ground::Light))), "Ask");
        assert_eq!(name(look.heard(Heard::Colour(Ground::Light))), "light");
    }

    #[test]
    fn a_theme_of_ones_own_is_a_file_beside_the_configuration() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("themes")).unwrap();
        std::fs::write(folder.path().join("themes/mine.toml"), "base = \"dark\"\nlink = \"blurple\"\n").unwrap();
        for name in ["mine", "themes/mine.toml"] {
            let look = look(name, folder.path()).unwrap();
            assert!(look.wrong()[0].contains("mine.toml, line 2: link: `blurple`"), "{:?}", look.wrong());
            assert!(!look.follows());
        }
        assert!(look("other", folder.path()).err().unwrap().contains("[screen] theme: there is no theme `other`"));
        assert!(look("no/other.toml", folder.path()).err().unwrap().contains("no/other.toml"));
    }
}
