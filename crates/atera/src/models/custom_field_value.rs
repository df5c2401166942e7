//! A custom field's value, typed by its definition. A row of the source fills the members of the other types
//! with 0 and false; those are never read as data here.

use serde::Deserialize;

use super::{CustomFieldDefinition, FieldTarget, FieldType};
use crate::decimal::Decimal;
use crate::lenient;
use crate::stamp::Stamp;

/// One value of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomFieldValue {
    /// The field's name; with the target it names the definition.
    pub field: String,
    /// The value.
    pub value: FieldValue,
}

/// A value in its definition's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// Free text, not empty. Also a value whose definition is gone or of an unknown type.
    Text(String),
    /// A number, as the text the source wrote.
    Number(Decimal),
    /// A checkbox.
    Bool(bool),
    /// A date.
    Date(Stamp),
    /// The chosen option's text.
    Option(String),
}

/// A row as it stands on the wire. It does not say which of its members is the value.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct RawFieldValue {
    #[serde(deserialize_with = "lenient::text")]
    field_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    value_as_string: Option<String>,
    #[serde(deserialize_with = "lenient::decimal")]
    value_as_decimal: Option<Decimal>,
    #[serde(deserialize_with = "lenient::stamp")]
    value_as_date_time: Option<Stamp>,
    #[serde(deserialize_with = "lenient::flag")]
    value_as_bool: Option<bool>,
}

impl RawFieldValue {
    pub(crate) fn stamp_mut(&mut self) -> Option<&mut Stamp> {
        self.value_as_date_time.as_mut()
    }

    pub(crate) fn field_name(&self) -> Option<&str> {
        self.field_name.as_deref()
    }
}

/// Reads the member the definition names. None when the value is unset: text, date and option by their
/// emptiness; number and checkbox only by the absence of the row or member, since 0 and false are data there.
pub(crate) fn typed(
    row: RawFieldValue,
    target: &FieldTarget,
    definitions: &[CustomFieldDefinition],
    zone: &jiff::tz::TimeZone,
) -> Option<CustomFieldValue> {
    let field = row.field_name?;
    let definition = definitions.iter().find(|d| d.target == *target && d.name == field);
    let text = row.value_as_string;
    let value = match definition.map(|d| &d.data_type) {
        Some(FieldType::Number) => {
            let number = row.value_as_decimal.or_else(|| Decimal::parse(text?.trim()));
            FieldValue::Number(number?)
        }
        Some(FieldType::Bool) => FieldValue::Bool(row.value_as_bool?),
        Some(FieldType::Date) => {
            FieldValue::Date(row.value_as_date_time.or_else(|| Some(Stamp::read(&text?, zone)))?)
        }
        Some(FieldType::Options | FieldType::DependentOptions) => FieldValue::Option(text?),
        Some(FieldType::Text | FieldType::Other(_) | FieldType::Unnamed) | None => FieldValue::Text(text?),
    };
    Some(CustomFieldValue { field, value })
}
