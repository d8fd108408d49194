//! Turning pages. A page never ends after the first line of a paragraph, a heading or half a picture, and never begins with
//! a paragraph's last line: lines that would stand alone wait for the next page, and the room below stays empty.

use super::State;

impl State {
    /// Whether a page should not end after this line.
    pub(super) fn clings(&self, line: usize) -> bool {
        let Some(doc) = &self.doc else { return false };
        line.checked_sub(doc.head.len()).and_then(|at| doc.body.lines.get(at)).is_some_and(|line| line.keep_with_next)
    }

    /// The line after the last that is shown.
    pub(super) fn end(&self) -> usize {
        let full = (self.top + self.height).min(self.len());
        if !self.paged || full == self.len() {
            return full;
        }
        let mut end = full;
        while end > self.top && self.clings(end - 1) {
            end -= 1;
        }
        // What clings together for longer than half a page is parted.
        if full - end > self.height / 2 { full } else { end }
    }

    /// The first line of a page that is to begin near this one: no later, and not with the end of a paragraph.
    fn begin(&self, line: usize, least: usize) -> usize {
        let mut top = line;
        while top > least && self.clings(top - 1) {
            top -= 1;
        }
        if line - top > self.height / 2 { line } else { top }
    }

    /// Turns so many pages. One line of the page before stays, so that the eye finds on.
    pub(super) fn turn(&mut self, pages: i64) {
        for _ in 0..pages.unsigned_abs().min(10_000) {
            let before = self.top;
            if pages > 0 {
                let end = self.end();
                if end < self.len() {
                    // More than that line stays where it would stand alone, but the page always turns.
                    self.top = self.begin(end.saturating_sub(1).max(self.top + 1), self.top + 1);
                }
                self.paged = true;
            } else {
                let mut top = (self.top + 1).saturating_sub(self.height.max(2)).min(self.top.saturating_sub(1));
                let first = top;
                while top > 0 && top + 1 < before && self.clings(top - 1) && top - first < self.height / 2 {
                    top += 1;
                }
                self.top = top;
                self.paged = true;
                // What stands between this page and the last is not to be skipped.
                self.paged = self.end() >= before;
            }
            self.top = self.top.min(self.last_top().max(if pages > 0 { before } else { 0 }));
            if self.top == before {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, Span};
    use crate::ui::panes::Move;
    use crate::ui::when::Local;
    use proptest::prelude::*;
    use ratatui::layout::Rect;

    fn state(blocks: Vec<Block>, width: u16, height: u16, justify: bool) -> State {
        let mut article = crate::ui::tests::article(1, "2025-08-16T09:50:00Z", "The Ledger", "Talks end", blocks);
        article.item.complete = true;
        let mut state = State { justify, ..State::new(false) };
        state.aim(article.id, None);
        state.fill(Some(Box::new(article)));
        let zone = Local { zone: jiff::tz::TimeZone::UTC, manner: crate::ui::Manner::default() };
        state.lay(Rect::new(0, 0, width, height), None, &zone, "2025-08-16T10:00:00Z".parse().unwrap());
        state
    }

    /// From how many words which block is made: paragraphs, now and then a heading or a list.
    fn blocks(sizes: &[usize]) -> Vec<Block> {
        let words = |n: usize| "Something was said of it again ".repeat(n).trim().to_owned();
        let block = |(i, n): (usize, &usize)| match i % 5 {
            3 => Block::Heading { level: 2, spans: vec![Span::plain(&words(1 + n % 3))] },
            4 => Block::List { ordered: false, start: 1, items: (0..*n).map(|_| vec![Block::paragraph(&words(2))]).collect() },
            _ => Block::paragraph(&words(*n)),
        };
        sizes.iter().enumerate().map(block).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_page_breaks_a_paragraph_off_its_first_or_last_line(
            sizes in prop::collection::vec(1usize..12, 1..30), width in 40u16..80, height in 16u16..50, justify: bool,
        ) {
            let mut state = state(blocks(&sizes), width, height, justify);
            let mut tops = vec![0];
            for _ in 0..2_000 {
                let end = state.end();
                prop_assert!(end > state.top);
                prop_assert!(end == state.len() || !state.clings(end - 1), "a line stands alone at the bottom");
                let top = state.top;
                state.go(Move::Pages(1));
                if state.top == top {
                    break;
                }
                prop_assert!(state.top < end && state.top > top, "nothing is skipped, and pages turn");
                prop_assert!(!state.clings(state.top - 1), "a line stands alone at the top");
                tops.push(state.top);
            }
            prop_assert_eq!(state.end(), state.len());
            // And back, where nothing is skipped either.
            for _ in 0..2_000 {
                let top = state.top;
                state.go(Move::Pages(-1));
                if state.top == top {
                    break;
                }
                prop_assert!(state.top < top && state.end() >= top);
            }
            prop_assert_eq!(state.top, 0);
        }
    }

    #[test]
    fn lines_that_wait_come_with_the_next_page() {
        let mut state = state(blocks(&[5, 5, 5, 1, 5, 5]), 40, 12, false);
        let first = state.end();
        assert!(first < 12, "{first}");
        state.go(Move::Pages(1));
        assert!(state.top < first && state.end() > first);
        // One line further shows the screen full again.
        state.go(Move::Rows(1));
        assert_eq!(state.end(), (state.top + 12).min(state.len()));
    }
}
