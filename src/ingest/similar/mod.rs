//! Which articles carry the same dispatch, and which tell one story. [`Index`] is the only owner of what is known of the
//! articles of the last days; nobody locks it. [`Index::add`] notes an article and whom it resembles; [`Index::settle`]
//! works out the groups of every neighbourhood that changed, always from the whole neighbourhood, so that the order of
//! arrival does not matter, and says which articles belong where now.
//!
//! A neighbourhood is what hangs together by single likenesses; where that would be too much, only stronger ones count.
//! Within it articles of one dispatch are found by evidence (number, address, equal text, shared text), and stories by
//! average likeness of their words, weighted by how rare these are. Ids are those of the first article and stay with it.

mod compare;
mod groups;
mod likeness;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use compare::{WINDOW, both, likened, same};
pub use likeness::{Likeness, Source};
use likeness::{count, name};

use crate::model::{Placement, StoryId};

/// Likeness from which two articles are neighbours; then, where a neighbourhood has more than [`CROWD`], the next.
const LADDER: [f32; 6] = [0.12, 0.18, 0.25, 0.35, 0.5, 0.7];
/// Articles in a neighbourhood at most.
const CROWD: usize = 120;
/// A word that more than one in so many articles have tells nothing,
const COMMON: u32 = 10;
/// where it is more than a large story may have.
const LARGE: u32 = 30;
/// A new word is looked for as if so many articles had it.
const SOON: u32 = 4;
/// Words by which an article is found, and by which it searches.
const KEYS: usize = 20;
/// Articles looked at for one word, the newest first.
const WALKED: usize = 300;
/// Candidates that are compared in full, where there are few articles and where there are more.
const CANDIDATES: [usize; 2] = [400, 28];
/// Neighbours remembered of one article, likewise.
const NEIGHBOURS: [usize; 2] = [400, 48];
/// Articles kept at most; the oldest are let go.
const CAPACITY: usize = 200_000;
/// Up to here nothing is left out, so that the result is exactly the same whatever the order.
const FEW: usize = 1_500;
/// Where there are more articles than this, less is kept of each.
const MANY: usize = 30_000;
/// Words and samples kept of each: where there are few, some, and many.
const KEEP: [(usize, usize); 3] = [(512, 512), (80, 128), (40, 64)];
/// Counters of how many articles have a word; a power of two.
const COUNTERS: usize = 1 << 21;

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
    /// Links of the chains of [`Index::heads`], one a key.
    chain: Box<[u32]>,
    neighbours: Vec<(u32, u8)>,
    before: Before,
    alive: bool,
    /// The rung of [`LADDER`] on which its neighbourhood was found.
    rung: u8,
}

/// Everything known of the articles of the last days.
pub struct Index {
    /// By order of arrival; the first has number `base`.
    entries: VecDeque<Entry>,
    base: u32,
    numbers: HashMap<i64, u32>,
    /// How many articles have a word.
    counters: Vec<u16>,
    alive: usize,
    /// The newest entry of each chain: of articles that have a word among their keys.
    heads: Vec<u32>,
    /// Members of each story and dispatch of more than one.
    stories: HashMap<i64, BTreeSet<i64>>,
    dispatches: HashMap<i64, BTreeSet<i64>>,
    apart: HashSet<(i64, i64)>,
    dirty: BTreeSet<i64>,
    /// How many articles there were when all were last compared anew.
    weighed: usize,
    scores: Vec<f32>,
    touched: Vec<u32>,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            base: 1,
            numbers: HashMap::new(),
            counters: vec![0; COUNTERS],
            alive: 0,
            heads: vec![0; COUNTERS >> 1],
            stories: HashMap::new(),
            dispatches: HashMap::new(),
            apart: HashSet::new(),
            dirty: BTreeSet::new(),
            weighed: 0,
            scores: Vec::new(),
            touched: Vec::new(),
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
        let entries: usize = self
            .entries
            .iter()
            .map(|e| size_of::<Entry>() + e.likeness.size() - size_of::<Likeness>() + e.chain.len() * 4 + e.neighbours.capacity() * 8 + 64)
            .sum();
        let groups: usize = self.stories.values().chain(self.dispatches.values()).map(|s| 64 + s.len() * 12).sum();
        entries + groups + self.counters.len() * 2 + self.heads.len() * 4 + self.numbers.capacity() * 18 + self.scores.capacity() * 4
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
                let kept = self.entry(n).before;
                self.drop_entry(n);
                kept
            }
            None => before,
        };
        self.note(article, time, likeness, before);
        self.link(self.last());
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
        let others = groups.map(|g| g.into_iter().flatten().find(|a| **a != article).copied());
        for other in others.into_iter().flatten().filter_map(|o| self.number(o)).collect::<Vec<_>>() {
            self.neighbours(n, other, 1.0);
        }
        self.weighed = self.alive;
    }

    /// Forgets an article that is gone from the cache.
    pub fn remove(&mut self, article: i64) {
        let Some(n) = self.number(article) else { return };
        let around: Vec<i64> = self.around(n).into_iter().map(|n| self.entry(n).article).collect();
        let before = self.entry(n).before;
        self.ungroup(article, before);
        self.drop_entry(n);
        self.dirty.extend(around.into_iter().filter(|a| *a != article));
    }

    /// Lets go of what is older than `time`: it keeps its place for good.
    pub fn forget(&mut self, time: i64) {
        let old: Vec<u32> = (self.base..).zip(&self.entries).filter(|(_, e)| e.alive && e.time < time).map(|(n, _)| n).collect();
        for n in old {
            let (article, before) = (self.entry(n).article, self.entry(n).before);
            self.ungroup(article, before);
            self.drop_entry(n);
        }
        self.shrink();
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
            done.extend(&around);
            // Beyond the last rung all are as good as equal: the newest are looked at, whoever asks, and once is enough.
            around.drain(..around.len().saturating_sub(2 * CROWD));
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

    /// How rare words are changes with the number of articles. As long as there are few, all are compared anew by what is
    /// known now, as if they had just come: for a moment when nothing else waits, before [`Index::settle`].
    pub fn compare_all(&mut self) {
        if self.alive > FEW || self.alive * 10 <= self.weighed * 11 {
            return;
        }
        self.weighed = self.alive;
        self.shrink();
        self.heads.fill(0);
        for n in self.base..=self.last() {
            let e = self.entry_mut(n);
            e.neighbours = Vec::new();
            e.rung = 0;
            if e.alive {
                let article = e.article;
                self.chain(n);
                self.link(n);
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

    fn note(&mut self, article: i64, time: i64, mut likeness: Likeness, before: Before) {
        for term in &likeness.terms {
            let c = &mut self.counters[name(*term) as usize & (COUNTERS - 1)];
            *c = c.saturating_add(1);
        }
        self.alive += 1;
        let (terms, sample) = self.keep();
        likeness.trim(terms, sample, |t| self.promise(t));
        if self.alive > CAPACITY {
            self.let_go();
        }
        if let Some(story) = before.story {
            self.stories.entry(story).or_default().insert(article);
        }
        if let Some(dispatch) = before.dispatch {
            self.dispatches.entry(dispatch).or_default().insert(article);
        }
        self.entries.push_back(Entry {
            article,
            time,
            likeness,
            chain: Box::default(),
            neighbours: Vec::new(),
            before,
            alive: true,
            rung: 0,
        });
        self.numbers.insert(article, self.last());
        self.chain(self.last());
    }

    /// Puts an entry at the head of the chains of its keys.
    fn chain(&mut self, n: u32) {
        let keys = self.keys(n);
        let mut chain = Vec::with_capacity(keys.len());
        for key in keys {
            let head = &mut self.heads[key];
            chain.push(*head);
            // Entries have at most 32 links; which of them is told by the lower five bits.
            *head = n << 5 | (chain.len() as u32 - 1);
        }
        self.entry_mut(n).chain = chain.into();
    }

    /// The chains that an entry hangs in: its rarest words and what identifies it.
    fn keys(&self, n: u32) -> Vec<usize> {
        let l = &self.entry(n).likeness;
        let mut words: Vec<(f32, u32)> = l.terms.iter().map(|t| (self.promise(*t), name(*t))).filter(|w| w.0 > 0.0).collect();
        words.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        words.truncate(KEYS);
        let slots = self.heads.len() - 1;
        let exact = [l.number, l.address, l.text].into_iter().filter(|x| *x != 0).map(|x| (x >> 20) as usize & slots);
        exact.chain(words.into_iter().map(|w| w.1 as usize & slots)).collect()
    }

    /// How much a word says of an article: how often it stands there, by how few others have it.
    fn weight(&self, term: u32) -> f32 {
        count(term) * self.rarity(name(term))
    }

    /// How much a word may come to say: one that is new is as good as one that few have, for others may follow.
    fn promise(&self, term: u32) -> f32 {
        let have = u32::from(self.counters[name(term) as usize & (COUNTERS - 1)]).max(SOON);
        let all = u32::try_from(self.alive).unwrap_or(u32::MAX);
        if have > common(all) { 0.0 } else { count(term) * ((all as f32 + 1.0) / (have as f32 + 0.5)).ln().max(0.01) }
    }

    fn rarity(&self, name: u32) -> f32 {
        let have = u32::from(self.counters[name as usize & (COUNTERS - 1)]);
        let all = u32::try_from(self.alive).unwrap_or(u32::MAX);
        // A word that nobody else has makes nobody alike.
        if have <= 1 || have > common(all) { 0.0 } else { ((all as f32 + 1.0) / (have as f32 + 0.5)).ln().max(0.0) }
    }

    fn norm(&self, l: &Likeness) -> f32 {
        l.terms.iter().map(|t| self.weight(*t).powi(2)).sum::<f32>().sqrt().max(1e-9)
    }

    /// How alike two articles are by words, text and time, 0 to 1 and a little more.
    fn alike(&self, a: &Entry, b: &Entry, norms: f32) -> f32 {
        let apart = (a.time - b.time).unsigned_abs();
        if apart > WINDOW.unsigned_abs() {
            return 0.0;
        }
        let mut sum = 0.0;
        both(&a.likeness.terms, &b.likeness.terms, |x, y| sum += count(x) * count(y) * self.rarity(name(x)).powi(2));
        let least = a.likeness.terms.len().min(b.likeness.terms.len());
        likened(sum / norms, least, &a.likeness, &b.likeness, apart)
    }
    /// Finds whom an entry resembles, of those that came before it.
    fn link(&mut self, n: u32) {
        let mut scores = std::mem::take(&mut self.scores);
        let mut touched = std::mem::take(&mut self.touched);
        scores.resize(self.entries.len().max(scores.len()), 0.0);
        let time = self.entry(n).time;
        let exact = 3;
        for (at, key) in self.keys(n).into_iter().enumerate() {
            let mut link = self.heads[key];
            let mut walked = 0;
            let worth = if at < exact { 1.0 } else { 1.0 / (1.0 + at as f32 / 8.0) };
            while link >> 5 >= self.base && walked < WALKED {
                let (m, slot) = (link >> 5, (link & 31) as usize);
                let e = self.entry(m);
                if m < n && e.alive && (e.time - time).abs() <= WINDOW {
                    let score = &mut scores[(m - self.base) as usize];
                    if *score == 0.0 {
                        touched.push(m);
                    }
                    *score += worth;
                }
                walked += 1;
                link = e.chain.get(slot).copied().unwrap_or(0);
            }
        }
        let mut found: Vec<(f32, u32)> = touched.drain(..).map(|m| (std::mem::take(&mut scores[(m - self.base) as usize]), m)).collect();
        (self.scores, self.touched) = (scores, touched);
        let most = CANDIDATES[usize::from(self.alive > FEW)];
        let by_score = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
        if found.len() > most {
            found.select_nth_unstable_by(most, by_score);
            found.truncate(most);
        }
        let norm = self.norm(&self.entry(n).likeness);
        for (_, m) in found {
            let (a, b) = (self.entry(n), self.entry(m));
            let same = same(&a.likeness, &b.likeness).is_some();
            let alike = if same { 1.0 } else { self.alike(a, b, norm * self.norm(&b.likeness)) };
            if alike >= LADDER[0] {
                self.neighbours(n, m, alike);
            }
        }
    }

    fn neighbours(&mut self, a: u32, b: u32, alike: f32) {
        let alike = (alike.clamp(0.0, 1.0) * 255.0) as u8;
        let most = NEIGHBOURS[usize::from(self.alive > FEW)];
        for (x, y) in [(a, b), (b, a)] {
            let list = &mut self.entry_mut(x).neighbours;
            if list.len() < most {
                list.push((y, alike));
            } else if let Some(least) = list.iter_mut().min_by_key(|l| l.1).filter(|l| l.1 < alike) {
                *least = (y, alike);
            }
        }
    }

    /// The neighbourhood of an entry: what hangs together with it, on the first rung of the ladder where that is no crowd,
    /// or else on the last one. In the order of time.
    fn around(&mut self, n: u32) -> Vec<u32> {
        for (rung, alike) in LADDER.iter().enumerate() {
            let least = (alike * 255.0) as u8;
            let mut seen = HashSet::from([n]);
            let mut next = vec![n];
            let mut crowd = Vec::new();
            while let Some(m) = next.pop() {
                let e = self.entry(m);
                // Of a crowd only those are of interest that were not yet known to stand in one.
                if crowd.is_empty() || e.rung as usize <= rung {
                    for (o, a) in &e.neighbours {
                        if *a >= least && *o >= self.base && self.entry(*o).alive && seen.insert(*o) {
                            next.push(*o);
                        }
                    }
                }
                if seen.len() > CROWD && crowd.is_empty() && rung + 1 < LADDER.len() {
                    crowd.push(m);
                }
            }
            if crowd.is_empty() {
                let mut around: Vec<u32> = seen.into_iter().collect();
                around.sort_unstable_by_key(|n| (self.entry(*n).time, self.entry(*n).article));
                for n in around.iter().rev().take(2 * CROWD) {
                    self.entry_mut(*n).rung = rung as u8;
                }
                return around;
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
                group.remove(&article);
                if group.is_empty() {
                    groups.remove(&id);
                }
            }
        }
    }

    fn drop_entry(&mut self, n: u32) {
        let e = self.entry_mut(n);
        e.alive = false;
        let (article, terms) = (e.article, std::mem::take(&mut e.likeness.terms));
        e.likeness = Likeness::default();
        e.neighbours = Vec::new();
        for term in &terms {
            let c = &mut self.counters[name(*term) as usize & (COUNTERS - 1)];
            *c = c.saturating_sub(1);
        }
        self.numbers.remove(&article);
        self.alive -= 1;
        self.let_go_dead();
    }

    fn let_go_dead(&mut self) {
        while self.entries.front().is_some_and(|e| !e.alive) {
            self.entries.pop_front();
            self.base += 1;
        }
    }

    /// Lets go of the one that came first.
    fn let_go(&mut self) {
        if let Some(first) = self.entries.front() {
            let (article, before) = (first.article, first.before);
            self.ungroup(article, before);
            self.drop_entry(self.base);
        }
    }

    fn keep(&self) -> (usize, usize) {
        KEEP[usize::from(self.alive > FEW) + usize::from(self.alive > MANY)]
    }

    /// Keeps less of each, where there are many.
    fn shrink(&mut self) {
        let (terms, sample) = self.keep();
        let mut entries = std::mem::take(&mut self.entries);
        for e in &mut entries {
            e.likeness.trim(terms, sample, |t| self.promise(t));
        }
        self.entries = entries;
    }
}

/// So many of all articles may have a word that still tells something.
fn common(all: u32) -> u32 {
    (all / COMMON).max(LARGE)
}
