//! Section `[simulator]`: the vendors' stand-in, if the run is against one.

use url::Url;

use super::reader::Reader;

/// The vendors' stand-in.
#[derive(Debug, Clone)]
pub struct Simulator {
    /// Address of its admin routes, ending in `/_sim`.
    pub admin_url: Option<Url>,
}

impl Simulator {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { admin_url: reader.optional_url("simulator.admin_url") }
    }
}
