-- The ledger in SQLite's dialect. Times are milliseconds since 1970 in UTC; fingerprints are 16 bytes; kinds, states and
-- causes stand under the names protocol gives them, so that the file can be read without the program.

CREATE TABLE migrations (
    no         INTEGER PRIMARY KEY,
    id         TEXT   NOT NULL UNIQUE,
    state      TEXT   NOT NULL,
    cause      TEXT,
    pass       BIGINT NOT NULL,
    settings   TEXT   NOT NULL,
    map_spec   TEXT,
    map_hash   TEXT,
    created_at BIGINT NOT NULL,
    since      BIGINT NOT NULL,
    -- Number and hash of the newest audit line, so that a missing tail shows.
    audit_seq  BIGINT NOT NULL,
    audit_hash BLOB   NOT NULL
);

CREATE TABLE audit (
    migration BIGINT NOT NULL REFERENCES migrations (no),
    seq       BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    who       TEXT   NOT NULL,
    what      TEXT   NOT NULL,
    why       TEXT   NOT NULL,
    hash      BLOB   NOT NULL,
    PRIMARY KEY (migration, seq)
) WITHOUT ROWID;

CREATE TABLE batches (
    id          INTEGER PRIMARY KEY,
    migration   BIGINT NOT NULL REFERENCES migrations (no),
    pass        BIGINT NOT NULL,
    step        TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    slice       TEXT   NOT NULL,
    -- Hash of the slice; empty once an equal batch may be added again.
    slice_hash  BLOB,
    state       TEXT   NOT NULL,
    attempts    BIGINT NOT NULL,
    not_before  BIGINT NOT NULL,
    checkpoint  BIGINT,
    fence       BIGINT NOT NULL,
    holder      TEXT,
    lease_until BIGINT NOT NULL,
    cause       TEXT,
    detail      TEXT,
    UNIQUE (migration, pass, step, kind, slice_hash)
);

CREATE INDEX batches_open ON batches (migration, pass, state, id);

CREATE TABLE entries (
    migration   BIGINT NOT NULL REFERENCES migrations (no),
    kind        TEXT   NOT NULL,
    source_id   TEXT   NOT NULL,
    -- The pass that last saw it or accounted for it.
    pass        BIGINT NOT NULL,
    -- 'seen', 'intended', or the outcome it is settled with.
    state       TEXT   NOT NULL,
    target      BIGINT,
    -- Fingerprint of what stands at the destination, and of what an open intent means to write.
    written     BLOB,
    meant       BLOB,
    -- Since when a write is in doubt; empty when none is.
    intended_at BIGINT,
    cause       TEXT,
    facts       TEXT,
    at          BIGINT NOT NULL,
    PRIMARY KEY (migration, kind, source_id)
) WITHOUT ROWID;

-- Holds the open records only. It ends in `state` so that it answers alone; otherwise SQLite prefers the primary key.
CREATE INDEX entries_unaccounted ON entries (migration, kind, pass, source_id, state)
    WHERE state IN ('seen', 'intended');

CREATE TABLE dead_letters (
    migration BIGINT NOT NULL REFERENCES migrations (no),
    kind      TEXT   NOT NULL,
    source_id TEXT   NOT NULL,
    cause     TEXT   NOT NULL,
    detail    TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (migration, kind, source_id)
) WITHOUT ROWID;

CREATE TABLE tallies (
    migration BIGINT NOT NULL REFERENCES migrations (no),
    pass      BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    source    BIGINT NOT NULL,
    created   BIGINT NOT NULL,
    adopted   BIGINT NOT NULL,
    updated   BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    skipped   BIGINT NOT NULL,
    rejected  BIGINT NOT NULL,
    failed    BIGINT NOT NULL,
    excluded  BIGINT NOT NULL,
    PRIMARY KEY (migration, pass, kind)
) WITHOUT ROWID;

CREATE TABLE cause_counts (
    migration BIGINT NOT NULL REFERENCES migrations (no),
    pass      BIGINT NOT NULL,
    cause     TEXT   NOT NULL,
    records   BIGINT NOT NULL,
    PRIMARY KEY (migration, pass, cause)
) WITHOUT ROWID;

CREATE TABLE verified_counts (
    migration BIGINT NOT NULL REFERENCES migrations (no),
    pass      BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    records   BIGINT NOT NULL,
    PRIMARY KEY (migration, pass, kind)
) WITHOUT ROWID;

CREATE TABLE surveys (
    migration BIGINT NOT NULL REFERENCES migrations (no),
    pass      BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    survey    TEXT   NOT NULL,
    PRIMARY KEY (migration, pass, kind)
) WITHOUT ROWID;
