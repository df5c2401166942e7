//! The records as the source gives them, one file per object. Only what a reader needs is kept; unknown
//! members are ignored, and secrets (an SNMP community) have no field here at all.

mod account;
mod agent;
mod article;
mod comment;
mod contact;
mod contract;
mod custom_field_definition;
mod custom_field_value;
mod customer;
mod department;
mod device;
mod invoice;
mod rate_item;
mod ticket;
mod work_hours;

pub use account::Account;
pub use agent::Agent;
pub use article::Article;
pub use comment::{Author, Comment};
pub use contact::Contact;
pub use contract::{Contract, ContractTerms};
pub use custom_field_definition::{CustomFieldDefinition, FieldTarget, FieldType, PossibleValue};
pub use custom_field_value::{CustomFieldValue, FieldValue};
pub(crate) use custom_field_value::{RawFieldValue, typed};
pub use customer::Customer;
pub use department::Department;
pub use device::{Device, DeviceKind};
pub use invoice::{Invoice, InvoiceLine, InvoiceParty};
pub use rate_item::RateItem;
pub use ticket::{Assignee, Ticket};
pub use work_hours::WorkHours;

use crate::stamp::Stamp;

/// A record of a listing: what identifies it and which of its values are stamps.
pub trait Row: serde::de::DeserializeOwned {
    /// The record's own identity as text; none when the source sent none (such a row is refused).
    fn key(&self) -> Option<String>;

    /// Every stamp of the record, so that the client can settle the zone of zone-less ones.
    fn stamps(&mut self) -> Vec<&mut Option<Stamp>>;
}

/// The key of a record whose id is a number; 0 stands for none.
fn numeric(id: i64) -> Option<String> {
    (id != 0).then(|| id.to_string())
}
