//! What a terminal answers when it is asked which pictures it can show, sifted out of what comes from it before keys are
//! read. Pure: bytes in, answers and the other bytes out.

use std::time::Duration;

/// The question: kitty's own (a picture of one pixel, only to be judged), the size of a cell, and last what every terminal
/// answers, its attributes. Where that comes without the others, the others are not known.
pub const QUESTION: &str = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[16t\x1b[c";

/// An answer longer than this is none.
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

/// Takes answers out of a stream of bytes, whenever they come: late ones must press no keys.
#[derive(Debug, Default)]
pub struct Sieve {
    /// The beginning of an answer.
    held: Vec<u8>,
    answers: Answers,
}

enum Found {
    /// So many bytes are an answer.
    Whole(usize),
    /// It may become one.
    Begun,
    /// Something else.
    Other,
}

impl Sieve {
    /// The bytes that are no answers, and all answers when the last of them was among these.
    pub fn take(&mut self, bytes: &[u8]) -> (Vec<u8>, Option<Answers>) {
        let mut all = std::mem::take(&mut self.held);
        all.extend_from_slice(bytes);
        let mut others = Vec::with_capacity(all.len());
        let mut ended = None;
        let mut rest = all.as_slice();
        while let Some(at) = memchr::memchr(0x1b, rest) {
            others.extend_from_slice(&rest[..at]);
            rest = &rest[at..];
            match answer(rest) {
                Found::Whole(n) => {
                    if self.understand(&rest[..n]) {
                        ended = Some(std::mem::take(&mut self.answers));
                    }
                    rest = &rest[n..];
                }
                Found::Begun if rest.len() < LONGEST => {
                    self.held = rest.to_vec();
                    return (others, ended);
                }
                _ => {
                    others.push(0x1b);
                    rest = &rest[1..];
                }
            }
        }
        others.extend_from_slice(rest);
        (others, ended)
    }

    /// Takes an answer in. Whether it is the last.
    fn understand(&mut self, said: &[u8]) -> bool {
        let text = String::from_utf8_lossy(said);
        if let Some(attributes) = text.strip_prefix("\x1b[?").and_then(|t| t.strip_suffix('c')) {
            self.answers.sixel = attributes.split(';').skip(1).any(|a| a == "4");
            self.answers.ended = true;
        } else if let Some(size) = text.strip_prefix("\x1b[6;").and_then(|t| t.strip_suffix('t')) {
            self.answers.cell = size.split_once(';').and_then(|(h, w)| Some((w.parse().ok()?, h.parse().ok()?)));
        } else if let Some(rest) = text.strip_prefix("\x1b_Gi=31") {
            self.answers.kitty = rest.contains(";OK");
        }
        self.answers.ended
    }
}

/// What stands at the beginning of bytes that begin with an escape. One that stands alone, or with a letter, is a key.
fn answer(b: &[u8]) -> Found {
    if b.starts_with(b"\x1b_G") {
        return memchr::memmem::find(b, b"\x1b\\").map_or(Found::Begun, |n| Found::Whole(n + 2));
    }
    let (from, end) = match b {
        [0x1b, b'[', b'?', ..] => (3, b'c'),
        [0x1b, b'[', b'6', b';', ..] => (4, b't'),
        [0x1b, b'[', b'6'] => return Found::Begun,
        _ => return Found::Other,
    };
    match b.iter().skip(from).position(|c| !c.is_ascii_digit() && *c != b';') {
        None => Found::Begun,
        Some(n) if b[from + n] == end => Found::Whole(from + n + 1),
        Some(_) => Found::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &str, others: &str, want: Option<Answers>) {
        let mut sieve = Sieve::default();
        let (left, answers) = sieve.take(bytes.as_bytes());
        assert_eq!((String::from_utf8_lossy(&left).as_ref(), answers), (others, want), "{bytes:?}");
    }

    #[test]
    fn answers_are_taken_out_and_nothing_else() {
        let all = Answers { kitty: true, sixel: true, cell: Some((8, 16)), ended: true, ..Answers::default() };
        check("\x1b_Gi=31;OK\x1b\\\x1b[6;16;8t\x1b[?62;4;22c", "", Some(all.clone()));
        check("j\x1b_Gi=31;OK\x1b\\k\x1b[6;16;8t\x1b[A\x1b[?62;4;22c\r", "jk\x1b[A\r", Some(all));
        check("\x1b_Gi=31;ENOTSUP:no\x1b\\\x1b[?1;2c", "", Some(Answers { ended: true, ..Answers::default() }));
        // The level of a terminal is no attribute.
        check("\x1b[?4c", "", Some(Answers { ended: true, ..Answers::default() }));
        let keys = "qä首\x1b\x1b[6~\x1bOA\x1b[<0;3;4M\x1b[?997;2n\x1b_x\x1b]11;rgb:0/0/0\x07\x1b[6;5~";
        check(keys, keys, None);
    }

    #[test]
    fn an_answer_may_come_in_pieces() {
        let bytes = b"\x1b_Gi=31;OK\x1b\\\x1b[6;16;8t\x1b[?62;4c";
        for cut in 3..bytes.len() {
            // Cut right behind an escape it would be a key: that cannot wait.
            if bytes[cut - 1] == 0x1b || bytes[cut - 2] == 0x1b {
                continue;
            }
            let mut sieve = Sieve::default();
            let (first, none) = sieve.take(&bytes[..cut]);
            let (second, all) = sieve.take(&bytes[cut..]);
            assert!(first.is_empty() && second.is_empty() && none.is_none(), "{cut}");
            assert!(all.is_some_and(|a| a.kitty && a.sixel && a.cell == Some((8, 16))), "{cut}");
        }
    }

    #[test]
    fn an_endless_answer_is_let_go() {
        let mut sieve = Sieve::default();
        let (left, _) = sieve.take(&[b"\x1b_G".as_slice(), &[b'x'; 2000]].concat());
        assert_eq!(left.len(), 2003);
        assert_eq!(sieve.take(b"j").0, b"j");
    }
}
