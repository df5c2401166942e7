//! A ticket, without its comments, attachments and custom values: each of those is a call of its own.
//! Tags, watchers, SLA and a modified date are not in the source's answer and never appear here.

use serde::Deserialize;

use super::{Row, numeric};
use crate::lenient;
use crate::stamp::Stamp;

/// A ticket. Texts are none when null or empty.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Ticket {
    /// The id every sub-resource is keyed by.
    #[serde(rename = "TicketID", deserialize_with = "lenient::own_id")]
    pub id: i64,
    /// Subject.
    #[serde(rename = "TicketTitle", deserialize_with = "lenient::text")]
    pub title: Option<String>,
    /// The number people see; opaque text, not the id.
    #[serde(rename = "TicketNumber", deserialize_with = "lenient::text")]
    pub number: Option<String>,
    /// `Low`, `Medium`, `High`, `Critical`.
    #[serde(rename = "TicketPriority", deserialize_with = "lenient::text")]
    pub priority: Option<String>,
    /// `NoImpact`, `SiteDown`, ...; spelled with or without space.
    #[serde(rename = "TicketImpact", deserialize_with = "lenient::text")]
    pub impact: Option<String>,
    /// Free text: `Open`, `Pending`, `Resolved`, `Closed`, `Deleted`, `Spam`, `Merged` and custom ones.
    #[serde(rename = "TicketStatus", deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// Channel; its value list is not documented.
    #[serde(rename = "TicketSource", deserialize_with = "lenient::text")]
    pub source: Option<String>,
    /// `Incident`, `Problem`, `Request`, `Change`.
    #[serde(rename = "TicketType", deserialize_with = "lenient::text")]
    pub kind: Option<String>,
    /// The contact who asked.
    #[serde(rename = "EndUserID", deserialize_with = "lenient::id")]
    pub contact_id: Option<i64>,
    /// Copy of the contact's address at the time; may differ from the contact's own.
    #[serde(rename = "EndUserEmail", deserialize_with = "lenient::text")]
    pub contact_email: Option<String>,
    /// Copy of the contact's first name.
    #[serde(rename = "EndUserFirstName", deserialize_with = "lenient::text")]
    pub contact_first_name: Option<String>,
    /// Copy of the contact's last name.
    #[serde(rename = "EndUserLastName", deserialize_with = "lenient::text")]
    pub contact_last_name: Option<String>,
    /// Copy of the contact's phone.
    #[serde(rename = "EndUserPhone", deserialize_with = "lenient::text")]
    pub contact_phone: Option<String>,
    /// When the ticket was opened.
    #[serde(rename = "TicketCreatedDate", deserialize_with = "lenient::stamp")]
    pub created: Option<Stamp>,
    /// When it was resolved; there is no closed date and no modified date.
    #[serde(rename = "TicketResolvedDate", deserialize_with = "lenient::stamp")]
    pub resolved: Option<Stamp>,
    /// First answer by a technician.
    #[serde(deserialize_with = "lenient::stamp")]
    pub technician_first_comment_date: Option<Stamp>,
    /// SLA target of the first response.
    #[serde(deserialize_with = "lenient::stamp")]
    pub first_response_due_date: Option<Stamp>,
    /// SLA target of the closing.
    #[serde(deserialize_with = "lenient::stamp")]
    pub closed_ticket_due_date: Option<Stamp>,
    /// First comment, in every listing this client asks for.
    #[serde(deserialize_with = "lenient::text")]
    pub first_comment: Option<String>,
    /// Stamp of the contact's last comment.
    #[serde(deserialize_with = "lenient::stamp")]
    pub last_end_user_comment_timestamp: Option<Stamp>,
    /// Stamp of a technician's last comment.
    #[serde(deserialize_with = "lenient::stamp")]
    pub last_technician_comment_timestamp: Option<Stamp>,
    /// The customer; declared as always present, read as none when 0.
    #[serde(rename = "CustomerID", deserialize_with = "lenient::id")]
    pub customer_id: Option<i64>,
    /// Copy of the customer's name.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_name: Option<String>,
    /// Technician's id as sent: none for null, 0 and `""`; -1 is the vendor's autopilot. See [`Ticket::assignee`].
    #[serde(rename = "TechnicianContactID", deserialize_with = "lenient::id")]
    pub technician_id: Option<i64>,
    /// Technician's name as sent; may be a single dot.
    #[serde(rename = "TechnicianFullName", deserialize_with = "lenient::text")]
    pub technician_name: Option<String>,
    /// Technician's address.
    #[serde(deserialize_with = "lenient::text")]
    pub technician_email: Option<String>,
    /// The contract the ticket counts against.
    #[serde(rename = "ContractID", deserialize_with = "lenient::id")]
    pub contract_id: Option<i64>,
    /// `None`, `Parent`, `Child`.
    #[serde(deserialize_with = "lenient::text")]
    pub relation_type: Option<String>,
    /// The one related ticket the source shows.
    #[serde(deserialize_with = "lenient::id")]
    pub related_ticket_id: Option<i64>,
}

/// Who a ticket is assigned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee<'a> {
    /// Nobody: id null, 0 or absent, and no name, an empty one or a dot.
    Nobody,
    /// The vendor's own robot (id -1).
    Autopilot,
    /// A person; at least one of the three is present.
    Technician {
        /// Technician's id.
        id: Option<i64>,
        /// Full name.
        name: Option<&'a str>,
        /// Address.
        email: Option<&'a str>,
    },
}

impl Ticket {
    /// Who the ticket is assigned to, with every spelling of "nobody" folded into one.
    #[must_use]
    pub fn assignee(&self) -> Assignee<'_> {
        if self.technician_id == Some(-1) {
            return Assignee::Autopilot;
        }
        let named = |text: &'_ &str| !matches!(text.trim(), "" | ".");
        let name = self.technician_name.as_deref().filter(named);
        let email = self.technician_email.as_deref().filter(named);
        if self.technician_id.is_none() && name.is_none() && email.is_none() {
            return Assignee::Nobody;
        }
        Assignee::Technician { id: self.technician_id, name, email }
    }
}

impl Row for Ticket {
    fn key(&self) -> Option<String> {
        numeric(self.id)
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        vec![
            &mut self.created,
            &mut self.resolved,
            &mut self.technician_first_comment_date,
            &mut self.first_response_due_date,
            &mut self.closed_ticket_due_date,
            &mut self.last_end_user_comment_timestamp,
            &mut self.last_technician_comment_timestamp,
        ]
    }
}
