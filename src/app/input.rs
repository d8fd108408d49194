//! What comes from the terminal: keys, mouse, pastes, and its answers about its background, all from one stream, so that
//! asking takes no key away and nobody waits for an answer. The only file that names termina.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};
use termina::escape::csi::{Csi, Mode, ThemeMode};
use termina::escape::osc::{ColorOrQuery, DynamicColorNumber, Osc};
use termina::event::{KeyCode, KeyEvent, KeyEventKind, Modifiers, MouseButton, MouseEvent, MouseEventKind};
use termina::{Event, Parser};

use super::look::Heard;
use super::pictures::listen::{Answers, Sieve};
use crate::ui::{Code, Ground, Key, Mouse, Msg};

/// What came.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // few are alive at a time
pub enum Came {
    /// Something for the screen.
    Msg(Msg),
    /// Something about the terminal.
    Ground(Heard),
    /// What pictures it shows: all its answers, when the last has come.
    Shows(Answers),
}

/// Reads the terminal until it is gone, or `give` gives up. For the input thread.
pub fn read(mut give: impl FnMut(Came) -> bool) -> io::Result<()> {
    let mut from = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut input = Input::default();
    let mut clicks = Clicks::default();
    let mut buffer = [0; 4096];
    loop {
        let n = match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        for came in input.take(&buffer[..n], n == buffer.len()) {
            if !give(clicks.count(came, Instant::now())) {
                return Ok(());
            }
        }
    }
}

/// Two clicks at one cell within this time are a double click.
const DOUBLE: Duration = Duration::from_millis(400);

/// Tells a double click from two clicks.
#[derive(Default)]
struct Clicks {
    last: Option<(Instant, u16, u16)>,
}

impl Clicks {
    fn count(&mut self, came: Came, now: Instant) -> Came {
        let Came::Msg(Msg::Mouse { kind: Mouse::Press, x, y }) = came else { return came };
        let again = self.last.take().is_some_and(|(at, was_x, was_y)| (was_x, was_y) == (x, y) && now.duration_since(at) <= DOUBLE);
        if !again {
            self.last = Some((now, x, y));
        }
        Came::Msg(Msg::Mouse { kind: if again { Mouse::Double } else { Mouse::Press }, x, y })
    }
}

/// From bytes to what they mean.
#[derive(Default)]
struct Input {
    parser: Parser,
    /// Takes out the answers that the parser does not know.
    sieve: Sieve,
}

impl Input {
    /// Takes what was read at once; `more` if there may be more of it.
    fn take(&mut self, bytes: &[u8], more: bool) -> Vec<Came> {
        let (bytes, answers) = self.sieve.take(bytes);
        let mut all: Vec<Came> = answers.map(Came::Shows).into_iter().collect();
        let bytes = bytes.as_slice();
        // Alone these are keys with alt; to the parser they are beginnings, and it would wait for the end.
        if let [0x1b, letter @ (b'[' | b']' | b'P' | b'O')] = bytes {
            let key = Key { alt: true, ..Key::char(char::from(*letter)) };
            all.push(Came::Msg(Msg::Key(key)));
            return all;
        }
        self.parser.parse(bytes, more);
        all.extend(std::iter::from_fn(|| self.parser.pop()).filter_map(came));
        all
    }
}

fn came(event: Event) -> Option<Came> {
    let msg = match event {
        Event::Key(event) => Msg::Key(key(event)?),
        Event::Mouse(event) => mouse(event)?,
        Event::Paste(text) => Msg::Paste(text),
        Event::FocusIn => Msg::Focus(true),
        Event::FocusOut => Msg::Focus(false),
        Event::WindowResized(size) => Msg::Resize { cols: size.cols, rows: size.rows },
        Event::Osc(Osc::ChangeDynamicColors(DynamicColorNumber::TextBackgroundColor, colours)) => {
            let ColorOrQuery::Color(c) = colours.first()? else { return None };
            return Some(Came::Ground(Heard::Colour(Ground::of(c.red, c.green, c.blue))));
        }
        Event::Csi(Csi::Mode(Mode::ReportTheme(mode))) => {
            let ground = if mode == ThemeMode::Dark { Ground::Dark } else { Ground::Light };
            return Some(Came::Ground(Heard::Scheme(ground)));
        }
        _ => return None,
    };
    Some(Came::Msg(msg))
}

fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let code = match event.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Escape => Code::Esc,
        KeyCode::Tab | KeyCode::BackTab => Code::Tab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Function(n) => Code::F(n),
        _ => return None,
    };
    let held = |m| event.modifiers.contains(m);
    let letter = matches!(code, Code::Char(_));
    let shift = event.code == KeyCode::BackTab || (held(Modifiers::SHIFT) && !letter);
    Some(Key { code, ctrl: held(Modifiers::CONTROL), alt: held(Modifiers::ALT), shift })
}

fn mouse(event: MouseEvent) -> Option<Msg> {
    let kind = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Mouse::Press,
        MouseEventKind::Drag(MouseButton::Left) => Mouse::Drag,
        MouseEventKind::Up(MouseButton::Left) => Mouse::Release,
        MouseEventKind::ScrollUp => Mouse::WheelUp,
        MouseEventKind::ScrollDown => Mouse::WheelDown,
        _ => return None,
    };
    Some(Msg::Mouse { kind, x: event.column, y: event.row })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What bytes that arrive in these portions mean: keys by their names, the rest by kind.
    #[track_caller]
    fn check(portions: &[&str], want: &str) {
        let mut input = Input::default();
        let came = portions.iter().flat_map(|bytes| input.take(bytes.as_bytes(), false));
        let words: Vec<String> = came
            .map(|came| match came {
                Came::Msg(Msg::Key(key)) => key.to_string(),
                Came::Msg(Msg::Mouse { x, y, kind }) => format!("{kind:?}@{x},{y}"),
                Came::Msg(msg) => format!("{msg:?}"),
                Came::Ground(heard) => format!("{heard:?}"),
                Came::Shows(a) => format!("Shows(kitty {}, sixel {}, {:?})", a.kitty, a.sixel, a.cell),
            })
            .collect();
        assert_eq!(words.join(" "), want, "{portions:?}");
    }

    #[test]
    fn keys_have_the_names_they_are_bound_by() {
        check(&["jG", "\r", "\t", "\x1b[Z", "\x7f", " ", "\x04", "ä"], "j G enter tab shift-tab backspace space ctrl-d ä");
        check(&["\x1b[A", "\x1bOB", "\x1b[1;5C", "\x1b[5~", "\x1b[H", "\x1b[15~", "\x1bOP"], "up down ctrl-right pgup home f5 f1");
        check(&["\x1b", "\x1bj", "\x1b["], "esc alt-j alt-[");
        check(&["\x1b[<0;5;7M\x1b[<0;5;7m\x1b[<64;1;1M"], "Press@4,6 Release@4,6 WheelUp@0,0");
        check(&["\x1b[<0;5;7M\x1b[<32;6;7M\x1b[<0;6;7m"], "Press@4,6 Drag@5,6 Release@5,6");
        check(&["\x1b[200~one\ntwo\x1b[201~"], "Paste(\"one\\ntwo\")");
        check(&["\x1b[I", "\x1b[O"], "Focus(true) Focus(false)");
    }

    #[test]
    fn two_clicks_at_one_place_at_once_are_a_double_click() {
        let (mut clicks, start) = (Clicks::default(), Instant::now());
        let mut press = |after: u64, x: u16| {
            let press = Came::Msg(Msg::Mouse { kind: Mouse::Press, x, y: 1 });
            let Came::Msg(Msg::Mouse { kind, .. }) = clicks.count(press, start + Duration::from_millis(after)) else { unreachable!() };
            kind
        };
        let kinds = [press(0, 4), press(300, 4), press(350, 4), press(1_000, 4), press(1_100, 5)];
        assert_eq!(kinds, [Mouse::Press, Mouse::Double, Mouse::Press, Mouse::Press, Mouse::Press]);
    }

    #[test]
    fn answers_about_pictures_take_no_key_with_them() {
        check(&["a\x1b_Gi=31;OK\x1b\\\x1b[6;16;8t\x1b[?62;4;22cb"], "Shows(kitty true, sixel true, Some((8, 16))) a b");
        check(&["a\x1b_Gi=31;O", "K\x1b\\b\x1b[?1;", "2cd"], "a b Shows(kitty true, sixel false, None) d");
        check(&["\x1b[6~", "\x1b[6", "~", "\x1b_", "G"], "pgdn pgdn alt-_ G");
        check(&["\x1b[?62;22c", "j\x1b"], "Shows(kitty false, sixel false, None) j esc");
    }

    #[test]
    fn answers_about_the_background_take_no_key_with_them() {
        check(&["a\x1b]11;rgb:1414/1717/1c1c\x1b\\b"], "a Colour(Dark) b");
        check(&["a\x1b]11;rgb:ff/fa/f0\x07b"], "a Colour(Light) b");
        check(&["a\x1b]11;rgb:1414/17", "17/1c1c\x1b\\b"], "a Colour(Dark) b");
        check(&["j\x1b[?997;2nk\x1b[?997;1nl"], "j Scheme(Light) k Scheme(Dark) l");
        check(&["\x1b]", "j"], "alt-] j");
        check(&["\x1b]11;nonsense\x07j"], "j");
    }
}
