//! A running simulator: two listeners started together and stopped by whoever started them.

use std::fmt;
use std::future::IntoFuture;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::{Clock, wall_now};
use crate::door::{self, Door};
use crate::endpoints::{AteraEndpoint, Endpoints, GorgiasEndpoint};
use crate::faults::{self, Faults};
use crate::line::{Line, LineListener};
use crate::options::Options;
use crate::request_log::{Api, RequestLog};
use crate::world::{Shared, World};
use crate::{admin, atera, gorgias, snapshot};

/// How long open lines are given to end when the simulator stops.
const STOP_GRACE: Duration = Duration::from_secs(2);

/// Both vendors' stand-in, listening on two addresses until it is stopped or dropped.
pub struct Simulator {
    world: Shared,
    endpoints: Endpoints,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<io::Result<()>>>,
}

impl fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Simulator").field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}

impl Simulator {
    /// Binds both listeners, seeds both accounts and serves until [`Simulator::stop`] or drop.
    ///
    /// # Errors
    /// When an address cannot be bound.
    pub async fn start(options: Options) -> io::Result<Self> {
        let atera_listener = TcpListener::bind(options.atera).await?;
        let gorgias_listener = TcpListener::bind(options.gorgias).await?;
        let atera_address = atera_listener.local_addr()?;
        let gorgias_address = gorgias_listener.local_addr()?;
        let source = Arc::new(atera::Account::new(&atera::Setup {
            seed: options.seed,
            tickets: options.tickets,
            rate: options
                .atera_rate
                .map(|rate| atera::SourceRate { limit: rate.limit, window_ms: rate.window_ms }),
            now: atera::Now::from(wall_now),
        }));
        let destination = gorgias::Account::new(&options);
        destination.seed_existing_customers(&source.existing_emails());
        let (stop, stopping) = watch::channel(false);
        let world = Arc::new(World {
            clock: Clock::start(),
            log: RequestLog::new(),
            faults: Faults::default(),
            gorgias: destination,
            atera: source,
            gorgias_address,
            latency_ms: options.latency_ms,
            settings: RwLock::new(options.settings),
            snapshots: Mutex::default(),
            stopping,
        });
        let endpoints = {
            let tokens = world.gorgias.tokens();
            Endpoints {
                atera: AteraEndpoint {
                    url: format!("http://{atera_address}/api/v3"),
                    token: world.atera.token().to_owned(),
                },
                gorgias: GorgiasEndpoint {
                    url: format!("http://{gorgias_address}/api"),
                    email: world.gorgias.email.clone(),
                    api_key: world.gorgias.api_key.clone(),
                    token_url: format!("http://{gorgias_address}/oauth/token"),
                    client_id: tokens.client_id.clone(),
                    client_secret: tokens.client_secret.clone(),
                    refresh_token: tokens.refresh_token.clone(),
                },
                admin_url: format!("http://{gorgias_address}/_sim"),
            }
        };
        let servers = vec![
            serve(atera_listener, atera_router(&world), &world),
            serve(gorgias_listener, gorgias_router(&world), &world),
        ];
        Ok(Self { world, endpoints, stop, servers })
    }

    /// Where it listens and how to get in.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// The destination's whole state as JSON, raw or canonical, as `GET /_sim/snapshot` gives it.
    #[must_use]
    pub fn snapshot(&self, canonical: bool) -> Value {
        let state = self.world.gorgias.state();
        if canonical { snapshot::canonical(&state) } else { snapshot::raw(&state) }
    }

    /// Writes what no API of the source gives (`tags.csv`, `technicians.csv`, `sla_policies.csv`,
    /// `integrations.csv`) into `dir`, which is made if need be.
    ///
    /// # Errors
    /// When the folder cannot be made or a file cannot be written.
    pub fn write_supplements(&self, dir: &Path) -> io::Result<()> {
        std::fs::create_dir_all(dir)?;
        for (name, bytes) in atera::supplements::files(&self.world.atera) {
            std::fs::write(dir.join(name), bytes)?;
        }
        Ok(())
    }

    /// Stops both listeners and waits until they are closed.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for mut server in self.servers {
            if tokio::time::timeout(STOP_GRACE, &mut server).await.is_err() {
                server.abort();
            }
        }
    }
}

fn serve(listener: TcpListener, router: Router, world: &Shared) -> JoinHandle<io::Result<()>> {
    let world = Arc::clone(world);
    let service = router.into_make_service_with_connect_info::<Line>();
    let server = axum::serve(LineListener(listener), service);
    let server = server.with_graceful_shutdown(async move { world.stopped().await });
    tokio::spawn(server.into_future())
}

fn atera_router(world: &Shared) -> Router {
    let door = Door { world: Arc::clone(world), api: Api::Atera };
    Router::new()
        .nest("/api/v3", atera::router(Arc::clone(&world.atera)))
        .merge(atera::files_router(Arc::clone(&world.atera)))
        .layer(from_fn_with_state(door.clone(), faults::layer))
        .layer(from_fn_with_state(door, door::pass))
}

fn gorgias_router(world: &Shared) -> Router {
    let door = Door { world: Arc::clone(world), api: Api::Gorgias };
    gorgias::router(&door)
        .merge(admin::router().with_state(Arc::clone(world)))
        .nest("/_sim/atera", atera::admin_router(Arc::clone(&world.atera)))
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(door, door::pass))
}
