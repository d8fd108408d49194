//! A key as a person writes it (`j`, `G`, `ctrl-d`, `space`, `shift-tab`): the same spelling in the config, the help and
//! the tests. The terminal's own events are translated into it at the rim.

use std::fmt;
use std::str::FromStr;

/// Which key, without its modifiers. A letter is the letter that arrived: `G` needs no shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the names say what they are
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Control was held.
    pub ctrl: bool,
    /// Alt was held.
    pub alt: bool,
    /// Shift was held; never set for a [`Code::Char`].
    pub shift: bool,
}

/// Why a text names no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no key: write for example j, G, ctrl-d, space, enter, shift-tab, pgdn or f5")]
pub struct KeyError(String);

/// Names in both directions; the first name of a code is the one that is shown.
const NAMES: &[(&str, Code)] = &[
    ("space", Code::Char(' ')),
    ("enter", Code::Enter),
    ("return", Code::Enter),
    ("esc", Code::Esc),
    ("escape", Code::Esc),
    ("tab", Code::Tab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("del", Code::Delete),
    ("insert", Code::Insert),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pageup", Code::PageUp),
    ("pgdn", Code::PageDown),
    ("pagedown", Code::PageDown),
];

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A letter, digit or sign.
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// The text this key types, if it types any.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt && !c.is_control() => Some(c),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            Code::Char(c) => write!(f, "{c}"),
            Code::F(n) => write!(f, "f{n}"),
            _ => Ok(()),
        }
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(s: &str) -> Result<Self, KeyError> {
        let wrong = || KeyError(s.chars().filter(|c| !c.is_control()).take(30).collect());
        let mut key = Key::plain(Code::Esc);
        let mut rest = s;
        // A lone `-` and `ctrl--` end in the sign itself, so a prefix only counts with something after it.
        loop {
            let lower = rest.get(..6).or_else(|| rest.get(..5)).or_else(|| rest.get(..4)).unwrap_or(rest).to_ascii_lowercase();
            let (flag, len) = if lower.starts_with("ctrl-") {
                (&mut key.ctrl, 5)
            } else if lower.starts_with("shift-") {
                (&mut key.shift, 6)
            } else if lower.starts_with("alt-") {
                (&mut key.alt, 4)
            } else {
                break;
            };
            *flag = true;
            rest = &rest[len..];
        }
        let lower = rest.to_ascii_lowercase();
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() && !c.is_whitespace() => Code::Char(c),
            _ => match NAMES.iter().find(|(name, _)| *name == lower) {
                Some((_, code)) => *code,
                None => match lower.strip_prefix('f').and_then(|n| n.parse().ok()) {
                    Some(n @ 1..=24) => Code::F(n),
                    _ => return Err(wrong()),
                },
            },
        };
        if let (Code::Char(c), true) = (key.code, key.shift) {
            // Shift is part of the letter; with a sign it depends on the keyboard and is not told apart.
            key.code = Code::Char(c.to_uppercase().next().unwrap_or(c));
            key.shift = false;
        }
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(text.parse::<Key>().map(|k| k.to_string()), Ok(shown.to_owned()));
    }

    #[test]
    fn keys_are_written_as_people_write_them() {
        check("j", "j");
        check("G", "G");
        check("shift-g", "G");
        check("ctrl-d", "ctrl-d");
        check("Ctrl-PageDown", "ctrl-pgdn");
        check("shift-tab", "shift-tab");
        check("-", "-");
        check("ctrl--", "ctrl--");
        check("f", "f");
        check("f12", "f12");
        check("ß", "ß");
    }

    #[test]
    fn what_is_no_key_is_named() {
        for bad in ["", "ctrl-", "jj", "f99", "hyper-x", " ", "\u{1b}"] {
            assert!(bad.parse::<Key>().is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn every_key_reads_back(c in "[!-~äß]", ctrl: bool, alt: bool, n in 0usize..NAMES.len(), named: bool, shift: bool) {
            let code = if named { NAMES[n].1 } else { Code::Char(c.chars().next().unwrap()) };
            let key = Key { code, ctrl, alt, shift: shift && !matches!(code, Code::Char(_)) };
            prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
        }

        #[test]
        fn no_text_panics(s in "\\PC{0,12}") {
            let _ = s.parse::<Key>();
        }
    }
}
