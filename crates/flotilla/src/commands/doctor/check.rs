//! One check of the doctor: what it looked at, what it found, what to do. Never a value that could be a secret.

use serde::Serialize;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    /// As it should be.
    Ok,
    /// A run can go on, but somebody should look.
    Warn,
    /// A run would not go well.
    Fail,
}

/// A check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) verdict: Verdict,
    pub(super) finding: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<String>,
}

impl Check {
    pub(super) fn ok(name: &'static str, finding: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Ok, finding: finding.into(), remedy: None }
    }

    pub(super) fn warn(name: &'static str, finding: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Warn, finding: finding.into(), remedy: Some(remedy.into()) }
    }

    pub(super) fn fail(name: &'static str, finding: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Fail, finding: finding.into(), remedy: Some(remedy.into()) }
    }

    /// The check as a person reads it.
    pub(super) fn line(&self) -> String {
        let verdict = match self.verdict {
            Verdict::Ok => "ok  ",
            Verdict::Warn => "warn",
            Verdict::Fail => "FAIL",
        };
        let remedy = self.remedy.as_ref().map(|remedy| format!("\n{:26}-> {remedy}", "")).unwrap_or_default();
        format!("{verdict}  {:18}  {}{remedy}\n", self.name, self.finding)
    }
}
