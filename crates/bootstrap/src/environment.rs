//! The process environment, read here and nowhere else: variables, the program's own path, the folders it stands in.
//! Nothing is ever written to it.

use std::{collections::BTreeMap, env, io, path::PathBuf};

/// The variables a program was started with, or those a test made up.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The variables of this process. Those that are not Unicode are left out.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the owner of the environment")]
    pub fn of_process() -> Self {
        let unicode = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(env::vars_os().filter_map(unicode).collect())
    }

    /// Made-up variables.
    #[must_use]
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// The value of a variable; an empty one counts as not set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether colours and moving output are unwanted (`NO_COLOR`, `CI`, `TERM=dumb`).
    #[must_use]
    pub fn wants_plain_output(&self) -> bool {
        self.get("NO_COLOR").is_some() || self.get("CI").is_some() || self.get("TERM") == Some("dumb")
    }

    /// All variables, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl std::fmt::Debug for Environment {
    /// Names only: values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Path of the running program, for starting another of its kind.
///
/// # Errors
/// When the system does not know it.
pub fn executable() -> io::Result<PathBuf> {
    env::current_exe()
}

/// The folder relative paths start from.
///
/// # Errors
/// When it was removed or may not be read.
pub fn working_folder() -> io::Result<PathBuf> {
    env::current_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_never_holds_a_value() {
        let environment = Environment::of(&[("FLOTILLA__SOURCE__TOKEN", "s3cret")]);
        let shown = format!("{environment:?}");
        assert!(shown.contains("FLOTILLA__SOURCE__TOKEN"));
        assert!(!shown.contains("s3cret"));
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        assert_eq!(Environment::of(&[("NO_COLOR", "")]).get("NO_COLOR"), None);
        assert!(Environment::of(&[("CI", "true")]).wants_plain_output());
        assert!(!Environment::of(&[("CI", "")]).wants_plain_output());
    }
}
