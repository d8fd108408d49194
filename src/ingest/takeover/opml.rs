//! OPML in any dialect, read with the lenient tokenizer and a stack of our own: folders nest as deep as they like, broken
//! markup costs itself only. And written: OPML 2.0 that every reader takes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;

use super::{List, MAX_FOLDERS, MAX_TITLE, folder_name, newsboat, tag};
use crate::ingest::markup::{Attribute, Dialect, Scanner, Token};
use crate::model::{Address, Clean, TakenFeed};

/// How far a root is looked for before the text is taken for something else, in tags.
const ROOT_TAGS: usize = 50;

/// Attributes of readers that build a feed from a page: what stands at the address is none.
const SCRAPED: &[&str] = &["html+xpath", "xml+xpath", "json+dotnotation", "html+xpath+json+dotnotation"];

/// Reads `text` into `list`; says whether it is OPML at all.
pub(super) fn read(text: &str, list: &mut List) -> bool {
    let mut scanner = Scanner::new(text, Dialect::Xml);
    // Open outlines, and how many folders each of them added.
    let mut open: Vec<usize> = Vec::new();
    let mut folders: Vec<Clean> = Vec::new();
    let (mut opml, mut tags) = (false, 0);
    while let Some(token) = scanner.next() {
        match token {
            Token::Open { name, empty } => {
                tags += 1;
                opml |= local(name).eq_ignore_ascii_case("opml");
                if !local(name).eq_ignore_ascii_case("outline") {
                    if !opml && tags > ROOT_TAGS {
                        return false;
                    }
                    continue;
                }
                opml = true;
                let added = outline(scanner.attributes(), &folders, list);
                if !empty {
                    // Deeper folders than anyone has are one.
                    let added = added.filter(|_| folders.len() < MAX_FOLDERS);
                    open.push(usize::from(added.is_some()));
                    folders.extend(added);
                }
            }
            Token::Close { name } if local(name).eq_ignore_ascii_case("outline") => {
                let added = open.pop().unwrap_or(0);
                folders.truncate(folders.len() - added);
            }
            _ => {}
        }
    }
    opml
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Takes one outline: a feed, or a folder whose name is given back.
fn outline(attributes: &[Attribute<'_>], folders: &[Clean], list: &mut List) -> Option<Clean> {
    let get =
        |wanted: &str| attributes.iter().find(|(n, _)| n.eq_ignore_ascii_case(wanted)).map(|(_, v)| v.trim()).filter(|v| !v.is_empty());
    let kind = get("type").unwrap_or_default().to_ascii_lowercase();
    let title = get("title").or_else(|| get("text"));
    let address = get("xmlurl").or_else(|| get("feedurl")).or_else(|| get("rssurl"));
    let address = match (address, get("url")) {
        (Some(address), _) => address,
        (None, Some(url)) if matches!(kind.as_str(), "include" | "link") => {
            list.refuse(url, "It is a link to another list or page, which is not followed.");
            return None;
        }
        (None, Some(url)) => url,
        (None, None) => {
            if matches!(kind.as_str(), "vfolder" | "search" | "newsbin") {
                list.refuse(title.unwrap_or(&kind), "It is another reader's saved search.");
                return None;
            }
            return folder_name(title.or_else(|| get("name"))?);
        }
    };
    if newsboat::is_query(address) {
        newsboat::query(address, list);
        return None;
    }
    if SCRAPED.contains(&kind.as_str()) {
        list.refuse(address, "The other reader builds this feed from a page; there is none at the address.");
        return None;
    }
    let mut feed = list.at(address)?;
    if attributes.iter().any(|(n, _)| local(n).eq_ignore_ascii_case("filtercmd")) {
        list.note(feed.address.as_str(), "It is taken without its filter, which is a command.");
    }
    feed.title =
        title.filter(|t| *t != address && *t != feed.address.as_str()).map(|t| Clean::capped(t, MAX_TITLE)).and_then(Clean::non_empty);
    feed.paused = get("disabled") == Some("true"); // Miniflux
    feed.site = get("htmlurl").and_then(|u| Address::parse(u).ok());
    let mut path = (!folders.is_empty()).then(|| Clean::line(&folders.iter().map(Clean::as_str).collect::<Vec<_>>().join("/")));
    for category in [get("category"), get("tags")].into_iter().flatten().flat_map(|c| c.split(',')) {
        let category = category.trim();
        match category.strip_prefix('/') {
            // OPML 2.0: a category that begins with a slash is a place, else a tag.
            Some(place) if path.is_none() => path = folder_name(&unescape(place)),
            _ => tag(&mut feed.tags, &unescape(category)),
        }
    }
    feed.folder = path;
    list.feed(feed);
    None
}

/// A tag with what parts tags in OPML made harmless.
fn escape(tag: &str) -> String {
    let tag = tag.replace('%', "%25").replace(',', "%2C");
    if let Some(rest) = tag.strip_prefix('/') { format!("%2F{rest}") } else { tag }
}

fn unescape(tag: &str) -> Cow<'_, str> {
    if tag.contains('%') { Cow::Owned(tag.replace("%2F", "/").replace("%2C", ",").replace("%25", "%")) } else { Cow::Borrowed(tag) }
}

/// A folder of the list that is written.
#[derive(Default)]
struct Folder<'f> {
    name: &'f str,
    feeds: Vec<&'f TakenFeed>,
    folders: Vec<usize>,
}

/// Writes feeds as OPML 2.0, folders nested.
pub fn write(feeds: &[TakenFeed]) -> String {
    let mut tree: Vec<Folder<'_>> = vec![Folder::default()];
    // A folder by its parent and name: there may be as many as feeds.
    let mut known: HashMap<(usize, &str), usize> = HashMap::new();
    for feed in feeds {
        let mut at = 0;
        for name in feed.folder.as_deref().unwrap_or_default().split('/').filter(|n| !n.is_empty()).take(MAX_FOLDERS) {
            at = *known.entry((at, name)).or_insert_with(|| {
                tree.push(Folder { name, ..Folder::default() });
                let new = tree.len() - 1;
                tree[at].folders.push(new);
                new
            });
        }
        tree[at].feeds.push(feed);
    }
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>wiredesk subscriptions</title>\n  </head>\n  <body>\n",
    );
    branch(&tree, 0, 2, &mut out);
    out.push_str("  </body>\n</opml>\n");
    out
}

/// One folder's content. It goes as deep as folders do, which is bounded where the tree is made.
fn branch(tree: &[Folder<'_>], at: usize, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    for feed in &tree[at].feeds {
        let address = &feed.address;
        let title = feed.title.as_deref().unwrap_or(address.as_str());
        let _ = write!(out, "{pad}<outline type=\"rss\" text=\"{0}\" title=\"{0}\" xmlUrl=\"{1}\"", xml(title), xml(address.as_str()));
        if let Some(site) = &feed.site {
            let _ = write!(out, " htmlUrl=\"{}\"", xml(site.as_str()));
        }
        if !feed.tags.is_empty() {
            let tags: Vec<String> = feed.tags.iter().map(|t| escape(t)).collect();
            let _ = write!(out, " category=\"{}\"", xml(&tags.join(",")));
        }
        out.push_str("/>\n");
    }
    for &folder in &tree[at].folders {
        let _ = writeln!(out, "{pad}<outline text=\"{0}\" title=\"{0}\">", xml(tree[folder].name));
        branch(tree, folder, depth + 1, out);
        let _ = writeln!(out, "{pad}</outline>");
    }
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[track_caller]
    fn check(body: &str, want: &[(&str, &str, &str)]) {
        let taken = read(format!("<?xml version='1.0'?><opml version='2.0'><body>{body}</body></opml>").as_bytes()).unwrap();
        let got: Vec<_> = taken
            .feeds
            .iter()
            .map(|f| (f.address.as_str(), f.title.as_deref().unwrap_or_default(), f.folder.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(got, want, "{:?}", taken.refused);
    }

    #[test]
    fn folders_and_titles_are_kept_in_every_dialect() {
        check(
            "<outline text='World'><outline text='Europe'><outline type='rss' text='One' xmlUrl='https://one.example/f'/></outline>\
             <outline title='Two' XMLURL='https://two.example/f'></outline></outline><OUTLINE TEXT='R&D' xmlUrl='https://three.example/?a=1&b=2'/>",
            &[
                ("https://one.example/f", "One", "World/Europe"),
                ("https://two.example/f", "Two", "World"),
                ("https://three.example/?a=1&b=2", "R&D", ""),
            ],
        );
        check("<outline text='x' type='rss' url='https://one.example/f'/>", &[("https://one.example/f", "x", "")]);
        check("<outline xmlUrl='one.example/f' category='/News/Far away,tag'/>", &[("https://one.example/f", "", "News/Far away")]);
    }

    #[test]
    fn exports_of_other_readers_are_read() {
        let taken = read(include_bytes!("../../../fixtures/import/freshrss.opml")).unwrap();
        let got: Vec<String> = taken
            .feeds
            .iter()
            .map(|f| format!("{} {:?} {:?} {:?}", f.address, f.title.as_deref().unwrap_or("-"), f.folder.as_deref().unwrap_or("-"), f.tags))
            .collect();
        assert_eq!(
            got,
            [
                r#"https://lantern.example/feed.xml "Lantern & Daily" "Far away" ["evening", "slow"]"#,
                r#"https://harbour.example/rss "Harbour" "Far away" []"#,
                r#"http://quiet.example/atom "Quiet" "-" []"#,
            ]
        );
        let refused: Vec<&str> = taken.refused.iter().map(|r| r.what.as_str()).collect();
        assert_eq!(refused, ["https://pages.example/list", "Everything unread"]);
    }

    #[test]
    fn broken_markup_costs_itself_only() {
        check(
            "<outline text='A'><outline xmlUrl='https://one.example/f'/><outline xmlUrl='https://two.exa",
            &[("https://one.example/f", "", "A")],
        );
        check("</outline></outline><outline xmlUrl='https://one.example/f'/>", &[("https://one.example/f", "", "")]);
        let deep = "<outline text='x'>".repeat(100_000) + "<outline xmlUrl='https://one.example/f'/>";
        check(&deep, &[("https://one.example/f", "", "x/".repeat(MAX_FOLDERS).trim_end_matches('/'))]);
        check("<outline text='&#27;]0;x&#7;A&#155;31m' xmlUrl='https://one.example/f'/>", &[("https://one.example/f", "]0;xA›31m", "")]);
    }

    #[test]
    fn commands_files_and_links_are_refused_with_a_word() {
        let body = "<outline xmlUrl='exec:touch /tmp/x'/><outline xmlUrl='|touch /tmp/x'/><outline xmlUrl='filter:x:https://one.example/'/>\
            <outline xmlUrl='file:///etc/passwd'/><outline type='include' url='https://one.example/self.opml'/><outline xmlUrl='javascript:x'/>";
        let taken = read(format!("<opml><body>{body}</body></opml>").as_bytes()).unwrap();
        assert_eq!(taken.feeds, []);
        assert_eq!(taken.refused.len(), 6);
        let taken = read(b"<opml><outline xmlUrl='https://one.example/f' filtercmd='touch /tmp/x'/></opml>").unwrap();
        assert_eq!((taken.feeds.len(), taken.notes.len()), (1, 1));
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let feed = |n: usize, title: &str, folder: &str, tags: &[&str]| TakenFeed {
            title: Clean::line(title).non_empty(),
            folder: Clean::line(folder).non_empty(),
            tags: tags.iter().map(|t| Clean::line(t)).collect(),
            site: (n == 1).then(|| Address::parse("https://one.example/").unwrap()),
            ..TakenFeed::at(Address::parse(&format!("https://feed{n}.example/f?a=1&b=<2>")).unwrap())
        };
        let feeds = vec![
            feed(1, "Quotes \" & <tags>", "", &["a,b", "50%2C", "/x", "plain"]),
            feed(4, "", "A & B", &[]),
            feed(2, "Far", "World/Far", &[]),
            feed(3, "Near", "World/Near", &["x"]),
        ];
        let taken = read(write(&feeds).as_bytes()).unwrap();
        assert_eq!(taken.feeds, feeds);
        assert_eq!(read(write(&taken.feeds).as_bytes()).unwrap(), taken);
    }

    #[test]
    fn as_many_folders_as_feeds_are_written_in_no_time() {
        let feed = |n: usize| TakenFeed {
            folder: Some(Clean::line(&format!("Folder {n}"))),
            ..TakenFeed::at(Address::parse(&format!("https://feed{n}.example/")).unwrap())
        };
        let feeds: Vec<_> = (0..crate::ingest::takeover::MAX_FEEDS).map(feed).collect();
        let start = std::time::Instant::now();
        assert_eq!(write(&feeds).matches("<outline text").count(), feeds.len());
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }

    #[test]
    fn a_password_in_an_address_is_not_written() {
        let feed = TakenFeed::at(Address::parse("https://me:secret@one.example/f").unwrap());
        assert!(!write(&[feed]).contains("secret"));
    }
}
