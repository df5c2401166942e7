//! `field_visibility.csv`: which custom fields only some may see. No call of the source shows it; the destination has no
//! such restriction, so an administrator decides field by field.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::SupplementError;
use super::reader::{Field, Table};

const SCOPE: usize = 0;
const FIELD: usize = 1;
const VISIBLE_TO: usize = 2;

pub(super) const FIELDS: &[Field] = &[
    Field { key: "scope", names: &["scope", "target", "object", "form"], required: true },
    Field { key: "field", names: &["field", "fieldname", "name", "customfield"], required: true },
    Field {
        key: "visible_to",
        names: &["visibleto", "roles", "role", "visibility", "restrictedto"],
        required: true,
    },
];

/// A field that only some may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestrictedField {
    /// What it hangs on, as the source spells it.
    pub scope: String,
    /// Name.
    pub field: String,
    /// Who may see it, as written.
    pub visible_to: String,
    /// Every other column, by its header.
    pub other: BTreeMap<String, String>,
}

/// The fields, in the file's order; a row that restricts nothing is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldVisibility(Vec<RestrictedField>);

impl FieldVisibility {
    pub(super) fn load(path: &Path, columns: &BTreeMap<String, String>) -> Result<Self, SupplementError> {
        let table = Table::open(path, "field_visibility", FIELDS, columns)?;
        let mut fields = Vec::new();
        table.rows(|row| {
            let own = |field| row.text(field).map(str::to_owned);
            let scope = own(SCOPE).ok_or_else(|| row.wrong(SCOPE, "what the field hangs on"))?;
            let field = own(FIELD).ok_or_else(|| row.wrong(FIELD, "a field's name"))?;
            let everybody =
                |roles: &String| matches!(roles.to_lowercase().as_str(), "all" | "everyone" | "everybody");
            if let Some(visible_to) = own(VISIBLE_TO).filter(|roles| !everybody(roles)) {
                fields.push(RestrictedField { scope, field, visible_to, other: row.other() });
            }
            Ok(())
        })?;
        Ok(Self(fields))
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[RestrictedField] {
        &self.0
    }
}
