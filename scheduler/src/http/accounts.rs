//! Accounts at the vendors, by name. Credentials are named, never carried.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use protocol::{Account, Name, api::AccountList};

use super::{
    Api, account_check,
    auth::{Admin, Viewer},
    body::Sent,
    problem::Refusal,
};

/// All accounts
#[utoipa::path(get, path = "/v1/accounts", operation_id = "list_accounts",
    responses((status = 200, description = "All accounts, by name", body = ref("#/components/schemas/AccountList"))))]
pub(crate) async fn list(State(api): State<Arc<Api>>, _: Viewer) -> Result<Json<AccountList>, Refusal> {
    Ok(Json(AccountList { accounts: api.ledger.accounts().await? }))
}

/// One account
#[utoipa::path(get, path = "/v1/accounts/{name}", operation_id = "show_account",
    params(("name" = String, Path, description = "Name of the account")),
    responses((status = 200, description = "The account", body = ref("#/components/schemas/Account"))))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    _: Viewer,
    Path(name): Path<String>,
) -> Result<Json<Account>, Refusal> {
    let unknown = || Refusal::no_such("there is no such account");
    let name = Name::new(name).map_err(|_| unknown())?;
    api.ledger.account(&name).await?.map(Json).ok_or_else(unknown)
}

/// Keep an account under its name
///
/// The latest counts. The secret lies with the workers, under the credential's name.
#[utoipa::path(post, path = "/v1/accounts", operation_id = "put_account",
    request_body(content = ref("#/components/schemas/Account"), description = "The account"),
    responses((status = 200, description = "The account is kept", body = ref("#/components/schemas/Account"))))]
pub(crate) async fn create(
    State(api): State<Arc<Api>>,
    Admin(who): Admin,
    Sent(account): Sent<Account>,
) -> Result<(StatusCode, Json<Account>), Refusal> {
    let problems = account_check::problems(&account);
    if !problems.is_empty() {
        return Err(Refusal::all_invalid(problems));
    }
    api.ledger.put_account(&account).await?;
    tracing::info!(account = %account.name, who, "account kept");
    api.wake.notify_one();
    Ok((StatusCode::OK, Json(account)))
}
