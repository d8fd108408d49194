//! The order of feeds and of folders in the desk, where the reader gave them one.

use rusqlite::{Connection, params};
use std::collections::{BTreeMap, HashMap};

use super::error::{Fault, Result};
use super::journal::{Deed, record};
use super::rows;
use super::write::Tx;
use crate::model::{Applied, Clean, Feed, Shelved};

/// Where one stands: whether it is a folder, its id or name, its place; no place is by its name.
pub(super) type Row = (bool, String, Option<i64>);

/// The places given to feeds by their ids, or to folders by their names.
pub(super) fn places(conn: &Connection, folders: bool) -> Result<HashMap<String, i64>> {
    let mut s = conn.prepare_cached("SELECT what, place FROM standing WHERE folder = ?1")?;
    let rows = s.query_map([folders], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The folders of these feeds and those that they stand in, in the desk's order, each with what is unread in all of it.
pub(super) fn folders<'a>(conn: &Connection, feeds: impl IntoIterator<Item = &'a Feed>) -> Result<Vec<(String, u64)>> {
    let mut folders: BTreeMap<String, u64> = BTreeMap::new();
    for feed in feeds {
        let path = feed.settings.folder.as_deref().unwrap_or_default();
        for end in path.match_indices('/').map(|(i, _)| i).chain([path.len()]).filter(|end| *end > 0) {
            *folders.entry(path[..end].to_owned()).or_default() += feed.unread;
        }
    }
    let places = places(conn, true)?;
    let mut folders: Vec<_> = folders.into_iter().collect();
    folders.sort_by_key(|(name, _)| places.get(name).copied().unwrap_or(i64::MAX));
    Ok(folders)
}

/// Moves a feed among the feeds, or a folder among the folders.
pub(super) fn arrange(tx: &mut Tx<'_>, what: &Shelved, by: i64) -> Result<Applied> {
    let feeds = rows::feeds(tx.conn, "")?;
    let (folder, own, order, name) = match what {
        Shelved::Folder(name) => {
            let folders = folders(tx.conn, feeds.iter().map(|row| &row.feed))?;
            (true, name.to_string(), folders.into_iter().map(|(name, _)| name).collect(), name.clone())
        }
        Shelved::Feed(id) => {
            let name = feeds.iter().find(|f| f.feed.id == *id).map_or_else(Clean::default, |f| f.feed.title.clone());
            (false, id.to_string(), feeds.iter().map(|f| f.feed.id.to_string()).collect::<Vec<_>>(), name)
        }
    };
    let at = order.iter().position(|what| *what == own).ok_or_else(|| Fault::Refused("It is no longer in the desk.".into()))?;
    let last = i64::try_from(order.len()).unwrap_or(i64::MAX) - 1;
    let to = usize::try_from(i64::try_from(at).unwrap_or(0).saturating_add(by).clamp(0, last)).unwrap_or(at);
    if to == at {
        return Ok(Applied::default());
    }
    let held = places(tx.conn, folder)?;
    let mut after = order;
    let row = after.remove(at);
    after.insert(to, row);
    let before = after.iter().map(|what| (folder, what.clone(), held.get(what).copied())).collect();
    let after: Vec<Row> = (1..).zip(after).map(|(place, what)| (folder, what, Some(place))).collect();
    put(tx, &after)?;
    record(tx, &format!("moved “{name}”"), 1, &Deed::Standing { before, after })
}

/// Puts each where it is to stand.
pub(super) fn put(tx: &Tx<'_>, rows: &[Row]) -> Result<()> {
    for (folder, what, place) in rows {
        match place {
            Some(place) => tx
                .conn
                .prepare_cached("INSERT OR REPLACE INTO standing(folder, what, place) VALUES (?1, ?2, ?3)")?
                .execute(params![folder, what, place])?,
            None => tx.conn.prepare_cached("DELETE FROM standing WHERE folder = ?1 AND what = ?2")?.execute(params![folder, what])?,
        };
    }
    Ok(())
}

/// A folder that is renamed stays where it stood, and what is in it: the places before and after.
pub(super) fn renamed(conn: &Connection, from: &str, to: &str) -> Result<(Vec<Row>, Vec<Row>)> {
    let held = places(conn, true)?;
    let within =
        |what: &str| what.strip_prefix(from).filter(|rest| rest.is_empty() || rest.starts_with('/')).map(|rest| format!("{to}{rest}"));
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (what, place) in &held {
        let Some(new) = within(what) else { continue };
        before.extend([(true, what.clone(), Some(*place)), (true, new.clone(), held.get(&new).copied())]);
        after.extend([(true, what.clone(), None), (true, new, Some(*place))]);
    }
    // What is another's old name by now must not be taken away again.
    after.sort_by_key(|(_, _, place)| place.is_some());
    Ok((before, after))
}
