//! Customers: people and, for lack of a company object, companies too. The create body holds the six fields of the
//! create schema and no more; the rest goes into data and fields (reference section 2.3).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::FieldValue;
use super::custom_field::lenient_field_values;
use super::wire::{lenient_text, lenient_timestamp, null_as_default};

/// One way to reach a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerChannel {
    /// `email`, `phone` or another documented slug.
    #[serde(rename = "type", default, deserialize_with = "null_as_default")]
    pub kind: String,
    /// The address or number, at most 320 characters.
    #[serde(default, deserialize_with = "null_as_default")]
    pub address: String,
    /// Whether this one is used first.
    #[serde(default, deserialize_with = "null_as_default")]
    pub preferred: bool,
}

/// A customer to create. Write only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewCustomer {
    /// Our own id, at most 255 characters.
    pub external_id: String,
    /// The address, lower case, at most 320 characters; one that is taken is answered 409.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The name agents see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Language, ISO 639-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Time zone, IANA name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Ways to reach them; always sent, may be empty.
    pub channels: Vec<CustomerChannel>,
}

impl NewCustomer {
    /// A customer without any way to reach them.
    pub fn new(external_id: impl Into<String>) -> Self {
        Self {
            external_id: external_id.into(),
            email: None,
            name: None,
            language: None,
            timezone: None,
            channels: Vec::new(),
        }
    }
}

/// A customer as read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CustomerRow {
    /// The Gorgias id.
    pub id: i64,
    /// Our own id.
    #[serde(default, deserialize_with = "lenient_text")]
    pub external_id: Option<String>,
    /// The address.
    #[serde(default)]
    pub email: Option<String>,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// Language.
    #[serde(default)]
    pub language: Option<String>,
    /// Time zone.
    #[serde(default)]
    pub timezone: Option<String>,
    /// Ways to reach them.
    #[serde(default, deserialize_with = "null_as_default")]
    pub channels: Vec<CustomerChannel>,
    /// The free data shown beside the customer.
    #[serde(default)]
    pub data: Option<Value>,
    /// Field values, when the read asked for them.
    #[serde(default, deserialize_with = "lenient_field_values")]
    pub custom_fields: Vec<FieldValue>,
    /// When it was made.
    #[serde(default, deserialize_with = "lenient_timestamp")]
    pub created_datetime: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "lenient_timestamp")]
    pub updated_datetime: Option<Timestamp>,
}

impl CustomerRow {
    /// True when this customer has the address, as main one or as a channel, whatever the letter case.
    pub fn has_email(&self, email: &str) -> bool {
        let wanted = email.trim().to_lowercase();
        let same = |have: &str| have.trim().to_lowercase() == wanted;
        self.email.as_deref().is_some_and(same)
            || self.channels.iter().any(|channel| channel.kind == "email" && same(&channel.address))
    }
}
