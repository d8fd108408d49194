//! How far a wire's report has come, and what its sender says of it: one vocabulary for what agencies print in many.

use serde::{Deserialize, Serialize};

/// How far a report has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names say it
pub enum Stage {
    /// One line, at once (ALERT, Blitz, Eilmeldung).
    Alert,
    /// A few lines (URGENT, Eil, NEWSBREAK).
    Urgent,
    /// The report goes on (UPDATE 2, 3rd Lead).
    Update,
    /// All of the day in one (WRAPUP, Zusammenfassung).
    Wrapup,
    Analysis,
    Exclusive,
}

/// What the sender says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names say it
pub enum Signal {
    /// Something was wrong.
    Correction,
    /// Sent once more with small amends.
    Refile,
    /// Sent once more as it was.
    Repeat,
    Withdrawn,
    /// Not to be published before.
    Embargo,
}

impl Stage {
    pub(crate) const ALL: &[(&str, Stage)] = &[
        ("alert", Stage::Alert),
        ("urgent", Stage::Urgent),
        ("eil", Stage::Urgent),
        ("update", Stage::Update),
        ("lead", Stage::Update),
        ("wrapup", Stage::Wrapup),
        ("analysis", Stage::Analysis),
        ("exclusive", Stage::Exclusive),
    ];
}

impl Signal {
    pub(crate) const ALL: &[(&str, Signal)] = &[
        ("correction", Signal::Correction),
        ("refile", Signal::Refile),
        ("repeat", Signal::Repeat),
        ("withdrawn", Signal::Withdrawn),
        ("kill", Signal::Withdrawn),
        ("embargo", Signal::Embargo),
    ];
}
