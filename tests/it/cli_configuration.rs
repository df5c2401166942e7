//! Stories over what an operator sets and checks before a run: `init`, `config show`, `doctor`, and what a wrong
//! configuration is answered with.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};
use tests::{Ended, Stack, StackOptions};
use tokio::process::Command;

use super::PROGRAM;

/// Variables of a process.
type Variables<'a> = &'a [(&'a str, &'a str)];

/// The program in a folder, without a stack around it: code, stdout, stderr.
async fn program(folder: &Path, arguments: &[&str], variables: Variables<'_>) -> (i32, String, String) {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir(folder).env_clear().envs(variables.iter().copied());
    let output = command.output().await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// `config show` as JSON: value and origin by key.
fn shown(stdout: &str) -> BTreeMap<String, (Value, String)> {
    let object: Value = serde_json::from_str(stdout).unwrap();
    let settings = object["settings"].as_array().unwrap().iter();
    let text = |one: &Value, field: &str| one[field].as_str().unwrap().to_owned();
    settings.map(|one| (text(one, "key"), (one["value"].clone(), text(one, "origin")))).collect()
}

/// The checks of `doctor`, by name.
fn checks(ended: &Ended) -> BTreeMap<String, Value> {
    let checks = ended.summary.as_ref().unwrap()["checks"].as_array().unwrap();
    checks.iter().map(|check| (check["name"].as_str().unwrap().to_owned(), check.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn init_writes_what_config_show_reads_and_never_replaces_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, _) = program(folder.path(), &["init"], &[]).await;
    assert_eq!(code, 0);
    let file = folder.path().join("flotilla.toml");
    let written = fs::read_to_string(&file).unwrap();
    assert!(written.lines().filter(|line| line.starts_with("# ")).count() > 40, "every key is explained");

    let filled = written.replace("signed_off_by = \"\"", "signed_off_by = \"Ada\"");
    fs::write(&file, &filled).unwrap();
    let (code, stdout, _) = program(folder.path(), &["config", "show", "--output", "json"], &[]).await;
    assert_eq!(code, 0);
    let settings = shown(&stdout);
    assert_eq!(
        settings["migration.signed_off_by"],
        (json!("Ada"), "file flotilla.toml".to_owned()),
        "the file in the working folder is read"
    );
    assert_eq!(settings["run.max_attempts"].1, "default");

    let (code, stdout, stderr) = program(folder.path(), &["init"], &[]).await;
    assert_eq!((code, stdout.as_str()), (5, ""));
    assert!(stderr.contains("--force"), "{stderr}");
    assert_eq!(fs::read_to_string(&file).unwrap(), filled);
    let (code, _, _) = program(folder.path(), &["init", "--force"], &[]).await;
    assert_eq!((code, fs::read_to_string(&file).unwrap()), (0, written));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own.toml"), "[run]\nworkers = 2\nbatch_pages = 3\nbackoff_ms = 7\n")
        .unwrap();
    let variables = [
        ("FLOTILLA_CONFIG", "own.toml"),
        ("FLOTILLA__RUN__WORKERS", "5"),
        ("FLOTILLA__RUN__BATCH_PAGES", "6"),
    ];
    let arguments = ["--set", "run.workers=9", "--output", "json", "config", "show"];
    let (code, stdout, stderr) = program(folder.path(), &arguments, &variables).await;
    assert_eq!(code, 0, "{stderr}");
    let settings = shown(&stdout);
    let of = |key: &str| (settings[key].0.as_u64().unwrap(), settings[key].1.as_str());
    assert_eq!(of("run.workers"), (9, "flag"));
    assert_eq!(of("run.batch_pages").0, 6);
    assert!(of("run.batch_pages").1.contains("FLOTILLA__RUN__BATCH_PAGES"));
    assert_eq!(of("run.backoff_ms"), (7, "file own.toml"));
    assert_eq!(of("run.max_attempts").1, "default");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_comes_from_a_file_and_is_never_shown() {
    let mut stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    let key = stack.endpoints().gorgias.api_key.clone();
    let token = stack.endpoints().atera.token.clone();
    stack.set("destination.api_key", "the-wrong-one");
    let secret = stack.folder().join("api-key");
    fs::write(&secret, format!("{key}\n")).unwrap();
    let variables = [("FLOTILLA__DESTINATION__API_KEY_FILE", secret.to_str().unwrap())];

    let doctor = ["doctor", "--output", "json"];
    assert_eq!(stack.command(&doctor).await.code, Some(4), "the key in the configuration is wrong");
    assert_eq!(stack.spawn_with(&doctor, &variables).ended().await.code, Some(0));

    for form in ["text", "json"] {
        let all = ["config", "show", "--output", form, "-vv"];
        let ended = stack.spawn_with(&all, &variables).ended().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        for secret in [key.as_str(), token.as_str(), "the-wrong-one"] {
            assert!(!ended.stdout.contains(secret) && !ended.stderr.contains(secret), "{form}");
        }
        assert!(ended.stdout.contains("***"));
        assert!(ended.stdout.contains("FLOTILLA__DESTINATION__API_KEY_FILE"), "and where it came from");
    }

    let flag = format!("destination.api_key={key}");
    let refused = stack.command(&["--set", &flag, "config", "show"]).await;
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(!refused.stderr.contains(&key) && refused.stderr.contains("_FILE"), "{}", refused.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_configuration_tells_all_its_problems_at_once() {
    let mut stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    stack.set("run.workers", "many");
    stack.set("run.wrokers", 4);
    stack.set("destination.rate.reserve", 7.5);
    stack.set("migration.id", "No Name!");
    for arguments in [&["run"][..], &["doctor"], &["status"], &["run", "--output", "json"]] {
        let ended = stack.command(arguments).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        for key in ["run.workers", "run.wrokers", "destination.rate.reserve", "migration.id"] {
            assert!(ended.stderr.contains(key), "{key} is missing in {}", ended.stderr);
        }
    }
    let state = stack.admin_get("state").await;
    assert_eq!(state["requests"], json!({ "atera": 0, "gorgias": 0 }), "nobody was called");
    assert!(!stack.ledger_file().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_ok_warn_or_fail_and_what_to_do() {
    let mut stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    let well = stack.command(&["doctor", "--output", "json"]).await;
    assert_eq!((well.code, &well.summary.as_ref().unwrap()["ok"]), (Some(0), &json!(true)));
    for name in
        ["configuration", "source", "destination", "fallback agent", "ledger", "reports", "supplements"]
    {
        assert_eq!(checks(&well)[name]["verdict"], "ok", "{name}");
    }

    stack.set("destination.rate.limit", 40);
    let warned = stack.command(&["doctor", "--output", "json"]).await;
    assert_eq!(warned.code, Some(0), "a warning stops nobody");
    assert_eq!(checks(&warned)["rate"]["verdict"], "warn");
    assert!(checks(&warned)["rate"]["remedy"].as_str().unwrap().contains("5000"));

    stack.set("source.token", "no.such.token");
    stack.set("map.fallback_agent", "nobody@nowhere.example");
    let failed = stack.command(&["doctor", "--output", "json"]).await;
    assert_eq!((failed.code, &failed.summary.as_ref().unwrap()["ok"]), (Some(4), &json!(false)));
    for name in ["source", "fallback agent"] {
        let check = &checks(&failed)[name];
        assert_eq!(check["verdict"], "fail", "{name}");
        assert!(check["remedy"].as_str().is_some_and(|remedy| remedy.len() > 20), "{check}");
    }
    let told = stack.command(&["doctor"]).await;
    assert_eq!(told.code, Some(4));
    assert!(told.stdout.contains("FAIL  source") && told.stdout.contains("-> "), "{}", told.stdout);
    assert!(told.stdout.trim_end().ends_with("2 checks failed."), "{}", told.stdout);

    stack.set("destination.base_url", "");
    let offline = stack.command(&["doctor", "--offline", "--output", "json"]).await;
    assert_eq!(offline.code, Some(4));
    assert!(checks(&offline)["configuration"]["finding"].as_str().unwrap().contains("destination.base_url"));
}
