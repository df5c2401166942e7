//! Suspects: records that failed although another try might have helped, on the batch's last attempt. Whether the fault
//! is theirs or everybody's shows by the records after them. Once one of those passes, the suspects are poison: they are
//! kept as dead letters and the batch goes on. If none passes, nothing is held against them, and the attempt ends.

use std::sync::{Mutex, PoisonError};

use ledger::Commit;
use protocol::{Decision, FailureCode, Key, Outcome};

use crate::{Context, Held, Trouble, corridor::nested};

/// Records in a row that may fail before the fault is taken for everybody's.
const MOST: usize = 3;

/// The records under suspicion.
pub(crate) struct Suspects {
    last_attempt: bool,
    suspected: Mutex<Vec<(Key, Trouble)>>,
}

impl Suspects {
    /// Nobody yet.
    pub(crate) fn none(cx: &Context, held: &Held) -> Self {
        let last_attempt = held.batch().attempts + 1 >= cx.knobs.max_attempts;
        Self { last_attempt, suspected: Mutex::default() }
    }

    /// Takes note of how a record ended. `Ok(true)` says that the vendors took or refused it, so that they are well.
    ///
    /// # Errors
    /// The record's trouble, when it is not the record's alone: it ends the attempt.
    pub(crate) async fn ended(
        &self,
        cx: &Context,
        held: &Held,
        key: Key,
        ended: Result<bool, Trouble>,
    ) -> Result<(), Trouble> {
        match ended {
            Ok(false) => Ok(()),
            Ok(true) => give_up_all(cx, held, self.taken()).await,
            Err(trouble) => match trouble.decision() {
                Some(Decision::Reject) => give_up(cx, held, &key, &trouble).await,
                Some(Decision::Retry) if self.last_attempt => self.suspect(key, trouble),
                _ => Err(trouble),
            },
        }
    }

    fn suspect(&self, key: Key, trouble: Trouble) -> Result<(), Trouble> {
        let mut suspected = self.suspected.lock().unwrap_or_else(PoisonError::into_inner);
        if suspected.len() == MOST {
            return Err(trouble);
        }
        tracing::warn!(record = %key, error = %trouble, "failed at every attempt: the records after it show whose fault it is");
        suspected.push((key, trouble));
        Ok(())
    }

    /// The page is over: who was not cleared by then is given up only for a fault that is a record's by its nature.
    ///
    /// # Errors
    /// The first suspect's trouble, when it may be everybody's.
    pub(crate) async fn page_ended(self, cx: &Context, held: &Held) -> Result<(), Trouble> {
        let mut suspected = self.taken();
        let own = |trouble: &Trouble| {
            matches!(trouble.code(), Some(FailureCode::TargetUncertain | FailureCode::SourceMalformed))
        };
        match suspected.iter().position(|(_, trouble)| !own(trouble)) {
            None => give_up_all(cx, held, suspected).await,
            Some(at) => Err(suspected.swap_remove(at).1),
        }
    }

    fn taken(&self) -> Vec<(Key, Trouble)> {
        std::mem::take(&mut *self.suspected.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn give_up_all(cx: &Context, held: &Held, suspected: Vec<(Key, Trouble)>) -> Result<(), Trouble> {
    for (key, trouble) in suspected {
        give_up(cx, held, &key, &trouble).await?;
    }
    Ok(())
}

/// Keeps a record that goes no further, with everything nested in it. One that is gone from the source needs no repair.
pub(crate) async fn give_up(cx: &Context, held: &Held, key: &Key, trouble: &Trouble) -> Result<(), Trouble> {
    let Some(cause) = trouble.code() else {
        return Ok(());
    };
    let (outcome, nested) = match cause {
        FailureCode::SourceGone => (Outcome::Skipped, (Outcome::Skipped, cause)),
        _ => (Outcome::Failed, (Outcome::Failed, FailureCode::ParentFailed)),
    };
    nested::close(cx, held, key, nested).await?;
    let left = Commit::left(key.clone(), outcome, Some(cause));
    cx.ledger.dead_letter(&held.lease(), &left, &trouble.to_string()).await?;
    Ok(())
}
