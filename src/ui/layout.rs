//! Where everything stands: one pure function of the size and the arrangement, called by update and by view, so that a
//! click lands where it was drawn. Panes share their border lines.

use ratatui::layout::Rect;

use super::lang::say;

/// The four panes, from left to right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pane {
    /// What can be listed.
    Desk,
    /// The list.
    #[default]
    Headlines,
    /// The text.
    Article,
    /// Who reported it.
    Sources,
}

impl Pane {
    /// In their order.
    pub const ALL: [Pane; 4] = [Pane::Desk, Pane::Headlines, Pane::Article, Pane::Sources];

    /// The name in its border.
    pub fn name(self) -> &'static str {
        match self {
            Pane::Desk => say!("pane-desk"),
            Pane::Headlines => say!("pane-headlines"),
            Pane::Article => say!("pane-article"),
            Pane::Sources => say!("pane-sources"),
        }
    }
}

/// How much the focused pane takes for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zoom {
    /// Its place among the others.
    #[default]
    Off,
    /// The whole screen.
    Pane,
    /// The article without anything around it.
    Alone,
}

/// Room for panes that the reader set, by dragging a border or in the configuration: columns or rows without borders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The desk's columns, where it stands beside the headlines.
    pub desk: Option<u16>,
    /// The columns of the headlines.
    pub headlines: Option<u16>,
    /// The rows of the sources below the article.
    pub sources: Option<u16>,
}

/// A border that can be dragged: the right one of the desk or the headlines, the upper one of the sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// Between desk and headlines.
    Desk,
    /// Between what is listed and what is read.
    Headlines,
    /// Between article and sources.
    Sources,
}

/// What the reader chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// The pane that the keys go to.
    pub focus: Pane,
    /// Its zoom.
    pub zoom: Zoom,
    /// One pane at a time, without borders.
    pub linear: bool,
    /// Where the borders were dragged to.
    pub sizes: Sizes,
}

/// The smallest screen that holds anything.
pub const LEAST: (u16, u16) = (20, 6);
/// The widest a line of text gets: beyond this the eye loses the next line.
pub const MEASURE: u16 = 72;

/// The narrowest and widest desk beside the headlines, the narrowest list and the narrowest text beside it.
const DESK: (u16, u16) = (12, 44);
const LIST: u16 = 24;
const READ: u16 = 30;

/// Where the panes stand: outer rectangles with their borders, which neighbours share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The screen.
    pub area: Rect,
    /// One for each of [`Pane::ALL`]; `None` is not on the screen.
    panes: [Option<Rect>; 4],
    /// Whether borders (and in the lowest the footer) are drawn.
    pub framed: bool,
    /// Everything begins at the left edge.
    linear: bool,
}

impl Layout {
    /// Whether there is room for anything at all.
    pub fn fits(&self) -> bool {
        self.area.width >= LEAST.0 && self.area.height >= LEAST.1
    }

    /// A pane with its border.
    pub fn outer(&self, pane: Pane) -> Option<Rect> {
        self.panes[pane as usize]
    }

    /// A pane without its border.
    pub fn inner(&self, pane: Pane) -> Option<Rect> {
        let r = self.panes[pane as usize]?;
        if !self.framed {
            return Some(r);
        }
        Some(Rect::new(r.x + 1, r.y + 1, r.width.saturating_sub(2), r.height.saturating_sub(2)))
    }

    /// Which pane is drawn there, its border included.
    pub fn at(&self, x: u16, y: u16) -> Option<Pane> {
        Pane::ALL
            .into_iter()
            .find(|p| self.inner(*p).is_some_and(|r| r.contains((x, y).into())))
            .or_else(|| Pane::ALL.into_iter().find(|p| self.outer(*p).is_some_and(|r| r.contains((x, y).into()))))
    }

    /// The border there that can be dragged.
    pub fn border_at(&self, x: u16, y: u16) -> Option<Border> {
        let shown = |pane: Pane| self.outer(pane).filter(|_| self.framed);
        let (listed, read) = (shown(Pane::Headlines).or(shown(Pane::Desk)), shown(Pane::Article).or(shown(Pane::Sources)));
        let beside = y > 0 && y + 1 < self.area.height;
        if let (Some(desk), Some(_), true) = (shown(Pane::Desk), shown(Pane::Headlines), beside)
            && x + 1 == desk.right()
        {
            return Some(Border::Desk);
        }
        if let (Some(listed), Some(read), true) = (listed, read, beside)
            && x + 1 == listed.right()
            && x == read.x
        {
            return Some(Border::Headlines);
        }
        let sources = shown(Pane::Article).and(shown(Pane::Sources))?;
        (y == sources.y && (sources.x..sources.right()).contains(&x)).then_some(Border::Sources)
    }

    /// The room that panes get when this border is dragged there.
    pub fn dragged(&self, border: Border, x: u16, y: u16, sizes: Sizes) -> Sizes {
        match border {
            Border::Desk => Sizes { desk: Some(x.saturating_sub(1)), ..sizes },
            Border::Headlines => {
                let left = self.outer(Pane::Headlines).or(self.outer(Pane::Desk)).map_or(0, |r| r.x);
                Sizes { headlines: Some(x.saturating_sub(left + 1)), ..sizes }
            }
            Border::Sources => Sizes { sources: Some(self.area.bottom().saturating_sub(y + 2)), ..sizes },
        }
    }

    /// The text column of the article pane: centred, never wider than [`MEASURE`].
    pub fn column(&self) -> Option<Rect> {
        let r = self.inner(Pane::Article)?;
        Some(if self.linear { Rect { width: r.width.min(MEASURE), ..r } } else { column(r) })
    }
}

/// The text column in `r`.
fn column(r: Rect) -> Rect {
    let margin = if r.width >= 24 { 1 } else { 0 };
    let width = r.width.saturating_sub(2 * margin).min(MEASURE);
    let spare = r.width.saturating_sub(width);
    // Centred only when there is plenty: a text that is nearly as wide as its pane stands at the pane's left like its title.
    let left = if spare > 8 { spare / 2 } else { margin };
    Rect::new(r.x + left, r.y, width, r.height)
}

/// The layout.
pub fn layout(cols: u16, rows: u16, arrangement: Arrangement) -> Layout {
    let area = Rect::new(0, 0, cols, rows);
    let mut out = Layout { area, panes: [None; 4], framed: true, linear: arrangement.linear };
    if !out.fits() {
        return out;
    }
    let focus = arrangement.focus;
    if arrangement.linear {
        out.framed = false;
        // A line above that says where one is, one below that says what can be done.
        out.panes[focus as usize] = Some(Rect::new(0, 1, cols, rows - 2));
        return out;
    }
    match arrangement.zoom {
        Zoom::Alone => {
            out.framed = false;
            // The lowest line is for notices: they never cover the text.
            out.panes[Pane::Article as usize] = Some(Rect::new(0, 1, cols, rows - 2));
            return out;
        }
        Zoom::Pane => {
            out.panes[focus as usize] = Some(area);
            return out;
        }
        Zoom::Off => {}
    }
    if cols < 100 {
        let reading = matches!(focus, Pane::Article | Pane::Sources);
        if reading && cols >= 60 && rows >= 34 {
            stack(&mut out, area, arrangement.sizes);
        } else {
            out.panes[focus as usize] = Some(area);
        }
        return out;
    }
    // Widths without borders.
    let sizes = arrangement.sizes;
    let (desk, list, rest) = if cols >= 150 {
        let desk = sizes.desk.unwrap_or(24).clamp(DESK.0, DESK.1);
        let rest = cols - 4 - desk;
        (Some(desk), (rest * 2 / 5).clamp(46, 78), rest)
    } else {
        (None, ((cols - 3) * 2 / 5).clamp(40, 60), cols - 3)
    };
    let list = sizes.headlines.map_or(list, |n| n.clamp(LIST, rest - READ));
    let mut x = 0;
    if let Some(desk) = desk {
        out.panes[Pane::Desk as usize] = Some(Rect::new(0, 0, desk + 2, rows));
        x = desk + 1;
    }
    let left = if desk.is_none() && focus == Pane::Desk { Pane::Desk } else { Pane::Headlines };
    out.panes[left as usize] = Some(Rect::new(x, 0, list + 2, rows));
    x += list + 1;
    let right = Rect::new(x, 0, cols - x, rows);
    if rows >= 18 {
        stack(&mut out, right, sizes);
    } else {
        let pane = if focus == Pane::Sources { Pane::Sources } else { Pane::Article };
        out.panes[pane as usize] = Some(right);
    }
    out
}

/// The article over the sources.
fn stack(out: &mut Layout, area: Rect, sizes: Sizes) {
    let sources = match sizes.sources {
        Some(rows) => rows.saturating_add(2).clamp(4, area.height - 7),
        None => (area.height * 3 / 10).clamp(7, 16),
    };
    let article = area.height - sources + 1;
    out.panes[Pane::Article as usize] = Some(Rect { height: article, ..area });
    out.panes[Pane::Sources as usize] = Some(Rect { y: area.y + article - 1, height: sources, ..area });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cols: u16, rows: u16, focus: Pane, want: &[Pane]) {
        let out = layout(cols, rows, Arrangement { focus, ..Arrangement::default() });
        let shown: Vec<Pane> = Pane::ALL.into_iter().filter(|p| out.outer(*p).is_some()).collect();
        assert_eq!(shown, want, "{cols}×{rows} {focus:?}");
    }

    #[test]
    fn panes_fold_by_width() {
        use Pane::*;
        check(160, 45, Headlines, &[Desk, Headlines, Article, Sources]);
        check(120, 36, Headlines, &[Headlines, Article, Sources]);
        check(120, 36, Desk, &[Desk, Article, Sources]);
        check(100, 15, Sources, &[Headlines, Sources]);
        check(80, 24, Headlines, &[Headlines]);
        check(80, 24, Article, &[Article]);
        check(80, 24, Sources, &[Sources]);
        check(80, 40, Article, &[Article, Sources]);
        check(40, 40, Article, &[Article]);
        check(20, 6, Desk, &[Desk]);
        check(19, 40, Desk, &[]);
    }

    #[test]
    fn borders_follow_the_mouse_as_far_as_panes_can_go() {
        for (cols, rows) in [(100, 18), (120, 36), (160, 45), (250, 60), (80, 40)] {
            for (border, far) in [(Border::Desk, 30), (Border::Headlines, 66), (Border::Sources, 12)] {
                let mut arrangement = Arrangement { focus: Pane::Article, ..Arrangement::default() };
                let before = layout(cols, rows, arrangement);
                let Some((x, y)) =
                    (0..cols).flat_map(|x| (0..rows).map(move |y| (x, y))).find(|(x, y)| before.border_at(*x, *y) == Some(border))
                else {
                    continue;
                };
                let to = if border == Border::Sources { (x, far) } else { (far, y) };
                arrangement.sizes = before.dragged(border, to.0, to.1, arrangement.sizes);
                let after = layout(cols, rows, arrangement);
                let reached = after.border_at(to.0, to.1) == Some(border);
                assert!(reached || rows < 20 || border != Border::Sources, "{border:?} at {cols}×{rows}");
                // However far it is dragged, every pane keeps its room.
                for end in [0, 1_000] {
                    arrangement.sizes = before.dragged(border, end, end, arrangement.sizes);
                    let after = layout(cols, rows, arrangement);
                    for pane in Pane::ALL.into_iter().filter(|p| before.outer(*p).is_some()) {
                        let r = after.inner(pane).unwrap();
                        assert!(r.width >= 12 && r.height >= 2 && r.intersection(after.area) == r, "{pane:?} {r:?} at {cols}×{rows}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_focus_is_on_the_screen_and_nothing_hangs_over_its_edge() {
        for cols in (0..300).step_by(7) {
            for rows in 0..70 {
                for focus in Pane::ALL {
                    for (zoom, linear) in [(Zoom::Off, false), (Zoom::Pane, false), (Zoom::Alone, true)] {
                        let out = layout(cols, rows, Arrangement { focus, zoom, linear, ..Arrangement::default() });
                        assert_eq!(out.fits(), out.outer(focus).is_some());
                        for pane in Pane::ALL {
                            if let Some(r) = out.outer(pane) {
                                assert_eq!(r.intersection(out.area), r);
                                assert!(out.inner(pane).is_some_and(|i| i.width > 0 && i.height > 0));
                            }
                        }
                    }
                }
            }
        }
    }
}
