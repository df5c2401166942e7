-- The ledger in PostgreSQL's dialect: the tables of migrations/sqlite, with what only a server needs. Times are
-- milliseconds since 1970 in UTC; fingerprints are 16 bytes; kinds, states and causes stand under the names protocol gives
-- them. Text compares byte by byte, as in SQLite, so that pages go on where they ended whatever the server's locale.
--
-- Rows of the hot tables name their migration without a foreign key: a migration is never deleted, and the check would
-- lock its row for each record.

CREATE TABLE migrations (
    no         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         TEXT   COLLATE "C" NOT NULL UNIQUE,
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
    audit_hash BYTEA  NOT NULL
);

CREATE TABLE audit (
    migration BIGINT NOT NULL REFERENCES migrations (no),
    seq       BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    who       TEXT   NOT NULL,
    what      TEXT   NOT NULL,
    why       TEXT   NOT NULL,
    hash      BYTEA  NOT NULL,
    PRIMARY KEY (migration, seq)
);

CREATE TABLE batches (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration   BIGINT NOT NULL REFERENCES migrations (no),
    pass        BIGINT NOT NULL,
    step        TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    slice       TEXT   NOT NULL,
    -- Hash of the slice; empty once an equal batch may be added again.
    slice_hash  BYTEA,
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
) WITH (fillfactor = 80);

CREATE INDEX batches_open ON batches (migration, pass, state, id);

-- A record's row is written when it is seen, intended and settled: room is left on each page for the next version.
CREATE TABLE entries (
    migration      BIGINT NOT NULL,
    kind           TEXT   COLLATE "C" NOT NULL,
    source_id      TEXT   COLLATE "C" NOT NULL,
    -- The pass that last saw it or accounted for it.
    pass           BIGINT NOT NULL,
    -- 'seen', 'intended', or the outcome it is settled with.
    state          TEXT   NOT NULL,
    target         BIGINT,
    -- Fingerprint of what stands at the destination, and of what an open intent means to write.
    written        BYTEA,
    meant          BYTEA,
    -- Since when a write is in doubt; empty when none is.
    intended_at    BIGINT,
    -- Under which lease an open intent was said: the batch and its fence token. Empty once the record is settled.
    intended_by    BIGINT,
    intended_fence BIGINT,
    cause          TEXT,
    facts          TEXT,
    at             BIGINT NOT NULL,
    PRIMARY KEY (migration, kind, source_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- Holds the open records only.
CREATE INDEX entries_unaccounted ON entries (migration, kind, pass, source_id)
    WHERE state IN ('seen', 'intended');

CREATE TABLE dead_letters (
    migration BIGINT NOT NULL,
    kind      TEXT   COLLATE "C" NOT NULL,
    source_id TEXT   COLLATE "C" NOT NULL,
    cause     TEXT   NOT NULL,
    detail    TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (migration, kind, source_id)
);

-- Few rows, each written by every group of commits.
CREATE TABLE tallies (
    migration BIGINT NOT NULL,
    pass      BIGINT NOT NULL,
    kind      TEXT   COLLATE "C" NOT NULL,
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
) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

CREATE TABLE cause_counts (
    migration BIGINT NOT NULL,
    pass      BIGINT NOT NULL,
    cause     TEXT   COLLATE "C" NOT NULL,
    records   BIGINT NOT NULL,
    PRIMARY KEY (migration, pass, cause)
) WITH (fillfactor = 20);

CREATE TABLE verified_counts (
    migration BIGINT NOT NULL,
    pass      BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    records   BIGINT NOT NULL,
    PRIMARY KEY (migration, pass, kind)
);

CREATE TABLE surveys (
    migration BIGINT NOT NULL,
    pass      BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    survey    TEXT   NOT NULL,
    PRIMARY KEY (migration, pass, kind)
);

CREATE TABLE offices (
    name       TEXT   NOT NULL PRIMARY KEY,
    holder     TEXT   NOT NULL,
    epoch      BIGINT NOT NULL,
    term_until BIGINT NOT NULL
) WITH (fillfactor = 20);

-- Accounts as protocol writes them: names, addresses and rates, never a secret.
CREATE TABLE accounts (
    name    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT NOT NULL
);

-- Requests that were answered, so that one that comes twice makes one migration.
CREATE TABLE requests (
    request_key TEXT   NOT NULL PRIMARY KEY,
    body        BYTEA  NOT NULL,
    migration   BIGINT NOT NULL REFERENCES migrations (no),
    at          BIGINT NOT NULL
);

CREATE TABLE controls (
    migration BIGINT NOT NULL PRIMARY KEY REFERENCES migrations (no),
    controls  TEXT   NOT NULL
);
