//! Whether a file could be written where the settings want it, and how much room there is. A folder that is not there is
//! not made: the nearest one that is there is looked at.

use std::path::{Path, PathBuf};

use super::check::Check;

/// Below this a run may not come to its end, bytes.
const TIGHT: u64 = 1 << 30;

/// Below this a run is not worth beginning, bytes.
const TOO_TIGHT: u64 = 100 << 20;

/// Checks the place of a file.
pub(super) fn check(name: &'static str, file: &Path, key: &str) -> Check {
    let folder = existing_folder(file);
    let elsewhere = format!("make room there, or name another place in {key}");
    if let Err(error) = tempfile::tempfile_in(&folder) {
        let finding = format!("{} cannot be written ({error})", folder.display());
        return Check::fail(name, finding, format!("mend the rights, or name another place in {key}"));
    }
    match free_bytes(&folder) {
        Ok(free) => of_room(name, &folder, free, elsewhere),
        Err(error) => Check::warn(
            name,
            format!("{} can be written, free space is unknown ({error})", folder.display()),
            elsewhere,
        ),
    }
}

fn of_room(name: &'static str, folder: &Path, free: u64, remedy: String) -> Check {
    let finding = format!("{} can be written, {} MiB free", folder.display(), free >> 20);
    match free {
        0..TOO_TIGHT => Check::fail(name, finding, remedy),
        TOO_TIGHT..TIGHT => Check::warn(name, finding, remedy),
        _ => Check::ok(name, finding),
    }
}

fn existing_folder(file: &Path) -> PathBuf {
    let full = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let found = full.ancestors().skip(1).find(|folder| folder.is_dir()).map(Path::to_owned);
    found.unwrap_or_else(|| PathBuf::from("."))
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> std::io::Result<u64> {
    let room = rustix::fs::statvfs(folder)?;
    Ok(room.f_bavail.saturating_mul(room.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> std::io::Result<u64> {
    Err(std::io::Error::from(std::io::ErrorKind::Unsupported))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::check::Verdict;

    #[test]
    fn room_is_judged_by_what_a_run_needs() {
        let verdict = |free| of_room("ledger", Path::new("/x"), free, String::new()).verdict;
        assert_eq!(verdict(TOO_TIGHT - 1), Verdict::Fail);
        assert_eq!(verdict(TOO_TIGHT), Verdict::Warn);
        assert_eq!(verdict(TIGHT), Verdict::Ok);
    }

    #[test]
    fn a_folder_that_is_not_there_yet_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a/b/ledger.db");
        assert_eq!(existing_folder(&file), folder.path());
        assert!(check("ledger", &file, "storage.ledger").finding.contains("can be written"));
        assert!(!folder.path().join("a").exists());
    }

    #[test]
    fn a_place_that_cannot_be_written_fails_and_names_the_key() {
        let found = check("ledger", Path::new("/proc/1/nowhere"), "storage.ledger");
        assert_eq!(found.verdict, Verdict::Fail);
        assert!(found.remedy.unwrap().contains("storage.ledger"));
    }
}
