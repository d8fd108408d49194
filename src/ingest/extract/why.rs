//! Why a block of a page was kept or dropped, in plain words. What a group of facts weighs is measured, not guessed: the
//! page is looked at once more as if it had no links, no names, no markup, or no title, and the difference is the weight.

use super::Reading;
use super::choose;
use super::dom::{Flat, Segment, Tag};
use super::family::{self, Families};
use super::features::Features;
use super::lexicon;
use super::meta::Head;
use super::{build, wall};
use crate::model::Clean;

/// A fact that moves the score by less than this, in log-odds, is not worth a word.
const SLIGHT: f32 = 0.15;
/// Reasons given of one block.
const REASONS: usize = 3;

/// What was made of one block of a page, as numbers.
#[derive(Clone, Debug)]
pub struct Reason {
    /// Its words.
    pub text: Clean,
    /// Whether it is in the text.
    pub kept: bool,
    /// How likely it belongs to the text, 0 to 1.
    pub probability: f32,
    /// The numbers that decided, but for those of the lexicon and of what is around it.
    pub features: Vec<f32>,
    /// Its words, as the lexicon knows them.
    pub words: Vec<u32>,
    /// Of the elements around it, innermost first: which, and the parts of its names as the lexicon knows them.
    pub around: Vec<(u32, Vec<u32>)>,
}

/// What was made of one block of a page, in words.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Its words.
    pub text: Clean,
    /// Whether it is in the text.
    pub kept: bool,
    /// How likely it belongs to the text, 0 to 1.
    pub score: f32,
    /// What weighed most, most first.
    pub why: Vec<String>,
}

/// The numbers of each text block.
pub(super) fn reasons(reading: &Reading<'_>) -> Vec<Reason> {
    let Reading { flat, features, probabilities, keep, .. } = reading;
    let rows = features.values.chunks(features.width.max(1));
    let blocks = features.texts.iter().zip(rows).zip(probabilities);
    blocks
        .map(|((&i, row), &probability)| Reason {
            text: Clean::line(&flat.segments[i].text),
            kept: keep[i],
            probability,
            features: row.to_vec(),
            words: choose::words(&flat.segments[i].text).take(lexicon::WORD_CAP).map(lexicon::word).collect(),
            around: flat
                .chain(flat.segments[i].frame)
                .take(lexicon::LEVELS)
                .map(|(at, frame)| (at, flat.names[frame.names.0 as usize..frame.names.1 as usize].to_vec()))
                .collect(),
        })
        .collect()
}

/// The verdict on each text block. `chosen` is what was kept before a wall's words were taken out.
pub(super) fn verdicts(reading: &Reading<'_>, chosen: &[bool]) -> Vec<Verdict> {
    let Reading { flat, head, item, features, probabilities, keep, .. } = reading;
    let summary = item.summary.as_deref().unwrap_or_default();
    let again =
        |flat: &Flat, head: &Head, title: &str, summary: &str| choose::probabilities(flat, &Features::of(flat, head, title, summary));
    let unlinked = again(&without_links(flat), head, &item.title, summary);
    let unnamed = again(&without_names(flat), head, &item.title, summary);
    let unmarked = again(&without_markup(flat), head, &item.title, summary);
    let untitled = again(flat, &Head::default(), "", "");
    let bar = choose::bar(flat, features, probabilities);
    let blocks = features.texts.iter().enumerate();
    blocks
        .map(|(k, &i)| {
            let segment = &flat.segments[i];
            let p = probabilities[k];
            let weight = |other: &[f32]| other.get(k).map_or(0.0, |o| log_odds(p) - log_odds(*o));
            let mut facts = vec![
                (weight(&unlinked), links(segment)),
                (weight(&unnamed), names(flat, segment)),
                (weight(&unmarked), markup(flat, segment)),
                (weight(&untitled), String::from("its words against title, summary and JSON-LD")),
            ];
            let kept = keep[i];
            facts.retain(|(w, words)| (*w > 0.0) == kept && w.abs() > SLIGHT && !words.is_empty());
            facts.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
            let mut why: Vec<String> = first(reading, chosen, i, p >= bar).into_iter().collect();
            why.extend(facts.into_iter().map(|(w, words)| format!("{words} ({w:+.1})")));
            why.push(wording(segment, features.words[k]));
            why.extend(around(probabilities, bar, k));
            why.truncate(REASONS);
            Verdict { text: Clean::line(&segment.text), kept, score: p, why }
        })
        .collect()
}

fn log_odds(p: f32) -> f32 {
    let p = p.clamp(0.001, 0.999);
    (p / (1.0 - p)).ln()
}

/// What overrides the score.
fn first(reading: &Reading<'_>, chosen: &[bool], i: usize, likely: bool) -> Option<String> {
    let segment = &reading.flat.segments[i];
    let host = reading.site.map(|s| s.row.host.as_str()).unwrap_or_default();
    if segment.figure.is_some() {
        return Some("it is the caption of a picture and goes with it".into());
    }
    if chosen[i] && !reading.keep[i] {
        return Some(if wall::speaks(&segment.text) { "the wall's own words" } else { "the page only asks for consent" }.into());
    }
    if reading.ruled {
        return Some(format!("{} what the rule for {host} calls the text", if reading.keep[i] { "inside" } else { "outside" }));
    }
    if build::same_words(&segment.text, &reading.item.title) {
        return Some("it is the headline, which is shown as the title".into());
    }
    match (reading.keep[i], likely) {
        (true, false) => {
            Some("what stands around it is kept: a table or a list is whole, a subhead or a credit goes with its paragraphs".into())
        }
        (false, true) => Some("dropped after all: a call, a box or links beside the text, a bare date or names, or said before".into()),
        _ => None,
    }
}

fn links(segment: &Segment) -> String {
    let share = segment.linked as usize * 100 / segment.text.len().max(1);
    match share {
        0 => "no links in it".into(),
        n => format!("{} % of it is links", n.min(100)),
    }
}

/// What the elements around it call themselves, the nearest first.
fn names(flat: &Flat, segment: &Segment) -> String {
    const WORDS: [(Families, &str); 22] = [
        (family::BODY, "article text"),
        (family::CAPTION, "caption"),
        (family::CREDIT, "credit"),
        (family::RELATED, "related links"),
        (family::NEWSLETTER, "newsletter or subscription"),
        (family::SOCIAL, "sharing"),
        (family::AUTHOR, "author"),
        (family::COMMENT, "comments"),
        (family::NAVIGATION, "navigation"),
        (family::HIDDEN, "hidden"),
        (family::AD, "advertising"),
        (family::META, "date or section"),
        (family::TAGS, "keywords"),
        (family::FOOTER, "footer"),
        (family::SIDEBAR, "sidebar"),
        (family::LEAD, "summary"),
        (family::HEADLINE, "headline"),
        (family::QUOTE, "quotation"),
        (family::EMBED, "embed"),
        (family::GALLERY, "pictures"),
        (family::BOX, "box"),
        (family::CONSENT, "consent"),
    ];
    let mut said: Vec<&str> = Vec::new();
    for (_, frame) in flat.chain(segment.frame).take(7) {
        for (family, words) in WORDS {
            if frame.families.has(family) && !said.contains(&words) && said.len() < 3 {
                said.push(words);
            }
        }
    }
    if said.is_empty() { "nothing around it names itself".into() } else { format!("its surroundings call themselves {}", said.join(", ")) }
}

/// The elements around it that say most, the nearest first.
fn markup(flat: &Flat, segment: &Segment) -> String {
    let names: Vec<String> = flat
        .chain(segment.frame)
        .filter(|(_, f)| !matches!(f.tag, Tag::Div | Tag::Other | Tag::Body | Tag::Custom))
        .map(|(_, f)| format!("<{}>", format!("{:?}", f.tag).to_lowercase()))
        .take(3)
        .collect();
    if names.is_empty() { "in no element that says anything".into() } else { format!("stands in {}", names.join(" in ")) }
}

fn wording(segment: &Segment, words: f32) -> String {
    let whole = segment.text.trim_end_matches(['"', '”', '“', '»', ')']).ends_with(['.', '!', '?', '…', '。']);
    let words = words.round();
    let count = if words == 1.0 { "1 word".to_owned() } else { format!("{words} words") };
    format!("{count}, {}", if whole { "ending as a sentence does" } else { "no sentence" })
}

/// How its neighbours fare.
fn around(probabilities: &[f32], bar: f32, k: usize) -> Option<String> {
    let near: Vec<f32> = (k.saturating_sub(2)..(k + 3).min(probabilities.len())).filter(|j| *j != k).map(|j| probabilities[j]).collect();
    let kept = near.iter().filter(|p| **p >= bar).count();
    (!near.is_empty()).then(|| format!("{kept} of its {} neighbours are likely text", near.len()))
}

fn copy(flat: &Flat) -> Flat {
    Flat {
        segments: flat.segments.clone(),
        frames: flat.frames.clone(),
        links: flat.links.clone(),
        pictures: flat.pictures.clone(),
        embeds: flat.embeds.clone(),
        names: flat.names.clone(),
    }
}

fn without_links(flat: &Flat) -> Flat {
    let mut flat = copy(flat);
    for segment in &mut flat.segments {
        segment.linked = 0;
        segment.styles.iter_mut().for_each(|(_, style)| style.link = None);
    }
    flat
}

fn without_names(flat: &Flat) -> Flat {
    let mut flat = copy(flat);
    for frame in &mut flat.frames {
        (frame.families, frame.around, frame.names) = (Families::default(), Families::default(), (0, 0));
    }
    flat
}

fn without_markup(flat: &Flat) -> Flat {
    let mut flat = copy(flat);
    for frame in &mut flat.frames {
        frame.tag = if frame.tag == Tag::Body { Tag::Body } else { Tag::Div };
        frame.tags = 1 << Tag::Div as u64;
    }
    flat
}
