//! Statements about batches and leases. A lease holds while its fence token is the batch's and its end has not come.

pub(crate) const ADD: &str = "
INSERT INTO batches (migration, pass, step, kind, slice, slice_hash, state, attempts, not_before, fence, lease_until)
VALUES ($1, $2, $3, $4, $5, $6, 'ready', 0, 0, 0, 0)
ON CONFLICT (migration, pass, step, kind, slice_hash) DO NOTHING";

pub(crate) const STANDING: &str = "
SELECT id FROM batches
WHERE migration = $1 AND pass = $2 AND step = $3 AND kind = $4 AND slice_hash = $5";

pub(crate) const ONE: &str = "
SELECT b.*, m.id AS name FROM batches b JOIN migrations m ON m.no = b.migration WHERE b.id = $1";

pub(crate) const ALL: &str = "
SELECT b.*, m.id AS name FROM batches b JOIN migrations m ON m.no = b.migration
WHERE b.migration = $1 AND b.pass = $2 ORDER BY b.id";

pub(crate) const PROGRESS: &str = "
SELECT step, kind,
       SUM(CASE WHEN state = 'done' THEN 1 ELSE 0 END) AS done,
       SUM(CASE WHEN state = 'leased' AND lease_until > $3 THEN 1 ELSE 0 END) AS leased,
       SUM(CASE WHEN state = 'ready' OR (state = 'leased' AND lease_until <= $3) THEN 1 ELSE 0 END) AS ready,
       SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END) AS dead
FROM batches WHERE migration = $1 AND pass = $2
GROUP BY step, kind ORDER BY MIN(id)";

pub(crate) const READY: &str = "
SELECT b.*, m.id AS name FROM batches b JOIN migrations m ON m.no = b.migration
WHERE b.migration = $1 AND b.pass = $2 AND b.state IN ('ready', 'leased') AND b.lease_until <= $3
  AND b.not_before <= $3
ORDER BY b.id LIMIT $4";

pub(crate) const TROUBLES: &str = "
SELECT b.*, m.id AS name FROM batches b JOIN migrations m ON m.no = b.migration
WHERE b.migration = $1 AND b.pass = $2 AND b.state IN ('ready', 'dead') AND b.cause IS NOT NULL
ORDER BY b.id";

/// The migration of a batch.
pub(crate) const MIGRATION: &str =
    "SELECT m.no FROM migrations m WHERE m.no = (SELECT b.migration FROM batches b WHERE b.id = $1)";

/// Work goes on in the current pass of a migration that nobody holds, has given up, or is past running.
pub(crate) const CLAIM: &str = "
UPDATE batches SET state = 'leased', holder = $2, lease_until = $3, fence = fence + 1
WHERE id = $1 AND state IN ('ready', 'leased') AND lease_until <= $4 AND not_before <= $4
  AND EXISTS (
      SELECT 1 FROM migrations m WHERE m.no = batches.migration AND m.pass = batches.pass
         AND m.state IN ('draft', 'surveyed', 'mapped', 'sampled', 'signed_off', 'running', 'verifying',
             'rolling_back'))";

/// What a lease is held against: no row when the token is stale or the lease has ended.
pub(crate) const HELD: &str = "
SELECT migration, pass FROM batches
WHERE id = $1 AND fence = $2 AND state = 'leased' AND lease_until > $3";

pub(crate) const RENEW: &str = "
UPDATE batches SET lease_until = $4
WHERE id = $1 AND fence = $2 AND state = 'leased' AND lease_until > $3";

pub(crate) const RELEASE: &str = "
UPDATE batches
SET state = 'ready', holder = NULL, lease_until = 0, attempts = attempts + $3, not_before = $4, cause = $5
WHERE id = $1 AND fence = $2 AND state = 'leased'";

pub(crate) const CHECKPOINT: &str = "
UPDATE batches SET checkpoint = $4
WHERE id = $1 AND fence = $2 AND state = 'leased' AND lease_until > $3";

pub(crate) const FINISH: &str = "
UPDATE batches SET state = 'done', holder = NULL, lease_until = 0, cause = NULL, detail = NULL
WHERE id = $1 AND fence = $2 AND state = 'leased' AND lease_until > $3";

pub(crate) const BURY: &str = "
UPDATE batches SET state = 'dead', holder = NULL, lease_until = 0, cause = $3, detail = $4
WHERE id = $1 AND fence = $2 AND state = 'leased'";

pub(crate) const REVIVE: &str = "
UPDATE batches SET state = 'ready', attempts = 0, not_before = 0, cause = NULL, detail = NULL
WHERE migration = $1 AND pass = $2 AND (state = 'dead' OR (state = 'ready' AND cause = 'agents_awaited'))";

pub(crate) const EXPIRE_ALL: &str =
    "UPDATE batches SET state = 'ready', holder = NULL, lease_until = 0 WHERE state = 'leased'";

pub(crate) const EXPIRE_FORMER: &str = "
UPDATE batches SET state = 'ready', holder = NULL, lease_until = 0
WHERE migration = $1 AND pass < $2 AND state = 'leased'";

/// Takes a kind's finished verification out of the plan: some of its records are to be tried again, and verified then.
pub(crate) const FORGET_VERIFICATION: &str = "DELETE FROM batches WHERE migration = $1 AND pass = $2 AND step = 'verify' AND kind = $3 AND state = 'done'";

/// Lets an `Ids` slice be planned again: its finished batch no longer counts as equal.
pub(crate) const FORGET_SLICES: &str = r#"
UPDATE batches SET slice_hash = NULL
WHERE migration = $1 AND pass = $2 AND state IN ('done', 'dead') AND slice LIKE '{"slice":"ids",%'"#;

#[cfg(test)]
mod tests {
    use protocol::{Errand, UndoScope, migration::MOVES};

    #[test]
    fn a_batch_can_be_claimed_in_exactly_the_states_in_which_some_errand_goes_on() {
        let (_, states) = super::CLAIM.split_once("m.state IN").unwrap();
        let errands = [
            Errand::Move,
            Errand::Assess,
            Errand::Sample { size: 50 },
            Errand::Verify { repair: false },
            Errand::Repair { record: protocol::Key::new(protocol::ObjectKind::Ticket, 7) },
            Errand::Delta,
            Errand::Document,
            Errand::Undo { scope: UndoScope::default() },
        ];
        for (state, _) in MOVES {
            let works = errands.iter().any(|errand| errand.works_in().contains(&state));
            assert_eq!(states.contains(&format!("'{state}'")), works, "{state}");
        }
    }
}
