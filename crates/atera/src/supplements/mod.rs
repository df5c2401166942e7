//! What the source's API does not give and the operator supplies as files: tags, technicians, SLA policies,
//! integrations, automations, macros, who may see which field. Columns are found by the operator's own mapping or by name; nothing is guessed from a column's
//! place, and a wrong file is refused with the line and column, never half read.

mod automations;
mod error;
mod field_visibility;
mod integrations;
mod look;
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
pub use look::SupplementLook;
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
    /// What each file looks like.
    pub looks: Vec<SupplementLook>,
}

impl Supplements {
    /// Reads every file named. Blocks on the disk; a service calls it once at its start.
    ///
    /// # Errors
    /// [`SupplementError`] with the file and, where there is one, the line and column.
    pub fn load(files: &SupplementFiles) -> Result<Self, SupplementError> {
        let mut found = Self::default();
        found.read(files, |_, error| Err(error))?;
        Ok(found)
    }

    /// Reads every file named; one that cannot be read is empty, and its look says why. For a check, never for a move.
    #[must_use]
    pub fn look(files: &SupplementFiles) -> Self {
        let mut found = Self::default();
        // The column mapping belongs to no file: it is refused for all of them.
        if let Err(error) = found.read(files, |look, error| {
            look.refuse(&error);
            Ok(())
        }) {
            found.looks = NAMES.map(SupplementLook::none).into();
            for look in &mut found.looks {
                look.named = true;
                look.refuse(&error);
            }
        }
        found
    }

    fn read(
        &mut self,
        files: &SupplementFiles,
        refused: impl Fn(&mut SupplementLook, SupplementError) -> Result<(), SupplementError>,
    ) -> Result<(), SupplementError> {
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
        let paths = [&files.tags, &files.technicians, &files.sla_policies, &files.integrations];
        for (name, path) in NAMES.into_iter().zip(paths) {
            let Some(path) = path else {
                self.looks.push(SupplementLook::none(name));
                continue;
            };
            let mut look = SupplementLook::of(name, path);
            let read = match name {
                "tags" => {
                    Tags::load(path, columns, files.tag_separator, &mut look).map(|read| self.tags = read)
                }
                "technicians" => {
                    Technicians::load(path, columns, &mut look).map(|read| self.technicians = read)
                }
                "sla_policies" => {
                    SlaPolicies::load(path, columns, &mut look).map(|read| self.sla_policies = read)
                }
                _ => Integrations::load(path, columns, &mut look).map(|read| self.integrations = read),
            };
            let read = read.or_else(|error| refused(&mut look, error));
            self.looks.push(look);
            read?;
        }
        let looks = &mut self.looks;
        let mut more =
            |name, path: &Option<PathBuf>, load: &mut dyn FnMut(&PathBuf) -> Result<(), SupplementError>| {
                let Some(path) = path else { return Ok(()) };
                let mut look = SupplementLook::of(name, path);
                let read = load(path).or_else(|error| refused(&mut look, error));
                looks.push(look);
                read
            };
        more("automations", &files.automations, &mut |path| {
            Automations::load(path, columns).map(|read| self.automations = Some(read))
        })?;
        more("macros", &files.macros, &mut |path| {
            Macros::load(path, columns).map(|read| self.macros = Some(read))
        })?;
        more("field_visibility", &files.field_visibility, &mut |path| {
            FieldVisibility::load(path, columns).map(|read| self.field_visibility = Some(read))
        })?;
        (self.tells_sla_policies, self.tells_integrations) =
            (files.sla_policies.is_some(), files.integrations.is_some());
        Ok(())
    }
}

/// The files everybody is asked for, in the order of their looks.
const NAMES: [&str; 4] = ["tags", "technicians", "sla_policies", "integrations"];
