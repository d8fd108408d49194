//! Who can be credited: the agencies with the spellings that name them, and the index that finds a spelling in words.
//! An agency is a block of `agencies.toml`; the reader's own blocks have the same form and win over the built-in ones.

use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use super::words::{Mark, Shapes};
use crate::model::{AgencyId, Role};

/// What kind of source an agency is. It decides the role of a credit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Covers everything.
    #[default]
    General,
    /// Covers everything, for its government.
    State,
    /// Business and markets.
    Financial,
    /// Sport.
    Sport,
    /// A church's.
    Religious,
    /// A region's.
    Regional,
    /// Distributes the senders' own words.
    PressRelease,
    /// Pictures only: never a credit for text.
    Photo,
    /// “Agenturen”: several, none of them named.
    Collective,
    /// The outlet's own desk (“red”): never a credit, but says that the text was edited.
    Desk,
}

impl Kind {
    /// The role of a credit for the text.
    pub fn role(self) -> Role {
        match self {
            Kind::PressRelease => Role::Press,
            Kind::Photo => Role::Photo,
            _ => Role::Text,
        }
    }
}

/// How much a spelling says by itself. Ordered: what is sure stands first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// The spelling alone names the agency wherever a credit may stand, in any case if it is longer than four letters.
    Any,
    /// As `any`, with the case as written.
    #[default]
    Exact,
    /// Only inside a frame (dateline, brackets, chain, cue, structured field), with the case as written.
    Context,
    /// As `context`, and only on pages of the agency's country or language or beside another agency.
    Home,
}

/// One agency: a block of `agencies.toml`, where the fields are explained.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgencyRow {
    /// Its id.
    pub id: AgencyId,
    /// Its name in full.
    pub name: String,
    /// Its name as shown (`dpa`, `Reuters`).
    #[serde(default)]
    pub short: String,
    /// ISO 3166 alpha-2, or empty.
    #[serde(default)]
    pub country: String,
    /// Languages it writes (BCP 47 primary tags), its own first.
    #[serde(default)]
    pub langs: Vec<String>,
    /// What kind of source it is.
    #[serde(default)]
    pub kind: Kind,
    /// How far its codes go.
    #[serde(default, rename = "match")]
    pub rule: Rule,
    /// Its short names as printed in credits.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Spellings that follow [`Rule::Context`].
    #[serde(default)]
    pub context: Vec<String>,
    /// Spellings that follow [`Rule::Home`].
    #[serde(default)]
    pub home: Vec<String>,
    /// Its full names.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Its own domains and the prefixes of its ids.
    #[serde(default)]
    pub ids: Vec<String>,
    /// Its desks, as printed after its name (`dpa/lno`).
    #[serde(default)]
    pub desk_suffixes: Vec<String>,
    /// Credited by outlets of all countries.
    #[serde(default)]
    pub everywhere: bool,
    /// Countries in which its codes mean something else to everybody: a code alone on a line is no credit there.
    #[serde(default)]
    pub not_bare: Vec<String>,
    /// What else is spelled so.
    #[serde(default)]
    pub confusables: Vec<String>,
    /// Forms and facts.
    #[serde(default)]
    pub note: String,
}

impl AgencyRow {
    /// Whether it distributes press releases: the text is the sender's own.
    pub fn press_release(&self) -> bool {
        self.kind == Kind::PressRelease
    }
}

/// A spelling found in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Which row.
    pub row: usize,
    /// How sure the spelling is.
    pub rule: Rule,
    /// It is a name in full or a long word, not an abbreviation that could stand for something else.
    pub full: bool,
    /// How many words it took.
    pub words: usize,
}

#[derive(Clone, Debug)]
struct Spelling {
    row: usize,
    rule: Rule,
    full: bool,
    exact: Option<String>,
}

/// The agencies that are known: `agencies.toml`, and the reader's own.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    rows: Vec<AgencyRow>,
    by_id: HashMap<AgencyId, usize>,
    /// Lower-case words joined by one space → what they may name.
    spellings: HashMap<String, Vec<Spelling>>,
    /// First lower-case word of a spelling → most words of a spelling that begins so.
    firsts: HashMap<String, usize>,
    /// The shapes of spellings of one word, of first words of longer ones and of their second words: almost every word of
    /// a text is told by them to begin none.
    alone: Shapes,
    begin: Shapes,
    second: Shapes,
    /// Spellings in scripts that put no space between words.
    unspaced: Vec<(String, usize, Rule)>,
    /// Own domain → row.
    domains: HashMap<String, usize>,
}

#[derive(Deserialize)]
struct File {
    agency: Vec<AgencyRow>,
}

/// The registry of a run, made when the first text is read and not before: a program that only shows headlines needs none.
#[derive(Debug, Default)]
pub struct Agencies {
    extra: Vec<AgencyRow>,
    made: OnceLock<Registry>,
}

impl Agencies {
    /// The built-in agencies and these of the reader's own.
    pub fn with(extra: Vec<AgencyRow>) -> Self {
        Self { extra, made: OnceLock::new() }
    }
}

impl std::ops::Deref for Agencies {
    type Target = Registry;

    fn deref(&self) -> &Registry {
        match self.extra.is_empty() {
            true => Registry::builtin(),
            false => self.made.get_or_init(|| Registry::with(self.extra.clone())),
        }
    }
}

impl Registry {
    /// The registry that is built in.
    pub fn builtin() -> &'static Registry {
        static BUILTIN: LazyLock<Registry> = LazyLock::new(|| Registry::index(rows()));
        &BUILTIN
    }

    /// The built-in registry with the reader's own agencies: a block with a known id replaces that agency.
    pub fn with(extra: Vec<AgencyRow>) -> Registry {
        let mut rows = rows();
        for row in extra {
            match rows.iter_mut().find(|r| r.id == row.id) {
                Some(known) => *known = row,
                None => rows.push(row),
            }
        }
        Registry::index(rows)
    }

    /// An agency by its id.
    pub fn agency(&self, id: &AgencyId) -> Option<&AgencyRow> {
        self.by_id.get(id).map(|&at| &self.rows[at])
    }

    /// All agencies, in the registry's order.
    pub fn agencies(&self) -> &[AgencyRow] {
        &self.rows
    }

    fn index(mut rows: Vec<AgencyRow>) -> Registry {
        let mut out = Registry::default();
        for (at, row) in rows.iter_mut().enumerate() {
            if row.short.is_empty() {
                row.short = row.codes.first().unwrap_or(&row.name).clone();
            }
            out.by_id.insert(row.id.clone(), at);
            for code in &row.codes {
                out.add(at, code, row.rule, full_name(code));
            }
            for code in &row.context {
                out.add(at, code, Rule::Context, false);
            }
            for code in &row.home {
                out.add(at, code, Rule::Home, false);
            }
            for alias in row.aliases.iter().chain([&row.name]) {
                let letters = alias.chars().count();
                let own_script = caseless(alias) && letters >= 6 || letters >= 4 && alias.chars().all(unspaced);
                let sure = (own_script || full_name(alias)) && !matches!(row.kind, Kind::Collective | Kind::Desk);
                out.add(at, alias, if sure { Rule::Any } else { row.rule }, full_name(alias));
            }
            for id in &row.ids {
                if id.contains('.') && !id.contains([':', ' ', ',']) {
                    out.domains.insert(id.to_lowercase(), at);
                }
            }
        }
        out.rows = rows;
        out
    }

    fn add(&mut self, row: usize, spelling: &str, rule: Rule, full: bool) {
        let key = spelling.split_whitespace().map(bare).collect::<Vec<_>>().join(" ").to_lowercase();
        let Some(first) = key.split(' ').next().filter(|w| !w.is_empty()) else { return };
        if spelling.chars().any(unspaced) {
            self.unspaced.push((spelling.to_owned(), row, rule));
        }
        let mut printed = spelling.split_whitespace().map(bare);
        let mut words = key.split(' ').zip(printed.by_ref());
        let one = !key.contains(' ');
        for (shapes, word) in [if one { &mut self.alone } else { &mut self.begin }, &mut self.second].into_iter().zip(words.by_ref()) {
            shapes.add(word.0);
            shapes.add(word.1);
        }
        let most = self.firsts.entry(first.to_owned()).or_default();
        *most = (*most).max(key.split(' ').count());
        let exact = (!full && (rule != Rule::Any || key.chars().count() <= 4)).then(|| spelling.to_owned());
        let known = self.spellings.entry(key).or_default();
        if !known.iter().any(|s| s.row == row && s.exact == exact) {
            known.push(Spelling { row, rule, full, exact });
        }
    }

    pub(super) fn row(&self, at: usize) -> &AgencyRow {
        &self.rows[at]
    }

    /// Whether a spelling may stand at the start of `words`: false for nearly all, and cheap.
    #[inline]
    pub(super) fn may_begin(&self, words: &[&str]) -> bool {
        let Some(first) = words.first().map(|w| bare(w)).filter(|w| !w.is_empty()) else { return false };
        let mark = Mark::of(first);
        self.alone.has(mark) || self.begin.has(mark) && words.get(1).is_some_and(|w| self.second.has(Mark::of(bare(w))))
    }

    /// The longest spelling at the start of `words`, with all rows it may name.
    pub(super) fn longest(&self, words: &[&str]) -> Vec<Hit> {
        let Some(first) = words.first().map(|w| bare(w)).filter(|_| self.may_begin(words)) else { return Vec::new() };
        let mut key = first.to_lowercase();
        let Some(&most) = self.firsts.get(&key) else { return Vec::new() };
        let mut best = Vec::new();
        for n in 1..=most.min(words.len()) {
            if n > 1 {
                key.push(' ');
                key.extend(bare(words[n - 1]).chars().flat_map(char::to_lowercase));
            }
            let Some(known) = self.spellings.get(&key) else { continue };
            let printed = if n == 1 { bare(words[0]).to_owned() } else { words[..n].iter().map(|w| bare(w)).collect::<Vec<_>>().join(" ") };
            let hits: Vec<Hit> = known
                .iter()
                .filter(|s| s.exact.as_ref().is_none_or(|e| e.trim_matches('.') == printed.trim_matches('.')))
                .map(|s| Hit { row: s.row, rule: s.rule, full: s.full, words: n })
                .collect();
            if !hits.is_empty() {
                best = hits;
            }
        }
        best
    }

    /// Agencies whose unspaced spelling (共同, 연합뉴스) stands in `text`, in printed order. `text` is short.
    pub(super) fn unspaced_in(&self, text: &str) -> Vec<(usize, usize, Rule)> {
        if !text.chars().any(unspaced) {
            return Vec::new();
        }
        let mut hits: Vec<(usize, usize, usize, Rule)> = Vec::new();
        for (spelling, row, rule) in &self.unspaced {
            if let Some(at) = text.find(spelling.as_str()) {
                match hits.iter_mut().find(|h| h.1 == *row) {
                    Some(hit) if hit.3 <= *rule => {}
                    Some(hit) => *hit = (at, *row, spelling.len(), *rule),
                    None => hits.push((at, *row, spelling.len(), *rule)),
                }
            }
        }
        hits.sort_unstable_by_key(|h| h.0);
        hits.into_iter().map(|(at, row, _, rule)| (at, row, rule)).collect()
    }

    /// The agency that owns `host` (`hosted.ap.org` is AP's).
    pub(super) fn owner(&self, host: &str) -> Option<usize> {
        let host = host.to_lowercase();
        let mut rest = host.as_str();
        for _ in 0..8 {
            if let Some(&row) = self.domains.get(rest) {
                return Some(row);
            }
            rest = rest.split_once('.')?.1;
        }
        None
    }
}

fn rows() -> Vec<AgencyRow> {
    let file: File = toml::from_str(include_str!("agencies.toml")).expect("the embedded registry parses, as its test shows");
    file.agency
}

/// A word without the punctuation around it. A full stop stays inside (`kath.ch`).
#[inline]
pub(super) fn bare(word: &str) -> &str {
    if let (Some(first), Some(last)) = (word.as_bytes().first(), word.as_bytes().last())
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
    {
        return word;
    }
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Two words, or one of eight letters and more that is not all capitals: nothing else is spelled so.
fn full_name(spelling: &str) -> bool {
    let words = spelling.split_whitespace().count();
    let letters = spelling.chars().count();
    (words > 1 && letters >= 8) || letters >= 10
}

/// Whether a word is in a script that knows no capitals (and puts spaces between words): Arabic, Devanagari, Hebrew …
pub(super) fn caseless(word: &str) -> bool {
    word.chars().find(|c| c.is_alphabetic()).is_some_and(|c| !c.is_ascii() && !c.is_uppercase() && !c.is_lowercase() && !unspaced(c))
}

/// Chinese, Japanese and Korean letters.
pub(super) fn unspaced(c: char) -> bool {
    matches!(c as u32, 0x3040..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7a3)
}
