//! The mappings: one file per object kind, each implementing [`ObjectType`]. What a record of the source becomes at the
//! destination is decided here and nowhere else. Mapping is pure: no client, clock or file is in its reach. Nothing
//! here keeps a record of what was done; that is the ledger's, and the order of the calls is the worker's.

mod agent;
mod article;
mod attachment;
mod contact;
mod custom_field;
mod customer;
mod destination;
mod failure;
mod field_fit;
mod field_value;
mod html;
mod identity;
mod mapped;
mod markup;
mod message;
mod object_type;
mod person;
mod registry;
mod resolved;
mod source_reader;
mod tag;
mod text;
mod ticket;
mod traits;
mod view;

#[cfg(test)]
mod tests;

pub use agent::{Agent, AgentRow, AgentTarget};
pub use article::{CleanArticle, article};
pub use attachment::{AssetFacts, AssetRef, AssetSource, MovedFile, Uploads, name_of_bytes, name_of_url};
pub use contact::{Contact, ContactSource};
pub use custom_field::{CustomField, CustomFieldTarget, FieldRow};
pub use customer::{Customer, CustomerSource};
pub use destination::{Company, Destination, TargetField, TargetUser};
pub use failure::{file_code, source_code, target_code};
pub use field_fit::{FieldPlan, Fit, fits, scope};
pub use identity::external_id;
pub use mapped::{Mapped, Note, Reject};
pub use message::{Attached, Direction, Message, MessagePost, MessageTarget};
pub use object_type::{FollowUp, Found, ObjectType, Presence, SourcePage};
pub use person::PersonTarget;
pub use registry::{Visitor, visit};
pub use resolved::Resolved;
pub use source_reader::SourceReader;
pub use tag::{SAMPLE_TAG, Tag, TagTarget};
pub use ticket::{Ticket, TicketSource, TicketTarget};
pub use traits::Trait;
pub use view::{Fields, PartsPage, Print, Prints, Seen, View, part_print};
