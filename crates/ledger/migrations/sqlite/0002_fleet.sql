-- What a fleet keeps beside migrations, batches and records. The tables stand in both dialects.

-- Under which lease an open intent was said: the batch and its fence token. Empty once the record is settled.
ALTER TABLE entries ADD COLUMN intended_by BIGINT;
ALTER TABLE entries ADD COLUMN intended_fence BIGINT;

CREATE TABLE offices (
    name       TEXT   NOT NULL PRIMARY KEY,
    holder     TEXT   NOT NULL,
    epoch      BIGINT NOT NULL,
    term_until BIGINT NOT NULL
) WITHOUT ROWID;

-- Accounts as protocol writes them: names, addresses and rates, never a secret.
CREATE TABLE accounts (
    name    TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL
) WITHOUT ROWID;

-- Requests that were answered, so that one that comes twice makes one migration.
CREATE TABLE requests (
    request_key TEXT   NOT NULL PRIMARY KEY,
    body        BLOB   NOT NULL,
    migration   BIGINT NOT NULL REFERENCES migrations (no),
    at          BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE controls (
    migration BIGINT NOT NULL PRIMARY KEY REFERENCES migrations (no),
    controls  TEXT   NOT NULL
) WITHOUT ROWID;

-- Whether a deed was noted before.
CREATE INDEX audit_said ON audit (migration, what);
