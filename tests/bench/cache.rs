//! How the cache's cost grows with its size: windows must not. Prints one table; sizes are arguments
//! (`cargo bench --bench cache -- 1000 20000 200000`). Short times are the best of several runs on a warm file, in
//! ms by the clock; long ones (filing, marking all) are this thread's CPU where the system tells it.
#![allow(clippy::panic)]

use jiff::{SignedDuration, Timestamp};
use wiredesk::model::*;
use wiredesk::store::{self, Reader};

mod support;
use support::{Dice, best, cost, fill, item, polled};

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

fn ask_at(reader: &Reader, question: &Question, now: Timestamp) -> Answer {
    match reader.answer(question, now) {
        Answer::Failed(e) => panic!("{e}"),
        answer => answer,
    }
}

/// Places every second article: into stories of 3, 30 and, among the newest, 300, with two copies of each text.
fn place(writer: &mut store::Writer, n: usize, now: Timestamp) {
    let ids: Vec<i64> = (1..=n as i64).filter(|id| id % 2 == 0).collect();
    let mut placements = Vec::new();
    let mut at = 0;
    for size in [300].into_iter().chain([3, 3, 3, 3, 30].into_iter().cycle()) {
        let Some(story) = ids.get(at) else { break };
        for (i, id) in ids[at..].iter().take(size).enumerate() {
            placements.push(Placement {
                article: ArticleId(*id),
                dispatch: ids.get(at + i / 2 * 2).map(|d| DispatchKey(*d)),
                story: Some(StoryId(*story)),
                carries: None,
                tells: None,
            });
        }
        at += size;
    }
    for placements in placements.chunks(2_000) {
        let placed = Placed { placements: placements.to_vec(), ..Placed::default() };
        writer.apply(&[Change::Place(Box::new(placed))], now).expect("placed");
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
    note("rest ms", format!("{:.1}", cost(|| _ = writer.rest().expect("rest"))));
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
    // Every second article tells a story: of a few, of dozens, and one of hundreds, which lie close in time.
    place(&mut writer, n, now);
    let rows = |q: &str, by: By, at: At, before: usize| Question::Rows {
        query: q.parse().expect("a query"),
        by,
        open: Vec::new(),
        window: Window { as_of: None, at, before, after: 60 },
    };
    for q in ["", "is:unread", "feed:#7", "agency:apa is:unread", "verstell", "sort:old", "verstell sort:outlets"] {
        for by in [By::Story, By::Dispatch] {
            let question = rows(q, by, At::Top, 0);
            ms(&format!("by {by}: {q}"), best(7, |i| drop(ask_at(&reader, &question, now + SignedDuration::from_secs(i as i64)))));
        }
    }
    let mut there = middle;
    ms(
        "by story: j, window around a row",
        best(20, |_| {
            if let Answer::Headlines(p) = ask(&reader, &rows("", By::Story, At::Article(there), 60)) {
                there = p.rows.last().map_or(there, |h| h.id);
            }
        }),
    );
    ms("by story: the whole reach (400 rows)", {
        let window = Window { as_of: None, at: At::Article(middle), before: 200, after: 200 };
        let question = Question::Rows { query: Query::all(), by: By::Story, open: Vec::new(), window };
        best(7, |_| drop(ask(&reader, &question)))
    });
    ms("a story told", best(20, |i| drop(ask(&reader, &Question::Told(ArticleId((i * 14 + 2) as i64))))));
    let as_of = reader.newest().expect("a snapshot");
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
