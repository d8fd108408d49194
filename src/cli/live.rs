//! `wiredesk live`: a live blog's posts on standard output, and those to come; where several outlets tell a story live,
//! their posts in one line.

use clap::Args;
use jiff::tz::TimeZone;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

use super::out::{Out, Weight};
use super::{CliError, Context};
use crate::app::Background;
use crate::export;
use crate::model::{Article, ArticleId, Clean, Covered, Posted, Validators};
use crate::poll::live::Beat;
use crate::store::{PollLock, Reader};
use crate::ui::typeset;

/// While another process polls, the cache is looked at this often.
const LOOK: Duration = Duration::from_secs(2);

/// Show the live posts of an article's story, oldest first, those of all its outlets in one line
#[derive(Args, Debug)]
pub struct Live {
    /// Its number, as `list is:live` gives it
    #[arg(value_name = "ID", value_parser = super::article_id)]
    id: i64,
    /// Only the posts of this one, not those of the story's other live blogs
    #[arg(long)]
    alone: bool,
    /// Go on with the posts to come, until the coverage ends
    #[arg(long)]
    follow: bool,
    /// Do not ask the page now
    #[arg(long, conflicts_with = "follow")]
    offline: bool,
    /// Columns to set the text in
    #[arg(long, value_name = "N", default_value_t = 72)]
    width: u16,
    /// One JSON document a post, a line each
    #[arg(long)]
    json: bool,
}

impl Live {
    /// Runs it.
    pub fn run(&self, cx: &mut Context) -> Result<(), CliError> {
        let id = ArticleId(self.id);
        let missing = || CliError::Failed(format!("there is no article {id}; `wiredesk list is:live` gives the live blogs that run."));
        let reader = cx.reader()?.ok_or_else(missing)?;
        let article = reader.article(id, None)?.ok_or_else(missing)?;
        let zone = cx.clock.zone().clone();
        let mut told = HashMap::new();
        if self.offline {
            return self.tell(&mut cx.out, &reader, &article, &mut told, &zone, cx.clock.now());
        }
        let setup = cx.setup()?;
        let background = Background::start(&setup)?;
        let room = Arc::new(Semaphore::new(1));
        let mut beat = Beat::new(&setup.schedule.pace, cx.clock.now());
        loop {
            let lock = PollLock::take(&setup.cache).ok().flatten();
            let mut wait = LOOK;
            // While another process polls, what it follows is its business.
            if lock.is_some() {
                let asked = background.block_on(background.tools.page(id, &room, std::mem::take(&mut beat.validators)));
                beat.validators = asked.validators.unwrap_or_else(Validators::default);
                let now = cx.clock.now();
                beat.after(&setup.schedule.pace, now, asked.new, asked.wish);
                wait = Duration::try_from(beat.next.duration_since(now)).unwrap_or(LOOK);
            }
            drop(lock);
            let article = again(&reader, id)?.ok_or_else(missing)?;
            self.tell(&mut cx.out, &reader, &article, &mut told, &zone, cx.clock.now())?;
            cx.out.flush()?;
            if !self.follow {
                return Ok(());
            }
            if !article.item.live {
                if !told.is_empty() {
                    super::out::note("The coverage has ended.");
                }
                return Ok(());
            }
            // Made inside: a timer knows its runtime from its first moment on.
            background.block_on(async { tokio::time::sleep(wait).await });
        }
    }

    /// Tells the posts that were not told yet, or not as they are now.
    fn tell(
        &self,
        out: &mut Out,
        reader: &Reader,
        article: &Article,
        told: &mut HashMap<(ArticleId, Clean), (Posted, bool)>,
        zone: &TimeZone,
        now: jiff::Timestamp,
    ) -> Result<(), CliError> {
        let mut posts = if article.item.locked(now) { Vec::new() } else { reader.coverage(article.id, now)? };
        posts.retain(|c| !self.alone || c.article == article.id || c.also.contains(&article.outlet));
        let several = posts.iter().any(|c| c.outlet != article.outlet);
        if posts.is_empty() && told.is_empty() && !self.json {
            super::out::note("This article has no live posts.");
        }
        for Covered { article: of, outlet, also, posted, .. } in posts.iter().rev() {
            let key = (*of, posted.post.id.clone());
            let state = (posted.clone(), posted.gone.is_some());
            if told.get(&key).is_some_and(|(before, gone)| before.post == posted.post && *gone == state.1) {
                continue;
            }
            let again = told.insert(key, state).is_some();
            if self.json {
                let mut post = export::json::posted(posted);
                (post["article"], post["outlet"], post["also"]) = (json!(of), json!(outlet), json!(also));
                out.json(&post)?;
                continue;
            }
            let time = posted.post.time.map_or(String::new(), |t| t.to_zoned(zone.clone()).strftime("%-d %b %H:%M").to_string());
            let mut marks = String::new();
            if several {
                marks = [outlet].into_iter().chain(also).fold(marks, |all, outlet| format!("{all} · {outlet}"));
            }
            for (is, word) in [
                (posted.post.key_event, "key event"),
                (posted.gone.is_some(), "deleted"),
                (again && posted.gone.is_none() || posted.edit.is_some(), "edited"),
            ] {
                if is {
                    marks.push_str(&format!(" · {word}"));
                }
            }
            out.pieces(&[(Weight::Dim, &format!("{time}{marks}  ")), (Weight::Bold, posted.post.title.as_deref().unwrap_or_default())])?;
            let width = self.width.clamp(20, 500);
            let language = article.item.language.as_deref();
            let laid =
                typeset::lay(&posted.post.body, &typeset::Options { width, language, hyphenate: false, ..typeset::Options::default() });
            for line in &laid.lines {
                let text: String = line.spans.iter().map(|s| s.text.as_str()).collect();
                out.line(text.trim_end())?;
            }
            out.line("")?;
        }
        Ok(())
    }
}

fn again(reader: &Reader, id: ArticleId) -> Result<Option<Article>, CliError> {
    Ok(reader.article(id, None)?)
}
