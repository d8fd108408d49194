//! Files what was held elsewhere: entries with the marks that their reader had made there, and saved searches. What this
//! cache knows already is never touched, so that an import can be repeated at any time.

use rusqlite::{OptionalExtension, params};

use super::error::{Fault, Result};
use super::file::{self, Source};
use super::rows::{self, key, micros};
use super::write::Tx;
use super::{marks, subscribe};
use crate::model::{Address, Applied, Clean, FeedFacts, FeedId, FeedSettings, Imported, Item, Query, plain_text};

/// The digest of an article that its feed has not delivered yet: it was brought from elsewhere.
pub(super) const UNPOLLED: i64 = 0;

pub(super) fn import(
    tx: &mut Tx<'_>,
    address: &Address,
    settings: &FeedSettings,
    facts: Option<&FeedFacts>,
    items: &[Imported],
) -> Result<Applied> {
    let known = subscribe::at(tx, address)?;
    // What a feed says of itself now counts for more than what it said elsewhere.
    let facts = facts.filter(|_| known.is_none());
    let subscribed = subscribe::subscribe(tx, address, settings, facts)?;
    let Some(feed) = subscribed.feed else { return Ok(subscribed) };
    let mut settled = false;
    if !subscribed.subscribed
        && *settings != FeedSettings::default()
        && rows::feed(tx.conn, feed)?.is_some_and(|f| f.feed.settings == FeedSettings::default())
    {
        // Nothing was ever set here (its entries may have come before the list that names it).
        subscribe::put(tx, feed, address, settings)?;
        settled = true;
    }
    let row = rows::feed(tx.conn, feed)?.ok_or_else(|| Fault::Refused(format!("There is no feed {feed}.")))?;
    let source = Source {
        feed,
        outlet: file::outlet(&row.feed.address, &row.facts.site),
        full_text: row.feed.settings.full_text,
        pages: true,
        title: row.feed.title,
    };
    let mut applied =
        Applied { label: subscribed.label, feed: Some(feed), subscribed: subscribed.subscribed, settled, ..Applied::default() };
    let (now, stamp) = (micros(tx.now), marks::stamp(tx)?);
    // Against their order, so that the newest arrives last.
    for imported in items.iter().rev() {
        let Imported { item, marks, marks_only } = imported;
        let key = key(&item.guid);
        let id: Option<i64> = tx
            .conn
            .prepare_cached("SELECT id FROM article WHERE feed = ?1 AND key = ?2")?
            .query_row((feed.0, key), |r| r.get(0))
            .optional()?;
        let read_at = marks.read.then_some(stamp);
        let saved_at = marks.saved.then_some(stamp);
        // A mark that is there was made here, and stands.
        let fresh = tx
            .conn
            .prepare_cached(
                "INSERT OR IGNORE INTO mark(feed, key, read_at, saved_at) SELECT ?1, ?2, ?3, ?4 WHERE ?3 IS NOT NULL OR ?4 IS NOT NULL",
            )?
            .execute(params![feed.0, key, read_at, saved_at])?
            > 0;
        if fresh && let Some(id) = id {
            let sql = "UPDATE article SET read_at = ?2, saved_at = ?3, listed = max(listed, ?3 IS NOT NULL) WHERE id = ?1";
            tx.conn.prepare_cached(sql)?.execute(params![id, read_at, saved_at])?;
            applied.count += 1;
        }
        if fresh || id.is_none() {
            for tag in &marks.tags {
                tx.conn.prepare_cached("INSERT OR IGNORE INTO tag(tag, feed, key) VALUES (?1, ?2, ?3)")?.execute((
                    tag.as_str(),
                    feed.0,
                    key,
                ))?;
            }
        }
        if id.is_none() && !marks_only {
            let text = plain_text(&item.body);
            let id = file::insert(tx, &source, source.entry(item, &text), key, false, now)?;
            tx.conn.prepare_cached("UPDATE article SET feed_digest = ?2 WHERE id = ?1")?.execute((id.0, UNPOLLED))?;
            applied.new.push(id);
        }
    }
    applied.count += applied.new.len() as u64 + subscribed.count + u64::from(settled);
    Ok(applied)
}

/// Gives `key` to the article that was brought from elsewhere under its link, since its guid was not known there. Its
/// marks come along. Says whether there is such an article.
pub(super) fn adopt(tx: &Tx<'_>, feed: FeedId, item: &Item, key: i64) -> Result<bool> {
    let Some(by_link) = item.url.as_ref().map(|url| rows::key(url.as_str())).filter(|by_link| *by_link != key) else { return Ok(false) };
    let sql = "UPDATE article SET key = ?3 WHERE feed = ?1 AND key = ?2 AND feed_digest = ?4";
    if tx.conn.prepare_cached(sql)?.execute((feed.0, by_link, key, UNPOLLED))? == 0 {
        return Ok(false);
    }
    for table in ["mark", "tag", "note", "highlight"] {
        let sql = format!("UPDATE OR REPLACE {table} SET key = ?3 WHERE feed = ?1 AND key = ?2");
        tx.conn.prepare_cached(&sql)?.execute((feed.0, by_link, key))?;
    }
    Ok(true)
}

/// Whether an article's title is this one.
pub(super) fn same_title(tx: &Tx<'_>, article: i64, title: &Clean) -> Result<bool> {
    let mut s = tx.conn.prepare_cached("SELECT title = ?2 FROM article WHERE id = ?1")?;
    Ok(s.query_row((article, title.as_str()), |r| r.get(0)).optional()?.unwrap_or(false))
}

pub(super) fn view(tx: &mut Tx<'_>, name: &Clean, query: &Query) -> Result<Applied> {
    if name.is_empty() || name.len() > 400 {
        return Err(Fault::Refused("A view needs a name of 1 to 100 letters.".into()));
    }
    let sql = "INSERT OR IGNORE INTO view(name, query, place) SELECT ?1, ?2, coalesce(max(place), 0) + 1 FROM view";
    let count = tx.conn.prepare_cached(sql)?.execute((name.as_str(), query.to_string()))? as u64;
    let label = format!("{} “{name}”", if count > 0 { "kept the view" } else { "there is a view" });
    Ok(Applied { label: Clean::line(&label), count, ..Applied::default() })
}
