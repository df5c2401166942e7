//! What an operator does with a migration. Each deed is a move in the ledger, where workers and dispatcher see it; nothing
//! is waited for.

use std::sync::Arc;

use axum::{Json, extract::State};
use protocol::{
    Controls, Migration, MigrationState,
    api::{MigrationDetail, Reason, Retried, Retry, StartMigration},
};

use super::{
    Api,
    auth::Operator,
    body::{MaySend, Sent},
    lookup::Named,
    migrations::signature_problem,
    problem::Refusal,
};

type Answer = Result<Json<MigrationDetail>, Refusal>;

/// Start a migration
///
/// Begins the first pass, or the next one of a migration that is ready. Somebody has to sign for the map, here or at its
/// creation.
#[utoipa::path(post, path = "/v1/migrations/{id}/start", operation_id = "start_migration",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/StartMigration"), description = "May be missing"),
    responses((status = 200, description = "It goes on", body = ref("#/components/schemas/MigrationDetail"))))]
pub(crate) async fn start(
    State(api): State<Arc<Api>>,
    Operator(who): Operator,
    Named(migration): Named,
    MaySend(asked): MaySend<StartMigration>,
) -> Answer {
    go_on(&api, &who, &migration, &asked).await
}

/// Let a paused or halted migration go on
///
/// Batches that were given up are tried again.
#[utoipa::path(post, path = "/v1/migrations/{id}/resume", operation_id = "resume_migration",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/StartMigration"), description = "May be missing"),
    responses((status = 200, description = "It goes on", body = ref("#/components/schemas/MigrationDetail"))))]
pub(crate) async fn resume(
    State(api): State<Arc<Api>>,
    Operator(who): Operator,
    Named(migration): Named,
    MaySend(asked): MaySend<StartMigration>,
) -> Answer {
    if !matches!(migration.state, MigrationState::Paused | MigrationState::Halted) {
        return Err(Refusal::conflict("only a paused or halted migration is resumed; start begins a pass"));
    }
    go_on(&api, &who, &migration, &asked).await
}

/// Hold a migration
///
/// Workers hand its batches back within two seconds, without an attempt spent.
#[utoipa::path(post, path = "/v1/migrations/{id}/pause", operation_id = "pause_migration",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/Reason"), description = "May be missing"),
    responses((status = 200, description = "It is held", body = ref("#/components/schemas/MigrationDetail"))))]
pub(crate) async fn pause(
    State(api): State<Arc<Api>>,
    Operator(who): Operator,
    Named(migration): Named,
    MaySend(reason): MaySend<Reason>,
) -> Answer {
    go_to(&api, &who, &migration, MigrationState::Paused, &reason).await
}

/// Give a migration up
///
/// What was written stays at the destination.
#[utoipa::path(post, path = "/v1/migrations/{id}/cancel", operation_id = "cancel_migration",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/Reason"), description = "May be missing"),
    responses((status = 200, description = "It is given up", body = ref("#/components/schemas/MigrationDetail"))))]
pub(crate) async fn cancel(
    State(api): State<Arc<Api>>,
    Operator(who): Operator,
    Named(migration): Named,
    MaySend(reason): MaySend<Reason>,
) -> Answer {
    go_to(&api, &who, &migration, MigrationState::Cancelled, &reason).await
}

/// Try rejected and failed records again
///
/// All of them, or those of a cause, of a kind, or one record. A migration that was ready runs again for them.
#[utoipa::path(post, path = "/v1/migrations/{id}/retry", operation_id = "retry_records",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/Retry"), description = "May be missing"),
    responses((status = 200, description = "The records that will be tried again",
        body = ref("#/components/schemas/Retried"))))]
pub(crate) async fn retry(
    State(api): State<Arc<Api>>,
    Operator(who): Operator,
    Named(migration): Named,
    MaySend(which): MaySend<Retry>,
) -> Result<Json<Retried>, Refusal> {
    let retried = crate::retry(&*api.ledger, &migration.id, &which, &who).await?;
    api.wake.notify_one();
    Ok(Json(retried))
}

/// Change the live controls
///
/// They replace those before; what is not given stands as the account has it.
#[utoipa::path(post, path = "/v1/migrations/{id}/throttle", operation_id = "throttle_migration",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/Controls"), description = "The controls"),
    responses((status = 200, description = "They are set", body = ref("#/components/schemas/MigrationDetail"))))]
pub(crate) async fn throttle(
    State(api): State<Arc<Api>>,
    Operator(who): Operator,
    Named(migration): Named,
    Sent(controls): Sent<Controls>,
) -> Answer {
    let mut problems = Vec::new();
    let allowed = api.limit_of(&migration).await?.unwrap_or(u32::MAX);
    if controls.limit.is_some_and(|limit| limit > allowed) {
        problems.push("limit: the account does not allow so much".to_owned());
    }
    if controls.limit == Some(0) {
        problems.push("limit: give at least 1 request per window, or pause the migration".to_owned());
    }
    if controls.reserve.is_some_and(|share| !(0.0..=0.99).contains(&share)) {
        problems.push("reserve: give a share from 0.0 to 0.99".to_owned());
    }
    if controls.window == Some(0) {
        problems.push("window: give at least 1 batch, or pause the migration".to_owned());
    }
    if !problems.is_empty() {
        return Err(Refusal::all_invalid(problems));
    }
    api.ledger.set_controls(&migration.id, &controls, &who, "throttle").await?;
    shown(&api, &migration).await
}

async fn go_on(api: &Api, who: &str, migration: &Migration, asked: &StartMigration) -> Answer {
    let mut problems: Vec<String> = signature_problem(asked.signed_off_by.as_deref()).into_iter().collect();
    if let Some(map) = &asked.map {
        problems.extend(mapping::problems(map, &[]).iter().map(|problem| format!("map: {problem}")));
    }
    if !problems.is_empty() {
        return Err(Refusal::all_invalid(problems));
    }
    crate::begin(&*api.ledger, &migration.id, asked, who).await?;
    shown(api, migration).await
}

async fn go_to(api: &Api, who: &str, migration: &Migration, to: MigrationState, reason: &Reason) -> Answer {
    let why: String = reason.why.as_deref().unwrap_or("asked for").chars().take(500).collect();
    api.ledger.transition(&migration.id, to, None, who, &why).await?;
    shown(api, migration).await
}

/// The migration as it stands after a deed; the service looks at it at once.
async fn shown(api: &Api, migration: &Migration) -> Answer {
    api.wake.notify_one();
    let unknown = || Refusal::no_such("there is no such migration");
    let migration = api.ledger.migration(&migration.id).await?.ok_or_else(unknown)?;
    Ok(Json(api.detail(migration).await?))
}
