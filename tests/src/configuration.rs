//! The configuration file of a stack, written as an operator would write it: addresses, invented credentials, the
//! supplements, and limits and waits so short that a small account is moved in seconds.

use std::path::Path;

use simulator::{Endpoints, Rate};
use toml::{Table, Value};

/// The name of the migration in every stack.
pub(crate) const MIGRATION: &str = "under-test";

/// The Atera id of the first customer, who stands in for missing companies.
pub(crate) const FALLBACK_CUSTOMER: &str = "3001";

/// The text of the file; `settings` stand above all else.
pub(crate) fn text(
    endpoints: &Endpoints,
    supplements: &Path,
    rate: Rate,
    settings: &[(String, Value)],
) -> String {
    let file = |name: &str| Value::from(supplements.join(name).to_string_lossy().as_ref());
    let whole = |number: u64| Value::from(i64::try_from(number).unwrap());
    let own = [
        ("migration.id", Value::from(MIGRATION)),
        ("migration.signed_off_by", Value::from("a tester")),
        ("source.base_url", Value::from(endpoints.atera.url.as_str())),
        ("source.token", Value::from(endpoints.atera.token.as_str())),
        ("source.rate_cap_per_s", Value::from(2_000.0)),
        ("source.rate_start_per_s", Value::from(2_000.0)),
        ("source.supplements.tags", file("tags.csv")),
        ("source.supplements.technicians", file("technicians.csv")),
        ("source.supplements.sla_policies", file("sla_policies.csv")),
        ("source.supplements.integrations", file("integrations.csv")),
        ("destination.base_url", Value::from(endpoints.gorgias.url.as_str())),
        ("destination.email", Value::from(endpoints.gorgias.email.as_str())),
        ("destination.api_key", Value::from(endpoints.gorgias.api_key.as_str())),
        ("destination.rate.limit", whole(rate.limit.into())),
        ("destination.rate.window_ms", whole(rate.window_ms)),
        ("destination.in_doubt.look_at_ages_ms", vec![whole(100), whole(500), whole(2_000)].into()),
        ("map.fallback_agent", Value::from(endpoints.gorgias.email.as_str())),
        ("map.fallback_customer", Value::from(FALLBACK_CUSTOMER)),
        ("run.workers", whole(4)),
        ("run.batch_pages", whole(1)),
        ("run.backoff_ms", whole(50)),
        ("run.lease_ms", whole(30_000)),
        ("destination.timeout_ms", whole(20_000)),
        ("storage.ledger", Value::from("state/ledger.db")),
        ("storage.reports", Value::from("reports")),
        ("simulator.admin_url", Value::from(endpoints.admin_url.as_str())),
    ];
    let mut table = Table::new();
    for (key, value) in own {
        put(&mut table, key, value);
    }
    for (key, value) in settings {
        put(&mut table, key, value.clone());
    }
    toml::to_string(&table).unwrap()
}

pub(crate) fn put(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
        }
        Some((section, rest)) => {
            let inner = table.entry(section).or_insert_with(|| Table::new().into());
            put(inner.as_table_mut().unwrap(), rest, value);
        }
    }
}
