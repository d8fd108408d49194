//! From likenesses to groups, within one neighbourhood of articles: which are one dispatch, and which are one story. A
//! function of the neighbourhood alone: the same groups, in whatever order its articles came.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::compare::{WINDOW, dot, identified, likened, same, sharing, strength};
use super::likeness::{Likeness, name};
use super::{Before, Index, Members, SCALES, Settled};
use crate::model::{ArticleId, DispatchKey, How, Placement, StoryId, Why};

/// Articles of a story are this alike on average.
const STORY: f32 = 0.17;

/// Among so many every pair is compared, however many articles there are.
const SMALL: usize = 20;

/// A link that says that two articles carry the same dispatch.
#[derive(Clone, Copy, Debug)]
struct Link {
    a: usize,
    b: usize,
    /// The surest first.
    strength: f32,
}

/// Groups `n` articles by `links`, the strongest first, never joining two of `apart`. Gives each article's group, named
/// by its lowest member.
fn linked(n: usize, links: &mut [Link], apart: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    links.sort_by(|x, y| y.strength.total_cmp(&x.strength).then((x.a, x.b).cmp(&(y.a, y.b))));
    let mut group: Vec<usize> = (0..n).collect();
    let mut members: Vec<Vec<usize>> = (0..n).map(|i| vec![i]).collect();
    for link in links.iter() {
        let (a, b) = (group[link.a].min(group[link.b]), group[link.a].max(group[link.b]));
        if a == b || members[a].iter().any(|x| members[b].iter().any(|y| apart(*x, *y))) {
            continue;
        }
        let moved = std::mem::take(&mut members[b]);
        for m in &moved {
            group[*m] = a;
        }
        members[a].extend(moved);
    }
    group
}

/// Joins `n` articles by average likeness, most alike first, as long as it reaches [`STORY`]. `alike` is a full matrix;
/// what must stay apart has `f32::NEG_INFINITY`. Gives each article's group, named by its lowest member.
fn averaged(n: usize, alike: &mut [f32]) -> Vec<usize> {
    let at = |i: usize, j: usize| i * n + j;
    let mut size = vec![1.0_f32; n];
    let mut alive = vec![true; n];
    let mut group: Vec<usize> = (0..n).collect();
    // Each row's best partner of those before it: a merge changes few.
    let best_of = |alike: &[f32], alive: &[bool], i: usize| {
        let mut best = (f32::NEG_INFINITY, 0);
        for j in 0..i {
            if alive[j] && alike[at(i, j)] > best.0 {
                best = (alike[at(i, j)], j);
            }
        }
        best
    };
    let mut best: Vec<(f32, usize)> = (0..n).map(|i| best_of(alike, &alive, i)).collect();
    loop {
        let mut top = (f32::NEG_INFINITY, 0, 0);
        for i in 0..n {
            if alive[i] && best[i].0 > top.0 {
                top = (best[i].0, i, best[i].1);
            }
        }
        let (sim, i, j) = top;
        if sim < STORY {
            return group;
        }
        // j is the lower: it goes on.
        alive[i] = false;
        let (a, b) = (size[j], size[i]);
        size[j] = a + b;
        for k in 0..n {
            if alive[k] && k != j {
                let joined = (alike[at(j, k)] * a + alike[at(i, k)] * b) / (a + b);
                alike[at(j, k)] = joined;
                alike[at(k, j)] = joined;
            }
        }
        for g in &mut group {
            if *g == i {
                *g = j;
            }
        }
        for k in 0..n {
            if alive[k] && k > j {
                let stale = best[k].1 == i || best[k].1 == j;
                if stale {
                    best[k] = best_of(alike, &alive, k);
                } else if alike[at(k, j)] > best[k].0 {
                    best[k] = (alike[at(k, j)], j);
                }
            }
        }
        best[j] = best_of(alike, &alive, j);
    }
}

impl Index {
    /// Works out dispatches and stories of a neighbourhood, which is in the order of time.
    pub(super) fn group(&mut self, around: Vec<u32>, out: &mut Settled) {
        let n = around.len();
        let articles: Vec<i64> = around.iter().map(|n| self.entry(*n).article).collect();
        if n == 1 && self.entry(around[0]).before() == Before::default() {
            return;
        }
        let apart = |i: usize, j: usize| {
            !self.apart.is_empty() && self.apart.contains(&(articles[i].min(articles[j]), articles[i].max(articles[j])))
        };
        let (mut alike, mut links) = self.compared(&around);
        links.retain(|l| !apart(l.a, l.b));
        if !self.apart.is_empty() {
            for (i, j) in (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).filter(|(i, j)| apart(*i, *j)) {
                alike[i * n + j] = f32::NEG_INFINITY;
                alike[j * n + i] = f32::NEG_INFINITY;
            }
        }
        let mut carries: Vec<Option<(Why, f32)>> = vec![None; n];
        let mut tells: Vec<Option<(Why, f32)>> = vec![None; n];
        let dispatch = linked(n, &mut links, &apart);
        for link in &links {
            if dispatch[link.a] == dispatch[link.b] {
                let (a, b) = (&self.entry(around[link.a]).likeness, &self.entry(around[link.b]).likeness);
                let why = same(a, b, &sharing(a, b));
                for (x, y) in [(link.a, link.b), (link.b, link.a)] {
                    if let Some(why) = why.filter(|_| carries[x].is_none_or(|c| c.1 < link.strength)) {
                        carries[x] = Some((because(why, articles[y]), link.strength));
                    }
                }
            }
        }
        // What is one dispatch is one story: its members begin together.
        let pairs = alike.clone();
        for i in 0..n {
            for j in 0..i {
                if dispatch[i] == dispatch[j] && alike[i * n + j].is_finite() {
                    alike[i * n + j] = 1.0;
                    alike[j * n + i] = 1.0;
                }
            }
        }
        let story = averaged(n, &mut alike);
        for i in 0..n {
            for j in 0..n {
                let value = pairs[i * n + j];
                if i != j && story[i] == story[j] && tells[i].is_none_or(|t| t.1 < value) {
                    tells[i] = Some((because((How::Alike, value), articles[j]), value));
                }
            }
        }
        let befores: Vec<Before> = around.iter().map(|n| self.entry(*n).before()).collect();
        let stories = ids(&articles, &story, &befores.iter().map(|b| b.story).collect::<Vec<_>>(), &mut self.stories, &mut out.merged);
        let dispatches =
            ids(&articles, &dispatch, &befores.iter().map(|b| b.dispatch).collect::<Vec<_>>(), &mut self.dispatches, &mut Vec::new());
        for i in 0..n {
            let now = Before { dispatch: dispatches[i], story: stories[i] };
            if now != befores[i] {
                self.entry_mut(around[i]).place(now);
                out.placed.push(Placement {
                    article: ArticleId(articles[i]),
                    dispatch: now.dispatch.map(DispatchKey),
                    story: now.story.map(StoryId),
                    carries: carries[i].map(|c| c.0),
                    tells: tells[i].map(|t| t.0),
                });
            }
        }
    }

    /// How alike all are, as a full matrix, and which of them carry one dispatch. Where there are few, every pair is compared
    /// by what is known now; where there are many, what was found when they came has to do.
    fn compared(&self, around: &[u32]) -> (Vec<f32>, Vec<Link>) {
        let n = around.len();
        let mut alike = vec![0.0_f32; n * n];
        let mut links = Vec::new();
        let note = |alike: &mut [f32], i: usize, j: usize, value: f32, why: Option<(How, f32)>| {
            let value = if why.is_some() { 1.0 } else { value };
            alike[i * n + j] = value;
            alike[j * n + i] = value;
            why.map(|why| Link { a: j, b: i, strength: strength(why) })
        };
        if self.scale > 0 && n > SMALL {
            let places: HashMap<u32, usize> = around.iter().enumerate().map(|(i, n)| (*n, i)).collect();
            for (i, m) in around.iter().enumerate() {
                let a = self.entry(*m);
                for (m, value) in self.near(a) {
                    // Mostly both remember it.
                    let Some(&j) = places.get(&m).filter(|j| alike[i * n + **j] == 0.0) else { continue };
                    let b = &self.entry(m).likeness;
                    let why = (value == u8::MAX).then(|| same(&a.likeness, b, &sharing(&a.likeness, b))).flatten();
                    links.extend(note(&mut alike, i.max(j), i.min(j), f32::from(value) / 255.0, why));
                }
            }
            return (alike, links);
        }
        let words: Vec<Vec<(u32, f32)>> = around.iter().map(|n| self.words(&self.entry(*n).likeness)).collect();
        for i in 0..n {
            for j in 0..i {
                let (a, b) = (self.entry(around[i]), self.entry(around[j]));
                let shared = sharing(&a.likeness, &b.likeness);
                let away = (a.time - b.time).unsigned_abs();
                let mut value = 0.0;
                if away <= WINDOW.unsigned_abs() {
                    let least = a.likeness.terms().len().min(b.likeness.terms().len());
                    value = likened(dot(&words[i], &words[j]), least, &shared, away);
                }
                let may = value > 0.0 || identified(&a.likeness, &b.likeness);
                let why = if may { same(&a.likeness, &b.likeness, &shared) } else { None };
                links.extend(note(&mut alike, i, j, value, why));
            }
        }
        (alike, links)
    }

    /// What an article is compared by within a neighbourhood: its words by name, as heavy as they are now.
    fn words(&self, l: &Likeness) -> Vec<(u32, f32)> {
        let mut words: Vec<(u32, f32)> = l.terms().iter().map(|t| (name(t), self.counts.weight(t))).filter(|w| w.1 > 0.0).collect();
        words.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        words.truncate(SCALES[1].terms);
        words.sort_unstable_by_key(|w| w.0);
        let norm = words.iter().map(|w| w.1.powi(2)).sum::<f32>().sqrt().max(1e-9);
        words.iter_mut().for_each(|w| w.1 /= norm);
        words
    }
}

fn because((how, share): (How, f32), with: i64) -> Why {
    Why { how, share: (share.clamp(0.0, 1.0) * 100.0).round() as u8, with: ArticleId(with) }
}

/// Gives each group of more than one its id. An id stays with its oldest member, groups that meet take the older id, and
/// what is new is named after its first article.
fn ids(
    articles: &[i64],
    group: &[usize],
    before: &[Option<i64>],
    members: &mut HashMap<i64, Members>,
    merged: &mut Vec<(StoryId, StoryId)>,
) -> Vec<Option<i64>> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, g) in group.iter().enumerate() {
        groups.entry(*g).or_default().push(i);
    }
    let mut out = vec![None; articles.len()];
    let mut named: Vec<(Option<i64>, Vec<usize>)> = Vec::new();
    let mut gone: Vec<(i64, i64)> = Vec::new();
    for is in groups.into_values() {
        let claimed: BTreeSet<i64> = is
            .iter()
            .filter_map(|i| before[*i].filter(|id| members.get(id).and_then(|m| m.0.first()).is_none_or(|first| *first == articles[*i])))
            .collect();
        let id = claimed.first().copied();
        gone.extend(claimed.iter().skip(1).map(|other| (*other, id.unwrap_or_default())));
        named.push((id, is));
    }
    let mut taken: HashSet<i64> = named.iter().filter_map(|n| n.0).collect();
    for (id, is) in &mut named {
        if is.len() == 1 && id.is_none() {
            continue;
        }
        let id = *id.get_or_insert_with(|| {
            let free = |id: &i64| !taken.contains(id) && !members.contains_key(id);
            let own = is.iter().map(|i| articles[*i]).filter(free).min();
            // All of its articles have given their names to others: a name beyond all articles.
            own.unwrap_or_else(|| (1_i64..).map(|k| (k << 40) + articles[is[0]]).find(free).unwrap_or_default())
        });
        taken.insert(id);
        for i in is.iter() {
            out[*i] = Some(id);
        }
    }
    for (i, article) in articles.iter().enumerate() {
        if before[i] == out[i] {
            continue;
        }
        if let Some(old) = before[i]
            && let Some(m) = members.get_mut(&old)
        {
            m.remove(*article);
            if m.0.is_empty() {
                members.remove(&old);
            }
        }
        if let Some(new) = out[i] {
            members.entry(new).or_default().insert(*article);
        }
    }
    // Only what nobody has any more was merged; of the rest a part went over.
    merged.extend(gone.into_iter().filter(|(from, _)| !members.contains_key(from)).map(|(from, into)| (StoryId(from), StoryId(into))));
    out
}
