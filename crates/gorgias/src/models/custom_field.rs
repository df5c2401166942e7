//! Custom field definitions and values. There is no date type (dates travel as ISO text) and no way to delete a
//! definition, only to deactivate it (reference section 2.5).

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use super::wire::{lenient_text, lenient_timestamp};

/// What the field belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ObjectType {
    /// Tickets; at most 25 active definitions per account.
    Ticket,
    /// Customers; at most 4 active definitions, by third-party account.
    Customer,
}

impl ObjectType {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ticket => "Ticket",
            Self::Customer => "Customer",
        }
    }
}

/// What values a field takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Definition {
    /// Free text.
    Text,
    /// One of these; a value outside is refused.
    Dropdown {
        /// The choices, in order.
        choices: Vec<String>,
    },
    /// A real number, within bounds if any.
    Number {
        /// The smallest value.
        min: Option<f64>,
        /// The largest value.
        max: Option<f64>,
    },
    /// Yes or no, as JSON booleans.
    Boolean,
}

impl Serialize for Definition {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        let (data_type, input_settings) = match self {
            Self::Text => ("text", json!({"input_type": "input"})),
            Self::Dropdown { choices } => ("text", json!({"input_type": "dropdown", "choices": choices})),
            Self::Number { min, max } => {
                let mut settings = json!({"input_type": "input_number"});
                for (key, bound) in [("min", min), ("max", max)] {
                    if let Some(bound) = bound {
                        settings[key] = json!(bound);
                    }
                }
                ("number", settings)
            }
            // A dropdown without choices refuses every value, so both are named.
            Self::Boolean => ("boolean", json!({"input_type": "dropdown", "choices": [true, false]})),
        };
        let mut map = output.serialize_map(Some(2))?;
        map.serialize_entry("data_type", data_type)?;
        map.serialize_entry("input_settings", &input_settings)?;
        map.end()
    }
}

/// A definition to create; never a required one, because that could keep tickets from closing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewCustomField {
    /// What it belongs to.
    pub object_type: ObjectType,
    /// The label agents see, 1 to 255 characters.
    pub label: String,
    /// What values it takes.
    pub definition: Definition,
    /// Our own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// At most 1024 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Order among the fields, 0 to 5000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// Whether agents must fill it.
    pub required: bool,
}

impl NewCustomField {
    /// A field that need not be filled.
    pub fn new(object_type: ObjectType, label: impl Into<String>, definition: Definition) -> Self {
        Self {
            object_type,
            label: label.into(),
            definition,
            external_id: None,
            description: None,
            priority: None,
            required: false,
        }
    }
}

/// A definition as read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CustomFieldRow {
    /// The Gorgias id, which values refer to.
    pub id: i64,
    /// `Ticket` or `Customer`.
    #[serde(default)]
    pub object_type: Option<String>,
    /// The label agents see.
    #[serde(default)]
    pub label: Option<String>,
    /// Our own id.
    #[serde(default, deserialize_with = "lenient_text")]
    pub external_id: Option<String>,
    /// The definition as Gorgias gives it.
    #[serde(default)]
    pub definition: Value,
    /// What Gorgias itself uses the field for.
    #[serde(default)]
    pub managed_type: Option<String>,
    /// Whether agents must fill it.
    #[serde(default)]
    pub required: Option<bool>,
    /// Set when the field is archived.
    #[serde(default, deserialize_with = "lenient_timestamp")]
    pub deactivated_datetime: Option<Timestamp>,
}

impl CustomFieldRow {
    /// True while the field counts against the account's limit.
    pub fn is_active(&self) -> bool {
        self.deactivated_datetime.is_none()
    }

    /// `text`, `number` or `boolean`.
    pub fn data_type(&self) -> Option<&str> {
        self.definition.get("data_type")?.as_str()
    }

    /// The choices of a text dropdown; `None` for any other field.
    pub fn choices(&self) -> Option<Vec<String>> {
        let choices = self.definition.get("input_settings")?.get("choices")?.as_array()?;
        Some(choices.iter().filter_map(|choice| choice.as_str().map(str::to_owned)).collect())
    }
}

/// A value of a field, strictly of the field's type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldValue {
    /// The definition's id.
    pub id: i64,
    /// Text, number or boolean.
    pub value: Value,
}

/// Reads values in any of the shapes seen: `{id, value}`, `{field: {id}, value}`, `{field: id, value}`, and the same
/// as the values of an object.
pub(crate) fn lenient_field_values<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<FieldValue>, D::Error> {
    let entries = match Option::<Value>::deserialize(input)? {
        Some(Value::Array(entries)) => entries,
        Some(Value::Object(entries)) => entries.into_iter().map(|(_, entry)| entry).collect(),
        _ => Vec::new(),
    };
    Ok(entries.iter().filter_map(field_value).collect())
}

fn field_value(entry: &Value) -> Option<FieldValue> {
    let field = entry.get("field");
    let id = field
        .and_then(|field| field.get("id").unwrap_or(field).as_i64())
        .or_else(|| entry.get("id").and_then(Value::as_i64))?;
    Some(FieldValue { id, value: entry.get("value").cloned().unwrap_or(Value::Null) })
}
