//! What a body may hold. The vendor refuses every unknown field and every wrong type with 400; so does this, for
//! every level it documents, naming each wrong field by its path. Date-times come out normalised to UTC.

use serde_json::{Map, Value};

use super::answer::Refusal;
use crate::clock::{instant_text, parse_instant};

/// The type of a field.
#[derive(Debug)]
pub(super) enum Shape {
    Text {
        min: usize,
        max: usize,
    },
    Bool,
    Int,
    Instant,
    OneOf(&'static [&'static str]),
    /// An object with exactly these fields.
    Object(&'static [Field]),
    /// An object with any fields.
    Open,
    List {
        of: &'static Shape,
        min: usize,
        max: usize,
    },
    Any,
}

/// One field of an object.
#[derive(Debug)]
pub(super) struct Field {
    name: &'static str,
    shape: Shape,
    required: bool,
    nullable: bool,
}

/// A field that may be absent but not null.
pub(super) const fn field(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, required: false, nullable: false }
}

/// A text field of at most `max` characters.
pub(super) const fn text(name: &'static str, max: usize) -> Field {
    field(name, Shape::Text { min: 0, max })
}

/// A date-time field.
pub(super) const fn instant(name: &'static str) -> Field {
    field(name, Shape::Instant)
}

/// An object of any fields.
pub(super) const fn open(name: &'static str) -> Field {
    field(name, Shape::Open)
}

impl Field {
    /// The same, but it must be there.
    pub(super) const fn required(self) -> Self {
        Self { name: self.name, shape: self.shape, required: true, nullable: self.nullable }
    }

    /// The same, but it may be null.
    pub(super) const fn or_null(self) -> Self {
        Self { name: self.name, shape: self.shape, required: self.required, nullable: true }
    }
}

/// What the switches change about a schema.
#[derive(Debug, Default)]
pub(super) struct Leave<'a> {
    /// Fields to be treated as unknown, at any level.
    pub(super) unknown: &'a [&'a str],
    /// Fields that need not be there although the schema requires them.
    pub(super) optional: &'a [&'a str],
}

/// The body with its date-times normalised, or every reason why it is refused.
pub(super) fn check(
    body: &Value,
    fields: &'static [Field],
    leave: &Leave<'_>,
) -> Result<Map<String, Value>, Refusal> {
    let mut checker = Checker { leave, wrong: Vec::new() };
    let clean = checker.object("", body, fields);
    if checker.wrong.is_empty() { Ok(clean) } else { Err(Refusal::fields(checker.wrong)) }
}

/// Checks a body that is a bare array of objects.
pub(super) fn check_list(body: &Value, shape: &'static Shape) -> Result<Vec<Value>, Refusal> {
    let leave = Leave::default();
    let mut checker = Checker { leave: &leave, wrong: Vec::new() };
    let clean = checker.value("_schema", body, shape);
    match clean {
        Value::Array(rows) if checker.wrong.is_empty() => Ok(rows),
        _ => Err(Refusal::fields(checker.wrong)),
    }
}

struct Checker<'a> {
    leave: &'a Leave<'a>,
    wrong: Vec<(String, String)>,
}

impl Checker<'_> {
    fn refuse(&mut self, path: &str, reason: &str) -> Value {
        let path = if path.is_empty() { "_schema" } else { path };
        self.wrong.push((path.to_owned(), reason.to_owned()));
        Value::Null
    }

    fn object(&mut self, path: &str, value: &Value, fields: &'static [Field]) -> Map<String, Value> {
        let mut clean = Map::new();
        let Some(given) = value.as_object() else {
            self.refuse(path, "Invalid input type.");
            return clean;
        };
        for (name, value) in given {
            let at = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let known = fields.iter().find(|field| field.name == name);
            let Some(field) = known.filter(|field| !self.leave.unknown.contains(&field.name)) else {
                self.refuse(&at, "Unknown field.");
                continue;
            };
            if !value.is_null() {
                let value = self.value(&at, value, &field.shape);
                clean.insert(name.clone(), value);
            } else if field.nullable {
                clean.insert(name.clone(), Value::Null);
            } else {
                self.refuse(&at, "Field may not be null.");
            }
        }
        for field in
            fields.iter().filter(|field| field.required && !self.leave.optional.contains(&field.name))
        {
            if !given.contains_key(field.name) {
                let at =
                    if path.is_empty() { field.name.to_owned() } else { format!("{path}.{}", field.name) };
                self.refuse(&at, "Missing data for required field.");
            }
        }
        clean
    }

    fn value(&mut self, path: &str, value: &Value, shape: &'static Shape) -> Value {
        match shape {
            Shape::Text { min, max } => match value.as_str() {
                None => self.refuse(path, "Not a valid string."),
                Some(text) if (*min..=*max).contains(&text.chars().count()) => value.clone(),
                Some(_) => self.refuse(path, &format!("Length must be between {min} and {max}.")),
            },
            Shape::Bool if value.is_boolean() => value.clone(),
            Shape::Bool => self.refuse(path, "Not a valid boolean."),
            Shape::Int if value.is_i64() || value.is_u64() => value.clone(),
            Shape::Int => self.refuse(path, "Not a valid integer."),
            Shape::Instant => match value.as_str().and_then(parse_instant) {
                Some(at) => Value::String(instant_text(at)),
                None => self.refuse(path, "Not a valid datetime."),
            },
            Shape::OneOf(choices) => match value.as_str() {
                Some(text) if choices.contains(&text) => value.clone(),
                _ => self.refuse(path, "Not a valid choice."),
            },
            Shape::Object(fields) => Value::Object(self.object(path, value, fields)),
            Shape::Open if value.is_object() => value.clone(),
            Shape::Open => self.refuse(path, "Not a valid mapping type."),
            Shape::List { of, min, max } => match value.as_array() {
                None => self.refuse(path, "Not a valid list."),
                Some(items) if (*min..=*max).contains(&items.len()) => {
                    let each = items.iter().enumerate();
                    each.map(|(place, item)| self.value(&format!("{path}.{place}"), item, of)).collect()
                }
                Some(_) => self.refuse(path, &format!("Length must be between {min} and {max}.")),
            },
            Shape::Any => value.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use axum::response::IntoResponse;
    use serde_json::json;

    use super::*;

    static INNER: [Field; 1] = [field("n", Shape::Int).required()];
    static ITEM: Shape = Shape::Object(&INNER);
    static OUTER: [Field; 3] =
        [text("name", 3).required(), instant("at"), field("rows", Shape::List { of: &ITEM, min: 1, max: 2 })];

    fn run(body: &Value) -> Result<Map<String, Value>, Refusal> {
        check(body, &OUTER, &Leave::default())
    }

    #[test]
    fn a_good_body_comes_out_with_instants_in_utc() {
        let clean =
            run(&json!({"name": "abc", "at": "2024-01-01T02:00:00.5+02:00", "rows": [{"n": 1}]})).unwrap();
        assert_eq!(clean["at"], json!("2024-01-01T00:00:00.500000+00:00"));
    }

    #[tokio::test]
    async fn every_wrong_field_is_named_by_its_path() {
        let body = json!({"name": null, "at": "soon", "more": 1, "rows": [{"n": "1", "x": 1}, {}]});
        let response = run(&body).unwrap_err().into_response();
        let bytes = to_bytes(response.into_body(), 10_000).await.unwrap();
        let answer: Value = serde_json::from_slice(&bytes).unwrap();
        let mut named: Vec<_> = answer["error"]["data"].as_object().unwrap().keys().cloned().collect();
        named.sort();
        assert_eq!(named, ["at", "more", "name", "rows.0.n", "rows.0.x", "rows.1.n"]);
    }
}
