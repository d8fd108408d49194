//! `wiredesk list`: headlines on standard output.

use clap::Args;
use std::str::FromStr;

use super::out::Weight;
use super::{CliError, Context, json};
use crate::model::{Article, By, Headline, Query, QueryError};
use crate::store::Reader;

/// List articles, newest first
#[derive(Args, Debug)]
pub struct List {
    /// What to list, in the query language (all if absent); after `--` it may begin with a minus
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// What a row is: one article, or one story or dispatch however many articles tell or carry it
    #[arg(long, value_name = "WHAT", value_parser = By::from_str, default_value = "article", hide_default_value = true)]
    by: By,
    /// At most this many
    #[arg(long, value_name = "N", value_parser = super::number::<usize>)]
    limit: Option<usize>,
    /// One JSON document an article, a line each
    #[arg(long)]
    json: bool,
}

const NONE_YET: &str = "No articles yet: `wiredesk add ADDRESS` takes a feed or a site.";

/// Listed to a person who named no limit.
const SCREENFUL: usize = 50;

impl List {
    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let text = self.query.join(" ");
        let query: Query = text.parse().map_err(|e| wrong_query(&text, &e))?;
        let Some(reader) = cx.reader()? else { return no_cache(self.json) };
        let limit = self.limit.or((cx.out.person() && !self.json).then_some(SCREENFUL));
        if self.by != By::Article {
            return self.by_group(cx, &reader, &query, limit);
        }
        let mut result = Ok(());
        let now = cx.clock.now();
        let zone = cx.clock.zone().clone();
        let out = &mut cx.out;
        let mut listed = 0;
        reader.list(&query, limit, false, now, &mut |mut a: Article| {
            listed += 1;
            a.seal(now);
            result = if self.json { out.json(&json::article(&a, false)) } else { line(out, &a, &zone) };
            result.is_ok()
        })?;
        result?;
        if listed == 0 && !self.json && limit != Some(0) {
            super::out::note(if text.is_empty() { NONE_YET } else { "Nothing matches." });
        }
        Ok(())
    }
}

impl List {
    /// One line a story or dispatch.
    fn by_group(&self, cx: &mut Context, reader: &Reader, query: &Query, limit: Option<usize>) -> Result<(), CliError> {
        let limit = limit.unwrap_or(usize::MAX);
        let mut rows: Vec<Headline> = Vec::new();
        reader.list_by(query, self.by, cx.clock.now(), &mut |row| {
            if rows.len() < limit {
                rows.push(row);
            }
            rows.len() < limit
        })?;
        if rows.is_empty() && !self.json && limit > 0 {
            super::out::note(if query.is_all() { NONE_YET } else { "Nothing matches." });
        }
        let zone = cx.clock.zone().clone();
        for row in rows {
            let Some(article) = reader.article(row.id, None)? else { continue };
            if self.json {
                cx.out.json(&json::row(&row, &article, self.by))?;
            } else {
                group_line(&mut cx.out, &row, &zone)?;
            }
        }
        Ok(())
    }
}

/// A row that may stand for several articles; its time is that of the newest.
fn group_line(out: &mut super::out::Out, row: &Headline, zone: &jiff::tz::TimeZone) -> std::io::Result<()> {
    let agencies: Vec<&str> = row.agencies.iter().map(|c| c.name.as_str()).collect();
    let mark = match (row.saved, row.read) {
        (true, _) => "*",
        (_, false) => "•",
        _ => " ",
    };
    let carried = match &row.group {
        Some(group) if row.outlets > 1 => format!("  {} outlets, {} articles", row.outlets, group.articles),
        Some(group) => format!("  {}, {} articles", row.outlet, group.articles),
        None => format!("  {}", row.outlet),
    };
    out.pieces(&[
        (Weight::Dim, &format!("{:>7} ", row.id)),
        (Weight::Plain, &format!("{mark} {} ", row.time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M"))),
        (if row.read { Weight::Plain } else { Weight::Bold }, &row.title),
        (Weight::Dim, &carried),
        (Weight::Plain, &if agencies.is_empty() { String::new() } else { format!("  {}", agencies.join(" ")) }),
    ])
}

/// Says that there is none.
pub fn no_cache(json: bool) -> Result<(), CliError> {
    if !json {
        super::out::note(NONE_YET);
    }
    Ok(())
}

/// Points at the word that is wrong.
pub fn wrong_query(text: &str, e: &QueryError) -> CliError {
    let start = text.get(..e.at.start).map_or(0, |s| s.chars().count());
    let len = text.get(e.at.clone()).map_or(1, |s| s.chars().count()).max(1);
    CliError::Usage(format!("{}\n{text}\n{}{}", e.message, " ".repeat(start), "^".repeat(len)))
}

/// One article.
pub fn line(out: &mut super::out::Out, a: &Article, zone: &jiff::tz::TimeZone) -> std::io::Result<()> {
    let agencies: Vec<&str> = a.item.attribution.agencies().iter().map(|c| c.name.as_str()).collect();
    let weight = if a.marks.read { Weight::Plain } else { Weight::Bold };
    let mark = match (a.marks.saved, a.marks.read) {
        (true, _) => "*",
        (_, false) => "•",
        _ => " ",
    };
    out.pieces(&[
        (Weight::Dim, &format!("{:>7} ", a.id)),
        (Weight::Plain, &format!("{mark} {} ", a.time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M"))),
        (weight, &a.item.title),
        (Weight::Dim, &format!("  {}", a.outlet)),
        (Weight::Plain, &if agencies.is_empty() { String::new() } else { format!("  {}", agencies.join(" ")) }),
    ])
}
