//! The watermark of the source's change feeds: when the last pass began that brought everything over up to then. It is the
//! ledger's clock less an overlap, because tickets carry no time of change that could be compared.

use ledger::Ledger;
use protocol::{Errand, Migration, MigrationState, UnixMs};
use serde_json::json;

use crate::Error;

/// Its name in the dossier.
const WATERMARK: &str = "watermark";

/// Keeps when a pass began that is over and has read what there was.
pub(crate) async fn keep(ledger: &dyn Ledger, migration: &Migration) -> Result<(), Error> {
    if !matches!(migration.errand, Errand::Move | Errand::Delta) {
        return Ok(());
    }
    let begun = format!("pass {} begun, ", migration.pass);
    let lines = ledger.audit(&migration.id).await?;
    let Some(line) = lines.iter().rev().find(|line| line.what.starts_with(&begun)) else { return Ok(()) };
    let body = json!({ "pass": migration.pass, "since": line.at });
    ledger.put_leaf(&migration.id, WATERMARK, &body, "dispatcher").await?;
    Ok(())
}

/// Since when the feeds are asked in this pass; none where everything is read. What a feed may not show is read at the
/// latest after the freeze.
pub(crate) async fn since(
    ledger: &dyn Ledger,
    migration: &Migration,
    overlap_ms: Option<u64>,
) -> Result<Option<UnixMs>, Error> {
    let Some(overlap_ms) = overlap_ms else { return Ok(None) };
    if migration.errand != Errand::Delta || migration.came_from != MigrationState::Ready {
        return Ok(None);
    }
    let Some(leaf) = ledger.leaf(&migration.id, WATERMARK, None).await? else { return Ok(None) };
    let since = leaf.body["since"].as_i64();
    Ok(since.map(|since| UnixMs(since.saturating_sub_unsigned(overlap_ms))))
}
