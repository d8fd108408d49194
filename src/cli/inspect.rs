//! `wiredesk inspect`: what wiredesk sees in a file, for readers who report a wrong page and for measuring.

use clap::Args;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use super::json;
use crate::clock::Clock;
use crate::ingest::{Source, attribute::Registry, ingest};
use crate::model::Address;

/// Say what wiredesk sees in a feed, page or wire file; store nothing
#[derive(Args, Debug)]
pub struct Inspect {
    /// Take relative links and the outlet from this address
    #[arg(long)]
    url: Option<String>,
    /// The content type that the server gave
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// One JSON document a path, a line each
    #[arg(long)]
    json: bool,
    /// Files to read
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

impl Inspect {
    /// Reads each path; 1 if any could not be read.
    pub fn run(&self) -> ExitCode {
        let clock = Clock::system();
        let url = match self.url.as_deref().map(Address::typed).transpose() {
            Ok(url) => url,
            Err(e) => {
                eprintln!("wiredesk: --url: {e}");
                return ExitCode::from(2);
            }
        };
        let mut code = ExitCode::SUCCESS;
        for path in &self.paths {
            match std::fs::read(path) {
                Ok(bytes) => {
                    let source = Source { bytes: &bytes, url: url.as_ref(), content_type: self.content_type.as_deref(), now: clock.now() };
                    let read = ingest(&source, Registry::builtin());
                    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
                    let written = json::inspected(&mut out, &path.to_string_lossy(), &read).and_then(|()| out.flush());
                    if written.is_err() {
                        return code; // nobody reads any more
                    }
                }
                Err(e) => {
                    eprintln!("wiredesk: {}: {e}", path.display());
                    code = ExitCode::from(1);
                }
            }
        }
        code
    }
}
