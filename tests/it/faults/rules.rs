//! Fault rules in few words, as `PUT /_sim/faults` takes them. Nothing is sent from here.

use serde_json::{Value, json};

/// Every write of the destination that a rule can be about: what it makes, method and path.
pub(super) const WRITES: [(&str, &str, &str); 6] = [
    ("tag", "POST", "/api/tags$"),
    ("custom field", "POST", "/api/custom-fields$"),
    ("customer or contact", "POST", "/api/customers$"),
    ("values of a customer", "PUT", "/api/customers/"),
    ("ticket", "POST", "/api/tickets$"),
    ("message", "POST", "/api/tickets/*/messages$"),
];

/// A rule for requests of the destination.
pub(super) fn gorgias(method: &str, path: &str, action: &Value) -> Value {
    json!({ "api": "gorgias", "method": method, "path": path, "action": action })
}

/// A rule for reads of the source.
pub(super) fn atera(path: &str, action: &Value) -> Value {
    json!({ "api": "atera", "path": path, "action": action })
}

/// The rule, striking so many requests only.
pub(super) fn times(mut rule: Value, times: u64) -> Value {
    rule["times"] = json!(times);
    rule
}

/// The rule, letting so many requests pass first.
pub(super) fn after(mut rule: Value, skip: u64) -> Value {
    rule["skip"] = json!(skip);
    rule
}

/// Answered with this status and not applied.
pub(super) fn status(status: u16) -> Value {
    json!({ "kind": "status", "status": status })
}

/// Answered 429 with `Retry-After` in seconds.
pub(super) fn throttled(seconds: u64) -> Value {
    json!({ "kind": "status", "status": 429, "retry_after": seconds })
}

/// Refused with 400, naming a field.
pub(super) fn refused(field: &str) -> Value {
    let body = json!({ "error": { "msg": "invalid", "data": { field: ["no such value"] } } });
    json!({ "kind": "status", "status": 400, "body": body.to_string() })
}

/// A fault without parameters: `drop`, `half_body`, `bad_bytes`, `expire_token`, `applied_then_timeout`.
pub(super) fn plain(kind: &str) -> Value {
    json!({ "kind": kind })
}

/// Applied, and the answer held back this long, in ms.
pub(super) fn slow(ms: u64) -> Value {
    json!({ "kind": "slow", "ms": ms })
}
