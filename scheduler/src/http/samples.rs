//! The word of the person who looked at a migration's sample.

use std::sync::Arc;

use axum::{Json, extract::State};
use protocol::sample::{SignOff, SignSample};

use super::{
    Api, auth::Operator, body::Sent, lookup::Named, migrations::signature_problem, problem::Refusal,
};

/// Sign for the newest sample
///
/// Binds a named person to map, scope, sample and program version. A run under any other is refused with what differs.
#[utoipa::path(post, path = "/v1/migrations/{id}/sample/sign-off", operation_id = "sign_off",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/SignSample"), description = "Who"),
    responses((status = 200, description = "It is signed for", body = ref("#/components/schemas/SignOff"))))]
pub(crate) async fn sign_off(
    State(api): State<Arc<Api>>,
    _: Operator,
    Named(migration): Named,
    Sent(asked): Sent<SignSample>,
) -> Result<Json<SignOff>, Refusal> {
    if let Some(problem) = signature_problem(Some(&asked.by)) {
        return Err(Refusal::all_invalid(vec![problem.replace("signed_off_by", "by")]));
    }
    let settings = crate::settings_of(&*api.ledger, &migration.id).await?;
    let scope = crate::scope_of(&settings);
    Ok(Json(crate::sign_off(&*api.ledger, &migration.id, &settings.map, scope, &asked).await?))
}
