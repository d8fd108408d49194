//! The one file a user writes. It is never needed to start; the annotated default is embedded, printed by
//! `wiredesk config --default` and parsed in a test, so that it cannot lie.

use directories::ProjectDirs;
use jiff::SignedDuration;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::model::{By, Clean, FullText, Keep, Query, Quiet, Rule, SiteRow};

/// The annotated default.
pub const DEFAULT: &str = include_str!("config.default.toml");

/// What can be set.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// `[poll]`
    pub poll: Poll,
    /// `[cache]`
    pub cache: Cache,
    /// `[alert]`
    pub alert: Alert,
    /// `[screen]`
    pub screen: Screen,
    /// `[list]`
    pub list: List,
    /// `[open]`
    pub open: Open,
    /// `[keys]`
    pub keys: Keys,
    /// `[pipe]`
    pub pipe: Pipe,
    /// `[export]`
    pub export: Export,
    /// `[[agency]]`: rows of the agency registry, read by it.
    pub agency: Vec<toml::Table>,
    /// `[[site]]`: rules for reading single sites' pages.
    pub site: Vec<SiteRow>,
    /// `[[view]]`
    pub view: Vec<View>,
    /// `[[rule]]`
    pub rule: Vec<RuleRow>,
}

/// How feeds are asked.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Poll {
    /// Between polls of a feed.
    pub interval: Span,
    /// Never more often.
    pub floor: Span,
    /// At least this often.
    pub ceiling: Span,
    /// Requests at the same time.
    pub parallel: usize,
    /// Full text of teaser feeds.
    pub full_text: FullText,
    /// To connect.
    pub connect_timeout: Span,
    /// To the first byte.
    pub first_byte_timeout: Span,
    /// For all of it.
    pub total_timeout: Span,
    /// For all requests.
    pub proxy: Option<String>,
}

impl Default for Poll {
    fn default() -> Self {
        Self {
            interval: Span::minutes(60),
            floor: Span::minutes(15),
            ceiling: Span::minutes(24 * 60),
            parallel: 16,
            full_text: FullText::Auto,
            connect_timeout: Span(Duration::from_secs(10)),
            first_byte_timeout: Span(Duration::from_secs(20)),
            total_timeout: Span(Duration::from_secs(60)),
            proxy: None,
        }
    }
}

/// What stays in the cache.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cache {
    /// How long articles stay.
    pub keep: Keep,
}

/// How the reader is told of what they are to know at once.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Alert {
    /// The terminal's bell.
    pub bell: bool,
    /// The terminal's notifications.
    pub notify: Notify,
    /// A command without a shell; `%t` is what it is about, `%b` the headline.
    pub command: Option<String>,
    /// When nobody is told.
    pub quiet: Option<Quiet>,
    /// Also when what was told is corrected or withdrawn.
    pub corrections: bool,
    /// Also of what comes to followed stories.
    pub followed: bool,
}

impl Default for Alert {
    fn default() -> Self {
        Self { bell: true, notify: Notify::Auto, command: None, quiet: None, corrections: false, followed: true }
    }
}

/// How a terminal is asked to notify.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notify {
    /// As this terminal understands it.
    #[default]
    Auto,
    /// Not at all.
    None,
    /// By OSC 9.
    Osc9,
    /// By OSC 777.
    Osc777,
}

/// How the screen looks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Screen {
    /// The language of the reader's words.
    pub language: Language,
    /// A theme's name, a file, or `auto`.
    pub theme: String,
    /// What `auto` takes on a dark ground.
    pub dark: String,
    /// And on a light one.
    pub light: String,
    /// One pane at a time as plain sentences.
    pub linear: bool,
    /// Whether anything may move by itself.
    pub motion: bool,
    /// Whether both edges of a text are straight.
    pub justify: bool,
    /// Columns of the desk beside the headlines.
    pub desk_width: Option<u16>,
    /// Columns of the headlines.
    pub headlines_width: Option<u16>,
    /// Rows of the sources below the article.
    pub sources_height: Option<u16>,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// How pictures are shown.
    pub pictures: Pictures,
    /// Whether the terminal itself opens links.
    pub links: Links,
}

/// How lists are made.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct List {
    /// What a row is.
    pub rows: By,
    /// Outlets whose articles stand for their stories, the first first.
    pub prefer: Vec<String>,
}

/// Whether links are marked for the terminal to open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Links {
    /// Where it is known to cope.
    #[default]
    Auto,
    /// In any case.
    Always,
    /// Not at all.
    Never,
}

/// Which language the reader's words are in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// That of the locale, if it is spoken.
    #[default]
    Auto,
    /// English.
    En,
    /// German.
    De,
}

/// How pictures in the text are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pictures {
    /// As well as the terminal can.
    #[default]
    Auto,
    /// Only their captions.
    Never,
    /// By the colours of characters.
    HalfBlocks,
    /// By kitty's protocol.
    Kitty,
    /// As sixel.
    Sixel,
    /// By iTerm2's protocol.
    Iterm2,
}

impl Default for Screen {
    fn default() -> Self {
        Self {
            language: Language::Auto,
            theme: "default".into(),
            dark: "dark".into(),
            light: "light".into(),
            linear: false,
            motion: true,
            justify: false,
            desk_width: None,
            headlines_width: None,
            sources_height: None,
            mouse: true,
            pictures: Pictures::Auto,
            links: Links::Auto,
        }
    }
}

/// What opens addresses.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Open {
    /// A command without a shell; `%u` is the address.
    pub browser: Option<String>,
    /// Another one, for the reader of choice.
    pub reader: Option<String>,
}

/// The reader's own keys. What is wrong with a row is told when they are bound, and the rest holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keys {
    /// The key that sequences begin with.
    pub leader: Option<String>,
    /// The bindings.
    pub rows: Vec<KeyRow>,
}

/// One binding.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyRow {
    /// Where it stands: a byte of the file, once read its line.
    pub line: usize,
    /// The pane it is for.
    pub place: Option<String>,
    /// The keys.
    pub keys: String,
    /// The command; empty where it is no text.
    pub command: String,
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let rows: Rows = Rows::deserialize(d)?;
        let mut out = Keys::default();
        for (at, key, entry) in rows.0 {
            match entry {
                Entry::Text(text) if key == "leader" => out.leader = Some(text),
                Entry::Text(command) => out.rows.push(KeyRow { line: at, place: None, keys: key, command }),
                Entry::Table(rows) => out.rows.extend(rows.0.into_iter().map(|(at, keys, entry)| {
                    let command = if let Entry::Text(command) = entry { command } else { String::new() };
                    KeyRow { line: at, place: Some(key.clone()), keys, command }
                })),
                Entry::Other => out.rows.push(KeyRow { line: at, place: None, keys: key, command: String::new() }),
            }
        }
        out.rows.sort_by_key(|row| row.line);
        Ok(out)
    }
}

/// Keys with the bytes that they stand at.
struct Rows(Vec<(usize, String, Entry)>);

enum Entry {
    Text(String),
    Table(Rows),
    Other,
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        match Entry::deserialize(d)? {
            Entry::Table(rows) => Ok(rows),
            _ => Err(serde::de::Error::custom("[keys] is a table of keys and commands")),
        }
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> serde::de::Visitor<'de> for Any {
            type Value = Entry;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the name of a command")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Entry, E> {
                Ok(Entry::Text(text.to_owned()))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
                let mut rows = Vec::new();
                while let Some(key) = map.next_key::<toml::Spanned<String>>()? {
                    let at = key.span().start;
                    rows.push((at, key.into_inner(), map.next_value()?));
                }
                Ok(Entry::Table(Rows(rows)))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Entry, A::Error> {
                while seq.next_element::<serde::de::IgnoredAny>()?.is_some() {}
                Ok(Entry::Other)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Entry, E> {
                Ok(Entry::Other)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Entry, E> {
                Ok(Entry::Other)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Entry, E> {
                Ok(Entry::Other)
            }
        }
        d.deserialize_any(Any)
    }
}

/// What `|` hands over, and to whom.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pipe {
    /// What the prompt offers.
    pub command: Option<String>,
    /// As what: text, md, html or json.
    pub format: String,
    /// Longer than this it may not run.
    pub time_limit: Span,
}

impl Default for Pipe {
    fn default() -> Self {
        Self { command: None, format: "text".into(), time_limit: Span(Duration::from_secs(30)) }
    }
}

/// Where exported articles go.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Export {
    /// The folder.
    pub folder: Option<PathBuf>,
}

/// A saved query.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Its name in the desk.
    pub name: String,
    /// What it shows.
    pub query: String,
    /// What comes to it is told at once.
    #[serde(default)]
    pub alert: bool,
}

/// A rule as it is written. What is wrong with one is told by [`Config::rules`], and the rest holds.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleRow {
    /// What it fits.
    pub query: String,
    /// What it does.
    #[serde(rename = "do")]
    pub acts: Acts,
    /// And the tag that it gives.
    pub tag: Option<String>,
    /// The lines of query, do and tag.
    #[serde(skip)]
    lines: [usize; 3],
}

/// One word, or a list of them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(from = "OneOrMany")]
pub struct Acts(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "what a rule does is a word or a list of words: read, save, hide, alert")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Acts {
    fn from(acts: OneOrMany) -> Self {
        Self(match acts {
            OneOrMany::One(one) => vec![one],
            OneOrMany::Many(many) => many,
        })
    }
}

/// A length of time as written: `15 min`, `1h 30m`, `24 h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl Span {
    const fn minutes(n: u64) -> Self {
        Self(Duration::from_secs(n * 60))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let span: SignedDuration = text
            .parse()
            .map_err(|_| serde::de::Error::custom(format!("`{text}` is no length of time; write for example \"15 min\" or \"2 h\"")))?;
        Duration::try_from(span).map(Self).map_err(|_| serde::de::Error::custom(format!("`{text}` is less than nothing")))
    }
}

/// Why the file could not be used, with its path and line.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It could not be read.
    #[error("{}: {error}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A value that cannot be.
    #[error("{}: {what}", path.display())]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// What, and what to do.
        what: String,
    },
    /// It is not what it should be.
    #[error("{}: {error}Mend that line, or see `wiredesk config --default`.", path.display())]
    Parse {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        error: toml::de::Error,
    },
}

impl Config {
    /// What the types cannot say.
    fn check(&self) -> Result<(), String> {
        if self.poll.full_text == FullText::Always {
            return Err("[poll] full-text is \"auto\" or \"never\"; for one feed, `wiredesk add --full-text always`.".into());
        }
        if !["text", "md", "html", "json"].contains(&self.pipe.format.as_str()) {
            return Err(format!("[pipe] format is \"text\", \"md\", \"html\" or \"json\", not \"{}\".", self.pipe.format));
        }
        for view in &self.view {
            view.query.parse::<Query>().map_err(|e| format!("[[view]] {}: {e}.", view.name))?;
        }
        Ok(())
    }

    /// The rules that can be used, and in words what is wrong with the others.
    pub fn rules(&self) -> (Vec<Rule>, Vec<String>) {
        let (mut rules, mut wrong) = (Vec::new(), Vec::new());
        for row in &self.rule {
            match Rule::new(&row.query, &row.acts.0, row.tag.as_deref()) {
                Ok(rule) => rules.push(rule),
                Err(e) => {
                    let line = row.lines[RULE_KEYS.iter().position(|key| *key == e.key).unwrap_or(0)];
                    wrong.push(format!("[[rule]] line {line}: {} = {}", e.key, e.what));
                }
            }
        }
        (rules, wrong)
    }

    /// The rules, and those views that alert.
    pub fn acting(&self) -> Vec<Rule> {
        let alerting = self.view.iter().filter(|view| view.alert);
        // Checked when the configuration was read.
        let views = alerting.filter_map(|view| Some(Rule::alerting(view.query.parse().ok()?, Clean::line(&view.name))));
        self.rules().0.into_iter().chain(views).collect()
    }

    /// Reads `path`. A missing file is the default, unless the user named it (`must_exist`).
    pub fn load(path: &Path, must_exist: bool) -> Result<Self, ConfigError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::read(&text, path),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && !must_exist => Ok(Self::default()),
            Err(error) => Err(ConfigError::Read { path: path.into(), error }),
        }
    }

    /// Reads what stands in `path`.
    pub fn read(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let mut config: Self = toml::from_str(text).map_err(|error| ConfigError::Parse { path: path.into(), error })?;
        for row in &mut config.keys.rows {
            row.line = 1 + text.bytes().take(row.line).filter(|b| *b == b'\n').count();
        }
        for (at, row) in config.rule.iter_mut().enumerate() {
            row.lines = RULE_KEYS.map(|key| line_of(text, "rule", at, key).unwrap_or(0));
        }
        config.check().map_err(|what| ConfigError::Wrong { path: path.into(), what })?;
        Ok(config)
    }
}

/// A rule's keys, in the order of their lines.
const RULE_KEYS: [&str; 3] = ["query", "do", "tag"];

/// The line (from 1) on which `key` of the `row`th `[[table]]` stands, or where that table begins.
pub fn line_of(text: &str, table: &str, row: usize, key: &str) -> Option<usize> {
    let head = format!("[[{table}]]");
    let mut lines = text.lines().enumerate().skip_while(|(_, l)| !l.trim_start().starts_with(&head));
    let mut begun = None;
    for _ in 0..=row {
        begun = lines.by_ref().find(|(_, l)| l.trim_start().starts_with(&head));
    }
    let (start, _) = begun?;
    let inside = lines.take_while(|(_, l)| !l.trim_start().starts_with('['));
    let at = inside.into_iter().find(|(_, l)| l.split_once('=').is_some_and(|(k, _)| k.trim().trim_matches('"') == key));
    Some(at.map_or(start, |(n, _)| n) + 1)
}

/// Where things are on this platform, if it says where a user's files are.
pub fn dirs() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "wiredesk")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_annotated_default_is_the_default() {
        assert_eq!(toml::from_str::<Config>(DEFAULT).unwrap(), Config::default());
    }

    #[test]
    fn every_line_that_is_commented_out_parses_too() {
        let uncommented: String = DEFAULT
            .lines()
            .map(|l| {
                l.strip_prefix('#')
                    .filter(|r| r.starts_with('[') || r.split_once(" = ").is_some_and(|(k, _)| !k.contains(' ')))
                    .unwrap_or(l)
            })
            .fold(String::new(), |all, l| all + l + "\n");
        let config: Config = toml::from_str(&uncommented).unwrap();
        assert_eq!((config.agency.len(), config.site.len(), config.view.len()), (1, 1, 1));
        assert_eq!((config.rules().0.len(), config.rules().1), (2, vec![]));
        assert!(config.open.reader.is_some() && !config.keys.rows.is_empty() && config.keys.leader.is_some());
        assert!(config.open.browser.is_some() && config.poll.proxy.is_some());
    }

    #[test]
    fn the_annotated_default_names_every_role_and_theme() {
        use crate::ui::theme::{Role, Theme};
        for name in Role::ALL.iter().map(|role| role.name()).chain(Theme::names()) {
            assert!(DEFAULT.split([' ', ',', '.', '"', '\n']).any(|word| word == name), "{name}");
        }
    }

    #[test]
    fn bindings_remember_their_lines() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        std::fs::write(&path, "[keys]\nleader = \"space\"\nx = \"save\"\n\"leader x\" = 5\n[keys.article]\nn = \"page-down\"\n").unwrap();
        let keys = Config::load(&path, true).unwrap().keys;
        let row = |line, place: Option<&str>, keys: &str, command: &str| KeyRow {
            line,
            place: place.map(str::to_owned),
            keys: keys.into(),
            command: command.into(),
        };
        assert_eq!(keys.leader.as_deref(), Some("space"));
        assert_eq!(keys.rows, [row(3, None, "x", "save"), row(4, None, "leader x", ""), row(6, Some("article"), "n", "page-down")]);
    }

    #[test]
    fn a_wrong_rule_is_named_with_its_line_and_word_and_the_rest_holds() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        let text = "[[rule]]\nquery = \"lotto\"\ndo = \"hide\"\n\n[[rule]]\ndo = [\"read\"]\nquery = \"ferry is:nice\"\n\
            [[rule]]\nquery = \"ferry\"\ntag = \"boats\"\n[[rule]]\nquery = \"x\"\ndo = [\"read\", \"burn\"]\n";
        std::fs::write(&path, text).unwrap();
        let (rules, wrong) = Config::load(&path, true).unwrap().rules();
        assert_eq!(rules.iter().map(ToString::to_string).collect::<Vec<_>>(), ["lotto → hide", "ferry → tag “boats”"]);
        assert!(wrong[0].starts_with("[[rule]] line 7: query = ") && wrong[0].contains("nice"), "{wrong:?}");
        assert!(wrong[1].starts_with("[[rule]] line 13: do = `burn`"), "{wrong:?}");
    }

    #[test]
    fn a_wrong_key_is_named_with_its_line() {
        let error = toml::from_str::<Config>("[poll]\nintervall = \"1 h\"").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("intervall"), "{error}");
    }

    #[test]
    fn a_key_of_a_table_is_found_by_its_line() {
        let text = "[poll]\n[[site]]\nhost = \"a.example\"\n\n[[site]]\nhost = \"b.example\"\nbody = \"p[\"\n[[view]]\nbody = 1\n";
        assert_eq!(line_of(text, "site", 1, "body"), Some(7));
        assert_eq!(line_of(text, "site", 0, "body"), Some(2), "a key that is not there: the table");
        assert_eq!(line_of(text, "site", 2, "host"), None);
    }

    #[test]
    fn a_wrong_length_of_time_says_how_to_write_one() {
        let error = toml::from_str::<Config>("[poll]\nfloor = \"soon\"").unwrap_err().to_string();
        assert!(error.contains("15 min"), "{error}");
    }
}
