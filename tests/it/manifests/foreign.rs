//! Kinds that come with operators, for which no types are at hand: the fields we use, and no others.

use serde::{Deserialize, Serialize};

/// keda.sh/v1alpha1.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ScaledObject {
    api_version: String,
    kind: String,
    metadata: Metadata,
    spec: ScaledObjectSpec,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    name: String,
    namespace: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    labels: Option<std::collections::BTreeMap<String, String>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ScaledObjectSpec {
    scale_target_ref: ScaleTarget,
    polling_interval: u32,
    cooldown_period: u32,
    min_replica_count: u32,
    max_replica_count: u32,
    fallback: Fallback,
    advanced: Advanced,
    triggers: Vec<Trigger>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ScaleTarget {
    api_version: String,
    kind: String,
    name: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fallback {
    failure_threshold: u32,
    replicas: u32,
    behavior: FallbackBehavior,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum FallbackBehavior {
    Static,
    CurrentReplicas,
    CurrentReplicasIfHigher,
    CurrentReplicasIfLower,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advanced {
    horizontal_pod_autoscaler_config: AutoscalerConfig,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AutoscalerConfig {
    /// Kubernetes' own type, checked as such.
    behavior: k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscalerBehavior,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Trigger {
    r#type: TriggerType,
    metric_type: MetricType,
    metadata: MetricsApi,
}

#[derive(Debug, Serialize, Deserialize)]
enum TriggerType {
    #[serde(rename = "metrics-api")]
    MetricsApi,
}

#[derive(Debug, Serialize, Deserialize)]
enum MetricType {
    /// The only one for which a fallback counts with every version.
    AverageValue,
}

/// Every value is text: the operator refuses numbers here.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MetricsApi {
    url: String,
    value_location: String,
    target_value: String,
    activation_target_value: String,
}

/// external-secrets.io/v1.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ExternalSecret {
    api_version: String,
    kind: String,
    metadata: Metadata,
    spec: ExternalSecretSpec,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ExternalSecretSpec {
    refresh_interval: String,
    secret_store_ref: StoreRef,
    target: SecretTarget,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data: Option<Vec<SecretData>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_from: Option<Vec<SecretDataFrom>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoreRef {
    kind: String,
    name: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SecretTarget {
    name: String,
    creation_policy: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SecretData {
    secret_key: String,
    remote_ref: RemoteRef,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretDataFrom {
    extract: RemoteRef,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RemoteRef {
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    property: Option<String>,
}
