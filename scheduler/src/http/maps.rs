//! The map of a migration: as it stands, a new version of it, and somebody's word for it.

use std::sync::Arc;

use axum::{Json, extract::State};
use protocol::{MapSpec, Migration, api::ConfirmMap};

use super::{
    Api,
    auth::{Operator, Viewer},
    body::Sent,
    lookup::Named,
    migrations::signature_problem,
    problem::Refusal,
};
use crate::{
    Error,
    map_desk::{self, Confirmed, Standing},
};

/// The map as it stands
#[utoipa::path(get, path = "/v1/migrations/{id}/map", operation_id = "show_map",
    params(("id" = String, Path, description = "Name of the migration")),
    responses((status = 200, description = "The map, its version, and whose word there is",
        body = ref("#/components/schemas/StandingMap"))))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
) -> Result<Json<Standing>, Refusal> {
    Ok(Json(standing(&api, &migration).await?))
}

/// Put a new version of the map
///
/// Nobody has confirmed it then.
#[utoipa::path(post, path = "/v1/migrations/{id}/map", operation_id = "put_map",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/MapSpec"), description = "The map"),
    responses((status = 200, description = "It is the map now", body = ref("#/components/schemas/StandingMap"))))]
pub(crate) async fn put(
    State(api): State<Arc<Api>>,
    Operator(who): Operator,
    Named(migration): Named,
    Sent(spec): Sent<MapSpec>,
) -> Result<Json<Standing>, Refusal> {
    let ledger = &*api.ledger;
    let before = crate::settings_of(ledger, &migration.id).await?.map;
    let put = map_desk::put_map(ledger, &migration.id, &spec, &before, &who).await;
    Ok(Json(put.map_err(|error| match error {
        // What is wrong is told by place, the map has just come with the request.
        Error::BadMap { problems } => Refusal::all_invalid(
            problems.iter().map(|_| "map: an entry cannot be followed".to_owned()).collect(),
        ),
        other => other.into(),
    })?))
}

/// Confirm the map as it stands
///
/// A named person's word for exactly this map; with another one nothing moves.
#[utoipa::path(post, path = "/v1/migrations/{id}/map/confirm", operation_id = "confirm_map",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/ConfirmMap"), description = "Who, and which map they saw"),
    responses((status = 200, description = "It is confirmed", body = ref("#/components/schemas/ConfirmedMap"))))]
pub(crate) async fn confirm(
    State(api): State<Arc<Api>>,
    _: Operator,
    Named(migration): Named,
    Sent(asked): Sent<ConfirmMap>,
) -> Result<Json<Confirmed>, Refusal> {
    let problems: Vec<String> = signature_problem(Some(&asked.by)).into_iter().collect();
    if !problems.is_empty() {
        return Err(Refusal::all_invalid(problems));
    }
    let standing = standing(&api, &migration).await?;
    let seen = Some(asked.hash.as_str());
    Ok(Json(map_desk::confirm_map(&*api.ledger, &migration.id, &standing, seen, &asked.by).await?))
}

async fn standing(api: &Api, migration: &Migration) -> Result<Standing, Refusal> {
    let settings = crate::settings_of(&*api.ledger, &migration.id).await?;
    Ok(map_desk::map_in_force(&*api.ledger, &migration.id, &settings.map).await?)
}
