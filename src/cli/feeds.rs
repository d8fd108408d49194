//! `wiredesk feeds` and `wiredesk remove`: subscriptions and how they fare, broken ones on top.

use clap::Args;

use super::out::Weight;
use super::{CliError, Context, json};
use crate::model::{Address, Change, Feed};
use crate::store;

/// List feeds and how they fare, broken ones first
#[derive(Args, Debug)]
pub struct Feeds {
    /// One JSON document a feed, a line each
    #[arg(long)]
    json: bool,
}

impl Feeds {
    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let mut feeds = cx.feeds()?;
        feeds.sort_by_key(|f| (f.health.failure.is_none() && !f.health.gone, f.settings.paused));
        if self.json {
            return feeds.iter().try_for_each(|f| Ok(cx.out.json(&json::feed(f))?));
        }
        if feeds.is_empty() {
            super::out::note("No feeds yet: `wiredesk add ADDRESS` takes a feed or a site; `wiredesk demo` needs neither.");
        }
        let zone = cx.clock.zone().clone();
        let time = |t: jiff::Timestamp| t.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
        for f in &feeds {
            let sign = match &f.health {
                _ if f.settings.paused => "paused ",
                _ if !f.address.is_polled() => "local  ",
                h if h.gone => "gone   ",
                h if h.failure.is_some() => "broken ",
                h if h.succeeded.is_none() => "new    ",
                _ => "ok     ",
            };
            cx.out.pieces(&[
                (Weight::Dim, &format!("{:>4} ", f.id)),
                (if f.health.failure.is_some() { Weight::Bold } else { Weight::Dim }, sign),
                (Weight::Bold, &f.title),
                (Weight::Plain, &format!("  {} unread of {}", f.unread, f.articles)),
                (Weight::Dim, &format!("  {}", f.address.public())),
            ])?;
            if let Some(failure) = &f.health.failure {
                cx.out.line(&format!("            {failure}"))?;
            }
            let mut facts = Vec::new();
            if let Some(t) = f.health.succeeded {
                facts.push(format!("last success {}", time(t)));
            }
            if let (Some(t), false) = (f.health.next.filter(|_| f.address.is_polled()), f.settings.paused || f.health.gone) {
                let why = f.health.why_next.as_ref().map_or(String::new(), |w| format!(" ({w})"));
                facts.push(format!("next poll {}{why}", time(t)));
            }
            if !facts.is_empty() {
                cx.out.pieces(&[(Weight::Dim, &format!("            {}", facts.join(" · ")))])?;
            }
        }
        Ok(())
    }
}

/// Unsubscribe from feeds; saved articles stay
#[derive(Args, Debug)]
pub struct Remove {
    /// A feed's number or address, as `feeds` gives them
    #[arg(required = true, value_name = "FEED")]
    feeds: Vec<String>,
}

impl Remove {
    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let feeds = cx.feeds()?;
        let found = self.feeds.iter().map(|name| named(&feeds, name)).collect::<Result<Vec<_>, _>>()?;
        let mut writer = store::open(&cx.cache)?;
        for feed in found {
            writer.apply(&[Change::Unsubscribe(feed.id)], cx.clock.now())?;
            cx.out.line(&format!("unsubscribed from {} ({})", feed.title, feed.address.public()))?;
        }
        Ok(())
    }
}

/// The feed that a number or an address means.
pub fn named<'a>(feeds: &'a [Feed], name: &str) -> Result<&'a Feed, CliError> {
    let address = Address::typed(name).ok();
    feeds
        .iter()
        .find(|f| {
            f.id.to_string() == name || Some(&f.address) == address.as_ref() || f.address.as_str() == name || f.title.as_str() == name
        })
        .ok_or_else(|| CliError::Failed(format!("{name} is none of your feeds; `wiredesk feeds` lists them.")))
}
