//! The Gorgias stand-in: its routes, its one account, and the sockets' worth of strictness the documents promise.
//! One file per resource. It knows nothing of where records come from.

mod account;
mod answer;
mod bucket;
mod call;
mod custom_fields;
mod customers;
mod events;
mod field_values;
mod gate;
mod integrations;
mod jobs;
mod kind;
mod listing;
mod macros;
mod message_body;
mod messages;
mod outbox;
mod people;
mod plain;
mod render;
mod rules;
mod schema;
mod search;
mod seed;
mod state;
mod surveys;
mod table;
mod tags;
mod teams;
mod ticket_body;
mod ticket_tags;
mod tickets;
mod tokens;
mod uploads;
mod users;
mod views;
mod visible;

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::post;

use crate::door::Door;
use crate::faults;
use crate::options::Options;

pub(crate) use bucket::Bucket;
pub(crate) use kind::{Kind, external_key, name_key, ticket_key};
pub(crate) use render::View;
pub(crate) use state::{Guard, State};
pub(crate) use table::Record;
pub(crate) use tokens::Tokens;

use answer::Refusal;

/// The Gorgias account: its credentials, its records, its bucket.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) email: String,
    pub(crate) api_key: String,
    state: Mutex<State>,
    bucket: Mutex<Bucket>,
    tokens: Mutex<Tokens>,
}

impl Account {
    /// An account as a new customer of the vendor would have it after a few weeks of use.
    pub(crate) fn new(options: &Options) -> Self {
        let mut state = State::new();
        seed::account(&mut state);
        let stem = format!("{:016x}", options.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        Self {
            email: seed::ADMIN_EMAIL.to_owned(),
            api_key: format!("key-{stem}"),
            state: Mutex::new(state),
            bucket: Mutex::new(Bucket::new(options.rate)),
            tokens: Mutex::new(Tokens::new(&stem)),
        }
    }

    /// Makes customers who own these e-mails already, before anything is migrated.
    pub(crate) fn seed_existing_customers(&self, emails: &[String]) {
        seed::existing_customers(&mut self.state(), emails);
    }

    /// The records.
    pub(crate) fn state(&self) -> Guard<'_> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bucket.
    pub(crate) fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The OAuth tokens.
    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything the Gorgias listener serves but the admin routes.
pub(crate) fn router(door: &Door) -> Router {
    let api = Router::new()
        .merge(account::routes())
        .merge(custom_fields::routes())
        .merge(customers::routes())
        .merge(events::routes())
        .merge(field_values::routes())
        .merge(integrations::routes())
        .merge(jobs::routes())
        .merge(macros::routes())
        .merge(messages::routes())
        .merge(rules::routes())
        .merge(search::routes())
        .merge(surveys::routes())
        .merge(tags::routes())
        .merge(teams::routes())
        .merge(ticket_tags::routes())
        .merge(tickets::routes())
        .merge(uploads::routes())
        .merge(users::routes())
        .merge(views::routes())
        .fallback(|| async { Refusal::new(404, "No such endpoint") })
        .method_not_allowed_fallback(|| async { Refusal::new(405, "Method not allowed") })
        .layer(from_fn_with_state(door.clone(), faults::layer))
        .layer(from_fn_with_state(door.clone(), gate::keep));
    let open = Router::new()
        .route("/oauth/token", post(tokens::token))
        .merge(uploads::open_routes())
        .layer(from_fn_with_state(door.clone(), faults::layer));
    api.merge(open).with_state(door.world.clone())
}
