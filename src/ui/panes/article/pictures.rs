//! The pictures in the text: which are wanted soon, and in whose name they are asked for.

use super::super::super::picture::Wanted;
use super::super::super::typeset::LaidPicture;
use super::{Doc, State};

impl State {
    /// The pictures within a page of what is on the screen.
    pub fn near_pictures(&self) -> Vec<Wanted> {
        let Some(doc) = self.doc.as_ref().filter(|_| self.diff.is_none()) else { return Vec::new() };
        let (from, to) = (self.top.saturating_sub(self.height), self.top + 2 * self.height);
        let first = |p: &LaidPicture| doc.head.len() + p.line;
        let near = doc.body.pictures.iter().filter(|p| first(p) < to && first(p) + usize::from(p.rows) > from);
        near.map(|p| self.picture(doc, p)).collect()
    }

    /// A picture as it is asked for: as one of whose post it stands in.
    pub(super) fn picture(&self, doc: &Doc, picture: &LaidPicture) -> Wanted {
        let block = doc.body.lines.get(picture.line).map(|line| line.block);
        let article = block.and_then(|block| self.live.whose(block)).map_or(doc.id, |post| post.article);
        Wanted { article, address: picture.address.clone(), cols: picture.cols, rows: picture.rows }
    }
}
