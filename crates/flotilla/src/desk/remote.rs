//! Assessment, map and seat cycle with a scheduler, reached by its API.

use assess::{Assessment, Finding, Rate};
use async_trait::async_trait;
use bootstrap::Settings;
use protocol::{
    Leaf, MapSpec, MigrationId,
    api::{Acknowledge, ConfirmMap, MigrationDetail, PlanSeats, StepDone},
    sample::{SignOff, SignSample},
};
use scheduler::{
    judgement::UNKNOWN_RATE,
    map_desk::{Confirmed, Standing},
    seat_desk::StandingSeats,
};

use super::Desk;
use crate::{
    failure::Failure,
    operator::{Api, unless_missing},
};

/// One migration there.
#[derive(Debug)]
pub(crate) struct Remote {
    api: Api,
    id: MigrationId,
}

impl Remote {
    /// Nothing is asked yet.
    #[must_use]
    pub(crate) fn new(api: Api, settings: &Settings) -> Self {
        Self { api, id: settings.migration.id.clone() }
    }

    fn place<'a>(&'a self, rest: &[&'a str]) -> Vec<&'a str> {
        [&["migrations", self.id.as_str()], rest].concat()
    }
}

#[async_trait(?Send)]
impl Desk for Remote {
    async fn leaf(&self, name: &str, version: Option<u32>) -> Result<Option<Leaf>, Failure> {
        let query: Vec<(&str, String)> =
            version.iter().map(|version| ("version", version.to_string())).collect();
        unless_missing(self.api.get(&self.place(&["dossier", name]), &query).await)
    }

    async fn assessment(&self) -> Result<Assessment, Failure> {
        Ok(self.api.get(&self.place(&["assessment"]), &[]).await?)
    }

    async fn rate(&self) -> Result<Rate, Failure> {
        let seen: MigrationDetail = self.api.get(&self.place(&[]), &[]).await?;
        let rate = seen.rate.map(|rate| Rate { limit: rate.limit, window_ms: rate.window_ms, reserve: 0.0 });
        Ok(rate.unwrap_or(UNKNOWN_RATE))
    }

    async fn acknowledge(&self, rule: &str, by: &str) -> Result<Finding, Failure> {
        let asked = Acknowledge { by: by.to_owned(), rule: rule.to_owned() };
        Ok(self.api.post(&self.place(&["assessment", "acknowledge"]), &asked, None).await?)
    }

    async fn map(&self) -> Result<Standing, Failure> {
        Ok(self.api.get(&self.place(&["map"]), &[]).await?)
    }

    async fn put_map(&self, spec: &MapSpec) -> Result<Standing, Failure> {
        Ok(self.api.post(&self.place(&["map"]), &spec.at_rest(), None).await?)
    }

    async fn confirm_map(&self, hash: &str, by: &str) -> Result<Confirmed, Failure> {
        let asked = ConfirmMap { by: by.to_owned(), hash: hash.to_owned() };
        Ok(self.api.post(&self.place(&["map", "confirm"]), &asked, None).await?)
    }

    async fn sign_off(&self, asked: &SignSample) -> Result<SignOff, Failure> {
        Ok(self.api.post(&self.place(&["sample", "sign-off"]), asked, None).await?)
    }

    async fn seats(&self) -> Result<StandingSeats, Failure> {
        Ok(self.api.get(&self.place(&["seats"]), &[]).await?)
    }

    async fn plan_seats(&self, asked: &PlanSeats) -> Result<StandingSeats, Failure> {
        Ok(self.api.post(&self.place(&["seats"]), asked, None).await?)
    }

    async fn acknowledge_seat(&self, step: usize, by: &str) -> Result<StandingSeats, Failure> {
        let (asked, step) = (StepDone { by: by.to_owned() }, step.to_string());
        Ok(self.api.post(&self.place(&["seats", &step]), &asked, None).await?)
    }
}
