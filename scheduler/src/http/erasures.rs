//! The erasure of a migration.

use std::sync::Arc;

use axum::{Json, extract::State};
use protocol::erasure::{Erase, Erasure};

use super::{Api, auth::Admin, body::Sent, lookup::Named, migrations::signature_problem, problem::Refusal};

/// Erase a migration that is over
///
/// Everything the ledger and the reports hold of it. What stands at the destination stays. The answer is the proof, and is
/// kept nowhere else.
#[utoipa::path(post, path = "/v1/migrations/{id}/erase", operation_id = "erase_migration",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/Erase"), description = "Who orders it, and its name once more"),
    responses((status = 200, description = "It is erased", body = ref("#/components/schemas/Erasure"))))]
pub(crate) async fn erase(
    State(api): State<Arc<Api>>,
    Admin(who): Admin,
    Named(migration): Named,
    Sent(asked): Sent<Erase>,
) -> Result<Json<Erasure>, Refusal> {
    if let Some(problem) = signature_problem(Some(&asked.by)) {
        return Err(Refusal::all_invalid(vec![problem.replace("signed_off_by", "by")]));
    }
    let erased = crate::erase(&*api.ledger, &migration.id, api.reports.as_deref(), &asked).await?;
    tracing::warn!(migration = %migration.id, %who, "a migration was erased");
    Ok(Json(erased))
}
