//! What is told of a migration: report, audit log, failures, single records.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use ledger::Filter;
use protocol::{
    FailureCode, Key, ObjectKind, SourceId,
    api::{Events, Explanation, Failure, Failures},
};
use serde::Deserialize;

use super::{Api, auth::Viewer, body::Asked, lookup::Named, problem::Refusal};

/// Lines or records of one page, unless asked otherwise, and at most.
const PAGE: u32 = 100;
const LARGEST_PAGE: u32 = 1_000;

/// The form of a report.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    /// For a program.
    #[default]
    Json,
    /// For a spreadsheet.
    Csv,
    /// For a person.
    Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportQuery {
    #[serde(default)]
    format: Form,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsQuery {
    #[serde(default)]
    after: i64,
    limit: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FailuresQuery {
    cause: Option<FailureCode>,
    kind: Option<ObjectKind>,
    after_kind: Option<ObjectKind>,
    after_id: Option<String>,
    limit: Option<u32>,
}

/// The reconciliation of the present pass
#[utoipa::path(get, path = "/v1/migrations/{id}/report", operation_id = "report",
    params(("id" = String, Path, description = "Name of the migration"),
        ("format" = Option<String>, Query, description = "json (unless given), csv or text")),
    responses((status = 200, description = "What became of every record", content(
        (ref("#/components/schemas/Reconciliation") = "application/json"),
        (String = "text/csv"), (String = "text/plain")))))]
pub(crate) async fn report(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
    Asked(query): Asked<ReportQuery>,
) -> Result<Response, Refusal> {
    let report = crate::reconcile(&*api.ledger, &migration).await?;
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    let csv: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, "text/csv; charset=utf-8")];
    Ok(match query.format {
        Form::Json => Json(report).into_response(),
        Form::Text => (plain, documents::reconciliation::text(&report)).into_response(),
        Form::Csv => {
            (csv, documents::reconciliation::csv(&report).map_err(crate::Error::from)?).into_response()
        }
    })
}

/// The audit log, oldest line first
#[utoipa::path(get, path = "/v1/migrations/{id}/events", operation_id = "events",
    params(("id" = String, Path, description = "Name of the migration"),
        ("after" = Option<i64>, Query, description = "Lines after the one of this number"),
        ("limit" = Option<u32>, Query, description = "At most so many, up to 1000; 100 unless given")),
    responses((status = 200, description = "A page of it", body = ref("#/components/schemas/Events"))))]
pub(crate) async fn events(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
    Asked(query): Asked<EventsQuery>,
) -> Result<Json<Events>, Refusal> {
    let events = api.ledger.audit_after(&migration.id, query.after, page(query.limit)?).await?;
    let next = events.last().map_or(query.after, |line| line.seq);
    Ok(Json(Events { events, next }))
}

/// Rejected and failed records, with cause and advice
#[utoipa::path(get, path = "/v1/migrations/{id}/failures", operation_id = "failures",
    params(("id" = String, Path, description = "Name of the migration"),
        ("cause" = Option<String>, Query, description = "Only those with this cause"),
        ("kind" = Option<String>, Query, description = "Only those of this kind"),
        ("after_kind" = Option<String>, Query, description = "Kind of the last record of the page before"),
        ("after_id" = Option<String>, Query, description = "Its id"),
        ("limit" = Option<u32>, Query, description = "At most so many, up to 1000; 100 unless given")),
    responses((status = 200, description = "A page of them", body = ref("#/components/schemas/Failures"))))]
pub(crate) async fn failures(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
    Asked(query): Asked<FailuresQuery>,
) -> Result<Json<Failures>, Refusal> {
    let limit = page(query.limit)?;
    let after = match (query.after_kind, query.after_id) {
        (Some(kind), Some(id)) => Some(Key { kind, id: SourceId(id) }),
        (None, None) => None,
        _ => return Err(Refusal::malformed("give both after_kind and after_id, or neither")),
    };
    let filter = Filter { cause: query.cause, kind: query.kind, key: None };
    let letters = api.ledger.dead_letters(&migration.id, &filter, after.as_ref(), limit).await?;
    let full = letters.len() as u64 >= u64::from(limit);
    let next = letters.last().filter(|_| full).map(|letter| letter.key.clone());
    let told = letters.into_iter().map(|letter| Failure {
        decision: letter.cause.decision(),
        advice: letter.cause.advice().to_owned(),
        letter,
    });
    Ok(Json(Failures { failures: told.collect(), next }))
}

/// What is known of one record
#[utoipa::path(get, path = "/v1/migrations/{id}/records/{kind}/{source_id}", operation_id = "explain_record",
    params(("id" = String, Path, description = "Name of the migration"),
        ("kind" = String, Path, description = "Kind of the record"),
        ("source_id" = String, Path, description = "Its id at the source")),
    responses((status = 200, description = "All that is known of it", body = ref("#/components/schemas/Explanation"))))]
pub(crate) async fn record(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
    path: Path<(String, String, String)>,
) -> Result<Json<Explanation>, Refusal> {
    let Path((_, kind, source_id)) = path;
    let kind: ObjectKind = kind.parse().map_err(|_| Refusal::no_such("there is no such kind of record"))?;
    let key = Key { kind, id: SourceId(source_id) };
    let explanation = crate::explain(&*api.ledger, &migration, key).await?;
    if explanation.entry.is_none() {
        return Err(Refusal::no_such("the ledger has never seen this record"));
    }
    Ok(Json(explanation))
}

fn page(limit: Option<u32>) -> Result<u32, Refusal> {
    match limit.unwrap_or(PAGE) {
        limit @ 1..=LARGEST_PAGE => Ok(limit),
        _ => Err(Refusal::malformed("limit is 1 to 1000")),
    }
}
