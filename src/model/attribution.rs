//! Who really reported an article: credits to agencies, each with its evidence. Terms follow IPTC; the slots and their
//! confidence follow the measured precedence of where credits stand on real pages.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::Clean;

/// A row of the agency registry by its lower-case id (`dpa`, `apa`, `reuters`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgencyId(Box<str>);

impl AgencyId {
    /// An id as the registry spells it; letters are lowered, anything but letters, digits, `-` and `_` is dropped.
    pub fn new(id: &str) -> Self {
        Self(id.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect::<String>().into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AgencyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What an agency is credited with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It reported the text.
    Text,
    /// It gave a picture.
    Photo,
    /// The text quotes it as a source (“laut AFP”).
    Mention,
    /// It is a wire for press releases: the text is the sender's own.
    Press,
}

/// Where the words stood that credit an agency, best evidence first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// A dispatch id (`dpa:230428-99-483045/5`).
    DispatchId,
    /// A provider field of a wire format (NewsML, ninjs).
    Provider,
    /// `Anchorage (dpa) –`.
    Dateline,
    /// `(APA/sid/red)`, `Quelle: …`, `/ritzau/` at the end.
    Tail,
    /// An author or source field of the page's or feed's metadata.
    Structured,
    /// `Von: APA/AFP/Reuters/dpa`.
    Byline,
    /// `© Reuters`.
    Copyright,
    /// A picture's caption.
    Caption,
    /// Running text: a mention, never a credit.
    Prose,
}

/// The words that say so, and where they stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// As printed.
    pub words: Clean,
    /// `paragraph 1`, `json-ld author`, `dc:creator` …: enough to find them again.
    pub place: Clean,
}

/// Article → agency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Credit {
    /// The agency.
    pub agency: AgencyId,
    /// Its name as shown (`dpa`, `Reuters`).
    pub name: Clean,
    /// What for.
    pub role: Role,
    /// Where it says so.
    pub slot: Slot,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// The words.
    pub evidence: Evidence,
}

/// How an outlet used what it credits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Usage {
    /// One dispatch, word for word.
    Verbatim,
    /// Put together from several, or with the outlet's own reporting.
    Compiled,
    /// The outlet's own.
    Own,
    /// It does not say.
    #[default]
    Unknown,
}

/// A dispatch as its agency numbers it: `dpa:230428-99-483045/5` is agency `dpa`, item `230428-99-483045`, take 5.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DispatchId {
    /// Whose number it is.
    pub agency: AgencyId,
    /// The number without its take.
    pub item: Clean,
    /// The take.
    pub version: Option<u32>,
}

impl fmt::Display for DispatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.agency, self.item)?;
        self.version.map_or(Ok(()), |v| write!(f, "/{v}"))
    }
}

/// All that an article says about who reported it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// Agencies in printed order, the best evidence for each role first.
    pub credits: Vec<Credit>,
    /// Persons named in the byline.
    #[serde(default)]
    pub persons: Vec<Clean>,
    /// The outlet's own desk says that it edited the text (`red`, `Redaktion`).
    #[serde(default)]
    pub desk_edit: bool,
    /// “Agenturen”, as printed, where no single agency is named.
    #[serde(default)]
    pub collective: Option<Clean>,
    /// How the text was used.
    #[serde(default)]
    pub usage: Usage,
    /// The dispatch's own number, where it is printed.
    #[serde(default)]
    pub dispatch: Option<DispatchId>,
}

impl Attribution {
    /// The agencies credited for the text (press-release wires included), once each, in printed order.
    pub fn agencies(&self) -> Vec<&Credit> {
        let mut seen: Vec<&Credit> = Vec::new();
        for credit in &self.credits {
            if matches!(credit.role, Role::Text | Role::Press) && !seen.iter().any(|c| c.agency == credit.agency) {
                seen.push(credit);
            }
        }
        seen
    }
}
