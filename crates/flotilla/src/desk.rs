//! Where assessment, map and seat cycle of a migration lie: in the ledger of this machine, or with a scheduler. A command asks a
//! [`Desk`] and does not know which one answers. What is computed from them is computed here, by the same pure rooms.

mod local;
mod remote;

use std::fmt::Debug;

use assess::{Assessment, Finding, Rate};
use async_trait::async_trait;
use bootstrap::Settings;
use protocol::{
    Leaf, MapSpec,
    api::PlanSeats,
    sample::{SignOff, SignSample},
};
use scheduler::{
    map_desk::{Confirmed, Standing},
    seat_desk::StandingSeats,
};

use crate::{failure::Failure, invocation::Invocation, operator::Api};

pub(crate) use local::Local;
pub(crate) use remote::Remote;

/// Whoever keeps them. Asked by the command itself, never from another task.
#[async_trait(?Send)]
pub(crate) trait Desk: Debug {
    /// A leaf of the dossier: a version of it, or the newest.
    async fn leaf(&self, name: &str, version: Option<u32>) -> Result<Option<Leaf>, Failure>;

    /// What is said of the migration, every finding with its records.
    async fn assessment(&self) -> Result<Assessment, Failure>;

    /// The rate it is judged by.
    async fn rate(&self) -> Result<Rate, Failure>;

    /// Keeps a person's word for a finding.
    async fn acknowledge(&self, rule: &str, by: &str) -> Result<Finding, Failure>;

    /// The map as it stands.
    async fn map(&self) -> Result<Standing, Failure>;

    /// Puts a new version of the map.
    async fn put_map(&self, spec: &MapSpec) -> Result<Standing, Failure>;

    /// Keeps a person's word for the map of this hash.
    async fn confirm_map(&self, hash: &str, by: &str) -> Result<Confirmed, Failure>;

    /// Signs for the newest sample.
    async fn sign_off(&self, asked: &SignSample) -> Result<SignOff, Failure>;

    /// The seat cycle as it stands.
    async fn seats(&self) -> Result<StandingSeats, Failure>;

    /// Plans the seat cycle.
    async fn plan_seats(&self, asked: &PlanSeats) -> Result<StandingSeats, Failure>;

    /// Keeps a person's word for a step of the seat cycle.
    async fn acknowledge_seat(&self, step: usize, by: &str) -> Result<StandingSeats, Failure>;
}

/// The one the flags ask for.
///
/// # Errors
/// [`Failure`] when the address or the token cannot be used.
pub(crate) fn of(call: &Invocation, settings: &Settings) -> Result<Box<dyn Desk>, Failure> {
    Ok(match Api::of(call)? {
        Some(api) => Box::new(Remote::new(api, settings)),
        None => Box::new(Local::new(settings.clone())),
    })
}

/// The rate of the settings.
pub(crate) fn rate_of(settings: &Settings) -> Rate {
    let rate = &settings.destination.rate;
    Rate { limit: rate.limit, window_ms: rate.window_ms, reserve: rate.reserve }
}
