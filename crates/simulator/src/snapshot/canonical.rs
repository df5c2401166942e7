//! The canonical picture: records by what they are called (external id, e-mail, name, label), references by the
//! same, files by their hash; nothing the server numbered or dated. Doubles stay visible: they are numbered.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::gorgias::{Kind, State, name_key, ticket_key};

/// What the server makes up by itself.
const SERVER_MADE: [&str; 5] = ["id", "ticket_id", "path", "url", "uri"];

/// The state as a comparison across runs needs it.
pub(crate) fn canonical(state: &State) -> Value {
    let names = Names { state };
    let mut kinds = BTreeMap::new();
    for kind in Kind::ALL {
        let rows: Vec<Value> = match kind {
            Kind::Message | Kind::Upload | Kind::Event | Kind::Job => continue,
            Kind::Ticket => state.table(kind).records().map(|(id, _)| names.ticket(id)).collect(),
            _ => state.table(kind).records().map(|(id, _)| names.record(kind, id)).collect(),
        };
        kinds.insert(kind.name(), keyed(rows));
    }
    let uploads = state.table(Kind::Upload).records().map(|(_, record)| names.file(&record.fields()));
    kinds.insert("uploads", json!(uploads.collect::<BTreeSet<String>>()));
    let outbox = &state.outbox;
    kinds.insert("sent", json!({"emails": outbox.emails_sent, "invitations": outbox.invitations_sent}));
    json!(kinds)
}

/// Rows by their name; rows of one name are sorted and numbered.
fn keyed(rows: Vec<Value>) -> Value {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mut row in rows {
        let key = row.as_object_mut().and_then(|row| row.remove("_key"));
        let key = key.and_then(|key| key.as_str().map(str::to_owned)).unwrap_or_default();
        groups.entry(key).or_default().push(row.to_string());
    }
    let mut named = BTreeMap::new();
    for (key, mut texts) in groups {
        texts.sort();
        for (place, text) in texts.iter().enumerate() {
            let name = if place == 0 { key.clone() } else { format!("{key} #{}", place + 1) };
            named.insert(name, serde_json::from_str::<Value>(text).unwrap_or_default());
        }
    }
    json!(named)
}

struct Names<'a> {
    state: &'a State,
}

impl Names<'_> {
    /// What a record is called, whatever its id.
    fn name(&self, kind: Kind, id: Option<i64>) -> Value {
        let fields = id.and_then(|id| self.state.table(kind).get(id));
        fields.map_or(Value::Null, |fields| Value::String(name_of(&fields)))
    }

    fn record(&self, kind: Kind, id: i64) -> Value {
        let fields = self.state.table(kind).get(id).unwrap_or_default();
        let mut row = bare(&fields);
        self.rename(&mut row);
        row.insert("_key".to_owned(), name_of(&fields).into());
        sorted(row)
    }

    fn ticket(&self, id: i64) -> Value {
        let fields = self.state.table(Kind::Ticket).get(id).unwrap_or_default();
        let mut row = bare(&fields);
        self.rename(&mut row);
        let table = self.state.table(Kind::Message);
        let messages = table.find(&ticket_key(id)).iter().filter_map(|id| table.get(*id));
        let mut texts: Vec<(String, String)> = messages.map(|message| self.message(&message)).collect();
        texts.sort();
        let messages = texts.iter().map(|(_, text)| serde_json::from_str::<Value>(text).unwrap_or_default());
        row.insert("messages".to_owned(), messages.collect());
        row.insert("_key".to_owned(), name_of(&fields).into());
        sorted(row)
    }

    /// A message with the key it is sorted by.
    fn message(&self, fields: &Map<String, Value>) -> (String, String) {
        let mut row = bare(fields);
        let agent = fields.get("from_agent").and_then(Value::as_bool).unwrap_or(false);
        let id = |name: &str| fields.get(name).and_then(Value::as_i64);
        row.insert(
            "sender".to_owned(),
            self.name(if agent { Kind::User } else { Kind::Customer }, id("sender")),
        );
        row.insert("receiver".to_owned(), self.name(Kind::Customer, id("receiver")));
        for attachment in row.get_mut("attachments").and_then(Value::as_array_mut).into_iter().flatten() {
            attachment["url"] = self.file_at(attachment["url"].as_str().unwrap_or_default()).into();
        }
        for name in ["body_html", "stripped_html"] {
            if let Some(Value::String(html)) = row.get_mut(name) {
                *html = self.without_addresses(html);
            }
        }
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let key = format!("{} {}", text("created_datetime"), text("external_id"));
        (key, sorted(row).to_string())
    }

    /// Replaces every reference of a ticket or person by a name.
    fn rename(&self, row: &mut Map<String, Value>) {
        for (name, kind) in [("customer", Kind::Customer), ("assignee_user", Kind::User)] {
            if let Some(id) = row.get(name).and_then(Value::as_i64) {
                row.insert(name.to_owned(), self.name(kind, Some(id)));
            }
        }
        if let Some(tags) = row.get("tags").and_then(Value::as_array) {
            let names: BTreeSet<String> =
                tags.iter().map(|tag| self.name(Kind::Tag, tag.as_i64()).to_string()).collect();
            row.insert("tags".to_owned(), json!(names));
        }
        if let Some(values) = row.get("custom_fields").and_then(Value::as_array) {
            let value = |entry: &Value| {
                (self.name(Kind::CustomField, entry["id"].as_i64()).to_string(), entry["value"].clone())
            };
            let values: BTreeMap<String, Value> = values.iter().map(value).collect();
            row.insert("custom_fields".to_owned(), json!(values));
        }
    }

    fn file(&self, upload: &Map<String, Value>) -> String {
        let text = |name: &str| upload.get(name).and_then(Value::as_str).unwrap_or_default();
        format!("{} {}", text("sha256"), text("name"))
    }

    /// A file by its content where the address is one of ours.
    fn file_at(&self, address: &str) -> String {
        let Some(start) = address.find("/uploads/") else {
            return address.to_owned();
        };
        let table = self.state.table(Kind::Upload);
        let found = table.find(&name_key(&address[start..])).first().and_then(|id| table.get(*id));
        found.map_or_else(|| address.to_owned(), |upload| self.file(&upload))
    }

    /// The text with the addresses of our uploads replaced by their content's name.
    fn without_addresses(&self, html: &str) -> String {
        let mut out = String::new();
        let mut rest = html;
        while let Some(at) = rest.find("http").filter(|_| rest.contains("/uploads/")) {
            let end =
                rest[at..].find(['"', '\'', ' ', '<', '>', ')']).map_or(rest.len(), |length| at + length);
            out.push_str(&rest[..at]);
            out.push_str(&self.file_at(&rest[at..end]));
            rest = &rest[end..];
        }
        out + rest
    }
}

/// What a record is called: the first of these it has.
fn name_of(fields: &Map<String, Value>) -> String {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let name = ["external_id", "email", "name", "label", "subject", "type"].into_iter().find_map(text);
    let name = name.unwrap_or_default().to_owned();
    // Fields of tickets and of customers may share a label.
    text("object_type").map_or_else(|| name.clone(), |object_type| format!("{object_type}/{name}"))
}

/// The fields without what the server made up.
fn bare(fields: &Map<String, Value>) -> Map<String, Value> {
    let own = |name: &str| !SERVER_MADE.contains(&name) && !name.starts_with('_');
    fields.iter().filter(|(name, _)| own(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn sorted(row: Map<String, Value>) -> Value {
    fn sort(value: Value) -> Value {
        match value {
            Value::Object(fields) => {
                let fields: BTreeMap<String, Value> =
                    fields.into_iter().map(|(name, inner)| (name, sort(inner))).collect();
                json!(fields)
            }
            Value::Array(items) => items.into_iter().map(sort).collect(),
            other => other,
        }
    }
    sort(Value::Object(row))
}
