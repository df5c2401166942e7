//! The house's rules, kept by every build: restricted pods, budgets, policies, volumes.

use serde_json::{Value, json};

use super::{
    pod::{breaches, list},
    rendered::{Rendered, title},
};

fn pod_labels(workload: &Value) -> &Value {
    &workload["spec"]["template"]["metadata"]["labels"]
}

/// Whether a label selector picks pods with these labels.
pub(super) fn selects(selector: &Value, labels: &Value) -> bool {
    let wanted = selector["matchLabels"].as_object();
    let equal = wanted.is_none_or(|wanted| wanted.iter().all(|(key, value)| labels.get(key) == Some(value)));
    let among = list(&selector["matchExpressions"]).iter().all(|expression| {
        assert_eq!(expression["operator"], "In", "only In is read here");
        let found = labels.get(expression["key"].as_str().unwrap());
        found.is_some_and(|label| list(&expression["values"]).contains(label))
    });
    equal && among
}

#[test]
fn every_pod_keeps_the_rules() {
    for rendered in Rendered::all() {
        for workload in rendered.workloads() {
            let found = breaches(workload);
            assert!(found.is_empty(), "{}: {}: {found:#?}", rendered.name, title(workload));
        }
    }
}

#[test]
fn each_rule_notices_its_breach() {
    let rendered = Rendered::overlay("dev");
    let good = rendered.one("Deployment", "flotilla-worker");
    let pod = "/spec/template/spec";
    let container = "/spec/template/spec/containers/0";
    let cases = [
        (format!("{pod}/securityContext/runAsNonRoot"), json!(false), "runs as root"),
        (format!("{pod}/securityContext/runAsUser"), json!(0), "names no user by number"),
        (format!("{pod}/securityContext/seccompProfile/type"), json!("Unconfined"), "has no seccomp profile"),
        (format!("{pod}/automountServiceAccountToken"), json!(true), "mounts the account's token"),
        (format!("{pod}/terminationGracePeriodSeconds"), Value::Null, "has no grace period of its own"),
        (format!("{container}/securityContext/capabilities/drop"), json!(["NET_RAW"]), "keeps capabilities"),
        (
            format!("{container}/securityContext/readOnlyRootFilesystem"),
            json!(false),
            "may write to its root",
        ),
        (format!("{container}/livenessProbe"), Value::Null, "has no livenessProbe"),
        (format!("{container}/resources/limits/memory"), Value::Null, "has no memory limit"),
        (format!("{container}/image"), json!("flotilla:latest"), "names an image that may change"),
        (format!("{container}/image"), json!("localhost:5000/flotilla"), "names an image that may change"),
        (
            format!("{container}/env/0/name"),
            json!("FLOTILLA__FLEET__REDIS_URL"),
            "FLOTILLA__FLEET__REDIS_URL holds a secret; give a file",
        ),
    ];
    for (place, value, words) in cases {
        let mut bad = good.clone();
        *bad.pointer_mut(&place).unwrap_or_else(|| panic!("{place} is not there")) = value;
        assert_eq!(breaches(&bad), [words], "{place}");
    }
    let mut bad = good.clone();
    let volumes = bad.pointer_mut(&format!("{pod}/volumes")).unwrap().as_array_mut().unwrap();
    volumes.push(json!({ "name": "more", "emptyDir": {} }));
    volumes.push(json!({ "name": "host", "hostPath": { "path": "/" } }));
    assert_eq!(breaches(&bad), ["volume more has no size limit", "volume host is of no allowed kind"]);
}

#[test]
fn the_namespace_enforces_the_restricted_standard() {
    for rendered in Rendered::all() {
        let namespace = rendered.one("Namespace", "flotilla");
        let labels = &namespace["metadata"]["labels"];
        for mode in ["enforce", "audit", "warn"] {
            assert_eq!(labels[format!("pod-security.kubernetes.io/{mode}")], "restricted");
        }
        for object in rendered.objects.iter().filter(|object| object["kind"] != "Namespace") {
            assert_eq!(object["metadata"]["namespace"], "flotilla", "{}", title(object));
        }
    }
}

#[test]
fn every_deployment_has_its_budget_its_account_and_its_spread() {
    for rendered in Rendered::all() {
        for deployment in rendered.of_kind("Deployment") {
            let labels = pod_labels(deployment);
            let whose = format!("{}: {}", rendered.name, title(deployment));
            assert!(selects(&deployment["spec"]["selector"], labels), "{whose} does not find its own pods");
            let budgets: Vec<&Value> = rendered
                .of_kind("PodDisruptionBudget")
                .filter(|budget| selects(&budget["spec"]["selector"], labels))
                .collect();
            assert_eq!(budgets.len(), 1, "{whose} has one budget");
            assert_eq!(budgets[0]["spec"]["maxUnavailable"], 1, "{whose}: a node can always be emptied");
            let pod = &deployment["spec"]["template"]["spec"];
            let account = rendered.one("ServiceAccount", pod["serviceAccountName"].as_str().unwrap());
            assert_eq!(account["automountServiceAccountToken"], false, "{whose}");
            let spread = list(&pod["topologySpreadConstraints"]);
            assert!(!spread.is_empty(), "{whose} may stand on one node alone");
            assert!(spread.iter().all(|one| selects(&one["labelSelector"], labels)), "{whose}");
        }
    }
}

#[test]
fn production_keeps_two_schedulers_on_two_nodes() {
    let rendered = Rendered::overlay("prod");
    let scheduler = rendered.one("Deployment", "flotilla-scheduler");
    assert_eq!(scheduler["spec"]["replicas"], 2);
    assert_eq!(scheduler["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"], 0);
    let affinity = &scheduler["spec"]["template"]["spec"]["affinity"]["podAntiAffinity"];
    let apart = &list(&affinity["requiredDuringSchedulingIgnoredDuringExecution"])[0];
    assert_eq!(apart["topologyKey"], "kubernetes.io/hostname");
    assert!(selects(&apart["labelSelector"], pod_labels(scheduler)));
    assert_eq!(rendered.of_kind("ScaledObject").count(), 1);
    assert_eq!(rendered.of_kind("StatefulSet").count(), 0, "development's stores are not for production");
}

#[test]
fn every_volume_is_there_and_deliverables_are_shared() {
    for rendered in Rendered::all() {
        for workload in rendered.workloads() {
            for volume in list(&workload["spec"]["template"]["spec"]["volumes"]) {
                if let Some(map) = volume["configMap"]["name"].as_str() {
                    rendered.one("ConfigMap", map);
                    assert!(map.len() > 10 && map.contains('-'), "{map}: a change would roll no pod");
                }
                if let Some(claim) = volume["persistentVolumeClaim"]["claimName"].as_str() {
                    rendered.one("PersistentVolumeClaim", claim);
                }
            }
        }
        let claim = rendered.one("PersistentVolumeClaim", "flotilla-deliverables");
        let one_node = rendered.name == "overlay dev";
        let mode = if one_node { "ReadWriteOnce" } else { "ReadWriteMany" };
        assert_eq!(claim["spec"]["accessModes"], json!([mode]), "{}", rendered.name);
    }
}
