//! The error budget: many rejects are one cause that a human should see, not so many separate dead letters.

use protocol::{FailureCode, ObjectKind};

use crate::{Context, Held, Trouble};

/// Halts the migration when more records were rejected or failed than the budget allows.
pub(crate) async fn check(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let tallies = cx.ledger.tallies(&cx.migration, held.batch().pass).await?;
    let counted = [ObjectKind::Customer, ObjectKind::Contact, ObjectKind::Ticket];
    let spent: u64 =
        counted.iter().filter_map(|kind| tallies.get(kind)).map(|tally| tally.rejected + tally.failed).sum();
    if spent > cx.knobs.error_budget {
        return Err(Trouble::Failure {
            code: FailureCode::ErrorBudget,
            at: held.batch().kind.to_string(),
            detail: format!("{spent} records rejected or failed, {} allowed", cx.knobs.error_budget),
        });
    }
    Ok(())
}
