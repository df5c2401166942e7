//! The processes of a fleet under test: schedulers and workers by number, each of which may be killed, frozen, stopped and
//! started anew. What they log is kept, whoever dies.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::ExitStatus,
    time::Duration,
};

use servers::Service;
use tokio::process::Command;

use crate::{COUNTS_VARIABLE, CrashingProbe, Ended, ORDER_VARIABLE, Passages};

/// Patience with a service that was asked to stop, before it counts as one that does not.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Scheduler,
    Worker,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Scheduler => "scheduler",
            Self::Worker => "worker",
        }
    }
}

/// All processes; a place is empty while nobody serves in it.
#[derive(Debug)]
pub(super) struct Crew {
    program: PathBuf,
    folder: PathBuf,
    pub(super) schedulers: Vec<Option<Service>>,
    pub(super) workers: Vec<Option<Service>>,
    started: usize,
}

impl Crew {
    pub(super) fn new(program: &Path, folder: &Path, schedulers: usize, workers: usize) -> Self {
        Self {
            program: program.to_owned(),
            folder: folder.to_owned(),
            schedulers: (0..schedulers).map(|_| None).collect(),
            workers: (0..workers).map(|_| None).collect(),
            started: 0,
        }
    }

    /// The file that orders one process to die.
    pub(super) fn order(&self) -> PathBuf {
        self.folder.join("order")
    }

    /// Starts whoever is missing. Schedulers first: they bring the tables up to date.
    pub(super) async fn complete(&mut self) {
        for role in [Role::Scheduler, Role::Worker] {
            let missing: Vec<usize> = (0..self.places(role).len())
                .filter(|place| {
                    self.places(role)[*place].as_mut().is_none_or(|one| one.has_ended().is_some())
                })
                .collect();
            let starting: Vec<_> = missing.iter().map(|place| self.start(role, *place)).collect();
            let services = futures::future::join_all(starting).await;
            for (place, service) in missing.into_iter().zip(services) {
                self.places(role)[place] = Some(service);
            }
        }
    }

    pub(super) fn places(&mut self, role: Role) -> &mut Vec<Option<Service>> {
        match role {
            Role::Scheduler => &mut self.schedulers,
            Role::Worker => &mut self.workers,
        }
    }

    fn start(&mut self, role: Role, place: usize) -> impl Future<Output = Service> + use<> {
        self.started += 1;
        let name = format!("{}-{place}-{}", role.name(), self.started);
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(self.folder.join("fleet.toml")).arg(role.name());
        command.args(["--set", &format!("fleet.name={name}")]);
        command.current_dir(&self.folder).env_clear();
        command.env(ORDER_VARIABLE, self.order());
        command.env(COUNTS_VARIABLE, self.folder.join("counts").join(&name));
        let log = self.folder.join("logs").join(format!("{name}.log"));
        async move { Service::start(&name, command, &log).await.unwrap() }
    }

    /// A worker that has ended, with its last words; its place is empty then.
    pub(super) fn dead_worker(&mut self) -> Option<Ended> {
        self.workers.iter_mut().find_map(|place| {
            let status = place.as_mut()?.has_ended()?;
            Some(ended(&place.take()?, status))
        })
    }

    /// Asks everybody of a role to stop, and waits until they have.
    pub(super) async fn stop(&mut self, role: Role) -> Vec<Ended> {
        let mut services: Vec<Service> = self.places(role).iter_mut().filter_map(Option::take).collect();
        services.iter().for_each(Service::ask_to_stop);
        let mut all = Vec::new();
        for service in &mut services {
            let status = tokio::time::timeout(PATIENCE, service.ended()).await;
            let status = status.unwrap_or_else(|_| panic!("does not stop: {}", service.log()));
            all.push(ended(service, status.unwrap()));
        }
        all
    }

    /// What all processes that ended by themselves passed, together.
    pub(super) fn passages(&self) -> Passages {
        let mut sum: Passages = BTreeMap::new();
        for file in fs::read_dir(self.folder.join("counts")).unwrap() {
            let written = serde_json::from_slice(&fs::read(file.unwrap().path()).unwrap()).unwrap();
            for (pair, count) in CrashingProbe::counts_of(&written) {
                *sum.entry(pair).or_default() += count;
            }
        }
        sum
    }

    /// Every log there is, by the name of who wrote it.
    pub(super) fn logs(&self) -> BTreeMap<String, String> {
        let files = fs::read_dir(self.folder.join("logs")).unwrap().map(|file| file.unwrap().path());
        let name = |file: &Path| file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = |file: &Path| String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
        files.map(|file| (name(&file), text(&file))).collect()
    }
}

pub(super) fn ended(service: &Service, status: ExitStatus) -> Ended {
    Ended {
        code: status.code(),
        signal: status.signal(),
        summary: None,
        stdout: String::new(),
        stderr: format!("{}: {}", service.name(), service.log()),
    }
}
