//! A query in the one spelling that is read as the same again.

use std::fmt;

use super::{Compare, Expr, Is, Name, Query, Scope, Sort, name_of, parse};
use crate::model::{Signal, Stage};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(expr) = &self.expr {
            // An OR beside a sort: needs no brackets: the order belongs to the whole.
            write!(f, "{expr}")?;
        }
        match (&self.expr, self.sort) {
            (_, None) => Ok(()),
            (None, Some(s)) => write!(f, "sort:{}", name_of(Sort::ALL, &s)),
            (Some(_), Some(s)) => write!(f, " sort:{}", name_of(Sort::ALL, &s)),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::And(parts) => joined(f, parts, " ", |p| matches!(p, Expr::Or(_) | Expr::And(_))),
            Expr::Or(parts) => joined(f, parts, " OR ", |p| matches!(p, Expr::Or(_))),
            Expr::Not(inner) if matches!(**inner, Expr::And(_) | Expr::Or(_)) => write!(f, "-({inner})"),
            Expr::Not(inner) => write!(f, "-{inner}"),
            Expr::Text(t) => {
                match t.scope {
                    Scope::Any => {}
                    Scope::Title => f.write_str("title:")?,
                    Scope::Body => f.write_str("body:")?,
                    Scope::Author => f.write_str("author:")?,
                }
                value(f, &t.words, t.scope == Scope::Any)?;
                if t.prefix { f.write_str("*") } else { Ok(()) }
            }
            Expr::Feed(n) => named(f, "feed", n),
            // Without quotes it would be a number.
            Expr::Story(Name::Part(part)) if part.parse::<i64>().is_ok() => write!(f, "story:\"{part}\""),
            Expr::Story(n) => named(f, "story", n),
            Expr::Folder(v) => field(f, "folder", v),
            Expr::Outlet(v) => field(f, "outlet", v),
            Expr::Agency(v) => field(f, "agency", v),
            Expr::Tag(v) => field(f, "tag", v),
            Expr::Lang(v) => field(f, "lang", v),
            Expr::Is(s) => write!(f, "is:{}", name_of(Is::ALL, s)),
            Expr::Since(w) => write!(f, "since:{w}"),
            Expr::Before(w) => write!(f, "before:{w}"),
            Expr::After(w) => write!(f, "after:{w}"),
            Expr::Stage(s) => write!(f, "stage:{}", name_of(Stage::ALL, s)),
            Expr::Signal(s) => write!(f, "signal:{}", name_of(Signal::ALL, s)),
            Expr::Urgency(Compare::Equal, n) => write!(f, "urgency:{n}"),
            Expr::Urgency(c, n) => write!(f, "urgency:{}{n}", name_of(Compare::ALL, c)),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Expr], with: &str, bracket: fn(&Expr) -> bool) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(with)?;
        }
        if bracket(part) { write!(f, "({part})")? } else { write!(f, "{part}")? }
    }
    Ok(())
}

fn named(f: &mut fmt::Formatter<'_>, field: &str, name: &Name) -> fmt::Result {
    match name {
        Name::Id(id) => write!(f, "{field}:#{id}"),
        Name::Part(part) => self::field(f, field, part),
    }
}

fn field(f: &mut fmt::Formatter<'_>, name: &str, v: &str) -> fmt::Result {
    write!(f, "{name}:")?;
    value(f, v, false)
}

/// A value as it is read again: bare where it can be, else in quotes.
fn value(f: &mut fmt::Formatter<'_>, v: &str, alone: bool) -> fmt::Result {
    let odd = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '*') || parse::is_quote(c);
    let bare = !v.is_empty()
        && !v.contains(odd)
        && !v.starts_with('#')
        // After a colon that would be an address, and no field.
        && !v.starts_with("//")
        && !(alone && (v.starts_with('-') || v.contains(':') || matches!(v, "AND" | "OR" | "NOT")));
    if bare {
        return f.write_str(v);
    }
    f.write_str("\"")?;
    for c in v.chars() {
        if c == '\\' || parse::is_quote(c) {
            f.write_str("\\")?;
        }
        write!(f, "{c}")?;
    }
    f.write_str("\"")
}
