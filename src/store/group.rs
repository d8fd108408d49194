//! Lists whose rows are stories or dispatches. A list is walked as it is by article; a row stands where the first of its
//! articles does, and the others are passed over. What a row stands for is looked up by story or dispatch, once, so a
//! window costs its own rows and their articles, however large the cache is.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params_from_iter};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::error::{Result, StoreError};
use super::plan::{Place, Plan, Side};
use super::read::Reader;
use super::rows::{json, micros, status_code, time};
use super::sql::{Asked, listing, member, plan};
use super::window::far_end;
use crate::model::{
    Agency, ArticleId, At, By, DispatchKey, Expr, Group, Headline, Member, Name, Page, Query, Snapshot, Sort, Stage, Status, Window,
};

/// Where an article belongs, and since when.
const BELONGS: &str = ", a.story, a.dispatch, a.placed_at";
/// Articles that are shown below an open row at most.
const MAX_BELOW: usize = 200;
/// Articles that are read of a list in one go.
const CHUNK: usize = 256;
/// Rows that are looked at beside the cursor for one with something unread in it.
const NEAR: usize = 2_000;

/// What an article belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Belongs {
    story: Option<i64>,
    dispatch: Option<i64>,
}

impl Belongs {
    fn key(self, by: By) -> Option<i64> {
        match by {
            By::Story => self.story,
            By::Dispatch => self.dispatch,
            By::Article => None,
        }
    }
}

/// Where a row stands, and what it stands for.
type Head = (Place, Option<i64>);

/// One article of a group.
struct Fact {
    place: Place,
    outlet: i64,
    dispatch: Option<i64>,
    read: bool,
    live: bool,
    agencies: Option<String>,
    rank: (bool, bool, bool, usize, i64),
    listed: bool,
}

/// A story or dispatch as a list sees it.
struct Found {
    /// All its articles, in the list's order.
    facts: Vec<Fact>,
    /// Where its row stands; `None` if the list has none of its articles.
    head: Option<Place>,
    /// The best article of the list first, as indexes.
    best: Vec<usize>,
}

/// A list's groups, looked up as they are met.
pub(super) struct Groups<'a> {
    reader: &'a Reader,
    by: By,
    sort: Sort,
    as_of: Snapshot,
    /// Of one group: its articles, and whether each is in the list.
    sql: String,
    params: Vec<Value>,
    /// The list's articles, where it had to be gathered.
    only: Option<HashSet<i64>>,
    known: RefCell<HashMap<i64, Arc<Found>>>,
}

/// A gathered list's rows.
pub(super) struct Gathered {
    heads: Vec<Head>,
    places: HashSet<i64>,
}

impl<'a> Groups<'a> {
    pub(super) fn new(reader: &'a Reader, asked: &Asked<'_>, query: &Query, by: By, as_of: Snapshot, ordered: bool) -> Result<Self> {
        // What had to be gathered is known by name.
        let (cond, mut params) = if ordered { member(asked, query)? } else { ("1".to_owned(), Vec::new()) };
        let n = params.len();
        params.extend([Value::Integer(as_of.last.0), Value::Integer(micros(as_of.opened))]);
        let (last, opened, key) = (n + 1, n + 2, n + 3);
        let list = format!("{query}\0{by}\0{}\0{}", as_of.last, micros(as_of.opened));
        if reader.kept.borrow().leads.0 != list {
            reader.kept.borrow_mut().leads = (list, HashMap::new());
        }
        let name = if by == By::Dispatch { "dispatch" } else { "story" };
        let listed = listing(query);
        let facts = format!(
            "a.outlet, a.read_at IS NOT NULL, a.live, a.agencies, a.status, a.stage,
                (SELECT v.words FROM version v WHERE v.article = a.id AND v.number = a.versions), {cond}"
        );
        let sql = format!(
            "SELECT a.id, a.time, a.dispatch, {facts} FROM article a INDEXED BY article_{name}
             WHERE a.{name} = ?{key} AND {listed} AND a.id <= ?{last}
                AND (a.placed_at <= ?{opened} OR NOT EXISTS (SELECT 1 FROM placing q WHERE q.article = a.id AND q.until > ?{opened}))
             UNION ALL SELECT a.id, a.time, p.dispatch, {facts} FROM placing p INDEXED BY placing_{name} CROSS JOIN article a ON a.id = p.article
             WHERE p.{name} = ?{key} AND p.until > ?{opened} AND {listed} AND a.id <= ?{last}
                AND NOT EXISTS (SELECT 1 FROM placing q WHERE q.article = p.article AND q.until > ?{opened} AND q.until < p.until)"
        );
        Ok(Self { reader, by, sort: query.sort(), as_of, sql, params, only: None, known: RefCell::default() })
    }

    fn opened(&self) -> i64 {
        micros(self.as_of.opened)
    }

    fn found(&self, key: i64) -> Result<Arc<Found>> {
        if let Some(found) = self.known.borrow().get(&key) {
            return Ok(found.clone());
        }
        let mut s = self.reader.conn.prepare_cached(&self.sql)?;
        let mut rows = s.query(params_from_iter(self.params.iter().cloned().chain([Value::Integer(key)])))?;
        let mut facts = Vec::new();
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let outlet = row.get(3)?;
            let analysis = row.get::<_, Option<i64>>(8)? == Some(super::rows::stage_code(Stage::Analysis));
            let live: bool = row.get(5)?;
            let canceled = row.get::<_, i64>(7)? == status_code(Status::Canceled);
            let words = row.get::<_, Option<i64>>(9)?.unwrap_or(0);
            facts.push(Fact {
                place: (row.get(1)?, id),
                outlet,
                dispatch: row.get(2)?,
                read: row.get(4)?,
                live,
                agencies: row.get(6)?,
                // A live blog is long, and no report; an analysis comes after the news.
                rank: (canceled, analysis || live, false, self.reader.preference(outlet)?, -words),
                listed: match &self.only {
                    Some(only) => only.contains(&id),
                    None => row.get(10)?,
                },
            });
        }
        facts.sort_unstable_by_key(|f| f.place);
        if self.by == By::Story {
            // A story is where its newest report has it: of that, the fullest copy.
            let latest = facts.iter().rev().find(|f| f.listed && !f.rank.0 && !f.rank.1).map(|f| (f.dispatch, f.place.1));
            let told = |f: &Fact| latest.is_some_and(|(dispatch, id)| f.place.1 == id || dispatch.is_some() && f.dispatch == dispatch);
            for fact in &mut facts {
                fact.rank.2 = !told(fact);
            }
        }
        if self.sort != Sort::Old {
            facts.reverse();
        }
        let mut best: Vec<usize> = (0..facts.len()).filter(|i| facts[*i].listed).collect();
        let head = best.first().map(|i| facts[*i].place);
        best.sort_by_key(|i| (facts[*i].rank, facts[*i].place));
        // A row that was shown stays what it was, whatever its articles have become since.
        let lead = self.reader.kept.borrow().leads.1.get(&key).copied();
        if let Some(at) = best.iter().position(|i| Some(facts[*i].place.1) == lead) {
            best[..=at].rotate_right(1);
        }
        let found = Arc::new(Found { facts, head, best });
        self.known.borrow_mut().insert(key, found.clone());
        Ok(found)
    }

    /// What an article belonged to when the list was opened: what was found out since is not shown before the list is
    /// opened again.
    fn belongs(&self, row: &rusqlite::Row<'_>, id: i64, at: usize) -> Result<Option<i64>> {
        if row.get::<_, i64>(at + 2)? > self.opened() {
            let sql = "SELECT story, dispatch FROM placing WHERE article = ?1 AND until > ?2 ORDER BY until LIMIT 1";
            let mut s = self.reader.conn.prepare_cached(sql)?;
            let was = s.query_row((id, self.opened()), |r| Ok(Belongs { story: r.get(0)?, dispatch: r.get(1)? })).optional()?;
            if let Some(was) = was {
                return Ok(was.key(self.by));
            }
        }
        Ok(Belongs { story: row.get(at)?, dispatch: row.get(at + 1)? }.key(self.by))
    }

    /// The same of any article.
    fn key_of(&self, id: i64) -> Result<Option<i64>> {
        let sql = format!("SELECT 1{BELONGS} FROM article a WHERE a.id = ?1");
        let mut s = self.reader.conn.prepare_cached(&sql)?;
        let mut rows = s.query([id])?;
        rows.next()?.map_or(Ok(None), |row| self.belongs(row, id, 1))
    }

    /// Where the row of an article stands, or would stand if it is not in the list.
    pub(super) fn place(&self, id: ArticleId) -> Result<Place> {
        if let Some(key) = self.key_of(id.0)?
            && let Some(head) = self.found(key)?.head
        {
            return Ok(head);
        }
        self.reader.place(id)
    }

    /// The places of at most `limit` rows on one side of a place, nearest first.
    fn walk(&self, plan: &Plan, side: Option<Side>, place: Option<Place>, limit: usize) -> Result<Vec<Head>> {
        let mut out = Vec::new();
        let (mut side, mut place) = (side, place);
        while out.len() < limit {
            let mut s = self.reader.conn.prepare_cached(&plan.window(BELONGS, side))?;
            let at = place.into_iter().flat_map(|(t, i)| [t, i]);
            let bound = at.chain([CHUNK as i64]).map(Value::Integer);
            let mut rows = s.query(params_from_iter(plan.params.iter().cloned().chain(bound)))?;
            let mut read = 0;
            while let Some(row) = rows.next()? {
                read += 1;
                let here: Place = (row.get(1)?, row.get(0)?);
                place = Some(here);
                let key = self.belongs(row, here.1, 2)?;
                let first = match key {
                    None => true,
                    Some(key) => self.found(key)?.head == Some(here),
                };
                if first {
                    out.push((here, key));
                    if out.len() == limit {
                        break;
                    }
                }
            }
            if read < CHUNK && out.len() < limit {
                break;
            }
            side = Some(if side == Some(Side::Before) { Side::Before } else { Side::After });
        }
        Ok(out)
    }

    /// A row, and what stands below it.
    fn write(&self, place: Place, key: Option<i64>, open: &[ArticleId], out: &mut Vec<Headline>) -> Result<()> {
        let found = key.map(|key| self.found(key)).transpose()?.filter(|found| found.facts.len() > 1);
        let Some(found) = found else {
            out.extend(self.reader.row(place.1)?);
            return Ok(());
        };
        let Some(best) = found.best.first() else { return Ok(()) };
        let lead = found.facts[*best].place.1;
        let Some(mut row) = self.reader.row(lead)? else { return Ok(()) };
        if let Some(key) = key {
            self.reader.kept.borrow_mut().leads.1.entry(key).or_insert(lead);
        }
        let open = open.iter().any(|id| found.facts.iter().any(|f| f.place.1 == id.0));
        let members = found.best.iter().map(|i| &found.facts[*i]);
        row.time = time(place.0);
        row.read = members.clone().all(|f| f.read);
        row.live = members.clone().any(|f| f.live);
        row.outlets = count(found.facts.iter().map(|f| f.outlet));
        row.agencies = agencies(std::mem::take(&mut row.agencies), &found);
        row.group = Some(Box::new(Group {
            members: members.map(|f| Member { id: ArticleId(f.place.1), dispatch: f.dispatch.map(DispatchKey), read: f.read }).collect(),
            articles: u32::try_from(found.facts.len()).unwrap_or(u32::MAX),
            texts: texts(&found),
            open,
        }));
        out.push(row);
        if open {
            for i in together(&found.facts).into_iter().take(MAX_BELOW) {
                if let Some(row) = self.reader.row(found.facts[i].place.1)? {
                    out.push(Headline { inside: true, outlets: 1, ..row });
                }
            }
        }
        Ok(())
    }
}

fn count(of: impl Iterator<Item = i64>) -> u32 {
    u32::try_from(of.collect::<BTreeSet<_>>().len()).unwrap_or(u32::MAX)
}

/// Different texts of a group.
fn texts(found: &Found) -> u32 {
    count(found.facts.iter().map(|f| f.dispatch.unwrap_or(-f.place.1)))
}

/// The agencies of the best article, and then those of the others.
fn agencies(mut out: Vec<Agency>, found: &Found) -> Vec<Agency> {
    let mut seen = HashSet::new();
    for said in found.facts.iter().filter_map(|f| f.agencies.as_deref()) {
        if seen.insert(said) {
            let more: Vec<Agency> = json(said).unwrap_or_default();
            out.extend(more);
        }
    }
    let mut names = HashSet::new();
    out.retain(|a| names.insert(a.id.clone()));
    out
}

/// The list's order, copies of one dispatch together where the first of them stands.
fn together(facts: &[Fact]) -> Vec<usize> {
    let mut first: HashMap<i64, usize> = HashMap::new();
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (i, fact) in facts.iter().enumerate() {
        let at = fact.dispatch.map_or(i, |d| *first.entry(d).or_insert(i));
        order.push((at, i));
    }
    order.sort_unstable();
    order.into_iter().map(|(_, i)| i).collect()
}

/// A list of one story is told by its texts: by story it would be one row.
pub(super) fn by_for(query: &Query, by: By) -> By {
    let one = query.parts().iter().any(|p| matches!(p, Expr::Story(Name::Id(_))));
    if one && by == By::Story { By::Dispatch } else { by }
}

impl Reader {
    /// Fills `page` with a window's rows.
    pub(super) fn group(
        &self,
        plan: &Plan,
        groups: &mut Groups<'_>,
        tag: &str,
        open: &[ArticleId],
        window: &Window,
        page: &mut Page,
    ) -> Result<()> {
        let (up, down) = if plan.ordered { windows(plan, groups, window, page)? } else { self.slices(plan, groups, tag, window, page)? };
        for (place, key) in up.into_iter().chain(down) {
            groups.write(place, key, open, &mut page.rows)?;
        }
        Ok(())
    }

    /// A gathered list by rows.
    fn heads(&self, plan: &Plan, groups: &mut Groups<'_>, tag: &str) -> Result<Arc<Gathered>> {
        let tag = format!("{}\0{tag}", groups.by);
        let kept = self.kept.borrow().grouped.as_ref().filter(|(t, _)| *t == tag).map(|(_, g)| g.clone());
        let gathered = match kept {
            Some(gathered) => gathered,
            None => {
                let places = self.gather(plan, tag.split_once('\0').map_or("", |(_, t)| t))?;
                groups.only = Some(places.iter().map(|p| p.1).collect());
                let mut seen = HashSet::new();
                let mut heads = Vec::new();
                for place in &places {
                    let key = groups.key_of(place.1)?;
                    if key.is_none_or(|key| seen.insert(key)) {
                        heads.push((*place, key));
                    }
                }
                if plan.sort == Sort::Outlets {
                    let mut weighed = Vec::with_capacity(heads.len());
                    for (place, key) in heads {
                        let outlets = key.map(|k| groups.found(k)).transpose()?.map_or(1, |f| count(f.facts.iter().map(|f| f.outlet)));
                        weighed.push((std::cmp::Reverse(outlets), (place, key)));
                    }
                    weighed.sort_by_key(|(outlets, _)| *outlets);
                    heads = weighed.into_iter().map(|(_, head)| head).collect();
                }
                let gathered = Arc::new(Gathered { heads, places: places.iter().map(|p| p.1).collect() });
                self.kept.borrow_mut().grouped = Some((tag, gathered.clone()));
                gathered
            }
        };
        groups.only = Some(gathered.places.clone());
        Ok(gathered)
    }

    fn slices(&self, plan: &Plan, groups: &mut Groups<'_>, tag: &str, window: &Window, page: &mut Page) -> Result<(Vec<Head>, Vec<Head>)> {
        let Window { at, before, after, .. } = *window;
        let gathered = self.heads(plan, groups, tag)?;
        let heads = &gathered.heads;
        let (from, to) = match at {
            At::Top => (0, after.min(heads.len())),
            At::Bottom => (heads.len().saturating_sub(before + 1), heads.len()),
            At::Article(id) => {
                let row = self.head_of(heads, groups, id)?;
                (row.saturating_sub(before), row.saturating_add(after).min(heads.len()))
            }
        };
        page.more_before = from > 0;
        page.more_after = to < heads.len();
        Ok((Vec::new(), heads[from..to].to_vec()))
    }

    /// The row of an article among a gathered list's, or where it would stand.
    fn head_of(&self, heads: &[Head], groups: &Groups<'_>, id: ArticleId) -> Result<usize> {
        let key = groups.key_of(id.0)?;
        let own = |(place, k): &Head| place.1 == id.0 || (key.is_some() && *k == key);
        if let Some(row) = heads.iter().position(own) {
            return Ok(row);
        }
        let places: Vec<Place> = heads.iter().map(|h| h.0).collect();
        self.row_of(&places, id, groups.sort)
    }

    /// The best article of the next row (or the one before) that has something unread.
    pub(super) fn next_row(
        &self,
        query: &Query,
        by: By,
        as_of: Snapshot,
        from: Option<ArticleId>,
        backwards: bool,
        now: Timestamp,
    ) -> Result<Option<ArticleId>> {
        let whole = plan(&self.asked(now, Some(as_of), false), query)?;
        if whole.is_empty() {
            return Ok(None);
        }
        let mut groups = Groups::new(self, &self.asked(now, Some(as_of), false), query, by, as_of, whole.ordered)?;
        let unread = |groups: &Groups<'_>, (place, key): Head| -> Result<Option<ArticleId>> {
            if let Some(found) = key.map(|key| groups.found(key)).transpose()? {
                return Ok(found.best.iter().map(|i| &found.facts[*i]).find(|f| !f.read).map(|f| ArticleId(f.place.1)));
            }
            let read =
                self.conn.prepare_cached("SELECT read_at IS NOT NULL FROM article WHERE id = ?1")?.query_row([place.1], |r| r.get(0));
            Ok((read.optional()? == Some(false)).then_some(ArticleId(place.1)))
        };
        if !whole.ordered {
            let gathered = self.heads(&whole, &mut groups, &self.tag(query, as_of, now)?)?;
            let heads = &gathered.heads;
            let row = from.map(|id| self.head_of(heads, &groups, id)).transpose()?;
            let order: Vec<usize> = match (row, backwards) {
                (Some(row), true) => (0..row.min(heads.len())).rev().collect(),
                (None, true) => (0..heads.len()).rev().collect(),
                (Some(row), false) => (row + 1..heads.len()).collect(),
                (None, false) => (0..heads.len()).collect(),
            };
            for i in order {
                if let Some(id) = unread(&groups, heads[i])? {
                    return Ok(Some(id));
                }
            }
            return Ok(None);
        }
        // What is unread is walked: of a long list that is read there may be little.
        let plan = plan(&self.asked(now, Some(as_of), true), query)?;
        if plan.is_empty() {
            return Ok(None);
        }
        let here = from.map(|id| groups.place(id)).transpose()?;
        let mut side = if backwards { Some(Side::Before) } else { here.map(|_| Side::After) };
        let mut place = here.or(backwards.then(|| far_end(plan.sort)));
        let beyond = |head: Place| match here {
            None => true,
            Some(here) if head == here => false,
            Some(here) => ((head > here) == (plan.sort == Sort::Old)) != backwards,
        };
        let hit = 'hit: loop {
            let mut s = self.conn.prepare_cached(&plan.window(BELONGS, side))?;
            let bound = place.into_iter().flat_map(|(t, i)| [t, i]).chain([CHUNK as i64]).map(Value::Integer);
            let mut rows = s.query(params_from_iter(plan.params.iter().cloned().chain(bound)))?;
            let mut any = false;
            while let Some(row) = rows.next()? {
                any = true;
                let at: Place = (row.get(1)?, row.get(0)?);
                place = Some(at);
                let key = groups.belongs(row, at.1, 2)?;
                let head = key.map(|key| groups.found(key)).transpose()?.map_or(Some(at), |found| found.head);
                if let Some(head) = head.filter(|head| beyond(*head))
                    && let Some(id) = unread(&groups, (head, key))?
                {
                    break 'hit Some((head, id));
                }
            }
            if !any {
                break None;
            }
            side = Some(if backwards { Side::Before } else { Side::After });
        };
        // A row may stand nearer than the first unread article that was met: by a head that is read.
        let mut side = if backwards { Some(Side::Before) } else { here.map(|_| Side::After) };
        let (mut place, mut left) = (here.or(backwards.then(|| far_end(plan.sort))), NEAR);
        while left > 0 {
            let heads = groups.walk(&whole, side, place, left.min(CHUNK))?;
            left = if heads.is_empty() { 0 } else { left - heads.len() };
            for head in heads {
                if let Some((_, id)) = hit.filter(|(bound, _)| *bound == head.0) {
                    return Ok(Some(id));
                }
                if let Some(id) = unread(&groups, head)? {
                    return Ok(Some(id));
                }
                place = Some(head.0);
            }
            side = Some(if backwards { Side::Before } else { Side::After });
        }
        Ok(hit.map(|(_, id)| id))
    }

    /// Hands the rows of a list to `each`, in its order, until it says `false`.
    pub fn list_by(
        &self,
        query: &Query,
        by: By,
        now: Timestamp,
        each: &mut dyn FnMut(Headline) -> bool,
    ) -> std::result::Result<(), StoreError> {
        self.still(|| {
            let as_of = self.snapshot()?;
            let plan = plan(&self.asked(now, Some(as_of), false), query)?;
            if plan.is_empty() {
                return Ok(());
            }
            let mut groups = Groups::new(self, &self.asked(now, Some(as_of), false), query, by, as_of, plan.ordered)?;
            let mut give = |groups: &Groups<'_>, heads: &[Head]| -> Result<bool> {
                for (place, key) in heads {
                    let mut rows = Vec::new();
                    groups.write(*place, *key, &[], &mut rows)?;
                    if !rows.into_iter().all(&mut *each) {
                        return Ok(false);
                    }
                }
                groups.known.borrow_mut().clear();
                Ok(true)
            };
            if !plan.ordered {
                let gathered = self.heads(&plan, &mut groups, &self.tag(query, as_of, now)?)?;
                give(&groups, &gathered.heads)?;
                return Ok(());
            }
            let (mut side, mut place) = (None, None);
            loop {
                let heads = groups.walk(&plan, side, place, CHUNK)?;
                let Some(last) = heads.last() else { return Ok(()) };
                (side, place) = (Some(Side::After), Some(last.0));
                if !give(&groups, &heads)? {
                    return Ok(());
                }
            }
        })
    }

    /// Whether articles that were there when a list was opened have been placed otherwise since.
    pub(super) fn regrouped(&self, as_of: Snapshot) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM placing WHERE until > ?1 AND article <= ?2)";
        Ok(self.conn.prepare_cached(sql)?.query_row((micros(as_of.opened), as_of.last.0), |r| r.get(0))?)
    }

    /// How soon an outlet is preferred; those that are not come last.
    fn preference(&self, outlet: i64) -> Result<usize> {
        if self.prefer.is_empty() {
            return Ok(0);
        }
        let name = self.outlet(outlet)?.to_lowercase();
        Ok(self.prefer.iter().position(|p| name.contains(p.as_str())).unwrap_or(self.prefer.len()))
    }
}

/// The rows of a window onto a list that an index has in order: those before the place, and those from it on.
fn windows(plan: &Plan, groups: &Groups<'_>, window: &Window, page: &mut Page) -> Result<(Vec<Head>, Vec<Head>)> {
    let Window { at, before, after, .. } = *window;
    let place = match at {
        At::Article(id) => Some(groups.place(id)?),
        At::Top | At::Bottom => None,
    };
    let (mut up, mut down) = match (at, place) {
        // The last row is the place; those before it come with it.
        (At::Bottom, _) => (groups.walk(plan, Some(Side::Before), Some(far_end(plan.sort)), before + 2)?, Vec::new()),
        (_, None) => (Vec::new(), groups.walk(plan, None, None, after + 1)?),
        (_, place) => (groups.walk(plan, Some(Side::Before), place, before + 1)?, groups.walk(plan, Some(Side::From), place, after + 1)?),
    };
    let above = before + usize::from(at == At::Bottom);
    page.more_before = up.len() > above;
    page.more_after = down.len() > after;
    up.truncate(above);
    down.truncate(after);
    up.reverse();
    Ok((up, down))
}
