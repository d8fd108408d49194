//! `config`, `completions`, `man`: all generated from what the program itself uses.

use clap::Args;
use clap_complete::Shell;

use super::{CliError, Context};
use crate::config;
use crate::model::SETTINGS;

/// Say where the configuration is, or print it
#[derive(Args, Debug)]
pub struct ShowConfig {
    /// Print the annotated default
    #[arg(long)]
    default: bool,
    /// Write the annotated default to the configuration's place, if there is none yet
    #[arg(long, conflicts_with = "default")]
    init: bool,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

impl ShowConfig {
    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        if self.default {
            return Ok(cx.out.raw(config::DEFAULT.as_bytes())?);
        }
        let exists = cx.config_path.exists();
        if self.init {
            if exists {
                return Err(CliError::Failed(format!("{} is there already; it was left as it is.", cx.config_path.display())));
            }
            if let Some(parent) = cx.config_path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(&cx.config_path, config::DEFAULT)?;
        }
        if self.json {
            let v = serde_json::json!({ "config": cx.config_path.to_string_lossy(), "exists": cx.config_path.exists(), "cache": cx.cache.to_string_lossy() });
            return Ok(cx.out.json(&v)?);
        }
        let state = match (self.init, exists) {
            (true, _) => " (written now)",
            (_, true) => "",
            (_, false) => " (none there: the default holds; `wiredesk config --init` writes it)",
        };
        cx.out.line(&format!("config  {}{state}", cx.config_path.display()))?;
        cx.out.line(&format!("cache   {}", cx.cache.display()))?;
        Ok(())
    }
}

/// Print completions for a shell
#[derive(Args, Debug)]
pub struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    /// Runs it.
    pub fn run(&self, cx: &mut Context, command: &mut clap::Command) -> Result<(), CliError> {
        let mut bytes = Vec::new();
        clap_complete::generate(self.shell, command, "wiredesk", &mut bytes);
        Ok(cx.out.raw(&bytes)?)
    }
}

/// Print the man page (read it with `wiredesk man | man -l -`)
#[derive(Args, Debug)]
pub struct Man {}

impl Man {
    /// Runs it.
    pub fn run(&self, cx: &mut Context, command: clap::Command) -> Result<(), CliError> {
        Ok(cx.out.raw(man_page(command)?.as_bytes())?)
    }
}

/// The man page: the command line as clap knows it, then keys and JSON as the program knows them.
fn man_page(command: clap::Command) -> std::io::Result<String> {
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(command.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut text = String::from_utf8_lossy(&page).into_owned();
    text.push_str(".SH COMMANDS\n");
    for sub in command.get_subcommands() {
        let usage = sub.clone().render_usage().to_string().replace("Usage: ", "").replace('-', "\\-");
        text.push_str(&format!(".SS wiredesk {}\n", usage.trim().trim_start_matches("wiredesk ")));
        if let Some(about) = sub.get_about() {
            text.push_str(&format!("{}.\n", roff(&about.to_string())));
        }
        for arg in
            sub.get_arguments().filter(|a| !a.is_hide_set() && a.get_id() != "help" && a.get_id() != "cache" && a.get_id() != "config")
        {
            let name = match (arg.get_long(), arg.get_value_names()) {
                (Some(long), Some(v)) if arg.get_action().takes_values() => format!("\\-\\-{} {}", roff(long), v.join(" ")),
                (Some(long), _) => format!("\\-\\-{}", roff(long)),
                (None, Some(v)) => v.join(" "),
                (None, None) => arg.get_id().to_string().to_uppercase(),
            };
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            text.push_str(&format!(".TP\n\\fB{name}\\fR\n{}.\n", roff(&help)));
        }
    }
    text.push_str(&keys());
    text.push_str(&settings());
    text.push_str(include_str!("man.roff"));
    Ok(text)
}

fn keys() -> String {
    let mut text = String::from(".SH KEYS\nAll of these, as they are bound now, are shown by \\fB?\\fR in the reader.\n");
    for row in crate::ui::command::table() {
        text.push_str(&format!(".TP\n\\fB{}\\fR (\\fI{}\\fR)\n{}.\n", roff(&row.keys.join("  ")), roff(row.name), roff(row.help)));
    }
    text
}

fn settings() -> String {
    let mut text = String::from(
        ".SH SETTINGS OF A FEED\nShown and changed by \\fBset\\fR and, in the reader, by \\fBenter\\fR in the list of feeds (\\fBF\\fR).\n",
    );
    for row in SETTINGS {
        text.push_str(&format!(".TP\n\\fB{}\\fR\n{}\n", roff(row.name), roff(row.help)));
    }
    text
}

fn roff(s: &str) -> String {
    let s = s.replace('\\', "\\e").replace('-', "\\-");
    if s.starts_with('.') || s.starts_with('\'') { format!("\\&{s}") } else { s }
}
