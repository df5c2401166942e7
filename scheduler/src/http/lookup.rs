//! What more than one handler looks up: the migration of a path, and all that is said of it.

use std::sync::{Arc, PoisonError};

use axum::{extract::FromRequestParts, extract::Path, http::request::Parts};
use ledger::Trouble;
use protocol::{
    Account, At, Migration, MigrationId, MigrationSettings, Name, UnixMs,
    api::{DeltaSlots, MigrationDetail, RateView, Waiting, WaitsFor},
};
use serde::Deserialize;

use super::{Api, problem::Refusal};
use crate::{delta::Slots, settings_of, waiting};

/// The migration a path names, as it stands.
#[derive(Debug)]
pub(crate) struct Named(pub(crate) Migration);

#[derive(Debug, Deserialize)]
struct Id {
    id: String,
}

impl FromRequestParts<Arc<Api>> for Named {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Refusal> {
        let unknown = || Refusal::no_such("there is no such migration");
        let Path(Id { id }) = Path::<Id>::from_request_parts(parts, api).await.map_err(|_| unknown())?;
        let id = MigrationId::new(id).map_err(|_| unknown())?;
        api.ledger.migration(&id).await?.map(Self).ok_or_else(unknown)
    }
}

impl Api {
    /// All that is said of a migration.
    pub(crate) async fn detail(&self, migration: Migration) -> Result<MigrationDetail, Refusal> {
        let (id, ledger) = (migration.id.clone(), &*self.ledger);
        let settings = settings_of(ledger, &id).await?;
        let troubles = ledger.troubles(&id, migration.pass).await?;
        let view = crate::view(ledger, migration).await?;
        let now = self.clock.now();
        let rate = self.rate_of(&settings.destination).await;
        let waits = troubles.iter().filter(|trouble| trouble.batch.not_before > now);
        let next: Option<&Trouble> = waits.min_by_key(|trouble| trouble.batch.not_before);
        let agents = crate::awaited(ledger, &id, next).await?;
        let known = waiting::Known { view: &view, rate: rate.as_ref(), next, agents, now };
        let waiting = self.since(&id, waiting::of(known), now);
        Ok(MigrationDetail {
            sentence: waiting::sentence(known, &waiting),
            at: now,
            waiting,
            settings_map_hash: settings.map.hash().to_hex(),
            controls: ledger.controls(&id).await?,
            delta: slots(&settings, &view.migration, now),
            rate,
            settings,
            view,
        })
    }

    /// The same, with the moment since when this process has seen it wait so, where nothing says it better.
    fn since(&self, id: &MigrationId, waiting: Waiting, now: UnixMs) -> Waiting {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.since.is_some() || waiting.waits_for == WaitsFor::Nothing {
            seen.remove(id);
            return waiting;
        }
        let first = seen.entry(id.clone()).or_insert((waiting.waits_for, now));
        if first.0 != waiting.waits_for {
            *first = (waiting.waits_for, now);
        }
        Waiting { since: Some(first.1), ..waiting }
    }

    /// Requests per window that a migration's destination allows, if the account is there.
    pub(crate) async fn limit_of(&self, migration: &Migration) -> Result<Option<u32>, Refusal> {
        let settings = settings_of(&*self.ledger, &migration.id).await?;
        Ok(match self.ledger.account(&settings.destination).await?.map(|account| account.at) {
            Some(At::Gorgias { rate }) => Some(rate.limit),
            _ => None,
        })
    }

    /// The rate of a destination; none when the limiter or the account cannot be found.
    pub(crate) async fn rate_of(&self, name: &Name) -> Option<RateView> {
        let account: Option<Account> = self.ledger.account(name).await.ok().flatten();
        let account = account.filter(|account| matches!(account.at, At::Gorgias { .. }))?;
        self.rates.figures(&account).await.ok()
    }
}

fn slots(settings: &MigrationSettings, migration: &Migration, now: UnixMs) -> Option<DeltaSlots> {
    let slots = Slots::of(settings.delta.as_ref()?).ok()?;
    Some(slots.around(migration.created_at, now))
}
