//! Errands other than a move, the dossier they fill, and the milestones after them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use protocol::{
    BeginErrand, Errand, Leaf, UndoScope,
    api::{MigrationDetail, UndoCount},
    milestone::Declare,
};
use serde::Deserialize;

use super::{
    Api,
    auth::{Operator, Viewer},
    body::{Asked, Sent},
    lookup::Named,
    problem::Refusal,
};

/// Begin an errand
///
/// A pass with a purpose: to assess, sample, verify, bring up to date, document or undo. A move is begun by `start`.
#[utoipa::path(post, path = "/v1/migrations/{id}/errands", operation_id = "begin_errand",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/BeginErrand"), description = "What for"),
    responses((status = 200, description = "It has begun", body = ref("#/components/schemas/MigrationDetail"))))]
pub(crate) async fn begin(
    State(api): State<Arc<Api>>,
    Operator(who): Operator,
    Named(migration): Named,
    Sent(asked): Sent<BeginErrand>,
) -> Result<Json<MigrationDetail>, Refusal> {
    let errand = Errand::try_from(asked).map_err(|error| Refusal::all_invalid(vec![error.to_string()]))?;
    let begun = crate::begin_errand(&*api.ledger, &migration.id, &errand, &who).await?;
    api.wake.notify_one();
    Ok(Json(api.detail(begun).await?))
}

/// Declare a milestone
///
/// The source frozen, the destination made the system of record, the watch ended. Refused with what has to be done first.
#[utoipa::path(post, path = "/v1/migrations/{id}/milestones", operation_id = "declare_milestone",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/Declare"), description = "Which"),
    responses((status = 200, description = "It stands", body = ref("#/components/schemas/MigrationDetail"))))]
pub(crate) async fn declare(
    State(api): State<Arc<Api>>,
    Operator(who): Operator,
    Named(migration): Named,
    Sent(asked): Sent<Declare>,
) -> Result<Json<MigrationDetail>, Refusal> {
    let declared = crate::declare(&*api.ledger, &migration.id, &asked, &who).await?;
    Ok(Json(api.detail(declared).await?))
}

/// Count what a rollback would take back
///
/// Nothing is changed. All records of ours unless a scope is given.
#[utoipa::path(post, path = "/v1/migrations/{id}/undo-count", operation_id = "count_undo",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/UndoScope"), description = "Which records"),
    responses((status = 200, description = "The counts", body = ref("#/components/schemas/UndoCount"))))]
pub(crate) async fn undo_count(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
    Sent(scope): Sent<UndoScope>,
) -> Result<Json<UndoCount>, Refusal> {
    Ok(Json(crate::undo_count(&*api.ledger, &migration.id, &scope).await?))
}

/// Which version of a leaf.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Version {
    version: Option<u32>,
}

/// Read a leaf of the dossier
///
/// What was found and decided about the migration, by name: the newest version unless one is asked for.
#[utoipa::path(get, path = "/v1/migrations/{id}/dossier/{name}", operation_id = "read_leaf",
    params(("id" = String, Path, description = "Name of the migration"),
        ("name" = String, Path, description = "Name of the leaf"),
        ("version" = Option<u32>, Query, description = "A version; the newest unless given")),
    responses((status = 200, description = "The leaf", body = ref("#/components/schemas/Leaf"))))]
pub(crate) async fn leaf(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
    Path(place): Path<(String, String)>,
    Asked(Version { version }): Asked<Version>,
) -> Result<Json<Leaf>, Refusal> {
    let leaf = api.ledger.leaf(&migration.id, &place.1, version).await?;
    leaf.map(Json).ok_or_else(|| Refusal::no_such("the dossier has no such leaf yet"))
}
