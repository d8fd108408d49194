//! Going through what a search found: from hit to hit in the text, and on to the next article of the list.

use super::lang::say;
use super::layout::Pane;
use super::{Level, Model};

impl Model {
    /// Whether a search is what `n` and `N` go through: words are sought in the list, and one of its articles is read.
    pub(super) fn searching(&self) -> bool {
        self.headlines.searched() && self.focus() == Pane::Article && self.overlay.is_none()
    }

    /// To the next hit in the text; after the last one, to the first of the next article that was found.
    pub(super) fn next_hit(&mut self, backwards: bool) {
        if self.article.next_hit(backwards) {
            return;
        }
        let before = self.headlines.selected;
        self.article.want_hit(backwards);
        self.neighbour(if backwards { -1 } else { 1 });
        if self.headlines.selected == before {
            self.article.forget_wanted();
            self.say(Level::Info, if backwards { say!("search-none-above") } else { say!("search-none-below") });
        }
    }
}
