//! How many records a process writes at once, whatever batches they belong to.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The hands of a process; clones share them.
#[derive(Debug, Clone)]
pub struct Hands(Arc<Semaphore>);

impl Hands {
    /// So many.
    #[must_use]
    pub fn of(many: usize) -> Self {
        Self(Arc::new(Semaphore::new(many.clamp(1, Semaphore::MAX_PERMITS))))
    }

    /// As many as are asked for: each batch has its own bound.
    #[must_use]
    pub fn any_number() -> Self {
        Self::of(Semaphore::MAX_PERMITS)
    }

    /// Waits for a free one. First come, first served. `None` never comes: nobody closes it.
    pub(crate) async fn free(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}
