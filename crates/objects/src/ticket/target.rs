//! The ticket as it will be written, and how it is put together. All of it is known before the first byte is sent: what
//! cannot be mapped rejects the ticket here, not half way.

use atera::FieldTarget;
use gorgias::{Channel, FieldValue, NewTicket, Person, Priority, Status};
use jiff::Timestamp;
use protocol::{Fingerprint, MapSpec, SourceId, TargetId};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{TicketSource, meta, parties, thread::Thread, values};
use crate::{
    MessageTarget, Note, ObjectType, Reject, Resolved, Ticket, field_value, identity, mapped::fingerprint,
    message,
};

/// A ticket with its whole thread.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TicketTarget {
    /// Its id at the source.
    pub source_id: SourceId,
    /// The external id.
    pub external_id: String,
    /// Subject line.
    pub subject: String,
    /// Open or closed.
    pub status: Status,
    /// How urgent.
    pub priority: Priority,
    /// Channel of the ticket and its public messages.
    pub channel: Channel,
    /// Whose ticket it is.
    pub customer: TargetId,
    /// Who has it.
    pub assignee: TargetId,
    /// Tag names.
    pub tags: Vec<String>,
    /// Field values.
    pub custom_fields: Vec<FieldValue>,
    /// What has no slot.
    pub meta: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a technician first answered.
    pub opened_at: Option<Timestamp>,
    /// When it was closed, for a closed one.
    pub closed_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When the last message was written.
    pub last_message_at: Timestamp,
    /// When the customer last wrote.
    pub last_received_at: Option<Timestamp>,
    /// The thread, oldest first; never empty.
    pub messages: Vec<MessageTarget>,
    /// What is intended with each message past the first 500, taken while the files were still placeholders.
    #[serde(skip)]
    pub later: Vec<Fingerprint>,
}

impl TicketTarget {
    /// The body of the one POST: the ticket with its first 500 messages.
    #[must_use]
    pub fn wire(&self) -> NewTicket {
        let messages = self.messages.iter().take(NewTicket::MAX_MESSAGES).map(MessageTarget::wire).collect();
        let mut ticket = NewTicket::new(&self.external_id, Person::new(self.customer.0), messages);
        ticket.channel = self.channel.clone();
        ticket.subject = Some(self.subject.clone());
        ticket.status = self.status;
        ticket.priority = Some(self.priority);
        ticket.assignee_user = Some(Person::new(self.assignee.0));
        ticket.tags.clone_from(&self.tags);
        ticket.custom_fields.clone_from(&self.custom_fields);
        ticket.meta = Some(self.meta.clone());
        ticket.created_datetime = Some(self.created_at);
        ticket.opened_datetime = self.opened_at;
        ticket.closed_datetime = self.closed_at;
        ticket.updated_datetime = Some(self.updated_at);
        ticket.last_message_datetime = Some(self.last_message_at);
        ticket.last_received_message_datetime = self.last_received_at;
        ticket
    }
}

/// Puts a ticket together.
pub(super) fn build(
    source: &TicketSource,
    resolved: &Resolved,
    spec: &MapSpec,
) -> Result<(TicketTarget, Vec<Note>), Reject> {
    let row = &source.row;
    let source_id = Ticket::id(row);
    let mut notes = Vec::new();
    let status = values::status(row, spec)?;
    let priority = values::priority(row, spec)?;
    let channel = message::channel(spec, row.source.as_deref())?;
    let created = values::created(source, &mut notes)?;
    let parties = parties::find(source, resolved, spec, &mut notes)?;
    let thread = Thread { source, resolved, spec, parties, channel: channel.clone(), created };
    let (messages, thread_notes) = thread.messages();
    notes.extend(thread_notes);
    let dates = values::dates(source, status, created, &messages);
    let (custom_fields, field_notes) =
        field_value::place(&FieldTarget::Ticket, &source_id, &source.values, resolved);
    notes.extend(field_notes);
    let later = messages.iter().skip(NewTicket::MAX_MESSAGES).map(fingerprint).collect::<Result<_, _>>()?;
    let target = TicketTarget {
        external_id: identity::external_id(spec, Ticket::KIND, &source_id),
        source_id,
        subject: values::subject(row, &mut notes),
        status,
        priority,
        channel,
        customer: parties.customer,
        assignee: parties.assignee,
        tags: values::tags(source, resolved, &mut notes),
        custom_fields,
        meta: meta::meta(row),
        created_at: created,
        opened_at: dates.opened,
        closed_at: dates.closed,
        updated_at: dates.updated,
        last_message_at: dates.last_message,
        last_received_at: dates.last_received,
        messages,
        later,
    };
    Ok((target, notes))
}
