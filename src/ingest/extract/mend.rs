//! What a sum of numbers gets wrong about a page's blocks and a reader would not: what is whole or not there, what is said
//! twice, lines that are no text whatever they look like.

use std::collections::{HashMap, HashSet};

use super::cues::calls;
use super::dom::{Flat, Kind, Tag};
use super::family;
use super::meta::strip_by;

/// A table or listing among or under the paragraphs is whole or not there; a subhead between two kept paragraphs heads the
/// second; a credit under the last belongs to it; a call to subscribe, links in a box beside the text, and what is said about
/// cookies, are none of the text wherever they stand; a line of nothing but a date or names above it is no paragraph.
pub fn mend(flat: &Flat, keep: &mut [bool]) {
    let text = |i: usize| flat.segments[i].kind == Kind::Text;
    let running = |i: usize| text(i) && flat.segments[i].text.len() > 60 && matches!(flat.frame(&flat.segments[i]).tag, Tag::P | Tag::Div);
    // Containers that hold kept paragraphs, with the first and the last of each.
    let mut holders: HashMap<u32, (usize, usize)> = HashMap::new();
    for i in (0..keep.len()).filter(|&i| keep[i] && running(i)) {
        let parent = flat.frame(&flat.segments[i]).parent;
        let range = holders.entry(parent).or_insert((i, i));
        range.1 = i;
    }
    consent(flat, keep);
    wholes(flat, keep, &holders);
    subheads(flat, keep, &holders);
    credit_lines(flat, keep, &holders);
    again(flat, keep);
    let first = (0..keep.len()).find(|&i| keep[i] && running(i)).unwrap_or(0);
    let early: Vec<usize> = (0..keep.len()).filter(|&i| keep[i] && text(i)).take(EARLY).collect();
    for i in (0..keep.len()).filter(|&i| text(i)) {
        let segment = &flat.segments[i];
        if !keep[i] || segment.text.len() > 400 {
            continue;
        }
        let near = flat.chain(segment.frame).take(2).any(|(_, f)| f.families.has(family::NEWSLETTER));
        // A box that calls itself so and stands aside needs no cue in its words.
        let boxed = flat
            .chain(segment.frame)
            .take(3)
            .any(|(_, f)| matches!(f.tag, Tag::Aside | Tag::Form) && f.families.has(family::NEWSLETTER) && !f.families.has(family::BODY));
        let bare = i < first && segment.text.len() < 80 && segment.text.bytes().any(|b| b.is_ascii_digit());
        let dated = bare
            && flat.chain(segment.frame).take(2).any(|(_, f)| f.families.has(family::META) && !f.families.has(family::BODY | family::LEAD));
        let linked = segment.linked as usize * 10 > segment.text.len() * 9;
        let aside = linked && flat.chain(segment.frame).take(5).any(|(_, f)| matches!(f.tag, Tag::Aside | Tag::Nav));
        let byline = early.contains(&i) && authors(&segment.text);
        if (near && calls(&segment.text)) || boxed || dated || aside || byline {
            keep[i] = false;
        }
    }
    islands(flat, keep);
    links_below(flat, keep);
}

/// Blocks in a row that are not kept, after which what is kept is another text.
const SEA: usize = 25;

/// A paragraph that is kept far below the text, and is little beside it, is a teaser of something else.
fn islands(flat: &Flat, keep: &mut [bool]) {
    let texts: Vec<usize> = (0..keep.len()).filter(|&i| flat.segments[i].kind == Kind::Text).collect();
    let all: usize = texts.iter().filter(|i| keep[**i]).map(|i| flat.segments[*i].text.len()).sum();
    let (mut below, mut gap) = (0, 0);
    let mut island = Vec::new();
    for &i in texts.iter().rev() {
        if !keep[i] {
            gap += 1;
            continue;
        }
        if gap >= SEA && !island.is_empty() && below * 5 < all {
            island.drain(..).for_each(|k: usize| keep[k] = false);
        }
        gap = 0;
        below += flat.segments[i].text.len();
        if below * 5 >= all {
            break;
        }
        island.push(i);
    }
}

/// Links that nothing but links, and the line that heads them, stand below.
fn links_below(flat: &Flat, keep: &mut [bool]) {
    let kept: Vec<usize> = (0..keep.len()).filter(|&i| keep[i] && flat.segments[i].kind == Kind::Text).collect();
    let linked = |i: usize| flat.segments[i].linked as usize * 10 > flat.segments[i].text.len() * 9;
    let heads = |i: usize| flat.segments[i].text.len() < 60 && flat.segments[i].text.ends_with(':');
    let from = kept.iter().rposition(|&i| !linked(i) && !heads(i)).map_or(0, |at| at + 1);
    let tail = &kept[from..];
    // A page that is a list of links is one.
    if from > 2 && tail.iter().filter(|i| linked(**i)).count() >= 2 {
        tail.iter().for_each(|i| keep[*i] = false);
    }
}

/// Blocks at the beginning of the text among which a line of authors may stand.
const EARLY: usize = 3;

/// Whether a line is nothing but `By` and names.
fn authors(text: &str) -> bool {
    let names = strip_by(text);
    let sentence = text.ends_with(['.', '!', '?', ':', '…']);
    names.len() < text.trim().len()
        && !sentence
        && text.len() < 100
        && names.split_whitespace().take(2).all(|w| w.starts_with(char::is_uppercase))
}

/// The line under the last paragraph that says who reported: of the text, though it stands in brackets and is short.
fn credit_lines(flat: &Flat, keep: &mut [bool], holders: &HashMap<u32, (usize, usize)>) {
    for (_, to) in holders.values().copied() {
        for i in (to + 1)..keep.len().min(to + 3) {
            let segment = &flat.segments[i];
            let frame = flat.frame(segment);
            let beside = segment.kind == Kind::Text && frame.tag == Tag::P && frame.parent == flat.frame(&flat.segments[to]).parent;
            let text = segment.text.trim_end_matches('.');
            let credit = (text.starts_with('(') && text.ends_with(')')) || text.starts_with("© ");
            if beside && credit && segment.linked == 0 && text.len() < 160 {
                keep[i] = true;
            }
        }
    }
}

/// Bytes that are said once more in a row, at least, before the second time is dropped.
const AGAIN: usize = 3000;

/// A page may hold its text twice, for wide and for narrow windows: once is enough.
fn again(flat: &Flat, keep: &mut [bool]) {
    let mut seen: HashSet<&str> = HashSet::new();
    let (mut run, mut bytes) = (Vec::new(), 0);
    for i in (0..keep.len()).filter(|&i| flat.segments[i].kind == Kind::Text).collect::<Vec<_>>() {
        if !keep[i] {
            continue;
        }
        let text = flat.segments[i].text.as_str();
        if seen.insert(text) {
            if bytes >= AGAIN {
                run.iter().for_each(|&k: &usize| keep[k] = false);
            }
            run.clear();
            bytes = 0;
        } else {
            run.push(i);
            bytes += text.len();
        }
    }
    if bytes >= AGAIN {
        run.into_iter().for_each(|k| keep[k] = false);
    }
}

/// Long texts about cookies lie hidden at the end of many pages. Where consent is what most of the page is about, it is a
/// page about that.
fn consent(flat: &Flat, keep: &mut [bool]) {
    let asks = |i: &usize| {
        let inner = flat.chain(flat.segments[*i].frame).take(7).take_while(|(_, f)| !matches!(f.tag, Tag::Body | Tag::Article | Tag::Main));
        keep[*i] && inner.into_iter().any(|(_, f)| f.families.has(family::CONSENT))
    };
    let asked: Vec<usize> = (0..keep.len()).filter(asks).collect();
    let bytes = |i: usize| flat.segments[i].text.len();
    let all: usize = (0..keep.len()).filter(|&i| keep[i]).map(bytes).sum();
    if asked.iter().map(|&i| bytes(i)).sum::<usize>() * 2 < all {
        asked.into_iter().for_each(|i| keep[i] = false);
    }
}

/// What sets a table or a heading apart from the article around it.
const ELSEWHERE: family::Families = family::Families(
    family::RELATED.0
        | family::NAVIGATION.0
        | family::AD.0
        | family::COMMENT.0
        | family::FOOTER.0
        | family::SIDEBAR.0
        | family::NEWSLETTER.0
        | family::SOCIAL.0
        | family::HIDDEN.0
        | family::TAGS.0
        | family::CONSENT.0
        | family::AUTHOR.0,
);

/// What is known of a table or a listing. Bytes, of segments.
#[derive(Default)]
struct Whole {
    bytes: usize,
    linked: usize,
    kept: usize,
    /// It holds headings or long paragraphs: it lays the page out.
    layout: bool,
}

/// Tables and listings beside kept paragraphs, among them or under the last, and whatever is kept for the most part: whole.
fn wholes(flat: &Flat, keep: &mut [bool], holders: &HashMap<u32, (usize, usize)>) {
    let around = |i: usize| flat.chain(flat.segments[i].frame).find(|(_, f)| matches!(f.tag, Tag::Table | Tag::Pre | Tag::Ul | Tag::Ol));
    let texts = |i: &usize| flat.segments[*i].kind == Kind::Text;
    let mut found: HashMap<u32, Whole> = HashMap::new();
    for i in (0..keep.len()).filter(texts) {
        if let Some((at, _)) = around(i) {
            let (whole, segment) = (found.entry(at).or_default(), &flat.segments[i]);
            whole.bytes += segment.text.len();
            whole.linked += segment.linked as usize;
            whole.kept += if keep[i] { segment.text.len() } else { 0 };
            let frame = flat.frame(segment);
            whole.layout |= frame.tag.heading().is_some() || (frame.tag != Tag::Pre && segment.text.len() > 300);
        }
    }
    for i in (0..keep.len()).filter(texts) {
        let Some((at, frame)) = around(i) else { continue };
        let whole = &found[&at];
        // Straight in the container, or wrapped for the sake of its looks.
        let parent = &flat.frames[frame.parent as usize];
        let wrapped = matches!(parent.tag, Tag::Div | Tag::Figure).then_some(parent.parent);
        let among = [Some(frame.parent), wrapped].into_iter().flatten().find_map(|p| holders.get(&p));
        let apart = whole.layout || frame.families.has(ELSEWHERE) || parent.families.has(ELSEWHERE) || whole.linked * 2 > whole.bytes;
        // A list without links right under a kept paragraph goes on as it began.
        let listed = matches!(frame.tag, Tag::Ul | Tag::Ol) && whole.linked == 0 && whole.kept > 0 && among.is_some();
        let begun = (whole.kept * 2 > whole.bytes || listed) && !apart;
        // A list among paragraphs may be of anything; one that is kept for the most part is the article's.
        let among = among.filter(|_| matches!(frame.tag, Tag::Table | Tag::Pre));
        if begun || among.is_some_and(|(from, to)| (*from..=*to).contains(&i) || (i > *to && !apart)) {
            keep[i] = true;
        }
    }
}

/// A heading in a container of kept paragraphs, right above one of them.
fn subheads(flat: &Flat, keep: &mut [bool], holders: &HashMap<u32, (usize, usize)>) {
    for i in 0..keep.len().saturating_sub(1) {
        let (segment, next) = (&flat.segments[i], &flat.segments[i + 1]);
        let frame = flat.frame(segment);
        let heads = !keep[i]
            && segment.kind == Kind::Text
            && matches!(frame.tag, Tag::H2 | Tag::H3 | Tag::H4)
            && segment.linked == 0
            && segment.text.len() < 160
            && keep[i + 1]
            && next.kind == Kind::Text
            && flat.frame(next).tag == Tag::P
            && flat.frame(next).parent == frame.parent
            && !frame.families.has(ELSEWHERE);
        if heads && holders.get(&frame.parent).is_some_and(|(from, to)| (*from..*to).contains(&i)) {
            keep[i] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    /// The blocks that are kept of a page, where the trees would keep those that hold one of `likely`.
    fn mended(html: &str, likely: &[&str]) -> Vec<String> {
        let flat = Flat::new(&Html::parse_document(html));
        let mut keep: Vec<bool> = flat.segments.iter().map(|s| likely.iter().any(|l| s.text.contains(l))).collect();
        mend(&flat, &mut keep);
        flat.segments.iter().zip(keep).filter(|(_, keep)| *keep).map(|(s, _)| s.text.clone()).collect()
    }

    const FIRST: &str = "<p>The ferry across the sound was taken out of service on Friday, and nobody knows for how long.</p>";

    #[test]
    fn the_credit_under_the_last_paragraph_is_kept() {
        let kept = mended(&format!("<div>{FIRST}<p>(Reuters)</p><p>(Read on)</p></div>"), &["ferry"]);
        assert_eq!(kept[1..], ["(Reuters)", "(Read on)"]);
        assert_eq!(mended(&format!("<div>{FIRST}<p><a href=/a>(Read on)</a></p></div>"), &["ferry"]).len(), 1);
    }

    #[test]
    fn a_list_goes_on_as_it_began() {
        let page = format!("<div>{FIRST}<ul><li>Cars wait</li><li>Trains run as ever, said the company</li></ul></div>");
        assert_eq!(mended(&page, &["ferry", "Cars"]).len(), 3);
        assert_eq!(mended(&page, &["ferry"]).len(), 1);
    }

    #[test]
    fn a_text_that_stands_in_the_page_twice_is_kept_once() {
        let text: String = (0..40).map(|n| FIRST.replace("Friday", &format!("day {n}"))).collect();
        assert_eq!(mended(&format!("<div>{text}</div><div>{text}</div>"), &["ferry"]).len(), 40);
        // A line that comes back is what the author wrote.
        assert_eq!(mended(&format!("<div>{FIRST}{FIRST}</div>"), &["ferry"]).len(), 2);
    }

    #[test]
    fn links_beside_the_text_and_lines_of_authors_go() {
        let page = format!("<div><p>By Ada Byron, Reuters</p>{FIRST}<aside><p><a href=/b>Ferry fares go up</a></p></aside></div>");
        assert_eq!(mended(&page, &["ferry", "Ferry", "Byron"]).len(), 1);
    }
}
