//! newsboat's filter expressions → our query language, where both can say it. What cannot be said is refused in words,
//! never guessed: a saved search that quietly finds something else is worse than none.

use crate::model::{Clean, Query, TakenFeed};

/// Longer expressions are not read; nor are brackets nested deeper.
const MAX_BYTES: usize = 2000;
const MAX_DEPTH: usize = 16;
/// Feeds that a tag may be spelled out as.
const MAX_NAMED: usize = 40;

type Said = Result<String, String>;

/// Says `words` in our language. `feeds` are those of the list, for what newsboat asks of their tags.
pub(super) fn translate(words: &str, feeds: &[TakenFeed]) -> Result<Query, String> {
    if words.len() > MAX_BYTES {
        return Err("The expression is too long.".into());
    }
    let tokens = lex(words)?;
    let mut parser = Parser { tokens: &tokens, at: 0, feeds };
    let said = parser.or(0)?;
    if parser.at < tokens.len() {
        return Err("The expression has more than can be understood.".into());
    }
    said.parse::<Query>().map_err(|e| format!("It cannot be said in wiredesk's query language: {e}"))
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open,
    Close,
    Word(String),
    Operator(&'static str),
    Value(String),
}

const OPERATORS: &[&str] = &["=~", "!~", "==", "!=", "<=", ">=", "!#", "=", "<", ">", "#"];

fn lex(words: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut rest = words.trim_start();
    while let Some(c) = rest.chars().next() {
        let mut used = c.len_utf8();
        if c == '(' {
            out.push(Token::Open);
        } else if c == ')' {
            out.push(Token::Close);
        } else if let Some(op) = OPERATORS.iter().find(|op| rest.starts_with(**op)) {
            used = op.len();
            out.push(Token::Operator(op));
        } else if c == '"' {
            let mut value = String::new();
            let mut chars = rest[1..].char_indices();
            let end = loop {
                match chars.next() {
                    None => return Err("A quote is not closed.".into()),
                    Some((i, '"')) => break i + 2,
                    Some((_, '\\')) => value.extend(chars.next().map(|(_, c)| c)),
                    Some((_, c)) => value.push(c),
                }
            };
            used = end;
            out.push(Token::Value(value));
        } else if c.is_alphanumeric() || matches!(c, '_' | '-' | ':') {
            used = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | ':'))).unwrap_or(rest.len());
            out.push(Token::Word(rest[..used].to_owned()));
        } else {
            return Err(format!("`{c}` is not understood."));
        }
        rest = rest[used..].trim_start();
    }
    Ok(out)
}

struct Parser<'p> {
    tokens: &'p [Token],
    at: usize,
    feeds: &'p [TakenFeed],
}

impl Parser<'_> {
    fn next(&mut self) -> Option<&Token> {
        let token = self.tokens.get(self.at);
        self.at += 1;
        token
    }

    fn keyword(&mut self, word: &str) -> bool {
        let there = matches!(self.tokens.get(self.at), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word));
        self.at += usize::from(there);
        there
    }

    fn or(&mut self, depth: usize) -> Said {
        let mut parts = vec![self.and(depth)?];
        while self.keyword("or") {
            parts.push(self.and(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { format!("({})", parts.join(" OR ")) })
    }

    fn and(&mut self, depth: usize) -> Said {
        let mut parts = vec![self.one(depth)?];
        while self.keyword("and") {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { format!("({})", parts.join(" ")) })
    }

    fn one(&mut self, depth: usize) -> Said {
        if depth > MAX_DEPTH {
            return Err("Its brackets are nested too deep.".into());
        }
        match self.next().cloned() {
            Some(Token::Open) => {
                let said = self.or(depth + 1)?;
                match self.next() {
                    Some(Token::Close) => Ok(said),
                    _ => Err("A bracket is not closed.".into()),
                }
            }
            Some(Token::Word(name)) => {
                let op = match self.next().cloned() {
                    Some(Token::Operator(op)) => op,
                    Some(Token::Word(w)) if w.eq_ignore_ascii_case("between") => "between",
                    _ => return Err(format!("After `{name}` a comparison is missing.")),
                };
                match self.next().cloned() {
                    Some(Token::Value(v) | Token::Word(v)) => self.compare(&name.to_ascii_lowercase(), op, v.trim()),
                    _ => Err(format!("`{name} {op}` is compared with nothing.")),
                }
            }
            _ => Err("The expression is not complete.".into()),
        }
    }

    fn compare(&self, name: &str, op: &str, value: &str) -> Said {
        let (negated, op) = match op {
            "!~" => (true, "=~"),
            "!=" => (true, "="),
            "!#" => (true, "#"),
            "==" => (false, "="),
            op => (false, op),
        };
        let said = match (name, op) {
            ("unread", "=") if value == "yes" => "is:unread".into(),
            ("unread", "=") if value == "no" => "is:read".into(),
            ("title" | "content" | "author", "=~" | "=") => words(
                match name {
                    "content" => "body",
                    name => name,
                },
                value,
            )?,
            ("feedtitle" | "rssurl" | "feedlink", "=~" | "=") => match plain(value).as_slice() {
                [] => return Err(regular(value)),
                parts => any(parts.iter().map(|p| field("feed", p)).collect()),
            },
            ("tags", "#") => self.tagged(value)?,
            ("flags", "#" | "=" | "=~") if value.chars().count() == 1 => match value {
                "s" | "S" => "is:saved".into(),
                flag => field("tag", &format!("flag-{flag}")),
            },
            ("age", "<" | "<=" | ">" | ">=" | "=" | "between") => age(op, value)?,
            _ => return Err(format!("`{name} {op}` cannot be said in wiredesk's query language.")),
        };
        Ok(if negated { format!("-{}", grouped(&said)) } else { said })
    }

    /// Newsboat's tags are of feeds: here the first is the feed's folder, and feeds that have it as a further tag are named.
    fn tagged(&self, value: &str) -> Said {
        let tag = Clean::line(value);
        let has: Vec<&TakenFeed> = self.feeds.iter().filter(|f| f.tags.contains(&tag)).collect();
        let mut parts = Vec::new();
        if has.iter().any(|f| f.folder.as_ref() == Some(&tag)) {
            parts.push(field("folder", &tag));
        }
        let named: Vec<_> = has.iter().filter(|f| f.folder.as_ref() != Some(&tag)).collect();
        if named.len() > MAX_NAMED {
            return Err(format!("More than {MAX_NAMED} feeds have the tag “{tag}” beside another; make a folder of them."));
        }
        parts.extend(named.iter().map(|f| field("feed", f.address.as_str())));
        if parts.is_empty() {
            return Err(format!("No feed of the list has the tag “{tag}”."));
        }
        Ok(any(parts))
    }
}

/// Words in a field. A plain pattern finds what begins so; anything else of regular expressions cannot be said.
fn words(name: &str, value: &str) -> Said {
    let parts = plain(value);
    if parts.is_empty() || parts.iter().any(|p| !p.chars().all(|c| c.is_alphanumeric() || c == ' ')) {
        return Err(regular(value));
    }
    Ok(any(parts.iter().map(|p| format!("{}*", field(name, p))).collect()))
}

fn regular(value: &str) -> String {
    format!("“{}” is a regular expression, which wiredesk's query language does not have.", Clean::capped(value, 60))
}

/// The alternatives of a pattern that is nothing but words; empty if it is more.
fn plain(pattern: &str) -> Vec<String> {
    let pattern = pattern.strip_prefix("(?i)").unwrap_or(pattern);
    let bare = pattern.strip_prefix('(').and_then(|p| p.strip_suffix(')')).unwrap_or(pattern);
    let parts: Vec<String> = bare.split('|').map(|p| p.trim().replace("\\.", ".")).collect();
    let fine =
        |p: &String| !p.is_empty() && !p.contains(['^', '$', '*', '+', '?', '[', ']', '(', ')', '{', '}', '\\']) && !p.contains(".*");
    if parts.iter().all(fine) { parts } else { Vec::new() }
}

/// Newsboat counts whole days; `age = 0` is today.
fn age(op: &str, value: &str) -> Said {
    let days = |v: &str| v.trim().parse::<u32>().map_err(|_| format!("`{}` is no number of days.", Clean::capped(v, 20)));
    Ok(match op {
        "<" => format!("since:{}d", days(value)?.max(1)),
        "<=" => format!("since:{}d", days(value)?.saturating_add(1)),
        ">" => format!("before:{}d", days(value)?.saturating_add(1)),
        ">=" => format!("before:{}d", days(value)?),
        "=" => {
            let n = days(value)?;
            format!("(since:{}d before:{n}d)", n.saturating_add(1))
        }
        _ => {
            let (from, to) = value.split_once(':').ok_or("`between` needs two numbers, as in 0:7.")?;
            let (from, to) = (days(from)?, days(to)?);
            format!("(since:{}d before:{}d)", from.max(to).saturating_add(1), from.min(to))
        }
    })
}

fn any(mut parts: Vec<String>) -> String {
    if parts.len() == 1 { parts.remove(0) } else { format!("({})", parts.join(" OR ")) }
}

fn grouped(said: &str) -> String {
    if said.starts_with('(') || !said.contains(' ') || said.ends_with(['"', '*']) { said.to_owned() } else { format!("({said})") }
}

fn field(name: &str, value: &str) -> String {
    format!("{name}:\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Address;

    #[track_caller]
    fn check(words: &str, want: &str) {
        let feed = |n: usize, tags: &[&str]| TakenFeed {
            tags: tags.iter().map(|t| Clean::line(t)).collect(),
            folder: tags.first().map(|t| Clean::line(t)),
            ..TakenFeed::at(Address::parse(&format!("https://feed{n}.example/")).unwrap())
        };
        let feeds = [feed(1, &["world"]), feed(2, &["tech", "world"]), feed(3, &["tech"])];
        match translate(words, &feeds) {
            Ok(query) => assert_eq!(query.to_string(), want, "{words}"),
            Err(why) => assert_eq!(why, want, "{words}"),
        }
    }

    #[test]
    fn what_both_can_say_is_said() {
        check("unread = \"yes\"", "is:unread");
        check("unread != \"yes\"", "-is:unread");
        check("tags # \"tech\"", "folder:tech");
        check("tags # \"world\" and unread = \"yes\"", "(folder:world OR feed:https://feed2.example/) is:unread");
        check("tags !# \"tech\"", "-folder:tech");
        check("title =~ \"summit\" or title =~ \"peace talks\"", "title:summit* OR title:\"peace talks\"*");
        check("title =~ \"(one|two)\" and author !~ \"desk\"", "(title:one* OR title:two*) -author:desk*");
        check("feedtitle =~ \"Lantern\"", "feed:Lantern");
        check("flags # \"s\" or flags # \"q\"", "is:saved OR tag:flag-q");
        check("age < 2", "since:2d");
        check("(age between 0:7) and unread = \"yes\"", "since:8d before:0d is:unread");
    }

    #[test]
    fn what_cannot_be_said_is_refused_in_words() {
        check("title =~ \"^a.*\"", "“^a.*” is a regular expression, which wiredesk's query language does not have.");
        check("enclosure_url =~ \"mp3\"", "`enclosure_url =~` cannot be said in wiredesk's query language.");
        check("tags # \"gone\"", "No feed of the list has the tag “gone”.");
        check("unread", "After `unread` a comparison is missing.");
        check("(unread = \"yes\"", "A bracket is not closed.");
        check("", "The expression is not complete.");
        check(&"(".repeat(1000), "Its brackets are nested too deep.");
    }
}
