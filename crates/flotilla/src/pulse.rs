//! The sign of life of a run: a small file beside the ledger, renewed every second, from which `status` in another process
//! learns the rate, what is waited for and the time left. Only figures stand in it, and nothing depends on it.

use std::{
    collections::VecDeque,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bootstrap::SystemClock;
use ledger::Ledger;
use limiter::Limiter;
use protocol::{Clock, MigrationId, ObjectKind, UnixMs};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often it is renewed, ms.
const BEAT_MS: u64 = 1_000;

/// Beats over which rates are taken.
const BEATS: usize = 30;

/// A pulse older than this is that of a process that is gone, ms.
const FRESH_MS: u64 = 10_000;

/// What a run says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pulse {
    /// The migration.
    pub migration: MigrationId,
    /// When.
    pub at: UnixMs,
    /// Calls the account allows, per second.
    pub allowed_per_s: f64,
    /// Share of them used over the last half minute, 0 to 1.
    pub rate_used: f64,
    /// Calls waiting for leave.
    pub waiting: usize,
    /// How long the destination still wants nobody to call, ms.
    pub blocked_ms: Option<u64>,
    /// Records settled per second over the last half minute.
    pub settled_per_s: f64,
    /// Time left at that pace, ms; `None` while it cannot be told.
    pub left_ms: Option<u64>,
}

impl Pulse {
    /// The pulse beside a ledger, if a process is at work there.
    #[must_use]
    pub(crate) fn read(ledger: &Path, now: UnixMs) -> Option<Self> {
        let pulse: Self = serde_json::from_slice(&fs::read(path_of(ledger)).ok()?).ok()?;
        (now.since(pulse.at) <= FRESH_MS).then_some(pulse)
    }

    fn write(&self, ledger: &Path) -> io::Result<()> {
        let path = path_of(ledger);
        let draft = path.with_extension("draft");
        fs::write(&draft, serde_json::to_vec(self)?)?;
        fs::rename(draft, path)
    }
}

/// Renews the pulse beside a ledger until `over` is cancelled, then takes it away.
pub(crate) async fn keep(
    path: PathBuf,
    ledger: Arc<dyn Ledger>,
    limiter: Arc<dyn Limiter>,
    migration: MigrationId,
    over: CancellationToken,
) {
    let mut samples = Samples::default();
    loop {
        if let Some(sample) = Sample::take(&*ledger, &*limiter, &migration).await {
            samples.add(sample);
            // A run does not fail because nobody can watch it.
            let _ = samples.pulse(&migration, &*limiter).write(&path);
        }
        tokio::select! {
            () = over.cancelled() => break,
            () = tokio::time::sleep(Duration::from_millis(BEAT_MS)) => {}
        }
    }
    let _ = fs::remove_file(path_of(&path));
}

fn path_of(ledger: &Path) -> PathBuf {
    ledger.with_extension("pulse")
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    at: Instant,
    granted: u64,
    settled: u64,
    left: u64,
}

impl Sample {
    async fn take(ledger: &dyn Ledger, limiter: &dyn Limiter, id: &MigrationId) -> Option<Self> {
        let migration = ledger.migration(id).await.ok()??;
        let tallies = ledger.tallies(id, migration.pass).await.ok()?;
        let kinds = || ObjectKind::phases().filter_map(|kind| tallies.get(&kind));
        Some(Self {
            at: Instant::now(),
            granted: limiter.snapshot().granted,
            settled: kinds().map(protocol::Tally::accounted).sum(),
            left: kinds().map(|tally| tally.source.saturating_sub(tally.accounted())).sum(),
        })
    }
}

#[derive(Debug, Default)]
struct Samples(VecDeque<Sample>);

impl Samples {
    fn add(&mut self, sample: Sample) {
        self.0.push_back(sample);
        if self.0.len() > BEATS {
            self.0.pop_front();
        }
    }

    /// Calls per second, records settled per second, and records left.
    fn paces(&self) -> (f64, f64, u64) {
        let (Some(first), Some(last)) = (self.0.front(), self.0.back()) else {
            return (0.0, 0.0, 0);
        };
        let seconds = (last.at - first.at).as_secs_f64();
        let per_s = |from: u64, to: u64| {
            if seconds > 0.0 { to.saturating_sub(from) as f64 / seconds } else { 0.0 }
        };
        (per_s(first.granted, last.granted), per_s(first.settled, last.settled), last.left)
    }

    fn pulse(&self, migration: &MigrationId, limiter: &dyn Limiter) -> Pulse {
        let now = limiter.snapshot();
        let (calls_per_s, settled_per_s, left) = self.paces();
        let allowed_per_s = f64::from(now.rate.limit) * 1000.0 / now.rate.window_ms.max(1) as f64;
        let blocked = now.blocked_until.map(|until| until.saturating_duration_since(Instant::now()));
        Pulse {
            migration: migration.clone(),
            at: SystemClock.now(),
            allowed_per_s,
            rate_used: calls_per_s / allowed_per_s,
            waiting: now.waiting,
            blocked_ms: blocked.and_then(|left| u64::try_from(left.as_millis()).ok()).filter(|ms| *ms > 0),
            settled_per_s,
            left_ms: left_ms(left, settled_per_s),
        }
    }
}

/// Time left at a pace, ms; it cannot be told when nothing moves or nothing is known to be left.
fn left_ms(left: u64, settled_per_s: f64) -> Option<u64> {
    (left > 0 && settled_per_s > 0.0).then(|| (left as f64 / settled_per_s * 1000.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pulse(at: i64) -> Pulse {
        Pulse {
            migration: MigrationId::new("acme").unwrap(),
            at: UnixMs(at),
            allowed_per_s: 2.0,
            rate_used: 0.5,
            waiting: 1,
            blocked_ms: None,
            settled_per_s: 1.0,
            left_ms: Some(10),
        }
    }

    #[test]
    fn a_pulse_is_found_while_it_is_fresh() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger.db");
        assert_eq!(Pulse::read(&ledger, UnixMs(0)), None);
        pulse(1_000).write(&ledger).unwrap();
        assert_eq!(Pulse::read(&ledger, UnixMs(11_000)), Some(pulse(1_000)));
        assert_eq!(Pulse::read(&ledger, UnixMs(11_001)), None);
    }

    #[test]
    fn paces_are_taken_over_the_last_half_minute_only() {
        let start = Instant::now();
        let mut samples = Samples::default();
        for second in 0..100_u64 {
            let at = start + Duration::from_secs(second);
            samples.add(Sample {
                at,
                granted: second * 2,
                settled: second.saturating_sub(50) * 3,
                left: 600,
            });
        }
        let (calls, settled, left) = samples.paces();
        assert!((calls - 2.0).abs() < 1e-9 && (settled - 3.0).abs() < 1e-9);
        assert_eq!(left_ms(left, settled), Some(200_000));
        assert_eq!(left_ms(600, 0.0), None);
    }
}
