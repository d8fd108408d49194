//! Windows onto lists: headlines around a place, how many there are, how many wait, and where the next unread one is.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use std::collections::HashMap;
use std::sync::Arc;

use super::error::Result;
use super::group::{Gathered, Groups, by_for};
use super::plan::{Place, Plan, Side};
use super::read::Reader;
use super::rows::{clean, json, micros, status, time};
use super::sql::{Asked, agencies_of, feeds_of, list, plan};
use crate::model::{Agency, ArticleId, At, By, Count, DispatchKey, Expr, FeedId, Headline, Is, Page, Query, Snapshot, Sort, Window};

/// So many rows are looked at to count a list.
const MAX_COUNT: i64 = 10_000;
/// Lists that no index has in order (search, tags, other orders) are gathered up to here: the last to arrive.
const MAX_GATHERED: i64 = 3_000;
/// No screen has more rows.
const MAX_ROWS: usize = 2_000;

pub(super) const COLUMNS: &str = ", a.feed, a.outlet, a.title, a.agencies, a.read_at, a.saved_at, a.versions, a.outlets, a.status, a.live,
    a.language, a.dispatch, a.seen, a.stage, a.nth, a.signals, a.embargo";

/// A list that had to be gathered, kept while the same one is asked for again.
#[derive(Default)]
pub(super) struct Kept {
    pub gathered: Option<(String, Vec<Place>)>,
    pub grouped: Option<(String, Arc<Gathered>)>,
    pub counts: Option<(String, Count, Count)>,
    /// Of a list by groups, which article each row was first shown with.
    pub leads: (String, HashMap<i64, i64>),
}

impl Reader {
    pub(super) fn asked(&self, now: Timestamp, as_of: Option<Snapshot>, unread: bool) -> Asked<'_> {
        Asked { conn: &self.conn, now, zone: &self.zone, as_of, unread }
    }

    pub(super) fn page(&self, query: &Query, by: By, open: &[ArticleId], window: &Window, now: Timestamp) -> Result<Page> {
        let by = by_for(query, by);
        let as_of = match window.as_of {
            Some(as_of) => as_of,
            None => {
                self.kept.borrow_mut().leads = Default::default();
                self.snapshot()?
            }
        };
        let (before, after) = (window.before.min(MAX_ROWS), window.after.min(MAX_ROWS));
        let plan = plan(&self.asked(now, Some(as_of), false), query)?;
        let tag = self.tag(query, as_of, now)?;
        let mut page = Page {
            rows: Vec::new(),
            more_before: false,
            more_after: false,
            as_of,
            total: Count::default(),
            waiting: Count::default(),
            regrouped: false,
        };
        if !plan.is_empty() {
            if by != By::Article {
                let mut groups = Groups::new(self, &self.asked(now, Some(as_of), false), query, by, as_of, plan.ordered)?;
                self.group(&plan, &mut groups, &tag, open, &Window { before, after, ..*window }, &mut page)?;
            } else if plan.ordered {
                self.walk(&plan, window.at, before, after, &mut page)?;
            } else {
                self.slice(&plan, &tag, window.at, before, after, &mut page)?;
            }
        }
        (page.total, page.waiting) = self.counts(query, &plan, as_of, now, tag)?;
        // Also where only this is asked, and no rows.
        page.regrouped = by != By::Article && page.total.n > 0 && self.regrouped(as_of)?;
        Ok(page)
    }

    /// Names a list's state: the same name, the same rows.
    pub(super) fn tag(&self, query: &Query, as_of: Snapshot, now: Timestamp) -> Result<String> {
        // Times in a query move with the clock; a minute is fine enough for what is remembered.
        let minute = if query.expr().is_some_and(timed) { now.as_second() / 60 } else { 0 };
        Ok(format!("{query}\0{}\0{}\0{}\0{minute}", as_of.last, micros(as_of.opened), self.version()?))
    }

    /// Where an article stands or would stand; the newest place there is if it was never there.
    pub(super) fn place(&self, id: ArticleId) -> Result<Place> {
        let mut s = self.conn.prepare_cached("SELECT time, id FROM article WHERE id <= ?1 ORDER BY id DESC LIMIT 1")?;
        Ok(s.query_row([id.0], |r| Ok((r.get(0)?, r.get(1)?))).optional()?.unwrap_or((i64::MIN, i64::MIN)))
    }

    fn walk(&self, plan: &Plan, at: At, before: usize, after: usize, page: &mut Page) -> Result<()> {
        let (place, after) = match at {
            At::Top => (None, after),
            At::Bottom => (None, 0),
            At::Article(id) => (Some(self.place(id)?), after),
        };
        let mut up = Vec::new();
        let mut down = Vec::new();
        match (at, place) {
            (At::Bottom, _) => {
                // The last row is the place; those before it come with it.
                up = self.rows(plan, Some(Side::Before), Some(far_end(plan.sort)), before + 2)?;
                page.more_before = up.len() > before + 1;
                up.truncate(before + 1);
            }
            (_, None) => {
                down = self.rows(plan, None, None, after + 1)?;
                page.more_after = down.len() > after;
                down.truncate(after);
            }
            (_, Some(place)) => {
                up = self.rows(plan, Some(Side::Before), Some(place), before + 1)?;
                page.more_before = up.len() > before;
                up.truncate(before);
                down = self.rows(plan, Some(Side::From), Some(place), after + 1)?;
                page.more_after = down.len() > after;
                down.truncate(after);
            }
        }
        up.reverse();
        page.rows = up;
        page.rows.append(&mut down);
        Ok(())
    }

    fn rows(&self, plan: &Plan, side: Option<Side>, place: Option<Place>, limit: usize) -> Result<Vec<Headline>> {
        let mut s = self.conn.prepare_cached(&plan.window(COLUMNS, side))?;
        let extra = place.into_iter().flat_map(|(t, i)| [t, i]).chain([limit as i64]).map(Value::Integer);
        let mut rows = s.query(params_from_iter(plan.params.iter().cloned().chain(extra)))?;
        let mut out = Vec::with_capacity(limit.min(256));
        while let Some(row) = rows.next()? {
            out.push(self.headline(row)?);
        }
        Ok(out)
    }

    fn headline(&self, row: &Row<'_>) -> Result<Headline> {
        let agencies: Vec<Agency> = match row.get_ref(5)?.as_str_or_null().ok().flatten() {
            Some(text) => json(text).unwrap_or_default(),
            None => Vec::new(),
        };
        let figure = |at: usize| -> rusqlite::Result<u32> { Ok(u32::try_from(row.get::<_, i64>(at)?).unwrap_or(1)) };
        Ok(Headline {
            id: ArticleId(row.get(0)?),
            time: time(row.get(1)?),
            feed: FeedId(row.get(2)?),
            outlet: self.outlet(row.get(3)?)?,
            title: clean(row, 4)?,
            agencies,
            read: row.get::<_, Option<i64>>(6)?.is_some(),
            saved: row.get::<_, Option<i64>>(7)?.is_some(),
            versions: figure(8)?,
            outlets: figure(9)?,
            status: status(row.get(10)?),
            live: row.get(11)?,
            language: clean(row, 12)?.non_empty(),
            dispatch: row.get::<_, Option<i64>>(13)?.map(DispatchKey),
            group: None,
            inside: false,
            seen: figure(14)?,
            stage: row.get::<_, Option<i64>>(15)?.and_then(super::rows::stage),
            nth: row.get(16)?,
            signals: super::rows::signals(row.get(17)?),
            embargo: row.get::<_, Option<i64>>(18)?.map(time),
        })
    }

    /// All places of a list that no index has in order, bounded; in the list's order.
    pub(super) fn gather(&self, plan: &Plan, tag: &str) -> Result<Vec<Place>> {
        if let Some((_, places)) = self.kept.borrow().gathered.as_ref().filter(|(t, _)| t == tag) {
            return Ok(places.clone());
        }
        let mut s = self.conn.prepare_cached(&plan.newest_hits(plan.rank()))?;
        let mut rows = s.query(params_from_iter(plan.params.iter().cloned().chain([Value::Integer(MAX_GATHERED)])))?;
        let mut found: Vec<(f64, String, Place)> = Vec::new();
        while let Some(row) = rows.next()? {
            let rank = row.get_ref(2)?;
            let weight = rank.as_f64().or_else(|_| rank.as_i64().map(|n| n as f64)).unwrap_or_default();
            let name = rank.as_str().unwrap_or_default().to_owned();
            found.push((weight, name, (row.get(1)?, row.get(0)?)));
        }
        match plan.sort {
            Sort::New => found.sort_unstable_by_key(|(.., p)| std::cmp::Reverse(*p)),
            Sort::Old => found.sort_unstable_by_key(|(.., p)| *p),
            // Smaller weighs more, as bm25 has it; then the newest.
            _ => found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)).then(b.2.cmp(&a.2))),
        }
        let places: Vec<Place> = found.into_iter().map(|(.., p)| p).collect();
        self.kept.borrow_mut().gathered = Some((tag.to_owned(), places.clone()));
        Ok(places)
    }

    fn slice(&self, plan: &Plan, tag: &str, at: At, before: usize, after: usize, page: &mut Page) -> Result<()> {
        let places = self.gather(plan, tag)?;
        let (from, to) = match at {
            At::Top => (0, after.min(places.len())),
            At::Bottom => (places.len().saturating_sub(before + 1), places.len()),
            At::Article(id) => {
                let row = self.row_of(&places, id, plan.sort)?;
                (row.saturating_sub(before), row.saturating_add(after).min(places.len()))
            }
        };
        page.more_before = from > 0;
        page.more_after = to < places.len();
        for (_, id) in &places[from..to] {
            page.rows.extend(self.row(*id)?);
        }
        Ok(())
    }

    /// An article's row.
    pub(super) fn row(&self, id: i64) -> Result<Option<Headline>> {
        let sql = format!("SELECT a.id, a.time{COLUMNS} FROM article a WHERE a.id = ?1");
        let mut s = self.conn.prepare_cached(&sql)?;
        let mut rows = s.query(params![id])?;
        rows.next()?.map(|row| self.headline(row)).transpose()
    }

    /// The row of an article in a gathered list, or where it would stand.
    pub(super) fn row_of(&self, places: &[Place], id: ArticleId, sort: Sort) -> Result<usize> {
        if let Some(row) = places.iter().position(|(_, i)| *i == id.0) {
            return Ok(row);
        }
        let place = self.place(id)?;
        Ok(match sort {
            Sort::Old => places.partition_point(|p| *p < place),
            Sort::New => places.partition_point(|p| *p > place),
            _ => 0,
        })
    }

    fn counts(&self, query: &Query, plan: &Plan, as_of: Snapshot, now: Timestamp, tag: String) -> Result<(Count, Count)> {
        if let Some((_, total, waiting)) = self.kept.borrow().counts.as_ref().filter(|(t, ..)| *t == tag) {
            return Ok((*total, *waiting));
        }
        let waiting = self.waiting(query, as_of, now)?;
        let total = match (self.credited(query, as_of, now)?, self.tallied(query, as_of, now)?) {
            (Some(count), _) => count,
            // What waits is not in the list yet.
            (_, Some(n)) if !waiting.more => Count { n: n.saturating_sub(waiting.n), more: false },
            _ if plan.ordered || plan.is_empty() => self.count(plan, MAX_COUNT)?,
            _ => {
                let n = self.gather(plan, &tag)?.len();
                Count { n: n as u64, more: n >= MAX_GATHERED as usize }
            }
        };
        self.kept.borrow_mut().counts = Some((tag, total, waiting));
        Ok((total, waiting))
    }

    /// The length of a plain list now, from the counters; `None` where they do not say.
    fn tallied(&self, query: &Query, as_of: Snapshot, now: Timestamp) -> Result<Option<u64>> {
        let (mut unread, mut feeds) = (false, None);
        for part in query.parts() {
            match part {
                Expr::Is(Is::Unread) => unread = true,
                Expr::Feed(_) | Expr::Folder(_) if feeds.is_none() => feeds = Some(part),
                _ => return Ok(None),
            }
        }
        if unread && self.read_since(as_of)? {
            return Ok(None);
        }
        let feeds = feeds.map(|part| feeds_of(&self.asked(now, Some(as_of), false), part)).transpose()?;
        let which = feeds.map_or_else(|| "1".to_owned(), |ids| format!("t.feed IN ({})", list(&ids)));
        let sql = format!("SELECT coalesce(sum(CASE WHEN ?1 THEN t.unread ELSE t.listed END), 0) FROM tally t WHERE {which}");
        let n: i64 = self.conn.prepare_cached(&sql)?.query_row([unread], |r| r.get(0))?;
        Ok(Some(n.max(0).unsigned_abs()))
    }

    /// The length of an agency's list, from the index of credits alone; `None` where that does not say.
    fn credited(&self, query: &Query, as_of: Snapshot, now: Timestamp) -> Result<Option<Count>> {
        let (unread, name) = match query.parts() {
            [Expr::Agency(name)] => (false, name),
            [Expr::Agency(name), Expr::Is(Is::Unread)] | [Expr::Is(Is::Unread), Expr::Agency(name)] => (true, name),
            _ => return Ok(None),
        };
        // It does not know what is not listed, except that this is never unread.
        const UNLISTED: &str = "SELECT EXISTS (SELECT 1 FROM article INDEXED BY article_hidden WHERE hidden = 1)
            OR EXISTS (SELECT 1 FROM feed WHERE subscribed = 0)";
        let cannot = match unread {
            true => self.read_since(as_of)?,
            false => self.conn.prepare_cached(UNLISTED)?.query_row([], |r| r.get(0))?,
        };
        let agencies = agencies_of(&self.asked(now, Some(as_of), false), name)?;
        let (&[agency], false) = (agencies.as_slice(), cannot) else { return Ok(None) };
        let sql = match unread {
            true => {
                "SELECT count(*) FROM (SELECT 1 FROM credit INDEXED BY credit_unread WHERE agency = ?1 AND unread = 1 AND article <= ?2 LIMIT ?3)"
            }
            false => "SELECT count(*) FROM (SELECT 1 FROM credit WHERE agency = ?1 AND article <= ?2 LIMIT ?3)",
        };
        let n: i64 = self.conn.prepare_cached(sql)?.query_row((agency, as_of.last.0, MAX_COUNT + 1), |r| r.get(0))?;
        Ok(Some(Count { n: n.clamp(0, MAX_COUNT).unsigned_abs(), more: n > MAX_COUNT }))
    }

    /// Whether some that were read since are still in unread lists.
    fn read_since(&self, as_of: Snapshot) -> Result<bool> {
        Ok(super::marks::last_read(&self.conn)? >= micros(as_of.opened))
    }

    pub(super) fn count(&self, plan: &Plan, most: i64) -> Result<Count> {
        if plan.is_empty() {
            return Ok(Count::default());
        }
        let mut s = self.conn.prepare_cached(&plan.count())?;
        let bound = params_from_iter(plan.params.iter().cloned().chain([Value::Integer(most)]));
        Ok(s.query_row(bound, |r| Ok(Count { n: r.get::<_, i64>(0)?.max(0).unsigned_abs(), more: r.get(1)? }))?)
    }

    /// What arrived since the snapshot and belongs to the list.
    fn waiting(&self, query: &Query, as_of: Snapshot, now: Timestamp) -> Result<Count> {
        if self.snapshot()?.last <= as_of.last {
            return Ok(Count::default());
        }
        let plan = super::sql::arrived(&self.asked(now, None, false), query, as_of.last)?;
        self.count(&plan, MAX_COUNT)
    }

    pub(super) fn next_unread(
        &self,
        query: &Query,
        by: By,
        as_of: Snapshot,
        from: Option<ArticleId>,
        backwards: bool,
        now: Timestamp,
    ) -> Result<Option<ArticleId>> {
        let by = by_for(query, by);
        if by != By::Article {
            return self.next_row(query, by, as_of, from, backwards, now);
        }
        let whole = plan(&self.asked(now, Some(as_of), false), query)?;
        if whole.is_empty() {
            return Ok(None);
        }
        if !whole.ordered {
            let places = self.gather(&whole, &self.tag(query, as_of, now)?)?;
            let row = from.map(|id| self.row_of(&places, id, whole.sort)).transpose()?;
            let mut unread = self.conn.prepare_cached("SELECT read_at IS NULL FROM article WHERE id = ?1")?;
            let mut test = |id: i64| unread.query_row([id], |r| r.get::<_, bool>(0)).optional();
            let (ahead, behind) = places.split_at(row.unwrap_or(if backwards { places.len() } else { 0 }));
            let skip = usize::from(row.is_some_and(|r| from.is_some_and(|f| places.get(r).is_some_and(|p| p.1 == f.0))));
            let order: Vec<i64> =
                if backwards { ahead.iter().rev().map(|p| p.1).collect() } else { behind.iter().skip(skip).map(|p| p.1).collect() };
            for id in order {
                if test(id)? == Some(true) {
                    return Ok(Some(ArticleId(id)));
                }
            }
            return Ok(None);
        }
        let plan = plan(&self.asked(now, Some(as_of), true), query)?;
        if plan.is_empty() {
            return Ok(None);
        }
        let place = from.map(|id| self.place(id)).transpose()?;
        let (side, place) = match (place, backwards) {
            (Some(place), false) => (Some(Side::After), Some(place)),
            (Some(place), true) => (Some(Side::Before), Some(place)),
            (None, false) => (None, None),
            (None, true) => (Some(Side::Before), Some(far_end(plan.sort))),
        };
        Ok(self.rows(&plan, side, place, 1)?.first().map(|h| h.id))
    }
}

/// Whether its answer moves with the clock.
fn timed(expr: &Expr) -> bool {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(timed),
        Expr::Not(inner) => timed(inner),
        other => matches!(other, Expr::Since(_) | Expr::Before(_) | Expr::After(_)),
    }
}

/// A place after the last row.
pub(super) fn far_end(sort: Sort) -> Place {
    if sort == Sort::Old { (i64::MAX, i64::MAX) } else { (i64::MIN, i64::MIN) }
}
