//! The rules of the house, so that they are kept by more than good intentions: who may depend on whom, who alone may
//! use an outside library, how long a file may be, which fixtures exist, and that the README's map is true.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Who depends on whom, among our own: exactly this, no more and no less.
const DEPENDS: [(&str, &[&str]); 18] = [
    ("protocol", &[]),
    ("limiter", &[]),
    ("simulator", &[]),
    ("atera", &[]),
    ("gorgias", &["limiter"]),
    ("bootstrap", &["protocol"]),
    ("ledger", &["protocol"]),
    ("queue", &["protocol"]),
    ("mapping", &["protocol"]),
    ("assess", &["mapping", "protocol"]),
    ("adviser", &["mapping", "protocol"]),
    ("objects", &["atera", "gorgias", "mapping", "protocol"]),
    ("documents", &["protocol"]),
    ("scheduler", &["assess", "bootstrap", "documents", "ledger", "mapping", "protocol", "queue"]),
    ("servers", &[]),
    (
        "worker",
        &["atera", "bootstrap", "documents", "gorgias", "ledger", "limiter", "objects", "protocol", "queue"],
    ),
    (
        "flotilla",
        &[
            "adviser",
            "assess",
            "atera",
            "bootstrap",
            "documents",
            "gorgias",
            "ledger",
            "limiter",
            "mapping",
            "objects",
            "protocol",
            "queue",
            "scheduler",
            "servers",
            "simulator",
            "worker",
        ],
    ),
    ("tests", &["bootstrap", "flotilla", "ledger", "limiter", "protocol", "servers", "simulator"]),
];

/// Outside libraries with one owner (or the owners named).
const OWNERS: [(&str, &[&str]); 18] = [
    ("apalis", &["queue"]),
    ("apalis-core", &["queue"]),
    ("redis", &["limiter", "queue"]),
    ("opentelemetry", &["bootstrap"]),
    ("metrics-exporter-prometheus", &["bootstrap"]),
    ("utoipa", &["scheduler"]),
    ("k8s-openapi", &["tests"]),
    ("sqlx", &["ledger"]),
    ("reqwest", &["adviser", "atera", "bootstrap", "flotilla", "gorgias", "tests"]),
    ("ammonia", &["objects"]),
    ("minijinja", &["documents"]),
    ("html2text", &["objects"]),
    ("csv", &["atera", "documents"]),
    ("object_store", &["documents"]),
    ("config", &["bootstrap"]),
    ("clap", &["flotilla"]),
    ("indicatif", &["flotilla"]),
    ("axum", &["flotilla", "scheduler", "simulator"]),
];

/// A file longer than this asks for a second room.
const WALL: usize = 400;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--locked", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Names of a package's dependencies, those for its tests alone left out.
fn dependencies(package: &Value) -> BTreeSet<&str> {
    let all = package["dependencies"].as_array().unwrap();
    all.iter().filter(|one| one["kind"] != "dev").filter_map(|one| one["name"].as_str()).collect()
}

/// Every file of the project with this ending, generated and installed ones left out.
pub(crate) fn files(ending: &str) -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let there = listed.lines().filter(|name| name.ends_with(ending)).map(|name| root().join(name));
    there.filter(|path| path.is_file()).collect()
}

#[test]
fn the_dependency_table_is_exactly_what_cargo_says() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let table: BTreeMap<&str, BTreeSet<&str>> =
        DEPENDS.iter().map(|(name, on)| (*name, on.iter().copied().collect())).collect();
    assert_eq!(ours, table.keys().copied().collect(), "every crate has its row");
    for package in &packages {
        let name = package["name"].as_str().unwrap();
        let found: BTreeSet<&str> = dependencies(package).intersection(&ours).copied().collect();
        assert_eq!(found, table[name], "{name} depends on these of ours; the table says otherwise");
    }
}

#[test]
fn every_outside_library_with_an_owner_is_used_by_its_owner_alone() {
    let packages = packages();
    for (library, owners) in OWNERS {
        for package in &packages {
            let name = package["name"].as_str().unwrap();
            let used = dependencies(package).contains(library);
            assert!(!used || owners.contains(&name), "{name} uses {library}, which belongs to {owners:?}");
        }
        let used_at_all = packages.iter().any(|package| dependencies(package).contains(library));
        assert!(used_at_all, "nobody uses {library}: strike it from the table");
    }
}

#[test]
fn the_environment_is_read_by_bootstrap_alone() {
    for path in files(".rs") {
        let text = fs::read_to_string(&path).unwrap();
        let reads = ["env::var(", "env::vars(", "env::var_os(", "env::vars_os("]
            .iter()
            .any(|call| text.contains(call));
        let allowed = path.ends_with("crates/bootstrap/src/environment.rs")
            || path.ends_with("tests/it/house_rules.rs");
        assert!(!reads || allowed, "{} reads the environment", path.display());
    }
}

#[test]
fn no_file_is_longer_than_the_wall() {
    for path in files(".rs") {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(
            lines <= WALL,
            "{} has {lines} lines, {WALL} is the wall: is it one room or two?",
            path.display()
        );
    }
}

#[test]
fn every_file_says_at_its_top_what_it_is_for() {
    for path in files(".rs") {
        let text = fs::read_to_string(&path).unwrap();
        let first = text.lines().find(|line| !line.starts_with("#!")).unwrap_or_default();
        assert!(first.starts_with("//!"), "{} begins without a word about itself", path.display());
    }
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    let banned = ["util", "utils", "common", "helper", "helpers", "manager", "misc", "core", "types"];
    for path in files(".rs") {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let parent = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        assert!(
            !banned.contains(&stem) && !banned.contains(&parent),
            "{} has a name that says nothing",
            path.display()
        );
    }
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for package in packages() {
        let manifest = fs::read_to_string(package["manifest_path"].as_str().unwrap()).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} goes its own way with lints",
            package["name"]
        );
    }
}

#[test]
fn every_object_kind_has_its_file_and_its_fixtures() {
    let objects = root().join("crates/objects");
    for kind in protocol::ObjectKind::ALL {
        let fixtures = objects.join("fixtures").join(kind.name());
        let found = fs::read_dir(&fixtures).map(|files| files.flatten().count()).unwrap_or_default();
        assert!(found > 0, "{} has no fixtures", fixtures.display());
        let file = objects.join("src").join(format!("{kind}.rs"));
        assert!(file.is_file() || file.with_extension("").is_dir(), "{kind} has no file of its own");
    }
}

#[test]
fn the_map_in_the_readme_names_every_folder_and_no_other() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let map = readme.split("## Map of the house").nth(1).unwrap().split("\n## ").next().unwrap();
    let named: BTreeSet<String> = map
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once("/`")?.0.to_owned()))
        .collect();
    let mut there: BTreeSet<String> = BTreeSet::new();
    for file in files("") {
        let path = file.strip_prefix(root()).unwrap().to_path_buf();
        let mut parts = path.components().map(|part| part.as_os_str().to_str().unwrap().to_owned());
        let (Some(first), Some(second)) = (parts.next(), parts.next()) else {
            continue;
        };
        if first.starts_with('.') {
            continue;
        }
        there.insert(if first == "crates" { format!("{first}/{second}") } else { first });
    }
    assert_eq!(named, there);
}

#[test]
fn every_test_that_guards_an_invariant_exists() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let sources: String = files(".rs").iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let guards: Vec<&str> = architecture
        .split("guarded by ")
        .skip(1)
        .flat_map(|rest| rest.split('\n').next().unwrap().split('`').skip(1).step_by(2))
        .collect();
    assert!(guards.len() >= 12, "each invariant names the test that guards it");
    for guard in guards {
        assert!(sources.contains(&format!("fn {guard}(")), "no test is called {guard}");
    }
}

/// Every name of a figure in this text, with the labels written beside it.
fn figures_in(text: &str) -> Vec<(&str, BTreeSet<&str>)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("\"flotilla_") {
        let Some((name, after)) = text[at + 1..].split_once('"') else { continue };
        let ends = [".increment(", ".decrement(", ".record(", ".set(", ";"];
        let end = ends.iter().filter_map(|end| after.find(end)).min().unwrap_or(after.len());
        let call = &after[..end];
        let labels = call.split("\" =>").filter_map(|before| before.rsplit_once('"').map(|(_, label)| label));
        let labels = labels.take(call.matches("\" =>").count()).collect();
        found.push((name, labels));
    }
    found
}

#[test]
fn every_figure_stands_in_the_table_and_is_counted_somewhere() {
    let table: BTreeMap<&str, BTreeSet<&str>> = bootstrap::metrics::TABLE
        .iter()
        .map(|metric| (metric.name, metric.labels.iter().copied().collect()))
        .collect();
    let mut counted = BTreeSet::new();
    for path in files(".rs") {
        let inside = path.strip_prefix(root()).unwrap();
        let of_a_test =
            inside.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs");
        if of_a_test || path.ends_with("metrics/table.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (name, labels) in figures_in(&text) {
            let row = table.get(name);
            assert!(
                row.is_some(),
                "{name} is not in crates/bootstrap/src/metrics/table.rs ({})",
                path.display()
            );
            let named_elsewhere = text.contains(&format!("\"{name}\", &labels"));
            assert!(
                named_elsewhere || row == Some(&labels),
                "{name} has other labels in the table ({})",
                path.display()
            );
            counted.insert(name.to_owned());
        }
    }
    let named: BTreeSet<String> = table.keys().map(|name| (*name).to_owned()).collect();
    assert_eq!(counted, named, "the table is exactly what is counted");
}
