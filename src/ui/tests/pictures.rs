//! Pictures in the text: rows kept free, asked for only when they are near what is read, drawn where they stand.

use super::Desk;
use super::cache::{Cache, article, link};
use crate::model::*;
use crate::ui::picture::{Drawn, Ready, Wanted};
use crate::ui::{Effect, Msg};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

/// A picture whose every cell shows the number of its row.
#[derive(Debug)]
struct Rows {
    size: (u16, u16),
    characters: bool,
}

impl Drawn for Rows {
    fn size(&self) -> (u16, u16) {
        self.size
    }
    fn draw(&self, area: Rect, skip: u16, cells: &mut Buffer) {
        assert_eq!(area.intersection(*cells.area()), area);
        for (row, y) in (area.top()..area.bottom()).enumerate() {
            let sign = char::from_digit((row as u32 + u32::from(skip)) % 36, 36).unwrap();
            for x in area.left()..area.right() {
                cells[(x, y)].set_char(sign);
            }
        }
    }
    fn of_characters(&self) -> bool {
        self.characters
    }
}

/// A picture that came.
pub fn ready(cols: u16, rows: u16, characters: bool) -> Ready {
    Ready { drawn: Arc::new(Rows { size: (cols, rows), characters }), pixels: (u32::from(cols) * 8, u32::from(rows) * 16) }
}

fn picture(n: u32) -> Block {
    Block::Picture {
        url: Some(link(&format!("https://pictures.example/{n}.jpg"))),
        alt: Clean::line("A hall"),
        caption: vec![Span::plain(&format!("Caption {n}"))],
        credit: Some(Clean::line("Photo: Nobody")),
    }
}

/// Three pictures, far from each other.
fn cache() -> Cache {
    let mut body = vec![Block::paragraph("The beginning.")];
    for n in 1..=3 {
        body.push(picture(n));
        body.extend((0..40).map(|k| Block::paragraph(&format!("Paragraph {k} after picture {n}."))));
    }
    let mut cache = Cache::default();
    cache.articles.push(article(1, "2025-08-16T09:50:00Z", "The Ledger", "Talks end", body));
    cache.articles.push(article(2, "2025-08-16T09:40:00Z", "The Ledger", "Another", vec![Block::paragraph("No picture.")]));
    cache
}

fn desk(cols: u16, rows: u16) -> Desk {
    let mut desk = Desk::open(cache()).size(cols, rows);
    desk.send(Msg::Pictures(Some((10, 20))));
    desk
}

/// The wishes that hold.
fn wanted(desk: &Desk) -> Vec<Wanted> {
    let last = desk.effects.iter().rev().find_map(|e| if let Effect::Pictures(w) = e { Some(w.clone()) } else { None });
    last.unwrap_or_default()
}

fn come(desk: &mut Desk, size: (u16, u16), characters: bool) {
    for w in wanted(desk) {
        let ready = Ready { drawn: Arc::new(Rows { size, characters }), pixels: (1600, 900) };
        desk.send(Msg::Picture(w, Ok(ready)));
    }
}

#[test]
fn a_picture_that_comes_moves_nothing() {
    let mut desk = desk(80, 24).keys("enter");
    let before = desk.screen();
    assert!(before.contains("The picture is on its way."), "{before}");
    let w = wanted(&desk);
    assert_eq!((w.len(), w[0].rows), (1, 13));
    come(&mut desk, (20, 11), true);
    let after = desk.screen();
    let words = |screen: &str| -> Vec<Option<usize>> {
        ["The beginning.", "Caption 1", "Photo: Nobody"].iter().map(|t| screen.lines().position(|l| l.contains(t))).collect()
    };
    assert_eq!(words(&before), words(&after), "{after}");
    // It stands right above its caption, though lower than what was kept free.
    let caption = words(&after)[1].unwrap();
    assert!(after.lines().nth(caption - 1).unwrap().contains("aaaaaaaaaaaaaaaaaaaa"), "{after}");
    assert!(after.lines().nth(caption - 11).unwrap().contains("00000000000000000000"), "{after}");
    assert!(!after.contains("[picture]"));
}

#[test]
fn scrolling_cuts_a_picture_at_the_edges() {
    let mut desk = desk(80, 24).keys("enter");
    come(&mut desk, (20, 13), true);
    let first = |desk: &Desk| desk.pane(crate::ui::layout::Pane::Article)[0].trim().chars().next();
    let head = desk.line_with("00000").unwrap().0;
    for _ in 0..head + 3 {
        desk.press("j");
    }
    assert_eq!(first(&desk), Some('4'), "{}", desk.screen());
    desk.press("k k");
    assert_eq!(first(&desk), Some('2'));
}

#[test]
fn only_pictures_near_what_is_read_are_wanted() {
    let mut desk = desk(80, 24).keys("enter");
    let near = |desk: &Desk| wanted(desk).iter().map(|w| w.address.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!(near(&desk), ["https://pictures.example/1.jpg"]);
    desk.press("G");
    assert_eq!(near(&desk), Vec::<String>::new(), "the last is more than a page above the end");
    desk.press("pgup pgup pgup");
    assert_eq!(near(&desk), ["https://pictures.example/3.jpg"]);
    // What is no longer wanted may come all the same.
    desk.send(Msg::Picture(
        Wanted { article: ArticleId(9), address: link("https://a.example/x.png"), cols: 1, rows: 1 },
        Err(Clean::line("no")),
    ));
}

#[test]
fn a_preview_fetches_no_pictures() {
    let mut desk = desk(160, 45);
    assert_eq!(wanted(&desk), []);
    assert!(desk.screen().contains("it is fetched when the article is opened"), "{}", desk.screen());
    desk.press("enter");
    assert_eq!(wanted(&desk).len(), 1);
    come(&mut desk, (20, 10), true);
    // Back in the list they stay, and go when another article is shown.
    desk.press("h");
    assert!(desk.line_with("0000000000").is_some());
    desk.press("j");
    assert_eq!(wanted(&desk), []);
    assert!(desk.line_with("0000000000").is_none());
}

#[test]
fn the_key_switches_to_captions_alone_and_back() {
    let mut desk = desk(80, 24).keys("enter");
    come(&mut desk, (20, 10), true);
    desk.press("p");
    assert!(desk.line_with("[picture] Caption 1 (Photo: Nobody)").is_some(), "{}", desk.screen());
    assert!(desk.line_with("0000000000").is_none() && wanted(&desk).is_empty());
    assert!(desk.line_with("only the captions").is_some());
    desk.press("p");
    assert_eq!(wanted(&desk).len(), 1);
    let mut none = Desk::open(cache()).size(80, 24).keys("enter p");
    assert!(none.line_with("no pictures here").is_some() && none.line_with("[picture] Caption 1").is_some());
    none.send(Msg::Pictures(None));
    assert!(none.line_with("[picture] Caption 1").is_some());
}

#[test]
fn the_place_is_held_when_pictures_go_and_come() {
    let mut desk = desk(80, 24).keys("enter");
    for _ in 0..3 {
        desk.press("pgdn");
    }
    let top = |desk: &Desk| desk.pane(crate::ui::layout::Pane::Article)[0].trim().to_owned();
    if top(&desk).is_empty() {
        desk.press("j");
    }
    let before = top(&desk);
    assert!(before.starts_with("Paragraph"), "{before}");
    desk.press("p");
    assert_eq!(top(&desk), before);
    desk.press("p");
    assert_eq!(top(&desk), before);
}

#[test]
fn pixels_make_way_for_what_lies_over_the_text() {
    let mut desk = desk(80, 24).keys("enter");
    come(&mut desk, (20, 10), false);
    assert!(desk.line_with("0000000000").is_some());
    desk.press("?");
    assert!(desk.line_with("0000000000").is_none(), "{}", desk.screen());
    desk.press("esc");
    assert!(desk.line_with("0000000000").is_some());
}

#[test]
fn why_a_picture_stays_away_is_said_in_its_place() {
    let mut desk = desk(80, 24).keys("enter");
    let w = wanted(&desk)[0].clone();
    desk.send(Msg::Picture(w, Err(Clean::line("it is too large"))));
    assert!(desk.line_with("The picture did not come: it is too large").is_some(), "{}", desk.screen());
}

#[test]
fn with_another_window_it_is_asked_for_in_another_size() {
    let mut desk = desk(80, 24).keys("enter");
    come(&mut desk, (20, 10), true);
    let before = wanted(&desk)[0].clone();
    let desk = desk.size(50, 24);
    let after = wanted(&desk)[0].clone();
    assert!(after.cols < before.cols, "{before:?} {after:?}");
    // Its own sides are known by now.
    assert_eq!((before.cols, before.rows), (47, 13));
    for (cols, rows) in [(20, 6), (40, 15), (300, 90), (19, 5)] {
        Desk::open(cache()).size(cols, rows).keys("enter").send(Msg::Pictures(Some((10, 20))));
    }
}
