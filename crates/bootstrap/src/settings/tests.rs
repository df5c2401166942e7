//! The settings, told as what an operator writes and what comes of it.

use std::{collections::BTreeMap, fs, path::PathBuf};

use protocol::MapSpec;
use secrecy::ExposeSecret;

use super::*;

fn load(toml: &str, variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Settings, Error> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("flotilla.toml");
    fs::write(&file, toml).unwrap();
    let flags: BTreeMap<String, String> =
        flags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Settings::load(Some(&file), &Environment::of(variables), &flags)
}

fn keys_blamed(result: Result<Settings, Error>) -> Vec<String> {
    result.unwrap_err().problems().iter().map(|problem| problem.key.clone()).collect()
}

fn source_of(settings: &Settings, key: &str) -> SettingSource {
    settings.sources().iter().find(|source| source.key == key).unwrap().clone()
}

#[test]
fn the_embedded_defaults_are_sound_and_carry_the_default_map() {
    let settings = Settings::defaults().unwrap();
    assert_eq!(settings.map, MapSpec::default());
    assert_eq!(settings.destination.look_at_ages_ms, [15_000, 30_000, 45_000]);
    assert!(settings.source.token.is_none() && settings.migration.signed_off_by.is_none());
}

#[test]
fn every_key_of_the_default_file_has_a_comment_above_it() {
    let mut explained = false;
    let mut map_of_values = false;
    for line in DEFAULTS.lines() {
        let is_key = line.contains(" = ") && !line.starts_with('#');
        assert!(!is_key || explained || map_of_values, "no comment above: {line}");
        map_of_values = line.ends_with(".values]") || (map_of_values && !line.is_empty());
        explained = line.starts_with('#');
    }
}

#[test]
fn a_later_layer_wins_and_says_so() {
    let toml = "[run]\nworkers = 2\nbatch_pages = 3\nmax_attempts = 4\n";
    let variables = [("FLOTILLA__RUN__WORKERS", "5"), ("FLOTILLA__RUN__BATCH_PAGES", "6")];
    let settings = load(toml, &variables, &[("run.workers", "7")]).unwrap();
    assert_eq!((settings.run.workers, settings.run.batch_pages, settings.run.max_attempts), (7, 6, 4));
    assert_eq!(source_of(&settings, "run.workers").origin, Origin::Flag);
    assert_eq!(
        source_of(&settings, "run.batch_pages").origin,
        Origin::Environment("FLOTILLA__RUN__BATCH_PAGES".into())
    );
    assert!(matches!(source_of(&settings, "run.max_attempts").origin, Origin::File(_)));
    assert_eq!(source_of(&settings, "run.error_budget").origin, Origin::Default);
}

#[test]
fn all_problems_are_reported_at_once_each_with_its_key_and_remedy() {
    let toml = "[source]\nauth = \"magic\"\npage_size = \"many\"\n[run]\nworker = 3\nworkers = 0\n[nonsense]\na = 1\n";
    let variables = [("FLOTILLA__DESTINATION__RATE__LIMIT", "lots"), ("FLOTILLA__MAP__CREATE_AGENTS", "yes")];
    let error = load(toml, &variables, &[("destination.base_url", "ftp://x")]).unwrap_err();
    let mut keys: Vec<&str> = error.problems().iter().map(|problem| problem.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "destination.base_url",
            "destination.rate.limit",
            "map.create_agents",
            "nonsense.a",
            "run.worker",
            "run.workers",
            "source.auth",
            "source.page_size",
        ]
    );
    assert!(error.problems().iter().all(|problem| !problem.remedy.is_empty()));
    assert!(error.to_string().contains("8 problems"));
}

#[test]
fn a_misspelt_section_is_answered_with_the_right_key() {
    let error = load("[src]\nbase_url = \"https://x.example\"\n", &[], &[]).unwrap_err();
    assert!(error.to_string().contains("did you mean destination.base_url or source.base_url?"), "{error}");
}

#[test]
fn a_secret_comes_from_a_file_and_the_higher_layer_wins() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("token");
    fs::write(&secret, "from-file\n").unwrap();
    let variables = [("FLOTILLA__SOURCE__TOKEN_FILE", secret.to_str().unwrap())];
    let settings = load("[source]\ntoken = \"from-toml\"\n", &variables, &[]).unwrap();
    assert_eq!(settings.source.token.unwrap().expose_secret(), "from-file");

    let both = [variables[0], ("FLOTILLA__SOURCE__TOKEN", "from-env")];
    assert_eq!(keys_blamed(load("", &both, &[])), ["source.token"]);

    let missing = [("FLOTILLA__SOURCE__TOKEN_FILE", "/nowhere/token")];
    assert_eq!(keys_blamed(load("", &missing, &[])), ["source.token_file"]);
}

#[test]
fn any_setting_may_be_read_from_a_file_that_a_variable_names() {
    let folder = tempfile::tempdir().unwrap();
    let email = folder.path().join("email");
    fs::write(&email, "admin@msp.example\n").unwrap();
    let settings = load("", &[("FLOTILLA__DESTINATION__EMAIL_FILE", email.to_str().unwrap())], &[]).unwrap();
    assert_eq!(settings.destination.email.as_deref(), Some("admin@msp.example"));
}

#[test]
fn a_secret_is_never_shown_and_never_taken_from_a_flag() {
    let settings = load("[destination]\napi_key = \"s3cret\"\n", &[], &[]).unwrap();
    assert_eq!(source_of(&settings, "destination.api_key").value, "***");
    assert_eq!(source_of(&settings, "source.token").value, "");
    assert!(!format!("{settings:?}").contains("s3cret"));
    assert_eq!(keys_blamed(load("", &[], &[("destination.api_key", "x")])), ["destination.api_key"]);

    let broken = load("[source]\ntoken = \"s3cret\n", &[], &[]).unwrap_err().to_string();
    assert!(broken.contains("line 2") && !broken.contains("s3cret"), "{broken}");
}

#[test]
fn plain_http_is_for_loopback_alone() {
    assert!(load("[source]\nbase_url = \"http://127.0.0.1:1/api/v3/\"\n", &[], &[]).is_ok());
    assert_eq!(
        keys_blamed(load("[source]\nbase_url = \"http://atera.example\"\n", &[], &[])),
        ["source.base_url"]
    );
}

#[test]
fn a_base_address_loses_the_slash_at_its_end() {
    let settings = load("[source]\nbase_url = \"http://127.0.0.1:1/api/v3/\"\n", &[], &[]).unwrap();
    assert_eq!(settings.source.base_url.unwrap().as_str(), "http://127.0.0.1:1/api/v3");
}

#[test]
fn paths_in_a_file_start_at_the_file_and_others_at_the_working_folder() {
    let settings = load("[storage]\nledger = \"./a/ledger.db\"\n", &[], &[]).unwrap();
    assert!(settings.storage.ledger.is_absolute() && settings.storage.ledger.ends_with("a/ledger.db"));
    let settings = load("", &[("FLOTILLA__STORAGE__LEDGER", "a/ledger.db")], &[]).unwrap();
    assert_eq!(settings.storage.ledger, PathBuf::from("a/ledger.db"));
}

#[test]
fn the_map_takes_values_with_spaces_and_overrides_in_any_case() {
    let toml = "[map.status.values]\n\"Waiting Vendor\" = \"open\"\n[map]\nfields = [{ scope = \"Ticket\", name = \"Serial\", to = \"companion\" }]\n";
    let variables = [
        ("FLOTILLA__MAP__STATUS__VALUES__OPEN", "closed"),
        ("FLOTILLA__MAP__EXCLUDED_STATUSES", "Spam, Deleted"),
        ("FLOTILLA__MAP__FALLBACK_CUSTOMER", "12"),
    ];
    let map = load(toml, &variables, &[("map.status.default", "")]).unwrap().map;
    assert_eq!(map.status.apply(Some("waiting vendor")), Ok("open"));
    assert_eq!(map.status.apply(Some("Open")), Ok("closed"));
    assert!(map.status.apply(Some("Unheard of")).is_err());
    assert_eq!(map.excluded_statuses, ["Spam", "Deleted"]);
    assert_eq!(map.fallback_customer, Some("12".into()));
    assert_eq!(map.fields.len(), 1);
}

#[test]
fn a_map_value_the_destination_does_not_know_is_a_problem() {
    let toml = "[map.status.values]\nOpen = \"ajar\"\n[map.priority]\ndefault = \"urgent\"\n";
    assert_eq!(keys_blamed(load(toml, &[], &[])), ["map.status.values.Open", "map.priority.default"]);
}

#[test]
fn a_request_must_end_well_before_its_lease() {
    let blamed = |lease_ms: u64, timeout_ms: u64| {
        let toml = format!("[run]\nlease_ms = {lease_ms}\n[destination]\ntimeout_ms = {timeout_ms}\n");
        load(&toml, &[], &[]).err().map(|error| error.to_string())
    };
    for (lease_ms, timeout_ms) in [(30_000, 20_000), (12_000, 8_000), (5_000, 2_500), (5_000, 2_000)] {
        assert_eq!(blamed(lease_ms, timeout_ms), None);
    }
    // Under the second of them a request could leave only in the moment after a renewal.
    for (lease_ms, timeout_ms) in [(30_000, 30_000), (2_000, 1_500), (2_000, 1_300), (29_999, 20_000)] {
        let said = blamed(lease_ms, timeout_ms).unwrap();
        assert!(said.contains("run.lease_ms") && said.contains("destination.timeout_ms"), "{said}");
    }
}

#[test]
fn access_names_everything_that_is_missing() {
    let missing = |result: Result<Access, Error>| -> Vec<String> {
        result.unwrap_err().problems().iter().map(|problem| problem.key.clone()).collect()
    };
    let bare = Settings::defaults().unwrap();
    assert_eq!(
        missing(bare.access()),
        ["source.token", "destination.base_url", "destination.email", "destination.api_key"]
    );
    let oauth = load("[destination]\nauth = \"oauth\"\nbase_url = \"https://a.gorgias.com/api\"\n", &[], &[])
        .unwrap();
    assert_eq!(
        missing(oauth.access()),
        ["source.token", "destination.client_id", "destination.client_secret", "destination.refresh_token"]
    );
}

#[test]
fn access_knows_where_a_refresh_token_is_traded() {
    let toml = "[source]\ntoken = \"t\"\n[destination]\nauth = \"oauth\"\nbase_url = \"https://a.gorgias.com/api\"\nclient_id = \"c\"\nclient_secret = \"s\"\nrefresh_token = \"r\"\n";
    let access = load(toml, &[], &[]).unwrap().access().unwrap();
    let Credentials::OAuth { token_url, .. } = access.credentials else { panic!("basic") };
    assert_eq!(token_url.as_str(), "https://a.gorgias.com/oauth/token");
}

#[test]
fn a_missing_file_is_an_error_that_names_it() {
    let nowhere = PathBuf::from("/nowhere/flotilla.toml");
    let error = Settings::load(Some(&nowhere), &Environment::default(), &BTreeMap::new()).unwrap_err();
    assert!(error.to_string().contains("/nowhere/flotilla.toml"));
}

#[test]
fn a_service_names_everything_that_is_missing() {
    let missing = |role| -> Vec<String> {
        let result = Settings::defaults().unwrap().fleet_access(role);
        result.unwrap_err().problems().iter().map(|problem| problem.key.clone()).collect()
    };
    assert_eq!(missing(Role::Scheduler), ["fleet.redis_url", "fleet.postgres_url"]);
    assert_eq!(missing(Role::Worker), ["fleet.redis_url", "fleet.postgres_url", "fleet.credentials"]);
    let toml =
        "[fleet]\nredis_url = \"redis://:s3cret@r:6379/0\"\npostgres_url = \"postgres://u:s3cret@p/f\"\n";
    let settings = load(toml, &[], &[]).unwrap();
    assert!(settings.fleet_access(Role::Scheduler).is_ok() && settings.fleet.is_set());
    assert_eq!(source_of(&settings, "fleet.redis_url").value, "***");
    assert!(!format!("{settings:?}").contains("s3cret"));
}

#[test]
fn the_servers_of_a_fleet_are_told_by_a_file_and_never_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("url");
    fs::write(&secret, "redis://:s3cret@r\n").unwrap();
    let variables = [("FLOTILLA__FLEET__REDIS_URL_FILE", secret.to_str().unwrap())];
    let settings = load("", &variables, &[]).unwrap();
    assert_eq!(settings.fleet.redis_url.unwrap().expose_secret(), "redis://:s3cret@r");
    let error = load("[fleet]\npostgres_url = \"mysql://u:s3cret@p\"\n", &[], &[]).unwrap_err();
    assert_eq!(error.problems()[0].key, "fleet.postgres_url");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[test]
fn every_problem_of_the_services_sections_is_found_at_once() {
    let toml = "[fleet]\nname = \"a b\"\n[scheduler]\nlisten = \"everywhere\"\nterm_ms = 500\ntick_ms = 400\n\
                tokens = [{ name = \"\", role = \"admin\", sha256 = \"s3cret\" }, { token = \"s3cret\" }]\n\
                [worker]\nlisten = \"127.0.0.1\"\njobs = 0\n";
    let error = load(toml, &[], &[]).unwrap_err();
    let mut keys: Vec<&str> = error.problems().iter().map(|problem| problem.key.as_str()).collect();
    keys.sort_unstable();
    let tokens = ["scheduler.tokens"; 3];
    let around = ["fleet.name", "scheduler.listen", "scheduler.term_ms", "worker.jobs", "worker.listen"];
    let mut expected = [&tokens[..], &around[..]].concat();
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[test]
fn a_token_of_the_api_is_its_hash_and_roles_are_ordered() {
    let hash = "AB".repeat(32);
    let toml =
        format!("[scheduler]\ntokens = [{{ name = \"anna\", role = \"operator\", sha256 = \"{hash}\" }}]\n");
    let tokens = load(&toml, &[], &[]).unwrap().scheduler.tokens;
    assert_eq!(tokens[0].sha256, hash.to_lowercase());
    assert!(scheduler::ApiRole::Viewer < tokens[0].role && tokens[0].role < scheduler::ApiRole::Admin);
}
