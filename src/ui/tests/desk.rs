//! `Desk::open(summit()).size(100, 30).keys("j j enter").screen()`: the model, the made-up cache and a drawn screen.

use super::cache::Cache;
use crate::model::{Answer, Change, Clean, FeedSettings, Ticket};
use crate::ui::{Effect, Key, Model, Mouse, Msg, Offer, Options, Theme, update, view};
use jiff::tz::{TimeZone, offset};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

pub struct Desk {
    pub model: Model,
    pub cache: Cache,
    pub size: (u16, u16),
    /// What the screen asked for beside questions and changes.
    pub effects: Vec<Effect>,
    /// Answers are kept back until [`Desk::deliver`].
    pub slow: bool,
    held: Vec<(Ticket, Answer)>,
}

pub fn options(size: (u16, u16)) -> Options {
    let offer = |name: &str| Offer {
        name: Clean::line(name),
        about: Clean::line("this and that, here and there, and more of it"),
        changes: vec![import(name, 1), import(name, 2)],
    };
    Options {
        offers: ["Deutsch", "English", "Agencies"].map(offer).to_vec(),
        ..Options::new(size, "2025-08-16T10:00:00Z".parse().unwrap(), TimeZone::fixed(offset(2)))
    }
}

fn import(name: &str, n: u32) -> Change {
    let address = format!("https://{}.example/{n}", name.to_lowercase()).parse().unwrap();
    Change::Import { address, settings: FeedSettings::default(), facts: None, items: Vec::new() }
}

impl Desk {
    pub fn open(cache: Cache) -> Self {
        Self::with(cache, options((160, 45)))
    }

    pub fn with(cache: Cache, options: Options) -> Self {
        let size = options.size;
        let (model, effects) = Model::new(options);
        let mut desk = Desk { model, cache, size, effects: Vec::new(), slow: false, held: Vec::new() };
        desk.perform(effects);
        desk
    }

    pub fn theme(cache: Cache, name: &str) -> Self {
        let mut options = options((160, 45));
        options.theme = Theme::named(name).unwrap();
        Self::with(cache, options)
    }

    pub fn size(mut self, cols: u16, rows: u16) -> Self {
        self.size = (cols, rows);
        self.send(Msg::Resize { cols, rows });
        self
    }

    pub fn keys(mut self, keys: &str) -> Self {
        self.press(keys);
        self
    }

    pub fn press(&mut self, keys: &str) {
        for key in keys.split(' ').filter(|k| !k.is_empty()) {
            self.send(Msg::Key(key.parse::<Key>().unwrap()));
        }
    }

    /// Types a text, letter by letter.
    pub fn types(&mut self, text: &str) {
        for c in text.chars() {
            self.send(Msg::Key(Key::char(c)));
        }
    }

    pub fn click(&mut self, x: u16, y: u16) {
        self.send(Msg::Mouse { kind: Mouse::Press, x, y });
    }

    pub fn send(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask { ticket, question, .. } => {
                    let answer = self.cache.answer(&question);
                    if self.slow {
                        self.held.push((ticket, answer));
                    } else {
                        self.send(Msg::Answer { ticket, answer });
                    }
                }
                Effect::Change(change) => {
                    let applied = self.cache.apply(&change);
                    self.send(Msg::Applied(applied));
                    self.send(Msg::CacheChanged);
                }
                other => self.effects.push(other),
            }
        }
    }

    /// Gives the answers that were kept back.
    pub fn deliver(&mut self) {
        self.slow = false;
        for (ticket, answer) in std::mem::take(&mut self.held) {
            self.send(Msg::Answer { ticket, answer });
        }
    }

    pub fn terminal(&self) -> Terminal<TestBackend> {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        terminal.draw(|frame| view(&self.model, frame)).unwrap();
        terminal
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        let terminal = self.terminal();
        let buffer = terminal.backend().buffer();
        let mut out = String::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..buffer.area.width {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                let symbol = buffer[(x, y)].symbol();
                line.push_str(symbol);
                skip = crate::ui::draw::width(symbol).saturating_sub(1);
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    /// The lines of one pane, without its border.
    pub fn pane(&self, pane: crate::ui::layout::Pane) -> Vec<String> {
        let area = self.model.layout().inner(pane).unwrap();
        let terminal = self.terminal();
        let buffer = terminal.backend().buffer();
        (area.top()..area.bottom()).map(|y| (area.left()..area.right()).map(|x| buffer[(x, y)].symbol()).collect()).collect()
    }

    /// The line of the screen that holds `words`.
    pub fn line_with(&self, words: &str) -> Option<(u16, String)> {
        self.screen().lines().enumerate().find(|(_, l)| l.contains(words)).map(|(y, l)| (y as u16, l.to_owned()))
    }

    /// Where the hardware cursor stands.
    pub fn cursor(&self) -> (u16, u16) {
        let mut terminal = self.terminal();
        let at = terminal.get_cursor_position().unwrap();
        (at.x, at.y)
    }
}
