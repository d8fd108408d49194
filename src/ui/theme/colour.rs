//! Colours as numbers: how well words can be read on their ground (WCAG 2.2), what a terminal of few colours shows in the
//! place of one it does not have, and whether a terminal is dark or light.

use ratatui::style::{Color, Style};

/// How many colours a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// None: weight, signs and words only.
    None,
    /// Its own sixteen.
    Sixteen,
    /// The palette of 256.
    Many,
    /// Any.
    Full,
}

/// What the terminal writes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ground {
    /// Light letters on something dark.
    Dark,
    /// Dark letters on something light.
    Light,
}

type Rgb = [u8; 3];

/// The sixteen as xterm has them. Other terminals differ; nothing better is known of them.
const SIXTEEN: [(Color, Rgb); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

impl Depth {
    /// What the environment says of the terminal, by the names of its variables.
    pub fn of(var: impl Fn(&str) -> Option<String>) -> Self {
        let var = |name: &str| var(name).unwrap_or_default().to_lowercase();
        let term = var("TERM");
        let full = ["direct", "truecolor", "kitty", "ghostty", "wezterm", "alacritty", "foot", "iterm"];
        if !var("NO_COLOR").is_empty() || term == "dumb" || term.starts_with("vt") || term.ends_with("-m") || term.ends_with("-mono") {
            Depth::None
        // COLORTERM does not pass through ssh; these terminals are known by their name.
        } else if matches!(var("COLORTERM").as_str(), "truecolor" | "24bit") || full.iter().any(|name| term.contains(name)) {
            Depth::Full
        } else if term.contains("256") {
            Depth::Many
        } else {
            Depth::Sixteen
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Depth::None => "no colours",
            Depth::Sixteen => "16 colours",
            Depth::Many => "256 colours",
            Depth::Full => "16 million colours",
        }
    }

    /// A style in this many colours; `grounds` is what its words can stand on where it names no ground of its own: the page
    /// first, then what a selection lays under them.
    pub(super) fn fit(self, style: Style, grounds: &[Color]) -> Style {
        if !matches!(self, Depth::Sixteen | Depth::Many) {
            return style;
        }
        let fit = |c: Color| self.nearest(c, true, |_| true);
        let own = style.bg.map(|c| [c]);
        // Of sixteen colours few differ little from the page's: there only the page can be promised.
        let page = &grounds[..grounds.len().min(if self == Depth::Sixteen { 1 } else { grounds.len() })];
        let under: Vec<(Color, Color)> = own.as_ref().map_or(page, |own| own.as_slice()).iter().map(|c| (*c, fit(*c))).collect();
        let fg = style.fg.map(|fg| {
            self.nearest(fg, false, |c| {
                under.iter().all(|(meant, shown)| {
                    let (Some(was), Some(now)) = (contrast(fg, *meant), contrast(c, *shown)) else { return true };
                    // Words stay as legible as they were meant; lines and bars about as visible.
                    let least = if was >= 7.0 {
                        7.0
                    } else if was >= 4.5 {
                        4.5
                    } else {
                        was * 0.8
                    };
                    now >= least
                })
            })
        });
        Style { fg, bg: style.bg.map(fit), ..style }
    }

    /// What is shown for a colour of a picture.
    pub(super) fn shown(self, colour: Color) -> Color {
        self.nearest(colour, true, |_| true)
    }

    /// The nearest colour there is, if `colour` is not one of those already.
    fn nearest(self, colour: Color, ground: bool, good: impl Fn(Color) -> bool) -> Color {
        let Color::Rgb(r, g, b) = colour else { return colour };
        let away = |c: &Color| rgb(*c).map_or(u32::MAX, |other| distance([r, g, b], other));
        let best = |all: &mut dyn Iterator<Item = Color>| all.filter(|c| good(*c)).min_by_key(away);
        // The first sixteen of the 256 are the user's own, and as a ground a plain console has eight.
        let found = match self {
            Depth::Many => best(&mut (16..=255).map(Color::Indexed)),
            _ => best(&mut SIXTEEN.iter().take(if ground { 8 } else { 16 }).map(|(c, _)| *c)),
        };
        found.unwrap_or(if luminance([r, g, b]) > 0.2 { Color::White } else { Color::Black })
    }
}

impl Ground {
    /// By a ground's colour: dark is what white can be read on better than black.
    pub fn of(red: u8, green: u8, blue: u8) -> Self {
        if luminance([red, green, blue]) > 0.179 { Ground::Light } else { Ground::Dark }
    }

    /// As COLORFGBG says it (`15;0`): what some terminals set, and never change.
    pub fn hinted(colorfgbg: &str) -> Option<Self> {
        match colorfgbg.rsplit(';').next()?.parse::<u8>().ok()? {
            7 | 9..=15 => Some(Ground::Light),
            0..=8 => Some(Ground::Dark),
            _ => None,
        }
    }
}

/// What a colour looks like, as far as that is known.
fn rgb(colour: Color) -> Option<Rgb> {
    match colour {
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(n @ 232..) => Some([8 + 10 * (n - 232); 3]),
        Color::Indexed(n @ 16..) => {
            let level = |i: u8| if i == 0 { 0 } else { 55 + 40 * i };
            let n = n - 16;
            Some([level(n / 36), level(n / 6 % 6), level(n % 6)])
        }
        Color::Indexed(n) => SIXTEEN.get(usize::from(n)).map(|(_, rgb)| *rgb),
        named => SIXTEEN.iter().find(|(c, _)| *c == named).map(|(_, rgb)| *rgb),
    }
}

/// How far apart two colours look, roughly: red counts more among reds, as the eye has it.
fn distance(a: Rgb, b: Rgb) -> u32 {
    let [dr, dg, db] = [0, 1, 2].map(|i| u32::from(a[i].abs_diff(b[i])).pow(2));
    let red = u32::midpoint(u32::from(a[0]), u32::from(b[0]));
    (((512 + red) * dr) >> 8) + 4 * dg + (((767 - red) * db) >> 8)
}

/// Relative luminance (WCAG 2.2).
fn luminance(colour: Rgb) -> f64 {
    let [r, g, b] = colour.map(|v| {
        let v = f64::from(v) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// The contrast of words to their ground (WCAG 2.2), from 1 to 21; `None` where a colour is the terminal's own.
pub(super) fn contrast(ink: Color, ground: Color) -> Option<f64> {
    let (a, b) = (luminance(rgb(ink)?), luminance(rgb(ground)?));
    Some((a.max(b) + 0.05) / (a.min(b) + 0.05))
}
