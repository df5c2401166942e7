//! The exit codes, for scripts: each says what to do next. They are part of the program's face and never change meaning.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; every record is accounted for.
    Ok,
    /// Something failed; the message says what.
    Failed,
    /// The command line or the configuration is wrong.
    Usage,
    /// Finished, but some records are not accounted for.
    Difference,
    /// A check failed: of `doctor` or `probe`, a finding that blocks, a certificate that does not show silence.
    Preflight,
    /// Refused: something has to be confirmed first.
    Refused,
    /// Stopped for a cause that can be mended: run again.
    Temporary,
    /// Ended by a signal; nothing is lost.
    Interrupted,
}

impl Exit {
    /// The number the shell sees.
    #[must_use]
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Difference => 3,
            Self::Preflight => 4,
            Self::Refused => 5,
            Self::Temporary => 75,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The table for `--help`.
pub(crate) const TABLE: &str = "\
Exit codes:
  0    done, every record accounted for (rejected records, each with its cause, are no failure)
  1    something failed; the message says what
  2    the command line or the configuration is wrong
  3    finished, but some records are not accounted for
  4    a check of `doctor` or `probe` failed
  5    refused: something has to be confirmed first
  75   halted or interrupted by something that can be mended: run again
  130  stopped by a signal; run again to go on";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_in_the_table_once() {
        let all = [
            Exit::Ok,
            Exit::Failed,
            Exit::Usage,
            Exit::Difference,
            Exit::Preflight,
            Exit::Refused,
            Exit::Temporary,
            Exit::Interrupted,
        ];
        for exit in all {
            let line = format!("\n  {:<5}", exit.code());
            assert_eq!(TABLE.matches(&line).count(), 1, "{exit:?}");
        }
        assert_eq!(TABLE.lines().count(), all.len() + 1);
    }
}
