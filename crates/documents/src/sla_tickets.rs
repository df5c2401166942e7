//! `sla_tickets.csv`: which ticket stood under which policy, as far as the source lets anyone tell. It shows due dates and
//! the contract, never the policy: the policy is named where the supplement hangs one on the contract, or where exactly
//! one policy has the very thresholds the due dates show.

use std::collections::BTreeMap;

use crate::{row::row, sla_policies::SlaPolicy};

/// Thresholds are told apart up to here; what is rarer is counted with the rest.
const DISTINCT: usize = 10_000;

row! {
    /// A ticket with due dates.
    SlaTicket in "sla_tickets.csv" {
        /// Its id at the source.
        ticket_id,
        /// The number people see.
        ticket_number,
        /// The policy; empty where nobody can tell.
        policy,
        /// How it is known: `contract`, `due dates`, or `not known`.
        basis,
        /// The contract it counts against.
        contract_id,
        /// Its priority.
        priority,
        /// When the first response was due.
        first_response_due,
        /// When it was to be closed.
        resolution_due,
        /// Minutes from its creation to the first.
        first_response_minutes,
        /// Minutes from its creation to the second.
        resolution_minutes,
    }
}

/// Which policy a ticket stands under, by what the supplement says.
#[derive(Debug, Clone, Default)]
pub struct Assignments {
    by_contract: BTreeMap<String, String>,
    by_thresholds: BTreeMap<(String, String, String), Option<String>>,
}

impl Assignments {
    /// Of the supplement's rows; `contracts` says the ids that go by a contract's name.
    #[must_use]
    pub fn of(policies: &[SlaPolicy], contracts: &BTreeMap<String, Vec<String>>) -> Self {
        let mut known = Self::default();
        for row in policies {
            let hangs_on = contracts.get(&row.contract).cloned().unwrap_or_default();
            let ids = hangs_on.into_iter().chain([row.contract.clone()]).filter(|id| !id.is_empty());
            for id in ids {
                known.by_contract.insert(id, row.policy.clone());
            }
            let key = (row.priority.to_lowercase(), row.first_response.clone(), row.resolution.clone());
            let other = known.by_thresholds.entry(key).or_insert_with(|| Some(row.policy.clone()));
            if other.as_ref().is_some_and(|name| *name != row.policy) {
                *other = None;
            }
        }
        known
    }

    /// Names the policy of a row that has everything else.
    pub fn assign(&self, row: &mut SlaTicket) {
        let by_thresholds = [row.priority.to_lowercase(), String::new()].into_iter().find_map(|priority| {
            let key = (priority, row.first_response_minutes.clone(), row.resolution_minutes.clone());
            self.by_thresholds.get(&key).cloned().flatten()
        });
        let (policy, basis) = match (self.by_contract.get(&row.contract_id), by_thresholds) {
            (Some(policy), _) if !row.contract_id.is_empty() => (policy.clone(), "contract"),
            (_, Some(policy)) if !row.first_response_minutes.is_empty() => (policy, "due dates"),
            _ => (String::new(), "not known"),
        };
        (row.policy, row.basis) = (policy, basis.to_owned());
    }
}

/// The thresholds that due dates show, by priority, counted.
#[derive(Debug, Clone, Default)]
pub struct Observed(BTreeMap<(String, String, String), u64>);

impl Observed {
    /// Counts a row.
    pub fn add(&mut self, row: &SlaTicket) {
        let key = (row.priority.clone(), row.first_response_minutes.clone(), row.resolution_minutes.clone());
        if self.0.len() < DISTINCT || self.0.contains_key(&key) {
            *self.0.entry(key).or_default() += 1;
        }
    }

    /// The most frequent thresholds of each priority, with how many tickets show them, as policies of one name.
    #[must_use]
    pub fn most_frequent(&self) -> Vec<(SlaPolicy, u64)> {
        let mut found: BTreeMap<&str, (&(String, String, String), u64)> = BTreeMap::new();
        for (key, count) in &self.0 {
            let best = found.entry(&key.0).or_insert((key, *count));
            if *count > best.1 {
                *best = (key, *count);
            }
        }
        let policy = |(priority, (key, count)): (&str, (&(String, String, String), u64))| {
            let policy = SlaPolicy {
                policy: "Observed due dates".to_owned(),
                priority: priority.to_owned(),
                first_response: key.1.clone(),
                resolution: key.2.clone(),
                ..SlaPolicy::default()
            };
            (policy, count)
        };
        found.into_iter().map(policy).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Row as _;

    fn policy(name: &str, first: &str, contract: &str) -> SlaPolicy {
        SlaPolicy {
            policy: name.into(),
            priority: "High".into(),
            first_response: first.into(),
            resolution: "480".into(),
            contract: contract.into(),
            ..SlaPolicy::default()
        }
    }

    fn ticket(first: &str, contract: &str) -> SlaTicket {
        SlaTicket {
            priority: "high".into(),
            contract_id: contract.into(),
            first_response_minutes: first.into(),
            resolution_minutes: "480".into(),
            ..SlaTicket::default()
        }
    }

    #[test]
    fn the_columns_stand() {
        assert_eq!(
            SlaTicket::HEADER.join(","),
            "ticket_id,ticket_number,policy,basis,contract_id,priority,first_response_due,resolution_due,\
             first_response_minutes,resolution_minutes"
        );
    }

    #[test]
    fn a_policy_is_named_by_contract_or_by_thresholds_that_only_one_has_and_never_guessed() {
        let contracts = BTreeMap::from([("Hourly 2".to_owned(), vec!["70".to_owned()])]);
        let known = Assignments::of(
            &[
                policy("Gold", "60", "Hourly 2"),
                policy("A", "15", ""),
                policy("B", "30", ""),
                policy("C", "30", ""),
            ],
            &contracts,
        );
        for (first, contract, policy, basis) in [
            ("1", "70", "Gold", "contract"),
            ("15", "", "A", "due dates"),
            ("30", "", "", "not known"),
            ("", "71", "", "not known"),
        ] {
            let mut row = ticket(first, contract);
            known.assign(&mut row);
            assert_eq!((&*row.policy, &*row.basis), (policy, basis), "{first} {contract}");
        }
    }

    #[test]
    fn the_most_frequent_thresholds_of_a_priority_are_proposed() {
        let mut observed = Observed::default();
        for first in ["60", "240", "240"] {
            observed.add(&ticket(first, ""));
        }
        let found = observed.most_frequent();
        assert_eq!(found.len(), 1);
        assert_eq!((&*found[0].0.first_response, found[0].1), ("240", 2));
    }
}
