//! What every ledger keeps, written against `dyn Ledger` and run on each backend; what only the file in SQLite keeps
//! stands in `file`, `crash`, `full` and `speed`. Time stands still unless a test moves it.

mod batches;
mod child;
mod closing;
mod crash;
pub(crate) mod deaths;
mod dossier;
mod file;
mod fleet;
mod full;
mod instants;
mod leases;
mod letters;
mod migrations;
mod outage;
mod processes;
mod server;
mod server_schema;
mod speed;
mod stage;
mod verdicts;
mod whole_face;

/// Runs each claim (an `async fn` that takes a [`stage::Stage`]) on every backend.
macro_rules! on_every_backend {
    ($($claim:ident,)*) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $claim() {
                    super::$claim(crate::tests::stage::Stage::sqlite().await).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test]
                async fn $claim() {
                    super::$claim(crate::tests::stage::Stage::postgres().await).await;
                }
            )*
        }
    };
}
use on_every_backend;
