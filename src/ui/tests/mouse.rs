//! The mouse beyond a click on a row: borders dragged, double clicks, overlays.

use super::Desk;
use super::cache::summit;
use super::scene::day;
use crate::ui::layout::{Border, Pane};
use crate::ui::{Effect, Mouse, Msg};

fn mouse(desk: &mut Desk, kind: Mouse, x: u16, y: u16) {
    desk.send(Msg::Mouse { kind, x, y });
}

#[test]
fn a_border_is_dragged_and_stays() {
    let mut desk = Desk::open(summit()).size(160, 45);
    let x = desk.model.layout().outer(Pane::Headlines).unwrap().right() - 1;
    mouse(&mut desk, Mouse::Press, x, 10);
    mouse(&mut desk, Mouse::Drag, x - 8, 11);
    mouse(&mut desk, Mouse::Drag, x - 12, 11);
    mouse(&mut desk, Mouse::Release, x - 12, 11);
    assert_eq!(desk.model.layout().border_at(x - 12, 20), Some(Border::Headlines));
    // Nothing was selected or opened by it, and what the pointer does afterwards drags nothing.
    assert_eq!((desk.model.focus(), desk.model.headlines.selected), (Pane::Headlines, 0));
    mouse(&mut desk, Mouse::Drag, x, 11);
    assert_eq!(desk.model.layout().border_at(x - 12, 20), Some(Border::Headlines));
    // As far as panes go, no further; and other widths have their own room.
    mouse(&mut desk, Mouse::Press, x - 12, 11);
    mouse(&mut desk, Mouse::Drag, 0, 11);
    assert_eq!(desk.model.layout().inner(Pane::Headlines).unwrap().width, 24);
    let desk = desk.size(80, 24);
    assert_eq!(desk.model.layout().inner(Pane::Headlines).unwrap().width, 78);
}

#[test]
fn a_click_on_the_border_of_the_sources_still_focuses_them() {
    let mut desk = Desk::open(summit()).size(120, 36);
    let sources = desk.model.layout().outer(Pane::Sources).unwrap();
    mouse(&mut desk, Mouse::Press, sources.x + 4, sources.y);
    mouse(&mut desk, Mouse::Release, sources.x + 4, sources.y);
    assert_eq!(desk.model.focus(), Pane::Sources);
    mouse(&mut desk, Mouse::Press, sources.x + 4, sources.y);
    mouse(&mut desk, Mouse::Drag, sources.x + 4, sources.y - 5);
    assert_eq!(desk.model.layout().outer(Pane::Sources).unwrap().height, sources.height + 5);
}

#[test]
fn a_double_click_opens_in_the_browser() {
    for size in [(120, 36), (80, 24)] {
        let mut desk = Desk::open(summit()).size(size.0, size.1);
        let area = desk.model.layout().inner(Pane::Headlines).unwrap();
        mouse(&mut desk, Mouse::Press, area.x + 12, area.y + 2);
        mouse(&mut desk, Mouse::Double, area.x + 12, area.y + 2);
        let opened = desk.effects.iter().filter(|e| matches!(e, Effect::Open(a) if a.as_str().ends_with("/11"))).count();
        assert_eq!(opened, 1, "{size:?}");
    }
}

#[test]
fn rows_of_overlays_are_clicked() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("F");
    let row = |desk: &Desk, words: &str| desk.line_with(words).unwrap().0;
    let y = row(&desk, "Standard");
    desk.click(20, y);
    assert!(desk.model.overlay.as_ref().unwrap().feed().is_some_and(|id| id.0 == 4));
    desk.click(20, y);
    let y = row(&desk, "interval");
    desk.click(20, y);
    desk.click(20, y);
    assert!(desk.model.prompt.is_some(), "the setting is edited\n{}", desk.screen());
    desk.press("esc");
    desk.click(0, 0);
    assert!(desk.model.overlay.is_none(), "a click outside closes");

    let mut desk = Desk::open(day()).size(120, 36).keys("j j T");
    let y = row(&desk, "Europas Staatschefs");
    desk.click(40, y);
    assert_eq!(desk.model.overlay.as_ref().unwrap().article().map(|id| id.0), Some(8));
    desk.click(40, y + 1);
    assert_eq!((desk.model.focus(), desk.model.article.target.map(|id| id.0)), (Pane::Article, Some(8)));
}
