//! What a snapshot holds, brought back into a cache: what is not there is added, what is there stays; and taken back again,
//! as one deed, exactly.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use super::error::Result;
use super::journal::{Deed, record};
use super::rows::micros;
use super::snapshot::{Contents, Kept, Place};
use super::subscribe;
use super::write::Tx;
use crate::model::FeedId;

/// What was brought back, to be taken away again.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Brought {
    /// Subscribed to, or again.
    feeds: Vec<i64>,
    /// Marks as they were and as they came to be.
    before: Vec<Was>,
    after: Vec<Was>,
    tags: Vec<(String, i64, i64)>,
    notes: Vec<(i64, i64, i64, String)>,
    highlights: Vec<(i64, i64, i64, i64, i64, String)>,
    views: Vec<(String, String)>,
    /// Stories, and since when they are followed.
    follows: Vec<(i64, i64)>,
    apart: Vec<(i64, i64)>,
    visits: Vec<(i64, i64, i64)>,
}

/// The marks of an article, there or not.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Was {
    feed: i64,
    key: i64,
    mark: Option<Marks>,
    /// The version that its row says was seen.
    seen: Option<i64>,
}

/// Read at, saved at, paragraph and letter, the version seen, followed since.
type Marks = (Option<i64>, Option<i64>, i64, i64, i64, Option<i64>);

fn was(tx: &Tx<'_>, feed: i64, key: i64) -> Result<Was> {
    let sql = "SELECT read_at, saved_at, block, offset, seen, followed_at FROM mark WHERE feed = ?1 AND key = ?2";
    let marks = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?));
    let mark = tx.conn.prepare_cached(sql)?.query_row((feed, key), marks).optional()?;
    let sql = "SELECT seen FROM article WHERE feed = ?1 AND key = ?2";
    let seen = tx.conn.prepare_cached(sql)?.query_row((feed, key), |r| r.get(0)).optional()?;
    Ok(Was { feed, key, mark, seen })
}

/// Has the marks be as they were.
fn set(tx: &Tx<'_>, was: &Was) -> Result<()> {
    let at = (was.feed, was.key);
    let Some((read_at, saved_at, block, offset, seen, followed_at)) = was.mark else {
        tx.conn.prepare_cached("DELETE FROM mark WHERE feed = ?1 AND key = ?2")?.execute(at)?;
        return mirror(tx, was, None, None);
    };
    let sql = "INSERT INTO mark(feed, key, read_at, saved_at, block, offset, seen, followed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT(feed, key) DO UPDATE SET read_at = excluded.read_at, saved_at = excluded.saved_at, block = excluded.block,
            offset = excluded.offset, seen = excluded.seen, followed_at = excluded.followed_at";
    tx.conn.prepare_cached(sql)?.execute(params![at.0, at.1, read_at, saved_at, block, offset, seen, followed_at])?;
    mirror(tx, was, read_at, saved_at)
}

/// The article's own row says the same as its marks.
fn mirror(tx: &Tx<'_>, was: &Was, read_at: Option<i64>, saved_at: Option<i64>) -> Result<()> {
    let sql = "UPDATE article SET read_at = ?3, saved_at = ?4, seen = coalesce(?5, seen),
        listed = max(hidden = 0 AND (SELECT subscribed FROM feed WHERE id = ?1), ?4 IS NOT NULL) WHERE feed = ?1 AND key = ?2";
    tx.conn.prepare_cached(sql)?.execute(params![was.feed, was.key, read_at, saved_at, was.seen])?;
    Ok(())
}

/// The article at this place, and its story unless it is followed for itself.
fn find(tx: &Tx<'_>, ids: &BTreeMap<&str, i64>, place: &Place) -> Result<Option<(i64, Option<i64>)>> {
    let Some(feed) = ids.get(place.0.as_str()) else { return Ok(None) };
    let sql = "SELECT id, CASE WHEN live = 0 THEN story END FROM article WHERE feed = ?1 AND key = ?2";
    Ok(tx.conn.prepare_cached(sql)?.query_row((feed, place.1), |r| Ok((r.get(0)?, r.get(1)?))).optional()?)
}

/// Brings it back; what can be seen of it is one deed.
pub(super) fn put(tx: &mut Tx<'_>, kept: &Kept) -> Result<Contents> {
    let (mut back, mut new) = (Contents::default(), Brought::default());
    let mut ids = BTreeMap::new();
    let mut touched = BTreeSet::new();
    for feed in &kept.feeds {
        let known: Option<(i64, bool)> = tx
            .conn
            .prepare_cached("SELECT id, subscribed FROM feed WHERE address = ?1")?
            .query_row([&feed.address], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let id = match known {
            Some((id, subscribed)) => {
                if feed.subscribed && !subscribed {
                    subscribe::list(tx, FeedId(id), true)?;
                    new.feeds.push(id);
                }
                id
            }
            None => {
                tx.conn
                    .prepare_cached(
                        "INSERT INTO feed(address, subscribed, added, paused, settings, facts, health, validators, rhythm)
                         VALUES (?1, ?2, ?3, coalesce(json_extract(?4, '$.paused'), 0), ?4, ?5, '{}', '{}', '{}')",
                    )?
                    .execute(params![feed.address, feed.subscribed, micros(tx.now), feed.settings, feed.facts])?;
                let id = tx.conn.last_insert_rowid();
                if feed.subscribed {
                    new.feeds.push(id);
                }
                id
            }
        };
        ids.insert(feed.address.as_str(), id);
        for (key, read_at, saved_at, block, offset) in &feed.marks {
            let before = was(tx, id, *key)?;
            let n = tx
                .conn
                .prepare_cached(
                    "INSERT INTO mark(feed, key, read_at, saved_at, block, offset) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT(feed, key) DO UPDATE SET read_at = coalesce(read_at, excluded.read_at),
                        saved_at = coalesce(saved_at, excluded.saved_at), block = max(block, excluded.block),
                        offset = CASE WHEN block >= excluded.block THEN offset ELSE excluded.offset END
                     WHERE (read_at IS NULL AND excluded.read_at IS NOT NULL) OR (saved_at IS NULL AND excluded.saved_at IS NOT NULL)
                        OR block < excluded.block",
                )?
                .execute(params![id, key, read_at, saved_at, block, offset])?;
            if n > 0 {
                let sql = "UPDATE article SET read_at = coalesce(read_at, ?3), saved_at = coalesce(saved_at, ?4),
                    seen = CASE WHEN seen = 0 AND ?3 IS NOT NULL THEN versions ELSE seen END,
                    listed = max(listed, ?4 IS NOT NULL) WHERE feed = ?1 AND key = ?2";
                tx.conn.prepare_cached(sql)?.execute(params![id, key, read_at, saved_at])?;
                touched.insert((id, *key));
                new.before.push(before);
                back.marks += 1;
            }
        }
        for (key, tag) in &feed.tags {
            let sql = "INSERT OR IGNORE INTO tag(tag, feed, key) VALUES (?1, ?2, ?3)";
            if tx.conn.prepare_cached(sql)?.execute(params![tag, id, key])? > 0 {
                new.tags.push((tag.clone(), id, *key));
            }
        }
        for (key, at, text) in &feed.notes {
            let sql = "INSERT OR IGNORE INTO note(feed, key, at, text) VALUES (?1, ?2, ?3, ?4)";
            if tx.conn.prepare_cached(sql)?.execute(params![id, key, at, text])? > 0 {
                new.notes.push((id, *key, *at, text.clone()));
            }
        }
        for (key, hash, block, at, text) in &feed.highlights {
            let sql = "INSERT OR IGNORE INTO highlight(feed, key, hash, block, at, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            if tx.conn.prepare_cached(sql)?.execute(params![id, key, hash, block, at, text])? > 0 {
                new.highlights.push((id, *key, *hash, *block, *at, text.clone()));
            }
        }
    }
    for (name, query) in &kept.views {
        let sql = "INSERT OR IGNORE INTO view(name, query, place) SELECT ?1, ?2, coalesce(max(place), 0) + 1 FROM view";
        if tx.conn.prepare_cached(sql)?.execute((name, query))? > 0 {
            new.views.push((name.clone(), query.clone()));
            if kept.alerting.contains(name) {
                tx.conn.prepare_cached("UPDATE view SET alert = 1 WHERE name = ?1")?.execute([name])?;
            }
        }
    }
    // Where nothing has a place yet; one that was given since stands.
    for (folder, what, place) in &kept.standing {
        let what = if *folder { Some(what.clone()) } else { ids.get(what.as_str()).map(ToString::to_string) };
        let sql = "INSERT OR IGNORE INTO standing(folder, what, place) VALUES (?1, ?2, ?3)";
        if let Some(what) = what {
            tx.conn.prepare_cached(sql)?.execute(params![folder, what, place])?;
        }
    }
    for (place, since) in &kept.follows {
        let Some(feed) = ids.get(place.0.as_str()).copied() else { continue };
        // Without a story yet, the article is followed until it has one.
        if let Some((_, Some(story))) = find(tx, &ids, place)? {
            let sql = "INSERT OR IGNORE INTO follow(story, since) VALUES (?1, ?2)";
            if tx.conn.prepare_cached(sql)?.execute((story, since))? > 0 {
                new.follows.push((story, *since));
                back.follows += 1;
            }
            continue;
        }
        let before = was(tx, feed, place.1)?;
        let sql = "INSERT INTO mark(feed, key, followed_at) VALUES (?1, ?2, ?3)
            ON CONFLICT(feed, key) DO UPDATE SET followed_at = excluded.followed_at WHERE followed_at IS NULL";
        if tx.conn.prepare_cached(sql)?.execute((feed, place.1, since))? > 0 {
            if touched.insert((feed, place.1)) {
                new.before.push(before);
            }
            back.follows += 1;
        }
    }
    for (one, other) in &kept.apart {
        let (Some((a, _)), Some((b, _))) = (find(tx, &ids, one)?, find(tx, &ids, other)?) else { continue };
        let pair = (a.min(b), a.max(b));
        if a != b && tx.conn.prepare_cached("INSERT OR IGNORE INTO cannot_link(a, b) VALUES (?1, ?2)")?.execute(pair)? > 0 {
            new.apart.push(pair);
        }
    }
    for (place, at, last) in &kept.visits {
        let (Some((_, Some(story))), Some((last, _))) = (find(tx, &ids, place)?, find(tx, &ids, last)?) else { continue };
        let sql = "INSERT OR IGNORE INTO visit(story, at, last) VALUES (?1, ?2, ?3)";
        if tx.conn.prepare_cached(sql)?.execute((story, at, last))? > 0 {
            new.visits.push((story, *at, last));
        }
    }
    for before in &new.before {
        new.after.push(was(tx, before.feed, before.key)?);
    }
    back.feeds = new.feeds.len() as u64;
    back.tags = new.tags.len() as u64;
    back.notes = (new.notes.len() + new.highlights.len()) as u64;
    back.views = new.views.len() as u64;
    back.apart = new.apart.len() as u64;
    let count = back.feeds + back.marks + back.tags + back.notes + back.views + back.follows + back.apart;
    if count > 0 || !new.visits.is_empty() {
        record(tx, "restored a snapshot", count, &Deed::Restore(new))?;
    }
    Ok(back)
}

/// Takes away what was brought, or brings it once more.
pub(super) fn again(tx: &Tx<'_>, brought: &Brought, back: bool) -> Result<()> {
    for feed in &brought.feeds {
        subscribe::list(tx, FeedId(*feed), !back)?;
    }
    for was in if back { &brought.before } else { &brought.after } {
        set(tx, was)?;
    }
    let pick = |add: &'static str, remove: &'static str| if back { remove } else { add };
    let sql =
        pick("INSERT OR IGNORE INTO tag(tag, feed, key) VALUES (?1, ?2, ?3)", "DELETE FROM tag WHERE tag = ?1 AND feed = ?2 AND key = ?3");
    for row in &brought.tags {
        tx.conn.prepare_cached(sql)?.execute(params![row.0, row.1, row.2])?;
    }
    let sql = pick(
        "INSERT OR IGNORE INTO note(feed, key, at, text) VALUES (?1, ?2, ?3, ?4)",
        "DELETE FROM note WHERE feed = ?1 AND key = ?2 AND at = ?3 AND text = ?4",
    );
    for row in &brought.notes {
        tx.conn.prepare_cached(sql)?.execute(params![row.0, row.1, row.2, row.3])?;
    }
    let sql = pick(
        "INSERT OR IGNORE INTO highlight(feed, key, hash, block, at, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        "DELETE FROM highlight WHERE feed = ?1 AND key = ?2 AND hash = ?3 AND block = ?4 AND at = ?5 AND text = ?6",
    );
    for row in &brought.highlights {
        tx.conn.prepare_cached(sql)?.execute(params![row.0, row.1, row.2, row.3, row.4, row.5])?;
    }
    let sql = pick(
        "INSERT OR IGNORE INTO view(name, query, place) SELECT ?1, ?2, coalesce(max(place), 0) + 1 FROM view",
        "DELETE FROM view WHERE name = ?1 AND query = ?2",
    );
    for row in &brought.views {
        tx.conn.prepare_cached(sql)?.execute((&row.0, &row.1))?;
    }
    let sql = pick("INSERT OR IGNORE INTO follow(story, since) VALUES (?1, ?2)", "DELETE FROM follow WHERE story = ?1 AND since = ?2");
    for row in &brought.follows {
        tx.conn.prepare_cached(sql)?.execute(*row)?;
    }
    let sql = pick("INSERT OR IGNORE INTO cannot_link(a, b) VALUES (?1, ?2)", "DELETE FROM cannot_link WHERE a = ?1 AND b = ?2");
    for row in &brought.apart {
        tx.conn.prepare_cached(sql)?.execute(*row)?;
    }
    let sql = pick(
        "INSERT OR IGNORE INTO visit(story, at, last) VALUES (?1, ?2, ?3)",
        "DELETE FROM visit WHERE story = ?1 AND at = ?2 AND last = ?3",
    );
    for row in &brought.visits {
        tx.conn.prepare_cached(sql)?.execute(*row)?;
    }
    Ok(())
}
