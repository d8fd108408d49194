//! One round over the feeds: each is a task that asks and then files. It is taken step by step, so that whoever polls can
//! hear commands meanwhile.

use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use tokio::task::{JoinError, JoinSet};

use super::{Answered, Event, Poller, Scope, Stage, schedule};
use crate::model::Progress;
use crate::store::{Due, Reader, StoreError};

/// A round under way.
pub(super) struct Round {
    tasks: JoinSet<Stage>,
    /// Whose feeds are asked.
    hosts: HashSet<String>,
    /// Who could not be reached.
    silent: Vec<Answered>,
    answered_by: HashSet<String>,
}

impl Round {
    /// What its next task brings; nothing if there is none, or no round.
    pub async fn next(round: &mut Option<Self>) -> Option<Result<Stage, JoinError>> {
        round.as_mut()?.tasks.join_next().await
    }

    pub fn is_over(&self) -> bool {
        self.tasks.is_empty()
    }
}

impl Poller {
    /// Asks every feed in `scope`; `false` if the cache would not take what came.
    pub(super) async fn feeds(&mut self, scope: Scope) -> bool {
        let mut round = self.begin(&scope);
        if round.is_none() {
            return false;
        }
        while let Some(done) = Round::next(&mut round).await {
            if round.as_mut().is_some_and(|round| !self.step(round, done)) {
                return false;
            }
        }
        true
    }

    /// Starts to ask every feed in `scope`; `None` if the cache cannot be read.
    pub(super) fn begin(&mut self, scope: &Scope) -> Option<Round> {
        let due = match self.due(scope, self.tools.clock.now()) {
            Ok(due) => due,
            Err(e) => {
                let _ = self.tell.send(Event::Cache(e));
                return None;
            }
        };
        self.progress = Progress { total: due.len(), pages: self.progress.pages, live: self.progress.live, ..Progress::default() };
        self.say();
        let hosts = due.iter().filter(|d| d.feed.address.is_polled()).map(|d| d.feed.address.host()).collect();
        let mut tasks = JoinSet::new();
        for due in due {
            let (tools, room) = (self.tools.clone(), self.room.clone());
            tasks.spawn(async move { Stage::Answered(Box::new(tools.ask(due, &room).await)) });
        }
        Some(Round { tasks, hosts, silent: Vec::new(), answered_by: HashSet::new() })
    }

    /// Goes on with what a task of the round brought; `false` if the cache would not take it.
    pub(super) fn step(&mut self, round: &mut Round, done: Result<Stage, JoinError>) -> bool {
        let counts = match done {
            Ok(Stage::Answered(answered)) => {
                let host = answered.due.feed.address.host();
                let served = answered.dropped.is_none();
                if served {
                    self.line.note(&host, answered.read.failure());
                }
                if served && answered.read.failure().is_some_and(schedule::unreachable) {
                    round.silent.push(*answered);
                } else {
                    if served {
                        round.answered_by.insert(host);
                    }
                    self.file(&mut round.tasks, *answered, false);
                }
                false
            }
            Ok(Stage::Filed(filed)) => match *filed {
                (feed, Ok(result)) => {
                    match &result {
                        Ok(r) => self.progress.new += r.new,
                        Err(_) => self.progress.failed += 1,
                    }
                    let _ = self.tell.send(Event::Polled { feed, result });
                    true
                }
                // The cache would not take it: nothing more can be filed, so nothing more is asked.
                (_, Err(e)) => {
                    let _ = self.tell.send(Event::Cache(e));
                    return false;
                }
            },
            Err(_) => {
                self.progress.failed += 1;
                true
            }
        };
        if round.tasks.is_empty() {
            // Who could not be reached is judged at the end: then it may be the line.
            let offline = self.line.is_down() || (round.answered_by.is_empty() && round.hosts.len() > 1);
            for answered in std::mem::take(&mut round.silent) {
                self.file(&mut round.tasks, answered, offline);
            }
        }
        if counts {
            self.progress.done += 1;
            self.say();
        }
        true
    }

    fn file(&self, tasks: &mut JoinSet<Stage>, answered: Answered, offline: bool) {
        let tools = self.tools.clone();
        tasks.spawn(async move { tools.file_answer(answered, offline).await });
    }

    fn due(&self, scope: &Scope, now: Timestamp) -> Result<Vec<Due>, StoreError> {
        let reader = Reader::open(&self.tools.cache)?;
        let waits: HashMap<String, Timestamp> = reader.host_waits(now)?.into_iter().collect();
        self.tools.pages.client.leave_alone(waits.clone());
        let mut due = reader.due(now, true)?;
        due.retain(|d| !waits.contains_key(&d.feed.address.host()));
        match scope {
            Scope::Due => due.retain(|d| d.woken || schedule::is_due(&self.tools.schedule, &d.feed, now)),
            _ => due.retain(|d| d.feed.address.as_local().is_some() || schedule::may_refresh(&self.tools.schedule, &d.feed.health, now)),
        }
        if let Scope::Feeds(ids) = scope {
            due.retain(|d| ids.contains(&d.feed.id));
        }
        Ok(due)
    }
}
