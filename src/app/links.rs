//! Links that the terminal itself can open (OSC 8): after a frame is drawn its links are drawn once more, between marks that
//! name their addresses. Only those that changed are; what is no longer a link is drawn once more without. Off where a
//! terminal is known not to cope, and inside programs that draw the screen for it unless the configuration says so.

use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::Rect;

use crate::config;
use crate::model::Address;

/// Longer addresses are opened by the reader, not by the terminal.
const LONGEST: usize = 2_000;

/// A run of cells, and where it leads.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The cells with their places; those that the one before them covers are left out.
    pub cells: Vec<(u16, u16, Cell)>,
    /// What opens before them: an address, or nothing.
    pub address: Option<Address>,
}

/// The links on the screen.
#[derive(Debug, Default)]
pub struct Links {
    shown: Vec<Run>,
    area: Rect,
}

impl Links {
    /// What must be drawn once more after this frame.
    pub fn after(&mut self, cells: &Buffer, links: Vec<(Rect, Address)>) -> Vec<Run> {
        if self.area != cells.area {
            // All of it was drawn anew.
            self.shown.clear();
            self.area = cells.area;
        }
        let safe = links.into_iter().filter(|(_, address)| safe(address));
        let now: Vec<Run> = safe.map(|(r, address)| run(cells, r, Some(address))).filter(|run| !run.cells.is_empty()).collect();
        let before = std::mem::take(&mut self.shown);
        let gone = before.iter().filter(|run| !now.contains(run)).map(|run| {
            let places = run.cells.iter().filter_map(|(x, y, _)| Some((*x, *y, cells.cell((*x, *y))?.clone())));
            Run { cells: places.filter(|(.., cell)| !pictured(cell)).collect(), address: None }
        });
        let fresh = now.iter().filter(|run| !before.contains(run)).cloned();
        // What is a link again is drawn last.
        let out = gone.chain(fresh).collect();
        self.shown = now;
        out
    }

    /// The next frame draws all of the screen.
    pub fn forget(&mut self) {
        self.shown.clear();
    }
}

/// Whether a picture stands there now: it was drawn over the link, and a blank would be drawn over it.
fn pictured(cell: &Cell) -> bool {
    cell.diff_option == CellDiffOption::Skip || cell.symbol().contains('\u{1b}')
}

fn run(cells: &Buffer, r: Rect, address: Option<Address>) -> Run {
    let mut out = Vec::new();
    let mut covered = 0;
    for (x, y) in r.intersection(cells.area).positions().map(|p| (p.x, p.y)) {
        if covered > 0 {
            covered -= 1;
            continue;
        }
        let cell = &cells[(x, y)];
        covered = crate::ui::typeset::width(cell.symbol()).saturating_sub(1);
        out.push((x, y, cell.clone()));
    }
    Run { cells: out, address }
}

/// The web, and nothing that could end the mark.
fn safe(address: &Address) -> bool {
    let text = address.as_str();
    (text.starts_with("https://") || text.starts_with("http://")) && text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Whether links are marked in this terminal.
pub fn wanted(wish: config::Links, var: impl Fn(&str) -> Option<String>) -> bool {
    let var = |name: &str| var(name).unwrap_or_default();
    match wish {
        config::Links::Always => true,
        config::Links::Never => false,
        config::Links::Auto => {
            let term = var("TERM");
            let between = ["TMUX", "STY", "ZELLIJ"].iter().any(|name| !var(name).is_empty()) || term.starts_with("tmux");
            let mute = ["linux", "vt", "eterm", "dumb", "cons", "screen"].iter().any(|name| term.starts_with(name)) || term.is_empty();
            // Terminal.app shows nothing of it; VTE before 0.50 showed the marks as text.
            let old = var("TERM_PROGRAM") == "Apple_Terminal" || var("VTE_VERSION").parse::<u32>().is_ok_and(|v| v < 5_000);
            !(between || mute || old)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn links_are_drawn_once_and_taken_away_once() {
        let mut cells = Buffer::with_lines(["read 首脳 here", ""]);
        let mut links = Links::default();
        let at = |x| vec![(Rect::new(x, 0, 4, 1), address("https://a.example/1"))];
        let drawn = links.after(&cells, at(5));
        assert_eq!(drawn.len(), 1);
        assert_eq!(drawn[0].cells.iter().map(|(x, _, c)| (*x, c.symbol())).collect::<Vec<_>>(), [(5, "首"), (7, "脳")]);
        assert_eq!(links.after(&cells, at(5)), [], "nothing changed");
        cells.set_string(0, 0, "see", ratatui::style::Style::default());
        assert_eq!(links.after(&cells, at(5)), [], "not in the link");
        let drawn = links.after(&cells, at(0));
        assert_eq!(drawn.iter().map(|r| r.address.is_some()).collect::<Vec<_>>(), [false, true]);
        links.forget();
        assert_eq!(links.after(&cells, at(0)).len(), 1);
    }

    #[test]
    fn a_link_that_a_picture_took_the_place_of_left_a_hole_in_it() {
        let mut cells = Buffer::with_lines(["a link"]);
        let mut links = Links::default();
        links.after(&cells, vec![(Rect::new(2, 0, 4, 1), address("https://a.example/1"))]);
        cells[(2, 0)].set_symbol("\u{1b}Pq…\u{1b}\\");
        for x in 3..6 {
            cells[(x, 0)].set_diff_option(CellDiffOption::Skip);
        }
        assert!(links.after(&cells, Vec::new()).iter().all(|run| run.cells.is_empty()));
    }

    #[test]
    fn only_the_web_is_linked() {
        let mut links = Links::default();
        let cells = Buffer::with_lines(["mail"]);
        for bad in ["mailto:a@b.example", "ftp://a.example/x"] {
            if let Ok(address) = Address::parse(bad) {
                assert_eq!(links.after(&cells, vec![(Rect::new(0, 0, 4, 1), address)]), []);
            }
        }
    }

    #[test]
    fn terminals_that_do_not_cope_are_left_alone() {
        let check = |want: bool, around: &[(&str, &str)]| {
            let var = |name: &str| around.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            assert_eq!(wanted(config::Links::Auto, var), want, "{around:?}");
        };
        check(true, &[("TERM", "xterm-256color")]);
        check(true, &[("TERM", "xterm-256color"), ("VTE_VERSION", "7402")]);
        check(false, &[("TERM", "xterm-256color"), ("VTE_VERSION", "4802")]);
        check(false, &[("TERM", "xterm-256color"), ("TMUX", "/tmp/x,1,0")]);
        check(false, &[("TERM", "xterm-256color"), ("TERM_PROGRAM", "Apple_Terminal")]);
        check(false, &[("TERM", "linux")]);
        check(false, &[]);
        assert!(wanted(config::Links::Always, |_| None) && !wanted(config::Links::Never, |_| Some("xterm".into())));
    }
}
