//! What is written to Gorgias (`New*`, [`HistoricalMessage`]) and what is read from it (`*Row`), one file per
//! resource. Create bodies hold only fields the create schemas document, since an unknown one is answered 400;
//! rows are read leniently. No call is made from here.

mod account;
mod attachment;
mod automation;
mod channel;
mod custom_field;
mod customer;
mod message;
mod person;
mod tag;
#[cfg(test)]
mod tests;
mod ticket;
mod user;
pub(crate) mod wire;

pub use account::Account;
pub use attachment::{Attachment, UploadFile, Uploaded};
pub use automation::{IntegrationRow, RuleRow, SettingRow};
pub(crate) use channel::INTERNAL_NOTE;
pub use channel::{Channel, UnknownSlug, Via};
pub use custom_field::{CustomFieldRow, Definition, FieldValue, NewCustomField, ObjectType};
pub use customer::{CustomerChannel, CustomerRow, NewCustomer};
pub use message::{Body, HistoricalMessage, MessageRow};
pub use person::{Person, PersonRow};
pub use tag::{NewTag, TagRow};
pub use ticket::{CreatedTicket, NewTicket, Priority, Status, Ticket, TicketChanges, TicketRow};
pub use user::{NewUser, UserRow};
