//! Views: saved ticket lists. Their filter language is not understood here; a view's items are all tickets.
//! Source: Gorgias OpenAPI 1.5.1, views.

use axum::Router;
use axum::routing::get;

use super::answer::Outcome;
use super::call::Call;
use super::kind::Kind;
use super::listing::{self, Order, PAGING};
use super::plain::{self, Resource};
use super::render::View;
use super::schema::{Field, Shape, field, open, text};
use super::visible;
use crate::world::Shared;

static STRING: Shape = Shape::Text { min: 1, max: 100 };
static FIELDS: [Field; 10] = [
    text("name", 255).required(),
    text("slug", 100),
    text("type", 100),
    text("filters", 100_000),
    open("filters_ast").or_null(),
    field("fields", Shape::List { of: &STRING, min: 0, max: 100 }),
    open("order_by").or_null(),
    text("order_dir", 4),
    text("visibility", 20),
    open("decoration").or_null(),
];

static VIEWS: Resource = Resource {
    kind: Kind::View,
    path: "/api/views",
    fields: &FIELDS,
    required: &["name"],
    deletable: true,
    page: 30,
    admit: plain::anything,
};

pub(super) fn routes() -> Router<Shared> {
    plain::routes(&VIEWS).route("/api/views/{id}/items", get(items))
}

async fn items(call: Call) -> Outcome {
    call.allow_query(&PAGING)?;
    let order = listing::order(&call, &["created_datetime", "updated_datetime"], Order::Descending)?;
    let settings = call.settings();
    let state = call.state();
    state.demand(Kind::View, call.id(0))?;
    let ids = visible::all(&call, &state, Kind::Ticket);
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    listing::page(&call, ids, order, 30, |id| view.draw(Kind::Ticket, id))
}
