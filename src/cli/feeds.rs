//! `wiredesk feeds` and `wiredesk remove`: subscriptions and how they fare, broken ones on top.

use clap::Args;
use jiff::{Timestamp, tz::TimeZone};

use super::out::Weight;
use super::{CliError, Context, json};
use crate::model::{Address, Change, Clean, Feed, Standing, without_login};
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
        feeds.sort_by_key(Feed::standing);
        if self.json {
            return feeds.iter().try_for_each(|f| Ok(cx.out.json(&json::feed(f))?));
        }
        if feeds.is_empty() {
            super::out::note("No feeds yet: `wiredesk add ADDRESS` takes a feed or a site; `wiredesk demo` needs neither.");
        }
        let zone = cx.clock.zone().clone();
        let indent = " ".repeat(12);
        for f in &feeds {
            let standing = f.standing();
            let loud = standing.is_bad() || standing == Standing::Flawed;
            cx.out.pieces(&[
                (Weight::Dim, &format!("{:>4} ", f.id)),
                (if loud { Weight::Bold } else { Weight::Dim }, &format!("{:<7}", standing.word())),
                (Weight::Bold, &f.title),
                (Weight::Plain, &format!("  {} unread of {}", f.unread, f.articles)),
                (Weight::Dim, &format!("  {}", f.address)),
            ])?;
            if let Some(failure) = &f.health.failure {
                let again = if f.health.failures > 1 { format!(" ({} times in a row)", f.health.failures) } else { String::new() };
                cx.out.line(&format!("{indent}{failure}{again}"))?;
            }
            for warning in &f.health.warnings {
                cx.out.line(&format!("{indent}{warning}"))?;
            }
            let mut facts = Vec::new();
            if let Some(t) = f.health.succeeded {
                facts.push(format!("last success {}", time(t, &zone)));
            }
            if let Some((at, why)) = next_poll(f, &zone) {
                facts.push(format!("next poll {at}{why}"));
            }
            facts.extend(f.health.pace());
            facts.extend(f.asks.words().map(|words| format!("server asks: {words}")));
            if !facts.is_empty() {
                cx.out.pieces(&[(Weight::Dim, &format!("{indent}{}", facts.join(" · ")))])?;
            }
        }
        Ok(())
    }
}

fn time(t: Timestamp, zone: &TimeZone) -> String {
    t.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// When a feed is asked next, and why then; nothing for one that is not.
pub fn next_poll(feed: &Feed, zone: &TimeZone) -> Option<(String, String)> {
    let asked = feed.address.is_polled() && !feed.settings.paused && !feed.health.gone;
    let at = feed.health.next.filter(|_| asked)?;
    Some((time(at, zone), feed.health.why_next.as_ref().map_or(String::new(), |why| format!(" ({why})"))))
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
            cx.out.line(&format!("unsubscribed from {} ({})", feed.title, feed.address))?;
        }
        Ok(())
    }
}

/// Names that are told where one is not understood.
const SUGGESTED: usize = 5;
/// From this likeness on a name may be meant.
const ALIKE: f64 = 0.8;

/// The feed that a number, an address or a title means; the title in any case.
pub fn named<'a>(feeds: &'a [Feed], name: &str) -> Result<&'a Feed, CliError> {
    let wanted = name.trim().to_lowercase();
    if let Some(feed) = feeds.iter().find(|f| f.id.to_string() == wanted || f.address.as_str() == name) {
        return Ok(feed);
    }
    let address = Address::typed(name).ok();
    let hits: Vec<&Feed> = feeds.iter().filter(|f| Some(&f.address) == address.as_ref() || f.title.to_lowercase() == wanted).collect();
    if let [one] = hits.as_slice() {
        return Ok(one);
    }
    let shown = Clean::capped(&without_login(name), 200);
    let listed =
        |feeds: &[&Feed]| feeds.iter().take(SUGGESTED).map(|f| format!("\n{:>4}  {}  {}", f.id, f.title, f.address)).collect::<String>();
    if !hits.is_empty() {
        return Err(CliError::Usage(format!("{shown} is the title of {} feeds; name one by its number:{}", hits.len(), listed(&hits))));
    }
    let likeness = |f: &Feed| {
        let (title, site) = (f.title.to_lowercase(), f.address.site());
        if !wanted.is_empty() && (title.contains(&wanted) || f.address.as_str().contains(&wanted)) {
            return 2.0;
        }
        strsim::jaro_winkler(&title, &wanted).max(strsim::jaro_winkler(&site, &wanted))
    };
    // A long list costs a glance at each title, so what is compared is short.
    let mut alike: Vec<(f64, &Feed)> =
        feeds.iter().filter(|_| wanted.len() <= 200).map(|f| (likeness(f), f)).filter(|(n, _)| *n >= ALIKE).collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0));
    let alike: Vec<&Feed> = alike.into_iter().map(|(_, f)| f).collect();
    Err(CliError::Failed(match alike.is_empty() {
        true => format!("{shown} is none of your feeds; `wiredesk feeds` lists them."),
        false => format!("{shown} is none of your feeds. Perhaps:{}", listed(&alike)),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Asks, FeedId, FeedSettings, Health};

    fn feed(id: i64, title: &str, address: &str) -> Feed {
        Feed {
            id: FeedId(id),
            address: Address::parse(address).unwrap(),
            title: Clean::line(title),
            site: None,
            language: None,
            settings: FeedSettings::default(),
            health: Health::default(),
            asks: Asks::default(),
            articles: 0,
            unread: 0,
        }
    }

    #[test]
    fn a_feed_is_named_by_number_address_or_title() {
        let feeds = [
            feed(1, "Harbour News", "https://harbour.example/feed"),
            feed(2, "Twin", "https://one.example/"),
            feed(3, "Twin", "https://two.example/"),
        ];
        let found = |name: &str| named(&feeds, name).map(|f| f.id.0).map_err(|e| e.to_string());
        for name in ["1", "https://harbour.example/feed", "harbour.example/feed", "harbour news", "https://me:pw@harbour.example/feed"] {
            assert_eq!(found(name), Ok(1), "{name}");
        }
        let error = found("twin").unwrap_err();
        assert!(error.contains("title of 2 feeds") && error.contains("https://two.example/"), "{error}");
        for name in ["harbor news", "harbour"] {
            let error = found(name).unwrap_err();
            assert!(error.contains("Perhaps:") && error.contains("Harbour News") && !error.contains("Twin"), "{error}");
        }
        assert!(found("zzz").unwrap_err().contains("lists them"));
        assert!(!found("ftp://me:opensesame@x.example/").unwrap_err().contains("opensesame"));
    }
}
