//! Searching as it is typed: the first page after every letter, of words that are rare, common and in between. Prints a line
//! for each size: articles, median and 95th percentile in ms by the clock (`cargo bench --bench search -- 20000 1000000`).
//! Caches are made for the run, or kept and used again in the folder that `WIREDESK_BENCH_CACHES` names; `--fill` only makes
//! them.
#![allow(clippy::panic)]

use jiff::{SignedDuration, Timestamp};
use std::time::Instant;
use wiredesk::model::*;
use wiredesk::store::Reader;

mod support;

fn main() {
    let now: Timestamp = support::NOW.parse().expect("a time");
    let only_fill = std::env::args().any(|a| a == "--fill");
    let sizes: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    for n in if sizes.is_empty() { vec![20_000] } else { sizes } {
        let cache = support::Cache::of(n, now);
        if only_fill {
            continue;
        }
        let reader = Reader::open(cache.dir()).expect("a reader");
        let mut dice = support::Dice(n as u64 + 1);
        let mut times: Vec<f64> = Vec::new();
        for round in 0..60 {
            let mut words = dice.word();
            if round % 3 == 0 {
                words = format!("{words} {}", dice.word());
            }
            for end in 1..=words.len() {
                let Ok(query) = Query::typed(&words[..end]) else { continue };
                let window = Window { as_of: None, at: At::Top, before: 0, after: 60 };
                let at = now + SignedDuration::from_secs(round);
                let start = Instant::now();
                if let Answer::Failed(e) = reader.answer(&Question::Headlines { query, window }, at) {
                    panic!("{e}");
                }
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
        }
        times.sort_by(f64::total_cmp);
        let share = |s: f64| times[((times.len() - 1) as f64 * s).round() as usize];
        println!("{n} {:.3} {:.3}", share(0.5), share(0.95));
    }
}
