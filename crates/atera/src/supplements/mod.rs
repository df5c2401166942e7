//! What the source's API does not give and the operator supplies as files: tags, technicians, SLA policies,
//! integrations. Columns are found by the operator's own mapping or by name; nothing is guessed from a column's
//! place, and a wrong file is refused with the line and column, never half read.

mod error;
mod integrations;
mod reader;
mod sla_policies;
mod tags;
mod technicians;
mod text;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use error::{Place, SupplementError};
pub use integrations::{Integration, Integrations};
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
        })
    }
}
