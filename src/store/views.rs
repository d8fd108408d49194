//! The reader's own views, and which folders feeds stand in: kept, named, moved and removed, each to be taken back.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::error::{Fault, Result};
use super::journal::{Deed, record};
use super::rows;
use super::standing;
use super::subscribe;
use super::write::Tx;
use crate::model::{Applied, Clean, FeedId, Rule, Shelved, ViewEdit, ViewId};

/// Views that a desk has at most.
const MOST: usize = 100;

/// A view as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row {
    id: i64,
    name: Clean,
    query: String,
    place: i64,
    #[serde(default)]
    alert: bool,
}

/// A feed with its folder before and after.
pub(super) type Moved = (FeedId, Option<Clean>, Option<Clean>);

fn all(tx: &Tx<'_>) -> Result<Vec<Row>> {
    let mut s = tx.conn.prepare_cached("SELECT id, name, query, place, alert FROM view ORDER BY place, id")?;
    let rows =
        s.query_map([], |r| Ok(Row { id: r.get(0)?, name: rows::clean(r, 1)?, query: r.get(2)?, place: r.get(3)?, alert: r.get(4)? }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn edit(tx: &mut Tx<'_>, edit: &ViewEdit) -> Result<Applied> {
    let before = all(tx)?;
    let mut after = before.clone();
    let find =
        |id: ViewId| before.iter().position(|r| r.id == id.0).ok_or_else(|| Fault::Refused("There is no such view any more.".into()));
    let label = match edit {
        ViewEdit::Keep { name, query } => {
            if before.len() >= MOST {
                return Err(Fault::Refused(format!("There are {MOST} views, which is as many as are shown.")));
            }
            let id = 1 + before.iter().map(|r| r.id).max().unwrap_or(0);
            let place = 1 + before.iter().map(|r| r.place).max().unwrap_or(0);
            let name = named(name, &before, None)?;
            after.push(Row { id, name: name.clone(), query: query.to_string(), place, alert: false });
            format!("kept the view “{name}”")
        }
        ViewEdit::Rename(id, name) => {
            let at = find(*id)?;
            after[at].name = named(name, &before, Some(*id))?;
            format!("renamed the view “{}” to “{}”", before[at].name, after[at].name)
        }
        ViewEdit::Move(id, by) => {
            let at = find(*id)?;
            let to = (at as i64 + by).clamp(0, before.len() as i64 - 1) as usize;
            let row = after.remove(at);
            after.insert(to, row);
            for (place, row) in (1..).zip(&mut after) {
                row.place = place;
            }
            format!("moved the view “{}”", before[at].name)
        }
        ViewEdit::Alert(id) => {
            let at = find(*id)?;
            after[at].alert = !before[at].alert;
            let name = &before[at].name;
            if after[at].alert { format!("“{name}” alerts from now on") } else { format!("“{name}” no longer alerts") }
        }
        ViewEdit::Remove(id) => {
            let row = after.remove(find(*id)?);
            format!("removed the view “{}”", row.name)
        }
    };
    // Only what differs: views that come later are no part of it.
    let only = |rows: &[Row], other: &[Row]| rows.iter().filter(|r| !other.contains(r)).cloned().collect::<Vec<_>>();
    let (before, after) = (only(&before, &after), only(&after, &before));
    if before.is_empty() && after.is_empty() {
        return Ok(Applied::default());
    }
    put(tx, &before, &after)?;
    record(tx, &label, 1, &Deed::Views { before, after })
}

/// The views that alert, as rules.
pub(super) fn alerting(conn: &Connection) -> Result<Vec<Rule>> {
    let mut s = conn.prepare_cached("SELECT name, query FROM view WHERE alert = 1 ORDER BY place, id")?;
    let rows: Vec<(Clean, String)> = s.query_map([], |r| Ok((rows::clean(r, 0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    Ok(rows.into_iter().filter_map(|(name, query)| Some(Rule::alerting(query.parse().ok()?, name))).collect())
}

/// A name that a view can have.
fn named(name: &Clean, rows: &[Row], own: Option<ViewId>) -> Result<Clean> {
    let name = Clean::line(name);
    if name.is_empty() || name.len() > 400 {
        return Err(Fault::Refused("A view needs a name of 1 to 100 letters.".into()));
    }
    if rows.iter().any(|r| r.name == name && own != Some(ViewId(r.id))) {
        return Err(Fault::Refused(format!("There is a view “{name}” already.")));
    }
    Ok(name)
}

/// Puts `new` in the place of `old`.
pub(super) fn put(tx: &Tx<'_>, old: &[Row], new: &[Row]) -> Result<()> {
    for row in old {
        tx.conn.prepare_cached("DELETE FROM view WHERE id = ?1")?.execute([row.id])?;
    }
    for row in new {
        let taken = tx.conn.prepare_cached("SELECT 1 FROM view WHERE id = ?1 OR name = ?2")?.exists(params![row.id, row.name.as_str()])?;
        if taken {
            return Err(Fault::Refused(format!("There is a view “{}” already.", row.name)));
        }
        let sql = "INSERT INTO view(id, name, query, place, alert) VALUES (?1, ?2, ?3, ?4, ?5)";
        tx.conn.prepare_cached(sql)?.execute(params![row.id, row.name.as_str(), row.query, row.place, row.alert])?;
    }
    Ok(())
}

/// Puts a feed into a folder or out of all, or gives a folder another name; what is in it comes along.
pub(super) fn shelve(tx: &mut Tx<'_>, what: &Shelved, to: Option<&Clean>) -> Result<Applied> {
    let parts = to.map(|to| to.split('/').map(str::trim).filter(|p| !p.is_empty()).collect::<Vec<_>>().join("/"));
    let to = parts.and_then(|to| Clean::capped(&to, 200).non_empty());
    let mut moved: Vec<Moved> = Vec::new();
    for row in rows::feeds(tx.conn, "")? {
        let feed = row.feed;
        let now = feed.settings.folder.clone();
        let then = match what {
            Shelved::Feed(id) if *id == feed.id => to.clone(),
            Shelved::Folder(folder) => {
                let Some(rest) = now.as_deref().and_then(|now| now.strip_prefix(folder.as_str())) else { continue };
                if !rest.is_empty() && !rest.starts_with('/') {
                    continue;
                }
                let to = to.as_deref().unwrap_or_default();
                Clean::line(format!("{to}{rest}").trim_start_matches('/')).non_empty()
            }
            Shelved::Feed(_) => continue,
        };
        if now != then {
            moved.push((feed.id, now, then));
        }
    }
    if moved.is_empty() {
        return Ok(Applied::default());
    }
    put_folders(tx, &moved, false)?;
    let (before, after) = match (what, &to) {
        (Shelved::Folder(from), Some(to)) => standing::renamed(tx.conn, from, to)?,
        _ => Default::default(),
    };
    standing::put(tx, &after)?;
    let count = moved.len() as u64;
    let feeds = format!("{count} feed{}", if count == 1 { "" } else { "s" });
    let label = match (what, &to) {
        (Shelved::Folder(from), Some(to)) => format!("renamed the folder “{from}” to “{to}”: {feeds}"),
        (Shelved::Folder(from), None) => format!("took {feeds} out of the folder “{from}”"),
        (Shelved::Feed(_), Some(to)) => format!("put {feeds} into the folder “{to}”"),
        (Shelved::Feed(_), None) => format!("took {feeds} out of its folder"),
    };
    record(tx, &label, count, &Deed::Folders { moved, before, after })
}

/// Feeds stand in these folders, or (`back`) in those before.
pub(super) fn put_folders(tx: &mut Tx<'_>, moved: &[Moved], back: bool) -> Result<()> {
    for (feed, before, after) in moved {
        let Some(row) = rows::feed(tx.conn, *feed)? else { continue };
        let folder = if back { before } else { after }.clone();
        let settings = crate::model::FeedSettings { folder, ..row.feed.settings };
        subscribe::put(tx, *feed, &row.feed.address, &settings)?;
    }
    Ok(())
}
