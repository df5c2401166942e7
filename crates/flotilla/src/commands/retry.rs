//! `flotilla retry`: makes rejected and failed records unaccounted again, so that the next run tries them.

use protocol::{FailureCode, ObjectKind, api::Retry};

use crate::{exit::Exit, failure::Failure, invocation::Invocation, operator};

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
    let which = Retry { cause: which.cause, kind: which.kind, id: which.id };
    let operator = operator::of(call, &settings)?;
    let retried = operator.retry(&which).await?;
    call.output.say(&retried, || match retried.records {
        0 => "No record that was rejected or failed is meant by this.".to_owned(),
        records => format!("{records} records will be tried again. {}", operator.goes_on_by()),
    })?;
    Ok(Exit::Ok)
}
