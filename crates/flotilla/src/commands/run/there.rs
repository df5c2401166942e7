//! A run with a scheduler: the migration of the configuration is made there unless it is, started, and followed to its end.
//! The fleet works; this process only looks, and may go without harm.

use std::time::Duration;

use async_trait::async_trait;
use bootstrap::{Settings, Shutdown};
use protocol::{
    Account, Errand, Fingerprint, MigrationState, ObjectKind,
    api::{CreateMigration, MigrationDetail, StartMigration},
};
use serde_json::json;
use tokio::{sync::watch, time::Instant};

use super::{halted, is_well, say};
use crate::{
    accounts,
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    operator::{Api, Operator as _, Remote},
    papers,
    progress::{Calls, Gauge, Progress, Reading},
};

/// How often it looks.
const LOOK: Duration = Duration::from_millis(500);

/// How long the scheduler may be away before the run is no longer followed: long enough for another to take its office.
const AWAY: Duration = Duration::from_secs(60);

/// Runs there.
///
/// # Errors
/// [`Failure`] when the run cannot begin, is halted, or can no longer be followed.
pub(super) async fn run(
    api: Api,
    settings: &Settings,
    errand: &Errand,
    call: &Invocation,
    draw: bool,
) -> Result<Exit, Failure> {
    let shutdown = Shutdown::on_signals()?;
    let remote = Remote::new(api, settings.migration.id.clone());
    let (begun, resumed) = match errand {
        Errand::Move => begin(&remote, settings).await?,
        errand => (remote.errand(errand).await?, false),
    };
    let (told, seen) = watch::channel(begun);
    let progress = Progress::start(seen, draw);
    let ended = follow(&remote, &told, &shutdown).await;
    progress.end().await;
    let Some(ended) = ended? else {
        return Err(Failure::new(Exit::Interrupted, NO_LONGER_FOLLOWED));
    };
    let reconciliation = remote.report().await?;
    let papers = papers::folder(settings)?;
    papers.put_reconciliation("reconciliation", &reconciliation).await?;
    let closes = reconciliation.closes();
    let found = remote.leaf(errand.name(), None).await?.map(|leaf| leaf.body);
    let well = closes && is_well(found.as_ref());
    say(call, settings, (reconciliation, found), None, resumed, papers.root().to_owned()).await?;
    match ended.view.migration.state {
        MigrationState::Halted => {
            let cause = ended.view.migration.cause.unwrap_or(protocol::FailureCode::AttemptsExhausted);
            let why = last_word(&remote).await;
            Err(Failure::new(Exit::Temporary, halted(cause, why.as_deref())))
        }
        MigrationState::Paused | MigrationState::Cancelled => Err(Failure::new(
            Exit::Temporary,
            format!("the migration was {} while it ran", ended.view.migration.state),
        )),
        _ if well || *errand == Errand::Assess => Ok(Exit::Ok),
        _ => Ok(Exit::Difference),
    }
}

const NO_LONGER_FOLLOWED: &str = "no longer followed; the fleet goes on. The same command follows again, `flotilla pause` holds the migration";

/// Makes accounts and migration known where they are not, and answers the migration as it stands.
///
/// # Errors
/// [`Failure`] when one of them is known there as another.
pub(crate) async fn made(remote: &Remote, settings: &Settings) -> Result<MigrationDetail, Failure> {
    let accounts = accounts::of(settings)?;
    for account in &accounts {
        match remote.account(&account.name).await? {
            None => remote.admit(account).await?,
            Some(known) if known.base_url == account.base_url => {}
            Some(known) => return Err(elsewhere(account, &known)),
        }
    }
    let [source, destination] = accounts;
    Ok(match remote.found().await? {
        Some(before)
            if before.settings.source != source.name || before.settings.destination != destination.name =>
        {
            let (from, to) = (&before.settings.source, &before.settings.destination);
            let id = &settings.migration.id;
            let what = format!(
                "migration {id} is there already, from account {from} to {to}: name them in source.account and \
                 destination.account, or give this one another migration.id"
            );
            return Err(Failure::new(Exit::Refused, what));
        }
        Some(before) => before,
        None => {
            let asked = CreateMigration {
                id: settings.migration.id.clone(),
                source: source.name,
                destination: destination.name,
                map: settings.map.at_rest(),
                signed_off_by: settings.migration.signed_off_by.clone(),
                signed_map: settings.migration.signed_map.clone(),
                batch_pages: Some(settings.run.batch_pages),
                error_budget: Some(settings.run.error_budget),
                documents: Some(settings.documents.clone()),
                delta: None,
            };
            let once = format!("run-{}", Fingerprint::of(json!(asked).to_string().as_bytes()).to_hex());
            remote.create(&asked, &once).await?
        }
    })
}

/// Starts the migration, made if need be. Whether a pass went on that had begun before.
async fn begin(remote: &Remote, settings: &Settings) -> Result<(MigrationDetail, bool), Failure> {
    let before = made(remote, settings).await?;
    let map = settings.map.at_rest();
    let migration = &before.view.migration;
    let resumed = migration.pass.0 > 0 && migration.state != MigrationState::Ready;
    // A map that was put there is the map; the configuration's own has not been since.
    let put = remote.map_was_put().await?;
    let by = settings.migration.signed_off_by.clone().or_else(|| before.settings.signed_off_by.clone());
    let by = by.ok_or_else(Failure::unsigned)?;
    let changed = !put && before.settings_map_hash != map.hash().to_hex();
    let asked = StartMigration {
        signed_off_by: Some(by),
        signed_map: settings.migration.signed_map.clone(),
        map: changed.then_some(map),
    };
    Ok((remote.start(&asked).await?, resumed))
}

fn elsewhere(wanted: &Account, known: &Account) -> Failure {
    let Account { name, base_url, .. } = known;
    let what = format!(
        "account {name} is known there with the address {base_url}, the configuration says {}: name another account, or \
         correct one of them",
        wanted.base_url
    );
    Failure::new(Exit::Refused, what)
}

/// Looks until it stands still; none when this process is asked to stop.
async fn follow(
    remote: &Remote,
    told: &watch::Sender<MigrationDetail>,
    shutdown: &Shutdown,
) -> Result<Option<MigrationDetail>, Failure> {
    let mut heard = Instant::now();
    loop {
        match remote.detail().await {
            Ok(seen) => {
                heard = Instant::now();
                told.send_replace(seen.clone());
                if !seen.view.migration.is_at_work() {
                    return Ok(Some(seen));
                }
            }
            Err(refused) if refused.may_pass() && heard.elapsed() < AWAY => {
                tracing::debug!("the scheduler does not answer just now");
            }
            Err(refused) => return Err(refused.into()),
        }
        tokio::select! {
            () = shutdown.drain().cancelled() => return Ok(None),
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Why it was halted, in the words of whoever halted it.
async fn last_word(remote: &Remote) -> Option<String> {
    let (mut last, mut after) = (None, 0);
    loop {
        let page = remote.events(after, 1_000).await.ok()?;
        let Some(line) = page.events.last() else { return last };
        (last, after) = (Some(line.why.clone()), page.next);
    }
}

#[async_trait]
impl Gauge for watch::Receiver<MigrationDetail> {
    async fn read(&self) -> Option<Reading> {
        let seen = self.borrow();
        let records = &seen.view.reconciliation.records;
        let moved = ObjectKind::phases().filter_map(|kind| Some((kind, records.get(&kind)?.tally))).collect();
        let rate = seen.rate.as_ref();
        let used = rate.map(|rate| f64::from(rate.used) * 1000.0 / rate.window_ms.max(1) as f64);
        Some(Reading {
            state: seen.view.migration.state,
            moved,
            calls: Calls::PerSecond(used.unwrap_or_default()),
            allowed_per_s: rate.map(|rate| rate.usable_per_s).unwrap_or_default(),
        })
    }
}
