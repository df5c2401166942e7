//! `automations.csv`: the automation rules, which no call of the source shows, for the list of what to rebuild.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::SupplementError;
use super::reader::{Field, Table};

const NAME: usize = 0;
const TRIGGER: usize = 1;
const CONDITIONS: usize = 2;
const ACTIONS: usize = 3;
const ACTIVE: usize = 4;

pub(super) const FIELDS: &[Field] = &[
    Field {
        key: "name",
        names: &["name", "automation", "rule", "rulename", "automationrule"],
        required: true,
    },
    Field { key: "trigger", names: &["trigger", "event", "when"], required: false },
    Field { key: "conditions", names: &["conditions", "condition", "if"], required: false },
    Field { key: "actions", names: &["actions", "action", "then"], required: false },
    Field { key: "active", names: &["active", "enabled", "status"], required: false },
];

/// An automation rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Automation {
    /// Name.
    pub name: String,
    /// What sets it off.
    pub trigger: Option<String>,
    /// When it applies.
    pub conditions: Option<String>,
    /// What it does.
    pub actions: Option<String>,
    /// Whether it is in force, as written.
    pub active: Option<String>,
    /// Every other column, by its header.
    pub other: BTreeMap<String, String>,
}

/// The rules, in the file's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Automations(Vec<Automation>);

impl Automations {
    pub(super) fn load(path: &Path, columns: &BTreeMap<String, String>) -> Result<Self, SupplementError> {
        let table = Table::open(path, "automations", FIELDS, columns)?;
        let mut rules = Vec::new();
        table.rows(|row| {
            let own = |field| row.text(field).map(str::to_owned);
            rules.push(Automation {
                name: own(NAME).ok_or_else(|| row.wrong(NAME, "a rule's name"))?,
                trigger: own(TRIGGER),
                conditions: own(CONDITIONS),
                actions: own(ACTIONS),
                active: own(ACTIVE),
                other: row.other(),
            });
            Ok(())
        })?;
        Ok(Self(rules))
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[Automation] {
        &self.0
    }
}
