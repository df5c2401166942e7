//! Statements about the dossier.

pub(crate) const NEWEST: &str = "
SELECT name, version, at, who, body FROM dossier
WHERE migration = $1 AND name = $2 ORDER BY version DESC LIMIT 1";

pub(crate) const ONE: &str =
    "SELECT name, version, at, who, body FROM dossier WHERE migration = $1 AND name = $2 AND version = $3";

pub(crate) const VERSIONS: &str = "
SELECT name, version, at, who, body FROM dossier WHERE migration = $1 AND name = $2 ORDER BY version";

pub(crate) const PUT: &str =
    "INSERT INTO dossier (migration, name, version, at, who, body) VALUES ($1, $2, $3, $4, $5, $6)";
