//! What the demo replays, as data: outlets, texts with their takes, the copies that outlets print of them, live blogs
//! and pictures, read from `fixtures/demo` (embedded).

use jiff::Timestamp;
use serde::Deserialize;

use super::markup::{self, Marked};

/// How an outlet's feed is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    Rss,
    Atom,
    Json,
    Rdf,
}

/// A made-up publisher.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outlet {
    /// The first segment of all its paths.
    pub id: String,
    pub name: String,
    pub about: String,
    /// BCP 47.
    pub lang: String,
    /// Hours east of UTC that day.
    pub offset: i8,
    pub feed: Format,
    /// The feed carries a sentence, the page the text.
    #[serde(default)]
    pub teaser: bool,
    /// Its pages change with every visit (most read, counters) and carry no validators.
    #[serde(default)]
    pub noisy: bool,
    /// Where the reader files it.
    pub folder: String,
    /// Sections in its navigation.
    pub nav: Vec<String>,
    /// What stands around every text: consent, newsletter, related, most read, footer.
    pub around: Around,
}

/// The furniture of a page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Around {
    pub consent: String,
    pub newsletter: String,
    pub related: String,
    pub popular: String,
    pub share: String,
    pub footer: String,
}

impl Outlet {
    /// German or English: what the words that code writes (month names, “updated”) are in.
    pub fn german(&self) -> bool {
        self.lang.starts_with("de")
    }

    /// The path of its feed.
    pub fn feed_path(&self) -> String {
        let file = match self.feed {
            Format::Rss => "rss.xml",
            Format::Atom => "atom.xml",
            Format::Json => "feed.json",
            Format::Rdf => "index.rdf",
        };
        format!("/{}/{file}", self.id)
    }
}

/// One print of a text in an outlet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Copy {
    pub outlet: String,
    /// The last segment of its path; with the outlet, its identity.
    pub slug: String,
    #[serde(default)]
    pub kicker: String,
    /// The author line as printed under the headline.
    #[serde(default)]
    pub byline: String,
    /// Author names in the metadata.
    #[serde(default)]
    pub author: Vec<String>,
    /// What stands before the first sentence, its dash included.
    #[serde(default)]
    pub dateline: String,
    /// The last line; `{take}` becomes the take's number.
    #[serde(default)]
    pub tail: String,
    #[serde(default)]
    pub teaser: String,
    pub section: String,
    /// Lead picture: `alt | caption | credit | file`.
    #[serde(default)]
    pub picture: String,
    /// Only so many blocks, cut from the end as desks do.
    #[serde(default)]
    pub cut: Option<usize>,
    /// When, which take, under which headline.
    pub versions: Vec<(Moment, u8, String)>,
    /// From then on 410.
    #[serde(default)]
    pub gone: Option<Moment>,
}

/// A moment of the replayed day, written `15T19:20` (day of August 2025 and time, UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Moment(pub Timestamp);

impl TryFrom<String> for Moment {
    type Error = String;
    fn try_from(raw: String) -> Result<Self, String> {
        moment(&raw).map(Moment).ok_or_else(|| format!("no moment of the day: {raw}"))
    }
}

/// Reads `15T19:20`.
pub(super) fn moment(raw: &str) -> Option<Timestamp> {
    format!("2025-08-{raw}:00Z").parse().ok()
}

/// How a live blog is marked up on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum LiveForm {
    /// With JSON-LD `LiveBlogPosting`.
    Ld,
    /// As running text only: `+++ 21:01 Headline +++`.
    Plus,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    #[serde(default)]
    live: Option<LiveForm>,
    #[serde(default)]
    ends: Option<Moment>,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(rename = "copy")]
    copies: Vec<Copy>,
}

/// A live blog's post.
#[derive(Clone, Debug)]
pub(super) struct Post {
    pub at: Timestamp,
    /// Deleted then.
    pub gone: Option<Timestamp>,
    pub key: bool,
    pub title: String,
    pub body: Vec<Marked>,
}

/// One text and its prints.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub live: Option<LiveForm>,
    /// When the live coverage ends.
    pub ends: Option<Timestamp>,
    pub keywords: Vec<String>,
    pub copies: Vec<Copy>,
    pub body: Vec<Marked>,
    pub posts: Vec<Post>,
}

/// Reads one text file: a TOML head, a line `+++`, the text. In a live blog every line `@ 15T19:04 | headline` opens a
/// post (`@ 15T19:04 *` is a key event, `@ 15T19:04 ~15T19:30` was deleted again).
pub(super) fn text(file: &str) -> Result<Text, String> {
    let (head, body) = file.split_once("\n+++\n").ok_or("no line +++ between head and text")?;
    let head: Header = toml::from_str(head).map_err(|e| e.to_string())?;
    let mut parts = body.split("\n@ ");
    let intro = markup::parse(parts.next().unwrap_or_default());
    let posts = parts.map(post).collect::<Result<Vec<_>, _>>()?;
    let ends = head.ends.map(|m| m.0);
    Ok(Text { live: head.live, ends, keywords: head.keywords, copies: head.copies, body: intro, posts })
}

fn post(raw: &str) -> Result<Post, String> {
    let (head, body) = raw.split_once('\n').unwrap_or((raw, ""));
    let (marks, title) = head.split_once('|').ok_or_else(|| format!("a post without a headline: {head}"))?;
    let mut at = None;
    let mut gone = None;
    let mut key = false;
    for mark in marks.split_whitespace() {
        match mark.strip_prefix('~') {
            Some(time) => gone = Some(moment(time).ok_or_else(|| format!("when deleted: {time}"))?),
            None if mark == "*" => key = true,
            None => at = Some(moment(mark).ok_or_else(|| format!("when posted: {mark}"))?),
        }
    }
    let at = at.ok_or_else(|| format!("a post without a time: {head}"))?;
    Ok(Post { at, gone, key, title: title.trim().to_owned(), body: markup::parse(body) })
}

impl Marked {
    /// Whether the block stands in this take of an outlet's print.
    pub fn in_take(&self, take: u8, outlet: &str) -> bool {
        let bound = |b: &Option<String>| b.as_deref().and_then(|b| b.parse::<u8>().ok());
        bound(&self.from).is_none_or(|f| take >= f)
            && bound(&self.until).is_none_or(|u| take <= u)
            && (self.only.is_empty() || self.only.iter().any(|o| o == outlet))
            && !self.not.iter().any(|o| o == outlet)
    }

    /// Whether the block stands in its post at that moment.
    pub fn at(&self, at: Timestamp) -> bool {
        let bound = |b: &Option<String>| b.as_deref().and_then(moment);
        bound(&self.from).is_none_or(|f| at >= f) && bound(&self.until).is_none_or(|u| at < u)
    }
}

impl Post {
    /// When the post was last edited, up to `at`.
    pub fn edited(&self, at: Timestamp) -> Timestamp {
        self.body.iter().filter_map(|b| moment(b.from.as_deref()?)).filter(|t| *t <= at).max().unwrap_or(self.at).max(self.at)
    }
}
