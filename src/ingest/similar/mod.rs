//! Which articles carry the same dispatch, and which tell one story. [`Index`] is the only owner of what is known of the
//! articles of the last days; nobody locks it. [`Index::add`] notes an article and whom it resembles; [`Index::settle`]
//! works out the groups of every neighbourhood that changed, always from the whole neighbourhood, and says which articles
//! belong where now.
//!
//! The order of arrival does not matter: up to [`SCALES`]' first 6,000 articles in the window the stories and dispatches are
//! the same whatever the order, once all were compared anew in a calm moment. In between, and beyond, three things hang on
//! what came before: how rare a word was when an article was looked up by its words; beyond, also which of its words were
//! kept; and who fell out of a full list of neighbours. On made-up reports that are hard to tell apart the dispatches stay
//! the same all the same, and the stories nearly: BCubed F1 against a shuffled order is .99 at 7,000 articles and .96 at
//! 20,000 (`tests/bench/stories.rs` measures it).
//!
//! A neighbourhood is what hangs together by single likenesses; where that would be too much, only stronger ones count.
//! Within it articles of one dispatch are found by evidence (number, address, equal text, shared text), and stories by
//! average likeness of their words, weighted by how rare these are. Ids are those of the first article and stay with it.

mod chains;
mod compare;
mod counts;
mod groups;
mod likeness;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::num::NonZero;

use chains::Chains;
use compare::{WINDOW, both, likened, same, sharing};
use counts::Counts;
pub use likeness::{Likeness, Source};
use likeness::{block, name};

use crate::model::{Placement, StoryId};

/// Likeness from which two articles are neighbours; then, where a neighbourhood has more than a crowd, the next.
const LADDER: [f32; 6] = [0.12, 0.18, 0.25, 0.35, 0.5, 0.7];
/// Articles kept at most; the oldest are let go.
const CAPACITY: usize = 200_000;
/// Numbers, addresses and whole texts: what is the same only where the article is.
const EXACT: usize = 3;

/// What is kept and looked at, by how many articles there are.
struct Scale {
    /// Up to so many.
    most: usize,
    /// Words and samples kept of each.
    terms: usize,
    sample: usize,
    /// Words by which an article is found, and by which it searches.
    keys: usize,
    /// Articles looked at for one word, the newest first.
    walked: usize,
    /// Candidates that are compared in full.
    candidates: usize,
    /// Neighbours remembered of each.
    neighbours: usize,
    /// Articles in a neighbourhood at most.
    crowd: usize,
}

/// Up to the first nothing is left out, so that the result is exactly the same whatever the order: a word that a tenth have
/// says nothing, so that a walk sees all who have one. It ends where comparing all anew takes most of a second.
const SCALES: [Scale; 3] = [
    Scale { most: 6_000, terms: 512, sample: 512, keys: 20, walked: 600, candidates: 1_200, neighbours: 600, crowd: 120 },
    Scale { most: 30_000, terms: 80, sample: 128, keys: 20, walked: 100, candidates: 28, neighbours: 48, crowd: 120 },
    Scale { most: CAPACITY, terms: 22, sample: 24, keys: 9, walked: 120, candidates: 24, neighbours: 10, crowd: 36 },
];

/// What [`Index::settle`] found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settled {
    /// Articles whose place changed.
    pub placed: Vec<Placement>,
    /// Stories that proved to be one: the first is gone into the second.
    pub merged: Vec<(StoryId, StoryId)>,
}

/// An article as it was placed before, to begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// Its dispatch.
    pub dispatch: Option<i64>,
    /// Its story.
    pub story: Option<i64>,
}

struct Entry {
    article: i64,
    time: i64,
    likeness: Likeness,
    /// The lower 24 bits of a neighbour's number, and how alike it is.
    neighbours: Vec<u32>,
    /// Where it was placed last.
    dispatch: Option<NonZero<i64>>,
    story: Option<NonZero<i64>>,
    alive: bool,
    /// Whether all its words are kept.
    whole: bool,
    /// The rung of [`LADDER`] on which its neighbourhood was found.
    rung: u8,
}

impl Entry {
    fn before(&self) -> Before {
        Before { dispatch: self.dispatch.map(NonZero::get), story: self.story.map(NonZero::get) }
    }

    fn place(&mut self, now: Before) {
        self.dispatch = now.dispatch.and_then(NonZero::new);
        self.story = now.story.and_then(NonZero::new);
    }
}

/// The articles of a story or a dispatch, in the order of their numbers: mostly two or three.
#[derive(Debug, Default)]
struct Members(Vec<i64>);

impl Members {
    fn insert(&mut self, article: i64) {
        if let Err(at) = self.0.binary_search(&article) {
            self.0.reserve_exact(1 + self.0.len() / 4);
            self.0.insert(at, article);
        }
    }

    fn remove(&mut self, article: i64) {
        if let Ok(at) = self.0.binary_search(&article) {
            self.0.remove(at);
        }
    }
}

/// Everything known of the articles of the last days.
pub struct Index {
    /// By order of arrival; the first has number `base`.
    entries: VecDeque<Entry>,
    base: u32,
    numbers: HashMap<i64, u32>,
    counts: Counts,
    chains: Chains,
    alive: usize,
    /// Which of [`SCALES`] it is kept by.
    scale: usize,
    /// Members of each story and dispatch of more than one.
    stories: HashMap<i64, Members>,
    dispatches: HashMap<i64, Members>,
    apart: HashSet<(i64, i64)>,
    dirty: BTreeSet<i64>,
    /// How many articles there were when all were last compared anew, and whether any came or went since.
    weighed: usize,
    moved: bool,
    /// To work with: of every entry, its score as a candidate, and in which walk it was last seen.
    scores: Vec<f32>,
    touched: Vec<u32>,
    marks: Vec<u32>,
    stamp: u32,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            base: 1,
            numbers: HashMap::new(),
            counts: Counts::default(),
            chains: Chains::new(SCALES[0].keys + EXACT),
            alive: 0,
            scale: 0,
            stories: HashMap::new(),
            dispatches: HashMap::new(),
            apart: HashSet::new(),
            dirty: BTreeSet::new(),
            weighed: 0,
            moved: false,
            scores: Vec::new(),
            touched: Vec::new(),
            marks: Vec::new(),
            stamp: 0,
        }
    }
}

impl Index {
    /// How many articles it holds.
    pub fn len(&self) -> usize {
        self.alive
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.alive == 0
    }

    /// Whether it holds this one.
    pub fn contains(&self, article: i64) -> bool {
        self.numbers.contains_key(&article)
    }

    /// What an article is known by, as far as it is kept.
    pub fn likeness(&self, article: i64) -> Option<&Likeness> {
        self.number(article).map(|n| &self.entry(n).likeness)
    }

    /// Bytes it takes, about.
    pub fn size(&self) -> usize {
        let spare = (self.entries.capacity() - self.entries.len()) * size_of::<Entry>();
        let of = |e: &Entry| size_of::<Entry>() - size_of::<Likeness>() + e.likeness.size() + block(e.neighbours.capacity() * 4);
        let entries: usize = self.entries.iter().map(of).sum();
        let groups: usize = self.stories.values().chain(self.dispatches.values()).map(|s| 48 + block(s.0.capacity() * 8)).sum();
        entries + spare + groups + self.counts.size() + self.chains.size() + self.numbers.capacity() * 18 + self.scores.capacity() * 8
    }

    /// These two do not belong together, whatever they look like.
    pub fn keep_apart(&mut self, a: i64, b: i64) {
        if self.apart.insert((a.min(b), a.max(b))) {
            self.dirty.extend([a, b]);
        }
    }

    /// They may belong together again.
    pub fn allow_together(&mut self, a: i64, b: i64) {
        if self.apart.remove(&(a.min(b), a.max(b))) {
            self.dirty.extend([a, b]);
        }
    }

    /// Notes an article, or what has become of it, and whom it resembles. `time` is its own, in microseconds; `before` is
    /// where it was placed, if it is known from before.
    pub fn add(&mut self, article: i64, time: i64, likeness: Likeness, before: Before) {
        let before = match self.number(article) {
            Some(n) => {
                let kept = self.entry(n).before();
                self.drop_entry(n);
                kept
            }
            None => before,
        };
        let keys = self.note(article, time, likeness, before);
        self.link(self.last(), &keys);
        self.dirty.insert(article);
    }

    /// Notes an article that was settled before: it is found by those that come, but seeks nobody itself.
    pub fn recall(&mut self, article: i64, time: i64, likeness: Likeness, before: Before) {
        if self.numbers.contains_key(&article) {
            return;
        }
        self.note(article, time, likeness, before);
        // Its story is its neighbourhood until somebody comes.
        let n = self.last();
        let groups = [before.story.and_then(|s| self.stories.get(&s)), before.dispatch.and_then(|d| self.dispatches.get(&d))];
        let others = groups.map(|g| g.and_then(|g| g.0.iter().find(|a| **a != article).copied()));
        for other in others.into_iter().flatten().filter_map(|o| self.number(o)).collect::<Vec<_>>() {
            self.neighbours(n, other, 1.0);
        }
        (self.weighed, self.moved) = (self.alive, false);
    }

    /// Forgets an article that is gone from the cache.
    pub fn remove(&mut self, article: i64) {
        let Some(n) = self.number(article) else { return };
        let around: Vec<i64> = self.around(n).into_iter().map(|n| self.entry(n).article).collect();
        let before = self.entry(n).before();
        self.ungroup(article, before);
        self.drop_entry(n);
        self.dirty.extend(around.into_iter().filter(|a| *a != article));
    }

    /// Lets go of what is older than `time`: it keeps its place for good.
    pub fn forget(&mut self, time: i64) {
        let old: Vec<u32> = (self.base..).zip(&self.entries).filter(|(_, e)| e.alive && e.time < time).map(|(n, _)| n).collect();
        for n in old {
            let (article, before) = (self.entry(n).article, self.entry(n).before());
            self.ungroup(article, before);
            self.drop_entry(n);
        }
    }

    /// Works out the groups of all neighbourhoods that changed.
    pub fn settle(&mut self) -> Settled {
        let mut out = Settled::default();
        let mut done: HashSet<u32> = HashSet::new();
        while let Some(article) = self.dirty.pop_first() {
            let Some(n) = self.number(article) else { continue };
            if done.contains(&n) {
                continue;
            }
            let mut around = self.around(n);
            // Of a crowd beyond the last rung the newest are looked at, whoever asks: once is enough.
            done.extend(&around);
            around.drain(..around.len().saturating_sub(2 * SCALES[self.scale].crowd));
            self.group(around, &mut out);
        }
        // An article may have been touched more than once: its last place counts.
        let mut last: BTreeMap<_, Placement> = BTreeMap::new();
        for p in out.placed.drain(..) {
            last.insert(p.article, p);
        }
        out.placed = last.into_values().collect();
        out
    }

    /// How rare words are changes with every article. As long as there are not too many, all are compared anew by what is
    /// known now, as if they had just come, whatever the order: before [`Index::settle`], for a moment when nothing else
    /// waits, as soon as there are a tenth more; and for one when nothing has come for a while (`calm`), if anything did.
    pub fn compare_all(&mut self, calm: bool) {
        let many = self.alive * 10 > self.weighed * 11;
        if self.alive > SCALES[0].most || !self.moved || !(calm || many) {
            return;
        }
        (self.weighed, self.moved) = (self.alive, false);
        self.scale = 0;
        self.counts.clear();
        for e in &mut self.entries {
            e.neighbours = Vec::new();
            e.rung = 0;
            if e.alive {
                e.whole = true;
                self.counts.add(&e.likeness);
            }
        }
        self.chains.clear(SCALES[0].keys + EXACT);
        for n in self.base..=self.last() {
            let keys = self.keys(n);
            self.chains.push(n, &keys.all);
            let (article, alive) = (self.entry(n).article, self.entry(n).alive);
            if alive {
                self.link(n, &keys);
                self.dirty.insert(article);
            }
        }
    }

    fn last(&self) -> u32 {
        self.base.wrapping_add(u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).wrapping_sub(1)
    }

    fn number(&self, article: i64) -> Option<u32> {
        self.numbers.get(&article).copied()
    }

    fn entry(&self, n: u32) -> &Entry {
        &self.entries[(n - self.base) as usize]
    }

    fn entry_mut(&mut self, n: u32) -> &mut Entry {
        &mut self.entries[(n - self.base) as usize]
    }

    fn note(&mut self, article: i64, time: i64, mut likeness: Likeness, before: Before) -> Keys {
        self.counts.add(&likeness);
        self.alive += 1;
        self.moved = true;
        let whole = !self.trim(&mut likeness);
        if self.alive > CAPACITY {
            self.let_go();
        }
        if let Some(story) = before.story {
            self.stories.entry(story).or_default().insert(article);
        }
        if let Some(dispatch) = before.dispatch {
            self.dispatches.entry(dispatch).or_default().insert(article);
        }
        if self.entries.len() == self.entries.capacity() {
            // Not twice as much, which would be twice the memory.
            self.entries.reserve_exact(self.entries.len() / 16 + 64);
        }
        let mut entry = Entry { article, time, likeness, neighbours: Vec::new(), dispatch: None, story: None, alive: true, whole, rung: 0 };
        entry.place(before);
        self.entries.push_back(entry);
        self.numbers.insert(article, self.last());
        let keys = self.keys(self.last());
        self.chains.push(self.last(), &keys.all);
        if self.alive > SCALES[self.scale].most && self.scale + 1 < SCALES.len() {
            self.scale += 1;
            self.shrink();
        }
        keys
    }

    /// The chains that an entry hangs in: of what identifies it, and of the words that promise most.
    fn keys(&self, n: u32) -> Keys {
        let l = &self.entry(n).likeness;
        let mut words: Vec<(f32, u32)> = l.terms().iter().map(|t| (self.counts.promise(t), name(t))).filter(|w| w.0 > 0.0).collect();
        let most = SCALES[self.scale].keys;
        let by_promise = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if words.len() > most {
            words.select_nth_unstable_by(most, by_promise);
            words.truncate(most);
        }
        words.sort_unstable_by(by_promise);
        let mut all: Vec<usize> =
            [l.number, l.address, l.text].iter().filter(|x| **x != 0).map(|x| Chains::key(u64::from(*x) >> 8)).collect();
        let exact = all.len();
        all.extend(words.iter().map(|w| Chains::key(w.1.into())));
        Keys { all, exact }
    }

    /// How alike two articles are by words, text and time, 0 to 1 and a little more.
    fn alike(&self, a: &Entry, b: &Entry, norms: f32, shared: &impl Fn() -> (f32, u32)) -> f32 {
        let apart = (a.time - b.time).unsigned_abs();
        if apart > WINDOW.unsigned_abs() {
            return 0.0;
        }
        let (s, t) = (a.likeness.terms(), b.likeness.terms());
        let mut sum = 0.0;
        both(s, t, |x, y| sum += self.counts.weight(x) * self.counts.weight(y));
        likened(sum / norms, s.len().min(t.len()), shared, apart)
    }

    /// Finds whom an entry resembles, of those that came before it.
    fn link(&mut self, n: u32, keys: &Keys) {
        let mut scores = std::mem::take(&mut self.scores);
        let mut touched = std::mem::take(&mut self.touched);
        scores.resize(self.entries.len().max(scores.len()), 0.0);
        let (time, scale) = (self.entry(n).time, &SCALES[self.scale]);
        for (at, key) in keys.all.iter().enumerate() {
            let worth = at.checked_sub(keys.exact).map_or(1.0, |at| 1.0 / (1.0 + (at + EXACT) as f32 / 8.0));
            for m in self.chains.walk(*key, self.base).filter(|m| *m < n).take(scale.walked) {
                let score = &mut scores[(m - self.base) as usize];
                if *score == 0.0 {
                    touched.push(m);
                }
                *score += worth;
            }
        }
        let scored = touched.drain(..).map(|m| (std::mem::take(&mut scores[(m - self.base) as usize]), m));
        let mut found: Vec<(f32, u32)> = scored
            .filter(|(_, m)| {
                let e = self.entry(*m);
                e.alive && (e.time - time).abs() <= WINDOW
            })
            .collect();
        (self.scores, self.touched) = (scores, touched);
        let by_score = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
        if found.len() > scale.candidates {
            found.select_nth_unstable_by(scale.candidates, by_score);
            found.truncate(scale.candidates);
        }
        let norm = self.counts.norm(&self.entry(n).likeness);
        for (_, m) in found {
            let alike = {
                let (a, b) = (self.entry(n), self.entry(m));
                let shared = sharing(&a.likeness, &b.likeness);
                match same(&a.likeness, &b.likeness, &shared) {
                    Some(_) => 1.0,
                    None => self.alike(a, b, norm * self.counts.norm(&b.likeness), &shared),
                }
            };
            if alike >= LADDER[0] {
                self.neighbours(n, m, alike);
            }
        }
    }

    fn neighbours(&mut self, a: u32, b: u32, alike: f32) {
        let alike = (alike.clamp(0.0, 1.0) * 255.0) as u32;
        let most = SCALES[self.scale].neighbours;
        for (x, y) in [(a, b), (b, a)] {
            let list = &mut self.entry_mut(x).neighbours;
            if list.len() < most {
                if list.len() == list.capacity() {
                    list.reserve_exact((list.len() / 2).max(4).min(most - list.len()));
                }
                list.push(y << 8 | alike);
            } else if let Some(least) = list.iter_mut().min_by_key(|l| **l & 0xff).filter(|l| **l & 0xff < alike) {
                *least = y << 8 | alike;
            }
        }
    }

    /// The living neighbours of an entry and how alike they are, of 255.
    fn near(&self, e: &Entry) -> impl Iterator<Item = (u32, u8)> {
        let near = e.neighbours.iter().map(|l| (self.base + ((l >> 8).wrapping_sub(self.base) & 0xff_ffff), *l as u8));
        near.filter(|(n, _)| self.entries.get((n - self.base) as usize).is_some_and(|e| e.alive))
    }

    /// The neighbourhood of an entry: what hangs together with it, on the first rung of the ladder where that is no crowd.
    /// In the order of time; beyond the last rung all are as good as equal, and may be many.
    fn around(&mut self, n: u32) -> Vec<u32> {
        let most = SCALES[self.scale].crowd;
        for (rung, alike) in LADDER.iter().enumerate() {
            let least = (alike * 255.0) as u8;
            let mut marks = std::mem::take(&mut self.marks);
            marks.resize(self.entries.len().max(marks.len()), 0);
            self.stamp = self.stamp.wrapping_add(1);
            marks[(n - self.base) as usize] = self.stamp;
            let mut seen = vec![n];
            let mut next = vec![n];
            let mut crowd = false;
            while let Some(m) = next.pop() {
                let e = self.entry(m);
                // Who was once found to stand in a crowd on this rung does so still.
                crowd |= self.scale > 0 && e.rung as usize > rung;
                // Of a crowd only those are of interest that were not yet known to stand in one.
                if !crowd || e.rung as usize <= rung {
                    for (o, a) in self.near(e) {
                        let mark = &mut marks[(o - self.base) as usize];
                        if a >= least && *mark != self.stamp {
                            *mark = self.stamp;
                            seen.push(o);
                            next.push(o);
                        }
                    }
                }
                crowd |= seen.len() > most && rung + 1 < LADDER.len();
            }
            self.marks = marks;
            if !crowd {
                seen.sort_unstable_by_key(|n| (self.entry(*n).time, self.entry(*n).article));
                for n in seen.iter().rev().take(2 * most) {
                    self.entry_mut(*n).rung = rung as u8;
                }
                return seen;
            }
            // They stand in a crowd now: each is looked at again, among its nearer ones.
            for m in seen {
                let e = self.entry_mut(m);
                if e.rung as usize <= rung {
                    e.rung = rung as u8 + 1;
                    if m != n {
                        let article = e.article;
                        self.dirty.insert(article);
                    }
                }
            }
        }
        vec![n]
    }

    fn ungroup(&mut self, article: i64, before: Before) {
        for (groups, id) in [(&mut self.stories, before.story), (&mut self.dispatches, before.dispatch)] {
            if let Some(id) = id
                && let Some(group) = groups.get_mut(&id)
            {
                group.remove(article);
                if group.0.is_empty() {
                    groups.remove(&id);
                }
            }
        }
    }

    fn drop_entry(&mut self, n: u32) {
        let e = self.entry_mut(n);
        e.alive = false;
        e.neighbours = Vec::new();
        let (article, whole, likeness) = (e.article, e.whole, std::mem::take(&mut e.likeness));
        if whole {
            self.counts.take(&likeness);
        }
        self.numbers.remove(&article);
        self.alive -= 1;
        self.moved = true;
        self.counts.age(self.alive);
        self.let_go_dead();
    }

    fn let_go_dead(&mut self) {
        while self.entries.front().is_some_and(|e| !e.alive) {
            self.entries.pop_front();
            self.chains.pop();
            self.base += 1;
        }
    }

    /// Lets go of the one that came first.
    fn let_go(&mut self) {
        if let Some(first) = self.entries.front() {
            let (article, before) = (first.article, first.before());
            self.ungroup(article, before);
            self.drop_entry(self.base);
        }
    }

    /// Keeps of an article what there is room for; whether anything was left out.
    fn trim(&self, likeness: &mut Likeness) -> bool {
        let scale = &SCALES[self.scale];
        likeness.trim(scale.terms, scale.sample, |t| self.counts.promise(t))
    }

    /// Keeps less of each, now that there are more.
    fn shrink(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        let most = SCALES[self.scale].neighbours;
        for e in &mut entries {
            e.whole &= !self.trim(&mut e.likeness);
            if e.neighbours.len() > most {
                e.neighbours.sort_unstable_by_key(|l| std::cmp::Reverse(l & 0xff));
                e.neighbours.truncate(most);
            }
            e.neighbours.shrink_to_fit();
        }
        self.entries = entries;
        self.chains.clear(SCALES[self.scale].keys + EXACT);
        for n in self.base..=self.last() {
            let keys = self.keys(n);
            self.chains.push(n, &keys.all);
        }
    }
}

/// The chains that an entry hangs in, the surest first.
struct Keys {
    all: Vec<usize>,
    /// So many of them identify it.
    exact: usize,
}
