//! Removes what has outlived the rule, after the feeds were asked: found by a reader of its own, removed in small changes,
//! so that no mark of the reader's waits behind it.

use jiff::SignedDuration;

use super::Tools;
use crate::model::Change;
use crate::store::{Reader, StoreError};

/// Looked for so often: finding what is old reads the whole list of articles.
const AGAIN: SignedDuration = SignedDuration::from_hours(12);
/// Articles in one transaction.
const BATCH: usize = 100;

impl Tools {
    /// Removes old articles, if that was not done lately. What the cache refuses is removed the next time.
    pub(super) async fn tidy(&self) -> Result<(), StoreError> {
        let (cache, keep, now) = (self.cache.clone(), self.keep, self.clock.now());
        let find = move || -> Result<Option<_>, StoreError> {
            let reader = Reader::open(&cache)?;
            let last = reader.tidied()?.first().map(|run| run.at);
            // A clock that was set back does not stop it for ever.
            if last.is_some_and(|last| now.duration_since(last).abs() < AGAIN) {
                return Ok(None);
            }
            reader.outlived(keep, now).map(Some)
        };
        let Ok(found) = tokio::task::spawn_blocking(find).await else { return Ok(()) };
        let Some(old) = found? else { return Ok(()) };
        if old.is_empty() {
            self.file(Change::Tidy { run: now, ids: Vec::new() }).await?;
        }
        for ids in old.chunks(BATCH) {
            self.file(Change::Tidy { run: now, ids: ids.to_vec() }).await?;
        }
        if !old.is_empty() {
            self.filing.rest();
        }
        Ok(())
    }
}
