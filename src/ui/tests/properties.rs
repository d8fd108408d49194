//! Whatever happens in whatever order, the screen stays whole.

use super::Desk;
use super::cache::{at, many, summit};
use super::pictures::ready;
use super::scene::{day, photo, told};
use crate::model::*;
use crate::ui::picture::Wanted;
use crate::ui::{Code, Key, Level, Mouse, Msg, Theme};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Text as hostile as it comes; what is not `Clean` goes through the filter on its way in.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,30}",
        ".{0,30}",
        Just("\u{1b}[31m\u{9b}2J\u{7}\r\n\t".to_owned()),
        Just("首脳会談 アンカレジ👩‍👩‍👧🇦🇹 שלום عالم e\u{301}\u{301}".to_owned()),
        "[a-z:()\" ]{0,20}",
    ]
}

fn key() -> impl Strategy<Value = Key> {
    let codes = prop_oneof![
        8 => "[ -~]".prop_map(|s| Code::Char(s.chars().next().unwrap())),
        1 => any::<char>().prop_map(Code::Char),
        4 => prop::sample::select(vec![
            Code::Enter, Code::Esc, Code::Tab, Code::Backspace, Code::Delete, Code::Up, Code::Down, Code::Left, Code::Right,
            Code::Home, Code::End, Code::PageUp, Code::PageDown, Code::F(1),
        ]),
    ];
    (codes, prop::bool::weighted(0.1), prop::bool::weighted(0.05)).prop_map(|(code, ctrl, shift)| Key { code, ctrl, alt: false, shift })
}

fn answer() -> impl Strategy<Value = Answer> {
    let snapshot = || Snapshot { last: ArticleId(3), opened: "2025-08-16T10:00:00Z".parse().unwrap() };
    prop_oneof![
        text().prop_map(|t| Answer::Failed(Clean::line(&t))),
        Just(Answer::Article(None)),
        (1i64..20).prop_map(|id| Answer::NextUnread(Some(ArticleId(id)))),
        Just(Answer::Desk(Desk_::default())),
        Just(Answer::Feeds(Vec::new())),
        Just(Answer::Feeds(day().feeds)),
        (1i64..20).prop_map(|id| Answer::Told(Some(Box::new(told(&day(), ArticleId(id)))))),
        Just(Answer::Told(None)),
        text().prop_map(|t| Answer::Known(Box::new(Known {
            stories: Vec::new(),
            tags: vec![(Clean::line(&t), 3)],
            saved: vec![Kept { id: ArticleId(3), title: Clean::line(&t), outlet: Clean::line(&t), time: at("2025-08-16T09:00:00Z") }],
            picks: vec![Clean::line(&t)],
        }))),
        prop::option::of(text()).prop_map(|t| Answer::Compared(t.map(|t| Box::new(Comparison {
            title: vec![Run::Removed(Clean::line(&t).into_string()), Run::Added("new".into())],
            note: None,
            text: vec![Compared::Folded(3), Compared::Runs(vec![Run::Same(Clean::line(&t).into_string())])],
            added: 1,
            removed: 2,
        })))),
        (text(), 0i64..30).prop_map(move |(t, n)| {
            let a = super::cache::article(n, "2025-08-16T09:58:00Z", &t, &t, Vec::new());
            Answer::Headlines(Page {
                rows: (0..n).map(|id| Headline { id: ArticleId(id), ..super::cache::Cache::headline(&a) }).collect(),
                more_before: n % 2 == 0,
                more_after: n % 3 == 0,
                as_of: snapshot(),
                total: Count { n: n as u64, more: false },
                waiting: Count { n: n as u64, more: false },
                regrouped: n == 7,
            })
        }),
        Just(Answer::Headlines(Page {
            rows: Vec::new(),
            more_before: true,
            more_after: true,
            as_of: snapshot(),
            total: Count { n: u64::MAX, more: true },
            waiting: Count { n: u64::MAX, more: true },
            regrouped: false,
        })),
        (text(), 1i64..20).prop_map(move |(t, id)| {
            let mut a = super::cache::article(
                id,
                "2025-08-16T09:58:00Z",
                &t,
                &t,
                vec![picture(&t), Block::paragraph(&t), Block::Quote { blocks: vec![Block::paragraph(&t), picture(&t)] }],
            );
            a.item.byline = Some(Clean::line(&t));
            a.versions.clear();
            Answer::Article(Some(Box::new(a)))
        }),
    ]
}

fn picture(words: &str) -> Block {
    let url = "https://pictures.example/p.png".parse().ok();
    Block::Picture { url, alt: Clean::line(words), caption: vec![Span::plain(words)], credit: None }
}

use crate::model::Desk as Desk_;

/// What the mouse can do.
const MICE: [Mouse; 6] = [Mouse::Press, Mouse::Double, Mouse::Drag, Mouse::Release, Mouse::WheelUp, Mouse::WheelDown];

fn msg() -> impl Strategy<Value = Msg> {
    prop_oneof![
        12 => key().prop_map(Msg::Key),
        4 => (0u16..200, 0u16..60, prop::sample::select(MICE.to_vec())).prop_map(|(x, y, kind)| Msg::Mouse { kind, x, y }),
        2 => (prop_oneof![0u16..30, 30u16..200, 0u16..=250], prop_oneof![0u16..60, 0u16..=250]).prop_map(|(cols, rows)| Msg::Resize { cols, rows }),
        1 => (0u16..80, 0u16..30, prop::option::of(text()), any::<bool>()).prop_map(|(cols, rows, why, characters)| Msg::Picture(
            Wanted { article: ArticleId(12), address: "https://pictures.example/plane.jpg".parse().unwrap(), cols, rows },
            why.map_or_else(|| Ok(ready(cols, rows, characters)), |why| Err(Clean::line(&why))),
        )),
        1 => prop::sample::select(Theme::names().collect::<Vec<_>>()).prop_map(|name| Msg::Theme(Theme::named(name).unwrap())),
        1 => any::<bool>().prop_map(Msg::Focus),
        1 => (0u64..9).prop_map(|count| Msg::Applied(Ok(Applied { label: Clean::line("did it"), count, ..Applied::default() }))),
        1 => text().prop_map(Msg::Paste),
        1 => (0u64..60).prop_map(Msg::Reminded),
        1 => (text(), any::<bool>()).prop_map(|(t, well)| Msg::Piped(if well { Ok(Clean::line(&t)) } else { Err(Clean::line(&t)) })),
        1 => Just(Msg::CacheChanged),
        1 => prop::option::of((0u16..50, 0u16..50)).prop_map(Msg::Pictures),
        1 => text().prop_map(|t| Msg::Notice { level: Level::Error, text: Clean::line(&t) }),
        1 => text().prop_map(|t| Msg::Applied(Err(Clean::line(&t)))),
        1 => (any::<i32>()).prop_map(|s| Msg::Tick(jiff::Timestamp::from_second(i64::from(s)).unwrap())),
        3 => (prop_oneof![0u64..60, 0u64..2_000], answer()).prop_map(|(t, answer)| Msg::Answer { ticket: Ticket(t), answer }),
        1 => (0usize..9, 0usize..9, any::<bool>()).prop_map(|(done, total, elsewhere)| Msg::Progress(Progress { done, total, failed: done, elsewhere, ..Progress::default() })),
    ]
}

/// Keys that open something, and those that move in it and leave it.
fn opening() -> impl Strategy<Value = &'static str> {
    const KEYS: [&str; 32] = [
        ":",
        "a",
        "v",
        "v",
        "H",
        "m",
        ",",
        "y",
        "q",
        "e",
        "|",
        "t",
        "esc",
        "esc",
        "enter",
        "enter",
        "j",
        "j",
        "k",
        "down",
        "up",
        "tab",
        "backspace",
        "x",
        "u",
        "G",
        "g",
        "pgdn",
        "?",
        "s",
        "S",
        "ctrl-w",
    ];
    prop::sample::select(KEYS.to_vec())
}

/// Every cell holds what a cell can hold: no control character, no half of a wide letter.
fn whole(desk: &Desk) -> Result<(), TestCaseError> {
    let terminal = desk.terminal();
    let buffer = terminal.backend().buffer();
    let width = usize::from(buffer.area.width);
    for (i, cell) in buffer.content().iter().enumerate() {
        let symbol = cell.symbol();
        // Nearly all are one letter of the keyboard, or drawn lines.
        if matches!(symbol.as_bytes(), [0x20..0x7f] | [0xe2, 0x94 | 0x95, _]) {
            continue;
        }
        prop_assert!(!symbol.chars().any(char::is_control), "{symbol:?}");
        let (x, wide) = (i % width, usize::from(crate::ui::draw::width(symbol)));
        prop_assert!(x + wide <= width, "{symbol:?} hangs over the edge");
        for covered in &buffer.content()[i + 1..i + wide.max(1)] {
            prop_assert!(covered.symbol() == " ", "{symbol:?} is half under {:?}", covered.symbol());
        }
    }
    let list = &desk.model.headlines;
    prop_assert!(list.rows.is_empty() || list.selected < list.rows.len());
    Ok(())
}

fn options(size: (u16, u16), linear: bool, german: bool) -> crate::ui::Options {
    let language = if german { Language::De } else { Language::En };
    crate::ui::Options { linear, language, ..super::desk::options(size) }
}

/// The summit's day with a photo in its first article.
fn desk(linear: bool, german: bool) -> Desk {
    let mut cache = day();
    cache.get(12).item.body.insert(0, photo());
    Desk::with(cache, options((160, 45), linear, german))
}

fn take(desk: &mut Desk, msg: Msg) {
    if let Msg::Resize { cols, rows } = msg {
        desk.size = (cols.max(1), rows.max(1));
    }
    desk.send(msg);
    desk.effects.clear();
}

/// The same for as long as one likes, each screen growing out of the one before it:
/// `cargo test --release --lib a_million -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn a_million_messages_break_nothing() {
    let total: usize = std::env::var("MESSAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let mut runner = TestRunner::deterministic();
    let (any, opens) = (msg(), opening());
    let mut told: Vec<String> = Vec::new();
    let mut desk_now = desk(false, false);
    for n in 0..total {
        // From time to time another reader sits down, and sometimes the keys make sense.
        if n % 5_000 == 0 {
            desk_now = desk(n % 20_000 == 0, n % 15_000 == 5_000);
            desk_now.slow = n % 15_000 == 0;
            told.clear();
        }
        if n % 1_000 == 999 {
            desk_now.deliver();
        }
        let msg = match n % 3 {
            0 => Msg::Key(opens.new_tree(&mut runner).unwrap().current().parse().unwrap()),
            _ => any.new_tree(&mut runner).unwrap().current(),
        };
        told.push(format!("{msg:?}"));
        told.drain(..told.len().saturating_sub(30));
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            take(&mut desk_now, msg);
            whole(&desk_now)
        }));
        assert!(matches!(outcome, Ok(Ok(()))), "message {n}: {:?}\n{}", outcome.map_err(|_| "panic"), told.join("\n"));
    }
}

/// As many as the environment asks for, as everywhere else.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(24), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_message_breaks_the_screen(msgs in prop::collection::vec(msg(), 1..80), slow: bool, linear: bool, german: bool) {
        let mut desk = desk(linear, german);
        desk.slow = slow;
        for msg in msgs {
            take(&mut desk, msg);
            whole(&desk)?;
        }
        desk.deliver();
        whole(&desk)?;
    }

    /// What lies over the panes, and what is chosen in a text, stand whatever is typed.
    #[test]
    fn no_keys_break_what_is_opened(
        keys in prop::collection::vec(opening(), 1..80), cols in 20u16..130, rows in 6u16..40, linear: bool, german: bool,
    ) {
        let mut desk = Desk::with(summit(), options((cols, rows), linear, german));
        desk.press("enter");
        for key in keys {
            desk.press(key);
            whole(&desk)?;
        }
    }

    /// Whatever arrives, the row under the reader's eye stays where it is.
    #[test]
    fn arrivals_never_move_a_row(moves in prop::collection::vec("[jkG]", 0..40), n in 1i64..30, rows in 8u16..50) {
        let mut desk = Desk::open(many(600)).size(80, rows);
        for key in &moves {
            desk.press(key);
        }
        let before = desk.screen();
        for id in 0..n {
            desk.cache.articles.push(super::cache::article(5_000 + id, "2025-08-16T09:59:00Z", "Late", "Late", Vec::new()));
        }
        desk.send(Msg::CacheChanged);
        let after = desk.screen();
        let rows = usize::from(rows) - 2;
        prop_assert_eq!(before.lines().skip(1).take(rows - 1).collect::<Vec<_>>(), after.lines().skip(1).take(rows - 1).collect::<Vec<_>>());
    }
}
