//! The destination as it stands: read when a kind's turn comes, because the kind before it may have changed it.

use objects::{Company, Destination};
use protocol::{Key, ObjectKind};

use crate::{Context, Trouble};

/// Reads the destination, and who stands in for a missing company once that company has landed.
pub(crate) async fn look(cx: &Context) -> Result<Destination, Trouble> {
    let fallback = fallback_customer(cx).await?;
    Destination::read(&cx.gorgias, &cx.spec, fallback).await.map_err(|error| Trouble::target(&error))
}

async fn fallback_customer(cx: &Context) -> Result<Option<Company>, Trouble> {
    let Some(named) = &cx.spec.fallback_customer else {
        return Ok(None);
    };
    let source = cx.spec.customer_in_place_of(named);
    let key = Key { kind: ObjectKind::Customer, id: source.clone() };
    let landed = cx.ledger.entry(&cx.migration, &key).await?.and_then(|entry| entry.target);
    let (Some(target), Ok(id)) = (landed, source.0.parse::<i64>()) else {
        return Ok(None);
    };
    let customer = cx.source.atera.customer(id).await.map_err(|error| Trouble::source(&error))?;
    let name = customer.and_then(|customer| customer.name).unwrap_or_else(|| source.to_string());
    Ok(Some(Company { source, target, name }))
}
