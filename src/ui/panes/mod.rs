//! The four panes: state, update and view of one pane in one file.

pub(super) mod article;
pub(super) mod desk;
pub(super) mod diff;
mod head;
pub(super) mod headlines;
pub(super) mod live;
pub(super) mod sources;

/// A movement in a pane, by rows or lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// So many rows or lines, downwards if positive.
    Rows(i64),
    /// So many half pages.
    Halves(i64),
    /// So many pages.
    Pages(i64),
    /// To the top.
    Top,
    /// To the bottom.
    Bottom,
}

impl Move {
    /// Where it leads from `from` among `len` rows of which `page` are visible.
    pub fn of(self, from: usize, len: usize, page: usize) -> usize {
        let last = len.saturating_sub(1);
        let by = |n: i64| {
            let n = isize::try_from(n).unwrap_or(isize::MAX);
            from.saturating_add_signed(n).min(last)
        };
        let page = i64::try_from(page).unwrap_or(i64::MAX);
        match self {
            Move::Rows(n) => by(n),
            Move::Halves(n) => by(n.saturating_mul((page / 2).max(1))),
            Move::Pages(n) => by(n.saturating_mul((page - 1).max(1))),
            Move::Top => 0,
            Move::Bottom => last,
        }
    }
}

/// The first visible row, moved as little as needed for `selected` to be visible.
pub(super) fn follow(top: usize, selected: usize, visible: usize, len: usize) -> usize {
    let visible = visible.max(1);
    let top = top.min(selected).max((selected + 1).saturating_sub(visible));
    top.min(len.saturating_sub(visible))
}
