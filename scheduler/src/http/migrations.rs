//! Migrations: made, listed, shown.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
};
use ledger::Created;
use protocol::{
    At, Fingerprint, MigrationSettings, Name,
    api::{CreateMigration, MigrationDetail, MigrationLine, MigrationList},
};

use super::{
    Api,
    auth::{Operator, Viewer},
    body::Sent,
    lookup::Named,
    problem::Refusal,
};
use crate::{Error, delta::Slots};

/// The header that makes a request to create repeatable.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// All migrations
#[utoipa::path(get, path = "/v1/migrations", operation_id = "list_migrations",
    responses((status = 200, description = "All migrations, by name",
        body = ref("#/components/schemas/MigrationList"))))]
pub(crate) async fn list(State(api): State<Arc<Api>>, _: Viewer) -> Result<Json<MigrationList>, Refusal> {
    let mut migrations = Vec::new();
    for migration in api.ledger.migrations().await? {
        let (source, destination) = match crate::settings_of(&*api.ledger, &migration.id).await {
            Ok(settings) => (Some(settings.source), Some(settings.destination)),
            Err(Error::Settings { .. }) => (None, None),
            Err(error) => return Err(error.into()),
        };
        migrations.push(MigrationLine { migration, source, destination });
    }
    Ok(Json(MigrationList { migrations }))
}

/// One migration, and what it waits for
#[utoipa::path(get, path = "/v1/migrations/{id}", operation_id = "show_migration",
    params(("id" = String, Path, description = "Name of the migration")),
    responses((status = 200, description = "All that is said of it",
        body = ref("#/components/schemas/MigrationDetail"))))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
) -> Result<Json<MigrationDetail>, Refusal> {
    Ok(Json(api.detail(migration).await?))
}

/// Create a migration
///
/// It does nothing until it is started. The same request with the same Idempotency-Key is answered again, with the
/// migration as it stands.
#[utoipa::path(post, path = "/v1/migrations", operation_id = "create_migration",
    params(("Idempotency-Key" = Option<String>, Header, description = "Name of the request, 1 to 100 visible characters")),
    request_body(content = ref("#/components/schemas/CreateMigration"), description = "The migration"),
    responses(
        (status = 201, description = "It is made", body = ref("#/components/schemas/MigrationDetail")),
        (status = 200, description = "It was made by this very request before",
            body = ref("#/components/schemas/MigrationDetail")),
        (status = 409, description = "A migration of this name was made by another request",
            body = ref("#/components/schemas/Problem"), content_type = "application/problem+json")))]
pub(crate) async fn create(
    State(api): State<Arc<Api>>,
    Operator(who): Operator,
    headers: HeaderMap,
    Sent(asked): Sent<CreateMigration>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<MigrationDetail>), Refusal> {
    let asked = CreateMigration { map: asked.map.at_rest(), ..asked };
    let key = request_key(&headers)?.map(|key| format!("{who}:{key}"));
    let problems = problems(&api, &asked).await?;
    if !problems.is_empty() {
        return Err(Refusal::all_invalid(problems));
    }
    let body = Fingerprint::of(serde_json::json!(asked).to_string().as_bytes());
    let CreateMigration { id, source, destination, map, .. } = asked;
    let settings = MigrationSettings {
        source,
        destination,
        map,
        signed_off_by: asked.signed_off_by,
        signed_map: asked.signed_map,
        batch_pages: asked.batch_pages,
        error_budget: asked.error_budget,
        documents: asked.documents,
        delta: asked.delta,
    };
    let request = key.as_deref().map(|key| (key, body));
    let made = api.ledger.create_once(request, &id, serde_json::json!(settings), &who).await?;
    let (status, migration) = match made {
        Created::New(migration) => (StatusCode::CREATED, migration),
        Created::Again(migration) => (StatusCode::OK, migration),
    };
    let place = [(header::LOCATION, format!("/v1/migrations/{id}"))];
    Ok((status, place, Json(api.detail(migration).await?)))
}

fn request_key(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let Some(key) = headers.get(KEY) else { return Ok(None) };
    let key = key
        .to_str()
        .ok()
        .filter(|key| (1..=100).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()));
    key.map(Some).ok_or_else(|| Refusal::malformed("Idempotency-Key has to be 1 to 100 visible characters"))
}

/// Everything that is wrong with what was asked for.
async fn problems(api: &Api, asked: &CreateMigration) -> Result<Vec<String>, Refusal> {
    let mut found = Vec::new();
    for (field, name, wanted) in
        [("source", &asked.source, "atera"), ("destination", &asked.destination, "gorgias")]
    {
        let vendor = vendor_of(api, name).await?;
        if vendor != Some(wanted) {
            found.push(match vendor {
                None => format!("{field}: there is no such account, put it first"),
                Some(vendor) => format!("{field}: the account is one of {vendor}, name one of {wanted}"),
            });
        }
    }
    found.extend(mapping::problems(&asked.map, &[]).iter().map(|problem| format!("map: {problem}")));
    if let Some(delta) = &asked.delta {
        found.extend(Slots::of(delta).err().map(|error| error.to_string()));
    }
    if asked.batch_pages.is_some_and(|pages| !(1..=1_000).contains(&pages)) {
        found.push("batch_pages: give 1 to 1000".to_owned());
    }
    found.extend(signature_problem(asked.signed_off_by.as_deref()));
    Ok(found)
}

async fn vendor_of(api: &Api, name: &Name) -> Result<Option<&'static str>, Refusal> {
    let account = api.ledger.account(name).await?;
    Ok(account.map(|account| match account.at {
        At::Atera { .. } => "atera",
        At::Gorgias { .. } => "gorgias",
    }))
}

/// Why a name cannot stand under a map.
pub(crate) fn signature_problem(name: Option<&str>) -> Option<String> {
    let name = name?;
    let good = !name.trim().is_empty() && name.chars().count() <= 100 && !name.contains(char::is_control);
    (!good).then(|| "signed_off_by: give a person's name of at most 100 characters".to_owned())
}
