//! The seat cycle of a migration: as it stands, planned anew, and somebody's word for a step.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use protocol::api::{PlanSeats, StepDone};

use super::{
    Api,
    auth::{Operator, Viewer},
    body::{MaySend, Sent},
    lookup::Named,
    migrations::signature_problem,
    problem::Refusal,
};
use crate::seat_desk::{self, StandingSeats};

/// The seat cycle as it stands
#[utoipa::path(get, path = "/v1/migrations/{id}/seats", operation_id = "show_seats",
    params(("id" = String, Path, description = "Name of the migration")),
    responses((status = 200, description = "Figures, verdict and steps",
        body = ref("#/components/schemas/StandingSeats"))))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
) -> Result<Json<StandingSeats>, Refusal> {
    Ok(Json(seat_desk::seats(&*api.ledger, &migration.id).await?))
}

/// Plan the seat cycle
///
/// From the newest assessment. Where it is not needed, or there is no way, it has no steps and says why.
#[utoipa::path(post, path = "/v1/migrations/{id}/seats", operation_id = "plan_seats",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/PlanSeats"), description = "What no call tells"),
    responses((status = 200, description = "It is planned", body = ref("#/components/schemas/StandingSeats"))))]
pub(crate) async fn plan(
    State(api): State<Arc<Api>>,
    Operator(who): Operator,
    Named(migration): Named,
    MaySend(asked): MaySend<PlanSeats>,
) -> Result<Json<StandingSeats>, Refusal> {
    let settings = crate::settings_of(&*api.ledger, &migration.id).await?;
    Ok(Json(seat_desk::plan(&*api.ledger, &migration.id, &settings.map, &asked, &who).await?))
}

/// Acknowledge a step of the seat cycle
///
/// A named person's word that it is done at the destination. Steps are acknowledged in their order; again is nothing.
#[utoipa::path(post, path = "/v1/migrations/{id}/seats/{step}", operation_id = "acknowledge_seat_step",
    params(("id" = String, Path, description = "Name of the migration"),
        ("step" = String, Path, description = "Number of the step, from 1")),
    request_body(content = ref("#/components/schemas/StepDone"), description = "Who did it, or saw it done"),
    responses((status = 200, description = "It is acknowledged",
        body = ref("#/components/schemas/StandingSeats"))))]
pub(crate) async fn acknowledge(
    State(api): State<Arc<Api>>,
    _: Operator,
    Named(migration): Named,
    path: Path<(String, String)>,
    Sent(asked): Sent<StepDone>,
) -> Result<Json<StandingSeats>, Refusal> {
    let Path((_, step)) = path;
    let step = step.parse().map_err(|_| Refusal::no_such("the seat cycle has no such step"))?;
    if let Some(problem) = signature_problem(Some(&asked.by)) {
        return Err(Refusal::all_invalid(vec![problem.replace("signed_off_by", "by")]));
    }
    Ok(Json(seat_desk::acknowledge(&*api.ledger, &migration.id, step, asked.by.trim()).await?))
}
