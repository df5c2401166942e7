//! What is told of a migration's documents, and the look at an article that lets it be used.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use documents::index;
use protocol::{
    DocumentIndex, Migration,
    documents::{Articles, ReviewArticle},
};

use super::{
    Api,
    auth::{Operator, Viewer},
    body::Sent,
    lookup::Named,
    migrations::signature_problem,
    problem::Refusal,
};
use crate::Error;

/// The documents of a migration, with where each came from
#[utoipa::path(get, path = "/v1/migrations/{id}/documents", operation_id = "documents",
    params(("id" = String, Path, description = "Name of the migration")),
    responses((status = 200, description = "Every document that was written",
        body = ref("#/components/schemas/DocumentIndex"))))]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
) -> Result<Json<DocumentIndex>, Refusal> {
    let folder = reports(&api)?.join(migration.id.as_str());
    let found = index::read(&folder).map_err(Error::from)?;
    found.map(Json).ok_or_else(|| none_yet(&migration))
}

/// The articles that asked for a person's look
#[utoipa::path(get, path = "/v1/migrations/{id}/articles", operation_id = "articles",
    params(("id" = String, Path, description = "Name of the migration")),
    responses((status = 200, description = "Every flagged article", body = ref("#/components/schemas/Articles"))))]
pub(crate) async fn articles(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
) -> Result<Json<Articles>, Refusal> {
    Ok(Json(crate::articles(reports(&api)?, &migration.id)?))
}

/// Say that an article was looked at
///
/// It counts for the body that lies there now; another body asks for another look.
#[utoipa::path(post, path = "/v1/migrations/{id}/articles/{article}/review", operation_id = "review_article",
    params(("id" = String, Path, description = "Name of the migration"),
        ("article" = String, Path, description = "The article's id at the source")),
    request_body(content = ref("#/components/schemas/ReviewArticle"), description = "Who looked"),
    responses((status = 200, description = "Every flagged article", body = ref("#/components/schemas/Articles"))))]
pub(crate) async fn review(
    State(api): State<Arc<Api>>,
    Operator(who): Operator,
    Named(migration): Named,
    path: Path<(String, String)>,
    Sent(asked): Sent<ReviewArticle>,
) -> Result<Json<Articles>, Refusal> {
    let Path((_, article)) = path;
    if let Some(problem) = signature_problem(Some(&asked.by)) {
        return Err(Refusal::all_invalid(vec![problem.replace("signed_off_by", "by")]));
    }
    let told =
        crate::review(&*api.ledger, reports(&api)?, &migration.id, &article, (&asked.by, &who)).await?;
    Ok(Json(told))
}

pub(super) fn reports(api: &Api) -> Result<&std::path::Path, Refusal> {
    api.reports.as_deref().ok_or_else(|| Refusal::no_such("this scheduler writes no papers"))
}

fn none_yet(migration: &Migration) -> Refusal {
    Error::NoDocuments { id: migration.id.clone() }.into()
}
