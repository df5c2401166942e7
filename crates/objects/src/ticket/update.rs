//! Brings a ticket that stands at the destination to what is meant: its fields by one call, a message that is missing by
//! one POST, a message that says something else by one PUT, one of ours that the source no longer has is deleted. What
//! others added (their own messages) stays.

use std::collections::BTreeSet;

use gorgias::{Person, TicketChanges};
use protocol::TargetId;

use super::target::TicketTarget;
use crate::{MessageTarget, ObjectType, Seen, Ticket, View};

/// Updates it; idempotent, except that a message whose POST was in doubt is looked for by whoever calls again.
pub(super) async fn update(
    gorgias: &gorgias::Client,
    id: TargetId,
    target: &TicketTarget,
    seen: &Seen,
) -> Result<(), gorgias::Error> {
    let Some(meant) = Ticket::expected(target) else { return Ok(()) };
    let mut gone = no_longer_meant(target, seen, &meant);
    for message in &target.messages {
        let name = format!("message:{}", message.external_id);
        match seen.view.parts.get(&name) {
            Some(fields) if meant.parts.get(&name) == Some(fields) => {}
            Some(_) => change(gorgias, id, &message.external_id, message).await?,
            None => match replaced(seen, &meant, message) {
                Some(former) => {
                    gone.remove(&former);
                    change(gorgias, id, &former, message).await?;
                }
                None => {
                    gorgias.create_message(id.0, &message.wire()).await?;
                }
            },
        }
    }
    if !gone.is_empty() {
        for row in gorgias.messages(id.0).await? {
            if row.external_id.is_some_and(|external_id| gone.contains(&external_id)) {
                gorgias.delete_message(id.0, row.id).await?;
            }
        }
    }
    // After the messages, whose arrival may move the ticket's dates and state.
    gorgias.update_ticket(id.0, &changes(target)).await
}

/// External ids of messages of ours that stand there and are not meant any more.
fn no_longer_meant(target: &TicketTarget, seen: &Seen, meant: &View) -> BTreeSet<String> {
    let ours = target.messages.first().and_then(|one| one.external_id.rsplit_once(':')).map(|(ours, _)| ours);
    let Some(ours) = ours.map(|ours| format!("{ours}:")) else { return BTreeSet::new() };
    let names = seen.view.parts.keys().filter(|name| !meant.parts.contains_key(*name));
    let external_ids = names.filter_map(|name| name.strip_prefix("message:"));
    external_ids.filter(|id| id.starts_with(&ours)).map(str::to_owned).collect()
}

/// The message of ours that stood in this one's place before it was edited at the source: of the same instant, and no
/// longer meant.
fn replaced(seen: &Seen, meant: &View, message: &MessageTarget) -> Option<String> {
    let sent = serde_json::json!(message.sent_at.as_second());
    let place = |(name, fields): (&String, &crate::Fields)| {
        let gone = !meant.parts.contains_key(name) && fields.get("sent_datetime") == Some(&sent);
        name.strip_prefix("message:").filter(|id| gone && !id.starts_with('#')).map(str::to_owned)
    };
    seen.view.parts.iter().find_map(place)
}

async fn change(
    gorgias: &gorgias::Client,
    ticket: TargetId,
    external_id: &str,
    message: &MessageTarget,
) -> Result<(), gorgias::Error> {
    let rows = gorgias.messages(ticket.0).await?;
    let standing = rows.iter().find(|row| row.external_id.as_deref() == Some(external_id));
    match standing {
        Some(row) => gorgias.update_message(ticket.0, row.id, &message.wire()).await,
        None => gorgias.create_message(ticket.0, &message.wire()).await.map(|_| ()),
    }
}

fn changes(target: &TicketTarget) -> TicketChanges {
    TicketChanges {
        external_id: target.external_id.clone(),
        customer: Person::new(target.customer.0),
        channel: target.channel.clone(),
        subject: target.subject.clone(),
        status: target.status,
        priority: target.priority,
        assignee_user: Person::new(target.assignee.0),
        tags: target.tags.clone(),
        custom_fields: target.custom_fields.clone(),
        meta: target.meta.clone(),
        // The destination takes the time of creation where none is given, and shows none as that.
        opened_datetime: target.opened_at.unwrap_or(target.created_at),
        closed_datetime: target.closed_at,
        updated_datetime: target.updated_at,
        spam: false,
    }
}
