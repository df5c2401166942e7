//! What the source's API does not give and the operator supplies as files: tags, technicians, SLA policies,
//! integrations, automations, macros, who may see which field. Columns are found by the operator's own mapping or by name; nothing is guessed from a column's
//! place, and a wrong file is refused with the line and column, never half read.

mod automations;
mod error;
mod field_visibility;
mod integrations;
mod macros;
mod reader;
mod sla_policies;
mod tags;
mod technicians;
mod text;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use automations::{Automation, Automations};
pub use error::{Place, SupplementError};
pub use field_visibility::{FieldVisibility, RestrictedField};
pub use integrations::{Integration, Integrations};
pub use macros::{Macro, Macros};
pub use sla_policies::{SlaPolicies, SlaPolicy};
pub use tags::Tags;
pub use technicians::{Technician, Technicians};

/// Which files there are and how their columns are called. A file left out is an empty supplement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SupplementFiles {
    /// Tags of tickets and customers.
    pub tags: Option<PathBuf>,
    /// Technicians, which no call lists.
    pub technicians: Option<PathBuf>,
    /// SLA policies.
    pub sla_policies: Option<PathBuf>,
    /// Integrations.
    pub integrations: Option<PathBuf>,
    /// Automation rules.
    pub automations: Option<PathBuf>,
    /// Macros.
    pub macros: Option<PathBuf>,
    /// Who may see which custom field.
    pub field_visibility: Option<PathBuf>,
    /// `file.field` (such as `tags.ticket_id`) to the header that stands in the file. Fields not named here are
    /// found by their usual names, case, spaces and punctuation aside.
    pub columns: BTreeMap<String, String>,
    /// What separates several tags within one cell; none means that a cell is one tag, commas and all.
    pub tag_separator: Option<char>,
}

/// The supplements, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Supplements {
    /// Tags of tickets and customers.
    pub tags: Tags,
    /// Technicians.
    pub technicians: Technicians,
    /// SLA policies.
    pub sla_policies: SlaPolicies,
    /// Integrations.
    pub integrations: Integrations,
    /// Automation rules; none when no file was given, which is not the same as an empty one.
    pub automations: Option<Automations>,
    /// Macros; none when no file was given.
    pub macros: Option<Macros>,
    /// Who may see which custom field; none when no file was given.
    pub field_visibility: Option<FieldVisibility>,
    /// Whether a file of SLA policies was given.
    pub tells_sla_policies: bool,
    /// Whether a file of integrations was given.
    pub tells_integrations: bool,
}

impl Supplements {
    /// Reads every file named. Blocks on the disk; a service calls it once at its start.
    ///
    /// # Errors
    /// [`SupplementError`] with the file and, where there is one, the line and column.
    pub fn load(files: &SupplementFiles) -> Result<Self, SupplementError> {
        reader::check_columns(
            &files.columns,
            &[
                ("tags", tags::FIELDS),
                ("technicians", technicians::FIELDS),
                ("sla_policies", sla_policies::FIELDS),
                ("integrations", integrations::FIELDS),
                ("automations", automations::FIELDS),
                ("macros", macros::FIELDS),
                ("field_visibility", field_visibility::FIELDS),
            ],
        )?;
        let columns = &files.columns;
        Ok(Self {
            tags: match &files.tags {
                Some(path) => Tags::load(path, columns, files.tag_separator)?,
                None => Tags::default(),
            },
            technicians: match &files.technicians {
                Some(path) => Technicians::load(path, columns)?,
                None => Technicians::default(),
            },
            sla_policies: match &files.sla_policies {
                Some(path) => SlaPolicies::load(path, columns)?,
                None => SlaPolicies::default(),
            },
            integrations: match &files.integrations {
                Some(path) => Integrations::load(path, columns)?,
                None => Integrations::default(),
            },
            automations: load(files.automations.as_ref(), |path| Automations::load(path, columns))?,
            macros: load(files.macros.as_ref(), |path| Macros::load(path, columns))?,
            field_visibility: load(files.field_visibility.as_ref(), |path| {
                FieldVisibility::load(path, columns)
            })?,
            tells_sla_policies: files.sla_policies.is_some(),
            tells_integrations: files.integrations.is_some(),
        })
    }
}

fn load<T>(
    path: Option<&PathBuf>,
    load: impl FnOnce(&PathBuf) -> Result<T, SupplementError>,
) -> Result<Option<T>, SupplementError> {
    path.map(load).transpose()
}
