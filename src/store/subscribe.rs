//! Subscriptions: made, changed, given up, and taken up again with all their marks.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::delivered;
use super::error::{Fault, Result};
use super::journal::{Deed, record};
use super::rows::{self, micros, to_json};
use super::write::Tx;
use crate::model::{
    Address, Applied, Clean, Draft, FailureKind, FeedFacts, FeedId, FeedSettings, FullText, Health, Rhythm, Validators, span_words,
};

/// The feed that is polled at this address.
pub(super) fn at(tx: &Tx<'_>, address: &Address) -> Result<Option<(FeedId, bool)>> {
    let mut s = tx.conn.prepare_cached("SELECT id, subscribed FROM feed WHERE address = ?1")?;
    Ok(s.query_row([address.as_str()], |r| Ok((FeedId(r.get(0)?), r.get(1)?))).optional()?)
}

pub(super) fn subscribe(tx: &mut Tx<'_>, address: &Address, settings: &FeedSettings, facts: Option<&FeedFacts>) -> Result<Applied> {
    let (feed, fresh) = match at(tx, address)? {
        Some((feed, true)) => (feed, false),
        Some((feed, false)) => {
            list(tx, feed, true)?;
            put(tx, feed, address, settings)?;
            (feed, true)
        }
        None => {
            tx.conn
                .prepare_cached(
                    "INSERT INTO feed(address, added, paused, settings, facts, health, validators, rhythm) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    address.as_str(),
                    micros(tx.now),
                    settings.paused,
                    to_json(settings)?,
                    to_json(&FeedFacts::default())?,
                    to_json(&Health::default())?,
                    to_json(&Validators::default())?,
                    to_json(&Rhythm::default())?,
                ])?;
            (FeedId(tx.conn.last_insert_rowid()), true)
        }
    };
    if let Some(facts) = facts {
        tx.conn.prepare_cached("UPDATE feed SET facts = ?2 WHERE id = ?1")?.execute((feed.0, to_json(facts)?))?;
    }
    let label = format!("{} {}", if fresh { "subscribed to" } else { "already subscribed to" }, title(tx, feed)?);
    Ok(Applied { label: Clean::line(&label), count: u64::from(fresh), feed: Some(feed), subscribed: fresh, ..Applied::default() })
}

pub(super) fn unsubscribe(tx: &mut Tx<'_>, feed: FeedId) -> Result<Applied> {
    let title = title(tx, feed)?;
    let subscribed = rows::feed(tx.conn, feed)?.is_some_and(|f| f.subscribed);
    if !subscribed {
        return Ok(Applied { feed: Some(feed), ..Applied::default() });
    }
    list(tx, feed, false)?;
    let applied = record(tx, &format!("unsubscribed from {title}"), 1, &Deed::Unsubscribe(feed))?;
    Ok(Applied { feed: Some(feed), ..applied })
}

pub(super) fn edit(tx: &mut Tx<'_>, feed: FeedId, address: Option<&Address>, settings: Option<&FeedSettings>) -> Result<Applied> {
    let row = rows::feed(tx.conn, feed)?.ok_or_else(|| Fault::Refused(format!("There is no feed {feed}.")))?;
    let before = (row.feed.address, row.feed.settings);
    let after = (address.unwrap_or(&before.0).clone(), settings.unwrap_or(&before.1).clone());
    if before == after {
        return Ok(Applied { feed: Some(feed), ..Applied::default() });
    }
    put(tx, feed, &after.0, &after.1)?;
    let label = format!("changed {} of {}", named(&before, &after), row.feed.title);
    let applied = record(tx, &label, 1, &Deed::Edit { feed, before, after })?;
    Ok(Applied { feed: Some(feed), ..applied })
}

/// What differs, by its name.
fn named(before: &(Address, FeedSettings), after: &(Address, FeedSettings)) -> String {
    let draft = |(address, settings): &(Address, FeedSettings)| Draft { address: address.clone(), settings: settings.clone() };
    let names = draft(before).differences(&draft(after));
    if names.is_empty() { "settings".to_owned() } else { names.join(", ") }
}

fn title(tx: &Tx<'_>, feed: FeedId) -> Result<Clean> {
    let row = rows::feed(tx.conn, feed)?.ok_or_else(|| Fault::Refused(format!("There is no feed {feed}.")))?;
    Ok(row.feed.title)
}

/// Makes room at `address` for `feed`, which stands at `here`: what was given up there changes places with it, and keeps
/// its marks.
pub(super) fn vacate(tx: &Tx<'_>, address: &Address, feed: FeedId, here: &Address) -> Result<()> {
    let Some((other, false)) = at(tx, address)?.filter(|(other, _)| *other != feed) else { return Ok(()) };
    // No two rows may have one address, not even for a moment.
    tx.conn.prepare_cached("UPDATE feed SET address = '#' || id WHERE id = ?1")?.execute([feed.0])?;
    tx.conn.prepare_cached("UPDATE feed SET address = ?2, health = ?3, validators = ?4, rhythm = ?5 WHERE id = ?1")?.execute(params![
        other.0,
        here.as_str(),
        to_json(&Health::default())?,
        to_json(&Validators::default())?,
        to_json(&Rhythm::default())?,
    ])?;
    Ok(())
}

/// Sets address and settings. A new address is asked afresh; so is a feed that was paused, or failed and is asked in another
/// way now.
pub(super) fn put(tx: &mut Tx<'_>, feed: FeedId, address: &Address, settings: &FeedSettings) -> Result<()> {
    if let Some((other, _)) = at(tx, address)?.filter(|(other, subscribed)| *other != feed && *subscribed) {
        return Err(Fault::Refused(format!("{} already stands at {}.", title(tx, other)?, address)));
    }
    let Some(row) = rows::feed(tx.conn, feed)? else {
        return Err(Fault::Refused(format!("There is no feed {feed}.")));
    };
    vacate(tx, address, feed, &row.feed.address)?;
    let moved = row.feed.address != *address;
    let mut health = row.feed.health;
    let (validators, rhythm) = if moved { (Validators::default(), Rhythm::default()) } else { (row.validators, row.rhythm) };
    if moved {
        health = Health::default();
    }
    let mut wake = moved || row.feed.settings.paused != settings.paused;
    // What is tried for the first time with another login, or by another way, is asked with it at once.
    let refused = health.failure.as_ref().is_some_and(|f| f.kind != FailureKind::Throttled);
    wake |= refused && !asked_alike(&row.feed.settings, settings);
    health.gone &= !wake;
    if let Some(seconds) = settings.interval.filter(|s| row.feed.settings.interval != Some(*s) && !wake) {
        sooner(&mut health, &rhythm, seconds);
    }
    tx.conn
        .prepare_cached(
            "UPDATE feed SET address = ?2, settings = ?3, paused = ?4, gone = ?10, health = ?5, validators = ?6, rhythm = ?7,
                next = CASE WHEN ?8 THEN NULL WHEN next IS NULL THEN NULL ELSE coalesce(?9, next) END WHERE id = ?1",
        )?
        .execute(params![
            feed.0,
            address.as_str(),
            to_json(settings)?,
            settings.paused,
            to_json(&health)?,
            to_json(&validators)?,
            to_json(&rhythm)?,
            wake,
            health.next.map(micros),
            health.gone,
        ])?;
    if settings.full_text == FullText::Never {
        delivered::settle_all(tx, feed, micros(tx.now))?;
    }
    Ok(())
}

/// Whether a feed is asked in the same way with both: the same login, by the same road.
pub(super) fn asked_alike(a: &FeedSettings, b: &FeedSettings) -> bool {
    fn by(s: &FeedSettings) -> impl PartialEq {
        (s.user.clone(), s.password.clone(), s.headers.clone(), s.header_commands.clone(), s.user_agent.clone(), s.proxy.clone())
    }
    by(a) == by(b)
}

/// An interval that the reader sets counts from the last poll on, and not only after the next; what the server asked for
/// then still holds, and so does the wait after a failure.
fn sooner(health: &mut Health, rhythm: &Rhythm, seconds: u64) {
    const DAY: u64 = 24 * 3600;
    let (Some(checked), None) = (health.checked, &health.failure) else { return };
    if !rhythm.hints.skip_hours.is_empty() || !rhythm.hints.skip_days.is_empty() {
        return;
    }
    let asked = rhythm.asked.max(rhythm.retry_after).unwrap_or(0).min(DAY);
    let wait = SignedDuration::from_secs(i64::try_from(seconds.max(asked)).unwrap_or(i64::MAX));
    let why = if asked > seconds { "the server asks for" } else { "you set" };
    health.next = Some(checked.saturating_add(wait).unwrap_or(Timestamp::MAX));
    health.why_next = Some(Clean::line(&format!("{why} {}", span_words(wait))));
}

/// Into the lists, or out of them except for what is saved.
pub(super) fn list(tx: &Tx<'_>, feed: FeedId, listed: bool) -> Result<()> {
    let sql = "UPDATE feed SET subscribed = ?2, gone = 0, next = CASE WHEN ?2 THEN NULL ELSE next END WHERE id = ?1";
    if tx.conn.prepare_cached(sql)?.execute((feed.0, listed))? == 0 {
        return Err(Fault::Refused(format!("There is no feed {feed}.")));
    }
    let sql = "UPDATE article SET listed = max(?2 AND hidden = 0, saved_at IS NOT NULL)
        WHERE feed = ?1 AND listed <> max(?2 AND hidden = 0, saved_at IS NOT NULL)";
    tx.conn.prepare_cached(sql)?.execute((feed.0, listed))?;
    Ok(())
}
