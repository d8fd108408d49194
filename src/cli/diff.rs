//! `wiredesk diff`: what changed between two versions of an article.

use clap::Args;
use serde_json::{Value, json};

use super::out::Weight;
use super::{CliError, Context};
use crate::ingest::revise;
use crate::model::{Article, ArticleId, Compared, Comparison, Run};
use crate::ui::typeset;

/// Show what changed between two versions of an article
///
/// Words that came stand in {+plus+} signs, words that went in [-minus-] signs.
#[derive(Args, Debug)]
pub struct Diff {
    /// Its number, as `list` gives it
    #[arg(value_name = "ID", value_parser = super::article_id)]
    id: i64,
    /// The older version (if absent, the one before the newer)
    #[arg(value_name = "V1", value_parser = super::number::<u32>)]
    old: Option<u32>,
    /// The newer version (if absent, the newest)
    #[arg(value_name = "V2", value_parser = super::number::<u32>)]
    new: Option<u32>,
    /// Columns to set the text in
    #[arg(long, value_name = "N", default_value_t = 72, value_parser = super::number::<u16>)]
    width: u16,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

impl Diff {
    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let missing = |version: Option<u32>| {
            let which = version.map_or(String::new(), |v| format!(" in version {v}"));
            CliError::Failed(format!("there is no article {}{which}; `wiredesk list is:changed` gives those that changed.", self.id))
        };
        let reader = cx.reader()?.ok_or_else(|| missing(None))?;
        let get = |version: Option<u32>| -> Result<Article, CliError> {
            reader.article(ArticleId(self.id), version)?.ok_or_else(|| missing(version))
        };
        let mut new = get(self.new)?;
        let before = || new.versions.iter().map(|v| v.number).filter(|n| *n < new.version).max();
        let Some(old) = self.old.or_else(before) else {
            let words = if new.versions.len() == 1 { "has one version only: it has not changed" } else { "has no version before that one" };
            return Err(CliError::Failed(format!("article {} {words}.", self.id)));
        };
        let mut old = get(Some(old))?;
        if old.version > new.version {
            std::mem::swap(&mut old, &mut new);
        }
        let now = cx.clock.now();
        old.seal(now);
        new.seal(now);
        let compared = revise::compare(&old.item, &new.item);
        if self.json {
            return Ok(cx.out.json(&document(&old, &new, &compared))?);
        }
        self.tell(cx, &old, &new, &compared)
    }

    fn tell(&self, cx: &mut Context, old: &Article, new: &Article, compared: &Comparison) -> Result<(), CliError> {
        let zone = cx.clock.zone().clone();
        let width = self.width.clamp(20, 500).into();
        runs(cx, &compared.title, width, Weight::Bold)?;
        let name = |a: &Article| format!("version {}, {}", a.version, a.fetched.to_zoned(zone.clone()).strftime("%-d %b %Y %H:%M"));
        cx.out.pieces(&[(Weight::Dim, &format!("{} · {} → {}", new.outlet, name(old), name(new)))])?;
        cx.out.pieces(&[(Weight::Dim, &format!("+{} −{} words", compared.added, compared.removed))])?;
        if let Some(note) = &compared.note {
            cx.out.line(note)?;
        }
        for part in &compared.text {
            cx.out.line("")?;
            match part {
                Compared::Folded(1) => cx.out.pieces(&[(Weight::Dim, "… 1 sentence unchanged …")])?,
                Compared::Folded(n) => cx.out.pieces(&[(Weight::Dim, &format!("… {n} sentences unchanged …"))])?,
                Compared::Runs(all) => runs(cx, all, width, Weight::Plain)?,
            }
        }
        Ok(())
    }
}

/// Runs as words in lines of a width; each piece keeps its weight over a line's end.
fn runs(cx: &mut Context, all: &[Run], width: usize, same: Weight) -> Result<(), CliError> {
    let mut lines: Vec<Vec<(Weight, String)>> = vec![Vec::new()];
    let mut used = 0;
    for run in all {
        let (weight, text) = match run {
            Run::Same(text) => (same, text.clone()),
            Run::Added(text) => (Weight::Added, format!("{{+{text}+}}")),
            Run::Removed(text) => (Weight::Removed, format!("[-{text}-]")),
        };
        for (i, word) in text.split_whitespace().enumerate() {
            let wide = typeset::width(word);
            if used > 0 && used + 1 + wide > width {
                lines.push(Vec::new());
                used = 0;
            }
            let line = lines.last_mut().expect("it starts with one");
            match line.last_mut() {
                Some((last, text)) if *last == weight && i > 0 => {
                    text.push(' ');
                    text.push_str(word);
                }
                before => {
                    if before.is_some() {
                        line.push((Weight::Plain, " ".to_owned()));
                    }
                    line.push((weight, word.to_owned()));
                }
            }
            used += wide + usize::from(used > 0);
        }
    }
    for line in lines {
        let pieces: Vec<(Weight, &str)> = line.iter().map(|(weight, text)| (*weight, text.as_str())).collect();
        cx.out.pieces(&pieces)?;
    }
    Ok(())
}

fn document(old: &Article, new: &Article, compared: &Comparison) -> Value {
    let version = |a: &Article| {
        let changes = a.versions.iter().find(|v| v.number == a.version).map(|v| json!(v.changes));
        json!({ "version": a.version, "fetched": a.fetched, "updated": a.item.updated, "title": a.item.title, "changes": changes })
    };
    let runs = |all: &[Run]| {
        all.iter()
            .map(|run| match run {
                Run::Same(text) => json!({ "same": text }),
                Run::Added(text) => json!({ "added": text }),
                Run::Removed(text) => json!({ "removed": text }),
            })
            .collect::<Vec<_>>()
    };
    let text: Vec<Value> = compared
        .text
        .iter()
        .map(|part| match part {
            Compared::Folded(n) => json!({ "unchanged": n }),
            Compared::Runs(all) => json!({ "runs": runs(all) }),
        })
        .collect();
    json!({
        "id": new.id, "outlet": new.outlet, "url": new.item.url, "old": version(old), "new": version(new), "note": compared.note,
        "words_added": compared.added, "words_removed": compared.removed, "title": runs(&compared.title), "text": text,
    })
}
