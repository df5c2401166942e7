//! The dossier of a migration: what was found and decided about it (assessment, map, sample, sign-off, roster), by name,
//! every version kept.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{SourceId, UnixMs};

/// Name in the dossier of the technicians a run waits for.
pub const AWAITED: &str = "agents.awaited";

/// The technicians a run waits for: they work, their addresses are known, and no user of the destination has them yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaited {
    /// Their ids at the source; none once everybody was there.
    pub technicians: Vec<SourceId>,
}

/// One version of one paper of the dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// Its name, such as `map` or `assessment.facts`.
    pub name: String,
    /// Its version, from 1.
    pub version: u32,
    /// When it was put there.
    pub at: UnixMs,
    /// Who put it there.
    pub who: String,
    /// What it says: ids, hashes, counts and choices, never a customer's text.
    pub body: Value,
}
