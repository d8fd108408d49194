//! The lenient tokenizer: one pass over the text, for XML as feeds spell it and for the HTML inside them. It never
//! fails: what is no markup is text. Bounded (attributes, value sizes, entities) and linear: each search that can fail
//! remembers how far it looked, so that a million `<!--` cost no more than one.

use memchr::{memchr, memchr2, memmem};
use std::borrow::Cow;

use super::entities::entity;

/// Attributes kept of one tag.
const MAX_ATTRIBUTES: usize = 256;
/// Bytes kept of one attribute's value.
const MAX_VALUE: usize = 64 * 1024;
/// Entities a document may declare, bytes of each, and bytes they may expand to in all.
const MAX_ENTITIES: usize = 100;
const MAX_ENTITY: usize = 2048;
const MAX_EXPANDED: usize = 1 << 20;
/// How far the end of a doctype is looked for.
const MAX_DOCTYPE: usize = 1 << 20;

/// Which rules hold where XML and HTML differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// CDATA sections and declared entities; an entity needs its semicolon.
    Xml,
    /// `script` and `style` hold raw text; old entities may lack their semicolon.
    Html,
}

/// One piece of markup. The attributes of an [`Token::Open`] stand in [`Scanner::attributes`] until the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// Text with its entities resolved.
    Text(Cow<'a, str>),
    /// A start tag, its name as written, and whether it ends itself (`<br/>`).
    #[allow(missing_docs)]
    Open { name: &'a str, empty: bool },
    /// An end tag.
    #[allow(missing_docs)]
    Close { name: &'a str },
}

/// An attribute: its name as written, its value with entities resolved.
pub type Attribute<'a> = (&'a str, Cow<'a, str>);

/// Reads markup piece by piece.
pub struct Scanner<'a> {
    src: &'a str,
    at: usize,
    dialect: Dialect,
    attributes: Vec<Attribute<'a>>,
    /// The element whose raw text follows (HTML `script`, `style` …).
    raw: Option<&'a str>,
    /// The last start tag: where a CDATA section without an end is taken to end.
    last_open: &'a str,
    entities: Vec<(&'a str, Cow<'a, str>)>,
    expanded: usize,
    seen_root: bool,
    comment_end: Memo,
    cdata_end: Memo,
    cdata_open: Memo,
    pi_end: Memo,
    subset_end: Memo,
    gt: Memo,
    quote: [Memo; 2],
}

/// The next occurrence of a needle, searched for once: valid for every position up to it.
#[derive(Clone, Copy, Default)]
struct Memo {
    from: usize,
    found: Option<Option<usize>>,
}

impl Memo {
    fn next(&mut self, from: usize, search: impl FnOnce(usize) -> Option<usize>) -> Option<usize> {
        match self.found {
            Some(None) if from >= self.from => None,
            Some(Some(at)) if from >= self.from && from <= at => Some(at),
            _ => {
                self.from = from;
                let found = search(from);
                self.found = Some(found);
                found
            }
        }
    }
}

impl<'a> Scanner<'a> {
    /// Starts at the beginning of `src`.
    pub fn new(src: &'a str, dialect: Dialect) -> Self {
        Self {
            src,
            at: 0,
            dialect,
            attributes: Vec::new(),
            raw: None,
            last_open: "",
            entities: Vec::new(),
            expanded: 0,
            seen_root: false,
            comment_end: Memo::default(),
            cdata_end: Memo::default(),
            cdata_open: Memo::default(),
            pi_end: Memo::default(),
            subset_end: Memo::default(),
            gt: Memo::default(),
            quote: [Memo::default(); 2],
        }
    }

    /// The attributes of the last start tag.
    pub fn attributes(&self) -> &[Attribute<'a>] {
        &self.attributes
    }

    /// Takes the attributes of the last start tag.
    pub fn drain_attributes(&mut self) -> std::vec::Drain<'_, Attribute<'a>> {
        self.attributes.drain(..)
    }

    /// How far reading has come, in bytes.
    pub fn position(&self) -> usize {
        self.at
    }

    fn find(&self, needle: &[u8], from: usize) -> Option<usize> {
        memmem::find(&self.src.as_bytes()[from..], needle).map(|i| from + i)
    }

    /// Text from `start` up to here, or nothing.
    fn text(&mut self, start: usize, end: usize) -> Option<Token<'a>> {
        if start >= end {
            return None;
        }
        let raw = &self.src[start..end];
        Some(Token::Text(self.resolve(raw, false)))
    }

    fn resolve(&mut self, raw: &'a str, attribute: bool) -> Cow<'a, str> {
        if memchr(b'&', raw.as_bytes()).is_none() {
            return Cow::Borrowed(raw);
        }
        let mut out = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(at) = memchr(b'&', rest.as_bytes()) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let used = match self.declared(rest) {
                Some((name, value)) => {
                    self.expanded += value.len();
                    if self.expanded <= MAX_EXPANDED {
                        out.push_str(&value);
                    }
                    name.len() + 2
                }
                None => entity(rest, self.dialect, attribute, &mut out),
            };
            if used == 0 {
                out.push('&');
                rest = &rest[1..];
            } else {
                rest = &rest[used..];
            }
        }
        out.push_str(rest);
        Cow::Owned(out)
    }

    fn declared(&self, rest: &str) -> Option<(&'a str, Cow<'a, str>)> {
        if self.entities.is_empty() {
            return None;
        }
        self.entities.iter().find(|(n, _)| rest[1..].strip_prefix(n).is_some_and(|r| r.starts_with(';'))).cloned()
    }

    /// `<!DOCTYPE …>`: its entities are kept, all else skipped; nothing is ever loaded.
    fn doctype(&mut self, start: usize) -> Option<usize> {
        let bytes = self.src.as_bytes();
        let limit = self.src.len().min(start + MAX_DOCTYPE);
        // Each search is bounded by the one before or remembers what it found: a million doctypes cost no more than one.
        let close = memchr(b'>', &bytes[start..limit]).map(|i| start + i)?;
        let end = match memchr(b'[', &bytes[start..close]).map(|i| start + i) {
            Some(open) => match self.subset_end.next(open, |from| memchr(b']', &bytes[from..]).map(|i| from + i)) {
                Some(end) if end < limit => {
                    self.subset(open + 1, end);
                    memchr(b'>', &bytes[end..limit]).map(|i| end + i)
                }
                _ => Some(close),
            },
            None => Some(close),
        };
        end.map(|e| e + 1)
    }

    fn subset(&mut self, start: usize, end: usize) {
        let subset = &self.src[start..end];
        for (at, _) in subset.match_indices("<!ENTITY").take(MAX_ENTITIES.saturating_sub(self.entities.len())) {
            let rest = subset[at + 8..].trim_start();
            let name_end = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
            let (name, rest) = (&rest[..name_end], rest[name_end..].trim_start());
            let Some(quote @ (b'"' | b'\'')) = rest.as_bytes().first().copied() else { continue };
            let Some(len) = memchr(quote, &rest.as_bytes()[1..]) else { continue };
            let value = &rest[1..=len];
            // An entity within an entity would multiply: it stays as written.
            if len <= MAX_ENTITY && !name.is_empty() && name != "%" {
                let mut out = String::new();
                let mut piece = value;
                while let Some(i) = memchr(b'&', piece.as_bytes()) {
                    out.push_str(&piece[..i]);
                    piece = &piece[i..];
                    let used = if piece.starts_with("&#") { entity(piece, Dialect::Xml, false, &mut out) } else { 0 };
                    if used == 0 {
                        out.push('&');
                    }
                    piece = &piece[used.max(1)..];
                }
                out.push_str(piece);
                self.entities.push((name, Cow::Owned(out)));
            }
        }
    }

    /// `<![CDATA[ … ]]>`, its end guessed where it is missing.
    fn cdata(&mut self, start: usize) -> (usize, usize) {
        let (src, bytes) = (self.src, self.src.as_bytes());
        let end = self.cdata_end.next(start, |from| memmem::find(&bytes[from..], b"]]>").map(|i| from + i));
        let unclosed = match end {
            None => true,
            Some(end) => {
                let again = self.cdata_open.next(start, |from| memmem::find(&bytes[from..], b"<![CDATA[").map(|i| from + i));
                // A section that runs over another one's start and over its own entry's end has lost its end.
                again.is_some_and(|again| {
                    again < end && {
                        let between = &bytes[start..again];
                        memmem::find(between, b"</item>").is_some()
                            || memmem::find(between, b"</entry>").is_some()
                            || self.closes(start, again)
                    }
                })
            }
        };
        if unclosed {
            let limit = end.unwrap_or(src.len());
            let mut from = start;
            while let Some(i) = memmem::find(&bytes[from..limit], b"</").map(|i| from + i) {
                if src[i + 2..].starts_with(self.last_open) && !self.last_open.is_empty() {
                    return (i, i);
                }
                from = i + 2;
            }
            return (limit, limit);
        }
        let end = end.unwrap_or(src.len());
        (end, end + 3)
    }

    /// Whether the open element ends between the two positions and something else begins right after.
    fn closes(&self, start: usize, end: usize) -> bool {
        let name = self.last_open.as_bytes();
        if name.is_empty() {
            return false;
        }
        memmem::find_iter(&self.src.as_bytes()[start..end], b"</").any(|i| {
            let rest = &self.src.as_bytes()[start + i + 2..end];
            rest.starts_with(name) && rest.get(name.len()) == Some(&b'>')
        })
    }

    /// Raw text of an HTML element up to its end tag; nothing where it never ends.
    fn raw_text(&mut self, name: &'a str) -> Option<Token<'a>> {
        let bytes = self.src.as_bytes();
        let mut from = self.at;
        while let Some(i) = memmem::find(&bytes[from..], b"</").map(|i| from + i) {
            let rest = &bytes[i + 2..];
            if rest.len() >= name.len() && rest[..name.len()].eq_ignore_ascii_case(name.as_bytes()) {
                let text = &self.src[self.at..i];
                self.at = i;
                return Some(Token::Text(Cow::Borrowed(text)));
            }
            from = i + 2;
        }
        let text = &self.src[self.at..];
        self.at = self.src.len();
        Some(Token::Text(Cow::Borrowed(text)))
    }

    /// A tag at `<`, or `None` if this is no tag.
    fn tag(&mut self, lt: usize) -> Option<Token<'a>> {
        let bytes = self.src.as_bytes();
        let closing = bytes.get(lt + 1) == Some(&b'/');
        let start = lt + 1 + usize::from(closing);
        let first = *bytes.get(start)?;
        if !(first.is_ascii_alphabetic() || first == b'_' || first >= 0x80) {
            return None;
        }
        let end = start
            + bytes[start..]
                .iter()
                .position(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' | b'>' | b'<'))
                .unwrap_or(bytes.len() - start);
        let name = &self.src[start..end];
        if closing {
            let gt = bytes[end..].iter().position(|b| matches!(b, b'>' | b'<')).map(|i| end + i);
            self.at = match gt {
                Some(i) if bytes[i] == b'>' => i + 1,
                Some(i) => i,
                None => bytes.len(),
            };
            return Some(Token::Close { name });
        }
        // A tag cut off by the end of the document is no text either.
        self.attributes.clear();
        let (after, empty) = self.attribute_list(end);
        self.at = after;
        self.seen_root = true;
        self.last_open = if empty { "" } else { name };
        if self.dialect == Dialect::Html && !empty && raw_text_element(name) {
            self.raw = Some(name);
        }
        Some(Token::Open { name, empty })
    }

    /// Reads attributes from `at`; gives the position after `>` and whether the tag was `<…/>`.
    fn attribute_list(&mut self, mut at: usize) -> (usize, bool) {
        let (src, bytes) = (self.src, self.src.as_bytes());
        loop {
            while at < bytes.len() && (bytes[at].is_ascii_whitespace()) {
                at += 1;
            }
            match bytes.get(at) {
                None => return (at, false),
                Some(b'>') => return (at + 1, false),
                Some(b'<') => return (at, false),
                Some(b'/') if bytes.get(at + 1) == Some(&b'>') => return (at + 2, true),
                Some(b'/' | b'=' | b'"' | b'\'') => {
                    at += 1;
                    continue;
                }
                Some(_) => {}
            }
            let start = at;
            while at < bytes.len() && !matches!(bytes[at], b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' | b'>' | b'<' | b'=') {
                at += 1;
            }
            let name = &src[start..at];
            while at < bytes.len() && bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            let mut value = "";
            if bytes.get(at) == Some(&b'=') {
                at += 1;
                while at < bytes.len() && bytes[at].is_ascii_whitespace() {
                    at += 1;
                }
                let start;
                match bytes.get(at) {
                    Some(&quote @ (b'"' | b'\'')) => {
                        start = at + 1;
                        let memo = &mut self.quote[usize::from(quote == b'"')];
                        let end = memo.next(start, |from| memchr(quote, &bytes[from..]).map(|i| from + i));
                        at = quoted_end(bytes, start, end);
                        value = &src[start..at];
                        if bytes.get(at) == Some(&quote) {
                            at += 1;
                        }
                    }
                    _ => {
                        start = at;
                        while at < bytes.len() && !matches!(bytes[at], b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'>' | b'<') {
                            at += 1;
                        }
                        let end = if bytes.get(at) == Some(&b'>') && at > start + 1 && bytes[at - 1] == b'/' { at - 1 } else { at };
                        value = &src[start..end];
                        at = end;
                    }
                }
            }
            if !name.is_empty() && self.attributes.len() < MAX_ATTRIBUTES {
                let value = self.resolve(cut(value, MAX_VALUE), true);
                self.attributes.push((name, value));
            }
        }
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw.take() {
            let token = self.raw_text(name);
            if !matches!(&token, Some(Token::Text(t)) if t.is_empty()) {
                return token;
            }
        }
        let bytes = self.src.as_bytes();
        let start = self.at;
        let mut from = start;
        loop {
            let Some(lt) = memchr(b'<', &bytes[from..]).map(|i| from + i) else {
                self.at = bytes.len();
                return self.text(start, bytes.len());
            };
            let rest = &bytes[lt + 1..];
            let special = matches!(rest.first(), Some(b'!' | b'?'));
            let is_tag = matches!(rest.first(), Some(b) if b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80)
                || (rest.first() == Some(&b'/') && matches!(rest.get(1), Some(b) if b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80));
            if !special && !is_tag {
                from = lt + 1;
                // `</>` and `</ …>` are nothing in either dialect.
                if rest.starts_with(b"/>") && lt == start {
                    self.at = lt + 3;
                    return self.next_after_skip();
                }
                continue;
            }
            if lt > start {
                self.at = lt;
                return self.text(start, lt);
            }
            if is_tag {
                return self.tag(lt);
            }
            if rest.starts_with(b"!--") {
                let end = self.comment_end.next(lt + 4, |from| memmem::find(&bytes[from.min(bytes.len())..], b"-->").map(|i| from + i));
                self.at = end.map_or(lt + 4, |e| e + 3);
                return self.next_after_skip();
            }
            if rest.len() >= 8 && rest[..8].eq_ignore_ascii_case(b"![CDATA[") {
                let (end, after) = self.cdata(lt + 9);
                self.at = after;
                if end > lt + 9 {
                    return Some(Token::Text(Cow::Borrowed(&self.src[lt + 9..end])));
                }
                return self.next_after_skip();
            }
            if rest.len() >= 8 && rest[..8].eq_ignore_ascii_case(b"!DOCTYPE") && !self.seen_root {
                match self.doctype(lt) {
                    Some(after) => {
                        self.at = after;
                        return self.next_after_skip();
                    }
                    // It has no end, nor will one after it.
                    None => self.seen_root = true,
                }
            }
            if rest.first() == Some(&b'?') {
                let end = self.pi_end.next(lt + 2, |from| memmem::find(&bytes[from..], b"?>").map(|i| from + i));
                let gt = self.gt.next(lt + 2, |from| memchr(b'>', &bytes[from..]).map(|i| from + i));
                self.at = match (end, gt) {
                    (Some(e), _) if e - lt < MAX_VALUE => e + 2,
                    (_, Some(gt)) if gt - lt < MAX_VALUE => gt + 1,
                    _ => lt + 2,
                };
                return self.next_after_skip();
            }
            // `<!` and no known declaration: text in XML, a bogus comment in HTML as far as it is one.
            let declaration = matches!(rest.get(1), Some(b) if b.is_ascii_alphabetic() || *b == b'[');
            match memchr2(b'>', b'<', &rest[1..]) {
                Some(i) if declaration && rest[1 + i] == b'>' => {
                    self.at = lt + 3 + i;
                    return self.next_after_skip();
                }
                _ => from = lt + 1,
            }
        }
    }
}

impl<'a> Scanner<'a> {
    /// Goes on after something that gives no token, without recursion over a million comments.
    fn next_after_skip(&mut self) -> Option<Token<'a>> {
        // An empty text keeps the iterator's contract simple: the caller skips it.
        Some(Token::Text(Cow::Borrowed("")))
    }

    /// Whether the rest of the document holds `needle`: for callers that look ahead once.
    pub fn rest_has(&self, needle: &[u8]) -> bool {
        self.find(needle, self.at).is_some()
    }
}

/// Where a quoted value ends: at its quote, or at the `>` before the next tag where the quote was forgotten, which
/// shows by the next quote being another value's first.
fn quoted_end(bytes: &[u8], start: usize, quote: Option<usize>) -> usize {
    let limit = quote.unwrap_or(bytes.len());
    if quote.is_none() || (limit > start && bytes[limit - 1] == b'=') {
        // Looking is bounded so that long values stay cheap.
        let window = &bytes[start..limit.min(start + MAX_VALUE)];
        if let Some(gt) = memchr(b'>', window)
            && (quote.is_none() || memchr(b'<', &window[gt..]).is_some())
        {
            return start + gt;
        }
    }
    limit
}

fn raw_text_element(name: &str) -> bool {
    ["script", "style", "xmp", "noembed", "noframes"].iter().any(|n| name.eq_ignore_ascii_case(n))
}

/// The first `max` bytes of `s`, less what would split a character.
pub fn cut(s: &str, max: usize) -> &str {
    let end = (0..=max.min(s.len())).rev().find(|i| s.is_char_boundary(*i));
    &s[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(dialect: Dialect, src: &str, want: &str) {
        let mut out = String::new();
        let mut scanner = Scanner::new(src, dialect);
        while let Some(token) = scanner.next() {
            match token {
                Token::Text(t) if t.is_empty() => {}
                Token::Text(t) => out.push_str(&format!("[{t}]")),
                Token::Open { name, empty } => {
                    out.push_str(&format!("<{name}"));
                    for (k, v) in scanner.attributes() {
                        out.push_str(&format!(" {k}={v}"));
                    }
                    out.push_str(if empty { "/>" } else { ">" });
                }
                Token::Close { name } => out.push_str(&format!("</{name}>")),
            }
        }
        assert_eq!(out, want, "{src}");
    }

    #[test]
    fn well_formed_markup_is_read_as_written() {
        check(Dialect::Xml, "<a x=\"1\" y='2'>t &amp; u<b/></a>", "<a x=1 y=2>[t & u]<b/></a>");
        check(Dialect::Xml, "<a><![CDATA[<b>&amp;]]></a>", "<a>[<b>&amp;]</a>");
    }

    #[test]
    fn doctypes_without_end_are_searched_once() {
        for doctype in ["<!DOCTYPE>", "<!DOCTYPE[>"] {
            let start = std::time::Instant::now();
            assert!(Scanner::new(&doctype.repeat(400_000), Dialect::Xml).all(|t| t == Token::Text("".into())));
            assert!(start.elapsed().as_secs() < 10, "{doctype} {:?}", start.elapsed());
        }
    }

    #[test]
    fn entities_are_bounded_over_all_doctypes() {
        let src = "<!DOCTYPE a [<!ENTITY b 'c'>]>".repeat(1000) + "&b;&c;";
        let mut scanner = Scanner::new(&src, Dialect::Xml);
        let text: String = scanner.by_ref().map(|t| if let Token::Text(t) = t { t.into_owned() } else { String::new() }).collect();
        assert_eq!(text, "c&c;");
        assert_eq!(scanner.entities.len(), MAX_ENTITIES);
    }

    #[test]
    fn what_is_no_markup_is_text() {
        check(Dialect::Xml, "a < b <3 & c &c; &;", "[a < b <3 & c &c; &;]");
        check(Dialect::Xml, "<a>x ]]> y</a>", "<a>[x ]]> y]</a>");
    }

    #[test]
    fn forgotten_ends_cost_little() {
        check(Dialect::Xml, "<d><![CDATA[one</d><t><![CDATA[two]]></t>", "<d>[one]</d><t>[two]</t>");
        check(Dialect::Xml, "<d><![CDATA[one</d>", "<d>[one]</d>");
        check(Dialect::Xml, "<x a=\"1>y</x>", "<x a=1>[y]</x>");
        check(Dialect::Xml, "<a b=c d>t", "<a b=c d=>[t]");
        check(Dialect::Xml, "x<!-- oops <a>", "[x][ oops ]<a>");
    }

    #[test]
    fn entities_of_html_are_known_and_own_ones_do_not_nest() {
        check(Dialect::Xml, "&nbsp;&eacute;&#8217;&#146;&#x41;", "[\u{a0}é’’A]");
        check(Dialect::Xml, "<!DOCTYPE r [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><r>&a;&b;</r>", "<r>[ha&a;&a;]</r>");
        check(Dialect::Xml, "?a=1&copy=3", "[?a=1&copy=3]");
        check(Dialect::Html, "&eacute &copy 1", "[é © 1]");
    }

    #[test]
    fn scripts_are_raw() {
        check(Dialect::Html, "<script>a<b>c</script>d", "<script>[a<b>c]</script>[d]");
    }

    #[test]
    fn a_million_unclosed_things_stay_linear() {
        for piece in ["<!--", "<![CDATA[", "<", "&", "</x>", "<?", "<!DOCTYPE x [", "<a b=\"", "<a b='>\"<c "] {
            let src = piece.repeat(100_000);
            assert!(Scanner::new(&src, Dialect::Xml).count() <= src.len());
        }
    }
}
