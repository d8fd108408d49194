//! The gate every request passes: so many in all, one at a time a host, and a pause between two to the same host.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// Hosts remembered before those that nobody waits for are forgotten.
const MANY_HOSTS: usize = 1024;

pub(super) struct Gate {
    all: Arc<Semaphore>,
    per_host: usize,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

struct Host {
    turns: Arc<Semaphore>,
    /// The earliest moment for the next request.
    free: Mutex<Option<Instant>>,
}

/// Permission to talk to one host, given back when dropped.
pub(super) struct Pass {
    _turn: OwnedSemaphorePermit,
    _one_of_all: OwnedSemaphorePermit,
}

impl Gate {
    pub(super) fn new(all: usize, per_host: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all.max(1))), per_host: per_host.max(1), hosts: Mutex::default() }
    }

    /// Waits for `host`'s turn, then until `gap` has passed since the last request to it began, then for one of all
    /// places: nobody holds a place who only waits, and nobody holds one host while waiting for another.
    pub(super) async fn enter(&self, host: &str, gap: Duration) -> Pass {
        let host = self.host(host);
        let turn = host.turns.clone().acquire_owned().await.expect("the semaphore is never closed");
        let start = {
            let mut free = host.free.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let start = free.map_or(now, |at| at.max(now));
            *free = Some(start + gap);
            start
        };
        tokio::time::sleep_until(start).await;
        let one_of_all = self.all.clone().acquire_owned().await.expect("the semaphore is never closed");
        Pass { _turn: turn, _one_of_all: one_of_all }
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MANY_HOSTS {
            let now = Instant::now();
            hosts.retain(|_, h| {
                Arc::strong_count(h) > 1
                    || h.turns.available_permits() < self.per_host
                    || h.free.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| at > now)
            });
        }
        let new = || Arc::new(Host { turns: Arc::new(Semaphore::new(self.per_host)), free: Mutex::default() });
        hosts.entry(name.to_owned()).or_insert_with(new).clone()
    }
}
