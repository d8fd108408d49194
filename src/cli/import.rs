//! `wiredesk import`: subscriptions from other readers. Nothing is asked of the network; what is new is polled later.

use clap::Args;
use serde_json::json;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use super::out::{Weight, complain, note};
use super::{CliError, Context};
use crate::app::import::{ImportError, Source, Step, Sums};
use crate::ingest::attribute::Registry;
use crate::model::{Applied, Change, Clean, Query, Refused, TakenFeed};
use crate::store::{self, Writer};

/// Feeds subscribed to in one transaction.
const BATCH: usize = 200;
/// And so many of their entries.
const ENTRIES: usize = 2_000;
/// Seconds before a person is told how far it is.
const PATIENCE: i64 = 1;

/// Take over feeds and marks from another reader (OPML, newsboat, FreshRSS, Miniflux)
#[derive(Args, Debug)]
pub struct Import {
    /// Files to read; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One JSON document a feed, a line each, and a last one with the sums
    #[arg(long)]
    json: bool,
}

impl Import {
    /// Reads each file on its own; fails if any could not be read.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let registry = cx.registry()?;
        let mut writer = store::open(&cx.cache)?;
        let mut sums = Sums::default();
        let mut failed = false;
        for path in &self.files {
            let source = if path.as_os_str() == "-" { Source::read(std::io::stdin()) } else { Source::open(path) };
            let done = source.map_err(CliError::from).and_then(|source| self.file(cx, &mut writer, source, &registry, &mut sums));
            match done {
                Err(CliError::Failed(words)) => {
                    cx.out.flush()?;
                    complain(&format!("{}: {words}", path.display()));
                    failed = true;
                }
                other => other?,
            }
        }
        if self.json {
            cx.out.json(&json!({ "added": sums.added, "known": sums.known, "named": sums.settled, "refused": sums.refused, "views": sums.views, "articles": sums.articles }))?;
        } else {
            cx.out.head(&sums.words())?;
            if sums.added > 0 {
                cx.out.flush()?;
                note("Nothing was asked of the network yet: `wiredesk poll`, or the reader, brings their news.");
            }
        }
        if failed { Err(CliError::Said) } else { Ok(()) }
    }

    fn file(&self, cx: &mut Context, writer: &mut Writer, source: Source, registry: &Registry, sums: &mut Sums) -> Result<(), CliError> {
        let mut progress = Progress::new(cx, source.feeds()?);
        let mut held: Vec<(TakenFeed, Change)> = Vec::new();
        let (now, mut entries) = (cx.clock.now(), 0);
        source.steps(registry, now, |step| {
            let step = match step {
                Step::Feed(feed, change) => {
                    if let Change::Import { items, .. } = &*change {
                        entries += items.len();
                    }
                    held.push((feed, *change));
                    if held.len() < BATCH && entries < ENTRIES {
                        return Ok(());
                    }
                    None
                }
                other => Some(other),
            };
            // What comes after the feeds is told after them.
            entries = 0;
            self.file_held(cx, writer, &mut held, &mut progress, sums)?;
            match step {
                Some(Step::View(name, query)) => {
                    let change = Change::View { name: name.clone(), query: query.clone() };
                    let applied = writer.apply(&[change], now)?.pop().unwrap_or_default();
                    sums.views += applied.count;
                    self.view(cx, &name, &query, applied.count > 0)
                }
                Some(Step::Refused(refused)) => {
                    sums.refused += 1;
                    self.refused(cx, &refused)
                }
                Some(Step::Note(note)) => self.note(cx, &note),
                Some(Step::Feed(..)) | None => Ok(()),
            }
        })?;
        self.file_held(cx, writer, &mut held, &mut progress, sums)?;
        progress.end();
        Ok(())
    }

    fn file_held(
        &self,
        cx: &mut Context,
        writer: &mut Writer,
        held: &mut Vec<(TakenFeed, Change)>,
        progress: &mut Progress,
        sums: &mut Sums,
    ) -> Result<(), CliError> {
        let (feeds, changes): (Vec<TakenFeed>, Vec<Change>) = std::mem::take(held).into_iter().unzip();
        let applied = writer.apply(&changes, cx.clock.now())?;
        for (feed, applied) in feeds.iter().zip(&applied) {
            sums.feed(applied);
            self.told(cx, feed, applied)?;
        }
        progress.step(cx, feeds.len())
    }

    fn view(&self, cx: &mut Context, name: &Clean, query: &Query, added: bool) -> Result<(), CliError> {
        if self.json {
            let result = if added { "added" } else { "known" };
            cx.out.json(&json!({ "view": name, "query": query.to_string(), "result": result }))?;
        } else if added {
            cx.out.pieces(&[(Weight::Plain, "view    "), (Weight::Bold, name), (Weight::Dim, &format!("  {query}"))])?;
        }
        Ok(())
    }

    fn told(&self, cx: &mut Context, feed: &TakenFeed, applied: &Applied) -> Result<(), CliError> {
        if let Some(why) = &applied.failure {
            return self.refused(cx, &Refused::new(feed.address.as_str(), why));
        }
        let new = applied.new.len() as u64;
        let added = applied.subscribed;
        let result = match (added, applied.settled) {
            (true, _) => "added",
            (false, true) => "named",
            (false, false) => "known",
        };
        let title = feed.title.clone().unwrap_or_else(|| Clean::line(&feed.address.site()));
        if self.json {
            let v = json!({ "id": applied.feed, "title": title, "url": feed.address, "folder": feed.folder, "tags": feed.tags,
                "result": result, "articles": new });
            return Ok(cx.out.json(&v)?);
        }
        let folder = feed.folder.as_deref().map_or(String::new(), |f| format!("  {f}"));
        let articles = if new > 0 { format!(", {new} articles") } else { String::new() };
        let (a, t, n) = (format!("{result:<8}"), format!("{title}"), format!("{articles}{folder}"));
        let address = format!("  {}", feed.address);
        Ok(cx.out.pieces(&[(Weight::Plain, &a), (Weight::Bold, &t), (Weight::Plain, &n), (Weight::Dim, &address)])?)
    }

    fn note(&self, cx: &mut Context, note: &Refused) -> Result<(), CliError> {
        if self.json {
            return Ok(cx.out.json(&json!({ "note": note.what, "why": note.why }))?);
        }
        Ok(cx.out.pieces(&[(Weight::Plain, "note    "), (Weight::Bold, &note.what), (Weight::Plain, &format!("  {}", note.why))])?)
    }

    fn refused(&self, cx: &mut Context, refused: &Refused) -> Result<(), CliError> {
        if self.json {
            return Ok(cx.out.json(&json!({ "refused": refused.what, "why": refused.why }))?);
        }
        Ok(cx.out.pieces(&[(Weight::Plain, "refused "), (Weight::Bold, &refused.what), (Weight::Plain, &format!("  {}", refused.why))])?)
    }
}

/// “n of m” on standard error, once it takes longer than a moment and a person looks.
struct Progress {
    done: usize,
    total: usize,
    since: jiff::Timestamp,
    person: bool,
    shown: bool,
}

impl Progress {
    fn new(cx: &Context, total: usize) -> Self {
        Self { done: 0, total, since: cx.clock.now(), person: std::io::stderr().is_terminal(), shown: false }
    }

    fn step(&mut self, cx: &mut Context, n: usize) -> Result<(), CliError> {
        self.done += n;
        if self.person && cx.clock.now().duration_since(self.since).as_secs() >= PATIENCE {
            cx.out.flush()?;
            let _ = write!(std::io::stderr().lock(), "\r{} of {} feeds ", self.done, self.total);
            self.shown = true;
        }
        Ok(())
    }

    fn end(&self) {
        if self.shown {
            let _ = write!(std::io::stderr().lock(), "\r{:40}\r", "");
        }
    }
}

impl From<ImportError> for CliError {
    fn from(e: ImportError) -> Self {
        CliError::Failed(e.to_string())
    }
}
