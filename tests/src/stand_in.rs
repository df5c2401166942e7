//! The stand-in of both vendors in this process, with its levers and gauges: what every home of a test stands on.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use simulator::{Endpoints, Options, Simulator};

use crate::{Admin, ports};

/// How often addresses are picked before something else must be wrong.
const PICKS: usize = 20;

/// How often addresses of a former stand-in are tried before somebody else must have taken them.
const COMEBACKS: usize = 200;

/// Both vendors, as a test meets them.
#[derive(Debug)]
pub struct StandIn {
    simulator: Simulator,
    /// The stand-in's levers and gauges.
    pub admin: Admin,
}

impl StandIn {
    /// Starts it, on addresses it can come back to unless some are named.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn start(options: &Options) -> Self {
        let simulator = started(options).await;
        let admin = Admin::new(&simulator.endpoints().admin_url);
        Self { simulator, admin }
    }

    /// Stops it, and answers options for another one on the same addresses.
    pub(crate) async fn stop(self, options: &Options) -> Options {
        let address = |url: &str| url.split('/').nth(2).unwrap().parse().unwrap();
        let again = Options {
            atera: address(&self.endpoints().atera.url),
            gorgias: address(&self.endpoints().gorgias.url),
            ..options.clone()
        };
        drop(self.admin);
        self.simulator.stop().await;
        again
    }

    /// Writes the supplements of the account into a folder.
    pub(crate) fn write_supplements(&self, folder: &std::path::Path) {
        self.simulator.write_supplements(folder).unwrap();
    }

    /// How the stand-in is reached.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        self.simulator.endpoints()
    }

    /// `GET /_sim/{route}`.
    pub async fn admin_get(&self, route: &str) -> Value {
        self.admin.get(route).await
    }

    /// `POST /_sim/{route}`.
    pub async fn admin_post(&self, route: &str, body: &Value) -> Value {
        self.admin.send(Method::POST, route, body).await
    }

    /// Puts these fault rules in the place of whatever stood.
    pub async fn faults(&self, rules: &Value) {
        self.admin.send(Method::PUT, "faults", rules).await;
    }

    /// The destination's whole state.
    #[must_use]
    pub fn snapshot(&self, canonical: bool) -> Value {
        self.simulator.snapshot(canonical)
    }
}

/// A stand-in on the addresses of a former one. A process that another test starts at this moment holds copies of every
/// socket of ours until it is what it will be: so an address may be in use for a blink after it was given up.
async fn back(options: &Options) -> Simulator {
    for _ in 1..COMEBACKS {
        match Simulator::start(options.clone()).await {
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            other => return other.unwrap(),
        }
    }
    Simulator::start(options.clone()).await.unwrap()
}

async fn started(options: &Options) -> Simulator {
    if options.atera.port() != 0 {
        return back(options).await;
    }
    for _ in 1..PICKS {
        let picked = Options { atera: ports::free(), gorgias: ports::free(), ..options.clone() };
        if let Ok(simulator) = Simulator::start(picked).await {
            return simulator;
        }
    }
    Simulator::start(options.clone()).await.unwrap()
}
