//! Roles and their styles. Everything that draws names a [`Role`]; what it looks like is data (`themes/*.toml`), and no
//! colour is named anywhere else. All states are told by a sign or a word too, so that the theme without colours works.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use std::str::FromStr;

macro_rules! roles {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        /// What a piece of the screen is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($(#[doc = $doc])* $variant,)* }

        impl Role {
            /// All roles.
            pub const ALL: &[Role] = &[$(Role::$variant,)*];

            /// Its name in a theme.
            pub const fn name(self) -> &'static str {
                match self { $(Role::$variant => $name,)* }
            }
        }
    };
}

roles! {
    /// Running text.
    Text = "text",
    /// What may be overlooked.
    Dim = "dim",
    /// Borders and rules.
    Rule = "rule",
    /// The border of the pane that has the focus.
    RuleFocus = "rule-focus",
    /// A pane's title.
    Pane = "pane",
    /// The title of the pane that has the focus.
    PaneFocus = "pane-focus",
    /// The bar beside the selected row.
    Bar = "bar",
    /// The bar in a pane without the focus.
    BarAway = "bar-away",
    /// The selected row.
    Selected = "selected",
    /// The selected row in a pane without the focus.
    SelectedAway = "selected-away",
    /// A headline not yet read.
    Unread = "unread",
    /// The sign of a headline not yet read.
    UnreadMark = "unread-mark",
    /// A headline that was read.
    Read = "read",
    /// A time of day.
    Time = "time",
    /// A publisher's name.
    Outlet = "outlet",
    /// An agency.
    Agency = "agency",
    /// A wire for press releases.
    Press = "press",
    /// How many versions there are, and what changed.
    Changed = "changed",
    /// Saved.
    Saved = "saved",
    /// A live blog that runs.
    Live = "live",
    /// Withdrawn by its sender.
    Withdrawn = "withdrawn",
    /// The counted line of what waits.
    Waiting = "waiting",
    /// A group's heading.
    Group = "group",
    /// A count.
    Count = "count",
    /// The article's title.
    Title = "title",
    /// A subhead.
    Heading = "heading",
    /// Emphasised.
    Emphasis = "emphasis",
    /// Strongly emphasised.
    Strong = "strong",
    /// A quotation set apart.
    Quote = "quote",
    /// Code.
    Code = "code",
    /// Struck through.
    Struck = "struck",
    /// A link's words.
    Link = "link",
    /// A link's number.
    LinkNumber = "link-number",
    /// A picture's caption, a footnote.
    Caption = "caption",
    /// Words quoted as evidence.
    Evidence = "evidence",
    /// A label before its values.
    Label = "label",
    /// A key in a hint.
    Key = "key",
    /// A hint's word.
    Hint = "hint",
    /// News from the program.
    Notice = "notice",
    /// What went wrong.
    Error = "error",
    /// What is typed.
    Input = "input",
    /// The part of it that is wrong.
    InputWrong = "input-wrong",
    /// What was searched for.
    Match = "match",
}

/// A style for each role.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    name: String,
    styles: Vec<Style>,
}

/// Themes inside the program: name and text.
const BUILT_IN: &[(&str, &str)] = &[
    ("default", include_str!("themes/default.toml")),
    ("none", include_str!("themes/none.toml")),
    ("dark", include_str!("themes/dark.toml")),
    ("light", include_str!("themes/light.toml")),
    ("contrast", include_str!("themes/contrast.toml")),
];

impl Default for Theme {
    fn default() -> Self {
        Self::named("default").unwrap_or(Theme { name: "default".into(), styles: vec![Style::new(); Role::ALL.len()] })
    }
}

impl Theme {
    /// The names of the themes inside the program.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// A theme inside the program.
    pub fn named(name: &str) -> Option<Self> {
        let (name, text) = BUILT_IN.iter().find(|(n, _)| *n == name)?;
        let mut theme = Theme { name: (*name).to_owned(), styles: vec![Style::new(); Role::ALL.len()] };
        theme.read(text);
        Some(theme)
    }

    /// A theme as a reader writes it: a line `role = "style"` a role, the rest as in the theme named by `base` (or the
    /// default). What is wrong in it is said, line by line, and the rest holds.
    pub fn parse(name: &str, text: &str) -> (Self, Vec<String>) {
        let base = text.parse::<toml::Table>().ok().and_then(|t| t.get("base").and_then(|v| v.as_str()).map(str::to_owned));
        let mut theme = base.and_then(|b| Self::named(&b)).unwrap_or_default();
        theme.name = name.to_owned();
        let wrong = theme.read(text);
        (theme, wrong)
    }

    fn read(&mut self, text: &str) -> Vec<String> {
        let table = match text.parse::<toml::Table>() {
            Ok(table) => table,
            Err(e) => return vec![e.to_string()],
        };
        let mut wrong = Vec::new();
        for (name, value) in &table {
            if name == "base" {
                continue;
            }
            let Some(at) = Role::ALL.iter().position(|role| role.name() == name) else {
                wrong.push(format!("there is no role `{name}`"));
                continue;
            };
            match value.as_str().ok_or_else(|| "a style is a text in quotes".to_owned()).and_then(style) {
                Ok(style) => self.styles[at] = style,
                Err(e) => wrong.push(format!("{name}: {e}")),
            }
        }
        wrong
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The style of a role for words over cells that have one: the ground and its reversal stay, all else is the role's.
    pub fn ink(&self, role: Role) -> Style {
        let mut style = self.style(role);
        style.fg = style.fg.or(self.style(Role::Text).fg).or(Some(Color::Reset));
        style.sub_modifier = Modifier::all().difference(Modifier::REVERSED).difference(style.add_modifier);
        style
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }
}

/// Puts the nearest of the 256 colours that all larger terminals know in place of each cell's own.
pub fn in_256_colours(cells: &mut Buffer) {
    for cell in &mut cells.content {
        (cell.fg, cell.bg) = (nearest(cell.fg), nearest(cell.bg));
    }
}

/// The nearest in the cube of six levels a channel, or in the ramp of greys.
fn nearest(colour: Color) -> Color {
    let Color::Rgb(r, g, b) = colour else { return colour };
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level = |c: u8| (0..6u8).min_by_key(|i| LEVELS[usize::from(*i)].abs_diff(c)).unwrap_or(0);
    let (i, j, k) = (level(r), level(g), level(b));
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let step = (mean.saturating_sub(3) / 10).min(23) as u8;
    let grey = 8 + 10 * step;
    let far = |x: u8, y: u8, z: u8| {
        let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
        square(x, r) + square(y, g) + square(z, b)
    };
    let cube = far(LEVELS[usize::from(i)], LEVELS[usize::from(j)], LEVELS[usize::from(k)]);
    Color::Indexed(if far(grey, grey, grey) < cube { 232 + step } else { 16 + 36 * i + 6 * j + k })
}

/// `bold cyan on #202020` → a style.
fn style(text: &str) -> Result<Style, String> {
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
            "on" => {
                let name = words.next().ok_or("`on` wants a colour after it")?;
                style.bg(Color::from_str(name).map_err(|_| format!("`{name}` is no colour"))?)
            }
            name => style.fg(Color::from_str(name)
                .map_err(|_| format!("`{name}` is neither a colour nor bold, dim, italic, underline, reverse, strike"))?),
        };
    }
    Ok(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_themes_inside_are_whole_and_right() {
        for (name, text) in BUILT_IN {
            let mut theme = Theme { name: String::new(), styles: vec![Style::new(); Role::ALL.len()] };
            assert_eq!(theme.read(text), Vec::<String>::new(), "{name}");
            let table = text.parse::<toml::Table>().unwrap();
            for role in Role::ALL {
                assert!(table.contains_key(role.name()), "{name} says nothing of {}", role.name());
            }
        }
    }

    #[test]
    fn the_theme_without_colours_has_none() {
        let theme = Theme::named("none").unwrap();
        for role in Role::ALL {
            let style = theme.style(*role);
            assert!(style.fg.is_none() && style.bg.is_none(), "{role:?}");
        }
    }

    #[test]
    fn the_nearest_of_256_colours() {
        for (rgb, index) in [((0, 0, 0), 16), ((255, 255, 255), 231), ((255, 0, 0), 196), ((128, 128, 128), 244), ((90, 140, 180), 67)] {
            assert_eq!(nearest(Color::Rgb(rgb.0, rgb.1, rgb.2)), Color::Indexed(index), "{rgb:?}");
        }
        assert_eq!(nearest(Color::Reset), Color::Reset);
    }

    #[test]
    fn a_readers_theme_falls_back_role_by_role() {
        let (theme, wrong) =
            Theme::parse("mine", "base = \"none\"\ntitle = \"bold #aabbcc on black\"\nnonsense = \"red\"\nlink = \"blurple\"\n");
        assert_eq!(theme.style(Role::Title), style("bold #aabbcc on black").unwrap());
        assert_eq!(theme.style(Role::Unread), Theme::named("none").unwrap().style(Role::Unread));
        assert_eq!(wrong.len(), 2, "{wrong:?}");
    }

    // WCAG 2.1 §1.4.3: the ratio of two relative luminances.
    fn contrast(a: Color, b: Color) -> f64 {
        let lum = |c: Color| {
            let Color::Rgb(r, g, b) = c else { panic!("{c} is no fixed colour") };
            let f = |v: u8| {
                let v = f64::from(v) / 255.0;
                if v <= 0.03928 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b)
        };
        let (a, b) = (lum(a), lum(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn words_can_be_read_on_their_ground() {
        for name in ["dark", "light", "contrast"] {
            let theme = Theme::named(name).unwrap();
            let ground = theme.style(Role::Text).bg.unwrap();
            for role in Role::ALL {
                if matches!(role, Role::Rule | Role::BarAway) {
                    continue; // lines, not words
                }
                let style = theme.style(*role);
                let (fg, bg) = (style.fg.or(theme.style(Role::Text).fg).unwrap(), style.bg.unwrap_or(ground));
                let least = if name == "contrast" { 7.0 } else { 4.5 };
                assert!(contrast(fg, bg) >= least, "{name}: {role:?} {:.1}", contrast(fg, bg));
            }
        }
    }
}
