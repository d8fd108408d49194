//! Byline, dateline, sign-off and metadata → [`Attribution`]: who really reported it, with the words that say so.

use crate::model::{Address, Attribution};

/// The agencies that are known: `agencies.toml`, and the reader's own.
#[derive(Clone, Debug, Default)]
pub struct Registry {}

impl Registry {
    /// The registry that is built in.
    pub fn builtin() -> &'static Registry {
        static BUILTIN: std::sync::LazyLock<Registry> = std::sync::LazyLock::new(Registry::default);
        &BUILTIN
    }
}

/// A value of a metadata field that may name who reported it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which field: `json-ld author`, `dc:creator`, `rss source`, `meta author`, `json-ld image.author` …
    pub name: String,
    /// Its value.
    pub value: String,
}

/// All places of an article where a credit may stand, gathered before boilerplate is removed.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// Metadata about the text.
    pub fields: Vec<Field>,
    /// Short blocks between the headline and the first paragraph, in order.
    pub head: Vec<String>,
    /// The paragraphs of the text, in order.
    pub paragraphs: Vec<String>,
    /// Up to six short blocks after the last paragraph, in order.
    pub tail: Vec<String>,
    /// Captions and picture credits.
    pub captions: Vec<String>,
    /// The headline.
    pub title: String,
    /// The publisher's name.
    pub outlet: Option<String>,
    /// Where the article stands.
    pub url: Option<Address>,
    /// Its language (BCP 47).
    pub language: Option<String>,
}

/// Finds who reported it.
pub fn attribute(_slots: &Slots, _registry: &Registry) -> Attribution {
    Attribution::default()
}
