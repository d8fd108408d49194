//! How often a page that was read is asked again, because the reader follows its story or keeps it: pure, so that every
//! rule is an example in the tests below. What has just changed may change again soon; what has stood for a day hardly
//! will; and after a week nobody is asked any more. Only where the text is the page's: what a feed carries, it brings.

use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

use super::schedule::{Settings, jitter};
use crate::model::{ArticleId, FeedId, Validators};

/// For how long after its last change a page is asked how often, both as multiples of [`Settings::page`]: with two
/// minutes, every 2 min for 10 min, every 5 min for half an hour, every 15 min for 3 h, hourly for a day, every 3 h for
/// three days, daily for a week.
const LADDER: [(i32, f64); 6] = [(5, 1.0), (15, 2.5), (90, 7.5), (720, 30.0), (2_160, 90.0), (5_040, 720.0)];
/// No server keeps a page away for longer.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// Pages on their way at once.
const TOGETHER: usize = 4;

/// A page that may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Whose.
    pub article: ArticleId,
    /// Whose feed: its server's wishes count, and its jitter.
    pub feed: FeedId,
    /// When it was published or last changed.
    pub changed: Timestamp,
}

/// What has not changed since then is let be.
pub fn since(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(7 * 24)).unwrap_or(Timestamp::MIN)
}

/// How long until a page is asked again that has stood unchanged for `quiet`, where its server asked for `wish`; `None` if
/// never.
pub fn wait(set: &Settings, quiet: SignedDuration, wish: Option<SignedDuration>) -> Option<SignedDuration> {
    let rung = LADDER.iter().find(|(until, _)| quiet < set.page * *until)?;
    let wait = SignedDuration::try_from_secs_f64(set.page.as_secs_f64() * rung.1).unwrap_or(LONGEST);
    Some(wait.max(wish.unwrap_or_default().min(LONGEST)))
}

struct Asked {
    page: Page,
    next: Option<Timestamp>,
    wish: Option<SignedDuration>,
    validators: Validators,
}

/// All pages that are asked again.
#[derive(Default)]
pub struct Again {
    pages: HashMap<ArticleId, Asked>,
    under_way: Vec<ArticleId>,
}

impl Again {
    /// These may change. One that is new here was read when it changed last, or is asked a rung later: never at once, or
    /// every start would ask all of them.
    pub fn watch(&mut self, set: &Settings, pages: &[Page], now: Timestamp) {
        self.pages.retain(|id, _| pages.iter().any(|p| p.article == *id));
        for page in pages {
            let asked = self.pages.entry(page.article).or_insert_with(|| Asked {
                page: Page { changed: Timestamp::MIN, ..*page },
                next: None,
                wish: None,
                validators: Validators::default(),
            });
            if asked.page != *page {
                asked.page = *page;
                asked.plan(set, now);
            }
        }
    }

    /// What is to be asked now, with what to ask with; it is under way until [`Again::done`].
    pub fn due(&mut self, now: Timestamp) -> Vec<(ArticleId, Validators)> {
        let waits = |id: &ArticleId| !self.under_way.contains(id);
        let mut due: Vec<&Asked> =
            self.pages.values().filter(|a| waits(&a.page.article) && a.next.is_some_and(|next| next <= now)).collect();
        due.sort_by_key(|a| (a.next, a.page.article));
        due.truncate(TOGETHER.saturating_sub(self.under_way.len()));
        let due: Vec<_> = due.into_iter().map(|a| (a.page.article, a.validators.clone())).collect();
        self.under_way.extend(due.iter().map(|(id, _)| *id));
        due
    }

    /// One was asked. Whether it has changed is told by the cache.
    pub fn done(&mut self, set: &Settings, id: ArticleId, now: Timestamp, wish: Option<SignedDuration>, validators: Option<Validators>) {
        self.under_way.retain(|a| *a != id);
        if let Some(asked) = self.pages.get_mut(&id) {
            asked.wish = wish;
            asked.validators = validators.unwrap_or_else(|| std::mem::take(&mut asked.validators));
            asked.plan(set, now);
        }
    }

    /// When the next one is due.
    pub fn next(&self) -> Option<Timestamp> {
        self.pages.values().filter(|a| !self.under_way.contains(&a.page.article)).filter_map(|a| a.next).min()
    }
}

impl Asked {
    fn plan(&mut self, set: &Settings, now: Timestamp) {
        let wait = wait(set, now.duration_since(self.page.changed), self.wish);
        self.next = wait.and_then(|wait| now.checked_add(wait.saturating_add(jitter(self.page.feed, self.page.changed, wait))).ok());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: i64 = 60;
    const HOUR: i64 = 60 * MIN;
    const DAY: i64 = 24 * HOUR;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_755_300_000 + seconds).unwrap()
    }

    #[test]
    fn the_longer_a_page_stands_the_more_rarely_it_is_asked() {
        let set = Settings::default();
        let after = |quiet: i64, wish: Option<i64>| {
            wait(&set, SignedDuration::from_secs(quiet), wish.map(SignedDuration::from_secs)).map(|w| w.as_secs())
        };
        let ladder = [(0, 2 * MIN), (9 * MIN, 2 * MIN), (11 * MIN, 5 * MIN), (31 * MIN, 15 * MIN), (4 * HOUR, HOUR)];
        let late = [(2 * DAY, 3 * HOUR), (6 * DAY, DAY)];
        for (quiet, want) in ladder.into_iter().chain(late) {
            assert_eq!(after(quiet, None), Some(want), "{quiet}");
        }
        assert_eq!(after(7 * DAY, None), None, "after a quiet week it is let be");
        assert_eq!(after(0, Some(20 * MIN)), Some(20 * MIN), "the server has the last word");
        assert_eq!(after(0, Some(90 * DAY)), Some(DAY), "which has an end");
        assert_eq!(after(4 * HOUR, Some(MIN)), Some(HOUR));
    }

    #[test]
    fn a_start_asks_nothing_at_once_and_never_many_together() {
        let set = Settings::default();
        let page = |n: i64, changed: i64| Page { article: ArticleId(n), feed: FeedId(n), changed: at(changed) };
        let pages: Vec<Page> = (1..=9).map(|n| page(n, -60)).chain([page(10, -8 * DAY)]).collect();
        let mut again = Again::default();
        again.watch(&set, &pages, at(0));
        assert!(again.due(at(0)).is_empty());
        assert!(again.next().is_some_and(|next| next >= at(2 * MIN)), "{:?}", again.next());
        let first = again.due(at(3 * MIN));
        assert_eq!(first.len(), TOGETHER);
        assert!(again.due(at(3 * MIN)).is_empty(), "they are under way");
        let tag = Validators { etag: Some("\"7\"".into()), ..Validators::default() };
        for (id, _) in &first {
            again.done(&set, *id, at(3 * MIN), None, Some(tag.clone()));
        }
        let then = again.due(at(4 * MIN));
        assert!(then.iter().all(|(id, _)| !first.iter().any(|f| f.0 == *id)), "others have their turn");
        for (id, _) in &then {
            again.done(&set, *id, at(4 * MIN), None, None);
        }
        let mut seen = Vec::new();
        for minute in 5..20 {
            for (id, validators) in again.due(at(minute * MIN)) {
                if first.iter().any(|f| f.0 == id) {
                    assert_eq!(validators, tag, "asked with what the server gave");
                }
                again.done(&set, id, at(minute * MIN), None, None);
                seen.push(id);
            }
        }
        assert!(!seen.is_empty() && !seen.contains(&ArticleId(10)), "what is old is let be: {seen:?}");
    }

    #[test]
    fn what_has_changed_is_asked_sooner_again() {
        let set = Settings::default();
        let mut again = Again::default();
        let page = |changed: i64| [Page { article: ArticleId(1), feed: FeedId(1), changed: at(changed) }];
        again.watch(&set, &page(-5 * HOUR), at(0));
        assert!(again.next().is_some_and(|next| next >= at(HOUR)));
        again.watch(&set, &page(-5 * HOUR), at(30 * MIN));
        assert!(again.next().is_some_and(|next| next < at(HOUR + 10 * MIN)), "looking does not put it off");
        again.watch(&set, &page(40 * MIN), at(41 * MIN));
        assert!(again.next().is_some_and(|next| next <= at(44 * MIN)));
        again.watch(&set, &[], at(42 * MIN));
        assert_eq!(again.next(), None);
    }
}
