//! The lines in which a chain stands: at the head, at the tail, at the end of a paragraph, under a picture, in a field.

use super::chain::{Chain, Frame, read};
use super::registry::Kind;
use super::verdict::{Found, Verdict};
use super::words::{self, Cue};
use super::{LINE, dateline};
use crate::model::{Role, Slot};

/// A line without any frame is a credit only if it is this short, in characters.
const BARE: usize = 110;

/// A short block between headline and text. Whether it credits anybody.
pub(super) fn head(line: &str, place: &str, out: &mut Verdict<'_>) -> bool {
    if let Some(found) = dateline_of(line, place, out) {
        return found;
    }
    line.len() <= LINE && about(line, place, false, out)
}

/// One of the first paragraphs.
pub(super) fn opening(text: &str, place: &str, out: &mut Verdict<'_>) -> bool {
    if let Some(found) = dateline_of(text, place, out) {
        return found;
    }
    text.len() <= LINE && about(text, place, false, out)
}

fn dateline_of(text: &str, place: &str, out: &mut Verdict<'_>) -> Option<bool> {
    let (chain, words) = dateline::find(text, out.page, out.registry)?;
    out.text(&chain, Found { slot: Slot::Dateline, confidence: 0.98, words, place });
    Some(true)
}

/// A line that names its material stands wherever a desk put it, in live texts in the middle: `Mit Material von dpa`.
pub(super) fn material(text: &str, place: &str, out: &mut Verdict<'_>) -> bool {
    text.len() <= LINE && matches!(words::cue(text), Some((Cue::Material, _))) && about(text, place, true, out)
}

/// Whether a line behind the text begins what belongs to other articles: a teaser's headline, “Related”.
pub(super) fn foreign(line: &str) -> bool {
    let line = line.trim();
    let count = line.split(' ').count();
    if words::related(line) {
        // A link to one other article stands inside a text; a heading alone opens a box of them.
        return count <= 5;
    }
    let sentence = line.ends_with(['.', '!', ')', '/', ':']);
    count >= 6 && !sentence && words::cue(line).is_none() && !line.starts_with('©')
}

/// A short block far behind the text, where other articles' credits stand: only what speaks of rights counts.
pub(super) fn beyond(text: &str, place: &str, out: &mut Verdict<'_>) {
    if text.len() <= LINE && copyright(text).is_some() {
        owned(text, place, true, out);
    }
}

/// One of the last paragraphs, or a short block behind them.
pub(super) fn closing(text: &str, place: &str, paragraph: bool, out: &mut Verdict<'_>) -> bool {
    let tail = last_chars(text, 400);
    let dispatch = out.dispatch(tail, place);
    let text = text.trim_end();
    if text.len() <= LINE && picture_line(text) {
        return caption(text, place, out);
    }
    let mut credited = brackets(text, place, out) || slashes(text, place, out);
    if !credited && text.len() <= LINE {
        credited = about(text, place, true, out);
    }
    if !credited && paragraph {
        credited = last_sentence(tail, place, out);
    }
    credited || dispatch
}

fn last_chars(text: &str, n: usize) -> &str {
    text.char_indices().rev().nth(n).map_or(text, |(at, _)| &text[at..])
}

/// `… text. (chain)`, `(chain)`, `(PAP) mal/ zm/`
fn brackets(text: &str, place: &str, out: &mut Verdict<'_>) -> bool {
    let tail = last_chars(text, 160);
    let trimmed = tail.trim_end_matches(['.', ' ', '/', '*', '■', '|']);
    let (open, close) = match trimmed.chars().next_back() {
        Some(')') => ('(', ')'),
        Some(']') => ('[', ']'),
        Some('）') => ('（', '）'),
        // Initials may follow the brackets: `(PAP) mal/ zm/`
        _ => match trimmed.rfind(')') {
            Some(at) if trimmed.len() - at <= 24 && trimmed[at + 1..].chars().all(|c| c.is_lowercase() || " /.".contains(c)) => ('(', ')'),
            _ => return false,
        },
    };
    let Some(end) = trimmed.rfind(close) else { return false };
    let Some(start) = trimmed[..end].rfind(open) else { return false };
    let (before, inner) = (trimmed[..start].trim_end(), &trimmed[start + open.len_utf8()..end]);
    let words = tail[start..].trim();
    let whole = before.is_empty();
    let closed = before.ends_with(['.', '!', '?', '"', '”', '“', '»', '«', '’', '…', ':', ')', '。', '‘', '\'', '/', '-', '–', '—', '」']);
    if !whole && !closed {
        return false;
    }
    if picture_line(inner) || words::starts(&inner.to_lowercase(), "reporting by").is_some() {
        return false;
    }
    let frame = if whole { Frame::Brackets } else { Frame::Inline };
    let (inner, lenient, cued) = match words::cue(inner) {
        Some((Cue::Material, rest)) => (rest, true, true),
        Some((_, rest)) => (rest, false, true),
        None => (inner, false, false),
    };
    let Some(chain) = read(inner, if cued { Frame::Cue } else { frame }, lenient, out.page, out.registry) else { return false };
    if chain.photo || (chain.agencies.is_empty() && chain.collective.is_none() && !chain.desk) {
        return false;
    }
    if lenient {
        out.compiled();
    }
    out.text(&chain, Found { slot: Slot::Tail, confidence: 0.95, words, place });
    true
}

/// `/ritzau/`, `/NTB/`, `/ritzau/AFP`
fn slashes(text: &str, place: &str, out: &mut Verdict<'_>) -> bool {
    let tail = last_chars(text, 60);
    let word = tail.rsplit(' ').next().unwrap_or(tail);
    if !word.starts_with('/') || word.len() < 4 || word[1..].find('/').is_none() {
        return false;
    }
    let before = tail[..tail.len() - word.len()].trim_end();
    if !before.is_empty() && before.ends_with(|c: char| c.is_lowercase()) {
        return false;
    }
    let Some(chain) = read(word.trim_matches('/'), Frame::Brackets, false, out.page, out.registry) else { return false };
    if chain.photo || chain.agencies.is_empty() {
        return false;
    }
    out.text(&chain, Found { slot: Slot::Tail, confidence: 0.95, words: word, place });
    true
}

/// `… text. Quelle: dpa`
fn last_sentence(tail: &str, place: &str, out: &mut Verdict<'_>) -> bool {
    let Some(at) = sentence_end(tail.trim_end_matches(['.', ' '])) else { return false };
    let rest = tail[at..].trim_start_matches(['.', '!', '?', '”', '“', '»', ' ']);
    if sign_off(rest, place, out) {
        return true;
    }
    match words::cue(rest) {
        Some((Cue::Material, _)) => {}
        Some((Cue::Source, _)) if rest.contains(':') => {}
        _ if rest.starts_with('©') || words::starts(rest, "mit dpa").is_some() => {}
        _ => return false,
    }
    rest.len() <= 160 && !picture_line(rest) && about(rest, place, true, out)
}

/// Where the last full stop, question or exclamation mark or closing quote stands. Looks at bytes, since every text is asked.
fn sentence_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).rev().find_map(|at| match bytes[at] {
        b'.' | b'!' | b'?' => Some(at),
        0x9c | 0x9d if at >= 2 && bytes[at - 2..at] == [0xe2, 0x80] => Some(at - 2), // “ ”
        0xbb if at >= 1 && bytes[at - 1] == 0xc2 => Some(at - 1),                    // »
        _ => None,
    })
}

/// `… text. dpa`, `… text. — Reuters`: nothing but agencies, their initials and the outlet.
fn sign_off(rest: &str, place: &str, out: &mut Verdict<'_>) -> bool {
    let words = rest.trim_start_matches(['-', '–', '—', '/', ' ']);
    if words.is_empty() || words.len() > 40 || words.starts_with(['(', '[', '©']) || picture_line(words) {
        return false;
    }
    // Capitals alone behind the last full stop (`… text. PTI`) are as good as brackets.
    let capitals = words.len() >= 3 && words.chars().all(char::is_uppercase);
    let frame = if capitals || words.len() < rest.len() { Frame::Brackets } else { Frame::Bare };
    let Some(chain) = read(words, frame, false, out.page, out.registry) else { return false };
    if chain.photo || chain.agencies.is_empty() || !chain.persons.is_empty() {
        return false;
    }
    out.text(&chain, Found { slot: Slot::Tail, confidence: 0.8, words: rest, place });
    true
}

/// A short line that says who wrote the text.
fn about(line: &str, place: &str, tail: bool, out: &mut Verdict<'_>) -> bool {
    out.dispatch(line, place);
    let line = line.trim().trim_start_matches(['-', '–', '—', '*', '•', '|', '■', ' ']);
    if line.is_empty() {
        return false;
    }
    if picture_line(line) {
        return caption(line, place, out);
    }
    if copyright(line).is_some() {
        return owned(line, place, tail, out);
    }
    if tail && disclosure(line, place, out) {
        return true;
    }
    if let Some(agency) = report_by(line) {
        let credited = credit(agency, line, Frame::Cue, true, Slot::Tail, 0.9, place, out);
        return credited | last_sentence(line, place, out);
    }
    match words::cue(line) {
        Some((Cue::Byline, rest)) => {
            if credit(rest, line, Frame::Cue, false, Slot::Byline, 0.95, place, out) {
                return true;
            }
            if let Some(chain) = read(rest, Frame::Cue, false, out.page, out.registry)
                && rest.chars().count() <= BARE
                && !chain.photo
            {
                out.persons(&chain.persons);
            }
            return false;
        }
        Some((cue, rest)) if credit(rest, line, Frame::Cue, cue == Cue::Material, Slot::Tail, 0.9, place, out) => {
            if cue == Cue::Material {
                out.compiled();
            }
            return true;
        }
        _ => {}
    }
    if line.starts_with('(') && brackets(line, place, out) {
        return true;
    }
    // `Edited by First Last | Source: PTI`
    for part in line.split(['|', '•']).skip(1) {
        if let Some((Cue::Source, rest)) = words::cue(part.trim())
            && part.contains(':')
            && credit(rest, line, Frame::Cue, false, Slot::Byline, 0.9, place, out)
        {
            return true;
        }
    }
    let sentence = line.ends_with(['!', '?', '…']) || (line.ends_with('.') && line.split(' ').count() > 3);
    if line.chars().count() > BARE || sentence || line.contains(". ") && line.split(' ').count() > 12 {
        return false;
    }
    if line.split(' ').next().is_some_and(|w| words::with(&w.to_lowercase())) {
        return credit(line, line, Frame::Cue, false, Slot::Tail, 0.9, place, out);
    }
    credit(line, line, Frame::Bare, false, if tail { Slot::Tail } else { Slot::Byline }, 0.8, place, out)
}

/// Reads `text` as a chain and credits it, as text or as picture. Whether it named anybody for the text.
#[allow(clippy::too_many_arguments)] // each is one plain fact about the line
fn credit(text: &str, words: &str, frame: Frame, lenient: bool, slot: Slot, confidence: f32, place: &str, out: &mut Verdict<'_>) -> bool {
    let Some(chain) = read(text, frame, lenient, out.page, out.registry) else { return false };
    if chain.photo || chain.shouted && slot == Slot::Byline {
        let rows = chain.agencies.clone();
        out.photo(&rows, Found { slot: Slot::Caption, confidence: 0.7, words, place });
        return false;
    }
    if chain.agencies.is_empty() && chain.collective.is_none() && !chain.desk {
        return false;
    }
    out.text(&chain, Found { slot, confidence, words, place });
    !chain.agencies.is_empty() || chain.collective.is_some()
}

/// `This report by The Canadian Press was first published …`
fn report_by(line: &str) -> Option<&str> {
    let rest = ["This report by ", "This story by ", "This article by "].iter().find_map(|p| line.strip_prefix(p))?;
    rest.find(" was ").map(|at| &rest[..at])
}

/// `Associated Press writer Ann Example in Paris contributed to this report.`
fn disclosure(line: &str, place: &str, out: &mut Verdict<'_>) -> bool {
    let low = line.to_lowercase();
    if !words::disclosure(&low) && !low.trim_end_matches('.').ends_with(" contributed") {
        return false;
    }
    let list: Vec<&str> = line.split([' ', '(', ')', ',', '/']).filter(|w| !w.is_empty()).collect();
    let mut named = false;
    let mut at = 0;
    while at < list.len() {
        let hits = out.registry.longest(&list[at..]);
        let home: Vec<_> = hits.iter().filter(|h| hits.len() == 1 || out.page.home(out.registry.row(h.row)) == Some(true)).collect();
        if let [hit] = home[..] {
            let row = out.registry.row(hit.row);
            let sure = hit.full || hit.rule <= super::Rule::Exact || row.everywhere || out.page.home(row) == Some(true);
            if sure && !matches!(row.kind, Kind::Collective | Kind::Desk | Kind::Photo) {
                out.push(hit.row, row.kind.role(), Found { slot: Slot::Tail, confidence: 0.9, words: line, place });
                named = true;
            }
        }
        at += hits.first().map_or(1, |h| h.words.max(1));
    }
    if named {
        out.compiled();
    }
    named
}

/// What may stand before a copyright sign.
const RESERVED: &[&str] = &[
    "riproduzione riservata",
    "alle rechte vorbehalten",
    "all rights reserved",
    "tous droits réservés",
    "todos los derechos reservados",
    "todos os direitos reservados",
];

/// What stands behind a copyright sign, without the year.
fn copyright(line: &str) -> Option<&str> {
    let line = RESERVED
        .iter()
        .find_map(|r| words::starts(line, r))
        .map_or(line, |end| line[end..].trim_start_matches([' ', '-', '–', '|', ':', '.']));
    let rest = line.strip_prefix('©').or_else(|| line.strip_prefix("(c)")).or_else(|| line.strip_prefix("(C)")).or_else(|| {
        let end = words::starts(line, "copyright")?;
        Some(line[end..].trim_start_matches([':', ' ', '©']))
    })?;
    Some(rest.trim_start_matches(|c: char| c.is_ascii_digit() || " ,-–by©".contains(c) && !c.is_alphabetic()).trim())
}

/// `© Reuters`, `© dpa-infocom, dpa:…`, `© 2019 Associated Press. All rights reserved.`
fn owned(line: &str, place: &str, tail: bool, out: &mut Verdict<'_>) -> bool {
    let Some(rest) = copyright(line) else { return false };
    // Rights in words, an id and a second credit in brackets may follow the name.
    let cut = [". ", " All rights", " Alle Rechte", " all rights", ", dpa:", " dpa:", " ("]
        .iter()
        .filter_map(|m| rest.find(m))
        .min()
        .unwrap_or(rest.len());
    let behind = &rest[cut..];
    // A dispatch's number is the text's, wherever the line stands: short texts have no tail of their own.
    let numbered = behind.trim_start_matches([',', ' ']).starts_with("dpa:");
    let mut named = false;
    if let Some(chain) = read(&rest[..cut], Frame::Cue, false, out.page, out.registry)
        && !chain.agencies.is_empty()
    {
        let found = Found { slot: Slot::Copyright, confidence: 0.8, words: line, place };
        let rows = chain.agencies.clone();
        // At the head a copyright line stands under the lead picture, unless it names the outlet too.
        if chain.photo || !chain.persons.is_empty() || (!tail && !numbered && !chain.mixed) {
            out.photo(&rows, Found { slot: Slot::Caption, ..found });
        } else {
            out.text(&chain, found);
            named = true;
        }
    }
    named | (behind.contains('(') && brackets(behind, place, out)) | (tail && !named && disclosure(behind, place, out))
}

/// Whether a short line is about a picture.
fn picture_line(line: &str) -> bool {
    line.len() <= LINE && line.split(|c: char| !c.is_alphanumeric()).any(|w| w.len() >= 3 && w.len() <= 24 && words::picture(w))
}

/// A caption or picture credit: whoever is named there gave the picture. Always false: the text is not credited.
pub(super) fn caption(line: &str, place: &str, out: &mut Verdict<'_>) -> bool {
    let part = last_chars(line, LINE);
    let marked = ["©", "(c)", "(", "|", " via ", "/"].iter().any(|m| part.contains(m)) || picture_line(part);
    let short = part.split(' ').count() <= 6;
    if !marked && !short {
        return false;
    }
    // The credit part: from the last mark that opens one.
    let from = ["©", "(", "|"].iter().filter_map(|m| part.rfind(m)).min().unwrap_or(0);
    let credit = if short { part } else { &part[from..] };
    let list: Vec<&str> = credit.split([' ', '/', ',', '|', '(', ')', ';', ':', '©', '=']).filter(|w| !w.is_empty()).collect();
    let mut rows = Vec::new();
    let mut at = 0;
    while at < list.len() {
        let hits = out.registry.longest(&list[at..]);
        let best = hits.iter().find(|h| {
            let row = out.registry.row(h.row);
            !matches!(row.kind, Kind::Collective | Kind::Desk | Kind::PressRelease)
                && (h.rule < super::Rule::Home || out.page.home(row) == Some(true))
        });
        if let Some(hit) = best
            && !rows.contains(&hit.row)
            && (hits.len() == 1 || hit.rule <= super::Rule::Exact)
        {
            rows.push(hit.row);
        }
        at += hits.first().map_or(1, |h| h.words.max(1));
    }
    out.photo(&rows, Found { slot: Slot::Caption, confidence: if marked { 0.9 } else { 0.7 }, words: credit.trim(), place });
    false
}

/// What a metadata field is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Text,
    Wire,
    Picture,
    Id,
    Nothing,
}

fn field_about(name: &str) -> About {
    let has = |parts: &[&str]| parts.iter().any(|p| name.contains(p));
    if has(&["image", "photo", "thumb", "picture", "video", "media", "logo"]) {
        About::Picture
    } else if has(&[
        "keyword",
        "tag",
        "section",
        "title",
        "headline",
        "description",
        "category",
        "publisher",
        "about",
        "mention",
        "site_name",
    ]) {
        About::Nothing
    } else if has(&["guid", "uri", "altid", "identifier"])
        || name == "id"
        || name.ends_with(":id")
        || name.ends_with(" id")
        || name.ends_with(" @id")
    {
        About::Id
    } else if has(&["newsml", "ninjs", "nitf", "infosource", "hophistory", "anpa", "iptc"]) {
        About::Wire
    } else if has(&[
        "author",
        "creator",
        "byline",
        "source",
        "provider",
        "sourceorganization",
        "credit",
        "dc:rights-agency",
        "agency",
        "article:author",
    ]) {
        About::Text
    } else {
        About::Nothing
    }
}

/// A metadata field.
pub(super) fn field(name: &str, value: &str, out: &mut Verdict<'_>) {
    if name.len() > 100 || value.is_empty() || value.len() > LINE {
        return;
    }
    let low = name.to_lowercase();
    let about = field_about(&low);
    match about {
        About::Nothing => return,
        About::Picture => {
            caption(value, name, out);
            return;
        }
        About::Id => {
            out.dispatch(value, name);
            return;
        }
        About::Text | About::Wire => {}
    }
    out.dispatch(value, name);
    let (slot, sure) = if about == About::Wire { (Slot::Provider, 0.99) } else { (Slot::Structured, 0.95) };
    if let Some(host) =
        value.strip_prefix("https://").or_else(|| value.strip_prefix("http://")).and_then(|r| r.split(['/', '?', '#', ':']).next())
    {
        if !low.contains("author")
            && let Some(row) = out.registry.owner(host)
        {
            let role = out.registry.row(row).kind.role();
            if role != Role::Photo {
                out.push(row, role, Found { slot, confidence: sure, words: value, place: name });
            }
        }
        return;
    }
    let text = without_mail(value);
    let text = text.strip_prefix("nprov:").or_else(|| text.strip_prefix("NewsProvider:")).unwrap_or(text);
    // `Agence France-Presse` begins like a cue.
    let first: Vec<&str> = text.split(' ').filter(|w| !w.is_empty()).take(8).collect();
    let named = out.registry.longest(&first).iter().any(|h| !matches!(out.registry.row(h.row).kind, Kind::Collective | Kind::Desk));
    let text = match words::cue(text) {
        Some((_, rest)) if !rest.is_empty() && !named => rest,
        _ => text,
    };
    if picture_line(text) {
        caption(text, name, out);
        return;
    }
    let Some(chain) = read(text, Frame::Field, false, out.page, out.registry) else { return };
    if chain.photo {
        let rows: Chain<'_> = chain;
        out.photo(&rows.agencies, Found { slot, confidence: 0.7, words: value, place: name });
        return;
    }
    let pure = chain.persons.is_empty() && !chain.mixed && !chain.desk;
    let by = ["author", "creator", "byline"].iter().any(|p| low.contains(p));
    let chain = if by { chain } else { Chain { persons: Vec::new(), ..chain } };
    out.text(&chain, Found { slot, confidence: if pure { sure } else { 0.7 }, words: value, place: name });
}

/// `desk@example.org (Reuters)` and `Reuters (desk@example.org)` without the address.
fn without_mail(value: &str) -> &str {
    let Some(open) = value.find('(') else { return value };
    let (before, inner) = (value[..open].trim(), value[open + 1..].trim_end_matches(')').trim());
    match (before.contains('@'), inner.contains('@')) {
        (true, false) => inner,
        (false, true) => before,
        _ => value,
    }
}
