//! What only PostgreSQL is asked: statements over whole arrays, so that their number does not grow with the records.

/// Now, by the server's clock, also within a transaction that began earlier.
pub(crate) const NOW: &str = "SELECT FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT AS now";

/// The batches of a group of moves, kept from changing. In the order of their ids, as everywhere.
pub(crate) const LEASES: &str = "
SELECT id, migration, pass, fence, state = 'leased' AS leased, lease_until,
       FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT AS now
FROM batches WHERE id = ANY($1) ORDER BY id FOR SHARE";

/// Those of the leases `$1` (batches) and `$2` (tokens) that hold at `$3`.
pub(crate) const HELD: &str = "
SELECT b.id, b.fence FROM UNNEST($1::BIGINT[], $2::BIGINT[]) AS w (id, fence)
JOIN batches b ON b.id = w.id AND b.fence = w.fence WHERE b.state = 'leased' AND b.lease_until > $3";

/// The entries of a group of moves, kept from changing, in the order given, which is that of their keys, as everywhere.
/// One look-up by key for each, whatever the statistics say: `OFFSET 0` keeps the planner from turning the join round.
pub(crate) const ENTRIES: &str = "
SELECT e.migration, e.kind, e.source_id, e.pass, e.state, e.target, e.written, e.meant, e.intended_at, e.intended_by,
       e.intended_fence, e.cause, e.facts, e.at
FROM UNNEST($1::BIGINT[], $2::TEXT[], $3::TEXT[]) AS w (migration, kind, source_id)
CROSS JOIN LATERAL (
    SELECT * FROM entries k
    WHERE k.migration = w.migration AND k.kind = w.kind AND k.source_id = w.source_id OFFSET 0 FOR UPDATE
) AS e";

/// As `entries::NAMED`.
pub(crate) const NAMED: &str = "
SELECT kind, source_id, pass, state, target, written, meant, intended_at, intended_by, intended_fence, cause, facts, at
FROM entries
WHERE migration = $1 AND kind = $2
  AND source_id = ANY (ARRAY(SELECT json_array_elements_text($3::TEXT::JSON)))";

/// Entries that were not there. One that another call has added meanwhile is not touched, and so not counted.
pub(crate) const ADD_ENTRIES: &str = "
INSERT INTO entries
    (migration, kind, source_id, pass, state, target, written, meant, intended_at, intended_by,
     intended_fence, cause, facts, at)
SELECT * FROM UNNEST($1::BIGINT[], $2::TEXT[], $3::TEXT[], $4::BIGINT[], $5::TEXT[], $6::BIGINT[], $7::BYTEA[],
     $8::BYTEA[], $9::BIGINT[], $10::BIGINT[], $11::BIGINT[], $12::TEXT[], $13::TEXT[], $14::BIGINT[])
ON CONFLICT (migration, kind, source_id) DO NOTHING";

/// Entries that are there, and locked. Each is found by its key, as a conflict.
pub(crate) const SET_ENTRIES: &str = "
INSERT INTO entries
    (migration, kind, source_id, pass, state, target, written, meant, intended_at, intended_by,
     intended_fence, cause, facts, at)
SELECT * FROM UNNEST($1::BIGINT[], $2::TEXT[], $3::TEXT[], $4::BIGINT[], $5::TEXT[], $6::BIGINT[], $7::BYTEA[],
     $8::BYTEA[], $9::BIGINT[], $10::BIGINT[], $11::BIGINT[], $12::TEXT[], $13::TEXT[], $14::BIGINT[])
ON CONFLICT (migration, kind, source_id) DO UPDATE
SET pass = excluded.pass, state = excluded.state, target = excluded.target, written = excluded.written,
    meant = excluded.meant, intended_at = excluded.intended_at, intended_by = excluded.intended_by,
    intended_fence = excluded.intended_fence, cause = excluded.cause, facts = excluded.facts, at = excluded.at";

pub(crate) const REMOVE_LETTERS: &str = "
DELETE FROM dead_letters d
USING UNNEST($1::BIGINT[], $2::TEXT[], $3::TEXT[]) AS w (migration, kind, source_id)
WHERE d.migration = w.migration AND d.kind = w.kind AND d.source_id = w.source_id";

pub(crate) const PUT_LETTERS: &str = "
INSERT INTO dead_letters (migration, kind, source_id, cause, detail, at)
SELECT * FROM UNNEST($1::BIGINT[], $2::TEXT[], $3::TEXT[], $4::TEXT[], $5::TEXT[], $6::BIGINT[])
ON CONFLICT (migration, kind, source_id) DO UPDATE
SET cause = excluded.cause, detail = excluded.detail, at = excluded.at";

/// As `accounts::COUNT`, for several kinds, in the order given.
pub(crate) const COUNTS: &str = "
INSERT INTO tallies
    (migration, pass, kind, source, created, adopted, updated, unchanged, skipped, rejected, failed, excluded,
     undone)
SELECT * FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::TEXT[], $4::BIGINT[], $5::BIGINT[], $6::BIGINT[], $7::BIGINT[],
     $8::BIGINT[], $9::BIGINT[], $10::BIGINT[], $11::BIGINT[], $12::BIGINT[], $13::BIGINT[])
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

/// As `accounts::COUNT_CAUSE`, for several causes, in the order given.
pub(crate) const COUNT_CAUSES: &str = "
INSERT INTO cause_counts (migration, pass, cause, records)
SELECT * FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::TEXT[], $4::BIGINT[])
ON CONFLICT (migration, pass, cause) DO UPDATE SET records = cause_counts.records + excluded.records";

/// Known records that are new to the pass, in the order of their keys. A write in doubt stays in doubt.
pub(crate) const SEE_AGAIN: &str = "
UPDATE entries e
SET pass = $3, at = $4, cause = NULL,
    state = CASE WHEN e.intended_at IS NULL THEN 'seen' ELSE 'intended' END
FROM (
    SELECT k.migration, k.kind, k.source_id FROM entries k
    WHERE k.migration = $1 AND k.kind = $2 AND k.source_id = ANY($5) AND k.pass < $3
    ORDER BY k.source_id FOR UPDATE
) AS found
WHERE e.migration = found.migration AND e.kind = found.kind AND e.source_id = found.source_id";

/// Records nobody has seen before, in the order of their keys.
pub(crate) const SEE: &str = "
INSERT INTO entries (migration, kind, source_id, pass, state, at)
SELECT $1, $2, w.source_id, $3, 'seen', $4 FROM UNNEST($5::TEXT[]) AS w (source_id)
ON CONFLICT (migration, kind, source_id) DO NOTHING";

/// One look-up by key for each, whatever the statistics say: `OFFSET 0` keeps the planner from turning the join round.
pub(crate) const RESOLVE: &str = "
SELECT e.kind, e.source_id, e.state, e.target, e.cause FROM UNNEST($2::TEXT[], $3::TEXT[]) AS w (kind, source_id)
CROSS JOIN LATERAL (
    SELECT * FROM entries k WHERE k.migration = $1 AND k.kind = w.kind AND k.source_id = w.source_id OFFSET 0
) AS e";

/// Adds batches in the order given, so that their ids follow it.
pub(crate) const ADD_BATCHES: &str = "
INSERT INTO batches
    (migration, pass, step, kind, slice, slice_hash, state, attempts, not_before, fence, lease_until)
SELECT $1, $2, w.step, w.kind, w.slice, w.hash, 'ready', 0, 0, 0, 0
FROM UNNEST($3::TEXT[], $4::TEXT[], $5::TEXT[], $6::BYTEA[]) WITH ORDINALITY AS w (step, kind, slice, hash, place)
ORDER BY w.place
ON CONFLICT (migration, pass, step, kind, slice_hash) DO NOTHING";

/// The batches that stand for those given, in the order given.
pub(crate) const STANDING: &str = "
SELECT b.id
FROM UNNEST($3::TEXT[], $4::TEXT[], $5::BYTEA[]) WITH ORDINALITY AS w (step, kind, hash, place)
JOIN batches b ON b.migration = $1 AND b.pass = $2 AND b.step = w.step AND b.kind = w.kind AND b.slice_hash = w.hash
ORDER BY w.place";
