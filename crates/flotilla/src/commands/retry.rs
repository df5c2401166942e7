//! `flotilla retry`: makes rejected and failed records unaccounted again, so that the next run tries them.

use std::sync::Arc;

use bootstrap::SystemClock;
use ledger::{Filter, SqliteLedger};
use protocol::{FailureCode, Key, MigrationState, ObjectKind, SourceId};
use serde::Serialize;

use crate::{exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `retry`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only records with this cause, such as target_rejected
    #[arg(long, value_name = "CODE")]
    cause: Option<FailureCode>,
    /// Only records of this kind
    #[arg(long, value_name = "KIND")]
    kind: Option<ObjectKind>,
    /// Only the record with this id at the source (a ticket unless --kind says otherwise)
    #[arg(long, value_name = "SOURCE-ID")]
    id: Option<String>,
}

#[derive(Debug, Serialize)]
struct Reopened {
    records: usize,
    keys: Vec<Key>,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the ledger is not there, in use by a run, or the migration is past retrying.
pub(crate) async fn run(which: Args, call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let id = &settings.migration.id;
    let ledger = SqliteLedger::open(&settings.storage.ledger, Arc::new(SystemClock)).await?;
    let migration = ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()))?;
    let kinds = match (which.kind, &which.id) {
        (Some(kind), _) if kind.is_nested() => return Err(nested(kind)),
        (Some(kind), _) => vec![kind],
        (None, Some(_)) => vec![ObjectKind::Ticket],
        (None, None) => ObjectKind::phases().collect(),
    };
    let mut keys = Vec::new();
    for kind in kinds {
        let key = which.id.clone().map(|id| Key { kind, id: SourceId(id) });
        let filter = Filter { cause: which.cause, kind: Some(kind), key };
        keys.extend(ledger.reopen(id, migration.pass, &filter).await?);
    }
    if !keys.is_empty() && migration.state == MigrationState::Ready {
        let who = settings.migration.signed_off_by.as_deref().unwrap_or("operator");
        ledger.transition(id, MigrationState::Running, None, who, "records are tried again").await?;
    }
    let records = keys.len();
    call.output.say(&Reopened { records, keys }, || match records {
        0 => "No record that was rejected or failed is meant by this.".to_owned(),
        _ => format!("{records} records will be tried again. Now: flotilla run"),
    })?;
    Ok(Exit::Ok)
}

/// Files and later messages have no way of their own.
fn nested(kind: ObjectKind) -> Failure {
    Failure::new(
        Exit::Refused,
        format!(
            "a record of kind {kind} is tried again with its ticket, never by itself: give the ticket's id; a ticket \
             that landed without it stays as it is"
        ),
    )
}
