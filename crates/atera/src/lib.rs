//! Typed client of the source, Atera's API v3, and reader of the supplement files for what that API does not
//! give. It reads and never writes; it names no destination, holds no plan and keeps no record.
//!
//! ```no_run
//! # async fn tour(token: secrecy::SecretString) -> Result<(), Box<dyn std::error::Error>> {
//! let base = "https://app.atera.com/api/v3".parse()?;
//! let client = atera::Client::new(atera::Config::new(base, token))?;
//! let mut page = 1;
//! loop {
//!     let tickets = client.tickets_page(&atera::TicketFilter::All, page).await?;
//!     if tickets.last {
//!         break;
//!     }
//!     page += 1;
//! }
//! # Ok(())
//! # }
//! ```

mod client;
mod config;
mod custom_fields;
mod decimal;
mod decode;
mod error;
mod files;
mod foreign;
mod lenient;
mod listing;
mod models;
mod pace;
mod page;
mod progress;
mod records;
mod retry_after;
mod stamp;
mod supplements;
mod thread;
mod token;
mod transport;
mod watched;
mod windows_zones;
mod zone;

#[cfg(test)]
mod tests;

pub use client::Client;
pub use config::{AuthScheme, Config};
pub use decimal::Decimal;
pub use decode::read;
pub use error::{Error, ErrorKind};
pub use files::{FetchedFile, FileError};
pub use listing::{ChangeFilter, Listing, TicketFilter};
pub use models::{
    Account, Agent, Article, Assignee, Author, Comment, Contact, Contract, ContractTerms,
    CustomFieldDefinition, CustomFieldValue, Customer, Department, Device, DeviceKind, FieldTarget,
    FieldType, FieldValue, Invoice, InvoiceLine, InvoiceParty, PossibleValue, RateItem, Row, Ticket,
    WorkHours,
};
pub use pace::PaceReading;
pub use page::Page;
pub use stamp::Stamp;
pub use supplements::{
    Automation, Automations, FieldVisibility, Integration, Integrations, Macro, Macros, Place,
    RestrictedField, SlaPolicies, SlaPolicy, SupplementError, SupplementFiles, SupplementLook, Supplements,
    Tags, Technician, Technicians,
};
pub use zone::{UnknownZone, zone_by_name};
