//! The text of a list's statements: ranges of indexes, merged in the list's order, from a place on, so far.

use rusqlite::types::Value;

use crate::model::Sort;

/// A query made ready: one or more ranges of indexes, to be merged.
#[derive(Debug)]
pub(super) struct Plan {
    pub arms: Vec<Arm>,
    pub params: Vec<Value>,
    pub sort: Sort,
    /// The arms are in the list's order by their index; otherwise the matches must be gathered and sorted.
    pub ordered: bool,
    /// Found through words: `fts` is there to rank by.
    pub words: bool,
}

#[derive(Debug)]
pub(super) struct Arm {
    pub from: String,
    /// The range of the index, and then what each of its rows must fulfil besides.
    pub cond: Vec<String>,
    /// How many of `cond` are the range.
    pub range: usize,
    pub time: &'static str,
    pub id: &'static str,
}

/// Where a window starts, as (time, id) in the list's order.
pub(super) type Place = (i64, i64);

/// One side of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// From the place on, it included; in the list's order.
    From,
    /// After it.
    After,
    /// Before it; against the list's order.
    Before,
}

impl Plan {
    /// Nothing can match.
    pub(super) fn is_empty(&self) -> bool {
        self.arms.is_empty()
    }

    fn union(&self, columns: &str, extra: impl Fn(&Arm) -> Option<String>) -> String {
        let mut sql = String::new();
        for (i, arm) in self.arms.iter().enumerate() {
            if i > 0 {
                sql.push_str(" UNION ALL ");
            }
            let conds: Vec<String> = arm.cond.iter().cloned().chain(extra(arm)).collect();
            let conds = if conds.is_empty() { "1".to_owned() } else { conds.join(" AND ") };
            sql.push_str(&format!("SELECT {}, {}{columns} FROM {} WHERE {conds}", arm.id, arm.time, arm.from));
        }
        sql
    }

    /// Rows `id, time, columns…` in the list's order, on one side of a place (bound as the two parameters after the
    /// plan's own); at most as many as the last parameter says.
    pub(super) fn window(&self, columns: &str, side: Option<Side>) -> String {
        let n = self.params.len();
        let up = matches!(self.sort, Sort::Old) != matches!(side, Some(Side::Before));
        let op = match (side, up) {
            (Some(Side::From), false) => "<=",
            (Some(Side::From), true) => ">=",
            (_, false) => "<",
            (_, true) => ">",
        };
        let (place, limit) = match side {
            Some(_) => (Some((n + 1, n + 2)), n + 3),
            None => (None, n + 1),
        };
        let body = self.union(columns, |arm| place.map(|(t, i)| format!("({}, {}) {op} (?{t}, ?{i})", arm.time, arm.id)));
        let dir = if up { "ASC" } else { "DESC" };
        format!("{body} ORDER BY 2 {dir}, 1 {dir} LIMIT ?{limit}")
    }

    /// All rows, in no order.
    pub(super) fn rows(&self, columns: &str) -> String {
        self.union(columns, |_| None)
    }

    /// The whole list in its order; at most as many rows as the last parameter says.
    pub(super) fn whole(&self) -> String {
        match self.sort {
            Sort::New | Sort::Old => self.window("", None),
            _ => format!("{} ORDER BY 3, 2 DESC, 1 DESC LIMIT ?{}", self.rows(self.rank()), self.params.len() + 1),
        }
    }

    /// The column that a list in another order than that of its times goes by, the smallest first.
    pub(super) fn rank(&self) -> &'static str {
        match self.sort {
            Sort::Relevance if self.words => ", bm25(fts, 8.0, 1.0, 2.0)",
            Sort::Outlets => ", -a.outlets",
            Sort::Outlet => ", (SELECT lower(name) FROM outlet WHERE id = a.outlet)",
            // After every letter: what has no tag.
            Sort::Tag => ", coalesce((SELECT min(lower(tag)) FROM tag WHERE feed = a.feed AND key = a.key), char(1114111))",
            Sort::New | Sort::Old | Sort::Relevance => ", 0",
        }
    }

    /// The first rows (of what is found through words: by arrival); at most as many as the last parameter says.
    pub(super) fn newest_hits(&self, columns: &str) -> String {
        let order = match (self.words, self.sort) {
            (true, Sort::Old) => "ORDER BY fts.rowid",
            (true, _) => "ORDER BY fts.rowid DESC",
            (false, Sort::Old) => "ORDER BY 2, 1",
            (false, _) => "ORDER BY 2 DESC, 1 DESC",
        };
        format!("{} {order} LIMIT ?{}", self.union(columns, |_| None), self.params.len() + 1)
    }

    /// One row: how many match among the first rows of each range, and whether a range had more. As many rows are
    /// looked at as the last parameter says, so that a count has an end however rare a match is.
    pub(super) fn count(&self) -> String {
        let limit = self.params.len() + 1;
        let mut arms = Vec::new();
        for arm in &self.arms {
            let all = |conds: &[String]| if conds.is_empty() { "1".to_owned() } else { conds.join(" AND ") };
            let (range, rest) = arm.cond.split_at(arm.range);
            arms.push(format!(
                "SELECT coalesce(sum(ok), 0) AS n, count(*) >= ?{limit} AS more FROM
                    (SELECT ({}) AS ok FROM {} WHERE {} ORDER BY {} DESC LIMIT ?{limit})",
                all(rest),
                arm.from,
                all(range),
                arm.time
            ));
        }
        format!("SELECT sum(n), max(more) FROM ({})", arms.join(" UNION ALL "))
    }
}
