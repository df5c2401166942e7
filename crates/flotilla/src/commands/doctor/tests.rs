//! The doctor, told as what it finds and what it advises.

use std::{collections::BTreeMap, fs, path::Path};

use bootstrap::Environment;

use super::*;

fn settings(folder: &Path, toml: &str) -> Settings {
    let file = folder.join("flotilla.toml");
    fs::write(&file, toml).unwrap();
    Settings::load(Some(&file), &Environment::default(), &BTreeMap::new()).unwrap()
}

fn verdicts(checks: &[Check]) -> Vec<(&str, Verdict)> {
    checks.iter().map(|check| (check.name, check.verdict)).collect()
}

#[tokio::test]
async fn a_bare_configuration_fails_once_for_each_thing_missing_and_reaches_for_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let checks = checks(&Args { offline: false }, &settings(folder.path(), "")).await;
    let missing = checks.iter().filter(|check| check.name == "configuration");
    assert!(missing.clone().all(|check| check.verdict == Verdict::Fail && check.remedy.is_some()));
    assert_eq!(missing.count(), 4);
    assert!(!checks.iter().any(|check| check.name == "source"));
}

#[tokio::test]
async fn a_vendor_out_of_reach_is_a_failed_check_and_the_rest_is_still_looked_at() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    // A port that was free a moment ago and on which nobody listens.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let toml = format!(
        "[source]\nbase_url = \"http://{nobody}/api/v3\"\ntoken = \"t\"\ntimeout_ms = 1000\n[source.supplements]\ntags = \"missing.csv\"\n\
         [destination]\nbase_url = \"http://{nobody}/api\"\nemail = \"a@b.example\"\napi_key = \"k\"\n"
    );
    let checks = checks(&Args { offline: false }, &settings(folder.path(), &toml)).await;
    let verdicts = verdicts(&checks);
    for failed in [("source", Verdict::Fail), ("destination", Verdict::Fail), ("supplements", Verdict::Fail)]
    {
        assert!(verdicts.contains(&failed), "{verdicts:?}");
    }
    assert!(verdicts.iter().any(|(name, _)| *name == "reports"));
}

#[test]
fn a_line_tells_verdict_name_finding_and_remedy() {
    assert_eq!(Check::fail("rate", "too high", "lower it").line().lines().count(), 2);
    assert!(Check::fail("rate", "too high", "lower it").line().starts_with("FAIL  rate"));
    assert_eq!(Check::ok("rate", "fine").line(), "ok    rate                fine\n");
}
