//! The technicians of the source, each once, with the hash of their address: no call lists them, so they are gathered from
//! wherever they stand. An address itself is forgotten as it is read.

use std::collections::BTreeMap;

use objects::AgentRow;
use protocol::{
    SourceId,
    map_spec::{address_hash, fold},
};

/// Everybody who works tickets, each once, with the hash of their address where one is known.
#[derive(Debug, Default)]
pub(crate) struct Roster(pub(crate) BTreeMap<SourceId, Option<String>>);

impl Roster {
    /// Adds somebody; an address once known stays.
    pub(crate) fn add(&mut self, row: Option<AgentRow>) {
        let Some((row, id)) = row.and_then(|row| row.source_id().map(|id| (row, id))) else { return };
        let address = row.email.as_deref().filter(|email| !fold(email).is_empty()).map(address_hash);
        let known = self.0.entry(id).or_default();
        *known = known.take().or(address);
    }
}
