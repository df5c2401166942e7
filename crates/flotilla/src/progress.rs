//! The live progress of a run, on stderr and only on a terminal: what is done of what there is, the rate used of the
//! rate allowed, and the time left.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;
use indicatif::{ProgressBar, ProgressStyle};
use protocol::{MigrationState, ObjectKind, Tally};
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::embedded::Watched;

/// How often it looks, in ms. Looking is one read of running counters.
const LOOK_MS: u64 = 500;

/// Looks over which the rate is taken.
const RATE_LOOKS: usize = 20;

/// What is read off a run at work.
#[derive(Debug)]
pub(crate) struct Reading {
    /// Where it stands.
    pub(crate) state: MigrationState,
    /// Each kind's columns, in the order they are moved.
    pub(crate) moved: Vec<(ObjectKind, Tally)>,
    /// Calls of the destination.
    pub(crate) calls: Calls,
    /// Calls a second that are ours.
    pub(crate) allowed_per_s: f64,
}

/// Calls, as they are known.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Calls {
    /// Those made since the beginning.
    Made(u64),
    /// Those of a second.
    PerSecond(f64),
}

/// Where a run's progress is read.
#[async_trait]
pub(crate) trait Gauge: Debug + Send + Sync {
    /// A reading, if there is one.
    async fn read(&self) -> Option<Reading>;
}

#[async_trait]
impl Gauge for Watched {
    async fn read(&self) -> Option<Reading> {
        let migration = self.ledger.migration(&self.migration).await.ok()??;
        let tallies = self.ledger.tallies(&self.migration, migration.pass).await.ok()?;
        let limiter = self.limiter.snapshot();
        Some(Reading {
            state: migration.state,
            moved: ObjectKind::phases().filter_map(|kind| Some((kind, *tallies.get(&kind)?))).collect(),
            calls: Calls::Made(limiter.granted),
            allowed_per_s: f64::from(limiter.rate.limit) * 1000.0 / limiter.rate.window_ms as f64,
        })
    }
}

/// A progress line that renews itself.
#[derive(Debug)]
pub(crate) struct Progress {
    over: CancellationToken,
    task: JoinHandle<()>,
}

impl Progress {
    /// Begins to show a run's progress, if anybody can see it.
    #[must_use]
    pub(crate) fn start(gauge: impl Gauge + 'static, visible: bool) -> Self {
        let over = CancellationToken::new();
        let bar = if visible { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let task = tokio::spawn(show(gauge, bar, over.clone()));
        Self { over, task }
    }

    /// Takes the line away.
    pub(crate) async fn end(self) {
        self.over.cancel();
        // A progress line that failed is no reason for a run to fail.
        let _ = self.task.await;
    }
}

async fn show(gauge: impl Gauge, bar: ProgressBar, over: CancellationToken) {
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix:10} [{bar:30}] {pos}/{len} {msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    let mut looks: Vec<Look> = Vec::new();
    while !over.is_cancelled() {
        if let Some(reading) = gauge.read().await {
            let records = reading.moved.iter().map(|(_, tally)| tally.accounted()).sum();
            let calls = if let Calls::Made(calls) = reading.calls { calls } else { 0 };
            looks.push(Look { at: Instant::now(), calls, records });
            if looks.len() > RATE_LOOKS {
                looks.remove(0);
            }
            draw(&bar, &reading, &looks);
        }
        tokio::select! {
            () = over.cancelled() => {}
            () = tokio::time::sleep(Duration::from_millis(LOOK_MS)) => {}
        }
    }
    bar.finish_and_clear();
}

/// What one look saw.
#[derive(Debug, Clone, Copy)]
struct Look {
    at: Instant,
    calls: u64,
    records: u64,
}

/// Growth per second of a figure over the last looks.
fn per_second(looks: &[Look], figure: impl Fn(&Look) -> u64) -> f64 {
    let (Some(first), Some(last)) = (looks.first(), looks.last()) else { return 0.0 };
    let seconds = (last.at - first.at).as_secs_f64();
    if seconds > 0.0 { figure(last).saturating_sub(figure(first)) as f64 / seconds } else { 0.0 }
}

fn draw(bar: &ProgressBar, reading: &Reading, looks: &[Look]) {
    let Reading { state, moved, calls, allowed_per_s: allowed } = reading;
    let source: u64 = moved.iter().map(|(_, tally)| tally.source).sum();
    let accounted: u64 = moved.iter().map(|(_, tally)| tally.accounted()).sum();
    let now = moved.iter().find(|(_, tally)| tally.difference() > 0).map(|(kind, _)| kind.name());
    let records = per_second(looks, |look| look.records);
    let calls = match calls {
        Calls::Made(_) => per_second(looks, |look| look.calls),
        Calls::PerSecond(calls) => *calls,
    };
    let left = source.saturating_sub(accounted) as f64;
    let time =
        if records > 0.0 { format!(", about {:.1} min left", left / records / 60.0) } else { String::new() };
    let waits = if calls >= 0.9 * allowed { ", waiting for the rate limit" } else { "" };
    bar.set_length(source);
    bar.set_position(accounted);
    bar.set_prefix(now.unwrap_or(state.name()).to_owned());
    bar.set_message(format!("{calls:.1} of {allowed:.1} calls/s{waits}{time}"));
}
