//! Assessment, map and seat cycle in the ledger of this machine.

use std::sync::Arc;

use assess::{Assessment, Finding, Rate};
use async_trait::async_trait;
use bootstrap::{Settings, SystemClock};
use ledger::{Ledger, SqliteLedger};
use protocol::{
    Leaf, MapSpec, MigrationId,
    api::PlanSeats,
    sample::{SignOff, SignSample},
};
use scheduler::{
    judgement::{self, Papers},
    map_desk::{self, Confirmed, Standing},
    seat_desk::{self, StandingSeats},
};

use super::{Desk, rate_of};
use crate::{embedded::scope_of, failure::Failure, lookup::Lookup};

/// The migration of the settings.
#[derive(Debug)]
pub(crate) struct Local {
    settings: Settings,
}

impl Local {
    /// Nothing is opened yet.
    #[must_use]
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings }
    }

    fn id(&self) -> &MigrationId {
        &self.settings.migration.id
    }

    fn who(&self) -> &str {
        self.settings.migration.signed_off_by.as_deref().unwrap_or("operator")
    }

    /// The ledger for writing, the migration made if need be.
    pub(crate) async fn take(&self) -> Result<Arc<dyn Ledger>, Failure> {
        let ledger: Arc<dyn Ledger> =
            Arc::new(SqliteLedger::open(&self.settings.storage.ledger, Arc::new(SystemClock)).await?);
        ledger.create(self.id(), serde_json::Value::Null).await?;
        Ok(ledger)
    }

    async fn papers(&self, ledger: &dyn Ledger) -> Result<Papers, Failure> {
        let papers = judgement::papers(ledger, self.id()).await?;
        Ok(papers.ok_or_else(|| scheduler::Error::NotAssessed { id: self.id().clone() })?)
    }

    async fn standing(&self, ledger: &dyn Ledger) -> Result<Standing, Failure> {
        Ok(map_desk::map_in_force(ledger, self.id(), &self.settings.map).await?)
    }
}

#[async_trait(?Send)]
impl Desk for Local {
    async fn leaf(&self, name: &str, version: Option<u32>) -> Result<Option<Leaf>, Failure> {
        let found = Lookup::open(&self.settings).await?;
        Ok(found.ledger.leaf(self.id(), name, version).await?)
    }

    async fn assessment(&self) -> Result<Assessment, Failure> {
        let found = Lookup::open(&self.settings).await?;
        let papers = self.papers(&*found.ledger).await?;
        let spec = self.standing(&*found.ledger).await?.spec;
        let terms = papers.terms(&spec, rate_of(&self.settings), self.settings.source.rate_cap_per_s);
        Ok(assess::assess(&papers.facts, &papers.records, &terms))
    }

    async fn rate(&self) -> Result<Rate, Failure> {
        Ok(rate_of(&self.settings))
    }

    async fn acknowledge(&self, rule: &str, by: &str) -> Result<Finding, Failure> {
        let ledger = self.take().await?;
        let spec = self.standing(&*ledger).await?.spec;
        Ok(judgement::acknowledge(&*ledger, self.id(), &spec, rule, by).await?)
    }

    async fn map(&self) -> Result<Standing, Failure> {
        match Lookup::open(&self.settings).await {
            Ok(found) => self.standing(&*found.ledger).await,
            // Before anything was looked at the configuration's map is all there is.
            Err(_) => {
                let (spec, hash) = (self.settings.map.clone(), self.settings.map.hash().to_hex());
                Ok(Standing { spec, hash, version: None, confirmed: None })
            }
        }
    }

    async fn put_map(&self, spec: &MapSpec) -> Result<Standing, Failure> {
        let ledger = self.take().await?;
        Ok(map_desk::put_map(&*ledger, self.id(), spec, &self.settings.map, self.who()).await?)
    }

    async fn confirm_map(&self, hash: &str, by: &str) -> Result<Confirmed, Failure> {
        let ledger = self.take().await?;
        let standing = self.standing(&*ledger).await?;
        Ok(map_desk::confirm_map(&*ledger, self.id(), &standing, Some(hash), by).await?)
    }

    async fn sign_off(&self, asked: &SignSample) -> Result<SignOff, Failure> {
        let ledger = self.take().await?;
        let spec = self.standing(&*ledger).await?.spec;
        let scope = scope_of(&self.settings);
        Ok(scheduler::sign_off(&*ledger, self.id(), &spec, scope, asked).await?)
    }

    async fn seats(&self) -> Result<StandingSeats, Failure> {
        let found = Lookup::open(&self.settings).await?;
        Ok(seat_desk::seats(&*found.ledger, self.id()).await?)
    }

    async fn plan_seats(&self, asked: &PlanSeats) -> Result<StandingSeats, Failure> {
        let ledger = self.take().await?;
        let spec = self.standing(&*ledger).await?.spec;
        Ok(seat_desk::plan(&*ledger, self.id(), &spec, asked, self.who()).await?)
    }

    async fn acknowledge_seat(&self, step: usize, by: &str) -> Result<StandingSeats, Failure> {
        let ledger = self.take().await?;
        Ok(seat_desk::acknowledge(&*ledger, self.id(), step, by).await?)
    }
}
