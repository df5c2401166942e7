//! Section `[map]`: the map spec as the operator wrote it. What a survey adds to it is decided elsewhere.

use protocol::{FieldMap, MapSpec, SourceId, ValueMap, map_spec::MissingAgents};
use serde_json::Value;

use super::reader::Reader;

const MISSING_AGENTS: [(&str, MissingAgents); 2] =
    [("fallback", MissingAgents::Fallback), ("wait", MissingAgents::Wait)];

pub(super) fn read(reader: &mut Reader<'_>) -> MapSpec {
    MapSpec {
        version: reader.whole_u32("map.version", 1..=1),
        prefix: prefix(reader),
        status: value_map(reader, "map.status", &["open", "closed"]),
        priority: value_map(reader, "map.priority", &["critical", "high", "normal", "low"]),
        channel: value_map(reader, "map.channel", &[]),
        excluded_statuses: texts(reader, "map.excluded_statuses"),
        fallback_agent: reader.optional_text("map.fallback_agent"),
        fallback_customer: reader.optional_text("map.fallback_customer").map(SourceId),
        create_agents: reader.flag("map.create_agents"),
        missing_agents: reader.choice("map.missing_agents", &MISSING_AGENTS, MissingAgents::Fallback),
        fields: fields(reader),
        ticket_field_limit: limit(reader, "map.ticket_field_limit"),
        customer_field_limit: limit(reader, "map.customer_field_limit"),
        company_field: reader.text("map.company_field"),
        // Roles and groups are decided with `flotilla map`, once an assessment has found them.
        ..MapSpec::default()
    }
}

fn prefix(reader: &mut Reader<'_>) -> String {
    let key = "map.prefix";
    let prefix = reader.text(key);
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if prefix.is_empty() || prefix.len() > 32 || !prefix.chars().all(legal) {
        reader.wrong(key, "this is no prefix", "give 1 to 32 of a-z, 0-9, '-' and '_'");
    }
    prefix
}

/// Reads a value map and checks every value against the words the destination knows (none given: any).
fn value_map(reader: &mut Reader<'_>, table: &str, words: &[&str]) -> ValueMap {
    let unknown = |value: &str| !words.is_empty() && !words.contains(&value);
    let entries: Vec<(String, String)> = reader
        .table(&format!("{table}.values"))
        .map(|(from, to)| (from.to_owned(), to.as_str().unwrap_or_default().to_owned()))
        .collect();
    for (from, to) in &entries {
        if to.is_empty() || unknown(to) {
            reader.wrong(&format!("{table}.values.{from}"), "the value is unknown", known(words));
        }
    }
    let key = format!("{table}.default");
    let default = reader.optional_text(&key);
    if default.as_deref().is_some_and(unknown) {
        reader.wrong(&key, "the value is unknown", known(words));
    }
    ValueMap { values: entries.into_iter().collect(), default }
}

fn known(words: &[&str]) -> String {
    if words.is_empty() { "give a value".to_owned() } else { format!("give one of {}", words.join(", ")) }
}

fn texts(reader: &mut Reader<'_>, key: &str) -> Vec<String> {
    let given = reader.list(key);
    let texts: Vec<String> = given.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if texts.len() < given.len() {
        reader.wrong(key, "not every item is text", "give a list of texts");
    }
    texts
}

fn fields(reader: &mut Reader<'_>) -> Vec<FieldMap> {
    let key = "map.fields";
    let mut fields: Vec<FieldMap> = Vec::new();
    for (at, item) in reader.list(key).into_iter().enumerate() {
        match serde_json::from_value::<FieldMap>(item) {
            Ok(field) if fields.iter().any(|f| f.scope == field.scope && f.name == field.name) => {
                reader.wrong(
                    key,
                    format!("item {} decides about a field a second time", at + 1),
                    "remove one",
                );
            }
            Ok(field) => fields.push(field),
            Err(error) => reader.wrong(
                key,
                format!("item {} cannot be read: {error}", at + 1),
                "give scope, name, and to = \"companion\" or to = \"field\" with a label",
            ),
        }
    }
    fields
}

fn limit(reader: &mut Reader<'_>, key: &str) -> usize {
    usize::try_from(reader.whole(key, 0..=1_000)).unwrap_or(0)
}
