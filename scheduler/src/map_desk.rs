//! The map of a migration in its dossier: every version kept, one of them confirmed by a named person. Where no version was
//! ever put, the map of the configuration (or of the migration's settings) is the map, as it always was.

use ledger::Ledger;
use mapping::Change;
use protocol::{MapSpec, MigrationId, MigrationSettings};
use serde::{Deserialize, Serialize};

use crate::{Error, judgement::leaf};

/// Name of the map in the dossier.
pub const MAP: &str = "map";

/// Name of the confirmation in the dossier.
pub const CONFIRMED: &str = "map.confirmed";

/// A version of the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// The map, as it may be kept.
    pub spec: MapSpec,
    /// Hash of the configured map it was made beside: should that one change, somebody has to say which is meant.
    pub beside: String,
}

/// Whose word there is for which map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Hash of the map.
    pub hash: String,
    /// Its version.
    pub version: u32,
    /// The person.
    pub by: String,
}

/// The map as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The map.
    pub spec: MapSpec,
    /// Its hash.
    pub hash: String,
    /// Its version; none where the configuration's own is the map.
    pub version: Option<u32>,
    /// Whose word there is, for this map or another one.
    pub confirmed: Option<Confirmed>,
}

impl Standing {
    /// Whether the map as it stands is the confirmed one.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.confirmed.as_ref().is_some_and(|confirmed| confirmed.hash == self.hash)
    }
}

/// The map in force: the newest of the dossier, else the configured one.
///
/// # Errors
/// [`Error::Ledger`], [`Error::Dossier`], or [`Error::TwoMaps`] when the configured map has changed since the newest version
/// was put.
pub async fn map_in_force(
    ledger: &dyn Ledger,
    id: &MigrationId,
    configured: &MapSpec,
) -> Result<Standing, Error> {
    let confirmed: Option<Confirmed> = leaf(ledger, id, CONFIRMED).await?;
    let Some(newest) = ledger.leaf(id, MAP, None).await? else {
        let hash = configured.hash().to_hex();
        return Ok(Standing { spec: configured.clone(), hash, version: None, confirmed });
    };
    let unreadable = |_| Error::Dossier { id: id.clone(), name: MAP.to_owned() };
    let sheet: Sheet = serde_json::from_value(newest.body).map_err(unreadable)?;
    let same = sheet.beside == configured.hash().to_hex() || sheet.spec.hash() == configured.hash();
    if !same {
        let problems = lines(&mapping::diff(&sheet.spec, configured));
        return Err(Error::TwoMaps { id: id.clone(), version: newest.version, problems });
    }
    let hash = sheet.spec.hash().to_hex();
    Ok(Standing { spec: sheet.spec, hash, version: Some(newest.version), confirmed })
}

/// Puts a map into the dossier as the next version. Of a fleet's migration it becomes the settings' map as well, unsigned.
///
/// # Errors
/// [`Error::BadMap`] when it cannot be followed, [`Error::Ledger`] when the ledger refuses.
pub async fn put_map(
    ledger: &dyn Ledger,
    id: &MigrationId,
    spec: &MapSpec,
    configured: &MapSpec,
    who: &str,
) -> Result<Standing, Error> {
    let spec = spec.at_rest();
    let mut problems: Vec<String> = mapping::problems(&spec, &[]).iter().map(ToString::to_string).collect();
    let clashes = mapping::clashing_groups(&spec);
    problems.extend(clashes.iter().map(|name| {
        format!("group {name} merges fewer than two customers, or one that another group merges too")
    }));
    if !problems.is_empty() {
        return Err(Error::BadMap { problems });
    }
    let settings = fleet_settings(ledger, id).await?;
    let beside = if settings.is_some() { spec.hash() } else { configured.hash() }.to_hex();
    let sheet = Sheet { spec: spec.clone(), beside };
    ledger.put_leaf(id, MAP, &serde_json::json!(sheet), who).await?;
    if let Some(settings) = settings.filter(|settings| settings.map != spec) {
        let settings = MigrationSettings { map: spec.clone(), signed_map: None, ..settings };
        ledger.set_settings(id, serde_json::json!(settings), who, "a new map").await?;
    }
    let newest = ledger.leaf(id, MAP, None).await?;
    let confirmed = leaf(ledger, id, CONFIRMED).await?;
    let hash = spec.hash().to_hex();
    Ok(Standing { spec, hash, version: newest.map(|leaf| leaf.version), confirmed })
}

/// Binds a named person's word to the map as it stands. It has to be the one they looked at.
///
/// # Errors
/// [`Error::MapUnconfirmed`] when it is another, [`Error::Ledger`] when the ledger refuses.
pub async fn confirm_map(
    ledger: &dyn Ledger,
    id: &MigrationId,
    standing: &Standing,
    seen: Option<&str>,
    by: &str,
) -> Result<Confirmed, Error> {
    if seen.is_some_and(|seen| seen != standing.hash) {
        let problems =
            vec![format!("the map as it stands is {}, another than the one looked at", standing.hash)];
        return Err(Error::MapUnconfirmed { id: id.clone(), problems });
    }
    let confirmed =
        Confirmed { hash: standing.hash.clone(), version: standing.version.unwrap_or(0), by: by.to_owned() };
    ledger.put_leaf(id, CONFIRMED, &serde_json::json!(confirmed), by).await?;
    if let Some(settings) = fleet_settings(ledger, id).await? {
        let settings = MigrationSettings {
            signed_off_by: Some(by.to_owned()),
            signed_map: Some(confirmed.hash.clone()),
            ..settings
        };
        ledger.set_settings(id, serde_json::json!(settings), by, "the map is confirmed").await?;
    }
    Ok(confirmed)
}

/// Refuses a move under a map other than the confirmed one, with the difference. A migration whose map never came into
/// the dossier is left to its signature.
pub(crate) async fn check(ledger: &dyn Ledger, id: &MigrationId, spec: &MapSpec) -> Result<(), Error> {
    let confirmed: Option<Confirmed> = leaf(ledger, id, CONFIRMED).await?;
    let hash = spec.hash().to_hex();
    let newest = ledger.leaf(id, MAP, None).await?;
    let problems = match (&confirmed, newest) {
        (Some(confirmed), _) if confirmed.hash == hash => return Ok(()),
        (None, None) => return Ok(()),
        (Some(confirmed), _) => match version_of(ledger, id, &confirmed.hash).await? {
            Some(signed) => lines(&mapping::diff(&signed, spec)),
            None => vec![format!("{} was confirmed by {}, this is {hash}", confirmed.hash, confirmed.by)],
        },
        (None, Some(newest)) => vec![format!("version {} waits for somebody's word", newest.version)],
    };
    Err(Error::MapUnconfirmed { id: id.clone(), problems })
}

/// Refuses whatever moves a record before the map is confirmed at all. It answers the hash of the map.
///
/// # Errors
/// [`Error::MapUnconfirmed`], [`Error::Ledger`].
pub(crate) async fn confirmed(
    ledger: &dyn Ledger,
    id: &MigrationId,
    spec: &MapSpec,
) -> Result<String, Error> {
    check(ledger, id, spec).await?;
    let confirmed: Option<Confirmed> = leaf(ledger, id, CONFIRMED).await?;
    match confirmed {
        Some(confirmed) => Ok(confirmed.hash),
        None => {
            let problems = vec![format!("{} waits for somebody's word", spec.hash().to_hex())];
            Err(Error::MapUnconfirmed { id: id.clone(), problems })
        }
    }
}

async fn version_of(ledger: &dyn Ledger, id: &MigrationId, hash: &str) -> Result<Option<MapSpec>, Error> {
    let sheets = ledger.leaf_versions(id, MAP).await?.into_iter();
    let specs =
        sheets.filter_map(|leaf| serde_json::from_value::<Sheet>(leaf.body).ok()).map(|sheet| sheet.spec);
    let found = specs.into_iter().find(|spec| spec.hash().to_hex() == hash);
    match found {
        Some(spec) => Ok(Some(spec)),
        // One that was confirmed before it came into the dossier.
        None => Ok(ledger.map_spec(id).await?.filter(|spec| spec.hash().to_hex() == hash)),
    }
}

async fn fleet_settings(ledger: &dyn Ledger, id: &MigrationId) -> Result<Option<MigrationSettings>, Error> {
    match crate::settings_of(ledger, id).await {
        Ok(settings) => Ok(Some(settings)),
        Err(Error::Settings { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A difference as lines.
#[must_use]
pub fn lines(changes: &[Change]) -> Vec<String> {
    let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    changes
        .iter()
        .map(|change| format!("{}: {} -> {}", change.at, word(&change.from), word(&change.to)))
        .collect()
}
