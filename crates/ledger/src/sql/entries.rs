//! Statements about ledger entries.

/// Parameters of one row of `NOTE_SEEN`.
pub(crate) const SEEN_COLUMNS: usize = 6;

/// Followed by rows of migration, kind, source id, pass, state and time, then by `NOTE_SEEN_TAIL`.
pub(crate) const NOTE_SEEN: &str =
    "INSERT INTO entries (migration, kind, source_id, pass, state, at) VALUES ";

pub(crate) const NOTE_SEEN_TAIL: &str = "
ON CONFLICT (migration, kind, source_id) DO UPDATE
SET pass = excluded.pass, at = excluded.at, cause = NULL,
    state = CASE WHEN entries.intended_at IS NULL THEN 'seen' ELSE 'intended' END
WHERE entries.pass < excluded.pass";

/// Parameters of one row of `RESOLVE`; `$1` is the migration.
pub(crate) const RESOLVE_COLUMNS: usize = 2;

/// Followed by rows of kind and source id, then by `RESOLVE_TAIL`.
pub(crate) const RESOLVE: &str = "WITH wanted (kind, source_id) AS (VALUES ";

pub(crate) const RESOLVE_TAIL: &str = ")
SELECT e.kind, e.source_id, e.state, e.target, e.cause FROM wanted w
JOIN entries e ON e.migration = $1 AND e.kind = w.kind AND e.source_id = w.source_id";

pub(crate) const ONE: &str = "
SELECT kind, source_id, pass, state, target, written, meant, intended_at, intended_by, intended_fence, cause, facts, at
FROM entries
WHERE migration = $1 AND kind = $2 AND source_id = $3";

/// `$3` is a JSON list of source ids.
pub(crate) const NAMED: &str = "
SELECT kind, source_id, pass, state, target, written, meant, intended_at, intended_by, intended_fence, cause, facts, at
FROM entries
WHERE migration = $1 AND kind = $2 AND source_id IN (SELECT value FROM json_each($3))";

pub(crate) const UNDER: &str = "
SELECT kind, source_id, pass, state, target, written, meant, intended_at, intended_by, intended_fence, cause, facts, at
FROM entries
WHERE migration = $1 AND kind = $2 AND source_id >= $3 AND source_id < $4 ORDER BY source_id";

pub(crate) const PUT: &str = "
INSERT INTO entries
    (migration, kind, source_id, pass, state, target, written, meant, intended_at, intended_by,
     intended_fence, cause, facts, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (migration, kind, source_id) DO UPDATE
SET pass = excluded.pass, state = excluded.state, target = excluded.target, written = excluded.written,
    meant = excluded.meant, intended_at = excluded.intended_at, intended_by = excluded.intended_by,
    intended_fence = excluded.intended_fence, cause = excluded.cause, facts = excluded.facts, at = excluded.at";

pub(crate) const TARGETS: &str = "
SELECT source_id, target, state FROM entries
WHERE migration = $1 AND kind = $2 AND source_id > $4 AND pass = $3 AND target IS NOT NULL
  AND state IN ('created', 'adopted', 'updated', 'unchanged')
ORDER BY source_id LIMIT $5";

pub(crate) const STANDING: &str = "
SELECT kind, source_id, pass, state, target, written, meant, intended_at, intended_by, intended_fence, cause, facts, at
FROM entries
WHERE migration = $1 AND kind = $2 AND source_id > $3 AND target IS NOT NULL ORDER BY source_id LIMIT $4";

pub(crate) const PAGE: &str = "
SELECT kind, source_id, pass, state, target, written, meant, intended_at, intended_by, intended_fence, cause, facts, at
FROM entries
WHERE migration = $1 AND kind = $2 AND source_id > $3 ORDER BY source_id LIMIT $4";

pub(crate) const UNACCOUNTED: &str = "
SELECT source_id FROM entries
WHERE migration = $1 AND kind = $2 AND pass = $3 AND state IN ('seen', 'intended')
ORDER BY source_id LIMIT $4";
