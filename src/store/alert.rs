//! Alerts: who is to be told of what, found when it is filed and placed, and claimed before it is told, so that nobody is
//! told twice, however many outlets carry a dispatch and however many programs look.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::error::{Result, StoreError};
use super::read::Reader;
use super::rows::{clean, micros, signal_bit, unpack};
use super::write::Tx;
use crate::model::{Alert, Applied, ArticleId, Change, Clean, Item, Signal};

/// Nobody is told of what is older than this.
const STALE: SignedDuration = SignedDuration::from_hours(12);

/// Since when what was published is worth an alert.
fn lately(now: Timestamp) -> i64 {
    micros(now.saturating_sub(STALE).unwrap_or(Timestamp::MIN))
}

/// The reader is to be told of these, unless they are old, were read, or are on their way already.
pub(super) fn want(tx: &Tx<'_>, ids: &[ArticleId], why: &Clean) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO alert(article, version, at, why)
        SELECT id, 1, ?2, ?3 FROM article WHERE id = ?1 AND read_at IS NULL AND time >= ?4";
    for article in ids {
        tx.conn.prepare_cached(sql)?.execute(params![article.0, micros(tx.now), why.as_str(), lately(tx.now)])?;
    }
    Ok(())
}

/// What `changes` brought to followed stories, and what corrects an article that the reader was told of.
pub(super) fn arrived(tx: &Tx<'_>, changes: &[Change], done: &[Applied], followed: bool) -> Result<()> {
    let now = micros(tx.now);
    // Mostly nothing is, and much is placed.
    let stories = followed && tx.conn.prepare_cached("SELECT 1 FROM follow LIMIT 1")?.exists([])?;
    for (change, applied) in changes.iter().zip(done) {
        if let (Change::Place(placed), true) = (change, stories) {
            // What was there when it began to be followed is known.
            let sql = "INSERT OR IGNORE INTO alert(article, version, at, why)
                SELECT a.id, 1, ?2, s.title FROM article a JOIN follow f ON f.story = a.story JOIN story s ON s.id = a.story
                    JOIN version v ON v.article = a.id AND v.number = 1
                 WHERE a.id = ?1 AND a.read_at IS NULL AND a.listed = 1 AND v.fetched >= f.since AND a.time >= ?3";
            for p in placed.placements.iter().filter(|p| p.story.is_some()) {
                tx.conn.prepare_cached(sql)?.execute((p.article.0, now, lately(tx.now)))?;
            }
        }
        if let (Change::Page(page), true) = (change, followed && applied.posts > 0) {
            // A live blog that is followed for itself: one alert for all that a look at it brought, none for its first sight.
            let sql = "INSERT OR IGNORE INTO alert(article, version, at, why)
                SELECT a.id, ?4 + (SELECT count(*) FROM live_post p WHERE p.article = a.id), ?2, a.title
                  FROM article a JOIN mark m ON m.feed = a.feed AND m.key = a.key
                 WHERE a.id = ?1 AND m.followed_at IS NOT NULL AND a.live = 1 AND a.listed = 1
                    AND EXISTS (SELECT 1 FROM live_post p WHERE p.article = a.id AND p.seen < ?2)
                    AND EXISTS (SELECT 1 FROM live_post p WHERE p.article = a.id AND p.seen >= ?2 AND coalesce(p.time, ?2) >= ?3)";
            tx.conn.prepare_cached(sql)?.execute((page.id.0, micros(page.at), lately(tx.now), Alert::POSTS))?;
        }
        let signals = signal_bit(Signal::Correction) | signal_bit(Signal::Withdrawn);
        let sql = "SELECT t.why FROM article a JOIN alert t ON t.article = a.id AND t.version = 1 AND t.told IS NOT NULL
             WHERE a.id = ?1 AND a.versions > 1 AND (a.signals & ?2) <> 0";
        for article in &applied.changed {
            let mut s = tx.conn.prepare_cached(sql)?;
            let why: Option<String> = s.query_row((article.0, signals), |r| r.get(0)).optional()?;
            // Reading the version before is the dear part, and rarely needed.
            if let Some(why) = why
                && !corrected_before(tx, *article)?
            {
                let sql = "INSERT OR IGNORE INTO alert(article, version, at, why) SELECT id, versions, ?2, ?3 FROM article WHERE id = ?1";
                tx.conn.prepare_cached(sql)?.execute((article.0, now, why))?;
            }
        }
    }
    Ok(())
}

/// Whether the version before the newest was a correction or withdrawal already: the same one, edited, is not told again.
fn corrected_before(tx: &Tx<'_>, article: ArticleId) -> Result<bool> {
    let sql = "SELECT v.item FROM article a JOIN version v ON v.article = a.id AND v.number = a.versions - 1 WHERE a.id = ?1";
    let blob: Option<Vec<u8>> = tx.conn.prepare_cached(sql)?.query_row([article.0], |r| r.get(0)).optional()?;
    let before = blob.and_then(|blob| unpack::<Item>(&blob).ok());
    Ok(before.is_some_and(|item| item.signals.iter().any(|s| matches!(s, Signal::Correction | Signal::Withdrawn))))
}

/// Claims an alert: whoever does it first tells it. Another of the same dispatch was told already, or is never.
pub(super) fn claim(tx: &Tx<'_>, article: ArticleId, version: u32) -> Result<Applied> {
    let now = micros(tx.now);
    let dispatch: Option<i64> =
        tx.conn.prepare_cached("SELECT dispatch FROM article WHERE id = ?1")?.query_row([article.0], |r| r.get(0)).optional()?.flatten();
    // Of a dispatch's corrections one is told, too.
    let sql = "SELECT 1 FROM alert t JOIN article c ON c.id = t.article
        WHERE c.dispatch = ?1 AND c.id <> ?2 AND t.told IS NOT NULL AND (t.version > 1) = (?3 > 1)";
    let told = match dispatch {
        Some(dispatch) => tx.conn.prepare_cached(sql)?.exists(params![dispatch, article.0, version])?,
        None => false,
    };
    let sql = "UPDATE alert SET told = ?3 WHERE article = ?1 AND version = ?2 AND told IS NULL";
    let n = tx.conn.prepare_cached(sql)?.execute((article.0, version, now))?;
    Ok(Applied { count: if told { 0 } else { n as u64 }, ..Applied::default() })
}

impl Reader {
    /// What is to be told, the oldest first. An article whose dispatch and story are not found out yet is not among them.
    pub fn alerts(&self, now: Timestamp) -> std::result::Result<Vec<Alert>, StoreError> {
        self.named(|| {
            let sql = "SELECT t.article, t.version, t.why, a.title, a.outlet FROM alert t INDEXED BY alert_open JOIN article a ON a.id = t.article
                WHERE t.told IS NULL AND t.at >= ?1 AND (t.version > 1 OR a.read_at IS NULL AND EXISTS (SELECT 1 FROM likeness l WHERE l.article = t.article)) ORDER BY t.at, t.article LIMIT 100";
            let mut s = self.conn.prepare_cached(sql)?;
            let mut rows = s.query([lately(now)])?;
            let mut out = Vec::new();
            while let Some(row) = rows.next()? {
                let (article, version) = (ArticleId(row.get(0)?), row.get::<_, u32>(1)?);
                let mut title = clean(row, 3)?;
                if version >= Alert::POSTS {
                    // What it says is its newest post; one who has read that needs no telling.
                    match self.newest_unread(article)? {
                        Some(post) => title = post,
                        None => continue,
                    }
                }
                let outlet = self.outlet(row.get(4)?)?;
                out.push(Alert { article, version, why: clean(row, 2)?, title, outlet });
            }
            Ok(out)
        })
    }
}
