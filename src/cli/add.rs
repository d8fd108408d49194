//! `wiredesk add`: subscribe to a feed, or to a site's feed.

use clap::Args;

use super::out::{Weight, complain, note};
use super::{CliError, Context};
use crate::app::Background;
use crate::model::{Address, Clean, FeedSettings, FullText};

/// Subscribe to feeds; a site's address finds its feed
#[derive(Args, Debug)]
pub struct Add {
    /// A feed or a site
    #[arg(required = true, value_name = "ADDRESS")]
    addresses: Vec<String>,
    /// Put it into this folder (parts joined by /)
    #[arg(long, value_name = "NAME")]
    folder: Option<String>,
    /// Call it this
    #[arg(long, value_name = "NAME")]
    title: Option<String>,
    /// Fetch its articles' pages: auto, always or never
    #[arg(long, value_name = "WHEN", value_parser = ["auto", "always", "never"], default_value = "auto")]
    full_text: String,
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
        let settings = FeedSettings {
            title: self.title.as_deref().map(Clean::line),
            folder: self.folder.as_deref().map(Clean::line),
            full_text: match self.full_text.as_str() {
                "always" => FullText::Always,
                "never" => FullText::Never,
                _ => FullText::Auto,
            },
            ..FeedSettings::default()
        };
        let addresses = self
            .addresses
            .iter()
            .map(|raw| {
                Address::typed(raw).map_err(|e| {
                    CliError::Usage(format!("{raw}: {e}. Give a feed or a site, as in `wiredesk add https://example.org/feed`."))
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let background = Background::start(&cx.setup()?)?;
        let mut failed = false;
        for address in &addresses {
            if self.no_check {
                let id = background.block_on(background.tools.subscribe_unseen(address, &settings))?;
                if self.json {
                    cx.out.json(&serde_json::json!({ "id": id, "url": address.public(), "error": null }))?;
                } else {
                    cx.out.line(&format!("added {} unseen", address.public()))?;
                }
                continue;
            }
            match background.block_on(background.tools.subscribe(address, &settings))? {
                Ok(got) => {
                    if self.json {
                        let v = serde_json::json!({ "id": got.feed, "title": got.title, "url": got.address.public(), "new": got.result.new, "error": null,
                            "others": got.others.iter().map(|o| o.address.as_str()).collect::<Vec<_>>() });
                        cx.out.json(&v)?;
                    } else {
                        cx.out.pieces(&[
                            (Weight::Plain, "added "),
                            (Weight::Bold, &got.title),
                            (Weight::Plain, &format!(", {} articles", got.result.new)),
                            (Weight::Dim, &format!("  {}", got.address.public())),
                        ])?;
                        for other in got.others.iter().take(8) {
                            note(&format!("  also there: {} {}", other.address, other.title));
                        }
                    }
                }
                Err(failure) => {
                    failed = true;
                    if self.json {
                        cx.out.json(
                            &serde_json::json!({ "id": null, "url": address.public(), "error": failure.what, "advice": failure.advice }),
                        )?;
                    }
                    complain(&format!("{}: not added. {failure}", address.public()));
                }
            }
            cx.out.flush()?;
        }
        background.finish_pages();
        if failed { Err(CliError::Said) } else { Ok(()) }
    }
}
