//! The moves of one record: said to be written, left unwritten after all, settled. What a move does to entry, counts and dead letter is decided here,
//! in memory; how the rows are read and put is each home's own.

use protocol::{FailureCode, Fingerprint, Key, Lease, Outcome, UnixMs};

use super::{
    counts::Change,
    entries::{Line, State, Under},
};
use crate::{Commit, Error, Result, Verdict};

/// A move somebody asks for under a lease.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    /// To say what is about to be written.
    Intend { lease: Lease, key: Key, fingerprint: Fingerprint },
    /// To take back what was said, because nothing was sent.
    Withdraw { lease: Lease, key: Key },
    /// To settle a record, with what an engineer needs beside the cause.
    Settle { lease: Lease, commit: Commit, detail: String },
}

/// What becomes of a record's dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Letter {
    /// It stays as it is.
    Stays,
    /// There is none any more.
    Goes,
    /// It is written.
    Put { cause: FailureCode, detail: String, at: UnixMs },
}

/// A move that was made in memory.
#[derive(Debug)]
pub(crate) struct Made {
    /// What the caller is told; nothing for a record that was settled.
    pub(crate) verdict: Verdict,
    /// Whether the entry has changed.
    pub(crate) changed: bool,
    /// What becomes of the dead letter.
    pub(crate) letter: Letter,
}

impl Ask {
    /// The lease it is asked under.
    pub(crate) fn lease(&self) -> &Lease {
        match self {
            Self::Intend { lease, .. } | Self::Withdraw { lease, .. } | Self::Settle { lease, .. } => lease,
        }
    }

    /// The record.
    pub(crate) fn key(&self) -> &Key {
        match self {
            Self::Intend { key, .. } | Self::Withdraw { key, .. } => key,
            Self::Settle { commit, .. } => &commit.key,
        }
    }

    /// The lease that must not hold if the record is to be written: that of another batch which means to write it.
    pub(crate) fn asks_about(&self, line: &Line) -> Option<Under> {
        match self {
            Self::Intend { lease, .. } => line.in_hands_of(lease),
            Self::Withdraw { .. } | Self::Settle { .. } => None,
        }
    }

    /// Makes the move. `elsewhere`: the lease of [`Ask::asks_about`] holds.
    ///
    /// # Errors
    /// [`Error::NoCause`]; the entry is as it was.
    pub(crate) fn make(
        &self,
        line: &mut Line,
        elsewhere: bool,
        now: UnixMs,
        change: &mut Change,
    ) -> Result<Made> {
        match self {
            Self::Intend { .. } if elsewhere => {
                Ok(Made { verdict: Verdict::Elsewhere, changed: false, letter: Letter::Stays })
            }
            Self::Intend { lease, fingerprint, .. } => {
                let verdict = line.intend(lease, *fingerprint, now, change);
                let same = matches!(verdict, Verdict::Same { .. });
                let letter = if same { Letter::Goes } else { Letter::Stays };
                Ok(Made { verdict, changed: verdict != Verdict::Settled, letter })
            }
            Self::Withdraw { lease, .. } => {
                let changed = line.withdraw(lease, now);
                Ok(Made { verdict: Verdict::Settled, changed, letter: Letter::Stays })
            }
            Self::Settle { commit, detail, .. } => {
                let letter = match letter(commit, detail, now)? {
                    Letter::Goes if !may_have_letter(line) => Letter::Stays,
                    letter => letter,
                };
                line.settle(commit, now, change);
                Ok(Made { verdict: Verdict::Settled, changed: true, letter })
            }
        }
    }
}

/// Whether a record may have a dead letter. In the first pass only one that was put aside has; later ones may have kept
/// theirs from the pass before.
fn may_have_letter(line: &Line) -> bool {
    line.pass > 1 || matches!(line.state, State::Settled(Outcome::Rejected | Outcome::Failed))
}

/// The dead letter of a rejected or failed record; any other has none.
fn letter(commit: &Commit, detail: &str, now: UnixMs) -> Result<Letter> {
    if !matches!(commit.outcome, Outcome::Rejected | Outcome::Failed) {
        return Ok(Letter::Goes);
    }
    let cause = commit.cause.ok_or_else(|| Error::NoCause { key: commit.key.clone() })?;
    // PostgreSQL keeps no NUL in a text.
    Ok(Letter::Put { cause, detail: detail.replace('\0', ""), at: now })
}
