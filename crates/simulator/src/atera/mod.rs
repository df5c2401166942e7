//! The Atera v3 stand-in: one procedural account, read over HTTP the way Atera serves it.
//! Every record is computed from (seed, kind, id) when it is asked for, so two million tickets need no storage;
//! only edits made during a run are kept. Nothing here ever writes to Gorgias or knows our clients.

mod account;
mod account_routes;
mod admin;
mod alerts;
mod articles;
mod behaviour;
mod billing;
mod calendar;
mod comment_routes;
mod contacts;
mod contracts;
mod custom_fields;
mod custom_values;
mod customers;
mod edits;
mod envelope;
mod file_plan;
mod file_routes;
mod gate;
mod inventory;
mod markup;
mod prng;
mod prose;
mod query;
mod rates;
pub(crate) mod supplements;
mod technicians;
#[cfg(test)]
mod tests;
mod thread;
mod ticket_json;
mod ticket_plan;
mod ticket_routes;
mod traps;
mod truth;
mod work_hours;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tower_http::compression::CompressionLayer;

pub(crate) use self::account::{Account, Now, Setup};
pub(crate) use self::admin::admin_router;
pub(crate) use self::gate::SourceRate;

/// The API itself, to be nested at `/api/v3`; every route asks for the token and may be compressed.
pub(crate) fn router(account: Arc<Account>) -> Router {
    Router::new()
        .merge(ticket_routes::routes())
        .merge(comment_routes::routes())
        .merge(file_routes::listing_routes())
        .merge(work_hours::routes())
        .merge(customers::routes())
        .merge(contacts::routes())
        .merge(custom_values::routes())
        .merge(contracts::routes())
        .merge(articles::routes())
        .merge(billing::routes())
        .merge(rates::routes())
        .merge(inventory::routes())
        .merge(alerts::routes())
        .merge(account_routes::routes())
        .fallback(envelope::not_found)
        .layer(from_fn_with_state(Arc::clone(&account), gate::rate))
        .layer(from_fn_with_state(Arc::clone(&account), gate::token))
        .layer(CompressionLayer::new())
        .with_state(account)
}

/// The file hosts, to be merged at the root of the same listener: `/files/..` and the foreign `/foreign/..`.
///
/// They ask for no token; a request that brings one is counted in [`Account::token_sent_to_files`].
pub(crate) fn files_router(account: Arc<Account>) -> Router {
    file_routes::serving_routes().with_state(account)
}
