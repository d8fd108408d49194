//! How the cache's cost grows with its size: windows must not. Prints one table; sizes are arguments
//! (`cargo bench --bench cache -- 1000 20000 200000`). Short times are the best of several runs on a warm file, in
//! ms by the clock; long ones (filing, marking all) are this thread's CPU where the system tells it.
#![allow(clippy::panic)]

use jiff::{SignedDuration, Timestamp};
use std::time::Instant;
use wiredesk::model::*;
use wiredesk::store::{self, Reader, Writer};

const FEEDS: usize = 50;
const AGENCIES: &[&str] = &["apa", "dpa", "afp", "reuters", "ap", "ansa", "efe", "ritzau"];

/// Small, fast and always the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }

    /// Few words are frequent, most are rare, as in any language.
    fn word(&mut self) -> String {
        let rank = (20_000f64.powf(self.roll(1_000_000) as f64 / 1e6)) as usize;
        let (a, b) = (
            ["ge", "ver", "an", "be", "um", "aus", "ein", "vor", "ab", "zu"],
            ["stell", "handl", "sprech", "zeig", "fahr", "halt", "leg", "brech"],
        );
        format!("{}{}{}", a[rank % 10], b[rank / 10 % 8], if rank < 80 { String::new() } else { format!("{:x}", rank / 80) })
    }

    fn words(&mut self, n: usize) -> String {
        (0..n).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

fn item(dice: &mut Dice, n: usize, at: Timestamp) -> Item {
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

fn polled(feed: FeedId, at: Timestamp, items: Vec<Item>) -> Change {
    let outcome = Outcome::Read { facts: FeedFacts::default(), items, validators: Validators::default(), warnings: Vec::new() };
    let why_next = Clean::default();
    Change::Polled(Box::new(Polled { feed, at, outcome, next: at, why_next, rhythm: Rhythm::default(), moved: None }))
}

/// Milliseconds that this thread has worked; of the clock where the system does not say.
fn worked(since: Instant) -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = stat.and_then(|s| s.split(' ').next()?.parse::<f64>().ok());
    nanos.map_or_else(|| since.elapsed().as_secs_f64() * 1e3, |n| n / 1e6)
}

/// What one long job costs.
fn cost(f: impl FnOnce()) -> f64 {
    let start = Instant::now();
    let before = worked(start);
    f();
    worked(start) - before
}

/// The best of several runs by the clock: what it costs when nothing else wants the machine.
fn best(reps: usize, mut f: impl FnMut(usize)) -> f64 {
    let times = (0..reps).map(|i| {
        let t = Instant::now();
        f(i);
        t.elapsed().as_secs_f64() * 1e3
    });
    times.fold(f64::INFINITY, f64::min)
}

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 20_000, 200_000] } else { sizes };
    let mut table: Vec<(String, Vec<String>)> = Vec::new();
    for n in &sizes {
        for (i, (name, value)) in measure(*n).into_iter().enumerate() {
            if table.len() <= i {
                table.push((name, Vec::new()));
            }
            table[i].1.push(value);
        }
    }
    let line = |name: &str, cells: &[String]| println!("{name:<34}{}", cells.iter().map(|c| format!("{c:>14}")).collect::<String>());
    line("articles", &sizes.iter().map(ToString::to_string).collect::<Vec<_>>());
    for (name, cells) in &table {
        line(name, cells);
    }
}

fn measure(n: usize) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut note = |name: &str, value: String| out.push((name.to_owned(), value));
    let dir = tempfile::tempdir().expect("a folder for the bench");
    let now: Timestamp = "2025-08-15T12:00:00Z".parse().expect("a time");
    let mut writer = store::open(dir.path()).expect("a cache");
    let filing = fill(&mut writer, n, now);
    note("file, articles/s", format!("{:.0}", n as f64 / filing));
    note("rest ms", format!("{:.1}", cost(|| writer.rest().expect("rest"))));
    let reader = Reader::open(dir.path()).expect("a reader");
    note("size, bytes/article", format!("{:.0}", reader.stats().expect("stats").bytes as f64 / n as f64));

    let top = |q: &str| Question::Headlines {
        query: q.parse().expect("a query"),
        window: Window { as_of: None, at: At::Top, before: 0, after: 60 },
    };
    let mut ms = |name: &str, value: f64| note(name, format!("{value:.3}"));
    let ask = |r: &Reader, q: &Question| match r.answer(q, now) {
        Answer::Failed(e) => panic!("{e}"),
        a => a,
    };
    ms(
        "open + first window + desk",
        best(15, |_| {
            let r = Reader::open(dir.path()).expect("a reader");
            ask(&r, &top("is:unread"));
            ask(&r, &Question::Desk);
        }),
    );
    let Answer::Headlines(first) = ask(&reader, &top("")) else { unreachable!() };
    let mut middle = first.rows[first.rows.len() / 2].id;
    ms(
        "j: window around a row",
        best(50, |_| {
            let window = Window { as_of: Some(first.as_of), at: At::Article(middle), before: 60, after: 60 };
            if let Answer::Headlines(p) = ask(&reader, &Question::Headlines { query: Query::all(), window }) {
                middle = p.rows.last().map_or(middle, |h| h.id);
            }
        }),
    );
    ms("article", best(50, |i| drop(reader.article(ArticleId((i * 7 % n + 1) as i64), None))));
    for q in [
        "is:unread",
        "is:saved",
        "feed:#7",
        "feed:#7 is:unread",
        "agency:apa",
        "agency:apa is:unread",
        "folder:world",
        "folder:world is:unread",
        "since:today",
        "verstell",
        "versprech*",
        "ver*",
        "gehandl3f",
        "anhandl verhandl -anzeig",
        "\"verstell anstell\"",
        "umbrech sort:relevance",
        "verstell is:unread since:2d",
        "lang:en",
    ] {
        // A fresh instant each time, so that nothing is remembered.
        ms(q, best(7, |i| drop(reader.answer(&top(q), now + SignedDuration::from_secs(i as i64)))));
    }
    ms("desk", best(15, |_| drop(ask(&reader, &Question::Desk))));
    let as_of = reader.newest(now).expect("a snapshot");
    let mut apply = |change: Change| cost(|| drop(writer.apply(std::slice::from_ref(&change), now).expect("applied")));
    ms("mark one read", (0..20).map(|i| apply(Change::Read { ids: vec![ArticleId(i + 1)], read: true })).sum::<f64>() / 20.0);
    ms("mark all read", apply(Change::ReadAll { query: Query::all(), as_of }));
    let kept =
        Question::Headlines { query: Query::is(Is::Unread), window: Window { as_of: Some(as_of), at: At::Top, before: 0, after: 60 } };
    ms("unread, all read since", best(7, |_| drop(ask(&reader, &kept))));
    ms("undo", apply(Change::Undo));
    let more: Vec<Item> = (0..40).map(|i| item(&mut Dice(77 + i), n * 2 + i as usize, now)).collect();
    ms("poll of 40 new", apply(polled(FeedId(1), now, more.clone())));
    ms("poll of 40 known", apply(polled(FeedId(1), now, more)));
    out
}

/// Seconds.
fn fill(writer: &mut Writer, n: usize, now: Timestamp) -> f64 {
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
