//! A story as it is told: its articles over all outlets with what says that they belong together, how independent they
//! are, and when the reader last looked.

use rusqlite::{OptionalExtension, params};

use super::error::{Result, StoreError};
use super::read::Reader;
use super::rows::{Whys, micros, time, unpack};
use super::write::Tx;
use crate::model::{Applied, ArticleId, Company, Item, StoryId, Teller, Told, Visit};

/// Articles of a story that are told at most, the newest.
const MAX_TOLD: i64 = 500;

impl Reader {
    /// The story that an article tells, with all who tell it.
    pub fn story(&self, id: ArticleId) -> std::result::Result<Option<Told>, StoreError> {
        self.named(|| self.told(id))
    }

    /// The story that an article tells, or else what carries its dispatch; the article alone if neither is known.
    pub(super) fn told(&self, id: ArticleId) -> Result<Option<Told>> {
        let sql = "SELECT story, dispatch FROM article WHERE id = ?1";
        let found: Option<(Option<i64>, Option<i64>)> =
            self.conn.prepare_cached(sql)?.query_row([id.0], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
        let Some((story, dispatch)) = found else { return Ok(None) };
        let (within, key) = match (story, dispatch) {
            (Some(story), _) => ("story = ?1", story),
            (None, Some(dispatch)) => ("dispatch = ?1", dispatch),
            (None, None) => ("id = ?1", id.0),
        };
        let sql = format!("SELECT id FROM article WHERE {within} AND (listed = 1 OR id = ?2) ORDER BY time DESC, id DESC LIMIT ?3");
        let mut s = self.conn.prepare_cached(&sql)?;
        let mut ids: Vec<i64> = s.query_map((key, id.0, MAX_TOLD + 1), |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        let more = ids.len() > MAX_TOLD as usize;
        ids.truncate(MAX_TOLD as usize);
        ids.reverse();
        let mut tellers = Vec::with_capacity(ids.len());
        for id in ids {
            tellers.extend(self.teller(ArticleId(id))?);
        }
        let title = tellers.iter().max_by_key(|t| (t.words, std::cmp::Reverse(t.headline.id))).map(|t| t.headline.title.clone());
        let seen = story.map(|story| self.visited(StoryId(story))).transpose()?.flatten();
        Ok(Some(Told { about: id, story: story.map(StoryId), title: title.unwrap_or_default(), seen, tellers, more }))
    }

    fn teller(&self, id: ArticleId) -> Result<Option<Teller>> {
        let Some(headline) = self.row(id.0)? else { return Ok(None) };
        let sql = "SELECT a.why, v.words, v.item FROM article a
            JOIN version v ON v.article = a.id AND v.number = a.versions WHERE a.id = ?1";
        let mut s = self.conn.prepare_cached(sql)?;
        let mut found = s.query([id.0])?;
        let Some(row) = found.next()? else { return Ok(None) };
        let why: Option<String> = row.get(0)?;
        let why: Whys = why.as_deref().and_then(|w| serde_json::from_str(w).ok()).unwrap_or_default();
        // What is damaged costs itself only.
        let item: Item = unpack(&row.get::<_, Vec<u8>>(2)?).unwrap_or_default();
        Ok(Some(Teller {
            headline,
            stage: item.stage,
            signals: item.signals,
            number: item.attribution.dispatch,
            carries: why.carries,
            tells: why.tells,
            words: row.get(1)?,
            versions: self.versions(id)?,
        }))
    }

    fn visited(&self, story: StoryId) -> Result<Option<Visit>> {
        let mut s = self.conn.prepare_cached("SELECT at, last FROM visit WHERE story = ?1")?;
        Ok(s.query_row([story.0], |r| Ok(Visit { at: time(r.get(0)?), last: ArticleId(r.get(1)?) })).optional()?)
    }

    /// How many tell a story, and how many of them independently.
    pub(super) fn company(&self, story: Option<i64>) -> Result<Option<Company>> {
        let Some(story) = story else { return Ok(None) };
        let sql = "SELECT count(*), count(DISTINCT outlet), count(DISTINCT dispatch), count(*) - count(dispatch)
            FROM article WHERE story = ?1 AND listed = 1";
        let company = self
            .conn
            .prepare_cached(sql)?
            .query_row([story], |r| Ok(Company { articles: r.get(0)?, outlets: r.get(1)?, dispatches: r.get(2)?, own: r.get(3)? }))?;
        Ok(Some(company).filter(|c| c.articles > 1))
    }
}

pub(super) fn visit(tx: &Tx<'_>, story: StoryId, last: ArticleId) -> Result<Applied> {
    let sql = "INSERT INTO visit(story, at, last) SELECT id, ?2, ?3 FROM story WHERE id = ?1
        ON CONFLICT(story) DO UPDATE SET at = excluded.at, last = max(last, excluded.last)";
    let n = tx.conn.prepare_cached(sql)?.execute(params![story.0, micros(tx.now), last.0])?;
    Ok(Applied { count: n as u64, ..Applied::default() })
}
