//! Custom fields against the slots the destination has left: how many find one and which do not. The decision itself is
//! made at the provisioning; this is the same arithmetic over the facts.

use protocol::{
    MapSpec,
    facts::{Facts, FieldFacts},
    map_spec::{FieldDestination, fold},
};
use serde::{Deserialize, Serialize};

/// Where the fields go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSlots {
    /// Fields of tickets, customers and contacts.
    pub wanted: u64,
    /// Of them, those that become (or are) a field of the destination.
    pub seated: u64,
    /// New fields to be made, the link to the company among them.
    pub new: u64,
    /// Those left to the companion file, as `{scope}/{name}`.
    pub companion: Vec<String>,
    /// Fields of scopes the destination does not know.
    pub other_scopes: Vec<String>,
    /// Slots free for tickets.
    pub free_ticket: u64,
    /// Slots free for customers.
    pub free_customer: u64,
}

/// Seats every field: that of the company first, then in the source's order, those of contacts last.
#[must_use]
pub fn field_slots(facts: &Facts, spec: &MapSpec) -> FieldSlots {
    let used = |object: &str| facts.destination.fields.iter().filter(|field| field.object == object).count();
    let free = |limit: usize, object: &str| limit.saturating_sub(used(object));
    let mut left = [free(spec.ticket_field_limit, "Ticket"), free(spec.customer_field_limit, "Customer")];
    let mut slots =
        FieldSlots { free_ticket: left[0] as u64, free_customer: left[1] as u64, ..FieldSlots::default() };
    let mut made: Vec<(&str, String, &str)> = Vec::new();
    let company = FieldFacts {
        scope: "Customer".to_owned(),
        name: spec.company_field.clone(),
        data_type: "Text".to_owned(),
        choices: 0,
        profile: None,
    };
    let contacts = facts.source.fields.iter().filter(|field| field.scope == "Contact");
    let others =
        facts.source.fields.iter().filter(|field| matches!(field.scope.as_str(), "Ticket" | "Customer"));
    for (at, field) in std::iter::once(&company).chain(others).chain(contacts).enumerate() {
        let is_link = at == 0;
        slots.wanted += u64::from(!is_link);
        let decision = if is_link { None } else { spec.field(&field.scope, &field.name) };
        let object = if field.scope == "Ticket" { "Ticket" } else { "Customer" };
        let label = match decision {
            Some(FieldDestination::Companion) => {
                slots.companion.push(format!("{}/{}", field.scope, field.name));
                continue;
            }
            Some(FieldDestination::Field { label }) => label.clone(),
            None => field.name.clone(),
        };
        let takes = takes(field);
        let there = facts.destination.fields.iter().any(|one| {
            one.object == object && !one.managed && one.label.trim() == label.trim() && one.takes == takes
        });
        let shared = field.scope == "Contact" && made.contains(&(object, fold(&label), takes));
        let room = &mut left[usize::from(object == "Customer")];
        if there || shared {
            slots.seated += u64::from(!is_link);
        } else if *room > 0 {
            *room -= 1;
            slots.new += 1;
            slots.seated += u64::from(!is_link);
            made.push((object, fold(&label), takes));
        } else {
            let place = if is_link {
                "Contact/company link".to_owned()
            } else {
                format!("{}/{}", field.scope, field.name)
            };
            slots.companion.push(place);
        }
    }
    let known = |field: &&FieldFacts| matches!(field.scope.as_str(), "Ticket" | "Customer" | "Contact");
    let other = facts.source.fields.iter().filter(|field| !known(field));
    slots.other_scopes = other.map(|field| format!("{}/{}", field.scope, field.name)).collect();
    slots
}

/// What a field of the destination must take for its values.
pub(crate) fn takes(field: &FieldFacts) -> &'static str {
    match field.data_type.as_str() {
        "Numeric" => "number",
        "Boolean" => "boolean",
        "Options" | "OptionsWithDependencies" if field.choices > 0 => "dropdown",
        _ => "text",
    }
}
