//! What a migration waits for, and the sentence that says so. Pure: what is known goes in.

use ledger::Trouble;
use protocol::{
    FailureCode, MigrationState, UnixMs,
    api::{MigrationView, RateView, StepProgress, Waiting, WaitsFor},
};

use crate::moments::span;

/// Share of the usable rate from which the rate is what everything waits for.
const RATE_BOUND: f64 = 0.85;

/// What is known of a migration at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) view: &'a MigrationView,
    /// The rate of its destination; none while the limiter cannot be reached.
    pub(crate) rate: Option<&'a RateView>,
    /// The batch whose next attempt is due first, of those that wait after a failed one.
    pub(crate) next: Option<&'a Trouble>,
    /// Technicians that batch waits for.
    pub(crate) agents: Option<u64>,
    pub(crate) now: UnixMs,
}

/// What it waits for.
pub(crate) fn of(known: Known<'_>) -> Waiting {
    use MigrationState as S;
    let migration = &known.view.migration;
    let since = Some(migration.since);
    let waits = |waits_for| Waiting { waits_for, since: None, until: None, cause: None, agents: None };
    match migration.state {
        S::Halted => Waiting { since, cause: migration.cause, ..waits(WaitsFor::Operator) },
        S::Paused => Waiting { since, ..waits(WaitsFor::Operator) },
        S::Draft | S::Surveyed | S::Mapped | S::Sampled | S::SignedOff if migration.pass.0 == 0 => {
            Waiting { since, ..waits(WaitsFor::Start) }
        }
        S::Draft | S::Surveyed | S::Mapped | S::Sampled | S::SignedOff | S::Running | S::Verifying => {
            at_work(known)
        }
        _ => waits(WaitsFor::Nothing),
    }
}

fn at_work(known: Known<'_>) -> Waiting {
    let waits = |waits_for| Waiting { waits_for, since: None, until: None, cause: None, agents: None };
    let progress = &known.view.progress;
    let (leased, ready) = progress.iter().fold((0, 0), |(l, r), one| (l + one.leased, r + one.ready));
    let Some(rate) = known.rate else {
        return waits(WaitsFor::Limiter);
    };
    if let Some(ms) = rate.blocked_ms.filter(|ms| *ms > 0) {
        return Waiting { until: Some(known.now.plus_ms(ms)), ..waits(WaitsFor::Pause) };
    }
    if leased > 0 {
        return waits(if rate.waiting > 0 && share_used(rate) >= RATE_BOUND {
            WaitsFor::Rate
        } else {
            WaitsFor::Nothing
        });
    }
    match known.next {
        Some(trouble) => Waiting {
            until: Some(trouble.batch.not_before),
            cause: Some(trouble.cause),
            agents: known.agents,
            ..waits(match trouble.cause {
                FailureCode::AgentsAwaited => WaitsFor::Agents,
                _ => WaitsFor::Backoff,
            })
        },
        None if ready > 0 => waits(WaitsFor::Worker),
        None => waits(WaitsFor::Nothing),
    }
}

/// Share of the rate that is ours which was used of late.
fn share_used(rate: &RateView) -> f64 {
    let seconds = rate.window_ms.max(1) as f64 / 1000.0;
    f64::from(rate.used) / (rate.usable_per_s * seconds).max(1.0)
}

/// State, what it waits for and since when, rate used of the rate allowed.
pub(crate) fn sentence(known: Known<'_>, waiting: &Waiting) -> String {
    let migration = &known.view.migration;
    let under_way = under_way(&known.view.progress);
    let mut parts = vec![format!("{} is {}{under_way}", migration.id, migration.state)];
    let since = waiting.since.map(|since| known.now.since(since)).filter(|ms| *ms >= 1_000);
    let since = since.map(|ms| format!(" (since {})", span(ms))).unwrap_or_default();
    parts.push(format!("{}{since}", clause(known, waiting)));
    if let Some(rate) = known.rate {
        parts.push(format!(
            "{} of {} calls per {} used, {:.1} a second are ours",
            rate.used,
            rate.limit,
            span(rate.window_ms),
            rate.usable_per_s
        ));
    }
    format!("{}.", parts.join("; "))
}

fn under_way(progress: &[StepProgress]) -> String {
    let Some(step) = progress.iter().find(|step| step.leased + step.ready > 0) else {
        return String::new();
    };
    let all = step.done + step.leased + step.ready + step.dead;
    format!(" ({} {}, {} of {all} batches done)", step.step, step.kind, step.done)
}

fn clause(known: Known<'_>, waiting: &Waiting) -> String {
    let left = waiting.until.map(|until| span(until.since(known.now))).unwrap_or_default();
    let cause = waiting.cause.map(|cause| format!(", because of {cause}")).unwrap_or_default();
    match waiting.waits_for {
        WaitsFor::Start => "it waits for its start".to_owned(),
        WaitsFor::Operator => format!("it waits for you{cause}"),
        WaitsFor::Limiter => "it waits for the limiter, which cannot be reached; nobody sends".to_owned(),
        WaitsFor::Pause => format!("it waits because the destination asked for a pause of another {left}"),
        WaitsFor::Rate => {
            "it waits for leave to call the destination, whose rate is the bottleneck".to_owned()
        }
        WaitsFor::Backoff => format!("it waits {left} for the next attempt{cause}"),
        WaitsFor::Agents => agents_clause(waiting.agents, &left),
        WaitsFor::Worker => "it waits for a worker that takes its next batch".to_owned(),
        WaitsFor::Nothing if is_over(known.view.migration.state) => {
            match known.view.reconciliation.closes() {
                true => "it waits for nothing, every record is accounted for".to_owned(),
                false => "NOT every record is accounted for, see its report".to_owned(),
            }
        }
        WaitsFor::Nothing => {
            "it waits for nothing but its own work, the source's answers are the bottleneck".to_owned()
        }
    }
}

/// For how many technicians it waits, and when it looks again.
#[must_use]
pub fn agents_clause(agents: Option<u64>, left: &str) -> String {
    let who = match agents {
        Some(1) => "1 technician who has".to_owned(),
        Some(count) => format!("{count} technicians who have"),
        None => "technicians who have".to_owned(),
    };
    format!("it waits for {who} no user at the destination yet, and looks again in {left}")
}

fn is_over(state: MigrationState) -> bool {
    use MigrationState::{Cancelled, Closed, CutOver, Frozen, Hypercare, Ready, RolledBack};
    matches!(state, Ready | Frozen | CutOver | Hypercare | Closed | Cancelled | RolledBack)
}
