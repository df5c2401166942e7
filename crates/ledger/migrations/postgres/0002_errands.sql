-- What a pass is for, where the migration stood when it began, and the dossier.

ALTER TABLE migrations ADD COLUMN errand TEXT NOT NULL DEFAULT '{"errand":"move"}';
ALTER TABLE migrations ADD COLUMN came_from TEXT NOT NULL DEFAULT 'draft';

ALTER TABLE tallies ADD COLUMN undone BIGINT NOT NULL DEFAULT 0;

CREATE TABLE dossier (
    migration BIGINT NOT NULL REFERENCES migrations (no),
    name      TEXT   COLLATE "C" NOT NULL,
    version   BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    who       TEXT   NOT NULL,
    body      TEXT   NOT NULL,
    PRIMARY KEY (migration, name, version)
);
