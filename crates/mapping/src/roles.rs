//! Roles of technicians and the destination's roles: the matrix an admin goes through, and what it lacks.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{MapSpec, SourceId, facts::TechnicianFacts};
use serde::{Deserialize, Serialize};

/// The destination's roles.
pub const ROLES: [&str; 5] = ["admin", "agent", "basic-agent", "lite-agent", "observer-agent"];

/// One line of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleLine {
    /// The role at the source.
    pub role: String,
    /// Technicians who have it.
    pub technicians: u64,
    /// What it becomes; nothing where nobody has decided.
    pub becomes: Option<String>,
}

/// Every role of a technician, with what it becomes.
#[must_use]
pub fn role_matrix(technicians: &[TechnicianFacts], spec: &MapSpec) -> Vec<RoleLine> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for role in technicians.iter().filter_map(|one| one.role.as_deref()) {
        *counts.entry(role).or_default() += 1;
    }
    let becomes =
        |role: &str| spec.roles.apply(Some(role)).ok().filter(|to| ROLES.contains(to)).map(str::to_owned);
    let line = |(role, technicians): (&str, u64)| RoleLine {
        role: role.to_owned(),
        technicians,
        becomes: becomes(role),
    };
    counts.into_iter().map(line).collect()
}

/// Technicians whose role nobody has decided about.
#[must_use]
pub fn unmapped_roles(technicians: &[TechnicianFacts], spec: &MapSpec) -> BTreeSet<SourceId> {
    let lacks = |role: &str| spec.roles.apply(Some(role)).map_or(true, |to| !ROLES.contains(&to));
    let lacking = technicians.iter().filter(|one| one.role.as_deref().is_some_and(lacks));
    lacking.map(|one| one.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn technician(id: i64, role: &str) -> TechnicianFacts {
        TechnicianFacts {
            id: id.into(),
            address: None,
            role: Some(role.to_owned()),
            active: true,
            user: None,
            user_active: false,
        }
    }

    #[test]
    fn the_usual_roles_have_their_like_and_a_custom_one_asks() {
        let seen = [
            technician(1, "Administrator"),
            technician(2, "technician"),
            technician(3, "Night Lead"),
            technician(4, "Night Lead"),
        ];
        let mut spec = MapSpec::default();
        let matrix = role_matrix(&seen, &spec);
        let told: Vec<_> = matrix
            .iter()
            .map(|line| (line.role.as_str(), line.technicians, line.becomes.as_deref()))
            .collect();
        assert_eq!(
            told,
            [("Administrator", 1, Some("admin")), ("Night Lead", 2, None), ("technician", 1, Some("agent"))]
        );
        assert_eq!(unmapped_roles(&seen, &spec), BTreeSet::from([3.into(), 4.into()]));
        spec.roles.values.insert("night lead".to_owned(), "owner".to_owned());
        assert_eq!(unmapped_roles(&seen, &spec).len(), 2, "the destination has no owner");
        spec.roles.values.insert("night lead".to_owned(), "lite-agent".to_owned());
        assert!(unmapped_roles(&seen, &spec).is_empty());
    }
}
