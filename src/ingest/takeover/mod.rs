//! Coming from elsewhere: lists of subscriptions and entries of other readers → [`Takeover`] and [`Imported`]. Pure, total
//! and bounded as all of this folder. A list may name addresses only: whatever would run a command or open a file is
//! refused with a word, never followed.

mod cached;
mod entries;
mod expression;
mod newsboat;
mod opml;

use std::collections::{HashMap, HashSet};

use super::decode;
use crate::model::{Address, Clean, Refused, TakenFeed, Takeover, login_in};

pub use cached::entry;
pub use entries::entries;
pub use opml::write;

/// Feeds taken of one list.
pub const MAX_FEEDS: usize = 20_000;
/// Refusals listed of one list; the rest is counted.
const MAX_REFUSED: usize = 200;
/// Saved searches taken of one list.
const MAX_VIEWS: usize = 100;
/// Characters of a title, a folder's name and a tag.
const MAX_TITLE: usize = 200;
const MAX_NAME: usize = 100;
/// Folders within folders.
const MAX_FOLDERS: usize = 32;
/// Tags of one feed.
const MAX_TAGS: usize = 50;

/// Reads a list of subscriptions, whatever dialect it is in; `None` if it is none.
pub fn read(bytes: &[u8]) -> Option<Takeover> {
    let text = decode::decode(bytes, None);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let mut list = List::default();
    if text.starts_with('<') {
        if !opml::read(text, &mut list) {
            return None;
        }
    } else {
        newsboat::read(text, &mut list);
    }
    // A text in which nothing at all is an address is no list of them.
    let empty = list.taken.feeds.is_empty() && list.taken.views.is_empty() && list.expressions.is_empty();
    if empty && !text.starts_with('<') && !list.commands && !text.trim().is_empty() {
        return None;
    }
    Some(list.finish())
}

/// Takes a single address, as another reader keeps it: a list of one feed, or of one refusal.
pub fn feed(address: &str) -> Takeover {
    let mut list = List::default();
    if let Some(feed) = list.at(address) {
        list.feed(feed);
    }
    list.finish()
}

/// A list being read.
#[derive(Default)]
struct List {
    taken: Takeover,
    at: HashMap<Address, usize>,
    /// Newsboat's query feeds: they may speak of feeds that come later.
    expressions: Vec<(Clean, String)>,
    /// Something was refused because it is a command or a file.
    commands: bool,
    refused: usize,
    beyond: usize,
}

impl List {
    /// Takes a feed, or what it adds to the same one seen before.
    fn feed(&mut self, feed: TakenFeed) {
        if let Some(&i) = self.at.get(&feed.address) {
            let known = &mut self.taken.feeds[i];
            known.title = known.title.take().or(feed.title);
            known.site = known.site.take().or(feed.site);
            known.user = known.user.take().or(feed.user);
            let mut more = feed.tags;
            match (&known.folder, feed.folder) {
                (None, Some(folder)) => known.folder = Some(folder),
                // It can only stand in one folder; the other stays as a tag.
                (Some(a), Some(b)) if *a != b => more.push(b),
                _ => {}
            }
            for t in more {
                tag(&mut known.tags, &t);
            }
        } else if self.taken.feeds.len() >= MAX_FEEDS {
            self.beyond += 1;
        } else {
            self.at.insert(feed.address.clone(), self.taken.feeds.len());
            self.taken.feeds.push(feed);
        }
    }

    /// A feed at the address that `raw` is, or a refusal. Only absolute http(s) addresses are taken; of a login in them
    /// the user's name.
    fn at(&mut self, raw: &str) -> Option<TakenFeed> {
        let raw = raw.trim();
        let head: String = raw.chars().take(12).collect::<String>().to_ascii_lowercase();
        let why = if raw.starts_with('|') || head.starts_with("exec:") {
            "It is a command; a list may not run commands."
        } else if head.starts_with("filter:") {
            "It filters through a command; a list may not run commands. Add the feed itself if you want it."
        } else if head.starts_with("file:") {
            "It is a file of another machine's; add it with `wiredesk add FILE`."
        } else {
            let raw = if head.starts_with("feed:") { raw[5..].trim_start_matches("//") } else { raw };
            let typed = if raw.contains("://") { Address::parse(raw) } else { Address::parse(&format!("https://{raw}")) };
            match typed {
                Ok(address) if raw.contains("://") || address.host().contains('.') => {
                    let login = login_in(raw);
                    if login.as_ref().is_some_and(|l| l.password) {
                        self.note(
                            address.as_str(),
                            "Its password stood in the list and was not taken over: say with `wiredesk set` where it is kept.",
                        );
                    }
                    let user = login.map(|l| l.user).filter(|u| !u.is_empty() && u.len() <= MAX_NAME && !u.chars().any(char::is_control));
                    return Some(TakenFeed { user, ..TakenFeed::at(address) });
                }
                Ok(_) => self.refuse(raw, "It is no address."),
                Err(e) => self.refuse(raw, &format!("{}.", capital(&e.to_string()))),
            }
            return None;
        };
        self.commands = true;
        self.refuse(raw, why);
        None
    }

    fn refuse(&mut self, what: &str, why: &str) {
        self.refused += 1;
        if self.taken.refused.len() < MAX_REFUSED {
            self.taken.refused.push(Refused::new(what, why));
        }
    }

    fn note(&mut self, what: &str, how: &str) {
        if self.taken.notes.len() < MAX_REFUSED {
            self.taken.notes.push(Refused::new(what, how));
        }
    }

    fn finish(mut self) -> Takeover {
        let mut names = HashSet::new();
        for (name, words) in std::mem::take(&mut self.expressions) {
            if names.len() >= MAX_VIEWS {
                self.refuse(&name, &format!("More than {MAX_VIEWS} saved searches are not taken over."));
                continue;
            }
            match expression::translate(&words, &self.taken.feeds) {
                Ok(query) if names.insert(name.clone()) => self.taken.views.push((name, query)),
                Ok(_) => self.refuse(&name, "There is another saved search of this name."),
                Err(why) => self.refuse(&format!("{name}: {words}"), &why),
            }
        }
        if self.beyond > 0 {
            let what = format!("{} more feeds", self.beyond);
            self.refuse(&what, &format!("Only the first {MAX_FEEDS} feeds of a list are taken."));
        }
        if self.refused > self.taken.refused.len() {
            let more = self.refused - self.taken.refused.len();
            self.taken.refused.push(Refused::new(&format!("{more} more entries"), "They were refused for the like reasons."));
        }
        self.taken
    }
}

/// Adds a tag that is not there yet.
fn tag(tags: &mut Vec<Clean>, tag: &str) {
    let tag = Clean::capped(tag, MAX_NAME);
    if !tag.is_empty() && tags.len() < MAX_TAGS && !tags.contains(&tag) {
        tags.push(tag);
    }
}

/// A folder's name within a path: never empty, without the slash that parts folders.
fn folder_name(raw: &str) -> Option<Clean> {
    let name = raw.split('/').map(str::trim).filter(|p| !p.is_empty()).take(MAX_FOLDERS).collect::<Vec<_>>().join("/");
    Clean::capped(&name, MAX_NAME).non_empty()
}

fn capital(s: &str) -> String {
    let mut chars = s.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_list_is_not_taken_for_one() {
        for bad in ["<html><body>Not found</body></html>", "<rss><channel><title>x</title></channel></rss>", "{\"error\": 1}", "Not found"]
        {
            assert_eq!(read(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(read(b""), Some(Takeover::default()));
        assert_eq!(read(b"<opml version='2.0'><body/></opml>"), Some(Takeover::default()));
    }

    #[test]
    fn a_feed_listed_twice_is_one_that_has_what_both_say() {
        let list = "<opml><body><outline text='A'><outline text='T' xmlUrl='https://news.example/f'/></outline>\
            <outline text='B'><outline xmlUrl='https://news.example/f' htmlUrl='https://news.example/' category='t'/></outline></body></opml>";
        let taken = read(list.as_bytes()).unwrap();
        let [feed] = taken.feeds.as_slice() else { panic!("{taken:?}") };
        assert_eq!(feed.folder.as_deref(), Some("A"));
        assert_eq!(feed.title.as_deref(), Some("T"));
        assert_eq!(feed.site.as_ref().unwrap().as_str(), "https://news.example/");
        assert_eq!(feed.tags, [Clean::line("t"), Clean::line("B")]);
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read_without_harm(text in "(<opml>|<outline |text='|xmlUrl='|https://a.example/|'|/>|>|</outline>|query:|\"|!|~|#|:|unread = |\\PC|\n){0,60}") {
            if let Some(taken) = read(text.as_bytes()) {
                proptest::prop_assert!(taken.feeds.iter().all(|f| f.address.as_local().is_none()));
            }
        }

        #[test]
        fn titles_and_tags_survive_the_way_out_and_in(title in "\\PC{0,40}", tags in proptest::collection::btree_set("\\PC{1,12}", 0..5)) {
            let mut feed = TakenFeed::at(Address::parse("https://a.example/f").unwrap());
            feed.title = Clean::line(&title).non_empty();
            tags.iter().for_each(|t| tag(&mut feed.tags, t));
            let back = read(write(std::slice::from_ref(&feed)).as_bytes()).unwrap();
            proptest::prop_assert_eq!(&back.feeds[0].tags, &feed.tags);
            if feed.title.is_some() {
                proptest::prop_assert_eq!(&back.feeds[0].title, &feed.title);
            }
        }
    }
}
