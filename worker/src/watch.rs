//! The crew's watcher: what an operator does to a migration while its batches are under way takes effect within a moment,
//! and touches no other migration.

use std::{collections::HashMap, sync::Arc, time::Duration};

use limiter::{Quiet, Rate, reserve_at};
use protocol::{AccountRate, Controls, Migration, MigrationId, UnixMs};

use crate::{
    Crew, Trouble,
    crew::{MadeOf, Station},
};

/// How often the ledger is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// Every how many looks settings, accounts and credentials are looked at too.
const DEEP: u32 = 10;

impl Crew {
    /// Watches until the crew is stopped. A ledger that is away is looked at again: meanwhile everything stays as it is.
    pub async fn watch(&self) {
        for look in 0_u32.. {
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            if let Err(trouble) = self.look(look % DEEP == 0).await {
                tracing::warn!(error = %trouble, "the migrations at work cannot be looked at");
            }
        }
    }

    /// One look: dismisses what may not be worked on any more, and regulates the rest.
    pub(crate) async fn look(&self, deep: bool) -> Result<(), Trouble> {
        let stations = self.stations();
        if stations.is_empty() {
            return Ok(());
        }
        let migrations = self.ledger.migrations().await?;
        let by_id: HashMap<&MigrationId, &Migration> = migrations.iter().map(|one| (&one.id, one)).collect();
        for station in stations {
            let migration = by_id.get(&station.context.migration).filter(|migration| migration.is_at_work());
            let stands = match migration {
                Some(migration) if deep => self.is_made_of(&station, migration).await?,
                Some(migration) => migration.pass == station.made_of.pass,
                None => false,
            };
            if stands {
                self.regulate(&station).await?;
            } else {
                tracing::info!(migration = %station.context.migration, "batches in hand are handed back");
                self.dismiss(&station);
            }
        }
        Ok(())
    }

    async fn is_made_of(&self, station: &Station, migration: &Migration) -> Result<bool, Trouble> {
        let basis = self.outfit.basis(&migration.id).await?;
        let now = MadeOf { pass: migration.pass, map: migration.map_hash.clone(), basis };
        Ok(now == station.made_of)
    }

    /// Brings the limiter of a migration to what account, hour and operator allow now.
    pub(crate) async fn regulate(&self, station: &Arc<Station>) -> Result<(), Trouble> {
        let controls = self.ledger.controls(&station.context.migration).await?;
        let rate = rate_of(&station.rate, &controls, station.context.clock.now());
        if station.limiter.snapshot().rate != rate {
            tracing::info!(migration = %station.context.migration, limit = rate.limit, window_ms = rate.window_ms, reserve = rate.reserve, "the rate changes");
            station.limiter.set_rate(rate);
        }
        Ok(())
    }
}

/// What an account allows a migration at this hour: what an operator set counts, but never more than the account.
fn rate_of(account: &AccountRate, controls: &Controls, now: UnixMs) -> Rate {
    let limit = controls.limit.map_or(account.limit, |limit| limit.min(account.limit));
    let quiet = account.quiet.iter().map(|hours| Quiet {
        zone: &hours.zone,
        from_minute: hours.from_minute,
        to_minute: hours.to_minute,
        reserve: hours.reserve,
    });
    let reserve = controls.reserve.unwrap_or_else(|| reserve_at(account.reserve, quiet, now.0));
    Rate::new(limit, account.window_ms).with_reserve(reserve)
}

#[cfg(test)]
mod tests {
    use protocol::QuietHours;

    use super::*;

    #[test]
    fn quiet_hours_leave_more_to_others_unless_an_operator_says_otherwise() {
        let quiet = QuietHours { zone: "UTC".to_owned(), from_minute: 60, to_minute: 120, reserve: 0.8 };
        let account = AccountRate { limit: 40, window_ms: 20_000, reserve: 0.1, quiet: vec![quiet] };
        let (before, within) = (UnixMs(59 * 60_000), UnixMs(61 * 60_000));
        let controls = Controls::default();
        assert_eq!(rate_of(&account, &controls, before), Rate::new(40, 20_000).with_reserve(0.1));
        assert_eq!(rate_of(&account, &controls, within), Rate::new(40, 20_000).with_reserve(0.8));
        let controls = Controls { limit: Some(100), reserve: Some(0.0), window: None };
        assert_eq!(rate_of(&account, &controls, within), Rate::new(40, 20_000));
    }
}
