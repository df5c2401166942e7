//! One attempt at a batch: claims it, has it done, and writes into the ledger how the attempt ended.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use protocol::{Decision, FailureCode, Job, MigrationState, StepPoint};
use tokio::time::Instant;
use tracing::{Instrument as _, Span};

use crate::{Context, Held, Trouble, jobs, traced};

/// Pause between two tries to reach a ledger that is away.
const LEDGER_PAUSE: Duration = Duration::from_millis(200);

/// Makes an attempt at the job's batch, unless it is done, another's, or the context's end has come. True when it has halted the
/// migration: then what its context was made of is to be looked at anew.
///
/// # Errors
/// [`Trouble`] when the attempt's end could not be written down: its lease runs out, and whoever runs next goes on.
pub(crate) async fn attempt(cx: &Context, job: &Job) -> Result<bool, Trouble> {
    one(cx, job).instrument(traced::span(job)).await
}

async fn one(cx: &Context, job: &Job) -> Result<bool, Trouble> {
    if job.migration != cx.migration || cx.stop.is_cancelled() {
        return Ok(false);
    }
    let asked_at = Instant::now();
    let Some(lease) = cx.ledger.claim(job.batch, &cx.knobs.holder, cx.knobs.lease_ms).await? else {
        tracing::debug!(batch = %job.batch, "job dropped: the batch is done or another worker's");
        return Ok(false);
    };
    Span::current().record("attempt", lease.batch.attempts + 1);
    let held = Held::new(Arc::clone(&cx.ledger), lease, cx.knobs.lease_ms, asked_at);
    cx.probe.reached(job.kind, StepPoint::Claimed);
    let ended = tokio::select! {
        ended = AssertUnwindSafe(jobs::run(cx, &held)).catch_unwind() => ended.unwrap_or_else(|_| {
            // Without this a record that makes the program fail would be tried for ever, at no attempt's cost.
            let detail = "the program itself failed on this batch".to_owned();
            Err(Trouble::Failure { code: FailureCode::SourceMalformed, at: job.batch.to_string(), detail })
        }),
        // Whatever it waits for, the lease is over: by now every request made under it was given up.
        () = held.ran_out() => Err(Trouble::LeaseLost),
    };
    cx.notes.close(&held);
    // Whoever waited for leave when the work was held got none.
    let no_leave = |trouble: &Trouble| trouble.code() == Some(FailureCode::LimiterUnavailable);
    let ended =
        ended.map_err(
            |trouble| {
                if cx.stop.is_cancelled() && no_leave(&trouble) { Trouble::Stopped } else { trouble }
            },
        );
    match ended {
        Ok(()) => {
            insist(cx, &held, || async { cx.ledger.finish(&held.lease()).await }).await?;
            traced::ended(job, "done");
            cx.probe.reached(job.kind, StepPoint::Finished);
            tracing::info!(migration = %job.migration, batch = %job.batch, step = %job.step, kind = %job.kind, "batch done");
            Ok(false)
        }
        Err(trouble) => {
            tracing::warn!(migration = %job.migration, batch = %job.batch, step = %job.step, kind = %job.kind, error = %trouble, "attempt ended early");
            traced::failed(&trouble);
            let outcome = settle(cx, &held, trouble).await?;
            traced::ended(job, outcome);
            Ok(matches!(outcome, "halted" | "dead"))
        }
    }
}

/// Writes down how an attempt ended early, and says it in a word: handed back, to be tried again, dead, or the migration
/// halted.
async fn settle(cx: &Context, held: &Held, trouble: Trouble) -> Result<&'static str, Trouble> {
    let (ledger, knobs) = (&cx.ledger, &cx.knobs);
    let (lease, now) = (held.lease(), cx.clock.now());
    let attempts = held.batch().attempts + 1;
    let wait = now.plus_ms(knobs.backoff_ms);
    let outcome = match (trouble.decision(), trouble.code()) {
        (_, Some(code @ FailureCode::LedgerUnavailable)) if knobs.waits_for_ledger => {
            insist(cx, held, || ledger.release(&lease, false, wait, Some(code))).await?;
            "waiting"
        }
        (Some(Decision::Retry), Some(code)) if attempts < knobs.max_attempts => {
            let pause = knobs.backoff_ms.saturating_mul(1 << (attempts - 1).min(10));
            insist(cx, held, || ledger.release(&lease, true, now.plus_ms(pause), Some(code))).await?;
            "retried"
        }
        (Some(Decision::Retry), Some(code)) => {
            // The halt comes first: a dead batch of a migration that is not halted would be halted for by the
            // dispatcher, which does not know the cause.
            insist(cx, held, || halt(cx, code, &trouble)).await?;
            let detail = trouble.to_string();
            insist(cx, held, || ledger.bury(&lease, code, &detail)).await?;
            "dead"
        }
        (Some(Decision::Wait), code) => {
            let wait = match code {
                Some(FailureCode::AgentsAwaited) => now.plus_ms(knobs.agents_look_ms),
                _ => wait,
            };
            insist(cx, held, || ledger.release(&lease, false, wait, code)).await?;
            "waiting"
        }
        (Some(Decision::Halt | Decision::Reject), Some(code)) => {
            // The halt comes first: were the batch free before it, it would be tried once more.
            insist(cx, held, || halt(cx, code, &trouble)).await?;
            insist(cx, held, || ledger.release(&lease, false, now, Some(code))).await?;
            "halted"
        }
        _ if matches!(trouble, Trouble::Stopped) => {
            insist(cx, held, || ledger.release(&lease, false, now, None)).await?;
            "handed_back"
        }
        _ => "lost",
    };
    Ok(outcome)
}

/// Halts the migration for this trouble.
pub(crate) async fn halt(cx: &Context, code: FailureCode, trouble: &Trouble) -> ledger::Result<()> {
    let why = trouble.to_string();
    halted(cx.ledger.transition(&cx.migration, MigrationState::Halted, Some(code), "worker", &why).await)
}

/// A migration that cannot be halted because it rests already is as good as halted: whose cause was first stands.
pub(crate) fn halted<T>(moved: ledger::Result<T>) -> ledger::Result<()> {
    use MigrationState::{Cancelled, Halted, Paused};
    match moved {
        Err(ledger::Error::IllegalMove { from: Halted | Paused | Cancelled, .. }) => Ok(()),
        other => other.map(|_| ()),
    }
}

/// Asks a ledger that may come back until it answers, as long as the lease lasts. One that is a file of this machine is
/// asked once: what it refuses it goes on refusing.
async fn insist<T, F>(cx: &Context, held: &Held, ask: impl Fn() -> F) -> Result<T, Trouble>
where
    F: Future<Output = ledger::Result<T>>,
{
    loop {
        let error = match ask().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        if !cx.knobs.waits_for_ledger || error.code() != FailureCode::LedgerUnavailable {
            return Err(error.into());
        }
        tokio::select! {
            () = held.ran_out() => return Err(error.into()),
            () = tokio::time::sleep(LEDGER_PAUSE) => {}
        }
    }
}
