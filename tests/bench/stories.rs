//! What it costs to find an article's dispatch and story among those of 72 hours: time per article beside that of
//! parsing it, and memory. Times are this thread's CPU, in ms. Then how much of the stories hangs on the order of arrival:
//! BCubed F1 of those found in a shuffled order against those found in the order of time, 1 where none does.
//! `cargo bench --bench stories -- 20000 200000`.

use jiff::Timestamp;
use std::collections::HashMap;
use std::time::Instant;
use wiredesk::ingest::similar::{Before, Index, Likeness, Source as Known};
use wiredesk::ingest::{self, Source, attribute::Registry};

mod support;
use support::{Dice, cost};

/// Settled together, as a round of polling files them.
const BATCH: usize = 40;

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![20_000, 200_000] } else { sizes };
    println!("{:>10}{:>12}{:>12}{:>12}{:>12}{:>14}", "articles", "parse", "place", "p50", "p99", "bytes");
    for n in &sizes {
        measure(*n);
    }
    println!("{:>10}{:>12}", "articles", "order");
    for n in [3_000, 6_000, 7_000].into_iter().chain(sizes) {
        let mut dice = Dice(42);
        let reports: Vec<(String, String)> = (0..n).map(|_| report(&mut dice, n / 8 + 1)).collect();
        let first: Vec<usize> = (0..n).collect();
        let mut other = first.clone();
        for i in (1..n).rev() {
            other.swap(i, dice.roll(i + 1));
        }
        println!("{n:>10}{:>12.5}", alike(&found(&reports, &first), &found(&reports, &other)));
    }
}

/// The story of each report, those that have none alone, after all came in this order.
fn found(reports: &[(String, String)], order: &[usize]) -> Vec<i64> {
    let step = 72 * 3_600_000_000_i64 / reports.len() as i64;
    let mut index = Index::default();
    let mut stories: Vec<i64> = (0..reports.len() as i64).map(|i| -i).collect();
    let mut settle = |index: &mut Index| {
        for placed in index.settle().placed {
            let at = placed.article.0 - 1;
            stories[at as usize] = placed.story.map_or(-at, |story| story.0);
        }
    };
    for batch in order.chunks(BATCH) {
        for i in batch {
            let (title, text) = &reports[*i];
            let likeness = Likeness::of(&Known { title, paragraphs: text.lines().collect(), ..Known::default() });
            index.add(*i as i64 + 1, *i as i64 * step, likeness, Before::default());
        }
        settle(&mut index);
        index.compare_all(false);
    }
    index.compare_all(true);
    settle(&mut index);
    stories
}

/// BCubed F1.
fn alike(a: &[i64], b: &[i64]) -> f64 {
    let sizes = |of: &[i64]| {
        let mut sizes: HashMap<i64, f64> = HashMap::new();
        of.iter().for_each(|story| *sizes.entry(*story).or_default() += 1.0);
        sizes
    };
    let mut both: HashMap<(i64, i64), f64> = HashMap::new();
    a.iter().zip(b).for_each(|pair| *both.entry((*pair.0, *pair.1)).or_default() += 1.0);
    let (x, y) = (sizes(a), sizes(b));
    let (mut precision, mut recall) = (0.0, 0.0);
    for (pair, n) in &both {
        precision += n * n / y[&pair.1];
        recall += n * n / x[&pair.0];
    }
    2.0 * precision * recall / (precision + recall) / a.len() as f64
}

/// A report: a quarter are reprints of their story's dispatch, the rest tell it in other words.
fn report(dice: &mut Dice, stories: usize) -> (String, String) {
    let story = dice.roll(stories);
    let mut own = Dice(story as u64 * 7919 + 12_345);
    let reprint = dice.roll(4) == 0;
    let mut word = |dice: &mut Dice| match own.roll(10) {
        0..2 => format!("s{story:x}w{}", own.roll(40)),
        2..4 => format!("t{:x}w{}", story % 400, own.roll(300)),
        _ if reprint => own.word(),
        _ => dice.word(),
    };
    let title = (0..8).map(|_| word(dice)).collect::<Vec<_>>().join(" ");
    let text = (0..6).map(|_| (0..33).map(|_| word(dice)).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("\n");
    (title, text)
}

fn measure(n: usize) {
    let mut dice = Dice(42);
    let mut index = Index::default();
    let step = 72 * 3_600_000_000_i64 / n as i64;
    // The last tenth is measured: by then the index is as full as it gets.
    let from = n - n / 10;
    let (mut parsed, mut placed) = (0.0, 0.0);
    let mut each = Vec::new();
    let now: Timestamp = "2025-08-15T12:00:00Z".parse().expect("a time");
    for start in (0..n).step_by(BATCH) {
        let reports: Vec<(String, String)> = (0..BATCH).map(|_| report(&mut dice, n / 8 + 1)).collect();
        if start >= from {
            let entries = reports
                .iter()
                .map(|(t, x)| format!("<item><title>{t}</title><description>{}</description></item>", x.replace('\n', "&lt;p&gt;")));
            let feed = format!("<rss version=\"2.0\"><channel><title>Outlet</title>{}</channel></rss>", entries.collect::<String>());
            let source = Source { bytes: feed.as_bytes(), url: None, content_type: None, now };
            parsed += cost(|| drop(ingest::feed(&source, Registry::builtin())));
        }
        let work = cost(|| {
            for (i, (title, text)) in reports.iter().enumerate() {
                let clock = Instant::now();
                let likeness = Likeness::of(&Known { title, paragraphs: text.lines().collect(), ..Known::default() });
                index.add((start + i) as i64 + 1, (start + i) as i64 * step, likeness, Before::default());
                if start >= from {
                    each.push(clock.elapsed().as_secs_f64() * 1e3);
                }
            }
            let clock = Instant::now();
            index.settle();
            if start >= from {
                // What settles a batch is shared by its articles.
                let share = clock.elapsed().as_secs_f64() * 1e3 / BATCH as f64;
                let last = each.len() - BATCH;
                each[last..].iter_mut().for_each(|t| *t += share);
            }
        });
        if start >= from {
            placed += work;
        }
    }
    each.sort_by(f64::total_cmp);
    let count = each.len();
    println!(
        "{n:>10}{:>12.3}{:>12.3}{:>12.3}{:>12.3}{:>14}",
        parsed / count as f64,
        placed / count as f64,
        each[count / 2],
        each[count * 99 / 100],
        index.size()
    );
}
