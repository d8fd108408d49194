//! Choosing paragraphs in the text: one on its own or several in a row, to copy or to highlight; and drawing what is chosen and
//! what is highlighted, by a sign beside it as well as by its look.

use ratatui::layout::Rect;

use super::super::super::draw::Pen;
use super::super::super::lang::say;
use super::super::super::theme::Role;
use super::super::Move;
use super::State;
use crate::model::{Article, ArticleId, Block, Clean, Covered, Highlight, Span, highlighted};

/// The paragraphs chosen, by their blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    /// Where it began; moves along until it is held.
    from: usize,
    to: usize,
    /// Movement stretches it.
    held: bool,
}

impl Chosen {
    fn range(self) -> std::ops::RangeInclusive<usize> {
        self.from.min(self.to)..=self.from.max(self.to)
    }
}

/// Whether a block has words to choose.
fn wordy(at: usize, block: &Block) -> bool {
    Highlight::of(at, block).is_some()
}

impl State {
    /// Whether paragraphs are being chosen.
    pub fn choosing(&self) -> bool {
        self.chosen.is_some()
    }

    /// What the pane's title says meanwhile.
    pub(super) fn choosing_words(&self) -> Option<&'static str> {
        let chosen = self.chosen?;
        Some(if chosen.held { say!("article-stretching") } else { say!("article-choosing") })
    }

    /// The first block on the screen that has words.
    fn on_top(&self) -> Option<usize> {
        let doc = self.doc.as_ref()?;
        let line = doc.body.lines.iter().skip(self.top.saturating_sub(doc.head.len())).find(|l| !l.spans.is_empty())?;
        let from = line.block as usize;
        (from..doc.blocks.len()).find(|at| wordy(*at, &doc.blocks[*at]))
    }

    /// Begins to choose, then to stretch what is chosen, then leaves it. Whether there was anything to choose.
    pub fn choose(&mut self) -> bool {
        self.chosen = match self.chosen {
            None => self.on_top().map(|at| Chosen { from: at, to: at, held: false }),
            Some(chosen) if !chosen.held => Some(Chosen { held: true, ..chosen }),
            Some(_) => return self.leave_choice(),
        };
        self.chosen.is_some()
    }

    /// Leaves it. Whether anything was chosen.
    pub fn leave_choice(&mut self) -> bool {
        self.chosen.take().is_some()
    }

    /// Moves what is chosen, or its end.
    pub fn go_choosing(&mut self, to: Move) {
        let (Some(mut chosen), Some(doc)) = (self.chosen, &self.doc) else { return };
        let wordy: Vec<usize> = doc.blocks.iter().enumerate().filter(|(at, block)| wordy(*at, block)).map(|(at, _)| at).collect();
        let at = wordy.partition_point(|at| *at < chosen.to);
        let Some(next) = wordy.get(to.of(at, wordy.len(), 4)) else { return };
        chosen.to = *next;
        if !chosen.held {
            chosen.from = *next;
        }
        self.chosen = Some(chosen);
        self.show_block(*next);
    }

    /// Scrolls as little as needed for a block to be seen, its beginning first.
    pub fn show_block(&mut self, block: usize) {
        let Some(doc) = &self.doc else { return };
        let on = |l: &super::LaidLine| l.block as usize == block && !l.spans.is_empty();
        let head = doc.head.len();
        let Some(first) = doc.body.lines.iter().position(on).map(|at| at + head) else { return };
        let last = doc.body.lines.iter().rposition(on).map_or(first, |at| at + head);
        if last >= self.top + self.height {
            self.top = (last + 1).saturating_sub(self.height);
        }
        self.paged = false;
        self.top = self.top.min(first).min(self.last_top());
        self.note_anchor();
    }

    /// The words of what is chosen, or of the paragraph on top.
    pub fn quoted(&self) -> Vec<Clean> {
        let Some(doc) = &self.doc else { return Vec::new() };
        let blocks = self.meant().into_iter().filter_map(|at| doc.blocks.get(at));
        blocks.flat_map(|block| block.text().lines().map(Clean::line).collect::<Vec<_>>()).collect()
    }

    /// The post of another outlet that the first of these words stand in, if they do.
    pub fn quoted_from(&self) -> Option<&Covered> {
        let first = self.meant().first().copied()?;
        self.live.whose(first as u32).filter(|post| Some(post.article) != self.target)
    }

    /// The blocks with words that are meant: those chosen, or the one on top.
    fn meant(&self) -> Vec<usize> {
        let Some(doc) = &self.doc else { return Vec::new() };
        let range = match self.chosen {
            Some(chosen) => chosen.range(),
            None => match self.on_top() {
                Some(at) => at..=at,
                None => return Vec::new(),
            },
        };
        range.filter(|at| doc.blocks.get(*at).is_some_and(|block| wordy(*at, block))).collect()
    }

    /// Highlights what is meant, or takes its highlights off where all of it has them: seen at once. What to keep of it.
    pub fn toggle_highlights(&mut self) -> Option<(ArticleId, Vec<Highlight>, bool)> {
        // What another outlet says is none of this article's text.
        let own = |at: &usize| self.live.whose(*at as u32).is_none_or(|post| Some(post.article) == self.target);
        let meant: Vec<usize> = self.meant().into_iter().filter(own).collect();
        let (Some(doc), Some(article)) = (&self.doc, self.article.as_mut()) else { return None };
        if meant.is_empty() || self.target != Some(article.id) {
            return None;
        }
        let kept = highlighted(&doc.blocks, &article.marks.highlights);
        let on = meant.iter().any(|at| !kept.contains(&Some(*at)));
        let marks: Vec<Highlight> = if on {
            let new = meant.iter().filter(|at| !kept.contains(&Some(**at)));
            new.filter_map(|at| Highlight::of(*at, &doc.blocks[*at])).collect()
        } else {
            let of = article.marks.highlights.iter().zip(&kept).filter(|(_, at)| at.is_some_and(|at| meant.contains(&at)));
            of.map(|(mark, _)| mark.clone()).collect()
        };
        if on {
            article.marks.highlights.extend(marks.iter().cloned());
            article.marks.highlights.sort_by_key(|mark| mark.block);
        } else {
            article.marks.highlights.retain(|mark| !marks.contains(mark));
        }
        let id = article.id;
        self.chosen = None;
        self.marks_changed();
        Some((id, marks, on))
    }

    /// Each highlight with the block that it stands on.
    pub fn found_highlights(&self) -> Vec<(Highlight, Option<usize>)> {
        let (Some(doc), Some(article)) = (&self.doc, &self.article) else { return Vec::new() };
        let marks = &article.marks.highlights;
        let mut found: Vec<_> = marks.iter().cloned().zip(highlighted(&doc.blocks, marks)).collect();
        found.sort_by_key(|(mark, at)| (at.unwrap_or(usize::MAX), mark.block));
        found
    }

    /// Scrolls so that a block begins on top.
    pub fn show_on_top(&mut self, block: usize) {
        let Some(doc) = &self.doc else { return };
        let line = doc.body.lines.iter().position(|l| l.block as usize == block && !l.spans.is_empty());
        if let Some(line) = line {
            self.top = (line + doc.head.len()).min(self.last_top());
            self.note_anchor();
        }
    }

    /// Highlights or the note are others now: what is drawn of them is made anew.
    pub fn marks_changed(&mut self) {
        self.head_stale = true;
        if self.plain {
            // There they are words in the text.
            self.doc = None;
        }
    }

    /// Finds the highlights in the text as it is laid out.
    pub(super) fn mark(&mut self) {
        self.marked = match (&self.doc, &self.article) {
            (Some(doc), Some(article)) => highlighted(&doc.blocks, &article.marks.highlights).into_iter().flatten().collect(),
            _ => Vec::new(),
        };
    }

    /// Draws over a line what it is part of. Whether it is the end of what is chosen that moves.
    pub(super) fn draw_marks(&self, pen: &mut Pen<'_>, column: Rect, y: u16, line: &super::LaidLine) -> bool {
        let block = line.block as usize;
        if line.spans.is_empty() {
            return false;
        }
        let chosen = self.chosen.filter(|c| c.range().contains(&block));
        let wide = u16::try_from(line.width()).unwrap_or(u16::MAX).min(column.width);
        let (role, sign, look) = match chosen {
            Some(_) => (Role::Bar, "▌", Role::Selected),
            None if self.marked.contains(&block) => (Role::Highlight, "┃", Role::Highlight),
            None => return false,
        };
        pen.tint(Rect::new(column.x, y, wide, 1), look);
        // Beside the text where there is a margin.
        if let Some(x) = column.x.checked_sub(1).filter(|x| pen.cells.cell((*x, y)).is_some_and(|cell| cell.symbol() == " ")) {
            pen.put(x, y, 1, sign, role);
        }
        chosen.is_some_and(|c| c.to == block)
    }
}

/// The text for the ear: what is highlighted begins with the word.
pub(super) fn spoken_marks(article: &Article, blocks: &[Block]) -> Vec<Block> {
    let mut out = blocks.to_vec();
    for at in highlighted(blocks, &article.marks.highlights).into_iter().flatten() {
        if let Block::Paragraph { spans } | Block::Heading { spans, .. } = &mut out[at] {
            spans.insert(0, Span::plain(&format!("{}: ", say!("article-highlighted"))));
        }
    }
    out
}
