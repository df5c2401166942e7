//! A time entry. It is read for the timesheet inventory and for the roster of technicians, and it never
//! becomes a record of the destination.

use serde::Deserialize;

use super::{Row, numeric};
use crate::decimal::Decimal;
use crate::lenient;
use crate::stamp::Stamp;

/// A time entry on a ticket. Texts are none when null or empty.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct WorkHours {
    /// The entry's id.
    #[serde(rename = "WorkHoursID", deserialize_with = "lenient::own_id")]
    pub id: i64,
    /// The ticket.
    #[serde(rename = "TicketID", deserialize_with = "lenient::id")]
    pub ticket_id: Option<i64>,
    /// The customer.
    #[serde(rename = "CustomerID", deserialize_with = "lenient::id")]
    pub customer_id: Option<i64>,
    /// The contact.
    #[serde(rename = "EndUserID", deserialize_with = "lenient::id")]
    pub contact_id: Option<i64>,
    /// Start.
    #[serde(rename = "StartWorkHour", deserialize_with = "lenient::stamp")]
    pub start: Option<Stamp>,
    /// End.
    #[serde(rename = "EndWorkHour", deserialize_with = "lenient::stamp")]
    pub end: Option<Stamp>,
    /// Technician's id.
    #[serde(rename = "TechnicianContactID", deserialize_with = "lenient::id")]
    pub technician_id: Option<i64>,
    /// Technician's name.
    #[serde(rename = "TechnicianFullName", deserialize_with = "lenient::text")]
    pub technician_name: Option<String>,
    /// Technician's address.
    #[serde(deserialize_with = "lenient::text")]
    pub technician_email: Option<String>,
    /// Billable (the wire spells it `Billiable`).
    #[serde(rename = "Billiable", alias = "Billable", deserialize_with = "lenient::flag")]
    pub billable: Option<bool>,
    /// Worked on site.
    #[serde(deserialize_with = "lenient::flag")]
    pub on_customer_site: Option<bool>,
    /// What was done.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// The rate's id.
    #[serde(rename = "RateID", deserialize_with = "lenient::id")]
    pub rate_id: Option<i64>,
    /// Amount per hour, in the account's currency.
    #[serde(deserialize_with = "lenient::decimal")]
    pub rate_amount: Option<Decimal>,
}

impl Row for WorkHours {
    fn key(&self) -> Option<String> {
        numeric(self.id)
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        vec![&mut self.start, &mut self.end]
    }
}
