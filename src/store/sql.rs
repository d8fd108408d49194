//! A [`Query`] as SQL. Values are bound, words become quoted FTS5 strings, so what a reader types is never syntax; the
//! list's narrowest index is chosen here and named, so that a window costs its own size and no more.

use jiff::{Timestamp, tz::TimeZone};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use super::error::Result;
use super::plan::{Arm, Plan};
use super::rows::micros;
use crate::model::{AgencyId, ArticleId, Compare, Expr, Is, Name, Query, Scope, Signal, Snapshot, Sort, Status, Text};

/// More feeds than this in one list are filtered rather than merged.
const MAX_ARMS: usize = 64;
/// Up to this many articles read since the list was opened are sorted in; with more of them the list is filtered.
const MAX_KEPT: i64 = 2000;

/// What a query is asked against.
pub(super) struct Asked<'a> {
    pub conn: &'a Connection,
    pub now: Timestamp,
    pub zone: &'a TimeZone,
    /// As of when: nothing newer, and what was read since still counts as unread.
    pub as_of: Option<Snapshot>,
    /// Only what is unread now, whatever the snapshot says.
    pub unread: bool,
}

const ARTICLE: &str = "article a";
const LISTED: &str = "a.listed = 1";
const HIDDEN: &str = "a.hidden = 1";

/// What an article must be at all to stand in a list: what rules hide stands only where it is asked for.
pub(super) fn listing(query: &Query) -> &'static str {
    if query.parts().contains(&Expr::Is(Is::Hidden)) { HIDDEN } else { LISTED }
}

pub(super) fn plan(asked: &Asked<'_>, query: &Query) -> Result<Plan> {
    let mut c = Compiler { asked, params: Vec::new(), kept: Kept::None };
    let opened = asked.as_of.map(|s| micros(s.opened));
    let mut parts = query.parts().to_vec();
    let unread_list = asked.unread || parts.contains(&Expr::Is(Is::Unread));
    parts.retain(|p| *p != Expr::Is(Is::Unread));
    let about = unread_list || parts.iter().any(speaks_of_unread);
    if let (Some(opened), false, true) = (opened, asked.unread, about) {
        c.kept = c.kept(opened)?;
    }

    let mut common = Vec::new();
    if let Some(as_of) = asked.as_of {
        let last = c.bind(Value::Integer(as_of.last.0));
        common.push(format!("a.id <= {last}"));
    }
    let driver = c.driver(&mut parts)?;
    let mut times = Vec::new();
    for part in &parts {
        let cond = c.cond(part)?;
        // A time bounds the range itself, since every index goes by it.
        if matches!(part, Expr::Since(_) | Expr::Before(_) | Expr::After(_)) { times.push(cond) } else { common.push(cond) }
    }
    let sort = query.sort();
    let mut plan = Plan { arms: Vec::new(), params: Vec::new(), sort, ordered: true, words: false };
    plan.arms = c.arms(driver, times, &common, unread_list, &mut plan.ordered, &mut plan.words);
    plan.params = c.params;
    plan.ordered &= matches!(sort, Sort::New | Sort::Old);
    Ok(plan)
}

/// Whether an article `a` that was found otherwise is in the list, as a condition and its parameters.
pub(super) fn member(asked: &Asked<'_>, query: &Query) -> Result<(String, Vec<Value>)> {
    let mut c = Compiler { asked, params: Vec::new(), kept: Kept::None };
    let Some(expr) = query.expr() else { return Ok(("1".to_owned(), c.params)) };
    if let (Some(as_of), true) = (asked.as_of, speaks_of_unread(expr)) {
        c.kept = c.kept(micros(as_of.opened))?;
    }
    let cond = c.cond(expr)?;
    Ok((cond, c.params))
}

/// The feeds that a feed's or folder's name means.
pub(super) fn feeds_of(asked: &Asked<'_>, expr: &Expr) -> Result<Vec<i64>> {
    Compiler { asked, params: Vec::new(), kept: Kept::None }.feeds(expr)
}

/// The agencies that a name means.
pub(super) fn agencies_of(asked: &Asked<'_>, name: &str) -> Result<Vec<i64>> {
    Compiler { asked, params: Vec::new(), kept: Kept::None }.agencies(name)
}

fn speaks_of_unread(expr: &Expr) -> bool {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(speaks_of_unread),
        Expr::Not(inner) => speaks_of_unread(inner),
        other => matches!(other, Expr::Is(Is::Unread | Is::Read)),
    }
}

/// What of a list arrived after an article: walked by arrival, since that is little.
pub(super) fn arrived(asked: &Asked<'_>, query: &Query, last: ArticleId) -> Result<Plan> {
    let mut c = Compiler { asked, params: Vec::new(), kept: Kept::None };
    let last = c.bind(Value::Integer(last.0));
    let mut cond = vec![format!("a.id > {last}"), listing(query).to_owned()];
    if let Some(expr) = query.expr() {
        cond.push(c.cond(expr)?);
    }
    let arm = Arm { from: "article a NOT INDEXED".into(), cond, range: 2, time: "a.id", id: "a.id" };
    Ok(Plan { arms: vec![arm], params: c.params, sort: Sort::New, ordered: true, words: false })
}

/// How articles that were read since the list was opened stay in an unread list.
#[derive(Clone, Copy, PartialEq)]
enum Kept {
    /// There are none.
    None,
    /// A few: looked up and merged in. Holds the parameter.
    Few(i64),
    /// Many: unread lists are filtered out of the whole.
    Many(i64),
}

enum Driver {
    Time,
    Feeds(Vec<i64>),
    Agency(i64),
    Story(String),
    Saved,
    Followed,
    Live,
    Changed,
    Tag(String),
    Words(String),
    Hidden,
    Nothing,
}

/// What is followed for itself.
const ITSELF: &str = "EXISTS (SELECT 1 FROM mark m WHERE m.feed = a.feed AND m.key = a.key AND m.followed_at IS NOT NULL)";

/// That, and what belongs to a followed story.
fn followed() -> String {
    format!("({ITSELF} OR a.story IS NOT NULL AND EXISTS (SELECT 1 FROM follow w WHERE w.story = a.story))")
}

struct Compiler<'a> {
    asked: &'a Asked<'a>,
    params: Vec<Value>,
    kept: Kept,
}

impl Compiler<'_> {
    fn bind(&mut self, value: Value) -> String {
        self.params.push(value);
        format!("?{}", self.params.len())
    }

    fn text(&mut self, value: &str) -> String {
        self.bind(Value::Text(value.to_owned()))
    }

    fn kept(&self, opened: i64) -> Result<Kept> {
        let mut s = self.asked.conn.prepare_cached("SELECT count(*) FROM (SELECT 1 FROM article WHERE read_at >= ?1 LIMIT ?2)")?;
        let n: i64 = s.query_row(params![opened, MAX_KEPT + 1], |r| r.get(0))?;
        Ok(match n {
            0 => Kept::None,
            n if n <= MAX_KEPT => Kept::Few(opened),
            _ => Kept::Many(opened),
        })
    }

    /// Takes the narrowest condition out of `parts`: it becomes the range that is walked.
    fn driver(&mut self, parts: &mut Vec<Expr>) -> Result<Driver> {
        if let Some(at) = parts.iter().position(|p| *p == Expr::Is(Is::Hidden)) {
            parts.remove(at);
            return Ok(Driver::Hidden);
        }
        let mut words = Vec::new();
        parts.retain(|p| match fts(p) {
            Some(_) => {
                words.push(p.clone());
                false
            }
            None => true,
        });
        if !words.is_empty() {
            // What must not be there rides along, once something must be.
            parts.retain(|p| match p {
                Expr::Not(inner) if fts(inner).is_some() => {
                    words.push(p.clone());
                    false
                }
                _ => true,
            });
        }
        if let Some(expr) = Expr::all_of(words) {
            // All of them together have a positive part, since each has.
            let query = fts(&expr).unwrap_or_default();
            return Ok(Driver::Words(self.text(&query)));
        }
        type Pick = fn(&Expr) -> bool;
        const ORDER: &[Pick] = &[
            |e| matches!(e, Expr::Tag(_)),
            |e| matches!(e, Expr::Story(Name::Id(_))),
            |e| matches!(e, Expr::Is(Is::Followed)),
            |e| matches!(e, Expr::Is(Is::Saved)),
            |e| matches!(e, Expr::Is(Is::Live)),
            |e| matches!(e, Expr::Feed(_)),
            |e| matches!(e, Expr::Folder(_)),
            |e| matches!(e, Expr::Agency(_)),
            |e| matches!(e, Expr::Is(Is::Changed)),
        ];
        for pick in ORDER {
            let Some(at) = parts.iter().position(pick) else { continue };
            let driver = match &parts[at] {
                Expr::Tag(tag) => Driver::Tag(self.text(tag)),
                Expr::Story(Name::Id(id)) => {
                    let id = merged(self.asked.conn, *id)?;
                    Driver::Story(self.bind(Value::Integer(id)))
                }
                Expr::Is(Is::Saved) => Driver::Saved,
                Expr::Is(Is::Followed) => Driver::Followed,
                Expr::Is(Is::Live) => Driver::Live,
                Expr::Is(_) => Driver::Changed,
                Expr::Agency(name) => match self.agencies(name)?.as_slice() {
                    [] => Driver::Nothing,
                    [one] => Driver::Agency(*one),
                    _ => continue,
                },
                feeds => {
                    let ids = self.feeds(feeds)?;
                    match ids.len() {
                        0 => Driver::Nothing,
                        1..=MAX_ARMS => Driver::Feeds(ids),
                        _ => continue,
                    }
                }
            };
            parts.remove(at);
            return Ok(driver);
        }
        Ok(Driver::Time)
    }

    fn arms(
        &mut self,
        driver: Driver,
        times: Vec<String>,
        common: &[String],
        unread: bool,
        ordered: &mut bool,
        words: &mut bool,
    ) -> Vec<Arm> {
        let kept = if unread && !self.asked.unread { self.kept } else { Kept::None };
        // With a few kept articles the unread index is walked and they are merged in; with many, all is walked.
        let index_unread = unread && !matches!(kept, Kept::Many(_));
        let state = match (unread, kept) {
            (false, _) => None,
            (true, Kept::Many(opened)) => {
                let p = self.bind(Value::Integer(opened));
                Some(format!("(a.read_at IS NULL OR a.read_at >= {p})"))
            }
            (true, _) => Some("a.read_at IS NULL".to_owned()),
        };
        let arm = |from: &str, own: &[&str]| Arm {
            from: from.to_owned(),
            cond: own.iter().map(|s| (*s).to_owned()).chain(times.clone()).chain(state.clone()).chain(common.iter().cloned()).collect(),
            range: own.len() + times.len() + usize::from(index_unread),
            time: "a.time",
            id: "a.id",
        };
        let listed = if matches!(driver, Driver::Hidden) { HIDDEN } else { LISTED };
        // The condition that an article read since must fulfil to belong to this list.
        let member: String;
        let mut arms = match driver {
            Driver::Nothing => return Vec::new(),
            Driver::Time => {
                member = "1".into();
                let index = if index_unread { "article_unread" } else { "article_all" };
                vec![arm(&format!("{ARTICLE} INDEXED BY {index}"), &["a.listed = 1"])]
            }
            Driver::Feeds(ids) => {
                member = format!("a.feed IN ({})", list(&ids));
                let index = if index_unread { "article_feed_unread" } else { "article_feed" };
                ids.iter().map(|id| arm(&format!("{ARTICLE} INDEXED BY {index}"), &[&format!("a.feed = {id}"), "a.listed = 1"])).collect()
            }
            Driver::Agency(id) => {
                member = format!("EXISTS (SELECT 1 FROM credit c WHERE c.article = a.id AND c.agency = {id})");
                let (index, only) = if index_unread { (" INDEXED BY credit_unread", "c.unread = 1") } else { ("", "1") };
                let from = format!("credit c{index} CROSS JOIN article a ON a.id = c.article");
                vec![Arm { time: "c.time", id: "c.article", ..arm(&from, &[&format!("c.agency = {id}"), only, "a.listed = 1"]) }]
            }
            Driver::Story(p) => {
                member = format!("a.story = {p}");
                vec![arm(&format!("{ARTICLE} INDEXED BY article_story"), &[&format!("a.story = {p}"), "a.listed = 1"])]
            }
            Driver::Saved => {
                member = "a.saved_at IS NOT NULL".into();
                vec![arm(&format!("{ARTICLE} INDEXED BY article_saved"), &["a.saved_at IS NOT NULL"])]
            }
            Driver::Followed => {
                *ordered = false;
                member = followed();
                let own = "mark m INDEXED BY mark_followed CROSS JOIN article a ON a.feed = m.feed AND a.key = m.key";
                let told = format!("follow w CROSS JOIN {ARTICLE} INDEXED BY article_story ON a.story = w.story");
                vec![arm(own, &["m.followed_at IS NOT NULL", "a.listed = 1"]), arm(&told, &["a.listed = 1", &format!("NOT {ITSELF}")])]
            }
            Driver::Hidden => {
                member = "1".into();
                vec![arm(&format!("{ARTICLE} INDEXED BY article_hidden"), &[HIDDEN])]
            }
            Driver::Live => {
                member = "a.live = 1".into();
                vec![arm(&format!("{ARTICLE} INDEXED BY article_live"), &["a.live = 1", "a.listed = 1"])]
            }
            Driver::Changed => {
                member = "a.versions > 1".into();
                vec![arm(&format!("{ARTICLE} INDEXED BY article_changed"), &["a.versions > 1", "a.listed = 1"])]
            }
            Driver::Tag(p) => {
                *ordered = false;
                member = format!("EXISTS (SELECT 1 FROM tag t WHERE t.feed = a.feed AND t.key = a.key AND t.tag = {p})");
                let from = "tag t INDEXED BY tag_tag CROSS JOIN article a ON a.feed = t.feed AND a.key = t.key";
                vec![arm(from, &[&format!("t.tag = {p}"), "a.listed = 1"])]
            }
            Driver::Words(p) => {
                (*ordered, *words) = (false, true);
                // Kept articles are found by a condition here, so that the words' own arm stays the only one.
                let state = match (unread, kept) {
                    (true, Kept::Few(opened)) => {
                        let opened = self.bind(Value::Integer(opened));
                        Some(format!("(a.read_at IS NULL OR a.read_at >= {opened})"))
                    }
                    _ => state.clone(),
                };
                let cond: Vec<String> = [format!("fts MATCH {p}"), "a.listed = 1".into()]
                    .into_iter()
                    .chain(times)
                    .chain(state)
                    .chain(common.iter().cloned())
                    .collect();
                let range = cond.len();
                return vec![Arm { from: "fts CROSS JOIN article a ON a.id = fts.rowid".into(), cond, range, time: "a.time", id: "a.id" }];
            }
        };
        if let Kept::Few(opened) = kept {
            let p = self.bind(Value::Integer(opened));
            let cond: Vec<String> =
                [format!("a.read_at >= {p}"), listed.into(), member].into_iter().chain(times).chain(common.iter().cloned()).collect();
            arms.push(Arm { from: format!("{ARTICLE} INDEXED BY article_read"), range: cond.len(), cond, time: "a.time", id: "a.id" });
        }
        arms
    }

    /// A condition on `a` that is 0 or 1, never NULL.
    fn cond(&mut self, expr: &Expr) -> Result<String> {
        if let Some(query) = fts(expr) {
            let p = self.text(&query);
            return Ok(format!("EXISTS (SELECT 1 FROM fts WHERE fts MATCH {p} AND fts.rowid = a.id)"));
        }
        let zone = self.asked.zone;
        let now = self.asked.now;
        Ok(match expr {
            Expr::And(parts) | Expr::Or(parts) => {
                let conds: Vec<String> = parts.iter().map(|p| self.cond(p)).collect::<Result<_>>()?;
                format!("({})", conds.join(if matches!(expr, Expr::And(_)) { " AND " } else { " OR " }))
            }
            Expr::Not(inner) => format!("NOT {}", self.cond(inner)?),
            Expr::Text(_) => "a.id < 0".into(),
            Expr::Feed(_) | Expr::Folder(_) => format!("a.feed IN ({})", list(&self.feeds(expr)?)),
            Expr::Outlet(name) => format!("a.outlet IN ({})", list(&self.outlets(name)?)),
            Expr::Agency(name) => {
                let ids = list(&self.agencies(name)?);
                format!("EXISTS (SELECT 1 FROM credit c WHERE c.article = a.id AND c.agency IN ({ids}))")
            }
            Expr::Tag(tag) => {
                let p = self.text(tag);
                format!("EXISTS (SELECT 1 FROM tag t WHERE t.feed = a.feed AND t.key = a.key AND t.tag = {p})")
            }
            Expr::Lang(lang) => {
                let (p, region) = (self.text(lang), self.text(&format!("{lang}-")));
                format!("ifnull(a.language = {p} OR substr(a.language, 1, length({region})) = {region}, 0)")
            }
            Expr::Story(Name::Id(id)) => {
                let id = merged(self.asked.conn, *id)?;
                let p = self.bind(Value::Integer(id));
                format!("ifnull(a.story = {p}, 0)")
            }
            Expr::Story(Name::Part(part)) => format!("ifnull(a.story IN ({}), 0)", list(&self.stories(part)?)),
            Expr::Is(Is::Unread) => self.unread(true),
            Expr::Is(Is::Read) => self.unread(false),
            Expr::Is(Is::Saved) => "a.saved_at IS NOT NULL".into(),
            Expr::Is(Is::Changed) => "a.versions > 1".into(),
            Expr::Is(Is::Withdrawn) => {
                let (status, signal) = (super::rows::status_code(Status::Canceled), super::rows::signal_bit(Signal::Withdrawn));
                format!("(a.status = {status} OR (a.signals & {signal}) <> 0)")
            }
            Expr::Is(Is::Live) => "a.live = 1".into(),
            Expr::Is(Is::Hidden) => HIDDEN.into(),
            Expr::Is(Is::Dispatch) => "(a.dispatch IS NOT NULL OR a.agencies IS NOT NULL)".into(),
            Expr::Is(Is::Followed) => followed(),
            Expr::Stage(stage) => format!("ifnull(a.stage = {}, 0)", super::rows::stage_code(*stage)),
            Expr::Signal(signal) => format!("(a.signals & {}) <> 0", super::rows::signal_bit(*signal)),
            Expr::Since(when) => self.time(">=", when.resolve(now, zone).0),
            Expr::Before(when) => self.time("<", when.resolve(now, zone).0),
            Expr::After(when) => self.time(">=", when.resolve(now, zone).1),
            Expr::Urgency(compare, n) => {
                let op = match compare {
                    Compare::Less => "<",
                    Compare::AtMost => "<=",
                    Compare::Equal => "=",
                    Compare::AtLeast => ">=",
                    Compare::More => ">",
                };
                format!("ifnull(a.urgency {op} {n}, 0)")
            }
        })
    }

    fn time(&mut self, op: &str, at: Timestamp) -> String {
        let p = self.bind(Value::Integer(micros(at)));
        format!("a.time {op} {p}")
    }

    fn unread(&mut self, unread: bool) -> String {
        let cond = match self.kept {
            Kept::None => "(a.read_at IS NULL)".to_owned(),
            Kept::Few(opened) | Kept::Many(opened) => {
                let p = self.bind(Value::Integer(opened));
                format!("(a.read_at IS NULL OR a.read_at >= {p})")
            }
        };
        if unread { cond } else { format!("NOT {cond}") }
    }

    fn feeds(&self, expr: &Expr) -> Result<Vec<i64>> {
        let conn = self.asked.conn;
        match expr {
            Expr::Feed(Name::Id(id)) => Ok(vec![*id]),
            Expr::Feed(Name::Part(part)) => {
                let part = part.to_lowercase();
                let feeds = super::rows::feeds(conn, "")?;
                let hit = |f: &&super::rows::FeedRow| {
                    f.feed.title.to_lowercase().contains(&part) || f.feed.address.as_str().to_lowercase().contains(&part)
                };
                Ok(feeds.iter().filter(hit).map(|f| f.feed.id.0).collect())
            }
            Expr::Folder(folder) => {
                let folder = folder.to_lowercase();
                let within = |f: &str| {
                    let f = f.to_lowercase();
                    f == folder || f.strip_prefix(&folder).is_some_and(|rest| rest.starts_with('/'))
                };
                let feeds = super::rows::feeds(conn, "")?;
                Ok(feeds.iter().filter(|f| f.feed.settings.folder.as_deref().is_some_and(within)).map(|f| f.feed.id.0).collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    fn agencies(&self, name: &str) -> Result<Vec<i64>> {
        let (id, name) = (AgencyId::new(name), name.to_lowercase());
        self.lookup("SELECT id, key, name FROM agency", |key, n| key == id.as_str() || n == name)
    }

    fn outlets(&self, part: &str) -> Result<Vec<i64>> {
        let part = part.to_lowercase();
        self.lookup("SELECT id, name, name FROM outlet", |_, n| n.contains(&part))
    }

    fn stories(&self, part: &str) -> Result<Vec<i64>> {
        let part = part.to_lowercase();
        self.lookup("SELECT id, title, title FROM story", |_, n| n.contains(&part))
    }

    /// Small tables only: ids whose key and lower-case name pass.
    fn lookup(&self, sql: &str, hit: impl Fn(&str, &str) -> bool) -> Result<Vec<i64>> {
        let mut s = self.asked.conn.prepare_cached(sql)?;
        let mut rows = s.query([])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            let text = |at: usize| row.get_ref(at).ok().and_then(|v| v.as_str().ok()).unwrap_or_default();
            if hit(text(1), &text(2).to_lowercase()) {
                out.push(row.get(0)?);
            }
        }
        Ok(out)
    }
}

/// The story that this one proved to be, or itself.
pub(super) fn merged(conn: &Connection, story: i64) -> Result<i64> {
    let mut s = conn.prepare_cached("SELECT merged FROM story WHERE id = ?1 AND merged IS NOT NULL")?;
    let mut id = story;
    // A chain of stories that went into each other; more than this it never is.
    for _ in 0..32 {
        match s.query_row([id], |r| r.get::<_, i64>(0)).optional()? {
            Some(into) if into != id => id = into,
            _ => break,
        }
    }
    Ok(id)
}

/// Ids for an `IN (…)`. Never an empty list: SQLite folds that into “false”, and then finds no use for the named index.
pub(super) fn list(ids: &[i64]) -> String {
    if ids.is_empty() {
        return "-1".to_owned();
    }
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

/// The FTS5 expression of what consists of words only and says at least one that must be there.
fn fts(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Text(text) => Some(phrase(text)),
        Expr::Or(parts) => {
            let parts: Vec<String> = parts.iter().map(fts).collect::<Option<_>>()?;
            Some(format!("({})", parts.join(" OR ")))
        }
        Expr::And(parts) => {
            let mut yes = Vec::new();
            let mut no = Vec::new();
            for part in parts {
                match part {
                    Expr::Not(inner) => no.push(fts(inner)?),
                    part => yes.push(fts(part)?),
                }
            }
            if yes.is_empty() {
                return None;
            }
            let yes = yes.join(" AND ");
            Some(if no.is_empty() { format!("({yes})") } else { format!("(({yes}) NOT ({}))", no.join(" OR ")) })
        }
        _ => None,
    }
}

fn phrase(text: &Text) -> String {
    let column = match text.scope {
        Scope::Any => "",
        Scope::Title => "title : ",
        Scope::Body => "body : ",
        Scope::Author => "author : ",
    };
    format!("{column}\"{}\"{}", text.words.replace('"', "\"\""), if text.prefix { " *" } else { "" })
}
