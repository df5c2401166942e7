//! Statements that delete everything of a migration, and count what is left. One for each table; a story compares them with
//! the schema.

/// Tables that grow with the records, a piece at a time: `$2` rows at most.
pub(crate) const LARGE: [(&str, &str); 2] = [
    (
        "dead_letters",
        "DELETE FROM dead_letters WHERE migration = $1 AND (kind, source_id) IN \
         (SELECT kind, source_id FROM dead_letters WHERE migration = $1 LIMIT $2)",
    ),
    (
        "entries",
        "DELETE FROM entries WHERE migration = $1 AND (kind, source_id) IN \
         (SELECT kind, source_id FROM entries WHERE migration = $1 LIMIT $2)",
    ),
];

/// The others.
pub(crate) const SMALL: [(&str, &str); 9] = [
    ("batches", "DELETE FROM batches WHERE migration = $1"),
    ("tallies", "DELETE FROM tallies WHERE migration = $1"),
    ("cause_counts", "DELETE FROM cause_counts WHERE migration = $1"),
    ("verified_counts", "DELETE FROM verified_counts WHERE migration = $1"),
    ("surveys", "DELETE FROM surveys WHERE migration = $1"),
    ("dossier", "DELETE FROM dossier WHERE migration = $1"),
    ("requests", "DELETE FROM requests WHERE migration = $1"),
    ("controls", "DELETE FROM controls WHERE migration = $1"),
    ("audit", "DELETE FROM audit WHERE migration = $1"),
];

pub(crate) const MIGRATION: &str = "DELETE FROM migrations WHERE no = $1";

/// Rows of a migration, table by table.
pub(crate) const COUNTS: [(&str, &str); 12] = [
    ("dead_letters", "SELECT COUNT(*) AS rows FROM dead_letters WHERE migration = $1"),
    ("entries", "SELECT COUNT(*) AS rows FROM entries WHERE migration = $1"),
    ("batches", "SELECT COUNT(*) AS rows FROM batches WHERE migration = $1"),
    ("tallies", "SELECT COUNT(*) AS rows FROM tallies WHERE migration = $1"),
    ("cause_counts", "SELECT COUNT(*) AS rows FROM cause_counts WHERE migration = $1"),
    ("verified_counts", "SELECT COUNT(*) AS rows FROM verified_counts WHERE migration = $1"),
    ("surveys", "SELECT COUNT(*) AS rows FROM surveys WHERE migration = $1"),
    ("dossier", "SELECT COUNT(*) AS rows FROM dossier WHERE migration = $1"),
    ("requests", "SELECT COUNT(*) AS rows FROM requests WHERE migration = $1"),
    ("controls", "SELECT COUNT(*) AS rows FROM controls WHERE migration = $1"),
    ("audit", "SELECT COUNT(*) AS rows FROM audit WHERE migration = $1"),
    ("migrations", "SELECT COUNT(*) AS rows FROM migrations WHERE no = $1"),
];

/// Has SQLite overwrite deleted content with zeroes on this connection from now on.
pub(crate) const OVERWRITE: &str = "PRAGMA secure_delete = ON";

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMAS: [&str; 5] = [
        include_str!("../../migrations/sqlite/0001_ledger.sql"),
        include_str!("../../migrations/sqlite/0002_fleet.sql"),
        include_str!("../../migrations/sqlite/0003_errands.sql"),
        include_str!("../../migrations/postgres/0001_ledger.sql"),
        include_str!("../../migrations/postgres/0002_errands.sql"),
    ];

    #[test]
    fn every_table_that_holds_something_of_a_migration_is_emptied_and_counted() {
        let tables =
            SCHEMAS.iter().flat_map(|schema| schema.split("CREATE TABLE ").skip(1)).filter_map(|rest| {
                let (name, columns) = rest.split_once(" (")?;
                let columns = columns.split("\n)").next()?;
                columns.contains("REFERENCES migrations").then_some(name)
            });
        let mut held: Vec<&str> = tables.collect();
        held.sort_unstable();
        held.dedup();
        assert!(held.len() > 8, "the schema was not understood: {held:?}");
        for table in held {
            let deleted = LARGE.iter().chain(&SMALL).any(|(name, _)| *name == table);
            assert!(deleted && COUNTS.iter().any(|(name, _)| *name == table), "{table} is not erased");
        }
    }
}
