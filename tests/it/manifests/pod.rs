//! The house's rules for one workload's pods, each with the words in which a breach is told.

use serde_json::Value;

/// What breaks a rule; nothing when all are kept.
pub(super) fn breaches(workload: &Value) -> Vec<String> {
    let pod = &workload["spec"]["template"]["spec"];
    let mut breaches = Vec::new();
    let mut rule = |kept: bool, words: &str| {
        if !kept {
            breaches.push(words.to_owned());
        }
    };
    let context = &pod["securityContext"];
    rule(context["runAsNonRoot"] == true, "runs as root");
    rule(context["runAsUser"].as_u64().is_some_and(|user| user > 0), "names no user by number");
    rule(context["seccompProfile"]["type"] == "RuntimeDefault", "has no seccomp profile");
    rule(context["fsGroup"].is_u64(), "cannot read its secrets: no fsGroup");
    rule(pod["automountServiceAccountToken"] == false, "mounts the account's token");
    for privilege in ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"] {
        rule(pod.get(privilege).is_none(), &format!("asks for {privilege}"));
    }
    rule(pod["terminationGracePeriodSeconds"].as_u64().is_some(), "has no grace period of its own");
    for volume in list(&pod["volumes"]) {
        let known = ["configMap", "secret", "persistentVolumeClaim", "emptyDir"];
        let name = volume["name"].as_str().unwrap_or_default();
        rule(
            known.iter().any(|kind| volume.get(kind).is_some()),
            &format!("volume {name} is of no allowed kind"),
        );
        let bounded = volume.get("emptyDir").is_none_or(|scratch| scratch["sizeLimit"].is_string());
        rule(bounded, &format!("volume {name} has no size limit"));
    }
    rule(!list(&pod["containers"]).is_empty(), "has no container");
    for container in list(&pod["containers"]).iter().chain(list(&pod["initContainers"])) {
        breaches.extend(of_container(container));
    }
    breaches
}

fn of_container(container: &Value) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut rule = |kept: bool, words: &str| {
        if !kept {
            breaches.push(words.to_owned());
        }
    };
    let context = &container["securityContext"];
    rule(context["allowPrivilegeEscalation"] == false, "may gain privileges");
    rule(context["readOnlyRootFilesystem"] == true, "may write to its root");
    rule(context["capabilities"]["drop"] == serde_json::json!(["ALL"]), "keeps capabilities");
    rule(context["capabilities"].get("add").is_none(), "adds capabilities");
    rule(context.get("privileged").is_none(), "is privileged");
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        rule(container[probe].is_object(), &format!("has no {probe}"));
    }
    let resources = &container["resources"];
    for kind in ["cpu", "memory", "ephemeral-storage"] {
        rule(resources["requests"][kind].is_string(), &format!("requests no {kind}"));
    }
    rule(resources["limits"]["memory"].is_string(), "has no memory limit");
    rule(resources["limits"]["ephemeral-storage"].is_string(), "has no limit of scratch space");
    rule(resources["limits"].get("cpu").is_none(), "has a CPU limit, which throttles leases");
    rule(is_fixed(container["image"].as_str().unwrap_or_default()), "names an image that may change");
    for variable in list(&container["env"]) {
        let name = variable["name"].as_str().unwrap_or_default();
        let from = &variable["valueFrom"];
        rule(from.get("secretKeyRef").is_none(), &format!("{name} holds a secret; give a file"));
        let looks_secret =
            ["URL", "TOKEN", "PASSWORD", "KEY", "SECRET"].iter().any(|word| name.contains(word));
        rule(!looks_secret || name.ends_with("_FILE"), &format!("{name} holds a secret; give a file"));
    }
    rule(container.get("envFrom").is_none(), "takes variables it does not name");
    breaches
}

/// A digest, or a tag that is a version.
fn is_fixed(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or_default();
    image.contains("@sha256:")
        || name.split_once(':').is_some_and(|(_, tag)| tag.starts_with(|c: char| c.is_ascii_digit()))
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
