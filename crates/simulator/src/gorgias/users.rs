//! Users, the agents. Making one sends an invitation e-mail, so each is counted. `GET /users/0` is the caller.
//! Source: Gorgias OpenAPI 1.5.1, users; changelog of October 2022 for the fields that are gone.

use axum::Router;
use axum::routing::get;
use serde_json::{Map, Value};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::kind::{Kind, email_key};
use super::listing::{self, Order, PAGING};
use super::render::View;
use super::schema::{Field, Leave, Shape, check, field, open, text};
use super::visible;
use crate::world::Shared;

const WRITABLE_ROLES: [&str; 5] = ["admin", "agent", "basic-agent", "lite-agent", "observer-agent"];

static ROLE: [Field; 1] = [field("name", Shape::OneOf(&WRITABLE_ROLES)).required()];
static FIELDS: [Field; 10] = [
    text("email", 320).required(),
    text("name", 255).required(),
    field("role", Shape::Object(&ROLE)).required(),
    text("external_id", 255).or_null(),
    field("language", Shape::OneOf(&["fr", "en"])).or_null(),
    text("timezone", 100).or_null(),
    text("country", 3).or_null(),
    text("bio", 5000).or_null(),
    open("meta").or_null(),
    text("password_confirmation", 255),
];

pub(super) fn routes() -> Router<Shared> {
    let one = get(read).put(change).delete(delete);
    Router::new().route("/api/users", get(list).post(create)).route("/api/users/{id}", one)
}

async fn list(call: Call) -> Outcome {
    let filters = ["email", "external_id", "search", "roles", "available_first"];
    call.allow_query(&[&PAGING[..], &filters[..]].concat())?;
    let order = listing::order(&call, &["name", "created_datetime", "email"], Order::Ascending)?;
    let settings = call.settings();
    let state = call.state();
    let table = state.table(Kind::User);
    let fits = |fields: &Map<String, Value>| {
        let text = |name: &str| visible::text_at(fields, name).to_lowercase();
        let email = call.query("email").is_none_or(|email| text("email") == email.trim().to_lowercase());
        let external =
            call.query("external_id").is_none_or(|id| visible::text_at(fields, "external_id") == id);
        let role = call.query("roles").is_none_or(|role| fields["role"]["name"] == role);
        let search = call.query("search").map(str::to_lowercase);
        let found = search.is_none_or(|part| text("name").contains(&part) || text("email").contains(&part));
        email && external && role && found
    };
    let ids = visible::all(&call, &state, Kind::User);
    let ids = ids.into_iter().filter(|id| table.get(*id).is_some_and(|fields| fits(&fields))).collect();
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    listing::page(&call, ids, order, 30, |id| view.draw(Kind::User, id))
}

async fn read(call: Call) -> Outcome {
    let id = if call.id(0) == 0 { call.state().caller } else { call.id(0) };
    visible::one(&call, Kind::User, id)
}

async fn create(call: Call) -> Outcome {
    let leave = Leave { unknown: &["password_confirmation"], ..Leave::default() };
    let mut fields = check(call.body()?, &FIELDS, &leave)?;
    let email = visible::text_at(&fields, "email").trim().to_owned();
    if !email.contains('@') {
        return Err(Refusal::field("email", "Not a valid e-mail address."));
    }
    let settings = call.settings();
    let mut state = call.state();
    if !state.table(Kind::User).find(&email_key(&email)).is_empty() {
        return Err(Refusal::field("email", "Already in use.").with_status(409));
    }
    fields.insert("active".to_owned(), true.into());
    state.outbox.invitations_sent += 1;
    let id = state.create(Kind::User, call.world.clock.millis(), fields);
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::created(view.draw(Kind::User, id)))
}

async fn change(call: Call) -> Outcome {
    let leave = Leave { optional: &["email", "name", "role"], ..Leave::default() };
    let mut fields = check(call.body()?, &FIELDS, &leave)?;
    let confirmed = fields.remove("password_confirmation").is_some();
    let settings = call.settings();
    let mut state = call.state();
    let id = call.id(0);
    let stored = state.demand(Kind::User, id)?.fields();
    let moves = fields.get("email").is_some_and(|email| Some(email) != stored.get("email"));
    if moves && !confirmed {
        return Err(Refusal::field("password_confirmation", "Missing data for required field."));
    }
    state.table_mut(Kind::User).edit(id, |user| user.extend(fields));
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::accepted(view.draw(Kind::User, id)))
}

async fn delete(call: Call) -> Outcome {
    let mut state = call.state();
    state.demand(Kind::User, call.id(0))?;
    if call.id(0) == state.caller {
        return Err(Refusal::new(403, "A user cannot delete himself"));
    }
    state.table_mut(Kind::User).remove(call.id(0));
    Ok(Answer::gone())
}
