//! What a terminal answers when it is asked which pictures it can show, told apart from what the reader types meanwhile.
//! Pure: bytes in, answers and keys out.

use std::time::Duration;

use crate::ui::{Code, Key};

/// The question: kitty's own (a picture of one pixel, only to be judged), the size of a cell, and last what every terminal
/// answers, its attributes. Where that comes without the others, the others are not known.
pub const QUESTION: &str = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[16t\x1b[c";

/// Longest answer that is listened to.
const LONGEST: usize = 1024;

/// What was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Kitty's pictures are understood.
    pub kitty: bool,
    /// Sixel is among the attributes.
    pub sixel: bool,
    /// Width and height of a cell in pixels.
    pub cell: Option<(u16, u16)>,
    /// The last answer came.
    pub ended: bool,
    /// How long that took.
    pub took: Duration,
}

/// Listens until the last answer has come.
#[derive(Debug, Default)]
pub struct Listener {
    heard: Vec<u8>,
    /// What was understood so far.
    pub answers: Answers,
}

/// What stands at the beginning of the bytes.
enum Piece {
    /// So many bytes are a key, if it is known.
    Key(usize, Option<Key>),
    /// So many bytes are an answer.
    Said(usize),
    /// Its end has not come yet.
    Unfinished,
}

impl Listener {
    /// Takes bytes in; the keys among them.
    pub fn hear(&mut self, bytes: &[u8]) -> Vec<Key> {
        self.heard.extend_from_slice(bytes);
        let mut keys = Vec::new();
        loop {
            match self.piece() {
                Piece::Key(n, key) => {
                    self.heard.drain(..n);
                    keys.extend(key);
                }
                Piece::Said(n) => {
                    let said: Vec<u8> = self.heard.drain(..n).collect();
                    self.understand(&said);
                }
                Piece::Unfinished => break,
            }
        }
        if self.heard.len() > LONGEST {
            self.heard.clear();
        }
        keys
    }

    /// Whether the bytes end within something.
    pub fn midway(&self) -> bool {
        !self.heard.is_empty()
    }

    /// Nothing follows at once: an escape that stands alone was the key.
    pub fn pause(&mut self) -> Option<Key> {
        (self.heard == [0x1b]).then(|| {
            self.heard.clear();
            Key { code: Code::Esc, ctrl: false, alt: false, shift: false }
        })
    }

    fn piece(&self) -> Piece {
        let b = self.heard.as_slice();
        let Some(&first) = b.first() else { return Piece::Unfinished };
        if first != 0x1b {
            return character(b);
        }
        match b.get(1) {
            None => Piece::Unfinished,
            Some(b'_' | b'P' | b']') => {
                let end = memchr::memmem::find(b, b"\x1b\\").map(|n| n + 2);
                let bell = if b[1] == b']' { memchr::memchr(7, b).map(|n| n + 1) } else { None };
                end.into_iter().chain(bell).min().map_or(Piece::Unfinished, Piece::Said)
            }
            Some(b'[') => match b.iter().skip(2).position(|c| (0x40..=0x7e).contains(c)) {
                None => Piece::Unfinished,
                Some(at) => {
                    let n = at + 3;
                    match control(&b[2..n]) {
                        Some(key) => Piece::Key(n, Some(key)),
                        None => Piece::Said(n),
                    }
                }
            },
            Some(b'O') => match b.get(2) {
                None => Piece::Unfinished,
                Some(c) => Piece::Key(3, letter(*c)),
            },
            Some(0x1b) => Piece::Key(1, Some(plain(Code::Esc))),
            Some(_) => match character(&b[1..]) {
                Piece::Key(n, key) => Piece::Key(n + 1, key.map(|k| Key { alt: true, ..k })),
                other => other,
            },
        }
    }

    fn understand(&mut self, said: &[u8]) {
        let text = String::from_utf8_lossy(said);
        if let Some(rest) = text.strip_prefix("\x1b_Gi=31") {
            self.answers.kitty = rest.contains(";OK");
        } else if let Some(attributes) = text.strip_prefix("\x1b[?").and_then(|t| t.strip_suffix('c')) {
            self.answers.sixel = attributes.split(';').skip(1).any(|a| a == "4");
            self.answers.ended = true;
        } else if let Some(size) = text.strip_prefix("\x1b[6;").and_then(|t| t.strip_suffix('t')) {
            let sides = size.split_once(';').and_then(|(h, w)| Some((w.parse().ok()?, h.parse().ok()?)));
            self.answers.cell = sides;
        }
    }
}

const fn plain(code: Code) -> Key {
    Key { code, ctrl: false, alt: false, shift: false }
}

/// A character, as typed.
fn character(b: &[u8]) -> Piece {
    let key = match b[0] {
        b'\r' => plain(Code::Enter),
        b'\t' => plain(Code::Tab),
        0x7f => plain(Code::Backspace),
        0 => Key { ctrl: true, ..plain(Code::Char(' ')) },
        c @ 1..=0x1a => Key { ctrl: true, ..plain(Code::Char(char::from(c - 1 + b'a'))) },
        0..=0x1f => return Piece::Key(1, None),
        c => {
            let n = match c {
                0..=0x7f => 1,
                0xc0..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf7 => 4,
                _ => return Piece::Key(1, None),
            };
            let Some(bytes) = b.get(..n) else { return Piece::Unfinished };
            match std::str::from_utf8(bytes).ok().and_then(|s| s.chars().next()) {
                Some(c) => return Piece::Key(n, Some(plain(Code::Char(c)))),
                None => return Piece::Key(1, None),
            }
        }
    };
    Piece::Key(1, Some(key))
}

/// `CSI A` and its kin, `CSI 5 ~` and its kin.
fn control(sequence: &[u8]) -> Option<Key> {
    match sequence {
        [c] => letter(*c).or((*c == b'Z').then_some(Key { shift: true, ..plain(Code::Tab) })),
        [n, b'~'] => Some(plain(match n {
            b'1' | b'7' => Code::Home,
            b'2' => Code::Insert,
            b'3' => Code::Delete,
            b'4' | b'8' => Code::End,
            b'5' => Code::PageUp,
            b'6' => Code::PageDown,
            _ => return None,
        })),
        _ => None,
    }
}

fn letter(c: u8) -> Option<Key> {
    Some(plain(match c {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'H' => Code::Home,
        b'F' => Code::End,
        b'P'..=b'S' => Code::F(c - b'P' + 1),
        _ => return None,
    }))
}

/// A terminal that took too long answers into the reader's keys: kitty's answer looks like alt-_, letters, alt-\. (The
/// other answers are sequences that the keyboard's reader knows to drop.)
#[derive(Debug, Default)]
pub struct Late {
    /// Keys swallowed of an answer that has begun.
    inside: Option<usize>,
}

impl Late {
    /// Whether the key is a piece of an answer.
    pub fn swallows(&mut self, key: &Key) -> bool {
        let alt = |c| key.alt && key.code == Code::Char(c);
        match self.inside {
            None if alt('_') => self.inside = Some(0),
            None => return false,
            Some(_) if alt('\\') => self.inside = None,
            // It begins with a G, and is not long: otherwise somebody typed this.
            Some(0) if key.code != Code::Char('G') => {
                self.inside = None;
                return false;
            }
            Some(n) => self.inside = (n < 64).then_some(n + 1),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[Key]) -> String {
        keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check(bytes: &str, keys: &str, want: Answers) {
        // However the bytes are cut into pieces.
        for size in [1, 2, 3, 1000] {
            let mut listener = Listener::default();
            let mut all = Vec::new();
            for piece in bytes.as_bytes().chunks(size) {
                all.extend(listener.hear(piece));
            }
            all.extend(listener.pause());
            assert_eq!((typed(&all).as_str(), &listener.answers), (keys, &want), "in pieces of {size}");
            assert!(!listener.midway());
        }
    }

    #[test]
    fn answers_and_keys_are_told_apart() {
        let all = Answers { kitty: true, sixel: true, cell: Some((8, 16)), ended: true, ..Answers::default() };
        check("\x1b_Gi=31;OK\x1b\\\x1b[6;16;8t\x1b[?62;4;22c", "", all.clone());
        check("j\x1b_Gi=31;OK\x1b\\j\x1b[6;16;8t\x1b[A\x1b[?62;4;22c\r", "j j up enter", all);
        check("\x1b_Gi=31;ENOTSUP:no\x1b\\\x1b[?1;2c", "", Answers { ended: true, ..Answers::default() });
        check("\x1b[?4c", "", Answers { ended: true, ..Answers::default() });
    }

    #[test]
    fn what_is_typed_meanwhile_is_not_lost() {
        let none = Answers::default();
        check("qä首G\x1a\x7f\t\x1b[5~\x1bOA\x1b[Z\x1bx", "q ä 首 G ctrl-z backspace tab pgup up shift-tab alt-x", none.clone());
        check("j\x1b", "j esc", none.clone());
        check("\x1b[<0;3;4Mj", "j", none);
    }

    #[test]
    fn an_endless_answer_is_forgotten() {
        let mut listener = Listener::default();
        for _ in 0..100 {
            listener.hear(&[b"\x1b_".as_slice(), &[b'x'; 100]].concat());
        }
        assert!(listener.heard.len() <= LONGEST + 102);
        let mut listener = Listener::default();
        listener.hear(&[b"\x1b_".as_slice(), &[b'x'; 2000]].concat());
        assert_eq!(typed(&listener.hear(b"j")), "j");
    }

    #[test]
    fn an_answer_that_comes_late_presses_no_key() {
        let mut late = Late::default();
        let keys: Vec<Key> =
            ["j", "alt-_", "G", "i", "=", "3", "1", ";", "O", "K", "alt-\\", "k"].iter().map(|k| k.parse().unwrap()).collect();
        let left: Vec<Key> = keys.into_iter().filter(|k| !late.swallows(k)).collect();
        assert_eq!(typed(&left), "j k");
        let mut late = Late::default();
        let keys: Vec<Key> = ["alt-_", "j", "G"].iter().map(|k| k.parse().unwrap()).collect();
        let left: Vec<Key> = keys.into_iter().filter(|k| !late.swallows(k)).collect();
        assert_eq!(typed(&left), "j G");
    }
}
