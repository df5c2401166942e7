//! Messages: one entry of a ticket's thread as it will stand at the destination. Those past the first 500 are written on
//! their own, through the same corridor. There is no message here without the time it was sent, and an internal note has
//! no channel to be public on.

use std::convert::Infallible;

use gorgias::{Attachment, Body, Channel, HistoricalMessage, Person, Via};
use jiff::Timestamp;
use protocol::{FailureCode, MapSpec, ObjectKind, SourceId, TargetId, UnixMs, Window};
use serde::Serialize;

use crate::{
    Found, Mapped, ObjectType, Presence, Reject, Resolved, SourcePage, SourceReader, Uploads,
    identity::message_external_id,
};

/// The kind.
#[derive(Debug)]
pub struct Message;

/// Who wrote a message, to whom, and who may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "direction")]
pub enum Direction {
    /// A customer wrote it.
    FromCustomer {
        /// The customer.
        sender: TargetId,
    },
    /// An agent wrote it to the customer.
    FromAgent {
        /// The user.
        sender: TargetId,
        /// The customer.
        receiver: TargetId,
    },
    /// For agents alone.
    InternalNote {
        /// The user.
        sender: TargetId,
    },
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attached {
    /// A placeholder until [`ObjectType::place`] puts the upload's address there.
    pub url: String,
    /// File name.
    pub name: String,
    /// Media type.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
}

/// A message as it will be written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MessageTarget {
    /// The external id, made of what the message says.
    pub external_id: String,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Who wrote it, to whom, and who may read it.
    #[serde(flatten)]
    pub direction: Direction,
    /// The channel of a public message; a note has its own.
    pub channel: Channel,
    /// Plain text.
    pub text: String,
    /// Sanitised HTML.
    pub html: String,
    /// Files.
    pub attachments: Vec<Attached>,
}

impl MessageTarget {
    /// The body as it goes out.
    #[must_use]
    pub fn wire(&self) -> HistoricalMessage {
        let body = Body::html(&self.html, &self.text);
        let person = |id: TargetId| Person::new(id.0);
        let message = match self.direction {
            Direction::FromCustomer { sender } => {
                HistoricalMessage::from_customer(self.sent_at, person(sender), body)
            }
            Direction::FromAgent { sender, receiver } => {
                HistoricalMessage::from_agent(self.sent_at, person(sender), Some(person(receiver)), body)
            }
            Direction::InternalNote { sender } => {
                HistoricalMessage::internal_note(self.sent_at, person(sender), body)
            }
        };
        let file = |file: &Attached| Attachment {
            url: file.url.clone(),
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            size: Some(file.size),
        };
        // Via stays `api` whatever the channel: auto-reply rules leave such messages alone.
        message
            .with_external_id(&self.external_id)
            .with_channel(self.channel.clone(), Via::API)
            .with_attachments(self.attachments.iter().map(file).collect())
    }

    /// Its id in the ledger: `{ticket}/{key}`, the key being the last part of its external id.
    pub(crate) fn source_id(&self, ticket: &SourceId) -> SourceId {
        let key = self.external_id.rsplit(':').next().unwrap_or_default();
        SourceId(format!("{ticket}/{key}"))
    }

    /// Puts the uploads' addresses in place.
    pub(crate) fn place(&mut self, uploads: &Uploads) {
        uploads.place_within(&mut self.html);
        for file in &mut self.attachments {
            uploads.place(&mut file.url);
        }
    }
}

/// A message to be posted to a ticket that is there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MessagePost {
    /// The ticket.
    pub ticket: TargetId,
    /// The message.
    #[serde(flatten)]
    pub message: MessageTarget,
}

/// Messages have no listing of their own: rows and sources of this kind cannot exist, only targets.
impl ObjectType for Message {
    const KIND: ObjectKind = ObjectKind::Message;
    type Row = Infallible;
    type Source = Infallible;
    type Target = MessagePost;

    /// Always one empty page: messages are read with their ticket.
    async fn page(
        _source: &SourceReader,
        _of: &Window,
        _page: u32,
    ) -> Result<SourcePage<Infallible>, atera::Error> {
        Ok(SourcePage { rows: Vec::new(), pages: Some(1), declared: None, last: true })
    }

    /// Always none: a message is tried again with its ticket.
    async fn one(_source: &SourceReader, _id: &SourceId) -> Result<Option<Infallible>, atera::Error> {
        Ok(None)
    }

    fn id(row: &Infallible) -> SourceId {
        match *row {}
    }

    async fn hydrate(_source: &SourceReader, row: Infallible) -> Result<Infallible, atera::Error> {
        match row {}
    }

    fn map(
        source: &Infallible,
        _resolved: &Resolved,
        _spec: &MapSpec,
    ) -> Result<Mapped<MessagePost>, Reject> {
        match *source {}
    }

    fn place(target: &mut MessagePost, uploads: &Uploads) {
        target.message.place(uploads);
    }

    async fn create(gorgias: &gorgias::Client, target: &MessagePost) -> Result<TargetId, gorgias::Error> {
        gorgias.create_message(target.ticket.0, &target.message.wire()).await.map(TargetId)
    }

    /// Reads the ticket's messages, one call per hundred: the destination has no filter for them.
    async fn find(gorgias: &gorgias::Client, target: &MessagePost) -> Result<Found, gorgias::Error> {
        let rows = gorgias.messages(target.ticket.0).await?;
        let ours = |row: &&gorgias::MessageRow| {
            row.external_id.as_deref() == Some(target.message.external_id.as_str())
        };
        Ok(Found::from_ids(rows.iter().filter(ours).map(|row| row.id)))
    }

    fn external_id(spec: &MapSpec, id: &SourceId) -> Option<String> {
        let (ticket, key) = id.0.split_once('/')?;
        Some(message_external_id(spec, ticket.parse().ok()?, key))
    }

    /// Always empty, without a call: a message cannot be read without its ticket, and is verified by the ticket's count.
    async fn present(_gorgias: &gorgias::Client, _ids: &[TargetId]) -> Result<Vec<Presence>, gorgias::Error> {
        Ok(Vec::new())
    }

    /// Nothing: a message goes with its ticket.
    async fn delete(_gorgias: &gorgias::Client, _id: TargetId, _at: UnixMs) -> Result<(), gorgias::Error> {
        Ok(())
    }
}

/// A channel by its slug.
pub(crate) fn channel(spec: &MapSpec, source: Option<&str>) -> Result<Channel, Reject> {
    let unmapped = || Reject::new(FailureCode::UnmappedValue, "the ticket's source has no place in the map");
    let slug = mapping::channel(spec, source).map_err(|_| unmapped())?;
    Channel::from_slug(slug).map_err(|_| unmapped())
}
