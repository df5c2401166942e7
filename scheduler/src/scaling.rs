//! How many workers are wanted, and why. Pure: counts and rates go in, a figure and a reason come out.

use protocol::{Name, Scaling, fleet::AccountScaling};

/// What one worker is good for, and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Capacity {
    /// Batches a worker works on at once.
    pub jobs_per_worker: f64,
    /// Requests a second one worker makes at most.
    pub rate_per_worker: f64,
    /// The most workers ever asked for.
    pub max_workers: u32,
}

/// The work that waits for one destination account.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// The account.
    pub account: Name,
    /// Batches that are under way or could be worked on now.
    pub ready_jobs: u64,
    /// The same of migrations that an operator holds.
    pub paused_jobs: u64,
    /// Requests per second the account allows us now; `None` when the limiter cannot be reached.
    pub usable_rate: Option<f64>,
}

/// The figure: the accounts' parts together, rounded up, never above the most there may be. An account keeps no more
/// workers busy than it has batches for, and no more than its rate feeds.
#[must_use]
pub fn scaling(loads: &[Load], capacity: Capacity) -> Scaling {
    let at_work: Vec<&Load> = loads.iter().filter(|load| load.ready_jobs > 0).collect();
    let accounts: Vec<AccountScaling> = at_work.iter().map(|load| part(load, capacity)).collect();
    let wanted: f64 = accounts.iter().map(|account| account.workers).sum();
    let whole = wanted.ceil() as u32;
    let desired_workers = whole.min(capacity.max_workers);
    Scaling {
        desired_workers,
        ready_jobs: at_work.iter().map(|load| load.ready_jobs).sum(),
        usable_rate: accounts.iter().map(|account| account.usable_rate).sum(),
        reason: reason(loads, &accounts, whole > capacity.max_workers).to_owned(),
        accounts,
    }
}

fn part(load: &Load, capacity: Capacity) -> AccountScaling {
    let usable_rate = load.usable_rate.unwrap_or(0.0).max(0.0);
    let by_jobs = load.ready_jobs as f64 / capacity.jobs_per_worker.max(f64::MIN_POSITIVE);
    let by_rate = usable_rate / capacity.rate_per_worker.max(f64::MIN_POSITIVE);
    let reason = match load.usable_rate {
        None => "limiter_down",
        Some(_) if by_rate < by_jobs => "rate_budget",
        Some(_) => "ready_jobs",
    };
    AccountScaling {
        account: load.account.clone(),
        ready_jobs: load.ready_jobs,
        usable_rate,
        workers: by_jobs.min(by_rate),
        reason: reason.to_owned(),
    }
}

fn reason(loads: &[Load], accounts: &[AccountScaling], above: bool) -> &'static str {
    let workers_by = |reason: &str| -> f64 {
        accounts.iter().filter(|account| account.reason == reason).map(|account| account.workers).sum()
    };
    if above {
        "maximum"
    } else if accounts.is_empty() {
        if loads.iter().any(|load| load.paused_jobs > 0) { "paused" } else { "idle" }
    } else if accounts.iter().all(|account| account.reason == "limiter_down") {
        "limiter_down"
    } else if workers_by("rate_budget") > workers_by("ready_jobs") {
        "rate_budget"
    } else {
        "ready_jobs"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPACITY: Capacity = Capacity { jobs_per_worker: 4.0, rate_per_worker: 2.0, max_workers: 12 };

    fn load(account: &str, ready_jobs: u64, paused_jobs: u64, usable_rate: Option<f64>) -> Load {
        Load { account: Name::new(account).unwrap(), ready_jobs, paused_jobs, usable_rate }
    }

    #[test]
    fn the_figure_follows_work_and_rate_and_says_why() {
        let ten = |rate| (0..10).map(|n| load(&format!("a{n}"), 2, 0, rate)).collect::<Vec<_>>();
        let table: Vec<(&str, Vec<Load>, u32, &str)> = vec![
            ("no account", vec![], 0, "idle"),
            ("an account without work", vec![load("a", 0, 0, Some(2.0))], 0, "idle"),
            ("all held by an operator", vec![load("a", 0, 9, Some(2.0))], 0, "paused"),
            (
                "one held, one at work",
                vec![load("a", 0, 9, Some(2.0)), load("b", 1, 0, Some(2.0))],
                1,
                "ready_jobs",
            ),
            ("one big account is bound by its rate", vec![load("a", 5_000, 0, Some(3.9))], 2, "rate_budget"),
            ("a fast account is bound by its work", vec![load("a", 9, 0, Some(100.0))], 3, "ready_jobs"),
            ("ten small ones share workers", ten(Some(1.95)), 5, "ready_jobs"),
            ("ten slow ones share workers", ten(Some(0.4)), 2, "rate_budget"),
            ("the limiter is down", ten(None), 0, "limiter_down"),
            (
                "the limiter is down for one",
                vec![load("a", 8, 0, None), load("b", 8, 0, Some(9.0))],
                2,
                "ready_jobs",
            ),
            ("the most there may be", vec![load("a", 5_000, 0, Some(1_000.0))], 12, "maximum"),
            ("just as many as there may be", vec![load("a", 48, 0, Some(1_000.0))], 12, "ready_jobs"),
        ];
        for (case, loads, desired, reason) in table {
            let figure = scaling(&loads, CAPACITY);
            assert_eq!(
                (figure.desired_workers, figure.reason.as_str()),
                (desired, reason),
                "{case}: {figure:?}"
            );
            assert!(figure.accounts.iter().all(|account| account.workers.is_finite()), "{case}");
        }
    }

    #[test]
    fn an_account_with_a_huge_backlog_adds_no_more_than_its_rate_feeds() {
        let small = load("small", 4, 0, Some(4.0));
        let alone = scaling(std::slice::from_ref(&small), CAPACITY).desired_workers;
        let both = scaling(&[small, load("huge", 1_000_000, 0, Some(4.0))], CAPACITY);
        assert_eq!((alone, both.desired_workers, both.ready_jobs), (1, 3, 1_000_004));
    }
}
