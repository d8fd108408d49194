//! Character references of XML and HTML: numbers, and the 2,231 names of HTML.

use memchr::memchr;
use std::borrow::Cow;

use super::markup::Dialect;

/// Resolves the reference at the start of `s` (which begins with `&`) into `out`; gives the bytes used, 0 if there is none.
pub fn entity(s: &str, dialect: Dialect, attribute: bool, out: &mut String) -> usize {
    let bytes = s.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        let hex = matches!(bytes.get(2), Some(b'x' | b'X'));
        let start = if hex { 3 } else { 2 };
        let digits = bytes[start.min(bytes.len())..]
            .iter()
            .take(12)
            .take_while(|b| if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() })
            .count();
        if digits == 0 {
            return 0;
        }
        let code = u32::from_str_radix(&s[start..start + digits], if hex { 16 } else { 10 }).unwrap_or(u32::MAX);
        let end = start + digits;
        match code {
            0 => {}
            0x80..=0x9f => out.push(cp1252(code as u8)),
            0xd800..=0xdfff => out.push('\u{fffd}'),
            _ => out.push(char::from_u32(code).unwrap_or('\u{fffd}')),
        }
        return end + usize::from(bytes.get(end) == Some(&b';'));
    }
    // The five of XML are nearly all there are.
    let quick = match bytes {
        [_, b'l', b't', b';', ..] => Some(('<', 4)),
        [_, b'g', b't', b';', ..] => Some(('>', 4)),
        [_, b'a', b'm', b'p', b';', ..] => Some(('&', 5)),
        [_, b'q', b'u', b'o', b't', b';', ..] => Some(('"', 6)),
        [_, b'n', b'b', b's', b'p', b';', ..] => Some(('\u{a0}', 6)),
        [_, b'a', b'p', b'o', b's', b';', ..] => Some(('\'', 6)),
        _ => None,
    };
    if let Some((c, used)) = quick {
        out.push(c);
        return used;
    }
    let letters = bytes[1..].iter().take(40).take_while(|b| b.is_ascii_alphanumeric()).count();
    if letters == 0 {
        return 0;
    }
    let name = &s[1..=letters];
    if bytes.get(1 + letters) == Some(&b';') {
        if named(&s[1..letters + 2], out) {
            return letters + 2;
        }
        // `&AMP;`, `&Eacute;` are in the table; other spellings of the basic five are not.
        if let Some(c) =
            [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')].iter().find(|(n, _)| name.eq_ignore_ascii_case(n))
        {
            out.push(c.1);
            return letters + 2;
        }
        return 0;
    }
    if dialect == Dialect::Html {
        // HTML §13.2.5.73: the old names may lack the semicolon; in an attribute not before `=` or a letter.
        for len in (2..=letters.min(6)).rev() {
            let next = bytes.get(1 + len);
            if attribute && next.is_some_and(|b| *b == b'=' || b.is_ascii_alphanumeric()) {
                continue;
            }
            if named(&s[1..=len], out) {
                return len + 1;
            }
        }
    }
    0
}

fn named(name: &str, out: &mut String) -> bool {
    match markup5ever::data::NAMED_ENTITIES.get(name) {
        Some(&(first, second)) if first != 0 => {
            out.extend(char::from_u32(first));
            if second != 0 {
                out.extend(char::from_u32(second));
            }
            true
        }
        _ => false,
    }
}

/// What windows-1252 means by a byte of 0x80 to 0x9F: how the web reads those code points.
pub fn cp1252(byte: u8) -> char {
    const TABLE: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => TABLE[usize::from(byte - 0x80)],
        b => char::from(b),
    }
}

/// `s` with every reference resolved by HTML's rules.
pub fn unescape(s: &str) -> Cow<'_, str> {
    if memchr(b'&', s.as_bytes()).is_none() {
        return Cow::Borrowed(s);
    }
    let mut out = String::with_capacity(s.len());
    let mut rest = s;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // Plain text keeps a bare `&copy` of an address; with its semicolon it is meant.
        let used = entity(rest, Dialect::Xml, false, &mut out);
        if used == 0 {
            out.push('&');
        }
        rest = &rest[used.max(1)..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}
