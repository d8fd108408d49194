//! Datelines: `Anchorage (dpa) –`, `KYIV, Aug 15 (Reuters) -`, `(ANSA) - ROMA, 1 LUG -`, `МОСКВА, 16 августа. /ТАСС/.`,
//! `【ワシントン共同】`. They stand at the start of a text; nothing behind its first two hundred characters is looked at.

use super::chain::{Chain, Frame, read};
use super::part::capital;
use super::registry::{Rule, bare, caseless, unspaced};
use super::words;
use super::{Page, Registry};

/// How far into a paragraph a dateline may reach, in characters.
const REACH: usize = 200;

/// A dateline at the start of `text`: its chain, and its words as printed.
pub(super) fn find<'a>(text: &'a str, page: &Page<'_>, registry: &Registry) -> Option<(Chain<'a>, &'a str)> {
    let head = &text[..text.char_indices().nth(REACH).map_or(text.len(), |c| c.0)];
    let head = head.trim_start_matches(['"', '„', '“', '«', ' ']);
    unspaced_form(head, page, registry)
        .or_else(|| bracketed(head, page, registry))
        .or_else(|| before_dash(head, page, registry))
        .or_else(|| after_date(head, page, registry))
        .or_else(|| agency_first(head, registry))
}

fn photo_free<'a>(chain: Option<Chain<'a>>) -> Option<Chain<'a>> {
    chain.filter(|c| !c.photo && !c.agencies.is_empty())
}

/// `PLACE (chain) –`, `PLACE /chain/ -`, `(chain) - PLACE, 1 LUG -`, `(chain).-`
fn bracketed<'a>(head: &'a str, page: &Page<'_>, registry: &Registry) -> Option<(Chain<'a>, &'a str)> {
    for (open, close) in [('(', ')'), ('（', '）'), ('/', '/'), ('[', ']')] {
        // A place may hold one of them itself: `NEW DELHI [India]`, `BEIRUT/THE HAGUE, March 7 (Reuters)`, `Boston (Mass.)`.
        let mut from = 0;
        for _ in 0..3 {
            let Some(start) = head[from..].find(open).map(|n| from + n) else { break };
            let inner_at = start + open.len_utf8();
            let Some(end) = head[inner_at..].find(close).map(|n| inner_at + n) else { break };
            from = inner_at;
            let (before, inner, rest) = (&head[..start], &head[inner_at..end], &head[end + close.len_utf8()..]);
            let before = behind_byline(before);
            if before.chars().count() > 80 || (open == '/' && before.is_empty()) {
                break;
            }
            let (mark, gap) = mark(rest);
            let follows = rest[gap..].chars().next();
            let opens = follows.is_none_or(|c| !c.is_lowercase());
            let placed = place(before, registry);
            let fits = if before.trim().is_empty() { mark || opens } else { placed && (mark || (opens && before.chars().count() <= 60)) };
            if !fits {
                continue;
            }
            if let Some(chain) = photo_free(read(inner, Frame::Dateline, false, page, registry)) {
                // `Варна, 16 август /БТА/ …`: between slashes without a mark only agencies, no “/dpa or/”.
                if open == '/' && !mark && (chain.mixed || chain.company > 0 || !chain.persons.is_empty() || !rest.starts_with(' ')) {
                    continue;
                }
                return Some((chain, head[..end + close.len_utf8() + gap].trim()));
            }
        }
    }
    None
}

/// `By Mary Holm OSLO, Aug 16`: the place behind a byline that was set into the text.
fn behind_byline(before: &str) -> &str {
    let Some((words::Cue::Byline, rest)) = words::cue(before) else { return before };
    let shout = |w: &&str| w.chars().filter(|c| c.is_alphabetic()).count() >= 3 && w.chars().all(|c| !c.is_lowercase());
    let Some(place) = rest.split([' ', '/']).find(shout) else { return before };
    let at = offset(rest, place);
    let names = rest[..at].split(' ').filter(|w| !w.is_empty()).all(|w| capital(w) || words::conj(w) || words::particle(w));
    if names && at > 0 { &rest[at..] } else { before }
}

/// Whether a mark closes the dateline here, and its length with the white space around it.
fn mark(rest: &str) -> (bool, usize) {
    let trimmed = rest.trim_start_matches([' ', '-', '–', '—', '_', ':', '.', ',', '―', '·', '‐', '‑', '−', '=', '|']);
    let gap = rest.len() - trimmed.len();
    (rest[..gap].trim().chars().next().is_some(), gap)
}

/// Where the first dash (or bar) stands that may close a dateline, with the spaces around it, and its length. Every text
/// is asked, so it is looked for in one go.
fn first_dash(head: &str) -> Option<(usize, usize)> {
    const DASHES: [&str; 10] = [" - ", " – ", " — ", " -- ", " -", " –", "- ", "– ", ".- ", " | "];
    let bytes = head.as_bytes();
    (0..bytes.len()).find_map(|at| {
        let opens = match bytes[at] {
            b' ' | b'.' => matches!(bytes.get(at + 1), Some(b'-' | 0xe2 | b'|')),
            b'-' => true,
            0xe2 => bytes.get(at + 1) == Some(&0x80),
            _ => false,
        };
        let dash = DASHES.iter().find(|d| opens && bytes[at..].starts_with(d.as_bytes()))?;
        Some((at, dash.len()))
    })
}

/// `SAITAMA, Japan, Dec. 9 Kyodo -`, `МОСКВА, 16 авг - РИА Новости.`, `BERLIN/dpa –`
fn before_dash<'a>(head: &'a str, page: &Page<'_>, registry: &Registry) -> Option<(Chain<'a>, &'a str)> {
    let (at, len) = first_dash(head)?;
    let (before, rest) = (&head[..at], &head[at + len..]);
    if before.chars().count() > 70 || before.contains(['(', ')', '©']) {
        return None;
    }
    let list: Vec<&str> = before.split(' ').filter(|w| !w.is_empty()).collect();
    let plain = |c: &Chain<'_>| c.persons.is_empty() && !c.mixed;
    // `AGI - Il porto …`, `NNA - The harbour …`
    if list.len() <= 3
        && &head[at..at + len] != " | "
        && let Some(chain) = photo_free(read(before, Frame::Bare, false, page, registry))
        && plain(&chain)
        && chain.company == 0
    {
        return Some((chain, head[..at + len].trim()));
    }
    // `HUSUM taz/dpa | …`, `Husum | dpa | …`
    if &head[at..at + len] == " | " {
        let second = rest.split_once(" | ").filter(|_| place(before, registry));
        let agency = second.map(|s| s.0).or_else(|| list.last().copied().filter(|_| list.len() >= 2));
        if let Some(agency) = agency.filter(|a| a.len() <= 40)
            && (second.is_some() || place(&before[..before.len() - agency.len()], registry))
            && let Some(chain) = photo_free(read(agency, Frame::Dateline, false, page, registry))
            && chain.persons.is_empty()
        {
            return Some((chain, head[..offset(head, agency) + agency.len()].trim()));
        }
        return None;
    }
    // The agency's words end the part before the dash.
    for n in (1..=3.min(list.len())).rev() {
        let tail_at = offset(before, list[list.len() - n]);
        let (place_part, agency) = (&before[..tail_at], &before[tail_at..]);
        if dated(place_part)
            && place(place_part, registry)
            && let Some(chain) = photo_free(read(agency, Frame::Dateline, false, page, registry))
            && chain.persons.is_empty()
        {
            return Some((chain, head[..at + len].trim()));
        }
    }
    if let Some((city, agency)) = before.rsplit_once('/')
        && place(city, registry)
        && let Some(chain) = photo_free(read(agency, Frame::Dateline, false, page, registry))
        && plain(&chain)
    {
        return Some((chain, head[..at + len].trim()));
    }
    // `TEHRAN, IRNA –`, `ASTANA. KAZINFORM –`
    for comma in [", ", ". "] {
        if let Some((city, agency)) = before.rsplit_once(comma)
            && place(city, registry)
            && let Some(chain) = photo_free(read(agency, Frame::Bare, false, page, registry))
            && plain(&chain)
        {
            return Some((chain, head[..at + len].trim()));
        }
    }
    // `تهران - ایرنا - …`, `القاهرة - أ ف ب: …`
    if before.split([' ', '/']).all(caseless)
        && let Some((agency, _)) = rest.split_once([':', '-', '–'])
        && place(before, registry)
        && let Some(chain) = photo_free(read(agency, Frame::Dateline, false, page, registry))
        && plain(&chain)
    {
        return Some((chain, head[..offset(head, agency) + agency.len()].trim()));
    }
    // Or they follow it, closed by a full stop.
    if dated(before) && place(before, registry) {
        let stop = rest.char_indices().find(|&(i, c)| c == '.' && (i + 1 == rest.len() || rest[i + 1..].starts_with(' ')))?.0;
        let agency = &rest[..stop];
        if agency.chars().count() <= 40
            && let Some(chain) = photo_free(read(agency, Frame::Dateline, false, page, registry))
        {
            return Some((chain, head[..at + len + stop].trim()));
        }
    }
    None
}

/// `YEREVAN, AUGUST 16, ARMENPRESS. …`, `Baku, August 16, AZERTAC …`
fn after_date<'a>(head: &'a str, page: &Page<'_>, registry: &Registry) -> Option<(Chain<'a>, &'a str)> {
    let list: Vec<&str> = head.split(' ').filter(|w| !w.is_empty()).take(12).collect();
    let at = (2..list.len()).find(|&i| list[i - 1].ends_with(',') && !registry.longest(&list[i..]).is_empty())?;
    let words = registry.longest(&list[at..]).first()?.words.max(1);
    let (from, last) = (offset(head, list[at]), list[at + words - 1]);
    let to = offset(head, last) + last.len();
    let closed = last.ends_with(['.', ':']) || list.get(at + words).is_some_and(|w| capital(w));
    let before = &head[..from];
    let chain = photo_free(read(&head[from..to], Frame::Bare, false, page, registry))?;
    (closed && dated(before) && place(before, registry)).then_some((chain, &head[..to]))
}

/// `dpa HUSUM. …`, `ACN Girona - …`
fn agency_first<'a>(head: &'a str, registry: &Registry) -> Option<(Chain<'a>, &'a str)> {
    let (first, rest) = head.split_once(' ')?;
    let [hit] = registry.longest(&[first])[..] else { return None };
    let row = registry.row(hit.row);
    if hit.rule > Rule::Exact && !row.everywhere || row.kind.role() == crate::model::Role::Photo {
        return None;
    }
    let rest = rest.trim_start();
    let end = [". ", " - ", " – ", ".- ", ": "].iter().filter_map(|d| rest.find(d)).min().filter(|&end| end <= 30)?;
    let city = &rest[..end];
    let shout = city.chars().all(|c| !c.is_lowercase());
    (shout && place(city, registry)).then(|| (Chain { agencies: vec![hit.row], ..Chain::default() }, &head[..offset(head, city) + end]))
}

fn offset(text: &str, word: &str) -> usize {
    (word.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len())
}

fn dated(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
}

/// Whether words can be a place and a date: capitals, particles inside a name, months beside numbers; no sentence.
fn place(text: &str, registry: &Registry) -> bool {
    let text = text.trim().trim_end_matches(['.', ',', '-', '–', '—', ':', ' ']);
    let list: Vec<&str> = text.split([' ', '/']).filter(|w| !bare(w).is_empty()).collect();
    if list.is_empty() || list.len() > 10 || text.contains(['!', '?', ';', '"', '„', '“', '»']) {
        return false;
    }
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if !(2..=60).contains(&letters)
        || !capital(list[0]) && !caseless(list[0]) && !list[0].starts_with(unspaced) && !list[0].starts_with(|c: char| c.is_ascii_digit())
    {
        return false;
    }
    let numbers = dated(text);
    let mut names = 0;
    for (i, word) in list.iter().enumerate() {
        let low = bare(word).to_lowercase();
        if words::time(&low) && numbers || bare(word).chars().any(|c| c.is_ascii_digit()) {
            continue;
        }
        if capital(word) || caseless(word) || bare(word).chars().all(unspaced) {
            // A sentence's opening word is no place: “Die Grünen (…)”.
            let opener = i == 0
                && matches!(
                    low.as_str(),
                    "die"
                        | "der"
                        | "das"
                        | "ein"
                        | "eine"
                        | "the"
                        | "a"
                        | "an"
                        | "wie"
                        | "laut"
                        | "nach"
                        | "mit"
                        | "im"
                        | "am"
                        | "von"
                        | "by"
                        | "foto"
                        | "photo"
                        | "bild"
                        | "quelle"
                        | "source"
                        | "update"
                        | "il"
                        | "un"
                        | "une"
                        | "mr"
                        | "präsident"
                        | "president"
                        | "nachrichtenagentur"
                        | "agentur"
                );
            if opener || words::picture(&low) {
                return false;
            }
            names += 1;
            continue;
        }
        // `Frankfurt a.M.`, `Freiburg i.Br.`
        let short = i > 0 && word.len() <= 6 && word.contains('.');
        if short {
            continue;
        }
        let inside = i > 0 && i + 1 < list.len();
        if !(inside
            && (words::particle(&low)
                || matches!(
                    low.as_str(),
                    "am" | "an"
                        | "im"
                        | "in"
                        | "ob"
                        | "auf"
                        | "upon"
                        | "on"
                        | "and"
                        | "und"
                        | "sur"
                        | "sous"
                        | "les"
                        | "nad"
                        | "na"
                        | "pod"
                        | "bei"
                        | "vor"
                        | "a"
                )))
        {
            return false;
        }
    }
    // The name of an agency in full before its own code is prose: “Associated Press (AP)”.
    let agency = (0..list.len()).any(|i| registry.longest(&list[i..]).iter().any(|h| h.full && h.words >= 2));
    // `Aug 16 (Reuters) -`: some give the day only.
    let day = names == 0 && numbers && list.len() >= 2;
    (day || (1..=7).contains(&names)) && !agency
}

/// `【ワシントン共同】`, `（中央社記者…16日電）`, `(서울=연합뉴스)`, `[서울=뉴시스]`, `新华社北京8月16日电`
fn unspaced_form<'a>(head: &'a str, page: &Page<'_>, registry: &Registry) -> Option<(Chain<'a>, &'a str)> {
    if !head.chars().take(40).any(unspaced) {
        return None;
    }
    let found = |text: &str| Chain { agencies: registry.unspaced_in(text).into_iter().map(|h| h.1).collect(), ..Chain::default() };
    for (open, close) in [('【', '】'), ('（', '）'), ('(', ')'), ('[', ']'), ('［', '］'), ('〔', '〕'), ('<', '>')] {
        let Some(inner) = head.strip_prefix(open) else { continue };
        let end = inner.find(close)?;
        let (inner, whole) = (&inner[..end], &head[..open.len_utf8() + end + close.len_utf8()]);
        if inner.chars().count() > 40 {
            return None;
        }
        let mut chain = found(inner);
        // `ワシントンAP=共同`
        for piece in inner.split(|c: char| unspaced(c) || matches!(c, '=' | '＝' | ' ' | '・' | '/')) {
            if let Some(more) = read(piece, Frame::Brackets, false, page, registry) {
                for row in more.agencies {
                    if !chain.agencies.contains(&row) {
                        chain.agencies.push(row);
                    }
                }
            }
        }
        return photo_free(Some(chain)).map(|c| (c, whole));
    }
    // The agency opens the text and the word for “telegram” closes the dateline.
    let end = head.char_indices().take(40).find(|&(_, c)| c == '电' || c == '電')?;
    let (whole, _) = head.split_at(end.0 + end.1.len_utf8());
    let first = registry.unspaced_in(whole).first().copied().filter(|h| h.0 <= 3)?;
    (dated(whole)).then(|| (Chain { agencies: vec![first.1], ..Chain::default() }, whole))
}
