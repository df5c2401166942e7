//! What befalls a fleet in the stories: a process killed, frozen or asked to stop, whoever leads, whoever works.

use std::time::Duration;

use servers::Service;

use super::{FleetStack, LOOK, PATIENCE, crew::Role, crew::ended};
use crate::Ended;

/// Who holds an office, while their term lasts.
const LEADERS: &str =
    "SELECT holder FROM offices WHERE term_until > extract(epoch FROM clock_timestamp()) * 1000";

/// Which process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The worker in this place.
    Worker(usize),
    /// The scheduler in this place.
    Scheduler(usize),
}

impl Which {
    fn place(self) -> (Role, usize) {
        match self {
            Self::Worker(place) => (Role::Worker, place),
            Self::Scheduler(place) => (Role::Scheduler, place),
        }
    }
}

impl FleetStack {
    /// Kills a process (SIGKILL). Its place stays empty until [`FleetStack::complete`]. Answers its name.
    ///
    /// # Panics
    /// When nobody serves there.
    pub async fn kill(&self, which: Which) -> String {
        let mut service = self.take(which).await;
        service.kill().await;
        service.name().to_owned()
    }

    /// Stops a process where it stands (SIGSTOP).
    pub async fn freeze(&self, which: Which) {
        self.with(which, Service::freeze).await;
    }

    /// Lets it go on (SIGCONT).
    pub async fn thaw(&self, which: Which) {
        self.with(which, Service::thaw).await;
    }

    /// Asks a process to stop (SIGTERM) and waits until it has.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn drain(&self, which: Which) -> Ended {
        let mut service = self.take(which).await;
        service.ask_to_stop();
        let status = tokio::time::timeout(Duration::from_secs(60), service.ended()).await;
        let status = status.unwrap_or_else(|_| panic!("does not stop: {}", service.log())).unwrap();
        ended(&service, status)
    }

    /// Name of the process in a place, as leases and terms begin with it.
    pub async fn name_of(&self, which: Which) -> String {
        self.with(which, |service| service.name().to_owned()).await
    }

    /// Where a process listens.
    pub async fn url_of(&self, which: Which) -> String {
        self.with(which, |service| service.url().to_owned()).await
    }

    /// Process id of the process in a place.
    pub async fn pid_of(&self, which: Which) -> u32 {
        self.with(which, Service::pid).await
    }

    /// The worker that holds a lease now, and the batch it holds it for, waited for.
    ///
    /// # Panics
    /// When nobody holds one within four minutes.
    pub async fn holder(&self, kind: &str) -> (Which, i64) {
        let look = async {
            loop {
                let statement = format!(
                    "SELECT id, holder FROM batches WHERE state = 'leased' AND kind = '{kind}' ORDER BY id LIMIT 1"
                );
                let rows = self.servers().await.sql(&statement).await;
                if let Some((batch, holder)) = rows.first().and_then(|row| row.split_once('|'))
                    && let Some(place) = self.worker_called(holder).await
                {
                    return (Which::Worker(place), batch.parse().unwrap());
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(PATIENCE, look).await.expect("nobody holds a lease")
    }

    async fn worker_called(&self, holder: &str) -> Option<usize> {
        let crew = self.crew.lock().await;
        crew.workers.iter().position(|place| place.as_ref().is_some_and(|one| holder.starts_with(one.name())))
    }

    /// The scheduler that leads, waited for.
    ///
    /// # Panics
    /// When nobody leads within four minutes.
    pub async fn leader(&self) -> Which {
        let look = async {
            loop {
                let rows = self.servers().await.sql(LEADERS).await;
                let crew = self.crew.lock().await;
                let leads = |place: &Option<Service>| {
                    let name = place.as_ref().map(Service::name);
                    name.is_some_and(|name| rows.iter().any(|row| row.starts_with(name)))
                };
                if let Some(place) = crew.schedulers.iter().position(leads) {
                    return Which::Scheduler(place);
                }
                drop(crew);
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(PATIENCE, look).await.expect("nobody leads")
    }

    async fn take(&self, which: Which) -> Service {
        let (role, place) = which.place();
        self.crew.lock().await.places(role)[place].take().unwrap()
    }

    async fn with<T>(&self, which: Which, what: impl FnOnce(&Service) -> T) -> T {
        let (role, place) = which.place();
        what(self.crew.lock().await.places(role)[place].as_ref().unwrap())
    }
}
