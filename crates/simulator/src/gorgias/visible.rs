//! What a reader may already see. Whether a fresh record shows up in a list at once is not documented, so the lag
//! is a switch; a read by id is spared from it unless another switch says otherwise.

use serde_json::Value;

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::kind::{Kind, external_key};
use super::render::View;
use super::state::State;
use super::table::Record;

/// Ids of all records of a kind that lists show, ascending.
pub(super) fn all(call: &Call, state: &State, kind: Kind) -> Vec<i64> {
    let lag_ms = call.settings().visibility_lag_ms;
    let now_ms = call.world.clock.millis();
    let shown = state.table(kind).records().filter(|(_, record)| record.is_shown(now_ms, lag_ms));
    shown.map(|(id, _)| id).collect()
}

/// Ids of records under a key that lists show, ascending.
pub(super) fn under(call: &Call, state: &State, kind: Kind, key: &str) -> Vec<i64> {
    filtered(call, state, kind, state.table(kind).find(key), 0)
}

/// Ids of records with an `external_id` that lists show, ascending.
pub(super) fn external(call: &Call, state: &State, kind: Kind, external_id: &str) -> Vec<i64> {
    let extra_ms = call.settings().external_id_lag_ms;
    filtered(call, state, kind, state.table(kind).find(&external_key(external_id)), extra_ms)
}

/// Those of `ids` that exist and that lists show, in the order given.
pub(super) fn among(call: &Call, state: &State, kind: Kind, ids: &[i64]) -> Vec<i64> {
    filtered(call, state, kind, ids, 0)
}

/// One record by id as its endpoint shows it.
pub(super) fn one(call: &Call, kind: Kind, id: i64) -> Outcome {
    let settings = call.settings();
    let state = call.state();
    let record = state.demand(kind, id)?;
    if settings.get_by_id_lags && !record.is_shown(call.world.clock.millis(), settings.visibility_lag_ms) {
        return Err(Refusal::missing(kind.noun(), id));
    }
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::ok(if kind == Kind::Ticket { view.whole_ticket(id) } else { view.draw(kind, id) }))
}

fn filtered(call: &Call, state: &State, kind: Kind, ids: &[i64], extra_ms: u64) -> Vec<i64> {
    let lag_ms = call.settings().visibility_lag_ms + extra_ms;
    let now_ms = call.world.clock.millis();
    let shown = |record: &Record| record.is_shown(now_ms, lag_ms);
    ids.iter().copied().filter(|id| state.table(kind).record(*id).is_some_and(shown)).collect()
}

/// The string at `name`, empty if there is none.
pub(super) fn text_at<'a>(fields: &'a serde_json::Map<String, Value>, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}
