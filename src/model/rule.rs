//! Rules: what is done by itself with whatever arrives and fits a query.

use std::fmt;

use super::{Clean, Query};

/// What a rule can do besides tagging, by name.
const ACTS: &[&str] = &["read", "save", "hide", "alert"];

/// One rule. Several may fit an article: all of them act, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it fits.
    pub query: Query,
    /// Mark it read.
    pub read: bool,
    /// Save it.
    pub save: bool,
    /// Keep it out of all lists but `is:hidden`.
    pub hide: bool,
    /// Tell the reader at once.
    pub alert: bool,
    /// Tag it.
    pub tag: Option<Clean>,
    /// What the reader is told when it alerts; empty is the query.
    pub name: Clean,
}

/// What is wrong with a rule, and in which of its keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct RuleError {
    /// The key as the configuration has it.
    pub key: &'static str,
    /// What is wrong, with the word that is meant.
    pub what: String,
}

impl Rule {
    /// A rule that only alerts, and says this name.
    pub fn alerting(query: Query, name: Clean) -> Self {
        Self { query, read: false, save: false, hide: false, alert: true, tag: None, name }
    }

    /// A rule as it is written.
    pub fn new(query: &str, acts: &[String], tag: Option<&str>) -> Result<Self, RuleError> {
        let wrong = |key, what: String| Err(RuleError { key, what });
        let query: Query = match query.parse() {
            Ok(query) => query,
            Err(e) => {
                let e: super::QueryError = e;
                let word = query.get(e.at.clone()).filter(|w| !w.is_empty() && !e.message.contains(*w));
                return wrong("query", word.map_or_else(|| e.message.clone(), |word| format!("`{word}`: {}", e.message)));
            }
        };
        if query.is_all() {
            return wrong("query", "is empty, and would fit everything.".into());
        }
        if let Some(word) = acts.iter().find(|act| !ACTS.contains(&act.as_str())) {
            return wrong("do", format!("`{word}` is none of {}.", ACTS.join(", ")));
        }
        let tag = tag.map(Clean::line);
        if tag.as_ref().is_some_and(|tag| tag.is_empty() || tag.len() > 100) {
            return wrong("tag", "a tag has 1 to 100 letters.".into());
        }
        let has = |name: &str| acts.iter().any(|act| act == name);
        if acts.is_empty() && tag.is_none() {
            return wrong("do", format!("says nothing: {}, or a tag.", ACTS.join(", ")));
        }
        let [read, save, hide, alert] = ["read", "save", "hide", "alert"].map(has);
        Ok(Self { query, read, save, hide, alert, tag, name: Clean::default() })
    }

    /// What it does, in words.
    pub fn acts(&self) -> String {
        let on = [("read", self.read), ("save", self.save), ("hide", self.hide), ("alert", self.alert)];
        let words = on.iter().filter(|(_, on)| *on).map(|(name, _)| (*name).to_owned());
        words.chain(self.tag.iter().map(|tag| format!("tag “{tag}”"))).collect::<Vec<_>>().join(", ")
    }

    /// What the reader is told.
    pub fn told_as(&self) -> Clean {
        if self.name.is_empty() { Clean::line(&self.query.to_string()) } else { self.name.clone() }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} → {}", self.query, self.acts())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(query: &str, acts: &[&str], tag: Option<&str>) -> Result<String, (&'static str, String)> {
        let acts: Vec<String> = acts.iter().map(|a| (*a).to_owned()).collect();
        Rule::new(query, &acts, tag).map(|r| r.to_string()).map_err(|e| (e.key, e.what))
    }

    #[test]
    fn a_rule_says_what_it_does() {
        assert_eq!(rule("lotto feed:nord", &["hide", "read"], None).unwrap(), "lotto feed:nord → read, hide");
        assert_eq!(rule("summit", &[], Some("file")).unwrap(), "summit → tag “file”");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_word() {
        let table = [
            (rule("lotto is:nice", &["hide"], None), "query", "nice"),
            (rule("  ", &["hide"], None), "query", "everything"),
            (rule("lotto", &["delete"], None), "do", "`delete` is none of read, save, hide, alert"),
            (rule("lotto", &[], None), "do", "says nothing"),
            (rule("lotto", &["read"], Some(" ")), "tag", "letters"),
        ];
        for (result, key, word) in table {
            let (at, what) = result.unwrap_err();
            assert!(at == key && what.contains(word), "{at}: {what}");
        }
    }
}
