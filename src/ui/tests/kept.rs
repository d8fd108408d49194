//! The screen over a real cache on disk, closed and opened again: what the reader made of an article is still there.

use super::desk::options;
use crate::model::*;
use crate::store::{self, Reader, Writer};
use crate::ui::{Effect, Key, Model, Msg, update, view};
use jiff::Timestamp;
use ratatui::{Terminal, backend::TestBackend};

const SIZE: (u16, u16) = (80, 24);

fn now() -> Timestamp {
    "2025-08-16T10:00:00Z".parse().unwrap()
}

/// A cache on disk and a screen over it.
struct Session {
    dir: tempfile::TempDir,
    writer: Writer,
    reader: Reader,
    model: Model,
}

impl Session {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = store::open(dir.path()).unwrap();
        let address = "https://feeds.example/all".parse().unwrap();
        let item = |title: &str, outlet: &str, hour: i64, body: &[&str]| Item {
            guid: title.into(),
            title: title.into(),
            outlet: Some(outlet.into()),
            url: format!("https://{}.example/{hour}", outlet.to_lowercase()).parse().ok(),
            published: Some(now() - jiff::SignedDuration::from_hours(hour)),
            body: body.iter().map(|text| Block::paragraph(text)).collect(),
            complete: true,
            ..Item::default()
        };
        let items = vec![
            item(
                "Ferry strike ends",
                "Harbour",
                1,
                &["The ferries sail again.", "Both sides call it a fair deal.", "Tickets hold for a week."],
            ),
            item("Bridge opens late", "Abend", 2, &["The bridge opened an hour late."]),
            item("Tram line grows", "Mittag", 3, &["Two stops more."]),
        ];
        let items = items.into_iter().map(|item| Imported { item, marks: Marks::default(), marks_only: false }).collect();
        let change = Change::Import { address, settings: FeedSettings::default(), facts: None, items };
        writer.apply(&[change], now()).unwrap();
        Self::over(dir, writer)
    }

    fn over(dir: tempfile::TempDir, writer: Writer) -> Self {
        let reader = Reader::open(dir.path()).unwrap();
        let (model, effects) = Model::new(options(SIZE));
        let mut session = Session { dir, writer, reader, model };
        session.perform(effects);
        session
    }

    /// The program ends and is started again.
    fn again(self) -> Self {
        let Session { dir, writer, .. } = self;
        drop(writer);
        let writer = store::open(dir.path()).unwrap();
        Self::over(dir, writer)
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask { ticket, question, .. } => {
                    let answer = self.reader.answer(&question, now());
                    self.send(Msg::Answer { ticket, answer });
                }
                Effect::Change(change) => {
                    let applied = self.writer.apply(&[change], now()).unwrap().pop().unwrap();
                    self.send(Msg::Applied(applied.failure.clone().map_or(Ok(applied), Err)));
                    self.send(Msg::CacheChanged);
                }
                _ => {}
            }
        }
    }

    fn send(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.perform(effects);
    }

    fn press(&mut self, keys: &str) -> &mut Self {
        keys.split(' ').for_each(|key| self.send(Msg::Key(key.parse().unwrap())));
        self
    }

    fn types(&mut self, text: &str) -> &mut Self {
        text.chars().for_each(|c| self.send(Msg::Key(Key::char(c))));
        self
    }

    fn screen(&self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap();
        terminal.draw(|frame| view(&self.model, frame)).unwrap();
        let cells = terminal.backend().buffer();
        let line = |y| (0..SIZE.0).map(|x| cells[(x, y)].symbol()).collect::<String>().trim_end().to_owned() + "\n";
        (0..SIZE.1).map(line).collect()
    }
}

#[test]
fn notes_highlights_and_picks_outlive_the_program() {
    let mut session = Session::new();
    session.press("enter v j H a").types("Who paid?").press("esc s t").types("port").press("enter");
    session.press(":").types("changed").press("enter");
    let mut session = session.again();
    session.press("enter");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!("kept-article", session.screen()) });
    session.press(":");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, { insta::assert_snapshot!("kept-palette", session.screen()) });
    // All of it is taken back, last things first.
    session.press("esc u u u u");
    let screen = session.screen();
    assert!(!screen.contains('┃') && !screen.contains("Note:") && !screen.contains("#port") && !screen.contains("★"), "{screen}");
}

#[test]
fn the_saved_are_listed_by_outlet_and_by_tag() {
    let mut session = Session::new();
    session.press("s t").types("port").press("enter j s j s t").types("city").press("enter ' s");
    let titles = |session: &Session| {
        let all = ["Ferry", "Bridge", "Tram"];
        let screen = session.screen();
        let mut found: Vec<(usize, &str)> = all.into_iter().filter_map(|t| Some((screen.find(t)?, t))).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, t)| t).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(titles(&session), "Ferry Bridge Tram");
    session.press("S");
    assert!(session.screen().contains("Saved by outlet"), "{}", session.screen());
    assert_eq!(titles(&session), "Bridge Ferry Tram");
    session.press("S");
    assert!(session.screen().contains("Saved by tag"), "{}", session.screen());
    assert_eq!(titles(&session), "Tram Ferry Bridge");
    session.press("S");
    assert_eq!(titles(&session), "Tram Bridge Ferry");
    session.press("S");
    assert!(session.screen().contains("── Saved · 3"), "{}", session.screen());
}
