//! Section `[fleet]`: the servers a fleet shares, and what its workers find on their disks. The embedded home needs none
//! of it.

use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{Settings, access::Missing, reader::Reader};
use crate::error::Error;

/// A program of the fleet, by what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Decides what is done; holds no secret of a vendor.
    Scheduler,
    /// Does it.
    Worker,
}

/// What a fleet shares.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// Redis: queue and limiter. It may carry a password.
    pub redis_url: Option<SecretString>,
    /// PostgreSQL: the ledger. It may carry a password.
    pub postgres_url: Option<SecretString>,
    /// Folder of the credentials, one TOML file by name.
    pub credentials: Option<PathBuf>,
    /// Folder of the supplements, one folder by source account.
    pub supplements: Option<PathBuf>,
    /// First part of this process's name in leases and terms.
    pub name: String,
}

/// What a program of the fleet cannot do without, with nothing optional left.
#[derive(Debug, Clone)]
pub struct FleetAccess {
    /// Address of Redis.
    pub redis_url: SecretString,
    /// Address of PostgreSQL.
    pub postgres_url: SecretString,
    /// Folder of the credentials; `None` for a program that holds none.
    pub credentials: Option<PathBuf>,
}

impl Fleet {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            redis_url: server(reader, "fleet.redis_url", &["redis", "rediss"]),
            postgres_url: server(reader, "fleet.postgres_url", &["postgres", "postgresql"]),
            credentials: reader.optional_path("fleet.credentials"),
            supplements: reader.optional_path("fleet.supplements"),
            name: name(reader),
        }
    }

    /// Whether anything of a fleet is set, so that a command may look at its servers.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.redis_url.is_some() || self.postgres_url.is_some()
    }
}

impl FleetAccess {
    pub(super) fn of(settings: &Settings, role: Role) -> Result<Self, Error> {
        let (fleet, mut missing) = (&settings.fleet, Missing::default());
        let redis_url = missing.or_blame("fleet.redis_url", fleet.redis_url.clone());
        let postgres_url = missing.or_blame("fleet.postgres_url", fleet.postgres_url.clone());
        let credentials = match role {
            Role::Scheduler => Some(None),
            Role::Worker => missing.or_blame("fleet.credentials", fleet.credentials.clone()).map(Some),
        };
        match (redis_url, postgres_url, credentials) {
            (Some(redis_url), Some(postgres_url), Some(credentials)) => {
                Ok(Self { redis_url, postgres_url, credentials })
            }
            _ => Err(Error::Settings(missing.0)),
        }
    }
}

/// An address that may carry a password, so it is never quoted.
fn server(reader: &mut Reader<'_>, key: &str, schemes: &[&str]) -> Option<SecretString> {
    let secret = reader.secret(key)?;
    let sound = Url::parse(secret.expose_secret()).is_ok_and(|url| schemes.contains(&url.scheme()));
    if !sound {
        let example = format!("give one that begins with {}://", schemes[0]);
        reader.wrong(key, "this is no address of such a server", example);
    }
    Some(secret)
}

fn name(reader: &mut Reader<'_>) -> String {
    let key = "fleet.name";
    let name = reader.text(key);
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > 100 || !name.chars().all(legal) {
        reader.wrong(key, "this is no name", "give 1 to 100 of letters, digits, '-', '_' and '.'");
    }
    name
}
