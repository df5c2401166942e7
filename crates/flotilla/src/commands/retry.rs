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
    let key = which.id.map(|id| Key { kind: which.kind.unwrap_or(ObjectKind::Ticket), id: SourceId(id) });
    let filter = Filter { cause: which.cause, kind: which.kind, key };
    let keys = ledger.reopen(id, migration.pass, &filter).await?;
    if !keys.is_empty() && migration.state == MigrationState::Ready {
        let who = settings.migration.signed_off_by.as_deref().unwrap_or("operator");
        ledger.transition(id, MigrationState::Running, None, who, "records are tried again").await?;
    }
    let records = keys.len();
    call.output.say(&Reopened { records, keys }, || {
        format!("{records} records will be tried again. Now: flotilla run")
    })?;
    Ok(Exit::Ok)
}
