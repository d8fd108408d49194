//! Roles and their styles. Everything that draws names a [`Role`]; what it looks like is data (`themes/*.toml`, or a file
//! of the reader's own), and no colour is named anywhere else. All states are told by a sign or a word too, so that the
//! theme without colours works.

mod colour;
mod read;

#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

pub use colour::{Depth, Ground};
pub use read::Source;

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
    /// A report's status in a word.
    Chip = "chip",
    /// The same, where it is urgent.
    Alert = "alert",
    /// Words that came with a version.
    Added = "added",
    /// Words that went with it.
    Removed = "removed",
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
    /// A paragraph that the reader marked.
    Highlight = "highlight",
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
    ("dark", include_str!("themes/dark.toml")),
    ("light", include_str!("themes/light.toml")),
    ("sepia", include_str!("themes/sepia.toml")),
    ("contrast", include_str!("themes/contrast.toml")),
    ("none", include_str!("themes/none.toml")),
];

impl Default for Theme {
    fn default() -> Self {
        Self::named("default").unwrap_or_else(|| Self::bare("default"))
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
        let mut theme = Self::bare(name);
        let _ = read::Sheet::new(name, text).apply(&mut theme);
        Some(theme)
    }

    /// A theme inside the program, or one that `find` has: a file with a line `role = "style"` a role, the rest as in the
    /// theme named by its `base` (or the default). What is wrong in it is said with file, line and key, and the rest holds.
    pub fn load(name: &str, find: &mut dyn FnMut(&str) -> Option<Result<Source, String>>) -> Result<(Self, Vec<String>), String> {
        read::load(name, find)
    }

    /// As far as a terminal of so many colours can show it: each colour becomes the nearest that leaves words as legible as
    /// they were meant.
    pub fn fitted(&self, depth: Depth) -> Self {
        if depth == Depth::None {
            return Self::named("none").unwrap_or_else(|| Self::bare("none"));
        }
        let grounds: Vec<Color> = [Role::Text, Role::Selected, Role::SelectedAway].iter().filter_map(|role| self.style(*role).bg).collect();
        let styles = self.styles.iter().map(|style| depth.fit(*style, &grounds)).collect();
        Self { name: self.name.clone(), styles }
    }

    fn bare(name: &str) -> Self {
        Self { name: name.to_owned(), styles: vec![Style::new(); Role::ALL.len()] }
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
        (cell.fg, cell.bg) = (Depth::Many.shown(cell.fg), Depth::Many.shown(cell.bg));
    }
}
