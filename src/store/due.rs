//! What the poller asks: which feeds are due, which hosts want to be left alone, which articles wait for their page.

use jiff::Timestamp;
use std::collections::HashMap;

use super::error::Result;
use super::read::Reader;
use super::rows::{self, micros, time, unpack};
use super::{StoreError, error::Fault};
use crate::model::{Address, ArticleId, Feed, FeedFacts, FeedId, Item, Rhythm, Validators};

/// A feed to poll, with all that its last poll left behind.
#[derive(Clone, Debug)]
pub struct Due {
    /// Which.
    pub feed: Feed,
    /// To ask with.
    pub validators: Validators,
    /// What the schedule remembers.
    pub rhythm: Rhythm,
    /// What the feed says of itself, its hints among it.
    pub facts: FeedFacts,
    /// To be asked at once, whatever its health says: new, moved or woken.
    pub woken: bool,
}

/// Articles whose page is to be fetched. SQLite uses a partial index where its own condition is said, too.
pub(super) const TEASERS: &str = "SELECT a.id, a.feed, v.item
    FROM article a INDEXED BY article_pending JOIN version v ON v.article = a.id AND v.number = a.versions
    WHERE a.pending > 0 AND a.pending IN (1, 3) AND a.listed = 1 ORDER BY a.id DESC";

impl Reader {
    /// Feeds that may be asked now; with `all`, also those whose time has not come. Never what is paused or gone.
    pub fn due(&self, now: Timestamp, all: bool) -> std::result::Result<Vec<Due>, StoreError> {
        self.named(|| {
            let feeds = rows::feeds(&self.conn, "AND f.paused = 0 AND f.gone = 0")?;
            let due =
                |f: &rows::FeedRow| f.feed.address.is_polled() && (all || f.feed.health.next.is_none_or(|next| next <= now) || f.woken);
            let due = feeds.into_iter().filter(due);
            Ok(due.map(|f| Due { feed: f.feed, validators: f.validators, rhythm: f.rhythm, facts: f.facts, woken: f.woken }).collect())
        })
    }

    /// When the next feed is due, its host asked to be left alone until then or not (long ago, if it is to be asked at
    /// once). `None` if no feed ever is.
    pub fn next_due(&self, now: Timestamp) -> std::result::Result<Option<Timestamp>, StoreError> {
        let waits: HashMap<String, Timestamp> = self.host_waits(now)?.into_iter().collect();
        self.named(|| {
            // Nothing of a feed is read but what it takes: this is asked after every round, and at every command.
            let sql = "SELECT address, next FROM feed WHERE subscribed = 1 AND paused = 0 AND gone = 0 ORDER BY next";
            let mut s = self.conn.prepare_cached(sql)?;
            let mut rows = s.query([])?;
            let mut first: Option<Timestamp> = None;
            while let Some(row) = rows.next()? {
                let due = row.get::<_, Option<i64>>(1)?.map_or(Timestamp::MIN, time);
                if first.is_some_and(|first| first <= due) {
                    break; // nor is any that follows
                }
                // What is no address is no feed.
                let Some(address) = row.get_ref(0)?.as_str().ok().and_then(|a| Address::stored(a).ok()) else { continue };
                if address.is_polled() {
                    let due = waits.get(&address.host()).map_or(due, |until| due.max(*until));
                    first = Some(first.map_or(due, |first| first.min(due)));
                }
            }
            Ok(first)
        })
    }

    /// One feed, if it is subscribed to.
    pub fn feed(&self, id: FeedId) -> std::result::Result<Option<Feed>, StoreError> {
        self.named(|| Ok(rows::feed(&self.conn, id)?.filter(|row| row.subscribed).map(|row| row.feed)))
    }

    /// Hosts that asked to be left alone, and until when.
    pub fn host_waits(&self, now: Timestamp) -> std::result::Result<Vec<(String, Timestamp)>, StoreError> {
        self.named(|| {
            let mut s = self.conn.prepare_cached("SELECT name, until FROM host WHERE until > ?1 ORDER BY name")?;
            let rows = s.query_map([micros(now)], |r| Ok((r.get(0)?, time(r.get(1)?))))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Articles that still need their page, newest first.
    pub fn teasers(&self, limit: usize) -> std::result::Result<Vec<(ArticleId, FeedId, Address)>, StoreError> {
        self.named(|| {
            let mut s = self.conn.prepare_cached(TEASERS)?;
            let mut rows = s.query([])?;
            let mut out = Vec::new();
            while out.len() < limit
                && let Some(row) = rows.next()?
            {
                let item: Result<Item> = row.get_ref(2)?.as_blob().map_err(|e| Fault::Broken(e.to_string())).and_then(unpack);
                // A row that cannot be read, or has no page, costs itself only, and no other its place.
                if let Ok(Item { url: Some(url), .. }) = item {
                    out.push((ArticleId(row.get(0)?), FeedId(row.get(1)?), url));
                }
            }
            Ok(out)
        })
    }

    /// Pages that were read and may change, of stories that are followed and of what is saved: article, feed, when it last
    /// changed since `since`; the newest change first. Live blogs have a rhythm of their own.
    pub fn pages_to_watch(&self, since: Timestamp, limit: usize) -> std::result::Result<Vec<(ArticleId, FeedId, Timestamp)>, StoreError> {
        self.named(|| {
            let which = "a.filled = 1 AND a.listed = 1 AND a.status = 0 AND a.live = 0 AND a.pending = 0";
            let changed = "CASE WHEN a.versions > 1 THEN (SELECT fetched FROM version v WHERE v.article = a.id AND v.number = a.versions)
                ELSE a.time END";
            let sql = format!(
                "SELECT id, feed, max(at) AS last FROM (
                    SELECT a.id, a.feed, {changed} AS at FROM follow f CROSS JOIN article a ON a.story = f.story WHERE {which}
                    UNION ALL SELECT a.id, a.feed, {changed} FROM mark m INDEXED BY mark_followed
                        CROSS JOIN article a ON a.feed = m.feed AND a.key = m.key WHERE m.followed_at IS NOT NULL AND {which}
                    UNION ALL SELECT a.id, a.feed, {changed} FROM article a INDEXED BY article_saved WHERE a.saved_at IS NOT NULL AND {which}
                ) WHERE at >= ?1 GROUP BY id ORDER BY last DESC LIMIT ?2"
            );
            let mut s = self.conn.prepare_cached(&sql)?;
            let rows = s.query_map((micros(since), i64::try_from(limit).unwrap_or(i64::MAX)), |r| {
                Ok((ArticleId(r.get(0)?), FeedId(r.get(1)?), time(r.get(2)?)))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}
