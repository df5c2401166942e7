//! The processes of the local fleet: a scheduler and workers, started from this very program and stopped in order.

use std::time::Duration;

use servers::Service;
use tokio::process::Command;

use super::files::Files;
use crate::{exit::Exit, failure::Failure};

/// Longest wait for a service that was asked to stop; the workers' own deadline ends before.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked whether a service has ended by itself.
const LOOK: Duration = Duration::from_millis(500);

/// Who decides and who works.
#[derive(Debug)]
pub(super) struct Crew {
    scheduler: Service,
    workers: Vec<Service>,
    started: usize,
}

impl Crew {
    /// Starts a scheduler and this many workers, and waits until each is ready.
    ///
    /// # Errors
    /// [`Failure`] with the last words of the one that did not become ready.
    pub(super) async fn start(files: &Files, workers: u32) -> Result<Self, Failure> {
        // The scheduler first: it brings the ledger's tables up to date.
        let scheduler = service(files, "scheduler", "scheduler").await?;
        let mut crew = Self { scheduler, workers: Vec::new(), started: 0 };
        for _ in 0..workers {
            crew.add_worker(files).await?;
        }
        Ok(crew)
    }

    /// Starts one more worker.
    ///
    /// # Errors
    /// [`Failure`] with its last words when it did not become ready.
    pub(super) async fn add_worker(&mut self, files: &Files) -> Result<(), Failure> {
        self.started += 1;
        let name = format!("worker-{}", self.started);
        self.workers.push(service(files, "worker", &name).await?);
        Ok(())
    }

    /// Kills a worker (SIGKILL) and answers its name.
    pub(super) async fn kill_worker(&mut self) -> Option<String> {
        if self.workers.is_empty() {
            return None;
        }
        let mut worker = self.workers.remove(0);
        worker.kill().await;
        Some(worker.name().to_owned())
    }

    /// Where the API listens.
    pub(super) fn api_url(&self) -> &str {
        self.scheduler.url()
    }

    /// Where the workers' health and metrics are.
    pub(super) fn worker_urls(&self) -> Vec<String> {
        self.workers.iter().map(|worker| worker.url().to_owned()).collect()
    }

    /// Waits until a service ends by itself, and answers its last words.
    pub(super) async fn any_ended(&mut self) -> String {
        loop {
            for service in std::iter::once(&mut self.scheduler).chain(&mut self.workers) {
                if let Some(status) = service.has_ended() {
                    let log = service.log();
                    let last = log.lines().last().unwrap_or_default();
                    return format!("{} ended by itself ({status}): {last}", service.name());
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Stops the workers, then the scheduler; answers the names of those that had to be killed.
    pub(super) async fn stop(&mut self) -> Vec<String> {
        let mut killed = Vec::new();
        // All are asked at once, so that they drain beside each other.
        self.workers.iter().for_each(Service::ask_to_stop);
        for worker in &mut self.workers {
            if !worker.stopped(PATIENCE).await {
                killed.push(worker.name().to_owned());
            }
        }
        if !self.scheduler.stop(PATIENCE).await {
            killed.push(self.scheduler.name().to_owned());
        }
        killed
    }
}

async fn service(files: &Files, role: &str, name: &str) -> Result<Service, Failure> {
    let program = std::env::current_exe().map_err(|error| {
        Failure::new(Exit::Failed, format!("this program cannot be started again: {error}"))
    })?;
    let mut command = Command::new(program);
    command.arg("--config").arg(files.configuration()).arg(role);
    command.args(["--set", &format!("fleet.name={name}")]);
    Ok(Service::start(name, command, &files.logs().join(format!("{name}.log"))).await?)
}
