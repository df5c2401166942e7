//! The sign-off: a named person's word for exactly this map, scope, sample and program. Where a sample was made, no run
//! begins under any other.

use std::collections::BTreeMap;

use ledger::Ledger;
use protocol::{
    MapSpec, MigrationId, MigrationSettings, MigrationState,
    sample::{SIGN_OFF, SignOff, SignSample, SignedTerms},
};

use crate::{Error, judgement, sample};

/// What is moved from where to where, by name.
pub type Scope = BTreeMap<String, String>;

/// Version of this program.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// The scope of a fleet's migration.
#[must_use]
pub fn scope_of(settings: &MigrationSettings) -> Scope {
    scope(settings.source.as_str(), settings.destination.as_str())
}

/// The scope between two sides.
#[must_use]
pub fn scope(source: &str, destination: &str) -> Scope {
    let side = |name: &str, of: &str| (name.to_owned(), of.to_owned());
    Scope::from([side("source", source), side("destination", destination)])
}

/// Signs for the newest sample under the map it was made with.
///
/// # Errors
/// [`Error::NotYet`] where there is nothing to sign for yet, with what has to be done first; [`Error::Ledger`] when the
/// ledger refuses.
pub async fn sign_off(
    ledger: &dyn Ledger,
    id: &MigrationId,
    spec: &MapSpec,
    scope: Scope,
    asked: &SignSample,
) -> Result<SignOff, Error> {
    let migration = ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()))?;
    let not_yet = |what: String| Error::NotYet { id: id.clone(), state: migration.state, what };
    let sample = sample::newest(ledger, id).await?;
    let sample = sample.filter(|_| migration.state == MigrationState::Sampled);
    let Some(sample) = sample else {
        return Err(not_yet("make a sample and look at it first: `flotilla sample`".to_owned()));
    };
    let map = spec.hash().to_hex();
    if sample.map != map {
        return Err(not_yet(
            "the sample was made under another map: make it again under this one".to_owned(),
        ));
    }
    if sample.left > asked.tolerate {
        let what = format!(
            "{} records of the sample are not as they were meant, {} tolerated: see its pages in the reports, mend the map \
             and make it again",
            sample.left, asked.tolerate
        );
        return Err(not_yet(what));
    }
    let terms = SignedTerms { map, scope, sample: sample.hash(), program: PROGRAM.to_owned() };
    let signed = SignOff { by: asked.by.clone(), at: ledger.now().await?, terms };
    ledger.put_leaf(id, SIGN_OFF, &serde_json::json!(signed), &asked.by).await?;
    Ok(signed)
}

/// Refuses a run under terms other than those signed for. A migration of which no sample was made is left to the signature
/// for its map.
pub(crate) async fn check(
    ledger: &dyn Ledger,
    id: &MigrationId,
    spec: &MapSpec,
    scope: &Scope,
    resumes: bool,
) -> Result<(), Error> {
    let Some(sample) = sample::newest(ledger, id).await? else { return Ok(()) };
    let signed: Option<SignOff> = judgement::leaf(ledger, id, SIGN_OFF).await?;
    let Some(signed) = signed else {
        let problems = vec!["nobody has signed for the sample yet".to_owned()];
        return Err(Error::NotSignedOff { id: id.clone(), problems });
    };
    let program = if resumes { signed.terms.program.clone() } else { PROGRAM.to_owned() };
    let now = SignedTerms {
        map: spec.hash().to_hex(),
        scope: scope.clone(),
        sample: sample.hash(),
        // A run that is under way may be gone on with by a newer program.
        program,
    };
    let problems = signed.terms.differences(&now);
    if problems.is_empty() { Ok(()) } else { Err(Error::NotSignedOff { id: id.clone(), problems }) }
}
