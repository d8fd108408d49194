//! `wiredesk import`: subscriptions from other readers. Nothing is asked of the network; what is new is polled later.

use clap::Args;
use serde_json::json;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use super::out::{Weight, complain, note};
use super::{CliError, Context};
use crate::ingest::attribute::Registry;
use crate::ingest::takeover;
use crate::model::{
    Address, Applied, CachedEntry, Change, Clean, FeedFacts, FeedSettings, HeldFeed, Imported, Refused, TakenFeed, Takeover,
};
use crate::store::{self, CachedFeed, Newsboat, Writer};

/// More of a file than this is not read: larger than any list of feeds.
const MAX_FILE: u64 = 64 << 20;
/// Feeds subscribed to in one transaction.
const BATCH: usize = 200;
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

/// What came of it.
#[derive(Default)]
struct Sums {
    added: u64,
    known: u64,
    settled: u64,
    refused: u64,
    views: u64,
    articles: u64,
    failed: bool,
}

impl Import {
    /// Reads each file on its own; fails if any could not be read.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let registry = cx.registry()?;
        let mut writer = store::open(&cx.cache)?;
        let mut sums = Sums::default();
        for path in &self.files {
            let done = match self.read(path) {
                Ok(File::List(taken)) => self.list(cx, &mut writer, taken, &mut sums),
                Ok(File::Entries(held, rest)) => self.held(cx, &mut writer, held, rest, &registry, &mut sums),
                Ok(File::Cache(cache)) => self.cache(cx, &mut writer, &cache, &registry, &mut sums),
                Err(e) => Err(e),
            };
            match done {
                Err(CliError::Failed(words)) => {
                    cx.out.flush()?;
                    complain(&format!("{}: {words}", path.display()));
                    sums.failed = true;
                }
                other => other?,
            }
        }
        if self.json {
            cx.out.json(&json!({ "added": sums.added, "known": sums.known, "named": sums.settled, "refused": sums.refused, "views": sums.views, "articles": sums.articles }))?;
        } else {
            let mut parts = vec![format!("{} added", sums.added), format!("{} known already", sums.known)];
            for (n, what) in [
                (sums.settled, "of them named or filed as in the list"),
                (sums.refused, "refused"),
                (sums.views, "views"),
                (sums.articles, "articles"),
            ] {
                if n > 0 {
                    parts.push(format!("{n} {what}"));
                }
            }
            cx.out.head(&parts.join(" · "))?;
            if sums.added > 0 {
                cx.out.flush()?;
                note("Nothing was asked of the network yet: `wiredesk poll`, or the reader, brings their news.");
            }
        }
        if sums.failed { Err(CliError::Said) } else { Ok(()) }
    }

    fn read(&self, path: &Path) -> Result<File, CliError> {
        let mut bytes = Vec::new();
        if path.as_os_str() == "-" {
            std::io::stdin().take(MAX_FILE).read_to_end(&mut bytes)?;
        } else {
            let mut file = std::fs::File::open(path)?;
            let mut head = [0; 16];
            let n = file.read(&mut head)?;
            if Newsboat::sniff(&head[..n]) {
                return Ok(File::Cache(Box::new(Newsboat::open(path)?)));
            }
            bytes.extend_from_slice(&head[..n]);
            file.take(MAX_FILE).read_to_end(&mut bytes)?;
        }
        if let Some((held, rest)) = takeover::entries(&bytes) {
            return Ok(File::Entries(held, rest));
        }
        takeover::read(&bytes).map(File::List).ok_or_else(|| {
            CliError::Failed(
                "no list of feeds. OPML, newsboat's urls and cache.db, FreshRSS's articles (JSON) and Miniflux's entries (JSON) can be imported; \
                 a feed is added with `wiredesk add`."
                    .into(),
            )
        })
    }

    fn list(&self, cx: &mut Context, writer: &mut Writer, taken: Takeover, sums: &mut Sums) -> Result<(), CliError> {
        if taken.feeds.is_empty() && taken.views.is_empty() && taken.refused.is_empty() {
            return Err(CliError::Failed("there is no feed in it. Is the list whole? Export it from the other reader once more.".into()));
        }
        let mut progress = Progress::new(cx, taken.feeds.len());
        for feeds in taken.feeds.chunks(BATCH) {
            let changes: Vec<Change> = feeds.iter().map(subscription).collect();
            let applied = writer.apply(&changes, cx.clock.now())?;
            for (feed, applied) in feeds.iter().zip(&applied) {
                self.told(cx, feed, applied, sums)?;
            }
            progress.step(cx, feeds.len())?;
        }
        progress.end();
        for (name, query) in &taken.views {
            let change = Change::View { name: name.clone(), query: query.clone() };
            let applied = writer.apply(&[change], cx.clock.now())?.pop().unwrap_or_default();
            sums.views += applied.count;
            if self.json {
                cx.out.json(
                    &json!({ "view": name, "query": query.to_string(), "result": if applied.count > 0 { "added" } else { "known" } }),
                )?;
            } else if applied.count > 0 {
                cx.out.pieces(&[(Weight::Plain, "view    "), (Weight::Bold, name), (Weight::Dim, &format!("  {query}"))])?;
            }
        }
        taken.notes.iter().try_for_each(|n| self.note(cx, n))?;
        taken.refused.iter().try_for_each(|r| self.refused(cx, r, sums))
    }

    fn cache(&self, cx: &mut Context, writer: &mut Writer, cache: &Newsboat, registry: &Registry, sums: &mut Sums) -> Result<(), CliError> {
        let feeds = cache.feeds()?;
        let mut progress = Progress::new(cx, feeds.len());
        for cached in &feeds {
            progress.step(cx, 1)?;
            let mut one = takeover::feed(&cached.address);
            one.refused.iter().try_for_each(|r| self.refused(cx, r, sums))?;
            let Some(mut feed) = one.feeds.pop() else { continue };
            one.notes.iter().try_for_each(|n| self.note(cx, n))?;
            feed.title = Clean::capped(&cached.title, 200).non_empty();
            let change = entries(cx, cache, cached, &feed, registry)?;
            let applied = writer.apply(&[change], cx.clock.now())?.pop().unwrap_or_default();
            self.told(cx, &feed, &applied, sums)?;
        }
        progress.end();
        Ok(())
    }

    fn held(
        &self,
        cx: &mut Context,
        writer: &mut Writer,
        held: Vec<HeldFeed>,
        rest: Takeover,
        registry: &Registry,
        sums: &mut Sums,
    ) -> Result<(), CliError> {
        let mut progress = Progress::new(cx, held.len());
        for HeldFeed { feed, entries } in held {
            progress.step(cx, 1)?;
            let settings = FeedSettings { folder: feed.folder.clone(), ..FeedSettings::default() };
            let change = filed(cx, &feed, settings, feed.site.clone(), &entries, registry);
            let applied = writer.apply(&[change], cx.clock.now())?.pop().unwrap_or_default();
            self.told(cx, &feed, &applied, sums)?;
        }
        progress.end();
        rest.notes.iter().try_for_each(|n| self.note(cx, n))?;
        rest.refused.iter().try_for_each(|r| self.refused(cx, r, sums))
    }

    fn told(&self, cx: &mut Context, feed: &TakenFeed, applied: &Applied, sums: &mut Sums) -> Result<(), CliError> {
        if let Some(why) = &applied.failure {
            return self.refused(cx, &Refused::new(feed.address.as_str(), why), sums);
        }
        let new = applied.new.len() as u64;
        let added = applied.subscribed;
        sums.added += u64::from(added);
        sums.known += u64::from(!added);
        sums.articles += new;
        sums.settled += u64::from(applied.settled);
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

    fn refused(&self, cx: &mut Context, refused: &Refused, sums: &mut Sums) -> Result<(), CliError> {
        sums.refused += 1;
        if self.json {
            return Ok(cx.out.json(&json!({ "refused": refused.what, "why": refused.why }))?);
        }
        Ok(cx.out.pieces(&[(Weight::Plain, "refused "), (Weight::Bold, &refused.what), (Weight::Plain, &format!("  {}", refused.why))])?)
    }
}

/// What a file is.
enum File {
    List(Takeover),
    /// Entries by feed, and what was refused.
    Entries(Vec<HeldFeed>, Takeover),
    Cache(Box<Newsboat>),
}

fn settings(feed: &TakenFeed) -> FeedSettings {
    FeedSettings {
        title: feed.title.clone(),
        folder: feed.folder.clone(),
        tags: feed.tags.clone(),
        paused: feed.paused,
        user: feed.user.clone(),
        ..FeedSettings::default()
    }
}

fn subscription(feed: &TakenFeed) -> Change {
    let facts = FeedFacts { title: feed.title.clone(), site: feed.site.clone(), ..FeedFacts::default() };
    Change::Import { address: feed.address.clone(), settings: settings(feed), facts: Some(facts), items: Vec::new() }
}

/// The entries of one feed of newsboat's cache. Its title there is the feed's own, so it is no name of the reader's.
fn entries(cx: &Context, cache: &Newsboat, cached: &CachedFeed, feed: &TakenFeed, registry: &Registry) -> Result<Change, CliError> {
    let site = Address::parse(&cached.site).ok();
    Ok(filed(cx, feed, FeedSettings::default(), site, &cache.entries(cached)?, registry))
}

fn filed(
    cx: &Context,
    feed: &TakenFeed,
    settings: FeedSettings,
    site: Option<Address>,
    held: &[CachedEntry],
    registry: &Registry,
) -> Change {
    let now = cx.clock.now();
    let items: Vec<Imported> = held.iter().map(|e| takeover::entry(e, feed.title.as_ref(), now, registry)).collect();
    let facts = FeedFacts { title: feed.title.clone(), site, ..FeedFacts::default() };
    let settings = FeedSettings { user: feed.user.clone(), ..settings };
    Change::Import { address: feed.address.clone(), settings, facts: Some(facts), items }
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
