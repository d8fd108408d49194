//! The one writer: a batch of changes is one transaction. Where one of them makes no sense, the batch is done again with
//! each change a savepoint in it, so that a bad one costs itself only and nothing is ever half done.

use jiff::{Timestamp, tz::TimeZone};
use rusqlite::{Connection, TransactionBehavior};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::compound::Lexicon;
use super::error::{Fault, Result, StoreError};
use super::rows::{Packer, micros};
use super::{alert, annotate, file, import, index, journal, keep, known, live, marks, open, place, rule, standing, subscribe, told, views};
use crate::model::{Applied, Change, Clean, Item, Revised, Rule};

/// Bytes of text that wait for the search index at most, give or take a feed.
const MANY_WORDS: usize = 16 << 20;

/// The only read-write connection of a process. Another process may have one too: they take turns.
pub struct Writer {
    pub(super) conn: Connection,
    path: PathBuf,
    pub(super) packer: Packer,
    pub(super) zone: TimeZone,
    judge: Option<Judge>,
    rules: Vec<Rule>,
    followed: bool,
    lexicon: Lexicon,
}

/// Says how one state of an article differs from another; nothing where only noise does.
pub type Judge = fn(&Item, &Item) -> BTreeSet<Revised>;

/// A transaction under way: what its parts need.
pub(super) struct Tx<'a> {
    pub conn: &'a Connection,
    pub packer: &'a mut Packer,
    pub now: Timestamp,
    pub zone: &'a TimeZone,
    pub judge: Option<Judge>,
    /// What is still to go into the search index: last of all, see [`index::write`].
    pub words: &'a mut Vec<index::Words>,
}

impl Writer {
    pub(super) fn open(dir: &Path) -> std::result::Result<Self, StoreError> {
        let (conn, path) = open::read_write(dir)?;
        // Rows that a mark is about to touch; `was` is what they had.
        conn.execute_batch(
            "CREATE TEMP TABLE picked (id INTEGER PRIMARY KEY, was INTEGER); CREATE TEMP TABLE fresh (id INTEGER PRIMARY KEY);",
        )
        .map_err(|e| Fault::Sql(e).at(&path))?;
        let packer = Packer::new().map_err(|e| Fault::from(e).at(&path))?;
        Ok(Self { conn, path, packer, zone: TimeZone::UTC, judge: None, rules: Vec::new(), followed: false, lexicon: Lexicon::default() })
    }

    /// The same, keeping no version that differs from one of the last by noise only. Without a judge every difference counts.
    pub fn judging(mut self, judge: Judge) -> Self {
        self.judge = Some(judge);
        self
    }

    /// The same, doing what these rules say with all that arrives, and alerting of followed stories if that is wished.
    pub fn ruling(mut self, rules: Vec<Rule>, followed: bool) -> Self {
        (self.rules, self.followed) = (rules, followed);
        self
    }

    /// The same, reading days in queries (`since:today`) by this zone. UTC otherwise.
    pub fn with_zone(mut self, zone: TimeZone) -> Self {
        self.zone = zone;
        self
    }

    /// The cache's folder.
    pub(super) fn dir(&self) -> PathBuf {
        self.path.parent().map(Path::to_owned).unwrap_or_default()
    }

    /// Does `changes` in their order, in one transaction. A change that makes no sense is left out and says so in its
    /// [`Applied::failure`]; if the cache itself fails, nothing of the batch was done.
    pub fn apply(&mut self, changes: &[Change], now: Timestamp) -> std::result::Result<Vec<Applied>, StoreError> {
        let Self { conn, packer, zone, judge, rules, followed, lexicon, .. } = self;
        // Within a savepoint SQLite keeps a copy of every page that is touched, and goes through all of them at the end of
        // many a statement: that is a fifth of filing a poll, and of use only where a change is refused.
        let mut all = |each| batch(conn, (packer, lexicon), zone, *judge, (rules, *followed), changes, each, now);
        let done = match all(false) {
            Err(fault) if fault.is_own() => all(true),
            done => done,
        };
        done.map_err(|fault| fault.at(&self.path))
    }

    /// Tidies up when there is time: merges the search index a little, writes the log back, lets planner statistics
    /// catch up. Whether there is more of it.
    pub fn rest(&mut self) -> std::result::Result<bool, StoreError> {
        self.run("INSERT INTO fts(fts, rank) VALUES ('merge', 200); PRAGMA optimize;")?;
        let more = self.give_back().map_err(|fault| fault.at(&self.path))?;
        self.run("PRAGMA wal_checkpoint(PASSIVE);")?;
        Ok(more)
    }

    /// Gives back some of the room that removed articles left. Whether there is more that can be.
    fn give_back(&self) -> Result<bool> {
        let free = || self.conn.query_row("PRAGMA freelist_count", [], |r| r.get::<_, i64>(0));
        let before = free()?;
        // A row a page: it goes on only as long as it is asked.
        let mut s = self.conn.prepare("PRAGMA incremental_vacuum(256)")?;
        let mut rows = s.query([])?;
        while rows.next()?.is_some() {}
        let after = free()?;
        Ok(after > 0 && after < before)
    }

    /// Has all that was filed stand in the cache's file itself, as far as nobody reads its log just now: who copies the file
    /// alone then has it all.
    pub fn settle(&mut self) -> std::result::Result<(), StoreError> {
        self.run("PRAGMA wal_checkpoint(PASSIVE)")
    }

    pub(super) fn run(&mut self, sql: &str) -> std::result::Result<(), StoreError> {
        self.conn.execute_batch(sql).map_err(|e| Fault::Sql(e).at(&self.path))
    }
}

/// Does a batch; `each` change with a savepoint of its own, or none, so that all is lost with one.
#[allow(clippy::too_many_arguments)] // they are the writer's parts
fn batch(
    conn: &mut Connection,
    (packer, lexicon): (&mut Packer, &mut Lexicon),
    zone: &TimeZone,
    judge: Option<Judge>,
    (rules, followed): (&[Rule], bool),
    changes: &[Change],
    each: bool,
    now: Timestamp,
) -> Result<Vec<Applied>> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut out = Vec::with_capacity(changes.len());
    let mut words = Vec::new();
    for change in changes {
        // Whatever else is done may ask the index, so that has to know what came before.
        if !matches!(change, Change::Polled(_) | Change::Page(_) | Change::HostWait { .. }) {
            index::write(&tx, &mut words, lexicon)?;
        }
        let before = words.len();
        if each {
            tx.prepare_cached("SAVEPOINT change")?.execute([])?;
        }
        let done = one(&mut Tx { conn: &tx, packer, now, zone, judge, words: &mut words }, change);
        match done {
            Ok(applied) => out.push(applied),
            Err(fault) if each && fault.is_own() => {
                tx.prepare_cached("ROLLBACK TO change")?.execute([])?;
                words.truncate(before);
                out.push(Applied { failure: Some(Clean::line(&fault.own_words())), ..Applied::default() });
            }
            Err(fault) => return Err(fault),
        }
        if each {
            tx.prepare_cached("RELEASE change")?.execute([])?;
        }
        if words.iter().map(index::Words::size).sum::<usize>() > MANY_WORDS {
            index::write(&tx, &mut words, lexicon)?;
        }
    }
    index::write(&tx, &mut words, lexicon)?;
    rule::arrived(&mut Tx { conn: &tx, packer, now, zone, judge, words: &mut words }, rules, changes, &out)?;
    alert::arrived(&Tx { conn: &tx, packer, now, zone, judge, words: &mut words }, changes, &out, followed)?;
    tx.commit()?;
    Ok(out)
}

fn one(tx: &mut Tx<'_>, change: &Change) -> Result<Applied> {
    match change {
        Change::Subscribe { address, settings, facts } => subscribe::subscribe(tx, address, settings, facts.as_ref()),
        Change::Import { address, settings, facts, items } => import::import(tx, address, settings, facts.as_ref(), items),
        Change::View { name, query } => import::view(tx, name, query),
        Change::EditView(edit) => views::edit(tx, edit),
        Change::Shelve { what, to } => views::shelve(tx, what, to.as_ref()),
        Change::Arrange { what, by } => standing::arrange(tx, what, *by),
        Change::Unsubscribe(feed) => subscribe::unsubscribe(tx, *feed),
        Change::EditFeed { feed, address, settings } => subscribe::edit(tx, *feed, address.as_ref(), settings.as_ref()),
        Change::Polled(polled) => file::polled(tx, polled),
        Change::Page(page) => file::page(tx, page),
        Change::HostWait { host, until } => {
            tx.conn
                .prepare_cached(
                    "INSERT INTO host(name, until) VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET until = max(until, excluded.until)",
                )?
                .execute((host, micros(*until)))?;
            tx.conn.prepare_cached("DELETE FROM host WHERE until < ?1")?.execute([micros(tx.now)])?;
            Ok(Applied { count: 1, ..Applied::default() })
        }
        Change::Read { ids, read } => marks::read(tx, ids, *read),
        Change::ReadAll { query, as_of } => marks::read_all(tx, query, *as_of),
        Change::Save { ids, saved } => marks::save(tx, ids, *saved),
        Change::Tag { ids, tag, on } => marks::tag(tx, ids, tag, *on),
        Change::Note { id, note } => annotate::note(tx, *id, note),
        Change::Highlight { id, marks, on } => annotate::highlight(tx, *id, marks, *on),
        Change::Place(placed) => place::place(tx, placed),
        Change::Apart { article, from } => place::apart(tx, *article, from),
        Change::Visit { story, last } => told::visit(tx, *story, *last),
        Change::Position { id, position } => marks::position(tx, *id, *position),
        Change::Picked(what) => known::picked(tx, what),
        Change::Follow(id) => live::follow(tx, *id),
        Change::PostsRead { id, posts } => live::read(tx, *id, posts),
        Change::Seen { id, version } => marks::seen(tx, *id, *version),
        Change::Alerted { article, version } => alert::claim(tx, *article, *version),
        Change::Tidy { run, ids } => keep::tidy(tx, *run, ids),
        Change::Undo => journal::undo(tx),
        Change::Redo => journal::redo(tx),
    }
}
