//! `wiredesk add`: subscribe to a feed, to a site's feed or to a folder of files; or read a file once.

use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::out::{Weight, complain, note};
use super::set::{Wishes, limits, usage};
use super::{CliError, Context};
use crate::app::Background;
use crate::model::{Address, Clean, Draft, Failure, FailureKind, FeedId, FeedSettings, Limits, Local, login_in, without_login};
use crate::poll::{FeedResult, local};
use crate::{packs, store};

/// Subscribe to feeds; a site's address finds its feed, a folder is watched, a file is read once
#[derive(Args, Debug)]
pub struct Add {
    /// A feed or a site; a folder to watch, or a file to read; - reads standard input
    #[arg(required_unless_present = "pack", value_name = "ADDRESS")]
    addresses: Vec<String>,
    /// A dozen well-known feeds at once: de, en or agencies
    #[arg(long, value_name = "NAME")]
    pack: Vec<String>,
    #[command(flatten)]
    wishes: Wishes,
    /// Subscribe without asking the network first
    #[arg(long)]
    no_check: bool,
    /// One JSON document an address, a line each
    #[arg(long)]
    json: bool,
}

impl Add {
    /// Runs it: each address on its own; fails if any could not be added.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        self.packs(cx)?;
        if self.addresses.is_empty() {
            return Ok(());
        }
        let limits = limits(cx)?;
        let sources = self.addresses.iter().map(|raw| self.wanted(source(raw)?, raw, &limits)).collect::<Result<Vec<_>, _>>()?;
        let background = Background::start(&cx.setup()?)?;
        let mut failed = false;
        let mut added = Vec::new();
        for (source, settings) in &sources {
            let address = match source {
                Source::Address(address) => address,
                local => {
                    failed |= !self.local(cx, &background, local, settings)?;
                    cx.out.flush()?;
                    continue;
                }
            };
            if self.no_check {
                let id = background.block_on(background.tools.subscribe_unseen(address, settings))?;
                if self.json {
                    cx.out.json(&serde_json::json!({ "id": id, "url": address, "error": null }))?;
                } else {
                    cx.out.line(&format!("added {} unseen", address))?;
                }
                continue;
            }
            match background.block_on(background.tools.subscribe(address, settings))? {
                Ok(got) => {
                    added.push(got.feed);
                    if self.json {
                        let v = serde_json::json!({ "id": got.feed, "title": got.title, "url": got.address, "new": if got.known { 0 } else { got.result.new }, "known": got.known, "error": null,
                            "others": got.others.iter().map(|o| o.address.as_str()).collect::<Vec<_>>() });
                        cx.out.json(&v)?;
                    } else {
                        let articles = if got.result.new == 1 { "1 article".to_owned() } else { format!("{} articles", got.result.new) };
                        cx.out.pieces(&[
                            (Weight::Plain, if got.known { "already there: " } else { "added " }),
                            (Weight::Bold, &got.title),
                            (Weight::Plain, &format!(", {articles}")),
                            (Weight::Dim, &format!("  {}", got.address)),
                        ])?;
                        if got.found {
                            note(&format!("  no feed at {} itself; this one was found on its site", address));
                        }
                        for warning in got.warnings.iter().take(3) {
                            note(&format!("  {warning}"));
                        }
                        for other in got.others.iter().take(8) {
                            note(&format!("  also there: {} {}", other.address, other.title));
                        }
                    }
                }
                Err(failure) => {
                    failed = true;
                    if self.json {
                        cx.out.json(&serde_json::json!({ "id": null, "url": address, "error": failure.what, "advice": failure.advice }))?;
                    }
                    complain(&format!("{}: not added. {} {}", address, failure.what, advice(&failure)));
                }
            }
            cx.out.flush()?;
        }
        if !self.no_check {
            background.finish_pages(&added);
        }
        if failed { Err(CliError::Said) } else { Ok(()) }
    }

    /// A source with what is set for it. A login in an address is no part of it: the user's name is kept, and whoever wrote a
    /// password there is told where it belongs.
    fn wanted(&self, source: Source, raw: &str, limits: &Limits) -> Result<(Source, FeedSettings), CliError> {
        let address = match &source {
            Source::Address(address) => Some(address.clone()),
            _ => Address::local(&Local::Files),
        };
        let mut draft = Draft { address: address.expect("files have an address"), settings: FeedSettings::default() };
        if let (Source::Address(_), Some(login)) = (&source, login_in(raw)) {
            draft.take(&login);
            if login.password && self.wishes.no_password() {
                let user = if login.user.is_empty() { "NAME".to_owned() } else { shell_words::quote(&login.user).into_owned() };
                return Err(CliError::Usage(format!(
                    "{}: not added. A password in an address would be kept and shown with it. Say where it is kept instead:\n\
                     wiredesk add {} --user {user} --password-command 'pass show …'\n\
                     (or --keyring, for the system's), and change the password if others can see what you typed.",
                    draft.address, draft.address
                )));
            }
        }
        self.wishes.apply(&mut draft, limits)?;
        draft.check().map_err(usage)?;
        Ok((source, draft.settings))
    }

    /// Subscribes to the feeds of packs; nothing is asked of the network yet.
    fn packs(&self, cx: &mut Context) -> Result<(), CliError> {
        let all = packs::packs();
        let wanted = self.pack.iter().map(|name| {
            all.iter().find(|p| p.id == *name).ok_or_else(|| {
                let known: Vec<String> = all.iter().map(|p| format!("  {:<10}{}", p.id, p.about)).collect();
                CliError::Usage(format!("{name}: there is no such pack. There are:\n{}", known.join("\n")))
            })
        });
        let wanted = wanted.collect::<Result<Vec<_>, _>>()?;
        if wanted.is_empty() {
            return Ok(());
        }
        let mut writer = store::open(&cx.cache)?;
        for pack in wanted {
            let applied = writer.apply(&packs::subscriptions(pack), cx.clock.now())?;
            for ((title, address), applied) in pack.feeds.iter().zip(&applied) {
                let known = !applied.subscribed;
                if self.json {
                    cx.out.json(
                        &serde_json::json!({ "id": applied.feed, "title": title, "url": address, "new": 0, "known": known, "error": null, "others": [] }),
                    )?;
                } else {
                    let how = if known { "already there: " } else { "added " };
                    cx.out.pieces(&[(Weight::Plain, how), (Weight::Bold, title), (Weight::Dim, &format!("  {address}"))])?;
                }
            }
        }
        cx.out.flush()?;
        note("Nothing was asked of the network yet: `wiredesk poll`, or the reader, brings their news.");
        Ok(())
    }

    /// Takes what is on this machine; whether it could be taken.
    fn local(&self, cx: &mut Context, background: &Background, source: &Source, settings: &FeedSettings) -> Result<bool, CliError> {
        let (name, taken) = match source {
            Source::Folder(dir) => (dir.display().to_string(), background.block_on(background.tools.watch_folder(dir, settings))?),
            Source::File(path) => {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                (path.display().to_string(), self.once(background, std::fs::File::open(path), &Local::Files, &stem, settings)?)
            }
            _ => ("standard input".to_owned(), self.once(background, Ok(std::io::stdin()), &Local::Input, "standard input", settings)?),
        };
        match taken {
            Ok((id, title, got)) => {
                if self.json {
                    cx.out
                        .json(&serde_json::json!({ "id": id, "title": title, "url": null, "new": got.new, "error": null, "others": [] }))?;
                } else {
                    let how = if matches!(source, Source::Folder(_)) { "watching " } else { "read into " };
                    let end = if got.new == 1 { "article" } else { "articles" };
                    cx.out.pieces(&[
                        (Weight::Plain, how),
                        (Weight::Bold, &title),
                        (Weight::Plain, &format!(", {} new {end}", got.new)),
                        (Weight::Dim, &format!("  {name}")),
                    ])?;
                    if matches!(source, Source::Folder(_)) {
                        cx.out.flush()?;
                        note("A file that was read is moved to the folder's done/, one that cannot be read to its error/.");
                    }
                }
                Ok(true)
            }
            Err(failure) => {
                if self.json {
                    cx.out.json(&serde_json::json!({ "id": null, "url": null, "error": failure.what, "advice": failure.advice }))?;
                }
                complain(&format!("{name}: not added. {failure}"));
                Ok(false)
            }
        }
    }

    /// Reads a document once.
    fn once(
        &self,
        background: &Background,
        from: std::io::Result<impl Read>,
        source: &Local,
        name: &str,
        settings: &FeedSettings,
    ) -> Result<Result<(FeedId, Clean, FeedResult), Failure>, CliError> {
        let mut bytes = Vec::new();
        let read = from.and_then(|from| from.take(local::MAX_FILE + 1).read_to_end(&mut bytes));
        let failed = |what: String| Failure::new(crate::model::FailureKind::Local, what, "Nothing was added.");
        Ok(match read {
            Err(e) => Err(failed(format!("It cannot be read: {e}."))),
            Ok(n) if n as u64 > local::MAX_FILE => Err(failed(format!("It is larger than {} MB.", local::MAX_FILE >> 20))),
            Ok(_) => background.block_on(background.tools.take_in(source, name, &bytes, settings))?,
        })
    }
}

/// What a word on the command line names.
pub(super) enum Source {
    /// Something on the network.
    Address(Address),
    /// A folder on this machine.
    Folder(PathBuf),
    /// A file on this machine.
    File(PathBuf),
    /// Standard input.
    Input,
}

/// What a word on the command line means. What is there on this machine is meant, unless it is spelled as an address.
pub(super) fn source(raw: &str) -> Result<Source, CliError> {
    let path = Path::new(raw);
    match std::fs::metadata(path) {
        _ if raw == "-" => return Ok(Source::Input),
        Ok(meta) if !raw.contains("://") && meta.is_dir() => return Ok(Source::Folder(path.to_owned())),
        Ok(_) if !raw.contains("://") => return Ok(Source::File(path.to_owned())),
        // Spelled as a path, and nobody's host.
        _ if !raw.contains("://") && (raw.starts_with(['/', '.', '~']) || !raw.contains('/') && document(path)) => {
            return Err(CliError::Usage(format!("{raw}: there is no such file or folder.")));
        }
        _ => {}
    }
    Address::typed(raw).map(Source::Address).map_err(|e| {
        CliError::Usage(format!(
            "{}: {e}. Give a feed or a site, as in `wiredesk add https://example.org/feed`, or a file that is there.",
            without_login(raw)
        ))
    })
}

/// Whether it is named as a document is.
fn document(path: &Path) -> bool {
    let end = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    ["html", "htm", "xhtml", "xml", "rss", "atom", "json", "opml", "txt"].contains(&end.as_str())
}

/// What to do about an address that was not added: nothing is tried again by itself, for there is no feed yet.
fn advice(failure: &Failure) -> String {
    use FailureKind::{Connect, Garbled, Gone, Name, Status, Throttled, Timeout};
    match failure.kind {
        Name | Connect | Timeout | Throttled | Garbled => "Try again later, or subscribe without asking first: `--no-check`.".to_owned(),
        Status | Gone => "Check the address; the site itself may name its feed.".to_owned(),
        _ => failure.advice.to_string(),
    }
}
