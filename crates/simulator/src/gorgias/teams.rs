//! Teams and widgets: kept and listed, without behaviour. Source: Gorgias OpenAPI 1.5.1, teams and widgets.

use axum::Router;

use super::kind::Kind;
use super::plain::{self, Resource};
use super::schema::{Field, Shape, field, open, text};
use crate::world::Shared;

static MEMBER: Shape = Shape::Open;
static TEAM_FIELDS: [Field; 4] = [
    text("name", 255).required(),
    text("description", 1024).or_null(),
    open("decoration").or_null(),
    field("members", Shape::List { of: &MEMBER, min: 0, max: 1000 }),
];

static WIDGET_FIELDS: [Field; 5] = [
    text("type", 100).required(),
    open("template").required(),
    field("context", Shape::OneOf(&["ticket", "customer", "user"])),
    field("order", Shape::Int),
    field("integration_id", Shape::Int).or_null(),
];

static TEAMS: Resource = Resource {
    kind: Kind::Team,
    path: "/api/teams",
    fields: &TEAM_FIELDS,
    required: &["name"],
    deletable: true,
    page: 30,
    admit: plain::anything,
};

static WIDGETS: Resource = Resource {
    kind: Kind::Widget,
    path: "/api/widgets",
    fields: &WIDGET_FIELDS,
    required: &["type", "template"],
    deletable: true,
    page: 30,
    admit: plain::anything,
};

pub(super) fn routes() -> Router<Shared> {
    plain::routes(&TEAMS).merge(plain::routes(&WIDGETS))
}
