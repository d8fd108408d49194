//! A credit line's grammar: `unit (sep unit)*`, where each unit is an agency, a collective, a desk, initials, a date, a
//! person or an outlet. What cannot be read as one of these is unknown, and one unknown unit rejects the line in most
//! places: that is what keeps “(Austria, 1/0)” and “AP Dhillon” out.

use super::part::{Part, Seen, capital};
use super::registry::{Hit, Kind, Rule, bare, caseless, unspaced};
use super::words;
use super::{Page, Registry};

/// What surrounds a chain, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Frame {
    /// `PLACE (chain) –`
    Dateline,
    /// `Quelle: chain`, `Von: chain`
    Cue,
    /// `(chain)` as a line of its own.
    Brackets,
    /// `… text. (chain)`
    Inline,
    /// An author or source field.
    Field,
    /// The line alone.
    Bare,
}

/// A chain that was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain<'a> {
    /// Rows of the registry, in printed order, once each.
    pub agencies: Vec<usize>,
    /// “Agenturen”, as printed.
    pub collective: Option<&'a str>,
    /// The outlet's own desk took part.
    pub desk: bool,
    /// Persons, as printed.
    pub persons: Vec<&'a str>,
    /// An outlet is named, or a join says “with”: more than the agency's own words.
    pub mixed: bool,
    /// A picture agency or a picture's form (`REUTERS/First Last`).
    pub photo: bool,
    /// `FIRST LAST / AGENCE`: a picture's, if it stands above the text.
    pub shouted: bool,
    /// Units that could not be read.
    pub unknown: usize,
    /// Initials, dates, desks: what makes a bare line one about its makers.
    pub company: usize,
}

#[derive(Clone, Debug, Default)]
struct Unit<'a> {
    /// Each agency named, as all the rows that its spelling may mean.
    hits: Vec<Vec<Hit>>,
    collective: Option<&'a str>,
    desk: bool,
    person: Option<&'a str>,
    /// A single capitalised word: a place, a surname, an outlet.
    single: bool,
    /// That word is two to four capitals.
    initials: bool,
    outlet: bool,
    company: bool,
    unknown: bool,
    /// Joined to its forerunner by “mit”, “with”.
    with: bool,
    /// The separator before it is a slash.
    slash: bool,
    /// How many words it has.
    words: usize,
}

/// Reads `text` as a chain in `frame`. `None` if it names nobody who could be credited, or holds what a credit does not.
pub(super) fn read<'a>(text: &'a str, frame: Frame, lenient: bool, page: &Page<'_>, registry: &Registry) -> Option<Chain<'a>> {
    let text = text.trim().trim_end_matches(['.', ':', ';', ',', '-', '–', '—']).trim();
    if text.is_empty() || text.len() > 600 {
        return None;
    }
    let mut units = Vec::new();
    // A name may hold a separator: `Palestinian News & Info Agency`.
    let words: Vec<&str> = text.split(' ').filter(|w| !w.is_empty()).take(9).collect();
    let name = registry.longest(&words).first().is_some_and(|h| h.words > 1 && h.words == words.len());
    let pieces = if name { vec![(text, false, false)] } else { split(text) };
    for (piece, slash, with) in pieces {
        let words = piece.split(' ').count();
        units.push(Unit { slash, with, words, ..unit(piece, frame, page, registry) });
        if units.len() > 40 {
            return None;
        }
    }
    let named: Vec<usize> = units.iter().flat_map(|u| u.hits.iter().flatten().map(|h| h.row)).collect();
    let company = units.iter().any(|u| u.company || u.outlet || u.desk || u.collective.is_some());
    let mut out = Chain::default();
    let mut singles = 0;
    let mut strong = false;
    for (at, unit) in units.iter().enumerate() {
        for hits in &unit.hits {
            let Some(hit) = choose(hits, frame, &named, company, page, registry) else {
                out.unknown += 1;
                continue;
            };
            match registry.row(hit.row).kind {
                Kind::Photo => out.photo = true,
                Kind::Collective | Kind::Desk => {}
                _ => {
                    strong |= hit.rule <= Rule::Exact || hit.full;
                    if !out.agencies.contains(&hit.row) {
                        out.agencies.push(hit.row);
                    }
                }
            }
        }
        // `dpa/First Last` credits a picture; a text's byline names the person first.
        let next = units.get(at + 1);
        if frame == Frame::Bare && !unit.hits.is_empty() && units.len() == at + 2 && next.is_some_and(|n| n.slash && n.person.is_some()) {
            out.photo |= unit.person.is_none();
        }
        let shouted = |name: &str| name.chars().all(|c| !c.is_lowercase());
        if frame == Frame::Bare && units.len() == 2 && at == 1 && unit.slash && !unit.hits.is_empty() {
            out.shouted = units[0].person.is_some_and(shouted);
        }
        // `Quelle: dpa, eigene Recherche`: after a cue, what else went in may be said in any words.
        if unit.unknown && frame == Frame::Cue && at > 0 && unit.hits.is_empty() && strong && unit.words <= 4 {
            out.mixed = true;
        } else {
            out.unknown += usize::from(unit.unknown);
        }
        // `FMW/Bloomberg`: capital initials at a slash are somebody's; alone they might be a code that is not known.
        let initials = unit.initials && frame > Frame::Dateline && (unit.slash || next.is_some_and(|n| n.slash));
        singles += usize::from(unit.single && !initials);
        out.collective = out.collective.or(unit.collective);
        out.desk |= unit.desk;
        out.mixed |= unit.outlet || unit.with;
        out.company += usize::from(unit.company || unit.outlet || unit.desk);
        out.persons.extend(unit.person);
    }
    if frame == Frame::Dateline && out.agencies.is_empty() && !out.photo {
        return None;
    }
    // `(Berks County, PA)`: beside capitalised words in brackets a code may be a state's or a party's.
    let sure = |row: &usize| registry.row(*row).everywhere || page.home(registry.row(*row)) == Some(true);
    if matches!(frame, Frame::Inline | Frame::Brackets) && !out.persons.is_empty() && !strong && !out.agencies.iter().any(sure) {
        out.unknown += 1;
    }
    // One word alone may be a surname, a place or an outlet after a cue or in a field; in brackets it is a doubt.
    let slashed = |at: usize| units[at].slash || units.get(at + 1).is_some_and(|n| n.slash);
    let known = strong || out.agencies.iter().any(sure);
    let allowed = match frame {
        Frame::Cue | Frame::Field => usize::MAX,
        Frame::Bare | Frame::Dateline if known => 1,
        // `(L'essentiel/AFP)`
        Frame::Brackets | Frame::Inline if known && units.iter().enumerate().all(|(i, u)| !u.single || slashed(i)) => 1,
        _ => 0,
    };
    if singles > allowed {
        out.unknown += singles;
    } else if singles > 0 {
        out.mixed = true;
    }
    let someone = !out.agencies.is_empty() || out.collective.is_some() || out.desk || out.photo;
    (lenient || out.unknown == 0).then_some(out).filter(|c| someone || !c.persons.is_empty())
}

/// Which of the agencies that a spelling may name is meant here, if any.
fn choose(hits: &[Hit], frame: Frame, known: &[usize], company: bool, page: &Page<'_>, registry: &Registry) -> Option<Hit> {
    let fits: Vec<Hit> = hits.iter().copied().filter(|h| allowed(*h, frame, known, company, page, registry)).collect();
    match fits[..] {
        [] => None,
        [one] => Some(one),
        _ => {
            // Ambiguous: the outlet's country or language decides, then another agency of that country in the chain,
            // then a spelling that is surer than the others.
            let same: Vec<Hit> =
                fits.iter().copied().filter(|h| page.country.as_deref() == Some(registry.row(h.row).country.as_str())).collect();
            if let [one] = same[..] {
                return Some(one);
            }
            let home: Vec<Hit> = fits.iter().copied().filter(|h| page.home(registry.row(h.row)) == Some(true)).collect();
            if let [one] = home[..] {
                return Some(one);
            }
            let beside: Vec<Hit> = fits
                .iter()
                .copied()
                .filter(|h| {
                    known.iter().any(|k| {
                        *k != h.row && !hits.iter().any(|o| o.row == *k) && registry.row(*k).country == registry.row(h.row).country
                    })
                })
                .collect();
            if let [one] = beside[..] {
                return Some(one);
            }
            let best = fits.iter().map(|h| h.rule).min()?;
            let sure: Vec<Hit> = fits.into_iter().filter(|h| h.rule == best).collect();
            if let [one] = sure[..] { Some(one) } else { None }
        }
    }
}

/// Whether a spelling may count in this frame on this page.
fn allowed(hit: Hit, frame: Frame, known: &[usize], company: bool, page: &Page<'_>, registry: &Registry) -> bool {
    let row = registry.row(hit.row);
    if frame >= Frame::Field && !company && !hit.full && page.misleads(row) {
        return false;
    }
    if hit.full || hit.rule <= Rule::Exact || matches!(row.kind, Kind::Collective | Kind::Desk) {
        return true;
    }
    let friend = known.iter().any(|&k| k != hit.row && !matches!(registry.row(k).kind, Kind::Collective | Kind::Desk | Kind::Photo));
    let home = page.home(row);
    match (hit.rule, frame) {
        (Rule::Context, Frame::Dateline | Frame::Cue) => true,
        (Rule::Context, Frame::Brackets) => true,
        (Rule::Context, Frame::Inline | Frame::Field) => home != Some(false) || friend || row.everywhere,
        (Rule::Context, _) => {
            friend
                || (company && (home != Some(false) || row.everywhere))
                || (home == Some(true) || row.everywhere && home.is_none()) && abbreviation(row)
        }
        (_, Frame::Dateline | Frame::Cue) => home != Some(false) || friend,
        _ => friend || home == Some(true),
    }
}

/// Capitals or small letters throughout: not also a plain capitalised word (Petra, Beta, Bloomberg).
fn abbreviation(row: &super::AgencyRow) -> bool {
    row.codes
        .iter()
        .all(|c| c.chars().filter(|c| c.is_alphabetic()).skip(1).all(char::is_uppercase) || c.chars().all(|c| !c.is_uppercase()))
}

/// The pieces between separators, each with: a slash stands before it, a “with” stands before it.
fn split(text: &str) -> Vec<(&str, bool, bool)> {
    let mut out = Vec::new();
    let (mut start, mut slash, mut with) = (0, false, false);
    let mut take = |from: usize, to: usize, slash: bool, with: bool| {
        let piece = text[from..to].trim();
        if piece.chars().any(char::is_alphanumeric) {
            out.push((piece, slash, with));
        }
    };
    let mut before = ' ';
    let mut iter = text.char_indices().peekable();
    while let Some((at, c)) = iter.next() {
        let next = iter.peek().map_or(' ', |n| n.1);
        let end = match c {
            '/' | '|' | '•' | '·' | ';' | '+' | '&' | ',' | '、' | '，' | '،' | '＝' | '=' | '●' | '→' => {
                // A slash or dot inside a number is a date's.
                !(before.is_ascii_digit() && next.is_ascii_digit())
            }
            '-' | '–' | '—' => before == ' ' && next == ' ' || c != '-' && before.is_uppercase() && next.is_uppercase(),
            '(' | ')' | '[' | ']' | '«' | '»' | '"' => true,
            _ => false,
        };
        if end {
            take(start, at, slash, with);
            (start, slash, with) = (at + c.len_utf8(), c == '/', false);
        } else if c == ' ' {
            // A word that joins.
            let word_end = text[at + 1..].find(' ').map_or(text.len(), |n| at + 1 + n);
            let word = &text[at + 1..word_end];
            if word.len() <= 8 && word_end < text.len() && word.chars().all(char::is_lowercase) && words::conj(word) {
                take(start, at, slash, with);
                (start, slash, with) = (word_end, false, words::with(word));
            }
        }
        before = c;
    }
    let rest = &text[start..];
    let piece = rest.trim();
    if piece.chars().any(char::is_alphanumeric) {
        out.push((piece, slash, with));
    }
    // A chain may begin with its join: “mit dpa”.
    if let Some(first) = out.first_mut()
        && let Some((word, tail)) = first.0.split_once(' ')
        && words::with(&word.to_lowercase())
    {
        *first = (tail.trim(), first.1, true);
    }
    out
}

fn unit<'a>(piece: &'a str, frame: Frame, page: &Page<'_>, registry: &Registry) -> Unit<'a> {
    let mut out = Unit::default();
    let mut piece = elided(piece);
    // An agency's name is its own also where the agency is the outlet; then the outlet; then whose domain it is.
    let whole: Vec<&str> = piece.split(' ').filter(|w| !w.is_empty()).take(8).collect();
    if registry.longest(&whole).first().is_none_or(|h| h.words != whole.len()) {
        if page.own(piece) {
            out.outlet = true;
            return out;
        }
        if domain(piece) {
            match registry.owner(piece) {
                Some(row) => out.hits.push(vec![Hit { row, rule: Rule::Exact, full: true, words: 1 }]),
                None => out.outlet = true,
            }
            return out;
        }
    }
    if piece.chars().any(unspaced) {
        // 共同 and 時事 are common words, too: alone on a line they say nothing.
        let hits = registry.unspaced_in(piece).into_iter().filter(|h| h.2 < Rule::Home || frame != Frame::Bare);
        out.hits = hits.map(|(_, row, rule)| vec![Hit { row, rule, full: false, words: 1 }]).collect();
        out.unknown = out.hits.is_empty();
        return out;
    }
    let mut list: Vec<&str> = piece.split(' ').filter(|w| !w.is_empty()).collect();
    // `agencies in Valencia`
    if let Some(at) = list.iter().position(|w| matches!(*w, "in" | "à" | "en"))
        && at > 0
        && at + 3 >= list.len()
        && words::collective(&bare(list[at - 1]).to_lowercase())
        && list[at + 1..].iter().all(|w| capital(w))
    {
        list.truncate(at);
        piece = &piece[..offset(piece, list[at - 1]) + list[at - 1].len()];
    }
    if list.len() > 14 {
        out.unknown = true;
        return out;
    }
    let low: Vec<String> = list.iter().map(|w| bare(w).to_lowercase()).collect();
    if let Some(words) = collective(&list, &low) {
        out.collective = Some(if words { piece } else { bare(piece) });
        return out;
    }
    // `Reuters Staff` is the agency's own.
    let first = registry.longest(&list).first().map(|h| registry.row(h.row).kind);
    if desk(&list, &low) && first.is_none_or(|k| matches!(k, Kind::Desk | Kind::Collective)) {
        out.desk = true;
        return out;
    }
    let mut at = 0;
    let mut names: Vec<(usize, usize)> = Vec::new(); // runs of capitalised words: words from..to
    let mut after_agency = false;
    while at < list.len() {
        let word = bare(list[at]);
        let hits = registry.longest(&list[at..]);
        let joined = hits.is_empty();
        let hits = if joined { hyphenated(word, registry) } else { hits };
        if let Some(first) = hits.first().copied() {
            let kind = registry.row(first.row).kind;
            // The second agency of a unit is a chain by spaces, which only brackets hold; a name before it must be whole.
            let alone = names.iter().all(|(from, to)| to - from >= 2);
            let names_person = !first.full && first.rule > Rule::Exact && !names.is_empty() && (!alone || frame == Frame::Inline);
            if kind == Kind::Desk {
                // `(APA red)`, but `Reuters Staff`
                out.desk |= out.hits.is_empty() || low[at] == "red";
            } else if kind == Kind::Collective {
                // “Intelligence agencies” are not the news's.
                out.unknown |= at > 0;
                out.collective = Some(list[at]);
            } else if names_person || (!out.hits.is_empty() && !matches!(frame, Frame::Dateline | Frame::Brackets | Frame::Inline)) {
                out.unknown = true;
            } else if joined {
                out.hits.extend(hits.into_iter().map(|h| vec![h]));
            } else {
                out.hits.push(hits);
            }
            after_agency = true;
            at += first.words.max(1);
            continue;
        }
        if after_agency && at + 1 == list.len() && words::desk(low[at].rsplit('-').next().unwrap_or_default()) {
            // `dpa Inselblatt-Redaktion` is the client's, `Reuters Staff` the agency's.
            out.desk = low[at].contains('-');
            break;
        }
        let seen = Seen {
            list: &list,
            low: &low,
            at,
            dated: out.company,
            agency: !out.hits.is_empty(),
            run: names.last().is_some_and(|n| n.1 == at),
        };
        match seen.part() {
            Part::Nothing => at += 1,
            Part::Place => at = list.len(),
            Part::Company => {
                out.company = true;
                at += 1;
            }
            Part::Initials => {
                out.company = true;
                // Small letters are somebody's initials only beside little else.
                out.unknown |= list.len() > 3;
                at += 1;
            }
            Part::Name => {
                match names.last_mut() {
                    Some(run) if run.1 == at => run.1 += 1,
                    _ => names.push((at, at + 1)),
                }
                // `AP Dhillon`, `Reuters Institute`: the agency's letters begin another name. `AFP MANILA` names a place.
                let place = word.chars().count() >= 3 && word.chars().all(|c| !c.is_lowercase()) && !caseless(word);
                // `EFE Toledo 16/08/2025`
                let dated = list.get(at + 1).is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()));
                // `/Корр. ТАСС First Last/`
                let reporter = frame == Frame::Dateline && out.hits.iter().flatten().any(|h| h.rule == Rule::Any);
                out.unknown |= after_agency && !place && !dated && !reporter;
                at += 1;
            }
            Part::Unknown => {
                out.unknown = true;
                at += 1;
            }
        }
    }
    match names[..] {
        [] => {}
        [(from, to)] if to - from >= 2 && to - from <= 6 => {
            let start = offset(piece, list[from]);
            let end = offset(piece, list[to - 1]) + list[to - 1].len();
            if !after_agency || out.hits.is_empty() || from == 0 {
                out.person = Some(bare_person(&piece[start..end]));
            }
        }
        [(from, to)] if to - from == 1 => {
            let all_caps = initials(bare(list[from]));
            if !out.hits.is_empty() && !all_caps {
                out.unknown |= out.hits.iter().flatten().any(|h| !h.full && h.rule > Rule::Exact);
            }
            // `(dpa, MS)`
            out.initials = all_caps && out.hits.is_empty();
            out.company |= out.initials;
            out.single = true;
        }
        _ => out.unknown = true,
    }
    out
}

/// Where `word`, a slice of `piece`, begins in it.
fn offset(piece: &str, word: &str) -> usize {
    (word.as_ptr() as usize).saturating_sub(piece.as_ptr() as usize).min(piece.len())
}

/// `l’AFP`, `dell'Ansa` without the article.
fn elided(piece: &str) -> &str {
    let end = piece.char_indices().take(6).find(|(_, c)| matches!(c, '\'' | '’'));
    match end {
        Some((at, c)) if matches!(piece[..at].to_lowercase().as_str(), "l" | "d" | "dell" | "all" | "dall") => {
            let rest = &piece[at + c.len_utf8()..];
            // `l'essentiel` is another word's.
            if rest.starts_with(char::is_lowercase) { piece } else { rest }
        }
        _ => piece,
    }
}

fn bare_person(name: &str) -> &str {
    name.trim_matches(|c: char| !c.is_alphanumeric() && c != '.')
}

fn initials(word: &str) -> bool {
    let n = word.chars().count();
    (2..=4).contains(&n) && word.chars().all(char::is_uppercase)
}

/// `wien.ORF.at`, `ntv.de`.
fn domain(piece: &str) -> bool {
    let mut labels = 0;
    let mut last = "";
    for label in piece.split('.') {
        if label.is_empty() || !label.chars().all(|c| c.is_alphanumeric() || c == '-') {
            return false;
        }
        labels += 1;
        last = label;
    }
    let top = last.chars().all(|c| c.is_ascii_lowercase()) || last.chars().all(|c| c.is_ascii_uppercase());
    labels >= 2 && (2..=6).contains(&last.len()) && top && piece.len() > 4
}

/// `TT-AFP-Reuters`: capital codes joined by hyphens, all of them known.
fn hyphenated(word: &str, registry: &Registry) -> Vec<Hit> {
    if !word.contains(['-', '–']) || word.len() > 60 {
        return Vec::new();
    }
    let mut out = Vec::new();
    for part in word.split(['-', '–']) {
        let hits = registry.longest(&[part]);
        match hits.first() {
            Some(hit) => out.push(Hit { words: 1, ..*hit }),
            None => return Vec::new(),
        }
    }
    out
}

/// `Agenturen`, `news agencies`, `Detroit News wire services`; false if only the last word is meant.
fn collective(list: &[&str], low: &[String]) -> Option<bool> {
    let n = low.len();
    let last = low.last()?.as_str();
    let ends = if words::collective(last) {
        1
    } else if n >= 2 && words::collective_two(&low[n - 2], last) {
        2
    } else {
        return None;
    };
    // “intelligence agencies”, “advertising agencies” are not the news's.
    let modest = |i: usize| {
        capital(list[i])
            || matches!(
                low[i].as_str(),
                "news" | "other" | "from" | "der" | "den" | "die" | "von" | "mit" | "with" | "and" | "und" | "diverse" | "verschiedene"
            )
    };
    let others = (0..n - ends).any(|i| words::trade(&low[i]));
    (!others && (n - ends) <= 4 && (0..n - ends).all(modest)).then_some(n > ends)
}

fn desk(list: &[&str], low: &[String]) -> bool {
    let Some(last) = low.last() else { return false };
    let tail = last.rsplit('-').next().unwrap_or(last);
    let n = list.len();
    let two = n >= 2 && words::desk_two(&low[n - 2], last);
    n <= 4
        && (two || words::desk(tail))
        && list[..n - 1].iter().zip(low).all(|(w, l)| capital(w) || words::particle(w) || words::article(l))
        && (n == 1 || tail != "red")
}

#[cfg(test)]
pub(super) fn pieces(text: &str) -> Vec<&str> {
    split(text).into_iter().map(|p| p.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_splits_at_its_separators() {
        assert_eq!(pieces("APA/AFP/Reuters/dpa"), ["APA", "AFP", "Reuters", "dpa"]);
        assert_eq!(pieces("Le Figaro et AFP"), ["Le Figaro", "AFP"]);
        assert_eq!(pieces("mit dpa"), ["dpa"]);
        assert_eq!(pieces("STT–AFP–Reuters"), ["STT", "AFP", "Reuters"]);
        assert_eq!(pieces("APA/sid/red – 11.7. 2015"), ["APA", "sid", "red", "11.7. 2015"]);
        assert_eq!(pieces("By Tom Ash - Associated Press"), ["By Tom Ash", "Associated Press"]);
    }
}
