//! The crew's watcher: what an operator does to a migration while its batches are under way takes effect within a moment,
//! and touches no other migration. That it is held is looked for by itself, so that nothing else that is looked at can
//! keep a pause waiting.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::StreamExt as _;
use limiter::{Quiet, Rate, reserve_at};
use protocol::{AccountRate, Controls, Migration, MigrationId, UnixMs};
use tokio::time::Instant;

use crate::{
    Crew, Trouble,
    crew::{MadeOf, Station},
};

/// How often the ledger is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// Every how many looks settings, accounts and credentials are looked at too: what an operator changes acts within two
/// seconds.
const DEEP: u32 = 3;

/// Migrations looked after at the same time.
const ABREAST: usize = 4;

impl Crew {
    /// Watches until the crew is stopped. A ledger that is away is looked at again: meanwhile everything stays as it is,
    /// and nobody calls a vendor.
    pub async fn watch(&self) {
        let holds = async {
            loop {
                if let Err(trouble) = self.hold().await {
                    tracing::warn!(error = %trouble, "whether migrations are held cannot be looked at");
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        let changes = async {
            for look in 0_u32.. {
                tokio::time::sleep(LOOK).await;
                self.tend(look % DEEP == 0).await;
            }
        };
        // Apart from each other: what is looked after must never keep a pause waiting.
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = holds => {}
            () = changes => {}
        }
    }

    /// Lets go of the migrations that may not be worked on any more.
    pub(crate) async fn hold(&self) -> Result<(), Trouble> {
        let begun = Instant::now();
        let stations = self.stations();
        if !stations.is_empty() {
            let migrations = self.watched.migrations().await?;
            let by_id: HashMap<&MigrationId, &Migration> =
                migrations.iter().map(|one| (&one.id, one)).collect();
            for station in stations {
                let migration = by_id.get(&station.context.migration);
                if !migration.is_some_and(|it| it.is_at_work() && it.pass == station.made_of.pass) {
                    self.let_go(&station);
                }
            }
        }
        self.looked.send_replace(Some(begun));
        Ok(())
    }

    /// Regulates the migrations at work; `deep`: lets go of those that were made from other settings, accounts or
    /// credentials than there are now.
    pub(crate) async fn tend(&self, deep: bool) {
        let all = futures::stream::iter(self.stations());
        all.for_each_concurrent(ABREAST, |station| async move {
            if let Err(trouble) = self.tend_one(&station, deep).await {
                tracing::warn!(migration = %station.context.migration, error = %trouble, "the migration cannot be looked after");
            }
        })
        .await;
    }

    async fn tend_one(&self, station: &Arc<Station>, deep: bool) -> Result<(), Trouble> {
        if deep
            && let Some(migration) = self.watched.migration(&station.context.migration).await?
            && !self.is_made_of(station, &migration).await?
        {
            self.let_go(station);
            return Ok(());
        }
        self.regulate(station).await
    }

    fn let_go(&self, station: &Arc<Station>) {
        tracing::info!(migration = %station.context.migration, "batches in hand are handed back");
        self.dismiss(station);
    }

    async fn is_made_of(&self, station: &Station, migration: &Migration) -> Result<bool, Trouble> {
        let basis = self.outfit.basis(&migration.id).await?;
        let now = MadeOf { pass: migration.pass, map: migration.map_hash.clone(), basis };
        Ok(now == station.made_of)
    }

    /// Brings the limiter of a migration to what account, hour and operator allow now.
    pub(crate) async fn regulate(&self, station: &Arc<Station>) -> Result<(), Trouble> {
        let controls = self.watched.controls(&station.context.migration).await?;
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
