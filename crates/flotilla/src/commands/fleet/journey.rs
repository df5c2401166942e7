//! A move through the local fleet's API, from its creation to the last account, with a worker killed half way if that is
//! wished.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use protocol::{FailureCode, MigrationState, ObjectKind, report::Reconciliation, report::Row};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use super::{Fleet, api::Api, files::Files, files::MIGRATION};
use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    simulator_account::{SimulatorAccount, tickets_received},
};

/// How often the migration is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// Without a terminal, a line is said at least this far apart.
const SAY: Duration = Duration::from_secs(5);

/// A move.
#[derive(Debug)]
pub(super) struct Journey<'a> {
    pub(super) api: &'a Api,
    pub(super) tickets: u32,
    pub(super) kill: bool,
}

/// What is said at its end.
#[derive(Debug, Serialize)]
struct End {
    state: MigrationState,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<FailureCode>,
    records: BTreeMap<ObjectKind, Row>,
    causes: BTreeMap<FailureCode, u64>,
    remainder: i64,
    #[serde(flatten)]
    account: SimulatorAccount,
    workers: usize,
    workers_killed: u32,
    seconds: f64,
    reports: PathBuf,
}

impl Journey<'_> {
    /// Creates and starts the migration, follows it, and shows the end.
    ///
    /// # Errors
    /// [`Failure`] when the API refuses, or a service ends by itself.
    pub(super) async fn run(
        &self,
        request: &Value,
        fleet: &mut Fleet,
        files: &Files,
        call: &Invocation,
    ) -> Result<Exit, Failure> {
        let admin_url: Url = fleet
            .simulator
            .endpoints()
            .admin_url
            .parse()
            .map_err(|error| Failure::new(Exit::Failed, error))?;
        let (began, workers) = (Instant::now(), fleet.crew.worker_urls().len());
        self.api.post("migrations", request).await?;
        self.api.post(&format!("migrations/{MIGRATION}/start"), &json!({})).await?;
        let mut line = Line::new(call);
        let mut workers_killed = 0;
        if self.kill {
            tokio::select! {
                received = tickets_received(&admin_url, self.tickets / 2) => {
                    received?;
                    if let Some(name) = fleet.crew.kill_worker().await {
                        line.aside(&format!("{name} was killed (SIGKILL) half way; another one is started in its place."));
                        fleet.crew.add_worker(files).await?;
                        workers_killed = 1;
                    }
                }
                ended = self.followed(&mut line) => { ended?; }
            }
        }
        tokio::select! {
            ended = self.followed(&mut line) => { ended?; }
            ended = fleet.crew.any_ended() => return Err(Failure::new(Exit::Failed, ended)),
        }
        line.end();
        let report: Reconciliation = self.api.get(&format!("migrations/{MIGRATION}/report")).await?;
        let closes = report.closes();
        let end = End {
            state: report.state,
            cause: report.cause,
            remainder: report.records.values().map(|row| row.difference).sum(),
            records: report.records,
            causes: report.causes,
            account: SimulatorAccount::ask(&admin_url).await?,
            workers,
            workers_killed,
            seconds: began.elapsed().as_secs_f64(),
            reports: files.reports(),
        };
        call.output.say(&end, || end.words())?;
        Ok(match end.state {
            MigrationState::Ready
                if closes && end.account.emails_sent == 0 && end.account.duplicates == 0 =>
            {
                Exit::Ok
            }
            MigrationState::Ready => Exit::Difference,
            _ => Exit::Temporary,
        })
    }

    /// Looks at the migration until nothing goes on any more.
    async fn followed(&self, line: &mut Line) -> Result<(), Failure> {
        loop {
            let seen: Value = self.api.get(&format!("migrations/{MIGRATION}")).await?;
            line.show(&seen);
            let state = seen["migration"]["state"].as_str().unwrap_or_default();
            if ["ready", "halted", "cancelled", "paused"].contains(&state) {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl End {
    fn words(&self) -> String {
        let cause = self.cause.map(|cause| format!(": {cause}. {}", cause.advice())).unwrap_or_default();
        let account = &self.account;
        format!(
            "{table}\n\
             state {state}{cause}\n\
             records unaccounted for        {remainder}\n\
             customers e-mailed             {emails}\n\
             internal notes made public     {notes}\n\
             records there twice            {duplicates}\n\
             answers 429                    {refused}\n\
             workers, of them killed        {workers}, {killed}\n\
             seconds                        {seconds:.0}\n\
             reports                        {reports}",
            table = documents::reconciliation::table_of(&self.records),
            state = self.state,
            remainder = self.remainder,
            emails = account.emails_sent,
            notes = account.private_notes_public,
            duplicates = account.duplicates,
            refused = account.responses_429,
            workers = self.workers,
            killed = self.workers_killed,
            seconds = self.seconds,
            reports = self.reports.display(),
        )
    }
}

/// What is shown while it moves: a line that renews itself at a terminal, else a line now and then.
struct Line {
    bar: ProgressBar,
    output: crate::output::Output,
    said: Option<(Instant, String)>,
}

impl Line {
    fn new(call: &Invocation) -> Self {
        let bar = if call.output.may_draw() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} [{bar:30}] {pos}/{len} {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar, output: call.output, said: None }
    }

    fn show(&mut self, seen: &Value) {
        let sentence = seen["sentence"].as_str().unwrap_or_default().to_owned();
        let moved = |column: &str| -> u64 {
            let row = |kind: ObjectKind| {
                let row = &seen["reconciliation"]["records"][kind.name()];
                (row["source"].as_u64().unwrap_or_default(), row["difference"].as_u64().unwrap_or_default())
            };
            ObjectKind::phases()
                .map(row)
                .map(|(all, left)| if column == "source" { all } else { all - left.min(all) })
                .sum()
        };
        self.bar.set_length(moved("source"));
        self.bar.set_position(moved("accounted"));
        self.bar.set_message(sentence.clone());
        let quiet = self.said.as_ref().is_some_and(|(at, last)| *last == sentence || at.elapsed() < SAY);
        if self.bar.is_hidden() && !quiet {
            self.output.aside(&sentence);
            self.said = Some((Instant::now(), sentence));
        }
    }

    fn aside(&self, text: &str) {
        self.bar.suspend(|| self.output.aside(text));
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}
