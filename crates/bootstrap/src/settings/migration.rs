//! Section `[migration]`: which migration this is, and who answers for it.

use protocol::MigrationId;

use super::reader::Reader;

/// Which migration, and who signed for it.
#[derive(Debug, Clone)]
pub struct Migration {
    /// Its name in the ledger.
    pub id: MigrationId,
    /// Who has looked at map, scope and sample; without a name no record moves.
    pub signed_off_by: Option<String>,
    /// Hash of the map they signed for; needed when it differs from the map signed for before.
    pub signed_map: Option<String>,
}

impl Migration {
    /// `None` beside a problem with the name.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let key = "migration.id";
        let signed_off_by = reader.optional_text("migration.signed_off_by");
        let signed_map = reader.optional_text("migration.signed_map");
        match MigrationId::new(reader.text(key)) {
            Ok(id) => Some(Self { id, signed_off_by, signed_map }),
            Err(_) => {
                let remedy = "give 1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit";
                reader.wrong(key, "this is no name for a migration", remedy);
                None
            }
        }
    }
}
