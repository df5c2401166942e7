//! What is handed over at the end: the certificate of silence, and the bundle of every document and report.

use std::sync::Arc;

use axum::{Json, extract::State};
use documents::{
    certificate,
    handoff::{self, Bundle},
};
use protocol::certificate::Certificate;

use super::{
    Api,
    auth::{Operator, Viewer},
    lookup::Named,
    problem::Refusal,
};
use crate::{Error, papers};

/// The certificate of silence as it stands
#[utoipa::path(get, path = "/v1/migrations/{id}/certificate", operation_id = "certificate",
    params(("id" = String, Path, description = "Name of the migration")),
    responses((status = 200, description = "What shows that nobody was e-mailed, and what is missing for it",
        body = ref("#/components/schemas/Certificate"))))]
pub(crate) async fn certify(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Named(migration): Named,
) -> Result<Json<Certificate>, Refusal> {
    Ok(Json(crate::certificate(&*api.ledger, &migration.id).await?))
}

/// Gather the bundle
///
/// Every document and report of the migration, the certificate among them, with sums, in a folder beside its reports.
#[utoipa::path(post, path = "/v1/migrations/{id}/handoff", operation_id = "hand_off",
    params(("id" = String, Path, description = "Name of the migration")),
    responses((status = 200, description = "It is gathered", body = ref("#/components/schemas/Bundle"))))]
pub(crate) async fn hand_off(
    State(api): State<Arc<Api>>,
    _: Operator,
    Named(migration): Named,
) -> Result<Json<Bundle>, Refusal> {
    let reports = super::papers::reports(&api)?;
    let papers = papers::folder(reports, &migration.id).map_err(Error::from)?;
    let certificate = crate::certificate(&*api.ledger, &migration.id).await?;
    certificate::put(&papers, &certificate).await.map_err(Error::from)?;
    // No migration has a dot in its name.
    let to = reports.join(format!("{}.handoff", migration.id));
    let from = papers.root().to_owned();
    let gathered = tokio::task::spawn_blocking(move || handoff::gather(&from, &to)).await;
    let bundle = gathered.map_err(|_| Refusal::not_ready("the bundle could not be gathered: try again"))?;
    Ok(Json(bundle.map_err(Error::from)?))
}
