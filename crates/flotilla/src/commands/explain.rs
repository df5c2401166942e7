//! `flotilla explain KIND ID`: all that is known of one record, and what to do about it. What the record says is not known
//! there.

use protocol::{Key, ObjectKind, SourceId};

use crate::{exit::Exit, failure::Failure, invocation::Invocation, operator};

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// custom_field, tag, agent, customer, contact, ticket, message or attachment
    kind: ObjectKind,
    /// Its id at the source
    source_id: String,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the migration cannot be looked up.
pub(crate) async fn run(args: &Args, invocation: &Invocation) -> Result<Exit, Failure> {
    let settings = invocation.settings()?;
    let key = Key { kind: args.kind, id: SourceId(args.source_id.clone()) };
    let explanation = operator::of(invocation, &settings)?.explain(key).await?;
    let known = explanation.entry.is_some();
    invocation.output.say(&explanation, || explanation.says.join("\n"))?;
    Ok(if known { Exit::Ok } else { Exit::Failed })
}
