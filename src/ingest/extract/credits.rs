//! Where credits may stand on a page, gathered from all of its blocks: boilerplate removal drops every second of them.
//! What they mean is read elsewhere.

use super::build::{same_words, split_credit};
use super::dom::{Flat, Kind, Segment, Tag};
use super::family;
use super::meta::{Head, strip_by};
use super::safe::cut;
use crate::ingest::attribute::{Field, Slots};
use crate::model::{Clean, Item};

/// Blocks of a slot are short: a paragraph is none.
const SHORT: usize = 240;
/// Dispatch ids of one kind looked at in a page's source.
const IDS: usize = 64;
/// A dispatch id is no longer.
const ID_CAP: usize = 200;
/// Blocks looked at above the text.
const HEAD_CAP: usize = 40;
/// Blocks looked at under the text.
const TAIL_CAP: usize = 6;

/// Gathers the slots, and fills the item's byline and dateline on the way.
/// `dispatch` is what [`dispatch`] found.
pub fn slots(head: &Head, flat: &Flat, keep: &[bool], dispatch: Option<String>, item: &mut Item) -> Slots {
    let running = |i: usize| keep[i] && flat.segments[i].kind == Kind::Text && flat.segments[i].figure.is_none();
    let headed = |i: usize| flat.chain(flat.segments[i].frame).take(2).any(|(_, f)| f.tag.heading().is_some());
    let first = (0..keep.len()).find(|&i| running(i) && flat.segments[i].text.len() > 80 && !headed(i)).unwrap_or(keep.len());
    let last = (0..keep.len()).rev().find(|&i| running(i)).unwrap_or(0);
    // The headline, not the subhead that may stand between it and the first paragraph.
    let said = |i: &usize| same_words(&flat.segments[*i].text, &item.title);
    let top = |i: &usize| flat.chain(flat.segments[*i].frame).take(2).any(|(_, f)| f.tag == Tag::H1);
    let heads = || (0..first.min(keep.len())).rev().filter(|&i| flat.segments[i].kind == Kind::Text && headed(i));
    let title = heads().find(said).or_else(|| heads().find(top)).or_else(|| heads().next());
    // Without a headline above the text, the blocks right above it.
    let from = title.map_or(first.saturating_sub(8), |t| t + 1);
    // A picture's caption names who gave the picture, whether or not its markup is a figure's.
    let caption =
        |s: &Segment| s.figure.is_some() || flat.chain(s.frame).take(2).any(|(_, f)| f.families.has(family::CAPTION)) || photo(flat, s);
    let short = |s: &&Segment| s.kind == Kind::Text && s.text.len() <= SHORT && !caption(s);
    // The author's line may stand under the summary.
    let lead =
        |i: usize| flat.chain(flat.segments[i].frame).take(2).any(|(_, f)| f.families.has(family::LEAD) && !f.families.has(family::BODY));
    let until = match first {
        f if f < keep.len() && lead(f) => (f + 1..keep.len().min(f + 8)).find(|&i| running(i) && !headed(i)).unwrap_or(f),
        f => f,
    };
    let above: Vec<&Segment> =
        (from.min(first)..until).filter(|i| *i != first).map(|i| &flat.segments[i]).filter(short).take(HEAD_CAP).collect();
    let below: Vec<&Segment> = flat.segments.get(last + 1..).unwrap_or_default().iter().filter(short).take(TAIL_CAP).collect();
    let captions = flat
        .segments
        .iter()
        .filter(|s| s.kind == Kind::Text && s.text.len() < 1000)
        .filter(|s| caption(s))
        .map(|s| s.text.clone())
        .chain(flat.pictures.iter().filter(|p| !p.credit.is_empty()).map(|p| p.credit.clone()))
        .take(60)
        .collect();
    let paragraphs: Vec<String> = (0..keep.len()).filter(|&i| running(i)).map(|i| flat.segments[i].text.clone()).collect();
    item.byline = byline(flat, &above);
    item.dateline = paragraphs.iter().filter(|p| p.len() > 60).take(3).find_map(|p| dateline(p));
    let mut fields = head.credit_fields();
    fields.extend(dispatch.map(|id| Field::new("page identifier", id)));
    Slots {
        fields,
        head: above.iter().map(|s| s.text.clone()).collect(),
        paragraphs,
        tail: below.iter().map(|s| s.text.clone()).collect(),
        captions,
        title: item.title.to_string(),
        outlet: item.outlet.as_ref().map(ToString::to_string),
        url: item.url.clone(),
        language: item.language.as_ref().map(ToString::to_string),
    }
}

/// Whether the markup says that a block credits a picture: `image-credit`, `copyright` in a `photo`.
fn photo(flat: &Flat, segment: &Segment) -> bool {
    let near: Vec<_> = flat.chain(segment.frame).take(3).map(|(_, f)| f.families).collect();
    let credit = near.iter().take(2).position(|f| f.has(family::CREDIT));
    credit.is_some_and(|at| near[at..].iter().take(2).any(|f| f.has(family::GALLERY)))
}

/// The dispatch that a page names in its source, for its scripts rather than for readers. More than one are other
/// articles' as well, and say nothing.
pub fn dispatch(source: &str) -> Option<String> {
    let mut found: Option<&str> = None;
    for mark in ["urn:newsml:", "tag:reuters.com,", "dpa:"] {
        for at in memchr::memmem::find_iter(source.as_bytes(), mark.as_bytes()).take(IDS) {
            let rest = cut(&source[at..], ID_CAP);
            let id = &rest[..rest.find(|c: char| !(c.is_ascii_alphanumeric() || ":,.-_/".contains(c))).unwrap_or(rest.len())];
            if !id.bytes().any(|b| b.is_ascii_digit()) {
                continue;
            }
            match found {
                Some(one) if one != id => return None,
                _ => found = Some(id),
            }
        }
    }
    found.map(str::to_owned)
}

/// The author line: a short block above the text that begins as one, or whose markup says that it is one.
fn byline(flat: &Flat, above: &[&Segment]) -> Option<Clean> {
    let words = |s: &Segment| s.text.split_whitespace().count();
    let cued = above.iter().find(|s| {
        words(s) <= 25
            && strip_by(&s.text) != s.text.trim()
            && strip_by(&s.text).chars().next().is_some_and(|c| !c.is_lowercase() || s.text.contains(':') || s.text.contains('/'))
    });
    let marked = above.iter().find(|s| {
        words(s) <= 16
            && flat.chain(s.frame).take(2).any(|(_, f)| f.families.has(family::AUTHOR))
            && !flat.chain(s.frame).take(2).any(|(_, f)| f.families.has(family::SOCIAL | family::COMMENT))
            && s.text.chars().any(char::is_alphabetic)
            && !bare(&s.text)
    });
    let line = cued.map(|s| s.text.clone()).or_else(|| split_byline(flat, above)).or_else(|| marked.map(|s| s.text.clone()));
    line.and_then(|line| Clean::capped(&line, 300).non_empty())
}

/// `By` in an element of its own, and the names in those behind it.
fn split_byline(flat: &Flat, above: &[&Segment]) -> Option<String> {
    let at = above.iter().position(|s| bare(&s.text))?;
    let name = |s: &Segment| {
        let words = s.text.split_whitespace().count();
        (1..=6).contains(&words) && s.text.starts_with(char::is_uppercase) && !s.text.bytes().any(|b| b.is_ascii_digit())
    };
    let first = above.get(at + 1).filter(|s| name(s))?;
    let look = |s: &Segment| flat.frame(s).signature;
    let mut names: Vec<&str> = Vec::new();
    // Further ones look like the first; a day of the week does not.
    for segment in above[at + 1..].iter().take(4).take_while(|s| name(s) && look(s) == look(first)) {
        if !names.contains(&segment.text.as_str()) {
            names.push(&segment.text);
        }
    }
    Some(format!("{} {}", above[at].text, names.join(", ")))
}

/// A line that is nothing but the word before an author's name.
fn bare(line: &str) -> bool {
    ["by", "von", "par", "por", "di", "door", "af", "av", "text", "autor", "author"]
        .contains(&line.trim_end_matches(':').trim().to_lowercase().as_str())
}

/// `Anchorage (dpa) –`, `KYIV, Aug 15 (Reuters) -`, `WASHINGTON —`: place, date and agency before the text, without
/// the dash.
pub fn dateline(paragraph: &str) -> Option<Clean> {
    let head = cut(paragraph, 120);
    let dash = [" – ", " — ", " - ", " -- ", "— ", "– "].iter().filter_map(|d| head.find(d)).min()?;
    let line = head[..dash].trim();
    let (place, agency) = match line.split_once('(') {
        Some((place, rest)) => (place, rest.ends_with(')')),
        None => (line, false),
    };
    let place = place.trim();
    let words: Vec<&str> = place.split([' ', '/']).filter(|w| !w.is_empty()).collect();
    let capital = |w: &&str| {
        w.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric()) || ["am", "an", "der", "de", "la", "of", "im"].contains(w)
    };
    let upper = place.split(',').next().is_some_and(|p| p.chars().any(char::is_alphabetic) && !p.chars().any(char::is_lowercase));
    let fits = !words.is_empty() && words.len() <= 7 && words.iter().all(capital) && place.len() <= 60 && split_credit(place).1.is_none();
    (fits && (agency || upper)).then(|| Clean::line(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(paragraph: &str, want: &str) {
        assert_eq!(dateline(paragraph).as_deref().unwrap_or_default(), want);
    }

    #[test]
    fn one_dispatch_in_a_pages_source_is_the_pages() {
        let one = r#"<script>{"master-id":"urn:newsml:dpa.com:20090101:250816-99-123456"}</script>"#;
        assert_eq!(dispatch(one).as_deref(), Some("urn:newsml:dpa.com:20090101:250816-99-123456"));
        assert_eq!(dispatch(&format!("{one}{one}")), dispatch(one));
        assert_eq!(dispatch(&format!("{one} urn:newsml:dpa.com:20090101:250816-99-654321")), None);
        assert_eq!(dispatch("dpa: Die Fähre bleibt"), None);
    }

    #[test]
    fn datelines() {
        check("Anchorage (dpa) – Die beiden Delegationen sind eingetroffen.", "Anchorage (dpa)");
        check("KYIV, Aug 15 (Reuters) - The delegations have arrived.", "KYIV, Aug 15 (Reuters)");
        check("WASHINGTON — The delegations have arrived.", "WASHINGTON");
        check("Wien/Berlin (APA/dpa) - Die Delegationen sind da.", "Wien/Berlin (APA/dpa)");
        check("Die Delegation – sie kam am Freitag – ist wieder abgereist.", "");
        check("The talks went on (for hours) - and nobody knew why.", "");
    }
}
