//! Pictures in the text, as far as the screen goes: which of them are near what is read, and what came of them. Rows are
//! reserved when the text is laid out ([`Frames`]) and never again, so nothing moves when a picture arrives. Fetching,
//! decoding and encoding are the world's; what it sends back draws itself into cells ([`Drawn`]).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::typeset::Frames;
use crate::model::{Address, ArticleId, Clean};

/// A picture takes at most this part of the pane's height: of text that is read some is always on the screen.
const SHARE: (u16, u16) = (3, 5);
/// And never more rows than this.
const ROWS_MAX: u16 = 18;
/// Sizes of pictures that are remembered, so that next time their rows are known and not guessed.
const KNOWN_MAX: usize = 500;

/// A picture made ready for this terminal by the world outside.
pub trait Drawn: fmt::Debug + Send + Sync {
    /// Columns and rows it takes.
    fn size(&self) -> (u16, u16);
    /// Draws its rows from `skip` on into `area`, which is no larger than what is left of it.
    fn draw(&self, area: Rect, skip: u16, cells: &mut Buffer);
    /// Whether it is made of characters. What is painted in pixels neither goes under something else nor comes back from
    /// there by itself.
    fn of_characters(&self) -> bool;
}

/// A picture that the screen has room for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Of which article.
    pub article: ArticleId,
    /// Where it is.
    pub address: Address,
    /// Columns at most.
    pub cols: u16,
    /// Rows at most.
    pub rows: u16,
}

/// A picture that came.
#[derive(Clone, Debug)]
pub struct Ready {
    /// To draw.
    pub drawn: Arc<dyn Drawn>,
    /// Its own width and height.
    pub pixels: (u32, u32),
}

/// What the screen knows of pictures.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Width and height of a cell in the terminal's pixels; `None` if it shows no pictures.
    cell: Option<(u16, u16)>,
    /// The reader wants none for now.
    off: bool,
    /// The article that was opened, not only passed over: its pictures are fetched.
    opened: Option<ArticleId>,
    wanted: Vec<Wanted>,
    come: HashMap<Wanted, Result<Arc<dyn Drawn>, Clean>>,
    known: HashMap<Address, (u32, u32)>,
}

impl State {
    /// What the terminal can, and that nothing of before holds any more.
    pub fn can(&mut self, cell: Option<(u16, u16)>) {
        self.cell = cell.filter(|(w, h)| *w > 0 && *h > 0);
        self.wanted.clear();
        self.come.clear();
    }

    /// Switches them off or on again: whether they are shown now. `None` if this terminal shows none.
    pub fn toggle(&mut self) -> Option<bool> {
        self.cell?;
        self.off = !self.off;
        Some(!self.off)
    }

    /// The room for pictures in a column of this height.
    pub fn frames(&self, height: u16) -> Option<Frames<'_>> {
        let cell = self.cell.filter(|_| !self.off)?;
        let (part, of) = SHARE;
        Some(Frames { rows: (height * part / of).clamp(2, ROWS_MAX), cell, known: &self.known })
    }

    /// `near` are the pictures near what is read of `article`, `reading` whether it is read or only passed over. The new
    /// wishes, if they changed.
    pub fn settle(&mut self, article: Option<ArticleId>, reading: bool, near: Vec<Wanted>) -> Option<Vec<Wanted>> {
        if reading {
            self.opened = article;
        }
        let wanted = if article.is_some() && self.opened == article { near } else { Vec::new() };
        if wanted == self.wanted {
            return None;
        }
        let keep: HashSet<&Wanted> = wanted.iter().collect();
        self.come.retain(|w, _| keep.contains(w));
        self.wanted = wanted;
        Some(self.wanted.clone())
    }

    /// A picture came, or why it does not.
    pub fn take(&mut self, wanted: Wanted, result: Result<Ready, Clean>) {
        if !self.wanted.contains(&wanted) {
            return;
        }
        if let Ok(ready) = &result {
            if self.known.len() >= KNOWN_MAX {
                self.known.clear();
            }
            self.known.insert(wanted.address.clone(), ready.pixels);
        }
        self.come.insert(wanted, result.map(|ready| ready.drawn));
    }

    /// What came of a wish; `None` while it is on its way.
    pub fn come(&self, wanted: &Wanted) -> Option<&Result<Arc<dyn Drawn>, Clean>> {
        self.come.get(wanted)
    }

    /// Whether the article's pictures are fetched.
    pub fn opened(&self, article: ArticleId) -> bool {
        self.opened == Some(article)
    }
}
