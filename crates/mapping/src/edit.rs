//! One entry of a map changed by its key: what `flotilla map set` takes. A key or value the map cannot have is refused, and
//! what it could be is said.

use protocol::{
    FieldMap, MapSpec, SourceId,
    facts::Facts,
    map_spec::{CustomerGroup, FieldDestination, GroupDecision, MissingAgents, fold},
};

use crate::{Facet, ROLES};

/// A change that cannot be made.
#[derive(Debug, PartialEq, Eq)]
pub struct BadEdit(pub String);

impl std::fmt::Display for BadEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadEdit {}

/// Every kind of key, for the help.
pub const KEYS: &str = "status.VALUE, priority.VALUE, channel.VALUE, role.ROLE, default.status, default.priority, default.channel, \
    exclude.STATUS (yes or no), field.SCOPE/NAME (companion, or a label), group.CUSTOMER (merge or keep), fallback_agent, \
    fallback_customer, company_field, prefix, create_agents (yes or no), missing_agents (fallback or wait)";

/// The map with one entry changed; an empty value takes the entry away.
///
/// # Errors
/// [`BadEdit`].
pub fn edit(spec: &MapSpec, facts: &Facts, key: &str, value: &str) -> Result<MapSpec, BadEdit> {
    let mut spec = spec.clone();
    let (head, rest) = key.split_once('.').unwrap_or((key, ""));
    let given = (!value.is_empty()).then(|| value.to_owned());
    match (head, rest) {
        ("status" | "priority" | "channel", from) if !from.is_empty() => {
            set_value(&mut spec, facet(head)?, from, given)?;
        }
        ("default", name) => {
            let facet = facet(name)?;
            allowed(facet, given.as_deref())?;
            facet.map_mut(&mut spec).default = given;
        }
        ("role", role) if !role.is_empty() => {
            if given.as_deref().is_some_and(|to| !ROLES.contains(&to)) {
                return Err(BadEdit(format!("a role is one of {}", ROLES.join(", "))));
            }
            put(&mut spec.roles.values, role, given);
        }
        ("exclude", status) if !status.is_empty() => {
            let excluded = yes(value)?;
            spec.excluded_statuses.retain(|one| fold(one) != fold(status));
            spec.excluded_statuses.extend(excluded.then(|| status.to_owned()));
        }
        ("field", place) => set_field(&mut spec, facts, place, given)?,
        ("group", customer) => set_group(&mut spec, facts, customer, value)?,
        ("fallback_agent", "") => spec.fallback_agent = given,
        ("fallback_customer", "") => spec.fallback_customer = given.map(SourceId),
        ("company_field", "") => {
            spec.company_field = given.ok_or_else(|| BadEdit("give a label".to_owned()))?;
        }
        ("prefix", "") => spec.prefix = value.to_owned(),
        ("create_agents", "") => spec.create_agents = yes(value)?,
        ("missing_agents", "") => {
            spec.missing_agents = match value {
                "fallback" => MissingAgents::Fallback,
                "wait" => MissingAgents::Wait,
                _ => return Err(BadEdit("give fallback or wait".to_owned())),
            }
        }
        _ => return Err(BadEdit(format!("{key:?} is no key of a map: give {KEYS}"))),
    }
    Ok(spec)
}

fn facet(name: &str) -> Result<Facet, BadEdit> {
    match name {
        "status" => Ok(Facet::Status),
        "priority" => Ok(Facet::Priority),
        "channel" => Ok(Facet::Source),
        _ => Err(BadEdit("a default is one of status, priority, channel".to_owned())),
    }
}

fn allowed(facet: Facet, value: Option<&str>) -> Result<(), BadEdit> {
    let what = match facet {
        Facet::Status => "open or closed",
        Facet::Priority => "critical, high, normal or low",
        Facet::Source => "a channel such as api or email, never internal-note",
    };
    if value.is_some_and(|value| !facet.allows(value)) {
        Err(BadEdit(format!("give {what}")))
    } else {
        Ok(())
    }
}

fn set_value(spec: &mut MapSpec, facet: Facet, from: &str, to: Option<String>) -> Result<(), BadEdit> {
    allowed(facet, to.as_deref())?;
    put(&mut facet.map_mut(spec).values, from, to);
    Ok(())
}

/// An entry by its folded name: two that differ in case alone are one.
fn put(values: &mut std::collections::BTreeMap<String, String>, from: &str, to: Option<String>) {
    values.retain(|known, _| fold(known) != fold(from));
    values.extend(to.map(|to| (from.to_owned(), to)));
}

fn set_field(spec: &mut MapSpec, facts: &Facts, place: &str, to: Option<String>) -> Result<(), BadEdit> {
    let known = facts.source.fields.iter().find(|field| format!("{}/{}", field.scope, field.name) == place);
    let Some((scope, name)) = known.map(|field| (field.scope.clone(), field.name.clone())) else {
        return Err(BadEdit(format!(
            "the source has no field {place:?}: give SCOPE/NAME, such as Ticket/Room"
        )));
    };
    spec.fields.retain(|field| field.scope != scope || field.name != name);
    let destination = match to {
        None => return Ok(()),
        Some(to) if to == "companion" => FieldDestination::Companion,
        Some(label) => FieldDestination::Field { label },
    };
    spec.fields.push(FieldMap { scope, name, destination });
    Ok(())
}

fn set_group(spec: &mut MapSpec, facts: &Facts, customer: &str, value: &str) -> Result<(), BadEdit> {
    let decision = match value {
        "merge" => GroupDecision::Merge,
        "keep" => GroupDecision::Keep,
        _ => return Err(BadEdit("decide to merge or keep".to_owned())),
    };
    let every = customer == "all";
    let id = SourceId::from(customer);
    let groups: Vec<_> =
        facts.source.duplicates.iter().filter(|group| every || group.ids.contains(&id)).collect();
    if groups.is_empty() {
        return Err(BadEdit(format!("customer {customer} shares its name with nobody")));
    }
    for group in groups {
        spec.customer_groups.insert(group.name.clone(), CustomerGroup { decision, ids: group.ids.clone() });
    }
    Ok(())
}

fn yes(value: &str) -> Result<bool, BadEdit> {
    match value {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err(BadEdit("give yes or no".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use protocol::facts::{DuplicateGroup, FieldFacts};

    use super::*;

    fn facts() -> Facts {
        let mut facts = Facts::default();
        facts.source.fields = vec![FieldFacts {
            scope: "Ticket".to_owned(),
            name: "Room".to_owned(),
            data_type: "Text".to_owned(),
            choices: 0,
            profile: None,
        }];
        facts.source.duplicates =
            vec![DuplicateGroup { name: "ab".to_owned(), ids: vec!["4".into(), "7".into()] }];
        facts
    }

    #[test]
    fn every_key_changes_its_own_entry_and_can_be_taken_back() {
        let before = MapSpec::default();
        for (key, value) in [
            ("status.Odd", "closed"),
            ("priority.Odd", "low"),
            ("channel.Portal", "email"),
            ("role.Lead", "admin"),
            ("field.Ticket/Room", "companion"),
            ("fallback_agent", "a@b.example"),
            ("fallback_customer", "4"),
        ] {
            let after = edit(&before, &facts(), key, value).unwrap();
            assert_eq!(crate::diff(&before, &after).len(), 1, "{key}");
            assert_eq!(edit(&after, &facts(), key, "").unwrap(), before, "{key}");
        }
        for (key, value) in [
            ("default.status", "closed"),
            ("exclude.Odd", "yes"),
            ("group.7", "merge"),
            ("group.all", "keep"),
            ("company_field", "Firm"),
            ("create_agents", "yes"),
            ("missing_agents", "wait"),
            ("prefix", "b"),
        ] {
            assert_eq!(crate::diff(&before, &edit(&before, &facts(), key, value).unwrap()).len(), 1, "{key}");
        }
    }

    #[test]
    fn what_the_map_cannot_have_is_refused() {
        for (key, value) in [
            ("status.Odd", "pending"),
            ("default.colour", "red"),
            ("channel.Portal", "internal-note"),
            ("role.Lead", "owner"),
            ("field.Ticket/Nothing", "companion"),
            ("group.5", "merge"),
            ("group.7", "both"),
            ("exclude.Odd", "perhaps"),
            ("missing_agents", "perhaps"),
            ("nothing", "x"),
            ("status.", "open"),
        ] {
            assert!(edit(&MapSpec::default(), &facts(), key, value).is_err(), "{key}");
        }
    }
}
