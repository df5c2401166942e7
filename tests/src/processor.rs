//! Processor time of a process, for benches: what the system says in `/proc`. Linux only.

use std::fs;

/// Processor time of one process so far, in seconds; 0 when it is not there.
#[must_use]
pub fn cpu_seconds(pid: u32) -> f64 {
    ticks(pid, &[11, 12]).unwrap_or_default() as f64 / 100.0
}

/// The same with all its children, those that have ended too.
#[must_use]
pub fn cpu_seconds_with_children(pid: u32) -> f64 {
    let path = format!("/proc/{pid}/task/{pid}/children");
    let children = fs::read_to_string(path).unwrap_or_default();
    let living: f64 =
        children.split_whitespace().filter_map(|child| child.parse().ok()).map(cpu_seconds).sum();
    ticks(pid, &[11, 12, 13, 14]).unwrap_or_default() as f64 / 100.0 + living
}

/// Sum of these fields of `/proc/PID/stat`, counted from the one behind the name.
fn ticks(pid: u32, fields: &[usize]) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let all: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    fields.iter().map(|field| all.get(*field)?.parse::<u64>().ok()).sum()
}
