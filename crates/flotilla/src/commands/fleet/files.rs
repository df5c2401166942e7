//! What the local fleet writes into its folder: the services' configuration, the credentials of the simulated accounts,
//! supplements, a token for the API, and the request that creates the migration.

use std::{
    fs,
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use protocol::{MapSpec, Name, SourceId};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use simulator::Simulator;

use crate::{exit::Exit, failure::Failure};

/// Name of the migration, of both accounts and of their credentials.
pub(super) const MIGRATION: &str = "simulated";
pub(super) const SOURCE: &str = "atera";
pub(super) const DESTINATION: &str = "gorgias";

/// The first customer of every simulated account: it stands in for missing companies.
const FALLBACK_CUSTOMER: &str = "3001";

/// The folder.
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
    token: String,
}

/// A service's configuration, as far as it differs from the defaults.
#[derive(Serialize)]
struct Configuration {
    fleet: FleetSection,
    scheduler: SchedulerSection,
    worker: Listen,
    source: SourceSection,
    destination: DestinationSection,
    run: RunSection,
    storage: StorageSection,
}

#[derive(Serialize)]
struct FleetSection {
    redis_url: String,
    postgres_url: String,
    credentials: PathBuf,
    supplements: PathBuf,
}

#[derive(Serialize)]
struct SchedulerSection {
    listen: &'static str,
    tokens: Vec<Token>,
}

#[derive(Serialize)]
struct Token {
    name: &'static str,
    role: &'static str,
    sha256: String,
}

#[derive(Serialize)]
struct Listen {
    listen: &'static str,
}

#[derive(Serialize)]
struct SourceSection {
    rate_cap_per_s: f64,
    rate_start_per_s: f64,
}

#[derive(Serialize)]
struct DestinationSection {
    timeout_ms: u64,
    in_doubt: InDoubtSection,
}

/// The stand-in shows at once what it was sent.
#[derive(Serialize)]
struct InDoubtSection {
    look_at_ages_ms: [u64; 1],
}

/// Of a lease, so that work resumes within 15 s of a kill.
#[derive(Serialize)]
struct RunSection {
    lease_ms: u64,
    batch_pages: u32,
}

#[derive(Serialize)]
struct StorageSection {
    reports: PathBuf,
}

impl Files {
    /// The folder, made anew, with a new token.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be made, or holds what this program did not write.
    pub(super) fn anew(folder: &Path) -> Result<Self, Failure> {
        let failed = |error| unwritable(folder, &error);
        let ours = folder.join("fleet.toml").exists();
        if folder.exists() && !ours && fs::read_dir(folder).map_err(failed)?.next().is_some() {
            let why = "is not empty and not a fleet's: name another with --folder";
            return Err(Failure::new(Exit::Usage, format!("{} {why}", folder.display())));
        }
        if ours {
            fs::remove_dir_all(folder).map_err(failed)?;
        }
        for name in ["credentials", "logs", "reports", "supplements"] {
            fs::create_dir_all(folder.join(name)).map_err(failed)?;
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        let mut random = [0; 24];
        fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut random)).map_err(failed)?;
        let token = format!("flotilla-{}", hex(&random));
        Ok(Self { folder: folder.canonicalize().map_err(failed)?, token })
    }

    /// Writes configuration, credentials, supplements and token.
    ///
    /// # Errors
    /// [`Failure`] when a file cannot be written.
    pub(super) fn write(&self, simulator: &Simulator, redis: &str, postgres: &str) -> Result<(), Failure> {
        let endpoints = simulator.endpoints();
        let configuration = Configuration {
            fleet: FleetSection {
                redis_url: redis.to_owned(),
                postgres_url: postgres.to_owned(),
                credentials: self.folder.join("credentials"),
                supplements: self.folder.join("supplements"),
            },
            scheduler: SchedulerSection {
                listen: "127.0.0.1:0",
                tokens: vec![Token {
                    name: "operator",
                    role: "admin",
                    sha256: hex(&Sha256::digest(self.token.as_bytes())),
                }],
            },
            worker: Listen { listen: "127.0.0.1:0" },
            // The stand-in of the source has no limit of its own.
            source: SourceSection { rate_cap_per_s: 2_000.0, rate_start_per_s: 500.0 },
            destination: DestinationSection {
                timeout_ms: 8_000,
                in_doubt: InDoubtSection { look_at_ages_ms: [1_500] },
            },
            run: RunSection { lease_ms: 12_000, batch_pages: 1 },
            storage: StorageSection { reports: self.folder.join("reports") },
        };
        let text = toml::to_string(&configuration).map_err(|error| Failure::new(Exit::Failed, error))?;
        self.put("fleet.toml", &format!("# For a fleet on this machine; it ends with it.\n\n{text}"))?;
        let (atera, gorgias) = (&endpoints.atera, &endpoints.gorgias);
        self.put("credentials/atera.toml", &format!("token = {:?}\n", atera.token))?;
        let basic = format!("email = {:?}\napi_key = {:?}\n", gorgias.email, gorgias.api_key);
        self.put("credentials/gorgias.toml", &basic)?;
        self.put("token", &self.token)?;
        self.put("header", &format!("authorization: Bearer {}\n", self.token))?;
        let supplements = self.folder.join("supplements").join(SOURCE);
        simulator.write_supplements(&supplements).map_err(|error| unwritable(&supplements, &error))
    }

    /// The request that creates the migration, also kept as a file.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be written.
    pub(super) fn request(&self, simulator: &Simulator) -> Result<Value, Failure> {
        let map = MapSpec {
            fallback_agent: Some(simulator.endpoints().gorgias.email.clone()),
            fallback_customer: Some(SourceId::from(FALLBACK_CUSTOMER)),
            ..MapSpec::default()
        };
        let request = json!({
            "id": MIGRATION,
            "source": SOURCE,
            "destination": DESTINATION,
            "map": map,
            "signed_off_by": "operator of the local fleet",
        });
        self.put("migration.json", &request.to_string())?;
        Ok(request)
    }

    /// The token itself.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Where it stands.
    pub(super) fn token_file(&self) -> PathBuf {
        self.folder.join("token")
    }

    /// The token as a header, for `curl -H @FILE`.
    pub(super) fn header_file(&self) -> PathBuf {
        self.folder.join("header")
    }

    /// The request that creates the migration.
    pub(super) fn request_file(&self) -> PathBuf {
        self.folder.join("migration.json")
    }

    /// The configuration of every service.
    pub(super) fn configuration(&self) -> PathBuf {
        self.folder.join("fleet.toml")
    }

    /// The services' logs.
    pub(super) fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// The folder of the reports.
    pub(super) fn reports(&self) -> PathBuf {
        self.folder.join("reports")
    }

    /// Writes a file that its owner alone may read.
    fn put(&self, name: &str, text: &str) -> Result<(), Failure> {
        let file = self.folder.join(name);
        let written = fs::write(&file, text)
            .and_then(|()| fs::set_permissions(&file, fs::Permissions::from_mode(0o600)));
        written.map_err(|error| unwritable(&file, &error))
    }
}

/// A name of an account.
///
/// # Errors
/// [`Failure`] when it is not a slug.
pub(super) fn name(slug: &str) -> Result<Name, Failure> {
    Name::new(slug).map_err(Failure::configuration)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("{} cannot be written ({error})", path.display()))
}
