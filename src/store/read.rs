//! The readers: any number of read-only views of the cache. They answer the screen's questions and the command line's,
//! and never write.

use jiff::{Timestamp, tz::TimeZone};
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::error::{Fault, Result, StoreError};
use super::rows::{self, clean, micros, time, unpack};
use super::sql::{Asked, plan};
use super::{annotate, marks, open, place, standing, window};
use crate::model::{
    Agency, AgencyId, Answer, Article, ArticleId, By, Carrier, Clean, Comparison, Count, Desk, DeskKind, DeskRow, Feed, FeedId, Is, Item,
    Marks, Position, Query, Question, Snapshot, StoryId, Version, ViewId, When,
};

/// How long an agency without anything unread stays on the desk after its last article, in microseconds: 30 days.
const LATELY: i64 = 30 * 86_400_000_000;

/// A read-only connection, beside the writer of this or another process.
pub struct Reader {
    pub(super) conn: Connection,
    pub(super) zone: TimeZone,
    pub(super) kept: RefCell<window::Kept>,
    /// Outlets whose articles stand for their stories, in lower case.
    pub(super) prefer: Vec<String>,
    path: PathBuf,
    outlets: RefCell<HashMap<i64, Clean>>,
    pub(super) comparer: Comparer,
}

/// Sets two states of an article side by side.
pub type Comparer = fn(&Item, &Item) -> Comparison;

/// What the cache holds, for `doctor`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Feeds subscribed to.
    pub feeds: u64,
    /// Articles kept.
    pub articles: u64,
    /// Of those, unread.
    pub unread: u64,
    /// Of those, saved.
    pub saved: u64,
    /// Versions of articles kept.
    pub versions: u64,
    /// Articles whose page is still to be fetched.
    pub pending: u64,
    /// Bytes on disk, the log included.
    pub bytes: u64,
    /// Of those, bytes that compaction would give back.
    pub free: u64,
    /// The schema's version.
    pub schema: i64,
}

/// Stories that are followed, the latest begun first, each under the title of its newest report.
const FOLLOWED: &str = "SELECT s.id, coalesce((SELECT a.title FROM article a WHERE a.story = s.id AND a.listed = 1 AND a.live = 0
        AND a.embargo IS NULL ORDER BY a.time DESC LIMIT 1), s.title)
    FROM follow w JOIN story s ON s.id = w.story ORDER BY w.since DESC LIMIT 50";

impl Reader {
    /// Opens the cache in `dir` for reading.
    pub fn open(dir: &Path) -> std::result::Result<Self, StoreError> {
        let (conn, path) = open::read_only(dir)?;
        Ok(Self {
            conn,
            path,
            zone: TimeZone::UTC,
            kept: RefCell::default(),
            prefer: Vec::new(),
            outlets: RefCell::default(),
            comparer: |_, _| Comparison::default(),
        })
    }

    /// The same, answering [`Question::Compare`] by this. Without it there is nothing to tell.
    pub fn comparing(mut self, comparer: Comparer) -> Self {
        self.comparer = comparer;
        self
    }

    /// The same, reading days in queries (`since:today`) by this zone. UTC otherwise.
    pub fn with_zone(mut self, zone: TimeZone) -> Self {
        self.zone = zone;
        self
    }

    /// The same, taking articles of these outlets (or parts of their names) for the best of their story, the first first.
    pub fn preferring(mut self, outlets: &[String]) -> Self {
        self.prefer = outlets.iter().map(|o| o.trim().to_lowercase()).filter(|o| !o.is_empty()).collect();
        self
    }

    /// The cache's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn named<T>(&self, f: impl FnOnce() -> Result<T>) -> std::result::Result<T, StoreError> {
        f().map_err(|fault| fault.at(&self.path))
    }

    /// One moment of the cache for as long as `f` runs, whatever is written meanwhile.
    pub(super) fn still<T>(&self, f: impl FnOnce() -> Result<T>) -> std::result::Result<T, StoreError> {
        self.named(|| {
            let tx = self.conn.unchecked_transaction()?;
            let out = f()?;
            tx.finish()?;
            Ok(out)
        })
    }

    /// Answers what the screen asks; a failure is an answer too.
    pub fn answer(&self, question: &Question, now: Timestamp) -> Answer {
        let answer = self.still(|| {
            Ok(match question {
                Question::Headlines { query, window } => Answer::Headlines(self.page(query, By::Article, &[], window, now)?),
                Question::Rows { query, by, open, window } => Answer::Headlines(self.page(query, *by, open, window, now)?),
                Question::Told(id) => Answer::Told(self.told(*id)?.map(Box::new)),
                Question::Article { id, version } => {
                    let mut article = self.one(*id, *version, true)?.map(Box::new);
                    if let Some(article) = article.as_mut().filter(|a| !a.posts.is_empty() && !a.item.locked(now)) {
                        article.coverage = self.with_others(article, now)?;
                    }
                    Answer::Article(article)
                }
                Question::NextUnread { query, as_of, from, backwards, by } => {
                    Answer::NextUnread(self.next_unread(query, *by, *as_of, *from, *backwards, now)?)
                }
                Question::Compare { id, old, new } => Answer::Compared(self.compare(*id, *old, *new)?.map(Box::new)),
                Question::Desk => Answer::Desk(self.desk(now)?),
                Question::Known => Answer::Known(Box::new(self.known()?)),
                Question::Feeds => Answer::Feeds(self.all_feeds()?),
            })
        });
        answer.unwrap_or_else(|e| Answer::Failed(Clean::line(&e.to_string())))
    }

    /// Changes whenever another connection, in whatever process, has changed the cache.
    pub fn data_version(&self) -> std::result::Result<i64, StoreError> {
        self.named(|| self.version())
    }

    pub(super) fn version(&self) -> Result<i64> {
        Ok(self.conn.prepare_cached("PRAGMA data_version")?.query_row([], |r| r.get(0))?)
    }

    /// The newest article now: what a list that is opened now is as of.
    pub fn newest(&self) -> std::result::Result<Snapshot, StoreError> {
        self.named(|| self.snapshot())
    }

    pub(super) fn snapshot(&self) -> Result<Snapshot> {
        let last: Option<i64> = self.conn.prepare_cached("SELECT max(id) FROM article")?.query_row([], |r| r.get(0))?;
        // By what there is, not by the clock: what was begun before and is filed after counts as later.
        let opened = marks::last_read(&self.conn)?.saturating_add(1).max(place::last_until(&self.conn)?);
        Ok(Snapshot { last: ArticleId(last.unwrap_or(0)), opened: time(opened) })
    }

    /// All subscriptions with their health, in the order of their titles.
    pub fn feeds(&self) -> std::result::Result<Vec<Feed>, StoreError> {
        self.named(|| self.all_feeds())
    }

    fn all_feeds(&self) -> Result<Vec<Feed>> {
        Ok(rows::feeds(&self.conn, "")?.into_iter().map(|f| f.feed).collect())
    }

    /// An article with its text, in its newest version or the one asked for.
    pub fn article(&self, id: ArticleId, version: Option<u32>) -> std::result::Result<Option<Article>, StoreError> {
        self.still(|| self.one(id, version, true))
    }

    /// Hands the articles of a list to `each`, in its order and one by one, until it says `false` or `limit` is reached;
    /// without texts unless `bodies`.
    pub fn list(
        &self,
        query: &Query,
        limit: Option<usize>,
        bodies: bool,
        now: Timestamp,
        each: &mut dyn FnMut(Article) -> bool,
    ) -> std::result::Result<(), StoreError> {
        self.still(|| {
            let asked = Asked { conn: &self.conn, now, zone: &self.zone, as_of: None, unread: false };
            let plan = plan(&asked, query)?;
            if plan.is_empty() {
                return Ok(());
            }
            let limit = limit.and_then(|n| i64::try_from(n).ok()).unwrap_or(i64::MAX);
            let bound = params_from_iter(plan.params.iter().cloned().chain([rusqlite::types::Value::Integer(limit)]));
            let mut s = self.conn.prepare(&plan.whole())?;
            let mut rows = s.query(bound)?;
            while let Some(row) = rows.next()? {
                if let Some(article) = self.one(ArticleId(row.get(0)?), None, bodies)?
                    && !each(article)
                {
                    break;
                }
            }
            Ok(())
        })
    }

    /// What the cache holds. Counts rows: not for the screen.
    pub fn stats(&self) -> std::result::Result<Stats, StoreError> {
        self.still(|| {
            let n = |sql: &str| -> Result<u64> { Ok(self.conn.query_row(sql, [], |r| r.get::<_, i64>(0))?.max(0).unsigned_abs()) };
            let log = std::fs::metadata(self.path.with_extension("db-wal")).map_or(0, |m| m.len());
            let page = n("PRAGMA page_size")?;
            Ok(Stats {
                feeds: n("SELECT count(*) FROM feed WHERE subscribed = 1")?,
                articles: n("SELECT coalesce(sum(articles), 0) FROM tally")?,
                unread: n("SELECT coalesce(sum(unread), 0) FROM tally")?,
                saved: n("SELECT coalesce(sum(saved), 0) FROM tally")?,
                versions: n("SELECT count(*) FROM version")?,
                pending: n("SELECT count(*) FROM article WHERE pending > 0")?,
                bytes: std::fs::metadata(&self.path).map_or(0, |m| m.len()) + log,
                free: n("PRAGMA freelist_count")? * page,
                schema: self.conn.query_row("PRAGMA user_version", [], |r| r.get(0))?,
            })
        })
    }

    /// Reads the whole file and says what is damaged; nothing if it is whole. Takes seconds on a large cache.
    pub fn integrity(&self) -> std::result::Result<Vec<String>, StoreError> {
        self.named(|| {
            let mut s = self.conn.prepare("PRAGMA integrity_check(20)")?;
            let found: Vec<String> = s.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok(found.into_iter().filter(|line| line != "ok").collect())
        })
    }

    pub(super) fn outlet(&self, id: i64) -> Result<Clean> {
        if let Some(name) = self.outlets.borrow().get(&id) {
            return Ok(name.clone());
        }
        let name = self.conn.prepare_cached("SELECT name FROM outlet WHERE id = ?1")?.query_row([id], |r| clean(r, 0))?;
        self.outlets.borrow_mut().insert(id, name.clone());
        Ok(name)
    }

    fn one(&self, id: ArticleId, version: Option<u32>, body: bool) -> Result<Option<Article>> {
        struct Head {
            feed: i64,
            key: i64,
            time: i64,
            outlet: i64,
            newest: u32,
            dispatch: Option<i64>,
            story: Option<i64>,
            why: Option<String>,
            pending: bool,
            live: bool,
            marks: Marks,
        }
        let mut s = self.conn.prepare_cached(
            "SELECT a.feed, a.key, a.time, a.outlet, a.versions, a.dispatch, a.story, a.pending = 1 OR a.pending = 2 AND a.\"left\" = 0, a.read_at IS NOT NULL, a.saved_at IS NOT NULL,
                coalesce(m.block, 0), coalesce(m.offset, 0), a.why, a.seen,
                m.followed_at IS NOT NULL OR EXISTS (SELECT 1 FROM follow w WHERE w.story = a.story), a.live
             FROM article a LEFT JOIN mark m ON m.feed = a.feed AND m.key = a.key WHERE a.id = ?1",
        )?;
        let head = s
            .query_row([id.0], |r| {
                Ok(Head {
                    feed: r.get(0)?,
                    key: r.get(1)?,
                    time: r.get(2)?,
                    outlet: r.get(3)?,
                    newest: r.get(4)?,
                    dispatch: r.get(5)?,
                    story: r.get(6)?,
                    why: r.get(12)?,
                    pending: r.get(7)?,
                    live: r.get(15)?,
                    marks: Marks {
                        read: r.get(8)?,
                        saved: r.get(9)?,
                        tags: Vec::new(),
                        position: Position { block: r.get(10)?, offset: r.get(11)? },
                        seen: r.get(13)?,
                        followed: r.get(14)?,
                        ..Marks::default()
                    },
                })
            })
            .optional()?;
        let Some(mut head) = head else { return Ok(None) };
        let number = version.unwrap_or(head.newest);
        let mut s = self.conn.prepare_cached("SELECT fetched, item, body FROM version WHERE article = ?1 AND number = ?2")?;
        let mut rows = s.query((id.0, number))?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let blob = |row: &rusqlite::Row<'_>, at: usize| -> Result<Vec<u8>> { Ok(row.get(at)?) };
        let fetched = time(row.get(0)?);
        let mut item: Item = unpack(&blob(row, 1)?)?;
        // That its coverage ended makes no version.
        item.live = head.live;
        if let (true, Some(text)) = (body, row.get::<_, Option<i64>>(2)?) {
            let blocks: Option<Vec<u8>> =
                self.conn.prepare_cached("SELECT blocks FROM body WHERE id = ?1")?.query_row([text], |r| r.get(0)).optional()?;
            item.body = unpack(&blocks.ok_or_else(|| Fault::Broken("its text is missing".into()))?)?;
        }
        let posts = if body { self.posts(id)? } else { Vec::new() };
        let mut s = self.conn.prepare_cached("SELECT tag FROM tag WHERE feed = ?1 AND key = ?2 ORDER BY tag")?;
        head.marks.tags = s.query_map((head.feed, head.key), |r| clean(r, 0))?.collect::<rusqlite::Result<_>>()?;
        annotate::read(&self.conn, head.feed, head.key, &mut head.marks)?;
        let feed = rows::feed(&self.conn, FeedId(head.feed))?.ok_or_else(|| Fault::Broken("its feed is missing".into()))?.feed;
        let why: rows::Whys = head.why.as_deref().and_then(|w| serde_json::from_str(w).ok()).unwrap_or_default();
        Ok(Some(Article {
            id,
            feed: feed.id,
            feed_title: feed.title,
            feed_address: Clean::line(feed.address.as_str()),
            outlet: self.outlet(head.outlet)?,
            item,
            fetched,
            time: time(head.time),
            version: number,
            versions: self.versions(id)?,
            posts,
            coverage: Vec::new(),
            marks: head.marks,
            carriers: self.carriers(id, head.dispatch)?,
            dispatch: head.dispatch.map(crate::model::DispatchKey),
            story: head.story.map(StoryId),
            company: self.company(head.story)?,
            quotes: Vec::new(),
            carries: why.carries,
            tells: why.tells,
            pending: head.pending,
        }))
    }

    fn compare(&self, id: ArticleId, old: u32, new: u32) -> Result<Option<Comparison>> {
        let Some((old, new)) = self.one(id, Some(old), true)?.zip(self.one(id, Some(new), true)?) else { return Ok(None) };
        Ok(Some((self.comparer)(&old.item, &new.item)))
    }

    pub(super) fn versions(&self, id: ArticleId) -> Result<Vec<Version>> {
        let mut s = self
            .conn
            .prepare_cached("SELECT number, fetched, updated, title, words, changes FROM version WHERE article = ?1 ORDER BY number")?;
        let rows = s.query_map([id.0], |r| {
            Ok(Version {
                number: r.get(0)?,
                fetched: time(r.get(1)?),
                updated: r.get::<_, Option<i64>>(2)?.map(time),
                title: clean(r, 3)?,
                words: r.get(4)?,
                changes: r.get::<_, Option<String>>(5)?.and_then(|c| rows::json(&c).ok()).unwrap_or_default(),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn carriers(&self, id: ArticleId, dispatch: Option<i64>) -> Result<Vec<Carrier>> {
        let Some(dispatch) = dispatch else { return Ok(Vec::new()) };
        let mut s = self.conn.prepare_cached(
            "SELECT a.id, a.outlet, a.title, a.agencies, a.shared, v.words, v.item FROM article a JOIN version v ON v.article = a.id AND v.number = a.versions
             WHERE a.dispatch = ?1 AND a.id <> ?2 AND a.listed = 1 ORDER BY a.shared DESC, a.id LIMIT 50",
        )?;
        let mut rows = s.query((dispatch, id.0))?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            let agencies: Option<String> = row.get(3)?;
            let agencies: Vec<Agency> = agencies.map(|a| rows::json(&a)).transpose()?.unwrap_or_default();
            let outlet = self.outlet(row.get(1)?)?;
            // What is damaged costs itself only.
            let item: Option<Item> = unpack(&row.get::<_, Vec<u8>>(6)?).ok();
            let number = item.and_then(|item| item.attribution.dispatch);
            let (id, title, shared, words) = (ArticleId(row.get(0)?), clean(row, 2)?, row.get(4)?, row.get(5)?);
            out.push(Carrier { id, outlet, title, agencies, shared, number, words });
        }
        Ok(out)
    }

    /// The desk, from counters alone. The count of Saved is of all that is saved; all others are of what is unread.
    fn desk(&self, now: Timestamp) -> Result<Desk> {
        let known = |n: i64| Count { n: n.max(0).unsigned_abs(), more: false };
        let mut rows = Vec::new();
        let mut s = self.conn.prepare_cached(FOLLOWED)?;
        let stories: Vec<(i64, Clean)> = s.query_map([], |r| Ok((r.get(0)?, clean(r, 1)?)))?.collect::<rusqlite::Result<_>>()?;
        for (id, label) in stories {
            let query = Query::story(StoryId(id));
            let unread = self.bounded(&query, now)?;
            rows.push(DeskRow { label, query, unread, kind: DeskKind::Live });
        }
        for (id, label, n) in self.followed()? {
            let unread = Count { n, more: false };
            rows.push(DeskRow { label, query: Query::is(Is::Followed), unread, kind: DeskKind::Blog(id) });
        }
        let sql = "SELECT coalesce(sum(unread), 0), coalesce(sum(saved), 0), coalesce(sum(changed), 0) FROM tally";
        let (unread, saved, changed): (i64, i64, i64) =
            self.conn.prepare_cached(sql)?.query_row([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
        let today = Query::since(When::Today);
        let views = [
            ("Unread", Query::is(Is::Unread), known(unread)),
            ("Saved", Query::is(Is::Saved), known(saved)),
            ("Changed", Query::is(Is::Changed), known(changed)),
            ("Today", today.clone(), self.bounded(&today, now)?),
            ("All", Query::all(), known(unread)),
        ];
        for (label, query, unread) in views {
            rows.push(DeskRow { label: Clean::line(label), query, unread, kind: DeskKind::View });
        }
        let mut s = self.conn.prepare_cached("SELECT name, query, id, alert FROM view ORDER BY place, id LIMIT 100")?;
        let own: Vec<(Clean, String, i64, bool)> =
            s.query_map([], |r| Ok((clean(r, 0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?.collect::<rusqlite::Result<_>>()?;
        for (label, query, id, alert) in own {
            if let Ok(query) = query.parse::<Query>() {
                let unread = self.bounded(&query, now)?;
                rows.push(DeskRow { label, query, unread, kind: DeskKind::Own(ViewId(id), alert) });
            }
        }
        let feeds = self.all_feeds()?;
        for (name, n) in standing::folders(&self.conn, &feeds)? {
            rows.push(DeskRow {
                label: Clean::line(&name),
                query: Query::folder(&name),
                unread: Count { n, more: false },
                kind: DeskKind::Folder,
            });
        }
        for feed in &feeds {
            rows.push(DeskRow {
                label: feed.title.clone(),
                query: Query::feed(feed.id),
                unread: Count { n: feed.unread, more: false },
                kind: DeskKind::Feed(feed.id, feed.health.failure.is_some()),
            });
        }
        // By name, and there as long as there was something lately: rows that moved or went while they are read would be
        // taken for each other.
        let sql = "SELECT key, name, unread FROM agency g WHERE unread > 0 OR EXISTS (
                SELECT 1 FROM credit c JOIN article a ON a.id = c.article WHERE c.agency = g.id AND c.time > ?1 AND a.listed = 1)
             ORDER BY name COLLATE NOCASE, key LIMIT 500";
        let mut s = self.conn.prepare_cached(sql)?;
        let lately = micros(now).saturating_sub(LATELY);
        let agencies = s.query_map([lately], |r| Ok((r.get::<_, String>(0)?, clean(r, 1)?, r.get::<_, i64>(2)?)))?;
        for agency in agencies {
            let (key, label, n) = agency?;
            rows.push(DeskRow { label, query: Query::agency(&AgencyId::new(&key)), unread: known(n), kind: DeskKind::Agency });
        }
        Ok(Desk { rows })
    }

    /// How many of a list are unread, as far as it is worth counting.
    fn bounded(&self, query: &Query, now: Timestamp) -> Result<Count> {
        const FAR: i64 = 1000;
        let plan = plan(&Asked { conn: &self.conn, now, zone: &self.zone, as_of: None, unread: true }, query)?;
        if plan.is_empty() {
            return Ok(Count::default());
        }
        self.count(&plan, FAR)
    }
}
