//! The map spec: how fields and values of the source become fields and values of the destination.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Fingerprint, SourceId};

/// A map from observed values to values of the destination. Values are matched case- and space-folded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueMap {
    /// Observed value to value of the destination.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// What an unseen value becomes; without it an unseen value is rejected.
    #[serde(default)]
    pub default: Option<String>,
}

/// A value without a place in the map.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the map has no place for a value and no default")]
pub struct Unmapped;

/// Folds a value for comparison: bidi and byte order marks dropped, spaces collapsed, lower case.
#[must_use]
pub fn fold(text: &str) -> String {
    let invisible = |c: char| matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\0');
    let visible: String = text.chars().filter(|c| !invisible(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl ValueMap {
    /// A map from pairs and a default.
    #[must_use]
    pub fn new(pairs: &[(&str, &str)], default: Option<&str>) -> Self {
        let values = pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        Self { values, default: default.map(str::to_owned) }
    }

    /// What an observed value becomes.
    ///
    /// # Errors
    /// [`Unmapped`] for an unseen value when the map has no default.
    pub fn apply(&self, observed: Option<&str>) -> Result<&str, Unmapped> {
        let wanted = fold(observed.unwrap_or_default());
        let found = self.values.iter().find(|(from, _)| fold(from) == wanted).map(|(_, to)| to);
        found.or(self.default.as_ref()).map(String::as_str).ok_or(Unmapped)
    }
}

/// Where the values of one custom field go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "to")]
pub enum FieldDestination {
    /// A custom field of the destination with this label.
    Field {
        /// Its label.
        label: String,
    },
    /// The companion file.
    Companion,
}

/// The decision about one custom field of the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldMap {
    /// The kind of record it belongs to at the source, as the source spells it (`Ticket`, `Customer`, `Contact`).
    pub scope: String,
    /// Its name at the source.
    pub name: String,
    /// Where its values go.
    #[serde(flatten)]
    pub destination: FieldDestination,
}

/// What becomes of customers whose names are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupDecision {
    /// Everything of theirs goes to the first of them; the others are left out.
    Merge,
    /// Each stays a customer of its own.
    Keep,
}

/// Customers whose names are the same, and the decision about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerGroup {
    /// The decision.
    pub decision: GroupDecision,
    /// The customers it is about, the first of them first.
    pub ids: Vec<SourceId>,
}

/// What a run does while technicians have no user of their own at the destination.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingAgents {
    /// It goes on, and the fallback agent stands in for them.
    #[default]
    Fallback,
    /// It waits until everybody who works and whose address is known has one.
    Wait,
}

/// A spec from before anybody could be waited for has the hash it always had.
fn is_fallback(missing: &MissingAgents) -> bool {
    *missing == MissingAgents::Fallback
}

/// The confirmed map of one migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MapSpec {
    /// Version of this shape.
    pub version: u32,
    /// First part of every `external_id`, so that two sources can share a destination.
    pub prefix: String,
    /// Ticket status to `open` or `closed`.
    pub status: ValueMap,
    /// Ticket priority to `critical`, `high`, `normal` or `low`.
    pub priority: ValueMap,
    /// Ticket source to a channel.
    pub channel: ValueMap,
    /// Tickets in these statuses are excluded.
    pub excluded_statuses: Vec<String>,
    /// E-mail of the user who stands in for a missing technician.
    pub fallback_agent: Option<String>,
    /// Customer (id at the source) who stands in for a contact's missing company.
    pub fallback_customer: Option<SourceId>,
    /// Whether missing agents are created (this sends each an invitation e-mail). Never by default.
    pub create_agents: bool,
    /// What a run does while technicians have no user of their own.
    #[serde(skip_serializing_if = "is_fallback")]
    pub missing_agents: MissingAgents,
    /// Decisions about single custom fields; a field without one becomes a field while the limits last.
    pub fields: Vec<FieldMap>,
    /// Active custom fields the destination allows for tickets (25 by Gorgias' help centre).
    pub ticket_field_limit: usize,
    /// Active custom fields the destination allows for customers (4 by third-party report).
    pub customer_field_limit: usize,
    /// Label of the customer field that holds the link from a person to the company.
    pub company_field: String,
    /// Role of a technician to a role of the destination; an admin sets it there, nothing here does.
    #[serde(skip_serializing_if = "is_roles_by_birth")]
    pub roles: ValueMap,
    /// Decisions about customers whose names are the same, by the name's hash.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub customer_groups: BTreeMap<String, CustomerGroup>,
}

fn roles_by_birth() -> ValueMap {
    let pairs = [
        ("Administrator", "admin"),
        ("Admin", "admin"),
        ("Technician", "agent"),
        ("Viewer", "observer-agent"),
    ];
    ValueMap::new(&pairs, None)
}

/// A spec from before there were roles has the hash it always had.
fn is_roles_by_birth(roles: &ValueMap) -> bool {
    *roles == roles_by_birth()
}

impl Default for MapSpec {
    fn default() -> Self {
        Self {
            version: 1,
            prefix: "atera".to_owned(),
            status: ValueMap::new(
                &[("Open", "open"), ("Pending", "open"), ("Resolved", "closed"), ("Closed", "closed")],
                Some("open"),
            ),
            priority: ValueMap::new(
                &[("Low", "low"), ("Medium", "normal"), ("High", "high"), ("Critical", "critical")],
                Some("normal"),
            ),
            channel: ValueMap::new(&[], Some("api")),
            excluded_statuses: vec!["Deleted".to_owned(), "Spam".to_owned(), "Merged".to_owned()],
            fallback_agent: None,
            fallback_customer: None,
            create_agents: false,
            missing_agents: MissingAgents::Fallback,
            fields: Vec::new(),
            ticket_field_limit: 25,
            customer_field_limit: 4,
            company_field: "Company".to_owned(),
            roles: roles_by_birth(),
            customer_groups: BTreeMap::new(),
        }
    }
}

impl MapSpec {
    /// Hash of the whole spec: any change gives another one. It is taken of the spec as it may be kept, so that both
    /// forms of one spec have one hash.
    #[must_use]
    pub fn hash(&self) -> Fingerprint {
        Fingerprint::of(serde_json::json!(self.at_rest()).to_string().as_bytes())
    }

    /// The spec as it may be kept: an address is there as its hash only, which still shows whether it is the same, and
    /// finds the user who has it. A spec that is at rest already stays as it is.
    #[must_use]
    pub fn at_rest(&self) -> Self {
        let hashed =
            |address: &String| if address.contains('@') { address_hash(address) } else { address.clone() };
        Self { fallback_agent: self.fallback_agent.as_ref().map(hashed), ..self.clone() }
    }

    /// Whether tickets in this status are left out.
    #[must_use]
    pub fn excludes(&self, status: &str) -> bool {
        let status = fold(status);
        self.excluded_statuses.iter().any(|excluded| fold(excluded) == status)
    }

    /// The customer who stands in a customer's place: the first of a merged group, else the customer itself.
    #[must_use]
    pub fn customer_in_place_of(&self, id: &SourceId) -> SourceId {
        let merged = self.customer_groups.values().filter(|group| group.decision == GroupDecision::Merge);
        let first = merged.filter(|group| group.ids.contains(id)).find_map(|group| group.ids.first());
        first.unwrap_or(id).clone()
    }

    /// The decision about a custom field, if the spec has one.
    #[must_use]
    pub fn field(&self, scope: &str, name: &str) -> Option<&FieldDestination> {
        self.fields
            .iter()
            .find(|field| field.scope == scope && field.name == name)
            .map(|field| &field.destination)
    }
}

/// An address as it may be kept: the hash of it without regard to case and space.
#[must_use]
pub fn address_hash(address: &str) -> String {
    Fingerprint::of(fold(address).as_bytes()).to_hex()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_match_without_regard_to_case_space_and_bidi_marks() {
        let map = ValueMap::new(&[("Waiting Vendor", "open")], None);
        assert_eq!(map.apply(Some("\u{200f} waiting  VENDOR ")), Ok("open"));
    }

    #[test]
    fn an_unseen_value_takes_the_default_or_is_an_error() {
        assert_eq!(ValueMap::new(&[], Some("api")).apply(Some("Pigeon")), Ok("api"));
        assert_eq!(ValueMap::new(&[], None).apply(Some("Pigeon")), Err(Unmapped));
        assert_eq!(ValueMap::new(&[], None).apply(None), Err(Unmapped));
    }

    #[test]
    fn a_spec_at_rest_is_the_same_spec_without_an_address() {
        let spec = MapSpec { fallback_agent: Some(" Ann@Example.com ".to_owned()), ..MapSpec::default() };
        let kept = spec.at_rest();
        assert_eq!(kept.fallback_agent, Some(address_hash("ann@example.com")));
        assert_eq!((kept.at_rest(), kept.hash()), (kept.clone(), spec.hash()));
    }

    #[test]
    fn only_a_merged_group_has_somebody_stand_in_its_customers_places() {
        let group = |decision| CustomerGroup { decision, ids: ["3", "8"].map(SourceId::from).into() };
        let decided = |decision| MapSpec {
            customer_groups: BTreeMap::from([("name".to_owned(), group(decision))]),
            ..MapSpec::default()
        };
        let (merged, kept) = (decided(GroupDecision::Merge), decided(GroupDecision::Keep));
        assert_eq!(merged.customer_in_place_of(&"8".into()), "3".into());
        assert_eq!(merged.customer_in_place_of(&"9".into()), "9".into());
        assert_eq!(kept.customer_in_place_of(&"8".into()), "8".into());
        assert_ne!(merged.hash(), kept.hash());
    }

    #[test]
    fn a_spec_from_before_there_were_roles_and_groups_reads_and_hashes_as_it_did() {
        let json = serde_json::json!(MapSpec::default());
        assert!(json.get("roles").is_none() && json.get("customer_groups").is_none(), "{json}");
        assert!(json.get("missing_agents").is_none(), "{json}");
        assert_eq!(serde_json::from_value::<MapSpec>(json).unwrap(), MapSpec::default());
    }

    #[test]
    fn any_change_of_the_spec_changes_its_hash() {
        let spec = MapSpec::default();
        let changed = MapSpec { create_agents: true, ..spec.clone() };
        assert_eq!(spec.hash(), MapSpec::default().hash());
        assert_ne!(spec.hash(), changed.hash());
        assert_ne!(MapSpec { missing_agents: MissingAgents::Wait, ..spec.clone() }.hash(), spec.hash());
    }
}
