//! That nothing is missing: every id in every language with what it is filled with, every use of one in the source.

use fluent_bundle::FluentResource;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::*;
use crate::ui::command;

/// A message as its file has it: its text, with what it is filled with.
#[derive(Debug, Default)]
struct Message {
    text: String,
    filled: BTreeSet<String>,
}

fn messages(files: &[&str]) -> BTreeMap<String, Message> {
    let mut out = BTreeMap::new();
    for file in files {
        assert!(FluentResource::try_new((*file).to_owned()).is_ok(), "does not parse: {:?}", FluentResource::try_new((*file).to_owned()));
        let mut now: Option<String> = None;
        for line in file.lines().filter(|l| !l.starts_with('#')) {
            let begins = line.starts_with(|c: char| c.is_ascii_alphabetic());
            if let (true, Some((id, _))) = (begins, line.split_once(" =")) {
                assert!(out.insert(id.to_owned(), Message::default()).is_none(), "{id} twice");
                now = Some(id.to_owned());
            }
            let Some(message) = now.as_ref().and_then(|id| out.get_mut(id)) else { continue };
            message.text.push_str(line.split_once(" = ").filter(|_| begins).map_or(line, |(_, text)| text));
            message.filled.extend(variables(line));
        }
    }
    out
}

fn variables(text: &str) -> impl Iterator<Item = String> {
    text.split('$').skip(1).map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect())
}

fn sources(dir: &Path, out: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            out.push((path, text));
        }
    }
}

/// The whole source but this folder, without comments and tests.
pub(super) fn source() -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&root, &mut out);
    out.retain(|(path, _)| !path.iter().any(|part| part == "lang" || part == "tests" || part == "tests.rs"));
    for (_, text) in &mut out {
        let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
        *text = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    }
    out
}

/// What stands between `(` and its `)`.
fn bracketed(text: &str) -> &str {
    let (mut depth, mut quoted, mut before) = (1, false, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '"' if before != '\\' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
        before = c;
    }
    text
}

/// The names at the beginnings of a macro's arguments.
fn named(arguments: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let (mut depth, mut quoted, mut start) = (0, false, 0);
    let mut take = |part: &str| {
        if let Some((name, _)) = part.split_once('=') {
            out.insert(name.trim().to_owned());
        }
    };
    for (at, c) in arguments.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                take(&arguments[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    take(&arguments[start..]);
    out
}

/// Each use in the source: where, the id, what it is filled with.
fn uses() -> Vec<(String, String, BTreeSet<String>)> {
    let mut out = Vec::new();
    for (path, text) in source() {
        for rest in text.split("say!(").skip(1) {
            let inside = bracketed(rest);
            let quoted = inside.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'));
            let (id, arguments) = quoted.unwrap_or_else(|| panic!("{}: say!({inside})", path.display()));
            out.push((path.display().to_string(), id.to_owned(), named(arguments)));
        }
    }
    out
}

/// Whether English says it elsewhere.
fn stands_instead(id: &str) -> bool {
    ["command-", "setting-", "failure-"].iter().any(|kind| id.starts_with(kind))
}

#[test]
fn both_languages_say_the_same_things_of_the_same_things() {
    let (english, german) = (messages(ENGLISH), messages(GERMAN));
    for (id, message) in &english {
        let other = german.get(id).unwrap_or_else(|| panic!("{id} is not said in German"));
        assert_eq!(message.filled, other.filled, "{id}");
    }
    for id in german.keys().filter(|id| !stands_instead(id)) {
        assert!(english.contains_key(id), "{id} is not said in English");
    }
}

#[test]
fn what_the_source_says_is_there_and_what_is_there_is_said() {
    let english = messages(ENGLISH);
    let mut said = BTreeSet::new();
    for (path, id, filled) in uses() {
        let message = english.get(&id).unwrap_or_else(|| panic!("{path}: {id} is not there"));
        assert_eq!(message.filled, filled, "{path}: {id}");
        assert!(!message.text.contains('{') || !filled.is_empty(), "{id} is built for nothing");
        said.insert(id);
    }
    let silent: Vec<&String> = english.keys().filter(|id| !said.contains(*id)).collect();
    assert!(silent.is_empty(), "nothing says {silent:?}");
}

/// Where English words are no words of the screen: they are the table's and the configuration's, names of keys, roles and
/// languages, or what is remembered.
const NO_WORDS: [&str; 5] = ["ui/command.rs", "ui/key.rs", "ui/keymap.rs", "ui/theme", "ui/when.rs"];
const NAMES: &[&str] = &[
    // Keys, commands and signs that are so in any language.
    "enter",
    "esc",
    "ctrl-c",
    "tab: {}",
    " (PR)",
    "wiredesk add orf.at",
    "wiredesk import feeds.opml",
    "wiredesk demo",
    "{}\\u{a0}h {}\\u{a0}min",
    "{minutes}\\u{a0}min",
    // What is remembered of what was picked.
    "command {}",
    "story",
    "view",
    "live blog",
    "folder",
    "feed",
    "agency",
    "tag",
    "saved {}",
    // Ids, their parts, and the end of what a command is said to have come to.
    "setting-{name}",
    "setting-{}",
    "name",
    "unset",
    "command-{}",
    ": done",
    // Languages that are written from right to left.
    "arc",
    "ckb",
];

/// A new word goes through [`say!`], or it stands above.
#[test]
fn no_words_of_the_screen_stand_in_the_code() {
    let mut found = Vec::new();
    for (path, text) in source() {
        let path = path.display().to_string().replace('\\', "/");
        if !path.contains("/ui/") || NO_WORDS.iter().any(|home| path.contains(home)) {
            continue;
        }
        for line in text.lines().filter(|l| !l.contains("expect(") && !l.trim_start().starts_with("#[")) {
            let mut rest = line;
            while let Some((before, from)) = rest.split_once('"') {
                let end = from.char_indices().find(|(at, c)| *c == '"' && !from[..*at].ends_with('\\')).map_or(from.len(), |(at, _)| at);
                let (words, after) = (&from[..end], from.get(end + 1..).unwrap_or_default());
                // What stands in braces is filled in.
                let own: String = words
                    .split('{')
                    .enumerate()
                    .map(|(i, part)| if i == 0 { part } else { part.split_once('}').map_or("", |p| p.1) })
                    .collect();
                let letters = own.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 2);
                let known = NAMES.contains(&words) || words.starts_with("failure-") || before.trim_end().ends_with("say!(");
                if letters && !known {
                    found.push(format!("{path}: {words}"));
                }
                rest = after;
            }
        }
    }
    assert!(found.is_empty(), "words that only one language has:\n{}", found.join("\n"));
}

#[test]
fn words_without_anything_in_them_are_not_built_anew() {
    for language in [Language::En, Language::De] {
        let _speaking = speak(language);
        for (_, id, _) in uses().into_iter().filter(|(_, _, filled)| filled.is_empty()) {
            assert!(find(&id).is_some(), "{id} in {language:?}");
        }
    }
}

#[test]
fn every_command_is_explained_in_german() {
    let german = messages(GERMAN);
    let mut known = BTreeSet::new();
    let _speaking = speak(Language::De);
    for row in command::table() {
        let id = format!("command-{}", row.name);
        assert!(german.contains_key(&id), "{id}");
        let help = instead(&id, None).unwrap();
        assert!(!help.ends_with('.') && help != row.help, "{help}");
        assert!(instead(&id, Some("name")).is_some_and(|name| name.chars().count() <= 22), "{}", row.name);
        assert_eq!(instead(&id, Some("hint")).is_some(), row.hint.is_some(), "{}", row.name);
        known.insert(id);
    }
    let more: Vec<&String> = german.keys().filter(|id| id.starts_with("command-") && !known.contains(*id)).collect();
    assert!(more.is_empty(), "{more:?} are no commands");
}

#[test]
fn every_setting_and_every_failure_is_named_in_german() {
    let german = messages(GERMAN);
    let mut known = BTreeSet::new();
    let _speaking = speak(Language::De);
    for row in crate::model::SETTINGS {
        let id = format!("setting-{}", row.name);
        assert!(instead(&id, None).is_some() && instead(&id, Some("name")).is_some(), "{id}");
        assert_eq!(instead(&id, Some("unset")).is_some(), !row.unset.is_empty(), "{id}");
        known.insert(id);
    }
    for (_, text) in source() {
        let failures = text.split("\"failure-").skip(1).filter_map(|rest| rest.split_once('"'));
        known.extend(failures.map(|(name, _)| format!("failure-{name}")));
    }
    let there: BTreeSet<String> = german.into_keys().filter(|id| id.starts_with("setting-") || id.starts_with("failure-")).collect();
    assert_eq!(there, known);
}

#[test]
fn german_is_set_as_it_is_printed() {
    for (id, message) in messages(GERMAN) {
        for typewritten in ["\"", "...", " - ", "'"] {
            let allowed = typewritten == "'" && message.text.contains("' ");
            assert!(allowed || !message.text.contains(typewritten), "{id}: {typewritten} in {}", message.text);
        }
    }
}

#[test]
fn a_language_is_spoken_as_long_as_it_is_asked_for() {
    assert_eq!(spoken(), Language::En);
    {
        let _german = speak(Language::De);
        assert_eq!(say!("pane-sources"), "Quellen");
        {
            let _english = speak(Language::En);
            assert_eq!(say!("pane-sources"), "Sources");
        }
        assert_eq!(say!("status-pages", n = 1), "1 Seite");
        assert_eq!(say!("status-pages", n = 2), "2 Seiten");
    }
    assert_eq!(say!("status-pages", n = 1), "1 page");
}
