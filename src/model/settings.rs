//! What the reader can set for one feed: THE TABLE of settings, how each is written, checked and shown. The command line
//! (`wiredesk set`), the reader's form and the man page are read off it.
//!
//! Secrets are never kept: of a password, or of a header that opens doors, only where it is to be had stands here.

mod header;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

use super::address::{Login, login_in};
use super::span::{exact, parse_span, span_words};
use super::{Address, Change, Clean, Feed, FullText, Keep};
pub use header::header_name;
use header::{header, header_value, plain_value};

/// Bytes of any text.
const LONGEST: usize = 1000;

/// What the reader set for one feed; absent means “as for all”.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedSettings {
    /// The reader's own name for it.
    pub title: Option<Clean>,
    /// Folders, joined by `/`.
    pub folder: Option<Clean>,
    /// Tags that newsboat and others give to feeds.
    pub tags: Vec<Clean>,
    /// Seconds between polls.
    pub interval: Option<u64>,
    /// Full text of its articles' pages.
    pub full_text: FullText,
    /// Not polled.
    pub paused: bool,
    /// How long its articles stay.
    pub keep: Option<Keep>,
    /// Another User-Agent.
    pub user_agent: Option<String>,
    /// Further request headers, kept as they are.
    pub headers: Vec<(String, String)>,
    /// Further request headers whose value the first line of a command's output is.
    pub header_commands: Vec<(String, String)>,
    /// A proxy of its own (`http://…`, `socks5h://…`).
    pub proxy: Option<String>,
    /// Its host is inside the private network, and the reader meant it so.
    pub private: bool,
    /// User name for HTTP authentication.
    pub user: Option<String>,
    /// Where the password is to be had.
    pub password: Option<PasswordFrom>,
}

/// Where a password is to be had.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordFrom {
    /// The first line that this command prints, run without a shell.
    Command(String),
    /// The system's keyring, by host and user name.
    Keyring,
}

// Debug output ends up in logs, where what opens doors must not: headers, proxy and commands are only counted.
impl fmt::Debug for FeedSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |there: bool| if there { "…" } else { "none" };
        f.debug_struct("FeedSettings")
            .field("title", &self.title)
            .field("folder", &self.folder)
            .field("tags", &self.tags)
            .field("interval", &self.interval)
            .field("full_text", &self.full_text)
            .field("paused", &self.paused)
            .field("headers", &self.headers.len())
            .field("header_commands", &self.header_commands.len())
            .field("proxy", &hidden(self.proxy.is_some()))
            .field("user", &hidden(self.user.is_some()))
            .field("password", &hidden(self.password.is_some()))
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PasswordFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PasswordFrom::Command(_) => "Command(…)",
            PasswordFrom::Keyring => "Keyring",
        })
    }
}

impl FeedSettings {
    /// Whether something in them is meant for the feed's own server alone.
    pub fn has_secrets(&self) -> bool {
        self.user.is_some() || self.password.is_some() || !self.headers.is_empty() || !self.header_commands.is_empty()
    }

    /// Whether a feed with these may go where it says it moved: a login, a header or the leave to be private belongs to the
    /// host that the reader named.
    pub fn may_move(&self, from: &Address, to: &Address) -> bool {
        !(self.private || self.has_secrets()) || from.same_door(to)
    }

    /// These, and over them whatever is set in `more`.
    pub fn with(&self, more: &Self) -> Self {
        let or = |a: &[(String, String)], b: &[(String, String)]| if a.is_empty() { b.to_vec() } else { a.to_vec() };
        Self {
            title: more.title.clone().or_else(|| self.title.clone()),
            folder: more.folder.clone().or_else(|| self.folder.clone()),
            tags: if more.tags.is_empty() { self.tags.clone() } else { more.tags.clone() },
            interval: more.interval.or(self.interval),
            full_text: if more.full_text == FullText::Auto { self.full_text } else { more.full_text },
            paused: self.paused || more.paused,
            keep: more.keep.or(self.keep),
            user_agent: more.user_agent.clone().or_else(|| self.user_agent.clone()),
            headers: or(&more.headers, &self.headers),
            header_commands: or(&more.header_commands, &self.header_commands),
            proxy: more.proxy.clone().or_else(|| self.proxy.clone()),
            private: self.private || more.private,
            user: more.user.clone().or_else(|| self.user.clone()),
            password: more.password.clone().or_else(|| self.password.clone()),
        }
    }

    /// The same for another server, which gets to see none of that.
    pub fn for_another_host(&self) -> Self {
        let (headers, header_commands) = Default::default();
        Self { private: false, user: None, password: None, headers, header_commands, ..self.clone() }
    }
}

/// One thing that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is explained by its row
pub enum Setting {
    Title,
    Folder,
    Address,
    Interval,
    FullText,
    Paused,
    Keep,
    User,
    Password,
    Headers,
    SecretHeaders,
    UserAgent,
    Proxy,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct SettingRow {
    /// Which.
    pub setting: Setting,
    /// Its name on the command line and in JSON.
    pub name: &'static str,
    /// What holds where nothing is set.
    pub unset: &'static str,
    /// What it does and how it is written.
    pub help: &'static str,
}

use Setting as S;

const fn row(setting: Setting, name: &'static str, unset: &'static str, help: &'static str) -> SettingRow {
    SettingRow { setting, name, unset, help }
}

/// All settings, in the order in which they are shown.
#[rustfmt::skip] // a table is read by its columns
pub const SETTINGS: &[SettingRow] = &[
    row(S::Title,         "title",          "the feed's own",             "Your own name for the feed."),
    row(S::Folder,        "folder",         "none",                       "The folder it stands in; World/Asia is a folder within a folder."),
    row(S::Address,       "address",        "",                           "Where it is polled. On another host it starts without user, password and headers."),
    row(S::Interval,      "interval",       "as often as it changes",     "How often it is asked: 30 min, 2 h. Never more often than its server wants."),
    row(S::FullText,      "full-text",      "auto",                       "Whether the pages of its articles are fetched: auto where it carries teasers only, always, never."),
    row(S::Paused,        "paused",         "no",                         "A paused feed is not asked; its articles stay."),
    row(S::Keep,          "keep",           "as for all",                 "How long its articles stay: 90 days, 1 year, for ever. Whatever you saved, tagged, noted or highlighted stays in any case."),
    row(S::User,          "user",           "none",                       "User name for a feed that wants a login."),
    row(S::Password,      "password-from",  "none",                       "Where the password is kept: a command whose first line it is (pass show news/example), or the word keyring for the system's. Never the password itself."),
    row(S::Headers,       "headers",        "none",                       "A header that is sent along, as Name: value. Without a value it is taken out. None that is secret."),
    row(S::SecretHeaders, "secret-headers", "none",                       "A header whose value a command prints, as Name: command (X-Api-Key: pass show news/key). Without a command it is taken out."),
    row(S::UserAgent,     "user-agent",     "wiredesk",                   "What the program calls itself to this feed."),
    row(S::Proxy,         "proxy",          "as for all",                 "A proxy of its own: http, https, socks5 or socks5h, as in socks5h://127.0.0.1:9050."),
];

impl Setting {
    /// Its row.
    pub fn row(self) -> &'static SettingRow {
        SETTINGS.iter().find(|row| row.setting == self).expect("every setting has a row, as a test holds")
    }

    /// Whether it means anything for a source on this machine, which is not fetched.
    fn is_for_local(self) -> bool {
        matches!(self, S::Title | S::Folder | S::Paused | S::Keep | S::FullText)
    }
}

/// Between which lengths an interval may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Never more often.
    pub floor: SignedDuration,
    /// At least as often.
    pub ceiling: SignedDuration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { floor: SignedDuration::from_mins(15), ceiling: SignedDuration::from_hours(24) }
    }
}

/// Why a setting cannot be so, and what to do; never with a secret in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingError(String);

fn wrong<T>(words: impl Into<String>) -> Result<T, SettingError> {
    Err(SettingError(words.into()))
}

/// A feed's address and settings while they are being changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What is polled.
    pub address: Address,
    /// What is set.
    pub settings: FeedSettings,
}

impl Draft {
    /// As the feed has them now.
    pub fn of(feed: &Feed) -> Self {
        Self { address: feed.address.clone(), settings: feed.settings.clone() }
    }

    /// Sets one thing to what a person typed; an empty text unsets it. What they should know of it besides comes back.
    pub fn set(&mut self, setting: Setting, text: &str, limits: &Limits) -> Result<Option<String>, SettingError> {
        let text = text.trim();
        if self.address.as_local().is_some() && !setting.is_for_local() {
            return wrong(
                "This is a source on this machine: only its title, folder and full text can be set, whether it is paused, and how long its articles stay.",
            );
        }
        if text.is_empty() && setting != S::Address {
            self.unset(setting);
            return Ok(None);
        }
        if text.len() > LONGEST || text.chars().any(char::is_control) {
            return wrong(format!("The {} must be one line of at most {LONGEST} bytes, without control characters.", setting.row().name));
        }
        let set = &mut self.settings;
        match setting {
            S::Title => set.title = Clean::capped(text, 200).non_empty(),
            S::Folder => {
                let parts: Vec<&str> = text.split('/').map(str::trim).filter(|p| !p.is_empty()).collect();
                set.folder = Clean::capped(&parts.join("/"), 200).non_empty();
            }
            S::Address => return self.move_to(text),
            S::Interval => set.interval = Some(interval(text, limits)?),
            S::FullText => {
                set.full_text = match text.to_ascii_lowercase().as_str() {
                    "auto" => FullText::Auto,
                    "always" => FullText::Always,
                    "never" => FullText::Never,
                    _ => return wrong("Full text is auto, always or never."),
                }
            }
            S::Paused => {
                set.paused = match text.to_ascii_lowercase().as_str() {
                    "yes" | "true" | "on" => true,
                    "no" | "false" | "off" => false,
                    _ => return wrong("Paused is yes or no."),
                }
            }
            S::Keep => set.keep = Some(text.parse().map_err(|e: String| SettingError(format!("{}.", capital(&e))))?),
            S::User => {
                if text.contains(':') {
                    return wrong(
                        "A user name has no colon in it, and a password does not belong here: say where it is kept (password-from).",
                    );
                }
                set.user = Some(text.to_owned());
            }
            S::Password if text.eq_ignore_ascii_case("keyring") => set.password = Some(PasswordFrom::Keyring),
            S::Password => set.password = Some(PasswordFrom::Command(command(text, "pass show news/example")?)),
            S::Headers => header(&mut set.headers, text, plain_value)?,
            S::SecretHeaders => header(&mut set.header_commands, text, |_, value| command(value, "X-Api-Key: pass show news/key"))?,
            S::UserAgent => set.user_agent = Some(header_value("user agent", text)?),
            S::Proxy => set.proxy = Some(proxy(text)?),
        }
        if [S::Headers, S::SecretHeaders].contains(&setting) {
            set.settle_headers(setting);
        }
        Ok(None)
    }

    /// As if it had never been set.
    pub fn unset(&mut self, setting: Setting) {
        let set = &mut self.settings;
        match setting {
            S::Title => set.title = None,
            S::Folder => set.folder = None,
            S::Address => {}
            S::Interval => set.interval = None,
            S::FullText => set.full_text = FullText::Auto,
            S::Paused => set.paused = false,
            S::Keep => set.keep = None,
            S::User => set.user = None,
            S::Password => set.password = None,
            S::Headers => set.headers.clear(),
            S::SecretHeaders => set.header_commands.clear(),
            S::UserAgent => set.user_agent = None,
            S::Proxy => set.proxy = None,
        }
    }

    /// The next of a few values; whether it has such.
    pub fn cycle(&mut self, setting: Setting) -> bool {
        match setting {
            S::Paused => self.settings.paused = !self.settings.paused,
            S::FullText => {
                self.settings.full_text = match self.settings.full_text {
                    FullText::Auto => FullText::Always,
                    FullText::Always => FullText::Never,
                    FullText::Never => FullText::Auto,
                }
            }
            _ => return false,
        }
        true
    }

    /// What only all of it together tells.
    pub fn check(&self) -> Result<(), SettingError> {
        let set = &self.settings;
        match (&set.user, &set.password) {
            (Some(_), None) => {
                wrong("A user name needs a password: say with --password-command or --keyring where it is kept, or unset the user.")
            }
            (None, Some(_)) => wrong("A password needs a user name: give it with --user, or unset the password."),
            (Some(_), Some(_)) if set.header_commands.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) => {
                wrong("A feed has a user and a password or an Authorization header, not both: unset one of them.")
            }
            _ => Ok(()),
        }
    }

    /// The change that makes it so; nothing where it is so already.
    pub fn change(&self, feed: &Feed) -> Option<Change> {
        let address = (self.address != feed.address).then(|| self.address.clone());
        let settings = (self.settings != feed.settings).then(|| self.settings.clone());
        (address.is_some() || settings.is_some()).then_some(Change::EditFeed { feed: feed.id, address, settings })
    }

    /// What a setting is now, for people; nothing where it is not set. No password, no header's value.
    pub fn shown(&self, setting: Setting) -> Option<Clean> {
        let set = &self.settings;
        let words = match setting {
            S::Title => return set.title.clone(),
            S::Folder => return set.folder.clone(),
            S::Address => self.address.to_string(),
            S::Interval => format!("every {}", span_words(seconds(set.interval?))),
            S::FullText => match set.full_text {
                FullText::Auto => return None,
                FullText::Always => "always".into(),
                FullText::Never => "never".into(),
            },
            S::Paused => set.paused.then(|| "yes".to_owned())?,
            S::Keep => set.keep?.to_string(),
            S::User => set.user.clone()?,
            S::Password => match set.password.as_ref()? {
                PasswordFrom::Command(line) => format!("printed by `{line}`"),
                PasswordFrom::Keyring => "in the system's keyring".into(),
            },
            S::Headers if set.headers.is_empty() => return None,
            S::Headers => names(&set.headers),
            S::SecretHeaders if set.header_commands.is_empty() => return None,
            S::SecretHeaders => names(&set.header_commands),
            S::UserAgent => set.user_agent.clone()?,
            S::Proxy => set.proxy.clone()?,
        };
        Some(Clean::line(&words))
    }

    /// What a setting is now, as it is typed: what a prompt begins with.
    pub fn typed(&self, setting: Setting) -> String {
        let set = &self.settings;
        let only = |all: &[(String, String)]| match all {
            [(name, value)] => format!("{name}: {value}"),
            _ => String::new(),
        };
        match setting {
            S::Interval => set.interval.map(|s| exact(seconds(s))).unwrap_or_default(),
            S::FullText | S::Paused => self.shown(setting).unwrap_or_default().into_string(),
            S::Password => match &set.password {
                Some(PasswordFrom::Command(line)) => line.clone(),
                Some(PasswordFrom::Keyring) => "keyring".into(),
                None => String::new(),
            },
            S::Headers => only(&set.headers),
            S::SecretHeaders => only(&set.header_commands),
            _ => self.shown(setting).unwrap_or_default().into_string(),
        }
    }

    /// The settings in which two differ, by their names.
    pub fn differences(&self, other: &Draft) -> Vec<&'static str> {
        let values = |d: &Draft, s: Setting| (d.typed(s), d.shown(s));
        let lists = |d: &Draft| (d.settings.headers.clone(), d.settings.header_commands.clone());
        let (mine, others) = (lists(self), lists(other));
        let differ = |row: &&SettingRow| match row.setting {
            S::Headers => mine.0 != others.0,
            S::SecretHeaders => mine.1 != others.1,
            setting => values(self, setting) != values(other, setting),
        };
        SETTINGS.iter().filter(differ).map(|row| row.name).collect()
    }

    /// Another address. What was meant for one host is not told to another.
    fn move_to(&mut self, text: &str) -> Result<Option<String>, SettingError> {
        let address = Address::typed(text).map_err(|e| SettingError(format!("{}.", capital(&e.to_string()))))?;
        let mut notes = Vec::new();
        if address.host() != self.address.host() && self.settings.has_secrets() {
            self.settings = self.settings.for_another_host();
            notes.push("User, password and headers were for the old host and were taken out.".to_owned());
        }
        if let Some(login) = login_in(text) {
            notes.push(self.take(&login));
        }
        self.address = address;
        Ok((!notes.is_empty()).then(|| notes.join(" ")))
    }

    /// What to do with a login that stood in an address: the user's name is kept, the password is not.
    pub fn take(&mut self, login: &Login) -> String {
        if !login.user.is_empty() {
            self.settings.user = Some(login.user.clone());
        }
        match login.password {
            true => "The password was taken out of the address and is not kept: say where it is to be had (password-from).".to_owned(),
            false => "The user name was taken out of the address.".to_owned(),
        }
    }
}

impl FeedSettings {
    /// A header stands in one of the two lists only: the one it was given to last.
    fn settle_headers(&mut self, given: Setting) {
        let (kept, other) = match given {
            S::Headers => (&self.headers, &mut self.header_commands),
            _ => (&self.header_commands, &mut self.headers),
        };
        other.retain(|(name, _)| !kept.iter().any(|(n, _)| n.eq_ignore_ascii_case(name)));
    }
}

fn seconds(n: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(n).unwrap_or(i64::MAX))
}

fn names(headers: &[(String, String)]) -> String {
    headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
}

fn interval(text: &str, limits: &Limits) -> Result<u64, SettingError> {
    let Some(span) = parse_span(text) else {
        return wrong(format!("`{}` is no length of time; write for example 30 min or 2 h.", Clean::capped(text, 40)));
    };
    if span < limits.floor {
        let floor = span_words(limits.floor);
        return wrong(format!(
            "{} is too often: no feed is asked more often than every {floor} (`floor` in the configuration), so that servers do not bar you.",
            span_words(span)
        ));
    }
    if span > limits.ceiling {
        let ceiling = span_words(limits.ceiling);
        return wrong(format!("{} is too long: every feed is asked at least every {ceiling}. Pause it instead.", span_words(span)));
    }
    Ok(span.as_secs().unsigned_abs())
}

/// A command line that can be run without a shell, and that is more than a secret in disguise.
fn command(text: &str, example: &str) -> Result<String, SettingError> {
    let Ok(argv) = shell_words::split(text) else { return wrong("The command has an open quote.") };
    let Some(program) = argv.first() else { return wrong(format!("A command is needed, as in {example}.")) };
    // Whoever is asked for a password types one: without an argument or a path it is taken for that.
    if argv.len() == 1 && !program.contains('/') {
        return wrong(format!(
            "That is one word, which is no command that finds a secret; the secret itself is never typed here. Write for example {example}."
        ));
    }
    if matches!(program.rsplit('/').next(), Some("echo" | "printf")) {
        return wrong(format!(
            "That would keep the secret itself, readable by whoever reads the cache. Name a command that asks for it, as in {example}."
        ));
    }
    Ok(text.to_owned())
}

/// A proxy's address in its one spelling. With a password in it it would be kept readable.
fn proxy(text: &str) -> Result<String, SettingError> {
    let form = "A proxy is written as http://host:port, https://host:port, socks5://host:port or socks5h://host:port.";
    let Ok(url) = Url::parse(text) else { return wrong(form) };
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") || url.host_str().is_none_or(str::is_empty) {
        return wrong(form);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong(
            "A login in a feed's proxy would be kept readable in the cache. Put such a proxy into the configuration, for all feeds.",
        );
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return wrong(form);
    }
    let port = url.port().map_or(String::new(), |p| format!(":{p}"));
    Ok(format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default()))
}

fn capital(s: &str) -> String {
    let mut chars = s.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft { address: Address::parse("https://news.example/feed").unwrap(), settings: FeedSettings::default() }
    }

    #[track_caller]
    fn set(draft: &mut Draft, setting: Setting, text: &str) -> Option<String> {
        draft.set(setting, text, &Limits::default()).unwrap()
    }

    #[track_caller]
    fn check(setting: Setting, text: &str, want: &str) {
        let mut d = draft();
        set(&mut d, setting, text);
        assert_eq!(d.shown(setting).unwrap_or_default().as_str(), want);
        // What a prompt begins with, typed again, changes nothing.
        let mut again = d.clone();
        let typed = d.typed(setting);
        set(&mut again, setting, &typed);
        assert_eq!(again, d, "{typed}");
        d.unset(setting);
        assert!(setting == S::Address || d == draft());
    }

    #[track_caller]
    fn refused(setting: Setting, text: &str, words: &str) {
        let mut d = draft();
        let error = d.set(setting, text, &Limits::default()).unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
        assert!(!error.contains("opensesame"), "{error}");
        assert_eq!(d, draft(), "what is refused changes nothing");
    }

    #[test]
    fn every_setting_has_one_row() {
        let all =
            [S::Title, S::Folder, S::Address, S::Interval, S::FullText, S::Paused, S::User, S::Password, S::Headers, S::SecretHeaders];
        for setting in all.into_iter().chain([S::UserAgent, S::Proxy, S::Keep]) {
            assert_eq!(SETTINGS.iter().filter(|row| row.setting == setting).count(), 1, "{setting:?}");
        }
        assert_eq!(SETTINGS.len(), 13);
    }

    #[test]
    fn what_is_typed_is_what_is_shown() {
        check(S::Title, " Harbour  news ", "Harbour news");
        check(S::Folder, "World / Asia/", "World/Asia");
        check(S::Address, "other.example/f", "https://other.example/f");
        check(S::Interval, "30m", "every 30 min");
        check(S::Interval, "1h 30m", "every 90 min");
        check(S::FullText, "Always", "always");
        check(S::Paused, "yes", "yes");
        check(S::User, "me", "me");
        check(S::Password, "pass show 'news/my example'", "printed by `pass show 'news/my example'`");
        check(S::Password, "keyring", "in the system's keyring");
        check(S::Headers, "X-Client: desk", "X-Client");
        check(S::SecretHeaders, "X-Api-Key: pass show key", "X-Api-Key");
        check(S::UserAgent, "Mozilla/5.0 (desk)", "Mozilla/5.0 (desk)");
        check(S::Proxy, "socks5h://127.0.0.1:9050/", "socks5h://127.0.0.1:9050");
    }

    #[test]
    fn what_cannot_be_is_refused_in_plain_words() {
        refused(S::Interval, "soon", "no length of time");
        refused(S::Interval, "30", "write for example 30 min");
        refused(S::Interval, "5 min", "too often");
        refused(S::Interval, "48h", "at least every 24 h");
        refused(S::FullText, "maybe", "auto, always or never");
        refused(S::User, "me:opensesame", "does not belong here");
        refused(S::Password, "echo opensesame", "keep the secret itself");
        refused(S::Password, "/usr/bin/printf opensesame", "keep the secret itself");
        refused(S::Password, "pass 'opensesame", "open quote");
        refused(S::Password, "opensesame", "never typed here");
        refused(S::Headers, "opensesame", "Name: value");
        refused(S::Headers, "X Client: opensesame", "letters, digits and hyphens");
        refused(S::Headers, "X-Client: a\u{1b}opensesame", "control characters");
        refused(S::Headers, "X-Client: ä", "ASCII only");
        refused(S::Headers, "Authorization: opensesame", "pass show news/key");
        refused(S::Headers, "X-API-Key: opensesame", "looks like a secret");
        refused(S::SecretHeaders, "Authorization: echo opensesame", "keep the secret itself");
        for name in ["Host", "cookie", "Content-Length", "Transfer-Encoding", "User-Agent", "If-None-Match"] {
            refused(S::Headers, &format!("{name}: x"), "cannot be set");
            refused(S::SecretHeaders, &format!("{name}: pass x"), "cannot be set");
        }
        refused(S::UserAgent, "wire\ndesk", "one line");
        refused(S::Proxy, "ftp://host:1", "A proxy is written");
        refused(S::Proxy, "socks4://host:1", "A proxy is written");
        refused(S::Proxy, "host:1", "A proxy is written");
        refused(S::Proxy, "http://me:opensesame@host:1", "kept readable");
        refused(S::Address, "nonsense", "Not an address");
        refused(S::Address, "ftp://me:opensesame@news.example/", "only http and https");
    }

    #[test]
    fn headers_are_added_replaced_and_taken_out_by_their_names() {
        let mut d = draft();
        for text in ["X-Client: a", "Accept-Language: de", "x-client: b"] {
            set(&mut d, S::Headers, text);
        }
        assert_eq!(d.settings.headers, [("x-client".to_owned(), "b".to_owned()), ("Accept-Language".to_owned(), "de".to_owned())]);
        set(&mut d, S::SecretHeaders, "X-Client: pass show x");
        assert_eq!(d.shown(S::Headers).unwrap().as_str(), "Accept-Language");
        set(&mut d, S::Headers, "accept-language:");
        assert_eq!(d.shown(S::Headers), None);
        assert_eq!(d.shown(S::SecretHeaders).unwrap().as_str(), "X-Client");
    }

    #[test]
    fn a_login_in_an_address_is_no_part_of_it() {
        let mut d = draft();
        let note = set(&mut d, S::Address, "https://me%40home:opensesame@news.example/private").unwrap();
        assert!(note.contains("not kept") && !note.contains("opensesame"), "{note}");
        assert_eq!((d.address.as_str(), d.settings.user.as_deref()), ("https://news.example/private", Some("me@home")));
        assert!(d.check().unwrap_err().to_string().contains("--password-command"));
        set(&mut d, S::Password, "pass show x");
        d.check().unwrap();
        // What is meant for one host is not told to another.
        let note = set(&mut d, S::Address, "https://other.example/").unwrap();
        assert!(note.contains("taken out"), "{note}");
        assert_eq!((&d.settings.user, &d.settings.password), (&None, &None));
    }

    #[test]
    fn a_folder_on_this_machine_has_a_title_and_can_rest() {
        let mut d =
            Draft { address: Address::local(&crate::model::Local::Folder("/in".into())).unwrap(), settings: FeedSettings::default() };
        set(&mut d, S::Title, "Inbox");
        set(&mut d, S::Paused, "yes");
        assert!(d.set(S::Interval, "2h", &Limits::default()).is_err() && d.set(S::Address, "x.example", &Limits::default()).is_err());
        assert!(d.cycle(S::FullText) && !d.cycle(S::Interval));
    }

    #[test]
    fn what_differs_is_named_and_not_told() {
        let mut d = draft();
        set(&mut d, S::Headers, "X-Client: a");
        let mut e = d.clone();
        set(&mut e, S::Headers, "X-Client: b");
        set(&mut e, S::Interval, "2 h");
        assert_eq!(d.differences(&e), ["interval", "headers"]);
        assert!(d.differences(&d).is_empty());
    }
}
