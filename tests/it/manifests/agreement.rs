//! What the manifests say agrees with what the program reads: its configuration, ports, paths, commands and words.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use bootstrap::{Environment, Settings, settings::fleet::Role};
use serde_json::Value;
use tempfile::TempDir;

use super::{
    pod::list,
    policy::selects,
    rendered::{Rendered, title},
    root,
    secrets::Secrets,
};
use crate::PROGRAM;

/// A Deployment of the base, as its container finds the world.
struct Inside<'r> {
    rendered: &'r Rendered,
    pod: &'r Value,
    container: &'r Value,
    /// Where the container's files lie for real.
    scratch: TempDir,
}

impl<'r> Inside<'r> {
    fn of(rendered: &'r Rendered, deployment: &'r Value, secrets: &Secrets) -> Self {
        let pod = &deployment["spec"]["template"]["spec"];
        let inside =
            Self { rendered, pod, container: &pod["containers"][0], scratch: tempfile::tempdir().unwrap() };
        for variable in list(&inside.container["env"]) {
            let (name, value) = (variable["name"].as_str().unwrap(), variable["value"].as_str());
            if let Some(path) = value.filter(|_| name.ends_with("_FILE")) {
                let (volume, file) = inside.volume_at(path);
                assert!(volume["secret"].is_object(), "{path} lies in no secret");
                secrets.lay(&file, path, inside.scratch.path());
            }
        }
        inside
    }

    /// The volume a path lies in, and the rest of the path within it.
    fn volume_at(&self, path: &str) -> (&'r Value, String) {
        let mounts = list(&self.container["volumeMounts"]).iter();
        let mut found = mounts.filter_map(|mount| {
            let rest = path.strip_prefix(mount["mountPath"].as_str().unwrap())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| (&mount["name"], rest.trim_start_matches('/')))
        });
        let (name, rest) = found.next().unwrap_or_else(|| panic!("{path} lies in no volume"));
        let volume = list(&self.pod["volumes"]).iter().find(|volume| volume["name"] == *name);
        (volume.unwrap_or_else(|| panic!("there is no volume {name}")), rest.to_owned())
    }

    /// The settings as the container would read them.
    fn settings(&self) -> Settings {
        let below = |path: &str| self.scratch.path().join(path.trim_start_matches('/'));
        let mut variables = BTreeMap::new();
        for variable in list(&self.container["env"]) {
            let name = variable["name"].as_str().unwrap();
            let value = variable["value"].as_str().unwrap_or("flotilla-0");
            let value =
                if name.ends_with("_FILE") { below(value).display().to_string() } else { value.into() };
            variables.insert(name.to_owned(), value);
        }
        let config = variables.remove("FLOTILLA_CONFIG").unwrap();
        let (volume, file) = self.volume_at(&config);
        let map = self.rendered.one("ConfigMap", volume["configMap"]["name"].as_str().unwrap());
        let text = map["data"][&file].as_str().unwrap_or_else(|| panic!("no {file} in the config map"));
        let path = below(&config);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let pairs: Vec<(&str, &str)> =
            variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let settings = Settings::load(Some(&path), &Environment::of(&pairs), &BTreeMap::new());
        settings.unwrap_or_else(|error| panic!("{}: {error}", self.rendered.name))
    }

    fn port(&self) -> u64 {
        self.container["ports"][0]["containerPort"].as_u64().unwrap()
    }

    fn grace_ms(&self) -> u64 {
        self.pod["terminationGracePeriodSeconds"].as_u64().unwrap() * 1000
    }

    fn path(&self, path: &Path) -> &'r Value {
        self.volume_at(path.to_str().unwrap()).0
    }
}

#[test]
fn the_shipped_configuration_is_what_each_pod_can_start_with() {
    let secrets = Secrets::invent();
    for rendered in Rendered::all() {
        let inside = |name| Inside::of(rendered, rendered.one("Deployment", name), &secrets);

        let scheduler = inside("flotilla-scheduler");
        let settings = scheduler.settings();
        settings.fleet_access(Role::Scheduler).unwrap();
        assert_eq!(u64::from(settings.scheduler.listen.port()), scheduler.port());
        assert!(settings.scheduler.listen.ip().is_unspecified(), "a pod is reached from outside");
        assert_eq!(settings.scheduler.tokens.len(), 1, "the secret's tokens are read");
        for (kind, bound) in [("ScaledObject", "maxReplicaCount"), ("HorizontalPodAutoscaler", "maxReplicas")]
        {
            for autoscaler in rendered.of_kind(kind) {
                assert_eq!(
                    autoscaler["spec"][bound], settings.scheduler.max_workers,
                    "{kind} has another bound"
                );
            }
        }
        let shared = scheduler.path(&settings.storage.reports);
        assert!(scheduler.grace_ms() >= 30_000);

        let worker = inside("flotilla-worker");
        let settings = worker.settings();
        settings.fleet_access(Role::Worker).unwrap();
        assert_eq!(u64::from(settings.worker.listen.port()), worker.port());
        assert!(settings.worker.listen.ip().is_unspecified());
        assert!(settings.worker.drain_ms + 15_000 <= worker.grace_ms(), "killed before it has drained");
        assert!(settings.worker.drain_ms > settings.destination.timeout_ms, "shorter than one request");
        assert!(settings.run.lease_ms <= 13_000, "work resumes within 15 s of a kill");
        let credentials = worker.path(&settings.fleet.credentials.unwrap());
        assert_eq!(credentials["secret"]["secretName"], "flotilla-credentials");
        assert_eq!(worker.path(&settings.storage.reports), shared, "both see the same deliverables");
        assert_eq!(worker.path(&settings.fleet.supplements.unwrap()), shared);
        assert!(shared["persistentVolumeClaim"].is_object());
    }
}

#[test]
fn a_renamed_key_would_be_seen() {
    let text = fs::read_to_string(root().join("k8s/base/flotilla.toml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("flotilla.toml");
    fs::write(&file, text.replace("drain_ms", "drian_ms")).unwrap();
    let error = Settings::load(Some(&file), &Environment::default(), &BTreeMap::new()).unwrap_err();
    assert!(error.to_string().contains("worker.drian_ms"), "{error}");
}

#[test]
fn every_pod_of_ours_runs_a_command_there_is_and_the_image_of_this_version() {
    for rendered in Rendered::all() {
        for deployment in rendered.of_kind("Deployment") {
            let container = &deployment["spec"]["template"]["spec"]["containers"][0];
            assert!(container.get("command").is_none(), "the image's entry point is the program");
            let arguments: Vec<&str> =
                list(&container["args"]).iter().map(|argument| argument.as_str().unwrap()).collect();
            assert_command(&arguments);
            let image = container["image"].as_str().unwrap();
            let tag = concat!(":", env!("CARGO_PKG_VERSION"));
            assert!(image.ends_with(tag), "{}: {image} is not of this version", title(deployment));
        }
    }
}

/// The program knows these words.
pub(super) fn assert_command(arguments: &[&str]) {
    let output = Command::new(PROGRAM).args(arguments).arg("--help").output().unwrap();
    assert!(output.status.success(), "flotilla knows no {arguments:?}");
}

#[test]
fn every_service_leads_to_a_port_that_its_pods_name() {
    for rendered in Rendered::all() {
        for service in rendered.of_kind("Service") {
            let mut pods = rendered.workloads().filter(|workload| {
                let selector = serde_json::json!({ "matchLabels": service["spec"]["selector"] });
                selects(&selector, &workload["spec"]["template"]["metadata"]["labels"])
            });
            let pod = pods.next().unwrap_or_else(|| panic!("{} leads nowhere", title(service)));
            assert!(pods.next().is_none(), "{} leads to two kinds of pods", title(service));
            let ports = list(&pod["spec"]["template"]["spec"]["containers"][0]["ports"]);
            for port in list(&service["spec"]["ports"]) {
                let target = ports.iter().find(|one| one["name"] == port["targetPort"]);
                let target = target.unwrap_or_else(|| panic!("{} leads to no port", title(service)));
                assert_eq!(target["containerPort"], port["port"], "{}", title(service));
            }
        }
    }
}

#[test]
fn probes_ask_a_port_that_the_container_has_and_the_path_that_means_it() {
    for rendered in Rendered::all() {
        for deployment in rendered.of_kind("Deployment") {
            let container = &deployment["spec"]["template"]["spec"]["containers"][0];
            let probes =
                [("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")];
            for (probe, path) in probes {
                let asked = &container[probe]["httpGet"];
                assert_eq!(asked["path"], path, "{} {probe}", title(deployment));
                assert_eq!(asked["port"], container["ports"][0]["name"], "{} {probe}", title(deployment));
            }
            let waits = container["lifecycle"]["preStop"]["sleep"]["seconds"].as_u64();
            let serves_http = title(deployment).ends_with("scheduler");
            assert_eq!(waits.is_some(), serves_http, "only who is called waits to be forgotten");
        }
    }
}

#[test]
fn the_autoscalers_ask_for_a_figure_that_the_scheduler_gives() {
    let keda = Rendered::combination(&["keda"]).unwrap();
    let scaled = keda.one("ScaledObject", "flotilla-worker");
    let asked = &scaled["spec"]["triggers"][0]["metadata"];
    let service = keda.one("Service", "flotilla-scheduler");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let url = format!(
        "http://{}.{}.svc.cluster.local:{}/internal/scaling",
        text(&service["metadata"]["name"]),
        text(&service["metadata"]["namespace"]),
        service["spec"]["ports"][0]["port"],
    );
    assert_eq!(asked["url"], url);
    assert_eq!((&asked["targetValue"], &asked["activationTargetValue"]), (&"1".into(), &"0".into()));
    let target = &scaled["spec"]["scaleTargetRef"];
    keda.one(&text(&target["kind"]), &text(&target["name"]));

    let hpa = Rendered::combination(&["hpa"]).unwrap();
    let one = hpa.one("HorizontalPodAutoscaler", "flotilla-worker");
    let metric = text(&one["spec"]["metrics"][0]["external"]["metric"]["name"]);
    for word in [text(&asked["valueLocation"]), metric, "/internal/scaling".to_owned()] {
        let said = ["scheduler/src", "protocol/src"].iter().any(|folder| spoken(&root().join(folder), &word));
        assert!(said, "the scheduler never says {word}");
    }
}

/// Whether a word stands in some source below a folder.
fn spoken(folder: &Path, word: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { spoken(&path, word) } else { fs::read_to_string(&path).unwrap().contains(word) }
    })
}
