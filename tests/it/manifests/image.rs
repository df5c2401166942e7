//! The image and the composed fleet: built from what the lock file says, run as nobody, and in words the program knows.

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use super::{agreement::assert_command, pod::list, rendered::Rendered, root, secrets::Secrets};

fn dockerfile() -> String {
    fs::read_to_string(root().join("deploy/Dockerfile")).unwrap()
}

/// The composed fleet with its anchors resolved.
fn compose() -> Value {
    let text = fs::read_to_string(root().join("deploy/compose.yaml")).unwrap();
    let mut yaml: serde_norway::Value = serde_norway::from_str(&text).unwrap();
    // What is merged may itself hold something to merge.
    yaml.apply_merge().unwrap();
    yaml.apply_merge().unwrap();
    serde_json::to_value(yaml).unwrap()
}

fn ours(compose: &Value) -> BTreeMap<&str, &Value> {
    let services = compose["services"].as_object().unwrap();
    let image = concat!("flotilla:", env!("CARGO_PKG_VERSION"));
    services.iter().filter(|(_, one)| one["image"] == image).map(|(name, one)| (name.as_str(), one)).collect()
}

fn words(value: &Value) -> Vec<&str> {
    list(value).iter().map(|word| word.as_str().unwrap()).collect()
}

fn seconds(value: &Value) -> u64 {
    value.as_str().and_then(|text| text.strip_suffix('s')).and_then(|text| text.parse().ok()).unwrap()
}

#[test]
fn the_image_is_built_locked_in_three_stages_and_runs_as_nobody() {
    let text = dockerfile();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines.iter().filter(|line| line.starts_with("FROM ")).count(), 3);
    let toolchain = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let toolchain = toolchain.split("rust-version = \"").nth(1).unwrap().split('"').next().unwrap();
    assert!(
        text.contains(&format!("BUILD_BASE=rust:{toolchain}-bookworm\n")),
        "not the workspace's compiler"
    );
    assert!(text.contains("RUN_BASE=gcr.io/distroless/cc-debian12:nonroot\n"));
    let builds: Vec<&str> = text.split("cargo build").skip(1).collect();
    assert_eq!(builds.len(), 2, "once for what we depend on, once for us");
    assert!(builds.iter().all(|build| build.starts_with(" --locked --release --package flotilla")));
    let last = text.rsplit("\nFROM ").next().unwrap();
    assert!(last.contains("\nUSER 65532:65532\n") && last.contains("\nENTRYPOINT [\"flotilla\"]\n"));
    assert!(last.contains(concat!("\nARG VERSION=", env!("CARGO_PKG_VERSION"), "\n")));
    assert!(!last.contains("\nRUN "), "what ships has no shell to run with");
    for word in ["TOKEN", "PASSWORD", "SECRET", "API_KEY"] {
        assert!(!text.to_uppercase().contains(word), "the image knows no {word}");
    }
}

#[test]
fn the_build_is_sent_what_it_reads_and_no_more() {
    let ignore = fs::read_to_string(root().join(".dockerignore")).unwrap();
    let lines: Vec<&str> = ignore.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert_eq!(lines[0], "*", "all is left out that is not named");
    let sent: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix('!')).collect();
    let expected = ["Cargo.toml", "Cargo.lock", "crates", "protocol", "scheduler", "worker"];
    let members = ["tests/Cargo.toml", "tests/src", "deploy/default.toml"];
    assert_eq!(sent, [&expected[..], &members[..]].concat());
    assert!(sent.iter().all(|path| root().join(path).exists()));
    // The one file outside the crates that is built in: see bootstrap::settings::DEFAULTS.
    let settings = fs::read_to_string(root().join("crates/bootstrap/src/settings.rs")).unwrap();
    assert!(settings.contains("include_str!(\"../../../deploy/default.toml\")"));
}

#[test]
fn the_composed_fleet_speaks_the_programs_words_and_ports() {
    let (compose, dev) = (compose(), Rendered::overlay("dev"));
    let ours = ours(&compose);
    assert_eq!(
        ours.keys().copied().collect::<Vec<_>>(),
        ["rehearsal-worker", "scheduler", "simulator", "worker"]
    );
    for (name, service) in &ours {
        assert_command(&words(&service["command"]));
        let test = words(&service["healthcheck"]["test"]);
        assert_eq!(test[..3], ["CMD", "flotilla", "probe"], "{name}: the image has nothing else to ask with");
        assert_command(&test[2..]);
        assert_eq!(service["user"], "65532:65532", "{name}");
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(words(&service["cap_drop"]), ["ALL"], "{name}");
    }
    for (name, deployment) in [
        ("scheduler", "flotilla-scheduler"),
        ("worker", "flotilla-worker"),
        ("rehearsal-worker", "flotilla-worker"),
    ] {
        let pod = &dev.one("Deployment", deployment)["spec"]["template"]["spec"];
        let container = &pod["containers"][0];
        let port = container["ports"][0]["containerPort"].as_u64().unwrap();
        let asked = words(&ours[name]["healthcheck"]["test"])[3];
        assert_eq!(asked, format!("http://127.0.0.1:{port}/readyz"), "{name}");
        let environment = ours[name]["environment"].as_object().unwrap();
        let same = list(&container["env"]).iter().all(|variable| {
            let here = environment.get(variable["name"].as_str().unwrap());
            here.is_some_and(|value| variable.get("value").is_none_or(|there| value == there))
        });
        assert!(same && environment.len() == list(&container["env"]).len(), "{name}: {environment:?}");
        assert_eq!(seconds(&ours[name]["stop_grace_period"]), pod["terminationGracePeriodSeconds"]);
    }
    assert_eq!(words(&ours["scheduler"]["ports"]), ["127.0.0.1:7070:7070"], "the API stays on this machine");
}

#[test]
fn a_rehearsal_reaches_no_vendor_and_never_runs_beside_the_real_workers() {
    let compose = compose();
    let ours = ours(&compose);
    assert_eq!(ours["rehearsal-worker"]["network_mode"], "service:simulator");
    assert_eq!(words(&ours["rehearsal-worker"]["profiles"]), ["simulator"]);
    assert_eq!(words(&ours["simulator"]["profiles"]), ["simulator"]);
    assert_eq!(words(&ours["worker"]["profiles"]), ["vendors"]);
    assert!(ours["scheduler"].get("profiles").is_none());
}

#[test]
fn the_composed_stores_are_those_of_the_overlay_dev() {
    let (compose, dev) = (compose(), Rendered::overlay("dev"));
    for store in ["redis", "postgres"] {
        let there = &dev.one("StatefulSet", store)["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(compose["services"][store]["image"], there["image"], "{store}");
        assert!(compose["services"][store]["healthcheck"].is_object(), "{store}");
    }
    let redis = fs::read_to_string(root().join("k8s/components/redis-dev/redis.conf")).unwrap();
    for line in ["maxmemory-policy noeviction", "appendonly yes", "appendfsync everysec"] {
        assert!(redis.lines().any(|one| one == line), "Redis without {line}");
    }
}

#[test]
fn every_file_the_composed_fleet_mounts_is_there_or_invented() {
    let (compose, secrets) = (compose(), Secrets::invent());
    for (name, config) in compose["configs"].as_object().unwrap() {
        let file = root().join("deploy").join(config["file"].as_str().unwrap());
        assert!(file.is_file(), "config {name}: {}", file.display());
    }
    for (name, secret) in compose["secrets"].as_object().unwrap() {
        let file = secret["file"].as_str().unwrap().strip_prefix("./secrets/").unwrap();
        assert!(secrets.folder().join(file).is_file(), "secret {name} is never invented");
    }
    assert!(secrets.folder().join("credentials").is_dir());
    let ignored = fs::read_to_string(root().join(".gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "/deploy/secrets"), "secrets would be committed");
}
