//! `wiredesk poll`: the poller without a screen.

use clap::Args;
use jiff::Timestamp;
use serde_json::json;
use tokio::sync::mpsc;

use super::out::{Weight, complain, note};
use super::{CliError, Context, feeds};
use crate::app::Background;
use crate::model::{Failure, Feed, Progress};
use crate::poll::{Command, Event, FeedResult, Poller, Scope};
use crate::store::PollLock;

/// Ask the feeds that are due for news, without a screen
#[derive(Args, Debug)]
pub struct Poll {
    /// Only these feeds, whether due or not (number, address or title)
    #[arg(value_name = "FEED")]
    feeds: Vec<String>,
    /// All feeds, whether due or not (each at most once a minute)
    #[arg(long)]
    all: bool,
    /// Go on until interrupted
    #[arg(long)]
    watch: bool,
    /// One JSON document a feed, a line each
    #[arg(long)]
    json: bool,
}

impl Poll {
    /// Runs it; fails if any feed failed (the others are polled all the same).
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let background = Background::start(&cx.setup()?)?;
        let scope = if !self.feeds.is_empty() {
            let known = cx.feeds()?;
            Scope::Feeds(self.feeds.iter().map(|name| feeds::named(&known, name).map(|f| f.id)).collect::<Result<_, _>>()?)
        } else if self.all {
            Scope::All
        } else {
            Scope::Due
        };
        let (tell, mut told) = mpsc::unbounded_channel();
        let mut poller = Poller::new(background.tools.clone(), tell);
        let mut report = Report { json: self.json, watch: self.watch, wanted: scope != Scope::Due, failed: 0, asked: 0, elsewhere: false };
        if self.watch {
            return background.block_on(async {
                let (order, commands) = mpsc::channel(4);
                if scope != Scope::Due {
                    let _ = order.send(Command::Refresh(scope)).await;
                }
                let watch = poller.watch(commands);
                let (interrupted, terminated) = (tokio::signal::ctrl_c(), terminated());
                tokio::pin!(watch, interrupted, terminated);
                loop {
                    tokio::select! {
                        () = &mut watch => return Ok(()),
                        Some(event) = told.recv() => { report.take(cx, event)?; cx.out.flush()?; }
                        _ = &mut interrupted => return Ok(()),
                        () = &mut terminated => return Ok(()),
                    }
                }
            });
        }
        let Some(_lock) = PollLock::take(&cx.cache)? else {
            if scope == Scope::Due {
                note("Another wiredesk polls this cache right now; what it brings can be read here at once.");
                return Ok(());
            }
            return Err(CliError::Failed(
                "another wiredesk polls this cache right now, so nothing was asked; what it brings can be read here at once.".into(),
            ));
        };
        let progress = background.block_on(async {
            let round = poller.round(scope);
            tokio::pin!(round);
            loop {
                tokio::select! {
                    biased;
                    Some(event) = told.recv() => report.take(cx, event)?,
                    progress = &mut round => {
                        while let Ok(event) = told.try_recv() {
                            report.take(cx, event)?;
                        }
                        return Ok::<_, CliError>(progress);
                    }
                }
            }
        })?;
        report.end(cx, &progress)
    }
}

async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut term) => {
            term.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

struct Report {
    json: bool,
    watch: bool,
    /// Feeds were asked for whether due or not.
    wanted: bool,
    failed: usize,
    asked: usize,
    elsewhere: bool,
}

impl Report {
    fn take(&mut self, cx: &mut Context, event: Event) -> Result<(), CliError> {
        match event {
            Event::Polled { feed, result } => {
                self.asked += 1;
                self.failed += usize::from(result.is_err());
                self.feed(cx, &feed, &result)
            }
            // Somebody else may hold the cache for a while: a watch goes on and tries again.
            Event::Cache(e) if self.watch => {
                complain(&e.to_string());
                Ok(())
            }
            Event::Cache(e) => Err(CliError::Failed(e.to_string())),
            Event::Progress(p) => {
                if p.elsewhere && !self.elsewhere {
                    note("Another wiredesk polls this cache; waiting for its turn.");
                }
                self.elsewhere = p.elsewhere;
                Ok(())
            }
        }
    }

    fn feed(&self, cx: &mut Context, feed: &Feed, result: &Result<FeedResult, Failure>) -> Result<(), CliError> {
        if self.json {
            let (r, e) = (result.as_ref().ok().copied().unwrap_or_default(), result.as_ref().err());
            let v = json!({ "feed": { "id": feed.id, "title": feed.title, "url": feed.address }, "new": r.new, "changed": r.changed,
                "unchanged": r.unchanged, "error": e.map(|e| &e.what), "advice": e.map(|e| &e.advice) });
            return Ok(cx.out.json(&v)?);
        }
        match result {
            Ok(r) if r.unchanged => cx.out.pieces(&[(Weight::Plain, &feed.title), (Weight::Dim, "  not changed")])?,
            Ok(r) => {
                let changed = if r.changed > 0 { format!(", {} changed", r.changed) } else { String::new() };
                cx.out.pieces(&[(Weight::Bold, &feed.title), (Weight::Plain, &format!("  {} new{changed}", r.new))])?;
            }
            Err(e) => {
                cx.out.flush()?;
                complain(&format!("{} ({}): {e}", feed.title, feed.address));
            }
        }
        Ok(())
    }

    fn end(&self, cx: &mut Context, progress: &Progress) -> Result<(), CliError> {
        if self.asked == 0 && !self.json {
            let next = progress.next.map_or(String::new(), |t: Timestamp| {
                format!(" The next is due at {}.", t.to_zoned(cx.clock.zone().clone()).strftime("%H:%M"))
            });
            let none = cx.feeds()?.is_empty();
            note(&if none {
                "No feeds yet: `wiredesk add ADDRESS` takes a feed or a site.".to_owned()
            } else if self.wanted {
                "Nothing was asked: it was within the last minute, or the feeds' servers want to be left alone (`wiredesk feeds` says until when).".to_owned()
            } else {
                format!("No feed is due.{next} `wiredesk poll --all` asks all of them now.")
            });
        }
        if self.failed > 0 || progress.failed > self.failed { Err(CliError::Said) } else { Ok(()) }
    }
}
