//! How the destination's limit was used, judged from the log alone: how many requests stood in any one window, and
//! which share of the sustained rate was used while the caller was busy. Pure.

use serde::Serialize;

use crate::options::Rate;

/// Gaps this many times the even spacing end a busy run.
const GAP_FACTOR: f64 = 4.0;

/// The verdict on the rate.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct RateReport {
    pub(crate) limit: u32,
    pub(crate) window_ms: u64,
    pub(crate) requests: usize,
    pub(crate) responses_429: usize,
    /// Most requests in any window, wherever it starts.
    pub(crate) max_in_any_window: usize,
    pub(crate) steady: Steady,
}

/// The busy part: runs of at least one window without a long gap.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Steady {
    pub(crate) runs: usize,
    pub(crate) seconds: f64,
    pub(crate) requests: usize,
    /// Share of the sustained rate that was used in them; 1 is all of it.
    pub(crate) rate_used: f64,
    /// Time between the first and the last request that belongs to no run.
    pub(crate) idle_seconds: f64,
}

/// Judges the arrivals (microseconds, in any order) of requests that were let in.
pub(crate) fn judge(mut arrivals_us: Vec<u64>, responses_429: usize, rate: Rate) -> RateReport {
    arrivals_us.sort_unstable();
    RateReport {
        limit: rate.limit,
        window_ms: rate.window_ms,
        requests: arrivals_us.len(),
        responses_429,
        max_in_any_window: max_in_any_window(&arrivals_us, rate.window_ms * 1000),
        steady: steady(&arrivals_us, rate),
    }
}

fn max_in_any_window(arrivals_us: &[u64], window_us: u64) -> usize {
    let mut first = 0;
    let mut most = 0;
    for (place, at) in arrivals_us.iter().enumerate() {
        while window_us <= at - arrivals_us[first] {
            first += 1;
        }
        most = most.max(place + 1 - first);
    }
    most
}

fn steady(arrivals_us: &[u64], rate: Rate) -> Steady {
    let (Some(first), Some(last)) = (arrivals_us.first(), arrivals_us.last()) else {
        return Steady::default();
    };
    let max_gap_us = GAP_FACTOR * 1e6 / rate.per_second();
    let window_s = rate.window_ms as f64 / 1000.0;
    let mut sum = Steady::default();
    let mut gaps = 0;
    for run in arrivals_us.chunk_by(|one, next| ((next - one) as f64) < max_gap_us) {
        let seconds = (run[run.len() - 1] - run[0]) as f64 / 1e6;
        if window_s <= seconds {
            sum.runs += 1;
            sum.seconds += seconds;
            sum.requests += run.len();
            gaps += run.len() - 1;
        }
    }
    if 0.0 < sum.seconds {
        sum.rate_used = gaps as f64 / sum.seconds / rate.per_second();
    }
    sum.idle_seconds = (last - first) as f64 / 1e6 - sum.seconds;
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { limit: 40, window_ms: 20_000 };

    #[test]
    fn an_even_stream_at_the_limit_uses_all_of_it() {
        let report = judge((0..200).map(|turn| turn * 500_000).collect(), 0, RATE);
        assert_eq!(report.max_in_any_window, 40);
        assert!((report.steady.rate_used - 1.0).abs() < 1e-9);
        assert!(report.steady.idle_seconds.abs() < 1e-9);
    }

    #[test]
    fn pauses_do_not_count_as_use() {
        let busy = |from: u64| (0..100).map(move |turn| from + turn * 1_000_000);
        let report = judge(busy(0).chain(busy(500_000_000)).collect(), 3, RATE);
        assert_eq!((report.steady.runs, report.steady.requests, report.responses_429), (2, 200, 3));
        assert!((report.steady.rate_used - 0.5).abs() < 1e-9);
        assert!((report.steady.idle_seconds - 401.0).abs() < 1e-6);
    }

    #[test]
    fn a_burst_over_a_window_border_is_seen() {
        let arrivals = (0..30).map(|turn| 19_000_000 + turn).chain((0..30).map(|turn| 21_000_000 + turn));
        assert_eq!(judge(arrivals.collect(), 0, RATE).max_in_any_window, 60);
    }
}
