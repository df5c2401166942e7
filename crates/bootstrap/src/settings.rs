//! The settings of a program: read once at its start, checked as a whole, never read again.
//!
//! Layers, the later wins: `deploy/default.toml` (embedded, also the list of all keys) < a file < environment
//! `FLOTILLA__SECTION__KEY` < flags. All problems are reported at once. No file is ever written here.

use std::{collections::BTreeMap, path::Path};

use crate::{
    environment::Environment,
    error::{Error, Problem},
};

pub mod access;
pub mod adviser;
pub mod destination;
mod documents;
pub mod fleet;
mod layers;
pub mod log;
pub mod map;
pub mod migration;
pub mod origin;
mod reader;
pub mod run;
pub mod scheduler;
mod schema;
pub mod simulator;
pub mod source;
pub mod storage;
pub mod telemetry;
mod tree;
pub mod worker;

pub use access::{Access, Credentials};
pub use fleet::{FleetAccess, Role};
pub use origin::{Origin, SettingSource};

use layers::Layer;
use reader::Reader;
use tree::Tree;

/// The commented file that holds every key and its default.
pub const DEFAULTS: &str = include_str!("../../../deploy/default.toml");

/// Name of the file that is read from the working folder when no other is named.
pub const FILE_NAME: &str = "flotilla.toml";

/// Variable that names the configuration file.
pub const FILE_VARIABLE: &str = "FLOTILLA_CONFIG";

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which migration, and who answers for it.
    pub migration: migration::Migration,
    /// Atera.
    pub source: source::Source,
    /// Gorgias.
    pub destination: destination::Destination,
    /// The map spec as configured, before a survey completes it.
    pub map: protocol::MapSpec,
    /// Whether and how what does not move is written down.
    pub documents: protocol::DocumentSettings,
    /// Who is asked for a second opinion on the map.
    pub adviser: adviser::Adviser,
    /// How the work is done.
    pub run: run::Run,
    /// Where things are kept.
    pub storage: storage::Storage,
    /// What a fleet shares.
    pub fleet: fleet::Fleet,
    /// The scheduler service.
    pub scheduler: scheduler::Scheduler,
    /// The worker service.
    pub worker: worker::Worker,
    /// The log.
    pub log: log::Log,
    /// Where traces go.
    pub telemetry: telemetry::Telemetry,
    /// The vendors' stand-in, if there is one.
    pub simulator: simulator::Simulator,
    sources: Vec<SettingSource>,
}

impl Settings {
    /// Reads all layers and checks every setting.
    ///
    /// # Errors
    /// [`Error::Settings`] with every problem found, or the file that cannot be read.
    pub fn load(
        file: Option<&Path>,
        environment: &Environment,
        overrides: &BTreeMap<String, String>,
    ) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let mut tree = Tree::of_defaults(DEFAULTS)?;
        if let Some(path) = file {
            tree.lay(Layer::of_file(path)?, &mut problems);
        }
        tree.lay(Layer::of_environment(environment, &mut problems), &mut problems);
        tree.lay(Layer::of_flags(overrides, &mut problems), &mut problems);
        let mut reader = Reader::new(&tree, problems);
        let settings = Self::read(&mut reader);
        let problems = reader.into_problems();
        match settings {
            Some(settings) if problems.is_empty() => Ok(settings),
            _ => Err(Error::Settings(problems)),
        }
    }

    /// The defaults alone.
    ///
    /// # Errors
    /// Never for the embedded file; its own test proves it.
    pub fn defaults() -> Result<Self, Error> {
        Self::load(None, &Environment::default(), &BTreeMap::new())
    }

    /// Every key with its value (secrets masked) and where the value came from, in the order of the keys.
    #[must_use]
    pub fn sources(&self) -> &[SettingSource] {
        &self.sources
    }

    /// What is needed to call both vendors, or every problem that stands in the way.
    ///
    /// # Errors
    /// [`Error::Settings`] naming each address or credential that is not set.
    pub fn access(&self) -> Result<Access, Error> {
        Access::of(self)
    }

    /// What a program of the fleet cannot do without, or every problem that stands in the way.
    ///
    /// # Errors
    /// [`Error::Settings`] naming each address or folder that is not set.
    pub fn fleet_access(&self, role: Role) -> Result<FleetAccess, Error> {
        FleetAccess::of(self, role)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let migration = migration::Migration::read(reader);
        let source = source::Source::read(reader);
        let destination = destination::Destination::read(reader);
        let map = map::read(reader);
        let documents = documents::read(reader);
        let adviser = adviser::Adviser::read(reader);
        let run = run::Run::read(reader);
        let storage = storage::Storage::read(reader);
        let fleet = fleet::Fleet::read(reader);
        let scheduler = scheduler::Scheduler::read(reader);
        let worker = worker::Worker::read(reader);
        let log = log::Log::read(reader);
        let telemetry = telemetry::Telemetry::read(reader);
        let simulator = simulator::Simulator::read(reader);
        let sources = reader.sources();
        let migration = migration?;
        let settings = Self {
            migration,
            source,
            destination,
            map,
            documents,
            adviser,
            run,
            storage,
            fleet,
            scheduler,
            worker,
            log,
            telemetry,
            simulator,
            sources,
        };
        settings.check_together(reader);
        Some(settings)
    }

    /// What only shows when two settings are looked at together.
    fn check_together(&self, reader: &mut Reader<'_>) {
        let least = least_lease_ms(self.destination.timeout_ms);
        if self.run.lease_ms < least {
            reader.blame(Problem::new(
                "run.lease_ms",
                format!(
                    "{} ms is too short for destination.timeout_ms ({} ms): it takes {least} ms at least",
                    self.run.lease_ms, self.destination.timeout_ms
                ),
                "a request must leave and end well before the lease it is made under, or no work is ever done; raise it or lower destination.timeout_ms",
            ));
        }
        if self.scheduler.term_ms < 2 * self.scheduler.tick_ms {
            reader.blame(Problem::new(
                "scheduler.term_ms",
                format!(
                    "{} ms is not twice scheduler.tick_ms ({} ms)",
                    self.scheduler.term_ms, self.scheduler.tick_ms
                ),
                "a term must outlast a missed look; raise it or lower scheduler.tick_ms",
            ));
        }
        if self.source.rate_cap_per_s < self.source.rate_start_per_s {
            reader.blame(Problem::new(
                "source.rate_start_per_s",
                format!(
                    "{} is above source.rate_cap_per_s ({})",
                    self.source.rate_start_per_s, self.source.rate_cap_per_s
                ),
                "lower it or raise the cap",
            ));
        }
    }
}

/// The shortest lease that requests of this time-out can be made under. The last quarter of a lease is kept free of them and
/// it is renewed each quarter, so half of it is left at the least when one wants to leave, which needs as much as its
/// answer may take, at most two seconds; and the longest answer shall fit whole.
fn least_lease_ms(timeout_ms: u64) -> u64 {
    (timeout_ms * 3 / 2).max(timeout_ms.min(2_000) * 5 / 2)
}

#[cfg(test)]
mod tests;
