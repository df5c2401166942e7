//! The running counts: what one transaction changed is added to the pass's row, never counted afresh.

use std::collections::BTreeMap;

use protocol::{FailureCode, ObjectKind, Outcome};

use super::guard::Place;
use crate::session::{Session, query};
use crate::{Result, sql};

/// What a transaction changes in the counts of one kind.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    source: i64,
    columns: [i64; Outcome::ALL.len()],
    causes: BTreeMap<FailureCode, i64>,
}

impl Change {
    /// Records that are new to the pass.
    pub(crate) fn seen(&mut self, records: i64) {
        self.source += records;
    }

    /// A record put in a column.
    pub(crate) fn settled(&mut self, outcome: Outcome, cause: Option<FailureCode>) {
        self.add(outcome, cause, 1);
    }

    /// A record taken out of a column.
    pub(crate) fn unsettled(&mut self, outcome: Outcome, cause: Option<FailureCode>) {
        self.add(outcome, cause, -1);
    }

    fn add(&mut self, outcome: Outcome, cause: Option<FailureCode>, by: i64) {
        let column = Outcome::ALL.iter().position(|other| *other == outcome);
        if let Some(slot) = column.and_then(|column| self.columns.get_mut(column)) {
            *slot += by;
        }
        if let Some(cause) = cause.filter(|_| has_cause_counted(outcome)) {
            *self.causes.entry(cause).or_default() += by;
        }
    }

    /// By how much it changes `source` and each column, in the order of [`Outcome::ALL`]; none where it changes neither.
    pub(crate) fn figures(&self) -> Option<(i64, [i64; Outcome::ALL.len()])> {
        let changes = self.source != 0 || self.columns.iter().any(|by| *by != 0);
        changes.then_some((self.source, self.columns))
    }

    /// By how much it changes each cause.
    pub(crate) fn causes(&self) -> impl Iterator<Item = (&'static str, i64)> {
        self.causes.iter().map(|(cause, by)| (cause.name(), *by))
    }

    /// What two moves change together.
    pub(crate) fn and(&mut self, other: Self) {
        self.source += other.source;
        self.columns.iter_mut().zip(other.columns).for_each(|(column, by)| *column += by);
        for (cause, by) in other.causes {
            *self.causes.entry(cause).or_default() += by;
        }
    }

    /// Adds the change to the pass's counts.
    pub(crate) async fn keep(self, session: &mut Session<'_>, place: Place, kind: ObjectKind) -> Result<()> {
        let Place { migration, pass } = place;
        keep_counts(session, BTreeMap::from([((migration, pass, kind.name()), self)])).await
    }
}

/// Adds changes to the counts, by migration, pass and the kind's name. Every call wants these few rows: they are locked
/// last, and in one order.
pub(crate) async fn keep_counts(
    session: &mut Session<'_>,
    changes: BTreeMap<(i64, i64, &'static str), Change>,
) -> Result<()> {
    let mut causes: BTreeMap<(i64, i64, &'static str), i64> = BTreeMap::new();
    for ((migration, pass, kind), change) in changes {
        for (cause, by) in change.causes {
            *causes.entry((migration, pass, cause.name())).or_default() += by;
        }
        if change.source != 0 || change.columns.iter().any(|by| *by != 0) {
            let count = query(sql::accounts::COUNT).bind(migration).bind(pass);
            let count = count.bind(kind).bind(change.source);
            change.columns.iter().fold(count, |count, by| count.bind(*by)).execute(session).await?;
        }
    }
    for ((migration, pass, cause), by) in causes.into_iter().filter(|(_, by)| *by != 0) {
        let count = query(sql::accounts::COUNT_CAUSE).bind(migration).bind(pass).bind(cause);
        count.bind(by).execute(session).await?;
    }
    Ok(())
}

fn has_cause_counted(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Rejected | Outcome::Failed | Outcome::Skipped)
}
