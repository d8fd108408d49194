//! `wiredesk show`: one article on standard output.

use clap::Args;

use super::out::Weight;
use super::{CliError, Context, json, sources};
use crate::model::{Article, ArticleId};
use crate::ui::typeset;

/// Show one article with its full text and who reported it
#[derive(Args, Debug)]
pub struct Show {
    /// Its number, as `list` gives it
    #[arg(value_name = "ID", value_parser = super::article_id)]
    id: i64,
    /// An older version of it
    #[arg(long, value_name = "N", value_parser = super::number::<u32>)]
    version: Option<u32>,
    /// Columns to set the text in
    #[arg(long, value_name = "N", default_value_t = 72, value_parser = super::number::<u16>)]
    width: u16,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

impl Show {
    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let reader = cx.reader()?;
        let Some(mut article) = reader.map(|r| r.article(ArticleId(self.id), self.version)).transpose()?.flatten() else {
            return Err(CliError::Failed(format!(
                "there is no article {}{}; `wiredesk list` gives the numbers.",
                self.id,
                version_of(self.version)
            )));
        };
        article.seal(cx.clock.now());
        if self.json { Ok(cx.out.json(&json::article(&article, true))?) } else { self.tell(cx, &article) }
    }

    fn tell(&self, cx: &mut Context, a: &Article) -> Result<(), CliError> {
        let zone = cx.clock.zone().clone();
        let width = self.width.clamp(20, 500);
        for line in typeset::wrap(&a.item.title, width.into()) {
            cx.out.head(&line)?;
        }
        let mut facts = vec![a.outlet.to_string(), a.time.to_zoned(zone).strftime("%-d %b %Y %H:%M").to_string()];
        if a.versions.len() > 1 {
            facts.push(format!("version {} of {}", a.version, a.versions.len()));
        }
        cx.out.pieces(&[(Weight::Dim, &facts.join(" · "))])?;
        if let Some(byline) = &a.item.byline {
            cx.out.pieces(&[(Weight::Dim, byline)])?;
        }
        if let Some(url) = &a.item.url {
            cx.out.pieces(&[(Weight::Dim, url.as_str())])?;
        }
        let item = &a.item;
        if item.withdrawn() {
            cx.out.line("Withdrawn by its sender.")?;
        }
        if item.locked(cx.clock.now()) {
            let zone = cx.clock.zone().clone();
            let until = item.embargo.map(|t| format!("until {}", t.to_zoned(zone).strftime("%-d %b %Y %H:%M")));
            let words = until.unwrap_or_else(|| "without a date".to_owned());
            cx.out.line(&format!("Under embargo {words}: its text is not shown before."))?;
        }
        if let Some(advisory) = &item.advisory {
            cx.out.line(advisory)?;
        }
        cx.out.line("")?;
        if let (Some(summary), true) = (&a.item.summary, a.item.body.is_empty()) {
            cx.out.line(summary)?;
        }
        let laid = typeset::lay(
            &a.item.body,
            &typeset::Options { width, language: a.item.language.as_deref(), hyphenate: false, ..typeset::Options::default() },
        );
        for line in &laid.lines {
            let text: String = line.spans.iter().map(|s| s.text.as_str()).collect();
            cx.out.line(text.trim_end())?;
        }
        if !laid.links.is_empty() {
            cx.out.line("")?;
            for (i, link) in laid.links.iter().enumerate() {
                cx.out.pieces(&[(Weight::Dim, &format!("[{}] {link}", i + 1))])?;
            }
        }
        let facts = sources::facts(&a.item.attribution);
        if !facts.is_empty() {
            cx.out.line("")?;
            cx.out.head("Sources")?;
            for fact in facts {
                let name = format!("  {:<10}", fact.name);
                cx.out.pieces(&[(Weight::Dim, &name), (Weight::Plain, &fact.value), (Weight::Dim, &fact.from)])?;
            }
        }
        Ok(())
    }
}

fn version_of(version: Option<u32>) -> String {
    version.map_or(String::new(), |v| format!(" in version {v}"))
}
