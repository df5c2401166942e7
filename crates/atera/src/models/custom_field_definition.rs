//! What a custom field is. The source gives it no id: it is known by what it hangs on and by its name.

use serde::{Deserialize, Deserializer};

use crate::lenient;

/// A custom field's definition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct CustomFieldDefinition {
    /// Name; unique within its target only.
    #[serde(deserialize_with = "name")]
    pub name: String,
    /// Type of its values.
    pub data_type: FieldType,
    /// What it hangs on.
    pub target: FieldTarget,
    /// The choices of an option field, in order.
    #[serde(deserialize_with = "lenient::list")]
    pub possible_values: Vec<PossibleValue>,
    /// The field whose value limits the choices here.
    #[serde(deserialize_with = "lenient::text")]
    pub parent_attribute_name: Option<String>,
}

/// One choice of an option field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct PossibleValue {
    /// Stored value.
    #[serde(deserialize_with = "lenient::text")]
    pub value: Option<String>,
    /// Shown text.
    #[serde(deserialize_with = "lenient::text")]
    pub text: Option<String>,
    /// The parent's choice under which it is offered.
    #[serde(deserialize_with = "lenient::text")]
    pub parent_name: Option<String>,
}

impl PossibleValue {
    /// The text to show: the shown text, else the stored value.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.text.as_deref().or(self.value.as_deref())
    }
}

/// Type of a custom field's values (`DataType`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// Free text.
    Text,
    /// A checkbox (`Boolean`).
    Bool,
    /// A decimal number (`Numeric`).
    Number,
    /// A date.
    Date,
    /// A dropdown (`Options`).
    Options,
    /// A dropdown whose choices depend on a parent's (`OptionsWithDependencies`).
    DependentOptions,
    /// A type this client does not know, by its name on the wire.
    Other(String),
    /// No type was sent.
    #[default]
    Unnamed,
}

/// What a custom field hangs on (`Target`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum FieldTarget {
    /// Tickets.
    Ticket,
    /// Customers.
    Customer,
    /// Contacts.
    Contact,
    /// Contracts.
    Contract,
    /// SLA policies, whose ids no call reveals.
    Sla,
    /// RMM devices.
    Agent,
    /// SNMP devices.
    SnmpDevice,
    /// TCP devices.
    TcpDevice,
    /// HTTP devices.
    HttpDevice,
    /// Generic devices.
    GenericDevice,
    /// A target this client does not know, by its name on the wire.
    Other(String),
    /// No target was sent.
    #[default]
    Unnamed,
}

impl FieldTarget {
    /// The word that stands in `customvalues/{word}fields/{id}`; none where no such call exists.
    #[must_use]
    pub fn path_word(&self) -> Option<&'static str> {
        Some(match self {
            Self::Ticket => "ticket",
            Self::Customer => "customer",
            Self::Contact => "contact",
            Self::Contract => "contract",
            Self::Sla => "sla",
            Self::Agent => "agent",
            Self::SnmpDevice => "snmp",
            Self::TcpDevice => "tcp",
            Self::HttpDevice => "http",
            Self::GenericDevice => "generic",
            Self::Other(_) | Self::Unnamed => return None,
        })
    }
}

impl<'de> Deserialize<'de> for FieldType {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        Ok(match lenient::text(source)?.as_deref() {
            None => Self::Unnamed,
            Some("Text") => Self::Text,
            Some("Boolean") => Self::Bool,
            Some("Numeric") => Self::Number,
            Some("Date") => Self::Date,
            Some("Options") => Self::Options,
            Some("OptionsWithDependencies") => Self::DependentOptions,
            Some(other) => Self::Other(other.to_owned()),
        })
    }
}

impl<'de> Deserialize<'de> for FieldTarget {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        Ok(match lenient::text(source)?.as_deref() {
            None => Self::Unnamed,
            Some("Ticket") => Self::Ticket,
            Some("Customer") => Self::Customer,
            Some("Contact") => Self::Contact,
            Some("Contract") => Self::Contract,
            Some("SLA") => Self::Sla,
            Some("Agent") => Self::Agent,
            Some("SNMPDevice") => Self::SnmpDevice,
            Some("TCPDevice") => Self::TcpDevice,
            Some("HTTPDevice") => Self::HttpDevice,
            Some("GenericDevice") => Self::GenericDevice,
            Some(other) => Self::Other(other.to_owned()),
        })
    }
}

fn name<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    Ok(lenient::text(source)?.unwrap_or_default())
}
