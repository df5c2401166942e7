//! Tickets with their whole thread: one POST carries the ticket and its first 500 messages with tags, field values and
//! dates. The thread, its authors, its files and the values each have a file of their own beside this one.

mod author;
mod files;
mod meta;
mod parties;
mod target;
mod thread;
mod traits;
mod update;
mod values;
mod view;

#[cfg(test)]
mod tests;

use atera::FieldTarget;
use gorgias::ErrorKind;
use protocol::{Fingerprint, Key, Link, MapSpec, ObjectKind, SourceId, TargetId, UnixMs, Window};
use url::Url;

use crate::{
    AssetRef, FollowUp, Found, Mapped, MessagePost, MessageTarget, ObjectType, PartsPage, Presence, Reject,
    Resolved, Seen, SourcePage, SourceReader, Trait, Uploads, View, field_value,
    identity::external_id,
    source_reader::{number, source_page, ticket_filter},
    tag::SAMPLE_TAG,
};

pub use target::TicketTarget;

/// The kind.
#[derive(Debug)]
pub struct Ticket;

/// A ticket with everything that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketSource {
    /// The ticket.
    pub row: atera::Ticket,
    /// Its comments, sorted and keyed by the client.
    pub comments: Vec<atera::Comment>,
    /// Addresses of its attachments, as just listed.
    pub files: Vec<Url>,
    /// Its custom field values, typed.
    pub values: Vec<atera::CustomFieldValue>,
    /// Its tags, from the supplement.
    pub tags: Vec<String>,
}

impl ObjectType for Ticket {
    const KIND: ObjectKind = ObjectKind::Ticket;
    type Row = atera::Ticket;
    type Source = TicketSource;
    type Target = TicketTarget;

    async fn page(
        source: &SourceReader,
        of: &Window,
        page: u32,
    ) -> Result<SourcePage<atera::Ticket>, atera::Error> {
        source.atera.tickets_page(&ticket_filter(of), page).await.map(source_page)
    }

    async fn one(source: &SourceReader, id: &SourceId) -> Result<Option<atera::Ticket>, atera::Error> {
        match number(id) {
            Some(id) => source.atera.ticket(id).await,
            None => Ok(None),
        }
    }

    fn id(row: &atera::Ticket) -> SourceId {
        SourceId::from(row.id)
    }

    fn facets(row: &atera::Ticket) -> Vec<(&'static str, String)> {
        let value = |text: &Option<String>| text.clone().unwrap_or_default();
        let presence = |present| if present { "present" } else { "absent" }.to_owned();
        let assigned = matches!(row.assignee(), atera::Assignee::Technician { .. });
        vec![
            ("status", value(&row.status)),
            ("priority", value(&row.priority)),
            ("source", value(&row.source)),
            ("type", value(&row.kind)),
            ("assignee", presence(assigned)),
            ("requester", presence(row.contact_id.is_some())),
        ]
    }

    fn excluded(row: &atera::Ticket, spec: &MapSpec) -> bool {
        spec.excludes(row.status.as_deref().unwrap_or_default())
    }

    /// Comments, attachments and, where ticket fields exist, values: two or three calls.
    async fn hydrate(source: &SourceReader, row: atera::Ticket) -> Result<TicketSource, atera::Error> {
        let comments = source.atera.comments(row.id).await?;
        let files = source.atera.attachment_urls(row.id).await?;
        let values = source.atera.custom_field_values(FieldTarget::Ticket, row.id).await?;
        let tags = source.supplements.tags.for_ticket(row.id).into_iter().map(str::to_owned).collect();
        Ok(TicketSource { row, comments, files, values, tags })
    }

    fn links(source: &TicketSource, spec: &MapSpec) -> Vec<Link> {
        let mut links = field_value::links(&FieldTarget::Ticket, &source.values);
        links.extend(source.tags.iter().map(|tag| Link::new(ObjectKind::Tag, tag.as_str())));
        links.extend(parties::links(source, spec));
        links.sort();
        links.dedup();
        links
    }

    fn assets(source: &TicketSource) -> Vec<AssetRef> {
        files::assets(source)
    }

    fn map(
        source: &TicketSource,
        resolved: &Resolved,
        spec: &MapSpec,
    ) -> Result<Mapped<TicketTarget>, Reject> {
        let (target, notes) = target::build(source, resolved, spec)?;
        Mapped::new(target, notes)
    }

    fn place(target: &mut TicketTarget, uploads: &Uploads) {
        target.messages.iter_mut().for_each(|message| message.place(uploads));
    }

    fn traits(row: &atera::Ticket) -> Vec<Trait> {
        traits::of_row(row)
    }

    fn deeper_traits(source: &TicketSource) -> Vec<Trait> {
        traits::of_thread(source)
    }

    /// By a tag, which any view of the destination can be filtered by.
    fn mark(target: &mut TicketTarget) -> bool {
        target.tags.push(SAMPLE_TAG.to_owned());
        true
    }

    async fn create(gorgias: &gorgias::Client, target: &TicketTarget) -> Result<TargetId, gorgias::Error> {
        gorgias.create_ticket(&target.wire()).await.map(|created| TargetId(created.id))
    }

    /// By external id. A ticket in the trash does not count as one.
    async fn find(gorgias: &gorgias::Client, target: &TicketTarget) -> Result<Found, gorgias::Error> {
        let rows = gorgias.tickets_by_external_id(&target.external_id).await?;
        Ok(Found::from_ids(rows.iter().filter(|row| !row.is_trashed()).map(|row| row.id)))
    }

    /// The messages past the first 500, in their order.
    fn follow_ups(target: &TicketTarget, id: TargetId) -> Vec<FollowUp> {
        let later = target.messages.iter().skip(gorgias::NewTicket::MAX_MESSAGES).zip(&target.later);
        let follow_up = |(message, fingerprint): (&MessageTarget, &Fingerprint)| FollowUp {
            key: Key::new(ObjectKind::Message, message.source_id(&target.source_id)),
            target: MessagePost { ticket: id, message: message.clone() },
            fingerprint: *fingerprint,
        };
        later.map(follow_up).collect()
    }

    fn external_id(spec: &MapSpec, id: &SourceId) -> Option<String> {
        Some(external_id(spec, ObjectKind::Ticket, id))
    }

    /// One call per hundred ids. A ticket in the trash is not present.
    async fn present(gorgias: &gorgias::Client, ids: &[TargetId]) -> Result<Vec<Presence>, gorgias::Error> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let mut present = Vec::with_capacity(ids.len());
        for hundred in ids.chunks(100) {
            let rows = gorgias.tickets_by_ids(hundred).await?;
            let live = rows.into_iter().filter(|row| !row.is_trashed());
            present.extend(live.map(|row| Presence {
                target: TargetId(row.id),
                external_id: row.external_id,
                messages: row.messages_count,
            }));
        }
        Ok(present)
    }

    fn expected(target: &TicketTarget) -> Option<View> {
        Some(view::expected(target))
    }

    /// One call per hundred ids, without messages and field values.
    async fn read_back(gorgias: &gorgias::Client, ids: &[TargetId]) -> Result<Vec<Seen>, gorgias::Error> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let rows = gorgias.tickets_by_ids(&ids).await?;
        Ok(rows.into_iter().filter(|row| !row.is_trashed()).map(view::row).collect())
    }

    /// One call for a ticket with the messages it embeds, and one per hundred messages where it embeds fewer than it counts.
    async fn read_whole(gorgias: &gorgias::Client, id: TargetId) -> Result<Option<Seen>, gorgias::Error> {
        let ticket = match gorgias.ticket(id.0).await {
            Ok(ticket) if ticket.row.is_trashed() => return Ok(None),
            Ok(ticket) => ticket,
            Err(error) => {
                let gone = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Merged { .. });
                return if gone { Ok(None) } else { Err(error) };
            }
        };
        let counted = ticket.row.messages_count.unwrap_or_default();
        let messages = if (ticket.messages.len() as u64) < counted {
            gorgias.messages(id.0).await?
        } else {
            ticket.messages
        };
        let mut seen = view::row(ticket.row);
        seen.view.parts.extend(messages.iter().map(view::message));
        Ok(Some(seen))
    }

    const SET_ONCE: &[&str] =
        &["created_datetime", "last_message_datetime", "last_received_message_datetime"];

    const PARTS_ARE_LISTED: bool = true;

    async fn parts(gorgias: &gorgias::Client, cursor: Option<&str>) -> Result<PartsPage, gorgias::Error> {
        let page = gorgias.messages_page(cursor).await?;
        Ok(PartsPage { parts: page.items.iter().filter_map(view::message_print).collect(), next: page.next })
    }

    async fn update(
        gorgias: &gorgias::Client,
        id: TargetId,
        target: &TicketTarget,
        seen: &Seen,
    ) -> Result<(), gorgias::Error> {
        update::update(gorgias, id, target, seen).await
    }

    async fn delete(gorgias: &gorgias::Client, id: TargetId, _at: UnixMs) -> Result<(), gorgias::Error> {
        gorgias.delete_ticket(id.0).await.map(|_| ())
    }
}
