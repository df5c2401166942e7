//! The round trip through Kubernetes' own types: an object is read into its type and written back, and every field of it
//! must still be there. What the type does not know is lost on the way, and named with its path.

use k8s_openapi::{
    api::{
        apps::v1::{Deployment, StatefulSet},
        autoscaling::v2::HorizontalPodAutoscaler,
        core::v1::{ConfigMap, Namespace, PersistentVolumeClaim, Service, ServiceAccount},
        networking::v1::NetworkPolicy,
        policy::v1::PodDisruptionBudget,
    },
    serde::{Serialize, de::DeserializeOwned},
};
use serde_json::Value;

use super::{foreign, rendered::title};

/// What is wrong with an object's fields; nothing when all is well.
pub(super) fn complaints(object: &Value) -> Vec<String> {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    let found = match (text("apiVersion"), text("kind")) {
        ("v1", "Namespace") => lost::<Namespace>(object),
        ("v1", "ServiceAccount") => lost::<ServiceAccount>(object),
        ("v1", "ConfigMap") => lost::<ConfigMap>(object),
        ("v1", "Service") => lost::<Service>(object),
        ("v1", "PersistentVolumeClaim") => lost::<PersistentVolumeClaim>(object),
        ("apps/v1", "Deployment") => lost::<Deployment>(object),
        ("apps/v1", "StatefulSet") => lost::<StatefulSet>(object),
        ("autoscaling/v2", "HorizontalPodAutoscaler") => lost::<HorizontalPodAutoscaler>(object),
        ("policy/v1", "PodDisruptionBudget") => lost::<PodDisruptionBudget>(object),
        ("networking.k8s.io/v1", "NetworkPolicy") => lost::<NetworkPolicy>(object),
        ("keda.sh/v1alpha1", "ScaledObject") => lost::<foreign::ScaledObject>(object),
        ("external-secrets.io/v1", "ExternalSecret") => lost::<foreign::ExternalSecret>(object),
        (version, kind) => vec![format!("{version} {kind} is no kind that this check knows")],
    };
    found.into_iter().map(|complaint| format!("{}: {complaint}", title(object))).collect()
}

fn lost<T: DeserializeOwned + Serialize>(object: &Value) -> Vec<String> {
    match serde_json::from_value::<T>(object.clone()).and_then(serde_json::to_value) {
        Ok(back) => {
            let mut complaints = Vec::new();
            compare(object, &back, "", &mut complaints);
            complaints
        }
        Err(error) => vec![error.to_string()],
    }
}

fn compare(given: &Value, back: &Value, path: &str, complaints: &mut Vec<String>) {
    match (given, back) {
        (Value::Object(given), Value::Object(back)) => {
            for (key, value) in given {
                let path = format!("{path}.{key}");
                match back.get(key) {
                    Some(other) => compare(value, other, &path, complaints),
                    None => complaints.push(format!("{path} is no field of its type")),
                }
            }
        }
        (Value::Array(given), Value::Array(back)) if given.len() == back.len() => {
            for (at, (value, other)) in given.iter().zip(back).enumerate() {
                compare(value, other, &format!("{path}[{at}]"), complaints);
            }
        }
        _ if given == back => {}
        _ => complaints.push(format!("{path} is {given}, but its type makes {back} of it")),
    }
}
