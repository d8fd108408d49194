//! `wiredesk inspect`: what wiredesk sees in a page, feed or wire file and where it came from, for readers who report a
//! wrong page and for measuring. It stores nothing.

mod tell;

use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::add::{Source as Named, source};
use super::out::complain;
use super::{CliError, Context, json};
use crate::fetch::Client;
use crate::ingest::extract::{self, Examined, Verdict};
use crate::ingest::{self, Ingested, Source};
use crate::model::{Address, Clean, Failure, FailureKind, FeedSettings, Purpose, Request, Validators};
use crate::poll::page::Pages;

/// More of a file than this is not read: larger than any feed that the poller would take.
const MAX_FILE: u64 = 64 << 20;

/// Say what wiredesk sees in a page, feed or wire file, and where each field came from; store nothing
#[derive(Args, Debug)]
pub struct Inspect {
    /// Say of each block of a page whether it was kept or dropped, and why
    #[arg(long)]
    why: bool,
    /// Take relative links, the outlet and the rules for its site from this address
    #[arg(long)]
    url: Option<String>,
    /// The content type that the server gave
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// One JSON document a page, feed or file, a line each
    #[arg(long)]
    json: bool,
    /// Addresses to ask or files to read; - reads standard input
    #[arg(required = true, value_name = "PAGE")]
    pages: Vec<PathBuf>,
}

/// What is to be read, and how it was come by.
struct Got {
    bytes: Vec<u8>,
    url: Option<Address>,
    content_type: Option<String>,
    now: jiff::Timestamp,
    /// A page that was asked for has been read already, with its further pages.
    looked: Option<Examined>,
}

/// What was read of one page, feed or file.
#[derive(Default)]
pub(super) struct Seen {
    /// All of it.
    pub read: Ingested,
    /// Of a page: where its fields came from.
    pub page: Option<Examined>,
    /// Of a page, if asked: what was kept and dropped.
    pub verdicts: Vec<Verdict>,
}

impl Inspect {
    /// Reads each page, feed or file; fails if any could not be read.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let url = self.url.as_deref().map(Address::typed).transpose().map_err(|e| CliError::Usage(format!("--url: {e}")))?;
        let mut net = None;
        let mut failed = false;
        for (n, page) in self.pages.iter().enumerate() {
            let name = page.to_string_lossy();
            let seen = match self.get(cx, page, url.as_ref(), &mut net) {
                Ok(got) => self.read(cx, got)?,
                Err(CliError::Failed(words)) => {
                    let error = Some(Failure::new(FailureKind::Local, format!("{words}."), "Check the path or the address."));
                    complain(&format!("{name}: {words}"));
                    failed = true;
                    if !self.json {
                        continue;
                    }
                    Seen { read: Ingested { error, ..Ingested::default() }, ..Seen::default() }
                }
                Err(e) => return Err(e),
            };
            failed |= seen.read.error.is_some();
            if self.json {
                json::inspected(cx.out.writer(), &Clean::verbatim(&name), &seen)?;
            } else {
                if n > 0 {
                    cx.out.line("")?;
                }
                tell::all(cx, &name, &seen, self.why)?;
            }
            cx.out.flush()?;
        }
        if failed { Err(CliError::Said) } else { Ok(()) }
    }

    fn get(&self, cx: &Context, page: &Path, url: Option<&Address>, net: &mut Option<Net>) -> Result<Got, CliError> {
        let here = |bytes| Got { bytes, url: url.cloned(), content_type: self.content_type.clone(), now: cx.clock.now(), looked: None };
        let local = |read: std::io::Result<Vec<u8>>| read.map(here).map_err(|e| CliError::Failed(e.to_string()));
        // What is no UTF-8 can only be a file.
        let named = page.to_str().map_or(Ok(Named::File(page.to_owned())), source);
        match named {
            Ok(Named::Input) => local(take(std::io::stdin())),
            Ok(Named::Address(address)) => {
                if net.is_none() {
                    *net = Some(Net::start(cx)?);
                }
                let net = net.as_ref().expect("it was started just now");
                net.look(&address, self.content_type.clone())
            }
            // A path that is not there says so in the system's words.
            Ok(Named::File(path) | Named::Folder(path)) => local(std::fs::File::open(path).and_then(take)),
            Err(_) => local(std::fs::File::open(page).and_then(take)),
        }
    }

    fn read(&self, cx: &Context, got: Got) -> Result<Seen, CliError> {
        let registry = cx.registry()?;
        let source = Source { bytes: &got.bytes, url: got.url.as_ref(), content_type: got.content_type.as_deref(), now: got.now };
        let mut read = ingest::feed(&source, &registry);
        let (mut page, mut verdicts) = (None, Vec::new());
        if read.format == "html" && read.error.is_none() {
            let examined = got.looked.unwrap_or_else(|| ingest::examine(&source, &registry, &cx.sites));
            read.items.push(examined.item.clone());
            page = Some(examined);
            if self.why {
                verdicts = extract::verdicts(&source, &cx.sites);
            }
        }
        Ok(Seen { read, page, verdicts })
    }
}

/// The network, started when the first address is asked.
struct Net {
    runtime: tokio::runtime::Runtime,
    pages: Pages,
}

impl Net {
    fn start(cx: &Context) -> Result<Self, CliError> {
        let setup = cx.setup()?;
        let client = Client::new(&setup.network()).map_err(|f| CliError::Failed(f.to_string()))?;
        // Hosts that asked the poller to wait are not asked from here either.
        if let Some(reader) = cx.reader()? {
            client.leave_alone(reader.host_waits(cx.clock.now())?);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Self { runtime, pages: Pages { client, registry: setup.registry, sites: Arc::new(cx.sites.clone()) } })
    }

    fn look(&self, address: &Address, content_type: Option<String>) -> Result<Got, CliError> {
        // The reader typed this very host: if it is inside the private network, that is meant.
        let request = Request {
            address: address.clone(),
            purpose: Purpose::Page,
            validators: Validators::default(),
            typed: true,
            settings: FeedSettings::default(),
        };
        let room = Arc::new(tokio::sync::Semaphore::new(1));
        let ask = |other: &Address| (FeedSettings::default(), other.same_door(address));
        let looked = self.runtime.block_on(self.pages.look(&request, &room, ask));
        let looked =
            looked.map_err(|e| CliError::Failed(format!("{} {}", e.failure.what, e.failure.advice).trim_end_matches('.').into()))?;
        let fetched = looked.fetched;
        Ok(Got {
            bytes: fetched.body.to_vec(),
            url: Some(fetched.address.clone()),
            content_type: content_type.or_else(|| fetched.content_type.clone()),
            now: fetched.at,
            looked: Some(looked.examined),
        })
    }
}

fn take(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}
