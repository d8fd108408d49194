//! Rules at work: what arrives is tried against each in the transaction that files it, so that nobody ever sees it as it
//! was before. A rule acts on an article once: what the reader makes of it afterwards stands.

use rusqlite::{params_from_iter, types::Value};
use std::collections::BTreeSet;

use super::alert;
use super::error::{Result, StoreError};
use super::marks::{self, Column};
use super::read::Reader;
use super::rows::{key, micros};
use super::sql::{Asked, member, plan};
use super::views;
use super::write::Tx;
use crate::model::{Applied, ArticleId, Change, Expr, Is, Query, Rule};

/// What a rule has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acted {
    /// On how many articles that are still there.
    pub articles: u64,
    /// When last.
    pub last: Option<jiff::Timestamp>,
}

/// What a rule is remembered by: what it says. Said otherwise it is another one.
fn id(rule: &Rule) -> i64 {
    key(&rule.to_string())
}

/// Tries `rules` on what `changes` brought.
pub(super) fn arrived(tx: &mut Tx<'_>, rules: &[Rule], changes: &[Change], done: &[Applied]) -> Result<()> {
    let (mut came, mut placed) = (BTreeSet::new(), BTreeSet::new());
    for (change, applied) in changes.iter().zip(done) {
        match change {
            Change::Polled(_) => came.extend(&applied.new),
            // Its text is there now; before, only its teaser was.
            Change::Page(page) if applied.count > 0 => drop(came.insert(page.id)),
            Change::Place(p) => placed.extend(p.placements.iter().map(|p| p.article)),
            _ => {}
        }
    }
    let came: Vec<ArticleId> = came.into_iter().collect();
    let placed: Vec<ArticleId> = placed.into_iter().collect();
    if came.is_empty() && placed.is_empty() {
        return Ok(());
    }
    let views = views::alerting(tx.conn)?;
    for rule in rules.iter().chain(&views) {
        try_on(tx, rule, &came)?;
        // Where it belongs is found out later than it came.
        if rule.query.expr().is_some_and(belongs) {
            try_on(tx, rule, &placed)?;
        }
    }
    Ok(())
}

/// Whether it asks for what is known only once an article has its place.
fn belongs(expr: &Expr) -> bool {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(belongs),
        Expr::Not(inner) => belongs(inner),
        other => matches!(other, Expr::Story(_) | Expr::Is(Is::Dispatch)),
    }
}

fn try_on(tx: &mut Tx<'_>, rule: &Rule, ids: &[ArticleId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    tx.conn.prepare_cached("DELETE FROM temp.fresh")?.execute([])?;
    let mut insert = tx.conn.prepare_cached("INSERT INTO temp.fresh(id) VALUES (?1)")?;
    for id in ids {
        insert.execute([id.0])?;
    }
    let asked = Asked { conn: tx.conn, now: tx.now, zone: tx.zone, as_of: None, unread: false };
    let (cond, mut params) = member(&asked, &rule.query)?;
    params.push(Value::Integer(id(rule)));
    let sql = format!(
        "SELECT a.id FROM temp.fresh n CROSS JOIN article a ON a.id = n.id
         WHERE NOT EXISTS (SELECT 1 FROM ruled r WHERE r.article = a.id AND r.rule = ?{}) AND {cond}",
        params.len()
    );
    let mut s = tx.conn.prepare_cached(&sql)?;
    let fit: Vec<ArticleId> = s.query_map(params_from_iter(params), |r| Ok(ArticleId(r.get(0)?)))?.collect::<rusqlite::Result<_>>()?;
    drop(s);
    if !fit.is_empty() {
        act(tx, rule, &fit)?;
    }
    Ok(())
}

fn act(tx: &mut Tx<'_>, rule: &Rule, fit: &[ArticleId]) -> Result<()> {
    let now = micros(tx.now);
    for article in fit {
        tx.conn.prepare_cached("INSERT INTO ruled(article, rule, at) VALUES (?1, ?2, ?3)")?.execute((article.0, id(rule), now))?;
    }
    // Before it may be marked read: what is read needs no alert.
    if rule.alert {
        alert::want(tx, fit, &rule.told_as())?;
    }
    if rule.read {
        marks::by_rule(tx, Column::Read, fit)?;
    }
    if rule.save {
        marks::by_rule(tx, Column::Saved, fit)?;
    }
    if let Some(tag) = &rule.tag {
        marks::put_tag(tx, fit, tag, true)?;
    }
    if rule.hide {
        for article in fit {
            let sql = "UPDATE article SET hidden = 1, listed = (saved_at IS NOT NULL) WHERE id = ?1";
            tx.conn.prepare_cached(sql)?.execute([article.0])?;
        }
    }
    Ok(())
}

impl Reader {
    /// What a rule did so far.
    pub fn acted(&self, rule: &Rule) -> std::result::Result<Acted, StoreError> {
        self.named(|| {
            let sql = "SELECT count(*), max(at) FROM ruled WHERE rule = ?1";
            Ok(self.conn.prepare_cached(sql)?.query_row([id(rule)], |r| {
                Ok(Acted { articles: r.get::<_, i64>(0)?.max(0).unsigned_abs(), last: r.get::<_, Option<i64>>(1)?.map(super::rows::time) })
            })?)
        })
    }

    /// How many articles a query finds now. Counts all of them: not for the screen.
    pub fn matches(&self, query: &Query, now: jiff::Timestamp) -> std::result::Result<u64, StoreError> {
        self.named(|| {
            let plan = plan(&Asked { conn: &self.conn, now, zone: &self.zone, as_of: None, unread: false }, query)?;
            if plan.is_empty() {
                return Ok(0);
            }
            let sql = format!("SELECT count(*) FROM ({})", plan.rows(""));
            let n: i64 = self.conn.prepare(&sql)?.query_row(params_from_iter(&plan.params), |r| r.get(0))?;
            Ok(n.max(0).unsigned_abs())
        })
    }
}
