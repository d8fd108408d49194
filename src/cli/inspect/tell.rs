//! What `inspect` says to a person: fitted to the terminal, each field with the place that gave it.

use super::Seen;
use crate::cli::out::{Weight, complain};
use crate::cli::{CliError, Context, sources};
use crate::ingest::extract::{Examined, Verdict};
use crate::model::{Address, Block, Clean, Item, Wall, plain_text};
use crate::ui::typeset::{self, fit, width, wrap};

/// Columns before a field's value.
const INDENT: usize = 14;
/// Longer lines than this are hard to read, however wide the terminal is.
const MEASURE: usize = 110;
/// Entries of a feed that are told one by one.
const ENTRIES: usize = 200;

/// All of one page, feed or file.
pub fn all(cx: &mut Context, name: &str, seen: &Seen, why: bool) -> Result<(), CliError> {
    let read = &seen.read;
    let format = if read.format.is_empty() { "unknown" } else { &read.format };
    let items = match read.items.len() {
        1 => "1 item".to_owned(),
        n => format!("{n} items"),
    };
    let what = if seen.page.is_some() { "a page".to_owned() } else { format!("{format} · {items}") };
    cx.out.pieces(&[(Weight::Bold, name), (Weight::Dim, &format!("  {what}"))])?;
    if let Some(error) = &read.error {
        complain(&format!("{name}: {error}"));
    }
    for warning in &read.warnings {
        field(cx, "warning", warning, None)?;
    }
    if let Some(feed) = &read.feed {
        let facts =
            [("title", feed.title.as_deref()), ("site", feed.site.as_ref().map(Address::as_str)), ("language", feed.language.as_deref())];
        for (name, value) in facts {
            if let Some(value) = value {
                field(cx, name, value, None)?;
            }
        }
    }
    for link in &read.feeds {
        field(cx, "feed here", &format!("{} {}", link.address, link.title), None)?;
    }
    let alone = read.items.len() == 1;
    for item in read.items.iter().take(ENTRIES) {
        cx.out.line("")?;
        entry(cx, item, seen.page.as_ref())?;
        if why && seen.page.is_some() {
            verdicts(cx, &seen.verdicts)?;
        } else if alone {
            text(cx, item)?;
        }
    }
    if let Some(more) = read.items.len().checked_sub(ENTRIES).filter(|n| *n > 0) {
        cx.out.line(&format!("  and {more} more; --json has all of them"))?;
    }
    Ok(())
}

fn columns(cx: &Context) -> usize {
    cx.out.width().clamp(40, MEASURE)
}

/// A name, its value, and dimly where it came from: on one line if that fits, else under one another.
fn field(cx: &mut Context, name: &str, value: &str, from: Option<&str>) -> Result<(), CliError> {
    let room = columns(cx) - INDENT;
    let mut lines = wrap(value, room).into_iter();
    let first = lines.next().unwrap_or_default();
    let mut last = width(&first);
    let label = format!("  {name:<width$}", width = INDENT - 2);
    let mut rest: Vec<String> = lines.collect();
    let alone = rest.is_empty();
    let from = from.filter(|f| !f.is_empty()).map(|f| format!(" — {f}"));
    let fits = |last: usize| from.as_ref().is_some_and(|f| last + width(f) <= room);
    if alone && fits(last) {
        let from = from.unwrap_or_default();
        return Ok(cx.out.pieces(&[(Weight::Dim, &label), (Weight::Plain, &first), (Weight::Dim, &from)])?);
    }
    cx.out.pieces(&[(Weight::Dim, &label), (Weight::Plain, &first)])?;
    let pad = " ".repeat(INDENT);
    let end = rest.pop();
    for line in rest {
        cx.out.line(&format!("{pad}{line}"))?;
    }
    if let Some(end) = &end {
        last = width(end);
        if fits(last) {
            let from = from.unwrap_or_default();
            return Ok(cx.out.pieces(&[(Weight::Plain, &pad), (Weight::Plain, end), (Weight::Dim, &from)])?);
        }
        cx.out.line(&format!("{pad}{end}"))?;
    }
    for line in from.iter().flat_map(|f| wrap(f.trim_start(), room)) {
        cx.out.pieces(&[(Weight::Dim, &format!("{pad}{line}"))])?;
    }
    Ok(())
}

fn entry(cx: &mut Context, item: &Item, page: Option<&Examined>) -> Result<(), CliError> {
    for line in wrap(&item.title, columns(cx) - 2) {
        cx.out.pieces(&[(Weight::Plain, "  "), (Weight::Bold, &line)])?;
    }
    let from = |field: &str| page.and_then(|p| p.origins.of(field)).map(str::to_owned);
    let room = columns(cx) - 2;
    for line in from("title").iter().flat_map(|from| wrap(&format!("— {from}"), room)) {
        cx.out.pieces(&[(Weight::Dim, &format!("  {line}"))])?;
    }
    let time = |t: Option<jiff::Timestamp>| t.map(|t| Clean::line(&t.to_string()));
    let list = |all: &[Clean]| Clean::line(&all.iter().map(Clean::as_str).collect::<Vec<_>>().join(", ")).non_empty();
    let facts = [
        ("address", item.url.as_ref().map(|u| Clean::line(u.as_str()))),
        ("outlet", item.outlet.clone()),
        ("kicker", item.kicker.clone()),
        ("summary", item.summary.clone()),
        ("byline", item.byline.clone()),
        ("authors", list(&item.authors)),
        ("dateline", item.dateline.clone()),
        ("published", time(item.published)),
        ("updated", time(item.updated)),
        ("language", item.language.clone()),
        ("section", item.section.clone()),
        ("keywords", list(&item.categories)),
        ("picture", item.picture.as_ref().map(|u| Clean::line(u.as_str()))),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            field(cx, name, &value, from(name).as_deref())?;
        }
    }
    for fact in sources::facts(&item.attribution) {
        field(cx, fact.name, &fact.value, Some(fact.from.trim_start()))?;
    }
    if let Some(page) = page {
        beside(cx, item, page)?;
    }
    let words = plain_text(&item.body).split_whitespace().count();
    field(cx, "text", &format!("{words} words: {}", kinds(&item.body)), from("text").as_deref())
}

/// What is beside the fields of a page: its wall, its further pages, what was doubtful.
fn beside(cx: &mut Context, item: &Item, page: &Examined) -> Result<(), CliError> {
    if let Some(host) = &page.rule {
        field(cx, "rule", &format!("the [[site]] {host} of the configuration was followed"), None)?;
    }
    let behind = match item.wall {
        Some(Wall::Subscription) => Some("behind a paywall: what the page shows free"),
        Some(Wall::Registration) => Some("behind a registration: what the page shows without one"),
        Some(Wall::Consent) => Some("the page asks for consent first, and shows nothing without"),
        None => None,
    };
    if let Some(behind) = behind {
        field(cx, "wall", behind, None)?;
    }
    let follow = &page.follow;
    for (name, address) in
        [("next page", &follow.next), ("on one page", &follow.whole), ("AMP form", &follow.amp), ("print form", &follow.print)]
    {
        if let Some(address) = address {
            field(cx, name, address.as_str(), None)?;
        }
    }
    if !item.posts.is_empty() {
        let state = if item.live { "still running" } else { "over" };
        field(cx, "live blog", &format!("{} posts, {state}", item.posts.len()), None)?;
    }
    for note in page.origins.notes() {
        field(cx, "note", note, None)?;
    }
    Ok(())
}

/// `12 paragraphs, 2 subheads, 1 table`
fn kinds(blocks: &[Block]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for block in blocks {
        let name = match block {
            Block::Paragraph { .. } => "paragraph",
            Block::Heading { .. } => "subhead",
            Block::Quote { .. } => "quote",
            Block::List { .. } => "list",
            Block::Table { .. } => "table",
            Block::Code { .. } => "listing",
            Block::Picture { .. } => "picture",
            Block::Embed { .. } => "embed",
            Block::Footnote { .. } => "footnote",
            Block::Rule => continue,
        };
        match counts.iter_mut().find(|(n, _)| *n == name) {
            Some((_, n)) => *n += 1,
            None => counts.push((name, 1)),
        }
    }
    let parts: Vec<String> = counts.iter().map(|(name, n)| format!("{n} {name}{}", if *n == 1 { "" } else { "s" })).collect();
    if parts.is_empty() { "none".into() } else { parts.join(", ") }
}

/// The text as the reader sets it.
fn text(cx: &mut Context, item: &Item) -> Result<(), CliError> {
    let width = (columns(cx) - 2).min(80) as u16;
    let options = typeset::Options { width, language: item.language.as_deref(), hyphenate: false, ..typeset::Options::default() };
    let laid = typeset::lay(&item.body, &options);
    cx.out.line("")?;
    for line in &laid.lines {
        let text: String = line.spans.iter().map(|s| s.text.as_str()).collect();
        cx.out.line(format!("  {text}").trim_end())?;
    }
    for (i, link) in laid.links.iter().enumerate() {
        if i == 0 {
            cx.out.line("")?;
        }
        cx.out.pieces(&[(Weight::Dim, &format!("  [{}] {link}", i + 1))])?;
    }
    Ok(())
}

/// Each block with what was made of it.
fn verdicts(cx: &mut Context, all: &[Verdict]) -> Result<(), CliError> {
    let kept = all.iter().filter(|v| v.kept).count();
    cx.out.line("")?;
    let head =
        format!("  {} blocks of text on the page: {kept} kept (+), {} dropped (-), each with its score", all.len(), all.len() - kept);
    for line in wrap(&head, columns(cx)) {
        cx.out.head(&line)?;
    }
    let room = columns(cx) - 10;
    for verdict in all {
        let sign = if verdict.kept { "  + " } else { "  - " };
        let score = format!("{:.2}  ", verdict.score);
        let weight = if verdict.kept { Weight::Bold } else { Weight::Plain };
        cx.out.pieces(&[(weight, sign), (Weight::Dim, &score), (weight, &fit(&verdict.text, room))])?;
        for line in wrap(&verdict.why.join("; "), room) {
            cx.out.pieces(&[(Weight::Dim, &format!("          {line}"))])?;
        }
    }
    Ok(())
}
