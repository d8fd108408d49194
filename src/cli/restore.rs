//! `wiredesk restore`: subscriptions and marks back from a snapshot, into a new cache or a damaged one.

use clap::Args;
use serde_json::json;
use std::path::PathBuf;

use super::out::{Weight, note};
use super::{CliError, Context};
use crate::store::{self, FILE, PollLock, snapshot};

/// Bring back subscriptions, marks, tags, notes, highlights, views and what is followed from a snapshot
///
/// A snapshot is taken every day that something changes; seven days and four weeks are kept. What the cache has stays as it
/// is, what it lacks comes back, and `wiredesk undo` takes that away again. A damaged cache is first copied into a new one, as far as it can be read, and kept aside.
#[derive(Args, Debug)]
pub struct Restore {
    /// Which snapshot: a day as `--list` shows it, or a file (the newest if absent)
    #[arg(value_name = "SNAPSHOT")]
    snapshot: Option<String>,
    /// List the snapshots and what they hold
    #[arg(long)]
    list: bool,
    /// One JSON document, with `--list` one a snapshot
    #[arg(long)]
    json: bool,
}

fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn words(c: &snapshot::Contents) -> String {
    let mut parts = vec![
        counted(c.feeds, "feed", "feeds"),
        counted(c.marks, "mark", "marks"),
        counted(c.tags, "tag", "tags"),
        counted(c.notes, "note or highlight", "notes and highlights"),
        counted(c.views, "view", "views"),
    ];
    for (n, what) in [(c.follows, "followed"), (c.apart, "told apart")] {
        if n > 0 {
            parts.push(format!("{n} {what}"));
        }
    }
    parts.join(", ")
}

fn document(c: &snapshot::Contents) -> serde_json::Value {
    json!({ "feeds": c.feeds, "marks": c.marks, "tags": c.tags, "notes": c.notes, "views": c.views,
        "followed": c.follows, "apart": c.apart })
}

impl Restore {
    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let all = snapshot::list(&cx.cache);
        if self.list {
            return self.show(cx, &all);
        }
        let wanted = match &self.snapshot {
            None => all.first().map(|s| s.path.clone()),
            Some(name) => match all.iter().find(|s| s.day.to_string() == *name) {
                Some(s) => Some(s.path.clone()),
                None if PathBuf::from(name).is_file() => Some(PathBuf::from(name)),
                None => {
                    return Err(CliError::Usage(format!("There is no snapshot {name}; `wiredesk restore --list` shows those there are.")));
                }
            },
        };
        // Before anything is touched: one that cannot be read is no help.
        if let Some(path) = &wanted {
            snapshot::contents(path)?;
        }
        let Some(_lock) = PollLock::take(&cx.cache)? else {
            return Err(CliError::Failed("another wiredesk uses this cache right now; close it first.".into()));
        };
        let there = cx.cache.join(FILE).exists();
        let salvaged = match there.then(|| store::damage(&cx.cache)).flatten() {
            Some(what) => {
                note(&format!("The cache is damaged: {what}"));
                Some(store::salvage(&cx.cache, cx.clock.now())?)
            }
            None => None,
        };
        if wanted.is_none() && salvaged.is_none() {
            return Err(CliError::Failed("there is no snapshot yet: one is taken on every day that something changes.".into()));
        }
        let mut writer = store::open(&cx.cache)?;
        let back = match &wanted {
            Some(path) => writer.restore(path, cx.clock.now())?,
            None => snapshot::Contents::default(),
        };
        if self.json {
            let salvaged = salvaged.map(|s| json!({ "aside": s.aside, "articles": s.articles, "lost": s.lost }));
            return Ok(cx.out.json(&json!({ "snapshot": wanted, "restored": document(&back), "salvaged": salvaged }))?);
        }
        if let Some(s) = salvaged {
            let lost = if s.lost > 0 { format!(", {} lost", counted(s.lost, "article", "articles")) } else { String::new() };
            cx.out.line(&format!("{} saved from the damaged cache{lost}.", counted(s.articles, "article", "articles")))?;
            cx.out.line(&format!("The damaged file is kept: {}", s.aside.display()))?;
        }
        if let Some(path) = wanted {
            cx.out.line(&format!("Brought back {}.", words(&back)))?;
            cx.out.pieces(&[(Weight::Dim, &format!("From {}", path.display()))])?;
        }
        Ok(())
    }

    fn show(&self, cx: &mut Context, all: &[snapshot::Snapshot]) -> Result<(), CliError> {
        if all.is_empty() && !self.json {
            note("No snapshots yet: one is taken on every day that something changes.");
        }
        for s in all {
            let contents = snapshot::contents(&s.path);
            if self.json {
                let (held, error) = (contents.as_ref().ok().map(document), contents.as_ref().err().map(ToString::to_string));
                cx.out.json(&json!({ "day": s.day.to_string(), "path": s.path, "holds": held, "error": error }))?;
            } else {
                let held = contents.map_or_else(|e| e.to_string(), |c| words(&c));
                cx.out.pieces(&[(Weight::Bold, &s.day.to_string()), (Weight::Plain, &format!("  {held}"))])?;
            }
        }
        Ok(())
    }
}
