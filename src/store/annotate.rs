//! What the reader writes beside an article and marks in it: the note and the highlights. Like all marks they are kept by feed
//! and guid, so that they outlive the article's row.

use rusqlite::{OptionalExtension, params};

use super::error::{Fault, Result};
use super::journal::{Deed, record};
use super::rows::{clean, micros};
use super::write::Tx;
use crate::model::{Applied, ArticleId, Clean, Highlight, Marks};

/// Bytes of one note at most.
const LONGEST: usize = 100_000;
/// Highlights of one article at most.
const MOST: usize = 5_000;

/// Reads both of an article.
pub(super) fn read(conn: &rusqlite::Connection, feed: i64, key: i64, marks: &mut Marks) -> Result<()> {
    let text: Option<String> =
        conn.prepare_cached("SELECT text FROM note WHERE feed = ?1 AND key = ?2")?.query_row((feed, key), |r| r.get(0)).optional()?;
    marks.note = text.iter().flat_map(|text| text.split('\n')).map(Clean::verbatim).collect();
    let sql = "SELECT hash, block, text FROM highlight WHERE feed = ?1 AND key = ?2 ORDER BY block, hash";
    let mut s = conn.prepare_cached(sql)?;
    let rows =
        s.query_map((feed, key), |r| Ok(Highlight { hash: r.get::<_, i64>(0)?.cast_unsigned(), block: r.get(1)?, text: clean(r, 2)? }))?;
    marks.highlights = rows.collect::<rusqlite::Result<_>>()?;
    Ok(())
}

pub(super) fn note(tx: &mut Tx<'_>, id: ArticleId, note: &[Clean]) -> Result<Applied> {
    if note.iter().map(|line| line.len() + 1).sum::<usize>() > LONGEST {
        return Err(Fault::Refused("This note is too long to be kept.".into()));
    }
    // Blank lines at its end are nothing; a note of nothing is none.
    let len = note.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
    let after = note[..len].to_vec();
    let sql = "SELECT n.text FROM article a LEFT JOIN note n ON n.feed = a.feed AND n.key = a.key WHERE a.id = ?1";
    let before: Option<Option<String>> = tx.conn.prepare_cached(sql)?.query_row([id.0], |r| r.get(0)).optional()?;
    let Some(before) = before else { return Err(Fault::Refused("This article is no longer in the cache.".into())) };
    let before: Vec<Clean> = before.iter().flat_map(|text| text.split('\n')).map(Clean::verbatim).collect();
    if before == after {
        return Ok(Applied::default());
    }
    put_note(tx, id, &after)?;
    let label = match (before.is_empty(), after.is_empty()) {
        (true, _) => "wrote a note",
        (_, true) => "deleted a note",
        _ => "changed a note",
    };
    record(tx, label, 1, &Deed::Note { id, before, after })
}

pub(super) fn put_note(tx: &Tx<'_>, id: ArticleId, note: &[Clean]) -> Result<()> {
    if note.is_empty() {
        let sql = "DELETE FROM note WHERE (feed, key) = (SELECT feed, key FROM article WHERE id = ?1)";
        tx.conn.prepare_cached(sql)?.execute([id.0])?;
        return Ok(());
    }
    let text = note.iter().map(Clean::as_str).collect::<Vec<_>>().join("\n");
    let sql = "INSERT OR REPLACE INTO note(feed, key, at, text) SELECT feed, key, ?2, ?3 FROM article WHERE id = ?1";
    tx.conn.prepare_cached(sql)?.execute(params![id.0, micros(tx.now), text])?;
    Ok(())
}

pub(super) fn highlight(tx: &mut Tx<'_>, id: ArticleId, marks: &[Highlight], on: bool) -> Result<Applied> {
    let marks = put_highlights(tx, id, marks, on)?;
    let sql = "SELECT count(*) FROM highlight WHERE (feed, key) = (SELECT feed, key FROM article WHERE id = ?1)";
    let all: i64 = tx.conn.prepare_cached(sql)?.query_row([id.0], |r| r.get(0))?;
    if usize::try_from(all).is_ok_and(|n| n > MOST) {
        return Err(Fault::Refused("This article has too many highlights.".into()));
    }
    if marks.is_empty() {
        return Ok(Applied::default());
    }
    let n = marks.len() as u64;
    let label =
        format!("{} {n} {}", if on { "highlighted" } else { "no longer highlighted:" }, if n == 1 { "paragraph" } else { "paragraphs" });
    record(tx, &label, n, &Deed::Highlight { id, on, marks })
}

/// Those of `marks` that it changed.
pub(super) fn put_highlights(tx: &Tx<'_>, id: ArticleId, marks: &[Highlight], on: bool) -> Result<Vec<Highlight>> {
    let mut out = Vec::new();
    for mark in marks {
        let hash = mark.hash.cast_signed();
        let n = if on {
            let sql = "INSERT OR IGNORE INTO highlight(feed, key, hash, block, at, text) SELECT feed, key, ?2, ?3, ?4, ?5 FROM article WHERE id = ?1";
            tx.conn.prepare_cached(sql)?.execute(params![id.0, hash, mark.block, micros(tx.now), mark.text.as_str()])?
        } else {
            let sql =
                "DELETE FROM highlight WHERE (feed, key) = (SELECT feed, key FROM article WHERE id = ?1) AND hash = ?2 AND block = ?3";
            tx.conn.prepare_cached(sql)?.execute(params![id.0, hash, mark.block])?
        };
        if n > 0 {
            out.push(mark.clone());
        }
    }
    Ok(out)
}
