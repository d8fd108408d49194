//! The language of an article: what the page declares, checked against a long text, because templates declare the wrong
//! one often enough.

use super::origin::{Found, Origins};
use crate::ingest::extract::safe::cut;
use crate::model::Clean;

/// A text shorter than this, in bytes, contradicts nobody.
const LONG: usize = 400;
/// A text shorter than this, in bytes, says nothing.
const SHORT: usize = 200;

/// Tongues that a detector takes for one another: a declaration of one is not contradicted by finding the other.
const KIN: [&[&str]; 9] = [
    &["nb", "nn", "no", "da"],
    &["hr", "sr", "bs", "sh", "sl", "me", "cnr"],
    &["id", "ms"],
    &["cs", "sk"],
    &["bg", "mk"],
    &["de", "lb", "gsw", "nds", "bar", "als"],
    &["es", "ca", "gl", "ast", "an"],
    &["nl", "af", "fy", "li"],
    &["fa", "ar", "ur", "ku", "ckb", "ps"],
];

/// What one page declares in several places, the surest first; `text` is the article's. Notes where the answer is from.
pub fn language(declared: &[Found<Clean>], text: &str, origins: &mut Origins) -> Option<Clean> {
    let sample = cut(text, 6000);
    let found = whatlang::detect(sample).filter(|i| i.is_reliable() && sample.len() > SHORT).and_then(|i| two_letters(i.lang()));
    let Some(found) = found else {
        let (tag, from) = declared.first()?.clone();
        origins.note("language", &from);
        return Some(tag);
    };
    // Of several declarations the one that the text bears out, with its region.
    if let Some((tag, from)) = declared.iter().find(|(tag, _)| alike(tag, found)) {
        origins.note("language", from);
        return Some(tag.clone());
    }
    match declared.first() {
        // Short texts full of names are believed less than their page, and so are languages that the detector does not know.
        Some((tag, from)) if sample.len() < LONG || !known(tag) => {
            origins.note("language", from);
            Some(tag.clone())
        }
        Some((tag, from)) => {
            origins.note("language", "the text itself");
            origins.remark(&format!("language: {from} says {tag}, but the text is {found}"));
            Some(Clean::line(found))
        }
        None => {
            origins.note("language", "the text itself");
            Some(Clean::line(found))
        }
    }
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

fn alike(tag: &str, found: &str) -> bool {
    let tag = primary(tag);
    tag == found || KIN.iter().any(|kin| kin.contains(&tag) && kin.contains(&found))
}

/// Whether the detector could have found it.
fn known(tag: &str) -> bool {
    let tag = primary(tag);
    TABLE.iter().any(|(_, two)| *two == tag) || tag == "no"
}

/// `de_AT`, `DE-at`, `de` → `de-at`, `de-at`, `de`.
pub fn language_tag(raw: &str) -> Option<Clean> {
    let tag = raw.trim().replace('_', "-").to_ascii_lowercase();
    let tag = tag.split([',', ';', ' ']).next().unwrap_or_default();
    let first = tag.split('-').next().unwrap_or_default();
    let named = (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    // Some templates name the character set here.
    let fine = named && first != "utf" && tag.len() <= 12 && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fine.then(|| Clean::line(tag))
}

/// whatlang's three letters and the two of BCP 47.
const TABLE: [(&str, &str); 44] = [
    ("deu", "de"),
    ("eng", "en"),
    ("fra", "fr"),
    ("spa", "es"),
    ("ita", "it"),
    ("por", "pt"),
    ("nld", "nl"),
    ("dan", "da"),
    ("swe", "sv"),
    ("nob", "nb"),
    ("fin", "fi"),
    ("pol", "pl"),
    ("ces", "cs"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("hrv", "hr"),
    ("srp", "sr"),
    ("hun", "hu"),
    ("ron", "ro"),
    ("bul", "bg"),
    ("ell", "el"),
    ("tur", "tr"),
    ("rus", "ru"),
    ("ukr", "uk"),
    ("ara", "ar"),
    ("heb", "he"),
    ("pes", "fa"),
    ("hin", "hi"),
    ("ben", "bn"),
    ("urd", "ur"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("cmn", "zh"),
    ("vie", "vi"),
    ("ind", "id"),
    ("tha", "th"),
    ("tam", "ta"),
    ("tel", "te"),
    ("mar", "mr"),
    ("lit", "lt"),
    ("lav", "lv"),
    ("est", "et"),
    ("cat", "ca"),
    ("afr", "af"),
];

fn two_letters(lang: whatlang::Lang) -> Option<&'static str> {
    TABLE.iter().find(|(three, _)| *three == lang.code()).map(|(_, two)| *two)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: &str = "Die beiden Delegationen sind am Freitag in der Stadt eingetroffen und haben am Nachmittag mit den Gesprächen begonnen. \
        Nach Angaben der Gastgeber wird über einen Waffenstillstand gesprochen, der schon in der kommenden Woche beginnen könnte. \
        Ein Sprecher sagte, beide Seiten seien sich in den meisten Fragen näher gekommen, doch über die Grenzen werde noch gestritten. \
        Mit einem Ergebnis rechnet am ersten Tag der Verhandlungen allerdings niemand.";

    #[track_caller]
    fn check(declared: &[&str], text: &str, want: &str) {
        let declared: Vec<_> = declared.iter().map(|d| (language_tag(d).unwrap(), "meta".to_owned())).collect();
        assert_eq!(language(&declared, text, &mut Origins::default()).as_deref().unwrap_or_default(), want, "{declared:?}");
    }

    #[test]
    fn a_long_text_sets_a_wrong_declaration_right() {
        check(&["en-US"], GERMAN, "de");
        check(&["en-US", "de_AT"], GERMAN, "de-at");
        check(&["de-CH"], GERMAN, "de-ch");
        check(&[], GERMAN, "de");
    }

    #[test]
    fn kin_and_unknown_tongues_are_believed() {
        check(&["lb"], GERMAN, "lb");
        check(&["rm"], GERMAN, "rm");
    }

    #[test]
    fn what_is_no_language_is_none() {
        for raw in ["utf-8", "x", "12", "<b>", ""] {
            assert_eq!(language_tag(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_short_text_contradicts_nobody() {
        check(&["en"], "Die beiden Delegationen sind eingetroffen.", "en");
    }
}
