//! Which articles belong together, and that it hangs neither on their order nor on when they came.

use super::*;
use crate::model::{How, StoryId};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000_000;

fn likeness(title: &str, text: &str) -> Likeness {
    Likeness::of(&Source { title, paragraphs: text.split('\n').collect(), ..Source::default() })
}

/// A made-up report: `event` decides what it is about, `telling` how it is worded.
fn report(event: u64, telling: u64) -> (String, String) {
    let about = |n: u64| format!("e{:x}", hash_of(event, 0, n % 12) & 0xffff);
    let own = |n: u64| format!("t{:x}", hash_of(event, telling + 1, n) & 0xffff);
    let order = |n: u64| hash_of(telling, 7, n);
    let title = (0..5).map(|n| about(order(n))).collect::<Vec<_>>().join(" ");
    let line = |s: u64| (0..12).map(|n| if n % 3 == 2 { own(s * 12 + n) } else { about(order(s * 12 + n)) }).collect::<Vec<_>>().join(" ");
    (title, (0..4).map(|s| line(s) + ".").collect::<Vec<_>>().join("\n"))
}

/// A dispatch of some length, of which outlets print more or less.
fn dispatch(seed: u64, sentences: usize) -> String {
    (0..sentences as u64)
        .map(|s| {
            let word = |w: u64| format!("w{:x}", hash_of(seed, s, w) % 4000);
            (0..12).map(word).collect::<Vec<_>>().join(" ") + "."
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn hash_of(a: u64, b: u64, c: u64) -> u64 {
    likeness::hash(format!("{a}/{b}/{c}").as_bytes())
}

fn same(a: &Likeness, b: &Likeness) -> Option<(How, f32)> {
    super::same(a, b, &sharing(a, b))
}

fn settle(index: &mut Index) -> Settled {
    index.compare_all(true);
    index.settle()
}

/// Where each article is, as sets of articles: without the ids, which follow the order of arrival.
fn partition(index: &Index, of: impl Fn(&Before) -> Option<i64>) -> BTreeSet<BTreeSet<i64>> {
    let mut groups: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for e in index.entries.iter().filter(|e| e.alive) {
        groups.entry(of(&e.before()).unwrap_or(-e.article)).or_default().insert(e.article);
    }
    groups.into_values().collect()
}

fn stories(index: &Index) -> BTreeSet<BTreeSet<i64>> {
    partition(index, |b| b.story)
}

fn place(index: &Index, article: i64) -> Before {
    index.number(article).map(|n| index.entry(n).before()).unwrap_or_default()
}

/// An index that knows what is common: forty reports of which each is about something else.
fn used() -> Index {
    let mut index = Index::default();
    for n in 0..40 {
        let text = dispatch(1000 + n as u64, 3);
        index.add(1000 + n, 0, likeness(&text[..30], &text), Before::default());
    }
    index
}

/// The stories of articles with numbers below 1000.
fn told(index: &Index) -> BTreeSet<BTreeSet<i64>> {
    stories(index).into_iter().filter(|s| s.iter().all(|a| *a < 1000)).collect()
}

/// Adds articles with the numbers 1.. in the given order, settling whenever `pause` says so.
fn filled(articles: &[(String, String)], order: &[usize], pause: impl Fn(usize) -> bool) -> Index {
    filled_within(articles, order, HOUR / 4, pause)
}

/// The same, with so much time between two.
fn filled_within(articles: &[(String, String)], order: &[usize], step: i64, pause: impl Fn(usize) -> bool) -> Index {
    let mut index = Index::default();
    for (at, i) in order.iter().enumerate() {
        let (title, text) = &articles[*i];
        index.add(*i as i64 + 1, *i as i64 * step, likeness(title, text), Before::default());
        if pause(at) {
            index.settle();
        }
    }
    settle(&mut index);
    index
}

#[test]
fn the_evidence_for_one_dispatch_is_tried_from_the_surest_down() {
    let long = dispatch(1, 12);
    let cut: String = long.lines().take(8).collect::<Vec<_>>().join("\n");
    let own = Likeness::of(&Source { title: "A", paragraphs: long.lines().collect(), ..Source::default() });
    let check = |other: Likeness, expected: Option<How>| assert_eq!(same(&own, &other).map(|s| s.0), expected);
    check(likeness("Another title", &long), Some(How::Text));
    check(likeness("A", &format!("Skarvik (dpa) – {long}")), Some(How::Text));
    check(likeness("A", &cut), Some(How::Shared));
    check(likeness("A", &dispatch(2, 12)), None);
    // A sentence or two in common is a quotation, not the dispatch.
    let quoting: Vec<String> = long.lines().take(2).map(str::to_owned).chain(dispatch(3, 10).lines().map(str::to_owned)).collect();
    check(likeness("A", &quoting.join("\n")), None);

    let numbered = |number: &str, text: &str| {
        Likeness::of(&Source { title: "B", paragraphs: text.lines().collect(), number: Some(number.into()), ..Source::default() })
    };
    let short = dispatch(7, 3);
    assert_eq!(same(&numbered("dpa:1", &short), &numbered("dpa:1", &long)).map(|s| s.0), Some(How::Number));
    assert_eq!(same(&numbered("dpa:1", &cut), &numbered("dpa:2", &long)), None, "a second dispatch repeats the first");
    let at = |address| Likeness::of(&Source { title: "C", address: Some(address), ..Source::default() });
    assert_eq!(
        same(&at("https://www.bote.example/politik/a-1.html#top"), &at("http://bote.example/politik/a-1.html")).map(|s| s.0),
        Some(How::Address)
    );
    assert_eq!(same(&at("https://bote.example/"), &at("https://bote.example/")), None, "a front page is no article");
}

#[test]
fn text_without_spaces_is_compared_by_its_letters() {
    let a = "港の責任者は火曜日、連絡船の運航を来週まで見合わせると発表した。乗客は代わりの便を待っている。原因は調査中だという。";
    let b = format!("{a}市長は会見で遺憾の意を示した。");
    assert!(same(&likeness("連絡船", a), &likeness("運航休止", &b)).is_some());
    assert!(
        same(
            &likeness("連絡船", a),
            &likeness("別の話", "新しい図書館が春に開館する予定で、市民から歓迎の声が上がっている。設計は地元の建築家が担当した。")
        )
        .is_none()
    );
}

#[test]
fn articles_on_one_event_are_a_story_and_its_id_is_the_first_of_them() {
    let articles: Vec<_> = [(0, 1), (0, 2), (43, 1), (0, 3), (43, 2), (100, 1)].map(|(e, t)| report(e, t)).into();
    let mut index = used();
    for (n, (title, text)) in (1..).zip(&articles) {
        index.add(n, n * HOUR / 4, likeness(title, text), Before::default());
    }
    settle(&mut index);
    assert_eq!(told(&index), BTreeSet::from([[1, 2, 4].into(), [3, 5].into(), [6].into()]));
    assert_eq!(place(&index, 4).story, Some(1));
    assert_eq!(place(&index, 5).story, Some(3));
}

#[test]
fn days_apart_the_same_words_are_another_story() {
    let mut index = Index::default();
    for (n, t) in [(1, 0), (2, 1), (3, 200)] {
        let (title, text) = report(5, n as u64);
        index.add(n, t * HOUR, likeness(&title, &text), Before::default());
    }
    settle(&mut index);
    assert_eq!(stories(&index), BTreeSet::from([[1, 2].into(), [3].into()]));
}

#[test]
fn what_was_told_apart_stays_apart() {
    let articles: Vec<_> = (1..5).map(|t| report(0, t)).collect();
    let mut index = filled(&articles, &[0, 1, 2, 3], |_| false);
    assert_eq!(stories(&index).len(), 1);
    for other in [1, 3, 4] {
        index.keep_apart(2, other);
    }
    index.settle();
    assert_eq!(stories(&index), BTreeSet::from([[1, 3, 4].into(), [2].into()]));
    // Also when it changes, and when more come.
    let (title, text) = report(0, 9);
    index.add(2, HOUR, likeness(&title, &text), Before::default());
    index.add(5, HOUR, likeness(&articles[0].0, &articles[0].1), Before::default());
    settle(&mut index);
    assert_eq!(place(&index, 2).story.filter(|s| *s == 1), None);
    for other in [1, 3, 4] {
        index.allow_together(2, other);
    }
    index.settle();
    assert_eq!(stories(&index).len(), 1);
}

#[test]
fn two_stories_that_prove_to_be_one_take_the_older_id_and_say_so() {
    let mut index = used();
    let add = |index: &mut Index, n: i64, title: &str, text: &str| {
        index.add(n, n * HOUR, likeness(title, text), Before::default());
        index.settle()
    };
    let ferry = "Ferry Aurelia aground off Skarvik with ninety aboard";
    let port = "Harbour of Nordhavn closed by storm warning until Friday";
    for n in [1, 2] {
        add(&mut index, n, ferry, &format!("{ferry}, coastguard {n} reports from the Skarvik lighthouse."));
    }
    for n in [3, 4] {
        add(&mut index, n, port, &format!("{port}, wardens {n} report from the Nordhavn pier."));
    }
    assert_eq!((place(&index, 2).story, place(&index, 4).story), (Some(1), Some(3)));
    let mut merged = Vec::new();
    for n in 5..12 {
        let both = format!("{ferry}; {port}");
        merged.extend(
            add(
                &mut index,
                n,
                &both,
                &format!("{both}. Coastguard and wardens report from the Skarvik lighthouse and the Nordhavn pier {n}."),
            )
            .merged,
        );
    }
    assert_eq!(merged, [(StoryId(3), StoryId(1))]);
    assert_eq!(place(&index, 3).story, Some(1));
}

#[test]
fn what_is_kept_reads_back_as_it_was_and_nothing_else_does() {
    let (title, text) = report(3, 1);
    let kept = likeness(&title, &text);
    assert_eq!(Likeness::from_bytes(&kept.bytes()), Some(kept.clone()));
    assert_eq!(Likeness::from_bytes(&[]), None);
    assert_eq!(Likeness::from_bytes(&[9; 40]), None);
    let mut cut = kept.bytes();
    cut.truncate(31);
    assert_eq!(Likeness::from_bytes(&cut), None);
}

#[test]
fn what_was_placed_before_is_found_by_what_comes_and_keeps_its_ids() {
    let articles: Vec<_> = (1..4).map(|t| report(0, t)).collect();
    let mut index = Index::default();
    for (n, (title, text)) in articles.iter().enumerate().take(2) {
        let before = Before { story: Some(77), dispatch: None };
        index.recall(n as i64 + 1, HOUR, likeness(title, text), before);
    }
    assert!(index.settle().placed.is_empty(), "nothing has changed");
    index.add(3, HOUR, likeness(&articles[2].0, &articles[2].1), Before::default());
    let placed = index.settle().placed;
    assert!(placed.iter().any(|p| p.article.0 == 3), "it has a place now");
    assert!(placed.iter().all(|p| p.story == Some(StoryId(77))), "and nobody else another");
}

/// Counters that only grew made every word common in the end.
#[test]
fn words_of_articles_that_are_gone_are_not_counted_for_ever() {
    let mut index = Index::default();
    let mut counted = 0;
    for n in 0..7_000_u64 {
        let text = (0..120).map(|w| format!("w{:x}", hash_of(n, w, 3) % 20_000)).collect::<Vec<_>>().join(" ");
        index.add(n as i64 + 1, n as i64 * HOUR, likeness("w1", &text), Before::default());
        if n % 100 == 0 {
            index.forget((n as i64 - 2_000) * HOUR);
        }
        counted = counted.max(index.counts.articles());
    }
    assert!(counted <= 2 * 2_101, "{counted} counted of {}", index.len());
    // Of 20,000 words each stands in about 12 of 2,000 articles.
    let word = likeness("w1a", "").terms().iter().next().unwrap();
    assert!((4..60).contains(&index.counts.have(word)), "{}", index.counts.have(word));
}

#[test]
fn memory_is_bounded_by_what_is_let_go() {
    let mut index = Index::default();
    let empty = index.size();
    for n in 0..300_u64 {
        let (title, text) = report(n, n);
        index.add(n as i64 + 1, n as i64 * HOUR, likeness(&title, &text), Before::default());
    }
    index.settle();
    index.forget(290 * HOUR);
    assert_eq!(index.len(), 10);
    assert!(index.size() < empty + 100_000, "{} {empty}", index.size());
    index.settle();
}

/// With many articles walks, candidates and lists of neighbours fill up: none may leave out what the order decides.
#[test]
fn three_thousand_articles_make_the_same_stories_in_any_order() {
    let short = |n: u64| {
        let (title, text) = report(n % 700, n);
        // Every story shares some words with others, so that neighbourhoods touch.
        (title, text.lines().take(1).map(|line| format!("{line} c{} d{}", n % 700 % 40, n % 700 % 90)).collect::<String>())
    };
    let articles: Vec<_> = (0..3_000).map(short).collect();
    let first: Vec<usize> = (0..articles.len()).collect();
    let mut other = first.clone();
    other.sort_by_key(|i| hash_of(*i as u64, 1, 2));
    let place = |order: &[usize]| filled_within(&articles, order, 20_000_000, |at| at % 100 == 0);
    let (a, b) = (place(&first), place(&other));
    assert!(stories(&a).len() < 1_000 && stories(&a).iter().any(|s| s.len() > 3));
    assert_eq!(stories(&a), stories(&b));
    assert_eq!(partition(&a, |p| p.dispatch), partition(&b, |p| p.dispatch));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_arrival_does_not_matter(
        events in prop::collection::vec((0_u64..12, 0_u64..40), 2..40),
        keys in prop::collection::vec(any::<u32>(), 40),
        batch in 1_usize..9,
    ) {
        let articles: Vec<_> = events.iter().map(|(e, t)| report(e * 17, *t)).collect();
        let first: Vec<usize> = (0..articles.len()).collect();
        let mut other = first.clone();
        other.sort_by_key(|i| keys[*i]);
        let a = filled(&articles, &first, |_| true);
        let b = filled(&articles, &other, |at| at % batch == 0);
        prop_assert_eq!(stories(&a), stories(&b));
        prop_assert_eq!(partition(&a, |p| p.dispatch), partition(&b, |p| p.dispatch));
    }

    #[test]
    fn an_id_stays_with_its_oldest_article_and_is_never_given_twice(events in prop::collection::vec((0_u64..8, 0_u64..40), 2..30)) {
        let mut index = Index::default();
        let mut owner: BTreeMap<i64, i64> = BTreeMap::new();
        let mut gone: BTreeSet<i64> = BTreeSet::new();
        for (n, (e, t)) in events.iter().enumerate() {
            let (title, text) = report(e * 17, *t);
            index.add(n as i64 + 1, n as i64 * HOUR / 4, likeness(&title, &text), Before::default());
            let settled = settle(&mut index);
            gone.extend(settled.merged.iter().map(|m| m.0.0));
            for (story, members) in &index.stories {
                let first = members.0.first().copied().unwrap_or_default();
                // As long as a story lives, its first article does not change, unless that one itself went elsewhere.
                if let Some(was) = owner.insert(*story, first) {
                    prop_assert!(was == first || place(&index, was).story != Some(*story));
                }
                prop_assert!(members.0.iter().all(|m| place(&index, *m).story == Some(*story)));
            }
        }
    }

    /// Told apart once, whatever comes, changes or is weighed anew; and what is allowed again is as if nothing had been said.
    #[test]
    fn what_was_told_apart_stays_apart_whatever_comes(
        events in prop::collection::vec((0_u64..5, 0_u64..40), 4..14),
        pairs in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..5),
        again in any::<prop::sample::Index>(),
    ) {
        let articles: Vec<_> = events.iter().map(|(e, t)| report(e * 17, *t)).collect();
        let half = articles.len() / 2;
        let mut index = filled(&articles[..half], &(0..half).collect::<Vec<_>>(), |_| true);
        let pairs: Vec<(i64, i64)> = pairs.iter().map(|(a, b)| (a.index(articles.len()) as i64 + 1, b.index(articles.len()) as i64 + 1)).collect();
        let pairs: Vec<(i64, i64)> = pairs.into_iter().filter(|(a, b)| a != b).collect();
        pairs.iter().for_each(|(a, b)| index.keep_apart(*a, *b));
        for n in (half..articles.len()).chain([again.index(articles.len())]) {
            let (title, text) = &articles[n];
            index.add(n as i64 + 1, n as i64 * HOUR / 4, likeness(title, text), Before::default());
            settle(&mut index);
            for (a, b) in &pairs {
                let (a, b) = (place(&index, *a), place(&index, *b));
                prop_assert!(a.story.is_none() || a.story != b.story);
                prop_assert!(a.dispatch.is_none() || a.dispatch != b.dispatch);
            }
        }
        pairs.iter().for_each(|(a, b)| index.allow_together(*a, *b));
        index.moved = true;
        settle(&mut index);
        prop_assert_eq!(stories(&index), stories(&filled(&articles, &(0..articles.len()).collect::<Vec<_>>(), |_| false)));
    }

    #[test]
    fn what_is_taken_away_leaves_no_trace(
        events in prop::collection::vec((0_u64..8, 0_u64..40), 2..24),
        extra in prop::collection::vec((0_u64..8, 0_u64..40), 1..6),
    ) {
        let articles: Vec<_> = events.iter().chain(&extra).map(|(e, t)| report(e * 17, *t)).collect();
        let plain: Vec<usize> = (0..events.len()).collect();
        let without = filled(&articles, &plain, |_| false);
        let mut with = filled(&articles, &(0..articles.len()).collect::<Vec<_>>(), |_| false);
        for n in events.len()..articles.len() {
            with.remove(n as i64 + 1);
        }
        settle(&mut with);
        prop_assert!(with.counts == without.counts, "what was counted");
        prop_assert_eq!(stories(&with), stories(&without));
    }
}
