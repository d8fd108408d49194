//! What a feed itself last delivered of an article whose text came from its page. The page completes it; where the page
//! cannot be had, the feed's word stands all the same: a correction or a withdrawal waits for nobody.

use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Fault, Result, StoreError};
use super::file::{self, Entry, Known};
use super::read::Reader;
use super::rows::{Facts, unpack};
use super::write::Tx;
use crate::model::{ArticleId, Block, Clean, FeedId, Item, plain_text};

impl Reader {
    /// A number for what the feed delivered last of an article; another one for each delivery that differs. To be read
    /// before [`Reader::delivered`]. `None` if there is no such article.
    pub fn delivery(&self, id: ArticleId) -> std::result::Result<Option<i64>, StoreError> {
        self.named(|| {
            let sql = "SELECT feed_digest FROM article WHERE id = ?1";
            Ok(self.conn.prepare_cached(sql)?.query_row([id.0], |r| r.get(0)).optional()?)
        })
    }

    /// The item as the feed last delivered it, which an article's page is to complete; without live posts. `None` if there
    /// is no such article. (The article itself may carry an older page's text, title and credits.)
    pub fn delivered(&self, id: ArticleId) -> std::result::Result<Option<Item>, StoreError> {
        self.named(|| {
            // Until a page was read, the newest version is what the feed delivered.
            let sql = "SELECT coalesce(d.item, v.item), CASE WHEN d.article IS NULL THEN v.body ELSE d.body END
                 FROM article a JOIN version v ON v.article = a.id AND v.number = a.versions LEFT JOIN delivered d ON d.article = a.id
                 WHERE a.id = ?1";
            stored(&self.conn, sql, id.0)
        })
    }
}

/// The item that a statement finds, as its facts and the number of its text.
pub(super) fn stored(conn: &Connection, sql: &str, id: i64) -> Result<Option<Item>> {
    let row: Option<(Vec<u8>, Option<i64>)> = conn.prepare_cached(sql)?.query_row([id], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
    let Some((facts, body)) = row else { return Ok(None) };
    let mut item: Item = unpack(&facts)?;
    if let Some(body) = body {
        let mut s = conn.prepare_cached("SELECT blocks FROM body WHERE id = ?1")?;
        let blocks: Option<Vec<u8>> = s.query_row([body], |r| r.get(0)).optional()?;
        item.body = unpack(&blocks.ok_or_else(|| Fault::Broken("its text is missing".into()))?)?;
    }
    Ok(Some(item))
}

/// Keeps what the feed delivered, in place of what it delivered before.
pub(super) fn keep(tx: &mut Tx<'_>, article: i64, entry: Entry<'_>) -> Result<()> {
    let Entry { item, outlet, .. } = entry;
    let before = forget(tx, article)?;
    let body = if item.body.is_empty() { None } else { Some(file::body(tx, &item.body)?) };
    let facts = tx.packer.pack(&Facts { item, outlet })?;
    tx.conn.prepare_cached("INSERT INTO delivered(article, body, item) VALUES (?1, ?2, ?3)")?.execute(params![article, body, facts])?;
    file::unused(tx, before)
}

/// Keeps the newest version as what the feed delivered: a page's text is about to take its place.
pub(super) fn keep_newest(tx: &Tx<'_>, old: &Known) -> Result<()> {
    let sql =
        "INSERT OR IGNORE INTO delivered(article, body, item) SELECT article, body, item FROM version WHERE article = ?1 AND number = ?2";
    tx.conn.prepare_cached(sql)?.execute((old.id, old.versions))?;
    Ok(())
}

/// Forgets what was kept; the text it had, if any.
fn forget(tx: &Tx<'_>, article: i64) -> Result<Option<i64>> {
    let mut s = tx.conn.prepare_cached("DELETE FROM delivered WHERE article = ?1 RETURNING body")?;
    // Read to its end, or nothing is deleted.
    let bodies: Vec<Option<i64>> = s.query_map([article], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(bodies.into_iter().flatten().next())
}

/// There is no page to come: what the feed delivered is the article's state. Whether that is a new version.
pub(super) fn settle(tx: &mut Tx<'_>, old: &Known, at: i64) -> Result<bool> {
    tx.conn.prepare_cached("UPDATE article SET pending = 0 WHERE id = ?1")?.execute([old.id])?;
    if !old.filled {
        // Filed as it came.
        return Ok(false);
    }
    let delivered = match stored(tx.conn, "SELECT item, body FROM delivered WHERE article = ?1", old.id) {
        Ok(Some(item)) => item,
        // What cannot be read any more can only be left.
        Ok(None) | Err(Fault::Broken(_)) => return Ok(false),
        Err(e) => return Err(e),
    };
    let newest = "SELECT v.item, v.body FROM version v JOIN article a ON a.id = v.article AND a.versions = v.number WHERE a.id = ?1";
    let page = match stored(tx.conn, newest, old.id) {
        Ok(page) => page,
        Err(Fault::Broken(_)) => None,
        Err(e) => return Err(e),
    };
    let whole = delivered.complete || page.as_ref().is_none_or(|page| words(&page.body) <= words(&delivered.body));
    let item = match page {
        Some(page) if !whole => on_page(delivered, page),
        _ => delivered,
    };
    let text = plain_text(&item.body);
    let none = Clean::default();
    let entry = Entry::new(&item, &text, &none); // it had an outlet when it was kept
    let changed = entry.digest != old.digest;
    if changed {
        file::version(tx, old, entry, at)?;
        if whole {
            let before = forget(tx, old.id)?;
            tx.conn.prepare_cached("UPDATE article SET filled = 0 WHERE id = ?1")?.execute([old.id])?;
            file::unused(tx, before)?;
        }
    }
    Ok(changed)
}

/// No article of a feed waits for its page any longer.
pub(super) fn settle_all(tx: &mut Tx<'_>, feed: FeedId, at: i64) -> Result<Vec<ArticleId>> {
    let waiting: Vec<i64> = {
        let mut s = tx.conn.prepare_cached("SELECT id FROM article WHERE pending > 0 AND feed = ?1 ORDER BY id")?;
        s.query_map([feed.0], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?
    };
    let mut changed = Vec::new();
    for id in waiting {
        if let Some(old) = file::known(tx, "id = ?1", [id])?
            && settle(tx, &old, at)?
        {
            changed.push(ArticleId(id));
        }
    }
    Ok(changed)
}

fn words(body: &[Block]) -> usize {
    body.iter().map(|b| b.text().split_whitespace().count()).sum()
}

/// What the feed says, over the text of a page that was read before, and with what only that page told.
fn on_page(mut item: Item, mut page: Item) -> Item {
    item.body = std::mem::take(&mut page.body);
    item.complete = page.complete;
    if item.attribution.credits.is_empty() {
        item.attribution = std::mem::take(&mut page.attribution);
    }
    item.fill_from(page);
    item
}
