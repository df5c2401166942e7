//! Tickets with their whole thread. What is created here is history: never spam, never without messages.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::custom_field::lenient_field_values;
use super::wire::{lenient_text, lenient_timestamp, null_as_default};
use super::{Channel, FieldValue, HistoricalMessage, MessageRow, Person, PersonRow, Via};

/// Gorgias knows two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Work to do.
    Open,
    /// Done.
    Closed,
}

/// How urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Above high.
    Critical,
    /// Above normal.
    High,
    /// The default.
    Normal,
    /// Below normal.
    Low,
}

/// A ticket to create, with up to [`NewTicket::MAX_MESSAGES`] messages in one call. Write only.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewTicket {
    /// Our own id, at most 255 characters.
    pub external_id: String,
    /// The customer.
    pub customer: Person,
    /// Channel of the ticket.
    pub channel: Channel,
    /// How the first message came.
    pub via: Via,
    /// Whether the first message is an agent's.
    pub from_agent: bool,
    /// Subject line, at most 998 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Open or closed.
    pub status: Status,
    /// How urgent; Gorgias takes normal when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// The agent who has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee_user: Option<Person>,
    /// Tag names, case-sensitive, 1 to 256 characters; created beforehand.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_named")]
    pub tags: Vec<String>,
    /// Values of ticket fields, by the definition's id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom_fields: Vec<FieldValue>,
    /// Language, ISO 639-1; detected by Gorgias when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Free keys and values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Map<String, Value>>,
    /// When the ticket was made; cannot be changed later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_datetime: Option<Timestamp>,
    /// When it was first opened by an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_datetime: Option<Timestamp>,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_datetime: Option<Timestamp>,
    /// When it was last changed; whether Gorgias keeps it is not documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_datetime: Option<Timestamp>,
    /// When the last message was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_message_datetime: Option<Timestamp>,
    /// When the customer last wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_received_message_datetime: Option<Timestamp>,
    /// Sent as false, so that the spam filter has less to say.
    pub spam: bool,
    /// The thread, oldest first, 1 to [`NewTicket::MAX_MESSAGES`].
    pub messages: Vec<HistoricalMessage>,
}

impl NewTicket {
    /// The most messages one create call takes (reference section 2.6); further ones are posted one by one.
    pub const MAX_MESSAGES: usize = 500;

    /// An open ticket on channel and via `api` with this thread; the rest is set on the fields.
    pub fn new(external_id: impl Into<String>, customer: Person, messages: Vec<HistoricalMessage>) -> Self {
        Self {
            external_id: external_id.into(),
            customer,
            channel: Channel::API,
            via: Via::API,
            from_agent: messages.first().is_some_and(HistoricalMessage::is_from_agent),
            subject: None,
            status: Status::Open,
            priority: None,
            assignee_user: None,
            tags: Vec::new(),
            custom_fields: Vec::new(),
            language: None,
            meta: None,
            created_datetime: None,
            opened_datetime: None,
            closed_datetime: None,
            updated_datetime: None,
            last_message_datetime: None,
            last_received_message_datetime: None,
            spam: false,
            messages,
        }
    }
}

/// What a ticket that stands is to be changed to. It holds no messages, which have calls of their own, and no dates that
/// Gorgias sets once: of birth, of the last message. Write only.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TicketChanges {
    /// Our own id.
    pub external_id: String,
    /// The customer.
    pub customer: Person,
    /// Channel of the ticket.
    pub channel: Channel,
    /// Subject line.
    pub subject: String,
    /// Open or closed.
    pub status: Status,
    /// How urgent.
    pub priority: Priority,
    /// The agent who has it.
    pub assignee_user: Person,
    /// All its tags, by name.
    #[serde(serialize_with = "as_named")]
    pub tags: Vec<String>,
    /// Values of ticket fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom_fields: Vec<FieldValue>,
    /// Free keys and values.
    pub meta: Map<String, Value>,
    /// When it was first opened by an agent.
    pub opened_datetime: Timestamp,
    /// When it was closed.
    pub closed_datetime: Option<Timestamp>,
    /// When it was last changed; whether Gorgias keeps it is not documented.
    pub updated_datetime: Timestamp,
    /// Whether it is spam.
    pub spam: bool,
}

/// What a create call answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedTicket {
    /// The Gorgias id.
    pub id: i64,
    /// How many messages the answer counts.
    pub message_count: usize,
}

/// A ticket as listed, without its messages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TicketRow {
    /// The Gorgias id.
    pub id: i64,
    /// Our own id.
    #[serde(default, deserialize_with = "lenient_text")]
    pub external_id: Option<String>,
    /// Subject line.
    #[serde(default)]
    pub subject: Option<String>,
    /// `open` or `closed`.
    #[serde(default)]
    pub status: Option<String>,
    /// `critical`, `high`, `normal`, `low`.
    #[serde(default)]
    pub priority: Option<String>,
    /// Channel slug.
    #[serde(default)]
    pub channel: Option<String>,
    /// How the first message came.
    #[serde(default)]
    pub via: Option<String>,
    /// Whose ticket.
    #[serde(default)]
    pub customer: Option<PersonRow>,
    /// Which agent has it.
    #[serde(default)]
    pub assignee_user: Option<PersonRow>,
    /// Tag names.
    #[serde(default, deserialize_with = "names")]
    pub tags: Vec<String>,
    /// Field values, when the read asked for them.
    #[serde(default, deserialize_with = "lenient_field_values")]
    pub custom_fields: Vec<FieldValue>,
    /// How many messages.
    #[serde(default)]
    pub messages_count: Option<u64>,
    /// Whether it is marked as spam.
    #[serde(default)]
    pub spam: Option<bool>,
    /// Free keys and values.
    #[serde(default)]
    pub meta: Option<Value>,
    /// Set when the ticket lies in the trash; lists hold such rows.
    #[serde(default, deserialize_with = "lenient_timestamp")]
    pub trashed_datetime: Option<Timestamp>,
    /// When it was made.
    #[serde(default, deserialize_with = "lenient_timestamp")]
    pub created_datetime: Option<Timestamp>,
    /// When it was first opened.
    #[serde(default, deserialize_with = "lenient_timestamp")]
    pub opened_datetime: Option<Timestamp>,
    /// When it was closed.
    #[serde(default, deserialize_with = "lenient_timestamp")]
    pub closed_datetime: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "lenient_timestamp")]
    pub updated_datetime: Option<Timestamp>,
    /// When the last message was written.
    #[serde(default, deserialize_with = "lenient_timestamp")]
    pub last_message_datetime: Option<Timestamp>,
    /// When the customer last wrote.
    #[serde(default, deserialize_with = "lenient_timestamp")]
    pub last_received_message_datetime: Option<Timestamp>,
    /// Whether Gorgias keeps it as imported; absent on accounts that do not know the flag.
    #[serde(default)]
    pub imported: Option<bool>,
}

impl TicketRow {
    /// True when the ticket lies in the trash.
    pub fn is_trashed(&self) -> bool {
        self.trashed_datetime.is_some()
    }
}

/// A ticket as read alone, with its messages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Ticket {
    /// Everything but the messages.
    #[serde(flatten)]
    pub row: TicketRow,
    /// The messages Gorgias embeds.
    #[serde(default, deserialize_with = "null_as_default")]
    pub messages: Vec<MessageRow>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
}

fn as_named<S: Serializer>(names: &[String], output: S) -> Result<S::Ok, S::Error> {
    output.collect_seq(names.iter().map(|name| Named { name }))
}

/// Tag names out of `[{name}]` or `[name]`.
fn names<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    let tags = Option::<Vec<Value>>::deserialize(input)?.unwrap_or_default();
    let name_of = |tag: &Value| tag.get("name").unwrap_or(tag).as_str().map(str::to_owned);
    Ok(tags.iter().filter_map(name_of).collect())
}
