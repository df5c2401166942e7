//! What a message may be, and what becomes of one: an outgoing message without `sent_datetime` is an e-mail.
//! Source: Gorgias, developers.gorgias.com/reference/create-ticket-message; OpenAPI 1.5.1.

use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::kind::{Kind, ticket_key};
use super::outbox::{self, Email, Happening};
use super::schema::{Field, Leave, Shape, field, instant, open, text};
use super::state::State;
use super::{people, visible};
use crate::settings::Settings;

/// The values of `via`.
pub(super) const VIA: [&str; 32] = [
    "aircall",
    "api",
    "chat",
    "contact_form",
    "email",
    "facebook",
    "facebook-mention",
    "facebook-messenger",
    "facebook-recommendations",
    "form",
    "gorgias_chat",
    "help-center",
    "helpdesk",
    "instagram",
    "instagram-ad-comment",
    "instagram-comment",
    "instagram-direct-message",
    "instagram-mention",
    "internal-note",
    "offline_capture",
    "phone",
    "rule",
    "self_service",
    "shopify",
    "sms",
    "twilio",
    "twitter",
    "twitter-direct-message",
    "whatsapp",
    "yotpo",
    "yotpo-review",
    "zendesk",
];

static ATTACHMENT: [Field; 6] = [
    field("url", Shape::Text { min: 1, max: 5000 }).required(),
    field("name", Shape::Text { min: 1, max: 1000 }).required(),
    field("content_type", Shape::Text { min: 1, max: 255 }).required(),
    field("size", Shape::Int).or_null(),
    field("public", Shape::Bool),
    field("extra", Shape::Any).or_null(),
];
static ATTACHMENT_ROW: Shape = Shape::Object(&ATTACHMENT);

static ADDRESS: [Field; 2] = [text("address", 320).required(), text("name", 1000).or_null()];
static ADDRESS_ROW: Shape = Shape::Object(&ADDRESS);
static SOURCE: [Field; 6] = [
    text("type", 100),
    field("from", Shape::Object(&ADDRESS)),
    field("to", Shape::List { of: &ADDRESS_ROW, min: 0, max: 1000 }),
    field("cc", Shape::List { of: &ADDRESS_ROW, min: 0, max: 1000 }),
    field("bcc", Shape::List { of: &ADDRESS_ROW, min: 0, max: 1000 }),
    open("extra").or_null(),
];

static ANY: Shape = Shape::Any;
static ID: Shape = Shape::Int;

/// Characters no body comes near; the real limit is a switch.
const ENDLESS: usize = usize::MAX;

/// The one schema of messages, inside a ticket and by themselves.
pub(super) static FIELDS: [Field; 29] = [
    field("channel", Shape::Text { min: 1, max: 100 }).required(),
    field("from_agent", Shape::Bool).required(),
    field("via", Shape::OneOf(&VIA)).required(),
    text("body_html", ENDLESS).or_null(),
    text("body_text", ENDLESS).or_null(),
    text("stripped_text", ENDLESS).or_null(),
    text("stripped_html", ENDLESS).or_null(),
    text("stripped_signature", ENDLESS).or_null(),
    text("subject", 998).or_null(),
    field("public", Shape::Bool),
    field("imported", Shape::Bool),
    text("external_id", 255).or_null(),
    text("message_id", 1000).or_null(),
    instant("sent_datetime").or_null(),
    instant("created_datetime").or_null(),
    instant("deleted_datetime").or_null(),
    instant("failed_datetime").or_null(),
    instant("opened_datetime").or_null(),
    open("sender").or_null(),
    open("receiver").or_null(),
    field("integration_id", Shape::Int).or_null(),
    field("mention_ids", Shape::List { of: &ID, min: 0, max: 1000 }),
    open("headers").or_null(),
    open("meta").or_null(),
    field("macros", Shape::List { of: &ANY, min: 0, max: 1000 }),
    field("actions", Shape::List { of: &ANY, min: 0, max: 1000 }),
    open("last_sending_error").or_null(),
    field("source", Shape::Object(&SOURCE)).or_null(),
    field("attachments", Shape::List { of: &ATTACHMENT_ROW, min: 0, max: 1000 }).or_null(),
];

/// What the switches change about tickets and messages.
pub(super) fn leave(settings: &Settings) -> Leave<'static> {
    let unknown: &[&str] = if settings.accept_imported { &[] } else { &["imported"] };
    let optional: &[&str] = if settings.via_required { &[] } else { &["via"] };
    Leave { unknown, optional }
}

/// Whether a message comes from the agents' side.
pub(super) fn from_agent(message: &Map<String, Value>) -> bool {
    message.get("from_agent").and_then(Value::as_bool).unwrap_or(false)
}

/// Every reason why a message of the right shape is refused all the same.
pub(super) fn refusals(
    state: &State,
    settings: &Settings,
    path: &str,
    message: &Map<String, Value>,
) -> Vec<(String, String)> {
    let at = |name: &str| {
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    };
    let given = |name: &str| message.get(name).filter(|value| !value.is_null());
    let mut wrong = Vec::new();
    let side = if from_agent(message) { Kind::User } else { Kind::Customer };
    for (name, kind) in [("sender", side), ("receiver", Kind::Customer)] {
        if let Some(person) = given(name) {
            wrong.extend(people::check(state, kind, &at(name), person).err());
        }
    }
    let is_note = visible::text_at(message, "channel") == "internal-note";
    let sender_by_id = given("sender").is_some_and(|sender| sender.get("id").is_some());
    if is_note && settings.note_sender_needs_id && !sender_by_id {
        wrong.push((at("sender"), "An internal note needs the id of its sender.".to_owned()));
    }
    for name in ["body_text", "body_html", "stripped_text", "stripped_html"] {
        let length = visible::text_at(message, name).chars().count();
        if 0 < settings.max_body_chars && settings.max_body_chars < length {
            wrong.push((at(name), format!("Longer than maximum length {}.", settings.max_body_chars)));
        }
    }
    if !settings.foreign_attachments_accepted {
        for (place, attachment) in
            given("attachments").and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            if !attachment["url"].as_str().unwrap_or_default().contains("/uploads/") {
                wrong.push((at(&format!("attachments.{place}.url")), "Not one of our uploads.".to_owned()));
            }
        }
    }
    wrong
}

/// Refuses a message whose `message_id` its ticket knows already, where the switch asks for that.
pub(super) fn refuse_known(
    state: &State,
    settings: &Settings,
    ticket: i64,
    message: &Map<String, Value>,
) -> Result<(), Refusal> {
    let wanted = visible::text_at(message, "message_id");
    if !settings.message_ids_unique || wanted.is_empty() {
        return Ok(());
    }
    let table = state.table(Kind::Message);
    let known =
        |id: &i64| table.get(*id).is_some_and(|fields| visible::text_at(&fields, "message_id") == wanted);
    if table.find(&ticket_key(ticket)).iter().any(known) {
        return Err(Refusal::field("message_id", "Already in use.").with_status(409));
    }
    Ok(())
}

/// The time of a store and its two shapes.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    pub(super) ms: u64,
    pub(super) text: String,
}

/// Stores a checked message on a ticket and lets happen what would happen.
pub(super) fn store(
    state: &mut State,
    settings: &Settings,
    ticket_id: i64,
    mut message: Map<String, Value>,
    now: &Moment,
) -> i64 {
    let agent = from_agent(&message);
    let channel = visible::text_at(&message, "channel").to_owned();
    let side = if agent { Kind::User } else { Kind::Customer };
    let named = |name: &str| message.get(name).filter(|person| !person.is_null()).cloned();
    let (sender, receiver) = (named("sender"), named("receiver"));
    let sender = sender.and_then(|person| people::resolve(state, side, &person, now.ms));
    let receiver = receiver.and_then(|person| people::resolve(state, Kind::Customer, &person, now.ms));
    let customer =
        state.table(Kind::Ticket).get(ticket_id).and_then(|ticket| ticket.get("customer")?.as_i64());
    let fallback = if agent { Some(state.caller) } else { customer };
    message.insert("sender".to_owned(), json!(sender.or(fallback)));
    message.insert("receiver".to_owned(), json!(receiver));
    message.insert("ticket_id".to_owned(), json!(ticket_id));
    message.entry("public").or_insert(json!(true));
    if settings.html_sanitised {
        let clean = without_elements(visible::text_at(&message, "body_html"), &["script", "style", "iframe"]);
        message.insert("body_html".to_owned(), clean.into());
    }
    let imported = message.get("imported").and_then(Value::as_bool).unwrap_or(false);
    let unsent = message.get("sent_datetime").is_none_or(Value::is_null);
    let leaves = agent && unsent && channel != "internal-note";
    if leaves {
        message.insert("_sent".to_owned(), now.text.clone().into());
    }
    let id = state.create(Kind::Message, now.ms, message);
    if leaves {
        let to = receiver.or(customer).and_then(|person| state.table(Kind::Customer).get(person));
        let to = to.map(|person| visible::text_at(&person, "email").to_owned());
        state.outbox.send(Email {
            reason: "unsent_message",
            ticket_id: Some(ticket_id),
            message_id: Some(id),
            to,
        });
    }
    let by_api = channel == "api";
    outbox::happen(
        state,
        settings,
        Happening { event: "ticket-message-created", ticket_id, imported, by_api },
    );
    id
}

/// `html` without these elements and all they hold.
fn without_elements(html: &str, names: &[&str]) -> String {
    let mut rest = html.to_owned();
    for name in names {
        let (start, end) = (format!("<{name}"), format!("</{name}>"));
        while let Some(from) = rest.to_ascii_lowercase().find(&start) {
            let tail = rest[from..].to_ascii_lowercase();
            let to = tail.find(&end).map_or(rest.len(), |at| from + at + end.len());
            rest.replace_range(from..to, "");
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::without_elements;

    #[test]
    fn elements_go_with_what_they_hold() {
        assert_eq!(without_elements("a<SCRIPT x>b</script>c<style>d", &["script", "style"]), "ac");
    }
}
