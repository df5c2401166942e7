//! Statements about offices, accounts, requests and controls.

/// Takes an office whose term has ended by `$4`, or renews the holder's own term.
pub(crate) const LEAD: &str = "
INSERT INTO offices (name, holder, epoch, term_until) VALUES ($1, $2, 1, $3)
ON CONFLICT (name) DO UPDATE
SET epoch = offices.epoch + CASE WHEN offices.holder = excluded.holder THEN 0 ELSE 1 END,
    holder = excluded.holder, term_until = excluded.term_until
WHERE offices.holder = excluded.holder OR offices.term_until <= $4";

pub(crate) const RESIGN: &str = "UPDATE offices SET term_until = 0 WHERE name = $1 AND holder = $2";

pub(crate) const LEADER: &str =
    "SELECT holder, epoch, term_until FROM offices WHERE name = $1 AND term_until > $2";

pub(crate) const PUT_ACCOUNT: &str = "
INSERT INTO accounts (name, account) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET account = excluded.account";

pub(crate) const ACCOUNT: &str = "SELECT account FROM accounts WHERE name = $1";

pub(crate) const ACCOUNTS: &str = "SELECT account FROM accounts ORDER BY name";

pub(crate) const REQUEST: &str = "
SELECT r.body, m.id FROM requests r JOIN migrations m ON m.no = r.migration WHERE r.request_key = $1";

pub(crate) const ADD_REQUEST: &str = "
INSERT INTO requests (request_key, body, migration, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (request_key) DO NOTHING";

pub(crate) const CONTROLS: &str = "SELECT controls FROM controls WHERE migration = $1";

pub(crate) const SET_CONTROLS: &str = "
INSERT INTO controls (migration, controls) VALUES ($1, $2)
ON CONFLICT (migration) DO UPDATE SET controls = excluded.controls";
