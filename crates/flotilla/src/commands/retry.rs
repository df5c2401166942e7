//! `flotilla retry`: makes rejected and failed records unaccounted again, so that the next run tries them.

use std::sync::Arc;

use bootstrap::SystemClock;
use ledger::SqliteLedger;
use protocol::{FailureCode, ObjectKind, api::Retry};

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

/// Runs.
///
/// # Errors
/// [`Failure`] when the ledger is not there, in use by a run, or the migration is past retrying.
pub(crate) async fn run(which: Args, call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let id = &settings.migration.id;
    let ledger = SqliteLedger::open(&settings.storage.ledger, Arc::new(SystemClock)).await?;
    let which = Retry { cause: which.cause, kind: which.kind, id: which.id };
    let who = settings.migration.signed_off_by.as_deref().unwrap_or("operator");
    let retried = scheduler::retry(&*ledger, id, &which, who).await?;
    call.output.say(&retried, || match retried.records {
        0 => "No record that was rejected or failed is meant by this.".to_owned(),
        records => format!("{records} records will be tried again. Now: flotilla run"),
    })?;
    Ok(Exit::Ok)
}
