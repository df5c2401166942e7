//! The secrets that `deploy/secrets.sh` invents for development, laid where pods and containers find them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A folder of invented secrets.
pub(super) struct Secrets(TempDir);

impl Secrets {
    pub(super) fn invent() -> Self {
        let secrets = Self(tempfile::tempdir().unwrap());
        let output = secrets.script().output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        secrets
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.0.path().join("secrets")
    }

    fn script(&self) -> Command {
        let mut command = Command::new("bash");
        command.arg(super::root().join("deploy/secrets.sh")).arg(self.folder());
        command
    }

    /// Lays the file that a container would find at this path below `scratch`, and says where.
    pub(super) fn lay(&self, file: &str, mounted: &str, scratch: &Path) -> PathBuf {
        let target = scratch.join(mounted.trim_start_matches('/'));
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(self.folder().join(file), &target).unwrap();
        target
    }
}

#[test]
fn invented_secrets_differ_and_are_never_written_over() {
    let (one, other) = (Secrets::invent(), Secrets::invent());
    let read = |secrets: &Secrets, file: &str| fs::read_to_string(secrets.folder().join(file)).unwrap();
    for file in ["admin_token", "redis_url", "postgres_url", "tokens"] {
        assert_ne!(read(&one, file), read(&other, file), "{file}");
    }
    let before = read(&one, "admin_token");
    assert!(!one.script().output().unwrap().status.success());
    assert_eq!(read(&one, "admin_token"), before);
    assert!(!read(&one, "tokens").contains(before.trim()), "only the token's hash is told");
}
