//! Bytes → text that an HTML parser can be handed without fear. HTML parsers are quadratic in open elements and in
//! formatting elements that are never closed, so nesting, elements and attributes are bounded here, in one linear pass,
//! before any tree is built. Scripts, styles and drawings go in the same pass: nobody after it has a use for them.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

/// Bytes of a page that are looked at; the largest article pages measured have 2.3 MB.
pub const PAGE_CAP: usize = 4 << 20;
/// Elements open at once; what lies deeper keeps its text and loses its tags.
const DEPTH_CAP: usize = 200;
/// Elements of a page; what comes after is cut off.
const ELEMENT_CAP: usize = 200_000;
/// Bytes of a doctype that are handed on: only whether the page is a modern one hangs on it.
const DOCTYPE_CAP: usize = 300;
/// Attributes of an element; parsers look for doubles among them pairwise.
const ATTRIBUTE_CAP: usize = 64;
/// Bytes of one attribute's value; inline pictures are longer and of no use here.
const VALUE_CAP: usize = 8 << 10;

/// Decodes a page: byte order mark, then UTF-8 wherever the bytes are valid as such (pages that are and say otherwise
/// are many, the reverse is all but impossible), then what the server or the page itself says, then a guess.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    let bytes = &bytes[..bytes.len().min(PAGE_CAP)];
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => return Cow::Borrowed(text),
        // Only the last character is cut in two, by the cap or by the network.
        Err(e) if e.error_len().is_none() && !(e.valid_up_to() < PAGE_CAP - 4 && bytes[..e.valid_up_to()].is_ascii()) => {
            return Cow::Borrowed(std::str::from_utf8(&bytes[..e.valid_up_to()]).expect("valid up to here"));
        }
        Err(_) => {}
    }
    let said = content_type.and_then(|t| label(t.as_bytes())).or_else(|| label(&bytes[..bytes.len().min(4096)]));
    let encoding = said.unwrap_or_else(|| {
        let mut guess = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        guess.feed(bytes, true);
        guess.guess(None, chardetng::Utf8Detection::Allow)
    });
    // Declared UTF-8 that is not: a few broken bytes are the rule, another encoding altogether the exception.
    let (text, _, broken) = encoding.decode(bytes);
    if broken && encoding == UTF_8 && text.chars().filter(|&c| c == '\u{fffd}').count() * 50 > text.len() {
        return encoding_rs::WINDOWS_1252.decode(bytes).0;
    }
    text
}

/// The encoding named after the first `charset=`.
fn label(head: &[u8]) -> Option<&'static Encoding> {
    let lower = head.to_ascii_lowercase();
    for at in memchr::memmem::find_iter(&lower, b"charset") {
        let rest = &lower[at + 7..];
        let rest = rest.trim_ascii_start();
        let Some(rest) = rest.strip_prefix(b"=") else { continue };
        let rest = rest.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
        let end = rest.iter().position(|b| !b.is_ascii_alphanumeric() && !b"-_:.".contains(b)).unwrap_or(rest.len());
        if let Some(encoding) = Encoding::for_label(&rest[..end]) {
            // A page that could be read this far as ASCII is not UTF-16, whatever it says (WHATWG: treat as UTF-8).
            return Some(if encoding.is_ascii_compatible() { encoding } else { UTF_8 });
        }
    }
    None
}

/// The beginning of a text, at most `max` bytes of it.
pub fn cut(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Rewrites `html` so that any parser stays linear on it. Text is never lost, but for scripts, styles, drawings and what
/// lies beyond the element cap.
pub fn tame(html: &str) -> String {
    Tamer { src: html, out: String::with_capacity(html.len()), open: Vec::new(), skipped: 0, elements: 0, unclosed: Vec::new() }.run()
}

struct Tamer<'a> {
    src: &'a str,
    out: String,
    /// Names of the elements that a parser would have open here.
    open: Vec<Name>,
    /// Start tags left out at full depth: as many end tags are left out too.
    skipped: usize,
    elements: usize,
    /// Raw-text elements of which no end tag follows any more: looked for once, not again for each.
    unclosed: Vec<Name>,
}

/// An element's name, lower-cased, cut at 16 bytes: enough to tell those apart that matter.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Name([u8; 16], u8);

impl Name {
    fn new(raw: &[u8]) -> Self {
        let mut name = [0; 16];
        let len = raw.len().min(16);
        for (to, from) in name.iter_mut().zip(raw) {
            *to = from.to_ascii_lowercase();
        }
        Self(name, len as u8)
    }

    fn bytes(&self) -> &[u8] {
        &self.0[..self.1 as usize]
    }

    fn is(&self, any: &[&[u8]]) -> bool {
        any.contains(&self.bytes())
    }
}

const VOID: &[&[u8]] = &[
    b"area",
    b"base",
    b"br",
    b"col",
    b"embed",
    b"hr",
    b"img",
    b"input",
    b"link",
    b"meta",
    b"param",
    b"source",
    b"track",
    b"wbr",
    b"keygen",
    b"frame",
    b"basefont",
    b"bgsound",
];
/// Elements that parsers reopen after a wrong close, each time anew (WHATWG “list of active formatting elements”).
const FORMATTING: &[&[u8]] =
    &[b"a", b"b", b"big", b"code", b"em", b"font", b"i", b"nobr", b"s", b"small", b"strike", b"strong", b"tt", b"u"];
/// Elements whose content nobody needs; the content of `noscript` is text to a scripting parser.
const DROPPED: &[&[u8]] = &[b"style", b"svg", b"noscript", b"math", b"canvas", b"select", b"object", b"applet", b"noembed", b"noframes"];
/// Start tags that close an open `p` (WHATWG 13.2.6.4.7).
const CLOSES_P: &[&[u8]] = &[
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"center",
    b"details",
    b"dialog",
    b"dir",
    b"div",
    b"dl",
    b"dt",
    b"dd",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"header",
    b"hgroup",
    b"hr",
    b"li",
    b"main",
    b"menu",
    b"nav",
    b"ol",
    b"p",
    b"pre",
    b"section",
    b"summary",
    b"ul",
];

impl Tamer<'_> {
    fn run(mut self) -> String {
        let src = self.src;
        let bytes = src.as_bytes();
        let mut at = 0;
        while let Some(step) = memchr::memchr(b'<', &bytes[at..]) {
            self.out.push_str(&src[at..at + step]);
            at += step;
            if self.elements >= ELEMENT_CAP {
                return self.out;
            }
            at = match bytes.get(at + 1) {
                Some(b'!' | b'?') => {
                    let rest = &bytes[at..];
                    if rest.starts_with(b"<!--") {
                        find(rest, b"-->", 4).map_or(bytes.len(), |e| at + e + 3)
                    } else if rest.starts_with(b"<![CDATA[") {
                        // Outside drawings this is a comment up to `>`, to which its text would fall; keep the text.
                        at + 9
                    } else {
                        let end = memchr::memchr(b'>', rest).map_or(bytes.len(), |e| at + e + 1);
                        if rest.len() > 9 && rest[2..9].eq_ignore_ascii_case(b"doctype") {
                            self.out.push_str(crate::ingest::markup::cut(&src[at..end], DOCTYPE_CAP));
                            if end > at + DOCTYPE_CAP {
                                self.out.push('>');
                            }
                        }
                        end
                    }
                }
                Some(b'/') if bytes.get(at + 2).is_some_and(u8::is_ascii_alphabetic) => self.end_tag(at),
                Some(c) if c.is_ascii_alphabetic() => self.start_tag(at),
                _ => {
                    self.out.push_str("&lt;");
                    at + 1
                }
            };
            if at >= bytes.len() {
                return self.out;
            }
        }
        self.out.push_str(&src[at..]);
        self.out
    }

    fn name(&self, at: usize) -> (Name, usize) {
        let bytes = self.src.as_bytes();
        let len = bytes[at..].iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(bytes.len() - at);
        (Name::new(&bytes[at..at + len]), at + len)
    }

    fn end_tag(&mut self, at: usize) -> usize {
        let (name, after) = self.name(at + 2);
        let end = memchr::memchr(b'>', &self.src.as_bytes()[after..]).map_or(self.src.len(), |e| after + e + 1);
        if name.is(VOID) {
            // `</br>` opens one.
            return end;
        }
        if self.skipped > 0 {
            self.skipped -= 1;
            return end;
        }
        let Some(found) = self.open.iter().rposition(|n| *n == name) else {
            // Nothing of that name is open: parsers ignore it, but for `</p>`, which makes an empty one.
            return end;
        };
        if name.is(FORMATTING) && found + 1 < self.open.len() {
            self.open.remove(found);
        } else {
            self.close_down_to(found + 1);
            self.open.truncate(found);
        }
        self.close(name);
        end
    }

    /// Writes the end tags of the formatting elements above `keep`, so that no parser reopens them.
    fn close_down_to(&mut self, keep: usize) {
        for i in (keep..self.open.len()).rev() {
            let name = self.open[i];
            if name.is(FORMATTING) {
                self.close(name);
            }
        }
    }

    fn close(&mut self, name: Name) {
        self.out.push_str("</");
        self.out.push_str(&String::from_utf8_lossy(name.bytes()));
        self.out.push('>');
    }

    fn start_tag(&mut self, at: usize) -> usize {
        let (name, mut pos) = self.name(at + 1);
        let tag_from = self.out.len();
        self.out.push('<');
        self.out.push_str(&String::from_utf8_lossy(name.bytes()));
        let mut kept = 0;
        let mut json_ld = false;
        let bytes = self.src.as_bytes();
        loop {
            while bytes.get(pos).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/') {
                pos += 1;
            }
            match bytes.get(pos) {
                None => {
                    // The page ends inside a tag: no tag.
                    self.out.truncate(tag_from);
                    return bytes.len();
                }
                Some(b'>') => break,
                Some(_) => {}
            }
            let from = pos;
            pos += 1;
            while bytes.get(pos).is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b'/' | b'>' | b'=')) {
                pos += 1;
            }
            let key = from..pos;
            let mut value = pos..pos;
            let mut next = pos;
            while bytes.get(next).is_some_and(u8::is_ascii_whitespace) {
                next += 1;
            }
            if bytes.get(next) == Some(&b'=') {
                next += 1;
                while bytes.get(next).is_some_and(u8::is_ascii_whitespace) {
                    next += 1;
                }
                match bytes.get(next) {
                    Some(&quote @ (b'"' | b'\'')) => {
                        let end = memchr::memchr(quote, &bytes[next + 1..]).map_or(bytes.len(), |e| next + 1 + e);
                        value = next + 1..end;
                        pos = (end + 1).min(bytes.len());
                    }
                    _ => {
                        let end =
                            bytes[next..].iter().position(|b| b.is_ascii_whitespace() || *b == b'>').map_or(bytes.len(), |e| next + e);
                        value = next..end;
                        pos = end;
                    }
                }
            }
            let (key, value) = (&self.src[key], &self.src[value]);
            // Handlers and styles are of no use but to tell what is hidden; a long style is a drawing.
            let wanted = kept < ATTRIBUTE_CAP
                && key.len() <= 64
                && value.len() <= VALUE_CAP
                && !key.get(..2).is_some_and(|k| k.eq_ignore_ascii_case("on"))
                && !value.starts_with("data:");
            if wanted {
                kept += 1;
                json_ld |= key.eq_ignore_ascii_case("type") && value.to_ascii_lowercase().contains("ld+json");
                self.out.push(' ');
                self.out.push_str(key);
                self.out.push_str("=\"");
                for (i, part) in value.split('"').enumerate() {
                    if i > 0 {
                        self.out.push_str("&quot;");
                    }
                    self.out.push_str(part);
                }
                self.out.push('"');
            }
        }
        let end = pos + 1;
        let closed = bytes[pos - 1] == b'/';
        if name.is(&[b"script"]) {
            return self.script(name, tag_from, end, json_ld);
        }
        if name.is(&[b"plaintext", b"xmp", b"listing"]) {
            self.out.truncate(tag_from);
            return end;
        }
        if name.is(DROPPED) {
            self.out.truncate(tag_from);
            return if closed { end } else { self.past(name, end) };
        }
        self.elements += 1;
        if name.is(&[b"iframe", b"textarea", b"title"]) {
            self.out.push('>');
            // Raw text inside: nothing in it is a tag.
            let close = self.past(name, end);
            let src = self.src;
            let inner = &src[end..close];
            let inner = &inner[..inner.rfind("</").unwrap_or(inner.len())];
            if name.is(&[b"title"]) {
                self.out.extend(inner.chars().take(2000));
            }
            self.close(name);
            return close;
        }
        if name.is(VOID) {
            self.out.push('>');
            return end;
        }
        self.imply_ends(name, tag_from);
        if self.open.len() >= DEPTH_CAP {
            self.skipped += 1;
            self.out.truncate(tag_from.min(self.out.len()));
            // Words of two blocks must not grow together where the tags between them go.
            self.out.push(' ');
            return end;
        }
        self.out.push('>');
        // A self-closed custom element (`<x-y/>`) is meant to be empty; to HTML it is open.
        if closed && name.bytes().contains(&b'-') {
            self.close(name);
            return end;
        }
        self.open.push(name);
        end
    }

    /// Closes what this start tag closes by itself, and writes those ends out before it.
    fn imply_ends(&mut self, name: Name, tag_from: usize) {
        let upto = |open: &[Name], targets: &[&[u8]], stop: &[&[u8]]| {
            open.iter().rposition(|n| n.is(targets) || n.is(stop)).filter(|&i| open[i].is(targets))
        };
        let found = match name.bytes() {
            b"li" => upto(&self.open, &[b"li"], &[b"ul", b"ol", b"menu", b"div", b"section", b"article", b"td"]),
            b"dt" | b"dd" => upto(&self.open, &[b"dt", b"dd"], &[b"dl", b"div"]),
            b"tr" => upto(&self.open, &[b"tr"], &[b"table"]),
            b"td" | b"th" => upto(&self.open, &[b"td", b"th"], &[b"tr", b"table"]),
            b"thead" | b"tbody" | b"tfoot" => upto(&self.open, &[b"thead", b"tbody", b"tfoot"], &[b"table"]),
            b"option" | b"optgroup" => upto(&self.open, &[b"option"], &[b"optgroup", b"datalist"]),
            // A link inside a link ends the first.
            b"a" => upto(&self.open, &[b"a"], &[b"td", b"th", b"table"]),
            _ if name.is(CLOSES_P) => {
                upto(&self.open, &[b"p"], &[b"div", b"td", b"th", b"table", b"li", b"section", b"article", b"button", b"body"])
            }
            _ => None,
        };
        if let Some(found) = found {
            let tag = self.out.split_off(tag_from);
            self.close_down_to(found + 1);
            let ended = self.open[found];
            self.open.truncate(found);
            self.close(ended);
            self.out.push_str(&tag);
        }
    }

    /// A script goes, unless it is data about the article.
    fn script(&mut self, name: Name, tag_from: usize, end: usize, json_ld: bool) -> usize {
        let close = self.past(name, end);
        if json_ld && close - end < 1 << 20 {
            self.out.push('>');
            self.out.push_str(&self.src[end..close]);
        } else {
            self.out.truncate(tag_from);
        }
        close
    }

    /// The position after the next end tag of `name`, or the end of the page.
    fn past(&mut self, name: Name, from: usize) -> usize {
        if self.unclosed.contains(&name) {
            return from;
        }
        let bytes = self.src.as_bytes();
        let wanted = name.bytes();
        let mut at = from;
        while let Some(step) = memchr::memmem::find(&bytes[at..], b"</") {
            at += step + 2;
            if bytes.len() >= at + wanted.len() && bytes[at..at + wanted.len()].eq_ignore_ascii_case(wanted) {
                return memchr::memchr(b'>', &bytes[at..]).map_or(bytes.len(), |e| at + e + 1);
            }
        }
        // Never closed: browsers drop the rest of the page with it; here it is read on as text.
        self.unclosed.push(name);
        from
    }
}

fn find(hay: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find(&hay[from.min(hay.len())..], needle).map(|e| e + from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, want: &str) {
        assert_eq!(tame(raw), want);
    }

    #[test]
    fn ordinary_markup_stays() {
        check("<p class=a>One <b>two</b><br>three</p>", "<p class=\"a\">One <b>two</b><br>three</p>");
    }

    #[test]
    fn optional_end_tags_do_not_count_as_nesting() {
        check("<ul><li>a<li>b</ul><p>c<p>d", "<ul><li>a</li><li>b</ul><p>c</p><p>d");
    }

    #[test]
    fn scripts_styles_and_comments_go_but_data_stays() {
        check("a<script>if (a<b) {}</script><style>x</style><!-- c -->b", "ab");
        let data = "<script type=\"application/ld+json\">{}</script>";
        check(data, data);
    }

    #[test]
    fn formatting_left_open_is_closed_with_its_paragraph() {
        check("<p><font size=1>a</p><p>b</p>", "<p><font size=\"1\">a</font></p><p>b</p>");
    }

    #[test]
    fn nesting_is_capped_and_text_kept() {
        let deep = format!("{}x{}y", "<div>".repeat(1000), "</div>".repeat(1000));
        let tamed = tame(&deep);
        assert_eq!(tamed.matches("<div>").count(), DEPTH_CAP);
        assert_eq!(tamed.matches("</div>").count(), DEPTH_CAP);
        assert!(tamed.contains('x') && tamed.ends_with('y'));
    }

    #[test]
    fn attributes_are_capped() {
        let many: String = (0..5000).map(|i| format!(" a{i}=1")).collect();
        assert!(tame(&format!("<p{many}>x")).len() < 2000);
        check("<p onclick='x()' title='a\"b'>", "<p title=\"a&quot;b\">");
    }

    #[test]
    fn encodings() {
        assert_eq!(decode(b"\xef\xbb\xbfa", None), "a");
        assert_eq!(decode(b"<meta charset=iso-8859-1>\xe4", None), "<meta charset=iso-8859-1>ä");
        assert_eq!(decode(b"\xe4", Some("text/html; charset=windows-1252")), "ä");
        assert_eq!(decode("ä – cut".as_bytes().split_at(4).0, None), "ä ");
    }
}
