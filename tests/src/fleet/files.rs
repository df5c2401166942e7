//! What a fleet of a test is told: one configuration for all its processes, credentials by name, supplements, and three
//! tokens. Terms and waits are so short that a change of hands costs seconds.

use std::{fs, path::Path};

use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use simulator::Rate;
use toml::{Table, Value};

use crate::{
    StackOptions, StandIn,
    configuration::{FALLBACK_CUSTOMER, MIGRATION, put},
};

/// The tokens of the API, by role.
pub(super) const TOKENS: [(&str, &str); 3] = [
    ("viewer", "the-viewers-token-5b1c0d"),
    ("operator", "the-operators-token-92ae17"),
    ("admin", "the-admins-token-c4f8e3"),
];

/// Writes everything into the folder.
pub(super) fn write(folder: &Path, stand_in: &StandIn, servers: &[String; 2], options: &StackOptions) {
    for name in ["logs", "reports", "counts", "credentials"] {
        fs::create_dir_all(folder.join(name)).unwrap();
    }
    fs::write(folder.join("fleet.toml"), configuration(folder, servers, options)).unwrap();
    admit(folder, stand_in, "");
}

/// Names of a pair of accounts and of their credentials; the stack's own pair is called "".
fn names(pair: &str) -> [String; 2] {
    ["source", "destination"].map(|side| format!("{pair}{side}-account"))
}

/// Writes credentials and supplements of a pair of accounts.
pub(super) fn admit(folder: &Path, stand_in: &StandIn, pair: &str) {
    let (endpoints, [source, destination]) = (stand_in.endpoints(), names(pair));
    let token = format!("token = {:?}\n", endpoints.atera.token);
    fs::write(folder.join(format!("credentials/{source}.toml")), token).unwrap();
    let (email, key) = (&endpoints.gorgias.email, &endpoints.gorgias.api_key);
    let basic = format!("email = {email:?}\napi_key = {key:?}\n");
    fs::write(folder.join(format!("credentials/{destination}.toml")), basic).unwrap();
    stand_in.write_supplements(&folder.join("supplements").join(source));
}

fn configuration(folder: &Path, [redis, postgres]: &[String; 2], options: &StackOptions) -> String {
    let path = |name: &str| Value::from(folder.join(name).to_string_lossy().as_ref());
    let number = |number: u32| Value::from(i64::from(number));
    let token = |(role, token): &(&str, &str)| {
        let hash: String =
            Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let entry = [("name", *role), ("role", *role), ("sha256", hash.as_str())];
        Value::from(
            entry.map(|(key, value)| (key.to_owned(), Value::from(value))).into_iter().collect::<Table>(),
        )
    };
    let ages: Vec<Value> = [100, 300, 600].map(number).into();
    let own = [
        ("fleet.redis_url", Value::from(redis.as_str())),
        ("fleet.postgres_url", Value::from(postgres.as_str())),
        ("fleet.credentials", path("credentials")),
        ("fleet.supplements", path("supplements")),
        ("scheduler.listen", Value::from("127.0.0.1:0")),
        ("scheduler.tick_ms", number(100)),
        ("scheduler.term_ms", number(1_500)),
        ("scheduler.tokens", TOKENS.iter().map(token).collect::<Vec<_>>().into()),
        ("worker.listen", Value::from("127.0.0.1:0")),
        ("worker.jobs", number(4)),
        ("worker.drain_ms", number(10_000)),
        ("source.rate_cap_per_s", Value::from(2_000.0)),
        ("source.rate_start_per_s", Value::from(2_000.0)),
        ("destination.timeout_ms", number(options.lease_ms.1)),
        ("destination.in_doubt.look_at_ages_ms", ages.into()),
        ("run.batch_pages", number(1)),
        ("run.backoff_ms", number(50)),
        ("run.lease_ms", number(options.lease_ms.0)),
        ("storage.reports", path("reports")),
    ];
    let mut table = Table::new();
    for (key, value) in own {
        put(&mut table, key, value);
    }
    for (key, value) in &options.settings {
        // What the embedded home calls its workers are a worker's jobs here; one hand is one in the whole fleet.
        if key == "run.workers" {
            put(&mut table, "worker.jobs", value.clone());
            if value.as_integer() == Some(1) {
                put(&mut table, "scheduler.window", value.clone());
            }
        } else {
            put(&mut table, key, value.clone());
        }
    }
    toml::to_string(&table).unwrap()
}

/// A pair of accounts, as the API takes them.
pub(super) fn accounts(stand_in: &StandIn, rate: Rate, pair: &str) -> [Json; 2] {
    let (endpoints, [source, destination]) = (stand_in.endpoints(), names(pair));
    let rate = json!({ "limit": rate.limit, "window_ms": rate.window_ms });
    [
        json!({ "name": source, "base_url": endpoints.atera.url, "credential": source, "vendor": "atera" }),
        json!({ "name": destination, "base_url": endpoints.gorgias.url, "credential": destination,
            "vendor": "gorgias", "rate": rate }),
    ]
}

/// The request that creates a migration between a pair of accounts, with further fields in its map.
pub(super) fn migration(stand_in: &StandIn, id: &str, pair: &str, further: &Json) -> Json {
    let [source, destination] = names(pair);
    let mut map = json!({ "fallback_agent": stand_in.endpoints().gorgias.email, "fallback_customer": FALLBACK_CUSTOMER });
    for (name, value) in further.as_object().unwrap() {
        map[name] = value.clone();
    }
    json!({ "id": id, "source": source, "destination": destination, "map": map, "signed_off_by": "a tester" })
}

/// The name of the migration in every stack.
pub(super) const fn migration_id() -> &'static str {
    MIGRATION
}
