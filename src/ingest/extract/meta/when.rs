//! When an article was published and changed: of all the dates that a page gives, the one to believe. Machines' fields
//! come first, but a template that calls local time UTC, or that gives the day only, is set right by its neighbours.

use jiff::{SignedDuration, Timestamp};

use super::dates::{Moment, Zone};
use super::origin::Origins;
use super::{Around, Head};
use crate::ingest::extract::build::same_words;
use crate::ingest::extract::dom::{Flat, Kind, Segment};
use crate::ingest::extract::family;
use crate::model::{Address, Item};

const PUBLISHED: [&str; 26] = [
    "article:published_time",
    "article:published",
    "datepublished",
    "og:published_time",
    "og:article:published_time",
    "date.published",
    "publish-date",
    "publishdate",
    "published_at",
    "published_time",
    "dcterms.created",
    "dcterms.date",
    "dcterms.issued",
    "dc.date.issued",
    "dc.date",
    "dc:date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publication_date",
    "originalpublicationdate",
    "article.published",
    "cxenseparse:recs:publishtime",
    "itemprop:datepublished",
    "rdfa:datepublished",
    "date",
];
const UPDATED: [&str; 13] = [
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "datemodified",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
    "lastmod",
    "article.updated",
    "itemprop:datemodified",
    "rdfa:datemodified",
    "revision_date",
    "modified_time",
];
/// Words that a changed article says before its date.
const CHANGED: [&str; 19] = [
    "aktualisiert",
    "letztes update",
    "updated",
    "update:",
    "geändert",
    "modified",
    "last changed",
    "mis à jour",
    "mise à jour",
    "actualizado",
    "actualización",
    "aggiornato",
    "aggiornamento",
    "atualizado",
    "bijgewerkt",
    "uppdaterad",
    "opdateret",
    "güncelleme",
    "stand:",
];
/// Words before the date of the first publication.
const FIRST: [&str; 12] = [
    "veröffentlicht",
    "erstellt",
    "erschienen",
    "published",
    "posted",
    "publié",
    "publicado",
    "pubblicato",
    "gepubliceerd",
    "publicerad",
    "publiceret",
    "vom ",
];

/// A date that the page gives, and where.
struct Said {
    moment: Moment,
    from: String,
}

/// Sets `published` and `updated`. `url` is where the page was read: its path may hold the day.
pub fn dates(head: &Head, flat: &Flat, around: &Around, url: Option<&Address>, item: &mut Item, origins: &mut Origins) {
    let (mut seen, mut seen_changed) = visible(flat, around, &item.title);
    let ruled = head.ruled.date.as_deref().and_then(|raw| said(around, raw, "the rule for this site"));
    let mut first = machines(head, around, &["datePublished"], &PUBLISHED);
    first.extend(machines(head, around, &["dateCreated", "uploadDate"], &["itemprop:datecreated", "rdfa:datecreated"]));
    let mut changed = machines(head, around, &["dateModified"], &UPDATED);
    if let Some(ruled) = ruled {
        first.insert(0, ruled);
    }
    first.append(&mut seen);
    changed.append(&mut seen_changed);
    // A day in the address, where nothing else says when.
    first.extend(url.and_then(|u| in_path(u, around)));
    if let Some(published) = best("published", &first, around, origins) {
        item.published = Some(published);
    }
    if let Some(updated) = best("updated", &changed, around, origins) {
        match item.published {
            None => {
                item.published = Some(updated);
                let from = origins.of("updated").unwrap_or_default().to_owned();
                origins.note("published", &from);
            }
            Some(published) if updated > published => item.updated = Some(updated),
            Some(published) if published.duration_since(updated) > SignedDuration::from_mins(1) => {
                origins.remark("updated: the page says it was changed before it was published, which is left out");
            }
            Some(_) => {}
        }
    }
}

fn said(around: &Around, raw: &str, from: &str) -> Option<Said> {
    around.moment(raw).map(|moment| Said { moment, from: from.to_owned() })
}

/// What fields for machines give: JSON-LD first, then each meta element by itself.
fn machines(head: &Head, around: &Around, keys: &[&str], metas: &[&str]) -> Vec<Said> {
    let structured = keys.iter().filter_map(|key| head.ld(key));
    let metas = metas.iter().filter_map(|name| head.found(&[name]));
    structured.chain(metas).filter_map(|(raw, from)| said(around, &raw, &from)).collect()
}

/// The date to believe: the first, set right by the others where it is vague or its zone is doubtful.
fn best(field: &'static str, all: &[Said], around: &Around, origins: &mut Origins) -> Option<Timestamp> {
    let first = all.first()?;
    origins.note(field, &first.from);
    let Moment { at, civil, zone, day_only, ahead } = &first.moment;
    if *day_only {
        // The same day with its time of day says more.
        let near = |s: &&Said| !s.moment.day_only && s.moment.civil.date() == civil.date();
        if let Some(finer) = all.iter().skip(1).find(near) {
            origins.note(field, &format!("{}; {} gives the day only", finer.from, first.from));
            return Some(finer.moment.at);
        }
        return Some(*at);
    }
    if *zone != Zone::Named {
        // The same clock time with a zone of its own: a template called local time UTC, or left the zone out.
        let same_clock = |s: &&Said| s.moment.zone == Zone::Named && !s.moment.day_only && s.moment.civil == *civil && s.moment.at != *at;
        if let Some(sure) = all.iter().skip(1).find(same_clock) {
            origins.note(field, &format!("{}; {} leaves out the zone", sure.from, first.from));
            return Some(sure.moment.at);
        }
    }
    if *zone == Zone::Utc
        && let Some(home) = around.at_home(*civil).filter(|h| *h < *at || *ahead)
    {
        // The reader is shown the very clock time that the machines are told is UTC; or it would be in the future.
        let minute =
            |s: &Said| s.moment.civil.time().hour() == civil.time().hour() && s.moment.civil.time().minute() == civil.time().minute();
        let shown = |s: &Said| s.moment.zone == Zone::Assumed && !s.moment.day_only && s.moment.civil.date() == civil.date() && minute(s);
        if all.iter().skip(1).any(shown) || (*ahead && home <= around.now) {
            origins.remark(&format!("{field}: {} is local time that calls itself UTC", first.from));
            return Some(home);
        }
    }
    if *ahead {
        origins.remark(&format!("{field}: {} is in the future; the time of reading was taken", first.from));
    }
    Some(*at)
}

/// Dates that stand near the headline: of publication, and of change.
fn visible(flat: &Flat, around: &Around, title: &str) -> (Vec<Said>, Vec<Said>) {
    let (mut first, mut changed) = (Vec::new(), Vec::new());
    let level = |s: &Segment| flat.chain(s.frame).take(2).find_map(|(_, f)| f.tag.heading());
    let same = |s: &Segment| s.kind == Kind::Text && same_words(&s.text, title);
    let find = |is: &dyn Fn(&Segment) -> bool| flat.segments.iter().position(is);
    // The headline may run in a ticker above as well; under a kicker of its own it says more than the title.
    let at = find(&|s| same(s) && level(s) == Some(1))
        .or_else(|| find(&|s| same(s) && level(s).is_some()))
        .or_else(|| find(&|s| same(s) || flat.frame(s).tag.heading() == Some(1)))
        .or_else(|| find(&|s| title.len() > 20 && level(s).is_some() && s.text.ends_with(title)))
        .unwrap_or(0);
    // Under the headline first; above it stand other articles' dates more often than its own.
    let near = flat.segments[at..].iter().take(24).chain(flat.segments[at.saturating_sub(4)..at].iter().rev());
    for segment in near.filter(|s| s.kind == Kind::Text && s.text.len() < 240) {
        let text = segment.text.replace('\n', " ");
        let lower = text.to_lowercase();
        // Lower case may be longer than the text: then its places are not the text's.
        let text = if lower.len() == text.len() { text } else { lower.clone() };
        let meta = flat.chain(segment.frame).take(3).any(|(_, f)| f.families.has(family::META | family::AUTHOR));
        let parts = parts(&lower);
        let alone = parts.len() == 1;
        for (from, to, is_change) in parts {
            let slot = if is_change { &mut changed } else { &mut first };
            let told = segment.time.as_deref().filter(|_| alone).and_then(|t| said(around, t, "time datetime"));
            let words = || {
                let part = text.get(from..to).unwrap_or_default();
                (meta || text.len() < 100).then(|| said(around, part, "the line near the headline")).flatten()
            };
            if slot.len() < 4 {
                // Both are of use: the words may have what the attribute lacks.
                let finer = told.as_ref().is_none_or(|t| t.moment.day_only || t.moment.zone == Zone::Utc);
                let words = finer.then(words).flatten();
                slot.extend(told.into_iter().chain(words));
            }
        }
    }
    (first, changed)
}

/// A line cut where it begins to say another date: from, to, and whether that part says when the article was changed.
fn parts(lower: &str) -> Vec<(usize, usize, bool)> {
    let cues = |words: &'static [&'static str], change: bool| words.iter().filter_map(move |w| lower.find(w).map(|at| (at, change)));
    let mut at: Vec<(usize, bool)> = cues(&CHANGED, true).chain(cues(&FIRST, false)).collect();
    at.sort_unstable();
    at.dedup_by(|b, a| a.1 == b.1);
    let mut out = Vec::new();
    if at.first().is_none_or(|(at, _)| lower[..*at].bytes().any(|b| b.is_ascii_digit())) {
        out.push((0, at.first().map_or(lower.len(), |(at, _)| *at), false));
    }
    for (i, (from, change)) in at.iter().enumerate() {
        out.push((*from, at.get(i + 1).map_or(lower.len(), |(to, _)| *to), *change));
    }
    out
}

/// `/2025/08/15/…`, `/2025-08-15-…`: the day, where the path has one.
fn in_path(url: &Address, around: &Around) -> Option<Said> {
    let url = url.url();
    let path = url.path().get(..url.path().len().min(300))?;
    let numbers: Vec<&str> = path.split(|c: char| !c.is_ascii_digit()).collect();
    numbers.windows(3).find_map(|w| {
        let fits = w[0].len() == 4 && w[0].starts_with("20") && w[1].len() == 2 && w[2].len() == 2;
        fits.then(|| said(around, &w.join("-"), "the address")).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around() -> Around {
        Around::new("2025-08-16T12:00:00Z".parse().unwrap(), "nordblatt.at", "de")
    }

    #[track_caller]
    fn check(all: &[(&str, &str)], want: &str, from: &str) {
        let around = around();
        let all: Vec<Said> = all.iter().filter_map(|(raw, from)| said(&around, raw, from)).collect();
        let mut origins = Origins::default();
        let got = best("published", &all, &around, &mut origins).map(|t| t.to_string());
        assert_eq!((got.as_deref(), origins.of("published")), (Some(want), Some(from)), "{:?}", origins.notes());
    }

    #[test]
    fn the_first_place_counts() {
        check(&[("2025-08-15T11:58:00+02:00", "json-ld"), ("2025-08-14T08:00:00+02:00", "meta")], "2025-08-15T09:58:00Z", "json-ld");
    }

    #[test]
    fn a_day_gets_its_time_from_elsewhere() {
        check(&[("2025-08-15", "json-ld"), ("15.08.2025, 11:58 Uhr", "line")], "2025-08-15T09:58:00Z", "line; json-ld gives the day only");
        check(
            &[("2025-08-15T00:00:00+02:00", "json-ld"), ("2025-08-15T11:58:00+02:00", "meta")],
            "2025-08-15T09:58:00Z",
            "meta; json-ld gives the day only",
        );
        check(&[("2025-08-15", "json-ld"), ("2025-08-13T10:00:00Z", "meta")], "2025-08-15T10:00:00Z", "json-ld");
    }

    #[test]
    fn local_time_that_calls_itself_utc() {
        check(
            &[("2025-08-15T11:58:00Z", "json-ld"), ("2025-08-15T11:58:00+02:00", "meta")],
            "2025-08-15T09:58:00Z",
            "meta; json-ld leaves out the zone",
        );
        check(&[("2025-08-15T11:58:00Z", "json-ld"), ("15.08.2025, 11:58 Uhr", "line")], "2025-08-15T09:58:00Z", "json-ld");
        // Right UTC stays: the reader sees another clock time.
        check(&[("2025-08-15T09:58:00Z", "json-ld"), ("15.08.2025, 11:58 Uhr", "line")], "2025-08-15T09:58:00Z", "json-ld");
        // It would be in the future, and is not if read at home.
        check(&[("2025-08-16T13:30:00Z", "json-ld")], "2025-08-16T11:30:00Z", "json-ld");
    }

    #[test]
    fn never_in_the_future_and_said() {
        let around = around();
        let all: Vec<Said> = said(&around, "2025-08-16T20:00:00+02:00", "meta").into_iter().collect();
        let mut origins = Origins::default();
        assert_eq!(best("published", &all, &around, &mut origins), Some(around.now));
        assert!(origins.notes()[0].contains("future"), "{:?}", origins.notes());
    }

    #[test]
    fn a_line_that_says_both_is_cut() {
        assert_eq!(parts("veröffentlicht am 15.08.2025 | aktualisiert am 16.08.2025").len(), 2);
        assert_eq!(parts("15.08.2025, aktualisiert 16.08.2025").iter().map(|p| p.2).collect::<Vec<_>>(), [false, true]);
        assert_eq!(parts("15.08.2025").len(), 1);
    }

    #[test]
    fn a_day_in_the_address() {
        let url = Address::parse("https://nordblatt.example/ausland/2025/08/15/gipfel-7.html").unwrap();
        assert_eq!(in_path(&url, &around()).unwrap().moment.at.to_string(), "2025-08-15T10:00:00Z");
    }
}
