//! From keys to commands: sequences (`' u`), counts (`5j`) and scopes, over the table's default keys or the reader's own.

use super::command::{self, Command, Row, Scope};
use super::key::{Code, Key};

/// The largest count that can be typed; more is a key that was leant on.
const COUNT_CAP: u32 = 9_999;

/// One binding.
#[derive(Clone, Debug)]
struct Binding {
    keys: Vec<Key>,
    scope: Scope,
    command: Command,
}

/// All bindings.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

/// Why a binding cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BindError(String);

impl Default for Keymap {
    fn default() -> Self {
        let mut map = Keymap { bindings: Vec::new() };
        for row in command::table() {
            for keys in row.keys {
                if let Ok(keys) = sequence(keys) {
                    map.bindings.push(Binding { keys, scope: row.scope, command: row.command });
                }
            }
        }
        map
    }
}

/// `' u` → its keys.
fn sequence(text: &str) -> Result<Vec<Key>, BindError> {
    let keys = text.split_whitespace().map(str::parse).collect::<Result<Vec<Key>, _>>().map_err(|e| BindError(e.to_string()))?;
    if keys.is_empty() { Err(BindError("no key is named".into())) } else { Ok(keys) }
}

impl Keymap {
    /// Binds `keys` (a sequence is written with spaces) to the command of that name, wherever the command works, before
    /// all bindings of the same keys. Nothing else changes if it is wrong.
    pub fn bind(&mut self, keys: &str, name: &str) -> Result<(), BindError> {
        let keys = sequence(keys)?;
        let row = command::table().find(|row| row.name == name).ok_or_else(|| {
            let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
            BindError(format!("there is no command `{name}`"))
        })?;
        self.bindings.retain(|b| b.keys != keys || !row.scope.has(b.scope));
        self.bindings.insert(0, Binding { keys, scope: row.scope, command: row.command });
        Ok(())
    }

    /// The keys of a command as they are bound now, a text a binding.
    pub fn keys(&self, command: Command) -> Vec<String> {
        self.bindings.iter().filter(|b| b.command == command).map(|b| written(&b.keys)).collect()
    }

    /// What can follow the keys typed so far: the keys left to type, and the command's row.
    pub fn following<'a>(&'a self, typed: &'a [Key], scope: Scope) -> impl Iterator<Item = (String, &'static Row)> + 'a {
        self.bindings
            .iter()
            .filter(move |b| b.scope.has(scope) && b.keys.len() > typed.len() && b.keys.starts_with(typed))
            .filter_map(|b| Some((written(&b.keys[typed.len()..]), command::find(b.command)?)))
    }
}

fn written(keys: &[Key]) -> String {
    let mut out = String::new();
    for key in keys {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&key.to_string());
    }
    out
}

/// Keys typed so far that are no command yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// The count.
    pub count: Option<u32>,
    /// The sequence.
    pub keys: Vec<Key>,
}

/// What a key came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A command, and how often.
    Run(Command, u32),
    /// More keys are awaited.
    Wait,
    /// It means nothing here.
    Nothing,
}

impl Pending {
    /// Nothing typed.
    pub fn is_empty(&self) -> bool {
        self.count.is_none() && self.keys.is_empty()
    }

    /// Takes one key.
    ///
    /// A digit that is bound (1 to 4 are the panes) runs at once; whether it was the start of a count after all (`12j`)
    /// is for the caller to see, who knows where the focus was.
    pub fn take(&mut self, key: Key, map: &Keymap, scope: Scope) -> Step {
        if self.keys.is_empty()
            && let Code::Char(c @ '0'..='9') = key.code
            && !key.ctrl
            && !key.alt
        {
            let digit = c as u32 - '0' as u32;
            let bound = map.bindings.iter().find(|b| b.scope.has(scope) && b.keys == [key]);
            match (self.count, bound) {
                (Some(n), _) => {
                    self.count = Some((n * 10 + digit).min(COUNT_CAP));
                    return Step::Wait;
                }
                (None, Some(b)) => return Step::Run(b.command, digit),
                (None, None) if digit > 0 => {
                    self.count = Some(digit);
                    return Step::Wait;
                }
                (None, None) => return Step::Nothing,
            }
        }
        self.keys.push(key);
        if let Some(b) = map.bindings.iter().find(|b| b.scope.has(scope) && b.keys == self.keys) {
            let counts = command::counts(b.command);
            let times = if counts { self.count.unwrap_or(1).max(1) } else { 1 };
            let command = b.command;
            *self = Self::default();
            return Step::Run(command, times);
        }
        if map.following(&self.keys, scope).next().is_some() {
            return Step::Wait;
        }
        *self = Self::default();
        Step::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(keys: &str, scope: Scope, want: Step) {
        let map = Keymap::default();
        let mut pending = Pending::default();
        let mut last = Step::Nothing;
        for key in keys.split(' ') {
            last = pending.take(key.parse().unwrap(), &map, scope);
        }
        assert_eq!(last, want, "{keys}");
    }

    #[test]
    fn sequences_counts_and_scopes() {
        check("j", Scope::HEADLINES, Step::Run(Command::Down, 1));
        check("5 j", Scope::HEADLINES, Step::Run(Command::Down, 5));
        check("6 0 j", Scope::ARTICLE, Step::Run(Command::Down, 60));
        check("5 s", Scope::HEADLINES, Step::Run(Command::Save, 1));
        check("g g", Scope::HEADLINES, Step::Run(Command::Top, 1));
        check("'", Scope::DESK, Step::Wait);
        check("' u", Scope::DESK, Step::Run(Command::ViewUnread, 1));
        check("' x", Scope::DESK, Step::Nothing);
        check("[", Scope::HEADLINES, Step::Nothing);
        check("[", Scope::ARTICLE, Step::Run(Command::OlderVersion, 1));
        check("2", Scope::HEADLINES, Step::Run(Command::Headlines, 2));
        check("9 9 9 9 9 9 9 9 9 9 9 9 j", Scope::DESK, Step::Run(Command::Down, COUNT_CAP));
    }

    #[test]
    fn every_default_key_is_a_key_and_means_one_thing_in_its_place() {
        for (i, a) in command::table().enumerate() {
            for keys in a.keys {
                assert!(sequence(keys).is_ok(), "{}: {keys}", a.name);
                for b in command::table().skip(i + 1) {
                    let same = b.keys.iter().any(|other| sequence(other) == sequence(keys));
                    assert!(!(a.scope.meets(b.scope) && same), "{keys} is both {} and {}", a.name, b.name);
                }
            }
        }
    }

    #[test]
    fn the_readers_own_keys_come_first() {
        let mut map = Keymap::default();
        map.bind("x", "save").unwrap();
        map.bind(", q", "quit").unwrap();
        assert!(map.keys(Command::Save).contains(&"x".to_owned()));
        assert!(map.keys(Command::Quit).contains(&", q".to_owned()));
        assert_eq!(map.bind("x", "dance").unwrap_err().to_string(), "there is no command `dance`");
        assert!(map.bind("hyper-x", "save").is_err());
    }
}
