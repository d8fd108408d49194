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

/// The key that sequences of the table begin with where the reader names no other.
const LEADER: Key = Key::char(',');

/// All bindings.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
    leader: Key,
}

/// One line of the reader's own keys, as the configuration has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Its line there.
    pub line: usize,
    /// The pane or list that it is for; `None` is wherever the command works.
    pub place: Option<String>,
    /// The keys.
    pub keys: String,
    /// The command's name; `none` takes the keys away.
    pub command: String,
}

/// Why a binding cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BindError(String);

impl Default for Keymap {
    fn default() -> Self {
        let mut map = Keymap { bindings: Vec::new(), leader: LEADER };
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
    /// The table's keys and over them the reader's own; what is wrong with these is told line by line, and the rest holds.
    pub fn configured(leader: Option<&str>, own: &[Own]) -> (Self, Vec<String>) {
        let mut map = Self::default();
        let mut wrong = Vec::new();
        if let Some(leader) = leader {
            match sequence(leader).as_deref() {
                Ok([key]) => map.lead(*key),
                Ok(_) => wrong.push(format!("leader: `{leader}` is more than one key")),
                Err(e) => wrong.push(format!("leader: {e}")),
            }
        }
        for row in own {
            if let Err(e) = map.bind(&row.keys, &row.command, row.place.as_deref()) {
                wrong.push(format!("line {}: {e}", row.line));
            }
        }
        (map, wrong)
    }

    /// Another key leads; what it did alone it does no longer.
    fn lead(&mut self, key: Key) {
        self.bindings.retain(|b| b.keys != [key]);
        for first in self.bindings.iter_mut().filter(|b| b.keys.len() > 1 && b.keys[0] == self.leader).filter_map(|b| b.keys.first_mut()) {
            *first = key;
        }
        self.leader = key;
    }

    /// Binds `keys` (a sequence is written with spaces, and may begin with `leader`) to the command of that name, wherever
    /// the command works or in one place only, before all bindings of the same keys. Nothing changes if it is wrong.
    pub fn bind(&mut self, keys: &str, name: &str, place: Option<&str>) -> Result<(), BindError> {
        let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(40).collect::<String>();
        let leader = self.leader.to_string();
        let keys: Vec<&str> = keys.split_whitespace().map(|word| if word == "leader" { leader.as_str() } else { word }).collect();
        let keys = sequence(&keys.join(" "))?;
        let place = match place {
            Some(name) => Some(Scope::named(name).ok_or_else(|| BindError(format!("there is no place `{}`", short(name))))?),
            None => None,
        };
        let at = place.unwrap_or(Scope::EVERYWHERE);
        if name == "none" {
            self.unbind(&keys, at);
            return Ok(());
        }
        let row = command::table().find(|row| row.name == name).ok_or_else(|| {
            let near = command::table().map(|row| row.name).filter(|known| known.contains(name) || name.contains(known)).take(3);
            let near: Vec<&str> = near.collect();
            let hint = if near.is_empty() { String::new() } else { format!("; there is {}", near.join(", ")) };
            BindError(format!("there is no command `{}`{hint}", short(name)))
        })?;
        let scope = row.scope.and(at);
        if !row.scope.meets(at) {
            return Err(BindError(format!("`{name}` does not work in the {}, only in {}", at.words(), row.scope.words())));
        }
        let before = self.bindings.iter().find(|b| b.keys.len() < keys.len() && keys.starts_with(&b.keys) && b.scope.meets(scope));
        if let Some(b) = before {
            let what = command::find(b.command).map_or("something", |row| row.name);
            return Err(BindError(format!("`{}` alone is {what} already, so nothing can follow it", written(&b.keys))));
        }
        self.unbind(&keys, scope);
        self.bindings.insert(0, Binding { keys, scope, command: row.command });
        Ok(())
    }

    /// Takes keys away from whatever they did in a place; elsewhere they stay.
    fn unbind(&mut self, keys: &[Key], at: Scope) {
        for b in self.bindings.iter_mut().filter(|b| b.keys == keys) {
            b.scope = b.scope.without(at);
        }
        self.bindings.retain(|b| b.scope.meets(Scope::EVERYWHERE));
    }

    /// The keys of a command as they are bound now, a text a binding.
    pub fn keys(&self, command: Command) -> Vec<String> {
        let mut out: Vec<String> = self.bindings.iter().filter(|b| b.command == command).map(|b| written(&b.keys)).collect();
        // A pane's own binding and another's may be the same keys.
        let mut seen = std::collections::HashSet::new();
        out.retain(|keys| seen.insert(keys.clone()));
        out
    }

    /// The keys of a command in one place, the first being the one to show.
    pub fn keys_in(&self, command: Command, scope: Scope) -> Vec<String> {
        self.bindings.iter().filter(|b| b.command == command && b.scope.has(scope)).map(|b| written(&b.keys)).collect()
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
        map.bind("x", "save", None).unwrap();
        map.bind("leader q", "quit", None).unwrap();
        assert!(map.keys(Command::Save).contains(&"x".to_owned()));
        assert!(map.keys(Command::Quit).contains(&", q".to_owned()));
        assert_eq!(map.bind("x", "dance", None).unwrap_err().to_string(), "there is no command `dance`");
        assert!(map.bind("hyper-x", "save", None).is_err());
    }

    #[test]
    fn a_binding_may_hold_in_one_place_only() {
        let mut map = Keymap::default();
        map.bind("n", "page-down", Some("article")).unwrap();
        let take = |scope| Pending::default().take(Key::char('n'), &map, scope);
        assert_eq!(take(Scope::ARTICLE), Step::Run(Command::PageDown, 1));
        assert_eq!(take(Scope::HEADLINES), Step::Run(Command::NextUnread, 1));
        assert_eq!(
            map.bind("x", "edit-setting", Some("article")).unwrap_err().to_string(),
            "`edit-setting` does not work in the article, only in feed settings"
        );
        assert_eq!(map.bind("x", "save", Some("kitchen")).unwrap_err().to_string(), "there is no place `kitchen`");
        map.bind("n", "none", Some("headlines")).unwrap();
        assert_eq!(Pending::default().take(Key::char('n'), &map, Scope::HEADLINES), Step::Nothing);
    }

    #[test]
    fn another_leader_leads_and_what_is_wrong_is_told_by_its_line() {
        let own = |line, keys: &str, command: &str| Own { line, keys: keys.into(), command: command.into(), place: None };
        let rows = [own(3, "leader x", "save"), own(4, "j k", "save"), own(5, "x", "sav"), own(6, "ctrl-x", "tag")];
        let (map, wrong) = Keymap::configured(Some("space"), &rows);
        assert_eq!(
            wrong,
            ["line 4: `j` alone is down already, so nothing can follow it", "line 5: there is no command `sav`; there is save, view-saved"]
        );
        assert!(map.keys(Command::Save).contains(&"space x".to_owned()));
        assert!(map.keys(Command::Feeds).contains(&"space f".to_owned()), "the table's sequences follow");
        assert!(!map.keys(Command::PageDown).contains(&"space".to_owned()), "it leads, and no longer pages");
        assert!(map.keys(Command::Tag).contains(&"ctrl-x".to_owned()), "what is right holds");
    }
}
