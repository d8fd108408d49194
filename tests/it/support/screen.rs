//! The screen over a real cache, without a terminal and without threads: questions are answered and changes filed at
//! once.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::path::Path;
use wiredesk::ingest::revise;
use wiredesk::store::{self, Reader, Writer};
use wiredesk::ui::{Effect, Key, Model, Msg, Options, update, view};

/// The screen and the cache behind it.
pub struct Screen {
    model: Model,
    writer: Writer,
    reader: Reader,
    now: Timestamp,
    size: (u16, u16),
}

impl Screen {
    /// Opens the cache in `dir` at a moment.
    pub fn open(dir: &Path, now: &str, size: (u16, u16)) -> Self {
        let now = now.parse().unwrap();
        let writer = store::open(dir).unwrap().judging(revise::revised);
        let reader = Reader::open(dir).unwrap().comparing(revise::compare);
        let (model, effects) = Model::new(Options::new(size, now, TimeZone::UTC));
        let mut screen = Self { model, writer, reader, now, size };
        screen.perform(effects);
        screen
    }

    /// Types keys, with blanks between.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            self.send(Msg::Key(key.parse::<Key>().unwrap()));
        }
        self
    }

    /// Lets the clock stand at another time.
    pub fn at(&mut self, now: &str) -> &mut Self {
        self.now = now.parse().unwrap();
        self.send(Msg::Tick(self.now));
        self
    }

    /// Lets something happen.
    pub fn send(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask { ticket, question, .. } => {
                    let answer = self.reader.answer(&question, self.now);
                    self.send(Msg::Answer { ticket, answer });
                }
                Effect::Change(change) => {
                    let applied = self.writer.apply(&[change], self.now).unwrap().remove(0);
                    self.send(Msg::Applied(Ok(applied)));
                    self.send(Msg::CacheChanged);
                }
                _ => {}
            }
        }
    }

    /// What is on it.
    pub fn text(&self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        terminal.draw(|frame| view(&self.model, frame)).unwrap();
        let cells = terminal.backend().buffer();
        let line = |y| (0..self.size.0).map(|x| cells[(x, y)].symbol()).collect::<String>();
        (0..self.size.1).map(|y| line(y).trim_end().to_owned() + "\n").collect()
    }
}
