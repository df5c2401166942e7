//! The running counts: what one transaction changed is added to the pass's row, never counted afresh.

use std::collections::BTreeMap;

use protocol::{FailureCode, ObjectKind, Outcome};
use sqlx::SqliteConnection;

use super::guard::Place;
use crate::{Result, sql};

/// What a transaction changes in the counts of one kind.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    source: i64,
    columns: [i64; Outcome::ALL.len()],
    causes: BTreeMap<FailureCode, i64>,
}

impl Change {
    /// Records that are new to the pass.
    pub(super) fn seen(&mut self, records: i64) {
        self.source += records;
    }

    /// A record put in a column.
    pub(super) fn settled(&mut self, outcome: Outcome, cause: Option<FailureCode>) {
        self.add(outcome, cause, 1);
    }

    /// A record taken out of a column.
    pub(super) fn unsettled(&mut self, outcome: Outcome, cause: Option<FailureCode>) {
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

    /// Adds the change to the pass's counts.
    pub(super) async fn keep(
        self,
        conn: &mut SqliteConnection,
        place: Place,
        kind: ObjectKind,
    ) -> Result<()> {
        if self.source != 0 || self.columns.iter().any(|by| *by != 0) {
            let count = sqlx::query(sql::accounts::COUNT).bind(place.migration).bind(place.pass);
            let count = count.bind(kind.name()).bind(self.source);
            self.columns.iter().fold(count, |count, by| count.bind(*by)).execute(&mut *conn).await?;
        }
        for (cause, by) in self.causes.into_iter().filter(|(_, by)| *by != 0) {
            sqlx::query(sql::accounts::COUNT_CAUSE)
                .bind(place.migration)
                .bind(place.pass)
                .bind(cause.name())
                .bind(by)
                .execute(&mut *conn)
                .await?;
        }
        Ok(())
    }
}

fn has_cause_counted(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Rejected | Outcome::Failed | Outcome::Skipped)
}
