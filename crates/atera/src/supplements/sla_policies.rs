//! `sla_policies.csv`: the thresholds per policy and priority, for the rebuild checklist. Durations stay text as
//! the operator wrote them; nobody computes with them here.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::SupplementError;
use super::look::SupplementLook;
use super::reader::{Field, Table};

const NAME: usize = 0;
const PRIORITY: usize = 1;
const FIRST_RESPONSE: usize = 2;
const RESOLUTION: usize = 3;
const CONTRACT: usize = 4;

pub(super) const FIELDS: &[Field] = &[
    Field {
        key: "name",
        names: &["name", "policy", "policyname", "sla", "slaname", "slapolicy"],
        required: true,
    },
    Field { key: "priority", names: &["priority", "ticketpriority"], required: false },
    Field {
        key: "first_response",
        names: &["firstresponse", "firstresponsetime", "response", "responsetime", "firstresponseminutes"],
        required: false,
    },
    Field {
        key: "resolution",
        names: &["resolution", "resolutiontime", "resolve", "closetime", "resolutionminutes"],
        required: false,
    },
    Field { key: "contract", names: &["contract", "contractname", "contractid"], required: false },
];

/// One policy's thresholds for one priority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlaPolicy {
    /// Policy's name.
    pub name: String,
    /// Ticket priority it applies to; none for all.
    pub priority: Option<String>,
    /// Threshold of the first response, as written.
    pub first_response: Option<String>,
    /// Threshold of the resolution, as written.
    pub resolution: Option<String>,
    /// Contract it hangs on, by name or id, as written.
    pub contract: Option<String>,
    /// Every other column, by its header.
    pub other: BTreeMap<String, String>,
}

/// The policies, in the file's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlaPolicies(Vec<SlaPolicy>);

impl SlaPolicies {
    pub(super) fn load(
        path: &Path,
        columns: &BTreeMap<String, String>,
        look: &mut SupplementLook,
    ) -> Result<Self, SupplementError> {
        let table = Table::open(path, "sla_policies", FIELDS, columns)?;
        look.take(&table);
        let mut policies = Vec::new();
        table.rows(|row| {
            look.rows += 1;
            let own = |field| row.text(field).map(str::to_owned);
            policies.push(SlaPolicy {
                name: own(NAME).ok_or_else(|| row.wrong(NAME, "a policy's name"))?,
                priority: own(PRIORITY),
                first_response: own(FIRST_RESPONSE),
                resolution: own(RESOLUTION),
                contract: own(CONTRACT),
                other: row.other(),
            });
            Ok(())
        })?;
        Ok(Self(policies))
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[SlaPolicy] {
        &self.0
    }
}
