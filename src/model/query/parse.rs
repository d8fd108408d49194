//! Reads the query language: words, "phrases", prefix*, field:value, - or NOT, AND (or nothing) before OR, brackets.
//! Every refusal points at the word that is meant. Total, and bounded in length, terms and depth.

use std::ops::Range;
use std::str::FromStr;

use super::{Compare, Expr, FIELDS, Is, Name, Query, Scope, Sort, Text, When};
use crate::model::{Clean, Signal, Stage};

const MAX_BYTES: usize = 2048;
const MAX_TERMS: usize = 64;
const MAX_DEPTH: usize = 16;

/// Why a text is no query, and at which of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// What is wrong, in words.
    pub message: String,
    /// The byte range of the word that is meant.
    pub at: Range<usize>,
}

fn refuse<T>(message: impl Into<String>, at: Range<usize>) -> Result<T, QueryError> {
    Err(QueryError { message: message.into(), at })
}

/// The quotes that keyboards give; any of them opens and closes a phrase.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

#[derive(Debug)]
enum Token {
    Open,
    Close,
    Minus,
    And,
    Or,
    Not,
    Term { field: Option<Range<usize>>, text: String, quoted: bool, prefix: bool },
}

impl FromStr for Query {
    type Err = QueryError;
    fn from_str(s: &str) -> Result<Self, QueryError> {
        if s.len() > MAX_BYTES {
            return refuse(format!("The query is longer than {MAX_BYTES} bytes."), floor(s, MAX_BYTES)..s.len());
        }
        let tokens = lex(s)?;
        if tokens.iter().filter(|(t, _)| matches!(t, Token::Term { .. })).count() > MAX_TERMS {
            return refuse(format!("The query has more than {MAX_TERMS} terms."), 0..s.len());
        }
        let mut parser = Parser { source: s, tokens: &tokens, next: 0, sort: None };
        let expr = parser.or(0)?;
        match parser.peek() {
            None => Ok(Query { expr, sort: parser.sort }),
            Some((_, at)) => refuse("This bracket closes nothing.", at.clone()),
        }
    }
}

fn floor(s: &str, mut at: usize) -> usize {
    while !s.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn lex(s: &str) -> Result<Vec<(Token, Range<usize>)>, QueryError> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = s[at..].chars().next() {
        let single = at..at + c.len_utf8();
        if c.is_whitespace() {
            at = single.end;
        } else if c == '(' {
            out.push((Token::Open, single.clone()));
            at = single.end;
        } else if c == ')' {
            out.push((Token::Close, single.clone()));
            at = single.end;
        } else if c == '-' && s[single.end..].starts_with(|c: char| !c.is_whitespace() && c != ')') {
            out.push((Token::Minus, single.clone()));
            at = single.end;
        } else {
            let (token, end) = term(s, at)?;
            out.push((token, at..end));
            at = end;
        }
    }
    Ok(out)
}

/// One term from `start` on: `word`, `word*`, `"phrase"`, `field:` with either.
fn term(s: &str, start: usize) -> Result<(Token, usize), QueryError> {
    let bare = |from: usize| {
        let stop = |c: char| c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c);
        s[from..].find(stop).map_or(s.len(), |n| from + n)
    };
    let mut at = start;
    let mut field = None;
    let word_end = bare(start);
    if let Some(colon) = s[start..word_end].find(':') {
        let name = &s[start..start + colon];
        let link = s[start + colon..].starts_with("://");
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic()) && !link {
            field = Some(start..start + colon);
            at = start + colon + 1;
        }
    }
    if let Some(open) = s[at..].chars().next().filter(|c| is_quote(*c)) {
        let mut text = String::new();
        let mut chars = s[at + open.len_utf8()..].char_indices();
        let base = at + open.len_utf8();
        while let Some((i, c)) = chars.next() {
            match c {
                '\\' => match chars.clone().next() {
                    Some((_, n)) if n == '\\' || is_quote(n) => {
                        text.push(n);
                        chars.next();
                    }
                    _ => text.push(c),
                },
                c if is_quote(c) => {
                    let mut end = base + i + c.len_utf8();
                    let prefix = s[end..].starts_with('*');
                    end += usize::from(prefix);
                    return Ok((Token::Term { field, text, quoted: true, prefix }, end));
                }
                c => text.push(c),
            }
        }
        return refuse("This phrase has no closing quote.", at..s.len());
    }
    let end = bare(at);
    let word = &s[at..end];
    let token = match word {
        "AND" if field.is_none() => Token::And,
        "OR" if field.is_none() => Token::Or,
        "NOT" if field.is_none() => Token::Not,
        _ => {
            let (text, prefix) = word.strip_suffix('*').map_or((word, false), |w| (w, true));
            if let Some(star) = text.find('*') {
                return refuse("A `*` stands at the end of a word only.", at + star..at + star + 1);
            }
            Token::Term { field, text: text.to_owned(), quoted: false, prefix }
        }
    };
    Ok((token, end))
}

struct Parser<'a> {
    source: &'a str,
    tokens: &'a [(Token, Range<usize>)],
    next: usize,
    sort: Option<Sort>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a (Token, Range<usize>)> {
        self.tokens.get(self.next)
    }

    /// `a b OR c`: `None` where nothing but an order was said.
    fn or(&mut self, depth: usize) -> Result<Option<Expr>, QueryError> {
        let mut parts = Vec::new();
        let mut word: Option<Range<usize>> = None;
        loop {
            let before = self.next;
            let sorted = self.sort;
            match self.and(depth)? {
                Some(part) => parts.push(part),
                // `OR` with nothing on one of its sides.
                None => {
                    let side = match self.peek() {
                        Some((Token::Or, at)) => Some(at.clone()),
                        _ => word.clone(),
                    };
                    if let Some(at) = side
                        && (before == self.next || self.sort != sorted || word.is_some())
                    {
                        return refuse("`OR` stands between two terms.", at);
                    }
                }
            }
            match self.peek() {
                Some((Token::Or, at)) => {
                    word = Some(at.clone());
                    self.next += 1;
                }
                _ => return Ok(Expr::any_of(parts)),
            }
        }
    }

    fn and(&mut self, depth: usize) -> Result<Option<Expr>, QueryError> {
        let mut parts = Vec::new();
        let mut pending: Option<Range<usize>> = None;
        loop {
            match self.peek() {
                None | Some((Token::Or | Token::Close, _)) => {
                    return match pending {
                        Some(at) => refuse("`AND` stands between two terms.", at),
                        None => Ok(Expr::all_of(parts)),
                    };
                }
                Some((Token::And, at)) => {
                    if parts.is_empty() || pending.is_some() {
                        return refuse("`AND` stands between two terms.", at.clone());
                    }
                    pending = Some(at.clone());
                    self.next += 1;
                }
                Some(_) => {
                    if let Some(part) = self.not(depth)? {
                        parts.push(part);
                        pending = None;
                    }
                }
            }
        }
    }

    fn not(&mut self, depth: usize) -> Result<Option<Expr>, QueryError> {
        let mut negated = false;
        let mut mark = None;
        while let Some((Token::Minus | Token::Not, at)) = self.peek() {
            negated = !negated;
            mark = Some(at.clone());
            self.next += 1;
        }
        let Some((token, at)) = self.peek() else {
            return refuse("Nothing follows that could be left out.", mark.unwrap_or(0..self.source.len()));
        };
        let expr = match token {
            Token::Open => {
                if depth >= MAX_DEPTH {
                    return refuse(format!("Brackets go deeper than {MAX_DEPTH}."), at.clone());
                }
                self.next += 1;
                let inner = self.or(depth + 1)?;
                match (self.peek(), inner) {
                    (Some((Token::Close, _)), Some(inner)) => {
                        self.next += 1;
                        inner
                    }
                    (Some((Token::Close, end)), None) => return refuse("There is nothing in these brackets.", at.start..end.end),
                    _ => return refuse("This bracket is not closed.", at.clone()),
                }
            }
            Token::Term { field, text, quoted, prefix } => {
                self.next += 1;
                let outer = depth == 0 && mark.is_none();
                match self.leaf(field.clone(), text, *quoted, *prefix, at.clone(), outer)? {
                    Some(expr) => expr,
                    None => return Ok(None),
                }
            }
            _ => return refuse("Nothing follows that could be left out.", mark.unwrap_or(at.clone())),
        };
        Ok(Some(if negated { expr.not() } else { expr }))
    }

    /// One term; `None` for `sort:`, which is no condition.
    fn leaf(
        &mut self,
        field: Option<Range<usize>>,
        text: &str,
        quoted: bool,
        prefix: bool,
        at: Range<usize>,
        outer: bool,
    ) -> Result<Option<Expr>, QueryError> {
        let clean = Clean::line(text).into_string();
        let name = field.clone().map(|f| self.source[f].to_ascii_lowercase());
        let name = name.as_deref();
        let scope = match name {
            None => Some(Scope::Any),
            Some("title") => Some(Scope::Title),
            Some("body") => Some(Scope::Body),
            Some("author") => Some(Scope::Author),
            Some(n) if !FIELDS.contains(&n) => {
                let known = FIELDS.join(", ");
                return refuse(
                    format!("There is no field `{n}`. Fields are {known}; words with a colon go in quotes."),
                    field.unwrap_or(at),
                );
            }
            Some(_) => None,
        };
        if let (Some(name), true) = (name, clean.is_empty()) {
            let hint = if self.source[at.end..].starts_with('(') { "; it takes one word or a \"phrase\", no brackets" } else { "" };
            return refuse(format!("`{name}:` wants a value{hint}."), at);
        }
        if let Some(scope) = scope {
            if !clean.chars().any(char::is_alphanumeric) {
                return refuse("There is no letter or digit here to search for.", at);
            }
            if prefix && !super::find::long_enough(&clean) {
                return refuse("A `*` wants three letters before it at least.", at.end - 1..at.end);
            }
            return Ok(Some(Expr::Text(Text { scope, words: clean, prefix })));
        }
        if prefix {
            return refuse("A `*` goes with words only.", at.end - 1..at.end);
        }
        let value_at = field.map_or(at.start, |f| f.end + 1)..at.end;
        let lower = clean.to_lowercase();
        let when = || match When::parse(if lower == "today" || lower == "yesterday" { &lower } else { &clean }) {
            Some(w) => Ok(w),
            None => {
                refuse(format!("`{clean}` is no time: say 2h, 3d, 2w, today, yesterday, 2026-01-31 or 2026-01-31T12:00."), value_at.clone())
            }
        };
        let reference = || match clean.strip_prefix('#').filter(|_| !quoted).map(str::parse::<i64>) {
            None => Ok(Name::Part(clean.clone())),
            Some(Ok(id)) => Ok(Name::Id(id)),
            Some(Err(_)) => refuse(format!("`{clean}` is no number."), value_at.clone()),
        };
        Ok(Some(match name.unwrap_or_default() {
            "feed" => Expr::Feed(reference()?),
            "story" => Expr::Story(match reference()? {
                // A story is known by its number; a year in its title is in quotes.
                Name::Part(part) if !quoted => part.parse::<i64>().map_or(Name::Part(part), Name::Id),
                other => other,
            }),
            "folder" => Expr::Folder(clean),
            "outlet" => Expr::Outlet(clean),
            "agency" => Expr::Agency(clean),
            "tag" => Expr::Tag(clean),
            "lang" => Expr::Lang(lower),
            "since" => Expr::Since(when()?),
            "before" => Expr::Before(when()?),
            "after" => Expr::After(when()?),
            "is" => Expr::Is(one_of(Is::ALL, &lower, "state", value_at)?),
            "stage" => Expr::Stage(one_of(Stage::ALL, &lower, "stage", value_at)?),
            "signal" => Expr::Signal(one_of(Signal::ALL, &lower, "signal", value_at)?),
            "sort" => {
                if !outer {
                    return refuse("`sort:` orders the whole list: it stands outside brackets and takes no minus.", at);
                }
                self.sort = Some(one_of(Sort::ALL, &lower, "order", value_at)?);
                return Ok(None);
            }
            _ => {
                let (compare, figure) = Compare::ALL
                    .iter()
                    .find_map(|(sign, c)| clean.strip_prefix(sign).map(|rest| (*c, rest)))
                    .unwrap_or((Compare::Equal, &clean));
                match figure.parse::<u8>() {
                    Ok(n @ 1..=9) if figure.len() == 1 => Expr::Urgency(compare, n),
                    _ => return refuse("Urgency is a figure from 1 (most) to 9: say urgency:<=3.", value_at),
                }
            }
        }))
    }
}

fn one_of<T: Copy>(table: &'static [(&'static str, T)], value: &str, what: &str, at: Range<usize>) -> Result<T, QueryError> {
    match table.iter().find(|(n, _)| *n == value) {
        Some((_, v)) => Ok(*v),
        None => {
            let known: Vec<_> = table.iter().map(|(n, _)| *n).collect();
            refuse(format!("`{value}` is no {what}: say {}.", known.join(", ")), at)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Prints as `want`, and reads back the same.
    #[track_caller]
    fn check(input: &str, want: &str) {
        let q: Query = input.parse().unwrap();
        assert_eq!(q.to_string(), want);
        assert_eq!(want.parse::<Query>().unwrap(), q);
    }

    #[track_caller]
    fn refused(input: &str, word: &str) {
        let e = input.parse::<Query>().unwrap_err();
        assert_eq!(&input[e.at.clone()], word, "{e}");
    }

    #[test]
    fn the_language() {
        check("", "");
        check("  summit   ceasefire ", "summit ceasefire");
        check("summit AND ceasefire \"no deal\" -sport", "summit ceasefire \"no deal\" -sport");
        check("cease* \"no dea\"*", "cease* \"no dea\"*");
        check("a OR b c", "a OR b c");
        check("(a OR b) c", "(a OR b) c");
        check("NOT (a b)", "-(a b)");
        check("--a", "a");
        check("title:Gipfel body:\"ohne Ergebnis\" author:Meier", "title:Gipfel body:\"ohne Ergebnis\" author:Meier");
        check("feed:#12 feed:orf folder:\"A b/c\"", "feed:#12 feed:orf folder:\"A b/c\"");
        check("agency:AP is:Unread since:2d merger", "agency:AP is:unread since:2d merger");
        check("before:2026-01-01 after:yesterday since:2026-01", "before:2026-01-01 after:yesterday since:2026-01");
        check("urgency:<=3 urgency:5 urgency:>7", "urgency:<=3 urgency:5 urgency:>7");
        check("sort:old a OR b", "a OR b sort:old");
        check("„kein Deal“", "\"kein Deal\"");
        check("\"AND\" \"a:b\" \"-x\" \"say \\\"so\\\"\"", "\"AND\" \"a:b\" \"-x\" \"say \\\"so\\\"\"");
        check("https://example.org/a 12:30", "\"https://example.org/a\" \"12:30\"");
        check("\"a \\” b\"", "\"a \\” b\"");
        check("feed:\"//example.org\" feed:\u{17}//a", "feed:\"//example.org\" feed:\"//a\"");
        check("x-ray and or", "x-ray and or");
    }

    #[test]
    fn a_wrong_query_points_at_the_word() {
        refused("a outlett:orf", "outlett");
        refused("a is:red", "red");
        refused("a since:soon", "soon");
        refused("a urgency:high", "high");
        refused("a \"b c", "\"b c");
        refused("a (b", "(");
        refused("a b)", ")");
        refused("a ()", "()");
        refused("a OR", "OR");
        refused("OR a", "OR");
        refused("sort:new OR a", "OR");
        refused("a AND", "AND");
        refused("AND a", "AND");
        refused("a NOT", "NOT");
        refused("title: a", "title:");
        refused("a ce*", "*");
        refused("a ce*se", "*");
        refused("a !!!", "!!!");
        refused("a (b sort:old)", "sort:old");
        refused("a sort:best", "best");
        refused("tag:x*", "*");
    }

    #[test]
    fn size_and_depth_are_bounded() {
        assert!("a ".repeat(5000).parse::<Query>().is_err());
        assert!("a ".repeat(65).parse::<Query>().is_err());
        assert!(format!("{}a{}", "(".repeat(1000), ")".repeat(1000)).parse::<Query>().is_err());
        assert!(format!("{}a", "-".repeat(2000)).parse::<Query>().is_ok());
        assert!("é".repeat(2000).parse::<Query>().is_err());
    }

    #[test]
    fn words_are_what_is_to_be_found() {
        let q: Query = "a (bcd* OR -c) title:\"d e\" tag:f".parse().unwrap();
        let words: Vec<_> = q.words().iter().map(|t| (t.words.as_str(), t.prefix)).collect();
        assert_eq!(words, [("a", false), ("bcd", true), ("d e", false)]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_at_one_of_its_words(s in "\\PC{0,60}") {
            match s.parse::<Query>() {
                Ok(q) => prop_assert_eq!(q.to_string().parse::<Query>(), Ok(q)),
                Err(e) => prop_assert!(s.get(e.at).is_some()),
            }
        }

        #[test]
        fn what_is_read_prints_and_reads_the_same(s in r#"((-|NOT |\(|\)| OR | AND )|(title:|tag:|feed:|is:unread |since:2h |[a-c]{1,2}\*? |"[a-c :\\()*-]{1,4}" ?)){0,12}"#) {
            if let Ok(q) = s.parse::<Query>() {
                prop_assert_eq!(q.to_string().parse::<Query>(), Ok(q));
            }
        }
    }
}
