//! The reader thread: a read-only connection that answers the screen's questions. Of several questions of one kind the
//! latest wins, for the answer to an older one would only be dropped. Between questions it looks whether somebody wrote.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use super::{Happened, Setup, StartError};
use crate::ingest::quote;
use crate::model::{Answer, Question, Ticket};
use crate::store::Reader;
use crate::ui::Class;

/// How often the cache is looked at for what others wrote: one `PRAGMA data_version`, a few microseconds.
const LOOK: Duration = Duration::from_millis(500);

/// A question on its way.
pub struct Asked {
    /// Its number.
    pub ticket: Ticket,
    /// What is asked.
    pub question: Question,
    /// A later question of the same class makes this one pointless.
    pub class: Class,
}

/// A line to the reader thread.
pub type Ask = Sender<Asked>;

/// Starts the thread; its answers go to `inbox`.
pub fn start(setup: &Setup, inbox: Sender<Happened>) -> Result<Ask, StartError> {
    let clock = setup.clock.clone();
    let quiet = setup.config.alert.quiet;
    let reader = Reader::open(&setup.cache)?.with_zone(clock.zone().clone()).preferring(&setup.config.list.prefer);
    let reader = reader.comparing(crate::ingest::revise::compare);
    let (ask, questions) = mpsc::channel::<Asked>();
    let run = move || {
        let mut version = reader.data_version().ok();
        // What was filed while nobody read is told first.
        let mut alert = true;
        loop {
            let first = match questions.recv_timeout(LOOK) {
                Ok(q) => Some(q),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut waiting: Vec<Asked> = Vec::new();
            for asked in first.into_iter().chain(questions.try_iter()) {
                waiting.retain(|w| w.class != asked.class);
                waiting.push(asked);
            }
            for Asked { ticket, question, .. } in waiting {
                let mut answer = reader.answer(&question, clock.now());
                if let Answer::Article(Some(article)) = &mut answer {
                    article.quotes = quote::quotes(&article.item.body);
                }
                if inbox.send(Happened::Answered(ticket, answer)).is_err() {
                    return;
                }
            }
            let now = reader.data_version().ok();
            if now != version {
                version = now;
                alert = true;
                if inbox.send(Happened::CacheChanged).is_err() {
                    return;
                }
            }
            if alert && !quiet.is_some_and(|quiet| quiet.holds(clock.now(), clock.zone())) {
                alert = false;
                let alerts = reader.alerts(clock.now()).unwrap_or_default();
                if !alerts.is_empty() && inbox.send(Happened::Alerts(alerts)).is_err() {
                    return;
                }
            }
        }
    };
    std::thread::Builder::new().name("reader".into()).spawn(run)?;
    Ok(ask)
}
