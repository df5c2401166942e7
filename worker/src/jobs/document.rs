//! The document job: writes down what does not move. One file below per kind says what is read and which rows come of it;
//! the columns stand in the documents' own room. Nothing here has the destination in its reach but as a name of the
//! context, and nothing is called there.
//!
//! A document is whole or it is not issued: it has exactly as many rows as the source counts. A listing shifts while one
//! walks, so the walk is begun anew when it does not come out; a source that never does halts the migration.

mod article;
mod automation;
mod contract;
mod device;
mod field;
mod integration;
mod invoice;
mod sla;
mod time_entry;
mod told;
mod walk;

use documents::{Deliverables, Drafts};
use protocol::{FailureCode, ObjectKind};

use crate::{Context, Held, Trouble};

/// Writes the documents of the batch's kind.
///
/// # Errors
/// [`Trouble`] when the source cannot be read, does not show what it counts, or the documents cannot be stored.
pub(crate) async fn document(cx: &Context, held: &Held) -> Result<(), Trouble> {
    match held.batch().kind {
        ObjectKind::Contract => contract::write(cx, held).await,
        ObjectKind::Device => device::write(cx, held).await,
        ObjectKind::TimeEntry => time_entry::write(cx, held).await,
        ObjectKind::Invoice => invoice::write(cx, held).await,
        ObjectKind::Article => article::write(cx, held).await,
        ObjectKind::SlaPolicy => sla::write(cx, held).await,
        ObjectKind::Integration => integration::write(cx, held).await,
        ObjectKind::Automation => automation::write(cx, held).await,
        ObjectKind::FieldVisibility => field::write(cx, held).await,
        // What is moved is told of by the reconciliation and the companion files.
        ObjectKind::CustomField
        | ObjectKind::Tag
        | ObjectKind::Agent
        | ObjectKind::Customer
        | ObjectKind::Contact
        | ObjectKind::Ticket
        | ObjectKind::Message
        | ObjectKind::Attachment => Ok(()),
    }
}

/// Drafts of this attempt, and where they are issued.
fn begin(cx: &Context, held: &Held) -> Result<(Drafts, Deliverables), Trouble> {
    let out = Deliverables::open(&cx.papers).map_err(|error| unwritten(&error))?;
    let (batch, fence) = held.attempt();
    let attempt = format!("{}-{}", batch.0, fence.0);
    let drafts = Drafts::begin(out.root(), held.batch().kind, &attempt).map_err(|error| unwritten(&error))?;
    Ok((drafts, out))
}

/// Issues what was written, as long as the batch is ours.
async fn issue(held: &Held, drafts: Drafts, out: &Deliverables) -> Result<(), Trouble> {
    held.check()?;
    let entries = drafts.issue(out).await.map_err(|error| unwritten(&error))?;
    let rows: u64 = entries.iter().filter_map(|entry| entry.rows).sum();
    tracing::info!(kind = %held.batch().kind, documents = entries.len(), rows, "documents written");
    Ok(())
}

/// The disk refused: like the spool of the notes, it is waited for or ends the run as the ledger does.
fn unwritten(error: &documents::Error) -> Trouble {
    Trouble::Failure {
        code: FailureCode::LedgerUnavailable,
        at: "documents".to_owned(),
        detail: error.to_string(),
    }
}
