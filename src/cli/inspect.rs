//! `wiredesk inspect`: what wiredesk sees in a file, for readers who report a wrong page and for measuring.

use clap::Args;
use std::path::PathBuf;

use super::out::{Weight, complain};
use super::{CliError, Context, json, sources};
use crate::ingest::{Ingested, Source, ingest};
use crate::model::{Address, Clean, Failure, FailureKind, Item, plain_text};

/// More of a file than this is not read: larger than any feed that the poller would take.
const MAX_FILE: u64 = 64 << 20;

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
    /// Reads each path; fails if any could not be read.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let url = self.url.as_deref().map(Address::typed).transpose().map_err(|e| CliError::Usage(format!("--url: {e}")))?;
        let registry = cx.registry()?;
        let mut failed = false;
        for path in &self.paths {
            let bytes = match read(path) {
                Ok(bytes) => bytes,
                Err(e) => {
                    if self.json {
                        let error = Some(Failure::new(FailureKind::Local, format!("{e}."), "Check the path."));
                        json::inspected(
                            cx.out.writer(),
                            &Clean::verbatim(&path.to_string_lossy()),
                            &Ingested { error, ..Ingested::default() },
                        )?;
                    }
                    complain(&format!("{}: {e}", path.display()));
                    failed = true;
                    continue;
                }
            };
            let source = Source { bytes: &bytes, url: url.as_ref(), content_type: self.content_type.as_deref(), now: cx.clock.now() };
            let read = ingest(&source, &registry);
            failed |= read.error.is_some();
            if self.json {
                json::inspected(cx.out.writer(), &Clean::verbatim(&path.to_string_lossy()), &read)?;
            } else {
                self.tell(cx, &path.to_string_lossy(), &read)?;
            }
        }
        if failed { Err(CliError::Said) } else { Ok(()) }
    }

    fn tell(&self, cx: &mut Context, path: &str, read: &Ingested) -> Result<(), CliError> {
        let format = if read.format.is_empty() { "unknown" } else { &read.format };
        cx.out.pieces(&[(Weight::Bold, path), (Weight::Dim, &format!("  {format} · {} items", read.items.len()))])?;
        if let Some(error) = &read.error {
            complain(&format!("{path}: {error}"));
        }
        for warning in &read.warnings {
            cx.out.line(&format!("  warning: {warning}"))?;
        }
        if let Some(feed) = &read.feed {
            for (name, value) in [
                ("title", feed.title.as_deref()),
                ("site", feed.site.as_ref().map(Address::as_str)),
                ("language", feed.language.as_deref()),
            ] {
                if let Some(value) = value {
                    cx.out.line(&format!("  {name}: {value}"))?;
                }
            }
        }
        for link in &read.feeds {
            cx.out.line(&format!("  feed here: {} {}", link.address, link.title))?;
        }
        for item in &read.items {
            self.tell_item(cx, item, read.items.len() == 1)?;
        }
        Ok(())
    }

    fn tell_item(&self, cx: &mut Context, item: &Item, whole: bool) -> Result<(), CliError> {
        cx.out.line("")?;
        cx.out.pieces(&[(Weight::Plain, "  "), (Weight::Bold, &item.title)])?;
        let time = |t: Option<jiff::Timestamp>| t.map(|t| Clean::line(&t.to_string()));
        let facts = [
            ("address", item.url.as_ref().map(|u| Clean::line(u.as_str()))),
            ("outlet", item.outlet.clone()),
            ("byline", item.byline.clone()),
            ("dateline", item.dateline.clone()),
            ("published", time(item.published)),
            ("updated", time(item.updated)),
            ("language", item.language.clone()),
        ];
        for (name, value) in facts {
            if let Some(value) = value {
                cx.out.pieces(&[(Weight::Dim, &format!("  {name:<10}")), (Weight::Plain, &value)])?;
            }
        }
        for fact in sources::facts(&item.attribution) {
            let name = format!("  {:<10}", fact.name);
            cx.out.pieces(&[(Weight::Dim, &name), (Weight::Plain, &fact.value), (Weight::Dim, &fact.from)])?;
        }
        let text = plain_text(&item.body);
        let words = text.split_whitespace().count();
        cx.out.pieces(&[(Weight::Dim, "  text      "), (Weight::Plain, &format!("{words} words, {} blocks", item.body.len()))])?;
        if whole {
            for line in text.lines() {
                cx.out.line(&format!("  {line}"))?;
            }
        }
        Ok(())
    }
}

fn read(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}
