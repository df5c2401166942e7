//! Every field of every manifest is one that its type knows, and one autoscaler at most has each Deployment.

use std::fs;

use serde_json::json;

use super::{
    rendered::{Rendered, documents},
    root, typed,
};

#[test]
fn every_field_is_one_that_its_type_knows() {
    for rendered in Rendered::all() {
        let complaints: Vec<String> = rendered.objects.iter().flat_map(typed::complaints).collect();
        assert!(complaints.is_empty(), "{}: {complaints:#?}", rendered.name);
    }
}

#[test]
fn a_misspelt_field_is_named_with_its_path() {
    let rendered = Rendered::overlay("prod");
    let mut worker = rendered.one("Deployment", "flotilla-worker").clone();
    let container = worker["spec"]["template"]["spec"]["containers"][0].as_object_mut().unwrap();
    let probe = container.remove("readinessProbe").unwrap();
    container.insert("readinesProbe".into(), probe);
    assert_eq!(
        typed::complaints(&worker),
        [
            "Deployment flotilla-worker: .spec.template.spec.containers[0].readinesProbe is no field of its type"
        ]
    );

    let mut scaled = rendered.one("ScaledObject", "flotilla-worker").clone();
    scaled["spec"]["triggers"][0]["metadata"]["targetvalue"] = json!("1");
    let complaint = typed::complaints(&scaled).concat();
    assert!(complaint.contains("unknown field `targetvalue`"), "{complaint}");

    let mut scaled = rendered.one("ScaledObject", "flotilla-worker").clone();
    scaled["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDwon"] = json!({});
    let complaint = typed::complaints(&scaled).concat();
    assert!(complaint.contains(".behavior.scaleDwon is no field"), "{complaint}");
}

#[test]
fn a_value_of_the_wrong_type_is_a_complaint() {
    let rendered = Rendered::overlay("dev");
    let mut service = rendered.one("Service", "flotilla-scheduler").clone();
    service["spec"]["ports"][0]["port"] = json!("7070");
    let complaint = typed::complaints(&service).concat();
    assert!(complaint.contains("invalid type: string \"7070\""), "{complaint}");
}

#[test]
fn a_key_that_stands_twice_is_no_document() {
    assert!(documents("a: 1\nb: 2\n---\na: 3\n").is_ok_and(|documents| documents.len() == 2));
    assert!(documents("a: 1\na: 2\n").is_err());
}

#[test]
fn two_autoscalers_of_one_deployment_cannot_be_built() {
    let refused = Rendered::combination(&["keda", "hpa"]).unwrap_err();
    assert!(refused.contains("/spec/replicas"), "{refused}");
    for rendered in Rendered::all() {
        let autoscalers = rendered.of_kind("ScaledObject").chain(rendered.of_kind("HorizontalPodAutoscaler"));
        let targets: Vec<&str> =
            autoscalers.map(|one| one["spec"]["scaleTargetRef"]["name"].as_str().unwrap()).collect();
        assert!(targets.len() <= 1, "{}: {targets:?}", rendered.name);
        for deployment in rendered.of_kind("Deployment") {
            let scaled = targets.contains(&deployment["metadata"]["name"].as_str().unwrap());
            let fixed = deployment["spec"].get("replicas").is_some();
            assert_ne!(scaled, fixed, "{}: who says how many {} there are?", rendered.name, targets.concat());
        }
    }
}

#[test]
fn the_examples_name_the_secrets_that_pods_mount_and_hold_no_value() {
    let text = fs::read_to_string(root().join("k8s/examples/external-secrets.yaml")).unwrap();
    let examples = documents(&text).unwrap();
    let complaints: Vec<String> = examples.iter().flat_map(typed::complaints).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");

    let base = Rendered::combination(&[]).unwrap();
    let mut mounted: Vec<&str> = base
        .workloads()
        .flat_map(|workload| workload["spec"]["template"]["spec"]["volumes"].as_array().unwrap())
        .filter_map(|volume| volume["secret"]["secretName"].as_str())
        .collect();
    mounted.sort_unstable();
    mounted.dedup();
    let mut made: Vec<&str> =
        examples.iter().map(|example| example["spec"]["target"]["name"].as_str().unwrap()).collect();
    made.sort_unstable();
    assert_eq!(made, mounted);
    for rendered in Rendered::all() {
        assert_eq!(rendered.of_kind("Secret").count(), 0, "{} holds a secret", rendered.name);
    }
}
