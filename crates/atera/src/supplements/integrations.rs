//! `integrations.csv`: what is connected to the source, for the checklist of what to reconnect. Tokens have no
//! column here; a file should not hold any.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::SupplementError;
use super::look::SupplementLook;
use super::reader::{Field, Table};

const NAME: usize = 0;
const KIND: usize = 1;
const ENDPOINT: usize = 2;
const TRIGGER: usize = 3;
const CONFIGURATION: usize = 4;
const OWNER: usize = 5;

pub(super) const FIELDS: &[Field] = &[
    Field { key: "name", names: &["name", "integration", "integrationname", "app"], required: true },
    Field { key: "kind", names: &["kind", "type", "category"], required: false },
    Field { key: "endpoint", names: &["endpoint", "url", "address", "target"], required: false },
    Field { key: "trigger", names: &["trigger", "event", "events"], required: false },
    Field { key: "configuration", names: &["configuration", "config", "settings", "notes"], required: false },
    Field { key: "owner", names: &["owner", "responsible", "contact"], required: false },
];

/// An integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: Option<String>,
    /// Endpoint.
    pub endpoint: Option<String>,
    /// What sets it off.
    pub trigger: Option<String>,
    /// Configuration, as written.
    pub configuration: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Every other column, by its header.
    pub other: BTreeMap<String, String>,
}

/// The integrations, in the file's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Integrations(Vec<Integration>);

impl Integrations {
    pub(super) fn load(
        path: &Path,
        columns: &BTreeMap<String, String>,
        look: &mut SupplementLook,
    ) -> Result<Self, SupplementError> {
        let table = Table::open(path, "integrations", FIELDS, columns)?;
        look.take(&table);
        let mut integrations = Vec::new();
        table.rows(|row| {
            look.rows += 1;
            let own = |field| row.text(field).map(str::to_owned);
            integrations.push(Integration {
                name: own(NAME).ok_or_else(|| row.wrong(NAME, "an integration's name"))?,
                kind: own(KIND),
                endpoint: own(ENDPOINT),
                trigger: own(TRIGGER),
                configuration: own(CONFIGURATION),
                owner: own(OWNER),
                other: row.other(),
            });
            Ok(())
        })?;
        Ok(Self(integrations))
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[Integration] {
        &self.0
    }
}
