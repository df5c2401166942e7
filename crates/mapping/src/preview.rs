//! What a change of the map changes: entry by entry, and how many records each touches, from what the surveys counted.

use std::collections::BTreeMap;

use protocol::{
    MapSpec, ObjectKind, Survey,
    facts::Facts,
    map_spec::{FieldDestination, MissingAgents},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Facet;

/// One entry that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Where, such as `status.values.Pending`.
    pub at: String,
    /// What stood there; nothing for a new entry.
    pub from: Option<String>,
    /// What stands there now; nothing for one that is gone.
    pub to: Option<String>,
}

/// What a change touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impact {
    /// What is touched: tickets, contacts, customers.
    pub kind: ObjectKind,
    /// How many.
    pub records: u64,
    /// Whether that is counted, or told from a sample or by the worst case.
    pub exact: bool,
    /// Why.
    pub why: String,
}

/// What a change of the map touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// What differs.
    pub changes: Vec<Change>,
    /// What each difference touches.
    pub impacts: Vec<Impact>,
    /// Tickets touched at most.
    pub tickets: u64,
    /// Whether that is how many it is.
    pub exact: bool,
    /// In a sentence.
    pub says: String,
}

/// Everything that differs between two maps, as they may be kept.
#[must_use]
pub fn diff(before: &MapSpec, after: &MapSpec) -> Vec<Change> {
    let (before, after) = (flat(before), flat(after));
    let places: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change =
        |at: &String| Change { at: at.clone(), from: before.get(at).cloned(), to: after.get(at).cloned() };
    places.into_iter().filter(|at| before.get(*at) != after.get(*at)).map(change).collect()
}

fn flat(spec: &MapSpec) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut spec = spec.at_rest();
    let fields = std::mem::take(&mut spec.fields);
    for field in &fields {
        let place = format!("fields.{}/{}", field.scope, field.name);
        found.insert(
            place,
            match &field.destination {
                FieldDestination::Companion => "companion".to_owned(),
                FieldDestination::Field { label } => label.clone(),
            },
        );
    }
    // The roles a map is born with are not written down; a difference tells them all the same.
    let roles = std::mem::replace(&mut spec.roles, MapSpec::default().roles);
    found.extend(roles.values.into_iter().map(|(role, to)| (format!("roles.values.{role}"), to)));
    found.extend(roles.default.map(|to| ("roles.default".to_owned(), to)));
    let missing = match std::mem::take(&mut spec.missing_agents) {
        MissingAgents::Fallback => "fallback",
        MissingAgents::Wait => "wait",
    };
    found.insert("missing_agents".to_owned(), missing.to_owned());
    let groups = std::mem::take(&mut spec.customer_groups);
    for (name, group) in &groups {
        let ids: Vec<&str> = group.ids.iter().map(|id| id.0.as_str()).collect();
        let decision = serde_json::json!(group.decision);
        found.insert(
            format!("customer_groups.{name}"),
            format!("{} {}", decision.as_str().unwrap_or_default(), ids.join(" ")),
        );
    }
    let mut waiting = vec![(String::new(), serde_json::json!(spec))];
    while let Some((place, value)) = waiting.pop() {
        let under = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
        match value {
            Value::Object(members) => {
                waiting.extend(members.into_iter().map(|(name, value)| (under(&name), value)));
            }
            Value::Null => {}
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(text).collect();
                found.insert(place, items.join(", "));
            }
            other => {
                found.insert(place, text(&other));
            }
        }
    }
    found.retain(|place, value| !(value.is_empty() && place == "fields"));
    found
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What a change touches, by what was counted.
#[must_use]
pub fn preview(facts: &Facts, before: &MapSpec, after: &MapSpec) -> Preview {
    let mut impacts = Vec::new();
    for facet in Facet::ALL {
        impacts.extend(of_values(facts, facet, before, after));
    }
    impacts.extend(of_exclusions(facts, before, after));
    if before.at_rest().fallback_agent != after.at_rest().fallback_agent {
        let unassigned = facts.with(ObjectKind::Ticket, "assignee", "absent");
        let why = "they have no technician; those of technicians without a user come on top";
        impacts.push(Impact {
            kind: ObjectKind::Ticket,
            records: unassigned,
            exact: false,
            why: why.to_owned(),
        });
    }
    if before.fallback_customer != after.fallback_customer {
        let orphans = facts.with(ObjectKind::Contact, "company", "absent");
        impacts.push(Impact {
            kind: ObjectKind::Contact,
            records: orphans,
            exact: true,
            why: "they have no company".to_owned(),
        });
    }
    impacts.extend(of_fields(facts, before, after));
    impacts.extend(of_groups(before, after));
    impacts.retain(|impact| impact.records > 0);
    let changes = diff(before, after);
    let of_tickets: Vec<&Impact> =
        impacts.iter().filter(|impact| impact.kind == ObjectKind::Ticket).collect();
    let all = facts.count(ObjectKind::Ticket);
    let tickets = of_tickets.iter().map(|impact| impact.records).sum::<u64>().min(all);
    // Of two facets nobody knows which tickets have both values.
    let exact = of_tickets.len() <= 1 && of_tickets.iter().all(|impact| impact.exact);
    let word = if exact { "" } else { "at most " };
    let says = match changes.len() {
        0 => "nothing changes".to_owned(),
        _ => format!("this change touches {word}{} tickets", thousands(tickets)),
    };
    Preview { changes, impacts, tickets, exact, says }
}

fn observed<'a>(facts: &'a Facts, facet: &str) -> impl Iterator<Item = (&'a String, u64)> {
    let survey: Option<&Survey> = facts.survey(ObjectKind::Ticket);
    let values = survey.and_then(|survey| survey.observed.get(facet));
    values.into_iter().flatten().map(|(value, count)| (value, *count))
}

fn of_values(facts: &Facts, facet: Facet, before: &MapSpec, after: &MapSpec) -> Option<Impact> {
    let differs =
        |value: &str| facet.map(before).apply(Some(value)).ok() != facet.map(after).apply(Some(value)).ok();
    let left_out = |value: &str| facet == Facet::Status && before.excludes(value) && after.excludes(value);
    let touched: Vec<(&String, u64)> =
        observed(facts, facet.name()).filter(|(value, _)| differs(value) && !left_out(value)).collect();
    let records = touched.iter().map(|(_, count)| count).sum();
    let names: Vec<String> = touched.iter().map(|(value, _)| format!("{value:?}")).collect();
    let why = format!("their {facet} is {}", names.join(" or "));
    (records > 0).then_some(Impact { kind: ObjectKind::Ticket, records, exact: true, why })
}

fn of_exclusions(facts: &Facts, before: &MapSpec, after: &MapSpec) -> Option<Impact> {
    let moved =
        observed(facts, "status").filter(|(value, _)| before.excludes(value) != after.excludes(value));
    let records = moved.map(|(_, count)| count).sum();
    let why = "they are left out under one of the maps alone".to_owned();
    (records > 0).then_some(Impact { kind: ObjectKind::Ticket, records, exact: true, why })
}

fn of_fields(facts: &Facts, before: &MapSpec, after: &MapSpec) -> Vec<Impact> {
    let touched =
        facts.source.fields.iter().filter(|field| {
            before.field(&field.scope, &field.name) != after.field(&field.scope, &field.name)
        });
    touched
        .filter_map(|field| {
            let kind = match field.scope.as_str() {
                "Ticket" => ObjectKind::Ticket,
                "Customer" => ObjectKind::Customer,
                "Contact" => ObjectKind::Contact,
                _ => return None,
            };
            let all = facts.count(kind);
            let profile = field.profile.as_ref().filter(|profile| profile.sampled > 0);
            let records = profile.map_or(all, |profile| all * profile.present / profile.sampled);
            Some(Impact {
                kind,
                records,
                exact: false,
                why: format!("they have a value of {:?}, by the sample", field.name),
            })
        })
        .collect()
}

fn of_groups(before: &MapSpec, after: &MapSpec) -> Option<Impact> {
    let names: std::collections::BTreeSet<_> =
        before.customer_groups.keys().chain(after.customer_groups.keys()).collect();
    let changed = names
        .into_iter()
        .filter(|name| before.customer_groups.get(*name) != after.customer_groups.get(*name));
    let size = |name: &String| {
        [before, after]
            .iter()
            .filter_map(|spec| spec.customer_groups.get(name))
            .map(|group| group.ids.len())
            .max()
    };
    let records = changed.filter_map(size).sum::<usize>() as u64;
    let why = "they share a name; their people and tickets go with them".to_owned();
    (records > 0).then_some(Impact { kind: ObjectKind::Customer, records, exact: true, why })
}

/// 12408 as `12,408`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut text = digits.get(..first).unwrap_or_default().to_owned();
    for three in digits.as_bytes().get(first..).unwrap_or_default().chunks(3) {
        if !text.is_empty() {
            text.push(',');
        }
        text.extend(three.iter().map(|digit| char::from(*digit)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proposal::tests::ticket_survey;

    fn facts() -> Facts {
        let mut survey = ticket_survey(&[
            ("status", &[("Open", 3_000), ("Pending", 408), ("Spam", 9)]),
            ("priority", &[("High", 12_000)]),
        ]);
        survey.count = 20_000;
        Facts { surveys: vec![survey], ..Facts::default() }
    }

    #[test]
    fn a_change_of_one_value_touches_the_tickets_that_have_it() {
        let before = MapSpec::default();
        let mut after = before.clone();
        after.status.values.insert("Pending".to_owned(), "closed".to_owned());
        let found = preview(&facts(), &before, &after);
        assert_eq!((found.tickets, found.exact), (408, true));
        assert_eq!(found.says, "this change touches 408 tickets");
        let change = Change {
            at: "status.values.Pending".to_owned(),
            from: Some("open".to_owned()),
            to: Some("closed".to_owned()),
        };
        assert_eq!(found.changes, [change]);

        after.priority.values.insert("High".to_owned(), "critical".to_owned());
        let both = preview(&facts(), &before, &after);
        assert_eq!(both.says, "this change touches at most 12,408 tickets");
        assert_eq!(preview(&facts(), &before, &before).says, "nothing changes");
    }

    #[test]
    fn what_is_left_out_before_and_after_is_not_touched() {
        let before = MapSpec::default();
        let mut after = before.clone();
        after.status.values.insert("Spam".to_owned(), "closed".to_owned());
        assert_eq!(preview(&facts(), &before, &after).tickets, 0);
        after.excluded_statuses.retain(|status| status != "Spam");
        assert_eq!(preview(&facts(), &before, &after).tickets, 18, "moved now, and as closed ones");
    }

    #[test]
    fn an_address_shows_as_its_hash_in_a_diff() {
        let after = MapSpec { fallback_agent: Some("ann@shop.example".to_owned()), ..MapSpec::default() };
        let found = diff(&MapSpec::default(), &after);
        assert_eq!(found.len(), 1);
        assert!(!found[0].to.as_ref().unwrap().contains('@'));
    }
}
