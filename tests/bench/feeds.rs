//! How fast feeds are read, beside feed-rs (without its sanitizer) on the same bytes in the same run:
//! `cargo bench --bench feeds [-- FEEDS ROUNDS]`. The feeds are made here, with the sizes and the markup that real ones have.

use std::time::{Duration, Instant};

use wiredesk::ingest::attribute::Registry;
use wiredesk::ingest::{Source, format};
use wiredesk::model::Address;

const WORDS: [&str; 24] = [
    "Minister",
    "talks",
    "über",
    "ceasefire",
    "the",
    "Größe",
    "agency",
    "summit",
    "said",
    "on",
    "Friday",
    "that",
    "no",
    "deal",
    "was",
    "reached",
    "officials",
    "Gespräche",
    "border",
    "region",
    "will",
    "resume",
    "later",
    "today",
];

/// A small generator of numbers, so that every run reads the same bytes.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    fn sentence(&mut self, words: usize) -> String {
        (0..words).map(|_| WORDS[self.roll(WORDS.len())]).collect::<Vec<_>>().join(" ")
    }

    fn html(&mut self, paragraphs: usize) -> String {
        let mut out = String::new();
        for i in 0..paragraphs {
            let (a, b, c) = (self.sentence(30), self.sentence(4), self.sentence(25));
            out.push_str(&format!("<p class=\"text\">{a} <a href=\"https://news.example/{i}/topic?id={i}\">{b}</a>, {c}.</p>\n"));
            if i == 1 {
                out.push_str("<figure><img src=\"https://img.example/p.jpg\" width=\"800\" height=\"450\" alt=\"\"><figcaption>Foto: Agentur</figcaption></figure>");
            }
        }
        out
    }
}

fn rss(dice: &mut Dice, items: usize, full: bool) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:media=\"http://search.yahoo.com/mrss/\">\n<channel>\n<title>Bench News</title>\n<link>https://news.example/</link>\n<description>News</description>\n",
    );
    for i in 0..items {
        let (title, teaser) = (dice.sentence(9), dice.sentence(35));
        out.push_str(&format!("<item>\n<title>{title} &amp; {i}</title>\n<link>https://news.example/a/{i}?x=1&amp;y=2</link>\n<guid isPermaLink=\"false\">https://news.example/?p={i}</guid>\n<dc:creator><![CDATA[Jane Roe]]></dc:creator>\n<pubDate>Tue, 01 Sep 2026 10:{:02}:00 +0000</pubDate>\n<category><![CDATA[Politics]]></category>\n<category>World</category>\n<description><![CDATA[<p>{teaser} [&#8230;]</p>]]></description>\n", i % 60));
        if full {
            let n = 3 + dice.roll(12);
            out.push_str(&format!("<content:encoded><![CDATA[{}]]></content:encoded>\n", dice.html(n)));
        }
        out.push_str(&format!("<media:content url=\"https://img.example/{i}.jpg\" type=\"image/jpeg\" medium=\"image\"><media:title>{}</media:title></media:content>\n</item>\n", dice.sentence(5)));
    }
    out.push_str("</channel>\n</rss>\n");
    out
}

fn atom(dice: &mut Dice, items: usize) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n<title>Bench Atom</title>\n<id>tag:news.example,2026:f</id>\n<updated>2026-09-01T10:00:00Z</updated>\n<link href=\"https://news.example/\"/>\n",
    );
    for i in 0..items {
        let n = 3 + dice.roll(12);
        let html = dice.html(n).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        out.push_str(&format!("<entry>\n<title type=\"html\">{}</title>\n<id>tag:news.example,2026:{i}</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"https://news.example/a/{i}\"/>\n<published>2026-09-01T09:{:02}:00Z</published>\n<updated>2026-09-01T10:00:00Z</updated>\n<author><name>Jane Roe</name></author>\n<category term=\"politics\"/>\n<summary type=\"html\">{}</summary>\n<content type=\"html\">{html}</content>\n</entry>\n", dice.sentence(9), i % 60, dice.sentence(35)));
    }
    out.push_str("</feed>\n");
    out
}

/// The shortest of several runs of each: in turn, so that what else the machine does falls on all of them alike.
fn best<const N: usize>(rounds: usize, mut runs: [&mut dyn FnMut() -> usize; N]) -> [(Duration, usize); N] {
    let mut best = [(Duration::MAX, 0); N];
    for _ in 0..rounds {
        for (run, best) in runs.iter_mut().zip(&mut best) {
            let start = Instant::now();
            let entries = run();
            *best = (best.0.min(start.elapsed()), entries);
        }
    }
    best
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|a| a.parse().ok());
    let (count, rounds): (usize, usize) = (numbers.next().unwrap_or(200), numbers.next().unwrap_or(9));
    let mut dice = Dice(7);
    let feeds: Vec<String> = (0..count)
        .map(|i| match i % 4 {
            0 => rss(&mut dice, 60, false),
            1 | 2 => rss(&mut dice, 60, true),
            _ => atom(&mut dice, 60),
        })
        .collect();
    let megabytes = feeds.iter().map(String::len).sum::<usize>() as f64 / 1e6;
    let url = Address::parse("https://news.example/feed.xml").expect("the address is well formed");
    let now = jiff::Timestamp::from_second(1_800_000_000).expect("the second lies in range");
    // Credits are found on top of reading, which feed-rs does nothing like: with nobody to credit it is reading alone.
    let nobody = Registry::default();
    let read = |f: &String, registry| {
        let source = Source { bytes: f.as_bytes(), url: Some(&url), content_type: None, now };
        format::read(&source, registry).items.len()
    };
    let [(ours, n), (alone, _), (theirs, m)] = best(
        rounds,
        [
            &mut || feeds.iter().map(|f| read(f, Registry::builtin())).sum(),
            &mut || feeds.iter().map(|f| read(f, &nobody)).sum(),
            &mut || feeds.iter().map(|f| feed_rs::parser::parse(f.as_bytes()).map_or(0, |f| f.entries.len())).sum(),
        ],
    );
    let rate = |d: Duration| megabytes / d.as_secs_f64();
    println!("{} feeds, {megabytes:.1} MB, best of {rounds}", feeds.len());
    println!("format::read  {:7.1} MB/s  {n} entries, with text as blocks", rate(ours));
    println!("  of it reading  {:7.1} MB/s  the rest finds who is credited", rate(alone));
    println!("feed-rs       {:7.1} MB/s  {m} entries, HTML kept as it came", rate(theirs));
    println!("ratio         {:7.2}       with credits", rate(ours) / rate(theirs));
    println!("ratio         {:7.2}       reading alone (at least 0.70 is wanted)", rate(alone) / rate(theirs));
}
