//! What is said of a migration before it is made, and somebody's word for a finding. The assessment itself is an errand.

use std::sync::Arc;

use assess::{Assessment, Finding, Rate};
use axum::{Json, extract::State};
use protocol::{Migration, api::Acknowledge};

use super::{
    Api,
    auth::{Operator, Viewer},
    body::Sent,
    lookup::Named,
    migrations::signature_problem,
    problem::Refusal,
};
use crate::judgement::{self, UNKNOWN_SOURCE_PER_S};

/// The assessment
///
/// Score, grade, estimate, exposure and pre-flight, computed from the newest facts under the map as it stands.
#[utoipa::path(get, path = "/v1/migrations/{id}/assessment", operation_id = "show_assessment",
    params(("id" = String, Path, description = "Name of the migration")),
    responses((status = 200, description = "What is said of it", body = ref("#/components/schemas/Assessment"))))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
) -> Result<Json<Assessment>, Refusal> {
    let id = &migration.id;
    let papers = judgement::papers(&*api.ledger, id).await?;
    let papers = papers.ok_or_else(|| Refusal::no_such("the migration was not assessed yet"))?;
    let settings = crate::settings_of(&*api.ledger, id).await?;
    let rate = rate(&api, &migration).await?;
    let terms = papers.terms(&settings.map, rate, UNKNOWN_SOURCE_PER_S);
    Ok(Json(assess::assess(&papers.facts, &papers.records, &terms)))
}

/// Acknowledge a finding
///
/// A named person's word for a finding as it stands; one that changes asks again.
#[utoipa::path(post, path = "/v1/migrations/{id}/assessment/acknowledge", operation_id = "acknowledge_finding",
    params(("id" = String, Path, description = "Name of the migration")),
    request_body(content = ref("#/components/schemas/Acknowledge"), description = "Which rule, and who"),
    responses((status = 200, description = "It is acknowledged", body = ref("#/components/schemas/Finding"))))]
pub(crate) async fn acknowledge(
    State(api): State<Arc<Api>>,
    _: Operator,
    Named(migration): Named,
    Sent(asked): Sent<Acknowledge>,
) -> Result<Json<Finding>, Refusal> {
    let mut problems: Vec<String> = signature_problem(Some(&asked.by)).into_iter().collect();
    let known = assess::RULES.iter().find(|rule| rule.id == asked.rule);
    if known.is_none() {
        problems.push("rule: there is no such rule".to_owned());
    }
    if !problems.is_empty() {
        return Err(Refusal::all_invalid(problems));
    }
    let settings = crate::settings_of(&*api.ledger, &migration.id).await?;
    let word =
        judgement::acknowledge(&*api.ledger, &migration.id, &settings.map, &asked.rule, &asked.by).await?;
    Ok(Json(word))
}

async fn rate(api: &Api, migration: &Migration) -> Result<Rate, Refusal> {
    let settings = crate::settings_of(&*api.ledger, &migration.id).await?;
    let account = api.ledger.account(&settings.destination).await?;
    Ok(match account.map(|account| account.at) {
        Some(protocol::At::Gorgias { rate }) => {
            Rate { limit: rate.limit, window_ms: rate.window_ms, reserve: rate.reserve }
        }
        _ => judgement::UNKNOWN_RATE,
    })
}
