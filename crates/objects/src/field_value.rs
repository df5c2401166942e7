//! Values of custom fields on their way into the destination's types. The destination is strict: a value that does not
//! fit its field goes to the companion file as the source has it, and the record goes on without it.

use std::collections::BTreeMap;

use atera::{CustomFieldValue, FieldTarget, FieldValue as Value, Stamp};
use gorgias::{Definition, FieldValue};
use jiff::civil;
use protocol::{FailureCode, Link, ObjectKind, SourceId, map_spec::fold};

use crate::{
    Fields, Note, Resolved,
    destination::TargetField,
    field_fit::{definition_id, scope},
    resolved::Parent,
    text,
};

/// The definitions a record's values belong to.
pub(crate) fn links(target: &FieldTarget, values: &[CustomFieldValue]) -> Vec<Link> {
    let id = |value: &CustomFieldValue| definition_id(target, &value.field);
    values.iter().map(|value| Link::new(ObjectKind::CustomField, id(value))).collect()
}

/// The values that fit, by field id, and a note for each that does not.
pub(crate) fn place(
    target: &FieldTarget,
    record: &SourceId,
    values: &[CustomFieldValue],
    resolved: &Resolved,
) -> (Vec<FieldValue>, Vec<Note>) {
    let mut placed = BTreeMap::new();
    let mut notes = Vec::new();
    for value in values {
        let field = landed(resolved, &definition_id(target, &value.field));
        let fitted = field.and_then(|field| fit(&value.value, field));
        let fitted = fitted.and_then(|fitted| match placed.contains_key(&fitted.id) {
            true => Err(FailureCode::BadValue),
            false => Ok(fitted),
        });
        match fitted {
            Ok(fitted) => {
                placed.insert(fitted.id, fitted);
            }
            Err(cause) => notes.push(Note::CompanionValue {
                scope: scope(target).to_owned(),
                record: record.clone(),
                field: text::clean(&value.field),
                value: shown(&value.value),
                cause,
            }),
        }
    }
    (placed.into_values().collect(), notes)
}

/// The field a definition became, or why it has none.
pub(crate) fn landed<'a>(
    resolved: &'a Resolved,
    definition: &SourceId,
) -> Result<&'a TargetField, FailureCode> {
    match resolved.parent(ObjectKind::CustomField, definition.clone()) {
        // A field that is not among the active ones was archived since.
        Parent::Landed(id) => resolved.destination.field(id).ok_or(FailureCode::FieldUnsupported),
        Parent::Failed(cause) => Err(cause),
        Parent::Unknown => Err(FailureCode::FieldUnsupported),
    }
}

/// A plain text in a field.
pub(crate) fn text_for(field: &TargetField, value: &str) -> Result<FieldValue, FailureCode> {
    fit(&Value::Text(value.to_owned()), field)
}

fn fit(value: &Value, field: &TargetField) -> Result<FieldValue, FailureCode> {
    let fitted = match (&field.definition, value) {
        (Definition::Text, Value::Date(stamp)) => iso_date(stamp).ok_or(FailureCode::BadValue)?.into(),
        (Definition::Text, other) => shown(other).into(),
        (Definition::Dropdown { choices }, Value::Option(text) | Value::Text(text)) => {
            let text = text::clean(text);
            let text = text.trim();
            let same = |choice: &&String| fold(choice) == fold(text);
            let choice = choices.iter().find(|choice| *choice == text).or_else(|| choices.iter().find(same));
            choice.cloned().ok_or(FailureCode::UnmappedValue)?.into()
        }
        (Definition::Number { min, max }, Value::Number(decimal)) => {
            let number: serde_json::Number = serde_json::from_str(decimal.as_str())
                .ok()
                .or_else(|| serde_json::Number::from_f64(decimal.as_str().parse().ok()?))
                .ok_or(FailureCode::BadValue)?;
            let size = number.as_f64().ok_or(FailureCode::BadValue)?;
            let within = min.is_none_or(|min| min <= size) && max.is_none_or(|max| size <= max);
            if !within {
                return Err(FailureCode::BadValue);
            }
            number.into()
        }
        (Definition::Boolean, Value::Bool(flag)) => (*flag).into(),
        _ => return Err(FailureCode::BadValue),
    };
    Ok(FieldValue { id: field.id.0, value: fitted })
}

/// A value as a text: what a text field takes and what the companion file shows.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Option(text) => text::clean(text),
        Value::Number(decimal) => decimal.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Date(stamp) => iso_date(stamp).unwrap_or_else(|| text::clean(&stamp.raw)),
    }
}

/// A date as ISO 8601 text. One at midnight is a day, and a day has no zone: it must not become the day before.
fn iso_date(stamp: &Stamp) -> Option<String> {
    let raw = stamp.raw.trim();
    let wall: Option<civil::DateTime> = raw.trim_end_matches('Z').parse().ok();
    match wall {
        Some(wall) if wall.time() == civil::Time::midnight() => Some(wall.date().to_string()),
        _ => stamp.at.map(|at| at.to_string()),
    }
}

/// A field value as a part of the record it belongs to.
pub(crate) fn part(value: &FieldValue) -> (String, Fields) {
    // A number is the same number with and without a fraction of zero.
    let plain = value.value.as_f64().map_or_else(|| value.value.clone(), |number| serde_json::json!(number));
    (format!("custom_field:{}", value.id), Fields::from([("value", plain)]))
}

#[cfg(test)]
mod tests {
    use atera::Decimal;
    use gorgias::ObjectType;
    use jiff::tz::TimeZone;
    use protocol::TargetId;
    use serde_json::{Value as Json, json};

    use super::*;

    fn field(definition: Definition) -> TargetField {
        TargetField {
            id: TargetId(1),
            object_type: ObjectType::Ticket,
            label: "F".to_owned(),
            external_id: None,
            definition,
            managed: false,
        }
    }

    fn fitted(value: impl std::borrow::Borrow<Value>, definition: Definition) -> Result<Json, FailureCode> {
        fit(value.borrow(), &field(definition)).map(|fitted| fitted.value)
    }

    fn date(raw: &str) -> Value {
        Value::Date(Stamp::read(raw, &TimeZone::get("Asia/Jerusalem").unwrap()))
    }

    fn number(text: &str) -> Value {
        Value::Number(Decimal::parse(text).unwrap())
    }

    #[test]
    fn a_date_is_iso_text_and_a_day_stays_that_day_in_every_zone() {
        let table = [
            ("2024-04-01T00:00:00", Ok(json!("2024-04-01"))),
            ("2024-04-01T00:00:00Z", Ok(json!("2024-04-01"))),
            ("2024-04-01", Ok(json!("2024-04-01"))),
            ("2024-04-01T10:00:00", Ok(json!("2024-04-01T07:00:00Z"))),
            ("2024-04-01T10:00:00+02:00", Ok(json!("2024-04-01T08:00:00Z"))),
            ("next week", Err(FailureCode::BadValue)),
        ];
        for (raw, expected) in table {
            assert_eq!(fitted(date(raw), Definition::Text), expected, "{raw}");
        }
    }

    #[test]
    fn a_number_is_a_json_number_within_its_bounds() {
        let free = Definition::Number { min: None, max: None };
        assert_eq!(fitted(number("12"), free.clone()), Ok(json!(12)));
        assert_eq!(fitted(number("0"), free.clone()), Ok(json!(0)));
        assert_eq!(fitted(number("-1.25"), free.clone()), Ok(json!(-1.25)));
        assert_eq!(fitted(number("+.5"), free.clone()), Ok(json!(0.5)));
        assert_eq!(fitted(Value::Text("12".to_owned()), free), Err(FailureCode::BadValue));
        let bound = Definition::Number { min: Some(0.0), max: Some(10.0) };
        assert_eq!(fitted(number("11"), bound), Err(FailureCode::BadValue));
    }

    #[test]
    fn a_choice_takes_the_spelling_of_the_destination_or_goes_to_the_companion() {
        let dropdown = || Definition::Dropdown { choices: vec!["North".to_owned(), "north wing".to_owned()] };
        let option = |text: &str| Value::Option(text.to_owned());
        assert_eq!(fitted(option("North"), dropdown()), Ok(json!("North")));
        assert_eq!(fitted(option(" NORTH  wing"), dropdown()), Ok(json!("north wing")));
        assert_eq!(fitted(option("East"), dropdown()), Err(FailureCode::UnmappedValue));
        assert_eq!(
            fitted(option("x"), Definition::Dropdown { choices: Vec::new() }),
            Err(FailureCode::UnmappedValue)
        );
    }

    #[test]
    fn false_is_a_value() {
        assert_eq!(fitted(Value::Bool(false), Definition::Boolean), Ok(json!(false)));
        assert_eq!(fitted(Value::Text("true".to_owned()), Definition::Boolean), Err(FailureCode::BadValue));
        assert_eq!(fitted(Value::Bool(true), Definition::Text), Ok(json!("true")));
    }
}
