//! Files what a poll or a page brought: new articles, new versions of known ones, nothing at all for what is the same.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, params};
use std::collections::HashSet;

use super::error::{Fault, Result};
use super::rows::{self, Facts, item_digest, key, micros, status_code, time, to_json};
use super::write::Tx;
use super::{delivered, import, index, keep, live, subscribe, withdrawn};
use crate::model::{
    Address, Agency, Applied, ArticleId, Block, Clean, Failure, FailureKind, FeedId, FullText, Health, Item, Outcome, PageRead, Polled,
    Role, plain_text,
};

/// How often a page is tried that could not be had.
const MAX_TRIES: i64 = 5;
/// More agencies than this no byline has.
const MAX_CREDITS: usize = 32;

pub(super) fn polled(tx: &mut Tx<'_>, polled: &Polled) -> Result<Applied> {
    let feed = polled.feed;
    let row = rows::feed(tx.conn, feed)?.ok_or_else(|| Fault::Refused(format!("There is no feed {feed}.")))?;
    let mut applied = Applied { feed: Some(feed), ..Applied::default() };
    if !row.subscribed {
        // Given up while its answer was under way.
        return Ok(applied);
    }
    let failed = matches!(polled.outcome, Outcome::Failed(_));
    if polled
        .asked
        .as_ref()
        .is_some_and(|asked| asked.address != row.feed.address || failed && !subscribe::asked_alike(&asked.settings, &row.feed.settings))
    {
        // Changed by the reader meanwhile: what the old address says, or says to the old login, is nothing of the new one's,
        // which is asked at once.
        tx.conn.prepare_cached("UPDATE feed SET next = NULL WHERE id = ?1")?.execute([feed.0])?;
        return Ok(applied);
    }
    let mut health = Health {
        checked: Some(polled.at),
        next: Some(polled.next),
        why_next: polled.why_next.clone().non_empty(),
        ..Health {
            succeeded: row.feed.health.succeeded,
            failures: row.feed.health.failures,
            warnings: row.feed.health.warnings,
            per_day: row.feed.health.per_day,
            ..Health::default()
        }
    };
    let mut validators = row.validators;
    let pages = polled.pages != Some(false);
    let mut facts = row.facts;
    match &polled.outcome {
        Outcome::Read { facts: new, items, validators: v, warnings } => {
            facts = new.clone();
            health.warn(warnings);
            validators = v.clone();
            let full_text = row.feed.settings.full_text;
            let title = rows::feed_title(&row.feed.address, &row.feed.settings, &facts);
            let source = Source { feed, outlet: outlet(&row.feed.address, &facts.site), full_text, pages, title };
            let mut seen = HashSet::new();
            // Against the feed's order, so that its first entry is the last to arrive.
            for (nth, item) in items.iter().enumerate().rev() {
                if seen.insert(key(&item.guid)) {
                    item_in(tx, &source, item, micros(polled.at), &mut applied)?;
                    applied.came.resize(applied.new.len(), nth);
                }
            }
            // A folder or a file holds only what is new in it: nothing leaves it.
            let whole = row.feed.address.as_local().is_none();
            if whole && full_text != FullText::Never && (pages || full_text == FullText::Always) {
                withdrawn::left(tx, feed, items, &seen, polled.at)?;
            }
        }
        Outcome::Unchanged { validators: v } => {
            if let Some(v) = v {
                validators = v.clone();
            }
        }
        Outcome::Failed(failure) => {
            health.failures = health.failures.saturating_add(1);
            health.gone = failure.kind == FailureKind::Gone;
            health.failure = Some(failure.clone());
        }
    }
    if health.failure.is_none() {
        health.succeeded = Some(polled.at);
        health.failures = 0;
        health.per_day = per_day(tx, feed, polled.at)?;
        if pages || row.feed.settings.full_text == FullText::Always {
            // What left the feed is asked again whether it stands, not for its text.
            let sql = "UPDATE article SET pending = CASE WHEN \"left\" = 1 THEN ?2 ELSE 1 END WHERE pending = 2 AND feed = ?1";
            tx.conn.prepare_cached(sql)?.execute((feed.0, withdrawn::LEFT))?;
        } else {
            let settled = delivered::settle_all(tx, feed, micros(polled.at))?;
            applied.changed.extend(settled);
        }
    }
    let mut address = &row.feed.address;
    let mut rhythm = polled.rhythm.clone();
    if let Some(to) = &polled.moved {
        match subscribe::at(tx, to)? {
            Some((other, true)) if other != feed => {
                // The same news twice helps nobody, and its server no more than one reader.
                health.gone = true;
                rhythm.moving = None;
                let what = format!("It has moved to {}, which you follow already, and is asked no more.", to);
                health.failure = Some(Failure::new(FailureKind::Redirect, what, "Remove it: what is saved stays."));
            }
            _ => {
                subscribe::vacate(tx, to, feed, address)?;
                address = to;
            }
        }
    }
    tx.conn
        .prepare_cached(
            "UPDATE feed SET address = ?2, next = ?3, gone = ?4, facts = ?5, health = ?6, validators = ?7, rhythm = ?8 WHERE id = ?1",
        )?
        .execute(params![
            feed.0,
            address.as_str(),
            micros(polled.next),
            health.gone,
            to_json(&facts)?,
            to_json(&health)?,
            to_json(&validators)?,
            to_json(&rhythm)?,
        ])?;
    applied.count = (applied.new.len() + applied.changed.len()) as u64;
    Ok(applied)
}

/// Entries a day over the last week, or since the first if that is younger.
fn per_day(tx: &Tx<'_>, feed: FeedId, now: Timestamp) -> Result<Option<f32>> {
    const WEEK: i64 = 7;
    let since = micros(now.saturating_sub(SignedDuration::from_hours(24 * WEEK)).unwrap_or(Timestamp::MIN));
    let (n, first, older): (i64, Option<i64>, bool) = tx
        .conn
        .prepare_cached(
            "SELECT count(*), min(time), EXISTS (SELECT 1 FROM article WHERE feed = ?1 AND listed = 1 AND time < ?2)
             FROM article WHERE feed = ?1 AND listed = 1 AND time >= ?2",
        )?
        .query_row((feed.0, since), |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    let seen = first.map_or(0.0, |first| (micros(now) - first) as f64 / 86_400_000_000.0);
    let days = if older { WEEK as f64 } else { seen.clamp(1.0, WEEK as f64) };
    Ok((n > 0 || older).then_some((n as f64 / days) as f32))
}

/// The publisher's name where an item names none: the site's host, as readers know it; empty where that is only a
/// number, so that the feed's title stands in.
pub(super) fn outlet(address: &Address, site: &Option<Address>) -> Clean {
    let at = site.as_ref().unwrap_or(address);
    if at.is_number() { Clean::default() } else { Clean::line(&at.site()) }
}

/// A feed as its items need it.
pub(super) struct Source {
    pub feed: FeedId,
    pub outlet: Clean,
    pub full_text: FullText,
    /// Whether teasers wait for their page, where the feed's own settings leave it open.
    pub pages: bool,
    pub title: Clean,
}

/// What an article's row says of it before the item comes in.
pub(super) struct Known {
    pub id: i64,
    time: i64,
    pub versions: i64,
    pub pending: i64,
    tries: i64,
    pub filled: bool,
    feed_digest: i64,
    pub digest: i64,
    unread: bool,
    live: bool,
    /// It left its feed, and its page was or is to be asked why.
    left: bool,
    canceled: bool,
}

pub(super) fn known(tx: &Tx<'_>, cond: &str, with: impl rusqlite::Params) -> Result<Option<Known>> {
    let sql = format!(
        "SELECT id, time, versions, pending, tries, filled, feed_digest, digest, listed AND read_at IS NULL, live, \"left\", status = 2 FROM article WHERE {cond}"
    );
    let mut s = tx.conn.prepare_cached(&sql)?;
    Ok(s.query_row(with, |r| {
        Ok(Known {
            id: r.get(0)?,
            time: r.get(1)?,
            versions: r.get(2)?,
            pending: r.get(3)?,
            tries: r.get(4)?,
            filled: r.get(5)?,
            feed_digest: r.get(6)?,
            digest: r.get(7)?,
            unread: r.get(8)?,
            live: r.get(9)?,
            left: r.get(10)?,
            canceled: r.get(11)?,
        })
    })
    .optional()?)
}

/// An item on its way into the cache.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub item: &'a Item,
    /// Its publisher: never empty, so that every later reader finds one.
    pub outlet: &'a Clean,
    /// The plain text of its body.
    pub text: &'a str,
    pub digest: i64,
}

impl<'a> Entry<'a> {
    pub fn new(item: &'a Item, text: &'a str, otherwise: &'a Clean) -> Self {
        let outlet = item.outlet.as_ref().filter(|o| !o.is_empty()).unwrap_or(otherwise);
        Self { item, outlet, text, digest: item_digest(item, text) }
    }
}

impl Source {
    /// An item of this feed.
    pub fn entry<'a>(&'a self, item: &'a Item, text: &'a str) -> Entry<'a> {
        Entry::new(item, text, if self.outlet.is_empty() { &self.title } else { &self.outlet })
    }
}

fn item_in(tx: &mut Tx<'_>, source: &Source, item: &Item, at: i64, applied: &mut Applied) -> Result<()> {
    let text = plain_text(&item.body);
    let entry = source.entry(item, &text);
    let digest = entry.digest;
    let wants_page = item.url.is_some()
        && match source.full_text {
            FullText::Auto => !item.complete && source.pages,
            FullText::Always => true,
            FullText::Never => false,
        };
    let key = key(&item.guid);
    let mut old = known(tx, "feed = ?1 AND key = ?2", (source.feed.0, key))?;
    if old.is_none() && import::adopt(tx, source.feed, item, key)? {
        old = known(tx, "feed = ?1 AND key = ?2", (source.feed.0, key))?;
    }
    let Some(old) = old else {
        if !keep::went(tx, source.feed.0, key, item)? {
            applied.new.push(insert(tx, source, entry, key, wants_page, at)?);
        }
        return Ok(());
    };
    applied.posts += live::posts(tx, old.id, entry, at, true)?;
    if old.left {
        // It is back: its page may be too, and need not be asked why it left.
        let sql = "UPDATE article SET \"left\" = 0, pending = CASE WHEN status = 2 THEN ?2 WHEN pending > 1 THEN 0 ELSE pending END WHERE id = ?1";
        tx.conn.prepare_cached(sql)?.execute((old.id, wants_page || old.filled))?;
    }
    // What was taken for withdrawn and comes back as it was is another version: the feed says that it stands.
    let stands_again = old.left && old.canceled && !old.filled;
    if old.feed_digest == digest && !stands_again {
        if old.live != item.live {
            tx.conn.prepare_cached("UPDATE article SET live = ?2 WHERE id = ?1")?.execute((old.id, item.live))?;
        }
        return Ok(());
    }
    tx.conn.prepare_cached("UPDATE article SET feed_digest = ?2, tries = 0 WHERE id = ?1")?.execute((old.id, digest))?;
    if old.feed_digest == import::UNPOLLED && !old.filled && import::same_title(tx, old.id, &item.title)? {
        // The feed's own delivery of what came from elsewhere takes its place: nothing has changed at the outlet.
        in_place(tx, &old, entry, at)?;
        tx.conn.prepare_cached("UPDATE article SET pending = ?2 WHERE id = ?1")?.execute((old.id, wants_page && old.unread))?;
    } else if old.filled {
        delivered::keep(tx, old.id, entry)?;
        if wants_page {
            // Only the teaser is known to differ; the page says what really changed.
            tx.conn.prepare_cached("UPDATE article SET pending = 1 WHERE id = ?1")?.execute([old.id])?;
        } else if delivered::settle(tx, &old, at)? {
            applied.changed.push(ArticleId(old.id));
        }
    } else if old.digest != digest {
        if !noise(tx, &old, item)? {
            version(tx, &old, entry, at)?;
            applied.changed.push(ArticleId(old.id));
        }
        tx.conn.prepare_cached("UPDATE article SET pending = ?2 WHERE id = ?1")?.execute((old.id, wants_page))?;
    }
    Ok(())
}

pub(super) fn insert(tx: &mut Tx<'_>, source: &Source, entry: Entry<'_>, key: i64, wants_page: bool, at: i64) -> Result<ArticleId> {
    let Entry { item, digest, .. } = entry;
    let time = micros(item.stands_at(time(at)));
    let marks: Option<(Option<i64>, Option<i64>)> = tx
        .conn
        .prepare_cached("SELECT read_at, saved_at FROM mark WHERE feed = ?1 AND key = ?2")?
        .query_row((source.feed.0, key), |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let (read_at, saved_at) = marks.unwrap_or_default();
    // OR FAIL: what the triggers did is undone with the whole change, so that SQLite need not keep a copy of every page
    // for undoing this statement alone. For the same reason the references are checked at the end only (see the schema).
    tx.conn
        .prepare_cached(
            "INSERT OR FAIL INTO article(feed, key, time, read_at, saved_at, outlet, status, live, urgency, pending, feed_digest, digest, language, agencies, title, stage, signals, nth, embargo, seen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
        )?
        .execute(params![
            source.feed.0,
            key,
            time,
            read_at,
            saved_at,
            outlet_id(tx, entry.outlet)?,
            status_code(item.status),
            item.live,
            item.urgency,
            wants_page,
            digest,
            item.language.as_deref(),
            agencies(item)?,
            item.title.as_str(),
            item.stage.map(rows::stage_code),
            rows::signal_bits(&item.signals),
            item.nth,
            item.embargo.map(micros),
            read_at.is_some(),
        ])?;
    let id = tx.conn.last_insert_rowid();
    credits(tx, id, time, read_at.is_none(), item, false)?;
    store_version(tx, id, 1, entry, at)?;
    index::words(tx, id, entry, false)?;
    live::posts(tx, id, entry, at, false)?;
    Ok(ArticleId(id))
}

pub(super) fn page(tx: &mut Tx<'_>, page: &PageRead) -> Result<Applied> {
    let Some(old) = known(tx, "id = ?1", [page.id.0])? else {
        return Ok(Applied::default());
    };
    if page.over.is_some_and(|over| over != old.feed_digest) {
        // It completes what the feed said before, and would undo what it says now.
        return Err(Fault::Refused("Its feed has delivered something else meanwhile.".into()));
    }
    let item = match &page.result {
        Ok(item) => item,
        Err(failure) if withdrawn::told_by(failure, &old) => return withdrawn::withdraw(tx, &old, page.at),
        Err(_) => {
            let again = page.retry && old.tries + 1 < MAX_TRIES;
            let sql = "UPDATE article SET pending = ?2, tries = tries + 1 WHERE id = ?1";
            tx.conn.prepare_cached(sql)?.execute((old.id, if again { 2 } else { 0 }))?;
            let mut applied = Applied::default();
            if !again && old.pending > 0 && delivered::settle(tx, &old, micros(page.at))? {
                applied.changed.push(page.id);
                applied.count = 1;
            }
            return Ok(applied);
        }
    };
    if old.pending == withdrawn::LEFT && !old.filled {
        // It still stands, which is all that was asked; its text is the feed's.
        tx.conn.prepare_cached("UPDATE article SET pending = 0, tries = 0 WHERE id = ?1")?.execute([old.id])?;
        return Ok(Applied::default());
    }
    let sql = "SELECT o.name FROM article a JOIN outlet o ON o.id = a.outlet WHERE a.id = ?1";
    let outlet = tx.conn.prepare_cached(sql)?.query_row([old.id], |r| rows::clean(r, 0))?;
    let text = plain_text(&item.body);
    let entry = Entry::new(item, &text, &outlet);
    let mut applied = Applied::default();
    if !old.filled {
        delivered::keep_newest(tx, &old)?;
    }
    if entry.digest != old.digest {
        applied.count = 1;
        if old.pending > 0 && !old.filled {
            // The newest version is only the teaser of this text: it is completed, not followed by another.
            in_place(tx, &old, entry, micros(page.at))?;
        } else if noise(tx, &old, entry.item)? {
            applied.count = 0;
        } else {
            version(tx, &old, entry, micros(page.at))?;
            applied.changed.push(page.id);
        }
    }
    applied.posts += live::posts(tx, old.id, entry, micros(page.at), true)?;
    let sql = "UPDATE article SET pending = 0, tries = 0, filled = 1, live = ?2 WHERE id = ?1";
    tx.conn.prepare_cached(sql)?.execute((old.id, item.live))?;
    Ok(applied)
}

/// The newest version gives way to this: it was only a part of it, or the same from elsewhere.
fn in_place(tx: &mut Tx<'_>, old: &Known, entry: Entry<'_>, at: i64) -> Result<()> {
    let mut s = tx.conn.prepare_cached("DELETE FROM version WHERE article = ?1 AND number = ?2 RETURNING body")?;
    // Read to its end, or nothing is deleted.
    let bodies: Vec<Option<i64>> = s.query_map((old.id, old.versions), |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    store_version(tx, old.id, old.versions, entry, at)?;
    unused(tx, bodies.into_iter().flatten().next())?;
    newest(tx, old, old.versions, entry)
}

/// Drops a text that nothing has any more.
pub(super) fn unused(tx: &Tx<'_>, body: Option<i64>) -> Result<()> {
    let Some(body) = body else { return Ok(()) };
    let sql = "DELETE FROM body WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM version WHERE body = ?1)
        AND NOT EXISTS (SELECT 1 FROM delivered WHERE body = ?1)";
    tx.conn.prepare_cached(sql)?.execute([body])?;
    Ok(())
}

/// Versions that a new one is compared with: an outlet that tries two headlines shows the old one again and again.
const FLIPS: i64 = 5;

/// Whether this differs from one of the last versions by noise only.
fn noise(tx: &Tx<'_>, old: &Known, item: &Item) -> Result<bool> {
    let Some(judge) = tx.judge else { return Ok(false) };
    let last = last(tx, old.id, FLIPS)?;
    // Taken back, or given again: that is never noise, whatever stood before.
    if last.first().is_some_and(|newest| newest.withdrawn() != item.withdrawn()) {
        return Ok(false);
    }
    Ok(last.iter().any(|before| judge(before, item).is_empty()))
}

/// The last versions of an article, the newest first. One that cannot be read is left out.
fn last(tx: &Tx<'_>, article: i64, most: i64) -> Result<Vec<Item>> {
    let sql =
        "SELECT v.item, b.blocks FROM version v LEFT JOIN body b ON b.id = v.body WHERE v.article = ?1 ORDER BY v.number DESC LIMIT ?2";
    let mut s = tx.conn.prepare_cached(sql)?;
    let mut rows = s.query((article, most))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let (item, blocks): (Vec<u8>, Option<Vec<u8>>) = (row.get(0)?, row.get(1)?);
        let Ok(mut item) = rows::unpack::<Item>(&item) else { continue };
        item.body = blocks.and_then(|b| rows::unpack(&b).ok()).unwrap_or_default();
        out.push(item);
    }
    Ok(out)
}

/// Another version of a known article.
pub(super) fn version(tx: &mut Tx<'_>, old: &Known, entry: Entry<'_>, at: i64) -> Result<()> {
    let changes = match tx.judge {
        Some(judge) => last(tx, old.id, 1)?.first().map(|before| to_json(&judge(before, entry.item))).transpose()?,
        None => None,
    };
    store_version(tx, old.id, old.versions + 1, entry, at)?;
    let sql = "UPDATE version SET changes = ?3 WHERE article = ?1 AND number = ?2";
    tx.conn.prepare_cached(sql)?.execute(params![old.id, old.versions + 1, changes])?;
    newest(tx, old, old.versions + 1, entry)
}

/// The article's row, credits and index follow its newest version; its place in the lists stays.
fn newest(tx: &mut Tx<'_>, old: &Known, versions: i64, entry: Entry<'_>) -> Result<()> {
    let item = entry.item;
    tx.conn
        .prepare_cached(
            "UPDATE article SET versions = ?2, outlet = ?3, status = ?4, live = ?5, urgency = ?6, digest = ?7, language = ?8, agencies = ?9, title = ?10,
                stage = ?11, signals = ?12, nth = ?13, embargo = ?14
             WHERE id = ?1",
        )?
        .execute(params![
            old.id,
            versions,
            outlet_id(tx, entry.outlet)?,
            status_code(item.status),
            item.live,
            item.urgency,
            entry.digest,
            item.language.as_deref(),
            agencies(item)?,
            item.title.as_str(),
            item.stage.map(rows::stage_code),
            rows::signal_bits(&item.signals),
            item.nth,
            item.embargo.map(micros),
        ])?;
    credits(tx, old.id, old.time, old.unread, item, true)?;
    index::words(tx, old.id, entry, true)?;
    Ok(())
}

fn store_version(tx: &mut Tx<'_>, article: i64, number: i64, entry: Entry<'_>, at: i64) -> Result<()> {
    let Entry { item, outlet, text, .. } = entry;
    let body = if item.body.is_empty() { None } else { Some(body(tx, &item.body)?) };
    let words = text.split_whitespace().count();
    let facts = tx.packer.pack(&Facts { item, outlet })?;
    tx.conn
        .prepare_cached(
            "INSERT INTO version(article, number, fetched, updated, words, body, title, item) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![article, number, at, item.updated.map(micros), words as i64, body, item.title.as_str(), facts])?;
    Ok(())
}

/// The row of this text; the one there is, if it was stored before.
pub(super) fn body(tx: &mut Tx<'_>, blocks: &[Block]) -> Result<i64> {
    let blob = tx.packer.pack(blocks)?;
    let digest = rows::Digest::new().add(blob).get();
    let same = tx
        .conn
        .prepare_cached("SELECT id FROM body WHERE digest = ?1 AND blocks = ?2 LIMIT 1")?
        .query_row(params![digest, blob], |r| r.get(0))
        .optional()?;
    if let Some(id) = same {
        return Ok(id);
    }
    tx.conn.prepare_cached("INSERT INTO body(digest, blocks) VALUES (?1, ?2)")?.execute(params![digest, blob])?;
    Ok(tx.conn.last_insert_rowid())
}

fn outlet_id(tx: &Tx<'_>, name: &str) -> Result<i64> {
    let found = tx.conn.prepare_cached("SELECT id FROM outlet WHERE name = ?1")?.query_row([name], |r| r.get(0)).optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    tx.conn.prepare_cached("INSERT INTO outlet(name) VALUES (?1)")?.execute([name])?;
    Ok(tx.conn.last_insert_rowid())
}

/// The chips of a headline.
fn agencies(item: &Item) -> Result<Option<String>> {
    let chips: Vec<Agency> = item
        .attribution
        .agencies()
        .into_iter()
        .take(MAX_CREDITS)
        .map(|c| Agency { id: c.agency.clone(), name: c.name.clone(), press: c.role == Role::Press })
        .collect();
    if chips.is_empty() { Ok(None) } else { to_json(&chips).map(Some) }
}

fn credits(tx: &Tx<'_>, article: i64, time: i64, unread: bool, item: &Item, again: bool) -> Result<()> {
    if again {
        tx.conn.prepare_cached("DELETE FROM credit WHERE article = ?1")?.execute([article])?;
    }
    for credit in item.attribution.agencies().into_iter().take(MAX_CREDITS) {
        let key = credit.agency.as_str();
        let found = tx.conn.prepare_cached("SELECT id FROM agency WHERE key = ?1")?.query_row([key], |r| r.get::<_, i64>(0)).optional()?;
        let agency = match found {
            Some(id) => id,
            None => {
                tx.conn.prepare_cached("INSERT INTO agency(key, name) VALUES (?1, ?2)")?.execute((key, credit.name.as_str()))?;
                tx.conn.last_insert_rowid()
            }
        };
        tx.conn
            .prepare_cached("INSERT OR IGNORE INTO credit(agency, time, article, unread) VALUES (?1, ?2, ?3, ?4)")?
            .execute((agency, time, article, unread))?;
    }
    Ok(())
}
