//! What a migration of a fleet is worked on with: its settings and accounts from the ledger, the credentials and
//! supplements from this worker's disk, the limiter of its account from Redis.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use bootstrap::Settings;
use ledger::Ledger;
use limiter::{Rate, RedisLimiters};
use objects::SourceReader;
use protocol::{Account, At, Clock, FailureCode, Fingerprint, MigrationId, MigrationSettings, Name, Probe};
use url::{Position, Url};
use worker::{Context, Equipped, Going, Hands, InHand, Knobs, Leave, Notes, Outfit, Seen, Trouble};

use crate::{credentials::Credentials, vendors};

/// Makes contexts for the migrations of a fleet.
#[derive(Debug)]
pub(crate) struct FleetOutfit {
    pub(crate) settings: Settings,
    pub(crate) knobs: Knobs,
    pub(crate) ledger: Arc<dyn Ledger>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) probe: Arc<dyn Probe>,
    pub(crate) limiters: RedisLimiters,
    pub(crate) credentials: Credentials,
    pub(crate) hands: Hands,
}

/// What the ledger says of a migration.
struct Known {
    settings: MigrationSettings,
    source: Account,
    destination: Account,
}

impl FleetOutfit {
    async fn known(&self, id: &MigrationId) -> Result<Known, Trouble> {
        let value = self.ledger.settings(id).await?;
        let settings: MigrationSettings = serde_json::from_value(value).map_err(|error| {
            let detail = format!("the settings of the migration cannot be read ({error}); create it anew");
            lacking(FailureCode::NoFallback, detail)
        })?;
        let source = self.account(&settings.source, FailureCode::SourceAuth).await?;
        let destination = self.account(&settings.destination, FailureCode::TargetAuth).await?;
        Ok(Known { settings, source, destination })
    }

    async fn account(&self, name: &Name, code: FailureCode) -> Result<Account, Trouble> {
        let account = self.ledger.account(name).await?;
        account.ok_or_else(|| {
            lacking(code, format!("there is no account {name}: keep one under this name, then resume"))
        })
    }

    /// The supplements of a source account: each file that exists.
    fn supplements(&self, account: &Name) -> atera::SupplementFiles {
        let folder = self.settings.fleet.supplements.as_ref().map(|folder| folder.join(account.as_str()));
        let file = |name: &str| -> Option<PathBuf> {
            folder.as_ref().map(|folder| folder.join(name)).filter(|file| file.is_file())
        };
        let section = &self.settings.source.supplements;
        atera::SupplementFiles {
            tags: file("tags.csv"),
            technicians: file("technicians.csv"),
            sla_policies: file("sla_policies.csv"),
            integrations: file("integrations.csv"),
            automations: file("automations.csv"),
            macros: file("macros.csv"),
            field_visibility: file("field_visibility.csv"),
            columns: section.columns.clone(),
            tag_separator: section.tag_separator,
        }
    }

    fn source(&self, account: &Account) -> Result<SourceReader, Trouble> {
        let At::Atera { zone } = &account.at else {
            return Err(lacking(
                FailureCode::SourceAuth,
                format!("account {} is none of Atera", account.name),
            ));
        };
        let credential = self.credentials.source(&account.credential)?;
        let zone = zone.as_deref().unwrap_or("UTC");
        let url = address(account, FailureCode::SourceAuth)?;
        let side = vendors::SourceSide { url, token: credential.token, auth: credential.auth, zone };
        let atera = vendors::source_of(&self.settings, side).map_err(|failure| {
            lacking(FailureCode::SourceAuth, format!("account {}: {failure}", account.name))
        })?;
        let supplements = atera::Supplements::load(&self.supplements(&account.name))
            .map_err(|error| lacking(FailureCode::SupplementInvalid, error.to_string()))?;
        Ok(SourceReader { atera, supplements: Arc::new(supplements) })
    }
}

#[async_trait]
impl Outfit for FleetOutfit {
    async fn basis(&self, id: &MigrationId) -> Result<Fingerprint, Trouble> {
        let Known { settings, source, destination } = self.known(id).await?;
        let secrets =
            [&source.credential, &destination.credential].map(|name| self.credentials.fingerprint(name));
        let secrets = secrets.map(|hash| hash.to_hex());
        let all = serde_json::json!([settings, source, destination, secrets]);
        Ok(Fingerprint::of(all.to_string().as_bytes()))
    }

    async fn equip(&self, id: &MigrationId, going: Going) -> Result<Equipped, Trouble> {
        let Known { settings, source, destination } = self.known(id).await?;
        let At::Gorgias { rate } = destination.at.clone() else {
            let detail = format!("account {} is none of Gorgias", destination.name);
            return Err(lacking(FailureCode::TargetAuth, detail));
        };
        let url = address(&destination, FailureCode::TargetAuth)?;
        let auth = self.credentials.destination(&destination.credential, &url)?;
        let begin = Rate::new(rate.limit, rate.window_ms).with_reserve(rate.reserve);
        let limiter = self.limiters.of(&authority(&url), id.as_str(), begin);
        let stop = going.stop().clone();
        let leave = Arc::new(Leave::while_going(going, Arc::clone(&limiter)));
        let gorgias = vendors::destination_of(&self.settings, url, auth, leave).map_err(|failure| {
            lacking(FailureCode::TargetAuth, format!("account {}: {failure}", destination.name))
        })?;
        let mut knobs = self.knobs.clone();
        knobs.error_budget = settings.error_budget.unwrap_or(knobs.error_budget);
        let context = Context {
            migration: id.clone(),
            spec: settings.map,
            source: self.source(&source)?,
            gorgias,
            ledger: Arc::clone(&self.ledger),
            clock: Arc::clone(&self.clock),
            probe: Arc::clone(&self.probe),
            knobs,
            stop,
            notes: Notes::new(self.settings.storage.reports.join(id.as_str()).join("spool")),
            papers: self.settings.storage.reports.join(id.as_str()),
            documents: settings.documents.unwrap_or_else(|| self.settings.documents.clone()),
            seen: Seen::default(),
            technicians: Default::default(),
            in_hand: InHand::default(),
            hands: self.hands.clone(),
            errand: Default::default(),
        };
        Ok(Equipped { context, limiter, rate })
    }
}

/// The account's address, which may carry its secret there.
fn address(account: &Account, code: FailureCode) -> Result<Url, Trouble> {
    let url = Url::parse(&account.base_url).ok().filter(vendors::may_carry_secrets);
    url.ok_or_else(|| {
        lacking(
            code,
            format!("the address of account {} is no https address: correct it, then resume", account.name),
        )
    })
}

/// What all who call an account share their limit by: its host, with the port where there is one.
pub(crate) fn authority(url: &Url) -> String {
    url[Position::BeforeHost..Position::AfterPort].to_owned()
}

fn lacking(code: FailureCode, detail: String) -> Trouble {
    Trouble::Failure { code, at: "settings".to_owned(), detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_share_a_limit_by_their_host() {
        let authority = |url: &str| authority(&url.parse().unwrap());
        assert_eq!(authority("https://acme.gorgias.com/api"), "acme.gorgias.com");
        assert_eq!(authority("https://acme.gorgias.com:443/api/"), "acme.gorgias.com");
        assert_eq!(authority("http://127.0.0.1:4001/api"), "127.0.0.1:4001");
    }

    #[test]
    fn a_secret_never_travels_readable() {
        let rate = protocol::AccountRate { limit: 40, window_ms: 20_000, reserve: 0.0, quiet: Vec::new() };
        let account = |url: &str| Account {
            name: Name::new("acme").unwrap(),
            base_url: url.to_owned(),
            credential: Name::new("acme").unwrap(),
            at: At::Gorgias { rate: rate.clone() },
        };
        assert!(address(&account("https://acme.gorgias.com/api"), FailureCode::TargetAuth).is_ok());
        assert!(address(&account("http://127.0.0.1:1/api"), FailureCode::TargetAuth).is_ok());
        for bad in ["http://acme.gorgias.com/api", "ftp://x", "acme", "https://a:b@acme.gorgias.com"] {
            assert!(address(&account(bad), FailureCode::TargetAuth).is_err(), "{bad}");
        }
    }
}
