//! Create, read, change, delete for the resources that a migration only looks at: checked against a schema, kept
//! as given. A resource with any behaviour of its own has its own file and handlers.

use axum::Router;
use axum::routing::get;
use serde_json::{Map, Value};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::kind::Kind;
use super::listing::{self, Order, PAGING};
use super::render::View;
use super::schema::{Field, Leave, check};
use super::state::State;
use super::visible;
use crate::world::Shared;

/// A resource without behaviour.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) kind: Kind,
    /// Its path, from `/api` on.
    pub(super) path: &'static str,
    /// What its body may hold.
    pub(super) fields: &'static [Field],
    /// The required fields a change may leave out.
    pub(super) required: &'static [&'static str],
    /// Whether it can be deleted.
    pub(super) deletable: bool,
    /// Rows on a page when the caller does not say.
    pub(super) page: usize,
    /// What must hold before one is created, beyond the schema.
    pub(super) admit: Admit,
}

/// A last word on a new record, and what its creation sets off.
pub(super) type Admit = fn(&mut State, &Map<String, Value>) -> Result<(), Refusal>;

/// Admits everything.
pub(super) fn anything(_: &mut State, _: &Map<String, Value>) -> Result<(), Refusal> {
    Ok(())
}

/// Its routes.
pub(super) fn routes(resource: &'static Resource) -> Router<Shared> {
    let many = get(move |call: Call| async move { list(resource, &call) })
        .post(move |call: Call| async move { create(resource, &call) });
    let one = get(move |call: Call| async move { visible::one(&call, resource.kind, call.id(0)) })
        .put(move |call: Call| async move { change(resource, &call) });
    let one = if resource.deletable {
        one.delete(move |call: Call| async move { delete(resource, &call) })
    } else {
        one
    };
    Router::new().route(resource.path, many).route(&format!("{}/{{id}}", resource.path), one)
}

fn list(resource: &Resource, call: &Call) -> Outcome {
    call.allow_query(&[
        PAGING[0],
        PAGING[1],
        PAGING[2],
        "search",
        "type",
        "external_id",
        "ticket_id",
        "customer_id",
    ])?;
    let order = listing::order(
        call,
        &["created_datetime", "updated_datetime", "name", "priority"],
        Order::Ascending,
    )?;
    let settings = call.settings();
    let state = call.state();
    let ids = match (call.query("external_id"), call.query_id("ticket_id")?) {
        (Some(external_id), _) => visible::external(call, &state, resource.kind, external_id),
        (None, Some(ticket)) => visible::under(call, &state, resource.kind, &super::kind::ticket_key(ticket)),
        (None, None) => visible::all(call, &state, resource.kind),
    };
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    listing::page(call, ids, order, resource.page, |id| view.draw(resource.kind, id))
}

fn create(resource: &Resource, call: &Call) -> Outcome {
    let fields = check(call.body()?, resource.fields, &Leave::default())?;
    let settings = call.settings();
    let mut state = call.state();
    (resource.admit)(&mut state, &fields)?;
    let id = state.create(resource.kind, call.world.clock.millis(), fields);
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::created(view.draw(resource.kind, id)))
}

fn change(resource: &Resource, call: &Call) -> Outcome {
    let leave = Leave { optional: resource.required, ..Leave::default() };
    let fields = check(call.body()?, resource.fields, &leave)?;
    let settings = call.settings();
    let mut state = call.state();
    let id = call.id(0);
    state.demand(resource.kind, id)?;
    state.table_mut(resource.kind).edit(id, |stored| stored.extend(fields));
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::accepted(view.draw(resource.kind, id)))
}

fn delete(resource: &Resource, call: &Call) -> Outcome {
    if call.state().table_mut(resource.kind).remove(call.id(0)) {
        Ok(Answer::gone())
    } else {
        Err(Refusal::missing(resource.kind.noun(), call.id(0)))
    }
}
