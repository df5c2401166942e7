//! The probe of the program under test: it counts every point of the corridor by kind, and at the one it was told it
//! sends SIGKILL to its own process, so that not one more instruction of ours runs. What it is told stands in the
//! environment, or in a file that all processes of a fleet read and whose passages they count together; without either
//! the probe only counts.

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, File},
    io::{Seek as _, Write as _},
    path::{Path, PathBuf},
    str::FromStr,
    sync::{Mutex, PoisonError},
};

use bootstrap::Environment;
use protocol::{ObjectKind, Probe, StepPoint};
use rustix::process::{Signal, getpid, kill_process};
use serde_json::{Value, json};

/// Variable that names the crash, such as `ticket:committed:3`.
pub const CRASH_VARIABLE: &str = "FLOTILLA_TEST_CRASH";

/// Variable that names a file with the crash, which may come and go while the program runs. Of all processes that were
/// told the same file, one dies.
pub const ORDER_VARIABLE: &str = "FLOTILLA_TEST_CRASH_ORDER";

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
    order: Option<PathBuf>,
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
            order: environment.get(ORDER_VARIABLE).map(PathBuf::from),
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

/// Orders that one process dies at this point, in the file they all read.
pub(crate) fn give_order(order: &Path, crash: CrashPoint) {
    let _ = fs::remove_file(passages(order));
    let whole = order.with_extension("new");
    fs::write(&whole, crash.to_string()).unwrap();
    fs::rename(whole, order).unwrap();
}

/// Takes the order back.
pub(crate) fn withdraw_order(order: &Path) {
    let _ = fs::remove_file(order);
}

fn passages(order: &Path) -> PathBuf {
    order.with_extension("passages")
}

/// Whether the order is to die at this passage, counted over all processes: each adds one byte to a file, and where that
/// byte came to lie is the number of the passage.
fn ordered(order: &Path, kind: ObjectKind, point: StepPoint) -> bool {
    let Ok(text) = fs::read_to_string(order) else { return false };
    let crash: CrashPoint = text.parse().unwrap();
    if (crash.kind, crash.point) != (kind, point) {
        return false;
    }
    let mut file = File::options().create(true).append(true).open(passages(order)).unwrap();
    file.write_all(b".").unwrap();
    file.stream_position().unwrap() == crash.nth
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
        let ordered = self.order.as_deref().is_some_and(|order| ordered(order, kind, point));
        if self.crash == Some(here) || ordered {
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
    fn of_all_passages_in_all_processes_one_is_the_ordered_one() {
        let folder = tempfile::tempdir().unwrap();
        let order = folder.path().join("order");
        let here = || ordered(&order, ObjectKind::Ticket, StepPoint::Written);
        assert!(!here());
        give_order(&order, CrashPoint { kind: ObjectKind::Ticket, point: StepPoint::Written, nth: 3 });
        assert!(!ordered(&order, ObjectKind::Ticket, StepPoint::Committed));
        assert_eq!([here(), here(), here(), here()], [false, false, true, false]);
        withdraw_order(&order);
        assert!(!here());
    }

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
