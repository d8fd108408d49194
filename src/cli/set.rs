//! `wiredesk set`: what the reader set for one feed, shown and changed; and `wiredesk undo`. The settings themselves, how
//! they are written and what they must not be, are the model's.

use clap::Args;
use clap::builder::PossibleValuesParser;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::path::Path;

use super::feeds::named;
use super::out::{Weight, note};
use super::{CliError, Context, json};
use crate::model::{Change, Draft, Feed, Limits, PasswordFrom, SETTINGS, Setting, SettingError};
use crate::store;

/// What can be said about a feed when it is added as well as later.
#[derive(Args, Debug, Default)]
pub struct Wishes {
    /// Call it this
    #[arg(long, value_name = "NAME")]
    title: Option<String>,
    /// Put it into this folder (parts joined by /)
    #[arg(long, value_name = "NAME")]
    folder: Option<String>,
    /// Ask it this often (30m, 2h); never more often than its server wants
    #[arg(long, value_name = "TIME")]
    interval: Option<String>,
    /// Fetch its articles' pages: auto, always or never
    #[arg(long, value_name = "WHEN")]
    full_text: Option<String>,
    /// Keep its articles this long (90 days, 1 year, for ever)
    #[arg(long, value_name = "TIME")]
    keep: Option<String>,
    /// Log in under this name; say with --password-command or --keyring where the password is
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The password is the first line that this command prints (run without a shell)
    #[arg(long, value_name = "COMMAND", conflicts_with = "keyring")]
    password_command: Option<String>,
    /// The password is in the system's keyring (Secret Service, macOS Keychain)
    #[arg(long)]
    keyring: bool,
    /// Send this header to the feed's server; without a value take it out
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// Send a header whose value is the first line that a command prints
    #[arg(long = "header-command", value_name = "NAME: COMMAND")]
    header_commands: Vec<String>,
    /// Call the program this
    #[arg(long, value_name = "TEXT")]
    user_agent: Option<String>,
    /// Through this proxy (http, https, socks5 or socks5h)
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
}

impl Wishes {
    /// Every wish with what it is about.
    fn all(&self) -> Vec<(Setting, &str)> {
        let mut all = Vec::new();
        for (setting, text) in [
            (Setting::Title, &self.title),
            (Setting::Folder, &self.folder),
            (Setting::Interval, &self.interval),
            (Setting::FullText, &self.full_text),
            (Setting::Keep, &self.keep),
            (Setting::User, &self.user),
            (Setting::Password, &self.password_command),
            (Setting::UserAgent, &self.user_agent),
            (Setting::Proxy, &self.proxy),
        ] {
            all.extend(text.as_deref().map(|text| (setting, text)));
        }
        if self.keyring {
            all.push((Setting::Password, "keyring"));
        }
        all.extend(self.headers.iter().map(|text| (Setting::Headers, text.as_str())));
        all.extend(self.header_commands.iter().map(|text| (Setting::SecretHeaders, text.as_str())));
        all
    }

    /// Whether they do not say where a password is.
    pub fn no_password(&self) -> bool {
        self.password_command.is_none() && !self.keyring
    }

    /// Puts them into a draft.
    pub fn apply(&self, draft: &mut Draft, limits: &Limits) -> Result<(), CliError> {
        for (setting, text) in self.all() {
            draft.set(setting, text, limits).map_err(usage)?;
            let command = match setting {
                Setting::Password if text != "keyring" => Some(text),
                Setting::SecretHeaders => text.split_once(':').map(|(_, command)| command.trim()),
                _ => None,
            };
            if let Some(program) = command.and_then(missing) {
                return Err(CliError::Usage(format!("There is no program {program} here; commands are run without a shell.")));
            }
        }
        Ok(())
    }
}

/// The program that a command line names, if it is not there.
fn missing(line: &str) -> Option<String> {
    let program = shell_words::split(line).ok()?.into_iter().next()?;
    let there = match program.contains('/') {
        true => Path::new(&program).is_file(),
        false => std::env::var_os("PATH").is_none_or(|path| std::env::split_paths(&path).any(|dir| dir.join(&program).is_file())),
    };
    (!there && cfg!(unix)).then_some(program)
}

/// A wrong setting is wrong usage.
pub fn usage(e: SettingError) -> CliError {
    CliError::Usage(e.to_string())
}

/// Between which lengths an interval may lie, as the configuration says.
pub fn limits(cx: &Context) -> Result<Limits, CliError> {
    let poll = &cx.config()?.poll;
    let span = |d: std::time::Duration| SignedDuration::try_from(d).unwrap_or(SignedDuration::MAX);
    Ok(Limits { floor: span(poll.floor.0), ceiling: span(poll.ceiling.0) })
}

/// Show or change what is set for one feed: interval, login, headers, proxy and more
#[derive(Args, Debug)]
pub struct Set {
    /// A feed's number, title or address, as `feeds` gives them; without options, what is set is shown
    #[arg(value_name = "FEED")]
    feed: String,
    #[command(flatten)]
    wishes: Wishes,
    /// Poll it at this address
    #[arg(long, value_name = "ADDRESS")]
    address: Option<String>,
    /// Ask it no more until it is resumed
    #[arg(long, conflicts_with = "resume")]
    pause: bool,
    /// Ask it again
    #[arg(long)]
    resume: bool,
    /// As if it had never been set
    #[arg(long, value_name = "SETTING", value_parser = PossibleValuesParser::new(SETTINGS.iter().map(|r| r.name).filter(|n| *n != "address")))]
    unset: Vec<String>,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

impl Set {
    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let feeds = cx.feeds()?;
        let feed = named(&feeds, &self.feed)?.clone();
        let asked = self.address.is_some() || self.pause || self.resume || !self.unset.is_empty() || !self.wishes.all().is_empty();
        if !asked {
            return self.show(cx, &feed);
        }
        let limits = limits(cx)?;
        let mut draft = Draft::of(&feed);
        if let Some(address) = &self.address
            && let Some(words) = draft.set(Setting::Address, address, &limits).map_err(usage)?
        {
            note(&words);
        }
        for name in &self.unset {
            SETTINGS.iter().filter(|row| row.name == name).for_each(|row| draft.unset(row.setting));
        }
        self.wishes.apply(&mut draft, &limits)?;
        if self.pause || self.resume {
            draft.settings.paused = self.pause;
        }
        draft.check().map_err(usage)?;
        let Some(change) = draft.change(&feed) else {
            if self.json {
                return self.show(cx, &feed);
            }
            return Ok(cx.out.line(&format!("{}: nothing to change, it is so already", feed.title))?);
        };
        let applied = store::open(&cx.cache)?.apply(&[change], cx.clock.now())?.pop().unwrap_or_default();
        if let Some(why) = applied.failure {
            return Err(CliError::Failed(why.into_string()));
        }
        let feeds = cx.feeds()?;
        let after = feeds.iter().find(|f| f.id == feed.id).unwrap_or(&feed);
        if self.json {
            return self.show(cx, after);
        }
        let changed = Draft::of(&feed).differences(&draft);
        cx.out.head(&format!("{}: changed", after.title))?;
        for row in SETTINGS.iter().filter(|row| changed.contains(&row.name)) {
            line(cx, row.name, draft.shown(row.setting).as_deref(), row.unset)?;
        }
        if changed.contains(&"interval") {
            next(cx, after)?;
        }
        Ok(())
    }

    fn show(&self, cx: &mut Context, feed: &Feed) -> Result<(), CliError> {
        if self.json {
            return Ok(cx.out.json(&document(feed))?);
        }
        let draft = Draft::of(feed);
        cx.out.pieces(&[(Weight::Bold, &feed.title), (Weight::Dim, &format!("  feed {}", feed.id))])?;
        for row in SETTINGS {
            line(cx, row.name, draft.shown(row.setting).as_deref(), row.unset)?;
        }
        if feed.address.is_polled() && feed.address.as_local().is_none() {
            line(cx, "server asks", feed.asks.words().as_deref(), "nothing")?;
        }
        next(cx, feed)
    }
}

fn line(cx: &mut Context, name: &str, value: Option<&str>, unset: &str) -> Result<(), CliError> {
    let name = format!("  {name:<15} ");
    match value {
        Some(value) => cx.out.pieces(&[(Weight::Plain, &name), (Weight::Bold, value)])?,
        None => cx.out.pieces(&[(Weight::Plain, &name), (Weight::Dim, &format!("– ({unset})"))])?,
    }
    Ok(())
}

fn next(cx: &mut Context, feed: &Feed) -> Result<(), CliError> {
    if let Some((at, why)) = super::feeds::next_poll(feed, cx.clock.zone()) {
        line(cx, "next poll", Some(&format!("{at}{why}")), "")?;
    }
    Ok(())
}

/// What is set, for programs. Of what is secret only that it is there.
fn document(feed: &Feed) -> Value {
    let set = &feed.settings;
    let names = |all: &[(String, String)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    json!({
        "id": feed.id, "title": feed.title, "url": feed.address,
        "set": {
            "title": set.title, "folder": set.folder, "tags": set.tags, "interval": set.interval, "full_text": json::word(&set.full_text),
            "paused": set.paused, "keep": set.keep, "user": set.user,
            "password_from": set.password.as_ref().map(|from| match from {
                PasswordFrom::Command(_) => "command",
                PasswordFrom::Keyring => "keyring",
            }),
            "headers": names(&set.headers), "secret_headers": names(&set.header_commands),
            "user_agent": set.user_agent, "proxy": set.proxy,
        },
        "asks": json::asks(feed), "next": feed.health.next.filter(|_| feed.address.is_polled()), "why_next": feed.health.why_next,
    })
}

/// Take back the last change of marks or feeds, as u does in the reader
#[derive(Args, Debug)]
pub struct Undo {}

impl Undo {
    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let mut writer = store::open(&cx.cache)?;
        let applied = writer.apply(&[Change::Undo], cx.clock.now())?.pop().unwrap_or_default();
        match applied.failure {
            Some(why) => Err(CliError::Failed(why.into_string())),
            None => Ok(cx.out.line(&applied.label)?),
        }
    }
}
