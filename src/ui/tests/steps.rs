//! What keys, the mouse and the world behind them do.

use super::Desk;
use super::cache::{Cache, article, many, summit};
use crate::model::{ArticleId, Block, Clean, Position};
use crate::ui::layout::{Pane, Zoom};
use crate::ui::{Effect, Level, Msg};

pub(super) fn selected(desk: &Desk) -> i64 {
    desk.model.headlines.current().map_or(0, |row| row.id.0)
}

pub(super) fn arrive(desk: &mut Desk, n: i64) {
    let first = desk.cache.articles.iter().map(|a| a.id.0).max().unwrap_or(0) + 1;
    for id in first..first + n {
        desk.cache.articles.push(article(
            id,
            "2025-08-16T09:59:30Z",
            "The Ledger",
            &format!("Fresh off the wire {id}"),
            vec![Block::paragraph("New.")],
        ));
    }
    desk.send(Msg::CacheChanged);
}

#[test]
fn the_first_frame_shows_the_caches_headlines() {
    let desk = Desk::open(summit()).size(80, 24);
    assert!(desk.screen().contains("Talks in Anchorage end after nearly three hours"));
}

#[test]
fn enter_opens_and_marks_read_at_once() {
    let desk = Desk::open(summit()).size(100, 30).keys("j j j enter");
    assert_eq!(desk.model.focus(), Pane::Article);
    assert!(desk.cache.clone().get(9).marks.read);
    assert!(desk.model.headlines.rows.iter().any(|row| row.id == ArticleId(9) && row.read));
    assert!(desk.line_with("▸Article").is_some());
}

#[test]
fn a_preview_is_not_marked_read() {
    let desk = Desk::open(summit()).size(160, 45).keys("j j j");
    assert!(!desk.cache.clone().get(9).marks.read);
    assert_eq!(desk.model.article.current().map(|a| a.id), Some(ArticleId(9)));
}

#[test]
fn rows_never_move_when_something_arrives() {
    for size in [(160, 45), (120, 36), (80, 24), (60, 20), (40, 15)] {
        let mut desk = Desk::open(summit()).size(size.0, size.1).keys("j j");
        let before = desk.pane(Pane::Headlines);
        arrive(&mut desk, 3);
        let after = desk.pane(Pane::Headlines);
        let rows = before.len() - 1;
        assert_eq!(before[..rows], after[..rows], "{size:?}");
        let after = desk.screen();
        assert!(after.contains("3 new · press . to show"), "{after}");
        let held = selected(&desk);
        desk.press(".");
        assert!(desk.screen().contains("Fresh off the wire"), "{}", desk.screen());
        assert_eq!(selected(&desk), held, "what is new stands above it");
    }
}

#[test]
fn showing_new_with_nothing_waiting_changed_the_selection() {
    let mut desk = Desk::open(summit()).size(160, 45).keys("' u j j enter h");
    let (held, rows) = (selected(&desk), desk.pane(Pane::Headlines));
    desk.press(".");
    assert_eq!((selected(&desk), desk.pane(Pane::Headlines)), (held, rows));
    assert_eq!(desk.model.article.target, Some(ArticleId(held)));
    assert!(desk.line_with("nothing new waits").is_some());
    // What was read leaves the list when it is listed anew; its neighbour is selected then, not the first.
    arrive(&mut desk, 2);
    desk.press(".");
    assert_eq!(selected(&desk), 8);
    assert!(desk.screen().contains("Fresh off the wire"), "{}", desk.screen());
}

#[test]
fn a_notice_outlived_its_truth() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("s");
    assert!(desk.line_with("★ saved").is_some());
    desk.press("s");
    assert!(desk.line_with("no longer saved").is_some());
    desk.press("j");
    assert!(desk.line_with("no longer saved").is_none() && desk.line_with("? help").is_some(), "{}", desk.screen());
}

#[test]
fn a_key_without_meaning_was_silent() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("E");
    assert!(desk.line_with("E does nothing here · ? for help").is_some(), "{}", desk.screen());
    desk.press("' x");
    assert!(desk.line_with("' x does nothing here").is_some(), "{}", desk.screen());
}

#[test]
fn read_rows_stay_in_an_unread_list_until_it_is_opened_again() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("' u");
    assert_eq!(desk.model.headlines.total.n, 6);
    desk.press("enter h");
    assert_eq!(desk.model.headlines.rows.len(), 6);
    assert!(desk.model.headlines.rows[0].read);
    desk.press("' u");
    assert_eq!(desk.model.headlines.rows.len(), 5);
}

#[test]
fn save_is_seen_at_once_and_undone() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("s");
    assert!(desk.line_with("Δ3 ★").is_some(), "{}", desk.screen());
    assert!(desk.cache.get(12).marks.saved);
    desk.press("u");
    assert!(!desk.cache.get(12).marks.saved);
    assert!(desk.line_with("Δ3 ★").is_none());
    desk.press("ctrl-r");
    assert!(desk.line_with("Δ3 ★").is_some());
}

#[test]
fn all_read_says_how_many_and_can_be_undone() {
    let mut desk = Desk::open(summit()).size(120, 36).keys("A");
    assert!(desk.line_with("marked 6 articles read").is_some(), "{}", desk.screen());
    assert!(!desk.screen().contains('●'));
    desk.press("u");
    assert_eq!(desk.screen().matches('●').count(), 6);
}

#[test]
fn the_desk_opens_lists() {
    let desk = Desk::open(summit()).size(160, 45).keys("h G enter");
    assert_eq!(desk.model.headlines.base.to_string(), "agency:reuters");
    assert_eq!(desk.model.focus(), Pane::Headlines);
    assert!(desk.line_with("Headlines ── Reuters · 3").is_some(), "{}", desk.screen());
}

#[test]
fn zoom_gives_the_pane_the_screen_and_then_the_article_alone() {
    let mut desk = Desk::open(summit()).size(120, 36).keys("z");
    assert_eq!(desk.model.arrangement.zoom, Zoom::Pane);
    assert!(!desk.screen().contains("Sources"));
    desk.press("z");
    assert_eq!(desk.model.arrangement.zoom, Zoom::Alone);
    assert!(!desk.screen().contains('│') && !desk.screen().contains('─'), "{}", desk.screen());
    assert!(desk.screen().contains("Kein Wort über Ergebnisse"));
    desk.press("esc");
    assert_eq!(desk.model.arrangement.zoom, Zoom::Off);
}

#[test]
fn panes_are_reached_by_letters_tab_and_digits() {
    let mut desk = Desk::open(summit()).size(80, 24);
    for (keys, pane) in [
        ("tab", Pane::Article),
        ("tab", Pane::Sources),
        ("tab", Pane::Desk),
        ("shift-tab", Pane::Sources),
        ("h", Pane::Article),
        ("esc", Pane::Headlines),
        ("h", Pane::Desk),
        ("2", Pane::Headlines),
        ("4", Pane::Sources),
        ("q q", Pane::Headlines),
    ] {
        desk.press(keys);
        assert_eq!(desk.model.focus(), pane, "{keys}");
        assert!(desk.screen().contains(&format!("▸{}", pane.name())), "{}", desk.screen());
    }
    desk.press("q");
    assert!(matches!(desk.effects.last(), Some(Effect::Quit)));
}

#[test]
fn counts_may_begin_with_a_digit_that_is_a_pane() {
    let mut desk = Desk::open(many(500)).size(80, 24).keys("1 2 j");
    assert_eq!((selected(&desk), desk.model.focus()), (488, Pane::Headlines));
    desk.press("5 k");
    assert_eq!(selected(&desk), 493);
    desk.press("1 0 j");
    assert_eq!((selected(&desk), desk.model.focus()), (483, Pane::Headlines));
    desk.press("3 4");
    assert_eq!(desk.model.focus(), Pane::Sources);
}

#[test]
fn a_long_list_is_walked_by_windows() {
    let mut desk = Desk::open(many(20_000)).size(80, 24);
    let asked = desk.cache.asked;
    for _ in 0..1_000 {
        desk.press("j");
    }
    assert_eq!(selected(&desk), 19_000);
    assert!(desk.model.headlines.rows.len() <= 401);
    assert!(desk.cache.asked - asked < 20, "{} questions for 1000 rows", desk.cache.asked - asked);
    desk.press("G");
    assert_eq!(selected(&desk), 1);
    desk.press("g");
    assert_eq!(selected(&desk), 20_000);
}

#[test]
fn the_next_unread_one_is_found_beyond_the_window() {
    let mut cache = many(5_000);
    for a in &mut cache.articles {
        a.marks.read = a.id != ArticleId(100);
    }
    let mut desk = Desk::open(cache).size(80, 24).keys("n");
    assert_eq!(selected(&desk), 100);
    desk.press("n");
    assert!(desk.line_with("nothing unread below").is_some() || desk.line_with("nothing unread beyond").is_some(), "{}", desk.screen());
}

#[test]
fn next_unread_in_the_article_reads_on() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("enter n");
    assert_eq!((desk.model.focus(), desk.model.article.target), (Pane::Article, Some(ArticleId(11))));
    assert!(desk.cache.get(11).marks.read);
}

fn long() -> Cache {
    let mut cache = summit();
    cache.get(12).item.body =
        (1..=60).map(|n| Block::paragraph(&format!("Absatz {n}. {}", "Ein Satz, der die Zeile füllt. ".repeat(6)))).collect();
    cache
}

#[test]
fn paging_keeps_a_line_and_the_place_survives_another_width_and_a_restart() {
    let mut desk = Desk::open(long()).size(80, 24).keys("enter");
    let last = desk.screen().lines().nth(22).unwrap().to_owned();
    desk.press("space");
    assert_eq!(desk.screen().lines().nth(1).unwrap(), last);
    desk.press("space space space");
    let anchor = desk.model.article.anchor_for_test();
    for (cols, rows) in [(120, 36), (60, 20), (160, 45), (40, 15), (80, 24)] {
        desk.send(Msg::Resize { cols, rows });
        assert_eq!(desk.model.article.anchor_for_test(), anchor);
    }
    desk.press("q");
    assert_eq!(desk.cache.get(12).marks.position, anchor);
    assert_ne!(anchor, Position::default());
    let again = Desk::open(desk.cache).size(80, 24).keys("enter");
    assert_eq!(again.model.article.anchor_for_test(), anchor);
}

#[test]
fn versions_are_walked_and_a_newer_one_is_announced() {
    let mut desk = Desk::open(summit()).size(120, 36).keys("enter [");
    assert!(desk.line_with("version 2 of 3").is_some(), "{}", desk.screen());
    desk.press("] ]");
    assert!(desk.line_with("this is the newest version").is_some());
    let a = desk.cache.get(12);
    let mut v = a.versions[2].clone();
    v.number = 4;
    a.versions.push(v);
    let before = desk.screen();
    desk.send(Msg::CacheChanged);
    assert!(desk.line_with("version 4 has come").is_some(), "{}", desk.screen());
    assert_eq!(before.lines().skip(1).take(20).collect::<Vec<_>>(), desk.screen().lines().skip(1).take(20).collect::<Vec<_>>());
    desk.press("]");
    assert!(desk.line_with("version 4 of 4").is_some(), "{}", desk.screen());
}

#[test]
fn a_text_that_was_awaited_appears_when_it_is_there() {
    let mut cache = summit();
    let whole = cache.get(12).item.body.clone();
    let a = cache.get(12);
    a.pending = true;
    a.item.body.truncate(1);
    let mut desk = Desk::open(cache).size(80, 24).keys("enter");
    assert!(desk.line_with("still being fetched").is_some());
    let a = desk.cache.get(12);
    a.pending = false;
    a.item.body = whole;
    desk.send(Msg::CacheChanged);
    assert!(desk.line_with("Kein Wort über Ergebnisse").is_some(), "{}", desk.screen());
}

#[test]
fn links_addresses_and_carriers_lead_on() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("o");
    assert!(matches!(&desk.effects[..], [.., Effect::Open(a)] if a.as_str() == "https://orfat.example/12"), "{:?}", desk.effects);
    desk.press("y y");
    assert!(desk.effects.iter().any(|e| matches!(e, Effect::Copy(text) if text[0].as_str() == "https://orfat.example/12")));
    desk.press("enter # 1");
    assert!(desk.line_with("https://orf.example/chronik").is_some(), "{}", desk.screen());
    desk.press("enter");
    assert!(desk.effects.iter().any(|e| matches!(e, Effect::Open(a) if a.as_str() == "https://orf.example/chronik")));
    desk.effects.clear();
    let (y, line) = desk.line_with("Chronik").unwrap();
    let x = line.chars().take_while(|c| *c != 'C').count() as u16;
    desk.click(x + 2, y);
    assert!(matches!(&desk.effects[..], [.., Effect::Open(a)] if a.as_str() == "https://orf.example/chronik"), "{:?}", desk.effects);
    desk.press("l");
    let (y, _) = desk.line_with("tagesschau.de 94").unwrap();
    desk.click(5, y);
    desk.click(5, y);
    assert_eq!(desk.model.article.target, Some(ArticleId(9)));
}

#[test]
fn the_mouse_selects_opens_and_scrolls_what_is_under_it() {
    let mut desk = Desk::open(summit()).size(160, 45);
    let (y, _) = desk.line_with("Europas Staatschefs").unwrap();
    desk.click(40, y);
    assert_eq!((selected(&desk), desk.model.focus()), (8, Pane::Headlines));
    desk.click(40, y);
    assert_eq!(desk.model.focus(), Pane::Article);
    let (y, _) = desk.line_with("Saved").unwrap();
    desk.click(5, y);
    assert_eq!((desk.model.headlines.base.to_string().as_str(), desk.model.focus()), ("is:saved", Pane::Headlines));
    let mut desk = Desk::open(long()).size(160, 45);
    desk.send(Msg::Mouse { kind: crate::ui::Mouse::WheelDown, x: 120, y: 10 });
    assert_eq!(desk.model.focus(), Pane::Headlines);
    assert_ne!(desk.screen().lines().nth(1), Desk::open(long()).size(160, 45).screen().lines().nth(1));
    arrive(&mut desk, 1);
    let (y, _) = desk.line_with("press . to show").unwrap();
    desk.click(50, y);
    assert!(desk.screen().contains("Fresh off the wire"));
}

#[test]
fn the_cursor_stands_on_what_is_selected() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("j j");
    assert_eq!(desk.cursor(), (1, 5));
    desk.press("/");
    desk.types("ab");
    assert_eq!(desk.cursor().1, 23);
}

#[test]
fn help_is_searched_by_typing_and_shows_the_keys_as_bound() {
    let mut desk = Desk::open(summit()).size(120, 36).keys("?");
    desk.types("undo");
    assert!(desk.line_with("take back the last change").is_some(), "{}", desk.screen());
    assert!(!desk.screen().contains("half a page"));
    desk.press("esc esc");
    assert!(desk.model.overlay.is_none());
}

#[test]
fn ctrl_u_empties_the_helps_search() {
    let mut desk = Desk::open(summit()).size(120, 36).keys("?");
    desk.types("undo");
    desk.press("ctrl-u");
    assert!(desk.line_with("one row or line down").is_some(), "{}", desk.screen());
}

#[test]
fn an_empty_list_offered_what_cannot_be_done() {
    let desk = Desk::open(Cache::default()).size(80, 24);
    let last = desk.screen().lines().last().unwrap().to_owned();
    assert!(last.contains("R poll  F feeds") && last.contains("? help") && !last.contains("save") && !last.contains("/"), "{last}");
}

#[test]
fn undo_is_named_after_a_change() {
    let mut desk = Desk::open(summit()).size(60, 20).keys("A");
    assert!(desk.line_with("marked 6 articles read · u undoes").is_some(), "{}", desk.screen());
    desk.press("j");
    assert!(desk.line_with("u undo").is_some(), "{}", desk.screen());
    desk.send(Msg::Tick("2025-08-16T10:02:00Z".parse().unwrap()));
    assert!(desk.line_with("u undo").is_none());
}

#[test]
fn the_outlet_vanished_where_agencies_stayed() {
    for size in [(160, 45), (80, 24), (60, 20), (40, 15), (80, 10), (40, 9)] {
        let desk = Desk::open(summit()).size(size.0, size.1);
        let rows = desk.pane(Pane::Headlines).concat();
        assert!(rows.contains("ORF.at") && (rows.contains("The Led") || size.1 < 10), "{}", desk.screen());
    }
}

#[test]
fn an_article_without_a_title_had_an_empty_row() {
    let mut cache = summit();
    cache.get(12).item.title = Clean::default();
    let desk = Desk::open(cache).size(80, 24);
    assert!(desk.line_with("untitled").is_some(), "{}", desk.screen());
    assert!(desk.keys("enter").line_with("untitled").is_some());
}

#[test]
fn a_wall_is_said() {
    let mut cache = summit();
    cache.get(12).item.wall = Some(crate::model::Wall::Subscription);
    let desk = Desk::open(cache).size(120, 60).keys("enter");
    assert!(desk.line_with("The page asks for a subscription; only its beginning was readable.").is_some(), "{}", desk.screen());
}

#[test]
fn the_next_poll_is_counted_down_when_it_is_near() {
    let mut desk = Desk::open(summit()).size(160, 45);
    let next = Some("2025-08-16T10:05:00Z".parse().unwrap());
    desk.send(Msg::Progress(crate::model::Progress { next, ..Default::default() }));
    for (now, words) in [("10:00:00", "next 12:05"), ("10:04:20", "next 40 s"), ("10:04:53", "next 10 s"), ("10:05:10", "polling soon")] {
        desk.send(Msg::Tick(format!("2025-08-16T{now}Z").parse().unwrap()));
        assert!(desk.line_with(words).is_some(), "{now}: {}", desk.screen());
    }
}

#[test]
fn stale_answers_are_dropped() {
    let mut desk = Desk::open(summit()).size(80, 24);
    desk.slow = true;
    desk.press("' s ' u");
    desk.deliver();
    assert_eq!(desk.model.headlines.base.to_string(), "is:unread");
    assert_eq!(desk.model.headlines.label.as_str(), "Unread");
}

#[test]
fn an_empty_cache_welcomes_and_shows_what_comes() {
    let mut desk = Desk::open(Cache::default()).size(80, 24);
    assert!(desk.line_with("wiredesk add").is_some(), "{}", desk.screen());
    desk.cache = summit();
    desk.send(Msg::CacheChanged);
    assert!(desk.screen().contains("Talks in Anchorage"), "{}", desk.screen());
}

#[test]
fn a_failed_answer_says_so_and_never_covers_a_text() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("enter");
    let before = desk.screen();
    desk.slow = true;
    desk.press("u");
    desk.send(Msg::Applied(Err(Clean::line("the cache is locked"))));
    let ticket = crate::model::Ticket(desk.model.tickets);
    desk.send(Msg::Answer { ticket, answer: crate::model::Answer::Failed(Clean::line("the cache is locked")) });
    assert_eq!(before.lines().skip(1).take(20).collect::<Vec<_>>(), desk.screen().lines().skip(1).take(20).collect::<Vec<_>>());
    assert!(desk.line_with("the cache is locked").is_some());
}

/// A story of which nothing could be read leaves the panes as they were, not an empty frame over them.
#[test]
fn a_story_that_cannot_be_read_does_not_stay_over_the_panes() {
    let mut desk = Desk::open(super::scene::day()).size(100, 30).keys("j j");
    desk.slow = true;
    desk.press("T");
    assert!(desk.line_with("Time line").is_some(), "{}", desk.screen());
    let ticket = crate::model::Ticket(desk.model.tickets);
    desk.send(Msg::Answer { ticket, answer: crate::model::Answer::Failed(Clean::line("the cache is locked")) });
    assert!(desk.line_with("Time line").is_none() && desk.line_with("the cache is locked").is_some(), "{}", desk.screen());
}

#[test]
fn a_notice_goes_by_itself_and_covers_nothing() {
    let mut desk = Desk::open(summit()).size(80, 24);
    let before = desk.screen();
    desk.send(Msg::Notice { level: Level::Error, text: Clean::line("Kyiv Courier: the name was not found.") });
    let during = desk.screen();
    assert!(during.contains("the name was not found"));
    assert_eq!(before.lines().take(23).collect::<Vec<_>>(), during.lines().take(23).collect::<Vec<_>>());
    desk.send(Msg::Tick("2025-08-16T10:01:00Z".parse().unwrap()));
    assert_eq!(desk.screen(), before);
}

#[test]
fn a_tag_is_typed() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("t");
    desk.types("alaska");
    desk.press("enter");
    assert_eq!(desk.cache.get(12).marks.tags, [Clean::line("alaska")]);
    desk.press("enter");
    assert!(desk.line_with("#alaska").is_some(), "{}", desk.screen());
}

#[test]
fn a_wide_letter_under_an_overlays_edge_leaves_the_edge_whole() {
    let mut cache = many(40);
    for a in &mut cache.articles {
        a.item.title = Clean::line("首脳会談首脳会談首脳会談首脳会談首脳会談首脳会談");
    }
    for cols in 70..76 {
        let desk = Desk::open(cache.clone()).size(cols, 30).keys("F");
        for line in desk.screen().lines().skip(3).take(20) {
            assert!(line.matches('│').count() >= 4, "{}", desk.screen());
        }
    }
}

/// Prints what a key costs: `LOOK=1 cargo test --lib steps::a_key -- --nocapture`.
#[test]
fn a_key_costs_the_window_not_the_list() {
    let mut costs = Vec::new();
    for n in [1_000, 50_000] {
        let mut desk = Desk::open(many(n)).size(200, 60);
        desk.press("j");
        let given = desk.cache.rows_given;
        let start = std::time::Instant::now();
        for _ in 0..60 {
            crate::ui::update(&mut desk.model, Msg::Key("j".parse().unwrap()));
            desk.terminal();
        }
        costs.push((start.elapsed() / 60, desk.cache.rows_given - given));
    }
    if std::env::var("LOOK").is_ok() {
        println!("{costs:?}");
    }
    assert!(costs[1].1 <= 1_000, "{costs:?}");
}
