//! Which keys there are and of what type: the embedded default file is the list. Keys that are secret, and tables whose
//! keys are free, are named here. No value is ever read here.

use serde_json::Value;

/// Keys whose values are never shown and never taken from a flag. Each has a sister `<key>_file`.
pub(super) const SECRETS: [&str; 7] = [
    "source.token",
    "destination.api_key",
    "destination.client_secret",
    "destination.refresh_token",
    "adviser.api_key",
    "fleet.redis_url",
    "fleet.postgres_url",
];

/// Tables whose keys are the user's own, always with text values.
const FREE_TABLES: [&str; 4] =
    ["map.status.values", "map.priority.values", "map.channel.values", "source.supplements.columns"];

/// First part of every variable that sets a key.
pub(super) const VARIABLE_PREFIX: &str = "FLOTILLA";

pub(super) fn is_secret(key: &str) -> bool {
    SECRETS.contains(&key)
}

/// The free table a key lies in, if it does.
pub(super) fn free_table(key: &str) -> Option<&'static str> {
    FREE_TABLES
        .into_iter()
        .find(|table| key.strip_prefix(table).is_some_and(|rest| rest.len() > 1 && rest.starts_with('.')))
}

/// The variable that sets a key.
pub(super) fn variable(key: &str) -> String {
    format!("{VARIABLE_PREFIX}__{}", key.to_uppercase().replace('.', "__"))
}

/// Brings a given value to the type of the default, reading it from text where it came as text.
pub(super) fn coerce(default: &Value, given: Value, from_text: bool) -> Result<Value, &'static str> {
    match (default, given) {
        (Value::String(_), Value::String(text)) => Ok(Value::String(text)),
        (Value::Bool(_), Value::Bool(flag)) => Ok(Value::Bool(flag)),
        (Value::Array(_), Value::Array(items)) => Ok(Value::Array(items)),
        (Value::Number(wanted), Value::Number(number)) => {
            if wanted.is_f64() || !number.is_f64() {
                Ok(Value::Number(number))
            } else {
                Err("a whole number")
            }
        }
        (Value::Bool(_), Value::String(text)) if from_text => match text.trim() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err("true or false"),
        },
        (Value::Number(wanted), Value::String(text)) if from_text => {
            number(&text, wanted.is_f64()).ok_or(expected(default))
        }
        (Value::Array(_), Value::String(text)) if from_text => Ok(list(&text)),
        (default, _) => Err(expected(default)),
    }
}

fn expected(default: &Value) -> &'static str {
    match default {
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "a whole number",
        Value::Array(_) => "a list",
        _ => "text",
    }
}

fn number(text: &str, fraction: bool) -> Option<Value> {
    let text = text.trim();
    if fraction {
        serde_json::Number::from_f64(text.parse().ok()?).map(Value::Number)
    } else {
        text.parse::<i64>().ok().map(Value::from)
    }
}

/// A JSON list, or items separated by commas.
fn list(text: &str) -> Value {
    if let Ok(items @ Value::Array(_)) = serde_json::from_str(text) {
        return items;
    }
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| item.parse::<i64>().map_or_else(|_| Value::from(item), Value::from)).collect()
}
