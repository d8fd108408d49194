//! What the benches share: a cache filled with made-up articles, always the same, and clocks.
#![allow(dead_code)] // each bench uses its part

use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use std::time::Instant;
use wiredesk::model::*;
use wiredesk::store::Writer;

/// When the caches of the benches are read.
pub const NOW: &str = "2025-08-15T12:00:00Z";
pub const FEEDS: usize = 50;
pub const AGENCIES: &[&str] = &["apa", "dpa", "afp", "reuters", "ap", "ansa", "efe", "ritzau"];

/// Small, fast and always the same.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }

    /// Few words are frequent, most are rare, as in any language.
    pub fn word(&mut self) -> String {
        let rank = (20_000f64.powf(self.roll(1_000_000) as f64 / 1e6)) as usize;
        let (a, b) = (
            ["ge", "ver", "an", "be", "um", "aus", "ein", "vor", "ab", "zu"],
            ["stell", "handl", "sprech", "zeig", "fahr", "halt", "leg", "brech"],
        );
        format!("{}{}{}", a[rank % 10], b[rank / 10 % 8], if rank < 80 { String::new() } else { format!("{:x}", rank / 80) })
    }

    pub fn words(&mut self, n: usize) -> String {
        (0..n).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

pub fn item(dice: &mut Dice, n: usize, at: Timestamp) -> Item {
    let credits = (0..dice.roll(3)).map(|_| {
        let name = AGENCIES[dice.roll(AGENCIES.len())];
        let evidence = Evidence { words: Clean::line(&format!("Von: {name}")), place: Clean::line("byline") };
        Credit { agency: AgencyId::new(name), name: Clean::line(name), role: Role::Text, slot: Slot::Byline, confidence: 0.9, evidence }
    });
    Item {
        attribution: Attribution { credits: credits.collect(), ..Attribution::default() },
        guid: Clean::line(&format!("urn:article:{n}")),
        url: Address::parse(&format!("https://outlet.example/{n}")).ok(),
        title: Clean::line(&dice.words(8)),
        language: Some(Clean::line(if n.is_multiple_of(3) { "en" } else { "de-at" })),
        published: Some(at),
        byline: Some(Clean::line(&dice.words(2))),
        summary: Some(Clean::line(&dice.words(20))),
        body: (0..6).map(|_| Block::paragraph(&dice.words(50))).collect(),
        complete: true,
        ..Item::default()
    }
}

pub fn polled(feed: FeedId, at: Timestamp, items: Vec<Item>) -> Change {
    let outcome = Outcome::Read { facts: FeedFacts::default(), items, validators: Validators::default(), warnings: Vec::new() };
    let why_next = Clean::default();
    Change::Polled(Box::new(Polled {
        feed,
        at,
        outcome,
        // Not while the cache is looked at.
        next: at + SignedDuration::from_hours(24),
        why_next,
        rhythm: Rhythm::default(),
        moved: None,
        asked: None,
        pages: None,
    }))
}

/// Milliseconds that this thread has worked; of the clock where the system does not say.
pub fn worked(since: Instant) -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = stat.and_then(|s| s.split(' ').next()?.parse::<f64>().ok());
    nanos.map_or_else(|| since.elapsed().as_secs_f64() * 1e3, |n| n / 1e6)
}

/// What one long job costs.
pub fn cost(f: impl FnOnce()) -> f64 {
    let start = Instant::now();
    let before = worked(start);
    f();
    worked(start) - before
}

/// The best of several runs by the clock: what it costs when nothing else wants the machine.
pub fn best(reps: usize, mut f: impl FnMut(usize)) -> f64 {
    let times = (0..reps).map(|i| {
        let t = Instant::now();
        f(i);
        t.elapsed().as_secs_f64() * 1e3
    });
    times.fold(f64::INFINITY, f64::min)
}

/// A cache of so many articles: kept in the folder that `WIREDESK_BENCH_CACHES` names and made there once, or for this run.
pub struct Cache {
    dir: PathBuf,
    _own: Option<tempfile::TempDir>,
}

impl Cache {
    pub fn of(n: usize, now: Timestamp) -> Self {
        let own = std::env::var_os("WIREDESK_BENCH_CACHES").is_none().then(|| tempfile::tempdir().expect("a folder for the bench"));
        let kept = std::env::var_os("WIREDESK_BENCH_CACHES").map(|all| PathBuf::from(all).join(n.to_string()));
        let dir = kept.or_else(|| own.as_ref().map(|d| d.path().to_owned())).expect("one of both");
        // Written last: what was broken off is made anew.
        let whole = dir.join("whole");
        if !whole.exists() {
            let _ = std::fs::remove_dir_all(&dir);
            let mut writer = wiredesk::store::open(&dir).expect("a cache");
            fill(&mut writer, n, now);
            while writer.rest().expect("rest") {}
            std::fs::write(whole, "").expect("written");
        }
        Self { dir, _own: own }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

/// Seconds.
pub fn fill(writer: &mut Writer, n: usize, now: Timestamp) -> f64 {
    let feeds: Vec<Change> = (0..FEEDS)
        .map(|i| {
            let folder = i.is_multiple_of(5).then(|| Clean::line("world"));
            let address = Address::parse(&format!("https://feed{i}.example/rss")).expect("an address");
            Change::Subscribe { address, settings: FeedSettings { folder, ..FeedSettings::default() }, facts: None }
        })
        .collect();
    writer.apply(&feeds, now).expect("subscribed");
    let mut dice = Dice(42);
    let mut seconds = 0.0;
    let mut filed = 0;
    while filed < n {
        // Polls of forty items, several to a batch, as the poller sends them.
        let batch: Vec<Change> = (0..16)
            .map(|k| {
                let items = (0..40.min(n.saturating_sub(filed + k * 40))).rev().map(|i| {
                    let number = filed + k * 40 + i;
                    let age = (n - number) as i64 * 20 + dice.roll(7200) as i64;
                    item(&mut dice, number, now - SignedDuration::from_secs(age))
                });
                polled(FeedId(((filed / 40 + k) % FEEDS + 1) as i64), now, items.collect())
            })
            .collect();
        seconds += cost(|| drop(writer.apply(&batch, now).expect("filed"))) / 1e3;
        filed += 16 * 40;
    }
    writer.apply(&[Change::Save { ids: (1..=30.min(n as i64)).map(ArticleId).collect(), saved: true }], now).expect("saved");
    seconds
}
