//! What leaves the reader, and what the reader leaves in a text: copies, commands, exports, notes and highlights.

use super::Desk;
use super::cache::summit;
use super::desk::options;
use super::scene::coverage;
use crate::model::{ArticleId, Clean, Format};
use crate::ui::{Effect, Msg, Pane};

fn copied(desk: &Desk) -> Vec<&str> {
    let lines = desk.effects.iter().rev().find_map(|e| if let Effect::Copy(lines) = e { Some(lines) } else { None });
    lines.into_iter().flatten().map(Clean::as_str).collect()
}

#[test]
fn a_title_a_link_and_a_quote_are_copied() {
    let mut desk = Desk::open(summit()).size(100, 30).keys("j y t");
    assert_eq!(copied(&desk), ["Talks in Anchorage end after nearly three hours, no deal announced"]);
    desk.press("y m");
    assert_eq!(copied(&desk), ["[Talks in Anchorage end after nearly three hours, no deal announced](<https://theledger.example/11>)"]);
    desk.press("k enter y q");
    let quote = copied(&desk);
    assert!(quote[0].starts_with("Die beiden Delegationen haben"), "{quote:?}");
    assert_eq!(quote[1], "");
    assert_eq!(quote[2], "— ORF.at: Gipfel in Anchorage: Pressekonferenz nach drei Stunden Gespräch angekündigt, https://orfat.example/12");
}

/// In live coverage by several outlets another's words are not this article's.
#[test]
fn a_quote_from_another_outlets_post_names_that_outlet() {
    let mut desk = Desk::open(coverage()).size(100, 40).keys("G k k k k enter v");
    for _ in 0..9 {
        desk.press("y q");
        if copied(&desk)[0].starts_with("A helicopter") {
            break;
        }
        desk.press("j");
    }
    assert_eq!(copied(&desk)[2], "— Kyiv Courier", "{}", desk.screen());
    desk.press("H");
    assert!(desk.cache.get(super::scene::BLOG).marks.highlights.is_empty(), "no highlight of its own");
    assert_eq!(desk.model.article.current().map(|a| a.id), Some(ArticleId(super::scene::BLOG)));
}

/// What is exported or piped is what is on the screen: new posts once they are shown.
#[test]
fn posts_that_were_shown_are_handed_on() {
    let mut desk = Desk::open(coverage()).size(100, 40).keys("G k k k k enter pagedown");
    let posts = |desk: &Desk| desk.model.article.current().map(|a| a.posts.len());
    let before = posts(&desk).unwrap();
    let blog = desk.cache.get(super::scene::BLOG);
    let mut new = blog.coverage[0].clone();
    (new.posted.post.id, new.echoes) = (Clean::line("new"), Vec::new());
    blog.posts.insert(0, new.posted.clone());
    blog.coverage.insert(0, new);
    desk.send(Msg::CacheChanged);
    assert_eq!(posts(&desk), Some(before));
    desk.press(".");
    assert_eq!(posts(&desk), Some(before + 1));
}

#[test]
fn paragraphs_are_chosen_and_stretched() {
    let mut desk = Desk::open(summit()).size(100, 30).keys("enter v j");
    assert!(desk.line_with("v stretches").is_some(), "{}", desk.screen());
    assert!(desk.line_with("▌Kein Wort").is_some(), "{}", desk.screen());
    desk.press("v j y q");
    let quote = copied(&desk);
    assert_eq!(quote[0], "Kein Wort über Ergebnisse");
    assert!(quote[2].starts_with("Aus beiden Delegationen"), "{quote:?}");
    desk.press("esc");
    assert!(desk.line_with("stretching").is_none());
    assert_eq!(desk.model.focus(), Pane::Article, "one step back at a time");
}

#[test]
fn highlights_are_seen_listed_and_taken_back() {
    let mut desk = Desk::open(summit()).size(80, 14).keys("enter v j j v j H");
    assert!(desk.line_with("┃Aus beiden").is_some(), "{}", desk.screen());
    assert_eq!(desk.cache.get(12).marks.highlights.len(), 2);
    desk.press("m");
    assert!(desk.line_with("Wir sind noch nicht fertig").is_some(), "{}", desk.screen());
    desk.press("j x");
    assert_eq!(desk.cache.get(12).marks.highlights.len(), 1);
    desk.press("enter");
    assert!(desk.pane(Pane::Article)[0].contains("Aus beiden"), "{}", desk.screen());
    desk.press("u u");
    assert!(desk.cache.get(12).marks.highlights.is_empty());
    assert!(desk.line_with("┃Aus").is_none(), "{}", desk.screen());
}

/// The text is read anew with more above: what was highlighted still is.
#[test]
fn highlights_move_along_with_their_words() {
    let mut desk = Desk::open(summit()).size(80, 40).keys("enter H");
    desk.cache.get(12).item.body.insert(0, crate::model::Block::paragraph("Neu am Anfang."));
    let mut again = Desk::open(desk.cache).size(80, 40).keys("enter");
    assert!(again.line_with("┃Die beiden").is_some(), "{}", again.screen());
    assert!(again.line_with(" Neu am Anfang").is_some());
    again.press("?");
}

#[test]
fn a_note_is_written_over_several_lines_and_shown() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("enter a");
    desk.types("Ask Mia: who");
    desk.press("enter");
    desk.types("invited the press?");
    desk.press("up up end");
    desk.types(" ");
    desk.press("backspace esc");
    assert!(desk.line_with("Note: Ask Mia: who").is_some(), "{}", desk.screen());
    assert!(desk.line_with("invited the press?").is_some());
    assert_eq!(desk.cache.get(12).marks.note, ["Ask Mia: who".into(), Clean::line("invited the press?")]);
    desk.press("a");
    desk.types(" no");
    desk.press("ctrl-c");
    assert_eq!(desk.cache.get(12).marks.note.len(), 2);
    assert!(desk.line_with("press? no").is_none(), "left as it was");
    desk.press("u");
    assert!(desk.cache.get(12).marks.note.is_empty());
    assert!(desk.line_with("Note:").is_none(), "{}", desk.screen());
}

#[test]
fn a_click_beside_a_note_lost_it() {
    let mut desk = Desk::open(summit()).size(100, 30).keys("enter a");
    desk.types("Ask Mia.");
    desk.click(0, 0);
    assert_eq!(desk.cache.get(12).marks.note, [Clean::line("Ask Mia.")]);
}

#[test]
fn tags_are_completed_from_those_that_are_known() {
    let mut cache = summit();
    cache.get(11).marks.tags = vec!["summit".into(), "summer".into()];
    let mut desk = Desk::open(cache).size(80, 24).keys("t");
    desk.types("su");
    assert!(desk.line_with("tab: #summer #summit").is_some(), "{}", desk.screen());
    desk.press("tab tab enter");
    assert_eq!(desk.cache.get(12).marks.tags, [Clean::line("summit")]);
}

#[test]
fn a_command_gets_the_article_and_says_how_it_went() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("|");
    desk.types("lp -d desk");
    desk.press("enter");
    assert!(matches!(&desk.effects[..], [.., Effect::Pipe { article, command }] if article.id.0 == 12 && command == "lp -d desk"));
    assert!(desk.line_with("esc stops it").is_some(), "{}", desk.screen());
    desk.press("esc");
    assert!(desk.effects.iter().any(|e| matches!(e, Effect::StopPipe)));
    desk.send(Msg::Piped(Err("lp: stopped".into())));
    assert!(desk.line_with("! lp: stopped").is_some(), "{}", desk.screen());
    desk.press("|");
    assert!(desk.line_with("enter runs lp -d desk").is_some(), "the last one is offered again\n{}", desk.screen());
}

#[test]
fn an_article_that_is_not_loaded_is_asked_for_and_exported() {
    let desk = Desk::open(summit()).size(80, 24).keys("j e h");
    assert!(
        matches!(&desk.effects[..], [.., Effect::Export { article, format: Format::Html }] if article.id.0 == 11),
        "{:?}",
        desk.effects
    );
}

#[test]
fn read_aloud_a_highlight_is_a_word() {
    let mut options = options((80, 24));
    options.linear = true;
    let mut desk = Desk::with(summit(), options);
    desk.press("enter v j H");
    assert!(desk.line_with("Highlighted: Kein Wort").is_some(), "{}", desk.screen());
    desk.press("v j");
    let (_, y) = desk.cursor();
    assert!(
        desk.screen().lines().nth(usize::from(y)).unwrap().contains("Highlighted: Kein Wort"),
        "the cursor stands there\n{}",
        desk.screen()
    );
}

/// Whatever is typed into it, the note stays a note.
#[test]
fn any_keys_leave_a_note_whole() {
    let mut desk = Desk::open(summit()).size(40, 15).keys("enter a");
    desk.send(Msg::Paste("a\u{301}👩‍👩‍👧\nשלום world\n\n首脳会談首脳会談首脳会談首脳会談首脳会談".into()));
    for keys in ["up left left delete", "home backspace end enter", "ctrl-w ctrl-u up up up right", "down pgdn backspace backspace left"] {
        desk.press(keys);
        desk.screen();
    }
    desk.press("esc");
    assert!(desk.cache.get(12).marks.note.iter().any(|line| line.contains("首脳会談")));
}

#[test]
fn what_an_embargo_withholds_is_not_exported_or_compared() {
    let desk = Desk::open(super::scene::day()).size(100, 30).keys("e j");
    let exported = desk.effects.iter().find_map(|e| if let Effect::Export { article, .. } = e { Some(article) } else { None });
    let article = exported.expect("the first row is exported");
    assert!(article.item.title.contains("release tonight") && article.item.body.is_empty(), "{:?}", article.item);
}
