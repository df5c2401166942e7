//! How long it takes, by arithmetic over the facts: calls of both vendors by kind, the time they take at the limit, and
//! what decides it. The same rules the run itself follows, counted instead of made.

mod project;
mod source_calls;
mod target_calls;

use std::collections::BTreeMap;

use protocol::{ObjectKind, facts::Facts};
use serde::{Deserialize, Serialize};

use crate::Terms;

pub(crate) use target_calls::moved_tickets;

/// Records above which a migration is looked at by itself.
pub const TWO_MILLION: u64 = 2_000_000;

/// Bytes per second a file is fetched and uploaded at, where nothing is known: a slow line.
const BYTES_PER_S: f64 = 4_000_000.0;

/// How far the model itself may be off.
const MODEL: f64 = 0.05;

/// From, likely, to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// At the least.
    pub low: f64,
    /// Likely.
    pub likely: f64,
    /// At the most.
    pub high: f64,
}

impl Range {
    fn around(likely: f64, off: f64) -> Self {
        Self { low: (likely - off).max(0.0), likely, high: likely + off }
    }

    fn times(self, factor: f64) -> Self {
        Self { low: self.low * factor, likely: self.likely * factor, high: self.high * factor }
    }

    fn at_least(self, other: Self) -> Self {
        Self {
            low: self.low.max(other.low),
            likely: self.likely.max(other.likely),
            high: self.high.max(other.high),
        }
    }
}

/// Calls by what they are for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Calls {
    /// By kind.
    pub by_kind: BTreeMap<String, u64>,
    /// Of all kinds, with the interval.
    pub total: Range,
}

/// What decides the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bottleneck {
    /// The destination's limit.
    DestinationLimit,
    /// The source's rate.
    SourceRate,
    /// The bytes of files.
    Files,
}

impl Bottleneck {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::DestinationLimit => "the requests Gorgias allows",
            Self::SourceRate => "the requests Atera answers",
            Self::Files => "the bytes of the files",
        }
    }
}

/// The estimate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Records that are moved or written into documents.
    pub records: u64,
    /// Calls of the destination.
    pub target_calls: Calls,
    /// Calls of the source.
    pub source_calls: Calls,
    /// Bytes of files.
    pub bytes: Range,
    /// Requests per second of the destination that are ours.
    pub requests_per_s: f64,
    /// The run itself, in hours.
    pub run_hours: Range,
    /// The whole project, in working days: decisions, sample, run, cutover, the week after.
    pub project_days: Range,
    /// What decides the run.
    pub bottleneck: Bottleneck,
    /// What each would take by itself, in hours.
    pub hours_by: BTreeMap<String, f64>,
    /// Imported tickets that would be billable if the destination counted imported answers; we send none.
    pub billable_at_most: u64,
    /// More than two million records: not run without a look at the plan.
    pub over_two_million: bool,
}

/// Estimates.
#[must_use]
pub fn estimate(facts: &Facts, terms: &Terms) -> Estimate {
    let target_calls = target_calls::count(facts, terms);
    let source_calls = source_calls::count(facts, terms);
    let threads = &facts.source.threads;
    let files = per_ticket(threads.files, threads.sampled) * threads.tickets as f64;
    let bytes = Range::around(files * per_ticket(threads.bytes, threads.measured), 0.0);
    let bytes = Range { low: bytes.likely * 0.7, high: bytes.likely * 1.5, ..bytes };
    let hours = |calls: Range, per_s: f64| calls.times(1.0 / per_s.max(0.001) / 3_600.0);
    let by_target = hours(target_calls.total, terms.rate.per_s());
    let by_source = hours(source_calls.total, terms.source_per_s);
    let by_files = hours(bytes, BYTES_PER_S);
    let named = [
        (Bottleneck::DestinationLimit, by_target),
        (Bottleneck::SourceRate, by_source),
        (Bottleneck::Files, by_files),
    ];
    let worst =
        named.iter().fold(named[0], |worst, one| if one.1.likely > worst.1.likely { *one } else { worst });
    let run_hours = by_target.at_least(by_source).at_least(by_files);
    let records = records(facts);
    Estimate {
        records,
        run_hours,
        project_days: project::days(facts, terms, run_hours),
        bottleneck: worst.0,
        hours_by: [("destination", by_target), ("source", by_source), ("files", by_files)]
            .map(|(name, range)| (name.to_owned(), range.likely))
            .into(),
        requests_per_s: terms.rate.per_s(),
        billable_at_most: moved_tickets(facts, &terms.spec),
        over_two_million: records > TWO_MILLION,
        target_calls,
        source_calls,
        bytes,
    }
}

fn records(facts: &Facts) -> u64 {
    let surveyed: u64 = ObjectKind::phases().map(|kind| facts.count(kind)).sum();
    let comments = per_ticket(facts.source.threads.comments, facts.source.threads.sampled);
    surveyed
        + (comments * facts.source.threads.tickets as f64).round() as u64
        + facts.source.counts.values().sum::<u64>()
}

fn per_ticket(of: u64, sampled: u64) -> f64 {
    if sampled == 0 { 0.0 } else { of as f64 / sampled as f64 }
}

/// A total from a sample without replacement, and how far it may be off (two standard errors).
fn total(sum: u64, squares: u64, sampled: u64, all: u64) -> (f64, f64) {
    if sampled == 0 || all == 0 {
        return (0.0, 0.0);
    }
    let (n, all) = (sampled as f64, all as f64);
    let mean = sum as f64 / n;
    let variance = (squares as f64 / n - mean * mean).max(0.0);
    let rest = (1.0 - n / all).max(0.0);
    (mean * all, 2.0 * all * (variance / n * rest).sqrt())
}
