//! A ticket and its messages in the form in which they are compared. What the destination sets by itself (the excerpt, a
//! receiver it guesses, addresses of files) is not in it; when a ticket last changed is loose, since the destination may
//! take its own clock for it.

use gorgias::{Attachment, HistoricalMessage, MessageRow, TicketRow};
use jiff::Timestamp;
use protocol::{TargetId, UnixMs};
use serde_json::{Value, json};

use super::target::TicketTarget;
use crate::{
    MessageTarget, field_value, html,
    view::{Fields, Print, Seen, View, part_print},
};

const LOOSE: [&str; 1] = ["updated_datetime"];

/// What is expected of a ticket as it was meant.
pub(super) fn expected(target: &TicketTarget) -> View {
    let mut tags = target.tags.clone();
    tags.sort_unstable();
    let fields = Fields::from([
        ("external_id", json!(target.external_id)),
        ("subject", json!(target.subject)),
        ("status", json!(target.status)),
        ("priority", json!(target.priority)),
        ("channel", json!(target.channel)),
        ("customer", json!(target.customer)),
        ("assignee_user", json!(target.assignee)),
        ("tags", json!(tags)),
        ("spam", json!(false)),
        ("meta", json!(target.meta)),
        ("created_datetime", instant(Some(target.created_at))),
        ("opened_datetime", opened(target.opened_at, Some(target.created_at))),
        ("closed_datetime", instant(target.closed_at)),
        ("updated_datetime", instant(Some(target.updated_at))),
        ("last_message_datetime", instant(Some(target.last_message_at))),
        ("last_received_message_datetime", instant(target.last_received_at)),
    ]);
    let messages = target.messages.iter().map(expected_message);
    let values = target.custom_fields.iter().map(field_value::part);
    View { fields, parts: messages.chain(values).collect(), loose: &LOOSE }
}

/// A ticket as a listing shows it, without messages and field values.
pub(super) fn row(row: TicketRow) -> Seen {
    let mut tags = row.tags.clone();
    tags.sort_unstable();
    let id = |person: &Option<gorgias::PersonRow>| json!(person.as_ref().map(|person| person.id));
    let fields = Fields::from([
        ("external_id", json!(row.external_id)),
        ("subject", json!(row.subject.clone().unwrap_or_default())),
        ("status", json!(row.status)),
        ("priority", json!(row.priority)),
        ("channel", json!(row.channel)),
        ("customer", id(&row.customer)),
        ("assignee_user", id(&row.assignee_user)),
        ("tags", json!(tags)),
        ("spam", json!(row.spam.unwrap_or(false))),
        ("meta", row.meta.clone().unwrap_or_else(|| json!({}))),
        ("created_datetime", instant(row.created_datetime)),
        ("opened_datetime", opened(row.opened_datetime, row.created_datetime)),
        ("closed_datetime", instant(row.closed_datetime)),
        ("updated_datetime", instant(row.updated_datetime)),
        ("last_message_datetime", instant(row.last_message_datetime)),
        ("last_received_message_datetime", instant(row.last_received_message_datetime)),
    ]);
    Seen {
        target: TargetId(row.id),
        external_id: row.external_id,
        view: View {
            fields,
            parts: row.custom_fields.iter().map(field_value::part).collect(),
            loose: &LOOSE,
        },
        loose_is_fair: None,
        parts: row.messages_count,
        updated_at: row.updated_datetime.map(|at| UnixMs(at.as_millisecond())),
    }
}

/// A message's part of its ticket: the ticket, the part's name, its fields.
pub(super) fn message(row: &MessageRow) -> (String, Fields) {
    let public = row.public.unwrap_or(true);
    let from_agent = row.from_agent.unwrap_or(false);
    let fields = Fields::from([
        ("channel", json!(row.channel)),
        ("from_agent", json!(from_agent)),
        ("public", json!(public)),
        ("sender", json!(row.sender.as_ref().map(|person| person.id))),
        ("sent_datetime", instant(row.sent_datetime)),
        ("created_datetime", instant(row.created_datetime)),
        ("body_text", text(row.body_text.as_deref().unwrap_or_default())),
        ("body_html", markup(row.body_html.as_deref().unwrap_or_default())),
        ("inline_images", json!(html::images(row.body_html.as_deref().unwrap_or_default()).len())),
        ("attachments", files(&row.attachments)),
    ]);
    let name = match &row.external_id {
        Some(external_id) => format!("message:{external_id}"),
        None => format!("message:#{}", row.id),
    };
    (name, fields)
}

/// The print of a message read from any listing, and the ticket it belongs to.
pub(super) fn message_print(row: &MessageRow) -> Option<(TargetId, Print)> {
    let (name, fields) = message(row);
    Some((TargetId(row.ticket_id?), part_print(&name, &fields)))
}

fn expected_message(target: &MessageTarget) -> (String, Fields) {
    let wire: HistoricalMessage = target.wire();
    let public = !wire.is_internal_note();
    let fields = Fields::from([
        ("channel", json!(wire.channel())),
        ("from_agent", json!(wire.is_from_agent())),
        ("public", json!(public)),
        ("sender", json!(wire.sender().id())),
        ("sent_datetime", instant(Some(target.sent_at))),
        ("created_datetime", instant(Some(target.sent_at))),
        ("body_text", text(&target.text)),
        ("body_html", markup(&target.html)),
        ("inline_images", json!(html::images(&target.html).len())),
        ("attachments", files(wire.attachments())),
    ]);
    (format!("message:{}", target.external_id), fields)
}

/// Files by name, size and media type: their addresses are the destination's.
fn files(files: &[Attachment]) -> Value {
    let mut named: Vec<(&str, Option<u64>, &str)> =
        files.iter().map(|file| (file.name.as_str(), file.size, file.content_type.as_str())).collect();
    named.sort_unstable();
    json!(named)
}

/// When it was first opened. The destination takes the time of creation where none is given, so that says nothing.
fn opened(opened: Option<Timestamp>, created: Option<Timestamp>) -> Value {
    instant(opened.filter(|_| opened != created))
}

fn instant(at: Option<Timestamp>) -> Value {
    json!(at.map(Timestamp::as_second))
}

/// Words without regard to how they are spaced.
fn text(text: &str) -> Value {
    json!(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What HTML says, whatever tags stand around it.
fn markup(html: &str) -> Value {
    text(&html::text_of(html))
}
