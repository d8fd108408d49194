//! A screen that bytes act on: each byte or few is a message, and what the screen asks for is answered, late or never.
#![allow(dead_code)] // what only the other targets use

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use wiredesk::cache::Cache;
use wiredesk::model::{Answer, Applied, ArticleId, Clean, Progress, Ticket};
use wiredesk::scene;
use wiredesk::ui::{self, Code, Effect, Key, Level, Model, Mouse, Msg, Options, Theme};

/// Larger screens only cost time.
const LARGEST: (u16, u16) = (200, 70);

pub struct Desk {
    model: Model,
    cache: Cache,
    size: (u16, u16),
    /// Answers that have not come yet.
    held: Vec<(Ticket, Answer)>,
    slow: bool,
}

/// What is left of an input.
pub struct Rest<'a>(pub &'a [u8]);

impl Rest<'_> {
    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn small(&mut self) -> u16 {
        self.byte().unwrap_or_default().into()
    }

    /// Up to the next NUL.
    fn text(&mut self) -> String {
        let end = self.0.iter().position(|b| *b == 0).unwrap_or(self.0.len()).min(200);
        let text = String::from_utf8_lossy(&self.0[..end]).into_owned();
        self.0 = &self.0[(end + 1).min(self.0.len())..];
        text
    }

    fn clean(&mut self) -> Clean {
        Clean::line(&self.text())
    }
}

const KEYS: [Code; 16] = [
    Code::Enter,
    Code::Esc,
    Code::Tab,
    Code::Backspace,
    Code::Delete,
    Code::Insert,
    Code::Up,
    Code::Down,
    Code::Left,
    Code::Right,
    Code::Home,
    Code::End,
    Code::PageUp,
    Code::PageDown,
    Code::F(1),
    Code::F(5),
];

const MICE: [Mouse; 6] = [Mouse::Press, Mouse::Double, Mouse::Drag, Mouse::Release, Mouse::WheelUp, Mouse::WheelDown];

/// The next message of an input. What can be typed is typed; the rest of the bytes is everything else.
pub fn message(rest: &mut Rest<'_>) -> Option<Msg> {
    let first = rest.byte()?;
    Some(match first {
        b' '..=b'~' => Msg::Key(Key::char(first.into())),
        1..=26 => Msg::Key(Key { ctrl: true, ..Key::char(char::from(b'a' + first - 1)) }),
        0x80..=0x8f => Msg::Key(Key::plain(KEYS[usize::from(first - 0x80)])),
        0x90..=0x9f => Msg::Key(Key { shift: true, ..Key::plain(KEYS[usize::from(first - 0x90)]) }),
        0xa0..=0xa5 => Msg::Mouse { kind: MICE[usize::from(first - 0xa0)], x: rest.small(), y: rest.small() },
        0xa6 => Msg::Resize { cols: rest.small().min(LARGEST.0), rows: rest.small().min(LARGEST.1) },
        0xa7 => Msg::Paste(rest.text()),
        0xa8 => Msg::Tick(jiff::Timestamp::constant(1_755_000_000 + i64::from(rest.small()) * 3_600, 0)),
        0xa9 => Msg::Notice { level: Level::Error, text: rest.clean() },
        0xaa => Msg::Applied(Err(rest.clean())),
        0xab => Msg::Applied(Ok(Applied { label: rest.clean(), count: rest.small().into(), ..Applied::default() })),
        0xac => Msg::CacheChanged,
        0xad => Msg::Reminded(rest.small().into()),
        0xae => Msg::Focus(rest.small() % 2 == 0),
        0xaf => Msg::Pictures((rest.small() % 2 == 0).then_some((rest.small() % 40, rest.small() % 40))),
        0xb0 => Msg::Progress(Progress { done: rest.small().into(), total: rest.small().into(), failed: rest.small().into(), ..Progress::default() }),
        0xb1 => Msg::Theme(Theme::names().nth(usize::from(rest.small()) % 7).and_then(Theme::named).unwrap_or_default()),
        0xb2 => Msg::Answer { ticket: Ticket(rest.small().into()), answer: Answer::Failed(rest.clean()) },
        0xb3 => Msg::Answer { ticket: Ticket(rest.small().into()), answer: Answer::NextUnread(Some(ArticleId(rest.small().into()))) },
        0xb4 => Msg::Piped(if rest.small() % 2 == 0 { Ok(rest.clean()) } else { Err(rest.clean()) }),
        _ => Msg::Key(Key::char(rest.text().chars().next().unwrap_or('ß'))),
    })
}

impl Desk {
    pub fn new(rest: &mut Rest<'_>, keys: ui::Keymap) -> Self {
        let size = ((rest.small() + 1).min(LARGEST.0), (rest.small() + 1).min(LARGEST.1));
        let how = rest.byte().unwrap_or_default();
        let cache = if how & 1 == 0 { scene::day() } else { Cache::default() };
        let now = jiff::Timestamp::constant(1_755_338_400, 0);
        let options = Options { keys, linear: how & 2 > 0, justify: how & 4 > 0, ..Options::new(size, now, jiff::tz::TimeZone::UTC) };
        let (model, effects) = Model::new(options);
        let mut desk = Self { model, cache, size, held: Vec::new(), slow: how & 8 > 0 };
        desk.perform(effects);
        desk
    }

    pub fn send(&mut self, msg: Msg) {
        if let Msg::Resize { cols, rows } = msg {
            self.size = (cols.max(1), rows.max(1));
        }
        let effects = ui::update(&mut self.model, msg);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask { ticket, question, .. } => {
                    let answer = self.cache.answer(&question);
                    if self.slow {
                        self.held.push((ticket, answer));
                        if self.held.len() > 5 {
                            let (ticket, answer) = self.held.remove(0);
                            self.send(Msg::Answer { ticket, answer });
                        }
                    } else {
                        self.send(Msg::Answer { ticket, answer });
                    }
                }
                Effect::Change(change) => {
                    let applied = self.cache.apply(&change);
                    self.send(Msg::Applied(applied));
                    self.send(Msg::CacheChanged);
                }
                _ => {}
            }
        }
    }

    /// Draws, and looks at every cell.
    pub fn check(&self) {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).expect("a size");
        terminal.draw(|frame| ui::view(&self.model, frame)).expect("memory");
        for cell in terminal.backend().buffer().content() {
            assert!(!cell.symbol().chars().any(char::is_control), "{:?}", cell.symbol());
        }
        let _ = ui::links(&self.model);
    }
}
