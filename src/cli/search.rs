//! `wiredesk search`: what is found for words, the best first, each with the place that was found.

use clap::Args;
use serde_json::json;
use std::ops::Range;

use super::list::{line, no_cache, wrong_query};
use super::out::{Out, Weight};
use super::{CliError, Context};
use crate::model::{Article, Query, Scope, Sort, plain_text};

/// Search titles and texts of all articles kept, the best matches first
///
/// Words are found whole, without regard to case and accents; cease* finds all words that begin so, "no deal" finds words
/// one after the other. sort:new and sort:old order by time.
#[derive(Args, Debug)]
pub struct Search {
    /// What to find, in the query language; after `--` it may begin with a minus
    #[arg(value_name = "QUERY", required = true)]
    query: Vec<String>,
    /// At most this many
    #[arg(long, value_name = "N", value_parser = super::number::<usize>)]
    limit: Option<usize>,
    /// One JSON document an article, a line each
    #[arg(long)]
    json: bool,
}

/// Listed to a person who named no limit.
const SCREENFUL: usize = 20;

/// Characters of the text that are shown around what was found.
const SNIPPET: usize = 180;

impl Search {
    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let text = self.query.join(" ");
        let query = text.parse::<Query>().map_err(|e| wrong_query(&text, &e))?;
        if query.is_all() {
            return Err(CliError::Usage("There is nothing here to search for.".into()));
        }
        let query = query.sorted_else(if query.seeks() { Sort::Relevance } else { Sort::New });
        let finder = query.finder();
        let Some(reader) = cx.reader()? else { return no_cache(self.json) };
        let limit = self.limit.or((cx.out.person() && !self.json).then_some(SCREENFUL));
        let (now, zone) = (cx.clock.now(), cx.clock.zone().clone());
        let room = if cx.out.person() { (cx.out.width() * 2).saturating_sub(24).clamp(40, 400) } else { SNIPPET };
        let out = &mut cx.out;
        let mut found = 0;
        let mut result = Ok(());
        reader.list(&query, limit, true, now, &mut |mut a: Article| {
            found += 1;
            a.seal(now);
            let mut words = plain_text(&a.item.body);
            if words.is_empty() {
                words = a.item.summary.as_deref().unwrap_or_default().to_owned();
            }
            let (snippet, hits) = finder.snippet(&words, room);
            result = if self.json {
                let titles = finder.find(Scope::Title, &a.item.title);
                let mut document = super::json::article(&a, false);
                if let Some(fields) = document.as_object_mut() {
                    fields.insert("snippet".into(), json!({ "text": snippet, "hits": chars(&snippet, &hits) }));
                    fields.insert("title_hits".into(), json!(chars(&a.item.title, &titles)));
                }
                out.json(&document)
            } else {
                line(out, &a, &zone).and_then(|()| if snippet.is_empty() { Ok(()) } else { marked(out, &snippet, &hits) })
            };
            result.is_ok()
        })?;
        result?;
        if found == 0 && !self.json && limit != Some(0) {
            super::out::note("Nothing matches.");
        }
        Ok(())
    }
}

/// Places in characters, as those count who read the JSON.
fn chars(text: &str, hits: &[Range<usize>]) -> Vec<(usize, usize)> {
    let at = |byte: usize| text[..byte].chars().count();
    hits.iter().map(|hit| (at(hit.start), at(hit.end))).collect()
}

/// The snippet on a line of its own, what was found between asterisks.
fn marked(out: &mut Out, snippet: &str, hits: &[Range<usize>]) -> std::io::Result<()> {
    let mut pieces = vec![(Weight::Plain, "          ")];
    let mut at = 0;
    for hit in hits {
        pieces.extend([(Weight::Dim, &snippet[at..hit.start]), (Weight::Dim, "*"), (Weight::Bold, &snippet[hit.clone()])]);
        pieces.push((Weight::Dim, "*"));
        at = hit.end;
    }
    pieces.push((Weight::Dim, &snippet[at..]));
    out.pieces(&pieces)
}
