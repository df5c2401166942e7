//! The sentence an operator reads first. Pure: what is known goes in, one sentence comes out.

use ledger::Trouble;
use protocol::{
    FailureCode, MigrationState, UnixMs,
    api::{MigrationView, StepProgress},
};

use scheduler::{agents_clause, moments::span};

use crate::pulse::Pulse;

/// Share of the allowed rate from which the rate is what everything waits for.
const RATE_BOUND: f64 = 0.85;

/// The batch that is tried again first, and how many technicians it waits for.
pub(crate) type Next<'a> = (&'a Trouble, Option<u64>);

/// Whether nothing more happens by itself in this state.
pub(crate) fn is_at_rest(state: MigrationState) -> bool {
    !matches!(state, MigrationState::Running | MigrationState::Verifying | MigrationState::RollingBack)
        && !before_the_run(state)
}

fn before_the_run(state: MigrationState) -> bool {
    use MigrationState::{Draft, Mapped, Sampled, SignedOff, Surveyed};
    matches!(state, Draft | Surveyed | Mapped | Sampled | SignedOff)
}

/// State, what it waits for, rate used of the rate allowed, time left.
pub(crate) fn of(view: &MigrationView, pulse: Option<&Pulse>, next: Option<Next<'_>>, now: UnixMs) -> String {
    let migration = &view.migration;
    let mut parts = vec![format!("{} is {}{}", migration.id, migration.state, under_way(&view.progress))];
    parts.push(waits_for(view, pulse, next, now));
    if let Some(pulse) = pulse {
        parts.push(format!(
            "{:.0} % of {:.1} calls a second used",
            pulse.rate_used * 100.0,
            pulse.allowed_per_s
        ));
        parts.push(match pulse.left_ms {
            Some(left_ms) => format!("about {} left", span(left_ms)),
            None => "time left not yet known".to_owned(),
        });
    }
    format!("{}.", parts.join("; "))
}

fn under_way(progress: &[StepProgress]) -> String {
    let unfinished = progress.iter().find(|step| step.leased + step.ready > 0);
    match unfinished {
        Some(step) => {
            let all = step.done + step.leased + step.ready + step.dead;
            format!(" ({} {}, {} of {all} batches done)", step.step, step.kind, step.done)
        }
        None => String::new(),
    }
}

fn waits_for(view: &MigrationView, pulse: Option<&Pulse>, next: Option<Next<'_>>, now: UnixMs) -> String {
    let migration = &view.migration;
    match (migration.state, pulse) {
        (MigrationState::Halted, _) => match migration.cause {
            Some(cause) => format!("it waits for you, because of {cause}"),
            None => "it waits for you".to_owned(),
        },
        (MigrationState::Paused, _) => "it waits for you to let it go on".to_owned(),
        (state, _) if is_at_rest(state) => match view.reconciliation.closes() {
            true => "it waits for nothing, every record is accounted for".to_owned(),
            false => "NOT every record is accounted for, see `flotilla report`".to_owned(),
        },
        (_, None) => "no process is at work on it, `flotilla run` goes on".to_owned(),
        (_, Some(Pulse { blocked_ms: Some(ms), .. })) => {
            format!("it waits because the destination asked for a pause of another {}", span(*ms))
        }
        (_, Some(pulse)) if pulse.waiting > 0 && pulse.rate_used >= RATE_BOUND => {
            "it waits for leave to call the destination, whose rate is the bottleneck".to_owned()
        }
        _ => match next {
            Some((trouble, agents)) if trouble.cause == FailureCode::AgentsAwaited => {
                agents_clause(agents, &span(trouble.batch.not_before.since(now)))
            }
            Some((trouble, _)) => format!(
                "batch {} waits {} after {}",
                trouble.batch.id,
                span(trouble.batch.not_before.since(now)),
                trouble.cause
            ),
            None => {
                "it waits for nothing but its own work, the source's answers are the bottleneck".to_owned()
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use protocol::{Migration, MigrationId, ObjectKind, Pass, Step, Tally, report::Reconciliation};

    use super::*;

    fn view(state: MigrationState, created: u64) -> MigrationView {
        let id = MigrationId::new("acme").unwrap();
        let tally = Tally { source: 5, created, ..Tally::default() };
        MigrationView {
            migration: Migration {
                id: id.clone(),
                state,
                cause: (state == MigrationState::Halted).then_some(FailureCode::TargetAuth),
                pass: Pass(1),
                errand: protocol::Errand::Move,
                came_from: MigrationState::Draft,
                map_hash: None,
                created_at: UnixMs(0),
                since: UnixMs(0),
            },
            pass: Pass(1),
            progress: vec![StepProgress {
                step: Step::Copy,
                kind: ObjectKind::Ticket,
                done: 3,
                leased: 1,
                ready: 6,
                dead: 0,
            }],
            reconciliation: Reconciliation {
                migration: id,
                pass: Pass(1),
                state,
                cause: None,
                records: BTreeMap::from([(ObjectKind::Ticket, tally.into())]),
                unaccounted: vec![],
                causes: BTreeMap::new(),
            },
        }
    }

    fn pulse(rate_used: f64, waiting: usize, blocked_ms: Option<u64>) -> Pulse {
        Pulse {
            migration: MigrationId::new("acme").unwrap(),
            at: UnixMs(0),
            allowed_per_s: 2.0,
            rate_used,
            waiting,
            blocked_ms,
            settled_per_s: 1.0,
            left_ms: Some(125_000),
        }
    }

    #[test]
    fn a_run_bound_by_the_rate_says_state_wait_rate_and_time_left() {
        assert_eq!(
            of(&view(MigrationState::Running, 1), Some(&pulse(0.97, 3, None)), None, UnixMs(0)),
            "acme is running (copy ticket, 3 of 10 batches done); it waits for leave to call the destination, whose \
             rate is the bottleneck; 97 % of 2.0 calls a second used; about 2 min 5 s left."
        );
    }

    #[test]
    fn every_state_names_what_it_waits_for() {
        let said =
            |state, created, pulse: Option<Pulse>| of(&view(state, created), pulse.as_ref(), None, UnixMs(0));
        assert!(said(MigrationState::Halted, 1, None).contains("it waits for you, because of target_auth"));
        assert!(said(MigrationState::Running, 1, None).contains("no process is at work"));
        assert!(said(MigrationState::Draft, 0, None).contains("no process is at work"));
        assert!(
            said(MigrationState::Running, 1, Some(pulse(0.9, 1, Some(4_000))))
                .contains("a pause of another 4 s")
        );
        assert!(said(MigrationState::Running, 1, Some(pulse(0.2, 0, None))).contains("the source's answers"));
        assert!(said(MigrationState::Ready, 5, None).contains("every record is accounted for"));
        assert!(said(MigrationState::Ready, 4, None).contains("NOT every record"));
    }
}
