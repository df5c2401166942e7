//! An assessment by a fleet: the errand is begun there and followed to its end.

use std::time::Duration;

use bootstrap::Settings;
use protocol::{Errand, FailureCode, MigrationState};

use crate::{
    commands::run::there,
    exit::Exit,
    failure::Failure,
    operator::{Api, Remote},
};

/// How often it looks.
const LOOK: Duration = Duration::from_millis(500);

/// Begins it and waits for its end; the migration is made there unless it is.
pub(super) async fn look(api: Api, settings: &Settings) -> Result<(), Failure> {
    let remote = Remote::new(api, settings.migration.id.clone());
    there::made(&remote, settings).await?;
    remote.errand(&Errand::Assess).await?;
    loop {
        let seen = remote.detail().await.map_err(Failure::from)?;
        let migration = &seen.view.migration;
        if migration.state == MigrationState::Halted {
            let cause = migration.cause.unwrap_or(FailureCode::AttemptsExhausted);
            return Err(Failure::new(
                Exit::Temporary,
                format!("the assessment is halted: {cause}. {}", cause.advice()),
            ));
        }
        if !migration.is_at_work() {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
}
