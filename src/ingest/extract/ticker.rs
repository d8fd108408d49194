//! Live tickers that say what they are in their text only. Five forms of stamps are known; three stamps of one form, in
//! one order, make a ticker, and what stands between two stamps is a post.
//!
//! `+++ 21:01 Headline +++` | `Update, 11.15 Uhr: text` | `11.15 Uhr: Headline` | `1.42 Uhr`, then a headline |
//! `vor 9 Minuten`, then a headline

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::meta::Around;
use crate::ingest::date;
use crate::model::{Block, Clean, Item, LivePost};

/// Stamps that a ticker has at least.
const FEWEST: usize = 3;
/// Posts of one page.
const MOST: usize = 500;
/// Without a post for so long a ticker no longer runs.
const QUIET: SignedDuration = SignedDuration::from_hours(8);

/// How a stamp is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plus,
    Update,
    Colon,
    Alone,
    Ago,
}

/// A stamp: its form, when, and what stands beside it.
struct Stamp {
    form: Form,
    when: When,
    rest: String,
}

#[derive(Clone, Copy)]
enum When {
    Clock(Time),
    Ago(SignedDuration),
}

/// Takes the posts out of an item's text, if it is a ticker; what stands before the first stays its text.
pub fn read(around: &Around, item: &mut Item) -> bool {
    let found: Vec<Option<Stamp>> = item.body.iter().map(stamp).collect();
    let count = |form| found.iter().flatten().filter(|s| s.form == form).count();
    let forms = [Form::Plus, Form::Update, Form::Colon, Form::Alone, Form::Ago];
    let Some(form) = forms.into_iter().max_by_key(|f| count(*f)).filter(|f| count(*f) >= FEWEST) else { return false };
    let at: Vec<(usize, &Stamp)> =
        found.iter().enumerate().filter_map(|(i, s)| Some((i, s.as_ref().filter(|s| s.form == form)?))).collect();
    let Some(times) = times(around, item, &at) else { return false };
    let mut posts = Vec::new();
    for (n, ((i, stamp), time)) in at.iter().zip(&times).enumerate().take(MOST) {
        let end = at.get(n + 1).map_or(item.body.len(), |(next, _)| *next);
        let mut body: Vec<Block> = item.body[i + 1..end].iter().filter(|b| day(b, around).is_none()).cloned().collect();
        let mut title = Clean::capped(&stamp.rest, 400).non_empty();
        if form == Form::Update {
            // The text itself stands behind the stamp.
            if let Some(text) = title.take() {
                body.insert(0, Block::paragraph(&text));
            }
        } else if title.is_none() && !body.is_empty() && body[0].text().chars().count() <= 200 {
            title = Clean::line(&body.remove(0).text()).non_empty();
        }
        body.retain(|b| !is_rule(b));
        if title.is_none() && body.is_empty() {
            continue;
        }
        let words = title.as_deref().map_or_else(|| body.first().map(Block::text).unwrap_or_default(), str::to_owned);
        let first: String = words.chars().take(60).collect();
        // What is told by its age has another time with every poll.
        let id = if form == Form::Ago { first } else { format!("{time} {first}") };
        let id = Clean::capped(&id, 300);
        posts.push(LivePost { id, time: Some(*time), updated: None, title, body, key_event: false });
    }
    if posts.len() < FEWEST {
        return false;
    }
    posts.sort_by_key(|p| std::cmp::Reverse(p.time));
    let text: String = item.body.iter().map(|b| b.text().to_lowercase()).collect::<Vec<_>>().join("\n");
    let newest = posts.first().and_then(|p| p.time);
    item.live = !ended(&text) && newest.is_some_and(|t| around.now.duration_since(t) < QUIET);
    item.body.truncate(at[0].0);
    while item.body.last().is_some_and(|b| is_rule(b) || day(b, around).is_some()) {
        item.body.pop();
    }
    item.posts = posts;
    true
}

fn is_rule(block: &Block) -> bool {
    matches!(block, Block::Rule)
}

/// Words that end a ticker.
fn ended(text: &str) -> bool {
    let says = [
        "beenden wir den liveblog",
        "beenden wir den ticker",
        "liveticker beendet",
        "liveblog beendet",
        "this live blog is now closed",
        "this live blog has ended",
    ];
    says.iter().any(|s| text.contains(s)) || text.lines().any(|l| l.contains("ticker") && l.trim_end_matches('.').ends_with("ist beendet"))
}

/// The stamp that a block is or begins with.
fn stamp(block: &Block) -> Option<Stamp> {
    if !matches!(block, Block::Paragraph { .. } | Block::Heading { .. }) {
        return None;
    }
    let text = block.text();
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("+++") {
        let rest = rest.trim();
        let (clock, rest) = clock(rest)?;
        let rest = rest.strip_prefix("Uhr").unwrap_or(rest).trim_start_matches([':', ' ', '–', '-']);
        return Some(Stamp { form: Form::Plus, when: When::Clock(clock), rest: rest.trim_end_matches(['+', ' ']).to_owned() });
    }
    for lead in ["Update, ", "Update vom ", "Update "] {
        if let Some((clock, rest)) = text.strip_prefix(lead).and_then(clock_in_lead)
            && let Some(rest) = rest.strip_prefix("Uhr").and_then(|r| r.trim_start().strip_prefix(':'))
        {
            return Some(Stamp { form: Form::Update, when: When::Clock(clock), rest: rest.trim().to_owned() });
        }
    }
    // A line of its own: no paragraph is written small for it.
    if let Some(ago) = (text.len() <= 40).then(|| ago(&text.to_lowercase())).flatten() {
        return Some(Stamp { form: Form::Ago, when: When::Ago(ago), rest: String::new() });
    }
    let (clock, rest) = clock(text)?;
    let uhr = rest.strip_prefix("Uhr")?;
    match uhr.trim_start().strip_prefix(':') {
        Some(rest) if !rest.trim().is_empty() => Some(Stamp { form: Form::Colon, when: When::Clock(clock), rest: rest.trim().to_owned() }),
        _ if uhr.trim().trim_end_matches(':').is_empty() => {
            Some(Stamp { form: Form::Alone, when: When::Clock(clock), rest: String::new() })
        }
        _ => None,
    }
}

/// `11.15 Uhr` after a day (`16. August, 11.15 Uhr`) or at once.
fn clock_in_lead(text: &str) -> Option<(Time, &str)> {
    clock(text).or_else(|| clock(text.split_once(", ")?.1))
}

/// `21:01 …`, `1.42 …`: the time and what follows, without the blank.
fn clock(text: &str) -> Option<(Time, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(text.len());
    let (hour, minute) = text[..end].split_once([':', '.'])?;
    if minute.len() != 2 || hour.is_empty() || hour.len() > 2 {
        return None;
    }
    let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    Some((time, text[end..].trim_start()))
}

/// `vor 9 Minuten`, `vor einer Stunde`, `9 minutes ago`: nothing else may stand there.
fn ago(low: &str) -> Option<SignedDuration> {
    let inner = low.strip_prefix("vor ").or_else(|| low.strip_suffix(" ago"))?;
    let (n, unit) = inner.trim().split_once(' ')?;
    let n: i64 = match n {
        "einer" | "einem" | "an" | "a" | "one" => 1,
        n => n.parse().ok()?,
    };
    let n = n.clamp(0, 10_000);
    Some(match unit.trim() {
        "minute" | "minuten" | "minutes" | "min" | "min." => SignedDuration::from_mins(n),
        "stunde" | "stunden" | "hour" | "hours" | "std." => SignedDuration::from_hours(n),
        "sekunden" | "seconds" => SignedDuration::from_secs(n),
        _ => return None,
    })
}

/// The day that a heading names: `Samstag, 16. August`, `16. August 2025`.
fn day(block: &Block, around: &Around) -> Option<Date> {
    if !matches!(block, Block::Paragraph { .. } | Block::Heading { .. }) {
        return None;
    }
    let low = block.text().to_lowercase();
    if low.len() > 40 {
        return None;
    }
    let words: Vec<&str> = low.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    let at = words.iter().position(|w| w.chars().all(char::is_alphabetic) && date::month(w).is_some() && !w.ends_with("tag"))?;
    let day: i8 = words.get(at.checked_sub(1)?)?.strip_suffix('.')?.parse().ok()?;
    // Nothing but a weekday before it and a year behind.
    if at > 2 || words.len() > at + 2 {
        return None;
    }
    let today = around.now.to_zoned(around.zone.clone()).date();
    let year = words.get(at + 1).map_or(Some(today.year()), |y| y.parse().ok())?;
    let date = Date::new(year, date::month(words[at])?, day).ok()?;
    if date > today && words.len() == at + 1 { date.checked_sub(1.year()).ok() } else { Some(date) }
}

/// When the posts were made: the times in their order, over midnight and under headings that name a day. `None` if they are
/// in no order.
fn times(around: &Around, item: &Item, at: &[(usize, &Stamp)]) -> Option<Vec<Timestamp>> {
    if let Some(ages) = at.iter().map(|(_, s)| if let When::Ago(age) = s.when { Some(age) } else { None }).collect::<Option<Vec<_>>>() {
        let ordered = ages.is_sorted() || ages.iter().rev().is_sorted();
        return ordered.then(|| ages.into_iter().map(|age| around.now.saturating_sub(age).unwrap_or(around.now)).collect());
    }
    let clocks: Vec<Time> = at.iter().filter_map(|(_, s)| if let When::Clock(t) = s.when { Some(t) } else { None }).collect();
    let falls = clocks.windows(2).filter(|w| w[1] < w[0]).count();
    let rises = clocks.windows(2).filter(|w| w[1] > w[0]).count();
    // In the order in which less time passes, midnight included.
    let minutes = |t: Time| i64::from(t.hour()) * 60 + i64::from(t.minute());
    let forward: i64 = clocks.windows(2).map(|w| (minutes(w[1]) - minutes(w[0])).rem_euclid(24 * 60)).sum();
    let backward: i64 = clocks.windows(2).map(|w| (minutes(w[0]) - minutes(w[1])).rem_euclid(24 * 60)).sum();
    let newest_first = backward <= forward;
    // Against the order only midnight goes, and once a day.
    if (if newest_first { rises } else { falls }) > 1 + clocks.len() / 20 {
        return None;
    }
    let now = around.now.to_zoned(around.zone.clone());
    let start = if newest_first { Some(around.now) } else { item.published }.unwrap_or(around.now);
    let mut date = start.to_zoned(around.zone.clone()).date();
    if newest_first && clocks[0] > now.time() {
        date = date.checked_sub(1.day()).ok()?;
    }
    let mut before = None;
    let mut from = 0;
    let mut out = Vec::new();
    for ((i, _), clock) in at.iter().zip(&clocks) {
        let named = item.body[from..*i].iter().rev().find_map(|b| day(b, around));
        from = i + 1;
        match (named, before) {
            (Some(named), _) => date = named,
            (None, Some(before)) if newest_first && *clock > before => date = date.checked_sub(1.day()).ok()?,
            (None, Some(before)) if !newest_first && *clock < before => date = date.checked_add(1.day()).ok()?,
            _ => {}
        }
        before = Some(*clock);
        out.push(around.zone.to_ambiguous_timestamp(date.to_datetime(*clock)).compatible().ok()?.min(around.now));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around() -> Around {
        Around::new("2025-08-16T08:30:00Z".parse().unwrap(), "ticker.de", "de")
    }

    /// The posts of a page's lines: when, headline, how many blocks; then how many blocks are left.
    fn check(lines: &[&str], want: &[(&str, &str, usize)], left: usize) {
        let heading = |l: &str| Block::Heading { level: 2, spans: vec![crate::model::Span::plain(l)] };
        let body = lines.iter().map(|l| l.strip_prefix("## ").map_or_else(|| Block::paragraph(l), heading)).collect();
        let mut item = Item { body, published: Some("2025-08-15T14:00:00Z".parse().unwrap()), ..Item::default() };
        read(&around(), &mut item);
        let title = |p: &LivePost| p.title.as_deref().unwrap_or_default().to_owned();
        let found: Vec<_> = item.posts.iter().map(|p| (p.time.unwrap().to_string(), title(p), p.body.len())).collect();
        let found: Vec<_> = found.iter().map(|(t, h, n)| (t.as_str(), h.as_str(), *n)).collect();
        assert_eq!((found.as_slice(), item.body.len()), (want, left), "{lines:?}");
    }

    #[test]
    fn the_five_forms_are_split_into_posts() {
        check(
            &[
                "Intro.",
                "## Samstag, 16. August",
                "+++ 09:10 Fähre frei +++",
                "Sie fährt.",
                "+++ 00:05 Warten +++",
                "## Freitag, 15. August",
                "+++ 23:50 Gestrandet +++",
                "Niemand verletzt.",
            ],
            &[("2025-08-16T07:10:00Z", "Fähre frei", 1), ("2025-08-15T22:05:00Z", "Warten", 0), ("2025-08-15T21:50:00Z", "Gestrandet", 1)],
            1,
        );
        check(
            &["Update, 10.15 Uhr: Die Fähre ist frei.", "Mehr dazu.", "Update, 9.30 Uhr: Schlepper da.", "Update, 8.02 Uhr: Gestrandet."],
            &[("2025-08-16T08:15:00Z", "", 2), ("2025-08-16T07:30:00Z", "", 1), ("2025-08-16T06:02:00Z", "", 1)],
            0,
        );
        // Oldest first, over midnight.
        check(
            &["22.15 Uhr: Gestrandet", "Text.", "23.50 Uhr: Schlepper unterwegs", "0.05 Uhr: Frei", "Text."],
            &[
                ("2025-08-15T22:05:00Z", "Frei", 1),
                ("2025-08-15T21:50:00Z", "Schlepper unterwegs", 0),
                ("2025-08-15T20:15:00Z", "Gestrandet", 1),
            ],
            0,
        );
        check(
            &["1.42 Uhr", "Frei", "Sie fährt.", "0.30 Uhr", "Warten", "23.10 Uhr", "Gestrandet"],
            &[("2025-08-15T23:42:00Z", "Frei", 1), ("2025-08-15T22:30:00Z", "Warten", 0), ("2025-08-15T21:10:00Z", "Gestrandet", 0)],
            0,
        );
        check(
            &["vor 9 Minuten", "Frei", "Sie fährt.", "vor 40 Minuten", "Warten", "vor 2 Stunden", "Gestrandet"],
            &[("2025-08-16T08:21:00Z", "Frei", 1), ("2025-08-16T07:50:00Z", "Warten", 0), ("2025-08-16T06:30:00Z", "Gestrandet", 0)],
            0,
        );
    }

    #[test]
    fn an_article_with_times_in_it_is_no_ticker() {
        check(&["9.00 Uhr: Einlass", "10.00 Uhr: Beginn", "Danach ist Schluss."], &[], 3);
        check(&["+++ 9:00 A +++", "+++ 12:00 B +++", "+++ 8:00 C +++", "+++ 15:00 D +++", "+++ 7:00 E +++", "+++ 20:00 F +++"], &[], 6);
        check(&["Um 9.00 Uhr begann es.", "Um 10.00 Uhr ging es weiter.", "Um 11.00 Uhr war es aus."], &[], 3);
    }

    #[test]
    fn a_ticker_ends_by_its_word_or_by_silence() {
        let live = |last: &str, clock: &str| {
            let lines = [format!("+++ {clock} C +++"), "+++ 01:10 B +++".into(), "+++ 00:05 A +++".into(), last.to_owned()];
            let mut item = Item { body: lines.iter().map(|l| Block::paragraph(l)).collect(), ..Item::default() };
            assert!(read(&around(), &mut item));
            item.live
        };
        assert!(live("Text.", "10:10"));
        assert!(!live("Dieser News-Ticker zur Fähre ist beendet.", "10:10"));
        assert!(!live("Text.", "02:10"));
    }
}
