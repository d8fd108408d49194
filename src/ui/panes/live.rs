//! The posts of a live blog in the article's place; where several outlets tell a story live, those of all of them in one
//! line. What comes while one reads waits until it is asked for, unless the reader stands at the top; where one was is
//! marked; what was edited and what was deleted is said.

use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet};

use super::super::lang::say;
use super::super::linear;
use super::super::when::{self, Local};
use crate::model::{ArticleId, Block, Clean, Compared, Covered, LivePost, Run, Span};

/// Key events in the strip above the posts.
const STRIP: usize = 5;
/// Outlets that are named of those that bring a post.
const NAMED: usize = 3;

/// A post among those of all live blogs.
type Key = (ArticleId, Clean);

/// What the pane knows of the posts.
#[derive(Debug, Default)]
pub(in super::super) struct State {
    /// The posts on the screen, newest first.
    shown: Vec<Covered>,
    /// The same with what came since, if something did.
    waiting: Option<Vec<Covered>>,
    /// Several outlets tell it, so that each post says whose it is.
    several: bool,
    /// Read from the oldest on.
    pub oldest_first: bool,
    /// What edited posts said before stands beside what they say now.
    pub edits: bool,
    /// The newest post that the reader had before them when these were shown.
    here: Option<Key>,
    /// Posts that were on the screen since.
    had: HashSet<Key>,
    /// Of those, what the cache does not know yet.
    unfiled: Vec<Key>,
    /// The block that each post begins with, in the order of the screen, by its place among `shown`.
    begins: Vec<(u32, usize)>,
}

impl State {
    /// Another article's posts.
    pub fn open(posts: Vec<Covered>, oldest_first: bool) -> Self {
        let here = posts.iter().find(|p| p.read()).map(key);
        let mut state = Self { oldest_first, here, ..Self::default() };
        state.put(posts);
        state
    }

    /// Shows these posts. Of a live blog that joins the line while others were read, what is older than where the reader
    /// was is history, not news.
    fn put(&mut self, mut posts: Vec<Covered>) {
        let mark = self.here.as_ref().and_then(|here| posts.iter().position(|p| is(p, here)));
        let begun: HashSet<ArticleId> = posts.iter().flat_map(Covered::all).filter(|all| all.2).map(|all| all.0).collect();
        for (at, post) in posts.iter_mut().enumerate() {
            let had = post.all().any(|(article, id, _)| self.had.contains(&(article, id.clone())));
            if had || (mark.is_some_and(|mark| at > mark) && !begun.contains(&post.article)) {
                self.had(post);
                post.posted.read = true;
            }
        }
        self.several = posts.iter().any(|p| p.outlet != posts[0].outlet || !p.also.is_empty());
        self.shown = posts;
    }

    /// The reader has this post before them.
    fn had(&mut self, post: &Covered) {
        for (article, id, read) in post.all() {
            let key = (article, id.clone());
            if self.had.insert(key.clone()) && !read {
                self.unfiled.push(key);
            }
        }
    }

    /// Whether there are any.
    pub fn any(&self) -> bool {
        !self.shown.is_empty()
    }

    /// How many there are, and of how many outlets.
    pub fn count(&self) -> (usize, usize) {
        let outlets: HashSet<&Clean> = self.shown.iter().flat_map(|p| p.also.iter().chain([&p.outlet])).collect();
        (self.shown.len(), outlets.len())
    }

    /// Whether one of them was edited.
    pub fn any_edit(&self) -> bool {
        self.shown.iter().any(|p| p.posted.edit.is_some())
    }

    /// The same article's posts as they are now: kept until they are asked for.
    pub fn came(&mut self, posts: Vec<Covered>) {
        let same = |a: &Covered, b: &Covered| {
            let of = |c: &Covered| (c.article, c.posted.gone.is_some());
            of(a) == of(b) && a.posted.post == b.posted.post && a.also == b.also
        };
        let differs = posts.len() != self.shown.len() || posts.iter().zip(&self.shown).any(|(a, b)| !same(a, b));
        if differs {
            self.waiting = Some(posts);
            return;
        }
        self.waiting = None;
        // That another says the same is not seen: who had it has that one, too.
        let mut shown = std::mem::take(&mut self.shown);
        for (here, now) in shown.iter_mut().zip(posts) {
            here.echoes = now.echoes;
            if self.had.contains(&key(here)) {
                self.had(here);
            }
        }
        self.shown = shown;
    }

    /// The post that a block of the text belongs to.
    pub fn whose(&self, block: u32) -> Option<&Covered> {
        self.begins.iter().rev().find(|(begins, _)| *begins <= block).and_then(|(_, at)| self.shown.get(*at))
    }

    /// How many posts wait, and when the newest of them was made.
    pub fn waiting(&self) -> Option<(usize, Option<Timestamp>)> {
        let waiting = self.waiting.as_ref()?;
        let known: HashSet<(ArticleId, &Clean)> = self.shown.iter().flat_map(Covered::all).map(|all| (all.0, all.1)).collect();
        let mut new = waiting.iter().filter(|p| !p.all().any(|all| known.contains(&(all.0, all.1)))).peekable();
        let newest = new.peek().and_then(|p| p.posted.post.time);
        Some((new.count(), newest))
    }

    /// Shows what waits. Whether anything did.
    pub fn show(&mut self) -> bool {
        let Some(waiting) = self.waiting.take() else { return false };
        self.here = self.shown.first().map(key).or(self.here.take());
        self.put(waiting);
        true
    }

    /// The posts in `from..to` of the text's blocks are on the screen.
    pub fn on_screen(&mut self, from: u32, to: u32) {
        // What stood there before the reader first came is history, not news.
        let first = self.here.is_none() && self.had.is_empty();
        let (shown, places) = (std::mem::take(&mut self.shown), std::mem::take(&mut self.begins));
        for (n, (begins, at)) in places.iter().enumerate() {
            let ends = places.get(n + 1).map_or(u32::MAX, |next| next.0);
            if let Some(post) = shown.get(*at).filter(|_| first || (*begins < to && ends > from)) {
                self.had(post);
            }
        }
        (self.shown, self.begins) = (shown, places);
    }

    /// What the cache is to be told: of each live blog the posts.
    pub fn take_unfiled(&mut self) -> Vec<(ArticleId, Vec<Clean>)> {
        let mut out: BTreeMap<ArticleId, Vec<Clean>> = BTreeMap::new();
        for (article, post) in std::mem::take(&mut self.unfiled) {
            out.entry(article).or_default().push(post);
        }
        out.into_iter().collect()
    }

    /// Where the reader was, among those shown.
    fn mark(&self) -> Option<usize> {
        let here = self.here.as_ref()?;
        self.shown.iter().position(|p| is(p, here))
    }

    /// The block of the post to read from: read from the oldest on, the first after the reader's mark, else the newest.
    pub fn resume(&self) -> Option<u32> {
        let after = || self.mark().unwrap_or(self.shown.len()).saturating_sub(1);
        let wanted = if self.oldest_first { after() } else { 0 };
        self.begins.iter().find(|(_, at)| *at == wanted).map(|(block, _)| *block)
    }

    /// Writes the posts as blocks after those that are there.
    pub fn write(&mut self, blocks: &mut Vec<Block>, zone: &Local, now: Timestamp, plain: bool) {
        self.begins.clear();
        let stamp = |post: &LivePost| post.time.map_or(String::new(), |t| when::stamp(t, now, zone));
        let pinned = |p: &&Covered| p.posted.post.key_event && p.posted.gone.is_none();
        let keys: Vec<&Covered> = self.shown.iter().filter(pinned).take(STRIP).collect();
        if !keys.is_empty() {
            blocks.push(Block::Heading { level: 3, spans: vec![Span::plain(say!("live-key-events"))] });
            let line = |c: &&Covered| {
                let post = &c.posted.post;
                let mut spans = vec![Span::plain(&format!("{}  ", stamp(post)))];
                if self.several {
                    spans.push(Span { emphasis: true, ..Span::plain(&c.outlet) });
                    spans.push(Span::plain(if plain { ": " } else { " · " }));
                }
                // One without a headline says how it begins.
                let begins = || post.body.first().map(|b| Clean::capped(&b.text(), 200));
                spans.push(Span::plain(&post.title.clone().or_else(begins).unwrap_or_default()));
                vec![Block::Paragraph { spans }]
            };
            blocks.push(Block::List { ordered: false, start: 1, items: keys.iter().map(line).collect() });
        }
        let mark = self.mark().filter(|at| *at > 0);
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
            self.post(&self.shown[at], &stamp(&self.shown[at].posted.post), plain, blocks);
        }
    }

    fn post(&self, covered: &Covered, stamp: &str, plain: bool, blocks: &mut Vec<Block>) {
        let posted = &covered.posted;
        let post = &posted.post;
        let gone = posted.gone.is_some();
        let mut words = stamp.to_owned();
        for (is, sign, said) in [
            (!covered.read() && self.here.is_some(), "●", say!("live-new")),
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
        if self.several {
            spans.push(Span { emphasis: true, ..Span::plain(&outlets(covered)) });
            spans.push(Span::plain(if post.title.is_none() {
                ""
            } else if plain {
                ": "
            } else {
                " · "
            }));
        }
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

fn key(post: &Covered) -> Key {
    (post.article, post.posted.post.id.clone())
}

/// Whether this post stands here, for itself or behind one that says the same.
fn is(post: &Covered, key: &Key) -> bool {
    post.all().any(|(article, id, _)| article == key.0 && *id == key.1)
}

/// Who brings it, the first first.
fn outlets(post: &Covered) -> String {
    let names: Vec<&str> = std::iter::once(&post.outlet).chain(&post.also).take(NAMED).map(Clean::as_str).collect();
    let mut out = names.join(", ");
    if post.also.len() >= NAMED {
        out.push_str(&format!(" {}", say!("sources-more", n = post.also.len() + 1 - NAMED)));
    }
    out
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
