//! newsboat's `urls`: a line a feed, its tags behind it (`"~Title"` names it, `!` hides it), `query:Name:expression` for
//! saved searches.

use super::{List, MAX_TITLE, folder_name, tag};
use crate::model::Clean;

/// Words of a line that are looked at.
const MAX_WORDS: usize = 64;
/// Longer lines are no feed.
const MAX_LINE: usize = 16 * 1024;

/// Reads `text` into `list`.
pub(super) fn read(text: &str, list: &mut List) {
    for line in text.lines() {
        if line.len() > MAX_LINE {
            list.refuse(&line.chars().take(200).collect::<String>(), "The line is longer than any feed's.");
            continue;
        }
        let words = words(line);
        let Some((address, rest)) = words.split_first() else { continue };
        if is_query(address) {
            query(address, list);
            continue;
        }
        let Some(mut feed) = list.at(address) else { continue };
        for word in rest {
            match word.chars().next() {
                Some('~') => feed.title = Clean::capped(&word[1..], MAX_TITLE).non_empty(),
                Some('!') => list.note(feed.address.as_str(), "It is hidden there; here it is shown like all others."),
                _ => tag(&mut feed.tags, word),
            }
        }
        // Newsboat has no folders and its readers make do with tags: the first one is where a feed belongs.
        feed.folder = feed.tags.first().and_then(|t| folder_name(t));
        list.feed(feed);
    }
}

/// Whether this is a query feed.
pub(super) fn is_query(address: &str) -> bool {
    address.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("query:"))
}

/// Notes `query:Name:expression` for when all feeds are known.
pub(super) fn query(word: &str, list: &mut List) {
    match word.get(6..).and_then(|rest| rest.split_once(':')) {
        Some((name, words)) if !name.trim().is_empty() && !words.trim().is_empty() => {
            list.expressions.push((Clean::capped(name, 100), words.to_owned()));
        }
        _ => list.refuse(word, "It is no saved search: `query:Name:expression` is one."),
    }
}

/// The words of a line: parted by white space, quoted with `"` and `\`; what follows a `#` is a comment.
fn words(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut chars = line.chars().peekable();
    while out.len() < MAX_WORDS {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        match chars.peek() {
            None | Some('#') => break,
            Some('"') => {
                chars.next();
                let mut word = String::new();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => word.extend(chars.next()),
                        c => word.push(c),
                    }
                }
                out.push(word);
            }
            Some(_) => {
                let mut word = String::new();
                while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
                    word.push(c);
                }
                out.push(word);
            }
        }
    }
    out.retain(|w| !w.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn a_line_is_parted_as_newsboat_does() {
        assert_eq!(words("https://one.example/#top  a \"b c\" \"d\\\"e\" # rest"), ["https://one.example/#top", "a", "b c", "d\"e"]);
        assert_eq!(words("# https://one.example/"), [] as [&str; 0]);
    }

    #[test]
    fn tags_titles_and_folders() {
        let taken = read(include_bytes!("../../../fixtures/import/urls")).unwrap();
        let got: Vec<String> = taken
            .feeds
            .iter()
            .map(|f| format!("{} {:?} {:?} {:?}", f.address, f.title.as_deref().unwrap_or("-"), f.folder.as_deref().unwrap_or("-"), f.tags))
            .collect();
        assert_eq!(
            got,
            [
                r#"https://lantern.example/feed.xml "Lantern Daily" "world" ["world", "slow reads"]"#,
                r#"https://harbour.example/rss?lang=en&full=1 "-" "tech" ["tech", "world"]"#,
                r#"https://quiet.example/atom "-" "-" []"#,
            ]
        );
        let views: Vec<String> = taken.views.iter().map(|(name, query)| format!("{name} = {query}")).collect();
        assert_eq!(views, ["New here = is:unread", "World = (folder:world OR feed:https://harbour.example/rss?lang=en&full=1) is:unread"]);
        assert_eq!(taken.notes.iter().map(|n| n.what.as_str()).collect::<Vec<_>>(), ["https://quiet.example/atom"]);
        let refused: Vec<&str> = taken.refused.iter().map(|r| r.what.as_str()).collect();
        assert_eq!(refused, ["exec:~/bin/make-feed.sh", "filter:~/bin/cut.pl:https://cut.example/feed", "Odd: title =~ \"^(a|b).*c$\""]);
    }
}
