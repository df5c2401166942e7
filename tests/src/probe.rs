//! The probe of the program under test: it counts every point of the corridor by kind, and at the one it was told it
//! sends SIGKILL to its own process, so that not one more instruction of ours runs. What it is told stands in the
//! environment; without it the probe only counts.

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::PathBuf,
    str::FromStr,
    sync::{Mutex, PoisonError},
};

use bootstrap::Environment;
use protocol::{ObjectKind, Probe, StepPoint};
use rustix::process::{Signal, getpid, kill_process};
use serde_json::{Value, json};

/// Variable that names the crash, such as `ticket:committed:3`.
pub const CRASH_VARIABLE: &str = "FLOTILLA_TEST_CRASH";

/// Variable that names the file for the counts, written when the program ends by itself.
pub const COUNTS_VARIABLE: &str = "FLOTILLA_TEST_COUNTS";

/// Where a process is to die: when it passes the point with a record of the kind for the `nth` time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CrashPoint {
    /// The kind.
    pub kind: ObjectKind,
    /// The point.
    pub point: StepPoint,
    /// Which passage, from 1.
    pub nth: u64,
}

impl fmt::Display for CrashPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.kind, point_name(self.point), self.nth)
    }
}

impl FromStr for CrashPoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no crash point: give KIND:POINT:NTH");
        let mut parts = text.split(':');
        let (Some(kind), Some(point), Some(nth), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        let named = |one: &StepPoint| point_name(*one) == point;
        Ok(Self {
            kind: kind.parse().map_err(|_| wrong())?,
            point: StepPoint::ALL.into_iter().find(named).ok_or_else(wrong)?,
            nth: nth.parse().map_err(|_| wrong())?,
        })
    }
}

/// A point's name, as JSON has it.
fn point_name(point: StepPoint) -> String {
    json!(point).as_str().unwrap_or_default().to_owned()
}

/// Counts every passage, and dies where it was told to.
#[derive(Debug)]
pub struct CrashingProbe {
    crash: Option<CrashPoint>,
    counts_file: Option<PathBuf>,
    counts: Mutex<BTreeMap<(ObjectKind, StepPoint), u64>>,
}

impl CrashingProbe {
    /// A probe that does what the environment says.
    ///
    /// # Panics
    /// When the environment names a crash point that is none: a test that never crashes would prove nothing.
    #[must_use]
    pub fn of(environment: &Environment) -> Self {
        Self {
            crash: environment.get(CRASH_VARIABLE).map(|text| text.parse().unwrap()),
            counts_file: environment.get(COUNTS_VARIABLE).map(PathBuf::from),
            counts: Mutex::default(),
        }
    }

    /// Writes the counts to the file the environment named.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn keep_counts(&self) {
        let Some(file) = &self.counts_file else { return };
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let lines: BTreeMap<String, u64> = counts
            .iter()
            .map(|((kind, point), count)| (format!("{kind}:{}", point_name(*point)), *count))
            .collect();
        fs::write(file, json!(lines).to_string()).unwrap();
    }

    /// Reads what [`CrashingProbe::keep_counts`] wrote.
    #[must_use]
    pub(crate) fn counts_of(written: &Value) -> BTreeMap<(ObjectKind, StepPoint), u64> {
        let pair = |(name, count): (&String, &Value)| {
            let point: CrashPoint = format!("{name}:{count}").parse().unwrap();
            ((point.kind, point.point), point.nth)
        };
        written.as_object().unwrap().iter().map(pair).collect()
    }
}

impl Probe for CrashingProbe {
    fn reached(&self, kind: ObjectKind, point: StepPoint) {
        let passed = {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry((kind, point)).or_default();
            *count += 1;
            *count
        };
        let here = CrashPoint { kind, point, nth: passed };
        if self.crash == Some(here) {
            kill_process(getpid(), Signal::KILL).unwrap();
            // Another thread takes the signal's delivery in hand; this one goes no further.
            loop {
                std::thread::park();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_point_is_read_as_it_is_written() {
        for kind in ObjectKind::ALL {
            for point in StepPoint::ALL {
                let crash = CrashPoint { kind, point, nth: 3 };
                assert_eq!(crash.to_string().parse(), Ok(crash));
            }
        }
        assert!("ticket:committed".parse::<CrashPoint>().is_err());
        assert!("ticket:comitted:1".parse::<CrashPoint>().is_err());
    }
}
