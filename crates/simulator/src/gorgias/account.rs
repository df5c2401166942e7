//! The account itself and its settings, of which the ones that could surprise an import stand in the seed.
//! Source: Gorgias OpenAPI 1.5.1, account.

use axum::Router;
use axum::routing::{get, put};
use serde_json::{Value, json};

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::kind::Kind;
use super::listing;
use super::render::View;
use super::schema::{Field, Leave, check, open, text};
use super::visible;
use crate::world::Shared;

static SETTING: [Field; 2] = [text("type", 100).required(), open("data").required()];

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/account", get(account))
        .route("/api/account/settings", get(settings).post(create))
        .route("/api/account/settings/{id}", put(change))
}

fn drawn_settings(call: &Call) -> Vec<Value> {
    let switches = call.settings();
    let state = call.state();
    let view = View { state: &state, clock: &call.world.clock, settings: &switches };
    let ids = visible::all(call, &state, Kind::AccountSetting);
    ids.into_iter().map(|id| view.draw(Kind::AccountSetting, id)).collect()
}

async fn account(call: Call) -> Outcome {
    call.allow_query(&[])?;
    let settings = drawn_settings(&call);
    Ok(Answer::ok(json!({
        "domain": "simulated",
        "status": {"status": "active"},
        "created_datetime": call.world.clock.instant(0),
        "deactivated_datetime": null,
        "settings": settings,
    })))
}

async fn settings(call: Call) -> Outcome {
    call.allow_query(&["type"])?;
    let wanted = call.query("type").map(str::to_owned);
    let mut rows = drawn_settings(&call);
    rows.retain(|row| wanted.as_deref().is_none_or(|kind| row["type"] == kind));
    listing::whole(rows)
}

async fn create(call: Call) -> Outcome {
    let fields = check(call.body()?, &SETTING, &Leave::default())?;
    let settings = call.settings();
    let mut state = call.state();
    let id = state.create(Kind::AccountSetting, call.world.clock.millis(), fields);
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::created(view.draw(Kind::AccountSetting, id)))
}

async fn change(call: Call) -> Outcome {
    let fields = check(call.body()?, &SETTING, &Leave::default())?;
    let settings = call.settings();
    let mut state = call.state();
    state.demand(Kind::AccountSetting, call.id(0))?;
    state.table_mut(Kind::AccountSetting).edit(call.id(0), |stored| stored.extend(fields));
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::accepted(view.draw(Kind::AccountSetting, call.id(0))))
}
