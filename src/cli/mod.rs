//! The command line: one file a subcommand. Doc comments here are the help, the man page and the completions.

mod add;
mod demo;
mod diff;
mod doctor;
mod export;
mod feeds;
mod import;
mod inspect;
mod json;
mod list;
mod live;
mod manual;
mod out;
mod poll;
mod read;
mod restore;
mod rules;
mod search;
mod set;
mod show;
mod sources;
mod stories;

use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::app::{self, Setup};
use crate::clock::Clock;
use crate::config::{self, Config, ConfigError};
use crate::ingest::attribute::{Agencies, AgencyRow};
use crate::ingest::extract::{SiteError, Sites};
use crate::model::{Clean, Feed};
use crate::store::{Reader, StoreError, StoreErrorKind};
use out::Out;

/// A wire desk for the terminal: polls news feeds into a local cache and shows headlines, full text and who really
/// reported it, in panes.
///
/// Without a command it opens the reader. `wiredesk demo` shows all of it without a network.
#[derive(Debug, Parser)]
#[command(name = "wiredesk", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    places: Places,
    #[command(flatten)]
    looks: Looks,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args, Debug)]
struct Places {
    /// Keep articles and marks in this folder
    #[arg(long, global = true, env = "WIREDESK_CACHE", value_name = "DIR", hide_env_values = true)]
    cache: Option<PathBuf>,
    /// Read the configuration from this file
    #[arg(long, global = true, env = "WIREDESK_CONFIG", value_name = "FILE", hide_env_values = true)]
    config: Option<PathBuf>,
}

/// How the reader shows itself, before the configuration.
#[derive(Args, Clone, Debug)]
struct Looks {
    /// Show one pane at a time as plain sentences, for screen readers and braille lines
    #[arg(long, env = "WIREDESK_LINEAR", value_parser = clap::builder::FalseyValueParser::new(), hide_env_values = true)]
    linear: bool,
    /// Show the reader in this theme: default, auto, dark, light, sepia, contrast, none, or a file
    #[arg(long, value_name = "THEME")]
    theme: Option<String>,
}

impl Looks {
    /// Puts them over what the configuration says.
    fn set(&self, screen: &mut config::Screen) {
        screen.linear |= self.linear;
        screen.motion &= std::env::var_os("NO_MOTION").is_none_or(|v| v.is_empty());
        if let Some(theme) = &self.theme {
            screen.theme.clone_from(theme);
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Add(Box<add::Add>),
    Feeds(feeds::Feeds),
    Set(Box<set::Set>),
    Remove(feeds::Remove),
    Undo(set::Undo),
    Restore(restore::Restore),
    Import(import::Import),
    Export(export::Export),
    Poll(poll::Poll),
    List(list::List),
    Search(search::Search),
    Stories(stories::Stories),
    Rules(rules::Rules),
    Show(show::Show),
    Diff(diff::Diff),
    Live(live::Live),
    Inspect(inspect::Inspect),
    Doctor(doctor::Doctor),
    Config(manual::ShowConfig),
    Completions(manual::Completions),
    Man(manual::Man),
}

/// Why a command ends with another exit code than 0.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Something failed (exit code 1).
    #[error("{0}")]
    Failed(String),
    /// It was already said what failed (exit code 1).
    #[error("")]
    Said,
    /// Wrong usage (exit code 2).
    #[error("{0}")]
    Usage(String),
    /// Nobody reads the output any more: not an error of ours (exit code 0).
    #[error("")]
    Pipe,
}

impl From<StoreError> for CliError {
    fn from(e: StoreError) -> Self {
        Self::Failed(e.to_string())
    }
}

impl From<ConfigError> for CliError {
    fn from(e: ConfigError) -> Self {
        Self::Failed(e.to_string())
    }
}

impl From<app::StartError> for CliError {
    fn from(e: app::StartError) -> Self {
        Self::Failed(e.to_string())
    }
}

impl From<app::AppError> for CliError {
    fn from(e: app::AppError) -> Self {
        Self::Failed(e.to_string())
    }
}

impl From<std::io::Error> for CliError {
    fn from(e: std::io::Error) -> Self {
        if e.kind() == std::io::ErrorKind::BrokenPipe { Self::Pipe } else { Self::Failed(e.to_string()) }
    }
}

/// What every command works with.
pub struct Context {
    /// The cache's directory.
    pub cache: PathBuf,
    /// The configuration's file.
    pub config_path: PathBuf,
    config: Result<Config, String>,
    /// The command line names a folder, where the cache then has to be.
    strict: bool,
    /// The rules for single sites.
    pub sites: Sites,
    looks: Looks,
    /// The time.
    pub clock: Clock,
    /// Standard output.
    pub out: Out,
}

impl Context {
    fn new(places: Places, looks: Looks, strict: bool) -> Result<Self, CliError> {
        let dirs = config::dirs();
        let named = places.config.is_some();
        let no_home = || {
            CliError::Failed(
                "cannot tell where your files are: HOME is not set. Set it, or name a folder with --cache and a file with --config.".into(),
            )
        };
        let cache = places.cache.or_else(|| dirs.as_ref().map(|d| d.data_dir().to_owned())).ok_or_else(no_home)?;
        let config_path = places
            .config
            .or_else(|| dirs.as_ref().map(|d| d.config_dir().join("config.toml")))
            .unwrap_or_else(|| cache.join("config.toml"));
        // What helps to mend a broken configuration must work with one, so it is only told when it is needed.
        let config = Config::load(&config_path, named).map_err(|e| e.to_string());
        let sites = config.as_ref().map_or(Ok(Sites::default()), |c| Sites::new(&c.site));
        let (sites, config) = match sites {
            Ok(sites) => (sites, config),
            Err(e) => (Sites::default(), Err(wrong_site(&config_path, &e))),
        };
        Ok(Self { cache, config_path, config, strict, sites, looks, clock: Clock::system(), out: Out::stdout() })
    }

    /// The cache for reading; `None` where there is none yet.
    pub fn reader(&self) -> Result<Option<Reader>, CliError> {
        match Reader::open(&self.cache) {
            Ok(reader) => {
                let reader = reader.with_zone(self.clock.zone().clone());
                Ok(Some(match &self.config {
                    Ok(config) => reader.preferring(&config.list.prefer),
                    Err(_) => reader,
                }))
            }
            Err(e) if e.kind == StoreErrorKind::Missing && (!self.strict || self.cache.is_dir()) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// The subscriptions.
    pub fn feeds(&self) -> Result<Vec<Feed>, CliError> {
        Ok(self.reader()?.map(|r| r.feeds()).transpose()?.unwrap_or_default())
    }

    /// What reader and poller are started with.
    pub fn setup(&self) -> Result<Setup, CliError> {
        let mut setup =
            Setup { folder: self.folder(), ..Setup::new(&self.cache, self.config()?, &self.clock, self.registry()?, self.sites.clone()) };
        self.looks.set(&mut setup.config.screen);
        Ok(setup)
    }

    /// The configuration's folder.
    pub fn folder(&self) -> PathBuf {
        self.config_path.parent().map(Path::to_owned).unwrap_or_default()
    }

    /// The configuration, or why it cannot be used.
    pub fn config(&self) -> Result<&Config, CliError> {
        self.config.as_ref().map_err(|e| CliError::Failed(e.clone()))
    }

    /// The agencies: the built-in registry and the reader's own.
    pub fn registry(&self) -> Result<Agencies, CliError> {
        let rows = self.config()?.agency.iter().map(|table| table.clone().try_into::<AgencyRow>()).collect::<Result<Vec<_>, _>>();
        let rows = rows.map_err(|e| CliError::Failed(format!("{}: [[agency]]: {e}", self.config_path.display())))?;
        Ok(Agencies::with(rows))
    }
}

/// Reads an article's number, or says in words that it is none.
fn article_id(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| "it is no article's number; `wiredesk list` gives them".to_owned())
}

/// Reads a number that fits, or says in words that it is none.
fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "it is no whole number that can be meant here".to_owned())
}

/// Which line of the configuration has a rule that cannot be used, and why.
fn wrong_site(path: &Path, e: &SiteError) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = config::line_of(&text, "site", e.row, e.key).map(|n| format!("line {n}: ")).unwrap_or_default();
    format!("{}: {line}{e}", path.display())
}

/// Says why the arguments make no sense, and ends. A script may have put anything into them.
fn refuse(e: &clap::Error) -> ! {
    let harmless = |arg: std::ffi::OsString| arg.to_str().is_some_and(|arg| *arg == *Clean::verbatim(arg));
    if !e.use_stderr() || std::env::args_os().all(harmless) {
        e.exit();
    }
    for line in e.render().to_string().lines() {
        out::note(line);
    }
    std::process::exit(e.exit_code())
}

/// A panic's words may quote what came from outside, so they are made harmless as all else.
fn panic_plainly() {
    std::panic::set_hook(Box::new(|info| {
        let thread = std::thread::current();
        out::complain(&format!("thread {} {info}", thread.name().unwrap_or("without a name")));
        let trace = std::backtrace::Backtrace::capture();
        if trace.status() == std::backtrace::BacktraceStatus::Captured {
            out::complain(&trace.to_string());
        }
    }));
}

/// Runs the program: exit code 0 all well, 1 something failed, 2 wrong usage.
pub fn run() -> ExitCode {
    panic_plainly();
    let matches = Cli::command().try_get_matches().unwrap_or_else(|e| refuse(&e));
    let strict = matches.value_source("cache") == Some(ValueSource::CommandLine);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|e| refuse(&e));
    let named = cli.places.config.clone();
    let result = Context::new(cli.places, cli.looks, strict).and_then(|mut cx| {
        // One that cannot be used is told when it is needed; that there is none at all is a slip of the pen.
        let makes_one = matches!(cli.command, Some(Command::Config(_) | Command::Completions(_) | Command::Man(_) | Command::Doctor(_)));
        if named.is_some_and(|path| !path.exists()) && !makes_one {
            cx.config()?;
        }
        let done = match cli.command {
            None => read::run(&mut cx),
            Some(Command::Demo(c)) => c.run(&mut cx),
            Some(Command::Add(c)) => c.run(&mut cx),
            Some(Command::Feeds(c)) => c.run(&mut cx),
            Some(Command::Set(c)) => c.run(&mut cx),
            Some(Command::Remove(c)) => c.run(&mut cx),
            Some(Command::Undo(c)) => c.run(&mut cx),
            Some(Command::Restore(c)) => c.run(&mut cx),
            Some(Command::Import(c)) => c.run(&mut cx),
            Some(Command::Export(c)) => c.run(&mut cx),
            Some(Command::Poll(c)) => c.run(&mut cx),
            Some(Command::List(c)) => c.run(&mut cx),
            Some(Command::Search(c)) => c.run(&mut cx),
            Some(Command::Stories(c)) => c.run(&mut cx),
            Some(Command::Rules(c)) => c.run(&mut cx),
            Some(Command::Show(c)) => c.run(&mut cx),
            Some(Command::Diff(c)) => c.run(&mut cx),
            Some(Command::Live(c)) => c.run(&mut cx),
            Some(Command::Inspect(c)) => c.run(&mut cx),
            Some(Command::Doctor(c)) => c.run(&mut cx),
            Some(Command::Config(c)) => c.run(&mut cx),
            Some(Command::Completions(c)) => c.run(&mut cx, &mut Cli::command()),
            Some(Command::Man(c)) => c.run(&mut cx, Cli::command()),
        };
        done.and_then(|()| Ok(cx.out.flush()?))
    });
    match result {
        Ok(()) | Err(CliError::Pipe) => ExitCode::SUCCESS,
        Err(CliError::Said) => ExitCode::from(1),
        Err(CliError::Failed(words)) => {
            out::complain(&words);
            ExitCode::from(1)
        }
        Err(CliError::Usage(words)) => {
            out::complain(&words);
            ExitCode::from(2)
        }
    }
}

/// The whole command line, for the man page's test.
pub fn command() -> clap::Command {
    Cli::command()
}
