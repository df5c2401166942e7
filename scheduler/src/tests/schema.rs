//! Holds a value against a schema of the API's description. Stricter than the standard in one thing: a field that is not
//! described is an error also where a client would tolerate it.

use serde_json::Value;

/// Everything about `value` that is not as described; `document` resolves references.
pub(super) fn misfits(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    hold(document, schema, value, "", &mut found);
    found
}

fn hold(document: &Value, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        return match target {
            Some(target) => hold(document, target, value, place, found),
            None => found.push(format!("{place}: {reference} is nowhere")),
        };
    }
    if let Some(variants) = schema["oneOf"].as_array() {
        let fits = variants.iter().filter(|one| misfits(document, one, value).is_empty()).count();
        if fits != 1 {
            found.push(format!("{place}: {value} fits {fits} variants"));
        }
        return;
    }
    if !schema["type"].is_null() && !types(&schema["type"]).iter().any(|name| is(name, value)) {
        return found.push(format!("{place}: {value} is no {}", schema["type"]));
    }
    if let Some(values) = schema["enum"].as_array()
        && !values.contains(value)
    {
        found.push(format!("{place}: {value} is none of {values:?}"));
    }
    if schema["minimum"].as_f64().zip(value.as_f64()).is_some_and(|(least, value)| value < least) {
        found.push(format!("{place}: {value} is too small"));
    }
    if let Value::Array(items) = value {
        for (at, item) in items.iter().enumerate() {
            hold(document, &schema["items"], item, &format!("{place}/{at}"), found);
        }
    }
    if let Value::Object(fields) = value
        && (schema["properties"].is_object() || schema["additionalProperties"].is_object())
    {
        for (name, value) in fields {
            let place = format!("{place}/{name}");
            match (&schema["properties"][name], &schema["additionalProperties"]) {
                (Value::Null, Value::Object(_)) => {
                    hold(document, &schema["additionalProperties"], value, &place, found);
                }
                (Value::Null, _) => found.push(format!("{place} is not described")),
                (schema, _) => hold(document, schema, value, &place, found),
            }
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                found.push(format!("{place}/{name} is missing"));
            }
        }
    }
}

fn types(of: &Value) -> Vec<&str> {
    match of {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        name => name.as_str().into_iter().collect(),
    }
}

fn is(name: &str, value: &Value) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => false,
    }
}

/// Names of the schemas a schema leads to, itself included.
pub(super) fn reached(document: &Value, schema: &Value, into: &mut std::collections::BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let name = reference.rsplit('/').next().unwrap();
                if into.insert(name.to_owned()) {
                    let target = document.pointer(reference.trim_start_matches('#'));
                    reached(document, target.unwrap_or_else(|| panic!("{reference} is nowhere")), into);
                }
            }
            fields.values().for_each(|value| reached(document, value, into));
        }
        Value::Array(items) => items.iter().for_each(|item| reached(document, item, into)),
        _ => {}
    }
}
