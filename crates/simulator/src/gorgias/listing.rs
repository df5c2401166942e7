//! Lists: cursor, limit, order. A cursor is opaque, names the last row given and may expire; a row that was
//! created or deleted in between moves nobody else. Source: Gorgias, changelog "deprecation offset based pagination".

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;

/// Query parameters every list knows.
pub(super) const PAGING: [&str; 3] = ["cursor", "limit", "order_by"];

/// In which order rows stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Oldest first.
    Ascending,
    /// Newest first.
    Descending,
}

/// Reads `order_by=field:asc|desc`; both sides are checked.
pub(super) fn order(call: &Call, fields: &[&str], default: Order) -> Result<Order, Refusal> {
    let Some(text) = call.query("order_by") else {
        return Ok(default);
    };
    let first = text.split(',').next().unwrap_or_default();
    let (field, direction) = first.split_once(':').unwrap_or((first, "asc"));
    match (fields.contains(&field), direction) {
        (true, "asc") => Ok(Order::Ascending),
        (true, "desc") => Ok(Order::Descending),
        _ => Err(Refusal::field("order_by", "Not a valid choice.")),
    }
}

/// One page of `ids`, which are ascending in the list's own order, drawn by `draw`.
pub(super) fn page(
    call: &Call,
    mut ids: Vec<i64>,
    order: Order,
    default_limit: usize,
    draw: impl Fn(i64) -> Value,
) -> Outcome {
    let settings = call.settings();
    let limit = match call.query("limit").map(str::parse::<usize>) {
        None => default_limit,
        Some(Ok(limit)) if (1..=100).contains(&limit) => limit,
        Some(_) => return Err(Refusal::field("limit", "Must be between 1 and 100.")),
    };
    if order == Order::Descending {
        ids.reverse();
    }
    let total = ids.len();
    let now_ms = call.world.clock.millis();
    let start = match call.query("cursor") {
        None => 0,
        Some(text) => {
            let cursor = Cursor::read(text).ok_or_else(|| Refusal::field("cursor", "Invalid cursor."))?;
            let lifetime_ms = settings.cursor_lifetime_ms;
            if 0 < lifetime_ms && cursor.given_ms + lifetime_ms < now_ms {
                return Err(Refusal::field("cursor", "The cursor has expired."));
            }
            cursor.start(&ids, order)
        }
    };
    let end = (start + limit).min(total);
    let rows = &ids[start.min(total)..end];
    let data: Vec<Value> = rows.iter().map(|id| draw(*id)).collect();
    if settings.bare_lists {
        return Ok(Answer::ok(Value::Array(data)));
    }
    let cursor_after = |place: usize| Cursor { last: ids[place - 1], given_ms: now_ms }.write();
    let next = (end < total && !rows.is_empty()).then(|| cursor_after(end));
    let previous = (limit < start).then(|| cursor_after(start - limit));
    Ok(Answer::ok(json!({
        "object": "list",
        "uri": call.path,
        "data": data,
        "meta": {"prev_cursor": previous, "next_cursor": next, "total_resources": total},
    })))
}

/// The whole list at once, as the few unpaged endpoints answer.
pub(super) fn whole(data: Vec<Value>) -> Outcome {
    let body = Map::from_iter([("data".to_owned(), Value::Array(data))]);
    Ok(Answer::ok(Value::Object(body)))
}

#[derive(Debug)]
struct Cursor {
    last: i64,
    given_ms: u64,
}

impl Cursor {
    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}.{}", self.last, self.given_ms))
    }

    fn read(text: &str) -> Option<Self> {
        let plain = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (last, given_ms) = plain.split_once('.')?;
        Some(Self { last: last.parse().ok()?, given_ms: given_ms.parse().ok()? })
    }

    /// The place behind the row the cursor names; where that row is gone, behind where it stood by id.
    fn start(&self, ids: &[i64], order: Order) -> usize {
        if let Some(place) = ids.iter().position(|id| *id == self.last) {
            return place + 1;
        }
        ids.partition_point(|id| match order {
            Order::Ascending => *id < self.last,
            Order::Descending => self.last < *id,
        })
    }
}
