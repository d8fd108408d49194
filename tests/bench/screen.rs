//! What the eye waits for: the first frame and the time from a key to its frame, with the real cache behind the real
//! interface on a terminal that is only memory. Neither may grow with the cache: the last column is the ratio of the
//! largest to the smallest. `cargo bench --bench screen -- 1000 20000 200000`; ms of this process's clock. The second table
//! is one article of so many words, opened and paged through: only its first layout may cost what its length costs.
//! `BENCH_LANG=de` has it speak German.
#![allow(clippy::panic)]

use jiff::{Timestamp, tz::TimeZone};
use ratatui::{Terminal, backend::TestBackend};
use std::time::Instant;
use wiredesk::model::Language;
use wiredesk::store::{self, Reader};
use wiredesk::ui::{self, Effect, Model, Msg};

mod support;

const COLS: u16 = 200;
const ROWS: u16 = 60;

/// The interface and the cache, driven as the program drives them, on one thread.
struct Desk {
    model: Model,
    reader: Reader,
    terminal: Terminal<TestBackend>,
    now: Timestamp,
}

impl Desk {
    fn open(dir: &std::path::Path, now: Timestamp) -> Self {
        let reader = Reader::open(dir).expect("a reader");
        let language = Language::of(&std::env::var("BENCH_LANG").unwrap_or_default());
        let (model, effects) = Model::new(ui::Options { language, ..ui::Options::new((COLS, ROWS), now, TimeZone::UTC) });
        let terminal = Terminal::new(TestBackend::new(COLS, ROWS)).expect("a terminal in memory");
        let mut desk = Self { model, reader, terminal, now };
        desk.perform(effects);
        desk.draw();
        desk
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Ask { ticket, question, .. } = effect {
                let answer = self.reader.answer(&question, self.now);
                let effects = ui::update(&mut self.model, Msg::Answer { ticket, answer });
                self.perform(effects);
            }
        }
    }

    fn draw(&mut self) {
        self.terminal.draw(|frame| ui::view(&self.model, frame)).expect("drawn");
    }

    /// From the key to its frame, the cache's answers included.
    fn key(&mut self, key: &str) -> f64 {
        let start = Instant::now();
        let effects = ui::update(&mut self.model, Msg::Key(key.parse().expect("a key")));
        self.perform(effects);
        self.draw();
        start.elapsed().as_secs_f64() * 1e3
    }

    fn keys(&mut self, key: &str, times: usize) -> Vec<f64> {
        (0..times).map(|_| self.key(key)).collect()
    }
}

fn at(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times[((times.len() - 1) as f64 * share).round() as usize]
}

fn measure(n: usize) -> Vec<(&'static str, f64)> {
    let dir = tempfile::tempdir().expect("a folder for the bench");
    let now: Timestamp = "2025-08-15T12:00:00Z".parse().expect("a time");
    let mut writer = store::open(dir.path()).expect("a cache");
    support::fill(&mut writer, n, now);
    writer.rest().expect("rest");
    let mut out = vec![("first frame", support::best(15, |_| drop(Desk::open(dir.path(), now))))];
    let mut desk = Desk::open(dir.path(), now);
    let mut j = desk.keys("j", 400);
    out.push(("j, median", at(&mut j, 0.5)));
    out.push(("j, p99", at(&mut j, 0.99)));
    let mut page = desk.keys("space", 60);
    out.push(("page of headlines, p99", at(&mut page, 0.99)));
    out.push(("to the end of the list", desk.key("G")));
    out.push(("to its top", desk.key("g")));
    let mut open: Vec<f64> = (0..40)
        .map(|_| {
            let opened = desk.key("enter");
            desk.key("h");
            desk.key("j");
            opened
        })
        .collect();
    out.push(("open an article, p99", at(&mut open, 0.99)));
    out.push(("first feed of the desk", {
        desk.key("1");
        desk.keys("j", 8);
        desk.key("enter")
    }));
    out
}

/// One article of so many words among short ones: opened by key and read page by page.
fn read(words: usize) -> Vec<(&'static str, f64)> {
    use wiredesk::model::{Address, Block, Change, Clean, FeedId, FeedSettings};
    let dir = tempfile::tempdir().expect("a folder for the bench");
    let now: Timestamp = "2025-08-15T12:00:00Z".parse().expect("a time");
    let mut writer = store::open(dir.path()).expect("a cache");
    let address = Address::parse("https://long.example/rss").expect("an address");
    writer.apply(&[Change::Subscribe { address, settings: FeedSettings::default(), facts: None }], now).expect("subscribed");
    let mut dice = support::Dice(7);
    let mut long = support::item(&mut dice, 1, now);
    long.language = Some(Clean::line("de"));
    long.body = (0..words / 60).map(|_| Block::paragraph(&dice.words(60))).collect();
    let short = support::item(&mut dice, 2, now - jiff::SignedDuration::from_secs(60));
    writer.apply(&[support::polled(FeedId(1), now, vec![short, long])], now).expect("filed");
    writer.rest().expect("rest");
    let mut desk = Desk::open(dir.path(), now);
    // Off and on again: each time the text is laid out anew.
    let mut open: Vec<f64> = (0..30)
        .map(|_| {
            desk.keys("j", 1);
            let opened = desk.key("k") + desk.key("enter");
            desk.key("h");
            opened
        })
        .collect();
    desk.key("enter");
    let pages = (words / 300).clamp(10, 120);
    let mut down = Vec::new();
    let mut line = Vec::new();
    for _ in 0..5 {
        down.extend(desk.keys("space", pages));
        line.extend(desk.keys("k", 40));
        down.extend(desk.keys("pgup", pages));
        desk.key("g");
    }
    let ends = desk.keys("G", 1).into_iter().chain(desk.keys("g", 1)).fold(0.0, f64::max);
    vec![
        ("opened and laid out, p99", at(&mut open, 0.99)),
        ("a page, median", at(&mut down, 0.5)),
        ("a page, p99", at(&mut down, 0.99)),
        ("a line, p99", at(&mut line, 0.99)),
        ("to its end or top", ends),
    ]
}

fn print(head: &str, sizes: &[usize], columns: &[Vec<(&'static str, f64)>]) {
    println!("{head:<28}{}{:>10}", sizes.iter().map(|n| format!("{n:>12}")).collect::<String>(), "ratio");
    for row in 0..columns[0].len() {
        let cells: Vec<f64> = columns.iter().map(|c| c[row].1).collect();
        let ratio = cells.last().zip(cells.first()).map_or(1.0, |(last, first)| last / first);
        println!("{:<28}{}{ratio:>10.2}", columns[0][row].0, cells.iter().map(|c| format!("{c:>12.3}")).collect::<String>());
    }
}

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 20_000, 200_000] } else { sizes };
    print("articles", &sizes, &sizes.iter().map(|n| measure(*n)).collect::<Vec<_>>());
    let words = [500, 5_000, 50_000];
    println!();
    print("words in one article", &words, &words.map(read));
}
