//! How often a live blog that is followed is asked: pure, so that every rule is an example in the tests below. It goes
//! faster while posts come, slower while none do, never faster than its server wants, and rests while nobody looks.

use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

use crate::model::{ArticleId, Validators};

/// The figures; the demo makes them short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// At first.
    pub start: SignedDuration,
    /// While posts come fast.
    pub fast: SignedDuration,
    /// While none comes, at last.
    pub slow: SignedDuration,
    /// Never sooner than this, whatever happens.
    pub floor: SignedDuration,
    /// Nobody looks any more when the terminal has been away for so long.
    pub away: SignedDuration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            start: SignedDuration::from_secs(60),
            fast: SignedDuration::from_secs(30),
            slow: SignedDuration::from_mins(5),
            floor: SignedDuration::from_secs(15),
            away: SignedDuration::from_mins(10),
        }
    }
}

/// So many posts within [`BURST`] are fast.
const MANY: usize = 2;
const BURST: SignedDuration = SignedDuration::from_mins(5);

/// The rhythm of one live blog.
#[derive(Clone, Debug, PartialEq)]
pub struct Beat {
    /// Not before.
    pub next: Timestamp,
    /// Between two polls.
    pub interval: SignedDuration,
    /// When posts came lately, the newest last.
    came: Vec<Timestamp>,
    /// To ask with.
    pub validators: Validators,
}

impl Beat {
    /// Asked at once.
    pub fn new(pace: &Pace, now: Timestamp) -> Self {
        Self { next: now, interval: pace.start, came: Vec::new(), validators: Validators::default() }
    }

    /// After a poll that brought so many new posts, with what the server asked for.
    pub fn after(&mut self, pace: &Pace, now: Timestamp, new: u64, asked: Option<SignedDuration>) {
        self.came.retain(|at| now.duration_since(*at) <= BURST);
        self.came.extend(std::iter::repeat_n(now, usize::try_from(new).unwrap_or(MANY).min(MANY)));
        self.interval = match new {
            _ if self.came.len() >= MANY => pace.fast,
            0 => (self.interval * 3 / 2).min(pace.slow),
            _ => self.interval.min(pace.start),
        };
        let wait = self.interval.max(pace.floor).max(asked.unwrap_or_default().min(pace.slow * 12));
        self.next = now.saturating_add(wait).unwrap_or(now);
    }
}

/// All live blogs that are followed.
#[derive(Debug, Default)]
pub struct Watch {
    pace: Pace,
    beats: HashMap<ArticleId, Beat>,
    /// Under way.
    asked: Vec<ArticleId>,
    /// Whether somebody looks, and else since when nobody does; never if nobody ever did.
    looks: Option<Option<Timestamp>>,
}

impl Watch {
    /// Nobody looks yet.
    pub fn new(pace: Pace) -> Self {
        Self { pace, ..Self::default() }
    }

    /// Somebody looks, or no longer.
    pub fn look(&mut self, looks: bool, now: Timestamp) {
        self.looks = match (looks, self.looks) {
            (true, _) => Some(None),
            (false, Some(None)) => Some(Some(now)),
            (false, before) => before,
        };
    }

    /// Whether nobody looks.
    pub fn rests(&self, now: Timestamp) -> bool {
        match self.looks {
            None => true,
            Some(None) => false,
            Some(Some(since)) => now.duration_since(since) >= self.pace.away,
        }
    }

    /// These are followed.
    pub fn follow(&mut self, all: &[ArticleId], now: Timestamp) {
        self.beats.retain(|id, _| all.contains(id));
        for id in all {
            self.beats.entry(*id).or_insert_with(|| Beat::new(&self.pace, now));
        }
    }

    /// What is to be asked now, with what to ask with; it counts as asked until [`Watch::done`].
    pub fn due(&mut self, now: Timestamp) -> Vec<(ArticleId, Validators)> {
        if self.rests(now) {
            return Vec::new();
        }
        let due: Vec<_> = self.beats.iter().filter(|(id, beat)| beat.next <= now && !self.asked.contains(id)).collect();
        let due: Vec<_> = due.into_iter().map(|(id, beat)| (*id, beat.validators.clone())).collect();
        self.asked.extend(due.iter().map(|(id, _)| *id));
        due
    }

    /// One was asked.
    pub fn done(&mut self, id: ArticleId, now: Timestamp, new: u64, asked: Option<SignedDuration>, validators: Option<Validators>) {
        self.asked.retain(|a| *a != id);
        if let Some(beat) = self.beats.get_mut(&id) {
            beat.validators = validators.unwrap_or_else(|| std::mem::take(&mut beat.validators));
            beat.after(&self.pace, now, new, asked);
        }
    }

    /// When the next one is due; `None` while nobody looks, or where nothing is followed.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        if self.rests(now) {
            return None;
        }
        self.beats.iter().filter(|(id, _)| !self.asked.contains(id)).map(|(_, beat)| beat.next).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_755_300_000 + seconds).unwrap()
    }

    /// Polls as (second, new posts, what the server asks for), and after how many seconds the next one is due.
    fn check(polls: &[(i64, u64, Option<i64>)], want: &[i64]) {
        let pace = Pace::default();
        let mut beat = Beat::new(&pace, at(0));
        let mut waits = Vec::new();
        for (second, new, asked) in polls {
            beat.after(&pace, at(*second), *new, asked.map(SignedDuration::from_secs));
            waits.push(beat.next.duration_since(at(*second)).as_secs());
        }
        assert_eq!(waits, want, "{polls:?}");
    }

    #[test]
    fn it_goes_by_what_comes() {
        check(&[(0, 0, None), (90, 0, None), (225, 0, None), (430, 0, None), (730, 0, None)], &[90, 135, 202, 300, 300]);
        check(&[(0, 3, None), (30, 0, None)], &[30, 30]);
        check(&[(0, 1, None), (60, 1, None), (90, 0, None), (400, 0, None)], &[60, 30, 30, 45]);
        check(&[(0, 0, None), (90, 1, None)], &[90, 60]);
    }

    #[test]
    fn a_servers_wish_counts_and_has_an_end() {
        check(&[(0, 5, Some(120))], &[120]);
        check(&[(0, 5, Some(1))], &[30]);
        check(&[(0, 5, Some(1_000_000))], &[3600]);
    }

    #[test]
    fn it_rests_while_nobody_looks() {
        let mut watch = Watch::new(Pace::default());
        let id = ArticleId(1);
        watch.follow(&[id], at(0));
        assert!(watch.due(at(0)).is_empty() && watch.next(at(0)).is_none(), "nobody looked yet");
        watch.look(true, at(0));
        assert_eq!(watch.due(at(0)).len(), 1);
        assert!(watch.due(at(1)).is_empty(), "it is under way");
        watch.done(id, at(2), 0, None, None);
        assert_eq!(watch.next(at(2)), Some(at(92)));
        watch.look(false, at(10));
        assert_eq!(watch.due(at(92)).len(), 1, "one who looked away for a moment still looks");
        watch.done(id, at(93), 0, None, None);
        assert!(watch.rests(at(610)) && watch.due(at(1000)).is_empty());
        watch.look(true, at(1000));
        assert_eq!(watch.due(at(1000)).len(), 1, "who comes back is shown what came");
        watch.follow(&[], at(1001));
        assert_eq!(watch.next(at(1001)), None);
    }
}
