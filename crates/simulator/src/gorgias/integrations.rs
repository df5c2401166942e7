//! Integrations: only those of type `http` can be made. Their triggers stand in the record; which of them would
//! have been called stands in `outbox`. Source: Gorgias OpenAPI 1.5.1, integrations.

use axum::Router;

use super::kind::Kind;
use super::plain::{self, Resource};
use super::schema::{Field, Shape, field, instant, open, text};
use crate::world::Shared;

static FIELDS: [Field; 5] = [
    text("name", 255).required(),
    field("type", Shape::OneOf(&["http"])).required(),
    text("description", 5000).or_null(),
    open("http").or_null(),
    instant("deactivated_datetime").or_null(),
];

static INTEGRATIONS: Resource = Resource {
    kind: Kind::Integration,
    path: "/api/integrations",
    fields: &FIELDS,
    required: &["name", "type"],
    deletable: true,
    page: 30,
    admit: plain::anything,
};

pub(super) fn routes() -> Router<Shared> {
    plain::routes(&INTEGRATIONS)
}
