//! `wiredesk export`: articles as files to keep or to read elsewhere, and the subscriptions as a list for other readers.

use clap::Args;
use std::path::{Path, PathBuf};

use super::out::note;
use super::{CliError, Context, json};
use crate::app::share;
use crate::export;
use crate::ingest::takeover;
use crate::model::{Article, Clean, Format, Query, TakenFeed};

/// Write articles as files to keep, or all subscriptions as a list that other readers take
#[derive(Args, Debug)]
pub struct Export {
    /// Which articles, in the query language (all if absent); for opml none
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// As what: md, html, epub (one book), json, text, or opml, which is the subscriptions
    #[arg(long, value_name = "FORMAT", value_parser = ["md", "html", "epub", "json", "text", "opml"], default_value = "opml")]
    format: String,
    /// Into this folder, a file an article where the format allows; nothing there is written over. Standard output otherwise, or if it is -
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// At most this many articles
    #[arg(long, value_name = "N", value_parser = super::number::<usize>)]
    limit: Option<usize>,
}

impl Export {
    /// The folder, unless it is written to standard output.
    fn folder(&self) -> Option<&Path> {
        self.to.as_deref().filter(|to| to.as_os_str() != "-")
    }

    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        match Format::named(&self.format) {
            Some(format) => self.articles(cx, format),
            None if self.query.is_empty() => self.subscriptions(cx),
            None => Err(CliError::Usage(
                "opml holds subscriptions and no articles; --format md, html, epub, json or text takes a query.".into(),
            )),
        }
    }

    fn articles(&self, cx: &mut Context, format: Format) -> Result<(), CliError> {
        if format == Format::Epub && self.folder().is_none() && cx.out.person() {
            return Err(CliError::Usage("a book is nothing to read in a terminal: name a folder with --to, or send it to a file.".into()));
        }
        let text = self.query.join(" ");
        let query: Query = text.parse().map_err(|e| super::list::wrong_query(&text, &e))?;
        let (now, zone) = (cx.clock.now(), cx.clock.zone().clone());
        let mut articles: Vec<Article> = Vec::new();
        if let Some(reader) = cx.reader()? {
            reader.list(&query, self.limit, true, now, &mut |mut a| {
                a.seal(now);
                articles.push(a);
                true
            })?;
        }
        if articles.is_empty() {
            note("Nothing matches.");
            return Ok(());
        }
        let title = if text.is_empty() { Clean::line("All articles") } else { Clean::line(&text) };
        let bytes = |articles: &[Article]| export::all(articles, &title, format, &zone, now);
        let Some(folder) = self.folder() else {
            if format == Format::Json {
                // A line each, as `list` and `show` have them.
                return articles.iter().try_for_each(|a| Ok(cx.out.json(&json::article(a, true))?));
            }
            return Ok(cx.out.raw(&bytes(&articles))?);
        };
        let day = now.to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string();
        let mut files = 0;
        if matches!(format, Format::Epub | Format::Json) {
            let name = export::named(&format!("{day} {title}"));
            write(cx, folder, &name, format.ending(), &bytes(&articles))?;
            files = 1;
        } else {
            for article in &articles {
                let page = export::one(article, format, &zone, now);
                write(cx, folder, &export::file_name(article, &zone), format.ending(), &page)?;
                files += 1;
            }
        }
        let what = if articles.len() == 1 { "1 article".to_owned() } else { format!("{} articles", articles.len()) };
        note(&format!("{what} in {files} {} in {}", if files == 1 { "file" } else { "files" }, folder.display()));
        Ok(())
    }

    fn subscriptions(&self, cx: &mut Context) -> Result<(), CliError> {
        let (mut list, mut secrets, mut locals) = (Vec::new(), 0, 0);
        for feed in cx.feeds()? {
            if feed.address.as_local().is_some() {
                locals += 1;
                continue;
            }
            secrets += usize::from(feed.settings.has_secrets());
            list.push(TakenFeed {
                // A host that only stands in for a title yet unknown is none.
                title: Some(feed.title).filter(|t| t.as_str() != feed.address.site()),
                address: feed.address,
                site: feed.site,
                folder: feed.settings.folder,
                tags: feed.settings.tags,
                paused: feed.settings.paused,
                user: None,
            });
        }
        let text = takeover::write(&list);
        match self.folder() {
            Some(folder) => {
                write(cx, folder, "subscriptions", "opml", text.as_bytes())?;
                note(&format!("{} feeds in {}", list.len(), folder.display()));
            }
            None => cx.out.raw(text.as_bytes())?,
        }
        cx.out.flush()?;
        if secrets > 0 {
            note(&format!("{secrets} of the feeds have a login or headers of their own, which were not written down."));
        }
        if locals > 0 {
            note(&format!("{locals} folders and files of this machine were left out."));
        }
        Ok(())
    }
}

/// Writes one file and names it on standard output.
fn write(cx: &mut Context, folder: &Path, name: &str, ending: &str, bytes: &[u8]) -> Result<(), CliError> {
    let path = share::write_new(folder, name, ending, bytes).map_err(|e| CliError::Failed(format!("{}: {e}", folder.display())))?;
    Ok(cx.out.line(&path.display().to_string())?)
}
