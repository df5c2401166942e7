//! `flotilla fleet`: a whole fleet on this machine, without containers. It starts a Redis and a PostgreSQL from installed
//! packages, both vendors' stand-in, a scheduler and workers, each a process of its own, and says how to reach them; with
//! `--move` it moves the simulated account through the API and shows the end. Ctrl-C stops all of it, in order.

mod api;
mod crew;
mod files;
mod journey;

use std::path::{Path, PathBuf};

use bootstrap::Shutdown;
use protocol::{Account, AccountRate, At};
use servers::{Postgres, Redis};
use simulator::{Options, Rate, Simulator};

use self::{api::Api, crew::Crew, files::Files};
use crate::{exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `fleet`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Everything random follows from this number
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Tickets in the Atera account
    #[arg(long, default_value_t = 500)]
    tickets: u32,
    /// Worker processes
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=32))]
    workers: u32,
    /// Requests Gorgias allows per window: far faster than real, so that a minute is enough
    #[arg(long, default_value_t = 200)]
    limit: u32,
    /// Length of that window, in milliseconds
    #[arg(long, default_value_t = 2_000)]
    window_ms: u64,
    /// Folder for configuration, credentials, logs and reports; made anew
    #[arg(long, default_value = "flotilla-fleet", value_name = "DIR")]
    folder: PathBuf,
    /// Moves the account, follows the move to its end, and stops the fleet
    #[arg(long = "move")]
    moves: bool,
    /// Kills a worker (SIGKILL) half way
    #[arg(long, requires = "moves")]
    kill: bool,
}

/// What runs, in the order in which it is stopped.
struct Fleet {
    crew: Crew,
    simulator: Simulator,
    redis: Redis,
    postgres: Postgres,
}

/// Runs until a signal, or until the move has ended.
///
/// # Errors
/// [`Failure`] when a part cannot be started or the move cannot be followed.
pub(crate) async fn run(args: Args, call: &Invocation) -> Result<Exit, Failure> {
    let shutdown = Shutdown::on_signals()?;
    let files = Files::anew(&args.folder)?;
    let (redis, postgres) = (Redis::start().await?, Postgres::start().await?);
    let options = Options {
        seed: args.seed,
        tickets: args.tickets,
        rate: Rate { limit: args.limit, window_ms: args.window_ms },
        ..Options::default()
    };
    let simulator = Simulator::start(options).await.map_err(|error| Failure::new(Exit::Failed, error))?;
    files.write(&simulator, &redis.url(), &postgres.url())?;
    let crew = Crew::start(&files, args.workers).await?;
    let mut fleet = Fleet { crew, simulator, redis, postgres };
    let exit = serve(&args, call, &files, &mut fleet, &shutdown).await;
    fleet.stop(call).await;
    exit
}

async fn serve(
    args: &Args,
    call: &Invocation,
    files: &Files,
    fleet: &mut Fleet,
    shutdown: &Shutdown,
) -> Result<Exit, Failure> {
    let api = Api::new(fleet.crew.api_url(), files.token());
    for account in accounts(&fleet.simulator, args)? {
        api.post("accounts", &account).await?;
    }
    let request = files.request(&fleet.simulator)?;
    call.output.say(&fleet.places(files), || fleet.words(files))?;
    let drain = shutdown.drain();
    if args.moves {
        let journey = journey::Journey { api: &api, tickets: args.tickets, kill: args.kill };
        return tokio::select! {
            ended = journey.run(&request, fleet, files, call) => ended,
            () = drain.cancelled() => Ok(Exit::Interrupted),
        };
    }
    tokio::select! {
        ended = fleet.crew.any_ended() => Err(Failure::new(Exit::Failed, ended)),
        () = drain.cancelled() => Ok(Exit::Ok),
    }
}

impl Fleet {
    fn places(&self, files: &Files) -> serde_json::Value {
        serde_json::json!({
            "ready": "fleet",
            "url": self.crew.api_url(),
            "workers": self.crew.worker_urls(),
            "simulator": self.simulator.endpoints(),
            "redis": self.redis.url(),
            "postgres": self.postgres.url(),
            "token_file": files.token_file(),
            "configuration": files.configuration(),
            "logs": files.logs(),
        })
    }

    fn words(&self, files: &Files) -> String {
        let (api, shown) = (self.crew.api_url(), |path: &Path| path.display().to_string());
        let curl = format!("curl -sS -H @{}", shown(&files.header_file()));
        let post = format!("{curl} -H 'content-type: application/json'");
        let request = shown(&files.request_file());
        format!(
            "The fleet runs on loopback; Ctrl-C stops all of it.\n\
             \n\
             API         {api}/v1\n\
             simulator   {admin}\n\
             workers     {workers}\n\
             Redis       {redis}\n\
             PostgreSQL  {postgres}\n\
             logs        {logs}\n\
             token       {token}\n\
             \n\
             Create the migration, start it, and look at it:\n\
             \n  {post} -d @{request} {api}/v1/migrations\n  \
             {post} -d '{{}}' {api}/v1/migrations/{id}/start\n  \
             {curl} {api}/v1/migrations/{id}\n  \
             {curl} {api}/v1/migrations/{id}/report\n",
            admin = self.simulator.endpoints().admin_url,
            workers = self.crew.worker_urls().join(" "),
            redis = self.redis.url(),
            postgres = self.postgres.url(),
            logs = shown(&files.logs()),
            token = shown(&files.token_file()),
            id = files::MIGRATION,
        )
    }

    /// Stops everything in order: who works, who decides, then what they stand on.
    async fn stop(mut self, call: &Invocation) {
        call.output.aside("Stopping: workers, scheduler, simulator, Redis, PostgreSQL.");
        for name in self.crew.stop().await {
            call.output.aside(&format!("{name} did not end by itself and was killed"));
        }
        self.simulator.stop().await;
        self.redis.kill().await;
        self.postgres.stop().await;
    }
}

/// Both accounts, as the API takes them: addresses and the names of credentials.
fn accounts(simulator: &Simulator, args: &Args) -> Result<[Account; 2], Failure> {
    let endpoints = simulator.endpoints();
    let rate = AccountRate { limit: args.limit, window_ms: args.window_ms, reserve: 0.0, quiet: Vec::new() };
    let (source, destination) = (files::name(files::SOURCE)?, files::name(files::DESTINATION)?);
    Ok([
        Account {
            name: source.clone(),
            base_url: endpoints.atera.url.clone(),
            credential: source,
            at: At::Atera { zone: None },
        },
        Account {
            name: destination.clone(),
            base_url: endpoints.gorgias.url.clone(),
            credential: destination,
            at: At::Gorgias { rate },
        },
    ])
}

impl From<servers::Error> for Failure {
    fn from(error: servers::Error) -> Self {
        Self::new(Exit::Failed, error)
    }
}
