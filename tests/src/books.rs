//! What a ledger says at rest: every entry and every count, without ids the destination gave and without times, so that
//! two runs can be compared.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{Filter, Ledger};
use protocol::{EntryState, FailureCode, Fingerprint, MigrationId, ObjectKind, Tally};

/// What the ledger says of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How it ended; `in doubt` and `seen` are no ends.
    pub outcome: &'static str,
    /// Why, where there is a cause.
    pub cause: Option<FailureCode>,
    /// What was written.
    pub fingerprint: Option<Fingerprint>,
    /// Whether a record of the destination is known.
    pub landed: bool,
}

/// What a ledger says at rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Books {
    /// Every entry, by kind and source id.
    pub lines: BTreeMap<String, Line>,
    /// The counts of the current pass.
    pub tallies: BTreeMap<ObjectKind, Tally>,
    /// Dead letters: key and cause.
    pub letters: BTreeMap<String, FailureCode>,
}

impl Books {
    /// Reads everything.
    ///
    /// # Panics
    /// When the ledger cannot be read.
    pub async fn read(ledger: &dyn Ledger, id: &MigrationId) -> Self {
        let pass = ledger.migration(id).await.unwrap().unwrap().pass;
        let mut lines = BTreeMap::new();
        for kind in ObjectKind::ALL {
            for entry in ledger.entries_under(id, kind, "").await.unwrap() {
                let outcome = match entry.state {
                    EntryState::Seen => "seen",
                    EntryState::Intended { .. } => "in doubt",
                    EntryState::Settled { outcome } => outcome.name(),
                };
                let line = Line {
                    outcome,
                    cause: entry.cause,
                    fingerprint: entry.fingerprint,
                    landed: entry.target.is_some(),
                };
                lines.insert(entry.key.to_string(), line);
            }
        }
        let all = Filter::default();
        let letters = ledger.dead_letters(id, &all, None, u32::MAX).await.unwrap();
        Self {
            lines,
            tallies: ledger.tallies(id, pass).await.unwrap(),
            letters: letters.into_iter().map(|letter| (letter.key.to_string(), letter.cause)).collect(),
        }
    }

    /// The same books without the fingerprints. They hold ids the destination gave, which differ between two runs whose
    /// workers came to the records in another order.
    #[must_use]
    pub fn without_fingerprints(mut self) -> Self {
        for line in self.lines.values_mut() {
            line.fingerprint = None;
        }
        self
    }

    /// What the other books say otherwise, at most ten lines of it; empty when they agree.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let keys: BTreeSet<&String> = self.lines.keys().chain(other.lines.keys()).collect();
        for key in keys {
            let (one, two) = (self.lines.get(key), other.lines.get(key));
            if one != two {
                found.push(format!("{key}: {one:?} or {two:?}"));
            }
        }
        for kind in ObjectKind::ALL {
            let (one, two) = (self.tallies.get(&kind), other.tallies.get(&kind));
            if one != two {
                found.push(format!("{kind}: {one:?} or {two:?}"));
            }
        }
        if self.letters != other.letters {
            found.push(format!("dead letters: {} or {}", self.letters.len(), other.letters.len()));
        }
        found.truncate(10);
        found
    }
}
