//! Statements about counts, dead letters and surveys.

/// Adds (or takes away) what one transaction changed.
pub(crate) const COUNT: &str = "
INSERT INTO tallies
    (migration, pass, kind, source, created, adopted, updated, unchanged, skipped, rejected, failed, excluded,
     undone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (migration, pass, kind) DO UPDATE
SET source = tallies.source + excluded.source,
    created = tallies.created + excluded.created,
    adopted = tallies.adopted + excluded.adopted,
    updated = tallies.updated + excluded.updated,
    unchanged = tallies.unchanged + excluded.unchanged,
    skipped = tallies.skipped + excluded.skipped,
    rejected = tallies.rejected + excluded.rejected,
    failed = tallies.failed + excluded.failed,
    excluded = tallies.excluded + excluded.excluded,
    undone = tallies.undone + excluded.undone";

pub(crate) const TALLIES: &str = "
SELECT kind, source, created, adopted, updated, unchanged, skipped, rejected, failed, excluded, undone FROM tallies
WHERE migration = $1 AND pass = $2";

pub(crate) const COUNT_CAUSE: &str = "
INSERT INTO cause_counts (migration, pass, cause, records) VALUES ($1, $2, $3, $4)
ON CONFLICT (migration, pass, cause) DO UPDATE SET records = cause_counts.records + excluded.records";

pub(crate) const CAUSES: &str =
    "SELECT cause, records FROM cause_counts WHERE migration = $1 AND pass = $2 AND records <> 0";

pub(crate) const MARK_VERIFIED: &str = "
INSERT INTO verified_counts (migration, pass, kind, records) VALUES ($1, $2, $3, $4)
ON CONFLICT (migration, pass, kind) DO UPDATE SET records = excluded.records";

pub(crate) const VERIFIED: &str =
    "SELECT kind, records FROM verified_counts WHERE migration = $1 AND pass = $2";

pub(crate) const PUT_LETTER: &str = "
INSERT INTO dead_letters (migration, kind, source_id, cause, detail, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (migration, kind, source_id) DO UPDATE
SET cause = excluded.cause, detail = excluded.detail, at = excluded.at";

pub(crate) const REMOVE_LETTER: &str =
    "DELETE FROM dead_letters WHERE migration = $1 AND kind = $2 AND source_id = $3";

/// `$2` cause, `$3` kind and `$4` source id are each asked for only when given; `$5`, `$6` is the key to go on after.
pub(crate) const LETTERS: &str = "
SELECT kind, source_id, cause, detail, at FROM dead_letters
WHERE migration = $1 AND ($2 IS NULL OR cause = $2) AND ($3 IS NULL OR kind = $3)
  AND ($4 IS NULL OR source_id = $4) AND (kind > $5 OR (kind = $5 AND source_id > $6))
ORDER BY kind, source_id LIMIT $7";

pub(crate) const PUT_SURVEY: &str = "
INSERT INTO surveys (migration, pass, kind, survey) VALUES ($1, $2, $3, $4)
ON CONFLICT (migration, pass, kind) DO UPDATE SET survey = excluded.survey";

pub(crate) const SURVEYS: &str = "SELECT kind, survey FROM surveys WHERE migration = $1 AND pass = $2";
