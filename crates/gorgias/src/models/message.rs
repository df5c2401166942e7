//! Messages. `HistoricalMessage` is the only message there is to write, and it cannot be built without the time it
//! was sent: that time is what keeps Gorgias from sending it by e-mail (reference section 2.7).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::wire::{lenient_text, lenient_timestamp, null_as_default};
use super::{Attachment, Channel, Person, PersonRow, Via};

/// The text of a message, plain, as HTML, or both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body {
    /// Plain text; also sent as `stripped_text`, which rules and the web pages read.
    pub text: Option<String>,
    /// HTML, already sanitised.
    pub html: Option<String>,
}

impl Body {
    /// Plain text only.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), html: None }
    }

    /// HTML with its plain text.
    pub fn html(html: impl Into<String>, text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), html: Some(html.into()) }
    }
}

/// A message of the past, as an element of a new ticket or as a message of its own. Write only.
///
/// Built with [`HistoricalMessage::from_customer`], [`HistoricalMessage::from_agent`] or
/// [`HistoricalMessage::internal_note`]; every one asks for the time it was sent, which becomes `sent_datetime` and
/// `created_datetime`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoricalMessage {
    channel: Channel,
    via: Via,
    from_agent: bool,
    public: bool,
    sent_datetime: Timestamp,
    created_datetime: Timestamp,
    sender: Person,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stripped_text: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Map<String, Value>>,
}

impl HistoricalMessage {
    /// An incoming message. The sender is a customer; there is no receiver.
    pub fn from_customer(sent_at: Timestamp, sender: Person, body: Body) -> Self {
        Self::built(sent_at, sender, None, body, false)
    }

    /// An outgoing message. The sender is a user, the receiver the customer.
    pub fn from_agent(sent_at: Timestamp, sender: Person, receiver: Option<Person>, body: Body) -> Self {
        Self::built(sent_at, sender, receiver, body, true)
    }

    /// An internal note by a user. It stays one: no method makes it public.
    pub fn internal_note(sent_at: Timestamp, sender: Person, body: Body) -> Self {
        let public = Self::built(sent_at, sender, None, body, true);
        Self { channel: Channel::NOTE, via: Via::NOTE, public: false, ..public }
    }

    /// Sets our own id of the message, at most 255 characters.
    #[must_use]
    pub fn with_external_id(mut self, external_id: impl Into<String>) -> Self {
        self.external_id = Some(external_id.into());
        self
    }

    /// Sets the channel and the way of a public message; an internal note keeps its own.
    #[must_use]
    pub fn with_channel(mut self, channel: Channel, via: Via) -> Self {
        if self.public {
            self.channel = channel;
            self.via = via;
        }
        self
    }

    /// Sets the subject line.
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Sets the files.
    #[must_use]
    pub fn with_attachments(mut self, attachments: Vec<Attachment>) -> Self {
        self.attachments = attachments;
        self
    }

    /// Sets free keys and values, such as the original author's name.
    #[must_use]
    pub fn with_meta(mut self, meta: Map<String, Value>) -> Self {
        self.meta = Some(meta);
        self
    }

    /// When it was sent.
    pub fn sent_at(&self) -> Timestamp {
        self.sent_datetime
    }

    /// The channel it stands on.
    pub fn channel(&self) -> &Channel {
        &self.channel
    }

    /// True for an internal note.
    pub fn is_internal_note(&self) -> bool {
        !self.public
    }

    /// True when an agent wrote it.
    pub fn is_from_agent(&self) -> bool {
        self.from_agent
    }

    /// Who wrote it.
    pub fn sender(&self) -> Person {
        self.sender
    }

    /// Our own id of the message.
    pub fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    /// The files.
    pub fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    fn built(
        sent_at: Timestamp,
        sender: Person,
        receiver: Option<Person>,
        body: Body,
        from_agent: bool,
    ) -> Self {
        Self {
            channel: Channel::API,
            via: Via::API,
            from_agent,
            public: true,
            sent_datetime: sent_at,
            created_datetime: sent_at,
            sender,
            receiver,
            external_id: None,
            subject: None,
            stripped_text: body.text.clone(),
            body_text: body.text,
            body_html: body.html,
            attachments: Vec::new(),
            meta: None,
        }
    }
}

/// A message as read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct MessageRow {
    /// The Gorgias id.
    pub id: i64,
    /// The ticket it belongs to.
    #[serde(default)]
    pub ticket_id: Option<i64>,
    /// Our own id.
    #[serde(default, deserialize_with = "lenient_text")]
    pub external_id: Option<String>,
    /// Channel slug.
    #[serde(default)]
    pub channel: Option<String>,
    /// How it came.
    #[serde(default)]
    pub via: Option<String>,
    /// Whether an agent wrote it.
    #[serde(default)]
    pub from_agent: Option<bool>,
    /// False for an internal note.
    #[serde(default)]
    pub public: Option<bool>,
    /// Who wrote it.
    #[serde(default)]
    pub sender: Option<PersonRow>,
    /// To whom.
    #[serde(default)]
    pub receiver: Option<PersonRow>,
    /// Subject line.
    #[serde(default)]
    pub subject: Option<String>,
    /// Plain text.
    #[serde(default)]
    pub body_text: Option<String>,
    /// HTML.
    #[serde(default)]
    pub body_html: Option<String>,
    /// Plain text without quotes.
    #[serde(default)]
    pub stripped_text: Option<String>,
    /// When it was sent.
    #[serde(default, deserialize_with = "lenient_timestamp")]
    pub sent_datetime: Option<Timestamp>,
    /// When it was made.
    #[serde(default, deserialize_with = "lenient_timestamp")]
    pub created_datetime: Option<Timestamp>,
    /// Files.
    #[serde(default, deserialize_with = "null_as_default")]
    pub attachments: Vec<Attachment>,
    /// Whether Gorgias keeps it as imported; absent on accounts that do not know the flag.
    #[serde(default)]
    pub imported: Option<bool>,
}

impl MessageRow {
    /// True when Gorgias shows this message to agents only.
    pub fn is_internal_note(&self) -> bool {
        self.public == Some(false)
    }
}
