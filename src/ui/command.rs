//! THE TABLE: all that a key can do, a row a command. The keymap, the help, the hints in the footer, the man page and the
//! README's table of keys are read off it, so a command is written down once. It speaks English, as they do; what a reader
//! sees of it in another language stands in `lang`, by the command's name.

use super::lang::{self, say};
use super::layout::Pane;

/// What a key can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // each is explained by its row
pub enum Command {
    Down,
    Up,
    PageDown,
    PageUp,
    HalfDown,
    HalfUp,
    Top,
    Bottom,
    Left,
    Right,
    NextPane,
    PreviousPane,
    Desk,
    Headlines,
    Article,
    Sources,
    Zoom,
    Open,
    NextUnread,
    PreviousUnread,
    NextArticle,
    PreviousArticle,
    Browser,
    Link,
    Yank,
    YankTitle,
    YankQuote,
    YankMarkdown,
    Reader,
    Pipe,
    ExportMarkdown,
    ExportHtml,
    ExportEpub,
    ExportJson,
    Save,
    Read,
    Tag,
    ReadAll,
    OlderVersion,
    NewerVersion,
    Diff,
    PostOrder,
    Follow,
    Pictures,
    Justify,
    Filter,
    ShowNew,
    Order,
    Expand,
    RowsBy,
    Story,
    Why,
    Compare,
    Apart,
    ViewAll,
    ViewUnread,
    ViewSaved,
    ViewChanged,
    KeepView,
    Rename,
    MoveDown,
    MoveUp,
    RemoveView,
    AlertView,
    Shelve,
    Import,
    Refresh,
    Feeds,
    Pause,
    EditAddress,
    Settings,
    EditSetting,
    UnsetSetting,
    Unsubscribe,
    Undo,
    Redo,
    Note,
    Choose,
    Highlight,
    Highlights,
    Palette,
    Help,
    Back,
    Close,
    Quit,
    Suspend,
    Redraw,
}

/// Where a command's keys work: a set of panes and overlays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope(u8);

impl Scope {
    /// In the desk.
    pub const DESK: Scope = Scope(1);
    /// In the headlines.
    pub const HEADLINES: Scope = Scope(2);
    /// In the article.
    pub const ARTICLE: Scope = Scope(4);
    /// In the sources.
    pub const SOURCES: Scope = Scope(8);
    /// In the list of feeds and their health.
    pub const FEEDS: Scope = Scope(16);
    /// In one feed's settings.
    pub const SETTINGS: Scope = Scope(32);
    /// In a story's time line, the list of what belongs together, two outlets side by side.
    pub const STORY: Scope = Scope(128);
    /// In what only scrolls and closes: the help, the highlights.
    pub const LISTS: Scope = Scope(64);
    /// In all four panes.
    pub const PANES: Scope = Scope(15);
    /// Where an article is at hand.
    pub const ARTICLES: Scope = Scope(2 | 4 | 8);
    /// In the two panes about the open article.
    pub const READING: Scope = Scope(4 | 8);
    /// Everywhere.
    pub const EVERYWHERE: Scope = Scope(255);

    /// Whether all of `other` is in this.
    pub const fn has(self, other: Scope) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is a place where both work.
    pub const fn meets(self, other: Scope) -> bool {
        self.0 & other.0 != 0
    }

    /// The place that the configuration calls so.
    pub fn named(name: &str) -> Option<Scope> {
        let all = [Scope::DESK, Scope::HEADLINES, Scope::ARTICLE, Scope::SOURCES, Scope::FEEDS, Scope::SETTINGS, Scope::STORY];
        all.into_iter().find(|scope| scope.words().replace(' ', "-") == name)
    }

    /// What is in both.
    pub const fn and(self, other: Scope) -> Scope {
        Scope(self.0 & other.0)
    }

    /// What is in this and not in the other.
    pub const fn without(self, other: Scope) -> Scope {
        Scope(self.0 & !other.0)
    }

    /// The first of the panes that is in it.
    pub fn pane(self) -> Option<Pane> {
        Pane::ALL.into_iter().find(|pane| self.has((*pane).into()))
    }

    /// By name, for the configuration and tables of keys.
    pub fn words(self) -> &'static str {
        match self {
            Scope::DESK => "desk",
            Scope::HEADLINES => "headlines",
            Scope::ARTICLE => "article",
            Scope::SOURCES => "sources",
            Scope::FEEDS => "feeds",
            Scope::SETTINGS => "feed settings",
            Scope::STORY => "story",
            Scope::LISTS => "lists",
            Scope(143) => "all panes, story",
            Scope(142) => "headlines, article, sources, story",
            Scope::ARTICLES => "headlines, article, sources",
            Scope::READING => "article, sources",
            Scope::PANES => "all panes",
            Scope(3) => "desk, headlines",
            _ => "everywhere",
        }
    }

    /// In the reader's words.
    pub(super) fn said(self) -> &'static str {
        match self {
            Scope::DESK => say!("place-desk"),
            Scope::HEADLINES => say!("place-headlines"),
            Scope::ARTICLE => say!("place-article"),
            Scope::SOURCES => say!("place-sources"),
            Scope::FEEDS => say!("place-feeds"),
            Scope::SETTINGS => say!("place-settings"),
            Scope::STORY => say!("place-story"),
            Scope(143) => say!("place-panes-and-story"),
            Scope(142) => say!("place-articles-and-story"),
            Scope::ARTICLES => say!("place-articles"),
            Scope::READING => say!("place-reading"),
            Scope::PANES => say!("place-panes"),
            Scope(3) => say!("place-lists"),
            _ => say!("place-everywhere"),
        }
    }
}

impl From<Pane> for Scope {
    fn from(pane: Pane) -> Scope {
        match pane {
            Pane::Desk => Scope::DESK,
            Pane::Headlines => Scope::HEADLINES,
            Pane::Article => Scope::ARTICLE,
            Pane::Sources => Scope::SOURCES,
        }
    }
}

/// What a command takes besides its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Nothing.
    None,
    /// A count typed before it (`5j`).
    Count,
    /// A text typed after it.
    Text,
}

/// The help's headings, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Group {
    Moving,
    Panes,
    Reading,
    Sharing,
    Marks,
    Lists,
    Feeds,
    Program,
}

impl Group {
    /// The heading.
    pub fn words(self) -> &'static str {
        match self {
            Group::Moving => "Moving",
            Group::Panes => "Panes",
            Group::Reading => "Reading",
            Group::Sharing => "Sharing",
            Group::Marks => "Marks",
            Group::Lists => "Lists",
            Group::Feeds => "Feeds",
            Group::Program => "Program",
        }
    }

    /// The heading in the reader's words.
    pub(super) fn said(self) -> &'static str {
        match self {
            Group::Moving => say!("group-moving"),
            Group::Panes => say!("group-panes"),
            Group::Reading => say!("group-reading"),
            Group::Sharing => say!("group-sharing"),
            Group::Marks => say!("group-marks"),
            Group::Lists => say!("group-lists"),
            Group::Feeds => say!("group-feeds"),
            Group::Program => say!("group-program"),
        }
    }
}

/// One command.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Which.
    pub command: Command,
    /// Its name in the config and the palette.
    pub name: &'static str,
    /// Where its keys work.
    pub scope: Scope,
    /// What it takes.
    pub argument: Argument,
    /// Its keys by default; a sequence is written with spaces.
    pub keys: &'static [&'static str],
    /// What it does, for the help: no full stop, no capital.
    pub help: &'static str,
    /// Its word in the footer and where it is worth a place there.
    pub hint: Option<(&'static str, Scope)>,
    /// Its heading in the help.
    pub group: Group,
}

const fn row(command: Command, name: &'static str, group: Group, scope: Scope, keys: &'static [&'static str], help: &'static str) -> Row {
    Row { command, name, scope, argument: Argument::None, keys, help, hint: None, group }
}

impl Row {
    const fn count(mut self) -> Row {
        self.argument = Argument::Count;
        self
    }
    const fn text(mut self) -> Row {
        self.argument = Argument::Text;
        self
    }
    fn instead(&self, attribute: Option<&str>) -> Option<&'static str> {
        lang::instead(&format!("command-{}", self.name), attribute)
    }

    /// What it does, in the reader's words.
    pub(super) fn explained(&self) -> &'static str {
        self.instead(None).unwrap_or(self.help)
    }

    /// What it is called in the palette.
    pub(super) fn called(&self) -> String {
        self.instead(Some("name")).map_or_else(|| self.name.replace('-', " "), str::to_owned)
    }

    /// Its word in the footer, and where.
    pub(super) fn hinted(&self) -> Option<(&'static str, Scope)> {
        let (word, scope) = self.hint?;
        Some((self.instead(Some("hint")).unwrap_or(word), scope))
    }

    const fn hint(mut self, word: &'static str, scope: Scope) -> Row {
        self.hint = Some((word, scope));
        self
    }
}

use Command as C;
use Group as G;
use Scope as S;

/// The rows in the order of the help; hints stand in the footer in this order too.
#[rustfmt::skip] // a table is read by its columns
const TABLE: &[Row] = &[
    row(C::Down,            "down",             G::Moving,  S::EVERYWHERE, &["j", "down"],                "one row or line down").count().hint("move", S(1 | 2 | 8 | 16 | 32 | 128)),
    row(C::Up,              "up",               G::Moving,  S::EVERYWHERE, &["k", "up"],                  "one row or line up").count(),
    row(C::PageDown,        "page-down",        G::Moving,  S::EVERYWHERE, &["space", "pgdn", "ctrl-f"],  "one page down, keeping one line").count().hint("page", S::ARTICLE),
    row(C::PageUp,          "page-up",          G::Moving,  S::EVERYWHERE, &["pgup", "ctrl-b", "backspace"], "one page up, keeping one line").count(),
    row(C::HalfDown,        "half-page-down",   G::Moving,  S::EVERYWHERE, &["ctrl-d"],                   "half a page down").count(),
    row(C::HalfUp,          "half-page-up",     G::Moving,  S::EVERYWHERE, &["ctrl-u"],                   "half a page up").count(),
    row(C::Top,             "top",              G::Moving,  S::EVERYWHERE, &["g", "home"],                "to the top"),
    row(C::Bottom,          "bottom",           G::Moving,  S::EVERYWHERE, &["G", "end"],                 "to the bottom"),
    row(C::NextUnread,      "next-unread",      G::Moving,  S::PANES,      &["n"],                        "the next unread article; in an article that was searched for, the next hit; between two versions, the next change").hint("next unread", S::ARTICLE),
    row(C::PreviousUnread,  "previous-unread",  G::Moving,  S::PANES,      &["N"],                        "the previous unread article, hit or change"),
    row(C::NextArticle,     "next-article",     G::Moving,  S::ARTICLES,   &["J", "ctrl-n"],              "the next article, whichever pane has the focus").count(),
    row(C::PreviousArticle, "previous-article", G::Moving,  S::ARTICLES,   &["K", "ctrl-p"],              "the previous article, whichever pane has the focus").count(),

    row(C::Left,            "left",             G::Panes,   S::PANES,      &["h", "left"],                "to the pane on the left, from the article back to the headlines").hint("back", S::READING),
    row(C::Right,           "right",            G::Panes,   S::PANES,      &["l", "right"],               "to the pane on the right; opens what is selected").hint("sources", S::ARTICLE),
    row(C::NextPane,        "next-pane",        G::Panes,   S::PANES,      &["tab"],                      "the next pane"),
    row(C::PreviousPane,    "previous-pane",    G::Panes,   S::PANES,      &["shift-tab"],                "the previous pane"),
    row(C::Desk,            "desk",             G::Panes,   S::PANES,      &["1"],                        "to the desk"),
    row(C::Headlines,       "headlines",        G::Panes,   S::PANES,      &["2"],                        "to the headlines"),
    row(C::Article,         "article",          G::Panes,   S::PANES,      &["3"],                        "to the article"),
    row(C::Sources,         "sources",          G::Panes,   S::PANES,      &["4"],                        "to the sources: who really reported it"),
    row(C::Zoom,            "zoom",             G::Panes,   S::PANES,      &["z"],                        "this pane alone; twice: the article without anything around it"),

    row(C::Open,            "open",             G::Reading, S(15 | 128),   &["enter"],                    "open what is selected").hint("open", S(1 | 2 | 8 | 128)),
    row(C::Browser,         "browser",          G::Reading, S::ARTICLES,   &["o"],                        "open the article in the browser").hint("browser", S::READING),
    row(C::Link,            "link",             G::Reading, S::READING,    &["#"],                        "open one of the text's links by its number").text().hint("link", S::ARTICLE),
    row(C::Reader,          "open-in-reader",   G::Reading, S::ARTICLES,   &["O", ", o"],                 "open the article in the reader of your choice"),
    row(C::Yank,            "yank-link",        G::Sharing, S::ARTICLES,   &["y y"],                      "copy the article's address"),
    row(C::YankTitle,       "yank-title",       G::Sharing, S::ARTICLES,   &["y t"],                      "copy its title"),
    row(C::YankQuote,       "yank-quote",       G::Sharing, S::READING,    &["y q"],                      "copy the paragraph on top, or those selected, with a line that says where it stands"),
    row(C::YankMarkdown,    "yank-markdown",    G::Sharing, S::ARTICLES,   &["y m"],                      "copy it as a Markdown link"),
    row(C::Pipe,            "pipe",             G::Sharing, S::ARTICLES,   &["|", ", |"],                 "hand the article to a command; esc stops it").text(),
    row(C::ExportMarkdown,  "export-markdown",  G::Sharing, S::ARTICLES,   &["e m", ", e m"],             "export the article as Markdown"),
    row(C::ExportHtml,      "export-html",      G::Sharing, S::ARTICLES,   &["e h", ", e h"],             "export it as a page that needs nothing else"),
    row(C::ExportEpub,      "export-epub",      G::Sharing, S::ARTICLES,   &["e e", ", e e"],             "export it as a book for e-readers"),
    row(C::ExportJson,      "export-json",      G::Sharing, S::ARTICLES,   &["e j", ", e j"],             "export it as JSON"),
    row(C::OlderVersion,    "older-version",    G::Reading, S::READING,    &["["],                        "the version before this one"),
    row(C::NewerVersion,    "newer-version",    G::Reading, S::READING,    &["]"],                        "the version after this one"),
    row(C::Diff,            "diff",             G::Reading, S::READING,    &["d"],                        "what changed since you read it, or since the version before; n and N go from change to change; in a live blog what was edited").hint("changes", S::ARTICLE),
    row(C::PostOrder,       "post-order",       G::Reading, S::READING,    &["S"],                        "live posts newest first, or oldest first from where you were"),
    row(C::Pictures,        "pictures",         G::Reading, S::PANES,      &["p", ", p"],                 "show pictures in the text, or only their captions"),
    row(C::Justify,         "justify",          G::Reading, S::PANES,      &[", j"],                      "make both edges of the text straight, or only the left one"),

    row(C::Save,            "save",             G::Marks,   S::ARTICLES,   &["s"],                        "save the article, or no longer").hint("save", S::ARTICLES),
    row(C::Read,            "toggle-read",      G::Marks,   S::ARTICLES,   &["r"],                        "mark the article read, or unread"),
    row(C::Follow,          "follow",           G::Marks,   S::ARTICLES,   &["f"],                        "follow the story or live blog, or no longer; the desk lists it under Live"),
    row(C::Tag,             "tag",              G::Marks,   S::ARTICLES,   &["t"],                        "tag the article; a tag it has is taken off").text(),
    row(C::Note,            "note",             G::Marks,   S::ARTICLES,   &["a", ", n"],                 "write a note of your own on the article").text(),
    row(C::Choose,          "choose",           G::Marks,   S::READING,    &["v"],                        "choose paragraphs: j k move, v stretches, esc leaves"),
    row(C::Highlight,       "highlight",        G::Marks,   S::READING,    &["H"],                        "highlight the paragraphs chosen, or the one on top; or no longer"),
    row(C::Highlights,      "highlights",       G::Marks,   S::READING,    &["m", ", h"],                 "list what is highlighted in the article"),
    row(C::ReadAll,         "mark-all-read",    G::Marks,   S(1 | 2),      &["A"],                        "mark the whole list read").hint("all read", S::HEADLINES),
    row(C::Undo,            "undo",             G::Marks,   S::EVERYWHERE, &["u"],                        "take back the last change, also after a restart").hint("undo", S::EVERYWHERE),
    row(C::Redo,            "redo",             G::Marks,   S::EVERYWHERE, &["ctrl-r"],                   "do it again"),

    row(C::Filter,          "filter",           G::Lists,   S::PANES,      &["/"],                        "search titles and texts of the list, typed live; esc clears it").text().hint("filter", S(1 | 2)),
    row(C::ShowNew,         "show-new",         G::Lists,   S::PANES,      &["."],                        "show what arrived since the list was opened; in a live blog the new posts"),
    row(C::Order,           "order",            G::Lists,   S(3),          &["S", ", s"],                 "list in another order: by outlet, by tag, the oldest first, the newest first"),
    row(C::Expand,          "expand",           G::Lists,   S::HEADLINES,  &["x"],                        "show the articles of a story below it, or no longer").hint("expand", S::HEADLINES),
    row(C::RowsBy,          "rows-by",          G::Lists,   S::PANES,      &["b"],                        "a row a story, a dispatch, or an article"),
    row(C::Story,           "time-line",        G::Lists,   S(2 | 4 | 8 | 128), &["T"],                   "the story as a time line over its outlets").hint("time line", S::STORY),
    row(C::Why,             "why",              G::Lists,   S(2 | 4 | 8 | 128), &["w"],                   "why these articles belong together").hint("why", S::STORY),
    row(C::Compare,         "compare",          G::Lists,   S(2 | 4 | 8 | 128), &["="],                   "two outlets side by side: what each cut or added; again for the next").hint("compare", S(8 | 128)),
    row(C::Apart,           "not-the-same",     G::Lists,   S(2 | 4 | 8 | 128), &["X"],                   "this article does not belong with the others, for good").hint("not the same", S::STORY),
    row(C::ViewAll,         "view-all",         G::Lists,   S::PANES,      &["' a"],                      "list all articles"),
    row(C::ViewUnread,      "view-unread",      G::Lists,   S::PANES,      &["' u"],                      "list the unread"),
    row(C::ViewSaved,       "view-saved",       G::Lists,   S::PANES,      &["' s"],                      "list the saved"),
    row(C::ViewChanged,     "view-changed",     G::Lists,   S::PANES,      &["' c"],                      "list those whose text has changed"),
    row(C::KeepView,        "keep-view",        G::Lists,   S::PANES,      &["V", ", v"],                 "keep this list, with its filter, as a view in the desk").text(),
    row(C::Rename,          "rename",           G::Lists,   S::DESK,       &["e"],                        "give the view or folder another name").text().hint("rename", S::DESK),
    row(C::MoveDown,        "move-down",        G::Lists,   S::DESK,       &["J"],                        "move the feed, folder or view down").count(),
    row(C::MoveUp,          "move-up",          G::Lists,   S::DESK,       &["K"],                        "move the feed, folder or view up").count(),
    row(C::RemoveView,      "remove-view",      G::Lists,   S::DESK,       &["D"],                        "remove the view"),
    row(C::AlertView,       "alert-view",       G::Lists,   S::DESK,       &["!"],                        "be told at once of what is new in the view, or no longer"),
    row(C::Shelve,          "move-to-folder",   G::Feeds,   S::DESK,       &["m"],                        "put the feed into a folder, or out of all").text(),

    row(C::Refresh,         "refresh",          G::Feeds,   S::EVERYWHERE, &["R", "f5", ", r"],                  "poll all feeds that may be asked now; in the desk and the list of feeds, that one").hint("poll", S(2 | 16)),
    row(C::Feeds,           "feeds",            G::Feeds,   S::EVERYWHERE, &["F", ", f"],                        "how the feeds fare, the broken ones on top").hint("feeds", S::HEADLINES),
    row(C::Import,          "import",           G::Feeds,   S::PANES,      &[", i"],                      "take over feeds from another reader's file: OPML, newsboat, FreshRSS, Miniflux").text(),
    row(C::Pause,           "pause-feed",       G::Feeds,   S::FEEDS,      &["p"],                        "pause the feed, or poll it again").hint("pause", S::FEEDS),
    row(C::EditAddress,     "edit-address",     G::Feeds,   S::FEEDS,      &["e"],                        "give the feed another address").text().hint("address", S::FEEDS),
    row(C::Settings,        "feed-settings",    G::Feeds,   S::FEEDS,      &["enter", "l", "right"],      "the feed's settings: interval, login, headers, proxy and more").hint("settings", S::FEEDS),
    row(C::EditSetting,     "edit-setting",     G::Feeds,   S::SETTINGS,   &["enter", "l", "right"],      "change the setting").text().hint("change", S::SETTINGS),
    row(C::UnsetSetting,    "unset-setting",    G::Feeds,   S::SETTINGS,   &["x", "delete"],              "unset it, as if it had never been set").hint("unset", S::SETTINGS),
    row(C::Unsubscribe,     "unsubscribe",      G::Feeds,   S::FEEDS,      &["D"],                        "no longer poll and list the feed; what was saved stays").hint("unsubscribe", S::FEEDS),

    row(C::Palette,         "palette",          G::Program, S::EVERYWHERE, &[":"],                        "find a command, feed, view, story, agency, tag or saved article by some of its letters").hint("find", S(1 | 2)),
    row(C::Help,            "help",             G::Program, S::EVERYWHERE, &["?", "f1"],                  "this help; type to search it").hint("help", S::EVERYWHERE),
    row(C::Back,            "back",             G::Program, S::EVERYWHERE, &["esc"],                      "back: close, unzoom, leave the pane, clear the filter").hint("back", S(16 | 32 | 128)),
    row(C::Close,           "close",            G::Program, S::EVERYWHERE, &["q"],                        "back, and from the headlines quit").hint("quit", S(1 | 2)),
    row(C::Quit,            "quit",             G::Program, S::EVERYWHERE, &["Q", "ctrl-c"],              "quit from anywhere"),
    row(C::Suspend,         "suspend",          G::Program, S::EVERYWHERE, &["ctrl-z"],                   "to the shell; `fg` comes back"),
    row(C::Redraw,          "redraw",           G::Program, S::EVERYWHERE, &["ctrl-l"],                   "draw the screen again"),
];

/// All commands, in the order of the help.
pub fn table() -> impl Iterator<Item = &'static Row> {
    TABLE.iter()
}

/// The row of a command.
pub fn find(command: Command) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.command == command)
}

/// Whether a command takes a count.
pub fn counts(command: Command) -> bool {
    find(command).is_some_and(|row| row.argument == Argument::Count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_commands_stand_once() {
        let mut names = HashSet::new();
        let mut commands = HashSet::new();
        for row in table() {
            assert!(names.insert(row.name), "{} twice", row.name);
            assert!(commands.insert(row.command), "{:?} twice", row.command);
            assert!(!row.keys.is_empty(), "{} has no key", row.name);
            assert!(!row.help.ends_with('.') && row.help.starts_with(|c: char| c.is_lowercase()), "{}", row.help);
        }
    }

    #[test]
    fn a_hint_is_given_only_where_the_key_works() {
        for row in table() {
            if let Some((word, scope)) = row.hint {
                assert!(row.scope.has(scope), "{} hints `{word}` where it does not work", row.name);
            }
        }
    }
}
