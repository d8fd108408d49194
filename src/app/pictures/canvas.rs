//! How this terminal can show pictures, and why: from what the configuration wishes, what the environment says and what
//! the terminal itself answered. Pure; nothing here looks at the world.

use std::collections::HashMap;

use super::listen::Answers;
use crate::config::Pictures as Wish;
use crate::ui::Depth;

/// How long a terminal may take to answer before it counts as one that does not, in milliseconds. Nothing waits for it.
pub const PATIENCE_MS: u64 = 1000;
/// From here on a line from far away is slow: a picture's pixels would hold up the text.
const SLOW_MS: u128 = 250;

/// What terminals draw pictures with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Pixels sent once, shown where placeholder characters stand.
    Kitty,
    /// Pixels as six-row bands.
    Sixel,
    /// A file inside an escape sequence, a row of cells each.
    Iterm2,
    /// Two pixels a cell, by the colours of a half block.
    HalfBlocks,
}

/// How pictures are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Canvas {
    /// By what.
    pub protocol: Protocol,
    /// Width and height of a cell in pixels; of half blocks 1 × 2.
    pub cell: (u16, u16),
    /// The terminal knows 256 colours and no more.
    pub few_colours: bool,
}

impl Canvas {
    /// Whether the terminal is sent pixels.
    pub fn of_pixels(self) -> bool {
        self.protocol != Protocol::HalfBlocks
    }
}

/// What was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// `None` where no pictures are shown.
    pub canvas: Option<Canvas>,
    /// In words.
    pub why: String,
}

/// The environment's variables, as far as they say anything about the terminal.
#[derive(Clone, Debug, Default)]
pub struct Surroundings(HashMap<&'static str, String>);

const VARIABLES: [&str; 13] = [
    "TERM",
    "TERM_PROGRAM",
    "LC_TERMINAL",
    "COLORTERM",
    "NO_COLOR",
    "TMUX",
    "STY",
    "ZELLIJ",
    "SSH_CONNECTION",
    "SSH_TTY",
    "KONSOLE_VERSION",
    "WEZTERM_EXECUTABLE",
    "INSIDE_EMACS",
];

impl Surroundings {
    /// Those of this process.
    pub fn here() -> Self {
        Self::of(|name| std::env::var(name).ok())
    }

    fn of(var: impl Fn(&str) -> Option<String>) -> Self {
        Self(VARIABLES.into_iter().filter_map(|name| Some((name, var(name).filter(|v| !v.is_empty())?))).collect())
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A program between us and the terminal that draws the screen itself.
    fn multiplexer(&self) -> Option<&'static str> {
        let term = self.get("TERM");
        if self.has("TMUX") || term.starts_with("tmux") || self.get("TERM_PROGRAM") == "tmux" {
            Some("tmux")
        } else if self.has("ZELLIJ") {
            Some("zellij")
        } else if self.has("STY") || term.starts_with("screen") {
            Some("screen")
        } else {
            None
        }
    }

    /// Whether the terminal has more than 16 colours, and if so no more than 256.
    fn colours(&self) -> Option<bool> {
        match self.depth() {
            Depth::None | Depth::Sixteen => None,
            Depth::Many => Some(true),
            Depth::Full => Some(false),
        }
    }

    fn depth(&self) -> Depth {
        Depth::of(|name| self.0.get(name).cloned())
    }

    /// Terminals that print a question instead of answering it.
    fn is_mute(&self) -> bool {
        let term = self.get("TERM");
        let plain = ["linux", "dumb", "ansi", "cons25", "eterm", "sun", "unknown"];
        term.is_empty()
            || term.starts_with("vt")
            || plain.iter().any(|t| term.starts_with(t))
            || self.get("TERM_PROGRAM") == "Apple_Terminal"
            || self.has("INSIDE_EMACS")
    }

    fn wezterm(&self) -> bool {
        self.get("TERM_PROGRAM") == "WezTerm" || self.has("WEZTERM_EXECUTABLE")
    }

    /// Terminals that draw iTerm2's pictures; there is no way to ask.
    fn iterm2(&self) -> bool {
        self.wezterm()
            || ["iTerm", "mintty", "rio", "WarpTerminal"].iter().any(|t| self.get("TERM_PROGRAM").contains(t))
            || self.get("LC_TERMINAL").contains("iTerm")
    }
}

fn none(why: impl Into<String>) -> Verdict {
    Verdict { canvas: None, why: why.into() }
}

fn half_blocks(around: &Surroundings, why: impl Into<String>) -> Verdict {
    match around.colours() {
        Some(few_colours) => {
            let canvas = Canvas { protocol: Protocol::HalfBlocks, cell: (1, 2), few_colours };
            Verdict { canvas: Some(canvas), why: format!("half blocks: {}", why.into()) }
        }
        None => none(format!("none: {}, and sixteen colours are too few for half blocks", why.into())),
    }
}

/// What can be said without asking the terminal; `None` where it must be asked. `words` is what the linear screen and
/// the theme without colours wish.
pub fn before_asking(wish: Wish, words: bool, around: &Surroundings) -> Option<Verdict> {
    if wish == Wish::Never {
        return Some(none("none: the configuration says [screen] pictures = \"never\""));
    }
    if words {
        return Some(none("none: the linear screen and the theme without colours say in words what they show"));
    }
    if around.depth() == Depth::None {
        return Some(none("none: there are no colours here, or none are wanted (NO_COLOR)"));
    }
    if wish == Wish::HalfBlocks {
        return Some(half_blocks(around, "as the configuration says"));
    }
    if let Some(program) = around.multiplexer() {
        return Some(half_blocks(around, format!("inside {program} pixels would not move with the text")));
    }
    if around.is_mute() {
        return Some(half_blocks(around, "this terminal is known to draw characters only"));
    }
    None
}

/// What the terminal's answers come to. `window` is the size of a cell as the operating system knows it, if it does.
pub fn after_asking(wish: Wish, around: &Surroundings, answers: &Answers, window: Option<(u16, u16)>) -> Verdict {
    let cell = answers.cell.or(window).filter(|(w, h)| (2..=200).contains(w) && (2..=400).contains(h));
    let wished = match wish {
        Wish::Kitty => Some(Protocol::Kitty),
        Wish::Sixel => Some(Protocol::Sixel),
        Wish::Iterm2 => Some(Protocol::Iterm2),
        Wish::Auto | Wish::Never | Wish::HalfBlocks => None,
    };
    let said = answers.ended && answers.took.as_millis() <= u128::from(PATIENCE_MS);
    if !said && wished.is_none() {
        return none(format!("none: the terminal did not say within {PATIENCE_MS} ms what it can; [screen] pictures can say it"));
    }
    let far = around.has("SSH_CONNECTION") || around.has("SSH_TTY");
    if far && answers.took.as_millis() > SLOW_MS && wished.is_none() {
        return half_blocks(around, format!("the line is slow (an answer takes {} ms)", answers.took.as_millis()));
    }
    // These two answer yes to kitty's question but cannot place its pictures among characters.
    let placed = !around.wezterm() && !around.has("KONSOLE_VERSION");
    let (protocol, why) = if let Some(protocol) = wished {
        (protocol, "as the configuration says")
    } else if around.iterm2() {
        (Protocol::Iterm2, "the terminal's name says so")
    } else if answers.kitty && placed {
        (Protocol::Kitty, "the terminal answered yes")
    } else if answers.sixel && !around.has("KONSOLE_VERSION") {
        (Protocol::Sixel, "the terminal's attributes name it")
    } else {
        return half_blocks(around, "the terminal knows neither kitty's, sixel nor iTerm2's pictures");
    };
    let Some(cell) = cell else {
        return half_blocks(around, "the terminal does not say how large its cells are");
    };
    let name = match protocol {
        Protocol::Kitty => "kitty",
        Protocol::Sixel => "sixel",
        Protocol::Iterm2 => "iTerm2",
        Protocol::HalfBlocks => "half blocks",
    };
    Verdict {
        canvas: Some(Canvas { protocol, cell, few_colours: false }),
        why: format!("{name}: {why}; a cell is {}×{} pixels", cell.0, cell.1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn around(vars: &str) -> Surroundings {
        let vars: HashMap<&str, &str> = vars.split(' ').filter_map(|v| v.split_once('=')).collect();
        Surroundings::of(|name| vars.get(name).map(|v| (*v).to_owned()))
    }

    fn answers(words: &str) -> Answers {
        Answers {
            kitty: words.contains("kitty"),
            sixel: words.contains("sixel"),
            cell: words.contains("cell").then_some((8, 16)),
            ended: !words.is_empty(),
            took: Duration::from_millis(if words.contains("slow") { 400 } else { 3 }),
        }
    }

    #[track_caller]
    fn check(vars: &str, said: &str, want: Option<Protocol>, why: &str) {
        check_wish(Wish::Auto, vars, said, want, why);
    }

    #[track_caller]
    fn check_wish(wish: Wish, vars: &str, said: &str, want: Option<Protocol>, why: &str) {
        let around = around(vars);
        let verdict = before_asking(wish, false, &around).unwrap_or_else(|| after_asking(wish, &around, &answers(said), None));
        assert_eq!(verdict.canvas.map(|c| c.protocol), want, "{vars} {said}: {}", verdict.why);
        assert!(verdict.why.contains(why), "{}", verdict.why);
    }

    const XTERM: &str = "TERM=xterm-256color COLORTERM=truecolor";

    #[test]
    fn the_terminals_own_word_decides() {
        check(XTERM, "kitty sixel cell", Some(Protocol::Kitty), "answered yes");
        check(XTERM, "sixel cell", Some(Protocol::Sixel), "8×16");
        check(XTERM, "cell", Some(Protocol::HalfBlocks), "neither");
        check(XTERM, "", None, "did not say");
    }

    #[test]
    fn pixels_need_the_size_of_a_cell() {
        check(XTERM, "sixel", Some(Protocol::HalfBlocks), "how large its cells are");
        let told = after_asking(Wish::Auto, &around(XTERM), &answers("sixel"), Some((9, 18)));
        assert_eq!(told.canvas.map(|c| c.cell), Some((9, 18)));
        let nonsense = after_asking(Wish::Auto, &around(XTERM), &Answers { cell: Some((60000, 1)), ..answers("sixel") }, None);
        assert_eq!(nonsense.canvas.map(|c| c.protocol), Some(Protocol::HalfBlocks));
    }

    #[test]
    fn inside_tmux_and_its_kin_half_blocks() {
        check("TERM=tmux-256color", "kitty cell", Some(Protocol::HalfBlocks), "inside tmux");
        check("TERM=xterm-256color TMUX=/x,1,0", "sixel cell", Some(Protocol::HalfBlocks), "inside tmux");
        check("TERM=screen-256color STY=1", "", Some(Protocol::HalfBlocks), "inside screen");
        check("TERM=screen", "", None, "sixteen colours");
        check_wish(Wish::Kitty, "TERM=tmux-256color", "kitty cell", Some(Protocol::HalfBlocks), "inside tmux");
    }

    #[test]
    fn terminals_with_ways_of_their_own() {
        check("TERM=xterm-256color TERM_PROGRAM=WezTerm", "kitty sixel cell", Some(Protocol::Iterm2), "name");
        check("TERM=xterm-256color KONSOLE_VERSION=240200", "kitty sixel cell", Some(Protocol::HalfBlocks), "");
        check("TERM=xterm-256color LC_TERMINAL=iTerm2", "kitty cell", Some(Protocol::Iterm2), "name");
        check("TERM=linux", "", None, "characters only");
        check("TERM=vt220", "", None, "no colours");
        check("TERM=xterm", "cell", None, "sixteen colours");
        check("TERM=xterm", "sixel cell", Some(Protocol::Sixel), "attributes");
    }

    #[test]
    fn a_slow_line_from_afar_gets_half_blocks() {
        check("TERM=xterm-kitty SSH_TTY=/dev/pts/1", "kitty cell slow", Some(Protocol::HalfBlocks), "slow");
        check("TERM=xterm-kitty SSH_TTY=/dev/pts/1", "kitty cell", Some(Protocol::Kitty), "");
        check("TERM=xterm-kitty", "kitty cell slow", Some(Protocol::Kitty), "");
    }

    #[test]
    fn the_readers_wish_goes_first() {
        check_wish(Wish::Never, XTERM, "kitty cell", None, "never");
        check_wish(Wish::HalfBlocks, XTERM, "", Some(Protocol::HalfBlocks), "as the configuration says");
        check_wish(Wish::Sixel, XTERM, "kitty cell", Some(Protocol::Sixel), "as the configuration says");
        check_wish(Wish::Kitty, "TERM=xterm-256color NO_COLOR=1", "kitty cell", None, "NO_COLOR");
        assert!(before_asking(Wish::Auto, true, &around(XTERM)).is_some_and(|v| v.canvas.is_none()));
    }

    #[test]
    fn a_terminal_of_256_colours_gets_those() {
        let few = |vars: &str| before_asking(Wish::HalfBlocks, false, &around(vars)).and_then(|v| v.canvas).map(|c| c.few_colours);
        assert_eq!(few("TERM=xterm-256color"), Some(true));
        assert_eq!(few(XTERM), Some(false));
        assert_eq!(few("TERM=xterm"), None);
    }
}
