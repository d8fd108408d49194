//! `wiredesk stories`: events that more than one article tells, and who tells them.

use clap::Args;
use serde_json::json;
use std::collections::BTreeSet;

use super::list::wrong_query;
use super::out::Weight;
use super::{CliError, Context};
use crate::model::{By, Headline, Query, Told};

/// List stories: events that several articles tell, the latest first
#[derive(Args, Debug)]
pub struct Stories {
    /// Only those with an article that is found by this query
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// At most this many
    #[arg(long, value_name = "N", value_parser = super::number::<usize>)]
    limit: Option<usize>,
    /// One JSON document a story, a line each
    #[arg(long)]
    json: bool,
}

/// Listed to a person who named no limit.
const SCREENFUL: usize = 25;

impl Stories {
    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let text = self.query.join(" ");
        let query: Query = text.parse().map_err(|e| wrong_query(&text, &e))?;
        let Some(reader) = cx.reader()? else {
            if !self.json {
                super::out::note("No stories yet: there are no articles.");
            }
            return Ok(());
        };
        let limit = self.limit.or((cx.out.person() && !self.json).then_some(SCREENFUL)).unwrap_or(usize::MAX);
        let mut rows: Vec<Headline> = Vec::new();
        reader.list_by(&query, By::Story, cx.clock.now(), &mut |row| {
            if rows.len() < limit && row.group.is_some() {
                rows.push(row);
            }
            rows.len() < limit
        })?;
        if rows.is_empty() && !self.json {
            super::out::note(if text.is_empty() { "No event is told by more than one article yet." } else { "Nothing matches." });
        }
        let zone = cx.clock.zone().clone();
        for row in rows {
            let Some(told) = reader.story(row.id)? else { continue };
            if self.json {
                cx.out.json(&document(&row, &told))?;
            } else {
                line(&mut cx.out, &row, &told, &zone)?;
            }
        }
        Ok(())
    }
}

/// Outlets in the order in which they told it.
fn outlets(told: &Told) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    told.tellers.iter().map(|t| t.headline.outlet.as_str()).filter(|o| seen.insert(*o)).collect()
}

fn document(row: &Headline, told: &Told) -> serde_json::Value {
    let dispatches: BTreeSet<_> = told.tellers.iter().filter_map(|t| t.headline.dispatch).collect();
    json!({
        "id": told.story, "title": row.title, "first": told.tellers.first().map(|t| t.headline.time),
        "last": told.tellers.last().map(|t| t.headline.time), "outlets": outlets(told),
        "agencies": row.agencies.iter().map(|a| &a.name).collect::<Vec<_>>(),
        "dispatches": dispatches.len(), "own": told.tellers.iter().filter(|t| t.headline.dispatch.is_none()).count(),
        "unread": told.tellers.iter().filter(|t| !t.headline.read).count(),
        "articles": told.tellers.iter().map(|t| json!({
            "id": t.headline.id, "time": t.headline.time, "outlet": t.headline.outlet, "title": t.headline.title,
            "dispatch": t.headline.dispatch, "dispatch_id": t.number.as_ref().map(ToString::to_string),
            "stage": t.stage, "signals": t.signals, "words": t.words, "versions": t.versions.len(), "read": t.headline.read,
            "why": json!({ "dispatch": t.carries, "story": t.tells }),
        })).collect::<Vec<_>>(),
    })
}

fn line(out: &mut super::out::Out, row: &Headline, told: &Told, zone: &jiff::tz::TimeZone) -> std::io::Result<()> {
    let id = told.story.map_or(String::new(), |s| s.0.to_string());
    let agencies: Vec<&str> = row.agencies.iter().map(|a| a.name.as_str()).collect();
    let outlets = outlets(told).len();
    out.pieces(&[
        (Weight::Dim, &format!("{id:>7} ")),
        (Weight::Plain, &format!("{} {} ", if row.read { " " } else { "•" }, row.time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M"))),
        (if row.read { Weight::Plain } else { Weight::Bold }, &row.title),
        (Weight::Dim, &format!("  {} articles, {outlets} {}", told.tellers.len(), if outlets == 1 { "outlet" } else { "outlets" })),
        (Weight::Plain, &if agencies.is_empty() { String::new() } else { format!("  {}", agencies.join(" ")) }),
    ])
}
