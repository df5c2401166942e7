//! The gate between survey and move: no record moves before the map is confirmed and signed for.

use ledger::Ledger;
use protocol::{Errand, FailureCode, MapSpec, Migration, MigrationId, MigrationState, Survey};

use crate::Error;

/// Who signs for what.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The map spec of the configuration.
    pub spec: MapSpec,
    /// The person whose name stands in the configuration; a move needs one.
    pub signed_off_by: Option<String>,
}

impl Gate {
    /// Whether records may move in this state: all of them once somebody has signed, a sample's once the map is
    /// confirmed.
    #[must_use]
    pub fn is_open(errand: &Errand, state: MigrationState) -> bool {
        let sample = matches!(errand, Errand::Sample { .. }) && state == MigrationState::Mapped;
        sample || matches!(state, MigrationState::Running | MigrationState::Verifying)
    }

    /// Checks the map against what the survey saw, then confirms and signs it; or halts with the first problem's cause.
    ///
    /// # Errors
    /// [`Error::Ledger`] when the ledger refuses.
    pub async fn open(
        &self,
        ledger: &dyn Ledger,
        migration: &Migration,
        surveys: &[Survey],
    ) -> Result<(), Error> {
        let id = &migration.id;
        // The settings may have been given another map since this gate was made of them: the next look has its own gate.
        match crate::settings_of(ledger, id).await {
            Ok(settings) if settings.map.hash() != self.spec.hash() => return Ok(()),
            Ok(_) | Err(Error::Settings { .. }) => {}
            Err(error) => return Err(error),
        }
        let hash = self.spec.hash().to_hex();
        if let Some(problem) = mapping::problems(&self.spec, surveys).first() {
            let cause: FailureCode = problem.code();
            ledger.transition(id, MigrationState::Halted, Some(cause), "gate", &problem.to_string()).await?;
            return Ok(());
        }
        if let Errand::Sample { .. } = migration.errand {
            return self.open_for_a_sample(ledger, id).await;
        }
        let state = ledger.create(id, serde_json::Value::Null).await?.state;
        let who = self.signed_off_by.as_deref().ok_or_else(|| Error::Unsigned { id: id.clone() })?;
        if state == MigrationState::Draft {
            ledger
                .transition(id, MigrationState::Surveyed, None, "dispatcher", "every kind is surveyed")
                .await?;
        }
        ledger.confirm_map(id, &self.spec, who).await?;
        if matches!(state, MigrationState::Draft | MigrationState::Surveyed) {
            ledger
                .transition(id, MigrationState::Mapped, None, who, &format!("map {hash} confirmed"))
                .await?;
        }
        if state != MigrationState::SignedOff {
            ledger
                .transition(id, MigrationState::SignedOff, None, who, &format!("signed for map {hash}"))
                .await?;
        }
        ledger.transition(id, MigrationState::Running, None, "dispatcher", "signed off").await?;
        Ok(())
    }

    /// A sample is what somebody signs for later: it needs the confirmed map and no signature.
    async fn open_for_a_sample(&self, ledger: &dyn Ledger, id: &MigrationId) -> Result<(), Error> {
        if let Err(Error::MapUnconfirmed { .. }) = crate::map_desk::confirmed(ledger, id, &self.spec).await {
            let (cause, why) = (FailureCode::MapUnconfirmed, "the map has changed since it was confirmed");
            ledger.transition(id, MigrationState::Halted, Some(cause), "gate", why).await?;
            return Ok(());
        }
        let state = ledger.create(id, serde_json::Value::Null).await?.state;
        if state == MigrationState::Draft {
            let why = "the sample's records are picked";
            ledger.transition(id, MigrationState::Surveyed, None, "dispatcher", why).await?;
        }
        let why = format!("map {} is the confirmed one", self.spec.hash().to_hex());
        ledger.transition(id, MigrationState::Mapped, None, "dispatcher", &why).await?;
        Ok(())
    }
}
