//! The configuration that fits a running simulator: addresses, invented credentials, its supplements. Ledger and reports
//! come to lie beside the file.

use std::path::Path;

use simulator::Endpoints;
use toml::{Table, Value};

use crate::{exit::Exit, failure::Failure};

/// The first customer of every simulated account: it stands in for missing companies.
const FALLBACK_CUSTOMER: &str = "3001";

/// The text of a configuration file for a running simulator whose supplements lie in `supplements` (absolute), with
/// `settings` (dotted key and value) above what it would say by itself.
///
/// # Errors
/// [`Failure`] when it has no TOML form.
pub(crate) fn configuration(
    endpoints: &Endpoints,
    supplements: &Path,
    settings: &[(&str, String)],
) -> Result<String, Failure> {
    let file = |name: &str| text(&supplements.join(name).to_string_lossy());
    let mut table = Table::new();
    let own = [
        ("migration.id", text("simulated")),
        ("migration.signed_off_by", text("operator of the simulator")),
        ("source.base_url", text(&endpoints.atera.url)),
        ("source.token", text(&endpoints.atera.token)),
        // The stand-in of the source has no limit of its own.
        ("source.rate_cap_per_s", Value::Float(2_000.0)),
        ("source.rate_start_per_s", Value::Float(500.0)),
        ("source.supplements.tags", file("tags.csv")),
        ("source.supplements.technicians", file("technicians.csv")),
        ("source.supplements.sla_policies", file("sla_policies.csv")),
        ("source.supplements.integrations", file("integrations.csv")),
        ("destination.base_url", text(&endpoints.gorgias.url)),
        ("destination.email", text(&endpoints.gorgias.email)),
        ("destination.api_key", text(&endpoints.gorgias.api_key)),
        ("map.fallback_agent", text(&endpoints.gorgias.email)),
        ("map.fallback_customer", text(FALLBACK_CUSTOMER)),
        ("storage.ledger", text("flotilla-state/ledger.db")),
        ("storage.reports", text("flotilla-reports")),
        ("simulator.admin_url", text(&endpoints.admin_url)),
    ];
    for (key, value) in own {
        put(&mut table, key, value)?;
    }
    for (key, value) in settings {
        put(&mut table, key, typed(value))?;
    }
    let toml = toml::to_string(&table).map_err(|error| Failure::new(Exit::Failed, error))?;
    Ok(format!("# For a simulator on this machine; its credentials are invented and end with it.\n\n{toml}"))
}

fn put(table: &mut Table, key: &str, value: Value) -> Result<(), Failure> {
    let Some((section, rest)) = key.split_once('.') else {
        table.insert(key.to_owned(), value);
        return Ok(());
    };
    match table.entry(section).or_insert_with(|| Value::Table(Table::new())) {
        Value::Table(inner) => put(inner, rest, value),
        _ => Err(Failure::configuration(format!("{key} is no key: {section} is a value"))),
    }
}

/// A value as TOML would read it; what is no TOML value is text.
fn typed(value: &str) -> Value {
    let table = format!("value = {value}").parse::<Table>().ok();
    table.and_then(|mut table| table.remove("value")).unwrap_or_else(|| text(value))
}

fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs};

    use bootstrap::{Environment, Settings};
    use simulator::{AteraEndpoint, GorgiasEndpoint};

    use super::*;

    #[test]
    fn the_configuration_is_ready_for_a_run() {
        let endpoints = Endpoints {
            atera: AteraEndpoint { url: "http://127.0.0.1:4000/api/v3".into(), token: "a.b.c".into() },
            gorgias: GorgiasEndpoint {
                url: "http://127.0.0.1:4001/api".into(),
                email: "admin@msp.example".into(),
                api_key: "key".into(),
                token_url: "http://127.0.0.1:4001/oauth/token".into(),
                client_id: "id".into(),
                client_secret: "secret".into(),
                refresh_token: "refresh".into(),
            },
            admin_url: "http://127.0.0.1:4001/_sim".into(),
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("run.toml");
        let above = [
            ("destination.rate.limit", "400".to_owned()),
            ("destination.in_doubt.look_at_ages_ms", "[500, 1500]".to_owned()),
            ("migration.signed_off_by", "the demo".to_owned()),
            ("source.rate_start_per_s", "7".to_owned()),
        ];
        fs::write(&file, configuration(&endpoints, Path::new("/s p"), &above).unwrap()).unwrap();
        let settings = Settings::load(Some(&file), &Environment::default(), &BTreeMap::new()).unwrap();
        assert!(settings.access().is_ok());
        assert_eq!(settings.migration.signed_off_by.as_deref(), Some("the demo"));
        assert_eq!(settings.destination.rate.limit, 400);
        assert_eq!(settings.destination.look_at_ages_ms, [500, 1500]);
        assert_eq!(settings.source.supplements.tags.as_deref(), Some(Path::new("/s p/tags.csv")));
        assert!(settings.storage.ledger.starts_with(folder.path()));
        assert!(settings.map.fallback_agent.is_some() && settings.map.fallback_customer.is_some());
        assert!(settings.simulator.admin_url.is_some());
    }
}
