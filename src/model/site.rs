//! A rule for one site as the reader writes it: what no heuristic gets right, as data.

use serde::Deserialize;

use super::FullText;

/// One `[[site]]` of the configuration. Selectors are CSS; what a rule leaves out is found as on any other page.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SiteRow {
    /// The site's host; those below it are meant too.
    pub host: String,
    /// The elements that hold the text.
    pub body: Option<String>,
    /// Elements that are no part of the page.
    pub remove: Vec<String>,
    /// The headline.
    pub title: Option<String>,
    /// The author line.
    pub byline: Option<String>,
    /// When it was published.
    pub date: Option<String>,
    /// The link to the next page.
    pub next: Option<String>,
    /// Read the AMP form instead, where there is one.
    pub amp: bool,
    /// Read the print form instead, where there is one.
    pub print: bool,
    /// Whose text counts: `"feed"`, `"page"`, or whichever has more.
    #[serde(deserialize_with = "whose")]
    pub full_text: FullText,
}

fn whose<'de, D: serde::Deserializer<'de>>(d: D) -> Result<FullText, D::Error> {
    match String::deserialize(d)?.as_str() {
        "auto" => Ok(FullText::Auto),
        "page" => Ok(FullText::Always),
        "feed" => Ok(FullText::Never),
        other => Err(serde::de::Error::custom(format!("`{other}` is none of \"auto\", \"feed\" and \"page\""))),
    }
}
