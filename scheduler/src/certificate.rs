//! The certificate of silence. The wire gate lets no message leave without the time it was written, and a message with one is
//! kept by the destination as history, not sent; the verification reads every message back and finds that very time. Both are
//! counted here, beside the hashes that bind the figures to the records.

use std::collections::BTreeMap;

use ledger::Ledger;
use protocol::{
    FailureCode, Migration, MigrationId, ObjectKind, Outcome, Pass,
    certificate::{AuditProof, Certificate, ReadBack},
};
use serde_json::Value;

use crate::Error;

/// Writes it from what the ledger holds.
///
/// # Errors
/// [`Error::Ledger`] when the ledger cannot be read.
pub async fn certificate(ledger: &dyn Ledger, id: &MigrationId) -> Result<Certificate, Error> {
    let migration = ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()))?;
    let (written, wrote_last, kept_from_leaving) = written(ledger, &migration).await?;
    let read_back = read_back(ledger, id).await?;
    let lines = ledger.audit(id).await?;
    let at = lines.last().map_or(migration.since, |line| line.at);
    let audit = AuditProof {
        lines: lines.len() as u64,
        head: lines.last().map(|line| line.hash.clone()).unwrap_or_default(),
        holds: ledger.audit_holds(id).await?,
    };
    let mut open = Vec::new();
    match &read_back {
        None => open.push("nothing was read back yet: verify it".to_owned()),
        Some(seen) if seen.pass < wrote_last => {
            open.push(format!("pass {wrote_last} wrote since it was read back: verify it again"));
        }
        Some(seen) if seen.left > 0 => {
            open.push(format!("{} records were not as they were meant when they were read back", seen.left));
        }
        Some(_) => {}
    }
    if kept_from_leaving > 0 {
        open.push(format!(
            "{kept_from_leaving} requests were kept from leaving by the wire gate: they were not sent, and say that a record would have been"
        ));
    }
    if !audit.holds {
        open.push("the audit log was changed by somebody".to_owned());
    }
    Ok(Certificate {
        migration: id.clone(),
        at,
        state: migration.state,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        silent: open.is_empty(),
        open,
        written,
        kept_from_leaving,
        wrote_last,
        read_back,
        audit,
    })
}

/// What all passes wrote, the last of them that wrote a thread, and what the wire gate kept back.
async fn written(
    ledger: &dyn Ledger,
    migration: &Migration,
) -> Result<(BTreeMap<ObjectKind, u64>, Pass, u64), Error> {
    let (mut written, mut last, mut kept): (BTreeMap<ObjectKind, u64>, _, u64) =
        (BTreeMap::new(), Pass(0), 0);
    for pass in (1..=migration.pass.0).map(Pass) {
        for (kind, tally) in ledger.tallies(&migration.id, pass).await? {
            let count = tally.of(Outcome::Created) + tally.of(Outcome::Updated);
            if count > 0 {
                *written.entry(kind).or_default() += count;
            }
            if count > 0 && matches!(kind, ObjectKind::Ticket | ObjectKind::Message) {
                last = pass;
            }
        }
        let causes = ledger.causes(&migration.id, pass).await?;
        let refused = [FailureCode::RefusedByWireGate, FailureCode::PrivacyMismatch];
        kept += refused.iter().filter_map(|cause| causes.get(cause)).sum::<u64>();
    }
    Ok((written, last, kept))
}

/// The newest verification of everything.
async fn read_back(ledger: &dyn Ledger, id: &MigrationId) -> Result<Option<ReadBack>, Error> {
    let Some(leaf) = ledger.leaf(id, "verify", None).await? else { return Ok(None) };
    let kinds = leaf.body["kinds"].as_object().cloned().unwrap_or_default();
    let root = |(kind, found): (&String, &Value)| {
        Some((kind.parse().ok()?, found["merkle_root"].as_str()?.to_owned()))
    };
    Ok(Some(ReadBack {
        pass: Pass(leaf.body["pass"].as_i64().unwrap_or_default()),
        tickets: kinds.get("ticket").and_then(|found| found["checked"].as_u64()).unwrap_or_default(),
        left: leaf.body["left"].as_u64().unwrap_or_default(),
        merkle_roots: kinds.iter().filter_map(root).collect(),
    }))
}
