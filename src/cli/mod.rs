//! The command line: one file a subcommand. Doc comments here are the help, the man page and the completions.

mod inspect;
mod json;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A wire desk for the terminal: follow live coverage and read saved articles by keyboard.
#[derive(Debug, Parser)]
#[command(name = "wiredesk", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what wiredesk sees in a feed, page or wire file; store nothing
    Inspect(inspect::Inspect),
}

/// Runs the program: exit code 0 all well, 1 something failed, 2 wrong usage.
pub fn run() -> ExitCode {
    match Cli::parse().command {
        Some(Command::Inspect(c)) => c.run(),
        None => ExitCode::SUCCESS,
    }
}
