//! Bytes → text. The order of trust was found by measuring: marks in the bytes, then valid multi-byte UTF-8 (it beats
//! any label), then what HTTP says, then what the document says, then a guess. Controls that no text needs are dropped.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};
use memchr::memmem;
use std::borrow::Cow;

use super::entities::cp1252;

/// How far a declaration (`<?xml encoding=…?>`, `<meta charset=…>`) is looked for.
const HEAD: usize = 4096;

/// Text out of bytes, whatever their encoding; total. `content_type` is the HTTP header, if there was one.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    let text = to_utf8(bytes, content_type);
    let text = match undo_double_encoding(&text) {
        Some(undone) => Cow::Owned(undone),
        None => text,
    };
    tidy(text)
}

fn to_utf8<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        // Some servers put two marks; the second is dropped with the other invisible characters.
        return utf8(rest, None, None);
    }
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => return utf32(rest, u32::from_le_bytes).into(),
        [0, 0, 0xfe, 0xff, rest @ ..] => return utf32(rest, u32::from_be_bytes).into(),
        [0xff, 0xfe, rest @ ..] => return UTF_16LE.decode_without_bom_handling(rest).0,
        [0xfe, 0xff, rest @ ..] => return UTF_16BE.decode_without_bom_handling(rest).0,
        [0, 0, 0, b'<' | b' ' | b'\n' | b'{', ..] => return utf32(bytes, u32::from_be_bytes).into(),
        [b'<' | b' ' | b'\n' | b'{', 0, 0, 0, ..] => return utf32(bytes, u32::from_le_bytes).into(),
        [0, b'<' | b' ' | b'\n' | b'{', 0, _, ..] => return UTF_16BE.decode_without_bom_handling(bytes).0,
        [b'<' | b' ' | b'\n' | b'{', 0, _, 0, ..] => return UTF_16LE.decode_without_bom_handling(bytes).0,
        _ => {}
    }
    utf8(bytes, content_type.and_then(charset_of), declared(bytes))
}

/// UTF-8 where it is valid, else by the labels, else by a guess.
fn utf8<'a>(bytes: &'a [u8], http: Option<&'static Encoding>, declared: Option<&'static Encoding>) -> Cow<'a, str> {
    let label = http.or(declared).filter(|e| *e != UTF_16LE && *e != UTF_16BE);
    let stateful = label.is_some_and(|e| e.name() == "ISO-2022-JP");
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) if !stateful || !bytes.is_ascii() => return Cow::Borrowed(text),
        Ok(_) => {}
        // Nearly all of it is UTF-8: a few bytes pasted from elsewhere do not change that.
        Err(e) if mostly_utf8(bytes, e.valid_up_to(), label.is_none_or(|l| l == UTF_8)) => return Cow::Owned(mend(bytes)),
        Err(_) => {}
    }
    for encoding in [http, declared].into_iter().flatten() {
        if encoding == UTF_8 || encoding == UTF_16LE || encoding == UTF_16BE || encoding == X_USER_DEFINED {
            continue;
        }
        let (text, bad) = encoding.decode_without_bom_handling(bytes);
        if !bad || few_bad(&text) {
            return text;
        }
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(1 << 20)], true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Allow);
    let (text, bad) = guess.decode_without_bom_handling(bytes);
    if bad && guess != UTF_8 { WINDOWS_1252.decode_without_bom_handling(bytes).0 } else { text }
}

fn few_bad(text: &str) -> bool {
    text.matches('\u{fffd}').take(1000).count() * 100 < text.len()
}

/// More valid multi-byte sequences than bad bytes; many more where a label says something else.
fn mostly_utf8(bytes: &[u8], from: usize, unlabelled: bool) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    let mut rest = &bytes[..from];
    good += rest.iter().filter(|b| **b >= 0xc0).count();
    rest = &bytes[from..];
    for chunk in rest.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if unlabelled { good >= bad } else { good > bad * 3 }
}

/// UTF-8 with its bad bytes read as windows-1252; an overlong or surrogate sequence becomes one replacement mark.
fn mend(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        match chunk.invalid() {
            [] => {}
            [0xc0 | 0xc1 | 0xed | 0xf5..=0xff, ..] => out.push('\u{fffd}'),
            // The rest of a sequence that was refused above, or of one that was cut off at the end.
            [b] if (0x80..0xa0).contains(b) && out.ends_with('\u{fffd}') => {}
            bad if bad.len() > 1 => out.push('\u{fffd}'),
            bad => out.extend(bad.iter().map(|b| cp1252(*b))),
        }
    }
    out
}

fn utf32(bytes: &[u8], read: fn([u8; 4]) -> u32) -> String {
    bytes.chunks_exact(4).map(|c| char::from_u32(read([c[0], c[1], c[2], c[3]])).unwrap_or('\u{fffd}')).collect()
}

/// The `charset` parameter of a `Content-Type`.
fn charset_of(content_type: &str) -> Option<&'static Encoding> {
    let lower = content_type.to_ascii_lowercase();
    let (_, rest) = lower.split_once("charset")?;
    by_label(rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']))
}

/// An encoding by the label at the start of `s`, also by names that the web's registry lacks.
fn by_label(s: &str) -> Option<&'static Encoding> {
    let end = s.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:+()".contains(c))).unwrap_or(s.len());
    let label = s[..end].trim().to_ascii_lowercase();
    if let Some(found) = Encoding::for_label(label.as_bytes()) {
        return Some(found);
    }
    let squeezed: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
    let known = match squeezed.as_str() {
        "utf7" | "ucs4" | "utf32" | "utf32le" | "utf32be" => return None,
        "maccyrillic" => "x-mac-cyrillic",
        "macroman" => "macintosh",
        "ks" | "ksc5601" | "uhc" | "cp949" | "ms949" => "euc-kr",
        "cp936" | "ms936" | "gbk2312" => "gbk",
        "cp950" | "ms950" => "big5",
        "cp932" | "ms932" | "shiftjis" | "sjis" => "shift_jis",
        "eucjp" | "ujis" => "euc-jp",
        "tis620" => "windows-874",
        s => {
            let number = s.strip_prefix("windows").or_else(|| s.strip_prefix("cp")).or_else(|| s.strip_prefix("ms"))?;
            return match number {
                "866" => Encoding::for_label(b"ibm866"),
                _ => Encoding::for_label(format!("windows-{number}").as_bytes()),
            };
        }
    };
    Encoding::for_label(known.as_bytes())
}

/// What the document says of its encoding: the XML declaration wherever it stands in the head, or `<meta charset>`.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let find = |needle: &[u8], what: &[u8]| -> Option<&'static Encoding> {
        let at = memmem::find(head, needle)?;
        let end = memchr::memchr(b'>', &head[at..]).map_or(head.len(), |i| at + i);
        let key = memmem::find(&head[at..end], what)? + at + what.len();
        let rest: String = head[key..end].iter().take(64).map(|b| char::from(*b)).collect();
        by_label(rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']))
    };
    if let Some(e) = find(b"<?xml", b"encoding") {
        return Some(e);
    }
    let lower = head.to_ascii_lowercase();
    memmem::find_iter(&lower, b"<meta").find_map(|at| {
        let end = memchr::memchr(b'>', &lower[at..]).map_or(lower.len(), |i| at + i);
        let key = memmem::find(&lower[at..end], b"charset")? + at + 7;
        let rest: String = lower[key..end].iter().take(64).map(|b| char::from(*b)).collect();
        by_label(rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']))
    })
}

/// `Ã¤` → `ä`: a document that was read as windows-1252 and written as UTF-8 once more. Only where every character
/// above ASCII takes part, so that a text about such damage stays as it is.
pub fn undo_double_encoding(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let first = text.bytes().position(|b| b >= 0x80)?;
    let mut bytes = Vec::new();
    let mut tail = text[first..].chars();
    // Fails at the first character of nearly every honest document.
    let mut run = 0;
    for c in tail.clone() {
        let b = to_cp1252(c)?;
        if run == 0 {
            match b {
                0..=0x7f => continue,
                0xc2..=0xdf => run = 1,
                0xe0..=0xef => run = 2,
                0xf0..=0xf4 => run = 3,
                _ => return None,
            }
        } else if (0x80..=0xbf).contains(&b) {
            run -= 1;
        } else {
            return None;
        }
    }
    bytes.reserve(text.len());
    bytes.extend_from_slice(&text.as_bytes()[..first]);
    bytes.extend(tail.by_ref().filter_map(to_cp1252));
    String::from_utf8(bytes).ok()
}

fn to_cp1252(c: char) -> Option<u8> {
    match c {
        '\0'..='\u{7f}' | '\u{a0}'..='\u{ff}' | '\u{81}' | '\u{8d}' | '\u{8f}' | '\u{90}' | '\u{9d}' => u8::try_from(u32::from(c)).ok(),
        '\u{80}'..='\u{9f}' => Some(c as u8),
        c => (0x80..=0x9f).find(|b| cp1252(*b) == c),
    }
}

/// Drops C0 controls (tab and line ends stay) and reads U+0080–U+009F as windows-1252 meant them.
fn tidy(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut dirty = false;
    for chunk in bytes.chunks(4096) {
        // Without a branch in the loop the compiler makes it wide.
        let c0 = chunk.iter().fold(false, |d, b| d | ((*b < 0x20) & (*b != b'\t') & (*b != b'\n') & (*b != b'\r')));
        if c0 {
            dirty = true;
            break;
        }
    }
    dirty = dirty || memchr::memchr_iter(0xc2, bytes).any(|i| bytes.get(i + 1).is_some_and(|b| *b < 0xa0));
    if !dirty {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' => out.push(c),
            '\0'..='\u{1f}' => {}
            '\u{80}'..='\u{9f}' => out.push(cp1252(c as u8)),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], content_type: Option<&str>, want: &str) {
        assert_eq!(decode(bytes, content_type), want);
    }

    #[test]
    fn marks_and_zero_bytes_decide_first() {
        check(b"\xef\xbb\xbf<a>", None, "<a>");
        check(b"\xff\xfe<\0a\0", None, "<a");
        check(b"\0<\0a", None, "<a");
        check(b"<\0a\0", None, "<a");
        check(b"\0\0\0<\0\0\0a", None, "<a");
    }

    #[test]
    fn valid_utf8_beats_any_label() {
        check("<?xml encoding='iso-8859-1'?>ä“".as_bytes(), Some("text/xml; charset=latin1"), "<?xml encoding='iso-8859-1'?>ä“");
    }

    #[test]
    fn labels_are_believed_where_the_bytes_allow_it() {
        check(b"\xc3\xc1", Some("text/xml; charset=\"koi8-r\""), "ца");
        check(b"<?xml version='1.0' encoding='windows-1251'?>\xcf\xf0", None, "<?xml version='1.0' encoding='windows-1251'?>Пр");
        check(b"<?xml encoding='utf-8'?>caf\xe9 au lait", None, "<?xml encoding='utf-8'?>café au lait");
    }

    #[test]
    fn a_few_pasted_bytes_do_not_spoil_utf8() {
        check(
            "ä ö ü ß é @".replace('@', "\u{1}").as_bytes().iter().map(|b| if *b == 1 { 0x92 } else { *b }).collect::<Vec<_>>().as_slice(),
            None,
            "ä ö ü ß é ’",
        );
    }

    #[test]
    fn text_encoded_twice_is_read_once_more() {
        check("GrÃ¼ÃŸe â€“ â€¦".as_bytes(), None, "Grüße – …");
        check("Ã¤ means ä".as_bytes(), None, "Ã¤ means ä");
    }

    #[test]
    fn controls_go_and_c1_becomes_what_was_meant() {
        check("a\0b\u{1b}c\td\u{92}".as_bytes(), None, "abc\td’");
    }
}
