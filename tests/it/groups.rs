//! Stories and dispatches on the screen, over a real cache: one row with its outlets, opened, told, compared, told apart.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use wiredesk::ingest::quote;
use wiredesk::model::*;
use wiredesk::store::{self, Reader, Writer};
use wiredesk::ui::{self, Effect, Key, Model, Msg, Options};

fn now() -> Timestamp {
    "2025-08-16T12:00:00Z".parse().unwrap()
}

/// The screen over a cache, with nothing between them but what the foreground does.
struct Desk {
    _dir: tempfile::TempDir,
    writer: Writer,
    reader: Reader,
    model: Option<Model>,
    size: (u16, u16),
    linear: bool,
}

impl Desk {
    fn key(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.send(Msg::Key(key.parse::<Key>().unwrap()));
        }
    }

    fn send(&mut self, msg: Msg) {
        let mut model = self.model.take().unwrap();
        let effects = ui::update(&mut model, msg);
        self.model = Some(model);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask { ticket, question, .. } => {
                    let mut answer = self.reader.answer(&question, now());
                    if let Answer::Article(Some(article)) = &mut answer {
                        article.quotes = quote::quotes(&article.item.body);
                    }
                    self.send(Msg::Answer { ticket, answer });
                }
                Effect::Change(change) => {
                    let applied = self.writer.apply(&[change], now()).unwrap().remove(0);
                    self.send(Msg::Applied(applied.failure.clone().map_or(Ok(applied), Err)));
                    self.send(Msg::CacheChanged);
                }
                _ => {}
            }
        }
    }

    fn open(&mut self, size: (u16, u16)) {
        let options = Options { linear: self.linear, ..Options::new(size, now(), TimeZone::UTC) };
        let (model, effects) = Model::new(options);
        self.model = Some(model);
        self.size = size;
        self.perform(effects);
    }

    fn screen(&self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        terminal.draw(|frame| ui::view(self.model.as_ref().unwrap(), frame)).unwrap();
        let buffer = terminal.backend().buffer();
        let line = |y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..buffer.area.height).map(|y| format!("{}\n", line(y).trim_end())).collect()
    }

    #[track_caller]
    fn shows(&self, words: &str) {
        let screen = self.screen();
        assert!(screen.contains(words), "`{words}` is not in\n{screen}");
    }

    #[track_caller]
    fn hides(&self, words: &str) {
        let screen = self.screen();
        assert!(!screen.contains(words), "`{words}` is in\n{screen}");
    }

    fn unread(&self) -> u64 {
        self.reader.stats().unwrap().unread
    }
}

struct Print {
    outlet: &'static str,
    title: &'static str,
    minutes: i64,
    take: Option<u32>,
    stage: Option<Stage>,
    text: Vec<Block>,
}

/// A ferry that runs aground: one dispatch in three outlets, of which one is a take behind, and a report of its own.
fn ferry() -> Desk {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = store::open(dir.path()).unwrap();
    let para = Block::paragraph;
    let lead = || para("The ferry Marit ran aground off Lunnoey at dawn with 140 passengers on board, the coastguard said on Saturday.");
    let quote = || para("“Nobody was hurt and the hull is holding,” said Ingrid Solvik, who leads the rescue centre at Boda.");
    let more = || para("Two tugs were on their way and the passengers were to be taken off before the evening tide, she added.");
    let print = |outlet, title, minutes, take, stage, text| Print { outlet, title, minutes, take, stage, text };
    let prints = [
        print("Harbour Post", "Ferry runs aground off Lunnoey", 290, Some(1), Some(Stage::Urgent), vec![lead(), quote()]),
        print("North Gazette", "Ferry aground with 140 aboard", 270, Some(2), None, vec![lead(), quote(), more()]),
        print(
            "Island Times",
            "Marit stuck off Lunnoey, tugs on their way",
            30,
            Some(2),
            None,
            vec![lead(), quote(), more(), para("The Times saw islanders bring blankets and coffee to the pier through the morning.")],
        ),
        print(
            "Coast Radio",
            "Why the sound off Lunnoey is feared by captains",
            20,
            None,
            Some(Stage::Analysis),
            vec![para("Three ships in ten years: charts of the sound are older than the buoys that mark it.")],
        ),
        print("Harbour Post", "Library opens on Sundays", 100, None, None, vec![para("From October on the library opens on Sundays.")]),
    ];
    let mut ids = Vec::new();
    for (i, p) in prints.into_iter().enumerate() {
        let address = Address::parse(&format!("https://{}.example/feed", p.outlet.replace(' ', "").to_lowercase())).unwrap();
        let facts = FeedFacts { title: Some(Clean::line(p.outlet)), ..FeedFacts::default() };
        let subscribe = Change::Subscribe { address, settings: FeedSettings::default(), facts: Some(facts.clone()) };
        let feed = writer.apply(&[subscribe], now()).unwrap()[0].feed.unwrap();
        let mut item = Item {
            guid: Clean::line(&format!("{i}")),
            title: Clean::line(p.title),
            outlet: Some(Clean::line(p.outlet)),
            language: Some(Clean::line("en")),
            published: Some(now() - SignedDuration::from_mins(p.minutes)),
            body: p.text,
            stage: p.stage,
            complete: true,
            ..Item::default()
        };
        item.attribution.dispatch =
            p.take.map(|take| DispatchId { agency: AgencyId::new("nor"), item: Clean::line("250816-77"), version: Some(take) });
        let outcome = Outcome::Read { facts, items: vec![item], validators: Validators::default(), warnings: vec![] };
        let polled = Polled {
            feed,
            at: now(),
            outcome,
            next: now(),
            why_next: Clean::line("soon"),
            rhythm: Rhythm::default(),
            moved: None,
            asked: None,
            pages: None,
        };
        ids.extend(writer.apply(&[Change::Polled(Box::new(polled))], now()).unwrap()[0].new.clone());
    }
    let why = |how, share, with| Some(Why { how, share, with });
    let at = |i: usize, dispatch: bool, carries, tells| Placement {
        article: ids[i],
        dispatch: dispatch.then_some(DispatchKey(ids[0].0)),
        story: Some(StoryId(ids[0].0)),
        carries,
        tells,
    };
    let placements = vec![
        at(0, true, why(How::Number, 100, ids[1]), None),
        at(1, true, why(How::Number, 100, ids[0]), None),
        at(2, true, why(How::Shared, 78, ids[1]), None),
        at(3, false, None, why(How::Alike, 34, ids[2])),
    ];
    writer.apply(&[Change::Place(Box::new(Placed { placements, ..Placed::default() }))], now()).unwrap();
    let reader = Reader::open(dir.path()).unwrap();
    let mut desk = Desk { _dir: dir, writer, reader, model: None, size: (120, 36), linear: false };
    desk.open((120, 36));
    desk
}

#[test]
fn a_story_is_one_row_that_opens_its_fullest_article_and_is_read_once() {
    let mut desk = ferry();
    insta::assert_snapshot!("story_row", desk.screen());
    assert_eq!(desk.unread(), 5);
    desk.key("enter");
    desk.shows("islanders bring blankets");
    assert_eq!(desk.unread(), 2, "the dispatch is read, whoever printed it");
    // What is left of the story is opened next, and the row says that something is.
    desk.key("h");
    desk.shows("○ Marit stuck");
    desk.key("enter");
    desk.shows("Three ships in ten years");
    assert_eq!(desk.unread(), 1);
    desk.key("u u");
    assert_eq!(desk.unread(), 5, "a step each");
}

#[test]
fn a_row_shows_its_articles_and_hides_them_again_and_nothing_else_moves() {
    let mut desk = ferry();
    let before = desk.screen();
    desk.key("x");
    insta::assert_snapshot!("story_open", desk.screen());
    desk.key("j j x");
    assert_eq!(desk.screen().replace("h expand", ""), before.replace("h expand", ""));
    desk.key("b");
    desk.shows("a row is one dispatch");
    desk.shows("Why the sound off");
    desk.key("b b");
    desk.hides("Why the sound off");
}

#[test]
fn the_time_line_tells_what_came_when_and_what_is_new_since() {
    let mut desk = ferry();
    desk.key("T");
    insta::assert_snapshot!("time_line", desk.screen());
    desk.key("esc T");
    desk.hides("new since");
    desk.key("w");
    insta::assert_snapshot!("why", desk.screen());
}

#[test]
fn what_does_not_belong_is_told_apart_and_taken_back() {
    let mut desk = ferry();
    // A whole row could mean any of them.
    desk.key("X");
    desk.shows("select what does not belong");
    desk.key("j X");
    desk.shows("told an article apart");
    assert_eq!(desk.reader.told_apart().unwrap().len(), 3);
    let rows = |desk: &Desk| desk.screen().lines().filter(|l| l.contains("Why the sound off")).count();
    assert_eq!(rows(&desk), 1);
    desk.hides("4 ×");
    desk.key("u");
    desk.shows("4 ×");
    assert_eq!(desk.reader.told_apart().unwrap().len(), 0);
}

#[test]
fn two_outlets_stand_side_by_side_or_one_above_the_other() {
    let mut desk = ferry();
    desk.key("=");
    insta::assert_snapshot!("beside", desk.screen());
    desk.key("esc");
    desk.size = (60, 20);
    desk.send(Msg::Resize { cols: 60, rows: 20 });
    desk.key("=");
    insta::assert_snapshot!("beside_narrow", desk.screen());
}

#[test]
fn sources_say_who_carries_it_who_is_behind_and_who_says_what() {
    let mut desk = ferry();
    desk.key("x j j j j");
    desk.key("enter 4 z");
    insta::assert_snapshot!("sources_of_a_story", desk.screen());
}

#[test]
fn all_of_it_is_read_aloud_too() {
    let mut desk = ferry();
    desk.linear = true;
    desk.open((80, 24));
    let mut said = desk.screen();
    for keys in ["x", "T", "w", "esc ="] {
        desk.key(keys);
        said.push_str("----\n");
        said.push_str(&desk.screen());
    }
    insta::assert_snapshot!("said", said.replace("\n\n\n", "\n").replace("\n\n", "\n"));
}
