//! The posts of a live blog in the article's place. What comes while one reads waits until it is asked for, unless the
//! reader stands at the top; where one was is marked; what was edited and what was deleted is said.

use jiff::Timestamp;
use std::collections::HashSet;

use super::super::lang::say;
use super::super::linear;
use super::super::when::{self, Local};
use crate::model::{Block, Clean, Compared, LivePost, Posted, Run, Span};

/// Key events in the strip above the posts.
const STRIP: usize = 5;

/// What the pane knows of the posts.
#[derive(Debug, Default)]
pub(in super::super) struct State {
    /// The posts on the screen, newest first.
    shown: Vec<Posted>,
    /// The same with what came since, if something did.
    waiting: Option<Vec<Posted>>,
    /// Read from the oldest on.
    pub oldest_first: bool,
    /// What edited posts said before stands beside what they say now.
    pub edits: bool,
    /// The newest post that the reader had before them when these were shown.
    here: Option<Clean>,
    /// Posts that were on the screen since.
    had: HashSet<Clean>,
    /// Of those, what the cache does not know yet.
    unfiled: Vec<Clean>,
    /// The block that each post begins with, in the order of the screen, by its place among `shown`.
    begins: Vec<(u32, usize)>,
}

impl State {
    /// Another article's posts.
    pub fn open(posts: &[Posted], oldest_first: bool) -> Self {
        let here = posts.iter().find(|p| p.read).map(|p| p.post.id.clone());
        Self { shown: posts.to_vec(), oldest_first, here, ..Self::default() }
    }

    /// Whether there are any.
    pub fn any(&self) -> bool {
        !self.shown.is_empty()
    }

    /// All of them.
    pub fn posts(&self) -> &[Posted] {
        &self.shown
    }

    /// Whether one of them was edited.
    pub fn any_edit(&self) -> bool {
        self.shown.iter().any(|p| p.edit.is_some())
    }

    /// The same article's posts as they are now: kept until they are asked for.
    pub fn came(&mut self, posts: &[Posted]) {
        let differs = posts.len() != self.shown.len()
            || posts.iter().zip(&self.shown).any(|(a, b)| (&a.post, a.gone.is_some()) != (&b.post, b.gone.is_some()));
        self.waiting = differs.then(|| posts.to_vec());
    }

    /// How many posts wait, and when the newest of them was made.
    pub fn waiting(&self) -> Option<(usize, Option<Timestamp>)> {
        let waiting = self.waiting.as_ref()?;
        let known: HashSet<&Clean> = self.shown.iter().map(|p| &p.post.id).collect();
        let new: Vec<&Posted> = waiting.iter().filter(|p| !known.contains(&p.post.id)).collect();
        Some((new.len(), new.first().and_then(|p| p.post.time)))
    }

    /// Shows what waits. Whether anything did.
    pub fn show(&mut self) -> bool {
        let Some(waiting) = self.waiting.take() else { return false };
        self.here = self.shown.first().map(|p| p.post.id.clone()).or(self.here.take());
        self.shown = waiting;
        for post in &mut self.shown {
            post.read |= self.had.contains(&post.post.id);
        }
        true
    }

    /// The posts in `from..to` of the text's blocks are on the screen.
    pub fn on_screen(&mut self, from: u32, to: u32) {
        // What stood there before the reader first came is history, not news.
        let first = self.here.is_none() && self.had.is_empty();
        for (n, (begins, at)) in self.begins.iter().enumerate() {
            let ends = self.begins.get(n + 1).map_or(u32::MAX, |next| next.0);
            let Some(post) = self.shown.get(*at) else { continue };
            if (first || (*begins < to && ends > from)) && self.had.insert(post.post.id.clone()) && !post.read {
                self.unfiled.push(post.post.id.clone());
            }
        }
    }

    /// What the cache is to be told.
    pub fn take_unfiled(&mut self) -> Vec<Clean> {
        std::mem::take(&mut self.unfiled)
    }

    /// The block of the first post after the reader's mark, in the order of the screen; of the newest where there is none.
    pub fn resume(&self) -> Option<u32> {
        let here = self.here.as_ref().and_then(|id| self.shown.iter().position(|p| p.post.id == *id));
        let wanted =
            if self.oldest_first { here.map_or(self.shown.len().checked_sub(1), |at| at.checked_sub(1).or(Some(0))) } else { None };
        self.begins.iter().find(|(_, at)| Some(*at) == wanted).map(|(block, _)| *block)
    }

    /// Writes the posts as blocks after those that are there.
    pub fn write(&mut self, blocks: &mut Vec<Block>, zone: &Local, now: Timestamp, plain: bool) {
        self.begins.clear();
        let stamp = |post: &LivePost| post.time.map_or(String::new(), |t| when::stamp(t, now, zone));
        let keys: Vec<&Posted> = self.shown.iter().filter(|p| p.post.key_event && p.gone.is_none()).take(STRIP).collect();
        if !keys.is_empty() {
            blocks.push(heading(say!("live-key-events"), false));
            let line =
                |p: &&Posted| vec![Block::paragraph(&format!("{}  {}", stamp(&p.post), p.post.title.as_deref().unwrap_or_default()))];
            blocks.push(Block::List { ordered: false, start: 1, items: keys.iter().map(line).collect() });
        }
        let mark = self.here.as_ref().and_then(|id| self.shown.iter().position(|p| p.post.id == *id)).filter(|at| *at > 0);
        let order: Vec<usize> = if self.oldest_first { (0..self.shown.len()).rev().collect() } else { (0..self.shown.len()).collect() };
        for (n, at) in order.into_iter().enumerate() {
            // Above the mark stands what is new to the reader, or below it, as they read.
            if (!self.oldest_first && mark == Some(at)) || (self.oldest_first && mark.is_some_and(|m| at + 1 == m)) {
                let words = if self.oldest_first { say!("live-new-below") } else { say!("live-new-above") };
                let words = if plain { say!("live-here") } else { words };
                blocks.push(Block::Paragraph { spans: vec![Span { emphasis: true, ..Span::plain(words) }] });
            }
            if n > 0 || !blocks.is_empty() {
                blocks.push(Block::Rule);
            }
            self.begins.push((blocks.len() as u32, at));
            self.post(&self.shown[at], &stamp(&self.shown[at].post), plain, blocks);
        }
    }

    fn post(&self, posted: &Posted, stamp: &str, plain: bool, blocks: &mut Vec<Block>) {
        let post = &posted.post;
        let gone = posted.gone.is_some();
        let mut words = stamp.to_owned();
        for (is, sign, said) in [
            (!posted.read && self.here.is_some(), "●", say!("live-new")),
            (post.key_event, "▪", say!("live-key-event")),
            (gone, say!("live-deleted"), say!("live-deleted")),
            (posted.edit.is_some(), say!("live-edited"), say!("live-edited")),
        ] {
            if is {
                words.push_str(if words.is_empty() { "" } else { " " });
                words.push_str(if plain { said } else { sign });
            }
        }
        let mut spans = vec![Span::plain(&format!("{words}  "))];
        if let Some(title) = &post.title {
            spans.push(Span { struck: gone, ..Span::plain(title) });
        }
        blocks.push(Block::Heading { level: 3, spans });
        match &posted.edit {
            Some(edit) if self.edits => {
                if edit.title.iter().any(|r| !matches!(r, Run::Same(_))) {
                    blocks.push(Block::Paragraph { spans: runs(&edit.title, plain) });
                }
                for part in &edit.text {
                    blocks.push(match part {
                        Compared::Folded(n) => Block::paragraph(&format!("… {} …", say!("live-unchanged", n = *n))),
                        Compared::Runs(all) => Block::Paragraph { spans: runs(all, plain) },
                    });
                }
            }
            _ if gone => {
                let text: Vec<String> = post.body.iter().map(Block::text).collect();
                blocks.push(Block::Paragraph { spans: vec![Span { struck: true, ..Span::plain(&text.join(" ")) }] });
            }
            _ => blocks.extend(post.body.iter().cloned()),
        }
    }
}

fn heading(words: &str, struck: bool) -> Block {
    Block::Heading { level: 3, spans: vec![Span { struck, ..Span::plain(words) }] }
}

/// Words that came and went, in the signs that two versions are compared in.
fn runs(all: &[Run], plain: bool) -> Vec<Span> {
    let mut out = Vec::new();
    for (i, run) in all.iter().enumerate() {
        if i > 0 {
            out.push(Span::plain(" "));
        }
        out.push(match (run, plain) {
            (Run::Same(text), _) => Span::plain(text),
            (Run::Added(text), false) => Span { strong: true, ..Span::plain(&format!("{{+{text}+}}")) },
            (Run::Removed(text), false) => Span { struck: true, ..Span::plain(&format!("[-{text}-]")) },
            (Run::Added(text), true) => Span::plain(&linear::spoken(&format!("({}: {text})", say!("diff-added")))),
            (Run::Removed(text), true) => Span::plain(&linear::spoken(&format!("({}: {text})", say!("diff-removed")))),
        });
    }
    out
}
