//! The ticket's own values on their way through the map: status, priority, subject, tags and dates.

use gorgias::{Priority, Status};
use jiff::Timestamp;
use mapping::{TicketPriority, TicketStatus};
use protocol::{FailureCode, MapSpec, ObjectKind};

use crate::{
    Direction, MessageTarget, Note, Reject, Resolved, TicketSource, resolved::Parent, tag::target_name, text,
};

/// Longest subject Gorgias takes, in characters.
const MAX_SUBJECT: usize = 998;

/// The subject of a ticket that has none.
const NO_SUBJECT: &str = "(no subject)";

pub(super) fn status(row: &atera::Ticket, spec: &MapSpec) -> Result<Status, Reject> {
    match mapping::status(spec, row.status.as_deref()) {
        Ok(TicketStatus::Open) => Ok(Status::Open),
        Ok(TicketStatus::Closed) => Ok(Status::Closed),
        Err(_) => Err(Reject::new(FailureCode::UnmappedValue, "its status has no place in the map")),
    }
}

pub(super) fn priority(row: &atera::Ticket, spec: &MapSpec) -> Result<Priority, Reject> {
    match mapping::priority(spec, row.priority.as_deref()) {
        Ok(TicketPriority::Critical) => Ok(Priority::Critical),
        Ok(TicketPriority::High) => Ok(Priority::High),
        Ok(TicketPriority::Normal) => Ok(Priority::Normal),
        Ok(TicketPriority::Low) => Ok(Priority::Low),
        Err(_) => Err(Reject::new(FailureCode::UnmappedValue, "its priority has no place in the map")),
    }
}

pub(super) fn subject(row: &atera::Ticket, notes: &mut Vec<Note>) -> String {
    let Some(title) = text::present(row.title.as_deref()) else {
        return NO_SUBJECT.to_owned();
    };
    // A line break in a subject is a header of its own in a mail.
    let (subject, was_cut) = text::cut(&title.replace(['\r', '\n'], " "), MAX_SUBJECT);
    if was_cut {
        notes.push(Note::TextCut { field: "subject" });
    }
    subject
}

/// The tags that landed, in the supplement's order, each once.
pub(super) fn tags(source: &TicketSource, resolved: &Resolved, notes: &mut Vec<Note>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in &source.tags {
        let landed = match resolved.parent(ObjectKind::Tag, tag.as_str()) {
            Parent::Landed(_) => Ok(()),
            Parent::Failed(cause) => Err(cause),
            Parent::Unknown if resolved.destination.tags.contains_key(tag) => Ok(()),
            Parent::Unknown => Err(FailureCode::ParentFailed),
        };
        let name = landed.and_then(|()| target_name(tag).ok_or(FailureCode::BadValue));
        match name {
            Ok(name) if tags.contains(&name) => {}
            Ok(name) => tags.push(name),
            Err(cause) => notes.push(Note::TagNotMoved { cause }),
        }
    }
    tags
}

/// The dates of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dates {
    pub(super) opened: Option<Timestamp>,
    pub(super) closed: Option<Timestamp>,
    pub(super) updated: Timestamp,
    pub(super) last_message: Timestamp,
    pub(super) last_received: Option<Timestamp>,
}

/// When the ticket was made: as the source says, else its first dated comment.
pub(super) fn created(source: &TicketSource, notes: &mut Vec<Note>) -> Result<Timestamp, Reject> {
    if let Some(at) = source.row.created.as_ref().and_then(|stamp| stamp.at) {
        return Ok(at);
    }
    notes.push(Note::TimeSubstituted { count: 1 });
    let dated = source.comments.iter().filter_map(|comment| comment.date.as_ref()?.at);
    dated
        .min()
        .ok_or_else(|| Reject::new(FailureCode::BadValue, "neither the ticket nor a comment has a date"))
}

pub(super) fn dates(
    source: &TicketSource,
    status: Status,
    created: Timestamp,
    messages: &[MessageTarget],
) -> Dates {
    let sent = |message: &MessageTarget| message.sent_at;
    let last_message = messages.iter().map(sent).max().unwrap_or(created);
    let received = messages.iter().filter(|m| matches!(m.direction, Direction::FromCustomer { .. }));
    let resolved = source.row.resolved.as_ref().and_then(|stamp| stamp.at);
    let closed = (status == Status::Closed).then(|| resolved.unwrap_or(last_message).max(created));
    let answered = source.row.technician_first_comment_date.as_ref().and_then(|stamp| stamp.at);
    Dates {
        opened: answered.map(|at| at.max(created)),
        closed,
        updated: closed.map_or(last_message, |closed| closed.max(last_message)),
        last_message,
        last_received: received.map(sent).max(),
    }
}
