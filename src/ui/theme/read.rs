//! A theme as it is written: TOML, a line `role = "bold cyan on #202020"` a role. Best effort: what is wrong is named with
//! file, line and key, and all else holds.

use ratatui::style::{Color, Modifier, Style};
use std::str::FromStr;

use super::{Role, Theme};

/// A theme may stand on another, and that on a third; more is a circle or a joke.
const BASES_MAX: usize = 8;
/// Complaints about one file beyond these are counted only.
const WRONG_MAX: usize = 20;

/// A theme's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name in complaints.
    pub file: String,
    /// What stands in it.
    pub text: String,
}

/// One file, taken apart.
pub(super) struct Sheet {
    base: Option<(usize, String)>,
    styles: Vec<(Role, Style)>,
    wrong: Vec<String>,
}

impl Sheet {
    pub fn new(file: &str, text: &str) -> Self {
        let mut sheet = Self { base: None, styles: Vec::new(), wrong: Vec::new() };
        let mut more = 0;
        for (i, line) in text.lines().enumerate() {
            // Each line for itself: a fault in one takes no other with it.
            if let Err(what) = sheet.line(i + 1, line) {
                if sheet.wrong.len() < WRONG_MAX {
                    sheet.wrong.push(format!("{file}, line {}: {what}", i + 1));
                } else {
                    more += 1;
                }
            }
        }
        if more > 0 {
            sheet.wrong.push(format!("{file}: and {more} more"));
        }
        sheet
    }

    fn line(&mut self, number: usize, line: &str) -> Result<(), String> {
        let table = line.parse::<toml::Table>().map_err(|e| e.message().to_owned())?;
        for (name, value) in table {
            let named = |what: String| format!("{}: {what}", shown(&name));
            let role = Role::ALL.iter().find(|role| role.name() == name);
            if role.is_none() && name != "base" {
                return Err(named("there is no such role".into()));
            }
            let text = value.as_str().ok_or_else(|| named("a text in quotes is wanted here".into()))?;
            match role {
                Some(role) => self.styles.push((*role, style(text).map_err(named)?)),
                None => self.base = Some((number, text.to_owned())),
            }
        }
        Ok(())
    }

    /// Lays its roles over the theme; what is wrong with it.
    pub fn apply(self, theme: &mut Theme) -> Vec<String> {
        for (role, style) in self.styles {
            if let Some(slot) = theme.styles.get_mut(role as usize) {
                *slot = style;
            }
        }
        self.wrong
    }
}

/// See [`Theme::load`].
pub(super) fn load(name: &str, find: &mut dyn FnMut(&str) -> Option<Result<Source, String>>) -> Result<(Theme, Vec<String>), String> {
    if let Some(theme) = Theme::named(name) {
        return Ok((theme, Vec::new()));
    }
    let known = || Theme::names().collect::<Vec<_>>().join(", ");
    let mut sheets = Vec::new();
    let mut wrong = Vec::new();
    let mut wanted = name.to_owned();
    let mut theme = loop {
        if let Some(theme) = Theme::named(&wanted) {
            break theme;
        }
        // Who names it: the configuration, or the file before.
        let by: Option<String> =
            sheets.last().and_then(|(file, sheet): &(String, Sheet)| Some(format!("{file}, line {}: base", sheet.base.as_ref()?.0)));
        let complaint = match (sheets.len() < BASES_MAX, find(&wanted)) {
            (false, _) => "it stands on itself, or on too many others".to_owned(),
            (true, Some(Ok(source))) => {
                let mut sheet = Sheet::new(&source.file, &source.text);
                wrong.append(&mut sheet.wrong);
                let base = sheet.base.as_ref().map(|(_, base)| base.clone());
                sheets.push((source.file, sheet));
                match base {
                    Some(base) => wanted = base,
                    None => break Theme::default(),
                }
                continue;
            }
            (true, Some(Err(e))) => e,
            (true, None) => format!("there is no theme `{}`; there are {}, auto, and files of your own", shown(&wanted), known()),
        };
        match by {
            None => return Err(complaint),
            Some(by) => wrong.push(format!("{by}: {complaint}")),
        }
        break Theme::default();
    };
    for (_, sheet) in sheets.into_iter().rev() {
        sheet.apply(&mut theme);
    }
    theme.name = name.to_owned();
    Ok((theme, wrong))
}

/// A name from a file, short enough for a line.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// `bold cyan on #202020` → a style.
pub(super) fn style(text: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        style = match word {
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underline" => style.add_modifier(Modifier::UNDERLINED),
            "reverse" => style.add_modifier(Modifier::REVERSED),
            "strike" => style.add_modifier(Modifier::CROSSED_OUT),
            "plain" => style,
            "on" => style.bg(colour(words.next().ok_or("`on` wants a colour after it")?).ok_or_else(|| {
                let name = text.split_whitespace().skip_while(|w| *w != "on").nth(1).unwrap_or_default();
                format!("`{}` is no colour", shown(name))
            })?),
            name => style.fg(colour(name)
                .ok_or_else(|| format!("`{}` is neither a colour nor bold, dim, italic, underline, reverse, strike", shown(name)))?),
        };
    }
    Ok(style)
}

fn colour(name: &str) -> Option<Color> {
    Color::from_str(name).ok()
}
