//! A contact: a person at a customer, or at none. The source shows one address per contact even where the
//! person has several, so a ticket's address is never a reason to look a contact up by it.

use serde::Deserialize;

use super::{Row, numeric};
use crate::lenient;
use crate::stamp::Stamp;

/// A contact. Texts are none when null or empty.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Contact {
    /// The contact's id (`EndUserID` on the wire).
    #[serde(rename = "EndUserID", deserialize_with = "lenient::own_id")]
    pub id: i64,
    /// The customer; none for an orphan.
    #[serde(rename = "CustomerID", deserialize_with = "lenient::id")]
    pub customer_id: Option<i64>,
    /// Copy of the customer's name.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_name: Option<String>,
    /// First name (`Firstname` on the wire).
    #[serde(rename = "Firstname", deserialize_with = "lenient::text")]
    pub first_name: Option<String>,
    /// Last name (`Lastname` on the wire).
    #[serde(rename = "Lastname", deserialize_with = "lenient::text")]
    pub last_name: Option<String>,
    /// Role at the customer.
    #[serde(deserialize_with = "lenient::text")]
    pub job_title: Option<String>,
    /// Address; may be absent and may be shared.
    #[serde(deserialize_with = "lenient::text")]
    pub email: Option<String>,
    /// Phone.
    #[serde(deserialize_with = "lenient::text")]
    pub phone: Option<String>,
    /// Mobile phone.
    #[serde(deserialize_with = "lenient::text")]
    pub mobile_phone: Option<String>,
    /// Whether the contact is a main one of its customer; 0, 1 or many are.
    #[serde(deserialize_with = "lenient::flag")]
    pub is_contact_person: Option<bool>,
    /// Automatic tickets are off for this contact.
    #[serde(deserialize_with = "lenient::flag")]
    pub in_ignore_mode: Option<bool>,
    /// Archived in the source.
    #[serde(deserialize_with = "lenient::flag")]
    pub archived: Option<bool>,
    /// When it was created.
    #[serde(deserialize_with = "lenient::stamp")]
    pub created_on: Option<Stamp>,
    /// When it last changed; what the change feed filters by.
    #[serde(deserialize_with = "lenient::stamp")]
    pub last_modified: Option<Stamp>,
    /// The department.
    #[serde(rename = "DepartmentID", deserialize_with = "lenient::id")]
    pub department_id: Option<i64>,
    /// Copy of the department's name.
    #[serde(deserialize_with = "lenient::text")]
    pub department_name: Option<String>,
}

impl Row for Contact {
    fn key(&self) -> Option<String> {
        numeric(self.id)
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        vec![&mut self.created_on, &mut self.last_modified]
    }
}
