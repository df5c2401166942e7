//! Statements about migrations and their audit log.

pub(crate) const NUMBER: &str = "SELECT no, pass FROM migrations WHERE id = $1";

pub(crate) const CREATE: &str = "
INSERT INTO migrations (id, state, pass, settings, created_at, since, audit_seq, audit_hash)
VALUES ($1, $2, 0, $3, $4, $4, 0, $5)
ON CONFLICT (id) DO NOTHING";

pub(crate) const ONE: &str = "SELECT id, state, cause, pass, errand, came_from, map_hash, created_at, since FROM migrations WHERE id = $1";

pub(crate) const ALL: &str = "SELECT id, state, cause, pass, errand, came_from, map_hash, created_at, since FROM migrations ORDER BY id";

pub(crate) const SETTINGS: &str = "SELECT settings FROM migrations WHERE no = $1";

pub(crate) const SET_SETTINGS: &str = "UPDATE migrations SET settings = $2 WHERE no = $1";

pub(crate) const MAP_SPEC: &str = "SELECT map_spec FROM migrations WHERE no = $1";

pub(crate) const SET_STATE: &str = "UPDATE migrations SET state = $2, cause = $3, since = $4 WHERE no = $1";

pub(crate) const SET_MAP: &str = "UPDATE migrations SET map_spec = $2, map_hash = $3 WHERE no = $1";

pub(crate) const BEGIN_ERRAND: &str =
    "UPDATE migrations SET pass = $2, errand = $3, came_from = state WHERE no = $1";

pub(crate) const AUDIT_HEAD: &str = "SELECT audit_seq, audit_hash FROM migrations WHERE no = $1";

pub(crate) const SET_AUDIT_HEAD: &str = "UPDATE migrations SET audit_seq = $2, audit_hash = $3 WHERE no = $1";

pub(crate) const ADD_AUDIT: &str = "
INSERT INTO audit (migration, seq, at, who, what, why, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// All lines beside the head, in one statement and so of one instant; one row without a line when there is none.
pub(crate) const AUDIT_WHOLE: &str = "
SELECT m.audit_seq, m.audit_hash, a.seq, a.at, a.who, a.what, a.why, a.hash
FROM migrations m LEFT JOIN audit a ON a.migration = m.no WHERE m.no = $1 ORDER BY a.seq";

pub(crate) const SAID: &str = "SELECT seq FROM audit WHERE migration = $1 AND what = $2 LIMIT 1";

pub(crate) const AUDIT: &str = "
SELECT seq, at, who, what, why, hash FROM audit WHERE migration = $1 AND seq > $2 ORDER BY seq LIMIT $3";
